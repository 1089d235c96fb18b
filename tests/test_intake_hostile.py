"""Files made to harm are read or refused in bounded time and memory, with a sentence that says what is wrong.

Each case runs in a process of its own, so that its peak memory can be read and its end enforced.
"""

import csv
import gzip
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.patience import MINUTES, nobody_listens

from analysis.errors import CreatorRoiError, SourceError
from analysis.intake import read, write
from analysis.intake import sources as sources_module

ROWS = "handle,followers\nbob,10\namy,20\n"

#: Megabytes that a small hostile file may cost a process, imports (a hundred megabytes) included; its seconds of
#: processor are limited below, those on the clock are the machine's affair.
MOST_MEMORY = 900

_RUN = """
import resource, sys, warnings
warnings.simplefilter("error")
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from pathlib import Path
from analysis.errors import CreatorRoiError
from analysis.intake import read
for path in sys.argv[1:]:
    try:
        audit = read(path).audit
        print(f"read {audit['rows_read']} {audit['rows_kept']}")
    except CreatorRoiError as error:
        print("refused", " ".join(str(error).split())[:300])
print(int(next(l.split()[1] for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM"))) // 1024)
"""


def outcomes(*paths: Path) -> list[str]:
    """Read each path in one fresh process: what came of it; memory and time are checked here."""
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *map(str, paths)],
        capture_output=True, text=True, timeout=MINUTES, cwd=Path(__file__).parent.parent, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    *said, peak = done.stdout.splitlines()
    assert int(peak) < MOST_MEMORY, f"{peak} MB"
    assert not done.stderr
    return said


