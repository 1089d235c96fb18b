"""How close to the best possible list does the planner come, how fast, and beside what?

Synthetic candidates with caps on tiers and overlapping audiences: different people reached, under a budget. Each size
is solved by ``allocate``, by scipy's integer solver given everything at once (20 seconds), by lazy greedy, and by the
best cost per engagement first. Every list is valued by the same formula; the gaps are to the one proven bound. ::

    python benchmarks/allocation.py [SIZE ...]
"""

import sys
from time import perf_counter

import numpy as np
import pandas as pd

from analysis.planning.allocation import allocate
from analysis.planning.constraints import Constraints, Limits
from analysis.planning.greedy import fill, greedy, order_by_price
from analysis.planning.model import Scale, assemble
from analysis.planning.posing import Posed, pose

SIZES = (1_000, 10_000, 100_000)
SECONDS = 20.0
UNIVERSE = {"instagram": 4e7, "tiktok": 3e7, "youtube": 2e7}
LIMITS = Constraints(
    tiers={"micro": Limits(5, 40), "macro": Limits(2, 15), "mega": Limits(0, 4)}, platforms={"youtube": Limits(3, None)}
)
BUDGET = 150_000.0


def people(n: int, seed: int = 2020) -> pd.DataFrame:
    """Return candidates whose fees and reach are log-normal round their followers."""
    rng = np.random.default_rng(seed)
    followers = np.exp(rng.normal(10.0, 1.8, n)).clip(1_000, 5e7)
    reach = followers**0.9 * np.exp(rng.normal(-0.4, 0.6, n))
    return pd.DataFrame(
        {
            "account": [f"c{i:06d}" for i in range(n)],
            "tier": np.select([followers < 1e4, followers < 1e6], ["micro", "macro"], "mega"),
            "platform": rng.choice(np.array(list(UNIVERSE), dtype=object), n),
            "cost": (40 + followers / 1000 * 25 * np.exp(rng.normal(0, 0.5, n))).round(2),
            "reach": reach,
            "engagements": reach * np.exp(rng.normal(-3, 0.7, n)),
        }
    )


def whole_milp(posed: Posed) -> tuple[float, float]:
    """Return the value of what scipy's solver finds with all columns, and its seconds."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    problem = posed.problem.narrowed()
    start = perf_counter()
    rough = greedy(problem)
    steps = np.array([0, 0.25, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.75, 2, 3, 5])
    columns = np.flatnonzero(problem.allowed)
    sums = problem.sums(rough)
    model = assemble(problem, columns, scale=Scale.of(problem, rough), tangents=[s * steps for s in sums])
    whole = np.zeros(len(model.cost))
    whole[: len(columns)] = 1
    result = milp(
        model.cost,
        constraints=LinearConstraint(model.matrix, model.low, model.high),
        bounds=Bounds(model.least, model.most),
        integrality=whole,
        options={"time_limit": SECONDS},
    )
    seconds = perf_counter() - start
    if result.x is None:
        return float("nan"), seconds
    chosen = columns[np.asarray(result.x[: len(columns)]) > 0.5]
    return (problem.worth(chosen) if not problem.broken(chosen) else float("nan")), seconds


def main(sizes: list[int]) -> None:
    print("| candidates | method | people reached | below the bound | seconds |\n|---:|---|---:|---:|---:|")
    for n in sizes:
        candidates = people(n)
        posed = pose(candidates, BUDGET, objective="reach", limits=LIMITS, universe=UNIVERSE)
        plan = allocate(candidates, BUDGET, objective="reach", constraints=LIMITS, universe=UNIVERSE)
        lines = [("`allocate`", plan.value, plan.seconds)]
        lines.append(("scipy, everything at once, 20 s", *whole_milp(posed)))
        problem = posed.problem.narrowed()
        start = perf_counter()
        lazy = greedy(problem)
        lines.append(("lazy greedy", problem.worth(lazy), perf_counter() - start))
        start = perf_counter()
        first = np.flatnonzero(problem.allowed)
        by_price = fill(problem, first[order_by_price(problem.cost[first], posed.engagements[first])])
        lines.append(("best cost per engagement first", problem.worth(by_price), perf_counter() - start))
        for name, value, seconds in lines:
            found = "none found" if np.isnan(value) else f"{value:,.0f}"
            below = "" if np.isnan(value) else f"{(plan.bound - value) / plan.bound:.3%}"
            print(f"| {n:,} | {name} | {found} | {below} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
