"""One proposal: who can be booked, whom the budget books, what rivals would, and all of it in the same drawn campaigns.

The planning room computes; here a study's creators become candidates, a budget becomes a plan, and the plan is set
against what a person would do by rule of thumb. When the draws cannot separate the plan from its best rival, the
simpler of the two is recommended, and every finding says so.

Where nothing can be planned (nobody can be priced, a limit cannot be kept, amounts are in a currency in which nothing
is assumed), the proposal holds the reason instead of a plan, and a report goes on without one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import CurrencyError, ParameterError, PlanError
from analysis.findings.plan.reasons import needed, ordinary, though
from analysis.findings.plan.seen import record_of
from analysis.findings.study import Study
from analysis.measures.cost import DEFAULT_CARD
from analysis.planning import allocation, assumptions, response, simulate
from analysis.planning.allocation import Plan
from analysis.planning.assumptions import Assumptions
from analysis.planning.constraints import Constraints, load_constraints
from analysis.planning.draws import Draws
from analysis.planning.simulate import Choice

__all__ = ["DRAWS", "OUTCOME", "PAID", "PLAN", "Proposal", "propose"]

#: Campaigns drawn: a 5% point of 2,000 draws is good to about half a point.
DRAWS = 2_000

#: What is counted in drawn campaigns for each objective: reach is different people.
OUTCOME = {name: name for name in allocation.OBJECTIVES} | {"reach": "people"}

#: How the plan itself is called beside its rivals.
PLAN = "computed plan"

#: The best list without anybody who works for product: what the same money buys when no ambassador says yes.
PAID = "paid creators only"


@dataclass(frozen=True)
class Proposal:
    """A budget, a plan and its rivals; ``why_not`` says why there is no plan, and is empty where there is one.

    Attributes
    ----------
    study : Study
        Whose data it is.
    budget, objective : float, str
        What may be spent, and what is to be as large as possible.
    assumed : Assumptions
        What is taken for granted.
    candidates, left_out : pandas.DataFrame
        Who can be booked, and who cannot and why.
    plan : Plan or None
        The best list under the budget and the limits.
    paid : Plan or None
        The best list of those who are paid a fee, where the plan books somebody who works for product.
    drawn : Draws or None
        Campaigns drawn for everybody in the plan or in a rival.
    limits : Constraints
        What a planner will sign.
    needs : str
        What would make a plan possible, where there is none.
    """

    study: Study
    budget: float
    objective: str
    assumed: Assumptions
    candidates: pd.DataFrame = field(repr=False)
    left_out: pd.DataFrame = field(repr=False)
    limits: Constraints
    plan: Plan | None = None
    drawn: Draws | None = field(default=None, repr=False)
    paid: Plan | None = None
    why_not: str = ""
    needs: str = ""

    @property
    def currency(self) -> str | None:
        """Currency of every amount."""
        return self.study.currency or self.candidates.attrs.get("currency") or self.assumed.currency

    @property
    def outcome(self) -> str:
        """What is counted in drawn campaigns."""
        return OUTCOME[self.objective]

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """The plan and every rival that books somebody and keeps the limits, the plan first; none without a plan."""
        if self.plan is None or not self.plan.chosen:
            return {}
        rivals = {name: rival for name, rival in self.plan.rivals.items() if rival.chosen and not rival.breaks}
        return {PLAN: self.plan, **rivals, **({} if self.paid is None else {PAID: self.paid})}

    @property
    def prices(self) -> Mapping[str, float]:
        """What one more unit of each binding limit would be worth."""
        return {} if self.plan is None else self.plan.prices

    @cached_property
    def accounts(self) -> dict[str, list[str]]:
        """Plan → accounts it books."""
        names = self.candidates["account"].tolist() if len(self.candidates) else []
        return {name: [names[place] for place in plan.chosen] for name, plan in self.plans.items()}

    @cached_property
    def where(self) -> dict[str, Any]:
        """What different people are counted by: the platform of everybody drawn, and the audience of each."""
        if self.drawn is None:
            return {}
        rows = self.candidates.set_index("account").loc[list(self.drawn.accounts)]
        platforms = rows["platform"].fillna("unknown").astype(str).to_numpy()
        return {"platform": platforms, "universe": self.assumed.audience}

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Plans beside one another in the same drawn campaigns; see :func:`analysis.planning.simulate.compare`.

        ``mean`` and ``gain`` are the exact expectations, which every other figure of the plan agrees with, and not
        the averages of the draws; limits and probabilities are drawn.
        """
        assert self.drawn is not None
        table = simulate.compare(self.accounts, self.drawn, outcome=self.outcome, **self._counting)
        table["mean"] = [self.plans[name].value for name in table["plan"]]
        table["gain"] = [float("nan"), *(table["mean"].iloc[0] - table["mean"].iloc[1:])]
        table["cost"] = [self.plans[name].cost for name in table["plan"]]
        return table

    @property
    def _counting(self) -> dict[str, Any]:
        return self.where if self.outcome == "people" else {}

    @cached_property
    def choice(self) -> Choice | None:
        """The plan against its best rival; None without a rival."""
        if self.drawn is None or not self.rival:
            return None
        pair = {name: self.accounts[name] for name in (PLAN, self.rival)}
        # the second of two lists of one length is the rule of thumb: the simpler to explain
        return simulate.verdict(pair, self.drawn, outcome=self.outcome, **self._counting)

    @property
    def rival(self) -> str:
        """The rival that brings most; empty without one."""
        if not self.plans:
            return ""
        table = self.compared
        rivals = table[~table["plan"].isin([PLAN, PAID])]
        return "" if rivals.empty else str(rivals["plan"].iloc[int(rivals["mean"].to_numpy().argmax())])

    @cached_property
    def recommended(self) -> str:
        """The plan to sign: the simpler one where the draws cannot separate it from its best rival."""
        return PLAN if self.choice is None or self.choice.separated else self.choice.preferred

    @cached_property
    def booked(self) -> pd.DataFrame:
        """Candidates of the recommended plan, the largest contribution first."""
        return (
            self.candidates.iloc[list(self.plans[self.recommended].chosen)] if self.plans else self.candidates.iloc[:0]
        )

    @cached_property
    def for_product(self) -> pd.Series:
        """Which of those booked work for product: ambassadors and gifted creators without a fee."""
        return _for_product(self.booked)

    def drawn_total(self, outcome: str, accounts: list[str] | None = None) -> np.ndarray:
        """Return an outcome of the recommended plan (or of ``accounts``) in every drawn campaign."""
        assert self.drawn is not None
        chosen = self.accounts[self.recommended] if accounts is None else accounts
        where = self.where if outcome == "people" else {}
        return simulate.outcome_of(self.drawn, chosen, outcome, **where)


