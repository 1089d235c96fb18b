"""A study: one client's tables, measured once, with the scheme, the currency and the limits that every finding shares.

Notebooks open a study and ask it questions; findings never read a file. What is decided here is decided once: which
platform is looked at, in which currency, under which tier scheme, how many creators a group needs before it may win,
and how confident an interval has to be. Accounts are put in one order, so that shuffled rows give the same numbers.

Traps settled here: amounts in two currencies are never added; a platform that is misspelt is refused, not silently
empty; money of rows in another currency is set to missing and said to be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from analysis import formats, intake, schema
from analysis.errors import CurrencyError, ParameterError, UnusableDataError, nearest
from analysis.findings import posts as of_posts
from analysis.findings.summed import POINTED, TALLIES, Summed, summed_posts
from analysis.hostile import plain
from analysis.inference import SAME_WITHIN, equivalence_region
from analysis.intake import Tables
from analysis.measures import summary, tiers
from analysis.measures.tiers import Scheme

__all__ = [
    "UNKNOWN_TIER",
    "Study",
    "of_platform",
    "open_study",
    "platform_name",
    "require_followers",
    "retiered",
    "study_of",
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
        return [plain(Path(str(name)).name, 60) for name in _file_names(self.audit)]

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


def open_study(
    paths: str | Path | Sequence[str | Path],
    *,
    scheme: str | Path | Mapping[str, Any] | Scheme = "article",
    platform: str | None = None,
    currency: str | None = None,
    client: str = "",
    seed: int = 2020,
    confidence: float = 0.95,
    minimum: int = 20,
    same_within: float = SAME_WITHIN,
    mapping: Any = None,
    engine: str = "auto",
) -> Study:
    """Read files or folders (or a folder already cleaned) and measure every account: paths in, Study out.

    Parameters
    ----------
    paths
        Files or folders; a folder written by ``creator-roi clean`` is read as it is, with its audit.
    scheme
        A shipped tier scheme by name, a YAML file, or a mapping of tier to floor.
    platform, currency
        Look at this platform, or at amounts in this currency, only; None or empty for all.
    client
        Whose data it is, for titles; never used in a number.
    seed, confidence, minimum
        Seed of every draw, confidence of every interval, fewest creators of a group that may be ranked.
    same_within
        Ratios this close to 1 make no practical difference: 0.1 is from 0.9 to 1.11.
    mapping
        Column decisions for the intake (see ``creator-roi check --write-map``).
    engine
        What sums the posts of tables that are cleaned already: ``polars`` (``auto``), ``duckdb``, ``spark`` or a Spark
        master. Named, it also takes canonical Parquet as it is.

    Raises
    ------
    ParameterError
        If a platform is not in the data or a limit is out of its range.
    CurrencyError
        If no amount is in the currency asked for.
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    _check_limits(seed, confidence, minimum, same_within)
    opened = intake.open_canonical(listed[0], plain=engine != "auto") if len(listed) == 1 else None
    if opened is None and len(listed) == 1 and engine != "auto":
        opened = intake.open_database(listed[0], engine)
    if opened is None and engine != "auto":
        raise ParameterError(
            f"--engine {engine} sums posts that are cleaned already: name one cleaned folder, store, Parquet file or "
            "database table. "
            "Make one with `creator-roi clean` or `creator-roi ingest`."
        )
    tables = intake.read(listed, mapping=mapping) if opened is None else opened.tables
    return study_of(
        tables,
        scheme=scheme,
        platform=platform,
        currency=currency,
        client=client,
        seed=seed,
        confidence=confidence,
        minimum=minimum,
        same_within=same_within,
        summed=summed_posts(listed[0], opened, engine, seen={"platform": platform, "currency": currency})
        if opened is not None and opened.has_posts
        else None,
    )


