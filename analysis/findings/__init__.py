"""What do we say: findings computed from a client's tables, one module per notebook."""

from analysis.findings import audit, cost, engagement
from analysis.findings.claims import claim, claim_ids, claims
from analysis.findings.drawing import Drawing
from analysis.findings.finding import Finding, Shown
from analysis.findings.opening import open_study, require_followers, study_of
from analysis.findings.ready import ready, ready_text
from analysis.findings.study import Study
from analysis.findings.tier_table import records, tier_table, tier_text, write_csv

__all__ = [
    "Drawing",
    "Finding",
    "Shown",
    "Study",
    "audit",
    "claim",
    "claim_ids",
    "claims",
    "cost",
    "engagement",
    "open_study",
    "ready",
    "ready_text",
    "records",
    "require_followers",
    "study_of",
    "tier_table",
    "tier_text",
    "write_csv",
]
