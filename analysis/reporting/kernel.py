"""The kernel a report runs on is this very Python, whatever is installed around it.

A kernelspec called ``python3`` in a person's home folder shadows the environment's own, and then a report is made
by another interpreter with other versions, or by none. So nothing is looked up: the kernel's command is the running
interpreter, and its environment is stated here. Hashes are fixed, figures are drawn without a screen, the clock is
UTC, and no personal start-up file takes part. Where the system has them, client and kernel talk over files that only
this user may open, not over a port.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
import weakref
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode, default

from analysis.reporting import warm

__all__ = ["KERNEL", "OwnKernelManager", "kernel_environment", "prepare_kernels", "stop_kernels"]

#: The kernel name stored in every notebook source.
KERNEL = "python3"

#: What a parent of kernels for one report or one batch loads beside the libraries.
ROOMS = "analysis.reporting.warm_rooms"

#: Longest path of a socket file, less what is put behind it; a port is used where the folder lies deeper.
SOCKET_PATH_LIMIT = 90

#: Milliseconds until a socket that the kernel has not opened yet is tried again, and seconds between looks at whether a
#: kernel has ended: a warm kernel is there in fifty milliseconds, and Jupyter's tenth of a second is for cold ones.
RETRY_MILLISECONDS, LOOK_SECONDS = 5, 0.005

_running: "weakref.WeakSet[OwnKernelManager]" = weakref.WeakSet()


def kernel_environment(folder: str) -> dict[str, str]:
    """Return the environment variables a kernel has beside the caller's own; its personal files lie in ``folder``."""
    package_home = str(Path(__file__).resolve().parents[2])
    inherited = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part != package_home]
    return {
        "IPYTHONDIR": str(Path(folder) / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "LC_ALL": "C.UTF-8",
        "CREATOR_ROI_REPORT": "1",  # nobody is there to move a slider
        "MPLBACKEND": "agg",
        # sums of fractions depend on the order in which threads finish: one thread, one answer on any machine
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1"),
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": os.pathsep.join([package_home, *inherited]),
        "PYTHONSTARTUP": "",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
    }


class _OwnKernelSpecs(KernelSpecManager):
    """One kernel, not looked up anywhere."""

    folder = Unicode()

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3 (ipykernel)",
            language="python",
            env={**kernel_environment(self.folder), "CREATOR_ROI_MEASURED": self.folder},  # accounts are measured once
            metadata={"kernel_provisioner": {"provisioner_name": warm.PROVISIONER}} if warm.warm_possible() else {},
        )


class _OwnKernelClient(AsyncKernelClient):
    """Talks to a kernel as soon as it can be heard."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered and something it sent to all was heard.

        Jupyter's own goes on until a fifth of a second was silent. What may still come belongs to no cell, and who runs
        cells takes only what belongs to his.
        """
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < until:
            self.kernel_info()
            with contextlib.suppress(Empty):
                answer = await self.get_shell_msg(timeout=1)
                if answer["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=0.2)
                    self._handle_kernel_info_reply(answer)
                    return
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
        raise RuntimeError(f"the kernel did not answer in {timeout:,.0f} s")


class OwnKernelManager(AsyncKernelManager):
    """Starts the kernel of this environment and no other."""

    folder = Unicode(help="A private folder for the connection file and the kernel's own files.").tag(config=True)

    def __init__(self, **options: Any) -> None:
        warm.register()
        super().__init__(**options)
        self.client_factory = _OwnKernelClient
        self.connection_file = str(Path(self.folder) / f"{uuid.uuid4().hex[:8]}.json")
        if sys.platform != "win32" and len(self.connection_file) < SOCKET_PATH_LIMIT:
            self.transport = "ipc"
        _running.add(self)

    @default("kernel_spec_manager")
    def _own_specs(self) -> KernelSpecManager:
        return _OwnKernelSpecs(parent=self, folder=self.folder)

    @default("context")
    def _own_context(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RECONNECT_IVL, RETRY_MILLISECONDS)
        return context

    async def _async_wait(self, pollinterval: float = LOOK_SECONDS) -> None:
        await super()._async_wait(min(pollinterval, LOOK_SECONDS))

    async def _async_start_kernel(self, **options: Any) -> None:
        # a kernel that holds our own output open would keep `... | tail` waiting
        await super()._async_start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    start_kernel = _async_start_kernel


def prepare_kernels() -> str | None:
    """Begin loading libraries and rooms for the kernels to come, where kernels can be forked; return where to ask.

    Returns at once. The caller may read data meanwhile.
    """
    return warm.prepare({**os.environ, **kernel_environment("")}, ROOMS)


def stop_kernels() -> None:
    """End every kernel this process started and still runs: an interrupted run leaves nothing behind."""
    for manager in list(_running):
        pid = getattr(manager.provisioner, "pid", None)
        if pid:
            with contextlib.suppress(OSError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
