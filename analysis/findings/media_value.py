"""Earned media value: the same posts under each published price list.

An earned media value multiplies likes, comments or views by a price from somebody's list. The lists disagree several
times over, so the value is a range, it is set apart from every return, and it never bears the name ROI.
"""

from collections.abc import Iterator

import pandas as pd
import polars as pl

from analysis import formats
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study, platform_name
from analysis.findings.words import joined, not_testable, plural
from analysis.measures import value

__all__ = ["earned_media_value", "in_order", "worth_of_posts"]

#: Steps of one unit of money in which the worth of a post is summed.
_STEPS = 1e4

#: Row of the sums over platforms.
_ALL = "all platforms"


def earned_media_value(study: Study) -> Finding:
    """Give what the same posts are worth under each published convention: a range, never one number."""
    id, question = "earned-media-value", "What would this exposure have cost as media?"
    unit, count, priced = _worth(study)
    if priced.is_empty():
        return not_testable(
            study,
            id=id,
            question=question,
            count="0 published price lists fit these posts",
            reason="no published price list covers the platform and the counts in this data",
            needs="likes, comments, views or impressions of posts on Instagram or TikTok",
        )
    table = priced.to_pandas()
    groups = table.groupby("platform", sort=False)["worth"]
    low, high = float(groups.min().sum()), float(groups.max().sum())
    table = pd.concat(
        [
            table,
            pd.DataFrame(
                [
                    {
                        "platform": _ALL,
                        "list": name,
                        "posts": table.groupby("platform")["posts"].max().sum(),
                        "worth": worth,
                    }
                    for name, worth in (("lowest list of each", low), ("highest list of each", high))
                ]
            ),
        ],
        ignore_index=True,
    )
    factor = high / low if low > 0 else 1.0
    a, b = (f"${formats.short(amount)}" for amount in (low, high))
    span = f"{a} to {b}" if factor > 1 else a
    table["factor"] = factor
    lists = "published price lists" if factor > 1 else "1 published price list"
    return Finding(
        id=id,
        question=question,
        title=fitting(f"By {lists} these posts are worth {span} as media"),
        sentence=(
            f"Priced by {plural(table['list'].nunique() - 2, 'published list')}, the {unit} are worth between "
            f"{a} and {b} as bought "
            f"media, a factor of {formats.number(factor)} between lists that price the same likes and views"
            f" ({joined([str(name) for name in groups.groups])}). "
            "That is a price of exposure and not a return: no one paid it and no revenue is in it."
        )
        if factor > 1
        else (
            f"The one published list that fits prices the {unit} at {a} as bought media. "
            "That is a price of exposure and not a return: no one paid it and no revenue is in it."
        ),
        evidence="modelled",
        table=table,
        shown=(
            Shown("platform", "platform", "text"),
            Shown("list", "price list", "text"),
            Shown("posts", "creators" if unit.startswith("average") else unit, "count"),
            Shown("worth", "media value, US dollars", "short"),
            Shown("factor", "highest over lowest", "ratio"),
        ),
        n={"creators": _behind(study, unit), "posts": None if unit.startswith("average") else count},
        subtitle=study.subtitle("Earned media value in US dollars under each published price list", tiered=False),
        source=study.source("modelled"),
        caution=(
            "Never set this against cost as if it were revenue; lists change, and one vendor cut its own by "
            "a factor of 3.6 in a year."
        ),
        currency="USD",
    )


def _worth(study: Study) -> tuple[str, int, pl.DataFrame]:
    """Return what is priced, how many, and their worth: paid posts where counts are known, else all, else averages."""
    counted = {"likes", "views", "impressions"}
    if study.placements is not None and counted & set(study.placements.columns):
        return "paid posts", study.placements.height, _prices(study.placements)
    if counted & set(study.post_columns):
        return "posts", study.post_count, worth_of_posts(study)
    if study.creators is None:
        return "posts", 0, _prices(pl.DataFrame())
    averages = {f"avg_{part}": part for part in value.EMV_PARTS if f"avg_{part}" in study.creators.columns}
    return "average posts of each creator", study.creators.height, _prices(study.creators.rename(averages))


def _behind(study: Study, unit: str) -> int:
    """Return the accounts whose posts are priced: of paid posts those that were paid, where that is known."""
    paid = study.accounts["deliverables"].notna() if "deliverables" in study.accounts else None
    return int(paid.sum()) if unit == "paid posts" and paid is not None and paid.any() else len(study.accounts)


def worth_of_posts(study: Study) -> pl.DataFrame:
    """Return what all posts are worth, a row a platform and price list; made of single posts once."""
    return study.once("worth", lambda asked: _prices(pl.DataFrame() if asked.posts is None else asked.posts))


def _prices(posts: pl.DataFrame) -> pl.DataFrame:
    rows = [row for platform, group in _by_platform(posts) for row in _priced(platform, group)]
    return in_order(
        pl.DataFrame(rows, schema={"platform": pl.String, "list": pl.String, "posts": pl.Int64, "worth": pl.Float64})
    )


def in_order(priced: pl.DataFrame) -> pl.DataFrame:
    """Return the table by platform and price list."""
    return priced.sort(pl.col("platform").str.to_lowercase(), "list")


def _by_platform(posts: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    if "platform" not in posts.columns:
        return
    for name in sorted(posts["platform"].drop_nulls().unique()):
        yield name, posts.filter(pl.col("platform") == name)


def _priced(platform: str, posts: pl.DataFrame) -> Iterator[dict[str, object]]:
    parts = {part: posts[part] for part in value.EMV_PARTS if part in posts.columns and posts[part].count()}
    for name in value.emv_convention_names(platform):
        if set(value.emv_convention(name)["per_unit"]) & set(parts):
            worth = value.emv(convention=name, **parts)
            yield {
                "platform": platform_name(platform),
                "list": name.replace("-", " ").capitalize(),
                "posts": int(worth.count()),
                # in whole steps, so that neither the order of the rows nor summing them in parts moves a digit
                "worth": float((worth.cast(pl.Float64) * _STEPS).round().cast(pl.Int64).sum()) / _STEPS,
            }
