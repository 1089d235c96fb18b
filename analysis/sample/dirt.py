"""The mess that exports have, planted and counted.

Rows repeated, cells that say ``#N/A`` or ``hidden`` or ``on request``, follower counts as ``13.6K`` in a minority of
rows, posts of an account that is in no list, a placement whose post is missing. The intake has to find exactly
these; the counts are in ``truth.json``. No dirt falls on a repeated row, so that a count is a count.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Dirt", "repeat_rows", "soil_creators", "soil_placements", "soil_posts", "suffixed"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Dirt:
    """A soiled table, what was planted in it, and which rows must stay as they are."""

    frame: pl.DataFrame
    planted: dict[str, Any]
    touched: Flags


def suffixed(value: int) -> str:
    """Return a count as exports shorten it, to one decimal.

    Examples
    --------
    >>> suffixed(13_579), suffixed(2_450_000), suffixed(999_960)
    ('13.6K', '2.5M', '1.0M')
    """
    if value >= 999_950:
        return f"{(value + 1e-6) / 1e6:.1f}M"
    return f"{(value + 1e-6) / 1e3:.1f}K"


def _pick(free: Flags, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    candidates = np.flatnonzero(free)
    return np.sort(rng.choice(candidates, min(count, len(candidates) // 20), replace=False))


def _overwrite(frame: pl.DataFrame, column: str, rows: NDArray[np.int64], text: str | None) -> pl.DataFrame:
    values = frame[column].cast(pl.String).to_list()
    for row in rows:
        values[row] = text
    return frame.with_columns(pl.Series(column, values, dtype=pl.String))


def soil_creators(frame: pl.DataFrame, *, suffix_share: float, rng: np.random.Generator) -> Dirt:
    """Return the creators with missing, unreadable and shortened cells; every number column they touch is text."""
    touched = np.zeros(frame.height, dtype=bool)
    planted: dict[str, Any] = {}

    def plant(column: str, count: int, text: str | None) -> int:
        nonlocal frame
        rows = _pick(~touched & frame[column].is_not_null().to_numpy(), count, rng)
        frame = _overwrite(frame, column, rows, text)
        touched[rows] = True
        return len(rows)

    planted["missing_followers"] = plant("followers", 15, None)
    planted["unreadable_cells"] = {
        "creators.followers": {"#N/A": plant("followers", 3, "#N/A")},
        "creators.avg_likes": {"hidden": plant("avg_likes", 4, "hidden")},
        "creators.fee": {"on request": plant("fee", 3, "on request")},
    }
    values = frame["followers"].to_list()
    shorten = ~touched & (rng.random(frame.height) < suffix_share)
    shorten &= np.array([value is not None and value.isdecimal() and int(value) >= 1_000 for value in values])
    texts = [suffixed(int(value)) if short else value for value, short in zip(values, shorten, strict=True)]
    planted["suffixed_followers"] = int(shorten.sum())
    frame = frame.with_columns(pl.Series("followers", texts, dtype=pl.String))
    return Dirt(frame, planted, touched | shorten)


def soil_posts(frame: pl.DataFrame, *, movable: Flags, rng: np.random.Generator) -> Dirt:
    """Return the posts with two of the ``movable`` ones given to an account that no list has."""
    rows = _pick(movable, 2, rng)
    frame = _overwrite(frame, "creator_id", rows, "cr90001")
    frame = _overwrite(frame, "handle", rows, "stray_signal_9001")
    touched = np.zeros(frame.height, dtype=bool)
    touched[rows] = True
    return Dirt(frame, {"orphan_posts": len(rows)}, touched)


def soil_placements(frame: pl.DataFrame, *, rng: np.random.Generator) -> Dirt:
    """Return the placements with one whose post is in no list."""
    rows = _pick(frame["post_id"].is_not_null().to_numpy(), 1, rng)
    touched = np.zeros(frame.height, dtype=bool)
    touched[rows] = True
    frame = _overwrite(frame, "post_id", rows, "p9000001")
    return Dirt(frame, {"orphan_placements": len(rows)}, touched)


def repeat_rows(dirt: Dirt, count: int, rng: np.random.Generator) -> tuple[pl.DataFrame, int]:
    """Return the table with ``count`` untouched rows repeated further down, and how many there were."""
    rows = _pick(~dirt.touched, count, rng)
    height = dirt.frame.height
    later = np.array([rng.integers(row, height) for row in rows], dtype=np.float64) + 0.5
    order = np.argsort(np.concatenate([np.arange(height, dtype=np.float64), later]), kind="stable")
    return dirt.frame[np.concatenate([np.arange(height), rows])[order]], len(rows)
