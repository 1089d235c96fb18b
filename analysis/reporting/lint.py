"""The notebook linter: what keeps a notebook thin, and a report true for the next client.

A notebook asks; findings answer. So a notebook holds one cell of parameters, imports from :mod:`analysis`, questions
as headings, and calls that display findings. A definition, a loop, a threshold or a colour in a cell is code nobody
tests; a path is another machine's; a stored output is last year's answer; a typed percentage is false for the next
client. Each complaint says where, what, and how to mend it.

Run it with ``python -m analysis.reporting.lint notebooks``; it exits with 1 when there is a complaint.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import NotebookError
from analysis.reporting.parameters import TAG, declared_parameters

__all__ = ["Complaint", "lint", "lint_notebook", "main"]

#: Lines of code a cell may have; the parameters cell is a list and may be longer.
LONGEST_CELL = 12

_DEFINITIONS: dict[type[ast.AST], str] = {
    ast.FunctionDef: "a function",
    ast.AsyncFunctionDef: "a function",
    ast.ClassDef: "a class",
    ast.Lambda: "a lambda",
    ast.For: "a loop",
    ast.AsyncFor: "a loop",
    ast.While: "a loop",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
}

_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|C\d|tab:\w+|xkcd:.+"
    r"|(?:dark|light)?(?:red|green|blue|orange|grey|gray|pink|cyan)|black|white|purple|navy|teal|crimson|steelblue|gold",
    re.IGNORECASE,
)
_PATH = re.compile(r".*[/\\].*|~.*|.+\.(?:csv|tsv|xlsx?|json|parquet|ya?ml|sqlite|db|png|svg|html|pdf)", re.DOTALL)
_TYPED_RESULT = re.compile(r"\d\s?(?:%|×|percent\b)|\b\d+(?:\.\d+)?x\b|\b\d+\.\d+\b", re.IGNORECASE)
_VOICE = re.compile(r"\blet['’]s\b|\bstep \d|[\U0001F000-\U0001FAFF\u2600-\u27BF]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One broken rule: the notebook, the cell (counted from 1; 0 is the whole notebook), the rule, what to do."""

    notebook: str
    cell: int
    rule: str
    message: str

    def __str__(self) -> str:
        """Return it as one line."""
        where = f"{self.notebook}, cell {self.cell}" if self.cell else self.notebook
        return f"{where}: {self.message} [{self.rule}]"


def lint(paths: Sequence[Path]) -> list[Complaint]:
    """Return the complaints about notebooks, or about every notebook of a folder.

    Raises
    ------
    NotebookError
        If a path holds no notebook, or a file is not one.
    """
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.ipynb")) if path.is_dir() else [path] if path.is_file() else []
        if not found:
            raise NotebookError(f"no notebook at {path}. Give a notebook or a folder of notebooks.")
        files += found
    return [complaint for path in files for complaint in lint_notebook(path)]


