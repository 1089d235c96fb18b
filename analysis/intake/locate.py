"""Where the records of a document are, and what the objects above them hand down.

Every list of objects, and every object that is a list in disguise (keyed by id, or 0..n), is a candidate. A candidate
is judged by its first records: do they carry an identifier, how many metrics, do they describe an account? Length
never decides, because hashtags, comments and thumbnails outnumber posts. Lists that belong to a record (comments,
tags, attachments) are not candidates, and of nested candidates the outermost wins: an account with its posts inside
is an account, unless the account is the single wrapper of the posts.
"""

import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from analysis.errors import UnusableDataError
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

__all__ = ["SAMPLE", "cell", "find_tables"]

#: Nesting followed while looking for records. Real answers nest five to ten deep.
DEEPEST = 24

#: Records looked at in each list to judge it.
SAMPLE = 40

#: Columns kept; a document whose records invent a key each is not a table.
MOST_COLUMNS = 2_000

_ABOUT_THE_ANSWER = """
paging page_info pageinfo pagination meta cursors cursor extra log_pb errors error includes request query links
headers kind etag next_page_token status status_code statuscode message success params schema
"""
#: Objects of an answer that speak about the answer.
_ENVELOPE = frozenset(_ABOUT_THE_ANSWER.split())

#: Fields of a wrapper around one record.
_WRAPPING = frozenset({"kind", "type", "cursor", "typename", "node_type", "index", "position", "sort_index"})

#: What any object above its records says for all of them.
_SHARED = ("currency", "platform", "campaign_id")

_OF_A_RECORD = """
comments comment replies reply carousel_media tags tag hashtags hashtag likes reactions thumbnails
attachments media_attachments mentions tagged_users usertags users_in_photo challenges text_extra urls contents
"""
#: Lists that belong to a record: never records themselves.
_PARTS = frozenset(_OF_A_RECORD.split())


#: An object that holds this share of a record's fields, with all of its metrics, is the record.
LEAST_CORE = 0.6
_NO_CORE = re.compile(
    r"author|user|owner|channel|creator|profile|account|page|latest|last|first|best|top|parent|original|quoted|"
    r"retweet|stat|metric|insight|engagement|performance|count|total|music|sound|comment"
)
_REACTED = re.compile(
    r"(?:^|_)(?:likes?|liked|digg|comments?|shares?|retweets?|views?|plays?|saves?|favou?rites?|ups|upvotes?|reactions?|hearts?|"
    r"impressions?|reach|forwards|reposts?)(?:_|$)"
)
_RELATED = re.compile(
    r"look_?alike|related|similar|suggest|recommend|notable|significant|audience|collab|tagged|mention|commenter|liker"
)


@dataclass
class _Candidate:
    """A list that may be the records: where it is, and what its first records look like."""

    path: tuple[str, ...]  # keys from the root; '[]' steps into a list, '{}' into an object that is a list
    sample: list[Flat] = field(default_factory=list)
    seen: int = 0

    @property
    def metrics(self) -> int:
        return len({path for flat in self.sample for path, value in flat.items() if is_metric(path, value)})

    @property
    def identified(self) -> bool:
        named = sum(any(is_identifier(path) and value for path, value in flat.items()) for flat in self.sample)
        return named * 2 > len(self.sample)

    @property
    def account(self) -> bool:
        return sum(has_audience(flat) for flat in self.sample) * 2 > len(self.sample)

    @property
    def names(self) -> bool:
        """Whether its records are accounts by a handle or an audience of their own, with an identifier."""
        named = sum(is_account({p: v for p, v in flat.items() if "." not in p}) for flat in self.sample)
        return self.identified and max(named, sum(map(has_audience, self.sample))) * 2 > len(self.sample)

    @property
    def part(self) -> bool:
        """Whether the list belongs to a record: comments, tags, attachments."""
        keys = [snake(key) for key in self.path if key not in {"[]", "{}"}]
        return any(key in _PARTS for key in keys[-3:])

    @property
    def reacted(self) -> bool:
        """Whether most of its records carry reactions or views, as posts do."""
        with_them = sum(
            any(_REACTED.search(snake(path)) and is_metric(path, value) for path, value in flat.items())
            for flat in self.sample
        )
        return with_them * 2 > len(self.sample)

    @property
    def related(self) -> bool:
        """Whether the list names accounts like, around or in the audience of the one above it."""
        return any(_RELATED.search(snake(key)) for key in self.path)

    @property
    def score(self) -> float:
        aside = sum(2 for key in self.path if snake(key) in _ENVELOPE)
        return 4 * self.identified + min(self.metrics, 6) - aside - 0.1 * len(self.path)

    @property
    def strong(self) -> bool:
        return not self.part and self.metrics > 0 and (self.identified or self.metrics > 1 or self.account)

    @property
    def label(self) -> str:
        return ".".join(key for key in self.path if key not in {"[]", "{}"})


