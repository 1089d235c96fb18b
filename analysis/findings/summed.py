"""Posts that stay where they lie: a study of them holds their sums by account, and what was kept of an earlier look.

Beside cleaned tables may lie a folder ``reduced``: what the questions about single posts come down to, a few small
tables, made once for all notebooks of a pack. It names the files it was made from, by size and time, and the platform
and currency that were looked at; where any of these differ it is not believed, and the posts are read again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from analysis import __version__
from analysis.intake import Canonical, bring, small
from analysis.measures.tallies import merged, pointed_at, tally

__all__ = ["FOLDER", "KEY", "POINTED", "TALLIES", "Summed", "summed_posts", "sums_of", "valid_for"]

#: Where reduced tables lie, and what says from what they were made.
FOLDER, KEY = "reduced", "key.json"

#: The reduced tables that a study of accounts needs.
TALLIES, POINTED = "tallies", "pointed-at"


@dataclass(frozen=True)
class Summed:
    """Posts by their sums.

    Attributes
    ----------
    tallies, pointed
        What :func:`analysis.measures.tallies.tally` and ``pointed_at`` return; where no deliverable points at a post,
        a table of their columns without a row.
    load
        Reads all posts.
    kept
        Small tables that were made of them before, by name.
    """

    tallies: pl.DataFrame
    pointed: pl.DataFrame
    load: Callable[[], pl.DataFrame | None]
    kept: dict[str, pl.DataFrame] = field(default_factory=dict)


def summed_posts(path: str | Path, opened: Canonical, engine: str, *, seen: Mapping[str, str | None]) -> Summed:
    """Sum the posts of canonical tables on an engine, unless their sums lie beside them.

    ``seen`` names the platform and the currency that are looked at.
    """
    kept = _kept(Path(path), valid_for(Path(path), seen)) if engine == "auto" else {}
    if {TALLIES, POINTED} <= kept.keys():
        return Summed(kept[TALLIES], kept[POINTED], opened.load, kept)
    return sums_of(opened, engine)


def sums_of(opened: Canonical, engine: str = "auto") -> Summed:
    """Return the sums of posts that lie somewhere: each is read once, by the engine."""
    paid, scans = opened.tables.placements, opened.scans(engine)
    parts = [_typed(small(tally(scan))) for scan in scans]
    tallies = parts[0] if len(parts) == 1 else merged(parts)
    named = opened.posts
    assert named is not None
    pointed = pl.DataFrame(schema=named.collect_schema())
    if paid is not None and {"post_id"} <= set(paid.columns) & set(pointed.columns):
        asked = paid.select("post_id").drop_nulls().unique()
        base = None if opened.relation is None else opened.base
        there = [bring(asked, "polars" if isinstance(scan, pl.LazyFrame) else engine, base) for scan in scans]
        found = [pointed_at(scan, wanted) for scan, wanted in zip(scans, there, strict=True)]
        few = [small(part) for part in found if part is not None]
        known = [{name: pointed.schema[name] for name in part.columns if name in pointed.schema} for part in few]
        few = [
            part.select(list(types)).cast(pl.Schema(types)) for part, types in zip(few, known, strict=True)
        ]  # an engine has its own
        pointed = pl.concat([pointed, *few], how="diagonal")
    return Summed(tallies, pointed, opened.load)


def _typed(tallies: pl.DataFrame) -> pl.DataFrame:
    """Give columns of nothing the type of their kind; an engine's own may be anything."""
    naming = {"creator_id", "handle", "name", "platform", "relationship"}
    return tallies.cast({name: pl.String if name in naming else pl.Float64 for name in tallies.columns})


def valid_for(folder: Path, seen: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what reduced tables of a folder depend on: the files, the version, and what is looked at."""
    files = sorted(folder.glob("*.parquet"))
    return {
        "version": __version__,
        "files": {file.name: [file.stat().st_size, file.stat().st_mtime_ns] for file in files},
        "seen": {name: (value or "").strip().lower() for name, value in sorted(seen.items())},
    }


def _kept(folder: Path, expected: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    reduced = folder / FOLDER
    try:
        if json.loads((reduced / KEY).read_text(encoding="utf-8")) != expected:
            return {}
        return {file.stem: pl.read_parquet(file) for file in sorted(reduced.glob("*.parquet"))}
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return {}
