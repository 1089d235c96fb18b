"""Tiers: left edges only, left-closed; missing has none, negative is refused, schemes are data."""

import pandas as pd
import polars as pl
import pytest

from analysis.errors import ColumnError, ParameterError, SchemeError, ValueRangeError
from analysis.measures.tiers import (
    UNKNOWN,
    Scheme,
    assign_tier,
    load_scheme,
    scheme_names,
    tier_order,
    tier_ranges,
    with_tier,
)

#: Authority: the table "Tier schemes are data" of the project's design.
DESIGNED = {
    "article": {"micro": 1_000, "macro": 10_000, "mega": 1_000_000},
    "five-tier": {"nano": 1_000, "micro": 10_000, "mid": 100_000, "macro": 500_000, "mega": 1_000_000},
    "mediakix": {"nano": 1_000, "micro": 10_000, "mid": 50_000, "macro": 500_000, "mega": 1_000_000},
    "four-tier": {"nano": 1_000, "micro": 10_000, "macro": 100_000, "mega": 1_000_000},
    "hypeauditor-2019": {"nano": 1_000, "micro": 5_000, "mid": 20_000, "macro": 100_000, "mega": 1_000_000},
    "nielsen-2022": {"nano": 1_000, "micro": 10_000, "mid": 50_000, "macro": 100_000, "mega": 1_000_000},
    "lefty": {"nano": 1_000, "micro": 10_000, "mid": 100_000, "macro": 300_000, "mega": 1_000_000},
    "creatoriq": {"nano": 0, "micro": 1_000, "influencer": 10_000, "trailblazer": 1_000_000, "icon": 10_000_000},
}


def test_every_designed_scheme_is_shipped_and_no_other() -> None:
    assert set(scheme_names()) == {*DESIGNED, "quantile"}
    assert scheme_names()[0] == "article"


@pytest.mark.parametrize("name", DESIGNED)
def test_a_shipped_scheme_has_the_designed_floors_and_names_its_source(name: str) -> None:
    scheme = load_scheme(name)
    assert scheme.floors == DESIGNED[name]
    assert scheme.name == name
    assert len(scheme.source) > 20
    assert scheme.below == (None if name == "creatoriq" else "under 1k")


def test_ten_thousand_is_the_floor_of_macro_under_article() -> None:
    """Authority: rule 3 of the design, left edges are closed."""
    tiers = assign_tier(pd.Series([0, 999, 1_000, 9_999, 10_000, 999_999, 1_000_000]))
    assert tiers.tolist() == ["under 1k", "under 1k", "micro", "micro", "macro", "macro", "mega"]


def test_one_count_differs_between_schemes() -> None:
    """Authority: the designed floors; 60,000 is macro, micro, mid or influencer."""
    found = {name: assign_tier(pl.Series([60_000]), name)[0] for name in DESIGNED}
    assert found["article"] == "macro"
    assert found["five-tier"] == "micro"
    assert found["mediakix"] == "mid"
    assert found["creatoriq"] == "influencer"


def test_pandas_gives_an_ordered_categorical_of_all_tiers_on_the_same_index() -> None:
    followers = pd.Series([5_000, None], index=["ana", "ben"], name="followers")
    tiers = assign_tier(followers)
    assert tiers.name == "tier"
    assert tiers.index.tolist() == ["ana", "ben"]
    assert tiers.cat.ordered
    assert tiers.cat.categories.tolist() == ["under 1k", "micro", "macro", "mega"]
    assert pd.isna(tiers["ben"])
    assert followers.name == "followers"


def test_polars_gives_an_enum_of_all_tiers() -> None:
    tiers = assign_tier(pl.Series([5_000.0, None, float("nan")]))
    assert tiers.dtype == pl.Enum(["under 1k", "micro", "macro", "mega"])
    assert tiers.to_list() == ["micro", None, None]


def test_a_missing_count_is_in_no_tier_not_the_largest_nor_the_smallest() -> None:
    """Authority: rule 3; a fall-through into the largest tier is the commonest error of such code."""
    assert assign_tier(pd.Series([None, None], dtype="float64")).isna().all()


@pytest.mark.parametrize("library", [pd.Series, pl.Series])
def test_negative_counts_are_refused_with_their_number_and_first_rows(library: type) -> None:
    with pytest.raises(ValueRangeError, match=r"4 of 6 are not: -5 in row 1, -1 in row 2, -2 in row 3, \.\.\."):
        assign_tier(library([10, -5, -1, -2, -3, 20]))


def test_an_infinite_count_and_text_are_refused() -> None:
    with pytest.raises(ValueRangeError, match="1 of 2"):
        assign_tier(pd.Series([1.0, float("inf")]))
    with pytest.raises(ParameterError, match="a pandas or polars Series, not list"):
        assign_tier([1, 2])
    with pytest.raises(ValueRangeError, match="holds text"):
        assign_tier(pd.Series(["13.6M", "2k"]))


