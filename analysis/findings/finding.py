"""A finding: one question, its answer in a sentence, the table behind it, and how sure we are.

Everything a reader meets in a report comes from here, and every format is built from the same object: a finding
displays itself as text, as HTML and as data of our own (``application/vnd.creator-roi.finding+json``), so an executed
notebook is the single source of the page, the deck and the workbook. The sentence and the table come from the same
numbers; nothing downstream computes anything.

Traps it guards against: a title nobody can read on a slide (at most 90 characters, holding a number), a verdict word
that is not one of four, text from data that would run as HTML, and a table cell that shows ``nan`` or a column's raw
name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from analysis import formats
from analysis.errors import ParameterError
from analysis.findings.cells import json_value, shown_value
from analysis.findings.drawing import Drawing, drawn, sketched
from analysis.formats import FormatKind
from analysis.hostile import escape_html, plain

__all__ = [
    "EVIDENCE",
    "FINDING_JSON",
    "TITLE_LIMIT",
    "VERDICTS",
    "Finding",
    "Shown",
    "fitting",
]

#: The type under which a finding's data travels in an executed notebook.
FINDING_JSON = "application/vnd.creator-roi.finding+json"

#: What a conclusion may be; ``None`` stands for a description, which concludes nothing.
VERDICTS = ("supported", "contradicted", "inconclusive", "not testable")

#: Where a figure comes from: the client's data, a formula on stated assumptions, or an assumption itself.
EVIDENCE = ("measured", "modelled", "assumed")

#: Longest title in characters: two lines over a chart, two on a slide.
TITLE_LIMIT = 90

#: Alternative text is between these lengths: shorter says nothing, longer is not listened to.
ALT_LIMITS = (40, 250)

#: Rows a table shows on a page; the JSON always holds all of them.
ROWS_SHOWN = 24

#: What a pooled ratio is made of, and the columns that hold one.
SUMS = ("numerator", "denominator")
RATIOS = frozenset({"pooled", "roi", "order"})


@dataclass(frozen=True, slots=True)
class Shown:
    """How one column of a finding's table is shown: which, under what header, as what kind of value."""

    column: str
    header: str
    kind: FormatKind = "text"


