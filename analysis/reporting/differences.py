"""Two tables that should be the same: which cell is another, and whose it is.

The rows of a finding's table are called by their first text cell; the rows of a canonical table by whom they are about.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from analysis.hostile import plain

__all__ = ["Moved", "cells_of_csv", "cells_of_frames"]

#: Columns that say what a row of a canonical table is about, the most telling last.
_ABOUT = ("platform", "creator_id", "handle", "name", "campaign_id", "post_id")

#: Cells named one by one; the rest is counted.
NAMED = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that is another now: where it stands, which row and column, what it was and what it is."""

    where: str
    row: str
    column: str
    then: str
    now: str

    def sentence(self) -> str:
        """Return it for a person."""
        which = ", ".join(part for part in (self.row, self.column) if part)
        return plain(f"{self.where}: {which} was {self.then or 'missing'}, is {self.now or 'missing'}", 300)


def cells_of_csv(where: str, then: str, now: str) -> list[Moved]:
    """Return the cells in which two CSV texts differ, every digit compared.

    Examples
    --------
    >>> for cell in cells_of_csv("t.csv", "tier,cost\\nmicro,0.5\\n", "tier,cost\\nmicro,0.51\\n"):
    ...     print(cell.sentence())
    t.csv: micro, cost was 0.5, is 0.51
    """
    old, new = (list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) for text in (then, now))
    header = old[0] if old else []
    if header != (new[0] if new else []):
        return [Moved(where, "", "its columns", ", ".join(header), ", ".join(new[0] if new else []))]
    if len(old) != len(new):
        return [Moved(where, "", "its rows", str(len(old) - 1), str(len(new) - 1))]
    return list(_csv_cells(where, header, old[1:], new[1:]))


def _csv_cells(
    where: str, header: Sequence[str], old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]
) -> Iterator[Moved]:
    for before, after in zip(old, new, strict=True):
        row = ", ".join(cell for cell in before[:2] if cell and not _number(cell))
        for column, was, is_ in zip(header, before, after, strict=True):
            if was != is_:
                yield Moved(where, row, column, was, is_)


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def cells_of_frames(where: str, then: pl.DataFrame | None, now: pl.DataFrame | None) -> list[Moved]:
    """Return the cells in which two canonical tables differ, row by row; at most :data:`NAMED` of them.

    Examples
    --------
    >>> then = pl.DataFrame({"handle": ["ana"], "likes": [10]})
    >>> print(cells_of_frames("posts", then, then.with_columns(likes=12))[0].sentence())
    posts: ana, likes was 10, is 12
    """
    if then is None or now is None:
        return [] if then is now else [Moved(where, "", "the table", _there(then), _there(now))]
    moved = [
        Moved(
            where, "", f"column {name}", "there" if name in then.columns else "", "there" if name in now.columns else ""
        )
        for name in sorted(set(then.columns) ^ set(now.columns))
    ]
    if then.height != now.height:
        return [*moved, Moved(where, "", "its rows", f"{then.height:,}", f"{now.height:,}")]
    for name in (name for name in then.columns if name in now.columns):
        for place in then[name].ne_missing(now[name]).arg_true()[:NAMED]:
            about = [str(then[part][place]) for part in _ABOUT if part in then.columns and part != name]
            row = ", ".join(part for part in about if part != "None")
            was, is_ = (frame[name][place] for frame in (then, now))
            moved.append(Moved(where, row, name, "" if was is None else str(was), "" if is_ is None else str(is_)))
    return moved[:NAMED]


def _there(frame: pl.DataFrame | None) -> str:
    return "" if frame is None else f"{frame.height:,} rows"
