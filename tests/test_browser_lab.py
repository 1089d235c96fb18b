"""An analyst opens a notebook in JupyterLab, runs all cells, and sees the findings: in a real browser."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.findings.finding import FINDING_JSON
from analysis.reference import notebooks_dir
from analysis.reporting.lab import lab_command, lab_environment
from analysis.reporting.run import run_notebooks
from analysis.sample import make_sample

pytestmark = pytest.mark.slow

NOTEBOOK = "02-engagement-and-reach"


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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--IdentityProvider.token=",
        "--ServerApp.port_retries=0",
    ]
    options += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    log = desk / "lab.log"
    with log.open("wb") as told:
        server = subprocess.Popen(
            lab_command(options, folder=desk / "notebooks"), env=lab_environment(), stdout=told, stderr=told
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            if server.poll() is not None:
                pytest.fail(f"JupyterLab ended:\n{log.read_text()[-2000:]}")
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    with browser.new_page(viewport={"width": 1366, "height": 900}) as opened:
        yield opened


def findings(path: Path) -> dict[str, Any]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return {data[FINDING_JSON]["id"]: data[FINDING_JSON] for data in outputs if FINDING_JSON in data}


def run_all(page: Any) -> None:
    """Choose Run All Cells, again where JupyterLab let the choice fall because its kernel was not yet connected."""
    from playwright.sync_api import TimeoutError as Waited

    taken = (
        "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]"
        ".some(prompt => /\\[[*\\d]+\\]/.test(prompt.textContent))"
    )
    for _ in range(10):
        dialog = page.locator(".jp-Dialog .jp-mod-accept")
        if dialog.count():
            dialog.first.click()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
        try:
            page.wait_for_function(taken, timeout=30_000)
        except Waited:
            continue
        return
    pytest.fail(f"JupyterLab never ran a cell; it showed:\n{page.locator('body').inner_text()[:2000]}")


def test_open_run_all_see_the_findings_and_read_a_docstring(desk: Path, lab: str, page: Any) -> None:
    page.goto(f"{lab}/lab/tree/{NOTEBOOK}.ipynb?reset", timeout=120_000)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
    kernel = "document.querySelector('.jp-Toolbar-kernelName')?.textContent.includes('Python 3')"
    page.wait_for_function(kernel, timeout=180_000)
    run_all(page)
    shown = page.locator(".jp-OutputArea-output section.finding").first
    failed = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").first
    shown.or_(failed).first.wait_for(timeout=300_000)
    assert not failed.count(), failed.inner_text()

    # saved when the last cell has run: what stands there is what papermill gives
    saved = desk / "notebooks" / f"{NOTEBOOK}.ipynb"
    last = [i for i, c in enumerate(json.loads(saved.read_text())["cells"]) if c["cell_type"] == "code"][-1]
    counted = f"document.querySelectorAll('.jp-Notebook .jp-Cell')[{last}]"
    page.wait_for_function(
        f"/\\[\\d+\\]/.test({counted}?.querySelector('.jp-InputPrompt')?.textContent || '')", timeout=300_000
    )
    page.keyboard.press("Control+s")
    expected = desk / "papermill"
    expected.mkdir()
    (wanted,) = run_notebooks([saved], expected, {}, progress=False)
    deadline = time.monotonic() + 60
    while len(findings(saved)) < len(findings(wanted)) and time.monotonic() < deadline:
        time.sleep(0.5)
    by_hand, by_papermill = findings(saved), findings(wanted)
    assert by_papermill
    assert by_hand == by_papermill
    title = next(iter(by_hand.values()))["title"]
    assert page.locator("section.finding", has_text=title).first.is_visible()

    # Shift-Tab on a public function, in the same notebook: its kernel has the package loaded
    page.locator(".jp-CodeCell .cm-content").nth(1).click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("findings.open_study")
    page.keyboard.press("Shift+Tab")
    page.wait_for_selector(".jp-Tooltip", timeout=30_000)
    told = page.locator(".jp-Tooltip").inner_text()
    assert "Signature" in told
    assert "paths in, Study out" in told
    page.keyboard.press("Escape")
