"""What was understood, said for a person and for a program. The account is the audit's; nothing here reads again."""

from collections.abc import Mapping
from typing import Any

from analysis.hostile import plain
from analysis.intake.tables import Tables
from analysis.schema import TABLES

__all__ = ["describe", "summary"]


def summary(tables: Tables) -> dict[str, Any]:
    """Return what was understood, for a program.

    Returns
    -------
    dict
        ``tables`` (rows and filled cells by column), ``audit``.
    """
    described = {}
    for name, frame in tables.present().items():
        filled = {column: frame.height - frame.get_column(column).null_count() for column in frame.columns}
        described[name] = {"rows": frame.height, "columns": filled}
    return {"tables": described, "audit": tables.audit}


def describe(tables: Tables) -> str:
    """Return what was understood and what was not, as text for a person."""
    audit = tables.audit
    lines = [
        f"{audit['rows_read']:,} rows read = {audit['rows_kept']:,} kept + {audit['rows_rejected']:,} set aside"
        + (f" ({audit['duplicates_removed']:,} exact copies)" if audit.get("duplicates_removed") else "")
    ]
    for entry in audit["files"]:
        lines += ["", *_file(entry)]
    for heading, texts in (("Joined", audit.get("rules", [])), ("Look at", audit.get("warnings", []))):
        if texts:
            lines += ["", heading, *(f"  {plain(str(text))}" for text in texts)]
    if any(entry.get("in_doubt") for entry in audit["files"]):
        lines += ["", "To settle what could be read in another way: --write-map map.yml, correct it, --map map.yml"]
    lines += ["", "Tables"]
    facts = summary(tables)
    for name, table in facts["tables"].items():
        cells = ", ".join(f"{column} {count:,}" for column, count in table["columns"].items())
        lines.append(f"  {name}: {table['rows']:,} rows; filled: {cells}")
    return "\n".join(lines)


def _file(entry: Mapping[str, Any]) -> list[str]:
    label = plain(f"{entry['file']} › {entry['part']}" if entry.get("part") else str(entry["file"]))
    if entry.get("refused"):
        return [f"{label}: not used. {plain(str(entry['refused']))}"]
    rejected = f", {entry['rows_rejected']:,} set aside" if entry["rows_rejected"] else ""
    row = TABLES[entry["grain"]].row
    lines = [f"{label}: {entry['grain']} ({row} per row; {entry['why']}), {entry['rows_kept']:,} rows{rejected}"]
    width = max((len(plain(header)) for header in entry["columns"]), default=0)
    lines += [f"  {plain(header):<{min(width, 50)}}  →  {name}" for header, name in entry["columns"].items()]
    if entry["unmapped"]:
        names = [plain(header) for header in entry["unmapped"]]
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        lines.append(f"  left out: {', '.join(names[:20])}{more}")
    for header, cells in entry["unparsed"].items():
        shown = ", ".join(repr(plain(str(example))) for example in cells["examples"])
        lines.append(f"  not readable in {plain(header)!r}: {cells['count']:,} cells, such as {shown}")
    lines += [f"  rule: {plain(str(rule))}" for rule in entry["rules"]]
    lines += [f"  look at: {plain(str(warning))}" for warning in entry["warnings"]]
    return lines
