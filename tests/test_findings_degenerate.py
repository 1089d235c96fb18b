"""Whatever the data, each finding has a sentence: no NaN, no exponent, no column name, and never a crash."""

import re
from typing import Any

import numpy as np
import polars as pl
import pytest

from analysis.errors import UnusableDataError
from analysis.findings import (
    Study,
    audit,
    claim,
    claim_ids,
    claims,
    cost,
    engagement,
    records,
    study_of,
    tier_table,
    tier_text,
)
from analysis.intake import Tables

NAN = float("nan")
FLAT = {"handle": [f"h{i}" for i in range(60)], "platform": ["tiktok"] * 60}


def creators(**columns: Any) -> dict[str, pl.DataFrame]:
    return {"creators": pl.DataFrame({**FLAT, **columns})}


def placements(**columns: Any) -> dict[str, pl.DataFrame]:
    return {"placements": pl.DataFrame({**FLAT, **columns})}


SIZES = [3_000] * 30 + [3_000_000] * 30
CASES: dict[str, dict[str, pl.DataFrame]] = {
    "no followers": creators(avg_likes=[5.0] * 60, avg_views=[9.0] * 60),
    "followers only": creators(followers=SIZES),
    "nothing but names": creators(),
    "one creator": {"creators": pl.DataFrame({"handle": ["a"], "followers": [5_000], "avg_likes": [3.0]})},
    "all equal": creators(followers=[5_000] * 60, avg_likes=[50.0] * 60, avg_views=[500.0] * 60, fee=[10.0] * 60),
    "all zero": creators(followers=[0] * 60, avg_likes=[0.0] * 60, avg_views=[0.0] * 60, fee=[0.0] * 60),
    "all missing": creators(followers=pl.Series([None] * 60, dtype=pl.Int64), avg_likes=[NAN] * 60),
    "infinite": creators(followers=SIZES, avg_likes=[float("inf")] * 60),
    "two tiers, equal within": creators(
        followers=SIZES, avg_likes=[50.0] * 60, avg_views=[500.0] * 60, fee=[10.0] * 60
    ),
    "huge numbers": creators(followers=SIZES, avg_likes=[4.1e15] * 60, fee=[1e12] * 60),
    "no engagement at all": placements(followers=SIZES, cost=[10.0] * 60, likes=[0] * 60, revenue=[0.0] * 60),
    "free": placements(followers=SIZES, cost=[0.0] * 60, likes=[5] * 60, revenue=[5.0] * 60),
    "a loss in all": placements(followers=SIZES, cost=[10.0] * 60, likes=[5] * 60, revenue=[-5.0] * 60),
    "clicks and no order": placements(followers=SIZES, cost=[10.0] * 60, clicks=[5] * 60, conversions=[0] * 60),
    "posts of strangers": {"posts": pl.DataFrame({**FLAT, "likes": range(60), "views": range(100, 160)})},
    "one kind of post": {
        "posts": pl.DataFrame({**FLAT, "likes": range(60), "sponsored": [True] * 60, "followers": SIZES})
    },
    "hostile names": {
        "creators": pl.DataFrame(
            {
                "handle": ["<script>alert(1)</script>", "=1+1", "a\x00b", "\u202eevil", "](javascript:x)", "x" * 5000]
                * 5,
                "platform": ["<b>tiktok</b>", "a" * 300] * 15,
                "category": ["<i>"] * 30,
                "followers": np.geomspace(2_000, 5e6, 30).astype(int),
                "avg_likes": np.geomspace(100, 5e5, 30),
            }
        )
    },
}
TIMES = [f"2026-03-{day:02d}T00:00:00" for day in range(1, 31)] * 2


def posts(**columns: Any) -> dict[str, pl.DataFrame]:
    """Return 40 creators of two sizes with 30 posts each, dated and marked; what is given replaces a column."""
    who = [f"h{i}" for i in range(40) for _ in range(30)]
    sizes = [3_000 if i < 20 else 3_000_000 for i in range(40) for _ in range(30)]
    base: dict[str, Any] = {
        "handle": who,
        "platform": ["tiktok"] * 1200,
        "followers": sizes,
        "published_at": (TIMES[:30]) * 40,
        "likes": [50] * 1200,
        "comments": [5] * 1200,
        "views": [500] * 1200,
        "sponsored": [True, False, False] * 400,
    }
    frame = pl.DataFrame({**base, **columns})
    return {"posts": frame.with_columns(pl.col("published_at").str.to_datetime(time_zone="UTC"))}


def deals(**columns: Any) -> dict[str, pl.DataFrame]:
    """Return 60 deliverables of two sizes and two relationships, with money, clicks and orders."""
    base: dict[str, Any] = {
        "followers": SIZES,
        "relationship": ["ambassador", "paid"] * 30,
        "category": ["beauty", "food", "travel"] * 20,
        "cost": [10.0] * 60,
        "revenue": [20.0] * 60,
        "likes": [50] * 60,
        "clicks": [5] * 60,
        "conversions": [1] * 60,
        "impressions": [900] * 60,
    }
    return placements(**{**base, **columns})


