"""The index of sections that the search from disk asks."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes

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
    row = "<tr id='one' data-mean='1'><th scope='row'>It <b>is</b> 5 &lt; 6.</th><td>1</td></tr>"
    html = f"<table>{row}</table>"
    document = page(section("a", "A", nodes.raw("", html, format="html")))
    assert list(search.rows_of(document)) == [("one", "It is 5 < 6.", [])]


def test_what_is_no_text_ends_no_section_and_a_row_is_read_across():
    row = nodes.row("", nodes.entry("", paragraph("keep")), nodes.entry("", paragraph("drop")))
    table = nodes.table("", nodes.tgroup("", nodes.tbody("", row)))
    document = page(section("a", "A", nodes.comment("", "hidden"), table, paragraph("after")))
    assert list(search.sections_of(document)) == [("a", "A", ["keep drop", "after"])]


class Environment:
    """Two pages, as Sphinx knows them."""

    def __init__(self):
        self.titles = {name: nodes.title("", f"Page {name}") for name in ("a", "b")}

    def collect_relations(self):
        """In the order of the book: who is above, before and behind each page."""
        return {"b": [None, None, "a"], "a": [None, "b", None]}

    def get_doctree(self, name):
        html = "<table><tr id='one' data-mean='1'><th scope='row'>It <b>is</b>.</th></tr></table>"
        table = [nodes.raw("", html, format="html")] if name == "b" else []
        return page(section(f"first-{name}", "Ä", paragraph("words"), *table))


@pytest.fixture
def app(tmp_path):
    (tmp_path / "_static").mkdir()
    for name in search.REPLACED[:-1]:  # one is not there
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return SimpleNamespace(
        env=Environment(),
        builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html"),
        config=SimpleNamespace(html_theme=search.THEME),
        outdir=tmp_path,
    )


INDEXED = [
    ["b.html#first-b", "Page b", "Ä", ["words"]],
    ["b.html#one", "Page b", "It is .", []],
    ["a.html#first-a", "Page a", "Ä", ["words"]],
]


def test_the_index_has_every_section_and_every_row_with_its_address(app):
    assert search.index_of(app) == INDEXED


def test_the_index_stands_beside_the_pages_in_the_place_of_another(app, tmp_path):
    search.write_index(app, None)
    written = (tmp_path / "_static" / search.INDEX).read_text(encoding="utf8")
    compact = '[["b.html#first-b","Page b","Ä",["words"]],["b.html#one"'
    assert written.startswith(f"bookIndex={compact}") and written.endswith("]]\n")
    assert json.loads(written.removeprefix("bookIndex=")) == INDEXED
    assert not any((tmp_path / name).exists() for name in search.REPLACED)


@pytest.mark.parametrize(("theme", "error"), [("alabaster", None), (search.THEME, OSError())])
def test_without_its_theme_or_after_an_error_nothing_is_written(app, tmp_path, theme, error):
    app.config.html_theme = theme
    search.write_index(app, error)
    assert not (tmp_path / "_static" / search.INDEX).exists()
    assert (tmp_path / search.REPLACED[0]).exists()


@pytest.mark.parametrize(("theme", "ours"), [(search.THEME, True), ("alabaster", False)])
def test_pages_of_its_theme_alone_get_its_templates(theme, ours):
    config = SimpleNamespace(html_static_path=[], templates_path=[], html_theme=theme)
    search.add_files(None, config)
    (static,) = config.html_static_path
    assert (Path(static) / "book-search.js").is_file()
    assert [Path(path).is_dir() for path in config.templates_path] == [True] * ours


def test_it_hooks_in_when_files_are_asked_for_and_when_all_is_built():
    hooks = []
    search.setup(SimpleNamespace(connect=lambda *hook: hooks.append(hook)))
    assert hooks == [("config-inited", search.add_files), ("build-finished", search.write_index)]


def test_a_paragraph_is_its_words_without_markup_and_labels():
    label = addnodes.pending_xref("", nodes.literal("", "eq-mean"), reftype="eq")
    mark = nodes.raw("", "<a id='x'></a>", format="html")
    said = nodes.paragraph("", "", mark, nodes.Text("By the mean "), label, nodes.Text(", it is."))
    empty = nodes.paragraph("", "", mark.deepcopy())
    assert list(search.sections_of(page(section("s", "S", said, empty)))) == [
        ("s", "S", ["By the mean, it is."])
    ]
