"""What the claims are tested on: one row per creator, with everything a test needs, made once.

Every test is a function of this one frame, so that running it again under another tier scheme, or on one platform
only, is running it on another frame. Three things come from posts and are brought to the creator here: how many posts
are sponsored, how a creator's sponsored posts do against the same creator's own, and how often two posts of a creator
share a category. Infinities become missing, so that no test meets one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from analysis.errors import CreatorRoiError
from analysis.findings.posts import posts_of_accounts
from analysis.findings.prices import prices
from analysis.findings.study import Study
from analysis.inference import Interval, equivalence_region
from analysis.measures import summary, tiers

__all__ = ["Ground", "creators_of_posts", "ground_of", "marks_of_posts", "on_platform", "under_scheme"]

Floats = NDArray[np.float64]

#: What :func:`creators_of_posts` adds to a creator.
POST_COLUMNS = ("marked_posts", "sponsored_posts", "sponsored_lift", "pair_share")

_BRAND = ("brand_rate_num", "brand_rate_den")


@dataclass(frozen=True)
class Ground:
    """The frame of a test and its limits.

    Attributes
    ----------
    accounts : pandas.DataFrame
        One row per account: the columns of :func:`analysis.measures.summary.accounts`, :data:`POST_COLUMNS`, and
        ``brand_rate_num`` and ``_den`` (engagements and followers of deliverables alone).
    order : tuple of str
        Tiers from small to large.
    basis : str
        Where a cost per engagement comes from: ``paid``, ``quoted``, ``rate card`` or ``none``.
    memo : dict
        What was computed already, see :meth:`once`.
    by : str
        How creators of one size are matched: by ``followers``, or by ``tier`` of the scheme.
    """

    accounts: pd.DataFrame = field(repr=False)
    order: tuple[str, ...] = ("under 1k", "micro", "macro", "mega")
    scheme: str = "article"
    minimum: int = 20
    confidence: float = 0.95
    seed: int = 2020
    region: tuple[float, float] = equivalence_region()
    currency: str | None = None
    basis: Literal["paid", "quoted", "rate card", "none"] = "paid"
    by: Literal["followers", "tier"] = "followers"
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, function: Callable[..., Interval], *arrays: Floats, **settings: Any) -> Interval:
        """Return ``function(*arrays, **settings)``, computed once for the same numbers.

        Many schemes cut the same two tiers, and a test asks for one interval more than once; the memo is shared by
        every frame made from this one.
        """
        key = (function.__module__, function.__qualname__, *(array.tobytes() for array in arrays), *settings.items())
        if key not in self.memo:
            self.memo[key] = function(*arrays, **settings)
        found: Interval = self.memo[key]
        return found

    def __post_init__(self) -> None:
        """Give every column a test may ask for, numbers as floats without infinities."""
        if tuple(self.accounts.columns) != (*_TEXTS, *_NUMBERS):
            object.__setattr__(self, "accounts", _complete(self.accounts))


#: The texts and numbers that tests ask for; nothing else is carried along.
_TEXTS = ("account", "platform", "relationship", "category", "tier")
_NUMBERS = (
    "followers",
    "posts",
    "deliverables",
    "cost",
    "engagements_per_post",
    "views_per_post",
    "reach_per_post",
    "impressions_per_post",
    *(
        f"{measure}_{side}"
        for measure in (
            "engagement_rate_by_followers",
            "cost_per_engagement",
            "cost_per_thousand_followers",
            "roas",
            "conversion_rate_by_clicks",
            "conversion_rate_by_engagements",
        )
        for side in ("num", "den")
    ),
    *_BRAND,
    *POST_COLUMNS,
)


def _complete(accounts: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name in _TEXTS:
        texts = accounts[name] if name in accounts else pd.Series(None, index=accounts.index, dtype="object")
        columns[name] = texts.astype("object").where(texts.notna(), None)
    for name in _NUMBERS:
        values = accounts[name] if name in accounts else pd.Series(np.nan, index=accounts.index)
        numbers = pd.to_numeric(values, errors="coerce").astype("float64").to_numpy(copy=True)
        numbers[~np.isfinite(numbers)] = np.nan
        columns[name] = numbers
    return pd.DataFrame(columns, index=accounts.index)


def ground_of(study: Study) -> Ground:
    """Return what the claims of a study are tested on; the study's own scheme, all platforms."""
    priced = prices(study)
    accounts = priced.accounts
    for extra in (marks_of_posts(study).to_pandas(), _brand_rates(study)):
        if len(extra):
            accounts = accounts.merge(extra, on="account", how="left", validate="m:1")
    return Ground(
        accounts=accounts,
        order=tuple(study.order),
        scheme=study.scheme.name,
        minimum=study.minimum,
        confidence=study.confidence,
        seed=study.seed,
        region=study.region,
        currency=study.currency,
        basis=priced.basis,
    )


