"""A store: what goes in comes out, once; a kill leaves it as it was; who asks is removed. Authority: hand counts."""

import contextlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from analysis import intake
from analysis.errors import OutputError, ParameterError, SourceError, UnusableDataError
from analysis.intake.store import forget, ingest, is_store
from analysis.intake.store.book import open_book, opened, sweep

CREATORS = "creator_id,handle,platform,followers\n{}"
POSTS = "post_id,creator_id,platform,published_at,likes,comments\n{}"


def exports(folder: Path, month: str = "01", likes: int = 10, followers: int = 2000) -> Path:
    """Two creators with two posts each in a month of 2026."""
    folder.mkdir(parents=True)
    rows = f"cr-one,ana,instagram,{followers}\ncr-two,bo,tiktok,1500000\n"
    (folder / f"creators_{month}.csv").write_text(CREATORS.format(rows))
    posts = "".join(
        f"p{month}{n},{('cr-one,instagram', 'cr-two,tiktok')[n % 2]},2026-{month}-1{n},{likes + n},{n}\n"
        for n in range(4)
    )
    (folder / f"posts_{month}.csv").write_text(POSTS.format(posts))
    return folder


def rows(store: Path) -> dict[str, int]:
    return {name: frame.height for name, frame in intake.read(store).present().items()}


def bytes_of(store: Path) -> dict[str, bytes]:
    return {p.relative_to(store).as_posix(): p.read_bytes() for p in sorted(store.rglob("*")) if p.is_file()}


def test_what_goes_in_comes_out(tmp_path):
    folder, store = exports(tmp_path / "january"), tmp_path / "store"
    done = ingest([folder], store)
    assert done.added == {"creators": 2, "posts": 4}
    given, kept = intake.read(folder), intake.read(store)
    for name, frame in given.present().items():
        assert kept.present()[name].sort(frame.columns).equals(frame.sort(frame.columns))
    assert kept.audit["rows_read"] == given.audit["rows_read"] == 6
    assert sorted(p.relative_to(store).as_posix() for p in store.glob("posts/*/*")) == [
        "posts/platform=instagram/month=2026-01",
        "posts/platform=tiktok/month=2026-01",
    ]


def test_the_same_file_twice_changes_nothing(tmp_path):
    folder, store = exports(tmp_path / "january"), tmp_path / "store"
    ingest([folder], store)
    before = bytes_of(store)
    again = ingest([folder], store)
    assert again.added == {}
    assert again.sentence() == "Nothing new: 2 files already in the store."
    renamed = tmp_path / "another name.csv"
    renamed.write_bytes((folder / "posts_01.csv").read_bytes())
    ingest([renamed], store)
    assert bytes_of(store) == before


def test_the_same_rows_in_other_bytes_change_no_row(tmp_path):
    folder, store = exports(tmp_path / "january"), tmp_path / "store"
    ingest([folder], store)
    before = intake.read(store)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert ingest([folder], store).added == {}
    after = intake.read(store)
    assert after.audit["rows_read"] == before.audit["rows_read"]
    assert after.posts.equals(before.posts)
    assert ingest([folder], store).known  # the new bytes are known now


def test_a_folder_that_grew_gives_only_what_is_new(tmp_path):
    folder, store = exports(tmp_path / "exports"), tmp_path / "store"
    ingest([folder], store)
    extra = POSTS.format("p9,cr-one,instagram,2026-02-01,5,1\n")
    (folder / "posts_02.csv").write_text(extra)
    done = ingest([folder], store)
    assert done.added == {"posts": 1}
    assert len(done.known) == 2
    assert rows(store) == {"creators": 2, "posts": 5}
    assert not list(tmp_path.glob(".ingest-*"))


def test_a_later_listing_replaces_the_earlier(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "first", likes=10, followers=2000)], store)
    ingest([exports(tmp_path / "second", likes=100, followers=3000)], store)
    tables = intake.read(store)
    assert tables.posts["likes"].sort().to_list() == [100, 101, 102, 103]
    assert tables.creators.filter(pl.col("handle") == "ana")["followers"].to_list() == [3000]
    audit = tables.audit
    # twice 6 rows read; the 4 posts and 2 creators of the first are replaced
    assert (audit["rows_read"], audit["rows_kept"], audit["rows_rejected"]) == (12, 6, 6)
    assert tables.rejected["reason"].unique().to_list() == ["an earlier listing; a later ingest lists it again"]
    assert json.loads(tables.rejected.filter(pl.col("part") == "posts")["raw"][0])["post_id"] == "p010"


