"""What each claim says, and how it is judged: the facts of ``data/reference/claims.yml`` as objects.

A test that is written after looking at the data proves nothing. So the neutral value, the claimed side, the region of
no practical difference and the rule of the verdict stand in a data file, beside the sentence they belong to, and the
code reads them from there; nothing in this package holds a threshold of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from analysis.errors import ParameterError, ReferenceDataError, nearest
from analysis.formats import FormatKind
from analysis.inference import equivalence_region
from analysis.reference import read_yaml

__all__ = ["Claim", "PartSpec", "claim_ids", "claim_named", "claims_stated"]

#: How a part's estimate is shown.
UNIT_KINDS: Mapping[str, FormatKind] = {
    "times": "number",
    "elasticity": "number",
    "share": "percent",
    "money": "money",
}


@dataclass(frozen=True, slots=True)
class PartSpec:
    """One estimate of a claim: its neutral value (no difference), the claimed side, the region, its words.

    ``direction`` is ``within`` where the claim is that the value lies inside ``region``; where ``shared`` is true the
    region is the study's own for ratios.
    """

    name: str
    neutral: float
    direction: Literal["greater", "less", "within"]
    region: tuple[float, float] | None
    unit: str
    what: str
    reads: str
    figures: FormatKind = "number"
    shared: bool = False

    @property
    def kind(self) -> FormatKind:
        """How the estimate is formatted."""
        return UNIT_KINDS[self.unit]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as stated before the data: see the head of ``claims.yml`` for each field."""

    id: str
    claim: str
    short: str
    question: str
    estimand: str
    method: str
    needs: str
    answer: str
    rule: str
    level: Literal["association", "attributed", "incremental"]
    evidence: Literal["measured", "modelled", "assumed"]
    by_tier: bool
    parts: Mapping[str, PartSpec]
    titles: Mapping[str, str]
    caution: str
    published: tuple[Mapping[str, Any], ...]
    constants: Mapping[str, Any]


@cache
def claims_stated() -> dict[str, Claim]:
    """Return every claim by id, in the order of the article.

    Raises
    ------
    ReferenceDataError
        If the file lacks a field or a rule's region does not hold its neutral value.

    Examples
    --------
    >>> claims_stated()["rate-rule"].claim
    'The usual price is $25 per 1,000 followers.'
    """
    return {name: _claim(name, dict(entry)) for name, entry in read_yaml("claims.yml")["claims"].items()}


def claim_ids() -> tuple[str, ...]:
    """Return the ids of the claims.

    Examples
    --------
    >>> len(claim_ids())
    12
    """
    return tuple(claims_stated())


def claim_named(id: str) -> Claim:
    """Return a claim by id.

    Raises
    ------
    ParameterError
        If there is no such claim.

    Examples
    --------
    >>> claim_named("micro-roi-higher").level
    'attributed'
    """
    stated = claims_stated()
    if id not in stated:
        raise ParameterError(f"no claim is called {id!r}{nearest(id, stated)}; the claims are {', '.join(stated)}.")
    return stated[id]


def _claim(name: str, entry: dict[str, Any]) -> Claim:
    rule = entry.pop("rule", None)
    if isinstance(rule, Mapping):
        rule = rule["both" if len(entry.get("parts", {})) > 1 else "one"]
    own = [field for field in Claim.__dataclass_fields__ if field not in ("id", "rule", "evidence", "constants")]
    absent = [field for field in own if field not in entry] + ([] if rule else ["rule"])
    if absent:
        raise ReferenceDataError(f"claims.yml: {name} lacks {', '.join(absent)}.")
    known = {field: entry.pop(field) for field in own}
    parts = {part: _part(name, part, values) for part, values in known.pop("parts").items()}
    published = tuple(known.pop("published"))
    evidence = entry.pop("evidence", "measured")
    return Claim(id=name, rule=rule, evidence=evidence, parts=parts, published=published, constants=entry, **known)


def _part(claim: str, name: str, values: Mapping[str, Any]) -> PartSpec:
    shared = values.get("region") == "ratios"
    region = equivalence_region() if shared else values.get("region")
    neutral = float(values["neutral"])
    if region is not None and not region[0] < neutral < region[1]:
        raise ReferenceDataError(
            f"claims.yml: the region of {claim} ({name}) does not hold its neutral value {neutral}."
        )
    return PartSpec(
        name=name,
        neutral=neutral,
        direction=values["direction"],
        region=None if region is None else (float(region[0]), float(region[1])),
        unit=values["unit"],
        what=values["what"],
        reads=values["reads"],
        figures=values.get("figures", "number"),
        shared=shared,
    )
