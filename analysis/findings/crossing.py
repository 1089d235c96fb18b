"""Sponsored posts against the same creators' own, over every tier.

Each creator is compared with themselves, so that who the creator is drops out.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl

from analysis import formats, inference, schema
from analysis.findings.compare import Contrast, decide, members, verdict
from analysis.findings.finding import Finding, Shown
from analysis.findings.posts import kinds
from analysis.findings.study import Study
from analysis.findings.words import (
    not_testable,
    plural,
    unclear,
)

__all__ = ["kinds_of_posts", "sponsored"]

#: The row of all tiers together.
ALL = "all tiers"


def sponsored(study: Study) -> Finding:
    """Compare sponsored posts with the same creators' own posts."""
    id, question = "sponsored-against-own", "Do sponsored posts engage less than the creator's own?"
    if kinds(study) < 2:
        return not_testable(
            study,
            id=id,
            question=question,
            count="0 posts in these files"
            if not study.has_posts
            else f"0 of {plural(study.post_count, 'post')} told apart as sponsored or not",
            reason="nothing here says which posts are sponsored and which are the creator's own",
            needs="posts marked as sponsored or not",
        )
    both = _both_kinds(study)
    table = pd.DataFrame([_matched(study, name, group) for name, group in _with_all(study, both)])
    table["flagged"] = table["measured"] < study.minimum
    whole = table.iloc[0]
    if whole["measured"] < study.minimum or np.isnan(whole["low"]):
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(whole['measured'], 'creator')} with both kinds of post",
            reason=(
                f"only {plural(whole['measured'], 'creator')} have both sponsored and own posts; "
                f"{study.minimum} are needed"
            ),
            needs="more creators with both kinds of post",
            accounts=both,
        )
    contrast = Contrast(
        "sponsored",
        "own",
        inference.median_interval(both["ratio"], confidence=study.confidence),
        len(both),
        len(both),
    )
    way = decide(contrast.interval, study.region)
    contrast = replace(contrast, clear=way in ("higher", "lower"), same=way == "same")
    found = verdict(contrast, "lower")
    value = formats.ratio(whole["ratio"])
    title = {
        "supported": f"Sponsored posts get {value} the engagements of the same creators' own posts",
        "contradicted": f"Sponsored posts get more: {value} the engagements of the creators' own posts",
    }.get(found if contrast.clear else "", f"Sponsored or not, {unclear(contrast)}: {value} the creators' own posts")
    limits = formats.interval(whole["low"], whole["high"])
    return Finding(
        id=id,
        question=question,
        title=title,
        sentence=(
            f"With a typical creator, the typical sponsored post gets {formats.number(whole['ratio'])} times the "
            f"engagements of the typical post of their own ({formats.percent(study.confidence)} "
            f"interval {limits}; "
            f"{plural(whole['measured'], 'creator')}). "
            + (
                "Plan a campaign on sponsored posts, not on the account's average."
                if found == "supported"
                else "Any difference is too small to matter."
                if contrast.same
                else "The two cannot be told apart in these posts."
                if found == "inconclusive"
                else "The account's average understates a sponsored post here."
            )
        ),
        verdict=found,
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators with both", "count"),
            Shown("posts_sponsored", "sponsored posts", "count"),
            Shown("posts_own", "own posts", "count"),
            Shown("ratio", "sponsored against own, median", "ratio"),
            Shown("low", f"{study.level} from", "ratio"),
            Shown("high", f"{study.level} to", "ratio"),
        ),
        n={"creators": len(both), "posts": int(both["posts_sponsored"].sum() + both["posts_own"].sum())},
        subtitle=study.subtitle("Engagements of a creator's typical (median) post, sponsored over own"),
        source=study.source("measured", len(both)),
        caution="Brands choose whom and what they sponsor, and a post that is not marked counts as the creator's own.",
        points=pd.DataFrame(
            {
                "measure": [f"{row['tier']}, n = {formats.count(row['measured'])}" for _, row in table.iterrows()],
                "estimate": table["ratio"].where(~table["flagged"]),
                "low": table["low"].where(~table["flagged"]),
                "high": table["high"].where(~table["flagged"]),
            }
        ).dropna(subset="estimate"),
        encoding={"a": "sponsored posts", "b": "own posts", "region": study.region},
    )


def _both_kinds(study: Study) -> pd.DataFrame:
    """Return the accounts with both kinds of post: the typical (median) post of each kind, and their ratio."""
    found = kinds_of_posts(study)
    if "account" not in found.columns:
        return pd.DataFrame(columns=["tier", "ratio", "posts_sponsored", "posts_own"])
    tiers = study.accounts[["account", "tier"]].dropna(subset="account").drop_duplicates("account")
    return found.to_pandas().merge(tiers, on="account", how="left")


def kinds_of_posts(study: Study) -> pl.DataFrame:
    """Return the typical post of each kind of each account that has both; made of single posts once."""
    return study.once("both-kinds", lambda asked: _medians(asked.located) if kinds(asked) > 1 else pl.DataFrame())


def _medians(posts: pl.DataFrame | None) -> pl.DataFrame:
    """Return an account's median post of each kind and their ratio; no column where nothing tells accounts apart.

    The typical post is compared because one viral post among thirty of the creator's own moves their mean and not
    their median.
    """
    if posts is None or not set(schema.ENGAGEMENT_PARTS) & set(posts.columns):
        return pl.DataFrame()
    known = posts.select("account", "sponsored", pl.col("_engaged").alias("got")).drop_nulls()
    kinds = known.group_by("account", "sponsored").agg(pl.col("got").median(), pl.len().alias("posts"))
    sides = [kinds.filter(pl.col("sponsored") == kind).drop("sponsored") for kind in (True, False)]
    both = sides[0].join(sides[1], on="account", suffix="_own").filter(pl.col("got_own") > 0).sort("account")
    return both.with_columns(ratio=pl.col("got") / pl.col("got_own")).rename({"posts": "posts_sponsored"})


def _with_all(study: Study, both: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(ALL, both), *((tier, members(both, tier)) for tier in study.order)]


def _matched(study: Study, name: str, group: pd.DataFrame) -> dict[str, object]:
    middle = inference.median_interval(group["ratio"], confidence=study.confidence)
    return {
        "tier": name,
        "measured": len(group),
        "posts_sponsored": group["posts_sponsored"].sum(),
        "posts_own": group["posts_own"].sum(),
        "ratio": middle.estimate,
        "low": middle.low,
        "high": middle.high,
    }
