"""The page: self-contained, readable, accessible; hostile text is shown literally (promises 15, 16, 19)."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.look import Look, using
from analysis.reporting import assemble as module
from analysis.reporting.assemble import About, Term, TierRange, assemble
from analysis.reporting.ledger import FileRows, Ledger, SetAside
from analysis.reporting.story import Chapter, Column, DrawingRecord, FindingRecord, Marks, Section, Story
from analysis.reporting.theme import Theme

HOSTILE = "<script>alert(1)</script>\"'>&{{7*7}}\u202e\x00 ليلى 지수 👩\u200d👩\u200d👧 =1+1"
LEDGER = Ledger(
    1312, 1180, (SetAside("duplicate", 132),), (FileRows("posts.csv", "posts", 1312, 1180, 132),), ("mind",)
)
COLUMNS = (Column("tier", "tier", "text"), Column("cpe", "cost per engagement", "money"))


def finding(name="cpe-by-tier", rows=(("micro", 0.12), ("mega", None)), **data):
    text = {"question": "What does it cost?", "title": "An engagement costs €0.12", "sentence": "It costs €0.12."}
    made = {
        "id": name,
        **text,
        "verdict": "supported",
        "n": {"creators": 412, "posts": 1180},
        "currency": "EUR",
        **data,
    }
    return FindingRecord(name, made["question"], made["title"], made["sentence"], "03", made, COLUMNS, rows)


def drawing(name="cpe-by-tier"):
    return DrawingRecord(name, name, "A chart of 2 tiers", '<svg viewBox="0 0 720 360"><g/></svg>', b"png")


def page(*items, chapters=None, theme=None, **about):
    section = Section("What does it cost?", ("A plain word.",), items or (finding(), drawing()))
    chapters = chapters or (Chapter("03-cost", "Which one pays?", ("It opens.",), (section,)),)
    told = {
        "client": "Acme",
        "period": "2026-07",
        "scheme": "article",
        "ledger": LEDGER,
        "tiers": (TierRange("micro", "1K–10K"),),
        "glossary": (Term("ROI", "(revenue - cost) / cost", "That it was the post."),),
        "settings": {"seed": 2020},
        **about,
    }
    return assemble(Story(tuple(chapters)), About(**told), theme)


class Outline(HTMLParser):
    """Reads a page: headings, ids, links, landmarks, pictures, tables, and whether tags nest."""

    VOID = frozenset({"meta", "img", "br", "link", "path", "circle", "hr", "source", "wbr"})

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.headings, self.errors = [], [], [], []
        self.feed(html)
        self.close()
        self.errors += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.errors.append(f"</{tag}>")

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_page_one_answers_first():
    html = page()
    one = html[: html.index('aria-label="Contents"')]
    order = [
        "<h1",
        "It costs €0.12.",
        "412",
        "What to do",
        "Keep in mind",
        "1,312 rows read = 1,180 used + 132 set aside",
    ]
    assert [one.find(part) for part in order] == sorted(one.find(part) for part in order)
    assert all(part in one for part in order)


def test_sections_in_order():
    html = page(finding(), drawing(), finding("beside-published", title="Published rates are 1 to 5"))
    assert re.findall(r"<h2[^>]*>([^<]+)", html) == [
        "What to do",
        "Keep in mind",
        "The story",
        "The evidence",
    ]
    assert re.findall(r"<h3[^>]*>([^<]+)", html) == [
        "What we found",
        "Which one pays?",
        "Method and limits",
        "Data quality",
        "Beside published figures",
        "Tables in full",
    ]


def test_under_a_question_stand_sentence_drawing_caution_and_the_way_to_its_figures():
    html = page(finding(caution="Mind this.", source="Source: a.csv"), drawing())
    part = html[html.index('class="question"') :]
    order = ["<h4>", "It costs €0.12.", "<figure>", "Mind this.", 'href="#table-cpe-by-tier"', "The evidence", "<table"]
    assert all(x in part for x in order)
    assert [part.find(x) for x in order] == sorted(part.find(x) for x in order)


def test_a_small_table_that_no_chart_shows_stands_in_the_story():
    html = page(finding())
    assert html.index("<table") < html.index('id="evidence"')
    assert "Tables in full" not in html


def test_title_and_source_are_said_once_by_the_drawing_or_by_the_words():
    record = finding(source="Source: a.csv")
    alone, drawn = page(record), page(record, drawing())
    alone, drawn = (html[html.index('class="question"') : html.index('id="evidence"')] for html in (alone, drawn))
    assert "<strong>An engagement costs €0.12</strong>" in alone
    assert "Source: a.csv" in alone
    assert "<strong>An engagement costs €0.12</strong>" not in drawn
    assert "Source: a.csv" not in drawn


def test_the_summary_puts_answers_first_and_names_what_cannot_be_answered():
    records = [
        finding("a", verdict=None, title="A 1", question="A?"),
        finding("b", verdict="not testable", title="B 1", question="B?"),
        finding("c", verdict="inconclusive", title="C 1", question="C?"),
    ]
    html = page(*records)
    part = html[html.index('id="summary"') : html.index('class="part chapter"')]
    order = ["Answers", "C 1", "Descriptions and models", "A 1", "What this data cannot answer", "B?"]
    assert [part.find(x) for x in order] == sorted(part.find(x) for x in order)


def test_the_story_of_the_data_stands_under_data_quality():
    audit = Chapter(
        "01-data-audit",
        "What do we have?",
        (),
        (Section("Which rows?", (), (replace(finding("rows"), notebook="01-data-audit"),)),),
    )
    cost = Chapter("03-cost", "Which one pays?", (), (Section("What cost?", (), (finding("cost"),)),))
    html = page(chapters=(audit, cost))
    order = ["Which one pays?</h3>", "Data quality</h3>", "Which rows?</h4>"]
    assert [html.find(x) for x in order] == sorted(html.find(x) for x in order)
    assert "Rows by file" not in html
    assert "The data itself" in html


def test_the_page_is_well_formed_and_accessible():
    html = page()
    seen = Outline(html)
    assert seen.errors == []
    assert seen.headings[0] == 1
    assert seen.headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(seen.headings, seen.headings[1:], strict=False))
    for landmark in ("header", "main", "footer"):
        assert len(seen.all(landmark)) == 1
    assert [nav["aria-label"] for nav in seen.all("nav")] == ["Parts", "Contents"]
    assert seen.all("html")[0]["lang"] == "en"
    assert all(image["alt"] and image["width"] for image in seen.all("img"))
    assert all(head["scope"] in {"col", "row"} for head in seen.all("th"))
    assert len(seen.all("caption")) == len(seen.all("table"))
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [a["href"] for a in seen.all("a")]
    assert "#report" in links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    labels = [a["aria-labelledby"] for _, a in seen.tags if "aria-labelledby" in a]
    assert set(labels) <= set(ids)


def test_the_page_asks_nothing_of_the_network_and_runs_nothing_but_its_own_script():
    html = page()
    own = (Path(module.__file__).parent / "templates" / "report.js").read_text(encoding="utf-8").strip()
    own = re.sub(r"\n\s*\n", "\n", own)
    assert html.count("<script") == html.count(own) == 1
    assert not re.search(r"https?:|innerHTML|insertAdjacent|eval\(|document\.write|fetch\(|XMLHttp", own)
    html = html.replace(own, "").replace("<script>", "")
    assert not re.search(
        r"https?:|//[a-z]|@import|url\(|<script|<link|<iframe|\son\w+=", html.replace("data:image", "")
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    assert policy.startswith("default-src 'none'")
    assert all(image["src"].startswith("data:image/") for image in Outline(html).all("img"))


def test_hostile_text_is_shown_and_never_run():
    record = finding(
        rows=((HOSTILE, 1.0), ("x" * 5000, 2.0)),
        **dict.fromkeys(("question", "title", "sentence", "caution", "action", "source", "subtitle"), HOSTILE),
    )
    section = Section(HOSTILE, (HOSTILE,), (record,))
    html = page(chapters=(Chapter("03", HOSTILE, (HOSTILE,), (section,)),), client=HOSTILE, period=HOSTILE)
    seen = Outline(html)
    assert seen.errors == []
    assert len(seen.all("script")) == 1  # the page's own
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{7*7}}" in html
    assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", html)[0]
    assert not re.search("[\u202e\x00]", html)
    assert "👩\u200d👩\u200d👧" in html
    assert "x" * 200 not in html


@pytest.mark.parametrize("verdict", ["supported", "contradicted", "inconclusive", "not testable", None])
def test_a_verdict_is_said_in_words(verdict):
    html = page(finding(verdict=verdict))
    assert module.VERDICTS[verdict or ""] in html


def test_degenerate_values_have_a_word():
    html = page(finding(rows=(("one", None), ("two", 0.0), ("three", 1e9), ("four", 5e-7))))
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", html)
    assert cells[:4] == ["n/a", "€0", "€1,000,000,000", "€0.000000500"]
    assert not re.search(
        r"\bnan\b|\binf\b|e[+-]\d\d",
        re.sub(r"base64,[^\"]+|<style>.*?</style>|<script>.*?</script>", "", html, flags=re.S),
    )


def test_a_report_without_tables_or_drawings_still_stands():
    assert Outline(page(finding(rows=()), glossary=(), tiers=())).errors == []


def test_a_long_table_says_where_the_rest_is():
    html = page(finding(rows=tuple((f"row {i}", 1.0) for i in range(1000))))
    assert "The first 200 of 1,000 rows; all are in tables/cpe-by-tier.csv." in html
    assert "row 200<" not in html


def test_a_phone_gets_the_chart_laid_out_for_it():
    both = DrawingRecord("a", "a", "A chart of 1", '<svg viewBox="0 0 1 1"/>', b"png", '<svg viewBox="0 0 2 2"/>')
    html = page(finding("a"), both)
    assert Outline(html).errors == []
    images = Outline(html).all("img")
    assert [(image["class"], image["alt"], image["width"]) for image in images] == [
        ("wide", "A chart of 1", "1"),
        ("phone", "A chart of 1", "3"),
    ]


def test_a_page_too_heavy_to_send_gives_up_its_last_phone_layouts(monkeypatch):
    light = DrawingRecord("a", "a", "A chart of 1", "<svg/>", b"", "<svg><g/></svg>")
    heavy = DrawingRecord("a", "b", "A chart of 2", "<svg/>", b"", "<svg>" + "<g/>" * 20_000 + "</svg>")
    monkeypatch.setattr(module, "PAGE_LIMIT", 80_000)
    images = Outline(page(finding("a"), light, heavy)).all("img")
    assert [(image.get("class"), image["alt"]) for image in images] == [
        ("wide", "A chart of 1"),
        ("phone", "A chart of 1"),
        (None, "A chart of 2"),
    ]


def people(count):
    columns = (Column("handle", "creator", "text"), Column("followers", "followers", "count"))
    rows = tuple((f"name {place}" if place else HOSTILE, 10_000 - place) for place in range(count))
    places = tuple((float(place), 2.5) for place in range(count))
    marks = Marks(columns, rows, places, places)
    return DrawingRecord("cpe-by-tier", "cloud", "A chart of 2", '<svg viewBox="0 0 9 8"/>', b"", "<svg/>", marks)


def test_creators_of_a_chart_are_a_table_and_data_that_cannot_leave_its_element():
    html = page(finding(), people(120))
    assert Outline(html).errors == []
    table = html[html.index('<table class="people"') :]
    assert table[: table.index("</table>")].count("<tr>") == 1 + module.PEOPLE_SHOWN
    data = re.search(r'<script type="application/json" id="people-cloud-data">(.*?)</script>', html, flags=re.S)[1]
    told = json.loads(data)
    assert len(told) == 120
    assert told[0][0][0].startswith("<script>alert(1)</script>\"'>&{{7*7}} ليلى")
    assert told[1] == [["name 1", "9,999"], [1.0, 2.5, 1.0, 2.5]]
    assert not set("<>&\u2028") & set(data)
    assert 'data-people="people-cloud" data-wide="9 8"' in html


def test_a_theme_colours_the_page_and_signs_it():
    html = page(theme=Theme(accent="#7A1FA2", second="#006400", font="Source Sans 3", footer="Only for you & me"))
    assert ":root{--accent:#7A1FA2;--dark:#" in html
    assert 'font-family:"Source Sans 3",system-ui' in html
    assert "<footer><p>Only for you &amp; me</p>" in html


def test_a_logo_is_a_picture_with_a_name():
    html = page(theme=Theme(logo=b"<svg/>", logo_type="svg"), client="A & B")
    assert '<img class="logo" src="data:image/svg+xml,<svg/>" alt="Logo of A &amp; B">' in html


def test_figures_are_written_in_the_language_of_the_theme():
    with using(Look(locale="de")):
        html = page(client="Acme")
    assert "1.312 rows read = 1.180 used" in html
    assert "0,120\xa0€" in html
    assert 'data-decimal=","' in html


def test_the_same_story_gives_the_same_bytes():
    assert page() == page()


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_contrast_is_at_least_4_5():
    # WCAG 2.2, success criterion 1.4.3
    css = (Path(module.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+):(#[0-9A-F]{6})", css))
    assert (named["accent"], named["dark"]) == (Theme().accent, Theme().dark)
    for text in ("ink", "muted", "accent"):
        for ground in ("#FFFFFF", named["soft"]):
            light, dark = sorted((luminance(named[text]), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_no_text_is_smaller_than_12_pixels():
    css = (Path(module.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    assert min(int(size) for size in re.findall(r"font(?:-size)?:(\d+)px", css)) >= 12
    assert min(float(size) for size in re.findall(r"font(?:-size)?:([\d.]+)pt", css)) >= 8


def test_a_summary_says_the_question_and_what_stands_behind_it_in_one_line():
    """412 creators and 1,180 posts, a dot with its room between the question and them."""
    summary = page(finding()).split('class="asked small">', 1)[1].split("</span>", 1)[0]
    assert "? · 412 creators, 1,180 posts" in summary
