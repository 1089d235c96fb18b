"""What a study looks at: one platform, one currency, of every table alike.

Amounts in two currencies are never added: money of rows in another currency is set to missing and said to be. A
platform that is misspelt is refused, not silently empty. A table that does not name its platform follows the accounts
that are left.
"""

from collections.abc import Callable, Mapping

import polars as pl

from analysis import formats, schema
from analysis.errors import CurrencyError, ParameterError, nearest

__all__ = ["of_platform", "one_currency", "only_platform"]


def only_platform(frames: dict[str, pl.DataFrame], platform: str | None) -> dict[str, pl.DataFrame]:
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


def one_currency(
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
