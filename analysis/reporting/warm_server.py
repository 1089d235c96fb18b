"""The warm parent: a process that has the libraries loaded already and becomes one kernel after another by forking.

Most of a notebook's time is spent importing the same third-party libraries. Here they are imported once, one figure
is drawn and thrown away, the heap is frozen so that children share it, and each notebook then gets a fork of this
process: its own session, directory, environment and random state, and from there on an ordinary ipykernel.

What must hold for that to be safe. The parent runs one Python thread and opens no thread pool, event loop or socket
context of a library (allocators keep helper threads of their own and know how to fork). It never reads data, so that
nothing passes from one client to the next, and imports this project's package only when it was started for one report
or one batch (:mod:`analysis.reporting.warm_rooms`): a child of any other imports the code of the day.
It writes to no output of the one who started it, because a held pipe would keep ``... | tail`` waiting. It ends with
the one who started it, and every child with it, however that end came.

The file runs as a script and imports nothing of its own package by itself: ``python warm_server.py DESCRIPTOR FOLDER
[MODULE]``, where the descriptor is a listening Unix socket, standard input is a pipe whose end is the owner's, and the
module has a function ``load``.
"""

import array
import contextlib
import ctypes
import gc
import importlib.util
import io
import json
import os
import random
import select
import selectors
import shutil
import signal
import socket
import struct
import sys
import threading
import time
from typing import Any

__all__ = ["PRELOAD", "become_kernel", "main", "preload", "serve"]

#: Third-party modules every notebook loads sooner or later; one that is absent is left out. Never this project's own.
PRELOAD = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "IPython.core.pylabtools",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "matplotlib_inline", "pdb", "sqlite3", "tornado.platform.asyncio",
    "tornado.queues", "numpy", "pandas", "polars", "narwhals", "narwhals._pandas_like.namespace",
    "narwhals._polars.namespace",
    "pyarrow.parquet", "pyarrow.pandas_compat", "yaml", "charset_normalizer", "dateutil.parser",
    "matplotlib.pyplot", "matplotlib.patheffects", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "PIL.PngImagePlugin",
    "scipy.optimize", "scipy.sparse", "scipy.special",
)  # fmt: skip

#: Seconds a caller has to say what it wants.
ASKING_SECONDS = 10.0

#: Largest request in bytes: a command line and an environment.
REQUEST_LIMIT = 8_000_000

_LENGTH = struct.Struct("!I")


def preload(owner: int | None = None, also: str = "") -> None:
    """Import the libraries, draw one figure, let the module ``also`` load what it wants, and freeze what is there.

    Leaves when the owner is gone meanwhile.
    """
    for name in PRELOAD:
        if owner is not None and select.select([owner], [], [], 0)[0]:
            return
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if "matplotlib" in sys.modules:
        _draw()
    if also:
        with contextlib.suppress(Exception):  # a kernel says what is wrong with it
            importlib.import_module(also).load()
    gc.collect()
    gc.freeze()


