r"""Plans under uncertainty: what they bring over many possible campaigns, and whether one is better than another.

All plans are evaluated in the same drawn campaigns, so that their difference is their own and not luck. A plan is
better than its rival with the probability that it brings more in one campaign; the *expected* gain has limits too, and
it is those that decide: when they hold 0, the data cannot separate the plans, and the simpler one is preferred.

What drives the spread is answered twice. ``drivers`` splits the variance that is there: which shared doubt, and how
much is plain luck. ``swings`` moves each assumption from its low to its high end and looks at the answer: the doubt
that the data do not hold. ``sweep`` asks whether somebody else would be booked.

The trap: P(better in one campaign) near 1/2 is not "no difference"; single campaigns are noisy even when the average
gain is certain. Both are given.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError, nearest
from analysis.planning.draws import OUTCOMES, Draws
from analysis.planning.overlap import people_in_draws
from analysis.planning.sensitivity import sweep, swings

__all__ = ["DOUBTS", "LUCK", "Choice", "compare", "drivers", "outcome_of", "sweep", "swings", "verdict"]

Floats = NDArray[np.float64]

#: Shared doubts in words, and the assumption that settles each (empty where only more data do).
DOUBTS = {
    "margin": ("what is left of a sale", "margin"),
    "order_value": ("what an order is worth", "order_value"),
    "clicks_rate": ("clicks per engagement", "clicks_per_engagement"),
    "clicks_by_size": ("how clicks per engagement change with size", ""),
    "conversions_rate": ("orders per click", "orders_per_click"),
    "conversions_by_size": ("how orders per click change with size", ""),
    "engagements_rate": ("engagements per follower", "engagement_rate"),
    "engagements_sponsored": ("what being sponsored costs in engagement", "sponsored_penalty"),
    "engagements_ambassador": ("what an ambassador's post engages", ""),
    "engagements_learnt": ("how far the last campaign was off in engagement", ""),
    "reach_rate": ("accounts reached per follower", "reach_rate"),
    "reach_sponsored": ("what being sponsored costs in reach", ""),
    "reach_ambassador": ("what an ambassador's post reaches", ""),
    "reach_learnt": ("how far the last campaign was off in reach", ""),
    "post_rate": ("how many gifts are answered", "post_rate"),
    "post_rate_paid": ("how many paid posts appear", "post_rate_paid"),
    "product_and_handling": ("product, shipping and handling", "handling_cost"),
}

#: What is left of a variance when every shared doubt is taken out.
LUCK = "creators and single posts"

#: What a plan is judged by.
MEASURES = (*OUTCOMES, "people", "cost", "profit")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of two plans to take: ``preferred``, whether the draws separate them, and the sentence that says so."""

    preferred: str
    separated: bool
    gain: float
    low: float
    high: float
    beats: float
    sentence: str


def outcome_of(
    drawn: Draws,
    chosen: Sequence[Any],
    outcome: str = "profit",
    *,
    platform: ArrayLike | None = None,
    universe: float | None = None,
    share: float | None = None,
    likely: bool = False,
) -> Floats:
    """Return a plan's outcome in each drawn campaign; ``people`` is reach with nobody counted twice.

    Parameters
    ----------
    drawn : Draws
        See :func:`analysis.planning.draws.draws`.
    chosen : sequence
        Accounts, or positions among those drawn.
    outcome : str
        One of engagements, reach, clicks, conversions, revenue, people, cost, profit.
    platform, universe, share
        For ``people``; see :func:`analysis.planning.overlap.people_in_draws`.
    likely : bool
        Average the luck of single posts out, and leave what is not known: the doubt about the expected outcome.

    Raises
    ------
    ParameterError
        If the outcome is unknown.
    """
    if outcome not in MEASURES:
        raise ParameterError(f"unknown outcome {outcome!r}{nearest(outcome, MEASURES)}; known: {', '.join(MEASURES)}.")
    if not len(chosen):
        return np.zeros(drawn.size)
    if outcome == "people":
        return people_in_draws(drawn, platform, chosen=chosen, universe=universe, share=share, likely=likely)
    return drawn.total(outcome, chosen, likely=likely)


