"""What a real office program makes of the deck and the workbook: opened, converted, recalculated (promise 17).

LibreOffice is started once for all of it. Where it is not installed these tests are skipped and say so.
"""

import csv
import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from pptx import Presentation
from support.patience import converted as office

from analysis.reporting.deck import write_deck
from analysis.reporting.theme import Theme
from analysis.reporting.workbook import HEADER_ROW, write_workbook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def converted(telling, tmp_path_factory):
    """Return the folder of a hostile and a plain deck as PDF and a workbook without its cached results as XLSX."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "hostile.pptx").write_bytes(write_deck(telling.hostile(), telling.about(), Theme()))
    story = telling.story(telling.finding("cpe", role="headline", action="Book micro."), telling.intervals("cpe"))
    (folder / "plain.pptx").write_bytes(write_deck(story, telling.about(), Theme()))
    (folder / "tables.xlsx").write_bytes(forgotten(write_workbook(telling.hostile(), telling.about(), Theme())))
    (folder / "out").mkdir()
    office("pdf", [folder / "hostile.pptx", folder / "plain.pptx"], folder / "out", made="*.pdf")
    office("xlsx", [folder / "tables.xlsx"], folder / "out", made="*.xlsx")
    return folder


def forgotten(package):
    """Return a workbook whose formula cells have no result, so that whoever opens it has to calculate."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as read, zipfile.ZipFile(stream, "w") as made:
        for name in read.namelist():
            part = read.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            made.writestr(name, part)
    return stream.getvalue()


def test_every_slide_is_rendered(converted):
    from pypdf import PdfReader

    for name in ("hostile", "plain"):
        slides = Presentation(converted / f"{name}.pptx").slides
        pages = PdfReader(converted / "out" / f"{name}.pdf").pages
        assert len(pages) == len(slides)
        for slide, page in zip(slides, pages, strict=True):
            told = "".join(page.extract_text().split())
            title = "".join(slide.shapes.title.text.split())
            assert title[:20] in told


def test_rendered_words_stay_above_the_foot(converted):
    """``pdftotext -bbox`` says where each word lies; the slide is 540 points high, the foot begins at 505."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed; apt-get install poppler-utils")
    told = subprocess.run(
        ["pdftotext", "-bbox", str(converted / "out" / "plain.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    for page in told.split("<page ")[1:]:
        words = [
            (float(x), float(y), text) for x, y, text in re.findall(r'xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', page)
        ]
        assert words
        foot = {"Acme", "·", "2026-07"}
        for x, y, text in words:
            assert x <= 13.333 * 72 - 30, text
            assert y <= 505 or text in foot or text.isdigit(), (y, text)


def test_the_workbook_recalculates_to_the_numbers_of_the_finding(converted, telling):
    made = openpyxl.load_workbook(converted / "out" / "tables.xlsx", data_only=True)
    live = openpyxl.load_workbook(converted / "out" / "tables.xlsx")
    finding = telling.hostile().findings[0]
    assert made.sheetnames[0] == "README"
    for place, row in enumerate(finding.rows):
        line = HEADER_ROW + 2 + place
        assert str(live["head"].cell(line, 5).value).startswith("=")
        assert made["head"].cell(line, 5).value == pytest.approx(row[4], rel=1e-12)
        assert made["head"].cell(line, 3).value == row[2]
    names = [made["head"].cell(HEADER_ROW + 2 + i, 1).value for i in range(len(finding.rows))]
    assert names[0] == telling.NAMES[0]
    assert not any(cell.data_type == "e" for sheet in made for cells in sheet.iter_rows() for cell in cells)


def test_a_cell_reads_in_libreoffice_as_on_the_page(converted, telling):
    """The sheet after README as LibreOffice writes it out: the words of the cells, not their numbers."""
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,2"
    (made,) = office(as_shown, [converted / "tables.xlsx"], converted / "out", made="*.csv")
    with made.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[HEADER_ROW + 1 :]
    finding = telling.hostile().findings[0]
    for shown, row in zip(rows, finding.rows, strict=False):
        assert shown[1:5] == finding.cells(row)[1:5]
