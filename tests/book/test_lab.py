"""The start of a chapter in a real JupyterLab: run all, predict, move; save, open again, move."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.browser
CHAPTER = Path(__file__).parents[2] / "chapters" / "regularizer.ipynb"
START_SECONDS = 120
RUN_MILLISECONDS = 400_000


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab on a part of a chapter, with a home of its own."""
    notebook = nbformat.read(CHAPTER, as_version=4)
    explorer = ["explore(\n" in cell.source for cell in notebook.cells].index(True)
    notebook.cells = notebook.cells[: explorer + 1]  # that all cells run is tried elsewhere
    (tmp_path / "chapters").mkdir()
    nbformat.write(notebook, tmp_path / "chapters" / CHAPTER.name)
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


def test_explorers_live_in_jupyterlab_and_in_a_saved_copy(lab, browser):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.goto(f"{lab}/lab/tree/{CHAPTER.name}?reset")
    page.get_by_text("| Idle").wait_for(timeout=RUN_MILLISECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    frame = page.frame_locator(".jp-OutputArea-output iframe").first
    frame.locator(".explorer-live").wait_for(timeout=RUN_MILLISECONDS)
    predict_and_move(page, frame)
    page.keyboard.press("Control+s")
    page.get_by_text("Saving completed").wait_for(timeout=RUN_MILLISECONDS)
    page.goto(f"{lab}/lab/tree/{CHAPTER.name}?reset")  # it is opened again and not run
    frame.locator(".explorer-live").wait_for(timeout=RUN_MILLISECONDS)
    assert page.get_by_text("Error displaying widget").count() == 0
    assert "You predicted" in frame.locator(".explorer-answer").inner_text()  # it is remembered
    move(page, frame)
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
