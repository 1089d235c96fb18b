"""Numbers that carry a note become plain ones. Cells are invented; values are by hand."""

import polars as pl
import pytest

from analysis.intake.numbers import parse_column


def test_a_change_in_percent_behind_a_number_is_left_out():
    cells = ["3.67亿51%", "264.03万16.4%", "1.9亿10.5%", "8110万0.6%"]
    assert parse_column(pl.Series(cells), kind="count").values.to_list() == [367e6, 2_640_300, 190e6, 81.1e6]


@pytest.mark.parametrize("signed", ["1.2M +3.4%", "1.2M -3.4%", "1.2M 3.4%"])
def test_a_signed_change_is_left_out_too(signed):
    assert parse_column(pl.Series([signed, signed]), kind="count").values.to_list() == [1_200_000, 1_200_000]


def test_cells_that_no_rule_makes_plainer_are_read_once():
    """What looks written in parts and is not ends unread, and does not go round for ever."""
    read = parse_column(pl.Series(["3亿x5", "2万y1", "7万z2"]), kind="count")
    assert read.values.to_list() == [None, None, None]
    assert read.unparsed.all()
