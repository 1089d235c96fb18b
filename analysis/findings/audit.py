"""What do we have, and what can it answer? The findings of the first notebook.

Rows read are rows used and rows set aside, and the second part is told by reason; a column that was not understood
and a cell that could not be read are named. Then what these tables can answer from measurement, what only from a
model, and what not at all, and which claims they can test, so that nobody learns on page nine that there was no
revenue.
"""

from analysis.findings.claims.testable import claims_here
from analysis.findings.coverage import answers, completeness
from analysis.findings.ledger import columns_understood, reading_notes, set_aside, unreadable_cells, what_is_here
from analysis.findings.tiers_here import schemes_disagree, tiers_here

__all__ = [
    "answers",
    "claims_here",
    "columns_understood",
    "completeness",
    "reading_notes",
    "schemes_disagree",
    "set_aside",
    "tiers_here",
    "unreadable_cells",
    "what_is_here",
]
