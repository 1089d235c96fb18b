"""A forked kernel, seen by the one who asked for it: a process that is no child of ours, yet behaves like one.

The kernel is a child of the warm parent (:mod:`analysis.reporting.warm_server`), which alone can wait for it. The
parent says over the connection on which the kernel was asked for how it ended; while the connection is open and silent
the kernel runs, and where it closes without a word the parent is gone and its kernels with it.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess

__all__ = ["ForkedProcess"]


class ForkedProcess:
    """A forked kernel as a process of ours: what :class:`subprocess.Popen` offers and Jupyter uses of it."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int, said: bytes = b"") -> None:
        self.connection, self.pid, self._said = connection, pid, said
        self.returncode: int | None = None
        connection.setblocking(False)

    def poll(self) -> int | None:
        """Return how the kernel ended, or None while it runs."""
        while self.returncode is None:
            try:
                part = self.connection.recv(4096)
            except BlockingIOError:
                return None
            except OSError:
                part = b""
            self._said += part
            if b"\n" in self._said or not part:
                self._finish()
        return self.returncode

    def _finish(self) -> None:
        try:
            self.returncode = int(json.loads(self._said)["ended"])
        except (ValueError, KeyError):  # the parent is gone, and told nothing
            self.returncode = -signal.SIGKILL
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        self.connection.close()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return how it was."""
        if self.poll() is None:
            self.connection.settimeout(timeout)
            try:
                self._said += self.connection.recv(4096)
            except TimeoutError:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0) from None
            finally:
                self.connection.setblocking(False)
            if self.poll() is None:
                return self.wait(timeout)
        return self.returncode  # type: ignore[return-value]  # set by poll

    def send_signal(self, number: int) -> None:
        """Send a signal while the kernel runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)
