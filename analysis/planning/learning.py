r"""The learning loop: what a finished campaign brought, beside what the plan said it would.

Three questions. Did the intervals hold: of the booked creators, about 95 in 100 should lie inside, and how many did,
with its own exact limits? Did everybody miss in one direction: one factor for the campaign? And did some creators
beat, or miss, their expectation by more than chance, when as many are looked at? The answers become priors, in a file
that the next plan reads.

The trap is to crown whoever did best. In any campaign somebody is the best of forty; so a creator counts as unusual
only after Holm's correction, and its factor is drawn towards 1 by as much as one post deserves.

References
----------
Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scand. J. Statistics* 6, 65-70.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import UnusableDataError
from analysis.inference import holm, proportion_interval, ratio_interval
from analysis.planning.bookings import SCORED, as_booked, read_booking_list
from analysis.planning.history import observed
from analysis.planning.priors import Learnt, Priors
from analysis.publish import write_whole

__all__ = ["Score", "read_booking_list", "score", "write_priors"]

Floats = NDArray[np.float64]

#: How well a level was known beforehand (log standard deviation), by its evidence, where the list does not say.
LEVEL_SD = {"measured": 0.15, "modelled": 0.4, "assumed": 0.6}
#: How far a whole campaign may be off before it is seen (log standard deviation).
CAMPAIGN_SD = 0.5
#: How often a post goes viral, and how many times it then brings: no published figure; chance must be able to do this.
VIRAL_SHARE, VIRAL_FACTOR = 0.01, 10.0
#: Scored creators from which a common factor is learnt.
FEWEST = 5


@dataclass(frozen=True)
class Score:
    """A campaign scored against its plan.

    Attributes
    ----------
    calibration
        One row per outcome: outcome, scored, inside, share, low, high (exact 95 % of the share), expected, actual,
        ratio, ratio_low, ratio_high, verdict.
    creators
        One row per booked creator: handle, platform, deliverables, and per outcome actual, expected, inside; surprise
        (log of engagements over expectation, the campaign's own factor taken out), p_value (Holm), beyond_chance.
    priors
        For the next plan.
    missing
        Booked, and not in the placements.
    sentences
        What it says, in words.
    """

    calibration: pd.DataFrame
    creators: pd.DataFrame
    priors: Priors
    missing: tuple[str, ...]
    sentences: tuple[str, ...]


def score(booking_list: pd.DataFrame | Path | str, placements: Any, posts: Any = None) -> Score:
    """Return how a finished campaign compares with its plan.

    Parameters
    ----------
    booking_list : pandas.DataFrame or path
        The plan: :data:`analysis.planning.bookings.COLUMNS`; at least handle and one outcome with its limits.
    placements : pandas or polars frame
        The campaign's deliverables, canonical; creators are found by handle, and platform where both name it.
    posts : pandas or polars frame, optional
        Their posts, where the placements name a post and do not say what it brought.

    Returns
    -------
    Score

    Raises
    ------
    UnusableDataError
        If no booked creator is among the placements.

    Notes
    -----
    A deliverable without a post brought nothing. Several deliverables of one creator are compared with as many times
    the expectation, whose relative variance is then divided by their number. A surprise is the log of actual over
    expected engagements less the campaign's own factor, in units of the interval's log standard deviation (widened
    when the campaign scattered more than planned); two-sided
    p-values that allow for viral posts, Holm over all creators that posted.

    Examples
    --------
    >>> import pandas as pd
    >>> plan = pd.DataFrame({"handle": ["ana", "ben"], "expected_engagements": [100.0, 50.0],
    ...                      "expected_engagements_low": [40.0, 20.0], "expected_engagements_high": [240.0, 120.0]})
    >>> done = pd.DataFrame({"handle": ["Ana", "@ben"], "engagements": [90, 300]})
    >>> score(plan, done).calibration[["outcome", "scored", "inside"]].to_dict("records")
    [{'outcome': 'engagements', 'scored': 2, 'inside': 1}]
    """
    plan = as_booked(booking_list) if isinstance(booking_list, pd.DataFrame) else read_booking_list(booking_list)
    merged = _beside(plan, placements, posts)
    there = merged["deliverables"].to_numpy() > 0
    if not there.any():
        raise UnusableDataError(
            f"none of the {len(plan)} booked creators is among the placements; check the handles, and the campaign."
        )
    calibration = [_calibration(merged[there], outcome) for outcome in SCORED]
    table = pd.DataFrame([row for row in calibration if row is not None])
    creators, common = _surprises(merged)
    priors = _priors(merged, creators, common, placements)
    missing = tuple(merged.loc[~there, "handle"])
    return Score(table, creators, priors, missing, _sentences(table, creators, missing))


def _beside(plan: pd.DataFrame, placements: Any, posts: Any = None) -> pd.DataFrame:
    """Return the plan with what each booking brought, summed over its deliverables."""
    named = plan[["handle"] + (["platform"] if plan["platform"].notna().all() else [])].copy()
    named["account"] = [f"{row}" for row in range(len(plan))]
    deals = observed(named, posts, placements).deals.to_pandas()
    posted = pd.Series(deals["posted"].to_numpy(dtype=object, na_value=True), dtype=bool)
    sums = pd.DataFrame({"account": deals["account"]})
    for outcome in SCORED:
        values = pd.to_numeric(deals[outcome]).astype(float)
        seen = values.notna().any()
        # where the campaign measures an outcome, a post that never came brought none of it
        sums[outcome] = values.where(posted, 0.0) if seen else values
    grouped = sums.groupby("account").sum(min_count=1)
    grouped["deliverables"] = sums.groupby("account").size()
    grouped["posted"] = posted.astype(float).groupby(deals["account"]).sum()
    found = grouped.reindex(named["account"])
    made = plan.reset_index(drop=True).copy()
    for outcome in SCORED:
        made[f"actual_{outcome}"] = found[outcome].to_numpy(dtype=float)
    made["deliverables"] = found["deliverables"].fillna(0).to_numpy(dtype=int)
    made["posted"] = found["posted"].fillna(0).to_numpy(dtype=float)
    return made


def _forecast(rows: pd.DataFrame, outcome: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, low, high and log standard deviation for as many deliverables as there were."""
    n = np.maximum(rows["deliverables"].to_numpy(dtype=float), 1.0)
    mean, low, high = (rows[f"expected_{outcome}{part}"].to_numpy(dtype=float) for part in ("", "_low", "_high"))
    with np.errstate(divide="ignore", invalid="ignore"):
        both = np.log(high / low) / 3.919927969080108
        above = np.log(np.maximum(high / mean, 1.0))
        sd = np.where(low > 0, both, 1.96 - np.sqrt(np.maximum(1.96**2 - 2 * above, 0.0)))
    sd = np.clip(sd, 1e-6, 3.0)
    pooled = np.sqrt(np.log1p(np.expm1(sd**2) / n))
    several = n > 1
    centre = np.log(np.maximum(mean * n, 1e-12)) - pooled**2 / 2
    low = np.where(several, np.where(low > 0, np.exp(centre - 1.96 * pooled), low), low)
    high = np.where(several, np.exp(centre + 1.96 * pooled), high)
    return mean * n, low, high, pooled


def _calibration(rows: pd.DataFrame, outcome: str) -> dict[str, Any] | None:
    mean, low, high, _ = _forecast(rows, outcome)
    actual = rows[f"actual_{outcome}"].to_numpy(dtype=float)
    known = np.isfinite(actual) & np.isfinite(mean) & np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return None
    inside = int(((actual >= low) & (actual <= high))[known].sum())
    n = int(known.sum())
    share = proportion_interval(inside, n)
    ratio = ratio_interval(actual[known], mean[known])
    if share.low > 0.95:
        said = "wider than needed"
    elif share.high < 0.95:
        said = "too narrow"
    else:
        said = "as promised"
    return {
        "outcome": outcome,
        "scored": n,
        "inside": inside,
        "share": share.estimate,
        "low": share.low,
        "high": share.high,
        "expected": float(mean[known].sum()),
        "actual": float(actual[known].sum()),
        "ratio": ratio.estimate,
        "ratio_low": ratio.low,
        "ratio_high": ratio.high,
        "verdict": said,
    }


def _residual(merged: pd.DataFrame, outcome: str) -> tuple[Floats, Floats]:
    """Return log actual less its expected log, for bookings that posted, and the log standard deviation."""
    mean, _, _, sd = _forecast(merged, outcome)
    actual = merged[f"actual_{outcome}"].to_numpy(dtype=float)
    usable = (merged["posted"].to_numpy() > 0) & np.isfinite(actual) & (mean > 0) & np.isfinite(sd)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log(np.maximum(actual, 0.5)) - (np.log(mean) - sd**2 / 2)
    return np.where(usable, gap, np.nan), sd


def _common(gap: Floats, sd: Floats) -> Learnt | None:
    """Return the campaign's factor: the mean gap, drawn towards 0 by its own error."""
    known = np.isfinite(gap)
    n = int(known.sum())
    if n < FEWEST:
        return None
    weight = 1 / sd[known] ** 2
    mean = float((weight * gap[known]).sum() / weight.sum())
    scatter = max(1.0, float((weight * (gap[known] - mean) ** 2).sum() / (n - 1)))
    error = scatter / float(weight.sum())
    keep = CAMPAIGN_SD**2 / (CAMPAIGN_SD**2 + error)
    return Learnt(keep * mean, math.sqrt(keep * error), n)


def _surprises(merged: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Learnt]]:
    table = merged[["handle", "platform", "deliverables"]].copy()
    for outcome in SCORED:
        mean, low, high, _ = _forecast(merged, outcome)
        actual = merged[f"actual_{outcome}"].to_numpy(dtype=float)
        table[f"expected_{outcome}"], table[f"actual_{outcome}"] = mean, actual
        told = np.isfinite(actual) & np.isfinite(low) & np.isfinite(high)
        table[f"inside_{outcome}"] = pd.array(
            [bool(low[i] <= actual[i] <= high[i]) if told[i] else None for i in range(len(table))], dtype="boolean"
        )
    common = {}
    for outcome in ("engagements", "reach"):
        learnt = _common(*_residual(merged, outcome))
        if learnt is not None:
            common[outcome] = learnt
    gap, sd = _residual(merged, "engagements")
    gap = gap - (common["engagements"].log_mean if "engagements" in common else 0.0)
    z = gap / sd
    known = np.isfinite(z)
    if known.sum() >= FEWEST:
        middle = float(np.median(z[known]))
        z = z / max(1.0, 1.4826 * float(np.median(np.abs(z[known] - middle))))
    p = np.full(len(z), math.nan)
    p[known] = _chance(z[known], sd[known])
    corrected = np.full(len(z), math.nan)
    if known.any():
        corrected[known] = np.asarray(holm(p[known]), dtype=float)
    table["surprise"], table["p_value"] = gap, corrected
    table["beyond_chance"] = np.where(known, corrected < 0.05, False)
    return table, common


