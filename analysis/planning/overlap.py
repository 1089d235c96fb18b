r"""How many different people a set of creators reaches: summed reach counts somebody twice whom two of them reach.

With a measured table of who shares how many people, the union of two is exact and the union of many is bounded.
Without one, a model with one parameter stands in. Sainsbury's formula lets every creator draw from a universe of N
people independently of the others,

.. math:: \text{people} = N \left(1 - \prod_i (1 - r_i / N)\right),

and the beta-binomial lets some people be easier to reach than others, by a correlation :math:`\rho`: at 0 it is
Sainsbury's, at 1 the largest creator reaches everybody there is to reach. The parameter is an assumption, printed and
swept. Inclusion and exclusion is the exact count for small sets, and checks the rest.

The traps: a share of overlap above what the smaller of two reaches is impossible; and an overlap of 1 is not a
universe as large as the largest creator, so both ends are treated by themselves.

References
----------
Kruegel, D. (1988), on Sainsbury's formula, in Cannon, H. M. et al., media reach and frequency models.
Metheringham, R. A. (1964). Measuring the net cumulative coverage of a print campaign. *J. Advertising Research* 4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError
from analysis.planning.draws import Draws
from analysis.planning.pairs import check_overlap, check_reach, from_pairs, inclusion_exclusion, union_bounds

__all__ = [
    "People",
    "beta_binomial",
    "by_share",
    "check_overlap",
    "deduplicated_reach",
    "from_pairs",
    "inclusion_exclusion",
    "people_in_draws",
    "sainsbury",
    "sweep",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class People:
    """Different people reached: the figure, the bounds that hold whatever the overlap, and how it was found.

    ``evidence`` is measured for a pair or a single creator of a measured table, modelled otherwise.
    """

    people: float
    low: float
    high: float
    summed: float
    method: str
    evidence: str

    @property
    def duplicated(self) -> float:
        """Share of the summed reach that counts somebody again."""
        return 1 - self.people / self.summed if self.summed > 0 else 0.0


def deduplicated_reach(
    reach: ArrayLike,
    *,
    universe: float | None = None,
    correlation: float = 0.0,
    share: float | None = None,
    matrix: Any = None,
    unit: str = "people",
    platform: ArrayLike | None = None,
) -> People:
    """Return how many different people a set of creators reaches.

    Parameters
    ----------
    reach : array
        People each creator reaches.
    universe : float, optional
        People on a platform who can be reached at all: Sainsbury's formula.
    correlation : float
        With ``universe``, above 0: some people are reached more easily (beta-binomial).
    share : float, optional
        Instead: the share of the smaller of two audiences that the larger holds too, between 0 and 1.
    matrix : array or pandas.DataFrame, optional
        Instead: measured people shared by each pair, see :func:`check_overlap`.
    unit : str
        Of ``matrix``: ``people``, or ``share`` of the smaller audience.
    platform : array, optional
        People on different platforms are counted apart; not used with a matrix, which says so itself.

    Returns
    -------
    People

    Raises
    ------
    ParameterError
        Unless exactly one of universe, share and matrix is given, each in its range.
    ValueRangeError
        If a reach is negative, or the matrix cannot be one.

    Examples
    --------
    >>> deduplicated_reach([50, 50], universe=100).people
    75.0
    >>> deduplicated_reach([50, 30], share=0).people, deduplicated_reach([50, 30], share=1).people
    (80.0, 50.0)
    >>> deduplicated_reach([50, 30], matrix=[[50, 10], [10, 30]]).people
    70.0
    """
    each = check_reach(reach)
    given = [
        name for name, value in (("universe", universe), ("share", share), ("matrix", matrix)) if value is not None
    ]
    if len(given) != 1:
        raise ParameterError(f"give one of universe, share and matrix; got {' and '.join(given) or 'none'}.")
    summed, largest = float(each.sum()), float(each.max(initial=0.0))
    if matrix is not None:
        table = check_overlap(matrix, each, unit=unit)
        low, high = union_bounds(each, table)
        people = min(max(from_pairs(each, table), low), high)
        exact = len(each) <= 2
        method = "measured overlap of pairs" + ("" if exact else ", the rest taken as independent given pairs")
        return People(people, low, high, summed, method, "measured" if exact else "modelled")
    groups = _groups(each, platform)
    if share is not None:
        people = math.fsum(by_share(each[rows], share) for rows in groups)
        method = f"a smaller audience lies in a larger one by {share:.0%}"
    else:
        assert universe is not None
        people = math.fsum(beta_binomial(each[rows], universe, correlation=correlation) for rows in groups)
        method = f"a universe of {universe:,.0f} people" + (f", correlation {correlation:g}" if correlation else "")
    bottom = math.fsum(float(each[rows].max(initial=0.0)) for rows in groups)
    ceiling = min(summed, universe * len(groups)) if universe is not None else summed
    return People(min(max(people, largest), max(summed, largest)), bottom, ceiling, summed, method, "modelled")


def sainsbury(reach: ArrayLike, universe: float) -> Any:
    """Return N (1 - prod (1 - r / N)); reach along the last axis in, people out.

    Raises
    ------
    ParameterError
        Unless the universe is positive.

    Examples
    --------
    >>> sainsbury([20, 30, 10], 100)
    49.6
    """
    if not universe > 0:
        raise ParameterError(f"a universe is a positive number of people; got {universe!r}.")
    each = np.minimum(np.asarray(reach, dtype=np.float64), universe)
    if math.isinf(universe):
        found = each.sum(axis=-1)
    else:
        with np.errstate(divide="ignore"):
            found = -universe * np.expm1(np.log1p(-each / universe).sum(axis=-1))
    return float(round(found, 9)) if np.ndim(found) == 0 else found


def beta_binomial(reach: ArrayLike, universe: float, *, correlation: float = 0.0) -> float:
    r"""Return the people reached when some are easier to reach than others; correlation 0 is Sainsbury's formula.

    Notes
    -----
    With n creators of mean share p (chosen so that independence gives Sainsbury's figure), a = p (1 - c) / c and
    b = (1 - p)(1 - c) / c: nobody is reached with probability
    :math:`\prod_{j<n} (b + j) / (a + b + j)`. Never below the largest creator, which is the limit at correlation 1.

    Examples
    --------
    >>> beta_binomial([50, 50], 100)
    75.0
    >>> beta_binomial([50, 50], 100, correlation=0.5)
    62.5
    >>> beta_binomial([50, 30], 100, correlation=1)
    50.0
    """
    if not 0 <= correlation <= 1:
        raise ParameterError(f"the correlation lies between 0 and 1; got {correlation!r}.")
    each = np.minimum(check_reach(reach), universe)
    largest = float(each.max(initial=0.0))
    if correlation == 0 or math.isinf(universe) or len(each) < 2:
        return float(sainsbury(each, universe)) if len(each) else 0.0
    if correlation == 1 or largest >= universe:
        return largest
    n = len(each)
    p = -math.expm1(float(np.log1p(-each / universe).mean()))
    if p <= 0:
        return 0.0
    a, b = p * (1 - correlation) / correlation, (1 - p) * (1 - correlation) / correlation
    steps = np.arange(n)
    missed = math.exp(float((np.log(b + steps) - np.log(a + b + steps)).sum()))
    return max(round(universe * (1 - missed), 9), largest)


def by_share(reach: ArrayLike, share: float) -> float:
    """Return the people reached when a smaller audience lies in each larger one by ``share``, independently.

    Notes
    -----
    Sorted from the largest: sum of r_k (1 - share)^(k - 1). Share 0 is the sum, share 1 the largest.

    Examples
    --------
    >>> by_share([100, 50, 20], 0.5)
    130.0
    """
    if not 0 <= share <= 1:
        raise ParameterError(f"the share of overlap lies between 0 and 1; got {share!r}.")
    each = np.sort(check_reach(reach))[::-1]
    return math.fsum(each * (1 - share) ** np.arange(len(each)))


def people_in_draws(
    drawn: Draws,
    platform: ArrayLike | None = None,
    *,
    chosen: Sequence[Any] | None = None,
    universe: float | None = None,
    correlation: float = 0.0,
    share: float | None = None,
    likely: bool = False,
) -> Floats:
    """Return the different people that a plan reaches in each drawn campaign.

    Parameters
    ----------
    drawn : Draws
        See :func:`analysis.planning.draws.draws`.
    platform : array, optional
        Of every drawn account, in the order of ``drawn.accounts``.
    chosen : sequence, optional
        Accounts of the plan; all when not given.
    universe, correlation, share
        As in :func:`deduplicated_reach`.
    likely : bool
        Average the luck of single posts out.
    """
    rows = drawn.positions(range(len(drawn.accounts)) if chosen is None else chosen)
    reach = (drawn.likely["reach"] if likely else drawn.reach)[:, rows]
    where = None if platform is None else np.asarray(platform, dtype=object)[rows]
    total = np.zeros(drawn.size)
    for group in _groups(reach[0] if len(reach) else np.empty(0), where):
        part = reach[:, group]
        if share is None and universe is not None and correlation == 0:
            total += sainsbury(part, universe)
        elif share is not None:
            if not 0 <= share <= 1:
                raise ParameterError(f"the share of overlap lies between 0 and 1; got {share!r}.")
            ordered = -np.sort(-part, axis=1)
            total += ordered @ ((1 - share) ** np.arange(part.shape[1]))
        elif universe is not None:
            total += np.array([beta_binomial(row, universe, correlation=correlation) for row in part])
        else:
            raise ParameterError("give a universe or a share, so that people are not counted twice.")
    return total


def sweep(reach: ArrayLike, universes: ArrayLike, *, platform: ArrayLike | None = None) -> Any:
    """Return the people reached over a range of universes: a pandas frame of universe, people, duplicated.

    Examples
    --------
    >>> sweep([50, 50], [100, 1000])["people"].tolist()
    [75.0, 97.5]
    """
    import pandas as pd

    rows = []
    for universe in np.asarray(universes, dtype=np.float64):
        found = deduplicated_reach(reach, universe=float(universe), platform=platform)
        rows.append((float(universe), found.people, found.duplicated))
    return pd.DataFrame(rows, columns=["universe", "people", "duplicated"])


def _groups(each: Floats, platform: ArrayLike | None) -> list[NDArray[np.intp]]:
    if platform is None:
        return [np.arange(len(each))]
    names = np.array([str(name) for name in np.asarray(platform, dtype=object).ravel()])
    if len(names) != len(each):
        raise ParameterError(f"platform holds {len(names)} names for {len(each)} creators; each needs one.")
    return [np.flatnonzero(names == name) for name in np.unique(names)]
