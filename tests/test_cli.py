"""The command as a person calls it: answers, refusals, exit codes; and nothing written where it refuses."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import cli

Run = Callable[..., tuple[int, str, str]]

#: Two tiers of the default scheme. By hand, pooled over the rows that have both sides:
#: micro: cost 100 + 50, engagements 300 + 200 -> 0.30 each; macro: cost 900, engagements 1,000 -> 0.90.
PLACEMENTS = """creator_id,handle,platform,followers,cost,likes,comments,revenue
1,ann,instagram,2000,100,250,50,400
2,bob,instagram,10000,900,800,200,900
3,cem,instagram,9999,50,150,50,
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call the command in this process; return exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREATOR_ROI_DEBUG", raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["creator-roi", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        out, err = capsys.readouterr()
        code = exit_.value.code
        return (code if isinstance(code, int) else 0 if code is None else 1), out, err

    return call


@pytest.fixture
def placements(tmp_path: Path) -> Path:
    path = tmp_path / "placements.csv"
    path.write_text(PLACEMENTS, encoding="utf-8")
    return path


def test_tiers_pool_before_they_divide(run: Run, placements: Path) -> None:
    code, out, err = run("tiers", placements, "--json")
    assert (code, err) == (0, "")
    rows = {row["tier"]: row for row in json.loads(out)}
    assert list(rows)[:4] == ["under 1k", "micro", "macro", "mega"]
    micro, macro, mega = rows["micro"], rows["macro"], rows["mega"]
    assert micro["creators"] == 2
    assert micro["cost"] == 150
    assert micro["engagements"] == 500
    assert micro["cost_per_engagement"] == pytest.approx(150 / 500)
    assert macro["cost_per_engagement"] == pytest.approx(900 / 1000)
    # pooled by followers: (300 + 200) / (2,000 + 9,999)
    assert micro["engagement_rate"] == pytest.approx(500 / 11_999)
    # only the row that has revenue enters: (400 - 100) / 100
    assert micro["roi"] == pytest.approx(3.0)
    assert macro["roi"] == pytest.approx(0.0)
    assert mega["creators"] == 0
    assert mega["cost_per_engagement"] is None
    assert all(row["flagged"] for row in rows.values())
    assert {row["scheme"] for row in rows.values()} == {"article"}


def test_the_tier_table_as_csv_says_the_same(run: Run, placements: Path, tmp_path: Path) -> None:
    _, out, _ = run("tiers", placements, "--json")
    code, _, _ = run("tiers", placements, "--csv", tmp_path / "t.csv")
    assert code == 0
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["tier"]: row for row in csv.DictReader(stream)}
    for row in json.loads(out):
        assert rows[row["tier"]]["cost"] == ("" if row["cost"] is None else str(row["cost"]))


def test_tiers_for_a_person(run: Run, placements: Path) -> None:
    code, out, _ = run("tiers", placements)
    assert code == 0
    assert "micro" in out
    assert "nan" not in out.lower()


@pytest.mark.parametrize("scheme", ["five-tier", "mediakix", "creatoriq"])
def test_every_scheme_answers(run: Run, placements: Path, scheme: str) -> None:
    code, out, _ = run("tiers", placements, "--json", "--scheme", scheme)
    assert code == 0
    assert sum(row["creators"] for row in json.loads(out)) == 3


def test_quantile_makes_five_groups_of_the_data_at_hand(run: Run, tmp_path: Path) -> None:
    rows = [f"{i},{1000 * 2**i},5" for i in range(10)]
    (tmp_path / "x.csv").write_text("\n".join(["creator_id,followers,avg_likes", *rows]))
    code, out, _ = run("tiers", tmp_path / "x.csv", "--json", "--scheme", "quantile")
    assert code == 0
    assert [row["creators"] for row in json.loads(out)] == [2, 2, 2, 2, 2]


