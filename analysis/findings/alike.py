"""Like with like: does a difference between two sizes stay when platform and category are held the same?

Small creators may live on another platform than large ones, and the platform may make the difference (Simpson's
paradox). So each comparison of sizes is made again with every platform and category at its own level, and within each
platform and category alone, and stands beside the comparison as it is. Where the two disagree that is said, here and
under the figure it concerns. Followers are no covariate of a comparison of sizes: tiers are cut from followers, so two
tiers hold no creators of the same size. Both figures speak of typical creators (Huber regression on logs), so they lie
near the ratio of medians and may differ a little from it.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats, inference
from analysis.findings.compare import Contrast, Direction, Verdict, by_tier, decide, enough, holm, pair
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.prices import of_deals
from analysis.findings.study import Study, platform_name
from analysis.findings.words import DIFFERENCE, capital, joined, no_difference, not_testable, plural, shown_name
from analysis.inference import Interval
from analysis.measures.registry import MEASURES

__all__ = ["AS_THEY_ARE", "LIKE", "differs_alike", "like_with_like", "same_size"]

#: What is held the same, and how it is said.
HELD = {"platform": "platform", "category": "category"}

#: Part of a difference (log scale) below which what is left of it is called smaller.
SHRUNK = 2 / 3

#: Groups of one column that a table lists, the largest first.
MOST_GROUPS = 8

AS_THEY_ARE, LIKE = "as they are", "like with like"

#: Measures as short as a chart's margin.
SHORT = {"roas": "ROAS", "cost_per_engagement": "CPE"}


def like_with_like(
    study: Study, measures: Sequence[str], *, id: str, question: str, accounts: pd.DataFrame | None = None
) -> Finding:
    """Say whether the difference between two sizes stays when platform and category are the same.

    Parameters
    ----------
    measures
        Names of ratios; the first that can be compared is the one the title speaks of.
    accounts
        The accounts to compare, where these are not the study's own (a cost from quoted fees).
    """
    accounts = study.accounts if accounts is None else accounts
    found = [one for one in (_compared(study, name, accounts) for name in measures) if not one.empty]
    if not found:
        used = study.measured(measures[0], accounts)
        return not_testable(
            study,
            id=id,
            question=question,
            count=_how_many(study, measures[0], accounts),
            reason=_why_not(study, accounts),
            needs="the platform or category of each creator, for enough creators of two sizes,",
            accounts=used,
        )
    table = pd.concat(found, ignore_index=True)
    said = [_said(study, part) for part in found]
    lead = said[0]
    used = study.measured(str(found[0]["name"].iloc[0]), accounts)
    return Finding(
        id=id,
        question=question,
        title=lead["title"],
        sentence=" ".join(one["sentence"] for one in said),
        verdict=lead["verdict"],
        table=table,
        shown=(
            Shown("measure", "measure", "text"),
            Shown("reading", "compared", "text"),
            Shown("pair", "tiers", "text"),
            Shown("estimate", "ratio", "ratio"),
            Shown("low", f"{study.level} from", "ratio"),
            Shown("high", f"{study.level} to", "ratio"),
            Shown("n_a", "creators, smaller", "count"),
            Shown("n_b", "creators, larger", "count"),
            Shown("difference", "smaller tier", "text"),
        ),
        n=study.n(used, paid=of_deals(str(found[0]["name"].iloc[0]))),
        subtitle=study.subtitle(
            f"{capital(MEASURES[str(found[0]['name'].iloc[0])].label)}, {table['pair'].iloc[0]}, typical creators"
        ),
        source=study.source("measured", len(used)),
        caution=(
            "Tiers are cut from followers, so size itself cannot be held the same; what differs beyond platform and "
            "category is not seen here. Typical is the centre of the logs (Huber), which weighs the spread otherwise "
            f"than the ratio of two medians does. {no_difference(study)}"
        ),
        points=table.assign(label=[_label(row, len(found) > 1) for _, row in table.iterrows()]),
        encoding={
            "label": "label",
            "a": str(table["first"].iloc[0]),
            "b": str(table["second"].iloc[0]),
            "minimum": study.minimum,
            "region": study.region,
        },
    )


def differs_alike(study: Study, measure: str, two: tuple[str, str], accounts: pd.DataFrame | None = None) -> str:
    """Return the warning under a comparison that like with like does not bear out, or nothing."""
    table = _compared(study, measure, study.accounts if accounts is None else accounts, two)
    return "" if table.empty else _warning(study, table)


def same_size(study: Study, values: pd.Series, accounts: pd.DataFrame, first: str, second: str) -> inference.Adjusted:
    """Return two kinds of creators (a relationship), as they are and at the same followers, platform and category.

    Parameters
    ----------
    values, accounts
        The figure of each creator, and the creators, with the column ``relationship``.
    """
    known = values.notna() & np.isfinite(values) & accounts["relationship"].isin([first, second])
    kept = accounts[known]
    return inference.adjusted_contrast(
        values[known].to_numpy(float),
        kept["relationship"].to_numpy(),
        first=first,
        second=second,
        followers=kept["followers"].to_numpy(float),
        categorical={name: _labels(kept, name).to_numpy() for name in HELD},
        confidence=study.confidence,
    )


def _compared(study: Study, measure: str, accounts: pd.DataFrame, two: tuple[str, str] | None = None) -> pd.DataFrame:
    """Return a measure's readings, one a row: as they are, held the same, and within each group; empty without any."""
    used = study.measured(measure, accounts)
    if two is None:
        groups = by_tier(study, measure, accounts=None if accounts is study.accounts else accounts)
        two = pair(enough(groups), below=study.scheme.below)
    if two is None or used.empty:
        return pd.DataFrame()
    used = used[used["tier"].isin(two)]
    own = (used[f"{measure}_num"] / used[f"{measure}_den"]).to_numpy(float)
    held = {name: _labels(used, name) for name in HELD}
    varied = {name: labels for name, labels in held.items() if labels.nunique() > 1}
    if not varied:
        return pd.DataFrame()
    tiers = used["tier"].to_numpy()
    model = inference.adjusted_contrast(
        own,
        tiers,
        first=two[0],
        second=two[1],
        categorical={name: labels.to_numpy() for name, labels in varied.items()},
        robust=True,
        confidence=study.confidence,
    )
    if not (model.raw.known and model.adjusted.known and model.covariates):
        return pd.DataFrame()
    sizes = [int((tiers == tier).sum()) for tier in two]
    held_words = f"same {joined([HELD[name] for name in model.covariates])}"
    rows = [
        _row(measure, two, reading, "model", interval, sizes, decide(interval, study.region))
        for reading, interval in ((AS_THEY_ARE, model.raw), (held_words, model.adjusted))
    ]
    within = [
        (f"on {platform_name(str(level))}" if name == "platform" else f"in {shown_name(level, 24)}", labels == level)
        for name, labels in varied.items()
        for level in labels[labels != ""].value_counts().sort_index(kind="stable").nlargest(MOST_GROUPS).index
    ]
    asked, kept = [], []
    for reading, rows_of in within:
        sides = [own[rows_of.to_numpy(bool) & (tiers == tier)] for tier in two]
        if min(map(len, sides)) >= study.minimum:
            asked.append(_medians(study, two, *sides))
            kept.append(reading)
    made = holm(asked, study.confidence, study.region)
    rows += [
        _row(measure, two, reading, "within", c.interval, [c.n_first, c.n_second], c.direction)
        for reading, c in zip(kept, made, strict=True)
    ]
    return pd.DataFrame(rows)


