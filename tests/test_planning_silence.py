"""A solver's own prints do not reach the reader."""

import subprocess
import sys

TALKS = """
import ctypes, os
from analysis.planning.silence import silence
libc = ctypes.CDLL(None)
print("before")
with silence():
    libc.printf(b"HighsMipSolverData::transformNewIntegerFeasibleSolution\\n")
    os.write(1, b"straight to the descriptor\\n")
print("after")
libc.printf(b"and the library still prints\\n")
libc.fflush(None)
"""


def test_what_a_library_prints_inside_is_lost_and_nothing_else() -> None:
    """Authority: the C library writes to descriptor 1 through a buffer of its own, which a pipe leaves full."""
    done = subprocess.run([sys.executable, "-u", "-c", TALKS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["before", "after", "and the library still prints"]


def test_without_a_standard_output_it_still_runs() -> None:
    """Authority: a service may be started with descriptor 1 closed."""
    code = (
        "import os, sys; os.close(1)\nfrom analysis.planning.silence import silence\nwith silence():\n    sys.exit(3)"
    )
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
