"""Imports only go down, and asking for the package costs nothing.

Every module is read, not run: an import inside a function counts like one at the top, and so does a name handed to
``import_module``. The floors are those of the README.
"""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "analysis"
#: Height of each room; a single module beside the rooms is the ground floor unless it is named here.
FLOORS = {
    "intake": 1,
    "measures": 1,
    "inference": 1,
    "sample": 1,
    "planning": 2,
    "findings": 3,
    "charts": 3,
    "reporting": 4,
    "docs": 5,
    "cli": 5,
    "__main__": 6,
}
#: Rooms that may use the ground floor and nothing else, however high they stand.
SOBER = {"charts"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_shipped" not in path.parts)


def name_of(path: Path) -> str:
    parts = ("analysis", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    """Return the room of a dotted name: `analysis.intake.numbers` is in `intake`; the package itself in none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else None


def imported(tree: ast.AST, module: str, *, package: bool) -> set[str]:
    """Return the dotted names of our own that a module imports, wherever it does."""
    here = module if package else module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, here)
            # `from analysis import intake` imports a room; `from analysis.intake import read` stays in one
            names |= {f"{base}.{alias.name}" for alias in node.names} if base == "analysis" else {base}
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    return {name for name in names if name == "analysis" or name.startswith("analysis.")}


def forbidden(source: str, module: str, *, package: bool = False) -> list[str]:
    """Return the imports of ``module`` that do not go down."""
    room = room_of(module)
    wrong = []
    for name in sorted(imported(ast.parse(source), module, package=package)):
        target = room_of(name)
        if target is None or target == room or target == "__version__":
            continue
        down = FLOORS.get(target, 0) < FLOORS.get(room or "", 0)
        beside_on_the_ground = target not in FLOORS and room not in FLOORS
        if not (down or beside_on_the_ground) or (room in SOBER and target in FLOORS):
            wrong.append(f"{module} imports {name}")
    return wrong


def test_imports_go_down():
    found = [
        line
        for path in MODULES
        for line in forbidden(path.read_text(encoding="utf-8"), name_of(path), package=path.stem == "__init__")
    ]
    assert found == []


def test_every_room_has_a_floor():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py") if path.parent.name != "_shipped"}
    assert rooms <= set(FLOORS), "give the new room its floor in FLOORS, in README.md, and here"


@pytest.mark.parametrize(
    ("source", "module", "wrong"),
    [
        ("from analysis.measures import tiers", "analysis.intake.clean", 1),
        ("from analysis import errors, measures", "analysis.inference.intervals", 1),
        ("def f():\n    from analysis.findings import study", "analysis.charts.cloud", 1),
        ("import analysis.measures.tiers as tiers", "analysis.charts.cloud", 1),
        ("from importlib import import_module\nimport_module('analysis.cli')", "analysis.reporting.run", 1),
        ("from ..findings import study", "analysis.planning.response", 1),
        ("from analysis.intake import read", "analysis.formats", 1),
        ("from analysis.reporting import report", "analysis.cli", 0),
        ("from .numbers import parse\nfrom analysis.schema import TABLES", "analysis.intake.clean", 0),
        ("from analysis import __version__, errors", "analysis.intake.clean", 0),
        ("from analysis.errors import OutputError", "analysis.publish", 0),
        ("from analysis.measures import tiers\nfrom analysis.inference import contrast", "analysis.findings.study", 0),
        ("import analyst, analysis_tools", "analysis.schema", 0),
    ],
)
def test_the_reader_of_imports(source, module, wrong):
    assert len(forbidden(source, module)) == wrong


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_its_idea_and_lists_what_is_public(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    if path.stem != "__main__":
        targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
        assert "__all__" in {target.id for target in targets if isinstance(target, ast.Name)}


def loaded(statement: str) -> set[str]:
    """Return the top-level names of the modules that a fresh interpreter loads for a statement."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in answer.stdout.split()}


def test_importing_the_package_loads_nothing_else():
    assert loaded("import analysis") - set(sys.stdlib_module_names) == {"analysis"}


#: Libraries that one way of working needs and the others must not wait for.
OF_ONE_USE = {
    *{"pyspark", "py4j", "duckdb", "sqlalchemy", "typst", "pptx", "xlsxwriter", "openpyxl", "weasyprint", "voila"},
    *{"papermill", "nbclient", "jupyterlab", "ipywidgets", "statsmodels", "seaborn", "jinja2", "babel"},
}


def test_the_command_line_does_not_wait_for_the_heavy_libraries():
    heavy = {"numpy", "pandas", "polars", "scipy", "matplotlib", "narwhals", "yaml", "pyarrow", *OF_ONE_USE}
    assert loaded("import analysis.cli") & heavy == set()


@pytest.mark.parametrize("room", ["intake", "measures", "inference", "planning", "findings", "charts", "reporting"])
def test_a_room_does_not_wait_for_what_one_of_its_uses_needs(room):
    assert loaded(f"from analysis.{room} import *") & OF_ONE_USE == set()


def test_a_call_of_the_intake_stays_a_call_whatever_is_loaded_later():
    """``clean`` is a call and the module it once came from; a module that is loaded later would hide it."""
    code = """
import pkgutil
from importlib import import_module
import analysis.intake as room
for module in pkgutil.iter_modules(room.__path__):
    import_module(f"{room.__name__}.{module.name}")
modules = [name for name in room.__all__ if type(getattr(room, name)).__name__ == "module"]
assert not modules, modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=300)


def test_the_base_install_is_without_spark():
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "pyspark" not in locked
    assert "narwhals==" in locked
