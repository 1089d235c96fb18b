"""Slides of the notebooks: one file, no network, only the vendored engine may run (promises 15, 19)."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.patience import until

from analysis.reporting import slides as module
from analysis.reporting.assemble import assemble
from analysis.reporting.outline import repeats
from analysis.reporting.slides import write_slides
from analysis.reporting.story import Story
from analysis.reporting.theme import Theme

HOUSE = Theme()
VENDORED = Path(module.__file__).parent / "vendor" / "reveal"


@pytest.fixture(scope="module")
def hostile(telling):
    return write_slides(telling.hostile(), telling.about(client=telling.NAMES[1]), HOUSE)


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_the_vendored_engine_is_the_published_one():
    """SHA-256 of the files of reveal.js 6.0.2 as published."""
    found = {
        name: hashlib.sha256((VENDORED / name).read_bytes()).hexdigest()[:16] for name in ("reveal.js", "reveal.css")
    }
    assert found == {"reveal.js": "aa1bbbf2617b23a6", "reveal.css": "615ee850cbbb98a0"}
    assert "Permission is hereby granted" in (VENDORED / "LICENSE").read_text()


def test_only_the_engine_runs_and_nothing_is_asked_of_the_network(hostile):
    tags = Tags(hostile).tags
    assert [attrs for tag, attrs in tags if tag == "script"] == [{}, {}]
    scripts = re.findall(r"<script>(.*?)</script>", hostile, flags=re.DOTALL)
    policy = next(attrs["content"] for tag, attrs in tags if attrs.get("http-equiv") == "Content-Security-Policy")
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none'")
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    assert all(attrs["src"].startswith("data:") for tag, attrs in tags if tag == "img")
    outside = re.sub(r"<(script|style)>.*?</\1>", "", hostile, flags=re.DOTALL)
    assert "https://evil.example/" in outside  # shown as a name
    assert not [attrs for tag, attrs in tags if tag in {"a", "iframe", "object", "link"}]


def test_names_are_shown(hostile):
    assert "&lt;script&gt;window.hacked=1&lt;/script&gt;" in hostile
    assert "{{7*7}}" in hostile
    assert "\u202e" not in hostile


def test_every_question_is_a_slide_and_its_table_lies_below(telling):
    html = write_slides(telling.story(telling.finding("cpe"), telling.intervals("cpe")), telling.about(), HOUSE)
    assert html == write_slides(telling.story(telling.finding("cpe"), telling.intervals("cpe")), telling.about(), HOUSE)
    assert "http://" not in html
    assert "https://" not in html
    assert html.count("<table style") == 1
    assert 'scope="col"' in html
    assert "Likely question: How sure is that?" in html
    assert all(attrs.get("alt") for tag, attrs in Tags(html).tags if tag == "img")


def test_the_answer_comes_first_and_a_short_table_stands_beneath_its_sentence(telling):
    finding = telling.finding("cpe")
    html = write_slides(telling.story(finding), telling.about(), HOUSE)
    slides = html.split("<section")
    answer = next(place for place, part in enumerate(slides) if 'id="answer"' in part)
    assert answer == 2, "the answer follows the title"
    assert "What to do" in slides[answer]
    assert "Keep in mind" in slides[answer]

    def beside_tables(parts):
        return [finding.sentence in part.partition("<aside")[0] for part in parts if "<table style" in part]

    assert beside_tables(slides) == [True]
    chapter = telling.story(finding).chapters[0]
    section = replace(chapter.sections[0], items=(finding, telling.intervals("cpe")))
    drawn = write_slides(Story((replace(chapter, sections=(section,)),)), telling.about(), HOUSE).split("<section")
    assert beside_tables(drawn) == [False], "a chart takes the room"


def test_one_reason_for_many_questions_is_argued_once(telling):
    """On the page it stands once and the other questions have its title; of the slides there is one, with them all."""
    common = {
        "verdict": "not testable",
        "rows": (),
        "title": "Not testable here: 0 fees",
        "sentence": "No fee is known.",
    }
    asked = [telling.finding(id, question=f"Question {id}?", **common) for id in ("one", "two", "three")]
    story = telling.story(*asked)
    assert repeats(story.chapters[0]) == {"two": "one", "three": "one"}
    page = assemble(story, telling.about())
    told = page[page.index('class="part chapter"') : page.index('aria-labelledby="evidence"')]
    assert told.count("No fee is known.") == 1
    assert told.count("Not testable here: 0 fees") == 3
    html = write_slides(story, telling.about(), HOUSE)
    slides = [part.partition("<aside")[0] for part in html.split("<section") if "0 fees</h2>" in part]
    assert len([part for part in slides if 'id="answer"' not in part]) == 1
    assert "The same answer holds for: Question two? Question three?" in html


def test_a_browser_without_a_network_shows_every_slide(hostile, browser, tmp_path):
    page_file = tmp_path / "slides.html"
    page_file.write_text(hostile, encoding="utf-8")
    with browser.new_context(offline=True, viewport={"width": 1280, "height": 720}) as window:
        page = window.new_page()
        said, asked = [], []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        until(lambda: page.evaluate("!!(window.Reveal && Reveal.isReady())"), "the slides are ready")
        over = page.evaluate(
            """() => Reveal.getSlides().filter(s => { const at = Reveal.getIndices(s); Reveal.slide(at.h, at.v);
                 return s.scrollHeight > 722 || s.scrollWidth > 1282 }).map(s => s.innerText.slice(0, 80))"""
        )
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("Reveal.getTotalSlides()") > 5
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert over == []


def test_the_speakers_window_says_the_notes_and_follows(telling, browser, tmp_path):
    """S opens it; it tells the notes of the slide that is shown, what comes next, and moves the slides itself."""
    page_file = tmp_path / "slides.html"
    page_file.write_text(
        write_slides(telling.story(telling.finding("cpe"), telling.intervals("cpe")), telling.about(), HOUSE), "utf-8"
    )
    with browser.new_context(offline=True) as window:
        page = window.new_page()
        page.goto(page_file.as_uri())
        until(lambda: page.evaluate("!!(window.Reveal && Reveal.isReady())"), "the slides are ready")
        page.keyboard.press("s")
        until(lambda: page.wait_for_timeout(50) or len(window.pages) == 2, "the speaker's window is open")
        speaker = window.pages[1]

        def said():
            return speaker.evaluate("document.body ? document.body.innerText : ''")

        until(lambda: "1 of " in said() and "Next: " in said(), "the first slide is told")
        for _ in range(3):  # the answer, the notebook, its first question
            speaker.keyboard.press("ArrowRight")
        until(lambda: "Likely question" in said(), "the notes of the finding are told")
        assert page.evaluate("Reveal.getSlidePastCount()") == 3
        assert speaker.evaluate("document.querySelectorAll('script, img, a').length") == 0
