"""The part of MathJax that the book carries, in folders made for it."""

from importlib.machinery import ModuleSpec
from pathlib import Path
from types import SimpleNamespace

import pytest

from dropoutlab.book import mathjax
from tests.book.told import App

USED = (
    "a11y/explorer.js",
    "input/tex/extensions/ams.js",
    "output/chtml/fonts/woff-v2/Main.woff",
    "sre/mathmaps/en.json",
    "tex-chtml.js",
    "ui/menu.js",
)
UNUSED = (
    "input/tex/extensions/all-packages.js",
    "output/svg.js",
    "sre/mathmaps/de.json",
    "tex-svg.js",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An installed MathJax of a few files; each says its name."""
    folder = tmp_path / "package" / "static" / "mathjax"
    for name in (*USED, *UNUSED):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    origin = str(tmp_path / "package" / "__init__.py")
    specs = {"sphinx-mathjax-offline": ModuleSpec("x", None, origin=origin)}
    monkeypatch.setattr(mathjax, "find_spec", specs.__getitem__)
    return folder


def test_it_is_found_where_its_package_is(folder):
    assert mathjax.mathjax_folder() == folder


@pytest.mark.parametrize("spec", [None, ModuleSpec("x", None)])
def test_it_is_missed_by_name(monkeypatch, spec):
    monkeypatch.setattr(mathjax, "find_spec", lambda _name: spec)
    with pytest.raises(FileNotFoundError) as error:
        mathjax.mathjax_folder()
    assert str(error.value) == ("sphinx-mathjax-offline is not installed: install requirements.txt")


def test_the_used_files_are_listed_in_order(folder):
    assert mathjax.used_files(folder) == [Path(name) for name in USED]


@pytest.mark.parametrize(
    ("error", "form", "files"),
    [(None, "html", sorted(USED)), (None, "latex", []), (ValueError("page"), "html", [])],
)
def test_a_book_that_was_built_gets_them(folder, tmp_path, error, form, files):
    out = tmp_path / "out"
    app = App(outdir=str(out), builder=SimpleNamespace(format=form))
    for _ in range(2):  # over those of an earlier build
        mathjax.copy_mathjax(app, error)
    there = out / "_static" / "mathjax"
    found = {str(path.relative_to(there)): path for path in there.rglob("*") if path.is_file()}
    assert sorted(found) == files
    assert all(path.read_text() == name for name, path in found.items())


def test_pages_load_it_from_the_book():
    app = App(config=SimpleNamespace())
    mathjax.setup(app)
    assert app.config.mathjax_path == "mathjax/tex-chtml.js"
    assert app.told == [("connect", "build-finished", mathjax.copy_mathjax)]
