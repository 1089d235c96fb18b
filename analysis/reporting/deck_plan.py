"""Which findings become slides, in which order, and what each slide says; nothing is drawn here.

A meeting bears a dozen slides. First the decision, then what it rests on, then the findings that answer something,
chapter by chapter, then what is still open, what the data is, and an appendix. A finding is told once: two findings
that ask the same question, or whose titles hold the same figures, are one slide. Nothing hangs on a finding's name,
so a client with few findings has a short deck and a client with other notebooks has theirs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis import formats
from analysis.reporting.assemble import About
from analysis.reporting.deck_text import sentences
from analysis.reporting.method import EVIDENCE, RULES
from analysis.reporting.outline import AUDIT
from analysis.reporting.story import DrawingRecord, FindingRecord, Story, front

__all__ = ["Notes", "Slide", "Table", "plan"]

#: Most slides of findings; with decision, open questions, data and appendix a deck has up to 14.
CONTENT = 8

#: Most slides of findings from one notebook, while others have some left.
PER_CHAPTER = 4

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
            "The whole interval lies on one side, after correction for the comparisons made together. It is an association"
            " between creators as they are; it does not say what a creator would do at another size."
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
            _notes(headline, about),
            source=_source(headline),
            finding=headline,
        )
    ]
    if headline.rows:
        n = len(headline.rows)
        title = f"{formats.count(n)} {'comparison stands' if n == 1 else 'comparisons stand'} behind this answer"
        slides.append(_finding(headline, drawings.get(headline.id), about, title=title))
    slides += [_finding(finding, drawings.get(finding.id), about) for finding in chosen]
    slides += [_open(story, [headline, *chosen], about), _data(story, about)]
    return [slide for slide in [*slides, *_appendix(story, about)] if slide]


# which findings ----------------------------------------------------------------------------------------------------


def _chosen(story: Story, headline: FindingRecord, drawings: dict[str, DrawingRecord]) -> list[FindingRecord]:
    """Return the findings that become slides, in the order in which they are told."""
    told = [f for f in story.findings if AUDIT not in f.notebook and f is not headline and f.rows]
    ranked = sorted(
        (f for f in told if _rank(f, drawings) is not None), key=lambda f: (_rank(f, drawings), told.index(f))
    )
    chosen: list[FindingRecord] = []
    room = CONTENT - bool(headline.rows)
    for most in (PER_CHAPTER, CONTENT):
        for finding in ranked:
            in_chapter = sum(other.notebook == finding.notebook for other in chosen)
            if len(chosen) < room and in_chapter < most and not any(_same(finding, other) for other in chosen):
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
    if drawn:
        return {"supported": 1, "contradicted": 1, "inconclusive": 2}.get(finding.verdict, 3)
    return 4 if finding.verdict else 5


def figures(text: str) -> set[str]:
    """Return the telling figures of a title: those of three significant digits and more.

    Examples
    --------
    >>> sorted(figures("$24.10 per 1,000 followers, 3.94× in 9 of 9"))
    ['2410', '394']
    """
    found = (re.sub(r"\D", "", number).lstrip("0") for number in re.findall(r"\d[\d.,]*", text))
    return {digits for digits in found if len(digits.rstrip("0")) >= 3}


def _same(finding: FindingRecord, other: FindingRecord) -> bool:
    asked = finding.question.casefold().strip(" ?") == other.question.casefold().strip(" ?") != ""
    return asked or finding.title == other.title or bool(figures(finding.title) & figures(other.title))


# what they say -----------------------------------------------------------------------------------------------------


def _finding(finding: FindingRecord, drawing: DrawingRecord | None, about: About, *, title: str | None = None) -> Slide:
    return Slide(
        "finding",
        finding.question,
        title or finding.title,
        _notes(finding, about),
        subtitle=finding.text("subtitle"),
        source=_source(finding),
        finding=finding,
        drawing=drawing,
        table=table_of(finding),
    )


def _source(finding: FindingRecord) -> str:
    """Return data, date, n and evidence in one line."""
    source = finding.text("source")
    standing = finding.standing
    if finding.text("evidence") and finding.text("evidence") in source.casefold():  # said once is enough
        standing = standing.removesuffix(finding.text("evidence")).rstrip(" ·")
    return " ".join(filter(None, [source, f"{standing[:1].upper()}{standing[1:]}." if standing else ""]))


def _notes(finding: FindingRecord, about: About) -> Notes:
    told = finding.data.get("notes")
    own = told if isinstance(told, dict) else {}
    asked, answer = ASKED[finding.verdict if finding.verdict in ASKED else ""]
    words = " ".join([finding.text("subtitle"), finding.title, *(column.header for column in finding.columns)])
    term = next((term for term in about.glossary if _named(term.label, words)), None)
    if term and not finding.verdict:
        asked, answer = f"What does {_bare(term.label)} not prove?", term.not_proof
    method = ". ".join(
        filter(None, [finding.text("subtitle"), f"{_bare(term.label)} = {term.formula}" if term else ""])
    )
    return Notes(
        says=finding.sentence,
        method=str(own.get("method") or method or EVIDENCE),
        caveat=str(own.get("caveat") or finding.text("caution")),
        asked=str(own.get("asked") or asked),
        answer=str(own.get("answer") or answer),
    )


def _bare(label: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", label)


def _named(label: str, words: str) -> bool:
    return _bare(label).casefold() in words.casefold()


_LOW, _HIGH = re.compile(r"^\d+(\.\d+)?% from"), re.compile(r"^\d+(\.\d+)?% to")

#: Columns of a table on a slide.
COLUMNS = 7


def table_of(finding: FindingRecord) -> Table:
    """Return a finding's table for a slide: the two ends of an interval in one column, at most seven columns."""
    parts: list[tuple[str, bool, list[str]]] = []
    cells = [finding.cells(row) for row in finding.rows]
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
    return Table(tuple(part[0] for part in known), tuple(part[1] for part in known), rows, finding.id)


