"""Warm kernels: a Jupyter kernel provisioner whose kernels start with the libraries loaded.

Jupyter asks a provisioner for a process, and this one asks a parent that has imported everything already
(:mod:`analysis.reporting.warm_server`) to fork itself. It hangs on Jupyter's own extension point (the entry point
``jupyter_client.kernel_provisioners``, and ``metadata.kernel_provisioner`` in a kernelspec), so papermill, nbclient
and JupyterLab need no change: to them it is a local process.

Whatever the parent cannot give exactly as a fresh process would (another interpreter or start option, an
environment that the libraries read when they were imported, pipes to read from) is started the ordinary way. So is
everything where forking is unsafe: Windows has no fork, and on macOS a process that used the system's frameworks, as
numpy's and matplotlib's do, may not go on after one. ``CREATOR_ROI_KERNELS=cold`` in the environment asks for
ordinary kernels everywhere; ``warm`` takes the risk on macOS.
"""

import asyncio
import atexit
import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from analysis.reporting.warm_process import ForkedProcess

__all__ = ["PROVISIONER", "WarmProvisioner", "import_environment", "prepare", "register", "stop", "warm_possible"]

#: The name of the provisioner, as kernelspecs and the entry point give it.
PROVISIONER = "creator-roi-warm"

#: Variables that libraries read while they are imported: a fork can serve only an environment that agrees in them.
IMPORT_TIME = (
    "ARROW_", "BLIS_", "DYLD_", "GOTO_", "HOME", "LANG", "LC_", "LD_", "MALLOC_", "MKL_", "MPL", "NPY_", "NUMEXPR_",
    "OMP_", "OPENBLAS_", "PANDAS_", "POLARS_", "PYTHON", "RAYON_", "SCIPY_", "TZ", "VECLIB_", "XDG_",
)  # fmt: skip

#: Where a parent that another process of ours started is listening.
SOCKET_VARIABLE = "CREATOR_ROI_WARM_SOCKET"

#: Seconds to wait for a parent that is still loading.
LOADING_SECONDS = 120.0

#: Options of a process launch that a fork can honour; any other means an ordinary start.
_HONOURED = {"cwd", "env", "stdin", "stdout", "stderr", "independent", "kernel_id", "extra_arguments"}

_LENGTH = struct.Struct("!I")
_parents: "dict[tuple[tuple[str, str], ...], _WarmParent]" = {}
_lock = threading.Lock()


def warm_possible() -> bool:
    """Return whether kernels may be forked here."""
    wanted = os.environ.get("CREATOR_ROI_KERNELS", "")
    if not hasattr(os, "fork") or not hasattr(socket, "send_fds") or wanted == "cold":
        return False
    return sys.platform == "linux" or wanted == "warm"


def import_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of an environment that libraries read when they are imported, in order of name.

    Examples
    --------
    >>> import_environment({"PYTHONHASHSEED": "0", "EDITOR": "vi", "MPLBACKEND": "agg"})
    {'PYTHONHASHSEED': '0'}
    """
    kept = (name for name in environment if name.startswith(IMPORT_TIME) and name != "MPLBACKEND")
    return {name: environment[name] for name in sorted(kept)}


def register() -> None:
    """Tell Jupyter of the provisioner also where the package's entry points are not installed."""
    place = f"{WarmProvisioner.__module__}:{WarmProvisioner.__name__}"
    KernelProvisionerFactory.provisioners.setdefault(
        PROVISIONER, EntryPoint(PROVISIONER, place, KernelProvisionerFactory.GROUP_NAME)
    )


def prepare(environment: Mapping[str, str], also: str = "") -> str | None:
    """Start loading the libraries for kernels of ``environment``; return where the parent listens, or None.

    Returns at once: the parent loads while the caller reads data. It ends with this process, or at :func:`stop`. The
    module ``also`` is loaded too. Where another process of ours keeps a parent, that one is used.
    """
    if not warm_possible():
        return None
    given = environment.get(SOCKET_VARIABLE)
    if given:
        return given
    parent = _parent(dict(environment), also)
    return parent.address if parent else None


def stop() -> None:
    """End every parent this process started, and all their kernels."""
    with _lock:
        for parent in _parents.values():
            parent.stop()
        _parents.clear()


def _parent(environment: dict[str, str], also: str = "") -> "_WarmParent | None":
    key = tuple(import_environment(environment).items())
    with _lock:
        parent = _parents.get(key)
        if parent is not None and not parent.alive() and not parent.served:
            return None  # it cannot be had here; trying again would only take time
        if parent is None or not parent.alive():
            if parent is not None:
                parent.stop()
            try:
                parent = _parents[key] = _WarmParent(environment, also)
            except OSError:  # no room for a socket: an ordinary kernel will do
                return None
        return parent


