"""How sure are we: intervals, contrasts, elasticity, pooling, power, and the verdicts that follow from them."""

from analysis.inference.intervals import (
    Interval,
    contrast,
    median_contrast,
    median_interval,
    quantile_interval,
    ratio_interval,
)

__all__ = ["Interval", "contrast", "median_contrast", "median_interval", "quantile_interval", "ratio_interval"]
