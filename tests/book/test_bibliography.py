"""The list of works: what an entry is called, and how a link finds it."""

from collections import defaultdict
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from pybtex.database import Entry, Person

from dropoutlab.book import bibliography
from tests.book.told import App


def work(*authors, year="2012"):
    fields = {"year": year} if year else {}
    return Entry("article", fields, persons={"author": [Person(name) for name in authors]})


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["Wager, Stefan"], "Wager"),
        (["Xu, Bing", "{OXFORD XX}"], "Xu and OXFORD XX"),
        (["Pierre Baldi", "Peter Sadowski"], "Baldi and Sadowski"),
        (["van der Maaten, Laurens"], "van der Maaten"),
        (["von Neumann, John", "{Keras contributors}"], "von Neumann and Keras contributors"),
        (["A. One", "B. Two", "C. Three"], "One et al."),
        (["A. One", "B. Two", "C. Three", "D. Four"], "One et al."),
    ],
)
def test_a_work_is_called_by_its_authors(authors, names):
    assert bibliography.authors_of(work(*authors)) == names
    assert bibliography.names_of(work(*authors, year="")) == {names}
    said = {f"{names} (2012)", f"{names}, 2012", "2012"}
    assert bibliography.names_of(work(*authors)) == said


def test_works_of_one_year_get_letters_in_their_order():
    gal, other, undated = work("Gal"), work("Other"), work("Gal", year="")
    later = work("Gal", year="2016")
    labels = bibliography.AuthorYear().format_labels([gal, undated, gal, other, later, gal])
    assert list(labels) == [
        "Gal, 2012a", "Gal", "Gal, 2012b", "Other, 2012", "Gal, 2016", "Gal, 2012c",
    ]  # fmt: skip
    many = bibliography.AuthorYear().format_labels([gal] * 10)
    assert "".join(label[-1] for label in many) == "abcdefghij"


class bibliography_node(nodes.General, nodes.Element):  # noqa: N801
    tagname = "bibliography"


def slugs_after(page, metadata):
    """What a page's links may name, once a page with two works in the book has been read."""
    data = SimpleNamespace(entries={"gal2016": work("Gal"), "baldi2014": work("Baldi")})
    domains = {"cite": SimpleNamespace(bibdata=SimpleNamespace(data=data))}
    env = SimpleNamespace(docname="works", metadata=metadata, get_domain=domains.__getitem__)
    bibliography.name_works(App(env=env), page)
    return metadata


def test_links_can_name_the_works_of_a_list():
    page = new_document("page")
    page += nodes.section("", nodes.paragraph("", "First."), bibliography_node())
    works = {"gal2016": (0, "gal2016", "gal2016"), "baldi2014": (0, "baldi2014", "baldi2014")}
    assert slugs_after(page, defaultdict(dict)) == {"works": {"myst_slugs": works}}
    heading = {"works": {"myst_slugs": {"title": (1, "title", "Title")}}}
    assert slugs_after(page, heading) == {
        "works": {"myst_slugs": {"title": (1, "title", "Title"), **works}}
    }


def test_a_page_without_the_list_names_none():
    page = new_document("page")
    page += nodes.section("", nodes.paragraph("", "First."), nodes.image())
    assert slugs_after(page, {"works": {}}) == {"works": {}}


def test_the_style_is_known_by_its_name_and_its_hook(monkeypatch):
    known = []
    monkeypatch.setattr(bibliography, "register_plugin", lambda *given: known.append(given))
    app = App()
    bibliography.setup(app)
    assert known == [("pybtex.style.formatting", "author-year", bibliography.Style)]
    assert app.told == [("connect", "doctree-read", bibliography.name_works)]
