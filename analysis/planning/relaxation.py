r"""How good could any plan be: a bound that is proven, and a price for every creator.

Let a creator be booked in part, and the best plan is a linear programme whose value no real plan exceeds. Its prices
say more than its value. For any prices (not negative at a limit) the Lagrangian

.. math:: L = \sum_g y_g h_g + \sum_p \max_s [\omega D_p(s) - g_p s] + \sum_i \max(0, \max_t \bar v_{it})

bounds every plan from above, where :math:`\bar v_{it}` is what booking creator :math:`i` for :math:`t` posts adds
after it has paid for the money, places and attention it takes. The bound is computed here from the prices
themselves, over all columns and the true curve, so it holds however inexact the solver was.

The solver sees a few thousand columns at a time (sifting): it prices them, every other column is looked at with those
prices, and the ones that would pay are let in, until none would. What a plan loses by booking a creator against the
prices' advice is that creator's *loss*; the undecided core of :mod:`~analysis.planning.core` are those that lose
little.
"""

from dataclasses import dataclass

import numpy as np

from analysis.planning.model import Duals, Model, Scale, assemble
from analysis.planning.problem import Flags, Floats, Ints, Problem, totals

__all__ = ["Relaxation", "lagrangian", "relax", "unpriced"]

#: Columns that are let in at a time, and rounds of it.
BATCH, ROUNDS = 3000, 60

#: Creators below which the solver sees every column at once.
ALL_AT_ONCE = 400


@dataclass(frozen=True)
class Relaxation:
    """A proven bound, what each choice loses against it, and the fractional plan behind it.

    ``loss`` has a row per creator: what not booking them loses, then one, two, ... posts; infinite where it may not be.
    """

    bound: float
    loss: Floats
    columns: Ints
    shares: Floats
    sums: Floats
    duals: Duals
    broken: float


def lagrangian(problem: Problem, duals: Duals) -> tuple[float, Floats]:
    """Return the bound of given prices and the loss of each choice of each creator, none booked first."""
    price = np.zeros(len(problem.cost)) if problem.distinct else problem.value.copy()
    bound = 0.0
    for row, y in zip(problem.rows, duals.rows, strict=True):
        if y and np.isfinite(row.high if y > 0 else row.low):
            price -= y * row.weight
            bound += y * (row.high if y > 0 else row.low)
    owner = np.arange(len(price)) // problem.posts
    if problem.max_share is not None and problem.share is not None and duals.share.any():
        price += problem.share * (problem.max_share * duals.share.sum() - duals.share[owner])
    people = float(problem.distinct)
    if problem.max_exposure is not None:
        people += problem.max_exposure * float(duals.exposure.sum())
        price -= duals.exposure[owner] * problem.reach
    if problem.curved and people > 0:
        finite = np.isfinite(problem.universe)
        slope = np.where(finite, np.clip(duals.pools, people * 1e-12, people), people)
        price += slope[problem.pool] * problem.weight
        ratio = slope / people
        size = np.where(finite, problem.universe, 0.0)
        bound += float((people * size * (1 - ratio + ratio * np.log(ratio))).sum())
    price[~problem.allowed] = -np.inf
    choices = np.column_stack([np.where(problem.must, -np.inf, 0.0), price.reshape(problem.creators, problem.posts)])
    best = choices.max(axis=1)
    return bound + float(best.sum()), best[:, None] - choices


def relax(problem: Problem, start: Ints, *, rough: Ints) -> Relaxation:
    """Return the relaxation of a narrowed problem.

    Parameters
    ----------
    problem : Problem
        With at least one allowed column for every creator who must be booked.
    start : array of int
        Columns the solver sees first.
    rough : array of int
        Columns of a plan that need not be good: it sets the scale.
    """
    scale = Scale.of(problem, rough)
    seen = np.zeros(problem.creators, dtype=bool)
    seen[problem.owner(start)] = True
    seen[problem.must] = True
    if problem.creators <= ALL_AT_ONCE:
        seen[:] = True
    sums = problem.sums(rough)
    tangents = [np.array([0.0, total / 2, total, 2 * total]) for total in sums]
    share_owners, exposure_owners = problem.must.copy(), problem.must.copy()
    best, loss = np.inf, np.empty(0)
    elastic = bool(problem.must.any() or any(row.low > 0 for row in problem.rows))
    found: Relaxation | None = None
    for _ in range(ROUNDS):
        columns = np.flatnonzero(np.repeat(seen, problem.posts) & problem.allowed)
        if not len(columns):
            break
        model = assemble(
            problem,
            columns,
            scale=scale,
            tangents=tangents,
            share_owners=np.flatnonzero(share_owners & seen),
            exposure_owners=np.flatnonzero(exposure_owners & seen),
            elastic=elastic,
        )
        solved = _solve(model)
        if solved is None:
            break
        x, y = solved
        duals = model.duals(y)
        bound, losses = lagrangian(problem, duals)
        if bound < best or found is None:
            best, loss = bound, losses
        shares = x[: len(columns)]
        booked = totals(problem.pool[columns], problem.weight[columns] * shares, len(problem.universe))
        found = Relaxation(best, loss, columns, shares, booked, duals, float(x[model.elastic_at :].sum()))
        news = _let_in(problem, losses, seen, scale)
        news |= _cut(problem, columns, shares, booked, tangents, share_owners, exposure_owners, x, model)
        if not news:
            break
    return found or unpriced(problem)


