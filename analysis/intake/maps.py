"""The map of one client's headers, by which a person corrects what was understood.

A YAML file with canonical columns on the right, and an empty value for a column that shall stay out; where cells could
be read in two ways, the reading that was taken stands beside the column. It is written once with everything that was
found, corrected by hand, and given back with ``--map``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError
from analysis.hostile import plain
from analysis.intake.tables import Tables
from analysis.intake.told import ANSWERS, Told, told_of
from analysis.schema import TABLES

__all__ = ["Given", "HeaderMap", "load_map", "write_map"]

#: Header → what a person says of the column.
HeaderMap = dict[str, Told]

#: What a header stands for in the map given by a program or a file.
Given = Mapping[str, str | Mapping[str, Any] | Told | None]

_HEAD = (
    "# Header: canonical column. Correct the right side; leave it empty ('') to keep a column out.",
    "# Where the cells could be read in another way, that reading stands beside the column: correct it, or leave it",
    "# as it is, and it is no longer in doubt. Of any column may be said:",
    *(f"#   {word}: {', '.join(answers)}" for word, answers in ANSWERS.items() if word != "currency"),
    "#   currency: EUR, or another ISO code",
    "# Canonical columns:",
    *(f"#   {name}: {', '.join(table.names)}" for name, table in TABLES.items()),
    "",
)


def write_map(tables: Tables, path: Path) -> None:
    """Write the map of headers to canonical columns, to be corrected by hand and given back with ``--map``.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    import yaml

    from analysis.publish import write_whole

    lines = [*_HEAD]
    seen: set[str] = set()
    mapped = {header for entry in tables.audit["files"] for header in entry["columns"]}
    for entry in tables.audit["files"]:
        doubts = entry.get("in_doubt", {})
        left = [header for header in entry["unmapped"] if header not in mapped]
        pairs = {header: doubts.get(header, name) for header, name in entry["columns"].items()}
        new = {
            header: said
            for header, said in {**pairs, **dict.fromkeys(left, "")}.items()
            if header.strip() and header not in seen
        }
        if new:
            seen |= set(new)
            label = f"{entry['file']} {entry.get('part') or ''}".strip()
            lines += [f"# {plain(label)}", yaml.safe_dump(new, allow_unicode=True, sort_keys=False, width=10_000)]
    write_whole(path, "\n".join(lines))


def load_map(mapping: Given | str | Path | None) -> HeaderMap:
    """Return what a person says of columns, by header, from a mapping or a YAML file.

    Raises
    ------
    ParameterError
        If the file cannot be read, is not a mapping, or says something that is not known.

    Examples
    --------
    >>> decided = load_map({"Fans": "followers", "Note": None, "ER": {"column": "engagement_rate", "rate": "percent"}})
    >>> [(header, told.column, told.rate) for header, told in decided.items()]
    [('Fans', 'followers', ''), ('Note', '', ''), ('ER', 'engagement_rate', 'percent')]
    """
    if mapping is None:
        return {}
    if isinstance(mapping, str | Path):
        mapping = _from_file(Path(mapping))
    return {str(header): told_of(str(header), value) for header, value in mapping.items()}


def _from_file(path: Path) -> Given:
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
