"""Executed notebooks become a story: the display data is read back, in order, and nothing else.

A finding and a drawing each travel in an output as a JSON type of our own beside what Jupyter shows. Headings and
paragraphs come from the Markdown cells. Printed text, stray tables and code stay in the notebook. Text passes the
same door as all text from data: control characters and direction overrides do not reach a page.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import NotebookRunError
from analysis.hostile import plain, safe_filename
from analysis.reporting.run import read_notebook
from analysis.reporting.story import Chapter, Column, DrawingRecord, FindingRecord, Marks, Section, Story

__all__ = ["DRAWING_JSON", "FINDING_JSON", "collect", "finding_record", "still_svg"]

#: The types that :mod:`analysis.findings` displays; repeated here because a pack made by an older version is read too.
FINDING_JSON = "application/vnd.creator-roi.finding+json"
DRAWING_JSON = "application/vnd.creator-roi.drawing+json"

_REQUIRED = ("id", "title", "sentence")


def collect(notebooks: Sequence[Path]) -> Story:
    """Return what executed notebooks say.

    A finding displayed twice is told once. Drawings that would share a file name are numbered.

    Raises
    ------
    NotebookRunError
        If a finding or a drawing lacks what a page needs, or two different findings share an id.
    """
    seen: dict[str, FindingRecord] = {}
    names: set[str] = set()
    return Story(tuple(_chapter(path.stem, read_notebook(path).cells, seen, names) for path in notebooks))


def _chapter(name: str, cells: Sequence[Any], seen: dict[str, FindingRecord], names: set[str]) -> Chapter:
    title = ""
    sections: list[tuple[str, list[str], list[FindingRecord | DrawingRecord]]] = [("", [], [])]
    for cell in cells:
        if cell.cell_type == "markdown":
            for level, text in _blocks(cell.source):
                if level == 1 and not title:
                    title = text
                elif level:
                    sections.append((text, [], []))
                else:
                    sections[-1][1].append(text)
        elif cell.cell_type == "code":
            for output in cell.outputs:
                sections[-1][2].extend(_records(output.get("data", {}), name, seen, names))
    (_, opening, early), *asked = sections
    if early:  # answers above the first question belong to the notebook's own
        asked.insert(0, (title or name, [], early))
    told = tuple(Section(question, tuple(prose), tuple(items)) for question, prose, items in asked if items or prose)
    return Chapter(name, title or name, tuple(opening), told)


def _blocks(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield (heading level or 0, text) for each heading and paragraph; a list item is a paragraph."""
    paragraph: list[str] = []
    for line in [*markdown.splitlines(), ""]:
        heading = re.match(r"^(#{1,6})\s+(.+?)\s*#*$", line)
        item = re.match(r"^\s*[-*]\s+(.*)$", line)
        if (heading or item or not line.strip()) and paragraph:
            yield 0, _words(" ".join(paragraph))
            paragraph = []
        if heading:
            yield len(heading[1]), _words(heading[2])
        elif item:
            paragraph = [item[1]]
        elif line.strip():
            paragraph.append(line.strip())


