"""The allocation against every subset there is, and against everything that is wrong with a list of candidates."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ColumnError, CreatorRoiError, CurrencyError, ParameterError, PlanError
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


def few(**columns: Any) -> pd.DataFrame:
    made = {
        "account": ["ig:a", "ig:b", "tt:c"],
        "handle": ["a", "b", "c"],
        "platform": ["ig", "ig", "tt"],
        "tier": ["micro", "micro", "mega"],
        "cost": [40.0, 60.0, 100.0],
        "profit": [50.0, 45.0, 90.0],
        "engagements": [9.0, 8.0, 30.0],
        "reach": [100.0, 100.0, 900.0],
    }
    return pd.DataFrame(made | columns)


def refused(frame: pd.DataFrame, budget: Any = 100, **asked: Any) -> str:
    with pytest.raises(CreatorRoiError) as caught:
        allocate(frame, budget, **asked)
    message = str(caught.value)
    assert len(message) < 400
    assert "\n" not in message
    return message


def test_a_budget_below_the_cheapest_fee_says_what_the_cheapest_costs() -> None:
    assert refused(few(), 39, currency="USD") == (
        "a budget of $39.00 buys nobody: the cheapest creator, ig:a, costs $40.00."
    )


def test_one_candidate_is_booked_or_is_not_worth_it() -> None:
    one = few().head(1)
    assert allocate(one, 100).chosen == (0,)
    plan = allocate(one.assign(profit=-5.0), 100)
    assert (plan.chosen, plan.value, plan.gap) == ((), 0.0, 0.0)
    assert plan.notes == ("no creator is expected to bring back what they cost, so the best plan books nobody",)


def test_fees_that_are_missing_negative_or_zero_are_said() -> None:
    assert refused(few(cost=[None] * 3)) == "none of the 3 candidates can be booked: the cost is missing (3)."
    plan = allocate(few(cost=[-1.0, 0.0, None]), 10)
    assert plan.chosen == (1,)
    assert plan.left_out.to_dict("list") == {
        "account": ["ig:a", "tt:c"],
        "reason": ["the cost is below zero", "the cost is missing"],
    }
    assert "1 creator costs nothing" in plan.notes[0]


def test_overlap_0_adds_up_and_overlap_1_counts_the_largest_alone() -> None:
    # authority: by hand; a and b share a platform, and at 1 the largest there reaches everybody
    frame = few(reach=[100.0, 60.0, 900.0])
    assert allocate(frame, 200, objective="reach", overlap=0).value == pytest.approx(1060)
    full = allocate(frame, 200, objective="reach", overlap=1)
    assert full.value == pytest.approx(1000)
    assert full.notes[0] == "an overlap of 100% is taken as an audience of 100 on ig, 900 on tt"
    half = allocate(frame, 200, objective="reach", overlap=0.5)
    assert half.value == pytest.approx(200 * (1 - (1 - 100 / 200) * (1 - 60 / 200)) + 900)
    assert "overlap is 1.5" in refused(frame, 200, overlap=1.5)
    assert "no universe beside it" in refused(frame, 200, overlap=0.5, universe=1e6)


def test_repeated_posts_bring_less_each() -> None:
    # authority: by hand; a second post by a brings 90 * 0.5 for 40, one by b 105 for 60
    frame = few().head(2).assign(profit=[50.0, 45.0])
    assert allocate(frame, 80, max_posts=2, repeat_decay=0.5).posts == (2,)
    both = allocate(frame, 140, max_posts=2, repeat_decay=0.5)
    assert dict(zip(both.chosen, both.posts, strict=True)) == {0: 2, 1: 1}
    assert both.value == pytest.approx(90 * 1.5 + 105 - 140)


def test_repeated_posts_against_every_choice() -> None:
    # authority: all 3^8 choices of none, one and two posts
    rng = np.random.default_rng(5)
    for _ in range(8):
        frame = people(8, rng)
        budget, decay = float(frame["cost"].sum() * 0.6), float(rng.uniform(0.1, 0.8))
        choice = (np.arange(3**8)[:, None] // 3 ** np.arange(8)) % 3
        brought = np.array([0, 1, 2 - decay])[choice]
        able = (choice @ frame["cost"].to_numpy() <= budget) & (
            ((choice > 0) * (frame["tier"] == "micro").to_numpy()).sum(1) <= 2
        )
        value = np.where(able, brought @ frame["engagements"].to_numpy(), -1)
        limits_ = {"tiers": {"micro": {"max": 2}}} if (frame["tier"] == "micro").any() else {}
        plan = allocate(frame, budget, objective="engagements", max_posts=2, repeat_decay=decay, constraints=limits_)
        assert plan.value == pytest.approx(value.max())
        assert plan.gap == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"tiers": {"mega": {"min": 2}}}, ["at least 2 creators of tier mega", "Relax it"]),
        (
            {"tiers": {"mega": {"min": 1}}, "must_have": ["a"]},
            ["budget of 100", "tier mega", "ig:a is a must-have", "at least 140"],
        ),
        ({"max_share": 0.4}, []),
        ({"max_share": 0.4, "must_have": ["a"]}, ["no creator above 40% of what is spent", "ig:a is a must-have"]),
        ({"min_creators": 3}, ["at least 3 creators", "at least 200"]),
        ({"never": ["c"], "tiers": {"mega": {"min": 1}}}, ["never to book", "tier mega"]),
        ({"max_creators": 1, "min_creators": 1, "must_have": ["a", "b"]}, ["at most 1 creator", "ig:a", "ig:b"]),
    ],
)
def test_the_limits_that_cannot_be_kept_are_named(asked: dict[str, Any], words: list[str]) -> None:
    if not words:
        assert allocate(few(), 100, constraints=asked).chosen == ()
        return
    message = refused(few(), 100, constraints=asked)
    for word in words:
        assert word in message, message


def test_what_is_named_is_irreducible() -> None:
    message = refused(few(), 100, constraints={"tiers": {"mega": {"min": 1}, "micro": {"max": 1}}, "must_have": ["a"]})
    assert "at most" not in message


def test_arguments_are_refused_with_what_is_wanted() -> None:
    assert "did you mean 'profit'" in refused(few(), objective="proft")
    assert "above 0" in refused(few(), 0)
    assert "above 0" in refused(few(), float("nan"))
    assert "max_posts is 0" in refused(few(), max_posts=0)
    assert "repeat_decay" in refused(few(), repeat_decay=2)
    assert "gap" in refused(few(), gap=-1)
    assert "no candidates" in refused(few().head(0))
    with pytest.raises(ColumnError, match="profit"):
        allocate(few().drop(columns="profit"), 100)
    with pytest.raises(ParameterError, match="did you mean 'micro'"):
        allocate(few(), 100, constraints={"tiers": {"mircro": {"min": 1}}})
    with pytest.raises(ParameterError, match="no candidate"):
        allocate(few(), 100, constraints={"must_have": ["@zoe"]})
    with pytest.raises(PlanError, match="the cost is missing"):
        allocate(few(cost=[1.0, 2.0, None]), 100, constraints={"must_have": ["tt:c"]})
    with pytest.raises(CurrencyError, match="EUR, USD"):
        allocate(few(currency=["USD", "EUR", "USD"]), 100)


def test_one_currency_leaves_the_others_out() -> None:
    plan = allocate(few(currency=["USD", "EUR", "USD"]), 100, constraints={"currency": "USD"})
    assert plan.left_out["reason"].tolist() == ["priced in another currency than USD"]


def test_a_name_on_two_platforms_is_refused_where_it_must_be_booked_and_shut_out_where_it_may_not() -> None:
    frame = few(handle=["a", "b", "a"])
    assert "means 2 accounts (ig:a, tt:c)" in refused(frame, constraints={"must_have": ["@A"]})
    assert allocate(frame, 100, constraints={"never": ["@a"]}).chosen == (1,)
    assert "take one of them away" in refused(few(), constraints={"never": ["a"], "must_have": ["ig:a"]})


def test_the_order_of_the_candidates_and_a_second_run_change_nothing() -> None:
    frame = people(60, np.random.default_rng(3))
    asked: dict[str, Any] = {"objective": "reach", "universe": 1e6, "constraints": {"tiers": {"micro": {"max": 5}}}}
    before = frame.copy(deep=True)
    first, second = allocate(frame, 8_000, **asked), allocate(frame, 8_000, **asked)
    pd.testing.assert_frame_equal(frame, before)
    assert (first.chosen, first.value, first.bound, first.prices) == (
        second.chosen,
        second.value,
        second.bound,
        second.prices,
    )
    mixed = frame.sample(frac=1, random_state=1)
    third = allocate(mixed, 8_000, **asked)
    assert {mixed["account"].iloc[i] for i in third.chosen} == {frame["account"].iloc[i] for i in first.chosen}
    assert third.value == first.value


@pytest.mark.parametrize("objective", ["reach", "profit"])
def test_three_thousand_candidates_are_within_half_a_percent_and_never_below_a_rule_of_thumb(objective: str) -> None:
    frame = people(3_000, np.random.default_rng(11))
    limits_ = {"tiers": {"micro": {"min": 3, "max": 12}, "mega": {"max": 3}}, "max_exposure": 0.8}
    plan = allocate(frame, 60_000, objective=objective, universe=2e6, constraints=limits_)
    assert plan.gap <= 0.005
    assert plan.breaks == ()
    for name, rival in plan.rivals.items():
        if not rival.breaks:
            assert plan.value >= rival.value, name
    assert set(plan.rivals) == {"all micro", "all mega", "one mega", "best CPE first"}
    assert not set(plan.runners_up) & set(plan.chosen)
    assert "at most" in plan.proof or "proven" in plan.proof


def test_hostile_names_stay_one_line() -> None:
    frame = few(account=["ig:\x1b[31m\nA" * 30, "=cmd()", "ig:\u202eevil"], handle=["", "", ""])
    assert "\x1b" not in refused(frame, 1)
    assert allocate(frame, 100).chosen
