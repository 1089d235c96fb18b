"""What was decided for the tables at hand, in sentences that a page can print.

A reader who knows which posts a cost was set against can judge the figure; one who does not can only believe it.
"""

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from analysis.measures import keys
from analysis.measures.frames import same_library
from analysis.measures.prepared import Prepared, prepared
from analysis.schema import ENGAGEMENT_PARTS

__all__ = ["accounts_rules"]


def accounts_rules(
    creators: Any = None, posts: Any = None, placements: Any = None, *, tallies: Any = None
) -> list[str]:
    """Return, in sentences, what ``summary.accounts`` decides for these tables; eager tables give counts.

    With ``tallies`` (see :mod:`analysis.measures.tallies`) these are counted, and ``posts`` are only those that
    deliverables point at: a table of their columns, if need be without a row.

    Raises
    ------
    ParameterError
        If no table is given, or the tables belong to different libraries.

    Examples
    --------
    >>> import pandas as pd
    >>> for rule in accounts_rules(placements=pd.DataFrame({"handle": ["ana", None], "cost": [100.0, 30.0]})):
    ...     print(rule)
    An account is told by its handle (without case or @).
    1 of 2 deliverables names no account; it is in no group, and its totals stand apart.
    """
    same_library([creators, posts, placements, tallies])
    tables = prepared(creators, posts, placements)
    columns = {name: set(names) for name, names in tables.columns.items()}
    rules = [*keys.account_rules(tables.columns), *_engagement_rules(columns), *_money_rules(columns, tables)]
    given = [frame for frame in (creators, posts, placements) if frame is not None]
    if isinstance(nw.from_native(given[0]), nw.DataFrame):
        counted = None if tallies is None else keys.keyed(nw.from_native(tallies).lazy(), tables.key)
        rules += _counted_rules(tables, counted)
    return rules


def _engagement_rules(columns: Mapping[str, set[str]]) -> list[str]:
    rules = []
    for table in ("posts", "placements"):
        parts = [part for part in ENGAGEMENT_PARTS if part in columns.get(table, ())]
        if parts:
            hidden = " A row whose likes are missing has no total." if "likes" in parts and len(parts) > 1 else ""
            rules.append(f"Engagements of {table} are {' + '.join(parts)}.{hidden}")
    if "engagements" in columns.get("placements", ()):
        rules.append("Where placements give a total of engagements, it stands before the sum of its parts.")
    if any("followers" in columns.get(table, ()) for table in ("posts", "placements")):
        rules.append("Followers are those at the time of the post where its row knows them, else the account's.")
    averages = [name for name in sorted(columns.get("creators", ())) if name.startswith("avg_")]
    if averages and set(columns) != {"creators"}:
        rules.append("Observed posts are believed before averages that a source reports.")
    if averages:
        rules.append("An account known by averages alone counts as one average post.")
    return rules


def _money_rules(columns: Mapping[str, set[str]], tables: Prepared) -> list[str]:
    paid = columns.get("placements", set())
    rules = []
    if "product_cost" in paid:
        rules.append("Cost is money paid plus product; who works for product costs the product alone.")
    if "posts" not in columns or "cost" not in paid | ({"cost"} if "product_cost" in paid else set()):
        return rules
    if tables.shares_posts:
        rules.append("A deliverable takes from its post, by post_id, what its own row lacks.")
    elif "engagements" not in tables.metrics_of_deals():
        rules.append(
            "Placements have no engagements of their own: an account's cost, counted once, is set against all of its "
            "posts; an account that was paid and has no post counts with zero engagements."
        )
    return rules


def _counted_rules(tables: Prepared, tallies: nw.LazyFrame[Any] | None) -> list[str]:
    rules = []
    if tables.creators is not None and tables.merges:
        named = tables.creators.filter(~nw.col("account").is_null()).select("account").collect()
        repeated = len(named) - named["account"].n_unique() if len(named) else 0
        if repeated:
            rows = "row of creators repeats" if repeated == 1 else "rows of creators repeat"
            rules.append(f"{repeated:,} {rows} an account; of each, the largest value of every column is kept.")
    deals = None if tables.placements is None else tables.deliverables().collect()
    posts = tables.posts if tallies is None else tallies.filter(nw.col("posts") > 0)
    unlisted = _unlisted(tables, posts, deals)
    if unlisted:
        accounts = "account is" if unlisted == 1 else "accounts are"
        rules.append(
            f"{unlisted:,} {accounts} not among creators; followers are known only where their rows tell them."
        )
    if posts is not None:
        nameless = posts.filter(nw.col("_id").is_null())
        count = nw.len() if tallies is None else nw.col("posts").sum()
        loose = int(nameless.select(count.alias("rows")).collect()["rows"].to_list()[0] or 0)
        if loose:
            many = "post names no account and is" if loose == 1 else "posts name no account and are"
            rules.append(f"{loose:,} {many} in no group.")
    if deals is None:
        return rules
    nobody = len(deals.filter(nw.col("account").is_null()))
    if nobody:
        tail = (
            "names no account; it is in no group, and its totals stand apart."
            if nobody == 1
            else "name no account; they are in no group, and their totals stand apart."
        )
        rules.append(f"{nobody:,} of {len(deals):,} deliverables {tail}")
    cost, revenue = ~nw.col("cost").is_null(), ~nw.col("revenue").is_null()
    if len(deals.filter(cost)) and len(deals.filter(revenue)) and not len(deals.filter(cost & revenue)):
        rules.append(
            "Costs and revenue lie on rows of their own: an account's whole revenue is set against its whole cost, "
            "and an account that was paid and has no revenue row counts with zero revenue."
        )
    return rules


def _unlisted(tables: Prepared, posts: nw.LazyFrame[Any] | None, deals: nw.DataFrame[Any] | None) -> int:
    """Return how many accounts of posts and deliverables no row of creators lists."""
    if tables.creators is None:
        return 0
    listed = set(tables.creators.select("account").collect()["account"].to_list())
    found: set[Any] = set()
    if posts is not None:
        named = posts.filter(~nw.col("_id").is_null()).select("_id", "_platform").unique()
        found |= set(tables.locate(named).select("account").collect()["account"].to_list())
    if deals is not None:
        found |= set(deals.filter(~nw.col("account").is_null())["account"].to_list())
    return len(found - listed)
