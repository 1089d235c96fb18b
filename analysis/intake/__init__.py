"""A client's file becomes canonical tables.

:func:`read` takes any export and gives back creators, posts and placements, with every row accounted for;
:func:`write` stores them, and
:func:`clean` does both. :func:`describe` and :func:`summary` say what was understood; :func:`write_map` writes what
a person may correct. :func:`open_canonical` opens what was cleaned before, its posts left where they are. Everything
else in this room serves these.
"""

from analysis.intake.canonical import ENGINES, Canonical, bring, check_engine, open_canonical, open_or_read, small
from analysis.intake.check import describe, summary
from analysis.intake.maps import load_map, write_map
from analysis.intake.read import clean, read, write
from analysis.intake.tables import Tables
from analysis.intake.warehouse import open_database

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
