"""Headers that mean what the tool that wrote the table means by them.

A media monitor's "Reach" is the audience of whoever wrote (potential reach), not people who saw the post; the table
says so by what else such tools write: advertising value, hit sentences, key phrases, sentiment. An affiliate
programme lists numbers, values and commissions by state ("Pending No.", "Total Value", "Total Comm."): the totals are
orders, sales and what was paid for them, and the states are parts of them. Some of them call their partners media.
"""

import re

from analysis.intake.headers import Meaning
from analysis.intake.targets import Candidate, said
from analysis.intake.words import fold

__all__ = ["affiliates", "heard", "monitored_reach"]

_SENTIMENT = re.compile(r"(?i)sentiment|tonality|tonalit|sentimiento|stimmung")
_PODCAST = re.compile(r"(?i)podcast|episode|\bshow\b")
_BARE_REACH = frozenset({("reach",), ("reichweite",), ("alcance",), ("portee",), ("copertura",)})
_TOTALS = (
    ("conversions", re.compile(r"(?:total|all) (?:no|number|num|qty|quantity|count|transaction|sale number)")),
    ("revenue", re.compile(r"(?:total|all) (?:value|sale|sale value|sale amount|amount)")),
    ("cost", re.compile(r"(?:total|all) (?:comm|commission|commission amount)")),
)
_PAYOUT = frozenset({"payout", "commission", "commissions"})
_ACTIONS = frozenset(
    ["action", "actions", "event", "oid", "order", "sale", "sales", "transaction", "tran", "conversion"]
)
_PARTNERS = frozenset({"affiliate", "partner", "partnership", "publisher", "ambassador", "referrer"})
_BUYERS = frozenset({"customer", "buyer", "shopper", "conversion"})
_GOT = frozenset({"likes", "comments", "shares", "saves", "views", "reach", "caption", "title"})
_MEDIA = {("media",): "name", ("media", "name"): "name", ("media", "id"): "creator_id"}
_AMOUNT = frozenset(
    [("amount",), ("total",), ("total", "amount"), ("net", "amount"), ("gross", "amount"), ("tran", "amount")]
    + [(thing, word) for thing in ("transaction", "action") for word in ("amount", "value")]
)
_STATES = re.compile(
    r"(?:pending|approved|confirmed|declined|rejected|bonus|open|validated) (?:no|value|comm|commission)"
)


def monitored_reach(columns: list[Candidate], warnings: list[str]) -> None:
    """Keep a media monitor's reach out: it is the author's audience."""
    marks = [c for c in columns if c.best and c.best.concept == "monitoring"]
    if not marks or (len(marks) < 2 and not any(_SENTIMENT.search(c.base) for c in columns)):
        return
    for column in columns:
        if fold(column.base) in _BARE_REACH and column.best and column.best.concept == "reach":
            column.meanings = [Meaning("potential", False, exact=True)]
            warnings.append(
                f"{said(column.header)} stays out: beside {said(marks[0].header)} it is a media monitor's potential "
                "reach (the author's audience), not people who saw the post; name it in a map if it was measured"
            )


def affiliates(columns: list[Candidate], rules: list[str]) -> None:
    """Read the headers of affiliate programmes as the programmes mean them."""
    _totals(columns, rules)
    _actions(columns, rules)
    _bought(columns, rules)
    _media(columns, rules)


def _totals(columns: list[Candidate], rules: list[str]) -> None:
    """Read the totals of an affiliate programme that lists its states beside them."""
    words = {column.index: " ".join(fold(column.base)) for column in columns}
    if not any(_STATES.fullmatch(text) for text in words.values()):
        return
    for concept, pattern in _TOTALS:
        if any(c.best and c.best.concept == concept for c in columns):
            continue
        kind = "count" if concept == "conversions" else "money"
        for column in columns:
            if pattern.fullmatch(words[column.index]) and column.profile.number_share(kind) > 0.9:
                column.meanings = [Meaning(concept, True, order=50)]
                rules.append(f"{said(column.header)} is read as {concept}: the total beside its states (pending, ...)")
                break


def _actions(columns: list[Candidate], rules: list[str]) -> None:
    """Read the amount of a list of actions as the sale, when what the partner was paid for it stands beside it."""
    concepts = {c.best.concept for c in columns if c.best and not c.profile.empty}
    paid = [c for c in columns if c.best and c.best.concept == "cost" and _PAYOUT & set(fold(c.base))]
    if "revenue" in concepts or not paid or not any(_ACTIONS & set(fold(c.base)) for c in columns):
        return
    for column in columns:
        amounts = column.best is not None and column.best.concept == "order_total" and fold(column.base) in _AMOUNT
        payout = paid[0].profile.read("money").values.median()
        amount = column.profile.read("money").values.median() if amounts else None
        if isinstance(amount, int | float) and isinstance(payout, int | float) and amount > payout:
            column.meanings = [Meaning("revenue", True, order=50)]
            rules.append(
                f"{said(column.header)} is read as revenue: the amount of an action, of which {said(paid[0].header)} "
                "was paid out"
            )
            return


def _bought(columns: list[Candidate], rules: list[str]) -> None:
    """Read the amount of a customer whom an affiliate brought as a sale; without cents it may be cents, and is not."""
    concepts = {c.best.concept for c in columns if c.best and not c.profile.empty}
    words = [set(fold(c.base)) for c in columns]
    brought = any(_PARTNERS & found for found in words) and any(_BUYERS & found for found in words)
    if not brought or concepts & (_GOT | {"revenue", "cost", "paid_out"}):
        return
    for column in columns:
        amount = column.best is not None and column.best.concept == "order_total" and fold(column.base) in _AMOUNT
        if amount and column.profile.share(r"\d[.,]\d{1,2}$") > 0.5:
            column.meanings = [Meaning("revenue", True, order=50)]
            rules.append(
                f"{said(column.header)} is read as revenue: the amount of a customer whom an affiliate brought"
            )
            return


def _media(columns: list[Candidate], rules: list[str]) -> None:
    """Read the media of a list of actions as the partners who were paid for them: no post is in such a table."""
    concepts = {c.best.concept for c in columns if c.best and not c.profile.empty}
    words = [set(fold(c.base)) for c in columns]
    paid = any(_PAYOUT & found for found in words) or "cost" in concepts
    if concepts & _GOT or not paid or not any(_ACTIONS & found for found in words):
        return
    for column in columns:
        concept = _MEDIA.get(fold(column.base))
        decided = column.best is not None and column.best.order < 0
        if concept and concept not in concepts and not decided and not column.profile.empty:
            column.meanings = [Meaning(concept, True, order=50)]
            rules.append(f"{said(column.header)} is read as {concept}: a partner, in a list of actions paid for")


def heard(columns: list[Candidate], warnings: list[str]) -> None:
    """Keep a podcast's downloads out: they are listeners, not installs of an app."""
    if not any(_PODCAST.search(column.base) for column in columns):
        return
    for column in columns:
        if column.best and column.best.concept == "conversions" and "download" in fold(column.base):
            column.meanings = []
            warnings.append(f"{said(column.header)} stays out: downloads of a podcast are listeners, not conversions")
