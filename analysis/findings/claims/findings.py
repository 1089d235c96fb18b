"""The claims as findings: one table of all of them, and one finding a claim.

Nothing is computed here that is not in a :class:`~analysis.findings.claims.run.Result`; the table, the words and the
points of the charts are three views of it. A claim that cannot be tested still has its finding, with the reason and
with the data that would answer it.
"""

import math
from typing import Any

import pandas as pd

from analysis import formats
from analysis.findings.claims.beside import published_beside
from analysis.findings.claims.catalogue import claim_named
from analysis.findings.claims.drawn import drawn, forest, readings
from analysis.findings.claims.run import Result, results
from analysis.findings.claims.words import holds_text, sentence_of, title_of, what_words
from analysis.findings.finding import VERDICTS, Finding, Shown
from analysis.findings.prices import mixed_money
from analysis.findings.study import Study
from analysis.findings.words import capital, joined, plural
from analysis.inference import Interval

__all__ = ["claim", "claims"]

#: What a level of evidence allows to be said.
LEVELS = {
    "association": "An association between creators as they are, not what a change would cause.",
    "attributed": "Attributed by codes and links, not shown to be added.",
    "incremental": "Measured against a control.",
}

#: Claims about paid deliverables: those are counted behind them, and not all posts of the same creators.
OF_DEALS = ("rate-rule", "micro-engagement-cheaper", "micro-roi-higher", "ambassador-cost-lower", "trust-converts")


def claims(study: Study) -> Finding:
    """Return all claims in one table: verdict, estimate, interval, n, evidence, level, and how far each holds."""
    found = results(study)
    table = pd.DataFrame([_summary_row(study, result) for result in found.values()]).astype({"posts": "Int64"})
    counts = {word: int((table["verdict"] == word).sum()) for word in VERDICTS}
    named = {
        word: joined([f"“{result.claim.short}”" for result in found.values() if result.judged.verdict == word])
        for word in VERDICTS
    }
    total, level = len(found), formats.percent(study.confidence)
    said = [f"{capital(word)}: {named[word]}" for word in VERDICTS if named[word]]
    tested = total - counts["not testable"]
    corrected = f" Verdicts allow for the {tested} claims tested together (Holm)." if tested > 1 else ""
    return Finding(
        id="claims",
        question="Which claims hold, and how sure is that?",
        title=(
            f"{counts['supported']} of {total} claims {'is' if counts['supported'] == 1 else 'are'} supported here, "
            f"{counts['contradicted']} contradicted, {counts['inconclusive']} left open, "
            f"{counts['not testable']} not testable"
        ),
        sentence=f"{'. '.join(said)}.",
        table=table,
        shown=(
            Shown("claim", "claim", "text"),
            Shown("verdict", "verdict", "text"),
            Shown("estimate", "estimate", "number"),
            Shown("low", f"{level} from", "number"),
            Shown("high", f"{level} to", "number"),
            Shown("unit", "unit", "text"),
            Shown("creators", "creators", "count"),
            Shown("posts", "posts", "count"),
            Shown("evidence", "evidence", "text"),
            Shown("level", "level", "text"),
            Shown("schemes", "tier schemes", "text"),
            Shown("platforms", "platforms", "text"),
            Shown("published", "published", "text"),
            Shown("id", "id", "text"),
        ),
        n=study.n(study.accounts),
        subtitle=study.subtitle("Estimates over no difference, on the claimed side, with their intervals"),
        source=study.source("measured", len(study.accounts)),
        caution=(
            "Creators are compared as they are, so these are associations; a claim that is left open is neither "
            f"right nor wrong.{corrected}"
        ),
        action=_action(found),
        currency=study.currency,
        points=forest(found),
        encoding={
            "a": "the claimed side",
            "b": "the other side",
            "minimum": study.minimum,
            "region": study.region,
        },
    )


