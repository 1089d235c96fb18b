"""One record of a document becomes one flat row: dotted names, text cells.

A platform's record nests: ``statistics.viewCount``, ``author.uniqueId``, ``like.summary.total_count``, a list of
``{name, values: [{value}]}``. Flattening keeps the whole path as the name, so that a reader of the audit can find the
value again. What is absent stays absent: a key that a record does not have is missing, not zero.

This module also says what a key *looks like* (an identifier, a metric, a field of an account). That is used to find
the records in a document and never to name a column: naming is the business of the recogniser.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from analysis.intake.phrases import phrases
from analysis.intake.words import fold

__all__ = [
    "Flat",
    "account_fields",
    "flatten",
    "has_audience",
    "is_account",
    "is_identifier",
    "is_metric",
    "metric_list",
    "snake",
]

Flat = dict[str, str | None]

#: Nesting followed inside a record; deeper values are left out and said so.
DEEPEST = 12

_COUNTED = """
view views viewer viewers play plays like likes liked digg heart hearts favorite favorites favourite favourites
favorited comment comments commented reply replies share shares shared retweet retweets repost reposts quote quotes
save saves saved collect collects bookmark bookmarks impression impressions reach follower followers followed
subscriber subscribers fan fans engagement engagements click clicks conversion conversions reaction reactions
upvote upvotes ups score following followings follows reposted clips listeners
"""
#: Words of which one in a key makes it a metric.
_METRICS = frozenset(_COUNTED.split())

_SPEAKING = """
id ids url uri addr at date time timestamp duration setting settings enabled disabled can has is allow status text
title name type rate ratio percent label key visible hidden token version language lang bitrate width height rank
position visibility info
"""
#: Words that make a key something else, whatever it counts.
_NEVER_METRICS = frozenset(_SPEAKING.split())

_IDENTIFIERS = re.compile(
    r"(?:^|_)(?:id|id_str|did|uri|urn|pk|no|shortcode|code|handle|username|user_name|login|slug|permalink|unique_id|screen_name|key|guid|uuid)$"
)
_HANDLES = re.compile(
    r"^(?:.*_)?(?:username|handle|screen_name|unique_id|login|user_login|nickname|full_name|display_name)$"
)
_AUDIENCE = re.compile(r"(?:^|_)(?:followers?|subscribers?|fans?|followed_by|members?_count)(?:_|$)")
_ACCOUNT = re.compile(
    r"^(?:.*_)?(?:id|pk|username|handle|screen_name|unique_id|login|nickname|full_name|display_name|name|user|account|"
    r"channel_title|custom_url|currency|country|platform|category|followers?(?:_count)?|follower_count|subscribers?|"
    r"subscriber_count|fan_count|edge_followed_by_count|followed_by_count)$"
)
#: What the vocabulary, which knows more languages, calls the same.
_FOLLOWERS = frozenset({"followers"})
_FIGURES = frozenset({"likes", "comments", "shares", "saves", "views", "reach", "impressions", "clicks", "conversions"})
_FIGURES |= _FOLLOWERS | {"following", "avg_likes", "avg_comments", "avg_views", "avg_reach", "engagements"}
_KEYS = frozenset({"handle", "creator_id", "post_id"})
_OF_ACCOUNTS = frozenset({"handle", "followers"})

_TYPE_NAMES = """
$oid $numberInt $numberLong $numberDouble $numberDecimal $date $uuid $symbol S N BOOL
stringValue integerValue doubleValue booleanValue timestampValue string int long float double boolean bytes
"""
#: Names of types under which databases write one value.
_TYPES = frozenset(_TYPE_NAMES.split())
#: What the text of a page is written as: ``{"simpleText": "12 views"}``, or in runs.
_PAGE_TEXT = frozenset({"simpleText", "runs", "accessibility"})
#: Lists of codes inside an order.
_CODES = re.compile(r"(?:^|_)(?:discount|coupon|voucher|promo)(?:_code|_application)?s?$")
_NUMERIC = re.compile(r"^-?[\d.,\s]{1,24}\s?[kKmMbB%]?$")
#: A count as a page says it: ``1.2M views``.
_SPOKEN = re.compile(r"^[\d.,\u00a0\u202f]{1,20}\s?[kKmMbB]?\s+[^\W\d]{3,20}$")


@lru_cache(maxsize=50_000)
def snake(key: str) -> str:
    """Return a key in snake case: ``viewCount`` → ``view_count``.

    Examples
    --------
    >>> snake("subscriberCount"), snake("edge_liked_by.count")
    ('subscriber_count', 'edge_liked_by_count')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", key)
    return re.sub(r"[^0-9a-z]+", "_", spaced.lower()).strip("_")


