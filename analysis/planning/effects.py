"""What being sponsored, or an ambassador's post for the brand, does to a post: measured within creators.

A creator's sponsored posts are set against the same creator's others, so that it does not matter who takes sponsors.
Sums by creator and kind of post are all that is needed (``record.cells_of``): the flags less the creator's own mean
are the same for every post of one kind.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.inference.regression import least_squares_of_sums

__all__ = ["Effects", "sponsored_effects"]

Floats = NDArray[np.float64]

#: Posts on each side that an effect needs to be measured.
FEWEST_POSTS = 20
#: A flag this far from the creator's own mean is not at it.
_APART = 1e-9


@dataclass(frozen=True)
class Effects:
    """Log effects on a post: ``names`` of ``("sponsored", "ambassador")`` that could be measured, and covariance."""

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    posts: int = 0

    def of(self, name: str) -> float:
        """Return one effect; 0 where it was not measured."""
        return float(self.values[self.names.index(name)]) if name in self.names else 0.0

    @property
    def shift(self) -> pl.Expr:
        """What being of its kind does to the log of a post, row by row."""
        kinds = (pl.col(name).cast(pl.Float64) * self.of(name) for name in ("sponsored", "ambassador"))
        return pl.sum_horizontal(*kinds)


def sponsored_effects(cells: pl.DataFrame, outcome: str) -> Effects:
    """Return what being sponsored, and being an ambassador's post for the brand, does to a post; log scale.

    Parameters
    ----------
    cells : polars.DataFrame
        As ``record.cells_of`` returns them.
    outcome : str
        ``engagements`` or ``reach``.

    Notes
    -----
    Within creators: log outcome and both flags are taken from the creator's own means, then least squares with errors
    clustered by creator. An effect seen on fewer than 20 posts beside others of the same creator is not measured.
    """
    n = pl.col(f"{outcome}_posts")
    rows = cells.filter(n > 0).sort("account", "sponsored", "brand", "ambassador")
    whole = n.sum().over("account")
    log = pl.col(f"{outcome}_log") - n * pl.col(f"{outcome}_log").sum().over("account") / whole
    flags = [pl.col(name).cast(pl.Float64) for name in ("sponsored", "ambassador")]
    apart = [flag - (flag * n).sum().over("account") / whole for flag in flags]
    rows = rows.select(
        "account", n.alias("n"), log.alias("y"), apart[0].alias("sponsored"), apart[1].alias("ambassador")
    )
    names = [
        name
        for name in ("sponsored", "ambassador")
        if rows.filter(pl.col(name) > _APART)["n"].sum() >= FEWEST_POSTS
        and rows.filter(pl.col(name) < -_APART)["n"].sum() >= FEWEST_POSTS
    ]
    posts = int(rows["n"].sum())
    terms = [(pl.col(a) * pl.col(b) * pl.col("n")).sum().alias(f"{a} {b}") for a in names for b in names]
    terms += [(pl.col(a) * pl.col("y")).sum().alias(a) for a in names]
    fit = None
    if names:
        sums = rows.group_by("account", maintain_order=True).agg(terms)
        k = len(names)
        products = sums.select(f"{a} {b}" for a in names for b in names).to_numpy().reshape(-1, k, k)
        fit = least_squares_of_sums(products, sums.select(names).to_numpy())
    if fit is None:
        return Effects((), np.empty(0), np.empty((0, 0)), posts)
    return Effects(tuple(names), fit.coefficients, fit.covariance, posts)
