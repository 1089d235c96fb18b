import json

import pytest

from analysis import look
from analysis.look import Look, contrast


def test_contrast_is_that_of_wcag():
    # WebAIM's contrast checker: #767676 is the lightest grey that passes 4.5:1 on white; #777777 fails with 4.48
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1


def test_the_house_ramp_is_kept_as_it_is():
    assert Look().ramp == ("#4B93C8", "#1F5A91", "#0B2A4A")


@pytest.mark.parametrize("second", ["#FF6600", "#7A1FA2", "#006400", "#000000", "#888888"])
def test_a_ramp_of_any_hue_has_marks_that_are_seen_and_steps_apart(second):
    steps = [contrast(step) for step in Look(second=second).ramp]
    assert steps[0] >= look.MARK_CONTRAST
    assert steps[1] / steps[0] > 1.8
    assert steps[2] / steps[1] > 1.8


def test_the_look_of_the_pack_is_read_in_its_notebooks_folder(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (tmp_path / "theme").mkdir()
    given = Look(accent="#7A1FA2", second="#006400", locale="de")
    (tmp_path / look.FILE).write_text(given.to_json(), encoding="utf-8")
    monkeypatch.chdir(folder)
    look._of_pack.cache_clear()
    try:
        assert look.current() == given
        with look.using(Look()):
            assert look.current() == Look()
    finally:
        look._of_pack.cache_clear()


@pytest.mark.parametrize(
    "content",
    ["not json", "[]", json.dumps({"accent": "red", "second": "#000000", "locale": "en"}), json.dumps({"colour": 1})],
)
def test_a_file_that_is_no_look_changes_nothing(tmp_path, monkeypatch, content):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (tmp_path / "theme").mkdir()
    (tmp_path / look.FILE).write_text(content, encoding="utf-8")
    monkeypatch.chdir(folder)
    look._of_pack.cache_clear()
    try:
        assert look.current() == Look()
    finally:
        look._of_pack.cache_clear()
