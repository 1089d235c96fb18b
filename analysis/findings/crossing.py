"""Paid against their own posts, and ambassadors against paid creators: comparisons that cross every tier.

Sponsored posts are compared with the same creator's own posts, so that who the creator is drops out. Ambassador is a
relationship and not a size: ambassadors are compared with paid creators tier by tier, never all in one, because the
two groups hardly ever have the same sizes.
"""

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import polars as pl

from analysis import formats, inference, schema
from analysis.findings.compare import Contrast, by_tier, decide, holm, members, verdict
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import PER, RATE, capital, corrected, difference, joined, not_testable, plural, unclear
from analysis.measures import engagement, summary

__all__ = ["ambassador_cost", "ambassadors", "sponsored"]

#: The row of all tiers together.
ALL = "all tiers"


def sponsored(study: Study) -> Finding:
    """Compare sponsored posts with the same creators' own posts."""
    id, question = "sponsored-against-own", "Do sponsored posts engage less than the creator's own?"
    posts = study.posts
    if posts is None or "sponsored" not in posts.columns or posts["sponsored"].n_unique() < 2:
        return not_testable(
            study,
            id=id,
            question=question,
            count="0 posts in these files"
            if posts is None
            else f"0 of {plural(posts.height, 'post')} told apart as sponsored or not",
            reason="nothing here says which posts are sponsored and which are the creator's own",
            needs="posts marked as sponsored or not",
        )
    both = _both_kinds(study, posts)
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
            f"engagements of the typical post of their own ({formats.number(study.confidence * 100)}% "
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
            Shown("low", "95% from", "ratio"),
            Shown("high", "95% to", "ratio"),
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


def _both_kinds(study: Study, posts: pl.DataFrame) -> pd.DataFrame:
    """Return the accounts with both kinds of post: the typical (median) post of each kind, and their ratio.

    The typical post is compared because one viral post among thirty of the creator's own moves their mean and not
    their median.
    """
    parts = [part for part in schema.ENGAGEMENT_PARTS if part in posts.columns]
    key = next((name for name in ("creator_id", "handle") if name in posts.columns), None)
    keys = [name for name in (key, "platform") if name and name in posts.columns]
    if not parts or key is None:
        return pd.DataFrame(columns=["tier", "ratio", "posts_sponsored", "posts_own"])
    known = posts.with_columns(
        engagement.engagements(*(posts[part] if part in parts else None for part in schema.ENGAGEMENT_PARTS)).alias(
            "got"
        )
    )
    known = known.drop_nulls([*keys, "sponsored", "got"])
    kinds = known.group_by([*keys, "sponsored"]).agg(pl.col("got").median(), pl.len().alias("posts"))
    sides = [kinds.filter(pl.col("sponsored") == kind).drop("sponsored") for kind in (True, False)]
    both = sides[0].join(sides[1], on=keys, suffix="_own").filter(pl.col("got_own") > 0).sort(keys)
    both = both.with_columns(ratio=pl.col("got") / pl.col("got_own")).rename({"posts": "posts_sponsored"})
    return both.to_pandas().merge(study.accounts[[*keys, "tier"]].drop_duplicates(keys), on=keys, how="left")


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


def ambassadors(study: Study) -> Finding:
    """Compare ambassadors' engagement rate with paid creators of the same size."""
    names = denominators(study)
    name = names[0] if names else "followers"
    accounts, of = _on_deliverables(study, DENOMINATORS[name])
    return _against_paid(
        study,
        accounts,
        DENOMINATORS[name],
        id="ambassadors-engagement",
        question="Do ambassadors engage more than paid creators of the same size?",
        claimed="higher",
        what=f"{RATE[name]} of a typical creator{of}",
        verb=f"engage more {PER[name]}",
        kind="percent",
    )


def _on_deliverables(study: Study, measure: str) -> tuple[pd.DataFrame, str]:
    """Return accounts measured on the brand's own deliverables where these know the rate, else on everything."""
    if study.placements is None:
        return study.accounts, ""
    frames = {"placements": study.placements}
    if study.creators is not None:
        spoken = [name for name in study.creators.columns if name.startswith("avg_") or name == "engagement_rate"]
        frames["creators"] = study.creators.drop(spoken)
    deals = summary.accounts(**frames, scheme=study.scheme).to_pandas()
    if len(study.measured(measure, deals)) < 2 * study.minimum:
        return study.accounts, ""
    return deals.sort_values("account", kind="stable", ignore_index=True), ", on posts for the brand"


def ambassador_cost(study: Study) -> Finding:
    """Compare the cost of an engagement with ambassadors and with paid creators of the same size."""
    return _against_paid(
        study,
        study.accounts,
        "cost_per_engagement",
        id="ambassadors-cost",
        question="Is an engagement cheaper with ambassadors than with paid creators of the same size?",
        claimed="lower",
        what="cost of an engagement with a typical creator",
        verb="cost less per engagement",
        kind="money",
        extra=" An ambassador's cost is the product and its handling where no fee is paid.",
    )


