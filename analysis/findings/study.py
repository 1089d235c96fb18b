"""A study: one client's tables, measured once, with the scheme, the currency and the limits that every finding shares.

Notebooks open a study (:mod:`analysis.findings.opening`) and ask it questions; findings never read a file. What it
holds is decided once: which platform is looked at, in which currency, under which tier scheme, how many creators a
group needs before it may win, and how confident an interval has to be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from analysis import formats
from analysis.findings import posts as of_posts
from analysis.hostile import plain
from analysis.inference import SAME_WITHIN, equivalence_region
from analysis.intake import Tables
from analysis.measures import summary, tiers
from analysis.measures.tiers import Scheme

__all__ = [
    "UNKNOWN_TIER",
    "Study",
    "file_names",
    "platform_name",
    "retiered",
]

#: The row of creators whose follower count is missing.
UNKNOWN_TIER = tiers.UNKNOWN

#: How the networks write themselves; any other is shown as the data has it.
_PLATFORM_NAMES = {
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "x": "X",
    "twitter": "Twitter",
    "linkedin": "LinkedIn",
    "facebook": "Facebook",
    "twitch": "Twitch",
}

#: Platforms or files named one by one; above this they are counted.
_NAMED = 3


@dataclass(frozen=True)
class Study:
    """One client's data and how it is looked at.

    Attributes
    ----------
    tables : intake.Tables
        What the intake read, as it read it.
    creators, placements : polars.DataFrame or None
        The tables of this study: the chosen platform and currency only.
    read_posts : callable or None
        Reads the posts likewise; None where there are none. ``posts`` calls it when somebody asks for single posts.
    accounts : pandas.DataFrame
        One row per account with its measures (see :func:`analysis.measures.summary.accounts`), sorted by account.
    scheme : Scheme
        The tier scheme.
    currency : str or None
        The one currency of every amount; None when the data does not say.
    notes : tuple of str
        What was decided on opening, in sentences.
    params : dict
        The call, as literals.
    memory : dict
        Groups that were already computed, by measure.
    kept : dict
        What was already made of posts, by name: small tables, see :meth:`once`.
    few_posts : polars.DataFrame or None
        The posts that deliverables point at, where the others are known by their sums alone; see :attr:`pointed`.
    """

    tables: Tables
    creators: pl.DataFrame | None
    read_posts: Callable[[], pl.DataFrame | None] | None
    placements: pl.DataFrame | None
    accounts: pd.DataFrame = field(repr=False)
    scheme: Scheme
    currency: str | None
    notes: tuple[str, ...]
    params: dict[str, Any]
    memory: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    kept: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    few_posts: pl.DataFrame | None = field(default=None, repr=False, compare=False)

    @cached_property
    def posts(self) -> pl.DataFrame | None:
        """Single posts; they may be many, so what can be made of them :meth:`once` is better asked there."""
        return None if self.read_posts is None else self.read_posts()

    @cached_property
    def located(self) -> pl.DataFrame | None:
        """Single posts that know their account; None where nothing names one."""
        return None if self.posts is None else of_posts.posts_of_accounts(self.creators, self.posts, self.placements)

    @property
    def pointed(self) -> pl.DataFrame | None:
        """A table of posts in which are at least those that deliverables point at."""
        return self.posts if self.few_posts is None else self.few_posts

    @property
    def has_posts(self) -> bool:
        """Whether there is a table of posts."""
        return self.read_posts is not None

    def once(self, name: str, make: Callable[["Study"], pl.DataFrame]) -> pl.DataFrame:
        """Return the small table that ``make`` makes of the posts: made at most once, and not at all where kept."""
        if name not in self.kept:
            self.kept[name] = make(self)
        return self.kept[name]

    @property
    def post_columns(self) -> dict[str, int]:
        """Column of posts → rows in which it is known; under an empty name, all rows. Empty without posts."""
        return dict(self.once("columns", of_posts.columns_known).iter_rows()) if self.has_posts else {}

    @property
    def post_count(self) -> int:
        """Rows of posts."""
        return self.post_columns.get("", 0)

    @property
    def audit(self) -> dict[str, Any]:
        """What the intake read, understood and set aside."""
        return self.tables.audit

    @property
    def minimum(self) -> int:
        """Creators a group needs before it may be ranked."""
        return int(self.params["minimum"])

    @property
    def confidence(self) -> float:
        """Confidence of every interval."""
        return float(self.params["confidence"])

    @property
    def level(self) -> str:
        """The confidence in words: ``95%``."""
        return formats.percent(self.confidence)

    @property
    def region(self) -> tuple[float, float]:
        """Ratios that make no practical difference, stated before the data."""
        return equivalence_region(float(self.params.get("same_within", SAME_WITHIN)))

    @property
    def seed(self) -> int:
        """Seed of every random draw."""
        return int(self.params["seed"])

    @cached_property
    def order(self) -> list[str]:
        """Tiers from the smallest to the largest."""
        return list(tiers.tier_order(self.scheme))

    @cached_property
    def floors(self) -> dict[str, float]:
        """Tier → fewest followers, without the tier below the first floor."""
        return dict(self.scheme.floors)

    @cached_property
    def ranges(self) -> dict[str, str]:
        """Tier → its followers in words."""
        return dict(tiers.tier_ranges(self.scheme))

    @property
    def tier_words(self) -> str:
        """The scheme in words, for a subtitle."""
        return f"{self.scheme.name} tiers"

    @cached_property
    def platforms(self) -> list[str]:
        """Platforms of the accounts, most accounts first."""
        if "platform" not in self.accounts:
            return []
        counted = self.accounts["platform"].dropna().value_counts()
        return sorted(counted.index, key=lambda name: (-int(counted[name]), str(name)))

    @property
    def platform_words(self) -> str:
        """The platforms in words."""
        return _listed([platform_name(name) for name in self.platforms], "platforms") or "platform not stated"

    @cached_property
    def dates(self) -> tuple[Any, Any] | None:
        """First and last day of posts and placements, or None."""
        days: list[Any] = []
        if "published_at" in self.post_columns:
            days += [day for row in self.once("days", of_posts.days).iter_rows() for day in row if day is not None]
        if self.placements is not None and "date" in self.placements.columns:
            known = self.placements["date"].drop_nulls()
            days += [known.min(), known.max()] if len(known) else []
        return (min(days), max(days)) if days else None

    @property
    def period(self) -> str:
        """The period in words."""
        if self.dates is None:
            return "period not stated"
        first, last = (f"{day.day} {day:%b %Y}" for day in self.dates)
        return first if first == last else f"{first} to {last}"

    @cached_property
    def files(self) -> list[str]:
        """File names, without folders."""
        return [plain(Path(str(name)).name, 60) for name in file_names(self.audit)]

    @property
    def rows_read(self) -> int:
        """Rows of all files."""
        return int(self.audit.get("rows_read", 0))

    @property
    def rows_kept(self) -> int:
        """Rows used."""
        return int(self.audit.get("rows_kept", 0))

    def subtitle(self, measure: str, *, tiered: bool = True) -> str:
        """Return measure, platform, period and scheme as one line under a title."""
        parts = [measure, self.platform_words, self.period, self.tier_words if tiered else ""]
        return " · ".join(part for part in parts if part)

    def source(self, evidence: str = "measured", used: int | None = None, *, who: str = "") -> str:
        """Return the source line: files, rows used of rows read, creators used of all (or ``who``), evidence."""
        files = _listed(self.files, "files") or "the given tables"
        said = f"Source: {files}. {formats.count(self.rows_kept)} of {formats.count(self.rows_read)} rows used"
        if used is not None:
            whole = len(self.accounts)
            said += f"; {formats.count(used)} of {formats.count(whole)} creator{'' if whole == 1 else 's'}"
        if who:
            said += f"; {who}"
        return f"{said}. {evidence.capitalize()}."

    def n(self, accounts: pd.DataFrame, *, paid: bool = False) -> dict[str, int | None]:
        """Return creators and posts of ``accounts``, with ``paid`` only the posts paid for; None where unknown."""
        column = "deliverables" if paid else "posts"
        posts = accounts[column].dropna() if column in accounts else pd.Series(dtype=float)
        return {"creators": len(accounts), "posts": int(posts.sum()) if len(posts) else None}

    def closing(
        self,
        measure: str,
        accounts: pd.DataFrame | None = None,
        *,
        evidence: str = "measured",
        tiered: bool = True,
        paid: bool = False,
    ) -> dict[str, Any]:
        """Return what closes every finding: n, subtitle and source, for these accounts (all, unless given)."""
        used = self.accounts if accounts is None else accounts
        return {
            "n": self.n(used, paid=paid),
            "subtitle": self.subtitle(measure, tiered=tiered),
            "source": self.source(evidence, None if accounts is None else len(used)),
        }

    def measured(self, measure: str, accounts: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return the accounts whose ``measure`` has both sides and a denominator above zero."""
        accounts = self.accounts if accounts is None else accounts
        numerator, denominator = f"{measure}_num", f"{measure}_den"
        if numerator not in accounts or denominator not in accounts:
            return accounts.iloc[:0]
        return accounts[accounts[numerator].notna() & (accounts[denominator] > 0)]

    @cached_property
    def has_money(self) -> bool:
        """Whether money was paid or quoted for any account."""
        return any(name in self.accounts and self.accounts[name].notna().any() for name in ("cost", "fee"))

    @cached_property
    def rules(self) -> list[str]:
        """What was decided when the tables were brought to one row an account, in sentences."""
        if not self.has_posts:
            return list(summary.accounts_rules(self.creators, None, self.placements))
        return self.once("rules", of_posts.rules)["rule"].to_list()

    def schemes(self) -> Iterable[str]:
        """Return the names of every shipped scheme."""
        return tiers.scheme_names()


