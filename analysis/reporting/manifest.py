"""What goes beside the page: findings, tables, figures, and the record of how they were made.

The same inputs give the same bytes, on another day and in another folder. So nothing here knows where it lies, who
runs it or on which machine, keys keep one order, numbers keep every digit, and the one thing that tells the time is
``made_at`` in ``run.json`` (taken from ``SOURCE_DATE_EPOCH`` when that is set).

Tables are CSV in UTF-8 with a byte-order mark: a spreadsheet program shows names right only with one, and pandas,
polars and R all read past it. A text cell that a spreadsheet would run as a formula is guarded; our own reader
undoes that.
"""

import csv
import io
import json
import os
import platform
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from analysis.digest import of_bytes, of_file
from analysis.hostile import guard_formula, plain
from analysis.publish import write_whole
from analysis.reference import repository_dir
from analysis.reporting.story import FindingRecord, Story, anchor

__all__ = [
    "data_files",
    "findings_json",
    "record_text",
    "run_record",
    "sealed",
    "table_csv",
    "versions",
    "write_figures",
    "write_run",
    "write_tables",
]

#: Shape of ``run.json``; raised when a reader must read it in another way.
FORMAT = 1

#: Packages whose versions can change a number or a picture.
PACKAGES = (
    "creator-roi", "duckdb", "ipykernel", "jinja2", "matplotlib", "narwhals", "nbclient", "numpy", "pandas",
    "papermill", "polars", "pyarrow", "scipy", "seaborn", "statsmodels",
)  # fmt: skip


def table_csv(finding: FindingRecord) -> str:
    """Return a finding's table as CSV: column names, then every row with all its digits; missing is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([guard_formula(column.name) for column in finding.columns])
    for row in finding.rows:
        writer.writerow([_cell(value) for value in row])
    return stream.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guard_formula(value) if isinstance(value, str) else repr(value)


def write_tables(story: Story, folder: Path) -> None:
    """Write one CSV per finding that has a table."""
    for finding in story.findings:
        if finding.columns:
            write_whole(folder / f"{anchor(finding.id)}.csv", "\ufeff" + table_csv(finding))


def write_figures(story: Story, folder: Path) -> None:
    """Write every drawing as SVG and PNG, as far as it has them."""
    for drawing in story.drawings:
        if drawing.svg:
            write_whole(folder / f"{drawing.name}.svg", drawing.svg + "\n")
        if drawing.png:
            write_whole(folder / f"{drawing.name}.png", drawing.png)


def findings_json(story: Story) -> str:
    """Return every finding as it was displayed, in reading order, with the notebook it stands in."""
    return _json([{**finding.data, "notebook": finding.notebook} for finding in story.findings])


def data_files(paths: Iterable[str | Path]) -> list[dict[str, Any]]:
    """Return name, size and SHA-256 of every input file; a folder gives its files, a database only its kind."""
    entries = []
    for path in map(str, paths):
        given = Path(path)
        if given.is_dir():
            files = sorted(part for part in given.rglob("*") if part.is_file() and not part.name.startswith("."))
            entries += [_entry(part, part.relative_to(given).as_posix()) for part in files]
        elif given.is_file():
            entries.append(_entry(given, given.name))
        else:  # a database address: its kind is a fact, its host and user are private
            entries.append({"name": f"{path.partition(':')[0]} database", "bytes": None, "sha256": None})
    return entries


def _entry(path: Path, name: str) -> dict[str, Any]:
    return {"name": plain(name), "bytes": path.stat().st_size, "sha256": of_file(path)}


def run_record(
    *,
    client: str,
    period: str,
    parameters: Mapping[str, Any],
    data: Sequence[Mapping[str, Any]],
    ledger: Mapping[str, Any],
    sources: Sequence[Path],
) -> dict[str, Any]:
    """Return what made this pack: parameters, inputs, rows, notebook sources, versions, commit."""
    return {
        "format": FORMAT,
        "client": client,
        "period": period,
        "made_at": _made_at(),
        "parameters": dict(parameters),
        "data": list(data),
        "rows": dict(ledger),
        "notebooks": [{"name": source.name, "sha256": of_file(source)} for source in sources],
        "python": platform.python_version(),
        "versions": versions(),
        "commit": _commit(),
    }


def write_run(record: Mapping[str, Any], pack: Path) -> None:
    """Write ``run.json`` last, with the SHA-256 of every other file of the pack and of itself."""
    files = sorted(path for path in pack.rglob("*") if path.is_file())
    hashes = {path.relative_to(pack).as_posix(): of_file(path) for path in files if path.name != "run.json"}
    whole = {**record, "files": hashes}
    write_whole(pack / "run.json", record_text({**whole, "seal": sealed(whole)}))


def record_text(record: Mapping[str, Any]) -> str:
    """Return ``run.json`` as it is written: the same record, the same bytes."""
    return _json(record)


def sealed(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record without its seal, by which a change to ``run.json`` itself is found."""
    return of_bytes(_json({name: part for name, part in record.items() if name != "seal"}).encode())


def _made_at() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = int(epoch) if epoch.isdecimal() else int(time.time())
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def versions() -> dict[str, str | None]:
    """Return the version of every package that can change a number or a picture."""
    return {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Return the commit of the checkout, marked when it holds changes; None outside a checkout."""
    root = repository_dir()
    if root is None or not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
