"""Posts summed once, on any engine, give the findings of the posts themselves. Authority: the same code on the posts."""

import json
import shutil
import warnings
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from analysis import findings, intake
from analysis.cli import cli
from analysis.errors import ParameterError, UnusableDataError
from analysis.findings import audit, blocks, cost, engagement, plan
from analysis.findings.claims.ground import ground_of
from analysis.findings.reduced import write_reduced
from analysis.intake import store as stores
from analysis.sample import make_sample

QUESTIONS = (
    audit.what_is_here,
    audit.answers,
    audit.completeness,
    engagement.rate_by_tier,
    engagement.sponsored,
    engagement.above_peers,
    engagement.unusual_accounts,
    cost.cost_per_engagement,
    cost.returns,
    cost.earned_media_value,
)


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cleaned folder of a small sample."""
    folder = tmp_path_factory.mktemp("reduced")
    made = make_sample(folder / "sample", creators=400, posts=6_000, placements=300)
    files = [made / f"{name}.csv" for name in ("creators", "posts", "placements")]
    intake.write(intake.read(files), folder / "data")
    return folder / "data"


def said(study: findings.Study) -> list[str]:
    answers = [json.dumps(question(study).to_json(), sort_keys=True) for question in QUESTIONS]
    booked = plan.findings_of(plan.propose(study, budget=5_000.0, most_creators=10))
    answers += [json.dumps(finding.to_json(), sort_keys=True) for finding in booked]
    return [*answers, ground_of(study).accounts.to_json(), study.accounts.to_json(), study.period, *study.rules]


def in_memory(cleaned: Path, **options: str) -> findings.Study:
    return findings.study_of(intake.read([cleaned]), **options)


@pytest.mark.parametrize("block", [blocks.BLOCK, 900])
@pytest.mark.parametrize("options", [{}, {"platform": "tiktok"}, {"scheme": "quantile"}])
def test_findings_from_reduced_tables_are_those_from_posts(
    cleaned: Path, tmp_path: Path, options: dict, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    data = Path(shutil.copytree(cleaned, tmp_path / "data"))
    expected = said(in_memory(data, **options))
    assert said(findings.open_study(data, **options)) == expected
    write_reduced(data, platform=options.get("platform"))
    study = findings.open_study(data, **options)
    assert said(study) == expected
    assert "posts" not in study.__dict__  # not one post was read


def test_reduced_tables_of_other_data_or_another_question_are_not_believed(cleaned: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(cleaned, tmp_path / "data"))
    write_reduced(data)
    assert findings.open_study(data).kept.keys() > {"tallies", "levels", "marks"}
    assert findings.open_study(data, platform="tiktok").kept.keys() == {"tallies"}
    posts = pl.read_parquet(data / "posts.parquet")
    posts.head(posts.height // 2).write_parquet(data / "posts.parquet")
    study = findings.open_study(data)
    assert study.kept.keys() == {"tallies"}
    assert study.post_count == posts.height // 2
    (data / "reduced" / "key.json").write_text("{", encoding="utf-8")
    assert findings.open_study(data).kept.keys() == {"tallies"}


def test_a_reduced_table_is_small_and_names_no_post(cleaned: Path, tmp_path: Path) -> None:
    """Authority: an account has fifteen posts of four kinds; only those that deliverables point at go along.

    Luck is a post's and nobody's: two numbers, of which twenty thousand are kept.
    """
    data = Path(shutil.copytree(cleaned, tmp_path / "data"))
    target = write_reduced(data)
    heights = {file.stem: pl.read_parquet(file).height for file in target.glob("*.parquet")}
    assert heights.pop("pointed-at", 0) <= 300
    assert heights.pop("cells") <= 4 * 400
    assert heights.pop("luck") <= 6_000
    assert pl.read_parquet(target / "luck.parquet").columns == ["engagements", "reach"]
    assert max(heights.values()) <= 2 * 400


def test_blocks_hold_whole_accounts_and_every_post(cleaned: Path, tmp_path: Path, monkeypatch) -> None:
    """Authority: the posts themselves."""
    monkeypatch.setattr(blocks, "BLOCK", 500)
    posts = pl.read_parquet(cleaned / "posts.parquet")
    with blocks.blocks_of(posts.lazy(), posts.height, "creator_id", lambda rows: rows, tmp_path) as readers:
        parts = [read() for read in readers]
        assert [part.height for part in parts] == [read().height for read in readers]
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())  # the scratch folder is gone
    assert len(parts) == -(-posts.height // 500)
    owners = [set(part["creator_id"].drop_nulls()) for part in parts]
    assert sum(map(len, owners)) == posts["creator_id"].drop_nulls().n_unique()
    assert pl.concat(parts).sort("post_id").equals(posts.sort("post_id"))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_every_engine_gives_the_same_tiers(cleaned: Path, engine: str) -> None:
    expected = findings.records(findings.tier_table(in_memory(cleaned), by=("tier", "platform")))
    study = findings.open_study(cleaned, engine=engine)
    found = findings.records(findings.tier_table(study, by=("tier", "platform")))
    assert [list(row) for row in found] == [list(row) for row in expected]
    for row, other in zip(found, expected, strict=True):
        near = {name: pytest.approx(v, rel=1e-9) if isinstance(v, float) else v for name, v in other.items()}
        assert row == near
    assert "posts" not in study.__dict__


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_tiers(cleaned: Path) -> None:
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'creator-roi[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and no java is on the path")
    expected = in_memory(cleaned).accounts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = findings.open_study(cleaned, engine="local[1]").accounts
    numbers = [name for name in expected if expected[name].dtype.kind == "f"]
    assert found["account"].to_list() == expected["account"].to_list()
    for name in numbers:
        assert found[name].to_numpy() == pytest.approx(expected[name].to_numpy(), rel=1e-9, nan_ok=True)


def test_canonical_parquet_is_taken_as_it_is_when_an_engine_is_named(cleaned: Path, tmp_path: Path) -> None:
    posts = pl.read_parquet(cleaned / "posts.parquet")
    shutil.copy(cleaned / "creators.parquet", tmp_path / "creators.parquet")
    for part in range(3):
        posts[part::3].write_parquet(tmp_path / f"part-{part}.parquet")
    found = findings.open_study(tmp_path, engine="duckdb")
    assert found.accounts["posts"].sum() == posts["creator_id"].count()
    assert found.post_count == posts.height
    alone = findings.open_study(cleaned / "posts.parquet", engine="polars")
    assert alone.rows_kept == posts.height


def test_a_store_is_summed_by_its_files_and_settled_where_several_ingests_meet(cleaned: Path, tmp_path: Path) -> None:
    sample = cleaned.parent / "sample"
    store = tmp_path / "store"
    stores.ingest([sample / "creators.csv", sample / "posts.csv"], store)
    later = pl.read_csv(sample / "posts.csv", infer_schema=False).head(200).with_columns(likes=pl.lit("7"))
    later.write_csv(tmp_path / "later.csv")
    stores.ingest([tmp_path / "later.csv"], store)
    opened = intake.open_canonical(store)
    assert opened is not None
    assert opened.files
    assert opened.parts
    whole = intake.read([store])
    assert opened.tables.audit == whole.audit
    assert whole.audit["rules"][-1].startswith("200 earlier rows of posts")
    expected = findings.study_of(whole).accounts.to_json(double_precision=10)
    for engine in ("auto", "duckdb"):
        assert findings.open_study(store, engine=engine).accounts.to_json(double_precision=10) == expected


def test_followers_of_posts_alone_make_tiers(cleaned: Path, tmp_path: Path) -> None:
    posts = pl.read_parquet(cleaned / "posts.parquet")
    posts.write_parquet(tmp_path / "posts.parquet")
    assert len(findings.tier_table(findings.open_study(tmp_path, engine="polars")))
    five = findings.open_study(tmp_path, engine="polars", scheme="quantile")
    assert five.accounts["tier"].nunique() == 5
    assert "posts" not in five.__dict__  # followers are an account's: no post is asked
    sizes = five.accounts["tier"].value_counts()
    assert sizes.max() - sizes.min() <= 5  # Authority: fifths of the accounts, but for equal followers
    assert findings.study_of(intake.read([tmp_path]), scheme="quantile").scheme == five.scheme
    posts.drop("followers").write_parquet(tmp_path / "posts.parquet")
    with pytest.raises(UnusableDataError, match="no follower counts"):
        findings.tier_table(findings.open_study(tmp_path, engine="polars"))


@pytest.mark.parametrize(("engine", "message"), [("polar", "polars"), ("duckdb", "cleaned already")])
def test_an_engine_that_cannot_serve_is_refused(cleaned: Path, engine: str, message: str) -> None:
    place = cleaned if engine == "polar" else cleaned.parent / "sample" / "posts.csv"
    with pytest.raises(ParameterError, match=message):
        findings.open_study(place, engine=engine)


def test_a_plan_on_a_store_of_many_posts_holds_a_block_at_a_time(
    cleaned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Authority: the plan of a study that has read every post."""
    sample, store = cleaned.parent / "sample", tmp_path / "store"
    stores.ingest([sample / "creators.csv", sample / "posts.csv", sample / "placements.csv"], store)
    call = ["plan", str(store), "--budget", "5000", "--most-creators", "10", "--json"]
    expected = CliRunner().invoke(cli, call, catch_exceptions=False)
    monkeypatch.setattr(blocks, "BLOCK", 900)

    def never(self: intake.Canonical) -> None:
        raise AssertionError("all posts were read at once")

    monkeypatch.setattr(intake.Canonical, "load", never)
    found = CliRunner().invoke(cli, call, catch_exceptions=False)
    assert (found.exit_code, expected.exit_code) == (0, 0)
    said_now, said_before = json.loads(found.stdout), json.loads(expected.stdout)
    assert [finding["sentence"] for finding in said_now] == [finding["sentence"] for finding in said_before]
    assert not list(store.rglob("reduced"))
