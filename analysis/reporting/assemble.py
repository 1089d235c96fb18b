"""A story becomes one page that opens offline, in three layers for three readers.

Who decides reads one screen: the answer, three figures, one action, one caution. Who manages reads the story: each
question with its answer and its chart. Who checks reads the evidence: method, data quality, published figures, and
every table in full, which sort by any column.

Everything is inside the file: styles, pictures, one small script. Without the script the page is whole; with it,
tables sort and a chart of creators says who is under the pointer. Text is escaped by the template engine wherever it
comes from; a picture is embedded as a picture, so that nothing inside it can run; the page itself forbids the
browser to fetch anything. Sizes, colours and contrasts are those of the house or of the client's theme.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from analysis import formats
from analysis.hostile import plain
from analysis.reporting.ledger import Ledger
from analysis.reporting.letters import pieces
from analysis.reporting.method import EVIDENCE, RULES
from analysis.reporting.outline import VERDICTS, groups, is_told, planned
from analysis.reporting.pdf_tables import CELL_LIMIT
from analysis.reporting.pictures import data_address, embedded, points, size, small_svg
from analysis.reporting.story import Marks, Story, anchor, front
from analysis.reporting.theme import Theme

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["VERDICTS", "About", "Term", "TierRange", "assemble", "page_environment"]

#: Rows of a table on a page; the rest is in the table's CSV file, and the page says so.
ROWS_SHOWN = 200

#: Creators whose rows are on the page at first, and without its script; the others follow when asked for.
PEOPLE_SHOWN = 50

#: What a period is called when nothing in the data has a date.
UNDATED = "undated"

#: Heaviest page that is mailed without a thought, in bytes; phone layouts are given up to stay under it.
PAGE_LIMIT = 4_500_000


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


def page_environment(limit: int) -> "Environment":
    """Return what fills a page's template: every text escaped and plain; the filter ``cut`` keeps ``limit`` letters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analysis.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters |= {"count": formats.count, "cut": lambda text: plain(text, limit), "breakable": _breakable}
    return environment


def _breakable(text: str) -> Markup:
    """Return a text that breaks inside of words only where these are long, and after what joins their parts."""
    return Markup(" ").join(Markup("<wbr>").join(pieces(word)) for word in text.split(" "))


def assemble(story: Story, about: About, theme: Theme | None = None) -> str:
    """Return the report as one HTML document.

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
        If the story holds no finding.
    """
    theme = theme or Theme()
    environment = page_environment(CELL_LIMIT)
    chapters, published = planned(story)
    drawn = {drawing.finding for drawing in story.drawings}
    phones = {drawing.name: data_address(small_svg(drawing.narrow)) for drawing in story.drawings if drawing.narrow}
    render = partial(
        environment.get_template("report.html.j2").render,
        about=about,
        anchor=anchor,
        audit=[chapter for chapter in chapters if chapter.audit],
        chapters=[chapter for chapter in chapters if not chapter.audit],
        decimal=formats.number(0.5).strip("05"),
        evidence=EVIDENCE,
        front=front(story),
        groups=groups(story),
        limit=ROWS_SHOWN,
        logo=_logo(theme),
        people_json=_people,
        shown=PEOPLE_SHOWN,
        people=[drawing for drawing in story.drawings if drawing.marks],
        pictures={drawing.name: embedded(drawing) for drawing in story.drawings},
        points=points,
        published=published,
        rules=RULES,
        size=size,
        story=story,
        tabled=[finding for finding in story.findings if finding.rows and not is_told(finding, drawn)],
        theme=theme,
        told_in_story=partial(is_told, drawn=drawn),
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


def _people(marks: Marks) -> Markup:
    """Return the creators of a chart as JSON that may stand in a page: their cells, then the places of their marks.

    The browser makes rows of them as they are asked for; thousands of rows would make a page heavy to read aloud.
    """
    rows = []
    for place, row in enumerate(marks.rows):
        at = [*marks.wide[place], *(marks.phone[place] if marks.phone else ())]
        rows.append([[plain(cell, CELL_LIMIT) for cell in marks.cells(row)], at])
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return Markup(re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text))


def _logo(theme: Theme) -> Markup | None:
    if theme.logo is None:
        return None
    if theme.logo_type == "svg":
        return data_address(theme.logo.decode("utf-8"))
    return Markup("data:image/png;base64,") + base64.b64encode(theme.logo).decode("ascii")
