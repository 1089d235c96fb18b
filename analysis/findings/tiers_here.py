"""Who is in the data by size, and how much that depends on where the tiers are drawn."""

import pandas as pd

from analysis import formats
from analysis.errors import SchemeError
from analysis.findings.compare import members
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import UNKNOWN_TIER, Study, retiered
from analysis.findings.words import joined, not_testable, plural, shown_name

__all__ = ["schemes_disagree", "tiers_here"]


def tiers_here(study: Study) -> Finding:
    """Say how many creators each tier holds."""
    accounts = study.accounts
    if "followers" not in accounts or accounts["followers"].notna().sum() == 0:
        return not_testable(
            study,
            id="tiers-here",
            question="Who is in it, by size?",
            count=f"0 of {plural(len(accounts), 'creator')} have a follower count",
            reason="no account here has a follower count, so none has a tier",
            needs="followers or subscribers of each account",
            accounts=accounts,
        )
    names = [*study.order, *([UNKNOWN_TIER] if accounts["tier"].isna().any() else [])]
    rows = []
    for tier in names:
        group = members(accounts, tier)
        rows.append(
            {
                "tier": tier,
                "followers": study.ranges.get(tier, "not stated"),
                "creators": len(group),
                "share": len(group) / len(accounts),
                "posts": group["posts"].sum(min_count=1),
                "median": group["followers"].median() if group["followers"].notna().any() else float("nan"),
            }
        )
    table = pd.DataFrame(rows)
    named = table[table["tier"] != UNKNOWN_TIER]
    largest = named.sort_values("creators", ascending=False, kind="stable").iloc[0]
    few = [f"{row['tier']} ({row['creators']})" for _, row in named.iterrows() if 0 < row["creators"] < study.minimum]
    empty = [row["tier"] for _, row in named.iterrows() if not row["creators"]]
    table["remark"] = ["empty" if n == 0 else "too few to rank" if n < study.minimum else "" for n in table["creators"]]
    said = [f"{formats.count(row['creators'])} {row['tier']}" for _, row in named.iterrows() if row["creators"]]
    notes = [f"Too few to rank, under {study.minimum} creators: {joined(few)}." if few else ""]
    notes += [f"Empty: {joined(empty)}." if empty else ""]
    return Finding(
        id="tiers-here",
        question="Who is in it, by size?",
        title=fitting(
            f"{joined(said)} creators",
            f"{formats.count(largest['creators'])} of {plural(len(accounts), 'creator')} are {largest['tier']}",
        ),
        sentence=(
            f"By the {study.scheme.name} scheme there are {joined(said)} creators; "
            f"{formats.percent(largest['share'])} are "
            f"{largest['tier']} ({study.ranges.get(str(largest['tier']), 'not stated')} followers)."
        ),
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("followers", "followers", "text"),
            Shown("creators", "creators", "count"),
            Shown("share", "share", "percent"),
            Shown("posts", "posts", "count"),
            Shown("median", "followers, median", "short"),
            Shown("remark", "remark", "text"),
        ),
        n=study.n(accounts),
        subtitle=study.subtitle("Creators by number of followers"),
        source=study.source("measured", int(accounts["followers"].notna().sum())),
        caution=" ".join(filter(None, notes)),
        points=table.assign(
            label=[
                tier if size.startswith(("under", "not")) else f"{tier}, {size}"
                for tier, size in zip(table["tier"], table["followers"], strict=True)
            ],
            rows=table["creators"],
            of=len(accounts),
        ),
    )


def schemes_disagree(study: Study) -> Finding:
    """Say how many creators are called something else under other tier schemes."""
    accounts = study.accounts[study.accounts["tier"].notna()]
    rows = []
    for name in study.schemes():
        if name == study.scheme.name:
            continue
        try:
            other, scheme = retiered(accounts, name)
        except SchemeError:
            continue
        if not set(scheme.order) & set(study.order):
            continue
        changed = int((other["tier"].to_numpy() != accounts["tier"].to_numpy()).sum())
        rows.append(
            {
                "scheme": name,
                "changed": changed,
                "of": len(accounts),
                "share": changed / len(accounts) if len(accounts) else float("nan"),
                "micro": int((other["tier"] == "micro").sum()) if "micro" in scheme.order else None,
                "mega": int((other["tier"] == "mega").sum()) if "mega" in scheme.order else None,
                "tiers": joined([shown_name(tier, 24) for tier in scheme.order]),
            }
        )
    table = pd.DataFrame(rows)
    if table.empty or accounts.empty:
        return not_testable(
            study,
            id="schemes-disagree",
            question="Would another scheme call them the same?",
            count=f"{plural(len(accounts), 'creator')} and {plural(len(rows), 'comparable scheme')}",
            reason="no other scheme shares a tier name with this one, or no creator has a tier",
            needs="followers of each account and a scheme with names in common",
            accounts=accounts,
        )
    worst = table.sort_values("changed", ascending=False, kind="stable").iloc[0]
    least = table.sort_values("changed", kind="stable").iloc[0]
    return Finding(
        id="schemes-disagree",
        question="Would another scheme call them the same?",
        title=fitting(
            f"{formats.count(worst['changed'])} of {plural(len(accounts), 'creator')} have another tier by "
            f"{worst['scheme']}",
        ),
        sentence=(
            f"Between {formats.percent(least['share'])} ({least['scheme']}) and {formats.percent(worst['share'])} "
            f"({worst['scheme']}) of the creators have another tier under one of {plural(len(table), 'other scheme')}. "
            "So a word such as micro means nothing without its scheme, and every comparison of sizes is "
            "repeated under all of them."
        ),
        table=table,
        shown=(
            Shown("scheme", "scheme", "text"),
            Shown("changed", "creators with another tier", "count"),
            Shown("of", "of creators", "count"),
            Shown("share", "share", "percent"),
            Shown("micro", "micro there", "count"),
            Shown("mega", "mega there", "count"),
            Shown("tiers", "its tiers", "text"),
        ),
        **study.closing(f"Creators whose tier differs from the {study.scheme.name} scheme", accounts, tiered=False),
    )
