"""Names beside marks, without one covering another.

A label is tried at places round its mark, near ones first, and takes the first that is free and inside the plot. One
that finds no place is not drawn: a missing name is better than two names on top of each other.
"""

from dataclasses import dataclass, field

from matplotlib.axes import Axes

from analysis.charts.frame import to_points, write
from analysis.charts.style import INK
from analysis.charts.words import measure

__all__ = ["Box", "Taken", "put_label"]

#: Left, bottom, right, top in points of the figure.
Box = tuple[float, float, float, float]

_DISTANCES = (7.0, 12.0, 18.0, 26.0, 36.0, 50.0)
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


@dataclass(slots=True)
class Taken:
    """The boxes that are occupied, and the box that labels stay in."""

    inside: Box
    boxes: list[Box] = field(default_factory=list)

    def free(self, box: Box, gap: float = 1.5) -> bool:
        """Return whether ``box`` is inside and touches nothing."""
        x0, y0, x1, y1 = box
        if x0 < self.inside[0] or y0 < self.inside[1] or x1 > self.inside[2] or y1 > self.inside[3]:
            return False
        return all(x1 + gap <= a or c + gap <= x0 or y1 + gap <= b or d + gap <= y0 for a, b, c, d in self.boxes)

    def clear(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Return whether nothing lies on the way, the mark at its start aside."""
        way = [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in (0.25, 0.5, 0.75, 1)]
        others = [box for box in self.boxes if not (box[0] <= start[0] <= box[2] and box[1] <= start[1] <= box[3])]
        return not any(a <= x <= c and b <= y <= d for x, y in way for a, b, c, d in others)

    def line(self, start: tuple[float, float], end: tuple[float, float], half: float = 1.5) -> None:
        """Occupy a line between two places in points of the figure."""
        steps = max(2, int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / 5))
        for i in range(steps + 1):
            x, y = (start[k] + (end[k] - start[k]) * i / steps for k in (0, 1))
            self.add((x - half, y - half, x + half, y + half))

    def add(self, box: Box) -> None:
        """Occupy ``box``."""
        self.boxes.append(box)

    def mark(self, ax: Axes, x: float, y: float, radius: float = 4.0) -> None:
        """Occupy the box round a mark at a place in data."""
        px, py = to_points(ax, x, y)
        self.add((px - radius, py - radius, px + radius, py + radius))


def put_label(
    ax: Axes,
    taken: Taken,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    weight: str = "normal",
    color: str = INK,
    reach: int = 6,
    across: bool = True,
) -> bool:
    """Write ``text`` near a place in data where nothing is; return whether a place was found.

    ``reach`` is how many of the distances are tried. From 18 points away, or 12 for a name, a thin line leads back to
    the mark. Where ``across`` is false, no other mark or label may lie between the label and its mark.
    """
    px, py = to_points(ax, x, y)
    width, height = measure(text, size, weight)
    for distance in _DISTANCES[:reach]:
        for right, up in _SIDES:
            away = distance * (0.75 if right and up else 1)
            dx, dy = right * away, up * away
            cx = px + dx + right * width / 2
            cy = py + dy + up * height / 2
            box = (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
            if not taken.free(box) or not (across or taken.clear((px, py), (px + dx, py + dy))):
                continue
            taken.add(box)
            if distance >= (18 if across else 12):
                write_leader(ax, (x, y), (dx, dy))
            write(
                ax,
                text,
                (x, y),
                offset=(cx - px, cy - py),
                size=size,
                weight=weight,
                color=color,
                ha="center",
                halo=True,
            )
            return True
    return False


def write_leader(ax: Axes, at: tuple[float, float], offset: tuple[float, float]) -> None:
    """Draw a thin line from a place in data to ``offset`` points away."""
    ax.annotate(
        "",
        at,
        xytext=offset,
        textcoords="offset points",
        annotation_clip=False,
        arrowprops={"arrowstyle": "-", "color": "#9AA4AF", "lw": 0.7, "shrinkA": 0, "shrinkB": 4},
        zorder=5,
    )
