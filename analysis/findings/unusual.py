"""Which accounts are unlike their peers, on what evidence, and never more than that.

Four signals are read, as far as the data has them: engagements a post at the account's size, comments per like,
accounts followed per follower, and the largest growth from one dated post to the next. Each is set against accounts of
the same platform and size, and the distance is counted in spreads (robust standard deviations). Far out is a reason to
look and no finding about a person: a contest, a press day, one viral post and bought activity look alike from here.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from analysis import formats, inference
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study, platform_name
from analysis.findings.words import joined, not_testable, plural, shown_name
from analysis.measures import authenticity

__all__ = ["signals_of_posts", "unusual_accounts"]

#: Spreads from which a value is called far out. Iglewicz, B. and Hoaglin, D. (1993). *How to Detect and Handle
#: Outliers*. ASQC: 3.5 for the modified z-score, which leaves 5 in 10,000 normal values outside.
FAR = 3.5
BY_CHANCE = 0.000465

#: Far out is also this many times the usual value, or as little: where peers hardly differ, spreads are tiny.
FACTOR = 2.0

#: Growth from one post to the next below which a jump is not worth a look, however calm the others are.
SMALLEST_JUMP = 1.5

#: Rows a page shows.
NAMED = 10


@dataclass(frozen=True)
class _Signal:
    """What is read: its column, its name, how a value is said, whether low values count too, the least worth a look.

    ``events`` is the column of the count that the value is made of, where few of them make it uneven.
    """

    column: str
    name: str
    said: Callable[[float], str]
    both_sides: bool = True
    least: float = 0.0
    events: str = ""


_SIGNALS = (
    _Signal("engagements_per_post", "engagements a post, at its size", formats.short),
    _Signal("comment_to_like", "comments per like", formats.number, events="comments"),
    _Signal("following_to_followers", "follows per follower", formats.number, both_sides=False),
    _Signal("growth_jump", "followers, one post to the next", formats.ratio, both_sides=False, least=SMALLEST_JUMP),
)


def unusual_accounts(study: Study) -> Finding:
    """List the accounts that lie far from peers of their platform and size on some signal, with the evidence."""
    id, question = "unusual-accounts", "Which accounts are unlike their peers?"
    frame = _signals(study)
    found = [_far_out(study, frame, signal) for signal in _SIGNALS]
    tested = {signal.name: count for signal, (_, count) in zip(_SIGNALS, found, strict=True) if count}
    if not tested:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"no signal is known for {study.minimum} accounts of a platform",
            reason=(
                f"no platform has {study.minimum} accounts with followers and engagements, likes and comments, "
                "accounts followed, or dated follower counts"
            ),
            needs="followers with likes and comments, accounts followed, or dated posts, of more accounts",
        )
    looked = frame[frame["_looked"]]
    rows = pd.concat([part for part, _ in found], ignore_index=True)
    table = _table(rows)
    accounts = table.drop_duplicates("account") if len(table) else table
    several = int((accounts["signals"] > 1).sum()) if len(table) else 0
    total, values = len(looked), sum(tested.values())
    chance = max(1, round(BY_CHANCE * values))
    lead = f"{formats.count(len(accounts))} of {plural(total, 'account')}"
    if len(table):
        first = table.iloc[0]
        side = "above" if first["distance"] > 0 else "below"
        sentence = (
            f"{lead} {'lies' if len(accounts) == 1 else 'lie'} more than {formats.number(FAR)} spreads, and a factor "
            f"of {formats.number(FACTOR)}, from peers of their platform and size on a signal, "
            f"{formats.count(several)} on more than one. Among as many ordinary accounts chance would give about "
            f"{formats.count(chance)} at most. First is {first['name']}: "
            f"{first['signal']} {first['value_text']} where {first['usual_text']} is usual, "
            f"{formats.number(abs(first['distance']))} spreads {side}."
        )
    else:
        sentence = (
            f"No account of {formats.count(total)} lies more than {formats.number(FAR)} spreads, and a factor of "
            f"{formats.number(FACTOR)}, from peers of its platform and size on {joined(list(tested), 'or')}."
        )
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"{lead} {'is' if len(accounts) == 1 else 'are'} unlike their peers on a signal, {several} on several",
            f"{lead} stand out on a signal",
        )
        if len(table)
        else f"0 of {plural(total, 'account')} are unlike their peers",
        sentence=sentence,
        table=table,
        shown=(
            Shown("name", "account", "text"),
            Shown("platform_name", "platform", "text"),
            Shown("followers", "followers", "short"),
            Shown("signal", "signal", "text"),
            Shown("value_text", "here", "text"),
            Shown("usual_text", "usual at this size", "text"),
            Shown("distance", "spreads from usual", "number"),
            Shown("share", "peers further out", "percent"),
            Shown("signals", "signals of this account", "count"),
        )
        if len(table)
        else (),
        n=study.n(looked),
        subtitle=study.subtitle(f"Looked at: {joined(list(tested))}", tiered=False),
        source=study.source("measured", total),
        caution=(
            "Unusual is a reason to look and not a finding about a person: a contest, a press day, a viral post and "
            "bought activity look alike in these figures."
        ),
        action=_action(accounts),
        page=NAMED,
    )


def _action(accounts: pd.DataFrame) -> str:
    """Return what to do, in words that stand alone on page one."""
    if accounts.empty:
        return ""
    if len(accounts) == 1:
        return f"Before booking {accounts['name'].iloc[0]}, look at the account and ask what happened."
    first = joined([str(name) for name in accounts["name"].head(2)])
    whom = f"any of the {formats.count(len(accounts))} accounts unlike their peers, first {first}"
    return f"Before booking {first if len(accounts) == 2 else whom}, look at the account and ask what happened."


def _signals(study: Study) -> pd.DataFrame:
    """Return the accounts with a column a signal; missing where it is not known."""
    accounts = study.accounts
    frame = accounts[
        [c for c in ("account", "handle", "name", "platform", "followers", "posts") if c in accounts]
    ].copy()
    frame["engagements_per_post"] = accounts["engagements_per_post"].astype(float)
    likes, comments, jumps = (frame["account"].map(known or {}).astype(float) for known in _from_posts(study))
    frame["comment_to_like"] = authenticity.comment_to_like(comments, likes)
    frame["comments"] = comments
    frame["growth_jump"] = jumps
    frame["following_to_followers"] = _following(study, frame)
    frame["_looked"] = False
    return frame


def _from_posts(study: Study) -> tuple[dict[str, float] | None, dict[str, float] | None, dict[str, float] | None]:
    """Return likes and comments by account, over posts that have both, and the largest growth between dated posts."""
    sums: tuple[dict[str, float] | None, dict[str, float] | None] = (None, None)
    jumps = None
    both, found = signals_of_posts(study)
    if both is not None:
        sums = (dict(both.select("account", "likes").iter_rows()), dict(both.select("account", "comments").iter_rows()))
    if found is not None:
        jumps = dict(found.select("account", "growth_jump").iter_rows())
    if sums[0] is None and study.creators is not None and {"avg_likes", "avg_comments"} <= set(study.creators.columns):
        sums = (_spoken(study, "avg_likes"), _spoken(study, "avg_comments"))
    return (*sums, jumps)


def signals_of_posts(study: Study) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Return likes and comments by account, and its largest growth, None where not known; made of single posts once."""
    known = set(study.post_columns)
    named = bool(known & {"creator_id", "handle", "name"})
    both = study.once("comments", _comments) if named and {"likes", "comments"} <= known else None
    jumps = study.once("jumps", _jumps) if named and {"published_at", "followers"} <= known else None
    return both, jumps


