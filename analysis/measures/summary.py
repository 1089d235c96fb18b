"""Posts, deliverables and accounts become one row per account, and accounts become groups.

The unit of every comparison is the creator, so everything is first brought to one row an account
(:func:`accounts`), with each measure as a numerator and a denominator. A group's figure is pooled from those sums;
the median and the middle half are over the creators' own ratios (:func:`groups`). Nothing is rounded and nothing is
collected here: lazy tables give lazy results, in pandas, polars, duckdb or Spark.

The traps this settles: a fee is counted once however many posts it joins to; a sum of nothing is missing, not zero; a
ratio sums its two sides over the same rows; followers are those at post time where known; a tier without creators
stays in the table, and creators without followers are a row of their own.
"""

from typing import Any

import narwhals as nw

from analysis.measures.combine import combined, meet
from analysis.measures.frames import Lazy, missing, same_library
from analysis.measures.grouping import groups
from analysis.measures.post_sums import post_sums
from analysis.measures.prepared import prepared
from analysis.measures.registry import MEASURES
from analysis.measures.rules import accounts_rules
from analysis.measures.sources import creator_rows, deliverable_sums
from analysis.measures.tiers import DEFAULT_SCHEME, QUANTILE, Scheme, SchemeLike, load_scheme, tier_expression

__all__ = ["ACCOUNT_COLUMNS", "accounts", "accounts_rules", "groups", "unattributed"]

#: The columns of an account before its measures, in order.
ACCOUNT_COLUMNS = (
    "account",
    "creator_id",
    "handle",
    "name",
    "platform",
    "category",
    "country",
    "relationship",
    "followers",
    "scheme",
    "tier",
    "fee",
    "engagement_rate_reported",
    "posts",
    "deliverables",
    "basis",
    "engagements_per_post",
    "views_per_post",
    "reach_per_post",
    "impressions_per_post",
    "cost",
    "revenue",
    "engagements",
)

#: What is summed over deliverables that name nobody.
_TOTALS = ("cost", "engagements", "clicks", "conversions", "revenue")


def accounts(
    creators: Any = None,
    posts: Any = None,
    placements: Any = None,
    *,
    tallies: Any = None,
    scheme: SchemeLike = DEFAULT_SCHEME,
) -> Any:
    """Return one row per account: who it is, its tier, and both sides of every measure.

    Parameters
    ----------
    creators, posts, placements : frame, optional
        Canonical tables (see ``data/README.md``) of one library: pandas or polars frames, polars LazyFrames, duckdb
        relations, Spark frames. Any one is enough. Not changed.
    tallies : frame, optional
        The posts as :func:`analysis.measures.tallies.tally` sums them, where they are too many to pass along; then
        ``posts`` are only those that deliverables point at (:func:`analysis.measures.tallies.pointed_at`), or None.
    scheme : str, Path, mapping or Scheme
        The tiers to name; see :func:`~analysis.measures.tiers.load_scheme`. ``quantile`` collects the followers.

    Returns
    -------
    frame
        The library of the input; lazy when the input is. :data:`ACCOUNT_COLUMNS`, then ``{measure}_num`` and
        ``{measure}_den`` of every measure, all always present, null where they cannot be known. A creator's own
        measure is num / den (undefined where den is 0); a group's is sum(num) / sum(den). ``posts`` counts observed
        posts and is null where only averages are known: there one average post stands for the account;
        ``deliverables`` counts those with a cost.

    Raises
    ------
    ParameterError
        If no table is given, or the tables belong to different libraries.
    ColumnError, ValueRangeError, CurrencyError
        If a table has no canonical column, negative followers, text for numbers, or several currencies.

    Notes
    -----
    :func:`accounts_rules` says in sentences what was decided for these tables.

    Examples
    --------
    >>> import pandas as pd
    >>> paid = pd.DataFrame({"handle": ["ana", "ana", "ben"], "cost": [100, 100, 50], "likes": [10, 1000, 0]})
    >>> table = accounts(placements=paid)
    >>> table[["account", "cost", "engagements", "cost_per_engagement_num", "cost_per_engagement_den"]]
      account   cost  engagements  cost_per_engagement_num  cost_per_engagement_den
    0     ana  200.0       1010.0                    200.0                   1010.0
    1     ben   50.0          0.0                     50.0                      0.0
    """
    finish = same_library([creators, posts, placements, tallies])
    tables = prepared(creators, posts, placements, tallies)
    parts = []
    if tables.creators is not None:
        parts.append(creator_rows(tables.creators, merge=tables.merges))
    if tables.tallies is not None:
        parts.append(post_sums(tables.tallies, tables.locate, tables.whole))
    if tables.placements is not None:
        parts.append(deliverable_sums(tables.deliverables()))
    table = parts[0]
    for part in parts[1:]:
        table = meet(table, part)
    table = combined(table, metrics_of_deals=tables.metrics_of_deals())
    loaded = _scheme_for(scheme, table)
    made = {"tier": tier_expression(loaded), "scheme": nw.lit(loaded.name).alias("scheme")}
    both_sides = [f"{measure}_{part}" for measure in MEASURES for part in ("num", "den")]
    table = table.select(*(made.get(name, nw.col(name)) for name in (*ACCOUNT_COLUMNS, *both_sides)))
    return finish(table.sort("account", nulls_last=True))


def unattributed(creators: Any = None, posts: Any = None, placements: Any = None) -> Any:
    """Return one row of totals over deliverables that name no account: they are in no group, and not forgotten.

    Returns
    -------
    frame
        rows, cost, engagements, clicks, conversions, revenue; null where nothing is known. Lazy when the input is.

    Raises
    ------
    ParameterError
        If no table is given, or the tables belong to different libraries.

    Examples
    --------
    >>> import pandas as pd
    >>> paid = pd.DataFrame({"handle": ["ana", None], "cost": [100.0, 30.0]})
    >>> unattributed(placements=paid)[["rows", "cost"]]
       rows  cost
    0     1  30.0
    """
    finish = same_library([creators, posts, placements])
    if placements is None:
        given = [frame for frame in (creators, posts) if frame is not None]
        columns = [missing().alias(name) for name in _TOTALS]
        return finish(nw.from_native(given[0]).lazy().select(nw.len().alias("rows") * 0, *columns))
    rows = prepared(creators, posts, placements).deliverables().filter(nw.col("account").is_null())
    sums = [nw.col(name).sum().alias(name) for name in _TOTALS]
    counts = [nw.col(name).count().alias(f"{name}_n") for name in _TOTALS]
    known = [nw.when(nw.col(f"{name}_n") > 0).then(nw.col(name)).alias(name) for name in _TOTALS]
    return finish(rows.select(nw.len().alias("rows"), *sums, *counts).select("rows", *known))


def _scheme_for(scheme: SchemeLike, table: Lazy) -> Scheme:
    """Load the scheme; the one made from the data needs the followers, the only thing ever collected here."""
    if scheme != QUANTILE:
        return load_scheme(scheme)
    followers = table.select("followers").collect()["followers"]
    return load_scheme(QUANTILE, followers=followers.to_native())
