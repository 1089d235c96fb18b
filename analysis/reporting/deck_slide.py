"""One slide before it is drawn: its texts, its table, its speaker notes, and when two would be the same."""

import re
from dataclasses import dataclass

from analysis.reporting.deck_axes import LABEL
from analysis.reporting.deck_text import width, wrap
from analysis.reporting.story import DrawingRecord, FindingRecord
from analysis.reporting.workbook_formats import clean

__all__ = [
    "ASKED",
    "CATEGORIES",
    "VERDICTS",
    "Notes",
    "Slide",
    "Table",
    "alt",
    "bare",
    "figures",
    "fits_below",
    "named",
    "same",
    "verdict_words",
]

#: Most categories along a native chart.
CATEGORIES = 9

#: How a verdict reads on a slide.
VERDICTS = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "inconclusive": "No clear answer",
    "not testable": "Not testable here",
    "": "What the data show",
}

#: What somebody is likely to ask at a slide of each verdict, and what may be answered.
ASKED = {
    "supported": (
        "How sure is that?",
        (
            "The whole interval lies on one side, after correction for the comparisons made together. It is an"
            " association between creators as they are; it does not say what a creator would do at another size."
        ),
    ),
    "contradicted": (
        "Are we sure that it is not the other way round?",
        (
            "The interval excludes the claimed direction, or any difference large enough to matter, on these data."
            " Another client, platform or period may differ."
        ),
    ),
    "inconclusive": (
        "So there is no difference?",
        (
            "That is not known: the interval spans no difference, and a difference either way remains possible. More"
            " creators, or a test with equal budgets, would settle it."
        ),
    ),
    "not testable": ("Why is there no answer?", "The data that would answer it are not there; the slide says which."),
    "": (
        "What does that prove?",
        "It describes the data at hand and concludes nothing. What stands behind it is on the slide.",
    ),
}


@dataclass(frozen=True)
class Table:
    """A table as a slide shows it: headers, which of them are read from the left, rows of words."""

    headers: tuple[str, ...]
    left: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""
    total: int = 0

    @property
    def count(self) -> int:
        """Rows of the whole table, of which ``rows`` may be the first."""
        return max(self.total, len(self.rows))


@dataclass(frozen=True, slots=True)
class Notes:
    """What the speaker has below the slide."""

    says: str = ""
    method: str = ""
    caveat: str = ""
    asked: str = ""
    answer: str = ""

    @property
    def text(self) -> str:
        """The notes as paragraphs."""
        parts = [("", self.says), ("Method: ", self.method), ("Caveat: ", self.caveat)]
        parts += [("Likely question: ", self.asked), ("Answer: ", self.answer)]
        return "\n".join(name + text for name, text in parts if text)


@dataclass(frozen=True)
class Slide:
    """One slide: what kind it is, its texts, and the finding, drawing or table it shows."""

    kind: str  # 'decision', 'finding', 'open', 'data', 'appendix'
    kicker: str
    title: str
    notes: Notes
    subtitle: str = ""
    source: str = ""
    finding: FindingRecord | None = None
    drawing: DrawingRecord | None = None
    table: Table | None = None
    below: tuple[str, ...] = ()


def verdict_words(finding: FindingRecord) -> str:
    """Return how a finding's verdict reads on a slide; where there is none, what kind of statement it is."""
    if not finding.verdict and finding.text("evidence") in {"modelled", "assumed"}:
        return f"{finding.text('evidence').capitalize()}, not measured"
    return VERDICTS.get(finding.verdict, "")


def figures(text: str) -> set[str]:
    """Return the telling figures of a title: those of three significant digits and more.

    Examples
    --------
    >>> sorted(figures("$24.10 per 1,000 followers, 3.94× in 9 of 9"))
    ['2410', '394']
    """
    found = (re.sub(r"\D", "", number).lstrip("0") for number in re.findall(r"\d[\d.,]*", text))
    return {digits for digits in found if len(digits.rstrip("0")) >= 3}


def same(finding: FindingRecord, other: FindingRecord) -> bool:
    """Return whether two findings are one slide: the same question, or the same telling figures."""
    asked = finding.question.casefold().strip(" ?") == other.question.casefold().strip(" ?") != ""
    return asked or finding.title == other.title or bool(figures(finding.title) & figures(other.title))


def bare(label: str) -> str:
    """Return the name of a measure without its abbreviation."""
    return re.sub(r"\s*\([^)]*\)", "", label)


def named(label: str, words: str) -> bool:
    """Return whether a measure is spoken of."""
    return bare(label).casefold() in words.casefold()


def alt(finding: FindingRecord, text: str) -> str:
    """Return alternative text of 40 to 250 characters with a digit: the drawing's own, else the finding."""
    options = (text, finding.sentence, f"{finding.title}. {finding.standing}", f"{finding.question} {finding.title}")
    fits = (clean(option) for option in options)
    return next((t for t in fits if 40 <= len(t) <= 250 and any(map(str.isdigit, t))), clean(finding.title)[:250])


def fits_below(name: str, across: float, count: int) -> bool:
    """Return whether a name stands upright below its mark: at most four lines, no word broken."""
    room = across * 72 / max(count, 1) - 4
    return len(wrap(name, room, LABEL)) <= 4 and all(width(word, LABEL) <= room for word in name.split())
