"""One account, several witnesses: which table is believed for what.

Posts that were observed are believed before paid posts alone, and those before averages a source reports. Each
measure takes both of its sides from one witness. Money is measured on deliverables; where their table has no
engagement of its own, it is set against the account's posts.
"""

import narwhals as nw

from analysis.measures.frames import Lazy, missing
from analysis.measures.registry import MEASURES
from analysis.measures.sources import AUDIENCE, COST_PAIRS, METRICS, PRICE, RATE_PAIRS

__all__ = ["combined", "meet"]

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
    names = set(table.collect_schema().names())
    column = _Columns(names)
    table = table.with_columns(
        nw.coalesce(column("followers"), column("post_followers"), column("deal_followers")).alias("followers"),
        *(
            nw.coalesce(*(column.text(prefix + name) for prefix in ("", "post_", "deal_"))).alias(name)
            for name in _TEXT
        ),
    )
    known = {**_money(column, metrics_of_deals), **_rates(column)}
    ordered = {f"{m}_{part}": known[f"{m}_{part}"] for m in MEASURES for part in ("num", "den")}
    deals = column.counted("deal_engagements")
    return table.with_columns(
        column("fee").alias("fee"),
        column("engagement_rate").alias("engagement_rate_reported"),
        nw.coalesce(column("post_posts"), nw.when(deals > 0).then(deals)).alias("posts"),
        _basis(column).alias("basis"),
        *(_per_post(column, metric).alias(f"{metric}_per_post") for metric in METRICS),
        column.total("deal_cost").alias("cost"),
        column.total("deal_revenue").alias("revenue"),
        nw.coalesce(*(column.total(f"{w}_engagements") for w in ("deal", "post")), column("mean_engagements")).alias(
            "engagements"
        ),
        *(expression.alias(name) for name, expression in ordered.items()),
    )


class _Columns:
    """Columns of the joined table by name; one that no given table brings is a column of nothing."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def __call__(self, name: str) -> nw.Expr:
        return nw.col(name) if name in self.names else missing()

    def text(self, name: str) -> nw.Expr:
        return nw.col(name) if name in self.names else missing(nw.String)

    def counted(self, name: str) -> nw.Expr:
        """Return how many rows the sum ``name`` is made of; none where the account is not in that table."""
        return self(f"{name}_n").fill_null(0.0)

    def counted_in_all(self, name: str) -> nw.Expr:
        """Return :meth:`counted` summed over all accounts."""
        return self.counted(name).sum() if f"{name}_n" in self.names else nw.lit(0.0)

    def total(self, name: str) -> nw.Expr:
        """Return the sum ``name``, missing when nothing was known."""
        return nw.when(self.counted(name) > 0).then(self(name))


def _basis(column: _Columns) -> nw.Expr:
    averages = nw.when(~column("mean_engagements").is_null()).then(nw.lit("averages"))
    deals = nw.when(column.counted("deal_engagements") > 0).then(nw.lit("placements")).otherwise(averages)
    return nw.when(column.counted("post_engagements") > 0).then(nw.lit("posts")).otherwise(deals)


def _per_post(column: _Columns, metric: str) -> nw.Expr:
    observed = [column.total(f"{w}_{metric}") / column.counted(f"{w}_{metric}") for w in ("post", "deal")]
    return nw.coalesce(*observed, column(f"mean_{metric}"))


def _rates(column: _Columns) -> dict[str, nw.Expr]:
    """Return both sides of every engagement and reach rate, from the first witness that knows them."""
    sides: dict[str, nw.Expr] = {}
    for measure, (top, bottom) in RATE_PAIRS.items():
        both = ~column(f"mean_{top}").is_null() & ~column(f"mean_{bottom}").is_null()
        for part, mean in (("num", top), ("den", bottom)):
            seen = [_seen(column, f"{w}_{measure}", part) for w in ("post", "deal")]
            sides[f"{measure}_{part}"] = nw.coalesce(*seen, nw.when(both).then(column(f"mean_{mean}")))
    for measure, top in AUDIENCE.items():
        seen_pairs = [_audience(column, f"{w}_{measure}") for w in ("post", "deal")]
        both = ~column(f"mean_{top}").is_null() & ~nw.col("followers").is_null()
        means = nw.when(both).then(column(f"mean_{top}")), nw.when(both).then(nw.col("followers"))
        for index, part in enumerate(("num", "den")):
            sides[f"{measure}_{part}"] = nw.coalesce(*(pair[index] for pair in seen_pairs), means[index])
    return sides


def _seen(column: _Columns, name: str, part: str) -> nw.Expr:
    return nw.when(column.counted(name) > 0).then(column(f"{name}_{part}"))


def _audience(column: _Columns, name: str) -> tuple[nw.Expr, nw.Expr]:
    """Return both sides over followers: those of the row where it knew them, else the account's, once a row."""
    followers = nw.col("followers")
    rest = nw.when(~followers.is_null()).then(column.counted(f"{name}_rest")).otherwise(0.0)
    some = column.counted(f"{name}_own") + rest > 0
    rest_top = nw.when(rest > 0).then(column(f"{name}_rest_num")).otherwise(0.0)
    top = column(f"{name}_own_num").fill_null(0.0) + rest_top
    bottom = column(f"{name}_own_den").fill_null(0.0) + rest * followers.fill_null(0.0)
    return nw.when(some).then(top), nw.when(some).then(bottom)


def _money(column: _Columns, metrics_of_deals: frozenset[str]) -> dict[str, nw.Expr]:
    """Return both sides of every measure on deliverables, and the price of an audience."""
    sides: dict[str, nw.Expr] = {}
    for measure, (top, bottom, divisor) in COST_PAIRS.items():
        name = f"deal_{measure}"
        paired = column.counted(name)
        ledger = column.counted_in_all(name) == 0
        whole = {side: _whole(column, side, metrics_of_deals, ledger) for side in (top, bottom)}
        known = ~whole[top].is_null() & ~whole[bottom].is_null()
        gain = whole[top] - whole[bottom] if measure == "roi" else whole[top]
        for part, total in (("num", gain), ("den", whole[bottom] / divisor)):
            apart = nw.when(known).then(total)
            sides[f"{measure}_{part}"] = nw.when(paired > 0).then(column(f"{name}_{part}")).otherwise(apart)
    paid, thousands = _audience(column, f"deal_{PRICE}")
    quoted = ~column("fee").is_null() & ~nw.col("followers").is_null()
    sides[f"{PRICE}_num"] = nw.coalesce(paid, nw.when(quoted).then(column("fee")))
    sides[f"{PRICE}_den"] = nw.coalesce(thousands, nw.when(quoted).then(nw.col("followers"))) / 1_000.0
    return sides


def _whole(column: _Columns, side: str, metrics_of_deals: frozenset[str], ledger: nw.Expr) -> nw.Expr:
    """Return an account's whole amount of one side, for tables that never hold both sides on one row.

    In such a ledger an account that was paid and has no row of results has no results: zero, not missing. A cost that
    is not there stays missing: nothing says that the work was free.
    """
    from_posts = side in METRICS and side not in metrics_of_deals
    name = f"post_{side}" if from_posts else f"deal_{side}"
    total = column.total(name)
    if side == "cost":
        return total
    absent = column("post_posts").is_null() if from_posts else column.counted(name) == 0
    none = ledger & (column.counted_in_all(name) > 0) & absent & (column.counted("deal_cost") > 0)
    return nw.when(none).then(nw.lit(0.0)).otherwise(total)