def _ends(low: str, high: str) -> str:
    return formats.MISSING if low == high == formats.MISSING else f"{low} to {high}"


# what is open, what the data is, the appendix ------------------------------------------------------------------------


def _open(story: Story, told: Sequence[FindingRecord], about: About) -> Slide | None:
    """Return what would change the answer: what is undecided, what cannot be tested, what is modelled."""
    answers = [f for f in story.findings if AUDIT not in f.notebook]
    decided = [f for f in answers if f.verdict]
    open_ones: list[FindingRecord] = []
    for finding in answers:
        unsure = finding.verdict in {"inconclusive", "not testable"}
        if unsure and not any(_same(finding, other) for other in open_ones):
            open_ones.append(finding)
    if not open_ones:
        return None
    open_ones.sort(key=lambda f: (f.verdict == "not testable", f not in told))
    rows = tuple((f.question, _known(f), VERDICTS[f.verdict]) for f in open_ones)
    n = len(open_ones)
    notes = Notes(
        says="These answers could fall either way, and the decision should be looked at again when they do.",
        method=f"Every finding that is inconclusive or not testable, of {formats.count(len(decided))} with a verdict.",
        caveat="An open answer is neither right nor wrong.",
        asked="What should we do about them?",
        answer="Plan a test with equal budgets, or bring the data that is named, before money follows one of them.",
    )
    return Slide(
        "open",
        "What would change the answer",
        f"{formats.count(n)} {'answer is' if n == 1 else 'answers are'} still open and can change the decision",
        notes,
        source=f"Source: the findings of this report with a verdict, {formats.count(len(decided))} in all. "
        "Two findings on one question are told once.",
        table=Table(("open question", "what we know now, or what it needs", "standing"), (True, True, True), rows),
    )


