"""The notebooks: thin, without outputs, and each runs through papermill on a small sample to the findings it names."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.findings.drawing import DRAWING_JSON
from analysis.findings.finding import FINDING_JSON
from analysis.reference import notebooks_dir
from analysis.reporting.lint import lint
from analysis.reporting.parameters import declared_parameters, parameters_file

SOURCES = [
    notebooks_dir() / f"{name}.ipynb"
    for name in ("01-data-audit", "02-engagement-and-reach", "03-cost-and-roi", "04-budget-plan", "05-claims")
]
SHARED = {"paths", "client", "scheme", "platform", "currency", "seed", "confidence", "minimum_creators"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:%|×|K|M)?")
BAD = re.compile(r"\bnan\b|\de\+\d|/tmp/|/home/|Traceback")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_source_keeps_the_rules(path: Path) -> None:
    assert not lint([path]), [str(complaint) for complaint in lint([path])]
    nbformat.validate(nbformat.read(path, as_version=4))
    source = json.loads(path.read_text(encoding="utf-8"))
    assert (source["nbformat"], source["nbformat_minor"]) == (4, 5)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_notebook_takes_the_shared_parameters(path: Path) -> None:
    declared = declared_parameters(json.loads(path.read_text(encoding="utf-8")), path.stem)
    assert set(declared) >= SHARED
    assert declared["paths"].default == ["../data/sample"]


def test_the_example_parameters_are_known_to_the_notebooks() -> None:
    known: set[str] = set()
    for path in SOURCES:
        known |= set(declared_parameters(json.loads(path.read_text(encoding="utf-8")), path.stem))
    assert set(parameters_file(notebooks_dir() / "parameters" / "example.yml")) <= known


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from analysis.sample import make_sample

    return make_sample(tmp_path_factory.mktemp("small"), creators=500, posts=5_000, placements=600)


@pytest.mark.slow
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_it_runs_to_findings_and_drawings(path: Path, small: Path, tmp_path: Path) -> None:
    outputs = executed(
        path, {"paths": [str(small / f"{name}.csv") for name in ("creators", "posts", "placements")]}, tmp_path
    )
    findings = [data[FINDING_JSON] for data in outputs if FINDING_JSON in data]
    drawings = [data[DRAWING_JSON] for data in outputs if DRAWING_JSON in data]
    assert len(findings) >= 9
    assert len({finding["id"] for finding in findings}) == len(findings)
    assert len(drawings) >= 2
    assert {drawing["finding"] for drawing in drawings} <= {finding["id"] for finding in findings}
    for finding in findings:
        text = json.dumps({key: value for key, value in finding.items() if key != "table"}, ensure_ascii=False)
        assert not BAD.search(text), (finding["id"], BAD.search(text))
        assert len(finding["title"]) <= 90
        assert finding["n"]["creators"] is not None
    for drawing in drawings:
        assert 40 <= len(drawing["alt"]) <= 250


@pytest.mark.slow
def test_a_title_holds_a_number_of_its_table(small: Path, tmp_path: Path) -> None:
    """A number of each title stands, as shown, in the table below it, or counts its rows or whom they are of."""
    from analysis import formats

    lost = []
    for path in SOURCES[:4]:  # a claim's table holds its groups; the contrast of its title has tests of its own
        for data in executed(
            path, {"paths": [str(small / f"{n}.csv") for n in ("creators", "posts", "placements")]}, tmp_path
        ):
            finding = data.get(FINDING_JSON)
            if finding is None or finding["verdict"] == "not testable":
                continue
            kinds = [column["kind"] for column in finding["table"]["columns"]]
            rows = finding["table"]["rows"]
            cells = [formats.show(cell, kind) for row in rows for cell, kind in zip(row, kinds, strict=True)]
            counts = [formats.count(n) for n in (len(rows), *finding["n"].values()) if n is not None]
            shown = set(NUMBER.findall(" ".join([*cells, *counts])))
            if not shown & set(NUMBER.findall(finding["title"])):
                lost.append((finding["id"], finding["title"]))
    assert not lost


def executed(path: Path, parameters: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Run a notebook as the runner does and return the data of its outputs."""
    import warnings

    import papermill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tools of the trade warn about themselves
        papermill.execute_notebook(
            str(path), str(folder / path.name), parameters=parameters, progress_bar=False, kernel_name="python3"
        )
    notebook = nbformat.read(folder / path.name, as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type in {"stream", "error"}]
    return [output.get("data", {}) for output in outputs]
