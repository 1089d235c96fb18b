"""How many creators would it take? Shown wherever the verdict is "we cannot tell".

Two ways. From a spread: the standard deviation of the logs of the creators' own figures. From an interval at hand: its
width shrinks with the square root of the number of creators, whatever made it. Both answer for ratios, because a
planner asks "would I have seen a quarter more?".

References
----------
Chow, S.-C., Shao, J. and Wang, H. (2008). *Sample Size Calculations in Clinical Research*, section 3.2. CRC Press.
"""

import math

from analysis.errors import ParameterError
from analysis.inference.result import Interval, check_confidence

__all__ = ["creators_needed", "creators_needed_from", "detectable_ratio", "power_of"]

#: Variance of a sample median over that of a mean, for normal logs.
MEDIAN_COST = math.pi / 2


def creators_needed(
    ratio: float, log_sd: float, *, log_sd_b: float | None = None, power: float = 0.8, confidence: float = 0.95
) -> int:
    """Return the creators needed in each group to see ``ratio`` between two medians.

    Parameters
    ----------
    ratio
        The true ratio of medians to be seen, such as 1.25.
    log_sd, log_sd_b
        Standard deviation of the natural logs within the first and (if different) the second group.

    Notes
    -----
    n = (z_alpha/2 + z_power)^2 (sd_a^2 + sd_b^2) (pi/2) / log(ratio)^2.

    Examples
    --------
    >>> creators_needed(1.5, 1.0)
    150
    """
    z = _quantiles(power, confidence)
    effect = _log_ratio(ratio)
    other = log_sd if log_sd_b is None else log_sd_b
    if not (log_sd > 0 and other > 0):
        raise ParameterError(f"a spread is positive; got {log_sd!r} and {other!r}.")
    return max(6, math.ceil((z / effect) ** 2 * (log_sd**2 + other**2) * MEDIAN_COST - 1e-9))


def creators_needed_from(
    interval: Interval, ratio: float, *, power: float = 0.8, confidence: float = 0.95
) -> int | None:
    """Return the creators (both groups together, same shares) needed to see ``ratio``, from an interval of a ratio.

    None when the interval has no width to learn from.

    Examples
    --------
    >>> creators_needed_from(Interval(1.1, 0.8, 1.5, 100, "example"), 1.25)
    406
    """
    from scipy.special import ndtri

    z = _quantiles(power, confidence)
    effect = _log_ratio(ratio)
    if not interval.known or not 0 < interval.low < interval.high < math.inf:
        return None
    own = float(ndtri((1 + interval.confidence) / 2))
    error = math.log(interval.high / interval.low) / (2 * own)
    return math.ceil(interval.n * (z * error / effect) ** 2)


def detectable_ratio(n_a: int, n_b: int, log_sd: float, *, power: float = 0.8, confidence: float = 0.95) -> float:
    """Return the smallest ratio of medians (above 1) that groups of these sizes would show.

    Examples
    --------
    >>> round(detectable_ratio(150, 150, 1.0), 2)
    1.5
    """
    z = _quantiles(power, confidence)
    if min(n_a, n_b) < 1:
        raise ParameterError(f"each group needs a creator; got {n_a} and {n_b}.")
    return math.exp(z * log_sd * math.sqrt(MEDIAN_COST * (1 / n_a + 1 / n_b)))


def power_of(ratio: float, n_a: int, n_b: int, log_sd: float, *, confidence: float = 0.95) -> float:
    """Return the probability that groups of these sizes show a true ratio of medians.

    Examples
    --------
    >>> round(power_of(1.5, 150, 150, 1.0), 2)
    0.8
    """
    from scipy.special import ndtr, ndtri

    check_confidence(confidence)
    if min(n_a, n_b) < 1:
        raise ParameterError(f"each group needs a creator; got {n_a} and {n_b}.")
    shift = _log_ratio(ratio) / (log_sd * math.sqrt(MEDIAN_COST * (1 / n_a + 1 / n_b)))
    z = float(ndtri((1 + confidence) / 2))
    return float(ndtr(shift - z) + ndtr(-shift - z))


def _quantiles(power: float, confidence: float) -> float:
    from scipy.special import ndtri

    check_confidence(confidence)
    if not 0.5 <= power < 1:
        raise ParameterError(f"power lies between 0.5 and 1 (such as 0.8); got {power!r}.")
    return float(ndtri((1 + confidence) / 2) + ndtri(power))


def _log_ratio(ratio: float) -> float:
    if not (ratio > 0 and math.isfinite(ratio)) or ratio == 1:
        raise ParameterError(f"the ratio to be seen is positive and not 1; got {ratio!r}.")
    return abs(math.log(ratio))