def _medians(study: Study, two: tuple[str, str], a: Any, b: Any) -> Callable[[float], Contrast]:
    def at(confidence: float) -> Contrast:
        found = inference.median_contrast(a, b, confidence=confidence, seed=study.seed)
        return Contrast(*two, found, len(a), len(b))

    return at


def _row(
    measure: str,
    two: tuple[str, str],
    reading: str,
    kind: str,
    interval: Interval,
    sizes: Sequence[int],
    way: Direction,
) -> dict[str, object]:
    return {
        "name": measure,
        "measure": MEASURES[measure].label,
        "reading": reading,
        "kind": kind,
        "pair": f"{two[0]} against {two[1]}",
        "first": two[0],
        "second": two[1],
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "n_a": sizes[0],
        "n_b": sizes[1],
        "direction": way,
        "difference": DIFFERENCE[way] if interval.known else "no interval",
    }


def _labels(accounts: pd.DataFrame, column: str) -> pd.Series:
    """Return a label a creator, text; missing is a level of its own, the empty text."""
    if column not in accounts:
        return pd.Series("", index=accounts.index)
    return accounts[column].map(lambda value: "" if pd.isna(value) else str(value)).astype(object)


def _label(row: Any, several: bool) -> str:
    """Return a reading as short as a chart's margin."""
    reading = LIKE if row["kind"] == "model" and row["reading"] != AS_THEY_ARE else str(row["reading"])
    return f"{SHORT.get(row['name'], row['measure'])}, {reading}" if several else capital(reading)


