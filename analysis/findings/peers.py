"""Who does better than peers of the same size, once luck is taken out.

A ranking by rate puts small accounts first because they are small, and short histories first because they are short. So
each creator is set against what creators of the same followers and platform get, and the creator's own multiple of
that is drawn towards 1 by as much as few posts deserve. What is left has an interval and a probability of being better
than peers; nobody chooses weights. It describes posts that were made and does not promise the next one.
"""

import numpy as np
import pandas as pd
import polars as pl

from analysis import formats, inference
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study, platform_name
from analysis.findings.words import joined, not_testable, plural, shown_name

__all__ = ["above_peers", "levels_of_posts"]

#: Creators that the page and the chart name; the table holds all of them.
NAMED = 10

#: No chance is shown nearer to certainty than this: the model is not known that well.
SUREST = 0.999


def above_peers(study: Study) -> Finding:
    """Name the creators that do better than peers of the same followers and platform, thin histories shrunken."""
    id, question = "above-peers", "Who does better than creators of the same size?"
    levels = levels_of_posts(study)
    known = levels.height
    scores = _scores(study, levels) if known else None
    few = 0 < known < study.minimum
    if scores is None or scores.note or few:
        why = "no post here has engagements and followers of a named account"
        if few:
            why = f"{plural(known, 'creator')} with posts, engagements and followers; {study.minimum} are needed"
        elif scores is not None and known:
            why = scores.note.rstrip(".")
        used = study.accounts[study.accounts["account"].isin(set(levels["account"]))]
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(known, 'creator')} with posts to compare",
            reason=why,
            needs="more posts of each creator"
            if known >= study.minimum
            else f"several posts of each of at least {study.minimum} creators, with engagements and followers,",
            accounts=used,
        )
    table = _table(study, scores)
    sure = table["low"] > 1
    above, below = int(sure.sum()), int((table["high"] < 1).sum())
    total = len(table)
    first = table.iloc[0]
    level = formats.percent(study.confidence)
    thin = table[(table["own"] > table["own"].quantile(0.9)) & ~sure]
    short = (
        f" Of the tenth with the highest raw figures, {plural(len(thin), 'creator')} cannot be told from their peers: "
        "too few posts, or too uneven."
        if len(thin)
        else ""
    )
    do = "does" if above == 1 else "do"
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"{formats.count(above)} of {formats.count(total)} creators clearly {do} better than peers of the same size"
            if above
            else f"None of {formats.count(total)} creators is clearly better than peers of the same size"
        ),
        sentence=(
            f"Against creators of the same followers and platform, {first['name']} ({first['tier']}) stands first: "
            f"{formats.number(first['multiple'])} times the engagements a post after allowing for luck ({level} "
            f"interval {formats.interval(first['low'], first['high'])}; {plural(first['posts'], 'post')}; "
            f"{formats.number(first['own'])} times as counted). {formats.count(above)} of {plural(total, 'creator')} "
            f"{'is' if above == 1 else 'are'} clearly above 1 and {formats.count(below)} clearly below "
            f"(each by its own interval).{short}"
        ),
        table=table,
        shown=(
            Shown("name", "creator", "text"),
            Shown("platform_name", "platform", "text"),
            Shown("tier", "tier", "text"),
            Shown("followers", "followers", "short"),
            Shown("posts", "posts", "count"),
            Shown("expected", "engagements a post, usual at this size", "short"),
            Shown("own", "times that, as counted", "ratio"),
            Shown("multiple", "times that, luck taken out", "ratio"),
            Shown("low", f"{level} from", "ratio"),
            Shown("high", f"{level} to", "ratio"),
            Shown("better", "chance of being better than peers, at most 99.9%", "percent"),
            Shown("weight", "own record believed", "percent"),
        ),
        n={"creators": total, "posts": int(table["posts"].sum())},
        subtitle=study.subtitle("Engagements a post over what is usual at the same followers and platform"),
        source=study.source("modelled", total),
        evidence="modelled",
        caution=(
            "The past posts of these creators, all kinds together; a niche that engages more counts as the creator's "
            "own doing, and the next campaign is another post."
        ),
        action=_action(table, above),
        points=table.head(NAMED).assign(label=lambda part: part["name"] + ", " + part["posts"].map(_posts_text)),
        encoding={
            "label": "label",
            "value": "multiple",
            "a": "this creator",
            "b": "peers",
            "region": study.region,
        },
        page=NAMED,
    )


def _posts_text(count: float) -> str:
    return plural(count, "post")


