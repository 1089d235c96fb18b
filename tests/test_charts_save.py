"""Files of charts: the same bytes each time, nothing of the machine in them, and faults that are found."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.charts import engagement_against_reach, picture, rows_used, save
from analysis.charts.faults import faults
from analysis.errors import ParameterError


@pytest.fixture
def ax():
    return rows_used(pd.DataFrame({"label": ["used <b>", "$a$"], "rows": [3, 4], "of": [7, 7]}), title="7 rows")


def test_an_svg_is_well_formed_and_says_its_alternative_text(ax) -> None:
    svg = picture(ax, "svg", alt='7 rows, "<of them>" 3 used\x00')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == '7 rows, "<of them>" 3 used'
    assert root[0].text == '7 rows, "<of them>" 3 used'


def test_an_svg_knows_no_date_no_program_and_no_address(ax) -> None:
    svg = picture(ax, "svg", alt="7 rows").decode()
    assert set(re.findall(r"https?://[^\"' >]+", svg)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "Matplotlib" not in svg
    assert "<!--" not in svg
    assert not re.search(r"20\d\d-\d\d-\d\d", svg)


def test_every_reference_inside_an_svg_is_met() -> None:
    table = pd.DataFrame({"followers": [2e3, 3e5], "engagements_per_post": [10, 20], "tier": ["micro", "macro"]})
    svg = picture(engagement_against_reach(table, floors={"micro": 1e3, "macro": 1e4})).decode()
    wanted = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert wanted
    assert wanted == set(re.findall(r' id="([^"]+)"', svg))
    ElementTree.fromstring(svg)


def test_drawings_that_stand_in_one_page_repeat_only_equal_definitions(ax) -> None:
    other = rows_used(pd.DataFrame({"label": ["other"], "rows": [5]}))
    parts = [dict(re.findall(r'<path id="([^"]+)" d="([^"]+)"', picture(a).decode())) for a in (ax, other)]
    shared = set(parts[0]) & set(parts[1])
    assert shared
    assert all(parts[0][name] == parts[1][name] for name in shared)


def test_a_path_tells_the_format(ax, tmp_path: Path) -> None:
    save(ax, tmp_path / "rows.png")
    save(ax, tmp_path / "rows.svg", alt="7 rows")
    assert (tmp_path / "rows.png").read_bytes()[1:4] == b"PNG"
    assert (tmp_path / "rows.svg").read_bytes().startswith(b"<svg")


def test_a_buffer_takes_the_same_bytes(ax) -> None:
    out = io.BytesIO()
    save(ax, out, format="svg", alt="7 rows")
    assert out.getvalue() == picture(ax, "svg", alt="7 rows")


def test_another_format_is_refused(ax, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="'svg' or 'png', not 'gif'"):
        save(ax, tmp_path / "rows.gif")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ([(0.5, 0.5, "one"), (0.51, 0.5, "two")], "'one' touches 'two'"),
        ([(0.99, 0.5, "far to the right")], "leaves the sheet"),
        ([(0.2, 0.5, "7.740950e+07")], "not for readers"),
        ([(0.2, 0.5, "41900000.000")], "not for readers"),
        ([(0.2, 0.5, "nan")], "not for readers"),
    ],
)
def test_a_planted_fault_is_found(texts: list[tuple[float, float, str]], fault: str) -> None:
    figure = Figure(figsize=(4, 3))
    ax = figure.add_subplot()
    ax.set_axis_off()
    for x, y, words in texts:
        figure.text(x, y, words)
    assert any(fault in found for found in faults(ax))


def test_a_sign_that_the_font_lacks_is_found_before_it_is_drawn() -> None:
    figure = Figure()
    ax = figure.add_subplot()
    ax.set_axis_off()
    figure.text(0.2, 0.5, "김")
    with pytest.warns(UserWarning, match="missing from font"):
        assert any("font lacks" in found for found in faults(ax))
