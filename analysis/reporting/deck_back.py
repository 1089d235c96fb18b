"""The back of a deck: what is still open, the data behind it, and the appendix."""

from collections.abc import Sequence

from analysis import formats
from analysis.reporting.assemble import About
from analysis.reporting.deck_slide import ASKED, VERDICTS, Notes, Slide, Table, named, same
from analysis.reporting.deck_text import sentences
from analysis.reporting.method import EVIDENCE, RULES
from analysis.reporting.outline import AUDIT
from analysis.reporting.story import FindingRecord, Story

__all__ = ["appendix", "open_questions", "the_data"]


def open_questions(story: Story, told: Sequence[FindingRecord]) -> list[Slide]:
    """Return what would change the answer: what is undecided, what cannot be tested, what is modelled."""
    answers = [f for f in story.findings if AUDIT not in f.notebook]
    decided = [f for f in answers if f.verdict]
    open_ones: list[FindingRecord] = []
    for finding in answers:
        unsure = finding.verdict in {"inconclusive", "not testable"}
        if unsure and not any(same(finding, other) for other in open_ones):
            open_ones.append(finding)
    if not open_ones:
        return []
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
    return [
        Slide(
            "open",
            "What would change the answer",
            f"{formats.count(n)} {'answer is' if n == 1 else 'answers are'} still open and can change the decision",
            notes,
            source=f"Source: the findings of this report with a verdict, {formats.count(len(decided))} in all. "
            "Two findings on one question are told once.",
            table=Table(("open question", "what we know now, or what it needs", "standing"), (True, True, True), rows),
        )
    ]


def _known(finding: FindingRecord) -> str:
    if finding.verdict == "not testable":
        parts = sentences(finding.sentence)
        return next((part for part in parts if "would answer" in part), finding.sentence)
    return finding.title


def the_data(story: Story, about: About) -> Slide:
    """Return the slide of the rows: which files, how many used, what was set aside and why."""
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


def appendix(story: Story, about: About) -> list[Slide]:
    """Return the slides for reference: measures, method, tiers and settings."""
    slides = []
    words = " ".join(f.text("subtitle") + " " + " ".join(c.header for c in f.columns) for f in story.findings)
    terms = sorted(about.glossary, key=lambda term: not named(term.label, words))
    notes = Notes(says="For reference.", method=EVIDENCE, asked=ASKED[""][0], answer=ASKED[""][1])
    counted = f"{formats.count(len(terms))} {'measure' if len(terms) == 1 else 'measures'}"
    if terms:
        slides.append(
            Slide(
                "appendix",
                "Appendix: measures",
                f"{counted}, how each is made, and what it does not prove",
                notes,
                source="Source: the glossary of the report. Definitions.",
                table=Table(
                    ("measure", "formula", "what it does not prove"),
                    (True, True, True),
                    tuple((term.label, term.formula, term.not_proof) for term in terms),
                ),
            )
        )
    rules = [(str(place), rule) for place, rule in enumerate(RULES, start=1)]
    tiers = "; ".join(f"{tier.name}: {tier.followers}" for tier in about.tiers)
    settings = {"platform": about.platform or "all", **about.settings}
    rules.append(("tiers", f"{about.scheme}{f': {tiers} followers' if tiers else ''}; a tier is a convention"))
    rules.append(("settings", "; ".join(f"{name} {value}" for name, value in settings.items())))
    slides.append(
        Slide(
            "appendix",
            "Appendix: method, tiers and settings",
            f"Every number follows the same {formats.count(len(RULES))} rules, by these tiers and settings",
            notes,
            source=f"Source: the method of the report. {EVIDENCE}",
            table=Table(("rule", "what it says"), (True, True), tuple(rules)),
        )
    )
    return slides
