"""Mojibake is repaired where it is certain, left and named where it is not. The authority is the round trip itself."""

import ftfy.bad_codecs  # noqa: F401  (registers the forgiving Windows-1252)
import pytest

from analysis import intake
from analysis.intake.mojibake import repair, repaired
from analysis.intake.tables import raw_table

TEXTS = [
    "José",
    "Müller & Söhne",
    "Łódź",
    "東京グルメ",
    "Дима",
    "größe 🎉",
    "Café – été",
    "İstanbul",
    "محمد",
    "5’4” tall",
]


def broken(text: str, times: int = 1) -> str:
    """Return a text as a program shows it that read its UTF-8 as Windows-1252, so many times."""
    for _ in range(times):
        text = text.encode().decode("sloppy-windows-1252")
    return text


def table(**columns: list[str | None]):
    return raw_table("t.csv", list(columns), list(columns.values()))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_broken_text_turns_back_and_a_sound_one_stays(text, times):
    assert repaired(broken(text, times)) == text
    assert repaired(text) is None


def test_a_text_through_latin_1_turns_back():
    assert repaired("José".encode().decode("latin-1")) == "José"


@pytest.mark.parametrize("text", ["SÃO PAULO", "AÇÃO", "Â", "À LA CARTE", "©", "50 ×", "naïve", "ÅSA Ö", "IRMÃ DULCE"])
def test_a_text_that_merely_holds_such_letters_stays(text):
    assert repaired(text) is None


def test_a_column_is_repaired_when_every_cell_turns_back():
    doubts: list[str] = []
    raw = table(name=["bob", broken("José"), None, broken("Zoë")], followers=["1", "2", "3", "4"])
    done = repair(raw, doubts)
    assert done.frame["name"].to_list() == ["bob", "José", None, "Zoë"]
    assert raw.frame["name"][1] == broken("José")
    assert any("2 cells repaired" in note and "José" in note for note in done.notes)
    assert not doubts


def test_a_column_with_one_sound_cell_stays_and_is_named():
    doubts: list[str] = []
    raw = table(name=[broken("José"), broken("Zoë"), "André"])
    assert repair(raw, doubts) is raw
    assert "'name': 2 texts look like UTF-8 read as Windows-1252" in doubts[0]


def test_one_broken_letter_in_a_whole_table_is_no_proof():
    doubts: list[str] = []
    raw = table(name=["bob", broken("José")])
    assert repair(raw, doubts) is raw
    assert "not certain" in doubts[0]


def test_headers_and_captions_prove_each_other():
    doubts: list[str] = []
    raw = table(**{broken("Veröffentlicht am"): ["2024-01-05"], "Name": [broken("José")]})
    done = repair(raw, doubts)
    assert done.headers == ["Veröffentlicht am", "Name"]
    assert done.frame.columns == done.headers
    assert done.frame["Name"].to_list() == ["José"]


def test_a_trimmed_no_break_space_is_not_guessed():
    """``voilà`` that lost the second half of its à looks like ``IRMÃ``, which is sound."""
    assert repaired(broken("voilà").strip()) is None


def test_a_file_is_repaired_and_says_so(tmp_path):
    text = "Name,Abonnés,Likes moyens\nJosé,12000,340\nZoë,88000,900\nAndré,5000,70\n"
    (tmp_path / "a.csv").write_text(broken(text), encoding="utf-8")
    tables = intake.read(tmp_path / "a.csv")
    assert tables.creators["name"].to_list() == ["José", "Zoë", "André"]
    assert tables.creators["followers"].to_list() == [12000, 88000, 5000]
    (entry,) = tables.audit["files"]
    assert entry["columns"]["Abonnés"] == "followers"
    assert sum("repaired" in rule for rule in entry["rules"]) == 2
