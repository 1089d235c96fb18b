r"""What a misstep would put at stake: how much of a plan hangs on one creator.

When something goes wrong with a creator, the people who see the brand beside it are that creator's audience. A plan
of one mega creator and a plan of forty micro ones may expose the same number of people on average and still differ:
the first rarely and all at once, the second more often and a little. So three figures stand side by side: the largest
audience, the effective number of creators (how many equal ones the plan is worth), and the people exposed per
incident and over the whole plan, given an incident rate that is an assumption and printed as one.

The trap is to read the expected number alone: with one rate per creator it says that more creators are more risk, and
with one rate per follower that nothing matters. What concentration changes is how bad one bad day is.

References
----------
Hirschman, A. O. (1945), Herfindahl, O. C. (1950): the index. Laakso, M. and Taagepera, R. (1979): its inverse as an
effective number. *Comparative Political Studies* 12, 3-27.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import ParameterError, ValueRangeError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Exposure", "effective_number", "exposure", "side_by_side"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is at stake in one plan; people throughout, unless said otherwise.

    Attributes
    ----------
    creators
        Creators with an audience.
    largest, largest_share
        Reach of the largest creator, and its share of the summed reach.
    effective
        Effective number of creators.
    per_incident
        People exposed by an incident, when every creator is as likely to have it.
    expected
        People exposed over the plan: incident rate x summed reach.
    any_incident
        Probability that at least one creator has an incident.
    incident_rate
        Incidents per creator, as assumed.
    """

    creators: int
    largest: float
    largest_share: float
    effective: float
    per_incident: float
    expected: float
    any_incident: float
    incident_rate: float


def exposure(reach: ArrayLike, *, incident_rate: float) -> Exposure:
    """Return what a plan puts at stake; people reached by each creator in, people out.

    Parameters
    ----------
    reach : array
        People each booked creator reaches; missing ones are left out.
    incident_rate : float
        Incidents per creator booked, between 0 and 1: an assumption, which has no default.

    Raises
    ------
    ParameterError
        If the rate lies outside 0 to 1.
    ValueRangeError
        If a reach is negative.

    Notes
    -----
    effective = (sum r)^2 / sum r^2; per incident = sum r / n; expected = rate x sum r; any = 1 - (1 - rate)^n.

    Examples
    --------
    >>> one = exposure([1_000_000], incident_rate=0.01)
    >>> many = exposure([25_000] * 40, incident_rate=0.01)
    >>> one.expected, many.expected
    (10000.0, 10000.0)
    >>> one.per_incident, many.per_incident
    (1000000.0, 25000.0)
    >>> one.effective, many.effective, round(many.any_incident, 3)
    (1.0, 40.0, 0.331)
    """
    if isinstance(incident_rate, bool) or not 0 <= incident_rate <= 1:
        raise ParameterError(f"the incident rate lies between 0 and 1 incidents a creator; got {incident_rate!r}.")
    each = _known(reach)
    total, n = math.fsum(each), len(each)
    largest = float(each.max(initial=0.0))
    return Exposure(
        creators=n,
        largest=largest,
        largest_share=largest / total if total > 0 else math.nan,
        effective=effective_number(each),
        per_incident=total / n if n else math.nan,
        expected=incident_rate * total,
        any_incident=-math.expm1(n * math.log1p(-incident_rate)) if incident_rate < 1 else float(n > 0),
        incident_rate=float(incident_rate),
    )


def effective_number(sizes: ArrayLike) -> float:
    """Return how many creators of equal size the sizes are worth: the inverse of the Herfindahl index.

    Examples
    --------
    >>> effective_number([10, 10, 10, 10])
    4.0
    >>> round(effective_number([97, 1, 1, 1]), 2)
    1.06
    """
    each = _known(sizes)
    total = math.fsum(each)
    if not total > 0:
        return math.nan
    return total * total / math.fsum(each * each)


def side_by_side(plans: dict[str, ArrayLike], *, incident_rate: float) -> "pd.DataFrame":
    """Return several plans beside one another: one row a plan, the columns of :class:`Exposure`.

    Examples
    --------
    >>> side_by_side({"one mega": [900_000], "forty micro": [22_500] * 40}, incident_rate=0.01)["largest"].tolist()
    [900000.0, 22500.0]
    """
    import pandas as pd

    names = list(Exposure.__dataclass_fields__)
    rows = []
    for plan, reach in plans.items():
        found = exposure(reach, incident_rate=incident_rate)
        rows.append([plan, *(getattr(found, name) for name in names)])
    return pd.DataFrame(rows, columns=["plan", *names])


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64).ravel()
    array = array[np.isfinite(array)]
    if (array < 0).any():
        raise ValueRangeError(f"a reach is 0 or more; {int((array < 0).sum())} of {len(array)} are negative.")
    return array[array > 0]
