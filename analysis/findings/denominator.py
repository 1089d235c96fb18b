"""Whether the answer depends on what engagement is divided by: every denominator under its own name."""

import math
from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis import formats
from analysis.findings.alike import differs_alike
from analysis.findings.compare import Contrast, Verdict, contrast_tiers, enough, holm, pair
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.rates import no_rate, rates, remark
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.viral import sizes_of_success
from analysis.findings.words import (
    PER,
    capital,
    corrected,
    joined,
    no_difference,
    not_testable,
    plural,
    sizes,
    too_few,
    unclear,
)

__all__ = ["denominator"]


def denominator(study: Study) -> Finding:
    """Say whether the ranking of the tiers depends on what engagement is divided by."""
    id, question = "denominator-decides", "Which size engages more, and does the denominator change that?"
    names = denominators(study)
    if not names:
        return no_rate(study, id, question)
    table = rates(study)
    ranked = [tier for tier in study.order if all(tier in enough(table[table["over"] == n]) for n in names)]
    used = study.measured(DENOMINATORS[names[0]])
    role: Literal["number", "headline"] = "number" if study.has_money else "headline"
    if len(names) < 2 or len(ranked) < 2:
        few = (
            f"only {joined(names)} can be the denominator here"
            if len(names) < 2
            else (f"fewer than two tiers have {study.minimum} creators with {joined(names)}")
        )
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"1 denominator, {names[0]}"
            if len(names) < 2
            else f"{plural(len(ranked), 'tier')} with {study.minimum} creators to compare",
            reason=few,
            needs="views, reach or impressions beside followers, for creators of several sizes",
            accounts=used,
        )
    small, reference = pair(ranked, below=study.scheme.below) or (ranked[0], ranked[-1])
    asked = [(n, tier) for n in names for tier in ranked if tier != reference]
    asks = [contrast_tiers(study, DENOMINATORS[n], tier, reference) for n, tier in asked]
    made = holm(asks, study.confidence, study.region)
    known = dict(zip(asked, made, strict=True))
    found = [known.get((over, tier)) for over, tier in zip(table["over"], table["tier"], strict=True)]
    for column, part in (("against", "estimate"), ("against_low", "low"), ("against_high", "high")):
        table[column] = [getattr(contrast.interval, part) if contrast else math.nan for contrast in found]
    table["difference"] = [
        remark(tier, measured, contrast, reference)
        for tier, measured, contrast in zip(table["tier"], table["measured"], found, strict=True)
    ]
    main = table[table["over"] == names[0]]
    told = {n: known[(n, small)] for n in names}
    directions: set[str] = {contrast.direction for contrast in told.values()}
    decides = _disagree(list(told.values()))
    medians = dict(zip(zip(table["over"], table["tier"], strict=True), table["median"].tolist(), strict=True))
    title = _denominator_title(told, medians, small, reference, decides)
    return Finding(
        id=id,
        question=question,
        title=title,
        sentence=_denominator_sentence(told, medians, small, reference, decides),
        verdict=_stands(directions, decides),
        table=table,
        shown=(
            Shown("divided_by", "engagement", "text"),
            Shown("tier", "tier", "text"),
            Shown("measured", "creators", "count"),
            Shown("median", "typical creator (median)", "percent"),
            Shown("median_low", f"{study.level} from", "percent"),
            Shown("median_high", f"{study.level} to", "percent"),
            Shown("against", f"times {reference}", "ratio"),
            Shown("against_low", f"{study.level} from ", "ratio"),
            Shown("against_high", f"{study.level} to ", "ratio"),
            Shown("difference", f"against {reference}", "text"),
        ),
        n=study.n(used),
        subtitle=study.subtitle(
            f"Median engagement rate over creators with its {study.level} interval (exact, order statistics)"
        ),
        source=study.source("measured", who=sizes(main)),
        caution=" ".join(
            filter(
                None,
                [
                    _listed(study),
                    too_few(main, study.minimum),
                    corrected(made[0]),
                    no_difference(study),
                    differs_alike(study, DENOMINATORS[names[0]], (small, reference)),
                ],
            )
        ),
        action=_denominator_action(told, decides),
        role=role,
        big={
            "value": formats.ratio(told[names[0]].interval.estimate),
            "label": f"{small} against {reference}, engagement {PER[names[0]]}"
            + "".join(f"; {formats.ratio(told[n].interval.estimate)} {PER[n]}" for n in names[1:2]),
            "note": told[names[0]].limits,
        },
        points=_two_panels(table, told),
        encoding={
            "value": "median",
            "low": "low",
            "high": "high",
            "n": "measured",
            "panel": "divided_by",
            "kind": "percent",
        },
    )


