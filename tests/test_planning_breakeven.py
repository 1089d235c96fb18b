"""The break-even against arithmetic by hand, and each flip value put back into the case it came from."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ColumnError, ParameterError, PlanError
from analysis.planning.breakeven import LEVERS, breakeven, field_study, flip_line, grid, levers, of_tiers, settled
from analysis.planning.versus import Case, worth_posts


def test_the_field_study_flips_at_140_dollars_exactly() -> None:
    # authority: 1000 / (50 + h) = 6000 / (1000 + h), so 5000 h = 700000
    case = field_study()
    assert breakeven(case, "handling").at == 140.0
    at = replace(case, handling=140.0)
    assert at.advantage == 1.0
    assert at.pays == "neither"
    assert (replace(case, handling=139.0).pays, replace(case, handling=141.0).pays) == ("nano", "macro")


def test_the_other_levers_of_the_field_study() -> None:
    # authority: by hand; 20 nanos bring 20,000, so 6,000 is reached with 30% of posts or of conversions, and 6 nanos
    # cost what one macro does at a fee of 1000 / 6
    at = levers(field_study()).set_index("lever")["flips_at"]
    assert at["post_rate"] == pytest.approx(0.3)
    assert at["conversion_ratio"] == pytest.approx(0.3)
    assert at["discount"] == pytest.approx(1 - 1000 / 6 / 50)
    o = at["overlap"]
    assert (1 - (1 - o) ** 20) / o == pytest.approx(6, rel=1e-9)


@pytest.mark.parametrize("seed", range(60))
def test_a_flip_value_put_back_makes_both_sides_pay_the_same(seed: int) -> None:
    # authority: the definition; and no flip within the range where none is said
    rng = np.random.default_rng(seed)
    case = Case(
        mega_fee=float(np.exp(rng.normal(8, 1))),
        mega_value=float(np.exp(rng.normal(9, 1))),
        micro_fee=float(np.exp(rng.normal(4.5, 1))),
        micro_value=float(np.exp(rng.normal(6, 1))),
        handling=float(rng.uniform(0, 150)),
        micro_product=float(rng.uniform(0, 80)),
        mega_product=float(rng.uniform(0, 80)),
        post_rate=float(rng.uniform(0.2, 1)),
        overlap=float(rng.choice([0.0, 0.01, 0.1])),
        discount=float(rng.uniform(0, 0.4)),
    )
    ranges = {
        "handling": (0, 1e6),
        "overlap": (0, 1),
        "post_rate": (0, 1),
        "discount": (-50, 1),
        "conversion_ratio": (0, 1e6),
    }
    for lever, (low, high) in ranges.items():
        flip = breakeven(case, lever)
        if math.isnan(flip.at):
            sides = {replace(case, **{lever: float(x)}).pays for x in np.linspace(low, high, 200)}
            assert len(sides) == 1 or lever == "discount", (lever, sides)
            assert "never flips" in flip.sentence
        else:
            assert replace(case, **{lever: flip.at}).advantage == pytest.approx(1, rel=1e-8), lever


def test_never_flips_is_said() -> None:
    case = replace(field_study(), mega_value=40_000.0)
    assert breakeven(case, "post_rate").sentence == "never flips: macro pays whatever the share of micros that post."


def test_the_ends_of_the_levers() -> None:
    case = field_study()
    assert replace(case, overlap=1.0).micro_total == pytest.approx(1000)  # one audience, reached twenty times
    assert replace(case, post_rate=0.0).micro_total == 0
    assert replace(case, post_rate=0.0).pays == "macro"
    assert math.isnan(breakeven(replace(case, post_rate=0.0), "handling").at)
    free = replace(case, micro_fee=0.0)
    assert free.creators == math.inf
    assert free.pays == "nano"
    for lever in LEVERS:
        for odd in (
            free,
            replace(case, overlap=1.0),
            replace(case, post_rate=0.0),
            replace(case, conversion_ratio=0.0),
        ):
            assert breakeven(odd, lever).sentence
            assert " nan " not in breakeven(odd, lever).sentence
            assert "inf" not in breakeven(odd, lever).sentence
    assert worth_posts(5, 0.5, 0.0) == 2.5
    assert worth_posts(5, 1.0, 1.0) == 1.0


def test_what_posts_of_overlapping_creators_are_worth() -> None:
    # authority: inclusion and exclusion for two: 2 - o, and for three 3 - 3o + o^2
    assert worth_posts(2, 1, 0.2) == pytest.approx(1.8)
    assert worth_posts(3, 1, 0.2) == pytest.approx(3 - 0.6 + 0.04)


def test_the_grid_and_its_line() -> None:
    case = field_study()
    table = grid(case, handling=[0, 100, 200], overlap=[0, 0.05])
    assert table["pays"].tolist() == ["nano", "nano", "macro", "nano", "nano", "macro"]
    line = flip_line(case, [0.05])
    assert replace(case, overlap=0.05, handling=float(line["handling"].iloc[0])).advantage == pytest.approx(1)
    assert settled(case, handling=(0, 200), overlap=(0, 0.1))[0] is None
    assert settled(case, handling=(150, 200), overlap=(0, 0.1))[0] == "macro"


def test_a_case_of_two_tiers() -> None:
    # authority: by hand; means of the two micros, their product is what cost holds beside fee and handling
    frame = pd.DataFrame(
        {
            "tier": ["micro", "micro", "mega", "macro"],
            "fee": [100.0, 200.0, 5000.0, 1.0],
            "cost": [190.0, 290.0, 5090.0, 1.0],
            "revenue": [300.0, 500.0, 9000.0, 1.0],
            "post_rate": [0.5, 0.5, 1.0, 1.0],
        }
    )
    case = of_tiers(frame, handling=40)
    assert (case.micro_fee, case.micro_product, case.post_rate, case.micro_value) == (150, 50, 0.5, 800)
    assert (case.mega_fee, case.mega_product, case.mega_value) == (5000, 50, 9000)
    with pytest.raises(PlanError, match="tier nano"):
        of_tiers(frame, small="nano")
    with pytest.raises(PlanError, match="no revenue"):
        of_tiers(frame.assign(revenue=0.0))
    with pytest.raises(ColumnError, match="fee"):
        of_tiers(frame.drop(columns="fee"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"overlap": 1.2},
        {"post_rate": -0.1},
        {"handling": float("nan")},
        {"micro_value": 0},
        {"mega_fee": 0},
        {"discount": 2},
    ],
)
def test_cases_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(ParameterError):
        replace(field_study(), **wrong)
    with pytest.raises(ParameterError, match="did you mean 'handling'"):
        breakeven(field_study(), "handlin")