@lru_cache(maxsize=50_000)
def _is_metric_name(path: str) -> bool:
    words = snake(".".join(path.split(".")[-3:])).split("_")
    last = snake(path.rsplit(".", 1)[-1]).split("_")
    return bool(_METRICS.intersection(words)) and not _NEVER_METRICS.intersection(last)


@lru_cache(maxsize=50_000)
def _means(path: str, concepts: frozenset[str]) -> bool:
    """Return whether the last name of a path is a phrase of some concept in a language other than machines'."""
    words = fold(path.rsplit(".", 1)[-1])
    return bool(words) and not concepts.isdisjoint(phrases().get(words, ()))


def is_metric(path: str, value: str | None) -> bool:
    """Return whether a flattened field looks like a count of reactions or audience.

    Examples
    --------
    >>> is_metric("like.summary.total_count", "702"), is_metric("commentSetting", "0"), is_metric("likes", None)
    (True, False, True)
    """
    if value is not None and path.endswith("Text") and _SPOKEN.match(value):
        return _is_metric_name(path.removesuffix("Text"))
    return (value is None or bool(_NUMERIC.match(value))) and (_is_metric_name(path) or _means(path, _FIGURES))


@lru_cache(maxsize=50_000)
def is_identifier(path: str) -> bool:
    """Return whether a field's name says it identifies its record or the account behind it."""
    return path.count(".") <= 2 and (bool(_IDENTIFIERS.search(snake(path))) or _means(path, _KEYS))


def is_account(flat: Flat) -> bool:
    """Return whether flat fields describe an account: a handle, or an audience."""
    last = [snake(path.rsplit(".", 1)[-1]) for path, value in flat.items() if value not in {None, ""}]
    whole = [snake(path) for path, value in flat.items() if value not in {None, ""}]
    said = any(_HANDLES.match(name) for name in last) or any(_AUDIENCE.search(name) for name in whole)
    return said or any(_means(path, _OF_ACCOUNTS) for path, value in flat.items() if value not in {None, ""})


_OWNER = re.compile(r"(?:^|_)(?:author|user|owner|channel|creator|profile|account)")
_AVERAGES = re.compile(r"(?:^|_)(?:avg|average|mean|median)(?:_|$)")
_REACTIONS = re.compile(
    r"(?:^|_)(?:likes?|liked_by|digg|comments?|replies|reply|shares?|retweets?|plays?|impressions?|saves?|ups)(?:_|$)"
)


def has_audience(flat: Flat) -> bool:
    """Return whether a record is an account with an audience, rather than a post that names its author's.

    Examples
    --------
    >>> has_audience({"username": "a", "followers": "9"}), has_audience({"likes": "3", "author.followers": "9"})
    (True, False)
    """
    own = others = reactions = False
    for path in flat:
        above, name = snake(path.rpartition(".")[0]), snake(path)
        if _AUDIENCE.search(name) or _means(path, _FOLLOWERS):
            own, others = own or not _OWNER.search(above), others or bool(_OWNER.search(above))
        elif not _OWNER.search(above) and _REACTIONS.search(name) and is_metric(path, flat[path]):
            if _AVERAGES.search(name):
                continue
            reactions = True
    return own or (others and not reactions)


def account_fields(flat: Flat) -> Flat:
    """Return the fields worth handing down from an account to its posts: who it is, how large, which currency."""
    return {
        path: value
        for path, value in flat.items()
        if value not in {None, ""} and (_ACCOUNT.match(snake(path.rsplit(".", 1)[-1])) or _AUDIENCE.search(snake(path)))
    }