def propose(
    study: Study,
    *,
    budget: float,
    objective: str = "profit",
    constraints: Constraints | Mapping[str, Any] | str | Path | None = None,
    most_creators: int = 0,
    given: Mapping[str, Any] | str | Path | None = None,
    priors: Mapping[str, Any] | str | Path | None = None,
    card: str = DEFAULT_CARD,
    strict: bool = False,
) -> Proposal:
    """Return whom a budget should book: Study in, :class:`Proposal` out.

    Parameters
    ----------
    study : Study
        What :func:`analysis.findings.open_study` returns.
    budget : float
        Money to spend at most, in the study's currency.
    objective : str
        ``profit``, ``engagements``, ``reach`` (different people), ``conversions``, ``revenue`` or ``clicks``.
    constraints : mapping or path, optional
        Limits; see :func:`analysis.planning.constraints.load_constraints`.
    most_creators : int
        Creators that somebody can look after; 0 for no limit. ``max_creators`` among the constraints wins.
    given : mapping or path, optional
        Assumptions that replace the house's own, by name.
    priors : mapping or path, optional
        What a finished campaign taught; see :mod:`analysis.planning.learning`.
    card : str
        Rate card for fees that nobody quoted.
    strict : bool
        Raise where nothing can be planned, instead of returning a proposal that says why.

    Raises
    ------
    ParameterError
        If a name or a number of the call is unusable.
    PlanError, CurrencyError
        With ``strict``, where nothing can be planned.
    """
    limits = load_constraints(constraints)
    if most_creators and limits.max_creators is None:
        limits = _with_most(limits, most_creators)
    stated = assumptions.load(given)
    empty = pd.DataFrame(columns=["account", "handle", "platform", "tier", "cost"])
    common: dict[str, Any] = {"study": study, "budget": float(budget), "objective": objective, "limits": limits}
    candidates, left_out = empty, empty
    try:
        candidates, left_out = response.candidates(
            study.accounts,
            placements=study.placements,
            record=record_of(study),
            assumptions=stated,
            card=card,
            currency=study.currency,
            priors=priors or None,
            seed=study.seed,
        )
        if candidates.empty:
            raise PlanError("nobody can be booked: of no creator both a price and a size, or posts, are known.")
        candidates, left_out = ordinary(study, candidates, left_out)
        if candidates.empty:
            raise PlanError("nobody can be booked: every creator here is listed only because a post went viral.")
        # amounts that no file gives a currency are the assumptions'
        candidates.attrs["currency"] = study.currency or candidates.attrs.get("currency") or stated.currency
        plan = allocation.allocate(
            candidates,
            budget,
            objective=objective,
            constraints=limits,
            universe=stated.audience,
            currency=study.currency,
        )
    except (PlanError, CurrencyError) as error:
        if strict:
            raise
        return Proposal(
            **common,
            assumed=stated,
            candidates=candidates,
            left_out=left_out,
            why_not=str(error),
            needs=needed(error, study, candidates, float(budget)),
        )
    if not plan.chosen:
        why = (plan.notes[-1] if plan.notes else "the best plan books nobody") + though(study, candidates)
        if strict:
            raise PlanError(f"{why}. Change the objective, the margin or the candidates.")
        needs = "a higher margin, cheaper creators or orders per engagement of your own (`--assumptions FILE`)"
        return Proposal(
            **common, assumed=stated, candidates=candidates, left_out=left_out, plan=plan, why_not=why, needs=needs
        )
    paid = _paid_only(candidates, plan, budget, objective, limits, stated, study.currency)
    drawn = _drawn(candidates, [plan, *plan.rivals.values(), *([paid] if paid else [])], stated, study.seed)
    return Proposal(
        **common, assumed=stated, candidates=candidates, left_out=left_out, plan=plan, drawn=drawn, paid=paid
    )


