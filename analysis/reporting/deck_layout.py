"""The grid of a slide: where question, title, body, source and footer stand, and how words are put there.

One layout, wide screen, white ground. Titles are real titles (a screen reader and the outline view find them), words
are measured before they are placed, and the box of a text never grows by itself. The template that the slide library
brings is stripped to what is used, and its fonts and colours become the theme's, so that whoever edits the deck stays
within them.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

from analysis.reporting.deck_frames import Look
from analysis.reporting.deck_package import colour as rgb
from analysis.reporting.deck_package import element
from analysis.reporting.deck_text import Fitted, fit
from analysis.reporting.theme import Theme
from analysis.reporting.workbook_formats import clean

__all__ = ["Page", "opened"]

#: A slide in inches.
SLIDE = (13.333, 7.5)

#: The font where the theme names none: on every office machine, and its widths are known.
FONT = "Arial"

#: Sizes of a title, largest first.
TITLE_SIZES = (28, 26, 24)


def opened(theme: Theme) -> Any:
    """Return an empty presentation with one layout, in the theme's fonts and colours."""
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(SLIDE[0]), Inches(SLIDE[1])
    layouts = presentation.slide_layouts
    kept = next(layout for layout in layouts if layout.name == "Title Only")
    for layout in list(layouts):
        if layout is not kept:
            layouts.remove(layout)
    parts: list[Any] = [presentation.slide_master, kept]
    for part in parts:
        for shape in list(part.placeholders):
            if shape.placeholder_format.type is not None and shape.placeholder_format.idx != 0:
                shape._element.getparent().remove(shape._element)
        for shape in part.placeholders:
            _place(shape, Page.LEFT, Page.TOP, Page.WIDTH, 0.98)
    _without(presentation.part, "printerSettings")
    _without(presentation.part.package, "thumbnail")
    for relation in presentation.slide_master.part.rels.values():
        if relation.reltype.endswith("/theme"):
            part = relation.target_part
            part._blob = _themed(part.blob.decode("utf-8"), theme).encode("utf-8")
    return presentation


def _without(part: Any, kind: str) -> None:
    rels = part._rels
    for key in [key for key, relation in rels.items() if relation.reltype.endswith("/" + kind)]:
        rels.pop(key)


def _themed(xml: str, theme: Theme) -> str:
    """Return the theme part in the theme's fonts and colours."""
    font = theme.font or FONT
    light, middle, dark = (colour.lstrip("#") for colour in theme.ramp)
    xml = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', lambda found: found[1] + font, xml)
    wanted = {"dk2": dark, "lt2": "F6F8FA", "accent1": theme.accent.lstrip("#"), "accent2": dark}
    wanted |= {"accent3": middle, "accent4": light, "accent5": "5F6B7A", "accent6": "8A94A0"}
    for name, colour in wanted.items():
        xml = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{colour}"/>\g<2>', xml, flags=re.DOTALL)
    return xml


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in (left, top, width, height))


