"""Cost: what an engagement, a thousand impressions, a click, an order or an audience was paid for.

A row without engagements has no cost per engagement, and is not free: it still counts in a pooled sum, which is why
averages of these columns mislead (see ``grouping``). A thousand impressions are a thousand showings, never a thousand
followers. Prices set by audience size, such as the $25 per 1,000 followers of the 2020 article, are rules of thumb;
they live as data in ``data/reference/rate_cards.yml``, each with its source.
"""

from collections.abc import Mapping
from itertools import pairwise
from types import ModuleType
from typing import Any

from analysis.errors import ParameterError, ReferenceDataError, nearest
from analysis.measures.rows import divided, finite, per_row
from analysis.reference import read_yaml

__all__ = [
    "DEFAULT_CARD",
    "cost_per_acquisition",
    "cost_per_click",
    "cost_per_engagement",
    "cost_per_mille",
    "cost_per_thousand_followers",
    "cost_per_thousand_reached",
    "cost_per_view",
    "fair_price_ratio",
    "rate_card",
    "rate_card_names",
    "rate_card_price",
]

#: The rule the 2020 article states: $25 per 1,000 followers.
DEFAULT_CARD = "article-25"


def _per_thousand(ops: ModuleType, cost: Any, count: Any) -> Any:
    return divided(ops, cost, finite(ops, count) / 1_000.0)


def cost_per_engagement(cost: Any, engagements: Any) -> Any:
    """Return cost / engagements of each row, in the currency of cost; missing where there are none.

    Examples
    --------
    >>> import pandas as pd
    >>> cost_per_engagement(pd.Series([100, 100, 50]), pd.Series([10, 1000, 0])).tolist()
    [10.0, 0.1, nan]
    """
    return per_row("cost_per_engagement", divided, cost, engagements)


def cost_per_mille(cost: Any, impressions: Any) -> Any:
    """Return cost per 1,000 impressions (CPM), in the currency of cost; followers are not impressions.

    Examples
    --------
    >>> cost_per_mille(500, 40_000)
    12.5
    """
    return per_row("cost_per_mille", _per_thousand, cost, impressions)


def cost_per_thousand_reached(cost: Any, reach: Any) -> Any:
    """Return cost per 1,000 accounts reached, in the currency of cost.

    Examples
    --------
    >>> cost_per_thousand_reached(500, 20_000)
    25.0
    """
    return per_row("cost_per_thousand_reached", _per_thousand, cost, reach)


def cost_per_view(cost: Any, views: Any) -> Any:
    """Return cost / views of each row, in the currency of cost.

    Examples
    --------
    >>> cost_per_view(500, 10_000)
    0.05
    """
    return per_row("cost_per_view", divided, cost, views)


def cost_per_click(cost: Any, clicks: Any) -> Any:
    """Return cost / clicks of each row, in the currency of cost.

    Examples
    --------
    >>> cost_per_click(500, 250)
    2.0
    """
    return per_row("cost_per_click", divided, cost, clicks)


def cost_per_acquisition(cost: Any, conversions: Any) -> Any:
    """Return cost / conversions of each row, in the currency of cost.

    Examples
    --------
    >>> cost_per_acquisition(500, 20)
    25.0
    """
    return per_row("cost_per_acquisition", divided, cost, conversions)


def cost_per_thousand_followers(cost: Any, followers: Any) -> Any:
    """Return what was paid or asked per 1,000 followers; the price of an audience, not a CPM.

    Examples
    --------
    >>> cost_per_thousand_followers(250, 10_000)
    25.0
    """
    return per_row("cost_per_thousand_followers", _per_thousand, cost, followers)


def rate_card_names() -> tuple[str, ...]:
    """Return the names of the published rate cards, the default first.

    Examples
    --------
    >>> rate_card_names()[0]
    'article-25'
    """
    names = list(_cards())
    return (DEFAULT_CARD, *(name for name in names if name != DEFAULT_CARD))


def rate_card(card: str = DEFAULT_CARD) -> Mapping[str, Any]:
    """Return a rate card as its file states it: platform, currency, the rule, year and source.

    Raises
    ------
    ParameterError
        If there is no such card.

    Examples
    --------
    >>> rate_card()["per_thousand_followers"]
    25
    """
    cards = _cards()
    if card not in cards:
        raise ParameterError(f"unknown rate card {card!r}{nearest(card, cards)}; known: {', '.join(cards)}.")
    found: Mapping[str, Any] = cards[card]
    return found


def rate_card_price(followers: Any, card: str = DEFAULT_CARD) -> Any:
    """Return the price of one post by a published rate card; followers in, money in the card's currency out.

    Parameters
    ----------
    followers : Series, expression or number
    card : str
        A name of :func:`rate_card_names`.

    Notes
    -----
    A card is either a price per 1,000 followers, or prices at certain sizes: between two of them the price runs in a
    straight line, and outside them it keeps the price per follower of the nearest one.

    Examples
    --------
    >>> rate_card_price(10_000)
    250.0
    >>> rate_card_price(30_000, "imh-instagram-2021")
    300.0
    """
    rule = rate_card(card)
    if "per_thousand_followers" in rule:
        each = float(rule["per_thousand_followers"]) / 1_000.0
        return per_row("rate_card_price", lambda ops, size: finite(ops, size) * each, followers)
    points = [(float(size), float(price)) for size, price in rule["points"].items()]
    return per_row("rate_card_price", lambda ops, size: _along(ops, finite(ops, size), points), followers)


def _along(ops: ModuleType, size: Any, points: list[tuple[float, float]]) -> Any:
    """Return the straight-line price between points, proportional to followers before the first and after the last."""
    (first_size, first_price), (last_size, last_price) = points[0], points[-1]
    price = size * (first_price / first_size)
    for (low_size, low_price), (high_size, high_price) in pairwise(points):
        slope = (high_price - low_price) / (high_size - low_size)
        price = ops.when(size >= low_size).then(low_price + (size - low_size) * slope).otherwise(price)
    return ops.when(size >= last_size).then(size * (last_price / last_size)).otherwise(price)


def fair_price_ratio(fee: Any, followers: Any, card: str = DEFAULT_CARD) -> Any:
    """Return fee / the rate card's price: 1 is the card's price, 2 is twice as dear; currencies must agree.

    Examples
    --------
    >>> fair_price_ratio(500, 10_000)
    2.0
    """
    return per_row("fair_price_ratio", divided, fee, rate_card_price(followers, card))


def _cards() -> Mapping[str, Any]:
    document = read_yaml("rate_cards.yml")
    cards = document.get("cards") if isinstance(document, Mapping) else None
    if not isinstance(cards, Mapping) or DEFAULT_CARD not in cards:
        raise ReferenceDataError(f"rate_cards.yml must hold a mapping `cards` with {DEFAULT_CARD!r}.")
    return cards
