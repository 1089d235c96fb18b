"""The promises on a whole pack: what no single module can hold alone. README.md beside this file has the whole map.

One pack is made of a small synthetic sample and shared (``sample_pack``), one of hostile names (``hostile_pack``); a
third of the same sample in another folder, on another day, its rows shuffled, one notebook at a time.
"""

import csv
import getpass
import html
import io
import json
import math
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pypdf import PdfReader
from support.batches import ROOT

from analysis import formats, publish
from analysis.reporting.order import take_order
from analysis.reporting.pack import make_pack
from analysis.reporting.run import Running
from analysis.reporting.verify import damage

pytestmark = pytest.mark.slow

TABLES = ("creators", "posts", "placements")
FORMATS = ("report.html", "slides.html", "report.pdf", "deck.pptx", "tables.xlsx")


def findings_of(pack):
    return {finding["id"]: finding for finding in json.loads((pack / "findings.json").read_text(encoding="utf-8"))}


def table_of(finding):
    return pd.DataFrame(finding["table"]["rows"], columns=[column["name"] for column in finding["table"]["columns"]])


def files_of(pack):
    return {path.relative_to(pack).as_posix(): path for path in sorted(pack.rglob("*")) if path.is_file()}


def squeezed(text):
    return re.sub(r"[\s\u200b\u2060]+", " ", text)


# 7 and 20: the same bytes elsewhere, another day, one at a time; the same answer from shuffled rows -------------------


