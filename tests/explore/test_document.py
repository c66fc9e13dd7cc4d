"""An explorer in a document of its own, and in the frame of a notebook."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

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


class Parsed(HTMLParser):
    """Tags with their attributes in their order, and the text inside of each."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.texts = [], {}
        self.feed(markup)

    def handle_decl(self, decl):
        self.tags.append(decl)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        last = self.tags[-1][0]
        self.texts[last] = self.texts.get(last, "") + data


def test_a_document_is_a_whole_page():
    page = Parsed(document("<p>Inside.</p>", 'a "<b>"'))
    assert page.tags == [
        "doctype html",
        ("html", {"lang": "en"}),
        ("meta", {"charset": "utf-8"}),
        ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        ("title", {}),
        ("style", {}),
        ("script", {}),
        ("body", {"class": "bd-article"}),
        ("p", {}),
    ]
    assert page.texts["title"].strip() == 'a "<b>"'
    for tag, names in (
        ("style", ("explore-font.css", "explore.css", "document.css")),
        ("script", ("document.js", "explore.js")),
    ):
        files = [(book.STATIC / name).read_text("utf8") for name in names]
        assert page.texts[tag].strip() == "\n".join(files).strip()
    outside = [page.texts.get(tag, "").strip() for tag in ("html", "meta", "body", "p")]
    assert outside == ["", "", "", "Inside."]


def test_a_frame_says_what_it_is_and_how_it_looks(monkeypatch):
    monkeypatch.delenv(book.BUILDING, raising=False)
    shown = Shown('<p id="a">5 &lt; 6</p>', 'a "b" <c>')
    frame = Parsed(shown._repr_html_())
    ((tag, attributes),) = frame.tags
    assert (tag, frame.texts) == ("iframe", {})
    assert attributes == {
        "title": shown.title,
        "srcdoc": document(shown.markup, shown.title),
        "style": "display: block; width: 100%; border: 0; background: none",
        "height": "24",
        "allow": "clipboard-write",
    }


def test_a_file_is_written_in_the_encoding_that_it_names(tmp_path):
    Shown("<p>λ</p>", "P").save(tmp_path / "x.html")
    assert (tmp_path / "x.html").read_bytes() == document("<p>λ</p>", "P").encode("utf-8")
    assert '<meta charset="utf-8">' in document("<p>λ</p>", "P")


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
    ("path", "problem", "says"),
    [
        (None, TypeError, "path must be the name of an .html file; got None"),
        (3, TypeError, "path must be the name of an .html file; got 3"),
        (b"x.html", TypeError, "path must be the name of an .html file; got b'x.html'"),
        ("x", ValueError, "path must end in .html; got 'x'"),
        (Path("a/x.htm"), ValueError, "path must end in .html; got 'a/x.htm'"),
        ("x.HTML", ValueError, "path must end in .html; got 'x.HTML'"),
        ("", ValueError, "path must end in .html; got '.'"),
    ],
)
def test_only_an_html_file_is_written(path, problem, says):
    with pytest.raises(problem) as refusal:
        Shown("<p></p>", "P").save(path)
    assert str(refusal.value) == says
