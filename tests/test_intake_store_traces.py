"""Nothing of a removed creator, and nothing of a killed run, is left in a store. Authority: a search of every file."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from analysis import findings, intake
from analysis.intake.store import forget, ingest
from analysis.intake.store.book import open_book, opened

POSTS = "post_id,creator_id,handle,platform,published_at,likes,comments,followers\n"


def said(path: Path) -> str:
    """Return everything a file says, a Parquet file's statistics and other unread bytes too."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return (text + str(pl.read_parquet(path).rows()) if path.suffix == ".parquet" else text).casefold()


def posts_of(store: Path) -> pl.DataFrame:
    posts = intake.read(store).posts
    assert posts is not None
    return posts


def traces(store: Path, *words: str) -> list[str]:
    found = sorted([*store.rglob("*"), *store.parent.glob(".*")])
    return [
        path.name
        for path in found
        for word in words
        if word in path.name.casefold() or (path.is_file() and word in said(path))
    ]


def test_a_removal_reaches_file_names_addresses_and_captions(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    rows = "p1,c1,ana_bell,instagram,2026-01-05,10,1,1000\np2,c2,bo,instagram,2026-01-06,20,1,2000\n"
    broken = ",,https://www.instagram.com/ana_bell/,instagram,nonsense,x,y,z\n,,,instagram,with @Ana_Bell!,,,\n"
    (folder / "posts_ana_bell.csv").write_text(POSTS + rows + rows.splitlines()[0] + "\n" + broken)
    store = tmp_path / "store"
    ingest([folder], store)
    assert traces(store, "ana_bell")
    before = intake.read(store).audit
    forget("ana_bell", store)
    assert traces(store, "ana_bell") == []
    after = intake.read(store).audit
    assert after["rows_read"] == before["rows_read"] == after["rows_kept"] + after["rows_rejected"]
    assert posts_of(store)["handle"].drop_nulls().to_list() == ["bo"]
    for number, text in enumerate([rows.replace("2026-01", "2026-02") + broken, rows.splitlines()[1] + "\n" + broken]):
        later = tmp_path / f"ana_bell-{number}.csv"
        later.write_text(POSTS + text)
        ingest([later], store)
        assert traces(store, "ana_bell") == []


def test_sums_made_before_a_removal_are_not_believed_after_it(tmp_path: Path) -> None:
    """Sums are made anew from the store each time: none is kept in it."""
    path, store = tmp_path / "posts.csv", tmp_path / "store"
    path.write_text(POSTS + "p1,c1,ana,instagram,2026-01-05,10,1,1000\np2,c2,bo,instagram,2026-01-06,20,1,2000\n")
    ingest([path], store)
    assert len(findings.open_study(store).accounts) == 2
    forget("ana", store)
    assert findings.open_study(store).accounts["handle"].to_list() == ["bo"]
    assert not list(store.rglob("reduced"))


def test_what_a_killed_run_left_beside_the_book_goes_with_the_next(tmp_path: Path) -> None:
    """A book half written names files, and links to exports hold their rows."""
    path, store = tmp_path / "posts.csv", tmp_path / "store"
    path.write_text(POSTS + "p1,c1,ana,instagram,2026-01-05,10,1,1000\np2,c2,bo,instagram,2026-01-06,20,1,2000\n")
    ingest([path], store)
    (store / ".store.json-abc123").write_text('{"entries": [{"inputs": [{"name": "ana.csv"')
    (store / ".ingest-abc123" / "0").mkdir(parents=True)
    (store / ".ingest-abc123" / "0" / "ana.csv").write_text("ana,1\n")
    forget("ana", store)
    assert traces(store, "ana") == []
    assert sorted(part.name for part in store.iterdir()) == ["ingests", "posts", "store.json"]


def test_a_store_that_was_killed_before_its_first_book_is_still_one_to_be(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "posts" / "platform=x").mkdir(parents=True)
    (store / "posts" / "platform=x" / "000001.parquet").write_bytes(b"half")
    (store / ".store.json-abc123").write_text("{")
    with opened(store, make=True) as book:
        assert book.entries == ()
    assert list(store.rglob("*.parquet")) == []


_CHILD = """
import sys
from analysis.errors import OutputError
from analysis.intake.store import ingest
sys.stdin.readline()
try:
    ingest(sys.argv[2:], sys.argv[1])
except OutputError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.slow
def test_two_writers_at_once_are_refused_or_one_after_the_other(tmp_path: Path) -> None:
    """Whoever was refused tries again: then every row is there once, from as many ingests as there were files."""
    store, files = tmp_path / "store", []
    for number in range(4):
        files.append(tmp_path / f"posts_{number}.csv")
        rows = "".join(
            f"p{number}-{n},c{n % 7},h{n % 7},instagram,2026-0{1 + n % 6}-10,{n * 37 % 700},{n % 9},1000\n"
            for n in range(2_000)
        )
        files[-1].write_text(POSTS + rows)
    waiting = list(files)
    for _ in range(20):
        call = [sys.executable, "-c", _CHILD, str(store)]
        children = {
            file: subprocess.Popen([*call, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for file in waiting
        }
        for child in children.values():  # all have started: now they write
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
        told = {file: child.communicate()[0] for file, child in children.items()}
        codes = {file: child.returncode for file, child in children.items()}
        assert set(codes.values()) <= {0, 3}, told
        assert all("another run" in told[file] for file, code in codes.items() if code)
        assert 0 in codes.values()
        waiting = [file for file, code in codes.items() if code]
        posts = posts_of(store)
        assert posts.height == 2_000 * (4 - len(waiting))
        if not waiting:
            break
    assert waiting == []
    assert posts["post_id"].n_unique() == 8_000
    assert posts["likes"].sum() == 4 * sum(n * 37 % 700 for n in range(2_000))
    assert [entry.number for entry in open_book(store).entries] == [1, 2, 3, 4]
