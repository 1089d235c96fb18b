"""What a misstep would put at stake."""

import math

import pytest

from analysis.errors import ParameterError, ValueRangeError
from analysis.measures.exposure import effective_number, exposure, side_by_side


def test_the_effective_number_of_equal_creators_is_their_number() -> None:
    """Authority: the inverse Herfindahl index by hand, 1 / (7 x (1/7)^2) = 7; shares 1/2, 1/4, 1/4 give 1 / 0.375."""
    assert effective_number([3] * 7) == pytest.approx(7)
    assert effective_number([50, 25, 25]) == pytest.approx(8 / 3)


def test_concentration_changes_the_bad_day_and_not_the_average() -> None:
    """Authority: hand arithmetic; both plans sum to 1,000,000 people at 2 incidents in 100 creators."""
    one = exposure([1_000_000], incident_rate=0.02)
    many = exposure([50_000] * 20, incident_rate=0.02)
    assert one.expected == many.expected == pytest.approx(20_000)
    assert (one.largest, many.largest) == (1_000_000, 50_000)
    assert (one.per_incident, many.per_incident) == (1_000_000, 50_000)
    assert one.largest_share == 1
    assert many.any_incident == pytest.approx(1 - 0.98**20)


def test_the_ends_of_the_incident_rate() -> None:
    """Authority: nobody, and everybody."""
    assert exposure([10, 20], incident_rate=0).expected == 0
    assert exposure([10, 20], incident_rate=0).any_incident == 0
    assert exposure([10, 20], incident_rate=1).expected == 30
    assert exposure([10, 20], incident_rate=1).any_incident == 1


def test_an_empty_plan_puts_nothing_at_stake() -> None:
    """Authority: a ratio of nothing is missing."""
    nothing = exposure([], incident_rate=0.01)
    assert (nothing.creators, nothing.largest, nothing.expected, nothing.any_incident) == (0, 0, 0, 0)
    assert math.isnan(nothing.effective)
    assert math.isnan(nothing.per_incident)


def test_missing_reach_is_left_out_and_negative_refused() -> None:
    """Authority: a missing cell is missing, never zero."""
    assert exposure([10, math.nan], incident_rate=0.1).creators == 1
    with pytest.raises(ValueRangeError, match="1 of 2 are negative"):
        exposure([10, -1], incident_rate=0.1)


@pytest.mark.parametrize("rate", [-0.1, 1.5, True])
def test_a_rate_is_a_share(rate: float) -> None:
    """Authority: the definition of a probability."""
    with pytest.raises(ParameterError, match="between 0 and 1"):
        exposure([10], incident_rate=rate)


def test_plans_stand_side_by_side() -> None:
    """Authority: the single plans."""
    table = side_by_side({"concentrated": [900, 100], "spread": [100] * 10}, incident_rate=0.01)
    assert table["plan"].tolist() == ["concentrated", "spread"]
    assert table["effective"].tolist() == pytest.approx([1 / (0.81 + 0.01), 10])
    assert table["expected"].tolist() == [10, 10]
