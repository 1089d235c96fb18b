"""What is planted: every parameter of the invented market, in one place.

A test can only prove that a method finds the truth where the truth is known. These constants are that truth; the
generator draws from them and ``truth.json`` repeats them beside the tables. They are chosen to be plausible (a
rate of 3 to 7 % at ten thousand followers, an engagement-on-follower elasticity below one, a price near $25 per
thousand followers) and to leave an honest story: small accounts engage more per follower and cost less per
engagement, while between the two larger tiers nothing clear can be said.

The trap avoided: random effects have mean one (not median one), so that an expected total is the plain product of
the planted means. The single exception is the fee, whose *median* follows the rule of thumb.
"""

from dataclasses import dataclass, field

__all__ = ["CATEGORIES", "COUNTRIES", "PLATFORMS", "TIERS", "TIER_FLOORS", "Plan"]

#: Networks, in the order of every per-platform array.
PLATFORMS = ("instagram", "tiktok", "youtube")

#: Labels and floors of the `article` scheme; the truth is stated in it. The scheme itself is reference data, and a
#: test holds the two equal.
TIERS = ("under 1k", "micro", "macro", "mega")
TIER_FLOORS = (1_000, 10_000, 1_000_000)

#: Niches and home countries of the invented accounts, with their shares.
CATEGORIES = ("beauty", "fashion", "fitness", "food", "gaming", "home", "technology", "travel")
COUNTRIES = {"US": 0.40, "GB": 0.14, "DE": 0.10, "BR": 0.10, "FR": 0.08, "IN": 0.08, "ID": 0.05, "KR": 0.05}


def _by_platform(*values: float) -> dict[str, float]:
    return dict(zip(PLATFORMS, values, strict=True))


def _by_tier(*values: float) -> dict[str, float]:
    return dict(zip(TIERS, values, strict=True))


@dataclass(frozen=True, slots=True)
class Plan:
    """The planted parameters.

    Examples
    --------
    >>> Plan().elasticity["instagram"]
    0.8
    """

    #: Share of accounts by platform.
    platform_share: dict[str, float] = field(default_factory=lambda: _by_platform(0.45, 0.35, 0.20))
    #: Followers are log-normal with this median and standard deviation of the logarithm.
    followers_median: float = 30_000.0
    followers_sigma: float = 2.05
    #: Growth of an account per month, as the mean and spread of a logarithm.
    growth_mean: float = 0.015
    growth_sigma: float = 0.012

    #: Slope of log expected engagements on log followers at post time.
    elasticity: dict[str, float] = field(default_factory=lambda: _by_platform(0.80, 0.74, 0.84))
    #: Expected engagements per follower of an unsponsored, unviral post at 10,000 followers.
    rate_at_10k: dict[str, float] = field(default_factory=lambda: _by_platform(0.042, 0.060, 0.034))
    #: Slope of log expected reach on log followers, and reach per follower at 10,000 followers.
    reach_elasticity: float = 0.90
    reach_at_10k: float = 0.45
    #: Spread of the log creator effect on engagement, and the part of it that reach shares.
    creator_sigma: float = 0.40
    creator_reach_share: float = 0.7
    #: Negative-binomial shape: variance of a post is m + m**2 / shape.
    shape: float = 3.0
    #: Spread of log reach from post to post.
    reach_sigma: float = 0.30
    #: Share of posts that go viral, and the mean and log spread of what that multiplies.
    viral_share: float = 0.01
    viral_factor: float = 10.0
    viral_sigma: float = 0.30
    #: Share of an unsponsored post's engagements that a sponsored one loses.
    sponsored_penalty: float = 0.18
    #: Sponsored share of the posts outside the placements: at 1,000 followers, and more per tenfold followers.
    sponsored_share_at_1k: float = 0.06
    sponsored_share_slope: float = 0.03
    #: What an ambassador's post for the brand engages, relative to a paid one of the same size.
    ambassador_lift: float = 1.20

    #: Relationship to the brand by tier; the rest are paid.
    ambassador_share_by_tier: dict[str, float] = field(default_factory=lambda: _by_tier(0.30, 0.24, 0.12, 0.05))
    gifted_share_by_tier: dict[str, float] = field(default_factory=lambda: _by_tier(0.20, 0.12, 0.04, 0.01))
    #: Share of gifted placements whose post appears.
    gift_post_rate: float = 0.60

    #: Median price in USD per 1,000 followers, its log spread between accounts, and the spread of negotiation.
    fee_per_1000: float = 25.0
    fee_sigma: float = 0.35
    negotiation_sigma: float = 0.10
    #: Above this many followers the price per follower falls with this exponent.
    discount_from: float = 100_000.0
    discount_exponent: float = 0.20
    #: Mean product and handling cost in USD per placement, and its log spread.
    product_cost: dict[str, float] = field(
        default_factory=lambda: {"paid": 30.0, "ambassador": 80.0, "gifted": 60.0},
    )
    product_sigma: float = 0.25

    #: Clicks per engagement and their log spread; conversions per click at 10,000 followers and the exponent by
    #: which they fall with size; mean order in USD and its gamma shape.
    clicks_per_engagement: float = 0.20
    click_sigma: float = 0.40
    conversion_at_10k: float = 0.050
    conversion_exponent: float = -0.06
    order_value: float = 90.0
    order_shape: float = 4.0

    #: People in the audience that all accounts of one platform draw from.
    audience_pool: float = 10_000_000.0

    #: Placements by tier, and the share of each tier's accounts that the brand works with.
    placement_share_by_tier: dict[str, float] = field(default_factory=lambda: _by_tier(0.04, 0.42, 0.42, 0.12))
    roster_share_by_tier: dict[str, float] = field(default_factory=lambda: _by_tier(0.50, 0.80, 0.35, 0.85))

    #: Shares of cells that are missing at random.
    hidden_likes_share: float = 0.03
    unknown_followers_then_share: float = 0.03
    private_insights_share: float = 0.30
    photo_share: float = 0.50
    unquoted_share: float = 0.10
    suffix_share: float = 0.12
