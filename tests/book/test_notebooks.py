"""The notebooks as they are committed, and as a learner runs them."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

CHAPTERS = Path(__file__).parents[2] / "chapters"
NOTEBOOKS = sorted(CHAPTERS.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_clean_and_its_cells_are_short(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            assert len(cell.source.splitlines()) <= 25
            assert "matplotlib" not in cell.source


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own machinery
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_any_directory(path, tmp_path, monkeypatch):
    """As in JupyterLab: with widgets, not the frames of the built page; exercises included."""
    monkeypatch.delenv("DROPOUTLAB_BUILDING_BOOK", raising=False)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()
    shown = [
        output.data
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result")
    ]
    sliders = sum("application/vnd.jupyter.widget-view+json" in data for data in shown)
    assert sliders >= sum(cell.source.count("explore(\n") for cell in notebook.cells)
    assert not os.listdir(tmp_path)


NUMBER = re.compile(r"(?<![\w.,/:])(\d+(?:,\d{3})*(?:\.\d+)?)( ?%)?(?![\w/:]|,\d)")
NOT_PROSE = re.compile(r"\$\$.*?\$\$|\$.*?\$|`[^`]*`|\]\([^)]*\)", re.DOTALL)
LITERAL = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:e-?\d+)?")


def typed_numbers(text):
    """Numbers in prose that have decimals or per cent, or are above 100: what a result may be."""
    for number, percent in NUMBER.findall(NOT_PROSE.sub(" ", text)):
        value = float(number.replace(",", "")) / (100 if percent else 1)
        if percent or "." in number or value > 100:
            yield value


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_result_is_typed_into_the_text(path):
    """A number in the prose is a setting that stands in a cell too, or is cited."""
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    settings = {float(literal.replace("_", "")) for literal in LITERAL.findall(code)}
    typed = [
        (value, paragraph)
        for cell in cells
        if cell.cell_type == "markdown"
        for paragraph in cell.source.split("\n\n")
        if "{cite" not in paragraph
        for value in typed_numbers(paragraph)
        if value not in settings
    ]
    assert not typed
