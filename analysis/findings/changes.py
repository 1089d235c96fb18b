"""What changed since the last report: answers that turned, figures that left their interval, creators who moved.

Two reports are compared by what they say, not by how they were made: findings by their id, rows of their tables by
their text cells, creators by their account. A figure has moved only where it lies outside the interval it had last
time; a change inside the interval is what the interval announced, and is counted, not listed. Figures without an
interval are not compared: nothing says how much they may move by chance.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import formats
from analysis.findings.cells import plain_value
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.words import plural
from analysis.hostile import plain

__all__ = ["Report", "changes"]

_TEXT = frozenset({"text", "date"})


@dataclass(frozen=True)
class Report:
    """What a report said: its period, its findings as they were displayed, and its creators with their tier."""

    period: str
    findings: Sequence[Mapping[str, Any]]
    accounts: pd.DataFrame

    def by_id(self) -> dict[str, Mapping[str, Any]]:
        """Return its findings by id, in reading order."""
        return {str(finding["id"]): finding for finding in self.findings}


def changes(before: Report, now: Report) -> list[Finding]:
    """Return what changed from one report to the next: answers, figures, creators.

    Parameters
    ----------
    before, now : Report
        The earlier report and the later one.

    Returns
    -------
    list of Finding
        ``changes-answers``, ``changes-figures`` and ``changes-creators``; each says so when nothing changed.
    """
    return [_answers(before, now), _figures(before, now), _creators(before, now)]


def _spans(before: Report, now: Report) -> str:
    return f"{before.period} against {now.period}"


def _source(before: Report, now: Report) -> str:
    return f"Source: the reports of {before.period} and {now.period}. Measured."


# answers -----------------------------------------------------------------------------------------------------------


def _answers(before: Report, now: Report) -> Finding:
    """List the findings whose verdict is another one, that are new, or that are gone."""
    was, is_ = before.by_id(), now.by_id()
    rows = []
    for id in [*is_, *(id for id in was if id not in is_)]:
        then, later = was.get(id, {}), is_.get(id, {})
        if then and later and then.get("verdict") == later.get("verdict"):
            continue
        if not (then.get("verdict") or later.get("verdict")):
            continue  # a description concludes nothing
        rows.append(
            {
                "question": plain(str((later or then).get("question", ""))),
                "then": str(then.get("verdict") or "not asked"),
                "now": str(later.get("verdict") or "not asked"),
                "says": plain(str(later.get("title", "no longer reported"))),
            }
        )
    common = [id for id in is_ if id in was and (is_[id].get("verdict") or was[id].get("verdict"))]
    turned = sum(was[id].get("verdict") != is_[id].get("verdict") for id in common)
    title = (
        f"{turned} of {plural(len(common), 'answer')} changed since {before.period}"
        if turned
        else f"None of {plural(len(common), 'answer')} changed since {before.period}"
    )
    apart = len(rows) - turned
    more = f" {plural(apart, 'answer')} {'was' if apart == 1 else 'were'} given in one report only." if apart else ""
    return Finding(
        id="changes-answers",
        question="Which answers changed?",
        title=fitting(title, "1 comparison with the last report"),
        sentence=f"{title}: a verdict is another one now.{more}" if turned else f"{title}.{more}",
        table=pd.DataFrame(rows, columns=["question", "then", "now", "says"]),
        shown=(
            Shown("question", "question"),
            Shown("then", "verdict then"),
            Shown("now", "verdict now"),
            Shown("says", "it says now"),
        ),
        n={"creators": len(now.accounts), "posts": None},
        subtitle=f"Verdicts, {_spans(before, now)}",
        source=_source(before, now),
        caution="A verdict can turn because more creators were seen, without any figure having moved."
        if turned
        else "",
    )


# figures -----------------------------------------------------------------------------------------------------------


def _figures(before: Report, now: Report) -> Finding:
    """List the figures that lie outside the interval they had."""
    compared, rows = 0, []
    later = now.by_id()
    for id, then in before.by_id().items():
        if id not in later:
            continue
        currency = later[id].get("currency") or None
        for figure in _pairs(then.get("table"), later[id].get("table")):
            compared += 1
            low, high, value = figure["low"], figure["high"], figure["now"]
            if low <= value <= high:
                continue
            kind = figure["kind"]
            rows.append(
                {
                    "about": plain(str(later[id].get("question") or id)),
                    "which": figure["which"],
                    "then": formats.show(figure["then"], kind, currency),
                    "range": f"{formats.show(low, kind, currency)} to {formats.show(high, kind, currency)}",
                    "now": formats.show(value, kind, currency),
                    "moved": "up" if value > high else "down",
                }
            )
    outside = len(rows)
    title = (
        f"{outside} of {plural(compared, 'figure')} left the interval of {before.period}"
        if outside
        else f"0 of {plural(compared, 'figure')} left the interval of {before.period}"
    )
    expected = round(0.05 * compared)
    return Finding(
        id="changes-figures",
        question="Which figures moved by more than chance?",
        title=fitting(title, f"{outside} figures left their interval"),
        sentence=(
            f"{title}. Of figures with a 95% interval, about {plural(expected, 'figure')} may leave it by chance, "
            "and more where the new data is small."
        ),
        table=pd.DataFrame(rows, columns=["about", "which", "then", "range", "now", "moved"]),
        shown=(
            Shown("about", "question"),
            Shown("which", "figure"),
            Shown("then", "then"),
            Shown("range", "its interval then"),
            Shown("now", "now"),
            Shown("moved", "moved"),
        ),
        n={"creators": len(now.accounts), "posts": None},
        subtitle=f"Figures with an interval, {_spans(before, now)}",
        source=_source(before, now),
    )


def _pairs(then: Any, now: Any) -> Iterator[dict[str, Any]]:
    """Yield the figures that both tables hold and that had an interval: which, then, low, high, now, kind."""
    old, new = _Rows.of(then), _Rows.of(now)
    if old is None or new is None:
        return
    for value, low, high in _with_limits(old.names):
        if value not in new.names:
            continue
        for key, row in old.rows.items():
            figures = [row.get(name) for name in (value, low, high)] + [new.rows.get(key, {}).get(value)]
            if all(isinstance(part, int | float) and not isinstance(part, bool) for part in figures):
                first, lower, upper, last = figures
                words = [part for part in key if part]
                yield {
                    "which": plain(", ".join([*words, old.headers[value]]), 120),
                    "then": first,
                    "low": lower,
                    "high": upper,
                    "now": last,
                    "kind": old.kinds[value],
                }


def _with_limits(names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (figure, its low, its high): ``x, x_low, x_high``, or the column before ``low, high``."""
    for name in names:
        if f"{name}_low" in names and f"{name}_high" in names:
            yield name, f"{name}_low", f"{name}_high"
    if "low" in names and "high" in names and names.index("low") > 0:
        yield names[names.index("low") - 1], "low", "high"


