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
            "Of a hundred answers that both had right, dropout keeps over ten more when one unit "
            "goes.",
            of("answers kept", "dropout", "none", gone=1),
            Bound(low=10.0),
        ),
        Claim(
            "two-units-gone",
            "When two units go, dropout keeps over fifteen in a hundred more.",
            of("answers kept", "dropout", "none", gone=2),
            Bound(low=15.0),
        ),
        Claim(
            "whole-networks",
            "With all eight units there, the two test errors differ by less than three points.",
            of("test error", "dropout", "none", gone=0),
            Bound(-3.0, 3.0),
        ),
    ),
)

TABLES = (UNITS_AWAY,)
