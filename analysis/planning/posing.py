"""Candidates, a budget and constraints become a problem of numbers.

What cannot be booked is left out with its reason, never in silence: a fee that is missing or below zero, no expected
outcome, a creator on the never list. Creators are taken in the order of their accounts, so that the order of a file
decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import formats
from analysis.errors import ColumnError, CurrencyError, ParameterError, PlanError, nearest
from analysis.hostile import plain
from analysis.planning.constraints import GROUPS, Constraints, Limits, find_accounts
from analysis.planning.problem import Floats, Ints, Problem, Row, sainsbury_weight

__all__ = ["OBJECTIVES", "Posed", "pose"]

#: What a plan can be made for, and how a page says it.
OBJECTIVES = {
    "profit": "expected profit",
    "engagements": "expected engagements",
    "reach": "expected people reached",
    "conversions": "expected conversions",
    "revenue": "expected revenue",
    "clicks": "expected clicks",
}

Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Posed:
    """A problem and what its numbers mean: positions in the candidates, names, tiers, and what was left out."""

    problem: Problem
    objective: str
    budget: float
    positions: Ints
    accounts: Texts
    tiers: Texts
    smallest: str | None
    largest: str | None
    engagements: Floats
    never: Ints
    left_out: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def said(self) -> str:
        """Return the objective in words."""
        return OBJECTIVES[self.objective]


def pose(
    candidates: pd.DataFrame,
    budget: float,
    *,
    objective: str,
    limits: Constraints,
    universe: float | Mapping[str, float] | None = None,
    overlap: float | None = None,
    max_posts: int = 1,
    repeat_decay: float = 0.3,
    currency: str | None = None,
) -> Posed:
    """Return the problem of choosing among ``candidates``; arguments as in ``allocate``."""
    needs_reach = objective == "reach" or limits.max_exposure is not None
    needs_reach = needs_reach or (limits.max_share is not None and limits.share_of == "reach")
    wanted = ["account", "cost", objective, *(["reach"] if needs_reach else [])]
    wanted += [column for word, column in GROUPS.items() if getattr(limits, word)]
    wanted += ["platform"] if isinstance(universe, Mapping) else []
    missing = [column for column in dict.fromkeys(wanted) if column not in candidates.columns]
    if missing:
        raise ColumnError(missing, map(str, candidates.columns), "a plan")
    if candidates.empty:
        raise PlanError("there are no candidates to choose from.")
    accounts = _texts(candidates, "account")
    order = np.argsort(accounts.astype(str), kind="stable")
    reasons = _reasons(candidates, objective, limits, currency, needs_reach)
    left = reasons != ""
    left_out = pd.DataFrame({"account": accounts[left], "reason": reasons[left]})
    order = order[~left[order]]
    if not len(order):
        common = pd.Series(reasons[left]).value_counts()
        why = "; ".join(f"{reason} ({formats.count(n)})" for reason, n in common.items())
        raise PlanError(f"none of the {formats.count(len(candidates))} candidates can be booked: {why}.")
    frame = candidates.iloc[order]
    names = accounts[order]
    cost = _numbers(frame, "cost")
    if cost.min() > budget:
        cheapest = names[int(np.argmin(cost))]
        code = currency or limits.currency or candidates.attrs.get("currency")
        raise PlanError(
            f"a budget of {formats.money(budget, code)} buys nobody: the cheapest creator, {plain(cheapest, 60)}, "
            f"costs {formats.money(float(cost.min()), code)}."
        )
    notes = []
    free = int((cost == 0).sum())
    if free:
        one = "creator costs" if free == 1 else "creators cost"
        notes.append(f"{formats.count(free)} {one} nothing, so only limits keep a plan from booking them")
    must, never, more = _named(frame, limits, names, accounts, reasons)
    notes += more
    rows = _rows(frame, limits, notes)
    times = np.arange(1, max_posts + 1)
    brought = np.cumsum((1 - repeat_decay) ** np.arange(max_posts))
    costs = (cost[:, None] * times).ravel()
    value = _numbers(frame, objective)
    if objective == "profit":
        values = ((value + cost)[:, None] * brought).ravel() - costs
    else:
        values = (value[:, None] * brought).ravel()
    platforms = _texts(frame, "platform") if "platform" in frame.columns else np.full(len(frame), "", dtype=object)
    pools, pool = np.unique(platforms.astype(str), return_inverse=True)
    reach_one = np.nan_to_num(_numbers(frame, "reach")) if "reach" in frame.columns else np.zeros(len(frame))
    size = _universe(universe, [str(p) for p in pools])
    if overlap:
        largest_of = [max(float(reach_one[pool == p].max(initial=0)), 1.0) for p in range(len(pools))]
        size = np.array(largest_of) / overlap
        said = ", ".join(
            f"{formats.short(s)}{f' on {plain(n, 30)}' if n else ''}" for s, n in zip(size, pools, strict=True)
        )
        notes.append(f"an overlap of {formats.percent(overlap)} is taken as an audience of {said}")
    pool = np.repeat(pool.astype(np.int64), max_posts)
    reach = np.minimum((np.maximum(reach_one, 0)[:, None] * brought).ravel(), size[pool])
    beyond = int((reach_one > size[pool[::max_posts]]).sum())
    if beyond:
        notes.append(
            f"expected reach above a platform's whole universe counts as all of it ({formats.count(beyond)} creators)"
        )
    distinct = objective == "reach"
    allowed = np.ones(len(costs), dtype=bool)
    allowed.reshape(-1, max_posts)[never] = False
    share = None
    if limits.max_share is not None:
        share = costs if limits.share_of == "spend" else reach
    problem = Problem(
        posts=max_posts,
        value=np.zeros(len(costs)) if distinct else values,
        cost=costs,
        reach=reach,
        weight=sainsbury_weight(reach, size[pool]),
        pool=pool,
        universe=size,
        distinct=distinct,
        rows=(Row("budget", costs, -np.inf, budget), *(_spread(row, max_posts) for row in rows)),
        must=must,
        allowed=allowed,
        max_share=limits.max_share,
        share=share,
        max_exposure=limits.max_exposure,
    )
    tiers = _texts(frame, "tier") if "tier" in frame.columns else np.full(len(frame), "", dtype=object)
    smallest, largest = _ends(frame, tiers)
    engaged = np.nan_to_num(_numbers(frame, "engagements")) if "engagements" in frame.columns else value
    return Posed(
        problem=problem,
        objective=objective,
        budget=budget,
        positions=order.astype(np.int64),
        accounts=names,
        tiers=tiers,
        smallest=smallest,
        largest=largest,
        engagements=np.repeat(engaged, max_posts),
        never=never,
        left_out=left_out,
        notes=tuple(notes),
    )


def _texts(frame: pd.DataFrame, column: str) -> Texts:
    values = frame[column].to_numpy(dtype=object)
    return np.array([*map(str, np.where(pd.isna(values), "", values))], dtype=object)


def _numbers(frame: pd.DataFrame, column: str) -> Floats:
    values: Floats = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    values[~np.isfinite(values)] = np.nan
    return values


def _reasons(
    candidates: pd.DataFrame, objective: str, limits: Constraints, currency: str | None, needs_reach: bool
) -> Texts:
    """Return why each candidate cannot be booked; an empty text where it can."""
    reasons = np.full(len(candidates), "", dtype=object)

    def mark(where: Any, reason: str) -> None:
        reasons[where & (reasons == "")] = reason

    cost = _numbers(candidates, "cost")
    mark(np.isnan(cost), "the cost is missing")
    mark(cost < 0, "the cost is below zero")
    for column in dict.fromkeys([objective, *(["reach"] if needs_reach else [])]):
        mark(np.isnan(_numbers(candidates, column)), f"no {OBJECTIVES[column]} can be said")
    accounts = _texts(candidates, "account")
    mark(accounts == "", "the account has no name")
    mark(pd.Series(accounts).duplicated().to_numpy(), "the account stands twice")
    if "currency" in candidates.columns:
        codes = _texts(candidates, "currency")
        one = (limits.currency or currency or "").upper()
        several = sorted({code.upper() for code in codes[(reasons == "") & (codes != "")]})
        if len(several) > 1 and not one:
            raise CurrencyError(
                f"the candidates are priced in {', '.join(several)}; name the one currency of the plan."
            )
        if one:
            mark(
                np.array([bool(code) and code.upper() != one for code in codes]),
                f"priced in another currency than {one}",
            )
    return reasons


def _named(
    frame: pd.DataFrame, limits: Constraints, names: Texts, accounts: Texts, reasons: Texts
) -> tuple[NDArray[np.bool_], Ints, list[str]]:
    """Return the must-haves as flags, the positions of those never to book, and notes."""
    must = np.zeros(len(frame), dtype=bool)
    if not limits.must_have and not limits.never:
        return must, np.empty(0, dtype=np.int64), []
    handles = list(_texts(frame, "handle")) if "handle" in frame.columns else [""] * len(frame)
    own = list(names)
    wanted, unknown = find_accounts(limits.must_have, own, handles)
    for name in unknown:
        out, _ = find_accounts([name], list(accounts), [account.rpartition(":")[2] for account in accounts])
        if out:
            reason = next(reasons[i] for i in out[name])
            raise PlanError(f"must_have {plain(name, 60)!r} cannot be booked: {reason}.")
        hint = nearest(name.lstrip("@"), [*dict.fromkeys(handle for handle in handles if handle), *own])
        raise ParameterError(f"must_have names {plain(name, 60)!r}, who is no candidate{hint}.")
    for name, found in wanted.items():
        if len(found) > 1:
            which = ", ".join(plain(names[i], 60) for i in found[:5])
            raise ParameterError(
                f"must_have {plain(name, 60)!r} means {len(found)} accounts ({which}); name one of them."
            )
        must[found] = True
    shut, absent = find_accounts(limits.never, own, handles)
    never = np.array(sorted({i for found in shut.values() for i in found}), dtype=np.int64)
    if must[never].any():
        both = ", ".join(plain(names[i], 60) for i in never if must[i])
        raise ParameterError(f"{both} stands in must_have and in never; take one of them away.")
    notes = []
    for name in absent[:3]:
        hint = nearest(name.lstrip("@"), [*dict.fromkeys(handle for handle in handles if handle), *own])
        notes.append(f"never names {plain(name, 60)!r}, who is no candidate{hint}")
    if len(absent) > 3:
        notes.append(f"never names {formats.count(len(absent) - 3)} more who are no candidates")
    return must, never, notes


def _rows(frame: pd.DataFrame, limits: Constraints, notes: list[str]) -> list[Row]:
    """Return the limits on numbers of creators, one weight per creator."""
    found: list[Row] = []
    for word, column in GROUPS.items():
        wanted: Mapping[str, Limits] = getattr(limits, word)
        if not wanted:
            continue
        groups = _texts(frame, column)
        folded = np.array([group.casefold() for group in groups], dtype=object)
        known = sorted({group for group in groups if group})
        for name, limit in wanted.items():
            mine = (folded == name.casefold()).astype(float)
            said = plain(name, 40)
            if not mine.any():
                hint = nearest(name, known)
                if hint:
                    raise ParameterError(f"no candidate is of {column} {said!r}{hint}; there are {', '.join(known)}.")
                notes.append(f"no candidate is of {column} {said!r}")
            if limit.fewest:
                found.append(Row(f"at least {_creators(limit.fewest)} of {column} {said}", mine, limit.fewest, np.inf))
            if limit.most is not None:
                found.append(Row(f"at most {_creators(limit.most)} of {column} {said}", mine, -np.inf, limit.most))
    everyone = np.ones(len(frame))
    if limits.min_creators:
        found.append(Row(f"at least {_creators(limits.min_creators)}", everyone, limits.min_creators, np.inf))
    if limits.max_creators is not None:
        found.append(Row(f"at most {_creators(limits.max_creators)}", everyone, -np.inf, limits.max_creators))
    return found


def _creators(number: int) -> str:
    return f"{formats.count(number)} creator{'' if number == 1 else 's'}"


def _spread(row: Row, posts: int) -> Row:
    return Row(row.name, np.repeat(row.weight, posts), row.low, row.high)


def _universe(universe: float | Mapping[str, float] | None, pools: list[str]) -> Floats:
    """Return the people on each platform; infinite where audiences do not overlap."""
    if universe is None:
        return np.full(len(pools), np.inf)
    folded = {str(k).casefold(): v for k, v in universe.items()} if isinstance(universe, Mapping) else None
    sizes = []
    for pool in pools:
        size = universe if folded is None else folded.get(pool.casefold(), np.inf)
        if isinstance(size, bool) or not isinstance(size, int | float | np.number) or not float(size) > 0:
            raise ParameterError(
                f"the universe of {pool or 'the candidates'} is {size}; give a number of people above 0."
            )
        sizes.append(float(size))
    return np.array(sizes)


def _ends(frame: pd.DataFrame, tiers: Texts) -> tuple[str | None, str | None]:
    """Return the smallest and the largest tier: micro and mega where they are, else by the median of followers."""
    named = sorted({tier for tier in tiers if tier})
    if "micro" in named and "mega" in named:
        return "micro", "mega"
    if "followers" not in frame.columns:
        return ("micro" if "micro" in named else None), ("mega" if "mega" in named else None)
    size = pd.Series(_numbers(frame, "followers")).groupby(pd.Series(tiers)).median().dropna()
    size = size[size.index != ""].sort_values(kind="stable")
    if len(size) < 2:
        return ("micro" if "micro" in named else None), ("mega" if "mega" in named else None)
    return ("micro" if "micro" in named else str(size.index[0])), ("mega" if "mega" in named else str(size.index[-1]))
