"""The notebooks as they are committed, and as a learner runs them."""

import os
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
