"""Notebooks without their answers, from notebooks of a few cells."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dropoutlab.book import handout

NOTEBOOK = new_notebook(
    metadata={"kernelspec": {"name": "python3", "display_name": "Python"}},
    cells=[
        new_markdown_cell("# Answer\n\nis a heading here.", metadata={"tags": ["a"]}),
        new_code_cell("# Answer\nx = 1", metadata={"tags": ["hide-cell"]}, id="answer"),
        new_code_cell("y = 1  # Answer", metadata={"tags": ["hide-input"]}),
    ],
)


def test_the_code_of_an_answer_is_taken_out_of_a_copy():
    before = nbformat.writes(NOTEBOOK)
    empty = handout.without_answers(NOTEBOOK)
    assert nbformat.writes(NOTEBOOK) == before
    text, answer, other = empty.cells
    assert (answer.source, answer.metadata, answer.id) == ("# Your answer\n", {}, "answer")
    assert (text, other) == (NOTEBOOK.cells[0], NOTEBOOK.cells[2])
    assert empty.metadata == NOTEBOOK.metadata
    nbformat.validate(empty)


def test_every_notebook_of_a_folder_is_written(tmp_path):
    for name in ("b.ipynb", "a.ipynb"):
        nbformat.write(NOTEBOOK, tmp_path / name)
    (tmp_path / "text.md").write_text("# Answer\n")
    folder = tmp_path / "new" / "handout"
    for _ in range(2):  # over an earlier one
        written = handout.write_handouts(tmp_path, folder)
        assert written == [folder / "a.ipynb", folder / "b.ipynb"]
    assert sorted(folder.iterdir()) == written
    for path in written:
        assert nbformat.read(path, as_version=4) == handout.without_answers(NOTEBOOK)


def test_a_notebook_of_an_older_format_is_brought_up(tmp_path):
    old = nbformat.v3.new_notebook(
        worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("# Answer")])]
    )
    (tmp_path / "old.ipynb").write_text(nbformat.v3.writes_json(old), encoding="utf8")
    (path,) = handout.write_handouts(tmp_path, tmp_path / "out")
    (cell,) = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
    assert cell.source == "# Your answer\n"


def test_a_folder_without_notebooks_is_named(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        handout.write_handouts(tmp_path, tmp_path / "out")
    assert str(error.value) == f"chapters must hold notebooks; there is none in {tmp_path}"
    assert not (tmp_path / "out").exists()
