"""An analyst opens a notebook in JupyterLab, runs all cells, and sees the findings: in a real browser."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.patience import serving, until

from analysis.findings.finding import FINDING_JSON
from analysis.reference import notebooks_dir
from analysis.reporting.lab import lab_command, lab_environment
from analysis.reporting.run import run_notebooks
from analysis.sample import make_sample

pytestmark = pytest.mark.slow

NOTEBOOK = "02-engagement-and-reach"

#: Milliseconds after which a key or a choice is taken to have been lost, and is given again.
WHILE = 30_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks beside a small sample: what is run by hand is saved, and the sources stay clean."""
    home = tmp_path_factory.mktemp("desk")
    shutil.copytree(notebooks_dir(), home / "notebooks")
    make_sample(home / "data" / "sample", creators=400, posts=6_000, placements=400)
    return home


@pytest.fixture(scope="module")
def lab(desk: Path) -> Iterator[str]:
    """The address of JupyterLab as ``creator-roi lab`` starts it, on the copy."""
    options = ["--no-browser", "--allow-root", "--IdentityProvider.token=", "--ServerApp.port_retries=0"]
    options += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]

    def command(port: int) -> list[str]:
        return lab_command([*options, f"--port={port}"], folder=desk / "notebooks")

    with serving(command, desk / "lab.log", env=lab_environment()) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    with browser.new_page(viewport={"width": 1366, "height": 900}) as opened:
        yield opened


def findings(path: Path) -> dict[str, Any]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except ValueError:  # JupyterLab is writing it at this moment
        return {}
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return {data[FINDING_JSON]["id"]: data[FINDING_JSON] for data in outputs if FINDING_JSON in data}


def again_and_again(step: Callable[[], Any], page: Any, what: str) -> Any:
    """Do ``step`` until it gives something: JupyterLab lets a key or a choice fall where its kernel is not yet there."""
    from playwright.sync_api import TimeoutError as Waited

    for _ in range(20):
        with contextlib.suppress(Waited):
            if given := step():
                return given
    return pytest.fail(f"never: {what}; JupyterLab showed:\n{page.locator('body').inner_text()[:2000]}")


def run_all(page: Any) -> bool:
    """Choose Run All Cells and say whether a cell was taken up."""
    dialog, item = (
        page.locator(".jp-Dialog .jp-mod-accept"),
        page.locator(".lm-Menu-itemLabel", has_text="Run All Cells"),
    )
    if dialog.count():
        dialog.first.click(timeout=WHILE)
    if not item.count():
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click(timeout=WHILE)
    item.first.click(timeout=WHILE)
    page.wait_for_function(
        "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]"
        ".some(prompt => /\\[[*\\d]+\\]/.test(prompt.textContent))",
        timeout=WHILE,
    )
    return True


def docstring(page: Any) -> str:
    """Press Shift-Tab and give what it tells."""
    page.keyboard.press("Shift+Tab")
    page.wait_for_selector(".jp-Tooltip", timeout=WHILE)
    return str(page.locator(".jp-Tooltip").inner_text(timeout=WHILE))


def test_open_run_all_see_the_findings_and_read_a_docstring(desk: Path, lab: str, page: Any) -> None:
    page.goto(f"{lab}/lab/tree/{NOTEBOOK}.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_function("document.querySelector('.jp-Toolbar-kernelName')?.textContent.includes('Python 3')")
    again_and_again(lambda: run_all(page), page, "a cell that runs")
    shown = page.locator(".jp-OutputArea-output section.finding").first
    failed = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").first
    shown.or_(failed).first.wait_for()
    assert not failed.count(), failed.inner_text()

    # saved when the last cell has run: what stands there is what papermill gives
    saved, expected = desk / "notebooks" / f"{NOTEBOOK}.ipynb", desk / "papermill"
    expected.mkdir()
    (wanted,) = run_notebooks([saved], expected, {}, progress=False)
    by_papermill = findings(wanted)
    assert by_papermill

    def whole() -> bool:
        assert not failed.count(), failed.inner_text()
        page.keyboard.press("Control+s")
        page.wait_for_timeout(200)  # the browser goes on while we wait for it
        return len(findings(saved)) >= len(by_papermill)

    until(whole, "the notebook saved with all its findings")
    by_hand = findings(saved)
    assert by_hand == by_papermill
    title = next(iter(by_hand.values()))["title"]
    page.locator("section.finding", has_text=title).first.wait_for()

    # Shift-Tab on a public function, in the same notebook: its kernel has the package loaded
    page.locator(".jp-CodeCell .cm-content").nth(1).click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("findings.open_study")
    told = again_and_again(lambda: docstring(page), page, "a docstring")
    assert "Signature" in told
    assert "paths in, Study out" in told
