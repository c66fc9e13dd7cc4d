"""What the tests of the built book share: where it is, a browser, and a page that must be quiet."""

import functools
import http.server
import os
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from dropoutlab.book.pdf import find_browser

BUILT = Path(__file__).parents[2] / "_build" / "html"
HOW_TO_GET_ONE = (
    "no Chromium found: install one (Debian: apt-get install chromium) or name it in the "
    "environment variable CHROMIUM"
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing(what):
    """Something that the tests need is not here: say so, and fail where it must be."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@pytest.fixture(scope="session")
def built_book():
    if not (BUILT / "index.html").exists():
        pytest.fail("the book is not built: run `make book` first")
    return BUILT


@pytest.fixture(scope="session")
def served(built_book):
    """The address of the built book on a web host."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    handler = functools.partial(Quiet, directory=built_book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def launch():
    """Start browsers, each with an environment of its own; they are closed at the end."""
    path = find_browser()
    if path is None:
        missing(HOW_TO_GET_ONE)
    with sync_playwright() as playwright:
        yield lambda **environment: playwright.chromium.launch(
            executable_path=path, args=QUIET, env={**os.environ, **environment}
        )


@pytest.fixture(scope="session")
def browser(launch):
    browser = launch()
    yield browser
    browser.close()


class Opener:
    """Opens pages; they must have no errors and ask no other host for anything."""

    def __init__(self, browser):
        self.browser = browser
        self.contexts, self.foreign, self.complaints = [], [], []

    def new_page(self, **settings):
        self.contexts.append(self.browser.new_context(**settings))
        page = self.contexts[-1].new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self.note)
        return page

    def __call__(self, address, **settings):
        page = self.new_page(**settings)
        page.goto(address)
        return page

    def note(self, request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.foreign.append(request.url)

    def check(self):
        faults = self.foreign + self.complaints
        self.foreign.clear()
        self.complaints.clear()
        assert not faults

    def close(self):
        for context in self.contexts:
            context.close()


@pytest.fixture
def open_page(browser):
    opener = Opener(browser)
    yield opener
    opener.close()
    opener.check()