@dataclass(frozen=True)
class _Rows:
    """A table's rows by their text cells."""

    names: list[str]
    headers: dict[str, str]
    kinds: dict[str, Any]
    rows: dict[tuple[str, ...], dict[str, Any]]

    @classmethod
    def of(cls, table: Any) -> "_Rows | None":
        """Return the rows of a finding's table; None without one, or where text cells do not tell rows apart."""
        columns = (table or {}).get("columns") or []
        names = [str(column["name"]) for column in columns]
        kinds = {str(column["name"]): str(column.get("kind") or "text") for column in columns}
        telling = [place for place, name in enumerate(names) if kinds[name] in _TEXT and not _told(name)]
        rows: dict[tuple[str, ...], dict[str, Any]] = {}
        for row in (table or {}).get("rows") or []:
            rows[tuple(str(row[place] or "") for place in telling)] = dict(zip(names, row, strict=True))
        if not columns or len(rows) != len(table["rows"]):
            return None
        return cls(names, {str(c["name"]): str(c.get("header") or c["name"]) for c in columns}, kinds, rows)


def _told(name: str) -> bool:
    """Whether a text column is what a row says, not what it is about: words that follow the figures."""
    return name in {"remark", "verdict", "difference", "wins", "holds", "note", "source", "first_text", "second_text"}


# creators ----------------------------------------------------------------------------------------------------------


def _creators(before: Report, now: Report) -> Finding:
    """List who came, who went, and who is in another tier."""
    then, later = _tiers(before.accounts), _tiers(now.accounts)
    rows = [
        {"creator": plain(key, 80), "then": then.get(key, ""), "now": later.get(key, ""), "change": change}
        for key, change in _who(then, later)
    ]
    table = pd.DataFrame(rows, columns=["creator", "change", "then", "now"])
    counts = {change: int((table["change"] == change).sum()) for change in ("came", "went", "changed tier")}
    title = (
        f"{plural(counts['came'], 'creator')} came, {formats.count(counts['went'])} went, "
        f"{formats.count(counts['changed tier'])} changed tier"
    )
    stayed = len(set(then) & set(later))
    return Finding(
        id="changes-creators",
        question="Who came, who went, who grew into another tier?",
        title=fitting(title, f"{len(rows)} creators came, went or changed tier"),
        sentence=f"{title}; {formats.count(stayed)} are in both reports.",
        table=table,
        shown=(
            Shown("creator", "creator"),
            Shown("change", "what happened"),
            Shown("then", "tier then"),
            Shown("now", "tier now"),
        ),
        n={"creators": stayed, "posts": None},
        subtitle=f"Accounts, {_spans(before, now)}",
        source=_source(before, now),
        caution="Figures of a tier also move because others are in it." if len(rows) else "",
    )


def _tiers(accounts: pd.DataFrame) -> dict[str, str]:
    """Return account → tier; accounts without a key cannot be followed."""
    known = accounts.dropna(subset=["account"]) if "account" in accounts else accounts.iloc[:0]
    return {str(row.account): str(plain_value(row.tier) or "followers unknown") for row in known.itertuples()}


def _who(then: Mapping[str, str], later: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (account, what happened): those who changed tier first, then who came, then who went."""
    yield from ((key, "changed tier") for key in sorted(then) if key in later and later[key] != then[key])
    yield from ((key, "came") for key in sorted(later) if key not in then)
    yield from ((key, "went") for key in sorted(then) if key not in later)
