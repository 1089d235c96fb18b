"""Where the answer turns: one large creator against as many small ones as the same money buys.

The client's own average creator of each side is the case; every lever is solved for with the others held, and the two
that nobody measures, the cost of looking after a creator and the audience that two of them share, make the picture.
"""

import numpy as np
import pandas as pd

from analysis import formats
from analysis.errors import CreatorRoiError
from analysis.findings.compare import contrast_tiers, holm, members
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.proposal import Proposal
from analysis.findings.plan.wording import NOUN, evidence, no_plan
from analysis.findings.words import not_testable, plural
from analysis.planning import breakeven
from analysis.planning.breakeven import Case

__all__ = ["break_even", "case_of"]

#: Steps of the picture on either axis.
STEPS = 41


def break_even(proposal: Proposal) -> Finding:
    """Say who pays for the same money, and at which handling cost, overlap, post rate or price that turns."""
    id, question = "where-it-turns", "One large creator or many small ones: what would turn the answer?"
    if proposal.candidates.empty:
        return no_plan(proposal, id, question)
    case = case_of(proposal)
    if isinstance(case, str):
        return not_testable(
            proposal.study,
            id=id,
            question=question,
            count=f"0 of 2 sides can be compared among {plural(len(proposal.candidates), 'creator')}",
            reason=case,
            needs=f"{proposal.study.minimum} creators of each of two sizes, with a price and an expectation,",
            evidence="modelled",
        )
    table = breakeven.levers(case)
    rows = table.to_dict("records")
    table["now_said"] = [formats.show(row["now"], row["kind"], proposal.currency) for row in rows]
    table["flips_said"] = [
        "never" if np.isnan(row["flips_at"]) else formats.show(row["flips_at"], row["kind"], proposal.currency)
        for row in rows
    ]
    now = {"label": f"{case.micro} for one {case.mega}'s money", "now_said": formats.ratio(case.advantage)}
    bought = formats.number(case.creators)
    now |= {"flips_said": formats.ratio(1.0), "sentence": f"{bought} {case.micro} creator{'s' * (bought != '1')}."}
    table = pd.concat([pd.DataFrame([now]), table], ignore_index=True)
    point = _point(proposal, case)
    winner, settled = breakeven.settled(
        case, handling=(point["x_low"], point["x_high"]), overlap=(point["y_low"], point["y_high"])
    )
    times = formats.ratio(case.advantage)
    count = formats.number(case.creators)
    flips = breakeven.breakeven(case, "handling")
    who = f"{case.micro} creator{'' if count == '1' else 's'}"
    does = "is" if count == "1" else "are"
    title = f"For one {case.mega}'s money, {count} {who} {does} expected to bring {times} as much"
    noun = NOUN["revenue" if proposal.objective == "profit" else proposal.objective]
    return Finding(
        id=id,
        question=question,
        title=fitting(
            *(
                [title]
                if winner
                else [f"No clear answer: {count} {case.micro} for one {case.mega} bring {times} as much"]
            ),
            f"{count} {who} bring {times} what one {case.mega} does",
        ),
        sentence=(
            f"{title} {noun} at the figures as they stand. {flips.sentence[:1].upper()}{flips.sentence[1:]} "
            f"{settled[:1].upper()}{settled[1:]}"
        ),
        verdict=None if winner else "inconclusive",
        evidence=evidence(proposal) if proposal.plans else "modelled",
        table=table,
        shown=(
            Shown("label", "what may be another", "text"),
            Shown("now_said", "now", "text"),
            Shown("flips_said", "the answer turns at", "text"),
            Shown("sentence", "in words", "text"),
        ),
        n={"creators": int(proposal.candidates["tier"].isin([case.micro, case.mega]).sum()), "posts": None},
        subtitle=proposal.study.subtitle(f"Expected {noun} for equal spend, average creator of each side"),
        source=proposal.study.source("modelled", len(proposal.candidates)),
        caution=(
            "This is the average creator of each side; the list books the best of any tier, paid or not."
            f"{_untold(proposal, case)}"
        ),
        currency=proposal.currency,
        points=_grid(case, point),
        encoding={"point": point, "micro": case.micro, "mega": case.mega, "currency": proposal.currency},
    )


def _untold(proposal: Proposal, case: Case) -> str:
    """Return a sentence where the measured returns of the two sides cannot be told apart, or nothing."""
    if proposal.objective not in {"profit", "revenue"}:
        return ""
    counts = {tier: len(members(proposal.study.measured("roas"), tier)) for tier in (case.micro, case.mega)}
    if min(counts.values()) < proposal.study.minimum:
        return ""
    asked = contrast_tiers(proposal.study, "roas", case.micro, case.mega, statistic="pooled")
    found = holm([asked], proposal.study.confidence, proposal.study.region)[0]
    if found.clear:
        return ""
    return " The returns that were measured do not tell the two sizes apart: test before money follows this."


def case_of(proposal: Proposal) -> Case | str:
    """Return the case of the smallest against the largest tier with enough creators; or why there is none."""
    outcome = "revenue" if proposal.objective == "profit" else proposal.objective
    there = proposal.candidates["tier"].value_counts()
    minimum = proposal.study.minimum
    sides = [tier for tier in proposal.study.floors if there.get(tier, 0) >= minimum]
    if len(sides) < 2:
        return f"fewer than two tiers have the {minimum} creators with a price and an expectation that a side needs"
    reach = proposal.candidates.loc[proposal.candidates["tier"] == sides[0], "reach"].mean()
    share = float(min(reach / proposal.assumed.audience, 1.0)) if np.isfinite(reach) else 0.0
    try:
        return breakeven.of_tiers(
            proposal.candidates,
            outcome=outcome,
            small=sides[0],
            large=sides[-1],
            handling=proposal.assumed.handling_cost,
            overlap=share,
            currency=proposal.currency,
        )
    except CreatorRoiError as error:
        return str(error)


def _point(proposal: Proposal, case: Case) -> dict[str, float]:
    """Return where the client stands: handling and overlap, each with the range of its assumption."""
    handling, audience = proposal.assumed["handling_cost"], proposal.assumed["audience"]
    return {
        "x": case.handling,
        "y": case.overlap,
        "x_low": handling.low,
        "x_high": handling.high,
        "y_low": min(case.overlap * audience.value / audience.high, 1.0),
        "y_high": min(case.overlap * audience.value / audience.low, 1.0),
    }


def _grid(case: Case, point: dict[str, float]) -> pd.DataFrame:
    """Return the picture's plane: far enough on either side that the line is seen where it is near."""
    flip = breakeven.breakeven(case, "handling").at
    far = max(2 * point["x_high"], 1.5 * flip if np.isfinite(flip) and flip < 20 * point["x_high"] else 0.0, 1.0)
    turn = breakeven.breakeven(case, "overlap").at
    wide = min(max(4 * point["y_high"], 2 * turn if np.isfinite(turn) else 0.05), 1.0)
    return breakeven.grid(
        case, handling=np.linspace(0, far, STEPS).tolist(), overlap=np.linspace(0, wide, STEPS).tolist()
    )
