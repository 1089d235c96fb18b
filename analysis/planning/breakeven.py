r"""One mega against as many micros as the same money buys, and what would turn the answer round.

With :math:`N_{\text{eff}}` posts that share nobody (:mod:`~analysis.planning.versus`), each bringing :math:`v`, and
micro audiences converting :math:`k` times as well as expected, micro pays where :math:`v k N_{\text{eff}} > V`, what
the mega brings. Each lever is solved for with the others held where they are: in closed form but for the overlap.

The trap is handling: looking after a creator costs the same however small the fee, so cheap creators are dear in
people's time, and a comparison of fees alone flatters them. The other is to read one flip value as the answer: the
levers move together, which is what the two-way grid is for.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis import formats
from analysis.errors import ParameterError, nearest
from analysis.planning.versus import Case, field_study, of_tiers, worth_posts

__all__ = [
    "LEVERS",
    "Case",
    "Flip",
    "breakeven",
    "field_study",
    "flip_line",
    "grid",
    "levers",
    "of_tiers",
    "settled",
]

#: The levers, and how each is said: label, kind of number.
LEVERS = {
    "handling": ("handling cost per creator", "money"),
    "overlap": ("audience that two micros share", "percent"),
    "post_rate": ("share of micros that post", "percent"),
    "discount": ("discount on micro fees", "percent"),
    "conversion_ratio": ("micro's conversion rate against the expected", "ratio"),
}


@dataclass(frozen=True)
class Flip:
    """Where one lever turns the answer round, the others held; ``at`` is NaN where it never does."""

    lever: str
    now: float
    at: float
    sentence: str


def _creators_needed(case: Case) -> float:
    """Return how many micros bring what the mega brings; infinite where none are enough."""
    needed = case.mega_value / (case.micro_value * case.conversion_ratio) if case.conversion_ratio else math.inf
    if case.post_rate == 0 or math.isinf(needed):
        return math.inf
    if case.overlap == 0:
        return needed / case.post_rate
    if needed * case.overlap >= 1:
        return math.inf
    if case.post_rate * case.overlap >= 1:
        return needed * case.overlap
    return math.log1p(-needed * case.overlap) / math.log1p(-case.post_rate * case.overlap)


def _handling(case: Case) -> float:
    n = _creators_needed(case)
    fixed_mega = case.mega_fee + case.mega_product
    fixed_micro = case.micro_fee * (1 - case.discount) + case.micro_product
    if math.isinf(n) or n == 1:
        return math.nan
    at = (fixed_mega - n * fixed_micro) / (n - 1)
    return at if at >= 0 else math.nan


def _overlap(case: Case) -> float:
    from scipy.optimize import brentq

    def over(overlap: float) -> float:
        return replace(case, overlap=overlap).advantage - 1

    if math.isinf(case.creators):
        at = case.micro_value * case.conversion_ratio / case.mega_value
        return at if case.post_rate and at <= 1 else math.nan
    first, last = over(0.0), over(1.0)
    if first == 0 or last == 0:
        return 0.0 if first == 0 else 1.0
    if (first > 0) == (last > 0):
        return math.nan
    return float(brentq(over, 0.0, 1.0, xtol=1e-14, rtol=1e-12))


def _post_rate(case: Case) -> float:
    if case.conversion_ratio == 0:
        return math.nan
    needed, n = case.mega_value / (case.micro_value * case.conversion_ratio), case.creators
    if math.isinf(n):
        return math.nan
    if case.overlap == 0:
        at = needed / n
    elif needed * case.overlap >= 1:
        return math.nan
    else:
        at = -math.expm1(math.log1p(-needed * case.overlap) / n) / case.overlap
    return at if at <= 1 else math.nan


def _discount(case: Case) -> float:
    n = _creators_needed(case)
    if math.isinf(n) or not case.micro_fee:
        return math.nan
    at = 1 - (case.mega_cost / n - case.micro_product - case.handling) / case.micro_fee
    return at if at <= 1 else math.nan


def _conversion_ratio(case: Case) -> float:
    worth = worth_posts(case.creators, case.post_rate, case.overlap)
    return math.nan if worth == 0 or math.isinf(worth) else case.mega_value / (case.micro_value * worth)


_SOLVE = {
    "handling": _handling,
    "overlap": _overlap,
    "post_rate": _post_rate,
    "discount": _discount,
    "conversion_ratio": _conversion_ratio,
}


def breakeven(case: Case, lever: str) -> Flip:
    """Return where one lever turns the answer round, the others held where they are.

    Raises
    ------
    ParameterError
        If there is no such lever.

    Examples
    --------
    >>> breakeven(field_study(), "handling").at
    140.0
    >>> print(breakeven(field_study(), "handling").sentence)
    nano pays now; macro does above $140 of handling cost per creator.
    """
    if lever not in LEVERS:
        raise ParameterError(f"no lever {lever!r}{nearest(lever, LEVERS)}; known: {', '.join(LEVERS)}.")
    now, at = float(getattr(case, lever)), _SOLVE[lever](case)
    if math.isnan(at):
        return Flip(lever, now, at, f"never flips: {case.pays} pays whatever the {LEVERS[lever][0]}.")
    if math.isclose(at, now, rel_tol=1e-9, abs_tol=1e-12):
        return Flip(
            lever, now, at, f"{case.micro} and {case.mega} pay the same where the {LEVERS[lever][0]} stands now."
        )
    other = case.mega if case.pays == case.micro else case.micro
    return Flip(lever, now, at, f"{case.pays} pays now; {other} does {_beyond(case, lever, at, more=at > now)}.")


def _beyond(case: Case, lever: str, at: float, *, more: bool) -> str:
    value = formats.show(abs(at), LEVERS[lever][1], case.currency)  # type: ignore[arg-type]
    if lever == "handling":
        return f"{'above' if more else 'below'} {value} of handling cost per creator"
    if lever == "overlap":
        return f"where two {case.micro} creators share {'more' if more else 'less'} than {value} of their audience"
    if lever == "post_rate":
        return f"if {'more' if more else 'fewer'} than {value} of the {case.micro} creators post"
    if lever == "discount":
        word, more = ("discount", more) if at >= 0 else ("surcharge", not more)
        return f"with a {word} {'above' if more else 'below'} {value} on {case.micro} fees"
    return f"if {case.micro} audiences convert {'more' if more else 'less'} than {value} as well as expected"


def levers(case: Case) -> pd.DataFrame:
    """Return every lever's flip value; one row a lever: lever, label, kind, now, flips_at, pays_now, sentence.

    Examples
    --------
    >>> levers(field_study())[["lever", "flips_at"]].round(3).to_dict("list")
    {'lever': ['handling', 'overlap', 'post_rate', 'discount', 'conversion_ratio'],
     'flips_at': [140.0, 0.162, 0.3, -2.333, 0.3]}
    """
    rows = []
    for lever, (label, kind) in LEVERS.items():
        flip = breakeven(case, lever)
        rows.append((lever, label, kind, flip.now, flip.at, case.pays, flip.sentence))
    return pd.DataFrame(rows, columns=["lever", "label", "kind", "now", "flips_at", "pays_now", "sentence"])


def grid(case: Case, *, handling: Sequence[float], overlap: Sequence[float]) -> pd.DataFrame:
    """Return the two-way picture; one row a pair of handling cost and overlap: handling, overlap, advantage, pays.

    ``advantage`` is what micro brings over what mega brings for the same money; above 1 micro pays.

    Examples
    --------
    >>> grid(field_study(), handling=[0, 140], overlap=[0])["advantage"].round(6).tolist()
    [3.333333, 1.0]
    """
    rows = []
    for o in overlap:
        for h in handling:
            at = replace(case, handling=float(h), overlap=float(o))
            rows.append((float(h), float(o), at.advantage, at.pays))
    return pd.DataFrame(rows, columns=["handling", "overlap", "advantage", "pays"])


def settled(case: Case, *, handling: tuple[float, float], overlap: tuple[float, float]) -> tuple[str | None, str]:
    """Return who pays over a whole range of handling cost and overlap, None where both may, and the sentence.

    What micro brings only falls as the overlap grows and moves one way with handling, so the corners decide.

    Examples
    --------
    >>> settled(field_study(), handling=(0, 100), overlap=(0, 0.02))[0]
    'nano'
    >>> print(settled(field_study(), handling=(0, 200), overlap=(0, 0.1))[1])
    nano pays at the low ends and macro somewhere in the range, so handling cost and overlap decide it.
    """
    corners = [replace(case, handling=float(h), overlap=float(o)) for h in handling for o in overlap]
    sides = {corner.pays for corner in corners} - {"neither"}
    if len(sides) == 1:
        one = sides.pop()
        return one, f"{one} pays wherever handling cost and overlap lie in their range."
    first = corners[0].pays
    other = case.mega if first == case.micro else case.micro
    return (
        None,
        f"{first} pays at the low ends and {other} somewhere in the range, so handling cost and overlap decide it.",
    )


def flip_line(case: Case, overlap: Sequence[float]) -> pd.DataFrame:
    """Return the handling cost at which the answer flips for each overlap; NaN where it never does.

    Examples
    --------
    >>> flip_line(field_study(), [0, 0.05, 0.5]).round(2).to_dict("list")
    {'overlap': [0.0, 0.05, 0.5], 'handling': [140.0, 109.57, nan]}
    """
    found = [(float(o), _handling(replace(case, overlap=float(o)))) for o in overlap]
    return pd.DataFrame(found, columns=["overlap", "handling"])
