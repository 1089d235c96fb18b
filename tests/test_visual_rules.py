"""The rules of sight on a real pack: every finding, every drawing, every format. README.md beside this file is the map.

A rule that a single chart or page holds is tested with that module; here stands what only the whole can show.
"""

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from pptx import Presentation
from pypdf import PdfReader

from analysis import charts, formats
from analysis.look import contrast

pytestmark = pytest.mark.slow

PACKS = ("sample_pack", "hostile_pack")
FORMATS = ("report.html", "slides.html", "report.pdf", "deck.pptx", "tables.xlsx")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:%|×|K|M)?")


def findings_of(pack):
    return json.loads((pack / "findings.json").read_text(encoding="utf-8"))


def drawings_of(pack):
    """Return what every executed notebook says of its drawings."""
    found = []
    for path in sorted((pack / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            data = (output.get("data", {}) for output in cell.get("outputs", ()))
            found += [one[kind] for one in data for kind in one if kind.endswith("drawing+json")]
    return found


@pytest.fixture(scope="module", params=PACKS)
def pack(request):
    return request.getfixturevalue(request.param)


def cells_of(finding):
    kinds = [column["kind"] for column in finding["table"]["columns"]]
    rows = finding["table"]["rows"]
    return [[formats.show(v, k, finding["currency"]) for v, k in zip(row, kinds, strict=True)] for row in rows]


# 1 to 6: what a finding and its drawing say ---------------------------------------------------------------------------


def test_rule_1_a_title_is_a_sentence_of_at_most_90_characters_with_a_number(pack):
    titles = [finding["title"] for finding in findings_of(pack)]
    deck = Presentation(pack / "deck.pptx")
    slides = [slide.shapes.title.text for slide in deck.slides]
    assert len(titles) > 40
    assert 8 <= len(slides) <= 14
    assert [t for t in titles + slides if len(t) > 90 or not any(map(str.isdigit, t)) or " " not in t] == []


def made_of(finding):
    """Return the figures of a title that are worked out from the table: by the rules of arithmetic stated here."""
    table = pd.DataFrame(finding["table"]["rows"], columns=[column["name"] for column in finding["table"]["columns"]])
    told = NUMBER.findall(finding["title"])
    if not {"what", "estimate"} <= set(table) or table.empty:
        return set()
    estimate = pd.to_numeric(table["estimate"])[0]
    if "elasticity" in str(table["what"][0]):  # ten times the followers bring ten to the elasticity as much
        return {formats.number(10**estimate)}
    sides = [float(number.rstrip("%×").replace(",", "")) for number in told if number[-1] not in "KM"]
    pairs = ((a, b) for a in sides for b in sides if a and b)
    # two sides are told and the table holds their ratio: it must be the ratio of what is told, but for its rounding
    return set(told) if any(abs(a / b - estimate) < 0.01 * abs(estimate) for a, b in pairs) else set()


def test_rule_2_the_number_in_the_title_is_in_the_table_or_counts_its_rows(pack):
    lost = []
    for finding in findings_of(pack):
        cells = cells_of(finding)
        shown = set(NUMBER.findall(" ".join(cell for row in cells for cell in row)))
        shown.add(str(len(cells)))
        values = (value for row in finding["table"]["rows"] for value in row if isinstance(value, float))
        shown |= {formats.percent(value) for value in values}  # a share of 0.832 reads 83.2% in a sentence
        for column in zip(*cells, strict=True):  # "6 of 12 are supported" counts the words of a column
            shown |= {str(n) for n in pd.Series(column).value_counts()} | {str(len(set(column)))}
        shown |= {formats.count(n) for n in finding["n"].values() if n is not None}
        told = set(NUMBER.findall(finding["title"]))
        if not told & (shown | made_of(finding)) and finding["verdict"] != "not testable":
            lost.append((finding["id"], finding["title"]))
    assert lost == []


def test_rule_2_what_a_title_works_out_is_worked_out_by_hand():
    """10^0.9 = 7.94; 0.5 over 1.25 is 0.4, and no pair of 0.5 and 2 is."""
    columns = [{"name": "what"}, {"name": "estimate"}]

    def told(title, what, estimate):
        return made_of({"title": title, "table": {"columns": columns, "rows": [[what, estimate]]}})

    assert told("Ten times the followers, 7.94 times as many", "elasticity of reach", 0.9) == {"7.94"}
    assert told("It costs $0.5 against $1.25", "cost per engagement", 0.4) == {"0.5", "1.25"}
    assert told("It costs $0.5 against $2", "cost per engagement", 0.4) == set()


#: Findings that are of no period: they list what stands in for data.
TIMELESS = {"assumed-here", "left-out"}


def test_rule_3_the_subtitle_names_measure_platform_and_period(pack):
    lacking = [
        finding["id"]
        for finding in findings_of(pack)
        if finding["id"] not in TIMELESS and not re.search(r"\w.* · .*\b(20\d\d)\b", finding["subtitle"])
    ]
    # a comparison that cannot be made has no measure to name; it still says of what and when
    untestable = {finding["id"] for finding in findings_of(pack) if finding["verdict"] == "not testable"}
    assert set(lacking) <= untestable


def test_rule_3_a_rate_names_what_it_is_divided_by(pack):
    for finding in findings_of(pack):
        if "ngagement rate" in finding["subtitle"]:
            words = " ".join([finding["subtitle"], *(cell for row in cells_of(finding) for cell in row)])
            assert re.search(r"\b(by|per) (followers?|reach|account reached|impressions?|views?)\b", words), finding[
                "id"
            ]


def test_rule_4_the_source_names_data_rows_used_of_read_and_evidence(pack):
    form = re.compile(r"^Source: .+\. [\d,]+ of [\d,]+ rows used\b.*\b(Measured|Modelled|Assumed)\.")
    assert [f["id"] for f in findings_of(pack) if not form.match(f["source"])] == []
    for finding in findings_of(pack):
        assert finding["evidence"].capitalize() in finding["source"]


#: One row a creator or an account, whose n is one.
OF_CREATORS = {"name", "creator", "account", "handle"}


def test_rule_5_n_stands_beside_every_tier_and_small_ones_are_said(pack):
    seen = 0
    for finding in findings_of(pack):
        names = [column["name"] for column in finding["table"]["columns"]]
        if "tier" not in names or set(names) & OF_CREATORS or not finding["table"]["rows"]:
            continue
        plain = {"measured", "creators", "n_a", "n_first", "n"}
        counted = [name for name in names if name in plain or name.startswith("creators_")]
        assert counted, finding["id"]
        table = pd.DataFrame(finding["table"]["rows"], columns=names)
        if "remark" in names:
            seen += 1
            few = table[pd.to_numeric(table[counted[0]]).fillna(0) < 20]
            assert few["remark"].astype(bool).all(), finding["id"]
    assert seen >= 3


SPREAD = re.compile(r"low|high|q25|q75|\bp5\b|\bp95\b|from$|to$")


def test_rule_6_never_a_mean_alone(pack):
    """A table with an estimate, a median or a pooled figure has its interval or its spread beside it."""
    for finding in findings_of(pack):
        names = [column["name"] for column in finding["table"]["columns"]]
        if {"pooled", "estimate", "ratio", "multiple", "elasticity", "mean"} & set(names):
            assert any(SPREAD.search(name) for name in names), (finding["id"], names)


# 7, 8, 11, 18: slides ---------------------------------------------------------------------------------------------------


def test_rule_7_and_18_sizes_of_type_and_of_tables_on_slides(pack):
    for slide in Presentation(pack / "deck.pptx").slides:
        frames = [s.text_frame for s in slide.shapes if s.has_text_frame]
        for shape in slide.shapes:
            if shape.has_table:
                assert len(shape.table.columns) <= 7
                assert len(shape.table.rows) <= 12
                frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                written = re.findall(r'\bsz="(\d+)"', shape.chart.part.blob.decode("utf-8"))
                assert written
                assert min(map(int, written)) >= 1200
        sizes = {run.font.size.pt for frame in frames for p in frame.paragraphs for run in p.runs if run.font.size}
        assert len(sizes) <= 4, sizes
        assert min(sizes) >= 10
        assert 24 <= slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt <= 28


def test_rule_7_sizes_of_type_on_the_page(pack):
    page = (pack / "report.html").read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;}]*?(\d+(?:\.\d+)?)px", page)]
    assert min(sizes) >= 12
    assert 16 in sizes


