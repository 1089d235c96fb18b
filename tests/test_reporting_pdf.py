"""The printed report: whole, tagged, in its own fonts, the same bytes each time; hostile text is only text."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from analysis.look import Look, using
from analysis.reporting import letters as letters_module
from analysis.reporting import pdf_pages as pages
from analysis.reporting import pdf_tables as tables
from analysis.reporting.assemble import About, Term, TierRange
from analysis.reporting.ledger import FileRows, Ledger, SetAside
from analysis.reporting.letters import Letters, letters
from analysis.reporting.pdf import write_pdf
from analysis.reporting.story import Chapter, Column, DrawingRecord, FindingRecord, Section, Story
from analysis.reporting.theme import Theme

HOSTILE = '<script>alert(1)</script>"\'>&{{7*7}}\u202e\x00 #eval("1") $x$ *b* @a =1+1 \\n ليلى'
LEDGER = Ledger(
    1312, 1180, (SetAside("duplicate", 132),), (FileRows("posts.csv", "posts", 1312, 1180, 132),), ("mind",)
)
COLUMNS = (Column("tier", "tier", "text"), Column("cpe", "cost per engagement", "money"))


def finding(name="cpe-by-tier", rows=(("micro", 0.12), ("mega", None)), columns=COLUMNS, **data):
    text = {"question": "What does it cost?", "title": "An engagement costs €0.12", "sentence": "It costs €0.12."}
    made = {
        "id": name,
        **text,
        "verdict": "supported",
        "n": {"creators": 412, "posts": 1180},
        "currency": "EUR",
        **data,
    }
    return FindingRecord(name, made["question"], made["title"], made["sentence"], "03", made, columns, rows)


def drawing(name="cpe-by-tier"):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360"><path d="M0 0L720 360" stroke="#123456"/></svg>'
    )
    return DrawingRecord(name, name, "A chart of 2 tiers, in alternative text of some length", svg, b"png")


def printed(*items, theme=None, chapter="Which one pays?", **about):
    section = Section("What does it cost?", ("A plain word.",), items or (finding(), drawing()))
    told = {
        "client": "Acme",
        "period": "2026-07",
        "scheme": "article",
        "ledger": LEDGER,
        "tiers": (TierRange("micro", "1K–10K"),),
        "glossary": (Term("ROI", "(revenue - cost) / cost", "That it was the post."),),
        **about,
    }
    return write_pdf(Story((Chapter("03-cost", chapter, ("It opens.",), (section,)),)), About(**told), theme)


def read(content):
    return PdfReader(io.BytesIO(content))


def words(content):
    text = " ".join(page.extract_text() for page in read(content).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def test_the_same_story_gives_the_same_bytes():
    assert printed() == printed()


def test_every_page_is_a4_numbered_and_bears_the_client():
    pages = read(printed()).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert sorted((round(float(page.mediabox.width)), round(float(page.mediabox.height)))) == [595, 842]
        text = page.extract_text()
        assert f"{number} of {len(pages)}" in re.sub(r"\s+", " ", text)
        assert "Acme · creator report, 2026-07" in text


def test_it_is_tagged_titled_and_carries_its_fonts():
    document = read(printed())
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert document.metadata.title == "Acme: creator report, 2026-07"
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"].get("/Font", {}).values()]
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_contents_and_summary_lead_to_their_places():
    document = read(printed())
    outline = [entry for entry in document.outline if not isinstance(entry, list)]
    assert [entry.title for entry in outline] == ["An engagement costs €0.12", "The story", "The evidence"]
    links = [a.get_object() for page in document.pages for a in page.get("/Annots", ())]
    assert links
    assert all("/URI" not in str(link) for link in links)


def test_what_the_findings_say_is_there_as_text():
    text = words(printed(finding(caution="Mind this.", action="Do that.", source="Source: a.csv")))
    for said in (
        "An engagement costs €0.12",
        "Mind this.",
        "Do that.",
        "Source: a.csv",
        "1,312 rows read = 1,180 used",
    ):
        assert said in text


def test_a_chart_is_drawn_as_lines_and_has_its_words():
    document = read(printed())
    assert not any(image for page in document.pages for image in page.images)
    assert "alternative text of some length" in str(
        [o.get_object() for o in map(document.get_object, range(1, len(document.xref[0]) + 400)) if o is not None]
    )


def test_hostile_text_is_shown_and_nothing_is_live():
    record = finding(
        rows=((HOSTILE, 1.0), ("x" * 5000, 2.0)),
        **dict.fromkeys(("question", "title", "sentence", "caution", "action", "source", "subtitle"), HOSTILE),
    )
    content = printed(record, client=HOSTILE, period=HOSTILE, chapter=HOSTILE)
    text = words(content)
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}" in text
    assert '#eval("1")' in text
    assert "\u202e" not in text
    for live in (b"/JavaScript", b"/JS ", b"/Launch", b"/URI", b"/EmbeddedFile"):
        assert live not in content


def test_names_in_any_script_are_printed_without_an_empty_box():
    record = finding(rows=(("한국 맛집", 1.0), ("漢字", 1.0), ("عربي", 1.0), ("🔥🚀 \U0001fae8", 1.0), ("नमस्ते", 1.0)))
    for page in read(printed(record)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            assert "LastResort" not in str(font.get_object()["/BaseFont"])


def test_what_no_font_holds_is_spelled(monkeypatch):
    monkeypatch.setattr(letters_module, "_of_system", lambda: ())
    known = letters(["한국 漢 🦄"])
    assert known.families == ("DejaVu Sans",)
    assert known.spelled("한국 漢 🦄") == "han·gug· [U+6F22] [unicorn face]"
    assert known.spelled("ليلى Ж ₺ 12\xa0%") == "ليلى Ж ₺ 12\xa0%"


def test_no_column_of_any_table_leaves_the_page():
    wide = tuple(Column(f"c{i}", f"a head of {i}", "text" if i % 3 == 0 else "count") for i in range(30))
    rows = tuple(
        tuple(f"some words in cell {row}" if i % 3 == 0 else 1_234_567 + row for i in range(30)) for row in range(5)
    )
    listing = tables.table_of(finding(rows=rows, columns=wide), tables.SIDEWAYS)
    assert len(listing["parts"]) > 1
    assert all(sum(part["widths"]) <= tables.SIDEWAYS + 1 for part in listing["parts"])
    assert all(part["heads"][0] == "a head of 0" for part in listing["parts"])
    seen = [head for part in listing["parts"] for head in part["heads"]]
    assert set(seen) == {column.header for column in wide}
    text = words(printed(finding(rows=rows, columns=wide)))
    assert all(f"a head of {i}" in text for i in range(30))


def test_what_every_row_says_is_said_once():
    """Four rows of one measure: the column has nothing to tell a reader apart from the others."""
    columns = (Column("a", "tier", "text"), Column("b", "measure", "text"), Column("c", "n", "count"))
    rows = tuple((tier, "rate by followers", n) for n, tier in enumerate(("micro", "mid", "macro", "mega")))
    made = tables.table_of(finding(rows=rows, columns=columns), tables.UPRIGHT)
    assert [part["heads"] for part in made["parts"]] == [["tier", "n"]]
    assert made["once"] == "In every row: measure rate by followers."
    assert words(printed(finding(rows=rows, columns=columns))).count("rate by followers") == 1


def test_findings_with_charts_share_a_page():
    """Two charts that each fill two thirds of a page across it stand on one with their words beside them."""
    svg = drawing().svg
    pairs = []
    for name in ("one", "two"):
        chart = drawing(name)
        told = finding(name, question=f"What does {name} cost?", caution="Mind this.")
        pairs += [told, replace(chart, narrow=svg.replace('720 360"', '720 700"'))]
    found = [page.extract_text() for page in read(printed(*pairs)).pages]
    assert sum("What does it cost?" in page and "What does two cost?" in page for page in found) == 1


def test_words_that_the_page_writes_itself_are_not_in_the_chart():
    """The title is text, not an outline: it is found once in the summary and once over the chart's sentence."""
    sheet = '<g id="sheet-title-0"><g><path d="M0 0h1"/></g></g>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" data-sheet="60 20" viewBox="0 0 720 360">{sheet}<path d="M0 0h9"/></svg>'
    content = printed(finding(sentence="It costs less.", subtitle="Cost · 2026"), replace(drawing(), svg=svg))
    assert words(content).count("An engagement costs €0.12") >= 3
    assert "Cost · 2026" in words(content)


