"""Do plans keep what they promise? Campaigns drawn from a planted truth, against what the plan said beforehand.

Each world is a new market with a history, made as the sample is, and its planner sees the tables alone. Campaigns are
then drawn from the same truth for the creators it booked: the plan's interval should hold the realised total 95 times
in 100, and so should the interval of each single deliverable. The rivals run the same campaigns under the same budget,
with the same luck for a creator whom both book. The first made the committed ``plan_truth.json``::

    python benchmarks/plan_truth.py --worlds 40 --campaigns 13 --out benchmarks/plan_truth.json
    python benchmarks/plan_truth.py --worlds 4
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.measures import accounts as measured_accounts
from analysis.planning import assumptions, overlap, response
from analysis.sample.accounts import Accounts, draw_accounts
from analysis.sample.activity import draw_activity
from analysis.sample.deliverables import DAYS, Deliverables, draw_deliverables
from analysis.sample.overlap import deduplicated_reach
from analysis.sample.plan import Plan
from analysis.sample.returns import draw_returns
from analysis.sample.tables import creators_table, placements_table, posts_table
from analysis.schema import RELATIONSHIPS

OUT = Path(__file__).parent / "out" / "plan_truth.json"
OUTCOMES = (*response.OUTCOMES, "cost", "profit")
#: The planted market: goods cost the client half of a sale unless said otherwise.
PLAN = Plan()


@dataclass(frozen=True)
class World:
    """A market: its hidden accounts, and what a planner is shown of it."""

    seed: int
    accounts: Accounts
    table: pd.DataFrame
    left_out: pd.DataFrame


def world(seed: int, assumed: assumptions.Assumptions, *, creators: int, posts: int, placements: int) -> World:
    streams = [np.random.default_rng(part) for part in np.random.SeedSequence([seed, 77]).spawn(6)]
    people = draw_accounts(creators, PLAN, streams[0])
    deals = draw_deliverables(placements, people, PLAN, streams[1])
    activity = draw_activity(posts, people, deals, PLAN, streams[2])
    returns = draw_returns(people, deals, activity, PLAN, streams[3])
    shown_posts = posts_table(people, activity, PLAN, streams[4])
    shown_creators = creators_table(people, shown_posts, PLAN, streams[5])
    shown_deals = placements_table(people, deals, activity, returns)
    summed = measured_accounts(shown_creators, shown_posts, shown_deals)
    table, left_out = response.candidates(
        summed.to_pandas(), shown_posts, shown_deals, assumptions=assumed, currency="USD"
    )
    return World(seed, people, table, left_out)


def realised(market: World, campaign: int) -> dict[str, NDArray[np.float64]]:
    """Return what every account would bring if it were booked: a creator has the same luck in every plan."""
    rng = np.random.default_rng([market.seed, campaign, 5])
    count = len(market.accounts)
    gifted = market.accounts.relationship == RELATIONSHIPS.index("gifted")
    booked = Deliverables(
        account=np.arange(count),
        campaign=np.zeros(count, np.int64),
        second=np.full(count, DAYS * 86_400),
        appeared=~gifted | (rng.random(count) < PLAN.gift_post_rate),
    )
    activity = draw_activity(int(booked.appeared.sum()), market.accounts, booked, PLAN, rng)
    returns = draw_returns(market.accounts, booked, activity, PLAN, rng)
    there = returns.post >= 0
    return {
        "engagements": np.where(there, activity.engagements[returns.post], 0).astype(float),
        "reach": np.where(there, activity.reach[returns.post], 0).astype(float),
        "clicks": returns.clicks.astype(float),
        "conversions": returns.conversions.astype(float),
        "revenue": returns.revenue,
        "cost": np.nan_to_num(returns.cost) + returns.product_cost,
        "platform": market.accounts.platform.astype(float),
    }


def plans(market: World, budget: float, rng: np.random.Generator, assumed: assumptions.Assumptions) -> dict[str, Any]:
    """Return who each plan books, as rows of the table."""
    order = rng.permutation(len(market.table))
    spent = np.cumsum(market.table["cost"].to_numpy()[order])
    made = {"random": np.sort(order[spent <= budget])}
    try:
        from analysis.planning import allocation
    except ImportError:
        return made
    plan = allocation.allocate(market.table, budget, objective="profit")
    made["plan"] = np.array(plan.chosen, dtype=np.intp)
    for name, rival in plan.rivals.items():
        made[name] = np.array(rival.chosen, dtype=np.intp)
    return made


def totals(got: dict[str, NDArray[np.float64]], margin: float) -> dict[str, float]:
    summed = {name: float(got[name].sum()) for name in (*response.OUTCOMES, "cost")}
    summed["profit"] = margin * summed["revenue"] - summed["cost"]
    summed["people"] = deduplicated_reach(
        got["reach"].astype(np.int64), got["platform"].astype(np.int64), size=PLAN.audience_pool
    )
    return summed


def run(
    worlds: int, campaigns: int, budget: float, margin: float, sizes: dict[str, int], draws: int
) -> Iterator[dict[str, Any]]:
    """Yield what is known after each world."""
    assumed = assumptions.load(margin=(margin, margin, margin), audience=(PLAN.audience_pool,) * 3)
    held: dict[str, list[bool]] = {}
    single: dict[str, list[bool]] = {}
    gains: dict[str, list[float]] = {}
    profits: dict[str, list[float]] = {}
    ratio: dict[str, list[float]] = {}
    began = time.perf_counter()
    for number in range(worlds):
        market = world(number, assumed, **sizes)
        rng = np.random.default_rng([number, 99])
        made = plans(market, budget, rng, assumed)
        place = {name: position for position, name in enumerate(market.accounts.creator_id)}
        where = {
            name: np.array([place[market.table["account"].iloc[row].split(":")[1]] for row in rows], dtype=np.intp)
            for name, rows in made.items()
        }
        intervals: dict[str, dict[str, tuple[float, float, float]]] = {}
        for name in ("random", "plan"):
            if name not in made or not len(made[name]):
                continue
            part = market.table.iloc[made[name]]
            drawn = response.draws(part, assumed, size=draws, seed=number)
            everyone = list(range(len(part)))
            intervals[name] = {
                o: (*np.quantile(drawn.total(o, everyone), [0.025, 0.975]), drawn.total(o, everyone).mean())
                for o in OUTCOMES
            }
            people = overlap.people_in_draws(drawn, part["platform"].to_numpy(), universe=PLAN.audience_pool)
            intervals[name]["people"] = (*np.quantile(people, [0.025, 0.975]), people.mean())
        for campaign in range(campaigns):
            everybody = realised(market, campaign)
            got = {name: {o: v[rows] for o, v in everybody.items()} for name, rows in where.items()}
            total = {name: totals(values, margin) for name, values in got.items()}
            for name, limits in intervals.items():
                for outcome, (low, high, mean) in limits.items():
                    held.setdefault(f"{name}:{outcome}", []).append(bool(low <= total[name][outcome] <= high))
                    ratio.setdefault(f"{name}:{outcome}", []).append(total[name][outcome] / mean)
                part = market.table.iloc[made[name]]
                for outcome in response.OUTCOMES:
                    inside = (got[name][outcome] >= part[f"{outcome}_low"].to_numpy()) & (
                        got[name][outcome] <= part[f"{outcome}_high"].to_numpy()
                    )
                    single.setdefault(f"{name}:{outcome}", []).extend(inside.tolist())
            for name in total:
                profits.setdefault(name, []).append(total[name]["profit"])
                if "plan" in total and name not in {"plan"}:
                    gains.setdefault(name, []).append(total["plan"]["profit"] - total[name]["profit"])
        print(f"world {number + 1} of {worlds}, {time.perf_counter() - began:.0f} s", flush=True)
        yield {
            "worlds": number + 1,
            "campaigns": (number + 1) * campaigns,
            "budget": budget,
            "margin": margin,
            **sizes,
            "coverage_of_totals": {name: _share(values, campaigns) for name, values in held.items()},
            "realised_over_expected": {name: round(float(np.mean(values)), 4) for name, values in ratio.items()},
            "coverage_of_deliverables": {
                name: {"share": round(float(np.mean(values)), 4), "n": len(values)} for name, values in single.items()
            },
            "profit": {name: round(float(np.mean(values)), 2) for name, values in profits.items()},
            "gain_of_plan_over": {name: _gain(values, campaigns) for name, values in gains.items()},
        }


def _share(values: list[bool], campaigns: int) -> dict[str, float]:
    by_world = np.array(values, dtype=float).reshape(-1, campaigns).mean(axis=1)
    error = by_world.std(ddof=1) / math.sqrt(len(by_world)) if len(by_world) > 1 else math.nan
    return {"share": round(float(by_world.mean()), 4), "error": round(float(error), 4), "n": len(values)}


def _gain(values: list[float], campaigns: int) -> dict[str, float]:
    """Return the mean gain and its 95 % interval; campaigns of one world belong together."""
    by_world = np.array(values).reshape(-1, campaigns).mean(axis=1)
    from scipy import stats

    if len(by_world) < 2:
        by_world = np.array(values)
    reach = stats.t.ppf(0.975, max(len(by_world) - 1, 1)) * by_world.std(ddof=1) / math.sqrt(len(by_world))
    return {
        "mean": round(float(by_world.mean()), 2),
        "low": round(float(by_world.mean() - reach), 2),
        "high": round(float(by_world.mean() + reach), 2),
        "share_of_campaigns_better": round(float((np.array(values) > 0).mean()), 4),
        "campaigns": len(values),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=4)
    parser.add_argument("--campaigns", type=int, default=5)
    parser.add_argument("--budget", type=float, default=50_000)
    parser.add_argument("--margin", type=float, default=0.5)
    parser.add_argument("--draws", type=int, default=4_000)
    parser.add_argument("--creators", type=int, default=2_000)
    parser.add_argument("--posts", type=int, default=60_000)
    parser.add_argument("--placements", type=int, default=1_500)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    sizes = {"creators": given.creators, "posts": given.posts, "placements": given.placements}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {}
    for result in run(given.worlds, given.campaigns, given.budget, given.margin, sizes, given.draws):
        given.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