def compare(
    plans: Mapping[str, Sequence[Any]],
    drawn: Draws,
    *,
    outcome: str = "profit",
    against: str | None = None,
    platform: ArrayLike | None = None,
    universe: float | None = None,
    share: float | None = None,
) -> pd.DataFrame:
    """Return plans beside one another in the same drawn campaigns: one row a plan, in the order given.

    Parameters
    ----------
    plans : mapping
        Name → accounts or positions. The first is the plan, the others its rivals.
    drawn : Draws
        Shared by all plans.
    outcome : str
        What is compared.
    against : str, optional
        Compare every row with this plan; the first plan with every row when not given.

    Returns
    -------
    pandas.DataFrame
        plan, creators, mean, sd, p5, p50, p95, low, high (95 %), cost, loss (probability that profit is below 0),
        beats (probability that the *first plan* brings more than this one; ties count half), gain (of the first plan
        over this one, on average), gain_low and gain_high (95 % of campaigns), mean_low and mean_high (95 % of what the
        average gain may be, as far as it is known). With ``against``, they are of this row over that rival.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.planning import assumptions, response
    >>> accounts = pd.DataFrame({"account": list("abc"), "followers": [9e3, 2e4, 2e6], "fee": [90.0, 300.0, 9000.0]})
    >>> table, _ = response.candidates(accounts)
    >>> drawn = response.draws(table, assumptions.load(), size=500)
    >>> compare({"two small": ["a", "b"], "one mega": ["c"]}, drawn)[["plan", "creators"]].to_dict("records")
    [{'plan': 'two small', 'creators': 2}, {'plan': 'one mega', 'creators': 1}]
    """
    if not plans:
        raise ParameterError("give at least one plan to compare.")
    if against is not None and against not in plans:
        raise ParameterError(f"{against!r} is no plan{nearest(against, plans)}; the plans are {', '.join(plans)}.")
    first = next(iter(plans))
    where = {"platform": platform, "universe": universe, "share": share}
    values = {name: outcome_of(drawn, chosen, outcome, **where) for name, chosen in plans.items()}  # type: ignore[arg-type]
    likely = {
        name: outcome_of(drawn, chosen, outcome, likely=True, **where)  # type: ignore[arg-type]
        for name, chosen in plans.items()
    }
    rows = []
    for name, chosen in plans.items():
        mine = values[name]
        row: dict[str, Any] = {"plan": name, "creators": len(chosen), "mean": float(mine.mean())}
        row["sd"] = float(mine.std(ddof=1)) if len(mine) > 1 else math.nan
        points = np.quantile(mine, [0.05, 0.5, 0.95, 0.025, 0.975])
        row |= dict(zip(("p5", "p50", "p95", "low", "high"), map(float, points), strict=True))
        row["cost"] = float(outcome_of(drawn, chosen, "cost").mean())
        row["loss"] = float((outcome_of(drawn, chosen, "profit") < 0).mean())
        sides = (first, name) if against is None else (name, against)
        row |= _gain([values[side] for side in sides], [likely[side] for side in sides], same=sides[0] == sides[1])
        rows.append(row)
    return pd.DataFrame(rows)


def _gain(values: Sequence[Floats], likely: Sequence[Floats], *, same: bool) -> dict[str, float]:
    names = ("beats", "gain", "gain_low", "gain_high", "mean_low", "mean_high")
    if same:
        return dict.fromkeys(names, math.nan)
    gain, known = values[0] - values[1], likely[0] - likely[1]
    beats = float((gain > 0).mean() + 0.5 * (gain == 0).mean())
    limits = [float(limit) for side in (gain, known) for limit in np.quantile(side, [0.025, 0.975])]
    return dict(zip(names, (beats, float(known.mean()), *limits), strict=True))


