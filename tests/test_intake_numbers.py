"""Numbers as people write them. Expected values are hand arithmetic."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake.marks import currency_in
from analysis.intake.numbers import is_missing, parse_column
from analysis.intake.rates import decide_percent
from analysis.intake.shapes import read_shape


def parsed(cells, kind="count", header=""):
    return parse_column(pl.Series("x", cells, dtype=pl.String), kind=kind, header=header)


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (["13.6M", "475.8m", "29.0b", "12"], "count", [13_600_000, 475_800_000, 29_000_000_000, 12]),
        (["5,2K", "1,1M", "850"], "count", [5_200, 1_100_000, 850]),
        (["9,03%", "0,5%"], "rate", [0.0903, 0.005]),
        (["1,2 %", "9 %"], "rate", [0.012, 0.09]),
        (["18.000.000 VND", "1.234"], "money", [18_000_000, 1234]),
        (["2,28,00,00,00,000", "1,23,456", "999"], "count", [228_000_000_000, 123_456, 999]),
        (["₹8,999", "₹500"], "money", [8999, 500]),
        (["€ 1,296", "€ 900"], "money", [1296, 900]),
        (["1.234,50 €", "50,-", "7"], "money", [1234.5, 50, 7]),
        (["CHF 1'234.50", "CHF 20.-"], "money", [1234.5, 20]),
        (["2.28E+11", "1,234"], "count", [228_000_000_000, 1234]),
        (["2,28E+11", "1,5"], "average", [228_000_000_000, 1.5]),
        (["(1,234)", "-5", "−7", "8-"], "money", [-1234, -5, -7, -8]),
        (["-$1,234.5", "$-3"], "money", [-1234.5, -3]),
        (["1\u00a0234", "12\u202f345\u202f678", "1 000", "7"], "count", [1234, 12_345_678, 1000, 7]),
        (["١٢٣٤", "１２，３４５", "۱۲"], "count", [1234, 12_345, 12]),
        (["۱۲٫۵", "7"], "average", [12.5, 7]),
        (["1.2만", "3억", "5천", "1,234명"], "count", [12_000, 300_000_000, 5_000, 1234]),
        (["12,5 triệu", "3 nghìn", "1,2 tỷ"], "count", [12_500_000, 3_000, 1_200_000_000]),
        (["12,5 B", "1,2 Mn", "900"], "count", [12_500, 1_200_000, 900]),  # Turkish bin, milyon
        (["12 Mio.", "3 Tsd.", "1,5 Mrd."], "count", [12_000_000, 3_000, 1_500_000_000]),
        (["Rp 1.500.000", "Rp 250.000", "1.5jt"], "money", [1_500_000, 250_000, 1_500_000]),
        (["1.2L", "3 Cr", "45 lakh"], "money", [120_000, 30_000_000, 4_500_000]),
        (["12MUSD", "3 KUSD"], "money", [12_000_000, 3_000]),
        (["10K+", "~5K", "+7"], "count", [10_000, 5_000, 7]),
        (["0.89k", "1.234k"], "count", [890, 1234]),
        (["1.1M", "16.7M"], "count", [1_100_000, 16_700_000]),  # exact: 1.1 * 1e6 is not
        (["$1.5k per post", "$200/post", "$300"], "money", [1500, 200, 300]),
        (["$10,000 USD", "1200 $", "500 EUR netto"], "money", [10_000, 1200, 500]),
        (["₹2,500/-", "Rs. 900 per reel"], "money", [2500, 900]),
        (["Rp1.500.000,-"], "money", [1_500_000]),
        (["3,4 M de seguidores", "12 K (est.)"], "count", [3_400_000, 12_000]),
        (["3.5 percent", "2 pct"], "rate", [0.035, 0.02]),
        (["13.6M +0.5%", "2.4M -1.2%", "9K +3%"], "count", [13_600_000, 2_400_000, 9_000]),
        (["105.4M (2022)", "99M (2021)", "4M (2020)"], "count", [105_400_000, 99_000_000, 4_000_000]),
    ],
)
def test_cells_in_the_locale_of_their_column(cells, kind, expected):
    result = parsed(cells, kind)
    assert result.values.to_list() == expected
    assert not result.unparsed.any()


def test_markers_are_missing_and_counted_not_unread():
    cells = ["N/A", "-", "#VALOR!", "--", "null", "hidden", "nan", "undefined", "NaN%", "", None, "#N/A", "N/A", "5"]
    result = parsed(cells, "rate")
    assert result.values.to_list() == [None] * 13 + [0.05]
    assert not result.unparsed.any()
    assert result.markers["N/A"] == 2
    assert result.markers["#VALOR!"] == 1


@pytest.mark.parametrize(
    "cell",
    [
        "auf Anfrage",
        "10k-20k",
        "1:23",
        "2024-01-05",
        "INF001",
        "5 Minute Crafts",
        "12abc",
        "1.2.3",
        "1,23,4",
        "inf",
        "#1",
    ],
)
def test_what_cannot_be_read_is_missing_and_counted_never_zero(cell):
    result = parsed([cell, "5", "6", "7", "8"])
    assert result.values.to_list() == [None, 5, 6, 7, 8]
    assert result.unparsed.to_list() == [True, False, False, False, False]


def test_marks_of_another_kind_are_not_read():
    assert parsed(["12%", "5"]).unparsed.to_list() == [True, False]
    assert parsed(["$12", "5"]).unparsed.to_list() == [True, False]
    assert parsed(["12%", "5"], "money").unparsed.to_list() == [True, False]


def test_alone_a_thousand_sign_is_ambiguous_and_said_so():
    assert parsed(["1.234"], "average").ambiguous
    assert parsed(["1.234"], "average").values.to_list() == [1.234]
    assert parsed(["1.234"], "money").ambiguous
    count = parsed(["1.234", "850", "12.345"])
    assert (count.values.to_list(), count.ambiguous) == ([1234, 850, 12_345], False)
    assert parsed(["1.234", "0.5"], "average").values.to_list() == [1.234, 0.5]
    assert parsed(["1.234", "56789"], "money").values.to_list() == [1.234, 56789]


def test_cells_that_prove_the_other_sign_are_read_as_they_stand_and_reported():
    result = parsed(["1,5K", "2.5K", "3.5K"])
    assert result.values.to_list() == [1500, 2500, 3500]
    assert "prove the other" in result.evidence


def test_currencies():
    assert parsed(["₹8,999"], "money").currency == "INR"
    assert parsed(["$5"], "money", "Fee (AUD)").currency == "AUD"
    assert parsed(["5"], "money", "cost_usd").currency == "USD"
    both = parsed(["US$ 500", "€ 300", "7"], "money")
    assert both.currency is None
    assert both.currencies is not None
    assert both.currencies.to_list() == ["USD", "EUR", None]
    assert currency_in("try all of it") is None
    assert currency_in("Umsatz in €") == "EUR"
    assert currency_in("Preço (R$)") == "BRL"


def test_percent_against_fraction():
    assert parsed(["10.2", "3.4", "0.9"], "rate").values.to_list() == pytest.approx([0.102, 0.034, 0.009])
    trap = parsed(["0.031", "0.12", "0.009"], "rate", "Like Rate (%)")
    assert (trap.percent, trap.ambiguous) == (False, True)
    assert trap.values.to_list() == [0.031, 0.12, 0.009]
    assert parsed(["0.45", "0.8"], "rate", "ER %").percent  # a celebrity's half a percent
    assert not parsed(["0.05", "1.4", "0.02"], "rate").percent  # one viral row
    signed = parsed(["3%", "4.5"], "rate")
    assert signed.values.to_list() == [0.03, 0.045]


def test_the_files_own_counts_settle_percent():
    values = pl.Series([0.8, 0.5])
    assert decide_percent(values, implied=pl.Series([0.008, 0.005])).percent
    assert not decide_percent(values, implied=pl.Series([0.8, 0.5])).percent


def test_numbers_pass_and_nothing_is_changed():
    series = pl.Series([1.5, None, float("nan")])
    assert parse_column(series, kind="average").values.to_list() == [1.5, None, None]
    cells = pl.Series(["1,5", "N/A"])
    parse_column(cells, kind="average")
    assert cells.to_list() == ["1,5", "N/A"]
    assert parsed([]).values.to_list() == []
    assert parsed([None, None], "rate").values.to_list() == [None, None]


def test_high_cardinality_takes_the_same_path():
    cells = [f"{n:,}" for n in range(1, 60_000)]
    assert parsed(cells).values.to_list() == list(range(1, 60_000))
    assert parsed(cells * 2).values.sum() == 2 * sum(range(1, 60_000))


def test_many_comma_groups_follow_the_column_too():
    cells = [f"{n:,}" for n in range(1000, 60_000)]
    assert parsed(cells, "average").ambiguous
    assert parsed([*cells, "1,5"], "average").values.to_list() == [n / 1000 for n in range(1000, 60_000)] + [1.5]
    assert parsed([*cells, "1.5"], "average").values.to_list() == [*range(1000, 60_000), 1.5]
    assert parsed([*cells, "1,234,567"], "average").values[-1] == 1_234_567


def test_is_missing():
    assert is_missing(pl.Series(["#¡VALOR!", "#BEZUG!", "#hashtag", "none", "0"])).to_list() == [
        True,
        True,
        False,
        True,
        False,
    ]


def test_shape_of_a_leading_zero_proves_its_sign():
    assert read_shape("9,999").reading.decimal is None
    assert read_shape("9,999", zero=True).reading.decimal == ","


STYLES = {
    "english": (",", "."), "german": (".", ","), "french": ("\u202f", ","), "swiss": ("'", "."), "bare": ("", "."),
    "bare comma": ("", ","), "spaced": (" ", ","), "nbsp": ("\u00a0", "."),
}  # fmt: skip
DIGITS = {"ascii": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "wide": "０１２３４５６７８９"}


def written(value, decimals, style, digits, indian=False):
    """Write a number in a locale; Python's own format is the authority for the digits."""
    thousands, point = STYLES[style]
    whole, _, fraction = f"{abs(value):.{decimals}f}".partition(".")
    size, groups = 3, []
    while whole:
        groups.insert(0, whole[-size:])
        whole, size = whole[:-size], 2 if indian else 3
    text = (thousands if thousands else "").join(groups) + (point + fraction if fraction else "")
    return ("-" if value < 0 else "") + "".join(DIGITS[digits][int(c)] if c.isdigit() else c for c in text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=20),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(sorted(DIGITS)),
    st.integers(0, 2),
)
def test_parse_of_format_is_the_identity(units, style, digits, decimals):
    values = [unit / 10**decimals for unit in units]
    cells = [
        written(value, decimals, style, digits, indian=style == "english" and units[0] % 2 == 0) for value in values
    ]
    result = parse_column(pl.Series(cells), kind="money" if decimals else "count")
    assert result.values.to_list() == values
    assert not result.unparsed.any()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(10, 99_999), st.sampled_from(["K", "M", "B", "k", " Mio."])), min_size=1, max_size=20
    ),
    st.sampled_from([".", ","]),
)
def test_suffixed_numbers_come_back(parts, point):
    power = {"k": 3, "m": 6, "b": 9, "mio.": 6}
    cells = [f"{n // 10}{point}{n % 10}{suffix}" for n, suffix in parts]
    expected = [n * 10 ** (power[suffix.strip().lower()] - 1) for n, suffix in parts]
    assert parse_column(pl.Series(cells), kind="count").values.to_list() == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=20), st.sampled_from(["count", "average", "rate", "money"]))
def test_any_text_is_read_or_counted(cells, kind):
    result = parse_column(pl.Series(cells, dtype=pl.String), kind=kind)
    assert len(result.values) == len(result.unparsed) == len(cells)
    missing = is_missing(pl.Series(cells, dtype=pl.String))
    for cell, value, unread, absent in zip(cells, result.values, result.unparsed, missing, strict=True):
        assert value is None or math.isfinite(value)
        assert not (unread and value is not None)
        if value is None and not absent:
            assert unread or not cell.strip() or not cell.isprintable()
