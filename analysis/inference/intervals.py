"""The intervals of this room in one place; each returns estimate, low, high, n and method.

Which one? A median over creators where the tail decides nothing; a pooled ratio where the money does; exact limits
where events are few. `analysis.inference.verdicts` turns any of them into a verdict.
"""

from analysis.inference.contrasts import contrast, median_contrast, quantile_contrast
from analysis.inference.order import median_interval, quantile_interval
from analysis.inference.rates import cost_per_event_interval, proportion_interval, rate_interval
from analysis.inference.ratios import creator_ratios, largest_share, mean_interval, ratio_interval
from analysis.inference.result import Interval

__all__ = [
    "Interval",
    "contrast",
    "cost_per_event_interval",
    "creator_ratios",
    "largest_share",
    "mean_interval",
    "median_contrast",
    "median_interval",
    "proportion_interval",
    "quantile_contrast",
    "quantile_interval",
    "rate_interval",
    "ratio_interval",
]
