r"""What booking a creator brings: engagements, reach, clicks, orders, revenue, and what it costs in all.

One row per creator who can be booked. The expectation comes from the creator's own record where there is one, drawn
towards what accounts of its size and platform bring (``levels``); from size and platform where there is none; from
published figures where there is no data at all. Each outcome says which: ``measured``, ``modelled`` or ``assumed``.
Limits are of what will *happen* to one deliverable, luck included, not of a mean.

The traps: an expectation is times the chance that the post appears; a creator who cannot be priced is left out by
name, not booked for nothing; and the best of many estimates is too good unless it was shrunken first.

.. math:: E[\text{engagements}] = p_{\text{post}} \; e^{\mu_i + \tau_i^2 / 2} \; \overline{e^{r}}

with the post rate p, a typical post's log level and its own uncertainty, and the mean exponentiated residual.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from analysis import formats
from analysis.errors import ColumnError, CurrencyError, ParameterError
from analysis.measures.cost import DEFAULT_CARD
from analysis.planning.assumptions import Assumptions, load
from analysis.planning.draws import OUTCOMES, Draws, draws
from analysis.planning.history import observed
from analysis.planning.knowledge import Known, find_out
from analysis.planning.levels import Luck
from analysis.planning.priors import Priors, read_priors
from analysis.planning.record import Record, recorded

__all__ = ["OUTCOMES", "Draws", "candidates", "draws", "in_order", "repeats", "spend_response", "with_profit"]

Floats = NDArray[np.float64]

#: Draws behind the limits of each row; the 2.5 % point of 1,000 is good to half a per cent of coverage.
LIMIT_DRAWS = 1_000
#: Who the row is about.
_WHO = ("account", "handle", "name", "platform", "category", "country", "tier", "followers", "relationship")


def candidates(
    accounts: Any,
    posts: Any = None,
    placements: Any = None,
    *,
    record: Record | None = None,
    assumptions: Assumptions | None = None,
    card: str = DEFAULT_CARD,
    currency: str | None = None,
    priors: Priors | Mapping[str, Any] | Path | str | None = None,
    seed: int = 2020,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who can be booked and what each booking is expected to bring; and who is left out, and why.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row per account, as :func:`analysis.measures.accounts` returns it. Not changed.
    posts, placements : pandas or polars frame, optional
        Canonical tables: the history.
    record : Record, optional
        What the posts and placements of these accounts come down to (see :mod:`analysis.planning.record`), where the
        posts are too many to pass along.
    assumptions : Assumptions, optional
        See :func:`analysis.planning.assumptions.load`; the defaults when not given.
    card : str
        Rate card for fees that nobody quoted.
    currency : str, optional
        Of every amount; found from the tables' ``currency`` when not given.
    priors : Priors, mapping or path, optional
        What the last campaign taught, as :func:`analysis.planning.learning.write_priors` writes it.
    seed : int
        Of the draws behind the limits.

    Returns
    -------
    table : pandas.DataFrame
        Sorted by account: account, handle, platform, category, tier, followers, relationship; fee, fee_evidence, cost
        (fee, product, shipping and handling of one deliverable), post_rate; for each of engagements, reach, clicks,
        conversions and revenue ``{o}`` (the mean, times the post rate), ``{o}_log_sd``, ``{o}_low``, ``{o}_high``
        (95 % of single deliverables), ``{o}_evidence``; profit (margin x revenue - cost); reason, and record, its
        first half in a few words. More columns carry what :func:`draws` needs, and ``table.attrs["model"]`` what all
        rows share.
    left_out : pandas.DataFrame
        account, handle, platform, followers, reason.

    Raises
    ------
    ColumnError
        If ``accounts`` has no column ``account``.
    CurrencyError
        If the tables mix currencies, or an assumed amount is in another one.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({"account": ["ana", "ben"], "followers": [10_000.0, None], "fee": [250.0, 90.0]})
    >>> table, left_out = candidates(accounts)
    >>> table[["account", "fee", "cost", "engagements_evidence"]].to_dict("records")
    [{'account': 'ana', 'fee': 250.0, 'cost': 350.0, 'engagements_evidence': 'assumed'}]
    >>> left_out["reason"].tolist()
    ['neither followers nor posts are known']
    """
    assumed = load() if assumptions is None else assumptions
    if "account" not in accounts.columns:
        raise ColumnError(["account"], list(accounts.columns), "the table of accounts")
    money = _currency(currency, accounts, placements)
    learnt = read_priors(priors).unless_among(placements)
    ordered = in_order(accounts)
    people = _people(ordered)
    seen = recorded(observed(ordered, posts, placements)) if record is None else record
    known = find_out(people, seen, assumed, card=card, currency=money, learnt=learnt)
    table = _table(ordered.reset_index(drop=True), known, assumed)
    out = _why_not(table, known)
    kept = table[out == ""].reset_index(drop=True)
    kept.attrs["model"] = known.model
    kept.attrs["currency"] = money
    return _with_limits(kept, assumed, seed), _left_out(table, out)


