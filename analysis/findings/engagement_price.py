"""What an engagement costs by tier, and what impressions, views, clicks and orders cost.

The pooled figure is what the money bought; the median is what a typical creator costs. A difference is clear only
when both point the same way.
"""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from analysis import formats
from analysis.findings.alike import differs_alike
from analysis.findings.compare import (
    Contrast,
    Verdict,
    both_ways,
    by_tier,
    contrast_tiers,
    enough,
    holm,
    members,
    pair,
    two_tiers,
    verdict,
)
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.prices import (
    GOT,
    LABELS,
    PRICES,
    SEEN,
    currency_words,
    mixed_money,
    one_chosen,
    prices,
    unpaid_yet,
)
from analysis.findings.study import Study
from analysis.findings.words import (
    capital,
    corrected,
    difference,
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
from analysis.measures.registry import MEASURES

__all__ = ["agreement", "cost_per_engagement", "other_prices"]


def cost_per_engagement(study: Study) -> Finding:
    """Give what an engagement costs by tier, by the best evidence there is."""
    id, question = "cost-per-engagement", "What does an engagement cost, by size of creator?"
    priced = prices(study)
    if priced.basis == "none":
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(study.accounts), 'creator')} have a price and engagements",
            reason="no creator here has both a price (paid, quoted or from followers) and engagements",
            needs="cost or fee, and engagements, of each creator",
        )
    two, table = two_tiers(study, "cost_per_engagement", priced.accounts)
    table["followers"] = [study.ranges.get(tier, "not stated") for tier in table["tier"]]
    table["remark"] = remarks(table)
    used = study.measured("cost_per_engagement", priced.accounts)
    table["paid_posts"] = [_paid_posts(priced.accounts, tier) for tier in table["tier"]]
    cash = partial(formats.money, currency=priced.currency)
    by_name = table.set_index("tier")
    verb = {"paid": "costs", "quoted": "is quoted at", "rate card": "would cost"}[priced.basis]
    found: Verdict | None = None
    notes, big = [too_few(table, study.minimum), limits_withheld(table)], None
    if two is None:
        lead = table.sort_values("measured", ascending=False, kind="stable").iloc[0]
        title = f"An engagement {verb} {cash(lead['pooled'])} with {whom(lead['tier'])}"
        sentence = f"{title} ({plural(lead['measured'], 'creator')}). {nothing_to_compare(study, table)}"
    else:
        small, large = two
        pooled, typical = both_ways(study, "cost_per_engagement", priced.accounts, two, table)
        found = verdict(pooled, "lower") if priced.basis != "rate card" else None
        a, b = (cash(by_name.loc[tier, "pooled"]) for tier in (small, large))
        ma, mb = (cash(by_name.loc[tier, "median"]) for tier in (small, large))
        title = {
            "supported": f"An engagement {verb} {a} with {small} and {b} with {large}",
            "contradicted": f"An engagement {verb} less with {large}: {b} against {a} with {small}",
            None: f"By the $25 rule an engagement would cost {a} with {small}, {b} with {large}",
        }.get(
            found if pooled.clear or found is None else "",
            f"{capital(unclear(pooled))}: an engagement {verb} {a} with {small}, {b} with {large}",
        )
        sentence = (
            f"All the money of a tier over all its engagements, an engagement {verb} {a} with {small} and {b} with "
            f"{large}: {pooled.words}. With a typical creator (median) it is {ma} and {mb}"
            f"{agreement(pooled, typical)}."
        )
        notes += [corrected(pooled)]
        if priced.basis != "rate card":
            notes += [differs_alike(study, "cost_per_engagement", two, priced.accounts)]
        dear = pooled.above_one
        big = {
            "value": formats.ratio(dear.interval.estimate),
            "label": f"the cost of an engagement, {dear.first} against {dear.second}",
            "note": dear.limits,
        }
    if priced.basis == "paid":
        notes.append(unpaid_yet(study))
    if priced.basis == "rate card":
        notes.append("The price is the rule of $25 per 1,000 followers, so this only restates the engagement rate.")
    zero = int(table["zero_denominator"].sum())
    if zero:
        notes.append(
            f"{capital(plural(zero, 'creator'))} got no engagement: no cost of their own, but in the tier's sum."
        )
    points = table.rename(columns={"pooled_low": "low", "pooled_high": "high"})
    return Finding(
        id=id,
        question=question,
        title=fitting(title),
        sentence=sentence,
        verdict=found,
        evidence=priced.evidence,
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("followers", "followers", "text"),
            Shown("measured", "creators", "count"),
            *((Shown("paid_posts", "paid posts", "count"),) if priced.basis == "paid" else ()),
            Shown("numerator", "cost", "money"),
            Shown("denominator", "engagements", "short"),
            Shown("pooled", "cost per engagement", "money"),
            Shown("pooled_low", f"{study.level} from", "money"),
            Shown("pooled_high", f"{study.level} to", "money"),
            Shown("median", "typical creator (median)", "money"),
            Shown("median_low", f"{study.level} from ", "money"),
            Shown("median_high", f"{study.level} to ", "money"),
            Shown("remark", "remark", "text"),
        ),
        n=study.n(used, paid=True),
        subtitle=study.subtitle(
            f"Cost per engagement, pooled, {priced.currency or 'currency not stated'}: {priced.words}"
        ),
        source=study.source(priced.evidence, len(used)),
        caution=" ".join(filter(None, notes)),
        role="number" if priced.basis in ("paid", "quoted") else "",
        big=big if priced.basis in ("paid", "quoted") else None,
        currency=priced.currency,
        points=points,
        encoding={
            "value": "pooled",
            "low": "low",
            "high": "high",
            "n": "measured",
            "kind": "money",
            "currency": priced.currency,
        },
    )


