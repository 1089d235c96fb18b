"""How a document is written: JSON, and what programs write that is nearly JSON.

JSON is what was promised; what arrives is also one object a line, several documents one after another, a browser's
``window.x = {...};`` or ``callback({...})``, a guard in front (``)]}'``), comments, a comma before the last bracket,
or what Python prints of its objects: ``{'likes': 7, 'pinned': None}``. Strict JSON is tried first; the other ways of
writing are read only when it fails, and it is said. Nothing is ever evaluated: a text is cut into strings, words and
marks, and rewritten piece by piece. Numbers keep the text they had, so that long ids lose no digit.
"""

import json
import re
from typing import Any

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.rewriting import as_json

__all__ = ["begins_document", "has_halves", "json_decoder", "parse_json", "unfolded", "without_halves"]

#: Characters up to which a text that is no JSON is rewritten, which takes a hundred times its size at worst.
LONGEST_REWRITTEN = 8 * 2**20

#: Memory a document may take when parsed: a few hundred bytes an object, less a list or a value.
MOST_PARSED = 3 * 2**30
_SIZES = {b"{": 150, b"[": 70, b",": 60}

#: Strings that hold a document are opened this deep: an answer in a recording of a browser, text inside that.
DEEPEST_TEXT = 2

#: What may stand before a document: a guard, comments, a name it is given to, a function it is handed to.
_BEFORE = re.compile(
    r"""\s*(?:(?:\)\]\}'?,?|for\s*\(;;\);|while\s*\((?:1|true)\);|throw\s[^;\n]{1,20};)\s*)?
    (?:(?://[^\n]*\n|/\*.{0,2000}?\*/)\s*)*
    (?:(?:export\s+default|(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$]*(?:\[["'\w]+\][\w.$]*)*\s*=|[A-Za-z_$][\w.$]*\s*\()\s*)?
    (?=[\[{])""",
    re.VERBOSE | re.DOTALL,
)
#: What may stand behind one: the end of a statement and more of the program.
_BEHIND = re.compile(r"\s*(?:$|[;)])")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_INSIDE = re.compile(r"[\[{]\s*(?:[\[{\"'\]}]|-?\d|//|/\*|[A-Za-z_$][\w$]*\s*[:(]|$)")


def begins_document(text: str) -> bool:
    """Return whether a text opens like a document: at once, behind a guard or a name, or written as one string.

    Examples
    --------
    >>> begins_document("window.data = {id: 1}"), begins_document(")]}'\\n[{"), begins_document("[Handle],Followers")
    (True, True, False)
    """
    start = _BEFORE.match(text)
    if start:
        return bool(_INSIDE.match(text, start.end()))
    return bool(re.match(r'\s*"\s*[\[{][\[{\s]*(?:\\["n]|[\]}])', text))


def parse_json(data: bytes, name: str) -> tuple[Any, list[int] | None, list[str]]:
    """Parse JSON, JSON Lines or what is nearly JSON; numbers stay text.

    Returns
    -------
    tuple
        The document, the line of each record (or None), and notes of how it was written.

    Raises
    ------
    SourceError
        The bytes are no document, or nest too deep.
    UnusableDataError
        There is nothing in them.

    Examples
    --------
    >>> parse_json(b"[{'id': 7, 'pinned': None},]", "dump.json")[0]
    [{'id': '7', 'pinned': None}]
    """
    _refuse_crumbs(data, name)
    content = without_halves(_decoded(data).lstrip("\ufeff"))
    if not content.strip():
        raise UnusableDataError(f"{name} is empty.")
    try:
        try:
            root = _loads(content)
        except ValueError as error:
            found = _behind(content) or _several(content) or _rewritten(content)
            if found is None:
                where = (
                    f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
                )
                raise SourceError(
                    f"{name} is not JSON{where}: {_why(error)}. Export it again, or save it as CSV."
                ) from error
            return found
    except RecursionError as error:
        raise SourceError(f"{name} nests too deep to be a table of creators, posts or placements.") from error
    if isinstance(root, str) and begins_document(root):  # a document written as one string
        return parse_json(root.encode(), name)
    return root, None, []


def _refuse_crumbs(data: bytes, name: str) -> None:
    """Refuse a document of so many tiny parts that it would fill the memory of a small machine."""
    if sum(data.count(mark) * size for mark, size in _SIZES.items()) > MOST_PARSED:
        raise UnusableDataError(
            f"{name} has too many small parts to be parsed as one document ({len(data) // 2**20:,} MB); save it as "
            "JSON Lines or CSV."
        )


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if len(data) > 1 and data[:2].count(0) == 1:
        return data.decode("utf-16-le" if data[1] == 0 else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def has_halves(content: str) -> bool:
    """Return whether a text has escapes of surrogates, which may be halves of a pair."""
    return bool(_SURROGATE.search(content))


def without_halves(content: str) -> str:
    """Replace escapes of one half of a surrogate pair, which stand for no character, by the replacement character."""
    if not has_halves(content):
        return content
    half = r"\\u[dD][89abAB][0-9a-fA-F]{2}"
    other = r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    return re.sub(rf"(\\\\|{half}{other})|{half}|{other}", lambda match: match[1] or r"\ufffd", content)


def _constant(name: str) -> str | None:
    """Return what stands for no number: nothing is known of NaN, and an infinity is a cell that cannot be read."""
    return None if name == "NaN" else name


def json_decoder() -> json.JSONDecoder:
    """Return a decoder that keeps numbers as the text they had, and takes line ends inside strings."""
    return json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_constant, strict=False)


