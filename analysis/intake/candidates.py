"""Which lists of a document may be its records.

Every list of objects, and every object that is a list in disguise (keyed by id, or 0..n), is a candidate. A candidate
is judged by its first records, taken out of whatever wraps each of them: do they carry an identifier, how many
metrics, do they describe an account? Length never decides, because hashtags, comments and thumbnails outnumber posts.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from analysis.intake.headers import read_header
from analysis.intake.phrases import header_words
from analysis.intake.records import Flat, flatten, has_audience, is_account, is_identifier, is_metric, snake
from analysis.intake.words import fold

__all__ = [
    "DEEPEST",
    "ENVELOPE",
    "PARTS",
    "SAMPLE",
    "Candidate",
    "account_keys",
    "as_list",
    "candidates_in",
    "keyed",
    "records_of",
]

#: Nesting followed while looking for records. Real answers nest five to ten deep.
DEEPEST = 24

#: Records looked at in each list to judge it.
SAMPLE = 40

_ABOUT_THE_ANSWER = """
paging page_info pageinfo pagination meta cursors cursor extra log_pb errors error includes included request query links
headers kind etag next_page_token status status_code statuscode message success params schema
"""
#: Objects of an answer that speak about the answer.
ENVELOPE = frozenset(_ABOUT_THE_ANSWER.split())

#: Fields of a wrapper around one record.
_AROUND_A_RECORD = """
kind type cursor typename node_type index position sort_index entry_id entry_type item_type display_type
tweet_display_type user_display_type client_event_info
"""
_WRAPPING = frozenset(_AROUND_A_RECORD.split())

_OF_A_RECORD = """
comments comment replies reply carousel_media tags tag hashtags hashtag likes reactions thumbnails
attachments media_attachments mentions tagged_users usertags users_in_photo challenges text_extra urls
"""
#: Lists that belong to a record: never records themselves.
PARTS = frozenset(_OF_A_RECORD.split())

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
#: Words that end the name of such a list: ``latest_comments``, ``topReplies``.
_PART_WORDS = frozenset({"comments", "replies", "hashtags", "mentions", "thumbnails", "commenters", "likers"})
_ACCOUNTS_OF = re.compile(
    r"^(?:instagram|tiktok|youtube|twitter|facebook|twitch)|(?:social|network|profile|channel|account|handle)s?$"
)
_POST = re.compile(
    r"/(?:p|reels?|tv|video|videos|shorts|status|posts|pin|photo)/[\w-]{5,}|[?&]v=[\w-]{11}|youtu\.be/[\w-]{11}"
)
_EDGE_OF_A_RECORD = re.compile(r"^edge_.*(?:comment|caption|tagged|sponsor|children|like)")


@dataclass
class Candidate:
    """A list that may be the records: where it is, and what its first records look like."""

    path: tuple[str, ...]  # keys from the root; '[]' steps into a list, '{}' into an object that is a list
    sample: list[Flat] = field(default_factory=list)
    seen: int = 0

    @property
    def metrics(self) -> int:
        """Different fields of the sample that count reactions or audience."""
        return len({path for flat in self.sample for path, value in flat.items() if is_metric(path, value)})

    @property
    def identified(self) -> bool:
        """Whether most of its records carry an identifier."""
        named = sum(any(value and _tells(path, value) for path, value in flat.items()) for flat in self.sample)
        return named * 2 > len(self.sample)

    @property
    def account(self) -> bool:
        """Whether most of its records are accounts with an audience."""
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
        ends = any(key.rpartition("_")[2] in _PART_WORDS for key in keys[-1:])
        return ends or any(key in PARTS or _EDGE_OF_A_RECORD.search(key) for key in keys[-3:])

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
    def of_a_person(self) -> bool:
        """Whether it lists the accounts of one person: ``socials``, ``instagrams`` inside a record."""
        return self.path.count("[]") > 1 and self.account and bool(_ACCOUNTS_OF.search(snake(self.path[-2])))

    @property
    def score(self) -> float:
        """How much it looks like the records: identified, measured, near, and not about the answer."""
        aside = sum(2 for key in self.path if snake(key) in ENVELOPE)
        return 4 * self.identified + min(self.metrics, 6) - aside - 0.1 * len(self.path)

    @property
    def strong(self) -> bool:
        """Whether it may be a table: no part of a record, measured, and identified or measured well."""
        return not self.part and self.metrics > 0 and (self.identified or self.metrics > 1 or self.account)

    @property
    def label(self) -> str:
        """Its path as a person would write it."""
        return ".".join(key for key in self.path if key not in {"[]", "{}"})


def _tells(path: str, value: str) -> bool:
    """Whether a field tells which record this is: by its name, or as the address of a post."""
    return is_identifier(path) or (value.startswith("http") and bool(_POST.search(value)))


def candidates_in(root: Any) -> dict[tuple[str, ...], Candidate]:
    """Return every list of records in the document, by path, with a sample of each.

    Examples
    --------
    >>> found = candidates_in({"items": [{"id": "a", "likes": "7"}], "tags": [{"name": "x"}]})
    >>> [(candidate.label, candidate.strong) for candidate in found.values()]
    [('items', True), ('tags', False)]
    """
    found: dict[tuple[str, ...], Candidate] = {}

    def visit(node: Any, path: tuple[str, ...], depth: int) -> None:
        if depth > DEEPEST:
            return
        items = as_list(node, path)
        if items is not None:
            step = "[]" if isinstance(node, list) else "{}"
            records = records_of(items[:SAMPLE])
            if isinstance(node, dict) and sum(map(_names_one, list(node)[:SAMPLE])) * 2 > len(records):
                records = keyed(node, records)
            here = found.setdefault((*path, step), Candidate((*path, step)))
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


def as_list(node: Any, path: tuple[str, ...]) -> list[Any] | None:
    """Return the items of a list of objects, or of an object that is one in disguise (keyed by id, or 0..n)."""
    if isinstance(node, list):
        return node if any(isinstance(item, dict) for item in node[:SAMPLE]) else None
    if not isinstance(node, dict) or not node or not all(isinstance(v, dict) for v in node.values()):
        return list(node.values()) if isinstance(node, dict) and account_keys(node) else None
    keys, values = list(node), list(node.values())[:SAMPLE]
    numbered = all(re.fullmatch(r"\d+|[0-9a-f-]{16,}", key) for key in keys)
    shared = set(values[0]).intersection(*values[1:]) if len(values) > 1 else set()
    union = set().union(*values)
    alike = len(values) > 1 and len(shared) >= 2 and len(shared) * 2 >= len(union)
    return list(node.values()) if (numbered and union) or alike else None


def account_keys(node: dict[str, Any]) -> str:
    """Return what the keys of an object of lists are when they are accounts: ``handle``, ``user_id``, else nothing.

    ``{"nasa": [...], "esa": [...]}`` are posts of two accounts; ``{"top_posts": [...], "recent_posts": [...]}`` and
    lists of different records are no such thing. Records that name their account need no key: ``known``.
    """
    lists = [value for value in node.values() if value != []][:SAMPLE]
    if len(lists) < 2 or not all(isinstance(v, list) and isinstance(v[0], dict) for v in lists):
        return ""
    fields = [set(value[0]) for value in lists]
    shared = set.intersection(*fields)
    if len(shared) < 2 or len(shared) * 2 < len(set.union(*fields)):
        return ""
    keys = list(node)[:SAMPLE]
    named = all(is_account(flatten(value[0])) for value in lists)
    if all(re.fullmatch(r"\d{4,}|UC[\w-]{22}", key) for key in keys):
        return "known" if named else "user_id"
    known = header_words("posts") | header_words("accounts") | header_words("fillers") | header_words("changers")
    strange = [key for key in keys if re.fullmatch(r"@?[\w.]{3,40}", key) and not known.intersection(fold(key))]
    spoken = sum(bool(read_header(key)) for key in strange)
    if (len(strange) - spoken) * 2 <= len(keys):
        return ""
    return "known" if named else "handle"


def keyed(node: Any, records: list[Any]) -> list[Any]:
    """Return the records of an object with the key of each, unless it only counts: its identifier, or its day."""
    if not isinstance(node, dict):
        return records
    return [_with_key(key, record) for key, record in zip(node, records, strict=False)]


def _names_one(key: str) -> bool:
    """Whether a key may name one of many: it has a digit or a capital, and is no word of a format."""
    return bool(re.search(r"[0-9A-Z]", key))


def _with_key(key: str, record: Any) -> Any:
    if not isinstance(record, dict) or re.fullmatch(r"\d{1,9}", key):
        return record
    if re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", key):
        return record if "date" in record else {"date": key, **record}
    return record if any(is_identifier(name) for name in record) else {"id": key, **record}


def _unwrapped(item: Any) -> Any:
    """Return the record inside a wrapper that says nothing itself: ``{node: {...}}``, ``{kind: t3, data: {...}}``."""
    for _ in range(6):
        if not isinstance(item, dict):
            break
        inner = [value for key, value in item.items() if snake(key) not in _WRAPPING]
        if len(inner) != 1 or not isinstance(inner[0], dict) or not inner[0]:
            break
        item = inner[0]
    return item


def records_of(items: list[Any]) -> list[Any]:
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
    attributes = snake(key) == "attributes" and not {"id", "pk", "uid"} & item[key].keys()
    named = any(is_identifier(k) and not isinstance(v, (dict, list)) for k, v in item[key].items()) and not attributes
    beside = {k: v for k, v in item.items() if k != key and k not in item[key]}
    return {**item[key], **{f"wrapper.{k}" if named and snake(k).endswith("id") else k: v for k, v in beside.items()}}


def _core(records: list[Any]) -> str:
    """Return the key of the object that is the record in each of these: its identifier, its metrics, most of it."""
    found = {_core_of(record) for record in records if isinstance(record, dict)}
    return found.pop() if len(found) == 1 else ""


def _core_of(record: dict[str, Any]) -> str:
    inner = [key for key, value in record.items() if isinstance(value, dict) and len(value) > 2]
    inner = [key for key in inner if not _NO_CORE.search(snake(key)) and snake(key) not in PARTS | ENVELOPE]
    if len(inner) != 1:
        return ""
    flat, core = flatten(record), flatten(record[inner[0]])
    named = any(is_identifier(path) and value for path, value in core.items())
    metrics = sum(is_metric(path, value) for path, value in core.items())
    alone = metrics == sum(is_metric(path, value) for path, value in flat.items())
    return inner[0] if named and metrics and alone and len(core) >= LEAST_CORE * len(flat) else ""
