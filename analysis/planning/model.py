"""The linear model that a solver sees, over some of the columns, in units that suit it.

The whole problem may have a hundred thousand columns; the solver is given the few that matter, the others being
absent (not booked) or fixed (booked). Beside the columns stand, where they are needed, for each platform the summed
weight ``s`` and the people ``z``, kept under tangents of the concave curve, and the total ``w`` that shares are
measured in. A tangent lies above its curve, so whatever the model says is possible, too much or just enough, never
too little: its optimum bounds the true one from above. Money and people are scaled to a few thousand, because a
solver's tolerances are absolute.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.planning.problem import Floats, Ints, Problem, totals

__all__ = ["Duals", "Model", "Scale", "assemble"]

#: What a broken limit costs in scaled units, where the objective is about ten thousand.
PENALTY = 1e6


@dataclass(frozen=True)
class Scale:
    """Factors that bring the objective, people and shares to solver size."""

    value: float
    people: float
    share: float
    rows: Floats

    @classmethod
    def of(cls, problem: Problem, columns: Ints) -> "Scale":
        """Return factors by which a rough plan, ``columns``, is worth ten thousand."""
        people = float(problem.people(problem.sums(columns)).sum()) or float(problem.reach.max(initial=0)) or 1.0
        worth = abs(problem.worth(columns)) or float(np.abs(problem.value).max(initial=0)) or 1.0
        share = float(problem.share.max(initial=0)) if problem.share is not None else 0.0
        rows = []
        for row in problem.rows:
            unit = max(float(row.weight.max(initial=0)), 0.0)
            rows.append(1.0 if unit <= 1 else 1e3 / (row.high if np.isfinite(row.high) and row.high > 0 else unit))
        people_scale = 1e4 / people
        return cls(
            people_scale if problem.distinct else 1e4 / worth, people_scale, 1e3 / (share or 1.0), np.array(rows)
        )


@dataclass(frozen=True)
class Duals:
    """Prices in true units.

    Of the rows (positive at the upper limit), of weight on each platform, of each creator's share and exposure.
    """

    rows: Floats
    pools: Floats
    share: Floats
    exposure: Floats


@dataclass
class Model:
    """Minimise ``cost @ x`` with ``low <= matrix @ x <= high`` and bounds; the first ``columns`` of x are bookings."""

    problem: Problem
    scale: Scale
    columns: Ints
    cost: Floats
    matrix: sparse.csr_array
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    fixed_worth: float
    sum_at: int
    elastic_at: int
    blocks: dict[str, slice]
    tangent_pool: Ints
    tangent_slope: Floats
    share_owners: Ints
    exposure_owners: Ints

    def worth(self, minimum: float) -> float:
        """Return the objective in true units of a minimum of the model."""
        return self.fixed_worth - minimum / self.scale.value

    def duals(self, y: Floats) -> Duals:
        """Return prices in true units from the solver's, positive where an upper limit binds."""
        problem, scale = self.problem, self.scale
        rows = y[self.blocks["rows"]] * scale.rows / scale.value
        tau = np.maximum(y[self.blocks["tangents"]], 0) * scale.people / scale.value
        pools = totals(self.tangent_pool, tau * self.tangent_slope, len(problem.universe))
        share, exposure = np.zeros(problem.creators), np.zeros(problem.creators)
        share[self.share_owners] = np.maximum(y[self.blocks["share"]], 0) * scale.share / scale.value
        exposure[self.exposure_owners] = np.maximum(y[self.blocks["exposure"]], 0) * scale.people / scale.value
        return Duals(rows, pools, share, exposure)