def _chance(z: Floats, sd: Floats) -> Floats:
    """Return two-sided p-values of surprises: a viral post above and a dud below are chance too.

    Above, one post in a hundred is ten times what it would be; below, logs of counts have a longer tail than a
    normal curve, taken as Student's t with 5 degrees of freedom.
    """
    from scipy.special import ndtr, stdtr

    above = (1 - VIRAL_SHARE) * ndtr(-z) + VIRAL_SHARE * ndtr(math.log(VIRAL_FACTOR) / sd - z)
    return np.asarray(np.minimum(2 * np.where(z > 0, above, stdtr(5, z)), 1.0), dtype=np.float64)


def _priors(merged: pd.DataFrame, creators: pd.DataFrame, common: dict[str, Learnt], placements: Any) -> Priors:
    names = ("campaign_id" in placements.columns and sorted({str(v) for v in placements["campaign_id"] if v})) or []
    own: dict[str, dict[str, Learnt]] = {}
    for outcome in ("engagements", "reach"):
        gap, sd = _residual(merged, outcome)
        gap = gap - (common[outcome].log_mean if outcome in common else 0.0)
        for row, value in enumerate(gap):
            if not math.isfinite(value):
                continue
            level = min(LEVEL_SD.get(str(merged["evidence"].iloc[row]), LEVEL_SD["modelled"]), 0.9 * float(sd[row]))
            weight = level**2 / float(sd[row]) ** 2
            learnt = Learnt(weight * float(value), level * math.sqrt(1 - weight), int(merged["deliverables"].iloc[row]))
            own.setdefault(outcome, {})[_key(creators.iloc[row])] = learnt
    found = dict(common)
    money = _calibration(merged[merged["deliverables"] > 0], "revenue")
    if money is not None and money["scored"] >= FEWEST and money["ratio"] > 0 and math.isfinite(money["ratio_low"]):
        moved = math.log(money["ratio"]) - (common["engagements"].log_mean if "engagements" in common else 0.0)
        error = (math.log(money["ratio_high"]) - math.log(max(money["ratio_low"], 1e-9))) / 3.92
        keep = CAMPAIGN_SD**2 / (CAMPAIGN_SD**2 + error**2)
        found["revenue"] = Learnt(keep * moved, math.sqrt(keep) * error, int(money["scored"]))
    return Priors(found, own, tuple(names))


