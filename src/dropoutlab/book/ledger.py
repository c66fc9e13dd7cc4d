"""Sentences that the ledger judges: beside each, what the seeds of the book have found.

The numbers are those of this build's own page of claims; a chapter holds the sentence and its link.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

from docutils import nodes

from dropoutlab._names import public_dir
from dropoutlab._words import minus

__dir__ = public_dir(__name__)

PAGE = "chapters/claims"
ROWS = "claims"  # of what the build knows of a page
ROW = re.compile(r"<tr id='([^']+)' data-mean='([^']+)'>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<(?:th scope='row'|td data-head='([^']+)')>(.*?)</t[hd]>", re.DOTALL)
CLAIM = "claim"  # the cell that heads a row
MEAN = "mean"  # as exact as it was found: what is rounded twice may differ from the pictures
TAG = re.compile(r"<[^>]+>")
UNIT = re.compile(r"\S+ \(.*\) (\S.*)")  # 1.87 (1.24 to 2.49) points
LEAST = 0.01  # a mean nearer to zero than that says nothing without its interval


def text_of(html: str) -> str:
    """Return what markup says, without its tags."""
    return unescape(TAG.sub(" ", html))


def rows_of(document: nodes.document) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a table of claims: the name, and the cells by their heads, and the mean."""
    for raw in document.findall(nodes.raw):
        for name, mean, cells in ROW.findall(raw.astext()):
            found = CELL.findall(cells)
            yield name, {MEAN: mean} | {head or CLAIM: text_of(html) for head, html in found}


def short(mean: float, found: str) -> str:
    """Return the mean alone with its unit, to two digits; "" if it has none, or is next to zero.

    Args:
        mean: not rounded.
        found: the mean, its interval and the unit.
    """
    match = UNIT.fullmatch(found)
    if match is None or abs(mean) < LEAST:
        return ""
    digits = 0 if abs(mean) >= 10 else 1 if abs(mean) >= 1 else 2
    return f"{minus(f'{mean:.{digits}f}')} {match[1]}"


def noted(sentence: str, address: str, identity: str, row: dict[str, str]) -> nodes.raw:
    """Return a sentence as a link to its row, with what was found."""
    verdict = row["verdict"]
    said = f"It is {verdict}." if verdict.startswith("not") else f"It {verdict}."
    whole = f"Found: {row['found']}. Claimed: {row['claimed']}. {said}"
    number = short(float(row[MEAN]), row["found"])
    if not verdict.startswith("holds"):
        number = f"{verdict.split(',')[0]}: {row['found']}"
    return nodes.raw(
        "",
        f'<a class="claim" href="{address}" aria-describedby="{identity}">{escape(sentence)}</a>'
        f'<span class="term-text" role="tooltip" id="{identity}">{escape(whole)}</span>'
        + (f' <span class="claim-found">({escape(number)})</span>' if number else ""),
        format="html",
    )


def note_claims(app: Any, document: nodes.document, page: str) -> None:  # noqa: ANN401
    """Say beside each sentence with a row in the table what was found."""
    if PAGE not in app.env.found_docs or app.builder.format != "html" or page == PAGE:
        return
    rows = app.env.metadata[PAGE].get(ROWS, {})
    target = app.builder.get_relative_uri(page, PAGE)
    for count, link in enumerate(list(document.findall(nodes.reference))):
        address, _, name = link.get("refuri", "").partition("#")
        if address == target and name in rows:
            note = noted(link.astext(), f"{target}#{name}", f"claim-{count}", rows[name])
            link.parent.replace(link, note)


def name_rows(app: Any, document: nodes.document) -> None:  # noqa: ANN401
    """Let links name the rows of a table of claims like headings of the page, and keep them."""
    page = app.env.metadata[app.env.docname]
    if rows := dict(rows_of(document)):
        page[ROWS] = rows
        page.setdefault("myst_slugs", {}).update({name: (0, name, name) for name in rows})


def setup(app: Any) -> None:  # noqa: ANN401
    """Hook in."""
    app.connect("doctree-read", name_rows)
    app.connect("doctree-resolved", note_claims)
