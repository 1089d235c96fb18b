"""Ambassadors against paid creators: a relationship and not a size.

The two are compared tier by tier, never all in one, because they hardly ever have the same sizes; and once over all
tiers with followers, platform and category held the same, beside all of them as they are, with a warning where the two
disagree.
"""

from typing import Literal

import pandas as pd

from analysis import formats, inference
from analysis.findings.alike import same_size
from analysis.findings.compare import Contrast, by_tier, decide, holm, members, verdict
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.prices import of_deals
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import (
    DIFFERENCE,
    PER,
    RATE,
    capital,
    corrected,
    difference,
    joined,
    not_testable,
    plural,
)
from analysis.measures import summary

__all__ = ["ambassador_cost", "ambassadors"]


def ambassadors(study: Study) -> Finding:
    """Compare ambassadors' engagement rate with paid creators of the same size."""
    names = denominators(study)
    name = names[0] if names else "followers"
    accounts, of = _on_deliverables(study, DENOMINATORS[name])
    return _against_paid(
        study,
        accounts,
        DENOMINATORS[name],
        id="ambassadors-engagement",
        question="Do ambassadors engage more than paid creators of the same size?",
        claimed="higher",
        what=f"{RATE[name]} of a typical creator{of}",
        verb=f"engage more {PER[name]}",
        kind="percent",
    )


def _on_deliverables(study: Study, measure: str) -> tuple[pd.DataFrame, str]:
    """Return accounts measured on the brand's own deliverables where these know the rate, else on everything."""
    if study.placements is None:
        return study.accounts, ""
    frames = {"placements": study.placements}
    if study.creators is not None:
        spoken = [name for name in study.creators.columns if name.startswith("avg_") or name == "engagement_rate"]
        frames["creators"] = study.creators.drop(spoken)
    deals = summary.accounts(**frames, scheme=study.scheme).to_pandas()
    if len(study.measured(measure, deals)) < 2 * study.minimum:
        return study.accounts, ""
    return deals.sort_values("account", kind="stable", ignore_index=True), ", on posts for the brand"


def ambassador_cost(study: Study) -> Finding:
    """Compare the cost of an engagement with ambassadors and with paid creators of the same size."""
    return _against_paid(
        study,
        study.accounts,
        "cost_per_engagement",
        id="ambassadors-cost",
        question="Is an engagement cheaper with ambassadors than with paid creators of the same size?",
        claimed="lower",
        what="cost of an engagement with a typical creator",
        verb="cost less per engagement",
        kind="money",
        extra=(
            " An ambassador's cost is the product cost in the file where no fee is paid; hours of handling are in it "
            "only where the file counts them."
        ),
    )


