"""Shared by all tests: where the real files are, when they are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def visible() -> Path:
    """Return the folder of real creator exports, or skip: they are not part of the repository."""
    folder = Path(os.environ.get("CREATOR_ROI_VISIBLE", ROOT.parent / "shared" / "data" / "visible"))
    if not folder.is_dir():
        pytest.skip("the folder of real exports is not here; set CREATOR_ROI_VISIBLE to run this test")
    return folder