def _known(finding: FindingRecord) -> str:
    if finding.verdict == "not testable":
        parts = sentences(finding.sentence)
        return next((part for part in parts if "would answer" in part), finding.sentence)
    return finding.title


def _data(story: Story, about: About) -> Slide:
    rows = tuple(
        (
            file.file,
            file.grain or "not used",
            formats.count(file.read),
            formats.count(file.used),
            formats.count(file.set_aside),
        )
        for file in about.ledger.files
    )
    aside = sum(part.rows for part in about.ledger.set_aside)
    title = f"{formats.count(about.ledger.used)} of {formats.count(about.ledger.read)} rows are used"
    title += (
        f"; {formats.count(aside)} {'is' if aside == 1 else 'are'} set aside, each with its reason" if aside else ""
    )
    n = len(about.ledger.warnings)
    doubts = f"{formats.count(n)} {'reading' if n == 1 else 'readings'} in doubt {'is' if n == 1 else 'are'} listed"
    refused = [f"{file.file}: {file.refused}" for file in about.ledger.files if file.refused]
    reasons = [
        f"Set aside: {part.reason} ({formats.count(part.rows)} {'row' if part.rows == 1 else 'rows'})"
        for part in about.ledger.set_aside[:3]
    ]
    return Slide(
        "data",
        "The data behind it",
        title,
        Notes(
            says=about.ledger.sentence,
            method="Every row that was read is used or set aside; a row set aside is kept with its line and reason.",
            caveat="; ".join(about.ledger.warnings[:5]),
            asked="Was anything dropped?",
            answer="Nothing in silence. The workbook and the pack’s data folder list every row set aside.",
        ),
        subtitle=about.ledger.sentence,
        source=f"Source: the files as delivered, {about.when}. {doubts} in the report. Measured.",
        table=Table(("file", "holds", "rows read", "used", "set aside"), (True, True, False, False, False), rows),
        below=(*reasons, *refused, *(f"In doubt: {text}" for text in about.ledger.warnings[:4])),
    )


def _appendix(story: Story, about: About) -> list[Slide]:
    slides = []
    words = " ".join(f.text("subtitle") + " " + " ".join(c.header for c in f.columns) for f in story.findings)
    terms = sorted(about.glossary, key=lambda term: not _named(term.label, words))
    notes = Notes(says="For reference.", method=EVIDENCE, asked=ASKED[""][0], answer=ASKED[""][1])
    if terms:
        slides.append(
            Slide(
                "appendix",
                "Appendix: measures",
                f"{formats.count(len(terms))} measures, how each is made, and what it does not prove",
                notes,
                source="Source: the glossary of the report. Definitions.",
                table=Table(
                    ("measure", "formula", "what it does not prove"),
                    (True, True, True),
                    tuple((term.label, term.formula, term.not_proof) for term in terms),
                ),
            )
        )
    rules = tuple((str(place), rule) for place, rule in enumerate(RULES, start=1))
    slides.append(
        Slide(
            "appendix",
            "Appendix: method",
            f"Every number follows the same {formats.count(len(RULES))} rules",
            notes,
            source=f"Source: the method of the report. {EVIDENCE}",
            table=Table(("rule", "what it says"), (False, True), rules),
        )
    )
    settings = [("client", about.client), ("period", about.when), ("platform", about.platform or "all")]
    settings += [(str(name), str(value)) for name, value in about.settings.items()]
    rows = [(f"tier: {tier.name}", f"{tier.followers} followers") for tier in about.tiers]
    slides.append(
        Slide(
            "appendix",
            "Appendix: tiers and settings",
            f"{formats.count(len(about.tiers))} tiers by the scheme “{about.scheme}”, and the settings of this report",
            notes,
            source=f"Source: {(about.scheme_source or about.scheme).rstrip('.')}. Assumed: a tier is a convention.",
            table=Table(("what", "value"), (True, True), (*rows, *((name, value) for name, value in settings))),
        )
    )
    return slides
