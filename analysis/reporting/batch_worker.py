"""One worker of a batch: a process that makes one pack after another and says how each went.

Orders come in on standard input, one a line; what happens goes out on standard output, one line of JSON an event.
The worker lives as long as the one who started it: when its input ends in the middle of a pack it stops at once, and
its kernels with it, so that a batch that was killed leaves nobody behind who holds a lock.

A pack has a time limit as a whole: what hangs outside a notebook's cell (a file that cannot be read to its end, a page
that cannot be laid out) would hold the worker for ever. A thread of the interpreter's own, which needs nothing from
whatever hangs, writes down where it was and ends the process.

A pack fails alone. Why it failed is one sentence for the summary; the traceback lies beside the stopped notebook
under ``.failed`` in the client's folder, for the analyst.
"""

import base64
import contextlib
import faulthandler
import json
import os
import pickle
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import CreatorRoiError
from analysis.hostile import plain
from analysis.publish import lock_folder, write_whole
from analysis.reporting.order import Order

if TYPE_CHECKING:
    from analysis.intake import Tables

__all__ = ["Job", "keep_failure", "main", "ready_pack"]

#: Seconds to wait for another batch that makes a pack of the same client, or reads the same data.
WAIT_SECONDS = 4 * 3600.0

#: Where the reason of a failure lies below the client's folder.
WHY = ".failed/why.txt"


@dataclass(frozen=True)
class Job:
    """One pack to make: the order, the place of packs, its key, limits, and where shared data is kept.

    When the pack takes longer than ``seconds`` once its turn has come, ``late`` says where it was and the worker ends.
    """

    order: Order
    out: Path
    key: str
    cell_seconds: int
    shared: Path | None
    seconds: float
    late: Path

    def to_line(self) -> bytes:
        """Return the job as one line of text."""
        return base64.b64encode(pickle.dumps(self)) + b"\n"

    @staticmethod
    def from_line(line: bytes) -> "Job":
        """Return the job of one line; the line comes from the process that started this one."""
        job = pickle.loads(base64.b64decode(line))
        assert isinstance(job, Job)
        return job


def ready_pack(out: Path, folder: str, key: str, *, first: str = "") -> Path | None:
    """Return the client's pack that was made with ``key`` and is whole, or None.

    ``first`` is where the journal says it lies; without it every period of the client is looked at.
    """
    if not key:
        return None
    home = out / folder
    places = [out / first] if first else []
    with contextlib.suppress(OSError):
        places += sorted(path for path in home.iterdir() if not path.name.startswith(".") and path.is_dir())
    for pack in places:
        try:
            run = json.loads((pack / "run.json").read_bytes())
            if run.get("key") == key and all((pack / name).is_file() for name in run["files"]):
                return pack
        except (OSError, ValueError, KeyError, AttributeError):
            continue
    return None


def main() -> None:
    """Make packs until the input ends."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    with open(os.devnull, "wb") as nowhere:  # what a library prints is no event  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    lock = threading.Lock()

    def tell(event: str, **facts: Any) -> None:
        with lock:
            events.write(json.dumps({"event": event, **facts}).encode() + b"\n")

    orders: queue.Queue[bytes] = queue.Queue()
    busy = threading.Event()
    threading.Thread(target=_listen, args=(orders, busy), daemon=True).start()
    code = 1
    try:
        while line := orders.get():
            busy.set()
            _work(Job.from_line(line), tell)
            busy.clear()
        code = 0
    finally:
        os._exit(code)  # the thread at the input may be waiting for ever


def _listen(orders: "queue.Queue[bytes]", busy: threading.Event) -> None:
    for line in iter(sys.stdin.buffer.readline, b""):
        orders.put(line)
    if busy.is_set():  # whoever wanted the pack is gone
        from analysis.reporting.kernel import stop_kernels

        stop_kernels()
        os._exit(1)
    orders.put(b"")


def _work(job: Job, tell: Callable[..., None]) -> None:
    """Make one pack and tell how it went; nothing gets out of here but what ends the process."""
    folder = job.out / job.order.folder
    try:
        with lock_folder(folder, wait=WAIT_SECONDS):
            pack = ready_pack(job.out, job.order.folder, job.key)
            if pack is not None:  # another batch made it meanwhile
                tell("kept", pack=pack.relative_to(job.out).as_posix())
                return
            with job.late.open("w", encoding="utf-8") as late:
                faulthandler.dump_traceback_later(job.seconds, exit=True, file=late)
                try:
                    pack = _made(job, tell)
                finally:
                    faulthandler.cancel_dump_traceback_later()
            _forget_failure(folder)
        tell("ready", pack=pack.relative_to(job.out).as_posix())
    except BaseException as error:
        why = _sentence(error)
        keep_failure(folder, why, traceback.format_exc())
        tell("failed", why=why)
        if not isinstance(error, Exception):
            raise


def _made(job: Job, tell: Callable[..., None]) -> Path:
    from analysis.reporting.pack import make_pack
    from analysis.reporting.run import Running

    def read(files: Sequence[str | Path], mapping: Mapping[str, Any] | None) -> "Tables":
        tables, again = _read(files, mapping, job.shared)
        tell("step", step="read", again=again)
        return tables

    running = Running(
        cell_seconds=job.cell_seconds,
        on_step=lambda step, name: tell("step", step=step, name=name),
    )
    return make_pack(job.order, job.out, read=read, running=running, progress=False)


def _read(files: Sequence[str | Path], mapping: Mapping[str, Any] | None, shared: Path | None) -> "tuple[Tables, bool]":
    """Return the tables of the files, and whether they were read before.

    Those that several clients share are read once and kept in ``shared``.
    """
    from analysis import intake

    if shared is None:
        return intake.read(list(files), mapping=mapping), False
    with lock_folder(shared.with_name(f"reading-{shared.name}"), wait=WAIT_SECONDS):
        if not (shared / "audit.json").is_file():
            tables = intake.read(list(files), mapping=mapping)
            intake.write(tables, shared)
            return tables, False
    return intake.read([shared]), True


def _sentence(error: BaseException) -> str:
    """Return why a pack failed, in one sentence."""
    if isinstance(error, CreatorRoiError):
        return plain(" ".join(str(error).split()))
    if isinstance(error, MemoryError):
        return "the data does not fit into this machine's memory. Give fewer files at once, or use --jobs 1."
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return plain(f"{error.strerror or error}{where}. Free the file or folder, or choose another.")
    return plain(f"this was not foreseen ({type(error).__name__}: {error}). Please report what {WHY} says.")


def keep_failure(folder: Path, why: str, trace: str) -> None:
    """Leave the reason and the traceback for the analyst; where nothing can be written, the summary has to do."""
    with contextlib.suppress(CreatorRoiError, OSError):
        write_whole(folder / WHY, f"{why}\n\n{trace}")


def _forget_failure(folder: Path) -> None:
    """Take away what an earlier failure left, once the pack is made."""
    (folder / WHY).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        (folder / WHY).parent.rmdir()  # only when empty: another period may have failed
