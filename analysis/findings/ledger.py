"""The row ledger: what was read, used, set aside and why, file by file and column by column.

Everything here comes from the audit that the intake wrote while it read, not from the tables it left: a row that was
lost would not be in them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import formats, schema
from analysis.findings.finding import Finding, Shown, fitting
from analysis.findings.study import Study
from analysis.findings.words import capital, joined, plural, shown_name

__all__ = ["columns_understood", "reading_notes", "set_aside", "unreadable_cells", "what_is_here"]

#: What a row of each canonical table is, in words.
ROWS = {"creators": "accounts", "posts": "posts", "placements": "paid deliverables"}

#: Longest note shown, in characters.
_NOTE = 160


def what_is_here(study: Study) -> Finding:
    """Say what the files hold: rows read, used and set aside, file by file."""
    rows = [_file_row(entry) for entry in study.audit.get("files", [])]
    table = pd.DataFrame(rows)
    total = {"file": "all files", "rows": "", "read": study.rows_read, "used": study.rows_kept}
    total["aside"] = study.rows_read - study.rows_kept
    total["duplicates"] = int(study.audit.get("duplicates_removed", 0))
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True)
    held = joined(
        [
            plural(rows, noun.removesuffix("s"), noun)
            for noun, rows in (
                ("accounts", None if study.creators is None else study.creators.height),
                ("posts", study.post_count if study.has_posts else None),
                ("paid deliverables", None if study.placements is None else study.placements.height),
            )
            if rows is not None
        ]
    )
    files = plural(len(study.files), "file")
    away = study.rows_read - study.rows_kept
    refused = [row for row in rows if row["rows"].startswith("not used")]
    dates = f", from {study.period}" if study.dates else "; no dates are in them"
    where = f" on {study.platform_words}" if study.platforms else "; no platform is named"
    kept = (
        "every row is used"
        if not away
        else f"{formats.count(study.rows_kept)} are used and {formats.count(away)} set aside"
    )
    not_used = (
        f" {plural(len(refused), 'file')} could not be used: {joined([str(row['file']) for row in refused])}."
        if refused
        else ""
    )
    bars = pd.DataFrame(
        [
            {"label": f"{row['file']}", "rows": row["used"], "of": row["read"], "used": True}
            for row in rows
            if row["read"]
        ]
        + [{"label": "set aside, all files", "rows": away, "of": study.rows_read, "used": False}]
    )
    return Finding(
        id="what-is-here",
        question="What is in these files?",
        title=fitting(f"{files}: {held}", f"{files} with {plural(study.rows_kept, 'usable row')}"),
        sentence=(
            f"{capital(plural(study.rows_read, 'row'))} were read from {files}: {kept}. "
            f"They hold {held}{where}{dates}.{not_used}"
        ),
        table=table,
        shown=(
            Shown("file", "file", "text"),
            Shown("rows", "each row is", "text"),
            Shown("read", "rows read", "count"),
            Shown("used", "used", "count"),
            Shown("aside", "set aside", "count"),
            Shown("duplicates", "of these, repeated rows", "count"),
        ),
        **study.closing("Rows read, used and set aside", tiered=False),
        caution=" ".join(study.notes),
        points=bars,
    )


def _file_row(entry: dict[str, Any]) -> dict[str, Any]:
    name = shown_name(Path(str(entry.get("file", ""))).name, 60)
    part = shown_name(entry.get("part") or "", 30)
    refused = entry.get("refused")
    return {
        "file": f"{name}, {part}" if part else name,
        "rows": f"not used: {shown_name(refused, 80)}" if refused else ROWS.get(entry.get("grain") or "", "not used"),
        "read": int(entry.get("rows_read", 0)),
        "used": int(entry.get("rows_kept", 0)),
        "aside": int(entry.get("rows_rejected", 0)),
        "duplicates": int(entry.get("duplicates_removed", 0)),
    }


def set_aside(study: Study) -> Finding:
    """Say why rows were set aside."""
    rejected = study.tables.rejected.to_pandas()
    away = study.rows_read - study.rows_kept
    if rejected.empty:
        table = pd.DataFrame({"reason": ["none"], "rows": [0], "first": ["n/a"]})
        sentence = f"No row is set aside: all {formats.count(study.rows_read)} rows are used."
    else:
        rejected["reason"] = rejected["reason"].map(lambda text: shown_name(text, 80))
        groups = rejected.groupby("reason", sort=True)
        table = pd.DataFrame({"rows": groups.size(), "first": groups.apply(_first)}).reset_index()
        table = table.sort_values(["rows", "reason"], ascending=[False, True], kind="stable", ignore_index=True)
        told = joined([f"{formats.count(row['rows'])} as {row['reason']}" for _, row in table.head(3).iterrows()])
        more = f", and {plural(len(table) - 3, 'other reason')}" if len(table) > 3 else ""
        sentence = (
            f"{capital(plural(away, 'row is', 'rows are'))} set aside: {told}{more}. Each is kept with its "
            f"line and its cells."
        )
    return Finding(
        id="rows-set-aside",
        question="Which rows are not used, and why?",
        title=f"{formats.count(away)} of {plural(study.rows_read, 'row')} {'is' if away == 1 else 'are'} set aside",
        sentence=sentence,
        table=table.assign(of=study.rows_read),
        shown=(
            Shown("reason", "reason", "text"),
            Shown("rows", "rows", "count"),
            Shown("of", "of rows read", "count"),
            Shown("first", "first one", "text"),
        ),
        **study.closing("Rows set aside by reason", tiered=False),
    )


def _first(group: pd.DataFrame) -> str:
    row = group.iloc[0]
    line = "" if pd.isna(row["line"]) else f", line {formats.count(row['line'])}"
    return f"{shown_name(Path(str(row['file'])).name, 50)}{line}"


def columns_understood(study: Study) -> Finding:
    """Say what each column of the files was read as, and which were not used."""
    rows = list(_columns(study.audit))
    table = pd.DataFrame(rows, columns=["file", "header", "meaning", "used"])
    table = table.sort_values("used", ascending=False, kind="stable", ignore_index=True)
    used, count = int(table["used"].sum()), len(table)
    whole = {
        "file": "all files",
        "header": plural(count, "column"),
        "meaning": f"{used} understood, {count - used} not used",
    }
    left = [f"“{row['header']}”" for _, row in table[~table["used"].astype(bool)].head(5).iterrows()]
    rest = count - used
    unused = (
        f"{capital(plural(rest, 'column is', 'columns are'))} not used, "
        f"{joined(left)}{' among them' if rest > len(left) else ''}."
        if rest
        else "No column is left over."
    )
    return Finding(
        id="columns-understood",
        question="What was each column taken for?",
        title=f"{used} of {plural(count, 'column')} {'is' if count == 1 else 'are'} understood",
        sentence=(
            f"{used} of {plural(count, 'column')} are recognised by header and values. {unused} "
            "If one of them is read wrongly, decide it once in a map and run again."
        ),
        table=pd.concat([pd.DataFrame([whole]), table], ignore_index=True),
        shown=(
            Shown("file", "file", "text"),
            Shown("header", "header in the file", "text"),
            Shown("meaning", "read as", "text"),
        ),
        **study.closing("Columns of each file and what they were read as", tiered=False),
    )


def _columns(audit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in audit.get("files", []):
        if entry.get("refused"):
            continue
        file = shown_name(Path(str(entry.get("file", ""))).name, 50)
        for header, column in entry.get("columns", {}).items():
            yield {"file": file, "header": shown_name(header), "meaning": column_name(column), "used": True}
        for header in entry.get("unmapped", []):
            yield {"file": file, "header": shown_name(header), "meaning": "not used", "used": False}


def _said(note: str) -> str:
    """Return a note with the columns in it named as a reader says them."""
    for name in schema.COLUMNS:
        if "_" in name:
            note = re.sub(rf"(?<![\w'\"]){name}(?![\w'\"])", column_name(name), note)
    return shown_name(note, _NOTE)


def column_name(column: str) -> str:
    """Return a canonical column as a reader says it.

    Examples
    --------
    >>> column_name("avg_likes"), column_name("creator_id"), column_name("fee")
    ('average likes', 'creator id', 'fee')
    """
    return column.replace("avg_", "average ").replace("_", " ")


def unreadable_cells(study: Study) -> Finding:
    """Say which cells could not be read as numbers, dates or choices."""
    rows = [
        {
            "file": shown_name(Path(str(entry.get("file", ""))).name, 50),
            "header": shown_name(header),
            "cells": int(found.get("count", 0)),
            "of": int(entry.get("rows_read", 0)),
            "examples": joined([f"“{shown_name(text, 30)}”" for text in found.get("examples", [])[:3]]),
        }
        for entry in study.audit.get("files", [])
        for header, found in entry.get("unparsed", {}).items()
    ]
    if not rows:
        rows = [{"file": "all files", "header": "all columns", "cells": 0, "of": study.rows_read, "examples": "none"}]
    table = pd.DataFrame(rows).sort_values("cells", ascending=False, kind="stable", ignore_index=True)
    cells = int(table["cells"].sum())
    table["all"] = cells
    worst = table.iloc[0]
    return Finding(
        id="cells-unreadable",
        question="Which cells could not be read?",
        title=f"{formats.count(cells)} cell{'' if cells == 1 else 's'} could not be read"
        if cells
        else "0 cells could not be read: every value has a meaning",
        sentence=(
            f"{capital(plural(cells, 'cell'))} could not be read and count as missing, never as zero; most are under "
            f"“{worst['header']}” ({plural(worst['cells'], 'cell')} such as {worst['examples']})."
        )
        if cells
        else "Every cell of a recognised column was read or is marked as missing in the file: 0 cells are in doubt.",
        table=table,
        shown=(
            Shown("file", "file", "text"),
            Shown("header", "header in the file", "text"),
            Shown("cells", "cells", "count"),
            Shown("all", "in all columns", "count"),
            Shown("of", "of rows", "count"),
            Shown("examples", "such as", "text"),
        ),
        **study.closing("Cells that hold something that could not be read", tiered=False),
    )


def reading_notes(study: Study) -> Finding:
    """Say what was decided while reading, and what is in doubt."""
    audit = study.audit
    entries = [*audit.get("files", []), {"file": "all files", **{k: audit.get(k, []) for k in ("warnings", "rules")}}]
    rows = [
        {"about": shown_name(Path(str(entry.get("file", ""))).name, 50), "kind": kind, "note": _said(note)}
        for kind, key in (("in doubt", "warnings"), ("decided", "rules"))
        for entry in entries
        for note in entry.get(key, [])
    ]
    rows += [{"about": "all tables", "kind": "decided", "note": _said(note)} for note in study.rules]
    table = pd.DataFrame(rows, columns=["about", "kind", "note"])
    doubts = int((table["kind"] == "in doubt").sum())
    decided = len(table) - doubts
    whole = {"about": "all files", "kind": f"{doubts} in doubt", "note": f"{decided} decided by rule"}
    first = table[table["kind"] == "in doubt"]
    return Finding(
        id="reading-notes",
        question="What was decided while reading, and what is in doubt?",
        title=f"{plural(doubts, 'reading')} in doubt, {formats.count(decided)} decided by rule",
        sentence=(
            f"{capital(plural(decided, 'decision'))} followed a stated rule; "
            f"{plural(doubts, 'reading is', 'readings are')} in doubt"
            + (f", first of all: {first.iloc[0]['note'].rstrip('.')}." if doubts else ".")
        ),
        table=pd.concat([pd.DataFrame([whole]), table], ignore_index=True),
        shown=(
            Shown("about", "file", "text"),
            Shown("kind", "kind", "text"),
            Shown("note", "what was decided, or why it is in doubt", "text"),
        ),
        **study.closing("Decisions of the reading, with their evidence", tiered=False),
    )
