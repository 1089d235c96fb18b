"""The words of a header, folded so that every spelling of one thing is one thing.

Case, accents, punctuation, camelCase, plural -s, soft hyphens, line breaks, footnote marks and currency signs are
folded away; letters that carry a difference of meaning stay. A plural is folded only where no other word is meant by
it (*sales* are not a *sale*, a *news* is no *new*).
"""

import re
import unicodedata
from functools import lru_cache

__all__ = ["fold", "visible"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
#: Marks that stand on letters: Hebrew points, Arabic and Indic vowels, Thai vowels and tones.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_WORD = re.compile(rf"(?:[^\W_][{_MARKS}]*)+|#|%|[€$£₹¥₺₩₫Ø]", re.UNICODE)
_PLAIN = re.compile("[a-z0-9 ]+")
_FOOTNOTE = re.compile(r"(?<=\S)\s*\[\w{1,2}\]\s*$")
#: The second half of a word written for all: Influencer:in, Creator*innen, créateur·rice, abonné·e·s.
_FOR_ALL = re.compile(r"(?<=[a-zé])[·∙•*:](?:innen|in|rices?|trices?|euses?|ses?|ices?|es?|s)(?:[·∙•]s)?\b")
_LETTERS = str.maketrans("đĐłŁ", "dDlL")  # letters that no decomposition takes apart
#: Traditional characters of headers as the simplified ones; Japanese words are folded alike on both sides.
_SIMPLIFIED = str.maketrans(
    "數絲網紅稱觀動報貼國類別讚贊觸號帳發佈時間閱讀點擊評論轉視頻訂單價費銷額連結標題內長總計達戶頁創產購買營業績實際選領體開關鏈項訊資訪問"
    "錢區郵電話語筆記圖專預個約種級幣臺優碼運儲蹤檔屬話劃陸獲",
    "数丝网红称观动报贴国类别赞赞触号账发布时间阅读点击评论转视频订单价费销额连结标题内长总计达户页创产购买营业绩实际选领体开关链项讯资访问"
    "钱区邮电话语笔记图专预个约种级币台优码运储踪档属话划陆获",
)
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
    [
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
    ]
)


def visible(header: str) -> str:
    """Return a header without soft hyphens, zero-width and direction marks.

    Examples
    --------
    >>> visible("Auf\u00adrufe")
    'Aufrufe'
    """
    return _INVISIBLE.sub("", header)


@lru_cache(2**14)
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
    text = _FOR_ALL.sub("", _FOOTNOTE.sub("", text)).translate(_LETTERS)
    text = text if text.isascii() else text.translate(_SIMPLIFIED)
    text = _CAMEL.sub(
        " ", text.replace("'", " ").replace("’", " ").replace("LinkedIn", "Linkedin").replace("KPIs", "Kpis")
    )
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
