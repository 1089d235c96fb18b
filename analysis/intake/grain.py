"""What a row of a table is: an account, a post, a paid deliverable, or nothing of ours.

The decision looks at what the columns mean and at which of them tell rows apart. An account table has followers and
one row an account; a post table has an identifier or a moment of publication and what the post got; a placement
table has money, results or a campaign. Tables that look alike and are none of these are refused by name: a daily
series of one account (each row a day), a table by country, age or device (each row a share of an audience), sessions
of a web-analytics tool, a lookup table, a plan without results.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Facts", "Verdict", "decide_grain"]

METRICS = ("likes", "comments", "shares", "saves", "views", "reach", "impressions", "engagements")
AVERAGES = ("avg_likes", "avg_comments", "avg_shares", "avg_views", "avg_reach", "engagement_parts")
WHO = ("creator_id", "handle", "name")
ACCOUNT = ("followers", "following", "post_count", "engagement_rate", "fee", *AVERAGES)
#: Concepts that only a post has, besides its identifier and moment.
OF_A_POST = ("title", "caption", "hashtags", "media_type", "sponsored", "post_itself", "duration")
#: Concepts whose uniqueness matters: they may tell rows apart.
TELLING = frozenset({*WHO, "id", "post_id", "campaign_id", "date", "other_date", "hashtags", "media_type"})
SLICES = ("geography", "dimension", "place", "country", "audience", "platform")


@dataclass(frozen=True)
class Facts:
    """What recognition found: concepts of the columns, uniqueness by concept, and rows.

    Attributes
    ----------
    concepts : frozenset of str
        Concepts of all columns (canonical and lookalikes), read from headers and confirmed by values.
    own : frozenset of str
        Those of columns that speak of the row itself, not of a parent (``author.followers`` speaks of the parent).
    unique : mapping of str to float
        Distinct share of each concept's column (the highest when several).
    rows : int
        Rows of the table.
    sure_creator : bool
        Whether a header says creator, influencer or the like beside id or name (and not merely "name").
    """

    concepts: frozenset[str]
    own: frozenset[str]
    unique: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    sure_creator: bool = False

    def has(self, *names: str) -> bool:
        """Whether any of the concepts is there."""
        return any(name in self.concepts for name in names)

    def count(self, *names: str) -> int:
        """How many of the concepts are there."""
        return sum(name in self.concepts for name in names)

    def tells_apart(self, *names: str, share: float = 0.9) -> bool:
        """Whether one of the concepts is (nearly) different in every row."""
        return any(self.unique.get(name, 0.0) >= share for name in names if name in self.concepts)


@dataclass(frozen=True)
class Verdict:
    """The grain, or why there is none, and the grounds."""

    grain: str | None
    why: str


def decide_grain(facts: Facts) -> Verdict:
    """Return what a row is.

    Examples
    --------
    >>> decide_grain(Facts(frozenset({"handle", "followers"}), frozenset({"followers"}), {"handle": 1.0}, 10)).grain
    'creators'
    >>> decide_grain(Facts(frozenset({"date", "views"}), frozenset({"date", "views"}), {"date": 1.0}, 30)).why
    'a daily series of one account: each row is a day, not a post or a creator'
    """
    for refusal in _REFUSALS:
        reason = refusal(facts)
        if reason:
            return Verdict(None, reason)
    for grain, grounds in (("placements", _placements), ("posts", _posts), ("creators", _creators)):
        why = grounds(facts)
        if why:
            return Verdict(grain, why)
    return Verdict(None, _nothing(facts))


def _anonymous(facts: Facts) -> bool:
    """Whether nothing tells which account, post or campaign a row is about."""
    return not facts.has(*WHO, "post_id", "id", "campaign_id", "title", "caption", "post_itself", "hashtags", "url")


def _web_analytics(facts: Facts) -> str:
    if not facts.has("web_analytics"):
        return ""
    ours = (
        facts.sure_creator
        or facts.has("creator_id", "handle", "followers", "post_id", "cost")
        or (facts.has("campaign_id") and facts.has("conversions", "clicks", "revenue"))
    )
    return "" if ours else "sessions of a web-analytics tool: no creator, post, cost or order in them"


def _mailings(facts: Facts) -> str:
    whose = facts.sure_creator or facts.has("creator_id", "handle", "followers", "cost")
    if {"email_sent", "email_opened"} <= facts.concepts and not whose:
        return "mailings of an e-mail tool: each row is a message to subscribers, not a post or a paid placement"
    return ""


def _daily(facts: Facts) -> str:
    if (
        facts.has("product_cost", "relationship")
        or not _anonymous(facts)
        or not facts.has("date", "other_date", "published_at")
    ):
        return ""
    if facts.has("published_at") and not facts.has("date", "other_date"):
        return ""
    measured = facts.has(
        *METRICS, "followers", "follower_change", "clicks", "cost", "revenue", "conversions", "part_of"
    )
    if measured and facts.rows > 1 and facts.tells_apart("date", "other_date", share=0.95):
        return "a daily series of one account: each row is a day, not a post or a creator"
    if measured and facts.has(*SLICES) and not facts.has("cost", "revenue") and not _typed(facts):
        return "a daily series by country, platform or the like: rows are days, not posts or creators"
    return ""


def _typed(facts: Facts) -> bool:
    """Whether rows have a kind of post and what posts get, so that an hour or a weekday is the post's."""
    return facts.has("media_type", "sponsored") and facts.count("likes", "comments", "shares") >= 2 and facts.rows > 12


