"""What came of it: a finished campaign beside the booking list that it was made from.

The planning room scores; here the score is said. Did the intervals hold, who did better or worse than luck allows when
everybody is looked at, and what does the next plan take from it?
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import formats
from analysis.errors import UnusableDataError
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.wording import NOUN
from analysis.findings.study import Study
from analysis.findings.words import joined, plural, shown_name
from analysis.planning import learning
from analysis.planning.learning import Score

__all__ = ["Campaign", "beyond_chance", "came_of_it", "did_it_hold", "learnt", "scored"]

#: Creators named in a sentence.
NAMED = 5


@dataclass(frozen=True)
class Campaign:
    """A study that holds a finished campaign's placements, and their score against the booking list."""

    study: Study
    score: Score

    def write_priors(self, path: Path | str) -> Path:
        """Write what was learnt to a file that the next plan reads."""
        return learning.write_priors(self.score, path)


def scored(study: Study, booked: pd.DataFrame | Path | str) -> Campaign:
    """Return a finished campaign scored against its booking list.

    Raises
    ------
    UnusableDataError
        If the study holds no placements, or none of those booked.
    """
    if study.placements is None or study.placements.is_empty():
        raise UnusableDataError(
            "the files hold no placements of the finished campaign; give the export of what was booked and delivered."
        )
    return Campaign(study, learning.score(booked, study.placements, study.pointed))


def came_of_it(campaign: Campaign) -> list[Finding]:
    """Return everything that is said of a finished campaign."""
    return [did_it_hold(campaign), beyond_chance(campaign), learnt(campaign)]


def did_it_hold(campaign: Campaign) -> Finding:
    """Say how many bookings lie in their interval, and what the whole brought beside what was expected."""
    table, missing = campaign.score.calibration.copy(), campaign.score.missing
    table["name"] = [NOUN[name] for name in table["outcome"]]
    deals = int((campaign.score.creators["deliverables"] > 0).sum())
    title, said = f"{plural(deals, 'booking')} found; nothing can be compared", []
    for place, row in enumerate(table.to_dict("records")):
        limits = (
            f" ({formats.interval(row['ratio_low'], row['ratio_high'], 'ratio')})"
            if math.isfinite(row["ratio_low"])
            else ""
        )
        if not place:
            title = (
                f"{row['inside']} of {row['scored']} bookings within their limits; {formats.ratio(row['ratio'])} the "
                f"{row['name']} expected"
            )
        said.append(
            f"{row['name'].capitalize()}: {row['inside']} of {row['scored']} bookings lie in their 95% interval, which "
            f"is {row['verdict']}; the campaign brought {formats.ratio(row['ratio'])} what was expected{limits}."
        )
    if missing:
        names = [shown_name(name) for name in missing[:NAMED]]
        more = [f"{len(missing) - NAMED} more"] if len(missing) > NAMED else []
        said.append(f"Booked, and not among the placements: {joined([*names, *more])}.")
    return Finding(
        id="did-it-hold",
        question="Did the campaign bring what the plan said?",
        title=fitting(title, f"{plural(deals, 'booking')} scored"),
        sentence=" ".join(said) or f"{title}: the list and the placements share no outcome.",
        table=table,
        shown=(
            Shown("name", "outcome", "text"),
            Shown("scored", "bookings", "count"),
            Shown("inside", "within 95% limits", "count"),
            Shown("share", "share", "percent"),
            Shown("low", "from", "percent"),
            Shown("high", "to", "percent"),
            Shown("expected", "expected", "short"),
            Shown("actual", "came", "short"),
            Shown("ratio", "came / expected", "ratio"),
            Shown("verdict", "the limits are", "text"),
        ),
        n={"creators": deals, "posts": None},
        subtitle=campaign.study.subtitle("Deliverables of the campaign beside the booking list", tiered=False),
        source=campaign.study.source("measured", deals),
    )


