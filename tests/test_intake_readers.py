"""Reading bytes: separators, headers, encodings, ragged and hostile files. Expected tables are written by hand."""

import datetime as dt
import io

import polars as pl
import pytest

from analysis.errors import SourceError, UnusableDataError
from analysis.intake import delimited
from analysis.intake.delimited import read_delimited
from analysis.intake.readers import read_tables, sniff
from analysis.intake.text import decode
from analysis.intake.workbook import read_workbook

PLAIN = "Username,Followers,Likes\nmara,1200,30\njon,5400,80\n"


def one(text: str | bytes):
    tables = read_delimited("t.csv", data=text.encode() if isinstance(text, str) else text)
    assert len(tables) == 1
    return tables[0]


def rows(table):
    return [tuple(row) for row in table.frame.rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator):
    table = one(PLAIN.replace(",", separator))
    assert table.headers == ["Username", "Followers", "Likes"]
    assert rows(table) == [("mara", "1200", "30"), ("jon", "5400", "80")]
    assert table.lines.to_list() == [2, 3]


def test_decimal_comma_does_not_pass_for_a_separator():
    table = one("Name;Rate;Views\na;1,5;1,2M\nb;3,25;980\nc;0,1;7K\n")
    assert table.headers == ["Name", "Rate", "Views"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    assert rows(one(PLAIN.replace("\n", end))) == rows(one(PLAIN))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encodings(encoding):
    text = "Nutzername;Abonnenten;Größe\nmüller;1.200;é\n"
    table = one(text.encode(encoding))
    assert table.headers == ["Nutzername", "Abonnenten", "Größe"]
    assert rows(table) == [("müller", "1.200", "é")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("크리에이터,플랫폼,팔로워 수\n김민수,인스타그램,12000\n박지영,유튜브,34000\n", "cp949"),
        ("クリエイター,フォロワー数,平均再生数\n山田太郎,1200,33\n佐藤花子,2200,44\n", "shift_jis"),
        ("Имя,Подписчики\nИван,1200\nМария,3400\n", "cp1251"),
        ("Kullanıcı Adı,Takipçi Sayısı,Beğeni\nşule,1200,22\ngüneş,33,44\n", "cp1254"),
    ],
)
def test_code_pages(text, encoding):
    assert decode(text.encode(encoding))[0] == text


def test_stray_bytes_in_utf8_are_read_one_by_one_and_said():
    text, encoding = decode("naïve café señor".encode() + b" \x80 5")
    assert text.endswith("€ 5")
    assert "stray" in encoding


def test_title_and_blank_lines_above_the_header():
    table = one("Report of May;;\n;;\nUsername;Followers;Likes\nmara;1200;30\n")
    assert table.headers == ["Username", "Followers", "Likes"]
    assert table.lines.to_list() == [4]
    assert any("above the header" in note for note in table.notes)


def test_comment_line_above_the_header():
    assert one("# made by a tool,,\nUsername,Followers,Likes\na,1,2\nb,3,4\n").headers[0] == "Username"


def test_declared_separator():
    table = one('sep=;\nUsername;Followers\nmara;"1,2"\n')
    assert table.headers == ["Username", "Followers"]
    assert table.lines.to_list() == [3]


def test_repeated_header_totals_and_notes_are_set_aside():
    table = one(
        "Username,Followers,Likes,Views\nTotal,9,9,9\nmara,1200,30,4\nUsername,Followers,Likes,Views\njon,5,8,9\n"
        "Showing top 500 results,,,\n"
    )
    assert [reason for _, reason, _ in table.rejected] == ["a totals row", "the header repeated", "a note, not a row"]
    assert [line for line, _, _ in table.rejected] == [2, 4, 6]
    assert table.frame.height == 2


def test_quoted_cells_over_several_lines_keep_their_line_numbers():
    table = one('Handle,Caption,Likes\na,"one\ntwo\nthree",5\nb,x,6\n')
    assert table.lines.to_list() == [2, 5]
    assert rows(table)[0][1] == "one\ntwo\nthree"


def test_a_quotation_mark_never_closed_costs_one_line_at_most():
    body = "".join(f'user{i},{i},"ok {i}"\n' for i in range(60))
    table = one("Handle,Likes,Caption\n" + body + 'bad,7,"never closed\n' + body)
    assert table.rows_read >= 120
    assert any("never closed" in note for note in table.notes)


def test_too_many_cells_are_rejected_and_too_few_are_missing():
    table = one("Handle,Likes,Views\na,1\nb,1,2,3\nc,1,2\n")
    assert rows(table) == [("a", "1", None), ("c", "1", "2")]
    assert table.rejected == [(3, "4 cells where the header has 3", ["b", "1", "2", "3"])]


