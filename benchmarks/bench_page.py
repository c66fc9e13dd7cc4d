"""The page: from an input event to the new picture painted, bytes, and time a frame at build.

An explorer of two parts and 484 states, the plane of two weights of the book, is built as the book
builds it and opened in Chromium from disk. Its bytes are compared with the stock way: the state of
the same ipywidgets plus the html-manager that it needs (weighed if npm is here to fetch it), which
moves the sliders but, without a kernel, not the picture.
"""

import functools
import gzip
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlparse

import ipywidgets as widgets
import numpy as np
from ipywidgets.embed import __html_manager_version__, dependency_state, embed_snippet
from playwright.sync_api import sync_playwright
from tqdm import tqdm

from dropoutlab.book.pdf import find_browser
from dropoutlab.explore import book, explore
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import touch

BUILT = Path(__file__).parents[1] / "_build" / "html" / "chapters"
CHANGES = 100  # of a slider
LOOK_MILLISECONDS = 500
TWEEN_MILLISECONDS = 220  # until a transition is over
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
CHANGE = """
(slider) => new Promise((done) => requestAnimationFrame(() => {  // at the beat: nobody waits for it
  const start = performance.now();
  slider.value = +slider.value + (slider.value < slider.max ? 1 : -1);
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  const {port1, port2} = new MessageChannel();  // its message comes after the frame's paint
  port1.onmessage = () => done(performance.now() - start);
  port2.postMessage(0);
}))
"""

TOUCHABLE = """
window.touchable = 0;
new MutationObserver((_, watcher) => {
  if (!document.querySelector(".explorer-live")) return;
  touchable = performance.now();
  watcher.disconnect();
}).observe(document, {subtree: true, childList: true, attributeFilter: ["class"]});
"""


def timed_frames():
    """Return the explorer's HTML and the seconds a frame it took to build."""
    os.environ[book.BUILDING] = "1"
    weight = list(touch.PLANE_PLACES)
    start = time.perf_counter()
    html = explore(
        touch.draw_plane, touch.draw_parts, describe=touch.describe_plane, name="bench",
        first=weight, second=weight, keep_prob=(0.35, 0.8, 0.15),
    ).markup  # fmt: skip
    seconds = time.perf_counter() - start
    del os.environ[book.BUILDING]
    return html, seconds / (2 * 4 * len(weight) ** 2)


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


def milliseconds_to_paint(address, name):
    """Move the sliders of an explorer; return the milliseconds from each event to its paint."""
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        explorer = page.locator(f".explorer[data-name={name}]")
        explorer.scroll_into_view_if_needed()
        page.wait_for_timeout(LOOK_MILLISECONDS)
        for slider in tqdm(explorer.get_by_role("slider").all()[:2], desc="sliders"):
            for _ in range(CHANGES):
                times.append(slider.evaluate(CHANGE))
                page.wait_for_timeout(TWEEN_MILLISECONDS)
        browser.close()
    return times


def report_paint(html):
    """Print the time from event to paint, without the wait for a beat, alone and in a chapter."""
    with tempfile.TemporaryDirectory() as folder:
        for where, address, name in (
            ("alone on a page", lone_page(folder, html), "bench"),
            ("in a chapter", (BUILT / "regularizer.html").as_uri(), "plane"),
        ):
            times = milliseconds_to_paint(address, name)
            middle, high = np.percentile(times, [50, 95])
            print(
                f"event to paint, {where}: median {middle:.1f} ms, 95th percentile {high:.1f} ms, "
                f"n {len(times)}"
            )


def report_first_touch():
    """Print when the first picture of each page can be touched, over http."""
    handler = functools.partial(QuietHandler, directory=BUILT.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for path in sorted(BUILT.glob("*.html")):
            page = browser.new_page()
            page.add_init_script(TOUCHABLE)
            page.goto(f"http://127.0.0.1:{server.server_port}/chapters/{path.name}")
            found = page.evaluate("touchable")
            if found:
                print(f"{path.stem}: touchable {found:.0f} ms after navigation")
            page.close()
        browser.close()
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve a folder and say nothing."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def stock_state():
    """Return the page that ipywidgets writes for the same explorer, with one picture."""
    image = widgets.HTML(f"<div>{explore_markup()}</div>")
    sliders = [widgets.SelectionSlider(options=[f"{k}" for k in range(20)]) for _ in range(2)]
    box = widgets.VBox([*sliders, image])
    return embed_snippet([box], state=dependency_state([box]))


def explore_markup():
    """Return the default picture's markup."""
    return figure_markup(touch.draw_plane(), "stock")


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
    script = b"".join((book.STATIC / f"explore.{kind}").read_bytes() for kind in ("js", "css"))
    print(f"explorer of 484 states: {len(html) / 1e3:.0f} kB as it stands in the page,")
    size = len(gzip.compress(script, 9)) / 1e3
    print(f"  its script and stylesheet {size:.1f} kB compressed, no host contacted")
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
    report_first_touch()
    report_bytes(html)
    report_built_pages()


if __name__ == "__main__":
    main()
