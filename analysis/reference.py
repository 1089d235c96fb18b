"""Where the reference data lies: tier schemes, rate cards, conventions, published benchmarks.

Facts are data files with sources, never constants in code. In a checkout they are ``data/reference`` beside the
package; in an installed wheel a copy travels inside it. Nothing here is read at import.
"""

from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import ReferenceDataError

__all__ = ["notebooks_dir", "read_yaml", "reference_dir", "repository_dir"]

_PACKAGE = Path(__file__).parent


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
    import yaml

    path = reference_dir() / name
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # seven times faster where libyaml is there
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except FileNotFoundError as error:
        raise ReferenceDataError(f"no reference file {name!r} in {reference_dir().name}/.") from error
    except yaml.YAMLError as error:
        raise ReferenceDataError(f"{name} is not valid YAML: {error}. Mend the file and run again.") from error
