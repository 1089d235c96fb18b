"""A story becomes one page that opens offline: page one, summary, chapters, method, data, published figures.

Everything is inside the file: styles, pictures, no script. Text is escaped by the template engine wherever it comes
from; a picture is embedded as a picture, so that nothing inside it can run. Sizes, colours and contrasts are those
of the house; the page is read on a phone, on a screen and on A4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from analysis import formats
from analysis.hostile import plain
from analysis.reporting.ledger import Ledger
from analysis.reporting.pictures import data_address, embedded, size, small_svg
from analysis.reporting.story import DrawingRecord, FindingRecord, Section, Story, anchor, front
from analysis.reporting.theme import Theme

__all__ = ["About", "Term", "TierRange", "assemble"]

#: Table rows on a page; the rest is in the table's CSV file, and the page says so.
ROWS_SHOWN = 24

#: Longest text of one table cell on a page, in characters; the CSV file has all of it.
CELL_LIMIT = 120

#: What a period is called when nothing in the data has a date.
UNDATED = "undated"

#: Heaviest page that is mailed without a thought, in bytes; phone layouts are given up to stay under it.
PAGE_LIMIT = 2_000_000

#: How a verdict reads; a description has none.
VERDICTS = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "inconclusive": "Inconclusive",
    "not testable": "Not testable",
    "": "Description",
}

#: The notebook about the data itself is told under "Data quality"; a reader wants the answers first.
AUDIT = "data-audit"

#: Findings that set the client beside published figures close the report; they are known by their id.
PUBLISHED = ("published", "benchmark")


@dataclass(frozen=True, slots=True)
class Term:
    """One measure of the glossary."""

    label: str
    formula: str
    not_proof: str


@dataclass(frozen=True, slots=True)
class TierRange:
    """One tier of the scheme: its name and the follower counts it holds, as text."""

    name: str
    followers: str


@dataclass(frozen=True)
class About:
    """What a page says beside the findings: whose it is, when, under which scheme, from which rows."""

    client: str
    period: str
    scheme: str
    ledger: Ledger
    platform: str = ""
    scheme_source: str = ""
    tiers: tuple[TierRange, ...] = ()
    glossary: tuple[Term, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """The period as a reader says it."""
        return "no dates in the data" if self.period == UNDATED else self.period


def assemble(story: Story, about: About, theme: Theme | None = None) -> str:
    """Return the report as one HTML document.

    Parameters
    ----------
    story : Story
        What the notebooks say.
    about : About
        What stands beside it.

    Raises
    ------
    NotebookRunError
        If the story holds no finding.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analysis.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters |= {"count": formats.count, "cut": lambda text: plain(text, CELL_LIMIT)}
    chapters, published = _laid_out(story)
    audited = {finding.id for finding in story.findings if AUDIT in finding.notebook}
    phones = {drawing.name: data_address(small_svg(drawing.narrow)) for drawing in story.drawings if drawing.narrow}
    render = partial(
        environment.get_template("report.html.j2").render,
        about=about,
        anchor=anchor,
        audit=[chapter for chapter in chapters if AUDIT in chapter["name"]],
        chapters=[chapter for chapter in chapters if AUDIT not in chapter["name"]],
        front=front(story),
        groups=_groups(story, audited),
        limit=ROWS_SHOWN,
        picture=cache(embedded),
        published=published,
        size=size,
        story=story,
        verdicts=VERDICTS,
    )
    html = render(phones=phones)
    # a page too heavy to send: phone layouts give way to the wide ones, which a phone shows too; the last read go first
    for name in reversed(list(phones)):
        if len(html.encode()) <= PAGE_LIMIT:
            break
        del phones[name]
        html = render(phones=phones)
    return re.sub(r"\n\s*\n+", "\n", html)


def _groups(story: Story, audited: set[str]) -> list[dict[str, Any]]:
    """Return the summary: answers first, then descriptions, then what cannot be said, then the data itself."""
    told = [finding for finding in story.findings if finding.id not in audited]
    about_data = [finding for finding in story.findings if finding.id in audited]
    groups = [
        ("Answers", False, [f for f in told if f.verdict and f.verdict != "not testable"]),
        ("Descriptions and models", False, [f for f in told if not f.verdict]),
        ("What this data cannot answer", True, [f for f in told if f.verdict == "not testable"]),
        ("The data itself", True, about_data),
    ]
    return [{"name": name, "brief": brief, "findings": findings} for name, brief, findings in groups if findings]


#: A finding (or None) and the drawings that stand under its sentence.
_Block = tuple[FindingRecord | None, list[DrawingRecord]]


def _laid_out(story: Story) -> tuple[list[dict[str, Any]], list[_Block]]:
    """Return the chapters, and apart from them the findings beside published figures."""
    chapters: list[dict[str, Any]] = []
    apart: list[_Block] = []
    for chapter in story.chapters:
        sections = []
        for section in chapter.sections:
            blocks = _blocks(section)
            published = [block for block in blocks if block[0] and _published(block[0])]
            apart += published
            rest = [block for block in blocks if block not in published]
            if rest or not published:
                sections.append({"question": section.question, "prose": section.prose, "blocks": rest})
        if sections:
            chapters.append(
                {"name": chapter.name, "title": chapter.title, "prose": chapter.prose, "sections": sections}
            )
    return chapters, apart


def _blocks(section: Section) -> list[_Block]:
    """Put each drawing under the finding it shows; one without a finding stands where it was."""
    blocks: dict[str, _Block] = {}
    for item in section.items:
        if isinstance(item, FindingRecord):
            blocks[item.id] = (item, blocks[item.id][1] if item.id in blocks else [])
        else:
            blocks.setdefault(item.finding, (None, []))[1].append(item)
    return list(blocks.values())


def _published(finding: FindingRecord) -> bool:
    return any(word in finding.id for word in PUBLISHED)
