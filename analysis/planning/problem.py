r"""The choice of creators as numbers: one column for each number of posts that a creator may be booked for.

A creator who may be booked for up to :math:`k` posts gives :math:`k` columns, of which a plan takes one or none, so
repeated posts need no rule of their own. The columns of one creator stand together: a table of creators by posts.

Engagements, conversions and profit are sums. The people reached are not, because audiences overlap: in platform
:math:`p` with :math:`U_p` people, creators who reach :math:`r_j` of them at random together reach
:math:`U_p(1 - \prod_j(1 - r_j / U_p))` different ones (Sainsbury). With :math:`b_j = -U_p \log(1 - r_j / U_p)` that is
:math:`D_p(s) = U_p(1 - e^{-s / U_p})` of the plain sum :math:`s = \sum_j b_j`: concave in one number per platform.
Without a universe :math:`b = r` and :math:`D(s) = s`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flags", "Floats", "Ints", "Problem", "Row", "sainsbury_weight", "totals"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Relative slack of a limit: sums of fees in floating point differ in their last digits.
SLACK = 1e-9

#: The largest share of its universe that one booking can reach; 1 would be an infinite weight.
WHOLE = 1 - 1e-12


@dataclass(frozen=True)
class Row:
    """A linear limit: ``low <= sum of weight over the chosen columns <= high``; ``name`` is what a planner calls it."""

    name: str
    weight: Floats
    low: float
    high: float


@dataclass(frozen=True)
class Problem:
    """Columns and limits of one choice; arrays of ``creators x posts`` columns, a creator's own together.

    Parameters
    ----------
    posts : int
        Columns per creator.
    value : array
        What a column adds to the objective; zeros where the objective is the people reached.
    cost, reach, weight : array
        Money, expected people reached, and the weight ``b`` of each column.
    pool : array of int
        The platform of each column, a position in ``universe``.
    universe : array
        People on each platform; infinite where nobody is counted twice.
    distinct : bool
        Whether the objective is the different people reached.
    rows : tuple of Row
        The budget and the counts.
    must : array of bool
        Creators who are booked whatever they bring.
    allowed : array of bool
        Columns that a plan may take.
    max_share, share : float or None, array
        The largest share of one creator in the sum of ``share``.
    max_exposure : float, optional
        The largest creator's reach over the different people reached.
    """

    posts: int
    value: Floats
    cost: Floats
    reach: Floats
    weight: Floats
    pool: Ints
    universe: Floats
    distinct: bool
    rows: tuple[Row, ...]
    must: Flags
    allowed: Flags
    max_share: float | None = None
    share: Floats | None = None
    max_exposure: float | None = None

    @property
    def creators(self) -> int:
        """Return the number of creators."""
        return len(self.must)

    @property
    def curved(self) -> bool:
        """Return whether the different people reached matter at all."""
        return self.distinct or self.max_exposure is not None

    def owner(self, columns: Ints) -> Ints:
        """Return the creator of each column."""
        return columns // self.posts

    def sums(self, columns: Ints) -> Floats:
        """Return the summed weight of the chosen columns on each platform."""
        return totals(self.pool[columns], self.weight[columns], len(self.universe))

    def people(self, sums: Floats) -> Floats:
        """Return the different people reached on each platform."""
        finite = np.isfinite(self.universe)
        size = np.where(finite, self.universe, 1.0)
        return np.where(finite, -size * np.expm1(-sums / size), sums)

    def slope(self, sums: Floats) -> Floats:
        """Return how many different people one more unit of weight reaches, on each platform."""
        finite = np.isfinite(self.universe)
        return np.where(finite, np.exp(-sums / np.where(finite, self.universe, 1.0)), 1.0)

    def worth(self, columns: Ints) -> float:
        """Return the objective of the chosen columns."""
        if self.distinct:
            return float(self.people(self.sums(columns)).sum())
        return float(self.value[columns].sum())

    def broken(self, columns: Ints) -> list[str]:
        """Return the names of the limits that the chosen columns break."""
        found = [row.name for row in self.rows if _outside(float(row.weight[columns].sum()), row.low, row.high)]
        owners = self.owner(columns)
        if len(np.unique(owners)) < len(owners) or not self.allowed[columns].all():
            found.append("columns")
        if self.must.sum() > self.must[np.unique(owners)].sum():
            found.append("must_have")
        if not len(columns):
            return found
        if self.max_share is not None and self.share is not None:
            parts = self.share[columns]
            if parts.max() > self.max_share * parts.sum() * (1 + SLACK):
                found.append("max_share")
        if self.max_exposure is not None:
            exposed = float(self.people(self.sums(columns)).sum())
            if self.reach[columns].max() > self.max_exposure * exposed * (1 + SLACK):
                found.append("max_exposure")
        return found

    def narrowed(self) -> "Problem":
        """Return the problem without the columns that no plan can take: alone dearer than the budget or its share."""
        allowed = self.allowed.copy()
        for row in self.rows:
            if np.isfinite(row.high) and row.weight.min(initial=0) >= 0:
                allowed &= row.weight <= row.high * (1 + SLACK)
        budget = next((row for row in self.rows if row.name == "budget"), None)
        if budget is not None and self.max_share is not None and self.share is budget.weight:
            allowed &= self.cost <= self.max_share * budget.high * (1 + SLACK)
        return replace(self, allowed=allowed)

    def only(self, creators: Ints) -> "Problem":
        """Return the problem over some of the creators (sorted)."""
        columns = (creators[:, None] * self.posts + np.arange(self.posts)).ravel()
        names = ("value", "cost", "reach", "weight", "pool", "allowed")
        parts: dict[str, Any] = {name: getattr(self, name)[columns] for name in names}
        share = None if self.share is None else parts["cost"] if self.share is self.cost else self.share[columns]
        rows = tuple(
            replace(row, weight=parts["cost"] if row.weight is self.cost else row.weight[columns]) for row in self.rows
        )
        return self.part(**parts, must=self.must[creators], share=share, rows=rows)

    def part(self, **changes: Any) -> "Problem":
        """Return the problem with fields replaced."""
        return replace(self, **changes)


def totals(group: Ints, value: Floats, groups: int) -> Floats:
    """Return the sum of ``value`` in each of ``groups`` groups.

    Examples
    --------
    >>> totals(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [1.0, 0.0, 5.0]
    """
    return np.asarray(np.bincount(group, value, minlength=groups), dtype=np.float64)


def _outside(value: float, low: float, high: float) -> bool:
    slack = SLACK * max(1.0, abs(value))
    return value > high + slack or value < low - slack


def sainsbury_weight(reach: Floats, universe: Floats) -> Floats:
    """Return the weight ``b`` of people reached out of a universe; a reach beyond the universe is all of it.

    Examples
    --------
    >>> sainsbury_weight(np.array([50.0, 50.0]), np.array([100.0, np.inf])).round(3).tolist()
    [69.315, 50.0]
    """
    finite = np.isfinite(universe)
    size = np.where(finite, universe, 1.0)
    share = np.minimum(reach / size, WHOLE)
    return np.where(finite, -size * np.log1p(-np.where(finite, share, 0.0)), reach)
