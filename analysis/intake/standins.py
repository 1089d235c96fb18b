"""Columns that stand in for one that is missing, and columns that give way to a better one.

A table of accounts may name none and hold brands, a campaign may be called no more than a name with a day on which it
ends, a cost may be called spending under a word nobody knows. Each stands in only where nothing better is. The other
way round, what is shared by a button gives way to reposts, and the day an account was created to the day of the post.
"""

import re

from analysis.intake.facts import WHO, Facts
from analysis.intake.headers import Meaning, read_header
from analysis.intake.phrases import header_phrases, header_words
from analysis.intake.targets import CREATOR_WORD, Candidate, said
from analysis.intake.words import fold

__all__ = ["counts_posts", "give_way", "of", "read_as", "stand_for_missing", "stand_in"]

#: A middle number of posts beyond this is the price of one: hardly an account has written so many.
MOST_POSTS = 50_000

#: A header with a number behind it: ``Price1``, ``price_2``.
_NUMBERED = re.compile(r"(.*\D)[\s_]*([1-9])")


def read_as(column: Candidate, concept: str) -> None:
    """Read a column as ``concept`` and as nothing else."""
    column.meanings = [Meaning(concept, True, order=50)]


def of(columns: list[Candidate], concept: str) -> list[Candidate]:
    """Return the columns read as ``concept``, by their header and not by a person, that hold anything."""
    return [c for c in columns if c.best and c.best.concept == concept and c.best.order >= 0 and not c.profile.empty]


def stand_in(columns: list[Candidate]) -> None:
    """Let brands stand for accounts and any spending for cost, before a row is given a meaning."""
    _brands(columns)
    _spent(columns)
    _months(columns)
    _audience(columns)
    _how_many(columns)
    _networks(columns)
    _first_price(columns)
    _only_texts(columns)


def give_way(columns: list[Candidate], rules: list[str]) -> None:
    """Take back the readings of columns that have a better rival; rules are added to."""
    _reposts(columns, rules)
    _own_moment(columns, rules)
    _shown(columns, rules)


def stand_for_missing(columns: list[Candidate], grain: str, facts: Facts, rules: list[str]) -> None:
    """Let a sector stand for the category and a name that ends for the campaign; rules are added to."""
    _category(columns, grain, facts, rules)
    _campaign_name(columns, grain, facts, rules)
    _subtotal(columns, grain, facts, rules)


def _brands(columns: list[Candidate]) -> None:
    """Read the brands, teams or artists of a table of accounts as its accounts when nothing else names them."""
    concepts = {c.best.concept for c in columns if c.best and not c.profile.empty}
    if "followers" not in concepts or concepts & {"creator_id", "handle", "name", "id", "post_id", "campaign_id"}:
        return
    for column in columns:
        entity = column.best is not None and column.best.concept == "entity_other"
        named = column.profile.unique_share > 0.95 and column.profile.share(r"[^\W\d_]{2}") > 0.8
        if entity and named and header_words("entities") & set(fold(column.base)):
            read_as(column, "name")
            return


def _months(columns: list[Candidate]) -> None:
    """Read the names of months as the days of a series: what stands beside them is no single post's."""
    for column in columns:
        if column.best is None and column.profile.months > 0.9 and column.profile.distinct > 1:
            column.meanings = [Meaning("other_date", False, order=50)]


def _figures(columns: list[Candidate]) -> set[str]:
    return {c.best.concept for c in columns if c.best and not c.profile.empty}


def _audience(columns: list[Candidate]) -> None:
    """Read a bare audience of counts as the followers of those who are named, when nothing else is."""
    concepts = _figures(columns)
    if concepts & {"followers", "post_id", "campaign_id", "views", "impressions"} or not concepts & set(WHO):
        return
    for column in columns:
        bare = column.best is not None and column.best.concept == "audience" and len(fold(column.base)) == 1
        if bare and column.profile.number_share("count") > 0.9 and column.profile.share("%") == 0:
            read_as(column, "followers")
            return


def counts_posts(column: Candidate) -> bool:
    """Return whether a column called no more than "post" or "video" holds how many of them there are."""
    if not (len(fold(column.base)) == 1 and column.best and column.best.concept == "post_itself"):
        return False
    few = (column.profile.median or 0.0) <= MOST_POSTS
    return few and not column.profile.counts_up and column.profile.number_share("count") > 0.9


def _how_many(columns: list[Candidate]) -> None:
    """Read how many videos a channel has as that, before it is mistaken for one of them."""
    concepts = _figures(columns)
    if "followers" not in concepts or concepts & {"post_id", "published_at", "date", "likes", "comments", "duration"}:
        return
    for column in columns:
        if counts_posts(column):
            read_as(column, "post_count")
            return


def _networks(columns: list[Candidate]) -> None:
    """Read names of networks under a header nobody knows as the platform, when no other column is one."""
    if "platform" in _figures(columns):
        return
    for column in columns:
        if column.best is None and not column.refuted and column.profile.networks > 0.9 and column.profile.distinct > 1:
            read_as(column, "platform")
            return


