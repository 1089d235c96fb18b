"""What a row of a table is: an account, a post, a paid deliverable, or nothing of ours.

The decision looks at what the columns mean and at which of them tell rows apart. An account table has followers and
one row an account; a post table has an identifier or a moment of publication and what the post got; a placement
table has money, results or a campaign. What looks alike and is none of these has been refused before
(:mod:`analysis.intake.refusals`).
"""

from dataclasses import dataclass

from analysis.intake.facts import ACCOUNT, AVERAGES, METRICS, OF_A_POST, WHO, Facts
from analysis.intake.refusals import refusal

__all__ = ["Verdict", "decide_grain"]

#: What is said of an account and not of a payment.
ACCOUNT_FIGURES = ("followers", "following", "post_count", "engagement_rate", *AVERAGES)


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
    reason = refusal(facts)
    if reason:
        return Verdict(None, reason)
    for grain, grounds in (("placements", _placements), ("posts", _posts), ("creators", _creators)):
        why = grounds(facts)
        if why:
            return Verdict(grain, why)
    return Verdict(None, _nothing(facts))


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
    if money == ["product_cost"] and not facts.has(
        *WHO, "campaign_id", "post_id", "date", "url", "relationship", *METRICS
    ):
        return ""  # a list of goods and what they cost
    if (
        facts.has("fee", "cost")
        and facts.has("paid_out")
        and facts.has(*WHO)
        and not facts.has(*ACCOUNT_FIGURES, *METRICS)
    ):
        return "rows are fees paid to creators"
    if facts.has("product_cost") and facts.count(*METRICS) >= 2 and not facts.has(*AVERAGES):
        return "rows carry what was sent and what came of it"
    if money and not (account and not facts.has("revenue")):
        return f"rows carry {' and '.join(money)}"
    if facts.has("order_total") and facts.has("order_part"):
        return "rows are orders with a total"
    if facts.has("order_part") and facts.sure_creator and not account and not facts.has(*METRICS, "fee"):
        return "rows are orders that creators brought"
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
    theirs = facts.has("creator_id", "handle") and not facts.own & {"creator_id", "handle"}
    if theirs and own == {"post_count"} and "id" in facts.own:
        return ""  # playlists and boards: each has an identifier, a name and an owner
    if own & {"followers", "following", *AVERAGES} or len(own) >= 2:
        return "rows carry followers or averages of an account"
    if own and facts.has(*WHO):
        return "rows carry an account's own figures"
    if facts.sure_creator and facts.has("category", "platform", "country", "handle", "profiles"):
        return "rows name creators"
    if facts.has("profiles") and {"handle", "name"} <= facts.own and facts.tells_apart("handle"):
        return "rows name accounts and where each is found"
    if _profile(facts):
        return "rows carry an account's identifier and handle"
    if facts.has("handle", "name") and facts.has(*METRICS) and facts.tells_apart(*WHO):
        return "one row an account, with its figures"
    return ""


def _nothing(facts: Facts) -> str:
    if facts.has(*METRICS, *ACCOUNT, "cost", "revenue", "clicks"):
        return "figures without an account, a post or a campaign they belong to"
    if facts.has(*WHO, "id", "entity_other", "buyer", "platform", "platform_key", "campaign_id"):
        return "a lookup table: names and keys, and no figure of an account, a post or a campaign"
    return "no column of an account, a post or a paid placement was recognised"