def test_equal_rows_without_an_id_are_one_only_where_they_say_whose_and_when(tmp_path):
    store = tmp_path / "store"
    dated = "creator_id,platform,date,cost,likes,comments,campaign\n"
    for name, extra in (("a", ""), ("b", "cr-two,tiktok,2026-01-06,70,9,1,spring\n")):
        path = tmp_path / f"paid_{name}.csv"
        path.write_text(dated + "cr-one,instagram,2026-01-05,50,10,1,spring\n" + extra)
        ingest([path], store)
    assert rows(store) == {"placements": 2}


def test_other_tables_answer_the_same_from_a_store(tmp_path):
    from analysis.findings import open_study, tier_table

    folder, store = exports(tmp_path / "january"), tmp_path / "store"
    ingest([folder], store)
    first, second = (tier_table(open_study([path])) for path in (folder, store))
    assert first.equals(second)


def test_a_store_of_another_layout_and_what_is_none_are_refused(tmp_path):
    with pytest.raises(SourceError, match="no store"):
        open_book(tmp_path)
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    book = json.loads((store / "store.json").read_text())
    (store / "store.json").write_text(json.dumps({**book, "layout": 99}))
    with pytest.raises(SourceError, match="layout 99"):
        intake.read(store)
    (store / "store.json").write_text("{")
    with pytest.raises(SourceError, match="cannot be read"):
        intake.read(store)


