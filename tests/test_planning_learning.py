"""The learning loop: a finished campaign, scored against its plan."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ColumnError, ParameterError, SourceError, UnusableDataError
from analysis.planning.assumptions import load
from analysis.planning.bookings import COLUMNS, booking_list, read_booking_list, write_booking_list
from analysis.planning.learning import score, write_priors
from analysis.planning.priors import NO_PRIORS, Priors, read_priors
from analysis.planning.response import candidates, draws


def plan_of(count: int = 60, *, sd: float = 0.5) -> pd.DataFrame:
    """Return a booking list of log-normal forecasts: typical 1,000 engagements and 8,000 people."""
    made = pd.DataFrame({"handle": [f"c{i}" for i in range(count)], "platform": "x", "evidence": "measured"})
    for outcome, typical in (("engagements", 1_000.0), ("reach", 8_000.0), ("revenue", 300.0)):
        made[f"expected_{outcome}"] = typical * math.exp(sd**2 / 2)
        made[f"expected_{outcome}_low"] = typical * math.exp(-1.96 * sd)
        made[f"expected_{outcome}_high"] = typical * math.exp(1.96 * sd)
    return made


def campaign(plan: pd.DataFrame, *, factor: float = 1.0, sd: float = 0.5, seed: int = 3) -> pd.DataFrame:
    g = np.random.default_rng(seed)
    made = pd.DataFrame({"campaign_id": "spring", "handle": "@" + plan["handle"].str.upper(), "platform": "X"})
    for outcome, typical in (("engagements", 1_000.0), ("reach", 8_000.0), ("revenue", 300.0)):
        made[outcome] = np.round(factor * typical * np.exp(g.normal(0, sd, len(plan))))
    return made


def test_a_calibrated_plan_is_as_promised() -> None:
    """Authority: actuals drawn from the forecast itself; the share inside counted by hand."""
    plan, done = plan_of(), campaign(plan_of())
    table = score(plan, done).calibration.set_index("outcome")
    inside = (
        (done["engagements"] >= plan["expected_engagements_low"])
        & (done["engagements"] <= plan["expected_engagements_high"])
    ).sum()
    assert table.loc["engagements", "inside"] == inside
    assert set(table["verdict"]) == {"as promised"}
    assert table.loc["reach", "actual"] == done["reach"].sum()
    assert table.loc["engagements", "ratio"] == pytest.approx(
        done["engagements"].sum() / plan["expected_engagements"].sum()
    )


def test_intervals_that_are_too_narrow_are_called_so() -> None:
    """Authority: actual scatter three times the promised one puts about half outside."""
    table = score(plan_of(), campaign(plan_of(), sd=1.5)).calibration.set_index("outcome")
    assert table.loc["engagements", "verdict"] == "too narrow"
    assert table.loc["engagements", "high"] < 0.95


def test_a_campaign_that_missed_as_a_whole_teaches_one_factor_and_no_names() -> None:
    """Authority: everybody at half: log(1/2), drawn towards 0 by its error; nobody stands out."""
    found = score(plan_of(), campaign(plan_of(), factor=0.5))
    learnt = found.priors.common["engagements"]
    assert learnt.log_mean == pytest.approx(math.log(0.5), abs=0.2)
    assert learnt.log_sd == pytest.approx(0.5 / math.sqrt(60), rel=0.3)
    assert not found.creators["beyond_chance"].any()
    assert any("No creator was better or worse" in sentence for sentence in found.sentences)
    assert found.priors.campaigns == ("spring",)


def test_only_who_beats_chance_is_named() -> None:
    """Authority: one creator at 150 times the typical post; a viral tenfold one is chance among sixty."""
    done = campaign(plan_of())
    done.loc[7, "engagements"] = 150_000
    done.loc[9, "engagements"] = 10_000
    found = score(plan_of(), done)
    assert found.creators.loc[found.creators["beyond_chance"], "handle"].tolist() == ["c7"]
    assert "Better than chance allows: c7." in found.sentences
    assert found.priors.creators["engagements"]["x:c7"].log_mean > 0
    own = found.priors.creators["engagements"]["x:c7"]
    assert own.log_sd < 0.15


def test_a_post_that_never_came_brought_nothing_and_is_no_surprise() -> None:
    """Authority: outside its interval, and not below expectation by its own doing."""
    done = campaign(plan_of())
    done.loc[0, ["engagements", "reach"]] = np.nan
    found = score(plan_of(), done)
    assert found.creators.loc[0, "actual_engagements"] == 0
    assert not found.creators.loc[0, "inside_engagements"]
    assert math.isnan(found.creators.loc[0, "surprise"])


def test_several_deliverables_are_compared_with_as_many_expectations() -> None:
    """Authority: two posts, twice the mean; the relative variance of a sum of two is half."""
    plan = plan_of(1)
    done = pd.concat([campaign(plan), campaign(plan, seed=4)])
    found = score(plan, done)
    assert found.creators["deliverables"].tolist() == [2]
    assert found.creators["expected_engagements"].iloc[0] == pytest.approx(2 * plan["expected_engagements"].iloc[0])
    assert found.priors.common == {}


def test_who_is_missing_is_said_and_nobody_at_all_is_refused() -> None:
    """Authority: booked, and not in the placements."""
    found = score(plan_of(), campaign(plan_of()).iloc[2:])
    assert found.missing == ("c0", "c1")
    assert "Booked, and not in the placements: c0, c1." in found.sentences
    with pytest.raises(UnusableDataError, match="none of the 60"):
        score(plan_of(), campaign(plan_of()).assign(handle="nobody"))


def test_priors_go_to_a_file_and_into_the_next_plan(tmp_path: Path) -> None:
    """Authority: a common factor of about 1/2 halves the next expectation; a creator's own moves that creator."""
    found = score(plan_of(), campaign(plan_of(), factor=0.5))
    path = write_priors(found, tmp_path / "priors.yml")
    again = read_priors(path)
    assert again.common["reach"].log_mean == pytest.approx(found.priors.common["reach"].log_mean, abs=1e-6)
    accounts = pd.DataFrame(
        {
            "account": ["x:1", "x:2"],
            "handle": ["c7", "other"],
            "platform": ["x", "x"],
            "followers": [1e4, 1e4],
            "fee": [1.0, 1.0],
        }
    )
    plain, _ = candidates(accounts)
    taught, _ = candidates(accounts, priors=path)
    ratio = (taught["engagements"] / plain["engagements"]).tolist()
    assert ratio[1] == pytest.approx(math.exp(again.common["engagements"].log_mean))
    own = again.creators["engagements"]["x:c7"]
    assert taught["engagements_centre"].iloc[0] - taught["engagements_centre"].iloc[1] == pytest.approx(own.log_mean)
    assert "engagements_learnt" in draws(taught, load(), size=5).factors
    revenue = (taught["revenue"] / plain["revenue"]).iloc[1]
    assert revenue == pytest.approx(ratio[1] * math.exp(again.common["revenue"].log_mean))


