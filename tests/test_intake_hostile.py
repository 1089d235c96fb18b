"""Files made to harm are read or refused in bounded time and memory, with a sentence that says what is wrong.

Each case runs in a process of its own, so that its peak memory can be read and its end enforced.
"""

import csv
import gzip
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from analysis.errors import CreatorRoiError, SourceError
from analysis.intake import read, write
from analysis.intake import sources as sources_module

ROWS = "handle,followers\nbob,10\namy,20\n"

#: Seconds and megabytes that a small hostile file may cost a process, imports (a hundred megabytes) included.
MOST_SECONDS = 60
MOST_MEMORY = 900

_RUN = """
import resource, sys, warnings
warnings.simplefilter("error")
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
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
        capture_output=True, text=True, timeout=MOST_SECONDS, cwd=Path(__file__).parent.parent, check=False,
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.monotonic()
    with pytest.raises(CreatorRoiError) as refusal:
        read(f"postgresql+psycopg://me:secret@127.0.0.1:{port}/shop::orders")
    assert time.monotonic() - start < 10
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
