"""Search that works from disk too: an index of sections, and a small script that asks it.

Sphinx's own search fetches every page that it has found, which a page from disk must not.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes

from dropoutlab._names import public_dir
from dropoutlab.book import ledger

__dir__ = public_dir(__name__)

HERE = Path(__file__).parent
THEME = "sphinx_book_theme"  # its pages are the ones that our templates change
INDEX = "book-index.js"
REPLACED = ("searchindex.js", "_static/searchtools.js", "_static/language_data.js")
NOT_TEXT = (nodes.section, nodes.math_block, nodes.comment)
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)  # without a name: those are rows of the ledger
COMMAND = re.compile(r"\\[A-Za-z]+|[{}\\$]")


def plain_words(text: str) -> str:
    """Return text with its formulas as far as one can say them, on one line."""
    return " ".join(COMMAND.sub(" ", text).split())


def sections_of(document: nodes.document) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the sections of a page: the id, the title, and the paragraphs without subsections."""
    for section in document.findall(nodes.section):
        title, *content = section.children
        yield (
            section["ids"][0],
            plain_words(title.astext()),
            list(filter(None, _paragraphs(content))),
        )


def _paragraphs(content: list[nodes.Node]) -> Iterator[str]:
    for node in content:
        if isinstance(node, NOT_TEXT):
            continue
        if isinstance(node, nodes.raw):
            yield from (plain_words(ledger.text_of(row)) for row in ROW.findall(node.astext()))
        elif isinstance(node, nodes.literal_block):
            if isinstance(node.parent, nodes.section):  # not the code of a cell, nor what it prints
                yield " ".join(node.astext().split())
        elif isinstance(node, nodes.row):
            yield plain_words(" ".join(entry.astext() for entry in node.children))
        elif isinstance(node, nodes.TextElement):
            yield plain_words(_seen(node))
        else:
            yield from _paragraphs(node.children)


def _seen(node: nodes.TextElement) -> str:
    """The text of a paragraph as it is read: no markup, no label of an equation."""
    node = node.deepcopy()
    for part in list(node.findall(nodes.Element)):
        if isinstance(part, nodes.raw) or part.get("reftype") == "eq":
            part.parent.remove(part)
    return re.sub(r" +(?=[.,;:)])", "", node.astext())


def rows_of(document: nodes.document) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the rows of a table of claims, each a section of its own."""
    for name, cells in ledger.rows_of(document):
        yield name, plain_words(cells[ledger.CLAIM]), []


def index_of(app: Any) -> list[list[object]]:  # noqa: ANN401 - Sphinx's application
    """Return what can be found: the address, the page, the section, and its paragraphs."""
    found = []
    for page in app.env.collect_relations():  # in the order of the book
        document, title = app.env.get_doctree(page), app.env.titles[page].astext()
        for anchor, section, paragraphs in (*sections_of(document), *rows_of(document)):
            address = f"{app.builder.get_target_uri(page)}#{anchor}"
            found.append([address, plain_words(title), section, paragraphs])
    return found


def write_index(app: Any, error: Exception | None) -> None:  # noqa: ANN401
    """Write the index beside the pages, in the place of Sphinx's own."""
    if error is None and app.config.html_theme == THEME:
        index = json.dumps(index_of(app), ensure_ascii=False, separators=(",", ":"))
        out = Path(app.outdir)
        (out / "_static" / INDEX).write_text(f"bookIndex={index}\n", encoding="utf8")
        for name in REPLACED:
            (out / name).unlink(missing_ok=True)


def add_files(_app: Any, config: Any) -> None:  # noqa: ANN401
    """Let the book carry the script, and pages of its theme load it in the place of Sphinx's."""
    config.html_static_path.append(str(HERE / "static"))
    if config.html_theme == THEME:
        config.templates_path.append(str(HERE / "templates"))


def setup(app: Any) -> None:  # noqa: ANN401
    """Hook in."""
    app.connect("config-inited", add_files)
    app.connect("build-finished", write_index)
