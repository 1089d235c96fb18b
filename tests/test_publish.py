"""Whole or not at all, after every kind of failure."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from support.patience import MINUTES

from analysis.errors import OutputError
from analysis.publish import lock_folder, recover, scratch_folder, staging_folder, write_whole

CHILD = """
import sys, time
from pathlib import Path
from analysis.publish import staging_folder
final, label = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
while True:
    with staging_folder(final) as folder:
        for name in ("a", "b", "c"):
            (folder / name).write_text(label * 2000)
"""


def test_a_file_appears_with_its_content_and_nothing_beside(tmp_path: Path) -> None:
    write_whole(tmp_path / "deep" / "x.txt", "é\r\n")
    assert (tmp_path / "deep" / "x.txt").read_bytes() == "é\r\n".encode()
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["x.txt"]


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.txt"
    write_whole(target, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    final = tmp_path / "pack"
    for content in ("one", "two"):
        with staging_folder(final) as folder:
            (folder / f"{content}.txt").write_text(content)
    assert [p.name for p in final.iterdir()] == ["two.txt"]


def test_a_failing_block_leaves_the_old_folder(tmp_path: Path) -> None:
    final = tmp_path / "pack"
    with staging_folder(final) as folder:
        (folder / "good").write_text("1")

    def fail(folder: Path) -> None:
        (folder / "half").write_text("1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), staging_folder(final) as folder:
        fail(folder)
    assert [p.name for p in final.iterdir()] == ["good"]
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".lock")] == ["pack"]


def test_a_pack_moved_aside_by_a_killed_run_is_put_back(tmp_path: Path) -> None:
    (tmp_path / ".previous-pack").mkdir()
    (tmp_path / ".previous-pack" / "old").write_text("1")
    recover(tmp_path / "pack")
    assert (tmp_path / "pack" / "old").is_file()


def test_names_with_wildcards_do_not_remove_others(tmp_path: Path) -> None:
    (tmp_path / ".staging-packs-1").mkdir()
    recover(tmp_path / "p*")
    assert (tmp_path / ".staging-packs-1").is_dir()


def _hold(folder: str, ready: "multiprocessing.synchronize.Event") -> None:
    with lock_folder(Path(folder)):
        ready.set()
        time.sleep(3600)  # killed long before


def test_a_lock_refuses_the_second_and_heals_when_its_holder_is_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(str(tmp_path / "pack"), ready))
    holder.start()
    assert ready.wait(MINUTES)
    with pytest.raises(OutputError, match="another run"), lock_folder(tmp_path / "pack"):
        pass
    holder.kill()
    holder.join()
    with lock_folder(tmp_path / "pack"):
        pass


def _scratch(told: "multiprocessing.Queue[str]") -> None:
    with scratch_folder("of-a-test") as folder:
        (folder / "sub").mkdir()
        told.put(str(folder))
        time.sleep(3600)  # killed long before


def test_the_next_scratch_folder_takes_away_those_of_the_killed_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[str] = context.Queue()
    holders = [context.Process(target=_scratch, args=(told,)) for _ in range(2)]
    folders = []
    for holder in holders:  # one after another, so that each folder is that of its process
        holder.start()
        folders.append(Path(told.get(timeout=MINUTES)))
    holders[0].kill()
    holders[0].join()
    assert all(folder.is_dir() for folder in folders)
    with scratch_folder("of-a-test") as own, scratch_folder("of-another") as other:
        assert not folders[0].exists()
        assert all(folder.is_dir() for folder in (folders[1], own, other))
        assert own.stat().st_mode & 0o077 == 0
    holders[1].kill()
    holders[1].join()
    with scratch_folder("of-a-test"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_without_room_for_a_scratch_folder_the_reason_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot write"), scratch_folder("of-a-test"):
        pass


def test_a_lock_leaves_no_file_and_has_one_holder_at_a_time(tmp_path: Path) -> None:
    held: list[int] = []
    together: list[int] = []

    def work(name: int) -> None:
        for _ in range(60):
            with contextlib.suppress(OutputError), lock_folder(tmp_path / "pack"):
                held.append(name)
                together.append(len(held))
                time.sleep(0.0002)
                held.remove(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(together) == {1}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 has no counterpart here")
def test_killed_at_random_moments_the_folder_is_absent_or_whole(tmp_path: Path) -> None:
    final = tmp_path / "pack"
    for round_ in range(12):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(final), str(round_ % 10)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.004 * (round_ + 1))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        if final.exists():
            assert sorted(p.name for p in final.iterdir()) == ["a", "b", "c"]
            assert len({p.read_text() for p in final.iterdir()}) == 1
            assert all(p.stat().st_size == 2000 for p in final.iterdir())
    with staging_folder(final) as folder:
        (folder / "last").write_text("1")
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".lock")] == ["pack"]


def test_a_place_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--out"), staging_folder(tmp_path / "file" / "pack"):
        pass
