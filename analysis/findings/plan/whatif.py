"""What if: sliders for budget, cost of handling, audience shared, margin and how many creators are looked after.

Every move books anew under the same limits and says in one line who, for how much, for what, and which side pays for
the same money. In a report nobody can move a slider, so there it is a sentence; without ipywidgets likewise.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analysis import formats
from analysis.errors import CreatorRoiError
from analysis.findings.finding import Finding
from analysis.findings.plan.even import break_even, case_of
from analysis.findings.plan.proposal import Proposal
from analysis.findings.plan.wording import NOUN, amount
from analysis.findings.words import plural
from analysis.hostile import escape_html
from analysis.planning import allocation, response

__all__ = ["IN_REPORT", "answer", "what_if"]

#: Set in the kernels of a report, where nobody can move anything.
IN_REPORT = "CREATOR_ROI_REPORT"


def answer(
    proposal: Proposal, *, budget: float, handling: float, overlap: float, margin: float, most: int | None = None
) -> str:
    """Return whom the budget would book with these figures, and which side pays for the same money, in words.

    Parameters
    ----------
    proposal : Proposal
        Where to start from.
    budget, handling : float
        In the proposal's currency; handling is per creator, instead of the assumed one.
    overlap : float
        Share of a small creator's audience that another reaches too.
    margin : float
        Share of revenue that is left.
    most : int, optional
        Creators to look after, instead of the proposal's limit.
    """
    limits = proposal.limits if most is None else replace(proposal.limits, max_creators=most)
    table = proposal.candidates
    cost = table["cost"] + (handling - proposal.assumed.handling_cost)
    table = response.with_profit(table.assign(cost=cost.clip(lower=0.0)), margin)
    try:
        plan = allocation.allocate(
            table,
            budget,
            objective=proposal.objective,
            constraints=limits,
            universe=proposal.assumed.audience,
            currency=proposal.study.currency,
            gap=0.01,
        )
    except CreatorRoiError as error:
        return str(error)
    if not plan.chosen:
        return f"Nobody is booked: {plan.notes[-1] if plan.notes else 'nothing is expected to pay'}."
    tiers = table["tier"].iloc[list(plan.chosen)].value_counts()
    mix = ", ".join(f"{formats.count(n)} {tier}" for tier, n in tiers.items())
    value = amount(proposal, proposal.outcome, plan.value)
    said = (
        f"Book {plural(len(plan.chosen), 'creator')} ({mix}) for {formats.money(plan.cost, proposal.currency)}: "
        f"{value} of {NOUN[proposal.outcome]} expected."
    )
    case = case_of(proposal)
    if isinstance(case, str):
        return said
    moved = replace(case, handling=handling, overlap=overlap)
    return f"{said} For one {case.mega}'s money, {case.micro} brings {formats.ratio(moved.advantage)} as much."


def what_if(proposal: Proposal, chart: Callable[..., Any] | None = None) -> Any:
    """Return sliders that answer at once, or a sentence where there is nobody to move them.

    Parameters
    ----------
    proposal : Proposal
        Where to start from.
    chart : callable, optional
        The break-even picture (``charts.break_even_map``), drawn below the answer with the point where it is moved.

    Returns
    -------
    ipywidgets.Widget or str
    """
    where = "Open this notebook in JupyterLab (`creator-roi lab`) to move budget, handling, overlap and margin."
    if not proposal.plans or os.environ.get(IN_REPORT):
        return where
    try:
        import ipywidgets as widgets
    except ImportError:
        return where
    assumed = proposal.assumed
    handling, margin = assumed["handling_cost"], assumed["margin"]
    case = case_of(proposal)
    shared = 0.0 if isinstance(case, str) else case.overlap
    style = {"description_width": "14em"}
    layout = widgets.Layout(width="40em")

    def slider(words: str, value: float, low: float, high: float, step: float, form: str) -> Any:
        return widgets.FloatSlider(
            value=value, min=low, max=high, step=step, description=words, readout_format=form, style=style,
            layout=layout, continuous_update=False,
        )  # fmt: skip

    moves = {
        "budget": slider(
            "budget", proposal.budget, proposal.budget / 10, 10 * proposal.budget, proposal.budget / 20, ",.0f"
        ),
        "handling": slider("handling per creator", handling.value, 0.0, 2 * max(handling.high, 1.0), 5.0, ",.0f"),
        "overlap": slider("audience two share", shared, 0.0, max(0.3, 2 * shared), 0.005, ".1%"),
        "margin": slider("margin", margin.value, 0.05, 1.0, 0.05, ".0%"),
    }
    if proposal.limits.max_creators is not None:
        least, most = max(proposal.limits.min_creators, 1), proposal.limits.max_creators
        moves["most"] = widgets.IntSlider(
            value=most, min=least, max=4 * most, description="creators at most", style=style, layout=layout,
            continuous_update=False,
        )  # fmt: skip
    said, seen = widgets.HTML(), widgets.HTML()
    turns = break_even(proposal) if chart is not None and not isinstance(case, str) else None

    def redraw(**figures: Any) -> None:
        words = answer(proposal, **figures)
        said.value = f"<p style='font-size:1.2em'>{escape_html(words)}</p>"
        if chart is not None and turns is not None:
            seen.value = _moved(turns, chart, figures["handling"], figures["overlap"], words)

    linked = widgets.interactive_output(redraw, moves)
    return widgets.VBox([*moves.values(), said, seen, linked])


def _moved(turns: Finding, chart: Callable[..., Any], handling: float, overlap: float, words: str) -> str:
    """Return the break-even picture with the point where the sliders put it, as SVG."""
    point = {"x": handling, "y": overlap}
    labels = {**turns.encoding, "point": point, "point_label": "here", "title": "", "subtitle": "", "source": ""}
    return replace(turns, encoding=labels, sentence=words).sketch(chart).decode("utf-8")
