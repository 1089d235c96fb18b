"""Where the records of a document are, and what the objects above them hand down.

Of the candidates (:mod:`analysis.intake.candidates`) those that carry an identifier and metrics are the records.
Lists that belong to a record (comments, tags, attachments) are not candidates, and of nested candidates the outermost
wins: an account with its posts inside is an account, unless the account is the single wrapper of the posts.
"""

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from analysis.errors import UnusableDataError
from analysis.intake.candidates import (
    DEEPEST,
    ENVELOPE,
    PARTS,
    SAMPLE,
    Candidate,
    account_keys,
    as_list,
    candidates_in,
    keyed,
    records_of,
)
from analysis.intake.kinds import kinds_of
from analysis.intake.notation import unfolded
from analysis.intake.records import (
    Flat,
    account_fields,
    flatten,
    has_audience,
    is_account,
    is_identifier,
    is_metric,
    snake,
    text,
)
from analysis.intake.tables import RawTable, raw_table
from analysis.intake.targets import CREATOR_WORD

__all__ = ["SAMPLE", "cell", "find_tables"]

#: Columns kept; a document whose records invent a key each is not a table.
MOST_COLUMNS = 2_000

#: Fields that say of the records of a list of people who they are: the ``id`` in ``affiliates`` is an affiliate's.
_WHOSE = frozenset({"id", "name"})

#: Identifiers that may stand beside the object that holds everything else of a record.
_KEYS = frozenset({"id", "rest_id", "pk", "uid", "id_str"})

#: Stands for the object that an account's key would be, were it written as a field.
_KEYED = "parent"

#: What a person has in common on all networks.
_OF_A_PERSON = re.compile(r"(?:^|_)(?:name|full_name|display_name|country|country_code|category|niche)$")

#: What any object above its records says for all of them.
_SHARED = ("currency", "platform", "campaign_id")


def find_tables(root: Any, lines: list[int] | None, name: str, notes: list[str]) -> list[RawTable]:
    """Return the raw tables of a document: the best list of records, further kinds of records, or the one object.

    Parameters
    ----------
    root : object
        The parsed document, numbers as text.
    lines : list of int or None
        The source line of each item at the top, for JSON Lines.
    name, notes
        The file's name, and what is known of it already.

    Raises
    ------
    UnusableDataError
        If no list and no object carries an identifier and a metric.
    """
    candidates = candidates_in(root)
    strong = [c for c in candidates.values() if c.strong and (c.identified or not _in_a_dashboard(c, candidates))]
    wrappers = [c for c in strong if c.seen == 1 and c.account and any(_posts_of(p, c) for p in strong)]
    outer = [c for c in strong if c not in wrappers]
    outer = [c for c in outer if not any(_inside(c, o) for o in outer)]
    single = _single(root)
    if single is not None and has_audience(single) and is_account(single):
        outer = [c for c in outer if not (c.account and c.related) and (c.account or c.reacted)]
    if not outer:
        if single is not None:
            return [_single_table(single, name, notes)]
        inside = [document for document in unfolded(root) if _measured(document)]
        if inside:
            said = f"{len(inside):,} documents kept as text inside this one were opened"
            return find_tables(inside if len(inside) > 1 else inside[0], None, name, [*notes, said])
        weak = [c for c in candidates.values() if not c.part and not c.related and c.identified]
        if not weak:
            raise UnusableDataError(f"{name}: no list of accounts, posts or placements in this document.")
        outer = [max(weak, key=lambda c: (-len(c.path), c.seen))]
    outer.sort(key=lambda c: (-c.score, -c.seen))
    best = outer[0]
    if single is not None and not best.identified and any(is_identifier(p) for p in single):
        return [_single_table(single, name, notes)]
    chosen = [best, *(c for c in outer[1:] if _another_kind(c, best))]
    if best.account and best.seen > 1:
        inner = [c for c in strong if _posts_of(c, best)]
        chosen += sorted(inner, key=lambda c: -c.score)[:1]
    tables = []
    lookups = [c for c in candidates.values() if c is not best and c.names and not _inside(c, best)]
    for candidate in chosen:
        rows = list(_rows(root, candidate, lines))
        if candidate is best:
            for lookup in lookups:
                aside = any(snake(key) in ENVELOPE for key in lookup.path)
                if _look_up(rows, [flat for _, flat in _rows(root, lookup, None) if isinstance(flat, dict)]) and aside:
                    chosen = [c for c in chosen if c is not lookup]
        elif candidate not in chosen:
            continue
        kinds = kinds_of(rows)
        for kind, found in kinds.items():
            table = _table(found, candidate, name, notes, len(chosen))
            tables.append(dataclasses.replace(table, part=kind) if kind else table)
    return tables


