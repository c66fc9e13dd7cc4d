"""The notebooks in a real JupyterLab: they read like the book, and sliders move pictures."""

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
START_SECONDS = 300
RUN_MILLISECONDS = 400_000


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
    explorer = [cell.source.startswith("explore(") for cell in notebook.cells].index(True)
    notebook.cells = notebook.cells[: explorer + 1]  # that all cells run is tried elsewhere
    nbformat.write(notebook, tmp_path / "chapters" / START)
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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_reads_in_jupyterlab_as_it_does_in_the_book(lab, browser, path):
    cells = nbformat.read(path, as_version=4).cells
    prose = [cell for cell in cells if cell.cell_type == "markdown"]
    folded = [cell for cell in cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
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


def test_sliders_move_the_picture_in_jupyterlab(lab, browser):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.goto(f"{lab}/lab/tree/{START}?reset")
    page.get_by_text("| Idle").wait_for(timeout=RUN_MILLISECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    picture = page.locator(".jp-OutputArea-output .widget-html div[role='img'] svg").first
    picture.wait_for(timeout=RUN_MILLISECONDS)
    for slider in range(3):
        before = picture.inner_html()
        handle = page.locator(".jp-OutputArea-output .noUi-handle").nth(slider)
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            """before => document.querySelector(
                 ".jp-OutputArea-output .widget-html div[role='img'] svg").innerHTML !== before""",
            arg=before,
            timeout=RUN_MILLISECONDS,
        )
    assert page.locator(".widget-html [aria-live='polite']").first.is_visible()
    the_last_value_wins(page)
    page.close()


def the_last_value_wins(page):
    """Drag quickly: the pictures come in the order of the drag and end at its end."""
    page.evaluate(
        """() => {
          const picture = document.querySelector(".jp-OutputArea-output [role='img']");
          const box = picture.closest(".widget-html");
          window.seen = [];
          new MutationObserver(() => {
            const text = box.querySelector("[role='img']")?.getAttribute("aria-label") ?? "";
            const value = Number(text.match(/keep probability ([0-9.]+)/)?.[1]);
            if (value && value !== seen.at(-1)) seen.push(value);
          }).observe(box, {childList: true, subtree: true});
        }"""
    )
    handle = page.locator(".jp-OutputArea-output .noUi-handle").first
    track = page.locator(".jp-OutputArea-output .noUi-target").first.bounding_box()
    at = handle.bounding_box()
    middle = at["y"] + at["height"] / 2
    page.mouse.move(at["x"] + at["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(track["x"] + 1, middle, steps=10)
    page.wait_for_function("seen.at(-1) === 0.1")
    page.mouse.move(track["x"] + track["width"] - 1, middle, steps=60)
    page.mouse.up()
    page.wait_for_function("seen.at(-1) === 1.0")
    page.wait_for_timeout(1000)  # nothing stale comes afterwards
    seen = page.evaluate("seen")
    upwards = seen[seen.index(0.1) :]
    assert upwards == sorted(upwards) and upwards[-1] == 1.0
