"""Does engagement fall as reach grows? The findings of the second notebook."""

from analysis.findings.alike import like_with_like
from analysis.findings.crossing import sponsored
from analysis.findings.denominator import denominator
from analysis.findings.finding import Finding
from analysis.findings.growth import against_followers, eyes
from analysis.findings.peers import above_peers
from analysis.findings.published import beside_published
from analysis.findings.rates import rate_by_tier
from analysis.findings.relationship import ambassadors
from analysis.findings.schemes import rate_in_schemes
from analysis.findings.selection import spread, survivorship
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.unusual import unusual_accounts

__all__ = [
    "above_peers",
    "against_followers",
    "ambassadors",
    "beside_published",
    "denominator",
    "eyes",
    "rate_alike",
    "rate_by_tier",
    "rate_in_schemes",
    "sponsored",
    "spread",
    "survivorship",
    "unusual_accounts",
]


def rate_alike(study: Study) -> Finding:
    """Say whether the engagement rates of two sizes still differ on the same platform and in the same category."""
    name = next(iter(denominators(study)), "followers")
    return like_with_like(
        study,
        [DENOMINATORS[name]],
        id="rate-like-with-like",
        question="Is it the size, or the platform and the category?",
    )
