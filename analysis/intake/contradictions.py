"""What the numbers of one folder say against each other: reported, never repaired.

Each check compares columns of one row, or two tables about one account; a few rows against is noise that a person
should see, most rows against is a column understood wrongly.
"""

import re
from dataclasses import dataclass, field
from functools import cache

import polars as pl

__all__ = ["Counts", "TierCounts", "check_rows", "contradictions", "states_tier", "tier_labels"]

#: A reported rate and the rate its own counts give differ when one is more than this many times the other.
RATE_FACTOR = 2.0

_PAIRS = (
    ("clicks", "conversions", "conversions exceed clicks"),
    ("impressions", "clicks", "clicks exceed impressions"),
    ("impressions", "reach", "reach exceeds impressions"),
    ("views", "likes", "likes exceed views"),
)


@dataclass
class Counts:
    """Rows against a rule and rows that it could be checked on, by sentence; counts of blocks of a table add up."""

    found: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, sentence: str, against: int, checked: int) -> None:
        """Count rows for a sentence that has places for both counts."""
        before = self.found.get(sentence, (0, 0))
        self.found[sentence] = before[0] + against, before[1] + checked

    def said(self) -> list[str]:
        """Return the sentences that some row is against."""
        return [
            sentence.format(against=f"{against:,}", checked=f"{checked:,}")
            for sentence, (against, checked) in self.found.items()
            if against
        ]


def contradictions(
    creators: pl.DataFrame | None, posts: pl.DataFrame | None, placements: pl.DataFrame | None
) -> list[str]:
    """Return what contradicts itself, one sentence each, with counts.

    Examples
    --------
    >>> contradictions(None, None, pl.DataFrame({"clicks": [5, 5], "conversions": [3, 9]}))
    ['placements: conversions exceed clicks in 1 of 2 rows']
    """
    counts = Counts()
    check_rows(counts, creators, posts, placements)
    return counts.said()


def check_rows(
    counts: Counts, creators: pl.DataFrame | None, posts: pl.DataFrame | None, placements: pl.DataFrame | None
) -> None:
    """Add to ``counts`` what the rows of these tables, or of blocks of them, say against each other."""
    for name, frame in (("posts", posts), ("placements", placements)):
        if frame is None:
            continue
        for larger, smaller, words in _PAIRS:
            _exceeds(counts, name, frame, larger, smaller, words)
        if "reach" in frame.columns:
            parts = [part for part in ("likes", "comments", "shares", "saves") if part in frame.columns]
            if parts:
                total = frame.select(pl.sum_horizontal(parts).alias("engagements"), "reach")
                _exceeds(counts, name, total, "reach", "engagements", "engagements exceed reach")
        _platforms(counts, name, frame, creators)
    if creators is not None:
        _rates(counts, creators)


def _exceeds(counts: Counts, name: str, frame: pl.DataFrame, larger: str, smaller: str, words: str) -> None:
    if larger not in frame.columns or smaller not in frame.columns:
        return
    both = pl.col(larger).is_not_null() & pl.col(smaller).is_not_null()
    against, checked = frame.select((pl.col(smaller) > pl.col(larger)).sum(), checked=both.sum()).row(0)
    counts.add(f"{name}: {words} in {{against}} of {{checked}} rows", against, checked)


def _platforms(counts: Counts, name: str, frame: pl.DataFrame, creators: pl.DataFrame | None) -> None:
    """Compare the network of each row with the network its account is listed on."""
    needed = {"creator_id", "platform"}
    if creators is None or not needed <= set(frame.columns) or not needed <= set(creators.columns):
        return
    homes = creators.select("creator_id", pl.col("platform").alias("home")).drop_nulls()
    met = frame.select("creator_id", "platform").drop_nulls().join(homes, on="creator_id")
    own = met.group_by("creator_id", "platform").agg(
        (pl.col("home") == pl.col("platform")).any().alias("same"), pl.len().alias("n")
    )
    against = int(own.filter(~pl.col("same"))["n"].sum())
    counts.add(
        f"{name}: {{against}} of {{checked}} rows name another platform than their account is listed on",
        against,
        met.height,
    )