@pytest.mark.parametrize("heights", [(300, 300, 300), (700, 10, 700), (900, 400), ()])
def test_every_finding_stands_somewhere_in_its_order(heights):
    units = [pages.Unit(high, split=high * 0.7, half=high if high < 350 else None) for high in heights]
    bands, used = pages.arranged(units)
    assert sum(2 if band == pages.PAIR else 1 for band in bands) == len(heights)
    assert 0 <= used <= pages.PAGE


def test_less_paper_is_taken_where_charts_stand_beside_their_words():
    """Across the page each of two takes 500 of 734 points; beside its words 350, and both fit: 700."""
    assert pages.arranged([pages.Unit(500, split=350)] * 2) == ([pages.SPLIT] * 2, 700.0)
    assert pages.arranged([pages.Unit(300, split=350)] * 2) == (["across"] * 2, 600.0)


def test_a_long_table_says_where_the_rest_is_and_repeats_its_head():
    content = printed(finding(rows=tuple((f"row {i}", 1.0) for i in range(1000))))
    assert "The first 25 of 1,000 rows; all are in tables/cpe-by-tier.csv." in words(content)
    pages = [page.extract_text() for page in read(content).pages]
    assert all("cost per" in page for page in pages if "row 20\n" in page)


@pytest.mark.parametrize("cell", ["W" * 30, "a" * 200, "w " * 80, ""])
def test_a_word_longer_than_its_column_is_broken(cell):
    (part,) = tables.listing("", ["name", "n"], [True, False], [[cell, "1"]], 300.0)["parts"]
    assert sum(part["widths"]) <= 301


def test_a_theme_colours_the_print_and_signs_every_page():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40v20z" fill="#123456"/></svg>'
    theme = Theme(accent="#7A1FA2", footer="Only for you", logo=svg, logo_type="svg", font="No Such Font")
    with using(Look(locale="de")):
        content = printed(theme=theme)
    assert content != printed()
    pages = read(content).pages
    assert all("Only for you" in page.extract_text() for page in pages)
    assert "1.312 rows read" in words(content)


def test_a_report_without_tables_or_drawings_still_stands():
    assert read(printed(finding(rows=()), glossary=(), tiers=())).pages


def test_letters_that_are_held_are_left_alone():
    assert Letters((), (), frozenset(map(ord, "abc"))).spelled("abc") == "abc"
