"""Shared by all tests: where the real files are, when they are."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# the suite draws the same examples every time; HYPOTHESIS_PROFILE=explore draws new ones
settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def visible() -> Path:
    """Return the folder of real creator exports, or skip: they are not part of the repository."""
    folder = Path(os.environ.get("CREATOR_ROI_VISIBLE", ROOT.parent / "shared" / "data" / "visible"))
    if not folder.is_dir():
        pytest.skip("the folder of real exports is not here; set CREATOR_ROI_VISIBLE to run this test")
    return folder


class NotebookMaker:
    """Writes small notebook sources: code as text, Markdown as ``md(text)``, a finding as ``finding(...)``."""

    PARAMETERS = 'paths: list = ["../data"]\nclient: str = "client"\nseed: int = 2020\nconfidence: float = 0.95'

    def __call__(
        self, path: Path, *cells: Any, parameters: str | None = PARAMETERS, title: str = "# Does it run?"
    ) -> Path:
        from nbformat import v4, write

        spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook = v4.new_notebook(metadata={"kernelspec": spec})
        tagged = [] if parameters is None else [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        made = [cell if not isinstance(cell, str) else v4.new_code_cell(cell) for cell in cells]
        notebook.cells = [v4.new_markdown_cell(title), *tagged, *made]
        for place, cell in enumerate(notebook.cells):
            cell.id = f"cell-{place}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(notebook, path)
        return path

    @staticmethod
    def md(text: str) -> Any:
        """Return a Markdown cell."""
        from nbformat.v4 import new_markdown_cell

        return new_markdown_cell(text)

    @staticmethod
    def show(kind: str, data: dict[str, Any], **also: str) -> str:
        """Return code that displays ``data`` under our JSON type ``kind``."""
        bundle = {f"application/vnd.creator-roi.{kind}+json": data, "text/plain": "shown", **also}
        text = repr(json.dumps(bundle))
        return f"import json\nfrom IPython.display import display\ndisplay(json.loads({text}), raw=True)"

    def finding(self, id: str, **data: Any) -> str:
        """Return code that displays a finding."""
        base = {
            "id": id,
            "question": f"What of {id}?",
            "title": f"{id} is 1",
            "sentence": f"The answer of {id} is 1.",
            "verdict": None,
            "evidence": "measured",
            "n": {"creators": 12, "posts": None},
            "table": {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1]]},
        }
        return self.show("finding", {**base, **data})


@pytest.fixture(scope="session")
def make_notebook() -> Callable[..., Path]:
    """Return the maker of small notebook sources."""
    return NotebookMaker()


#: Names that would run, reorder a line, break XML or leave their place, were they not only shown.
HOSTILE_NAMES = (
    '=HYPERLINK("https://evil.example/","click")',
    '<img src=x onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    '"><svg onload=window.hacked=1>',
    "](javascript:window.hacked=1)",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "..\\..\\x",
    "abc\u202egnp.exe\u202c",
    "👩\u200d👩\u200d👧 한국 ليلى 漢字 🔥",
    "x" * 500,
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "&lt;b&gt;",
    "#eval(read(1))",
    "$x^2$ \\frac{1}{2}",
    "nul\x07bell",
)


@pytest.fixture(scope="session")
def hostile_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return creators, posts and placements of 90 creators, the first of whom bear :data:`HOSTILE_NAMES`."""
    import csv
    import random

    chance = random.Random(7)
    folder = tmp_path_factory.mktemp("hostile")
    creators, posts, placements = [], [], []
    for place in range(90):
        name = HOSTILE_NAMES[place] if place < len(HOSTILE_NAMES) else f"creator {place}"
        followers = int(10 ** (3.1 + (place % 30) * 0.13))
        creators.append([f"c{place}", name, "instagram", followers])
        for number in range(3):
            likes = int(followers**0.85 * chance.uniform(0.2, 0.5)) + 5
            views = likes * chance.randint(9, 14)
            when = f"2026-0{number + 1}-1{place % 9}"
            posts.append([f"p{place}-{number}", f"c{place}", name, "instagram", when, likes, likes // 20, views])
        cost = round(followers * 0.025 * chance.uniform(0.8, 1.3), 2)
        sold = round(cost * chance.uniform(0.2, 3), 2)
        placements.append(
            ["spring", f"c{place}", name, f"p{place}-0", "2026-01-15", cost, "USD", likes, likes // 9, sold]
        )
    heads = {
        "creators": ["creator_id", "handle", "platform", "followers"],
        "posts": ["post_id", "creator_id", "handle", "platform", "published_at", "likes", "comments", "views"],
        "placements": [
            "campaign_id",
            "creator_id",
            "handle",
            "post_id",
            "date",
            "cost",
            "currency",
            "likes",
            "clicks",
            "revenue",
        ],
    }
    for table, rows in (("creators", creators), ("posts", posts), ("placements", placements)):
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([heads[table], *rows])
    return [folder / f"{table}.csv" for table in heads]


@pytest.fixture(scope="session")
def hostile_pack(tmp_path_factory: pytest.TempPathFactory, hostile_files: list[Path]) -> Path:
    """Return a whole pack made of :func:`hostile_files`, for a client with a theme; made once for all workers."""
    from filelock import FileLock

    from analysis import reporting

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "hostile-pack"
    folder.mkdir(exist_ok=True)
    theme = folder / "theme.yml"
    with FileLock(folder / "lock"):
        made = list(folder.glob("reports/*/*/run.json"))
        if made:
            return made[0].parent
        theme.write_text(
            "client: '<b>Acme</b> & {{7*7}}'\naccent: '#7A1FA2'\nsecond: '#006400'\nfooter: '</footer><script>'\n",
            encoding="utf-8",
        )
        return reporting.report(hostile_files, theme=theme, out=folder / "reports", progress=False)


@pytest.fixture(scope="session")
def browser() -> Any:
    """Return a running Chromium, or skip: it is a program of the system."""
    import shutil

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed on this system")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()
