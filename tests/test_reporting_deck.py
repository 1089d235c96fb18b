"""The deck: presentable as it is, nothing alive in any part, nothing over its box (promises 14 to 17; VISUAL 1, 7, 18)."""

import io
import posixpath
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Emu

from analysis.errors import NotebookRunError
from analysis.reporting.deck import write_deck
from analysis.reporting.deck_text import LEADING, wrap
from analysis.reporting.story import Story
from analysis.reporting.theme import Theme

HOUSE = Theme()


@pytest.fixture(scope="module")
def hostile(telling):
    return write_deck(telling.hostile(), telling.about(client=telling.NAMES[0]), HOUSE)


def opened(package):
    return Presentation(io.BytesIO(package))


def runs(deck):
    """Yield (slide, shape, paragraph, run) of every text outside tables and notes."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                for paragraph in shape.text_frame.paragraphs:
                    for run in paragraph.runs:
                        yield slide, shape, run


def small(telling, **about):
    story = telling.story(telling.finding("cpe", role="headline", action="Book micro."), telling.intervals("cpe"))
    return write_deck(story, telling.about(**about), HOUSE)


def test_the_same_bytes_twice_and_fixed_days_inside(telling, parts_of):
    deck = small(telling)
    assert deck == small(telling)
    with zipfile.ZipFile(io.BytesIO(deck)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2020-01-01T00:00:00Z" in parts_of(deck)["docProps/core.xml"]
    assert not any("thumbnail" in name or "printer" in name for name in parts_of(deck))


def test_every_part_is_well_formed_and_nothing_in_it_is_alive(hostile, parts_of):
    for name, part in parts_of(hostile).items():
        if name.endswith((".xml", ".rels")):
            root = ElementTree.fromstring(part)
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert not tags & {"hlinkClick", "hlinkHover", "hyperlink", "hyperlinks", "oleObj"}, name
            if "xl/worksheets" in name:
                assert "f" not in tags, name  # a formula
            external = [e for e in root.iter() if e.get("TargetMode") == "External"]
            assert not external, name


def test_names_are_shown_literally(hostile, telling):
    deck = opened(hostile)
    told = "\n".join(run.text for _, _, run in runs(deck))
    cells = {c.text for s in deck.slides for sh in s.shapes if sh.has_table for r in sh.table.rows for c in r.cells}
    categories = [c for s in deck.slides for sh in s.shapes if sh.has_chart for c in sh.chart.plots[0].categories]
    assert '=HYPERLINK("https://evil.example/","click")' in told
    assert "<script>window.hacked=1</script>" in cells
    assert any(category.startswith("=HYPERLINK") for category in categories)
    assert not any(sign in told for sign in "\u202e\x07\x00")


def test_embedded_workbooks_open_and_hold_text_as_text(hostile, parts_of):
    books = [part for name, part in parts_of(hostile).items() if name.endswith(".xlsx")]
    assert len(books) >= 3
    for book in books:
        for row in openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_titles_sizes_and_order(telling):
    deck = opened(small(telling))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles[0] == "An engagement of cpe costs $0.248 with micro"
    assert titles[-1].startswith("Every number follows the same 8 rules")
    assert len(set(titles)) == len(titles)
    for slide in deck.slides:
        title = slide.shapes.title
        assert len(title.text) <= 90
        assert any(sign.isdigit() for sign in title.text)
        assert 24 <= title.text_frame.paragraphs[0].runs[0].font.size.pt <= 28
        assert slide.notes_slide.notes_text_frame.text
        sizes = {run.font.size.pt for s, _, run in runs(deck) if s is slide}
        assert min(sizes) >= 10
        assert len(sizes) <= 4, sizes
    assert any("Source:" in run.text for _, _, run in runs(deck))


def test_notes_have_method_caveat_and_the_likely_question(telling):
    notes = opened(small(telling)).slides[0].notes_slide.notes_text_frame.text
    for part in ("All the money of a tier", "Method: ", "Caveat: ", "Likely question: ", "Answer: "):
        assert part in notes


def test_no_text_is_larger_than_its_box(hostile):
    deck = opened(hostile)
    high, across = deck.slide_height, deck.slide_width
    for slide, shape, run in runs(deck):
        lines = wrap(run.text, Emu(shape.width).pt, run.font.size.pt, bold=bool(run.font.bold))
        assert len(lines) * run.font.size.pt * LEADING <= Emu(shape.height).pt + 0.5, (run.text, slide.slide_id)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= across
            assert shape.top + shape.height <= high, shape.name


def test_tables_are_at_most_seven_by_twelve_and_end_above_the_source(hostile):
    for slide in opened(hostile).slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert len(shape.table.columns) <= 7
                assert len(shape.table.rows) <= 12
                assert Emu(shape.top + sum(row.height for row in shape.table.rows)).inches <= 6.6


def test_charts_are_native_described_and_hold_the_numbers(telling):
    deck = opened(small(telling))
    frames = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    plot = frames[0].chart.plots[0]
    assert list(plot.categories) == ["micro (n\u00a0=\u00a0288)", "macro (n\u00a0=\u00a0103)", "mega (n\u00a0=\u00a04)"]
    assert list(plot.series[1].values) == [250 / 1010, 0.9, None]  # hand arithmetic
    alt = frames[0]._element.nvGraphicFramePr.cNvPr.get("descr")
    assert 40 <= len(alt) <= 250
    assert any(sign.isdigit() for sign in alt)
    book = openpyxl.load_workbook(io.BytesIO(frames[0].chart.part.chart_workbook.xlsx_part.blob)).active
    assert [cell.value for cell in book["A"]][1:] == list(plot.categories)
    up = frames[0].chart._chartSpace.xpath("//c:errBars/c:plus//c:v")
    assert [round(float(v.text), 6) for v in up] == [round(0.3 - 250 / 1010, 6), 0.3, 0.0]


PLANS = (("the plan", 900.0, 4000.0, 9000.0), ("all mega", -2000.0, 1000.0, 8000.0))
DOUBTS = (("handling_cost", 6000.0, 3000.0, 5000.0), ("=margin", 1000.0, 9000.0, 5000.0))


def test_the_charts_of_a_plan_are_native_too(telling, parts_of):
    """A plan is a dot with its interval; a doubt a bar from $5,000, where things stand, the longest on top."""
    told = write_deck(
        telling.story(
            telling.finding("plans", question="Which plan?", title="The plan brings $4,000"),
            telling.drawing("plans", "plan_comparison", PLANS, ("plan", "p5", "p50", "p95"), currency="USD"),
            telling.finding("doubts", question="Which doubt?", title="The margin moves it by $8,000"),
            telling.drawing("doubts", "drivers", DOUBTS, ("name", "at_low", "at_high", "base"), currency="USD"),
        ),
        telling.about(),
        HOUSE,
    )
    charts = [shape.chart for slide in opened(told).slides for shape in slide.shapes if shape.has_chart]
    by_name = {tuple(chart.plots[0].categories): chart for chart in charts}
    plans, doubts = by_name["the plan", "all mega"], by_name["handling cost", "=margin"]
    assert list(plans.plots[0].series[1].values) == [4000.0, 1000.0]
    up = [float(v.text) for v in plans._chartSpace.xpath("//c:errBars/c:plus//c:v")]
    assert up == [5000.0, 7000.0]  # 9,000 less 4,000; 8,000 less 1,000
    assert [list(series.values) for series in doubts.plots[0].series] == [[6000.0, 1000.0], [3000.0, 9000.0]]
    assert doubts.value_axis.crosses_at == 5000.0 or doubts.category_axis.crosses_at == 5000.0
    book = openpyxl.load_workbook(io.BytesIO(doubts.part.chart_workbook.xlsx_part.blob)).active
    assert [[cell.value for cell in row] for row in book.iter_rows(min_row=2)][1] == ["=margin", 1000, 9000]
    assert all(cell.data_type != "f" for row in book.iter_rows() for cell in row)
    assert not [name for name, part in parts_of(told).items() if b"<f>=" in part]


def test_labels_read_as_on_the_page(telling):
    """A number's format code is that of the page: 250/1010 reads $0.248, not $0.25."""
    deck = opened(small(telling))
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    codes = [code.get("formatCode") for code in chart._chartSpace.xpath("//c:dLbl/c:numFmt")]
    assert codes == ['"$"#,##0.000', '"$"#,##0.000']


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (("micro", 1, 1.0, 1, 1.0, None, None),),
        (("micro", 0, None, None, None, None, None), ("mega", 0, None, None, None, None, None)),
        (("micro", 5, 1.0, 1, float("nan"), float("inf"), float("nan")),),
        (("a", 30, 0.0, 5, 0.0, 0.0, 0.0), ("b", 30, 0.0, 5, 0.0, 0.0, 0.0)),
        (("a", 30, 1.0, 5, -1e-12, -1e9, 1e12), ("b", 30, 0.0, 5, 1e15, 0.0, 1e18)),
    ],
    ids=["empty", "one", "all missing", "not numbers", "all zero", "extremes"],
)
def test_degenerate_tables_still_make_a_deck(telling, rows, parts_of):
    story = telling.story(telling.finding("cpe", rows=rows), telling.intervals("cpe", rows))
    package = write_deck(story, telling.about(tiers=(), glossary=()), HOUSE)
    assert opened(package).slides[0].shapes.title.text
    for name, part in parts_of(package).items():
        assert not name.endswith(".xml") or b">nan<" not in part.lower(), name


