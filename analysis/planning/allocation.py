"""Who to book: the best list of creators under a budget, with the proof of how good it is.

A relaxation bounds every possible plan from above (:mod:`~analysis.planning.relaxation`), an exact solve chooses among
the creators about whom it leaves any doubt (:mod:`~analysis.planning.core`), and the gap between the bound and the
plan is part of the answer: at 0 no list of these creators does better by these expectations. The plans a person would
make by rule of thumb stand beside it under the same budget, so that the gain is honest.

The trap is to read the optimum as the truth. It is optimal for *expected* outcomes that are themselves uncertain; how
often it wins is for :mod:`~analysis.planning.simulate` to say.

The same candidates, budget and constraints give the same plan, whatever order the candidates stand in; only the seconds
differ, as long as the solver ends by itself and not by the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats
from analysis.errors import ParameterError, PlanError, nearest
from analysis.planning.constraints import Constraints, load_constraints
from analysis.planning.core import EXACT, Effort, rounded, solve
from analysis.planning.greedy import fill, greedy, order_by_price
from analysis.planning.infeasible import find_conflict, first_plan
from analysis.planning.posing import OBJECTIVES, Posed, pose
from analysis.planning.problem import Floats, Ints, Problem
from analysis.planning.relaxation import Relaxation, relax

__all__ = ["OBJECTIVES", "Plan", "allocate", "rivals"]

#: Creators up to which the optimum itself is looked for unless a gap is given, and the gap that is good enough above.
EXACT_UP_TO, GOOD_ENOUGH = 100, 0.0005

#: Creators listed as next in line.
RUNNERS_UP = 10


@dataclass(frozen=True)
class Plan:
    """A booking list and what is known about it.

    Parameters
    ----------
    name : str
        ``plan``, or what a rival is called.
    objective : str
        What is counted: profit, engagements, reach (different people), conversions, revenue or clicks.
    chosen : tuple of int
        Positions in the candidates, largest contribution first.
    posts : tuple of int
        Posts of each.
    value, bound, gap : float
        The expected objective; what no plan exceeds; and the distance between them as a share of the value. A rival's
        bound and gap are NaN: nobody proved anything about it.
    cost, budget : float
        Money spent and available.
    reach, people, exposure : float
        Expected reach summed, different people, and the largest creator's reach over those people.
    runners_up : tuple of int
        Positions of those next in line, best first.
    prices : mapping
        What one more unit of each binding limit would be worth: of the objective, per unit of money or per creator.
    breaks : tuple of str
        Limits that a rival does not keep; empty for the plan.
    left_out : DataFrame
        account and reason of each candidate that could not be booked.
    notes : tuple of str
        What was decided on the way, for the page.
    seconds : float
        Time taken; not to be printed where the same inputs must give the same bytes.
    rivals : mapping of str to Plan
        The rules of thumb under the same budget.
    """

    name: str
    objective: str
    chosen: tuple[int, ...]
    posts: tuple[int, ...]
    value: float
    bound: float
    gap: float
    cost: float
    budget: float
    reach: float
    people: float
    exposure: float
    runners_up: tuple[int, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)
    breaks: tuple[str, ...] = ()
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"account": [], "reason": []}))
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    rivals: Mapping[str, "Plan"] = field(default_factory=dict)

    @property
    def proof(self) -> str:
        """Return the gap in words."""
        if not isfinite(self.gap):
            return "a rule of thumb; nothing is proven about it"
        if self.gap == 0:
            return "proven: no list of these creators does better by these expectations"
        return f"at most {formats.percent(self.gap)} below the best possible list (proven bound)"


def allocate(
    candidates: pd.DataFrame,
    budget: float,
    *,
    objective: str = "profit",
    constraints: Constraints | Mapping[str, Any] | str | Path | None = None,
    universe: float | Mapping[str, float] | None = None,
    overlap: float | None = None,
    max_posts: int = 1,
    repeat_decay: float = 0.3,
    currency: str | None = None,
    gap: float | None = None,
    seconds: float = 20.0,
) -> Plan:
    """Return the creators to book for the largest expected objective; candidates by creators → a plan.

    Parameters
    ----------
    candidates : DataFrame
        One row per creator: ``account``, ``cost`` of one post in all, the objective's column, and those that
        constraints speak of (``tier``, ``platform``, ``category``, ``reach``, ``handle``).
    budget : float
        Money to spend at most, in the currency of ``cost``.
    objective : {"profit", "engagements", "reach", "conversions", "revenue", "clicks"}
        ``reach`` counts different people (see ``universe``).
    constraints : Constraints, mapping or path, optional
        See :func:`~analysis.planning.constraints.load_constraints`.
    universe : float or mapping of platform to float, optional
        People on each platform, by which audiences overlap; nobody is counted twice when left out.
        Platforms share nobody.
    overlap : float, optional
        Instead of ``universe``: the share of a smaller audience that the largest candidate of its platform reaches too.
        At 0 nobody is counted twice, at 1 the largest candidate reaches everybody there is.
    max_posts : int
        Posts a creator may be booked for; each costs ``cost``.
    repeat_decay : float
        The share that each further post by one creator brings less than the one before, 0 to 1.
    currency : str, optional
        For messages, and when ``candidates`` has a ``currency`` column with several.
    gap : float, optional
        A relative gap that is good enough to stop at; 0 up to 100 creators and 0.05% above when left out.
    seconds : float
        A last resort for the exact solve; the gap says what was not finished.

    Raises
    ------
    PlanError
        If nobody can be booked, the budget buys nobody, or constraints contradict: naming which.
    ParameterError, ColumnError, CurrencyError
        If an argument, the columns or the currencies are unusable.

    Examples
    --------
    >>> candidates = pd.DataFrame({"account": ["a", "b", "c"], "tier": ["micro", "micro", "mega"],
    ...                            "cost": [40.0, 60, 100], "profit": [50.0, 45, 90], "engagements": [9, 8, 30.0]})
    >>> plan = allocate(candidates, 100)
    >>> plan.chosen, plan.value, plan.gap
    ((0, 1), 95.0, 0.0)
    >>> plan.rivals["all mega"].value
    90.0
    """
    started = monotonic()
    limits = load_constraints(constraints)
    _check(budget, objective, max_posts, repeat_decay, gap, seconds)
    if overlap is not None and (isinstance(overlap, bool) or not 0 <= overlap <= 1 or universe is not None):
        raise ParameterError(f"overlap is {overlap}; give a share from 0 to 1, and no universe beside it.")
    posed = pose(
        candidates,
        float(budget),
        objective=objective,
        limits=limits,
        universe=universe,
        overlap=overlap,
        max_posts=max_posts,
        repeat_decay=float(repeat_decay),
        currency=currency,
    )
    whole = posed.problem
    problem = whole.narrowed()
    incumbents = _incumbents(problem, posed)
    if not any(not problem.broken(columns) for columns in incumbents):
        possible = first_plan(problem)
        if possible is None:
            raise PlanError(_refusal(posed, currency or limits.currency))
        incumbents.append(possible)
    best = _best(problem, incumbents)
    relaxation = relax(problem, _start(problem, incumbents), rough=best)
    best = _best(problem, [best, *rounded(problem, relaxation)])
    enough = (0.0 if problem.creators <= EXACT_UP_TO else GOOD_ENOUGH) if gap is None else gap
    solved = solve(problem, relaxation, best, Effort(gap=enough, seconds=seconds))
    columns = best if solved.columns is None else solved.columns
    plan = _plan("plan", posed, columns)
    value, bound = plan.value, max(solved.bound, plan.value)
    distance = (bound - value) / abs(value) if value else (0.0 if bound <= EXACT else np.inf)
    notes = list(posed.notes)
    if not plan.chosen:
        back = "to bring back what they cost" if objective == "profit" else f"to add to {posed.said}"
        notes.append(f"no creator is expected {back}, so the best plan books nobody")
    return replace(
        plan,
        bound=value if distance <= EXACT else bound,
        gap=0.0 if distance <= EXACT else float(distance),
        runners_up=_runners_up(posed, relaxation, columns),
        prices=_prices(problem, relaxation),
        breaks=(),
        left_out=posed.left_out,
        notes=tuple(notes),
        rivals=rivals(posed),
        seconds=monotonic() - started,
    )


def _check(budget: Any, objective: Any, max_posts: Any, repeat_decay: Any, gap: Any, seconds: Any) -> None:
    def number(value: Any) -> bool:
        return isinstance(value, int | float | np.number) and not isinstance(value, bool) and isfinite(float(value))

    if not number(budget) or budget <= 0:
        raise ParameterError(f"the budget is {budget}; give an amount of money above 0.")
    if objective not in OBJECTIVES:
        raise ParameterError(
            f"no objective {objective!r}{nearest(str(objective), OBJECTIVES)}; use {', '.join(OBJECTIVES)}."
        )
    if isinstance(max_posts, bool) or not isinstance(max_posts, int) or not 1 <= max_posts <= 12:
        raise ParameterError(f"max_posts is {max_posts}; give a whole number from 1 to 12.")
    if not number(repeat_decay) or not 0 <= repeat_decay <= 1:
        raise ParameterError(f"repeat_decay is {repeat_decay}; give a share from 0 to 1.")
    if gap is not None and (not number(gap) or not 0 <= gap < 1):
        raise ParameterError(f"gap is {gap}; give a share from 0 to below 1.")
    if not number(seconds) or seconds <= 0:
        raise ParameterError(f"seconds is {seconds}; give a time above 0.")


def _incumbents(problem: Problem, posed: Posed) -> list[Ints]:
    first = np.flatnonzero(problem.allowed[:: problem.posts]) * problem.posts
    outcome = problem.reach if problem.distinct else problem.value
    return [
        np.empty(0, dtype=np.int64),
        greedy(problem),
        fill(problem, first[order_by_price(problem.cost[first], posed.engagements[first])]),
        fill(problem, first[np.argsort(-outcome[first], kind="stable")], worth_it=outcome),
    ]


def _best(problem: Problem, plans: list[Ints]) -> Ints:
    able = [columns for columns in plans if not problem.broken(columns)]
    return max(able, key=problem.worth)


def _start(problem: Problem, plans: list[Ints]) -> Ints:
    """Return the columns that the solver sees first: those of simple plans, and each group's best by three orders."""
    allowed = np.flatnonzero(problem.allowed)
    outcome = problem.reach if problem.distinct else problem.value
    ratio = np.where(outcome > 0, outcome / np.maximum(problem.cost, 1e-9), -1.0)
    parts = list(plans)
    for row in (None, *problem.rows):
        mine = allowed if row is None else allowed[row.weight[allowed] > 0]
        for key, count in ((-ratio, 300), (-outcome, 150), (problem.cost, 30)):
            if len(mine) > count:
                parts.append(mine[np.argpartition(key[mine], count)[:count]])
            else:
                parts.append(mine)
    return np.unique(np.concatenate(parts)).astype(np.int64)


