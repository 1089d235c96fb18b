"""Plans under uncertainty, and what would change the answer."""

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.planning.assumptions import Assumptions, load
from analysis.planning.draws import Draws
from analysis.planning.sensitivity import sweep, swings
from analysis.planning.simulate import DOUBTS, compare, drivers, outcome_of, verdict

SIZE = 4_000


def drawn(gap: float, *, shared: float = 0.0, luck: float = 1.0, seed: int = 2) -> Draws:
    """Return two creators whose average profit differs by ``gap``; ``shared`` doubts it, ``luck`` blurs it."""
    g = np.random.default_rng(seed)
    common, alone = g.normal(0, 1, SIZE), g.normal(0, 1, (SIZE, 2))
    known = np.column_stack([100 + gap + shared * common, np.full(SIZE, 100.0)])
    revenue = known + luck * alone
    blank = np.zeros((SIZE, 2))
    cost = np.full((SIZE, 2), 50.0)
    likely = dict.fromkeys(("engagements", "clicks", "conversions"), blank)
    likely |= {"revenue": known, "reach": blank + 10, "cost": cost, "profit": known - cost}
    return Draws(
        ("a", "b"),
        engagements=blank,
        reach=blank + 10,
        clicks=blank,
        conversions=blank,
        revenue=revenue,
        cost=cost,
        posted=np.ones((SIZE, 2), bool),
        margin=np.ones(SIZE),
        factors={"common": 1 + common / 10, "idle": g.normal(1, 0.1, SIZE)},
        likely=likely,
    )


def test_plans_are_compared_in_the_same_campaigns() -> None:
    """Authority: the planted gap 5; P(a beats b) of a normal difference with sd sqrt(2) x 2."""
    from scipy.stats import norm

    table = compare({"one": ["a"], "two": ["b"], "both": ["a", "b"]}, drawn(5, luck=2)).set_index("plan")
    assert table.loc["one", "mean"] == pytest.approx(55, abs=0.2)
    assert table.loc["two", "gain"] == pytest.approx(5)
    assert table.loc["two", "beats"] == pytest.approx(norm.cdf(5 / np.sqrt(8)), abs=0.01)
    assert table.loc["both", "creators"] == 2
    assert table.loc["both", "cost"] == 100
    assert np.isnan(table.loc["one", "beats"])
    assert table.loc["one", "loss"] == 0
    against = compare({"one": ["a"], "two": ["b"]}, drawn(5), against="two").set_index("plan")
    assert against.loc["one", "gain"] == pytest.approx(5)
    assert np.isnan(against.loc["two", "gain"])


def test_loss_and_quantiles_by_hand() -> None:
    """Authority: a normal with mean 0 and sd 2: half of the campaigns lose, 5 % lie below -3.29."""
    table = compare({"one": ["a"]}, drawn(-50, luck=2))
    assert table["loss"].iloc[0] == pytest.approx(0.5, abs=0.03)
    assert table["p5"].iloc[0] == pytest.approx(-1.645 * 2, abs=0.2)


def test_a_certain_gain_is_separated_however_noisy_single_campaigns_are() -> None:
    """Authority: no doubt about the average gain 5, although luck is ten times as large."""
    choice = verdict({"one": ["a"], "two": ["b"]}, drawn(5, luck=50))
    assert choice.separated
    assert choice.preferred == "one"
    assert 0.5 < choice.beats < 0.6
    assert "more profit than two" in choice.sentence
    other = verdict({"two": ["b"], "one": ["a"]}, drawn(5), unit="USD")
    assert (other.preferred, other.separated) == ("one", True)
    assert "5 USD" in other.sentence


