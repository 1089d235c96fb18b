"""A hundred million posts are looked at once for all notebooks: what is kept beside them is small.

Each question that needs single posts makes one small table of them, a row an account or less. Here all of these are
made and written beside the cleaned tables, so that a notebook opens its study without reading a post, and finds the
same numbers to the last digit: the tables are made by the questions' own code. It is asked a block of whole accounts
at a time (:mod:`analysis.findings.blocks`), so that no process holds all posts; what accounts come to is added up.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import SourceError
from analysis.findings import blocks, crossing, media_value, peers, posts, unusual
from analysis.findings.blocks import Again, blocks_of
from analysis.findings.claims import ground
from analysis.findings.narrowed import of_platform
from analysis.findings.opening import open_study, study_of
from analysis.findings.plan.seen import Seen
from analysis.findings.study import Study
from analysis.findings.summed import FOLDER, KEY, POINTED, TALLIES, sums_of, valid_for
from analysis.intake import open_canonical
from analysis.measures.prepared import prepared
from analysis.publish import scratch_folder, staging_folder

__all__ = ["open_reduced", "write_reduced"]

#: Every question that looks at single posts.
_QUESTIONS: tuple[Callable[[Study], object], ...] = (
    posts.kinds,
    lambda study: study.dates,
    crossing.kinds_of_posts,
    media_value.worth_of_posts,
    peers.levels_of_posts,
    unusual.signals_of_posts,
    ground.marks_of_posts,
)


@contextmanager
def open_reduced(paths: str | Path | Sequence[str | Path], **options: Any) -> Iterator[Study]:
    """Open a study as :func:`analysis.findings.open_study` does, for questions that ask for single posts.

    Posts of a cleaned folder or a store that are more than a block are looked at once, a block at a time, in a scratch
    folder that goes with the study; fewer, and those of other files, are read when they are asked for.
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    opened = open_canonical(listed[0]) if len(listed) == 1 else None
    if opened is None or (Path(listed[0]) / FOLDER).is_dir() or opened.known("") <= blocks.BLOCK:
        yield open_study(paths, **options)
        return
    with scratch_folder("reduced") as scratch:
        data = scratch / "data"
        opened.write(data)
        write_reduced(data, platform=options.get("platform"), currency=options.get("currency"))
        yield open_study(data, **options)


def write_reduced(
    folder: Path, *, platform: str | None = None, currency: str | None = None, engine: str = "auto"
) -> Path:
    """Make every small table of the posts in a folder and write them into ``folder/reduced``, which is returned.

    Parameters
    ----------
    folder : path
        Cleaned tables, as :func:`analysis.intake.write` wrote them.
    platform, currency
        What is looked at, as :func:`analysis.findings.open_study` takes it.
    engine : str
        What sums the posts by account; what needs them in their order is polars' alone.

    Raises
    ------
    ParameterError, CurrencyError
        As :func:`analysis.findings.open_study`.
    SourceError
        If there are no cleaned tables.
    """
    opened = open_canonical(folder)
    every = None if opened is None else opened.posts
    if opened is None or every is None:
        raise SourceError(f"{folder} holds no cleaned posts; make it with `creator-roi clean`.")
    summed = sums_of(opened, engine)
    study = study_of(opened.tables, platform=platform, currency=currency, summed=summed)
    study.rules  # noqa: B018 - made once, and kept
    key = prepared(study.creators, summed.pointed, study.placements, summed.tallies).key
    rows = int(summed.tallies["posts"].sum())
    kept = of_platform(opened.tables.present(), platform)
    with blocks_of(every, rows, key, kept, folder) as parts:
        found = _looked_at(study, parts, folder)
    target = folder / FOLDER
    with staging_folder(target) as staging:
        for name, table in {**study.kept, **found, TALLIES: summed.tallies, POINTED: summed.pointed}.items():
            table.write_parquet(staging / f"{name}.parquet")
        valid = valid_for(folder, {"platform": platform, "currency": currency})
        (staging / KEY).write_text(json.dumps(valid), encoding="utf-8")
    return target


def _looked_at(study: Study, parts: list[Again], beside: Path) -> dict[str, pl.DataFrame]:
    """Return what every question makes of the posts, block by block."""
    plan = Seen(study)
    tables: dict[str, list[pl.DataFrame]] = {}
    with tempfile.TemporaryDirectory(prefix=".rows-", dir=beside) as scratch:
        files = []
        for number, block in enumerate(parts):
            part = replace(study, read_posts=block, few_posts=None, kept={}, memory={})
            for question in _QUESTIONS:
                question(part)
            for name, table in part.kept.items():
                tables.setdefault(name, []).append(table)
            files.append(Path(scratch) / f"{number}.parquet")
            assert part.posts is not None
            plan.rows(part.posts).write_parquet(files[-1], compression="lz4", statistics=False)
        seen = plan.tables(pl.read_parquet(file) for file in files)
    return {**{name: _together(name, parts) for name, parts in tables.items()}, **seen}


def _together(name: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Return what all blocks come to."""
    there = [part for part in parts if part.width]
    if len(there) < 2:
        return there[0] if there else parts[0]
    return _ADDED.get(name, _by_account)(pl.concat(there, how="vertical_relaxed"))


def _by_account(tables: pl.DataFrame) -> pl.DataFrame:
    return tables.sort("account")


_first: dict[str, Any] = {"maintain_order": True}

#: How tables are added that have no row an account.
_ADDED: Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "columns": lambda table: table.group_by("column", **_first).agg(pl.col("known").sum()),
    "days": lambda table: table.select(pl.col("first").min(), pl.col("last").max()),
    "kinds": lambda table: table.unique().sort("kind"),
    "worth": lambda table: media_value.in_order(
        table.group_by("platform", "list", **_first).agg(pl.col("posts", "worth").sum())
    ),
}