def test_clean_writes_tables_and_audit(run: Run, placements: Path, tmp_path: Path) -> None:
    code, _, _ = run("clean", placements, "--out", tmp_path / "out")
    assert code == 0
    audit = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert audit["grain"] == "placements"
    assert audit["rows_read"] == audit["rows_kept"] + audit["rows_rejected"] == 3
    assert (tmp_path / "out" / "placements.parquet").is_file()
    assert (tmp_path / "out" / "rejected.csv").is_file()


def test_check_answers_people_and_programs(run: Run, placements: Path) -> None:
    code, out, _ = run("check", placements)
    assert code == 0
    assert "followers" in out
    for said in ("02-engagement-and-reach", "03-cost-and-roi", "04-budget-plan", "of the article's 12 claims"):
        assert said in out
    code, out, _ = run("check", placements, "--json")
    assert code == 0
    told = json.loads(out)
    assert {row["evidence"] for row in told["answers"]} <= {"measured", "modelled", "not at all"}
    price = next(row for row in told["answers"] if row["question"] == "What does an engagement cost?")
    assert (price["notebook"], price["evidence"]) == ("03-cost-and-roi", "measured")
    assert len(told["claims"]) == 12
    assert all(row["testable"] or row["reason"] for row in told["claims"])


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "empty"), ("colour,size\nred,1\nblue,2\n", "x.csv")],
    ids=["an empty file", "nothing of ours"],
)
@pytest.mark.parametrize("command", ["check", "clean", "tiers", "report"])
def test_unusable_files_are_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, command: str, content: str, said: str
) -> None:
    (tmp_path / "x.csv").write_text(content)
    options = {"clean": ["--out", "out"], "report": ["--out", "out"]}.get(command, [])
    code, out, err = run(command, tmp_path / "x.csv", *options)
    assert code == 2
    assert said in err
    assert "Traceback" not in err + out
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").rglob("*"))


@pytest.mark.parametrize("command", ["check", "tiers"])
def test_a_path_that_does_not_exist(run: Run, tmp_path: Path, command: str) -> None:
    code, _, err = run(command, tmp_path / "absent.csv")
    assert code == 2
    assert "absent.csv" in err


def test_a_folder_with_nothing_readable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "picture.png").write_bytes(b"\x89PNG")
    code, _, err = run("check", tmp_path / "folder")
    assert code == 2
    assert "folder" in err or "picture.png" in err


def test_an_unknown_scheme_names_the_nearest(run: Run, placements: Path) -> None:
    code, _, err = run("tiers", placements, "--scheme", "artcle")
    assert code == 2
    assert "article" in err


def test_no_followers_column_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("handle,platform,likes,comments,post_id\nann,tiktok,5,1,p1\n")
    for command in ("tiers", "report"):
        code, _, err = run(command, tmp_path / "x.csv")
        assert code == 2
        assert "followers" in err
    assert not (tmp_path / "reports").exists()


def test_an_unknown_parameter_is_refused(run: Run, placements: Path, tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text("shceme: article\n")
    code, _, err = run("report", placements, "--params", tmp_path / "p.yml", "--out", tmp_path / "out")
    assert code == 2
    assert "shceme" in err
    assert "scheme" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_read_only_folder(run: Run, placements: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    code, _, err = run("clean", placements, "--out", tmp_path / "locked" / "out")
    assert code == 2
    assert "locked" in err


def test_something_unforeseen_is_one_sentence(run: Run, placements: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import intake

    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(intake, "read", explode)
    code, out, err = run("check", placements)
    assert code == 1
    assert err.count("\n") == 1
    assert "boom" in err
    assert "Traceback" not in out + err


def test_a_name_cannot_drive_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "creator_id,handle,followers,likes,comments,cost,tier\n1,\x1b[31mred\u202e,5000,10,1,5,x\n", encoding="utf-8"
    )
    for command in ("check", "tiers"):
        _, out, err = run(command, tmp_path / "x.csv")
        assert "\x1b" not in out + err
        assert "\u202e" not in out + err


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from analysis.cli import cli\n"
        "cli(['--help'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'polars', 'matplotlib', 'scipy', 'papermill', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