def under_scheme(ground: Ground, scheme: str) -> Ground | None:
    """Return the same creators under another tier scheme, or None where they do not divide into its groups."""
    sizes = pl.DataFrame({"followers": pl.Series(ground.accounts["followers"].to_numpy(), nan_to_null=True)})
    try:
        loaded = tiers.load_scheme(scheme, followers=sizes["followers"])
        named = tiers.with_tier(sizes, loaded)["tier"].to_list()
    except CreatorRoiError:
        return None
    accounts = ground.accounts.assign(tier=pd.Series(named, index=ground.accounts.index, dtype="object"))
    return replace(ground, accounts=accounts, order=tuple(loaded.order), scheme=loaded.name, by="tier")


def on_platform(ground: Ground, platform: str) -> Ground:
    """Return the creators of one platform."""
    accounts = ground.accounts
    return replace(ground, accounts=accounts[accounts["platform"] == platform].reset_index(drop=True))


def marks_of_posts(study: Study) -> pl.DataFrame:
    """Return :func:`creators_of_posts` of a study; made of single posts once."""
    if not {"sponsored", "category"} & set(study.post_columns):
        return _marks(None, None, None)
    return study.once("marks", lambda asked: _marks(asked.creators, asked.posts, asked.placements))


def creators_of_posts(
    creators: pl.DataFrame | None, posts: pl.DataFrame | None, placements: pl.DataFrame | None = None
) -> pd.DataFrame:
    """Return one row per account from its posts: ``account`` and :data:`POST_COLUMNS`; no row without posts.

    Notes
    -----
    ``sponsored_lift`` is the mean of log(1 + engagements) over sponsored posts less the same mean over own posts. Both
    means are unbiased, so that the difference is zero on average where nothing differs; a ratio of means is not,
    because one creator has few sponsored posts and many own ones. ``pair_share`` is the chance that two different
    posts share a category, sum k (k - 1) / (n (n - 1)), which does not depend on the number of posts.

    Examples
    --------
    >>> posts = pl.DataFrame({"handle": ["a"] * 4, "sponsored": [True, False, False, None], "likes": [9, 9, 99, 5]})
    >>> creators_of_posts(None, posts)[["account", "marked_posts", "sponsored_posts"]]
      account  marked_posts  sponsored_posts
    0       a             3                1
    """
    return _marks(creators, posts, placements).to_pandas()


def _marks(creators: pl.DataFrame | None, posts: pl.DataFrame | None, placements: pl.DataFrame | None) -> pl.DataFrame:
    nothing = pl.DataFrame(schema={"account": pl.String, **dict.fromkeys(POST_COLUMNS, pl.Float64)})
    known = set() if posts is None else set(posts.columns) & {"sponsored", "category"}
    if posts is None or not known:
        return nothing
    rows = posts_of_accounts(creators, posts, placements)
    if rows is None:
        return nothing
    parts = []
    if "sponsored" in known:
        parts.append(_sponsored(rows))
    if "category" in known:
        parts.append(_pair_share(rows))
    table = parts[0] if len(parts) == 1 else parts[0].join(parts[1], on="account", how="full", coalesce=True)
    absent = [pl.lit(None, pl.Float64).alias(name) for name in POST_COLUMNS if name not in table.columns]
    return table.with_columns(absent).select("account", *POST_COLUMNS).sort("account")


def _sponsored(rows: pl.DataFrame) -> pl.DataFrame:
    paid, own = pl.col("sponsored"), ~pl.col("sponsored")
    return (
        rows.filter(pl.col("sponsored").is_not_null())
        .group_by("account")
        .agg(
            pl.len().alias("marked_posts"),
            paid.sum().alias("sponsored_posts"),
            (pl.col("_log").filter(paid).mean() - pl.col("_log").filter(own).mean()).alias("sponsored_lift"),
        )
    )


def _pair_share(rows: pl.DataFrame) -> pl.DataFrame:
    counts = rows.filter(pl.col("category").is_not_null()).group_by("account", "category").agg(pl.len().alias("k"))
    k, n = pl.col("k").cast(pl.Float64), pl.col("k").sum().cast(pl.Float64)
    share = (k * (k - 1)).sum() / (n * (n - 1))
    return counts.group_by("account").agg(pl.when(n > 1).then(share).alias("pair_share"))


def _brand_rates(study: Study) -> pd.DataFrame:
    """Return engagements and followers of deliverables alone, for the accounts whose deliverables have both."""
    if study.placements is None:
        return pd.DataFrame(columns=["account", *_BRAND])
    frames = {name: frame for name, frame in (("creators", study.creators),) if frame is not None}
    table = summary.accounts(**frames, placements=study.placements, scheme=study.scheme)
    rate = "engagement_rate_by_followers"
    seen = table.filter((pl.col("basis") == "placements") & pl.col("account").is_not_null())
    named = {f"{rate}_num": _BRAND[0], f"{rate}_den": _BRAND[1]}
    rates: pd.DataFrame = seen.select("account", *named).rename(named).unique("account").sort("account").to_pandas()
    return rates
