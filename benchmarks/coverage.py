"""How often do the 95% intervals hold the truth? The package's methods beside the textbook's, on planted truths.

Each setting draws data sets whose true pooled ratio, median, contrast, slope or turning point is known by formula, and
counts how often each method's interval holds it. One row per setting and method; the committed ``coverage.csv`` was
made by the first of these (half an hour), the second is a look::

    python benchmarks/coverage.py --simulations 2000 --out benchmarks/coverage.csv
    python benchmarks/coverage.py --simulations 100 --only pooled

Shapes: creators' sizes are log-normal (sd of logs 0.8) unless said otherwise; engagement rates are log-normal with the
given sigma; "viral" multiplies one creator (or post) in a hundred by 20. The truth always includes the viral ones.
"""

import argparse
import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.inference import (
    contrast,
    elasticity,
    holm,
    median_contrast,
    median_interval,
    quadratic_turn,
    ratio_interval,
    verdict,
)

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
RESULT = Path(__file__).parent / "out" / "coverage.csv"
SIZE_SD, VIRAL, FACTOR = 0.8, 0.01, 20.0
LIFT = 1 + VIRAL * (FACTOR - 1)
TAILS = [0.025, 0.975]


@dataclass(frozen=True)
class Shape:
    """A way creators differ: draws (numerators, denominators) of shape (data sets, creators), and the true ratio."""

    name: str
    draw: Callable[[np.random.Generator, int, int], tuple[Floats, Floats]]
    truth: float


