"""Accounts measured once for all notebooks of one report.

Each notebook opens the same study in a process of its own, and most of what opening costs is measuring the accounts.
Whoever runs several notebooks on one folder of cleaned tables may name a private folder in the environment
(:data:`VARIABLE`): there the first notebook leaves the accounts as it measured them, and the others take them from
there. What was left under other tables, another platform, currency or scheme, or by another version is not taken; a
notebook run by hand has no such folder and measures for itself.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from analysis.findings.summed import valid_for
from analysis.measures.tiers import Scheme

__all__ = ["VARIABLE", "Measuring", "measured_once"]

#: Names the folder, which lives as long as one report is made, in the environment of its notebooks.
VARIABLE = "CREATOR_ROI_MEASURED"

#: Gives accounts under a scheme: measured by the call it is handed, or as they were measured before.
Measuring = Callable[[Scheme, Callable[[], pl.DataFrame]], pl.DataFrame]


def measured_once(folder: str | Path, seen: Mapping[str, str | None]) -> Measuring:
    """Return what gives the accounts of the cleaned tables in ``folder``, of which ``seen`` is looked at.

    Parameters
    ----------
    folder : path
        Cleaned tables.
    seen : mapping
        The platform and the currency that are looked at.
    """

    def accounts(scheme: Scheme, measure: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        home = os.environ.get(VARIABLE)
        if not home:
            return measure()
        looked_at = [str(Path(folder).resolve()), valid_for(Path(folder), seen)]
        of = json.dumps([*looked_at, scheme.name, scheme.order, *scheme.floors.values()])
        place = Path(home) / f"accounts-{hashlib.sha256(of.encode()).hexdigest()}.arrow"
        with contextlib.suppress(OSError, pl.exceptions.PolarsError):
            return pl.read_ipc(place.read_bytes())
        table = measure()
        with contextlib.suppress(OSError, pl.exceptions.PolarsError):  # no room: the others measure for themselves
            _leave(table, place)
        return table

    return accounts


def _leave(table: pl.DataFrame, place: Path) -> None:
    """Write the table beside its place and move it there: another notebook may be looking."""
    descriptor, beside = tempfile.mkstemp(dir=place.parent)
    os.close(descriptor)
    try:
        table.write_ipc(beside)
        Path(beside).replace(place)
    finally:
        Path(beside).unlink(missing_ok=True)
