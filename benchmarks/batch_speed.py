"""How many seconds a client takes in a batch, beside the papermill command line and nbconvert one after another.

Small clients, every shipped notebook. The rival runs ``papermill`` and then ``jupyter nbconvert --to html`` for each
notebook of each client on data that is cleaned already (its cleaning is not counted), and makes nothing else; the batch
cleans the data, runs the same notebooks, and makes the whole pack. Findings' tables and pictures of both are compared
byte for byte. With ``--delivered`` the rival's notebooks read each client's files as they came, as the batch does. On a
machine that others use too, seconds on the wall say little: CPU seconds (of every process, its
children included) are printed beside them, and what two idle cores would need at least is half of those. How much of
the batch goes into what the rival does not make is measured apart, by doing that alone for a finished pack.

    python benchmarks/batch_speed.py [--clients N] [--rivals N] [--delivered] [--memory N,N]

``--memory 20,200`` measures memory and cost over many clients on the first notebook only.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from analysis.intake import read
from analysis.reference import notebooks_dir
from analysis.reporting.about import about_pack
from analysis.reporting.collect import collect
from analysis.reporting.deliverables import deliverables
from analysis.reporting.kernel import kernel_environment
from analysis.reporting.manifest import write_figures, write_tables
from analysis.reporting.theme import default_theme
from analysis.sample import make_sample

ROOT = Path(__file__).resolve().parent.parent

#: Creators, posts and placements of one small client.
SIZE = {"creators": 200, "posts": 3_000, "placements": 150}

#: Seconds between looks at the memory: looking takes a few hundredths of a second from those who are measured.
LOOK_SECONDS = 2.0

BATCH = """
import sys
from pathlib import Path
from analysis import reporting
outcome = reporting.make_packs(sys.argv[1], out=sys.argv[2], notebooks=Path(sys.argv[3]), progress=False)
print(outcome.lines()[-1]); sys.exit(outcome.exit_code)
"""


def clients(count: int, place: Path) -> Path:
    """Write the data of ``count`` clients and the file that names them."""
    lines = ["clients:\n"]
    for number in range(1, count + 1):
        make_sample(place / f"c{number}", seed=number, **SIZE)
        (place / f"c{number}" / "truth.json").unlink()
        lines.append(f"- {{client: c{number}, period: now, paths: [c{number}]}}\n")
    (place / "clients.yml").write_text("".join(lines), encoding="utf-8")
    return place / "clients.yml"


class Watch:
    """Wall and CPU seconds of what runs inside, and the largest memory of all its processes together."""

    def __enter__(self) -> "Watch":
        self.peak, self.running = 0.0, True
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.begun, self.cpu = time.perf_counter(), _cpu()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self.begun, _cpu() - self.cpu
        self.running = False
        self.thread.join()

    def _look(self) -> None:
        while self.running:
            self.peak = max(self.peak, sum(map(_megabytes, _below(os.getpid()))))
            time.sleep(LOOK_SECONDS)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _below(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in map(int, thread.read_text().split()):
                found += [child, *_below(child)]
        except OSError:
            continue
    return found


def _megabytes(pid: int) -> float:
    """Return the memory of a process, what it shares with others divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def batch(file: Path, out: Path, notebooks: Path) -> Watch:
    """Make the packs in a process of its own."""
    command = [sys.executable, "-c", BATCH, str(file), str(out), str(notebooks)]
    with Watch() as watch:
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return watch


