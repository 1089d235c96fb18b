"""A story becomes a printed report: A4, a contents with links, page numbers, vector charts, every table whole.

The page is set by typst, which needs no browser, no network and nothing of the system. What is said goes in as data
(JSON), never as markup, so no name can become a command. The document is tagged for screen readers to the PDF/UA
standard and carries its fonts; the same story gives the same bytes.

A table is never cut at the margin: its columns get the widths that their words need, all tables together stand on
pages turned sideways, and one with more columns than fit is continued below itself with its first column repeated.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis import formats
from analysis.errors import NotebookRunError
from analysis.hostile import plain
from analysis.reporting.assemble import About
from analysis.reporting.letters import Letters, letters
from analysis.reporting.method import EVIDENCE, RULES
from analysis.reporting.outline import VERDICTS, Block, PlannedChapter, groups, is_told, planned
from analysis.reporting.story import DrawingRecord, FindingRecord, Story, anchor, front
from analysis.reporting.theme import Theme

__all__ = ["write_pdf"]

#: Rows of a table on paper; the rest is in the table's CSV file, and the page says so.
ROWS_SHOWN = 80

#: Longest text of one cell on paper, in characters.
CELL_LIMIT = 100

#: Widths of the text block in points: upright and sideways A4 between its margins.
UPRIGHT, SIDEWAYS = 510.0, 756.0

#: Points that a letter and a digit of 8-point type take, and the room between columns.
CHARACTER, DIGIT, GUTTER = 4.7, 5.2, 6.0

#: A column of text is at least as wide as so many characters when it has more to say, and asks for at most the other.
TEXT_LEAST, TEXT_MOST = 13, 64

#: Charts on paper: widest and highest, in millimetres.
CHART_WIDTH, CHART_HEIGHT = 180.0, 150.0

#: Where a word this long may be broken, every so many characters.
LONG_WORD, BREAK = 24, 12

#: typst keeps what it made of a document (some 130 MB) until as many others were set, and a batch sets many: empty
#: ones of a millisecond each make it forget.
REMEMBERED = 12


def write_pdf(story: Story, about: About, theme: Theme | None = None) -> bytes:
    """Return the report as the bytes of a PDF.

    Parameters
    ----------
    story : Story
        What the notebooks say.
    about : About
        What stands beside it.
    theme : Theme, optional
        How it looks; the house's own when not given.

    Raises
    ------
    NotebookRunError
        If the story holds no finding, or the page cannot be set.
    """
    theme = theme or Theme()
    pictures: dict[str, bytes] = {}
    data = _report(story, about, theme, pictures)
    known = letters(_texts(data), font=theme.font)
    data = _spelled(data, known)
    data["fonts"] = list(known.families)
    template = (Path(__file__).parent / "templates" / "report.typ").read_bytes()
    files = {"main.typ": template, "data.json": json.dumps(data, ensure_ascii=False).encode("utf-8"), **pictures}
    return _typeset(files, known)


def _typeset(files: dict[str, bytes], known: Letters) -> bytes:
    import typst

    with tempfile.TemporaryDirectory(prefix="creator-roi-fonts-") as folder:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[known.copied(Path(folder))]
        )
        compile_pdf: Any = typst.compile  # its types do not know of files by name
        try:
            made = compile_pdf(files, format="pdf", font_paths=fonts, pdf_standards=["ua-1"], timestamp=0)
        except typst.TypstError as error:
            raise NotebookRunError(f"the PDF could not be set: {plain(str(error), 300)} Please report this.") from error
        finally:
            for _ in range(REMEMBERED):
                compile_pdf({"main.typ": b""}, format="pdf", font_paths=fonts, timestamp=0)
    return bytes(made)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _texts(part)]


def _spelled(value: Any, known: Letters) -> Any:
    if isinstance(value, str):
        return _breakable(known.spelled(plain(value)))
    if isinstance(value, dict):
        return {key: _spelled(part, known) for key, part in value.items()}
    return [_spelled(part, known) for part in value] if isinstance(value, list | tuple) else value


def _breakable(text: str) -> str:
    """Return ``text`` with places to break in words that are longer than a column."""
    if max(map(len, text.split()), default=0) < LONG_WORD:
        return text
    words = (
        "\u200b".join(word[place : place + BREAK] for place in range(0, len(word), BREAK))
        if len(word) >= LONG_WORD
        else word
        for word in text.split(" ")
    )
    return " ".join(words)


# what is said ------------------------------------------------------------------------------------------------------


def _report(story: Story, about: About, theme: Theme, pictures: dict[str, bytes]) -> dict[str, Any]:
    """Return everything the template says, and put the pictures it shows into ``pictures``."""
    first = front(story)
    chapters, published = planned(story)
    drawn = {drawing.finding for drawing in story.drawings}
    logo = None
    if theme.logo is not None:
        logo = f"logo.{theme.logo_type}"
        pictures[logo] = theme.logo

    def block(of: Block, question: str) -> dict[str, Any]:
        return _block(*of, question, drawn, pictures)

    def chapter(one: PlannedChapter) -> dict[str, Any]:
        sections = [
            {
                "question": section.question,
                "prose": section.prose,
                "blocks": [block(of, section.question) for of in section.blocks],
            }
            for section in one.sections
        ]
        return {"title": one.title, "prose": one.prose, "sections": sections}

    return {
        "accent": theme.accent,
        "dark": theme.dark,
        "logo": logo,
        "client": about.client,
        "when": about.when,
        "title": f"{about.client}: creator report, {about.when}",
        "sentence": first.headline.title,
        "running": f"{about.client} · creator report, {about.when}",
        "scheme_line": " · ".join(filter(None, [about.platform, f"tier scheme: {about.scheme}"])),
        "footer": theme.footer,
        "ledger": about.ledger.sentence,
        "front": {
            "title": first.headline.title,
            "sentence": first.headline.sentence if first.headline.sentence != first.headline.title else "",
            "numbers": [{"value": n.value, "label": n.label, "note": n.note} for n in first.numbers],
            "advice": [
                ["What to do", first.action or "No finding here names an action. Read the verdicts before deciding."],
                ["What would change this", first.caution or "Other data, another period or another tier scheme."],
            ],
        },
        "groups": [
            {"name": g.name, "brief": g.brief, "findings": [_summary(f, g.brief) for f in g.findings]}
            for g in groups(story)
        ],
        "chapters": [chapter(one) for one in chapters if not one.audit],
        "audit": [chapter(one) for one in chapters if one.audit],
        "evidence": EVIDENCE,
        "rules": RULES,
        **_method(about),
        "files": None if any(one.audit for one in chapters) else _files(about),
        "warnings": about.ledger.warnings[:ROWS_SHOWN],
        "published": [
            {"head": of[0].question or of[0].title, **block(of, of[0].question)} for of in published if of[0]
        ],
        "tables": [
            {
                "title": f.title,
                "source": f.text("source") or f.standing,
                "table": _table(f, SIDEWAYS),
            }
            for f in story.findings
            if f.rows and not is_told(f, drawn)
        ],
    }


def _summary(finding: FindingRecord, brief: bool) -> dict[str, Any]:
    verdict = VERDICTS[finding.verdict] if finding.verdict else finding.text("evidence").capitalize()
    title, question = finding.title, finding.question
    if brief and question:
        title, under = question, finding.title
    else:
        under = " · ".join(filter(None, [question, finding.standing]))
    return {"id": anchor(finding.id), "verdict": verdict or VERDICTS[""], "title": title, "under": under}


def _block(
    finding: FindingRecord | None,
    drawings: Sequence[DrawingRecord],
    question: str,
    drawn: set[str],
    pictures: dict[str, bytes],
) -> dict[str, Any]:
    shown = [_picture(drawing, pictures) for drawing in drawings]
    nothing = dict.fromkeys(("id", "question", "verdict", "title", "sentence", "caution", "action", "source"), "")
    if finding is None:
        return {**nothing, "drawings": shown, "table": None}
    titled = not drawings and finding.title != finding.sentence
    return {
        "id": anchor(finding.id),
        "question": finding.question if anchor(finding.question) != anchor(question) else "",
        "verdict": VERDICTS[finding.verdict] if finding.verdict else "",
        "title": finding.title if titled else "",
        "sentence": finding.sentence,
        "drawings": shown,
        "table": _table(finding, UPRIGHT) if is_told(finding, drawn) else None,
        "caution": finding.text("caution"),
        "action": finding.text("action"),
        "source": "" if drawings else finding.text("source") or finding.standing,
    }


def _picture(drawing: DrawingRecord, pictures: dict[str, bytes]) -> dict[str, Any]:
    """Return a chart's file, words and width; vectors where there are any."""
    name = f"chart-{len(pictures)}.{'svg' if drawing.svg else 'png'}"
    pictures[name] = drawing.svg.encode("utf-8") if drawing.svg else drawing.png
    across, down = _shape(drawing)
    return {"file": name, "alt": drawing.alt, "width": min(CHART_WIDTH, CHART_HEIGHT * across / down)}