def study_of(
    tables: Tables,
    *,
    scheme: str | Path | Mapping[str, Any] | Scheme = "article",
    platform: str | None = None,
    currency: str | None = None,
    client: str = "",
    seed: int = 2020,
    confidence: float = 0.95,
    minimum: int = 20,
    same_within: float = SAME_WITHIN,
    summed: Summed | None = None,
) -> Study:
    """Measure every account of tables that were read already; the options are those of :func:`open_study`.

    With ``summed``, the tables are without posts, and these are known by their sums.
    """
    _check_limits(seed, confidence, minimum, same_within)
    given = dict(tables.present())
    frames, money, notes = _one_currency(_only_platform(_with_sums(given, summed), platform), currency)
    read_posts: Callable[[], pl.DataFrame | None] | None = (lambda: frames["posts"]) if "posts" in frames else None
    measured: dict[str, pl.DataFrame | None] = dict(frames)
    sized: Mapping[str, pl.DataFrame | None] = frames
    if summed is not None:
        measured["tallies"] = measured.pop("posts")
        measured["posts"] = measured.pop(POINTED)
        read_posts = lambda: _posts_of(given, summed, platform)  # noqa: E731
        if scheme == tiers.QUANTILE and not _knows_followers(frames.get("creators")):
            sized = {**frames, "posts": read_posts()}
    loaded = tiers.load_scheme(scheme, followers=_all_followers(sized))
    accounts = summary.accounts(**measured, scheme=loaded).to_pandas()
    return Study(
        tables=tables,
        creators=frames.get("creators"),
        read_posts=read_posts,
        placements=frames.get("placements"),
        kept={} if summed is None else {**summed.kept, TALLIES: frames["posts"]},
        few_posts=frames.get(POINTED),
        accounts=accounts.sort_values("account", kind="stable", ignore_index=True),
        scheme=loaded,
        currency=money,
        notes=tuple(notes),
        params={
            "scheme": loaded.name,
            "platform": platform or None,
            "currency": currency or None,
            "client": client,
            "seed": seed,
            "confidence": confidence,
            "minimum": minimum,
            "same_within": same_within,
        },
    )


def _with_sums(given: Mapping[str, pl.DataFrame], summed: Summed | None) -> dict[str, pl.DataFrame]:
    """Return the tables in their order, with the sums in the place of the posts."""
    if summed is None:
        return dict(given)
    sums = {"posts": summed.tallies, POINTED: summed.pointed}
    frames: dict[str, pl.DataFrame] = {**{name: given[name] for name in ("creators",) if name in given}, **sums}
    return {**frames, **given}


def _posts_of(given: Mapping[str, pl.DataFrame], summed: Summed, platform: str | None) -> pl.DataFrame:
    posts = summed.load()
    assert posts is not None
    return of_platform(given, platform)(posts)


def _knows_followers(frame: pl.DataFrame | None) -> bool:
    return frame is not None and "followers" in frame.columns and bool(frame["followers"].count())


def require_followers(tables: Tables, known: int = 0) -> None:
    """Refuse data in which nobody's size is known: without it there are no tiers, and nothing to compare.

    ``known`` is of how many posts that are not in the tables the followers are known.

    Raises
    ------
    UnusableDataError
        Naming the files, and what would help.
    """
    if known or any(_knows_followers(frame) for frame in (tables.creators, tables.posts, tables.placements)):
        return
    used = ", ".join(_file_names(tables.audit)) or "the data"
    raise UnusableDataError(
        f"{used}: no follower counts, so no creator has a tier. Add the file that lists the creators with their "
        "followers, or say which column holds them (`creator-roi check --write-map map.yml`, then --map map.yml)."
    )


def retiered(accounts: pd.DataFrame, scheme: str | Scheme) -> tuple[pd.DataFrame, Scheme]:
    """Return the accounts under another scheme, and that scheme."""
    loaded = tiers.load_scheme(scheme, followers=accounts["followers"])
    return tiers.with_tier(accounts.drop(columns="tier"), loaded).assign(scheme=loaded.name), loaded


def platform_name(platform: str) -> str:
    """Return a platform as it writes itself.

    Examples
    --------
    >>> platform_name("tiktok"), platform_name("threads")
    ('TikTok', 'Threads')
    """
    return _PLATFORM_NAMES.get(platform, plain(platform, 30)[:1].upper() + plain(platform, 30)[1:])


def _check_limits(seed: int, confidence: float, minimum: int, same_within: float) -> None:
    equivalence_region(same_within)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"seed is a whole number of at least 0; got {seed!r}.")
    if not isinstance(confidence, int | float) or not 0.5 <= confidence < 1:
        raise ParameterError(f"confidence lies between 0.5 and 1, such as 0.95; got {confidence!r}.")
    if isinstance(minimum, bool) or not isinstance(minimum, int) or minimum < 2:
        raise ParameterError(f"minimum is a whole number of at least 2 creators; got {minimum!r}.")


def _file_names(audit: Mapping[str, Any]) -> list[str]:
    used = [entry for entry in audit.get("files", []) if not entry.get("refused")]
    return list(dict.fromkeys(str(entry["file"]) for entry in used if entry.get("file")))