@pytest.fixture(scope="module")
def again(sample_files, tmp_path_factory):
    """Return a function that makes the sample's pack anew: in a new folder, on another day, one notebook at a time."""

    def make(*, shuffled=False):
        folder = tmp_path_factory.mktemp("another place")
        for path in sample_files:
            head, *rows = path.read_text(encoding="utf-8").splitlines()
            if shuffled:
                random.Random(1).shuffle(rows)
            (folder / path.name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        order = take_order([folder / path.name for path in sample_files], client="Sample")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", "2000000000")  # May 2033
            patch.setenv("TZ", "Asia/Seoul")
            patch.setenv("LC_ALL", "C")
            if shuffled:  # its findings are looked at, not its formats
                patch.setattr("analysis.reporting.deliverables.deliverables", lambda *_: iter(()))
            return make_pack(order, folder / "reports", running=Running(together=1), progress=False)

    return make


def test_promise_7_the_same_bytes_in_another_folder_on_another_day_one_at_a_time(sample_pack, again):
    here, there = files_of(sample_pack), files_of(again())
    assert list(here) == list(there)
    assert [name for name in here if here[name].read_bytes() != there[name].read_bytes()] == ["run.json"]
    runs = [json.loads(files["run.json"].read_text(encoding="utf-8")) for files in (here, there)]
    assert {name for name in runs[0] if runs[0][name] != runs[1][name]} <= {"made_at", "seal", "commit"}
    assert runs[1]["made_at"] == "2033-05-18T03:33:20Z"
    assert damage(sample_pack) == ()


#: What may follow the order of the rows: which line is named first, which cell is the example of a reading.
OF_ROWS = {"rows-set-aside", "reading-notes"}


def test_promise_20_shuffled_rows_give_the_same_answer(sample_pack, again):
    here, there = findings_of(sample_pack), findings_of(again(shuffled=True))
    assert list(here) == list(there)
    moved = [name for name in here if here[name] != there[name] and name not in OF_ROWS]
    assert moved == []


def test_promise_7_one_module_looks_at_the_clock():
    """Whatever asks for the time makes bytes of another day; those that may are named with what they do with it."""
    allowed = {
        "manifest.py": "made_at of run.json",
        "journal.py": "the journal of a batch, beside the packs",
        "batch.py": "time left, on the screen",
        "batch_told.py": "time left, on the screen",
    }
    root = Path(publish.__file__).parent
    asks = re.compile(r"\btime\.time\(|\.now\(|\.today\(|\.utcnow\(|\.localtime\(|gmtime\(\)")
    found = {path.name for path in root.rglob("*.py") if asks.search(path.read_text(encoding="utf-8"))}
    assert found <= set(allowed)


# 8: one number, everywhere ------------------------------------------------------------------------------------------


def printed(path):
    """Return the words of a PDF: by poppler, which is fast, else by pypdf."""
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
        return done.stdout.decode("utf-8")
    return " ".join(page.extract_text() for page in PdfReader(path).pages)


def said_in(pack, name):
    """Return the words of a deliverable, those of drawings and the machinery left out."""
    path = pack / name
    if path.suffix == ".pdf":
        return squeezed(printed(path))
    if path.suffix == ".html":
        told = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        return squeezed(html.unescape(re.sub(r"<[^>]*>", " ", told)))
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return squeezed(" ".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell))
    shapes = [shape for slide in Presentation(path).slides for shape in (*slide.shapes, *slide.notes_slide.shapes)]
    cells = [cell.text for shape in shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return squeezed(" ".join([*cells, *(shape.text_frame.text for shape in shapes if shape.has_text_frame)]))


@pytest.fixture(scope="module")
def said(sample_pack):
    return {name: said_in(sample_pack, name) for name in FORMATS}


@pytest.fixture(scope="module")
def plain_pandas(sample_pack):
    """Return the headline figures by tier, made from the tables in the pack with pandas alone.

    Followers are the creator's, else those at a post. A post engages likes, comments, shares and saves where its
    likes are known. Money is cost and product. Pooled is a sum over a sum; typical is the median over creators.
    """
    creators, posts, deals = (pd.read_parquet(sample_pack / "data" / f"{name}.parquet") for name in TABLES)
    key = ["platform", "creator_id"]
    of_posts, of_deals = (table.groupby(key)["followers"].max() for table in (posts, deals))
    followers = creators.set_index(key)["followers"].combine_first(of_posts).combine_first(of_deals)
    names = ["under 1k", "micro", "macro", "mega"]
    tier = pd.cut(followers, [0, 1e3, 1e4, 1e6, math.inf], right=False, labels=names)

    def owner(table, what):
        return what.reindex(pd.MultiIndex.from_frame(table[key])).to_numpy()

    for table in (posts, deals):
        known = table[["likes", "comments", "shares", "saves"]].sum(axis=1, min_count=1)
        table["engagements"] = known.where(table["likes"].notna())
    deals["money"] = deals[["cost", "product_cost"]].sum(axis=1, min_count=1)
    posts["size"] = posts["followers"].fillna(pd.Series(owner(posts, followers), index=posts.index))

    def by_tier(table, top, bottom):
        sums = table.dropna(subset=[top, bottom]).groupby(key)[[top, bottom]].sum()
        sums = sums[sums[bottom] > 0]
        groups = sums.groupby(tier.reindex(sums.index), observed=False)
        own = (sums[top] / sums[bottom]).groupby(tier.reindex(sums.index), observed=False)
        whole = groups.sum()
        return pd.DataFrame({"n": own.count(), "median": own.median(), "pooled": whole[top] / whole[bottom]})

    return {
        "tiers": tier.value_counts(sort=False),
        "unknown": int(followers.isna().sum()),
        "cost": by_tier(deals, "money", "engagements"),
        "return": by_tier(deals, "revenue", "money"),
        "rate": by_tier(posts, "engagements", "size"),
    }


def test_promise_8_the_figures_equal_plain_pandas(sample_pack, plain_pandas):
    found = findings_of(sample_pack)
    counts = table_of(found["tiers-here"]).set_index("tier")["creators"]
    assert counts[plain_pandas["tiers"].index].tolist() == plain_pandas["tiers"].tolist()
    assert counts["followers unknown"] == plain_pandas["unknown"]
    rates = table_of(found["engagement-rate-by-tier"])
    for expected, table in (
        (plain_pandas["cost"], table_of(found["cost-per-engagement"])),
        (plain_pandas["return"], table_of(found["returns"])),
        (plain_pandas["rate"], rates[rates["divided_by"] == "per follower"]),
    ):
        told = table.set_index("tier").loc[expected.index]
        assert told["measured"].tolist() == expected["n"].tolist()
        assert told["pooled"].tolist() == pytest.approx(expected["pooled"].tolist(), rel=1e-12)
        assert told["median"].tolist() == pytest.approx(expected["median"].tolist(), rel=1e-12)
    back = table_of(found["returns"]).set_index("tier")["roi"]
    assert back["micro"] == pytest.approx(plain_pandas["return"]["pooled"]["micro"] - 1, rel=1e-12)


@pytest.mark.parametrize("name", FORMATS)
def test_promise_8_the_figures_of_pandas_are_read_in_every_format(said, plain_pandas, name):
    for measure, tier, kind in (("cost", "micro", "money"), ("cost", "macro", "money"), ("return", "micro", "money")):
        figure = formats.show(plain_pandas[measure]["pooled"][tier], kind, "USD")
        assert figure in said[name], figure
    assert formats.percent(plain_pandas["rate"]["median"]["micro"]) in said[name]


@pytest.mark.parametrize("name", ["report.html", "slides.html", "report.pdf", "tables.xlsx"])
def test_promise_8_every_title_is_read_in_every_format(sample_pack, said, name):
    findings = findings_of(sample_pack).values()
    titles = [finding["title"] for finding in findings if finding["table"]["rows"] or name != "tables.xlsx"]
    assert len(titles) > 40
    assert [title for title in titles if squeezed(title) not in said[name]] == []


def numbers_in(value):
    """Yield every number of a JSON value."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def test_promise_8_every_number_of_the_deck_is_of_a_finding(sample_pack):
    """Charts hold the very numbers that the notebooks drew; a table on a slide holds cells as the page shows them."""
    drawn, shown = set(), set()
    for path in (sample_pack / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                told = [part for kind, part in output.get("data", {}).items() if kind.endswith("drawing+json")]
                drawn.update(number for part in told for number in numbers_in(part.get("chart")))
    for finding in findings_of(sample_pack).values():
        kinds = [column["kind"] for column in finding["table"]["columns"]]
        for row in finding["table"]["rows"]:
            shown |= {formats.show(v, k, finding["currency"]) for v, k in zip(row, kinds, strict=True)}
    shapes = [shape for slide in Presentation(sample_pack / "deck.pptx").slides for shape in slide.shapes]
    series = [one for shape in shapes if shape.has_chart for plot in shape.chart.plots for one in plot.series]
    assert len(series) >= 6
    for one in series:
        if not one.name.startswith("the rule"):  # a line between two places of the axis
            lost = [
                v for v in one.values if v is not None and not any(math.isclose(v, d, rel_tol=1e-12) for d in drawn)
            ]
            assert lost == [], one.name
    cells = [c.text for shape in shapes if shape.has_table for row in shape.table.rows for c in row.cells]
    figures = [part for cell in cells for part in cell.split(" to ") if re.fullmatch(r"-?\$?[\d.,]+[%×KM]?", part)]
    assert len(figures) > 50
    assert [figure for figure in figures if figure not in shown] == []


def test_promise_8_workbook_and_csv_hold_the_numbers_of_the_findings(sample_pack):
    book = openpyxl.load_workbook(sample_pack / "tables.xlsx", data_only=True)
    for name, finding in findings_of(sample_pack).items():
        numbers = [[v for v in row if isinstance(v, int | float)] for row in finding["table"]["rows"]]
        path = sample_pack / "tables" / f"{name}.csv"
        if not numbers:
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            told = list(csv.reader(stream))[1:]
        assert [[v for v in row if v not in ("", None)] for row in finding["table"]["rows"]] == [
            [
                type(v)(c) if isinstance(v, int | float) else v
                for c, v in zip(line, row, strict=True)
                if v not in ("", None)
            ]
            for line, row in zip(told, finding["table"]["rows"], strict=True)
        ], name
        sheet = next(s for s in book if any(cell.value == finding["title"] for (cell,) in s["A1:A4"]))
        held = {cell for row in sheet.values for cell in row if isinstance(cell, int | float)}
        lost = [v for row in numbers for v in row if v not in held and not any(math.isclose(v, h) for h in held)]
        assert lost == [], name


# 9: the row ledger on the first page -----------------------------------------------------------------------------------


def first_page(pack, name):
    """Return the words of what a reader sees first."""
    path = pack / name
    if name == "report.pdf":
        return squeezed(PdfReader(path).pages[0].extract_text())
    if name == "deck.pptx":
        slide = Presentation(path).slides[0]
        return squeezed(" ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame))
    if name == "tables.xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return squeezed(
            " ".join(str(cell) for row in sheet.iter_rows(max_row=20, values_only=True) for cell in row if cell)
        )
    text = path.read_text(encoding="utf-8")
    if name == "slides.html":
        text = text[text.index("<section") : text.index("</section")]
    else:
        text = text[text.index("<main") : text.index("</section", text.index("<main"))]
    return squeezed(html.unescape(re.sub(r"<[^>]*>", " ", text)))


@pytest.mark.parametrize("name", FORMATS)
def test_promise_9_the_row_ledger_is_on_the_first_page(sample_pack, name):
    rows = json.loads((sample_pack / "run.json").read_text(encoding="utf-8"))["rows"]
    aside = sum(part["rows"] for part in rows["set_aside"])
    assert rows["read"] == rows["used"] + aside
    equation = f"{rows['read']:,} rows read = {rows['used']:,} used + {aside:,} set aside"
    assert equation in first_page(sample_pack, name)
    for part in rows["set_aside"]:
        assert f"{part['reason']}: {part['rows']:,}" in first_page(sample_pack, name)


# 14 and 15: nothing from data is alive, every name is whole ------------------------------------------------------------


def test_promise_14_no_part_of_the_pack_holds_a_live_formula_or_link(hostile_pack, parts_of):
    live = {"hlinkClick", "hlinkHover", "oleObj", "oleObject", "ddeLink", "externalReference", "webPublishItem"}
    for package in ("deck.pptx", "tables.xlsx"):
        for name, part in parts_of((hostile_pack / package).read_bytes()).items():
            assert "vba" not in name.casefold()
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            for element in ElementTree.fromstring(part).iter():
                tag = element.tag.rpartition("}")[2]
                assert tag not in live, (package, name)
                assert element.get("TargetMode") != "External", (package, name)
                if tag == "hyperlink":
                    assert element.get("location", "").endswith("!A1"), name  # from README to a sheet and back
                if tag == "f" and "worksheets" in name:
                    assert package == "tables.xlsx", name
                    assert re.fullmatch(r"=?[A-Z0-9/()*+-]+", element.text), element.text


def test_promise_14_no_cell_of_a_csv_starts_a_formula(hostile_pack):
    number = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
    paths = list(hostile_pack.rglob("*.csv"))
    assert len(paths) > 20
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert [c for c in cells if c.startswith(tuple("=+-@\t\r")) and not number.fullmatch(c)] == [], path.name


@pytest.mark.parametrize("name", FORMATS)
def test_promise_15_no_sign_is_lost_or_hidden(hostile_pack, name):
    """Neither a replacement sign nor a sign that turns the line; each name that a table tells is in the workbook."""
    told = said_in(hostile_pack, name)
    assert "\ufffd" not in told
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\ud800-\udfff]", told)
    if name == "tables.xlsx":
        rows = [row for finding in findings_of(hostile_pack).values() for row in finding["table"]["rows"]]
        texts = {squeezed(cell) for row in rows for cell in row if isinstance(cell, str) and not cell.isascii()}
        assert texts
        assert [text for text in texts if text.strip() not in told] == []


def test_promise_15_no_glyph_is_missing(hostile_pack):
    """A chart that lacks a glyph warns in its notebook; typst falls back to LastResort; both leave a trace."""
    for path in (hostile_pack / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert [o for cell in cells for o in cell.get("outputs", ()) if o["output_type"] == "stream"] == [], path.name
    for page in PdfReader(hostile_pack / "report.pdf").pages:
        for font in page["/Resources"].get("/Font", {}).values():
            assert "LastResort" not in str(font.get_object()["/BaseFont"])


# 16: degenerate data through the whole pack ----------------------------------------------------------------------------

HEAD = "handle,platform,followers,avg_likes,avg_comments,avg_views,fee"
DEGENERATE = {
    "one creator": ["ana,tiktok,5000,200,10,900,100"],
    # no mega at all; on one platform all creators are equal, on the other nothing that is known is a number
    "all equal, an empty tier, no numbers": [
        *(f"h{i},tiktok,{(5_000, 50_000)[i % 2]},50,5,500,10" for i in range(60)),
        *(
            f"g{i},instagram,{10 ** (3 + i % 3)},{('NaN', '0', 'inf', '-', '')[i % 5]},,0,{('', 'NaN')[i % 2]}"
            for i in range(40)
        ),
    ],
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_promise_16_degenerate_data_makes_a_whole_pack(case, tmp_path, parts_of):
    path = tmp_path / "creators.csv"
    path.write_text("\n".join([HEAD, *DEGENERATE[case]]) + "\n", encoding="utf-8")
    pack = make_pack(take_order([path], client="Few"), tmp_path / "reports", progress=False)
    assert damage(pack) == ()
    for name in FORMATS:
        told = said_in(pack, name)
        assert len(told) > 500, name
        # cells that could not be read are quoted as the file has them; nothing else says inf or NaN
        unread = re.sub(r"[“'‘\"](?:NaN|inf)[”'’\"]", "", told)
        assert not re.search(r"\bnan\b|\bNaN\b|\binf\b|Traceback|\d[eE]\+\d", unread), name
    for package in ("deck.pptx", "tables.xlsx"):
        for name, part in parts_of((pack / package).read_bytes()).items():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(part)
    for svg in (pack / "figures").glob("*.svg"):
        ElementTree.parse(svg)
        assert "nan" not in re.findall(r'\bd="[^"]*"', svg.read_text(encoding="utf-8")), svg.name


# 18: the Nth write fails ------------------------------------------------------------------------------------------------

NTH = r"""
import json, os, sys, tempfile
from pathlib import Path
import hashlib

home, data, source, executed = map(Path, sys.argv[1:5])
os.environ["SOURCE_DATE_EPOCH"] = "0"

from support.full_disk import FullDisk

from analysis import publish
from analysis.errors import CreatorRoiError
from analysis.reporting import kernel
from analysis.reporting import pack as module

content = executed.read_bytes()


def ran(sources, into, parameters, **_):
    publish.write_whole(into / executed.name, content)
    return [into / executed.name]


module.run_notebooks = ran
kernel.prepare_kernels = lambda: tempfile.mkdtemp(dir=home.parent)  # none is needed; a folder is made all the same


def make(seed):
    options = {"client": "acme", "period": "now", "notebooks": source.parent, "out": home, "progress": False}
    return module.report([data], seed=seed, **options)


def tree(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".lock-"))
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


