"""Plans that a person makes: down a sorted list until the money is gone.

They are the rivals that an optimised plan is shown beside, and the first guess it starts from, so that it never ends
below them. ``fill`` books must-haves, then goes down an order and takes what still fits; limits that speak of the
finished list (fewest of a group, largest share) are put right afterwards where that is possible by adding the cheapest
that are missing first, or dropping the largest.
"""

import math
from collections.abc import Iterator

import numpy as np

from analysis.planning.problem import SLACK, Floats, Ints, Problem

__all__ = ["fill", "greedy", "order_by_price"]

#: What dividing by nothing counts as: a free creator comes first.
TINY = 1e-12


class _List:
    """A booking list that takes a column where it still fits."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.weights = np.array([row.weight for row in problem.rows]).reshape(len(problem.rows), -1)
        self.high = np.array([row.high + SLACK * max(1.0, abs(row.high)) for row in problem.rows])
        self.used = np.zeros(len(problem.rows))
        self.columns: list[int] = []
        self.booked: set[int] = set()
        self.budget = next((i for i, row in enumerate(problem.rows) if row.name == "budget"), None)
        self.open = problem.allowed.copy()
        self.counts = [i for i, weights in enumerate(self.weights) if i != self.budget and weights.max(initial=0) == 1]

    def take(self, column: int) -> bool:
        """Book a column; say whether it fitted."""
        owner = column // self.problem.posts
        if not self.open[column] or owner in self.booked:
            return False
        after = self.used + self.weights[:, column]
        if (after > self.high).any():
            return False
        self.used = after
        self.booked.add(owner)
        self.columns.append(column)
        for i in self.counts:  # a group that is full is not looked at again
            if self.weights[i, column] and self.used[i] + 1 > self.high[i]:
                self.open &= self.weights[i] == 0
        if len(self.columns) % 16 == 0:
            self.open &= self.problem.cost <= self.left()
        return True

    def left(self) -> float:
        """Return the money that is left."""
        return math.inf if self.budget is None else float(self.high[self.budget] - self.used[self.budget])

    def begin(self, order: Ints) -> None:
        """Book the must-haves, then the fewest of each group, in that order and by cost where that is too dear."""
        problem = self.problem
        for owner in np.flatnonzero(problem.must):
            any(self.take(column) for column in range(owner * problem.posts, (owner + 1) * problem.posts))
        for i in np.argsort([-row.low for row in problem.rows], kind="stable"):
            row = problem.rows[i]
            able = order[row.weight[order] > 0] if row.low > 0 else order[:0]
            for column in (*able, *able[np.argsort(problem.cost[able], kind="stable")]):
                if self.used[i] >= row.low:
                    break
                self.take(int(column))

    def done(self) -> Ints:
        """Return the columns, sorted, without those that make a share or the exposure too large."""
        return _put_right(self.problem, np.array(sorted(self.columns), dtype=np.int64))


def order_by_price(cost: Floats, outcome: Floats) -> Ints:
    """Return positions from the cheapest outcome to the dearest; what brings nothing comes last.

    Examples
    --------
    >>> order_by_price(np.array([10.0, 10, 0, 5]), np.array([1.0, 4, 1, 0])).tolist()
    [2, 1, 0, 3]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.where(outcome > 0, cost / np.where(outcome > 0, outcome, 1.0), np.inf)
    return np.argsort(price, kind="stable").astype(np.int64)


def fill(problem: Problem, order: Ints, *, floors: bool = True, worth_it: Floats | None = None) -> Ints:
    """Return the columns taken going down ``order``, each where it still fits.

    Parameters
    ----------
    order : array of int
        Columns in the order in which they are tried.
    floors : bool
        Whether the must-haves and the fewest of each group are booked first.
    worth_it : array, optional
        What a column brings; one that brings nothing is passed over unless a floor wants it.
    """
    chosen = _List(problem)
    if floors:
        chosen.begin(order)
    cheapest = np.minimum.accumulate(problem.cost[order][::-1])[::-1]
    for place, column in enumerate(order):
        if chosen.left() < cheapest[place]:
            break
        if worth_it is None or worth_it[column] > 0:
            chosen.take(int(column))
    return chosen.done()


def _put_right(problem: Problem, columns: Ints) -> Ints:
    """Drop the largest creator while a share or the exposure is too large."""
    while len(columns):
        broken = problem.broken(columns)
        if "max_share" in broken and problem.share is not None:
            weight = problem.share
        elif "max_exposure" in broken:
            weight = problem.reach
        else:
            break
        free = columns[~problem.must[problem.owner(columns)]]
        if not len(free):
            break
        columns = columns[columns != free[np.argmax(weight[free])]]
    return columns


def greedy(problem: Problem) -> Ints:
    """Return the lazy greedy plan: always the creator who adds most per unit of money to what is there.

    Whoever is booked lessens what everybody else on that platform would add by one and the same factor, so each
    platform's order never changes, and only the heads of these orders are compared.
    """
    first = np.flatnonzero(problem.allowed[:: problem.posts]) * problem.posts
    if not problem.distinct:
        return fill(problem, first[order_by_price(problem.cost[first], problem.value[first])], worth_it=problem.value)
    chosen = _List(problem)
    order = first[order_by_price(problem.cost[first], problem.reach[first])]
    chosen.begin(order)
    price = (problem.reach / np.maximum(problem.cost, TINY)).tolist()
    universe = problem.universe.tolist()
    sums = problem.sums(np.array(chosen.columns, dtype=np.int64)).tolist()
    lines = [iter(order[problem.pool[order] == p].tolist()) for p in range(len(universe))]

    def next_open(line: Iterator[int]) -> int:
        return next((column for column in line if chosen.open[column]), -1)

    heads = [next_open(line) for line in lines]
    while True:
        ratios = [
            price[head] * math.exp(-total / size) if head >= 0 else 0.0
            for head, total, size in zip(heads, sums, universe, strict=True)
        ]
        p = max(range(len(ratios)), key=ratios.__getitem__)
        if ratios[p] <= 0:
            return chosen.done()
        if chosen.take(heads[p]):
            sums[p] += float(problem.weight[heads[p]])
        heads[p] = next_open(lines[p])
