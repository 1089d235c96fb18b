"""All claims on one study: each test, its verdict after correction, and whether it holds elsewhere.

The answer under the study's own scheme and all platforms together is the one that counts. Beside it the same test is
run under every other tier scheme and on each platform alone; those readings share their creators, so they are counted
("holds in 6 of 7") and never added up. A study's answers are computed once and kept with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.findings.claims import money, people, sizes
from analysis.findings.claims.catalogue import Claim, claims_stated
from analysis.findings.claims.ground import Ground, ground_of, on_platform, under_scheme
from analysis.findings.claims.judge import DECIDED, Judged, judge, surviving
from analysis.findings.claims.parts import Trial
from analysis.findings.study import Study, platform_name

__all__ = ["Result", "Variant", "first_looks", "results", "run", "tests_of"]

#: Claim id → the test of one frame.
TESTS: Mapping[str, Callable[[Claim, Ground], Trial]] = {
    "micro-engagement-higher": sizes.micro_engagement_higher,
    "reach-grows-with-size": sizes.reach_grows_with_size,
    "mega-mass-exposure": sizes.mega_mass_exposure,
    "rate-rule": money.rate_rule,
    "micro-engagement-cheaper": money.micro_engagement_cheaper,
    "micro-roi-higher": money.micro_roi_higher,
    "ambassador-engagement-higher": people.ambassador_engagement_higher,
    "ambassador-cost-lower": people.ambassador_cost_lower,
    "trust-converts": money.trust_converts,
    "audience-focused": people.audience_focused,
    "sponsorship-crowding": people.sponsorship_crowding,
    "exposure-risk": sizes.exposure_risk,
}

#: The name under which a study keeps its answers.
_KEPT = "_claim_results"


@dataclass(frozen=True)
class Variant:
    """The same test on another reading of the data: a tier scheme, or one platform."""

    name: str
    test: Trial = field(repr=False)
    judged: Judged = field(repr=False)


@dataclass(frozen=True)
class Result:
    """A claim, its test on all of the data, its verdict after correction, and the other readings."""

    claim: Claim
    test: Trial = field(repr=False)
    judged: Judged
    comparisons: int
    schemes: tuple[Variant, ...] = field(default=(), repr=False)
    platforms: tuple[Variant, ...] = field(default=(), repr=False)

    @property
    def evidence(self) -> Any:
        """The evidence label: the test's own where the data only allows a weaker one."""
        return self.test.evidence or self.claim.evidence

    @property
    def lead(self) -> int:
        """The part that stands for the claim in one line: the first that says what the claim's verdict says."""
        names = [part.name for part in self.judged.parts]
        return names.index(self.judged.verdict) if self.judged.verdict in names else 0

    def holds(self, variants: tuple[Variant, ...]) -> tuple[int, int]:
        """Return in how many of the testable readings the claim is supported, and how many are testable."""
        testable = [one for one in variants if one.judged.verdict != "not testable"]
        return sum(one.judged.verdict == "supported" for one in testable), len(testable)


def results(study: Study) -> dict[str, Result]:
    """Return every claim's result by id; computed once a study."""
    kept = vars(study)
    if _KEPT not in kept:
        kept[_KEPT] = run(ground_of(study), platforms=tuple(study.platforms), schemes=tuple(study.schemes()))
    found: dict[str, Result] = kept[_KEPT]
    return found


def tests_of(ground: Ground) -> dict[str, tuple[Claim, Trial]]:
    """Return every claim with its test on a frame."""
    return {name: (claim, TESTS[name](claim, ground)) for name, claim in claims_stated().items()}


def first_looks(tests: Mapping[str, tuple[Claim, Trial]], ground: Ground) -> dict[str, Judged]:
    """Return what each claim's test says alone, before the correction for all that are tested together."""
    return {name: _judged(claim, test, ground) for name, (claim, test) in tests.items()}


def run(ground: Ground, *, platforms: tuple[str, ...] = (), schemes: tuple[str, ...] = ()) -> dict[str, Result]:
    """Return every claim's result on a frame, with its readings under other schemes and on each platform.

    Notes
    -----
    The readings under other schemes and on one platform are each taken alone, without the correction.
    """
    tests = tests_of(ground)
    at_first = first_looks(tests, ground)
    tested = [name for name, judged in at_first.items() if judged.verdict != "not testable"]
    kept = surviving(tests, at_first, confidence=ground.confidence, minimum=ground.minimum, region=ground.region)
    others = {name: other for name in schemes if (other := under_scheme(ground, name)) is not None}
    alone = {platform_name(name): on_platform(ground, name) for name in platforms} if len(platforms) > 1 else {}
    found = {}
    for name, (claim, test) in tests.items():
        possible = bool(claim.parts) and not test.used.empty
        readings = [
            tuple(_variant(claim, label, other) for label, other in grounds.items()) if wanted and possible else ()
            for grounds, wanted in ((others, claim.by_tier), (alone, True))
        ]
        judged = at_first[name]
        if judged.verdict in DECIDED and name not in kept:
            why = f"{judged.reason.rstrip('.')}, but not after correction for the {len(tested)} claims tested together."
            judged = replace(judged, verdict="inconclusive", reason=why, equivalent=False)
        found[name] = Result(claim, test, judged, len(tested), *readings)
    return found


def _judged(claim: Claim, test: Trial, ground: Ground) -> Judged:
    return judge(claim, test, confidence=ground.confidence, minimum=ground.minimum, region=ground.region)


def _variant(claim: Claim, label: str, ground: Ground) -> Variant:
    test = TESTS[claim.id](claim, ground)
    return Variant(label, test, _judged(claim, test, ground))
