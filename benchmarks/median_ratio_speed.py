"""How fast is the BCa interval of a ratio of medians, and does it agree? Ours beside ``scipy.stats.bootstrap``.

Same data, same run, in turns, 10,000 resamples each. scipy's jackknife is quadratic in the number of creators, so that
100,000 + 100,000 runs with ours alone. ::

    python benchmarks/median_ratio_speed.py
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.inference import median_contrast

RESAMPLES = 10_000


def _timed(call: Callable[[], tuple[float, float]], runs: int) -> tuple[float, tuple[float, float]]:
    seconds, limits = [], (0.0, 0.0)
    for _ in range(runs):
        start = time.perf_counter()
        limits = call()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), limits


def _ours(a: NDArray[np.float64], b: NDArray[np.float64], seed: int) -> tuple[float, float]:
    interval = median_contrast(a, b, resamples=RESAMPLES, seed=seed)
    return interval.low, interval.high


def _scipys(a: NDArray[np.float64], b: NDArray[np.float64], seed: int) -> tuple[float, float]:
    def ratio(x: NDArray[np.float64], y: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        return np.median(x, axis=axis) / np.median(y, axis=axis)

    found = stats.bootstrap(
        (a, b), ratio, n_resamples=RESAMPLES, method="BCa", batch=500, vectorized=True, rng=np.random.default_rng(seed)
    ).confidence_interval
    return float(found.low), float(found.high)


def main() -> None:
    generator = np.random.default_rng(2020)
    a, b = (np.exp(generator.normal(m, 1.0, 5_000)) for m in (0.0, 0.33))
    _ours(a, b, 0)
    mine, _ = _timed(lambda: _ours(a, b, 0), 9)
    theirs, _ = _timed(lambda: _scipys(a, b, 0), 3)
    spread = np.array([_ours(a, b, seed) for seed in range(1, 41)])
    other = np.array([_scipys(a, b, seed) for seed in range(1, 4)])
    print("creators per group | method | seconds | low | high")
    print(f"5,000 | scipy BCa | {theirs:.3f} | {other[:, 0].mean():.4f} | {other[:, 1].mean():.4f}")
    print(f"5,000 | median_contrast | {mine:.5f} | {spread[:, 0].mean():.4f} | {spread[:, 1].mean():.4f}")
    gap = np.abs(spread.mean(axis=0) - other.mean(axis=0))
    noise = spread.std(axis=0) * np.sqrt(1 / len(other) + 1 / len(spread))
    print(f"{theirs / mine:,.0f} times faster; endpoints differ by {gap / noise} Monte-Carlo standard errors")
    a, b = (np.exp(generator.normal(m, 1.0, 100_000)) for m in (0.0, 0.33))
    mine, limits = _timed(lambda: _ours(a, b, 0), 9)
    print(f"100,000 | median_contrast | {mine:.5f} | {limits[0]:.4f} | {limits[1]:.4f}")


if __name__ == "__main__":
    main()
