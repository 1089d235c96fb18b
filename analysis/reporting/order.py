"""What a report is asked for, checked before anything is read or run.

One order is one pack: whose, from which files, under which parameters, in which look. A batch takes all its orders
first, so that a misspelt parameter of the last client stops the call and not the night. An order also knows the key
of the pack it would make: the hash of everything that a byte of the pack depends on. The same key, the same pack, so
there is no need to make it again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.digest import of_bytes
from analysis.errors import NotebookError, ParameterError
from analysis.hostile import plain, safe_filename
from analysis.reference import notebooks_dir, reference_dir, repository_dir
from analysis.reporting.parameters import Parameter, check_parameters, declared_parameters, parameters_file
from analysis.reporting.theme import Theme, load_theme

__all__ = ["ALSO", "SAMPLE", "SEED", "Order", "beside", "made_with", "take_order"]

#: What a parameters file may say beside the notebooks' own parameters.
ALSO = ("paths", "period", "theme")

#: Whose report the sample's is: nobody may take it for a client's.
SAMPLE = "Sample (synthetic data)"

#: Seed of everything random when none is given; the year of the article the project began from.
SEED = 2020


@dataclass(frozen=True)
class Order:
    """One pack to make.

    Attributes
    ----------
    asked : dict
        The notebooks' parameters that were asked for, with the client and the seed.
    inputs : list
        Files, folders or database addresses; empty for the sample.
    period : str or None
        The name of the period; None for the data's own.
    folder : str
        The client's folder below the place of packs.
    theme : Theme
        How every format looks.
    mapping : mapping or None
        What columns mean, decided by a person.
    scheme_file : Path or None
        The client's own tier scheme.
    sources : tuple of Path
        The notebook sources.
    declared : dict
        The parameters each of them takes.
    minutes : float or None
        How long the whole pack may take in a batch; None for the batch's own limit.
    """

    asked: dict[str, Any]
    inputs: list[str | Path]
    period: str | None
    folder: str
    theme: Theme
    mapping: Mapping[str, Any] | None
    scheme_file: Path | None
    sources: tuple[Path, ...]
    declared: dict[str, dict[str, Parameter]]
    minutes: float | None = None

    def key(self, data: Sequence[Mapping[str, Any]]) -> str:
        """Return the hash of all that the pack depends on; empty when something of it cannot be known.

        ``data`` is what :func:`analysis.reporting.manifest.data_files` says of the inputs. The rows of a database may
        change without a trace, so a pack of one is never known to be fresh.
        """
        if not all(entry["sha256"] for entry in data):
            return ""
        asked = dict(self.asked)
        if self.scheme_file is not None:
            asked["scheme"] = of_bytes(self.scheme_file.read_bytes())
        parts = {
            "asked": asked,
            "data": [[entry["name"], entry["sha256"]] for entry in data],
            "mapping": self.mapping,
            "period": self.period,
            "theme": {name: of_bytes(content) for name, content in self.theme.files().items()},
            "notebooks": {source.name: of_bytes(source.read_bytes()) for source in self.sources},
            "made_with": made_with(),
        }
        return of_bytes(json.dumps(parts, sort_keys=True, default=str).encode())


def take_order(
    paths: Sequence[str | Path] = (),
    *,
    params: str | Path | Mapping[str, Any] | None = None,
    mapping: str | Path | Mapping[str, Any] | None = None,
    theme: str | Path | Theme | None = None,
    notebooks: Path | None = None,
    **given: Any,
) -> Order:
    """Check what is asked and return it as one order.

    Parameters
    ----------
    paths : sequence of str or Path
        Files or folders of creator data; none means those of ``params``, and without those the sample.
    params : path or mapping, optional
        Parameters of the notebooks, and ``client``, ``period``, ``paths``, ``theme``. Paths in a file start at the
        file's folder.
    mapping : path or mapping, optional
        What columns mean.
    theme : path or Theme, optional
        How the pack looks.
    notebooks : Path, optional
        Folder of notebook sources instead of the shipped ones.
    **given
        Parameters of the call; what is not None wins over ``params``.

    Raises
    ------
    NotebookError, ParameterError, SchemeError
        If a notebook, a parameter, the scheme or the theme is not usable.
    """
    sources = sorted((notebooks or notebooks_dir()).glob("*.ipynb"))
    if not sources:
        raise NotebookError("no notebook sources found; restore notebooks/ from the repository.")
    asked = _asked(params, {**given, "theme": theme})
    look = asked.pop("theme", None)
    look = look if isinstance(look, Theme) else load_theme(look)
    if look.client:
        asked.setdefault("client", look.client)
    declared = {source.stem: declared_parameters(_source(source), source.stem) for source in sources}
    inputs = [*paths] or asked.pop("paths", [])
    asked.pop("paths", None)
    period = asked.pop("period", None)
    folder = safe_filename(asked.get("client", "client" if inputs else "sample"), "client")
    asked.setdefault("client", "client" if inputs else SAMPLE)
    asked.setdefault("seed", SEED)
    check_parameters(asked, declared, also=ALSO)
    scheme_file = _checked_scheme(asked)
    decided = parameters_file(mapping, "--map") if isinstance(mapping, str | Path) else mapping
    return Order(asked, inputs, period, folder, look, decided, scheme_file, tuple(sources), declared)


def _source(path: Path) -> dict[str, Any]:
    """Return a notebook source as it is stored; it is looked at closely when it runs."""
    try:
        notebook = json.loads(path.read_bytes())
    except OSError as error:
        raise NotebookError(f"cannot read the notebook {path.name}: {error.strerror}.") from error
    except ValueError:
        notebook = None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError(f"{path.name} is not a notebook. Restore it from the repository.")
    return notebook


def _asked(params: str | Path | Mapping[str, Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters asked for: the file's, then what was given in the call."""
    asked: dict[str, Any] = {}
    if isinstance(params, Mapping):
        asked = dict(params)
    elif params is not None:
        asked = beside(parameters_file(params), Path(params).parent)
    asked |= {name: value for name, value in given.items() if value is not None}
    for name in ("client", "period"):
        if name in asked and not isinstance(asked[name], str | int):
            raise ParameterError(f"{name} must be text, such as 'Acme'; got {asked[name]!r}.")
        if name in asked:
            asked[name] = plain(str(asked[name]), 80)
    if not isinstance(asked.get("theme", ""), str | Path | Theme):
        raise ParameterError(f"theme must be a YAML file; got {asked['theme']!r}.")
    if not isinstance(asked.get("paths", []), list):
        raise ParameterError(f"paths must be a list of files or folders; got {asked['paths']!r}.")
    return asked


