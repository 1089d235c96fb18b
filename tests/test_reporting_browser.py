"""The page of hostile names in a real browser: nothing runs, nothing is fetched, anybody can read and sort it."""

import pytest

from analysis.formats import count

pytest.importorskip("playwright")

WIDTHS = (390, 768, 1366, 1920)


@pytest.fixture
def opened(browser, hostile_pack):
    """Return a function that opens the report; whatever the page does by itself is listed in ``page.heard``."""
    contexts = []

    def open_page(width=1366, **options):
        context = browser.new_context(viewport={"width": width, "height": 850}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.heard = []
        page.on("dialog", lambda dialog: (page.heard.append(("dialog", dialog.message)), dialog.dismiss()))
        page.on("console", lambda message: page.heard.append(("console", message.text)))
        page.on("pageerror", lambda error: page.heard.append(("error", str(error))))
        page.on("request", lambda request: page.heard.append(("request", request.url)))
        page.goto((hostile_pack / "report.html").as_uri())
        page.heard = [what for what in page.heard if not what[1].startswith(("file:", "data:"))]
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_no_name_runs_and_nothing_is_fetched(opened):
    page = opened()
    for button in page.locator("table.people th button").all():
        button.click()
    page.locator(".probe").first.hover()
    page.locator("input[type=search]").first.fill("<img")
    page.mouse.wheel(0, 50_000)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    asked = [what for what in page.heard if not what[1].startswith(("file:", "data:"))]
    assert asked == []
    assert page.evaluate("window.hacked") is None
    assert page.locator("script").count() == 1 + page.locator("script[type='application/json']").count()
    targets = page.eval_on_selector_all("[href],[src]", "all => all.map(e => e.getAttribute('href') || e.src)")
    assert {target[:1] if target.startswith("#") else target[:11] for target in targets} <= {"#", "data:image/"}
    assert (
        page.eval_on_selector_all("*", "all => all.flatMap(e => e.getAttributeNames()).filter(n => /^on/.test(n))")
        == []
    )


def test_names_are_shown_as_they_are(opened):
    page = opened()
    more = page.locator("button.more").first
    while more.is_visible():
        more.click()
    shown = page.locator("table.people").first.locator("tbody th").all_inner_texts()
    for name in (
        '=HYPERLINK("https://evil.example/","click")',
        '<img src=x onerror="window.hacked=1">',
        "](javascript:window.hacked=1)",
        "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
        "..\\..\\x",
        "abcgnp.exe",
        "👩\u200d👩\u200d👧 한국 ليلى 漢字 🔥",
        "&lt;b&gt;",
    ):
        # a long name is shortened on its way into a sentence or a table; its beginning is there
        assert any(text and name.startswith(text.rstrip("…")) for text in shown), name
    assert page.locator("header strong").inner_text() == "<b>Acme</b> & {{7*7}}"
    assert "</footer><script>" in page.locator("footer").inner_text()


@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_no_violation(opened, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(opened(width)).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways_and_charts_fit_their_column(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.eval_on_selector_all(
        "figure img", "all => all.filter(i => i.offsetWidth).map(i => [i.getBoundingClientRect(), i.naturalWidth])"
    )
    assert boxes
    assert all(box["right"] <= width + 12 and natural > 0 for box, natural in boxes)


def test_a_table_is_sorted_from_the_keyboard(opened):
    page = opened()
    table = page.locator("table.people").first
    head = table.locator("th button", has_text="followers").first
    head.focus()
    orders = []
    for _ in range(2):
        page.keyboard.press("Enter")
        cells = table.locator("tbody td:nth-child(3)").all_inner_texts()
        orders.append([int(text.replace(",", "")) for text in cells])
        assert page.evaluate("document.activeElement.textContent") == "followers"
    assert orders[0] == sorted(orders[0], reverse=True)
    assert orders[1] == sorted(orders[1])
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert table.locator("th[aria-sort]").count() == 1


def test_a_creator_is_found_by_name(opened):
    page = opened()
    page.locator("input[type=search]").first.fill("creator 8")
    table = page.locator("table.people").first
    assert set(table.locator("tbody th").all_inner_texts()) == {f"creator {n}" for n in range(80, 90)}
    assert page.locator("p[role=status]").first.inner_text() == "10 of 10 found shown"


@pytest.mark.parametrize("width", [390, 1366])
def test_the_pointer_on_a_mark_tells_whose_it_is(opened, width):
    page = opened(width)
    places = page.evaluate(
        """() => {
          const figure = document.querySelector("figure.of-people"), wide = figure.querySelector("img:not(.phone)");
          const phone = figure.querySelector("img.phone"), narrow = phone && phone.offsetWidth;
          const picture = narrow ? phone : wide;
          const size = (narrow ? figure.dataset.phone : figure.dataset.wide).split(" ");
          picture.scrollIntoView({block: "center"});
          const box = picture.getBoundingClientRect(), scale = box.width / size[0];
          return JSON.parse(document.getElementById(figure.dataset.people + "-data").textContent)
            .map(([texts, at]) => [texts, box.left + at[narrow ? 2 : 0] * scale, box.top + at[narrow ? 3 : 1] * scale]);
        }"""
    )
    assert len(places) == 90
    note = page.locator("figure.of-people .note-of").first
    for texts, x, y in (places[0], places[-1]):
        page.mouse.move(x, y)
        assert note.is_visible()
        assert texts[2] in note.inner_text()
        assert texts[3] in note.inner_text()
        box = note.bounding_box()
        assert box["x"] >= -1
        assert box["x"] + box["width"] <= width + 1
    page.mouse.move(5, 5)
    assert not note.is_visible()


def test_the_keyboard_goes_from_mark_to_mark(opened):
    page = opened()
    probe = page.locator(".probe").first
    probe.focus()
    first = probe.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert probe.get_attribute("aria-valuenow") == "2"
    assert probe.get_attribute("aria-valuetext") != first
    page.keyboard.press("End")
    assert probe.get_attribute("aria-valuenow") == probe.get_attribute("aria-valuemax") == count(90)
    assert page.locator(".note-of strong").first.inner_text() != ""


def test_without_its_script_the_page_is_whole(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("h1").inner_text()
    assert page.locator("table.people tbody tr").count() >= 50
    assert page.locator("button").count() == 0
    assert page.locator("figure img").first.is_visible()


def test_the_clients_colours_are_on_the_page_and_in_its_charts(opened, hostile_pack):
    page = opened()
    colour = page.locator(".numbers .big").first.evaluate("e => getComputedStyle(e).color")
    assert colour == "rgb(122, 31, 162)"
    charts = "".join(path.read_text(encoding="utf-8") for path in (hostile_pack / "figures").glob("*.svg"))
    assert "#7a1fa2" in charts.lower()
    assert "#c2410c" not in charts.lower()
