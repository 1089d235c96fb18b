"""Who does better than peers of the same size, once luck is taken out.

A ranking by rate puts small accounts first because they are small, and short histories first because they are short. So
each creator is set against what creators of the same followers and platform get, and the creator's own multiple of
that is drawn towards 1 by as much as few posts deserve. What is left has an interval and a probability of being better
than peers; nobody chooses weights. It describes posts that were made and does not promise the next one.
"""

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.posts import posts_of_accounts
from analysis.findings.study import Study, platform_name
from analysis.findings.words import joined, not_testable, plural, shown_name

__all__ = ["above_peers"]

#: Creators that the page and the chart name; the table holds all of them.
NAMED = 10

#: No chance is shown nearer to certainty than this: the model is not known that well.
SUREST = 0.999


def above_peers(study: Study) -> Finding:
    """Name the creators that do better than peers of the same followers and platform, thin histories shrunken."""
    id, question = "above-peers", "Who does better than creators of the same size?"
    rows = _posts(study)
    known = 0 if rows is None else rows["account"].nunique()
    scores = None
    if rows is not None:
        scores = inference.creator_scores(
            rows["engaged"].to_numpy(float),
            rows["followers"].to_numpy(float),
            rows["account"].to_numpy(),
            platform=rows["platform"].to_numpy(),
            confidence=study.confidence,
        )
    few = 0 < known < study.minimum
    if rows is None or scores is None or scores.note or few:
        why = "no post here has engagements and followers of a named account"
        if few:
            why = f"{plural(known, 'creator')} with posts, engagements and followers; {study.minimum} are needed"
        elif scores is not None and known:
            why = scores.note.rstrip(".")
        used = study.accounts[study.accounts["account"].isin(set() if rows is None else set(rows["account"]))]
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(known, 'creator')} with posts to compare",
            reason=why,
            needs=f"several posts of each of at least {study.minimum} creators, with engagements and followers,",
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
            f"{formats.count(above)} of {formats.count(total)} creators surely {do} better than peers of the same size"
            if above
            else f"None of {formats.count(total)} creators is surely better than peers of the same size"
        ),
        sentence=(
            f"Against creators of the same followers and platform, {first['name']} ({first['tier']}) stands first: "
            f"{formats.number(first['multiple'])} times the engagements a post after allowing for luck ({level} "
            f"interval {formats.interval(first['low'], first['high'])}; {plural(first['posts'], 'post')}; "
            f"{formats.number(first['own'])} times as counted). {formats.count(above)} of {plural(total, 'creator')} "
            f"{'is' if above == 1 else 'are'} surely above 1 and {formats.count(below)} surely below.{short}"
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
    named = [str(name) for name in table.head(min(3, above))["name"]]
    return f"When sizes cost the same, shortlist from the top of this list ({joined(named)}), after a look at fit."


def _posts(study: Study) -> pd.DataFrame | None:
    """Return a row a post with its account, engagements, followers and platform; None where there are none."""
    if study.posts is None:
        return None
    located = posts_of_accounts(study.creators, study.posts, study.placements)
    if located is None or located.is_empty():
        return None
    wanted = [name for name in ("account", "_engaged", "followers") if name in located.columns]
    posts = located.select(wanted).to_pandas().rename(columns={"_engaged": "engaged"})
    own = study.accounts.dropna(subset="account").drop_duplicates("account").set_index("account")
    size = posts["account"].map(own["followers"]).astype(float)
    posts["followers"] = posts["followers"].astype(float).fillna(size) if "followers" in posts else size
    platform = own["platform"] if "platform" in own else pd.Series("", index=own.index)
    posts["platform"] = posts["account"].map(platform).map(lambda value: "" if pd.isna(value) else str(value))
    posts["engaged"] = posts["engaged"].astype(float)
    usable = np.isfinite(posts["engaged"]) & np.isfinite(posts["followers"]) & (posts["followers"] > 0)
    usable &= posts["engaged"] >= 0
    return posts[usable].sort_values(["account", "engaged", "followers"], kind="stable") if usable.any() else None


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
