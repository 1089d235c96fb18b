"""Tiers: how large an account is, as a word.

A scheme is one mapping of name to left edge. Intervals are left-closed and the last one is open, so there is no
second edge to contradict the first and no gap to fall through: 10,000 followers is the floor of its tier, 9,999 is
the tier below. What lies under the first floor has a label of its own (``under 1k``); a missing follower count has
no tier at all, and never becomes the largest one. Words differ between sources: `micro` starts at 1,000 in one
scheme and at 10,000 in another, so the name of the scheme goes wherever a tier goes.

Ambassador is no tier. It is a relationship, and crosses all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import narwhals as nw

from analysis.errors import ColumnError, ParameterError, ReferenceDataError, SchemeError, ValueRangeError, nearest
from analysis.reference import read_yaml, reference_dir

__all__ = [
    "DEFAULT_SCHEME",
    "QUANTILE",
    "UNKNOWN",
    "Scheme",
    "SchemeLike",
    "assign_tier",
    "load_scheme",
    "scheme_names",
    "tier_expression",
    "tier_order",
    "tier_ranges",
    "with_tier",
]

#: The scheme used where none is named.
DEFAULT_SCHEME = "article"

#: The scheme whose floors come from the data at hand.
QUANTILE = "quantile"

#: How a missing tier is called where it is shown as a row of its own.
UNKNOWN = "followers unknown"


@dataclass(frozen=True)
class Scheme:
    """Tier names and their left edges, smallest first; ``below`` names what lies under the first floor."""

    name: str
    floors: dict[str, float] = field(hash=False)
    below: str | None = None
    source: str = ""

    @property
    def order(self) -> list[str]:
        """Every label of the scheme, smallest accounts first."""
        return ([self.below] if self.below else []) + list(self.floors)


SchemeLike = str | Path | Mapping[str, Any] | Scheme


@cache
def scheme_names() -> tuple[str, ...]:
    """Return the names of the shipped schemes, the default first.

    Examples
    --------
    >>> scheme_names()[0], "quantile" in scheme_names()
    ('article', True)
    """
    names = {path.stem for path in (reference_dir() / "tiers").glob("*.yml")}
    return (DEFAULT_SCHEME, *sorted(names - {DEFAULT_SCHEME}))


def load_scheme(scheme: SchemeLike = DEFAULT_SCHEME, *, followers: Any = None) -> Scheme:
    """Return the scheme: a shipped name, a YAML file, a mapping, or a Scheme (returned as is).

    Parameters
    ----------
    scheme : str, Path, mapping or Scheme
        A name of :func:`scheme_names`; a path that ends in ``.yml`` or ``.yaml``; a mapping of tier to floor such as
        ``{"small": 1000, "large": 50_000}``; or the full form with ``name``, ``floors``, ``below`` and ``source``.
    followers : Series, optional
        The accounts at hand; only ``quantile`` needs them.

    Raises
    ------
    SchemeError
        If the name is unknown, or the floors are empty, unsorted, repeated, negative or not numbers.

    Examples
    --------
    >>> load_scheme("mediakix").floors["mid"]
    50000.0
    >>> load_scheme({"small": 1000, "large": 50_000}).order
    ['under 1k', 'small', 'large']
    """
    if isinstance(scheme, Scheme):
        return scheme
    if isinstance(scheme, Mapping):
        return _scheme_from(scheme, "custom")
    if isinstance(scheme, Path) or str(scheme).endswith((".yml", ".yaml")):
        path = Path(scheme)
        return _scheme_from(_read_scheme_file(path), path.stem)
    if scheme == QUANTILE:
        return _quantile_scheme(followers)
    if scheme not in scheme_names():
        raise SchemeError(
            f"unknown tier scheme {scheme!r}{nearest(str(scheme), scheme_names())}; use one of "
            f"{', '.join(scheme_names())}, or the path of a YAML file with your own floors."
        )
    return _scheme_from(read_yaml(f"tiers/{scheme}.yml"), str(scheme))


def tier_order(scheme: SchemeLike = DEFAULT_SCHEME) -> list[str]:
    """Return every label of the scheme, smallest accounts first.

    Examples
    --------
    >>> tier_order("article")
    ['under 1k', 'micro', 'macro', 'mega']
    """
    return _quantile_labels() if scheme == QUANTILE else load_scheme(scheme).order


def tier_ranges(scheme: SchemeLike = DEFAULT_SCHEME) -> dict[str, str]:
    """Return each label's followers as text; the right end is not included.

    Examples
    --------
    >>> tier_ranges("article")
    {'under 1k': 'under 1K', 'micro': '1K–10K', 'macro': '10K–1M', 'mega': '1M and more'}
    """
    from analysis.formats import short

    if scheme == QUANTILE:
        return dict.fromkeys(_quantile_labels(), "by rank")
    loaded = load_scheme(scheme)
    edges = [*loaded.floors.values()]
    ranges = {loaded.below: f"under {short(edges[0])}"} if loaded.below else {}
    for (tier, floor), ceiling in zip(loaded.floors.items(), [*edges[1:], None], strict=True):
        ranges[tier] = f"{short(floor)} and more" if ceiling is None else f"{short(floor)}–{short(ceiling)}"
    return ranges


def tier_expression(scheme: Scheme, followers: str = "followers") -> nw.Expr:
    """Return the narwhals expression that names the tier; missing, negative or infinite followers have none."""
    count = nw.col(followers).cast(nw.Float64)
    label: nw.Expr = nw.lit(scheme.below, nw.String)
    for tier, floor in scheme.floors.items():
        label = nw.when(count >= floor).then(nw.lit(tier)).otherwise(label)
    return nw.when(count.is_finite() & (count >= 0)).then(label).alias("tier")


def assign_tier(followers: Any, scheme: SchemeLike = DEFAULT_SCHEME) -> Any:
    """Return each account's tier; Series of followers in, ordered categorical Series of the same library out.

    Parameters
    ----------
    followers : pandas or polars Series
        Follower counts. Not changed. A pandas index is kept.
    scheme : str, Path, mapping or Scheme
        As in :func:`load_scheme`.

    Returns
    -------
    Series
        Named ``tier``; its categories are every label of the scheme in order, the empty ones included. Missing stays
        missing.

    Raises
    ------
    ValueRangeError
        If a count is negative, infinite or not a number, with how many and the first rows.
    SchemeError
        If the scheme is unknown or malformed.
    ParameterError
        If ``followers`` is no Series.

    Notes
    -----
    A tier is the label of the largest floor that is not above the count: ``floor <= followers < next floor``.

    Examples
    --------
    >>> import pandas as pd
    >>> assign_tier(pd.Series([999, 1_000, 9_999, 10_000, 1_000_000, None])).tolist()
    ['under 1k', 'micro', 'micro', 'macro', 'mega', nan]
    """
    try:
        series = nw.from_native(followers, series_only=True).alias("followers")
    except TypeError as error:
        raise ParameterError(f"followers must be a pandas or polars Series, not {type(followers).__name__}.") from error
    check_followers(series)
    loaded = load_scheme(scheme, followers=followers)
    labelled = series.to_frame().select(tier_expression(loaded))["tier"]
    return labelled.cast(nw.Enum(loaded.order)).to_native()


def with_tier(frame: Any, scheme: SchemeLike = DEFAULT_SCHEME, *, followers: str = "followers") -> Any:
    """Return the frame with a text column ``tier``; a lazy frame stays lazy.

    Eager frames are checked as in :func:`assign_tier`. A lazy frame cannot be looked into: there a negative or
    infinite count has no tier, like a missing one. The scheme ``quantile`` reads the column of followers.

    Raises
    ------
    ColumnError
        If the frame has no such column.

    Examples
    --------
    >>> import polars as pl
    >>> with_tier(pl.DataFrame({"followers": [5_000, None]}))["tier"].to_list()
    ['micro', None]
    """
    table = nw.from_native(frame)
    names = table.collect_schema().names()
    if followers not in names:
        raise ColumnError([followers], names, "a tier")
    counts = None
    if isinstance(table, nw.DataFrame):
        check_followers(table[followers])
    if scheme == QUANTILE:
        counts = table.lazy().select(followers).collect()[followers].to_native()
    return table.with_columns(tier_expression(load_scheme(scheme, followers=counts), followers)).to_native()


def check_followers(series: nw.Series[Any]) -> None:
    """Raise ValueRangeError when a Series of followers holds text, negative or infinite counts."""
    if series.dtype in (nw.String, nw.Categorical):
        raise ValueRangeError(
            f"{series.name or 'followers'} holds text, not numbers; read the file with analysis.intake, "
            "which understands 13.6M and 1,234, and use its table."
        )
    name = series.name or "followers"
    counts = series.cast(nw.Float64).alias("count").to_frame().with_row_index("row")
    wrong = counts.filter((nw.col("count") < 0) | (nw.col("count") == float("inf")))
    if len(wrong):
        first = ", ".join(f"{value:,.0f} in row {row}" for row, value in wrong.head(3).iter_rows())
        raise ValueRangeError(
            f"{name} must be 0 or more; {len(wrong)} of {len(counts)} are not: {first}"
            f"{', ...' if len(wrong) > 3 else ''} (rows count from 0). Mend or remove these rows."
        )


def _scheme_from(document: Any, default_name: str) -> Scheme:
    if not isinstance(document, Mapping):
        raise SchemeError(f"scheme {default_name!r} is not a mapping of tier to lowest follower count.")
    full = "floors" in document
    name = str(document.get("name", default_name)) if full else default_name
    floors = document["floors"] if full else document
    if not isinstance(floors, Mapping) or not floors:
        raise SchemeError(f"scheme {name!r} has no floors; give at least one, such as {{micro: 1000}}.")
    checked = {str(tier): _floor(name, tier, value) for tier, value in floors.items()}
    edges = list(checked.items())
    for (low_tier, low), (high_tier, high) in pairwise(edges):
        if low == high:
            raise SchemeError(f"scheme {name!r}: {low_tier} and {high_tier} both start at {low:,.0f}; keep one.")
        if low > high:
            fixed = ", ".join(f"{tier} {floor:,.0f}" for tier, floor in sorted(edges, key=lambda edge: edge[1]))
            raise SchemeError(
                f"scheme {name!r}: floors must rise; {low_tier} starts above {high_tier}. Sorted: {fixed}."
            )
    below = document.get("below") if full else None
    if edges[0][1] > 0:
        below = str(below or _below_label(edges[0][1]))
    elif below:
        raise SchemeError(f"scheme {name!r}: nothing lies below a floor of 0; remove below: {below!r}.")
    taken = {below, UNKNOWN} & set(checked)
    if taken:
        raise SchemeError(f"scheme {name!r}: {taken.pop()!r} is a reserved label; call the tier something else.")
    source = str(document.get("source", "")).strip() if full else "given by the analyst"
    return Scheme(name, checked, below or None, source)


def _floor(scheme: str, tier: object, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SchemeError(f"scheme {scheme!r}: the floor of {tier} is {value!r}, not a number; write 10000, not '10k'.")
    if value < 0:
        raise SchemeError(f"scheme {scheme!r}: the floor of {tier} is {value:,.0f}; followers are 0 or more.")
    return float(value)


def _below_label(floor: float) -> str:
    from analysis.formats import short

    return f"under {short(floor).lower()}"


def _read_scheme_file(path: Path) -> Any:
    import yaml

    class Strict(yaml.SafeLoader):
        """YAML keeps the last of two equal keys without a word; a scheme must not."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [self.construct_object(key) for key, _ in node.value]
            repeated = next((key for key in keys if keys.count(key) > 1), None)
            if repeated is not None:
                raise SchemeError(f"{path.name} names {repeated!r} twice; keep one.")
            return super().construct_mapping(node, deep=deep)

    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=Strict)
    except FileNotFoundError as error:
        raise SchemeError(f"no tier scheme file {path.name!r}; known schemes: {', '.join(scheme_names())}.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SchemeError(f"{path.name} cannot be read as YAML: {' '.join(str(error).split())}") from error


def _quantile_labels() -> list[str]:
    document = read_yaml("tiers/quantile.yml")
    if not isinstance(document, Mapping) or not document.get("groups"):
        raise ReferenceDataError("tiers/quantile.yml names no groups.")
    return [str(label) for label in document["groups"]]


def _quantile_scheme(followers: Any) -> Scheme:
    """Floors at the order statistics that cut the accounts into groups as equal as whole accounts allow."""
    if followers is None:
        raise SchemeError("scheme 'quantile' is made from the accounts at hand; give their followers.")
    labels = _quantile_labels()
    counts = nw.from_native(followers, series_only=True).cast(nw.Float64).to_list()
    known = sorted(count for count in counts if count is not None and isfinite(count))
    floors = [known[group * len(known) // len(labels)] for group in range(1, len(labels))] if known else []
    edges = [0.0, *floors]
    if len(set(edges)) < len(labels) or len(known) < len(labels):
        raise SchemeError(
            f"scheme 'quantile' needs {len(labels)} groups, and {len(known)} known follower counts "
            "repeat too much for that; use a scheme with fixed floors."
        )
    return Scheme(QUANTILE, dict(zip(labels, edges, strict=True)), None, str(read_yaml("tiers/quantile.yml")["source"]))
