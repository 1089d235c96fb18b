"""Whom to book: the recommendation in one sentence, the list that a person signs, and who is next in line."""

import numpy as np
import pandas as pd

from analysis import formats
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.plan.proposal import DRAWS, PLAN, Proposal
from analysis.findings.plan.wording import NOUN, amount, chosen, evidence, no_plan, span
from analysis.findings.prices import mixed_money
from analysis.findings.study import platform_name
from analysis.findings.words import joined, plural, shown_name
from analysis.planning.bookings import booking_list

__all__ = ["alternatives", "booking", "recommendation"]

#: Longest booking list that stands whole on a page; of a longer one the first rows do, and the data hold all.
PAGE = 60


def recommendation(proposal: Proposal) -> Finding:
    """Say whom to book for how much, what it should bring, and how often it loses money."""
    id, question = "whom-to-book", "Whom should this budget book?"
    if not proposal.plans:
        return no_plan(proposal, id, question)
    booked, plan = proposal.booked, proposal.plans[proposal.recommended]
    values = proposal.drawn_total(proposal.outcome)
    mean = amount(proposal, proposal.outcome, plan.value)
    low, high = span(proposal, proposal.outcome, values)
    noun = NOUN[proposal.outcome]
    cost = formats.money(plan.cost, proposal.currency)
    people = plural(len(booked), "creator")
    table = _by_tier(proposal)
    mix = joined([f"{formats.count(n)} {tier}" for tier, n in _counts(table) if n])
    free = int(proposal.for_product.sum())
    loss = float((proposal.drawn_total("profit") < 0).mean())
    return Finding(
        id=id,
        question=question,
        title=fitting(
            f"Book {people} for {cost}: {mean} of {noun} expected, {low} to {high}",
            f"Book {people} for {cost}: {mean} of {noun} expected",
            f"Book {people} for {cost}",
        ),
        sentence=(
            f"Of {formats.money(proposal.budget, proposal.currency)}, book {people} ({mix}) for {cost}, with product, "
            f"shipping and handling. It should bring {mean} of {noun}, between {low} and {high} in nine campaigns of "
            f"ten; of {formats.count(DRAWS)} drawn campaigns it loses money in {_share(loss)}. {_mix(proposal)}"
            f"{_rest(proposal)}{chosen(proposal)} {_proof(proposal)}"
        ).strip(),
        verdict=None,
        evidence=evidence(proposal),
        table=table,
        shown=(
            Shown("tier", "tier", "text"),
            Shown("creators", "creators", "count"),
            *((Shown("for_product", "of them for product", "count"),) if free else ()),
            Shown("cost", "cost", "money"),
            Shown("engagements", "engagements", "short"),
            Shown("reach", "reach, summed", "short"),
            Shown("conversions", "orders", "short"),
            Shown("revenue", "revenue", "money"),
            Shown("profit", "profit", "money"),
        ),
        n={"creators": len(proposal.candidates), "posts": None},
        subtitle=_subtitle(proposal, "Expected outcomes of the booking list by tier"),
        source=proposal.study.source(evidence(proposal), len(proposal.candidates)),
        caution=_caution(proposal),
        action=_action(proposal, free, cost, loss),
        big={"value": mean, "label": f"{noun} expected from {cost}", "note": f"{low} to {high}"},
        currency=proposal.currency,
    )


def _share(share: float) -> str:
    return "none" if share == 0 else formats.percent(share)


def _mix(proposal: Proposal) -> str:
    """Say how many take no fee, what of the outcome is theirs, and what paid creators alone would bring."""
    free = proposal.for_product.to_numpy(dtype=bool)
    if not free.any():
        return ""
    booked, outcome = proposal.booked, proposal.outcome
    gifted = int((booked.loc[free, "relationship"] == "gifted").sum())
    kinds = [(int(free.sum()) - gifted, "ambassador"), (gifted, "gifted creator")]
    kind = joined([plural(n, word) for n, word in kinds if n])
    who = f"All {formats.count(len(booked))} take" if free.all() else f"{formats.count(free.sum())} of them take"
    who = "That one takes" if len(booked) == 1 else who
    name = "reach" if outcome == "people" else outcome
    total, theirs = float(booked[name].sum()), float(booked.loc[free, name].sum())
    share = "" if free.all() or total <= 0 else f" and bring {formats.percent(theirs / total)} of it"
    said = f"{who} product and no fee ({kind}){share}. "
    if proposal.paid is None:
        return f"{said}No list of paid creators keeps these limits and adds anything. "
    alone = proposal.paid
    return (
        f"{said}Should they all say no, the best {plural(len(alone.chosen), 'paid creator')} bring "
        f"{amount(proposal, outcome, alone.value)} for {formats.money(alone.cost, proposal.currency)}. "
    )


