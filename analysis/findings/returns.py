"""What came back for the money by tier, and whether one creator decides it.

Return on ad spend is revenue over cost; return on investment is revenue less cost, over cost. Both are pooled, and a
few deals can carry a pooled figure, so the typical creator stands beside it.
"""

import pandas as pd

from analysis import formats
from analysis.findings.alike import differs_alike
from analysis.findings.compare import Contrast, Verdict, both_ways, by_tier, two_tiers, verdict
from analysis.findings.engagement_price import agreement
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.prices import currency_words, in_one, mixed_money, one_chosen, one_unit, unpaid_yet
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import (
    capital,
    corrected,
    joined,
    limits_withheld,
    not_testable,
    nothing_to_compare,
    plural,
    remarks,
    too_few,
    unclear,
    whom,
)

__all__ = ["concentration", "returns"]


#: Largest share of a tier's total that one creator may hold before the tier's pooled figure is called theirs.
_TOO_MUCH = 0.5


def returns(study: Study) -> Finding:
    """Give return on investment and on ad spend by tier, and say whether the sizes differ."""
    id, question = "returns", "What came back for the money, by size of creator?"
    used = study.measured("roas")
    if used.empty:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(study.accounts), 'creator')} have a cost and revenue{in_one(study)}",
            reason=mixed_money(study) or "no deliverable here has both a cost and the revenue it brought",
            needs=one_chosen(study) or "revenue by discount code or tracked link beside the cost of each deliverable",
        )
    two, table = two_tiers(study, "roas", study.accounts)
    table["roi"], table["roi_low"], table["roi_high"] = (table[c] - 1 for c in ("pooled", "pooled_low", "pooled_high"))
    table["remark"] = remarks(table)
    by_name = table.set_index("tier")
    one = one_unit(study.currency)
    found: Verdict | None = None
    big = None
    notes = [too_few(table, study.minimum), limits_withheld(table)]
    if two is None:
        lead = table.sort_values("measured", ascending=False, kind="stable").iloc[0]
        back = formats.money(lead["pooled"], study.currency)
        title = f"{one} spent on {whom(lead['tier'])} returned {back}"
        sentence = f"{title} ({plural(lead['measured'], 'creator')}). {nothing_to_compare(study, table)}"
    else:
        small, large = two
        pooled, typical = both_ways(study, "roas", study.accounts, two, table)
        found = verdict(pooled, "higher")
        a, b = (formats.money(by_name.loc[tier, "pooled"], study.currency) for tier in (small, large))
        ra, rb = (formats.percent(by_name.loc[tier, "roi"]) for tier in (small, large))
        title = {
            "supported": f"{one} spent on {small} returned {a}, on {large} {b}",
            "contradicted": f"{one} spent on {large} returned {b}, on {small} {a}",
        }.get(
            found if pooled.clear else "",
            f"{capital(unclear(pooled))}: {one} returned {a} with {small}, {b} with {large}",
        )
        ta, tb = (formats.money(by_name.loc[tier, "median"], study.currency) for tier in (small, large))
        sentence = (
            f"{one} spent on {small} creators came back as {a} of revenue and on {large} as {b}: {pooled.words}. That "
            f"is a return on investment of {ra} and {rb}. With a typical creator (median) {one} came back as {ta} and "
            f"{tb}{agreement(pooled, typical)}. {_few_deals(pooled, typical, by_name, large)}"
        ).rstrip()
        notes += [corrected(pooled), differs_alike(study, "roas", two)]
        each = [formats.money(by_name.loc[tier, "pooled"], study.currency) for tier in (small, large)]
        big = {
            "value": " vs ".join(each),
            "label": f"returned per {one} spent, {small} vs {large}",
            "note": f"{formats.ratio(pooled.interval.estimate)}, {pooled.limits}",
        }
    notes.append(unpaid_yet(study))
    notes.append(
        "Revenue is what codes and links attributed; it counts orders that would have come anyway and misses others."
    )
    panels = pd.concat(
        [
            table.assign(statistic="pooled", value=table["roi"], low=table["roi_low"], high=table["roi_high"]),
            table.assign(
                statistic="typical creator (median)",
                value=table["median"] - 1,
                low=table["median_low"] - 1,
                high=table["median_high"] - 1,
            ),
        ],
        ignore_index=True,
    )
    return Finding(
        id=id,
        question=question,
        title=fitting(title),
        sentence=sentence,
        verdict=found,
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("denominator", "cost", "money"),
            Shown("numerator", "revenue", "money"),
            Shown("pooled", "return on ad spend", "money"),
            Shown("pooled_low", f"{study.level} from", "money"),
            Shown("pooled_high", f"{study.level} to", "money"),
            Shown("roi", "ROI", "percent"),
            Shown("roi_low", f"{study.level} from ", "percent"),
            Shown("roi_high", f"{study.level} to ", "percent"),
            Shown("median", "ROAS of a typical creator", "ratio"),
            Shown("remark", "remark", "text"),
        ),
        n=study.n(used, paid=True),
        subtitle=study.subtitle(
            f"Return on investment: revenue less cost, over cost ({currency_words(study.currency)})"
        ),
        source=study.source("measured", len(used)),
        caution=" ".join(filter(None, notes)),
        role="number",
        big=big,
        currency=study.currency,
        points=panels,
        encoding={
            "value": "value",
            "low": "low",
            "high": "high",
            "n": "measured",
            "panel": "statistic",
            "kind": "percent",
            "reference": (0.0, "money back"),
            "log": False,
        },
    )


