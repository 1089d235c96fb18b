"""What a header says, before any value is looked at.

A header is folded (case, accents, punctuation, camelCase, plural -s, soft hyphens, line breaks) to words. The words
are compared with the phrases of ``data/reference/synonyms.yml`` (canonical columns) and ``lookalikes.yml`` (things
that are known and are not ours), and what stands around a phrase is read with ``header_words.yml``: *average* turns
likes into average likes, *rate* turns likes into something that is not likes, a currency is a unit, *total* says
nothing. A word nobody knows makes a reading doubtful, and a doubtful reading is no reading: a missed column costs an
answer, a wrong one costs the client. Misspellings are mended word by word, and the mending is told.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from analysis.reference import read_yaml
from analysis.schema import COLUMNS, synonyms

__all__ = ["Meaning", "fold", "looks_like_header", "read_header", "visible"]

#: Words this alike (0..100, rapidfuzz ratio) are one word misspelt; words shorter than five letters are never mended.
SAME_WORD = 86.0
SHORTEST_MENDED = 5

#: Headers that are an identifier of whatever the row is.
BARE_IDS = frozenset(
    {("id",), ("pk",), ("ids",), ("identifier",), ("kennung",), ("identifiant",), ("object", "id"), ("uid",)}
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WORD = re.compile(r"[^\W_]+|#|%|[€$£₹¥₺₩₫Ø]", re.UNICODE)
_PLAIN = re.compile("[a-z0-9 ]+")
_FOOTNOTE = re.compile(r"(?<=\S)\s*\[\w{1,2}\]\s*$")
_LETTERS = str.maketrans("đĐłŁ", "dDlL")  # letters that no decomposition takes apart
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SYMBOLS = {
    "%": "percent",
    "#": "#",
    "€": "eur",
    "$": "usd",
    "£": "gbp",
    "₹": "inr",
    "¥": "jpy",
    "₺": "try",
    "₩": "krw",
    "₫": "vnd",
}
_KEEP_PLURAL = frozenset(
    {
        "posts",
        "videos",
        "media",
        "tweets",
        "uploads",
        "sales",
        "news",
        "status",
        "is",
        "has",
        "ups",
        "downs",
        "less",
        "series",
        "address",
        "cross",
        "sms",
        "sns",
        "os",
        "s",
        "as",
        "us",
        "users",
        "reels",
        "accounts",
        "channels",
        "pages",
        "hashtags",
        "campaigns",
    }
)


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


def visible(header: str) -> str:
    """Return a header without soft hyphens, zero-width and direction marks.

    Examples
    --------
    >>> visible("Auf\u00adrufe")
    'Aufrufe'
    """
    return _INVISIBLE.sub("", header)


def fold(header: str) -> tuple[str, ...]:
    """Return the words of a header, folded.

    Examples
    --------
    >>> fold("\\nFollowers"), fold("likeCount"), fold("Ø Likes (Avg.)")
    (('follower',), ('like', 'count'), ('ø', 'like', 'avg'))
    """
    if _PLAIN.fullmatch(header):  # most phrases: nothing to fold but the plural
        return tuple(_singular(word) for word in header.split())
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", header.replace("ø", "Ø")))
    text = _FOOTNOTE.sub("", text).translate(_LETTERS)
    text = _CAMEL.sub(" ", text.replace("'", " ").replace("’", " "))
    words: list[str] = []
    for word in _WORD.findall(text):
        word = _SYMBOLS.get(word, word).casefold().replace("ı", "i")
        word = unicodedata.normalize(
            "NFC", "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
        )
        words.append(_singular(word))
    return tuple(words)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word not in _KEEP_PLURAL:
        return word[:-1]
    return word


@cache
def _phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Phrase → concepts, canonical ones first."""
    table: dict[tuple[str, ...], list[str]] = {}
    for concept, languages in synonyms().items():
        for phrases in languages.values():
            for phrase in phrases:
                table.setdefault(fold(phrase), []).append(concept)
    for concept, phrases in read_yaml("lookalikes.yml").items():
        for phrase in phrases:
            table.setdefault(fold(phrase), []).append(concept)
    return {words: tuple(dict.fromkeys(concepts)) for words, concepts in table.items() if words}


@cache
def _order() -> dict[tuple[str, tuple[str, ...]], int]:
    """(concept, phrase) → its place in the concept's list."""
    table: dict[tuple[str, tuple[str, ...]], int] = {}
    for concept, languages in synonyms().items():
        for phrases in languages.values():
            for place, phrase in enumerate(phrases):
                table.setdefault((concept, fold(phrase)), place)
    return table


