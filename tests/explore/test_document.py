"""An explorer in a document of its own, and in the frame of a notebook."""

import html
import re

import pytest
from matplotlib.figure import Figure

from dropoutlab.explore import book, explore, page, picture, score
from dropoutlab.explore.document import Shown, document


def draw(k=1):
    figure = Figure(figsize=(1, 1))
    figure.text(0, 0, str(k))
    return figure


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setattr(page, "_weights_on_this_page", {})
    monkeypatch.delenv(book.BUILDING, raising=False)
    return explore(draw, describe=lambda k: f"Slope {k}.", k=(0, 2))


def test_the_book_gets_the_markup_and_a_notebook_a_frame_with_it(shown, monkeypatch):
    frame = shown._repr_html_()
    (inside,) = re.fullmatch(
        r'<iframe title="Explorer draw" srcdoc="([^"]*)"[^>]*></iframe>', frame
    ).groups()
    assert html.unescape(inside) == document(shown.markup, "Explorer draw")
    monkeypatch.setenv(book.BUILDING, "1")
    assert shown._repr_html_() == shown.markup


def test_a_document_needs_nothing_else(shown):
    text = document(shown.markup, "a < b")
    assert text.startswith("<!doctype html>") and "<title>a &lt; b</title>" in text
    assert shown.markup in text
    for name in ("explore.js", "explore.css", "explore-font.css", "document.js", "document.css"):
        assert (book.STATIC / name).read_text("utf8") in text
    assert not re.search(r'(src|href)="(?!#)', text.replace('xlink:href="#', '="#'))
    assert not re.search(r"url\((?!#|\"?data:|'?data:)", text)


def test_where_no_html_is_shown_there_is_the_sentence(shown):
    assert repr(shown) == "Explorer draw: Slope 1."
    assert repr(picture(draw(), "A one.")) == "Picture: A one."
    assert repr(score()) == "Your predictions"


def test_one_file_is_written(shown, tmp_path):
    path = tmp_path / "slope.html"
    path.write_text("old")
    shown.save(path)
    assert path.read_text("utf8") == document(shown.markup, "Explorer draw")
    shown.save(str(path))


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (None, TypeError),
        (3, TypeError),
        (b"x.html", TypeError),
        ("x", ValueError),
        ("x.htm", ValueError),
        ("", ValueError),
    ],
)
def test_only_an_html_file_is_written(path, problem):
    with pytest.raises(problem, match=r"^path must .*\.html.*; got "):
        Shown("<p></p>", "P").save(path)