def _draw() -> None:
    """Draw one figure in every format, apart from pyplot, whose backend belongs to the kernel."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 2))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([1, 10], [1, 10])
    axes.set_xscale("log")
    axes.set_title("1 – 10 %")
    for kind in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=kind)


class _Forked(Exception):  # noqa: N818  (no error: the way out of the loop for a child)
    def __init__(self, job: dict[str, Any]) -> None:
        super().__init__()
        self.job = job


class _Parent:
    """The loop: accepts requests, forks, tells how children ended, ends those whose client is gone."""

    def __init__(self, listener: socket.socket, owner: int, environment: dict[str, str]) -> None:
        self.listener, self.owner, self.environment = listener, owner, environment
        self.clients: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.wake, self.waker = os.pipe()
        for end in (self.wake, self.waker):
            os.set_blocking(end, False)
        for watched in (listener, owner, self.wake):
            self.selector.register(watched, selectors.EVENT_READ)

    def run(self) -> None:
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj == self.owner:
                    return
                if key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj == self.wake:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self.wake, 4096)
                    self._reap()
                elif isinstance(key.fileobj, socket.socket) and key.data in self.clients:
                    self._end(key.data)  # a client says nothing more: it is gone, and its kernel goes too

    def end_all(self) -> None:
        for pid in list(self.clients):
            self._end(pid)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        descriptors: list[int] = []
        try:
            connection.settimeout(ASKING_SECONDS)
            job, descriptors = _receive(connection)
            if job["key"] != self.environment:
                _send(connection, {"refused": "another environment"})
                raise ValueError("another environment")
            pid = os.fork()
        except (OSError, ValueError, KeyError, EOFError):
            connection.close()
            _close(descriptors)
            return
        if pid == 0:
            self._leave(connection)
            raise _Forked({**job, "descriptors": descriptors})
        _close(descriptors)
        self.clients[pid] = connection
        self.selector.register(connection, selectors.EVENT_READ, pid)
        with contextlib.suppress(OSError):
            _send(connection, {"pid": pid})

    def _leave(self, connection: socket.socket) -> None:
        """Begin in a child a session of its own, and drop everything that is the parent's."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.selector.close()
        for held in (self.listener, connection, *self.clients.values()):
            held.close()
        for descriptor in (self.wake, self.waker):
            os.close(descriptor)

    def _end(self, pid: int) -> None:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)  # before it has a session of its own
        self._forget(pid)

    def _forget(self, pid: int) -> None:
        connection = self.clients.pop(pid, None)
        if connection is not None:
            self.selector.unregister(connection)
            connection.close()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.clients:
                with contextlib.suppress(OSError):
                    _send(self.clients[pid], {"ended": os.waitstatus_to_exitcode(status)})
                self._forget(pid)


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return a request and the descriptors that came with it: input, output, errors."""
    head, ancillary, _, _ = connection.recvmsg(_LENGTH.size, socket.CMSG_LEN(3 * array.array("i").itemsize))
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    try:
        if len(head) < _LENGTH.size or not 0 < _LENGTH.unpack(head)[0] <= REQUEST_LIMIT:
            raise ValueError("no request")
        missing, parts = _LENGTH.unpack(head)[0], []
        while missing:
            part = connection.recv(min(missing, 1 << 16))
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        return json.loads(b"".join(parts)), list(descriptors)
    except BaseException:
        _close(list(descriptors))
        raise


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _send(connection: socket.socket, answer: dict[str, Any]) -> None:
    connection.sendall(json.dumps(answer).encode() + b"\n")


def serve(listener: socket.socket, owner: int, environment: dict[str, str]) -> dict[str, Any] | None:
    """Answer requests until the owner is gone; return None then, and in each forked child its job."""
    parent = _Parent(listener, owner, environment)
    try:
        parent.run()
    except _Forked as forked:
        return forked.job
    parent.end_all()
    return None


def become_kernel(job: dict[str, Any]) -> None:
    """Turn this forked child into the kernel that was asked for, and run it until it is told to stop."""
    parent = _tie_to_parent()
    for wanted, descriptor in enumerate(job["descriptors"]):
        os.dup2(descriptor, wanted)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update({**job["added"], **job["env"]})
    time.tzset()
    os.chdir(job["cwd"])
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    from ipykernel.kernelapp import IPKernelApp

    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin if launcher else "ipykernel_launcher"), *job["arguments"]]
    application: Any = IPKernelApp.instance(parent_handle=parent)
    application.initialize()
    backend = os.environ.get("MPLBACKEND")
    if backend and "matplotlib" in sys.modules:  # read at import, which was before this kernel had an environment
        sys.modules["matplotlib"].rcParams["backend"] = backend
    application.start()


def _tie_to_parent() -> int:
    """End with the parent: at once where Linux offers it, within a second elsewhere (the kernel looks itself)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    parent = os.getppid()
    if parent == 1:  # it is gone already
        os._exit(1)
    return parent


def main() -> None:
    """Load, listen, fork; in a child, be a kernel."""
    descriptor, folder, also = int(sys.argv[1]), sys.argv[2], "".join(sys.argv[3:4])
    sys.path.pop(0)  # the folder of this file, which a kernel does not have on its path
    listener = socket.socket(fileno=descriptor)
    environment = json.loads(os.environ.pop("CREATOR_ROI_WARM_KEY"))
    before = dict(os.environ)
    preload(sys.stdin.fileno(), also)
    # the debugger, which every kernel loads as it starts, sets variables when it is imported
    added = {name: os.environ[name] for name in os.environ if name.startswith("PYDEVD") and name not in before}
    if threading.active_count() != 1:
        sys.exit("a library started a thread: a fork of this process is not safe")
    job = serve(listener, sys.stdin.fileno(), environment)
    if job is None:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)
    become_kernel({**job, "added": added})


if __name__ == "__main__":
    main()