def _against_paid(
    study: Study,
    accounts: pd.DataFrame,
    measure: str,
    *,
    id: str,
    question: str,
    claimed: Literal["higher", "lower"],
    what: str,
    verb: str,
    kind: Literal["percent", "money"],
    extra: str = "",
) -> Finding:
    known = accounts["relationship"].notna().any() if "relationship" in accounts else False
    groups = {
        name: accounts[accounts["relationship"] == name] if known else accounts.iloc[:0]
        for name in ("ambassador", "paid")
    }
    tables = {name: by_tier(study, measure, accounts=group) for name, group in groups.items()}
    rows, asked, places = [], [], []
    for place, tier in enumerate(study.order):
        a, b = (tables[name].set_index("tier").loc[tier] for name in ("ambassador", "paid"))
        rows.append(
            {
                "tier": tier,
                "creators_ambassador": a["measured"],
                "creators_paid": b["measured"],
                "ambassador": a["median"],
                "paid": b["median"],
            }
        )
        if min(a["measured"], b["measured"]) >= study.minimum:
            places.append(place)
            asked.append(_within(study, measure, members(groups["ambassador"], tier), members(groups["paid"], tier)))
    table = pd.DataFrame(rows)
    used = study.measured(
        measure, accounts[accounts["relationship"].isin(["ambassador", "paid"])] if known else accounts.iloc[:0]
    )
    if not asked:
        found = {name: int(tables[name]["measured"].sum()) for name in tables}
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(found['ambassador'], 'ambassador')} and {plural(found['paid'], 'paid creator')} measured",
            reason=(
                f"no tier has {study.minimum} ambassadors and {study.minimum} paid creators with a known "
                f"{'cost per engagement' if kind == 'money' else 'engagement rate'}"
                if known
                else "nothing here says which creators are ambassadors and which are paid"
            ),
            needs="the relationship of each creator (paid, ambassador or gifted), for more creators of one size",
            accounts=used,
        )
    made = holm(asked, study.confidence, study.region)
    by_place = dict(zip(places, made, strict=True))
    nothing = float("nan")
    table["ratio"], table["low"], table["high"] = (
        [getattr(by_place[p].interval, part) if p in by_place else nothing for p in range(len(table))]
        for part in ("estimate", "low", "high")
    )
    table["difference"] = [difference(by_place.get(p)) for p in range(len(table))]
    table["direction"] = [by_place[p].direction if p in by_place else "none" for p in range(len(table))]
    wins = [study.order[p] for p in places if by_place[p].direction == claimed]
    losses = [study.order[p] for p in places if by_place[p].direction not in (claimed, "none", "same")]
    alike = [study.order[p] for p in places if by_place[p].same]
    verdicts = {verdict(c, claimed) for c in made}
    found_verdict = verdicts.pop() if len(verdicts) == 1 else "inconclusive"
    strongest = by_place[max(places, key=lambda p: by_place[p].n_first)]
    tier = study.order[max(places, key=lambda p: by_place[p].n_first)]
    said = [
        f"in {study.order[p]}, {formats.show(table.loc[p, 'ambassador'], kind, study.currency)} against "
        f"{formats.show(table.loc[p, 'paid'], kind, study.currency)} "
        f"({by_place[p].words.replace(' (', ', ').rstrip(')')})"
        for p in places
    ]
    outcome = (f"Ambassadors {verb} in {joined(wins)}." if wins else f"In no tier do ambassadors clearly {verb}.") + (
        f" In {joined(losses)} it is the other way round." if losses else ""
    )
    outcome += f" In {joined(alike)} any difference is too small to matter." if alike else ""
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"Ambassadors {verb} in {len(wins)} of {plural(len(places), 'tier')} that can be tested",
            f"Ambassadors against paid: {strongest.words.split(' (')[0]} in {tier}",
        ),
        sentence=f"{capital(what)}, ambassadors against paid creators: {'; '.join(said)}. {outcome}{extra}",
        verdict=found_verdict,
        table=table.assign(wins=len(wins), tested=len(places)),
        shown=(
            Shown("tier", "tier", "text"),
            Shown("creators_ambassador", "ambassadors", "count"),
            Shown("creators_paid", "paid creators", "count"),
            Shown("ambassador", "ambassadors, median", kind),
            Shown("paid", "paid, median", kind),
            Shown("ratio", "ambassadors against paid", "ratio"),
            Shown("low", "95% from", "ratio"),
            Shown("high", "95% to", "ratio"),
            Shown("difference", "difference", "text"),
            Shown("wins", "tiers where it holds", "count"),
            Shown("tested", "tiers tested", "count"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"{capital(what)}, ambassadors over paid creators"),
        source=study.source("measured", len(used)),
        caution=" ".join(
            filter(
                None,
                [
                    "Brands choose their ambassadors, so the two groups differ in more than the contract.",
                    corrected(made[0]),
                ],
            )
        ),
        currency=study.currency,
        points=table.assign(measure=table["tier"], estimate=table["ratio"])
        .dropna(subset="ratio")
        .rename(columns={"creators_ambassador": "n_a", "creators_paid": "n_b"}),
        encoding={"a": "ambassadors", "b": "paid creators", "minimum": study.minimum, "region": study.region},
    )


def _within(study: Study, measure: str, ours: pd.DataFrame, theirs: pd.DataFrame):  # type: ignore[no-untyped-def]
    own = [
        (group[f"{measure}_num"] / group[f"{measure}_den"]).to_numpy(float)
        for group in (study.measured(measure, ours), study.measured(measure, theirs))
    ]

    def at(confidence: float) -> Contrast:
        found = inference.median_contrast(own[0], own[1], confidence=confidence, seed=study.seed)
        return Contrast("ambassador", "paid", found, len(own[0]), len(own[1]))

    return at
