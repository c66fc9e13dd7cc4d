"""The built chapter in a real browser, straight from disk."""

import functools
import http.server
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.book.test_notebooks import NOTEBOOKS

CHAPTERS = [path.stem for path in NOTEBOOKS]
PAGES = [*CHAPTERS, "notation", "bibliography"]
# without preload: the scanner would fetch the stylesheets, which a page from disk must not
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "preload": False}


@pytest.fixture
def visit(browser, built_book):
    """Open a page of the built book; afterwards it must have been quiet and asked nobody."""
    contexts, foreign, complaints = [], [], []

    def visit(name, fragment="", **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda r: (
                None if r.url.startswith(("file:", "data:", "blob:")) else foreign.append(r.url)
            ),
        )
        page.goto((built_book / "chapters" / f"{name}.html").as_uri() + fragment)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not foreign
    assert not complaints


def wait_for_mathematics(page):
    page.wait_for_function("!document.querySelector('.math:not(:has(mjx-container))')")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_disk_without_errors_or_other_hosts(visit, name):
    page = visit(name)
    wait_for_mathematics(page)
    assert page.locator("main h1:visible").count() == 1
    assert page.title()


def test_mathematics_is_set_without_a_network(visit):
    page = visit("regularizer")
    wait_for_mathematics(page)
    assert page.locator("mjx-container").count() > 40
    assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_slider_moved_by_keyboard_changes_the_picture_and_its_text(visit, name):
    page = visit(name)
    explorers = page.locator(".explorer[data-name]")
    assert explorers.count() > 0
    for explorer in explorers.all():
        for slider in explorer.get_by_role("slider").all():
            assert_moves(page, explorer, slider)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_choice_changes_the_picture_and_its_text(visit, name):
    page = visit(name)
    for explorer in page.locator(".explorer[data-name]").all():
        for choice in explorer.get_by_role("combobox").all():
            other = choice.locator("option:not([selected])").first.get_attribute("value")
            press_in_all_sliders(page, explorer, "End")  # where a choice tells: at λ = 0 none does
            if not changes(page, explorer, functools.partial(choice.select_option, other)):
                press_in_all_sliders(page, explorer, "Home")
                choice.select_option(choice.locator("option[selected]").get_attribute("value"))
                assert changes(page, explorer, functools.partial(choice.select_option, other))
        for box in explorer.get_by_role("checkbox").all():
            assert changes(page, explorer, box.click)


def press_in_all_sliders(page, explorer, key):
    for slider in explorer.get_by_role("slider").all():
        slider.focus()
        page.keyboard.press(key)


def changes(page, explorer, act):
    """Whether an action changes the picture, and then its sentence too."""
    page.wait_for_timeout(100)  # what went before is drawn
    picture, caption = explorer.locator(".explorer-picture"), explorer.locator("figcaption")
    before = picture.inner_html(), caption.inner_text()
    act()
    page.wait_for_timeout(300)
    changed = picture.inner_html() != before[0]
    assert not changed or caption.inner_text() != before[1]
    return changed


def assert_moves(page, explorer, slider):
    picture, caption = explorer.locator(".explorer-picture"), explorer.locator("figcaption")
    value = explorer.locator(f"output[for='{slider.get_attribute('id')}']")
    before = picture.inner_html(), caption.inner_text(), value.inner_text()
    there, back = ("ArrowRight", "ArrowLeft")
    if slider.input_value() == slider.get_attribute("max"):
        there, back = back, there
    slider.focus()
    page.keyboard.press(there)
    page.wait_for_function(
        "([picture, html]) => picture.innerHTML !== html", arg=[picture.element_handle(), before[0]]
    )
    assert caption.inner_text() != before[1]
    # in the sentence E_D is set with a subscript
    assert picture.get_attribute("aria-label").replace("_", "") == caption.inner_text()
    assert value.inner_text() != before[2]
    assert slider.get_attribute("aria-valuetext") == value.inner_text()
    page.keyboard.press(back)
    page.wait_for_function(
        "([caption, text]) => caption.innerText === text", arg=[caption.element_handle(), before[1]]
    )


