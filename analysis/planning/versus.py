r"""One mega, and as many micros as its money buys: the two sides of a break-even.

One mega costs its fee, its product and its handling; for that money :math:`N` micros are booked, each at its fee less a
discount, its product and its own handling. A micro posts with probability :math:`q` and then brings :math:`v`. Where
any two micros share a part :math:`o` of their audiences, somebody reached a second time brings nothing more, and N of
them bring as much as

.. math:: N_{\text{eff}} = \frac{1 - (1 - q o)^N}{o} \quad (= q N \text{ at } o = 0)

posts that share nobody: Sainsbury's formula for creators of one size. N need not be whole; it is a rate of exchange.

References
----------
Beichert, M., Bayerl, A., Goldenberg, J., Lanz, A. (2024). Revenue Generation Through Influencer Marketing.
*Journal of Marketing* 88(4); the field study's rounded figures in Harvard Business Review, September 2024.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from analysis.errors import ColumnError, ParameterError, PlanError

__all__ = ["Case", "field_study", "of_tiers", "worth_posts"]


@dataclass(frozen=True)
class Case:
    """One mega against N micros at equal spend.

    Parameters
    ----------
    mega_fee, micro_fee : float
        Quoted for one post.
    mega_value, micro_value : float
        What a post brings where it appears: revenue, orders, engagements or people, the same for both; for micro before
        ``conversion_ratio``.
    handling : float
        Cost of looking after one creator of either size.
    micro_product, mega_product : float
        Product and shipping per creator.
    post_rate : float
        Share of micros who post.
    overlap : float
        Share of a micro's audience that another micro reaches too, 0 to 1.
    discount : float
        Taken off the micro fee, as a share; below 0 a surcharge.
    conversion_ratio : float
        How many times better a micro's audience converts than ``micro_value`` says.
    micro, mega, currency : str
        What the sides and the money are called.
    """

    mega_fee: float
    mega_value: float
    micro_fee: float
    micro_value: float
    handling: float = 0.0
    micro_product: float = 0.0
    mega_product: float = 0.0
    post_rate: float = 1.0
    overlap: float = 0.0
    discount: float = 0.0
    conversion_ratio: float = 1.0
    micro: str = "micro"
    mega: str = "mega"
    currency: str | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in {"micro", "mega", "currency"}:
                continue
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not number or not math.isfinite(value):
                raise ParameterError(f"{one.name} is {value!r}; give a number.")
            if value < 0 and one.name != "discount":
                raise ParameterError(f"{one.name} is {value:g}; it cannot be below 0.")
            if value > 1 and one.name in {"post_rate", "overlap", "discount"}:
                raise ParameterError(f"{one.name} is {value:g}; give a share up to 1.")
        if self.mega_value <= 0 or self.micro_value <= 0:
            raise ParameterError("a post of each side must bring something; both values are above 0.")
        if self.mega_cost <= 0:
            raise ParameterError(f"the {self.mega} costs nothing, so there is no equal spend to compare at.")

    @property
    def mega_cost(self) -> float:
        """What one mega costs in all."""
        return self.mega_fee + self.mega_product + self.handling

    @property
    def micro_cost(self) -> float:
        """What one micro costs in all."""
        return self.micro_fee * (1 - self.discount) + self.micro_product + self.handling

    @property
    def creators(self) -> float:
        """Micros that the cost of one mega buys; infinite where they cost nothing."""
        return self.mega_cost / self.micro_cost if self.micro_cost > 0 else math.inf

    @property
    def micro_total(self) -> float:
        """What those micros bring together."""
        return self.micro_value * self.conversion_ratio * worth_posts(self.creators, self.post_rate, self.overlap)

    @property
    def advantage(self) -> float:
        """What the micros bring over what the mega brings; above 1 micro pays."""
        return self.micro_total / self.mega_value

    @property
    def pays(self) -> str:
        """Which side brings more for the same money."""
        if math.isclose(self.advantage, 1.0, rel_tol=1e-9):
            return "neither"
        return self.micro if self.advantage > 1 else self.mega


def worth_posts(creators: float, post_rate: float, overlap: float) -> float:
    """Return how many posts that share nobody the booked ones are worth.

    Examples
    --------
    >>> worth_posts(10, 0.5, 0), round(worth_posts(10, 1, 0.1), 3)
    (5.0, 6.513)
    """
    if overlap * post_rate == 0:
        return creators * post_rate if post_rate else 0.0
    if overlap * post_rate >= 1:
        return min(creators, 1.0) / overlap
    return -math.expm1(creators * math.log1p(-post_rate * overlap)) / overlap


def of_tiers(
    candidates: pd.DataFrame,
    *,
    outcome: str = "revenue",
    small: str = "micro",
    large: str = "mega",
    handling: float = 0.0,
    overlap: float = 0.0,
    currency: str | None = None,
) -> Case:
    """Return the case of an average creator of one tier against an average one of another; candidates → case.

    Means, not medians: what N creators bring and cost together is N times a mean.

    Parameters
    ----------
    candidates : DataFrame
        ``tier``, ``fee``, ``cost`` (in all, with ``handling`` in it), the ``outcome`` expected with the post rate in
        it, and ``post_rate`` where known.
    handling : float
        What is in ``cost`` for looking after a creator.

    Raises
    ------
    ColumnError, PlanError, ParameterError
        If a column is absent, a tier has nobody who can be booked, or the outcome is nothing.
    """
    missing = [column for column in ("tier", "fee", "cost", outcome) if column not in candidates.columns]
    if missing:
        raise ColumnError(missing, map(str, candidates.columns), "the break-even of two tiers")
    sides = []
    for tier in (small, large):
        mine = candidates[(candidates["tier"] == tier) & candidates["cost"].notna() & candidates[outcome].notna()]
        if mine.empty:
            raise PlanError(
                f"no creator of tier {tier} can be booked, so there is nothing to set against the other side."
            )
        rate = mine["post_rate"].mean() if "post_rate" in mine.columns else 1.0
        rate = float(rate) if math.isfinite(rate) else 1.0
        fee, cost = float(mine["fee"].fillna(0).mean()), float(mine["cost"].mean())
        sides.append((fee, max(cost - fee - handling, 0.0), rate, float(mine[outcome].mean())))
    (fee, product, rate, value), (mega_fee, mega_product, _, mega_value) = sides
    if not value > 0 or not mega_value > 0 or not rate > 0:
        raise PlanError(f"{small} or {large} is expected to bring no {outcome} at all, so there is no break-even.")
    return Case(
        mega_fee=mega_fee,
        mega_value=mega_value,
        micro_fee=fee,
        micro_value=value / rate,
        handling=handling,
        micro_product=product,
        mega_product=mega_product,
        post_rate=min(rate, 1.0),
        overlap=overlap,
        micro=small,
        mega=large,
        currency=currency,
    )


def field_study() -> Case:
    """Return the published field study: nano $1,000 of revenue on $50, macro $6,000 on $1,000.

    A dollar returns 20 with nano and 6 with macro, and as much with either once looking after one creator costs $140:
    1000 / (50 + h) = 6000 / (1000 + h).

    Examples
    --------
    >>> case = field_study()
    >>> case.micro_value / case.micro_cost, case.mega_value / case.mega_cost
    (20.0, 6.0)
    """
    return Case(
        mega_fee=1000, mega_value=6000, micro_fee=50, micro_value=1000, micro="nano", mega="macro", currency="USD"
    )
