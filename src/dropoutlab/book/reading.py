"""How long a chapter takes: its words are counted, and its pictures, and the page says both."""

import re
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from nbformat import NotebookNode

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

WORDS_A_MINUTE, MINUTES_A_PICTURE = 200, 1
SHORT = 800  # words: a page below says nothing of its length
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
BEHIND = re.compile(r"^## Exercises.*", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
UNSEEN = re.compile(r"<!--.*?-->|\]\([^)]*\)|^```.*?^```", re.DOTALL | re.MULTILINE)
PICTURE = re.compile(r"^explore\(", re.MULTILINE)


def main_line(notebook: NotebookNode) -> str:
    """Return the text of a chapter without what is folded, and up to its exercises."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return BEHIND.sub("", FOLDED.sub("", "\n\n".join(cells)))


def count_words(text: str) -> int:
    """Return the number of words of Markdown; a formula in a line counts as one."""
    return len(UNSEEN.sub(" ", FORMULA.sub("x", text)).split())


def count_pictures(notebook: NotebookNode) -> int:
    """Return the number of pictures to touch."""
    return sum(len(PICTURE.findall(cell.source)) for cell in notebook.cells)


def time_of(notebook: NotebookNode) -> str:
    """Return what a page says of its length, "" if it is short."""
    words, pictures = count_words(main_line(notebook)), count_pictures(notebook)
    if words < SHORT:
        return ""
    minutes = round(words / WORDS_A_MINUTE + pictures * MINUTES_A_PICTURE)
    touched = f"{pictures} picture{'s' if pictures != 1 else ''}"
    return (
        f"About {minutes} minutes: {round(words, -2):,} words, {touched} to touch. "
        "What is folded is not counted."
    )


def tell_time(app: Any, document: nodes.document) -> None:  # noqa: ANN401
    """Say below the title how long the page takes."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb" and (said := time_of(nbformat.read(path, as_version=4))):
        title = next(iter(document.findall(nodes.title)))
        note = nodes.paragraph("", said, classes=["reading-time"])
        title.parent.insert(title.parent.index(title) + 1, note)


def setup(app: Any) -> None:  # noqa: ANN401
    """Hook in."""
    app.connect("doctree-read", tell_time)
