"""Judge the claims of the book: python -m dropoutlab.claims [--seeds A:B] [--only NAME] [--json].

Without --seeds each table is judged on the seeds of the book. --seeds 5000:5032 takes these for
all, --seeds 5000: as many for each table as the book does, from 5000 on. --only takes a claim, a
table or a chapter, and may be repeated; a claim is judged together with its table. The exit status
is 1 if a claim fails: not if one is not settled.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from dropoutlab._progress import bar_of
from dropoutlab._words import minus
from dropoutlab.claims import TABLES, Row, judge_table, pick_tables
from dropoutlab.claims.judging import chance_text

MARKS = {"holds": "✓", "fails": "✗", "not settled": "?"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, print, and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        tables = pick_tables(TABLES, options.only) if options.only else list(TABLES)
    except ValueError as error:
        _parser().error(str(error))
    judged = (judge_table(table, options.seeds(table)) for table in tables)
    rows = [row for of_table in bar_of(judged, "tables", len(tables)) for row in of_table]
    print(json.dumps([_entry(row) for row in rows], indent=1) if options.json else _text(rows))
    return int(any(row.verdict.word == "fails" for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dropoutlab.claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=_seeds, default=lambda _table: None, metavar="A:B")
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--json", action="store_true")
    return parser


def _seeds(text: str):  # noqa: ANN202 - a function of a table
    first, colon, end = text.partition(":")
    try:
        start, stop = int(first), int(end) if end else None
    except ValueError:
        start, stop = -1, None
    if not colon or start < 0 or (stop is not None and stop < start + 2):
        raise argparse.ArgumentTypeError(
            f"seeds must be A:B, with B at least two above A, or A:; got {text!r}"
        )
    return lambda table: range(start, start + table.seeds if stop is None else stop)


def _entry(row: Row) -> dict:
    """A row for machines."""
    verdict = row.verdict
    entry = {
        "name": row.claim.name,
        "chapter": row.table.chapter,
        "table": row.table.name,
        "sentence": row.claim.sentence,
        "unit": row.claim.unit,
        **asdict(verdict),
        "chance_to_turn": verdict.turns,
        "seeds_needed": verdict.seeds_needed,
    }
    return entry


def _text(rows: Sequence[Row]) -> str:
    lines = []
    for table in dict.fromkeys(row.table.name for row in rows):
        of_table = [row for row in rows if row.table.name == table]
        first = of_table[0]
        lines.append(f"\n{first.table.chapter}: {table} ({first.verdict.seeds} seeds)")
        for row in of_table:
            lines.append(f"  {MARKS[row.verdict.word]} {row.claim.name}: {row.claim.sentence}")
            lines.append(f"      {verdict_text(row)}")
    words = [row.verdict.word for row in rows]
    counts = ", ".join(f"{words.count(word)} {word}" for word in MARKS)
    return "\n".join([*lines, "", counts])


def verdict_text(row: Row) -> str:
    """Say in a line what was found: estimate, interval, bound, verdict, chance to turn."""
    v = row.verdict
    found = f"{v.mean:.3g} [{v.low:.3g}, {v.high:.3g}] {row.claim.unit}, claimed {v.bound}"
    if v.word == "not settled":
        needed = v.seeds_needed
        rest = f"not settled: {f'about {needed}' if needed else 'no number of'} seeds would do"
    else:
        chance = chance_text(v.turns)
        rest = f"{v.word}; other seeds overturn it with probability {chance}"
    return minus(f"{found}: {rest}")


if __name__ == "__main__":
    sys.exit(main())
