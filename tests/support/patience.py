"""Patience with outside programs: a slow, busy machine is no failure, and a port may be gone before it is used.

Nothing here waits for a time: it waits for what is asked for, for minutes if need be. A program that did not start is
started again, elsewhere.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

#: Seconds after which something that takes seconds on a quiet machine is taken to be stuck.
MINUTES = 600.0

#: How often an outside program is started before its failure is believed.
TRIES = 3


def until(holds: Callable[[], Any], what: str, *, seconds: float = MINUTES) -> Any:
    """Wait until ``holds()`` is true and return what it gave; fail with ``what`` when it never is."""
    end = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > end:
            pytest.fail(f"in {seconds:.0f} s never: {what}")
        time.sleep(0.02)
    return value


def free_port() -> int:
    """Return a port that nobody has at this moment; who comes first has it, so whoever asks must try again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def nobody_listens() -> Iterator[int]:
    """Give a port at which nobody answers: it is held, and nothing listens there."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@contextlib.contextmanager
def serving(
    command: Callable[[int], Sequence[str | Path]],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[str]:
    """Start ``command(port)``, give its address once it answers, and end it afterwards; what it says goes to ``log``."""
    for left in reversed(range(TRIES)):
        port = free_port()
        with log.open("wb") as told:
            server = subprocess.Popen([*command(port)], env=env, cwd=cwd, stdout=told, stderr=told)
        try:
            until(lambda: server.poll() is not None or _answers(port), f"an answer at port {port}, or an end")  # noqa: B023
            if server.poll() is None:
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        if not left:
            pytest.fail(f"it ended {TRIES} times:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


class _PatientBrowser:
    """A Chromium whose pages wait for minutes where Playwright gives up after half of one."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    def new_context(self, **options: Any) -> Any:
        context = self._browser.new_context(**options)
        context.set_default_timeout(MINUTES * 1000)
        return context

    def new_page(self, **options: Any) -> Any:
        page = self._browser.new_page(**options)
        page.set_default_timeout(MINUTES * 1000)
        return page


@contextlib.contextmanager
def browsing() -> Iterator[_PatientBrowser]:
    """Give a running Chromium; skip where none is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed on this system")
    from playwright.sync_api import Error, sync_playwright

    # --disable-dev-shm-usage: in a container the shared memory of a system may be too small for a page
    options = {
        "executable_path": program,
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
        "timeout": MINUTES * 1000,
    }
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(**options)
        except Error:
            running = playwright.chromium.launch(**options)
        yield _PatientBrowser(running)
        running.close()


def converted(kind: str, files: Sequence[Path], out: Path, *, made: str) -> list[Path]:
    """Let LibreOffice convert ``files`` to ``kind`` and return what it ``made`` (a glob); skip where there is none."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed; apt-get install libreoffice-impress libreoffice-calc")
    told = ""
    for number in range(TRIES):
        profile = (out / f"profile-{number}").as_uri()  # a profile of its own: another run of it is nobody's business
        call = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir", str(out)]
        environment = {**os.environ, "HOME": str(out)}
        try:
            done = subprocess.run([*call, *files], capture_output=True, text=True, timeout=MINUTES, env=environment)
        except subprocess.TimeoutExpired as error:
            told = str(error)
            continue
        found = sorted(out.glob(made))
        if done.returncode == 0 and len(found) == len(files):
            return found
        told = done.stderr + done.stdout
    pytest.fail(f"LibreOffice did not convert {[file.name for file in files]} in {TRIES} tries: {told[-2000:]}")
