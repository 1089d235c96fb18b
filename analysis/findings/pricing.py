"""Prices against rules and assumptions: the $25 rule, media value, and returns that are modelled.

Each figure here leans on something outside the data, and says so. A rule of thumb is a yardstick and not a price. An
earned media value is a range over published conventions and never bears the name ROI. A modelled return follows from
two assumptions that the analyst states, and the break-even order value turns the same sum round, so that a reader can
judge it against an order value they know.
"""

import math

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.errors import ParameterError
from analysis.findings.compare import by_tier, enough, interval_words, members
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.prices import mixed_money, one_chosen, prices, with_price
from analysis.findings.study import Study
from analysis.findings.words import joined, not_testable, plural, too_few

__all__ = ["break_even", "modelled_return", "price_rule"]

#: The rule: US dollars per 1,000 followers.
RULE = 25.0

#: How far a median price may lie from the rule and still be called the usual price.
NEAR = 1.25


def price_rule(study: Study) -> Finding:
    """Set the price per 1,000 followers against the rule of $25."""
    id, question = "price-against-rule", "Is $25 per 1,000 followers what creators charge?"
    measure = "cost_per_thousand_followers"
    used = with_price(study.measured(measure))
    if len(used) < study.minimum:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(len(used), 'creator')} with a price and followers",
            reason=f"only {plural(len(used), 'creator')} with both a price and followers; {study.minimum} are needed"
            if len(used)
            else mixed_money(study) or "no creator here has both a price and followers",
            needs=one_chosen(study) or "the fee or cost of a post, and followers, of each creator",
            accounts=used,
        )
    paid = bool(used["cost"].notna().any())
    free = len(study.measured(measure)) - len(used)
    rows = [_price_row(study, "all tiers", used)]
    rows += [_price_row(study, tier, members(used, tier)) for tier in study.order]
    table = pd.DataFrame(rows)
    whole = table.iloc[0]
    cash = formats.money(whole["median"], study.currency)
    dollars = study.currency in (None, "USD")
    share = formats.percent(whole["near"])
    if not dollars:
        found = "not testable"
        title = f"The median price is {cash} per 1,000 followers; the rule is in dollars"
        outcome = (
            f"The rule is in US dollars and these prices are in {study.currency}; nothing is converted, so "
            f"the rule is not tested."
        )
    else:
        low, high = RULE / NEAR, RULE * NEAR
        inside, outside = low <= whole["low"] and whole["high"] <= high, whole["high"] < low or whole["low"] > high
        found = "supported" if inside else "contradicted" if outside else "inconclusive"
        title = {
            "supported": f"The usual price is near the rule: {cash} per 1,000 followers",
            "contradicted": f"The usual price is {cash} per 1,000 followers, not $25",
        }.get(found, f"{cash} per 1,000 followers: too uncertain to hold against the rule of $25")
        outcome = f"{share} of creators are priced between half and double the rule."
    limits = interval_words(whole["low"], whole["high"], study.confidence, "money", study.currency)
    ends = [row for _, row in table.iloc[1:].iterrows() if row["measured"] >= study.minimum]
    slope = (
        f" It is {formats.money(ends[0]['median'], study.currency)} in {ends[0]['tier']} and "
        f"{formats.money(ends[-1]['median'], study.currency)} in {ends[-1]['tier']}: one rate for all sizes "
        "does not fit."
        if len(ends) > 1 and (ends[0]["low"] > ends[-1]["high"] or ends[0]["high"] < ends[-1]["low"])
        else ""
    )
    own = used[f"{measure}_num"] / used[f"{measure}_den"]
    return Finding(
        id=id,
        question=question,
        title=fitting(title),
        sentence=(
            f"The median price of a post is {cash} per 1,000 followers "
            f"({limits}; {plural(whole['measured'], 'creator')}). {outcome}{slope}"
        ),
        verdict=found,  # type: ignore[arg-type]
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("median", "price per 1,000 followers, median", "money"),
            Shown("low", f"{study.level} from", "money"),
            Shown("high", f"{study.level} to", "money"),
            Shown("near", "between half and double the rule", "percent"),
            Shown("near_low", f"{study.level} from ", "percent"),
            Shown("near_high", f"{study.level} to ", "percent"),
            Shown("rule", "the rule, US dollars", "number"),
        ),
        **study.closing(
            f"{'Price paid' if paid else 'Quoted fee'} per post and 1,000 followers, "
            f"{study.currency or 'currency not stated'}",
            used,
            paid=True,
        ),
        caution=" ".join(
            filter(
                None,
                [
                    "" if study.currency else "The data does not state its currency; amounts are read as US dollars.",
                    "A fee is a quote and not money paid." if not paid else "",
                    f"{plural(free, 'creator')} at a price of 0 left out: nothing was charged." if free else "",
                    "A price per follower says nothing of what the followers do.",
                ],
            )
        ),
        role="number",
        big={
            "value": cash,
            "label": "per 1,000 followers" + (", rule of thumb $25" if dollars else ""),
            "note": limits,
        },
        currency=study.currency,
        points=pd.DataFrame(
            {"followers": used["followers"], "fee": own * used["followers"] / 1000, "tier": used["tier"]}
        ).reset_index(drop=True),
        encoding={
            "rule": RULE,
            "order": study.order,
            "floors": study.floors,
            "currency": study.currency,
            "y_label": "price of a post",
        },
    )


