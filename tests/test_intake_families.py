"""Families of cells read as their shapes would be. The authority is the reading of a short column, shape by shape."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake import evidence, numbers
from analysis.intake.families import families
from analysis.intake.numbers import parse_column


def both(cells: list[str | None], kind: str) -> tuple[numbers.Parsed, numbers.Parsed]:
    """Read a column shape by shape, and again as if it were too long for that."""
    column = pl.Series("x", cells, dtype=pl.String)
    short = parse_column(column, kind=kind)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence, "SHORT", -1)
        patch.setattr(numbers, "PIECE", 7)
        patch.setattr(evidence, "repeats_itself", lambda cells: False)
        return short, parse_column(column, kind=kind)  # type: ignore[arg-type]


def same(cells: list[str | None], kind: str) -> numbers.Parsed:
    short, long = both(cells, kind)
    assert long.values.to_list() == short.values.to_list()
    assert long.unparsed.to_list() == short.unparsed.to_list()
    assert (long.currency, long.percent, long.ambiguous) == (short.currency, short.percent, short.ambiguous)
    assert long.markers == short.markers
    codes = [None if read.currencies is None else read.currencies.to_list() for read in (short, long)]
    assert codes[0] == codes[1]
    assert long.rule == short.rule
    return long


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (["1,234", "5,678,901", "12"], "count", [1234, 5_678_901, 12]),
        (["1,234", "5,678", "1.234.567,8", "1.234.567,9"], "average", [1.234, 5.678, 1234567.8, 1234567.9]),
        (["1.234 kr", "2.500 kr", "12.345.678 kr"], "money", [1234, 2500, 12_345_678]),
        (["744.5K", "93.6K", "1.2M", "3.4M", "-"], "count", [744_500, 93_600, 1_200_000, 3_400_000, None]),
        (["1.234K", "5.678K", "1,5K", "2,5K"], "count", [1_234_000, 5_678_000, 1500, 2500]),
        (["0.44%", "12.5%", "N/A", "3%"], "rate", [0.0044, 0.125, None, 0.03]),
        (["$ 18,616.48", "$ 2.50", "$ 0,5", "", None], "money", [18616.48, 2.5, 0.5, None, None]),
        (["€ 1.500,50", "€ 20,00", "$ 30.00", "$ 1.00"], "money", [1500.5, 20, 30, 1]),
        (["12 B", "13 B", "1,2 Mn", "3,4 Mn"], "count", [12_000, 13_000, 1_200_000, 3_400_000]),  # Turkish bin
        (["12 (2020)", "13 (2020)", "14 (2021)", "5"], "count", [12, 13, 14, 5]),
    ],
)
def test_a_long_column_is_read_as_a_short_one(cells, kind, expected):
    assert same(cells, kind).values.to_list() == expected


numerals = st.one_of(
    st.integers(0, 10**8).map(str),
    st.integers(0, 10**8).map(lambda n: f"{n:,}"),
    st.integers(0, 10**8).map(lambda n: f"{n:,}".replace(",", ".")),
    st.floats(0, 1e6).map(lambda x: f"{x:,.2f}"),
    st.floats(0, 1e6).map(lambda x: f"{x:,.2f}".translate(str.maketrans(".,", ",."))),
    st.floats(0, 1e4).map(lambda x: f"{x:.1f}"),
    st.floats(0, 1e4).map(lambda x: f"{x:.3f}"),
    st.floats(0, 1e4).map(lambda x: f"{x:,.3f}"),
    st.sampled_from(["0,123", "12,34,567", "1'234", "1 234", "1e5", ".5", "5.", "٣", "007", "1,23,4"]),
)
before = st.sampled_from(["", "", "", "$", "$ ", "€", "R$ ", "-", "+", "~", "Rs.", "USD "])
after = st.sampled_from(["", "", "", "K", "M", " Mn", "B", "%", " %", " €", "k followers", " kr", "/-", " (est.)", "x"])
odd = st.sampled_from(["", "N/A", "-", "hidden", "#VALUE!", "abc", "10k-20k", "2024-01-05", "INF001"])


@st.composite
def columns(draw):
    """Draw a column of a few ways to write numbers, with strangers among them."""
    styles = draw(st.lists(st.tuples(before, numerals, after), min_size=1, max_size=3))
    cells = []
    for left, _, right in styles:
        found = draw(st.lists(numerals, min_size=2, max_size=8))
        cells += [f"{left}{number}{right}" for number in found]
    cells += draw(st.lists(st.one_of(odd, st.none(), numerals), max_size=4))
    return draw(st.permutations(cells))


@settings(max_examples=300, deadline=None)
@given(cells=columns(), kind=st.sampled_from(["count", "average", "rate", "money"]))
def test_no_family_reads_a_cell_otherwise_than_its_shape(cells, kind):
    same(cells, kind)


def test_families_are_narrow():
    """What a pattern cannot be sure of is nobody's: a sign, a leading zero, groups of two, other text beside it."""
    cells = pl.Series(["$1,234", "$5,678", "$0,123", "-$1,234", "$12,34,567", "$1,234 each", "$1,234.567"])
    (family,) = families(cells, "money")
    assert cells.str.contains(family.pattern).to_list() == [True, True, False, False, False, False, False]
    assert families(cells, "count") == []  # a count has no currency
