"""The notebooks as they are committed, and as a learner runs them."""

import functools
import json
import os
import re
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from dropoutlab.explore import page

CHAPTERS = Path(__file__).parents[2] / "chapters"
NOTEBOOKS = sorted(CHAPTERS.glob("*.ipynb"))
CHAPTER_NAMES = [path.stem for path in NOTEBOOKS]
WITH_PICTURES = [path.stem for path in NOTEBOOKS if " explore" in path.read_text(encoding="utf8")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_clean_and_its_cells_are_short(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            assert len(cell.source.splitlines()) <= 25
            assert "matplotlib" not in cell.source


# Put before a chapter's cells: it keeps what the explorers are
RECORD = """
import dropoutlab.explore as _explore
_made, _page = [], _explore.page_explorer
_explore.page_explorer = lambda *asked: _made.append((asked[0].name, _page(*asked))) or _made[-1][1]
"""
# And this: of the frames of a picture, which the build has drawn, the first, the default and the
# last are drawn again
FEW = """
from dropoutlab.explore import page as _of

def _few(plan):
    for part in plan.draws:
        grid = part.grid(plan.controls)
        asked = {0, _of._start(plan, part), len(grid) - 1}
        yield [_of.frame_markup(plan, part, values) if k in asked else ""
               for k, values in enumerate(grid)]

_of._frames = lambda plan: list(_few(plan))
"""
# Put behind them: what each carries
PACKED_FRAMES = """
import json, re
print(json.dumps({name: re.search('explorer-frames">([^<]+)<', made.markup)[1]
                  for name, made in _made}))
"""


@functools.cache
def run(path, before):
    """Run a chapter as in JupyterLab, in an empty folder: its cells, what is left, its frames."""
    notebook = nbformat.read(path, as_version=4)
    chapter = list(notebook.cells)
    notebook.cells = [new_code_cell(before), *chapter, new_code_cell(PACKED_FRAMES)]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.delenv("DROPOUTLAB_BUILDING_BOOK", raising=False)
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
        left = os.listdir(folder)
    said = [output.text for output in notebook.cells[-1].outputs if output.name == "stdout"]
    return chapter, left, json.loads("".join(said))


def in_one_worker(path, name, before, *marks):
    """Tests of one run of a chapter share it: they go to the same worker."""
    group = pytest.mark.xdist_group(f"run {name}")
    return pytest.param(path, before, id=name, marks=[group, *marks])


# The build has run all. These stand for all: opened first, most mathematics.
SAMPLED = [path for path in NOTEBOOKS if path.stem in ("index", "regularizer")]
ONE_RUN = pytest.mark.parametrize(
    ("path", "before"),
    [
        *(in_one_worker(path, path.stem, RECORD + FEW) for path in SAMPLED),
        *(
            in_one_worker(path, f"{path.stem}-whole", RECORD, pytest.mark.full)
            for path in NOTEBOOKS
        ),
    ],
)


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own machinery
@ONE_RUN
def test_a_notebook_runs_from_any_directory(path, before):
    """As in JupyterLab: in frames, not with the build's settings; exercises included."""
    cells, left, frames = run(path, before)
    shown = [
        output.data.get("text/html", "")
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result")
    ]
    explorers = sum(cell.source.count("explore(\n") for cell in cells)
    assert len(frames) == explorers > 0 or path.stem == "claims"  # a table
    assert sum("&quot;explorer-frames&quot;" in data for data in shown) == explorers
    assert sum(data.startswith("<iframe") for data in shown) >= explorers
    assert not left


PACKED = re.compile(
    r'class="explorer" role[^>]*data-name="([^"]*)".*?class="explorer-frames">([^<]+)<', re.DOTALL
)
MAX_PACKED = 400_000  # bytes a page, for all its explorers


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@ONE_RUN
def test_the_frames_of_a_page_are_what_draw_returns(path, before, built_book):
    """Drawn again in another process, in another folder; what is drawn is packed as it is."""
    html = (built_book / "chapters" / f"{path.stem}.html").read_text(encoding="utf8")
    there = dict(PACKED.findall(html))
    again = run(path, before)[2]
    assert there.keys() == again.keys()
    for name, packed in again.items():
        (built, texts), (drawn, texts_again) = map(page.unpack_frames, (there[name], packed))
        assert texts == texts_again, name
        for of_part, of_part_again in zip(built, drawn, strict=True):
            pairs = list(zip(of_part, of_part_again, strict=True))
            assert all(again in ("", frame) for frame, again in pairs), name
            asked = sum(bool(again) for _, again in pairs)
            assert asked == len(pairs) or (FEW in before and asked in (2, 3)), name
    assert html.count("explorer-frames") == len(there)
    assert sum(map(len, there.values())) <= MAX_PACKED


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
        if "](bibliography.md#" not in paragraph
        for value in typed_numbers(paragraph)
        if value not in settings
    ]
    assert not typed
