"""How engagement grows with followers: the slope between their logarithms.

A rate divides by followers, so plotting it against followers finds a falling line even where nothing falls. The test
that does not beg the question is the slope of log engagements on log followers against 1: below 1, engagement grows
more slowly than the audience. With several platforms each keeps its own level (its mean is taken out) and all share
one slope. Errors are robust to unequal spread (HC3), since small accounts scatter more.

Zero engagements have no logarithm: such accounts are left out and counted.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.inference import Interval

__all__ = ["Slope", "log_slope"]

#: Fewest accounts that get a slope; below this the robust error means nothing.
FEWEST = 10


@dataclass(frozen=True)
class Slope:
    """An elasticity with its interval, and the accounts that had no logarithm."""

    interval: Interval
    zeros: int

    @property
    def tenfold(self) -> tuple[float, float, float]:
        """What ten times the followers bring: estimate, low, high."""
        i = self.interval
        return (10**i.estimate, 10**i.low, 10**i.high)


def log_slope(x: pd.Series, y: pd.Series, *, within: pd.Series | None = None, confidence: float = 0.95) -> Slope:
    """Return the slope of log y on log x, one row per account: elasticity out, no unit.

    Parameters
    ----------
    x, y : Series
        Followers and what grows with them; rows where either is missing or not above zero are left out.
    within : Series, optional
        A group (the platform) whose level is taken out first.

    Notes
    -----
    Least squares on deviations from group means; variance HC3, that is squared residuals over (1 - leverage) squared;
    limits from Student's t with n - groups - 1 degrees of freedom.

    References
    ----------
    MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with
    improved finite sample properties. *Journal of Econometrics* 29, 305-325.

    Examples
    --------
    >>> followers = pd.Series([10.0**k for k in range(1, 13)])
    >>> round(log_slope(followers, followers**0.8).interval.estimate, 6)
    0.8
    """
    from scipy.stats import t

    both = pd.DataFrame({"x": x, "y": y, "g": "all" if within is None else within.fillna("not stated")}).dropna()
    usable = both[(both["x"] > 0) & (both["y"] > 0)]
    zeros = len(both) - len(usable)
    method = "least squares on logarithms, errors robust to unequal spread (HC3)"
    logs = pd.DataFrame({"x": np.log10(usable["x"]), "y": np.log10(usable["y"]), "g": usable["g"]})
    sizes = logs.groupby("g")["x"].transform("size")
    deviations = logs[["x", "y"]] - logs.groupby("g")[["x", "y"]].transform("mean")
    spread = float((deviations["x"] ** 2).sum())
    n, groups = len(logs), logs["g"].nunique()
    if n < FEWEST or not spread > 1e-9:
        why = f"{n} accounts are too few for a slope." if n < FEWEST else "all accounts have the same size."
        return Slope(Interval(math.nan, math.nan, math.nan, n, method, confidence, why), zeros)
    dx, dy = deviations["x"].to_numpy(), deviations["y"].to_numpy()
    slope = float((dx * dy).sum() / spread)
    leverage = np.minimum(1 / sizes.to_numpy() + dx**2 / spread, 1 - 1e-9)
    error = math.sqrt(float((dx**2 * ((dy - slope * dx) / (1 - leverage)) ** 2).sum())) / spread
    reach = float(t.ppf((1 + confidence) / 2, n - groups - 1)) * error
    return Slope(Interval(slope, slope - reach, slope + reach, n, method, confidence), zeros)