def test_rule_8_text_on_slides_has_contrast(pack):
    seen = set()
    for slide in Presentation(pack / "deck.pptx").slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                runs = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
                seen |= {str(run.font.color.rgb) for run in runs if run.font.color and run.font.color.type}
    assert len(seen) >= 3
    for colour in seen - {"FFFFFF"}:  # white stands on the dark ground only, which the theme checks
        assert contrast(f"#{colour}", "#FFFFFF") >= 4.5, colour


def test_rule_11_and_15_no_legend_no_second_axis_no_pie_no_depth():
    room = Path(charts.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    assert not re.search(r"\.legend\(|twin[xy]\(|\.pie\(|projection=|Axes3D|WordCloud|secondary_[xy]axis", source)


def test_rule_11_and_15_of_the_decks_own_charts(pack):
    for slide in Presentation(pack / "deck.pptx").slides:
        for shape in slide.shapes:
            if shape.has_chart:
                kinds = re.findall(r"<c:(\w+Chart)\b", shape.chart.part.blob.decode("utf-8"))
                assert not [kind for kind in kinds if "pie" in kind.lower() or "3D" in kind]
                # dots of several tiers have no axis that names them; any other chart is labelled where it stands
                assert not shape.chart.has_legend or kinds == ["scatterChart"]


# 13 and 14: words, never code -------------------------------------------------------------------------------------------

CODE = {
    "an exponent": r"\d[eE][+-]\d",
    "no number": r"(?<!')\b(?:nan|NaN|NaT|None|null|inf)\b(?!')",
    "a path": r"(?:^|[\s\"'(])(?:/(?:tmp|home|root|usr|work|var)/|[A-Z]:\\\\|\.\./)",
    "code": r"Traceback|\bdtype\b|<class |\bpolars\b|\bDataFrame\b",
    "a float": r"(?<![\d.'])\d{4,}\.0\b(?!')",
}


@pytest.mark.parametrize("name", FORMATS)
def test_rule_13_nobody_sees_code(sample_pack, name):
    text = " \n ".join(seen_in(sample_pack, name))
    told = {kind: re.findall(f".{{0,40}}{form}.{{0,20}}", text)[:3] for kind, form in CODE.items()}
    assert {kind: found for kind, found in told.items() if found} == {}


@pytest.mark.parametrize("name", FORMATS)
def test_rule_13_nobody_sees_a_raw_column_name(sample_pack, name):
    """The client's own words may have underscores: handles, and the headers that the data chapter quotes."""
    owned = set()
    for file in (sample_pack / "data").glob("*.parquet"):
        table = pd.read_parquet(file)
        owned |= set(table.columns) | set(table.get("handle", pd.Series(dtype=str)).dropna())
    found = set()
    for text in seen_in(sample_pack, name):
        for word in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text):
            if not any(word in mine for mine in owned):
                found.add(word)
    assert found == set()


