"""A plan as a person reads it in a terminal, as a program reads it, and as the file that is signed.

The findings are those of the notebook; here they are put in the order in which somebody decides: whom to book, who is
on the list, does it beat the obvious, what would change it, who is next.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.findings.finding import Finding
from analysis.findings.plan.booking import alternatives, booking, recommendation
from analysis.findings.plan.doubts import drivers, stability
from analysis.findings.plan.even import break_even
from analysis.findings.plan.proposal import Proposal
from analysis.findings.plan.rivals import at_stake, compared
from analysis.findings.plan.stated import assumed_here, left_out
from analysis.planning.bookings import booking_list, write_booking_list

__all__ = ["findings_of", "text_of", "write_bookings"]

#: What a person reads in a terminal; the rest is in the notebook and in ``--json``.
READ = (recommendation, booking, compared, drivers, stability, break_even, alternatives)
REST = (at_stake, left_out, assumed_here)


def findings_of(proposal: Proposal) -> list[Finding]:
    """Return everything that is said of a proposal, in the order in which somebody decides."""
    return [say(proposal) for say in (*READ, *REST)]


def text_of(found: Sequence[Finding]) -> str:
    """Return findings as text for a terminal: each under its question, the booking list whole.

    What stands behind the plan rather than in it (what is at stake, who was left out, what is assumed) is not printed.
    """
    rest = {"at-stake", "left-out", "assumed-here"}
    parts = []
    for finding in found:
        if finding.id in rest:
            continue
        whole = replace(finding, page=max(len(finding.table), 1)) if finding.id == "booking-list" else finding
        parts.append(f"{finding.question.upper()}\n{whole}")
    return "\n\n".join(parts)


def write_bookings(proposal: Proposal, path: Path | str) -> Path:
    """Write the booking list of the recommended plan as CSV; see :mod:`analysis.planning.bookings`."""
    plan = proposal.plans[proposal.recommended]
    return write_booking_list(booking_list(proposal.candidates, plan.chosen, posts=plan.posts), path)
