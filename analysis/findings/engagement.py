"""Does engagement fall as reach grows? The findings of the second notebook."""

from analysis.findings.crossing import ambassadors, sponsored
from analysis.findings.growth import against_followers, eyes
from analysis.findings.published import beside_published
from analysis.findings.rates import denominator, rate_by_tier
from analysis.findings.schemes import rate_in_schemes
from analysis.findings.selection import spread, survivorship

__all__ = [
    "against_followers",
    "ambassadors",
    "beside_published",
    "denominator",
    "eyes",
    "rate_by_tier",
    "rate_in_schemes",
    "sponsored",
    "spread",
    "survivorship",
]
