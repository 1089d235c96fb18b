"""A pack made again gives the same numbers, and what moved is named. Authority: the cell that the test changes."""

import json
import random
import shutil
from pathlib import Path

import pytest

from analysis import reporting
from analysis.errors import SourceError
from analysis.reporting import manifest
from analysis.reporting.differences import cells_of_csv, cells_of_frames
from analysis.reporting.verify import damage, verify_pack

PARAMETERS = 'paths: list = ["../data"]\nclient: str = "client"\nseed: int = 2020'
CODE = """import pandas as pd
from analysis import findings
posts = pd.read_parquet(paths[0] + "/creators.parquet")
total = float(posts["avg_likes"].sum())
findings.Finding(id="likes", question="How many likes?", title=f"{total:,.0f} likes", sentence=f"{total:,.0f} likes.",
    table=posts[["handle", "avg_likes"]], shown=(findings.Shown("handle", "creator"),
    findings.Shown("avg_likes", "likes", "number")), n={"creators": len(posts), "posts": None}, verdict="supported")"""


@pytest.fixture(scope="module")
def rows() -> str:
    lines = [f"maker{n},instagram,{1000 * n},{37 * n % 101}.5" for n in range(1, 25)]
    return "handle,platform,followers,avg_likes\n" + "\n".join(lines) + "\n"


