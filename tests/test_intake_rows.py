"""Where the header of a table is. Rows are invented; what is expected is a careful reader's."""

import pytest

from analysis.intake.rows import find_header


@pytest.mark.parametrize("labels", [["18-24", "25-34", "55+"], ["2021", "2022"], ["13 – 17"]])
def test_age_groups_and_years_may_stand_in_a_header(labels):
    header = ["Influencer", "Platform", "Likes", "Comments", *labels]
    assert find_header([header, ["ana", "TikTok", "30", "4", *["25"] * len(labels)]]) == 0


def test_a_row_with_a_year_is_no_header_unless_the_rest_is():
    assert find_header([["ana", "Berlin", "2021", "2022"], ["bo", "Rome", "2020", "2022"]]) is None


def test_numbers_are_no_labels():
    assert find_header([["Influencer", "Likes", "300"], ["ana", "4", "200"]]) is None
