"""The tier summary as one tidy table: what ``creator-roi tiers`` prints.

Ratios are pooled (sum over sum) over the rows where both sides are known, while cost, revenue and engagements are the
tier's whole totals; so cost / engagements of a row need not equal its cost per engagement, and should not, when some
placements have no engagement figure.
"""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import formats, publish
from analysis.errors import ParameterError, nearest
from analysis.findings.cells import plain_value
from analysis.findings.compare import by_tier, members
from analysis.findings.opening import require_followers
from analysis.findings.study import Study
from analysis.findings.summed import TALLIES
from analysis.formats import FormatKind
from analysis.hostile import guard_formula, plain

__all__ = ["DENOMINATORS", "denominators", "records", "tier_table", "tier_text", "write_csv"]

#: What an engagement rate may be divided by, and the measure that does it, the usual one first.
DENOMINATORS = {
    "followers": "engagement_rate_by_followers",
    "reach": "engagement_rate_by_reach",
    "impressions": "engagement_rate_by_impressions",
    "views": "engagement_rate_by_views",
}


def denominators(study: Study) -> list[str]:
    """Return the denominators that at least one account of the study has, the usual one first."""
    return [name for name, measure in DENOMINATORS.items() if len(study.measured(measure))]


def tier_table(study: Study, *, by: tuple[str, ...] = ("tier",), denominator: str | None = None) -> pd.DataFrame:
    """Return one row per tier (within each group of ``by``), empty tiers included: Study in, tidy frame out.

    Parameters
    ----------
    study : Study
        What :func:`analysis.findings.open_study` returns.
    by : tuple of str
        ``tier`` and columns of the accounts: platform, relationship, category, country.
    denominator : str or None
        What the engagement rate is divided by; by default followers, else the first of reach, impressions and views
        that the data has.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by`` (``tier`` among them), scheme, creators, posts, followers_median, engagement_rate with
        ``_low`` and ``_high``, engagement_rate_median likewise, denominator, cost, engagements, cost_per_engagement
        with limits, revenue, roi with limits, flagged. Rates and ROI are fractions, amounts in the study's currency.

    Raises
    ------
    ParameterError
        If ``by`` or ``denominator`` names something that is not there.
    UnusableDataError
        If no follower count is known at all.
    """
    require_followers(study.tables, study.kept[TALLIES]["followers"].count() if TALLIES in study.kept else 0)
    others = [name for name in by if name != "tier"]
    absent = [name for name in others if name not in study.accounts or study.accounts[name].isna().all()]
    if absent:
        known = [n for n in ("platform", "relationship", "category", "country") if n in study.accounts]
        raise ParameterError(
            f"cannot group by {absent[0]!r}{nearest(absent[0], known)}; the accounts have {', '.join(known) or 'none'}."
        )
    if denominator is not None and denominator not in DENOMINATORS:
        raise ParameterError(f"a rate is divided by one of {', '.join(DENOMINATORS)}; got {denominator!r}.")
    chosen = denominator or next(iter(denominators(study)), "followers")
    if not others:
        return _tiers(study, study.accounts, chosen)
    parts = []
    key: Any
    for key, group in study.accounts.groupby(others, dropna=False, sort=True):
        table = _tiers(study, group, chosen)
        for place, name in enumerate(others):
            value = key[place]
            table.insert(place, name, "not stated" if pd.isna(value) else value)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _tiers(study: Study, accounts: pd.DataFrame, denominator: str) -> pd.DataFrame:
    rate = by_tier(study, DENOMINATORS[denominator], accounts=accounts)
    price = by_tier(study, "cost_per_engagement", accounts=accounts)
    roi = by_tier(study, "roi", accounts=accounts)
    groups = [members(accounts, name) for name in rate["tier"]]
    # beside a cost stand the engagements that were paid for, not those of every post of the account
    engaged = "cost_per_engagement_den" if study.accounts["cost_per_engagement_den"].notna().any() else "engagements"
    return pd.DataFrame(
        {
            "scheme": study.scheme.name,
            "tier": rate["tier"],
            "creators": rate["creators"],
            "posts": pd.array([_total(group, "posts") for group in groups], dtype="Float64").astype("Int64"),
            "followers_median": [_median(group, "followers") for group in groups],
            "engagement_rate": rate["pooled"],
            "engagement_rate_low": rate["pooled_low"],
            "engagement_rate_high": rate["pooled_high"],
            "engagement_rate_median": rate["median"],
            "engagement_rate_median_low": rate["median_low"],
            "engagement_rate_median_high": rate["median_high"],
            "denominator": denominator,
            "cost": [_total(group, "cost") for group in groups],
            "engagements": [_total(group, engaged) for group in groups],
            "cost_per_engagement": price["pooled"],
            "cost_per_engagement_low": price["pooled_low"],
            "cost_per_engagement_high": price["pooled_high"],
            "revenue": [_total(group, "revenue") for group in groups],
            "roi": roi["pooled"],
            "roi_low": roi["pooled_low"],
            "roi_high": roi["pooled_high"],
            "flagged": rate["measured" if rate["measured"].any() else "creators"] < study.minimum,
        }
    )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the table's rows as plain JSON values; missing is None.

    Examples
    --------
    >>> records(pd.DataFrame({"tier": ["micro"], "roi": [float("nan")]}))
    [{'tier': 'micro', 'roi': None}]
    """
    columns = {name: [plain_value(value) for value in table[name]] for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def write_csv(table: pd.DataFrame, path: str | Path) -> Path:
    """Write the table as CSV, whole or not at all; text that a spreadsheet would run as a formula is guarded."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = [guard_formula(value) if isinstance(value, str) else value for value in safe[name]]
    target = Path(path)
    publish.write_whole(target, safe.to_csv(index=False, lineterminator="\n"))
    return target


