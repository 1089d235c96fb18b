"""What a notebook may be asked: the one tagged cell of literals.

The notebook tool of the trade only warns about a parameter it does not know, runs on the defaults when the tag is
lost, and passes text where a number belongs. Each of the three gives a report about the wrong thing that looks
right. Here each stops the run before a kernel starts, with the name that was probably meant.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import NotebookError, ParameterError, nearest

__all__ = ["TAG", "Parameter", "check_parameters", "declared_parameters", "fits", "parameters_file", "yaml_file"]

#: The cell tag that marks the parameters; the injected values follow this cell.
TAG = "parameters"

_PLAIN_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list, tuple),
    "tuple": (list, tuple),
    "dict": (dict,),
    "None": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter: its name, its annotation as written (may be empty) and its default."""

    name: str
    annotation: str
    default: Any

    @property
    def wanted(self) -> str:
        """The type a value must have, as text; empty when anything goes."""
        if self.annotation:
            return self.annotation
        return "" if self.default is None else type(self.default).__name__


def declared_parameters(notebook: Mapping[str, Any], name: str) -> dict[str, Parameter]:
    """Return the parameters of a notebook, in the order of its tagged cell.

    Parameters
    ----------
    notebook : mapping
        The notebook as JSON or as an nbformat node.
    name : str
        How messages call it.

    Raises
    ------
    NotebookError
        If no cell, or more than one, is tagged ``parameters``, or the cell holds anything but literals.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": "seed: int = 2020", "metadata": {"tags": ["parameters"]}}
    >>> declared_parameters({"cells": [cell]}, "01")
    {'seed': Parameter(name='seed', annotation='int', default=2020)}
    """
    tagged = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        found = "no cell is" if not tagged else f"{len(tagged)} cells are"
        raise NotebookError(
            f"{name}: {found} tagged {TAG!r}, so it would run on its defaults whatever is asked. "
            f"Tag the one cell that holds the parameters."
        )
    source = tagged[0]["source"]
    try:
        statements = ast.parse(source if isinstance(source, str) else "".join(source)).body
    except SyntaxError as error:
        raise NotebookError(f"{name}: the parameters cell is not Python (line {error.lineno}). Mend it.") from error
    return {parameter.name: parameter for parameter in (_declaration(statement, name) for statement in statements)}


def _declaration(statement: ast.stmt, name: str) -> Parameter:
    target: ast.expr | None = None
    annotation = ""
    if isinstance(statement, ast.AnnAssign):
        target, annotation = statement.target, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    if isinstance(target, ast.Name) and isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
        try:
            return Parameter(target.id, annotation, ast.literal_eval(statement.value))
        except ValueError:
            pass
    raise NotebookError(
        f"{name}: the parameters cell holds {ast.unparse(statement)!r}; it may hold only names with literal values "
        f"(a derived value would go stale when the parameter changes). Move the rest to another cell."
    )


def fits(value: Any, wanted: str) -> bool:
    """Return whether ``value`` may stand where the annotation ``wanted`` does; an int may stand for a float.

    Examples
    --------
    >>> fits(1, "float"), fits(True, "int"), fits(["a"], "list[str]"), fits([1], "list[str]"), fits(None, "str | None")
    (True, False, True, False, True)
    """
    return not wanted or _fits(value, ast.parse(wanted, mode="eval").body)


def _fits(value: Any, wanted: ast.expr) -> bool:
    if isinstance(wanted, ast.BinOp):
        return _fits(value, wanted.left) or _fits(value, wanted.right)
    if isinstance(wanted, ast.Subscript):
        inner = wanted.slice.elts if isinstance(wanted.slice, ast.Tuple) else [wanted.slice]
        if not _fits(value, wanted.value):
            return False
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        return all(_fits(part, inner[-1]) for part in parts)
    types = _PLAIN_TYPES.get(ast.unparse(wanted))
    if types is None:
        return True  # an annotation beyond these is documentation, not a rule
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types)


def check_parameters(
    given: Mapping[str, Any], declared: Mapping[str, Mapping[str, Parameter]], *, also: Iterable[str] = ()
) -> None:
    """Stop at a parameter that no notebook declares, or whose value has another type than declared.

    Parameters
    ----------
    given : mapping of str to value
        What is asked.
    declared : mapping of notebook name to its parameters
        What each notebook takes (:func:`declared_parameters`); several may take the same.
    also : iterable of str
        Names that the caller itself takes, for the hint.

    Raises
    ------
    ParameterError
        Naming the parameter, the nearest known one, or the type wanted and the value given.
    """
    known = sorted({name for parameters in declared.values() for name in parameters} | set(also))
    for name, value in given.items():
        if name not in known:
            raise ParameterError(f"no parameter {name!r}{nearest(name, known)}. Known: {', '.join(known)}.")
        for notebook, parameters in declared.items():
            if name in parameters and not fits(value, parameters[name].wanted):
                raise ParameterError(
                    f"parameter {name!r} of {notebook} must be {parameters[name].wanted}, "
                    f"such as {parameters[name].default!r}; got {value!r} ({type(value).__name__})."
                )


def parameters_file(path: str | Path, option: str = "--params") -> dict[str, Any]:
    """Return what a YAML file of one ``name: value`` a line holds; ``option`` is how messages call its giver.

    Raises
    ------
    ParameterError
        If the file is absent, is not YAML, or is not a mapping of names.
    """
    content = yaml_file(path, option)
    if content is None:
        return {}
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content):
        raise ParameterError(f"{path} must hold 'name: value' lines. Check {option}.")
    return content


def yaml_file(path: str | Path, option: str) -> Any:
    """Return what a YAML file holds, whatever it is; ``option`` is how messages call its giver.

    Raises
    ------
    ParameterError
        If the file is absent or is not YAML.
    """
    import yaml

    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ParameterError(f"cannot read the file {path}: {reason}. Check {option}.") from error
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise ParameterError(f"{path}{line} is not valid YAML. Write one 'name: value' a line.") from error
