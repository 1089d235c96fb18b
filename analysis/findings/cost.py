"""Micro or mega: which one pays? The findings of the third notebook.

What an engagement costs and what a budget returns, tier against tier. A group's figure is pooled (what the money did
as a whole), and because a few large deals decide a pooled figure, a difference is called clear only when the pooled
interval excludes no difference and the typical creators point the same way. Money that was quoted or modelled never
stands in for money that was paid: the best evidence is used and named.
"""

from analysis.findings.alike import like_with_like
from analysis.findings.answer import answer
from analysis.findings.engagement_price import cost_per_engagement, other_prices
from analysis.findings.finding import Finding
from analysis.findings.media_value import earned_media_value
from analysis.findings.prices import no_spend, prices
from analysis.findings.pricing import break_even, modelled_return, price_rule
from analysis.findings.relationship import ambassador_cost
from analysis.findings.returns import concentration, returns
from analysis.findings.schemes import holds_in_schemes
from analysis.findings.study import Study

__all__ = [
    "alike",
    "ambassador_cost",
    "answer",
    "break_even",
    "concentration",
    "cost_in_schemes",
    "cost_per_engagement",
    "earned_media_value",
    "modelled_return",
    "other_prices",
    "price_rule",
    "return_in_schemes",
    "returns",
]


def alike(study: Study) -> Finding:
    """Say whether return and cost of two sizes still differ on the same platform and in the same category."""
    priced = prices(study)
    id, question = "pays-like-with-like", "Is it the size, or the platform and the category?"
    if priced.basis not in ("paid", "quoted"):
        return no_spend(study, id, question)
    return like_with_like(study, ["roas", "cost_per_engagement"], id=id, question=question, accounts=priced.accounts)


def cost_in_schemes(study: Study) -> Finding:
    """Say in how many schemes an engagement is cheaper with the smaller tier."""
    priced = prices(study)
    id, question = "cost-in-schemes", "Is an engagement cheaper with smaller creators however the tiers are drawn?"
    if priced.basis not in ("paid", "quoted"):
        return no_spend(study, id, question)
    return holds_in_schemes(
        study,
        "cost_per_engagement",
        id=id,
        question=question,
        claimed="lower",
        said="the cheaper engagement",
        label=f"cost per engagement ({priced.words})",
        statistic="pooled",
        evidence=priced.evidence,
        accounts=priced.accounts,
    )


def return_in_schemes(study: Study) -> Finding:
    """Say in how many schemes the smaller tier returns more."""
    return holds_in_schemes(
        study,
        "roas",
        id="return-in-schemes",
        question="Do smaller creators return more however the tiers are drawn?",
        claimed="higher",
        said="the higher return",
        label="return on ad spend",
        statistic="pooled",
    )
