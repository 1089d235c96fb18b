"""Canonical tables written in random dialects are read back as the same tables, to the precision shown.

A table of accounts, posts or placements is drawn at random and written as somebody's export would be: separator,
encoding, decimal sign, suffixes or grouped thousands, percent signs, date style, headers in one of twelve languages
(from ``synonyms.yml``), columns in any order, titles above, a totals row below, the header repeated inside, a column
and its numeric twin, missing markers. A number may lose what its style does not show, and nothing else.
"""

import csv
import datetime as dt
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.intake import read
from analysis.schema import TABLES, synonyms

LANGUAGES = ["en", "es", "pt", "de", "fr", "tr", "ko", "vi", "id", "it", "nl", "ja"]

#: Columns drawn for each grain; the first ones are always there, so that the grain can be told.
SHAPES = {
    "creators": (
        ["handle", "followers", "avg_likes"],
        ["avg_comments", "engagement_rate", "fee", "post_count", "country"],
    ),
    "posts": (["post_id", "handle", "likes", "comments"], ["published_at", "shares", "views"]),
    "placements": (["handle", "cost", "revenue"], ["clicks", "conversions", "date"]),
}

#: Bounds of what is drawn, where they are not 3 to 4,000.
BOUNDS = {"followers": (1_000, 40_000_000), "likes": (20, 900), "views": (5_000, 90_000), "comments": (2, 19)}

#: Headers that name a handle or any identifier, and are left out where nothing else tells which.
EITHER = {"identifiant"}

