"""Which of the claims these tables can test, before any is answered.

The same tests are prepared and judged as for the answers, so that a claim said to be testable is tested, and one said
not to be carries the same reason.
"""

import pandas as pd

from analysis.findings.claims.ground import ground_of
from analysis.findings.claims.run import first_looks, tests_of
from analysis.findings.finding import Finding, Shown
from analysis.findings.study import Study
from analysis.findings.words import joined

__all__ = ["claims_here", "testable"]


def testable(study: Study) -> pd.DataFrame:
    """Return one row per claim, in the order of the article.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``claim``, ``testable`` (bool), ``evidence`` (measured, modelled, assumed; "not at all" where it cannot
        be tested), ``creators`` behind the test, and, where it cannot be tested, ``reason`` and what it ``needs``.
    """
    ground = ground_of(study)
    tests = tests_of(ground)
    rows = []
    for name, judged in first_looks(tests, ground).items():
        stated, test = tests[name]
        possible = judged.verdict != "not testable"
        rows.append(
            {
                "id": name,
                "claim": stated.claim,
                "short": stated.short,
                "testable": possible,
                "evidence": test.evidence or stated.evidence if possible else "not at all",
                "creators": len(test.used) if possible else 0,
                "reason": "" if possible else judged.reason.rstrip("."),
                "needs": "" if possible else stated.needs,
            }
        )
    return pd.DataFrame(rows)


def claims_here(study: Study) -> Finding:
    """Say which of the article's claims these tables can test, and what stands in the way of the others."""
    table = testable(study)
    named = {
        possible: joined([f"“{short}”" for short in table.loc[table["testable"] == possible, "short"]])
        for possible in (True, False)
    }
    total, count = len(table), int(table["testable"].sum())
    said = [f"{start}: {named[possible]}." for possible, start in ((True, "Testable"), (False, "Not testable"))]
    return Finding(
        id="claims-testable",
        question="Which of the article's claims can be tested on it?",
        title=f"{count} of the article's {total} claims can be tested on this data",
        sentence=" ".join(text for text, possible in zip(said, (True, False), strict=True) if named[possible]),
        table=table,
        shown=(
            Shown("short", "claim", "text"),
            Shown("evidence", "tested on", "text"),
            Shown("creators", "creators", "count"),
            Shown("reason", "why not", "text"),
        ),
        **study.closing("Claims and the evidence for testing them", tiered=False),
    )