def _first_price(columns: list[Candidate]) -> None:
    """Read the first of numbered prices (``Price1``, ``Price2``) as the fee, when no other column is one."""
    if _figures(columns) & {"cost", "fee"}:
        return
    numbered = [(c, _NUMBERED.fullmatch(c.base.strip())) for c in columns]
    prices = sorted((int(m[2]), c.index, c) for c, m in numbered if m and _means(m[1], "fee"))
    if len(prices) > 1 and prices[0][2].profile.number_share("money") > 0.9:
        read_as(prices[0][2], "fee")


def _means(header: str, concept: str) -> bool:
    return any(m.concept == concept and m.exact and not m.doubts for m in read_header(header))


def _only_texts(columns: list[Candidate]) -> None:
    """Read the only short texts of a table of accounts, different in every row, as their names."""
    concepts = _figures(columns)
    if not concepts & {"followers"} or concepts & {*WHO, "id", "post_id", "campaign_id", "title", "url", "url_any"}:
        return
    texts = [
        c
        for c in columns
        if (c.best is None or c.best.concept in {"caption", "bio"})
        and c.profile.unique_share > 0.97
        and c.profile.filled > 4
        and c.profile.text_length < 60
        and c.profile.share(r"[^\W\d_]{2}") > 0.9
        and c.profile.date_share < 0.1
    ]
    if len(texts) == 1:
        read_as(texts[0], "name")


def _spent(columns: list[Candidate]) -> None:
    """Read an amount spent as cost although a word nobody knows stands before it, when no other column is one."""
    if any(c.best and c.best.concept in {"cost", "fee"} for c in columns):
        return
    changed = header_words("changers") | header_words("aside")
    for column in columns:
        words = fold(column.base)
        bare = words[-1:] in header_phrases("spent") and not changed & set(words)
        if bare and column.best is None and column.profile.number_share("money") > 0.9:
            read_as(column, "cost")
            return


def _reposts(columns: list[Candidate], rules: list[str]) -> None:
    """Where answers are replies, reposts are the shares, and what is shared elsewhere by a button is not counted."""
    shared = of(columns, "shares")
    again = [c for c in shared if {"repost", "retweet"} & set(fold(c.base))]
    replies = any({"reply", "replie"} & set(fold(c.base)) for c in of(columns, "comments"))
    for column in shared:
        if again and replies and column not in again and fold(column.base)[-1:] == ("share",):
            column.meanings = []
            rules.append(
                f"{said(again[0].header)} is read as shares, and not {said(column.header)}: posts have replies"
            )


def _shown(columns: list[Candidate], rules: list[str]) -> None:
    """Indonesian calls views and impressions by one word; beside its longer form the shorter one is impressions."""
    words = {fold(column.base): column for column in columns}
    if ("penayangan",) in words and ("tayangan",) in words:
        read_as(words[("tayangan",)], "impressions")
        rules.append(f"{said(words[('tayangan',)].header)} is read as impressions: views stand beside it")


def _own_moment(columns: list[Candidate], rules: list[str]) -> None:
    """A bare day of creation beside that of the tweet, the post or the video is the account's."""
    moments = of(columns, "published_at")
    own = [c for c in moments if set(fold(c.base)) & header_words("posts") - {"media", "story", "item", "content"}]
    for column in moments:
        if own and column not in own and fold(column.base) in header_phrases("created"):
            column.meanings = []
            rules.append(f"{said(own[0].header)} is read as published_at, and not {said(column.header)}")


def _category(columns: list[Candidate], grain: str, facts: Facts, rules: list[str]) -> None:
    """The sector of an account is its category when no other column is."""
    if grain != "creators" or facts.has("category"):
        return
    for column in columns:
        texts = column.profile.plain_number_share < 0.1 and 0 < column.profile.text_length < 60
        if fold(column.base) in header_phrases("sectors") and texts and not column.profile.empty:
            read_as(column, "category")
            rules.append(f"{said(column.header)} is read as category: the sector of the accounts")
            return


def _campaign_name(columns: list[Candidate], grain: str, facts: Facts, rules: list[str]) -> None:
    """A bare name beside a creator's and a day on which it ends is the campaign's."""
    ends = any("end" in fold(c.base) and c.profile.date_share > 0.5 for c in columns)
    whose = any(c.best and c.best.concept in {"name", "handle"} and CREATOR_WORD.search(c.base) for c in columns)
    if grain != "placements" or facts.has("campaign_id") or not ends or not whose:
        return
    for column in of(columns, "name"):
        if fold(column.base) in header_phrases("bare_names"):
            read_as(column, "campaign_id")
            rules.append(f"{said(column.header)} is read as campaign_id: a name that ends, beside the creator's")
            return


def _subtotal(columns: list[Candidate], grain: str, facts: Facts, rules: list[str]) -> None:
    """The subtotal of an order is its revenue where there is no total, and something was paid for it."""
    if grain != "placements" or facts.has("revenue", "order_total") or not facts.has("cost", "campaign_id"):
        return
    for column in columns:
        if "subtotal" in "".join(fold(column.base)) and column.profile.number_share("money") > 0.9:
            read_as(column, "revenue")
            rules.append(f"{said(column.header)} is read as revenue: orders without a total")
            return
