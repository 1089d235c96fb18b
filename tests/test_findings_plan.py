"""A plan as it is said: by hand on three creators, on a small sample, and where nothing can be planned."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from matplotlib import pyplot as plt
from support.stories import HOSTILE_NAMES

from analysis import charts, findings, formats
from analysis.charts.faults import faults
from analysis.errors import CreatorRoiError, CurrencyError, ParameterError, PlanError, UnusableDataError
from analysis.findings import Finding, Study, plan, study_of
from analysis.findings.plan.proposal import PAID, PLAN
from analysis.findings.plan.whatif import IN_REPORT, answer, what_if
from analysis.intake import Tables
from analysis.planning.bookings import COLUMNS, read_booking_list
from analysis.sample import make_sample

BAD = re.compile(r"\bnan\b|\binf\b|\bNone\b|\de[+-]\d|Traceback")
DRAWN = {
    "plans-compared": charts.plan_comparison,
    "what-drives-it": charts.drivers,
    "where-it-turns": charts.break_even_map,
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    sample = make_sample(tmp_path_factory.mktemp("plan"), creators=400, posts=5_000, placements=500)
    return findings.open_study([sample / f"{name}.csv" for name in ("creators", "posts", "placements")])


@pytest.fixture(scope="module")
def proposal(study: Study) -> plan.Proposal:
    return plan.propose(study, budget=4_000, most_creators=12, strict=True)


def tables(creators: dict[str, Any] | None = None, placements: dict[str, Any] | None = None) -> Study:
    frames = [None if part is None else pl.DataFrame(part) for part in (creators, placements)]
    rejected = pl.DataFrame(schema={"file": pl.String, "part": pl.String, "line": pl.Int64, "reason": pl.String})
    return study_of(Tables(frames[0], None, frames[1], rejected, {"files": []}))


def three(**columns: Any) -> Study:
    base: dict[str, Any] = {
        "handle": ["ann", "bob", "cem"],
        "platform": ["instagram"] * 3,
        "followers": [10_000, 20_000, 5_000],
        "fee": [100.0, 150.0, 50.0],
        "currency": ["USD"] * 3,
    }
    return tables({**base, **columns})


def legible(found: list[Finding]) -> None:
    """Check what holds of every finding, whatever the data."""
    for finding in found:
        assert len(finding.title) <= 90
        assert any(letter.isdigit() for letter in finding.title), finding.title
        told = {**finding.to_json()}
        text = "\n".join([str(finding), told["subtitle"], told["source"], finding.to_html()])
        assert not BAD.search(text), (finding.id, BAD.search(text))
        assert "{" not in str(finding)
        json.dumps(told, allow_nan=False)


# by hand -------------------------------------------------------------------------------------------------------------


def test_three_creators_by_hand() -> None:
    """Authority: hand arithmetic. A booking costs its fee and 50 + 10 + 40; engagement goes with followers^0.8.

    Against ann's 1, bob brings 2^0.8 = 1.74 and cem 0.5^0.8 = 0.57. For 350: ann and cem cost 200 + 150 and bring 1.57;
    bob costs 250 and brings 1.74.
    """
    found = plan.propose(three(), budget=350, objective="engagements", strict=True)
    assert found.booked["handle"].tolist() == ["bob"]
    assert found.booked["cost"].tolist() == [250]
    said = plan.recommendation(found)
    assert said.title.startswith("Book 1 creator for $250: ")
    assert said.evidence == "assumed"
    both = plan.propose(three(), budget=400, objective="engagements", strict=True)
    assert both.booked["handle"].tolist() == ["bob", "cem"]
    each = both.candidates.set_index("handle")["engagements"]
    assert each["bob"] / each["ann"] == pytest.approx(2**0.8)
    table = plan.recommendation(both).table.set_index("tier")
    assert table.loc["all", "cost"] == 400
    assert table.loc["micro", "engagements"] == pytest.approx(each["cem"])
    assert table.loc["mega", "creators"] == 0
    assert table.loc["all", "engagements"] == pytest.approx(each["bob"] + each["cem"])


def test_who_takes_no_fee_is_said_and_what_paid_creators_bring() -> None:
    """Authority: hand arithmetic: bob for product costs 100 in all, and posts with a chance of 0.4."""
    mixed = three(relationship=["paid", "ambassador", "gifted"], fee=[100.0, None, None])
    found = plan.propose(mixed, budget=400, objective="engagements", strict=True)
    assert found.booked["handle"].tolist() == ["ann", "bob", "cem"]
    assert found.booked["cost"].sum() == 200 + 100 + 100
    assert found.paid is not None
    assert found.accounts[PAID] == ["instagram:ann"]
    said = plan.recommendation(found).sentence
    theirs = found.booked.set_index("handle")["engagements"]
    share = formats.percent(1 - theirs["ann"] / theirs.sum())
    assert f"2 of them take product and no fee (1 ambassador and 1 gifted creator) and bring {share} of it." in said
    assert "Should they all say no, the best 1 paid creator bring" in said
    assert plan.booking(found).table["fee"].tolist() == [100, 0, 0]
    assert plan.booking(found).table["account"].tolist() == ["Instagram, macro", "Instagram, macro", "Instagram, micro"]
    assert "Ask those who take no fee (2 of the 3 on the booking list)" in plan.recommendation(found).action
    only = plan.propose(three(relationship=["ambassador"] * 3, fee=[None] * 3), budget=400, objective="engagements")
    assert only.paid is None
    assert "All 3 take product and no fee (3 ambassadors). No list of paid" in plan.recommendation(only).sentence
    assert "Ask those who take no fee (all 3 on the booking list)" in plan.recommendation(only).action
    paid = plan.propose(three(), budget=600, objective="engagements", strict=True)
    action = plan.recommendation(paid).action  # it stands alone on page one
    assert action == "Book the 3 creators of the booking list, first bob and ann, for $600."


def test_what_to_do_for_profit_says_how_often_it_loses_money() -> None:
    """Authority: the share of the drawn campaigns below zero, counted here."""
    people = {"handle": ["ann", "bob", "cem"], "platform": ["instagram"] * 3, "followers": [10_000, 20_000, 5_000]}
    quoted = {"fee": [100.0, 150.0, 50.0], "currency": ["USD"] * 3}
    past = {name: values * 4 for name, values in (people | {"cost": quoted["fee"], "currency": ["USD"] * 3}).items()}
    came = {"revenue": [5_000.0, 9_000.0, 100.0] * 4, "likes": [300, 400, 200] * 4, "conversions": [50, 90, 1] * 4}
    found = plan.propose(tables(people | quoted, past | came), budget=600, objective="profit", strict=True)
    lost = formats.percent(float((found.drawn_total("profit") < 0).mean()))
    assert plan.recommendation(found).action.endswith(f"It loses money in {lost} of 2,000 drawn campaigns.")


def test_a_budget_that_buys_nobody_is_one_amount_in_one_currency() -> None:
    """Authority: the article's $25 per 1,000 followers: 75,000 for three million, and 100 of product and handling."""
    sizes = tables({"handle": ["ann", "bob"], "platform": ["instagram"] * 2, "followers": [3_000_000, 4_000_000]})
    said = plan.recommendation(plan.propose(sizes, budget=600))
    assert said.title == "Not testable here: 0 creators can be booked for $600"
    assert said.sentence.startswith(
        "A budget of $600 buys nobody: the cheapest creator, instagram:ann, costs $75,100. "
    )
    assert "A budget of $75,100 or more would answer this." in said.sentence