def test_sliders_have_names_that_a_person_would_say(visit):
    page = visit("regularizer")
    for name in ("input x", "target y", "masks drawn", "stream of masks"):
        assert page.get_by_role("slider", name=name, exact=True).count() == 1
    assert page.get_by_role("slider", name="keep probability", exact=True).count() >= 2


def test_without_scripts_the_default_picture_stands_there(visit):
    page = visit("regularizer", java_script_enabled=False)
    assert page.locator(".explorer-picture svg").first.is_visible()
    assert not page.locator(".explorer-controls").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ink_follows_the_page(visit, scheme):
    page = visit("regularizer", color_scheme=scheme)
    ink, paper = page.evaluate(
        """() => [
          getComputedStyle(document.querySelector(".explorer-picture svg text")).fill,
          getComputedStyle(document.body).backgroundColor,
        ]"""
    )
    brightness = [sum(map(int, colour[4:-1].split(","))) for colour in (ink, paper)]
    assert (brightness[0] > brightness[1]) == (scheme == "dark")


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_need_not_scroll_sideways(visit, name):
    page = visit(name, viewport={"width": 360, "height": 740})
    wait_for_mathematics(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    overflowing = page.evaluate(
        """() => [...document.querySelectorAll("div.math")]
          .filter((block) => block.scrollWidth > block.clientWidth + 1)
          .map((block) => block.id)"""
    )
    assert not overflowing


# --- what a reader does besides the arrow keys


def explorer_named(page, name):
    return page.locator(f".explorer[data-name={name}]")


def wait_for_text(page, explorer, words):
    page.wait_for_function(
        "([caption, words]) => caption.innerText.includes(words)",
        arg=[explorer.locator("figcaption").element_handle(), words],
    )


def press_home(page, explorer):
    """Move the first slider of an explorer to its lowest value."""
    explorer.get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    wait_for_text(page, explorer, "keep probability 0.1")


def test_a_slider_is_dragged_with_the_pointer(visit):
    page = visit("regularizer")
    explorer = explorer_named(page, "error_curves")
    slider = explorer.get_by_role("slider", name="keep probability")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.45, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=30)
    page.mouse.up()
    wait_for_text(page, explorer, "keep probability 1.0")


def test_explorers_of_a_page_leave_each_other_alone(visit):
    page = visit("regularizer")
    second = explorer_named(page, "monte_carlo")
    before = second.locator(".explorer-picture").inner_html()
    press_home(page, explorer_named(page, "error_curves"))
    assert second.locator(".explorer-picture").inner_html() == before
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))


def test_the_address_keeps_the_view(visit):
    page = visit("regularizer")
    explorer = explorer_named(page, "error_curves")
    press_home(page, explorer)
    assert page.url.endswith("#error_curves.keep_prob=0.1")
    page.reload()
    wait_for_text(page, explorer, "keep probability 0.1")


def test_a_link_opens_its_view(visit):
    page = visit("regularizer", fragment="#monte_carlo.masks=1000&monte_carlo.stream=3")
    wait_for_text(page, explorer_named(page, "monte_carlo"), "Stream 3: 1000 masks")


@pytest.mark.parametrize(
    "fragment", ["#monte_carlo.masks=17&monte_carlo.stream=", "#error_curves.colour=%E0%A4%A&x=1&="]
)
def test_a_wrong_link_opens_the_default(visit, fragment):
    page = visit("regularizer", fragment=fragment)
    wait_for_text(page, explorer_named(page, "monte_carlo"), "Stream 1: 100 masks")
    press_home(page, explorer_named(page, "error_curves"))