def metric_list(items: list[Any]) -> dict[str, Any] | None:
    """Return name → value of a list that holds one metric a record, or None when it is another kind of list.

    Examples
    --------
    >>> metric_list([{"name": "reach", "period": "lifetime", "values": [{"value": "5"}]}])
    {'reach': '5'}
    >>> metric_list([{"id": "1", "name": "a page"}]) is None
    True
    """
    found: dict[str, Any] = {}
    for item in items:
        if not isinstance(item, dict):
            return None
        name = next((item[key] for key in ("name", "metric", "type", "key") if isinstance(item.get(key), str)), None)
        if name is None or name in found:
            return None
        values = item.get("values")
        if isinstance(values, list) and len(values) == 1 and isinstance(values[0], dict) and "value" in values[0]:
            value = values[0]["value"]
        else:
            value = next((item[key] for key in ("value", "count", "total", "total_value") if key in item), _ABSENT)
        if isinstance(value, dict) and "value" in value:
            value = value["value"]
        if value is _ABSENT or isinstance(value, list):
            return None
        if not isinstance(value, dict):  # reactions by kind are no one figure
            found[name] = value
    metrics = sum(is_metric(name, None if value is None else str(value)) for name, value in found.items())
    return found if metrics * 2 > len(found) else None


_ABSENT = object()


def flatten(record: dict[str, Any], *, prefix: str = "", without: Any = None) -> Flat:
    """Return a nested record as one row of dotted names and text.

    Parameters
    ----------
    record : dict
        The record, numbers kept as the text the document had.
    prefix : str
        Put before every name.
    without : object, optional
        A branch to leave out: the list whose records this one is handed down to.

    Examples
    --------
    >>> flatten({"id": "1", "stats": {"likes": "5"}, "tags": ["a", "b"], "live": True})
    {'id': '1', 'stats.likes': '5', 'tags': 'a, b', 'live': 'true'}
    """
    return dict(_fields(record, prefix, without, 0))


def _fields(record: dict[str, Any], prefix: str, without: Any, depth: int) -> Iterator[tuple[str, str | None]]:
    for key, value in record.items():
        if value is without and without is not None:
            continue
        path = f"{prefix}{key}"
        if value is None or isinstance(value, (str, bool)):
            yield path, text(value)
        elif isinstance(value, dict):
            typed = _typed(_tagged(value))
            if typed is not value:
                yield path, text(typed)
            elif depth < DEEPEST:
                yield from _fields(value, f"{path}.", without, depth + 1)
        elif isinstance(value, list):
            yield from _listed(value, path)


def _tagged(value: dict[str, Any]) -> Any:
    """Return what an object holds under the key its ``type`` names: ``{"id": "a", "type": "number", "number": 7}``."""
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in value or not value.keys() <= {"id", "type", kind}:
        return value
    inner = value[kind]
    for key, between in (("plain_text", ""), ("name", ", ")):  # a text in pieces; some of several options
        if (
            isinstance(inner, list)
            and inner
            and all(isinstance(p, dict) and isinstance(p.get(key), str) for p in inner)
        ):
            return between.join(part[key] for part in inner)
    if isinstance(inner, dict):
        inner = next((inner[key] for key in ("name", "start", "string", "number", "boolean") if key in inner), inner)
    return value if isinstance(inner, (dict, list)) else inner


def _typed(value: Any) -> Any:
    """Return the scalar of an object that only names its type: ``{"$numberInt": "7"}``, ``{"N": "7"}``."""
    if isinstance(value, dict) and value.keys() <= _PAGE_TEXT and value:
        runs = value.get("runs")
        if isinstance(value.get("simpleText"), str):
            return value["simpleText"]
        if isinstance(runs, list) and all(isinstance(run, dict) and isinstance(run.get("text"), str) for run in runs):
            return "".join(run["text"] for run in runs)
    for _ in range(2):  # {"$date": {"$numberLong": "1"}}
        if not isinstance(value, dict) or len(value) != 1:
            return value
        ((key, inner),) = value.items()
        if key not in _TYPES or isinstance(inner, list) or (isinstance(inner, dict) and not key.startswith("$")):
            return value
        value = inner
    return value


def _listed(value: list[Any], path: str) -> Iterator[tuple[str, str | None]]:
    """Yield what a list inside a record tells about the record: its metrics, or its plain values in one cell."""
    if value and isinstance(value[0], dict):
        for name, number in (metric_list(value) or {}).items():
            yield f"{path}.{name}".replace(".data.", "."), text(number)
        codes = [text(item.get("code")) for item in value if isinstance(item, dict)]
        if _CODES.search(snake(path)) and all(codes):
            yield path, ", ".join(code or "" for code in codes)[:1000]
    elif value and all(isinstance(item, (str, bool)) for item in value):
        yield path, ", ".join(text(item) or "" for item in value)[:1000]


def text(value: object) -> str | None:
    """Return a scalar of a document as cell text."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
