"""A conclusion under every tier scheme: holds in k of n.

`Micro` starts at 1,000 followers in one source and at 10,000 in another. A conclusion that turns on that choice is a
conclusion about the scheme, so each micro-against-mega result is computed again under every shipped scheme: micro
against mega where both have enough creators, else the smallest against the largest tier that has. A scheme without
two such tiers does not count for or against.
"""

from dataclasses import replace
from typing import Literal

import pandas as pd

from analysis import formats
from analysis.errors import SchemeError
from analysis.findings.compare import Statistic, Verdict, contrast_tiers, decide, enough, pair, verdict
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.prices import of_deals
from analysis.findings.study import Study, retiered
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import PER, RATE, capital, difference, joined, not_testable, plural
from analysis.measures import summary

__all__ = ["holds_in_schemes", "rate_in_schemes"]


def rate_in_schemes(study: Study) -> Finding:
    """Say in how many schemes the smaller tier has the higher engagement rate."""
    names = denominators(study)
    name = names[0] if names else "followers"
    return holds_in_schemes(
        study,
        DENOMINATORS[name],
        id="rate-in-schemes",
        question="Does the answer change with how the tiers are drawn?",
        claimed="higher",
        said=f"the higher rate {PER[name]}",
        label=RATE[name],
    )


def holds_in_schemes(
    study: Study,
    measure: str,
    *,
    id: str,
    question: str,
    claimed: Literal["higher", "lower"],
    said: str,
    label: str,
    statistic: Statistic = "median",
    evidence: Literal["measured", "modelled", "assumed"] = "measured",
    accounts: pd.DataFrame | None = None,
) -> Finding:
    """Return in how many schemes the smaller of two tiers is clearly ``claimed``; ``said`` says so in words."""
    accounts = study.accounts if accounts is None else accounts
    rows = [_row(study, accounts, measure, name, claimed, statistic) for name in study.schemes()]
    table = pd.DataFrame(rows)
    tested = table[table["verdict"] != "not testable"]
    used = study.measured(measure, accounts)
    if tested.empty:
        return not_testable(
            study,
            id=id,
            question=question,
            count=f"0 of {len(table)} tier schemes have enough creators",
            reason=f"under none of the {len(table)} tier schemes do two tiers have {study.minimum} measured creators",
            needs="more creators, small and large",
            accounts=used,
        )
    counts = {word: int((tested["verdict"] == word).sum()) for word in ("supported", "contradicted", "inconclusive")}
    k, n = counts["supported"], len(tested)
    parts = [f"{k} of {n} tier schemes that can be tested, the smaller tier has {said}"]
    parts += [f"in {counts['inconclusive']} there is no clear difference"] if counts["inconclusive"] else []
    alike = int((tested["direction"] == "same").sum())
    turned = counts["contradicted"] - alike
    parts += [f"in {alike} any difference is too small to matter"] if alike else []
    parts += [f"in {turned} it is the other way round"] if turned else []
    left = len(table) - n
    few = f" {capital(plural(left, 'scheme'))} cannot be tested: too few creators in a tier." if left else ""
    own = table[table["scheme"] == study.scheme.name]
    alone = ""
    if len(own) and own.iloc[0]["verdict"] != "not testable":
        row = own.iloc[0]
        alone = (
            f" Under {study.scheme.name}, the scheme of this report, it is {row['pair']} at "
            f"{formats.ratio(row['ratio'])}."
        )
    return Finding(
        id=id,
        question=question,
        title=fitting(f"The smaller tier has {said} in {k} of {n} tier schemes", f"Holds in {k} of {n} tier schemes"),
        sentence=f"In {joined(parts)}.{few}{alone}",
        verdict=_whole(counts, n),
        evidence=evidence,
        table=table.assign(holds=k, of=n),
        shown=(
            Shown("scheme", "tier scheme", "text"),
            Shown("pair", "compared", "text"),
            Shown("n_first", "creators, smaller", "count"),
            Shown("n_second", "creators, larger", "count"),
            Shown("ratio", "smaller against larger", "ratio"),
            Shown("low", f"{study.level} from", "ratio"),
            Shown("high", f"{study.level} to", "ratio"),
            Shown("difference", "smaller tier", "text"),
            Shown("verdict", "verdict", "text"),
            Shown("holds", "holds in", "count"),
            Shown("of", "of testable", "count"),
        ),
        n=study.n(used, paid=of_deals(measure)),
        subtitle=study.subtitle(
            f"{capital(label)}, micro (or the smallest tier) over mega (or the largest), {statistic}", tiered=False
        ),
        source=study.source(evidence, len(used)),
        caution="Schemes share the same creators, so these are readings of one data set and not independent proofs.",
        points=tested.assign(measure=tested["scheme"], estimate=tested["ratio"]).rename(
            columns={"n_first": "n_a", "n_second": "n_b"}
        ),
        encoding={"a": "small", "b": "large", "minimum": study.minimum, "region": study.region},
    )


def _whole(counts: dict[str, int], n: int) -> Verdict:
    """Return the verdict over all schemes: the one that holds in each of them, else inconclusive."""
    return next((word for word in ("supported", "contradicted") if counts[word] == n), "inconclusive")


def _row(
    study: Study,
    accounts: pd.DataFrame,
    measure: str,
    name: str,
    claimed: Literal["higher", "lower"],
    statistic: Statistic,
) -> dict[str, object]:
    try:
        accounts, scheme = retiered(accounts, name)
    except SchemeError:
        return _empty(name, "the accounts do not divide into groups")
    groups = summary.groups(accounts, measure, minimum=study.minimum, scheme=scheme)
    ranked = enough(groups)
    named = pair(ranked, below=scheme.below)
    sizes = dict(zip(groups["tier"], groups["measured"], strict=True))
    if named is None:
        return _empty(name, "fewer than two tiers with enough creators")
    first, second = named
    row = {"scheme": name, "pair": f"{first} against {second}", "n_first": sizes[first], "n_second": sizes[second]}
    contrast = contrast_tiers(study, measure, first, second, statistic=statistic, accounts=accounts)(study.confidence)
    i = contrast.interval
    way = decide(i, study.region)
    contrast = replace(contrast, clear=way in ("higher", "lower"), same=way == "same")
    return {
        **row,
        "ratio": i.estimate,
        "low": i.low,
        "high": i.high,
        "difference": difference(contrast),
        "direction": way,
        "verdict": verdict(contrast, claimed),
    }


def _empty(name: str, reason: str) -> dict[str, object]:
    nothing = float("nan")
    return {
        "scheme": name,
        "pair": reason,
        "n_first": nothing,
        "n_second": nothing,
        "ratio": nothing,
        "low": nothing,
        "high": nothing,
        "difference": "too few creators",
        "direction": "none",
        "verdict": "not testable",
    }
