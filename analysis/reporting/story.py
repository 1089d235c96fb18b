"""What the executed notebooks say, in order, as plain values: chapters, questions, findings, drawings.

Every format (page, deck, workbook) is laid out from a :class:`Story` and computes nothing. Page one comes from
findings too: a finding may carry a role (``headline``, ``number``, ``action``) and a ``big`` figure. A story whose
findings carry none still has a page one: the first supported finding answers, else the first; its caution and the
first action follow.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis import formats
from analysis.errors import NotebookRunError

__all__ = [
    "Chapter",
    "Column",
    "DrawingRecord",
    "FindingRecord",
    "Front",
    "Marks",
    "Number",
    "Section",
    "Story",
    "anchor",
    "front",
]

#: Figures on page one.
NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a finding's table: its name, the header a reader sees, the kind of its values."""

    name: str
    header: str
    kind: str

    @property
    def text(self) -> bool:
        """Whether it reads from the left."""
        return self.kind in {"text", "date"}


@dataclass(frozen=True)
class FindingRecord:
    """A finding as it was displayed; ``data`` is its JSON, the rest is that JSON under names."""

    id: str
    question: str
    title: str
    sentence: str
    notebook: str
    data: Mapping[str, Any] = field(repr=False)
    columns: tuple[Column, ...] = field(default=(), repr=False)
    rows: tuple[tuple[Any, ...], ...] = field(default=(), repr=False)

    def text(self, name: str) -> str:
        """Return an optional text (verdict, subtitle, source, caution, action, role), empty when absent."""
        return str(self.data.get(name) or "")

    @property
    def verdict(self) -> str:
        """One of the four verdicts, or empty for a description."""
        return self.text("verdict")

    @property
    def big(self) -> Mapping[str, str]:
        """The figure page one may show: ``value``, ``label`` and perhaps ``note``; empty when there is none."""
        big = self.data.get("big")
        return big if isinstance(big, Mapping) else {}

    @property
    def standing(self) -> str:
        """How many stand behind it and on what evidence: ``288 creators, 702 posts · measured``."""
        n = self.data.get("n") or {}
        counted = [_counted(n.get(unit), unit) for unit in ("creators", "posts") if n.get(unit) is not None]
        return " · ".join(filter(None, [", ".join(counted), self.text("evidence")]))

    def cells(self, row: tuple[Any, ...]) -> list[str]:
        """Return a row as a reader sees it."""
        return [
            _cell(value, column.kind, self.text("currency")) for value, column in zip(row, self.columns, strict=True)
        ]


@dataclass(frozen=True)
class DrawingRecord:
    """A chart as displayed: the finding it shows, its file name, alternative text and bytes.

    ``narrow`` is the same chart laid out for a phone, where the notebook gives one. ``marks`` says who lies where on a
    chart of creators; ``columns`` and ``rows`` of it are a table, ``wide`` and ``phone`` places in points.
    ``chart`` is what it draws (kind, encoding, columns, rows), where a slide can draw it itself, and ``slide`` its
    picture without texts, where it cannot.
    """

    finding: str
    name: str
    alt: str
    svg: str = field(repr=False)
    png: bytes = field(repr=False)
    narrow: str = field(default="", repr=False)
    marks: "Marks | None" = field(default=None, repr=False)
    chart: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    slide: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Marks:
    """The creators on a chart: a table of them, and the place of each on the chart and on its phone layout."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    wide: tuple[tuple[float, float], ...]
    phone: tuple[tuple[float, float], ...] = ()

    def cells(self, row: tuple[Any, ...]) -> list[str]:
        """Return a row as a reader sees it."""
        return [_cell(value, column.kind, "") for value, column in zip(row, self.columns, strict=True)]


@dataclass(frozen=True)
class Section:
    """A question and what answers it, in the notebook's order."""

    question: str
    prose: tuple[str, ...] = ()
    items: tuple[FindingRecord | DrawingRecord, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One notebook: its name, its title, its opening words, its sections."""

    name: str
    title: str
    prose: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Story:
    """All notebooks of a report."""

    chapters: tuple[Chapter, ...]

    def _items(self) -> Iterator[FindingRecord | DrawingRecord]:
        for chapter in self.chapters:
            for section in chapter.sections:
                yield from section.items

    @property
    def findings(self) -> list[FindingRecord]:
        """Every finding, in reading order."""
        return [item for item in self._items() if isinstance(item, FindingRecord)]

    @property
    def drawings(self) -> list[DrawingRecord]:
        """Every drawing, in reading order."""
        return [item for item in self._items() if isinstance(item, DrawingRecord)]


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of page one, what it is, and what stands behind it."""

    value: str
    label: str
    note: str
    finding: str = ""


@dataclass(frozen=True)
class Front:
    """Page one: the answer, up to three numbers, one action, one caution."""

    headline: FindingRecord
    numbers: tuple[Number, ...]
    action: str
    caution: str

    @property
    def advice(self) -> tuple[tuple[str, str], ...]:
        """What to do and what to keep in mind, each with its heading; never empty."""
        return (
            ("What to do", self.action or "No finding here names an action. Read the verdicts before deciding."),
            ("Keep in mind", self.caution or "Other data, another period or another tier scheme may say otherwise."),
        )


def anchor(name: str) -> str:
    """Return a finding's or notebook's name as an HTML id and a file name.

    Examples
    --------
    >>> anchor("02-engagement_and reach")
    '02-engagement-and-reach'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "finding"


def front(story: Story) -> Front:
    """Choose page one from the findings.

    Raises
    ------
    NotebookRunError
        If the notebooks hold no finding.
    """
    findings = story.findings
    if not findings:
        raise NotebookRunError("the notebooks hold no finding, so there is nothing to report.")
    named = [finding for finding in findings if finding.text("role") == "headline"]
    headline = next((f for f in [*named, *findings] if f.verdict == "supported"), findings[0])
    if named and headline not in named:
        headline = named[0]
    first = [headline, *(f for f in findings if f is not headline)]
    ranked = sorted(first, key=lambda f: (f is not headline, f.text("role") != "number"))
    numbers = [Number(f.big["value"], f.big.get("label", ""), _note(f), f.id) for f in ranked if f.big.get("value")]
    named_action = [f for f in findings if f.text("role") == "action"]
    return Front(
        headline=headline,
        numbers=tuple([*numbers, *_counts(headline)][:NUMBERS]),
        action=next((f.text("action") for f in [*named_action, *first] if f.text("action")), ""),
        caution=next((f.text("caution") for f in first if f.text("caution")), ""),
    )


def _note(finding: FindingRecord) -> str:
    verdict = "no clear difference" if finding.verdict == "inconclusive" else ""
    return " · ".join(filter(None, [finding.big.get("note", ""), verdict, finding.standing]))


def _counts(finding: FindingRecord) -> list[Number]:
    n = finding.data.get("n") or {}
    return [
        Number(formats.count(n[unit]), f"{unit} behind this answer", finding.text("evidence"), finding.id)
        for unit in ("creators", "posts")
        if n.get(unit) is not None
    ]


def _counted(value: Any, unit: str) -> str:
    return f"{formats.count(value)} {unit.removesuffix('s') if value == 1 else unit}"


def _cell(value: Any, kind: str, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "text" and isinstance(value, int | float):
        return formats.number(value)
    return formats.show(value, kind, currency or None)  # type: ignore[arg-type]
