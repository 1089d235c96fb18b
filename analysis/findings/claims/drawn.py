"""What a claim's chart and its table of readings show: the points of the forest, of the sizes and of the prices."""

import math
from typing import Any

import pandas as pd

from analysis.findings.claims.beside import published_beside
from analysis.findings.claims.catalogue import PartSpec
from analysis.findings.claims.judge import DECIDED, Judged
from analysis.findings.claims.parts import Part
from analysis.findings.claims.run import Result, Variant
from analysis.findings.claims.words import what_words
from analysis.findings.study import Study, platform_name
from analysis.findings.words import shown_name
from analysis.inference import Interval

__all__ = ["drawn", "forest", "readings"]


_ALL = "all creators"


def forest(found: dict[str, Result]) -> pd.DataFrame:
    """Return one row per tested claim: its estimate over no difference, turned so that more is for the claim."""
    rows = []
    for result in found.values():
        if result.judged.verdict == "not testable":
            continue
        spec = result.claim.parts[result.test.parts[result.lead].name]
        interval = result.judged.intervals[result.lead]
        values = [_towards(spec, value) for value in (interval.estimate, interval.low, interval.high)]
        if spec.direction == "within" or not all(map(math.isfinite, values)):
            continue
        low, high = sorted(values[1:])
        rows.append(
            {
                "measure": f"{result.claim.short}: {result.judged.verdict}",
                "estimate": values[0],
                "low": low,
                "high": high,
                "verdict": result.judged.verdict,
                "direction": _way(result.judged, values[0]),
            }
        )
    return pd.DataFrame(rows)


def _way(judged: Judged, estimate: float) -> str:
    """Return what the chart shows of a verdict: a clear side, no meaningful difference, or open."""
    if judged.equivalent:
        return "same"
    return ("higher" if estimate > 1 else "lower") if judged.verdict in DECIDED else "none"


def _towards(spec: PartSpec, value: float) -> float:
    if spec.unit == "elasticity":
        value = 10 ** max(-300.0, min(300.0, value - spec.neutral))
    elif spec.unit == "share":
        value = value / spec.neutral
    if spec.direction == "greater":
        return value
    return 1 / value if value > 0 else math.inf


def readings(study: Study, result: Result) -> pd.DataFrame:
    """Return one row per estimate: of all creators, under each scheme, on each platform, and as published."""
    stated = result.claim
    rows = []
    for part, interval, verdict in zip(result.test.parts, result.judged.intervals, result.judged.parts, strict=False):
        way = "none" if verdict.name not in DECIDED or result.judged.verdict == "inconclusive" else ""
        way = way or ("same" if verdict.equivalent else "higher" if interval.estimate > 1 else "lower")
        told = f"inconclusive ({verdict.name} before correction)" if _undone(result) else verdict.name
        rows.append(_row(study, _ALL, result, part, interval, told, way))
    for label, variants in (("scheme", result.schemes), ("platform", result.platforms)):
        rows += [_variant_row(study, f"{label} {one.name}", result, one) for one in variants]
    lead = next(iter(stated.parts.values()), None)
    for one in published_beside(stated.id):
        rows.append(
            {
                "reading": f"published, {platform_name(one.platform)} {one.year}".rstrip(),
                "what": f"{one.what}: {one.also}" if one.also else one.what,
                "estimate": one.value,
                "source": shown_name(one.credit, 110),
                "unit": lead.unit if lead else "",
            }
        )
    columns = ["reading", "what", "estimate", "low", "high", "n_a", "n_b", "verdict", "source", "unit", "direction"]
    return pd.DataFrame(rows, columns=columns)


def _row(
    study: Study, reading: str, result: Result, part: Part, interval: Interval, verdict: str, way: str
) -> dict[str, Any]:
    spec = result.claim.parts[part.name]
    sizes = (*part.sizes, None, None)
    return {
        "reading": reading,
        "what": what_words(spec, part, result, study.currency),
        "estimate": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "n_a": sizes[0],
        "n_b": sizes[1],
        "verdict": verdict,
        "source": "these data",
        "unit": spec.unit,
        "direction": way,
    }


def _undone(result: Result) -> bool:
    """Return whether only the correction for all claims keeps this one open."""
    names = {verdict.name for verdict in result.judged.parts}
    open_ = result.judged.verdict == "inconclusive" and not result.test.veto
    return open_ and len(names) == 1 and names <= set(DECIDED)