def _how_many(study: Study, measure: str, accounts: pd.DataFrame) -> str:
    """Return what there is to compare, as a short statement with a number."""
    groups = by_tier(study, measure, accounts=None if accounts is study.accounts else accounts)
    tiers = enough(groups)
    if len(tiers) < 2:
        return f"{plural(len(tiers), 'tier')} with {study.minimum} creators to compare"
    return "1 platform and no category that tells creators apart"


def _why_not(study: Study, accounts: pd.DataFrame) -> str:
    varied = [name for name in HELD if _labels(accounts, name).nunique() > 1]
    if not varied:
        return "all creators here are on one platform and no category tells them apart, so nothing can be held the same"
    return f"fewer than two tiers have the {study.minimum} creators with the figure that a comparison needs"


def _turned(table: pd.DataFrame) -> list[str]:
    """Return the groups within which the difference is clearly the other way round."""
    way = table["direction"].iloc[0]
    other = {"higher": "lower", "lower": "higher"}.get(str(way), "")
    inside = table[table["kind"] == "within"]
    return list(inside.loc[inside["direction"] == other, "reading"]) if other else []


def _warning(study: Study, table: pd.DataFrame) -> str:
    raw, held = table.iloc[0], table.iloc[1]
    ratio = formats.ratio(held["estimate"])
    limits = formats.interval(held["low"], held["high"])
    aside = f"at the {held['reading']} it is {ratio} ({limits})"
    turned = _turned(table)
    if raw["direction"] == held["direction"]:
        return f"Within some groups it is the other way round: {joined(turned)}." if turned else ""
    if {raw["direction"], held["direction"]} == {"higher", "lower"}:
        return f"Compared like with like this turns round (Simpson): {aside}."
    if held["direction"] in ("higher", "lower"):
        return f"A difference shows only when like is compared with like: {aside}."
    if raw["direction"] in ("higher", "lower"):
        return f"Compared like with like the difference is not established: {aside}."
    return ""


def _stays(raw: float, held: float) -> str:
    """Return how much of a difference stays: one that loses more than a third on the log scale is smaller.

    Examples
    --------
    >>> _stays(59.0, 11.0), _stays(3.8, 3.7)
    ('a smaller difference stays', 'the difference stays')
    """
    shrunk = raw > 0 and held > 0 and abs(math.log(held)) < SHRUNK * abs(math.log(raw))
    return "a smaller difference stays" if shrunk else "the difference stays"


def _said(study: Study, table: pd.DataFrame) -> dict[str, Any]:
    raw, held = table.iloc[0], table.iloc[1]
    first, second, measure = raw["first"], raw["second"], raw["measure"]
    a, b = formats.ratio(raw["estimate"]), formats.ratio(held["estimate"])
    ways = (raw["direction"], held["direction"])
    turned = _turned(table)
    found: Verdict
    if ways[0] == ways[1] and ways[0] != "none":
        found = "inconclusive" if turned else "supported"
        lead = (
            _stays(raw["estimate"], held["estimate"])
            if ways[0] != "same"
            else "there is still no meaningful difference"
        )
    elif set(ways) == {"higher", "lower"}:
        found, lead = "contradicted", "the difference turns round"
    elif ways[1] in ("higher", "lower"):
        found, lead = "contradicted", "a difference appears"
    elif ways[1] == "same" and ways[0] in ("higher", "lower"):
        found, lead = "contradicted", "no meaningful difference is left"
    elif ways[0] in ("higher", "lower"):
        found, lead = "inconclusive", "the difference is not established"
    else:
        found, lead = "inconclusive", "no clear difference"
    level = formats.percent(study.confidence)
    inside = table[(table["kind"] == "within") & table["estimate"].map(math.isfinite)]
    agree = int((inside["direction"] == ways[1]).sum())
    groups = ""
    if len(inside):
        what = f"it is {DIFFERENCE[ways[1]]}" if ways[1] in ("higher", "lower") else f"there is {DIFFERENCE[ways[1]]}"
        groups = f" Taken alone, in {agree} of {plural(len(inside), 'group')} large enough to test {what}."
    other = f" It is the other way round {joined(turned)}." if turned else ""
    sentence = (
        f"{capital(str(measure))}: as they are, typical {first} creators have {formats.number(raw['estimate'])} times "
        f"that of {second} ({level} interval {formats.interval(raw['low'], raw['high'])}); at the {held['reading']}, "
        f"{formats.number(held['estimate'])} times ({formats.interval(held['low'], held['high'])}): "
        f"{lead}.{groups}{other}"
    )
    title = fitting(
        f"Like with like, {lead}: typical {first} {b} {second}, {a} as they are",
        f"Like with like, {lead}: {first} {b} {second}, {a} as they are",
        f"Like with like, {lead}: {b}, {a} as they are",
    )
    return {"title": title, "sentence": sentence, "verdict": found}