def lint_notebook(path: Path) -> list[Complaint]:
    """Return the complaints about one notebook source, in the order of its cells.

    Raises
    ------
    NotebookError
        If the file is not a notebook.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"{path.name} is not a notebook. Restore it from the repository.") from error
    found = [(0, *complaint) for complaint in _whole(notebook, path.stem)]
    for place, cell in enumerate(cells, start=1):
        rules = _prose(_source(cell)) if cell["cell_type"] == "markdown" else _code(cell)
        found += [(place, *complaint) for complaint in rules]
    return [Complaint(path.name, *complaint) for complaint in found]


_Rules = Iterator[tuple[str, str]]


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _whole(notebook: dict[str, Any], name: str) -> _Rules:
    if notebook.get("metadata", {}).get("kernelspec", {}).get("name") != "python3":
        yield "kernel", "its kernel is not python3. Choose the kernel 'Python 3 (ipykernel)' and save."
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        yield "cell-ids", "cells lack ids or share them. Open it in JupyterLab and save it as nbformat 4.5."
    try:
        declared_parameters(notebook, name)
    except NotebookError as error:
        yield "parameters", str(error).removeprefix(f"{name}: ")
    if not any(cell["cell_type"] == "markdown" and re.match(r"# ", _source(cell)) for cell in notebook["cells"][:1]):
        yield "title", "it does not open with its question. Make the first cell Markdown, '# Which one pays?'."


def _prose(source: str) -> _Rules:
    for heading in re.findall(r"^#+\s+(.+?)\s*$", source, flags=re.MULTILINE):
        if not heading.endswith("?"):
            yield "heading", f"the heading {heading!r} does not ask. End it with a question mark; the finding answers."
    typed = _TYPED_RESULT.search(source)
    if typed:
        yield "typed-result", f"a result is typed ({typed[0]!r}). Delete it, and let a finding say it."
    voice = _VOICE.search(source)
    if voice:
        yield "voice", f"{voice[0]!r} is not our voice. Say plainly what is asked, in the present tense."


def _code(cell: dict[str, Any]) -> _Rules:
    source, tags = _source(cell), cell.get("metadata", {}).get("tags", [])
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield "outputs", "it stores outputs. Clear them: jupyter nbconvert --clear-output --inplace NOTEBOOK."
    if "raises-exception" in tags:
        yield "raises", "it may fail. Remove the tag raises-exception; a failed cell stops a report."
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield "python", f"line {error.lineno} is not Python. Remove magics and shell commands; mend the rest."
        return
    if TAG in tags:
        yield from _parameters(tree, source)
        return
    lines = [line for line in source.splitlines() if line.strip()]
    if len(lines) > LONGEST_CELL:
        yield "long", f"it has {len(lines)} lines; {LONGEST_CELL} are enough. Move the work into a finding."
    nodes = list(ast.walk(tree))
    yield from _imports(nodes)
    yield from _statements(nodes)
    yield from _literals(nodes)


def _parameters(tree: ast.Module, source: str) -> _Rules:
    lines = source.splitlines()
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            text = ast.unparse(statement)
            yield "annotation", f"{text!r} has no type. Write it as 'name: type = value', such as 'seed: int = 2020'."
        above = lines[statement.lineno - 2] if statement.lineno > 1 else ""
        if not (above.lstrip().startswith("#") or "#" in lines[(statement.end_lineno or 1) - 1]):
            yield "comment", f"{ast.unparse(statement)!r} says nothing of what it is. Add a comment on its line."


def _imports(nodes: Sequence[ast.AST]) -> _Rules:
    modules: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module or ".")
    for module in modules:
        if module.partition(".")[0] != "analysis":
            yield "import", f"it imports {module}. Import only from analysis; put the work into a finding or a chart."


def _statements(nodes: Sequence[ast.AST]) -> _Rules:
    for node in nodes:
        if type(node) in _DEFINITIONS:
            yield "definition", f"it holds {_DEFINITIONS[type(node)]}. Move it to analysis/, with a test, and call it."
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path":
            yield "sys-path", "it changes sys.path. Delete that; 'make lab' opens the kernel that has the package."
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name.startswith(("read_", "scan_")) or name in {"open", "load_csv"}:
                yield "reading", f"it reads data with {name}. Open the study instead: findings.open_study(paths)."


def _literals(nodes: Sequence[ast.AST]) -> _Rules:
    for node in nodes:
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
            continue
        if isinstance(node.value, int | float) and node.value not in (0, 1):
            yield "threshold", f"the number {node.value} is typed. Make it a parameter, or a constant of its finding."
        elif isinstance(node.value, str):
            if _COLOUR.fullmatch(node.value.strip()):
                yield "colour", f"the colour {node.value!r} is typed. Delete it; charts take colours from the palette."
            elif _PATH.fullmatch(node.value):
                yield "path", f"the path {node.value!r} is typed. Paths come from the parameters only."


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint the given notebooks and folders; return 0 when all is well, 1 on a complaint, 2 when there is nothing."""
    given = [Path(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    try:
        complaints = lint(given or [Path("notebooks")])
    except NotebookError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