class _Rows:
    """Rows of a sparse matrix, block by block."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.col: list[Ints] = []
        self.value: list[Floats] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.blocks: dict[str, slice] = {}

    def add(self, low: float, high: float, *parts: tuple[Ints | NDArray[np.intp], Floats | float]) -> None:
        for columns, values in parts:
            values = np.broadcast_to(np.asarray(values, dtype=float), columns.shape)
            keep = values != 0
            self.col.append(columns[keep])
            self.value.append(values[keep])
            self.row.append(np.full(int(keep.sum()), len(self.low)))
        self.low.append(low)
        self.high.append(high)

    def block(self, name: str, start: int) -> None:
        self.blocks[name] = slice(start, len(self.low))

    def matrix(self, width: int) -> sparse.csr_array:
        if not self.row:
            return sparse.csr_array((len(self.low), width))
        parts = (np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.col)))
        return sparse.csr_array(sparse.coo_array(parts, shape=(len(self.low), width)))


def assemble(
    problem: Problem,
    columns: Ints,
    *,
    scale: Scale,
    tangents: list[Floats],
    fixed: Ints | None = None,
    share_owners: Ints | None = None,
    exposure_owners: Ints | None = None,
    elastic: bool = False,
) -> Model:
    """Return the model over ``columns`` (sorted), with ``fixed`` booked already.

    Parameters
    ----------
    tangents : list of array
        For each platform the sums at which the curve of people has a tangent.
    share_owners, exposure_owners : array of int, optional
        Creators whose own share and exposure are limited; all those of ``columns`` when left out.
    elastic : bool
        Whether limits may be broken at a high price, which shows whether they can be kept at all.
    """
    none: Ints = np.empty(0, dtype=np.int64)
    fixed = none if fixed is None else fixed
    owners = problem.owner(columns)
    n, pools = len(columns), len(problem.universe)
    here = np.arange(n)
    curved, shared = problem.curved, problem.max_share is not None and problem.share is not None
    sum_at = n
    people_at = n + pools * curved
    share_at = n + 2 * pools * curved
    elastic_at = share_at + shared
    rows = _Rows()

    for row, factor in zip(problem.rows, scale.rows, strict=True):
        done = float(row.weight[fixed].sum())
        rows.add((row.low - done) * factor, (row.high - done) * factor, (here, row.weight[columns] * factor))
    rows.block("rows", 0)

    start = len(rows.low)
    unique, first, size = np.unique(owners, return_index=True, return_counts=True)
    for owner, at, count in zip(unique, first, size, strict=True):
        if count > 1 or problem.must[owner]:
            rows.add(float(problem.must[owner]), 1.0, (here[at : at + count], 1.0))
    rows.block("once", start)

    start = len(rows.low)
    slopes, of_pool = [], []
    if curved:
        done_sums = problem.sums(fixed)
        for p in range(pools):
            mine = np.flatnonzero(problem.pool[columns] == p)
            one = np.array([sum_at + p])
            level = float(done_sums[p]) * scale.people
            rows.add(level, level, (one, 1.0), (mine, -problem.weight[columns[mine]] * scale.people))
        rows.block("sums", start)
        start = len(rows.low)
        for p in range(pools):
            for s in np.unique(tangents[p]) if np.isfinite(problem.universe[p]) else np.zeros(1):
                at_all = np.zeros(pools)
                at_all[p] = s
                slope = float(problem.slope(at_all)[p])
                level = (float(problem.people(at_all)[p]) - slope * s) * scale.people
                rows.add(-np.inf, level, (np.array([people_at + p]), 1.0), (np.array([sum_at + p]), -slope))
                slopes.append(slope)
                of_pool.append(p)
    rows.block("tangents", start)

    start = len(rows.low)
    limited = none
    if shared and problem.share is not None and problem.max_share is not None:
        limited = unique if share_owners is None else share_owners
        total = float(problem.share[fixed].sum()) * scale.share
        part = problem.share[columns] * scale.share
        rows.add(total, total, (np.array([share_at]), 1.0), (here, -part))
        start = len(rows.low)
        for owner in limited:
            low, high = np.searchsorted(owners, [owner, owner + 1])
            rows.add(-np.inf, 0.0, (here[low:high], part[low:high]), (np.array([share_at]), -problem.max_share))
        rows.block("share", start)
        if len(fixed):
            most = float(problem.share[fixed].max()) * scale.share
            rows.add(-np.inf, -most, (np.array([share_at]), -problem.max_share))
    else:
        rows.block("share", start)

    start = len(rows.low)
    exposed = none
    if problem.max_exposure is not None:
        exposed = unique if exposure_owners is None else exposure_owners
        everyone = np.arange(people_at, people_at + pools)
        part = problem.reach[columns] * scale.people
        for owner in exposed:
            low, high = np.searchsorted(owners, [owner, owner + 1])
            rows.add(-np.inf, 0.0, (here[low:high], part[low:high]), (everyone, -problem.max_exposure))
        rows.block("exposure", start)
        if len(fixed):
            most = float(problem.reach[fixed].max()) * scale.people
            rows.add(-np.inf, -most, (everyone, -problem.max_exposure))
    else:
        rows.block("exposure", start)

    width = elastic_at
    loose = np.empty(0)
    if elastic:
        loose_rows = np.array([i for i in range(len(rows.low)) if not _kept(i, rows.blocks)], dtype=np.int64)
        for sign in (1.0, -1.0):
            rows.row.append(loose_rows)
            rows.col.append(np.arange(width, width + len(loose_rows)))
            rows.value.append(np.full(len(loose_rows), sign))
            width += len(loose_rows)
        loose = np.full(2 * len(loose_rows), PENALTY)

    cost = np.zeros(width)
    cost[elastic_at:] = loose
    if problem.distinct:
        cost[people_at:share_at] = -1.0
        fixed_worth = 0.0
    else:
        cost[:n] = -problem.value[columns] * scale.value
        fixed_worth = float(problem.value[fixed].sum())
    most_x = np.full(width, np.inf)
    most_x[:n] = 1.0
    # a bound on everything: left without, the solver has called a worse plan optimal
    if curved:
        both = np.concatenate([columns, fixed])
        everything = problem.sums(both) * scale.people
        most_x[sum_at:people_at] = everything * (1 + 1e-9) + 1.0
        most_x[people_at:share_at] = everything * (1 + 1e-9) + 1.0
    if shared and problem.share is not None:
        most_x[share_at] = float(problem.share[columns].sum() + problem.share[fixed].sum()) * scale.share + 1.0
    low, high = np.array(rows.low), np.array(rows.high)
    return Model(
        problem=problem,
        scale=scale,
        columns=columns,
        cost=cost,
        matrix=rows.matrix(width),
        low=low,
        high=high,
        least=np.zeros(width),
        most=most_x,
        fixed_worth=fixed_worth,
        sum_at=sum_at,
        elastic_at=elastic_at,
        blocks=rows.blocks,
        tangent_pool=np.array(of_pool, dtype=np.int64),
        tangent_slope=np.array(slopes, dtype=float),
        share_owners=limited,
        exposure_owners=exposed,
    )


def _kept(row: int, blocks: dict[str, slice]) -> bool:
    """Return whether a row is a definition or a tangent, or one post count per creator, which nothing may break."""
    return any(blocks[name].start <= row < blocks[name].stop for name in ("once", "sums", "tangents") if name in blocks)
