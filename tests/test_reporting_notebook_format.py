"""Reading notebooks does not begin with building a parser that no notebook needs."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from analysis.reporting.notebook_format import nbformat_library
from analysis.reporting.run import read_notebook

ROOT = Path(__file__).resolve().parent.parent

LOADED = """
import sys
from analysis.reporting.notebook_format import nbformat_library
nbformat_library().validate(nbformat_library().v4.new_notebook())
from papermill.execute import execute_notebook
print("jsonschema" in sys.modules, "rfc3987_syntax" in sys.modules)
"""


def test_the_parser_of_addresses_is_not_built_and_may_be_later() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_notebooks_are_checked_as_ever(tmp_path: Path) -> None:
    assert nbformat_library() is nbformat
    from analysis.errors import NotebookError

    broken = tmp_path / "a.ipynb"
    broken.write_text('{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    with pytest.raises(NotebookError, match="is not a notebook"):
        read_notebook(broken)
