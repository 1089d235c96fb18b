"""One list of packages: what conda users and the lock get is what ``pyproject.toml`` says."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
#: Where conda-forge calls a package by another name (its `duckdb` and `typst` are command-line programs).
CONDA_NAMES = {"duckdb": "python-duckdb", "typst": "typst-py"}
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def conda() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def locked(name: str) -> list[Requirement]:
    """Return the requirements of a lock file, each with its line continuations and hashes taken off."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return [Requirement(re.split(r"\s--hash", line)[0].strip()) for line in lines if line]


def test_conda_has_the_same_packages_and_bounds():
    wanted = {}
    for text in project()["project"]["dependencies"]:
        requirement = Requirement(text)
        wanted[CONDA_NAMES.get(requirement.name, requirement.name)] = str(requirement.specifier)
    wanted["python"] = project()["project"]["requires-python"]
    listed = {}
    for entry in conda()["dependencies"]:
        if isinstance(entry, str) and entry != "pip":
            requirement = Requirement(entry)
            listed[requirement.name] = str(requirement.specifier)
    assert listed == wanted


def test_conda_uses_conda_forge_and_installs_the_package_itself():
    environment = conda()
    assert environment["name"] == project()["project"]["name"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert [entry for entry in environment["dependencies"] if isinstance(entry, dict)] == [{"pip": ["--editable ."]}]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_host(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted-host|\S@\S|\bfile:", text)
    assert not re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}:\d+\b", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_one_version_with_hashes(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert "==" in line.split("--hash")[0], line
        assert "--hash=sha256:" in line, line


def test_the_lock_satisfies_every_dependency():
    versions: dict[str, list[str]] = {}
    for requirement in locked("requirements.lock"):
        (pin,) = requirement.specifier
        versions.setdefault(requirement.name, []).append(pin.version)
    wanted = [*project()["project"]["dependencies"], *project()["dependency-groups"]["dev"]]
    for text in wanted:
        requirement = Requirement(text)
        assert requirement.name in versions, f"{requirement.name} is not locked; run `make lock`"
        for version in versions[requirement.name]:
            assert requirement.specifier.contains(version), f"{requirement} against {version} in the lock"