def _listed(names: Sequence[str], noun: str) -> str:
    if not names:
        return ""
    if len(names) > _NAMED:
        return f"{len(names)} {noun}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _all_followers(frames: Mapping[str, pl.DataFrame | None]) -> pd.Series:
    for frame in frames.values():
        if frame is not None and _knows_followers(frame):
            return frame["followers"].to_pandas()
    return pd.Series(dtype="float64")


def _only_platform(frames: dict[str, pl.DataFrame], platform: str | None) -> dict[str, pl.DataFrame]:
    """Keep one platform; a table that does not name its platform follows the accounts that are left."""
    if not platform:
        return frames
    wanted = platform.strip().lower()
    named = {name: frame for name, frame in frames.items() if "platform" in frame.columns}
    known = sorted({value for frame in named.values() for value in frame["platform"].drop_nulls().unique()})
    if wanted not in known:
        present = ", ".join(known) or "no platform column"
        raise ParameterError(f"no row is on {platform!r}{nearest(wanted, known)}; the data has {present}.")
    kept = {name: frame.filter(pl.col("platform") == wanted) for name, frame in named.items()}
    for name, frame in frames.items():
        if name not in kept:
            kept[name] = _of_accounts(frame, kept)
    return {name: kept[name] for name in frames}


def of_platform(frames: Mapping[str, pl.DataFrame], platform: str | None) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what keeps the posts of one platform, of some of them; ``frames`` are the other tables."""
    wanted = (platform or "").strip().lower()
    named = {
        name: table.filter(pl.col("platform") == wanted)
        for name, table in frames.items()
        if "platform" in table.columns
    }

    def kept(posts: pl.DataFrame) -> pl.DataFrame:
        if not wanted:
            return posts
        return posts.filter(pl.col("platform") == wanted) if "platform" in posts.columns else _of_accounts(posts, named)

    return kept


def _of_accounts(frame: pl.DataFrame, kept: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    for key in ("creator_id", "handle", "post_id"):
        if key in frame.columns:
            for other in kept.values():
                if key in other.columns:
                    return frame.join(other.select(key).drop_nulls().unique(), on=key, how="semi")
    return frame


def _one_currency(
    frames: dict[str, pl.DataFrame], wanted: str | None
) -> tuple[dict[str, pl.DataFrame], str | None, list[str]]:
    """Leave amounts of one currency only: the one asked for, else the only one there is, else none."""
    wanted = (wanted or "").strip().upper() or None
    found = _currencies(frames)
    if wanted and found and wanted not in found:
        raise CurrencyError(
            f"no amount is in {wanted}; the data has {', '.join(found)}. Nothing is converted: choose one of these."
        )
    if len(found) < 2:
        return frames, wanted or next(iter(found), None), []
    counts = ", ".join(f"{name} ({formats.count(rows)} rows)" for name, rows in found.items())
    if wanted is None:
        notes = [f"Amounts are in several currencies: {counts}. None is used, since nothing is converted; choose one."]
        return {name: _without_money(frame, None) for name, frame in frames.items()}, None, notes
    notes = [f"Amounts are in several currencies: {counts}. Only those in {wanted} are used; nothing is converted."]
    return {name: _without_money(frame, wanted) for name, frame in frames.items()}, wanted, notes


def _money_columns(frame: pl.DataFrame) -> list[str]:
    kinds = {column.name for table in schema.TABLES.values() for column in table.columns if column.kind == "money"}
    return [name for name in frame.columns if name in kinds]


def _currencies(frames: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for frame in frames.values():
        if "currency" in frame.columns and _money_columns(frame):
            paid = frame.filter(pl.any_horizontal(pl.col(_money_columns(frame)).is_not_null()))
            for name, rows in paid["currency"].drop_nulls().str.to_uppercase().value_counts().iter_rows():
                counts[name] = counts.get(name, 0) + rows
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _without_money(frame: pl.DataFrame, keep: str | None) -> pl.DataFrame:
    """Return the frame with amounts missing, except in rows of the currency ``keep``."""
    columns = _money_columns(frame)
    if not columns or "currency" not in frame.columns:
        return frame
    mine = pl.col("currency").str.to_uppercase() == keep if keep else pl.lit(False)
    amounts = [pl.when(mine).then(pl.col(name)).otherwise(None).alias(name) for name in columns]
    return frame.with_columns(amounts).drop("currency")
