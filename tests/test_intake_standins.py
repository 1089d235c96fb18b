"""Columns that stand in for one that is missing. Tables are invented; what is expected is a careful reader's."""

import pytest

from analysis.intake.recognise import recognise
from analysis.intake.tables import raw_table


def understood(text: str):
    """Return grain, canonical column → header, of a small semicolon-separated table."""
    header, *rows = [line.split(";") for line in text.strip().splitlines()]
    done = recognise(raw_table("t.csv", header, [list(column) for column in zip(*rows, strict=True)]))
    return done.grain, {name: header[at[0]] for name, at in done.columns.items()}


def test_a_bare_audience_of_counts_is_followers():
    grain, columns = understood("Name;Audience;Rating\nIvo;10 358;4\nUna;2 897;5\nEda;145 437;3\n")
    assert grain == "creators"
    assert columns["followers"] == "Audience"


@pytest.mark.parametrize(
    "text",
    [
        "Name;Followers;Audience\nIvo;900;10 358\nUna;800;2 897\n",  # followers are there
        "Audience;Visits\n10 358;3\n2 897;4\n",  # nobody is named
        "Name;Audience\nIvo;20 %\nUna;30 %\n",  # shares, no counts
    ],
)
def test_an_audience_is_no_followers_otherwise(text):
    assert understood(text)[1].get("followers") != "Audience"


def test_the_first_of_numbered_prices_is_the_fee():
    text = "Name;Followers;Price1;Kind1;Price2;Kind2\nIvo;10358;700;Reel;500;Story\nUna;2897;110;Reel;70;Story\n"
    assert understood(text)[1]["fee"] == "Price1"


def test_the_only_short_texts_of_accounts_are_their_names():
    rows = "\n".join(f"{place};{name};{500 - place}K" for place, name in enumerate(["Ada Lee", "Bo", "Cy", "Di", "Ed"]))
    grain, columns = understood(f"Place;Description;Subscribers\n{rows}\n")
    assert grain == "creators"
    assert columns["name"] == "Description"


def test_texts_beside_a_name_are_no_names():
    rows = "\n".join(
        f"{name};About {name};{500 - place}K" for place, name in enumerate(["Ada", "Bo", "Cy", "Di", "Ed"])
    )
    assert understood(f"Name;Description;Subscribers\n{rows}\n")[1]["name"] == "Name"


def test_past_averages_are_averages():
    grain, columns = understood("creator_id;tier;historical_avg_views_per_post\nC1;Nano;2665\nC2;Micro;18211\n")
    assert grain == "creators"
    assert columns["avg_views"] == "historical_avg_views_per_post"


def test_an_identifier_may_have_a_blank_before_it():
    text = "Content;Video title;Views;Likes\nF3HVs95pagk;One;900;3\n ZTbDjXwKfM;Two;800;4\nKOQlhJkbyL8;Three;700;5\n"
    assert understood(text)[1]["post_id"] == "Content"


def test_the_day_of_a_payout_is_a_placements_day():
    text = (
        "payout_id;influencer_id;campaign;orders;total_payout;payout_date\n"
        "P1;I1;May;0;4671.5;2025-05-16\nP2;I2;May;37;1636.2;2025-06-09\nP3;I1;June;12;355.1;2025-05-06\n"
    )
    grain, columns = understood(text)
    assert (grain, columns["date"], columns["cost"]) == ("placements", "payout_date", "total_payout")


def test_how_many_videos_a_channel_has_is_no_video():
    text = (
        "title;category;subscriber;view;video\nHana;Music;6160만;203억7124만;373개\nJun;Food;985만;27억6432만;1,203개\n"
    )
    grain, columns = understood(text)
    assert (grain, columns["followers"], columns["post_count"]) == ("creators", "subscriber", "video")


@pytest.mark.parametrize(
    ("header", "cells", "read"), [("Provider", "instagram tiktok", True), ("Provider", "a b", False)]
)
def test_networks_under_an_unknown_header_are_the_platform(header, cells, read):
    first, second = cells.split()
    text = f"Post ID;{header};Views;Likes\np_8a1;{first};1200;41\np_8a2;{second};802;5\n"
    assert (understood(text)[1].get("platform") == header) is read


@pytest.mark.parametrize("header", ["paid_members", "Paid Posts", "paid users"])
def test_paid_members_are_not_what_was_paid(header):
    text = f"date;channel_name;subscribers;{header}\n2026-01-01;alpha;12000;80\n2026-01-08;alpha;12400;85\n"
    grain, columns = understood(text)
    assert grain == "creators"
    assert "cost" not in columns


def test_a_roster_for_a_project_lists_accounts():
    text = "KOL Handle;Platform;Followers;Project\n@ana;TikTok;42000;Spring\n@bo;TikTok;8100;Spring\n@cy;X;120500;May\n"
    grain, columns = understood(text)
    assert (grain, columns["followers"]) == ("creators", "Followers")


def test_a_roster_with_what_was_paid_lists_deliverables():
    text = "KOL Handle;Followers;Project;Cost\n@ana;42000;Spring;300\n@bo;8100;Spring;90\n@cy;120500;May;900\n"
    assert understood(text)[0] == "placements"
