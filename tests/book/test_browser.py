"""The built chapters in a real browser, straight from disk.

A page is loaded once for all that is asked of it; what the explorers' script does is tried on a
small page, in `test_script.py`, and the pictures' letters in `test_fonts.py`.
"""

import functools

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.book.conftest import Opener
from tests.book.test_notebooks import CHAPTER_NAMES, WITH_PICTURES

pytestmark = pytest.mark.browser

COLOURS = ["color-contrast", "link-in-text-block"]
# without preload: the scanner would fetch the stylesheets, which a page from disk must not
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "preload": False,
    "resultTypes": ["violations"],
}


def in_one_worker(names):
    """Tests of one page share its loading: they go to the same worker."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]


CHAPTERS = in_one_worker(CHAPTER_NAMES)
PAGES = in_one_worker([*CHAPTER_NAMES, "notation", "bibliography"])


def address_of(built_book, name):
    return (built_book / "chapters" / f"{name}.html").as_uri()


@pytest.fixture(scope="module")
def loaded(browser, built_book, request):
    """A page, loaded once, and who watches it."""
    opener = Opener(browser)
    page = opener(address_of(built_book, request.param), color_scheme="light")
    wait_for_mathematics(page)
    yield page, opener
    opener.close()


@pytest.fixture
def page(loaded):
    """A page as it is when it is opened; it must be quiet and ask nobody."""
    page, opener = loaded
    page.emulate_media(media="screen")
    in_state(page, 1280, "light")
    page.evaluate("scrollTo(0, 0)")
    yield page
    page.evaluate(
        """() => explorers.forEach((explorer) => {
          for (const control of explorer.controls) control.value = control.start;
          explorer.show();
        })"""
    )
    opener.check()


def on_each(pages):
    return pytest.mark.parametrize("loaded", pages, indirect=True)


def on(name):
    return on_each(in_one_worker([name]))


def wait_for_mathematics(page):
    page.wait_for_function("!document.querySelector('.math:not(:has(mjx-container))')")


@on_each(PAGES)
def test_a_page_opens_from_disk_without_errors_or_other_hosts(page):
    assert page.locator("main h1:visible").count() == 1
    assert page.title()


@on("regularizer")
def test_mathematics_is_set_without_a_network(page):
    assert page.locator("mjx-container").count() > 40
    assert page.locator("mjx-merror").count() == 0


# Colours are all that a dark page changes. After the first state, formulas are one letter each and
# in a block of code one token of each kind is left: they are set alike.
STATES = [
    (1280, "light", WCAG),
    (1280, "dark", WCAG),
    *((width, "light", WCAG) for width in (360, 3840)),
    *((width, "dark", {**WCAG, "runOnly": COLOURS}) for width in (360, 3840)),
]
THIN = """() => {
  window.whole = [...document.querySelectorAll("mjx-math, mjx-assistive-mml, pre")].map(
    (part) => [part, part.innerHTML]);
  for (const [part] of whole) {
    if (part.localName !== "pre") part.textContent = "x";
    const seen = new Set();
    for (const token of part.querySelectorAll("span:not(:has(*))")) {
      if (seen.has(token.className)) token.remove();
      seen.add(token.className);
    }
  }
}"""
# the theme makes what scrolls reachable by keyboard, a moment after the page has another width
REACHABLE = """() => [...document.querySelectorAll("pre, .cell_output > .output, " +
    ".pst-scrollable-table-container")].every((part) => part.tabIndex === 0 ||
      (part.scrollWidth <= part.clientWidth && part.scrollHeight <= part.clientHeight))"""
# Contrast costs most of a scan. Of parts that look alike, down from the body, it is judged for the
# first two and the last.
ALIKE = """() => {
  const looks = new Map(), lookOf = new Map();
  for (const part of document.querySelectorAll("body, body *")) {
    const { color, fill, background, opacity, font, textShadow, filter, position } =
      getComputedStyle(part);
    const own = [...part.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.data.trim()).join("");
    const look = [
      lookOf.get(part.parentElement)?.number, part.localName, part.getAttribute("class"),
      part.checkVisibility({ visibilityProperty: true }), Math.min(text.length, 3),
      Math.min(text.replace(/[^\\p{L}\\p{N}]/gu, "").length, 2),
      color, fill, background, opacity, font, textShadow, filter, position,
    ].join();
    if (!looks.has(look)) looks.set(look, { number: looks.size, parts: [] });
    lookOf.set(part, looks.get(look));
    looks.get(look).parts.push(part);
  }
  for (const { parts } of looks.values())
    parts.forEach((part, k) => part.toggleAttribute("data-alike", 1 < k && k < parts.length - 1));
}"""
LOOK_AT_OTHERS = """() => axe.configure(
    {rules: [{id: "color-contrast", selector: ":not([data-alike])"}]})"""
MAKE_WHOLE = "() => { for (const [part, html] of whole) part.innerHTML = html; }"


def in_state(page, width, scheme):
    """Give the page a width and a scheme, and wait for what follows from them."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.locator(f"html[data-theme={scheme}]").wait_for()
    page.evaluate("document.getAnimations().forEach((fade) => fade.finish())")
    page.wait_for_function(REACHABLE)


