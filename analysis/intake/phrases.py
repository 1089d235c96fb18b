"""The phrases that headers are compared with, and the words that stand around them.

Phrases come from ``data/reference/synonyms.yml`` (canonical columns) and ``lookalikes.yml`` (things that are known and
are not ours), the words around them from ``header_words.yml``. A word that nobody knows and that is nearly one of
them is mended; words of scripts without spaces are split by the longest known pieces.
"""

import re
from functools import cache
from pathlib import Path

from analysis.intake.marks import CURRENCY_SIGNS, CURRENCY_WORDS, ISO_CURRENCIES
from analysis.intake.words import fold
from analysis.reference import kept, read_yaml, reference_dir
from analysis.schema import synonyms

__all__ = [
    "changes",
    "currency_words",
    "header_phrases",
    "header_ties",
    "header_words",
    "header_wrappers",
    "mend",
    "of_one_post",
    "order_of",
    "phrases",
    "segmented",
    "spelt_out",
    "together",
    "without_estimates",
    "without_networks",
    "without_units",
]

#: Words this alike (0..100, rapidfuzz ratio) are one word misspelt; words shorter than five letters are never mended.
SAME_WORD = 86.0
SHORTEST_MENDED = 5

#: Letters of scripts without spaces: Thai, Japanese, Chinese, Korean.
_SPACELESS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


#: What the vocabulary is made of, and the code that folds it.
_FILES = ("synonyms.yml", "lookalikes.yml", "header_words.yml")
_CODE = ("marks.py", "words.py", "phrases.py")

Words = tuple[str, ...]


@cache
def _folded() -> tuple[dict[Words, Words], dict[Words, tuple[int, ...]], dict[str, tuple[Words, ...]], frozenset[str]]:
    """Phrase → concepts; phrase → its place in the list of each; the words around phrases; those of currencies."""
    code = [path for path in (Path(__file__).with_name(name) for name in _CODE) if path.is_file()]
    return kept("vocabulary", [*(reference_dir() / name for name in _FILES), *code], _fold_all)


def _fold_all() -> tuple[
    dict[Words, Words], dict[Words, tuple[int, ...]], dict[str, tuple[Words, ...]], frozenset[str]
]:
    meant: dict[Words, dict[str, int]] = {}
    for concept, languages in synonyms().items():
        for listed in languages.values():
            for place, phrase in enumerate(listed):
                meant.setdefault(fold(phrase), {}).setdefault(concept, place)
    for concept, listed in read_yaml("lookalikes.yml").items():
        for phrase in listed:
            meant.setdefault(fold(phrase), {}).setdefault(concept, 0)
    meant.pop((), None)
    groups = {kind: tuple(fold(phrase) for phrase in listed) for kind, listed in read_yaml("header_words.yml").items()}
    concepts = {phrase: tuple(places) for phrase, places in meant.items()}
    places = {phrase: tuple(places.values()) for phrase, places in meant.items()}
    return concepts, places, groups, _foldcurrency_words()


def phrases() -> dict[Words, Words]:
    """Phrase → concepts, canonical ones first."""
    return _folded()[0]


def order_of(concept: str, phrase: Words) -> int:
    """Return the place of a phrase in a concept's list; 0 where it is not in it."""
    concepts, places, _, _ = _folded()
    return dict(zip(concepts.get(phrase, ()), places.get(phrase, ()), strict=True)).get(concept, 0)


@cache
def together() -> dict[str, Words]:
    """Phrases written together → their words."""
    return {"".join(words): words for words in phrases() if len("".join(words)) > 3}


@cache
def header_words(kind: str) -> frozenset[str]:
    """Return the words of a group of ``header_words.yml``; every currency is a filler."""
    words = frozenset(word for phrase in _folded()[2][kind] for word in phrase)
    return words | currency_words() if kind == "fillers" else words


@cache
def header_wrappers() -> frozenset[str]:
    """Return the names of objects around the fields of a record that say nothing, folded and joined by spaces."""
    return frozenset(" ".join(phrase) for phrase in header_phrases("wrappers"))


@cache
def header_phrases(kind: str) -> frozenset[Words]:
    """Return the phrases of a group of ``header_words.yml`` that are whole headers or names, folded.

    Examples
    --------
    >>> ("date", "created") in header_phrases("created"), ("subscription",) in header_phrases("ties")
    (True, True)
    """
    return frozenset(_folded()[2][kind])


@cache
def header_ties() -> frozenset[str]:
    """Return what records call themselves that are neither accounts nor posts, folded and joined by spaces."""
    return frozenset(" ".join(phrase) for phrase in header_phrases("ties"))


#: Codes of currencies that are everyday words.
_EVERYDAY = {"all", "top", "cup", "gel", "pen", "mad", "bob", "ron", "cop"}


def currency_words() -> frozenset[str]:
    """Words and codes of currencies, folded, without those that are everyday words."""
    return _folded()[3]


def _foldcurrency_words() -> frozenset[str]:
    codes = {code.casefold() for code in ISO_CURRENCIES} - _EVERYDAY
    named = (*CURRENCY_SIGNS, *CURRENCY_WORDS)
    return frozenset(codes | {word for sign in named for word in fold(sign) if not word.isdigit()})