def _price_row(study: Study, tier: str, group: pd.DataFrame) -> dict[str, object]:
    own = (group["cost_per_thousand_followers_num"] / group["cost_per_thousand_followers_den"]).to_numpy(float)
    middle = inference.median_interval(own, confidence=study.confidence)
    inside = int(np.sum((own >= RULE / 2) & (own <= RULE * 2)))
    near = inference.proportion_interval(inside, len(own), confidence=study.confidence) if len(own) else None
    return {
        "tier": tier,
        "measured": len(group),
        "median": middle.estimate,
        "low": middle.low,
        "high": middle.high,
        "near": near.estimate if near else math.nan,
        "near_low": near.low if near else math.nan,
        "near_high": near.high if near else math.nan,
        "rule": RULE,
    }


def modelled_return(study: Study, *, order_value: float, conversions_per_engagement: float) -> Finding:
    """Model the return on investment from two stated assumptions, for data without revenue.

    Parameters
    ----------
    order_value : float
        What an order brings, in the currency of the data.
    conversions_per_engagement : float
        Orders per engagement, between 0 and 1.
    """
    _check(order_value, conversions_per_engagement)
    id, question = "modelled-return", "What would come back, on stated assumptions?"
    priced = prices(study)
    table = by_tier(study, "cost_per_engagement", accounts=priced.accounts)
    worth = order_value * conversions_per_engagement
    ranked = enough(table)
    used = study.measured("cost_per_engagement", priced.accounts)
    if not ranked:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"no tier has {study.minimum} creators with a price",
            reason=f"no tier has {study.minimum} creators with a price and engagements",
            needs="cost or fee, and engagements, of more creators",
            accounts=used,
            evidence="modelled",
        )
    for side in ("", "_low", "_high"):
        other = {"": "", "_low": "_high", "_high": "_low"}[side]
        table[f"roi{side}"] = worth / table[f"pooled{other}"].where(table[f"pooled{other}"] > 0) - 1
        table[f"back{side}"] = table[f"roi{side}"] + 1
    by_name = table.set_index("tier")
    ranked = _with_price(study, table, ranked)
    if not ranked:
        return _nothing_paid(study, id, question, used)
    said = [f"{formats.percent(by_name.loc[tier, 'roi'])} with {tier}" for tier in ranked]
    rate, value = formats.percent(conversions_per_engagement), formats.money(order_value, priced.currency)
    measured = len(study.measured("roas")) > 0
    table["order_value"], table["conversions"] = order_value, conversions_per_engagement
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"At {rate} orders an engagement and {value} an order, ROI would be {said[0]}",
            f"On stated assumptions, ROI would be {said[0]}",
        ),
        sentence=(
            f"If {rate} of engagements became orders of {value}, return on investment would be {joined(said)}. "
            + (
                "Revenue is measured in this data, so the measured return stands and this only shows what "
                "the assumptions imply."
                if measured
                else (
                    "No revenue is known here: every figure follows from the two assumptions and the price "
                    "of an engagement."
                )
            )
        ),
        evidence="modelled",
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("pooled", "cost per engagement", "money"),
            Shown("conversions", "orders per engagement, assumed", "percent"),
            Shown("order_value", "order value, assumed", "money"),
            Shown("back", "back for each 1 spent", "money"),
            Shown("roi", "ROI, modelled", "percent"),
            Shown("roi_low", f"{study.level} from", "percent"),
            Shown("roi_high", f"{study.level} to", "percent"),
        ),
        **study.closing(
            f"Modelled ROI = orders per engagement × order value / cost per engagement − 1; {priced.words}",
            used,
            evidence="modelled",
            paid=True,
        ),
        caution=(
            "The intervals hold the price of an engagement only; the two assumptions are as sure as whoever made them."
            + (" The price itself is the rule of $25 per 1,000 followers." if priced.basis == "rate card" else "")
        ),
        currency=priced.currency,
        points=table.rename(columns={"back_low": "low", "back_high": "high"}),
        encoding={
            "value": "back",
            "low": "low",
            "high": "high",
            "n": "measured",
            "kind": "money",
            "currency": priced.currency,
            "reference": (1.0, "money back"),
        },
    )


