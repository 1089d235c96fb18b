"""What an engagement costs, by the best evidence there is.

Three kinds of price, never mixed in one figure: money paid for deliverables (measured), a fee that was quoted
(a quote is not money paid, so what follows from it is modelled), and a rate card applied to followers (modelled, and
nothing but the engagement rate in other words). The first that the data has is used, and its name goes with it.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis import formats
from analysis.findings.study import Study
from analysis.measures import cost

__all__ = ["CARD", "Prices", "one_unit", "prices"]

#: The rule of thumb the project began from: $25 per 1,000 followers a post.
CARD = "article-25"


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