def test_a_link_to_the_view_is_copied(visit):
    page = visit("regularizer", permissions=["clipboard-read", "clipboard-write"])
    explorer = explorer_named(page, "monte_carlo")
    explorer.get_by_role("slider", name="masks drawn").focus()
    page.keyboard.press("End")
    wait_for_text(page, explorer, "3000 masks")
    explorer.get_by_role("button", name="Copy link to this view").click()
    explorer.get_by_text("Link copied.").wait_for()
    wanted = "#monte_carlo.keep_prob=0.5&monte_carlo.masks=3000&monte_carlo.stream=1"
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"regularizer.html{wanted}")


def test_a_time_like_slider_steps_and_plays(visit):
    page = visit("regularizer")
    explorer = explorer_named(page, "monte_carlo")
    explorer.get_by_role("button", name="Step forward: masks drawn").click()
    wait_for_text(page, explorer, "300 masks")
    explorer.get_by_role("button", name="Step back: masks drawn").click()
    wait_for_text(page, explorer, "100 masks")
    play = explorer.get_by_role("button", name="Play: masks drawn")
    play.click()
    assert play.get_attribute("aria-pressed") == "true"
    wait_for_text(page, explorer, "3000 masks")
    page.wait_for_function(
        "(button) => button.getAttribute('aria-pressed') === 'false'", arg=play.element_handle()
    )


def test_nothing_plays_for_those_who_asked_for_less_motion(visit):
    page = visit("regularizer", reduced_motion="reduce")
    explorer = explorer_named(page, "monte_carlo")
    assert explorer.get_by_role("button", name="Play: masks drawn").count() == 0
    assert explorer.get_by_role("button", name="Step forward: masks drawn").count() == 1


def test_paper_shows_the_default_picture_without_controls(visit):
    page = visit("regularizer")
    explorer = explorer_named(page, "error_curves")
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


def test_the_sliders_work_from_a_web_host_too(browser, built_book):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    handler = functools.partial(Quiet, directory=built_book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/chapters/regularizer.html")
        assert_moves(page, explorer_named(page, "error_curves"), page.get_by_role("slider").first)
        page.close()
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 3840])
@pytest.mark.parametrize("name", PAGES)
def test_no_accessibility_violation_is_found(visit, name, width, scheme):
    page = visit(name, viewport={"width": width, "height": 900}, color_scheme=scheme)
    wait_for_mathematics(page)
    page.evaluate("Promise.all(document.getAnimations().map((fade) => fade.finished))")
    violations = Axe().run(page, options=WCAG).response["violations"]
    assert not [(v["id"], [node["target"] for node in v["nodes"]]) for v in violations]


@pytest.mark.parametrize("name", CHAPTERS)
def test_in_no_frame_is_a_text_cut_off_or_on_top_of_another(visit, name):
    page = visit(name)
    faults = page.evaluate(
        """async () => {
          const faults = new Set();
          const overlap = (a, b) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4; // the air in a line
          const look = (where, picture) => {
            const paper = picture.getBoundingClientRect();
            const texts = [...picture.querySelectorAll("svg text")].filter((t) => t.textContent);
            const boxes = texts.map((text) => text.getBoundingClientRect());
            boxes.forEach((box, k) => {
              const outside = Math.max(
                paper.left - box.left, box.right - paper.right,
                paper.top - box.top, box.bottom - paper.bottom);
              if (outside > 1) faults.add(`${where}: ${texts[k].textContent} is cut off`);
              for (let j = 0; j < k; j++)
                if (overlap(box, boxes[j]))
                  faults.add(`${where}: ${texts[k].textContent} on ${texts[j].textContent}`);
            });
          };
          for (const explorer of explorers) {
            await explorer.load();
            for (let state = 0; state < explorer.data.frame_at.length; state++) {
              explorer.show(state);
              look(explorer.name, explorer.picture);
            }
          }
          for (const picture of document.querySelectorAll(".explorer:not([data-name]) svg"))
            look("still picture", picture.parentElement);
          return [...faults].slice(0, 20);
        }"""
    )
    assert not faults
