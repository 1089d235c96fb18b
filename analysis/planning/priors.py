"""What the last campaign taught, in the form that the next plan reads.

A finished campaign says two things. Everybody brought less, or more, than expected: a common factor on an outcome,
with its own uncertainty. And some creators did better than their record: a factor of their own. Both are stored as
log means with standard deviations, so that a plan adds them to what it knows by precision and not by decree.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import ParameterError, SourceError
from analysis.planning.funnel import Value
from analysis.planning.levels import Levels

__all__ = ["NO_PRIORS", "Learnt", "Priors", "read_priors"]

#: Outcomes a common factor may be learnt for.
LEARNT = ("engagements", "reach", "revenue")


@dataclass(frozen=True, slots=True)
class Learnt:
    """A factor on the log scale: mean, standard deviation, and how many deliverables it comes from."""

    log_mean: float
    log_sd: float
    n: int


@dataclass(frozen=True)
class Priors:
    """Common factors by outcome; factors of creators by outcome and account; the campaigns they come from."""

    common: dict[str, Learnt] = field(default_factory=dict)
    creators: dict[str, dict[str, Learnt]] = field(default_factory=dict)
    campaigns: tuple[str, ...] = ()

    def unless_among(self, placements: Any) -> "Priors":
        """Return no priors where the tables hold the campaign they come from: the data then say it themselves."""
        if not self.campaigns or placements is None or "campaign_id" not in placements.columns:
            return self
        named = {str(name) for name in placements["campaign_id"]}
        return NO_PRIORS if set(self.campaigns) <= named else self

    def applied(
        self, people: pl.DataFrame, engaged: Levels, reached: Levels, money: Value, shared: dict[str, float]
    ) -> tuple[Levels, Levels, Value]:
        """Return the levels and the money per order as they stand after the campaign; ``shared`` gains the doubt."""
        levels = {"engagements": engaged, "reach": reached}
        for outcome, found in levels.items():
            centre, own_sd = found.centre.copy(), found.own_sd.copy()
            if outcome in self.common:
                centre = centre + self.common[outcome].log_mean
                shared[f"{outcome}_learnt"] = self.common[outcome].log_sd
            own = self.creators.get(outcome, {})
            for place, names in enumerate(_names(people) if own else ()):
                known = next((own[name] for name in names if name in own), None)
                if known is not None and np.isfinite(centre[place]):
                    centre[place] += known.log_mean
                    own_sd[place] = min(own_sd[place], known.log_sd)
            levels[outcome] = replace(found, centre=centre, own_sd=own_sd)
        if "revenue" in self.common:
            learnt = self.common["revenue"]
            money = replace(
                money, mean=money.mean * math.exp(learnt.log_mean), error=math.hypot(money.error, learnt.log_sd)
            )
            shared["order_value"] = money.error
        return levels["engagements"], levels["reach"], money


def _names(people: pl.DataFrame) -> list[tuple[str, ...]]:
    """Return how a file of priors may name each account: by its key, platform and handle, or handle alone."""
    handles = people["handle"].to_list() if "handle" in people.columns else [None] * people.height
    rows = zip(people["account"].to_list(), people["platform"].to_list(), handles, strict=True)
    named = []
    for account, platform, handle in rows:
        bare = str(handle).strip().lstrip("@").lower() if handle else ""
        named.append(tuple(name for name in (account, f"{platform}:{bare}".lower() if bare else "", bare) if name))
    return named


#: Nothing was learnt yet.
NO_PRIORS = Priors()


def read_priors(source: Priors | Mapping[str, Any] | Path | str | None) -> Priors:
    """Return priors from a file that a scored campaign wrote, from its content, or none.

    Raises
    ------
    SourceError
        If the file cannot be read.
    ParameterError
        If it is not a file of priors.

    Examples
    --------
    >>> read_priors({"common": {"reach": {"log_mean": -0.1, "log_sd": 0.05, "n": 40}}}).common["reach"].n
    40
    """
    if source is None:
        return NO_PRIORS
    if isinstance(source, Priors):
        return source
    name = "the priors"
    if not isinstance(source, Mapping):
        import yaml

        path = Path(source)
        name = path.name
        try:
            source = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SourceError(f"cannot read the priors of {name}: {error.strerror or error}.") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SourceError(f"{name} is not a file of priors; write it anew from a scored campaign.") from error
    try:
        assert isinstance(source, Mapping)
        assert {"common", "creators"} & set(source)
        common = {str(outcome): _learnt(entry) for outcome, entry in (source.get("common") or {}).items()}
        creators = {
            str(outcome): {str(account): _learnt(entry) for account, entry in entries.items()}
            for outcome, entries in (source.get("creators") or {}).items()
        }
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ParameterError(f"{name} holds no `common` and `creators` as a scored campaign writes them.") from error
    strange = [outcome for outcome in (*common, *creators) if outcome not in LEARNT]
    if strange:
        raise ParameterError(f"{name}: {strange[0]!r} is no outcome with priors; known: {', '.join(LEARNT)}.")
    return Priors(common, creators, tuple(str(campaign) for campaign in source.get("campaigns") or ()))


def _learnt(entry: Mapping[str, Any]) -> Learnt:
    found = Learnt(float(entry["log_mean"]), float(entry["log_sd"]), int(entry.get("n", 0)))
    if not (math.isfinite(found.log_mean) and found.log_sd >= 0 and math.isfinite(found.log_sd)):
        raise ValueError("a factor is a finite log mean with a standard deviation")
    return found
