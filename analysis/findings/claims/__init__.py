"""The article's claims, each as a test that is stated before the data and runs on the client's own.

The project began from a 2020 article on micro- against macro-influencers. Each of its claims has an estimand, the data
it needs, a method and a rule for the verdict, all written in ``data/reference/claims.yml``; here they are run. The unit
is the creator. A claim is supported when its interval lies wholly on the claimed side and still does after the
correction for all claims tested together; a difference that is known to be too small to matter contradicts it; what
cannot be told is inconclusive; and below the minimum of creators nothing is said.

>>> from analysis.findings.claims.catalogue import claim_ids
>>> claim_ids()[:3]
('micro-engagement-higher', 'reach-grows-with-size', 'mega-mass-exposure')
"""

from analysis.findings.claims.catalogue import claim_ids
from analysis.findings.claims.findings import claim, claims

__all__ = ["claim", "claim_ids", "claims"]
