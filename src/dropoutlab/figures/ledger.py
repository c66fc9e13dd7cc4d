"""The table of the page `claims`: each claim with what the seeds of the book say of it."""

from collections.abc import Sequence
from html import escape

from IPython.display import HTML

from dropoutlab._names import public_dir
from dropoutlab.claims import Row
from dropoutlab.claims.__main__ import chance_text
from dropoutlab.figures.words import minus

__dir__ = public_dir(__name__)

ROUNDING = 1e-9
HEAD = ("claim", "found", "claimed", "verdict", "other seeds turn it")


def claims_table(rows: Sequence[Row]) -> HTML:
    """Return a table with a row for each claim, which a link can name: `claims.html#name`."""
    head = "".join(f"<th scope='col'>{text}</th>" for text in HEAD)
    body = "".join(map(_row, rows))
    return HTML(
        f"<table class='claims'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(row: Row) -> str:
    v = row.verdict
    mean, low, high = (0.0 if abs(x) < ROUNDING else x for x in (v.mean, v.low, v.high))
    found = minus(f"{mean:.3g} ({low:.3g} to {high:.3g}) {row.claim.unit}")
    turns = chance_text(v.turns) if v.word == "holds" else ""
    if v.word == "not settled":
        turns = f"about {v.seeds_needed} seeds would do" if v.seeds_needed else ""
    cells = (found, str(v.bound), f"{v.word}, {v.seeds} seeds", turns)
    return (
        f"<tr id='{escape(row.claim.name)}'><th scope='row'>{escape(row.claim.sentence)}</th>"
        + "".join(
            f"<td data-head='{head}'>{escape(cell)}</td>"
            for head, cell in zip(HEAD[1:], cells, strict=True)
        )
        + "</tr>"
    )
