"""The print of a real report of hostile names, looked at with poppler as a reader's program would."""

import json
import re
import shutil
import subprocess

import pytest

#: The sizes of type that a page has, in points, and the narrowest margin.
SIZES, MARGIN = {8.0, 10.0, 15.0, 24.0}, 38


@pytest.fixture(scope="module")
def poppler():
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler (pdftotext) is not installed on this system")

    def run(pack, *options):
        command = ["pdftotext", *options, str(pack / "report.pdf"), "-"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")

    return run


@pytest.fixture(scope="module")
def words(poppler, hostile_pack):
    """Return every page as its size and its words with their boxes."""
    pages = []
    for page in re.split("<page ", poppler(hostile_pack, "-bbox"))[1:]:
        size = [float(number) for number in re.findall(r'(?:width|height)="([\d.]+)"', page)[:2]]
        boxes = re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)', page)
        pages.append((size, [(tuple(map(float, box[:4])), box[4]) for box in boxes]))
    return pages


def test_every_headline_is_found(poppler, hostile_pack):
    text = re.sub(r"\s+", " ", poppler(hostile_pack).replace("\u200b", ""))
    findings = json.loads((hostile_pack / "findings.json").read_text(encoding="utf-8"))
    assert len(findings) > 20
    assert [finding["title"] for finding in findings if finding["title"] not in text] == []


def test_no_word_leaves_its_page_or_lies_on_another(words):
    for (width, height), boxes in words:
        for place, ((left, top, right, bottom), text) in enumerate(boxes):
            assert left > MARGIN, text
            assert right < width - MARGIN, text
            assert bottom < height - 20, text
            for (other, above, end, below), other_text in boxes[place + 1 : place + 40]:
                apart = min(right, end) - max(left, other) < 0.5 or min(bottom, below) - max(top, above) < 2
                assert apart, (text, other_text)


def test_four_sizes_and_none_below_eight_points(words):
    assert {round(bottom - top, 1) for _, boxes in words for (_, top, _, bottom), _ in boxes} <= SIZES


def test_names_are_text_and_nothing_is_live(poppler, hostile_pack):
    content = (hostile_pack / "report.pdf").read_bytes()
    for live in (b"/JavaScript", b"/JS ", b"/Launch", b"/URI", b"/EmbeddedFile", b"/AA", b"/OpenAction"):
        assert live not in content
    assert "<b>Acme</b> & {{7*7}}" in poppler(hostile_pack)
