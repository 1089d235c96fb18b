"""How engagement and views grow with followers, over creators.

A rate by followers falls with size partly because followers are its denominator, so growth is tested on logarithms
against 1: below 1, ten times the followers bring less than ten times the engagement.
"""

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from analysis import formats, inference
from analysis.findings.claims.catalogue import claim_named
from analysis.findings.compare import Verdict, interval_words
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study, platform_name
from analysis.findings.words import capital, joined, not_testable, plural, shown_name
from analysis.inference import Interval

__all__ = ["against_followers", "eyes", "slope_of"]

#: Slopes up to here are called hardly any growth: ten times the followers bring less than 2.2 times as much.
BARELY = 0.35


def against_followers(study: Study) -> Finding:
    """Say how engagements per post grow with followers, and draw every creator."""
    return _growth(
        study,
        id="engagement-against-followers",
        question="Do ten times the followers bring ten times the engagement?",
        column="engagements_per_post",
        noun="engagements",
        claim="falls",
    )


def eyes(study: Study) -> Finding:
    """Say how the people who see a post grow with followers: views, else reach, else impressions."""
    known = [
        (column, noun)
        for column, noun in (
            ("views_per_post", "views"),
            ("reach_per_post", "reach"),
            ("impressions_per_post", "impressions"),
        )
        if column in study.accounts and study.accounts[column].notna().any()
    ]
    column, noun = known[0] if known else ("views_per_post", "views")
    return _growth(
        study,
        id="views-against-followers",
        question="Does a larger creator bring more eyes?",
        column=column,
        noun=noun,
        claim="grows",
    )


def _growth(
    study: Study, *, id: str, question: str, column: str, noun: str, claim: Literal["falls", "grows"]
) -> Finding:
    accounts = study.accounts
    have = [name for name in ("followers", column) if name in accounts and accounts[name].notna().any()]
    if len(have) < 2:
        missing = "followers" if "followers" not in have else f"{noun} per post"
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(accounts), 'creator')} have {missing}",
            reason=f"no account here has {missing}",
            needs=f"a file with {missing} of each account",
        )
    usable = accounts[(accounts["followers"] > 0) & (accounts[column] > 0)]
    groups = _by_platform(study, usable)
    several = _levels(accounts) is not None
    whole = slope_of(study, accounts, column)
    if not whole.known:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(len(usable), 'creator')} with followers and {noun}",
            reason=f"a slope cannot be told from these accounts: {whole.note.rstrip('.')}",
            needs="at least 8 accounts of different sizes",
            accounts=usable,
        )
    rows = [_slope_row("all platforms, each at its own level" if several else _only(study), whole)]
    rows += [_slope_row(name, slope_of(study, part, column)) for name, part in groups if several]
    other = _other_ways(study, accounts, column)
    rows += [_slope_row(name, one) for name, one in other.items() if one.known]
    table = pd.DataFrame(rows)
    ten = inference.tenfold(whole)
    gain, low, high = ten.estimate, ten.low, ten.high
    growth = f"ten times the followers, {formats.ratio(gain)} the {noun} a post"
    falls, rises = whole.high < 1, whole.low > 1
    same = _in_step(whole)
    falls, rises = falls and not same, rises and not same
    found: Verdict = "contradicted" if same else "supported" if falls else "contradicted" if rises else "inconclusive"
    flat = _in_step(whole, "reach-grows-with-size")
    if claim == "grows":
        found = (
            "contradicted"
            if flat
            else "supported"
            if whole.low > 0
            else "contradicted"
            if whole.high < 0
            else "inconclusive"
        )
    few = whole.n < study.minimum
    if few:
        found = "inconclusive"
        title = f"{plural(whole.n, 'creator')}: too few to tell how {noun} and followers go together"
    elif whole.low <= 0 or (falls and whole.estimate < BARELY):
        lead = _little(noun, whole)
        title = fitting(f"{lead}: {growth}", f"{lead}: ten times as many, {formats.ratio(gain)} the {noun}")
    else:
        title = f"Ten times the followers bring {formats.ratio(gain)} the {noun} a post"
    consequence = _consequence(noun, claim, whole, same)
    if few:
        consequence = f"A verdict takes {study.minimum} creators."
    elif claim == "grows" and flat:
        consequence = f"Larger accounts get no more {noun}: any growth is too small to matter."
    zeros = int(((accounts["followers"] > 0) & (accounts[column] == 0)).sum())
    left_out = f" {plural(zeros, 'account')} with zero {noun} cannot be put on this scale." if zeros else ""
    return Finding(
        id=id,
        question=question,
        title=title,
        sentence=(
            f"Ten times the followers are associated with {formats.number(gain)} times the {noun} per post "
            f"({interval_words(low, high, study.confidence)}; {plural(whole.n, 'creator')}). {consequence}{left_out}"
        ),
        verdict=found,
        table=table,
        shown=_slope_shown(study),
        n=study.n(usable),
        subtitle=study.subtitle(f"{capital(noun)} per post against followers, log scales, one dot a creator"),
        source=study.source("measured", len(usable)),
        caution=(
            "This compares different creators with one another. It does not say that one creator's posts would gain "
            f"as much from growing.{_ways_differ(whole, other)}"
        ),
        role="number" if claim == "falls" and not study.has_money else "",
        big={
            "value": formats.ratio(gain),
            "label": f"the {noun} with ten times the followers",
            "note": interval_words(low, high, study.confidence),
        },
        points=pd.DataFrame(
            {
                "handle": _labels(usable),
                "followers": usable["followers"],
                column: usable[column],
                "tier": usable["tier"],
            }
        ).reset_index(drop=True),
        encoding={"floors": study.floors, "order": study.order, "y": column},
    )


