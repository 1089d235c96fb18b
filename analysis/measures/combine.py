"""One account, several witnesses: which table is believed for what.

Posts that were observed are believed before paid posts alone, and those before averages a source reports. Each
measure takes both of its sides from one witness. Money is measured on deliverables; where their table has no
engagement of its own, it is set against the account's posts.
"""

import narwhals as nw

from analysis.measures.frames import Lazy, missing
from analysis.measures.registry import MEASURES
from analysis.measures.sources import AUDIENCE, COST_PAIRS, DEAL_SUMS, METRICS, POST_SUMS, PRICE, RATE_PAIRS

__all__ = ["combined", "meet"]

#: Where a column of an account may come from, the most believed first: creators, posts, deliverables.
_TABLES = ("", "post_", "deal_")

_TEXT = ("creator_id", "handle", "name", "platform", "category", "country", "relationship")


def meet(left: Lazy, right: Lazy) -> Lazy:
    """Return all accounts of both tables, one row each; accounts without a key never meet."""
    joined = left.join(right, on="account", how="full", suffix="_met")
    return joined.with_columns(nw.coalesce(nw.col("account"), nw.col("account_met")).alias("account")).drop(
        "account_met"
    )


def combined(table: Lazy, *, metrics_of_deals: frozenset[str]) -> Lazy:
    """Return accounts with their final columns and every ``{measure}_num`` and ``{measure}_den``.

    ``metrics_of_deals`` names the metrics that deliverables know themselves or through a shared post; the others
    they take from all of the account's posts.
    """
    has_deals = "deal_cost" in table.collect_schema().names()
    table = _complete(table)
    whose = {name: [nw.col(prefix + name) for prefix in _TABLES] for name in ("followers", *_TEXT)}
    table = table.with_columns(*(nw.coalesce(*witnesses).alias(name) for name, witnesses in whose.items()))
    known = {**_money(metrics_of_deals, has_deals=has_deals), **_rates()}
    ordered = {f"{m}_{part}": known[f"{m}_{part}"] for m in MEASURES for part in ("num", "den")}
    deals = _counted("deal_engagements")
    return table.with_columns(
        nw.col("fee").alias("fee"),
        nw.col("engagement_rate").alias("engagement_rate_reported"),
        nw.coalesce(nw.col("post_posts"), nw.when(deals > 0).then(deals)).alias("posts"),
        nw.when(_counted("deal_cost") > 0).then(_counted("deal_cost")).alias("deliverables"),
        _basis().alias("basis"),
        *(_per_post(metric).alias(f"{metric}_per_post") for metric in METRICS),
        _total("deal_cost").alias("cost"),
        _total("deal_revenue").alias("revenue"),
        nw.coalesce(*(_total(f"{w}_engagements") for w in ("deal", "post")), nw.col("mean_engagements")).alias(
            "engagements"
        ),
        *(expression.alias(name) for name, expression in ordered.items()),
    )


def _complete(table: Lazy) -> Lazy:
    """Add, as columns of nothing, what the tables at hand do not bring.

    They must be columns: inside an expression, a literal has one row in pandas and would be filled, not filled up.
    """
    means = [f"mean_{metric}" for metric in METRICS]
    sums = [f"post_{name}" for name in POST_SUMS] + [f"deal_{name}" for name in DEAL_SUMS]
    numbers = [*(prefix + "followers" for prefix in _TABLES), "fee", "engagement_rate", *means, *sums]
    texts = [prefix + name for name in _TEXT for prefix in _TABLES]
    names = set(table.collect_schema().names())
    absent = [missing().alias(name) for name in numbers if name not in names]
    return table.with_columns(*absent, *(missing(nw.String).alias(name) for name in texts if name not in names))


def _counted(name: str) -> nw.Expr:
    """Return how many rows the sum ``name`` is made of; none where the account is not in that table."""
    return nw.col(f"{name}_n").fill_null(0.0)


def _total(name: str) -> nw.Expr:
    """Return the sum ``name``, missing when nothing was known."""
    return nw.when(_counted(name) > 0).then(nw.col(name))


def _basis() -> nw.Expr:
    averages = nw.when(~nw.col("mean_engagements").is_null()).then(nw.lit("averages"))
    deals = nw.when(_counted("deal_engagements") > 0).then(nw.lit("placements")).otherwise(averages)
    return nw.when(_counted("post_engagements") > 0).then(nw.lit("posts")).otherwise(deals)


