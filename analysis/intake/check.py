"""What was understood, said for a person and for a program, and the map by which a person corrects it.

The account is the audit's; nothing here reads data again. The map is a YAML file of one client's headers: canonical
columns on the right, an empty value for a column that shall stay out. It is written once with everything that was
found, corrected by hand, and given back with ``--map``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError
from analysis.hostile import plain
from analysis.intake.tables import Tables
from analysis.schema import COLUMNS, TABLES

__all__ = ["describe", "load_map", "summary", "write_map"]


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


def write_map(tables: Tables, path: Path) -> None:
    """Write the map of headers to canonical columns, to be corrected by hand and given back with ``--map``.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    import yaml

    from analysis.publish import write_whole

    lines = [
        "# Header: canonical column. Correct the right side; leave it empty ('') to keep a column out.",
        "# Canonical columns:",
        *(f"#   {name}: {', '.join(table.names)}" for name, table in TABLES.items()),
        "",
    ]
    seen: set[str] = set()
    mapped = {header for entry in tables.audit["files"] for header in entry["columns"]}
    for entry in tables.audit["files"]:
        left = [header for header in entry["unmapped"] if header not in mapped]
        pairs = {**entry["columns"], **dict.fromkeys(left, "")}
        new = {header: name for header, name in pairs.items() if header.strip() and header not in seen}
        if new:
            seen |= set(new)
            label = f"{entry['file']} {entry.get('part') or ''}".strip()
            lines += [f"# {plain(label)}", yaml.safe_dump(new, allow_unicode=True, sort_keys=False, width=10_000)]
    write_whole(path, "\n".join(lines))


def load_map(mapping: Mapping[str, str | None] | str | Path | None) -> dict[str, str]:
    """Return a map of headers to canonical columns, from a mapping or a YAML file.

    Raises
    ------
    ParameterError
        If the file cannot be read, is not a mapping, or names a column that does not exist.

    Examples
    --------
    >>> load_map({"Fans": "followers", "Note": None})
    {'Fans': 'followers', 'Note': ''}
    """
    if mapping is None:
        return {}
    if isinstance(mapping, str | Path):
        mapping = _from_file(Path(mapping))
    cleaned = {str(header): str(name or "").strip() for header, name in mapping.items()}
    wrong = sorted({name for name in cleaned.values() if name and name not in COLUMNS})
    if wrong:
        from analysis.errors import nearest

        said = ", ".join(f"{name!r}{nearest(name, COLUMNS)}" for name in wrong)
        raise ParameterError(f"the map names no column of ours: {said}. Columns are {', '.join(COLUMNS)}.")
    return cleaned


def _from_file(path: Path) -> Mapping[str, str | None]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"cannot read the map {path}: {error.strerror or error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParameterError(f"the map {path} is not YAML: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ParameterError(f"the map {path} must hold lines such as 'Header: followers'.")
    return content
