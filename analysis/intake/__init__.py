"""A client's file becomes canonical tables.

:func:`read` takes any export and gives back creators, posts and placements, with every row accounted for;
:func:`write` stores them. Everything else in this room serves these two.
"""

from analysis.intake.read import read, write
from analysis.intake.tables import Tables

__all__ = ["Tables", "read", "write"]
