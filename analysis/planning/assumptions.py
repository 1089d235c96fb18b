"""What a plan takes for granted, each with its range and its source.

A plan rests on figures that a client's exports seldom hold: the margin, the hours spent on a creator, how many gifts
are answered. They live in ``data/reference/planning.yml``, one place for each, and every one can be replaced: by a
client's file, or by an argument. Evidence travels with the figure. ``assumed`` is a figure from outside or from
nowhere; ``measured`` is the client's own.

The trap is a default that nobody looked at. So each has a low and a high end, which the simulation draws from and the
sweep walks along, and the page shows which one the answer hangs on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, ReferenceDataError, SourceError, nearest
from analysis.reference import read_yaml

__all__ = ["EVIDENCE", "Assumption", "Assumptions", "load"]

#: What stands behind a figure, from the firmest to the weakest.
EVIDENCE = ("measured", "modelled", "assumed")

_FILE = "planning.yml"
_KEYS = {"value", "low", "high", "unit", "evidence", "source", "url"}

#: Assumptions that are shares: nothing below 0 or above 1 is possible.
_SHARES = {"margin", "post_rate", "post_rate_paid", "repeat_decay", "sponsored_penalty", "orders_per_click"}
_SHARES |= {"incident_rate"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure that is taken for granted: its value, its range, its unit, and why.

    ``given`` is True when the client stated it, by file or argument.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    evidence: str = "assumed"
    source: str = ""
    url: str = ""
    given: bool = False


class Assumptions(Mapping[str, Assumption]):
    """Every assumption by name; a plain number by attribute.

    ``house`` is the currency of amounts that nobody replaced, ``stated`` the one a client named beside its own.

    Examples
    --------
    >>> assumptions = load(margin=0.6)
    >>> assumptions.margin
    0.6
    >>> assumptions["spend_elasticity"].value
    0.46
    """

    def __init__(
        self, entries: Mapping[str, Assumption], *, house: str | None = None, stated: str | None = None
    ) -> None:
        self._entries = dict(entries)
        self.house = house
        self.stated = stated

    def __getitem__(self, name: str) -> Assumption:
        if name not in self._entries:
            raise ParameterError(_unknown(name, self._entries))
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name not in self._entries:
            raise AttributeError(name)
        return self._entries[name].value

    @property
    def currency(self) -> str | None:
        """Currency of the amounts: the one a client named, or the house's."""
        return self.stated or self.house

    def __repr__(self) -> str:
        stated = ", ".join(f"{entry.name}={entry.value:g}" for entry in self._entries.values())
        return f"Assumptions({stated})"

    def replaced(self, **values: Any) -> "Assumptions":
        """Return a copy in which the named ones have other values; a number, a range (low, value, high) or a mapping.

        Raises
        ------
        ParameterError
            If a name is unknown, or a value is not a number in its range.

        Examples
        --------
        >>> load().replaced(handling_cost=(20, 60, 140))["handling_cost"].high
        140.0
        """
        entries = dict(self._entries)
        for name, value in values.items():
            if name not in entries:
                raise ParameterError(_unknown(name, entries))
            entries[name] = _stated(entries[name], value)
        return Assumptions(entries, house=self.house, stated=self.stated)

    def at(self, name: str, value: float) -> "Assumptions":
        """Return a copy with one value moved and everything else about it kept; the step of a sweep.

        Examples
        --------
        >>> load().at("margin", 0.3)["margin"].given
        False
        """
        moved = replace(self[name], value=float(value))
        return Assumptions({**self._entries, name: moved}, house=self.house, stated=self.stated)

    def table(self) -> Any:
        """Return the assumptions as a pandas frame: name, value, low, high, unit, evidence, source.

        Examples
        --------
        >>> list(load().table().columns)
        ['name', 'value', 'low', 'high', 'unit', 'evidence', 'source']
        """
        import pandas as pd

        columns = ["name", "value", "low", "high", "unit", "evidence", "source"]
        return pd.DataFrame(
            [[getattr(e, column) for column in columns] for e in self._entries.values()], columns=columns
        )