class _WarmParent:
    """A parent process that this process started, and the folder with its socket."""

    def __init__(self, environment: dict[str, str], also: str) -> None:
        self.owner, self.served, self.also = os.getpid(), False, also
        self.folder = tempfile.mkdtemp(prefix="creator-roi-warm-")  # only its owner may enter
        self.address = str(Path(self.folder) / "socket")
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
                listener.bind(self.address)
                Path(self.address).chmod(0o600)
                listener.listen(128)
                listener.set_inheritable(True)
                self.process = self._started(listener.fileno(), environment)
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        atexit.register(self.stop)

    def _started(self, listener: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        server = Path(__file__).with_name("warm_server.py")
        key = json.dumps(import_environment(environment))
        return subprocess.Popen(
            [sys.executable, str(server), str(listener), self.folder, self.also],
            stdin=subprocess.PIPE,  # its end tells the parent that we are gone
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**environment, "CREATOR_ROI_WARM_KEY": key},
            pass_fds=[listener],
            start_new_session=True,
        )

    def alive(self) -> bool:
        return self.owner != os.getpid() or self.process.poll() is None

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if self.owner != os.getpid():  # a fork of ours holds only a copy
            return
        if self.process.stdin:
            self.process.stdin.close()
        if not _ended(self.process, 0.5):  # it is still loading
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _ended(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.poll() is not None


class WarmProvisioner(LocalProvisioner):
    """A local kernel, forked from a parent that has the libraries loaded; an ordinary one where that cannot be."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start the kernel that ``cmd`` asks for and return its connection."""
        arguments = _kernel_arguments(cmd)
        if arguments is not None and warm_possible() and _plain(options):
            try:
                forked = await _forked(arguments, options)
            except (OSError, ValueError, KeyError):  # the parent died or refused: an ordinary kernel will do
                forked = None
            if forked is not None:
                self.process = forked
                self.pid = self.pgid = forked.pid
                self.cwd = options.get("cwd", Path.cwd())
                return self.connection_info
        return await super().launch_kernel(cmd, **options)

    async def poll(self) -> int | None:
        """Return how the kernel ended, None while it runs, 0 when there is none."""
        return self.process.poll() if self.process else 0

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started, unless it is gone."""
        if isinstance(self.process, ForkedProcess) and self.process.poll() is not None:
            return
        await super().send_signal(signum)


def _kernel_arguments(cmd: Sequence[str]) -> list[str] | None:
    """Return the arguments of an ordinary ipykernel of this interpreter, or None when the command is anything else."""
    parts = [part for part in cmd if not part.startswith("-Xfrozen_modules")]
    same = parts and (parts[0] == sys.executable or shutil.which(parts[0]) == sys.executable)
    if not same or parts[1:3] not in (["-m", "ipykernel_launcher"], ["-m", "ipykernel"]):
        return None
    return [str(Path(part).expanduser()) if part.startswith("~") else part for part in parts[3:]]


def _plain(options: Mapping[str, Any]) -> bool:
    """Return whether a fork can be started with these launch options just as a process would be."""
    piped = any(options.get(name) == subprocess.PIPE for name in ("stdin", "stdout", "stderr"))
    where = options.get("cwd")
    return (
        set(options) <= _HONOURED
        and not options.get("independent")
        and not piped
        and (where is None or Path(where).is_dir())
    )


async def _forked(arguments: list[str], options: Mapping[str, Any]) -> ForkedProcess | None:
    """Ask a parent for a kernel; None when it has another environment or there is no parent."""
    environment = {**(options.get("env") or os.environ), "JPY_PARENT_PID": str(os.getpid())}
    given = environment.pop(SOCKET_VARIABLE, None) or os.environ.get(SOCKET_VARIABLE)
    request = {
        "key": import_environment(environment),
        "arguments": arguments,
        "env": environment,
        "cwd": str(Path(options.get("cwd") or Path.cwd()).absolute()),
    }
    with contextlib.ExitStack() as opened:
        descriptors = [_descriptor(options.get("stdin", subprocess.DEVNULL), 0, opened)]
        descriptors += [_descriptor(options.get(name), at, opened) for at, name in ((1, "stdout"), (2, "stderr"))]
        if given:
            with contextlib.suppress(OSError, ValueError):
                forked = await _asked(given, request, descriptors)
                if forked is not None:
                    return forked
        parent = _parent(environment)
        if parent is None:
            return None
        forked = await _asked(parent.address, request, descriptors)
        parent.served = parent.served or forked is not None
        return forked


async def _asked(address: str, request: Mapping[str, Any], descriptors: list[int]) -> ForkedProcess | None:
    """Return the kernel that the parent at ``address`` forks; None when it refuses.

    Waits in the caller's event loop and in no thread: a caller that was itself forked has none of its threads left.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(LOADING_SECONDS)
        connection.connect(address)
        content = json.dumps(request).encode()
        socket.send_fds(connection, [_LENGTH.pack(len(content))], descriptors)
        await _sent(connection, content)
        answer = b""
        while b"\n" not in answer:
            part = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(connection, 4096), LOADING_SECONDS)
            if not part:
                break
            answer += part
        first, _, rest = answer.partition(b"\n")
        said = json.loads(first)
        if "pid" in said:
            return ForkedProcess(connection, int(said["pid"]), rest)
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


async def _sent(connection: socket.socket, content: bytes) -> None:
    connection.setblocking(False)
    await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(connection, content), LOADING_SECONDS)


def _descriptor(given: Any, own: int, opened: contextlib.ExitStack) -> int:
    """Return the descriptor a process would get for a standard stream: ours, nothing, or the one that is given."""
    if given == subprocess.DEVNULL or (given is None and own == 0):
        descriptor = os.open(os.devnull, os.O_RDWR)
        opened.callback(os.close, descriptor)
        return descriptor
    if given is None:
        return own
    return given if isinstance(given, int) else int(given.fileno())
