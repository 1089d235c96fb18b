"""The exact choice among the creators about whom the prices do not decide.

At the prices of the relaxation most creators are clearly in or clearly out: booking against that advice loses more than
the whole gap between the bound and the best plan known, so no better plan does it. What is left, the core, is small and
is solved exactly. Where it is not small, the least decided creators are solved and the rest are taken at the prices'
word; what that can cost is proven too: any other plan loses at least the smallest loss outside the core.
"""

from dataclasses import dataclass
from time import monotonic

import numpy as np

from analysis.planning.greedy import fill
from analysis.planning.model import Model, Scale, assemble
from analysis.planning.problem import Ints, Problem
from analysis.planning.relaxation import Relaxation, unpriced
from analysis.planning.silence import silence

__all__ = ["Effort", "Solved", "cheapest", "rounded", "solve"]

#: Creators in the first core, and in the largest one.
FIRST, LARGEST = 150, 1500

#: Where the curve of people has its tangents, as multiples of the fractional plan's sums.
STEPS = np.array([0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0, 1.02, 1.05, 1.1, 1.25, 2.0])

#: Times the solver is asked again because the curve lay below its tangents.
ASKED = 40

#: Relative gap that counts as none.
EXACT = 1e-9


@dataclass(frozen=True)
class Effort:
    """How much work is allowed: the gap that is good enough, the solver's nodes, and seconds as a last resort."""

    gap: float = 0.0
    nodes: int = 4_000
    seconds: float = 20.0


@dataclass(frozen=True)
class Solved:
    """The best plan found (None where there is none), and the proven bound on any plan."""

    columns: Ints | None
    bound: float


def rounded(problem: Problem, relaxation: Relaxation) -> list[Ints]:
    """Return plans made of the fractional one: its creators by share, then those who lose least."""
    loss = relaxation.loss
    choice = np.argmin(loss[:, 1:], axis=1)
    best = np.arange(problem.creators) * problem.posts + choice
    advantage = loss[:, 0] - loss[np.arange(problem.creators), choice + 1]
    advantage = np.where(np.isfinite(advantage), advantage, -np.inf)
    order = best[np.argsort(-advantage, kind="stable")]
    share = np.zeros(len(problem.cost))
    share[relaxation.columns] = relaxation.shares
    whole = np.flatnonzero(share > 1e-6)
    first = whole[np.argsort(-share[whole], kind="stable")]
    near = order[: 20 * max(len(whole), 50)]
    worth = None if problem.distinct else problem.value
    return [fill(problem, line, worth_it=worth) for line in (np.concatenate([first, near]), near)]


def solve(problem: Problem, relaxation: Relaxation, best: Ints | None, effort: Effort) -> Solved:
    """Return the best plan of the cores, and the proven bound.

    Parameters
    ----------
    best : array of int, optional
        The best plan known.
    """
    until = monotonic() + effort.seconds
    scale = Scale.of(problem, best if best is not None and len(best) else relaxation.columns[relaxation.shares > 0.5])
    bound, value = relaxation.bound, -np.inf if best is None else problem.worth(best)
    ordered = np.sort(relaxation.loss, axis=1)
    margin = ordered[:, 1]  # what deciding otherwise loses
    order = np.argsort(margin, kind="stable")
    size, nodes = min(FIRST, problem.creators), effort.nodes
    while best is None or bound - value > max(effort.gap, EXACT) * abs(value):
        window = bound - value
        open_size = int(np.searchsorted(margin[order], window * (1 + 1e-9), side="right"))
        size = min(max(size, 1), problem.creators)
        if open_size <= 2 * size:
            size = max(open_size, 1) if np.isfinite(window) else size
        core = np.sort(order[:size])
        outside = bound - float(margin[order[size]]) if size < problem.creators else -np.inf
        cut = window if np.isfinite(window) else np.inf
        tried = _solve_core(problem, relaxation, core, cut, scale, effort, value, until, nodes)
        if tried.columns is not None and problem.worth(tried.columns) > value:
            best, value = tried.columns, problem.worth(tried.columns)
        bound = min(bound, max(tried.bound, outside, value))
        if size >= min(problem.creators, LARGEST) or (best is not None and size >= open_size):
            break
        if monotonic() > until:
            break
        size = LARGEST if best is None or open_size > LARGEST else max(4 * size, open_size)
        size = min(size, LARGEST)
    return Solved(best, max(bound, value))


