"""Which findings become slides, in which order, and what each slide says; nothing is drawn here.

A meeting bears a dozen slides. First the decision, then what it rests on, then the findings that answer something,
chapter by chapter, then what is still open, what the data is, and an appendix. A finding is told once: two findings
that ask the same question, or whose titles hold the same figures, are one slide. Nothing hangs on a finding's name,
so a client with few findings has a short deck and a client with other notebooks has theirs.
"""

import re

from analysis import formats
from analysis.reporting.assemble import About
from analysis.reporting.deck_back import appendix, open_questions, the_data
from analysis.reporting.deck_slide import ASKED, Notes, Slide, Table, bare, named, same
from analysis.reporting.method import EVIDENCE
from analysis.reporting.outline import AUDIT
from analysis.reporting.story import DrawingRecord, FindingRecord, Story, front

__all__ = ["notes_of", "plan", "source_of", "table_of"]

#: Most slides of findings; with decision, open questions, data and appendix a deck has up to 14.
CONTENT = 9

#: Most slides of findings from one notebook, while others have some left.
PER_CHAPTER = 4


def plan(story: Story, about: About) -> list[Slide]:
    """Return the slides of a deck in order.

    Raises
    ------
    NotebookRunError
        If the notebooks hold no finding.
    """
    first = front(story)
    headline = first.headline
    drawings = {drawing.finding: drawing for drawing in reversed(story.drawings)}
    chosen = _chosen(story, headline, drawings)
    slides = [
        Slide(
            "decision",
            "The answer",
            headline.title,
            notes_of(headline, about),
            source=f"{about.ledger.sentence} {source_of(headline)}",
            finding=headline,
        )
    ]
    if headline.rows:
        n = len(headline.rows)
        title = f"{formats.count(n)} {'comparison stands' if n == 1 else 'comparisons stand'} behind this answer"
        slides.append(_finding(headline, drawings.get(headline.id), about, title=title))
    slides += [_finding(finding, drawings.get(finding.id), about) for finding in chosen]
    return [*slides, *open_questions(story, [headline, *chosen]), the_data(story, about), *appendix(story, about)]


# which findings ----------------------------------------------------------------------------------------------------


def _chosen(story: Story, headline: FindingRecord, drawings: dict[str, DrawingRecord]) -> list[FindingRecord]:
    """Return the findings that become slides, in the order in which they are told."""
    told = [f for f in story.findings if AUDIT not in f.notebook and f is not headline and f.rows]
    ranked = sorted(
        (f for f in told if _rank(f, drawings) is not None), key=lambda f: (_rank(f, drawings), told.index(f))
    )
    chosen: list[FindingRecord] = []
    room = CONTENT - bool(headline.rows)
    for most in (1, PER_CHAPTER, CONTENT):  # every notebook has its say
        for finding in ranked:
            in_chapter = sum(other.notebook == finding.notebook for other in chosen)
            if len(chosen) < room and in_chapter < most and not any(same(finding, other) for other in chosen):
                chosen.append(finding)
    chapters = [chapter.name for chapter in story.chapters]
    order = {name: place for place, name in enumerate(chapters)}
    return sorted(chosen, key=lambda f: (f.notebook != headline.notebook, order.get(f.notebook, 99), told.index(f)))


def _rank(finding: FindingRecord, drawings: dict[str, DrawingRecord]) -> int | None:
    """Return how much a finding belongs on a slide, smallest first; None when it does not."""
    drawn = finding.id in drawings
    if finding.verdict == "not testable":
        return None
    if finding.text("role") or (finding.text("action") and drawn):
        return 0
    if finding.text("action"):
        return 1
    if drawn:
        return {"supported": 1, "contradicted": 1, "inconclusive": 2}.get(finding.verdict, 3)
    return 4 if finding.verdict else 5


# what they say -----------------------------------------------------------------------------------------------------


def _finding(finding: FindingRecord, drawing: DrawingRecord | None, about: About, *, title: str | None = None) -> Slide:
    return Slide(
        "finding",
        finding.question,
        title or finding.title,
        notes_of(finding, about),
        subtitle=finding.text("subtitle"),
        source=source_of(finding),
        finding=finding,
        drawing=drawing,
        table=table_of(finding),
        below=tuple(filter(None, (finding.text("action"), finding.text("caution")))),
    )


def source_of(finding: FindingRecord) -> str:
    """Return data, date, n and evidence in one line."""
    source = finding.text("source")
    standing = finding.standing
    if finding.text("evidence") and finding.text("evidence") in source.casefold():  # said once is enough
        standing = standing.removesuffix(finding.text("evidence")).rstrip(" ·")
    return " ".join(filter(None, [source, f"{standing[:1].upper()}{standing[1:]}." if standing else ""]))


def notes_of(finding: FindingRecord, about: About) -> Notes:
    """Return what a speaker has at hand: the full sentence, the method, the caveat, the likely question."""
    told = finding.data.get("notes")
    own = told if isinstance(told, dict) else {}
    asked, answer = ASKED[finding.verdict if finding.verdict in ASKED else ""]
    words = " ".join([finding.text("subtitle"), finding.title, *(column.header for column in finding.columns)])
    term = next((term for term in about.glossary if named(term.label, words)), None)
    if term and not finding.verdict:
        asked, answer = f"What does {bare(term.label)} not prove?", term.not_proof
    method = ". ".join(filter(None, [finding.text("subtitle"), f"{bare(term.label)} = {term.formula}" if term else ""]))
    return Notes(
        says=finding.sentence,
        method=str(own.get("method") or method or EVIDENCE),
        caveat=str(own.get("caveat") or finding.text("caution")),
        asked=str(own.get("asked") or asked),
        answer=str(own.get("answer") or answer),
    )


_LOW, _HIGH = re.compile(r"^\d+(\.\d+)?% from"), re.compile(r"^\d+(\.\d+)?% to")

#: Columns of a table on a slide.
COLUMNS = 7

#: Rows of a table that a slide may show; no slide has room for more.
FIRST = 12


def table_of(finding: FindingRecord) -> Table:
    """Return a finding's table for a slide: the two ends of an interval in one column, at most seven columns."""
    parts: list[tuple[str, bool, list[str]]] = []
    cells = [finding.cells(row) for row in finding.rows[:FIRST]]
    skip = False
    for place, column in enumerate(finding.columns):
        if skip:
            skip = False
            continue
        following = finding.columns[place + 1] if place + 1 < len(finding.columns) else None
        if _LOW.match(column.header) and following and _HIGH.match(following.header):
            ends = [_ends(row[place], row[place + 1]) for row in cells]
            parts.append((f"{column.header.split('%')[0]}% interval", False, ends))
            skip = True
        else:
            parts.append((column.header.strip(), column.text, [row[place] for row in cells]))
    known = [part for part in parts if any(cell and cell != formats.MISSING for cell in part[2])] or parts
    if len(known) > COLUMNS:
        known = [part for part in known if part[0].casefold() not in {"remark", "id"}]
    known = known[:COLUMNS]
    rows = tuple(zip(*(part[2] for part in known), strict=True)) if known else ()
    return Table(
        tuple(part[0] for part in known), tuple(part[1] for part in known), rows, finding.id, len(finding.rows)
    )


def _ends(low: str, high: str) -> str:
    return formats.MISSING if low == high == formats.MISSING else f"{low} to {high}"
