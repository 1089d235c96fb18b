r"""Text from data is hostile until a format has made it harmless.

A creator may be called ``=HYPERLINK(...)``, ``<img onerror=...>``, ``](javascript:...)`` or ``..\..\x``, or carry
characters that reverse the line or break XML. Each format has one door, here, and shows such a name literally.
"""

import html
import re
import unicodedata

__all__ = [
    "FORMULA_STARTS",
    "escape_html",
    "escape_markdown",
    "guard_formula",
    "plain",
    "safe_filename",
    "unguard_formula",
]

#: A CSV text cell that starts with one of these is taken for a formula by a spreadsheet program.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

#: Longest file name we make from data, in characters.
FILENAME_LIMIT = 80

#: Device names that Windows refuses as a file name, whatever the ending.
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{device}{digit}" for device in ("com", "lpt") for digit in range(1, 10)}

# bidi embeddings, overrides and isolates: they reorder everything after them, in every program
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&])")


def guard_formula(text: str) -> str:
    """Return a CSV text cell that no spreadsheet runs: a leading apostrophe where one is needed.

    A text that already starts with apostrophes before such a character gets one more, so that
    :func:`unguard_formula` is exact.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("'=1"), guard_formula("plain")
    ("'=1+1", "''=1", 'plain')
    """
    return "'" + text if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unguard_formula(text: str) -> str:
    """Undo :func:`guard_formula`.

    Examples
    --------
    >>> unguard_formula("'=1+1"), unguard_formula("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def plain(text: str, limit: int | None = None) -> str:
    r"""Return ``text`` without control characters, lone surrogates and direction overrides; cut at ``limit``.

    Joined emoji, Arabic, Korean and combining marks stay. What is dropped is replaced by nothing, except that line
    breaks and tabs become one space.

    Examples
    --------
    >>> plain("a\x00b\u202ec\n d"), plain("x" * 10, limit=5)
    ('abc d', 'xxxx…')
    """
    cleaned = _BIDI.sub("", _CONTROL.sub("", re.sub(r"[\t\n\r\u2028\u2029]+", " ", text)))
    cleaned = re.sub(r" {2,}", " ", cleaned).strip()
    if limit is not None and len(cleaned) > limit:
        return cleaned[: limit - 1].rstrip() + "…"
    return cleaned


def escape_html(text: str) -> str:
    """Return ``text`` as HTML shows it literally, in content and in quoted attributes.

    Examples
    --------
    >>> escape_html('<img src=x onerror="y">')
    '&lt;img src=x onerror=&quot;y&quot;&gt;'
    """
    return html.escape(plain(text), quote=True)


def escape_markdown(text: str) -> str:
    r"""Return ``text`` as Markdown shows it literally: no link, no emphasis, no HTML, no mathematics.

    Examples
    --------
    >>> escape_markdown("[x](javascript:y)")
    '\\[x\\]\\(javascript:y\\)'
    """
    return _MARKDOWN.sub(r"\\\1", plain(text))


def safe_filename(text: str, fallback: str = "unnamed") -> str:
    r"""Return a file name that is one path step on Linux, macOS and Windows.

    Examples
    --------
    >>> safe_filename("Acme: Q3/2026"), safe_filename("..\\..\\x"), safe_filename("CON"), safe_filename("")
    ('Acme-Q3-2026', 'x', '_CON', 'unnamed')
    """
    name = unicodedata.normalize("NFC", plain(text))
    name = re.sub(r'[<>:"/\\|?*\s]+', "-", name)
    name = re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", "", name)).strip("-. ")[:FILENAME_LIMIT].rstrip("-. ")
    if not name:
        return fallback
    return "_" + name if name.split(".")[0].casefold() in _RESERVED else name
