"""The start of a chapter in a real JupyterLab: run all, drag a slider, see the picture change."""

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
    explorer = [cell.source.startswith("explore(") for cell in notebook.cells].index(True)
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


def test_sliders_move_the_picture_in_jupyterlab(lab, browser):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.goto(f"{lab}/lab/tree/{CHAPTER.name}?reset")
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