def _shape(drawing: DrawingRecord) -> tuple[float, float]:
    from analysis.reporting.pictures import points

    across, _, down = (points(drawing.svg) or "2 1").partition(" ")
    return max(float(across), 1.0), max(float(down), 1.0)


def _method(about: About) -> dict[str, Any]:
    source = f" ({about.scheme_source})" if about.scheme_source else ""
    only = f" Only {about.platform} is counted." if about.platform else ""
    tiers = [[tier.name, tier.followers] for tier in about.tiers]
    terms = [[term.label, term.formula, term.not_proof] for term in about.glossary]
    return {
        "tiers_sentence": f"The scheme is “{about.scheme}”{source}. A tier starts at its floor: a creator with exactly "
        f"that many followers belongs to it.{only}",
        "tiers": _listing("", ["tier", "followers"], [True, False], tiers, UPRIGHT) if tiers else None,
        "glossary": _listing("", ["measure", "formula", "what it does not prove"], [True] * 3, terms, UPRIGHT)
        if terms
        else None,
    }


def _files(about: About) -> dict[str, Any]:
    rows = [
        [
            file.file,
            f"nothing of ours: {file.refused}" if file.refused else file.grain,
            *map(formats.count, (file.read, file.used, file.set_aside)),
        ]
        for file in about.ledger.files
    ]
    heads = ["file", "holds", "rows read", "used", "set aside"]
    return _listing("Rows by file", heads, [True, True, False, False, False], rows, UPRIGHT)