def beyond_chance(campaign: Campaign) -> Finding:
    """Name who did better or worse than luck allows, counting how many were looked at."""
    table = campaign.score.creators.copy()
    table = table[table["deliverables"] > 0]
    size = np.abs(table["surprise"].fillna(0.0).to_numpy())
    table = table.iloc[np.lexsort((-size, ~table["beyond_chance"].to_numpy(dtype=bool)))].reset_index(drop=True)
    table["times"] = np.exp(table["surprise"])
    table["said"] = [
        "n/a" if not math.isfinite(times) else "within chance" if not beyond else "better" if times > 1 else "worse"
        for times, beyond in zip(table["times"], table["beyond_chance"], strict=True)
    ]
    found = {word: [shown_name(name) for name in table.loc[table["said"] == word, "handle"]] for word in _SAID}
    title = f"{len(found['better'])} creators beat their expectation beyond chance, {len(found['worse'])} missed it"
    said = [f"{_SAID[word]}: {joined(_few(names))}." for word, names in found.items() if names]
    return Finding(
        id="beyond-chance",
        question="Who beat expectations beyond chance?",
        title=fitting(title, f"{len(found['better'])} beat their expectation beyond chance"),
        sentence=(
            " ".join(said)
            or f"Of {plural(len(table), 'creator')}, nobody did better or worse than luck allows among so many."
        ),
        table=table,
        shown=(
            Shown("handle", "creator", "text"),
            Shown("deliverables", "deliverables", "count"),
            Shown("expected_engagements", "engagements expected", "short"),
            Shown("actual_engagements", "engagements", "short"),
            Shown("times", "against the campaign", "ratio"),
            Shown("p_value", "p, corrected", "number"),
            Shown("said", "which is", "text"),
        ),
        n={"creators": len(table), "posts": None},
        subtitle=campaign.study.subtitle("Engagement over expectation, the campaign's own factor taken out"),
        source=campaign.study.source("measured", len(table)),
        caution="Verdicts allow for how many creators were looked at (Holm), and for posts that go viral.",
        page=12,
    )


_SAID = {"better": "Better than chance allows", "worse": "Worse than chance allows"}


def _few(names: list[str]) -> list[str]:
    return [*names[:NAMED], *([f"{len(names) - NAMED} more"] if len(names) > NAMED else [])]


def learnt(campaign: Campaign) -> Finding:
    """Say what the next plan takes over: factors in common, and creators with a factor of their own."""
    priors = campaign.score.priors
    rows = [
        {
            "name": NOUN[outcome],
            "factor": math.exp(entry.log_mean),
            "low": math.exp(entry.log_mean - 1.96 * entry.log_sd),
            "high": math.exp(entry.log_mean + 1.96 * entry.log_sd),
            "n": entry.n,
        }
        for outcome, entry in priors.common.items()
    ]
    table = pd.DataFrame(rows, columns=["name", "factor", "low", "high", "n"])
    own = len({name for entries in priors.creators.values() for name in entries})
    common = joined([f"{formats.ratio(row['factor'])} the {row['name']}" for row in rows])
    title = f"The next plan expects {common}" if rows else "The next plan keeps its expectations for all"
    return Finding(
        id="learnt",
        question="What does the next plan take from it?",
        title=fitting(f"{title}; {plural(own, 'creator')} moved", f"{plural(own, 'creator')} moved for the next plan"),
        sentence=(
            f"{title} that it would have expected of everybody, before this campaign is among its data"
            if rows
            else f"{title}: too few bookings were scored for a factor in common"
        )
        + f". {plural(own, 'creator')} with a result also {'has' if own == 1 else 'have'} a factor of their own, drawn "
        "towards 1 by as much as their posts deserve.",
        evidence="modelled",
        table=table,
        shown=(
            Shown("name", "outcome", "text"),
            Shown("factor", "factor", "ratio"),
            Shown("low", "95% from", "ratio"),
            Shown("high", "95% to", "ratio"),
            Shown("n", "bookings", "count"),
        ),
        n={"creators": own, "posts": None},
        subtitle=campaign.study.subtitle("Factors on what a plan expects, drawn towards 1", tiered=False),
        source=campaign.study.source("modelled", own),
    )
