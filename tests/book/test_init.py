"""What the extension mends in a page, on pages of a few nodes (`tests/test_book.py` builds one)."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from dropoutlab import book
from dropoutlab.book import plain
from tests.book.told import App


def stream(text, *kinds):
    return nodes.literal_block(text, text, classes=["output", *kinds])


def out(text):
    return stream(text, "stream")


def err(text):
    return stream(text, "stream", "stderr")


def page_of(*cells):
    page = new_document("page")
    for children in cells:
        page += nodes.container("", *children)
    return page


def texts(page):
    return [[node.astext() for node in cell] for cell in page]


@pytest.mark.parametrize(
    ("pieces", "joined"),
    [
        ([out("a"), out("b"), out("c\n")], ["abc\n"]),
        ([out("a")], ["a"]),
        ([out("a"), err("b"), out("c")], ["a", "b", "c"]),
        ([err("a"), err("b"), out("c"), out("d")], ["ab", "cd"]),
        ([out("a"), nodes.paragraph("", "b"), out("c")], ["a", "b", "c"]),
        ([stream("a", "traceback"), stream("b", "traceback")], ["a", "b"]),
        ([nodes.paragraph("", "a", classes=["output", "stream"]), out("b")], ["a", "b"]),
        ([], []),
    ],
)
def test_neighbouring_pieces_of_a_stream_become_one(pieces, joined):
    page = page_of([node.deepcopy() for node in pieces])
    book.join_streams(page)
    assert texts(page) == [joined]
    for block in page.findall(nodes.literal_block):
        assert block.rawsource == block.astext()
        assert len(block.children) == 1


def test_streams_of_two_cells_stay_apart():
    page = page_of([out("a")], [out("b"), out("c")])
    book.join_streams(page)
    assert texts(page) == [["a"], ["bc"]]


def output_of(mime_type, text):
    """One form of an output, in its own container as MyST-NB writes it."""
    form = nodes.container("", nodes.paragraph("", text), mime_type=mime_type)
    return nodes.container("", form)


def test_outputs_of_widgets_are_dropped_and_cells_with_nothing_else():
    widget, html = output_of(book.WIDGET, "bar"), output_of("text/html", "table")
    page = page_of([widget, html], [widget.deepcopy()], [out("said")])
    page[2]["mime_type"] = "text/plain"
    book.drop_widgets(page)
    assert texts(page) == [["table"], ["said"]]


def test_what_is_no_output_is_no_widget():
    page = page_of([out("a")])
    page[0] += nodes.paragraph("", "b", mime_type=book.WIDGET)
    book.drop_widgets(page)
    assert texts(page) == [["a", "b"]]


def application(**known):
    return App(env=SimpleNamespace(docname="page", **known))


def test_the_state_of_widgets_is_taken_from_this_page_alone():
    def state():
        return {"js_files": {"ipywidgets_state": 1, "other": 2}, "kernel": 3}

    found = {"page": state(), "another": state()}
    book.drop_widget_state(application(nb_metadata=found))
    assert found == {"page": {"js_files": {"other": 2}, "kernel": 3}, "another": state()}


@pytest.mark.parametrize(
    "known", [{}, {"nb_metadata": {}}, {"nb_metadata": {"page": {"kernel": 3}}}]
)
def test_a_page_without_widgets_has_no_state(known):
    book.drop_widget_state(application(**known))
    assert known.get("nb_metadata", {}).get("page", {"kernel": 3}) == {"kernel": 3}


def test_a_page_is_mended_in_all_ways():
    proved = "eq-variance: proved symbol by symbol.\n"
    page = page_of([out(proved[:9]), output_of(book.WIDGET, "bar"), out(proved[9:])])
    page += nodes.math_block("", "x", label="eq-variance")
    state = {"page": {"js_files": {"ipywidgets_state": 1}}}
    book.mend_page(application(nb_metadata=state), page)
    assert texts(page)[0] == [proved]
    assert state == {"page": {"js_files": {}}}
    (mark,) = page.findall(nodes.raw)
    assert "<p>Proved symbol by symbol.</p>" in mark.astext()


# --- files


def test_files_of_an_earlier_build_go_first(tmp_path):
    builder = SimpleNamespace(outdir=str(tmp_path))
    left = tmp_path / "_static" / "sub" / "left.css"
    left.parent.mkdir(parents=True)
    left.touch()
    kept = tmp_path / "page.html"
    kept.touch()
    for _ in range(2):  # a first build has none
        book.start_afresh(App(), builder)
        assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize("error", [None, ValueError("a page")])
def test_the_note_on_settings_goes_last(tmp_path, error):
    (tmp_path / ".buildinfo").touch()
    kept = tmp_path / "page.html"
    kept.touch()
    for _ in range(2):
        book.drop_build_info(App(outdir=str(tmp_path)), error)
        assert list(tmp_path.iterdir()) == [kept]


def test_works_are_items_of_their_list():
    works = {"body": '<div role="doc-biblioentry">A</div><div role="doc-biblioentry">B</div>'}
    book.mend_roles(App(), "page", "page.html", works, None)
    assert works == {"body": '<div role="listitem">A</div><div role="listitem">B</div>'}
    without = {"title": "T"}
    book.mend_roles(App(), "page", "page.html", without, None)
    assert without == {"title": "T"}


def test_the_extension_hooks_all_its_parts_in(monkeypatch):
    parts = ("bibliography", "folding", "glossary", "ledger", "mathjax", "offers", "reading",
             "search")  # fmt: skip
    for name in parts:
        monkeypatch.setattr(
            getattr(book, name), "setup", lambda app, name=name: app.told.append(name)
        )
    app = App()
    assert book.setup(app) == {"parallel_read_safe": True, "parallel_write_safe": True}
    assert app.told == [
        *parts,
        ("connect", "source-read", plain.read_plain),
        ("connect", "doctree-read", book.mend_page),
        ("connect", "write-started", book.start_afresh),
        ("connect", "html-page-context", book.mend_roles),
        ("connect", "build-finished", book.drop_build_info),
    ]
