"""What recognition found in a table: which concepts its columns have, whose they are, and which tell rows apart.

Nothing is decided here. What a row is follows from these facts (:mod:`analysis.intake.grain`), or that it is nothing
of ours (:mod:`analysis.intake.refusals`).
"""

from dataclasses import dataclass, field

__all__ = ["ACCOUNT", "AVERAGES", "METRICS", "OF_A_POST", "SLICES", "TELLING", "WHO", "Facts"]

METRICS = ("likes", "comments", "shares", "saves", "views", "reach", "impressions", "engagements")
AVERAGES = ("avg_likes", "avg_comments", "avg_shares", "avg_views", "avg_reach", "engagement_parts")
WHO = ("creator_id", "handle", "name")
ACCOUNT = ("followers", "following", "post_count", "engagement_rate", "fee", *AVERAGES)
#: Concepts that only a post has, besides its identifier and moment.
OF_A_POST = ("title", "caption", "hashtags", "media_type", "sponsored", "post_itself", "duration")
#: Concepts whose uniqueness matters: they may tell rows apart.
TELLING = frozenset(
    {*WHO, "id", "post_id", "campaign_id", "date", "other_date", "hashtags", "media_type", "tier_label"}
)
SLICES = ("geography", "dimension", "place", "country", "audience", "platform")


@dataclass(frozen=True)
class Facts:
    """What recognition found: concepts of the columns, uniqueness by concept, and rows.

    Attributes
    ----------
    concepts : frozenset of str
        Concepts of all columns (canonical and lookalikes), read from headers and confirmed by values.
    own : frozenset of str
        Those of columns that speak of the row itself, not of a parent (``author.followers`` speaks of the parent).
    unique : mapping of str to float
        Distinct share of each concept's column (the highest when several).
    rows : int
        Rows of the table.
    sure_creator : bool
        Whether a header says creator, influencer or the like beside id or name (and not merely "name").
    """

    concepts: frozenset[str]
    own: frozenset[str]
    unique: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    sure_creator: bool = False

    def has(self, *names: str) -> bool:
        """Whether any of the concepts is there."""
        return any(name in self.concepts for name in names)

    def count(self, *names: str) -> int:
        """How many of the concepts are there."""
        return sum(name in self.concepts for name in names)

    def tells_apart(self, *names: str, share: float = 0.9) -> bool:
        """Whether one of the concepts is (nearly) different in every row."""
        return any(self.unique.get(name, 0.0) >= share for name in names if name in self.concepts)