def test_few_creators_are_dots_and_many_a_picture(telling):
    rows = [(1000.0 * i, 10.0 * i, "micro") for i in range(1, 41)]
    told = telling.drawing(
        "dots", "engagement_against_reach", rows, ("followers", "engagements_per_post", "tier"), order=["micro"]
    )
    finding = telling.finding("dots", role="headline")
    deck = opened(write_deck(telling.story(finding, told), telling.about(), HOUSE))
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    assert [series.name for series in chart.plots[0].series] == ["micro (n = 40)"]
    assert len(list(chart.plots[0].series[0].values)) == 40
    picture = telling.drawing("dots", slide=png())
    deck = opened(write_deck(telling.story(finding, picture), telling.about(), HOUSE))
    shape = next(s for slide in deck.slides for s in slide.shapes if s.shape_type == 13)
    assert "$0.248" in shape._element.xpath(".//p:cNvPr")[0].get("descr")


def test_a_theme_reaches_every_slide(telling, parts_of):
    theme = Theme(
        client="Beta",
        accent="#7A1FA2",
        second="#7A1FA2",
        font="Georgia",
        footer="Confidential",
        logo=png(),
        logo_type="png",
    )
    package = write_deck(telling.story(telling.finding("cpe")), telling.about(), theme)
    deck = opened(package)
    for slide in deck.slides:
        words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert "Beta · 2026-07 · Confidential" in words
        assert any(shape.shape_type == 13 for shape in slide.shapes)
    assert {run.font.name for _, _, run in runs(deck)} == {"Georgia"}
    assert b"7A1FA2" in parts_of(package)["ppt/theme/theme1.xml"]


