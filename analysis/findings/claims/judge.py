"""From estimates to a verdict, for one claim and for all of them together.

The rule of each claim is stated before the data (``claims.yml``) and applied here, at any confidence. A claim of two
parts is supported only when both are, and contradicted only when both are; what is half true is inconclusive. "No
meaningful difference" (the interval lies inside the stated region) is a contradiction that is known, and is never the
same words as "we cannot tell".

Twelve claims tested on one set of data would be right by luck now and then, so a verdict counts only when it still
stands after Holm's correction for all claims that could be tested: with r claims left, each is asked at confidence
1 - (1 - confidence) / r; those that still reach their verdict leave, and the rest are asked again with the smaller r.

References
----------
Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scand. J. Statist.* 6, 65-70.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis import formats
from analysis.findings.claims.catalogue import Claim, PartSpec
from analysis.findings.claims.parts import Part, Trial
from analysis.inference import Interval, equivalence_region
from analysis.inference.verdicts import Verdict, VerdictName
from analysis.inference.verdicts import verdict as verdict_of

__all__ = ["DECIDED", "Judged", "judge", "surviving"]

Region = tuple[float, float]

#: The ratios that make no practical difference where nobody asks for others.
REGION: Region = equivalence_region()

#: Verdicts that claim to know.
DECIDED = ("supported", "contradicted")


@dataclass(frozen=True)
class Judged:
    """A claim's verdict at one confidence, with the interval and verdict of each part.

    ``equivalent`` is True where the answer is that any difference is too small to matter.
    """

    verdict: VerdictName
    reason: str
    equivalent: bool = False
    intervals: tuple[Interval, ...] = field(default=(), repr=False)
    parts: tuple[Verdict, ...] = field(default=(), repr=False)


def judge(claim: Claim, test: Trial, *, confidence: float, minimum: int, region: Region = REGION) -> Judged:
    """Return what a test says of its claim at a confidence, by the claim's own rule.

    ``region`` holds the ratios that make no practical difference, for the parts that share the study's.
    """
    if not test.parts:
        return Judged("not testable", test.reason)
    intervals = tuple(part.ask(confidence) for part in test.parts)
    specs = [claim.parts[part.name] for part in test.parts]
    verdicts = tuple(
        _one(spec, part, interval, minimum, region)
        for spec, part, interval in zip(specs, test.parts, intervals, strict=True)
    )
    whole = _together(verdicts)
    if test.veto and whole.name == "supported":
        whole = Verdict("inconclusive", test.veto)
    return Judged(whole.name, whole.reason, whole.equivalent, intervals, verdicts)


def surviving(
    tests: Mapping[str, tuple[Claim, Trial]],
    at_first: Mapping[str, Judged],
    *,
    confidence: float,
    minimum: int,
    region: Region = REGION,
) -> set[str]:
    """Return the claims whose verdict still stands after Holm's correction for all claims that were tested."""
    left = {name for name, judged in at_first.items() if judged.verdict != "not testable"}
    hoping = {name for name in left if at_first[name].verdict in DECIDED}
    kept: set[str] = set()
    while hoping:
        level = 1 - (1 - confidence) / len(left)
        gone = set()
        for name in sorted(hoping):
            claim, test = tests[name]
            if _stands(claim, test, at_first[name], level, minimum, region):
                gone.add(name)
        if not gone:
            break
        kept |= gone
        hoping -= gone
        left -= gone
    return kept


def _stands(claim: Claim, test: Trial, judged: Judged, level: float, minimum: int, region: Region) -> bool:
    """Return whether every part still says the same at a stricter confidence."""
    for part, interval, before in zip(test.parts, judged.intervals, judged.parts, strict=True):
        if before.name != judged.verdict:
            return False
        p_value = None if before.equivalent or claim.parts[part.name].neutral != 1 else interval.p_value
        if p_value is not None:
            if p_value > 1 - level + 1e-12:
                return False
        elif _one(claim.parts[part.name], part, part.ask(level), minimum, region).name != before.name:
            return False
    return True


def _one(spec: PartSpec, part: Part, interval: Interval, minimum: int, ratios: Region) -> Verdict:
    sizes = part.sizes if len(part.sizes) > 1 else part.sizes[0] if part.sizes else 0
    if spec.direction != "within":
        return verdict_of(
            interval,
            null=spec.neutral,
            direction=spec.direction,
            equivalence=ratios if spec.shared else spec.region,
            minimum=minimum,
            n=sizes,
        )
    assert spec.region is not None
    low, high = spec.region
    checked = verdict_of(interval, null=spec.neutral, minimum=minimum, n=sizes)
    if checked.name == "not testable":
        return checked
    limits = f"the interval ({formats.interval(interval.low, interval.high)})"
    region = f"{formats.number(low)} to {formats.number(high)}"
    if low <= interval.low and interval.high <= high:
        return Verdict("supported", f"{limits} lies within {region}.")
    if interval.high < low or interval.low > high:
        return Verdict("contradicted", f"{limits} lies outside {region}.")
    return Verdict("inconclusive", f"{limits} lies neither within nor outside {region}.")


def _together(verdicts: tuple[Verdict, ...]) -> Verdict:
    """Return the verdict of a claim whose every part must hold."""
    names = [verdict.name for verdict in verdicts]
    if "not testable" in names:
        return verdicts[names.index("not testable")]
    if len(set(names)) == 1:
        equivalent = all(verdict.equivalent for verdict in verdicts)
        return Verdict(verdicts[0].name, verdicts[0].reason, equivalent)
    if "inconclusive" in names:
        return verdicts[names.index("inconclusive")]
    return Verdict("inconclusive", "one part of the claim holds here and the other does not.")
