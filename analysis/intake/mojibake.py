"""Text that was read in the wrong encoding once, before it reached us: ``JosÃ©`` for ``José``.

UTF-8 read as Windows-1252 (or Latin-1) turns every letter beyond ASCII into two or three characters of a pattern that
can be turned back, exactly. A single such cell may be meant: an article on encodings, a username, an artist's joke.
So nothing is repaired cell by cell. A column is repaired when *every* cell of it that holds anything beyond ASCII
turns back, ``ftfy`` (whose statistics know which letters real text puts side by side) calls each of them broken, and
the table holds at least two such cells or one with two broken letters. What went wrong twice is turned back twice.
Anything less certain is left as it is and pointed out.
"""

import dataclasses
import re
from collections.abc import Iterable

import polars as pl

from analysis.intake.tables import RawTable, unique_names

__all__ = ["may_be_broken", "repair", "repaired"]

#: Times a text may have been read wrong before we look no further.
MOST_TIMES = 3

#: A column longer than this is looked at in a sample first.
LONG = 50_000

#: A character that a UTF-8 lead byte turns into, and one that a continuation byte turns into.
_PATTERN = "[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_BROKEN = re.compile(_PATTERN)
_BEYOND = r"[^\x00-\x7f]"


def repaired(text: str) -> str | None:
    """Return a text turned back as often as it went wrong, or None when it is not certain that it did.

    Examples
    --------
    >>> repaired("JosÃ©"), repaired("JosÃƒÂ©"), repaired("José"), repaired("Ã la carte")
    ('José', 'José', None, None)
    """
    found = None
    for _ in range(MOST_TIMES):
        once = _once(text)
        if once is None:
            break
        text = found = once
    return found


def _once(text: str) -> str | None:
    """Turn a text back once, exactly: a no-break space that was trimmed on the way is not guessed (``IRMÃ``)."""
    from ftfy import bad_codecs  # noqa: F401  (registers the forgiving Windows-1252)
    from ftfy.badness import is_bad

    if not _BROKEN.search(text) or not is_bad(text):
        return None
    for encoding in ("sloppy-windows-1252", "latin-1"):
        try:
            turned = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return turned if "\x00" not in turned else None
    return None


def repair(raw: RawTable, warnings: list[str]) -> RawTable:
    """Return a table whose mojibake is repaired where that is certain; the doubtful is added to ``warnings``.

    Parameters
    ----------
    raw : RawTable
        The table as read; it is not changed.
    warnings : list of str
        Gains a sentence for each column that looks broken and stays as it is.
    """
    headers = _turned(header for header in raw.headers)
    columns: dict[str, dict[str, str]] = {}
    doubtful: dict[str, list[str]] = {}
    for key in raw.frame.columns:
        cells = _suspects(raw.frame.get_column(key))
        if not cells:
            continue
        turned = _turned(cells)
        if turned:
            columns[key] = turned
        elif broken := [cell for cell in cells if repaired(cell)]:
            doubtful[key] = broken
    every = {**(headers or {}), **{cell: text for turned in columns.values() for cell, text in turned.items()}}
    certain = len(every) > 1 or any(len(_BROKEN.findall(cell)) > 1 for cell in every)
    names = dict(zip(raw.frame.columns, raw.headers, strict=True))
    if not certain:
        doubtful |= {key: list(turned) for key, turned in columns.items()}
    for key, broken in doubtful.items():
        warnings.append(
            f"{_said(names[key])}: {len(broken):,} texts look like UTF-8 read as Windows-1252 (such as "
            f"{broken[0][:40]!r}) and stay as they are: not certain"
        )
    if not certain or not every:
        return raw
    return _with(raw, headers or {}, columns)


def _said(header: str) -> str:
    return repr(" ".join(header.split()) or "(no header)")


def _suspects(cells: pl.Series) -> list[str]:
    """Return the distinct cells that hold anything beyond ASCII, when one of them (of a sample) shows the pattern."""
    sample = cells if len(cells) <= LONG else cells.gather_every(len(cells) // LONG)
    if not sample.str.contains(_PATTERN).any():
        return []
    return cells.filter(cells.str.contains(_BEYOND).fill_null(False)).unique(maintain_order=True).to_list()


def may_be_broken(cells: pl.Series) -> bool:
    """Return whether any cell shows the pattern of UTF-8 read as something else.

    Examples
    --------
    >>> may_be_broken(pl.Series(["JosÃ©"])), may_be_broken(pl.Series(["José"]))
    (True, False)
    """
    beyond = bool((cells.str.len_bytes() != cells.str.len_chars()).any())
    return beyond and bool(cells.str.contains(_PATTERN).any())


def _turned(cells: Iterable[str]) -> dict[str, str] | None:
    """Return cell → repaired for the cells beyond ASCII; None when there is none, or one does not turn back."""
    result: dict[str, str] = {}
    for cell in cells:
        if cell.isascii():
            continue
        turned = repaired(cell)
        if turned is None:
            return None
        result[cell] = turned
    return result or None


def _with(raw: RawTable, headers: dict[str, str], columns: dict[str, dict[str, str]]) -> RawTable:
    notes = [*raw.notes]
    new = [headers.get(header, header) for header in raw.headers]
    if headers:
        cell, text = next(iter(headers.items()))
        notes.append(f"{len(headers)} headers repaired: UTF-8 that was read as Windows-1252 ({cell!r} → {text!r})")
    frame = raw.frame
    for key, turned in columns.items():
        header = new[raw.frame.columns.index(key)]
        cells = frame.get_column(key)
        rows = int(cells.is_in(list(turned)).sum())
        cell, text = next(iter(turned.items()))
        notes.append(
            f"{_said(header)}: {rows:,} cells repaired: UTF-8 that was read as Windows-1252 "
            f"({cell[:40]!r} → {text[:40]!r})"
        )
        frame = frame.with_columns(cells.replace(turned))
    if headers:
        frame = frame.rename(dict(zip(frame.columns, unique_names(new), strict=True)))
    return dataclasses.replace(raw, frame=frame, headers=new, notes=notes)
