"""From an interval to a verdict: the one place where "wins" is decided.

Four verdicts, after a rule stated before the data are seen:

* ``supported``: the whole interval lies on the claimed side of the null value, and the correction for the number of
  comparisons leaves it there;
* ``contradicted``: the whole interval lies on the other side, or inside the equivalence region (a difference too small
  to matter is not a win, and that is known, which is more than "we cannot tell");
* ``inconclusive``: the interval holds both;
* ``not testable``: too few creators, or no honest interval.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.errors import ParameterError
from analysis.inference.ranks import holm
from analysis.inference.result import Interval

__all__ = [
    "SAME_WITHIN",
    "VERDICTS",
    "Verdict",
    "VerdictName",
    "corrected_verdicts",
    "equivalence_region",
    "resting_on",
    "verdict",
]

VerdictName = Literal["supported", "contradicted", "inconclusive", "not testable"]

#: The verdicts, from yes to "cannot be asked".
VERDICTS: tuple[VerdictName, ...] = ("supported", "contradicted", "inconclusive", "not testable")

#: Ratios this close to 1 make no practical difference: a tenth less, or as much the other way. Stated before the data;
#: a study, and so a report, may set its own.
SAME_WITHIN = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict, its reason as a sentence, and whether the groups are known to be practically the same."""

    name: VerdictName
    reason: str
    equivalent: bool = False

    def __str__(self) -> str:
        """Return ``name: reason``."""
        return f"{self.name}: {self.reason}"


def verdict(
    interval: Interval,
    *,
    null: float = 1.0,
    direction: Literal["greater", "less"] = "greater",
    equivalence: tuple[float, float] | None = None,
    minimum: int = 0,
    n: int | tuple[int, ...] | None = None,
    adjusted_p: float | None = None,
) -> Verdict:
    """Return what the interval says about "the value is ``direction`` than ``null``".

    Parameters
    ----------
    interval
        Of a contrast, a slope, a share.
    null
        1 for a ratio, 0 for a difference, 0.5 for a probability.
    direction
        The claimed side.
    equivalence
        Values that make no practical difference, such as ``(0.9, 1.11)`` for a ratio.
    minimum, n
        Creators needed in the smallest group, and creators there are (one number, or one per group; without it
        ``interval.n``).
    adjusted_p
        The p-value after correction for all comparisons made (`holm`), when there is more than one.

    Raises
    ------
    ParameterError
        If ``direction`` is neither word, or the equivalence region does not hold the null value.

    Examples
    --------
    >>> verdict(Interval(1.8, 1.2, 2.6, 80, "example")).name
    'supported'
    >>> verdict(Interval(1.01, 0.97, 1.05, 900, "example"), equivalence=(0.9, 1.11)).reason
    'any difference is too small to matter: the interval (0.97 to 1.05) lies within 0.9 to 1.11.'
    >>> verdict(Interval(3.0, 1.5, 6.0, 12, "example"), minimum=20, n=(12, 40)).reason
    'the smallest group has 12 creators; 20 are needed.'
    """
    if direction not in ("greater", "less"):
        raise ParameterError(f"direction is 'greater' or 'less'; got {direction!r}.")
    if equivalence and not equivalence[0] < null < equivalence[1]:
        raise ParameterError(f"the equivalence region {equivalence} must hold the null value {null}.")
    fewest = _fewest(interval.n if n is None else n)
    if fewest < minimum:
        group = "the smallest group has" if isinstance(n, tuple) else "there are"
        if not isinstance(n, tuple) and fewest == 1:
            group = "there is"
        return Verdict("not testable", f"{group} {_creators(fewest)}; {minimum} are needed.")
    if not interval.known:
        return Verdict("not testable", interval.note or "no interval is known.")
    limits = f"the interval ({_text(interval.low)} to {_text(interval.high)})"
    if equivalence and equivalence[0] <= interval.low and interval.high <= equivalence[1]:
        region = f"{_text(equivalence[0])} to {_text(equivalence[1])}"
        reason = f"any difference is too small to matter: {limits} lies within {region}."
        return Verdict("contradicted", reason, equivalent=True)
    side = "above" if interval.low > null else "below" if interval.high < null else ""
    if not side:
        return Verdict("inconclusive", f"{limits} holds {_text(null)}, so either side is possible.")
    alpha = 1 - interval.confidence
    if adjusted_p is not None and adjusted_p > alpha + 1e-12:
        reason = f"{limits} lies {side} {_text(null)}, but not after correction for the number of comparisons made."
        return Verdict("inconclusive", reason)
    agrees = (side == "above") == (direction == "greater")
    return Verdict("supported" if agrees else "contradicted", f"{limits} lies {side} {_text(null)}.")