def test_a_campaign_among_the_data_is_not_counted_twice() -> None:
    """Authority: the data already say what its priors say."""
    learnt = Priors(
        {"reach": read_priors({"common": {"reach": {"log_mean": 1, "log_sd": 1}}}).common["reach"]}, {}, ("a",)
    )
    assert learnt.unless_among(pd.DataFrame({"campaign_id": ["a", "b"]})) is NO_PRIORS
    assert learnt.unless_among(pd.DataFrame({"campaign_id": ["b"]})) is learnt
    assert learnt.unless_among(None) is learnt


def test_a_booking_list_survives_its_file(tmp_path: Path) -> None:
    """Authority: the columns of the promise; text that a spreadsheet would run is defused in the file only."""
    accounts = pd.DataFrame(
        {
            "account": ["x:1", "x:2"],
            "handle": ["=cmd()", "ben"],
            "platform": ["x", "x"],
            "followers": [1e4, 2e4],
            "fee": [100.0, 200.0],
        }
    )
    table, _ = candidates(accounts)
    listed = booking_list(table, [1, 0], posts=[2, 1])
    assert listed.columns.tolist() == list(COLUMNS)
    assert listed["handle"].tolist() == ["ben", "=cmd()"]
    assert listed["evidence"].tolist() == ["assumed", "assumed"]
    assert listed["reason"].iloc[0].startswith("2 posts; ")
    path = write_booking_list(listed, tmp_path / "plan.csv")
    assert "'=cmd()" in path.read_text()
    back = read_booking_list(path)
    assert back["handle"].tolist() == ["ben", "=cmd()"]
    assert back["expected_reach"].tolist() == pytest.approx(listed["expected_reach"].round(2).tolist())


def test_files_that_are_no_booking_list_or_priors(tmp_path: Path) -> None:
    """Authority: the message names the file and what to do."""
    (tmp_path / "a.csv").write_text("who,what\n1,2\n")
    with pytest.raises(ColumnError, match="booking list"):
        read_booking_list(tmp_path / "a.csv")
    with pytest.raises(SourceError, match=r"b\.csv"):
        read_booking_list(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_text("")
    with pytest.raises(SourceError, match=r"c\.csv"):
        read_booking_list(tmp_path / "c.csv")
    with pytest.raises(SourceError, match=r"p\.yml"):
        read_priors(tmp_path / "p.yml")
    (tmp_path / "q.yml").write_text("common: {engagements: 3}")
    with pytest.raises(ParameterError, match=r"q\.yml"):
        read_priors(tmp_path / "q.yml")
    (tmp_path / "r.yml").write_text("a: [")
    with pytest.raises(SourceError, match=r"r\.yml"):
        read_priors(tmp_path / "r.yml")
    with pytest.raises(ParameterError, match="'likes' is no outcome"):
        read_priors({"common": {"likes": {"log_mean": 0, "log_sd": 1}}})
    with pytest.raises(ParameterError):
        read_priors({"common": {"reach": {"log_mean": 0, "log_sd": -1}}})
    assert read_priors(None) is NO_PRIORS
