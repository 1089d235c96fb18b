"""What programs write that is nearly JSON, written as JSON.

Python prints ``{'likes': 7, 'pinned': None}``, a script holds ``{likes: 7, pinned: undefined,} // new``, a database
prints ``NumberLong(7)``. Nothing is ever evaluated: a text is cut into strings, words and marks, and rewritten piece by
piece, once from its beginning to its end.
"""

import json
import re

__all__ = ["as_json"]

#: Strings that are not closed reach to the end, so that no text is gone through more than a few times.
_STRING = r"""[uUbB]?"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)|[uUbB]?'[^'\\]*(?:\\.[^'\\]*)*(?:'|\Z)"""
_COMMENTS = re.compile(rf"(?P<string>{_STRING})|(?P<comment>//[^\n]*|/\*(?:.*?\*/|.*\Z))", re.DOTALL)
_PIECES = re.compile(
    rf"""(?P<string>{_STRING})
    |(?P<moment>datetime\.(?:datetime|date)\((?P<parts>\d{{4}}(?:,\s*\d{{1,6}}){{2,6}})[^()]{{0,80}}(?:\([^()]{{0,80}}\))?\))
    |(?P<wrapped>[A-Za-z_$][\w.$]{{0,30}}\(\s*(?P<inner>"[^"\\]{{0,200}}"|'[^'\\]{{0,200}}'|-?\d[\d.eE+-]{{0,40}})\s*\))
    |(?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>-?[A-Za-z_$][\w$]*)
    |(?P<comma>,(?=\s*[\]}})]))
    |(?P<paren>[()])""",
    re.VERBOSE | re.DOTALL,
)
_KEY = re.compile(r"\s*:")
_CONSTANTS = {
    "True": "true", "False": "false", "true": "true", "false": "false",
    **dict.fromkeys(["None", "null", "undefined", "nan", "NaN", "NaT"], "null"),
    **dict.fromkeys(["inf", "Infinity"], "Infinity"), **dict.fromkeys(["-inf", "-Infinity"], "-Infinity"),
}  # fmt: skip
_ODD_ESCAPE = re.compile(r"""\\[^"\\/bfnrtu]""", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|u[0-9a-fA-F]{4}|.)", re.DOTALL)


def as_json(content: str) -> str:
    """Return a text with its strings, words, comments and brackets written as JSON writes them.

    Examples
    --------
    >>> as_json("{u'a': 'it\\\\'s', b: None, 1: (2, 3,)} // end")
    '{"a": "it\\'s", "b": null, "1": [2, 3]} '
    """
    if "//" in content or "/*" in content:
        content = _COMMENTS.sub(lambda match: match["string"] or "\n" * match["comment"].count("\n"), content)

    def piece(match: re.Match[str]) -> str:
        found = match.group()
        kind = match.lastgroup
        if kind == "string":
            return _string(found)
        if kind == "comma":
            return ""
        if kind == "paren":
            return "[" if found == "(" else "]"
        if match["moment"]:
            parts = [int(part) for part in match["parts"].split(",")]
            day = "-".join(f"{part:02d}" for part in parts[:3])
            clock = ":".join(f"{part:02d}" for part in parts[3:6])
            return f'"{day} {clock}"' if len(parts) > 4 else f'"{day}"'
        if match["wrapped"]:
            return _string(match["inner"]) if match["inner"][0] in "\"'" else match["inner"]
        if _KEY.match(content, match.end()):
            return f'"{found}"'
        return found if kind == "number" else _CONSTANTS.get(found, found)

    return _PIECES.sub(piece, content)


def _string(written: str) -> str:
    """Return a string of another language as a JSON string."""
    body = written.lstrip("uUbB")[1:-1]
    if _ODD_ESCAPE.search(body):
        body = _ESCAPE.sub(_escape, body)
    if written[-1] == "'":
        body = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', body)
    return f'"{body}"'


def _escape(match: re.Match[str]) -> str:
    """Return one escape as JSON knows it; an escaped character that needs none is itself."""
    sign = match[1]
    if sign[0] in "xU" and len(sign) > 1:
        code = int(sign[1:], 16)
        return json.dumps(chr(code))[1:-1] if code < 0x110000 else "\ufffd"
    return match.group() if sign[0] in '"\\/bfnrtu' else "" if sign == "\n" else sign