def equivalence_region(within: float = SAME_WITHIN) -> tuple[float, float]:
    """Return the ratios that make no practical difference: symmetric in factors, so that a/b and b/a get one answer.

    Raises
    ------
    ParameterError
        If ``within`` is not between 0 and 1.

    Examples
    --------
    >>> low, high = equivalence_region(0.2)
    >>> round(low, 3), round(high, 3)
    (0.8, 1.25)
    """
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 < within < 1:
        raise ParameterError(
            f"no practical difference lies within a share between 0 and 1, such as 0.1; got {within!r}."
        )
    return 1 - within, 1 / (1 - within)


def corrected_verdicts(
    intervals: Mapping[str, Interval],
    *,
    null: float = 1.0,
    direction: Literal["greater", "less"] = "greater",
    equivalence: tuple[float, float] | None = None,
    minimum: int = 0,
    n: Mapping[str, int | tuple[int, ...]] | None = None,
) -> dict[str, Verdict]:
    """Return the verdict of each comparison after Holm's correction for all of those that can be tested.

    Examples
    --------
    >>> both = {"likes": Interval(1.5, 1.1, 2.0, 80, "example", p_value=0.01),
    ...         "views": Interval(1.3, 1.01, 1.7, 80, "example", p_value=0.045)}
    >>> {name: one.name for name, one in corrected_verdicts(both).items()}
    {'likes': 'supported', 'views': 'supported'}
    >>> third = both | {"reach": Interval(1.4, 1.01, 1.9, 80, "example", p_value=0.04)}
    >>> {name: one.name for name, one in corrected_verdicts(third).items()}
    {'likes': 'supported', 'views': 'inconclusive', 'reach': 'inconclusive'}
    """
    counts = {name: (n or {}).get(name, one.n) for name, one in intervals.items()}
    tested = {
        name: one.p_value is not None and one.known and _fewest(counts[name]) >= minimum
        for name, one in intervals.items()
    }
    adjusted = holm(
        [math.nan if one.p_value is None or not tested[name] else one.p_value for name, one in intervals.items()]
    )
    return {
        name: verdict(
            one,
            null=null,
            direction=direction,
            equivalence=equivalence,
            minimum=minimum,
            n=counts[name],
            adjusted_p=float(p) if tested[name] else None,
        )
        for (name, one), p in zip(intervals.items(), adjusted, strict=True)
    }


def resting_on(pooled: Interval, robust: Interval) -> Interval:
    """Return the interval a verdict may rest on: the pooled one, or the robust one where that is not honest.

    Examples
    --------
    >>> from analysis.inference.result import unknown
    >>> resting_on(unknown(2.0, 9, "pooled", 0.95, "too wide."), Interval(1.4, 1.1, 1.8, 9, "medians")).note
    'The pooled figure has no honest interval (too wide); the verdict rests on the medians over creators.'
    """
    if pooled.known or not robust.known:
        return pooled
    why = pooled.note.split(";")[0].rstrip(".") or "none is known"
    return robust.with_note(
        f"The pooled figure has no honest interval ({why}); the verdict rests on the medians over creators."
    )


def _fewest(n: int | tuple[int, ...]) -> int:
    return min(n) if isinstance(n, tuple) else n


def _creators(count: int) -> str:
    return f"{count} creator" if count == 1 else f"{count} creators"


def _text(value: float) -> str:
    """Return three significant digits without an exponent."""
    if value in (float("inf"), float("-inf")):
        return "any larger value" if value > 0 else "any smaller value"
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.6f}".rstrip("0").rstrip(".") or "0"
