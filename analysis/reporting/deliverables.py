"""One story, every format: what a pack holds for the people it is sent to.

Each format is a function of the same three values (what the notebooks say, what stands beside it, how it looks) and
computes nothing, so that the same number reads the same wherever it stands.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.reporting.assemble import About, assemble
from analysis.reporting.story import Story
from analysis.reporting.theme import Theme

__all__ = ["deliverables"]


def deliverables(
    story: Story, about: About, theme: Theme, notebooks: Sequence[Path]
) -> Iterator[tuple[str, bytes | str]]:
    """Yield the name and the content of each file that is sent to a reader, the page first.

    Parameters
    ----------
    story, about, theme
        What the notebooks say, what stands beside it, and how it looks.
    notebooks : sequence of Path
        The executed notebooks, for slides of them.
    """
    from analysis.reporting.deck import write_deck
    from analysis.reporting.pdf import write_pdf
    from analysis.reporting.slides import write_slides
    from analysis.reporting.workbook import write_workbook

    yield "report.html", assemble(story, about, theme)
    yield "report.pdf", write_pdf(story, about, theme)
    yield "deck.pptx", write_deck(story, about, theme)
    yield "tables.xlsx", write_workbook(story, about, theme)
    yield "slides.html", write_slides(story, about, theme)
