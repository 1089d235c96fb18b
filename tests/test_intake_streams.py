"""A large file cleaned block by block is the file cleaned whole. The authority is the reading of the whole."""

import gzip
import json
import random
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import analysis.errors
import analysis.intake.read
from analysis import intake
from analysis.intake import bulk, delimited, distinct, evidence, large, repeats, streams, text
from analysis.intake.numbers import NumberColumn

reading = sys.modules["analysis.intake.read"]


@pytest.fixture
def small(monkeypatch):
    """Lower every threshold, so that a small file goes the way of large ones; count how it went."""
    ways = []

    def counted(*args, **kwargs):
        done = streams.stream(*args, **kwargs)
        ways.append("blocks" if done is not None else "whole")
        return done

    monkeypatch.setattr(delimited, "LARGE_BYTES", 100)
    monkeypatch.setattr(large, "LARGE", 100)
    monkeypatch.setattr(streams, "BLOCK", 700)
    monkeypatch.setattr(bulk, "_WINDOW", 64)
    monkeypatch.setattr(large, "stream", counted)
    return ways


def both(path, out=None):
    """Read a file block by block and whole, and write it as it comes; all three must be the same."""
    blocks = intake.read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "LARGE", 10**9)
        patch.setattr(large, "PACKED", 10**9)
        whole = intake.read(path)
    same(blocks, whole)
    if out is not None:
        audit = intake.clean(path, out)
        same(intake.read(out), whole)
        assert json.loads(json.dumps(audit)) == json.loads(json.dumps(whole.audit, default=str))
    read, kept, rejected = (whole.audit[f"rows_{name}"] for name in ("read", "kept", "rejected"))
    assert read == kept + rejected
    return blocks


def same(one, other):
    assert list(one.present()) == list(other.present())
    for name, frame in one.present().items():
        assert_frame_equal(frame, other.present()[name], check_exact=True)
    assert_frame_equal(one.rejected, other.rejected)
    assert json.loads(json.dumps(one.audit, default=str)) == json.loads(json.dumps(other.audit, default=str))


def accounts(rows, *, seed=1):
    """Draw invented accounts: handle, followers, average likes, price."""
    draw = random.Random(seed)
    return [
        (f"@maker_{i}", draw.randint(500, 5_000_000), draw.randint(5, 90_000), draw.randint(20, 9_000))
        for i in range(rows)
    ]


def file(tmp_path, header, lines, *, name="list.csv", encoding="utf-8", end="\n"):
    path = tmp_path / name
    path.write_bytes((end.join([header, *lines]) + end).encode(encoding))
    return path


def english(rows):
    return [f'{h},"{f:,}",{likes / 10:.1f}K,{100 * likes / f:.2f}%,"$ {fee:,.2f}"' for h, f, likes, fee in rows]


ENGLISH = "Account,Followers,Avg. Likes,Engagement Rate,Price per Post"


def test_suffixes_percent_signs_and_amounts(tmp_path, small):
    path = file(tmp_path, ENGLISH, english(accounts(200)))
    tables = both(path, tmp_path / "out")
    assert small[0] == "blocks"
    assert tables.creators["followers"].to_list() == [f for _, f, _, _ in accounts(200)]
    assert tables.creators["fee"].to_list() == [fee for *_, fee in accounts(200)]
    assert tables.creators["currency"].unique().to_list() == ["USD"]


def test_decimal_commas_semicolons_and_a_title(tmp_path, small):
    point = str.maketrans(",.", ".,")
    lines = [
        f"{h};{f:,}".translate(point) + f";{likes / 7:.1f};{fee:,.2f} €".translate(point)
        for h, f, likes, fee in accounts(150)
    ]
    path = file(
        tmp_path, "Liste der Konten\nKonto;Follower;Durchschnittliche Likes;Preis pro Beitrag", lines, end="\r\n"
    )
    tables = both(path, tmp_path / "out")
    assert small[0] == "blocks"
    assert tables.creators["followers"].to_list() == [f for _, f, _, _ in accounts(150)]
    assert tables.creators["fee"].to_list() == [fee for *_, fee in accounts(150)]


