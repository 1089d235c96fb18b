"""The clients of a batch: one YAML file becomes orders, all of them checked before the first is made.

A night's work must not stop at the last client because of a letter. So every parameter of every client is looked at
first, and two clients whose packs would lie in one folder are refused. What is wrong with a client's *files* is
another matter: it concerns that client only, and is found when they are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.errors import CreatorRoiError, ParameterError, nearest
from analysis.hostile import plain, safe_filename
from analysis.reporting.order import Order, beside, take_order
from analysis.reporting.parameters import parameters_file, yaml_file
from analysis.reporting.theme import Theme

__all__ = ["choose", "read_clients"]

#: What stands at the top of the file.
TOP = ("clients", "defaults")

#: Longest time a pack may be given, in minutes: a month.
MOST_MINUTES = 45_000

#: Other words for the same lines of a client.
ALIASES = {"name": "client", "path": "paths", "params": "parameters", "mapping": "map"}


def read_clients(
    path: str | Path, *, theme: str | Path | Theme | None = None, notebooks: Path | None = None
) -> list[Order]:
    """Return the orders of a file of clients, in its order.

    The file holds ``clients:``, a list, and may hold ``defaults:``. A client is what a parameters file is (``client``,
    ``paths``, ``period``, ``theme`` and the notebooks' own parameters), with ``map`` for a file that says what columns
    mean, and ``minutes`` for how long the whole pack may take. What a client does not say is taken from the defaults.
    Paths start at the file's folder.

    Parameters
    ----------
    path : str or Path
        The YAML file.
    theme : str, Path or Theme, optional
        A look for all of them, which wins over the file's.
    notebooks : Path, optional
        Folder of notebook sources instead of the shipped ones.

    Raises
    ------
    ParameterError, SchemeError
        Naming the client and what is wrong with it, or the two clients that would write one pack.
    """
    defaults, clients = _content(Path(path))
    home = Path(path).parent
    orders = []
    for place, client in enumerate(clients, 1):
        label = f"client {place}"
        if not isinstance(client, dict):
            raise ParameterError(f"{path}: {label} must be 'name: value' lines, beginning with client and paths.")
        said = {**defaults, **_said(client, label, home)}
        name = said.get("client")
        label = f"client {plain(str(name), 80)!r}" if name not in (None, "") else label
        if name in (None, "") and not theme and not said.get("theme"):
            raise ParameterError(f"{path}: {label} has no name. Add a line 'client: NAME'.")
        if not said.get("paths"):
            raise ParameterError(f"{path}: {label} has no paths. Add 'paths: [FILE, ...]'.")
        decided, minutes = said.pop("map", None), said.pop("minutes", None)
        number = isinstance(minutes, int | float) and not isinstance(minutes, bool)
        if minutes is not None and not (number and 0 < minutes < MOST_MINUTES):
            raise ParameterError(f"{path}: {label}: minutes must be a number above 0, not {plain(str(minutes), 40)!r}.")
        try:
            order = take_order(params=said, mapping=decided, theme=theme, notebooks=notebooks)
            orders.append(replace(order, minutes=minutes))
        except CreatorRoiError as error:
            raise _named(error, f"{path}: {label}: ") from error
    _apart(orders, path)
    return orders


def _content(path: Path) -> tuple[dict[str, Any], Sequence[Any]]:
    """Return the defaults and the clients as they stand."""
    content = yaml_file(path, "the file of clients")
    if isinstance(content, list):
        content = {"clients": content}
    if not isinstance(content, dict):
        raise ParameterError(f"{path} names no clients. Write a list under 'clients:'.")
    for name in content:
        if name not in TOP:
            raise ParameterError(
                f"{path}: no line {name!r}{nearest(str(name), TOP)}. At the top stand clients and defaults."
            )
    clients = content.get("clients")
    if isinstance(clients, dict):  # name: settings
        clients = [
            said if said and not isinstance(said, dict) else {"client": n, **(said or {})}
            for n, said in clients.items()
        ]
    if not isinstance(clients, list) or not clients:
        raise ParameterError(f"{path} names no clients. Write a list under 'clients:'.")
    defaults = content.get("defaults") or {}
    if not isinstance(defaults, dict):
        raise ParameterError(f"{path}: defaults must be 'name: value' lines.")
    return _said(defaults, "defaults", path.parent), clients


def _said(entry: Mapping[str, Any], label: str, home: Path) -> dict[str, Any]:
    """Return what one entry says, under the usual names, its paths starting at the file's folder."""
    said: dict[str, Any] = {}
    for name, value in entry.items():
        usual = ALIASES.get(str(name), str(name))
        if usual in said:
            raise ParameterError(f"{label} says {usual!r} twice.")
        said[usual] = value
    if isinstance(said.get("paths"), str):
        said["paths"] = [said["paths"]]
    if isinstance(said.get("map"), str):
        said["map"] = str(home / said["map"])
    inner = said.pop("parameters", None)
    if isinstance(inner, str):
        inner = beside(parameters_file(home / inner, label), (home / inner).parent)
    if inner is not None and not isinstance(inner, dict):
        raise ParameterError(f"{label}: parameters must be 'name: value' lines or the name of a file.")
    return {**(inner or {}), **beside(said, home)}


def _named(error: CreatorRoiError, prefix: str) -> CreatorRoiError:
    """Return the same refusal, beginning with whom it is about."""
    again = type(error).__new__(type(error))
    again.args = (prefix + str(error),)
    return again


def _apart(orders: Sequence[Order], path: str | Path) -> None:
    """Refuse two clients whose packs would lie in one folder."""
    seen: dict[str, list[Order]] = {}
    for order in orders:
        for other in seen.setdefault(order.folder.casefold(), []):
            periods = [
                None if one.period is None else safe_filename(one.period, "").casefold() for one in (order, other)
            ]
            if None in periods or periods[0] == periods[1]:
                names = " and ".join(repr(str(one.asked["client"])) for one in (other, order))
                raise ParameterError(
                    f"{path}: the packs of {names} would lie in one folder ({order.folder}). "
                    f"Give one another name, or both their own period."
                )
        seen[order.folder.casefold()].append(order)


def choose(orders: Sequence[Order], only: Sequence[str]) -> list[Order]:
    """Return the orders of the clients named, all when none is named.

    Raises
    ------
    ParameterError
        If no client has that name, with the nearest.
    """
    names = {str(order.asked["client"]) for order in orders}
    for name in only:
        if name not in names:
            raise ParameterError(f"no client {name!r}{nearest(name, names)}. Check --only.")
    return [order for order in orders if not only or str(order.asked["client"]) in only]