def break_even(study: Study, *, conversions_per_engagement: float) -> Finding:
    """Give the order value from which each tier returns its cost: measured where orders are, else modelled."""
    _check(1.0, conversions_per_engagement)
    id, question = "break-even-order-value", "From which order value does each size pay?"
    measured = len(enough(by_tier(study, "cost_per_acquisition"))) > 0
    priced = prices(study)
    coin = study.currency if measured else priced.currency
    measure = "cost_per_acquisition" if measured else "cost_per_engagement"
    accounts = study.accounts if measured else priced.accounts
    table = by_tier(study, measure, accounts=accounts)
    ranked = enough(table)
    used = study.measured(measure, accounts)
    if not ranked:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"no tier has {study.minimum} creators with a price",
            reason=f"no tier has {study.minimum} creators with a price and orders or engagements",
            needs="the cost of each deliverable, and its orders or engagements,",
            accounts=used,
            evidence="modelled",
        )
    scale = 1.0 if measured else conversions_per_engagement
    for side in ("", "_low", "_high"):
        table[f"order{side}"] = table[f"pooled{side}"] / scale
    by_name = table.set_index("tier")
    ranked = _with_price(study, table, ranked)
    if not ranked:
        return _nothing_paid(study, id, question, used)
    said = [f"{formats.money(by_name.loc[tier, 'order'], coin)} with {tier}" for tier in ranked]
    how = (
        "cost over orders, both measured"
        if measured
        else f"cost per engagement over an assumed {formats.percent(conversions_per_engagement)} orders per engagement"
    )
    evidence = "measured" if measured else "modelled"
    return Finding(
        id=id,
        question=question,
        title=fitting(f"To pay, an order has to be worth {joined([said[0], said[-1]] if len(said) > 1 else said)}"),
        sentence=(
            f"The money comes back when an order is worth at least {joined(said)} ({how}). "
            "Compare that with what an order leaves you before you book."
        ),
        evidence=evidence,  # type: ignore[arg-type]
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("numerator", "cost", "money"),
            Shown("order", "break-even order value", "money"),
            Shown("order_low", f"{study.level} from", "money"),
            Shown("order_high", f"{study.level} to", "money"),
        ),
        **study.closing(f"Order value at which revenue equals cost: {how}", used, evidence=evidence, paid=True),
        caution=" ".join(filter(None, [too_few(table, study.minimum), _without(table) if measured else ""])),
        currency=coin,
        points=table.rename(columns={"order_low": "low", "order_high": "high"}),
        encoding={"value": "order", "low": "low", "high": "high", "n": "measured", "kind": "money", "currency": coin},
    )


def _without(table: pd.DataFrame) -> str:
    """Return how many creators brought no order: their cost is in the sum that has to come back."""
    none = int(table["zero_denominator"].sum())
    return f"{plural(none, 'creator')} brought no order; their cost is in the sum." if none else ""


def _with_price(study: Study, table: pd.DataFrame, ranked: list[str]) -> list[str]:
    """Return the tiers to name: of the ranked ones those that cost something, else any with enough creators."""
    costs = set(table.loc[table["pooled"] > 0, "tier"])
    named = [tier for tier in ranked if tier != study.scheme.below and tier in costs]
    return named or [tier for tier in enough(table) if tier in costs]


def _nothing_paid(study: Study, id: str, question: str, used: pd.DataFrame) -> Finding:
    """Return the finding for data in which every cost is zero: nothing has to come back."""
    return not_testable(
        study,
        id=id,
        question=question,
        count=f"every cost of {plural(len(used), 'creator')} is zero",
        reason="every cost in these files is zero, so there is nothing that would have to come back",
        needs="what was paid, or what the product was worth,",
        accounts=used,
        evidence="modelled",
    )


def _check(order_value: float, conversions: float) -> None:
    if not isinstance(order_value, int | float) or not order_value > 0:
        raise ParameterError(f"order_value is an amount above 0; got {order_value!r}.")
    if not isinstance(conversions, int | float) or not 0 < conversions <= 1:
        raise ParameterError(f"conversions_per_engagement lies above 0 and up to 1, such as 0.01; got {conversions!r}.")