def _against_paid(
    study: Study,
    accounts: pd.DataFrame,
    measure: str,
    *,
    id: str,
    question: str,
    claimed: Literal["higher", "lower"],
    what: str,
    verb: str,
    kind: Literal["percent", "money"],
    extra: str = "",
) -> Finding:
    known = accounts["relationship"].notna().any() if "relationship" in accounts else False
    groups = {
        name: accounts[accounts["relationship"] == name] if known else accounts.iloc[:0]
        for name in ("ambassador", "paid")
    }
    tables = {name: by_tier(study, measure, accounts=group) for name, group in groups.items()}
    rows, asked, places = [], [], []
    for place, tier in enumerate(study.order):
        a, b = (tables[name].set_index("tier").loc[tier] for name in ("ambassador", "paid"))
        rows.append(
            {
                "tier": tier,
                "creators_ambassador": a["measured"],
                "creators_paid": b["measured"],
                "ambassador": a["median"],
                "paid": b["median"],
            }
        )
        if min(a["measured"], b["measured"]) >= study.minimum:
            places.append(place)
            asked.append(_within(study, measure, members(groups["ambassador"], tier), members(groups["paid"], tier)))
    table = pd.DataFrame(rows)
    used = study.measured(
        measure, accounts[accounts["relationship"].isin(["ambassador", "paid"])] if known else accounts.iloc[:0]
    )
    if not asked:
        found = {name: int(tables[name]["measured"].sum()) for name in tables}
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"{plural(found['ambassador'], 'ambassador')} and {plural(found['paid'], 'paid creator')} measured",
            reason=(
                f"no tier has {study.minimum} ambassadors and {study.minimum} paid creators with a known "
                f"{'cost per engagement' if kind == 'money' else 'engagement rate'}"
                if known
                else "nothing here says which creators are ambassadors and which are paid"
            ),
            needs="the relationship of each creator (paid, ambassador or gifted), for more creators of one size",
            accounts=used,
        )
    made = holm(asked, study.confidence, study.region)
    by_place = dict(zip(places, made, strict=True))
    nothing = float("nan")
    table["ratio"], table["low"], table["high"] = (
        [getattr(by_place[p].interval, part) if p in by_place else nothing for p in range(len(table))]
        for part in ("estimate", "low", "high")
    )
    table["difference"] = [difference(by_place.get(p)) for p in range(len(table))]
    table["direction"] = [by_place[p].direction if p in by_place else "none" for p in range(len(table))]
    model = same_size(study, used[f"{measure}_num"] / used[f"{measure}_den"], used, "ambassador", "paid")
    table = pd.concat([table, _modelled(study, used, model)], ignore_index=True)
    wins = [study.order[p] for p in places if by_place[p].direction == claimed]
    losses = [study.order[p] for p in places if by_place[p].direction not in (claimed, "none", "same")]
    alike = [study.order[p] for p in places if by_place[p].same]
    verdicts = {verdict(c, claimed) for c in made}
    found_verdict = verdicts.pop() if len(verdicts) == 1 else "inconclusive"
    strongest = by_place[max(places, key=lambda p: by_place[p].n_first)]
    tier = study.order[max(places, key=lambda p: by_place[p].n_first)]
    said = [
        f"in {study.order[p]}, {formats.show(table.loc[p, 'ambassador'], kind, study.currency)} against "
        f"{formats.show(table.loc[p, 'paid'], kind, study.currency)} "
        f"({by_place[p].words.replace(' (', ', ').rstrip(')')})"
        for p in places
    ]
    outcome = (f"Ambassadors {verb} in {joined(wins)}." if wins else f"In no tier do ambassadors clearly {verb}.") + (
        f" In {joined(losses)} it is the other way round." if losses else ""
    )
    outcome += f" In {joined(alike)} any difference is too small to matter." if alike else ""
    unclear = [study.order[p] for p in places if study.order[p] not in (*wins, *losses, *alike)]
    outcome += f" In {joined(unclear)} there is no clear difference." if unclear else ""
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"Ambassadors {verb} in {len(wins)} of {plural(len(places), 'tier')} that can be tested",
            f"Ambassadors against paid: {strongest.words.split(' (')[0]} in {tier}",
        ),
        sentence=(
            f"{capital(what)}, ambassadors against paid creators: {'; '.join(said)}. {outcome}"
            f"{_held_same(study, model)}{extra}"
        ),
        verdict=found_verdict,
        table=table.assign(wins=len(wins), tested=len(places)),
        shown=(
            Shown("tier", "tier", "text"),
            Shown("creators_ambassador", "ambassadors", "count"),
            Shown("creators_paid", "paid creators", "count"),
            Shown("ambassador", "ambassadors, median", kind),
            Shown("paid", "paid, median", kind),
            Shown("ratio", "ambassadors against paid", "ratio"),
            Shown("low", f"{study.level} from", "ratio"),
            Shown("high", f"{study.level} to", "ratio"),
            Shown("difference", "difference", "text"),
            Shown("wins", "tiers where it holds", "count"),
            Shown("tested", "tiers tested", "count"),
        ),
        n=study.n(used, paid=of_deals(measure)),
        subtitle=study.subtitle(f"{capital(what)}, ambassadors over paid creators"),
        source=study.source("measured", len(used)),
        caution=" ".join(
            filter(
                None,
                [
                    "Brands choose their ambassadors, so the two groups differ in more than the contract.",
                    corrected(made[0]),
                ],
            )
        ),
        currency=study.currency,
        points=table.assign(measure=table["tier"].map(_label), estimate=table["ratio"])
        .dropna(subset="ratio")
        .rename(columns={"creators_ambassador": "n_a", "creators_paid": "n_b"}),
        encoding={"a": "ambassadors", "b": "paid creators", "minimum": study.minimum, "region": study.region},
    )


def _modelled(study: Study, used: pd.DataFrame, model: inference.Adjusted) -> pd.DataFrame:
    """Return the rows of all ambassadors against all paid creators: as they are, and at the same size and kind."""
    sizes = {f"creators_{name}": int((used["relationship"] == name).sum()) for name in ("ambassador", "paid")}
    rows = []
    for name, interval in (("all, as they are", model.raw), (_held(model), model.adjusted)):
        if interval.known and model.covariates:
            way = decide(interval, study.region)
            rows.append(
                {
                    "tier": name,
                    **sizes,
                    "ratio": interval.estimate,
                    "low": interval.low,
                    "high": interval.high,
                    "difference": DIFFERENCE[way],
                    "direction": way,
                }
            )
    return pd.DataFrame(rows)


def _label(name: str) -> str:
    """Return a row's name as short as a chart's margin."""
    return capital("all, like with like" if name.startswith("same ") else name)


def _held(model: inference.Adjusted) -> str:
    return f"same {joined([name.removeprefix('log ') for name in model.covariates])}"


def _held_same(study: Study, model: inference.Adjusted) -> str:
    """Return the comparison at the same size as a sentence, with a warning where it disagrees, or nothing."""
    if not (model.adjusted.known and model.covariates):
        return ""
    i = model.adjusted
    said = (
        f" At the {_held(model)} it is {formats.number(i.estimate)} times "
        f"({formats.interval(i.low, i.high)}), as they are {formats.number(model.raw.estimate)} times."
    )
    return f"{said} {model.warning}".rstrip()


def _within(study: Study, measure: str, ours: pd.DataFrame, theirs: pd.DataFrame):  # type: ignore[no-untyped-def]
    own = [
        (group[f"{measure}_num"] / group[f"{measure}_den"]).to_numpy(float)
        for group in (study.measured(measure, ours), study.measured(measure, theirs))
    ]

    def at(confidence: float) -> Contrast:
        found = inference.median_contrast(own[0], own[1], confidence=confidence, seed=study.seed)
        return Contrast("ambassador", "paid", found, len(own[0]), len(own[1]))

    return at
