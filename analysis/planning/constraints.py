"""What a planner will and will not sign: limits on a booking list, as data.

A file of constraints is YAML with the words a planner uses::

    tiers:          # also platforms: and categories:
      micro: {min: 3, max: 20}
    must_have: ["@nora", "tiktok:ines"]
    never: ["@rex"]
    currency: USD
    max_creators: 25        # how many people somebody can look after
    min_creators: 3
    max_share: 0.3          # no creator takes more than this share ...
    share_of: spend         # ... of what is spent, or of the expected reach
    max_exposure: 0.5       # the largest creator's reach / expected people exposed

A misspelt word that was passed over in silence would be a limit that nobody keeps, so every unknown word is refused
with the nearest known one. A creator is named by its account (``instagram:nora``) or its handle (``@nora``); a
handle on two platforms is refused where one must be booked, and shuts out both where neither may be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import ParameterError, SourceError, nearest
from analysis.hostile import plain

__all__ = ["GROUPS", "Constraints", "Limits", "find_accounts", "load_constraints"]

#: The columns of candidates by which a planner counts creators, and the word for each in a file.
GROUPS = {"tiers": "tier", "platforms": "platform", "categories": "category"}

#: Bytes of a file of constraints; one that is longer is something else.
LARGEST_FILE = 1_000_000

_SHARES_OF = ("spend", "reach")


@dataclass(frozen=True, slots=True)
class Limits:
    """The fewest and the most creators of one group; ``most`` None is no limit.

    Examples
    --------
    >>> Limits(2, 5)
    Limits(fewest=2, most=5)
    """

    fewest: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Constraints:
    """What a booking list must keep to; the default is no limit at all.

    Parameters
    ----------
    tiers, platforms, categories : mapping of str to Limits
        The fewest and the most creators of each group.
    must_have, never : tuple of str
        Accounts or handles that are booked whatever they bring, and that are not booked.
    currency : str, optional
        The one currency of the plan; candidates priced in another are left out.
    max_share : float, optional
        The largest share, above 0 and up to 1, that one creator may take of what ``share_of`` names.
    share_of : {"spend", "reach"}
        Of the money the plan spends, or of the expected reach summed over its creators.
    max_exposure : float, optional
        The largest creator's expected reach over the expected number of different people reached.
    min_creators, max_creators : int
        How many people somebody can look after.

    Examples
    --------
    >>> Constraints(tiers={"micro": Limits(1, 3)}, max_creators=5).tiers["micro"].most
    3
    """

    tiers: Mapping[str, Limits] = field(default_factory=dict)
    platforms: Mapping[str, Limits] = field(default_factory=dict)
    categories: Mapping[str, Limits] = field(default_factory=dict)
    must_have: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    currency: str | None = None
    max_share: float | None = None
    share_of: str = "spend"
    max_exposure: float | None = None
    min_creators: int = 0
    max_creators: int | None = None


def load_constraints(source: str | Path | Mapping[str, Any] | Constraints | None) -> Constraints:
    """Return the constraints of a YAML file or a mapping; None is no limit.

    Raises
    ------
    SourceError
        If the file cannot be read or is no YAML.
    ParameterError
        Naming the word that is unknown (and the nearest one), or the value and what is wanted.

    Examples
    --------
    >>> load_constraints({"tiers": {"micro": {"min": 2}}, "never": ["@rex"]}).never
    ('@rex',)
    >>> load_constraints({"max_creator": 5})
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: constraints know no 'max_creator' (did you mean 'max_creators'?); known: tiers,
    platforms, categories, must_have, never, currency, max_share, share_of, max_exposure, min_creators, max_creators.
    """
    if source is None:
        return Constraints()
    if isinstance(source, Constraints):
        return source
    if isinstance(source, Mapping):
        return _constraints(source, "constraints")
    path = Path(source)
    return _constraints(_parsed(path), plain(path.name, 80))


class _Careful(yaml.SafeLoader):
    """A loader that refuses a word given twice: the later one would win in silence."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping of ``node``."""
        words = [key.value for key, _ in node.value if isinstance(key.value, str)]
        for i, word in enumerate(words):
            if word in words[:i]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{plain(word, 40)!r} stands twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