def test_bombs_lines_and_depth_in_bounded_memory(tmp_path):
    """A zip bomb, a gzip bomb, a line of 200 MB, a document 100,000 levels deep, NUL bytes, 10,000 columns."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", bytes(100 * 2**20))
    with gzip.open(tmp_path / "bomb.csv.gz", "wb", compresslevel=1) as out:
        for _ in range(25):
            out.write(b"0" * 2**22)
    with (tmp_path / "line.csv").open("wb") as out:
        out.write(b"handle,followers\n")
        out.truncate(200 * 2**20)
    with (tmp_path / "spaces.csv").open("wb") as out:
        out.write(b"handle,followers\n")
        for _ in range(40):
            out.write(b" x" * 2**19)
    (tmp_path / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    (tmp_path / "deeper.json").write_text('{"data":' * 100_000 + "1" + "}" * 100_000)
    (tmp_path / "lines.jsonl").write_text('{"handle": "a", "followers": 5}\n' + '{"a":' * 100_000 + "\n")
    (tmp_path / "nul.csv").write_bytes(bytes(2_000_000))
    (tmp_path / "wide.csv").write_text(",".join(f"c{i}" for i in range(10_000)) + "\n" + "1," * 9_999 + "1\n")
    names = [
        "bomb.zip",
        "bomb.csv.gz",
        "line.csv",
        "spaces.csv",
        "deep.json",
        "deeper.json",
        "lines.jsonl",
        "nul.csv",
        "wide.csv",
    ]
    said = dict(zip(names, outcomes(*(tmp_path / name for name in names)), strict=True))
    assert "a zip bomb" in said["bomb.zip"]
    assert "a zip bomb" in said["bomb.csv.gz"] or "a line of more than" in said["bomb.csv.gz"]
    assert "NUL" in said["line.csv"] or "a line of more than" in said["line.csv"]
    assert "a line of more than" in said["spaces.csv"]
    assert "nests too deep" in said["deep.json"]
    assert "nests too deep" in said["deeper.json"]
    assert said["lines.jsonl"] == "read 1 1" or "not JSON" in said["lines.jsonl"] or "deep" in said["lines.jsonl"]
    assert "NUL" in said["nul.csv"]
    assert "10,000 columns" in said["wide.csv"]


def test_long_json_lines_and_huge_documents_in_bounded_memory(tmp_path):
    """60 MB of records by blocks, also as one list; one line of 40 MB; documents of 300 MB that hold nothing."""
    record = json.dumps({"id": "0000000", "username": "bob", "like_count": 5, "caption": "x" * 220}) + "\n"
    with (tmp_path / "long.jsonl").open("w") as out:
        for number in range(200_000):
            out.write(record.replace("0000000", f"{number:07d}", 1))
        out.write('{"id": "last", "username": "amy", "like_count": 7, "comments_count": 2}\n')
    with (tmp_path / "line.jsonl").open("w") as out:
        out.write(record * 3 + '{"id": "')
        for _ in range(40):
            out.write("x" * 2**20)
        out.write('"}\n')
    with (tmp_path / "list.json").open("w") as out:
        out.write("[")
        for number in range(200_000):
            out.write(record.replace("0000000", f"{number:07d}", 1) + ",")
        out.write('{"id": "last", "username": "amy", "like_count": 7, "comments_count": 2}]')
    heads = {"whole.json": b'{"items": [{"id": 1,', "endless.json": b'[{"id": 1,', "lines.jsonl": record.encode() * 2}
    for name, head in heads.items():
        with (tmp_path / name).open("wb") as out:
            out.write(head)
            out.truncate(5 * 2**30 if name == "lines.jsonl" else 300 * 2**20)
    names = ("long.jsonl", "line.jsonl", "whole.json", "lines.jsonl", "list.json", "endless.json")
    said = outcomes(*(tmp_path / name for name in names))
    assert said[0] == "read 200001 200001"
    assert "line 4 is longer than 32 MB" in said[1]
    assert "a JSON document of 300 MB" in said[2]
    assert "JSON Lines of 5,120 MB" in said[3]
    assert said[4] == "read 200001 200001"
    assert "record 1 is longer than 32 MB" in said[5]


def test_a_document_of_very_many_tiny_parts_in_bounded_memory(tmp_path):
    """Sixty million empty objects in 180 MB, in a list and in an object, would be four gigabytes once parsed."""
    for name, head, tail in (("list.json", b"[", b"{}]"), ("inside.json", b'{"a": [', b"{}]}")):
        with (tmp_path / name).open("wb") as out:
            out.write(head)
            for _ in range(60):
                out.write(b"{}," * 2**20)
            out.write(tail)
    said = outcomes(tmp_path / "list.json", tmp_path / "inside.json")
    assert "no list of accounts" in said[0]
    assert "too many small parts" in said[1]


def _workbook(path: Path, sheet: str, dimension: str) -> None:
    """Write the least workbook that claims any sheet XML."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/'
            f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}'
            f'.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{rel}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/worksheet" '
            'Target="s.xml"/></Relationships>',
        )
        book.writestr(
            "xl/s.xml", f'<worksheet {main}><dimension ref="{dimension}"/><sheetData>{sheet}</sheetData></worksheet>'
        )


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_workbook_of_very_many_empty_columns(tmp_path):
    head = f'<row r="1">{_cell("A1", "handle")}{_cell("B1", "followers")}{{far}}</row>'
    body = f'<row r="2">{_cell("A2", "bob")}<c r="B2"><v>10</v></c></row>'
    _workbook(tmp_path / "claims.xlsx", head.format(far="") + body, "A1:XFD1048576")  # says so, and is small
    _workbook(tmp_path / "far.xlsx", head.format(far=_cell("XFD1", "x")) + body, "A1:XFD2")
    _workbook(
        tmp_path / "corner.xlsx",
        head.format(far="") + body + f'<row r="1048576">{_cell("XFD1048576", "x")}</row>',
        "A1:B2",
    )
    many = "".join(f'<row r="{r}"><c r="XFD{r}" s="0"/></row>' for r in range(3, 20_000))
    _workbook(tmp_path / "blank.xlsx", head.format(far="") + body + many, "A1:XFD20000")
    said = outcomes(*(tmp_path / f"{name}.xlsx" for name in ("claims", "far", "corner", "blank")))
    assert said[0] == "read 1 1"
    assert "16,384 columns" in said[1]
    assert "16,384 columns and 1,048,576 rows" in said[2]
    assert said[3] == "read 1 1"


