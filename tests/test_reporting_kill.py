"""Promise 1: after a kill at any moment the pack is absent, the whole old one, or the whole new one.

A small process makes the same pack again and again in forked children and kills them: at random moments, and before
each single change of the file system in turn. The notebooks' run and the other formats are replaced by their results:
their making writes nothing, has tests of its own, and starts threads, which a forked child does not have.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork and no SIGKILL on Windows")

SCRIPT = r'''
import hashlib, json, os, random, shutil, signal, sys, time
from pathlib import Path

import polars as pl

home, source, executed = map(Path, sys.argv[1:4])
mode, rounds = sys.argv[4], int(sys.argv[5])

from analysis import intake
from analysis.intake.tables import Tables
from analysis.reporting import deliverables
from analysis.reporting import pack as module
from analysis.reporting.assemble import assemble
from analysis.reporting.order import take_order

rejected = pl.DataFrame(schema={"file": pl.String, "line": pl.Int64, "reason": pl.String})
sized = pl.DataFrame({"handle": ["ana"], "followers": [5_000]})
tables = Tables(sized, None, None, rejected, {"rows_read": 1, "rows_kept": 1, "rows_rejected": 0, "files": []})
content = executed.read_bytes()


def write(tables, out):
    out.mkdir()
    (out / "audit.json").write_text("{}")


def ran(sources, into, parameters, **_):
    (into / executed.name).write_bytes(content)
    return [into / executed.name]


def formats(story, about, theme, notebooks):
    yield "report.html", assemble(story, about, theme)
    for name in ("report.pdf", "deck.pptx", "tables.xlsx", "slides.html"):
        yield name, about.period.encode() * 50_000


intake.write, module.run_notebooks = write, ran
intake.Canonical.write = lambda self, out: write(self.tables, out) or self
deliverables.deliverables = formats


def make(seed):
    order = take_order([source], client="acme", period="now", notebooks=source.parent, seed=seed)
    return module.make_pack(order, home, read=lambda *_: tables, progress=False)


def state(folder):
    """Return the seed of a whole pack, 'absent', or what is wrong."""
    if not folder.exists():
        return "absent"
    try:
        run = json.loads((folder / "run.json").read_bytes())
    except FileNotFoundError:
        return "no run.json"
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p.name != "run.json"}
    if set(files) != set(run["files"]):
        return "other files"
    wrong = [n for n, p in files.items() if hashlib.sha256(p.read_bytes()).hexdigest() != run["files"][n]]
    return wrong or run["parameters"]["seed"]


def changes(event, details):
    if event == "open":
        return bool(isinstance(details[2], int) and details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "os.truncate"}


def child(nth, wait, seed):
    """Make the pack in a child that is killed before its nth change, or after some seconds; return how it ended.

    The seconds are waited for in small steps, and no longer than the child lives.
    """
    pid = os.fork()
    if pid == 0:
        try:
            count = 0

            def hook(event, details):
                nonlocal count
                if changes(event, details):
                    count += 1
                    if count == nth:
                        os.kill(os.getpid(), signal.SIGKILL)

            if nth:
                sys.addaudithook(hook)
            make(seed)
            os._exit(0)
        finally:
            os._exit(9)
    if wait is not None:
        end = time.perf_counter() + wait
        while time.perf_counter() < end:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return was_killed(status)
            time.sleep(0.001)
        os.kill(pid, signal.SIGKILL)
    return was_killed(os.waitpid(pid, 0)[1])


def was_killed(status):
    """Return whether a child was killed; one that failed by itself ends everything."""
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a child failed by itself")
    return os.WIFSIGNALED(status)


final = home / "acme" / "now"
make(0)
begun = time.perf_counter()
make(0)
took = time.perf_counter() - begun
good, seen, kills, seed, generator = 0, {}, 0, 0, random.Random(2020)
while kills < rounds:
    seed += 1
    if mode == "each":
        ended = child(seed, None, seed)
    else:
        begun = time.perf_counter()
        ended = child(0, generator.uniform(0, took), seed)
        if not ended:  # how long it takes depends on what else the machine does
            took = time.perf_counter() - begun
    kills += ended
    now = state(final)
    beside = state(final.parent / ".previous-now")
    moved_aside = now == "absent" and beside == good
    what = "old" if now == good else "new" if now == seed else "absent" if moved_aside else str((now, beside))
    seen[what] = seen.get(what, 0) + 1
    good = seed if now == seed else good
    looks = [p.name for p in (home / "acme").iterdir() if not p.name.startswith(".") and p != final]
    if looks:
        seen["stray " + str(looks)] = 1
    if mode == "each" and not ended:
        break
make(-1)
left = sorted(p.name for p in (home / "acme").iterdir() if not p.name.startswith(".lock-"))
print(json.dumps({"seen": seen, "kills": kills, "last": state(final), "left": left, "rounds": seed, "took": took}))
'''


@pytest.fixture(scope="module")
def killed(tmp_path_factory, make_notebook):
    """Return a function that runs the killing process and gives what it saw."""
    from nbformat import read, v4, write

    place = tmp_path_factory.mktemp("kill")
    source = make_notebook(place / "src" / "01-cost.ipynb", "seed", title="# What does it cost?")
    executed = read(source, as_version=4)
    table = {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1]]}
    finding = {"id": "cost", "title": "It costs 1", "sentence": "It costs 1.", "n": {}, "table": table}
    drawing = {"finding": "cost", "name": "cost", "alt": "A chart of 1 cost"}
    bundles = [
        {"application/vnd.creator-roi.finding+json": finding},
        {"application/vnd.creator-roi.drawing+json": drawing, "image/svg+xml": "<svg>" + "<g/>" * 50_000 + "</svg>"},
    ]
    executed.cells[-1].outputs = [v4.new_output("display_data", bundle) for bundle in bundles]
    write(executed, place / "01-cost.ipynb")

    def killed(mode, rounds):
        command = [sys.executable, "-c", SCRIPT, place / mode, source, place / "01-cost.ipynb", mode, str(rounds)]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent), "POLARS_MAX_THREADS": "1"}
        environment["CREATOR_ROI_KERNELS"] = "cold"
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=3600)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return killed


def whole(result):
    assert set(result["seen"]) <= {"old", "new", "absent"}, result
    assert result["last"] == -1
    assert result["left"] == ["now"]
    return True


def test_a_kill_before_each_change_of_the_file_system(killed):
    result = killed("each", 1000)
    assert whole(result)
    assert result["kills"] == result["rounds"] - 1 >= 30
    assert {"old", "new"} <= set(result["seen"])


def test_kills_at_random_moments(killed):
    assert whole(killed("random", 30))


@pytest.mark.slow
def test_two_hundred_kills_at_random_moments(killed):
    assert whole(killed("random-200", 200))
