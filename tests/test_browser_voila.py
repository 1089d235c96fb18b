"""The plan without JupyterLab: Voila shows the notebook as a page, and its sliders answer, in a real browser."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from analysis.reference import notebooks_dir
from analysis.reporting.lab import lab_environment
from analysis.sample import make_sample

pytestmark = pytest.mark.slow

NOTEBOOK = "04-budget-plan.ipynb"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the notebook as Voila serves it, on a copy beside a small sample."""
    if importlib.util.find_spec("voila") is None:
        pytest.skip("voila is not installed: uv sync --group dev")
    home = tmp_path_factory.mktemp("voila")
    (home / "notebooks").mkdir()
    shutil.copy(notebooks_dir() / NOTEBOOK, home / "notebooks" / NOTEBOOK)
    make_sample(home / "data" / "sample", creators=400, posts=4_000, placements=400)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    log = home / "voila.log"
    environment = lab_environment()
    environment.pop("CREATOR_ROI_REPORT", None)
    with log.open("wb") as told:
        command = [sys.executable, "-m", "voila", str(home / "notebooks" / NOTEBOOK), *options]
        server = subprocess.Popen(command, env=environment, stdout=told, stderr=told, cwd=home)
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(240):
            if server.poll() is not None:
                pytest.fail(f"Voila ended:\n{log.read_text()[-2000:]}")
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
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


def test_the_recommendation_is_read_and_a_slider_changes_the_answer(served: str, page: Any) -> None:
    page.goto(served, timeout=120_000)
    page.wait_for_selector("section.finding#whom-to-book", timeout=120_000)
    assert page.locator("section.finding#whom-to-book").inner_text().startswith("Book ")
    assert "analysis import" not in page.inner_text("body")  # code is for JupyterLab
    page.wait_for_selector(".widget-slider", timeout=120_000)
    assert page.locator(".widget-slider").count() == 5
    said = page.locator(".widget-html", has_text="Book ").first
    said.wait_for(timeout=60_000)
    before = said.inner_text()
    assert page.locator(".widget-html svg").count() == 1
    handle = page.locator(".widget-slider", has_text="creators at most").locator(".noUi-handle")
    handle.focus()
    started = time.monotonic()
    page.keyboard.press("Home")
    page.wait_for_function(
        "before => [...document.querySelectorAll('.widget-html')].some("
        "e => e.innerText.startsWith('Book ') && e.innerText !== before)",
        arg=before,
        timeout=30_000,
    )
    assert time.monotonic() - started < 20
    assert "Book 1 creator (" in page.locator(".widget-html", has_text="Book ").first.inner_text()
