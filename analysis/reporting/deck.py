"""The deck: a dozen slides that can be presented as they are.

What is told is decided in :mod:`analysis.reporting.deck_plan`, charts are drawn in
:mod:`analysis.reporting.deck_charts`, and here each slide is laid out on one grid: question, title, measure, one
chart or table, source. Every text is measured before it is placed, so nothing overflows. Four sizes a slide: title,
body, label, source. Speaker notes hold the full sentence, the method, the caveat and the likely question.
"""

import io
from datetime import UTC, datetime

from analysis.hostile import plain
from analysis.reporting.assemble import About
from analysis.reporting.deck_layout import Page, opened
from analysis.reporting.deck_package import rezipped
from analysis.reporting.deck_plan import plan
from analysis.reporting.deck_shows import show_body
from analysis.reporting.story import Front, Story, front
from analysis.reporting.theme import Theme

__all__ = ["write_deck"]

#: The day that every deck was made on, as far as its bytes say.
MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_deck(story: Story, about: About, theme: Theme) -> bytes:
    """Return ``deck.pptx``.

    Parameters
    ----------
    story, about, theme
        What the notebooks say, what stands beside it, and how it looks.

    Raises
    ------
    NotebookRunError
        If the notebooks hold no finding.
    """
    presentation = opened(theme)
    client = plain(theme.client or about.client)
    properties = presentation.core_properties
    properties.title, properties.author = f"{client}: creator report"[:255], "Creator ROI"
    properties.subject, properties.language = plain(about.when)[:255], "en"
    properties.last_modified_by, properties.revision = "Creator ROI", 1
    properties.created = properties.modified = MADE
    foot = " · ".join(filter(None, [client, plain(about.when), plain(theme.footer)]))
    first = front(story)
    for number, told in enumerate(plan(story, about), start=1):
        page = Page(presentation, theme, number, foot)
        page.head(told.kicker, told.title)
        if told.kind == "decision":
            _decision(page, first)
        else:
            show_body(page, told)
        page.source(told.source)
        page.notes(told.notes.text)
    stream = io.BytesIO()
    presentation.save(stream)
    return rezipped(stream.getvalue())


def _decision(page: Page, first: Front) -> None:
    """Three numbers with what stands behind them, what to do, and what to beware of."""
    gap, width = 0.35, (page.WIDTH - 0.7) / 3
    for place, number in enumerate(first.numbers):
        left = page.LEFT + place * (width + gap)
        page.rule(left, 1.95, width, page.theme.accent if place == 0 else page.theme.dark)
        sizes = (page.title_size, 16)  # four sizes a slide
        page.words(left, 2.08, width, 0.6, number.value, sizes=sizes, bold=True, colour=page.theme.accent)
        page.words(left, 2.66, width, 0.84, number.label, sizes=(16,), lines=3)
        page.words(left, 3.54, width, 0.55, number.note, sizes=(12,), colour=page.MUTED)
    top, high, half = 4.3, 2.16, (page.WIDTH - gap) / 2
    for place, (name, text) in enumerate(first.advice):
        left = page.LEFT + place * (half + gap)
        page.panel(left, top, half, high)
        page.words(left + 0.25, top + 0.16, half - 0.5, 0.25, name, sizes=(12,), bold=True, colour=page.theme.accent)
        page.words(left + 0.25, top + 0.46, half - 0.5, high - 0.6, text, sizes=(16,))
