"""Micro or mega: which one pays? The findings of the third notebook.

What an engagement costs and what a budget returns, tier against tier. A group's figure is pooled (what the money did
as a whole), and because a few large deals decide a pooled figure, a difference is called clear only when the pooled
interval excludes no difference and the typical creators point the same way. Money that was quoted or modelled never
stands in for money that was paid: the best evidence is used and named.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import formats
from analysis.findings.compare import Contrast, Statistic, Verdict, by_tier, contrast_tiers, enough, holm, pair, verdict
from analysis.findings.crossing import ambassador_cost
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.media_value import earned_media_value
from analysis.findings.prices import one_unit, prices
from analysis.findings.pricing import break_even, modelled_return, price_rule
from analysis.findings.schemes import holds_in_schemes
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import (
    capital,
    corrected,
    difference,
    joined,
    not_testable,
    nothing_to_compare,
    plural,
    remarks,
    too_few,
    whom,
)
from analysis.measures.registry import MEASURES

__all__ = [
    "ambassador_cost",
    "answer",
    "break_even",
    "concentration",
    "cost_in_schemes",
    "cost_per_engagement",
    "earned_media_value",
    "modelled_return",
    "other_prices",
    "price_rule",
    "return_in_schemes",
    "returns",
]

#: What a deliverable may be priced by, besides engagements.
_PRICES = ("cost_per_mille", "cost_per_thousand_reached", "cost_per_view", "cost_per_acquisition", "cost_per_click")

#: What the answer is made of: the return and the price of an engagement, then one price of being seen and one of
#: an outcome, the best that is known.
_MONEY = ("roas", "cost_per_engagement")
_SEEN = ("cost_per_mille", "cost_per_thousand_reached", "cost_per_view")
_GOT = ("cost_per_acquisition", "cost_per_click")

#: Measures as short as a chart's margin.
_LABELS = {
    "roas": "revenue per cost (ROAS)",
    "cost_per_engagement": "cost per engagement",
    "cost_per_mille": "cost per 1,000 shown (CPM)",
    "cost_per_thousand_reached": "cost per 1,000 reached",
    "cost_per_view": "cost per view",
    "cost_per_acquisition": "cost per order",
    "cost_per_click": "cost per click",
    "engagement_rate_by_followers": "engagement by followers",
    "engagement_rate_by_reach": "engagement by reach",
    "engagement_rate_by_impressions": "engagement by impressions",
    "engagement_rate_by_views": "engagement by views",
}

#: Largest share of a tier's total that one creator may hold before the tier's pooled figure is called theirs.
_TOO_MUCH = 0.5


def two_tiers(study: Study, measure: str, accounts: pd.DataFrame) -> tuple[tuple[str, str] | None, pd.DataFrame]:
    """Return the two tiers to compare (micro and mega where both have enough, else the ends), and the groups."""
    groups = by_tier(study, measure, accounts=None if accounts is study.accounts else accounts)
    return pair(enough(groups), below=study.scheme.below), groups


def both_ways(
    study: Study, measure: str, accounts: pd.DataFrame, two: tuple[str, str], groups: pd.DataFrame
) -> tuple[Contrast, Contrast]:
    """Return the contrast of two tiers pooled and of typical creators, each corrected for all tiers compared.

    The pooled one is clear only when the typical creators point the same way.
    """
    ranked = enough(groups)
    pairs = [(tier, two[1]) for tier in ranked if tier != two[1]]
    place = pairs.index(two)
    pooled, typical = (
        holm(
            [contrast_tiers(study, measure, *each, statistic=how, accounts=accounts) for each in pairs],
            study.confidence,
        )[place]
        for how in ("pooled", "median")
    )
    agree = (pooled.interval.estimate > 1) == (typical.interval.estimate > 1)
    return replace(pooled, clear=pooled.clear and agree), typical


def answer(study: Study) -> Finding:
    """Say in one finding which of two sizes pays, from every measure there is."""
    id, question = "which-pays", "Micro or mega: which one pays?"
    if not study.has_money:
        return _no_spend(study, id, question)
    priced = prices(study)
    main = "roas" if len(study.measured("roas")) else "cost_per_engagement"
    two, groups = two_tiers(study, main, priced.accounts)
    if two is None and main == "roas":
        two, _ = two_tiers(study, main := "cost_per_engagement", priced.accounts)
    if two is None:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(len(enough(groups)), 'tier')} with {study.minimum} priced creators",
            reason=nothing_to_compare(study, groups),
            needs="deliverables with their cost, from enough small and large creators with known followers,",
            accounts=study.measured(main, priced.accounts),
            evidence=priced.evidence if priced.basis != "none" else "measured",
        )
    table = _forest(study, priced.accounts, two)
    small, large = two
    said = _answer_words(study, table.set_index("name", drop=False), small, large, priced.basis)
    used = study.measured(main, priced.accounts)
    return Finding(
        id=id,
        question=question if two == ("micro", "mega") else f"{capital(small)} or {large}: which one pays?",
        title=said.title,
        sentence=said.sentence,
        verdict=said.verdict,
        evidence=priced.evidence,
        table=table,
        shown=(
            Shown("measure", "measure", "text"),
            Shown("first_text", small, "text"),
            Shown("second_text", large, "text"),
            Shown("estimate", f"{small} against {large}", "ratio"),
            Shown("low", "95% from", "ratio"),
            Shown("high", "95% to", "ratio"),
            Shown("n_a", f"{small} creators", "count"),
            Shown("n_b", f"{large} creators", "count"),
            Shown("difference", "difference", "text"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"{capital(small)} over {large}: pooled cost and return, median rates"),
        source=study.source(priced.evidence, len(used)),
        caution=(
            "Creators were chosen by the brand, not assigned, so a difference is associated with size and not proof of it. "
            + corrected(Contrast(small, large, _no_interval(study), 0, 0, comparisons=len(table)))
        ).strip(),
        action=said.action,
        role="headline",
        currency=study.currency,
        encoding={"label": "label", "a": small, "b": large, "minimum": study.minimum},
    )


def _no_interval(study: Study) -> Any:
    from analysis.inference import Interval

    return Interval(math.nan, math.nan, math.nan, 0, "", study.confidence)


def _no_spend(study: Study, id: str, question: str) -> Finding:
    return not_testable(
        study,
        id=id,
        question=question,
        count=f"0 of {plural(len(study.accounts), 'creator')} have a cost or a fee",
        reason="these files hold no money paid and no quoted fee, so what pays cannot be measured",
        needs="deliverables with their cost, and revenue where it is tracked,",
    )


def _forest(study: Study, accounts: pd.DataFrame, two: tuple[str, str]) -> pd.DataFrame:
    """Return one row per measure with both tiers' figures and their ratio, corrected over all rows."""
    known = [name for name in (*_MONEY, *_PRICES) if len(study.measured(name, accounts))]
    seen = next((name for name in known if name in _SEEN), None)
    got = next((name for name in known if name in _GOT), None)
    chosen: list[tuple[str, Statistic]] = [(name, "pooled") for name in known if name in (*_MONEY, seen, got)]
    rates = denominators(study)
    chosen += [(DENOMINATORS[name], "median") for name in dict.fromkeys((*rates[:1], *rates[1:2]))]
    kept, asked, figures = [], [], []
    for name, statistic in chosen:
        groups = by_tier(study, name, accounts=None if accounts is study.accounts else accounts).set_index("tier")
        if groups.loc[list(two), "flagged"].any():
            continue
        kept.append((name, statistic))
        figures.append([groups.loc[tier, statistic] for tier in two])
        asked.append(contrast_tiers(study, name, *two, statistic=statistic, accounts=accounts))
    made = holm(asked, study.confidence)
    rows = []
    for (name, statistic), contrast, (a, b) in zip(kept, made, figures, strict=True):
        measure = MEASURES[name]
        rows.append(
            {
                "name": name,
                "label": _LABELS.get(name, measure.label),
                "measure": f"{measure.label}, {'typical creator' if statistic == 'median' else 'pooled'}",
                "kind": measure.kind,
                "first": a,
                "second": b,
                "first_text": formats.show(a, measure.kind, study.currency),
                "second_text": formats.show(b, measure.kind, study.currency),
                "estimate": contrast.interval.estimate,
                "low": contrast.interval.low,
                "high": contrast.interval.high,
                "n_a": contrast.n_first,
                "n_b": contrast.n_second,
                "direction": contrast.direction,
                "difference": difference(contrast),
                "words": contrast.words,
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Answer:
    """What page one says: title, sentence, verdict and what to do."""

    title: str
    sentence: str
    verdict: Verdict
    action: str


def _answer_words(study: Study, rows: pd.DataFrame, small: str, large: str, basis: str) -> _Answer:
    cheap, pays = (rows.loc[name] if name in rows.index else None for name in ("cost_per_engagement", "roas"))
    one = one_unit(study.currency)
    parts, claims = [], []
    for row, said, good in (
        (pays, f"{one} spent returned {{}} with {{}} and {{}} with {{}}", "higher"),
        (
            cheap,
            f"an engagement {'costs' if basis == 'paid' else 'is quoted at'} {{}} with {{}} and {{}} with {{}}",
            "lower",
        ),
    ):
        if row is not None:
            a, b = (formats.money(row[side], study.currency) for side in ("first", "second"))
            parts.append(f"{said.format(a, small, b, large)} ({_plain_words(row)})")
            better = "" if row["direction"] == "none" else small if row["direction"] == good else large
            claims.append((row["name"], better, a, b))
    if pays is None:
        parts.append("no revenue is known, so what comes back is not measured")
    told = {name: (better, a, b) for name, better, a, b in claims}
    return_, price = told.get("roas"), told.get("cost_per_engagement")
    verb = "costs" if basis == "paid" else "is quoted at"
    if return_ and return_[0]:
        best, a, b = return_
        first, rest = (a, b) if best == small else (b, a)
        title = (
            f"{capital(best)} pays: {one} returned {first} with {best}, {rest} with {large if best == small else small}"
        )
        found, action = (
            _side(best, small),
            f"Move the next budget towards {best} creators in steps, and measure after each.",
        )
    elif price and price[0]:
        best, a, b = price
        title = f"An engagement {verb} {a} with {small} and {b} with {large}"
        if return_:
            title = f"{a} an engagement with {small}, {b} with {large}; returns show no clear difference"
            found: Verdict = "inconclusive"
            action = (
                f"If engagement is the goal, buy it from {best} creators. For sales, test both sizes with equal budgets: "
                "the returns cannot be told apart yet."
            )
        else:
            found = _side(best, small)
            action = f"Where engagement is the goal, move budget towards {best} creators, and track sales to see what returns."
    else:
        name, a, b = ("returned", *return_[1:]) if return_ else ("costs", *price[1:])  # type: ignore[misc]
        what = one if return_ else "an engagement"
        title = f"No clear difference: {what} {name} {a} with {small} and {b} with {large}"
        found, action = (
            "inconclusive",
            "Test both sizes with equal budgets: these figures give no reason to prefer one.",
        )
    title = fitting(title, title.split("; ")[0])
    return _Answer(title, f"{capital('; '.join(parts))}.", found, action)


def _side(best: str, small: str) -> Verdict:
    return "supported" if best == small else "contradicted"


def _plain_words(row: pd.Series) -> str:
    lead = "" if row["direction"] != "none" else "no clear difference, "
    return lead + str(row["words"]).replace(" (", ", ").rstrip(")")


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
    cash = lambda value: formats.money(value, priced.currency)  # noqa: E731
    by_name = table.set_index("tier")
    verb = {"paid": "costs", "quoted": "is quoted at", "rate card": "would cost"}[priced.basis]
    found: Verdict | None = None
    notes, big = [too_few(table, study.minimum)], None
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
        }.get(found, f"No clear difference: an engagement {verb} {a} with {small}, {b} with {large}")
        sentence = (
            f"All the money of a tier over all its engagements, an engagement {verb} {a} with {small} and {b} with "
            f"{large}: {pooled.words}. With a typical creator (median) it is {ma} and {mb}"
            f"{_agreement(pooled, typical)}."
        )
        notes += [corrected(pooled)]
        cheaper = formats.ratio(pooled.interval.estimate)
        big = {"value": cheaper, "label": f"the cost of an engagement, {small} against {large}"}
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
            Shown("posts", "posts", "count"),
            Shown("numerator", "cost", "money"),
            Shown("denominator", "engagements", "short"),
            Shown("pooled", "cost per engagement", "money"),
            Shown("pooled_low", "95% from", "money"),
            Shown("pooled_high", "95% to", "money"),
            Shown("median", "typical creator (median)", "money"),
            Shown("median_low", "95% from ", "money"),
            Shown("median_high", "95% to ", "money"),
            Shown("remark", "remark", "text"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(
            f"Cost per engagement, pooled, {priced.currency or 'currency not stated'}: {priced.words}"
        ),
        source=study.source(priced.evidence, len(used)),
        caution=" ".join(filter(None, notes)),
        role="number" if priced.basis in ("paid", "quoted") else "",
        big=big,
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


def _agreement(pooled: Contrast, typical: Contrast) -> str:
    if (pooled.interval.estimate > 1) != (typical.interval.estimate > 1):
        return ", which points the other way, so a few large deals decide the first figure"
    return f", {typical.words}" if typical.interval.known else ""


def _few_deals(pooled: Contrast, typical: Contrast, by_name: pd.DataFrame, large: str) -> str:
    """Return why the pooled figures are not clear when typical creators differ clearly, or nothing."""
    if pooled.clear or not typical.clear:
        return ""
    share = formats.percent(by_name.loc[large, "largest_share"])
    return (
        "Typical creators differ clearly, and the pooled figures do not, because a few deals carry them: "
        f"one {large} creator brought {share} of the tier's revenue."
    )


def _coin(study: Study) -> str:
    return study.currency or "currency not stated"


def other_prices(study: Study) -> Finding:
    """Give what impressions, views, clicks and orders cost by tier, where they are known."""
    id, question = "other-prices", "What do impressions, views, clicks and orders cost?"
    known = [name for name in _PRICES if len(study.measured(name))]
    if not known:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(study.accounts), 'creator')} have a cost with views, clicks or orders",
            reason="no deliverable here has both a cost and impressions, reach, views, clicks or conversions",
            needs="deliverables with their cost and what they brought",
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
    made = holm(asked, study.confidence)
    figures = table.set_index(["name", "tier"])["pooled"]
    said, titles, clear = [], [], 0
    for (name, _), contrast in zip(comparable, made, strict=True):
        a, b = (formats.money(figures[name, tier], study.currency) for tier in (contrast.first, contrast.second))
        said.append(
            f"{MEASURES[str(name)].label}: {a} with {contrast.first} and {b} with {contrast.second}, {difference(contrast)}"
        )
        short = MEASURES[str(name)].label
        lead = f"{capital(short)}: {a} with {contrast.first}, {b} with {contrast.second}"
        titles.append(lead if contrast.clear else f"{lead}, no clear difference")
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
            Shown("pooled_low", "95% from", "money"),
            Shown("pooled_high", "95% to", "money"),
            Shown("median", "typical creator (median)", "money"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"Cost over what it brought, pooled, {_coin(study)}"),
        source=study.source("measured", len(used)),
        caution=corrected(made[0]) if made else too_few(table[table["name"] == known[0]], study.minimum),
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


