"""A solver that says nothing: what compiled code prints past Python does not reach whoever asked for a plan.

HiGHS writes some of its inner notes (``HighsMipSolverData::transformNewIntegerFeasibleSolution ...``) straight to the
process's standard output, with output turned off. There it would stand in the middle of a booking list, or break JSON
for a program. So the output's file descriptor itself is turned away while the solver runs, and the C library's buffer
is emptied before it is turned back, because what waits there would come out later.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["silence"]

#: Standard output of the process, whatever ``sys.stdout`` is.
_OUT = 1


@contextmanager
def silence() -> Iterator[None]:
    """Turn the process's standard output away while the block runs; where there is none, do nothing.

    Examples
    --------
    >>> with silence():
    ...     written = os.write(1, b"not shown")
    >>> written
    9
    """
    try:
        kept = os.dup(_OUT)
    except OSError:  # closed: nothing can be written to it
        yield
        return
    try:
        _empty()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, _OUT)
        finally:
            os.close(nowhere)
        yield
    finally:
        _empty()
        os.dup2(kept, _OUT)
        os.close(kept)


def _empty() -> None:
    """Write out what Python's and the C library's buffers hold, to wherever standard output leads now."""
    with suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).fflush(None)