@pytest.fixture
def made(tmp_path, make_notebook, rows, monkeypatch):
    """Return a pack, its original file and its notebooks."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    original = tmp_path / "in" / "creators.csv"
    original.parent.mkdir()
    original.write_text(rows)
    notebooks = make_notebook(
        tmp_path / "src" / "01-likes.ipynb", make_notebook.md("## Likes?"), CODE, parameters=PARAMETERS
    ).parent
    pack = reporting.report([original], client="Acme", out=tmp_path / "reports", notebooks=notebooks, progress=False)
    return pack, original, notebooks


@pytest.mark.slow
def test_a_pack_is_verified_elsewhere_and_one_changed_cell_is_named(made, tmp_path):
    pack, original, notebooks = made
    elsewhere = tmp_path / "another year" / "pack"
    shutil.copytree(pack, elsewhere)
    before = {p: p.read_bytes() for p in elsewhere.rglob("*") if p.is_file()}
    found = verify_pack(elsewhere, notebooks=notebooks, progress=False)
    assert found.same, found.lines()
    assert found.compared == 2  # one table, one finding
    assert found.lines()[0].startswith("Verified: every file is as it was made; 2 tables and findings")
    assert {p: p.read_bytes() for p in elsewhere.rglob("*") if p.is_file()} == before

    assert verify_pack(elsewhere, [original], notebooks=notebooks, progress=False).same
    original.write_text(original.read_text().replace("maker7,instagram,7000,57.5", "maker7,instagram,7000,58.5"))
    found = verify_pack(elsewhere, [original], notebooks=notebooks, progress=False)
    assert not found.same
    assert [cell.sentence() for cell in found.inputs] == ["creators: instagram, maker7, avg_likes was 57.5, is 58.5"]
    assert "tables/likes.csv: maker7, avg_likes was 57.5, is 58.5" in [cell.sentence() for cell in found.moved]
    assert "the data changed: creators.csv changed since" in found.why
    assert any(name.startswith("report.html") for name in found.files)
    text = "\n".join(found.lines())
    assert "changed input: creators: instagram, maker7, avg_likes was 57.5, is 58.5" in text
    assert "why: the data changed" in text


@pytest.mark.slow
def test_a_changed_notebook_is_the_reason(made):
    pack, _, notebooks = made
    source = notebooks / "01-likes.ipynb"
    source.write_text(source.read_text().replace("sum()", "sum() + 1"))
    found = verify_pack(pack, notebooks=notebooks, progress=False)
    assert not found.same
    assert "the notebook 01-likes.ipynb changed since" in found.why
    assert {cell.column for cell in found.moved} == {"title", "sentence"}


@pytest.fixture
def small(tmp_path) -> Path:
    """A folder sealed as a pack is, small enough to be hashed a thousand times."""
    pack = tmp_path / "pack"
    (pack / "tables").mkdir(parents=True)
    (pack / "tables" / "cost.csv").write_text("tier,cost\nmicro,0.5\nmega,1.25\n")
    (pack / "report.html").write_bytes(bytes(range(256)) * 4)
    (pack / "findings.json").write_text("[]\n")
    manifest.write_run({"format": 1, "client": "Acme", "parameters": {"seed": 1}}, pack)
    return pack


def test_every_single_byte_flip_is_found(small):
    """A thousand flips, a thousand found: in any file, ``run.json`` included."""
    draw = random.Random(2020)
    files = sorted(path for path in small.rglob("*") if path.is_file())
    assert damage(small) == ()
    for _ in range(1000):
        path = draw.choice(files)
        whole = path.read_bytes()
        place = draw.randrange(len(whole))
        flipped = whole[place] ^ draw.randrange(1, 256)
        path.write_bytes(whole[:place] + bytes([flipped]) + whole[place + 1 :])
        try:
            found = damage(small)
        except SourceError:  # run.json is no JSON any more, and says so
            found = ("run.json",)
        assert found, (path.name, place)
        path.write_bytes(whole)
    assert damage(small) == ()


def test_missing_and_added_files_are_found(small):
    (small / "report.html").unlink()
    (small / "tables" / "extra.csv").write_text("x\n")
    assert damage(small) == ("report.html is missing", "tables/extra.csv is not part of the pack")


def test_a_figure_changed_in_the_record_is_found(small):
    record = json.loads((small / "run.json").read_text())
    (small / "run.json").write_text(manifest.record_text({**record, "client": "Other"}))
    assert damage(small) == ("run.json was changed after the pack was made",)


def test_what_is_no_pack_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no report pack"):
        verify_pack(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(SourceError, match="names no files"):
        verify_pack(tmp_path)


def test_tables_of_other_shapes_are_told_apart():
    assert cells_of_csv("t", "a,b\n1,2\n", "a,c\n1,2\n")[0].sentence() == "t: its columns was a, b, is a, c"
    assert cells_of_csv("t", "a\n1\n", "a\n1\n2\n")[0].sentence() == "t: its rows was 1, is 2"
    assert cells_of_csv("t", "a\n1\n", "a\n1\n") == []


def test_missing_cells_and_columns():
    import polars as pl

    then = pl.DataFrame({"handle": ["ana", "bo"], "likes": [None, 3]})
    now = pl.DataFrame({"handle": ["ana", "bo"], "likes": [1, None]})
    assert [cell.sentence() for cell in cells_of_frames("posts", then, now)] == [
        "posts: ana, likes was missing, is 1",
        "posts: bo, likes was 3, is missing",
    ]
    assert cells_of_frames("posts", then, then) == []
    assert [cell.column for cell in cells_of_frames("posts", then, now.drop("likes"))] == ["column likes"]
    assert cells_of_frames("posts", None, None) == []
    assert cells_of_frames("posts", then, None)[0].now == ""


@pytest.mark.slow
def test_a_report_says_what_changed_since_the_last(made, tmp_path):
    """Authority: one creator grew from 9,000 to 19,000 followers, one is new, one is gone."""
    pack, original, notebooks = made
    later = tmp_path / "later.csv"
    text = original.read_text().replace("maker9,instagram,9000", "maker9,instagram,19000")
    later.write_text(text.replace("maker24,", "newcomer,"))
    since = {"client": "Acme", "notebooks": notebooks, "since": pack, "progress": False}
    now = reporting.report([later], out=tmp_path / "now", **since)
    findings = {f["id"]: f for f in json.loads((now / "findings.json").read_text())}
    assert findings["changes-creators"]["title"] == "1 creator came, 1 went, 1 changed tier"
    assert findings["changes-answers"]["title"] == "None of 1 answer changed since undated"
    assert "What changed since undated?" in (now / "report.html").read_text()
    assert (now / "tables" / "changes-creators.csv").is_file()
    assert verify_pack(now, notebooks=notebooks, progress=False).same

    told = reporting.changed(pack, now)
    assert told[2].table["creator"].to_list() == ["instagram:maker9", "instagram:newcomer", "instagram:maker24"]
    assert "1 creator came" in reporting.changes_page(pack, now)
    with pytest.raises(SourceError, match="no report pack"):
        reporting.report([later], out=tmp_path / "no", **{**since, "since": tmp_path / "absent"})
