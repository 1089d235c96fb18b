"""What every interval of this room looks like, and how its input is made clean.

An interval is five things that travel together: the estimate, its two limits, how many creators stand behind it,
and the method that made it. Where no honest limits exist the limits are missing and ``note`` says why, so that a
sentence can be written without ever meeting a NaN. The unit is the creator: posts of one creator are not
independent, and whoever passes posts passes the creator of each beside them.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError

__all__ = [
    "Interval",
    "as_numbers",
    "check_confidence",
    "clean_pairs",
    "clean_values",
    "on_log_axes",
    "say",
    "sum_by_cluster",
    "unknown",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, its limits, and what stands behind them.

    Attributes
    ----------
    estimate, low, high
        In the unit of the input. ``low`` and ``high`` are NaN only when ``note`` says why; a one-sided limit is
        infinite on the open side and ``note`` says so.
    n
        Creators used (clusters, where clusters are given).
    method
        How the limits were made, in words fit for a footnote.
    confidence
        The nominal coverage.
    note
        What the reader must know: values set aside, a shape that forbids an interval, a limit that is open.
    p_value
        Two-sided, against no difference, where the interval is of a contrast; None elsewhere.

    Examples
    --------
    >>> print(Interval(2.0, 1.5, 2.8, 40, "order statistics"))
    2 (1.5 to 2.8, n = 40)
    """

    estimate: float
    low: float
    high: float
    n: int
    method: str
    confidence: float = 0.95
    note: str = ""
    p_value: float | None = None

    def __post_init__(self) -> None:
        """Keep plain numbers, so that an interval prints and serialises as one."""
        for name in ("estimate", "low", "high"):
            object.__setattr__(self, name, float(getattr(self, name)))

    @property
    def known(self) -> bool:
        """True when both limits are numbers (an open side counts as a number)."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    def excludes(self, value: float) -> bool:
        """Return True when the limits are known and ``value`` lies outside them."""
        return self.known and not (self.low <= value <= self.high)

    def with_note(self, note: str) -> "Interval":
        """Return a copy with ``note`` added to what is already said."""
        return replace(self, note=say(self.note, note))

    def __str__(self) -> str:
        """Return the interval in words, without a NaN in it."""
        if math.isnan(self.estimate):
            return f"not known: {self.note}"
        if not self.known:
            return f"{self.estimate:.4g} (no interval: {self.note.rstrip('.')}; n = {self.n})"
        return f"{self.estimate:.4g} ({self.low:.4g} to {self.high:.4g}, n = {self.n})"


def say(*parts: str) -> str:
    """Return the sentences that are not empty, joined."""
    return " ".join(part for part in parts if part)


def unknown(estimate: float, n: int, method: str, confidence: float, note: str) -> Interval:
    """Return an Interval without limits, and the reason."""
    return Interval(float(estimate), math.nan, math.nan, int(n), method, confidence, note)


def check_confidence(confidence: float) -> float:
    """Return ``confidence`` if it lies strictly between 0 and 1.

    Raises
    ------
    ParameterError
        Otherwise.

    Examples
    --------
    >>> check_confidence(0.95)
    0.95
    """
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence lies between 0 and 1 (such as 0.95); got {confidence!r}.")
    return float(confidence)


def as_numbers(values: ArrayLike) -> Floats:
    """Return ``values`` as a flat float array, never a view; anything missing (None, NA, NaN) becomes NaN.

    Numbers beyond 1e100 count as infinite and those nearer to 0 than 1e-100 as 0: no figure of a creator is either, and
    their squares would not fit.
    """
    array: NDArray[Any] = np.asarray(values)
    if array.dtype == object:
        array = np.array([math.nan if _is_missing(value) else float(value) for value in array.ravel()])
    numbers = np.array(array, dtype=np.float64).ravel()
    numbers[np.abs(numbers) < 1e-100] = 0.0
    beyond = np.abs(numbers) > 1e100
    numbers[beyond] = np.copysign(math.inf, numbers[beyond])
    return numbers


def on_log_axes(engagements: Floats, followers: Floats) -> NDArray[np.bool_]:
    """Return which creators or posts have what a curve of engagements over followers needs: both, and a size."""
    known = np.isfinite(engagements) & np.isfinite(followers)
    rows: NDArray[np.bool_] = known & (followers > 0) & (engagements >= 0)
    return rows


def _is_missing(value: object) -> bool:
    return value is None or value != value or type(value).__name__ in {"NAType", "NaTType"}


def clean_values(values: ArrayLike) -> tuple[Floats, str]:
    """Return the finite values, and a note when infinite ones were set aside (missing ones need no note).

    Examples
    --------
    >>> clean_values([1.0, float("nan"), float("inf")])
    (array([1.]), '1 infinite value was set aside.')
    """
    array = as_numbers(values)
    return array[np.isfinite(array)], _infinite_note(int(np.isinf(array).sum()))


def clean_pairs(
    numerator: ArrayLike, denominator: ArrayLike, cluster: ArrayLike | None = None
) -> tuple[Floats, Floats, str]:
    """Return numerator and denominator summed per cluster over the rows where both are finite, and a note.

    Raises
    ------
    ParameterError
        If the lengths differ.
    """
    top, bottom = as_numbers(numerator), as_numbers(denominator)
    if len(top) != len(bottom):
        raise ParameterError(f"numerator has {len(top)} values and denominator {len(bottom)}; they must pair up.")
    usable = np.isfinite(top) & np.isfinite(bottom)
    note = _infinite_note(int((np.isinf(top) | np.isinf(bottom)).sum()))
    if cluster is None:
        return top[usable], bottom[usable], note
    labels = np.asarray(cluster).ravel()
    if len(labels) != len(top):
        raise ParameterError(f"cluster has {len(labels)} values for {len(top)} rows; each row needs its creator.")
    labels = labels[usable]
    return sum_by_cluster(top[usable], labels), sum_by_cluster(bottom[usable], labels), note


def clustered_values(values: ArrayLike, cluster: ArrayLike) -> Floats:
    """Return one sum per creator over the finite values.

    Examples
    --------
    >>> clustered_values([1, 2, None], ["a", "a", "b"])
    array([3.])
    """
    return clean_pairs(values, values, cluster)[0]


def sum_by_cluster(values: Floats, labels: NDArray[Any]) -> Floats:
    """Return one sum per distinct label, in the order of the sorted labels (a missing label is its own cluster).

    Examples
    --------
    >>> sum_by_cluster(np.array([1.0, 2.0, 4.0]), np.array(["a", "b", "a"]))
    array([5., 2.])
    """
    codes = cluster_codes(labels)
    return np.bincount(codes, weights=values, minlength=int(codes.max(initial=-1)) + 1).astype(np.float64)


def cluster_codes(labels: NDArray[Any]) -> NDArray[np.intp]:
    """Return the labels as 0, 1, 2, … in sorted order; objects are compared as text."""
    if labels.dtype == object:
        labels = np.array([str(label) for label in labels])
    return np.unique(labels, return_inverse=True)[1]


def _infinite_note(count: int) -> str:
    if not count:
        return ""
    return f"{count} infinite value{' was' if count == 1 else 's were'} set aside."
