"""What a person says in a map decides: the column, the sign, the unit, the order of dates, the money, the kind of row.

Expected values are hand arithmetic on the rows written here.
"""

import re
from pathlib import Path

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from analysis import intake
from analysis.errors import ParameterError
from analysis.intake import bulk, delimited, large, streams
from analysis.intake.tables import Tables

DOUBTFUL = """handle,followers,Avg likes,ER,fee
ana,12000,1.234,0.9,"$100"
ben,150000,5.678,0.5,"$2,500"
cho,220000,4.321,0.7,$900
"""
POSTS = "post_id,handle,posted,likes\np1,ana,03/04/2024,10\np2,ana,05/06/2024,20\np3,ben,07/08/2024,30\n"


def read(tmp_path: Path, text: str, mapping: object = None) -> Tables:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return intake.read(path, mapping=mapping)  # type: ignore[arg-type]


def values(frame: pl.DataFrame | None, column: str) -> list[object]:
    assert frame is not None
    return frame[column].to_list()


def test_the_decimal_sign_is_the_one_that_is_said(tmp_path: Path) -> None:
    for sign, expected in (("dot", [1.234, 5.678, 4.321]), ("comma", [1234.0, 5678.0, 4321.0])):
        tables = read(tmp_path, DOUBTFUL, {"Avg likes": {"column": "avg_likes", "decimal": sign}})
        assert values(tables.creators, "avg_likes") == expected
        assert "Avg likes" not in tables.audit["files"][0]["in_doubt"]
        assert any("as the map says" in rule for rule in tables.audit["files"][0]["rules"])


def test_a_rate_is_in_the_unit_that_is_said(tmp_path: Path) -> None:
    for unit, expected in (("percent", [0.009, 0.005, 0.007]), ("fraction", [0.9, 0.5, 0.7])):
        tables = read(tmp_path, DOUBTFUL, {"ER": {"column": "engagement_rate", "rate": unit}})
        assert values(tables.creators, "engagement_rate") == pytest.approx(expected, abs=1e-12)


def test_a_percent_sign_stands_whatever_is_said(tmp_path: Path) -> None:
    text = "handle,followers,ER\nana,12000,3%\nben,150000,0.5\n"
    told = {"ER": {"column": "engagement_rate", "rate": "fraction"}}
    assert values(read(tmp_path, text, told).creators, "engagement_rate") == pytest.approx([0.03, 0.5], abs=1e-12)


def test_dates_are_in_the_order_that_is_said(tmp_path: Path) -> None:
    for order, expected in (
        ("day-month-year", ["2024-04-03", "2024-06-05", "2024-08-07"]),
        ("month-day-year", ["2024-03-04", "2024-05-06", "2024-07-08"]),
    ):
        tables = read(tmp_path, POSTS, {"posted": {"column": "published_at", "dates": order}})
        assert tables.posts is not None
        assert tables.posts["published_at"].dt.date().cast(pl.String).to_list() == expected
        assert tables.audit["files"][0]["in_doubt"] == {}


def test_a_bare_dollar_is_the_dollar_that_is_said(tmp_path: Path) -> None:
    tables = read(tmp_path, DOUBTFUL, {"fee": {"column": "fee", "currency": "AUD"}})
    assert values(tables.creators, "fee") == [100.0, 2500.0, 900.0]
    assert values(tables.creators, "currency") == ["AUD"] * 3


def test_currencies_that_cells_tell_apart_are_not_overruled(tmp_path: Path) -> None:
    text = "handle,followers,fee\nana,12000,€100\nben,150000,£50\n"
    tables = read(tmp_path, text, {"fee": {"column": "fee", "currency": "AUD"}})
    assert values(tables.creators, "currency") == ["EUR", "GBP"]


def test_what_is_in_doubt_stands_in_the_map_and_is_settled_by_giving_it_back(tmp_path: Path) -> None:
    first = read(tmp_path, DOUBTFUL)
    assert set(first.audit["files"][0]["in_doubt"]) == {"Avg likes", "ER"}
    assert "--write-map" in intake.describe(first)
    written = tmp_path / "map.yml"
    intake.write_map(first, written)
    told = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert told["Avg likes"] == {"column": "avg_likes", "decimal": "dot"}
    assert told["ER"] == {"column": "engagement_rate", "rate": "fraction"}
    assert told["followers"] == "followers"
    again = read(tmp_path, DOUBTFUL, written)
    assert first.creators is not None
    assert again.creators is not None
    assert_frame_equal(first.creators, again.creators)
    assert again.audit["files"][0]["in_doubt"] == {}
    assert "--write-map" not in intake.describe(again)