@cache
def _joined() -> dict[str, tuple[str, ...]]:
    """Phrases written together → their words."""
    return {"".join(words): words for words in _phrases() if len("".join(words)) > 3}


@cache
def _words(kind: str) -> frozenset[str]:
    words = frozenset(word for phrase in read_yaml("header_words.yml")[kind] for word in fold(phrase))
    return words | _currencies() if kind == "fillers" else words


@cache
def _currencies() -> frozenset[str]:
    """Words and codes of currencies, folded, without those that are everyday words."""
    from analysis.intake.marks import CURRENCY_SIGNS, CURRENCY_WORDS, ISO_CURRENCIES

    codes = {code.casefold() for code in ISO_CURRENCIES} - {
        "all",
        "top",
        "cup",
        "gel",
        "pen",
        "mad",
        "bob",
        "ron",
        "cop",
    }
    signs = {word for sign in (*CURRENCY_SIGNS, *CURRENCY_WORDS) for word in fold(sign) if not word.isdigit()}
    return frozenset(codes | signs)


@cache
def _vocabulary() -> dict[str, list[str]]:
    """Every word known, by first letter."""
    words = {word for phrase in _phrases() for word in phrase}
    for kind in ("fillers", "posts", "accounts", "averages", "changers"):
        words |= _words(kind)
    table: dict[str, list[str]] = {}
    for word in sorted(words):
        table.setdefault(word[0], []).append(word)
    return table


def read_header(header: str) -> list[Meaning]:
    """Return the ways to read ``header``, best first; empty when it says nothing known.

    Examples
    --------
    >>> [m.concept for m in read_header("Suscribers")], read_header("Suscribers")[0].mended
    (['followers'], 'suscriber → subscriber')
    >>> read_header("Likes (Avg.)")[0].concept, read_header("Like Rate (%)")[0].ours
    ('avg_likes', False)
    """
    parent = header.startswith("^")
    words = (("account",) if parent else ()) + (fold(header) or (("handle",) if header.strip() == "@" else ()))
    if not words:
        return []
    found = _read(words, parent)
    if any(not meaning.doubts for meaning in found):
        return list(found)
    return list(_by_path(header) or found)


def _by_path(header: str) -> tuple[Meaning, ...]:
    """Read a field of a document by its last name, when what stands above it changes nothing."""
    if re.search(r"\s", header):
        return ()
    *above, last = re.split(r"[./]", header)
    if above and fold(last) in _SUMS:
        last = above.pop()
    over = [word for part in above for word in fold(part)]
    if not above or not fold(last) or any(word.isdigit() or word in _words("aside") for word in over):
        return ()
    kept = tuple(word for word in over if word in _words("changers") or word in _words("accounts"))
    found = _read((*kept, *fold(last)))
    return tuple(replace(m, exact=False) for m in found if m.concept in _OF_A_PATH and not m.doubts)


@cache
def _read(words: tuple[str, ...], parent: bool = False) -> tuple[Meaning, ...]:
    for attempt in (words, _without_units(words), _segmented(words)):
        found = _exact(attempt)
        if found:
            return tuple(_counted(meaning, set(words) - set(attempt)) for meaning in found)
    found = _within(_segmented(words))
    if any(not meaning.doubts for meaning in found):
        return found
    mended, notes = _mend(words)
    if notes:
        better = _exact(mended) or _exact(_without_units(mended)) or _within(mended)
        better = tuple(replace(meaning, mended=", ".join(notes)) for meaning in better)
        if any(not meaning.doubts for meaning in better):
            return better
    return found


