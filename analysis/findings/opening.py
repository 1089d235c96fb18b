"""Opening a study: files are read, narrowed to what is asked for, and every account is measured, once.

Posts may stay where they lie: a folder that is cleaned already, a store or a database is summed there, and the study
holds the sums (:mod:`analysis.findings.summed`). Accounts are put in one order, so that shuffled rows give the same
numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from analysis import intake
from analysis.errors import ParameterError, UnusableDataError
from analysis.findings.measured import Measuring, measured_once
from analysis.findings.narrowed import of_platform, one_currency, only_platform
from analysis.findings.study import Study, file_names
from analysis.findings.summed import POINTED, TALLIES, Summed, summed_posts
from analysis.inference import SAME_WITHIN, equivalence_region
from analysis.intake import Tables
from analysis.measures import summary, tiers
from analysis.measures.tiers import Scheme

__all__ = ["open_study", "require_followers", "study_of"]


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
    seen = {"platform": platform, "currency": currency}
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
        summed=summed_posts(listed[0], opened, engine, seen=seen) if opened is not None and opened.has_posts else None,
        measuring=measured_once(listed[0], seen) if opened is not None and engine == "auto" else _measured,
    )


def _measured(scheme: Scheme, measure: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    return measure()


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
    measuring: Measuring = _measured,
) -> Study:
    """Measure every account of tables that were read already; the options are those of :func:`open_study`.

    With ``summed``, the tables are without posts, and these are known by their sums; with ``measuring``, accounts may
    have been measured before.
    """
    _check_limits(seed, confidence, minimum, same_within)
    given = dict(tables.present())
    frames, money, notes = one_currency(only_platform(_with_sums(given, summed), platform), currency)
    read_posts: Callable[[], pl.DataFrame | None] | None = (lambda: frames["posts"]) if "posts" in frames else None
    measured: dict[str, pl.DataFrame | None] = dict(frames)
    if summed is not None:
        measured["tallies"] = measured.pop("posts")
        measured["posts"] = measured.pop(POINTED)
        read_posts = lambda: _posts_of(given, summed, platform)  # noqa: E731
    loaded = tiers.load_scheme(scheme, followers=_followers(measured) if scheme == tiers.QUANTILE else None)

    def measure() -> pl.DataFrame:
        made: pl.DataFrame = summary.accounts(**measured, scheme=loaded)
        return made

    accounts = measuring(loaded, measure).to_pandas()
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
    used = ", ".join(file_names(tables.audit)) or "the data"
    raise UnusableDataError(
        f"{used}: no follower counts, so no creator has a tier. Add the file that lists the creators with their "
        "followers, or say which column holds them (`creator-roi check --write-map map.yml`, then --map map.yml)."
    )


def _check_limits(seed: int, confidence: float, minimum: int, same_within: float) -> None:
    equivalence_region(same_within)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"seed is a whole number of at least 0; got {seed!r}.")
    if not isinstance(confidence, int | float) or not 0.5 <= confidence < 1:
        raise ParameterError(f"confidence lies between 0.5 and 1, such as 0.95; got {confidence!r}.")
    if isinstance(minimum, bool) or not isinstance(minimum, int) or minimum < 2:
        raise ParameterError(f"minimum is a whole number of at least 2 creators; got {minimum!r}.")


def _followers(measured: Mapping[str, pl.DataFrame | None]) -> pd.Series:
    """Return the followers of those whom the tables list, once an account: a hundred posts are one of them."""
    creators = measured.get("creators")
    if creators is not None and _knows_followers(creators):
        return creators["followers"].to_pandas()
    given: dict[str, Any] = dict(measured)
    accounts: pl.DataFrame = summary.accounts(**given)
    return accounts["followers"].to_pandas()
