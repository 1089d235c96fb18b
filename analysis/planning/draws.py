r"""Many possible campaigns: every outcome of every creator, drawn together.

Three kinds of doubt are in a draw. What is *shared* moves every creator at once: how strong the sponsored penalty is,
what an order is worth, whether the assumed click rate is right. What is the *creator's own* is how well its level is
known. The rest is the *luck* of one post. Averaging over forty creators removes the third, some of the second and
none of the first, which is why independent draws would promise far too much.

Random numbers are common: an account has the same luck in every plan that books it, whoever else is booked and in
whatever order, because its stream comes from the seed and its name. Two plans then differ by what differs.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ColumnError, ParameterError
from analysis.planning.assumptions import Assumptions
from analysis.planning.funnel import Value, uncertainty
from analysis.planning.levels import Luck

__all__ = ["OUTCOMES", "Draws", "Model", "draws"]

Floats = NDArray[np.float64]

#: What a booking may bring, in the order of a table.
OUTCOMES = ("engagements", "reach", "clicks", "conversions", "revenue")

#: Where the random streams of shared factors start; accounts use a hash of their name.
_SHARED = 0x5EED


@dataclass(frozen=True, eq=False)
class Model:
    """What all candidates share, carried with their table as ``table.attrs["model"]``.

    ``shared`` maps the name of a shared factor to its log standard deviation; ``spread`` the relative variance of
    clicks and of orders between deliverables; ``orders_from`` what orders are counted on.
    """

    luck: Luck
    money: Value
    shared: dict[str, float]
    spread: dict[str, float]
    orders_from: str = "clicks"

    def __deepcopy__(self, memo: object) -> "Model":
        return self


@dataclass(frozen=True)
class Draws:
    """Outcomes of each account in each drawn campaign: arrays of shape (size, accounts).

    ``factors`` are the shared ones by name, one value a draw with mean 1. ``margin`` is one value a draw. ``likely``
    holds each outcome with the luck of single posts averaged out: what is left is how well the average is known.
    """

    accounts: tuple[str, ...]
    engagements: Floats
    reach: Floats
    clicks: Floats
    conversions: Floats
    revenue: Floats
    cost: Floats
    posted: NDArray[np.bool_]
    margin: Floats
    factors: dict[str, Floats]
    likely: dict[str, Floats]

    @property
    def size(self) -> int:
        """Number of drawn campaigns."""
        return len(self.margin)

    @cached_property
    def profit(self) -> Floats:
        """Margin x revenue - cost."""
        return self.margin[:, None] * self.revenue - self.cost

    def positions(self, accounts: Sequence[Any]) -> NDArray[np.intp]:
        """Return where accounts stand; numbers are taken as positions already.

        Raises
        ------
        ParameterError
            If an account was not drawn.
        """
        places = {name: place for place, name in enumerate(self.accounts)}
        found = []
        for name in accounts:
            if isinstance(name, (int, np.integer)) and 0 <= int(name) < len(self.accounts):
                found.append(int(name))
            elif name in places:
                found.append(places[name])
            else:
                raise ParameterError(f"{name!r} is not among the {len(self.accounts)} accounts that were drawn.")
        return np.array(found, dtype=np.intp)

    def total(self, outcome: str, accounts: Sequence[Any], *, likely: bool = False) -> Floats:
        """Return the outcome of a plan in each draw: summed over its accounts.

        Parameters
        ----------
        outcome : str
            One of ``OUTCOMES``, ``cost`` or ``profit``.
        accounts : sequence
            Accounts by name or position.
        likely : bool
            With luck averaged out.
        """
        if outcome not in (*OUTCOMES, "cost", "profit"):
            raise ParameterError(f"unknown outcome {outcome!r}; known: {', '.join((*OUTCOMES, 'cost', 'profit'))}.")
        values: Floats = self.likely[outcome] if likely else getattr(self, outcome)
        return np.asarray(values[:, self.positions(accounts)].sum(axis=1))


def draws(candidates: Any, assumptions: Assumptions, *, size: int = 2_000, seed: int = 2020) -> Draws:
    """Return drawn outcomes of every candidate.

    Parameters
    ----------
    candidates : pandas.DataFrame
        As :func:`analysis.planning.response.candidates` returns it, or rows of it. Not changed.
    assumptions : Assumptions
        Margins and post rates that are assumed are drawn from their ranges.
    size : int
        Campaigns to draw.
    seed : int
        The same seed gives an account the same luck in every plan.

    Returns
    -------
    Draws

    Raises
    ------
    ColumnError
        If the table is not one of candidates.
    ParameterError
        If ``size`` is not positive.

    Notes
    -----
    engagements = posted x exp(centre + shared + own + residual); clicks, orders and money follow by gamma-Poisson
    counts and gamma order values. Residuals are those of real posts where enough were seen, so that a viral post is
    as frequent in a draw as it was, and engagement and reach of one post share it.
    """
    if size < 1:
        raise ParameterError(f"size is a number of draws, 1 or more; got {size}.")
    need = ["account", "post_rate", "cost", *(f"{o}_centre" for o in ("engagements", "reach"))]
    absent = [name for name in need if name not in candidates.columns]
    if absent:
        raise ColumnError(absent, list(candidates.columns), "the table of candidates")
    if not isinstance(candidates.attrs.get("model"), Model):
        raise ParameterError("the table lost what its rows share; pass rows of what response.candidates returned.")
    return _Draw(candidates, assumptions, size, seed).all()


class _Draw:
    """One call's columns and shared factors."""

    def __init__(self, table: Any, assumptions: Assumptions, size: int, seed: int) -> None:
        self.table, self.assumptions, self.size, self.seed = table, assumptions, size, seed
        self.model: Model = table.attrs["model"]
        self.column = {
            name: table[name].to_numpy(dtype=float) for name in table.columns if table[name].dtype.kind in "fiu"
        }
        self.words = {key: [str(text) for text in table[key]] for key in _WORDS if key in table}
        self.shared = self._factors()

    def _stream(self, *key: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, *key])))

    def _factors(self) -> dict[str, Floats]:
        """Return the shared factors, mean 1; each has its own stream, so that one more leaves the others."""
        found = {}
        doubts = {**self.model.shared, "margin": uncertainty(self.assumptions["margin"])}
        for name, sd in doubts.items():
            z = self._stream(_SHARED, zlib.crc32(name.encode())).standard_normal(self.size)
            found[name] = np.exp(sd * z - sd**2 / 2) if not name.endswith("_by_size") else sd * z
        return found

    def _factor(self, name: str) -> Floats | float:
        return self.shared.get(name, 1.0)

    def all(self) -> Draws:
        names = tuple(str(name) for name in self.table["account"])
        shape = (self.size, len(names))
        # filled account by account: columns lie together in memory
        parts = {name: np.empty(shape, order="F") for name in (*OUTCOMES, "cost")}
        likely = {name: np.empty(shape, order="F") for name in (*OUTCOMES, "cost")}
        posted = np.empty(shape, dtype=bool, order="F")
        for place, name in enumerate(names):
            got, known, appeared = self._one(place, name)
            posted[:, place] = appeared
            for outcome, values in got.items():
                parts[outcome][:, place] = values
                likely[outcome][:, place] = known[outcome]
        margin = np.minimum(self.assumptions.margin * np.asarray(self._factor("margin")), 1.0)
        likely["profit"] = margin[:, None] * likely["revenue"] - likely["cost"]
        return Draws(names, **parts, posted=posted, margin=margin, factors=self.shared, likely=likely)

    def _one(self, place: int, name: str) -> tuple[dict[str, Floats], dict[str, Any], NDArray[np.bool_]]:
        """Return one account's outcomes, the same without luck, and whether its post appeared."""
        value = {key: float(column[place]) for key, column in self.column.items()}
        kind = {key: column[place] for key, column in self.words.items()}
        stream = self._stream(zlib.crc32(name.encode()))
        normal = stream.standard_normal((5, self.size))
        even = stream.random((2, self.size))
        rate: Any = value["post_rate"]
        if 0 < rate < 1:
            rate = np.minimum(rate * np.asarray(self._factor(kind["post_rate_factor"])), 1.0)
        appeared = np.asarray(even[0] < rate)
        luck = self.model.luck
        residual = luck.rows[(even[1] * len(luck.rows)).astype(np.intp)]
        got: dict[str, Floats] = {}
        known: dict[str, Any] = {}
        for position, outcome in enumerate(("engagements", "reach")):
            centre, own = value[f"{outcome}_centre"], value[f"{outcome}_own_sd"]
            level = np.exp(centre + own * normal[position]) * self._shared_level(outcome, kind)
            got[outcome] = np.round(level * np.exp(residual[:, position]) * appeared)
            known[outcome] = level * luck.smear[position] * rate
        for outcome, base, position in (("clicks", "engagements", 2), ("conversions", self.model.orders_from, 3)):
            per = self._rate(outcome, value, normal[position])
            got[outcome] = self._count(got[base], per, self.model.spread.get(outcome, 0.0), stream)
            known[outcome] = known[base] * per
        money = self.model.money
        each = money.mean * np.asarray(self._factor("order_value"))
        got["revenue"] = self._orders(got["conversions"], money.variation, stream) * each
        known["revenue"] = known["conversions"] * each
        fee = value["fee"] * np.exp(value["fee_log_sd"] * normal[4] - value["fee_log_sd"] ** 2 / 2)
        other = (value["cost"] - value["fee"]) * np.asarray(self._factor(kind["other_factor"]))
        sd = value["other_log_sd"]
        got["cost"] = fee + other * np.exp(sd * stream.standard_normal(self.size) - sd**2 / 2)
        known["cost"] = fee + other
        return got, known, appeared

    def _shared_level(self, outcome: str, kind: dict[str, str]) -> Floats | float:
        level: Floats | float = self._factor(f"{outcome}_sponsored")
        if kind.get("relationship") == "ambassador":
            level = level * self._factor(f"{outcome}_ambassador")
        if kind.get(f"{outcome}_evidence") == "assumed":
            level = level * self._factor(f"{outcome}_rate")
        return level * self._factor(f"{outcome}_learnt")

    def _rate(self, outcome: str, value: dict[str, float], normal: Floats) -> Floats:
        sd = value[f"{outcome}_rate_sd"]
        rate = value[f"{outcome}_rate"] * np.exp(sd * normal - sd**2 / 2) * self._factor(f"{outcome}_rate")
        turn = self.shared.get(f"{outcome}_by_size")
        return rate if turn is None else rate * np.exp(turn * value[f"{outcome}_from_middle"])

    def _count(self, base: Floats, rate: Floats, spread: float, stream: np.random.Generator) -> Floats:
        if spread > 0:
            rate = rate * stream.gamma(1 / spread, spread, self.size)
        return stream.poisson(np.minimum(base * rate, 1e15)).astype(float)

    def _orders(self, orders: Floats, variation: float, stream: np.random.Generator) -> Floats:
        """Return orders weighed by what each was worth, in mean orders."""
        if variation <= 0:
            return orders
        shape = 1 / variation**2
        return np.where(orders > 0, stream.gamma(np.maximum(orders, 1e-9) * shape) / shape, 0.0)


_WORDS = ("engagements_evidence", "reach_evidence", "relationship", "post_rate_factor", "other_factor")
