"""The journal is enough to rebuild the state after a kill (promise 6)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.reporting.journal import Journal, read_journal, state

ROOT = Path(__file__).resolve().parent.parent


def test_a_step_is_one_line(tmp_path):
    journal = Journal(tmp_path / "deep" / "j.jsonl")
    journal.write("started", client="Ana\nMaria", folder="ana")
    journal.write("ready", client="Ana", folder="ana", key="k", pack="ana/now")
    lines = journal.path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert [json.loads(line)["step"] for line in lines] == ["started", "ready"]
    assert state(read_journal(journal.path)) == {"ana": {"step": "ready", "key": "k", "pack": "ana/now"}}
    assert journal.trouble == ""


def test_a_torn_line_is_skipped_and_the_next_step_has_a_line_of_its_own(tmp_path):
    journal = Journal(tmp_path / "j.jsonl")
    journal.write("ready", folder="a", key="k", pack="a/x")
    for torn in (b'{"step": "rea', b"\xff\xfe", b"[1]\n", b"null\n"):
        with journal.path.open("ab") as stream:
            stream.write(torn)
        journal.write("failed", folder="b", why="x")
    assert [step["step"] for step in read_journal(journal.path)] == ["ready", *["failed"] * 4]


def test_an_absent_journal_has_no_steps(tmp_path):
    assert read_journal(tmp_path / "none") == []


def test_a_journal_that_cannot_be_written_stops_nothing_and_says_so(tmp_path):
    journal = Journal(tmp_path)
    journal.write("started", folder="a")
    assert journal.trouble.startswith(f"the journal {tmp_path.name} could not be written: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said():
    journal = Journal(Path("/dev/full"))
    journal.write("started", folder="a")
    assert "No space left" in journal.trouble or "seek" in journal.trouble.lower()


WRITER = """
import sys
from pathlib import Path
from analysis.reporting.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(100000):
    journal.write("step", folder=sys.argv[2], number=number, filler="x" * 300)
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_two_writers_that_are_killed_leave_whole_lines_and_lose_none(tmp_path):
    path = tmp_path / "j.jsonl"
    command = [sys.executable, "-c", WRITER, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = {}
    writers = {n: subprocess.Popen([*command, n], stdout=subprocess.PIPE, text=True, env=environment) for n in "ab"}
    for name, writer in writers.items():
        for _ in range(20):
            said[name] = int(writer.stdout.readline())
    for name, writer in writers.items():
        os.kill(writer.pid, signal.SIGKILL)
        said[name] = max([said[name], *map(int, writer.stdout.read().split())])
        writer.stdout.close()
        writer.wait()
    steps = read_journal(path)
    for name, last in said.items():
        numbers = [step["number"] for step in steps if step["folder"] == name]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= last + 1
    assert len(steps) == len(path.read_bytes().splitlines())
