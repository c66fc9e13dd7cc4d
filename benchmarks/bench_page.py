"""The page: from an input event to the new picture painted, bytes, and time a frame at build.

An explorer with two sliders and 200 frames of the book's figure is built as the book builds it and
opened in Chromium from disk. Its bytes are compared with the stock way: the state of the same
ipywidgets plus the html-manager that it needs (weighed if npm is here to fetch it), which moves the
sliders but, without a kernel, not the picture.
"""

import gzip
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from urllib.parse import urlparse

import ipywidgets as widgets
import numpy as np
from ipywidgets.embed import __html_manager_version__, dependency_state, embed_snippet
from playwright.sync_api import sync_playwright
from tqdm import tqdm

from dropoutlab.explore import book, explore
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import regularizer as figures

BUILT = Path(__file__).parents[1] / "_build" / "html" / "chapters"
PRESSES = 100  # a slider
LOOK_MILLISECONDS = 500
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
NO_BEAT = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]
CLOCK = """
window.painted = [];
addEventListener("input", (event) => requestAnimationFrame(() => {
  const {port1, port2} = new MessageChannel();  // its message comes after the frame's paint
  port1.onmessage = () => painted.push(performance.now() - event.timeStamp);
  port2.postMessage(0);
}), true);
"""


def draw(keep_prob=0.5, y=0.0):
    """Draw the book's figure at x = 1."""
    return figures.draw_error_curves(keep_prob, 1.0, y)


def describe(keep_prob, y):
    """Describe it."""
    return figures.describe_error_curves(keep_prob, 1.0, y)


def timed_frames():
    """Return the explorer's HTML and the seconds a frame it took to build."""
    os.environ[book.BUILDING] = "1"
    start = time.perf_counter()
    html = explore(
        draw, describe=describe, name="bench",
        keep_prob=(0.05, 1.0, 0.05),
        y=widgets.SelectionSlider(options=[k / 3 for k in range(-3, 7)], value=0.0),
    ).data  # fmt: skip
    seconds = time.perf_counter() - start
    del os.environ[book.BUILDING]
    return html, seconds / 200


def lone_page(folder, html):
    """Write a page with nothing but the explorer; return its address."""
    names = ("explore.js", "explore.css", "explore-font.css")
    script, *styles = ((book.STATIC / name).read_text(encoding="utf8") for name in names)
    style = "".join(styles)
    path = Path(folder) / "page.html"
    path.write_text(
        f"<!doctype html><meta charset=utf8><style>{style}</style><body>{html}"
        f"<script>{script}</script>"
    )
    return path.as_uri()


def milliseconds_to_paint(address, flags):
    """Press arrow keys in the page; return the milliseconds from each event to its paint."""
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS + flags)
        page = browser.new_page()
        page.add_init_script(CLOCK)
        page.goto(address)
        for slider in tqdm(page.get_by_role("slider").all()[:2], desc="sliders"):
            slider.focus()
            page.wait_for_timeout(LOOK_MILLISECONDS)
            for k in range(PRESSES):
                page.keyboard.press("ArrowRight" if k // 7 % 2 else "ArrowLeft")
                page.wait_for_timeout(30)
        painted = page.evaluate("painted")
        browser.close()
    return painted


def report_paint(html):
    """Print the time to paint, alone and in a whole chapter."""
    with tempfile.TemporaryDirectory() as folder:
        for where, address in (
            ("alone on a page", lone_page(folder, html)),
            ("in a chapter", (BUILT / "regularizer.html").as_uri()),
        ):
            for beat, flags in (("60 frames a second", []), ("as fast as it can", NO_BEAT)):
                times = milliseconds_to_paint(address, flags)
                middle, high = np.percentile(times, [50, 95])
                print(
                    f"event to paint, {where}, {beat}: median {middle:.1f} ms, "
                    f"95th percentile {high:.1f} ms, n {len(times)}"
                )


def stock_state():
    """Return the page that ipywidgets writes for the same explorer, with one picture."""
    image = widgets.HTML(f"<div>{explore_markup()}</div>")
    sliders = [
        widgets.SelectionSlider(options=[f"{k}" for k in range(count)]) for count in (20, 10)
    ]
    box = widgets.VBox([*sliders, image])
    return embed_snippet([box], state=dependency_state([box]))


def explore_markup():
    """Return the default picture's markup."""
    return figure_markup(draw(), "stock")


def html_manager_bytes():
    """Return the compressed bytes of the script that stock embedding loads, or None."""
    if shutil.which("npm") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        package = f"@jupyter-widgets/html-manager@{__html_manager_version__}"
        command = ["npm", "pack", "--silent", package]
        got = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if got.returncode:
            return None
        with tarfile.open(Path(folder) / got.stdout.split()[-1]) as archive:
            script = archive.extractfile("package/dist/embed-amd.js").read()
    return len(gzip.compress(script, 9))


def report_bytes(html):
    """Print what a reader downloads, ours and stock."""
    script = (book.STATIC / "explore.js").read_bytes()
    print(f"explorer of 200 frames: {len(html) / 1e3:.0f} kB as it stands in the page,")
    print(
        f"  its script {len(gzip.compress(script, 9)) / 1e3:.1f} kB compressed, no host contacted"
    )
    stock = stock_state()
    hosts = {urlparse(link).hostname for link in re.findall(r'src="([^"]+)"', stock)}
    manager = html_manager_bytes()
    weighed = "not weighed (no npm)" if manager is None else f"{manager / 1e3:.0f} kB compressed"
    state = len(gzip.compress(stock.encode(), 9)) / 1e3
    print(f"stock embedding: state {state:.0f} kB for one picture,")
    print(f"  html-manager {weighed}, hosts contacted: {sorted(hosts)}")


def report_built_pages():
    """Print the explorers' bytes in each page of the built book."""
    for path in sorted(BUILT.glob("*.html")):
        packed = re.findall(r'class="explorer-frames">([^<]+)<', path.read_text(encoding="utf8"))
        if packed:
            size = sum(map(len, packed)) / 1e3
            print(f"{path.stem}: {len(packed)} explorers, {size:.0f} kB of compressed frames")


def main():
    """Measure and print."""
    html, seconds = timed_frames()
    print(f"build: {1000 * seconds:.0f} ms a frame, all cores")
    report_paint(html)
    report_bytes(html)
    report_built_pages()


if __name__ == "__main__":
    main()
