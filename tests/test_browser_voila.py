"""The plan without JupyterLab: Voila shows the notebook as a page, and its sliders answer, in a real browser."""

import contextlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from support.patience import MINUTES, TRIES, serving

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
    environment = lab_environment()
    environment.pop("CREATOR_ROI_REPORT", None)

    def command(port: int) -> list[str]:
        notebook = str(home / "notebooks" / NOTEBOOK)
        return [sys.executable, "-m", "voila", notebook, "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]

    with serving(command, home / "voila.log", env=environment, cwd=home) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    with browser.new_page(viewport={"width": 1366, "height": 900}) as opened:
        yield opened


def test_the_recommendation_is_read_and_a_slider_changes_the_answer(served: str, page: Any) -> None:
    from playwright.sync_api import TimeoutError as Waited

    page.set_default_timeout(MINUTES * 1000 / 2)
    for _ in range(TRIES):  # a kernel of Voila's that never answers is Voila's affair: the page is asked for again
        with contextlib.suppress(Waited):
            page.goto(served)
            page.wait_for_selector("section.finding#whom-to-book")
            page.wait_for_function("document.querySelectorAll('.widget-slider').length === 5")
            page.wait_for_function("document.querySelectorAll('.widget-html svg').length === 1")
            break
    assert page.locator("section.finding#whom-to-book").inner_text().startswith("Book ")
    assert "analysis import" not in page.inner_text("body")  # code is for JupyterLab
    said = page.locator(".widget-html", has_text="Book ").first
    assert "Book 1 creator (" not in said.inner_text()
    page.locator(".widget-slider", has_text="creators at most").locator(".noUi-handle").focus()
    page.keyboard.press("Home")
    page.locator(".widget-html", has_text="Book 1 creator (").first.wait_for()
