"""Batches in trouble: bad data, hangs, dead kernels and workers, full and read-only disks (promises 2, 3, 4 and 18)."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from support.batches import ROOT, states
from support.patience import MINUTES, until

from analysis.errors import OutputError, ParameterError
from analysis.reporting.journal import NAME, read_journal, state


def test_twelve_clients_with_a_bad_file_a_hang_and_a_killed_kernel(bench):
    bench.clients(12, c3="bad", c5="hang", c7="die", c9="fail", c11="absent")
    (bench.out / "c12").parent.mkdir()
    (bench.out / "c12").write_text("a file where a folder should be")
    outcome = bench.run(cell_seconds=20)
    failed = {"c3", "c5", "c7", "c9", "c11", "c12"}
    assert states(outcome) == {f"c{n}": "failed" if f"c{n}" in failed else "ready" for n in range(1, 13)}
    assert outcome.exit_code == 1
    why = {result.client: result.why for result in outcome.failed}
    assert why["c5"].startswith('01-size stopped at "Does it run?": a cell took longer than 20 s')
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
    again = bench.run()
    assert states(again) == {f"c{n}": "ready" if f"c{n}" in failed else "kept" for n in range(1, 13)}
    assert again.lines() == ["12 of 12 packs ready."]
    assert again.exit_code == 0
    assert not bench.hidden()
    after = bench.packs()
    assert {path: mark for path, mark in after.items() if path in before} == {
        path: mark for path, mark in before.items() if path != "c12"
    }
    assert bench.temporary() == []


def test_a_failing_rerun_leaves_the_good_pack(bench):
    bench.clients(1)
    bench.run()
    before = bench.packs()
    bench.clients(1, c1="fail")
    outcome = bench.run()
    assert outcome.exit_code == 1
    assert re.match(r"0 of 1 packs ready, 1 failed: c1: .*KeyError.*\. Mend that", outcome.lines()[-1])
    assert bench.packs() == before


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_worker_that_dies_is_one_failure(bench):
    bench.clients(2, c1="hang")
    running = bench.start(jobs=1)

    def worker():
        """Return the worker that is at its first client."""
        if not any(step["step"] == "read" for step in read_journal(bench.out / NAME)):
            return None
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        return next((int(c) for c in children if b"batch_worker" in Path(f"/proc/{c}/cmdline").read_bytes()), None)

    os.kill(until(worker, "a worker that has read its data"), signal.SIGKILL)
    out, err = running.communicate(timeout=MINUTES)
    assert running.returncode == 1, err
    assert out.splitlines()[-1].startswith("1 of 2 packs ready, 1 failed: c1: its process ended by signal 9")
    bench.alone()


#: Runs before a worker does: it hangs as it reads c1 and as it lays out the report of c2, and lets nobody else run.
HANGS = """
import sys
if any("batch_worker" in part for part in sys.orig_argv):
    import re
    from analysis.reporting import batch_worker, deliverables
    read, lay_out = batch_worker._read, deliverables.deliverables

    def hang():
        re.match("(a+)+b", "a" * 64)

    def reading(files, *rest):
        return hang() if any("c1.csv" in str(file) for file in files) else read(files, *rest)

    def laying_out(story, about, *rest):
        return hang() if about.client == "c2" else lay_out(story, about, *rest)

    batch_worker._read, deliverables.deliverables = reading, laying_out
"""


def test_what_hangs_outside_a_cell_is_stopped_and_named(bench):
    """Authority: a regular expression that tries 2**64 ways and holds the interpreter while it does."""
    bench.clients(4, minutes={"c1": 0.1, "c2": 0.5})
    (bench.place / "sitecustomize.py").write_text(HANGS)
    running = bench.start(PYTHONPATH=os.pathsep.join([str(ROOT), str(bench.place)]))
    out, err = running.communicate(timeout=MINUTES)
    assert running.returncode == 1, err
    lines = out.splitlines()
    assert lines[0].startswith("c1 failed: it took longer than 0.1 min and was stopped while its data was read. Look")
    assert lines[1].startswith("c2 failed: it took longer than 0.5 min and was stopped while its ")
    assert lines[2].startswith("2 of 4 packs ready, 2 failed: c1, c2 (why is said above).")
    for name in ("c1", "c2"):
        told = (bench.out / name / ".failed" / "why.txt").read_text(encoding="utf-8")
        assert told.startswith("it took longer than ")
        assert "batch_worker.py" in told.partition("(most recent call first)")[2]  # where it was
    bench.alone()
    assert bench.temporary() == []
    (bench.place / "sitecustomize.py").unlink()
    bench.clients(4)  # with time enough
    again = bench.run()
    assert states(again) == {"c1": "ready", "c2": "ready", "c3": "kept", "c4": "kept"}
    assert not bench.hidden()


@pytest.mark.parametrize("minutes", ["0", "-1", "soon", "true", "[1]"])
def test_a_limit_that_is_none_is_refused(bench, minutes):
    bench.clients(1, minutes={"c1": minutes})
    with pytest.raises(ParameterError, match="client 'c1': minutes must be a number above 0"):
        bench.run()


def test_an_out_that_is_a_file_is_refused(bench):
    bench.clients(1)
    bench.out.write_text("x")
    with pytest.raises(OutputError, match="is a file"):
        bench.run()
