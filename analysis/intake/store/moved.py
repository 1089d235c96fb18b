"""A post that a later export lists under another month or platform is the same post, and counts once.

Months are those of UTC. An export that gives only the day, or a clock without its zone, may put a post of the last
night of a month before or after the edge where another puts it; and an export without days or without platforms has
partitions of its own. So ids are compared across such edges: of two neighbouring months only those of posts within two
days of the edge, which a difference of zones cannot leave (14 hours and a day rounded off), and all of them only where
a month or a platform is unknown. Where the platform is, an equal id is the same post only if it is the same creator's.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from analysis.intake.store.book import Part

__all__ = ["listed_elsewhere"]

#: How far from the edge of a month a post may lie and still have been put on the other side of it.
_EDGE = dt.timedelta(days=2)

_ID, _WHEN, _WHO = "post_id", "published_at", ("creator_id", "handle")

#: Platform and month, each empty where the rows do not say.
_Place = tuple[str, str]


def listed_elsewhere(folder: Path, parts: Sequence[tuple[int, Part]]) -> dict[str, pl.Series]:
    """Return the rows of each file that a later ingest lists again in another partition, by the file's name.

    ``parts`` are those of posts, each with the number of its ingest.
    """
    places = {_place(part) for _, part in parts}
    meets = {
        place: [(other, number) for number, part in parts if _near(place, other := _place(part))] for place in places
    }
    wanted = [(n, part) for n, part in parts if any(number != n for _, number in meets[_place(part)])]
    blank = [part for _, part in wanted if "" in _place(part)]
    ids = _ids(folder, blank)
    found = [_candidates(folder, number, part, ids) for number, part in wanted]
    rows = pl.concat([frame for frame in found if frame is not None] or [pl.DataFrame(schema=_SCHEMA)])
    pairs = rows.join(rows, on=_ID, suffix="_later").filter(
        pl.col("number") < pl.col("number_later"), _apart(), _same_creator()
    )
    gone = pairs.select("file", "row").unique().sort("file", "row")
    return {str(name): frame["row"] for (name,), frame in gone.partition_by("file", as_dict=True).items()}


_SCHEMA = {
    _ID: pl.String,
    "creator_id": pl.String,
    "handle": pl.String,
    "row": pl.UInt32,
    "number": pl.Int64,
    "file": pl.String,
    "platform": pl.String,
    "month": pl.String,
    "_index": pl.Int64,
}


def _place(part: Part) -> _Place:
    return part.platform, part.month


def _near(place: _Place, other: _Place) -> bool:
    """Whether one post may lie in both: another partition, in which a month or platform is unknown, or next to it."""
    same_platform = place[0] == other[0] or "" in (place[0], other[0])
    near_month = place[1] == other[1] or "" in (place[1], other[1]) or abs(_index(place[1]) - _index(other[1])) == 1
    return place != other and same_platform and near_month


def _index(month: str) -> int:
    """Return a month as a number that grows by one a month; a missing one far from all."""
    return int(month[:4]) * 12 + int(month[5:7]) if month else -9


def _ids(folder: Path, parts: Iterable[Part]) -> pl.Series:
    """Return the ids of posts whose month or platform is unknown."""
    files = [folder / part.file for part in parts]
    there = [file for file in files if _ID in pl.read_parquet_schema(file)]
    listed = [pl.read_parquet(file, columns=[_ID])[_ID].cast(pl.String) for file in there]
    return pl.concat([pl.Series(_ID, [], dtype=pl.String), *listed]).drop_nulls().unique()


def _candidates(folder: Path, number: int, part: Part, ids: pl.Series) -> pl.DataFrame | None:
    """Return the posts of a file that another partition may list."""
    file = folder / part.file
    names = pl.read_parquet_schema(file)
    if _ID not in names:
        return None
    asked = pl.col(_ID).is_in(ids.implode())
    if part.month and _WHEN in names:
        start = dt.datetime(int(part.month[:4]), int(part.month[5:7]), 1, tzinfo=dt.UTC)
        end = dt.datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=dt.UTC)
        asked = asked | (pl.col(_WHEN) < start + _EDGE) | (pl.col(_WHEN) >= end - _EDGE)
    about = {"number": number, "file": part.file, "platform": part.platform, "month": part.month}
    about["_index"] = _index(part.month)
    whose = [pl.col(name).cast(pl.String) if name in names else pl.lit(None, pl.String).alias(name) for name in _WHO]
    rows = pl.scan_parquet(file, glob=False).with_row_index("row").filter(pl.col(_ID).is_not_null() & asked)
    told = [pl.lit(value, dtype=_SCHEMA[name]).alias(name) for name, value in about.items()]
    return rows.select(pl.col(_ID).cast(pl.String), *whose, "row", *told).select(list(_SCHEMA)).collect()


def _apart() -> pl.Expr:
    """Whether two listings lie in partitions that may share a post."""
    platform, month, index = (pl.col(name) != pl.col(f"{name}_later") for name in ("platform", "month", "_index"))
    unknown = (pl.col("month") == "") | (pl.col("month_later") == "")
    next_to = (pl.col("_index") - pl.col("_index_later")).abs() <= 1
    nowhere = (pl.col("platform") == "") | (pl.col("platform_later") == "")
    return (platform | month | index) & (unknown | next_to) & (~platform | nowhere)


def _same_creator() -> pl.Expr:
    """Whether two listings are one creator's, where one of them does not name the platform."""
    equal = [(pl.col(name) == pl.col(f"{name}_later")).fill_null(False) for name in _WHO]
    return (pl.col("platform") == pl.col("platform_later")) | equal[0] | equal[1]
