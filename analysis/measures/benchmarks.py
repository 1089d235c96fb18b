"""What others published, to stand beside the client's figure: as facts with sources, never as truth.

The sources disagree more than the tiers do. They define engagement differently, average differently, cut tiers
differently and copy each other, so a page shows every source as a mark of its own and never their mean. Rows that
were only remembered (``recalled``), and not seen on a page, are never shown to a client.
"""

from functools import cache
from typing import TYPE_CHECKING

from analysis.errors import ParameterError, ReferenceDataError, nearest
from analysis.reference import reference_dir

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["published", "published_metrics"]

_FILE = "published_benchmarks.csv"


def published_metrics() -> tuple[str, ...]:
    """Return the names of everything published that may be shown.

    Examples
    --------
    >>> "cpm" in published_metrics()
    True
    """
    return tuple(sorted(_shown()["metric"].unique()))


def published(
    metric_prefix: str, platform: str | None = None, *, lower: float | None = None, upper: float | None = None
) -> "pd.DataFrame":
    """Return the published rows whose metric starts so, fit to show: one row a figure and a source.

    Parameters
    ----------
    metric_prefix : str
        Start of a metric's name, such as ``engagement_rate_by_followers``.
    platform : str, optional
        Only this platform, and rows that speak of all platforms.
    lower, upper : float, optional
        Only rows whose tier lies within these follower counts (lower included, upper not). Rows that name no size
        are left out as soon as one of the two is given. A tier with an open end lies within no ``upper``.

    Returns
    -------
    pandas.DataFrame
        metric, platform, tier, follower_lower, follower_upper, low, high (fractions where the source says percent;
        equal where it gives one figure), value, value_high and unit as published, year, source, source_url, note.

    Raises
    ------
    ParameterError
        If no metric starts so.

    Examples
    --------
    >>> rows = published("like_rate_by_followers", "instagram", lower=1_000, upper=10_000)
    >>> float(rows["low"].iloc[0])
    0.04
    """
    rows = _shown()
    rows = rows[rows["metric"].str.startswith(metric_prefix)]
    if rows.empty:
        known = published_metrics()
        raise ParameterError(f"nothing published starts with {metric_prefix!r}{nearest(metric_prefix, known)}.")
    if platform:
        rows = rows[rows["platform"].isin([platform.lower(), "all"])]
    if lower is not None or upper is not None:
        sized = rows["follower_lower"].notna() | rows["follower_upper"].notna()
        start = rows["follower_lower"].fillna(0)
        end = rows["follower_upper"].fillna(float("inf"))
        rows = rows[sized & (start >= (lower or 0)) & (end <= (float("inf") if upper is None else upper))]
    return rows.reset_index(drop=True)


def _shown() -> "pd.DataFrame":
    rows = _read()
    return rows[rows["evidence"] != "recalled"].drop(columns="evidence")


@cache
def _read() -> "pd.DataFrame":
    import pandas as pd

    try:
        rows = pd.read_csv(reference_dir() / _FILE, keep_default_na=False, na_values=[""], dtype={"year": "str"})
    except FileNotFoundError as error:
        raise ReferenceDataError(f"{_FILE} is missing from the reference data; install creator-roi again.") from error
    rows["year"] = rows["year"].where(rows["year"] != "n/a")
    scale = rows["unit"].str.startswith("percent").map({True: 0.01, False: 1.0})
    rows["low"] = rows["value"] * scale
    rows["high"] = rows["value_high"].fillna(rows["value"]) * scale
    rows["note"] = rows["note"].fillna("")
    rows = rows.rename(columns={"source_title": "source"})
    return rows[list(_COLUMNS)]


_COLUMNS = (
    "metric",
    "platform",
    "tier",
    "follower_lower",
    "follower_upper",
    "low",
    "high",
    "value",
    "value_high",
    "unit",
    "year",
    "source",
    "source_url",
    "note",
    "evidence",
)
