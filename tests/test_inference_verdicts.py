"""Verdicts. Authority: the rule stated in the module, case by case."""

import math

import pytest

from analysis.errors import ParameterError
from analysis.inference.result import Interval, unknown
from analysis.inference.verdicts import VERDICTS, verdict


def _interval(low: float, high: float, n: int = 100) -> Interval:
    return Interval((low + high) / 2, low, high, n, "given")


@pytest.mark.parametrize(
    ("low", "high", "direction", "name"),
    [
        (1.1, 2.0, "greater", "supported"),
        (1.1, 2.0, "less", "contradicted"),
        (0.4, 0.9, "greater", "contradicted"),
        (0.4, 0.9, "less", "supported"),
        (0.9, 2.0, "greater", "inconclusive"),
        (1.0, 2.0, "greater", "inconclusive"),
    ],
)
def test_the_side_of_the_interval_decides(low: float, high: float, direction: str, name: str) -> None:
    found = verdict(_interval(low, high), direction=direction)  # type: ignore[arg-type]
    assert found.name == name
    assert found.name in VERDICTS


def test_no_meaningful_difference_is_not_we_cannot_tell() -> None:
    same = verdict(_interval(0.97, 1.04), equivalence=(0.9, 1.11))
    unknown_ = verdict(_interval(0.5, 2.0), equivalence=(0.9, 1.11))
    assert (same.name, same.equivalent) == ("contradicted", True)
    assert (unknown_.name, unknown_.equivalent) == ("inconclusive", False)


def test_a_certain_but_negligible_difference_is_no_win() -> None:
    assert verdict(_interval(1.01, 1.05), equivalence=(0.9, 1.11)).name == "contradicted"


def test_correction_takes_a_claim_back() -> None:
    found = verdict(_interval(1.02, 2.0), adjusted_p=0.08)
    assert found.name == "inconclusive"
    assert "correction" in found.reason
    assert verdict(_interval(1.02, 2.0), adjusted_p=0.04).name == "supported"


def test_too_few_creators_are_not_testable() -> None:
    assert verdict(_interval(2, 3, 5), minimum=20).reason == "there are 5 creators; 20 are needed."
    assert verdict(_interval(2, 3, 1), minimum=20).reason == "there is 1 creator; 20 are needed."
    assert verdict(_interval(2, 3), minimum=20, n=(1, 99)).reason == "the smallest group has 1 creator; 20 are needed."


def test_no_interval_is_not_testable_with_its_reason() -> None:
    found = verdict(unknown(math.nan, 3, "any", 0.95, "every denominator is zero."))
    assert (found.name, found.reason) == ("not testable", "every denominator is zero.")


def test_reasons_hold_no_exponent_and_no_nan() -> None:
    for low, high in ((1e-7, 2e-5), (4e7, 9e9), (0.5, math.inf)):
        text = str(verdict(_interval(low, high), null=0.0))
        assert "e-" not in text
        assert "e+" not in text
        assert "nan" not in text
        assert "inf " not in text


def test_bad_calls_are_refused() -> None:
    with pytest.raises(ParameterError, match="'greater' or 'less'"):
        verdict(_interval(1, 2), direction="up")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="must hold the null"):
        verdict(_interval(1, 2), equivalence=(1.1, 1.2))
