"""Where a chart is drawn: matplotlib's own renderers, which do not ask the font twice.

The marks are matplotlib's, to the last digit, and a vector is the text that matplotlib writes. A bitmap holds the
same pixels in fewer bytes and half the time: without an alpha that is full everywhere, and without the search for a
filter, which serves photographs and not flat colours.
"""

# mypy: allow-untyped-calls
# matplotlib's backends ship no types

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import cbook
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG, _generate_css, _generate_transform, _short_float_fmt
from matplotlib.colors import rgb2hex
from matplotlib.figure import Figure
from matplotlib.ft2font import RenderMode
from matplotlib.textpath import text_to_path

from analysis.charts import typeset

__all__ = ["Sheet", "on_sheet", "png"]

#: How hard a bitmap is packed: higher levels cost much more time than they save bytes.
PACKING = 3

#: The element that stands in a vector where the letters of a text belong, until the rest is written.
_PLACE = "letters"

#: No turning, as fonts take it.
_UPRIGHT = np.array([[0x10000, 0], [0, 0x10000]])


def _usual(ismath: Any, text: Any) -> bool:
    """Whether a text is plain, in the font's own features and no language of its own."""
    return not ismath and (text is None or (text.get_fontfeatures() is None and text.get_language() is None))


class _Vector(RendererSVG):
    """Writes down which letters belong where; they are put in when all else is done."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.texts: list[str] = []
        super().__init__(*arguments, **options)

    def _get_font_height_metrics(self, font: Any) -> tuple[float | None, float | None, float | None]:
        return typeset.lines(font, 72)

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-any-return]
        scale = prop.get_size_in_points() / text_to_path.FONT_SCALE
        width, height, descent = typeset.sizeless_room(s, typeset.face_of(prop))
        return width * scale, height * scale, descent * scale

    def _draw_text_as_path(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any, mtext: Any = None
    ) -> None:
        if not _usual(ismath, mtext):
            super()._draw_text_as_path(gc, x, y, s, prop, angle, ismath, mtext)
            return
        style = {}
        colour = rgb2hex(gc.get_rgb())
        if colour != "#000000":
            style["fill"] = colour
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        if alpha != 1:
            style["opacity"] = _short_float_fmt(alpha)
        scale = prop.get_size_in_points() / text_to_path.FONT_SCALE
        place = [("translate", (x, y)), ("rotate", (-angle,)), ("scale", (scale, -scale))]
        outlines, uses = typeset.written(s, typeset.face_of(prop))
        known: dict[str, Any] = self._glyph_map
        new = "".join(typeset.shape(name, outline) for name, outline in outlines.items() if name not in known)
        known.update(outlines)
        self.writer.start("g", style=_generate_css(style), transform=_generate_transform(place))
        self.writer.element(_PLACE, n=str(len(self.texts)))
        self.writer.end("g")
        self.texts.append((f"<defs>{new}</defs>" if new else "") + uses)


class _Bitmap(RendererAgg):
    def _get_font_height_metrics(self, font: Any) -> tuple[float | None, float | None, float | None]:
        return typeset.lines(font, self.dpi)

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-any-return]
        return typeset.room(s, typeset.face_of(prop), prop.get_size_in_points(), self.dpi, get_hinting_flag())

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:
        if angle or not _usual(ismath, mtext) or not gc.get_antialiased():
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        size, flags, height = prop.get_size_in_points(), get_hinting_flag(), int(self.height)
        sized: Any = None
        for font, glyph, right, up in typeset.stand(s, typeset.face_of(prop), size, self.dpi, flags):
            letter: Any = font
            if letter is not sized:
                letter.set_size(size, self.dpi)
                sized = letter
            letter._set_transform(_UPRIGHT, [round(0x40 * (x + right)), round(0x40 * (self.height - y + up))])
            drawn = letter._render_glyph(glyph, flags, RenderMode.NORMAL)
            ink = drawn.buffer
            self._renderer.draw_text_image(ink, drawn.left, height - drawn.top + ink.shape[0], 0, gc)


class Sheet(FigureCanvasAgg):
    """The canvas of a chart: gives SVG and PNG."""

    def get_renderer(self) -> Any:
        """Return the renderer of bitmaps, the same one while size and resolution stay."""
        width, height = self.get_width_height(physical=True)
        key = width, height, self.figure.dpi
        if self._lastKey != key:
            self.renderer, self._lastKey = _Bitmap(width, height, self.figure.dpi), key
        return self.renderer

    def print_png(self, filename_or_obj: Any, *, metadata: Any = None, pil_kwargs: Any = None, **_: Any) -> None:
        """Write the figure as a PNG; what stands in its metadata is left to matplotlib."""
        if pil_kwargs or any((metadata or {"Software": ""}).values()):
            super().print_png(filename_or_obj, metadata=metadata, pil_kwargs=pil_kwargs)
            return
        self.draw()
        with cbook.open_file_cm(filename_or_obj, "wb") as file:
            file.write(png(np.asarray(self.buffer_rgba()), self.figure.dpi))

    def print_svg(
        self,
        filename: Any,
        *,
        metadata: Any = None,
        bbox_inches_restore: Any = None,
        tidy: Callable[[str], str] = str,
        shorten: Callable[[str], str] = str,
        **_: Any,
    ) -> None:
        """Write the figure as an SVG: ``tidy`` changes all but the letters, ``shorten`` the letters of one text."""
        stream, dpi = io.StringIO(), self.figure.dpi
        self.figure.dpi = 72
        width, height = self.figure.get_size_inches()
        vector = _Vector(width * 72, height * 72, stream, image_dpi=dpi, metadata=metadata)
        renderer: Any = MixedModeRenderer(
            self.figure, width, height, dpi, vector, bbox_inches_restore=bbox_inches_restore
        )
        self.figure.draw(renderer)
        renderer.finalize()
        svg = re.sub(
            rf'<{_PLACE} n="(\d+)"/>', lambda found: shorten(vector.texts[int(found[1])]), tidy(stream.getvalue())
        )
        with cbook.open_file_cm(filename, "w", encoding="utf-8") as file:
            file.write(svg if cbook.file_requires_unicode(file) else svg.encode("utf-8"))


@contextmanager
def on_sheet(figure: Figure) -> Iterator[None]:
    """Draw a figure on a sheet, whatever its own canvas is."""
    before = figure.canvas
    if isinstance(before, Sheet):
        yield
        return
    Sheet(figure)
    try:
        yield
    finally:
        figure.set_canvas(before)


def png(pixels: np.ndarray, dpi: float) -> bytes:
    """Return rows of red, green, blue and alpha as the bytes of a PNG.

    Examples
    --------
    >>> png(np.full((2, 3, 4), 255, dtype=np.uint8), 72)[1:4]
    b'PNG'
    """
    height, width = pixels.shape[:2]
    opaque = bool((pixels[:, :, 3] == 255).all())
    bands = 3 if opaque else 4
    rows = np.zeros((height, width * bands + 1), dtype=np.uint8)  # each begins with a 0: no filter
    rows[:, 1:] = pixels[:, :, :bands].reshape(height, -1)
    a_metre = int(dpi / 0.0254 + 0.5)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2 if opaque else 6, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", a_metre, a_metre, 1)),
        (b"IDAT", zlib.compress(rows.tobytes(), PACKING)),
        (b"IEND", b""),
    )
    told = (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)
