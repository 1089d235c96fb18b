"""Rates of rare events: conversions per click, sales per creator, cost per acquisition.

With few events a count carries its own uncertainty, and it is exact: the limits of a Poisson mean are quantiles of a
gamma distribution. Zero conversions is an observation, not an absence: it bounds the rate from above, and so the cost
per acquisition from below; from above nothing bounds it, and the interval says so.

Events of one creator come together. When creators differ more than chance allows, the exact limits are too narrow;
they are then taken at the events' effective number, count / dispersion.

References
----------
Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika* 28, 437-442.
Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits. *Biometrika* 26, 404-413.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import ParameterError
from analysis.inference.result import Interval, check_confidence, clean_pairs, say, unknown

__all__ = ["cost_per_event_interval", "proportion_interval", "rate_interval"]

_EXACT = "exact Poisson limits"


def rate_interval(events: ArrayLike, exposure: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return events / exposure with exact Poisson limits; counts and exposures in (one each, or one per creator).

    Notes
    -----
    low = gamma quantile (alpha/2; k), high = gamma quantile (1 - alpha/2; k + 1), over the exposure. With one pair per
    creator, k is the count over its dispersion (Pearson chi-square / degrees of freedom, when above 1).

    Raises
    ------
    ParameterError
        If an event count is negative or an exposure is negative.

    Examples
    --------
    >>> interval = rate_interval(0, 1000)
    >>> interval.low, round(interval.high, 6)
    (0.0, 0.003689)
    """
    from scipy.special import gammaincinv

    check_confidence(confidence)
    counts, exposures, note = clean_pairs(events, exposure)
    if (counts < 0).any() or (exposures < 0).any():
        raise ParameterError("events and exposure are counts; neither is negative.")
    n, total, weight = len(counts), float(counts.sum()), float(exposures.sum())
    if not weight > 0:
        return unknown(math.nan, n, _EXACT, confidence, say("the exposure is zero or not known.", note))
    spread = _dispersion(counts, exposures)
    method = _EXACT
    if spread > 1:
        method = "Poisson limits at the effective number of events"
        note = say(note, f"Creators differ more than chance allows (dispersion {spread:.1f}); the limits are widened.")
    tail, effective = (1 - confidence) / 2, total / spread
    low = float(gammaincinv(effective, tail)) * spread if total else 0.0
    high = float(gammaincinv(effective + 1, 1 - tail)) * spread
    if not total:
        note = say(note, "No event was seen: the rate is bounded from above only.")
    return Interval(total / weight, low / weight, high / weight, n, method, confidence, note)


def cost_per_event_interval(cost: ArrayLike, events: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Return total cost over total events with exact Poisson limits, the cost taken as fixed; money per event.

    Examples
    --------
    >>> interval = cost_per_event_interval(500, 0)
    >>> round(interval.low, 1), interval.high
    (135.5, inf)
    >>> interval.note
    'No event was seen: the cost per event is at least the lower limit, and nothing bounds it from above.'
    """
    spent, counts, note = clean_pairs(cost, events)
    if (spent < 0).any():
        raise ParameterError("a cost is not negative.")
    rate = rate_interval(counts, spent, confidence=confidence)
    if not rate.known:
        return unknown(math.nan, rate.n, rate.method, confidence, say("no cost is known.", note))
    if rate.estimate == 0:
        note = say(
            "No event was seen: the cost per event is at least the lower limit, and nothing bounds it from above.", note
        )
        return Interval(math.inf, 1 / rate.high, math.inf, rate.n, rate.method, confidence, note)
    return Interval(
        1 / rate.estimate, 1 / rate.high, 1 / rate.low, rate.n, rate.method, confidence, say(rate.note, note)
    )


def proportion_interval(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Return successes / trials with exact Clopper-Pearson limits; counts of creators in, a share out.

    Raises
    ------
    ParameterError
        Unless 0 <= successes <= trials.

    Examples
    --------
    >>> interval = proportion_interval(0, 20)
    >>> interval.low, round(interval.high, 3)
    (0.0, 0.168)
    """
    from scipy.special import betaincinv

    check_confidence(confidence)
    if not 0 <= successes <= trials:
        raise ParameterError(f"successes lie between 0 and trials; got {successes} of {trials}.")
    method = "exact Clopper-Pearson limits"
    if trials == 0:
        return unknown(math.nan, 0, method, confidence, "nothing was counted.")
    tail = (1 - confidence) / 2
    low = float(betaincinv(successes, trials - successes + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, trials - successes, 1 - tail)) if successes < trials else 1.0
    return Interval(successes / trials, low, high, trials, method, confidence)


def _dispersion(counts: np.ndarray, exposures: np.ndarray) -> float:
    """Return the Pearson dispersion of counts over exposures; 1 when it is smaller or cannot be known."""
    used = exposures > 0
    total = float(counts.sum())
    if used.sum() < 3 or total == 0:
        return 1.0
    expected = total * exposures[used] / exposures[used].sum()
    return max(1.0, float(np.sum((counts[used] - expected) ** 2 / expected)) / float(used.sum() - 1))
