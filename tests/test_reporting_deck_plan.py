"""Which findings become slides: answers first, nothing twice, any client (VISUAL 21; no slide hangs on a name)."""

import pytest

from analysis.reporting.deck_plan import CONTENT, plan, table_of
from analysis.reporting.deck_slide import figures
from analysis.reporting.story import Chapter, Section, Story


def kinds(slides):
    return [slide.kind for slide in slides]


def many(telling, count, **data):
    return [
        telling.finding(f"f{i}", title=f"Title {i} says {1000 + 7 * i}.{i}1", question=f"Question {i}?", **data)
        for i in range(count)
    ]


def test_the_decision_is_first_and_the_appendix_last(telling):
    slides = plan(telling.story(*many(telling, 20)), telling.about())
    assert kinds(slides) == ["decision", *["finding"] * CONTENT, "data", "appendix", "appendix"]
    assert 10 <= len(slides) <= 14
    assert len({slide.title for slide in slides}) == len(slides)
    assert all(any(sign.isdigit() for sign in slide.title) and len(slide.title) <= 90 for slide in slides)


def test_one_finding_is_a_deck(telling):
    slides = plan(telling.story(telling.finding("only")), telling.about())
    assert kinds(slides) == ["decision", "finding", "data", "appendix", "appendix"]
    tiers = "article: micro: 1K–10K; macro: 10K–1M; mega: 1M and more followers; a tier is a convention"
    assert slides[-1].table.rows[-2] == ("tiers", tiers)
    assert slides[-1].table.rows[-1] == ("settings", "platform all; seed 2020")
    assert slides[1].title == "3 comparisons stand behind this answer"


def test_the_same_question_or_the_same_figures_are_one_slide(telling):
    story = telling.story(
        telling.finding("a", title="It costs 9.87", question="First?"),
        telling.finding("b", title="It costs 1.23 here", question="What does it cost?"),
        telling.finding("c", title="Other words for 1.23", question="Another?"),
        telling.finding("d", title="It is 4.56", question="What does it cost"),
    )
    told = [slide.finding.id for slide in plan(story, telling.about()) if slide.kind == "finding"]
    assert told == ["a", "b"]


@pytest.mark.parametrize(("text", "found"), [("1,000 and 2.0", set()), ("$24.10", {"2410"}), ("0.556×", {"556"})])
def test_only_telling_figures_make_two_titles_one(text, found):
    assert figures(text) == found


def test_open_answers_are_listed_with_what_they_need(telling):
    story = telling.story(
        telling.finding("a", title="It costs 9.87"),
        telling.finding("b", verdict="inconclusive", title="No clear difference: 4.56"),
        telling.finding(
            "c", verdict="not testable", rows=(), title="Not testable (0)", sentence="No data. Revenue would answer it."
        ),
    )
    slide = next(slide for slide in plan(story, telling.about()) if slide.kind == "open")
    assert slide.title == "2 answers are still open and can change the decision"
    assert slide.table.rows == (
        ("What of b?", "No clear difference: 4.56", "No clear answer"),
        ("What of c?", "Revenue would answer it.", "Not testable here"),
    )


def test_every_notebook_has_its_say(telling):
    first = [telling.finding(f"f{i}", title=f"It is {100.7 + i}", question=f"{i}?") for i in range(12)]
    last = telling.finding("plan", notebook="04-plan", verdict=None, title="Book 14.9", question="Whom?")
    chapters = [("02-x", first), ("04-plan", [last])]
    story = Story(tuple(Chapter(name, name, (), (Section("?", (), tuple(items)),)) for name, items in chapters))
    assert any(slide.finding is last for slide in plan(story, telling.about()))


def test_the_data_notebook_is_the_data_slide(telling):
    audit = telling.finding("rows", notebook="01-data-audit", title="It holds 777 rows", question="What is here?")
    slides = plan(telling.story(telling.finding("a"), audit), telling.about())
    assert audit not in [slide.finding for slide in slides]
    data = next(slide for slide in slides if slide.kind == "data")
    assert data.title == "1,180 of 1,312 rows are used; 132 are set aside, each with its reason"
    assert data.below == ("Set aside: duplicate (132 rows)", "In doubt: a column is in doubt")


def test_an_interval_is_one_column_and_a_table_has_seven(telling):
    table = table_of(telling.finding("a"))
    assert table.headers == ("tier", "creators", "cost", "engagements", "cost per engagement", "95% interval")
    assert table.rows[0][-1] == "$0.200 to $0.300"
    assert table.rows[2][-1] == "n/a"
    wide = [(f"c{i}", f"column {i}", "count") for i in range(12)]
    assert len(table_of(telling.finding("b", columns=wide, rows=[tuple(range(12))])).headers) == 7
    assert table_of(telling.finding("c", rows=telling.ROWS * 30)).count == 90


def test_notes_of_the_finding_come_before_those_by_rule(telling):
    own = {"asked": "Why?", "answer": "Because.", "method": "By hand."}
    notes = plan(telling.story(telling.finding("a", notes=own)), telling.about())[0].notes
    assert (notes.asked, notes.answer, notes.method) == ("Why?", "Because.", "By hand.")
    plain = plan(telling.story(telling.finding("a", verdict=None)), telling.about())[0].notes
    assert plain.asked == "What does cost per engagement not prove?"
    assert plain.answer == "That a like is a sale."
