"""How many different people a set of creators reaches."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ParameterError, ValueRangeError
from analysis.planning.overlap import beta_binomial, by_share, deduplicated_reach, sainsbury, sweep
from analysis.planning.pairs import check_overlap, from_pairs, inclusion_exclusion, union_bounds

REACHES = st.lists(st.floats(0, 100), min_size=1, max_size=6)


def everyone_shared(reach: list[float], universe: float) -> dict[tuple[int, ...], float]:
    """Return what every set shares when creators draw from one universe independently."""
    sets = (m for n in range(1, len(reach) + 1) for m in itertools.combinations(range(len(reach)), n))
    return {m: universe * math.prod(reach[i] / universe for i in m) for m in sets}


@given(REACHES)
def test_sainsbury_is_inclusion_and_exclusion_under_independence(reach: list[float]) -> None:
    """Authority: inclusion and exclusion over products of shares, the definition of independence."""
    exact = inclusion_exclusion(everyone_shared(reach, 120.0))
    assert sainsbury(reach, 120.0) == pytest.approx(exact, abs=1e-6)


@given(REACHES)
def test_pairs_of_a_universe_give_sainsbury(reach: list[float]) -> None:
    """Authority: with s_ij = r_i r_j / N the product over pairs is Sainsbury's."""
    table = np.outer(reach, reach) / 120.0
    assert from_pairs(reach, table) == pytest.approx(sainsbury(reach, 120.0), abs=1e-6)


def test_inclusion_and_exclusion_counts_sets() -> None:
    """Authority: the union of the sets, counted by Python."""
    sets = [{1, 2, 3, 4}, {3, 4, 5}, {5, 6, 1}, {9}]
    assert inclusion_exclusion(sets) == len(set.union(*sets))
    with pytest.raises(ParameterError, match="missing"):
        inclusion_exclusion({(0,): 5, (1,): 5})
    with pytest.raises(ParameterError, match="up to 20"):
        inclusion_exclusion([{1}] * 21)


@pytest.mark.parametrize("method", ["universe", "share", "matrix"])
def test_no_overlap_is_the_sum_and_full_overlap_the_largest(method: str) -> None:
    """Authority: disjoint and nested sets."""
    reach = np.array([70.0, 20.0, 10.0])
    nothing, everything = {
        "universe": ({"universe": math.inf}, {"universe": 70}),
        "share": ({"share": 0}, {"share": 1}),
        "matrix": ({"matrix": np.diag(reach)}, {"matrix": np.minimum.outer(reach, reach)}),
    }[method]
    assert deduplicated_reach(reach, **nothing).people == pytest.approx(100)
    assert deduplicated_reach(reach, **everything).people == pytest.approx(70)
    assert deduplicated_reach(reach, **everything).duplicated == pytest.approx(0.3)


def test_the_beta_binomial_by_hand() -> None:
    """Authority: N = 100, reach 50 twice, correlation 1/2: a = b = 1/2, missed = 0.5/1 x 1.5/2 = 0.375."""
    assert beta_binomial([50, 50], 100, correlation=0.5) == pytest.approx(62.5)
    assert beta_binomial([50, 50], 100) == 75
    assert beta_binomial([50, 50], 100, correlation=1) == 50


@given(REACHES, st.floats(0, 1), st.floats(0, 1))
def test_more_correlation_never_reaches_more(reach: list[float], one: float, other: float) -> None:
    """Authority: for fixed margins, heterogeneity only adds duplication; never below the largest or above the sum."""
    low, high = sorted((one, other))
    few, many = (beta_binomial(reach, 120.0, correlation=c) for c in (high, low))
    assert few <= many + 1e-6
    assert max(reach) - 1e-6 <= few
    assert many <= sum(reach) + 1e-6


def test_two_creators_are_exact_and_more_lie_in_their_bounds() -> None:
    """Authority: r1 + r2 - s; four real sets whose union Python counts."""
    found = deduplicated_reach([50, 30], matrix=[[50, 12], [12, 30]])
    assert (found.people, found.evidence) == (68, "measured")
    sets = [set(range(0, 40)), set(range(20, 50)), set(range(45, 70)), set(range(0, 10))]
    reach = [float(len(s)) for s in sets]
    table = [[float(len(a & b)) for b in sets] for a in sets]
    found = deduplicated_reach(reach, matrix=table)
    assert found.low <= len(set.union(*sets)) <= found.high
    assert found.low <= found.people <= found.high
    assert found.evidence == "modelled"


def test_bounds_of_nothing_and_of_disjoint_sets() -> None:
    """Authority: an empty union; disjoint sets add up exactly."""
    assert union_bounds(np.empty(0), np.empty((0, 0))) == (0.0, 0.0)
    assert union_bounds(np.array([3.0, 4.0]), np.diag([3.0, 4.0])) == (7.0, 7.0)


def test_platforms_share_nobody() -> None:
    """Authority: 75 on one platform and 50 on the other."""
    assert deduplicated_reach([50, 50, 50], universe=100, platform=["a", "a", "b"]).people == 125


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        ([[1, 2, 3]], "2 by 2; got 1 by 3"),
        ([[50, 10], [11, 30]], "not symmetric"),
        ([[50, -1], [-1, 30]], "0 or more"),
        ([[50, 31], [31, 30]], "smaller of the two reaches 30"),
        ([[50, math.nan], [math.nan, 30]], "nan, not a number"),
        ([["a", "b"], ["c", "d"]], "no number"),
    ],
)
def test_a_table_that_cannot_be_is_refused(matrix: list[list[float]], says: str) -> None:
    """Authority: what a pair may share."""
    with pytest.raises(ValueRangeError, match=says):
        check_overlap(matrix, [50, 30])


def test_a_named_table_is_named_in_the_error() -> None:
    """Authority: the message must name who."""
    table = pd.DataFrame([[50, 40], [40, 30]], index=["ana", "ben"], columns=["ana", "ben"])
    with pytest.raises(ValueRangeError, match="row ana, column ben"):
        check_overlap(table, [50, 30])
    with pytest.raises(ValueRangeError, match="another order"):
        check_overlap(table[["ben", "ana"]], [50, 30])
    with pytest.raises(ValueRangeError, match="share between 0 and 1"):
        check_overlap([[1, 1.2], [1.2, 1]], [50, 30], unit="share")
    with pytest.raises(ParameterError, match="people or share"):
        check_overlap([[1]], [50], unit="percent")


def test_parameters_out_of_range() -> None:
    """Authority: their definitions."""
    with pytest.raises(ParameterError, match="one of universe"):
        deduplicated_reach([1])
    with pytest.raises(ParameterError, match="universe and share"):
        deduplicated_reach([1], universe=10, share=0.1)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        by_share([1], 1.1)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        beta_binomial([1], 10, correlation=-0.1)
    with pytest.raises(ParameterError, match="positive"):
        sainsbury([1], 0)
    with pytest.raises(ValueRangeError, match="negative"):
        deduplicated_reach([-1], universe=10)


def test_nobody_and_a_reach_above_the_universe() -> None:
    """Authority: nobody is reached by nobody; nobody reaches more people than there are."""
    assert deduplicated_reach([], universe=100).people == 0
    assert deduplicated_reach([], share=0.5).duplicated == 0
    assert sainsbury([150, 20], 100) == 100


def test_the_sweep_states_the_parameter() -> None:
    """Authority: two halves of a hundred are 75 of a hundred, and 97.5 of a thousand."""
    table = sweep([50, 50], [100, 1_000])
    assert table["people"].tolist() == [75, 97.5]
    assert table["duplicated"].tolist() == pytest.approx([0.25, 0.025])