class Page:
    """One slide being laid out. All places are in inches, all sizes in points."""

    LEFT, WIDTH = 0.6, 12.13
    TOP, BOTTOM = 0.64, 6.52
    INK, MUTED, PANEL = "#1F2933", "#5F6B7A", "#F6F8FA"

    def __init__(self, presentation: Any, theme: Theme, number: int, foot: str) -> None:
        self.theme, self.number = theme, number
        self.font = theme.font or FONT
        self.slide = presentation.slides.add_slide(presentation.slide_layouts[0])
        self.look = Look(theme.ramp, theme.accent.lstrip("#"), self.font)
        self.top, self.title_size = self.TOP, float(TITLE_SIZES[0])
        self.rule(self.LEFT, 0.27, 0.5, theme.accent, 0.05)
        self._foot(foot)

    # the fixed parts -----------------------------------------------------------------------------------------------

    def head(self, kicker: str, title: str) -> None:
        """Write the question and the title, two lines at most."""
        self.words(self.LEFT, 0.38, self.WIDTH - 1.8, 0.24, kicker, sizes=(12,), colour=self.MUTED, lines=1)
        shape = self.slide.shapes.title
        told = self._fit(title, self.WIDTH, 0.98, TITLE_SIZES, bold=True, lines=2)
        self._write(shape, told, bold=True, colour=self.INK)
        self.title_size = told.size
        self.top = self.TOP + told.height / 72 + 0.12

    def subtitle(self, text: str) -> None:
        """Write what is measured, below the title."""
        told = self.words(self.LEFT, self.top, self.WIDTH, 0.42, text, sizes=(12,), colour=self.MUTED, lines=2)
        self.top += (told.height / 72 if told else 0) + 0.18

    @property
    def room(self) -> float:
        """Inches left for the body."""
        return self.BOTTOM - self.top

    def source(self, text: str) -> None:
        """Write where the numbers come from, n and evidence."""
        self.words(self.LEFT, 6.62, self.WIDTH, 0.36, text, sizes=(10,), colour=self.MUTED, lines=2)

    def notes(self, text: str) -> None:
        """Write the speaker notes."""
        frame = self.slide.notes_slide.notes_text_frame
        if frame is not None:
            frame.text = "\n".join(clean(line) for line in text.split("\n"))

    def _foot(self, foot: str) -> None:
        self.words(self.LEFT, 7.1, 10.5, 0.2, foot, sizes=(10,), colour=self.MUTED, lines=1)
        self.rule(self.LEFT, 7.04, self.WIDTH, "#E4E8EC", 0.01)
        box = self._box(self.LEFT + self.WIDTH - 1.0, 7.1, 1.0, 0.2)
        self._write(box, Fitted(str(self.number), (str(self.number),), 10), colour=self.MUTED, right=True)
        _numbered(box, self.number)
        logo = self.theme.logo_png
        if logo:
            self._logo(logo)

    def _logo(self, logo: bytes) -> None:
        from pptx.util import Inches

        picture = self.slide.shapes.add_picture(io.BytesIO(logo), Inches(0), Inches(0.25), height=Inches(0.38))
        most = Inches(1.6)
        if picture.width > most:
            picture.height = int(picture.height * most / picture.width)
            picture.width = most
        picture.left = Inches(self.LEFT + self.WIDTH) - picture.width
        _described(picture, f"Logo of {self.theme.client or 'the client'}")

    # what stands in the body ---------------------------------------------------------------------------------------

    def words(
        self,
        left: float,
        top: float,
        width: float,
        high: float,
        text: str,
        *,
        sizes: Sequence[float],
        bold: bool = False,
        colour: str = INK,
        lines: int | None = None,
        right: bool = False,
    ) -> Fitted | None:
        """Write a text in a box, made to fit; return how, or None when there is nothing to write."""
        if not clean(text):
            return None
        told = self._fit(text, width, high, sizes, bold=bold, lines=lines)
        self._write(self._box(left, top, width, high), told, bold=bold, colour=colour, right=right)
        return told

    def rule(self, left: float, top: float, width: float, colour: str, high: float = 0.03) -> None:
        """Draw a line."""
        self._shape(left, top, width, high, colour)

    def panel(self, left: float, top: float, width: float, high: float) -> None:
        """Draw a quiet ground for words."""
        self._shape(left, top, width, high, self.PANEL)

    def picture(self, left: float, top: float, width: float, high: float, png: bytes, alt: str) -> None:
        """Put a picture in a box, whole, in its own proportions."""
        from pptx.util import Inches

        picture = self.slide.shapes.add_picture(io.BytesIO(png), Inches(left), Inches(top))
        scale = min(Inches(width) / picture.width, Inches(high) / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        picture.top = Inches(top) + (Inches(high) - picture.height) // 2
        _described(picture, alt)

    def _fit(
        self, text: str, width: float, high: float, sizes: Sequence[float], *, bold: bool, lines: int | None
    ) -> Fitted:
        return fit(
            text,
            across=width * 72,
            high=high * 72,
            sizes=sizes,
            bold=bold,
            lines=lines,
            own_font=self.theme.font is not None,
        )

    def _box(self, left: float, top: float, width: float, high: float) -> Any:
        from pptx.util import Inches

        return self.slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(high))

    def _write(self, shape: Any, told: Fitted, *, bold: bool = False, colour: str, right: bool = False) -> None:
        from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
        from pptx.util import Pt

        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.TOP
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        paragraph.line_spacing, paragraph.space_before, paragraph.space_after = 1.0, Pt(0), Pt(0)
        run = paragraph.add_run()
        run.text = clean(told.text)
        run.font.size, run.font.bold, run.font.name = Pt(told.size), bold, self.font
        run.font.color.rgb = rgb(colour)

    def _shape(self, left: float, top: float, width: float, high: float, colour: str) -> None:
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.oxml.ns import qn
        from pptx.util import Inches

        shape = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(width), Inches(high))
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(colour)
        shape.line.fill.background()
        style = shape._element.find(qn("p:style"))
        if style is not None:  # the template's shadow and outline
            shape._element.remove(style)
        _decorative(shape)


def _described(shape: Any, alt: str) -> None:
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", clean(alt))


def _decorative(shape: Any) -> None:
    """Say that a shape is ornament, so that a screen reader passes over it."""
    shape._element.xpath(".//p:cNvPr")[0].append(
        element(
            "a:extLst",
            '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
            'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext>',
        )
    )


def _numbered(box: Any, number: int) -> None:
    """Make the number of the slide a field, so that it follows when slides are moved."""
    from pptx.oxml.ns import qn

    run = box.text_frame.paragraphs[0]._p.find(qn("a:r"))
    field = element("a:fld", id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum")
    for child in list(run):
        field.append(child)
    field.find(qn("a:t")).text = str(number)
    run.getparent().replace(run, field)