def test_several_tables_in_one_file():
    text = "Post ID,Likes,Comments\n1,2,3\n4,5,6\n\nTop accounts\nUsername,Followers,Country\nmara,100,DE\njon,200,FR\n"
    tables = read_delimited("t.csv", data=text.encode())
    assert [table.headers[0] for table in tables] == ["Post ID", "Username"]
    assert [table.frame.height for table in tables] == [2, 2]
    assert tables[1].lines.to_list() == [7, 8]


def test_a_line_of_groups_is_joined_to_a_header_that_repeats():
    table = one("Creator,Instagram,,TikTok,\n,Handle,Followers,Handle,Followers\nMara,m,1,t,2\nJon,j,3,k,4\n")
    assert table.headers[1:] == ["Instagram Handle", "Instagram Followers", "TikTok Handle", "TikTok Followers"]


def test_a_row_that_describes_the_columns_is_no_row():
    long = ",".join(f"Lifetime: the total number of people of kind {i}" for i in range(3))
    table = one(f"Post ID,Reach,Likes,Comments\n,{long}\n1,10,5,2\n2,20,7,3\n")
    assert rows(table) == [("1", "10", "5", "2"), ("2", "20", "7", "3")]


def test_a_file_without_a_header_says_so():
    table = one("mara,1200,30\njon,5400,80\n")
    assert "no header row was found" in table.notes
    assert table.frame.height == 2


def test_duplicate_headers_are_kept_apart():
    table = one("Likes,Likes\n1K,1000\n")
    assert table.headers == ["Likes", "Likes"]
    assert table.frame.columns == ["Likes", "Likes__2"]


def test_large_and_small_reader_give_the_same_table(tmp_path, monkeypatch):
    text = (
        "title line,,\nUsername,Followers,Caption\n"
        + "".join(f'u{i},{i * 10},"line\nbreak {i}"\n' if i % 7 == 0 else f"u{i},{i}.5K, ok \n" for i in range(400))
        + "u1,2,3,4\n,,\nTotal,5,\nUsername,Followers,Caption\n"
    )
    path = tmp_path / "big.csv"
    path.write_text(text)
    small = read_delimited("big.csv", path=path)[0]
    monkeypatch.setattr(delimited, "LARGE_BYTES", 10)
    large = read_delimited("big.csv", path=path)[0]
    assert "read as a large file" in large.notes
    assert large.headers == small.headers
    assert large.frame.equals(small.frame)
    assert large.lines.to_list() == small.lines.to_list()
    assert large.rejected == small.rejected


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"a,b\n" + b"\x00\x01\x02" * 500, "NUL"),
    ],
)
def test_what_is_no_table_is_refused_with_its_name(data, word):
    with pytest.raises(UnusableDataError, match=word):
        read_tables("x.csv", data=data)


def test_too_many_columns_are_refused():
    with pytest.raises(UnusableDataError, match="columns"):
        read_delimited("t.csv", data=(",".join(f"c{i}" for i in range(6000)) + "\n" + "1," * 5999 + "1\n").encode())


