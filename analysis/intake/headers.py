"""What a header says, before any value is looked at.

A header is folded (case, accents, punctuation, camelCase, plural -s, soft hyphens, line breaks) to words. The words
are compared with the phrases of ``data/reference/synonyms.yml`` (canonical columns) and ``lookalikes.yml`` (things
that are known and are not ours), and what stands around a phrase is read with ``header_words.yml``: *average* turns
likes into average likes, *rate* turns likes into something that is not likes, a currency is a unit, *total* says
nothing. A word nobody knows makes a reading doubtful, and a doubtful reading is no reading: a missed column costs an
answer, a wrong one costs the client. Misspellings are mended word by word, and the mending is told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from analysis.intake.composed import composed
from analysis.intake.paths import said_again
from analysis.intake.phrases import (
    changes,
    header_words,
    header_wrappers,
    mend,
    of_one_post,
    order_of,
    phrases,
    segmented,
    spelt_out,
    together,
    without_estimates,
    without_networks,
    without_units,
)
from analysis.intake.words import fold
from analysis.schema import COLUMNS

__all__ = ["Meaning", "looks_like_header", "read_header"]

#: A header such as "@Instagram" or "@ TikTok".
_NETWORK = r"(?:ig|insta(?:gram)?|tik\s?tok|tt|you\s?tube|yt|twitter|x|facebook|twitch)"
_AT_NETWORK = re.compile(rf"(?i)\s*(?:@\s*{_NETWORK}|{_NETWORK}\s*@)\s*")

#: Headers that are an identifier of whatever the row is.
BARE_IDS = frozenset(
    {
        ("id",),
        ("pk",),
        ("ids",),
        ("identifier",),
        ("kennung",),
        ("identifiant",),
        ("object", "id"),
        ("uid",),
        ("rest", "id"),
        ("guid",),
        ("uuid",),
    }
)

_SHORT = re.compile(r"(.+?)\s*\(([A-Z]{2,6})\)\s*")
_ITS_NAME = re.compile(r"[A-Za-z][./][Nn]ame$")

#: Last names of a path that say nothing: the one above it is read.
_SUMS = frozenset({("total",), ("count",), ("value",), ("total", "count"), ("sum",)})


@dataclass(frozen=True)
class Meaning:
    """One way to read a header.

    Attributes
    ----------
    concept : str
        A canonical column, a concept of ``lookalikes.yml``, or ``id`` (an identifier of whatever the row is).
    ours : bool
        Whether the concept is a canonical column.
    exact : bool
        Whether the whole header is a known phrase, units aside.
    averaged, of_account : bool
        Whether it says average; whether it names an account beside a metric (an account's total, then).
    doubts : tuple of str
        Words that change the meaning or that nobody knows; a reading with doubts is not used.
    mended : str
        The word that was misspelt, as ``"suscribers → subscribers"``.
    length : int
        Words of the phrase; a longer phrase is the better reading.
    order : int
        Place of the phrase in its list; the first phrases are the surest.
    """

    concept: str
    ours: bool
    exact: bool = False
    averaged: bool = False
    of_account: bool = False
    doubts: tuple[str, ...] = ()
    mended: str = ""
    length: int = 0
    order: int = 0


def read_header(header: str) -> list[Meaning]:
    """Return the ways to read ``header``, best first; empty when it says nothing known.

    Examples
    --------
    >>> [m.concept for m in read_header("Suscribers")], read_header("Suscribers")[0].mended
    (['followers'], 'suscriber → subscriber')
    >>> read_header("Likes (Avg.)")[0].concept, read_header("Like Rate (%)")[0].ours
    ('avg_likes', False)
    """
    header = _unwrapped(header)
    parent = header.startswith(("^", "parent."))
    header = header.removeprefix("parent.")
    if _AT_NETWORK.fullmatch(header):
        header = "handle"
    words = (("account",) if parent else ()) + (fold(header) or (("handle",) if header.strip() == "@" else ()))
    if not words:
        return []
    if _a_ratio(header):
        return []
    found = _read(words, parent)
    if _ITS_NAME.search(header):  # user.name is the name of a user, and user_name a handle
        found = tuple(replace(m, concept="name") if m.concept == "handle" else m for m in found)
    if any(not meaning.doubts for meaning in found):
        part = found[0].concept == "part_of" and "." in header  # photo.views are no photo views
        return list((_by_path(header) if part else ()) or found)
    short = _SHORT.fullmatch(header)
    if short and _abbreviates(short[2], short[1]):
        return read_header(short[1])
    return list(_by_path(header) or found)


def _abbreviates(short: str, long: str) -> bool:
    """Whether capitals in parentheses only repeat the words before them: Publisher ID (PID)."""
    letters = iter(re.sub(r"[^a-z]", "", long.casefold()))
    return short[0].casefold() == long.strip()[:1].casefold() and all(sign in letters for sign in short.casefold())


def _a_ratio(header: str) -> bool:
    """Whether a header divides one figure by another (``Views/Followers``); a path (``stats/views``) does not."""
    above, slash, below = header.partition("/")
    if not slash or "/" in below:
        return False
    sides = [{m.concept for m in _exact(fold(side))} & _DIVIDED for side in (above, below)]
    return all(sides) and not sides[0] & sides[1]


def _unwrapped(header: str) -> str:
    """Drop the leading objects of a field's path that say nothing (``basic.id`` is ``id``)."""
    first, dot, rest = header.partition(".")
    while dot and rest and not rest[0].isspace() and " ".join(fold(first)) in header_wrappers():
        header = rest
        first, dot, rest = header.partition(".")
    return header


def _by_path(header: str) -> tuple[Meaning, ...]:
    """Read a field of a document by its last name, when what stands above it changes nothing."""
    if re.search(r"\s", header):
        return ()
    *above, last = re.split(r"[./]", header)
    while above and said_again(above[-1], last):  # replies.replies, commentsSummary.totalComments
        above.pop()
        if not above:
            return tuple(replace(m, exact=False) for m in _read(fold(last)) if m.concept in _OF_A_PATH and not m.doubts)
    if above and fold(last) in {("amount",), ("value",)}:  # an amount with its currency beside it
        money = tuple(m for m in _read(fold(above[-1])) if m.concept in _AMOUNTS and not m.doubts)
        inside = {word for part in above for word in fold(part)}
        if inside & header_words("goods") and any(m.concept == "fee" for m in money):
            return ()
        if money and not inside & header_words("aside"):
            return tuple(replace(m, exact=False) for m in money)
    if above and fold(last) in _SUMS:
        last = above.pop()
    over = [word for part in above for word in fold(part)]
    if not above or not fold(last) or any(word.isdigit() or word in header_words("aside") for word in over):
        return ()
    changed = header_words("changers") if fold(last) != ("currency",) else ()
    kept = tuple(word for word in over if word in changed or word in header_words("accounts"))
    found = _read((*kept, *fold(last)))
    plain = _OF_A_PATH | {"name"} if " ".join(fold(last)) in _FULL_NAMES else _OF_A_PATH
    return tuple(replace(m, exact=False) for m in found if m.concept in plain and not m.doubts)


#: Names of a field that only a person or an account has.
_FULL_NAMES = frozenset({"display name", "full name", "fullname", "nick name", "nickname", "displayname"})


@cache
def _read(words: tuple[str, ...], parent: bool = False) -> tuple[Meaning, ...]:
    whole = "" if _exact(words) else composed(words)
    if whole:
        return (Meaning(whole, True, length=len(words), order=60),)
    once = tuple(word for at, word in enumerate(words) if at == 0 or word != words[at - 1])
    for attempt in (words, without_networks(words), without_units(words), segmented(words), spelt_out(words), once):
        found = _exact(attempt)
        if found:
            later = 50 if attempt not in (words, segmented(words)) and attempt == spelt_out(words) else 0
            found = tuple(replace(meaning, order=meaning.order + later) for meaning in found)
            return tuple(_counted(meaning, set(words) - set(attempt)) for meaning in found)
    quoted = tuple(m for m in _exact(without_units(without_estimates(words))) if m.concept == "fee")
    if quoted:
        return quoted
    found = _within(segmented(words))
    if all(meaning.doubts for meaning in found) and spelt_out(words) != words:
        found = _within(spelt_out(words))
    if any(not meaning.doubts for meaning in found):
        return found
    grouped = _in_a_group(words)
    if grouped:
        return grouped
    mended, notes = mend(words)
    if notes:
        better = _exact(mended) or _exact(without_units(mended)) or _within(mended)
        better = tuple(replace(meaning, mended=", ".join(notes)) for meaning in better)
        if any(not meaning.doubts for meaning in better):
            return better
    return found


def _in_a_group(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    """Read a column after the name of its group: ``Results Clicks``; a rest that is no plain figure stays unread."""
    group, rest = words[0], words[1:]
    if not rest or group not in header_words("groups"):
        return ()
    if group.startswith(("engag", "inter", "etkil")):
        figures = _EARNED
    else:
        figures = _MONEY if any(m.concept == "cost" for m in _exact((group,))) else _GROUPED
    found = _exact(rest) or _exact(without_units(rest))
    return tuple(replace(m, exact=False) for m in found[:1] if m.concept in figures)


def _exact(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    if words in BARE_IDS:
        return (Meaning("id", False, exact=True, length=len(words)),)
    if words not in phrases():
        words = together().get("".join(words), words)
    concepts = phrases().get(words, ())
    return tuple(
        Meaning(concept, concept in COLUMNS, exact=True, length=len(words), order=order_of(concept, words))
        for concept in concepts
    )


#: How many of a thing a price is for: "Rate (1x Reel)".
_TIMES = re.compile(r"\d{1,2}x|x\d{1,2}")

_AVERAGE_OF = {
    **{name: f"avg_{name}" for name in ("likes", "comments", "shares", "views", "reach")},
    "engagements": "engagement_parts",
    "engagement_rate": "engagement_rate",
    "fee": "fee",
}
_FIGURES = frozenset(
    {"followers", "following", "post_count", "engagement_rate", "fee", "cost", "revenue", "clicks", "conversions"}
)
_METRICS = frozenset({"likes", "comments", "shares", "saves", "views", "reach", "impressions", "engagements"})
#: What a code or a link brings.
_SOLD = frozenset({"revenue", "conversions", "clicks"})
#: What an object of an amount and its currency may be.
_AMOUNTS = frozenset({"revenue", "cost", "fee", "product_cost", "order_total"})
#: What stands in groups of columns: what people did, and what was paid and sold.
_MONEY = frozenset({"cost", "fee", "product_cost"})
_EARNED = frozenset({"likes", "comments", "shares", "saves", "views", "clicks"})
_GROUPED = _METRICS | frozenset({"clicks", "conversions", "revenue", "cost", "fee", "product_cost", "engagement_rate"})
#: Figures that headers divide by each other.
_DIVIDED = _METRICS - {"engagements"} | {"followers", "following", "clicks", "conversions", "cost", "revenue"}
#: What a field of a document may be by its last name alone: figures and plain names that mean one thing.
_OF_A_PATH = _METRICS.union(
    ("followers", "following", "post_count", "clicks", "conversions", "cost", "revenue", "currency"),
    (*_AVERAGE_OF.values(), "campaign_id", "platform", "handle", "sponsored"),
)


def _within(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    """Read the longest phrase inside the words, and what stands around it."""
    known = phrases()
    found: list[Meaning] = []
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            concepts = known.get(phrase)
            if not concepts or (length == 1 and len(phrase[0]) < 2):
                continue
            around = words[:start] + words[start + length :]
            found += [_around(concept, phrase, around) for concept in concepts]
        if any(not meaning.doubts for meaning in found):
            break
    return tuple(sorted(found, key=lambda m: (bool(m.doubts), -m.length, len(m.doubts), not m.ours)))


def _counted(meaning: Meaning, around: Iterable[str]) -> Meaning:
    """Return a number of sales as what it is, whatever money sales are elsewhere."""
    counted = meaning.concept == "revenue" and any(word in header_words("counting") for word in around)
    return replace(meaning, concept="conversions") if counted else meaning


def _around(concept: str, phrase: tuple[str, ...], around: tuple[str, ...]) -> Meaning:
    averaged = any(word in header_words("averages") for word in around) or (concept in _METRICS and of_one_post(around))
    of_account = any(word in header_words("accounts") for word in around)
    known = header_words("fillers") | header_words("posts") | header_words("accounts") | header_words("averages")
    if concept == "revenue" and any(word in header_words("counting") for word in around):
        concept, known = "conversions", known | header_words("counting")
    if concept in _SOLD:
        known |= header_words("codes")
    around = tuple(word for word in around if not _TIMES.fullmatch(word))
    if averaged or header_words("per") & set(around):
        around = tuple(word for word in around if word != "1")
    doubts = tuple(word for word in around if changes(word, around) or word not in known)
    numeric = concept in _METRICS or concept in _FIGURES or concept.startswith("avg_")
    if not numeric and around and concept in COLUMNS and concept not in {"published_at", "date", "post_id"}:
        posts = tuple(word for word in around if word in header_words("posts") | header_words("averages"))
        doubts += tuple(word for word in posts if word not in doubts)
    if phrase == ("paid",) and around and set(around) <= header_words("accounts") | header_words("posts"):
        doubts += around  # paid members are members, and paid posts are posts
    if (averaged or concept.startswith("avg_") or concept == "engagement_rate") and doubts:
        doubts = tuple(word for word in doubts if not (word in header_words("window") or word.rstrip("d").isdigit()))
    if numeric and averaged:
        target = _AVERAGE_OF.get(concept)
        if target is None:
            doubts += ("average",)
        else:
            concept = target
    return Meaning(
        concept,
        concept in COLUMNS,
        False,
        averaged,
        of_account and concept in _METRICS,
        doubts,
        "",
        len(phrase),
        order_of(concept, phrase) + 100,
    )


def looks_like_header(cells: Iterable[str]) -> bool:
    """Return whether most cells of a row are known headers (at least two, or the only one).

    Examples
    --------
    >>> looks_like_header(["Username", "Followers"]), looks_like_header(["Report of May", ""])
    (True, False)
    """
    filled = [cell.strip() for cell in cells if cell and cell.strip()][:60]
    known = sum(
        1 for cell in set(filled) if len(cell) < 80 and cell[-1] not in "!?" and any(m.exact for m in read_header(cell))
    )
    return known >= max(2 if len(filled) > 1 else 1, 0.3 * len(filled))
