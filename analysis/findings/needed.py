"""How many creators an open comparison would need, in words: what an analyst plans the next test with."""

import math
from collections.abc import Sequence

from analysis import formats
from analysis.inference import Interval
from analysis.inference.power import creators_needed_from

__all__ = ["RATIOS", "needed_words", "rounded"]

#: Ratios that an open answer is asked to be able to see, the coarsest first.
RATIOS = (1.5, 1.25, 1.1, 1.05)


def needed_words(interval: Interval, sizes: Sequence[int], *, odds: bool = False) -> str:
    """Return how many creators it would take to see a ratio that these could not, or nothing when it cannot be told.

    Parameters
    ----------
    interval
        Of a ratio of two groups (or of odds), with the creators behind it as ``n``.
    sizes
        Creators of the two groups; with fewer than two, the count is for all together.
    odds
        Whether the ratio is one of odds.

    Notes
    -----
    The width of an interval of log(a / b) follows 1 / n_a + 1 / n_b. Two equal groups therefore need
    4 n_a n_b / (n_a + n_b)² of the creators that groups of the present shares need.

    Examples
    --------
    >>> needed_words(Interval(1.1, 0.8, 1.5, 100, "example"), (50, 50))
    'About 62 creators in each group would be needed to see a ratio of 1.5.'
    >>> needed_words(Interval(1.1, 0.8, 1.5, 100, "example"), ())
    'About 130 creators would be needed to see a factor of 1.5.'
    """
    ratio, needed = RATIOS[0], creators_needed_from(interval, RATIOS[0], confidence=interval.confidence)
    for finer in RATIOS[1:]:
        if needed is None or needed > interval.n:
            break
        ratio, needed = finer, creators_needed_from(interval, finer, confidence=interval.confidence)
    if needed is None:
        return ""
    if len(sizes) < 2 or min(sizes) < 1:
        return f"About {rounded(needed)} creators would be needed to see a factor of {formats.number(ratio)}."
    a, b = sizes[:2]
    each = 2 * needed * a * b / (a + b) ** 2
    what = f"odds of {formats.number(ratio)} to 1" if odds else f"a ratio of {formats.number(ratio)}"
    return f"About {rounded(each)} creators in each group would be needed to see {what}."


def rounded(value: float) -> str:
    """Return a count of creators with two significant digits, upwards: more would pretend to know.

    Examples
    --------
    >>> rounded(1234), rounded(61.2)
    ('1,300', '62')
    """
    size = 10 ** max(0, math.floor(math.log10(max(value, 1))) - 1)
    return formats.count(math.ceil(value / size) * size)
