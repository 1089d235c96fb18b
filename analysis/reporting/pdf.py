"""A story becomes a printed report: A4, a contents with links, page numbers, vector charts, every table whole.

The page is set by typst, which needs no browser, no network and nothing of the system. What is said goes in as data
(JSON), never as markup, so no name can become a command. The document is tagged for screen readers to the PDF/UA
standard and carries its fonts; the same story gives the same bytes.

Findings stand side by side where that saves paper (:mod:`analysis.reporting.pdf_pages`), and a chart is never parted
from its sentence. All tables stand at the end (:mod:`analysis.reporting.pdf_tables`): those that fit on upright pages
first, then the wide ones on pages turned sideways.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis import formats
from analysis.errors import NotebookRunError
from analysis.hostile import plain
from analysis.publish import scratch_folder
from analysis.reporting.assemble import About
from analysis.reporting.letters import Letters, letters
from analysis.reporting.method import EVIDENCE, RULES
from analysis.reporting.outline import VERDICTS, Block, PlannedChapter, groups, is_told, planned
from analysis.reporting.pdf_pages import (
    ACROSS,
    BESIDE,
    PAGE,
    PAIR,
    SPLIT,
    Unit,
    arranged,
    chart_high,
    heading_high,
    summary_high,
    table_high,
    words_high,
)
from analysis.reporting.pdf_tables import ROWS_SHOWN, SIDEWAYS, UPRIGHT, broken, listing, table_of, upright
from analysis.reporting.pictures import plot_alone, points
from analysis.reporting.story import DrawingRecord, FindingRecord, Story, anchor, front
from analysis.reporting.theme import Theme

__all__ = ["write_pdf"]

#: Charts across the page: widest and highest, in points.
CHART_WIDTH, CHART_HEIGHT = ACROSS, 580.0

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

    with scratch_folder("fonts") as folder:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[known.copied(folder)])
        compile_pdf: Any = typst.compile  # its types do not know of files by name
        try:
            made = compile_pdf(files, format="pdf", font_paths=fonts, pdf_standards=["ua-1"], timestamp=0)
        except typst.TypstError as error:
            raise NotebookRunError(f"the PDF could not be set: {plain(str(error), 300)} Please report this.") from error
        finally:
            nothing = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])
            for _ in range(REMEMBERED):
                compile_pdf({"main.typ": b""}, format="pdf", font_paths=nothing, timestamp=0)
    return bytes(made)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _texts(part)]


def _spelled(value: Any, known: Letters) -> Any:
    if isinstance(value, str):
        return broken(known.spelled(plain(value)))
    if isinstance(value, dict):
        return {key: _spelled(part, known) for key, part in value.items()}
    return [_spelled(part, known) for part in value] if isinstance(value, list | tuple) else value


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

    summary = [
        {"name": g.name, "judged": g.judged, "findings": [_summary(f, g.brief) for f in g.findings]}
        for g in groups(story)
    ]
    told, used = [], summary_high(summary) % PAGE
    for one in chapters:
        made, used = _chapter(one, drawn, pictures, 0.0 if one.audit else used)
        told.append((one.audit, made))
    beside, _ = _bands([_unit(of, drawn, heading=of[0].question) for of in published if of[0]], pictures, 0.0)
    tables = [f for f in story.findings if f.rows and not is_told(f, drawn)]

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
            "advice": [list(told) for told in first.advice],
        },
        "groups": summary,
        "chapters": [made for audit, made in told if not audit],
        "audit": [made for audit, made in told if audit],
        "evidence": EVIDENCE,
        "rules": RULES,
        **_method(about),
        "files": None if any(one.audit for one in chapters) else _files(about),
        "warnings": about.ledger.warnings[:ROWS_SHOWN],
        "published": beside,
        "tables": [_full(f, UPRIGHT) for f in tables if upright(f)],
        "wide_tables": [_full(f, SIDEWAYS) for f in tables if not upright(f)],
    }


def _full(finding: FindingRecord, room: float) -> dict[str, Any]:
    return {
        "title": finding.title,
        "source": finding.text("source") or finding.standing,
        "table": table_of(finding, room),
    }


def _summary(finding: FindingRecord, brief: bool) -> dict[str, Any]:
    verdict = VERDICTS[finding.verdict] if finding.verdict else finding.text("evidence").capitalize()
    title, question = finding.title, finding.question
    if brief and question:
        title, under = question, finding.title
    else:
        under = " · ".join(filter(None, [question, finding.standing]))
    return {"id": anchor(finding.id), "verdict": verdict or VERDICTS[""], "title": title, "under": under}


# findings on their pages -------------------------------------------------------------------------------------------


def _chapter(
    chapter: PlannedChapter, drawn: set[str], pictures: dict[str, bytes], used: float
) -> tuple[dict[str, Any], float]:
    """Return a chapter with its findings arranged, and how far down a page it ends."""
    units = []
    for section in chapter.sections:
        for place, of in enumerate(section.blocks or [(None, [])]):
            asked, prose = (section.question, section.prose) if place == 0 else ("", ())
            units.append(_unit(of, drawn, heading=asked, prose=prose))
    lead = 60.0 + sum(14 * (len(words) // 85 + 1) + 10 for words in chapter.prose)
    bands, used = _bands(units, pictures, used, lead)
    return {"title": chapter.title, "prose": chapter.prose, "bands": bands}, used


def _unit(of: Block, drawn: set[str], *, heading: str = "", prose: Sequence[str] = ()) -> dict[str, Any]:
    """Return a finding as it is told under its question, its charts not yet laid out."""
    finding, drawings = of
    return {"heading": heading, "prose": prose, "block": _block(finding, drawings, heading, drawn)}


def _bands(
    units: Sequence[dict[str, Any]], pictures: dict[str, bytes], used: float, lead: float = 0.0
) -> tuple[list[dict[str, Any]], float]:
    """Return findings one or two to a band, and how far down a page the last one ends."""
    ways, used = arranged([_sizes(unit) for unit in units], used, lead)
    bands, rest = [], list(units)
    for way in ways:
        count = 2 if way == PAIR else 1
        band, rest = rest[:count], rest[count:]
        for unit in band:
            drawings = unit["block"]["drawings"]
            unit["block"]["drawings"] = [_picture(one, pictures, small=way == SPLIT) for one in drawings]
        bands.append({"way": way, "units": band})
    return bands, used


def _sizes(unit: dict[str, Any]) -> Unit:
    """Return how high a finding stands across the page, with its chart beside it, and beside another."""
    drawings, table = unit["block"]["drawings"], unit["block"]["table"]
    words = heading_high(unit, ACROSS) + words_high(unit, ACROSS)
    wide = sum(9 + chart_high(unit, _down(drawing.svg, _across(drawing)), ACROSS) for drawing in drawings)
    split = None
    if len(drawings) == 1 and drawings[0].narrow and table is None:
        small = chart_high(unit, _down(drawings[0].narrow, BESIDE), BESIDE)
        split = heading_high(unit, ACROSS) + max(small, words_high(unit, BESIDE))
    alone = drawings or table is not None
    return Unit(
        across=words + wide + (table_high(table) if table is not None else 0.0),
        split=split,
        half=None if alone else heading_high(unit, BESIDE) + words_high(unit, BESIDE),
        breakable=table is not None,
        creators=any(drawing.marks for drawing in drawings),
    )


def _block(
    finding: FindingRecord | None, drawings: Sequence[DrawingRecord], question: str, drawn: set[str]
) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("id", "question", "verdict", "title", "sentence", "measure", "caution", "action", "source"), ""
    )
    if finding is None:
        return {**nothing, "drawings": drawings, "table": None}
    bare = all(plot_alone(drawing.svg) for drawing in drawings)  # else a chart's own words stay in it
    return {
        "id": anchor(finding.id),
        "question": finding.question if anchor(finding.question) != anchor(question) else "",
        "verdict": VERDICTS[finding.verdict] if finding.verdict else "",
        "title": finding.title if bare and finding.title != finding.sentence else "",
        "sentence": finding.sentence,
        "measure": finding.text("subtitle") if bare and drawings else "",
        "drawings": drawings,
        "table": table_of(finding, UPRIGHT) if is_told(finding, drawn) else None,
        "caution": finding.text("caution"),
        "action": finding.text("action"),
        "source": finding.text("source") or finding.standing if bare else "",
    }


def _picture(drawing: DrawingRecord, pictures: dict[str, bytes], *, small: bool) -> dict[str, Any]:
    """Return a chart's file, words and width; vectors where there are any, the phone's layout where small."""
    svg = _bare(drawing.narrow if small else drawing.svg)
    name = f"chart-{len(pictures)}.{'svg' if svg else 'png'}"
    pictures[name] = svg.encode("utf-8") if svg else drawing.png
    return {"file": name, "alt": drawing.alt, "width": BESIDE if small else _across(drawing)}


def _across(drawing: DrawingRecord) -> float:
    """Return the width in points of a chart across the page: a high one is narrower."""
    across, down = _shape(_bare(drawing.svg))
    return min(CHART_WIDTH, CHART_HEIGHT * across / down)


def _down(svg: str, width: float) -> float:
    across, down = _shape(_bare(svg))
    return width * down / across


@lru_cache(maxsize=128)
def _bare(svg: str) -> str:
    """Return a chart without the words that the page writes itself."""
    return plot_alone(svg) or svg


def _shape(svg: str) -> tuple[float, float]:
    across, _, down = (points(svg) or "2 1").partition(" ")
    return max(float(across), 1.0), max(float(down), 1.0)


def _method(about: About) -> dict[str, Any]:
    source = f" ({about.scheme_source})" if about.scheme_source else ""
    only = f" Only {about.platform} is counted." if about.platform else ""
    tiers = [[tier.name, tier.followers] for tier in about.tiers]
    terms = [[term.label, term.formula, term.not_proof] for term in about.glossary]
    return {
        "tiers_sentence": f"The scheme is “{about.scheme}”{source}. A tier starts at its floor: a creator with exactly "
        f"that many followers belongs to it.{only}",
        "tiers": listing("", ["tier", "followers"], [True, False], tiers, UPRIGHT) if tiers else None,
        "glossary": listing("", ["measure", "formula", "what it does not prove"], [True] * 3, terms, UPRIGHT)
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
    return listing("Rows by file", heads, [True, True, False, False, False], rows, UPRIGHT)
