"""What the chapter `practice` claims of faults in the use of dropout."""

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of

__dir__ = public_dir(__name__)

SEEDS = 16


def _since_the_third(measure: str) -> Quantity:
    """What is added from the third epoch to the fiftieth without dropout."""
    return gap(of(measure, "no dropout", passes=50), of(measure, "no dropout", passes=3))


def _less_validation(measure: str) -> Quantity:
    """A training loss less the validation loss, after twenty epochs."""
    return gap(of(measure, "right", passes=20), of("validation loss", "right", passes=20))


FAULTS = Table(
    "practice",
    "symptoms",
    experiments.symptom_study,
    SEEDS,
    (
        Claim(
            "evaluations-differ",
            "With masks left on, a second evaluation changes more than a third of the answers.",
            of("other answers", "masks left on", passes=50),
            Bound(low=100 / 3),
            "% of the answers",
        ),
        Claim(
            "scaled-by-drop-rate",
            "Scaled by the drop rate, more than three answers in four are wrong.",
            of("validation error", "scaled by 1 − p", passes=50),
            Bound(low=75.0),
            "% wrong",
        ),
        Claim(
            "keep-and-drop-confused",
            "With keep and drop confused, even the training loss is above one nat after fifty "
            "epochs.",
            of("training loss", "keep and drop confused", passes=50),
            Bound(low=1.0),
            "nats",
        ),
        Claim(
            "outputs-dropped",
            "With dropout on the outputs, the printed training loss is above one nat after fifty "
            "epochs.",
            of("printed loss", "outputs dropped", passes=50),
            Bound(low=1.0),
            "nats",
        ),
        Claim(
            "one-mask-slower",
            "With one mask for a batch, the printed training loss of the tenth epoch is higher.",
            of("printed loss", "one mask a batch", "right", passes=10),
            MORE,
            "nats",
        ),
        Claim(
            "loss-rises",
            "Without dropout the validation loss rises from the third epoch to the fiftieth.",
            _since_the_third("validation loss"),
            Bound(low=2.0),
            "nats",
        ),
        Claim(
            "errors-fall",
            "In the same epochs the share of wrong answers falls.",
            _since_the_third("validation error"),
            LESS,
        ),
    ),
)

PRINTED = Table(
    "practice",
    "printed losses",
    experiments.printed_loss_study,
    SEEDS,
    (
        Claim(
            "printed-loss-above",
            "After twenty epochs the printed training loss is above the validation loss.",
            _less_validation("printed loss"),
            MORE,
            "nats",
        ),
        Claim(
            "judged-loss-below",
            "Judged without masks, the training loss is below the validation loss.",
            _less_validation("training loss"),
            LESS,
            "nats",
        ),
    ),
)

TABLES = (FAULTS, PRINTED)