def seen_in(pack, name):
    """Return the texts that a reader of a deliverable sees."""
    path = pack / name
    if path.suffix == ".pdf" and shutil.which("pdftotext"):  # fast where it is installed
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
        return [done.stdout.decode("utf-8")]
    if path.suffix == ".pdf":
        return [page.extract_text() for page in PdfReader(path).pages]
    if path.suffix == ".html":
        told = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        return [html.unescape(part) for part in re.split(r"<[^>]*>", told)]
    if path.suffix == ".xlsx":
        import openpyxl

        return [
            cell for sheet in openpyxl.load_workbook(path) for row in sheet.values for cell in row if type(cell) is str
        ]
    texts = []
    for slide in Presentation(path).slides:
        for shape in (*slide.shapes, *slide.notes_slide.shapes):
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                labels = re.findall(r"<a:t>([^<]*)", shape.chart.part.blob.decode("utf-8"))
                texts += [*map(html.unescape, labels), *(str(c) for c in shape.chart.plots[0].categories)]
    return texts


@pytest.mark.parametrize("name", ["report.html", "report.pdf"])
def test_rule_14_a_cell_reads_by_the_one_rounding_rule(sample_pack, name):
    """Every figure of every table that a page shows whole is there, rounded as :mod:`analysis.formats` rounds."""
    told = re.sub(r"[\s\u200b\u2060]+", "", "".join(seen_in(sample_pack, name)))
    for finding in findings_of(sample_pack):
        kinds = [column["kind"] for column in finding["table"]["columns"]]
        if len(finding["table"]["rows"]) <= 20:
            for row in cells_of(finding):
                lost = [cell for cell, kind in zip(row, kinds, strict=True) if kind != "text" and cell not in told]
                assert lost == [], finding["id"]


# 18 to 20: the page -------------------------------------------------------------------------------------------------------