def test_rows_that_are_no_data_and_cells_over_several_lines(tmp_path, small):
    lines = english(accounts(120))
    lines[10] = lines[10].replace("@maker_10", '"@maker_10\n(on leave)"')
    lines[30:30] = [ENGLISH, ",,,,", lines[3]]
    lines[70:70] = [lines[20] + ",too,many", "#N/A,N/A,-,hidden,n/a"]
    lines.append("Total,999999,1,1,1")
    tables = both(file(tmp_path, ENGLISH, lines), tmp_path / "out")
    assert small[0] == "blocks"
    reasons = tables.rejected["reason"].value_counts().sort("reason").rows()
    assert dict(reasons)["an exact copy of an earlier row"] == 1  # two blocks further down
    assert {"a totals row", "empty row", "the header repeated", "no recognised column holds anything"} <= {
        r for r, _ in reasons
    }
    assert tables.audit["rows_read"] == len(lines)


def test_copies_in_other_blocks_are_found(tmp_path, small):
    lines = english(accounts(100))
    tables = both(file(tmp_path, ENGLISH, [*lines, *lines[::-1]]), tmp_path / "out")
    assert tables.audit["duplicates_removed"] == 100
    assert tables.creators.height == 100
    assert small[0] == "blocks"


def test_copies_in_other_blocks_of_rows_with_dates_are_found(tmp_path, small):
    lines = [f"p{i},@maker_{i % 9},2024-0{1 + i % 9}-1{i % 9}T0{i % 9}:15:00Z,{100 + i},{9000 + i}" for i in range(150)]
    lines[120] = lines[3]
    blocks = both(file(tmp_path, "Post ID,Username,Published at,Likes,Views", lines), tmp_path / "out")
    assert set(small) == {"blocks"}
    assert blocks.audit["duplicates_removed"] == 1
    assert blocks.posts["published_at"].null_count() == 0


def test_accounts_listed_again_with_other_figures_stay_and_are_said(tmp_path, small):
    lines = english(accounts(80)) + english(accounts(80, seed=2))
    tables = both(file(tmp_path, ENGLISH, lines), tmp_path / "out")
    assert tables.creators.height == 160
    assert any(text.startswith("80 accounts (handle)") for text in tables.audit["files"][0]["warnings"])


def test_what_late_rows_prove_holds_for_early_ones(tmp_path, small):
    """The first block leaves the sign of averages open (1.234), the last proves it: a comma."""
    open_ones = [f"@maker_{i};{1000 + i};{1 + i % 9}.{100 + i}" for i in range(150)]
    proof = [f"@later_{i};{2000 + i};{i % 9},{i % 10}" for i in range(400)]
    tables = both(file(tmp_path, "Account;Followers;Average likes", [*open_ones, *proof]), tmp_path / "out")
    assert tables.creators["avg_likes"][:3].to_list() == [1100, 2101, 3102]
    assert small[0] == "blocks"


def test_percent_or_fraction_is_one_decision(tmp_path, small):
    lines = [f"@m{i},{10_000 + i},{0.01 + 0.0001 * (i % 9):.4f}" for i in range(100)]
    lines += [f"@n{i},{10_000 + i},{1 + i % 9}.5" for i in range(300)]
    tables = both(file(tmp_path, "Account,Followers,Engagement rate", lines), tmp_path / "out")
    assert tables.creators["engagement_rate"][-1] == pytest.approx((1 + 299 % 9 + 0.5) / 100)


def test_a_second_currency_far_down(tmp_path, small):
    lines = [f"@m{i},{10_000 + i},$ {i + 5}" for i in range(200)] + ["@z,5000,€ 70"]
    tables = both(file(tmp_path, "Account,Followers,Fee", lines), tmp_path / "out")
    assert tables.creators["currency"].to_list() == ["USD"] * 200 + ["EUR"]
    assert small[0] == "blocks"


def test_posts_with_iso_dates_and_text(tmp_path, small):
    lines = [
        f'p{i:05d},maker_{i % 17},2026-0{1 + i % 9}-1{i % 9}T10:0{i % 6}:00,"wörds, and ""quotes"" {i}",{i * 31},{i * 900}'
        for i in range(150)
    ]
    path = file(tmp_path, "post_id,username,published_at,caption,likes,views", lines)
    tables = both(path, tmp_path / "out")
    assert small[0] == "blocks"
    assert tables.posts["likes"].sum() == sum(i * 31 for i in range(150))
    assert tables.posts["published_at"].null_count() == 0


