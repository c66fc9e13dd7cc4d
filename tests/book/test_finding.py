"""Marks of proofs, numbers, works and search, in the built book and a browser."""

import gzip
import re

import pytest

from dropoutlab import symbolic
from dropoutlab.book import mathjax, search
from tests.book.test_browser import wait_for_mathematics
from tests.book.test_equations import labelled_equations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("finding")]
QUESTIONS = [  # what people ask, and where the answer is, among the first
    ("p keep or drop", "practice", "keep"),
    ("is p keep or drop in Flax", "practice", "keep"),
    ("masks left on", "practice", "masks"),
    ("validation loss", "practice", "validation"),
    ("F.dropout after eval", "practice", "dropout"),
    ("whole channels", "practice", "channels"),
    ("rate of the input layer", "practice", "input"),
    ("batchnorm before or after", "practice", "normal"),
    ("same mask at every time step rnn", "practice", "recurrent"),
    ("how many passes for uncertainty", "practice", "spread"),
    ("SpatialDropout1D", "practice", "channel"),
    ("nnx.Dropout", "practice", "flax"),
    ("conv", "practice", "convolution"),
    ("batch norm", "practice", "batch"),
    ("embedding", "practice", "embeddings"),
    ("leave dropout on", "practice", "left"),
    ("weight decay", "scaling", "weight"),
]


def page_of(built_book, name):
    return (built_book / "chapters" / f"{name}.html").read_text(encoding="utf8")


def pages(built_book):
    return sorted((built_book / "chapters").glob("*.html"))


def test_every_labelled_equation_has_a_mark_and_a_number_of_its_chapter(built_book):
    found = {}
    for path in pages(built_book):
        html = path.read_text(encoding="utf8")
        chapter = re.search(r'<h1><span class="section-number">(\d+)\.', html)
        numbers = re.findall(r'id="equation-(eq-[\w-]+)">\s*<span class="eqno">\(([\d.]+)\)', html)
        assert [number for _, number in numbers] == [
            f"{chapter[1]}.{k}" for k in range(1, len(numbers) + 1)
        ]
        marked = re.findall(r"prove\(&#x27;(eq-[\w-]+)&#x27;\)", html)
        assert marked == [label for label, _number in numbers]
        found.update(numbers)
    assert set(found) == {label for label, _tex in labelled_equations()} == set(symbolic.EQUATIONS)


def test_no_page_shows_how_it_was_written(built_book):
    for path in pages(built_book):
        html = path.read_text(encoding="utf8")
        left = re.findall(r"\{(?:cite|eq)[:\w]*\}|<!-- eq-|<!-- bibl|\(eq-[\w-]+\)|\.ipynb#", html)
        assert not left, path.name


def test_links_to_works_lead_to_their_entries(built_book):
    entries = set(re.findall(r'class="citation" id="([^"]+)"', page_of(built_book, "bibliography")))
    for path in pages(built_book):
        html = path.read_text(encoding="utf8")
        assert set(re.findall(r'href="bibliography\.html#([^"]+)"', html)) <= entries
    assert "hinton2012" in entries


def test_the_book_carries_the_part_of_mathjax_that_it_uses(built_book):
    there = built_book / "_static" / "mathjax"
    files = [path for path in there.rglob("*") if path.is_file()]
    assert [path.relative_to(there) for path in sorted(files)] == mathjax.used_files(
        mathjax.mathjax_folder()
    )
    assert sum(path.stat().st_size for path in files) < 5e6


def test_the_script_of_the_search_is_small():
    script = (search.HERE / "static" / "book-search.js").read_bytes()
    assert len(gzip.compress(script)) <= 3000


@pytest.fixture(params=["file", pytest.param("http", marks=pytest.mark.full)])
def page(request, browser, built_book, served):
    """An empty page, of a book on disk or on a host; it must be quiet."""
    page, complaints = browser.new_page(), []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.root = built_book.as_uri() if request.param == "file" else served
    yield page
    page.close()
    assert not complaints


