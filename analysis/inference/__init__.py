"""How sure are we: intervals, contrasts, elasticity, pooling, power, and the verdicts that follow from them.

Arrays come in, small dataclasses go out; the creator is the unit; nothing heavy is imported until it is used.
"""

from analysis.inference.adjusted import Adjusted, adjusted_contrast, disagreement, within_groups
from analysis.inference.contrasts import contrast, median_contrast, quantile_contrast
from analysis.inference.elasticity import (
    Elasticity,
    elasticity,
    log_slope,
    rate_slope,
    tenfold,
    theil_sen,
)
from analysis.inference.group_slopes import PooledSlopes, partially_pooled, slopes_by_group
from analysis.inference.order import median_interval, quantile_interval
from analysis.inference.pooling import (
    Levels,
    Scores,
    Unusual,
    creator_levels,
    creator_scores,
    how_unusual,
    level_scores,
)
from analysis.inference.power import creators_needed, creators_needed_from, detectable_ratio, power_of
from analysis.inference.ranks import GroupTest, brunner_munzel, cliffs_delta, holm, kruskal_wallis
from analysis.inference.rates import cost_per_event_interval, proportion_interval, rate_interval
from analysis.inference.ratios import creator_ratios, largest_share, mean_interval, ratio_interval
from analysis.inference.result import Interval
from analysis.inference.shape import Turn, fieller_interval, lind_mehlum, quadratic_turn
from analysis.inference.verdicts import (
    SAME_WITHIN,
    VERDICTS,
    Verdict,
    corrected_verdicts,
    equivalence_region,
    resting_on,
    verdict,
)

__all__ = [
    "SAME_WITHIN",
    "VERDICTS",
    "Adjusted",
    "Elasticity",
    "GroupTest",
    "Interval",
    "Levels",
    "PooledSlopes",
    "Scores",
    "Turn",
    "Unusual",
    "Verdict",
    "adjusted_contrast",
    "brunner_munzel",
    "cliffs_delta",
    "contrast",
    "corrected_verdicts",
    "cost_per_event_interval",
    "creator_levels",
    "creator_ratios",
    "creator_scores",
    "creators_needed",
    "creators_needed_from",
    "detectable_ratio",
    "disagreement",
    "elasticity",
    "equivalence_region",
    "fieller_interval",
    "holm",
    "how_unusual",
    "kruskal_wallis",
    "largest_share",
    "level_scores",
    "lind_mehlum",
    "log_slope",
    "mean_interval",
    "median_contrast",
    "median_interval",
    "partially_pooled",
    "power_of",
    "proportion_interval",
    "quadratic_turn",
    "quantile_contrast",
    "quantile_interval",
    "rate_slope",
    "rate_interval",
    "ratio_interval",
    "resting_on",
    "slopes_by_group",
    "tenfold",
    "theil_sen",
    "verdict",
    "within_groups",
]
