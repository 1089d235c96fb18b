"""Last year's pack, made again: every figure to the last digit, and where one moved, which and why.

Three questions, in order. Is the pack as it was made? Every file has its hash in ``run.json``, and ``run.json`` has
one of its own, so a single changed byte is found. Are the inputs as they were? Where the original files are given,
they are read again and compared cell by cell with the tables in the pack. Do the same inputs give the same numbers
today? The notebooks run anew, out of sight, and every table, finding and file is compared. Nothing is ever written
into the pack.
"""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.digest import of_file
from analysis.errors import CreatorRoiError, SourceError
from analysis.hostile import plain
from analysis.publish import scratch_folder
from analysis.reporting.differences import Moved, cells_of_csv, cells_of_frames

if TYPE_CHECKING:
    from analysis.intake import Canonical, Tables

__all__ = ["Verified", "damage", "read_record", "verify_pack"]

#: Fields of a finding that are compared by themselves; its table is compared as CSV.
_SAID = ("title", "sentence", "verdict", "evidence", "n", "subtitle", "source", "caution", "action")

#: Sentences of one kind that a person is shown; the rest is counted.
SHOWN = 12


@dataclass(frozen=True)
class Verified:
    """What was found.

    Attributes
    ----------
    damaged : tuple of str
        Files of the pack that are not as they were made, with what is wrong.
    inputs : tuple of Moved
        Cells of the input that are others now.
    moved : tuple of Moved
        Cells of the tables and words of the findings that came out differently.
    files : tuple of str
        Other files that came out differently.
    why : tuple of str
        What is not as it was when the pack was made.
    compared : int
        Tables and findings that were made again; 0 when only the hashes were looked at.
    """

    damaged: tuple[str, ...] = ()
    inputs: tuple[Moved, ...] = ()
    moved: tuple[Moved, ...] = ()
    files: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    compared: int = 0

    @property
    def same(self) -> bool:
        """Whether the pack is whole and came out the same."""
        return not (self.damaged or self.inputs or self.moved or self.files)

    def lines(self) -> list[str]:
        """Return it for a person, the conclusion first."""
        if self.same:
            made = f"; {self.compared} tables and findings made again are the same to the last digit"
            since = [f"since then: {line}" for line in self.why]
            return [f"Verified: every file is as it was made{made if self.compared else ''}.", *since]
        told = [_told("damaged", list(self.damaged)), _told("changed input", [cell.sentence() for cell in self.inputs])]
        told += [_told("moved", [cell.sentence() for cell in self.moved]), _told("differs", list(self.files))]
        told += [_told("why", list(self.why or (["nothing that is recorded changed"] if self.moved else [])))]
        return ["Not the same.", *(line for lines in told for line in lines)]


