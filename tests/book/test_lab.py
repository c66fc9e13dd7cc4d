"""The notebooks in a real JupyterLab: they read like the book, and the explorers live."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from tests.book.test_notebooks import CHAPTERS, NOTEBOOKS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]
CHAPTER = CHAPTERS / "regularizer.ipynb"
START = "start-of-a-chapter.ipynb"
BAR = "bar.ipynb"
LONG = """
import time
from dropoutlab import _progress
with _progress.bar("arms", 4):
    time.sleep(6)
"""
START_SECONDS = 300
RUN_MILLISECONDS = 400_000
SAVE_MILLISECONDS = 60_000  # half of the time after which JupyterLab saves by itself


SETTINGS = "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on the chapters, and on the start of one, with a home of its own.

    It shows whole notebooks, not only what is in sight.
    """
    tmp_path = tmp_path_factory.mktemp("lab")
    shutil.copytree(CHAPTERS, tmp_path / "chapters", ignore=shutil.ignore_patterns(".*", "_*"))
    (tmp_path / "config" / SETTINGS).parent.mkdir(parents=True)
    (tmp_path / "config" / SETTINGS).write_text('{"windowingMode": "none"}')
    notebook = nbformat.read(CHAPTER, as_version=4)
    explorer = ["explore(\n" in cell.source for cell in notebook.cells].index(True)
    notebook.cells = notebook.cells[: explorer + 1]  # that all cells run is tried elsewhere
    nbformat.write(notebook, tmp_path / "chapters" / START)
    notebook.cells = [
        nbformat.v4.new_code_cell(code) for code in ("import dropoutlab.training", LONG)
    ]
    nbformat.write(notebook, tmp_path / "chapters" / BAR)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "DROPOUTLAB_BUILDING_BOOK"}
    environment |= {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", "--ServerApp.port_retries=0", "--ip=127.0.0.1"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path / "chapters", env=environment, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, tmp_path / "log")
            yield address
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def visitor(browser):
    """One visitor for all tests, who keeps what JupyterLab consists of."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    yield context
    context.close()


def wait_for(address, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


# what only the book's own tools understand, or what says that something is missing
RAW = re.compile(r"\{[a-z][\w:-]*\}|\(eq-|:::|<!--|Error displaying widget|\$")
READ = """() => {
  const text = (part) => {
    const copy = part.cloneNode(true);
    for (const other of copy.querySelectorAll("mjx-container, code, pre")) other.remove();
    return copy.textContent;
  };
  return [...document.querySelectorAll(".jp-MarkdownCell .jp-RenderedMarkdown")].map(text);
}"""


def read_in_full(path):
    """The one with most mathematics stands for all."""
    return pytest.param(path, id=path.stem, marks=() if path == CHAPTER else pytest.mark.full)


@pytest.mark.parametrize("path", [read_in_full(path) for path in NOTEBOOKS])
def test_a_notebook_reads_in_jupyterlab_as_it_does_in_the_book(lab, visitor, path):
    cells = nbformat.read(path, as_version=4).cells
    prose = [cell for cell in cells if cell.cell_type == "markdown"]
    folded = [cell for cell in cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    page = visitor.new_page()
    page.goto(f"{lab}/lab/tree/{path.name}?reset")
    rendered = page.locator(".jp-MarkdownCell .jp-RenderedMarkdown")
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-MarkdownCell .jp-RenderedMarkdown').length >= n",
        arg=len(prose),
        timeout=START_SECONDS * 1000,
    )
    formulas = sum("$" in re.sub("`[^`]*`", "", cell.source) for cell in prose)
    page.wait_for_function(
        "n => new Set([...document.querySelectorAll('.jp-MarkdownCell mjx-container')]"
        ".map((formula) => formula.closest('.jp-MarkdownCell'))).size >= n",
        arg=formulas,
        timeout=START_SECONDS * 1000,
    )
    texts = page.evaluate(READ)
    assert rendered.count() == len(prose)
    assert not [found[0] for text in texts for found in RAW.finditer(text)]
    assert page.locator("mjx-merror").count() == 0
    assert not [a for a in rendered.get_by_role("link").all() if not a.text_content().strip()]
    assert page.locator(".jp-CodeCell .jp-InputPlaceholder").count() == len(folded)
    page.close()


def test_explorers_live_in_jupyterlab_and_in_a_saved_copy(lab, visitor):
    page = visitor.new_page()
    page.goto(f"{lab}/lab/tree/{START}?reset")
    page.get_by_text("| Idle").wait_for(timeout=RUN_MILLISECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    frame = page.frame_locator(".jp-OutputArea-output iframe").first
    frame.locator(".explorer-live").wait_for(timeout=RUN_MILLISECONDS)
    predict_and_move(page, frame)
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    page.keyboard.press("Control+s")
    page.get_by_text("Saving completed").wait_for(timeout=SAVE_MILLISECONDS)
    page.goto(f"{lab}/lab/tree/{START}?reset")  # it is opened again and not run
    frame.locator(".explorer-live").wait_for(timeout=RUN_MILLISECONDS)
    assert page.get_by_text("Error displaying widget").count() == 0
    assert "You predicted" in frame.locator(".explorer-answer").inner_text()  # it is remembered
    move(page, frame)
    page.close()


@pytest.mark.full  # a kernel alone is tried in test_progress.py
def test_a_bar_stands_under_its_cell_and_leaves_no_room_behind(lab, visitor):
    page = visitor.new_page()
    page.goto(f"{lab}/lab/tree/{BAR}?reset")
    page.get_by_text("| Idle").wait_for(timeout=RUN_MILLISECONDS)
    cell = page.locator(".jp-CodeCell").nth(1)
    before = cell.bounding_box()["height"]
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    line = cell.locator(".jp-OutputArea-output", has_text="arms:   0%")
    line.wait_for(timeout=RUN_MILLISECONDS)
    assert cell.bounding_box()["height"] > before
    line.wait_for(state="detached", timeout=RUN_MILLISECONDS)
    assert cell.locator(".jp-OutputArea").inner_text().strip() == ""
    assert cell.bounding_box()["height"] == pytest.approx(before, abs=1)
    page.close()


def predict_and_move(page, frame):
    frame.get_by_role("radio").last.check()
    frame.get_by_role("button", name="Commit").click()
    move(page, frame)
    box = page.locator(".jp-OutputArea-output iframe").first.bounding_box()
    inside = frame.locator("body").evaluate("body => body.scrollHeight")
    assert box["height"] == pytest.approx(inside, abs=2)  # no second scroll bar


def move(page, frame):
    """Each slider answers to the keyboard, and the picture and its sentence follow."""
    for slider in range(2):
        sentence = frame.locator(".explorer-sentence")
        before = sentence.inner_text(), frame.locator("svg").first.inner_html()
        frame.locator(".explorer-controls input[type=range]").nth(slider).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(400)
        assert sentence.inner_text() != before[0]
        assert frame.locator("svg").first.inner_html() != before[1]
