"""The given tables, made ready once: canonical, keyed by account, and knowing how they meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from analysis.measures import keys
from analysis.measures.frames import Lazy, canonical, clean_texts
from analysis.measures.post_sums import post_tallies
from analysis.measures.sides import METRICS, NAMING
from analysis.measures.sources import deliverable_rows
from analysis.schema import TABLES

__all__ = ["Prepared", "prepared"]

#: What makes a metric known in a table: the column itself, or for engagements any of its parts.
_MADE_OF = {"engagements": ("engagements", "likes", "comments", "shares", "saves")}


@dataclass(frozen=True)
class Prepared:
    """Canonical lazy tables that carry ``_id`` and ``_platform``; creators carry ``account`` too.

    ``tallies`` are the posts summed by how they name their account, or None; ``whole`` names those of their sums that
    are of whole numbers alone.
    """

    tables: Mapping[str, Lazy]
    columns: Mapping[str, list[str]]
    key: str | None
    with_platform: bool
    tallies: Lazy | None = None
    whole: frozenset[str] = frozenset()

    @property
    def creators(self) -> Lazy | None:
        """Accounts, or None."""
        return self.tables.get("creators")

    @property
    def posts(self) -> Lazy | None:
        """Posts, or None."""
        return self.tables.get("posts")

    @property
    def placements(self) -> Lazy | None:
        """Deliverables, or None."""
        return self.tables.get("placements")

    @property
    def merges(self) -> bool:
        """Whether rows of creators with one key are one account.

        A list on its own has been cleared of repeats before it comes here, and two rows of it are two entries, even
        under one handle or name; an id, or a second table to meet, says that they are one account.
        """
        return self.key == "creator_id" or len(self.columns) > 1

    @property
    def shares_posts(self) -> bool:
        """Whether deliverables point at posts by ``post_id``."""
        pair = ("posts", "placements")
        return all(table in self.tables and "post_id" in self.columns[table] for table in pair)

    def metrics_of_deals(self) -> frozenset[str]:
        """Return the metrics that deliverables know themselves, or through the posts they point at."""
        if self.shares_posts:
            return frozenset(METRICS)
        own = set(self.columns.get("placements", ()))
        return frozenset(metric for metric in METRICS if own & set(_MADE_OF.get(metric, (metric,))))

    def locate(self, frame: Lazy) -> Lazy:
        """Add ``account`` to rows that carry ``_id`` and ``_platform``."""
        known = keys.directory(self.creators) if self.creators is not None else None
        return keys.located(frame, known, by_id=self.key == "creator_id", with_platform=self.with_platform)

    def deliverables(self) -> Lazy:
        """Return one row per deliverable with its account, which is missing where nobody is named."""
        assert self.placements is not None
        relationships = None
        if self.creators is not None and "relationship" in self.columns["creators"]:
            named = self.creators.filter(~nw.col("account").is_null())
            relationships = named.group_by("account").agg(nw.col("relationship").max().alias("_relationship"))
        linked = self.posts if self.shares_posts else None
        return deliverable_rows(self.placements, linked, relationships, self.locate)


def prepared(creators: Any, posts: Any, placements: Any, tallies: Any = None) -> Prepared:
    """Return the tables ready to be summed; see :class:`Prepared`.

    With ``tallies``, they stand for all posts, and ``posts`` are only those that deliverables point at.
    """
    given = {"creators": creators, "posts": posts, "placements": placements}
    tables = {name: canonical(frame, TABLES[name]) for name, frame in given.items() if frame is not None}
    columns = {name: list(frame.collect_schema().names()) for name, frame in tables.items()}
    tallied: Lazy | None = None
    whole: frozenset[str] = frozenset()
    if tallies is not None:
        tallied = nw.from_native(tallies).lazy()
        columns["posts"] = [*columns.get("posts", []), *tallied.collect_schema().names()]
    elif posts is not None:
        tallied, whole = post_tallies(canonical(posts, TABLES["posts"], texts=False))
        tallied = clean_texts(tallied, NAMING)
    naming = {name: names for name, names in columns.items() if keys.names_accounts(names)}
    key = keys.shared_key(naming.values())
    with_platform = "platform" in columns.get("creators", ()) or (
        "creators" not in naming and bool(naming) and all("platform" in names for names in naming.values())
    )
    ready = {name: keys.keyed(frame, key) for name, frame in tables.items()}
    if "creators" in ready:
        ready["creators"] = ready["creators"].with_columns(
            keys.account_text(with_platform=with_platform).alias("account")
        )
    return Prepared(ready, columns, key, with_platform, None if tallied is None else keys.keyed(tallied, key), whole)
