"""What stands in the body of a slide: a native chart with what it says beside it, a picture, or a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis import formats
from analysis.reporting.deck_charts import Point, add_intervals, add_points, frame_of
from analysis.reporting.deck_frames import Box
from analysis.reporting.deck_layout import Page
from analysis.reporting.deck_plans import show_drivers, show_plans
from analysis.reporting.deck_slide import CATEGORIES, Slide, alt, fits_below, verdict_words
from analysis.reporting.deck_tables import lay_table
from analysis.reporting.deck_text import LEADING, sentences, wrap
from analysis.reporting.story import FindingRecord
from analysis.reporting.workbook_formats import clean, is_number

__all__ = ["show_body"]

#: Most panels side by side.
PANELS = 4

#: Least room for words below a table, in inches: two lines.
LINES_BELOW = 0.54

#: Width of a chart and of the column beside it, in inches.
CHART, RAIL = 8.75, 3.05


def show_body(page: Page, told: Slide) -> None:
    """Draw the body of a slide: its chart where it can be drawn, else its table, else its sentence."""
    page.subtitle(told.subtitle)
    drawn = told.finding is not None and told.drawing is not None and _chart(page, told)
    if drawn and told.finding is not None:
        _rail(page, told.finding)
    elif told.table and told.table.rows:
        foot = lay_table(page, told.table)
        _below(page, told.below, foot + 0.3)
    elif told.finding is not None:
        page.words(page.LEFT, page.top, page.WIDTH, page.room, told.finding.sentence, sizes=(16,))


def _below(page: Page, texts: Sequence[str], top: float) -> None:
    """Write sentences below a table, as many as there is room for."""
    for text in texts:
        if page.BOTTOM - top < LINES_BELOW:
            return
        told = page.words(page.LEFT, top, page.WIDTH, page.BOTTOM - top, text, sizes=(16,), lines=3)
        top += (told.height / 72 if told else 0) + 0.12


# beside a chart ----------------------------------------------------------------------------------------------------


def _rail(page: Page, finding: FindingRecord) -> None:
    """Say beside the chart what it comes to: the verdict, the figure, the caution."""
    left, top = page.LEFT + page.WIDTH - RAIL, page.top + 0.1
    bottom = page.BOTTOM
    page.rule(left, top, RAIL, page.theme.accent)
    told = page.words(
        left, top + 0.14, RAIL, 0.6, verdict_words(finding), sizes=(16,), bold=True, colour=page.theme.accent
    )
    top += 0.22 + (told.height / 72 if told else 0)
    if finding.big.get("value"):
        sizes = (page.title_size, 16)  # four sizes a slide
        told = page.words(left, top + 0.06, RAIL, 0.9, finding.big["value"], sizes=sizes, bold=True, lines=2)
        top += 0.1 + (told.height / 72 if told else 0)
        told = page.words(left, top, RAIL, 0.66, _label(finding), sizes=(12,), lines=4)
        top += 0.12 + (told.height / 72 if told else 0)
    room = bottom - top - 0.1
    text = _told(finding, page, room)
    if room > 0.5 and text:
        page.words(left, top + 0.06, RAIL, room, text, sizes=(16,))


def _label(finding: FindingRecord) -> str:
    """Return what the large figure is, and its limits."""
    return " · ".join(filter(None, (finding.big.get("label", ""), finding.big.get("note", ""))))


def _told(finding: FindingRecord, page: Page, room: float) -> str:
    """Return as many whole sentences of the finding's caution, else of its sentence, as there is room for."""
    lines = int(room * 72 / (16 * LEADING))
    for text in (finding.text("caution"), finding.sentence):
        told = ""
        for sentence in sentences(clean(text)):
            longer = f"{told} {sentence}".strip()
            if len(wrap(longer, RAIL * 72, 16, own_font=page.theme.font is not None)) > lines:
                break
            told = longer
        if told:
            return told
    return finding.standing


# charts ------------------------------------------------------------------------------------------------------------


