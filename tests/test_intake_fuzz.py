"""Broken files of every format are read with every row accounted for, or refused; nothing else ever happens.

A seeded fuzzer damages small valid files: bytes flipped, cut, repeated and moved, NUL bytes, byte order marks and
quotation marks put in, separators shuffled, headers replaced, brackets nested. Two hundred files run with the other
tests; any number runs by itself, printing the seed of each failure::

    python tests/test_intake_fuzz.py 20000
    python tests/test_intake_fuzz.py 1 --seed 4711      (one file again, with its traceback)
"""

import gzip
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from analysis.errors import CreatorRoiError
from analysis.intake import read, summary, write
from analysis.schema import synonyms

#: A file that takes longer than this hangs.
MOST_SECONDS = 300

HEADERS = {
    "creators": ["Handle", "Followers", "Avg. Likes", "Engagement Rate", "Price (USD)", "Country"],
    "posts": ["Post ID", "Username", "Date", "Likes", "Comments", "Views"],
    "placements": ["Campaign", "Influencer", "Date", "Cost", "Clicks", "Revenue"],
}
VALUES = {
    "creators": lambda r, i: [f"@user{i}", r.choice([f"{i + 1}.{i}M", f"{i * 7919:,}", "N/A"]), str(i * 31), f"{i / 7:.2f}%", f"${i * 10:,}", "DE"],
    "posts": lambda r, i: [f"p{i}", f"user{i % 3}", f"2024-0{i % 9 + 1}-11", str(i * 97), r.choice([str(i), "-", "1.2K"]), str(i * 1009)],
    "placements": lambda r, i: ["Spring", f"user{i}", f"1{i % 9}/03/2024", f"€ {i * 45},50", str(i * 7), f"{i * 100}.25"],
}  # fmt: skip

JUNK = [
    b"\x00", b"\x00" * 40, b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b'"', b'""', b'"""', b"'", b"\r", b"\n\n", b"\r\n",
    b"\x1a", b"\x0c", b"\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xff", b"\xc3\x28", b"\xf0\x9f\x98\x80", b",,,,,,,",
    b";", b"\t", b"|", b"sep= \n", b'sep="\n', b"sep=,\n", b"=cmd|' /C calc'!A0", b"#REF!", b"#VALUE!", b"1e999", b"-1e308", b"NaN",
    b"inf", b"9" * 400, b"9" * 40 + b"M", b"-", b"--", b"1,2,3.4.5", b"\xd9\xa1\xd9\xa2", b"99999-99-99", b"0000-00-00",
    b"2024-02-30", b"1900-01-00", b"1e18", b"Total", b"Total,,,,", b"%", b"%%", b"$", b"\xe2\x82\xac", b"null", b"[", b"]", b"{", b"}",
    b"[" * 3000, b'{"a":' * 3000, b":", b"\\", b'\\ud800', b"\\u0000", b"<html>", b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"%PDF",
    b"SQLite format 3\x00", b"x" * 5000, b"\xe2\x80\xae", b"\xc2\xa0", b"00:00:00", b"25:61", b"NOV", b"12.5%", b"..", b"K", b"1KK",
]  # fmt: skip


def rows_of(grain: str, rng: random.Random, height: int) -> list[list[str]]:
    return [VALUES[grain](rng, i) for i in range(height)]


def delimited(rng: random.Random, separator: str, grain: str = "") -> bytes:
    grain = grain or rng.choice(list(HEADERS))
    quoted = [HEADERS[grain], *rows_of(grain, rng, rng.randint(1, 12))]
    lines = [separator.join(f'"{c}"' if separator in c else c for c in row) for row in quoted]
    return (rng.choice(["\n", "\n", "\r\n", "\r"]).join(lines) + "\n").encode(
        rng.choice(["utf-8"] * 4 + ["utf-8-sig", "utf-16"])
    )


def records(rng: random.Random) -> list[dict[str, object]]:
    grain = rng.choice(list(HEADERS))
    made: list[dict[str, object]] = [dict(zip(HEADERS[grain], row, strict=True)) for row in rows_of(grain, rng, 6)]
    if rng.random() < 0.4:
        made = [{"id": i, "statistics": record, "tags": ["a", "b"]} for i, record in enumerate(made)]
    return made


