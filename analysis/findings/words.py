"""The words of the findings: plurals, lists, groups with their sizes, and the sentence when nothing can be said.

A sentence is put together from numbers that are already in a table; these helpers keep it plain and the same
everywhere, so that a group below the minimum is always said to be too few in the same words.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis import formats
from analysis.findings.compare import Contrast
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import UNKNOWN_TIER, Study
from analysis.hostile import plain

__all__ = [
    "DIFFERENCE",
    "OF",
    "PER",
    "RATE",
    "capital",
    "corrected",
    "difference",
    "joined",
    "limits_withheld",
    "no_difference",
    "not_testable",
    "nothing_to_compare",
    "plural",
    "remarks",
    "shown_name",
    "sizes",
    "too_few",
    "unclear",
    "whom",
]

#: How a rate by each denominator is said inside a sentence.
PER = {
    "followers": "per follower",
    "reach": "per account reached",
    "impressions": "per impression",
    "views": "per view",
}

#: How a share of each denominator is said: a post engages 3% *of followers*.
OF = {"followers": "of followers", "reach": "of accounts reached", "impressions": "of impressions", "views": "of views"}

#: Creators beyond which a pooled interval is known to be somewhat too narrow where some creators go viral.
LARGE = 1_000

#: What a comparison comes to, after correction.
DIFFERENCE = {
    "higher": "clearly higher",
    "lower": "clearly lower",
    "same": "no meaningful difference",
    "none": "no clear difference",
}

#: How a rate by each denominator is called.
RATE = {name: f"engagement rate by {name}" for name in PER}


def plural(number: float, noun: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "creator"), plural(1200, "creator"), plural(2, "currency", "currencies")
    ('1 creator', '1,200 creators', '2 currencies')
    """
    return f"{formats.count(number)} {noun if number == 1 else many or noun + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Return a list as it is said.

    Examples
    --------
    >>> joined(["a", "b", "c"]), joined(["a"]), joined([])
    ('a, b and c', 'a', '')
    """
    return parts[0] if len(parts) == 1 else f" {last} ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def capital(text: str) -> str:
    """Return the text with its first letter large.

    Examples
    --------
    >>> capital("per view")
    'Per view'
    """
    return text[:1].upper() + text[1:]


def shown_name(text: object, limit: int = 40) -> str:
    """Return a name from the data, harmless and short enough for a sentence."""
    return plain(str(text), limit)


def sizes(table: pd.DataFrame, column: str = "measured") -> str:
    """Return the groups with their sizes: ``5 micro, 193 macro and 802 mega``; empty ones are left out."""
    return joined([f"{formats.count(row[column])} {row['tier']}" for _, row in table.iterrows() if row[column]])


def too_few(table: pd.DataFrame, minimum: int) -> str:
    """Return the sentence that names the tiers with some creators and fewer than the minimum, or nothing."""
    few = table[table["flagged"].astype(bool) & (table["measured"] > 0) & (table["tier"] != UNKNOWN_TIER)]
    if few.empty:
        return ""
    names = joined([f"{row['tier']} ({formats.count(row['measured'])})" for _, row in few.iterrows()])
    return f"Too few to rank, under {minimum} creators: {names}."


def whom(tier: object) -> str:
    """Return the creators of a tier as they are said.

    Examples
    --------
    >>> whom("macro"), whom("followers unknown")
    ('macro creators', 'creators of unknown size')
    """
    return "creators of unknown size" if tier == UNKNOWN_TIER else f"{tier} creators"


def nothing_to_compare(study: Study, table: pd.DataFrame) -> str:
    """Return why the tiers of a table of groups cannot be compared."""
    if not table.loc[table["tier"] != UNKNOWN_TIER, "measured"].any():
        if study.accounts["followers"].notna().any():
            return "No creator of known size has the figure, so there are no sizes to compare."
        return "No follower count is known, so there are no sizes to compare."
    return f"Fewer than two tiers have the {study.minimum} creators a comparison needs."


def remarks(table: pd.DataFrame) -> list[str]:
    """Return what to say beside each group: that it is empty, or too small to rank, or nothing."""
    return [
        "no creators" if not row["measured"] else "too few to rank" if row["flagged"] else ""
        for _, row in table.iterrows()
    ]


def difference(contrast: Contrast | None) -> str:
    """Return what a contrast shows, for a table cell."""
    if contrast is None:
        return "too few creators"
    if not contrast.interval.known:
        return "no interval"
    return DIFFERENCE[contrast.direction]


def unclear(contrast: Contrast) -> str:
    """Return the words for a contrast that is not clear: known to make no difference, or not known.

    Examples
    --------
    >>> from analysis.inference import Interval
    >>> unclear(Contrast("a", "b", Interval(1, 0.98, 1.02, 900, "example"), 450, 450, same=True))
    'no meaningful difference'
    """
    if not contrast.interval.known:
        return "not testable"
    return DIFFERENCE["same" if contrast.same else "none"]


def limits_withheld(table: pd.DataFrame) -> str:
    """Return what to know of the pooled limits of a table by tier: withheld ones with the reason, and very large tiers.

    Beyond :data:`LARGE` creators the coverage is the one that ``benchmarks/coverage.py`` found there.
    """
    named = table[(table["tier"] != UNKNOWN_TIER) & (table["measured"] > 0)]
    gone = named[named["pooled_low"].isna() & named["pooled"].notna() & ~named["flagged"].astype(bool)]
    said = [
        f"No pooled interval for {joined([str(tier) for tier in rows['tier']])}: {note}."
        for note, rows in gone.groupby("pooled_note", sort=False)
    ]
    large = list(named.loc[(named["measured"] > LARGE) & named["pooled_low"].notna(), "tier"])
    if large:
        said.append(
            f"The pooled interval of {joined(large)} is of more than {formats.count(LARGE)} creators: where some of "
            "them go viral such intervals hold the truth 90 to 94 times in 100."
        )
    return " ".join(said)


def no_difference(study: Study) -> str:
    """Return which ratios make no practical difference, for a footnote."""
    return f"Ratios of {formats.interval(*study.region)} count as no meaningful difference."


def corrected(contrast: Contrast) -> str:
    """Return how the verdict was corrected, for a footnote."""
    if contrast.comparisons < 2:
        return ""
    return f"Verdicts allow for the {contrast.comparisons} comparisons made (Holm)."


def not_testable(
    study: Study,
    *,
    id: str,
    question: str,
    reason: str,
    needs: str,
    count: str,
    accounts: pd.DataFrame | None = None,
    evidence: Any = "measured",
    table: pd.DataFrame | None = None,
    shown: tuple[Shown, ...] = (),
) -> Finding:
    """Return the finding that says why a question has no answer here, and what data would answer it.

    ``count`` is a short statement with a number, such as ``0 of 812 creators have views``; it makes the title.
    """
    used = study.accounts.iloc[:0] if accounts is None else accounts
    return Finding(
        id=id,
        question=question,
        title=fitting(f"Not testable here: {count}", count, "Not testable here: 0 usable rows"),
        sentence=f"{capital(reason.rstrip('.'))}. {capital(needs.rstrip('.'))} would answer this.",
        verdict="not testable",
        evidence=evidence,
        table=pd.DataFrame() if table is None else table,
        shown=shown,
        n=study.n(used),
        subtitle=study.subtitle("", tiered=False),
        source=study.source(evidence),
    )
