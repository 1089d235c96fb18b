"""Bytes become text.

Exports come in UTF-8 with and without a mark, UTF-16 from spreadsheet programs and ad managers, Windows code pages
from European offices, and sometimes several at once. The order of trust: a byte-order mark, then NUL bytes in a
pattern (UTF-16 without a mark), then strict UTF-8, then UTF-8 with a few stray bytes (each stray byte read as
Windows-1252), then a code page. In Western text bytes above 127 stand alone between letters: Windows-1252. Where they
stand in runs the text is Korean, Japanese, Chinese, Cyrillic, Greek or the like, and ``charset-normalizer`` compares
letter statistics.
"""

import codecs
import re
from collections.abc import Callable
from pathlib import Path

__all__ = ["decode", "is_utf8", "rewrite"]

#: Share of bytes above 127 that stand beside another one, beyond which a text is no Western code page.
RUN_SHARE = 0.6

#: Fewer bytes above 127 than this decide nothing.
FEWEST = 8

#: Code pages that exports come in, besides Windows-1252.
CODE_PAGES = (
    "cp949",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp874",
)

#: Bytes that charset-normalizer looks at; statistics settle long before.
SAMPLE_BYTES = 400_000

#: Bytes of a file that are written again at once.
_PIECE = 2**22

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def is_utf8(data: bytes) -> bool:
    """Return whether ``data`` is valid UTF-8 (ASCII included).

    Examples
    --------
    >>> is_utf8("Ø".encode()), is_utf8(b"\\xd8 Likes")
    (True, False)
    """
    try:
        codecs.utf_8_decode(data, "strict", True)
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of ``data`` and the name of the encoding found, without a byte-order mark.

    Examples
    --------
    >>> decode("€ 5".encode("cp1252"))
    ('€ 5', 'windows-1252')
    >>> decode("﻿a".encode("utf-16"))[0]
    'a'
    """
    codec, errors, said = _encoding(data[:SAMPLE_BYTES], lambda: is_utf8(data))
    return _unmarked(data.decode(codec, errors), said), said


def rewrite(source: Path, target: Path) -> str:
    """Write a text again in UTF-8 with plain line ends, piece by piece; return what it was read as.

    The result is empty, and ``target`` means nothing, where the text is UTF-8 already, or holds NUL or lone carriage
    returns.
    """
    with source.open("rb") as handle, target.open("w", encoding="utf-8", newline="") as out:
        codec, errors, said = _encoding(handle.read(SAMPLE_BYTES), lambda: _holds_utf8(source))
        if said == "utf-8":
            return ""
        handle.seek(0)
        decoder = codecs.getincrementaldecoder(codec)(errors)
        held, piece = "", b"the first"
        while piece:
            beginning, piece = handle.tell() == 0, handle.read(_PIECE)
            text = held + decoder.decode(piece, not piece)
            text = _unmarked(text, said) if beginning else text
            held = "\r" if piece and text.endswith("\r") else ""
            text = text.removesuffix(held).replace("\r\n", "\n")
            if "\r" in text or "\x00" in text:
                return ""
            out.write(text)
    return said


def _holds_utf8(source: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open("rb") as handle:
        try:
            while piece := handle.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _unmarked(text: str, said: str) -> str:
    """Return a text without the byte-order marks it begins with, in the encodings that have one."""
    return text.lstrip("\ufeff") if said in {encoding for _, encoding in _MARKS} else text


def _encoding(head: bytes, plain: Callable[[], bool]) -> tuple[str, str, str]:
    """Return a text's encoding, what is done about bytes that are not of it, and what to call it.

    ``head`` is its first bytes, ``plain`` tells whether all of it is UTF-8.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, "replace", encoding
    half = _utf16_without_mark(head)
    if half:
        return half, "replace", half
    if plain():
        return "utf-8", "strict", "utf-8"
    stray, whole = _stray_bytes(head)
    if whole and stray <= max(3, whole // 4):
        return "utf-8", "creator_roi_cp1252", f"utf-8 with {stray} stray bytes read as windows-1252"
    if _in_runs(head):
        guess = _guess(head)
        if guess:
            return guess, "replace", guess
    page = _neighbour(_cp1252(head))
    if page:
        return page, "replace", f"windows-{page[2:]}"
    return "cp1252", "creator_roi_latin1", "windows-1252"


def _neighbour(text: str) -> str:
    """Return the Latin code page whose letters show as signs and foreign letters in Windows-1252, or an empty string.

    Turkish ğ, ş, ı show as ð, þ, ý (Icelandic, which has those, has more of á, í, ú, æ); Polish ą, ł, ż inside words
    as ¹, ³, ¿; Czech and Slovak ě, ř, ů as ì, ø, ù beside š and ž.
    """
    if len(re.findall("[ðþýÐÞÝ]", text)) > len(re.findall("[ÆæÁáÍíÚúÓó]", text)):
        return "cp1254"
    polish = re.search("[a-zœêæñó][¹³¿][a-zœêæñó]|[a-ln-z]³", text)
    czech = re.search("[šžŠŽ]", text) and re.search("[ìøù]", text) and not re.search("[åÅ]", text)
    return "cp1250" if polish or czech else ""


def _utf16_without_mark(data: bytes) -> str:
    head = data[:4096]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _in_runs(data: bytes) -> bool:
    """Whether bytes above 127 mostly stand beside each other."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    total = sum(map(len, runs))
    return total >= FEWEST and sum(len(run) for run in runs if len(run) > 1) > RUN_SHARE * total


def _stray_bytes(data: bytes) -> tuple[int, int]:
    """Count bytes that are not part of UTF-8, and multi-byte characters that are, in the sample."""
    text = data.decode("utf-8", "surrogateescape")
    stray = sum(1 for char in text if "\udc80" <= char <= "\udcff")
    whole = sum(1 for char in text if char > "\x7f" and not "\udc80" <= char <= "\udcff")
    return stray, whole


def _cp1252(data: bytes) -> str:
    """Decode Windows-1252, its five undefined bytes as Latin-1."""
    return data.decode("cp1252", "creator_roi_latin1")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return "".join(_cp1252(bytes([byte])) for byte in bad), error.end


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("creator_roi_cp1252", _as_cp1252)
codecs.register_error("creator_roi_latin1", _as_latin1)


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=list(CODE_PAGES)).best()
    return best.encoding if best else ""
