"""What the spread comes from, and whether somebody else would be booked if an assumption were another."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats
from analysis.errors import PlanError
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.proposal import PLAN, Proposal
from analysis.findings.plan.wording import NOUN, amount, evidence, kind_of, no_plan
from analysis.findings.words import plural
from analysis.planning import allocation, simulate

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
    """Say how much of the list stays when what is assumed is at either end of its range."""
    id, question = "what-would-change-it", "Would somebody else be booked, were an assumption wrong?"
    if not proposal.plans:
        return no_plan(proposal, id, question)
    base = set(proposal.accounts[PLAN])
    rows = []
    for label, at, changed in _moves(proposal):
        found = _decided(proposal, changed)
        if found is None:
            rows.append({"name": label, "at": at, "creators": 0, "kept": 0.0, "most_in": "nobody can be booked"})
            continue
        kept = len(found & base) / len(base)
        rows.append(
            {"name": label, "at": at, "creators": len(found), "kept": kept, "most_in": _most_in(proposal, found)}
        )
    table = pd.DataFrame(rows, columns=["name", "at", "creators", "kept", "most_in"])
    least = table.iloc[int(table["kept"].to_numpy().argmin())]
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"At least {formats.percent(float(least['kept']))} of the computed list stays over every range tried",
            f"{formats.percent(float(least['kept']))} of the list stays at least",
        ),
        sentence=(
            f"With {least['name']} at {least['at']}, {formats.percent(float(least['kept']))} of the computed list "
            "would still be booked; everything else tried changes it less."
        ),
        evidence="assumed",
        table=table,
        shown=(
            Shown("name", "what is moved", "text"),
            Shown("at", "to", "text"),
            Shown("creators", "creators booked", "count"),
            Shown("kept", "of the list that stays", "percent"),
            Shown("most_in", "most of them in", "text"),
        ),
        n={"creators": len(base), "posts": None},
        subtitle=proposal.study.subtitle("The best list with one assumption moved, the others held"),
        source=proposal.study.source("assumed", len(proposal.candidates)),
        currency=proposal.currency,
    )


_Change = Callable[[pd.DataFrame], pd.DataFrame]


def _moves(proposal: Proposal) -> list[tuple[str, str, _Change]]:
    """Return what is moved: its name, where to in words, and how the candidates change."""
    assumed, money = proposal.assumed, proposal.currency
    margin, handling = assumed["margin"], assumed["handling_cost"]
    moves: list[tuple[str, str, _Change]] = []
    if proposal.objective == "profit":
        moves += [("the margin", formats.percent(end), _margin(end)) for end in (margin.low, margin.high)]
    more = max(handling.high - handling.value, 0.0)
    moves.append(("handling per creator", f"{formats.money(more, money)} more", _cost(more, assumed.margin)))
    moves += [
        ("fees", f"{formats.percent(factor - 1)} dearer", _fees(factor, assumed.margin)) for factor in (1.25, 1.5)
    ]
    if proposal.objective in {"profit", "revenue"}:
        moves += [
            ("revenue per post", f"{word} as much", _revenue(f, assumed.margin))
            for f, word in ((0.5, "half"), (2.0, "twice"))
        ]
    return moves


def _profit(table: pd.DataFrame, margin: float) -> pd.DataFrame:
    return table.assign(profit=margin * table["revenue"] - table["cost"])


def _margin(margin: float) -> _Change:
    return lambda table: _profit(table, margin)


def _cost(more: float, margin: float) -> _Change:
    return lambda table: _profit(table.assign(cost=table["cost"] + more), margin)


def _fees(factor: float, margin: float) -> _Change:
    return lambda table: _profit(table.assign(cost=table["cost"] + (factor - 1) * table["fee"]), margin)


def _revenue(factor: float, margin: float) -> _Change:
    return lambda table: _profit(table.assign(revenue=factor * table["revenue"]), margin)


def _decided(proposal: Proposal, change: _Change) -> set[str] | None:
    """Return whom the budget would book among changed candidates; None where no plan is possible."""
    table = change(proposal.candidates)
    options: dict[str, Any] = {"objective": proposal.objective, "constraints": proposal.limits}
    try:
        plan = allocation.allocate(
            table,
            proposal.budget,
            universe=proposal.assumed.audience,
            currency=proposal.study.currency,
            gap=0.01,
            **options,
        )
    except PlanError:
        return None
    accounts = table["account"].tolist()
    return {accounts[place] for place in plan.chosen}


def _most_in(proposal: Proposal, accounts: set[str]) -> str:
    tiers = proposal.candidates.loc[proposal.candidates["account"].isin(accounts), "tier"].value_counts()
    return str(tiers.index[0]) if len(tiers) else "nobody"
