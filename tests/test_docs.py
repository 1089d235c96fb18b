"""The documents say what the code says, and lead nowhere that is not there."""

import re
from pathlib import Path

import pytest

from analysis.docs import fill, refreshed
from analysis.errors import ReferenceDataError

ROOT = Path(__file__).resolve().parent.parent


def test_generated_sections_are_fresh() -> None:
    for path, text in refreshed(ROOT).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run `make docs`"


def test_lost_markers_are_named() -> None:
    with pytest.raises(ReferenceDataError, match="<!-- a -->"):
        fill("nothing here", "a", "text")


@pytest.mark.parametrize("document", ["README.md", "data/README.md", "reports/README.md", "benchmarks/README.md"])
def test_links_lead_somewhere(document: str) -> None:
    page = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), f"{document} links to {target}"


def test_every_make_verb_of_the_readme_exists() -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", page, flags=re.MULTILINE))
    assert named
    assert named <= verbs


def test_every_command_of_the_readme_exists() -> None:
    from analysis.cli import cli

    named = set(
        re.findall(r"^creator-roi ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert named == set(cli.commands)
