"""The facts of the claims, and how estimates become verdicts: by the stated rule, corrected for all claims."""

import math

import numpy as np
import pytest

from analysis import errors
from analysis.findings.claims.beside import published_beside
from analysis.findings.claims.catalogue import claim_ids, claim_named, claims_stated
from analysis.findings.claims.judge import judge, surviving
from analysis.findings.claims.money import dispersion, rate_ratio
from analysis.findings.claims.parts import Part, Trial
from analysis.findings.claims.people import mean_log_ratio
from analysis.findings.claims.run import TESTS
from analysis.findings.claims.words import part_words
from analysis.inference import Interval

# the claims that the project set out with, in their order
IDS = (
    "micro-engagement-higher",
    "reach-grows-with-size",
    "mega-mass-exposure",
    "rate-rule",
    "micro-engagement-cheaper",
    "micro-roi-higher",
    "ambassador-engagement-higher",
    "ambassador-cost-lower",
    "trust-converts",
    "audience-focused",
    "sponsorship-crowding",
    "exposure-risk",
)

FACTS = {"tenfold": "6", "noun": "reach", "proportion": "less", "few_held": "9", "near": "9%", "basis": "paid"}
FACTS |= {"one": "$1", "per": "per click", "posts": "all posts"}


def ask(low: float, high: float, n: int = 100, p_value: float | None = None) -> Part:
    """A part whose interval is known, and which widens with the confidence as a normal one does (on logs)."""
    from statistics import NormalDist

    def at(confidence: float) -> Interval:
        reach = NormalDist().inv_cdf((1 + confidence) / 2) / NormalDist().inv_cdf(0.975)
        middle, half = math.sqrt(low * high), math.log(high / low) / 2 * reach
        return Interval(middle, middle * math.exp(-half), middle * math.exp(half), 2 * n, "given", confidence)

    return Part("cost", at, sizes=(n, n), groups=("micro", "mega"), values=(1.0, 1.0))


def test_the_twelve_claims_are_stated_once_and_each_has_its_test() -> None:
    assert claim_ids() == IDS == tuple(TESTS)


@pytest.mark.parametrize("id", IDS)
def test_every_template_can_be_filled_and_only_support_says_less_or_more(id: str) -> None:
    claim = claim_named(id)
    for spec in claim.parts.values():
        part = Part(
            spec.name, lambda confidence: Interval(1, 0.9, 1.1, 40, "given"), (20, 20), ("micro", "mega"), (1.0, 2.0)
        )
        words = part_words(spec, part, part.ask(0.95), FACTS, "USD")
        filled = [text.format(**words) for text in (spec.reads, spec.what, *claim.titles.values())]
        assert not any("{" in text or "nan" in text.lower() for text in filled)
    if claim.parts:
        assert set(claim.titles) == {"supported", "contradicted", "equivalent", "inconclusive"}
    for key in ("equivalent", "inconclusive"):
        words = claim.titles.get(key, "").lower()
        assert not any(word in words for word in ("cheaper", "higher", "wins", "less", "costs less", "better")) or (
            "meaningless" in words or "no meaningful" in words
        )


def test_a_claim_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(errors.ParameterError, match="rate-rule"):
        claim_named("rate-rules")


def test_published_figures_are_the_arithmetic_of_the_file() -> None:
    # 3.86 % over 1.21 % (Influencer Marketing Hub 2021 on Instagram), 2.75 % over 2.65 % (Mediakix 2017)
    values = [one.value for one in published_beside("micro-engagement-higher")]
    assert values[0] == pytest.approx(3.86 / 1.21)
    assert values[-1] == pytest.approx(2.75 / 2.65)
    # nano $1,000 on $50 is 20, macro $6,000 on $1,000 is 6 (a published field study): 3.33 times
    study = published_beside("micro-roi-higher")[0]
    assert study.value == pytest.approx(20 / 6)
    # by hand: 1000 / (50 + h) = 6000 / (1000 + h), so 1000 (1000 + h) = 6000 (50 + h), and h = 700,000 / 5,000 = 140
    assert study.also == "20 against 6, equal once looking after one creator costs $140"
    assert all(one.source and math.isfinite(one.value) for id in IDS for one in published_beside(id))


@pytest.mark.parametrize(
    ("low", "high", "expected", "equivalent"),
    [
        (0.2, 0.5, "supported", False),
        (1.2, 3.0, "contradicted", False),
        (0.95, 1.05, "contradicted", True),
        (0.5, 1.5, "inconclusive", False),
        (0.99, 1.4, "inconclusive", False),
    ],
)
def test_less_is_decided_by_the_whole_interval(low: float, high: float, expected: str, equivalent: bool) -> None:
    claim = claim_named("micro-engagement-cheaper")
    judged = judge(claim, Trial((ask(low, high),)), confidence=0.95, minimum=20)
    assert (judged.verdict, judged.equivalent) == (expected, equivalent)


def test_few_creators_are_not_testable_and_a_veto_only_stops_support() -> None:
    claim = claim_named("micro-engagement-cheaper")
    few = judge(claim, Trial((ask(0.2, 0.5, n=12),)), confidence=0.95, minimum=20)
    assert few.verdict == "not testable"
    assert "12 creators" in few.reason
    stopped = judge(claim, Trial((ask(0.2, 0.5),), veto="a few deals decide"), confidence=0.95, minimum=20)
    assert (stopped.verdict, stopped.reason) == ("inconclusive", "a few deals decide")
    against = judge(claim, Trial((ask(1.2, 3.0),), veto="a few deals decide"), confidence=0.95, minimum=20)
    assert against.verdict == "contradicted"


def parted(name: str, low: float, high: float) -> Part:
    return Part(name, lambda confidence: Interval(math.sqrt(low * high), low, high, 80, "given", confidence), (40, 40))