def _measured(root: Any) -> bool:
    """Whether a document holds a list that may be a table, or is one record."""
    return _single(root) is not None or any(c.strong for c in candidates_in(root).values())


def _in_a_dashboard(candidate: Candidate, candidates: dict[tuple[str, ...], Candidate]) -> bool:
    """Whether a list without identifiers stands among others of its kind: totals by this and by that."""
    level = candidate.path[:-2]
    beside = [c for c in candidates.values() if c.path[:-2] == level and not c.part and not c.identified]
    return len(candidate.path) > 1 and len(beside) > 2


def _inside(inner: Candidate, outer: Candidate) -> bool:
    return len(inner.path) > len(outer.path) and inner.path[: len(outer.path)] == outer.path


def _posts_of(inner: Candidate, outer: Candidate) -> bool:
    """Whether a list inside accounts holds their posts."""
    return _inside(inner, outer) and inner.identified and not inner.account


def _another_kind(candidate: Candidate, best: Candidate) -> bool:
    """Whether a second list is a table of its own: identified, measured, neither inside nor around the first."""
    apart = not _inside(candidate, best) and not _inside(best, candidate)
    return apart and candidate.identified and candidate.metrics > 0


def _walk(root: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, list[tuple[str, Any, Any]], int]]:
    """Yield each record at a path, with the objects above it (key, object, branch taken) and its number at the root."""
    stack: list[tuple[Any, int, list[tuple[str, Any, Any]], int]] = [(root, 0, [], 0)]
    while stack:
        node, at, above, number = stack.pop()
        if at == len(path):
            yield node, above, number
            continue
        step = path[at]
        if step in {"[]", "{}"}:
            items = as_list(node, path[:at])
            if items is None or isinstance(node, list) != (step == "[]"):
                continue
            records = keyed(node, records_of(items))
            whose = account_keys(node) if isinstance(node, dict) and isinstance(items[0], list) else ""
            keys = list(node) if whose in {"handle", "user_id"} else []
            for position in range(len(items) - 1, -1, -1):
                over = [*above, (_KEYED, {whose: keys[position]}, items[position])] if keys else above
                stack.append((records[position], at + 1, over, number if above or at else position))
        elif isinstance(node, dict) and step in node:
            stack.append((node[step], at + 1, [*above, (_key_of(path, at), node, node[step])], number))


def _key_of(path: tuple[str, ...], at: int) -> str:
    """Return the dotted name of the object reached after ``at`` steps."""
    return ".".join(key for key in path[:at] if key not in {"[]", "{}"})


def _rows(root: Any, candidate: Candidate, lines: list[int] | None) -> Iterator[tuple[int, Flat | Any]]:
    """Yield line and flat row of each record, with what the account above hands down."""
    of_a_person = candidate.of_a_person
    handed: dict[int, tuple[Any, Flat]] = {}  # with the object, so that its number stays its own
    for count, (record, above, number) in enumerate(_walk(root, candidate.path), start=1):
        line = lines[number] if lines is not None and number < len(lines) else count
        if not isinstance(record, dict):
            yield line, record
            continue
        flat = flatten(record)
        key = id(above[-1][1]) if above else 0
        if above and key not in handed:
            handed[key] = (above[-1][1], {**_handed_down(above), **(_person(above) if of_a_person else {})})
        for path, value in handed[key][1].items() if above else ():
            flat.setdefault(path, value)
        yield line, flat


def _handed_down(above: list[tuple[str, Any, Any]]) -> Flat:
    """Return what the nearest account above says of itself, and what every object above says of the currency."""
    result: Flat = {}
    settled = False
    for key, node, branch in reversed(above):
        prefix = f"{key}." if key else f"{_KEYED}."
        own = flatten({k: v for k, v in node.items() if not isinstance(v, (dict, list))}, prefix=prefix)
        beside: Flat = {}
        for name, value in node.items():
            counted = isinstance(value, dict) and set(value) & {"count", "total_count"}
            if value is branch and counted:
                value = {k: v for k, v in value.items() if not isinstance(v, (dict, list))}
            elif value is branch or not isinstance(value, dict) or snake(name) in ENVELOPE | PARTS:
                continue
            if len(value) <= 80:
                fields = flatten({name: value})
                fields = {f"{prefix if key else ''}{path}": v for path, v in fields.items() if path.count(".") <= 2}
                beside |= fields if counted or is_account(fields) else {}
                result |= {path: v for path, v in fields.items() if v and snake(path).endswith(_SHARED)}
        fields = account_fields({**own, **beside})
        named = key == _KEYED and node.keys() <= {"handle", "user_id"}
        if not settled and (named or is_account({**own, **beside})):
            result |= fields
            settled = True
        result |= {p: v for p, v in own.items() if snake(p).endswith(_SHARED) and v}
    return result