# One page in every state stands for the others, which have the same stylesheets.
IN_EVERY_STATE = "practice"
IN_OTHER_STATES = [
    pytest.param(name, marks=[mark, *([] if name == IN_EVERY_STATE else [pytest.mark.full])])
    for name, (mark,) in ((page.values[0], page.marks) for page in PAGES)
]


@on_each(PAGES)
def test_no_accessibility_violation_is_found(page):
    page.evaluate(AXE_SCRIPT)
    assert not violations(page, STATES[:1])


@on_each(IN_OTHER_STATES)
def test_no_accessibility_violation_is_found_dark_narrow_or_very_wide(page):
    page.evaluate(AXE_SCRIPT)
    page.evaluate(THIN)
    found = violations(page, STATES[1:])
    page.evaluate(MAKE_WHOLE)
    assert not found


def violations(page, states):
    page.evaluate(LOOK_AT_OTHERS)
    found = []
    for width, scheme, rules in states:
        in_state(page, width, scheme)
        page.evaluate(ALIKE)
        scan = page.evaluate("options => axe.run(options)", rules)
        assert "color-contrast" in [rule["id"] for rule in scan["passes"]]
        found += [
            (width, scheme, fault["id"], [node["target"] for node in fault["nodes"]])
            for fault in scan["violations"]
        ]
    return found


@on("regularizer")
def test_the_button_back_to_top_can_be_read(page):
    """A narrow page shows it to who scrolls upwards."""
    page.evaluate(AXE_SCRIPT)
    for scheme in ("light", "dark"):
        in_state(page, 360, scheme)
        button = page.locator("#pst-back-to-top")
        button.evaluate("button => { button.style.display = 'block'; }")
        scan = button.evaluate("(b, options) => axe.run(b, options)", {**WCAG, "runOnly": COLOURS})
        button.evaluate("button => button.removeAttribute('style')")
        assert [rule["id"] for rule in scan["passes"]] == ["color-contrast"]
        assert not scan["violations"]


@on_each(PAGES)
def test_a_phone_need_not_scroll_sideways(page):
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    overflowing = page.evaluate(
        """() => [...document.querySelectorAll("div.math")]
          .filter((block) => block.scrollWidth > block.clientWidth + 1)
          .map((block) => block.id)"""
    )
    assert not overflowing


@on("regularizer")
def test_an_equation_is_broken_where_the_screen_is_narrow_and_nowhere_else(page):
    heights = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        heights[width] = page.locator("#equation-eq-regularized-error mjx-math").evaluate(
            "whole => whole.offsetHeight / parseFloat(getComputedStyle(whole).fontSize)"
        )
    # a sum with its limits is as high as three letters
    assert heights[1280] < 4 and heights[360] > 5


# --- every control of every explorer


@on_each(in_one_worker(WITH_PICTURES))
def test_every_slider_moved_by_keyboard_changes_the_picture_and_its_text(page):
    explorers = explorers_of(page)
    assert explorers
    for explorer in explorers:
        for slider in explorer.get_by_role("slider").all():
            assert_moves(page, explorer, slider)


@on_each(CHAPTERS)
def test_every_choice_changes_the_picture_and_its_text(page):
    for explorer in explorers_of(page):
        for choice in explorer.get_by_role("combobox").all():
            other = choice.locator("option:not([selected])").first.get_attribute("value")
            press_in_all_sliders(page, explorer, "End")  # where a choice tells: at λ = 0 none does
            if not changes(explorer, functools.partial(choice.select_option, other)):
                press_in_all_sliders(page, explorer, "Home")
                choice.select_option(choice.locator("option[selected]").get_attribute("value"))
                assert changes(explorer, functools.partial(choice.select_option, other))
        for box in explorer.get_by_role("checkbox").all():
            assert changes(explorer, box.click)


