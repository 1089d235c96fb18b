"""Database servers that tests start for themselves, on a port of their own, and end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.patience import MINUTES, TRIES, free_port


def _server_program(name: str) -> str | None:
    """Return where a program of PostgreSQL's server is: on the path, or where Debian keeps it, the newest first."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    return shutil.which(name) or next((str(path) for path in kept), None)


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL and give the address of its base; skip where there is none.

    It lives in a folder of its own: as root it runs as another user, who may not enter pytest's.
    """
    pytest.importorskip("psycopg")
    initdb, pg_ctl = _server_program("initdb"), _server_program("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("PostgreSQL's server programs (initdb, pg_ctl) are not installed here")
    user = "postgres" if os.geteuid() == 0 else ""
    if user and not shutil.which("runuser"):
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    home = Path(tempfile.mkdtemp(prefix="creator-roi-test-"))
    if user:
        shutil.chown(home, user)
    as_user = ["runuser", "-u", user, "--"] if user else []
    try:
        subprocess.run(
            [*as_user, initdb, "-D", f"{home}/d", "-U", "me", "-A", "trust"], check=True, capture_output=True, cwd="/"
        )
        for left in reversed(range(TRIES)):
            port = free_port()
            options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
            patient = ["-w", "-t", str(int(MINUTES)), "-l", f"{home}/log", "start"]
            start = [*as_user, pg_ctl, "-D", f"{home}/d", "-o", options, *patient]
            if not subprocess.run(start, check=not left, capture_output=True, cwd="/").returncode:
                break
    except subprocess.CalledProcessError as error:
        shutil.rmtree(home, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error.stderr[-200:]!r}")
    address = f"postgresql+psycopg://me@127.0.0.1:{port}/postgres"
    try:
        yield address
    finally:
        subprocess.run(
            [*as_user, pg_ctl, "-D", f"{home}/d", "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/"
        )
        shutil.rmtree(home, ignore_errors=True)
