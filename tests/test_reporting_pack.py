"""A pack appears whole or not at all: promises 1 to 4, 9, 12, 18 and 19, on tiny notebooks and a stubbed intake."""

import datetime as dt
import hashlib
import json
import re
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader

from analysis import intake, publish, reporting, sample
from analysis.errors import (
    CreatorRoiError,
    NotebookError,
    NotebookRunError,
    OutputError,
    ParameterError,
    SchemeError,
    SourceError,
)
from analysis.intake.canonical import Canonical
from analysis.intake.tables import Tables
from analysis.reporting import pack as module
from analysis.reporting.about import data_period

POSTS = pl.DataFrame(
    {
        "post_id": ["1", "2"],
        "published_at": [dt.datetime(2026, 7, 1), dt.datetime(2026, 9, 30)],
        "followers": [5_000, 2_000_000],
    }
)
REJECTED = pl.DataFrame({"file": ["posts.csv"], "part": [""], "line": [4], "reason": ["duplicate"], "raw": ["[]"]})
AUDIT = {"rows_read": 3, "rows_kept": 2, "rows_rejected": 1, "files": []}
TABLES = Tables(None, POSTS, None, REJECTED, AUDIT)
PARAMETERS = (
    'paths: list = ["../data"]\nclient: str = "client"\nscheme: str = "article"\nplatform: str = ""\n'
    "seed: int = 2020\nconfidence: float = 0.95\nfail: bool = False"
)


@pytest.fixture(autouse=True)
def stub_intake(monkeypatch):
    monkeypatch.setattr(intake, "read", lambda paths, **_: TABLES, raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")


@pytest.fixture
def make(tmp_path, make_notebook):
    """Return a function that makes a report of one notebook; ``code`` runs before its finding."""
    data = tmp_path / "in" / "posts.csv"
    data.parent.mkdir()
    data.write_text("a\n1\n")

    def make(*, code="seed", out=tmp_path / "reports", paths=(data,), **options):
        cells = (code, make_notebook.md("## What does it cost?"), make_notebook.finding("cost", title=f"It costs {1}"))
        folder = make_notebook(tmp_path / "src" / "01-cost.ipynb", *cells, parameters=PARAMETERS).parent
        options = {"client": "Acme: Q3/26", "progress": False, **options}
        return reporting.report(list(paths), out=out, notebooks=folder, **options)

    return make


@pytest.fixture
def at_once(monkeypatch, make_notebook):
    """Put a notebook's result in place of its run: kernels are slow, and other tests start them."""
    from nbformat import v4, write

    table = {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1]]}
    finding = {"id": "cost", "title": "It costs 1", "sentence": "It costs 1.", "n": {}, "table": table}
    shown = v4.new_output("display_data", {"application/vnd.creator-roi.finding+json": finding})
    cells = [v4.new_markdown_cell("# What does it cost?"), v4.new_code_cell("cost", outputs=[shown])]

    def ran(sources, into, parameters, **_):
        write(v4.new_notebook(cells=cells), into / "01-cost.ipynb")
        return [into / "01-cost.ipynb"]

    monkeypatch.setattr(module, "run_notebooks", ran)