def _chart(page: Page, told: Slide) -> bool:
    """Draw the chart of a slide; return whether there was one that fits."""
    drawing, finding = told.drawing, told.finding
    if drawing is None or finding is None:
        return False
    box = Box(page.LEFT, page.top, CHART, page.room)
    kinds: dict[str, Callable[[Page, Box, Slide, Mapping[str, Any]], bool]] = {
        "measure_by_tier": _by_tier,
        "micro_against_mega": _ratios,
        "price_against_rule": _creators,
        "engagement_against_reach": _creators,
        "plan_comparison": show_plans,
        "drivers": show_drivers,
        "rows_used": _none,
    }
    draw = kinds.get(str(drawing.chart.get("kind")))
    if draw is not None and drawing.chart.get("rows"):
        return draw(page, box, told, drawing.chart)
    png = drawing.slide or (drawing.png if not told.table or not told.table.rows else b"")
    if png:
        page.picture(box.left, box.top, box.width, box.height, png, alt(finding, drawing.alt))
    return bool(png)


def _none(page: Page, box: Box, told: Slide, spec: Mapping[str, Any]) -> bool:
    return False


def _by_tier(page: Page, box: Box, told: Slide, spec: Mapping[str, Any]) -> bool:
    """One chart of intervals a panel, the tiers along it."""
    parts = spec["encoding"]
    rows = frame_of(spec)
    tier, n = str(parts.get("tier", "tier")), str(parts.get("n", "measured"))
    panel = parts.get("panel")
    panels = list(dict.fromkeys(row.get(panel) for row in rows)) if panel else [None]
    tiers = list(dict.fromkeys(str(row.get(tier)) for row in rows))
    if len(panels) > PANELS or len(tiers) > CATEGORIES or told.finding is None or told.drawing is None:
        return False
    room = _cell(box, 0, len(panels)).width - 0.9
    if not all(fits_below(name, room, len(tiers)) for name in tiers):
        return False
    colours = _tier_colours(tiers, page)
    reference = parts.get("reference")
    for place, name in enumerate(panels):
        mine = [row for row in rows if panel is None or row.get(panel) == name]
        points = [
            Point(
                f"{row.get(tier)} (n\u00a0=\u00a0{formats.count(row.get(n))})",
                row.get(parts["value"]),
                row.get(parts.get("low", "low")),
                row.get(parts.get("high", "high")),
                colours[str(row.get(tier))],
                hollow=bool(row.get(parts.get("flagged", "flagged"))),
            )
            for row in mine
        ]
        add_intervals(
            page.slide,
            _cell(box, place, len(panels)),
            points,
            page.look,
            name=str(name or told.finding.question or "value"),
            alt=alt(told.finding, told.drawing.alt),
            kind=str(parts.get("kind", "percent")),
            currency=parts.get("currency"),
            log=parts.get("log"),
            reference=(float(reference[0]), str(reference[1])) if reference else None,
            title=str(name) if panel else "",
        )
    return True


