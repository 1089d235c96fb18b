"""A client's file becomes canonical tables.

:func:`read` takes any export and gives back creators, posts and placements, with every row accounted for;
:func:`write` stores them, and
:func:`clean` does both. :func:`describe` and :func:`summary` say what was understood; :func:`write_map` writes what
a person may correct. :func:`open_canonical` opens what was cleaned before, its posts left where they are. Everything
else in this room serves these.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.intake.maps import load_map, write_map
from analysis.intake.read import clean, read, write
from analysis.intake.tables import Tables

if TYPE_CHECKING:
    from analysis.intake.canonical import ENGINES, Canonical, bring, check_engine, open_canonical, open_or_read, small
    from analysis.intake.check import describe, summary
    from analysis.intake.warehouse import open_database

#: What is loaded when it is asked for: cleaning a file needs none of it.
_LATER = {
    "canonical": ("ENGINES", "Canonical", "bring", "check_engine", "open_canonical", "open_or_read", "small"),
    "check": ("describe", "summary"),
    "warehouse": ("open_database",),
}

__all__ = [
    "ENGINES",
    "Canonical",
    "Tables",
    "bring",
    "check_engine",
    "clean",
    "describe",
    "load_map",
    "open_canonical",
    "open_database",
    "open_or_read",
    "read",
    "small",
    "summary",
    "write",
    "write_map",
]


def __getattr__(name: str) -> Any:
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
