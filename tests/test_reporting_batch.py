"""Batches: promises 2 to 6 and 18, with tiny notebooks, tiny data and real kernels."""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis import reporting
from analysis.errors import OutputError
from analysis.reporting.journal import NAME, read_journal, state
from analysis.reporting.kernel import prepare_kernels

ROOT = Path(__file__).resolve().parent.parent

PARAMETERS = (
    'paths: list = ["../data"]\nclient: str = "client"\nscheme: str = "article"\nplatform: str = ""\n'
    'seed: int = 2020\nconfidence: float = 0.95\nmode: str = ""'
)

#: What a notebook does in each mode; the finding is computed from the client's own data.
BODY = """
import os, time
if mode == "hang":
    time.sleep(600)
if mode == "die":
    os.kill(os.getpid(), 9)
if mode == "fail":
    raise KeyError("reach")
if mode == "slow":
    time.sleep(0.4)
"""

#: The finding comes from the client's own data and the seed, without any library that takes long to load.
COMPUTE = """
import hashlib, json, pathlib, random
from IPython.display import display
audit = json.loads(pathlib.Path("../data/audit.json").read_text())
mark = int(hashlib.sha256(pathlib.Path("../data/creators.parquet").read_bytes()).hexdigest()[:12], 16)
drawn = random.Random(seed).random()
table = {"columns": [{"name": "a", "header": "A", "kind": "number"}], "rows": [[mark * 1.0], [drawn], [len(audit)]]}
finding = {"id": "size", "question": "How many?", "title": f"{client} has {mark}", "sentence": "It has some.",
           "verdict": None, "evidence": "measured", "n": {"creators": 29, "posts": None}, "table": table}
display({"application/vnd.creator-roi.finding+json": finding, "text/plain": "shown"}, raw=True)
"""


@pytest.fixture
def bench(tmp_path, make_notebook, monkeypatch):
    """Return a workbench: clients to write, batches to run, packs to look at."""
    prepare_kernels()  # one parent for all tests, outside the temporary folder that they look at
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    return Bench(tmp_path, make_notebook)