def _action(proposal: Proposal, free: int, cost: str, loss: float) -> str:
    """Return what to do, in words that stand alone on page one."""
    count = len(proposal.booked)
    if free:
        part = "all" if free == count else f"{formats.count(free)} of the"
        who = f"those who take no fee ({part} {formats.count(count)} on the booking list)"
        return f"Ask {who} whether they will post before anything else is signed."
    names = joined([shown_name(name) for name in _names(proposal.booked)[:2]])
    listed = names if count <= 2 else f"the {formats.count(count)} creators of the booking list, first {names},"
    risk = f" It loses money in {_share(loss)} of {formats.count(DRAWS)} drawn campaigns."
    return f"Book {listed} for {cost}.{risk if proposal.outcome == 'profit' else ''}"


def _counts(table: pd.DataFrame) -> list[tuple[str, int]]:
    """Return tier and creators booked of each row but the last."""
    return list(zip(table["tier"].tolist()[:-1], table["creators"].tolist()[:-1], strict=True))


def _rest(proposal: Proposal) -> str:
    """Say what of the budget is not spent, and why, where that is more than a tenth."""
    left = proposal.budget - proposal.plans[proposal.recommended].cost
    if left < 0.1 * proposal.budget:
        return ""
    most, booked = proposal.limits.max_creators, len(proposal.booked)
    if most is not None and booked >= most:
        why = f"the limit of {plural(most, 'creator')} is reached"
        price = max((p for row, p in proposal.prices.items() if row.startswith("at most")), default=0.0)
        if price > 0:
            why += f", and one more would add about {amount(proposal, proposal.outcome, price)}"
    else:
        why = "nobody else who fits is expected to add to it"
    return f"{formats.money(left, proposal.currency)} stays unspent: {why}. "


def _proof(proposal: Proposal) -> str:
    plan = proposal.plan
    return "" if plan is None or proposal.recommended != PLAN else f"The list is {plan.proof}."


def _caution(proposal: Proposal) -> str:
    mixed = mixed_money(proposal.study)
    if proposal.objective == "profit" and not proposal.assumed["margin"].given:
        margin = formats.percent(proposal.assumed.margin)
        return f"Profit takes a margin of {margin}, which is assumed: state your own. {mixed}".rstrip()
    return f"Expectations are of creators like these; nothing is promised. {mixed}".rstrip()


def _subtitle(proposal: Proposal, what: str) -> str:
    budget = formats.money(proposal.budget, proposal.currency)
    most = proposal.limits.max_creators
    limit = f" · at most {plural(most, 'creator')}" if most else ""
    return proposal.study.subtitle(f"{what} · budget {budget}{limit} · for {NOUN[proposal.outcome]}")


def _by_tier(proposal: Proposal) -> pd.DataFrame:
    """Return what is booked in each tier and in all; empty tiers stay visible."""
    booked = proposal.booked
    columns = ["cost", "engagements", "reach", "conversions", "revenue", "profit"]
    rows = []
    for tier in [*proposal.study.order, None]:
        part = booked[booked["tier"].isna()] if tier is None else booked[booked["tier"] == tier]
        if tier is None and part.empty:
            continue
        rows.append({"tier": tier or "followers unknown", **_sums(proposal, part, columns)})
    rows.append({"tier": "all", **_sums(proposal, booked, columns)})
    return pd.DataFrame(rows)


def _sums(proposal: Proposal, part: pd.DataFrame, columns: list[str]) -> dict[str, float]:
    free = int(proposal.for_product[part.index].sum())
    return {"creators": len(part), "for_product": free} | {name: float(part[name].sum()) for name in columns}


