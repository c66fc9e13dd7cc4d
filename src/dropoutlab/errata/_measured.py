"""Statements about trained networks, checked against rows of the ledger of claims."""

from dataclasses import replace
from functools import cache

from dropoutlab._words import minus
from dropoutlab.claims import TABLES, Bound, Claim, Row, Table, judge_table
from dropoutlab.errata._entry import IF_SO, Outcome


def claim_named(name: str) -> tuple[Table, Claim]:
    """Return a claim of the ledger, and its table."""
    return next((table, c) for table in TABLES for c in table.claims if c.name == name)


@cache
def experiment_of(table: Table) -> object:
    """Return what the experiment of a table finds on the seeds of the book."""
    return table.experiment(range(table.seeds))


def judged(name: str, bound: Bound | None = None) -> Row:
    """Judge a claim together with its table, with a bound of its own if one is given."""
    table, claim = claim_named(name)
    found, bound = experiment_of(table), bound or claim.bound
    claims = tuple(replace(c, bound=bound) if c == claim else c for c in table.claims)
    rows = judge_table(replace(table, claims=claims, experiment=lambda _seeds: found))
    return rows[table.claims.index(claim)]


def found_text(row: Row) -> str:
    """Say what the seeds have found, with its interval and unit."""
    v = row.verdict
    return minus(f"{v.mean:.2g} ({v.low:.2g} to {v.high:.2g}) {row.claim.unit}".rstrip())


def measured(wrong: tuple[str, str, str, Bound], right: tuple[str, str]) -> dict[str, object]:
    """Return both checks of an entry that experiments decide, and the claims it rests on.

    Args:
        wrong: what is measured, the claim that measures it, and what the statement, as it is found,
            says of it, in words and as a bound. The check fails if the ledger says "fails" of that.
        right: what is measured, and the claim that has to hold.
    """

    def refuted() -> Outcome:
        what, name, says, bound = wrong
        row = judged(name, bound)
        return Outcome(what, says, found_text(row), row.verdict.word != "fails", IF_SO)

    def held() -> Outcome:
        what, name = right
        row = judged(name)
        holds = row.verdict.word == "holds"
        return Outcome(what, str(row.verdict.bound), found_text(row), holds, IF_SO)

    claims = tuple(dict.fromkeys((wrong[1], right[1])))
    return {"wrong": refuted, "right": held, "claims": claims, "measured": True}
