"""What the fields of one object in a document say of each other.

``mblog.user.id`` says no more than "an identifier", but beside ``mblog.user.screen_name`` it is the account's. The
account that asked stands in every row of an answer and is none of those in it. An identifier that begins with @ is a
handle. Headers alone cannot know this; the fields under the same path can.
"""

import base64
import re

from analysis.intake.headers import Meaning
from analysis.intake.phrases import header_words, phrases
from analysis.intake.targets import Candidate, is_post_key
from analysis.intake.words import fold

__all__ = ["account_ids", "last_posts", "own_ids", "own_post_ids", "wrapped_ids"]

_ACCOUNT = frozenset({"handle", "followers", "following", "name"})
_OF_A_POST = frozenset({"likes", "comments", "shares", "views", "saves", "caption", "published_at", "post_id"})
_IDS = frozenset({("id",), ("pk",), ("uid",), ("id", "str"), ("user", "id"), ("did",)})
_LIVE = re.compile(r"(?i)(?:current_?)?(?:live_?)?(?:stream|broadcast)(?:\.|_(?:title|name)$)")

#: An account that repeats in more rows than this is not what tells the rows of a list of accounts apart.
REPEATS = 0.6


def account_ids(columns: list[Candidate]) -> None:
    """Read the identifier of an object that has a handle or followers, and nothing a post gets, as the account's."""
    _handles(columns)
    for column in columns:
        best = column.best
        if best and best.concept == "creator_id" and best.order >= 0 and column.profile.at_share > 0.8:
            column.meanings = [Meaning("handle", True, order=60)]
    if any(c.best and c.best.concept == "creator_id" and not c.profile.empty for c in columns):
        return
    places: dict[str, set[str]] = {}
    for column in columns:
        if column.best and not column.profile.empty and not column.best.of_account:
            places.setdefault(column.base.rpartition(".")[0], set()).add(column.best.concept)
    for column in columns:
        path, _, last = column.base.rpartition(".")
        beside = places.get(path, set())
        bare = column.best is None or column.best.concept == "id"
        if path and bare and fold(last) in _IDS and beside & _ACCOUNT and not beside & _OF_A_POST:
            if "name" in beside & _ACCOUNT and not beside & {"handle", "followers"}:
                continue  # a place, a sound, a brand has an id and a name too
            if not column.profile.empty:
                column.meanings = [Meaning("creator_id", True, order=60)]
                return


def _handles(columns: list[Candidate]) -> None:
    """Read the handle on a network that nobody listed: ``xyz_handle``; a product's handle is its address in a shop."""
    others = header_words("goods") | header_words("aside") | header_words("changers")
    for column in columns:
        words = fold(column.base.rpartition(".")[2])
        ends = column.best is None and len(words) == 2 and words[1] in {"handle", "username"}
        if ends and words[0] not in others and words[:1] not in phrases() and not column.profile.empty:
            column.meanings = [Meaning("handle", True, order=150)]


def wrapped_ids(columns: list[Candidate]) -> None:
    """Keep out an identifier that only wraps the one beside it: base64 of ``User:17`` beside ``17``."""
    ids = [c for c in columns if c.best and c.best.concept in {"id", "creator_id", "post_id"} and c.best.order >= 0]
    for column in ids:
        inside = [_within(str(cell)) for cell in column.profile.sample.to_list()]
        if not inside or not all(inside):
            continue
        if any(c is not column and [str(cell) for cell in c.profile.sample.to_list()] == inside for c in ids):
            column.meanings = []


def _within(cell: str) -> str:
    """Return the number that an identifier holds behind the name of its type, or an empty string."""
    try:
        written = base64.b64decode(cell, validate=True).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return ""
    found = re.fullmatch(r"[A-Za-z_]+:(\d+)", written)
    return found[1] if found else ""


def last_posts(columns: list[Candidate]) -> None:
    """Keep out what an account's record says of its last post, or of what it sends live: the row is the account."""
    _live(columns)
    flat = {c.best.concept for c in columns if c.best and "." not in c.base and not c.profile.empty}
    if "followers" not in flat or not flat & {"following", "post_count"} or not flat & {"handle", "name"}:
        return
    if not flat & {"caption", "title", "published_at"}:
        for column in columns:
            key = column.best is not None and column.best.concept == "post_id" and column.best.order >= 0
            if key and column.profile.share(r"^0?$") > 0.9:
                column.meanings = []  # an account's other number, which none of them has
    posts = {
        c.base.partition(".")[0]
        for c in columns
        if c.best and "." in c.base and c.best.concept in {"post_id", "caption"} and not c.profile.empty
    }
    for column in columns:
        if "." in column.base and column.base.partition(".")[0] in posts and column.best and column.best.order >= 0:
            column.meanings = []


def _live(columns: list[Candidate]) -> None:
    flat = {c.best.concept: c for c in columns if c.best and "." not in c.base and not c.profile.empty}
    listed = "creator_id" in flat and not {"id", "post_id"} & flat.keys()
    if "followers" not in flat and not (listed and flat["creator_id"].profile.unique_share >= REPEATS):
        return
    for column in columns:
        if _LIVE.match(column.base):
            column.meanings = []


def own_ids(columns: list[Candidate], grain: str) -> None:
    """In a list of accounts, let its own different identifiers stand before one that most rows share."""
    if grain != "creators":
        return
    keys = [c for c in columns if c.best and c.best.concept == "creator_id" and c.best.order >= 0]
    shared = [c for c in keys if c.profile.unique_share < REPEATS and c.profile.filled > 2]
    own = [c for c in columns if c.best and c.best.concept == "id" and c.profile.unique_share > 0.9]
    own += [c for c in keys if c.profile.unique_share > 0.9]
    if own and shared:
        for column in shared:
            column.meanings = []
        own[0].meanings = [Meaning("creator_id", True, exact=True)]


def own_post_ids(columns: list[Candidate], grain: str) -> None:
    """Let a post's own identifier stand before that of the recording in it: ``id`` before ``video.id``."""
    own = [c for c in columns if c.best and c.best.concept == "id" and "." not in c.base and is_post_key(c.profile)]
    if grain != "posts" or not own:
        return
    inside = [c for c in columns if c.best and c.best.concept == "post_id" and c.best.order >= 0 and "." in c.base]
    inside = [c for c in inside if fold(c.base.rpartition(".")[2]) in _IDS]
    if any(c.best and c.best.concept == "post_id" and c not in inside for c in columns):
        return
    for column in inside:
        path = column.base.rpartition(".")[0] + "."
        said = {c.best.concept for c in columns if c.best and c.base.startswith(path) and c is not column}
        if said & _OF_A_POST:
            return  # the record is about the post inside it
    for column in inside:
        column.meanings = []
    if inside:
        own[0].meanings = [Meaning("post_id", True, exact=True)]