def test_an_empty_store_and_a_folder_of_other_files(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    forget("ana", store)
    forget("bo", store)
    with pytest.raises(UnusableDataError, match="is empty"):
        intake.read(store)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match="holds other files"):
        ingest([tmp_path / "january"], tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


def test_unusable_files_leave_the_store_as_it_was(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    before = bytes_of(store)
    (tmp_path / "notes.csv").write_text("colour,shape\nred,round\n")
    with pytest.raises(UnusableDataError):
        ingest([tmp_path / "notes.csv"], store)
    with pytest.raises(SourceError, match="no such file"):
        ingest([tmp_path / "absent.csv"], store)
    assert bytes_of(store) == before


def test_a_second_writer_is_refused(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    with opened(store), pytest.raises(OutputError, match="another run"):
        ingest([exports(tmp_path / "february", month="02")], store)
    assert rows(store) == {"creators": 2, "posts": 4}


def test_files_that_the_book_does_not_name_are_swept(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    stray = store / "posts/platform=instagram/month=2026-01/000099.parquet"
    stray.write_bytes(b"half")
    assert rows(store) == {"creators": 2, "posts": 4}
    assert sweep(store, open_book(store)) == 1
    assert not stray.exists()


# removal ------------------------------------------------------------------------------------------------------------


def traces(store: Path, *words: str) -> list[str]:
    """Every file of a store in which a word stands, the Parquet ones read."""
    found = []
    for path in store.rglob("*"):
        if not path.is_file():
            continue
        text = str(pl.read_parquet(path).rows()) if path.suffix == ".parquet" else path.read_text()
        found += [path.name for word in words if word in text.casefold()]
    return found


def test_a_removal_takes_every_trace(tmp_path):
    folder, store = exports(tmp_path / "january"), tmp_path / "store"
    with (folder / "creators_01.csv").open("a") as stream:
        stream.write("cr-one,ana,instagram,2000\n")  # an exact copy: a rejected row that names her
    ingest([folder], store)
    assert traces(store, "'ana'", "'cr-one'")
    done = forget("@ANA", store)
    assert done.rows == {"creators": 1, "posts": 2, "placements": 0}
    assert done.rejected == 1
    assert traces(store, "ana", "cr-one") == []
    assert rows(store) == {"creators": 1, "posts": 2}
    audit = intake.read(store).audit
    assert audit["rows_read"] == audit["rows_kept"] + audit["rows_rejected"] == 7


def test_who_was_removed_stays_out(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    forget("cr-one", store)
    done = ingest([exports(tmp_path / "february", month="02", followers=2100)], store)
    assert (done.added, done.removed) == ({"creators": 1, "posts": 2}, 3)
    assert traces(store, "ana", "cr-one") == []
    assert "3 rows of removed creators left out" in done.sentence()


def test_a_removal_on_one_platform_leaves_the_other(tmp_path):
    path, store = tmp_path / "both.csv", tmp_path / "store"
    path.write_text("handle,platform,followers,avg_likes\nana,instagram,2000,10\nana,tiktok,9000,20\n")
    ingest([path], store)
    forget("ana", store, platform="Instagram")
    assert intake.read(store).creators["platform"].to_list() == ["tiktok"]


def test_a_removal_of_nobody(tmp_path):
    store = tmp_path / "store"
    ingest([exports(tmp_path / "january")], store)
    assert forget("nobody", store).files == 0
    with pytest.raises(ParameterError, match="empty"):
        forget(" @ ", store)
    with pytest.raises(SourceError, match="no store"):
        forget("ana", tmp_path / "absent")


def test_a_creator_called_as_a_column_does_not_hollow_the_audit(tmp_path):
    path, store = tmp_path / "list.csv", tmp_path / "store"
    path.write_text("handle,platform,followers,avg_likes\nlikes,instagram,2000,10\nbo,tiktok,9000,20\n")
    ingest([path], store)
    forget("likes", store)
    tables = intake.read(store)
    assert tables.creators["handle"].to_list() == ["bo"]
    assert "avg_likes" in tables.audit["files"][0]["columns"].values()


# a kill ---------------------------------------------------------------------------------------------------------------

_CHILD = (
    "import sys; from analysis.intake.store import ingest; print('go', flush=True); ingest(sys.argv[2:], sys.argv[1])"
)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a kill without warning is a POSIX signal")
def test_a_kill_at_any_moment_leaves_the_store_whole(tmp_path):
    first = tmp_path / "first"
    ingest([exports(tmp_path / "january")], first)
    before = intake.read(first).posts
    many = tmp_path / "many"
    many.mkdir()
    lines = [f"q{n},cr-one,instagram,2025-{1 + n % 12:02}-05,{n * 37 % 700},1" for n in range(3000)]
    (many / "posts.csv").write_text(POSTS.format("\n".join(lines) + "\n"))
    draw, killed = random.Random(7), 0
    for moment in range(20):
        store = tmp_path / f"store{moment}"
        shutil.copytree(first, store)
        child = subprocess.Popen([sys.executable, "-c", _CHILD, str(store), str(many)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(draw.uniform(0, 0.4))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        posts = intake.read(store).posts
        killed += posts.height == before.height
        assert posts.height in {4, 3004}
        assert posts.filter(~pl.col("post_id").str.starts_with("q")).equals(before)
        ingest([many], store)  # the retry
        after = intake.read(store).posts
        assert after.height == 3004
        assert after["likes"].sum() == before["likes"].sum() + sum(n * 37 % 700 for n in range(3000))
        book = open_book(store)
        assert len(book.entries) == 2
        assert sweep(store, book) == 0
    assert killed


def test_the_nth_write_fails(tmp_path, monkeypatch):
    """A full disk at any write: a clear message, and the store as it was."""
    module = import_module("analysis.intake.store.ingest")
    store, second = tmp_path / "store", exports(tmp_path / "february", month="02", likes=50)
    ingest([exports(tmp_path / "january")], store)
    before = intake.read(store).present()
    real = module.write_part
    for failing in range(1, 20):
        calls = 0

        def write(*args, failing=failing):
            nonlocal calls
            calls += 1
            if calls == failing:
                raise OutputError("cannot write to the store: No space left on device.")
            real(*args)

        monkeypatch.setattr(module, "write_part", write)
        with contextlib.suppress(OutputError):
            ingest([second], store)
            break
        for name, frame in intake.read(store).present().items():
            assert frame.equals(before[name])
    assert failing > 3
    assert rows(store) == {"creators": 2, "posts": 8}
    assert is_store(store)
