"""A finding's chart, drawn once for every place that shows it: a page, a phone, a slide, a screen reader.

The room that a chart comes from saves it and says how wide a phone is. Where a slide can draw the chart itself, the
drawing says what it draws; where it cannot, it brings a picture the size of a slide.
"""

import inspect
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import ParameterError
from analysis.findings.cells import json_value, plain_value
from analysis.formats import FormatKind
from analysis.hostile import escape_html, plain
from analysis.publish import write_whole

__all__ = ["DRAWING_JSON", "Drawing", "drawn", "sketched"]

#: The type under which a drawing's name and alternative text travel.
DRAWING_JSON = "application/vnd.creator-roi.drawing+json"

#: Charts that a slide draws natively, so that they can be edited there, up to this many marks.
NATIVE = frozenset(
    {"measure_by_tier", "micro_against_mega", "rows_used", "price_against_rule", "engagement_against_reach"}
    | {"plan_comparison", "drivers"}
)
NATIVE_MARKS = 500

#: Any other chart is a picture on a slide, drawn this large (inches) so that its labels keep 12 points there.
SLIDE_SHEET = (6.15, 3.1)
SLIDE_DPI = 200

#: Pixels per inch of the PNG: twice a screen's, so that it stays sharp on a slide.
PNG_DPI = 144


@dataclass(frozen=True)
class Drawing:
    """A finding's chart as SVG and PNG bytes (and an SVG for a phone), with its alternative text; it displays itself.

    Without bytes there is nothing to draw, and ``alt`` says why. ``marks`` is who lies where, on a chart of creators.
    ``chart`` is what it draws, for slides that draw it themselves; ``slide`` is its picture for those that cannot.
    """

    finding: str
    name: str
    alt: str
    svg: bytes = field(repr=False)
    png: bytes = field(repr=False)
    narrow: bytes = field(default=b"", repr=False)
    marks: Mapping[str, Any] | None = field(default=None, repr=False)
    chart: Mapping[str, Any] | None = field(default=None, repr=False)
    slide: bytes = field(default=b"", repr=False)

    def save(self, path: Path | str) -> Path:
        """Write the picture, whole or not at all; the ending says in which format.

        Raises
        ------
        ParameterError
            If there is nothing to draw, or the ending is neither .svg nor .png.
        """
        place = Path(path)
        found = {".svg": self.svg, ".png": self.png}.get(place.suffix.lower())
        if found is None:
            raise ParameterError(f"a picture is written as .svg or .png; got {plain(place.name, 80)!r}.")
        if not found:
            raise ParameterError(self.alt)
        write_whole(place, found)
        return place

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if not self.svg:
            return {"text/plain": self.alt, "text/html": f"<p><em>{escape_html(self.alt)}</em></p>"}
        import base64

        return {
            "image/svg+xml": self.svg.decode("utf-8"),
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "text/plain": self.alt,
            DRAWING_JSON: {
                "finding": self.finding,
                "name": self.name,
                "alt": self.alt,
                "narrow": self.narrow.decode("utf-8"),
                **({} if self.marks is None else {"marks": dict(self.marks)}),
                **({} if self.chart is None else {"chart": dict(self.chart)}),
                **({"slide": base64.b64encode(self.slide).decode("ascii")} if self.slide else {}),
            },
        }


def drawn(
    id: str,
    chart: Callable[..., Any],
    table: pd.DataFrame,
    alt: str,
    labels: Mapping[str, Any],
    *,
    part_names: Mapping[str, Any],
) -> Drawing:
    """Return a chart of a table in every form; ``part_names`` says which column plays which part."""
    room: Any = sys.modules.get(chart.__module__.rpartition(".")[0])
    (svg, png), wide = _pictures(chart(table, **labels), room, alt, ("svg", "png"))
    narrow = b""
    phone: _Marks = []
    if hasattr(room, "NARROW") and "width" in inspect.signature(chart).parameters:
        phone_axes = chart(table, **{**labels, "width": room.NARROW})
        (narrow,), phone = _pictures(phone_axes, room, alt, ("svg",))
    marks = _told_marks(table, part_names, wide, phone) if wide else None
    told, slide = None, b""
    if chart.__name__ in NATIVE and len(table) <= NATIVE_MARKS:
        told = _told_chart(chart.__name__, table, {n: v for n, v in labels.items() if n not in _TITLES})
    elif "ax" in inspect.signature(chart).parameters:
        slide = _for_slide(chart, table, {**labels, **dict.fromkeys(_TITLES, "")})
    return Drawing(id, id, alt, svg, png, narrow, marks, told, slide)


