"""The client's figures beside the published ones, and how much the published ones disagree.

A benchmark is one source's number for one range of followers on one platform; two sources for the same range differ
by a factor of several, because they count different accounts, posts and statistics. So a client is set beside every
source at once, never beside their average, and the disagreement is part of the finding. Only figures whose source was
seen are shown.
"""

import math
from typing import Any

import pandas as pd

from analysis import formats
from analysis.findings.compare import by_tier, enough
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study, platform_name
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import PER, RATE, capital, not_testable, plural, shown_name
from analysis.measures import benchmarks

__all__ = ["beside_published"]

#: Figures about brands' own accounts, single topics or sponsored posts only: other things than a creator's rate.
_OTHER_THINGS = ("brands", "by_category", "sponsored", "organic")


def beside_published(study: Study) -> Finding:
    """Set each tier's median rate beside every published rate for creators of that size and platform."""
    id, question = "beside-published", "How do these rates compare with published ones?"
    names = [name for name in denominators(study) if name in ("followers", "views", "impressions")]
    rows = [row for name in names for platform in study.platforms for row in _rows(study, platform, name)]
    if not rows:
        where = f"on {study.platform_words}" if study.platforms else "(no platform is named)"
        return not_testable(
            study,
            id=id,
            question=question,
            count="0 published figures match these creators",
            reason=f"no published rate with a known source covers creators of these sizes {where}",
            needs="a platform and follower counts that the benchmark file covers",
        )
    table = pd.DataFrame(rows)
    groups = table.groupby(["platform", "rate", "tier"], sort=False)
    table["published_low"] = groups["published"].transform("min")
    table["published_high"] = groups["published_top"].transform("max")
    table["sources"] = groups["source"].transform("nunique")
    best = table.sort_values(["sources", "creators"], ascending=False, kind="stable").iloc[0]
    span = " to ".join(dict.fromkeys(formats.percent(best[side]) for side in ("published_low", "published_high")))
    yours = formats.percent(best["yours"])
    place = (
        "below"
        if best["yours"] < best["published_low"]
        else "above"
        if best["yours"] > best["published_high"]
        else "inside"
    )
    who = f"{best['tier']} {best['platform']} creators"
    factor = best["published_high"] / best["published_low"] if best["published_low"] > 0 else math.nan
    disagreement = (
        f" The published figures themselves differ by a factor of {formats.number(factor)}, so no single one "
        "is a target."
        if factor > 1
        else " Only one figure was found, so it is no more than a hint."
    )
    used = study.measured(DENOMINATORS[best["denominator"]])
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"{capital(place)} the published range: {who} reach {yours}, sources say {span}",
            f"{capital(place)} the published range: {yours} against {span}",
        ),
        sentence=(
            f"The typical rate {best['per']} of {who} here is {yours}; "
            f"{plural(best['sources'], 'published source')} for "
            f"creators of that size {'give' if best['sources'] > 1 else 'gives'} {span}.{disagreement}"
        ),
        table=table,
        shown=(
            Shown("platform", "platform", "text"),
            Shown("rate", "rate", "text"),
            Shown("tier", "tier", "text"),
            Shown("creators", "creators here", "count"),
            Shown("yours", "here, median", "percent"),
            Shown("low", f"{study.level} from", "percent"),
            Shown("high", f"{study.level} to", "percent"),
            Shown("published", "published", "percent"),
            Shown("published_top", "published, up to", "percent"),
            Shown("statistic", "kind", "text"),
            Shown("range", "their followers", "text"),
            Shown("year", "year", "text"),
            Shown("source", "source", "text"),
            Shown("published_low", "lowest source", "percent"),
            Shown("published_high", "highest source", "percent"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"{capital(RATE[best['denominator']])}, median over creators, beside each source"),
        source=study.source("measured", len(used)) + " Published figures: see the benchmark table.",
        caution="Sources count different accounts, posts and averages; a mean is far above a median in data like this.",
        points=_marks(table[(table["platform"] == best["platform"]) & (table["rate"] == best["rate"])]),
        encoding={
            "kind": "percent",
            "order": [tier for tier in study.order if tier in set(table["tier"])],
            "ranges": study.ranges,
            "minimum": study.minimum,
        },
    )


def _marks(table: pd.DataFrame) -> pd.DataFrame:
    """Return the chart's rows: per tier our median with its interval, then every published value or range."""
    ours = table.drop_duplicates("tier").assign(ours=True, source="")
    ours = ours.rename(columns={"yours": "value", "creators": "n"})[
        ["tier", "ours", "source", "value", "low", "high", "n"]
    ]
    point = table["published"] == table["published_top"]
    theirs = pd.DataFrame(
        {
            "tier": table["tier"],
            "ours": False,
            "source": [
                f"{name.split(' - ')[0]}, {year}" for name, year in zip(table["source"], table["year"], strict=True)
            ],
            "value": table["published"].where(point),
            "low": table["published"].where(~point),
            "high": table["published_top"].where(~point),
            "n": math.nan,
        }
    )
    return pd.concat([ours, theirs], ignore_index=True)


def _rows(study: Study, platform: str, denominator: str) -> list[dict[str, object]]:
    accounts = study.accounts[study.accounts["platform"] == platform]
    groups = by_tier(study, DENOMINATORS[denominator], accounts=accounts)
    figures = benchmarks.published(DENOMINATORS[denominator], platform)
    figures = figures[~figures["metric"].str.contains("|".join(_OTHER_THINGS))]
    edges = [*study.floors.values(), math.inf]
    rows = []
    for tier in enough(groups):
        if tier not in study.floors:
            continue
        lower = study.floors[tier]
        upper = min(edge for edge in edges if edge > lower)
        mine: Any = groups.set_index("tier").loc[tier]
        for _, figure in figures.iterrows():
            if lower <= _middle(figure["follower_lower"], figure["follower_upper"]) < upper:
                rows.append(_row(platform, denominator, mine, figure))
    return rows


def _middle(lower: Any, upper: Any) -> float:
    """Return the size a published range speaks of: its geometric middle, half a decade inside an open end."""
    if pd.isna(lower) and pd.isna(upper):
        return math.nan
    half = math.sqrt(10)
    low = upper / 10 if pd.isna(lower) or lower <= 0 else lower
    return low * half if pd.isna(upper) else math.sqrt(low * upper)


def _row(platform: str, denominator: str, mine: Any, figure: pd.Series) -> dict[str, object]:
    kind = str(figure["metric"]).removeprefix(DENOMINATORS[denominator]).strip("_").replace("_", " ")
    low, high = figure["follower_lower"], figure["follower_upper"]
    return {
        "platform": platform_name(platform),
        "rate": RATE[denominator],
        "per": PER[denominator],
        "denominator": denominator,
        "tier": mine.name,
        "creators": mine["measured"],
        "yours": mine["median"],
        "low": mine["median_low"],
        "high": mine["median_high"],
        "flagged": mine["flagged"],
        "published": figure["low"],
        "published_top": figure["high"],
        "statistic": kind or "average",
        "range": f"{formats.short(low)} and more"
        if pd.isna(high)
        else f"{formats.short(low or 0)}–{formats.short(high)}",
        "year": "no year" if pd.isna(figure["year"]) else str(figure["year"]).removesuffix(".0"),
        "source": shown_name(figure["source"], 70),
    }
