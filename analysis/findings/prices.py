"""What an engagement costs, by the best evidence there is.

Three kinds of price, never mixed in one figure: money paid for deliverables (measured), a fee that was quoted
(a quote is not money paid, so what follows from it is modelled), and a rate card applied to followers (modelled, and
nothing but the engagement rate in other words). The first that the data has is used, and its name goes with it.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import polars as pl

from analysis import formats
from analysis.findings.finding import Finding
from analysis.findings.study import Study
from analysis.findings.words import not_testable, plural
from analysis.measures import cost

__all__ = [
    "CARD",
    "GOT",
    "LABELS",
    "MONEY",
    "PRICES",
    "SEEN",
    "Prices",
    "currency_words",
    "in_one",
    "mixed_money",
    "no_spend",
    "of_deals",
    "one_chosen",
    "one_unit",
    "prices",
    "unpaid_yet",
    "with_price",
]

#: Share of deliverables at a cost of 0 from which a price says so.
FREE = 0.05

#: The rule of thumb the project began from: $25 per 1,000 followers a post.
CARD = "article-25"


#: What a deliverable may be priced by, besides engagements.
PRICES = ("cost_per_mille", "cost_per_thousand_reached", "cost_per_view", "cost_per_acquisition", "cost_per_click")

#: What the answer is made of: the return and the price of an engagement, then one price of being seen and one of
#: an outcome, the best that is known.
MONEY = ("roas", "cost_per_engagement")
SEEN = ("cost_per_mille", "cost_per_thousand_reached", "cost_per_view")
GOT = ("cost_per_acquisition", "cost_per_click")

#: Measures as short as a chart's margin.
LABELS = {
    "roas": "revenue per cost (ROAS)",
    "cost_per_engagement": "cost per engagement",
    "cost_per_mille": "cost per 1,000 shown (CPM)",
    "cost_per_thousand_reached": "cost per 1,000 reached",
    "cost_per_view": "cost per view",
    "cost_per_acquisition": "cost per order",
    "cost_per_click": "cost per click",
    "engagement_rate_by_followers": "engagement by followers",
    "engagement_rate_by_reach": "engagement by reach",
    "engagement_rate_by_impressions": "engagement by impressions",
    "engagement_rate_by_views": "engagement by views",
}


@dataclass(frozen=True)
class Prices:
    """Accounts with both sides of a cost per engagement, and where the cost comes from."""

    accounts: pd.DataFrame
    basis: Literal["paid", "quoted", "rate card", "none"]
    currency: str | None

    @property
    def evidence(self) -> Literal["measured", "modelled"]:
        """The label that travels with every figure made from these prices."""
        return "measured" if self.basis == "paid" else "modelled"

    @property
    def words(self) -> str:
        """Where the cost comes from, for a subtitle."""
        return {
            "paid": "money paid, product included",
            "quoted": "quoted fee of one post over its average engagements",
            "rate card": "modelled: $25 per 1,000 followers over average engagements",
            "none": "no price",
        }[self.basis]


def prices(study: Study) -> Prices:
    """Return the accounts of a study with the best price there is."""
    accounts = study.accounts
    if len(study.measured("cost_per_engagement")):
        return Prices(accounts, "paid", study.currency)
    per_post = accounts["engagements_per_post"]
    quoted = _priced(accounts, accounts["fee"], per_post)
    if len(study.measured("cost_per_engagement", quoted)):
        return Prices(quoted, "quoted", study.currency)
    carded = _priced(accounts, cost.rate_card_price(accounts["followers"], CARD), per_post)
    if len(study.measured("cost_per_engagement", carded)):
        return Prices(carded, "rate card", str(cost.rate_card(CARD)["currency"]))
    return Prices(accounts, "none", study.currency)


def of_deals(measure: str) -> bool:
    """Return whether a measure is made of paid deliverables, so that those and not all posts are behind it.

    Examples
    --------
    >>> of_deals("roas"), of_deals("engagement_rate_by_followers")
    (True, False)
    """
    return measure in ("roas", "roi") or measure.startswith(("cost_per_", "conversion_rate_"))


def with_price(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts with a price per 1,000 followers: one of 0 says that nothing was charged, not what is.

    Examples
    --------
    >>> sides = {"cost_per_thousand_followers_num": [50.0, 0.0], "cost_per_thousand_followers_den": [2.0, 3.0]}
    >>> len(with_price(pd.DataFrame(sides)))
    1
    """
    return accounts[accounts["cost_per_thousand_followers_num"] > 0]


def one_unit(currency: str | None) -> str:
    """Return one unit of money as it is said.

    Examples
    --------
    >>> one_unit("USD"), one_unit("VND")
    ('$1', '1 VND')
    """
    return formats.money(1, currency).replace(".00", "")


def _priced(accounts: pd.DataFrame, amount: pd.Series, per_post: pd.Series) -> pd.DataFrame:
    known = amount.notna() & per_post.notna()
    return accounts.assign(cost_per_engagement_num=amount.where(known), cost_per_engagement_den=per_post.where(known))


def no_spend(study: Study, id: str, question: str) -> Finding:
    """Return the finding for data without money paid or quoted."""
    return not_testable(
        study,
        id=id,
        question=question,
        count=f"0 of {plural(len(study.accounts), 'creator')} have a cost or a fee{in_one(study)}",
        reason=mixed_money(study)
        or "these files hold no money paid and no quoted fee, so what pays cannot be measured",
        needs=one_chosen(study) or "deliverables with their cost, and revenue where it is tracked,",
    )


def mixed_money(study: Study) -> str:
    """Return that amounts lie in several currencies, so that none of them is used; nothing where they do not."""
    return next((note for note in study.notes if "None is used" in note), "")


def unpaid_yet(study: Study) -> str:
    """Return how many deliverables cost nothing where somebody is paid, if they are enough to move a price."""
    deals = study.placements
    if deals is None or "cost" not in deals.columns:
        return ""
    free = pl.col("cost") == 0
    if "product_cost" in deals.columns:
        free &= pl.col("product_cost").fill_null(0) == 0
    if "relationship" in deals.columns:
        free &= ~pl.col("relationship").is_in(["ambassador", "gifted"]).fill_null(False)
    known, none = int(deals["cost"].count()), deals.filter(free).height
    if not none or none < FREE * known or none == known:
        return ""
    return (
        f"{formats.count(none)} of {plural(known, 'deliverable')} stand at a cost of 0, free or not paid yet; their "
        "results count, so where they are still to be paid, cost is understated and return overstated."
    )


def one_chosen(study: Study) -> str:
    """Return what would answer a question of money where several currencies keep it open, or nothing."""
    return "one currency, chosen with `--currency`," if mixed_money(study) else ""


def in_one(study: Study) -> str:
    """Return the end of a count of amounts where there are several currencies."""
    return " in one currency" if mixed_money(study) else ""


def currency_words(currency: str | None) -> str:
    """Return the currency for a subtitle."""
    return currency or "currency not stated"
