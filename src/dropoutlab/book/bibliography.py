"""The list of works: each entry has the name that a text calls it by, and an address for links."""

from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)


def authors_of(entry: Entry) -> str:
    """Return the authors as a text calls them: one, two, or the first and "et al."."""
    names = [
        " ".join([*person.prelast_names, *person.last_names]).strip("{}")
        for person in entry.persons["author"]
    ]
    return {1: names[0], 2: " and ".join(names)}.get(len(names), f"{names[0]} et al.")


def names_of(entry: Entry, letter: str = "") -> set[str]:
    """Return what a link to an entry may say: authors and year, in two ways, or the year alone.

    letter: after the year, if its list has two works of the same people in one year.
    """
    authors, year = authors_of(entry), entry.fields.get("year")
    year = year and year + letter
    return {f"{authors} ({year})", f"{authors}, {year}", year} if year else {authors}


class AuthorYear(BaseLabelStyle):
    """Labels such as "Hinton et al., 2012"; two of one year are 2016a and 2016b."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yield the label of each entry."""
        labels = [self._label(entry) for entry in sorted_entries]
        for k, label in enumerate(labels):
            letter = "abcdefghij"[labels[:k].count(label)] if labels.count(label) > 1 else ""
            yield label + letter

    def _label(self, entry: Entry) -> str:
        year = entry.fields.get("year")
        return f"{authors_of(entry)}, {year}" if year else authors_of(entry)


class Style(PlainStyle):
    """Entries in the order of their authors, each under its authors and year."""

    default_label_style = AuthorYear
    default_sorting_style = "author_year_title"


def letters_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return, by key, the letter that the list of works puts after the year, mostly ""."""
    style = Style()
    in_order = style.sort(list(entries))
    labels = style.format_labels(in_order)
    return {
        entry.key: label.removeprefix(style.label_style._label(entry))
        for entry, label in zip(in_order, labels, strict=True)
    }


def name_works(app: Any, document: nodes.document) -> None:  # noqa: ANN401 - Sphinx's application
    """Let links name the works of a list like headings of its page."""
    if any(node.tagname == "bibliography" for node in document.findall(nodes.General)):
        works = app.env.get_domain("cite").bibdata.data.entries
        slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
        slugs.update({key: (0, key, key) for key in works})


def setup(app: Any) -> None:  # noqa: ANN401
    """Register the style and hook in."""
    register_plugin("pybtex.style.formatting", "author-year", Style)
    app.connect("doctree-read", name_works)
