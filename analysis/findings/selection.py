"""Who is in the list at all, and how much creators of one size differ.

A list of the most viewed posts holds small accounts only when they went viral, which makes small accounts look like
magic. It shows in the numbers: more engagements than followers, or engagements that hardly change with size.
"""

import math

import pandas as pd

from analysis import formats
from analysis.findings.compare import Verdict, by_tier, enough
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.rates import no_rate
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.viral import sizes_of_success
from analysis.findings.words import PER, RATE, capital, joined, not_testable, plural, too_few

__all__ = ["spread", "survivorship"]


def survivorship(study: Study) -> Finding:
    """Say whether small accounts are listed only because one of their posts went viral."""
    id, question = "listed-for-success", "Are the small accounts here ordinary small accounts?"
    table, slope, flat = sizes_of_success(study)
    if table.empty:
        return no_rate(study, id, question)
    used = study.measured(DENOMINATORS["followers"])
    if list(table["tier"]) == study.order[-1:]:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(used), 'creator')} are smaller than {study.order[-1]}",
            reason=f"there are no small accounts here: all of them are {study.order[-1]}",
            needs="smaller accounts beside the large ones",
            accounts=used,
        )
    viral = table[table["viral"]]
    first = table.iloc[0]
    grown = (
        f"ten times the followers bring only {formats.number(10**slope.estimate)} times the engagements" if flat else ""
    )
    found: Verdict | None
    if len(viral):
        worst = viral.iloc[0]
        tier = worst["tier"]
        if worst["median"] > 1:
            what = f"{formats.percent(worst['median'])} engagement per follower"
            plainly = f"gets {formats.number(worst['median'])} engagements for each follower with one post"
        else:
            what = f"{formats.number(worst['views_per_follower'])} views per follower"
            plainly = f"is seen {formats.number(worst['views_per_follower'])} times for each follower with one post"
        title = fitting(
            f"{capital(tier)} accounts are here because they went viral: {what}", f"{capital(tier)} went viral: {what}"
        )
        sentence = (
            f"A typical {tier} account in this list ({plural(worst['measured'], 'creator')}) {plainly}"
            f"{', and ' + grown if grown else ''}. Ordinary small accounts do not do that: these are listed only "
            f"because a post of theirs went viral, so this list cannot tell how an ordinary {tier} account does."
        )
        found = "supported"
        big = {"value": what.split()[0], "label": f"{' '.join(what.split()[1:])}, {tier}: listed for going viral"}
        action = (
            f"Do not book {joined(list(viral['tier']))} creators on these rates; ask for a list drawn by size or "
            "topic, not by views."
        )
    else:
        title = fitting(
            f"No sign of a list of viral posts: {first['tier']} posts engage "
            f"{formats.percent(first['median'])} of followers",
            f"No sign of a list of viral posts: {formats.percent(first['median'])} of followers engage",
        )
        sentence = (
            f"A typical {first['tier']} account, the smallest here, engages "
            f"{formats.percent(first['median'])} of its followers with a post, "
            "which is within what ordinary accounts do; nothing suggests that small accounts are listed only "
            "for a success."
        )
        found, action, big = None, "", None
    return Finding(
        id=id,
        question=question,
        title=title,
        sentence=sentence,
        verdict=found,
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("followers_median", "followers, median", "short"),
            Shown("engagements", "engagements a post, median", "short"),
            Shown("views", "views a post, median", "short"),
            Shown("median", "engagement per follower, median", "percent"),
            Shown("median_low", f"{study.level} from", "percent"),
            Shown("median_high", f"{study.level} to", "percent"),
            Shown("views_per_follower", "views per follower", "ratio"),
        ),
        n=study.n(used),
        subtitle=study.subtitle("Medians over creators"),
        source=study.source("measured", len(used)),
        caution=too_few(table, study.minimum),
        action=action,
        role="" if study.has_money else "number",
        big=big,
    )


def spread(study: Study) -> Finding:
    """Say how much creators of one size differ, beside how much the sizes differ."""
    id, question = "spread-within-tiers", "How much do creators of the same size differ?"
    names = denominators(study)
    if not names:
        return no_rate(study, id, question)
    measure = DENOMINATORS[names[-1] if len(names) > 1 and "views" in names else names[0]]
    name = next(key for key, value in DENOMINATORS.items() if value == measure)
    table = by_tier(study, measure)
    table["width"] = table["q75"] / table["q25"].where(table["q25"] > 0)
    ranked = table[table["tier"].isin(enough(table)) & table["width"].notna()]
    used = study.measured(measure)
    if ranked.empty:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"no tier has {study.minimum} measured creators",
            reason=f"no tier has the {study.minimum} creators with an {RATE[name]} that a spread needs",
            needs="more creators",
            accounts=used,
        )
    widest = ranked.sort_values("width", ascending=False, kind="stable").iloc[0]
    between = (
        ranked["median"].max() / ranked["median"].min() if len(ranked) > 1 and ranked["median"].min() > 0 else math.nan
    )
    inside = formats.ratio(widest["width"])
    said = (
        f"In {widest['tier']}, the upper quarter of creators starts at {formats.percent(widest['q75'])} "
        f"{PER[name]} and "
        f"the lower quarter ends at {formats.percent(widest['q25'])}: {formats.number(widest['width'])} times as much"
    )
    if math.isnan(between):
        title, end = f"Inside {widest['tier']}, the better quarter engages {inside} the weaker quarter", "."
    elif max(float(widest["width"]), float(between)) <= study.region[1]:
        title = (
            f"Neither size nor creator changes the rate much: at most {formats.ratio(max(widest['width'], between))}"
        )
        end = f". Between the tiers' medians the largest ratio is {formats.number(between)}: neither matters here."
    elif widest["width"] > between:
        title = f"Creators of one size differ {inside}, the sizes only {formats.ratio(between)}"
        end = (
            f". Between the tiers' medians the largest ratio is {formats.number(between)}: whom to book "
            f"matters more than which size."
        )
    else:
        title = f"The sizes differ {formats.ratio(between)}, creators of one size {inside}"
        end = (
            f". Between the tiers' medians the largest ratio is {formats.number(between)}: size matters more "
            f"than the choice within it."
        )
    table["between"] = between
    return Finding(
        id=id,
        question=question,
        title=fitting(title, f"Creators of one size differ {inside}"),
        sentence=said + end,
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("q25", "lower quarter ends", "percent"),
            Shown("median", "median", "percent"),
            Shown("median_low", f"{study.level} from", "percent"),
            Shown("median_high", f"{study.level} to", "percent"),
            Shown("q75", "upper quarter starts", "percent"),
            Shown("width", "upper against lower", "ratio"),
            Shown("between", "largest ratio between medians", "ratio"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"{capital(RATE[name])} of each creator"),
        source=study.source("measured", len(used)),
        caution=too_few(table, study.minimum),
        points=pd.DataFrame(
            {"tier": used["tier"], "value": used[f"{measure}_num"] / used[f"{measure}_den"]}
        ).reset_index(drop=True),
        encoding={"value": "value", "order": study.order, "kind": "percent", "value_label": RATE[name]},
    )