def cheapest(problem: Problem, effort: Effort) -> Ints | None:
    """Return the cheapest plan that keeps every limit, over all columns; None where there is none."""
    able = problem.allowed.reshape(problem.creators, problem.posts).any(axis=1)
    if (problem.must & ~able).any():
        return None
    priced = problem.part(value=-problem.cost, distinct=False)
    every = np.arange(problem.creators)
    scale = Scale.of(priced, every[:1] * problem.posts)
    until = monotonic() + effort.seconds
    return _solve_core(priced, unpriced(priced), every, np.inf, scale, effort, -np.inf, until, effort.nodes).columns


def _solve_core(
    problem: Problem,
    relaxation: Relaxation,
    core: Ints,
    window: float,
    scale: Scale,
    effort: Effort,
    value: float,
    until: float,
    nodes: int,
) -> Solved:
    loss = relaxation.loss
    advice = np.argmin(loss, axis=1)
    decided = np.ones(problem.creators, dtype=bool)
    decided[core] = False
    settled = np.flatnonzero(decided & (advice > 0))
    fixed = settled * problem.posts + advice[settled] - 1
    options = loss[core, 1:] <= window * (1 + 1e-9) + 1e-12 if np.isfinite(window) else np.isfinite(loss[core, 1:])
    options[problem.must[core]] = np.isfinite(loss[core, 1:][problem.must[core]])
    columns = np.sort((core[:, None] * problem.posts + np.arange(problem.posts))[options])
    if not len(columns):
        kept = not problem.broken(fixed)
        return Solved(fixed, problem.worth(fixed)) if kept else Solved(None, -np.inf)
    sums = relaxation.sums
    tangents = [total * STEPS for total in sums]
    bound, best = np.inf, None
    tight = 0.0
    for _ in range(ASKED):
        model = assemble(problem, columns, scale=scale, tangents=tangents, fixed=fixed)
        chosen, above, proven = _milp(model, effort.gap, nodes, until, tight)
        if above is not None:
            bound = min(bound, above)
        if chosen is None:
            if proven and best is None and not tight:
                bound = -np.inf
            break
        plan = np.sort(np.concatenate([fixed, chosen]))
        broken = problem.broken(plan)
        if not broken and problem.worth(plan) > value:
            best, value = plan, problem.worth(plan)
        if broken and set(broken) - {"max_exposure"}:
            tight = max(10 * tight, 1e-8)  # the solver's tolerance let it through: ask for a little less
            if tight > 1e-5:
                break
            continue
        if bound - value <= max(effort.gap, EXACT) * abs(value) or not problem.curved or not proven:
            break
        at = problem.sums(plan)
        news = [not np.isclose(tangents[p], at[p], rtol=1e-12, atol=0).any() for p in range(len(at))]
        if not any(news):
            break
        tangents = [np.append(tangents[p], at[p]) if new else tangents[p] for p, new in enumerate(news)]
    return Solved(best, bound)


def _milp(model: Model, gap: float, nodes: int, until: float, tight: float) -> tuple[Ints | None, float | None, bool]:
    """Return the chosen columns, the bound (None where unknown), and whether the answer is proven."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    seconds = until - monotonic()
    if seconds <= 0.01:
        return None, None, False
    whole = np.zeros(len(model.cost))
    whole[: len(model.columns)] = 1
    high = model.high
    if tight:
        rows = model.blocks["rows"]
        high = high.copy()
        high[rows] -= tight * np.maximum(1.0, np.abs(high[rows]))
    with silence():
        result = milp(
            model.cost,
            constraints=LinearConstraint(model.matrix, model.low, high) if len(model.low) else None,
            bounds=Bounds(model.least, model.most),
            integrality=whole,
            options={"mip_rel_gap": gap / 2, "node_limit": nodes, "time_limit": seconds},
        )
    if result.status == 2:
        return None, -np.inf if not tight else None, True
    dual = getattr(result, "mip_dual_bound", None)
    known = dual is not None and np.isfinite(dual) and not tight
    above = model.worth(float(dual)) if known and dual is not None else None
    if result.x is None:
        return None, above, False
    chosen = model.columns[np.asarray(result.x[: len(model.columns)]) > 0.5]
    return chosen, above, result.status == 0
