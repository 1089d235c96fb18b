"""Engagement rates by tier, and whether the answer depends on what they are divided by.

The same posts can be engaging per follower and ordinary per view. Every denominator the data has is shown under its
own name, each with the typical creator (median) and the whole tier (pooled).
"""

import pandas as pd

from analysis import formats
from analysis.findings.alike import differs_alike
from analysis.findings.compare import Contrast, Verdict, by_tier, contrast_tiers, enough, holm, pair, verdict
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import (
    OF,
    PER,
    RATE,
    capital,
    corrected,
    difference,
    limits_withheld,
    not_testable,
    plural,
    remarks,
    too_few,
    unclear,
)

__all__ = ["no_rate", "rate_by_tier", "rates", "remark"]


def no_rate(study: Study, id: str, question: str) -> Finding:
    """Return the finding for data in which no engagement rate can be computed."""
    known = study.accounts.get("engagements_per_post", pd.Series(dtype=float)).notna().sum()
    missing = "followers, reach, impressions or views" if known else "likes, comments or another engagement"
    return not_testable(
        study,
        id=id,
        question=question,
        count=f"0 of {plural(len(study.accounts), 'creator')} have an engagement rate",
        reason=f"no account here has {missing}",
        needs=f"a file with {missing} of each account or post",
    )


def rates(study: Study) -> pd.DataFrame:
    """Return :func:`by_tier` for every denominator the data has, with the tier's range and what the rate is of."""
    parts = []
    for name in denominators(study):
        part = by_tier(study, DENOMINATORS[name])
        part.insert(0, "over", name)
        part.insert(0, "divided_by", PER[name])
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table["followers"] = [study.ranges.get(tier, "not stated") for tier in table["tier"]]
    table["remark"] = remarks(table)
    return table


def rate_by_tier(study: Study) -> Finding:
    """Give each tier's rate, pooled and median, by every denominator the data has."""
    id, question = "engagement-rate-by-tier", "What engagement rate does each size of creator reach?"
    names = denominators(study)
    if not names:
        return no_rate(study, id, question)
    table = rates(study)
    main = table[table["over"] == names[0]]
    ranked = enough(main)
    used = study.measured(DENOMINATORS[names[0]])
    two = pair(ranked, below=study.scheme.below)
    by_name = main.set_index("tier")
    typical = "A typical creator's post (the median over creators)"
    found: Verdict | None = None
    if two is None:
        largest = main.sort_values("measured", ascending=False, kind="stable").iloc[0]
        title = fitting(
            f"A typical {largest['tier']} post engages {formats.percent(largest['median'])} {OF[names[0]]}",
            f"One tier with {plural(largest['measured'], 'creator')}: nothing to compare",
        )
        sentence = (
            f"{typical} engages {formats.percent(largest['median'])} {OF[names[0]]} in {largest['tier']}, the tier "
            f"with the most creators ({formats.count(largest['measured'])}); fewer than two tiers have the "
            f"{study.minimum} creators a comparison needs."
        )
    else:
        small, large = two
        pairs = [(tier, large) for tier in ranked if tier != large]
        asked = [contrast_tiers(study, DENOMINATORS[names[0]], *each) for each in pairs]
        contrast = holm(asked, study.confidence, study.region)[pairs.index(two)]
        found = verdict(contrast, "higher")
        a, b = (formats.percent(by_name.loc[tier, "median"]) for tier in two)
        title = fitting(
            f"A typical {small} post engages {a} {OF[names[0]]}, a {large} post {b}"
            if contrast.clear
            else f"{capital(unclear(contrast))}: {small} posts engage {a} {OF[names[0]]}, {large} posts {b}",
            f"{small} {a}, {large} {b} {OF[names[0]]}",
        )
        pa, pb = (formats.percent(by_name.loc[tier, "pooled"]) for tier in two)
        sentence = (
            f"{typical} engages {a} {OF[names[0]]} in {small} and {b} in {large}: {contrast.words}. Pooled over all "
            f"posts of the tier, which the largest accounts decide, it is {pa} and {pb}."
        )
    panels = pd.concat(
        [
            main.assign(statistic=label, value=main[column], low=main[f"{column}_low"], high=main[f"{column}_high"])
            for label, column in (("typical creator (median)", "median"), ("whole tier (pooled)", "pooled"))
        ],
        ignore_index=True,
    )
    return Finding(
        id=id,
        question=question,
        title=title,
        sentence=sentence,
        verdict=found,
        table=table,
        shown=(
            Shown("divided_by", "rate", "text"),
            Shown("tier", "tier", "text"),
            Shown("followers", "followers", "text"),
            Shown("measured", "creators", "count"),
            Shown("posts", "posts", "count"),
            Shown("median", "typical creator (median)", "percent"),
            Shown("median_low", f"{study.level} from", "percent"),
            Shown("median_high", f"{study.level} to", "percent"),
            Shown("pooled", "whole tier (pooled)", "percent"),
            Shown("pooled_low", f"{study.level} from ", "percent"),
            Shown("pooled_high", f"{study.level} to ", "percent"),
            Shown("remark", "remark", "text"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"{capital(RATE[names[0]])}"),
        source=study.source("measured", len(used)),
        caution=" ".join(
            filter(
                None,
                [
                    too_few(main, study.minimum),
                    two and corrected(contrast),
                    limits_withheld(main),
                    two and differs_alike(study, DENOMINATORS[names[0]], two),
                ],
            )
        ),
        points=panels,
        encoding={
            "value": "value",
            "low": "low",
            "high": "high",
            "n": "measured",
            "panel": "statistic",
            "kind": "percent",
        },
    )


def remark(tier: str, measured: int, contrast: Contrast | None, reference: str) -> str:
    """Return what stands beside a tier: that it is the yardstick, that it is empty, or its difference."""
    if tier == reference:
        return "the yardstick"
    return "no creators" if not measured else difference(contrast)
