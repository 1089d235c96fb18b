"""What posts come down to for a plan: sums by account and kind of post, and the luck of single posts.

A forecast needs of a creator's posts how many there are of each kind (own, sponsored, the brand's, an ambassador's),
and for engagements and reach the sums of their logs, of the squares of these, and of the logs of followers. These sums
add up: those of January and of February are those of both, and the posts themselves may stay where they lie. Logs are
summed in whole steps of 10^-10, so that no order of rows moves a digit.

Luck is no sum. It is the residuals of single posts around their account's mean, of which twenty thousand, evenly
spaced over all of them in their order, are kept: more say nothing new. Beyond sixteen million posts every second, or
third, goes into that order; the mean of what luck multiplies then moves by some 0.03 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.planning.effects import Effects, sponsored_effects
from analysis.planning.history import DEALS, History

__all__ = ["CELLS", "LUCK", "OUTCOMES", "Record", "added", "cells_of", "few_of", "recorded", "residuals_of"]

#: What a post brings that is forecast from posts; everything further follows from these.
OUTCOMES = ("engagements", "reach")
#: Posts of one creator from which their scatter counts as the luck of a post.
FEWEST_OF_ONE = 5
#: Posts with a known reach from which those without one add no luck of their own.
ENOUGH_PAIRS = 200
#: Residuals kept; more say nothing new.
MOST_RESIDUALS = 20_000
#: Residuals that are put in order; of more, every second, third, ... is.
MOST_ORDERED = 16_000_000
#: Steps of one in which logs are summed, and their squares: whole numbers, of which ten million fit into a sum.
_STEPS, _SQUARE_STEPS = 1e10, 1e9

#: Sums of one outcome: posts whose followers are known, their logs, squares and log followers; the other posts.
_SUMS = ("posts", "log", "squares", "size", "other_posts", "other_log")
#: A row an account and kind of post.
CELLS = {
    "account": pl.String,
    "sponsored": pl.Boolean,
    "brand": pl.Boolean,
    "ambassador": pl.Boolean,
    **{f"{outcome}_{name}": pl.Float64 for outcome in OUTCOMES for name in _SUMS},
}
#: A row a post: log residuals of its engagements and its reach.
LUCK = {"engagements": pl.Float64, "reach": pl.Float64}


@dataclass(frozen=True)
class Record:
    """What was seen of known accounts: ``cells`` (:data:`CELLS`), ``luck`` (:data:`LUCK`) and the brand's ``deals``."""

    cells: pl.DataFrame
    luck: pl.DataFrame
    deals: pl.DataFrame

    @classmethod
    def nothing(cls) -> "Record":
        """Return the record of nobody."""
        return cls(pl.DataFrame(schema=CELLS), pl.DataFrame(schema=LUCK), pl.DataFrame(schema=DEALS))


