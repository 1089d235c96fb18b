"""How long a query is waited for: as long as rows come, and not for ever."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import polars as pl

from analysis.errors import SourceError
from analysis.intake.tables import Hold

__all__ = ["MOST_SECONDS", "QUERY_SECONDS", "patient"]

#: Seconds to wait for the next rows of a query, and for all of them.
QUERY_SECONDS = 120
MOST_SECONDS = 3600


@contextmanager
def patient(stop: Callable[[], None], hold: Hold, label: str) -> Iterator[Hold]:
    """Stop a query that gives nothing for long, or never ends, and say so; each of its batches is waited for anew.

    Parameters
    ----------
    stop : callable
        Interrupts the query from another thread.
    hold : callable
        What becomes of a batch; the time it takes is not the query's.
    label : str
        What the database is called.

    Yields
    ------
    callable
        To be called with each batch; returns what ``hold`` returns.

    Raises
    ------
    SourceError
        If no rows come for :data:`QUERY_SECONDS`, or still more after :data:`MOST_SECONDS`.
    """
    late, start = threading.Event(), monotonic()

    def ring() -> None:
        late.set()
        stop()

    def waiting() -> threading.Timer:
        timer = threading.Timer(QUERY_SECONDS, ring)
        timer.daemon = True
        timer.start()
        return timer

    timers = [waiting()]

    def heard(frame: pl.DataFrame) -> pl.DataFrame:
        timers.pop().cancel()
        if monotonic() - start > MOST_SECONDS:
            raise SourceError(f"{label}: the query still gives rows after {MOST_SECONDS:,} seconds; select less.")
        kept = hold(frame)
        timers.append(waiting())
        return kept

    try:
        yield heard
    except Exception as error:
        if late.is_set():
            raise SourceError(f"{label}: the query takes more than {QUERY_SECONDS} seconds; select less.") from error
        raise
    finally:
        for timer in timers:
            timer.cancel()