pack = make(1)
make(2)  # everything that is loaded or cached on first use is there
make(1)
before, told, failed = tree(pack), [], 0
disk = FullDisk()
for nth in range(1, 200):
    disk.full_at(nth)
    try:
        make(2)
    except CreatorRoiError as error:
        failed += 1
        told.append(str(error))
    except BaseException as error:
        print(json.dumps({"nth": nth, "wrong": f"{type(error).__name__}: {error}"})); sys.exit()
    finally:
        reached = disk.emptied()
    publish.recover(pack)
    now = tree(pack)
    if reached < nth:
        break
    whole = now == before
    if not whole:  # the new pack is there whole: what failed came after it was published
        run = json.loads((pack / "run.json").read_bytes())
        whole = run["parameters"]["seed"] == 2 and {n: h for n, h in now.items() if n != "run.json"} == run["files"]
        make(1)
        before = tree(pack)
    left = [p.name for p in pack.parent.iterdir() if p.name.startswith(".staging")]
    if not whole or left:
        print(json.dumps({"nth": nth, "wrong": "partial", "left": left})); sys.exit()
print(json.dumps({"writes": nth - 1, "failed": failed, "clear": all("No space left" in t for t in told), "told": sorted(set(told))[:5]}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="another errno for a full disk")
def test_promise_18_the_nth_write_of_a_pack_fails(tmp_path, make_notebook):
    """Every opening for writing, every new folder and every rename of a whole pack fails once, in turn."""
    parameters = 'paths: list = ["../data"]\nclient: str = "client"\nscheme: str = "article"\nseed: int = 2020'
    cells = (make_notebook.md("## What does it cost?"), make_notebook.finding("cost", title="It costs 1"))
    source = make_notebook(tmp_path / "src" / "01-cost.ipynb", *cells, parameters=parameters)
    executed = tmp_path / "done" / "01-cost.ipynb"
    executed.parent.mkdir()
    notebook = json.loads(source.read_text(encoding="utf-8"))
    finding = {"id": "cost", "title": "It costs 1", "sentence": "It costs 1.", "n": {}}
    finding["table"] = {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1]]}
    data = {"application/vnd.creator-roi.finding+json": finding}
    notebook["cells"][-1]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    executed.write_text(json.dumps(notebook), encoding="utf-8")
    creators = tmp_path / "creators.csv"
    creators.write_text(
        "handle,platform,followers,avg_likes\nana,tiktok,5000,20\nana,tiktok,5000,20\n", encoding="utf-8"
    )
    command = [sys.executable, "-c", NTH, tmp_path / "reports", creators, source, executed]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert "wrong" not in said, said
    assert said["writes"] > 20
    assert said["failed"] > said["writes"] / 2
    assert said["clear"], said["told"]


