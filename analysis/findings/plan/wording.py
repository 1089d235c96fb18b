"""Words that the findings of a plan share: amounts, outcomes, and what is said where there is no plan."""

from typing import Any

import numpy as np

from analysis import formats
from analysis.findings.finding import Finding
from analysis.findings.plan.proposal import PLAN, Proposal
from analysis.findings.words import not_testable, plural
from analysis.formats import FormatKind

__all__ = ["NOUN", "amount", "chosen", "evidence", "kind_of", "lead", "no_plan", "same_list", "span", "weakest"]

#: What each outcome is called in a sentence.
NOUN = {
    "profit": "profit",
    "engagements": "engagements",
    "reach": "people reached",
    "people": "different people reached",
    "conversions": "orders",
    "revenue": "revenue",
    "clicks": "clicks",
    "cost": "cost",
}

_MONEY = {"profit", "revenue", "cost"}


def kind_of(outcome: str) -> FormatKind:
    """Return how an outcome is written."""
    return "money" if outcome in _MONEY else "short"


def amount(proposal: Proposal, outcome: str, value: float) -> str:
    """Return a value of an outcome as text."""
    return formats.show(value, kind_of(outcome), proposal.currency)


def span(proposal: Proposal, outcome: str, values: np.ndarray) -> tuple[str, str]:
    """Return the 5th and the 95th percentile of drawn outcomes as text."""
    low, high = np.quantile(values, [0.05, 0.95])
    return amount(proposal, outcome, float(low)), amount(proposal, outcome, float(high))


def weakest(proposal: Proposal, outcome: str) -> Any:
    """Return the weakest evidence behind an outcome of those booked."""
    name = {"people": "reach", "profit": "revenue", "cost": "fee"}.get(outcome, outcome)
    found = set(proposal.booked.get(f"{name}_evidence", []))
    return next((label for label in ("assumed", "modelled") if label in found), "measured")


def evidence(proposal: Proposal) -> Any:
    """Return the evidence label of the plan: profit leans on an assumed margin, whatever was measured."""
    label = weakest(proposal, proposal.outcome)
    return "modelled" if label == "measured" else label


def chosen(proposal: Proposal) -> str:
    """Say which plan is recommended over which, and whether the draws separate them."""
    choice = proposal.choice
    if choice is None:
        return "No rule of thumb books anybody under this budget and these limits, so there is nothing to beat."
    outcome, noun = proposal.outcome, NOUN[proposal.outcome]
    rival = proposal.rival
    if choice.separated:
        better, worse = (PLAN, rival) if choice.preferred == PLAN else (rival, PLAN)
        more = choice.beats if better == PLAN else 1 - choice.beats
        gain = amount(proposal, outcome, lead(proposal))
        return (
            f"The {better} brings {gain} more {noun} than “{worse}”, its best rival, on average, and more in "
            f"{formats.percent(more)} of campaigns."
        )
    if same_list(proposal):
        return f"“{rival}” books the same {plural(len(proposal.accounts[PLAN]), 'creator')}: there is one list to sign."
    low, high = (amount(proposal, outcome, limit) for limit in (choice.low, choice.high))
    simpler = "The computed plan" if choice.preferred == PLAN else f"“{choice.preferred}”"
    return (
        f"These data cannot tell the {PLAN} from “{rival}”: the expected difference in {noun} lies between {low} and "
        f"{high}. {simpler} is the simpler of the two, and is recommended."
    )


def same_list(proposal: Proposal) -> bool:
    """Return whether the best rule of thumb books the same creators as the plan."""
    names = proposal.accounts
    return bool(proposal.rival) and set(names[PLAN]) == set(names[proposal.rival])


def lead(proposal: Proposal) -> float:
    """Return by how much the computed plan and its best rival differ in what is expected."""
    return abs(proposal.plans[PLAN].value - proposal.plans[proposal.rival].value)


def no_plan(proposal: Proposal, id: str, question: str) -> Finding:
    """Return the finding that says why there is no plan."""
    known = len(proposal.candidates)
    count = f"0 creators can be booked for {formats.money(proposal.budget, proposal.currency)}"
    if proposal.plan is not None and known:
        what = "bring back what they cost" if proposal.objective == "profit" else f"add {NOUN[proposal.outcome]}"
        count = f"0 of {plural(known, 'creator')} {'is' if known == 1 else 'are'} expected to {what}"
    return not_testable(
        proposal.study,
        id=id,
        question=question,
        count=count,
        reason=proposal.why_not or "there is no plan",
        needs=proposal.needs
        or "creators with followers or posts, and fees or a rate card in the currency of the budget",
        evidence="modelled",
    )
