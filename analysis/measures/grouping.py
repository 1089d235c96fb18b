"""Accounts become groups: a tier, a platform, a category, or any of them crossed.

A group's figure is pooled, the sum of numerators over the sum of denominators: costs 100, 100 and 50 over 10, 1,000
and 0 engagements are 0.2475 an engagement, not the 5.05 that the mean of ratios gives. Beside it stand the median
and the middle half of the creators' own ratios, which three viral posts cannot move. A group is never dropped for
being empty or small: it is shown, and flagged.
"""

from collections.abc import Callable, Iterable
from typing import Any

import narwhals as nw

from analysis.errors import ColumnError, SchemeError
from analysis.measures.frames import Lazy, clean, collected, missing, same_library
from analysis.measures.registry import measure_named
from analysis.measures.tiers import DEFAULT_SCHEME, UNKNOWN, SchemeLike, scheme_names, tier_order

__all__ = ["GROUP_COLUMNS", "groups"]

#: What :func:`groups` says of a group, after the columns it is grouped by.
GROUP_COLUMNS = (
    "creators",
    "measured",
    "posts",
    "numerator",
    "denominator",
    "pooled",
    "median",
    "q25",
    "q75",
    "zero_denominator",
    "missing",
    "flagged",
)


def groups(
    accounts: Any,
    measure: str,
    *,
    by: Iterable[str] = ("tier",),
    minimum: int = 20,
    scheme: SchemeLike | None = None,
) -> Any:
    """Return one row per group: the pooled measure, its spread over creators, and how many creators it rests on.

    Parameters
    ----------
    accounts : frame
        What :func:`accounts` returns, whole or filtered. Not changed.
    measure : str
        A name of :data:`~analysis.measures.registry.MEASURES`.
    by : iterable of str
        Columns of ``accounts`` to group by.
    minimum : int
        Groups with fewer measured creators are flagged.
    scheme : str, Path, mapping or Scheme, optional
        Whose tiers to show, the empty ones included. Read from the column ``scheme`` where the frame is eager; give
        it for lazy frames and for schemes of your own.

    Returns
    -------
    frame
        ``by`` (a missing value of ``tier`` reads ``followers unknown``, of any other column ``unknown``), creators
        (in the group), measured (denominator above 0), posts, numerator, denominator, pooled, median, q25, q75
        (linear quantiles of the creators' own ratios), zero_denominator and missing (creators), flagged.
        Groups in the order of the scheme.

    Raises
    ------
    ParameterError
        If there is no such measure.
    ColumnError
        If ``accounts`` lacks a column.
    SchemeError
        If the tiers of an eager frame are not those of the scheme.

    Notes
    -----
    pooled = sum(numerator) / sum(denominator), over creators where both are known. A creator whose denominator is 0
    has no ratio, still counts in both sums, and is counted in ``zero_denominator``.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.measures.summary import accounts as from_rows
    >>> paid = pd.DataFrame({"handle": list("abc"), "followers": 2000, "cost": [100, 100, 50], "likes": [10, 1000, 0]})
    >>> table = groups(from_rows(placements=paid), "cost_per_engagement")
    >>> table[["tier", "creators", "measured", "pooled", "zero_denominator"]].round(4)
            tier  creators  measured  pooled  zero_denominator
    0   under 1k         0         0     NaN                 0
    1      micro         3         2  0.2475                 1
    2      macro         0         0     NaN                 0
    3       mega         0         0     NaN                 0
    """
    measure_named(measure)
    wrapped = nw.from_native(accounts)
    finish = same_library([accounts])
    by = list(by)
    names = wrapped.collect_schema().names()
    absent = [name for name in (*by, f"{measure}_num", f"{measure}_den") if name not in names]
    if absent:
        raise ColumnError(absent, names, "a table of groups")
    order = _tiers_to_show(wrapped, scheme) if "tier" in by else []
    top, bottom = nw.col("_num"), nw.col("_den")
    rows = wrapped.lazy().select(
        *(_label(name).alias(name) for name in by),
        clean(nw.col(f"{measure}_num")).alias("_num"),
        clean(nw.col(f"{measure}_den")).alias("_den"),
        (clean(nw.col("posts")) if "posts" in names else missing()).alias("posts"),
        nw.lit(1.0).alias("_creator"),
    )
    finish, rows = _in_one_go(wrapped, finish, rows)
    known = ~top.is_null() & ~bottom.is_null()
    rows = nw.concat([rows, *_empty_groups(rows, by, order)], how="vertical") if order else rows
    rows = rows.with_columns(
        nw.when(known).then(top).alias("_num"),
        nw.when(known).then(bottom).alias("_den"),
        nw.when(known & (bottom > 0)).then(top / bottom).alias("_own"),
        (known & (bottom == 0)).cast(nw.Float64).alias("_zero"),
        known.cast(nw.Float64).alias("_known"),
    )
    own = nw.col("_own")
    table = rows.group_by(by).agg(
        nw.col("_creator").sum().alias("creators"),
        own.count().alias("measured"),
        nw.col("posts").sum(),
        nw.col("posts").count().alias("_posts"),
        top.sum().alias("numerator"),
        bottom.sum().alias("denominator"),
        own.median().alias("median"),
        own.quantile(0.25, interpolation="linear").alias("q25"),
        own.quantile(0.75, interpolation="linear").alias("q75"),
        nw.col("_zero").sum().alias("zero_denominator"),
        nw.col("_known").sum().alias("_known"),
    )
    whole = ["creators", "measured", "zero_denominator", "missing"]
    some = nw.col("_known") > 0
    table = table.with_columns(
        (nw.col("creators") - nw.col("_known")).alias("missing"),
        nw.when(some).then(nw.col("numerator")).alias("numerator"),
        nw.when(some).then(nw.col("denominator")).alias("denominator"),
        nw.when(some & (nw.col("denominator") > 0)).then(nw.col("numerator") / nw.col("denominator")).alias("pooled"),
        nw.when((nw.col("_posts") > 0) | (nw.col("creators") == 0)).then(nw.col("posts")).alias("posts"),
        (nw.col("measured") < minimum).alias("flagged"),
    )
    table = table.with_columns(*(nw.col(name).cast(nw.Int64) for name in whole), *_rank(by, order))
    sorting = ["_rank" if name == "tier" and order else name for name in by]
    return finish(table.sort(*sorting).select(*by, *GROUP_COLUMNS))


