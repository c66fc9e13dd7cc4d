"""What a claim is, and how all claims of a table are judged on seeds of anybody's choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dropoutlab._checks import instance, items, seed_numbers, several, whole_number
from dropoutlab._names import did_you_mean, public_dir
from dropoutlab.claims.judging import Bound, Verdict, judge
from dropoutlab.samples import Sample, pick

Quantity = Callable[..., Sample]  # of what an experiment returns, one number a seed


def of(measure: str, arm: str, other: str | None = None, **settings: float | str) -> Quantity:
    """Return the quantity: a measure of an arm, less that of another, seed by seed.

    Args:
        measure: of samples, or of a study that has samples.
        arm: whose measure.
        other: the arm of which the measure, with the same settings, is subtracted.
        **settings: of the samples.
    """

    def quantity(found: object) -> Sample:
        samples = getattr(found, "samples", found)
        one = pick(samples, arm, measure, **settings)
        return one if other is None else one - pick(samples, other, measure, **settings)

    return quantity


def gap(one: Quantity, other: Quantity) -> Quantity:
    """Return the quantity: one less another, seed by seed."""
    return lambda found: one(found) - other(found)


def ratio(one: Quantity, other: Quantity) -> Quantity:
    """Return the quantity: one over another, seed by seed.

    It raises a ValueError if the seeds are not the same, or if a number to divide by is 0 or
    infinite.
    """

    def quantity(found: object) -> Sample:
        above, below = one(found), other(found)
        divisors = above.paired_values(below, "divide")
        if not (np.isfinite(divisors) & (divisors != 0)).all():
            raise ValueError(
                "other must have finite values that are not 0, to divide by; "
                f"{below} got {divisors}"
            )
        return Sample(above.arm, "ratio", above.seeds, above.values / divisors)

    return quantity


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
    quantity: Quantity
    bound: Bound
    unit: str = "points"

    def __post_init__(self) -> None:
        for name in ("name", "sentence", "unit"):
            instance(name, getattr(self, name), str)
        if not self.name or not self.sentence:
            raise ValueError(f"name and sentence must not be empty; got {self.name!r}")
        instance("quantity", self.quantity, Callable)
        instance("bound", self.bound, Bound)


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

    def __post_init__(self) -> None:
        for name in ("chapter", "name"):
            instance(name, getattr(self, name), str)
        instance("experiment", self.experiment, Callable)
        whole_number("seeds", self.seeds, 2)
        object.__setattr__(self, "claims", several("claims", self.claims, instance, Claim))
        names = [claim.name for claim in self.claims]
        if len(set(names)) < len(names):
            raise ValueError(f"claims must have names that differ; got {names}")


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
    for table in items("tables", tables, "Table"):
        instance("tables", table, Table)
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
