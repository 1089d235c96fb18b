"""Tables that look like ours and are not, each refused by its name.

A daily series of one account (each row a day), a table by country, age or device (each row a share of an audience),
sessions of a web-analytics tool, mailings, comments, hashtags, ties between accounts, a plan without results.
"""

from collections.abc import Callable

from analysis.intake.facts import ACCOUNT, METRICS, SLICES, WHO, Facts

__all__ = ["refusal"]


def refusal(facts: Facts) -> str:
    """Return why the rows are nothing of ours, or an empty string.

    Examples
    --------
    >>> refusal(Facts(frozenset({"hashtags", "views"}), frozenset({"hashtags", "views"}), {"hashtags": 1.0}, 30))
    'a table of hashtags: each row is a hashtag, not a post or a creator'
    """
    return next((reason for check in _REFUSALS if (reason := check(facts))), "")


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
    if measured and facts.rows > 1 and facts.tells_apart("date", "other_date", share=0.95) and not _typed(facts):
        return "a daily series of one account: each row is a day, not a post or a creator"
    if measured and facts.has("followers", "follower_change") and not (_typed(facts) or facts.has("cost", "revenue")):
        return "a series of one account: each row is a moment, and nothing says whose followers they are"
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


def _tiers(facts: Facts) -> str:
    """Totals of each class of creators by size."""
    if facts.has("tier_label") and facts.tells_apart("tier_label", share=1.0) and 1 < facts.rows <= 12:
        named = facts.has("date", "published_at", "url", "handle", "creator_id", "campaign_id", "post_id", "id")
        if not named and not (facts.has("name") and facts.tells_apart("name", share=1.0)):
            return "a table by tier: each row sums up creators of one size, and is none of them"
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


def _collections(facts: Facts) -> str:
    """Boards, playlists, groups of things: an identifier, a name and followers of their own, and an owner."""
    theirs = facts.has("owned") and not facts.own & {"creator_id", "handle", "post_id"}
    if theirs and {"id"} <= facts.own and facts.own & {"followers", "post_count"} and not facts.has(*METRICS, "cost"):
        return "boards, playlists or the like: each belongs to an account, and is none itself"
    return ""


def _price_list(facts: Facts) -> str:
    """What would be paid for so many views: steps and a price each, and nobody who reached them."""
    if facts.has("steps") and not facts.has(*WHO, *METRICS, "post_id", "date", "published_at", "clicks", "conversions"):
        return "a price list by steps reached: what would be paid, not what was"
    return ""


def _invoices(facts: Facts) -> str:
    """Money of customers, and nothing of whoever may have brought them."""
    ours = facts.has(*WHO, "campaign_id", "post_id", "revenue", "own_code", "clicks", "conversions", *METRICS)
    if facts.has("buyer") and facts.has("cost", "order_total") and not ours:
        return "invoices or payments of customers: no creator, campaign or code in them"
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
    _tiers,
    _plan,
    _replies,
    _ties,
    _collections,
    _invoices,
    _daily_by_post,
    _price_list,
)
