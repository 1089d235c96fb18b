"""The one truth of tables and columns.

Three grains, and every file that comes in is one of them: an account (``creators``), a post (``posts``), a paid
deliverable (``placements``). A name means the same in every table. Counts are numbers, rates are fractions, money
is in one currency per table, times are UTC.

Traps this settles once: a cumulative total is not an average (``avg_views`` is per post); ``fee`` is a quoted price
of one post, ``cost`` is money paid; ``relationship`` says who is an ambassador, size never does; a missing cell is
missing and never zero. The synonyms by which headers are recognised live in ``data/reference/synonyms.yml``, keyed
by the names below. The data dictionary in ``data/README.md`` is made from this module.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "COLUMNS",
    "CREATORS",
    "ENGAGEMENT_PARTS",
    "PLACEMENTS",
    "POSTS",
    "RELATIONSHIPS",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "data_dictionary",
    "synonyms",
]

#: What a value is. ``id`` and ``text`` are strings; ``count`` is a whole number >= 0; ``average`` a number >= 0;
#: ``rate`` a fraction (0.031, not 3.1); ``money`` a number in the row's currency; ``time`` a UTC timestamp;
#: ``flag`` true/false; ``choice`` one of ``Column.choices``.
Kind = Literal["id", "text", "count", "average", "rate", "money", "time", "flag", "choice"]

#: How a creator and the brand stand to each other. An ambassador works for product; a gifted creator received
#: product without an agreement to post. Both cross every tier.
RELATIONSHIPS = ("paid", "ambassador", "gifted")

#: The parts an engagement is summed from, in order, where the table has them.
ENGAGEMENT_PARTS = ("likes", "comments", "shares", "saves")


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column: its name, kind, unit, meaning and rule."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    rule: str = ""
    choices: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether values are numbers."""
        return self.kind in {"count", "average", "rate", "money"}


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table: its name, what a row is, its columns in order, and what identifies a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in canonical order."""
        return tuple(column.name for column in self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _c(name: str, kind: Kind, unit: str, meaning: str, rule: str = "", choices: tuple[str, ...] = ()) -> Column:
    return Column(name, kind, unit, meaning, rule, choices)


_CREATOR_ID = _c("creator_id", "id", "text", "The account's identifier; text, so that long ids keep every digit.")
_HANDLE = _c("handle", "id", "text", "The account's public handle, without a leading @.")
_NAME = _c("name", "text", "text", "The display name; free text, and hostile until escaped.")
_PLATFORM = _c("platform", "text", "lower case", "The network: instagram, tiktok, youtube, ...")
_POST_ID = _c("post_id", "id", "text", "The post's identifier.")
_FOLLOWERS = _c("followers", "count", "accounts", "Followers or subscribers of the account.", ">= 0")
_FOLLOWERS_THEN = _c("followers", "count", "accounts", "Followers at the time of the post, where known.", ">= 0")
_LIKES = _c("likes", "count", "likes", "Likes the post got. Hidden likes are missing, not zero.", ">= 0")
_COMMENTS = _c("comments", "count", "comments", "Comments and replies the post got.", ">= 0")
_SHARES = _c("shares", "count", "shares", "Shares, reposts, retweets of the post.", ">= 0")
_SAVES = _c("saves", "count", "saves", "Saves and bookmarks of the post.", ">= 0")
_VIEWS = _c("views", "count", "views", "Plays of the post; one person may view it more than once.", ">= 0")
_REACH = _c("reach", "count", "accounts", "Distinct accounts that saw the post. Potential reach is not reach.", ">= 0")
_IMPRESSIONS = _c("impressions", "count", "impressions", "Times the post was shown.", ">= 0, >= reach")
_CURRENCY = _c("currency", "text", "ISO 4217", "Currency of the row's money.")
_RELATIONSHIP = _c(
    "relationship", "choice", "label", "Paid, ambassador (works for product) or gifted.", choices=RELATIONSHIPS
)

CREATORS = Table(
    "creators",
    "one account",
    (
        _CREATOR_ID,
        _HANDLE,
        _NAME,
        _PLATFORM,
        _FOLLOWERS,
        _c("following", "count", "accounts", "Accounts this account follows.", ">= 0"),
        _c("post_count", "count", "posts", "Posts the account has published.", ">= 0"),
        _c("country", "text", "name or ISO code", "The creator's own country, not the audience's."),
        _c("category", "text", "label", "The niche or topic of the account."),
        _c("avg_likes", "average", "likes per post", "Average likes of a post, as the source reports it.", ">= 0"),
        _c("avg_comments", "average", "comments per post", "Average comments of a post, as reported.", ">= 0"),
        _c("avg_shares", "average", "shares per post", "Average shares of a post, as reported.", ">= 0"),
        _c("avg_views", "average", "views per post", "Average views of a post; never a lifetime total.", ">= 0"),
        _c("avg_reach", "average", "accounts per post", "Average reach of a post, as reported.", ">= 0"),
        _c(
            "engagement_rate",
            "rate",
            "fraction",
            "Engagement rate as reported, whatever its base.",
            ">= 0",
        ),
        _c("fee", "money", "currency", "Quoted price of one post; a quote is not money paid.", ">= 0"),
        _CURRENCY,
        _RELATIONSHIP,
    ),
    key=("platform", "creator_id"),
)

POSTS = Table(
    "posts",
    "one post",
    (
        _POST_ID,
        _CREATOR_ID,
        _HANDLE,
        _PLATFORM,
        _c("published_at", "time", "UTC", "When the post went out."),
        _LIKES,
        _COMMENTS,
        _SHARES,
        _SAVES,
        _VIEWS,
        _REACH,
        _IMPRESSIONS,
        _FOLLOWERS_THEN,
        _c("sponsored", "flag", "true or false", "Whether the post is marked as paid or gifted."),
    ),
    key=("platform", "post_id"),
)

PLACEMENTS = Table(
    "placements",
    "one paid deliverable",
    (
        _c("campaign_id", "id", "text", "The campaign, deal or order the deliverable belongs to."),
        _CREATOR_ID,
        _HANDLE,
        _POST_ID,
        _PLATFORM,
        _c("date", "time", "UTC", "When it was delivered, tracked or paid."),
        _c("cost", "money", "currency", "Money paid for the deliverable; a budget or a quote is not a cost.", ">= 0"),
        _c("product_cost", "money", "currency", "Value of product, shipping and handling given.", ">= 0"),
        _CURRENCY,
        _LIKES,
        _COMMENTS,
        _SHARES,
        _SAVES,
        _VIEWS,
        _REACH,
        _IMPRESSIONS,
        _c("clicks", "count", "clicks", "Clicks on the tracked link.", ">= 0, <= impressions"),
        _c("conversions", "count", "orders", "Orders or sign-ups attributed to the deliverable.", ">= 0"),
        _c("revenue", "money", "currency", "Revenue attributed to the deliverable."),
        _FOLLOWERS_THEN,
        _c("engagements", "count", "engagements", "Total engagements, when only a total is given.", ">= 0"),
        _RELATIONSHIP,
    ),
    key=("campaign_id", "creator_id", "post_id", "date"),
)

#: The canonical tables by name, in the order they are written.
TABLES = {table.name: table for table in (CREATORS, POSTS, PLACEMENTS)}

#: Every canonical column name, once, in first-seen order.
COLUMNS = tuple(dict.fromkeys(name for table in TABLES.values() for name in table.names))


def synonyms() -> dict[str, dict[str, list[str]]]:
    """Return column → language → headers that mean it; ``common`` is English and the names of machine-made fields.

    Examples
    --------
    >>> "subscribers" in synonyms()["followers"]["common"]
    True
    """
    from analysis.reference import read_yaml

    table: dict[str, dict[str, list[str]]] = read_yaml("synonyms.yml")
    return table


def data_dictionary() -> str:
    """Return the data dictionary as Markdown: one section per table, one row per column.

    Examples
    --------
    >>> data_dictionary().splitlines()[0]
    '### creators: one account per row'
    """
    lines: list[str] = []
    for table in TABLES.values():
        lines += [
            f"### {table.name}: {table.row} per row",
            "",
            "| column | kind | unit | meaning | rule |",
            "|---|---|---|---|---|",
        ]
        for column in table.columns:
            rule = " · ".join(column.choices) or column.rule
            lines.append(f"| `{column.name}` | {column.kind} | {column.unit} | {column.meaning} | {rule} |")
        lines += ["", f"A row is identified by {', '.join(f'`{name}`' for name in table.key)}, where present.", ""]
    return "\n".join(lines)
