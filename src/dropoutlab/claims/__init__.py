"""Every empirical claim of the book, once, to be judged on seeds of your choice.

    python -m dropoutlab.claims --seeds 5000:5032

A claim is a sentence of a chapter with a quantity, one number a seed, and a bound for its mean.
`judge_table` runs a table's experiment and says of each claim whether it holds, fails, or is not
settled by so many seeds, and how probable it is that other seeds would say otherwise.
"""

from dropoutlab._names import public_dir
from dropoutlab.claims import (
    architectures,
    beyond_linear,
    coadaptation,
    evidence,
    index,
    masking,
    practice,
    regularizer,
    scaling,
    symptoms,
)
from dropoutlab.claims.judging import Bound, Verdict, chance_to_turn, judge
from dropoutlab.claims.ledger import Claim, Row, Table, judge_table, pick_tables

__dir__ = public_dir(__name__)

TABLES: tuple[Table, ...] = (
    *index.TABLES,
    *coadaptation.TABLES,
    *masking.TABLES,
    *scaling.TABLES,
    *regularizer.TABLES,
    *beyond_linear.TABLES,
    *evidence.TABLES,
    *practice.TABLES,
    *symptoms.TABLES,
    *architectures.TABLES,
)

__all__ = [
    "TABLES",
    "Bound",
    "Claim",
    "Row",
    "Table",
    "Verdict",
    "chance_to_turn",
    "judge",
    "judge_table",
    "pick_tables",
]
