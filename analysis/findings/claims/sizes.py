"""The claims about size: engagement, eyes, mass exposure, and what is at stake.

A rate by followers falls with size by construction wherever engagement grows more slowly than the audience, so the
claim that micro creators engage more has to pass two tests: typical creators of the two tiers, and the elasticity of
engagements on followers against 1. Reach is asked against 0: does it grow at all. "Creators above one million" is one
million whatever the scheme calls them. What is at stake when a post goes wrong is the audience itself; that is
arithmetic and no test.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.claims.catalogue import Claim
from analysis.findings.claims.ground import Floats, Ground
from analysis.findings.claims.parts import Part, Trial, median_part, members_of, not_possible, two_tiers
from analysis.inference import Interval

__all__ = ["exposure_risk", "mega_mass_exposure", "micro_engagement_higher", "reach_grows_with_size"]

#: What counts as eyes, the best first.
EYES = (("reach_per_post", "reach"), ("views_per_post", "views"), ("impressions_per_post", "impressions"))

_RATE = "engagement_rate_by_followers"


def micro_engagement_higher(claim: Claim, ground: Ground) -> Trial:
    """Test typical creators of two tiers, and the elasticity of engagements on followers."""
    accounts = ground.accounts
    used = accounts[accounts[f"{_RATE}_num"].notna() & (accounts[f"{_RATE}_den"] > 0)]
    if used.empty:
        return not_possible("no account here has both followers and engagements")
    pair = two_tiers(ground, used, "an engagement rate by followers")
    if isinstance(pair, str):
        return not_possible(pair, used)
    growth, gain = _growth("growth", ground, "engagements_per_post")
    return Trial(parts=(median_part("rate", ground, _RATE, pair, used), growth), used=used, facts={"tenfold": gain})


def reach_grows_with_size(claim: Claim, ground: Ground) -> Trial:
    """Test the elasticity of reach, else views or impressions, on followers."""
    column, noun = _eyes(ground)
    accounts = ground.accounts
    used = accounts[(accounts["followers"] > 0) & accounts[column].notna()]
    if used.empty:
        return not_possible("no account here has both followers and reach, views or impressions")
    growth, gain = _growth("growth", ground, column)
    slope = growth.ask(ground.confidence)
    facts = {"tenfold": gain, "noun": noun, "proportion": _proportion(slope)}
    return Trial(parts=(growth,), used=used, facts=facts)


def mega_mass_exposure(claim: Claim, ground: Ground) -> Trial:
    """Test the share of the reach that creators from one million followers on hold, and count how few hold half."""
    column, noun = _eyes(ground)
    line, few = float(claim.constants["line"]), float(claim.constants["few"])
    accounts = ground.accounts
    used = accounts[accounts["followers"].notna() & (accounts[column] >= 0)]
    if used.empty:
        return not_possible("no account here has both followers and reach, views or impressions")
    large = used["followers"] >= line
    above, below = (used.loc[rows, column].to_numpy(float) for rows in (large, ~large))
    total = float(above.sum() + below.sum())
    if not total > 0:
        return not_possible(f"every account here has zero {noun}", used)
    held = _fewest_for_half(np.concatenate([above, below]))
    allowed = max(1, math.floor(few * len(used)))
    part = Part(
        "share",
        lambda confidence: _share(ground, above, below, confidence),
        sizes=(len(above), len(below)),
        groups=("1M and more", "below 1M"),
        values=(float(above.sum()) / total, float(below.sum()) / total),
    )
    veto = ""
    if held > allowed:
        veto = (
            f"{formats.count(held)} creators are needed to hold half of the {noun}, more than a tenth of the "
            f"{formats.count(len(used))} here, so the total is not held by a few"
        )
    facts = {"noun": noun, "few_held": "one" if held == 1 else formats.count(held)}
    return Trial(parts=(part,), used=used, facts=facts, veto=veto)


def exposure_risk(claim: Claim, ground: Ground) -> Trial:
    """Say what is at stake by size; nothing can be tested, because it is arithmetic."""
    used = ground.accounts[ground.accounts["followers"] > 0]
    if used.empty:
        return not_possible("no account here has followers")
    usual = "more at stake with a larger audience is arithmetic, since the audience at stake is the audience"
    pair = two_tiers(ground, used, "followers")
    if isinstance(pair, str):
        return not_possible(f"{usual}; what goes wrong is not recorded here", used)
    small, large = (float(members_of(used, tier)["followers"].median()) for tier in pair)
    medians = f"a median of {formats.short(large)} followers with {pair[1]} and {formats.short(small)} with {pair[0]}"
    return not_possible(f"{usual} ({medians}); what goes wrong is not recorded here", used)


def _eyes(ground: Ground) -> tuple[str, str]:
    """Return the column of eyes that enough creators have: the best one with enough, else the fullest."""
    known = {column: int(ground.accounts[column].notna().sum()) for column, _ in EYES}
    nouns = dict(EYES)
    most = max(known.values())
    enough = [column for column, _ in EYES if known[column] >= max(2 * ground.minimum, 0.5 * most)]
    column = enough[0] if enough else max(known, key=lambda name: known[name])
    return column, nouns[column]


def _proportion(slope: Interval) -> str:
    """Return how the growth compares with that of the followers."""
    if not slope.known or slope.low <= 0 <= slope.high:
        return "cannot be told from no growth"
    if slope.high < 1:
        return "is less than proportional" if slope.low > 0 else "is a fall"
    return "is more than proportional" if slope.low > 1 else "may be proportional"


def _growth(name: str, ground: Ground, column: str) -> tuple[Part, str]:
    """Return the elasticity of a column on followers as a part, and what ten times the followers come with."""
    accounts = ground.accounts
    x, y = (accounts[name].to_numpy(float) for name in ("followers", column))
    platforms = pd.factorize(accounts["platform"])[0].astype(float)

    def ask(confidence: float) -> Interval:
        return ground.once(_slope, y, x, platforms, confidence=confidence)

    found = ask(ground.confidence)
    gain = formats.number(10**found.estimate) if math.isfinite(found.estimate) and found.estimate < 300 else "n/a"
    return Part(name, ask, sizes=(found.n,), groups=("creators",)), gain


def _slope(y: Floats, x: Floats, platforms: Floats, *, confidence: float) -> Interval:
    within = platforms if np.ptp(platforms) > 0 else None
    return inference.log_slope(y, x, group=within, confidence=confidence)


def _share(ground: Ground, above: Floats, below: Floats, confidence: float) -> Interval:
    """Return the share of the sum that ``above`` holds, from the interval of the ratio of the two means."""
    sides = (above, np.ones(len(above)), below, np.ones(len(below)))
    found = ground.once(inference.contrast, *sides, confidence=confidence, seed=ground.seed)
    weight = len(above) / max(len(below), 1)
    estimate, low, high = (_odds_to_share(weight * value) for value in (found.estimate, found.low, found.high))
    total = float(above.sum() + below.sum())
    estimate = float(above.sum()) / total if math.isnan(estimate) and total > 0 else estimate
    return Interval(estimate, low, high, found.n, found.method, confidence, found.note)


def _odds_to_share(odds: float) -> float:
    return odds / (1 + odds) if math.isfinite(odds) else odds


def _fewest_for_half(values: Sequence[float] | Floats) -> int:
    """Return how few of the values hold half of their sum.

    Examples
    --------
    >>> _fewest_for_half([1, 1, 8])
    1
    """
    ordered = np.sort(np.asarray(values, dtype=float))[::-1]
    return int(np.searchsorted(np.cumsum(ordered), ordered.sum() / 2 * (1 - 1e-12)) + 1)