def _cell(box: Box, place: int, count: int) -> Box:
    """Return the place of one panel: side by side, or two by two."""
    across = 2 if count > 1 else 1
    down = (count + across - 1) // across
    gap = 0.15 if count > 1 else 0.0
    width_, high = (box.width - gap * (across - 1)) / across, (box.height - gap * (down - 1)) / down
    return Box(box.left + (place % across) * (width_ + gap), box.top + (place // across) * (high + gap), width_, high)


def _tier_colours(tiers: Sequence[str], page: Page) -> dict[str, str]:
    """Return tier → colour: three tiers are the ramp, more are grey with one accent, what is no tier is grey."""
    grey = "#8A94A0"
    real = [tier for tier in tiers if not (tier.startswith("under ") or tier == "followers unknown")]
    ramp = page.theme.ramp
    if len(real) <= len(ramp):
        steps = {1: ramp[1:2], 2: (ramp[0], ramp[2])}.get(len(real), ramp)
        return dict.fromkeys(tiers, grey) | dict(zip(real, steps, strict=False))
    accent = "micro" if "micro" in real else real[0]
    return {tier: page.theme.accent if tier == accent else "#5F6B7A" if tier in real else grey for tier in tiers}


def _ratios(page: Page, box: Box, told: Slide, spec: Mapping[str, Any]) -> bool:
    """One dot and interval a comparison, against no difference."""
    parts = spec["encoding"]
    rows = frame_of(spec)
    label, value = str(parts.get("label", "measure")), str(parts.get("value", "estimate"))
    if not rows or label not in rows[0] or value not in rows[0] or told.finding is None or told.drawing is None:
        return False
    rows = [row for row in rows if is_number(row.get(value)) and row[value] > 0]
    names = [clean(row[label]) for row in rows]
    fits = all(fits_below(name, box.width - 0.9, len(rows)) for name in names)
    most_shown = 2 * len(rows) >= len(told.finding.rows)  # else the table says more
    if not 2 <= len(rows) <= CATEGORIES or not fits or not most_shown:
        return False
    clear = [_clear(row) for row in rows]
    points = [
        Point(
            name,
            row[value],
            row.get(str(parts.get("low", "low"))),
            row.get(str(parts.get("high", "high"))),
            page.theme.ramp[2] if sure else "#8A94A0",
            hollow=not sure,
        )
        for name, row, sure in zip(names, rows, clear, strict=True)
    ]
    key = 0.28
    add_intervals(
        page.slide,
        Box(box.left, box.top + key, box.width, box.height - key),
        points,
        page.look,
        name=f"{parts.get('a', 'micro')} over {parts.get('b', 'mega')}",
        alt=alt(told.finding, told.drawing.alt),
        kind="ratio",
        log=True,
        reference=(1.0, "no difference"),
    )
    how = f"{parts.get('a', 'micro')} over {parts.get('b', 'mega')}; the line at 1× is no difference"
    page.words(
        box.left, box.top, box.width, key - 0.04, f"{how}; pale: not clear", sizes=(12,), colour=page.MUTED, lines=1
    )
    return True


def _clear(row: Mapping[str, Any]) -> bool:
    """Return whether a comparison is clear: as the finding says where it does, else by its interval."""
    said = str(row.get("difference") or row.get("verdict") or "")
    if said:
        return said.startswith("clearly") or said in {"supported", "contradicted"}
    low, high = row.get("low"), row.get("high")
    return is_number(low) and is_number(high) and (low > 1 or high < 1)  # type: ignore[operator]


def _creators(page: Page, box: Box, told: Slide, spec: Mapping[str, Any]) -> bool:
    """One dot a creator, on logarithmic axes."""
    parts = spec["encoding"]
    rows = frame_of(spec)
    price = spec["kind"] == "price_against_rule"
    x, y = str(parts.get("x", "followers")), str(parts.get("y", "fee" if price else "engagements_per_post"))
    tier = str(parts.get("tier", "tier"))
    if told.finding is None or told.drawing is None or not rows or x not in rows[0] or y not in rows[0]:
        return False
    known = [row for row in rows if is_number(row.get(x)) and is_number(row.get(y)) and row[x] > 0 and row[y] > 0]
    order = [name for name in parts.get("order") or [] if any(row.get(tier) == name for row in known)]
    order += sorted({str(row.get(tier)) for row in known} - set(order) - {"None"})
    if not known or not order:
        return False
    colours = _tier_colours(order, page)
    groups = []
    for name in order:
        mine = [(float(row[x]), float(row[y])) for row in known if row.get(tier) == name]
        groups.append((f"{name} (n = {formats.count(len(mine))})", colours[name], mine))
    ends = (min(row[x] for row in known), max(row[x] for row in known))
    rule = float(parts.get("rule") or 25.0)
    add_points(
        page.slide,
        box,
        groups,
        page.look,
        alt=alt(told.finding, told.drawing.alt),
        name=told.finding.question,
        labels=(_axis(parts, "x_label", x), _axis(parts, "y_label", y)),
        line=(f"the rule: {formats.number(rule)} per 1,000", [(end, end * rule / 1000) for end in ends])
        if price
        else None,
    )
    return True


def _axis(parts: Mapping[str, Any], label: str, column: str) -> str:
    return str(parts.get(label) or column.replace("_", " ")) + ", logarithmic"