def _key(row: pd.Series) -> str:
    """Return the creator as a plan finds it again: platform:handle, lower case, without @."""
    handle = str(row["handle"]).strip().lstrip("@").lower()
    return handle if row["platform"] is None else f"{str(row['platform']).lower()}:{handle}"


def _sentences(table: pd.DataFrame, creators: pd.DataFrame, missing: tuple[str, ...]) -> tuple[str, ...]:
    said = []
    for row in table.itertuples():
        said.append(
            f"{row.outcome}: {row.inside} of {row.scored} bookings lie in their 95% interval ({row.verdict}); "
            f"the campaign brought {row.ratio:.2f} times what was expected."
        )
    unusual = creators[creators["beyond_chance"]]
    if len(unusual):
        better = ", ".join(unusual.loc[unusual["surprise"] > 0, "handle"])
        worse = ", ".join(unusual.loc[unusual["surprise"] <= 0, "handle"])
        said += [f"Better than chance allows: {better}."] * bool(better) + [
            f"Worse than chance allows: {worse}."
        ] * bool(worse)
    else:
        said.append("No creator was better or worse than chance allows, counting how many were looked at.")
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        said.append(f"Booked, and not in the placements: {shown}.")
    return tuple(said)


def write_priors(scored: Score, path: Path | str) -> Path:
    """Write what was learnt to a YAML file that ``response.candidates(priors=...)`` reads.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.planning.priors import read_priors
    >>> nothing = Score(pd.DataFrame(), pd.DataFrame(), Priors({"reach": Learnt(-0.1, 0.05, 40)}), (), ())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_priors(write_priors(nothing, Path(folder) / "priors.yml")).common["reach"].n
    40
    """
    import yaml

    def plain(entry: Learnt) -> dict[str, float]:
        return {"log_mean": round(entry.log_mean, 6), "log_sd": round(entry.log_sd, 6), "n": entry.n}

    document = {
        "about": "What a finished campaign taught: factors on the log scale, read by the next plan.",
        "campaigns": list(scored.priors.campaigns),
        "common": {outcome: plain(entry) for outcome, entry in scored.priors.common.items()},
        "creators": {
            outcome: {account: plain(entry) for account, entry in sorted(entries.items())}
            for outcome, entries in scored.priors.creators.items()
        },
    }
    place = Path(path)
    write_whole(place, yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
    return place