def in_order(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts that can be candidates: those with a name, each once, sorted by it."""
    return accounts[accounts["account"].notna()].drop_duplicates("account").sort_values("account")


def _currency(currency: str | None, *tables: Any) -> str | None:
    found = set()
    for table in tables:
        if table is not None and "currency" in table.columns:
            found |= {str(code) for code in pd.Series(list(table["currency"])).dropna().unique()}
    if currency is None and len(found) > 1:
        raise CurrencyError(f"amounts are in {', '.join(sorted(found))}; keep one currency, or convert them first.")
    return currency or (found.pop() if found else None)


def _people(accounts: pd.DataFrame) -> pl.DataFrame:
    """Return what the models need of each account, with every column there."""
    text = {name: accounts.get(name) for name in ("account", "handle", "platform", "relationship")}
    number = {"followers": "followers", "fee": "fee", "average": "engagements_per_post", "reach": "reach_per_post"}
    columns = {
        name: pl.Series(name, [None if pd.isna(v) else str(v) for v in values], dtype=pl.String)
        if values is not None
        else pl.Series(name, [None] * len(accounts), dtype=pl.String)
        for name, values in text.items()
    }
    for name, source in number.items():
        values = pd.to_numeric(accounts[source]) if source in accounts else pd.Series(math.nan, index=accounts.index)
        columns[name] = pl.Series(name, values.to_numpy(dtype=float, na_value=math.nan)).fill_nan(None)
    return pl.DataFrame(columns)


def _mean(found: Any, chance: Luck, position: int) -> Floats:
    return np.asarray(np.exp(found.centre + found.own_sd**2 / 2) * chance.smear[position])


_RANK = {"measured": 0, "modelled": 1, "assumed": 2}


def _weakest(*columns: Any) -> NDArray[np.str_]:
    ranks = np.max([[_RANK[str(v)] for v in column] for column in columns], axis=0).astype(int)
    weakest: NDArray[np.str_] = np.array(list(_RANK))[ranks]
    return weakest


def _table(accounts: pd.DataFrame, known: Known, assumed: Assumptions) -> pd.DataFrame:
    """Return one row per account with expectations and what the draws need; without limits."""
    count, chance, model = len(accounts), known.model.luck, known.model
    columns: dict[str, Any] = {name: accounts.get(name) for name in _WHO}
    table = pd.DataFrame(columns, index=accounts.index)
    table["followers"] = pd.to_numeric(table["followers"]).astype(float)
    table["posts_seen"] = known.engaged.posts
    table["fee"], table["fee_evidence"] = known.fee.fee, known.fee.evidence
    table["fee_log_sd"], table["other_log_sd"] = known.fee.log_sd, known.other.log_sd
    table["other_factor"] = known.other.factor
    table["cost"] = known.fee.fee + known.other.cost
    table["post_rate"], table["post_rate_factor"] = known.post_rate, known.post_factor
    table["post_rate_evidence"] = known.post_evidence
    engagements = known.post_rate * _mean(known.engaged, chance, 0)
    reach = known.post_rate * _mean(known.reached, chance, 1)
    clicks = engagements * known.clicks.rate
    from_clicks = model.orders_from == "clicks"
    orders = (clicks if from_clicks else engagements) * known.orders.rate
    means = dict(zip(OUTCOMES, (engagements, reach, clicks, orders, orders * model.money.mean), strict=True))
    weak_clicks = _weakest(known.engaged.evidence, known.clicks.evidence)
    weak_orders = _weakest(weak_clicks if from_clicks else known.engaged.evidence, known.orders.evidence)
    evidence = dict(
        zip(
            OUTCOMES,
            (
                known.engaged.evidence,
                known.reached.evidence,
                weak_clicks,
                weak_orders,
                _weakest(weak_orders, [model.money.evidence] * count),
            ),
            strict=True,
        )
    )
    for outcome in OUTCOMES:
        table[outcome], table[f"{outcome}_evidence"] = means[outcome], evidence[outcome]
    for outcome, found, position in (("engagements", known.engaged, 0), ("reach", known.reached, 1)):
        table[f"{outcome}_centre"], table[f"{outcome}_own_sd"] = found.centre, found.own_sd
        table[f"{outcome}_log_sd"] = np.hypot(found.own_sd, chance.spread[position])
    log_size = np.log(np.maximum(table["followers"].fillna(1.0).to_numpy(), 1.0))
    variance = table["engagements_log_sd"].to_numpy() ** 2
    for outcome, found_step in (("clicks", known.clicks), ("conversions", known.orders)):
        table[f"{outcome}_rate"], table[f"{outcome}_rate_sd"] = found_step.rate, found_step.own_sd
        table[f"{outcome}_from_middle"] = np.where(table["followers"].isna(), 0.0, log_size - found_step.middle)
        counted = 1 / np.maximum(means[outcome], 1.0)
        more = found_step.own_sd**2 + np.log1p(found_step.spread) + found_step.shared_sd**2
        table[f"{outcome}_log_sd"] = np.sqrt(variance + more + counted)
        variance = variance + more * from_clicks
    more = model.money.variation**2 / np.maximum(orders, 1.0) + model.money.error**2
    table["revenue_log_sd"] = np.hypot(table["conversions_log_sd"], np.sqrt(more))
    table = with_profit(table, assumed.margin)
    table["reason"] = _reasons(known)
    table["record"] = [_record(known, place, short=True) for place in range(count)]
    return table


def _record(known: Known, place: int, *, short: bool = False) -> str:
    """Return what is known of an account, in words; ``short`` is for a narrow column."""
    posts, kind, times = known.engaged.posts[place], known.engaged.evidence[place], known.engaged.multiple[place]
    seen = f"{posts} post{'' if posts == 1 else 's'}"
    if kind == "measured" and posts and math.isnan(times):
        return f"{seen}, size unknown" if short else f"{seen} seen, its size unknown"
    if kind == "measured":
        what = (seen if short else f"{seen} seen") if posts else ("its average" if short else "its reported average")
        much = f"{formats.ratio(times)} its size" if short else f"{formats.number(times)} times what its size brings"
        return f"{what}, {much}"
    if kind == "modelled":
        return "usual for its size" if short else "no post seen, taken as usual for its size and platform"
    return "published rates" if short else "nothing measured, taken from published rates"


def _reasons(known: Known) -> list[str]:
    words = []
    for place in range(len(known.engaged.posts)):
        said = _record(known, place)
        rate = known.post_rate[place]
        gift = "" if rate >= 1 else f"; {rate:.0%} chance that it posts ({known.post_evidence[place]})"
        words.append(f"{said}; {known.fee.reason[place]}{gift}")
    return words


def _why_not(table: pd.DataFrame, known: Known) -> pd.Series:
    """Return why each account cannot be booked, empty where it can."""
    why = pd.Series("", index=table.index, dtype=object)
    unknown = ~np.isfinite(known.engaged.centre)
    why[unknown] = "neither followers nor posts are known"
    negative = (known.fee.fee < 0) & ~unknown
    why[negative] = "the fee is negative"
    unpriced = np.isnan(known.fee.fee) & ~unknown
    why[unpriced] = known.fee.reason[unpriced]
    return why


def _left_out(table: pd.DataFrame, why: pd.Series) -> pd.DataFrame:
    out = table.loc[why != "", ["account", "handle", "platform", "followers"]].copy()
    out["reason"] = why[why != ""]
    return out.reset_index(drop=True)


def _with_limits(table: pd.DataFrame, assumed: Assumptions, seed: int) -> pd.DataFrame:
    """Return the table with the middle 95 % of each outcome of one deliverable."""
    limits = {f"{outcome}_{side}": np.full(len(table), math.nan) for outcome in OUTCOMES for side in ("low", "high")}
    for start in range(0, len(table), 500):
        part = table.iloc[start : start + 500]
        drawn = draws(part, assumed, size=LIMIT_DRAWS, seed=seed)
        for outcome in OUTCOMES:
            low, high = np.quantile(getattr(drawn, outcome), [0.025, 0.975], axis=0)
            limits[f"{outcome}_low"][start : start + 500] = low
            limits[f"{outcome}_high"][start : start + 500] = high
    made = table.assign(**limits)
    made.attrs = dict(table.attrs)
    order = [*_WHO, "fee", "fee_evidence", "cost", "post_rate", "post_rate_evidence", "posts_seen"]
    for outcome in OUTCOMES:
        order += [outcome, *(f"{outcome}_{part}" for part in ("log_sd", "low", "high", "evidence"))]
    order += ["profit", "reason", "record"]
    return made[[*order, *(name for name in made.columns if name not in order)]]


def with_profit(table: pd.DataFrame, margin: float) -> pd.DataFrame:
    """Return candidates with the profit that their revenue and cost leave at a margin: margin x revenue - cost."""
    return table.assign(profit=margin * table["revenue"] - table["cost"])


def spend_response(multiple: Any, elasticity: float) -> Any:
    """Return how many times the engagement comes from ``multiple`` times the spend on one creator.

    Notes
    -----
    multiple ** elasticity: with 0.46, twice the money brings 1.38 times the engagement.

    References
    ----------
    Leung, F. F. et al. (2022). Influencer marketing effectiveness. *Journal of Marketing* 86(6), 93-115.

    Examples
    --------
    >>> round(spend_response(2, 0.46), 3)
    1.376
    """
    if not 0 <= elasticity <= 1:
        raise ParameterError(f"the elasticity of engagement to spend lies between 0 and 1; got {elasticity!r}.")
    return np.asarray(multiple, dtype=float) ** elasticity if np.ndim(multiple) else float(multiple) ** elasticity


def repeats(posts: int, decay: float) -> float:
    """Return what ``posts`` posts by one creator bring together, in first posts; each a share of the one before.

    Notes
    -----
    1 + d + d^2 + ..., with d the assumption ``repeat_decay``.

    Examples
    --------
    >>> repeats(3, 0.7)
    2.19
    >>> repeats(3, 1.0)
    3.0
    """
    if posts < 0 or not 0 <= decay <= 1:
        raise ParameterError(f"posts are 0 or more and the decay lies between 0 and 1; got {posts} and {decay}.")
    return round(float(sum(decay**step for step in range(posts))), 12)
