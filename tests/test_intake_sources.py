"""Files, folders, archives and databases: what is opened, what is refused, and that refusals are bounded."""

import gzip
import os
import socket
import sqlite3
import time
import zipfile

import pytest
from support.servers import postgresql

from analysis.errors import SourceError, UnusableDataError
from analysis.intake import databases, patience, sources
from analysis.intake.addresses import split_address
from analysis.intake.databases import read_database
from analysis.intake.sources import open_paths

CSV = "handle,followers\nbob,10\n"


def opened(*paths):
    """Return name → content or refusal, reading each source while it is open."""
    found = {}
    for source in open_paths(list(paths)):
        if source.tables is not None:
            found[source.name] = [(table.part, table.frame.rows()) for table in source.tables()]
        else:
            found[source.name] = f"!{source.refused}" if source.refused else source.path.read_bytes().decode()
    return found


def test_a_folder_in_order_without_hidden_files(tmp_path):
    for name in ("b.csv", "a/z.csv", ".hidden.csv", ".git/x.csv", "notes.md", "~$b.xlsx", "empty.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if name == "empty.csv" else CSV)
    assert list(opened(tmp_path)) == ["a/z.csv", "b.csv", "empty.csv", "notes.md"]
    assert opened(tmp_path)["notes.md"] == "!a text, not a table"
    assert opened(tmp_path)["empty.csv"] == "!an empty file"


def test_text_files_are_tables_when_they_look_it(tmp_path):
    (tmp_path / "prose.txt").write_text("Collected in May, from the web.\nSee the page, or ask, or both.\n")
    (tmp_path / "table.txt").write_text("a\tb\n1\t2\n")
    assert opened(tmp_path) == {"prose.txt": "!a text, not a table", "table.txt": "a\tb\n1\t2\n"}


def test_absent_and_empty(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        opened(tmp_path / "none.csv")
    with pytest.raises(UnusableDataError, match="no readable file"):
        opened(tmp_path)


def test_gzip_and_zip(tmp_path):
    with gzip.open(tmp_path / "a.csv.gz", "wt") as out:
        out.write(CSV)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("in/c.csv", CSV)
        archive.writestr("__MACOSX/._c.csv", "x")
        archive.writestr("readme.md", "x")
    assert opened(tmp_path) == {"a.csv.gz": CSV, "b.zip/in/c.csv": CSV, "b.zip/readme.md": "!a text, not a table"}


def test_a_workbook_is_not_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
    (source,) = open_paths(tmp_path / "b.xlsx")
    assert source.path == tmp_path / "b.xlsx"


def test_bombs_are_refused_in_time_and_space(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"0" * (200 * 2**20))
    with gzip.open(tmp_path / "bomb.csv.gz", "wb") as out:
        out.write(b"0" * (200 * 2**20))
    found = opened(tmp_path)
    assert found == {
        "bomb.csv.gz": "!unpacks beyond its limit; a zip bomb",
        "bomb.zip/bomb.csv": "!unpacks beyond its limit; a zip bomb",
    }


def test_what_leaves_the_folder_is_refused(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "secret.csv"
    inside.mkdir()
    outside.write_text(CSV)
    (inside / "link.csv").symlink_to(outside)
    with zipfile.ZipFile(inside / "z.zip", "w") as archive:
        archive.writestr("../../evil.csv", CSV)
        archive.writestr("/abs.csv", CSV)
    found = opened(inside)
    assert found["link.csv"] == "!a link that leaves the folder"
    assert [text for name, text in found.items() if name.startswith("z.zip")] == ["!a path that leaves the folder"] * 2
    assert not (tmp_path / "evil.csv").exists()


def test_broken_archives_and_archives_in_archives(tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 nonsense")
    (tmp_path / "broken.csv.gz").write_bytes(b"\x1f\x8b nonsense")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.csv.gz", gzip.compress(CSV.encode()))
    found = opened(tmp_path)
    assert found["broken.zip"].startswith("!a broken zip")
    assert found["broken.csv.gz"].startswith("!a broken gzip")
    assert found["outer.zip/inner.csv.gz"] == "!an archive inside an archive; unpack it"


def test_one_endless_line_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LONGEST_LINE", 2**16)
    monkeypatch.setattr(sources, "_CHUNK", 2**14)
    (tmp_path / "long.csv").write_bytes(b"a,b\n" + b"x" * 2**18)
    (tmp_path / "fine.csv").write_bytes(b"a,b\n" + b"1,2\n" * 2**16)
    assert [bool(source.refused) for source in open_paths(tmp_path)] == [False, True]


def test_a_pipe_is_not_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "a.csv").write_text(CSV)
    assert opened(tmp_path)["pipe.csv"] == "!not a regular file"


# Databases ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path):
    base = sqlite3.connect(tmp_path / "shop.db")
    base.executescript(
        """CREATE TABLE influencers (id INTEGER, handle TEXT, followers INTEGER);
        INSERT INTO influencers VALUES (1, 'bob', 10), (9007199254740993, 'amy', NULL);
        CREATE TABLE payouts (influencer_id INTEGER, amount REAL); INSERT INTO payouts VALUES (1, 2.5);"""
    )
    base.commit()
    base.close()
    return tmp_path / "shop.db"


ACCOUNTS = [("1", "bob", "10"), ("9007199254740993", "amy", None)]


def test_sqlite_file_address_table_and_query(shop):
    both = [("influencers", ACCOUNTS), ("payouts", [("1", "2.5")])]
    assert opened(shop) == {"shop.db": both}
    assert opened(f"sqlite:///{shop}") == {"shop.db": both}
    assert opened(f"sqlite:///{shop}::influencers") == {"shop.db": both[:1]}
    assert opened(f"{shop}::payouts") == {"shop.db": both[1:]}
    assert opened(f"sqlite:///{shop}::SELECT handle FROM influencers WHERE id = 1") == {"shop.db": [("", [("bob",)])]}


@pytest.mark.parametrize(
    "what",
    ["DROP TABLE payouts", "DELETE FROM payouts", "SELECT 1; DROP TABLE payouts", "UPDATE payouts SET amount = 0"],
)
def test_only_select_is_taken(shop, what):
    with pytest.raises(SourceError, match=r"shop\.db"):
        opened(f"sqlite:///{shop}::{what}")
    assert read_database(str(shop), "payouts")[0].frame.height == 1


def test_refusals_of_databases_name_what_to_do(shop, tmp_path):
    with pytest.raises(SourceError, match=r"has no table 'payout' \(did you mean 'payouts'\?\)"):
        read_database(str(shop), "payout")
    with pytest.raises(SourceError, match="no such database file"):
        read_database(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(SourceError, match="no such column"):
        read_database(str(shop), "SELECT absent FROM payouts")
    with pytest.raises(SourceError, match="not a database this installation knows"):
        read_database("nosuch://host/base")


def test_duckdb(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as base:
        base.execute(
            "CREATE TABLE posts AS SELECT 1 AS id, DATE '2024-01-05' AS day, 2.50::DECIMAL(9,2) AS cost, NULL AS n"
        )
        base.execute("CREATE VIEW v AS SELECT id FROM posts")
    assert opened(file) == {"shop.duckdb": [("posts", [("1", "2024-01-05", "2.50", None)])]}
    assert opened(f"duckdb:///{file}::v") == {"shop.duckdb": [("v", [("1",)])]}
    assert opened(f"duckdb:///{file}::SELECT id::DOUBLE AS d FROM posts") == {"shop.duckdb": [("", [("1.0",)])]}
    secret = tmp_path / "secret.csv"
    secret.write_text(CSV)
    with pytest.raises(SourceError):
        opened(f"duckdb:///{file}::SELECT * FROM '{secret}'")


def test_a_database_that_does_not_answer_is_given_up(monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.setattr(databases, "CONNECT_SECONDS", 2)
    with socket.socket() as silent:  # accepts, and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(SourceError) as refusal:
            read_database(f"postgresql+psycopg://me:secret@127.0.0.1:{silent.getsockname()[1]}/shop", "t")
    assert time.monotonic() - start < 60  # it would be silent for ever
    assert "secret" not in str(refusal.value)
    assert "127.0.0.1" not in str(refusal.value)


def test_a_query_without_end_is_stopped(shop, monkeypatch):
    monkeypatch.setattr(patience, "QUERY_SECONDS", 1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(SourceError, match="more than 1 seconds"):
        read_database(str(shop), endless)


def test_a_query_is_not_stopped_while_it_gives_rows(shop, monkeypatch):
    """Each batch is waited for anew: nothing is late where batches come, however long all of them take."""
    waits = []

    class Timer:
        def __init__(self, seconds, ring):
            waits.append(seconds)

        def start(self): ...

        def cancel(self):
            waits.append("heard")

    monkeypatch.setattr(patience.threading, "Timer", Timer)
    monkeypatch.setattr(databases, "_BATCH", 10)
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 35) SELECT i AS likes FROM n"
    (table,) = read_database(str(shop), rows)
    assert table.frame["likes"].cast(int).sum() == 35 * 36 / 2
    assert waits == [120, "heard"] * 5  # four batches, and the end


def test_rows_without_end_are_stopped(shop, monkeypatch):
    monkeypatch.setattr(patience, "MOST_SECONDS", 0)
    with pytest.raises(SourceError, match="still gives rows after 0 seconds"):
        read_database(str(shop), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")


@pytest.fixture(scope="module")
def postgres():
    """Return the address of a PostgreSQL started for these tests, or skip."""
    psycopg = pytest.importorskip("psycopg")
    with postgresql() as address:
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as base:
            base.execute("CREATE TABLE payouts (id bigint, amount numeric(9,2), paid timestamptz, ok boolean)")
            base.execute("INSERT INTO payouts VALUES (9007199254740993, 2.50, '2024-01-05 10:00+00', true)")
        yield address


def test_postgresql(postgres):
    (table,) = read_database(postgres, "payouts")
    row = table.frame.row(0, named=True)
    assert (row["id"], row["amount"], row["ok"]) == ("9007199254740993", "2.50", "true")
    assert row["paid"].startswith("2024-01-05T1")
    (one,) = read_database(postgres, "SELECT amount::int AS whole FROM payouts")
    assert one.frame.rows() == [("3",)] or one.frame.rows() == [("2",)]
    with pytest.raises(SourceError, match=r"read-only|data-modifying"):
        read_database(postgres, "WITH gone AS (DELETE FROM payouts RETURNING id) SELECT * FROM gone")
    assert read_database(postgres)[0].label == "postgres › payouts"


def test_a_postgresql_database_becomes_canonical_tables(postgres):
    """Every table of a base is judged like a file: 120.00 + 80.50 paid = 200.50, likes 900; the log is refused."""
    import psycopg

    from analysis.intake import read

    server = postgres.replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as base:
        base.execute("CREATE SCHEMA IF NOT EXISTS public")
        base.execute(
            "CREATE TABLE deals (creator_id bigint, campaign text, cost numeric(9,2), likes int, posted_on date)"
        )
        base.execute(
            "INSERT INTO deals VALUES (1, 'spring', 120.00, 900, '2024-01-05'), (2, 'spring', 80.50, NULL, '2024-02-05')"
        )
        base.execute("CREATE TABLE app_log (line text)")
        base.execute("INSERT INTO app_log VALUES ('started')")
    tables = read(f"{postgres}::deals")
    assert tables.placements["cost"].to_list() == [120.0, 80.5]
    assert tables.placements["likes"].to_list() == [900, None]
    assert tables.audit["rows_kept"] == 2
    entries = {entry["part"]: entry for entry in read(postgres).audit["files"]}
    assert "refused" in entries["app_log"]
    assert entries["deals"]["grain"] == "placements"


def test_addresses_are_told_from_paths():
    assert split_address("C:/data/x.csv") is None
    assert split_address("postgresql://[::1]:5432/base::orders") == ("postgresql://[::1]:5432/base", "orders")
    assert split_address("postgresql://u:p@host/base") == ("postgresql://u:p@host/base", "")


def test_what_a_killed_call_unpacked_is_taken_away_by_the_next(tmp_path, monkeypatch):
    """A folder nobody holds any more goes; no folder is made where nothing is packed."""
    (home := tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(home))
    (left := home / "creator-roi-intake-0000").mkdir()
    (left / "half.csv").write_text("a,b\n")
    (tmp_path / "plain.csv").write_text("username,followers\n@mara,5000\n")
    list(open_paths(tmp_path / "plain.csv"))
    assert left.exists()
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(b"username,followers\n@mara,5000\n"))
    (source,) = [source.path.read_bytes() for source in open_paths(tmp_path / "packed.csv.gz")]
    assert source.startswith(b"username")
    assert not list(home.iterdir())
