"""The table of the page `claims`: each claim with what the seeds of the book say of it."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from operator import attrgetter

from IPython.display import HTML, Markdown

from dropoutlab._names import public_dir
from dropoutlab.claims import Row
from dropoutlab.claims.judging import ROUNDING, chance_text
from dropoutlab.claims.ledger import Table
from dropoutlab.figures.words import minus

__dir__ = public_dir(__name__)

# the book's extension reads "found", "claimed" and "verdict", and the mean of the row
HEAD = ("claim", "found", "claimed", "verdict", "chance that other seeds overturn it")


def count_claims(tables: Sequence[Table]) -> Markdown:
    """Return a sentence with the number of claims, of tables, and of seeds a table."""
    claims, seeds = sum(len(table.claims) for table in tables), [table.seeds for table in tables]
    return Markdown(
        f"There are {claims} claims in {len(tables)} tables, one table for each experiment; a "
        f"table is judged on {min(seeds)} to {max(seeds)} seeds."
    )


def claims_table(rows: Sequence[Row]) -> HTML:
    """Return a table with a row for each claim, which a link can name: `claims.html#name`.

    Rows of one experiment follow each other under its name: they have been judged together.
    """
    head = "".join(f"<th scope='col'>{text}</th>" for text in HEAD)
    bodies = "".join(
        f"<tbody>{_experiment(table)}{''.join(map(_row, together))}</tbody>"
        for table, together in groupby(rows, key=attrgetter("table"))
    )
    return HTML(f"<table class='claims'><thead><tr>{head}</tr></thead>{bodies}</table>")


def _experiment(table: Table) -> str:
    name = escape(table.name[0].upper() + table.name[1:])
    return f"<tr class='experiment'><th scope='rowgroup' colspan='{len(HEAD)}'>{name}</th></tr>"


def _row(row: Row) -> str:
    v = row.verdict
    mean, low, high = (0.0 if abs(x) < ROUNDING else x for x in (v.mean, v.low, v.high))
    found = minus(f"{mean:.3g} ({low:.3g} to {high:.3g}) {row.claim.unit}")
    verdict = f"{v.word}, {v.seeds} seeds"
    if v.word == "not settled" and v.seeds_needed:
        verdict += f"; about {v.seeds_needed} would do"
    cells = (
        "0, exact up to rounding" if v.exact else found,
        str(v.bound),
        verdict,
        chance_text(v.turns) if v.word == "holds" and not v.exact else "",
    )
    return (
        f"<tr id='{escape(row.claim.name)}' data-mean='{float(mean)!r}'>"
        f"<th scope='row'>{escape(row.claim.sentence)}</th>"
        + "".join(
            f"<td data-head='{head}'>{escape(cell)}</td>"
            for head, cell in zip(HEAD[1:], cells, strict=True)
        )
        + "</tr>"
    )
