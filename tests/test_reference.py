"""Reference data is found in a checkout and in a wheel, and a broken file is refused by name."""

import os
import sys

import pytest

from analysis import reference
from analysis.errors import ReferenceDataError


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """Pretend to be an installed wheel: a package folder with no checkout around it."""
    package = tmp_path / "site-packages" / "analysis"
    (package / "_shipped" / "reference").mkdir(parents=True)
    (package / "_shipped" / "notebooks").mkdir()
    monkeypatch.setattr(reference, "_PACKAGE", package)
    reference.read_yaml.cache_clear()
    yield package
    reference.read_yaml.cache_clear()


def test_a_checkout_is_recognised():
    root = reference.repository_dir()
    assert (root / "pyproject.toml").is_file()
    assert reference.reference_dir() == root / "data" / "reference"
    assert reference.notebooks_dir() == root / "notebooks"


def test_a_wheel_carries_its_own_copy(wheel):
    assert reference.repository_dir() is None
    assert reference.reference_dir() == wheel / "_shipped" / "reference"
    assert reference.notebooks_dir() == wheel / "_shipped" / "notebooks"


def test_a_wheel_without_its_data_says_what_to_do(wheel):
    (wheel / "_shipped" / "notebooks").rmdir()
    with pytest.raises(ReferenceDataError, match=r"notebooks/ is missing .* install creator-roi again"):
        reference.notebooks_dir()


def test_a_file_is_read_once(wheel):
    file = wheel / "_shipped" / "reference" / "card.yml"
    file.write_text("name: café\n", encoding="utf-8")
    assert reference.read_yaml("card.yml") == {"name": "café"}
    file.write_text("name: other\n", encoding="utf-8")
    assert reference.read_yaml("card.yml") == {"name": "café"}


def test_an_absent_file_is_named(wheel):
    with pytest.raises(ReferenceDataError, match=r"no reference file 'absent\.yml'"):
        reference.read_yaml("absent.yml")


def test_a_malformed_file_is_named(wheel):
    (wheel / "_shipped" / "reference" / "broken.yml").write_text("a: [1, 2\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=r"(?s)broken\.yml is not valid YAML.*run again"):
        reference.read_yaml("broken.yml")


@pytest.fixture
def keeps(wheel, monkeypatch):
    """An installed wheel whose bytecode is written, with one file, and how often it was read."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file = wheel / "_shipped" / "reference" / "words.txt"
    file.write_text("one two", encoding="utf-8")
    read = []

    def words():
        read.append(file.read_text(encoding="utf-8"))
        return {word: (len(word), frozenset(word)) for word in read[-1].split()}

    return file, read, lambda: reference.kept("words", [file], words)


def test_what_was_made_is_kept_for_the_same_bytes(keeps):
    _, read, kept = keeps
    assert kept() == kept() == {"one": (3, frozenset("one")), "two": (3, frozenset("two"))}
    assert read == ["one two"]


def test_a_changed_file_is_read_anew_even_with_the_time_it_had(keeps):
    file, read, kept = keeps
    kept()
    before = file.stat()
    file.write_text("one six", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert list(kept()) == ["one", "six"]
    assert read == ["one two", "one six"]


@pytest.mark.parametrize("damage", [lambda data: data[:70], lambda data: data[:-1] + b"\x00", lambda data: b""])
def test_what_is_kept_and_damaged_is_made_again(keeps, wheel, damage):
    _, read, kept = keeps
    kept()
    (place,) = (wheel / "__pycache__").glob("words.*.kept")
    place.write_bytes(damage(place.read_bytes()))
    assert list(kept()) == ["one", "two"]
    assert list(kept()) == ["one", "two"]
    assert len(read) == 2


def test_nothing_is_kept_where_no_bytecode_is_written(keeps, wheel, monkeypatch):
    _, read, kept = keeps
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert kept() == kept()
    assert len(read) == 2
    assert not (wheel / "__pycache__").exists()


def test_a_folder_that_cannot_be_written_is_no_fault(keeps, wheel):
    _, read, kept = keeps
    (wheel / "__pycache__").write_text("a file where the folder should be", encoding="utf-8")
    assert kept() == kept()
    assert len(read) == 2


def test_the_vocabulary_that_is_kept_is_the_one_that_is_made():
    from analysis.intake import phrases

    assert phrases._folded.__wrapped__() == phrases._fold_all()