def _told(word: str, lines: list[str]) -> list[str]:
    shown = [f"{word}: {line}" for line in lines[:SHOWN]]
    return [*shown, f"{word}: and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else shown


def read_record(pack: Path) -> dict[str, Any]:
    """Return the ``run.json`` of a pack.

    Raises
    ------
    SourceError
        If the folder is no pack.
    """
    try:
        record = json.loads((pack / "run.json").read_text(encoding="utf-8"))
        if isinstance(record, dict) and isinstance(record.get("files"), dict):
            return record
    except FileNotFoundError as error:
        raise SourceError(
            f"{pack} is no report pack: it has no run.json. Give the folder that holds report.html."
        ) from error
    except (OSError, ValueError) as error:
        raise SourceError(f"the run.json of {pack} cannot be read ({error}). Make the pack again.") from error
    raise SourceError(f"the run.json of {pack} names no files. Make the pack again.")


def damage(pack: Path) -> tuple[str, ...]:
    """Return the files of a pack that are not as they were made; empty when every byte is.

    Raises
    ------
    SourceError
        If the folder is no pack.
    """
    from analysis.reporting.manifest import record_text, sealed

    record = read_record(pack)
    as_made = sealed(record) == record.get("seal") and (pack / "run.json").read_bytes() == record_text(record).encode()
    found = [] if as_made else ["run.json was changed after the pack was made"]
    files = {path.relative_to(pack).as_posix(): path for path in sorted(pack.rglob("*")) if path.is_file()}
    for name, digest in record["files"].items():
        if name not in files:
            found.append(f"{plain(name)} is missing")
        elif of_file(files[name]) != digest:
            found.append(f"{plain(name)} was changed after the pack was made")
    extra = [name for name in files if name not in record["files"] and name != "run.json"]
    return (*found, *(f"{plain(name)} is not part of the pack" for name in extra))


def verify_pack(
    pack: str | Path,
    paths: Sequence[str | Path] = (),
    *,
    again: bool = True,
    notebooks: Path | None = None,
    progress: bool = True,
) -> Verified:
    """Look at a pack and make it again: folder in, :class:`Verified` out. The pack is not touched.

    Parameters
    ----------
    pack : path
        A folder that :func:`analysis.reporting.report` made, wherever it lies now.
    paths : sequence of path, optional
        The original files; without them, the tables inside the pack are what it is made from.
    again : bool
        Run the notebooks anew; without it only hashes are compared.
    notebooks : Path, optional
        Folder of notebook sources instead of the shipped ones.
    progress : bool
        Say on standard error what happens.

    Raises
    ------
    SourceError
        If it is no pack.
    CreatorRoiError
        If it cannot be made again.
    """
    from analysis import intake

    pack = Path(pack)
    record = read_record(pack)
    broken = damage(pack)
    why = _circumstances(record, notebooks)
    if not again:
        return Verified(damaged=broken, why=why)
    inputs: tuple[Moved, ...] = ()
    try:
        kept = intake.open_or_read(pack / "data")
        if broken or paths:
            kept = replace(kept, tables=replace(kept.tables, posts=kept.load()))
    except CreatorRoiError:
        if not (broken and paths):
            if broken:  # what it was made from is damaged, and nothing else was given
                return Verified(damaged=broken, why=why)
            raise
        kept = None
    given: Tables | Canonical | None = kept
    if paths:
        given = intake.read(list(paths), mapping=record.get("mapping"))
        why = (*_changed_files(record, paths), *why)
        if kept is not None:
            present, stored = given.present(), kept.tables.present()
            for table in ("creators", "posts", "placements"):
                inputs += tuple(cells_of_frames(table, stored.get(table), present.get(table)))
    assert given is not None
    with scratch_folder("verify") as place:
        made = _again(pack, record, given, place, notebooks, progress)
        moved, files, compared = _compared(pack, made)
    return Verified(broken, inputs, moved, files, why, compared)


def _again(
    pack: Path,
    record: Mapping[str, Any],
    tables: "Tables | Canonical",
    place: Path,
    notebooks: Path | None,
    progress: bool,
) -> Path:
    """Make the pack again somewhere else, as ``run.json`` says it was made."""
    from analysis.reporting.order import take_order
    from analysis.reporting.pack import make_pack

    asked = {name: value for name, value in record["parameters"].items() if name != "paths"}
    if asked.get("scheme") == "../scheme.yml":
        asked["scheme"] = str(pack / "scheme.yml")
    theme = pack / "theme" / "theme.yml"
    order = take_order(
        [pack / "data"],
        params={**asked, "period": record["period"]},
        theme=theme if theme.is_file() else None,
        notebooks=notebooks,
    )
    since = pack / "since.json"
    return make_pack(
        order,
        place,
        read=lambda files, mapping: tables,
        since=since if since.is_file() else None,
        progress=progress,
    )


# why ---------------------------------------------------------------------------------------------------------------


def _circumstances(record: Mapping[str, Any], notebooks: Path | None) -> tuple[str, ...]:
    """Return what is not as it was when the pack was made, in sentences."""
    from analysis.reference import notebooks_dir
    from analysis.reporting.manifest import versions
    from analysis.reporting.order import made_with

    now = {"python": platform.python_version(), **versions()}
    then = {"python": record.get("python"), **record.get("versions", {})}
    why = [
        f"{name} {then[name] or 'was absent'} then, {now[name] or 'absent'} now"
        for name in now
        if name in then and then[name] != now[name]
    ]
    sources = {path.name: path for path in sorted((notebooks or notebooks_dir()).glob("*.ipynb"))}
    for entry in record.get("notebooks", []):
        name = plain(str(entry["name"]))
        if name not in sources:
            why.append(f"the notebook {name} is no longer there")
        elif of_file(sources[name]) != entry["sha256"]:
            why.append(f"the notebook {name} changed since")
    if record.get("made_with") not in (None, made_with()) and not why:
        why.append("this package's code, its reference data or its lock file changed since")
    if record.get("parameters", {}).get("seed") is None:
        why.append("the pack records no seed, so what is drawn at random may differ")
    return tuple(why)


def _changed_files(record: Mapping[str, Any], paths: Sequence[str | Path]) -> tuple[str, ...]:
    """Return which input files are not those of the pack, in sentences."""
    from analysis.reporting.manifest import data_files

    then = {entry["name"]: entry["sha256"] for entry in record.get("data", [])}
    now = {entry["name"]: entry["sha256"] for entry in data_files(paths)}
    changed = [name for name in then if name in now and then[name] != now[name]]
    gone = [name for name in then if name not in now]
    new = [name for name in now if name not in then]
    said = (("changed since", changed), ("was an input and is not given", gone), ("was no input then", new))
    return tuple(f"the data changed: {plain(name)} {what}" for what, names in said for name in names)


# what came out -----------------------------------------------------------------------------------------------------


def _compared(pack: Path, made: Path) -> tuple[tuple[Moved, ...], tuple[str, ...], int]:
    """Return the cells and words that came out differently, the other files that did, and how much was compared."""
    then, now = ({p.relative_to(root).as_posix(): p for p in root.rglob("*") if p.is_file()} for root in (pack, made))
    moved: list[Moved] = []
    others: list[str] = []
    tables = [name for name in sorted({*then, *now}) if name.startswith("tables/") and name.endswith(".csv")]
    for name in tables:
        if name not in then or name not in now:
            moved.append(Moved(name, "", "the table", "there" if name in then else "", "there" if name in now else ""))
            continue
        moved += cells_of_csv(name, *(side[name].read_text(encoding="utf-8") for side in (then, now)))
    said, compared = _findings(then.get("findings.json"), now.get("findings.json"))
    moved += said
    told = {*tables, "run.json", "findings.json"}
    for name in sorted({*then, *now} - told):
        if name not in then or name not in now:
            others.append(f"{plain(name)} is {'no longer' if name in then else 'newly'} made")
        elif then[name].read_bytes() != now[name].read_bytes():
            others.append(f"{plain(name)} came out differently")
    return tuple(moved), tuple(others), compared + len(tables)


def _findings(then: Path | None, now: Path | None) -> tuple[list[Moved], int]:
    """Return what the findings say differently, and how many were compared."""
    sides = []
    for path in (then, now):
        try:
            sides.append({str(f["id"]): f for f in json.loads(path.read_text(encoding="utf-8"))} if path else {})
        except (OSError, ValueError, TypeError, KeyError):
            sides.append({})
    old, new = sides
    moved = []
    for id in dict.fromkeys([*old, *new]):
        if id not in old or id not in new:
            moved.append(
                Moved("findings.json", id, "the finding", "there" if id in old else "", "there" if id in new else "")
            )
            continue
        for field in _SAID:
            was, is_ = old[id].get(field), new[id].get(field)
            if was != is_:
                moved.append(Moved("findings.json", id, field, _text(was), _text(is_)))
    return moved, len(new)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
