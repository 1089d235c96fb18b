"""What would change the answer: each assumption moved over its reasonable range, the others held.

A tornado says how far a figure moves; a sweep says whether somebody else would be booked. Both take a function of the
assumptions, so that whatever is asked of a plan (its profit, its list) can be asked at every stop.

The trap is to move assumptions that the data have already answered: where a client's own deliverables say what a click
brings, the assumed rate moves nothing, and the table shows that too.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.planning.assumptions import Assumptions

__all__ = ["sweep", "swings"]


def swings(
    evaluate: Callable[[Assumptions], float], assumptions: Assumptions, *, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return how far the answer moves when each assumption goes from its low to its high end, the others held.

    Parameters
    ----------
    evaluate : callable
        Assumptions → the figure of interest, such as a plan's expected profit.
    assumptions : Assumptions
        Where to start.
    names : sequence of str, optional
        Which ones; all when not given.

    Returns
    -------
    pandas.DataFrame
        name, low, high (ends of the assumption), at_low, at_high (the figure there), base, swing (their distance),
        flips (whether the figure changes its sign on the way); largest swing first.

    Examples
    --------
    >>> from analysis.planning import assumptions
    >>> names = ["margin", "handling_cost"]
    >>> table = swings(lambda a: 100 * a.margin - a.handling_cost, assumptions.load(), names=names)
    >>> table[["name", "swing", "flips"]].to_dict("records")
    [{'name': 'handling_cost', 'swing': 140.0, 'flips': True}, {'name': 'margin', 'swing': 40.0, 'flips': True}]
    """
    base = evaluate(assumptions)
    rows = []
    for name in assumptions if names is None else names:
        entry = assumptions[name]
        ends = [evaluate(assumptions.at(name, value)) for value in (entry.low, entry.high)]
        flips = min(*ends, base) < 0 < max(*ends, base)
        rows.append((name, entry.low, entry.high, *ends, base, abs(ends[1] - ends[0]), flips))
    columns = ["name", "low", "high", "at_low", "at_high", "base", "swing", "flips"]
    table = pd.DataFrame(rows, columns=columns)
    table["swing"] = table["swing"].round(9)
    return table.sort_values(["swing", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)


def sweep(
    decide: Callable[[Assumptions], Sequence[Any]],
    assumptions: Assumptions,
    name: str,
    *,
    values: ArrayLike | None = None,
    steps: int = 5,
    tiers: Mapping[Any, str] | None = None,
) -> pd.DataFrame:
    """Return whom one would book over the range of one assumption, and how much of the list stays.

    Parameters
    ----------
    decide : callable
        Assumptions → accounts booked.
    name : str
        The assumption that moves from its low to its high end.
    values : array, optional
        Where to stop on the way, instead of ``steps`` even steps.
    tiers : mapping, optional
        Account → tier: adds ``most_in``, the tier with most bookings.

    Returns
    -------
    pandas.DataFrame
        value, creators, kept (share of the list at the assumption's value that is still booked), changed (accounts
        that differ, either way), most_in.
    """
    entry = assumptions[name]
    stops = np.linspace(entry.low, entry.high, steps) if values is None else np.asarray(values, dtype=float)
    base = set(decide(assumptions))
    rows = []
    for value in stops:
        chosen = list(decide(assumptions.at(name, float(value))))
        now = set(chosen)
        kept = len(now & base) / len(base) if base else float(not now)
        where = "" if tiers is None or not chosen else _commonest([tiers.get(account, "") for account in chosen])
        rows.append((float(value), len(chosen), kept, len(now ^ base), where))
    return pd.DataFrame(rows, columns=["value", "creators", "kept", "changed", "most_in"])


def _commonest(names: Sequence[str]) -> str:
    counted = {name: list(names).count(name) for name in names}
    return min(counted, key=lambda name: (-counted[name], name))
