"""What changed since the last report: two packs in, the page that says so out.

The comparison itself is a finding like any other (:mod:`analysis.findings.changes`); here packs are read and the
findings become a chapter, for a page of its own or for the next report.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import SourceError
from analysis.findings.changes import Report, changes
from analysis.findings.finding import Finding
from analysis.reporting.collect import FINDING_JSON, finding_record
from analysis.reporting.story import Chapter, Section, Story
from analysis.reporting.verify import read_record

__all__ = ["accounts_of", "changed", "changes_chapter", "changes_page", "pack_report", "since_report", "since_text"]

#: The chapter's name, as a notebook's would be.
CHAPTER = "06-changes"


def pack_report(pack: str | Path) -> Report:
    """Return what a pack said.

    Raises
    ------
    SourceError
        If the folder is no pack, or its findings cannot be read.
    """
    pack = Path(pack)
    record = read_record(pack)
    try:
        findings = json.loads((pack / "findings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"the findings of {pack} cannot be read ({error}). Make the pack again.") from error
    return Report(str(record.get("period") or "undated"), findings, accounts_of(pack, record.get("parameters", {})))


def accounts_of(pack: Path, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Return the creators of a pack with the tiers it gives them under its parameters."""
    from analysis import findings

    scheme = pack / "scheme.yml" if asked.get("scheme") == "../scheme.yml" else asked.get("scheme") or "article"
    study = findings.open_study([pack / "data"], scheme=scheme, platform=asked.get("platform") or None)
    return study.accounts[["account", "tier"]]


def since_report(given: Path) -> Report:
    """Return the earlier report: a pack, or what a later pack keeps of it (``since.json``).

    Raises
    ------
    SourceError
        If it is neither.
    """
    if given.is_dir():
        return pack_report(given)
    try:
        kept = json.loads(given.read_text(encoding="utf-8"))
        return Report(kept["period"], kept["findings"], pd.DataFrame(kept["accounts"], columns=["account", "tier"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{given} is no report pack ({error}). Give the folder that holds report.html.") from error


def since_text(before: Report) -> str:
    """Return what a pack keeps of the earlier report, so that it can be made again without it."""
    accounts = before.accounts.astype(object).where(before.accounts.notna(), None)
    kept = {"period": before.period, "findings": before.findings, "accounts": accounts.to_numpy().tolist()}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False) + "\n"


def changed(old: str | Path, new: str | Path) -> list[Finding]:
    """Return what changed from one pack to another, as findings."""
    return changes(pack_report(old), pack_report(new))


def changes_chapter(before: Report, now: Report) -> Chapter:
    """Return what changed as a chapter of a report."""
    sections = []
    for finding in changes(before, now):
        shown = finding._repr_mimebundle_()[FINDING_JSON]
        sections.append(Section(finding.question, (), (finding_record(shown, CHAPTER),)))
    title = f"What changed since {before.period}?"
    return Chapter(CHAPTER, title, (), tuple(sections))


def changes_page(old: str | Path, new: str | Path, *, theme: Any = None) -> str:
    """Return the page "what changed since the last report" as HTML."""
    from analysis.reporting.about import about_pack
    from analysis.reporting.assemble import assemble
    from analysis.reporting.theme import default_theme

    before, now = pack_report(old), pack_report(new)
    story = Story((changes_chapter(before, now),))
    return assemble(story, about_pack(Path(new)), theme or default_theme())
