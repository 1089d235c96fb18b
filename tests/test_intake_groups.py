"""Headers after the name of their group: what two header rows of a report become when they are joined."""

import pytest

from analysis import intake
from analysis.errors import UnusableDataError
from analysis.intake.headers import read_header
from analysis.intake.marks import currency_in


def _readings(header):
    return [meaning.concept for meaning in read_header(header) if not meaning.doubts]


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("Results Clicks", "clicks"),
        ("Engagement Likes", "likes"),
        ("Interactions: Comments", "comments"),
        ("Cost Fee (€)", "fee"),
        ("Kosten Honorar", "cost"),
        ("KPIs Reach", "reach"),
        ("Sales Orders", "conversions"),
        ("Resultados Alcance", "reach"),
    ],
)
def test_a_figure_after_the_name_of_its_group_is_that_figure(header, concept):
    assert _readings(header)[:1] == [concept]


@pytest.mark.parametrize(
    "header", ["Cost of Views", "Cost Likes", "Engagement Reach", "Engagement per Like", "Sales per Click", "Cost CPV"]
)
def test_a_ratio_is_no_figure_of_a_group(header):
    assert not set(_readings(header)) & {"views", "likes", "reach", "clicks", "cost", "fee"}


@pytest.mark.parametrize(("header", "concept"), [("Cost per Click", "unit_cost"), ("Conversion Rate", "rate")])
def test_what_is_known_as_a_whole_stays_what_it_is(header, concept):
    assert _readings(header)[:1] == [concept]


@pytest.mark.parametrize(("header", "months"), [("Month", ("January", "February")), ("Mes", ("enero", "febrero"))])
def test_a_series_by_month_and_channel_is_refused(tmp_path, header, months):
    rows = "".join(f"{month},{network},901,12,4\n" for month in months for network in ("Instagram", "Facebook"))
    path = tmp_path / "series.csv"
    path.write_text(f"{header},Channel,Impressions,Likes,Comments\n{rows}", encoding="utf-8")
    with pytest.raises(UnusableDataError, match="series"):
        intake.read(path)


@pytest.mark.parametrize("header", ["Views/Followers", "Likes / Views", "Cost/Follower", "Revenue/Clicks"])
def test_one_figure_divided_by_another_is_neither(header):
    assert read_header(header) == []


@pytest.mark.parametrize(
    ("header", "concept"), [("Fee/Post", "fee"), ("stats/viewCount", "views"), ("Avg likes/post", "avg_likes")]
)
def test_a_slash_alone_divides_nothing(header, concept):
    assert _readings(header)[:1] == [concept]


def test_a_percent_in_the_header_is_no_money(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("Affiliate,Orders,Revenue,Commission %\nAna,4,90.5,10\nBo,2,40,12\n", encoding="utf-8")
    assert "cost" not in intake.read(path).audit["files"][0]["columns"].values()


def test_a_percent_in_the_header_is_no_count(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("Post ID,Date,Likes,Likes (%)\na1,2024-01-01,40,4\nb2,2024-01-02,50,5\n", encoding="utf-8")
    tables = intake.read(path)
    assert tables.posts["likes"].to_list() == [40, 50]
    assert tables.audit["files"][0]["columns"].get("Likes (%)") is None


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("Comentarios añadidos", "comments"),
        ("Hinzugefügte Kommentare", "comments"),
        ("Eklenen yorumlar", "comments"),
        ("Duración (segundos)", "duration"),
        ("İzlenme süresi (saat)", "duration"),
        ("Gespeicherte Beiträge", "saves"),
        ("公開時間", "published_at"),
        ("Taux de clics par impressions (%)", "rate"),
    ],
)
def test_exports_in_the_language_of_the_account(header, concept):
    assert _readings(header)[:1] == [concept]


def test_what_indonesian_calls_by_one_word_is_told_apart(tmp_path):
    path = tmp_path / "konten.csv"
    path.write_text("Konten,Penayangan,Tayangan,Suka\nabC1dEf2,90,1200,5\nxyZ9wVu8,80,1100,4\n", encoding="utf-8")
    got = intake.read(path).audit["files"][0]["columns"]
    assert (got["Penayangan"], got["Tayangan"]) == ("views", "impressions")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Ücret (TL)", "TRY"),
        ("Biaya (Rp)", "IDR"),
        ("Стоимость (руб.)", "RUB"),
        ("費用（円）", "JPY"),
        ("Turtle (tl dr)", None),
    ],
)
def test_a_short_unit_of_money_in_brackets_names_the_currency(header, code):
    assert currency_in(header) == code