def _sliced(facts: Facts) -> str:
    if _topics(facts):
        return "a table of hashtags: each row is a hashtag, not a post or a creator"
    if not _anonymous(facts) or facts.has("cost", "revenue") or _typed(facts):
        return ""
    if facts.has("followers") and (facts.has(*METRICS, *set(ACCOUNT) - {"followers"}) or facts.has("category")):
        return ""
    for concept, spoken in (
        ("geography", "country or place"),
        ("country", "country"),
        ("place", "city or place"),
        ("dimension", "age, device, source or the like"),
        ("audience", "audience group"),
        ("media_type", "kind of post"),
    ):
        if concept == "media_type" and (facts.has("date", "published_at") or not facts.tells_apart(concept, share=1.0)):
            continue
        if facts.has(concept) and facts.has(*METRICS, "followers", "duration", "clicks", "part_of"):
            return f"a table by {spoken}: rows are shares of an audience, not posts or creators"
    return ""


def _topics(facts: Facts) -> bool:
    """Whether rows are hashtags with what all their posts got."""
    marks = (*WHO, "post_id", "id", "campaign_id", "title", "caption", "post_itself", "url", "url_any", "media_type")
    others = facts.has(*marks, "published_at", "date", "other_date", "followers", "likes", "comments", "cost")
    return facts.has("hashtags") and not others and facts.tells_apart("hashtags", share=0.99)


def _plan(facts: Facts) -> str:
    results = (
        *METRICS,
        *ACCOUNT,
        "creator_id",
        "handle",
        "cost",
        "revenue",
        "clicks",
        "conversions",
        "post_id",
        "order_total",
    )
    named = facts.has("name") and (facts.sure_creator or not facts.tells_apart("campaign_id"))
    if facts.has("campaign_id", "plan") and not facts.has(*results) and not named:
        budget = " with a planned budget" if facts.has("plan") else ""
        return f"a list of campaigns{budget}: no creator and no result in it (a budget is not money spent)"
    return ""


def _replies(facts: Facts) -> str:
    if facts.has("comment_text") and not facts.has("followers", "cost", "shares", "views", "impressions"):
        return "comments under posts: each row is a comment, not a post"
    return ""


def _ties(facts: Facts) -> str:
    if facts.has("tie") and not facts.has("followers", *METRICS):
        return "subscriptions, members or the like: each row ties accounts to each other, and is none itself"
    return ""