def as_json(rng: random.Random) -> bytes:
    made = records(rng)
    shapes: list[object] = [
        made,
        {"data": made, "paging": {"next": "x"}},
        {str(i): record for i, record in enumerate(made)},
        {key: [record.get(key) for record in made] for key in made[0]},
        {"columns": list(made[0]), "data": [list(record.values()) for record in made]},
        {"user": {"username": "bob", "followers": "9", "media": {"edges": [{"node": record} for record in made]}}},
    ]
    return json.dumps(rng.choice(shapes), ensure_ascii=rng.random() < 0.5).encode()


def as_lines(rng: random.Random) -> bytes:
    return "\n".join(json.dumps(record) for record in records(rng)).encode()


@cache
def workbook(grain: str, sheets: int) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for row in [HEADERS[grain], *rows_of(grain, random.Random(number), 5)]:
            sheet.append([float(text) if text.replace(".", "").isdigit() else text for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def parquet(grain: str, typed: bool) -> bytes:
    rows = rows_of(grain, random.Random(1), 8)
    frame = pl.DataFrame(rows, schema=HEADERS[grain], orient="row")
    if typed:
        frame = frame.with_columns(n=pl.int_range(pl.len()), f=pl.lit(float("nan")), t=pl.lit(0).cast(pl.Datetime))
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def zipped(rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        archive.writestr("a.csv", delimited(rng, ","))
        archive.writestr("in/b.json", as_json(rng))
    return out.getvalue()


def seed_file(rng: random.Random) -> tuple[str, bytes]:
    """Return the name and bytes of a valid file."""
    kind = rng.choice(["csv", "csv", "csv", "tsv", "xlsx", "json", "json", "jsonl", "parquet", "gz", "zip"])
    if kind in {"csv", "tsv"}:
        return f"f.{kind}", delimited(rng, "\t" if kind == "tsv" else rng.choice(",;|"))
    if kind == "xlsx":
        return "f.xlsx", workbook(rng.choice(list(HEADERS)), rng.choice([1, 2]))
    if kind == "parquet":
        return "f.parquet", parquet(rng.choice(list(HEADERS)), rng.random() < 0.5)
    if kind == "gz":
        return "f.csv.gz", gzip.compress(delimited(rng, ","))
    if kind == "zip":
        return "f.zip", zipped(rng)
    return f"f.{kind}", as_json(rng) if kind == "json" else as_lines(rng)


# Damage ---------------------------------------------------------------------------------------------------------


def flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.7 else data[at:]


def insert(rng: random.Random, data: bytes) -> bytes:
    for _ in range(rng.randint(1, 4)):
        at = rng.choice([0, len(data), rng.randrange(len(data) + 1)])
        data = data[:at] + rng.choice(JUNK) + data[at:]
    return data


def replace_cells(rng: random.Random, data: bytes) -> bytes:
    """Put junk in place of whole cells, so that it reaches the readers of numbers and dates."""
    mark = rng.choice([b",", b";", b"\t", b'"'])
    cells = data.split(mark)
    for _ in range(rng.randint(1, 6)):
        cells[rng.randrange(len(cells))] = rng.choice(JUNK)
    return mark.join(cells)


def shuffle_separators(rng: random.Random, data: bytes) -> bytes:
    marks = b",;\t|\n"
    return bytes(rng.choice(marks) if byte in marks and rng.random() < 0.2 else byte for byte in data)


def move(rng: random.Random, data: bytes) -> bytes:
    one, two = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:one] + data[one:two] * rng.choice([0, 2, 3]) + data[two:]


@cache
def phrases() -> list[str]:
    found = [p for languages in synonyms().values() for several in languages.values() for p in several]
    return [
        *found,
        "",
        " ",
        "1",
        "total",
        "avg",
        "%",
        "\u200b",
        "=1+1",
        "a" * 300,
        "likes\nper post",
        "rate (%)",
        "followers (m)",
    ]


def new_headers(rng: random.Random, data: bytes) -> bytes:
    """Put random header words, of any language, above the rows."""
    first, mark, rest = data.partition(b"\n")
    separator = rng.choice([b",", b";", b"\t", b"|"])
    words = [rng.choice(phrases()).encode() for _ in range(rng.randint(1, max(2, first.count(separator) + 1)))]
    return separator.join(words) + (mark or b"\n") + rest


def nest(rng: random.Random, data: bytes) -> bytes:
    depth = rng.choice([2, 50, 5000])
    return b'{"a":' * depth + data + b"}" * depth if rng.random() < 0.5 else b"[" * depth + data + b"]" * depth


DAMAGE = [
    flip,
    flip,
    cut,
    insert,
    insert,
    *[replace_cells] * 4,
    shuffle_separators,
    move,
    new_headers,
    new_headers,
    nest,
]


def mutant(seed: int) -> tuple[str, bytes]:
    """Return the name and bytes of the damaged file of a seed."""
    rng = random.Random(seed)
    name, data = seed_file(rng)
    packed = name.endswith((".gz", ".xlsx", ".zip"))
    if packed and rng.random() < 0.7:  # damage what is inside, not the packing
        return name, inside(rng, name, data)
    for _ in range(rng.choice([1, 1, 2, 3])):
        data = rng.choice(DAMAGE)(rng, data) if data else b"\x00"
    return name, data


def inside(rng: random.Random, name: str, data: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(rng.choice(DAMAGE)(rng, gzip.decompress(data)))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        victim = rng.choice(old.namelist())
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, rng.choice(DAMAGE)(rng, content) if member == victim and content else content)
    return out.getvalue()


# The judgement --------------------------------------------------------------------------------------------------


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise when the work inside takes longer; pure Python loops are interrupted."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def judge(seed: int, folder: Path, *, stored: bool = False) -> str:
    """Read the file of a seed: '' when read, the refusal when refused; anything else raises."""
    name, data = mutant(seed)
    path = folder / name
    path.write_bytes(data)
    try:
        with limited(MOST_SECONDS), warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                tables = read(path)
            except CreatorRoiError as error:
                message = str(error)
                assert message.strip(), "a refusal without a word"
                assert "Traceback" not in message
                return message
            audit = tables.audit
            for entry in [audit, *audit["files"]]:
                assert entry["rows_read"] == entry["rows_kept"] + entry["rows_rejected"], "rows lost"
            assert tables.rejected.height == audit["rows_rejected"], "rejected rows not listed"
            held = sum(frame.height for frame in tables.present().values())
            if not audit["rules"] and not any(
                "one row an account" in rule for e in audit["files"] for rule in e["rules"]
            ):
                assert held == audit["rows_kept"], f"{held} rows in tables, {audit['rows_kept']} kept"  # nothing joined
            for frame in tables.present().values():
                for column in frame.get_columns():
                    assert not column.dtype.is_float() or column.drop_nulls().is_finite().all(), f"{column.name}: inf"
            json.dumps(audit)
            if stored:
                summary(tables)
                write(tables, folder / "out")
                again = read(folder / "out")
                assert again.rejected.equals(tables.rejected), "rejected.csv is not what was written"
                assert all(again.present()[key].equals(frame) for key, frame in tables.present().items())
            return ""
    finally:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("block", range(8))
def test_damaged_files_are_read_or_refused(block: int, tmp_path: Path) -> None:
    for seed in range(block * 25, block * 25 + 25):
        try:
            judge(seed, tmp_path, stored=seed % 5 == 0)
        except BaseException as error:
            error.add_note(f"the file of seed {seed}; again with: python tests/test_intake_fuzz.py 1 --seed {seed}")
            raise


def main(count: int, first: int) -> int:
    failures: dict[str, list[int]] = {}
    read_whole = 0
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            before = time.monotonic()
            try:
                read_whole += not judge(seed, Path(folder), stored=seed % 5 == 0)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                ours = [f for f in traceback.extract_tb(error.__traceback__) if "/analysis/" in f.filename] or [place]
                key = (
                    f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}: {str(error)[:140]!r}"
                )
                if key not in failures:
                    print(f"seed {seed}: {key}", flush=True)
                failures.setdefault(key, []).append(seed)
                if count == 1:
                    traceback.print_exc()
            if time.monotonic() - before > 2:
                print(f"seed {seed}: {time.monotonic() - before:.1f} s", flush=True)
            if (seed - first + 1) % 1000 == 0:
                print(f"{seed - first + 1:,} files, {time.monotonic() - start:.0f} s", flush=True)
    wrong = sum(map(len, failures.values()))
    print(f"{count:,} files: {read_whole:,} read, {count - read_whole - wrong:,} refused, {wrong} failures")
    for key, seeds in failures.items():
        print(f"{len(seeds)} × {key}, seeds {seeds[:5]}")
    return 1 if failures else 0


if __name__ == "__main__":
    start_at = int(sys.argv[sys.argv.index("--seed") + 1]) if "--seed" in sys.argv else 0
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, start_at))