def _loads(content: str) -> Any:
    return json_decoder().decode(content)


def _why(error: ValueError) -> str:
    return error.msg.lower() if isinstance(error, json.JSONDecodeError) else str(error)


def _several(content: str) -> tuple[Any, list[int], list[str]] | None:
    """Return documents one a line or one after another, with their lines and notes; None when they are neither."""
    records, lines, skipped = _json_lines(content)
    if not records:
        records, lines = _one_after_another(content)
        skipped = [] if records else skipped
    if not records:
        return None
    if len(skipped) > max(1, len(records)):
        return None
    notes = [f"JSON Lines: {len(records):,} records"]
    if skipped:
        notes.append(f"lines that are not JSON skipped: {', '.join(map(str, skipped[:5]))}")
    return records, lines, notes


def _json_lines(content: str) -> tuple[list[Any], list[int], list[int]]:
    """Return one object a line, their line numbers, and the lines that are none."""
    records: list[Any] = []
    lines: list[int] = []
    skipped: list[int] = []
    for number, line in enumerate(content.splitlines() if "\u2028" not in content else content.split("\n"), start=1):
        stripped = line.strip().rstrip(",")
        if not stripped or stripped in "[]":
            continue
        try:
            record = _loads(stripped) if stripped[0] in "{[" else None
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, (dict, list)):
            records.append(record)
            lines.append(number)
        else:
            skipped.append(number)
            if len(skipped) > 1000 and not records:
                break
    return records, lines, skipped


def _one_after_another(content: str) -> tuple[list[Any], list[int]]:
    """Return documents written one after another over several lines each; nothing when one of them is broken."""
    decoder = json_decoder()
    records: list[Any] = []
    lines: list[int] = []
    at = last = 0
    while match := re.compile(r"\s*").match(content, at):
        at = match.end()
        if at >= len(content):
            break
        try:
            record, end = decoder.raw_decode(content, at)
        except (ValueError, RecursionError):
            return [], []
        if not isinstance(record, (dict, list)):
            return [], []
        records.append(record)
        lines.append(1 if not lines else lines[-1] + content.count("\n", last, at))
        last, at = at, end
    return records, lines


# What is nearly JSON ---------------------------------------------------------------------------------------------


def _behind(content: str) -> tuple[Any, None, list[str]] | None:
    """Return the document behind a name, a guard or a comment, or None."""
    start = _BEFORE.match(content)
    found = _rewritten_whole(content) if start and start.group().strip() else None
    return found and (found[0], None, [found[1]])


def _rewritten(content: str) -> tuple[Any, list[int] | None, list[str]] | None:
    """Return a document that a program wrote in its own way, or None."""
    found = _rewritten_whole(content)
    if found is not None:
        return found[0], None, [found[1]]
    if len(content) > LONGEST_REWRITTEN:
        return None
    several = _several(as_json(content))
    return several and (several[0], several[1], [_PRINTED, *several[2]])


_PRINTED = "written as a program prints its objects, not as JSON"


def _rewritten_whole(content: str) -> tuple[Any, str] | None:
    """Return the one document behind a name, a guard or a comment, or printed by a program; and how it was written."""
    start = _BEFORE.match(content)
    if start is None:
        return None
    before = start.group().strip()
    said = f"text before the JSON skipped: {before[:60]!r}" if before else _PRINTED
    body = content[start.end() :]
    for strict in (True, False) if len(body) <= LONGEST_REWRITTEN else (True,):
        try:
            rewritten = body if strict else as_json(body)
            root, end = json_decoder().raw_decode(rewritten)
        except ValueError:
            continue
        if _BEHIND.match(rewritten, end) and (before or not rewritten[end:].strip(" \t\r\n;)")):
            return root, said
    return None


# Documents kept as text inside a document ------------------------------------------------------------------------


def unfolded(root: Any) -> list[Any]:
    """Return the documents that strings inside a document hold: answers in a browser's recording, a log of bodies.

    Examples
    --------
    >>> unfolded({"entries": [{"text": '{"id": 7}'}, {"text": "no document"}]})
    [{'id': '7'}]
    """
    found: list[Any] = []

    def visit(node: Any, depth: int) -> None:
        if isinstance(node, dict):
            node = list(node.values())
        if isinstance(node, list):
            for item in node:
                visit(item, depth)
        elif isinstance(node, str) and len(node) > 2 and node.lstrip()[:1] in {"{", "["}:
            try:
                inner = _loads(node)
            except (ValueError, RecursionError):
                return
            deeper = len(found)
            if depth < DEEPEST_TEXT:
                visit(inner, depth + 1)
            if len(found) == deeper and isinstance(inner, (dict, list)) and inner:
                found.append(inner)

    visit(root, 1)
    return found