# 19: offline and private --------------------------------------------------------------------------------------------------


def every_part(path):
    """Yield every part of a file as text: of a package its parts, of a PDF its words, links and properties."""
    if path.suffix in {".pptx", ".xlsx"}:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                yield name, package.read(name)
                if name.endswith(".xlsx"):
                    with zipfile.ZipFile(io.BytesIO(package.read(name))) as inner:
                        yield from ((f"{name}!{part}", inner.read(part)) for part in inner.namelist())
    elif path.suffix == ".pdf":
        document = PdfReader(path)
        meta = document.trailer["/Root"]["/Metadata"].get_data()
        yield "words", printed(path).encode()
        yield "properties", str(document.metadata).encode() + meta
        yield "links", str([a.get_object() for page in document.pages for a in page.get("/Annots", ())]).encode()
    yield "bytes", path.read_bytes()


@pytest.mark.parametrize("which", ["sample_pack", "hostile_pack"])
def test_promise_19_no_path_user_or_host_in_any_part_of_any_file(which, request):
    pack = request.getfixturevalue(which)
    home = {str(Path.home()), str(Path.cwd()), sys.prefix, str(pack.parent), "/tmp/", "/home/", socket.gethostname()}
    user = getpass.getuser()
    private = [text.encode() for text in home if len(text) > 4] + [f"/{user}/".encode(), f"\\{user}\\".encode()]
    for path in files_of(pack).values():
        for name, part in every_part(path):
            found = [secret for secret in private if secret in part]
            assert found == [], (path.name, name)


