"""``creator-roi plan`` as a person calls it: a plan, a finished campaign, refusals."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import cli
from analysis.planning.bookings import COLUMNS
from analysis.planning.priors import read_priors

Run = Callable[..., tuple[int, str, str]]

#: A booking costs its fee and 100; engagement goes with followers^0.8, so 350 buys bob alone (see the plan's own tests).
CREATORS = "handle,platform,followers,fee,currency\nann,instagram,10000,100,USD\nbob,instagram,20000,150,USD\n"
CREATORS += "cem,instagram,5000,50,USD\n"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call the command in this process; return exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CREATOR_ROI_DEBUG", raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["creator-roi", "plan", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        out, err = capsys.readouterr()
        code = exit_.value.code
        return (code if isinstance(code, int) else 0 if code is None else 1), out, err

    return call


@pytest.fixture
def creators(tmp_path: Path) -> Path:
    path = tmp_path / "creators.csv"
    path.write_text(CREATORS, encoding="utf-8")
    return path


def test_a_plan_is_told_and_written(run: Run, creators: Path, tmp_path: Path) -> None:
    """Authority: hand arithmetic: bob for 150 + 100."""
    code, out, err = run(creators, "--budget", 350, "--objective", "engagements", "--csv", "book.csv")
    assert code == 0
    assert out.startswith("WHOM SHOULD THIS BUDGET BOOK?\nBook 1 creator for $250: ")
    assert "NEXT" in out
    assert "The booking list is in book.csv" in err
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["handle"], row["fee"], row["evidence"]) for row in rows] == [("bob", "150.0", "assumed")]


def test_the_picture_is_written_in_either_format(run: Run, creators: Path, tmp_path: Path) -> None:
    small = "".join(f"m{i},instagram,{2000 + i},{20 + i},USD\n" for i in range(24))
    large = "".join(f"b{i},instagram,{4_000_000 + i},{20_000 + i},USD\n" for i in range(24))
    creators.write_text(CREATORS + small + large, encoding="utf-8")
    for name, start in (("turns.svg", b"<svg"), ("turns.png", b"\x89PNG")):
        code, _, err = run(creators, "--budget", 30_000, "--objective", "engagements", "--picture", name)
        assert (code, err) == (0, f"The picture is in {name}\n")
        assert (tmp_path / name).read_bytes().startswith(start)
    code, _, err = run(creators, "--budget", 30_000, "--objective", "engagements", "--picture", "turns.pdf")
    assert code == 2
    assert ".svg or .png" in err


def test_json_is_every_finding_and_nothing_else(run: Run, creators: Path) -> None:
    code, out, err = run(creators, "--budget", 400, "--objective", "engagements", "--json")
    assert (code, err) == (0, "")
    found = {finding["id"]: finding for finding in json.loads(out)}
    assert {"whom-to-book", "booking-list", "plans-compared", "where-it-turns", "assumed-here"} <= set(found)
    assert [row[0] for row in found["booking-list"]["table"]["rows"]] == ["bob", "cem"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give either --budget N for a plan, or --actual"),
        (["--budget", 10, "--actual", "x.csv"], "give either --budget N"),
        (["--budget", 100], "the cheapest creator, instagram:cem, costs $150"),
        (["--budget", -5], "give an amount of money above 0"),
        (["--budget", 500, "--objective", "roi"], "no objective 'roi'"),
        (["--budget", 500, "--constraints", "limits.yml"], "at least 3 creators of tier mega"),
        (["--budget", 500, "--constraints", "none.yml"], "none.yml"),
        (["--budget", 500, "--assumptions", "wrong.yml"], "did you mean 'margin'"),
        (["--budget", 500, "--priors", "limits.yml"], "limits.yml"),
        (["--budget", 500, "--most-creators", -2], "most_creators is -2"),
        (["--actual", "creators.csv"], "no placements of the finished campaign"),
    ],
)
def test_a_refusal_is_one_sentence(
    run: Run, creators: Path, tmp_path: Path, arguments: list[object], said: str
) -> None:
    (tmp_path / "limits.yml").write_text("tiers: {mega: {min: 3}}\n")
    (tmp_path / "wrong.yml").write_text("margn: 0.4\n")
    code, out, err = run(creators, *arguments)
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.glob("book*"))


def test_what_came_of_it(run: Run, creators: Path, tmp_path: Path) -> None:
    """Authority: hand arithmetic: 800 engagements came of what the list expects of bob."""
    run(creators, "--budget", 350, "--objective", "engagements", "--csv", "book.csv")
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        expected = float(next(csv.DictReader(file))["expected_engagements"])
    done = tmp_path / "done.csv"
    done.write_text("campaign_id,handle,platform,cost,likes\nspring,@bob,instagram,250,800\n", encoding="utf-8")
    code, out, err = run(done, "--actual", "book.csv", "--priors-out", "priors.yml")
    assert code == 0
    assert out.startswith("DID THE CAMPAIGN BRING WHAT THE PLAN SAID?\n1 of 1 bookings within their limits")
    assert f"{800 / expected:.2f}"[:3] in out
    assert "What was learnt is in priors.yml" in err
    assert read_priors(tmp_path / "priors.yml").campaigns == ("spring",)
    code, _, _ = run(creators, "--budget", 350, "--objective", "engagements", "--priors", "priors.yml", "--json")
    assert code == 0


@pytest.mark.slow
def test_a_solver_that_talks_is_not_heard(tmp_path: Path) -> None:
    """Authority: standard output is one JSON document, and the whole process's at that."""
    from analysis.sample import make_sample

    sample = make_sample(tmp_path / "sample", creators=300, posts=2_000, placements=300)
    arguments = ["plan", str(sample), "--budget", "20000", "--most-creators", "0", "--objective", "reach", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *arguments], capture_output=True, check=True, env={**os.environ}
    )
    assert json.loads(done.stdout)