def test_unread_cells_are_counted_over_all_blocks(tmp_path, small):
    lines = english(accounts(150))
    for at in (3, 60, 61, 140):
        lines[at] = lines[at].split(",")[0] + ",on request,1.0K,N/A,$ 5.00"
    (entry,) = both(file(tmp_path, ENGLISH, lines)).audit["files"]
    assert entry["unparsed"]["Followers"]["count"] == 4
    assert entry["unparsed"]["Followers"]["lines"] == [5, 62, 63, 142]  # a header, and lines count from one


def test_placements_that_contradict_themselves(tmp_path, small):
    lines = [f"c{i % 5},@m{i % 40},{i + 50},{i * 3},{i * 2 if i % 10 else i * 4 + 1},{i}" for i in range(200)]
    tables = both(file(tmp_path, "campaign_id,creator,cost,clicks,conversions,revenue", lines), tmp_path / "out")
    assert tables.audit["warnings"] == ["placements: conversions exceed clicks in 20 of 200 rows"]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Account,Followers,Snapshot date", "@m{m},{i}000,2026-04-{d}"),  # a tracker
        ("Name,Instagram followers,TikTok followers", "Mara {i},{i}000,{i}500"),  # a row a person
        ("Account,Followers,Followers", "@m{i},{i}.0K,{i}000"),  # a column and its twin
        ("Account,Followers,Category", "@m{i},{i}000,BeautÃ© et santÃ©"),  # mojibake
    ],
)
def test_what_only_the_whole_tells_is_read_whole(tmp_path, small, header, line):
    lines = [line.format(i=i + 1, m=i % 9, d=f"{1 + i % 28:02d}") for i in range(120)]
    both(file(tmp_path, header, lines), tmp_path / "out")
    assert "whole" in small


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "windows-1252"),
        ("utf-8-sig", "a large file"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_encodings_stream_too(tmp_path, small, monkeypatch, encoding, said, end):
    monkeypatch.setattr(text, "_PIECE", 101)  # pieces end inside characters and between the signs of a line's end
    lines = [f"@m{i};{i},5K;1.0{i},50 €;café Ö{i}" for i in range(11, 99)]
    blocks = both(file(tmp_path, "Account;Followers;Preis;Bio", lines, encoding=encoding, end=end), tmp_path / "out")
    assert small[-1] == "blocks"
    assert blocks.creators["fee"].sum() == sum(1000 + i + 0.5 for i in range(11, 99))
    assert blocks.creators["followers"].sum() == sum(1000 * i + 500 for i in range(11, 99))
    assert blocks.audit["files"][0]["rules"][0] == f"read as {said}"


def test_a_text_in_another_encoding_that_holds_nul_is_read_whole(tmp_path, small):
    lines = [f"@m{i};{i},5K;é" for i in range(11, 99)]
    lines[70] += "\x00"
    both(file(tmp_path, "Account;Followers;Bio", lines, encoding="cp1252"))
    assert "blocks" not in small


def test_compressed_files_stream_too(tmp_path, small, monkeypatch):
    monkeypatch.setattr(large, "PACKED", 10)
    plain = file(tmp_path, ENGLISH, english(accounts(100)))
    packed = tmp_path / "list.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    both(packed, tmp_path / "out")
    assert small[0] == "blocks"


def test_a_map_decides_here_too(tmp_path, small):
    path = file(tmp_path, "Account,Followers,Zahl", [f"@m{i},{i + 1000},{i}" for i in range(100)])
    tables = intake.read(path, mapping={"Zahl": "avg_likes"})
    assert tables.creators["avg_likes"].to_list() == list(range(100))
    assert small == ["blocks"]


def test_a_failed_write_leaves_nothing(tmp_path, small, monkeypatch):
    path = file(tmp_path, ENGLISH, english(accounts(100)))
    monkeypatch.setattr(reading, "write_tables", lambda *_: (_ for _ in ()).throw(RuntimeError("no")))
    with pytest.raises(RuntimeError):
        intake.clean(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


cells = st.sampled_from(
    [
        "13.6M",
        "5,2K",
        "1.234",
        "1,234",
        "12",
        "0.5",
        "N/A",
        "-",
        "",
        "hidden",
        "7%",
        "$ 5",
        "€ 1.200,50",
        "abc",
        "1e5",
        "12 (est)",
        "1,234,567",
        "2026-01-05",
        "€ 3",
        "-4",
        "#REF!",
        "١٢",
    ]
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_any_cells_in_any_blocks(tmp_path_factory, data, seed):
    """Whatever stands in the cells, wherever the blocks are cut: the same tables and the same account."""
    few = data.draw(st.lists(cells, min_size=2, max_size=6))
    draw = random.Random(seed)
    lines = []
    for _ in range(draw.randint(30, 90)):
        key = f"@m{draw.randint(0, 60)}"
        lines.append(",".join([key, *(f'"{draw.choice(few)}"' for _ in range(4))]))
        if draw.random() < 0.1:
            lines.append(draw.choice(lines))
    path = tmp_path_factory.mktemp("cells") / "list.csv"
    path.write_text("Account,Followers,Avg. Likes,Engagement Rate,Fee\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "LARGE_BYTES", 100)
        patch.setattr(large, "LARGE", 100)
        patch.setattr(streams, "BLOCK", draw.randint(60, 900))
        patch.setattr(bulk, "_WINDOW", 64)
        try:
            blocks = intake.read(path)
        except analysis.errors.UnusableDataError as refused:
            blocks = str(refused)
        patch.setattr(large, "LARGE", 10**9)
        try:
            whole = intake.read(path)
        except analysis.errors.UnusableDataError as refused:
            whole = str(refused)
    if isinstance(whole, str):
        assert blocks == whole
    else:
        same(blocks, whole)


def test_blocks_end_where_rows_end(tmp_path, small):
    lines = [f'@m{i},"a\n""b"", c {"x" * (i % 50)}",{i}' for i in range(300)]
    path = file(tmp_path, "Account,Bio,Followers", lines)
    layout = bulk.lay_out("list.csv", path)
    whole = bulk.read_bulk("list.csv", path)
    parts = [raw for raw, _ in layout.blocks(500)]
    assert len(parts) > 10
    assert_frame_equal(pl.concat([raw.frame for raw in parts]), whole.frame)
    assert pl.concat([raw.lines for raw in parts]).to_list() == whole.lines.to_list()


@pytest.mark.parametrize("loaded", [True, False])
def test_hashes_and_places_are_the_same_with_numpy_and_without(monkeypatch, loaded):
    for module in (repeats, distinct):
        monkeypatch.setattr(module, "numpy_at_hand", lambda: loaded)
    hashes = pl.Series([2**64 - 1, 7, 5, 7, 2**64 - 1, 0, 3], dtype=pl.UInt64)
    again = [True, True, False, True, True, False, False]
    assert repeats.recurring_hashes(hashes).to_list() == again
    assert repeats.recurring_hashes(hashes.slice(2, 1)).to_list() == [False]
    assert repeats.recurring_hashes(hashes.head(0)).to_list() == []
    held = pl.Series([4, None, 0, 4, 4], dtype=pl.UInt32)
    assert dict(zip(*distinct.rows_of(held), strict=True)) == {0: 1, 4: 3}
    assert [len(part) for part in distinct.rows_of(held.slice(1, 1))] == [0, 0]


def test_a_column_of_ever_new_cells_is_read_as_one_that_is_remembered(tmp_path, small, monkeypatch):
    path = file(tmp_path, ENGLISH, english(accounts(300)))
    remembered = intake.read(path)
    monkeypatch.setattr(evidence, "MOST_KNOWN", 3)
    same(both(path), remembered)
    assert small == ["blocks"] * 2


def test_a_cell_is_understood_once_and_its_rows_count_in_every_block():
    """Four cells in three blocks, counted by hand; a plan that changes on the way is the plan of all."""
    column = NumberColumn("count", "")
    for cells in (["1.234", "n/a"], ["1.234", "1.234", "5K"], ["n/a", "1.2345", "1.234"]):
        column.read(pl.Series(cells), column.plan())
    assert column.said().markers == {"n/a": 2}
    assert "proved by 1 cell" in column.said().evidence
    assert column.read(pl.Series(["1.234", "5K", "n/a"]), column.plan()).values.to_list() == [1.234, 5000.0, None]
    assert column.evidence.said().seen["weak ."] == 5