CASES |= {
    "posts all tied": posts(),
    "posts all zero": posts(likes=[0] * 1200, comments=[0] * 1200, views=[0] * 1200),
    "posts infinite": posts(likes=[float("inf")] * 1200),
    "posts all missing": posts(likes=[None] * 1200, comments=[None] * 1200, views=[None] * 1200),
    "deals all tied": deals(),
    "deals all zero": deals(cost=[0.0] * 60, revenue=[0.0] * 60, likes=[0] * 60, clicks=[0] * 60, conversions=[0] * 60),
    "deals infinite": deals(cost=[float("inf")] * 60, revenue=[float("inf")] * 60),
    "deals without results": deals(revenue=[None] * 60, likes=[None] * 60, clicks=[None] * 60, conversions=[None] * 60),
    "one creator in a tier": deals(followers=[3_000] * 59 + [3_000_000]),
    "one relationship": deals(relationship=["ambassador"] * 60),
    "a tier of zeros": deals(likes=[0] * 30 + [50] * 30, revenue=[0.0] * 30 + [20.0] * 30),
}
EVERY = [(module, name) for module in (audit, engagement, cost) for name in module.__all__]
FORBIDDEN = re.compile(r"\bnan\b|\binf\b|∞|\de[+-]\d|\b[a-z]+_[a-z_]+\b|<script|\bNone\b|\.\.|\s{2}")


def opened(case: str) -> Study:
    frames = CASES[case]
    rows = sum(frame.height for frame in frames.values())
    rejected = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    audit_ = {
        "rows_read": rows,
        "rows_kept": rows,
        "rows_rejected": 0,
        "files": [{"file": "data.csv", "rows_read": rows}],
    }
    parts = (frames.get(name) for name in ("creators", "posts", "placements"))
    return study_of(Tables(*parts, rejected=rejected, audit=audit_))


@pytest.mark.parametrize("case", CASES)
def test_every_finding_has_a_sentence(case: str) -> None:
    study = opened(case)
    for module, name in EVERY:
        options = {"modelled_return": {"order_value": 40.0}, "break_even": {}}.get(name)
        if options is not None:
            options["conversions_per_engagement"] = 0.01
        found = getattr(module, name)(study, **(options or {}))
        said = [found.title, found.sentence, found.caution, found.action, found.subtitle, found.source]
        for text in said:
            assert not FORBIDDEN.search(text), (name, text, FORBIDDEN.search(text))
        shown = "\n".join(cell for row in found.cells() for cell in row)
        assert not re.search(r"\bnan\b|\de[+-]\d", shown), (name, shown)
        assert found.sentence.endswith((".", "?")), (name, found.sentence)
        assert found.sentence[0].isupper() or not found.sentence[0].isalpha(), (name, found.sentence)
        assert "<script" not in found.to_html()
        assert found.n["creators"] is not None
        if found.verdict == "not testable":
            why = ("would answer this", "is not tested", "no ratio can be told", "no interval that could be trusted: ")
            assert any(words in found.sentence for words in why), (name, found.sentence)


@pytest.mark.parametrize("case", CASES)
def test_every_claim_has_a_sentence(case: str) -> None:
    study = opened(case)
    for found in [claims(study), *(claim(study, id) for id in claim_ids())]:
        for text in [found.title, found.sentence, found.caution, found.action, found.subtitle, found.source]:
            assert not FORBIDDEN.search(text), (found.id, text, FORBIDDEN.search(text))
        shown = "\n".join(cell for row in found.cells() for cell in row)
        assert not re.search(r"\bnan\b|\binf\b|\de[+-]\d", shown), (found.id, shown)
        if found.verdict == "not testable":
            assert "would answer it" in found.sentence, (found.id, found.sentence)


@pytest.mark.parametrize("case", CASES)
def test_every_drawing_is_drawn_or_says_why_not(case: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from analysis import charts

    study = opened(case)
    drawn = {
        "denominator": charts.measure_by_tier, "against_followers": charts.engagement_against_reach,
        "eyes": charts.engagement_against_reach, "rate_by_tier": charts.measure_by_tier,
        "spread": charts.distribution_by_tier, "rate_in_schemes": charts.micro_against_mega,
        "rate_alike": charts.micro_against_mega, "above_peers": charts.micro_against_mega,
        "ambassadors": charts.micro_against_mega, "sponsored": charts.micro_against_mega,
    }  # fmt: skip
    for name, chart in drawn.items():
        bundle = getattr(engagement, name)(study).draw(chart)._repr_mimebundle_()
        assert bundle["text/plain"]
    paid = {"answer": charts.micro_against_mega, "cost_per_engagement": charts.measure_by_tier,
            "returns": charts.measure_by_tier, "price_rule": charts.price_against_rule,
            "alike": charts.micro_against_mega, "ambassador_cost": charts.micro_against_mega}  # fmt: skip
    for name, chart in paid.items():
        assert getattr(cost, name)(study).draw(chart)._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("case", CASES)
def test_the_tier_table_holds(case: str) -> None:
    study = opened(case)
    if study.accounts["followers"].isna().all():
        with pytest.raises(UnusableDataError, match="no follower counts"):
            tier_table(study)
        return
    table = tier_table(study)
    assert records(table)
    assert "nan" not in tier_text(study, table)
