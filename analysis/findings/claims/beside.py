"""What published studies found, to stand beside a claim's answer: each with its source, none of them the truth.

``claims.yml`` names rows of the published figures; two rows of one source give their ratio. Only figures whose source
was seen are there. They are other creators, other years and often another estimand, so each carries what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from analysis import formats
from analysis.errors import ReferenceDataError
from analysis.findings.claims.catalogue import claim_named
from analysis.hostile import plain
from analysis.measures import benchmarks

__all__ = ["Published", "published_beside"]


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure: its value, what it is, the platform, the year and the source; ``also`` what it turns on."""

    value: float
    what: str
    platform: str
    year: str
    source: str
    also: str = ""

    @property
    def credit(self) -> str:
        """Source and year as one text."""
        return f"{self.source} ({self.year})" if self.year else self.source


@cache
def published_beside(id: str) -> tuple[Published, ...]:
    """Return the published figures that stand beside a claim.

    Raises
    ------
    ReferenceDataError
        If ``claims.yml`` names a row that is not there, or that is not one row.

    Examples
    --------
    >>> [round(one.value, 2) for one in published_beside("reach-grows-with-size")]
    [0.1]
    """
    return tuple(_one(id, entry) for entry in claim_named(id).published)


def _one(id: str, entry: Mapping[str, Any]) -> Published:
    first = _row(id, entry["first"])
    value = float(first["low"])
    if "over_first" in entry:
        value /= float(_row(id, entry["over_first"])["low"])
    if "second" in entry:
        second = float(_row(id, entry["second"])["low"])
        second /= float(_row(id, entry["over_second"])["low"]) if "over_second" in entry else 1.0
        value /= second
    year = first["year"]
    return Published(
        value=value,
        what=entry["as"],
        platform=str(first["platform"]),
        year=str(year).removesuffix(".0") if isinstance(year, str) else "",
        source=plain(str(first["source"]), 90),
        also=_equal_at(id, entry) if entry.get("handling") else "",
    )


def _equal_at(id: str, entry: Mapping[str, Any]) -> str:
    """Return the cost of looking after one creator at which both sides of a published comparison return as much.

    Revenue over cost is equal where a / (c + h) = b / (d + h): for 1,000 on 50 against 6,000 on 1,000, h is 140.
    """
    from analysis.planning.breakeven import breakeven
    from analysis.planning.versus import Case

    (a, c), (b, d) = (
        (float(_row(id, entry[side])["low"]), float(_row(id, entry[f"over_{side}"])["low"]))
        for side in ("first", "second")
    )
    at = breakeven(Case(mega_fee=d, mega_value=b, micro_fee=c, micro_value=a, currency="USD"), "handling").at
    equal = f"equal once looking after one creator costs {formats.money(at, 'USD')}"
    return f"{formats.number(a / c)} against {formats.number(b / d)}, {equal}"


def _row(id: str, wanted: Mapping[str, str]) -> Any:
    rows = benchmarks.published(wanted["metric"], wanted["platform"])
    rows = rows[(rows["metric"] == wanted["metric"]) & (rows["platform"] == wanted["platform"])]
    if "tier" in wanted:
        rows = rows[rows["tier"] == wanted["tier"]]
    rows = rows[rows["source"].str.startswith(wanted["source"])]
    if len(rows) != 1:
        raise ReferenceDataError(
            f"claims.yml: {id} names {len(rows)} published rows with {dict(wanted)}; it needs one."
        )
    return rows.iloc[0]
