"""The notebooks of one report measure accounts once; a notebook run by hand measures for itself."""

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import intake
from analysis.findings import open_study
from analysis.findings.measured import VARIABLE
from analysis.measures import summary


@pytest.fixture
def cleaned(tmp_path: Path) -> Path:
    given = tmp_path / "given.csv"
    given.write_text(
        "handle,platform,followers,avg_likes,fee,currency\n"
        "ana,tiktok,5000,100,40,EUR\nben,youtube,50000,,200,EUR\ncara,tiktok,2000000,1000,,\ndan,tiktok,,7,9,EUR\n",
        encoding="utf-8",
    )
    intake.write(intake.read([given]), tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "private"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the scheme's name whenever accounts are measured."""
    calls: list[str] = []
    plain = summary.accounts

    def counted(*tables: Any, **options: Any) -> Any:
        calls.append(options["scheme"].name)
        return plain(*tables, **options)

    monkeypatch.setattr(summary, "accounts", counted)
    return calls


def test_the_second_notebook_takes_what_the_first_measured(
    cleaned: Path, home: Path, measured: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_study(cleaned), open_study([cleaned])
    assert measured == ["article"]
    monkeypatch.delenv(VARIABLE)
    alone = open_study(cleaned)
    for study in (first, second):
        pd.testing.assert_frame_equal(study.accounts, alone.accounts, check_exact=True)
    assert [path.suffix for path in home.iterdir()] == [".arrow"]


@pytest.mark.parametrize("other", [{"scheme": "mediakix"}, {"platform": "tiktok"}, {"currency": "EUR"}])
def test_what_was_measured_of_something_else_is_not_taken(
    cleaned: Path, home: Path, measured: list[str], other: dict[str, Any]
) -> None:
    open_study(cleaned)
    open_study(cleaned, **other)
    assert len(measured) == 2


def test_what_was_measured_before_the_tables_changed_is_not_taken(
    cleaned: Path, home: Path, measured: list[str]
) -> None:
    open_study(cleaned)
    table = cleaned / "creators.parquet"
    later = table.stat().st_mtime_ns + 1_000_000_000
    os.utime(table, ns=(later, later))
    open_study(cleaned)
    assert len(measured) == 2


def test_what_cannot_be_read_is_measured(cleaned: Path, home: Path, measured: list[str]) -> None:
    open_study(cleaned)
    (left,) = home.iterdir()
    left.write_bytes(left.read_bytes()[:100])
    assert len(open_study(cleaned).accounts) == 4
    assert len(measured) == 2


def test_a_folder_that_is_gone_stops_nobody(cleaned: Path, home: Path, measured: list[str]) -> None:
    home.rmdir()
    assert [len(open_study(cleaned).accounts) for _ in range(2)] == [4, 4]
    assert len(measured) == 2


def test_a_notebook_run_by_hand_leaves_nothing(cleaned: Path, measured: list[str]) -> None:
    before = sorted(cleaned.iterdir())
    open_study(cleaned)
    open_study(cleaned)
    assert len(measured) == 2
    assert sorted(cleaned.iterdir()) == before


def test_the_kernels_of_a_report_share_what_they_measure(tmp_path: Path) -> None:
    from analysis.reporting.kernel import OwnKernelManager, kernel_environment

    manager = OwnKernelManager(folder=str(tmp_path))
    assert manager.kernel_spec_manager.get_kernel_spec("python3").env[VARIABLE] == str(tmp_path)
    assert VARIABLE not in kernel_environment(str(tmp_path))  # which a kernel outside of a report may have