def _split(values: Floats, drawn: Draws) -> tuple[dict[str, float], float]:
    """Return each shared factor's share of the variance (by regression on all of them), and their sum."""
    factors = {name: f for name, f in drawn.factors.items() if float(np.ptp(f)) > 0}
    variance = float(values.var())
    if not factors or variance <= 0:
        return {}, 0.0
    x = np.column_stack([(f - f.mean()) / f.std() for f in factors.values()])
    y = values - values.mean()
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    # a coefficient's own noise is variance / size; taking it out keeps idle factors at nothing
    shares = np.maximum(beta**2 / variance - 1 / len(values), 0.0)
    return dict(zip(factors, shares.tolist(), strict=True)), float(min(shares.sum(), 1.0))


def drivers(
    drawn: Draws, chosen: Sequence[Any], *, outcome: str = "profit", against: Sequence[Any] | None = None
) -> pd.DataFrame:
    """Return what the spread of a plan's outcome comes from: shared doubts by name, the rest is luck.

    Parameters
    ----------
    drawn : Draws
        The campaigns.
    chosen : sequence
        The plan.
    against : sequence, optional
        A rival: then it is the spread of the gain over it.

    Returns
    -------
    pandas.DataFrame
        driver, share (of the variance, 0 to 1), words, assumption (that settles it, where one does), largest first;
        ``creators and single posts`` is what no shared doubt explains, and averages out over more creators.

    Notes
    -----
    Shares are squared standardised coefficients of the outcome on all shared factors, which are independent.
    """
    values = outcome_of(drawn, chosen, outcome)
    if against is not None:
        values = values - outcome_of(drawn, against, outcome)
    shares, explained = _split(values, drawn)
    rows = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    table = pd.DataFrame([*rows, (LUCK, 1 - explained)], columns=["driver", "share"])
    said = [DOUBTS.get(name, (name.replace("_", " "), "")) for name in table["driver"]]
    table["words"], table["assumption"] = [words for words, _ in said], [name for _, name in said]
    return table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


def verdict(
    plans: Mapping[str, Sequence[Any]],
    drawn: Draws,
    *,
    outcome: str = "profit",
    simpler: Literal["fewer", "last"] | str = "fewer",
    unit: str = "",
    platform: ArrayLike | None = None,
    universe: float | None = None,
    share: float | None = None,
) -> Choice:
    """Return which of two plans to take; when the draws cannot separate them, the simpler.

    Parameters
    ----------
    plans : mapping
        Two plans by name.
    drawn : Draws
        Shared by both.
    outcome : str
        More of it is better.
    simpler : str
        ``fewer`` (fewer creators to manage; the second plan when equal), ``last``, or a plan's name.
    unit : str
        Printed behind amounts, such as ``USD``.
    platform, universe, share
        For ``people``; see :func:`outcome_of`.

    Raises
    ------
    ParameterError
        Unless there are two plans.

    Notes
    -----
    Separated when the 95 % limits of the *expected* gain leave out 0.
    """
    if len(plans) != 2:
        raise ParameterError(f"a verdict is between two plans; got {len(plans)}.")
    one, other = plans
    row = compare(plans, drawn, outcome=outcome, platform=platform, universe=universe, share=share).iloc[1]
    gain, low, high, beats = (float(row[name]) for name in ("gain", "mean_low", "mean_high", "beats"))
    unit = f" {unit}" if unit else ""
    if low > 0 or high < 0:
        better, worse = (one, other) if low > 0 else (other, one)
        often = beats if low > 0 else 1 - beats
        sentence = (
            f"{better} brings {abs(gain):,.0f}{unit} more {outcome} than {worse} on average, and more in "
            f"{often:.0%} of campaigns."
        )
        return Choice(better, True, gain, low, high, beats, sentence)
    if simpler in plans:
        preferred = simpler
    elif simpler == "fewer":
        preferred = one if len(plans[one]) < len(plans[other]) else other
    else:
        preferred = other
    sentence = (
        f"The data cannot separate {one} and {other}: the expected difference in {outcome} lies between {low:,.0f} and "
        f"{high:,.0f}{unit}. {preferred} is the simpler, and is preferred."
    )
    return Choice(preferred, False, gain, low, high, beats, sentence)