def _plan(name: str, posed: Posed, columns: Ints) -> Plan:
    problem = posed.problem
    outcome = problem.reach if problem.distinct else problem.value
    columns = columns[np.argsort(-outcome[columns], kind="stable")]
    people = float(problem.people(problem.sums(columns)).sum())
    largest = float(problem.reach[columns].max(initial=0))
    return Plan(
        name=name,
        objective=posed.objective,
        chosen=tuple(int(posed.positions[owner]) for owner in problem.owner(columns)),
        posts=tuple(int(column % problem.posts) + 1 for column in columns),
        value=problem.worth(columns),
        bound=float("nan"),
        gap=float("nan"),
        cost=float(problem.cost[columns].sum()),
        budget=posed.budget,
        reach=float(problem.reach[columns].sum()),
        people=people,
        exposure=largest / people if people else float("nan"),
        breaks=tuple(problem.broken(columns)),
    )


def _runners_up(posed: Posed, relaxation: Relaxation, columns: Ints) -> tuple[int, ...]:
    problem = posed.problem
    loss: Floats = relaxation.loss[:, 1:].min(axis=1) - np.where(np.isfinite(relaxation.loss[:, 0]), 0.0, 0.0)
    loss = loss.copy()
    loss[problem.owner(columns)] = np.inf
    order = np.argsort(loss, kind="stable")[:RUNNERS_UP]
    return tuple(int(posed.positions[i]) for i in order if np.isfinite(loss[i]))


