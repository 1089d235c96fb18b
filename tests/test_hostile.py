"""Names that try to come alive."""

import csv
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.hostile import escape_html, escape_markdown, guard_formula, plain, safe_filename, unguard_formula

TEXTS = st.text(st.characters(codec=None), max_size=60)


@given(text=TEXTS)
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguard_formula(guard_formula(text)) == text


@given(text=TEXTS)
def test_no_guarded_cell_starts_a_formula(text: str) -> None:
    assert not guard_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_guarded_cell_survives_csv() -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow([guard_formula('=HYPERLINK("http://x","y")')])
    assert next(csv.reader(io.StringIO(stream.getvalue()))) == ['\'=HYPERLINK("http://x","y")']


@given(text=TEXTS)
def test_html_holds_no_tag(text: str) -> None:
    seen: list[str] = []

    class Watch(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            seen.append(tag)

    Watch().feed(f"<p title='{escape_html(text)}'>{escape_html(text)}</p>")
    assert seen == ["p"]


@given(text=TEXTS)
def test_plain_text_can_be_written_as_utf8_and_xml(text: str) -> None:
    cleaned = plain(text)
    cleaned.encode("utf-8")
    assert not any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E for c in cleaned)


def test_joined_emoji_arabic_and_korean_stay() -> None:
    name = "👩‍👩‍👧 نورا 한국"
    assert plain(name) == name


def test_markdown_links_are_dead() -> None:
    assert "](" not in escape_markdown("[x](javascript:alert(1))")


@pytest.mark.parametrize(
    "name", ["..", "../../etc/passwd", "a/b", "C:\\x", "\x00", "nul.txt", "LPT1", ".hidden", "a" * 500]
)
def test_file_names_are_one_step(name: str) -> None:
    safe = safe_filename(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|\x00')
    assert safe.strip(".") == safe
    assert len(safe) <= 81
    assert safe.split(".")[0].casefold() not in {"nul", "lpt1", "con"}
