"""A batch on a disk that is full, at any write, or may only be read (promise 18)."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from support.batches import ROOT, states
from support.patience import MINUTES, until

#: Makes a batch of two again and again in one process, its worker included; one write fails, or all from one on.
NTH = r"""
import hashlib, json, sys, tempfile
from pathlib import Path

from support.full_disk import FullDisk

from analysis import publish
from analysis.errors import CreatorRoiError
from analysis.reporting import batch, batch_worker, deliverables, kernel
from analysis.reporting import pack as module

home, clients, source, executed = map(Path, sys.argv[1:5])
content = executed.read_bytes()


def ran(sources, into, parameters, **_):
    publish.write_whole(into / executed.name, content)
    return [into / executed.name]


def formats(story, about, theme, notebooks):
    for name in ("report.html", "report.pdf", "deck.pptx", "tables.xlsx", "slides.html"):
        yield name, about.client.encode() * 5_000


class Here:
    def __init__(self, number, environment, heard):
        self.number, self.made, self.task, self.heard = number, 0, None, heard

    def give(self, task, line):
        self.task, self.made = task, self.made + 1

        def tell(event, **facts):
            self.heard.put((self, json.dumps({"event": event, **facts}).encode()))

        batch_worker._work(batch_worker.Job.from_line(line), tell)

    def end(self, *, now=False):
        pass


module.run_notebooks, deliverables.deliverables, kernel.prepare_kernels = ran, formats, lambda: None
batch._Worker = Here


def make(**options):
    given = {"out": home, "jobs": 1, "notebooks": source.parent, "progress": False, "resume": False, **options}
    return batch.make_packs(clients, **given)


def wrong(client):
    # what is wrong with a pack that should be whole
    pack = home / client / "now"
    publish.recover(pack)
    run = json.loads((pack / "run.json").read_bytes())
    files = {p.relative_to(pack).as_posix(): p for p in pack.rglob("*") if p.is_file() and p.name != "run.json"}
    return set(files) ^ set(run["files"]) or {
        n for n, p in files.items() if hashlib.sha256(p.read_bytes()).hexdigest() != run["files"][n]
    }


assert make().exit_code == 0
make()  # everything that is loaded or cached on first use is there
disk = FullDisk()
said = {}
for full in (False, True):
    failures, tries, notes = 0, 0, 0
    for nth in range(1, 400, 5 if full else 1):
        disk.full_at(nth, everything=full)
        try:
            outcome = make()
            whys = [result.why for result in outcome.failed]
            notes += bool(outcome.notes)
            assert len(whys) <= (2 if full else 1), whys
            assert outcome.exit_code == (1 if whys else 0)
        except CreatorRoiError as error:
            whys = [str(error)]
        reached = disk.emptied()
        if reached < nth:
            break
        failures, tries = failures + bool(whys), tries + 1
        unclear = [why for why in whys if "No space left" not in why]
        problems = {client: wrong(client) for client in ("c1", "c2") if wrong(client)}
        left = list(Path(tempfile.gettempdir()).glob("creator-roi-batch-*")) + list(home.rglob(".staging*"))
        if unclear or problems or left:
            sys.exit(f"write {nth}, all {full}: {unclear} {problems} {left}")
    said[str(full)] = {"tries": tries, "failures": failures, "notes": notes}
assert make(resume=True).lines() == ["2 of 2 packs ready."]
print(json.dumps(said))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="another errno for a full disk")
def test_the_nth_write_of_a_batch_fails(bench, make_notebook):
    """Every opening for writing, new folder and rename of a batch fails once in turn, then every one from there on."""
    bench.clients(2)
    source = make_notebook(bench.place / "src" / "01-size.ipynb", make_notebook.md("## How many?"), "1")
    executed = bench.place / "01-size.ipynb"
    notebook = json.loads(source.read_text(encoding="utf-8"))
    table = {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1]]}
    finding = {"id": "size", "title": "It is 1", "sentence": "It is 1.", "n": {}, "table": table}
    data = {"application/vnd.creator-roi.finding+json": finding}
    notebook["cells"][-1]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    executed.write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-c", NTH, bench.out, bench.file, source, executed]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    done = subprocess.run(command, capture_output=True, text=True, timeout=6 * MINUTES, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    once, full = json.loads(done.stdout.splitlines()[-1]).values()
    assert once["tries"] > 60  # two packs of two dozen files, the journal, the locks
    assert once["notes"] > 4  # the journal's own
    assert full["notes"] > full["tries"] / 2
    for told in (once, full):
        assert told["failures"] > told["tries"] / 2


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
    until(lambda: not subprocess.run(["umount", place], capture_output=True, check=False).returncode, "the disk let go")


@pytest.mark.slow
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