def _viral(g: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return np.where(g.random(shape) < VIRAL, FACTOR, 1.0)


def rate(sigma: float, *, viral: bool = False) -> Shape:
    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        size = np.exp(SIZE_SD * g.standard_normal((m, n)))
        lift = _viral(g, (m, n)) if viral else 1.0
        return size * np.exp(sigma * g.standard_normal((m, n))) * lift, size

    name = f"engagement rate, sigma {sigma}" + (", 1% viral" if viral else "")
    return Shape(name, draw, math.exp(sigma**2 / 2) * (LIFT if viral else 1.0))


def cost(sigma: float) -> Shape:
    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        log_size = SIZE_SD * g.standard_normal((m, n))
        engagements = np.exp(log_size + sigma * g.standard_normal((m, n))) * _viral(g, (m, n))
        return np.exp(0.8 * log_size + 0.5 * g.standard_normal((m, n))), engagements

    top = math.exp(((0.8 * SIZE_SD) ** 2 + 0.25) / 2)
    return Shape(
        f"cost per engagement, sigma {sigma}, 1% viral", draw, top / math.exp((SIZE_SD**2 + sigma**2) / 2) / LIFT
    )


def posts(sigma: float) -> Shape:
    """Posts within creators: half the variance between creators, half between posts; 1 to 40 posts, 8 on average."""

    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        most = 40
        count = np.minimum(g.geometric(1 / 8, (m, n)), most)
        part = sigma * math.sqrt(0.5)
        own = np.exp(part * g.standard_normal((m, n)))
        size = np.exp(SIZE_SD * g.standard_normal((m, n)))
        total = np.zeros((m, n))
        for post in range(most):
            total += np.where(post < count, np.exp(part * g.standard_normal((m, n))) * _viral(g, (m, n)), 0.0)
        return size * own * total, size * count

    return Shape(f"clustered posts, sigma {sigma}, 1% viral posts", draw, math.exp(sigma**2 / 2) * LIFT)


def revenue(sigma: float, none: float) -> Shape:
    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        spent = np.exp(SIZE_SD * g.standard_normal((m, n)))
        sold = g.random((m, n)) >= none
        return spent * np.exp(sigma * g.standard_normal((m, n))) * sold, spent

    return Shape(f"revenue, sigma {sigma}, {none:.0%} sell nothing", draw, (1 - none) * math.exp(sigma**2 / 2))


def bounded(sigma: float) -> Shape:
    """Sizes log-uniform over a tier of two decades, engagements growing with size to the power 0.85."""
    half = math.log(10)

    def mean(power: float) -> float:
        return math.sinh(power * half) / (power * half)

    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        log_size = half * (2 * g.random((m, n)) - 1)
        return np.exp(0.85 * log_size + sigma * g.standard_normal((m, n))), np.exp(log_size)

    return Shape(f"rate falling with size, sigma {sigma}", draw, math.exp(sigma**2 / 2) * mean(0.85) / mean(1.0))


def light(shape: float) -> Shape:
    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        size = np.exp(SIZE_SD * g.standard_normal((m, n)))
        return size * g.gamma(shape, size=(m, n)), size

    return Shape(f"rate gamma({shape:g}): not log-normal", draw, shape)


def conversions(sigma: float) -> Shape:
    def draw(g: np.random.Generator, m: int, n: int) -> tuple[Floats, Floats]:
        clicks = 20 * np.exp(SIZE_SD * g.standard_normal((m, n)))
        return g.poisson(0.03 * clicks * np.exp(sigma * g.standard_normal((m, n)))).astype(float), clicks

    return Shape(f"conversions, few, sigma {sigma}", draw, 0.03 * math.exp(sigma**2 / 2))


SHAPES = [
    *(rate(sigma) for sigma in (0.7, 1.0, 1.5)),
    *(rate(sigma, viral=True) for sigma in (0.7, 1.0, 1.5)),
    cost(1.5),
    posts(1.5),
    revenue(1.0, 0.3),
    bounded(1.0),
    light(1.0),
    conversions(0.7),
]


def textbook(top: Floats, bottom: Floats, g: np.random.Generator, resamples: int = 999) -> Iterator[tuple[str, Limits]]:
    """Yield the intervals that everyone would reach for, for all data sets at once."""
    n = top.shape[1]
    x, y = top.sum(axis=1), bottom.sum(axis=1)
    ratio, t = x / y, stats.t.ppf(0.975, n - 1)
    error = np.sqrt(((top - ratio[:, None] * bottom) ** 2).sum(axis=1) * n / (n - 1)) / y
    yield "delta method", (ratio - t * error, ratio + t * error)
    influence = top / x[:, None] - bottom / y[:, None]
    log_error = np.sqrt((influence**2).sum(axis=1) * n / (n - 1))
    yield "delta method on the log", (ratio * np.exp(-t * log_error), ratio * np.exp(t * log_error))
    squares = [
        n / (n - 1) * ((a - a.mean(1, keepdims=True)) * (b - b.mean(1, keepdims=True))).sum(1)
        for a, b in ((top, top), (bottom, bottom), (top, bottom))
    ]
    lead, middle = y**2 - t**2 * squares[1], x * y - t**2 * squares[2]
    root = np.sqrt(np.maximum(middle**2 - lead * (x**2 - t**2 * squares[0]), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        open_ended = lead <= 0
        yield (
            "Fieller",
            (
                np.where(open_ended, -np.inf, (middle - root) / lead),
                np.where(open_ended, np.inf, (middle + root) / lead),
            ),
        )
    weights = g.multinomial(n, np.full(n, 1 / n), resamples).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums, bases = weights @ top.T, weights @ bottom.T
        draws = sums / bases
        yield "percentile bootstrap", tuple(np.nanquantile(draws, TAILS, axis=0))
        bias = stats.norm.ppf(np.clip((draws < ratio).mean(axis=0), 1 / resamples, 1 - 1 / resamples))
        acceleration = (influence**3).sum(axis=1) / (6 * (influence**2).sum(axis=1) ** 1.5)
        points = []
        for tail in TAILS:
            z = bias + stats.norm.ppf(tail)
            points.append(stats.norm.cdf(bias + z / (1 - acceleration * z)))
        ordered = np.sort(draws, axis=0)
        ranks = [np.clip((p * resamples).astype(int), 0, resamples - 1) for p in points]
        yield "BCa bootstrap", tuple(ordered[rank, np.arange(len(ratio))] for rank in ranks)
        a, b = top / x[:, None], bottom / y[:, None]
        sa, sb = weights @ a.T, weights @ b.T
        spread = (weights @ (a * a).T) / sa**2 - 2 * (weights @ (a * b).T) / (sa * sb) + (weights @ (b * b).T) / sb**2
        pivots = np.nan_to_num(np.log(sa / sb) / np.sqrt(np.maximum(spread, 1e-24)), posinf=0, neginf=0)
        low, high = np.quantile(pivots, TAILS, axis=0)
        base = np.sqrt((influence**2).sum(axis=1))
        yield "studentised bootstrap on the log", (ratio * np.exp(-high * base), ratio * np.exp(-low * base))


Row = dict[str, object]


def counted(quantity: str, shape: str, n: str, method: str, limits: Limits, truth: float, *, ours: bool) -> Row:
    low, high = limits
    given = ~(np.isnan(low) | np.isnan(high))
    low, high = low[given], high[given]
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.where(low > 0, np.log(high / low), np.inf) if truth > 0 else high - low
    return {
        "quantity": quantity,
        "shape": shape,
        "n": n,
        "method": method,
        "ours": "yes" if ours else "no",
        "simulations": len(given),
        "coverage": f"{np.mean((low <= truth) & (truth <= high)):.3f}",
        "truth_below": f"{np.mean(truth < low):.3f}",
        "truth_above": f"{np.mean(truth > high):.3f}",
        "median_log_width": f"{np.median(width):.2f}",
        "withheld": f"{1 - given.mean():.3f}",
    }


def pooled(simulations: int) -> Iterator[Row]:
    for index, shape in enumerate(SHAPES):
        for n in (20, 50, 200):
            g = np.random.default_rng([2020, index, n])
            top, bottom = shape.draw(g, simulations, n)
            some = (top > 0).any(axis=1)
            top, bottom = top[some], bottom[some]
            made = [ratio_interval(x, y, seed=i) for i, (x, y) in enumerate(zip(top, bottom, strict=True))]
            limits = np.array([one.low for one in made]), np.array([one.high for one in made])
            yield counted("pooled ratio", shape.name, str(n), "ratio_interval", limits, shape.truth, ours=True)
            for method, textbook_limits in textbook(top, bottom, g):
                yield counted("pooled ratio", shape.name, str(n), method, textbook_limits, shape.truth, ours=False)


def contrasts(simulations: int) -> Iterator[Row]:
    """Two tiers of unequal size with the same true ratio: 1 lies in the interval, or it does not."""
    for index, shape in enumerate([rate(1.5, viral=True), posts(1.5), cost(1.5), rate(1.0)]):
        for a, b in ((20, 20), (20, 200), (50, 50), (50, 200), (200, 200)):
            g = np.random.default_rng([2021, index, a, b])
            first, second = shape.draw(g, simulations, a), shape.draw(g, simulations, b)
            made = [contrast(*parts, seed=i) for i, parts in enumerate(zip(*first, *second, strict=True))]
            limits = np.array([one.low for one in made]), np.array([one.high for one in made])
            label = f"{a} / {b}"
            yield counted("ratio of pooled ratios", shape.name, label, "contrast", limits, 1.0, ours=True)
            logs, variances = [], []
            for x, y in (first, second):
                u = x / x.sum(axis=1, keepdims=True) - y / y.sum(axis=1, keepdims=True)
                logs.append(np.log(x.sum(axis=1) / y.sum(axis=1)))
                variances.append((u**2).sum(axis=1) * x.shape[1] / (x.shape[1] - 1))
            middle, reach = logs[0] - logs[1], 1.96 * np.sqrt(variances[0] + variances[1])
            limits = np.exp(middle - reach), np.exp(middle + reach)
            yield counted(
                "ratio of pooled ratios", shape.name, label, "delta method on the log", limits, 1.0, ours=False
            )


def medians(simulations: int) -> Iterator[Row]:
    shape = rate(1.5, viral=True)
    # The median of log rates is 0 but for the viral: P(N(0, s) + log 20 V < m) = 1/2.
    middle = _median_with_viral(1.5)
    for n in (20, 50, 200):
        g = np.random.default_rng([2022, n])
        top, bottom = shape.draw(g, simulations, n)
        made = [median_interval(x / y) for x, y in zip(top, bottom, strict=True)]
        limits = np.array([one.low for one in made]), np.array([one.high for one in made])
        yield counted("median", shape.name, str(n), "median_interval", limits, middle, ours=True)
        values = top / bottom
        reach = stats.t.ppf(0.975, n - 1) * values.std(axis=1, ddof=1) / math.sqrt(n)
        mean = values.mean(axis=1)
        truth = math.exp(1.5**2 / 2) * LIFT
        yield counted(
            "mean", shape.name, str(n), "t interval of the mean", (mean - reach, mean + reach), truth, ours=False
        )
    for a, b in ((20, 20), (20, 200), (50, 50), (50, 200), (200, 200)):
        g = np.random.default_rng([2023, a, b])
        (x, y), (u, v) = shape.draw(g, simulations, a), shape.draw(g, simulations, b)
        made = [median_contrast(p, q, seed=i) for i, (p, q) in enumerate(zip(x / y, u / v, strict=True))]
        limits = np.array([one.low for one in made]), np.array([one.high for one in made])
        yield counted("ratio of medians", shape.name, f"{a} / {b}", "median_contrast", limits, 1.0, ours=True)


def _median_with_viral(sigma: float) -> float:
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        shift = math.log(FACTOR)
        below = (1 - VIRAL) * stats.norm.cdf(middle / sigma) + VIRAL * stats.norm.cdf((middle - shift) / sigma)
        low, high = (middle, high) if below < 0.5 else (low, middle)
    return math.exp(low)


def claims(simulations: int) -> Iterator[Row]:
    """How often is a tier said to beat another when none does? Three tiers of 20, 50, 200, corrected by Holm."""
    for index, (name, shape) in enumerate((("1% viral", rate(1.5, viral=True)), ("clustered posts", posts(1.5)))):
        g = np.random.default_rng([2024, index])
        tiers = [shape.draw(g, simulations, n) for n in (20, 50, 200)]
        wrong = {"ratio of medians": 0, "ratio of pooled ratios": 0}
        for i in range(simulations):
            pairs = [(tiers[a], tiers[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
            made = {
                "ratio of medians": [median_contrast(p[0][i] / p[1][i], q[0][i] / q[1][i], seed=i) for p, q in pairs],
                "ratio of pooled ratios": [contrast(p[0][i], p[1][i], q[0][i], q[1][i], seed=i) for p, q in pairs],
            }
            for quantity, intervals in made.items():
                adjusted = holm([math.nan if one.p_value is None else one.p_value for one in intervals])
                names = {
                    verdict(one, adjusted_p=None if math.isnan(p) else float(p)).name
                    for one, p in zip(intervals, adjusted, strict=True)
                }
                wrong[quantity] += bool(names & {"supported", "contradicted"})
        for quantity, count in wrong.items():
            yield {
                "quantity": f"false claims, {quantity}",
                "shape": f"sigma 1.5, {name}, no tier differs",
                "n": "20 / 50 / 200",
                "method": "verdict, Holm",
                "ours": "yes",
                "simulations": simulations,
                "coverage": f"{1 - count / simulations:.3f}",
                "truth_below": "",
                "truth_above": "",
                "median_log_width": "",
                "withheld": "",
            }


def slopes(simulations: int) -> Iterator[Row]:
    """The planted elasticity 0.8, and the planted turning point at 10 ** 5 followers."""
    for n in (20, 50, 200):
        g = np.random.default_rng([2025, n])
        made, turns = [], []
        for i in range(simulations):
            size = g.uniform(3, 7, n)
            noise = 1.5 * g.standard_normal(n) + np.log(_viral(g, (n,)))
            made.append(elasticity(np.exp(0.8 * math.log(10) * size + noise - 2), 10**size, seed=i))
            bent = math.log(10) * (-0.35 * (size - 5) ** 2) + noise + 8
            turn = quadratic_turn(bent, size)
            turns.append((math.nan, math.nan) if turn is None else (turn.point.low, turn.point.high))
        for method in ("slope", "theil_sen", "huber", "count"):
            one = [getattr(fit, method) for fit in made]
            limits = np.array([fit.low for fit in one]), np.array([fit.high for fit in one])
            yield counted(
                "elasticity", "sigma 1.5, 1% viral", str(n), f"elasticity.{method}", limits, 0.8, ours=method != "count"
            )
        points = np.array(turns)
        yield counted(
            "turning point",
            "sigma 1.5, 1% viral",
            str(n),
            "elasticity.turn",
            (points[:, 0], points[:, 1]),
            5.0,
            ours=True,
        )


PARTS = {"pooled": pooled, "contrasts": contrasts, "medians": medians, "claims": claims, "slopes": slopes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=40)
    parser.add_argument("--only", choices=sorted(PARTS), action="append")
    parser.add_argument("--out", type=Path, default=RESULT)
    arguments = parser.parse_args()
    rows: list[Row] = []
    for part in arguments.only or PARTS:
        for row in PARTS[part](arguments.simulations):
            rows.append(row)
            print(
                *(row[key] for key in ("quantity", "shape", "n", "method", "coverage", "withheld")),
                sep=" | ",
                flush=True,
            )
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