@cache
def _vocabulary() -> dict[str, list[str]]:
    """Every word known, by first letter."""
    words = {word for phrase in phrases() for word in phrase}
    for kind in ("fillers", "posts", "accounts", "averages", "changers", "window"):
        words |= header_words(kind)
    table: dict[str, list[str]] = {}
    for word in sorted(words):
        table.setdefault(word[0], []).append(word)
    return table


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


#: Networks, as headers name them before what they count.
_NETWORKS = frozenset({"ig", "insta", "instagram", "tiktok", "youtube", "yt", "tt", "facebook", "fb", "twitter", "x"})


def without_networks(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without a network in front, when two or more are left: ``Instagram Post Count``."""
    return words[1:] if len(words) > 2 and words[0] in _NETWORKS else words


#: Abbreviations of data warehouses and hurried sheets.
_SHORT = {
    "sk": "id", "nk": "id", "ref": "id", "uuid": "id", "guid": "id", "uid": "id", "clk": "click", "perf": "performance",
    "bk": "id", "ts": "time", "dt": "date", "dttm": "time", "cd": "code", "nm": "name", "rev": "revenue",
    "cnt": "count", "ct": "count", "flg": "", "ind": "", "amt": "amount", "vid": "video", "cmt": "comment",
    "cmnt": "comment", "lk": "like", "impr": "impression", "flwr": "follower", "usr": "user", "acct": "account",
    "plat": "platform", "camp": "campaign", "infl": "influencer", "inf": "influencer", "eng": "engagement",
}  # fmt: skip


def spelt_out(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words with abbreviations spelt out.

    Examples
    --------
    >>> spelt_out(("post", "ts")), spelt_out(("is", "ad", "flg"))
    (('post', 'time'), ('is', 'ad'))
    """
    return tuple(_SHORT.get(word, word) for word in words if _SHORT.get(word, word))


#: Words that say a price is an estimate; a quoted price of a post is one anyway.
_ESTIMATED = frozenset(
    ["est", "estimated", "estimado", "estimada", "estime", "estimee", "stimato", "stimata", "geschatzt", "geschatzte",
     "geschatzter", "tahmini", "estimasi", "예상", "geschat", "geschatte", "szacowana", "szacowany", "approximate"]
)  # fmt: skip


def without_estimates(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without those that call a figure an estimate.

    Examples
    --------
    >>> without_estimates(("custo", "estimado", "por", "post"))
    ('custo', 'por', 'post')
    """
    return tuple(word for word in words if word not in _ESTIMATED)


def without_units(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without units, currencies and networks; all of them when nothing else is left."""
    if words[-1:] and (words[-1] in _UNITS or words[-1] in currency_words()) and words[:-1] in phrases():
        return words[:-1]
    means = header_words("averages")
    kept = tuple(word for word in words if word in means or not (word in _UNITS or word in currency_words()))
    return kept or words


def of_one_post(around: tuple[str, ...]) -> bool:
    """Return whether the words around a metric say what one post gets, as in likes per post.

    Examples
    --------
    >>> of_one_post(("per", "post")), of_one_post(("post",))
    (True, False)
    """
    return bool(header_words("per") & set(around) and header_words("posts") & set(around))


def changes(word: str, around: tuple[str, ...]) -> bool:
    """Return whether a word makes a figure another one; a word that is there twice is an average (rata-rata).

    Examples
    --------
    >>> changes("rata", ("rata",)), changes("rata", ("rata", "rata"))
    (True, False)
    """
    doubled = word in header_words("averages") and around.count(word) > 1
    return word in header_words("changers") and not doubled


def segmented(words: tuple[str, ...]) -> tuple[str, ...]:
    """Split words of scripts without spaces by the longest known pieces."""
    if all(map(str.isascii, words)):
        return words
    spaceless, other_script = re.compile(f"[{_SPACELESS}]"), re.compile(f"[^{_SPACELESS}]+")
    if not any(spaceless.search(word) for word in words):
        return words
    known = {word for group in _vocabulary().values() for word in group if spaceless.search(word)}
    pieces = sorted(known, key=len)[::-1]
    result: list[str] = []
    for word in words:
        rest = word
        while rest:
            other = other_script.match(rest)
            piece = other.group() if other else next((p for p in pieces if rest.startswith(p)), rest[0])
            result.append(piece)
            rest = rest[len(piece) :]
    return tuple(result)


def mend(words: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Replace words nobody knows by the known word they nearly are."""
    from rapidfuzz import fuzz, process

    result, notes = [], []
    unlike = header_words("unlike")
    for word in words:
        group = _vocabulary().get(word[0], [])
        plain = len(word) >= SHORTEST_MENDED and word.isalpha() and not re.search(f"[{_SPACELESS}]", word)
        if plain and word not in group and word not in unlike:
            close = process.extractOne(word, group, scorer=fuzz.ratio, score_cutoff=SAME_WORD)
            if close and abs(len(close[0]) - len(word)) <= 2:
                notes.append(f"{word} → {close[0]}")
                word = close[0]
        result.append(word)
    return tuple(result), notes
