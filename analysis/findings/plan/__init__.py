"""Where should this budget go? The findings of the fourth notebook.

Notebooks ask :func:`propose` once and pass the proposal on; every figure is of the same drawn campaigns.
"""

from analysis.findings.plan.booking import alternatives, booking, recommendation
from analysis.findings.plan.doubts import drivers, stability
from analysis.findings.plan.even import break_even
from analysis.findings.plan.proposal import Proposal, propose
from analysis.findings.plan.rivals import at_stake, compared
from analysis.findings.plan.stated import assumed_here, left_out
from analysis.findings.plan.whatif import what_if

__all__ = [
    "Proposal",
    "alternatives",
    "assumed_here",
    "at_stake",
    "booking",
    "break_even",
    "compared",
    "drivers",
    "left_out",
    "propose",
    "recommendation",
    "stability",
    "what_if",
]
