"""When no plan keeps every limit: which of them cannot be kept together.

Limits are taken away one at a time. One without which there is still no plan stays away; one without which there is a
plan is put back. What remains cannot be kept together, and any one of it given up can: an irreducible set, of which a
planner has to give up one. Share and exposure are tried first and the budget last, so that what remains speaks of money
and numbers of creators where it can.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis import formats
from analysis.hostile import plain
from analysis.planning.core import Effort, cheapest
from analysis.planning.problem import Ints, Problem

__all__ = ["Conflict", "find_conflict", "first_plan"]

#: Creators of one kind (groups, platform) looked at when only feasibility is asked: the cheapest and the largest.
OF_A_KIND = 60


@dataclass(frozen=True)
class Conflict:
    """Limits that cannot be kept together, in words, and what they cost at least where only the budget forbids them."""

    limits: tuple[str, ...]
    least: float | None


def first_plan(problem: Problem) -> Ints | None:
    """Return the cheapest plan that keeps every limit; None where there is none."""
    few = _few(problem)
    columns = cheapest(problem.only(few), Effort(seconds=20.0))
    if columns is None:
        return None
    return np.sort(few[columns // problem.posts] * problem.posts + columns % problem.posts)


def _few(problem: Problem) -> Ints:
    """Return the creators among whom a plan is found where there is one: of each kind the cheapest and the largest."""
    first = np.arange(problem.creators) * problem.posts
    able = problem.allowed.reshape(problem.creators, problem.posts).any(axis=1)
    counted = [row.weight[first] for row in problem.rows if row.name != "budget"]
    kinds = np.unique(np.column_stack([problem.pool[first], *counted]), axis=0, return_inverse=True)[1].ravel()
    most = int(max([OF_A_KIND, *(row.low for row in problem.rows)]))
    chosen = problem.must.copy()
    for kind in range(kinds.max(initial=-1) + 1):
        mine = np.flatnonzero((kinds == kind) & able)
        for key in (problem.cost[first[mine]], -problem.reach[first[mine]]):
            chosen[mine[np.argsort(key, kind="stable")[:most]]] = True
    return np.flatnonzero(chosen)


def find_conflict(problem: Problem, *, creators: Sequence[str], never: Ints, currency: str | None = None) -> Conflict:
    """Return limits that cannot be kept together, and cannot be made fewer.

    Parameters
    ----------
    problem : Problem
        Without any plan; not narrowed.
    creators : sequence of str
        What each is called.
    never : array of int
        Creators who may not be booked; those that are not even candidates are no matter here.
    """
    budget = next((i for i, row in enumerate(problem.rows) if row.name == "budget"), -1)
    items: list[tuple[str, int]] = []
    items += [("share", 0)] if problem.max_share is not None else []
    items += [("exposure", 0)] if problem.max_exposure is not None else []
    items += [("row", i) for i, row in enumerate(problem.rows) if i != budget and not row.low > 0]
    items += [("never", 0)] if len(never) else []
    items += [("row", i) for i, row in enumerate(problem.rows) if i != budget and row.low > 0]
    items += [("must", int(i)) for i in np.flatnonzero(problem.must)]
    items += [("row", budget)] if budget >= 0 else []
    kept = list(items)
    for item in items:
        without = [one for one in kept if one != item]
        if first_plan(_with(problem, without, never).narrowed()) is None:
            kept = without
    least = None
    if ("row", budget) in kept:
        free = _with(problem, [one for one in kept if one != ("row", budget)], never)
        plan = first_plan(free.narrowed())
        least = None if plan is None else float(problem.cost[plan].sum())
    return Conflict(tuple(_words(problem, item, creators, currency) for item in reversed(kept)), least)


def _with(problem: Problem, items: list[tuple[str, int]], never: Ints) -> Problem:
    """Return the problem with these limits only."""
    kinds = {kind for kind, _ in items}
    must = np.zeros(problem.creators, dtype=bool)
    must[[i for kind, i in items if kind == "must"]] = True
    allowed = problem.allowed.copy()
    if "never" not in kinds:
        allowed.reshape(problem.creators, problem.posts)[never] = True
    return problem.part(
        rows=tuple(problem.rows[i] for kind, i in items if kind == "row"),
        must=must,
        allowed=allowed,
        max_share=problem.max_share if "share" in kinds else None,
        max_exposure=problem.max_exposure if "exposure" in kinds else None,
    )


def _words(problem: Problem, item: tuple[str, int], creators: Sequence[str], currency: str | None) -> str:
    kind, i = item
    if kind == "must":
        return f"{plain(creators[i], 60)} is a must-have"
    if kind == "never":
        return "the list of creators never to book"
    if kind == "share":
        of = "what is spent" if problem.share is problem.cost else "the expected reach"
        return f"no creator above {formats.percent(problem.max_share)} of {of}"
    if kind == "exposure":
        return f"the largest creator's reach at most {formats.percent(problem.max_exposure)} of the people reached"
    row = problem.rows[i]
    return f"a budget of {formats.money(row.high, currency)}" if row.name == "budget" else row.name
