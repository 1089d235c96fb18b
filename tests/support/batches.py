"""A workbench for batches: tiny clients, tiny notebooks, real kernels."""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from analysis import reporting
from analysis.reporting.journal import NAME
from support.patience import until

ROOT = Path(__file__).resolve().parents[2]

PARAMETERS = (
    'paths: list = ["../data"]\nclient: str = "client"\nscheme: str = "article"\nplatform: str = ""\n'
    'seed: int = 2020\nconfidence: float = 0.95\nmode: str = ""'
)

#: What a notebook does in each mode; the finding is computed from the client's own data.
BODY = """
import os, time
if mode == "hang":
    time.sleep(3600)
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


class Bench:
    def __init__(self, place, make_notebook):
        self.place, self.out, self.file = place, place / "reports", place / "clients.yml"
        heading = make_notebook.md("## How many?")
        path = place / "nb" / "01-size.ipynb"
        self.notebooks = make_notebook(path, BODY, heading, COMPUTE, parameters=PARAMETERS).parent

    def clients(self, count, *, minutes=None, **modes):
        """Write ``count`` clients c1, c2 ...; a mode is a notebook's, ``bad`` data, or ``absent`` data."""
        minutes = minutes or {}
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
            asked += f", minutes: {minutes[name]}" if name in minutes else ""
            entries.append(f"- {{client: {name}, period: now, paths: [{name}.csv]{asked}}}\n")
        self.file.write_text("clients:\n" + "".join(entries), encoding="utf-8")

    def run(self, **options):
        return reporting.make_packs(
            self.file, **{"out": self.out, "notebooks": self.notebooks, "progress": False, "jobs": 2, **options}
        )

    def start(self, *, out=None, jobs=2, before="", **also):
        """Start a batch as a process of its own, which runs ``before`` first, with ``also`` in its environment."""
        code = before + (
            "\nimport sys; from pathlib import Path; from analysis import reporting\n"
            "outcome = reporting.make_packs(sys.argv[1], out=sys.argv[2], notebooks=Path(sys.argv[3]), jobs=int(sys.argv[4]))\n"
            "print(*outcome.lines(), sep='\\n'); sys.exit(outcome.exit_code)"
        )
        command = [sys.executable, "-c", code, self.file, out or self.out, self.notebooks, str(jobs)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **also}
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

    def alone(self):
        """Wait until no process is left whose environment names this place."""
        mark = str(self.place / "t").encode()

        def left():
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and int(entry.name) != os.getpid():
                    with contextlib.suppress(OSError):
                        if mark in (entry / "environ").read_bytes():
                            return True
            return False

        until(lambda: not left(), "the end of everybody who worked for the batch")


def states(outcome):
    """Return how each client went."""
    return {result.client: result.state for result in outcome.results}