def test_what_cannot_be_separated_prefers_the_simpler() -> None:
    """Authority: a shared doubt of 20 around a gain of 5 holds 0."""
    choice = verdict({"one": ["a"], "two": ["b"]}, drawn(5, shared=20))
    assert not choice.separated
    assert choice.low < 0 < choice.high
    assert "cannot separate" in choice.sentence
    assert verdict({"x": ["a", "b"], "y": ["b"]}, drawn(-100, shared=200)).preferred == "y"
    assert verdict({"x": ["a"], "y": ["b"]}, drawn(5, shared=20), simpler="x").preferred == "x"
    with pytest.raises(ParameterError, match="two plans"):
        verdict({"x": ["a"]}, drawn(5))


def test_drivers_split_the_variance() -> None:
    """Authority: variance 9 shared, 16 luck of one creator: 36 % and 64 %; what is idle explains nothing."""
    table = drivers(drawn(5, shared=3, luck=4), ["a"]).set_index("driver")["share"]
    assert table["common"] == pytest.approx(9 / 25, abs=0.03)
    assert table["idle"] < 0.005
    assert table["creators and single posts"] == pytest.approx(16 / 25, abs=0.03)
    gain = drivers(drawn(5, shared=3, luck=0.01), ["a"], against=["b"]).set_index("driver")["share"]
    assert gain["common"] > 0.99
    assert drivers(drawn(0, luck=0), ["b"])["share"].tolist() == [1.0]


def test_people_are_counted_once_and_nobody_brings_nothing() -> None:
    """Authority: two audiences of 10 in a universe of 20 are 15 people."""
    found = outcome_of(drawn(0), ["a", "b"], "people", universe=20)
    assert found[0] == pytest.approx(15)
    assert outcome_of(drawn(0), ["a", "b"], "people", share=1.0)[0] == 10
    assert outcome_of(drawn(0), [], "profit").sum() == 0
    with pytest.raises(ParameterError, match="did you mean 'people'"):
        outcome_of(drawn(0), ["a"], "peple")
    with pytest.raises(ParameterError, match="at least one"):
        compare({}, drawn(0))
    with pytest.raises(ParameterError, match="no plan"):
        compare({"one": ["a"]}, drawn(0), against="on")
    with pytest.raises(ParameterError, match="twice"):
        outcome_of(drawn(0), ["a"], "people")


def test_swings_sort_by_what_moves_most_and_see_a_change_of_sign() -> None:
    """Authority: 1,000 x margin - 4 x handling by hand: margins 0.3 to 0.7 swing 400, handling 0 to 140 swings 560."""

    def profit(a: Assumptions) -> float:
        return 1_000 * a.margin - 4 * a.handling_cost - 100

    table = swings(profit, load())
    assert table["name"].tolist()[:2] == ["handling_cost", "margin"]
    assert table["swing"].tolist()[:3] == [560, 400, 0]
    assert table["base"].iloc[0] == 240
    assert table["flips"].tolist()[:2] == [True, False]


def test_a_sweep_says_who_would_be_booked() -> None:
    """Authority: above a handling cost of 70 the second creator is dropped."""

    def decide(a: Assumptions) -> list[str]:
        return ["a", "b"] if a.handling_cost < 70 else ["a"]

    table = sweep(decide, load(), "handling_cost", steps=3, tiers={"a": "mega", "b": "micro"})
    assert table["value"].tolist() == [0, 70, 140]
    assert table["creators"].tolist() == [2, 1, 1]
    assert table["kept"].tolist() == [1, 0.5, 0.5]
    assert table["changed"].tolist() == [0, 1, 1]
    assert table["most_in"].tolist() == ["mega"] * 3
    assert sweep(lambda a: [], load(), "margin", values=[0.5])["kept"].tolist() == [1]


def test_every_doubt_is_settled_by_an_assumption_that_exists() -> None:
    """Authority: the file of assumptions."""
    assert {name for _, name in DOUBTS.values() if name} <= set(load())
    table = drivers(drawn(5, shared=3), ["a"])
    assert table.set_index("driver").loc["creators and single posts", "words"] == "creators and single posts"