def explorers_of(page):
    """The explorers of a page, unpacked, their questions answered: now they follow at once."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("Promise.all(explorers.map((explorer) => explorer.load()))")
    page.evaluate("for (const explorer of explorers) if (explorer.isAsking) explorer.answer()")
    return page.locator(".explorer[data-name]").all()


def press_in_all_sliders(page, explorer, key):
    for slider in explorer.get_by_role("slider").all():
        slider.press(key)


SHOWN = """explorer => [
  [...explorer.querySelectorAll(".explorer-picture")].map((e) => e.innerHTML).join(),
  explorer.querySelector(".explorer-sentence").innerText,
  explorer.querySelector(".explorer-pictures").getAttribute("aria-label"),
]"""


def changes(explorer, act):
    """Whether an action changes the picture, and then its sentence too."""
    before = explorer.evaluate(SHOWN)
    act()
    after = explorer.evaluate(SHOWN)
    changed = after[0] != before[0]
    assert not changed or after[1] != before[1]
    return changed


def assert_moves(page, explorer, slider):
    value = explorer.locator(f"#{slider.get_attribute('id')} + .explorer-value")
    before, text = explorer.evaluate(SHOWN), value.inner_text()
    there, back = ("ArrowRight", "ArrowLeft")
    if slider.input_value() == slider.get_attribute("max"):
        there, back = back, there
    slider.press(there)
    page.wait_for_function(
        f"([explorer, html]) => ({SHOWN})(explorer)[0] !== html",
        arg=[explorer.element_handle(), before[0]],
    )
    _, caption, label = explorer.evaluate(SHOWN)
    assert caption != before[1]
    assert label.replace("_", "") == caption  # in the sentence E_D is set with a subscript
    assert value.inner_text() != text
    assert slider.get_attribute("aria-valuetext") == value.inner_text()
    slider.press(back)
    page.wait_for_function(
        f"([explorer, text]) => ({SHOWN})(explorer)[1] === text",
        arg=[explorer.element_handle(), before[1]],
    )


@on("regularizer")
def test_sliders_have_names_that_a_person_would_say(page):
    """Of those that ask first the sliders are hidden until then."""
    for name in ("first effective weight", "second effective weight"):
        assert page.get_by_role("slider", name=name, exact=True).count() == 1
    explorer = shown(page, "error_curves")
    for name in ("keep probability", "input x", "target y"):
        assert explorer.get_by_role("slider", name=name, exact=True).count() == 1


@on_each(CHAPTERS)
def test_no_two_elements_share_an_id(page):
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))


@on("regularizer")
def test_ink_follows_the_page(page):
    for scheme in ("light", "dark"):
        in_state(page, 1280, scheme)
        ink, paper = page.evaluate(
            """() => [
              getComputedStyle(document.querySelector(".explorer-picture svg text")).fill,
              getComputedStyle(document.body).backgroundColor,
            ]"""
        )
        brightness = [sum(map(int, colour[4:-1].split(","))) for colour in (ink, paper)]
        assert (brightness[0] > brightness[1]) == (scheme == "dark")


# --- a chapter holds together with the script, the theme and the reader's ways


def test_without_scripts_the_default_picture_stands_there(open_page, built_book):
    page = open_page(address_of(built_book, "regularizer"), java_script_enabled=False)
    assert page.locator(".explorer-picture svg").first.is_visible()
    assert not page.locator(".explorer-controls").first.is_visible()


def explorer_named(page, name):
    return page.locator(f".explorer[data-name={name}]")


def shown(page, name):
    """An explorer of which the question is passed over."""
    explorer = explorer_named(page, name)
    button = explorer.get_by_role("button", name="Just show me")
    if button.is_visible():  # not yet passed over by a test before
        button.click()
    return explorer


def wait_for_text(page, explorer, words):
    page.wait_for_function(
        "([caption, words]) => caption.innerText.includes(words)",
        arg=[explorer.locator(".explorer-sentence").element_handle(), words],
    )


def press_home(page, explorer):
    """Move the first slider of an explorer to its lowest value."""
    explorer.get_by_role("slider").first.press("Home")
    wait_for_text(page, explorer, "keep probability 0.1")


@on("regularizer")
def test_a_slider_is_dragged_with_the_pointer(page):
    explorer = shown(page, "error_curves")
    slider = explorer.get_by_role("slider", name="keep probability")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.45, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=30)
    page.mouse.up()
    wait_for_text(page, explorer, "keep probability 1.0")


@on("regularizer")
def test_the_address_keeps_the_view(page):
    explorer = shown(page, "error_curves")
    press_home(page, explorer)
    assert page.url.endswith("#error_curves.keep_prob=0.1")
    page.reload()
    wait_for_text(page, explorer, "keep probability 0.1")


@on("regularizer")
def test_paper_shows_the_default_picture_without_controls(page):
    explorer = shown(page, "error_curves")
    picture = explorer.locator(".explorer-picture svg")
    default = picture.text_content().split()
    press_home(page, explorer)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    wait_for_text(page, explorer, "keep probability 0.5")
    assert picture.text_content().split() == default
    assert not explorer.locator(".explorer-controls").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    wait_for_text(page, explorer, "keep probability 0.1")


def test_pictures_can_be_touched_before_the_scripts_that_wait_have_run(open_page, built_book):
    page = open_page.new_page()
    live = "window.live = document.querySelector('.explorer-live') !== null"
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {live} }})")
    page.goto((built_book / "chapters" / "regularizer.html").as_uri())
    assert page.evaluate("live")


def test_the_sliders_work_from_a_web_host_too(browser, served):
    page = browser.new_page()
    page.goto(f"{served}/chapters/regularizer.html")
    explorer = shown(page, "error_curves")
    assert_moves(page, explorer, explorer.get_by_role("slider").first)
    page.close()
