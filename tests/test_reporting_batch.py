"""Batches: what is made, what is kept, and that it is the same however it was made (promises 5 and 20).

Tiny notebooks, tiny data and real kernels.
"""

import json
import re

from support.batches import states
from support.patience import MINUTES

from analysis.reporting.journal import NAME, read_journal


def test_what_changed_is_made_again_and_only_that(bench):
    bench.clients(3)
    assert bench.run().exit_code == 0
    first = bench.packs()
    assert set(states(bench.run()).values()) == {"kept"}
    assert bench.packs() == first
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


def test_progress_is_plain_lines_when_nobody_watches(bench, capsys):
    bench.clients(3, c2="bad")
    bench.run(progress=True, jobs=1)
    said = capsys.readouterr().err.splitlines()
    assert re.match(r"c1: ready \(1 of 3, \d+\.\d s, about \d+ (s|min) left\)", said[0])
    assert re.match(r"c2: failed: .+ \(2 of 3, ", said[1])
    assert re.match(r"c3: ready \(3 of 3, \d+\.\d s\)", said[2])


#: Told by a batch with nothing to do: processes it started, files it read below the place, libraries it loaded.
WATCH = """
import atexit, json, os, sys
started, place = [], os.environ["WATCHED"]
def watch(event, details):
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn"):
        started.append(event)
sys.addaudithook(watch)
def tell():
    heavy = {"pandas", "polars", "matplotlib", "scipy", "papermill", "nbclient", "duckdb", "pptx", "jupyter_client"}
    told = {"started": started, "loaded": sorted(heavy & set(sys.modules)), "seconds": sum(os.times()[:2])}
    open(os.path.join(place, "told.json"), "w").write(json.dumps(told))
atexit.register(tell)
"""


def test_twenty_clients_with_nothing_to_do_start_nothing_and_load_nothing(bench):
    """The packs are made up: only their keys count, and those are the true ones. Authority: less than two seconds of
    processor, the best of three, so that another's work beside it does not count."""
    from analysis.reporting.batch_clients import read_clients
    from analysis.reporting.manifest import data_files

    bench.clients(20)
    for order in read_clients(bench.file, notebooks=bench.notebooks):
        pack = bench.out / order.folder / "now"
        pack.mkdir(parents=True)
        (pack / "report.html").write_text("x")
        record = {"key": order.key(data_files(order.inputs)), "files": {"report.html": ""}}
        (pack / "run.json").write_text(json.dumps(record), encoding="utf-8")
    seconds = []
    while not seconds or (min(seconds) >= 2 and len(seconds) < 3):
        out, err = bench.start(before=WATCH, WATCHED=str(bench.place)).communicate(timeout=MINUTES)
        assert out == "20 of 20 packs ready.\n", err
        told = json.loads((bench.place / "told.json").read_text())
        assert (told["started"], told["loaded"]) == ([], [])
        seconds.append(told["seconds"])
    assert min(seconds) < 2