def _daily_by_post(facts: Facts) -> str:
    if not {"post_id", "date"} <= facts.concepts or facts.has("cost", "revenue", "campaign_id"):
        return ""
    if not facts.has("published_at") and facts.has(*WHO, "conversions", "clicks"):
        return ""
    if facts.rows >= 10 and facts.unique.get("post_id", 1.0) < 0.5:
        return "a daily series by post: each row is a day of a post, and its figures are that day's"
    return ""


_REFUSALS: tuple[Callable[[Facts], str], ...] = (
    _web_analytics,
    _mailings,
    _daily,
    _sliced,
    _plan,
    _replies,
    _ties,
    _daily_by_post,
)


def _profile(facts: Facts) -> bool:
    """Whether rows are profiles: an identifier and a handle, both the row's own, and nothing that only posts get."""
    if facts.has("creator_id", "post_id", "title", "comments", "shares", "saves", "impressions", "reach"):
        return False
    return {"id", "handle"} <= facts.own and facts.tells_apart("handle")


def _account_table(facts: Facts) -> bool:
    """Whether rows are accounts: followers of the row itself and accounts that do not repeat."""
    if not facts.own & {"followers", *AVERAGES}:
        return False
    campaigns = facts.has("campaign_id") and not facts.has("own_code") and not _roster(facts)
    if campaigns or facts.has("post_id", "published_at", "caption", "clicks", "conversions", "date"):
        return False
    return facts.tells_apart(*WHO, "id", share=0.6) or not facts.has(*WHO)


def _roster(facts: Facts) -> bool:
    """Whether accounts are only listed for a campaign: each once, with its followers and no results."""
    came = (*METRICS, "cost", "revenue", "product_cost", "fee", "clicks", "conversions", "relationship", "plan")
    listed = {"followers"} <= facts.own and facts.tells_apart("handle", "name", share=0.97)
    return listed and not facts.has(*came, "post_id", "date", "published_at", "order_total", "paid_out")


def _placements(facts: Facts) -> str:
    money = [name for name in ("cost", "revenue", "product_cost") if facts.has(name)]
    account = _account_table(facts)
    if money and not (account and not facts.has("revenue")):
        return f"rows carry {' and '.join(money)}"
    if facts.has("order_total") and facts.has("order_part"):
        return "rows are orders with a total"
    if account:
        return ""
    if facts.has("campaign_id") and facts.has(*WHO, *METRICS, "conversions", "clicks", "fee", "order_total"):
        return "rows belong to campaigns and carry results or creators"
    if {"paid_out", "order_total"} <= facts.concepts and facts.sure_creator and not facts.has("order_part", *METRICS):
        return "rows are payments to creators"
    post = facts.has("post_id") and facts.has("caption", "title", "published_at") and facts.count(*METRICS) >= 3
    if facts.has("conversions") and facts.has(*WHO, "post_id", "clicks") and not post:
        return "rows carry orders or sign-ups"
    if facts.has("fee") and facts.has("date", "published_at", "post_id") and facts.has(*METRICS) and facts.has(*WHO):
        return "rows carry a price beside a post's results"
    return ""


def _page(facts: Facts) -> bool:
    """Whether rows are pages: followers and likes of the row itself, one row an account, and nothing only posts get."""
    if facts.has("comments", "shares", "saves", "views", "impressions", "reach", "caption", "post_id", "hashtags"):
        return False
    return {"followers", "likes"} <= facts.own and facts.has(*WHO) and facts.tells_apart(*WHO, share=0.97)


def _one_an_account(facts: Facts) -> bool:
    """Whether accounts do not repeat; a bare identifier that is different in every row may be a post's."""
    who = [name for name in WHO if facts.has(name)]
    return facts.tells_apart(*(who or ["id"]), share=0.6)