def test_a_story_without_findings_is_refused(telling):
    with pytest.raises(NotebookRunError):
        write_deck(Story(()), telling.about(), HOUSE)


def png():
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (60, 30), "#7A1FA2").save(stream, "PNG")
    return stream.getvalue()


def test_every_reference_between_parts_leads_somewhere(hostile):
    """A relation that is named and missing is what makes an office program offer a repair."""
    namespace = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    with zipfile.ZipFile(io.BytesIO(hostile)) as package:
        names = set(package.namelist())
        for name in names:
            if not name.endswith(".xml"):
                continue
            used = {
                value
                for element in ElementTree.fromstring(package.read(name)).iter()
                for key, value in element.attrib.items()
                if key.startswith(namespace)
            }
            folder, _, file = name.rpartition("/")
            rels = f"{folder}/_rels/{file}.rels"
            told = {}
            if rels in names:
                told = {e.get("Id"): e.get("Target") for e in ElementTree.fromstring(package.read(rels))}
            assert used <= set(told), name
            for target in told.values():
                place = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
                assert place in names, (name, target)


def test_children_of_charts_stand_in_the_order_of_the_schema(telling, parts_of):
    """ECMA-376 part 1, 21.2.2: CT_LineSer, CT_Scaling, CT_ErrBars and CT_DLbl are sequences."""
    orders = {
        "ser": ["idx", "order", "tx", "spPr", "marker", "dPt", "dLbls", "trendline", "errBars", "cat", "val", "smooth"],
        "scaling": ["logBase", "orientation", "max", "min"],
        "errBars": ["errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr"],
        "dLbl": ["idx", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "showLegendKey", "showVal"],
    }
    for name, part in parts_of(small(telling)).items():
        if "/charts/chart" in name and name.endswith(".xml"):
            for element in ElementTree.fromstring(part).iter():
                order = orders.get(element.tag.rpartition("}")[2])
                if order:
                    found = [child.tag.rpartition("}")[2] for child in element]
                    places = [order.index(tag) for tag in found if tag in order]
                    assert places == sorted(places), (name, found)