def _person(above: list[tuple[str, Any, Any]]) -> Flat:
    """Return who the object is whose accounts on networks are listed in it: name, country, category."""
    key, node, _ = above[-1]
    own = flatten({k: v for k, v in node.items() if not isinstance(v, (dict, list))}, prefix=f"{key or _KEYED}.")
    return {path: value for path, value in own.items() if value and _OF_A_PERSON.search(snake(path))}


def _single(root: Any) -> Flat | None:
    """Return the one object a document is about: the smallest that holds both an identifier and metrics."""
    node = root[0] if isinstance(root, list) and len(root) == 1 else root
    if not isinstance(node, dict):
        return None

    def count(flat: Flat) -> int:
        return sum(is_metric(path, value) for path, value in flat.items())

    def named(flat: Flat) -> bool:  # an identifier at any depth; the smallest object that has one is looked for
        return any(value and is_identifier(".".join(path.split(".")[-2:])) for path, value in flat.items())

    flat = flatten(node)
    if not count(flat) or not named(flat):
        return None
    keys: Flat = {}
    for _ in range(DEEPEST):
        inner = [
            (child, flatten(child))
            for key, child in node.items()
            if isinstance(child, dict) and snake(key) not in PARTS
        ]
        whole = [
            (child, fields) for child, fields in inner
            if count(fields) == count(flat) and named(fields)
        ]  # fmt: skip
        if not whole:
            break
        keys |= {key: text(value) for key, value in node.items() if snake(key) in _KEYS and isinstance(value, str)}
        node, flat = whole[0]
    return flat if any(snake(key) in _KEYS for key in node) else {**keys, **flat}


def _single_table(flat: Flat, name: str, notes: list[str]) -> RawTable:
    """Return the table of one record."""
    headers = list(flat)[:MOST_COLUMNS]
    return raw_table(name, headers, [[flat[h]] for h in headers], notes=[*notes, "one object, not a list"])


def _look_up(rows: list[tuple[int, Flat | Any]], accounts: list[Flat]) -> bool:
    """Put the fields of listed accounts beside the records that name them by id; False when they do not link."""
    by_id = {value: flat for flat in accounts for path in ("id", "pk", "user_id") if (value := flat.get(path))}
    flats = [flat for _, flat in rows if isinstance(flat, dict)]
    links = {path for flat in flats[:SAMPLE] for path in flat if snake(path).endswith("_id")}
    for path in sorted(links):
        hits = sum(flat.get(path) in by_id for flat in flats)
        if hits * 2 <= len(flats):
            continue
        prefix = re.sub(r"[._]?[iI][dD]$", "", path)
        for flat in flats:
            for key, value in by_id.get(flat.get(path) or "", {}).items():
                flat.setdefault(f"{prefix}.{key}", value)
        return True
    return False


def _table(rows: list[tuple[int, Any]], candidate: Candidate, name: str, notes: list[str], tables: int) -> RawTable:
    """Return the raw table of flat rows; records of another kind are set aside with their line."""
    good = [(line, flat) for line, flat in rows if isinstance(flat, dict)]
    rejected = [(line, "not a record", [cell(flat)]) for line, flat in rows if not isinstance(flat, dict)]
    usual: dict[str, int] = {}
    for _, flat in good:
        for path in flat:
            usual[path] = usual.get(path, 0) + 1
    if len(good) > 2 and not any(usual[path] > 1 for path in good[0][1]):
        line, flat = good.pop(0)
        rejected.insert(
            0, (line, "not a record: it shares no field with the others", [json.dumps(flat, ensure_ascii=False)])
        )
        usual = {path: rows for path, rows in usual.items() if path not in flat}
    headers = list(usual)[:MOST_COLUMNS]
    label = candidate.label
    said = [*notes, f"records at {label or 'the top'}: {len(good):,} with {candidate.metrics} metrics"]
    if len(usual) > MOST_COLUMNS:
        said.append(f"{len(usual) - MOST_COLUMNS:,} of {len(usual):,} fields left out")
    people = candidate.path[-2] if len(candidate.path) > 1 and CREATOR_WORD.search(candidate.path[-2]) else ""
    spoken = [f"{people}.{h}" if people and snake(h) in _WHOSE else h for h in headers]
    table = raw_table(name, spoken, [[flat.get(h) for _, flat in good] for h in headers], notes=said)
    lines = pl.Series("line", [line for line, _ in good], dtype=pl.Int64)
    return dataclasses.replace(table, part=label if tables > 1 else "", lines=lines, rejected=rejected)


def cell(value: Any) -> str | None:
    """Return any value of a document as the text of one cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else text(value)