def _candidates(root: Any) -> dict[tuple[str, ...], _Candidate]:
    """Return every list of records in the document, by path, with a sample of each."""
    found: dict[tuple[str, ...], _Candidate] = {}

    def visit(node: Any, path: tuple[str, ...], depth: int) -> None:
        if depth > DEEPEST:
            return
        items = _as_list(node, path)
        if items is not None:
            step = "[]" if isinstance(node, list) else "{}"
            records = _records(items[:SAMPLE])
            here = found.setdefault((*path, step), _Candidate((*path, step)))
            here.seen += len(items)
            if len(here.sample) < SAMPLE:
                here.sample += [flatten(record) for record in records if isinstance(record, dict)]
            for record in records[:10]:
                visit(record, (*path, step), depth + 1)
        elif isinstance(node, dict):
            for key, value in node.items():
                if isinstance(value, (dict, list)):
                    visit(value, (*path, key), depth + 1)

    visit(root, (), 0)
    return {path: candidate for path, candidate in found.items() if candidate.sample}


def _as_list(node: Any, path: tuple[str, ...]) -> list[Any] | None:
    """Return the items of a list of objects, or of an object that is one in disguise (keyed by id, or 0..n)."""
    if isinstance(node, list):
        return node if any(isinstance(item, dict) for item in node[:SAMPLE]) else None
    if not isinstance(node, dict) or not node or not all(isinstance(v, dict) for v in node.values()):
        return None
    keys, values = list(node), list(node.values())[:SAMPLE]
    numbered = all(re.fullmatch(r"\d+|[0-9a-f-]{16,}", key) for key in keys)
    shared = set(values[0]).intersection(*values[1:]) if len(values) > 1 else set()
    union = set().union(*values)
    alike = len(values) > 1 and len(shared) >= 2 and len(shared) * 2 >= len(union)
    return list(node.values()) if (numbered and union) or alike else None


def _unwrapped(item: Any) -> Any:
    """Return the record inside a wrapper that says nothing itself: ``{node: {...}}``, ``{kind: t3, data: {...}}``."""
    for _ in range(2):
        if not isinstance(item, dict):
            break
        inner = [value for key, value in item.items() if snake(key) not in _WRAPPING]
        if len(inner) != 1 or not isinstance(inner[0], dict) or not inner[0]:
            break
        item = inner[0]
    return item


def _records(items: list[Any]) -> list[Any]:
    """Return the records of a list, each out of its wrapper; a wrapper with something beside its record is one too."""
    inner = [_unwrapped(item) for item in items]
    core = _core(inner[:SAMPLE])
    if core:
        return [_out_of(core, record) for record in inner]
    bare = [item for item, record in zip(items, inner, strict=True) if record is not item]
    if len(bare) == len(items) or not bare:
        return inner
    keys = {
        key for item in bare for key, value in item.items() if isinstance(value, dict) and snake(key) not in _WRAPPING
    }
    if len(keys) != 1:
        return inner
    key = keys.pop()
    return [_out_of(key, item) if record is item else record for item, record in zip(items, inner, strict=True)]


def _out_of(key: str, item: Any) -> Any:
    """Return a record out of its wrapper, with what stands beside it."""
    if not isinstance(item, dict) or not isinstance(item.get(key), dict):
        return item
    named = any(is_identifier(k) for k in item[key])
    beside = {k: v for k, v in item.items() if k != key and k not in item[key]}
    return {**item[key], **{f"wrapper.{k}" if named and snake(k).endswith("id") else k: v for k, v in beside.items()}}


def _core(records: list[Any]) -> str:
    """Return the key of the object that is the record in each of these: its identifier, its metrics, most of it."""
    found = {_core_of(record) for record in records if isinstance(record, dict)}
    return found.pop() if len(found) == 1 else ""


def _core_of(record: dict[str, Any]) -> str:
    inner = [key for key, value in record.items() if isinstance(value, dict) and len(value) > 2]
    inner = [key for key in inner if not _NO_CORE.search(snake(key)) and snake(key) not in _PARTS | _ENVELOPE]
    if len(inner) != 1:
        return ""
    flat, core = flatten(record), flatten(record[inner[0]])
    named = any(is_identifier(path) and value for path, value in core.items())
    metrics = sum(is_metric(path, value) for path, value in core.items())
    alone = metrics == sum(is_metric(path, value) for path, value in flat.items())
    return inner[0] if named and metrics and alone and len(core) >= LEAST_CORE * len(flat) else ""


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
    candidates = _candidates(root)
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
        weak = [c for c in candidates.values() if not c.part and c.identified]
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
                aside = any(snake(key) in _ENVELOPE for key in lookup.path)
                if _look_up(rows, [flat for _, flat in _rows(root, lookup, None) if isinstance(flat, dict)]) and aside:
                    chosen = [c for c in chosen if c is not lookup]
        elif candidate not in chosen:
            continue
        tables.append(_table(rows, candidate, name, notes, len(chosen)))
    return tables


def _in_a_dashboard(candidate: _Candidate, candidates: dict[tuple[str, ...], _Candidate]) -> bool:
    """Whether a list without identifiers stands among others of its kind: totals by this and by that."""
    level = candidate.path[:-2]
    beside = [c for c in candidates.values() if c.path[:-2] == level and not c.part and not c.identified]
    return len(candidate.path) > 1 and len(beside) > 2


