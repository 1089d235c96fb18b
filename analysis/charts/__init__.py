"""A tidy table in, Axes out.

Each function draws one question: pandas table first, options by keyword, ``ax=None`` makes a figure, nothing is
shown or saved. The texts of the sheet (``title``, ``subtitle``, ``source``) come from a finding; no chart computes a
claim. Every chart holds to the same rules: the title is a sentence of at most two lines, n stands beside each tier, a
tier with too few creators is hollow, an empty one is listed, labels sit beside their marks and never cover one
another, log scales read in words (``10K``), and a table with nothing to draw becomes a framed sentence.

``width=NARROW`` lays the same chart out for a phone. :func:`picture` and :func:`save` give the same bytes each time.
"""

from analysis.charts.distribution import distribution_by_tier
from analysis.charts.forest import micro_against_mega
from analysis.charts.intervals import measure_by_tier
from analysis.charts.ledger import rows_used
from analysis.charts.marks import marks
from analysis.charts.plans import plan_comparison
from analysis.charts.price import price_against_rule
from analysis.charts.published import beside_published
from analysis.charts.reach import engagement_against_reach
from analysis.charts.save import picture, save
from analysis.charts.style import NARROW, WIDE, house_style, tier_palette
from analysis.charts.tornado import drivers
from analysis.charts.twoway import break_even_map

__all__ = [
    "NARROW",
    "WIDE",
    "beside_published",
    "break_even_map",
    "distribution_by_tier",
    "drivers",
    "engagement_against_reach",
    "house_style",
    "marks",
    "measure_by_tier",
    "micro_against_mega",
    "picture",
    "plan_comparison",
    "price_against_rule",
    "rows_used",
    "save",
    "tier_palette",
]
