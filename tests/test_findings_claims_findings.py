"""The claims as findings: their table, their words, and data that cannot answer: never a NaN, never a warning."""

import json
import math
import re
from typing import Any

import polars as pl
import pytest

from analysis.errors import ParameterError
from analysis.findings.claims import claim, claim_ids, claims
from analysis.findings.claims.run import results
from analysis.findings.study import Study
from analysis.intake import Tables
from analysis.measures import summary, tiers

_UNREADABLE = re.compile(r"\bnan\b|\binf\b|None|\{|e[+-]\d\d|∞")


def study_of(
    creators: dict[str, Any] | None = None,
    posts: dict[str, Any] | None = None,
    placements: dict[str, Any] | None = None,
    *,
    minimum: int = 20,
    currency: str | None = "USD",
) -> Study:
    """Return a study of small tables, as if the intake had read them."""
    given = {"creators": creators, "posts": posts, "placements": placements}
    frames = {name: pl.DataFrame(table, strict=False) for name, table in given.items() if table is not None}
    scheme = tiers.load_scheme("article")
    accounts = summary.accounts(**frames, scheme=scheme).to_pandas().sort_values("account", ignore_index=True)
    audit = {"rows_read": 10, "rows_kept": 10, "files": [{"file": "made.csv"}]}
    absent = {name: frames.get(name) for name in given}
    return Study(
        tables=Tables(**absent, rejected=pl.DataFrame(), audit=audit),
        creators=absent["creators"],
        read_posts=None if absent["posts"] is None else lambda: absent["posts"],
        placements=absent["placements"],
        accounts=accounts,
        scheme=scheme,
        currency=currency,
        notes=(),
        params={"scheme": "article", "seed": 2020, "confidence": 0.95, "minimum": minimum},
    )


def everything(count: int, **changed: Any) -> dict[str, dict[str, Any]]:
    """Return tables of ``count`` creators with every column a claim needs; ``changed`` replaces columns everywhere."""
    places = range(count)
    handles = [f"h{k:04d}" for k in places]
    followers = [float(round(2_000 * 1.012**k)) for k in places]
    engaged = [
        round(0.05 * f**0.85 * (1 + 0.4 * ((k * 7919) % 13 - 6) / 6), 2) + 1
        for k, f in zip(places, followers, strict=True)
    ]
    creators = {
        "handle": handles,
        "platform": ["instagram" if k % 2 else "tiktok" for k in places],
        "followers": followers,
        "category": ["food"] * count,
        "relationship": ["ambassador" if k % 3 == 0 else "paid" for k in places],
        "fee": [f * 0.025 * (1 + 0.2 * ((k * 31) % 7 - 3) / 3) for k, f in zip(places, followers, strict=True)],
    }
    posts = {
        "post_id": [f"p{k}" for k in range(4 * count)],
        "handle": [handle for handle in handles for _ in range(4)],
        "likes": [e * (0.8 if j == 0 else 1 + 0.1 * j) for e in engaged for j in range(4)],
        "reach": [5 * e * (1 + 0.1 * j) for e in engaged for j in range(4)],
        "sponsored": [j == 0 or (j == 1 and k % 50 > 30) for k in places for j in range(4)],
    }
    placements = {
        "handle": handles,
        "cost": [None if k % 3 == 0 else creators["fee"][k] for k in places],
        "product_cost": [20.0 + k % 5 for k in places],
        "likes": engaged,
        "clicks": [round(e * 0.2) + 1 for e in engaged],
        "conversions": [round(e * 0.01) for e in engaged],
        "revenue": [round(e * 0.01) * 40.0 for e in engaged],
    }
    tables = {"creators": creators, "posts": posts, "placements": placements}
    for name, value in changed.items():
        for table in tables.values():
            if name in table:
                table[name] = [value] * len(table[name])
    return tables


def check_readable(finding: Any) -> None:
    """Nothing a reader meets is a NaN, an infinity, a bracket or a raw exponent; the JSON is strict."""
    texts = [finding.title, finding.sentence, finding.caution, finding.subtitle, finding.source, finding.action]
    texts += [cell for row in finding.cells() for cell in row]
    for text in texts:
        assert not _UNREADABLE.search(text), text
    json.dumps(finding.to_json(), allow_nan=False)


@pytest.fixture(scope="module")
def whole() -> Study:
    return study_of(**everything(700))


def test_one_table_of_twelve_claims(whole: Study) -> None:
    finding = claims(whole)
    assert finding.table["id"].tolist() == list(claim_ids())
    assert set(finding.table["verdict"]) <= {"supported", "contradicted", "inconclusive", "not testable"}
    assert set(finding.table["evidence"]) <= {"measured", "modelled", "assumed"}
    known = finding.table[finding.table["verdict"] != "not testable"]
    assert len(known) >= 9
    assert known["estimate"].notna().all()
    assert (known["low"] <= known["estimate"]).all()
    assert (known["estimate"] <= known["high"]).all()
    assert (known["creators"] >= 20).all()
    check_readable(finding)