class Bench:
    def __init__(self, place, make_notebook):
        self.place, self.out, self.file = place, place / "reports", place / "clients.yml"
        heading = make_notebook.md("## How many?")
        path = place / "nb" / "01-size.ipynb"
        self.notebooks = make_notebook(path, BODY, heading, COMPUTE, parameters=PARAMETERS).parent

    def clients(self, count, **modes):
        """Write ``count`` clients c1, c2 ...; a mode is a notebook's, ``bad`` data, or ``absent`` data."""
        entries = []
        for number in range(1, count + 1):
            name, mode = f"c{number}", modes.get(f"c{number}", "")
            data = self.place / f"{name}.csv"
            if mode == "bad":
                data.write_bytes(b"\x00\x01 no table \xff")
            elif mode != "absent":
                rows = "".join(f"h{row},{1000 * row + number},{row * 10}\n" for row in range(1, 30))
                data.write_text("handle,followers,likes\n" + rows, encoding="utf-8")
            asked = f", mode: {mode}" if mode in ("hang", "die", "fail", "slow") else ""
            entries.append(f"- {{client: {name}, period: now, paths: [{name}.csv]{asked}}}\n")
        self.file.write_text("clients:\n" + "".join(entries), encoding="utf-8")

    def run(self, **options):
        return reporting.make_packs(
            self.file, **{"out": self.out, "notebooks": self.notebooks, "progress": False, "jobs": 2, **options}
        )

    def start(self, *, out=None, jobs=2):
        """Start a batch as a process of its own."""
        code = (
            "import sys; from pathlib import Path; from analysis import reporting\n"
            "outcome = reporting.make_packs(sys.argv[1], out=sys.argv[2], notebooks=Path(sys.argv[3]), jobs=int(sys.argv[4]))\n"
            "print(*outcome.lines(), sep='\\n'); sys.exit(outcome.exit_code)"
        )
        command = [sys.executable, "-c", code, self.file, out or self.out, self.notebooks, str(jobs)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
        )

    def packs(self, out=None):
        """Return every published file with its hash, by client; hidden ones and the stamp of the commit left out."""
        found = {}
        for path in sorted((out or self.out).rglob("*")):
            relative = path.relative_to(out or self.out)
            if path.is_file() and not any(part.startswith(".") for part in relative.parts):
                found[relative.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def hidden(self):
        """Return what lies hidden below the packs, the journal left out."""
        paths = (path.relative_to(self.out).as_posix() for path in self.out.rglob(".*"))
        return sorted(path for path in paths if path != NAME)

    def temporary(self):
        return sorted(path.name for path in (self.place / "t").iterdir())


def states(outcome):
    return {result.client: result.state for result in outcome.results}


def no_process_of(place):
    """Return whether no process is left whose environment or command names this place."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        left = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if str(place / "t").encode() in (entry / "environ").read_bytes():
                        left.append(entry.name)
                except OSError:
                    continue
        if not left:
            return True
        time.sleep(0.05)
    return False


def test_twelve_clients_with_a_bad_file_a_hang_and_a_killed_kernel(bench):
    bench.clients(12, c3="bad", c5="hang", c7="die", c9="fail", c11="absent")
    (bench.out / "c12").parent.mkdir()
    (bench.out / "c12").write_text("a file where a folder should be")
    outcome = bench.run(cell_seconds=3)
    failed = {"c3", "c5", "c7", "c9", "c11", "c12"}
    assert states(outcome) == {f"c{n}": "failed" if f"c{n}" in failed else "ready" for n in range(1, 13)}
    assert outcome.exit_code == 1
    why = {result.client: result.why for result in outcome.failed}
    assert why["c5"].startswith('01-size stopped at "Does it run?": a cell took longer than 3 s')
    assert why["c7"].startswith('01-size stopped at "Does it run?": its Python process ended')
    assert "KeyError" in why["c9"]
    assert "c11.csv" in why["c11"]
    assert "c12" in why["c12"]
    lines = outcome.lines()
    assert len(lines) == 7
    assert lines[-1].startswith(
        "6 of 12 packs ready, 6 failed: c3, c5, c7, c9, c11, c12 (why is said above). Mend that"
    )

    # each failure is there for the analyst, and nothing that looks like a report
    for name in ("c5", "c7", "c9"):
        stopped = bench.out / name / ".failed" / "now" / "01-size.ipynb"
        assert stopped.is_file()
        assert "Traceback" in (bench.out / name / ".failed" / "why.txt").read_text(encoding="utf-8")
    assert {Path(path).parts[0] for path in bench.packs()} - {"c12"} == {f"c{n}" for n in range(1, 13)} - failed
    journal = state(read_journal(bench.out / NAME))
    assert {name for name, last in journal.items() if last["step"] == "failed"} == failed

    # mended, the same command makes what is missing and nothing else
    before = bench.packs()
    (bench.out / "c12").unlink()
    bench.clients(12)
    again = bench.run(cell_seconds=30)
    assert states(again) == {f"c{n}": "ready" if f"c{n}" in failed else "kept" for n in range(1, 13)}
    assert again.lines() == ["12 of 12 packs ready."]
    assert again.exit_code == 0
    assert not bench.hidden()
    after = bench.packs()
    assert {path: mark for path, mark in after.items() if path in before} == {
        path: mark for path, mark in before.items() if path != "c12"
    }
    assert bench.temporary() == []


def test_what_changed_is_made_again_and_only_that(bench):
    bench.clients(3)
    assert bench.run().exit_code == 0
    first = bench.packs()
    begun = time.perf_counter()
    assert set(states(bench.run()).values()) == {"kept"}
    assert time.perf_counter() - begun < 2
    with (bench.place / "c2.csv").open("a", encoding="utf-8") as stream:
        stream.write("new,50000,1\n")
    assert states(bench.run()) == {"c1": "kept", "c2": "ready", "c3": "kept"}
    second = bench.packs()
    assert {path.partition("/")[0] for path in first if first[path] != second[path]} == {"c2"}
    (bench.out / "c3" / "now" / "report.html").unlink()
    (bench.out / NAME).unlink()  # the packs know by themselves
    assert states(bench.run()) == {"c1": "kept", "c2": "kept", "c3": "ready"}
    assert bench.packs() == second
    assert states(bench.run(resume=False, only=["c1"])) == {"c1": "ready"}
    assert bench.packs() == second


def test_a_failing_rerun_leaves_the_good_pack(bench):
    bench.clients(1)
    bench.run()
    before = bench.packs()
    bench.clients(1, c1="fail")
    outcome = bench.run()
    assert outcome.exit_code == 1
    assert re.match(r"0 of 1 packs ready, 1 failed: c1: .*KeyError.*\. Mend that", outcome.lines()[-1])
    assert bench.packs() == before


def test_data_that_clients_share_is_read_once_and_the_packs_are_the_same(bench):
    bench.clients(1)
    entries = "".join(f"- {{client: s{n}, period: now, paths: [c1.csv], seed: {n}}}\n" for n in range(1, 4))
    bench.file.write_text("clients:\n" + entries, encoding="utf-8")
    assert bench.run().exit_code == 0
    reads = [step["again"] for step in read_journal(bench.out / NAME) if step["step"] == "read"]
    assert sorted(reads) == [False, True, True]
    shared = bench.packs()
    for name in ("s1", "s3"):  # one by one nothing is shared
        assert bench.run(out=bench.place / "alone", only=[name]).exit_code == 0
    alone = bench.packs(bench.place / "alone")
    assert alone == {path: mark for path, mark in shared.items() if not path.startswith("s2/")}
    assert bench.temporary() == []


def test_serial_and_parallel_give_the_same_bytes(bench):
    bench.clients(2)
    bench.run(jobs=1)
    bench.run(jobs=2, out=bench.place / "other")
    assert bench.packs() == bench.packs(bench.place / "other")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_and_resumed_it_ends_with_the_same_packs(bench):
    check_kills(bench, clients=3, kills=2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_ten_times_at_random_moments_and_resumed(bench):
    check_kills(bench, clients=6, kills=10)


def check_kills(bench, *, clients, kills):
    bench.clients(clients, **{f"c{n}": "slow" for n in range(1, clients + 1)})
    undisturbed = bench.place / "undisturbed"
    begun = time.monotonic()
    assert bench.run(out=undisturbed).exit_code == 0
    took = time.monotonic() - begun
    wanted = bench.packs(undisturbed)
    generator = random.Random(2020)
    moments = [generator.uniform(0.2, 1.0) * took / 2 for _ in range(kills)]
    for moment in moments:
        running = bench.start()
        time.sleep(moment)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
        assert no_process_of(bench.place), "somebody outlived the batch"
        done = {path.name for path in bench.out.glob("c*") if (path / "now").is_dir()}
        for path, mark in bench.packs().items():  # nothing half-written: what is there is whole
            assert wanted[path] == mark
        named = {f for f, last in state(read_journal(bench.out / NAME)).items() if last["step"] in ("ready", "kept")}
        assert named <= done
    before = {path: (bench.out / path).stat().st_mtime_ns for path in bench.packs()}
    outcome = bench.run()
    assert outcome.exit_code == 0
    assert bench.packs() == wanted
    for path, stamp in before.items():  # nothing lost: what was made was not made again
        assert (bench.out / path).stat().st_mtime_ns == stamp
    assert not bench.hidden()
    assert bench.temporary() == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_two_batches_into_one_folder(bench):
    bench.clients(2, c1="slow", c2="slow")
    running = [bench.start(), bench.start()]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert [out.splitlines()[-1] for out, _ in said] == ["2 of 2 packs ready."] * 2
    made = [step for step in read_journal(bench.out / NAME) if step["step"] == "ready"]
    assert sorted(step["client"] for step in made) == ["c1", "c2"]
    packs = bench.packs()
    assert bench.run(out=bench.place / "alone").exit_code == 0
    assert packs == bench.packs(bench.place / "alone")
    assert not bench.hidden()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_worker_that_dies_is_one_failure(bench):
    bench.clients(2, c1="slow", c2="slow")
    running = bench.start(jobs=1)
    end = time.monotonic() + 60
    killed = None
    while killed is None and time.monotonic() < end:
        started = [step for step in read_journal(bench.out / NAME) if step["step"] == "read"]
        if started:
            children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
            for child in children:
                if b"batch_worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
                    killed = child
        time.sleep(0.02)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 1, err
    assert out.splitlines()[-1].startswith("1 of 2 packs ready, 1 failed: c1: its process ended by signal 9")
    assert no_process_of(bench.place)


@pytest.fixture
def small_disk(tmp_path):
    """Return a function that gives a file system of a few kilobytes; only the superuser may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small file system cannot be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_and_a_read_only_one_are_said(bench, small_disk):
    def remount(options):
        subprocess.run(["mount", "-o", f"remount,{options}", small_disk], check=True)

    bench.clients(2)
    remount("size=24m")
    assert bench.run(out=small_disk).exit_code == 0
    before = bench.packs(small_disk)
    (small_disk / "filler").write_bytes(
        b"x" * (os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize - 8192)
    )
    full = bench.run(out=small_disk, resume=False)
    assert full.exit_code == 1
    assert all("No space left" in result.why for result in full.failed)
    (small_disk / "filler").unlink()
    assert bench.packs(small_disk) == before
    remount("ro")
    try:
        locked = bench.run(out=small_disk, resume=False)
    finally:
        remount("rw")
    assert locked.exit_code == 1
    assert states(locked) == {"c1": "failed", "c2": "failed"}
    assert all("Read-only file system" in result.why or "may not be written" in result.why for result in locked.failed)
    assert any("journal" in line for line in locked.lines())
    assert bench.packs(small_disk) == before
    assert bench.run(out=small_disk).lines() == ["2 of 2 packs ready."]


def test_an_out_that_is_a_file_is_refused(bench):
    bench.clients(1)
    bench.out.write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        bench.run()


def test_progress_is_plain_lines_when_nobody_watches(bench, capsys):
    bench.clients(3, c2="bad")
    bench.run(progress=True, jobs=1)
    said = capsys.readouterr().err.splitlines()
    assert re.match(r"c1: ready \(1 of 3, \d+\.\d s, about \d+ s left\)", said[0])
    assert re.match(r"c2: failed: .+ \(2 of 3, ", said[1])
    assert re.match(r"c3: ready \(3 of 3, \d+\.\d s\)", said[2])


def test_twenty_clients_with_nothing_to_do_take_less_than_two_seconds(bench):
    """The packs are made up: only their keys count, and those are the true ones."""
    from analysis.reporting.batch_clients import read_clients
    from analysis.reporting.manifest import data_files

    bench.clients(20)
    for order in read_clients(bench.file, notebooks=bench.notebooks):
        pack = bench.out / order.folder / "now"
        pack.mkdir(parents=True)
        (pack / "report.html").write_text("x")
        record = {"key": order.key(data_files(order.inputs)), "files": {"report.html": ""}}
        (pack / "run.json").write_text(json.dumps(record), encoding="utf-8")
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        running = bench.start()
        out, err = running.communicate()
        times.append(time.perf_counter() - begun)
        assert out == "20 of 20 packs ready.\n", err
    assert min(times) < 2
