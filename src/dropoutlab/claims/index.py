"""What the first page claims of trained networks."""

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import Bound
from dropoutlab.claims.ledger import Claim, Table, of

__dir__ = public_dir(__name__)

UNITS_AWAY = Table(
    "index",
    "units clicked away",
    experiments.answers_kept,
    64,
    (
        Claim(
            "one-unit-gone",
            "With one unit gone, dropout saves more than ten in a hundred of the right answers.",
            of("answers kept", "dropout", "none", gone=1),
            Bound(low=10.0),
        ),
        Claim(
            "two-units-gone",
            "With two units gone, dropout saves more than fifteen in a hundred.",
            of("answers kept", "dropout", "none", gone=2),
            Bound(low=15.0),
        ),
        Claim(
            "whole-networks",
            "While all units are there, dropout changes the test error by less than four points.",
            of("test error", "dropout", "none", gone=0),
            Bound(-4.0, 4.0),
        ),
    ),
)

TABLES = (UNITS_AWAY,)
