"""Where the reference data lies: tier schemes, rate cards, conventions, published benchmarks.

Facts are data files with sources, never constants in code. In a checkout they are ``data/reference`` beside the
package; in an installed wheel a copy travels inside it. Nothing here is read at import.

Parsing YAML and folding thousands of phrases takes longer than cleaning a hundred thousand rows. What was made of the
files is therefore kept where Python keeps the bytecode of this package, under Python's rules (nothing is written where
bytecode is not), and holds for exactly the bytes it was made of: a changed file is read anew.
"""

import contextlib
import gc
import hashlib
import importlib.util
import marshal
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from analysis.errors import ReferenceDataError

__all__ = ["kept", "notebooks_dir", "read_yaml", "reference_dir", "repository_dir"]

_PACKAGE = Path(__file__).parent

Made = TypeVar("Made")


def repository_dir() -> Path | None:
    """Return the checkout this package runs from, or None for an installed wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "data" / "reference").is_dir() else None


def _shipped(in_checkout: str, in_wheel: str) -> Path:
    root = repository_dir()
    path = root / in_checkout if root else _PACKAGE / "_shipped" / in_wheel
    if not path.is_dir():
        raise ReferenceDataError(f"{path.name}/ is missing from this installation; install creator-roi again.")
    return path


def reference_dir() -> Path:
    """Return the folder of reference data (tiers, rate cards, conventions, benchmarks, synonyms)."""
    return _shipped("data/reference", "reference")


def notebooks_dir() -> Path:
    """Return the folder of notebook sources."""
    return _shipped("notebooks", "notebooks")


@cache
def read_yaml(name: str) -> Any:
    """Return the parsed content of ``name`` (a path below the reference folder); parsed once, do not mutate.

    Raises
    ------
    ReferenceDataError
        If the file is absent or is not YAML.
    """
    path = reference_dir() / name
    try:
        return kept(name, [path], lambda: _parsed(name, path))
    except FileNotFoundError as error:
        raise ReferenceDataError(f"no reference file {name!r} in {reference_dir().name}/.") from error


def _parsed(name: str, path: Path) -> Any:
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # seven times faster where libyaml is there
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.YAMLError as error:
        raise ReferenceDataError(f"{name} is not valid YAML: {error}. Mend the file and run again.") from error


def kept(name: str, sources: Sequence[Path], make: Callable[[], Made]) -> Made:
    """Return what ``make`` makes of some files, from the last time where they are the same to the byte.

    Parameters
    ----------
    name : str
        What is made; a name of its own.
    sources : sequence of pathlib.Path
        All that the result depends on: data, and the code that reads it.
    make : callable
        Makes it, of plain values (texts, numbers, tuples, lists, sets and dicts of them).

    Raises
    ------
    FileNotFoundError
        If a source is absent.
    """
    digest, place = _digest(sources), _place(name)
    if place is not None:
        try:
            found = place.read_bytes()
            if found[:32] == digest and found[32:64] == hashlib.sha256(found[64:]).digest():
                return _load(found[64:])  # type: ignore[no-any-return]
        except (OSError, EOFError, ValueError, TypeError):
            pass  # nothing is kept
    made = make()
    if place is not None and not sys.dont_write_bytecode and _digest(sources) == digest:
        _keep(place, digest, made)
    return made


def _load(content: bytes) -> Any:
    """Return a kept value; nothing in it is garbage, so nobody looks for any on the way."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return marshal.loads(content)
    finally:
        if collecting:
            gc.enable()


def _digest(sources: Sequence[Path]) -> bytes:
    """Return the digest of the bytes of files, each by itself."""
    whole = hashlib.sha256()
    for path in sources:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.digest()


def _place(name: str) -> Path | None:
    """Return the file in which something is kept, beside the bytecode of this package; None where there is none."""
    try:
        bytecode = Path(importlib.util.cache_from_source(str(_PACKAGE / f"{name.replace('/', '-')}.py")))
    except NotImplementedError:
        return None
    return bytecode.with_suffix(".kept")


def _keep(place: Path, digest: bytes, made: Any) -> None:
    """Write what was made, whole or not at all; where that cannot be, it is made again the next time."""
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        content = marshal.dumps(made)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(digest + hashlib.sha256(content).digest() + content)
        beside.replace(place)
    except (OSError, ValueError):  # a folder that is only read, a value that is not plain
        with contextlib.suppress(OSError):
            beside.unlink()
