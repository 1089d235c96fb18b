"""A refusal says what is missing, all of it at once, and what was probably meant."""

import inspect

import pytest

from analysis import errors
from analysis.errors import ColumnError, CreatorRoiError, nearest

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]


def test_everything_public_is_listed():
    public = {value.__name__ for value in CLASSES} | {"nearest"}
    assert set(errors.__all__) == public


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_one_base_and_an_exit_code(kind):
    assert issubclass(kind, CreatorRoiError)
    assert kind.exit_code == (1 if kind is errors.NotebookRunError else 2)
    assert inspect.getdoc(kind)


def test_a_column_error_names_all_the_missing_the_present_and_the_close():
    error = ColumnError(["followers", "cost"], ["folowers", "likes"], "the tier summary")
    assert str(error) == (
        "the tier summary needs 'followers' (did you mean 'folowers'?), 'cost'; the table has folowers, likes."
    )
    assert (error.missing, error.present, error.role) == (
        ("followers", "cost"),
        ("folowers", "likes"),
        "the tier summary",
    )


def test_a_column_error_on_an_empty_table():
    assert str(ColumnError(iter(["cost"]), iter([]), "cost")) == "cost needs 'cost'; the table has no columns."


@pytest.mark.parametrize(
    ("name", "hint"),
    [("shceme", " (did you mean 'scheme'?)"), ("scheme", " (did you mean 'scheme'?)"), ("zzz", ""), ("", "")],
)
def test_nearest(name, hint):
    assert nearest(name, ["scheme", "seed"]) == hint


def test_nearest_of_nothing():
    assert nearest("scheme", []) == ""
