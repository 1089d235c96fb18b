"""Everything a plan can know of its candidates, found out once: levels, rates, fees, and what they have in common.

Each piece takes the firmest evidence there is. A creator's own posts come before the line of its size, the line before
a published rate; the client's own clicks before an assumed rate; a quote before a rate card. What was assumed for
everybody is a shared doubt: if the assumed click rate is wrong it is wrong for all of them at once.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.planning.assumptions import Assumption, Assumptions
from analysis.planning.draws import OUTCOMES, Model
from analysis.planning.effects import Effects, sponsored_effects
from analysis.planning.fees import Extras, Fees, assumed_extras, extras, fees, same_currency
from analysis.planning.funnel import Step, money_per_order, step, uncertainty
from analysis.planning.levels import Levels, Luck, levels, luck
from analysis.planning.priors import Priors
from analysis.planning.record import OUTCOMES as SEEN
from analysis.planning.record import Record

__all__ = ["Known", "find_out"]

Floats = NDArray[np.float64]

#: Deliverables of a relationship from which the share that posts is measured.
FEWEST_ANSWERS = 20


@dataclass(frozen=True)
class Known:
    """Everything one call found out, in the order of the accounts."""

    engaged: Levels
    reached: Levels
    clicks: Step
    orders: Step
    fee: Fees
    other: Extras
    post_rate: Floats
    post_factor: NDArray[np.object_]
    post_evidence: NDArray[np.object_]
    model: Model


def find_out(
    people: pl.DataFrame,
    record: Record,
    assumed: Assumptions,
    *,
    card: str,
    currency: str | None,
    learnt: Priors,
) -> Known:
    """Return what is known of every account of ``people``, in their order.

    Parameters
    ----------
    people : polars.DataFrame
        account, platform, relationship, followers, fee, average (engagements of a post), reach (of a post).
    record : Record
        What was seen of them.
    learnt : Priors
        What the last campaign taught.
    """
    engaged_by, reached_by = (sponsored_effects(record.cells, outcome) for outcome in SEEN)
    chance = luck(record.luck, post_spread=assumed.post_spread)
    shared: dict[str, float] = {}
    engaged = levels(people, record.cells, "engagements", engaged_by, post_spread=assumed.post_spread)
    sizes = people.with_columns(pl.col("reach").alias("average"))
    reached = levels(sizes, record.cells, "reach", reached_by, post_spread=assumed.post_spread / 2)
    engaged = _assumed_level(engaged, people, "engagements", assumed, chance, shared)
    reached = _assumed_level(reached, people, "reach", assumed, chance, shared)
    engaged = _sponsored(engaged, engaged_by, "engagements", record, assumed, shared)
    reached = _sponsored(reached, reached_by, "reach", record, assumed, shared)
    clicks = step("clicks", people, record.deals, "clicks", "engagements", assumed["clicks_per_engagement"])
    base, chance_of_order = _orders_from(record.deals, assumed)
    orders = step("conversions", people, record.deals, "conversions", base, chance_of_order)
    money = money_per_order(record.deals, assumed["order_value"])
    wanted = [*assumed_extras(people, record.deals), *(["order_value"] if money.evidence == "assumed" else [])]
    same_currency(wanted, currency, assumed)
    for name, found in (("clicks", clicks), ("conversions", orders)):
        shared[f"{name}_rate"] = found.shared_sd
        if found.slope_sd:
            shared[f"{name}_by_size"] = found.slope_sd
    shared["order_value"] = money.error
    rate, factor, evidence = _post_rates(people, record.deals, assumed, shared)
    price = fees(people, record.deals, card=card, currency=currency, assumptions=assumed)
    other = extras(people, record.deals, currency=currency, assumptions=assumed)
    shared |= other.shared
    engaged, reached, money = learnt.applied(people, engaged, reached, money, shared)
    spread = {"clicks": clicks.spread, "conversions": orders.spread}
    model = Model(chance, money, shared, spread, base)
    return Known(engaged, reached, clicks, orders, price, other, rate, factor, evidence, model)


def _orders_from(deals: pl.DataFrame, assumed: Assumptions) -> tuple[str, Assumption]:
    """Return what orders are counted on, and the rate assumed: engagements, where orders are known without clicks.

    A client who tracks orders by a code sees no click; its orders per engagement are measured all the same.
    """
    told = pl.col("conversions").is_not_null()
    clicked = deals.filter(told & (pl.col("clicks") > 0)).height
    engaged = deals.filter(told & (pl.col("engagements") > 0)).height
    per_click, clicks = assumed["orders_per_click"], assumed["clicks_per_engagement"]
    if clicked or not engaged:
        return "clicks", per_click
    both = replace(
        per_click,
        value=per_click.value * clicks.value,
        low=per_click.low * clicks.low,
        high=per_click.high * clicks.high,
        given=per_click.given and clicks.given,
    )
    return "engagements", both


def _assumed_level(
    found: Levels, people: pl.DataFrame, outcome: str, assumed: Assumptions, chance: Luck, shared: dict[str, float]
) -> Levels:
    """Fill what nobody was seen to bring from published rates, with the spread between creators."""
    size = people["followers"].fill_null(math.nan).to_numpy()
    gaps = np.isnan(found.centre) & (size > 0)
    if not gaps.any():
        return found
    position = OUTCOMES.index(outcome)
    spread = assumed.creator_spread * (1.0 if outcome == "engagements" else 0.7)
    if outcome == "engagements":
        mean = assumed.engagement_rate * 1e4 * (np.where(gaps, size, 1.0) / 1e4) ** assumed.follower_elasticity
        shared["engagements_rate"] = uncertainty(assumed["engagement_rate"])
    else:
        mean = assumed.reach_rate * np.where(gaps, size, 1.0)
        shared["reach_rate"] = uncertainty(assumed["reach_rate"])
    # the published rates are means over creators and posts
    centre = np.log(mean) - spread**2 / 2 - math.log(chance.smear[position])
    return Levels(
        np.where(gaps, centre, found.centre),
        np.where(gaps, spread, found.own_sd),
        np.where(gaps, 1.0, found.multiple),
        found.posts,
        np.where(gaps, "assumed", found.evidence),
        found.note,
    )


def _sponsored(
    found: Levels, effects: Effects, outcome: str, record: Record, assumed: Assumptions, shared: dict[str, float]
) -> Levels:
    """Share the doubt about what being sponsored does; take the assumed penalty where posts are not flagged."""
    for name in effects.names:
        place = effects.names.index(name)
        shared[f"{outcome}_{name}"] = math.sqrt(max(float(effects.covariance[place, place]), 0.0))
    seen = record.cells.filter(
        pl.any_horizontal(pl.col(f"{name}{more}") > 0 for name in SEEN for more in ("_posts", "_other_posts"))
    )
    only_brand = seen.height > 0 and bool(seen["brand"].all())
    if outcome != "engagements" or "sponsored" in effects.names or only_brand:
        return found
    kept = 1 - assumed.sponsored_penalty
    low, high = 1 - assumed["sponsored_penalty"].high, 1 - assumed["sponsored_penalty"].low
    shared["engagements_sponsored"] = math.log(high / max(low, 1e-3)) / 3.92 if high > low else 0.0
    centre = found.centre + math.log(max(kept, 1e-9))
    return Levels(centre, found.own_sd, found.multiple, found.posts, found.evidence, found.note)


def _post_rates(
    people: pl.DataFrame, deals: pl.DataFrame, assumed: Assumptions, shared: dict[str, float]
) -> tuple[Floats, NDArray[np.object_], NDArray[np.object_]]:
    """Return per account the chance that the post appears, the shared factor of its doubt, and its evidence.

    Twenty deliverables of a relationship of which it is known are a measurement: (posted + 1/2) / (n + 1).
    """
    kinds = people["relationship"].fill_null("paid").to_numpy()
    rate, factor = np.ones(len(kinds)), np.empty(len(kinds), dtype=object)
    evidence = np.empty(len(kinds), dtype=object)
    for kind in np.unique(kinds):
        here = kinds == kind
        told = deals.filter((pl.col("relationship").fill_null("paid") == kind) & pl.col("posted").is_not_null())
        n, came = told.height, int(told["posted"].sum() or 0)
        if n >= FEWEST_ANSWERS:
            value = 1.0 if came == n else (came + 0.5) / (n + 1)
            name = f"post_rate_{kind}_seen"
            shared[name] = math.sqrt((1 - value) / (value * (n + 2))) if value < 1 else 0.0
            rate[here], factor[here], evidence[here] = value, name, "measured"
        else:
            name = "post_rate" if kind in {"ambassador", "gifted"} else "post_rate_paid"
            shared[name] = uncertainty(assumed[name])
            rate[here], factor[here], evidence[here] = assumed[name].value, name, "assumed"
    return rate, factor, evidence
