r"""How many different people a campaign reached.

All accounts of one platform share an audience pool of :math:`N` people. An account that reaches
:math:`r` people reaches each of them with probability :math:`r / N`, independently of the others, so accounts
:math:`1..k` together reach :math:`N (1 - \prod_j (1 - r_j / N))` different people on average, and two of them share
:math:`r_1 r_2 / N`. Pools do not overlap. Reach summed over placements counts people twice; this is by how much.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["deduplicated_reach"]


def deduplicated_reach(reach: NDArray[np.int64], pool: NDArray[np.int64], *, size: float) -> float:
    """Return the expected number of different people reached.

    Parameters
    ----------
    reach
        People reached by each placement, below ``size``.
    pool
        Which audience pool each placement draws from.
    size
        People in a pool.

    Examples
    --------
    >>> deduplicated_reach(np.array([50, 50]), np.array([0, 0]), size=100)
    75.0
    >>> deduplicated_reach(np.array([50, 50]), np.array([0, 1]), size=100)
    100.0
    """
    missed = np.zeros(int(pool.max(initial=-1)) + 1)
    np.add.at(missed, pool, np.log1p(-reach / size))
    return float(size * -np.expm1(missed).sum())
