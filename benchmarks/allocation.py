"""How close to the best possible list does the planner come, how fast, and beside what?

Synthetic candidates with caps on tiers and overlapping audiences: different people reached, under a budget. Each size
is solved by ``allocate``, by scipy's integer solver given everything at once (20 seconds), by lazy greedy, and by the
best cost per engagement first. Every list is valued by the same formula; the gaps are to the one proven bound. ::

    python benchmarks/allocation.py [SIZE ...]
"""

import sys
from collections.abc import Callable
from multiprocessing import get_context
from queue import Empty
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from analysis.planning.allocation import allocate
from analysis.planning.constraints import Constraints, Limits
from analysis.planning.greedy import fill, greedy, order_by_price
from analysis.planning.model import Scale, assemble
from analysis.planning.posing import Posed, pose
from analysis.planning.problem import Ints, Problem

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


def whole_milp(problem: Problem) -> float:
    """Return the value of what scipy's solver finds with all columns."""
    from scipy.optimize import Bounds, LinearConstraint, milp

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
    if result.x is None:
        return float("nan")
    chosen = columns[np.asarray(result.x[: len(columns)]) > 0.5]
    return problem.worth(chosen) if not problem.broken(chosen) else float("nan")


def within_limit(problem: Problem) -> float:
    """Return the same from a process that is ended half past the limit: the solver may not heed its own."""
    context = get_context("fork")
    answers = context.Queue()
    process = context.Process(target=lambda: answers.put(whole_milp(problem)))
    process.start()
    try:
        return float(answers.get(timeout=1.5 * SECONDS))
    except Empty:
        process.kill()
        return float("nan")
    finally:
        process.join()


def timed(work: Callable[[], float]) -> tuple[float, float, float]:
    """Return the value of a list, the seconds by the clock, and the seconds of CPU."""

    def spent() -> float:
        children = getrusage(RUSAGE_CHILDREN)
        return process_time() + children.ru_utime + children.ru_stime

    start, cpu = perf_counter(), spent()
    value = work()
    return value, perf_counter() - start, spent() - cpu


def main(sizes: list[int]) -> None:
    allocate(people(200), BUDGET, objective="reach", universe=UNIVERSE)  # imports are not what is measured
    print(
        "| candidates | method | people reached | below the bound | seconds | CPU s |\n|---:|---|---:|---:|---:|---:|"
    )
    for n in sizes:
        candidates = people(n)
        posed = pose(candidates, BUDGET, objective="reach", limits=LIMITS, universe=UNIVERSE)
        problem = posed.problem.narrowed()
        first = np.flatnonzero(problem.allowed)
        bounds = []

        def planned(candidates: pd.DataFrame = candidates, bounds: list[float] = bounds) -> float:
            plan = allocate(candidates, BUDGET, objective="reach", constraints=LIMITS, universe=UNIVERSE)
            bounds.append(plan.bound)
            return plan.value

        def by_price(problem: Problem = problem, first: Ints = first, posed: Posed = posed) -> float:
            order = first[order_by_price(problem.cost[first], posed.engagements[first])]
            return problem.worth(fill(problem, order))

        ways: dict[str, Callable[[], float]] = {
            "`allocate`": planned,
            f"scipy, everything at once, {SECONDS:.0f} s": lambda problem=problem: within_limit(problem),
            "lazy greedy": lambda problem=problem: problem.worth(greedy(problem)),
            "best cost per engagement first": by_price,
        }
        for name, work in ways.items():
            value, seconds, cpu = timed(work)
            found = "none found" if np.isnan(value) else f"{value:,.0f}"
            below = "" if np.isnan(value) else f"{(bounds[0] - value) / bounds[0]:.3%}"
            print(f"| {n:,} | {name} | {found} | {below} | {seconds:.2f} | {cpu:.2f} |", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
