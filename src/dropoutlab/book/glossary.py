"""The glossary a hover away: the first time a page says a word of it, the word shows its sentence.

The words are the headings of `chapters/glossary.md`, the sentence is the paragraph below. Nothing
is marked in the chapters, so that they stay plain Markdown; the page needs no script for it.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

PAGE = "chapters/glossary"
ENTRY = re.compile(r"^## (.+)\n\n(.+)$", re.MULTILINE)
LEFT_ALONE = (nodes.reference, nodes.title, nodes.literal, nodes.container, nodes.math, nodes.raw)
PLURAL = {"mini-batch": "mini-batches"}  # of the others an s is added


def entries_of(text: str) -> dict[str, str]:
    """Return the sentences of a glossary by their words, in the order of the page."""
    return dict(ENTRY.findall(text))


def pattern_of(word: str) -> re.Pattern[str]:
    """Return what finds a word, its plural, and, unless it is written in capitals, its capital."""
    plural = PLURAL.get(word, f"{word}s")
    capital = "(?i:" if word == word.lower() else "(?:"
    return re.compile(rf"(?<![\w-]){capital}{re.escape(plural)}|{re.escape(word)})(?![\w-])")


def explained(found: str, word: str, sentence: str, address: str) -> nodes.raw:
    """Return a word as a link into the glossary with its sentence beside it."""
    identity = f"term-{nodes.make_id(word)}"
    return nodes.raw(
        "",
        f'<a class="term" href="{address}#{nodes.make_id(word)}" aria-describedby="{identity}">'
        f'{escape(found)}</a><span class="term-text" role="tooltip" id="{identity}">'
        f"{escape(sentence)}</span>",
        format="html",
    )


def texts_of(document: nodes.document) -> Iterator[nodes.Text]:
    """Yield the running text of a page: what stands in its paragraphs, not in cells or boxes."""
    for paragraph in document.findall(nodes.paragraph):
        if not _has_above(paragraph, LEFT_ALONE):
            yield from (
                text for text in paragraph.findall(nodes.Text) if not _has_above(text, LEFT_ALONE)
            )


def _has_above(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    while (node := node.parent) is not None:
        if isinstance(node, kinds):
            return True
    return False


def explain(document: nodes.document, entries: dict[str, str], address: str) -> None:
    """Let each word of the glossary show its sentence where a page says it first.

    Args:
        document: the page; it is changed.
        entries: sentences by word.
        address: the address of the glossary, seen from the page.
    """
    texts = list(texts_of(document))
    for word in sorted(entries, key=len, reverse=True):  # "weight decay" before a word inside it
        wanted = pattern_of(word)
        for k, text in enumerate(texts):
            if match := wanted.search(text):
                rest = nodes.Text(text[: match.start()]), nodes.Text(text[match.end() :])
                link = explained(match[0], word, entries[word], address)
                text.parent.replace(text, [rest[0], link, rest[1]])
                texts[k : k + 1] = rest
                break


def explain_page(app: Any, document: nodes.document, name: str) -> None:  # noqa: ANN401
    """Explain the words of a chapter."""
    path = Path(app.env.doc2path(name))
    is_page = path.suffix == ".ipynb" and app.builder.format == "html"
    if is_page and PAGE in app.env.found_docs:
        entries = entries_of(Path(app.env.doc2path(PAGE)).read_text(encoding="utf8"))
        explain(document, entries, app.builder.get_relative_uri(name, PAGE))


def setup(app: Any) -> None:  # noqa: ANN401
    """Hook in."""
    app.connect("doctree-resolved", explain_page)
