"""What booking a creator costs in all: the fee, the product, its shipping, and the hours somebody spends.

A quoted fee is a fee. Without one, what the creator was paid before stands in; then what the client's other quotes say
of an account of that size; then a published rate card, which is an assumption and is labelled so, with its spread.
An ambassador or a gifted creator without a quote works for product. Product, shipping and handling are taken from
what deliverables state of them (the schema's ``product_cost`` is all three), else from the assumptions.

The traps: a missing fee is not a free creator; a card in dollars says nothing of a fee in rupees; and a negative fee is
a mistake in the file, not an income.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.errors import CurrencyError
from analysis.inference.regression import huber
from analysis.measures.cost import rate_card, rate_card_price
from analysis.planning.assumptions import Assumptions

__all__ = ["Extras", "Fees", "assumed_extras", "extras", "fees", "same_currency"]

Floats = NDArray[np.float64]

#: Quotes from which the client's own prices, rather than a card, say what a fee would be.
FEWEST_QUOTES = 10
#: Spread of what is paid around a quote (log), where too few deals show it.
USUAL_NEGOTIATION = 0.1
#: Deliverables of a relationship from which its product cost is measured.
FEWEST_DEALS = 10
#: Spread of product, shipping and handling between bookings (log), where none was seen.
USUAL_PRODUCT_SPREAD = 0.3
#: The assumptions that make up what a booking costs beside its fee.
EXTRAS = ("product_cost", "shipping_cost", "handling_cost")


@dataclass(frozen=True)
class Fees:
    """Per account: the expected fee (NaN where nothing says), its log spread, its evidence, and why, in words."""

    fee: Floats
    log_sd: Floats
    evidence: NDArray[np.str_]
    reason: NDArray[np.object_]


@dataclass(frozen=True)
class Extras:
    """Per account: cost beside the fee, its log spread, and evidence; ``shared`` is how unsure each ``factor`` is."""

    cost: Floats
    log_sd: Floats
    evidence: NDArray[np.str_]
    factor: NDArray[np.object_]
    shared: dict[str, float]


def fees(
    people: pl.DataFrame, deals: pl.DataFrame, *, card: str, currency: str | None, assumptions: Assumptions
) -> Fees:
    """Return the fee of one post of each account.

    Parameters
    ----------
    people : polars.DataFrame
        account, followers, fee, relationship.
    deals : polars.DataFrame
        ``History.deals``; ``paid`` is money without product.
    card : str
        A name of ``measures.cost.rate_card_names()``.
    currency : str or None
        Of the fees; a card in another currency is not used.

    Notes
    -----
    From ten quotes or payments on, log(fee / card) is a line in log followers (a parabola from fifty), and the
    expected fee is exp(line + s^2 / 2) x card: only the card's shape is borrowed, so its currency does not matter.
    """
    count = people.height
    size = people["followers"].cast(pl.Float64).fill_null(math.nan).to_numpy()
    quoted = people["fee"].cast(pl.Float64).fill_nan(None).fill_null(math.nan).to_numpy()
    product_only = people["relationship"].is_in(["ambassador", "gifted"]).fill_null(False).to_numpy()
    paid_rows = deals.filter(pl.col("paid") > 0).group_by("account").agg(pl.col("paid").log().mean().exp(), n=pl.len())
    past = people.select("account").join(paid_rows, on="account", how="left", maintain_order="left")
    paid, times = past["paid"].fill_null(math.nan).to_numpy(), past["n"].fill_null(1).to_numpy()
    fee, log_sd = quoted.copy(), np.full(count, _negotiation(quoted, deals, people))
    evidence = np.full(count, "measured", dtype="U8")
    reason: NDArray[np.object_] = np.full(count, "fee quoted", dtype=object)
    reason[quoted == 0] = "a fee of 0 is quoted, so it is booked for product alone"
    reason[quoted < 0] = "the fee is negative"
    open_ = np.isnan(fee)
    reason[open_] = ""
    free = open_ & product_only
    fee[free], log_sd[free] = 0.0, 0.0
    reason[free] = "works for product"
    before = open_ & ~free & np.isfinite(paid)
    fee[before] = paid[before]
    log_sd[before] *= np.sqrt(1 + 1 / times[before])  # the last price was negotiated too
    reason[before] = "fee as paid before"
    left = open_ & ~free & ~before & (size > 0)
    known = np.where(quoted > 0, quoted, paid)
    price = np.asarray(_prices(size, card))
    price = np.where(price > 0, price, np.nan)
    used = np.isfinite(known) & (known > 0) & np.isfinite(price)
    if left.any() and used.sum() >= FEWEST_QUOTES:
        log_size = np.log(np.maximum(np.where(np.isnan(size), 1.0, size), 1.0))
        centre = log_size - log_size[used].mean()
        columns = [np.ones(count), centre, centre**2][: 3 if used.sum() >= 50 else 2]
        x = np.column_stack(columns)
        y = np.log(known[used] / price[used])
        fit = huber(y, x[used]) if np.ptp(centre[used]) > 1e-9 else None
        line = x @ fit.coefficients if fit is not None else np.full(count, float(np.median(y)))
        spread = float(np.sqrt(np.mean((y - line[used]) ** 2)))
        fee[left] = (np.exp(line + spread**2 / 2) * price)[left]
        log_sd[left] = math.hypot(spread, USUAL_NEGOTIATION)
        evidence[left] = "modelled"
        reason[left] = f"fee estimated from {int(used.sum())} others"
    elif left.any():
        theirs = str(rate_card(card)["currency"])
        if currency is None or currency == theirs:
            fee[left] = price[left]
            log_sd[left] = assumptions.fee_spread
            evidence[left] = "assumed"
            reason[left] = f"fee from the rate card {card}"
        else:
            reason[left] = f"no fee is quoted, and the rate card {card} is in {theirs}, not {currency}"
    none = np.isnan(fee) & (reason == "")
    reason[none] = "no fee is quoted, and without followers none can be estimated"
    return Fees(fee, np.where(fee > 0, log_sd, 0.0), evidence, reason)


def _prices(size: Floats, card: str) -> Floats:
    return pl.Series(rate_card_price(pl.Series("f", size).fill_nan(None), card)).fill_null(math.nan).to_numpy()


def _negotiation(quoted: Floats, deals: pl.DataFrame, people: pl.DataFrame) -> float:
    """Return the log spread of what was paid around the quote."""
    quotes = pl.DataFrame({"account": people["account"], "_quote": pl.Series(quoted).fill_nan(None)})
    both = deals.filter(pl.col("paid") > 0).join(quotes, on="account", how="inner").filter(pl.col("_quote") > 0)
    if both.height < 2 * FEWEST_DEALS:
        return USUAL_NEGOTIATION
    ratio = np.log(both["paid"].to_numpy() / both["_quote"].to_numpy())
    return max(1.4826 * float(np.median(np.abs(ratio - np.median(ratio)))), 1e-3)


def extras(people: pl.DataFrame, deals: pl.DataFrame, *, currency: str | None, assumptions: Assumptions) -> Extras:
    """Return what booking each account costs beside the fee: product, shipping and handling.

    Notes
    -----
    Where at least ten deliverables of a relationship state a product cost, that is the figure; ``handling_cost`` and
    ``shipping_cost`` are added to it only when the client stated them, because the schema's product cost holds both.

    Raises
    ------
    CurrencyError
        If assumed amounts are needed and they are in another currency.
    """
    count = people.height
    cost, log_sd = np.zeros(count), np.zeros(count)
    evidence = np.full(count, "assumed", dtype="U8")
    factor: NDArray[np.object_] = np.full(count, "product_and_handling", dtype=object)
    shared: dict[str, float] = {}
    kinds = people["relationship"].fill_null("paid").to_numpy()
    for kind in np.unique(kinds):
        here = kinds == kind
        stated = deals.filter((pl.col("relationship").fill_null("paid") == kind) & (pl.col("product_cost") > 0))
        values = stated["product_cost"].to_numpy()
        if len(values) >= FEWEST_DEALS:
            added = sum(
                assumptions[name].value for name in ("shipping_cost", "handling_cost") if assumptions[name].given
            )
            cost[here] = float(values.mean()) + added
            log_sd[here] = float(np.log(values).std())
            evidence[here], factor[here] = "measured", f"product_cost_{kind}"
            shared[f"product_cost_{kind}"] = log_sd_of_mean(values)
        else:
            same_currency(EXTRAS, currency, assumptions)
            cost[here] = sum(assumptions[name].value for name in EXTRAS)
            log_sd[here] = USUAL_PRODUCT_SPREAD
            widths = [(assumptions[name].high - assumptions[name].low) / 3.92 for name in EXTRAS]
            shared["product_and_handling"] = math.hypot(*widths) / max(float(cost[here][0]), 1e-9)
    return Extras(cost, log_sd, evidence, factor, shared)


def log_sd_of_mean(values: Floats) -> float:
    """Return how unsure a mean is, relative to it.

    Examples
    --------
    >>> round(log_sd_of_mean(np.array([8.0, 12.0, 8.0, 12.0])), 4)
    0.1155
    """
    return float(values.std(ddof=1) / math.sqrt(len(values)) / values.mean()) if len(values) > 1 else 0.3


def assumed_extras(people: pl.DataFrame, deals: pl.DataFrame) -> tuple[str, ...]:
    """Return the amounts that :func:`extras` will have to assume: :data:`EXTRAS`, or none."""
    kinds = set(people["relationship"].fill_null("paid").to_list())
    stated = deals.filter(pl.col("product_cost") > 0)["relationship"].fill_null("paid").to_list()
    return () if all(stated.count(kind) >= FEWEST_DEALS for kind in kinds) else EXTRAS


def same_currency(names: Sequence[str], currency: str | None, assumptions: Assumptions) -> None:
    """Refuse amounts that are assumed in another currency than the data's, all of them at once.

    Raises
    ------
    CurrencyError
        If one of ``names`` is worth something and is in another currency.
    """
    for given, theirs in ((False, assumptions.house), (True, assumptions.stated)):
        foreign = [name for name in names if assumptions[name].given is given and assumptions[name].value]
        if currency and theirs and currency != theirs and foreign:
            raise CurrencyError(
                f"the data are in {currency} and the {'stated' if given else 'assumed'} {', '.join(foreign)} in "
                f"{theirs}; state {'them' if len(foreign) > 1 else 'it'} in {currency}."
            )