def _words(markdown: str) -> str:
    """Return the words of a line of Markdown, its marks taken off; a link keeps its words."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])[*_](\S(?:.*?\S)?)[*_](?![\w*])", r"\1", text)
    return plain(re.sub(r"\\([\\`*_{}\[\]()#+\-.!|<>~$&])", r"\1", text))


def _records(
    data: Mapping[str, Any], notebook: str, seen: dict[str, FindingRecord], names: set[str]
) -> Iterator[FindingRecord | DrawingRecord]:
    if FINDING_JSON in data:
        finding = finding_record(data[FINDING_JSON], notebook)
        earlier = seen.setdefault(finding.id, finding)
        if earlier is finding:
            yield finding
        elif earlier.data != finding.data:
            raise NotebookRunError(
                f"two findings are called {finding.id!r} ({earlier.notebook}, {notebook}) and differ."
            )
    if DRAWING_JSON in data:
        yield _drawing(data, notebook, names)


def finding_record(data: Any, notebook: str) -> FindingRecord:
    """Return a finding as it was displayed, from its JSON.

    Raises
    ------
    NotebookRunError
        If it lacks what a page needs, or its table is ragged.
    """
    data = _cleaned(data)
    lacking = [key for key in _REQUIRED if not (isinstance(data, dict) and data.get(key))]
    if lacking:
        raise NotebookRunError(f"{notebook} displays a finding without {', '.join(lacking)}.")
    table = data.get("table") or {}
    columns = tuple(
        Column(str(c["name"]), str(c.get("header") or c["name"]), str(c.get("kind") or "text"))
        for c in table.get("columns", [])
    )
    rows = tuple(tuple(row) for row in table.get("rows", []))
    if any(len(row) != len(columns) for row in rows):
        raise NotebookRunError(f"{notebook}: the table of finding {data['id']!r} has rows of another length.")
    return FindingRecord(
        id=data["id"],
        question=data.get("question") or "",
        title=data["title"],
        sentence=data["sentence"],
        notebook=notebook,
        data=data,
        columns=columns,
        rows=rows,
    )


def _drawing(data: Mapping[str, Any], notebook: str, names: set[str]) -> DrawingRecord:
    about = _cleaned({key: value for key, value in data[DRAWING_JSON].items() if key not in {"narrow", "slide"}})
    narrow = still_svg(str(data[DRAWING_JSON].get("narrow") or ""))
    if not about.get("alt") or not ("image/svg+xml" in data or "image/png" in data):
        raise NotebookRunError(f"{notebook} displays a drawing without a picture or its alternative text.")
    base = name = safe_filename(str(about.get("name") or about.get("finding") or "figure"))
    copy = 1
    while name in names:
        copy += 1
        name = f"{base}-{copy}"
    names.add(name)
    svg = still_svg(data.get("image/svg+xml", ""))
    png = base64.b64decode(data["image/png"]) if "image/png" in data else b""
    slide = base64.b64decode(data[DRAWING_JSON].get("slide") or "")
    marks = _marks(about["marks"]) if about.get("marks") else None
    return DrawingRecord(
        str(about.get("finding", "")), name, about["alt"], svg, png, narrow, marks, about.get("chart") or {}, slide
    )


def _marks(data: Any) -> Marks | None:
    """Return who lies where on a chart; None when the places are not those of the rows."""
    columns = tuple(Column(str(c["name"]), str(c["header"]), str(c["kind"])) for c in data["columns"])
    rows = tuple(tuple(row) for row in data["rows"])
    wide, phone = (tuple((float(x), float(y)) for x, y in data.get(name) or ()) for name in ("wide", "narrow"))
    return Marks(columns, rows, wide, phone) if len(rows) == len(wide) and len(phone) in {0, len(rows)} else None


_NOT_PICTURE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE[^>[]*>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
#: What makes a picture more than a picture, in small letters: scripts, and references but to itself. Each begins with
#: letters that can be looked for quickly; a report's pictures are some five million letters.
_ALIVE = tuple(
    re.compile(pattern)
    for pattern in (
        r"<\s*(?:script|foreignobject|iframe)",
        r"on(?<=\son)\w+\s*=",
        r"javascript:",
        r"@import",
        *(rf"{begin}\s*(?![\"']?(?:#|data:))" for begin in (r"href\s*=", r"src\s*=", r"url\(")),
    )
)


def still_svg(svg: str) -> str:
    """Return an SVG with nothing in it but the picture; empty when it holds a script or a reference elsewhere.

    Examples
    --------
    >>> still_svg('<?xml version="1.0"?><!-- x --><svg><g/></svg>')
    '<svg><g/></svg>'
    >>> still_svg('<svg onload="x()"/>')
    ''
    """
    picture = _NOT_PICTURE.sub("", svg).strip()
    small = picture.casefold()
    return "" if any(alive.search(small) for alive in _ALIVE) else picture


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {str(key): _cleaned(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    return value