def _inside(inner: _Candidate, outer: _Candidate) -> bool:
    return len(inner.path) > len(outer.path) and inner.path[: len(outer.path)] == outer.path


def _posts_of(inner: _Candidate, outer: _Candidate) -> bool:
    """Whether a list inside accounts holds their posts."""
    return _inside(inner, outer) and inner.identified and not inner.account


def _another_kind(candidate: _Candidate, best: _Candidate) -> bool:
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
            items = _as_list(node, path[:at])
            if items is None or isinstance(node, list) != (step == "[]"):
                continue
            keys = list(node) if isinstance(node, dict) else [""] * len(items)
            records = _records(items)
            for position in range(len(items) - 1, -1, -1):
                item = records[position]
                if keys[position] and isinstance(item, dict) and not re.fullmatch(r"\d{1,9}", keys[position]):
                    item = item if any(is_identifier(key) for key in item) else {"id": keys[position], **item}
                stack.append((item, at + 1, above, number if above or at else position))
        elif isinstance(node, dict) and step in node:
            stack.append((node[step], at + 1, [*above, (_key_of(path, at), node, node[step])], number))


def _key_of(path: tuple[str, ...], at: int) -> str:
    """Return the dotted name of the object reached after ``at`` steps."""
    return ".".join(key for key in path[:at] if key not in {"[]", "{}"})


def _rows(root: Any, candidate: _Candidate, lines: list[int] | None) -> Iterator[tuple[int, Flat | Any]]:
    """Yield line and flat row of each record, with what the account above hands down."""
    handed: dict[int, Flat] = {}
    for count, (record, above, number) in enumerate(_walk(root, candidate.path), start=1):
        line = lines[number] if lines is not None and number < len(lines) else count
        if not isinstance(record, dict):
            yield line, record
            continue
        flat = flatten(record)
        key = id(above[-1][1]) if above else 0
        if above and key not in handed:
            handed[key] = _handed_down(above)
        for path, value in handed.get(key, {}).items():
            flat.setdefault(path, value)
        yield line, flat


def _handed_down(above: list[tuple[str, Any, Any]]) -> Flat:
    """Return what the nearest account above says of itself, and what every object above says of the currency."""
    result: Flat = {}
    settled = False
    for key, node, branch in reversed(above):
        prefix = f"{key}." if key else "parent."
        own = flatten({k: v for k, v in node.items() if not isinstance(v, (dict, list))}, prefix=prefix)
        beside: Flat = {}
        for name, value in node.items():
            counted = isinstance(value, dict) and set(value) & {"count", "total_count"}
            if value is branch and counted:
                value = {k: v for k, v in value.items() if not isinstance(v, (dict, list))}
            elif value is branch or not isinstance(value, dict) or snake(name) in _ENVELOPE | _PARTS:
                continue
            if len(value) <= 80:
                fields = flatten({name: value})
                fields = {f"{prefix if key else ''}{path}": v for path, v in fields.items() if path.count(".") <= 2}
                beside |= fields if counted or is_account(fields) else {}
                result |= {path: v for path, v in fields.items() if v and snake(path).endswith(_SHARED)}
        fields = account_fields({**own, **beside})
        if not settled and is_account({**own, **beside}):
            result |= fields
            settled = True
        result |= {p: v for p, v in own.items() if snake(p).endswith(_SHARED) and v}
    return result


def _single(root: Any) -> Flat | None:
    """Return the one object a document is about: the smallest that holds both an identifier and metrics."""
    node = root[0] if isinstance(root, list) and len(root) == 1 else root
    if not isinstance(node, dict):
        return None

    def count(flat: Flat) -> int:
        return sum(is_metric(path, value) for path, value in flat.items())

    flat = flatten(node)
    if not count(flat) or not any(is_identifier(path) and flat[path] for path in flat):
        return None
    for _ in range(DEEPEST):
        inner = [
            (child, flatten(child))
            for key, child in node.items()
            if isinstance(child, dict) and snake(key) not in _PARTS
        ]
        whole = [
            (child, fields) for child, fields in inner
            if count(fields) == count(flat) and any(is_identifier(path) and fields[path] for path in fields)
        ]  # fmt: skip
        if not whole:
            return flat
        node, flat = whole[0]
    return flat


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
        prefix = re.sub(r"_?[iI][dD]$", "", path)
        for flat in flats:
            for key, value in by_id.get(flat.get(path) or "", {}).items():
                flat.setdefault(f"{prefix}.{key}", value)
        return True
    return False


def _table(rows: list[tuple[int, Any]], candidate: _Candidate, name: str, notes: list[str], tables: int) -> RawTable:
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
    table = raw_table(name, headers, [[flat.get(h) for _, flat in good] for h in headers], notes=said)
    lines = pl.Series("line", [line for line, _ in good], dtype=pl.Int64)
    return dataclasses.replace(table, part=label if tables > 1 else "", lines=lines, rejected=rejected)


def cell(value: Any) -> str | None:
    """Return any value of a document as the text of one cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else text(value)
