"""Which size pays: every measure there is, side by side, and what to do about it.

The return on the money decides where revenue is known, else the price of an engagement; a clear price without a clear
return is said to be just that.
"""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import formats
from analysis.findings.compare import (
    Contrast,
    Statistic,
    Verdict,
    by_tier,
    contrast_tiers,
    enough,
    holm,
    two_tiers,
)
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.needed import needed_words
from analysis.findings.prices import GOT, LABELS, MONEY, PRICES, SEEN, no_spend, one_unit, prices, unpaid_yet
from analysis.findings.study import Study
from analysis.findings.tier_table import DENOMINATORS, denominators
from analysis.findings.words import (
    DIFFERENCE,
    capital,
    corrected,
    difference,
    no_difference,
    not_testable,
    nothing_to_compare,
    plural,
    unclear,
)
from analysis.inference import Interval
from analysis.measures.registry import MEASURES

__all__ = ["answer"]


def answer(study: Study) -> Finding:
    """Say in one finding which of two sizes pays, from every measure there is."""
    id, question = "which-pays", "Micro or mega: which one pays?"
    if not study.has_money:
        return no_spend(study, id, question)
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
            Shown("low", f"{study.level} from", "ratio"),
            Shown("high", f"{study.level} to", "ratio"),
            Shown("n_a", f"{small} creators", "count"),
            Shown("n_b", f"{large} creators", "count"),
            Shown("difference", "difference", "text"),
        ),
        n=study.n(used, paid=True),
        subtitle=study.subtitle(f"{capital(small)} over {large}: pooled cost and return, median rates"),
        source=study.source(priced.evidence, len(used)),
        caution=(
            "Creators were chosen by the brand, not assigned, so a difference is associated with size and "
            f"not proof of it. {corrected(Contrast(small, large, _no_interval(study), 0, 0, comparisons=len(table)))} "
            f"{no_difference(study)} {unpaid_yet(study) if priced.basis == 'paid' else ''}"
        )
        .replace("  ", " ")
        .rstrip(),
        action=said.action,
        role="headline",
        currency=study.currency,
        encoding={"label": "label", "a": small, "b": large, "minimum": study.minimum, "region": study.region},
    )


def _no_interval(study: Study) -> Interval:
    return Interval(math.nan, math.nan, math.nan, 0, "", study.confidence)


def _forest(study: Study, accounts: pd.DataFrame, two: tuple[str, str]) -> pd.DataFrame:
    """Return one row per measure with both tiers' figures and their ratio, corrected over all rows."""
    known = [name for name in (*MONEY, *PRICES) if len(study.measured(name, accounts))]
    seen = next((name for name in known if name in SEEN), None)
    got = next((name for name in known if name in GOT), None)
    chosen: list[tuple[str, Statistic]] = [(name, "pooled") for name in known if name in (*MONEY, seen, got)]
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
    made = holm(asked, study.confidence, study.region)
    rows = []
    for (name, statistic), contrast, (a, b) in zip(kept, made, figures, strict=True):
        measure = MEASURES[name]
        kind = "money" if name == "roas" else measure.kind  # what one unit of money brought back
        rows.append(
            {
                "name": name,
                "label": LABELS.get(name, measure.label),
                "measure": f"{measure.label}, {'typical creator' if statistic == 'median' else 'pooled'}",
                "kind": measure.kind,
                "first": a,
                "second": b,
                "first_text": formats.show(a, kind, study.currency),
                "second_text": formats.show(b, kind, study.currency),
                "estimate": contrast.interval.estimate,
                "low": contrast.interval.low,
                "high": contrast.interval.high,
                "n_a": contrast.n_first,
                "n_b": contrast.n_second,
                "direction": contrast.direction,
                "difference": difference(contrast),
                "open": unclear(contrast),
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
    one = one_unit(study.currency)
    verb = "costs" if basis == "paid" else "is quoted at"
    returned = _told(
        study, rows, "roas", f"{one} spent returned {{}} with {{}} and {{}} with {{}}", "higher", small, large
    )
    price = _told(
        study,
        rows,
        "cost_per_engagement",
        f"an engagement {verb} {{}} with {{}} and {{}} with {{}}",
        "lower",
        small,
        large,
    )
    parts = [told.words for told in (returned, price) if told]
    if returned is None:
        parts.append("no revenue is known, so what comes back is not measured")
    sentence = f"{capital('; '.join(parts))}."
    if returned and returned.better:
        best = returned.better
        first, rest = (returned.first, returned.second) if best == small else (returned.second, returned.first)
        other = large if best == small else small
        title = f"{capital(best)} pays: {one} returned {first} with {best}, {rest} with {other}"
        action = f"Move the next budget towards {best} creators in steps, and measure after each."
        return _Answer(fitting(title), sentence, _side(best, small), action)
    if price and price.better and returned:
        title = f"{price.first} an engagement with {small}, {price.second} with {large}; returns show {returned.open}"
        if returned.same:
            rest = "For sales either size does: the returns do not differ by more than matters."
        else:
            rest = f"For sales, test both with equal budgets: the returns cannot be told apart yet. {returned.needed}"
        action = f"If engagement is the goal, buy it from {price.better} creators. {rest}".rstrip()
        found: Verdict = "contradicted" if returned.same else "inconclusive"
        return _Answer(fitting(title, title.split("; ")[0]), sentence, found, action)
    if price and price.better:
        title = f"An engagement {verb} {price.first} with {small} and {price.second} with {large}"
        action = (
            f"Where engagement is the goal, move budget towards {price.better} creators, and track sales to see what "
            "returns."
        )
        return _Answer(fitting(title), sentence, _side(price.better, small), action)
    lead = returned or price
    what = f"{one} returned" if returned else f"an engagement {verb}"
    if lead is None:
        return _Answer("0 figures", sentence, "inconclusive", "")
    title = f"{capital(lead.open)}: {what} {lead.first} with {small} and {lead.second} with {large}"
    if lead.same:
        action = "Choose by fit and price of the single creator: the sizes do not differ by more than matters."
        return _Answer(fitting(title), sentence, "contradicted", action)
    action = f"Test both sizes with equal budgets: these figures give no reason to prefer one. {lead.needed}".rstrip()
    return _Answer(fitting(title), sentence, "not testable" if lead.open == "not testable" else "inconclusive", action)


@dataclass(frozen=True)
class _Told:
    """One measure of both tiers in words, and the tier that is clearly better, if any."""

    words: str
    better: str
    first: str
    second: str
    open: str
    needed: str

    @property
    def same(self) -> bool:
        """Whether any difference is known to be too small to matter."""
        return self.open == DIFFERENCE["same"]


def _told(study: Study, rows: pd.DataFrame, name: str, said: str, good: str, small: str, large: str) -> _Told | None:
    if name not in rows.index:
        return None
    row: Any = rows.loc[name]
    a, b = (formats.money(row[side], study.currency) for side in ("first", "second"))
    decided = row["direction"] in ("higher", "lower")
    lead = "" if decided else f"{row['open']}, "
    words = f"{said.format(a, small, b, large)} ({lead}{str(row['words']).replace(' (', ', ').rstrip(')')})"
    better = "" if not decided else small if row["direction"] == good else large
    counts = (int(row["n_a"]), int(row["n_b"]))
    found = Interval(row["estimate"], row["low"], row["high"], sum(counts), "", study.confidence)
    return _Told(words, better, a, b, str(row["open"]), "" if decided else needed_words(found, counts))


def _side(best: str, small: str) -> Verdict:
    return "supported" if best == small else "contradicted"