def load(path: Mapping[str, Any] | Path | str | None = None, **values: Any) -> Assumptions:
    """Return every assumption: the published defaults, replaced by a client's file, replaced by arguments.

    Parameters
    ----------
    path : Path, str or mapping, optional
        A YAML file, or what would stand in one.
        ``assumptions:`` over entries of the form of ``data/reference/planning.yml``, or plain
        ``name: value`` lines; ``currency`` may stand beside them.
    **values
        By name: a number, a range ``(low, value, high)``, or a mapping with any of value, low, high, evidence, source.

    Returns
    -------
    Assumptions
        A mapping; ``assumptions.margin`` is the plain number.

    Raises
    ------
    ParameterError
        If a name is unknown (the nearest is named), or a value is not a number within what is possible.
    SourceError
        If the file cannot be read.

    Examples
    --------
    >>> load().post_rate, load()["post_rate"].low, load()["post_rate"].high
    (0.4, 0.3, 0.5)
    >>> load(margn=0.3)
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: unknown assumption 'margn' (did you mean 'margin'?); known: order_value, ...
    """
    assumptions = _defaults()
    if path is not None:
        currency, stated = _parted(path, "the assumptions") if isinstance(path, Mapping) else _read(Path(path))
        assumptions = assumptions.replaced(**stated)
        assumptions = Assumptions(assumptions, house=assumptions.house, stated=currency)
    return assumptions.replaced(**values)


def _defaults() -> Assumptions:
    document = read_yaml(_FILE)
    entries = document.get("assumptions") if isinstance(document, Mapping) else None
    if not isinstance(entries, Mapping):
        raise ReferenceDataError(f"{_FILE} must hold a mapping `assumptions`.")
    found = {}
    for name, entry in entries.items():
        if not isinstance(entry, Mapping) or not {"value", "low", "high", "unit", "evidence", "source"} <= set(entry):
            raise ReferenceDataError(f"{_FILE}: {name} needs value, low, high, unit, evidence and source.")
        value, low, high = (float(entry[key]) for key in ("value", "low", "high"))
        unit, evidence, source, url = (str(entry.get(key, "")) for key in ("unit", "evidence", "source", "url"))
        found[str(name)] = Assumption(str(name), value, low, high, unit, evidence, source, url)
    return Assumptions(found, house=str(document.get("currency", "")) or None)


def _read(path: Path) -> tuple[str | None, dict[str, Any]]:
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError(f"cannot read the assumptions of {path.name}: {reason}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} is not valid YAML; write one `name: value` a line.") from error
    return _parted(document, path.name)


def _parted(document: Any, name: str) -> tuple[str | None, dict[str, Any]]:
    """Return the currency and the values of a file's content."""
    if not isinstance(document, Mapping):
        raise ParameterError(f"{name} holds no `name: value` lines of assumptions.")
    stated = dict(document)
    currency = stated.pop("currency", None)
    inner = stated.pop("assumptions", {})
    if inner is not None and not isinstance(inner, Mapping):
        raise ParameterError(f"{name}: `assumptions` holds `name: value` lines, not {type(inner).__name__}.")
    together = {str(name): value for name, value in {**stated, **(inner or {})}.items()}
    return (str(currency).upper() if currency else None), together


def _stated(old: Assumption, value: Any) -> Assumption:
    """Return ``old`` as the client states it; a bare number keeps the range, widened to hold it."""
    if isinstance(value, Assumption):
        return value
    words: dict[str, str] = {}
    if isinstance(value, Mapping):
        strange = [str(key) for key in value if key not in _KEYS]
        if strange:
            raise ParameterError(f"{old.name}: unknown key {strange[0]!r}{nearest(strange[0], _KEYS)}.")
        words = {key: str(value[key]) for key in ("unit", "evidence", "source", "url") if key in value}
        if words.get("evidence", "assumed") not in EVIDENCE:
            raise ParameterError(f"{old.name}: evidence is one of {', '.join(EVIDENCE)}; got {words['evidence']!r}.")
        centre = _number(old, value.get("value", old.value))
        low, high = _number(old, value.get("low", min(old.low, centre))), value.get("high", max(old.high, centre))
        high = _number(old, high)
    elif isinstance(value, (tuple, list)):
        if len(value) != 3:
            raise ParameterError(f"{old.name}: a range is (low, value, high); got {len(value)} numbers.")
        low, centre, high = (_number(old, part) for part in value)
    else:
        centre = _number(old, value)
        low, high = min(old.low, centre), max(old.high, centre)
    if not low <= centre <= high:
        raise ParameterError(f"{old.name}: low <= value <= high; got {low:g}, {centre:g}, {high:g}.")
    words.setdefault("source", "stated by the client")
    return replace(old, value=centre, low=low, high=high, given=True, **words)


def _number(old: Assumption, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == float("inf"):
        raise ParameterError(f"{old.name} is a number ({old.unit}); got {value!r}.")
    if value < 0 or (old.name in _SHARES and value > 1):
        allowed = "between 0 and 1" if old.name in _SHARES else "not negative"
        raise ParameterError(f"{old.name} is {allowed} ({old.unit}); got {value:g}.")
    return float(value)


def _unknown(name: str, known: Mapping[str, Assumption]) -> str:
    return f"unknown assumption {name!r}{nearest(name, known)}; known: {', '.join(known)}."
