"""The index of sections that the search from disk asks."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from dropoutlab.book import search


def section(name, title, *content):
    whole = nodes.section(ids=[name])
    whole += [nodes.title(title, title), *content]
    return whole


def paragraph(text):
    return nodes.paragraph(text, text)


def page(*sections):
    document = new_document("page")
    document += sections
    return document


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("two\nlines", "two lines"),
        (r"\mathbf{w}_j", "w _j"),
        (r"p = \tfrac12", "p = 12"),
        (r"\mathbb{E}[z_j]", "E [z_j]"),
    ],
)
def test_formulas_are_said_as_far_as_one_can(text, words):
    assert search.plain_words(text) == words


def test_a_section_has_its_own_paragraphs_only():
    inner = section("inner", "Inner", paragraph("deep"))
    items = nodes.bullet_list()
    items += [nodes.list_item("", paragraph("one")), nodes.list_item("", paragraph("two"))]
    document = page(section("outer", "Outer", paragraph("first"), items, inner))
    assert list(search.sections_of(document)) == [
        ("outer", "Outer", ["first", "one", "two"]),
        ("inner", "Inner", ["deep"]),
    ]


def test_pictures_and_the_code_of_cells_are_not_text():
    raw = nodes.raw("", "<svg>1</svg>", format="html")
    cell = nodes.container("", nodes.literal_block("", "print(1)"))
    document = page(section("a", "A", cell, raw, paragraph("words")))
    assert list(search.sections_of(document)) == [("a", "A", ["words"])]


def test_code_to_copy_and_tables_of_html_are_text():
    code = nodes.literal_block("", "from flax\nimport nnx")
    html = "<table><tr><th>rate</th><td><code>a &lt; b</code>, drop</td></tr><tr>c</tr></table>"
    document = page(section("a", "A", code, nodes.raw("", html, format="html")))
    found = ["from flax import nnx", "rate a < b , drop", "c"]
    assert list(search.sections_of(document)) == [("a", "A", found)]


def test_the_rows_of_the_claims_are_sections():
    html = "<table><tr id='one'><th scope='row'>It <b>is</b> 5 &lt; 6.</th><td>1</td></tr></table>"
    document = page(section("a", "A", nodes.raw("", html, format="html")))
    assert list(search.rows_of(document)) == [("one", "It is 5 < 6.", [])]
