"""A table that only sums up another one: a pivot sheet, a summary by creator, a report made from the rows beside it.

Its figures are those of the other table, once more. What proves it is arithmetic: under each of its keys, every
figure that both tables have is the sum of the other's rows. Such a table is set aside whole, and said so. One row, or
one figure that happens to agree, proves nothing.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from analysis.intake.accounts import alike, stacked
from analysis.intake.bookings import named_by_values
from analysis.intake.decisions import Joined
from analysis.intake.ledgers import COSTS, RESULTS
from analysis.intake.links import Sheet, normal

__all__ = ["without_summaries"]

#: Share of a summary's keys under which each figure is the sum of the rows.
AGREE = 0.95

#: Fewer keys than this prove nothing.
LEAST_KEYS = 2

#: Rows of the longest table that is taken for a summary.
MOST_ROWS = 200_000

_NAMES = frozenset({"creator_id", "handle", "name", "campaign_id"})


def without_summaries(sheets: Sequence[Sheet], done: Joined) -> list[Sheet]:
    """Return the tables of posts and placements without those that only sum up another of them."""
    kept = list(sheets)
    for small in sheets:
        if small.frame.height > MOST_ROWS:
            continue
        for large in [*kept, *_pieces(kept, small)]:
            if small is large or small.clean is None or small.frame.height >= large.frame.height:
                continue
            figures = _sums_up(small, large)
            if figures and _more(small, figures):
                small.frame = small.frame.with_columns(pl.lit(None, small.frame[n].dtype).alias(n) for n in figures)
                done.rules.append(
                    f"{', '.join(figures)} of {small.label} are the sums of the rows of {large.label} and not added; "
                    f"{', '.join(_more(small, figures))} stand only there"
                )
                break
            if figures:
                everything = pl.repeat(True, small.frame.height, dtype=pl.Boolean, eager=True)
                done.aside(small.frame, everything, small.label, f"sums of the rows of {large.label}")
                done.rules.append(
                    f"{small.label} only sums up {large.label} ({', '.join(figures)} of each key are the sums of its "
                    "rows); it is set aside, and nothing is counted twice"
                )
                kept = [sheet for sheet in kept if sheet is not small]
                break
    return kept


def _keys(small: Sheet, large: Sheet) -> Iterator[tuple[pl.Series, pl.Series]]:
    """Yield what tells the rows of one table apart, and the same of the rows of another: who, or a kind of them."""
    for header, role in large.roles.items():
        if role not in _NAMES or large.unique(header):
            continue
        keys = next((small.keys[h] for h, r in small.roles.items() if r == role and small.unique(h)), None)
        if keys is None:
            column = named_by_values(small, large.keys[header])
            keys = normal(small.extra[column]) if column is not None else None
        if keys is not None:
            yield keys, large.keys[header]
    for name in ("platform", "country", "category"):
        if name in small.frame.columns and name in large.frame.columns:
            kinds = normal(small.frame[name])
            if kinds.drop_nulls().n_unique() == kinds.count() and kinds.count() > 0.6 * len(kinds):
                yield kinds, normal(large.frame[name])


def _more(sheet: Sheet, figures: Sequence[str]) -> list[str]:
    """Return what else a table measures, and the other does not."""
    rest = [name for name in (*COSTS, *RESULTS) if name in sheet.frame.columns and name not in figures]
    return [name for name in rest if sheet.frame[name].is_not_null().any()]


def _pieces(sheets: Sequence[Sheet], small: Sheet) -> list[Sheet]:
    """Return the tables that others are pieces of (a sheet a month), each as one: a year may sum them all up."""
    others = [sheet for sheet in sheets if sheet is not small and sheet.clean is not None]
    whole = []
    while others:
        base, *rest = others
        group = [sheet for sheet in rest if sheet.grain == base.grain and alike(base, sheet)]
        others = [sheet for sheet in rest if all(sheet is not other for other in group)]
        if group:
            for sheet in group:
                base = stacked(base, "", sheet, "")
            whole.append(base)
    return whole


def _sums_up(small: Sheet, large: Sheet) -> list[str]:
    """Return the figures of which one table holds the sums of another's rows, all that both have; else none."""
    both = [name for name in (*COSTS, *RESULTS) if name in small.frame.columns and name in large.frame.columns]
    both = [name for name in both if (small.frame[name].fill_null(0) != 0).any()]
    if not both:
        return []
    for keys, rows in _keys(small, large):
        if keys.drop_nulls().n_unique() < LEAST_KEYS:
            continue
        sums = (
            pl.DataFrame({"key": rows, **{n: large.frame[n].cast(pl.Float64) for n in both}})
            .drop_nulls("key")
            .group_by("key")
            .agg(pl.col(both).sum())
        )
        mine = pl.DataFrame({"key": keys, **{n: small.frame[n].cast(pl.Float64).fill_null(0.0) for n in both}})
        met = mine.drop_nulls("key").join(sums, on="key", how="left", suffix="_sum")
        near = [
            ((pl.col(n) - pl.col(f"{n}_sum")).abs() <= 1e-6 * pl.col(f"{n}_sum").abs() + 0.006).fill_null(False)
            for n in both
        ]
        if met.height >= LEAST_KEYS and float(met.select(pl.all_horizontal(near).mean()).item() or 0) >= AGREE:
            return both
    return []
