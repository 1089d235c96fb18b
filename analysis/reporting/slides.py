"""The notebooks as slides for a browser: one file, no network, no code to be seen.

For whoever presents from Jupyter: a chapter is a column, a question a slide, and below it stands the table, so that
the story is told with the right arrow and the evidence shown with the down arrow. Everything is inside the file, the
slide engine too. The page carries a content policy that lets nothing run but that engine, by its hash: even text that
slipped past the escaping would stay text. S opens a window for whoever speaks: the words for the slide, what comes
next, the time since the start.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from analysis.hostile import plain
from analysis.reporting.assemble import About, page_environment
from analysis.reporting.deck_plan import notes_of, source_of, table_of
from analysis.reporting.deck_tables import laid_out
from analysis.reporting.deck_text import wrap
from analysis.reporting.outline import blocks_of, repeats
from analysis.reporting.pictures import embedded
from analysis.reporting.story import Chapter, DrawingRecord, FindingRecord, Story, anchor, front
from analysis.reporting.theme import Theme

__all__ = ["write_slides"]

#: The box of a table in inches at 96 pixels, and the sizes of its words in points.
TABLE = (12.4, 4.35)
SIZES = (13.5, 12.0)

#: Pixels of a slide between its question and its source line, without a table's caption; points of a line of words.
HEIGHT, WORDS_WIDE = 510, 800

#: Rows of a long table that are worth showing beneath its sentence.
ENOUGH = 5

#: Longest sentence beside a chart, and the longest in words of full size, in characters.
BESIDE, LARGE = 800, 480

#: Paragraphs of a notebook's own words that a slide shows.
WORDS = 2

#: What a page may load: pictures inside it, and its own styles.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

#: How the engine is started: no address changes, no network, arrows and numbers shown.
START = {
    "hash": False,
    "controls": True,
    "progress": True,
    "slideNumber": "c/t",
    "transition": "none",
    "backgroundTransition": "none",
    "width": 1280,
    "height": 720,
    "margin": 0.03,
    "center": False,
    "preloadIframes": False,
    "pdfSeparateFragments": False,
}


def write_slides(story: Story, about: About, theme: Theme) -> str:
    """Return ``slides.html``.

    Parameters
    ----------
    story, about, theme
        What the executed notebooks say, what stands beside it, and how it looks.
    """
    from markupsafe import Markup

    environment = page_environment(BESIDE)
    own = theme.font is not None
    engine, start = _engine(), f"Reveal.initialize({json.dumps(START)});\n{_speaker()}"
    style = environment.get_template("slides.css").render(theme=theme)
    html = environment.get_template("slides.html.j2").render(
        about=about,
        front=front(story),
        chapters=[{"chapter": chapter, "stacks": list(_stacks(chapter, about, own))} for chapter in story.chapters],
        anchor=anchor,
        client=plain(theme.client or about.client),
        engine=Markup(engine),
        licence=Markup(_licence()),
        large=LARGE,
        logo=_logo(theme),
        policy=f"{POLICY}; script-src {_hash(engine)} {_hash(start)}",
        start=Markup(start),
        style=Markup(_vendored("reveal.css") + "\n" + style),
        theme=theme,
    )
    return re.sub(r"\n\s*\n+", "\n", html)


def _stacks(chapter: Chapter, about: About, own_font: bool) -> Iterator[dict[str, Any]]:
    """Yield one column of slides a question: the answer, and below it the table."""
    again = repeats(chapter)
    for section in chapter.sections:
        told = [block for block in blocks_of(section) if block[0] is None or block[0].id not in again]
        if told or not section.items:
            blocks = [
                _block(finding, drawings, about, own_font) | {"also": _also(finding, chapter, again)}
                for finding, drawings in told
            ]
            yield {"question": section.question, "prose": section.prose[:WORDS], "blocks": blocks}


def _also(finding: FindingRecord | None, chapter: Chapter, again: Mapping[str, str]) -> list[str]:
    """Return the questions that a finding answers too, because they have its answer word for word."""
    items = (item for section in chapter.sections for item in section.items if isinstance(item, FindingRecord))
    return [item.question for item in items if finding and again.get(item.id) == finding.id]


def _block(
    finding: FindingRecord | None, drawings: list[DrawingRecord], about: About, own_font: bool
) -> dict[str, Any]:
    return {
        "finding": finding,
        "pictures": [(_picture(drawing), drawing.alt) for drawing in drawings if drawing.svg or drawing.png],
        "wide": len(drawings) == 1 and bool(drawings[0].slide),
        "notes": notes_of(finding, about).text.split("\n") if finding else [],
        "source": source_of(finding) if finding else "",
        "table": _table(finding, own_font, alone=bool(drawings)) if finding and finding.rows else None,
    }


def _table(finding: FindingRecord, own_font: bool, *, alone: bool) -> dict[str, Any]:
    """Return a table beneath its sentence, where all of it or enough of it finds room there, else on its own slide."""
    table = table_of(finding)
    room = TABLE[1] if alone else _room(finding, own_font)
    for beneath, high in ((not alone, room), (False, TABLE[1])):
        laid = laid_out(table, across=TABLE[0], high=high, sizes=SIZES, own_font=own_font)
        told = len(laid.rows)
        if not beneath or (sum(laid.heights) <= high and told >= min(table.count, ENOUGH)):
            break
    return {"of": table, "laid": laid, "left": table.count - told, "beneath": beneath}


def _room(finding: FindingRecord, own_font: bool) -> float:
    """Return the inches that title, verdict, sentence and caution leave for a table beneath them."""
    told = [(finding.title, 34, 41, 14, True), (finding.sentence, 24, 33, 12, False)]
    told += [(finding.text("caution"), 18, 25, 12, False), (finding.verdict and "verdict", 24, 33, 12, True)]
    used = 0
    for text, size, line, after, bold in told:
        if text:
            used += len(wrap(text, WORDS_WIDE, size * 0.75, bold=bold, own_font=own_font)) * line + after
    return (HEIGHT - used) / 96


def _picture(drawing: DrawingRecord) -> str:
    """Return a drawing's picture for a slide, where it has one, else the one that a page shows."""
    if not drawing.slide:
        return embedded(drawing)
    from markupsafe import Markup

    return Markup("data:image/png;base64,") + base64.b64encode(drawing.slide).decode("ascii")


def _logo(theme: Theme) -> str:
    if not theme.logo:
        return ""
    kind = "svg+xml" if theme.logo_type == "svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(theme.logo).decode('ascii')}"


# the engine --------------------------------------------------------------------------------------------------------


@cache
def _vendored(name: str) -> str:
    return (resources.files("analysis.reporting") / "vendor" / "reveal" / name).read_text(encoding="utf-8")


def _engine() -> str:
    """Return the slide engine without its opening comment, whose addresses a page must not hold; see the licence."""
    return re.sub(r"\A/\*!.*?\*/\s*", "", _vendored("reveal.js"), flags=re.DOTALL)


@cache
def _speaker() -> str:
    """Return what opens the speaker's window, without empty lines: the page has none, and a hash is of every byte."""
    told = (resources.files("analysis.reporting") / "templates" / "speaker.js").read_text(encoding="utf-8")
    return re.sub(r"\n\s*\n+", "\n", told)


def _licence() -> str:
    """Return the engine's licence as a comment may hold it."""
    return _vendored("LICENSE").replace("http://", "").replace("--", "- -")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode('ascii')}'"
