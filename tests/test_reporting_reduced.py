"""A pack of many posts looks at them once. Authority: the pack whose notebooks read the posts themselves."""

import json
import math
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import intake
from analysis.reporting import pack as packs
from analysis.sample import make_sample


@pytest.mark.slow
def test_a_pack_from_reduced_tables_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_sample(tmp_path / "sample", creators=300, posts=4_000, placements=200)
    files = [made / f"{name}.csv" for name in ("creators", "posts", "placements")]
    plain = packs.report(files, client="One", out=tmp_path / "plain", progress=False)
    monkeypatch.setattr(packs, "MANY_POSTS", 1)
    asked: list[Path] = []
    reduced_by = packs._reduced

    def spied(*arguments: object) -> Path | None:
        asked.append(reduced_by(*arguments))  # type: ignore[arg-type]
        return asked[-1]

    monkeypatch.setattr(packs, "_reduced", spied)
    reduced = packs.report(files, client="One", out=tmp_path / "reduced", progress=False)
    assert asked[0] is not None
    assert asked[0].name == "reduced"
    found, expected = (json.loads((pack / "findings.json").read_text("utf-8")) for pack in (reduced, plain))
    for one, other in zip(found, expected, strict=True):
        assert one == other
    parts = [sorted(p.relative_to(pack).as_posix() for p in pack.rglob("*")) for pack in (reduced, plain)]
    assert parts[0] == parts[1]  # what was reduced is not published: the posts beside it say the same


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cleaned folder of a small sample."""
    folder = tmp_path_factory.mktemp("engines")
    made = make_sample(folder / "sample", creators=300, posts=4_000, placements=200)
    intake.write(intake.read([made / f"{name}.csv" for name in ("creators", "posts", "placements")]), folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
def by_polars(cleaned: Path) -> Path:
    return packs.report([cleaned], client="One", out=cleaned.parent / "polars", engine="polars", progress=False)


@pytest.fixture
def spark() -> Iterator[str]:
    """A master whose session ends with the test."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'creator-roi[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and no java is on the path")
    yield "local[1]"
    session = sql.SparkSession.getActiveSession()
    if session is not None:
        session.stop()


def _same_tables(pack: Path, other: Path) -> int:
    """Compare every table of two packs, numbers to a billionth; return how many numbers that were."""
    names = sorted(file.name for file in (other / "tables").glob("*.csv"))
    assert sorted(file.name for file in (pack / "tables").glob("*.csv")) == names
    numbers = 0
    for name in names:
        found, expected = (
            pd.read_csv(folder / "tables" / name, dtype=str, na_filter=False) for folder in (pack, other)
        )
        assert list(found.columns) == list(expected.columns), name
        assert len(found) == len(expected), name
        for cell, known in zip(found.to_numpy().ravel(), expected.to_numpy().ravel(), strict=True):
            try:
                number = float(known)
            except ValueError:
                assert cell == known, name
                continue
            assert math.isclose(float(cell), number, rel_tol=1e-9, abs_tol=1e-12), f"{name}: {cell} is not {known}"
            numbers += 1
    return numbers


@pytest.mark.slow
def test_a_pack_summed_by_duckdb_holds_the_same_numbers(cleaned: Path, by_polars: Path, tmp_path: Path) -> None:
    """Authority: the pack that polars summed, table by table."""
    pack = packs.report([cleaned], client="One", out=tmp_path, engine="duckdb", progress=False)
    assert _same_tables(pack, by_polars) > 1_000
    found, expected = (json.loads((folder / "findings.json").read_text("utf-8")) for folder in (pack, by_polars))
    assert [finding["sentence"] for finding in found] == [finding["sentence"] for finding in expected]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_pack_summed_by_spark_holds_the_same_numbers(
    cleaned: Path, by_polars: Path, spark: str, tmp_path: Path
) -> None:
    """Authority: the pack that polars summed, table by table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pack = packs.report([cleaned], client="One", out=tmp_path, engine=spark, progress=False)
    assert _same_tables(pack, by_polars) > 1_000


def test_an_engine_that_is_named_sums_few_posts_too(cleaned: Path, tmp_path: Path) -> None:
    """Authority: the engine that the reduction was asked for."""
    opened = intake.open_canonical(cleaned)
    assert opened is not None
    data = Path(shutil.copytree(cleaned, tmp_path / "data"))
    assert packs._reduced(opened, data, {}, "auto", False) is None
    reduced = packs._reduced(opened, data, {}, "duckdb", False)
    assert reduced is not None
    assert (reduced / "tallies.parquet").is_file()
