"""What stands beside the page: exact tables, private records, the same bytes again (promises 7, 14, 19)."""

import csv
import hashlib
import io
import json
import socket

import pandas as pd
import polars as pl
import pytest

from analysis.hostile import unguard_formula
from analysis.reporting import manifest
from analysis.reporting.story import Chapter, Column, DrawingRecord, FindingRecord, Section, Story

COLUMNS = tuple(Column(name, name, kind) for name, kind in (("name", "text"), ("cpe", "money"), ("posts", "count")))
ROWS = (("=1+1", 0.1198516494, 702), ('-x, "y"', -3.5, 0), ("é 지수", None, 2**60), (None, 1e-9, True))
RECORD = FindingRecord("cpe-by-tier", "Q?", "T 1", "S 1.", "03", {"id": "cpe-by-tier", "title": "T 1"}, COLUMNS, ROWS)
DRAWING = DrawingRecord("cpe-by-tier", "cpe-by-tier", "alt 1", "<svg/>", b"png")
STORY = Story((Chapter("03", "T?", (), (Section("Q?", (), (RECORD, DRAWING)),)),))


def test_csv_keeps_every_digit_and_guards_text_only():
    rows = list(csv.reader(io.StringIO(manifest.table_csv(RECORD))))
    assert rows[0] == ["name", "cpe", "posts"]
    assert rows[1] == ["'=1+1", "0.1198516494", "702"]
    assert rows[2] == ['\'-x, "y"', "-3.5", "0"]
    assert rows[3] == ["é 지수", "", str(2**60)]
    assert rows[4] == ["", "1e-09", "true"]
    assert unguard_formula(rows[1][0]) == "=1+1"


def test_csv_opens_in_pandas_and_polars_despite_its_mark(tmp_path):
    manifest.write_tables(STORY, tmp_path)
    path = tmp_path / "cpe-by-tier.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(pd.read_csv(path).columns) == ["name", "cpe", "posts"]
    assert pl.read_csv(path).columns == ["name", "cpe", "posts"]


def test_figures_and_findings(tmp_path):
    manifest.write_figures(STORY, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cpe-by-tier.png", "cpe-by-tier.svg"]
    assert json.loads(manifest.findings_json(STORY)) == [{"id": "cpe-by-tier", "title": "T 1", "notebook": "03"}]


def test_data_files_are_named_and_hashed_never_placed(tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "b.csv").write_bytes(b"x")
    (folder / "a.csv").write_bytes(b"")
    entries = manifest.data_files([folder, folder / "a.csv", "postgresql://ann:pw@db.example/x"])
    assert [entry["name"] for entry in entries] == ["a.csv", "deep/b.csv", "a.csv", "postgresql database"]
    assert entries[1]["sha256"] == hashlib.sha256(b"x").hexdigest()
    assert "ann" not in json.dumps(entries)


@pytest.fixture
def record(tmp_path):
    source = tmp_path / "01-a.ipynb"
    source.write_text("{}")

    def record():
        return manifest.run_record(
            client="Acme", period="2026-07", parameters={"seed": 1}, data=[], ledger={"read": 1}, sources=[source]
        )

    return record


def test_the_time_is_in_one_place_and_can_be_fixed(record, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    first = record()
    assert first["made_at"] == "1970-01-01T00:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    second = record()
    assert {key for key in first if first[key] != second[key]} == {"made_at"}
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert record()["made_at"] > "2026"


def test_the_record_names_versions_and_no_machine(record, tmp_path):
    made = record()
    assert made["versions"]["pandas"] == pd.__version__
    assert made["notebooks"] == [{"name": "01-a.ipynb", "sha256": hashlib.sha256(b"{}").hexdigest()}]
    assert str(tmp_path) not in json.dumps(made)
    assert socket.gethostname() not in json.dumps(made)


def test_every_file_of_the_pack_is_hashed(record, tmp_path):
    pack = tmp_path / "pack"
    (pack / "tables").mkdir(parents=True)
    (pack / "tables" / "a.csv").write_bytes(b"1")
    manifest.write_run(record(), pack)
    made = json.loads((pack / "run.json").read_text(encoding="utf-8"))
    assert made["files"] == {"tables/a.csv": hashlib.sha256(b"1").hexdigest()}


def test_outside_a_checkout_there_is_no_commit(monkeypatch):
    monkeypatch.setattr(manifest, "repository_dir", lambda: None)
    assert manifest._commit() is None
