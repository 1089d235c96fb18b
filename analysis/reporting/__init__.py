"""Notebooks become a pack a person can send, open in a meeting, or re-run a year later.

The way of a report: :mod:`~analysis.reporting.run` executes the notebooks, :mod:`~analysis.reporting.collect` reads
their findings and drawings back, :mod:`~analysis.reporting.assemble` lays them out, and
:mod:`~analysis.reporting.pack` publishes everything with one rename. The executed notebook is the single source:
no format computes a figure of its own.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.reporting.batch import make_packs as make_packs
    from analysis.reporting.diff import changed as changed
    from analysis.reporting.diff import changes_page as changes_page
    from analysis.reporting.lab import open_lab as open_lab
    from analysis.reporting.new import new_client as new_client
    from analysis.reporting.pack import report as report
    from analysis.reporting.verify import verify_pack as verify_pack

__all__ = ["changed", "changes_page", "make_packs", "new_client", "open_lab", "report", "verify_pack"]

_HOMES = {
    "make_packs": "batch",
    "changed": "diff",
    "changes_page": "diff",
    "new_client": "new",
    "open_lab": "lab",
    "report": "pack",
    "verify_pack": "verify",
}


def __getattr__(name: str) -> Any:
    # each loads when it is used, so that the linter and the command line start at once
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