def sketched(chart: Callable[..., Any], table: pd.DataFrame, alt: str, labels: Mapping[str, Any]) -> bytes:
    """Return the chart alone as SVG, as narrow as a phone."""
    room: Any = sys.modules.get(chart.__module__.rpartition(".")[0])
    narrow = {"width": room.NARROW} if hasattr(room, "NARROW") else {}
    return _pictures(chart(table, **{**labels, **narrow}), room, alt, ("svg",))[0][0]


#: The texts of a chart, which a slide writes itself.
_TITLES = ("title", "subtitle", "source")

#: Where marks lie: row of the table, x and y.
_Marks = list[tuple[int, float, float]]


def _pictures(axes: Any, room: Any, alt: str, kinds: Sequence[str]) -> tuple[list[bytes], _Marks]:
    """Return the chart's bytes in each format, saved as the room it comes from saves, and where its marks lie."""
    from matplotlib import pyplot as plt

    save = getattr(room, "picture", _picture)
    try:
        pictures = [save(axes, kind, alt=alt) for kind in kinds]
        return pictures, room.marks(axes) if hasattr(room, "marks") else []
    finally:
        plt.close(axes.get_figure(root=True))


def _told_marks(table: pd.DataFrame, encoding: Mapping[str, Any], wide: _Marks, phone: _Marks) -> dict[str, Any]:
    """Return who the marks of a chart of creators are, and where they lie on the chart and on its phone layout."""
    across, up = str(encoding.get("x", "followers")), str(encoding.get("y", "engagements_per_post"))
    told: list[tuple[str, str, FormatKind]] = [
        ("handle", "creator", "text"),
        ("tier", "tier", "text"),
        (across, "", "count"),
        (up, "", "number"),
    ]
    shown = [(name, header or name.replace("_", " "), kind) for name, header, kind in told if name in table]
    rows = [row for row, *_ in wide]
    columns = [[json_value(value, kind) for value in table[name].iloc[rows]] for name, _, kind in shown]
    return {
        "columns": [{"name": name, "header": header, "kind": kind} for name, header, kind in shown],
        "rows": [list(row) for row in zip(*columns, strict=True)],
        "wide": [[x, y] for _, x, y in wide],
        "narrow": [[x, y] for _, x, y in phone] if len(phone) == len(wide) else [],
    }


def _told_chart(kind: str, table: pd.DataFrame, encoding: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a chart draws as plain values: its table, and which column plays which part."""
    columns = [[plain_value(value) for value in table[name]] for name in table.columns]
    return {
        "kind": kind,
        "encoding": json.loads(json.dumps(encoding, default=str)),
        "columns": [str(name) for name in table.columns],
        "rows": [list(row) for row in zip(*columns, strict=True)],
    }


def _for_slide(chart: Callable[..., Any], table: pd.DataFrame, labels: Mapping[str, Any]) -> bytes:
    """Return the chart without its texts, as wide and high as a slide has room, as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SLIDE_SHEET, dpi=SLIDE_DPI)
    FigureCanvasAgg(figure)
    chart(table, **{**labels, "ax": figure.add_axes((0.0, 0.0, 1.0, 1.0))})
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=SLIDE_DPI, metadata={"Software": None})
    return stream.getvalue()


def _picture(axes: Any, kind: str, *, alt: str) -> bytes:
    """Return the bytes of a chart from anywhere, the same on every day."""
    import matplotlib as mpl

    stream = io.BytesIO()
    metadata = {"Date": None, "Creator": None, "Title": alt} if kind == "svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "creator-roi", "svg.fonttype": "path"}):
        axes.get_figure(root=True).savefig(stream, format=kind, metadata=metadata, dpi=PNG_DPI)
    return stream.getvalue()