def _exact(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    if words in BARE_IDS:
        return (Meaning("id", False, exact=True, length=len(words)),)
    if words not in _phrases():
        words = _joined().get("".join(words), words)
    concepts = _phrases().get(words, ())
    return tuple(
        Meaning(concept, concept in COLUMNS, exact=True, length=len(words), order=_order().get((concept, words), 0))
        for concept in concepts
    )


_UNITS = frozenset(
    [
        "percent",
        "pct",
        "usd",
        "eur",
        "gbp",
        "inr",
        "brl",
        "try",
        "krw",
        "vnd",
        "idr",
        "jpy",
        "mxn",
        "cad",
        "aud",
        "chf",
        "pln",
        "sek",
        "dollar",
        "euro",
        "rupee",
        "k",
        "m",
        "mn",
        "mio",
        "million",
        "thousand",
        "thousand",
        "dd",
        "mm",
        "yyyy",
        "yy",
        "in",
        "of",
        "utc",
        "gmt",
        "number",
        "no",
        "num",
        "#",
        "total",
        "text",
        "raw",
        "str",
        "ig",
        "insta",
        "instagram",
        "tiktok",
        "youtube",
        "yt",
        "v2",
        "count",
        "rs",
        "mil",
        "mille",
        "tausend",
        "millionen",
    ]
)


def _without_units(words: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(word for word in words if word not in _UNITS and word not in _currencies())
    return kept or words


def _segmented(words: tuple[str, ...]) -> tuple[str, ...]:
    """Split words of scripts without spaces by the longest known pieces."""
    if not any(_CJK.search(word) for word in words):
        return words
    pieces = sorted({word for group in _vocabulary().values() for word in group if _CJK.search(word)}, key=len)[::-1]
    result: list[str] = []
    for word in words:
        rest = word
        while rest:
            piece = next((p for p in pieces if rest.startswith(p)), rest[0] if _CJK.search(rest[0]) else rest)
            result.append(piece)
            rest = rest[len(piece) :]
    return tuple(result)


_AVERAGE_OF = {
    **{name: f"avg_{name}" for name in ("likes", "comments", "shares", "views", "reach")},
    "engagements": "engagement_parts",
    "engagement_rate": "engagement_rate",
    "fee": "fee",
}
#: Words of the time an average covers: they do not change what is averaged.
_WINDOW = frozenset({"last", "latest", "recent", "past", "day", "month", "week", "28d", "30d", "90d"})
_FIGURES = frozenset(
    {"followers", "following", "post_count", "engagement_rate", "fee", "cost", "revenue", "clicks", "conversions"}
)
_METRICS = frozenset({"likes", "comments", "shares", "saves", "views", "reach", "impressions", "engagements"})
#: What a field of a document may be by its last name alone: figures and plain names that mean one thing.
_OF_A_PATH = _METRICS.union(
    ("followers", "following", "post_count", "clicks", "conversions", "cost", "revenue", "currency"),
    (*_AVERAGE_OF.values(), "campaign_id", "platform", "handle"),
)


def _within(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    """Read the longest phrase inside the words, and what stands around it."""
    phrases = _phrases()
    found: list[Meaning] = []
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            concepts = phrases.get(phrase)
            if not concepts or (length == 1 and len(phrase[0]) < 2):
                continue
            around = words[:start] + words[start + length :]
            found += [_around(concept, phrase, around) for concept in concepts]
        if any(not meaning.doubts for meaning in found):
            break
    return tuple(sorted(found, key=lambda m: (bool(m.doubts), -m.length, len(m.doubts), not m.ours)))


def _counted(meaning: Meaning, around: Iterable[str]) -> Meaning:
    """Return a number of sales as what it is, whatever money sales are elsewhere."""
    counted = meaning.concept == "revenue" and any(word in _words("counting") for word in around)
    return replace(meaning, concept="conversions") if counted else meaning


def _around(concept: str, phrase: tuple[str, ...], around: tuple[str, ...]) -> Meaning:
    averaged = any(word in _words("averages") for word in around)
    of_account = any(word in _words("accounts") for word in around)
    known = _words("fillers") | _words("posts") | _words("accounts") | _words("averages")
    if concept == "revenue" and any(word in _words("counting") for word in around):
        concept, known = "conversions", known | _words("counting")
    doubts = tuple(word for word in around if word in _words("changers") or word not in known)
    numeric = concept in _METRICS or concept in _FIGURES
    if not numeric and around and concept in COLUMNS and concept not in {"published_at", "date", "post_id"}:
        posts = tuple(word for word in around if word in _words("posts") | _words("averages"))
        doubts += tuple(word for word in posts if word not in doubts)
    if (averaged or concept.startswith("avg_") or concept == "engagement_rate") and doubts:
        doubts = tuple(word for word in doubts if not (word in _WINDOW or word.rstrip("d").isdigit()))
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
        _order().get((concept, phrase), 0) + 100,
    )


def _mend(words: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Replace words nobody knows by the known word they nearly are."""
    from rapidfuzz import fuzz, process

    result, notes = [], []
    for word in words:
        group = _vocabulary().get(word[0], [])
        if len(word) >= SHORTEST_MENDED and word not in group and word.isalpha():
            close = process.extractOne(word, group, scorer=fuzz.ratio, score_cutoff=SAME_WORD)
            if close and abs(len(close[0]) - len(word)) <= 2:
                notes.append(f"{word} → {close[0]}")
                word = close[0]
        result.append(word)
    return tuple(result), notes


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
