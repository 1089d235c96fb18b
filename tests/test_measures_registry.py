"""The registry: every measure named, explained, and present in the account table."""

import re

import pytest

from analysis.errors import ParameterError
from analysis.measures.registry import MEASURES, glossary, measure_named

#: Authority: the names the design and the rooms above agree on.
AGREED = {
    "engagement_rate_by_followers",
    "engagement_rate_by_reach",
    "engagement_rate_by_impressions",
    "engagement_rate_by_views",
    "reach_rate",
    "cost_per_engagement",
    "cost_per_mille",
    "cost_per_view",
    "cost_per_click",
    "cost_per_acquisition",
    "cost_per_thousand_followers",
    "roi",
    "roas",
}


def test_the_agreed_measures_exist_under_their_own_names() -> None:
    assert set(MEASURES) >= AGREED
    assert all(name == measure.name for name, measure in MEASURES.items())


def test_every_measure_says_in_one_plain_sentence_what_it_does_not_prove() -> None:
    for measure in MEASURES.values():
        assert measure.not_proof.endswith("."), measure.name
        assert 40 <= len(measure.not_proof) <= 220, measure.name
        assert measure.not_proof.count(". ") == 0, measure.name


def test_the_four_engagement_rates_name_four_denominators() -> None:
    """Authority: rule 6 of the design."""
    rates = [measure for name, measure in MEASURES.items() if name.startswith("engagement_rate_by_")]
    assert len({rate.denominator for rate in rates}) == len(rates) == 4
    assert all(rate.denominator in rate.label for rate in rates)


def test_nothing_priced_in_media_value_is_called_roi() -> None:
    """Authority: rule 8 of the design."""
    assert not any(re.search("emv|media value", measure.label, re.I) for measure in MEASURES.values())
    assert MEASURES["roi"].formula == "(revenue - cost) / cost"
    assert MEASURES["roas"].formula == "revenue / cost"


def test_a_thousand_impressions_are_not_a_thousand_followers() -> None:
    """Authority: rule 7 of the design."""
    assert "impressions" in MEASURES["cost_per_mille"].denominator
    assert "followers" not in MEASURES["cost_per_mille"].denominator


def test_an_unknown_measure_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ParameterError, match="did you mean 'cost_per_engagement'"):
        measure_named("cost_per_engagment")


def test_the_glossary_has_one_row_a_measure() -> None:
    assert len(glossary().splitlines()) == len(MEASURES) + 2