def _prices(problem: Problem, relaxation: Relaxation) -> dict[str, float]:
    prices = zip(problem.rows, relaxation.duals.rows, strict=True)
    return {row.name: float(price) for row, price in prices if abs(price) > 1e-9 * (1 + abs(relaxation.bound))}


def _refusal(posed: Posed, currency: str | None) -> str:
    conflict = find_conflict(posed.problem, creators=posed.accounts.tolist(), never=posed.never, currency=currency)
    if len(conflict.limits) == 1 and conflict.least is None:
        among = f"among the {formats.count(len(posed.accounts))} creators who can be booked"
        return f"no plan can keep this {among}: {conflict.limits[0]}. Relax it."
    least = ""
    if conflict.least is not None:
        least = f" The others cost at least {formats.money(conflict.least, currency)}."
    return f"no plan keeps all of these: {'; '.join(conflict.limits)}.{least} Relax any one of them."


def rivals(posed: Posed) -> dict[str, Plan]:
    """Return the plans made by rule of thumb, under the same budget and upper limits.

    ``all <smallest tier>`` and ``all <largest tier>`` go down that tier alone by cost per engagement, ``one <largest
    tier>`` books the one that brings most, ``best CPE first`` goes down everybody. None looks at what it brings beyond
    that, at must-haves or at the fewest of a group; ``breaks`` says which limits it does not keep.
    """
    problem = posed.problem.narrowed()
    loose = problem.part(must=np.zeros(problem.creators, dtype=bool))
    first = np.flatnonzero(problem.allowed[:: problem.posts]) * problem.posts
    by_price = first[order_by_price(problem.cost[first], posed.engagements[first])]
    outcome = problem.reach if problem.distinct else problem.value
    found = {}
    for which, tier in (("all", posed.smallest), ("all", posed.largest)):
        if tier is not None:
            mine = by_price[posed.tiers[problem.owner(by_price)] == tier]
            found[f"{which} {tier}"] = fill(loose, mine, floors=False)
    if posed.largest is not None:
        mine = by_price[posed.tiers[problem.owner(by_price)] == posed.largest]
        found[f"one {posed.largest}"] = mine[np.argsort(-outcome[mine], kind="stable")[:1]]
    found["best CPE first"] = fill(loose, by_price, floors=False)
    return {name: _plan(name, posed, columns) for name, columns in found.items()}