def test_large_files_are_read_as_said_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    rows = "".join(f"maker_{i},{1000 + i},{i % 9 + 1}.{i % 900 + 100},0.{i % 8 + 1}\n" for i in range(400))
    path = tmp_path / "list.csv"
    path.write_text("handle,followers,Avg likes,ER\n" + rows, encoding="utf-8")
    told = {
        "Avg likes": {"column": "avg_likes", "decimal": "comma"},
        "ER": {"column": "engagement_rate", "rate": "percent"},
    }
    whole = intake.read(path, mapping=told)
    stream = streams.stream

    def counted(*args: object, **kwargs: object) -> object:
        done = stream(*args, **kwargs)  # type: ignore[arg-type]
        ways.append(done is not None)
        return done

    for place, name, value in (
        (delimited, "LARGE_BYTES", 100), (large, "LARGE", 100), (streams, "BLOCK", 700), (bulk, "_WINDOW", 64),
        (large, "stream", counted),
    ):  # fmt: skip
        monkeypatch.setattr(place, name, value)
    blocks = intake.read(path, mapping=told)
    assert ways == [True]
    assert blocks.creators is not None
    assert whole.creators is not None
    assert_frame_equal(blocks.creators, whole.creators, check_exact=True)
    assert blocks.creators["avg_likes"].to_list()[:2] == [1100.0, 2101.0]
    assert blocks.creators["engagement_rate"].to_list()[:2] == pytest.approx([0.001, 0.002], abs=1e-12)
    rules = blocks.audit["files"][0]["rules"]
    assert [rule for rule in rules if rule != "read as a large file"] == whole.audit["files"][0]["rules"]


ACCOUNTS = "username,followers,likes,comments\nana,12000,450,12\nben,150000,5000,60\ncho,2200000,40000,300\n"


def test_columns_that_only_posts_have_say_that_rows_are_posts(tmp_path: Path) -> None:
    assert read(tmp_path, ACCOUNTS).creators is not None
    tables = read(tmp_path, ACCOUNTS, {"likes": "likes", "comments": "comments"})
    assert tables.creators is None
    assert values(tables.posts, "likes") == [450, 5000, 40000]
    assert values(tables.posts, "followers") == [12000, 150000, 2200000]


def test_a_column_without_a_place_is_named_and_not_dropped_in_silence(tmp_path: Path) -> None:
    tables = read(tmp_path, ACCOUNTS, {"likes": "revenue", "followers": "avg_likes"})
    assert values(tables.placements, "revenue") == [450.0, 5000.0, 40000.0]
    assert any("'followers' is avg_likes in the map" in text for text in tables.audit["files"][0]["warnings"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ER": {"column": "engagement_rate", "rate": "percnt"}}, ("'ER'", "did you mean 'percent'")),
        ({"ER": {"rate": "percent"}}, ("'ER'", "add column")),
        ({"ER": {"column": "engagement_rate", "rat": "percent"}}, ("'rat'", "did you mean 'rate'")),
        ({"ER": {"column": "engagment_rate"}}, ("'ER'", "did you mean 'engagement_rate'")),
        ({"ER": ["engagement_rate"]}, ("'ER'", "no column of ours")),
        ({"Fee": {"column": "fee", "currency": "EURO"}}, ("'Fee'", "ISO codes")),
    ],
)
def test_what_is_not_known_is_refused_with_the_nearest(said: dict[str, object], words: tuple[str, ...]) -> None:
    with pytest.raises(ParameterError) as refused:
        intake.load_map(said)  # type: ignore[arg-type]
    assert all(word in str(refused.value) for word in words)


def test_a_store_takes_a_file_again_when_something_else_is_said(tmp_path: Path) -> None:
    from analysis.intake import store as stores

    path = tmp_path / "list.csv"
    path.write_text(DOUBTFUL, encoding="utf-8")
    told = {"Avg likes": {"column": "avg_likes", "decimal": "dot"}}
    first = stores.ingest([path], tmp_path / "store", mapping=told)
    assert first.added == {"creators": 3}
    assert stores.ingest([path], tmp_path / "store", mapping=told).added == {}
    told["Avg likes"]["decimal"] = "comma"
    assert stores.ingest([path], tmp_path / "store", mapping=told).added == {"creators": 3}


def test_the_readme_shows_a_map_that_is_taken() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL) if "decimal" in block)
    told = intake.load_map(yaml.safe_load(shown))
    assert (told["Avg likes"].decimal, told["ER"].rate, told["Fee"].currency) == ("comma", "percent", "AUD")
    assert told["Notiz"].column == ""
