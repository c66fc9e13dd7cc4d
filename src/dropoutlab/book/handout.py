"""Notebooks without their answers: `python -m dropoutlab.book.handout chapters _build/handout`."""

import argparse
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

ANSWER = "# Answer"  # how the code of an answer begins
EMPTY = "# Your answer\n"


def without_answers(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook with an empty cell in the place of each answer."""
    handout = nbformat.from_dict(notebook)
    for cell in handout.cells:
        if cell.cell_type == "code" and cell.source.startswith(ANSWER):
            cell.source, cell.metadata = EMPTY, NotebookNode()
    return handout


def write_handouts(chapters: Path, folder: Path) -> list[Path]:
    """Write every notebook of a folder without its answers, and return the new files.

    Args:
        chapters: the folder that holds the notebooks.
        folder: where the handouts go; it is made if need be.

    Raises:
        FileNotFoundError: there is no notebook.
    """
    if not (found := sorted(chapters.glob("*.ipynb"))):
        raise FileNotFoundError(f"chapters must hold notebooks; there is none in {chapters}")
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        notebook = nbformat.read(path, as_version=4)
        nbformat.write(without_answers(notebook), folder / path.name)
    return [folder / path.name for path in found]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapters", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    print(f"{len(write_handouts(given.chapters, given.folder))} notebooks in {given.folder}")
