"""One account, several witnesses: which table is believed for what.

Posts that were observed are believed before paid posts alone, and those before averages a source reports. Each
measure takes both of its sides from one witness. Money is measured on deliverables; where their table has no
engagement of its own, it is set against the account's posts.
"""

from dataclasses import dataclass

import narwhals as nw

from analysis.measures.frames import Lazy, missing
from analysis.measures.registry import MEASURES
from analysis.measures.sides import AUDIENCE, COST_PAIRS, METRICS, PRICE, RATE_PAIRS

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
    there = _There(frozenset(table.collect_schema().names()))
    whose = {name: _first(*(there.column(prefix + name) for prefix in _TABLES)) for name in ("followers", *_TEXT)}
    nothing = {name: missing(nw.String if name in _TEXT else nw.Float64) for name in whose}
    table = table.with_columns(*((nothing[n] if e is None else e).alias(n) for n, e in whose.items()))
    known = {**_money(there, metrics_of_deals), **_rates(there)}
    deals, cost = there.counted("deal_engagements"), there.counted("deal_cost")
    columns = {
        "fee": there.column("fee"),
        "engagement_rate_reported": there.column("engagement_rate"),
        "posts": _first(there.column("post_posts"), None if deals is None else nw.when(deals > 0).then(deals)),
        "deliverables": None if cost is None else nw.when(cost > 0).then(cost),
        **{f"{metric}_per_post": _per_post(there, metric) for metric in METRICS},
        "cost": there.total("deal_cost"),
        "revenue": there.total("deal_revenue"),
        "engagements": _first(
            *(there.total(f"{w}_engagements") for w in ("deal", "post")), there.column("mean_engagements")
        ),
        **{f"{measure}_{part}": known[f"{measure}_{part}"] for measure in MEASURES for part in ("num", "den")},
    }
    numbers = [(missing() if e is None else e).alias(name) for name, e in columns.items()]
    return table.select("account", *whose, _basis(there).alias("basis"), *numbers)


#: A column, or None where the tables at hand do not bring it. Such a one is left out, and is no literal: inside an
#: expression that would have one row in pandas.
_Maybe = nw.Expr | None


@dataclass(frozen=True)
class _There:
    """The columns that the tables at hand bring."""

    names: frozenset[str]

    def column(self, name: str) -> _Maybe:
        """Return the column, or None."""
        return nw.col(name) if name in self.names else None

    def counted(self, name: str) -> _Maybe:
        """Return how many rows the sum ``name`` is made of; none where the account is not in that table."""
        return nw.col(f"{name}_n").fill_null(0.0) if f"{name}_n" in self.names else None

    def total(self, name: str, part: str = "") -> _Maybe:
        """Return the sum ``name``, or one part of it, missing when nothing was known."""
        counted = self.counted(name)
        return None if counted is None else nw.when(counted > 0).then(nw.col(name + part))

    def audience(self, name: str) -> tuple[_Maybe, _Maybe]:
        """Return both sides over followers: those of the row where it knew them, else the account's, once a row."""
        own, late = self.counted(f"{name}_own"), self.counted(f"{name}_rest")
        if late is None:
            return None, None
        followers = nw.col("followers")
        rest = nw.when(~followers.is_null()).then(late).otherwise(0.0)
        top = nw.when(rest > 0).then(nw.col(f"{name}_rest_num")).otherwise(0.0)
        bottom = rest * followers.fill_null(0.0)
        if own is None:
            return nw.when(rest > 0).then(top), nw.when(rest > 0).then(bottom)
        some = own + rest > 0
        top = nw.col(f"{name}_own_num").fill_null(0.0) + top
        return nw.when(some).then(top), nw.when(some).then(nw.col(f"{name}_own_den").fill_null(0.0) + bottom)


def _first(*witnesses: _Maybe) -> _Maybe:
    """Return the first witness that knows, row by row."""
    given = [witness for witness in witnesses if witness is not None]
    return nw.coalesce(*given) if len(given) > 1 else given[0] if given else None