@pytest.mark.parametrize("id", claim_ids())
def test_every_claim_is_a_finding(whole: Study, id: str) -> None:
    finding = claim(whole, id)
    assert finding.id == id
    assert finding.verdict == results(whole)[id].judged.verdict
    check_readable(finding)
    if finding.verdict == "not testable":
        assert "would answer" in finding.sentence
    if finding.verdict == "inconclusive":
        assert "settle" in finding.sentence


def test_an_unknown_claim_is_refused(whole: Study) -> None:
    with pytest.raises(ParameterError, match="rate-rule"):
        claim(whole, "rate-rul")


def test_answers_are_computed_once_and_the_same_again(whole: Study) -> None:
    assert results(whole) is results(whole)
    again = study_of(**everything(700))
    assert claims(again).to_json() == claims(whole).to_json()


def test_an_open_answer_says_how_many_creators_it_would_need() -> None:
    from analysis.findings.claims.catalogue import claim_named
    from analysis.findings.claims.judge import judge
    from analysis.findings.claims.parts import Part, Trial
    from analysis.findings.claims.run import Result
    from analysis.findings.claims.words import power_words
    from analysis.inference import Interval

    # equal groups of 50, interval 0.8 to 1.5: error log(1.875) / 3.92 = 0.16036; to see 1.5 with power 0.8,
    # (2.8016 x 0.16036 / 0.40547)^2 = 1.2277 times as many: 123 in both groups, 61.5 in each, 62 rounded up
    stated = claim_named("micro-engagement-cheaper")
    interval = Interval(1.1, 0.8, 1.5, 100, "given")
    test = Trial((Part("cost", lambda confidence: interval, (50, 50), ("micro", "mega"), (1.0, 1.0)),))
    result = Result(stated, test, judge(stated, test, confidence=0.95, minimum=20), 1)
    assert power_words(result).startswith("About 62 creators in each group")


DEGENERATE = {
    "one creator": everything(1),
    "two creators": everything(2),
    "no engagement at all": everything(60, likes=0.0, reach=0.0, clicks=0, conversions=0, revenue=0.0),
    "all the same": everything(60, likes=100.0, reach=500.0, followers=5_000.0, cost=10.0, fee=10.0, revenue=20.0),
    "everything missing": everything(
        60, likes=None, reach=None, clicks=None, conversions=None, revenue=None, cost=None
    ),
    "no followers": everything(60, followers=None),
    "zero followers": everything(60, followers=0.0),
    "infinite figures": everything(60, likes=math.inf, reach=math.inf, cost=math.inf, revenue=math.inf),
    "one relationship": everything(60, relationship="paid"),
    "everything sponsored": everything(60, sponsored=True),
    "no money": everything(60, cost=None, product_cost=None, fee=None, revenue=None),
    "zero cost": everything(60, cost=0.0, product_cost=0.0, fee=0.0),
    "one platform": everything(60, platform="instagram"),
    "only creators": {"creators": everything(60)["creators"]},
    "only handles": {"creators": {"handle": [f"h{k}" for k in range(30)]}},
    "only posts": {"posts": everything(60)["posts"]},
    "nobody named": {"posts": {"likes": [1.0, 2.0], "sponsored": [True, False]}},
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_data_that_cannot_answer_says_why(name: str) -> None:
    study = study_of(**DEGENERATE[name])
    table = claims(study)
    check_readable(table)
    for id in claim_ids():
        finding = claim(study, id)
        check_readable(finding)
        if finding.verdict == "not testable":
            assert len(results(study)[id].judged.reason) > 15


@pytest.mark.parametrize("name", ["one creator", "two creators", "only handles", "nobody named", "everything missing"])
def test_too_little_is_not_testable_at_all(name: str) -> None:
    study = study_of(**DEGENERATE[name])
    verdicts = {id: results(study)[id].judged.verdict for id in claim_ids()}
    allowed = {"rate-rule"} if name == "everything missing" else set()
    assert {id for id, verdict in verdicts.items() if verdict != "not testable"} <= allowed


def test_charts_draw_what_a_claim_brings(whole: Study) -> None:
    from analysis import charts

    drawn = claims(whole).draw(charts.micro_against_mega)
    assert drawn.svg.startswith(b"<svg")
    assert claim(whole, "rate-rule").draw(charts.price_against_rule).png
    assert claim(whole, "reach-grows-with-size").draw(charts.engagement_against_reach).png
    for id in ("micro-engagement-higher", "ambassador-cost-lower", "sponsorship-crowding"):
        assert claim(whole, id).draw(charts.micro_against_mega).png
    nothing = claim(whole, "audience-focused").draw(charts.micro_against_mega)
    assert nothing.alt.startswith("No chart")