MARKERS = ["", "-", "N/A", "n/a", "null", "--", "#N/A", "hidden"]
DATES = {
    "iso": "%Y-%m-%d",
    "slash": "%d/%m/%Y",
    "us": "%m/%d/%Y",
    "dots": "%d.%m.%Y",
    "words": "%d %b %Y",
    "clock": "%Y-%m-%d %H:%M",
}
TITLES = [["Report"], ["Exported on 2024-05-01"], ["# made by a tool"], []]


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, dict[str, list[object]]]:
    """Draw a grain and its columns: no two rows alike, values such as creators have."""
    grain = draw(st.sampled_from(sorted(SHAPES)))
    always, perhaps = SHAPES[grain]
    names = always + [name for name in perhaps if draw(st.booleans())]
    height = draw(st.integers(8, 16))
    columns: dict[str, list[object]] = {}
    for name in names:
        kind = TABLES[grain][name].kind
        values: list[object]
        if name == "handle":
            values = [f"user_{i}{draw(st.sampled_from('abcdefgh'))}" for i in range(height)]
        elif name == "post_id":
            first = draw(st.integers(10**17, 10**18))
            values = [f"{first + 7_919 * i}" for i in range(height)]
        elif kind == "time":
            day = st.dates(dt.date(2021, 1, 1), dt.date(2024, 12, 31))
            values = [dt.date(2022, 3, 28), *(draw(day) for _ in range(height - 1))]
        elif name in {"avg_likes", "avg_comments"}:
            share = st.integers(100, 900) if name == "avg_likes" else st.integers(5, 40)
            values = [max(1, size * draw(share) // 10_000) for size in columns["followers"]]  # type: ignore[operator]
        elif kind == "rate":  # a rate that contradicted likes and followers would be read by them
            values = [
                round(likes / size, 4) for likes, size in zip(columns["avg_likes"], columns["followers"], strict=True)
            ]  # type: ignore[operator]
        elif kind == "money":
            values = [draw(st.integers(2_000, 9_000_000)) / 100 for _ in range(height)]
        elif kind == "text":
            values = [draw(st.sampled_from(["Germany", "Brazil", "Vietnam"])) for _ in range(height)]
        else:
            size = st.integers(*BOUNDS.get(name, (3, 4_000)))
            values = [draw(size) for _ in range(height)]
        columns[name] = values
    return grain, columns


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, object]:
    """Draw the habits of one export."""
    return {
        "language": draw(st.sampled_from(LANGUAGES)),
        "separator": draw(st.sampled_from([",", ";", "\t", "|"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        "end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "comma": draw(st.booleans()),
        "numbers": draw(st.sampled_from(["plain", "grouped", "suffix"])),
        "percent": draw(st.sampled_from(["sign", "spaced", "fraction"])),
        "money": draw(st.sampled_from(["bare", "before", "after"])),
        "date": draw(st.sampled_from(sorted(DATES))),
        "title": draw(st.sampled_from(TITLES)),
        "total": draw(st.booleans()),
        "repeat": draw(st.booleans()),
        "twin": draw(st.booleans()),
        "marker": draw(st.sampled_from(MARKERS)),
        "gaps": draw(st.integers(0, 3)),
        "order": draw(st.randoms(use_true_random=False)),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }


def localised(text: str, comma: bool) -> str:
    return text.translate(str.maketrans(",.", ".,")) if comma else text


def spelt(value: object, kind: str, how: dict[str, object]) -> tuple[str, object]:
    """Return a value as the dialect shows it, and what can be known of it from that."""
    comma = bool(how["comma"])
    if isinstance(value, dt.date):
        moment = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
        return moment.strftime(DATES[str(how["date"])]), moment
    if isinstance(value, str):
        return value, value
    if kind == "rate":
        assert isinstance(value, float)
        shown = localised(f"{100 * value:.2f}", comma)
        if how["percent"] == "fraction":
            return localised(f"{value:.4f}", comma), value
        return shown + ("%" if how["percent"] == "sign" else " %"), value
    if kind == "money":
        text = localised(f"{value:,.2f}" if how["numbers"] == "grouped" else f"{value:.2f}", comma)
        return {"bare": text, "before": f"€{text}", "after": f"{text} €"}[str(how["money"])], value
    assert isinstance(value, int)
    if how["numbers"] == "suffix":
        for size, mark in ((10**6, "M"), (10**3, "K")):
            if value >= size:
                shown = f"{value / size:.1f}"
                return localised(shown, comma) + mark, round(float(shown) * size)
    if how["numbers"] == "grouped":
        return localised(f"{value:,}", comma), value
    return str(value), value


def written(
    grain: str, columns: dict[str, list[object]], how: dict[str, object]
) -> tuple[bytes, dict[str, list[object]]]:
    """Return the bytes of the export, and the columns that can be expected from it."""
    rng = how["order"]
    names = list(columns)
    rng.shuffle(names)  # type: ignore[attr-defined]
    shown: list[tuple[str, list[str]]] = []
    expected: dict[str, list[object]] = {}
    for name in names:
        known = synonyms()[name]
        phrases = [phrase for phrase in known.get(str(how["language"])) or known["common"] if phrase not in EITHER]
        header = rng.choice(phrases)  # type: ignore[attr-defined]
        kind = TABLES[grain][name].kind
        pairs = [spelt(value, kind, how) for value in columns[name]]
        texts, values = [text for text, _ in pairs], [value for _, value in pairs]
        if kind in {"count", "average"} and name not in {"followers", "likes", "avg_likes"}:
            for gap in range(int(str(how["gaps"]))):
                texts[gap * 2], values[gap * 2] = str(how["marker"]), None
        shown.append((header, texts))
        if how["twin"] and name == "followers":
            exact = [str(value) for value in columns[name]]
            shown.append((header, exact))
            values = list(columns[name])  # the twin that shows more is taken
        expected[name] = values
    stream = io.StringIO(newline="")
    out = csv.writer(stream, delimiter=str(how["separator"]), lineterminator=str(how["end"]), quoting=how["quoting"])  # type: ignore[arg-type]
    head = [header for header, _ in shown]
    if how["title"]:
        out.writerow(how["title"])
        out.writerow([])
    out.writerow(head)
    for row in range(len(shown[0][1])):
        out.writerow([texts[row] for _, texts in shown])
        if how["repeat"] and row == 4:
            out.writerow(head)
    if how["total"]:
        out.writerow(["Total", *["" if i % 2 else "12345" for i in range(len(head) - 1)]])
    return stream.getvalue().encode(str(how["encoding"])), expected


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=tables(), how=dialects())
def test_any_dialect_reads_back_to_the_same_table(
    tmp_path: Path, table: tuple[str, dict[str, list[object]]], how: dict[str, object]
) -> None:
    grain, columns = table
    content, expected = written(grain, columns, how)
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    found = read(path)
    frame = found.present().get(grain)
    assert frame is not None, f"read as {list(found.present())}: {found.audit['files'][0].get('why')}"
    height = len(columns["handle"])
    assert found.audit["rows_kept"] == frame.height == height
    assert found.audit["rows_rejected"] == bool(how["repeat"]) + bool(how["total"])
    for name, values in expected.items():
        assert name in frame.columns, f"{name} not recognised: {found.audit['files'][0]['unmapped']}"
        got = frame.get_column(name)
        if got.dtype.is_float():
            assert [value is None for value in got] == [value is None for value in values], name
            assert got.drop_nulls().to_list() == pytest.approx([v for v in values if v is not None], rel=1e-9), name
        else:
            assert got.to_list() == values, name
    extra = {name for name in frame.columns if name not in expected and name != "currency"}
    assert not extra, f"made up: {extra}"
    if "currency" in frame.columns:
        assert frame["currency"].drop_nulls().unique().to_list() in ([], ["EUR"])


def test_the_expected_values_are_those_of_the_schema() -> None:
    """Every column drawn exists in the table it is drawn for (authority: the schema)."""
    for grain, (always, perhaps) in SHAPES.items():
        assert set(always + perhaps) <= set(TABLES[grain].names)
        assert pl.DataFrame(schema=dict.fromkeys(always)).width == len(always)