def _of_others(facts: Facts) -> bool:
    """Whether rows are posts beside the audience of those who wrote them: a text, its marks, and what it got."""
    marks = facts.count("duration", "hashtags", "media_type", "published_at", "date", "other_date", "url", "url_any")
    got = facts.count("likes", "comments", "shares", "views")
    dated = facts.has("published_at", "date") and not facts.has("post_count", *AVERAGES, "fee")
    if dated and {"caption", "hashtags"} <= facts.concepts:
        return True  # a text with its hashtags and its moment, whatever is said of its author
    if facts.has("following", "post_count", *AVERAGES, "fee") and (
        got < 3 or marks < 3 or facts.has("following", *AVERAGES, "fee")
    ):
        return False  # what a channel has in all may stand beside each of its videos, an average may not
    return facts.has("title", "caption") and marks >= 2 and (got >= 2 or (got == 1 and facts.has("hashtags")))


def _posts(facts: Facts) -> str:
    metrics = facts.count(*METRICS)
    own_account = len(facts.own & {"followers", "following", "post_count"}) >= 2 or facts.has(*AVERAGES)
    dated = facts.has("published_at", "date", "caption", "title")
    if own_account and not metrics and not dated and facts.tells_apart("handle", "name"):
        return ""  # accounts, whatever post they were met by
    if facts.has("post_id"):
        if metrics or facts.has("published_at", "date", "creator_id", "handle", "caption", "title"):
            return "rows carry a post's identifier"
        return ""
    reactions = facts.count("likes", "comments", "shares", "saves", "impressions", "reach", "engagements")
    if _of_others(facts):
        return "rows carry a post's text and what it got"
    if own_account and not (facts.has("published_at", "caption") and reactions >= 2 and not facts.tells_apart(*WHO)):
        return ""
    if _profile(facts) or _page(facts):
        return ""
    if metrics and facts.has("published_at"):
        return "rows carry a moment of publication and what the post got"
    marks = facts.count(*OF_A_POST)
    account = facts.own & {"followers", *AVERAGES} and _one_an_account(facts)
    if metrics and marks and not account:
        return "rows carry a post's text and what it got"
    if facts.has("id") and facts.has("title", "caption", "url", "published_at") and not account:
        if metrics or facts.has("published_at"):
            return "rows carry an identifier, a text and what the post got"
        return ""
    if metrics and facts.has("id", "url") and not facts.has("followers"):
        return "rows carry an identifier and what the post got"
    if metrics >= 2 and facts.has(*WHO) and not account and (facts.has("date") or not facts.tells_apart(*WHO)):
        return "accounts repeat, so rows are posts"
    if reactions >= 2 and not facts.has(*ACCOUNT) and not facts.has(*WHO):
        return "rows carry what a post got"
    if reactions >= 4 and facts.has("reach", "impressions") and not facts.has(*ACCOUNT):
        return "rows carry what the post of an account got, and nothing of the account"
    if metrics and facts.has("other_date", "id") and not facts.has(*ACCOUNT):
        return "rows carry what a post got"
    return ""


def _creators(facts: Facts) -> str:
    own = facts.own & set(ACCOUNT)
    whose = facts.has(*WHO, "id", "url", "url_any", "followers", "following")
    if not whose and facts.has(
        "tier_label", "category", "dimension", "platform", "entity_other", "audience", "media_type"
    ):
        return ""  # averages of a tier, a branch or a platform
    if own & {"followers", "following", *AVERAGES} or len(own) >= 2:
        return "rows carry followers or averages of an account"
    if own and facts.has(*WHO):
        return "rows carry an account's own figures"
    if facts.sure_creator and facts.has("category", "platform", "country", "handle"):
        return "rows name creators"
    if _profile(facts):
        return "rows carry an account's identifier and handle"
    if facts.has("handle", "name") and facts.has(*METRICS) and facts.tells_apart(*WHO):
        return "one row an account, with its figures"
    return ""


def _nothing(facts: Facts) -> str:
    if facts.has(*METRICS, *ACCOUNT, "cost", "revenue", "clicks"):
        return "figures without an account, a post or a campaign they belong to"
    if facts.has(*WHO, "id", "entity_other", "platform", "platform_key", "campaign_id"):
        return "a lookup table: names and keys, and no figure of an account, a post or a campaign"
    return "no column of an account, a post or a paid placement was recognised"