def booking(proposal: Proposal) -> Finding:
    """Give the booking list: who, for how much, what each should bring and on what evidence."""
    id, question = "booking-list", "Who is on the list, and what should each bring?"
    if not proposal.plans:
        return no_plan(proposal, id, question)
    booked = proposal.booked
    plan = proposal.plans[proposal.recommended]
    table = booking_list(proposal.candidates, plan.chosen, posts=plan.posts)
    table.insert(0, "creator", _names(booked))
    table["followers"] = booked["followers"].to_numpy()
    table["cost"] = booked["cost"].to_numpy()
    table["account"] = _accounts(booked)
    table["record"] = _records(booked)
    first, last = table["expected_engagements"].max(), table["expected_engagements"].sum()
    share = first / last if last > 0 else np.nan
    title = f"{plural(len(table), 'creator')} on the list; the first brings {formats.percent(share)} of engagements"
    if len(table) == 1:
        title = f"1 creator on the list, with {formats.short(first)} engagements expected"
    return Finding(
        id=id,
        question=question,
        title=fitting(title, f"{plural(len(table), 'creator')} on the list"),
        sentence=(
            f"The list holds {plural(len(table), 'creator')}{_order(len(table))}. "
            "19 of 20 such posts should bring engagements between “from” and “to”, luck included. “2× its size” is "
            "twice what an account of its size brings; a fee of 0 is work for product."
        ),
        evidence=evidence(proposal),
        table=table,
        shown=(
            Shown("creator", "creator", "text"),
            Shown("account", "account", "text"),
            Shown("fee", "fee", "money"),
            Shown("cost", "cost in all", "money"),
            Shown("expected_engagements", "engagements", "short"),
            Shown("expected_engagements_low", "from", "short"),
            Shown("expected_engagements_high", "to", "short"),
            Shown("expected_conversions", "orders", "number"),
            Shown("expected_revenue", "revenue", "money"),
            Shown("record", "record", "text"),
        ),
        n={"creators": len(table), "posts": None},
        subtitle=_subtitle(proposal, "One row a booking, expectations of one post"),
        source=proposal.study.source(evidence(proposal), len(table)),
        currency=proposal.currency,
        page=PAGE,
        told=len(table) <= PAGE,
    )


def _order(rows: int) -> str:
    return ", for one post" if rows == 1 else ", the largest contribution first, for one post each"


def _accounts(rows: pd.DataFrame) -> list[str]:
    """Return platform and tier of each in one cell: ``TikTok, macro``."""
    platforms, tiers = ([None if v is None or v != v else v for v in rows[name]] for name in ("platform", "tier"))
    parts = ((p and platform_name(p), t) for p, t in zip(platforms, tiers, strict=True))
    return [", ".join(filter(None, pair)) or "size unknown" for pair in parts]


def _records(rows: pd.DataFrame) -> list[str]:
    """Return what is known of each in a few words; a fee that nobody quoted is marked."""
    pairs = zip(rows["record"], rows["fee_evidence"], strict=True)
    return [said if kind == "measured" else f"{said}; fee estimated" for said, kind in pairs]


def _names(rows: pd.DataFrame) -> list[str]:
    handles = rows["handle"] if "handle" in rows else rows["account"]
    return [str(a) if h is None or h != h else str(h) for h, a in zip(handles, rows["account"], strict=True)]


def alternatives(proposal: Proposal) -> Finding:
    """Name who is next in line, should one on the list say no."""
    id, question = "next-in-line", "Who is next, should one say no?"
    plan = proposal.plan
    if not proposal.plans or plan is None:
        return no_plan(proposal, id, question)
    on_list = set(proposal.accounts[proposal.recommended])
    rows = proposal.candidates.iloc[list(plan.runners_up)]
    rows = rows[~rows["account"].isin(on_list)]
    table = pd.DataFrame({"creator": _names(rows), "account": _accounts(rows), "record": _records(rows)})
    for name in ("platform", "tier", "followers", "fee", "cost", "engagements", "revenue", "profit"):
        table[name] = rows[name].to_numpy()
    one = f"one of the {formats.count(len(on_list))}" if len(on_list) > 1 else "the one on the list"
    title = f"{plural(len(table), 'creator')} next in line, should {one} say no"
    return Finding(
        id=id,
        question=question,
        title=fitting(title, f"{len(table)} creators are next in line"),
        sentence=f"{title}: those whose booking would cost the plan least, best first.",
        evidence=evidence(proposal),
        table=table,
        shown=(
            Shown("creator", "creator", "text"),
            Shown("account", "account", "text"),
            Shown("followers", "followers", "short"),
            Shown("fee", "fee", "money"),
            Shown("cost", "cost in all", "money"),
            Shown("engagements", "engagements", "short"),
            Shown("revenue", "revenue", "money"),
            Shown("profit", "profit", "money"),
            Shown("record", "record", "text"),
        ),
        n={"creators": len(table), "posts": None},
        subtitle=_subtitle(proposal, "Expectations of one post"),
        source=proposal.study.source(evidence(proposal), len(table)),
        currency=proposal.currency,
    )
