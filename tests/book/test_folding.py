"""Folded code stands behind its picture, on pages of a few cells."""

import pytest
from docutils import nodes
from docutils.utils import new_document
from myst_nb.sphinx_ import HideCodeCellNode

from dropoutlab.book import folding
from tests.book.told import App


def code(*lines, folded=True):
    kind = HideCodeCellNode if folded else nodes.container
    return kind("", *(nodes.paragraph("", line) for line in lines))


def cell(*children, mode="input"):
    return nodes.container("", *children, hide_mode=mode)


def picture(name):
    return nodes.paragraph("", name)


def after(*cells):
    """What is shown, cell by cell, once folded code has been moved."""
    page = new_document("page")
    page += list(cells)
    folding.PictureFirst(page).run()
    return [node.astext().split() for node in page.children]


def test_what_is_seen_comes_before_the_code():
    assert after(cell(code("draw"), picture("one"), picture("two"))) == [["one", "two", "draw"]]


def test_code_that_shows_nothing_joins_the_next_that_is_folded():
    assert after(cell(code("import", "set")), cell(code("draw"), picture("one"))) == [
        ["one", "import", "set", "draw"]
    ]
    assert after(cell(code("a")), cell(code("b")), cell(code("c"), picture("one"))) == [
        ["one", "a", "b", "c"]
    ]


@pytest.mark.parametrize(
    "behind",
    [
        [],
        [picture("text")],
        [picture("text"), cell(code("b"))],  # not its neighbour
        [cell(code("b"), mode="all")],
        [cell(code("b", folded=False))],
        [cell()],
        [nodes.paragraph("", "", code("b"), hide_mode="input")],
    ],
)
def test_it_stays_where_no_folded_code_follows(behind):
    shown = [node.astext().split() for node in behind]
    assert after(cell(code("a")), *(node.deepcopy() for node in behind)) == [["a"], *shown]


@pytest.mark.parametrize(
    "other",
    [
        cell(code("draw"), picture("one"), mode="all"),
        cell(code("draw", folded=False), picture("one")),
        nodes.container("", code("draw"), picture("one")),
        cell(),
    ],
)
def test_code_that_is_not_folded_alone_stays_in_front(other):
    assert after(other.deepcopy()) == [other.astext().split()]


def test_only_folded_code_is_called_code():
    page = new_document("page")
    whole = cell(code("answer"), mode="all")
    page += [cell(code("draw")), whole, nodes.paragraph("", "", hide_mode="input")]
    folding.call_code_code(App(), page)
    assert page[0]["prompt_show"] == "Show the code"
    assert page[0]["prompt_hide"] == "Hide the code"
    assert not any(node.get("prompt_show") for node in page[1:])


def test_it_runs_in_pages_of_html_behind_what_folds_the_code():
    assert folding.PictureFirst.formats == ("html",)
    assert folding.PictureFirst.default_priority == folding.OF_MYST_NB + 1
    app = App()
    folding.setup(app)
    assert app.told == [
        ("connect", "doctree-read", folding.call_code_code),
        ("add_post_transform", folding.PictureFirst),
    ]
