"""Many packs in one call: warm, parallel, resumable, and one failure stops nobody else.

The one who starts the batch only directs: it checks every client first, knows from hashes which packs are fresh,
hands the others to worker processes (:mod:`analysis.reporting.batch_worker`), and writes a journal. It never reads
data or runs a notebook, so nothing in a client's files can bring it down. The workers share one parent of warm kernels.

Whatever ends the batch, each pack is absent, the old one, or the new one, and the same command goes on from there:
whether a pack is fresh is read from the pack itself, whose ``run.json`` holds the key it was made with. The journal
says where to look first and what was under way. Everything temporary lies in one folder, which the next batch removes
when its owner is gone.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import OutputError
from analysis.publish import scratch_folder
from analysis.reporting.batch_clients import choose, read_clients
from analysis.reporting.batch_told import Outcome, Result, Told, share_done, why_lost
from analysis.reporting.batch_worker import Job, keep_failure, ready_pack
from analysis.reporting.journal import NAME, Journal, read_journal, state
from analysis.reporting.manifest import data_files
from analysis.reporting.order import Order
from analysis.reporting.theme import Theme

__all__ = ["CELL_SECONDS", "PACK_MINUTES", "make_packs"]

#: Seconds one cell may take in a batch: nobody is watching, and one hanging notebook holds a worker.
CELL_SECONDS = 600

#: Minutes a whole pack may take once its turn has come; a client's line ``minutes: N`` in the file wins over it.
PACK_MINUTES = 120.0

#: Packs a worker makes before a fresh one takes its place. Libraries keep what they once allocated, which after three
#: packs hardly grows (benchmarks/README.md); a fresh worker costs two seconds.
PACKS_A_WORKER = 25


@dataclass
class _Task:
    """One client on its way."""

    order: Order
    key: str
    entries: list[dict[str, Any]]
    result: Result | None = None
    steps: list[str] = field(default_factory=list)
    shared: Path | None = None
    begun: float = 0.0

    @property
    def client(self) -> str:
        return str(self.order.asked["client"])

    @property
    def cells(self) -> int:
        """Code cells of all notebooks, with the injected one of each."""
        return sum(
            1 + sum(cell["cell_type"] == "code" for cell in json.loads(source.read_bytes())["cells"])
            for source in self.order.sources
        )


def make_packs(
    clients: str | Path,
    *,
    out: str | Path = Path("reports"),
    jobs: int | None = None,
    resume: bool = True,
    only: Sequence[str] = (),
    theme: str | Path | Theme | None = None,
    cell_seconds: int = CELL_SECONDS,
    notebooks: Path | None = None,
    progress: bool = True,
) -> Outcome:
    """Make the packs of a file of clients; those that are fresh stay as they are.

    Parameters
    ----------
    clients : str or Path
        The YAML file (:func:`analysis.reporting.batch_clients.read_clients`).
    out : path
        Where packs go.
    jobs : int, optional
        Packs at the same time; one per core when not given.
    resume : bool
        Keep a pack that was made from the same data, parameters, notebooks, package and lock; False makes all anew.
    only : sequence of str
        The clients to make; all when empty.
    theme : path or Theme, optional
        A look for all of them.
    cell_seconds : int
        Seconds one cell may take.
    notebooks : Path, optional
        Folder of notebook sources instead of the shipped ones.
    progress : bool
        Say on standard error what happens.

    Returns
    -------
    Outcome
        How each client went; a failure is a result here, not an exception.

    Raises
    ------
    ParameterError, SchemeError, NotebookError, OutputError
        Before anything runs: the file, a client in it, or the place of packs is not usable.
    """
    orders = choose(read_clients(clients, theme=theme, notebooks=notebooks), only)
    out = Path(out).absolute()
    if out.exists() and not out.is_dir():
        raise OutputError(f"cannot write to {out}: {out.name} is a file. Choose another folder with --out.")
    known = state(read_journal(out / NAME))
    tasks = [_task(order) for order in orders]
    for task in tasks if resume else ():
        last = known.get(task.order.folder, {})
        first = str(last.get("pack", "")) if last.get("key") == task.key else ""
        pack = ready_pack(out, task.order.folder, task.key, first=first)
        if pack is not None:
            task.result = Result(task.client, "kept", pack)
    waiting = [task for task in tasks if task.result is None]
    if not waiting:
        return Outcome(tuple(task.result for task in tasks if task.result))
    told = Told(len(waiting), len(tasks) - len(waiting), progress)
    with contextlib.closing(told), scratch_folder("batch") as work:
        _share(waiting, work)
        crew = _Crew(out, work, min(jobs or _cores(), len(waiting)), cell_seconds, told)
        stopped = crew.make(waiting, resume=resume)
    notes = (f"{crew.journal.trouble}.",) if crew.journal.trouble else ()
    return Outcome(tuple(task.result or Result(task.client, "left") for task in tasks), notes, stopped)


def _task(order: Order) -> _Task:
    """Return an order with its key; data that cannot be read has none, and the worker says why."""
    try:
        entries = data_files(order.inputs)
        return _Task(order, order.key(entries), entries)
    except OSError:
        return _Task(order, "", [])


def _share(tasks: Sequence[_Task], work: Path) -> None:
    """Give tasks that read the same data a folder in which it is kept once read."""
    marks = [
        json.dumps([[str(path) for path in task.order.inputs], task.entries, task.order.mapping], default=str)
        for task in tasks
    ]
    counted = Counter(marks)
    places = {mark: work / f"data-{place}" for place, mark in enumerate(dict.fromkeys(marks))}
    for task, mark in zip(tasks, marks, strict=True):
        if counted[mark] > 1 and task.key:
            task.shared = places[mark]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Worker:
    """A worker process, and the thread that hands on what it says."""

    def __init__(self, number: int, environment: dict[str, str], heard: "queue.Queue[tuple[_Worker, bytes]]") -> None:
        self.number, self.made = number, 0
        self.task: _Task | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from analysis.reporting.batch_worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # an interrupt at the keyboard is ours to handle
        )
        self.listener = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self.listener.start()

    def _listen(self, heard: "queue.Queue[tuple[_Worker, bytes]]") -> None:
        assert self.process.stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in iter(self.process.stdout.readline, b""):
                heard.put((self, line))
        heard.put((self, b""))

    def give(self, task: _Task, line: bytes) -> None:
        """Hand over one pack to make."""
        self.task = task
        self.made += 1
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it died just now: its silence will tell
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def end(self, *, now: bool = False) -> None:
        """Let it go: it ends when it has nothing more to do, or at once."""
        if now:
            self.process.kill()
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.listener.join(10)
        if self.process.stdout:
            self.process.stdout.close()


class _Crew:
    """Hands tasks to workers and hears how they go."""

    def __init__(self, out: Path, work: Path, size: int, cell_seconds: int, told: Told) -> None:
        self.out, self.work, self.size, self.cell_seconds, self.told = out, work, size, cell_seconds, told
        self.journal = Journal(out / NAME)
        self.heard: queue.Queue[tuple[_Worker, bytes]] = queue.Queue()
        self.workers: list[_Worker] = []

    def make(self, tasks: Sequence[_Task], *, resume: bool) -> bool:
        """Make the packs; return whether it was stopped from the keyboard."""
        from analysis.reporting.kernel import prepare_kernels

        address = prepare_kernels()
        environment = self._environment(address)
        self.journal.write("batch", clients=len(tasks), jobs=self.size, resume=resume)
        waiting = list(reversed(tasks))
        try:
            self.workers = [_Worker(number, environment, self.heard) for number in range(self.size)]
            for worker in self.workers:
                self._next(worker, waiting, resume)
            while any(worker.task for worker in self.workers):
                worker, line = self.heard.get()
                if worker is not self.workers[worker.number]:
                    continue  # the last word of one whose place is taken
                if line:
                    self._hear(worker, json.loads(line))
                elif worker.task:
                    self._lost(worker)
                    worker.end()
                    self.workers[worker.number] = worker = _Worker(worker.number, environment, self.heard)
                if worker.task is None and worker.made >= PACKS_A_WORKER and waiting:
                    worker.end()
                    self.workers[worker.number] = worker = _Worker(worker.number, environment, self.heard)
                if worker.task is None:
                    self._next(worker, waiting, resume)
        except KeyboardInterrupt:
            self.journal.write("stopped")
            return True
        finally:
            stopped = any(worker.task for worker in self.workers)
            for worker in self.workers:
                worker.end(now=stopped)
        self.journal.write("ended", ready=sum(1 for task in tasks if task.result and task.result.state != "failed"))
        return False

    def _environment(self, address: str | None) -> dict[str, str]:
        from analysis.reporting import warm

        home = str(Path(__file__).resolve().parents[2])
        paths = [home, *(part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part != home)]
        added = {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(self.work), "TQDM_DISABLE": "1"}
        if address:
            added[warm.SOCKET_VARIABLE] = address
        return {**os.environ, **added}

    def _next(self, worker: _Worker, waiting: list[_Task], resume: bool) -> None:
        if not waiting:
            worker.task = None
            return
        task = waiting.pop()
        task.begun = time.monotonic()
        self.journal.write("started", client=task.client, folder=task.order.folder, key=task.key)
        key = task.key if resume else ""
        late = self.work / f"late-{worker.number}.txt"
        seconds = 60 * (task.order.minutes or PACK_MINUTES)
        job = Job(task.order, self.out, key, self.cell_seconds, task.shared, seconds, late)
        worker.give(task, job.to_line())

    def _hear(self, worker: _Worker, said: dict[str, Any]) -> None:
        task = worker.task
        assert task is not None
        if said["event"] == "step":
            task.steps.append(said["step"])
            self.told.part(task.client, share_done(task.steps, task.cells))
            if said["step"] != "cell":
                facts = {name: said[name] for name in ("name", "again") if name in said}
                self.journal.write(said["step"], client=task.client, folder=task.order.folder, **facts)
            return
        if said["event"] == "failed":
            self._ended(worker, Result(task.client, "failed", None, said["why"]))
        else:
            self._ended(worker, Result(task.client, said["event"], self.out / said["pack"]))

    def _lost(self, worker: _Worker) -> None:
        """A worker ended in the middle of a pack."""
        task = worker.task
        assert task is not None
        late = self.work / f"late-{worker.number}.txt"
        trace = late.read_text(encoding="utf-8", errors="replace") if late.is_file() else ""
        minutes = (task.order.minutes or PACK_MINUTES) if trace else None
        why = why_lost(worker.process.wait(), minutes, task.steps, len(task.order.sources))
        if trace:
            keep_failure(self.out / task.order.folder, why, trace)
        self._ended(worker, Result(task.client, "failed", None, why))

    def _ended(self, worker: _Worker, result: Result) -> None:
        task, worker.task = worker.task, None
        assert task is not None
        task.result = result
        seconds = time.monotonic() - task.begun
        facts: dict[str, Any] = {"client": task.client, "folder": task.order.folder, "key": task.key}
        facts |= {"pack": result.pack.relative_to(self.out).as_posix()} if result.pack else {"why": result.why}
        self.journal.write(result.state, **facts, seconds=round(seconds, 2))
        self.told.ended(result, seconds)