#: What a terminal shows of the table: header, column, kind.
_SHOWN: tuple[tuple[str, str, FormatKind], ...] = (
    ("tier", "tier", "text"),
    ("creators", "creators", "count"),
    ("posts", "posts", "count"),
    ("followers, median", "followers_median", "short"),
    ("rate, median", "engagement_rate_median", "percent"),
    ("rate, pooled", "engagement_rate", "percent"),
    ("cost", "cost", "money"),
    ("cost per engagement", "cost_per_engagement", "money"),
    ("ROI", "roi", "percent"),
)


def tier_text(study: Study, table: pd.DataFrame) -> str:
    """Return the table for a terminal, with what the rates are divided by; columns nobody has are left out."""
    extra: list[tuple[str, str, FormatKind]] = [
        (name, name, "text") for name in table.columns[: list(table.columns).index("scheme")]
    ]
    shown = [part for part in (*extra, *_SHOWN) if part[1] == "tier" or table[part[1]].notna().any()]
    rows = [[header for header, _, _ in shown]]
    for record in table.to_dict("records"):
        cells = [plain(formats.show(plain_value(record[c]), kind, study.currency), 40) for _, c, kind in shown]
        if record["flagged"]:
            cells[[c for _, c, _ in shown].index("tier")] += " *"
        rows.append(cells)
    widths = [max(len(row[place]) for row in rows) for place in range(len(shown))]
    lines = [
        "  ".join(
            text.ljust(width) if kind == "text" else text.rjust(width)
            for text, width, (_, _, kind) in zip(row, widths, shown, strict=True)
        ).rstrip()
        for row in rows
    ]
    foot = [f"Scheme {study.scheme.name}; engagement rate by {table['denominator'].iloc[0]}."]
    if table["flagged"].any():
        foot.append(f"* fewer than {study.minimum} creators measured: shown, not ranked.")
    return "\n".join([*lines, "", *foot])


def _total(group: pd.DataFrame, column: str) -> Any:
    return float(group[column].sum(min_count=1)) if column in group else math.nan


def _median(group: pd.DataFrame, column: str) -> float:
    known = group[column].dropna() if column in group else pd.Series(dtype=float)
    return float(known.median()) if len(known) else math.nan