def _slope_shown(study: Study) -> tuple[Shown, ...]:
    return (
        Shown("group", "platform", "text"),
        Shown("creators", "creators", "count"),
        Shown("elasticity", "elasticity", "number"),
        Shown("low", f"{study.level} from", "number"),
        Shown("high", f"{study.level} to", "number"),
        Shown("tenfold", "ten times the followers bring", "ratio"),
        Shown("tenfold_low", f"{study.level} from ", "ratio"),
        Shown("tenfold_high", f"{study.level} to ", "ratio"),
    )


def _in_step(slope: Interval, claim: str = "micro-engagement-higher") -> bool:
    """Return whether an elasticity is known to be so near to a claim's neutral one that it makes no difference."""
    region = claim_named(claim).parts["growth"].region
    return bool(region and slope.known and region[0] <= slope.low and slope.high <= region[1])


def _other_ways(study: Study, accounts: pd.DataFrame, column: str) -> dict[str, Interval]:
    """Return the slope by two methods that resist viral posts, to stand below that of least squares."""
    found = inference.elasticity(
        accounts[column],
        accounts["followers"],
        group=_levels(accounts),
        confidence=study.confidence,
        seed=study.seed,
    )
    return {"resisting viral posts (Huber)": found.huber, "middle of all pairs (Theil–Sen)": found.theil_sen}


def _ways_differ(whole: Interval, other: Mapping[str, Interval]) -> str:
    """Return a sentence where a method that resists viral posts falls on the other side of 1, or nothing."""
    turned = [one for one in other.values() if one.known and (one.high < 1 < whole.low or whole.high < 1 < one.low)]
    if not turned:
        return ""
    return (
        " A few viral posts decide it: methods that resist them give "
        f"{joined([formats.ratio(inference.tenfold(one).estimate) for one in turned])}."
    )


def _little(noun: str, slope: Interval) -> str:
    """Return how a slope near 0 is called: a fall, a growth that is hardly any, or one that is not established."""
    s = "s" if noun == "reach" else ""
    if slope.high < 0:
        return f"{capital(noun)} fall{s} with followers"
    if slope.low > 0:
        return f"{capital(noun)} barely grow{s} with followers"
    return f"No clear growth of {noun} with followers"


def _consequence(noun: str, claim: str, slope: Interval, same: bool) -> str:
    """Return what the slope means for whoever books, from where its interval lies between 0 and 1."""
    s = "s" if noun == "reach" else ""
    if slope.high < 0:
        return f"{capital(noun)} fall{s} with size."
    if slope.low <= 0 and slope.high >= 1:
        return f"Whether larger accounts get more {noun} cannot be told from these."
    if slope.low <= 0:
        return f"Larger accounts do not clearly get more {noun}, so the rate per follower falls with size."
    if same:
        return f"{capital(noun)} keep{s} pace with the audience: any difference from that is too small to matter."
    if slope.low > 1:
        return f"{capital(noun)} grow{s} faster than the audience."
    if slope.high >= 1:
        return f"{capital(noun)} keep{s} pace with the audience, as far as these accounts can tell."
    if claim == "grows":
        return "A larger creator brings more eyes, and fewer of them per follower."
    return f"{capital(noun)} grow{s} more slowly than the audience, so the rate per follower falls with size."


def _only(study: Study) -> str:
    return platform_name(study.platforms[0]) if study.platforms else "all creators"


def _by_platform(study: Study, accounts: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    parts = [(platform_name(name), accounts[accounts["platform"] == name]) for name in study.platforms]
    return [(name, part) for name, part in parts if len(part) >= study.minimum]


def slope_of(study: Study, accounts: pd.DataFrame, column: str) -> Interval:
    """Return the elasticity of ``column`` of the accounts on their followers, each platform at its own level."""
    return inference.log_slope(
        accounts[column], accounts["followers"], group=_levels(accounts), confidence=study.confidence
    )


def _levels(accounts: pd.DataFrame) -> pd.Series | None:
    """Return the platform of each account, a missing one as a level of its own; None where there is only one."""
    platforms = accounts["platform"].astype("object").where(accounts["platform"].notna(), "")
    return platforms if platforms.nunique() > 1 else None


def _slope_row(group: str, slope: Interval) -> dict[str, object]:
    ten = inference.tenfold(slope)
    return {
        "group": group,
        "creators": slope.n,
        "elasticity": slope.estimate,
        "low": slope.low,
        "high": slope.high,
        "tenfold": ten.estimate,
        "tenfold_low": ten.low,
        "tenfold_high": ten.high,
    }


def _labels(accounts: pd.DataFrame) -> pd.Series:
    """Return what to call each account: handle, else name, else id."""
    label = pd.Series(pd.NA, index=accounts.index, dtype="object")
    for column in ("handle", "name", "creator_id"):
        if column in accounts:
            label = label.where(label.notna(), accounts[column])
    return label.map(lambda value: "" if pd.isna(value) else shown_name(value))