def _rates(counts: Counts, creators: pl.DataFrame) -> None:
    """Compare a reported engagement rate with the one that the account's own averages give."""
    parts = [part for part in ("avg_likes", "avg_comments") if part in creators.columns]
    if not parts or not {"engagement_rate", "followers"} <= set(creators.columns):
        return
    total = pl.col(parts[0]) if len(parts) == 1 else pl.sum_horizontal(parts)
    known = pl.when(pl.col(parts[0]).is_not_null()).then(total) if len(parts) > 1 else total
    rates = creators.select(stated=pl.col("engagement_rate"), own=known / pl.col("followers"))
    both = (pl.col("stated") > 0) & (pl.col("own") > 0) & pl.col("own").is_finite()
    near = (pl.col("stated") / pl.col("own")).is_between(1 / RATE_FACTOR, RATE_FACTOR)
    apart, checked = rates.select(apart=(both & ~near).sum(), checked=both.sum()).row(0)
    words = " + ".join(parts).replace("avg_", "")
    sentence = f"creators: the reported engagement rate is not ({words}) / followers in {{against}} of {{checked}} rows"
    counts.add(sentence, apart, checked)


@cache
def _tiers() -> dict[str, tuple[float, float]]:
    """Return label → the lowest floor and the highest ceiling that any published scheme gives it."""
    from analysis.reference import read_yaml, reference_dir

    spans: dict[str, tuple[float, float]] = {}
    for path in sorted((reference_dir() / "tiers").glob("*.yml")):
        floors = read_yaml(f"tiers/{path.name}").get("floors")
        if not isinstance(floors, dict):
            continue
        ordered = sorted((float(floor), str(label)) for label, floor in floors.items())
        for position, (floor, label) in enumerate(ordered):
            ceiling = ordered[position + 1][0] if position + 1 < len(ordered) else float("inf")
            low, high = spans.get(label, (floor, ceiling))
            spans[label] = (min(low, floor), max(high, ceiling))
    return spans


def tier_labels(label: str, followers: pl.Series, columns: pl.DataFrame) -> list[str]:
    """Return where a tier that a file states lies outside that tier in every published scheme.

    Parameters
    ----------
    label : str
        The file, for the sentence.
    followers : polars.Series
        Followers of each row.
    columns : polars.DataFrame
        The columns of the file that were not recognised, text, row for row.

    Examples
    --------
    >>> tier_labels("a.csv", pl.Series([5_000_000, 20_000]), pl.DataFrame({"tier": ["Micro-influencer", "micro"]}))
    ["a.csv: 'tier' contradicts the followers in 1 of 2 rows under every published scheme"]
    """
    counts = TierCounts(label)
    counts.add(followers, columns)
    return counts.said()


class TierCounts:
    """Tiers that a file states beside those its followers have, counted block by block."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._named: dict[str, int] = {}
        self._held: dict[str, int] = {}
        self._counts: dict[str, tuple[int, int]] = {}

    def add(self, followers: pl.Series, columns: pl.DataFrame) -> None:
        """Take in the next rows: their followers, and the columns that were not recognised."""
        spans = _tiers()
        words = re.compile(r"^\W*(" + "|".join(map(re.escape, spans)) + r")\b")
        for column in columns.columns:
            if columns[column].dtype != pl.String or not states_tier(column):
                continue
            named = columns[column].str.to_lowercase().str.extract(words.pattern, 1)
            known = named.is_not_null() & followers.is_not_null()
            self._named[column] = self._named.get(column, 0) + named.count()
            self._held[column] = self._held.get(column, 0) + columns[column].count()
            held, size = named.filter(known), followers.filter(known).cast(pl.Float64)
            low = held.replace_strict({name: span[0] for name, span in spans.items()}, return_dtype=pl.Float64)
            high = held.replace_strict({name: span[1] for name, span in spans.items()}, return_dtype=pl.Float64)
            before = self._counts.get(column, (0, 0))
            self._counts[column] = before[0] + int(((size < low) | (size >= high)).sum()), before[1] + len(held)

    def said(self) -> list[str]:
        """Return the columns that contradict the followers, one sentence each."""
        return [
            f"{self.label}: {column!r} contradicts the followers in {against:,} of {known:,} rows under every "
            "published scheme"
            for column, (against, known) in self._counts.items()
            if against and 2 * self._named[column] > self._held[column]
        ]


def states_tier(column: str) -> bool:
    """Return whether a column's name lets it state tiers.

    Examples
    --------
    >>> states_tier("Account type"), states_tier("Bio")
    (True, False)
    """
    return re.search(r"tier|size|type|segment|class|level|influencer", column.lower()) is not None
