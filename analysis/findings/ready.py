"""What tables that were just read can answer, for a person and for a program: the last part of ``creator-roi check``.

The questions and the claims are those of the first notebook, asked of the same study.
"""

from collections.abc import Mapping
from typing import Any

from analysis.errors import CreatorRoiError
from analysis.findings.claims.testable import testable
from analysis.findings.coverage import CLAIMS, answerable
from analysis.findings.opening import study_of
from analysis.findings.words import plural
from analysis.intake import Tables

__all__ = ["ready", "ready_text"]


def ready(tables: Tables) -> dict[str, Any]:
    """Return what tables can answer, for a program.

    Returns
    -------
    dict
        ``answers``: for each question its notebook, the ``evidence`` (measured, modelled, not at all), what it comes
        ``from`` and what it ``needs``; ``claims``: for each claim its id, whether it is ``testable``, the evidence,
        the creators behind it, and otherwise the ``reason`` and what it ``needs``; ``unanswerable``: why nothing can
        be asked, empty as a rule.
    """
    try:
        study = study_of(tables)
        questions, claims = answerable(study), testable(study)
    except CreatorRoiError as error:
        return {"answers": [], "claims": [], "unanswerable": str(error)}
    return {
        "answers": questions.to_dict("records"),
        "claims": [{"notebook": CLAIMS, **row} for row in claims.to_dict("records")],
        "unanswerable": "",
    }


def ready_text(can: Mapping[str, Any]) -> str:
    """Return what :func:`ready` found as text for a person.

    Examples
    --------
    >>> answers = [
    ...     {"notebook": "03", "question": "What came back?", "evidence": "measured", "from": "revenue", "needs": ""},
    ...     {"notebook": "03", "question": "And at what cost?", "evidence": "not at all", "from": "", "needs": "a fee"},
    ... ]
    >>> print(ready_text({"answers": answers, "claims": [], "unanswerable": ""}))
    What this can answer
      03
        measured      What came back? From revenue.
        not at all    And at what cost? Needs a fee.
    """
    if can["unanswerable"]:
        return f"What this can answer\n  nothing: {can['unanswerable']}"
    lines, notebook = ["What this can answer"], ""
    for row in can["answers"]:
        if row["notebook"] != notebook:
            notebook = row["notebook"]
            lines.append(f"  {notebook}")
        source = f" Needs {row['needs']}." if row["evidence"] == "not at all" else f" From {row['from']}."
        lines.append(_line(row["evidence"], row["question"] + source))
    if can["claims"]:
        count = sum(row["testable"] for row in can["claims"])
        lines.append(f"  {CLAIMS}: {count} of the article's {len(can['claims'])} claims can be tested")
    for row in can["claims"]:
        behind = f" On {plural(row['creators'], 'creator')}." if row["testable"] else f" Not here: {row['reason']}."
        lines.append(_line(row["evidence"], f"{row['short']}.{behind}"))
    return "\n".join(lines)


def _line(evidence: str, text: str) -> str:
    return f"    {evidence:<12}  {text}"
