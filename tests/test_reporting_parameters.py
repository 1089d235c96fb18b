"""The parameters of a notebook: promise 12, an unknown or mistyped parameter never runs."""

import pytest

from analysis.errors import NotebookError, ParameterError
from analysis.reporting.parameters import check_parameters, declared_parameters, fits, parameters_file

TAGGED = {"tags": ["parameters"]}


def cells(*sources, metadata=TAGGED):
    return {"cells": [{"cell_type": "code", "source": source, "metadata": metadata} for source in sources]}


DECLARED = {"02": declared_parameters(cells('scheme: str = "article"\nminimum: int = 20\nshare: float = 0.5'), "02")}


def test_declared_in_order_with_annotation_and_default():
    found = declared_parameters(cells("a: int = 1\nb = 'x'\nc: list[str] = ['y']"), "01")
    assert [(p.name, p.wanted, p.default) for p in found.values()] == [
        ("a", "int", 1),
        ("b", "str", "x"),
        ("c", "list[str]", ["y"]),
    ]


def test_a_source_stored_as_lines_is_read():
    assert list(declared_parameters(cells(["a: int = 1\n", "b: int = 2"]), "01")) == ["a", "b"]


@pytest.mark.parametrize(
    ("notebook", "said"),
    [
        (cells("a = 1", metadata={}), "no cell is tagged 'parameters'"),
        (cells("a = 1", "b = 2"), "2 cells are tagged"),
        (cells("a = 1 +"), "not Python"),
        (cells("a: int = 1\nb: int = a * 2"), "'b: int = a * 2'"),
        (cells("import os"), "'import os'"),
        (cells("a, b = 1, 2"), "a, b"),
        (cells("a: int"), "a: int"),
    ],
)
def test_a_lost_tag_or_a_derived_value_is_refused(notebook, said):
    with pytest.raises(NotebookError, match=r"^03: ") as refused:
        declared_parameters(notebook, "03")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("value", "wanted", "answer"),
    [
        (1, "int", True),
        (True, "int", False),
        (1.0, "int", False),
        (2, "float", True),
        ("2", "float", False),
        (None, "str", False),
        (None, "str | None", True),
        (["a"], "list", True),
        ("a", "list[str]", False),
        (["a", 1], "list[str]", False),
        ({"a": 1.5}, "dict[str, float]", True),
        ({"a": "b"}, "dict[str, float]", False),
        (False, "bool", True),
        (object(), "", True),
        (1, "Literal['x']", True),
    ],
)
def test_fits(value, wanted, answer):
    assert fits(value, wanted) is answer


def test_unknown_parameter_names_the_nearest():
    with pytest.raises(ParameterError, match=r"no parameter 'sheme' \(did you mean 'scheme'\?\)"):
        check_parameters({"sheme": "article"}, DECLARED)


def test_names_of_the_caller_are_known_too():
    check_parameters({"client": "Acme"}, DECLARED, also=("client",))


def test_wrong_type_names_wanted_default_and_given():
    with pytest.raises(ParameterError, match=r"'minimum' of 02 must be int, such as 20; got 'ten' \(str\)"):
        check_parameters({"minimum": "ten"}, DECLARED)


def test_an_int_stands_for_a_float():
    check_parameters({"share": 1, "scheme": "five-tier"}, DECLARED)


def test_parameters_file(tmp_path):
    path = tmp_path / "acme.yml"
    path.write_text("client: Acme\nminimum: 10\n", encoding="utf-8")
    assert parameters_file(path) == {"client": "Acme", "minimum": 10}
    path.write_text("", encoding="utf-8")
    assert parameters_file(path) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [1", "is not valid YAML"),
        (b"- a\n- b\n", "must hold 'name: value' lines"),
        (b"1: a\n", "must hold"),
        (b"a: \xff\xfe", "not UTF-8"),
    ],
)
def test_a_broken_parameters_file_is_refused(tmp_path, content, said):
    path = tmp_path / "acme.yml"
    path.write_bytes(content)
    with pytest.raises(ParameterError, match=said):
        parameters_file(path)


def test_an_absent_parameters_file_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"cannot read the file .*acme\.yml: No such file"):
        parameters_file(tmp_path / "acme.yml")
