"""Shared by all tests: where the real files are, when they are."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from support.batches import Bench
from support.notebooks import NotebookMaker
from support.patience import browsing
from support.stories import HOSTILE_NAMES, StoryMaker

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


@pytest.fixture(scope="session")
def make_notebook() -> Callable[..., Path]:
    """Return the maker of small notebook sources."""
    return NotebookMaker()


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


@pytest.fixture
def bench(tmp_path: Path, make_notebook: NotebookMaker, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a workbench: clients to write, batches to run, packs to look at."""
    from analysis.reporting.kernel import prepare_kernels

    prepare_kernels()  # one parent for all tests, outside the temporary folder that they look at
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    return Bench(tmp_path, make_notebook)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a running Chromium, or skip: it is a program of the system."""
    with browsing() as running:
        yield running


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
