"""Every ratio this package speaks of: its name, its formula, and what it does not prove.

One entry is one measure. The four engagement rates are four measures, because their denominators differ: the same
post can read 15.28 % by reach and 3.11 % by followers. A group's figure is pooled, the sum of numerators over the
sum of denominators; the mean or median of the creators' own ratios is another measure with another name. The
glossary in the README and the words on every page come from here.
"""

from dataclasses import dataclass
from typing import Literal

from analysis.errors import ParameterError, nearest

__all__ = ["MEASURES", "Better", "Measure", "MeasureKind", "glossary", "measure_named"]

MeasureKind = Literal["percent", "money", "ratio"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One ratio: what is divided by what, how it is shown, and what it does not prove."""

    name: str
    label: str
    numerator: str
    denominator: str
    kind: MeasureKind
    formula: str
    better: Better
    not_proof: str


def _rate(name: str, label: str, numerator: str, denominator: str, not_proof: str) -> Measure:
    return Measure(name, label, numerator, denominator, "percent", f"{numerator} / {denominator}", "higher", not_proof)


def _price(name: str, label: str, denominator: str, formula: str, not_proof: str) -> Measure:
    return Measure(name, label, "cost", denominator, "money", formula, "lower", not_proof)


_ALL = (
    _rate(
        "engagement_rate_by_followers",
        "engagement rate by followers",
        "engagements",
        "followers",
        "It does not show how many of the people who saw a post reacted: most followers never see it, and many who see "
        "it do not follow.",
    ),
    _rate(
        "engagement_rate_by_reach",
        "engagement rate by reach",
        "engagements",
        "reach",
        "It does not show that many people were reached, and reach comes from the creator's own account, where only "
        "the creator can check it.",
    ),
    _rate(
        "engagement_rate_by_impressions",
        "engagement rate by impressions",
        "engagements",
        "impressions",
        "It does not show how many people reacted: one person makes several impressions, and some are paid for.",
    ),
    _rate(
        "engagement_rate_by_views",
        "engagement rate by views",
        "engagements",
        "views",
        "It does not show that people watched: platforms count a view after different lengths of time, so it compares "
        "within one platform only.",
    ),
    _rate(
        "reach_rate",
        "reach rate",
        "reach",
        "followers",
        "It does not show that followers were reached: a post may travel mostly among people who do not follow.",
    ),
    _price(
        "cost_per_engagement",
        "cost per engagement (CPE)",
        "engagements",
        "cost / engagements",
        "A cheap engagement is not a sale; a like costs a person nothing and can be bought.",
    ),
    _price(
        "cost_per_mille",
        "cost per 1,000 impressions (CPM)",
        "impressions / 1,000",
        "cost / (impressions / 1,000)",
        "It does not show how many people saw the post, nor that anybody looked; it is never computed from followers.",
    ),
    _price(
        "cost_per_thousand_reached",
        "cost per 1,000 accounts reached",
        "reach / 1,000",
        "cost / (reach / 1,000)",
        "It does not show distinct people: somebody whom two creators reach counts twice.",
    ),
    _price(
        "cost_per_view",
        "cost per view (CPV)",
        "views",
        "cost / views",
        "It does not show that a view was watched to the end, nor that two platforms count a view alike.",
    ),
    _price(
        "cost_per_click",
        "cost per click (CPC)",
        "clicks",
        "cost / clicks",
        "It does not show that a visitor stayed, and people who come later without the link are not counted.",
    ),
    _price(
        "cost_per_acquisition",
        "cost per acquisition (CPA)",
        "conversions",
        "cost / conversions",
        "It does not show that the order would not have come anyway, and orders without the code or link are not "
        "counted.",
    ),
    Measure(
        "cost_per_thousand_followers",
        "price per 1,000 followers",
        "fee",
        "followers / 1,000",
        "money",
        "fee / (followers / 1,000)",
        "lower",
        "It says what an audience is priced at, not what it does: followers are not impressions.",
    ),
    _rate(
        "conversion_rate_by_clicks",
        "conversion rate by clicks",
        "conversions",
        "clicks",
        "It does not show trust in the creator: the offer, the shop and the season convert clicks too.",
    ),
    _rate(
        "conversion_rate_by_engagements",
        "conversion rate by engagements",
        "conversions",
        "engagements",
        "It does not show that those who engaged are those who bought.",
    ),
    Measure(
        "roi",
        "return on investment (ROI)",
        "revenue - cost",
        "cost",
        "percent",
        "(revenue - cost) / cost",
        "higher",
        "It does not show that the money came because of the post: attributed revenue is not incremental revenue, and "
        "revenue is not profit.",
    ),
    Measure(
        "roas",
        "return on ad spend (ROAS)",
        "revenue",
        "cost",
        "ratio",
        "revenue / cost",
        "higher",
        "It does not show a profit: a ROAS of 1 only pays the creator back, before the goods themselves are paid.",
    ),
)

#: Every measure by name, in the order a page shows them.
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}


def measure_named(name: str) -> Measure:
    """Return the measure, or say which one was meant.

    Raises
    ------
    ParameterError
        If there is no such measure.

    Examples
    --------
    >>> measure_named("roi").formula
    '(revenue - cost) / cost'
    """
    if name not in MEASURES:
        raise ParameterError(f"unknown measure {name!r}{nearest(name, MEASURES)}; known: {', '.join(MEASURES)}.")
    return MEASURES[name]


def glossary() -> str:
    """Return the glossary as a Markdown table: measure, formula, what it does not prove.

    Examples
    --------
    >>> glossary().splitlines()[0]
    '| measure | formula | what it does not prove |'
    """
    rows = [f"| {m.label} | `{m.formula}` | {m.not_proof} |" for m in MEASURES.values()]
    return "\n".join(["| measure | formula | what it does not prove |", "|---|---|---|", *rows])
