"""Creator scores. Authorities: planted creator effects, the shrinkage formula by hand, statsmodels' mixed model."""

import warnings

import numpy as np
import pytest

from analysis.errors import ParameterError
from analysis.inference.pooling import creator_scores, how_unusual


def _posts(creators: int = 200, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    g = np.random.default_rng(seed)
    count = g.integers(1, 25, creators)
    who = np.repeat(np.arange(creators), count)
    size = 10 ** g.uniform(3, 6, creators)
    effect = g.normal(0, 0.6, creators)
    posts = 0.3 * size[who] ** 0.8 * np.exp(effect[who] + g.normal(0, 0.9, len(who)))
    return posts, size[who], who, effect


def test_intervals_hold_the_planted_effects_and_the_slope() -> None:
    posts, size, who, effect = _posts()
    scores = creator_scores(posts, size, who)
    order = scores.creator.astype(int)
    held = (np.log(scores.low) < effect[order]) & (effect[order] < np.log(scores.high))
    assert 0.90 < held.mean() < 0.99
    assert scores.slope == pytest.approx(0.8, abs=0.06)


def test_shrinking_beats_the_raw_multiples() -> None:
    posts, size, who, effect = _posts()
    scores = creator_scores(posts, size, who)
    truth = effect[scores.creator.astype(int)]
    raw, shrunken = np.log(scores.own) - truth, np.log(scores.multiple) - truth
    assert (shrunken**2).mean() < 0.9 * (raw**2).mean()


def test_three_posts_count_for_less_than_thirty() -> None:
    posts, size, who, _ = _posts()
    scores = creator_scores(posts, size, who)
    order = np.argsort(scores.posts)
    assert (np.diff(scores.weight[order]) >= -1e-12).all()
    # by hand: weight = between / (between + within / posts) for all creators with the same two variances
    ratio = scores.posts * (1 - scores.weight) / scores.weight
    assert ratio == pytest.approx(np.full(len(ratio), ratio[0]))


def test_variances_are_near_those_of_a_mixed_model() -> None:
    sm = pytest.importorskip("statsmodels.api")
    posts, size, who, _ = _posts()
    scores = creator_scores(posts, size, who)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.MixedLM(np.log(posts), np.column_stack([np.log(size), np.ones(len(size))]), groups=who).fit()
    theirs = fit.scale / float(np.asarray(fit.cov_re).item())  # within / between
    ours = scores.posts[0] * (1 - scores.weight[0]) / scores.weight[0]
    assert ours == pytest.approx(theirs, rel=0.25)


def test_platforms_have_their_own_level() -> None:
    posts, size, who, _ = _posts()
    platform = np.where(who % 2 == 0, "tiktok", "instagram")
    scores = creator_scores(np.where(who % 2 == 0, 10 * posts, posts), size, who, platform=platform)
    even = scores.creator.astype(int) % 2 == 0
    assert abs(np.log(scores.multiple[even]).mean() - np.log(scores.multiple[~even]).mean()) < 0.2


def test_alike_creators_are_not_ranked() -> None:
    g = np.random.default_rng(2)
    who = np.repeat(np.arange(30), 4)
    posts = np.exp(np.tile([-1.0, 0.0, 0.5, 1.0], 30) + 1e-9 * g.normal(size=120))
    scores = creator_scores(posts, np.full(120, 1e4), who)
    assert scores.note == "creators of one size do not differ by more than chance."
    assert (scores.better == 0.5).all()


@pytest.mark.parametrize(
    ("posts", "followers", "who", "reason"),
    [
        ([], [], [], "0 creators with posts and followers; 8 are needed."),
        (
            [1.0] * 10,
            [100.0] * 10,
            list(range(10)),
            "every creator has one post, so that luck cannot be told from merit.",
        ),
        ([None] * 4, [1.0] * 4, list("abcd"), "0 creators with posts and followers; 8 are needed."),
    ],
)
def test_no_scores_have_a_reason(posts: list[float], followers: list[float], who: list[object], reason: str) -> None:
    assert creator_scores(posts, followers, who).note == reason


def test_zero_engagement_is_kept() -> None:
    posts, size, who, _ = _posts(40)
    posts[who == 3] = 0
    scores = creator_scores(posts, size, who)
    assert scores.creator[int(np.argmin(scores.multiple))] == "3"


def test_unusual_at_a_size() -> None:
    g = np.random.default_rng(3)
    size = 10 ** g.uniform(3, 6, 300)
    values = size**0.8 * np.exp(0.3 * g.normal(size=300))
    values[0] *= 50
    found = how_unusual(values, size=size)
    assert found.distance[0] > 8
    assert found.share[0] == 0.0
    assert np.mean(np.abs(found.distance) > 3) < 0.02


def test_unusual_without_enough_to_compare_has_a_reason() -> None:
    assert "8 are needed" in how_unusual([1, 2, None]).note
    assert how_unusual([2.0] * 20).note == "more than half of the creators have the same figure."
    with pytest.raises(ParameterError, match="lengths differ"):
        how_unusual([1], size=[1, 2])


def test_a_few_events_are_not_unusual_by_their_luck() -> None:
    """Authority: simulated truth, Poisson counts of one rate; about 5 in 10,000 lie beyond 3.5 spreads by chance."""
    g = np.random.default_rng(8)
    likes = 10 ** g.uniform(1.5, 5, 2_000)
    comments = g.poisson(0.05 * np.exp(0.05 * g.normal(size=2_000)) * likes).astype(float)
    ratio = np.where(comments > 0, comments / likes, np.nan)
    assert np.nanmean(np.abs(how_unusual(ratio).distance) > 3.5) > 0.02
    assert np.nanmean(np.abs(how_unusual(ratio, events=comments).distance) > 3.5) < 0.002


def test_many_events_far_from_what_is_expected_stay_unusual() -> None:
    """Authority: by hand; 300 comments where 3,000 are usual cannot be luck, 2 where 8 are can (Poisson, 1 in 73)."""
    likes = np.r_[np.full(100, 60_000.0), 60_000.0, 160.0]
    comments = np.r_[3_000 * np.exp(np.linspace(-0.1, 0.1, 100)), 300.0, 2.0]
    found = how_unusual(comments / likes, events=comments)
    assert found.distance[100] < -20
    assert -3.5 < found.distance[101] < -2
    with pytest.raises(ParameterError, match="events holds one count per value"):
        how_unusual(list(range(1, 10)), events=[1.0])
