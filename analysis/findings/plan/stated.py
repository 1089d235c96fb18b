"""What the plan takes for granted, and whom it could not consider."""

import pandas as pd

from analysis import formats
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.proposal import Proposal
from analysis.findings.words import plural

__all__ = ["assumed_here", "left_out"]


def assumed_here(proposal: Proposal) -> Finding:
    """List every assumption with its range and source; one that the client stated is told apart."""
    assumed = proposal.assumed
    rows = [
        {
            "name": entry.name.replace("_", " "),
            "value": formats.number(entry.value),
            "range": f"{formats.number(entry.low)} to {formats.number(entry.high)}",
            "unit": entry.unit,
            "whose": "yours" if entry.given else "the house's",
            "source": entry.source,
        }
        for entry in assumed.values()
    ]
    table = pd.DataFrame(rows)
    own = int((table["whose"] == "yours").sum())
    title = f"{formats.count(len(table))} assumptions stand where nothing is measured; {formats.count(own)} are yours"
    return Finding(
        id="assumed-here",
        question="What does the plan take for granted?",
        title=fitting(title, f"{len(table)} assumptions"),
        sentence=(
            f"{title}. What the data measures replaces an assumption by itself; any other is replaced by a file of "
            "your own (`creator-roi plan --assumptions FILE`)."
        ),
        evidence="assumed",
        table=table,
        shown=(
            Shown("name", "assumption", "text"),
            Shown("value", "value", "text"),
            Shown("range", "range", "text"),
            Shown("unit", "unit", "text"),
            Shown("whose", "whose", "text"),
            Shown("source", "source", "text"),
        ),
        n={"creators": len(proposal.candidates), "posts": None},
        subtitle="Used only where the data do not say",
        source=proposal.study.source("assumed"),
    )


def _who(considered: int, out: int) -> str:
    if out:
        return " Each is listed with its reason."
    return " Nobody was left out: each has a price and something to expect." if considered else ""


def left_out(proposal: Proposal) -> Finding:
    """Say who could not be considered, and why."""
    rows = [proposal.left_out] + ([proposal.plan.left_out] if proposal.plan is not None else [])
    known = [part[["account", "reason"]] for part in rows if {"account", "reason"} <= set(part.columns) and len(part)]
    table = pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=["account", "reason"])
    table = table.drop_duplicates("account", ignore_index=True)
    considered = len(proposal.candidates)
    title = f"{plural(considered, 'creator')} could be considered; {plural(len(table), 'creator')} could not"
    if table.empty:
        title = f"All {plural(considered, 'creator')} could be considered" if considered > 1 else title.split(";")[0]
    return Finding(
        id="left-out",
        question="Who could not be considered, and why?",
        title=fitting(title, f"{plural(len(table), 'creator')} could not be considered"),
        sentence=f"{title}.{_who(considered, len(table))}",
        table=table,
        shown=(Shown("account", "creator", "text"), Shown("reason", "why not", "text")),
        n={"creators": considered + len(table), "posts": None},
        subtitle="Creators without a price, a size or a record are not booked for nothing",
        source=proposal.study.source("measured"),
    )