def beside(asked: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return what a file asks for, with its paths starting at the file's folder."""
    found = dict(asked)
    if isinstance(asked.get("paths"), list):
        found["paths"] = [path if "://" in str(path) else str(home / str(path)) for path in asked["paths"]]
    if isinstance(asked.get("scheme"), str) and (home / asked["scheme"]).is_file():
        found["scheme"] = str(home / asked["scheme"])
    if isinstance(asked.get("theme"), str):
        found["theme"] = str(home / asked["theme"])
    return found


def _checked_scheme(asked: dict[str, Any]) -> Path | None:
    """Refuse an unknown scheme before anything is read; return its file when it is the client's own."""
    scheme = asked.get("scheme")
    if not scheme:
        asked.pop("scheme", None)
        return None
    from analysis.measures import tiers

    if scheme != "quantile":
        tiers.load_scheme(scheme)
    path = Path(scheme)
    return path if path.suffix in {".yml", ".yaml"} and path.is_file() else None


@cache
def made_with() -> str:
    """Return the hash of what makes a pack: this package's files, the reference data, the lock, the versions."""
    from analysis.reporting.manifest import versions

    found = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    root = repository_dir()
    lock = [root / "requirements.lock"] if root and (root / "requirements.lock").is_file() else []
    for home in (Path(__file__).resolve().parents[1], reference_dir()):
        files = (path for path in sorted(home.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
        for path in (*files, *lock):
            found.update(f"{path.relative_to(home).as_posix() if path not in lock else 'lock'}\0".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
