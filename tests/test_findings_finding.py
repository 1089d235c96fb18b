"""A finding refuses what no reader should meet, and shows the same thing as text, HTML and data."""

import json
import re

import matplotlib as mpl
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.findings.drawing import DRAWING_JSON
from analysis.findings.finding import FINDING_JSON, Finding, Shown, fitting

mpl.use("Agg")

HOSTILE = '<img src=x onerror="alert(1)">\x00=HYPERLINK("x")'


def finding(**changes: object) -> Finding:
    given = {
        "id": "rate",
        "question": "Which rate?",
        "title": "Micro reaches 5.43%",
        "sentence": "Micro creators reach 5.43% and mega creators 1.38%.",
        "table": pd.DataFrame(
            {"tier": ["micro", HOSTILE], "n": [5, float("nan")], "rate": [0.0543, float("nan")], "paid": [12.5, 0.0]}
        ),
        "shown": (
            Shown("tier", "tier"),
            Shown("n", "creators", "count"),
            Shown("rate", "rate", "percent"),
            Shown("paid", "paid", "money"),
        ),
        "n": {"creators": 5, "posts": None},
        "currency": "EUR",
    }
    return Finding(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "x" * 91}, "90 characters"),
        ({"title": "no number here"}, "a number"),
        ({"verdict": "proven"}, "supported"),
        ({"evidence": "guessed"}, "measured"),
        ({"shown": (Shown("absent", "absent"),)}, "absent"),
    ],
)
def test_a_finding_refuses(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        finding(**changes)


def test_json_holds_numbers_and_null_and_survives_json() -> None:
    data = finding().to_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["table"]["rows"][0] == ["micro", 5, 0.0543, 12.5]
    assert data["table"]["rows"][1][1:] == [None, None, 0.0]
    assert data["table"]["columns"][2] == {"name": "rate", "header": "rate", "kind": "percent"}
    assert data["currency"] == "EUR"


def test_hostile_text_is_shown_and_never_alive() -> None:
    html = finding(sentence=f"5 of {HOSTILE}", caution=HOSTILE, action=HOSTILE, source=HOSTILE).to_html()
    assert "<img" not in html
    assert "&lt;img" in html
    assert "\x00" not in html
    assert "\x00" not in str(finding())


def test_html_is_a_table_with_scopes_a_caption_and_figures_on_the_right() -> None:
    html = finding(subtitle="Engagement rate").to_html()
    assert html.count('scope="col"') == 4
    assert html.count('scope="row"') == 2
    assert "<caption" in html
    assert re.search(r'<td style="text-align:right[^"]*">5\.43%</td>', html)
    assert re.search(r'<th scope="row" style="text-align:left[^"]*">micro</th>', html)
    assert "nan" not in html


def test_text_shows_missing_as_not_available() -> None:
    assert "n/a" in str(finding())
    assert "nan" not in str(finding())


def test_a_long_table_is_cut_on_the_page_and_whole_in_the_data() -> None:
    table = pd.DataFrame({"n": range(100)})
    long = finding(table=table, shown=(Shown("n", "n", "count"),))
    assert "and 76 more rows" in str(long)
    assert long.to_html().count("<tr>") == 1 + 24
    assert len(long.to_json()["table"]["rows"]) == 100


@pytest.mark.parametrize(
    "sentence", ["Short 1.", "A sentence of 2 parts. " * 40, "No digit at all in this sentence here."]
)
def test_alternative_text_has_the_right_length_and_a_digit(sentence: str) -> None:
    alt = finding(sentence=sentence).alt
    assert 40 <= len(alt) <= 250
    assert any(letter.isdigit() for letter in alt)


def plain_chart(table: pd.DataFrame, *, title: str, subtitle: str, source: str, value: str = "n"):  # type: ignore[no-untyped-def]
    from matplotlib import pyplot as plt

    _, ax = plt.subplots()
    ax.plot(table[value])
    ax.set_title(title)
    return ax


def test_a_drawing_is_the_same_twice_and_leaves_no_figure_open() -> None:
    from matplotlib import pyplot as plt

    one, two = (finding().draw(plain_chart) for _ in range(2))
    assert one.svg == two.svg
    assert one.png == two.png
    assert not plt.get_fignums()
    bundle = one._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "image/png", "text/plain", DRAWING_JSON}
    assert bundle[DRAWING_JSON] == {"finding": "rate", "name": "rate", "alt": finding().alt, "narrow": ""}
    assert FINDING_JSON in finding()._repr_mimebundle_()


def test_a_finding_with_nothing_to_draw_says_so() -> None:
    bundle = finding(table=pd.DataFrame(), shown=()).draw(plain_chart)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "No chart" in bundle["text/plain"]


def test_what_the_chart_draws_may_differ_from_the_table_and_brings_its_columns() -> None:
    points = pd.DataFrame({"m": [1, 2, 3]})
    assert finding(points=points, encoding={"value": "m"}).draw(plain_chart).svg


def test_fitting_cuts_only_when_nothing_fits() -> None:
    assert fitting("x" * 100, "y" * 90) == "y" * 90
    assert len(fitting("x" * 100)) == 90