def _comments(study: Study) -> pl.DataFrame:
    assert study.located is not None
    both = study.located.drop_nulls(["likes", "comments"])
    return both.group_by("account").agg(pl.col("likes", "comments").sum()).sort("account")


def _jumps(study: Study) -> pl.DataFrame:
    assert study.located is not None
    found: pl.DataFrame = authenticity.growth_jumps(study.located)
    return found.sort("account")


def _spoken(study: Study, column: str) -> dict[str, float] | None:
    """Return a column of the list of creators by account."""
    if study.creators is None or column not in study.creators.columns:
        return None
    key = next((k for k in ("creator_id", "handle", "name") if k in study.creators.columns and k in study.accounts), "")
    if not key:
        return None
    both = [key, *(["platform"] if {"platform"} <= set(study.creators.columns) & set(study.accounts.columns) else [])]
    told = study.creators.select(*both, column).drop_nulls([*both, column]).unique(both, keep="none").to_pandas()
    merged = study.accounts[["account", *both]].dropna().merge(told, on=both, how="inner")
    return dict(zip(merged["account"], merged[column].astype(float), strict=True))


def _following(study: Study, frame: pd.DataFrame) -> pd.Series:
    known = _spoken(study, "following")
    if not known:
        return pd.Series(math.nan, index=frame.index)
    values: pd.Series = authenticity.following_to_followers(
        frame["account"].map(known).astype(float), frame["followers"].astype(float)
    )
    return values