def _basis(there: _There) -> nw.Expr:
    """Return which table the engagement of an account is from."""
    averages, deals, posts = (
        there.column("mean_engagements"),
        *map(there.counted, ("deal_engagements", "post_engagements")),
    )
    found = missing(nw.String)
    if averages is not None:
        found = nw.when(~averages.is_null()).then(nw.lit("averages"))
    if deals is not None:
        found = nw.when(deals > 0).then(nw.lit("placements")).otherwise(found)
    return found if posts is None else nw.when(posts > 0).then(nw.lit("posts")).otherwise(found)


def _per_post(there: _There, metric: str) -> _Maybe:
    totals = {w: (there.total(f"{w}_{metric}"), there.counted(f"{w}_{metric}")) for w in ("post", "deal")}
    observed = [total / n for total, n in totals.values() if total is not None and n is not None]
    return _first(*observed, there.column(f"mean_{metric}"))


def _rates(there: _There) -> dict[str, _Maybe]:
    """Return both sides of every engagement and reach rate, from the first witness that knows them."""
    sides: dict[str, _Maybe] = {}
    for measure, pair in RATE_PAIRS.items():
        top, bottom = (there.column(f"mean_{side}") for side in pair)
        for part, mean, other in (("num", top, bottom), ("den", bottom, top)):
            seen = [there.total(f"{w}_{measure}", f"_{part}") for w in ("post", "deal")]
            sides[f"{measure}_{part}"] = _first(*seen, _both(mean, other))
    for measure, side in AUDIENCE.items():
        tops, bottoms = zip(*(there.audience(f"{w}_{measure}") for w in ("post", "deal")), strict=True)
        mean, followers = there.column(f"mean_{side}"), nw.col("followers")
        sides[f"{measure}_num"] = _first(*tops, _both(mean, followers))
        sides[f"{measure}_den"] = _first(*bottoms, _both(followers, mean))
    return sides


def _both(side: _Maybe, other: _Maybe) -> _Maybe:
    """Return one side of a ratio where the other is known too."""
    return None if side is None or other is None else nw.when(~other.is_null()).then(side)


def _money(there: _There, metrics_of_deals: frozenset[str]) -> dict[str, _Maybe]:
    """Return both sides of every measure on deliverables, and the price of an audience."""
    sides: dict[str, _Maybe] = {}
    for measure, (top, bottom, divisor) in COST_PAIRS.items():
        paired = there.counted(f"deal_{measure}")
        if paired is None:  # whether there is a ledger takes a look at all accounts: not where there is no money at all
            sides |= dict.fromkeys((f"{measure}_num", f"{measure}_den"))
            continue
        ledger = paired.sum() == 0
        whole = {side: _whole(there, side, metrics_of_deals, ledger) for side in (top, bottom)}
        gain, spent = whole[top], whole[bottom]
        for part in ("num", "den"):
            own = nw.when(paired > 0).then(nw.col(f"deal_{measure}_{part}"))
            if gain is None or spent is None:
                sides[f"{measure}_{part}"] = own
                continue
            won = gain - spent if measure == "roi" else gain
            apart = nw.when(~gain.is_null() & ~spent.is_null()).then(won if part == "num" else spent / divisor)
            sides[f"{measure}_{part}"] = own.otherwise(apart)
    paid, followers = there.audience(f"deal_{PRICE}")
    fee, count = there.column("fee"), nw.col("followers")
    sides[f"{PRICE}_num"] = _first(paid, _both(fee, count))
    thousands = _first(followers, _both(count, fee))
    sides[f"{PRICE}_den"] = None if thousands is None else thousands / 1_000.0
    return sides


def _whole(there: _There, side: str, metrics_of_deals: frozenset[str], ledger: nw.Expr) -> _Maybe:
    """Return an account's whole amount of one side, for tables that never hold both sides on one row.

    In such a ledger an account that was paid and has no row of results has no results: zero, not missing. A cost that
    is not there stays missing: nothing says that the work was free.
    """
    from_posts = side in METRICS and side not in metrics_of_deals
    name = f"post_{side}" if from_posts else f"deal_{side}"
    total, counted, paid = there.total(name), there.counted(name), there.counted("deal_cost")
    if side == "cost" or total is None or counted is None or paid is None:
        return total
    absent = nw.col("post_posts").is_null() if from_posts else counted == 0
    none = ledger & (counted.sum() > 0) & absent & (paid > 0)
    return nw.when(none).then(nw.lit(0.0)).otherwise(total)