def _listed(study: Study) -> str:
    """Return the caution that small accounts are in the list for one success, where they are."""
    if not len(study.measured(DENOMINATORS["followers"])):
        return ""
    table = sizes_of_success(study)[0]
    viral = list(table.loc[table["viral"], "tier"])
    if not viral:
        return ""
    return f"{capital(joined(viral))} accounts are listed only because they went viral; ordinary ones are not here."


def _told(told: dict[str, Contrast]) -> tuple[str, str]:
    """Return the two denominators to speak of: the clear one first, then one that disagrees, else the last."""
    names = list(told)
    first = names[0]
    other = next((n for n in reversed(names) if told[n].direction != told[first].direction), names[-1])
    return (first, other) if told[first].clear or not told[other].clear else (other, first)


def _two_panels(table: pd.DataFrame, told: dict[str, Contrast]) -> pd.DataFrame:
    drawn = pd.concat([table[table["over"] == name] for name in _told(told)], ignore_index=True)
    return drawn.rename(columns={"median_low": "low", "median_high": "high"})


def _disagree(contrasts: Sequence[Contrast]) -> bool:
    """Return whether two denominators give answers that cannot both be had from one ratio: their intervals lie apart.

    That one is clear and another is not is no disagreement by itself; the second may only be known less well.
    """
    return any(
        a.direction != b.direction and a.interval.known and b.interval.known and a.interval.low > b.interval.high
        for a in contrasts
        for b in contrasts
    )


def _stands(directions: set[str], decides: bool) -> Verdict:
    """Return the verdict on what the title says: that the denominator decides, or that one size is ahead by each."""
    if decides:
        return "supported"
    if len(directions) > 1:
        return "inconclusive"
    if directions == {"higher"}:
        return "supported"
    return "inconclusive" if directions == {"none"} else "contradicted"


def _said(contrast: Contrast, name: str) -> str:
    if not contrast.clear:
        return f"{unclear(contrast)} {PER[name]}"
    return f"{formats.ratio(contrast.interval.estimate)} {contrast.second} {PER[name]}"


def _denominator_title(
    told: dict[str, Contrast], medians: dict[tuple[str, str], float], small: str, large: str, decides: bool
) -> str:
    names = list(told)
    first, other = _told(told)
    if decides:
        one, two = _said(told[first], first), _said(told[other], other).replace(f" {large} ", " ")
        return fitting(
            f"The denominator decides: {small} is {one}, {two}",
            f"The denominator decides: {small} is {one}",
            f"The denominator decides: {formats.ratio(told[first].interval.estimate)} {PER[first]}",
        )
    a, b = (formats.percent(medians[first, tier]) for tier in (small, large))
    if not told[first].clear:
        lead = capital(unclear(told[first]))
        return fitting(
            f"{lead} by {plural(len(names), 'denominator')}: {small} {a}, {large} {b} {PER[first]}",
            f"{lead}: {small} {a}, {large} {b} {PER[first]}",
        )
    higher = small if told[first].direction == "higher" else large
    if len({contrast.direction for contrast in told.values()}) > 1:
        one, two = _said(told[first], first), _said(told[other], other).replace(f" {large} ", " ")
        return fitting(f"{capital(small)} is {one}, with {two}", f"{capital(small)} is {one}")
    ratios = ", ".join(
        f"{formats.ratio(told[n].interval.estimate)} {large + ' ' if n == first else ''}{PER[n]}"
        for n in (first, other)
    )
    return fitting(
        f"{capital(higher)} engages more by every denominator: {ratios}",
        f"{capital(higher)} engages more by all {len(names)} denominators",
    )


def _denominator_sentence(
    told: dict[str, Contrast], medians: dict[tuple[str, str], float], small: str, large: str, decides: bool
) -> str:
    clauses = []
    for name, contrast in told.items():
        a, b = (formats.percent(medians[name, tier]) for tier in (small, large))
        shown = contrast.words if contrast.clear else f"{unclear(contrast)}, {contrast.words}"
        clauses.append(
            f"{PER[name]}, {small} creators reach {a} and {large} creators {b} "
            f"({shown.replace(' (', ', ').replace(')', '')})"
        )
    said = "; ".join(clauses)
    end = (
        "The same posts give different answers, so no rate should be quoted without its denominator."
        if decides
        else "Every denominator gives the same answer."
        if len({c.direction for c in told.values()}) == 1 and any(c.clear for c in told.values())
        else "The denominators do not contradict each other; some are known too roughly to say."
        if any(c.clear for c in told.values())
        else "By no denominator is there a meaningful difference."
        if all(c.same for c in told.values())
        else "No denominator shows a clear difference."
    )
    return f"{capital(said)}. {end}"


def _denominator_action(told: dict[str, Contrast], decides: bool) -> str:
    seen = next((n for n in ("reach", "impressions", "views") if n in told), None)
    if decides and seen is not None:
        return (
            f"Compare creators by the people who saw the post ({PER[seen]}); read the rate by followers as a "
            f"size effect."
        )
    return ""
