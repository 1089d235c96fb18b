"""The allocation against every subset there is, and against everything that is wrong with a list of candidates."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import PlanError
from analysis.planning.allocation import allocate
from analysis.planning.constraints import Constraints, Limits

TIERS, PLATFORMS, CATEGORIES = ("micro", "macro", "mega"), ("instagram", "tiktok"), ("beauty", "food", "games")
OBJECTIVES = ("profit", "engagements", "reach", "conversions")


def people(n: int, rng: np.random.Generator) -> pd.DataFrame:
    tier = rng.integers(0, 3, n)
    reach = np.exp(rng.normal(np.array([7.0, 9.0, 12.0])[tier], 0.7))
    engagements = reach * np.exp(rng.normal(-3, 0.5, n))
    cost = 10 + 0.01 * reach * np.exp(rng.normal(0, 0.6, n))
    revenue = cost * np.exp(rng.normal(0.1, 0.7, n))
    return pd.DataFrame(
        {
            "account": [f"instagram:c{i:02d}" for i in range(n)],
            "handle": [f"c{i:02d}" for i in range(n)],
            "tier": np.array(TIERS, dtype=object)[tier],
            "platform": rng.choice(np.array(PLATFORMS, dtype=object), n),
            "category": rng.choice(np.array(CATEGORIES, dtype=object), n),
            "cost": cost.round(2),
            "reach": reach,
            "engagements": engagements,
            "conversions": engagements * 0.02,
            "profit": revenue - cost,
        }
    )


def limits(n: int, frame: pd.DataFrame, rng: np.random.Generator) -> Constraints:
    """Return constraints of every kind, each with a chance."""

    def some(names: tuple[str, ...], chance: float) -> dict[str, Limits]:
        found = {}
        for name in names:
            if (
                name in set(frame[{"m": "tier", "i": "platform", "t": "platform"}.get(name[0], "category")])
                and rng.random() < chance
            ):
                fewest = int(rng.integers(0, 3))
                found[name] = Limits(fewest, fewest + int(rng.integers(0, 4)) if rng.random() < 0.7 else None)
        return found

    shuffled = rng.permutation(n)
    tiers = some(TIERS, 0.4)
    categories = {
        name: Limits(0, int(rng.integers(1, 4)))
        for name in CATEGORIES
        if name in set(frame["category"]) and rng.random() < 0.3
    }
    return Constraints(
        tiers=tiers,
        platforms=some(PLATFORMS, 0.25),
        categories=categories,
        must_have=tuple(f"@c{i:02d}" for i in shuffled[: rng.integers(0, 2)]) if rng.random() < 0.4 else (),
        never=tuple(f"c{i:02d}" for i in shuffled[3 : 3 + rng.integers(0, 3)]),
        max_share=float(rng.uniform(0.2, 0.9)) if rng.random() < 0.3 else None,
        share_of=("spend", "reach")[rng.integers(0, 2)],
        max_exposure=float(rng.uniform(0.3, 0.95)) if rng.random() < 0.3 else None,
        min_creators=int(rng.integers(0, 3)) if rng.random() < 0.3 else 0,
        max_creators=int(rng.integers(3, 9)) if rng.random() < 0.4 else None,
    )


def deduplicated(masks: np.ndarray, frame: pd.DataFrame, universe: float | None) -> np.ndarray:
    """Return the different people of each subset by the product formula itself."""
    reach = frame["reach"].to_numpy()
    if universe is None:
        return masks @ reach
    total = np.zeros(len(masks))
    for platform in PLATFORMS:
        mine = (frame["platform"] == platform).to_numpy()
        missed = np.where(masks[:, mine], 1 - np.minimum(reach[mine] / universe, 1), 1.0).prod(axis=1)
        total += universe * (1 - missed)
    return total


def brute_force(
    frame: pd.DataFrame, budget: float, objective: str, c: Constraints, universe: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return every subset as a mask, and its objective, minus infinity where it breaks a limit."""
    n = len(frame)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    masks = masks.astype(bool)
    cost, reach = frame["cost"].to_numpy(), frame["reach"].to_numpy()
    spent, people_reached = masks @ cost, deduplicated(masks, frame, universe)
    value = people_reached if objective == "reach" else masks @ frame[objective].to_numpy()
    able = spent <= budget * (1 + 1e-9)
    for column, wanted in (("tier", c.tiers), ("platform", c.platforms), ("category", c.categories)):
        for name, limit in wanted.items():
            number = masks[:, (frame[column] == name).to_numpy()].sum(axis=1)
            able &= (number >= limit.fewest) & (number <= (n if limit.most is None else limit.most))
    number = masks.sum(axis=1)
    able &= (number >= c.min_creators) & (number <= (n if c.max_creators is None else c.max_creators))
    for name in c.must_have:
        able &= masks[:, list(frame["handle"]).index(name.lstrip("@"))]
    for name in c.never:
        able &= ~masks[:, list(frame["handle"]).index(name)]
    if c.max_share is not None:
        part = cost if c.share_of == "spend" else reach
        able &= np.where(masks, part, 0).max(axis=1) <= c.max_share * (masks @ part) * (1 + 1e-9)
    if c.max_exposure is not None:
        able &= np.where(masks, reach, 0).max(axis=1) <= c.max_exposure * people_reached * (1 + 1e-9)
    return masks, np.where(able, value, -np.inf)


def instance(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 15)) if seed % 10 else 18
    frame = people(n, rng)
    universe = None if rng.random() < 0.3 else float(np.exp(rng.uniform(11, 15)))
    frame["reach"] = frame["reach"].clip(upper=universe)
    return {
        "frame": frame,
        "budget": float(max(frame["cost"].sum() * rng.uniform(0.1, 0.9), frame["cost"].min())),
        "objective": OBJECTIVES[seed % 4],
        "constraints": limits(n, frame, rng),
        "universe": universe,
    }


@pytest.mark.parametrize("seed", range(200))
def test_the_plan_is_the_best_of_every_subset(seed: int) -> None:
    # authority: all 2^n subsets, n up to 18
    case = instance(seed)
    frame, c = case["frame"], case["constraints"]
    _, value = brute_force(frame, case["budget"], case["objective"], c, case["universe"])
    asked = {"objective": case["objective"], "constraints": c, "universe": case["universe"]}
    if not np.isfinite(value).any():
        with pytest.raises(PlanError, match="no plan"):
            allocate(frame, case["budget"], **asked)
        return
    plan = allocate(frame, case["budget"], **asked)
    chosen = np.zeros(len(frame), dtype=bool)
    chosen[list(plan.chosen)] = True
    place = int((chosen * 2 ** np.arange(len(frame))).sum())
    assert np.isfinite(value[place]), "the plan breaks a limit"
    assert plan.value == pytest.approx(value[place], rel=1e-9)
    assert plan.bound >= value.max() * (1 - 1e-9) if value.max() > 0 else plan.bound >= value.max() - 1e-9
    assert plan.gap == 0.0
    assert plan.value == pytest.approx(value.max(), rel=1e-8, abs=1e-9)
