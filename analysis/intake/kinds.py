"""Records of several kinds in one list: a dump of a database, a log of events, a feed of accounts and posts.

Each says in a field what it is (``model``, ``__typename``, ``recordType``), and records of different kinds share few
fields. Such a list is as many tables as it has kinds; read as one, the number of an account and that of a post stand
in one column.
"""

import re
from typing import Any

from analysis.intake.records import Flat, snake

__all__ = ["kinds_of"]

#: Fields in which a record says what it is.
_KIND = re.compile(r"^_*(?:model|type_?name|kind|type|record_type|entity(?:_type)?|object|table|class|doc_type|index)$")

#: Kinds a list may have; more are values of something else.
MOST_KINDS = 12

#: Share of their fields that two kinds have in common at most, the identifier and the kind aside.
MOST_SHARED = 0.5

#: Records a list needs at least before it is taken apart.
FEWEST = 4


def kinds_of(rows: list[tuple[int, Flat | Any]]) -> dict[str, list[tuple[int, Flat | Any]]]:
    """Return the rows of each kind, in the order met; all under ``""`` where they are of one kind.

    Examples
    --------
    >>> rows = [(1, {"model": "a", "x": "1", "y": "1"}), (2, {"model": "b", "u": "1", "v": "1"})] * 3
    >>> {kind: len(found) for kind, found in kinds_of(rows).items()}
    {'a': 3, 'b': 3}
    """
    flats = [flat for _, flat in rows if isinstance(flat, dict)]
    if len(flats) < FEWEST or len(flats) < len(rows):
        return {"": rows}
    for field in [path for path in flats[0] if _KIND.match(snake(path))]:
        said = {flat.get(field) or "" for flat in flats}
        if not 1 < len(said) <= min(MOST_KINDS, len(flats) // 2 + 1) or "" in said:
            continue
        fields: dict[str, set[str]] = {}
        for flat in flats:
            fields.setdefault(flat[field] or "", set()).update(
                path for path, value in flat.items() if value is not None
            )
        if _apart(list(fields.values()), field):
            kinds: dict[str, list[tuple[int, Flat | Any]]] = {kind: [] for kind in fields}
            for line, flat in rows:
                kinds[flat[field] or ""].append((line, flat))
            return kinds
    return {"": rows}


def _apart(kinds: list[set[str]], field: str) -> bool:
    """Whether any two kinds have few fields in common."""
    own = [
        {path for path in fields if path != field and path.rpartition(".")[2] not in {"id", "pk"}} for fields in kinds
    ]
    pairs = [(a, b) for k, a in enumerate(own) for b in own[k + 1 :]]
    return all(len(a & b) <= MOST_SHARED * min(len(a), len(b)) for a, b in pairs if a and b)