def _for_product(rows: pd.DataFrame) -> pd.Series:
    gift = rows["relationship"].isin(["ambassador", "gifted"]) if "relationship" in rows else rows["fee"].isna()
    return gift & (rows["fee"] == 0)


def _paid_only(
    candidates: pd.DataFrame,
    plan: Plan,
    budget: float,
    objective: str,
    limits: Constraints,
    stated: Assumptions,
    currency: str | None,
) -> Plan | None:
    """Return the best list of those who are paid, where the plan books somebody who is not; None without one."""
    free = _for_product(candidates).to_numpy(dtype=bool)
    if not free[list(plan.chosen)].any() or free.all():
        return None
    places = np.flatnonzero(~free)
    try:
        found = allocation.allocate(
            candidates.iloc[places],
            budget,
            objective=objective,
            constraints=limits,
            universe=stated.audience,
            currency=currency,
        )
    except PlanError:
        return None
    return replace(found, name=PAID, chosen=tuple(int(places[i]) for i in found.chosen)) if found.chosen else None


def _with_most(limits: Constraints, most: int) -> Constraints:
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise ParameterError(f"most_creators is {most!r}; give a whole number of creators, 0 for no limit.")
    if most < limits.min_creators:
        raise ParameterError(f"most_creators is {most} and min_creators {limits.min_creators}; give them in order.")
    return replace(limits, max_creators=most)


def _drawn(candidates: pd.DataFrame, plans: list[Plan], assumed: Assumptions, seed: int) -> Draws:
    """Draw campaigns of everybody whom one of the plans books."""
    places = sorted({place for one in plans for place in one.chosen})
    part = candidates.iloc[places]
    part.attrs = dict(candidates.attrs)
    return response.draws(part, assumed, size=DRAWS, seed=seed)
