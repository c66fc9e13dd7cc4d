"""The book's own Sphinx extension, on a book of one page that is not executed."""

import json
import subprocess
import sys

import pytest

CONFIGURATION = """
extensions = ["myst_nb", "dropoutlab.explore.book", "dropoutlab.book"]
nb_execution_mode = "off"
nb_merge_streams = False
nb_output_stderr = "remove"
nb_ipywidgets_js = {}
html_theme = "basic"
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


def write_page(folder, outputs, widget="a1"):
    model = {"model_name": "M", "model_module": "m", "model_module_version": "1", "state": {}}
    states = {"version_major": 2, "version_minor": 0, "state": {widget: model}}
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


def built(folder, outputs, **settings):
    """Build the book of one page in a folder; return its files."""
    folder.mkdir(exist_ok=True)
    (folder / "conf.py").write_text(CONFIGURATION)
    write_page(folder, outputs, **settings)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", str(folder), str(folder / "html")]
    subprocess.run(command, check=True)
    html = folder / "html"
    return {
        str(path.relative_to(html)): path.read_bytes()
        for path in html.rglob("*")
        if path.is_file() and path.parent.name not in {".doctrees", "_sources"}
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return built(tmp_path_factory.mktemp("book") / "whole", [stream(TEXT)])


def page(files):
    return files["index.html"].decode()


def test_a_stream_in_one_piece_is_shown_as_it_is(whole):
    assert TEXT.replace("&", "&amp;") in page(whole)


@pytest.mark.parametrize(
    "outputs",
    [
        [stream("determinant of the second derivatives:"), stream(" 4 & 5\nand a second line\n")],
        [stream(letter) for letter in TEXT],
        [stream(TEXT[:9]), stream("a warning\n", "stderr"), stream(TEXT[9:])],
    ],
)
def test_a_page_does_not_depend_on_how_a_stream_was_cut(tmp_path, whole, outputs):
    assert page(built(tmp_path / "book", outputs)) == page(whole)


def test_what_is_shown_between_two_prints_stays_between_them(tmp_path):
    html = page(
        built(tmp_path / "book", [stream("first\n"), shown("<i>middle</i>"), stream("last\n")])
    )
    assert html.index("first") < html.index("<i>middle</i>") < html.index("last")


def test_a_page_has_no_widget_state(tmp_path, whole):
    other = built(tmp_path / "elsewhere", [stream(TEXT)], widget="b2")
    assert other == whole  # in another folder, with other ids
    assert "widget-state" not in page(whole)
    assert ".buildinfo" not in whole


def test_a_second_build_in_the_same_folder_gives_the_same_files(tmp_path, whole):
    folder = tmp_path / "book"
    built(folder, [stream("something else\n")])
    (folder / "html" / "_static" / "left.css").touch()  # of a stylesheet that is no more
    assert built(folder, [stream(TEXT)]) == whole


def test_a_page_brings_what_the_explorers_need(whole):
    for file in ("explore.js", "explore.css", "explore-font.css"):
        assert f"_static/{file}?v=" in page(whole)
        assert f"_static/{file}" in whole
