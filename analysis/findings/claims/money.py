"""The claims about money: the price rule, what an engagement costs, what comes back, and who converts.

Cost and return are compared as the money went, all of a tier over all of a tier, and no verdict is reached where the
typical creators point the other way. A price taken from a rate card would make the cost of an engagement a restatement
of the engagement rate, so it answers nothing. Conversions are rare and are counted, so their limits are those of
counts; where creators differ more than chance allows, each tier's events count for fewer.

References
----------
Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series. *Biometrika*
31, 313-323.
"""

import math

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.claims.catalogue import Claim
from analysis.findings.claims.ground import Floats, Ground
from analysis.findings.claims.parts import (
    Part,
    Trial,
    disagreement,
    median_part,
    not_possible,
    pooled_part,
    sides_of,
    two_tiers,
)
from analysis.findings.prices import with_price
from analysis.inference import Interval

__all__ = ["micro_engagement_cheaper", "micro_roi_higher", "rate_ratio", "rate_rule", "trust_converts"]

_PRICE = "cost_per_thousand_followers"

#: Where a cost per engagement comes from, in words.
BASIS = {"paid": "money paid, product included", "quoted": "quoted fee over average engagements"}


def rate_rule(claim: Claim, ground: Ground) -> Trial:
    """Test the median price per 1,000 followers against the rule."""
    used = with_price(_measured(ground.accounts, _PRICE))
    if used.empty:
        return not_possible("no creator here has both a price and followers")
    if ground.currency not in (None, claim.constants["currency"]):
        return not_possible(f"the rule is in US dollars and the prices here are in {ground.currency}", used)
    own = (used[f"{_PRICE}_num"] / used[f"{_PRICE}_den"]).to_numpy(float)
    rule = float(claim.constants["rule_price"])
    near = float(np.mean((own >= rule / 2) & (own <= rule * 2)))
    part = Part(
        "price",
        lambda confidence: inference.median_interval(own, confidence=confidence),
        sizes=(len(own),),
        groups=("creators",),
        values=(float(np.median(own)),),
    )
    unstated = "" if ground.currency else "The data does not state its currency; amounts are read as US dollars."
    return Trial(parts=(part,), used=used, facts={"near": formats.percent(near)}, caution=unstated)


def micro_engagement_cheaper(claim: Claim, ground: Ground) -> Trial:
    """Test the cost of an engagement, tier against tier."""
    measure = "cost_per_engagement"
    used = _measured(ground.accounts, measure)
    if ground.basis in ("rate card", "none") or used.empty:
        why = "a price from a rate card would only restate the engagement rate" if ground.basis == "rate card" else ""
        return not_possible("no creator here has both a cost or fee and engagements" + (f"; {why}" if why else ""))
    found = _tier_against_tier("cost", ground, measure, used, "a cost per engagement")
    if found.reason:
        return found
    facts = {"basis": BASIS[ground.basis]}
    evidence = "measured" if ground.basis == "paid" else "modelled"
    caution = "" if ground.basis == "paid" else "A quoted fee is not money paid."
    return Trial(found.parts, found.used, facts=facts, veto=found.veto, evidence=evidence, caution=caution)


def micro_roi_higher(claim: Claim, ground: Ground) -> Trial:
    """Test the revenue per unit of cost, tier against tier."""
    used = _measured(ground.accounts, "roas")
    if used.empty:
        return not_possible("no deliverable here has both a cost and the revenue it brought")
    return _tier_against_tier("return", ground, "roas", used, "a cost and revenue")


def trust_converts(claim: Claim, ground: Ground) -> Trial:
    """Test conversions per click and per engagement, tier against tier, as counts."""
    parts, reasons, used, short = [], [], [], []
    for name in ("clicks", "engagements"):
        measure = f"conversion_rate_by_{name}"
        known = _measured(ground.accounts, measure)
        if known.empty:
            reasons.append(f"no deliverable has both conversions and {name}")
            continue
        pair = two_tiers(ground, known, f"conversions and {name}")
        if isinstance(pair, str):
            short.append(known)
            reasons.append(pair)
            continue
        used.append(known)
        parts.append(_count_part(name, measure, pair, known))
    if not parts:
        tail = f"; {ground.minimum} in each of two tiers are needed"
        told = "; ".join(reason.removesuffix(tail) for reason in reasons)
        met = ground.accounts.loc[short[0].index.union(short[-1].index)] if short else None
        return not_possible(told + (tail if short else ""), met)
    everyone = ground.accounts.loc[used[0].index.union(used[-1].index)]
    return Trial(tuple(parts), everyone, facts={"per": f"per {parts[0].name.removesuffix('s')}"})