def test_a_claim_of_two_parts_needs_both() -> None:
    claim = claim_named("sponsorship-crowding")
    both = Trial((parted("share", 1.5, 2.5), parted("lift", 0.7, 0.9)))
    half = Trial((parted("share", 1.5, 2.5), parted("lift", 1.2, 1.5)))
    none = Trial((parted("share", 0.4, 0.8), parted("lift", 1.2, 1.5)))
    verdicts = [judge(claim, test, confidence=0.95, minimum=20).verdict for test in (both, half, none)]
    assert verdicts == ["supported", "inconclusive", "contradicted"]
    assert "one part" in judge(claim, half, confidence=0.95, minimum=20).reason


def test_within_is_supported_inside_the_band_and_contradicted_outside() -> None:
    claim = claim_named("rate-rule")

    def price(low: float, high: float) -> str:
        part = Part("price", lambda confidence: Interval((low + high) / 2, low, high, 50, "given", confidence), (50,))
        return judge(claim, Trial((part,)), confidence=0.95, minimum=20).verdict

    assert [price(23, 28), price(8, 12), price(40, 60), price(18, 26)] == [
        "supported",
        "contradicted",
        "contradicted",
        "inconclusive",
    ]


def test_holm_by_intervals_is_holm_by_p_values() -> None:
    # three ratios whose two-sided p-values are 0.001, 0.02 and 0.04: Holm keeps 0.001 x 3 and 0.02 x 2 below 0.05,
    # and then 0.04 x 1; with 0.001, 0.03 and 0.04 it keeps the first only (0.03 x 2 = 0.06)
    from statistics import NormalDist

    def with_p(p: float) -> Part:
        z = -NormalDist().inv_cdf(p / 2)
        error = math.log(2) / z
        return ask(math.exp(-math.log(2) - 1.959964 * error), math.exp(-math.log(2) + 1.959964 * error))

    claim = claim_named("micro-engagement-cheaper")
    for p_values, expected in (((0.001, 0.02, 0.04), {"0", "1", "2"}), ((0.001, 0.03, 0.04), {"0"})):
        tests = {str(k): (claim, Trial((with_p(p),))) for k, p in enumerate(p_values)}
        first = {k: judge(*pair, confidence=0.95, minimum=20) for k, pair in tests.items()}
        assert surviving(tests, first, confidence=0.95, minimum=20) == expected


def test_ratio_of_rates_is_the_conditional_binomial() -> None:
    # scipy: Clopper-Pearson of 8 in 12 is 0.3488755 to 0.9007539; odds of both, since the exposures are equal
    from scipy.stats import binomtest

    limits = binomtest(8, 12).proportion_ci(method="exact")
    found = rate_ratio(np.array([8.0]), np.array([100.0]), np.array([4.0]), np.array([100.0]))
    assert found.low == pytest.approx(limits.low / (1 - limits.low))
    assert found.high == pytest.approx(limits.high / (1 - limits.high))


def test_no_event_in_one_tier_leaves_one_limit() -> None:
    found = rate_ratio(np.array([10.0]), np.array([100.0]), np.array([0.0]), np.array([100.0]))
    assert (found.estimate, found.high) == (math.inf, math.inf)
    assert found.low > 1
    none = rate_ratio(np.zeros(3), np.ones(3), np.zeros(3), np.ones(3))
    assert not none.known
    assert none.note


def test_dispersion_widens_where_creators_differ_more_than_chance() -> None:
    assert dispersion(np.array([5.0, 5.0]), np.array([10.0, 10.0])) == 1.0
    events, exposure = np.array([0.0, 0.0, 30.0]), np.array([10.0, 10.0, 10.0])
    assert dispersion(events, exposure) == pytest.approx((100 + 100 + 400) / 30 * 3 / 2)


def test_ratio_of_rates_covers_under_a_spread_between_creators() -> None:
    # truth 1: both tiers convert 5 % of clicks; each creator's own rate is gamma with shape 2. 400 simulated sets:
    # the true value lies outside the 95 % limits at most 8 % of the time (the binomial error of 400 is 1.1 points)
    generator = np.random.default_rng(7)
    missed = 0
    for _ in range(400):
        sides = []
        for size in (60, 40):
            clicks = np.ceil(generator.lognormal(5, 1, size))
            sides += [generator.poisson(clicks * 0.05 * generator.gamma(2, 0.5, size)).astype(float), clicks]
        found = rate_ratio(*sides)
        missed += found.excludes(1.0)
    assert missed / 400 <= 0.08


def test_mean_of_log_ratios_is_students_t() -> None:
    from scipy import stats

    logs = np.log([0.8, 0.9, 0.7, 0.8, 0.85, 0.75])
    low, high = stats.t.interval(0.95, 5, loc=logs.mean(), scale=stats.sem(logs))
    found = mean_log_ratio(logs)
    assert (found.low, found.high) == (pytest.approx(math.exp(low)), pytest.approx(math.exp(high)))
    assert not mean_log_ratio(np.array([0.1])).known


def test_every_claim_says_what_it_needs_and_how_far_it_may_be_believed() -> None:
    for claim in claims_stated().values():
        assert all((claim.estimand, claim.method, claim.needs, claim.answer, claim.rule))
        assert claim.level in ("association", "attributed", "incremental")
        assert len(claim.short) <= 23
        for spec in claim.parts.values():
            assert spec.region is None or spec.region[0] < spec.neutral < spec.region[1]


def test_the_notebook_asks_each_claim_its_question() -> None:
    import json

    from analysis.reference import notebooks_dir

    cells = json.loads((notebooks_dir() / "05-claims.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    for claim in claims_stated().values():
        assert f"## {claim.question}\n" in text
        assert f'findings.claim(study, "{claim.id}")' in text
