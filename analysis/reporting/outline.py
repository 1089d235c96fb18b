"""The plan of a report: what stands where, the same in every long format.

Answers come before descriptions, and both before what cannot be said. The notebook about the data itself is told
under "Data quality", findings beside published figures close the evidence. A chart stands under the sentence of the
finding that it shows; its figures stand with all tables at the end, and in the story only a small table that no
chart shows.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from analysis.reporting.story import Chapter, DrawingRecord, FindingRecord, Section, Story

__all__ = [
    "AUDIT",
    "VERDICTS",
    "Block",
    "Group",
    "PlannedChapter",
    "PlannedSection",
    "blocks_of",
    "groups",
    "is_told",
    "planned",
    "repeats",
]

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

#: The notebook that holds claims against the data asks again what others answered, so it has a group of its own.
CLAIMS = "claims"

#: Findings that set the client beside published figures close the report; they are known by their id.
PUBLISHED = ("published", "benchmark")

#: A table of at most so many rows and columns stands in the story where no chart shows it.
ROWS_TOLD, COLUMNS_TOLD = 12, 9

#: A finding (or None) and the drawings that stand under its sentence.
Block = tuple[FindingRecord | None, list[DrawingRecord]]


@dataclass(frozen=True)
class PlannedSection:
    """A question, the words under it, and its answers with their drawings."""

    question: str
    prose: tuple[str, ...]
    blocks: list[Block]


@dataclass(frozen=True)
class PlannedChapter:
    """One notebook as it is told."""

    name: str
    title: str
    prose: tuple[str, ...]
    sections: list[PlannedSection]

    @property
    def audit(self) -> bool:
        """Whether it is about the data itself."""
        return AUDIT in self.name


@dataclass(frozen=True)
class Group:
    """Findings of one kind in the summary; a brief group names questions rather than answers."""

    name: str
    brief: bool
    findings: list[FindingRecord]

    @property
    def judged(self) -> bool:
        """Whether each of its findings has a verdict worth a badge of its own."""
        return not self.brief and all(finding.verdict for finding in self.findings)


def groups(story: Story) -> list[Group]:
    """Return the summary: answers first, then descriptions, then what cannot be said, then the data itself."""
    told = [finding for finding in story.findings if AUDIT not in finding.notebook]
    about_data = [finding for finding in story.findings if AUDIT in finding.notebook]
    judged = [finding for finding in told if finding.verdict and finding.verdict != "not testable"]
    parts = [
        Group("Answers", False, [f for f in judged if CLAIMS not in f.notebook]),
        Group("The article’s claims, one by one", False, [f for f in judged if CLAIMS in f.notebook]),
        Group("Descriptions and models", False, [f for f in told if not f.verdict]),
        Group("What this data cannot answer", True, [f for f in told if f.verdict == "not testable"]),
        Group("The data itself", True, about_data),
    ]
    return [group for group in parts if group.findings]


def planned(story: Story) -> tuple[list[PlannedChapter], list[Block]]:
    """Return the chapters, and apart from them the findings beside published figures."""
    chapters: list[PlannedChapter] = []
    apart: list[Block] = []
    for chapter in story.chapters:
        sections = []
        again = repeats(chapter)
        for section in chapter.sections:
            blocks = [
                (_brief(finding) if finding and finding.id in again else finding, drawings)
                for finding, drawings in blocks_of(section)
            ]
            published = [block for block in blocks if block[0] and _published(block[0])]
            apart += published
            rest = [block for block in blocks if block not in published]
            if rest or not published:
                sections.append(PlannedSection(section.question, section.prose, rest))
        if sections:
            chapters.append(PlannedChapter(chapter.name, chapter.title, chapter.prose, sections))
    return chapters, apart


def repeats(chapter: Chapter) -> dict[str, str]:
    """Return the ids of findings that cannot be tested for a reason already given, each with that of who gave it.

    Where nothing can be booked, ten questions about the plan have one answer; it is argued once.
    """
    first: dict[tuple[str, str], str] = {}
    again: dict[str, str] = {}
    for section in chapter.sections:
        for item in section.items:
            if isinstance(item, FindingRecord) and item.verdict == "not testable" and not item.rows:
                given = first.setdefault((item.title, item.sentence), item.id)
                if given != item.id:
                    again[item.id] = given
    return again


def _brief(finding: FindingRecord) -> FindingRecord:
    """Return a finding without the reason that stands above already: its title says what it comes to."""
    return replace(finding, sentence=finding.title, data={**finding.data, "caution": "", "action": "", "source": ""})


def is_told(finding: FindingRecord, drawn: Collection[str]) -> bool:
    """Return whether a finding's table stands under its sentence: no chart shows it (``drawn``), and it is small.

    A finding whose table is the answer says so itself (``told``).
    """
    if finding.data.get("told"):
        return bool(finding.rows)
    small = len(finding.rows) <= ROWS_TOLD and len(finding.columns) <= COLUMNS_TOLD
    return bool(finding.rows) and small and finding.id not in drawn


def blocks_of(section: Section) -> list[Block]:
    """Put each drawing under the finding it shows; one without a finding stands where it was."""
    blocks: dict[str, Block] = {}
    for item in section.items:
        if isinstance(item, FindingRecord):
            blocks[item.id] = (item, blocks[item.id][1] if item.id in blocks else [])
        else:
            blocks.setdefault(item.finding, (None, []))[1].append(item)
    return list(blocks.values())


def _published(finding: FindingRecord) -> bool:
    return any(word in finding.id for word in PUBLISHED)
