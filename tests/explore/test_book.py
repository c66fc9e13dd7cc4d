"""The Sphinx extension of the explorers."""

import gzip
import os
from types import SimpleNamespace

import pytest

from dropoutlab.explore import book


class App:
    """What the extension uses of Sphinx's application; keeps what it is told."""

    def __init__(self):
        self.config = SimpleNamespace(html_static_path=["_static"])
        self.hooks, self.files = [], []

    def connect(self, event, hook):
        self.hooks.append((event, hook))

    def add_css_file(self, name):
        self.files.append(name)

    add_js_file = add_css_file


@pytest.mark.parametrize(("value", "building"), [("1", True), ("0", False), ("", False)])
def test_a_kernel_knows_whether_a_book_is_being_built(monkeypatch, value, building):
    monkeypatch.setenv(book.BUILDING, value)
    assert book.building_book() is building


def test_without_a_word_no_book_is_being_built(monkeypatch):
    monkeypatch.delenv(book.BUILDING, raising=False)
    assert book.building_book() is False


def test_script_and_stylesheet_weigh_little():
    both = b"".join((book.STATIC / name).read_bytes() for name in ("explore.js", "explore.css"))
    assert len(gzip.compress(both, 9)) <= 8000


def test_the_extension_tells_the_kernels_and_brings_files_that_exist(monkeypatch):
    monkeypatch.setenv(book.BUILDING, "0")  # so that both are taken back afterwards
    monkeypatch.setenv("TQDM_DISABLE", "0")
    app = App()
    assert book.setup(app) == {"parallel_read_safe": True, "parallel_write_safe": True}
    assert os.environ[book.BUILDING] == os.environ["TQDM_DISABLE"] == "1"
    assert app.files == ["explore-font.css", "explore.css", "explore.js"]
    assert all((book.STATIC / name).is_file() for name in app.files)
    ((event, hook),) = app.hooks
    assert event == "builder-inited"
    hook(app)
    assert app.config.html_static_path == ["_static", str(book.STATIC)]
