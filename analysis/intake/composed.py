"""Headers that say something only as a whole, by the kinds of words in them.

A number and something published is how much an account published (*всего видео*); a day and something published is
when (*Fecha publi*); a key and something published, or an account, is an identifier; a currency and a post are the
price of one (*€ per post*). None of these words alone says it, and one word more of another kind says something
else, so nothing is read then.
"""

from analysis.intake.phrases import currency_words, header_words, of_one_post, segmented

__all__ = ["composed"]

#: Words of a number that, after what is published, only say which one it is.
_NUMBERING = frozenset({"number", "num", "no", "nr", "nro", "numero", "#"})


def composed(words: tuple[str, ...]) -> str:
    """Return the concept that the words of a header say together, or an empty string.

    Examples
    --------
    >>> composed(("всего", "видео")), composed(("post", "no")), composed(("number", "of", "sponsored", "post"))
    ('post_count', '', '')
    >>> composed(("identyfikator", "publikacji")), composed(("id", "канала"))
    ('post_id', 'creator_id')
    >>> composed(("fecha", "publi")), composed(("usd", "per", "post")), composed(("per", "post"))
    ('published_at', 'fee', '')
    """
    if len(words) < 2 and all(map(str.isascii, words)):
        return ""
    pieces = segmented(words)
    if _number(pieces, words[0]):
        return "post_count"
    if header_words("keys") & set(pieces) and (key := _key(pieces)):
        return key
    if _day(pieces):
        return "published_at"
    return "fee" if _price(pieces) else ""


def _rest(pieces: tuple[str, ...], *kinds: str) -> set[str]:
    """Return the pieces of other kinds than these, fillers aside."""
    return set(pieces).difference(header_words("fillers"), *(header_words(kind) for kind in kinds))


def _number(pieces: tuple[str, ...], first: str) -> bool:
    published = header_words("published") & set(pieces)
    counted = header_words("numbers") & set(pieces)
    if not published or not counted or (counted <= _NUMBERING and first not in _NUMBERING):
        return False
    return not _rest(pieces, "published", "numbers", "accounts")


def _key(pieces: tuple[str, ...]) -> str:
    """Return whose key it is, where it is only one's: the identifier of a post, or of an account."""
    posts, accounts = header_words("published") & set(pieces), header_words("accounts") & set(pieces)
    if bool(posts) == bool(accounts):
        return ""
    return "" if _rest(pieces, "keys", "published", "accounts") else "post_id" if posts else "creator_id"


def _day(pieces: tuple[str, ...]) -> bool:
    when = header_words("dates") & set(pieces)
    what = (header_words("posts") | header_words("publishing")) & set(pieces)
    return bool(when and what) and not _rest(pieces, "dates", "posts", "publishing")


def _price(pieces: tuple[str, ...]) -> bool:
    paid = currency_words() & set(pieces)
    return bool(paid) and of_one_post(pieces) and not _rest(pieces, "per", "posts")