def _parsed(path: Path) -> Any:
    name = plain(path.name, 80)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SourceError(f"{name} is larger than a list of constraints can be; give the YAML file of constraints.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise SourceError(f"cannot read the constraints in {name}: {reason}.") from error
    try:
        return yaml.load(text, Loader=_Careful)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = plain(str(getattr(error, "problem", "") or "it nests too deeply or holds a broken value"), 120)
        raise SourceError(f"{name}{where} is no YAML that can be read: {problem}. Mend it and run again.") from error


def _constraints(given: Any, where: str) -> Constraints:
    """Return the constraints of parsed content, each word and value looked at."""
    if given is None:
        return Constraints()
    if not isinstance(given, Mapping):
        raise ParameterError(f"{where} holds {_kind(given)}, not words such as max_creators: 25.")
    known = [one.name for one in fields(Constraints)]
    for word in given:
        if word not in known:
            hint = nearest(str(word), known) if isinstance(word, str) else ""
            raise ParameterError(f"{where} know no {_said(word)}{hint}; known: {', '.join(known)}.")
    read: dict[str, Any] = {}
    for word, value in given.items():
        if value is None:
            continue
        if word in GROUPS:
            read[word] = _groups(value, word, where)
        elif word in {"must_have", "never"}:
            read[word] = _names(value, word, where)
        elif word in {"min_creators", "max_creators"}:
            read[word] = _whole(value, word, where)
        elif word in {"max_share", "max_exposure"}:
            read[word] = _fraction(value, word, where)
        elif word == "share_of":
            read[word] = _choice(value, where)
        else:
            read[word] = _currency(value, where)
    made = Constraints(**read)
    most = made.max_creators
    if most is not None and most < made.min_creators:
        raise ParameterError(
            f"{where}: min_creators is {made.min_creators} and max_creators {most}; give them in order."
        )
    return made


def _kind(value: Any) -> str:
    """Return what a value is, never what it holds: nested aliases are endless when written out."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple | set):
        return "a list"
    return _said(value)


def _said(value: Any) -> str:
    return repr(plain(value, 60)) if isinstance(value, str) else plain(str(value), 60)


def _groups(value: Any, word: str, where: str) -> dict[str, Limits]:
    one = GROUPS[word]
    if not isinstance(value, Mapping):
        raise ParameterError(f"{where}: {word} is {_kind(value)}; write each {one} with its min and max.")
    found = {}
    for name, limits in value.items():
        label = f"{one} {_said(name)}"
        if isinstance(name, Mapping | list | tuple) or not str(name).strip():
            raise ParameterError(f"{where}: {word} holds a {one} without a name.")
        if not isinstance(limits, Mapping):
            raise ParameterError(f"{where}: {label} is {_kind(limits)}; write {{min: 2, max: 5}}, or either alone.")
        for key in limits:
            if key not in {"min", "max"}:
                raise ParameterError(f"{where}: {label} knows no {_said(key)}{nearest(str(key), ('min', 'max'))}.")
        fewest = _whole(limits.get("min") or 0, f"min of {label}", where)
        most = None if limits.get("max") is None else _whole(limits["max"], f"max of {label}", where)
        if most is not None and most < fewest:
            raise ParameterError(f"{where}: {label} has min {fewest} above max {most}; give them in order.")
        found[str(name).strip()] = Limits(fewest, most)
    return found


def _names(value: Any, word: str, where: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(name, str) and name.strip() for name in listed):
        raise ParameterError(f'{where}: {word} is a list of handles or accounts, such as ["@nora", "tiktok:ines"].')
    return tuple(dict.fromkeys(name.strip() for name in listed))


def _whole(value: Any, word: str, where: str) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and isfinite(value) and value == int(value))
    if isinstance(value, bool) or not whole or not 0 <= value <= 10**9:
        raise ParameterError(f"{where}: {word} is {_kind(value)}; give a whole number of creators, 0 or more.")
    return int(value)


def _fraction(value: Any, word: str, where: str) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < value <= 1:
        raise ParameterError(f"{where}: {word} is {_kind(value)}; give a share above 0 and up to 1, such as 0.3.")
    return float(value)


def _choice(value: Any, where: str) -> str:
    if value not in _SHARES_OF:
        hint = nearest(str(value), _SHARES_OF) if isinstance(value, str) else ""
        raise ParameterError(f"{where}: share_of is {_kind(value)}{hint}; it is spend or reach.")
    return str(value)


def _currency(value: Any, where: str) -> str:
    if not isinstance(value, str) or not (
        len(value.strip()) == 3 and value.strip().isascii() and value.strip().isalpha()
    ):
        raise ParameterError(f"{where}: currency is {_kind(value)}; give one code of three letters, such as USD.")
    return value.strip().upper()


def find_accounts(
    names: Iterable[str], accounts: Sequence[str], handles: Sequence[str]
) -> tuple[dict[str, list[int]], list[str]]:
    """Return name → positions of the accounts it means, and the names that mean nobody.

    An account is meant by its key (``instagram:nora``) or its handle, with or without ``@``, in any case.

    Examples
    --------
    >>> find_accounts(["@Nora", "bob"], ["instagram:nora", "tiktok:nora"], ["nora", "nora"])
    ({'@Nora': [0, 1]}, ['bob'])
    """
    by_name: dict[str, list[int]] = {}
    for i, (account, handle) in enumerate(zip(accounts, handles, strict=True)):
        for word in {_folded(account), _folded(handle)} - {""}:
            by_name.setdefault(word, []).append(i)
    found = {name: by_name[_folded(name)] for name in names if _folded(name) in by_name}
    return found, [name for name in names if name not in found]


def _folded(name: str) -> str:
    platform, colon, handle = str(name).strip().rpartition(":")
    return f"{platform}{colon}{handle.lstrip('@')}".casefold()