def _two_prices(table: pd.DataFrame, known: list[str]) -> pd.DataFrame:
    """Return the chart's rows: the best price of being seen and the best price of an outcome."""
    drawn = [next((n for n in known if n in kind), None) for kind in (_SEEN, _GOT)]
    chosen = pd.concat([table[table["name"] == name] for name in drawn if name], ignore_index=True)
    chosen["panel"] = [_LABELS[name] for name in chosen["name"]]
    return chosen.rename(columns={"pooled_low": "low", "pooled_high": "high"})


def returns(study: Study) -> Finding:
    """Give return on investment and on ad spend by tier, and say whether the sizes differ."""
    id, question = "returns", "What came back for the money, by size of creator?"
    used = study.measured("roas")
    if used.empty:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {plural(len(study.accounts), 'creator')} have a cost and revenue",
            reason="no deliverable here has both a cost and the revenue it brought",
            needs="revenue by discount code or tracked link beside the cost of each deliverable",
        )
    two, table = two_tiers(study, "roas", study.accounts)
    table["roi"], table["roi_low"], table["roi_high"] = (table[c] - 1 for c in ("pooled", "pooled_low", "pooled_high"))
    table["remark"] = remarks(table)
    by_name = table.set_index("tier")
    one = one_unit(study.currency)
    found: Verdict | None = None
    big = None
    notes = [too_few(table, study.minimum)]
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
        }.get(found, f"No clear difference: {one} returned {a} with {small}, {b} with {large}")
        ta, tb = (formats.money(by_name.loc[tier, "median"], study.currency) for tier in (small, large))
        sentence = (
            f"{one} spent on {small} creators came back as {a} of revenue and on {large} as {b}, a return on investment "
            f"of {ra} and {rb}: {pooled.words}. With a typical creator (median) it was {ta} and {tb}"
            f"{_agreement(pooled, typical)}. {_few_deals(pooled, typical, by_name, large)}"
        ).rstrip()
        notes += [corrected(pooled)]
        big = {
            "value": f"{formats.number(by_name.loc[small, 'pooled'])} vs {formats.number(by_name.loc[large, 'pooled'])}",
            "label": f"returned per {one} spent, {small} vs {large}",
        }
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
            Shown("pooled_low", "95% from", "money"),
            Shown("pooled_high", "95% to", "money"),
            Shown("roi", "ROI", "percent"),
            Shown("roi_low", "95% from ", "percent"),
            Shown("roi_high", "95% to ", "percent"),
            Shown("median", "ROAS of a typical creator", "ratio"),
            Shown("remark", "remark", "text"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(f"Return on investment: revenue less cost, over cost ({_coin(study)})"),
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
        f"The pooled figure of {joined(sorted({str(t) for t in heavy['tier']}))} is that creator's figure; read the median instead."
        if len(heavy)
        else "No tier's pooled figure is one creator's figure."
    )
    return Finding(
        id=id,
        question=question,
        title=fitting(f"At most, one creator holds {share} of a tier's {top['of']} ({top['tier']})"),
        sentence=(
            f"The largest of the {whom(top['tier'])} holds {share} of the tier's {top['of']} "
            f"(of {plural(top['measured'], 'creator')}; equal shares would be {formats.percent(1 / top['measured'])}). {verdict_text}"
        ),
        table=table,
        shown=(
            Shown("of", "total of", "text"),
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("numerator", "total", "short"),
            Shown("largest_share", "held by its largest creator", "percent"),
        ),
        n=study.n(used),
        subtitle=study.subtitle("Share of a tier's total held by its largest creator"),
        source=study.source("measured", len(used)),
        currency=study.currency,
        points=table.rename(columns={"of": "total"}),
        encoding={"value": "largest_share", "panel": "total", "kind": "percent", "log": False},
    )


def cost_in_schemes(study: Study) -> Finding:
    """Say in how many schemes an engagement is cheaper with the smaller tier."""
    priced = prices(study)
    id, question = "cost-in-schemes", "Is an engagement cheaper with smaller creators however the tiers are drawn?"
    if priced.basis not in ("paid", "quoted"):
        return _no_spend(study, id, question)
    return holds_in_schemes(
        study,
        "cost_per_engagement",
        id=id,
        question=question,
        claimed="lower",
        said="the cheaper engagement",
        label=f"cost per engagement ({priced.words})",
        statistic="pooled",
        evidence=priced.evidence,
        accounts=priced.accounts,
    )


def return_in_schemes(study: Study) -> Finding:
    """Say in how many schemes the smaller tier returns more."""
    return holds_in_schemes(
        study,
        "roas",
        id="return-in-schemes",
        question="Do smaller creators return more however the tiers are drawn?",
        claimed="higher",
        said="the higher return",
        label="return on ad spend",
        statistic="pooled",
    )
