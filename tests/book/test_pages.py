"""The built pages as files: nothing from elsewhere, every frame what the figure would be."""

import re

import nbformat
import pytest
from joblib import Parallel, delayed

from dropoutlab.explore import controls, page
from dropoutlab.explore.svg import figure_markup
from tests.book.test_notebooks import NOTEBOOKS

LOADED = re.compile(r'<(?:script|img|link|iframe|source)[^>]*?(?:src|href)="([^"]+)"')
FOREIGN = re.compile(r"^(https?:)?//")
MAX_PACKED = 400_000  # bytes a page, for all its explorers


def built_pages(built_book):
    return sorted((built_book / "chapters").glob("*.html"))


def test_there_is_a_page_for_every_chapter(built_book):
    pages = {path.stem for path in built_pages(built_book)}
    assert pages == {*(path.stem for path in NOTEBOOKS), "notation", "bibliography"}


def test_no_page_loads_anything_from_another_host(built_book):
    for path in built_pages(built_book):
        html = path.read_text(encoding="utf8")
        loaded = LOADED.findall(html)
        assert loaded
        foreign = [address for address in loaded if FOREIGN.match(address)]
        assert not foreign, f"{path.name} loads {foreign}"
        hosts = ("unpkg.com", "jsdelivr.net", "cloudflare.com", "googleapis.com")
        assert not [host for host in hosts if host in html]


class Recorder:
    """Stands in for `explore` in a notebook's namespace and keeps its calls."""

    def __init__(self):
        self.calls = []

    def __call__(self, draw, *, describe, name=None, labels=(), units=(), play=None, **written):
        name = name or draw.__name__.removeprefix("draw_")
        grid = controls.read_controls(name, draw, written, dict(labels), dict(units), play)
        self.calls.append((name, draw, describe, grid))


def explorers_of(path):
    """Run a chapter up to its last explorer, and return the explorers that it asks for."""
    recorder, namespace = Recorder(), {}
    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    last = max(k for k, source in enumerate(cells) if source.startswith("explore("))
    for source in cells[: last + 1]:
        exec(source, namespace)
        if "explore" in namespace:
            namespace["explore"] = recorder
    return recorder.calls


def markup_of(draw, values, name):
    return figure_markup(draw(**values), name)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_frame_of_a_page_is_what_draw_returns(path, built_book):
    html = (built_book / "chapters" / f"{path.stem}.html").read_text(encoding="utf8")
    explorers = explorers_of(path)
    assert html.count('class="explorer" data-name=') == len(explorers) > 0
    size = 0
    for name, draw, describe, grid in explorers:
        packed = re.search(rf'data-name="{name}".*?explorer-frames">([^<]+)<', html, re.DOTALL)[1]
        size += len(packed) * 3 // 4
        frames, texts = page.unpack_frames(packed)
        values = list(page.grid_values(grid))
        assert len(frames) == len(values)
        drawn = Parallel(-1)(delayed(markup_of)(draw, value, name) for value in values)
        assert frames == drawn
        assert texts == [describe(**value) for value in values]
    assert size <= MAX_PACKED
