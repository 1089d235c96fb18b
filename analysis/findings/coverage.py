"""What these tables can answer, who is in them, and how much that depends on where the tiers are drawn."""

from collections.abc import Mapping

import pandas as pd

from analysis import formats
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.ledger import ROWS, column_name
from analysis.findings.posts import columns_of, kinds
from analysis.findings.study import Study
from analysis.findings.tier_table import denominators
from analysis.findings.words import capital, joined, not_testable, plural

__all__ = ["answerable", "answers", "completeness"]

#: Notebooks that answer.
ENGAGEMENT, COST, PLAN, CLAIMS = "02-engagement-and-reach", "03-cost-and-roi", "04-budget-plan", "05-claims"

#: Columns whose absence costs an answer; others are not asked for.
_WANTED: Mapping[str, tuple[str, ...]] = {
    "creators": (
        "followers",
        "avg_likes",
        "avg_comments",
        "avg_shares",
        "avg_views",
        "category",
        "country",
        "fee",
        "relationship",
    ),
    "posts": (
        "likes",
        "comments",
        "shares",
        "saves",
        "views",
        "reach",
        "impressions",
        "followers",
        "sponsored",
        "published_at",
    ),
    "placements": (
        "cost",
        "revenue",
        "likes",
        "views",
        "impressions",
        "clicks",
        "conversions",
        "followers",
        "relationship",
    ),
}


def answerable(study: Study) -> pd.DataFrame:
    """Return what can be asked of the study: notebook, question, evidence (measured, modelled, no), from, needs."""
    accounts = study.accounts
    has = {
        name: name in accounts and bool(accounts[name].notna().any()) for name in ("followers", "fee", "relationship")
    }
    names = denominators(study)
    sponsored = kinds(study) > 1
    engaged = bool(accounts["engagements_per_post"].notna().any())
    sized = engaged and has["followers"]
    paid, returned = len(study.measured("cost_per_engagement")), len(study.measured("roas"))
    eyes = [name for name in names if name != "followers"]
    rows = [
        (
            ENGAGEMENT,
            "Does engagement fall as reach grows?",
            sized,
            False,
            "engagements and followers",
            "followers and likes of each account",
        ),
        (
            ENGAGEMENT,
            "Does the denominator change the answer?",
            len(names) > 1,
            False,
            joined(names),
            "views, reach or impressions beside followers",
        ),
        (
            ENGAGEMENT,
            "Does a larger creator bring more eyes?",
            bool(eyes),
            False,
            joined(eyes),
            "views, reach or impressions",
        ),
        (
            ENGAGEMENT,
            "Do sponsored posts engage less?",
            bool(sponsored),
            False,
            "posts marked as sponsored or not",
            "posts marked as sponsored or not",
        ),
        (
            ENGAGEMENT,
            "Do ambassadors differ from paid creators?",
            has["relationship"],
            False,
            "the relationship of each creator",
            "who is paid, ambassador or gifted",
        ),
        (
            COST,
            "What does an engagement cost?",
            bool(paid),
            has["fee"] or sized,
            "money paid" if paid else "quoted fees" if has["fee"] else "a rate card on followers",
            "the cost of each deliverable",
        ),
        (
            COST,
            "Is the usual price $25 per 1,000 followers?",
            bool(len(study.measured("cost_per_thousand_followers"))),
            False,
            "prices and followers",
            "a fee or a cost for each creator",
        ),
        (
            COST,
            "What came back for the money?",
            bool(returned),
            bool(paid) or has["fee"] or sized,
            "revenue and cost" if returned else "stated assumptions",
            "revenue of each deliverable",
        ),
        (
            PLAN,
            "Where should a budget go?",
            False,
            sized,
            f"{'money paid' if paid else 'quoted fees' if has['fee'] else 'a rate card'} and past engagements",
            "" if sized else "followers and likes of each account",
        ),
    ]
    return pd.DataFrame(
        [
            {
                "notebook": notebook,
                "question": question,
                "evidence": "measured" if measured else "modelled" if modelled else "not at all",
                "from": source if measured or modelled else "nothing here",
                "needs": "" if measured else needs,
            }
            for notebook, question, measured, modelled, source, needs in rows
        ]
    )


