"""Batches that are killed, and two at a time: nothing half-written, nothing lost (promises 1, 5 and 6)."""

import os
import random
import signal
import sys
import time

import pytest
from support.patience import MINUTES

from analysis.reporting.journal import NAME, read_journal, state


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_killed_ten_times_at_random_moments_and_resumed(bench):
    bench.clients(4, **{f"c{n}": "slow" for n in range(1, 5)})
    undisturbed = bench.place / "undisturbed"
    begun = time.monotonic()
    assert bench.run(out=undisturbed).exit_code == 0
    took = time.monotonic() - begun
    wanted = bench.packs(undisturbed)
    generator = random.Random(2020)
    moments = [generator.uniform(0.2, 1.0) * took / 2 for _ in range(10)]
    for moment in moments:
        running = bench.start()
        time.sleep(moment)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=MINUTES)
        bench.alone()
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
    said = [process.communicate(timeout=MINUTES) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert [out.splitlines()[-1] for out, _ in said] == ["2 of 2 packs ready."] * 2
    made = [step for step in read_journal(bench.out / NAME) if step["step"] == "ready"]
    assert sorted(step["client"] for step in made) == ["c1", "c2"]
    packs = bench.packs()
    assert bench.run(out=bench.place / "alone").exit_code == 0
    assert packs == bench.packs(bench.place / "alone")
    assert not bench.hidden()