def _paid_posts(accounts: pd.DataFrame, tier: str) -> int:
    """Return the paid deliverables of a tier's accounts that are behind its cost per engagement."""
    group = members(accounts, tier)
    return int(group.loc[group["cost_per_engagement_num"].notna(), "deliverables"].sum())


def agreement(pooled: Contrast, typical: Contrast) -> str:
    """Return how the typical creators stand to the pooled figure, as the end of a sentence."""
    if (pooled.interval.estimate > 1) != (typical.interval.estimate > 1):
        return ", which points the other way, so a few large deals decide the first figure"
    return f", {typical.words}" if typical.interval.known else ""


def other_prices(study: Study) -> Finding:
    """Give what impressions, views, clicks and orders cost by tier, where they are known."""
    id, question = "other-prices", "What do impressions, views, clicks and orders cost?"
    known = [name for name in PRICES if len(study.measured(name))]
    if not known:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(study.accounts), 'creator')} have a cost with views, clicks or orders",
            reason=mixed_money(study)
            or "no deliverable here has both a cost and impressions, reach, views, clicks or conversions",
            needs=one_chosen(study) or "deliverables with their cost and what they brought",
        )
    parts = []
    for name in known:
        part = by_tier(study, name)
        part.insert(0, "measure", MEASURES[name].label)
        part.insert(0, "name", name)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    below = study.scheme.below
    pairs = {str(name): pair(enough(group), below=below) for name, group in table.groupby("name", sort=False)}
    comparable = [(name, two) for name, two in pairs.items() if two]
    asked = [contrast_tiers(study, name, *two, statistic="pooled") for name, two in comparable]
    made = holm(asked, study.confidence, study.region)
    figures = table.set_index(["name", "tier"])["pooled"]
    said, titles, clear = [], [], 0
    for (name, _), contrast in zip(comparable, made, strict=True):
        a, b = (formats.money(figures[name, tier], study.currency) for tier in (contrast.first, contrast.second))
        said.append(
            f"{MEASURES[str(name)].label}: {a} with {contrast.first} and {b} with {contrast.second}, "
            f"{difference(contrast)}"
        )
        short = MEASURES[str(name)].label
        lead = f"{capital(short)}: {a} with {contrast.first}, {b} with {contrast.second}"
        titles.append(lead if contrast.clear else f"{lead}, {unclear(contrast)}")
        clear += contrast.clear
    table["clear"], table["compared"] = clear, len(made)
    first = table[table["measured"] > 0].iloc[0]
    lone = f"{capital(first['measure'])} is {formats.money(first['pooled'], study.currency)} with {whom(first['tier'])}"
    used = study.measured(known[0])
    return Finding(
        id=id,
        question=question,
        title=fitting(
            *(titles[:1] or [lone]), f"{clear} of {plural(len(made), 'price')} differ clearly between the sizes"
        ),
        sentence=f"{capital('; '.join(said))}." if said else f"{lone}. {nothing_to_compare(study, table)}",
        table=table,
        shown=(
            Shown("measure", "price", "text"),
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("numerator", "cost", "money"),
            Shown("pooled", "pooled", "money"),
            Shown("pooled_low", f"{study.level} from", "money"),
            Shown("pooled_high", f"{study.level} to", "money"),
            Shown("median", "typical creator (median)", "money"),
            Shown("median_low", f"{study.level} from ", "money"),
            Shown("median_high", f"{study.level} to ", "money"),
        ),
        n=study.n(used, paid=True),
        subtitle=study.subtitle(f"Cost over what it brought, pooled, {currency_words(study.currency)}"),
        source=study.source("measured", len(used)),
        caution=" ".join(
            filter(
                None,
                [
                    corrected(made[0]) if made else too_few(table[table["name"] == known[0]], study.minimum),
                    without_results(table, known),
                ],
            )
        ),
        currency=study.currency,
        points=_two_prices(table, known),
        encoding={
            "value": "pooled",
            "low": "low",
            "high": "high",
            "n": "measured",
            "panel": "panel",
            "kind": "money",
            "currency": study.currency,
        },
    )


def without_results(table: pd.DataFrame, names: Sequence[str]) -> str:
    """Return how many creators brought none of what a price is per: in the sum, and not in the median.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["cost_per_acquisition"] * 2, "zero_denominator": [3, 1]})
    >>> without_results(rows, ["cost_per_acquisition"])
    'No orders from 4 creators: their cost is in the pooled figure, and the median is of those who brought some.'
    """
    noun = {"cost_per_acquisition": "orders", "cost_per_click": "clicks", "cost_per_view": "views"}
    counts = {noun[n]: int(table.loc[table["name"] == n, "zero_denominator"].sum()) for n in names if n in noun}
    said = [f"no {word} from {plural(count, 'creator')}" for word, count in counts.items() if count]
    tail = "their cost is in the pooled figure, and the median is of those who brought some."
    return f"{capital(joined(said))}: {tail}" if said else ""


def _two_prices(table: pd.DataFrame, known: list[str]) -> pd.DataFrame:
    """Return the chart's rows: the best price of being seen and the best price of an outcome."""
    drawn = [next((n for n in known if n in kind), None) for kind in (SEEN, GOT)]
    chosen = pd.concat([table[table["name"] == name] for name in drawn if name], ignore_index=True)
    chosen["panel"] = [LABELS[name] for name in chosen["name"]]
    return chosen.rename(columns={"pooled_low": "low", "pooled_high": "high"})
