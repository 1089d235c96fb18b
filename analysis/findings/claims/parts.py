"""What a test hands to the judge: estimates that can be asked at any confidence, and who stands behind them.

A part does not hold an interval but the way to one, because the correction for many claims asks the same question at
several confidences. The two tiers of a contrast are found here too: micro against mega where the scheme has both with
enough creators, else against the largest tier that has; in a scheme without a tier called micro, the smallest and the
largest tier with enough creators.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.claims.ground import Floats, Ground
from analysis.findings.words import joined
from analysis.inference import Interval

__all__ = [
    "Part",
    "Trial",
    "disagreement",
    "median_part",
    "members_of",
    "not_possible",
    "pooled_part",
    "sides_of",
    "two_tiers",
]

#: Gives the interval of an estimate at a confidence.
Ask = Callable[[float], Interval]


@dataclass(frozen=True)
class Part:
    """One estimate: how to get its interval, the creators of each group, the groups' names and own figures."""

    name: str
    ask: Ask = field(repr=False)
    sizes: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What came of running a claim's test on one frame.

    Attributes
    ----------
    parts : tuple of Part
        Empty where the test cannot be run; ``reason`` says why.
    used : pandas.DataFrame
        The accounts behind the answer.
    facts : mapping
        Further words for the sentences of ``claims.yml``.
    veto : str
        Why a verdict must not be reached although the interval would allow it.
    also, caution : str
        A sentence to add; a caution of this data.
    evidence : str
        Overrides the claim's evidence label where the data only allows a weaker one.
    """

    parts: tuple[Part, ...] = ()
    used: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    veto: str = ""
    also: str = ""
    caution: str = ""
    evidence: str = ""


def not_possible(reason: str, used: pd.DataFrame | None = None) -> Trial:
    """Return the test that cannot be run, and why."""
    return Trial(reason=reason, used=pd.DataFrame() if used is None else used)


def sides_of(accounts: pd.DataFrame, tier: str, measure: str) -> tuple[Floats, Floats]:
    """Return numerator and denominator of a tier's accounts that have both."""
    top, bottom = (accounts[f"{measure}_{side}"].to_numpy(float) for side in ("num", "den"))
    rows = (accounts["tier"] == tier).to_numpy(bool) & ~np.isnan(top) & ~np.isnan(bottom)
    return top[rows], bottom[rows]


def members_of(accounts: pd.DataFrame, tier: str) -> pd.DataFrame:
    """Return the accounts of a tier; those without followers are in none."""
    return accounts[accounts["tier"] == tier]


def two_tiers(ground: Ground, accounts: pd.DataFrame, what: str) -> tuple[str, str] | str:
    """Return the smaller and the larger tier to compare among ``accounts`` that have ``what``, or why there are none.

    Examples
    --------
    >>> two_tiers(Ground(pd.DataFrame()), pd.DataFrame({"tier": ["micro"] * 30 + ["mega"] * 5}), "a price")
    'of the creators with a price, 30 are micro and 5 mega; 20 in each of two tiers are needed'
    """
    counts = accounts["tier"].value_counts()
    sizes = [(tier, int(counts.get(tier, 0))) for tier in ground.order]
    ranked = [tier for tier, size in sizes if size >= ground.minimum]
    small = "micro" if "micro" in ground.order else (ranked[0] if ranked else "")
    larger = ranked[ranked.index(small) + 1 :] if small in ranked else []
    if larger:
        return small, "mega" if "mega" in larger else larger[-1]
    there = [f"{formats.count(size)} {tier}" for tier, size in sizes if size]
    return f"of the creators with {what}, {_counted(there)}; {ground.minimum} in each of two tiers are needed"


def _counted(there: Sequence[str]) -> str:
    if not there:
        return "none has a known size"
    number, tier = there[0].split(" ", 1)
    return joined([f"{number} {'is' if number == '1' else 'are'} {tier}", *there[1:]])


def median_part(name: str, ground: Ground, measure: str, groups: tuple[str, str], accounts: pd.DataFrame) -> Part:
    """Return the ratio of the medians of two tiers' own ratios, ``groups[0]`` over ``groups[1]``."""
    own = [_own(*sides_of(accounts, tier, measure)) for tier in groups]
    return Part(
        name,
        lambda confidence: ground.once(inference.median_contrast, *own, confidence=confidence, seed=ground.seed),
        sizes=tuple(len(values) for values in own),
        groups=groups,
        values=tuple(float(np.median(values)) if len(values) else math.nan for values in own),
    )


def pooled_part(name: str, ground: Ground, measure: str, groups: tuple[str, str], accounts: pd.DataFrame) -> Part:
    """Return the ratio of the pooled figures of two tiers; of their medians where no honest pooled interval exists."""
    sides = [sides_of(accounts, tier, measure) for tier in groups]
    typical = median_part(name, ground, measure, groups, accounts)

    def ask(confidence: float) -> Interval:
        (a_top, a_bottom), (b_top, b_bottom) = sides
        four = (a_top, a_bottom, b_top, b_bottom)
        pooled = ground.once(inference.contrast, *four, confidence=confidence, seed=ground.seed)
        return pooled if pooled.known else replace(typical.ask(confidence), note=pooled.note)

    pooled = tuple(float(top.sum() / bottom.sum()) if bottom.sum() > 0 else math.nan for top, bottom in sides)
    return replace(typical, ask=ask, values=pooled)


def disagreement(part: Part, typical: Part, confidence: float) -> str:
    """Return why pooled figures and typical creators give no answer together, or nothing where they agree."""
    whole, usual = part.ask(confidence), typical.ask(confidence)
    if not (whole.known and usual.known) or (whole.estimate > 1) == (usual.estimate > 1):
        return ""
    return "the pooled figures and the typical creators (medians) point to different sides, so a few deals decide"


def _own(top: Floats, bottom: Floats) -> Floats:
    some = bottom > 0
    ratios: Floats = top[some] / bottom[some]
    return ratios
