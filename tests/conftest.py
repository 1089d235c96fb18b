"""Shared by all tests: where the real files are, when they are."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# the suite draws the same examples every time; HYPOTHESIS_PROFILE=explore draws new ones; how long one takes is the
# machine's affair
_PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, database=None, **_PATIENT)
settings.register_profile("explore", derandomize=False, **_PATIENT)
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
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return creators, posts and placements of a small synthetic sample, dirt included."""
    from analysis.sample import make_sample

    folder = make_sample(tmp_path_factory.mktemp("sample"), creators=400, posts=6_000, placements=400)
    return [folder / f"{name}.csv" for name in ("creators", "posts", "placements")]


@pytest.fixture(scope="session")
def sample_pack(tmp_path_factory: pytest.TempPathFactory, sample_files: list[Path]) -> Path:
    """Return a whole pack of :func:`sample_files` in the house look; made once for all workers."""
    from filelock import FileLock

    from analysis import reporting

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-pack"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        made = list(folder.glob("reports/*/*/run.json"))
        if made:
            return made[0].parent
        return reporting.report(sample_files, client="Sample", out=folder / "reports", progress=False)


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


class StoryMaker:
    """Makes what executed notebooks say without running any: findings with tables, charts of every kind, an About."""

    NAMES = HOSTILE_NAMES

    COLUMNS = (
        ("tier", "tier", "text"),
        ("measured", "creators", "count"),
        ("numerator", "cost", "money"),
        ("denominator", "engagements", "count"),
        ("pooled", "cost per engagement", "money"),
        ("low", "95% from", "money"),
        ("high", "95% to", "money"),
    )
    ROWS = (
        ("micro", 288, 250.0, 1010, 250 / 1010, 0.2, 0.3),
        ("macro", 103, 900.0, 1000, 0.9, 0.7, 1.2),
        ("mega", 4, 0.0, 0, None, None, None),
    )

    def finding(
        self, id: str, *, rows: Any = ROWS, columns: Any = COLUMNS, notebook: str = "03-cost", **data: Any
    ) -> Any:
        """Return a finding with a table."""
        from analysis.reporting.story import Column, FindingRecord

        base = {
            "id": id,
            "question": f"What of {id}?",
            "title": f"An engagement of {id} costs $0.248 with micro",
            "sentence": f"All the money of a tier over all its engagements of {id} is $0.248 with micro creators.",
            "verdict": "supported",
            "evidence": "measured",
            "n": {"creators": 395, "posts": 1180},
            "subtitle": "Cost per engagement, pooled, USD",
            "source": "Source: posts.csv, July 2026. 1,180 of 1,312 rows used. Measured.",
            "caution": "This compares creators as they are. It is an association.",
            "currency": "USD",
            "table": {"columns": [dict(zip(("name", "header", "kind"), c, strict=True)) for c in columns]},
            **data,
        }
        told = tuple(Column(*column) for column in columns)
        rows = tuple(tuple(row) for row in rows)
        return FindingRecord(id, base["question"], base["title"], base["sentence"], notebook, base, told, rows)

    def drawing(
        self, finding: str, chart: str = "", rows: Any = (), columns: Any = (), slide: bytes = b"", **encoding: Any
    ) -> Any:
        """Return a finding's drawing, with what a slide needs to draw it itself."""
        from analysis.reporting.story import DrawingRecord

        told = {"kind": chart, "encoding": encoding, "columns": list(columns), "rows": [list(r) for r in rows]}
        alt = "An engagement costs $0.248 with micro and $0.9 with macro creators."
        svg = '<svg viewBox="0 0 720 360"><g/></svg>'
        return DrawingRecord(finding, finding, alt, svg, b"", "", None, told if chart else {}, slide)

    def intervals(self, finding: str, rows: Any = ROWS, **encoding: Any) -> Any:
        """Return a chart of intervals by tier."""
        table = [(*row, row[1] < 20) for row in rows]
        columns = [name for name, *_ in self.COLUMNS] + ["flagged"]
        return self.drawing(
            finding, "measure_by_tier", table, columns, value="pooled", kind="money", currency="USD", **encoding
        )

    def story(self, *items: Any, chapter: str = "03-cost") -> Any:
        """Return a story of one chapter, each item under a question of its own finding."""
        from analysis.reporting.story import Chapter, Section, Story

        sections = tuple(Section(getattr(item, "question", "and?"), ("A plain word.",), (item,)) for item in items)
        return Story((Chapter(chapter, "Which one pays?", ("It opens.",), sections),))

    def about(self, **other: Any) -> Any:
        """Return what stands beside the findings."""
        from analysis.reporting.assemble import About, Term, TierRange
        from analysis.reporting.ledger import FileRows, Ledger, SetAside

        files = (FileRows("posts.csv", "posts", 1312, 1180, 132),)
        base: dict[str, Any] = {
            "client": "Acme",
            "period": "2026-07",
            "scheme": "article",
            "scheme_source": "the article",
            "ledger": Ledger(1312, 1180, (SetAside("duplicate", 132),), files, ("a column is in doubt",)),
            "tiers": (TierRange("micro", "1K–10K"), TierRange("macro", "10K–1M"), TierRange("mega", "1M and more")),
            "glossary": (Term("cost per engagement (CPE)", "cost / engagements", "That a like is a sale."),),
            "settings": {"seed": 2020},
        }
        return About(**{**base, **other})

    def hostile(self) -> Any:
        """Return a story in which every text from data is hostile, in every place a format shows one."""
        names = list(self.NAMES)
        rows = [(name, 30 + i, 10.0 + i, 20 + i, (10.0 + i) / (20 + i), 0.1, 3.0) for i, name in enumerate(names)]
        few, some = rows[:6], [rows[0], rows[7]]
        scatter = [(1000.0 * (i + 1), 30.0 * (i + 1), names[i % 3]) for i in range(30)]
        ratios = [(name, 1.0 + i, 0.5 + i, 2.0 + i) for i, name in enumerate(names[6:9])]
        text = {"subtitle": names[0], "caution": names[1], "source": names[2], "question": names[4]}
        return self.story(
            self.finding(
                "head", rows=rows, role="headline", action=names[3], big={"value": names[0], "label": names[5]}
            ),
            self.finding("=1+1", rows=rows, title=names[0] + " 1", sentence=names[1], **text),
            self.finding("tiers", rows=some, question=names[5], title="Tiers are 1234"),
            self.intervals("tiers", some, panel=None, reference=[0.5, names[0]]),
            self.finding("dots", rows=few, question=names[6], title="Dots are 2345"),
            self.drawing(
                "dots", "price_against_rule", scatter, ("followers", "fee", "tier"), order=names[:3], y_label=names[1]
            ),
            self.finding("forest", rows=few, question=names[7], title="Forests are 3456"),
            self.drawing(
                "forest", "micro_against_mega", ratios, ("measure", "estimate", "low", "high"), a=names[0], b=names[1]
            ),
        )


@pytest.fixture(scope="session")
def telling() -> StoryMaker:
    """Return the maker of stories for the formats that are laid out from one."""
    return StoryMaker()


@pytest.fixture(scope="session")
def parts_of() -> Callable[[bytes], dict[str, bytes]]:
    """Return a function that gives every part of an office package, those of the packages inside it too."""
    import io
    import zipfile

    def read(package: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            parts = {name: opened.read(name) for name in opened.namelist()}
        inner = {
            f"{name}!{n}": p for name, part in parts.items() if name.endswith(".xlsx") for n, p in read(part).items()
        }
        return {**parts, **inner}

    return read
