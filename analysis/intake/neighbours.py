"""What a column means because of the columns beside it.

Some headers mean two things, and only the table says which. Favourites are likes, unless likes stand beside them:
then they are saves. Of two columns of names the one that holds single words is the handle. Visits are views of a
video and clicks on a shop. A location is a country when its cells are countries. "Sales" is money, or a number of
orders; where nothing tells them apart, neither is taken and both are named. Every such decision is said.
"""

import re
from dataclasses import replace
from functools import cache

from analysis.intake.facts import Facts
from analysis.intake.headers import Meaning
from analysis.intake.phrases import header_phrases
from analysis.intake.standins import counts_posts, give_way, of, read_as, stand_for_missing, stand_in
from analysis.intake.targets import Candidate, said
from analysis.intake.values import Profile
from analysis.intake.words import fold

__all__ = ["settle", "unmistake"]

_FAVOURITE = re.compile(r"(?i)fav(?:ou?rite|s\b|orit)|收藏")
_LIKES = re.compile(
    r"(?i)like|digg|heart|upvote|reaction|gusta|curtid|gef[aä]llt|j.aime|be[gğ]en|좋아요|th[ií]ch|suka|点赞|いいね|лайк"
)
_NETWORK_ID = re.compile(r"(?i)(?:ig|insta(?:gram)?|tik\s?tok|you\s?tube|twitter|x)[\s_]?id")
_DEAL = re.compile(r"(?i)deal|contract|booking|collab|agreement|sponsorship|vertrag|contrat")
_EACH = re.compile(
    r"\b(?:unit (?:fee|rate|cost|price)|(?:fee|rate|cost) (?:per|a) (?:unit|deliverable|piece)|fee each)\b"
)
_BEGINS = re.compile(
    r"^(?:campaign )?(?:launch(?:ed)?|sign(?:ed|ing)|signature|contract sign(?:ed|ing)|kick off)(?: date| on| at)?$"
)

#: Sales beyond so many a click are money; so are sales beyond this share of what was paid. Fewer may be orders.
MOST_SALES_A_CLICK = 1.0
LEAST_SALES_A_COST = 0.3


def unmistake(columns: list[Candidate]) -> None:
    """Mend readings before a row is given a meaning: quotes beside likes are posts, a source may be a network."""
    if not any(column.best and column.best.concept == "platform" for column in columns):
        for column in columns:
            if fold(column.base) in header_phrases("sources") and column.profile.networks > 0.9:
                read_as(column, "platform")
    stand_in(columns)
    sold = [set(fold(c.base)) for c in columns if not c.profile.empty]
    if any("sku" in found for found in sold) and any(found & {"quantity", "qty", "order"} for found in sold):
        for column in columns:
            if column.best and column.best.concept == "fee" and column.best.order >= 0 and "price" in fold(column.base):
                column.meanings = []  # the price of the goods
    got = {c.best.concept for c in columns if c.best} & {"likes", "comments", "shares"}
    for column in columns:
        if len(got) > 1 and fold(column.base)[-1:] in {("quote",), ("quotes",)}:
            column.meanings = [meaning for meaning in column.meanings if meaning.concept != "fee"]