class Tables(HTMLParser):
    """Notes of every table whether it has a caption, of every head whether it says what it heads, and every image."""

    def __init__(self):
        super().__init__()
        self.tables, self.bare, self.images = [], 0, []

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append(False)
        if tag == "caption" and self.tables:
            self.tables[-1] = True
        if tag == "img":
            self.images.append(dict(attrs))
        if tag == "th" and dict(attrs).get("scope") not in {"col", "row"}:
            self.bare += 1


@pytest.mark.parametrize("name", ["report.html", "slides.html"])
def test_rule_18_every_table_has_a_caption_and_scopes(pack, name):
    page = Tables()
    page.feed((pack / name).read_text(encoding="utf-8"))
    assert len(page.tables) > 10
    assert page.bare == 0
    if name == "report.html":
        assert all(page.tables)


def test_rule_19_nothing_scrolls_sideways_at_390_pixels(browser, sample_pack):
    context = browser.new_context(viewport={"width": 390, "height": 850}, offline=True)
    page = context.new_page()
    page.goto((sample_pack / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widest = page.eval_on_selector_all(
        "figure img", "all => Math.max(...all.filter(i => i.offsetWidth).map(i => i.getBoundingClientRect().right))"
    )
    cut = page.eval_on_selector_all(
        ".chapter .scroll:not(.tall)",
        "all => all.filter(r => r.querySelectorAll('tbody tr').length <= 12 && r.scrollWidth > r.clientWidth).length",
    )
    stacked = page.eval_on_selector_all(
        ".stacked td", "all => [all.length, all.filter(cell => !cell.dataset.head || !cell.offsetWidth).length]"
    )
    page.set_viewport_size({"width": 1366, "height": 850})
    left = page.locator(".stacked").count()
    context.close()
    assert widest <= 402
    assert cut == 0, "a short table of the story is cut off on a phone"
    assert stacked[0] > 20
    assert stacked[1] == 0, "a figure stands without its heading"
    assert left == 0, "a wide screen keeps its tables"


def test_rule_20_page_one_answers_in_three_numbers_with_n_one_action_one_caution(pack):
    page = (pack / "report.html").read_text(encoding="utf-8")
    first = page[page.index("<main") : page.index("</section", page.index("<main"))]
    assert first.count('class="big') == 3
    words = html.unescape(re.sub(r"<[^>]*>", " ", first))
    assert len(re.findall(r"\d creators", words)) >= 3
    assert words.count("What to do") == 1
    assert words.count("Keep in mind") == 1
    assert any(finding["title"] in words for finding in findings_of(pack))


def test_the_page_is_light_enough_to_send(sample_pack):
    assert (sample_pack / "report.html").stat().st_size <= 5_000_000


# 21 and 22: words ---------------------------------------------------------------------------------------------------------


def test_rule_21_every_picture_says_the_finding(pack):
    drawings = drawings_of(pack)
    assert len(drawings) > 15
    told = [drawing["alt"] for drawing in drawings]
    for name in ("report.html", "slides.html"):
        page = Tables()
        page.feed((pack / name).read_text(encoding="utf-8"))
        told += [image.get("alt", "") for image in page.images if "logo" not in image.get("class", "")]
    for slide in Presentation(pack / "deck.pptx").slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.shape_type == 13:
                told.append(shape._element.xpath(".//p:cNvPr")[0].get("descr", ""))
    assert [alt for alt in told if not (40 <= len(alt) <= 250 and any(map(str.isdigit, alt)))] == []


CAUSAL = re.compile(
    r"\b(caus(?:e|es|ed|ing)|because of|leads? to|thanks to|results? in|due to|makes? (?:people|them))\b", re.I
)


def test_rule_22_associated_with_never_causes(pack):
    said = [(f["id"], f["title"], f["sentence"], f["action"]) for f in findings_of(pack)]
    assert [parts for parts in said if CAUSAL.search(" ".join(parts[1:]))] == []


#: How a title or its sentence says that nothing is decided.
OPEN = re.compile(r"[Nn]o clear (difference|answer)")


def test_rule_22_what_spans_no_difference_says_so(pack):
    for finding in findings_of(pack):
        if finding["verdict"] == "inconclusive":
            assert OPEN.search(f"{finding['title']} {finding['sentence']}"), finding["id"]
            assert not re.search(r"\bsignificant", finding["sentence"]), finding["id"]