@pytest.mark.parametrize(("question", "chapter", "word"), QUESTIONS)
def test_what_people_ask_is_found_with_its_section_and_an_excerpt(page, question, chapter, word):
    page.goto(f"{page.root}/chapters/bibliography.html")
    page.locator(".bd-sidebar-primary .search-button-field").click()
    field = page.locator("#pst-search-dialog input[type=search]")
    field.fill(question)
    field.press("Enter")
    found = page.locator(".book-found li")
    found.first.wait_for()
    assert re.match(r"(One|\d+) sections? found", page.get_by_role("status").inner_text())
    links = [link.get_attribute("href") for link in found.get_by_role("link").all()[:3]]
    (rank, *_) = [k for k, link in enumerate(links) if f"/{chapter}.html#" in f"/{link}"]
    item = found.nth(rank)
    marks = [text.lower() for text in item.locator("p mark").all_inner_texts()]
    assert any(mark.startswith(word) for mark in marks)
    item.get_by_role("link").click()
    page.wait_for_url(f"**/{links[rank]}", wait_until="commit")  # not for all its mathematics
    page.locator(f"[id='{links[rank].partition('#')[2]}']").wait_for(state="attached")  # just one


@pytest.mark.parametrize("word", ["L2", "training", "ReLU"])
def test_a_word_of_headings_is_found_in_texts_too(page, word):
    page.goto(f"{page.root}/search.html?q={word}")
    links = [link.get_attribute("href") for link in page.locator(".book-found a").all()]
    assert len({link.partition("#")[0] for link in links}) > 4


def test_claims_come_behind_the_sections_that_explain(page):
    page.goto(f"{page.root}/search.html?q=learning rate")
    links = [link.get_attribute("href") for link in page.locator(".book-found a").all()]
    assert not any("claims" in link for link in links[:3])


def test_the_index_holds_words_and_neither_markup_nor_labels(built_book):
    index = (built_book / "_static" / search.INDEX).read_text(encoding="utf8")
    assert not re.findall(r"<\w+[ >]|\beq-[a-z]", index)
    assert "the forward pass is" in index


def test_what_is_nowhere_is_not_found_and_says_so(page):
    page.goto(f"{page.root}/search.html?q=xyzzy")
    status = page.get_by_role("status")
    assert status.inner_text() == "No sections found."
    page.locator(".bd-search-container input[type=search]").fill("xyzzy mask")
    assert "found. None has “xyzzy”." in status.inner_text()
    page.locator(".bd-search-container input[type=search]").fill("mask")
    page.wait_for_function("document.querySelectorAll('.book-found li').length > 3")
    page.locator(".bd-search-container input[type=search]").fill("")
    assert status.inner_text() == "Type what you look for."


def test_a_mark_is_opened_by_keyboard_and_keeps_within_the_page(page):
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{page.root}/chapters/regularizer.html")
        wait_for_mathematics(page)
        mark = page.locator("div.equation:has(#equation-eq-same-error) summary")
        mark.focus()
        page.keyboard.press("Enter")
        text = page.locator("div.equation:has(#equation-eq-same-error) .proof-text")
        assert text.is_visible()
        assert "for every n" in text.inner_text()
        box = text.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_a_mark_opens_without_scripts(browser, built_book):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built_book / "chapters" / "regularizer.html").as_uri())
    page.locator("div.equation:has(#equation-eq-same-error) summary").click()
    assert page.locator("div.equation:has(#equation-eq-same-error) .proof-text").is_visible()
    context.close()


def test_formulas_are_set_and_can_be_read_aloud(page):
    """What a screen reader gets is MathML; the menu of a formula offers more, over http."""
    page.goto(f"{page.root}/chapters/regularizer.html")
    wait_for_mathematics(page)
    assert page.locator("mjx-container").count() > 40
    assert page.locator("mjx-merror").count() == 0
    assert page.locator("mjx-assistive-mml > math").count() == page.locator("mjx-container").count()
    fonts = page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px MJXTEX-I'))")
    assert fonts