def _action(table: pd.DataFrame, above: int) -> str:
    if not above:
        return ""
    named = joined([str(name) for name in table.head(min(3, above))["name"]])
    return f"When sizes cost the same, shortlist those furthest above their peers, first {named}, after a look at fit."


def levels_of_posts(study: Study) -> pl.DataFrame:
    """Return what scores need of posts, a row an account, in order; no row without posts; made of single posts once."""
    if not set(study.post_columns) & {"creator_id", "handle", "name"}:
        return _NO_LEVELS
    return study.once("levels", _levels)


_NO_LEVELS = pl.DataFrame(
    schema={"account": pl.String, "posts": pl.Int64, "mean": pl.Float64, "size": pl.Float64, "squares": pl.Float64}
)


def _levels(study: Study) -> pl.DataFrame:
    """Sum the logarithms of engagements and followers; posts in one order, so that shuffled rows give the same sums."""
    located = study.located
    if located is None or located.is_empty():
        return _NO_LEVELS
    own = study.accounts.dropna(subset="account").drop_duplicates("account")
    sizes = pl.DataFrame(
        {
            "account": pl.Series(own["account"].astype(str).to_list(), dtype=pl.String),
            "_size": pl.Series(own["followers"].to_numpy(dtype=float, na_value=np.nan), nan_to_null=True),
        }
    )
    sizes = sizes.sort("account").with_row_index("_code")
    now = pl.col("followers").cast(pl.Float64) if "followers" in located.columns else pl.lit(None, pl.Float64)
    followers = pl.coalesce(now.fill_nan(None), pl.col("_size"))
    engaged = pl.col("_engaged")
    posts = (
        located.lazy()
        .join(sizes.lazy(), on="account", how="inner")
        .select("_code", engaged, followers.alias("_followers"))
        .filter(engaged.is_finite() & (engaged >= 0) & pl.col("_followers").is_finite() & (pl.col("_followers") > 0))
        .sort("_code", "_engaged", "_followers")
        .collect()
    )
    found = inference.creator_levels(
        posts["_engaged"].to_numpy(), posts["_followers"].to_numpy(), posts["_code"].to_numpy()
    )
    names = sizes["account"].gather(found.creator.astype(np.int64))
    return pl.DataFrame(
        {"account": names, "posts": found.posts, "mean": found.mean, "size": found.size, "squares": found.squares},
        schema=_NO_LEVELS.schema,
    )


def _scores(study: Study, table: pl.DataFrame) -> inference.Scores:
    own = study.accounts.dropna(subset="account").drop_duplicates("account").set_index("account")
    platform = own["platform"] if "platform" in own else pd.Series("", index=own.index)
    account = pd.Series(table["account"].to_list())
    where = account.map(platform).map(lambda value: "" if pd.isna(value) else str(value))
    levels = inference.Levels(
        np.array(account, dtype=str),
        table["posts"].to_numpy(),
        *(table[name].to_numpy() for name in ("mean", "size", "squares")),
    )
    return inference.level_scores(levels, platform=where.to_numpy(), confidence=study.confidence)


def _table(study: Study, scores: inference.Scores) -> pd.DataFrame:
    """Return a row a creator, the highest score first."""
    own = study.accounts.dropna(subset="account").drop_duplicates("account").set_index("account")
    table = pd.DataFrame(
        {
            "account": scores.creator,
            "posts": scores.posts,
            "expected": scores.expected,
            "own": scores.own,
            "multiple": scores.multiple,
            "low": scores.low,
            "high": scores.high,
            "better": np.clip(scores.better, 1 - SUREST, SUREST),
            "weight": scores.weight,
        }
    ).join(own[[name for name in ("handle", "name", "platform", "tier", "followers") if name in own]], on="account")
    label = pd.Series(pd.NA, index=table.index, dtype="object")
    for column in ("handle", "name", "account"):
        if column in table:
            label = label.where(label.notna(), table[column])
    table["name"] = label.map(shown_name)
    platforms = table["platform"] if "platform" in table else pd.Series(pd.NA, index=table.index)
    table["platform_name"] = platforms.map(lambda value: "not stated" if pd.isna(value) else platform_name(value))
    table["tier"] = table["tier"].map(lambda value: "size unknown" if pd.isna(value) else value)
    table["direction"] = np.where(table["low"] > 1, "higher", np.where(table["high"] < 1, "lower", "none"))
    order = table.sort_values(["multiple", "account"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)
