"""Reference data is found in a checkout and in a wheel, and a broken file is refused by name."""

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