def unpriced(problem: Problem) -> Relaxation:
    """Return the relaxation that knows nothing: no bound, and every choice as good as any other."""
    none = np.empty(0, dtype=np.int64)
    pools, creators = len(problem.universe), problem.creators
    duals = Duals(np.zeros(len(problem.rows)), np.zeros(pools), np.zeros(creators), np.zeros(creators))
    choices = np.column_stack([~problem.must, problem.allowed.reshape(creators, problem.posts)])
    sums = totals(problem.pool, np.where(problem.allowed, problem.weight, 0.0), pools) / 2
    return Relaxation(np.inf, np.where(choices, 0.0, np.inf), none, np.empty(0), sums, duals, 0.0)


def _let_in(problem: Problem, loss: Floats, seen: Flags, scale: Scale) -> bool:
    """Let in the creators whom the prices would book and the solver has not seen; say whether there were any."""
    gain = np.where(seen, 0.0, loss[:, 0])
    paying = np.flatnonzero(gain * scale.value > 1e-7)
    if not len(paying):
        return False
    seen[paying[np.argsort(-gain[paying], kind="stable")[:BATCH]]] = True
    return True


def _cut(
    problem: Problem,
    columns: Ints,
    shares: Floats,
    booked: Floats,
    tangents: list[Floats],
    share_owners: Flags,
    exposure_owners: Flags,
    x: Floats,
    model: Model,
) -> bool:
    """Add the tangents, and the limits of single creators, that the fractional plan breaks; say whether any."""
    news = False
    pools = len(problem.universe)
    exposed = 0.0
    if problem.curved:
        people = x[model.sum_at + pools : model.sum_at + 2 * pools] / model.scale.people
        true = problem.people(booked)
        exposed = float(true.sum())
        for p in np.flatnonzero(people > true * (1 + 1e-9) + 1e-12):
            if not np.isclose(tangents[p], booked[p], rtol=1e-10, atol=0).any():
                tangents[p] = np.append(tangents[p], booked[p])
                news = True
    owners = problem.owner(columns)
    for limited, weight, most in (
        (share_owners, problem.share, problem.max_share),
        (exposure_owners, problem.reach, problem.max_exposure),
    ):
        if most is None or weight is None:
            continue
        own = np.bincount(owners, weight[columns] * shares, minlength=problem.creators)
        whole = float(own.sum()) if limited is share_owners else exposed
        over = np.flatnonzero((own > most * whole * (1 + 1e-7)) & ~limited)
        limited[over] = True
        news |= bool(len(over))
    return news


def _solve(model: Model) -> tuple[Floats, Floats] | None:
    """Return the fractional plan and the price of each row; None where the solver gives up."""
    from scipy import sparse
    from scipy.optimize import linprog

    low, high = model.low, model.high
    equal = low == high
    upper, lower = np.flatnonzero(np.isfinite(high) & ~equal), np.flatnonzero(np.isfinite(low) & ~equal)
    same = np.flatnonzero(equal)
    above = sparse.vstack([model.matrix[upper], -model.matrix[lower]]).tocsr()
    result = linprog(
        model.cost,
        A_ub=above if above.shape[0] else None,
        b_ub=np.concatenate([high[upper], -low[lower]]) if above.shape[0] else None,
        A_eq=model.matrix[same] if len(same) else None,
        b_eq=low[same] if len(same) else None,
        bounds=np.column_stack([model.least, model.most]),
        method="highs",
    )
    if result.status != 0 or result.x is None:
        return None
    y = np.zeros(len(low))
    prices = np.asarray(result.ineqlin.marginals)
    y[upper] -= prices[: len(upper)]
    y[lower] += prices[len(upper) :]
    y[same] -= np.asarray(result.eqlin.marginals)
    return np.asarray(result.x), y
