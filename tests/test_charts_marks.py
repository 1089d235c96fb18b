"""Where the marks of creators lie, read back from the picture itself."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis.charts import NARROW, WIDE, engagement_against_reach, marks, picture, rows_used
from analysis.charts import marks as marks_function
from analysis.charts.marks import MARKS_LIMIT

FLOORS = {"micro": 1e3, "mega": 1e6}


def creators(count: int = 5) -> pd.DataFrame:
    sizes = 2_000 * 1.5 ** (np.arange(count) % 20)
    return pd.DataFrame(
        {
            "handle": [f"c{i}" for i in range(count)],
            "followers": sizes,
            "engagements_per_post": np.sqrt(sizes) * (1 + np.arange(count) % 7),
            "tier": ["micro"] * count,
        }
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_lie_where_the_picture_draws_them(width: float) -> None:
    ax = engagement_against_reach(creators(), floors=FLOORS, width=width)
    # every mark of the cloud is a <use> at its place in the SVG, whose unit is a point
    drawn = {
        (round(float(x), 1), round(float(y), 1))
        for x, y in re.findall(r'<use [^>]*?x="([\d.]+)" y="([\d.]+)"', picture(ax).decode())
    }
    for _, x, y in marks(ax):
        assert any(abs(x - a) < 0.15 and abs(y - b) < 0.15 for a, b in drawn), (x, y)


def test_most_followers_come_first_and_a_creator_without_a_mark_is_left_out() -> None:
    table = creators()
    table.loc[1, "engagements_per_post"] = 0
    assert [row for row, *_ in marks(engagement_against_reach(table, floors=FLOORS))] == [4, 3, 2, 0]


def test_a_page_carries_at_most_so_many() -> None:
    ax = engagement_against_reach(creators(MARKS_LIMIT + 50), floors=FLOORS)
    assert len(marks(ax)) == MARKS_LIMIT


def test_other_charts_have_none() -> None:
    assert marks_function(rows_used(pd.DataFrame({"label": ["used"], "rows": [3]}))) == []