def _per_post(metric: str) -> nw.Expr:
    observed = [_total(f"{w}_{metric}") / _counted(f"{w}_{metric}") for w in ("post", "deal")]
    return nw.coalesce(*observed, nw.col(f"mean_{metric}"))


def _rates() -> dict[str, nw.Expr]:
    """Return both sides of every engagement and reach rate, from the first witness that knows them."""
    sides: dict[str, nw.Expr] = {}
    for measure, (top, bottom) in RATE_PAIRS.items():
        both = ~nw.col(f"mean_{top}").is_null() & ~nw.col(f"mean_{bottom}").is_null()
        for part, mean in (("num", top), ("den", bottom)):
            seen = [_seen(f"{w}_{measure}", part) for w in ("post", "deal")]
            sides[f"{measure}_{part}"] = nw.coalesce(*seen, nw.when(both).then(nw.col(f"mean_{mean}")))
    for measure, top in AUDIENCE.items():
        seen_pairs = [_audience(f"{w}_{measure}") for w in ("post", "deal")]
        both = ~nw.col(f"mean_{top}").is_null() & ~nw.col("followers").is_null()
        means = nw.when(both).then(nw.col(f"mean_{top}")), nw.when(both).then(nw.col("followers"))
        for index, part in enumerate(("num", "den")):
            sides[f"{measure}_{part}"] = nw.coalesce(*(pair[index] for pair in seen_pairs), means[index])
    return sides


def _seen(name: str, part: str) -> nw.Expr:
    return nw.when(_counted(name) > 0).then(nw.col(f"{name}_{part}"))


def _audience(name: str) -> tuple[nw.Expr, nw.Expr]:
    """Return both sides over followers: those of the row where it knew them, else the account's, once a row."""
    followers = nw.col("followers")
    rest = nw.when(~followers.is_null()).then(_counted(f"{name}_rest")).otherwise(0.0)
    some = _counted(f"{name}_own") + rest > 0
    rest_top = nw.when(rest > 0).then(nw.col(f"{name}_rest_num")).otherwise(0.0)
    top = nw.col(f"{name}_own_num").fill_null(0.0) + rest_top
    bottom = nw.col(f"{name}_own_den").fill_null(0.0) + rest * followers.fill_null(0.0)
    return nw.when(some).then(top), nw.when(some).then(bottom)


def _money(metrics_of_deals: frozenset[str], *, has_deals: bool) -> dict[str, nw.Expr]:
    """Return both sides of every measure on deliverables, and the price of an audience."""
    sides: dict[str, nw.Expr] = {}
    for measure, (top, bottom, divisor) in COST_PAIRS.items():
        if not has_deals:  # whether there is a ledger takes a look at all accounts: not where there is no money at all
            sides |= {f"{measure}_{part}": nw.col("deal_cost") for part in ("num", "den")}
            continue
        name = f"deal_{measure}"
        paired = _counted(name)
        ledger = _counted(name).sum() == 0
        whole = {side: _whole(side, metrics_of_deals, ledger) for side in (top, bottom)}
        known = ~whole[top].is_null() & ~whole[bottom].is_null()
        gain = whole[top] - whole[bottom] if measure == "roi" else whole[top]
        for part, total in (("num", gain), ("den", whole[bottom] / divisor)):
            apart = nw.when(known).then(total)
            sides[f"{measure}_{part}"] = nw.when(paired > 0).then(nw.col(f"{name}_{part}")).otherwise(apart)
    paid, thousands = _audience(f"deal_{PRICE}")
    quoted = ~nw.col("fee").is_null() & ~nw.col("followers").is_null()
    sides[f"{PRICE}_num"] = nw.coalesce(paid, nw.when(quoted).then(nw.col("fee")))
    sides[f"{PRICE}_den"] = nw.coalesce(thousands, nw.when(quoted).then(nw.col("followers"))) / 1_000.0
    return sides


def _whole(side: str, metrics_of_deals: frozenset[str], ledger: nw.Expr) -> nw.Expr:
    """Return an account's whole amount of one side, for tables that never hold both sides on one row.

    In such a ledger an account that was paid and has no row of results has no results: zero, not missing. A cost that
    is not there stays missing: nothing says that the work was free.
    """
    from_posts = side in METRICS and side not in metrics_of_deals
    name = f"post_{side}" if from_posts else f"deal_{side}"
    total = _total(name)
    if side == "cost":
        return total
    absent = nw.col("post_posts").is_null() if from_posts else _counted(name) == 0
    none = ledger & (_counted(name).sum() > 0) & absent & (_counted("deal_cost") > 0)
    return nw.when(none).then(nw.lit(0.0)).otherwise(total)