def tree(folder):
    """Return every file below a folder with its hash, locks left out."""
    files = (path for path in Path(folder).rglob("*") if path.is_file() and not path.name.startswith(".lock-"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_pack_has_its_parts_under_client_and_period(make, tmp_path):
    pack = make()
    assert pack == tmp_path / "reports" / "Acme-Q3-26" / "2026-07-to-2026-09"
    assert sorted(tree(pack)) == [
        "data/audit.json",
        "data/posts.parquet",
        "data/rejected.csv",
        "deck.pptx",
        "findings.json",
        "notebooks/01-cost.ipynb",
        "report.html",
        "report.pdf",
        "run.json",
        "slides.html",
        "tables.xlsx",
        "tables/cost.csv",
    ]
    html = (pack / "report.html").read_text(encoding="utf-8")
    assert "3 rows read = 2 used + 1 set aside (duplicate: 1)." in html
    assert "Acme: Q3/26" in html
    run = json.loads((pack / "run.json").read_text(encoding="utf-8"))
    assert run["parameters"]["client"] == "Acme: Q3/26"
    assert run["parameters"]["paths"] == ["../data"]
    assert run["data"] == [{"name": "posts.csv", "bytes": 4, "sha256": hashlib.sha256(b"a\n1\n").hexdigest()}]
    assert set(run["files"]) == set(tree(pack)) - {"run.json"}
    assert not list(pack.parent.glob(".staging*"))


def told(path):
    """Return everything a file says; of a PDF its text, its properties and the targets of its links.

    Of an office file it is the words between the tags (what its relations point to is scanned with the format's own
    tests), and of the slides everything but the vendored engine.
    """
    if path.suffix in {".pptx", ".xlsx"}:
        with zipfile.ZipFile(path) as parts:
            read = [parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        return re.sub(r"<[^>]*>", " ", " ".join(read))
    if path.name == "slides.html":
        return re.sub(r"<(script|style)>.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8", errors="replace")
    document = PdfReader(path)
    links = [str(link.get_object()) for page in document.pages for link in page.get("/Annots", ())]
    return "\n".join([str(document.metadata), *links, *(page.extract_text() for page in document.pages)])


def test_no_path_user_host_or_network_in_any_deliverable(make, tmp_path):
    pack = make(code="import os, sys\nprint(os.getcwd(), sys.prefix, os.path.abspath(paths[0]))")
    for path in pack.rglob("*"):
        if path.is_file():
            text = told(path)
            for secret in (str(tmp_path), str(Path.cwd()), sys.prefix, socket.gethostname()):
                assert secret not in text, (path.name, secret)
            assert not re.search(r"https?://", text), path.name


def test_the_same_inputs_give_the_same_bytes_in_another_folder(make, tmp_path):
    assert tree(make()) == tree(make(out=tmp_path / "elsewhere" / "deep {x}"))


def test_a_failing_rerun_never_harms_the_last_good_pack(make):
    pack = make()
    before = tree(pack)
    with pytest.raises(NotebookRunError) as stopped:
        make(code="raise RuntimeError('no')")
    assert str(stopped.value).startswith('01-cost stopped at "Does it run?": RuntimeError: no')
    assert stopped.value.exit_code == 1
    assert tree(pack) == before
    kept = tree(pack.parent / ".failed")
    assert list(kept) == ["2026-07-to-2026-09/01-cost.ipynb"]
    assert not [page for page in pack.parent.rglob("*.html") if pack not in page.parents]
    make()
    assert not tree(pack.parent / ".failed")


def test_a_failed_client_leaves_nothing_like_a_report_and_others_alone(make, tmp_path):
    good = make(client="good")
    before = tree(good)
    with pytest.raises(NotebookRunError):
        make(client="bad", code="1/0")
    assert tree(good) == before
    assert list(tree(tmp_path / "reports" / "bad")) == [".failed/2026-07-to-2026-09/01-cost.ipynb"]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"params": {"sede": 1}}, ParameterError, r"no parameter 'sede' \(did you mean 'seed'\?\)"),
        ({"params": {"seed": "x"}}, ParameterError, "'seed' of 01-cost must be int"),
        ({"params": {"confidence": "high"}}, ParameterError, "'confidence' of 01-cost must be float"),
        ({"client": None, "params": {"client": ["a"]}}, ParameterError, "client must be text"),
        ({"params": {"paths": "a"}}, ParameterError, "paths must be a list"),
        ({"params": "absent.yml"}, ParameterError, "cannot read the file absent.yml"),
        ({"scheme": "artcle"}, SchemeError, "artcle"),
        ({"code": "from analysis.errors import CurrencyError\nraise CurrencyError('two')"}, CreatorRoiError, "^two$"),
    ],
)
def test_an_unusable_call_writes_nothing(make, tmp_path, options, error, said):
    with pytest.raises(error, match=said) as refused:
        make(**options)
    assert refused.value.exit_code == 2
    assert not (tmp_path / "reports").exists()


def test_unreadable_data_writes_nothing(make, tmp_path, monkeypatch):
    def read(paths, **_):
        raise SourceError("no file x.csv")

    monkeypatch.setattr(intake, "read", read, raising=False)
    with pytest.raises(SourceError):
        make()
    assert not (tmp_path / "reports").exists()


def test_rows_that_do_not_add_up_write_nothing(make, tmp_path, monkeypatch):
    lost = Tables(None, POSTS, None, REJECTED, {**AUDIT, "rows_read": 9})
    monkeypatch.setattr(intake, "read", lambda paths, **_: lost, raising=False)
    with pytest.raises(CreatorRoiError, match="do not add up"):
        make()
    assert not (tmp_path / "reports").exists()


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(NotebookError, match="no notebook sources"):
        reporting.report(["x"], notebooks=tmp_path)