def retiered(accounts: pd.DataFrame, scheme: str | Scheme) -> tuple[pd.DataFrame, Scheme]:
    """Return the accounts under another scheme, and that scheme."""
    loaded = tiers.load_scheme(scheme, followers=accounts["followers"])
    followers = pl.from_pandas(accounts["followers"]).to_frame()  # a report asks some forty times, and polars is quick
    tier = tiers.with_tier(followers, loaded)["tier"].to_pandas().set_axis(accounts.index)
    return accounts.drop(columns="tier").assign(tier=tier, scheme=loaded.name), loaded


def platform_name(platform: str) -> str:
    """Return a platform as it writes itself.

    Examples
    --------
    >>> platform_name("tiktok"), platform_name("threads")
    ('TikTok', 'Threads')
    """
    return _PLATFORM_NAMES.get(platform, plain(platform, 30)[:1].upper() + plain(platform, 30)[1:])


def file_names(audit: Mapping[str, Any]) -> list[str]:
    """Return the files that an audit says were used, each once."""
    used = [entry for entry in audit.get("files", []) if not entry.get("refused")]
    return list(dict.fromkeys(str(entry["file"]) for entry in used if entry.get("file")))


def _listed(names: Sequence[str], noun: str) -> str:
    if not names:
        return ""
    if len(names) > _NAMED:
        return f"{len(names)} {noun}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