def _open_document(path: Path, rows: str) -> None:
    """Write the least OpenDocument sheet that holds any rows."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", kind)
        book.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        book.writestr(
            "content.xml",
            f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
            f'<table:table table:name="s">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def _placed(text: str, again: int = 1) -> str:
    repeated = f' table:number-columns-repeated="{again}"' if again > 1 else ""
    kind = f'office:value-type="float" office:value="{text}"' if text.isdigit() else 'office:value-type="string"'
    return f"<table:table-cell {kind}{repeated}><text:p>{text}</text:p></table:table-cell>"


def _row(cells: str, again: int = 1) -> str:
    repeated = f' table:number-rows-repeated="{again}"' if again > 1 else ""
    return f"<table:table-row{repeated}>{cells}</table:table-row>"


def _skipped(cells: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{cells}"/>'


def test_an_open_document_of_very_many_empty_columns_and_repeated_cells(tmp_path):
    base = _row(_placed("handle") + _placed("followers")) + _row(_placed("bob") + _placed("10"))
    rows = {
        "tail": base + _row(_skipped(16_384), 1_048_570),  # what every sheet program writes
        "far": _row(_placed("handle") + _placed("followers") + _skipped(1_000_000) + _placed("x")) + base,
        "corner": base + _row(_skipped(1), 1_048_570) + _row(_skipped(16_380) + _placed("x")),
        "copies": base + _row(_placed("1", 900), 100_000),
        "copied": base + _row(_placed("1", 900_000_000)),
    }
    for name, cells in rows.items():
        _open_document(tmp_path / f"{name}.ods", cells)
    said = dict(zip(rows, outcomes(*(tmp_path / f"{name}.ods" for name in rows)), strict=True))
    assert said["tail"] == "read 1 1"
    assert "1,000,003 columns" in said["far"]
    assert "16,381 columns and 1,048,573 rows" in said["corner"]
    assert "900 columns and 100,002 rows" in said["copies"]
    assert "columns" in said["copied"]


def _record(kind: int, body: bytes = b"") -> bytes:
    size = len(body)
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + (bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])) + body


def _number(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "little") for value in values)


def _wide(text: str) -> bytes:
    return _number(len(text)) + text.encode("utf-16-le")


def _binary_workbook(path: Path, cells: list[tuple[int, int, str | float]]) -> None:
    """Write the least binary workbook: cells as (row, column, value), rows in order."""
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    far = [max(cell[place] for cell in cells) for place in (0, 1)]
    sheet, at = _record(129) + _record(148, _number(0, far[0], 0, far[1])) + _record(145), -1
    for row, column, value in cells:
        if row != at:
            sheet, at = sheet + _record(0, _number(row) + bytes(13)), row
        if isinstance(value, str):
            sheet += _record(6, _number(column, 0) + _wide(value))
        else:
            sheet += _record(5, _number(column, 0) + struct.pack("<d", value))
    bundle = _record(156, _number(0, 1) + _wide("r1") + _wide("s"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{kinds}"/>')
        for name, target in (("_rels/.rels", "xl/workbook.bin"), ("xl/_rels/workbook.bin.rels", "worksheets/s.bin")):
            kind = "officeDocument" if name == "_rels/.rels" else "worksheet"
            book.writestr(
                name,
                f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{rel}/{kind}" Target="{target}"/>'
                "</Relationships>",
            )
        book.writestr("xl/workbook.bin", _record(131) + _record(143) + bundle + _record(144) + _record(132))
        book.writestr("xl/worksheets/s.bin", sheet + _record(146) + _record(130))


def test_a_binary_workbook_of_very_many_empty_columns(tmp_path):
    base = [(0, 0, "handle"), (0, 1, "followers"), (1, 0, "bob"), (1, 1, 10.0)]
    _binary_workbook(tmp_path / "sound.xlsb", base)
    _binary_workbook(tmp_path / "far.xlsb", [(0, 16_383, "x"), *base[2:]])
    _binary_workbook(tmp_path / "corner.xlsb", [*base, (1_048_575, 16_383, "x")])
    said = outcomes(*(tmp_path / f"{name}.xlsb" for name in ("sound", "far", "corner")))
    assert said[0] == "read 1 1"
    assert "16,384 columns and 2 rows" in said[1]
    assert "16,384 columns and 1,048,576 rows" in said[2]


def test_a_formula_in_a_cell_stays_text(tmp_path):
    harm = "=cmd|' /C calc'!A0"
    (tmp_path / "a.csv").write_text(f'handle,followers\n"{harm}",10\n"{harm}",10\n+1+1,20\n@sum,7\n-2+3,=1+1\n')
    tables = read(tmp_path / "a.csv")
    assert tables.creators["handle"].to_list() == [harm, "+1+1", "sum", "-2+3"]
    assert tables.creators["followers"].to_list() == [10, 20, 7, None]
    write(tables, tmp_path / "out")
    with (tmp_path / "out" / "rejected.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    assert all(not str(cell).startswith("=") for row in tables.rejected["raw"] for cell in json.loads(row))


def test_a_formula_name_of_a_file_stays_text(tmp_path):
    (tmp_path / "=1+1.csv").write_text("handle,followers\nbob,10\nbob,10\n")
    write(read(tmp_path), tmp_path / "out")
    with (tmp_path / "out" / "rejected.csv").open(newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "@"))]
    assert read(tmp_path / "out").rejected["file"].to_list() == ["=1+1.csv"]


def test_links_that_go_round_and_out(tmp_path):
    inside = tmp_path / "in"
    (inside / "deep").mkdir(parents=True)
    (inside / "a.csv").write_text(ROWS)
    (inside / "deep" / "up").symlink_to(inside, target_is_directory=True)
    (inside / "self.csv").symlink_to(inside / "self.csv")
    (inside / "gone.csv").symlink_to(inside / "nowhere.csv")
    (inside / "etc.csv").symlink_to("/etc/passwd")
    tables = read(inside)
    assert tables.audit["rows_kept"] == 2
    refused = {entry["file"]: entry["refused"] for entry in tables.audit["files"] if entry.get("refused")}
    assert set(refused) == {"etc.csv", "gone.csv", "self.csv"}
    with pytest.raises(SourceError, match=r"self\.csv"):
        read(inside / "self.csv")


def test_an_archive_that_climbs_out_of_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("../../evil.csv", "/creator-roi-evil.csv", "..\\evil.csv", "C:\\evil.csv", "ok.csv", "ok.csv"):
            if name != "ok.csv" or "ok.csv" not in archive.namelist():
                archive.writestr(name, ROWS)
    tables = read(tmp_path / "z.zip")
    assert tables.audit["rows_kept"] == 2
    assert sum("leaves the folder" in str(entry.get("refused")) for entry in tables.audit["files"]) == 4
    assert not list(tmp_path.rglob("*evil*"))


def test_a_database_nobody_answers_at(monkeypatch):
    pytest.importorskip("sqlalchemy")
    with nobody_listens() as port, pytest.raises(CreatorRoiError) as refusal:
        read(f"postgresql+psycopg://me:secret@127.0.0.1:{port}/shop::orders")
    assert "secret" not in str(refusal.value)


def test_a_header_repeated_fifty_times_and_many_equal_headers(tmp_path):
    rows = "".join(f"user{i},{i + 1000}\nhandle,followers\n" for i in range(50))
    (tmp_path / "again.csv").write_text("handle,followers\n" + rows)
    tables = read(tmp_path / "again.csv")
    assert tables.creators["followers"].to_list() == [i + 1000 for i in range(50)]
    assert tables.rejected["reason"].to_list() == ["the header repeated"] * 50
    (tmp_path / "equal.csv").write_text("handle," + ",".join(["followers"] * 50) + "\nbob" + ",10" * 50 + "\n")
    with pytest.raises(CreatorRoiError, match="no column"):
        read(tmp_path / "equal.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    (tmp_path / "a.csv").write_text(ROWS)
    (tmp_path / "b.csv").write_text(ROWS)
    (tmp_path / "b.csv").chmod(0)
    assert read(tmp_path).audit["rows_kept"] == 2


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(sources_module, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.csv").write_text(ROWS)
    with pytest.raises(SourceError, match="more than 3 files"):
        read(tmp_path)