def test_an_out_that_is_a_file_is_refused_before_the_data_is_read(make, tmp_path, monkeypatch):
    (tmp_path / "reports").write_text("mine")
    monkeypatch.setattr(intake, "read", lambda *a, **k: pytest.fail("read"), raising=False)
    with pytest.raises(OutputError, match="reports is a file"):
        make()
    assert (tmp_path / "reports").read_text() == "mine"


def test_a_folder_that_may_not_be_written_is_refused(make, monkeypatch):
    monkeypatch.setattr(module.os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match="it may not be written"):
        make()


def test_a_locked_pack_is_refused_and_stays(make, at_once):
    pack = make()
    before = tree(pack)
    holder = (
        "import sys\nfrom pathlib import Path\nfrom analysis.publish import lock_folder\n"
        "with lock_folder(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", holder, pack], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputError, match="being written by another run") as refused:
            make()
        other.stdin.close()
    assert refused.value.exit_code == 2
    assert tree(pack) == before


def test_the_nth_write_fails_and_the_old_pack_stays(make, at_once, monkeypatch):
    pack = make()
    before = tree(pack)
    replace, failed = Path.replace, 0
    for nth in range(1, 99):
        calls = 0

        def failing(self, target, nth=nth):
            nonlocal calls
            calls += 1
            if calls == nth:
                raise OSError(28, "No space left on device")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", failing)
        try:
            make()
        except OutputError as error:
            failed += "No space left on device" in str(error)
        else:
            break
        finally:
            monkeypatch.setattr(Path, "replace", replace)
        publish.recover(pack)
        assert tree(pack) == before
        assert not list(pack.parent.glob(".staging*"))
    assert failed >= 6


def test_a_params_file_names_client_data_and_parameters(make, at_once, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(intake, "read", lambda paths, **_: seen.append(paths) or TABLES, raising=False)
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients" / "more.csv").write_text("b\n")
    params = tmp_path / "clients" / "acme.yml"
    params.write_text("client: From File\nseed: 7\nconfidence: 0.9\nperiod: 2026\npaths: [more.csv]\n")
    pack = make(client=None, paths=(), params=params, seed=8)
    assert pack == tmp_path / "reports" / "From-File" / "2026"
    run = json.loads((pack / "run.json").read_text(encoding="utf-8"))
    assert (run["parameters"]["seed"], run["parameters"]["confidence"]) == (8, 0.9)
    assert [Path(path).resolve() for path in seen[0]] == [params.parent.resolve() / "more.csv"]


def test_a_scheme_of_ones_own_travels_with_the_pack(make, tmp_path):
    scheme = tmp_path / "mine.yml"
    scheme.write_text("name: mine\nfloors: {small: 0, large: 5000}\nsource: ours\n", encoding="utf-8")
    pack = make(scheme=str(scheme), code="print(scheme, open(scheme).read())")
    assert (pack / "scheme.yml").read_bytes() == scheme.read_bytes()
    assert json.loads((pack / "run.json").read_text(encoding="utf-8"))["parameters"]["scheme"] == "../scheme.yml"
    assert "large" in (pack / "report.html").read_text(encoding="utf-8")


def test_without_paths_the_sample_is_made_once_and_said_to_be_synthetic(make, at_once, tmp_path, monkeypatch):
    made = []

    def make_sample(folder):
        made.append(folder)
        folder.mkdir(parents=True)
        for name in ("creators.csv", "posts.csv", "placements.csv", "truth.json"):
            (folder / name).write_text(name)

    root = tmp_path / "checkout"
    (root / "data").mkdir(parents=True)
    monkeypatch.setattr(module, "repository_dir", lambda: root)
    monkeypatch.setattr(sample, "make_sample", make_sample)
    pack = make(paths=(), client=None)
    make(paths=(), client=None)
    assert made == [root / "data" / "sample"]
    assert pack.parent == tmp_path / "reports" / "sample"
    assert "Sample (synthetic data)" in (pack / "report.html").read_text(encoding="utf-8")
    run = json.loads((pack / "run.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in run["data"]] == ["creators.csv", "posts.csv", "placements.csv"]


def frame(column, *moments):
    return pl.DataFrame({column: list(moments)}, schema={column: pl.Datetime("us", "UTC")})


def test_the_period_is_the_datas_own():
    def of(posts=None, placements=None):
        return data_period(Canonical.of(Tables(None, posts, placements, REJECTED, AUDIT)))

    may, june = dt.datetime(2024, 5, 31), dt.datetime(2024, 6, 1)
    assert of() == "undated"
    assert of(frame("published_at", None)) == "undated"
    assert of(frame("published_at", may, may)) == "2024-05"
    assert of(frame("published_at", may), frame("date", june, None)) == "2024-05 to 2024-06"
