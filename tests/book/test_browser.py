"""The built chapter in a real browser, straight from disk."""

import pytest


@pytest.fixture
def visit(browser, built_book):
    """Open a page of the built book; afterwards it must have been quiet and asked nobody."""
    contexts, foreign, complaints = [], [], []

    def visit(name, **settings):
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
        page.goto((built_book / "chapters" / f"{name}.html").as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not foreign
    assert not complaints


def wait_for_mathematics(page):
    page.wait_for_function("!document.querySelector('.math:not(:has(mjx-container))')")


@pytest.mark.parametrize("name", ["index", "regularizer", "notation", "bibliography"])
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


def test_every_slider_moved_by_keyboard_changes_the_picture_and_its_text(visit):
    page = visit("regularizer")
    explorers = page.locator(".explorer[data-name]")
    assert explorers.count() == 2
    for k in range(2):
        explorer = explorers.nth(k)
        sliders = explorer.get_by_role("slider")
        assert sliders.count() == 3
        for j in range(3):
            assert_moves(page, explorer, sliders.nth(j))


def assert_moves(page, explorer, slider):
    picture, caption = explorer.locator(".explorer-picture"), explorer.locator("figcaption")
    value = explorer.locator(f"output[for='{slider.get_attribute('id')}']")
    before = picture.inner_html(), caption.inner_text(), value.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([picture, html]) => picture.innerHTML !== html", arg=[picture.element_handle(), before[0]]
    )
    assert caption.inner_text() != before[1]
    assert picture.get_attribute("aria-label") == caption.inner_text()
    assert value.inner_text() != before[2]
    assert slider.get_attribute("aria-valuetext") == value.inner_text()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([caption, text]) => caption.innerText === text", arg=[caption.element_handle(), before[1]]
    )


def test_sliders_have_names_that_a_person_would_say(visit):
    page = visit("regularizer")
    for name in ("input x", "target y", "masks drawn", "stream of masks"):
        assert page.get_by_role("slider", name=name, exact=True).count() == 1
    assert page.get_by_role("slider", name="keep probability", exact=True).count() == 2


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


@pytest.mark.parametrize("name", ["index", "regularizer", "notation"])
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
