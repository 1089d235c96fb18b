"""Where should this budget go? The findings of the fourth notebook.

Notebooks ask :func:`propose` once and pass the proposal on; every figure is of the same drawn campaigns.
"""

from analysis.findings.plan.booking import alternatives, booking, recommendation
from analysis.findings.plan.campaign import Campaign, came_of_it, scored
from analysis.findings.plan.doubts import drivers, stability
from analysis.findings.plan.even import break_even
from analysis.findings.plan.page import findings_of, text_of, write_bookings
from analysis.findings.plan.proposal import Proposal, propose
from analysis.findings.plan.rivals import at_stake, compared
from analysis.findings.plan.stated import assumed_here, left_out
from analysis.findings.plan.whatif import what_if

__all__ = [
    "Campaign",
    "Proposal",
    "alternatives",
    "assumed_here",
    "at_stake",
    "booking",
    "break_even",
    "came_of_it",
    "compared",
    "drivers",
    "findings_of",
    "left_out",
    "propose",
    "recommendation",
    "scored",
    "stability",
    "text_of",
    "what_if",
    "write_bookings",
]