def _in_one_go(
    accounts: nw.DataFrame[Any] | Lazy, finish: Callable[[Lazy], Any], rows: Lazy
) -> tuple[Callable[[Lazy], Any], Lazy]:
    """Hand the rows of a pandas frame to polars: it takes all the steps at once, pandas some milliseconds for each."""
    if not (isinstance(accounts, nw.DataFrame) and accounts.implementation.is_pandas()):
        return finish, rows
    return lambda table: collected(table).to_pandas(), nw.from_native(rows.collect().to_polars()).lazy()


def _label(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String).fill_null(UNKNOWN if name == "tier" else "unknown")


def _empty_groups(rows: Lazy, by: list[str], order: list[str]) -> list[Lazy]:
    """Return one row of no creator for each tier, within every group of the other columns."""
    others = [name for name in by if name != "tier"]
    base = rows.group_by(others).agg(nw.len().alias("_n")) if others else rows.select(nw.len().alias("_n"))
    nothing = {"_num": missing(), "_den": missing(), "posts": missing(), "_creator": nw.lit(0.0)}
    filled = base.with_columns(*(value.alias(name) for name, value in nothing.items()))
    return [filled.with_columns(nw.lit(tier).alias("tier")).select(*by, *nothing) for tier in order]


def _rank(by: list[str], order: list[str]) -> list[nw.Expr]:
    if "tier" not in by or not order:
        return []
    rank: nw.Expr = nw.lit(len(order))
    for place, tier in enumerate(order):
        rank = nw.when(nw.col("tier") == tier).then(nw.lit(place)).otherwise(rank)
    return [rank.alias("_rank")]


def _tiers_to_show(accounts: nw.DataFrame[Any] | Lazy, scheme: SchemeLike | None) -> list[str]:
    eager = isinstance(accounts, nw.DataFrame)
    if scheme is None and eager and "scheme" in accounts.columns:
        named = accounts["scheme"].drop_nulls().unique().to_list()
        scheme = named[0] if len(named) == 1 and named[0] in scheme_names() else None
        if scheme is None and named:
            raise SchemeError(
                f"these accounts were made with {', '.join(map(repr, named))}; pass scheme= to groups too."
            )
    order = tier_order(scheme if scheme is not None else DEFAULT_SCHEME)
    if eager:
        strange = sorted({str(tier) for tier in accounts["tier"].drop_nulls().unique().to_list()} - set(order))
        if strange:
            raise SchemeError(f"tiers {', '.join(strange)} are not of this scheme ({', '.join(order)}); pass scheme=.")
    return order