def rate_ratio(
    a_events: Floats, a_exposure: Floats, b_events: Floats, b_exposure: Floats, *, confidence: float = 0.95
) -> Interval:
    """Return the ratio of two rates of events with exact conditional limits; one pair of values per creator.

    Notes
    -----
    Given the sum of both counts, the first is binomial with p = R e_a / (R e_a + e_b), and the Clopper-Pearson limits
    of p give those of R. A tier whose creators differ more than chance allows enters with its counts and exposures
    over its dispersion, sum (k - m)^2 / sum m with the small-sample factor n / (n - 1), where that is above 1.

    Examples
    --------
    >>> found = rate_ratio(np.array([8.0]), np.array([100.0]), np.array([4.0]), np.array([100.0]))
    >>> found.estimate, round(found.low, 3), round(found.high, 2)
    (2.0, 0.536, 9.08)
    """
    from scipy.special import betaincinv

    method = "exact conditional limits of a ratio of Poisson rates"
    n = len(a_events) + len(b_events)
    spread = [dispersion(a_events, a_exposure), dispersion(b_events, b_exposure)]
    (ka, ea), (kb, eb) = (
        (float(events.sum()) / d, float(exposure.sum()) / d)
        for events, exposure, d in zip((a_events, b_events), (a_exposure, b_exposure), spread, strict=True)
    )
    if not (ea > 0 and eb > 0):
        return Interval(math.nan, math.nan, math.nan, n, method, confidence, "a tier has no exposure.")
    if not ka + kb > 0:
        return Interval(math.nan, math.nan, math.nan, n, method, confidence, "no conversion was seen in either tier.")
    tail = (1 - confidence) / 2
    low_p = float(betaincinv(ka, kb + 1, tail)) if ka > 0 else 0.0
    high_p = float(betaincinv(ka + 1, kb, 1 - tail)) if kb > 0 else 1.0
    estimate = (ka / ea) / (kb / eb) if kb > 0 else math.inf
    low, high = (p / (1 - p) * eb / ea if p < 1 else math.inf for p in (low_p, high_p))
    note = "" if max(spread) == 1 else "Creators differ more than chance allows; the limits are widened."
    return Interval(estimate, low, high, n, method, confidence, note)


def dispersion(events: Floats, exposure: Floats) -> float:
    """Return how many times wider than chance the total of the events is known to vary, at least 1.

    Examples
    --------
    >>> dispersion(np.array([0.0, 10.0]), np.array([50.0, 50.0]))
    10.0
    """
    n, total = len(events), float(events.sum())
    if n < 2 or not (total > 0 and exposure.sum() > 0):
        return 1.0
    expected = total * exposure / exposure.sum()
    return max(1.0, float(((events - expected) ** 2).sum()) / total * n / (n - 1))


def _count_part(name: str, measure: str, pair: tuple[str, str], accounts: pd.DataFrame) -> Part:
    (a_top, a_bottom), (b_top, b_bottom) = (sides_of(accounts, tier, measure) for tier in pair)
    return Part(
        name,
        lambda confidence: rate_ratio(a_top, a_bottom, b_top, b_bottom, confidence=confidence),
        sizes=(len(a_top), len(b_top)),
        groups=pair,
        values=tuple(float(top.sum() / bottom.sum()) for top, bottom in ((a_top, a_bottom), (b_top, b_bottom))),
    )


def _tier_against_tier(name: str, ground: Ground, measure: str, used: pd.DataFrame, what: str) -> Trial:
    pair = two_tiers(ground, used, what)
    if isinstance(pair, str):
        return not_possible(pair, used)
    part = pooled_part(name, ground, measure, pair, used)
    typical = median_part(name, ground, measure, pair, used)
    one = formats.money(1, ground.currency)
    return Trial((part,), used, facts={"one": one}, veto=disagreement(part, typical, ground.confidence))


def _measured(accounts: pd.DataFrame, measure: str) -> pd.DataFrame:
    return accounts[accounts[f"{measure}_num"].notna() & (accounts[f"{measure}_den"] > 0)]
