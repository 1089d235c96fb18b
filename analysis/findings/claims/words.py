"""A claim's answer in words: the title, the sentence, and how many creators an open answer would need.

The words follow the verdict. Each title of ``claims.yml`` stands under the verdict that allows it, so that "less" and
"more" are said only when they are supported; "no meaningful difference" and "no clear difference" are two answers. A
sentence gives the estimate, its interval and the creators behind it, then what that means for the claim, then how far
it holds under other tier schemes and on each platform alone.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from analysis import formats
from analysis.findings.claims.beside import published_beside
from analysis.findings.claims.catalogue import PartSpec
from analysis.findings.claims.parts import Part
from analysis.findings.claims.run import Result
from analysis.findings.finding import fitting
from analysis.findings.needed import needed_words, rounded
from analysis.findings.words import capital, joined, plural
from analysis.inference import Interval
from analysis.inference.power import creators_needed_from

__all__ = [
    "estimate_text",
    "holds_text",
    "limits_text",
    "part_words",
    "power_words",
    "sentence_of",
    "title_of",
    "what_words",
]

#: The step in an elasticity that an open answer is asked to be able to see.
ELASTICITY_STEP = 0.1

_OUTCOME = {
    "supported": "The claim holds here.",
    "contradicted": "The claim does not hold here: {reason}",
    "equivalent": "There is no meaningful difference: {reason}",
    "inconclusive": "This does not settle the claim: {reason}",
}


def estimate_text(spec: PartSpec, interval: Interval, currency: str | None) -> str:
    """Return an estimate as it is said; one without an upper bound by its lower limit."""
    if math.isinf(interval.estimate):
        return f"at least {formats.show(interval.low, spec.kind, currency)}"
    return formats.show(interval.estimate, spec.kind, currency)


def limits_text(spec: PartSpec, interval: Interval, currency: str | None) -> str:
    """Return the limits as they are said."""
    if not interval.known:
        return "no interval"
    if math.isinf(interval.high):
        return f"{formats.show(interval.low, spec.kind, currency)} or more"
    return formats.interval(interval.low, interval.high, spec.kind, currency)


def part_words(
    spec: PartSpec, part: Part, interval: Interval, facts: Mapping[str, str], currency: str | None
) -> dict[str, str]:
    """Return everything a template of ``claims.yml`` may name."""
    limits = limits_text(spec, interval, currency)
    if interval.known:
        limits = f"{formats.percent(interval.confidence)} interval {limits}"
    names, sizes, values = (*part.groups, "", ""), (*part.sizes, 0, 0), (*part.values, math.nan, math.nan)
    return {
        "x": estimate_text(spec, interval, currency),
        "interval": limits,
        "a": names[0],
        "b": names[1],
        "na": formats.count(sizes[0]),
        "nb": formats.count(sizes[1]),
        "va": formats.show(values[0], spec.figures, currency),
        "vb": formats.show(values[1], spec.figures, currency),
        **facts,
    }


def what_words(spec: PartSpec, part: Part, result: Result, currency: str | None) -> str:
    """Return what a part of a claim compares."""
    nothing = Interval(math.nan, math.nan, math.nan, 0, "")
    return spec.what.format(**part_words(spec, part, nothing, result.test.facts, currency))


def _words(result: Result, place: int, currency: str | None) -> dict[str, str]:
    part = result.test.parts[place]
    spec = result.claim.parts[part.name]
    return part_words(spec, part, result.judged.intervals[place], result.test.facts, currency)


def title_of(result: Result, currency: str | None) -> str:
    """Return the title, at most 90 characters, with a number."""
    judged, claim = result.judged, result.claim
    if judged.verdict == "not testable":
        usable = len(result.test.used)
        where = f"on the {plural(usable, 'creator')} measured here" if usable else "here (0 usable creators)"
        said = claim.claim.rstrip(".")
        return fitting(
            f"Not testable {where}: {said[:1].lower()}{said[1:]}",
            f"Not testable {where}: {claim.short[:1].lower()}{claim.short[1:]}",
        )
    key = "equivalent" if judged.equivalent else judged.verdict
    named = claim.titles[key].format(**_words(result, 0, currency))
    plainly = f"{claim.short}: {key}, {_words(result, 0, currency)['x']}"
    return fitting(named, f"{claim.short}: {judged.verdict}, {_words(result, 0, currency)['x']}", plainly)


def sentence_of(result: Result, currency: str | None, minimum: int) -> str:
    """Return the full answer."""
    judged, claim = result.judged, result.claim
    if judged.verdict == "not testable":
        answer = claim.answer.format(minimum=minimum).rstrip(",")
        return f"{capital(judged.reason.rstrip('.'))}. {answer} would answer it."
    said = []
    for place, part in enumerate(result.test.parts):
        said.append(claim.parts[part.name].reads.format(**_words(result, place, currency)))
    key = "equivalent" if judged.equivalent else judged.verdict
    reason = judged.reason.removeprefix("any difference is too small to matter: ").rstrip(".")
    outcome = _OUTCOME[key].format(reason=f"{reason}.")
    pieces = [f"{capital('; '.join(said))}.", outcome, result.test.also, _elsewhere(result), power_words(result)]
    return " ".join(filter(None, [*pieces, _published(result, currency)]))


def holds_text(result: Result, kind: str) -> str:
    """Return ``k of n`` for the tier schemes or the platforms, or why there is no count."""
    variants = result.schemes if kind == "schemes" else result.platforms
    if result.judged.verdict == "not testable" and not variants:
        return "not testable"
    if kind == "schemes" and not result.claim.by_tier:
        return "same in all"
    if kind == "platforms" and not variants:
        return "one platform"
    holds, testable = result.holds(variants)
    return f"{holds} of {testable}" if testable else "none testable"


def _elsewhere(result: Result) -> str:
    said = []
    for variants, noun, word in ((result.schemes, "tier scheme", "under"), (result.platforms, "platform", "on")):
        holds, testable = result.holds(variants)
        if testable:
            said.append(f"{word} {holds} of {testable} {noun}{'' if testable == 1 else 's'}")
    return f"Each taken alone, it is supported {joined(said)} that can be tested." if said else ""


def power_words(result: Result) -> str:
    """Return how many creators an open answer would need, or nothing where the answer is not open for lack of them."""
    if result.judged.verdict != "inconclusive":
        return ""
    for part, interval, verdict in zip(result.test.parts, result.judged.intervals, result.judged.parts, strict=True):
        if verdict.name == "inconclusive":
            return _needed(result.claim.parts[part.name], part, interval)
    return ""


def _needed(spec: PartSpec, part: Part, interval: Interval) -> str:
    if spec.unit == "elasticity":
        powers = Interval(1.0, _power(interval.low), _power(interval.high), interval.n, "", interval.confidence)
        needed = creators_needed_from(powers, 10**ELASTICITY_STEP, confidence=interval.confidence)
        other = formats.number(
            spec.neutral - ELASTICITY_STEP if spec.direction == "less" else spec.neutral + ELASTICITY_STEP
        )
        told = f"tell an elasticity of {other} from {formats.number(spec.neutral)}"
        return "" if needed is None else f"About {rounded(needed)} creators would be needed to {told}."
    if spec.unit != "share":
        return needed_words(interval, part.sizes)
    scaled = replace(interval, estimate=1.0, low=_odds(interval.low), high=_odds(interval.high))
    return needed_words(scaled, part.sizes, odds=True)


def _power(value: float) -> float:
    return 10 ** max(-300.0, min(300.0, value))


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _published(result: Result, currency: str | None) -> str:
    """Return the published figures beside the answer, one clause for each kind of figure."""
    groups: dict[str, list[str]] = {}
    if not result.test.parts:
        return ""
    lead = result.claim.parts[result.test.parts[0].name]
    for one in published_beside(result.claim.id):
        shown = formats.show(one.value, lead.kind, "USD" if lead.unit == "money" else None)
        groups.setdefault(one.what, []).append(f"{shown} ({one.also})" if one.also else shown)
    said = "; ".join(f"{what}, {joined(list(dict.fromkeys(values)))}" for what, values in groups.items())
    return f"Published beside it: {said}." if said else ""