def test_zero_fees_are_booked_for_what_they_cost_beside() -> None:
    """Authority: a fee of 0 is a quote; product, shipping and handling are 100 each."""
    found = plan.propose(three(fee=[0.0, 0.0, 0.0]), budget=200, objective="engagements", strict=True)
    assert found.booked["cost"].tolist() == [100, 100]
    legible(plan.findings_of(found))


# where nothing can be planned ----------------------------------------------------------------------------------------

NOTHING: dict[str, tuple[Callable[[], Study], dict[str, Any], type[CreatorRoiError], str]] = {
    "nobody has fee or followers": (
        lambda: three(followers=[None] * 3, fee=[None] * 3),
        {},
        PlanError,
        "nobody can be booked",
    ),
    "every fee is negative": (lambda: three(fee=[-1.0, -2.0, -3.0]), {}, PlanError, "nobody can be booked"),
    "the budget is below the cheapest": (three, {"budget": 149.0}, PlanError, "the cheapest creator, .* costs"),
    "limits contradict": (
        three,
        {"constraints": {"tiers": {"mega": {"min": 3}}}, "budget": 5_000},
        PlanError,
        "at least 3 creators of tier mega",
    ),
    "must and budget contradict": (
        three,
        {"constraints": {"must_have": ["bob"]}, "budget": 160},
        PlanError,
        "bob",
    ),
    "amounts are assumed in dollars": (
        lambda: three(currency=["EUR"] * 3),
        {},
        CurrencyError,
        "product_cost, shipping_cost, handling_cost, order_value in USD; state them in EUR",
    ),
    "nothing pays": (three, {"objective": "profit", "given": {"margin": 0.01}}, PlanError, "bring back"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_where_nothing_can_be_planned_it_is_said(case: str) -> None:
    make, options, error, reason = NOTHING[case]
    call: dict[str, Any] = {"budget": 1_000, "objective": "engagements", **options}
    found = plan.propose(make(), **call)
    assert re.search(reason, found.why_not), found.why_not
    assert not found.plans
    said = plan.findings_of(found)
    legible(said)
    first = said[0]
    assert first.verdict == "not testable"
    assert re.search(reason, first.sentence, re.IGNORECASE)
    assert plan.text_of(said)
    assert isinstance(what_if(found), str)
    with pytest.raises(error, match=reason):
        plan.propose(make(), **call, strict=True)


def test_other_currencies_say_which_file_to_give() -> None:
    found = plan.propose(three(currency=["EUR"] * 3), budget=1_000)
    assert (
        "Assumptions of your own in EUR (`creator-roi plan --assumptions FILE`)" in plan.recommendation(found).sentence
    )
    own = {"product_cost": 30, "shipping_cost": 5, "handling_cost": 20, "order_value": 60}
    given = plan.propose(three(currency=["EUR"] * 3), budget=1_000, objective="engagements", given=own, strict=True)
    assert given.booked["cost"].sum() == 300 + 3 * 55
    assert "€465" in plan.recommendation(given).title


def test_misspelt_words_are_refused_even_without_strict(study: Study) -> None:
    for options, hint in (
        ({"objective": "profits"}, "profit"),
        ({"constraints": {"max_creator": 3}}, "max_creators"),
        ({"given": {"margn": 0.2}}, "margin"),
        ({"most_creators": -1}, "most_creators is -1"),
        ({"budget": math.nan}, "give an amount"),
    ):
        with pytest.raises(ParameterError, match=hint):
            plan.propose(study, **{"budget": 100, **options})


@pytest.mark.parametrize(
    "make",
    [
        lambda: tables({"handle": ["ann"], "platform": ["x"], "followers": [5_000], "fee": [20.0]}),
        lambda: tables({"handle": ["ann", "bob"], "followers": [5_000, None], "fee": [None, 10.0]}),
        lambda: tables({"handle": ["ann"] * 1, "followers": [1], "fee": [0.0]}),
        lambda: tables(
            None, {"handle": ["ann", "bob"], "cost": [10.0, 20.0], "likes": [0, 0], "followers": [100, 2_000_000]}
        ),
        lambda: tables(None, {"handle": ["ann"], "cost": [10.0]}),
        lambda: tables({"handle": [f"h{i}" for i in range(40)], "followers": [10_000] * 40, "fee": [100.0] * 40}),
    ],
    ids=["one", "half known", "smallest", "placements only", "a cost alone", "all alike"],
)
@pytest.mark.parametrize("objective", ["engagements", "reach", "profit"])
def test_thin_data_give_a_plan_or_a_reason(make: Callable[[], Study], objective: str) -> None:
    found = plan.propose(make(), budget=500, objective=objective, most_creators=3)
    assert bool(found.plans) != bool(found.why_not)
    said = plan.findings_of(found)
    legible(said)
    for finding in said:
        if finding.id in DRAWN:
            finding.draw(DRAWN[finding.id])


# on the sample -------------------------------------------------------------------------------------------------------


def test_a_reader_finds_who_how_much_what_it_brings_and_what_would_change_it(proposal: plan.Proposal) -> None:
    """Authority: what a person has to say after reading; each figure is the table's own."""
    said = {finding.id: finding for finding in plan.findings_of(proposal)}
    first, booked = said["whom-to-book"], said["booking-list"]
    assert (
        f"Book {len(proposal.booked)} creators for {formats.money(proposal.booked['cost'].sum(), 'USD')}" in first.title
    )
    assert "in nine campaigns of ten" in first.sentence
    assert "loses money in" in first.sentence
    assert booked.told
    assert booked.table["cost"].sum() == pytest.approx(first.table.set_index("tier").loc["all", "cost"])
    text = plan.text_of(list(said.values()))
    for handle in booked.table["handle"]:
        assert handle in text
    assert list(said)[:3] == ["whom-to-book", "booking-list", "plans-compared"]
    change = said["what-would-change-it"]
    assert {"the margin", "fees", "the budget", "creators to look after"} <= set(change.table["name"])
    assert "1.38× as much" in change.sentence
    assert {"handling cost per creator", "share of micros that post"} <= set(said["where-it-turns"].table["label"])
    assert not set(said["next-in-line"].table["creator"]) & set(booked.table["creator"])


def test_everything_on_the_sample_is_legible_and_drawn_without_faults(proposal: plan.Proposal) -> None:
    said = plan.findings_of(proposal)
    legible(said)
    assert len({finding.id for finding in said}) == len(said) == 10
    for finding in said:
        if finding.id not in DRAWN:
            continue
        table = finding.table if finding.points is None else finding.points
        for width in ({}, {"width": charts.NARROW}):
            axes = DRAWN[finding.id](table, **{**finding.labels, **finding.encoding, **width})
            assert faults(axes) == []
            plt.close(axes.get_figure(root=True))


def test_plans_are_compared_in_the_same_campaigns(proposal: plan.Proposal) -> None:
    """Authority: every mean is the exact expectation, margin times revenue less cost."""
    table = plan.compared(proposal).table.set_index("plan")
    rows = proposal.candidates.set_index("account")
    for name, accounts in proposal.accounts.items():
        part = rows.loc[accounts]
        assert table.loc[name, "mean"] == pytest.approx(0.5 * part["revenue"].sum() - part["cost"].sum())
    assert table.loc[PLAN, "mean"] >= table["mean"].max() * (1 - 1e-9)
    assert (table["cost"] <= 4_000 + 1e-6).all()


def test_the_same_data_give_the_same_plan(study: Study, proposal: plan.Proposal) -> None:
    again = plan.propose(study, budget=4_000, most_creators=12)
    first, second = ([finding.to_json() for finding in plan.findings_of(one)] for one in (proposal, again))
    assert first == second


@pytest.mark.parametrize("objective", ["engagements", "reach", "conversions", "revenue", "clicks"])
def test_every_objective_has_its_own_words(study: Study, objective: str) -> None:
    found = plan.propose(study, budget=3_000, objective=objective, most_creators=6, strict=True)
    said = plan.findings_of(found)
    legible(said)
    noun = {"reach": "different people reached", "conversions": "orders"}.get(objective, objective)
    assert noun in said[0].sentence


def test_the_booking_list_is_written_as_it_is_scored(proposal: plan.Proposal, tmp_path: Path) -> None:
    path = plan.write_bookings(proposal, tmp_path / "book.csv")
    assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    back = read_booking_list(path)
    assert back["handle"].tolist() == proposal.booked["handle"].tolist()
    assert back["expected_revenue"].sum() == pytest.approx(proposal.booked["revenue"].sum(), abs=1)


def test_hostile_names_are_shown_and_do_nothing(tmp_path: Path) -> None:
    n = len(HOSTILE_NAMES)
    made = tables(
        {
            "handle": [*HOSTILE_NAMES],
            "platform": ["<b>x</b>"] * n,
            "followers": [10_000 + i for i in range(n)],
            "fee": [10.0] * n,
        }
    )
    found = plan.propose(made, budget=10_000, objective="engagements", strict=True)
    said = plan.findings_of(found)
    html = "".join(finding.to_html() for finding in said)
    for tag in ("<img", "<script", "<svg", "<b>"):
        assert tag not in html
    text = plan.text_of(said)
    assert "\u202e" not in text
    assert "\x07" not in text
    written = plan.write_bookings(found, tmp_path / "book.csv").read_text(encoding="utf-8")
    assert not re.search(r'^"?[=+\-@\t]', written, re.MULTILINE)
    assert set(read_booking_list(tmp_path / "book.csv")["handle"]) >= {'=HYPERLINK("https://evil.example/","click")'}


# what if -------------------------------------------------------------------------------------------------------------


def test_an_answer_follows_what_is_moved(proposal: plan.Proposal) -> None:
    same: dict[str, Any] = {"budget": 4_000, "handling": 40.0, "overlap": 0.0, "margin": 0.5}
    base = answer(proposal, **same)
    value = formats.money(proposal.plans[PLAN].value, "USD")
    assert "Book 12 creators" in base
    assert f"{value} of profit expected" in base
    assert "Book 1 creator (" in answer(proposal, **{**same, "most": 1})
    assert answer(proposal, **{**same, "margin": 0.9}) != base
    assert "buys nobody" in answer(proposal, **{**same, "budget": 1.0})
    assert "Nobody is booked: no creator is expected to bring back" in answer(proposal, **{**same, "margin": 1e-6})
    assert "brings" in base


def test_sliders_in_a_kernel_and_a_sentence_in_a_report(
    proposal: plan.Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(IN_REPORT, raising=False)
    box = what_if(proposal, charts.break_even_map)
    sliders = {part.description: part for part in box.children if hasattr(part, "description") and part.description}
    assert set(sliders) == {"budget", "handling per creator", "audience two share", "margin", "creators at most"}
    said, seen = box.children[-3], box.children[-2]
    before, drawn = said.value, seen.value
    assert "Book 12 creators" in before
    assert drawn.lstrip().startswith("<?xml") or "<svg" in drawn
    sliders["creators at most"].value = 3
    assert "Book 3 creators" in said.value
    sliders["handling per creator"].value = 100.0
    assert seen.value != drawn
    monkeypatch.setenv(IN_REPORT, "1")
    assert "JupyterLab" in what_if(proposal)


# what came of it -----------------------------------------------------------------------------------------------------


def test_a_finished_campaign_by_hand(tmp_path: Path) -> None:
    """Authority: hand arithmetic: 90 of 40 to 240 is inside, 300 of 20 to 120 is not; 390 came of 150."""
    book = tmp_path / "book.csv"
    book.write_text(
        "handle,expected_engagements,expected_engagements_low,expected_engagements_high\n"
        "ann,100,40,240\nbob,50,20,120\ncem,70,30,160\n"
    )
    done = tables(None, {"handle": ["Ann", "@bob", "zoe"], "likes": [90, 300, 7], "cost": [10.0, 10.0, 1.0]})
    campaign = plan.scored(done, book)
    held, unusual, learnt = plan.came_of_it(campaign)
    legible([held, unusual, learnt])
    row = held.table.set_index("outcome").loc["engagements"]
    assert (row["inside"], row["scored"], row["ratio"]) == (1, 2, pytest.approx(390 / 150))
    assert held.title == "1 of 2 bookings within their limits; 2.6× the engagements expected"
    assert "not among the placements: cem" in held.sentence
    assert unusual.table["handle"].tolist() == ["bob", "ann"]
    assert learnt.evidence == "modelled"
    written = campaign.write_priors(tmp_path / "priors.yml")
    again = plan.propose(three(), budget=400, objective="engagements", priors=written, strict=True)
    before = plan.propose(three(), budget=400, objective="engagements", strict=True)
    moved, was = (one.candidates.set_index("handle")["engagements"] for one in (again, before))
    assert moved["bob"] > was["bob"]
    assert moved["cem"] == pytest.approx(was["cem"])


def test_a_plan_scored_on_the_sample(proposal: plan.Proposal, study: Study, tmp_path: Path) -> None:
    book = plan.write_bookings(proposal, tmp_path / "book.csv")
    found = plan.came_of_it(plan.scored(study, book))
    legible(found)
    assert [finding.id for finding in found] == ["did-it-hold", "beyond-chance", "learnt"]


def test_nothing_to_score_is_refused(tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_text("handle,expected_engagements\nann,100\n")
    with pytest.raises(UnusableDataError, match="no placements"):
        plan.scored(three(), book)
    with pytest.raises(UnusableDataError, match="none of the 1 booked"):
        plan.scored(tables(None, {"handle": ["zoe"], "likes": [3], "cost": [1.0]}), book)
