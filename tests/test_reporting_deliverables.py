"""What a pack is made of: every format from one story, in one look; on a stubbed intake and without kernels."""

import json

import polars as pl
import pytest
from nbformat import v4, write

from analysis import intake, reporting
from analysis.errors import ColumnError, NotebookRunError, ParameterError
from analysis.intake.tables import Tables
from analysis.look import FILE, Look
from analysis.reporting import pack as module

POSTS = pl.DataFrame({"post_id": ["1", "2"], "followers": [5_000, 2_000_000]})
REJECTED = pl.DataFrame({"file": ["posts.csv"], "part": [""], "line": [4], "reason": ["duplicate"], "raw": ["[]"]})
AUDIT = {"rows_read": 1003, "rows_kept": 1002, "rows_rejected": 1, "files": []}
PARAMETERS = 'paths: list = ["../data"]\nclient: str = "client"\nscheme: str = "article"\nseed: int = 2020'


@pytest.fixture
def make(monkeypatch, tmp_path, make_notebook):
    """Return a function that makes a report of one notebook, whose result is put in place of its run."""
    table = {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[12345]]}
    finding = {"id": "cost", "title": "It costs 1", "sentence": "It costs 1.", "n": {}, "table": table}
    shown = v4.new_output("display_data", {"application/vnd.creator-roi.finding+json": finding})
    cells = [v4.new_markdown_cell("# What does it cost?"), v4.new_code_cell("cost", outputs=[shown])]

    def ran(sources, into, parameters, **_):
        write(v4.new_notebook(cells=cells), into / "01-cost.ipynb")
        return [into / "01-cost.ipynb"]

    monkeypatch.setattr(intake, "read", lambda paths, **_: Tables(None, POSTS, None, REJECTED, AUDIT))
    monkeypatch.setattr(module, "run_notebooks", ran)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    folder = make_notebook(tmp_path / "src" / "01-cost.ipynb", "seed", parameters=PARAMETERS).parent
    data = tmp_path / "posts.csv"
    data.write_text("a\n1\n")

    def make(theme=None, **options):
        if isinstance(theme, str):
            (tmp_path / "theme.yml").write_text(theme, encoding="utf-8")
            theme = tmp_path / "theme.yml"
        return reporting.report(
            [data], theme=theme, out=tmp_path / "reports", notebooks=folder, progress=False, **options
        )

    return make


def test_the_house_look_leaves_no_file_and_no_lock_stays_beside_the_pack(make):
    pack = make()
    assert not (pack / "theme").exists()
    assert [path.name for path in pack.parent.iterdir()] == ["undated"]
    assert json.loads((pack / "run.json").read_text(encoding="utf-8"))["theme"] is None


def test_a_theme_reaches_the_page_the_notebooks_and_the_record(make):
    pack = make("client: Bäcker\naccent: '#7A1FA2'\nlanguage: de\n")
    assert pack.parent.name == "Bäcker"
    assert json.loads((pack / FILE).read_text(encoding="utf-8")) == {
        "accent": "#7A1FA2",
        "second": Look().second,
        "locale": "de",
    }
    html = (pack / "report.html").read_text(encoding="utf-8")
    assert "1.003 rows read = 1.002 used" in html
    assert "12.345</" in html
    record = json.loads((pack / "run.json").read_text(encoding="utf-8"))
    assert set(record["theme"]) == {"theme/theme.yml", FILE}
    assert set(record["theme"]) <= set(record["files"])


def test_a_client_that_is_named_wins_over_the_theme(make):
    assert make("client: Bäcker", client="Acme").parent.name == "Acme"


def test_the_same_call_gives_the_same_bytes_in_every_format(make):
    def content(pack):
        return {path.name: path.read_bytes() for path in pack.iterdir() if path.is_file() and path.name != "run.json"}

    first, second = content(make("language: fr")), content(make("language: fr"))
    assert {"report.html", "report.pdf"} <= set(first)
    assert [name for name in first if first[name] != second[name]] == []


def test_a_theme_that_is_refused_stops_the_call_before_anything_is_written(make, tmp_path):
    with pytest.raises(ParameterError, match="did you mean 'accent'"):
        make("acent: '#000000'")
    assert not (tmp_path / "reports").exists()


def test_columns_lost_inside_a_notebook_are_no_fault_of_the_data(make, monkeypatch):
    def lost(*_, **__):
        raise ColumnError(["tier"], ["followers"], "the chart")

    monkeypatch.setattr(module, "run_notebooks", lost)
    with pytest.raises(NotebookRunError, match="the chart needs 'tier'; the table has followers") as stopped:
        make()
    assert stopped.value.exit_code == 1