class Targets(HTMLParser):
    """Notes everything that an element of a page points at."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        points = {"src", "href", "xlink:href", "action", "formaction", "data", "srcset", "poster", "background", "ping"}
        self.found |= {value or "" for name, value in attrs if name in points}


@pytest.mark.parametrize("which", ["sample_pack", "hostile_pack"])
def test_promise_19_nothing_of_the_pages_is_fetched(which, request):
    for name in ("report.html", "slides.html"):
        page = (request.getfixturevalue(which) / name).read_text(encoding="utf-8")
        targets = Targets()
        targets.feed(page)
        assert targets.found
        assert [target[:80] for target in targets.found if not target.startswith(("#", "data:"))] == []
        assert "@import" not in page
        assert not re.search(r"url\(\s*['\"]?(?:https?:|//)", page)


# the map --------------------------------------------------------------------------------------------------------------------


def test_every_test_that_the_map_names_exists():
    """``README.md`` names a test, or a reason, for each of the 20 promises and the 22 rules of sight."""
    folder = Path(__file__).parent
    told = (folder / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)\.py::(test_\w+)`", told)
    lost = [
        f"{module}::{name}"
        for module, name in named
        if f"def {name}(" not in (folder / f"{module}.py").read_text(encoding="utf-8")
    ]
    assert lost == []
    rows = re.findall(r"^\| (P|V)(\d+) \|[^|]+\|([^|]+)\|$", told, flags=re.MULTILINE)
    numbers = {kind: [int(number) for letter, number, _ in rows if letter == kind] for kind in "PV"}
    assert numbers == {"P": list(range(1, 21)), "V": list(range(1, 23))}
    assert all("::" in by or "Looked at" in by for _, _, by in rows)
