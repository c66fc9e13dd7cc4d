"""Words that show their sentence: the first time a page says them, by pointer and by keyboard."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from dropoutlab.book import glossary
from tests.book.test_notebooks import CHAPTER_NAMES, CHAPTERS
from tests.book.told import App, env_of

ENTRIES = glossary.entries_of((CHAPTERS / "glossary.md").read_text(encoding="utf8"))
SENTENCES = {
    "mask": "Zeros and ones.",
    "L2": "A penalty.",
    "weight decay": "A <pull> of L2, no mask.",
}


def marked(*texts, kind=nodes.paragraph):
    """What a page of these paragraphs becomes."""
    document = nodes.document(None, None)
    document += [kind("", text) for text in texts]
    glossary.explain(document, SENTENCES, "glossary.html")
    return "".join(document.findall(nodes.Text))


def test_every_entry_is_one_sentence_or_two_in_alphabetical_order():
    assert len(ENTRIES) > 30
    assert list(ENTRIES) == sorted(ENTRIES, key=str.lower)
    headings = (CHAPTERS / "glossary.md").read_text(encoding="utf8").count("\n## ")
    assert headings == len(ENTRIES)
    assert all(sentence.endswith(".") and len(sentence) < 200 for sentence in ENTRIES.values())


def test_a_word_is_explained_once_with_its_sentence_beside_it():
    html = marked("A mask, another mask.", "More masks.")
    assert html.count('class="term"') == 1
    assert html.startswith('A <a class="term" href="glossary.html#mask"')
    assert '>mask</a><span class="term-text" role="tooltip" id="term-mask">Zeros and ones.' in html
    assert html.endswith(", another mask.More masks.")


@pytest.mark.parametrize("text", ["Masks", "masks", "Mask", "the mask,"])
def test_a_plural_and_a_capital_are_found(text):
    assert ">" + text.strip(",").split()[-1] + "</a>" in marked(text)


@pytest.mark.parametrize("text", ["unmasked", "masking", "l2", "L2-norm", "pre-mask"])
def test_a_word_inside_another_is_not(text):
    assert marked(text) == text


def test_markup_in_a_sentence_is_escaped():
    assert "A &lt;pull&gt; of L2, no mask." in marked("It is weight decay.")


def test_a_sentence_is_not_explained_in_its_turn():
    html = marked("A mask.", "A zero.", "L2", "weight decay")
    assert html.count('class="term"') == 3


@pytest.mark.parametrize("kind", [nodes.title, nodes.literal, nodes.reference])
def test_titles_code_and_links_are_left_alone(kind):
    document = nodes.document(None, None)
    paragraph = nodes.paragraph()
    paragraph += kind("", "a mask")
    document += paragraph
    glossary.explain(document, SENTENCES, "glossary.html")
    assert not list(document.findall(nodes.raw))


@pytest.mark.parametrize(
    ("word", "found", "not_found"),
    [
        ("mask", "mask masks Mask Masks MASK", "unmask mask-free masked pre-mask"),
        ("L2", "L2 L2s", "l2 L2-norm xL2"),
        ("mini-batch", "mini-batch Mini-batch mini-batches", "mini-batchs mini batch"),
        ("p.d.f", "p.d.f p.d.fs", "padaf"),
    ],
)
def test_a_word_is_found_in_its_forms(word, found, not_found):
    pattern = glossary.pattern_of(word)
    for form in found.split():
        assert pattern.search(f"the {form}, then")[0] == form
    for other in not_found.split():
        assert not pattern.search(other)


def test_a_link_and_its_sentence_belong_together():
    link = glossary.explained("A <b>", "A b c", "B & <c>.", "../glossary.html")
    assert link["format"] == "html" and link.rawsource == ""
    assert link.astext() == (
        '<a class="term" href="../glossary.html#a-b-c" aria-describedby="term-a-b-c">A &lt;b&gt;'
        '</a><span class="term-text" role="tooltip" id="term-a-b-c">B &amp; &lt;c&gt;.</span>'
    )


def test_entries_are_headings_with_the_paragraph_below():
    text = "# Glossary\n\nIn front.\n\n## One\n\nFirst.\n\nMore.\n\n## Two words\n\nSecond.\n"
    assert glossary.entries_of(text) == {"One": "First.", "Two words": "Second."}


@pytest.mark.parametrize("box", [nodes.container, nodes.literal, nodes.reference, nodes.title])
def test_paragraphs_in_boxes_are_left_alone(box):
    document = nodes.document(None, None)
    inner = nodes.paragraph("", "a mask in a box")
    outer = box()
    outer += nodes.note("", inner)
    document += nodes.section("", outer)
    document += nodes.note(
        "", nodes.paragraph("", "", nodes.Text("a "), nodes.emphasis("", "mask"))
    )
    assert [text.astext() for text in glossary.texts_of(document)] == ["a ", "mask"]
    glossary.explain(document, SENTENCES, "glossary.html")
    assert inner.astext() == "a mask in a box"
    assert len(list(document.findall(nodes.raw))) == 1


def test_the_longer_word_is_explained_before_one_inside_it():
    document = nodes.document(None, None)
    document += nodes.paragraph("", "The decay rate goes on.")
    glossary.explain(document, {"rate": "Short.", "decay rate": "Long."}, "g.html")
    (link,) = (raw.astext() for raw in document.findall(nodes.raw))
    assert ">decay rate<" in link and "Long." in link
    assert [child.astext() for child in document[0].children][::2] == ["The ", " goes on."]


@pytest.mark.parametrize(
    ("ending", "form", "found_docs", "address"),
    [
        ("ipynb", "html", {glossary.PAGE}, "from page to chapters/glossary#mask"),
        ("md", "html", {glossary.PAGE}, None),
        ("ipynb", "latex", {glossary.PAGE}, None),
        ("ipynb", "html", set(), None),
    ],
)
def test_chapters_of_a_book_with_a_glossary_are_explained(
    tmp_path, ending, form, found_docs, address
):
    for name in ("page", glossary.PAGE):
        path = tmp_path / f"{name}.{ending}"
        path.parent.mkdir(exist_ok=True)
        path.write_text("## mask\n\nNothing or all: 0 ≤ 1.\n", encoding="utf8")
    builder = SimpleNamespace(
        format=form, get_relative_uri=lambda name, page: f"from {name} to {page}"
    )
    app = App(env=env_of(tmp_path, ending=ending, found_docs=found_docs), builder=builder)
    document = nodes.document(None, None)
    document += nodes.paragraph("", "A mask.")
    glossary.explain_page(app, document, "page")
    links = [raw.astext() for raw in document.findall(nodes.raw)]
    assert len(links) == (address is not None)
    assert all(f'href="{address}"' in link and "0 ≤ 1." in link for link in links)


def test_pages_are_explained_when_their_links_are_known():
    app = App()
    glossary.setup(app)
    assert app.told == [("connect", "doctree-resolved", glossary.explain_page)]


def terms_of(built_book, name):
    page = built_book / "chapters" / f"{name}.html"
    return BeautifulSoup(page.read_text(encoding="utf8"), "html.parser").select("a.term")


@pytest.mark.browser
def test_every_word_is_said_somewhere_in_the_book(built_book):
    said = {
        link["href"].split("#")[1] for name in CHAPTER_NAMES for link in terms_of(built_book, name)
    }
    assert said == {nodes.make_id(word) for word in ENTRIES}


@pytest.mark.browser
def test_a_page_explains_a_word_once(built_book):
    for name in CHAPTER_NAMES:
        links = [link["href"] for link in terms_of(built_book, name)]
        assert len(links) == len(set(links))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_a_sentence_shows_under_the_pointer_and_at_the_keyboard(open_page, built_book, width):
    page = open_page((built_book / "chapters" / "masking.html").as_uri())
    page.set_viewport_size({"width": width, "height": 900})
    links = page.locator("a.term")
    for k in range(min(3, links.count())):
        link, sentence = links.nth(k), page.locator("a.term + .term-text").nth(k)
        assert not sentence.is_visible()
        link.hover()
        box = sentence.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["y"] > link.bounding_box()["y"] + 8  # the word can still be read
        page.mouse.move(0, 0)
        assert not sentence.is_visible()
        page.keyboard.press("Tab")  # the pointer's kind of focus shows no ring, the keyboard's does
        link.focus()
        assert sentence.is_visible()
        link.blur()