@dataclass(frozen=True)
class Finding:
    """A question answered from a table.

    Attributes
    ----------
    id : str
        Kebab-case, stable between clients.
    question, title, sentence : str
        What is asked, the answer in at most 90 characters with a number, and the full answer.
    verdict : str or None
        One of :data:`VERDICTS`, or None for a description.
    evidence : str
        One of :data:`EVIDENCE`.
    n : dict
        ``creators`` and ``posts`` behind the answer; posts None when only averages are known.
    table, shown : pandas.DataFrame, tuple of Shown
        The numbers, and which of them are displayed in what form.
    subtitle, source, caution, action : str
        Measure, unit, platform, period and denominator; where it comes from; what to beware of; what to do.
    role, big : str, dict or None
        ``headline`` or ``number`` where page one may use it, and the figure it shows there.
    currency : str or None
        ISO code of the table's money.
    points, encoding : pandas.DataFrame or None, mapping
        What the chart draws when that is not ``table`` (one row per creator), and which column plays which part.
    page : int
        Rows that a page shows of a long table; the data always hold all of them.
    told : bool
        Whether the table is itself the answer, such as a booking list, and stands in the story however long it is.

    Examples
    --------
    >>> two = Finding(id="how-many", question="How many creators?", title="2 creators are here",
    ...     sentence="There are 2 creators.", table=pd.DataFrame({"creators": [2]}),
    ...     shown=(Shown("creators", "creators", "count"),), n={"creators": 2, "posts": None})
    >>> print(two)
    2 creators are here
    There are 2 creators.
    Measured. 2 creators.
    <BLANKLINE>
    creators
           2
    """

    id: str
    question: str
    title: str
    sentence: str
    table: pd.DataFrame
    shown: tuple[Shown, ...]
    n: Mapping[str, int | None]
    verdict: Literal["supported", "contradicted", "inconclusive", "not testable"] | None = None
    evidence: Literal["measured", "modelled", "assumed"] = "measured"
    subtitle: str = ""
    source: str = ""
    caution: str = ""
    action: str = ""
    role: Literal["headline", "number", ""] = ""
    big: Mapping[str, str] | None = None
    currency: str | None = None
    points: pd.DataFrame | None = field(default=None, repr=False)
    encoding: Mapping[str, Any] = field(default_factory=dict, repr=False)
    page: int = ROWS_SHOWN
    told: bool = False

    def __post_init__(self) -> None:
        """Refuse what no reader should meet."""
        if len(self.title) > TITLE_LIMIT or not any(letter.isdigit() for letter in self.title):
            raise ParameterError(
                f"a title has at most {TITLE_LIMIT} characters and a number; {self.id} says {self.title!r}."
            )
        if self.verdict is not None and self.verdict not in VERDICTS:
            raise ParameterError(f"a verdict is one of {', '.join(VERDICTS)}; {self.id} says {self.verdict!r}.")
        if self.evidence not in EVIDENCE:
            raise ParameterError(f"evidence is one of {', '.join(EVIDENCE)}; {self.id} says {self.evidence!r}.")
        absent = [part.column for part in self.shown if part.column not in self.table.columns]
        if absent:
            raise ParameterError(f"{self.id} shows {', '.join(absent)}, which its table does not have.")

    # what charts and pages ask for -------------------------------------------------------------------------------

    @property
    def labels(self) -> dict[str, str]:
        """Title, subtitle and source, as every chart takes them."""
        return {"title": self.title, "subtitle": self.subtitle, "source": self.source}

    @property
    def standing(self) -> str:
        """Verdict, evidence and n in one line."""
        creators, posts = self.n.get("creators"), self.n.get("posts")
        people = "" if creators is None else f"{formats.count(creators)} creator{'' if creators == 1 else 's'}"
        things = "" if posts is None else f"{formats.count(posts)} post{'' if posts == 1 else 's'}"
        first = ", ".join(filter(None, [self.verdict, self.evidence])).capitalize()
        counted = ", ".join(filter(None, [people, things]))
        return f"{first}. {counted}." if counted else f"{first}."

    @property
    def alt(self) -> str:
        """The finding as alternative text: 40 to 250 characters with a digit."""
        shortest, longest = ALT_LIMITS
        text = self.sentence if len(self.sentence) <= longest and any(map(str.isdigit, self.sentence)) else self.title
        if len(text) < shortest:
            text = f"{text.rstrip('.')}. {self.standing}"
        if len(text) < shortest:
            text = f"{self.question} {text}"
        return plain(text, longest)

    def draw(self, chart: Callable[..., Any], **extra: Any) -> Drawing:
        """Return the finding drawn by ``chart``, a function of a tidy table that gives matplotlib Axes.

        The finding brings its own labels and column parts; ``extra`` overrides them. The room that the chart comes
        from saves it (``picture``) and says how wide a phone is (``NARROW``). A finding without rows has nothing to
        draw, and the drawing says so in words.
        """
        table = self.table if self.points is None else self.points
        if table.empty:
            return Drawing(self.id, self.id, f"No chart for “{self.question}” {self.sentence}", b"", b"")
        return drawn(
            self.id, chart, table, self.alt, {**self.labels, **self.encoding, **extra}, part_names=self.encoding
        )

    def sketch(self, chart: Callable[..., Any], **extra: Any) -> bytes:
        """Return the chart alone as SVG, as narrow as a phone: quick enough to follow a slider."""
        table = self.table if self.points is None else self.points
        return sketched(chart, table, self.alt, {**self.labels, **self.encoding, **extra})

    # how it shows itself -----------------------------------------------------------------------------------------

    def cells(self, limit: int | None = None) -> list[list[str]]:
        """Return the shown part of the table as text, at most ``limit`` rows."""
        part = self.table if limit is None else self.table.head(limit)
        columns = [
            [shown_value(value, shown.kind, self.currency) for value in part[shown.column]] for shown in self.shown
        ]
        return [list(row) for row in zip(*columns, strict=True)]

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values; missing is None."""
        columns = [[json_value(value, s.kind) for value in self.table[s.column]] for s in self.shown]
        return {
            "id": self.id,
            "question": self.question,
            "title": self.title,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "evidence": self.evidence,
            "n": dict(self.n),
            "subtitle": self.subtitle,
            "source": self.source,
            "caution": self.caution,
            "action": self.action,
            "role": self.role,
            "big": None if self.big is None else dict(self.big),
            "currency": self.currency,
            **({"told": True} if self.told else {}),
            "table": {
                "columns": [{"name": s.column, "header": s.header, "kind": s.kind} for s in self.shown],
                "rows": [list(row) for row in zip(*columns, strict=True)],
                "page": self.page,
                **self._sums(),
            },
        }

    def _sums(self) -> dict[str, Any]:
        """Return the sums behind the table's ratios that the table does not show, so that a workbook can divide them.

        Each column has the table's rows in the table's order.
        """
        shown = {part.column for part in self.shown}
        behind = [name for name in SUMS if name in self.table and name not in shown] if shown & RATIOS else []
        if not behind:
            return {}
        columns = [[json_value(value, "number") for value in self.table[name]] for name in behind]
        told = [{"name": name, "header": f"{name} (sum)", "kind": "number"} for name in behind]
        return {"sums": {"columns": told, "rows": [list(row) for row in zip(*columns, strict=True)]}}

    def __str__(self) -> str:
        """Return title, sentence, standing and table as plain text."""
        lines = [self.title, self.sentence, self.standing]
        lines += [f"Beware: {self.caution}"] if self.caution else []
        lines += [f"Do: {self.action}"] if self.action else []
        return "\n".join([*lines, "", *self._text_table()])

    def _text_table(self) -> list[str]:
        rows = [[shown.header for shown in self.shown], *self.cells(self.page)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(self.shown))]
        padded = [
            "  ".join(
                text.ljust(width) if shown.kind in {"text", "date"} else text.rjust(width)
                for text, width, shown in zip(row, widths, self.shown, strict=True)
            ).rstrip()
            for row in rows
        ]
        return [*padded, *self._rest()]

    def _rest(self) -> list[str]:
        left = len(self.table) - self.page
        return [f"and {formats.count(left)} more row{'' if left == 1 else 's'}"] if left > 0 else []

    def to_html(self) -> str:
        """Return the finding as a fragment of HTML, every text of it escaped."""
        heads = "".join(f'<th scope="col" style="{_align(s.kind)}">{escape_html(s.header)}</th>' for s in self.shown)
        body = "".join(f"<tr>{self._html_row(row)}</tr>" for row in self.cells(self.page))
        notes = [("Beware", self.caution), ("What to do", self.action)]
        asides = "".join(f"<p><em>{label}:</em> {escape_html(text)}</p>" for label, text in notes if text)
        foot = "".join(f"<p>{escape_html(text)}</p>" for text in self._rest())
        table = (
            f'<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">'
            f'<caption style="text-align:left">{escape_html(self.subtitle or self.question)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{foot}"
        )
        return (
            f'<section class="finding" id="{escape_html(self.id)}" style="max-width:46em">'
            f'<p style="font-size:1.3em;margin-bottom:.2em"><strong>{escape_html(self.title)}</strong></p>'
            f"<p>{escape_html(self.sentence)}</p><p><small>{escape_html(self.standing)}</small></p>{asides}"
            f"{table if len(self.table) and self.shown else ''}"
            f"<p><small>{escape_html(self.source)}</small></p></section>"
        )

    def _html_row(self, row: list[str]) -> str:
        cells = []
        for place, (text, shown) in enumerate(zip(row, self.shown, strict=True)):
            tag = 'th scope="row"' if place == 0 else "td"
            cells.append(f'<{tag} style="{_align(shown.kind)}">{escape_html(text)}</{tag.split()[0]}>')
        return "".join(cells)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.to_html(), FINDING_JSON: self.to_json()}


def fitting(*titles: str) -> str:
    """Return the first title that fits :data:`TITLE_LIMIT`, the last one cut if none does.

    Examples
    --------
    >>> fitting("x" * 91 + " 1", "short 1")
    'short 1'
    """
    for title in titles:
        if len(title) <= TITLE_LIMIT:
            return title
    return plain(titles[-1], TITLE_LIMIT)


def _align(kind: FormatKind) -> str:
    return f"text-align:{'left' if kind in {'text', 'date'} else 'right'};vertical-align:top;padding:2px 10px"
