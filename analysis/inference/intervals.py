"""The intervals of this package in one place; each returns estimate, low, high, n and method."""

from analysis.inference.contrasts import contrast, median_contrast
from analysis.inference.order import median_interval, quantile_interval
from analysis.inference.ratios import ratio_interval
from analysis.inference.result import Interval

__all__ = ["Interval", "contrast", "median_contrast", "median_interval", "quantile_interval", "ratio_interval"]
