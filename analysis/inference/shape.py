"""Does engagement rise and then fall with size? The quadratic, tested at both ends.

A significant square term is not a turn: a curve that only flattens has one. Lind and Mehlum ask for a slope up at the
smallest followers of the data *and* a slope down at the largest (or the reverse); the p-value is the worse of the two.
The turning point is a ratio of coefficients, so its limits come from Fieller's theorem, and may be open when the bend
is not known.

References
----------
Lind, J. T. and Mehlum, H. (2010). With or without U? *Oxford Bulletin of Economics and Statistics* 72, 109-118.
Sasabuchi, S. (1980). A test of a multivariate normal mean with composite hypotheses. *Biometrika* 67, 429-439.
Fieller, E. C. (1954). Some problems in interval estimation. *J. R. Statist. Soc. B* 16, 175-185.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.inference.regression import least_squares
from analysis.inference.result import Floats, Interval, unknown

__all__ = ["Turn", "fieller_interval", "lind_mehlum", "quadratic_turn"]

Shape = Literal["rises then falls", "falls then rises", "no turn"]


@dataclass(frozen=True, slots=True)
class Turn:
    """The shape of a quadratic over a range, the Lind-Mehlum p-value, the turning point and the slopes at the ends."""

    shape: Shape
    p_value: float | None
    point: Interval
    slope_low: float
    slope_high: float
    note: str = ""


def fieller_interval(
    a: float,
    b: float,
    variance_a: float,
    variance_b: float,
    covariance: float,
    *,
    freedom: float,
    n: int,
    confidence: float = 0.95,
) -> Interval:
    """Return a / b with Fieller's limits: all r for which a - r b does not differ from 0.

    Notes
    -----
    With t the quantile and g = t^2 var(b) / b^2 the limits are finite only when g < 1, that is when b differs from 0.

    Examples
    --------
    >>> interval = fieller_interval(10, 5, 1, 0.25, 0, freedom=20, n=22)
    >>> round(interval.low, 3), round(interval.high, 3)
    (1.481, 2.701)
    """
    from scipy.special import stdtrit

    method = "Fieller"
    if b == 0:
        return unknown(math.nan, n, method, confidence, "the denominator is zero.")
    t2 = float(stdtrit(freedom, (1 + confidence) / 2)) ** 2
    lead = b * b - t2 * variance_b
    if lead <= 0:
        reason = "the denominator does not differ from zero, so that the ratio is bounded on neither side."
        return unknown(a / b, n, method, confidence, reason)
    middle = a * b - t2 * covariance
    root = math.sqrt(max(middle * middle - lead * (a * a - t2 * variance_a), 0.0))
    return Interval(a / b, (middle - root) / lead, (middle + root) / lead, n, method, confidence)


def lind_mehlum(
    linear: float,
    square: float,
    covariance: Floats,
    *,
    low: float,
    high: float,
    freedom: float,
    n: int,
    confidence: float = 0.95,
) -> Turn:
    """Return the test of a turn of ``linear * x + square * x^2`` between ``low`` and ``high``.

    Parameters
    ----------
    covariance
        The 2 by 2 covariance of the two coefficients.

    Notes
    -----
    p = max of the one-sided p-values that the slope at ``low`` and that at ``high`` have opposite signs.
    """
    from scipy.special import stdtr

    slopes = linear + 2 * square * np.array([low, high])
    errors = [
        math.sqrt(max(float(np.array([1, 2 * x]) @ covariance @ np.array([1, 2 * x])), 1e-300)) for x in (low, high)
    ]
    point = fieller_interval(
        -linear / 2,
        square,
        float(covariance[0, 0]) / 4,
        float(covariance[1, 1]),
        -float(covariance[0, 1]) / 2,
        freedom=freedom,
        n=n,
        confidence=confidence,
    )
    first, last = float(slopes[0]), float(slopes[1])
    if first * last >= 0:
        return Turn("no turn", None, point, first, last, "the slope has the same sign over the whole range.")
    t = min(abs(first) / errors[0], abs(last) / errors[1])
    shape: Shape = "rises then falls" if first > 0 else "falls then rises"
    return Turn(shape, float(stdtr(freedom, -t)), point, first, last)


def quadratic_turn(
    y: Floats, x: Floats, *, cluster: NDArray[Any] | None = None, confidence: float = 0.95
) -> Turn | None:
    """Return the turn of the quadratic of y on x over the range of x; None when it cannot be fitted."""
    middle = float(np.mean(x)) if len(x) else 0.0
    centred = x - middle
    fit = least_squares(y, np.column_stack([np.ones(len(x)), centred, centred**2]), cluster=cluster)
    if fit is None:
        return None
    turn = lind_mehlum(
        float(fit.coefficients[1]),
        float(fit.coefficients[2]),
        fit.covariance[1:, 1:],
        low=float(centred.min()),
        high=float(centred.max()),
        freedom=fit.freedom,
        n=fit.n,
        confidence=confidence,
    )
    at = turn.point
    moved = Interval(at.estimate + middle, at.low + middle, at.high + middle, at.n, at.method, confidence, at.note)
    return Turn(turn.shape, turn.p_value, moved, turn.slope_low, turn.slope_high, turn.note)
