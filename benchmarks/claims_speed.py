"""How long do all claims take on the sample? Beside them, one interval of one claim by scipy.

All claims are twelve verdicts after correction, with their readings under every tier scheme and on each platform: well
over a hundred intervals. One of them, the ratio of two tiers' median engagement rates, is also made by
``scipy.stats.bootstrap`` (BCa, 10,000 resamples). Seconds of the processor, the least of the runs, so that a busy
machine counts little. ::

    python benchmarks/claims_speed.py [RUNS]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from analysis.findings import Study, claims, open_study
from analysis.findings.claims.ground import ground_of
from analysis.findings.claims.run import run
from analysis.sample import make_sample

RESAMPLES = 10_000
MEASURE = "engagement_rate_by_followers"


def _least(call: Callable[[], Any], runs: int) -> tuple[float, Any]:
    best, found = float("inf"), None
    for _ in range(runs):
        start = time.process_time()
        found = call()
        best = min(best, time.process_time() - start)
    return best, found


def _claims(study: Study) -> object:
    return run(ground_of(study), platforms=tuple(study.platforms), schemes=tuple(study.schemes()))


def _scipys(study: Study) -> None:
    def ratio(x: Any, y: Any, axis: int = -1) -> Any:
        return np.median(x, axis=axis) / np.median(y, axis=axis)

    own = []
    for tier in ("micro", "mega"):
        known = study.measured(MEASURE)
        known = known[known["tier"] == tier]
        own.append((known[f"{MEASURE}_num"] / known[f"{MEASURE}_den"]).to_numpy(float))
    stats.bootstrap(own, ratio, n_resamples=RESAMPLES, method="BCa", batch=500, rng=np.random.default_rng(0))


def main(runs: int = 5) -> None:
    """Print one row a part."""
    with tempfile.TemporaryDirectory() as folder:
        sample = make_sample(Path(folder) / "sample")
        opened, study = _least(lambda: open_study(sample), 1)
        claims(study)  # imports what is imported late
        tested, _ = _least(lambda: _claims(study), runs)
        alone, _ = _least(lambda: _scipys(study), min(runs, 3))
    print("part | seconds")
    print(f"opening the sample | {opened:.2f}")
    print(f"every claim: verdicts after correction, all schemes, each platform | {tested:.2f}")
    print(f"one interval of one claim, scipy BCa | {alone:.2f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
