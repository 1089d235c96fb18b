"""A new client is a parameter file, never a copied notebook.

The file is written from the parameters that the notebooks declare, with their own comments and defaults, so that it
names every choice there is and cannot go stale.
"""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import OutputError, ParameterError
from analysis.hostile import plain, safe_filename
from analysis.publish import write_whole
from analysis.reference import notebooks_dir, repository_dir
from analysis.reporting.parameters import TAG, declared_parameters
from analysis.reporting.run import read_notebook

__all__ = ["new_client"]

#: What the file says by itself, before the notebooks' parameters.
_OWN = ("client", "paths")


def new_client(client: str, paths: Sequence[str | Path] = (), *, out: str | Path | None = None) -> Path:
    """Write the parameter file of a new client and return its path.

    Parameters
    ----------
    client : str
        Whose reports they are.
    paths : sequence of path
        Files, folders or database addresses of the client's data; ``exports/<client>`` where none is given, to be
        filled or corrected.
    out : path, optional
        The folder for the file; ``notebooks/parameters`` of the checkout, else the current folder.

    Raises
    ------
    ParameterError
        If the name is empty.
    OutputError
        If the client has such a file already, or it cannot be written.
    """
    name = plain(client.strip(), 80)
    if not name:
        raise ParameterError("a client needs a name, such as 'Acme Skincare'.")
    root = repository_dir()
    home = Path(out) if out is not None else root / "notebooks" / "parameters" if root else Path()
    slug = safe_filename(name, "client").lower()
    target = home / f"{slug}.yml"
    if target.exists():
        raise OutputError(f"{target} is there already. Change it, or name the client differently.")
    given = [_beside(path, home) for path in paths] or [f"exports/{slug}"]
    lines = [
        "# What the reports of this client are made with. Make one:",
        "#",
        f"#   creator-roi report --params {target.as_posix()}",
        "#",
        "# A name that no notebook knows stops the run; an option on the command line wins over this file.",
        "",
        f"client: {_yaml(name)}",
        "",
        "# Files, folders or database addresses; a path starts at this file's folder.",
        f"paths: {_yaml(given)}",
    ]
    for parameter, (comment, value) in _choices().items():
        if parameter not in _OWN:
            lines += ["", *comment, f"{parameter}: {value}"]
    write_whole(target, "\n".join(lines) + "\n")
    return target


def _beside(path: str | Path, home: Path) -> str:
    """Return a path as it reads from the file's folder; an address stays as it is."""
    if "://" in str(path):
        return str(path)
    try:
        return Path(os.path.relpath(path, home)).as_posix()
    except ValueError:  # another drive
        return Path(path).absolute().as_posix()


def _yaml(value: object) -> str:
    """Return a value as YAML that quotes whatever a name may hold: JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _choices() -> dict[str, tuple[list[str], str]]:
    """Return every parameter of the notebooks: its comment lines and its default as YAML, each once."""
    found: dict[str, tuple[list[str], str]] = {}
    for path in sorted(notebooks_dir().glob("*.ipynb")):
        notebook = read_notebook(path)
        comments = _comments(next(c.source for c in notebook.cells if TAG in c.metadata.get("tags", [])))
        for name, parameter in declared_parameters(notebook, path.stem).items():
            found.setdefault(name, (comments.get(name, []), _yaml(parameter.default)))
    return found


def _comments(source: str) -> dict[str, list[str]]:
    """Return the comment lines above each parameter of a cell.

    Examples
    --------
    >>> _comments("# Seed of every draw.\\nseed: int = 2020")
    {'seed': ['# Seed of every draw.']}
    """
    found: dict[str, list[str]] = {}
    above: list[str] = []
    for line in source.splitlines():
        name = re.match(r"(\w+)\s*[:=]", line)
        if line.startswith("#"):
            above.append(line)
        elif name:
            found[name[1]] = above
            above = []
    return found
