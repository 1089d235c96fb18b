"""What a plan takes for granted."""

from pathlib import Path

import pytest

from analysis.errors import ParameterError, SourceError
from analysis.planning.assumptions import Assumption, load
from analysis.reference import read_yaml


def test_published_defaults_are_the_published_figures() -> None:
    """Authority: Leung et al. 2022 (0.46), SeedingOps (30-50 %), the likes per follower of InfluencerDB (1.6 of 1.9)."""
    found = load()
    assert found.spend_elasticity == 0.46
    assert (found["post_rate"].low, found["post_rate"].high) == (0.3, 0.5)
    assert found.sponsored_penalty == pytest.approx(1 - 1.6 / 1.9, abs=0.005)


def test_every_assumption_has_a_range_a_unit_and_a_source() -> None:
    """Authority: the file itself; a figure without a source says that nobody published it."""
    for name, entry in load().items():
        assert entry.low <= entry.value <= entry.high, name
        assert entry.unit, name
        assert len(entry.source) >= 20, name
        assert entry.evidence == "assumed", name
        assert not entry.given, name
    document = read_yaml("planning.yml")
    assert set(document["assumptions"]) == set(load())


def test_an_argument_replaces_and_is_marked() -> None:
    """Authority: the contract; a value outside the range widens it."""
    found = load(margin=0.9)
    assert found.margin == 0.9
    assert found["margin"].high == 0.9
    assert found["margin"].given
    assert found["margin"].source == "stated by the client"
    assert load(handling_cost=(10, 20, 30))["handling_cost"].low == 10


def test_a_file_replaces_and_an_argument_replaces_the_file(tmp_path: Path) -> None:
    """Authority: the order of the docstring."""
    path = tmp_path / "client.yml"
    path.write_text("currency: eur\nmargin: 0.4\nassumptions:\n  order_value: {value: 60, low: 50, high: 70}\n")
    found = load(path, margin=0.45)
    assert (found.order_value, found.margin, found.currency) == (60, 0.45, "EUR")
    assert found["order_value"].high == 70


def test_at_moves_the_value_and_keeps_the_rest() -> None:
    """Authority: a sweep must not mark what it moves as stated."""
    moved = load().at("margin", 0.3)
    assert (moved.margin, moved["margin"].high, moved["margin"].given) == (0.3, load()["margin"].high, False)


def test_nothing_is_mutated() -> None:
    """Authority: house rule."""
    before = load()
    before.replaced(margin=0.1)
    before.at("margin", 0.2)
    assert before.margin == load().margin


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"margn": 0.3}, "did you mean 'margin'"),
        ({"margin": 1.2}, "between 0 and 1"),
        ({"margin": "much"}, "is a number"),
        ({"margin": True}, "is a number"),
        ({"order_value": -1}, "not negative"),
        ({"order_value": float("nan")}, "is a number"),
        ({"order_value": (1, 2)}, r"\(low, value, high\)"),
        ({"order_value": (3, 2, 1)}, "low <= value <= high"),
        ({"order_value": {"valu": 3}}, "did you mean 'value'"),
        ({"order_value": {"value": 3, "evidence": "guessed"}}, "measured, modelled, assumed"),
    ],
)
def test_what_cannot_be_is_refused(stated: dict[str, object], says: str) -> None:
    """Authority: a message says what, where and what is allowed."""
    with pytest.raises(ParameterError, match=says):
        load(**stated)


def test_files_that_are_none(tmp_path: Path) -> None:
    """Authority: an error names the file."""
    with pytest.raises(SourceError, match=r"absent\.yml"):
        load(tmp_path / "absent.yml")
    (tmp_path / "list.yml").write_text("- 1\n")
    with pytest.raises(ParameterError, match=r"list\.yml"):
        load(tmp_path / "list.yml")
    (tmp_path / "broken.yml").write_text("a: [")
    with pytest.raises(SourceError, match=r"broken\.yml"):
        load(tmp_path / "broken.yml")
    (tmp_path / "inner.yml").write_text("assumptions: 3")
    with pytest.raises(ParameterError, match="not int"):
        load(tmp_path / "inner.yml")


def test_it_prints_and_tabulates() -> None:
    """Authority: the table is what the page shows."""
    found = load()
    assert found.table()["name"].tolist() == list(found)
    assert "margin=0.5" in repr(found)
    assert isinstance(found["margin"], Assumption)
    assert len(found) == len(list(found))
    with pytest.raises(AttributeError):
        _ = found.margn
