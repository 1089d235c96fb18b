"""The plan beside what a person would do by rule of thumb, and what a misstep would put at stake in each."""

import pandas as pd
from numpy.typing import ArrayLike

from analysis import formats
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.proposal import DRAWS, PAID, PLAN, Proposal
from analysis.findings.plan.wording import NOUN, amount, chosen, evidence, kind_of, lead, no_plan, same_list
from analysis.findings.words import plural
from analysis.measures.exposure import side_by_side

__all__ = ["at_stake", "compared"]


def compared(proposal: Proposal) -> Finding:
    """Set the plan beside all micro, all mega and best price first, in the same drawn campaigns."""
    id, question = "plans-compared", "Does it beat the obvious plans?"
    if not proposal.plans:
        return no_plan(proposal, id, question)
    table = proposal.compared.copy()
    noun, kind = NOUN[proposal.outcome], kind_of(proposal.outcome)
    choice = proposal.choice
    if choice is None:
        title = f"The plan has 0 rivals here: no simple plan books anybody for this {noun}"
    else:
        gain = amount(proposal, proposal.outcome, lead(proposal))
        title = f"No clear difference: the plan and “{proposal.rival}” are {gain} of {noun} apart"
        if same_list(proposal):
            title = (
                f"The plan is “{proposal.rival}”: both book the same {plural(len(proposal.accounts[PLAN]), 'creator')}"
            )
        elif choice.separated:
            better = choice.preferred == PLAN
            title = (
                f"The plan brings {gain} {'more' if better else 'less'} {noun} than “{proposal.rival}”, its best rival"
            )
    others = [str(name) for name in table["plan"].iloc[1:] if name != PAID]
    broken = {
        name: rival.breaks for name, rival in (proposal.plan.rivals if proposal.plan else {}).items() if rival.breaks
    }
    caution = "; ".join(
        f"“{name}” is not shown, it does not keep: {', '.join(breaks)}" for name, breaks in broken.items()
    )
    return Finding(
        id=id,
        question=question,
        title=fitting(title, f"{plural(len(others), 'simple plan')} beside the computed one"),
        sentence=f"{chosen(proposal)}{_paid(proposal)}",
        evidence=evidence(proposal),
        table=table,
        shown=(
            Shown("plan", "plan", "text"),
            Shown("creators", "creators", "count"),
            Shown("cost", "cost", "money"),
            Shown("mean", f"{noun}, expected", kind),
            Shown("p5", "5 in 100 below", kind),
            Shown("p95", "5 in 100 above", kind),
            Shown("loss", "loses money", "percent"),
            Shown("beats", "plan brings more", "percent"),
            Shown("gain", "gain of the plan", kind),
            Shown("mean_low", "gain, 95% from", kind),
            Shown("mean_high", "gain, 95% to", kind),
        ),
        n={"creators": len(proposal.candidates), "posts": None},
        subtitle=proposal.study.subtitle(
            f"{noun.capitalize()} of each plan, its mean and nine campaigns of ten, in the same {formats.count(DRAWS)} "
            f"drawn campaigns · budget {formats.money(proposal.budget, proposal.currency)}",
            tiered=False,
        ),
        source=proposal.study.source(evidence(proposal), len(proposal.candidates)),
        caution=caution,
        currency=proposal.currency,
        encoding={"kind": kind, "currency": proposal.currency, "value": "mean"},
    )


def _paid(proposal: Proposal) -> str:
    if proposal.paid is None:
        return ""
    brings = amount(proposal, proposal.outcome, proposal.paid.value)
    return f" “{PAID.capitalize()}” is the best list without those who work for product: it brings {brings}."


def _misstep(mine: pd.Series) -> str:
    per, most = formats.short(float(mine["per_incident"])), formats.short(float(mine["largest"]))
    if mine["creators"] == 1:
        return f"Were the one creator of the plan to misstep, {per} people would see it."
    return f"Were one creator of the plan to misstep, {per} people would see it on average and {most} at most."


def _equals(effective: float) -> str:
    said = formats.number(effective)
    return f"{said} equal one{'' if said == '1' else 's'}"


def at_stake(proposal: Proposal) -> Finding:
    """Say how many people one misstep would reach, in the plan and in its rivals."""
    id, question = "at-stake", "What would a misstep put at stake?"
    if not proposal.plans:
        return no_plan(proposal, id, question)
    rows = proposal.candidates.set_index("account")["reach"]
    reach: dict[str, ArrayLike] = {
        name: rows.loc[accounts].to_numpy(dtype=float) for name, accounts in proposal.accounts.items()
    }
    rate = proposal.assumed.incident_rate
    table = side_by_side(reach, incident_rate=rate)
    mine = table[table["plan"] == proposal.recommended].iloc[0]
    share = formats.percent(float(mine["largest_share"]))
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"The largest creator of the plan holds {share} of its reach; it is worth "
            f"{_equals(float(mine['effective']))}",
            f"The largest creator of the plan holds {share} of its reach",
        ),
        sentence=(
            f"{_misstep(mine)} At an assumed {formats.percent(rate)} "
            f"incidents a creator, one happens with a probability of {formats.percent(float(mine['any_incident']))}. "
            "More creators make an incident more likely, and a smaller one."
        ),
        evidence="assumed",
        table=table,
        shown=(
            Shown("plan", "plan", "text"),
            Shown("creators", "creators", "count"),
            Shown("effective", "worth equal ones", "number"),
            Shown("largest", "largest audience", "short"),
            Shown("largest_share", "its share", "percent"),
            Shown("per_incident", "people per incident", "short"),
            Shown("expected", "people expected", "short"),
            Shown("any_incident", "any incident", "percent"),
        ),
        n={"creators": len(proposal.booked), "posts": None},
        subtitle=proposal.study.subtitle("People reached by the creators of each plan", tiered=False),
        source=proposal.study.source("assumed", len(proposal.booked)),
        caution="Nobody knows the incident rate of these creators; it changes every figure in the last two columns.",
    )
