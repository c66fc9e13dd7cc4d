"""The book's own Sphinx extension, on a book of one page that is not executed."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("small book")]
CONFIGURATION = """
extensions = ["myst_nb", "dropoutlab.explore.book", "dropoutlab.book"]
nb_execution_mode = "off"
nb_merge_streams = False
nb_output_stderr = "remove"
nb_ipywidgets_js = {}
html_theme = "basic"
exclude_patterns = ["html", "jupyter_execute"]
"""
TEXT = "determinant of the second derivatives: 4 & 5\nand a second line\n"


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(html):
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": html, "text/plain": ""},
    }


def widget(identity):
    view = {"model_id": identity, "version_major": 2, "version_minor": 0}
    data = {"application/vnd.jupyter.widget-view+json": view, "text/plain": "widget-0%"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def write_page(folder, outputs, identity):
    model = {"model_name": "M", "model_module": "m", "model_module_version": "1", "state": {}}
    states = {"version_major": 2, "version_minor": 0, "state": {identity: model}}
    cell = {
        "cell_type": "code", "execution_count": 1, "id": "one", "metadata": {},
        "outputs": outputs, "source": "pass",
    }  # fmt: skip
    title = {"cell_type": "markdown", "id": "zero", "metadata": {}, "source": "# Title"}
    notebook = {
        "cells": [title, cell],
        "metadata": {
            "language_info": {"name": "python", "pygments_lexer": "ipython3"},
            "widgets": {"application/vnd.jupyter.widget-state+json": states},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "index.ipynb").write_text(json.dumps(notebook), encoding="utf8")


BUILD_ALL = """
import sys
from sphinx.cmd.build import build_main
sys.exit(any([build_main(["-q", "-W", folder, folder + "/html"]) for folder in sys.argv[1:]]))
"""
CUT = {
    "in the middle of a line": [
        stream("determinant of the second derivatives:"),
        stream(" 4 & 5\nand a second line\n"),
    ],
    "after each letter": [stream(letter) for letter in TEXT],
    "around a progress bar": [stream(TEXT[:9]), widget("widget-1"), stream(TEXT[9:])],
    "around a warning": [stream(TEXT[:9]), stream("a warning\n", "stderr"), stream(TEXT[9:])],
}


def files_in(html):
    """The files of a built book, without Sphinx's own state and the copy of the source."""
    return {
        str(path.relative_to(html)): path.read_bytes()
        for path in html.rglob("*")
        if path.is_file() and path.parent.name not in {".doctrees", "_sources"}
    }


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Books of one page each, by name; all are built in one process."""
    root = tmp_path_factory.mktemp("books")
    outputs = {
        "whole": [stream(TEXT)],
        "elsewhere": [stream(TEXT)],
        "between": [stream("first\n"), shown("<i>middle</i>"), stream("last\n")],
        "nothing": [],
        "progress bar": [widget("widget-2")],
        **CUT,
    }
    for name, page_outputs in outputs.items():
        folder = root / name
        folder.mkdir()
        (folder / "conf.py").write_text(CONFIGURATION)
        write_page(folder, page_outputs, identity=f"widget-{name}")
    left_over = root / "elsewhere" / "html" / "_static" / "left.css"
    left_over.parent.mkdir(parents=True)
    left_over.touch()  # of a stylesheet that is no more
    folders = [str(root / name) for name in outputs]
    again = str(root / "elsewhere")  # a second build in the same folder
    subprocess.run([sys.executable, "-c", BUILD_ALL, *folders, again], check=True)
    return {name: files_in(root / name / "html") for name in outputs}


def page(files):
    return files["index.html"].decode()


def test_a_stream_in_one_piece_is_shown_as_it_is(books):
    assert TEXT.replace("&", "&amp;") in page(books["whole"])


@pytest.mark.parametrize("cut", CUT)
def test_a_page_does_not_depend_on_how_a_stream_was_cut(books, cut):
    assert page(books[cut]) == page(books["whole"])


def test_what_is_shown_between_two_prints_stays_between_them(books):
    html = page(books["between"])
    assert html.index("first") < html.index("<i>middle</i>") < html.index("last")


def test_a_page_has_no_widgets(books):
    assert "widget-" not in page(books["whole"])
    assert page(books["progress bar"]) == page(books["nothing"])


def test_neither_the_folder_nor_an_earlier_build_in_it_shows(books):
    assert books["elsewhere"] == books["whole"]
    assert ".buildinfo" not in books["whole"]


def test_a_page_brings_what_the_explorers_need(books):
    for file in ("explore.js", "explore.css", "explore-font.css"):
        assert f"_static/{file}?v=" in page(books["whole"])
        assert f"_static/{file}" in books["whole"]
