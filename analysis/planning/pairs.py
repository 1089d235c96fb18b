"""What pairs of creators share, measured: a table that can be one, and the people it implies.

For two creators a measured overlap is the whole answer. For more, what three of them share is not in a table of pairs:
the union is then estimated as if overlaps were independent given pairs, inside bounds that hold whatever the rest.
Inclusion and exclusion needs every intersection and gives the exact count; it checks the others on small sets.

References
----------
Dawson, D. A. and Sankoff, D. (1967). An inequality for probabilities. *Proc. AMS* 18, 504-507.
Hunter, D. (1976). An upper bound for the probability of a union. *J. Applied Probability* 13, 597-603.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError, ValueRangeError

__all__ = ["MOST_SETS", "check_overlap", "check_reach", "from_pairs", "inclusion_exclusion", "union_bounds"]

Floats = NDArray[np.float64]

#: Creators for which every intersection is counted; 2^20 is a million terms.
MOST_SETS = 20


def check_reach(reach: ArrayLike) -> Floats:
    """Return people reached as numbers, refusing a negative or missing one."""
    each = np.asarray(reach, dtype=np.float64).ravel()
    if not np.isfinite(each).all() or (each < 0).any():
        raise ValueRangeError("a reach is a number of people, 0 or more; one is negative or not a number.")
    return each


def from_pairs(reach: ArrayLike, shared: ArrayLike) -> float:
    """Return the people reached by a set from what each pair shares; exact for two, and for chains of inclusion.

    Notes
    -----
    From the largest on, a creator adds those whom none before reached, prod (1 - s_ij / r_i) of its audience, as if
    overlaps with different creators were independent. In Sainsbury's world that is Sainsbury's formula.

    Examples
    --------
    >>> from_pairs([50, 30], [[50, 30], [30, 30]])
    50.0
    """
    each, table = check_reach(reach), np.asarray(shared, dtype=np.float64)
    order = np.argsort(-each, kind="stable")
    total = 0.0
    for place, one in enumerate(order):
        if each[one] > 0:
            kept = np.clip(1 - table[one, order[:place]] / each[one], 0.0, 1.0)
            total += float(each[one] * np.prod(kept))
    return total


def check_overlap(matrix: Any, reach: ArrayLike, *, unit: str = "people") -> Floats:
    """Return the measured table as people shared by each pair, or say what is wrong with it.

    Parameters
    ----------
    matrix : array or pandas.DataFrame
        Square and symmetric; the diagonal is not looked at.
    reach : array
        People each creator reaches, in the order of the rows.
    unit : str
        ``people``, or ``share`` of the smaller audience.

    Raises
    ------
    ValueRangeError
        Naming the first cell that cannot be: not a number, not symmetric, negative, above the smaller audience.
    ParameterError
        If the unit is unknown.

    Examples
    --------
    >>> check_overlap([[1, 0.5], [0.5, 1]], [100, 40], unit="share").tolist()
    [[100.0, 20.0], [20.0, 40.0]]
    >>> check_overlap([[0, 60], [60, 0]], [100, 40])
    Traceback (most recent call last):
    ...
    analysis.errors.ValueRangeError: row 1, column 2 of the overlap says 60 people are shared; the ... reaches 40.
    """
    if unit not in {"people", "share"}:
        raise ParameterError(f"the unit of an overlap is people or share; got {unit!r}.")
    each = check_reach(reach)
    labels = [str(name) for name in (matrix.index if hasattr(matrix, "columns") else range(1, len(each) + 1))]
    try:
        table = np.array(matrix, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueRangeError("the overlap holds something that is no number.") from error
    n = len(each)
    if table.shape != (n, n):
        raise ValueRangeError(f"the overlap of {n} creators is {n} by {n}; got {' by '.join(map(str, table.shape))}.")
    if hasattr(matrix, "columns") and list(matrix.columns) != list(matrix.index):
        raise ValueRangeError("rows and columns of the overlap name different creators, or in another order.")
    smaller = np.minimum(each[:, None], each[None, :])
    if unit == "share":
        _first(table, np.isfinite(table) & (table >= 0) & (table <= 1), labels, "a share between 0 and 1")
        table = table * smaller
    np.fill_diagonal(table, each)
    _first(table, np.isfinite(table) & (table >= 0), labels, "a number of people, 0 or more")
    slack = 1e-9 * np.maximum(np.abs(table), 1.0)
    for i, j in np.argwhere(np.abs(table - table.T) > slack)[:1]:
        raise ValueRangeError(
            f"the overlap is not symmetric: row {labels[i]}, column {labels[j]} says {table[i, j]:g}, the other way "
            f"round {table[j, i]:g}."
        )
    for i, j in np.argwhere(table > smaller + slack)[:1]:
        raise ValueRangeError(
            f"row {labels[i]}, column {labels[j]} of the overlap says {table[i, j]:g} people are shared; the smaller "
            f"of the two reaches {smaller[i, j]:g}."
        )
    return table


def _first(table: Floats, fine: NDArray[np.bool_], labels: Sequence[str], wanted: str) -> None:
    fine = fine | np.eye(len(table), dtype=bool)
    for i, j in np.argwhere(~fine)[:1]:
        raise ValueRangeError(f"row {labels[i]}, column {labels[j]} of the overlap is {table[i, j]:g}, not {wanted}.")


def union_bounds(reach: Floats, shared: Floats) -> tuple[float, float]:
    """Return what the union lies between, whatever three or more share: Dawson-Sankoff below, Hunter-Worsley above.

    Examples
    --------
    >>> union_bounds(np.array([50.0, 30.0, 20.0]), np.array([[50.0, 10, 0], [10, 30, 5], [0, 5, 20]]))
    (85.0, 85.0)
    """
    n = len(reach)
    if n == 0:
        return 0.0, 0.0
    pairs = float((shared.sum() - np.trace(shared)) / 2)
    total = float(reach.sum())
    low = float(reach.max())
    if pairs > 0 and total > 0:
        k = math.floor(2 * pairs / total) + 1
        low = max(low, 2 * total / (k + 1) - 2 * pairs / (k * (k + 1)))
    else:
        low = total
    inside, tree = {0}, 0.0
    while len(inside) < n:  # the heaviest tree that joins all: each branch is certainly counted twice
        rest = [j for j in range(n) if j not in inside]
        weight, j = max((max(shared[i, j] for i in inside), -j) for j in rest)
        tree += float(weight)
        inside.add(-j)
    return low, max(total - tree, low)


def inclusion_exclusion(shared: Mapping[tuple[int, ...], float] | Sequence[set[Any]]) -> float:
    """Return the exact number of people in a union, by inclusion and exclusion.

    Parameters
    ----------
    shared : mapping or sequence of sets
        Positions of creators → people whom all of these reach, for every non-empty set of up to 20 creators; or the
        audiences themselves.

    Raises
    ------
    ParameterError
        If there are more than 20 creators, or an intersection is missing.

    Notes
    -----
    Sum over non-empty sets S of (-1)^(|S| + 1) people(S).

    Examples
    --------
    >>> inclusion_exclusion([{1, 2, 3}, {3, 4}, {4, 1}])
    4.0
    >>> inclusion_exclusion({(0,): 50, (1,): 30, (0, 1): 10})
    70.0
    """
    if isinstance(shared, Mapping):
        counts = {tuple(sorted(key)): float(value) for key, value in shared.items()}
        n = 1 + max((max(key) for key in counts if key), default=-1)
    else:
        n, counts = len(shared), {}
    if n > MOST_SETS:
        raise ParameterError(f"inclusion and exclusion counts up to {MOST_SETS} creators; got {n}. Use a model.")
    total = 0.0
    for size in range(1, n + 1):
        for members in combinations(range(n), size):
            if isinstance(shared, Mapping):
                if members not in counts:
                    raise ParameterError(f"the people whom {members} all reach are missing.")
                people = counts[members]
            else:
                people = float(len(set.intersection(*(set(shared[i]) for i in members))))
            total += people if size % 2 else -people
    return total