def test_with_tier_stays_lazy_and_changes_nothing_else() -> None:
    frame = pl.LazyFrame({"followers": [500, 20_000, None, -3], "likes": [1, 2, 3, 4]})
    tiered = with_tier(frame)
    assert isinstance(tiered, pl.LazyFrame)
    assert tiered.collect()["tier"].to_list() == ["under 1k", "macro", None, None]
    assert tiered.collect()["likes"].to_list() == [1, 2, 3, 4]


def test_with_tier_checks_eager_frames_and_names_the_column_it_misses() -> None:
    with pytest.raises(ValueRangeError, match="-3 in row 0"):
        with_tier(pd.DataFrame({"followers": [-3]}))
    with pytest.raises(ColumnError, match="did you mean 'folowers'"):
        with_tier(pd.DataFrame({"folowers": [3]}))
    original = pd.DataFrame({"subscribers": [3_000]})
    assert with_tier(original, followers="subscribers")["tier"].tolist() == ["micro"]
    assert list(original.columns) == ["subscribers"]


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        ({}, "no floors"),
        ({"floors": {}}, "no floors"),
        ({"macro": 10_000, "micro": 1_000}, "macro starts above micro. Sorted: micro 1,000, macro 10,000"),
        ({"micro": 1_000, "small": 1_000}, "micro and small both start at 1,000"),
        ({"micro": "10k"}, "'10k', not a number; write 10000"),
        ({"micro": True}, "not a number"),
        ({"micro": float("nan")}, "not a number"),
        ({"micro": None}, "not a number"),
        ({"micro": -1}, "followers are 0 or more"),
        ({UNKNOWN: 1_000}, "reserved label"),
        ({"under 1k": 1_000}, "reserved label"),
        ({"floors": {"all": 0}, "below": "none"}, "nothing lies below a floor of 0"),
        ("artcle", "did you mean 'article'"),
        ("no-such-file.yml", "no tier scheme file 'no-such-file.yml'"),
    ],
)
def test_a_bad_scheme_is_refused_with_the_reason(scheme: object, reason: str) -> None:
    with pytest.raises(SchemeError, match=reason.replace("(", r"\(")):
        load_scheme(scheme)  # type: ignore[arg-type]


def test_a_scheme_comes_from_a_mapping_a_file_or_a_scheme(tmp_path) -> None:
    floors = {"small": 500, "large": 20_000}
    custom = load_scheme(floors)
    assert custom == Scheme("custom", {"small": 500.0, "large": 20_000.0}, "under 500", "given by the analyst")
    assert load_scheme(custom) is custom

    plain = tmp_path / "ours.yml"
    plain.write_text("small: 500\nlarge: 20000\n")
    assert load_scheme(plain).floors == custom.floors
    assert load_scheme(str(plain)).name == "ours"

    full = tmp_path / "full.yaml"
    full.write_text("name: house\nfloors: {small: 500}\nbelow: tiny\nsource: us\n")
    assert load_scheme(full) == Scheme("house", {"small": 500.0}, "tiny", "us")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("micro: 1000\nmicro: 2000\n", "names 'micro' twice"),
        ("- micro\n", "not a mapping"),
        ("micro: [1\n", "cannot be read as YAML"),
    ],
)
def test_a_bad_scheme_file_is_refused_with_the_reason(tmp_path, text: str, reason: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(text)
    with pytest.raises(SchemeError, match=reason):
        load_scheme(path)


def test_quantile_makes_five_equal_groups_of_the_accounts_at_hand() -> None:
    """Authority: hand count; 100 distinct sizes are five times 20, missing sizes are in none."""
    followers = pd.Series([*range(100, 200), None])
    tiers = assign_tier(followers, "quantile")
    assert tiers.value_counts(sort=False).tolist() == [20] * 5
    assert tiers.cat.categories.tolist() == tier_order("quantile")
    assert load_scheme("quantile", followers=followers).floors["second fifth"] == 120
    assert with_tier(pl.LazyFrame({"followers": list(range(10))}), "quantile").collect()["tier"].n_unique() == 5


def test_quantile_is_refused_where_it_cannot_be() -> None:
    with pytest.raises(SchemeError, match="give their followers"):
        load_scheme("quantile")
    with pytest.raises(SchemeError, match="needs 5 groups, and 6 known follower counts"):
        assign_tier(pd.Series([7, 7, 7, 7, 7, 8]), "quantile")


def test_ranges_say_what_a_tier_spans() -> None:
    assert tier_ranges("creatoriq")["nano"] == "0–1K"
    assert tier_ranges({"a": 2_500})["a"] == "2.5K and more"
    assert list(tier_ranges("quantile")) == tier_order("quantile")