def answers(study: Study) -> Finding:
    """Say which questions these tables answer from measurement, which from a model, and which not."""
    table = answerable(study)
    counts = {word: int((table["evidence"] == word).sum()) for word in ("measured", "modelled", "not at all")}
    whole = {
        "notebook": "",
        "question": f"all {len(table)} questions",
        "evidence": joined([f"{count} {word}" for word, count in counts.items()]),
        "from": "",
        "needs": "",
    }
    missing = table[table["evidence"] == "not at all"]
    needs = f" Not answerable here: {joined([f'“{text}”' for text in missing['question']])}." if len(missing) else ""
    return Finding(
        id="what-can-be-answered",
        question="What can this data answer?",
        title=f"{counts['measured']} of {plural(len(table), 'question')} can be answered from measured data",
        sentence=(
            f"Of {len(table)} questions, {counts['measured']} can be answered from measured data, "
            f"{counts['modelled']} only through a model, and {counts['not at all']} not at all.{needs}"
        ),
        table=pd.concat([table, pd.DataFrame([whole])], ignore_index=True),
        shown=(
            Shown("question", "question", "text"),
            Shown("evidence", "answered", "text"),
            Shown("from", "from", "text"),
            Shown("needs", "would need", "text"),
        ),
        **study.closing("Questions and the evidence for them", tiered=False),
    )


def completeness(study: Study) -> Finding:
    """Say how complete the columns are that answers hang on."""
    rows = []
    for name, counted in (
        ("creators", columns_of(study.creators)),
        ("posts", study.post_columns),
        ("placements", columns_of(study.placements)),
    ):
        height = counted.get("", 0)
        if not height:
            continue
        for column in _WANTED[name]:
            known = counted.get(column, 0)
            rows.append(
                {
                    "table": ROWS[name],
                    "column": column_name(column),
                    "known": known,
                    "of": height,
                    "share": known / height,
                    "there": column in counted,
                }
            )
    table = pd.DataFrame(rows)
    held = table[table["there"]] if len(table) else table
    if held.empty:
        return not_testable(
            study,
            id="completeness",
            question="How complete is it?",
            count="0 columns that answers hang on",
            reason="no column that an answer hangs on is in these files",
            needs="followers, engagements, views, cost or revenue",
            accounts=study.accounts,
        )
    worst = held.sort_values("share", kind="stable").iloc[0]
    absent = [f"{row['column']} of {row['table']}" for _, row in table[~table["there"]].iterrows()]
    gaps = f" Not in the files: {joined(absent)}." if absent else " No wanted column is absent."
    whole = held[held["share"] == 1.0]
    bars = held.assign(label=held["table"] + ": " + held["column"], rows=held["known"], used=True)
    return Finding(
        id="completeness",
        question="How complete is it?",
        title=fitting(
            f"All {len(held)} columns that answers hang on are known in 100% of rows"
            if len(whole) == len(held)
            else f"{len(whole)} of {plural(len(held), 'column')} complete; emptiest: {worst['column']}, "
            f"{formats.percent(worst['share'])}"
        ),
        sentence=(
            f"{capital(plural(len(whole), 'column'))} of {len(held)} that answers hang on "
            f"{'is' if len(whole) == 1 else 'are'} complete."
            + (
                f" The emptiest is {worst['column']} of {worst['table']}, known for {formats.count(worst['known'])} of "
                f"{formats.count(worst['of'])} ({formats.percent(worst['share'])})."
                if worst["share"] < 1
                else ""
            )
            + gaps
        ),
        table=held.reset_index(drop=True),
        shown=(
            Shown("table", "table", "text"),
            Shown("column", "column", "text"),
            Shown("known", "known", "count"),
            Shown("of", "of rows", "count"),
            Shown("share", "share", "percent"),
        ),
        **study.closing("Rows in which each column is known", tiered=False),
        caution="A missing cell stays missing and is never counted as zero; hidden likes are an example.",
        points=bars[["label", "rows", "of", "used"]].reset_index(drop=True),
    )