def _workbook(**sheets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for row in content["rows"]:
            sheet.append(row)
        for merged in content.get("merge", ()):
            sheet.merge_cells(merged)
        sheet.sheet_state = content.get("state", "visible")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbook_sheets_types_and_hidden():
    data = _workbook(
        Creators={"rows": [["Report"], [], ["Username", "Followers", "Joined"], ["mara", 1200, dt.datetime(2024, 3, 1)], ["jon", 5.5, None]]},
        Old={"rows": [["Username", "Followers"], ["x", 1]], "state": "hidden"},
        Empty={"rows": []},
    )  # fmt: skip
    tables = read_workbook("b.xlsx", data=data)
    assert [(table.part, table.hidden) for table in tables] == [("Creators", False), ("Old", True)]
    assert rows(tables[0]) == [("mara", "1200", "2024-03-01"), ("jon", "5.5", None)]
    assert tables[0].lines.to_list() == [4, 5]


def test_workbook_merged_header_is_joined():
    data = _workbook(
        S={
            "rows": [
                ["Creator", "Instagram", None, "TikTok", None],
                [None, "Handle", "Followers", "Handle", "Followers"],
                ["Mara", "m", 1, "t", 2],
            ],
            "merge": ["B1:C1", "D1:E1"],
        }
    )
    table = read_workbook("b.xlsx", data=data)[0]
    assert table.headers == ["Creator", "Instagram Handle", "Instagram Followers", "TikTok Handle", "TikTok Followers"]
    assert rows(table) == [("Mara", "m", "1", "t", "2")]


def test_damaged_workbook_and_parquet_are_refused():
    with pytest.raises(SourceError, match="damaged"):
        read_tables("b.xlsx", data=b"PK\x03\x04 nothing of a workbook")
    with pytest.raises(SourceError, match="Parquet"):
        read_tables("b.parquet", data=b"PAR1 nothing")


def test_parquet_nested_and_typed():
    frame = pl.DataFrame({"id": [2**60], "stats": [{"likes": 5, "views": None}], "at": [dt.datetime(2024, 1, 2, 3)]})
    stream = io.BytesIO()
    frame.write_parquet(stream)
    table = read_tables("p.parquet", data=stream.getvalue())[0]
    cells = dict(zip(table.headers, table.frame.row(0), strict=True))
    assert cells["id"] == str(2**60)
    assert cells["stats.likes"] == "5"
    assert cells["stats.views"] is None
    assert cells["at"].startswith("2024-01-02")


def test_sniff():
    assert sniff(b'\xef\xbb\xbf  {"data": []}') == "json"
    assert sniff(b"name,followers") == "text"


@pytest.mark.parametrize(
    ("line", "reason", "kept"),
    [
        ("x,1,2,3", "4 cells where the header has 2", 1000),
        ("x,1,,5", "4 cells where the header has 2", 1000),
        ("x", "", 1001),
    ],
)
def test_lines_too_long_or_short_in_a_large_file(tmp_path, monkeypatch, line, reason, kept):
    monkeypatch.setattr(delimited, "LARGE_BYTES", 10)
    lines = [f"user{i},{i + 1000}" for i in range(1000)]
    (tmp_path / "big.csv").write_text("\n".join(["handle,followers", *lines[:500], line, *lines[500:]]) + "\n")
    (table,) = delimited.read_delimited("big.csv", path=tmp_path / "big.csv")
    assert "read as a large file" in table.notes
    assert table.frame.height == kept
    assert [(at, why) for at, why, _ in table.rejected] == ([(502, reason)] if reason else [])
    (tmp_path / "latin.csv").write_bytes("\n".join(["handle,followers", *lines, "Jürgen,5"]).encode("cp1252"))
    (table,) = delimited.read_delimited("latin.csv", path=tmp_path / "latin.csv")
    assert table.frame.row(-1) == ("Jürgen", "5")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_decimal_comma_in_every_row_is_no_separator(quote):
    body = "".join(f"{quote}a{i}{quote};{quote}{i}{quote};{quote}3,{i % 9}{quote}\n" for i in range(300))
    (table,) = read_delimited("a.csv", data=f"handle;followers;rate\n{body}".encode())
    assert table.headers == ["handle", "followers", "rate"]
    assert table.frame.row(7) == ("a7", "7", "3,7")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_large_file_in_another_encoding_is_read_as_a_small_one(tmp_path, monkeypatch, encoding):
    lines = ["handle;followers", *(f'"Jürgen {i}";"{i},5K"' for i in range(300)), "Gesamt;7"]
    path = tmp_path / "big.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    (small,) = read_delimited("big.csv", path=path)
    monkeypatch.setattr(delimited, "LARGE_BYTES", 10)
    (large,) = read_delimited("big.csv", path=path)
    assert "read as a large file" in large.notes
    assert set(small.notes) <= set(large.notes)  # the encoding is said
    assert large.frame.equals(small.frame)
    assert large.rejected == small.rejected == [(302, "a totals row", ["Gesamt", "7"])]


def test_a_large_file_that_is_not_plain_is_refused_beyond_what_forgiving_costs(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "LARGE_BYTES", 10)
    path = tmp_path / "big.csv"
    path.write_text('handle,followers\n"bob,1\n' + "amy,2\n" * 50)  # a quotation mark that is never closed
    (table,) = read_delimited("big.csv", path=path)
    assert "never closed" in " ".join(table.notes)
    monkeypatch.setattr(delimited, "MOST_FORGIVEN", 100)
    with pytest.raises(UnusableDataError, match="not one plain table"):
        read_delimited("big.csv", path=path)


@pytest.mark.parametrize("cell", ["\n", "0\n"])
def test_a_quoted_line_break_is_no_open_quote(cell):
    data = f'handle,followers,likes\nbob,100,7\n,,\n,,\n,,"{cell}",\n'.encode()
    (table,) = delimited.read_delimited("a.csv", data=data)
    assert table.frame.height + len(table.rejected) == (1 if not cell.strip() else 4)
    assert not [note for note in table.notes if "never closed" in note]
