"""What a claim is, and how all claims of a table are judged on seeds of anybody's choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dropoutlab._checks import instance, seed_numbers, several
from dropoutlab._names import did_you_mean, public_dir
from dropoutlab.claims.judging import Bound, Verdict, judge
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)


@dataclass(frozen=True)
class Claim:
    """One sentence of the book that seeds can contradict.

    name: identifies it, in links too. sentence: as it stands in the chapter. quantity: of what the
    experiment of its table returns, one number a seed. bound: where the mean is said to lie.
    unit: of the quantity.
    """

    name: str
    sentence: str
    quantity: Callable[..., Sample]
    bound: Bound
    unit: str = "points"


@dataclass(frozen=True)
class Table:
    """Claims that one experiment decides; they are corrected together.

    chapter: where the sentences stand. experiment: given seeds, returns what quantities are taken
    of. seeds: how many the book uses, 0 up. claims: no two of one name.
    """

    chapter: str
    name: str
    experiment: Callable[[Sequence[int]], object]
    seeds: int
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Row:
    """A claim of a table with its verdict."""

    table: Table
    claim: Claim
    verdict: Verdict


def judge_table(table: Table, seeds: Sequence[int] | None = None) -> list[Row]:
    """Run the experiment of a table and judge its claims.

    Args:
        table: one of `claims.TABLES`.
        seeds: two or more; those of the book if None.
    """
    instance("table", table, Table)
    seeds = range(table.seeds) if seeds is None else seed_numbers(seeds, 2)
    found = table.experiment(seeds)
    values = [claim.quantity(found).values for claim in table.claims]
    verdicts = judge(values, [claim.bound for claim in table.claims])
    return [Row(table, *pair) for pair in zip(table.claims, verdicts, strict=True)]


def pick_tables(tables: Sequence[Table], names: Sequence[str]) -> list[Table]:
    """Return the tables that hold the claims of these names, or have them as name or chapter.

    Raises:
        ValueError: a name is none of these.
    """
    several("names", names, instance, str)
    picked = []
    for name in names:
        found = [
            table
            for table in tables
            if name in (table.name, table.chapter, *(claim.name for claim in table.claims))
        ]
        if not found:
            known = [word for table in tables for word in (table.name, table.chapter)]
            known += [claim.name for table in tables for claim in table.claims]
            hint = did_you_mean(name, known) or "; the page What this book claims has all names"
            raise ValueError(f"names must be claims, tables or chapters; got {name!r}{hint}")
        picked += found
    return [table for table in tables if table in picked]