def _variant_row(study: Study, reading: str, result: Result, one: Variant) -> dict[str, Any]:
    if one.judged.verdict == "not testable" or not one.test.parts:
        return {"reading": reading, "what": one.judged.reason, "verdict": "not testable", "source": "these data"}
    changed = Result(result.claim, one.test, one.judged, 1)
    part, interval, verdict = one.test.parts[0], one.judged.intervals[0], one.judged.verdict
    row = _row(study, reading, changed, part, interval, verdict, _way(one.judged, interval.estimate))
    own = one.judged.parts[0].name
    if len(one.test.parts) > 1 and own != verdict:
        row["verdict"] = f"{verdict} ({own} by this estimate alone)"
    return row


def drawn(study: Study, result: Result) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return what a chart of the claim shows; empty where nothing was tested."""
    if result.judged.verdict == "not testable":
        return pd.DataFrame(), {}
    part = result.test.parts[0]
    if result.claim.id == "rate-rule":
        return _prices_drawn(study, result)
    if result.claim.parts[part.name].unit == "elasticity":
        return _sizes_drawn(study, result)
    if result.claim.parts[part.name].unit != "times":
        return pd.DataFrame(), {}
    table = readings(study, result)
    shown = table[(table["what"] == table["what"].iloc[0]) | (table["reading"] != _ALL)]
    shown = shown[shown["reading"] != f"scheme {study.scheme.name}"]
    shown = shown[shown["estimate"].notna() & (shown["unit"] == "times")]
    shown = _alike(shown.assign(measure=shown["reading"]).drop_duplicates("measure"))
    a, b = "smaller tier", "larger tier"
    if part.groups[:1] == ("ambassadors",):
        a, b = "ambassadors", "paid creators"
    elif result.claim.id == "sponsorship-crowding":
        a, b = b, a
        shown = shown.rename(columns={"n_a": "n_b", "n_b": "n_a"})
    for column in ("n_a", "n_b"):
        shown[column] = pd.to_numeric(shown[column]).astype(float)
    return shown[["measure", "estimate", "low", "high", "n_a", "n_b", "verdict", "direction"]], {
        "a": a,
        "b": b,
        "minimum": study.minimum,
        "region": study.region,
    }


def _alike(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for the schemes that cut the same two tiers and so give the same figures.

    Examples
    --------
    >>> cut = pd.DataFrame({"measure": ["scheme a", "scheme b", "platform X"], "estimate": [2.0, 2.0, 2.0]})
    >>> _alike(cut.assign(low=1.0, high=3.0, n_a=9, n_b=9))["measure"].tolist()
    ['a and 1 alike', 'platform X']
    """
    same = ["estimate", "low", "high", "n_a", "n_b"]
    schemes = rows["measure"].str.startswith("scheme ")
    names = [str(name) for name in rows["measure"]]
    for _, group in rows[schemes].groupby(same, dropna=False, sort=False):
        first, *rest = (list(rows.index).index(place) for place in group.index)
        for place in rest:
            names[place] = ""
        if rest:
            names[first] = f"{names[first].removeprefix('scheme ')} and {len(rest)} alike"
    named = rows.assign(measure=names)
    return named[named["measure"] != ""].reset_index(drop=True)


def _accounts_of(study: Study, result: Result) -> pd.DataFrame:
    return study.accounts[study.accounts["account"].isin(set(result.test.used["account"].dropna()))]


def _sizes_drawn(study: Study, result: Result) -> tuple[pd.DataFrame, dict[str, Any]]:
    column = f"{result.test.facts['noun']}_per_post"
    known = _accounts_of(study, result)
    known = known[(known["followers"] > 0) & (known[column] > 0)]
    label = known["handle"] if "handle" in known else known["account"]
    points = pd.DataFrame(
        {
            "handle": [shown_name(value) if isinstance(value, str) else "" for value in label],
            "followers": known["followers"],
            column: known[column],
            "tier": known["tier"],
        }
    )
    return points.reset_index(drop=True), {"floors": study.floors, "order": study.order, "y": column}


def _prices_drawn(study: Study, result: Result) -> tuple[pd.DataFrame, dict[str, Any]]:
    known = _accounts_of(study, result)
    price = known["cost_per_thousand_followers_num"] / known["cost_per_thousand_followers_den"]
    points = pd.DataFrame(
        {"followers": known["followers"], "fee": price * known["followers"] / 1000, "tier": known["tier"]}
    )
    rule = float(result.claim.constants["rule_price"])
    points = points[(points["followers"] > 0) & (points["fee"] > 0)].reset_index(drop=True)
    return points, {"rule": rule, "order": study.order, "currency": study.currency}
