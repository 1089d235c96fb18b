"""The booking list: who, for how much, what it should bring, how sure that is, and why.

It is the file that leaves the house: a person signs it, and a year later a finished campaign is scored against it. So
its columns are fixed, amounts are plain numbers, and text that a spreadsheet would run is defused on the way out and
mended on the way in.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ColumnError, SourceError
from analysis.hostile import guard_formula, unguard_formula
from analysis.planning.draws import OUTCOMES
from analysis.publish import write_whole

__all__ = ["COLUMNS", "SCORED", "as_booked", "booking_list", "read_booking_list", "write_booking_list"]

#: Outcomes a booking list speaks of.
SCORED = ("engagements", "reach", "conversions", "revenue")
#: The columns of a booking list, in order.
COLUMNS = (
    "handle",
    "platform",
    "tier",
    "fee",
    *(f"expected_{outcome}{part}" for outcome in SCORED for part in ("", "_low", "_high")),
    "evidence",
    "reason",
)


#: What stands behind a figure, firmest first.
_RANK = ("measured", "modelled", "assumed")


def booking_list(
    candidates: pd.DataFrame, chosen: Sequence[int], *, posts: Sequence[int] | None = None
) -> pd.DataFrame:
    """Return the booking list of a plan: :data:`COLUMNS`, one row a creator, in the order chosen.

    Parameters
    ----------
    candidates : pandas.DataFrame
        As :func:`analysis.planning.response.candidates` returns it.
    chosen : sequence of int
        Positions of those booked.
    posts : sequence of int, optional
        Posts of each, where some are booked for several: named in ``reason``; expectations are of one.

    Notes
    -----
    ``evidence`` is the weakest behind any expectation of the row: assumed orders make a row assumed.
    """
    rows = candidates.iloc[list(chosen)]
    made = pd.DataFrame({name: rows[name].to_numpy() for name in ("handle", "platform", "tier", "fee")})
    made["handle"] = [a if h is None or h != h else h for h, a in zip(made["handle"], rows["account"], strict=True)]
    for outcome in SCORED:
        for part in ("", "_low", "_high"):
            made[f"expected_{outcome}{part}"] = rows[f"{outcome}{part}"].to_numpy(dtype=float)
    weakest = rows[[f"{outcome}_evidence" for outcome in OUTCOMES]].map(_RANK.index).max(axis=1)
    made["evidence"] = [_RANK[int(rank)] for rank in weakest]
    made["reason"] = rows["reason"].to_numpy()
    if posts is not None:
        words = [f"{n} posts; " if n > 1 else "" for n in posts]
        made["reason"] = [word + reason for word, reason in zip(words, made["reason"], strict=True)]
    return made[list(COLUMNS)]


def write_booking_list(table: pd.DataFrame, path: Path | str) -> Path:
    """Write a booking list as CSV, whole or not at all; text that begins like a formula gets an apostrophe."""
    made = table.copy()
    for name in ("handle", "platform", "tier", "evidence", "reason"):
        made[name] = [None if _blank(value) else guard_formula(str(value)) for value in made[name]]
    for name in made.columns:
        if name.startswith("expected_") or name == "fee":
            made[name] = made[name].astype(float).round(2)
    place = Path(path)
    write_whole(place, made.to_csv(index=False, lineterminator="\n"))
    return place


def read_booking_list(path: Path | str) -> pd.DataFrame:
    """Return a booking list as it was written: text as text, amounts as numbers.

    Raises
    ------
    SourceError
        If the file cannot be read.
    ColumnError
        If it names nobody or expects nothing.
    """
    place = Path(path)
    try:
        table = pd.read_csv(place, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"cannot read the booking list {place.name}: {error.strerror or error}.") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise SourceError(f"{place.name} is no CSV of a booking list; write it anew with `plan --csv`.") from error
    return as_booked(table)


def as_booked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the list with numbers as numbers, and every known column there.

    Raises
    ------
    ColumnError
        If it names nobody or expects nothing.
    """
    if "handle" not in table.columns or not any(f"expected_{outcome}" in table.columns for outcome in SCORED):
        absent = [name for name in ("handle", "expected_engagements") if name not in table.columns]
        raise ColumnError(absent, [str(name) for name in table.columns], "a booking list")
    made = pd.DataFrame(index=range(len(table)))
    for name in COLUMNS:
        values = table[name].to_numpy() if name in table.columns else np.full(len(table), None)
        if name in {"handle", "platform", "tier", "evidence", "reason"}:
            made[name] = [None if _blank(value) else unguard_formula(str(value)) for value in values]
        else:
            made[name] = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float)
    return made


def _blank(value: object) -> bool:
    return value is None or value != value or not str(value).strip()