def claim(study: Study, id: str) -> Finding:
    """Return one claim as a finding: its answer, every reading of the data, and the published figures beside it.

    Raises
    ------
    ParameterError
        If there is no such claim.
    """
    stated = claim_named(id)
    result = results(study)[id]
    table = readings(study, result)
    testable = result.judged.verdict != "not testable"
    mixed = mixed_money(study) if id in OF_DEALS else ""
    known = LEVELS[stated.level] if testable else ""
    caution = " ".join(filter(None, [stated.caution, result.test.caution, known, mixed]))
    points, encoding = drawn(study, result)
    level = formats.percent(study.confidence)
    lead = result.test.parts[0] if testable else None
    what = stated.estimand if lead is None else what_words(stated.parts[lead.name], lead, result, study.currency)
    return Finding(
        id=id,
        question=stated.question,
        title=title_of(result, study.currency),
        sentence=sentence_of(result, study.currency, study.minimum),
        verdict=result.judged.verdict,
        evidence=result.evidence,
        table=table,
        shown=(
            Shown("reading", "reading", "text"),
            Shown("what", "estimate of", "text"),
            Shown("estimate", "estimate", "number"),
            Shown("low", f"{level} from", "number"),
            Shown("high", f"{level} to", "number"),
            Shown("n_a", "creators", "count"),
            Shown("n_b", "against", "count"),
            Shown("verdict", "verdict", "text"),
            Shown("source", "source", "text"),
        ),
        n=_n(study, result),
        subtitle=study.subtitle(capital(what.rstrip(".")), tiered=stated.by_tier),
        source=study.source(result.evidence, len(result.test.used)),
        caution=caution,
        currency=study.currency,
        points=points,
        encoding=encoding,
    )


# the table of all claims ----------------------------------------------------------------------------------------------


def _summary_row(study: Study, result: Result) -> dict[str, Any]:
    judged, stated = result.judged, result.claim
    known = judged.verdict != "not testable"
    interval = judged.intervals[result.lead] if known else Interval(math.nan, math.nan, math.nan, 0, "")
    what, unit = judged.reason, None
    if known:
        part = result.test.parts[result.lead]
        spec = stated.parts[part.name]
        what, unit = what_words(spec, part, result, study.currency), spec.unit
    return {
        "id": stated.id,
        "claim": stated.claim,
        "verdict": judged.verdict,
        "what": what,
        "unit": unit,
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        **_n(study, result),
        "evidence": result.evidence,
        "level": stated.level,
        "schemes": holds_text(result, "schemes"),
        "platforms": holds_text(result, "platforms"),
        "published": _published_cell(result),
    }


def _n(study: Study, result: Result) -> dict[str, int | None]:
    used = result.test.used
    posts = used[_behind(result)].dropna() if "posts" in used else pd.Series(dtype=float)
    return {"creators": len(used), "posts": int(posts.sum()) if len(posts) else None}


def _behind(result: Result) -> str:
    """Return the column that counts the posts behind a claim: paid deliverables where it is about those."""
    brand = result.claim.id == "ambassador-engagement-higher" and result.test.used["brand_rate_num"].notna().any()
    return "deliverables" if brand or result.claim.id in OF_DEALS else "posts"


def _published_cell(result: Result) -> str | None:
    rows = published_beside(result.claim.id)
    if not rows:
        return None
    values = sorted({one.value for one in rows})
    span = (
        formats.number(values[0])
        if len(values) == 1
        else f"{formats.number(values[0])} to {formats.number(values[-1])}"
    )
    return f"{span} ({plural(len({one.source for one in rows}), 'source')})"


def _action(found: dict[str, Result]) -> str:
    open_ones = [r for r in found.values() if r.judged.verdict == "inconclusive"]
    if not open_ones:
        return ""
    return f"Treat {plural(len(open_ones), 'open claim')} as open: plan a test before money follows one of them."


# one claim ------------------------------------------------------------------------------------------------------------