def environment() -> dict[str, str]:
    """Return the environment both run in."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0"}


def rival(name: str, data: Path, place: Path, *, delivered: bool = False) -> Watch:
    """Run papermill and nbconvert for one client, one notebook after another, on clean data or as it was delivered."""
    (place / "notebooks").mkdir(parents=True)
    if not delivered:
        clean = [sys.executable, "-m", "analysis", "clean", str(data), "--out", str(place / "data")]
        subprocess.run(clean, check=True, capture_output=True, env=environment())
    asked = json.dumps({"client": name, "seed": 2020, "paths": [str(data) if delivered else "../data"]})
    kernel = {**environment(), **kernel_environment(str(place)), "CREATOR_ROI_KERNELS": "cold"}
    bin_dir = Path(sys.executable).parent
    with Watch() as watch:
        for source in sorted(notebooks_dir().glob("*.ipynb")):
            papermill = [bin_dir / "papermill", source, source.name, "-y", asked, "--no-progress-bar"]
            for command in (papermill, [bin_dir / "jupyter-nbconvert", "--to", "html", source.name]):
                subprocess.run(command, check=True, capture_output=True, cwd=place / "notebooks", env=kernel)
    return watch


def different(place: Path, pack: Path) -> tuple[int, list[str]]:
    """Return how many tables and pictures were compared, and which differ."""
    story = collect(sorted((place / "notebooks").glob("*.ipynb")))
    write_tables(story, place / "tables")
    write_figures(story, place / "figures")
    names = sorted(
        path.relative_to(place).as_posix() for kind in ("tables", "figures") for path in (place / kind).iterdir()
    )
    packed = sorted(
        path.relative_to(pack).as_posix() for kind in ("tables", "figures") for path in (pack / kind).iterdir()
    )
    unequal = [
        name
        for name in names
        if not (pack / name).is_file() or (place / name).read_bytes() != (pack / name).read_bytes()
    ]
    return len(names), unequal + [name for name in packed if name not in names]


def speed(count: int, rivals: int, place: Path, *, delivered: bool = False) -> None:
    """Print seconds a client of both, and whether their outputs are the same."""
    file = clients(count, place / "data")
    print("| | clients | s/client (wall) | CPU s/client | on two idle cores, at least | peak MB |")
    print("|---|---|---|---|---|---|")
    runs = [
        rival(f"c{n}", place / "data" / f"c{n}", place / "rival" / f"c{n}", delivered=delivered)
        for n in range(1, rivals + 1)
    ]
    wall, cpu = sum(run.wall for run in runs) / rivals, sum(run.cpu for run in runs) / rivals
    alone = f"{cpu:.1f} (one after another)"
    print(f"| papermill + nbconvert | {rivals} | {wall:.1f} | {cpu:.1f} | {alone} | {runs[0].peak:.0f} |")
    made = batch(file, place / "out", notebooks_dir())
    each = made.cpu / count
    print(f"| creator-roi batch | {count} | {made.wall / count:.1f} | {each:.1f} | {each / 2:.1f} | {made.peak:.0f} |")
    print(f"\n× on the wall {wall / (made.wall / count):.1f}, × on two idle cores {cpu / (each / 2):.1f}")
    again = batch(file, place / "out", notebooks_dir())
    print(f"nothing to do: {again.wall:.2f} s on the wall, {again.cpu:.2f} CPU s, for {count} clients")
    cleaning, making = more_than_pages(place / "data" / "c1", place / "out" / "c1" / "now")
    print(
        f"of the batch's {each:.1f} CPU s a client, {cleaning:.1f} clean the data and {making:.1f} make PDF, deck, "
        f"workbook, slides and files of tables and pictures, which the rival does not; without them it would be "
        f"× {cpu / ((each - cleaning - making) / 2):.1f} on two idle cores"
    )
    for number in range(1, rivals + 1):
        compared, unequal = different(place / "rival" / f"c{number}", place / "out" / f"c{number}" / "now")
        print(f"c{number}: {compared} tables and pictures compared, {len(unequal)} differ {unequal[:5]}")


def more_than_pages(data: Path, pack: Path) -> tuple[float, float]:
    """Return CPU seconds of what the rival has not to do for one client: cleaning, and making what is no page.

    The page of ours stands for the five of the rival. Each is done twice, since the first time loads libraries.
    """
    notebooks, cleaning, making = sorted((pack / "notebooks").glob("*.ipynb")), 0.0, 0.0
    for _ in range(2):
        begun = time.process_time()
        read([data])
        cleaning = time.process_time() - begun
    story, about, theme = collect(notebooks), about_pack(pack), default_theme()
    for _ in range(2):
        made = deliverables(story, about, theme, notebooks)
        next(made)  # the page
        begun = time.process_time()
        for _, content in made:
            assert content
        with tempfile.TemporaryDirectory(prefix="creator-roi-speed-") as place:
            write_tables(story, Path(place) / "tables")
            write_figures(story, Path(place) / "figures")
        making = time.process_time() - begun
    return cleaning, making


def memory(counts: list[int], place: Path) -> None:
    """Print cost and memory of many clients, on the first notebook only."""
    first = sorted(notebooks_dir().glob("*.ipynb"))[0]
    (place / "nb").mkdir()
    (place / "nb" / first.name).write_bytes(first.read_bytes())
    print("| clients | s/client (wall) | CPU s/client | peak MB |\n|---|---|---|---|")
    for count in counts:
        file = clients(count, place / f"data-{count}")
        made = batch(file, place / f"out-{count}", place / "nb")
        print(f"| {count} | {made.wall / count:.2f} | {made.cpu / count:.2f} | {made.peak:.0f} |", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--rivals", type=int, default=3, help="clients the slow rival runs")
    parser.add_argument("--delivered", action="store_true", help="the rival's notebooks read the files as delivered")
    parser.add_argument("--memory", default="", help="numbers of clients, such as 20,200")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="creator-roi-speed-") as place:
        if asked.memory:
            memory([int(count) for count in asked.memory.split(",")], Path(place))
        else:
            speed(asked.clients, min(asked.rivals, asked.clients), Path(place), delivered=asked.delivered)


if __name__ == "__main__":
    main()
