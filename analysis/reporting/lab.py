"""JupyterLab in ``notebooks/``, with the kernel that has the package.

A ``python3`` kernel that a user once installed for himself would shadow this environment's own; the environment's
path is put first, so that a notebook opened by hand runs on what the report runs on.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import SourceError
from analysis.reference import notebooks_dir

__all__ = ["lab_command", "lab_environment", "open_lab"]


def lab_environment() -> dict[str, str]:
    """Return the environment in which this installation's kernel is the one that is found."""
    return os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"}


def lab_command(arguments: Sequence[str] = (), *, folder: Path | None = None) -> list[str]:
    """Return the command that opens JupyterLab in a folder (the notebooks), with ``arguments`` of its own."""
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder or notebooks_dir()}", *arguments]


def open_lab(arguments: Sequence[str] = ()) -> int:
    """Open JupyterLab, wait until it ends, and return its exit code.

    Raises
    ------
    SourceError
        If JupyterLab cannot be started.
    """
    try:
        return subprocess.run(lab_command(arguments), env=lab_environment(), check=False).returncode
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        raise SourceError(f"JupyterLab cannot be started: {error}. Run `make setup` again.") from error