def cells_of(posts: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of posts: a row a post in (``History.posts``), a row an account and kind out, in order.

    Parts of the posts may be summed one by one; their cells stand below one another, and are added where they meet.

    Examples
    --------
    >>> posts = pl.DataFrame({"account": ["a", "a"], "engagements": [1.0, None], "followers": [9.0, 9.0]})
    >>> posts = posts.with_columns(reach=None, sponsored=False, brand=False, relationship=None)
    >>> cells_of(posts)[["account", "engagements_posts", "reach_posts"]].rows()
    [('a', 1.0, 0.0)]
    """
    sized = pl.col("followers").is_finite().fill_null(False) & (pl.col("followers") > 0).fill_null(False)
    sums = []
    for outcome in OUTCOMES:
        log = _log(outcome)
        known = log.is_not_null()
        sums += [
            (known & sized).sum().cast(pl.Float64).alias(f"{outcome}_posts"),
            _summed(log.filter(known & sized), _STEPS).alias(f"{outcome}_log"),
            _summed(log.filter(known & sized) ** 2, _SQUARE_STEPS).alias(f"{outcome}_squares"),
            _summed(pl.col("followers").filter(known & sized).log(), _STEPS).alias(f"{outcome}_size"),
            (known & ~sized).sum().cast(pl.Float64).alias(f"{outcome}_other_posts"),
            _summed(log.filter(known & ~sized), _STEPS).alias(f"{outcome}_other_log"),
        ]
    kinds = ["account", "sponsored", "brand", "ambassador"]
    return _kinds(posts).group_by(kinds).agg(sums).sort(kinds).select(list(CELLS))


def _log(outcome: str) -> pl.Expr:
    """Return the log of an outcome, missing where it is; half of one where it is less."""
    value = pl.col(outcome).cast(pl.Float64)
    return pl.when(value.is_finite()).then(value).clip(0.5).log()


def _summed(values: pl.Expr, steps: float) -> pl.Expr:
    return (values * steps).round().cast(pl.Int64).sum().cast(pl.Float64) / steps


def _kinds(posts: pl.DataFrame) -> pl.DataFrame:
    """Add whether a post is an ambassador's for the brand; null flags are no."""
    ambassador = pl.col("brand") & (pl.col("relationship") == "ambassador").fill_null(False)
    return posts.with_columns(
        pl.col("sponsored", "brand").cast(pl.Boolean).fill_null(False),
        pl.col("relationship").cast(pl.String),
    ).with_columns(ambassador.alias("ambassador"))


def residuals_of(posts: pl.DataFrame, engaged: Effects, reached: Effects) -> pl.DataFrame:
    """Return the luck of single posts around their account's own mean: posts of whole accounts in, :data:`LUCK` out.

    Notes
    -----
    Residuals around a mean of n posts are too short by sqrt((n - 1) / n) and are lengthened by it. A reach that is
    missing, or of too few posts, is missing.
    """
    sized = pl.col("followers").is_finite() & (pl.col("followers") > 0)
    rows = _kinds(posts).filter(_log("engagements").is_not_null() & sized)
    columns = []
    for outcome, effects in (("engagements", engaged), ("reach", reached)):
        log = _log(outcome) - effects.shift
        whole = (log * _STEPS).round().cast(pl.Int64)
        n = log.count().over("account")
        mean = whole.sum().over("account").cast(pl.Float64) / n / _STEPS
        wide = (n / (n - 1)).sqrt()
        columns.append(pl.when(n >= FEWEST_OF_ONE).then((log - mean) * wide).alias(outcome))
    return rows.select(*columns).filter(pl.col("engagements").is_not_null())


def few_of(residuals: Iterable[pl.DataFrame], posts: int) -> pl.DataFrame:
    """Return at most :data:`MOST_RESIDUALS` residuals of all, evenly spaced in their order: blocks in, one table out.

    Where reach is known of enough posts, those without it are left out. ``posts`` is how many there may be.
    """
    every = -(-posts // MOST_ORDERED)
    kept = [block if every < 2 else block.filter(_drawn(every)) for block in residuals]
    seen = pl.concat([pl.DataFrame(schema=LUCK), *kept])
    both = seen.drop_nulls()
    seen = (both if both.height >= ENOUGH_PAIRS else seen).sort("engagements", "reach")
    if seen.height <= MOST_RESIDUALS:
        return seen
    return seen[np.linspace(0, seen.height - 1, MOST_RESIDUALS).round().astype(int)]


def _drawn(every: int) -> pl.Expr:
    """Return whether a residual is among one in so many, told by its digits and not by its place."""
    digits = (pl.col("engagements") * 1e9).round().cast(pl.Int64).abs()
    return (digits * 40_503 // 64) % every == 0


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the cells of all posts from cells of parts of them.

    Examples
    --------
    >>> posts = pl.DataFrame({"account": ["a"], "engagements": [1.0], "followers": [9.0]})
    >>> posts = posts.with_columns(reach=None, sponsored=False, brand=False, relationship=None)
    >>> added([cells_of(posts), cells_of(posts)])["engagements_posts"].to_list()
    [2.0]
    """
    kinds = ["account", "sponsored", "brand", "ambassador"]
    rest = [name for name in CELLS if name not in kinds]
    whole = pl.concat([pl.DataFrame(schema=CELLS), *parts])
    return whole.group_by(kinds).agg(pl.col(rest).sum()).sort(kinds).select(list(CELLS))


def recorded(history: History) -> Record:
    """Return the record of a history that is in memory."""
    cells = cells_of(history.posts)
    engaged, reached = (sponsored_effects(cells, outcome) for outcome in OUTCOMES)
    residuals = residuals_of(history.posts, engaged, reached)
    return Record(cells, few_of([residuals], residuals.height), history.deals)