def _few_deals(pooled: Contrast, typical: Contrast, by_name: pd.DataFrame, large: str) -> str:
    """Return why the pooled figures are not clear when typical creators differ clearly, or nothing."""
    if pooled.clear or pooled.same or not pooled.interval.known or not typical.clear:
        return ""
    share = formats.percent(by_name.loc[large, "largest_share"])
    return (
        "Typical creators differ clearly, and the pooled figures do not, because a few deals carry them: "
        f"one {large} creator brought {share} of the tier's revenue."
    )


def concentration(study: Study) -> Finding:
    """Say how much of each tier's engagements and money its largest creator holds."""
    id, question = "largest-share", "Does one creator decide a tier's figure?"
    rates = [DENOMINATORS[name] for name in denominators(study)]
    measures = {"cost": "cost_per_engagement", "revenue": "roas", **({"engagements": rates[0]} if rates else {})}
    parts = [(noun, by_tier(study, measure)) for noun, measure in measures.items() if len(study.measured(measure))]
    if not parts:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(study.accounts), 'creator')} have engagements or money",
            reason="no creator here has engagements, a cost or revenue",
            needs="engagements, cost or revenue of each creator",
        )
    table = pd.concat([part.assign(of=noun) for noun, part in parts], ignore_index=True)
    table = table[(table["measured"] > 1) & table["largest_share"].notna()].reset_index(drop=True)
    used = study.measured(measures[parts[0][0]])
    if table.empty:
        return not_testable(
            study,
            id=id,
            question=question,
            count="no tier has more than 1 measured creator",
            reason="no tier has two measured creators",
            needs="more creators",
            accounts=used,
        )
    ranked = table[~table["flagged"].astype(bool)]
    top = (ranked if len(ranked) else table).sort_values("largest_share", ascending=False, kind="stable").iloc[0]
    share = formats.percent(top["largest_share"])
    heavy = table[table["largest_share"] > _TOO_MUCH]
    verdict_text = (
        f"The pooled figure of {joined(sorted({str(t) for t in heavy['tier']}))} is that creator's figure; "
        "read the median instead."
        if len(heavy)
        else "No tier's pooled figure is one creator's figure."
    )
    return Finding(
        id=id,
        question=question,
        title=fitting(f"At most, one creator holds {share} of a tier's {top['of']} ({top['tier']})"),
        sentence=(
            f"The largest of the {whom(top['tier'])} holds {share} of the tier's {top['of']} "
            f"(of {plural(top['measured'], 'creator')}; equal shares would be "
            f"{formats.percent(1 / top['measured'])}). {verdict_text}"
        ),
        table=table,
        shown=(
            Shown("of", "total of", "text"),
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("numerator", "total", "short"),
            Shown("largest_share", "held by its largest creator", "percent"),
        ),
        n=study.n(used, paid=True),
        subtitle=study.subtitle("Share of a tier's total held by its largest creator"),
        source=study.source("measured", len(used)),
        currency=study.currency,
        points=table.rename(columns={"of": "total"}),
        encoding={"value": "largest_share", "panel": "total", "kind": "percent", "log": False},
    )