# tables ------------------------------------------------------------------------------------------------------------


def _table(finding: FindingRecord, room: float) -> dict[str, Any]:
    rows = [finding.cells(row) for row in finding.rows[:ROWS_SHOWN]]
    count = len(finding.rows)
    rest = (
        f"The first {formats.count(ROWS_SHOWN)} of {formats.count(count)} rows; all are in "
        f"tables/{anchor(finding.id)}.csv."
        if count > ROWS_SHOWN
        else ""
    )
    heads, text = [column.header for column in finding.columns], [column.text for column in finding.columns]
    return {**_listing(finding.text("subtitle"), heads, text, rows, room), "rest": rest}


def _listing(
    caption: str, heads: Sequence[str], text: Sequence[bool], rows: Sequence[Sequence[str]], room: float
) -> dict[str, Any]:
    """Return a table whose columns fit the room, continued in further parts where they do not."""
    cells = [[plain(cell, CELL_LIMIT) for cell in row] for row in rows]
    widths = [_width(heads[i], [row[i] for row in cells], text[i]) for i in range(len(heads))]
    parts: list[list[int]] = []
    taken = list(range(len(heads)))
    while taken:
        # the first column names the row, so every part begins with it
        part = [] if not parts else [0]
        while taken and (len(part) < 2 or sum(widths[i][0] for i in [*part, taken[0]]) <= room):
            part.append(taken.pop(0))
        parts.append(part)
    return {
        "caption": caption,
        "rest": "",
        "parts": [
            {
                "heads": [heads[i] for i in part],
                "text": [text[i] for i in part],
                "widths": _shared([widths[i] for i in part], room),
                "rows": [[row[i] for i in part] for row in cells],
            }
            for part in parts
        ],
    }


def _shared(widths: Sequence[tuple[float, float]], room: float) -> list[float]:
    """Return widths between the least and the asked ones that fill the room as far as they are asked for.

    Examples
    --------
    >>> _shared([(10, 10), (20, 60), (20, 40)], 80), _shared([(10, 10), (20, 30)], 80), _shared([(50, 50)], 40)
    ([10.0, 40.0, 30.0], [10.0, 30.0], [40.0])
    """
    least, asked = sum(low for low, _ in widths), sum(high for _, high in widths)
    if least > room:  # a single column wider than the page: its words are broken
        return [round(low * room / least, 1) for low, _ in widths]
    share = min(1.0, (room - least) / (asked - least)) if asked > least else 0.0
    return [round(low + (high - low) * share, 1) for low, high in widths]


def _unbroken(word: str) -> int:
    """Return the longest piece of a word that stays on one line."""
    return len(word) if len(word) < LONG_WORD else BREAK


def _width(head: str, cells: Sequence[str], text: bool) -> tuple[float, float]:
    """Return the least width of a column in points, and the one it asks for."""
    word = max((len(part) for part in head.split()), default=1)
    longest = max(map(len, cells), default=1)
    if not text:
        least = max(word, longest)
        return least * DIGIT + GUTTER, max(least, min(len(head), 14)) * DIGIT + GUTTER
    unbroken = max((_unbroken(part) for cell in cells for part in cell.split()), default=1)
    least = max(max(map(_unbroken, head.split()), default=1), unbroken, min(longest, TEXT_LEAST))
    wanted = max(least, min(longest, TEXT_MOST), min(len(head), TEXT_LEAST))
    return least * CHARACTER + GUTTER, wanted * CHARACTER + GUTTER