def settle(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """Settle the readings of columns that their neighbours decide; rules and warnings are added to."""
    _saves(columns, facts, rules)
    give_way(columns, rules)
    stand_for_missing(columns, grain, facts, rules)
    for rule in (
        _own_id,
        _post_count,
        _country,
        _handle,
        _visits,
        _sales,
        _total_value,
        _deal_amount,
        _ordered,
        _day,
    ):
        rule(columns, grain, facts, rules, warnings)


def _saves(columns: list[Candidate], facts: Facts, rules: list[str]) -> None:
    likes = of(columns, "likes")
    beside = [c for c in likes if _LIKES.search(c.base.rpartition(".")[2])]
    for column in likes:
        if not beside or column in beside or facts.has("saves") or not _FAVOURITE.search(column.base):
            continue
        if not (column.profile.median or 0) and not column.profile.numbers.max():
            continue
        read_as(column, "saves")
        rules.append(f"{said(column.header)} is read as saves: likes stand beside it in {said(beside[0].header)}")
        return


def _own_id(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """A recording's own identifier stands before that of the stream it was cut from."""
    keys = of(columns, "post_id")
    cut = {"stream", "broadcast"} | ({"video"} if any("vod" in fold(c.base) for c in columns) else set())
    if grain != "posts" or not keys or not all(cut & set(fold(c.base)) for c in keys):
        return
    for column in columns:
        if column.best and column.best.concept == "id" and column.profile.unique_share > 0.9:
            column.meanings = [Meaning("post_id", True, exact=True)]
            return


def _post_count(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """Posts of an account under the header "Post" are how many it has."""
    if grain != "creators" or facts.has("post_count") or not facts.has("followers"):
        return
    for column in columns:
        if counts_posts(column):
            read_as(column, "post_count")
            rules.append(f"{said(column.header)} is read as post_count: whole numbers in a table of accounts")
            return


def _country(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    if grain != "creators" or facts.has("country"):
        return
    for column in columns:
        words = fold(column.base)
        place = column.best is not None and column.best.concept in {"place", "geography"}
        if place and {"location", "geography", "region"} & set(words) and _names_countries(column.profile):
            read_as(column, "country")
            rules.append(f"{said(column.header)} is read as country: its cells are names of countries")
            return


def _names_countries(profile: Profile) -> bool:
    cells = {str(cell).strip().casefold() for cell in profile.sample.to_list()}
    return bool(cells) and sum(cell in _countries() for cell in cells) >= 0.8 * len(cells)


@cache
def _countries() -> frozenset[str]:
    """Names of countries in the languages exports come in, and their ISO codes."""
    from babel import Locale

    names: set[str] = {"usa", "uk", "uae", "south korea", "turkey", "korea"}
    for language in ("en", "es", "pt", "de", "fr", "it", "nl", "pl", "tr", "ru", "id", "vi", "ko", "ja", "zh", "ar"):
        for code, name in Locale(language).territories.items():
            if not str(code).isdigit():
                names |= {str(name).casefold(), str(code).casefold()}
    return frozenset(names)


def _handle(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    if grain != "creators" or facts.has("handle"):
        return
    named = of(columns, "name")
    full = [c for c in named if c.profile.share(r"\S\s+\S") > 0.5]
    titles = [c for c in of(columns, "title") if c.profile.share(r"\S\s+\S") > 0.3 and c.profile.text_length < 60]
    if not full and len(named) == 1 and len(titles) == 1 and named[0].profile.handles:
        read_as(titles[0], "name")  # a page's title beside the one word of its address
        full = titles
    keys = [c for c in columns if c.best and c.best.concept == "id"]
    slugs = [c for c in columns if c.best is None and fold(c.base)[-1:] == ("slug",)]
    keys += [c for c in of(columns, "creator_id") if _NETWORK_ID.fullmatch(c.base.strip())]
    for column in [*named, *keys, *slugs]:
        words = column.profile.handle_share > 0.95 and column.profile.number_share("count") < 0.1
        apart = column.profile.unique_share > 0.9
        numbered = column.profile.share(r"\d") > 0.5 and column not in slugs
        if column in named and full and column not in full and words and apart:
            read_as(column, "handle")
            beside = said(full[0].header)
            rules.append(f"{said(column.header)} is read as handle: single words beside the names in {beside}")
            return
        alone = not facts.has("creator_id") or column.best is None or column.best.concept == "creator_id"
        if column not in named and words and apart and not numbered and alone:
            read_as(column, "handle")
            rules.append(f"{said(column.header)} is read as handle: its cells are words and no machine's keys")
            return


def _visits(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    if grain != "placements" or facts.has("clicks") or not facts.has("conversions", "revenue"):
        return
    for column in of(columns, "views"):
        if fold(column.base) in header_phrases("visits"):
            read_as(column, "clicks")
            rules.append(f"{said(column.header)} is read as clicks: visits beside orders are visits to the shop")
            return


def _sales(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """Sales without a unit: money beside orders or clicks it exceeds, orders beside revenue, else undecided."""
    if grain != "placements":
        return
    money = of(columns, "revenue")
    bare = [c for c in money if fold(c.base) in header_phrases("sales")]
    if not bare or not _whole(bare[0].profile):
        return
    column = bare[0]
    others = [c for c in money if c is not column]
    if others and not facts.has("conversions"):
        more = _ratio(column.profile, others[0].profile)
        if more is not None and more < 0.5:
            read_as(column, "conversions")
            rules.append(f"{said(column.header)} is read as conversions: {said(others[0].header)} is the money of them")
        return
    if others or facts.has("conversions"):
        return
    clicks, costs = of(columns, "clicks"), of(columns, "cost")
    beside = _ratio(column.profile, clicks[0].profile) if clicks else None
    bought = _ratio(column.profile, costs[0].profile) if costs else None
    if (beside or 0.0) <= MOST_SALES_A_CLICK and (bought or 0.0) <= LEAST_SALES_A_COST:
        column.meanings = [replace(m, doubts=("undecided",)) for m in column.meanings]
        warnings.append(
            f"{said(column.header)} stays out: it may be money (revenue) or a number of orders (conversions), and no "
            "cell, unit or neighbour says which; name it in a map"
        )


def _whole(profile: Profile) -> bool:
    """Whether cells are bare whole numbers: no currency, no cents, no suffix."""
    return profile.share(r"^\d{1,3}(?:[.,\s]?\d{3})*$") > 0.95


def _ratio(profile: Profile, other: Profile) -> float | None:
    top, bottom = profile.median, other.read("money").values.median()
    if top is None or not isinstance(bottom, int | float) or bottom <= 0:
        return None
    return top / float(bottom)


def _total_value(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    if grain != "placements" or facts.has("revenue") or not facts.has("conversions", "clicks"):
        return
    for column in columns:
        known = column.best is not None or fold(column.base) not in header_phrases("total_values")
        if not known and column.profile.number_share("money") > 0.9:
            read_as(column, "revenue")
            rules.append(f"{said(column.header)} is read as revenue: a value beside orders or clicks, and no other")
            return


def _deal_amount(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """An amount in a table of deals with creators is what the deal costs, when nothing in it was sold."""
    sold = facts.has("cost", "revenue", "conversions", "order_part", "product_cost", "fee")
    deals = [c for c in columns if c.best and c.best.concept == "campaign_id" and _DEAL.search(c.base)]
    if grain != "placements" or sold or not deals or not facts.sure_creator:
        return
    for column in columns:
        if column.best and column.best.concept == "order_total":
            read_as(column, "cost")
            rules.append(f"{said(column.header)} is read as cost: an amount in a table of deals with creators")
            return


def _ordered(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """Units beside the fee of one are what was ordered of creators, and nothing that their audience bought."""
    each = [c for c in columns if _EACH.search(" ".join(fold(c.base))) and c.profile.number_share("money") > 0.9]
    if grain != "placements" or not each or not (facts.sure_creator or facts.has("creator_id", "handle")):
        return
    for column in of(columns, "conversions"):
        if {"units", "unit", "quantity", "qty", "pieces", "deliverables"} & set(fold(column.base)):
            column.meanings = []
            rules.append(
                f"{said(column.header)} is no number of orders: it counts what {said(each[0].header)} is paid for"
            )


def _day(columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]) -> None:
    """The day a campaign went out or a deal was signed is a placement's day when no other is."""
    if grain != "placements" or facts.has("date", "published_at"):
        return
    for column in columns:
        if _BEGINS.search(" ".join(fold(column.base))) and column.profile.date_share > 0.9:
            read_as(column, "date")
            rules.append(f"{said(column.header)} is read as date: the only day of a placement in the table")
            return
