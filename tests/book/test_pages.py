"""The built pages as files: a page for every chapter, and nothing from elsewhere."""

import re

import pytest

from tests.book.test_notebooks import NOTEBOOKS

pytestmark = pytest.mark.browser  # they need the built book
LOADED = re.compile(r'<(?:script|img|link|iframe|source)[^>]*?(?:src|href)="([^"]+)"')
FOREIGN = re.compile(r"^(https?:)?//")


def built_pages(built_book):
    return sorted((built_book / "chapters").glob("*.html"))


def test_there_is_a_page_for_every_chapter(built_book):
    pages = {path.stem for path in built_pages(built_book)}
    assert pages == {*(path.stem for path in NOTEBOOKS), "glossary", "notation", "bibliography"}


def test_no_page_loads_anything_from_another_host(built_book):
    for path in built_pages(built_book):
        html = path.read_text(encoding="utf8")
        loaded = LOADED.findall(html)
        assert loaded
        foreign = [address for address in loaded if FOREIGN.match(address)]
        assert not foreign, f"{path.name} loads {foreign}"
        hosts = ("unpkg.com", "jsdelivr.net", "cloudflare.com", "googleapis.com")
        assert not [host for host in hosts if host in html]