def _far_out(study: Study, frame: pd.DataFrame, signal: _Signal) -> tuple[pd.DataFrame, int]:
    """Return the rows far out on a signal, and how many values were looked at; each platform is its own peers."""
    platforms = frame["platform"].fillna("") if "platform" in frame else pd.Series("", index=frame.index)
    parts, looked = [], 0
    for _, group in frame.groupby(platforms, sort=True):
        values = group[signal.column].to_numpy(float)
        sizes = group["followers"].to_numpy(float)
        known = np.isfinite(values) & (values > 0) & np.isfinite(sizes) & (sizes > 0)
        if known.sum() < study.minimum:
            continue
        values = np.where(known, values, math.nan)
        events = group[signal.events].to_numpy(float) if signal.events else None
        found = inference.how_unusual(values, size=sizes, events=events)
        if found.note:
            continue
        frame.loc[group.index[known], "_looked"] = True
        looked += int(known.sum())
        far = found.distance > FAR
        if signal.both_sides:
            far |= found.distance < -FAR
        if signal.least:
            far &= values >= signal.least
        else:
            far &= np.abs(np.log(values / found.expected)) >= math.log(FACTOR)
        part = group[far].assign(
            signal=signal.name,
            value=values[far],
            usual=found.expected[far],
            distance=found.distance[far],
            share=found.share[far],
        )
        parts.append(
            part.assign(
                value_text=[signal.said(value) for value in part["value"]],
                usual_text=[signal.said(value) for value in part["usual"]],
            )
        )
    return (pd.concat(parts) if parts else pd.DataFrame()), looked


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with names, the accounts with most signals first."""
    if rows.empty:
        return rows
    label = pd.Series(pd.NA, index=rows.index, dtype="object")
    for column in ("handle", "name", "account"):
        if column in rows:
            label = label.where(label.notna(), rows[column])
    platforms = rows["platform"] if "platform" in rows else pd.Series(pd.NA, index=rows.index)
    named = rows.assign(
        name=label.map(lambda value: "not named" if pd.isna(value) else shown_name(value)),
        platform_name=platforms.map(lambda value: "not stated" if pd.isna(value) else platform_name(value)),
    )
    who = named["account"].where(named["account"].notna(), named.index.astype(str))
    named["signals"] = who.groupby(who).transform("size")
    named["_far"] = named["distance"].abs().groupby(who).transform("max")
    ordered = named.assign(_who=who, _own=named["distance"].abs()).sort_values(
        ["signals", "_far", "_who", "_own"], ascending=[False, False, True, False], kind="stable"
    )
    return ordered.drop(columns=["_far", "_who", "_own", "_looked"]).reset_index(drop=True)
