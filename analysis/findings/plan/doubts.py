"""What the spread comes from, and whether somebody else would be booked if an assumption were another."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis import formats
from analysis.errors import PlanError
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.proposal import PLAN, Proposal
from analysis.findings.plan.wording import NOUN, amount, evidence, kind_of, no_plan
from analysis.findings.words import plural
from analysis.planning import allocation, response, simulate

__all__ = ["drivers", "stability"]

#: What a shared doubt of the draws is called, where its own name would not be understood.
_CALLED = {
    "margin": "the margin on revenue",
    "order_value": "what an order is worth",
    "clicks_rate": "clicks per engagement",
    "clicks_by_size": "how clicks change with size",
    "conversions_rate": "orders per click",
    "conversions_by_size": "how orders change with size",
    "engagements_sponsored": "sponsored posts' loss",
    "engagements_ambassador": "ambassadors' gain",
    "engagements_rate": "the published engagement rate",
    "engagements_learnt": "what the last campaign taught",
    "reach_sponsored": "sponsored posts' loss in reach",
    "reach_ambassador": "ambassadors' gain in reach",
    "reach_rate": "people reached per follower",
    "reach_learnt": "what the last campaign taught on reach",
}

#: A shared doubt that explains less than this share of the spread is not worth nailing down first.
MINOR = 0.05

#: Doubts that explain less than this share of the spread are not listed.
SMALLEST = 0.005


def drivers(proposal: Proposal) -> Finding:
    """Say what makes the result uncertain, and which assumption to nail down first."""
    id, question = "what-drives-it", "Which doubt matters most, and what should be nailed down first?"
    if not proposal.plans or proposal.drawn is None:
        return no_plan(proposal, id, question)
    drawn, accounts = proposal.drawn, proposal.accounts[proposal.recommended]
    outcome = "reach" if proposal.outcome == "people" else proposal.outcome
    shares = simulate.drivers(drawn, accounts, outcome=outcome)
    values = drawn.total(outcome, accounts)
    base = float(proposal.booked[outcome].sum()) if outcome in proposal.booked else float(values.mean())
    rows = [
        {"name": _CALLED.get(row["driver"], row["driver"].replace("_", " ")), "share": row["share"]}
        | _ends(values, drawn.factors.get(row["driver"]), base)
        for row in shares.to_dict("records")
        if row["share"] >= SMALLEST
    ]
    table = pd.DataFrame(rows, columns=["name", "share", "at_low", "at_high", "base"])
    shared = table[table["at_low"].notna()]
    luck = float(shares.loc[~shares["driver"].isin(list(drawn.factors)), "share"].sum())
    if shared.empty:
        title = f"Luck of single posts makes {formats.percent(luck)} of the spread; no shared doubt matters"
        first = "No assumption moves the result; more creators would narrow it."
    elif float(shared["share"].iloc[0]) < MINOR:
        title = f"Luck of single posts makes {formats.percent(luck)} of the spread; no shared doubt matters much"
        name, part = shared["name"].iloc[0], formats.percent(float(shared["share"].iloc[0]))
        first = (
            f"The largest shared doubt, {name}, makes {part} of the spread, so nailing it down would hardly narrow the "
            "result; more creators would."
        )
    else:
        top = shared.iloc[0]
        title = f"{top['name'][:1].upper()}{top['name'][1:]} makes {formats.percent(float(top['share']))} of the spread"
        ends = [amount(proposal, outcome, float(top[end])) for end in ("at_low", "at_high")]
        first = f"Nail down {top['name']} first: over its range the result goes from {ends[0]} to {ends[1]}."
    return Finding(
        id=id,
        question=question,
        title=fitting(title, f"{plural(len(table), 'doubt')} make the spread"),
        sentence=(
            f"{first} What creators and single posts do by chance makes {formats.percent(luck)} of the spread, and "
            "averages out over more creators."
        ),
        evidence=evidence(proposal),
        table=table,
        shown=(
            Shown("name", "doubt", "text"),
            Shown("share", "share of the spread", "percent"),
            Shown("at_low", "result at its low end", kind_of(outcome)),
            Shown("at_high", "result at its high end", kind_of(outcome)),
        ),
        n={"creators": len(accounts), "posts": None},
        subtitle=proposal.study.subtitle(
            f"{NOUN[outcome].capitalize()} of the plan with each doubt at its 5th and 95th percentile", tiered=False
        ),
        source=proposal.study.source(evidence(proposal), len(accounts)),
        currency=proposal.currency,
        points=shared,
        encoding={"kind": kind_of(outcome), "currency": proposal.currency},
    )


def _ends(values: np.ndarray, factor: np.ndarray | None, base: float) -> dict[str, float]:
    """Return the expected result where a shared doubt is at its 5th and 95th percentile, by regression on it."""
    if factor is None or float(np.ptp(factor)) == 0:
        return {"at_low": float("nan"), "at_high": float("nan"), "base": base}
    slope = float(np.cov(values, factor)[0, 1] / np.var(factor, ddof=1))
    low, high = (float(end) for end in np.quantile(factor, [0.05, 0.95]))
    middle = float(factor.mean())
    return {"at_low": base + slope * (low - middle), "at_high": base + slope * (high - middle), "base": base}


def stability(proposal: Proposal) -> Finding:
    """Say how much of the list stays when what is assumed is at either end of its range, or the task is another."""
    id, question = "what-would-change-it", "Would somebody else be booked, were an assumption wrong?"
    if not proposal.plans:
        return no_plan(proposal, id, question)
    base = set(proposal.accounts[PLAN])
    rows = []
    for move in _moves(proposal):
        found, value = _decided(proposal, move)
        kept = len(found & base) / len(base)
        most_in = _most_in(proposal, found) if found else "nobody can be booked"
        row = {"name": move.name, "at": move.at, "creators": len(found), "kept": kept, "value": value}
        rows.append({**row, "most_in": most_in, "assumed": move.assumed})
    table = pd.DataFrame(rows, columns=["name", "at", "creators", "kept", "value", "most_in", "assumed"])
    tried = table[table["assumed"]]
    least = tried.iloc[int(tried["kept"].to_numpy().argmin())]
    share = formats.percent(float(least["kept"]))
    elasticity = proposal.assumed["spend_elasticity"]
    twice = formats.ratio(response.spend_response(2, elasticity.value))
    return Finding(
        id=id,
        question=question,
        title=fitting(*_stays(least, share, len(base)), f"{share} of the computed list stays"),
        sentence=(
            f"{_moved(least, share)} The rows below those say what another budget or more people to look "
            f"after creators would do. Twice the money on one creator is taken to bring {twice} as much and not twice "
            "(assumed), so money goes to further creators first."
        ),
        evidence="assumed",
        table=table,
        shown=(
            Shown("name", "what is moved", "text"),
            Shown("at", "to", "text"),
            Shown("creators", "creators booked", "count"),
            Shown("kept", "of the list that stays", "percent"),
            Shown("value", f"{NOUN[proposal.outcome]}, expected", kind_of(proposal.outcome)),
            Shown("most_in", "most of them in", "text"),
        ),
        n={"creators": len(base), "posts": None},
        subtitle=proposal.study.subtitle("The best list with one thing moved, the others held"),
        source=proposal.study.source("assumed", len(proposal.candidates)),
        currency=proposal.currency,
        told=True,
    )


def _stays(least: pd.Series, share: str, booked: int) -> list[str]:
    if least["kept"] == 1:
        return ["The computed list stays the same over every range tried: 100% is still booked"]
    if least["kept"] == 0:
        on_it = f"{plural(booked, 'creator')} on the list {'stays' if booked == 1 else 'stay'}"
        return [f"With {least['name']} {least['at']}, 0 of {on_it}"]
    return [f"At least {share} of the computed list stays over every range tried"]


def _moved(least: pd.Series, share: str) -> str:
    if least["kept"] == 1:
        return "Nothing tried changes whom the computed plan books: 100% of the list stays over every range."
    if least["creators"] == 0:
        return f"With {least['name']} {least['at']}, nobody would be booked: the list rests on that assumption."
    return (
        f"With {least['name']} {least['at']}, {share} of the computed list would still be booked; no other assumption "
        "tried changes it more."
    )


_Change = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class _Move:
    """One thing moved: its name, where to in words, how candidates change, and the task where that changes."""

    name: str
    at: str
    change: _Change = field(default=lambda table: table)
    budget: float = 1.0
    most: int | None = None
    assumed: bool = True


def _moves(proposal: Proposal) -> list[_Move]:
    """Return what is moved: assumptions first, then the task."""
    assumed, money = proposal.assumed, proposal.currency
    margin, handling = assumed["margin"], assumed["handling_cost"]
    moves: list[_Move] = []
    if proposal.objective == "profit":
        moves += [_Move("the margin", f"at {formats.percent(end)}", _margin(end)) for end in (margin.low, margin.high)]
    more = max(handling.high - handling.value, 0.0)
    moves.append(_Move("handling per creator", f"{formats.money(more, money)} dearer", _cost(more, assumed.margin)))
    moves += [
        _Move("fees", f"{formats.percent(factor - 1)} dearer", _fees(factor, assumed.margin)) for factor in (1.25, 1.5)
    ]
    if proposal.objective in {"profit", "revenue"}:
        moves += [
            _Move("revenue per post", f"{word} as much", _revenue(f, assumed.margin))
            for f, word in ((0.5, "half"), (2.0, "twice"))
        ]
    moves += [_Move("the budget", word, budget=f, assumed=False) for f, word in ((0.5, "halved"), (2.0, "doubled"))]
    most = proposal.limits.max_creators
    if most is not None:
        moves.append(_Move("creators to look after", f"{2 * most} at most", most=2 * most, assumed=False))
    return moves


def _margin(margin: float) -> _Change:
    return lambda table: response.with_profit(table, margin)


def _cost(more: float, margin: float) -> _Change:
    return lambda table: response.with_profit(table.assign(cost=table["cost"] + more), margin)


def _fees(factor: float, margin: float) -> _Change:
    return lambda table: response.with_profit(table.assign(cost=table["cost"] + (factor - 1) * table["fee"]), margin)


def _revenue(factor: float, margin: float) -> _Change:
    return lambda table: response.with_profit(table.assign(revenue=factor * table["revenue"]), margin)


def _decided(proposal: Proposal, move: _Move) -> tuple[set[str], float]:
    """Return whom would be booked after a move and what that brings; nobody where no plan is possible."""
    table = move.change(proposal.candidates)
    limits = proposal.limits if move.most is None else replace(proposal.limits, max_creators=move.most)
    try:
        plan = allocation.allocate(
            table,
            move.budget * proposal.budget,
            objective=proposal.objective,
            constraints=limits,
            universe=proposal.assumed.audience,
            currency=proposal.study.currency,
            gap=0.01,
        )
    except PlanError:
        return set(), float("nan")
    accounts = table["account"].tolist()
    return {accounts[place] for place in plan.chosen}, plan.value if plan.chosen else float("nan")


def _most_in(proposal: Proposal, accounts: set[str]) -> str:
    tiers = proposal.candidates.loc[proposal.candidates["account"].isin(accounts), "tier"].value_counts()
    return str(tiers.index[0]) if len(tiers) else "unknown size"
