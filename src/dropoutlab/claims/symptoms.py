"""What the chapter `practice` claims of faults in the use of dropout."""

from collections.abc import Callable

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Table
from dropoutlab.samples import Sample, pick

__dir__ = public_dir(__name__)

SEEDS = 12


def _after(passes: int, arm: str, measure: str) -> Callable[[list[Sample]], Sample]:
    return lambda found: pick(found, arm, measure, passes=passes)


def _since_the_fifth(measure: str) -> Callable[[list[Sample]], Sample]:
    """What is added from the fifth pass to the fiftieth without dropout."""
    return lambda found: (
        pick(found, "no dropout", measure, passes=50) - pick(found, "no dropout", measure, passes=5)
    )


def _less_validation(measure: str) -> Callable[[list[Sample]], Sample]:
    """A training loss less the validation loss, after twenty passes."""
    return lambda found: (
        pick(found, "right", measure, passes=20)
        - pick(found, "right", "validation loss", passes=20)
    )


def _slower(found: list[Sample]) -> Sample:
    """What one mask a batch adds to the printed loss of the tenth pass."""
    one, many = (
        pick(found, arm, "printed loss", passes=10) for arm in ("one mask a batch", "right")
    )
    return one - many


FAULTS = Table(
    "practice",
    "symptoms",
    experiments.symptom_study,
    SEEDS,
    (
        Claim(
            "evaluations-differ",
            "With masks left on, a second evaluation changes more than a third of the answers.",
            _after(50, "masks left on", "other answers"),
            Bound(low=100 / 3),
        ),
        Claim(
            "scaled-by-drop-rate",
            "Scaled by the drop rate, more than three answers in four are wrong.",
            _after(50, "scaled by 1 − p", "validation error"),
            Bound(low=75.0),
        ),
        Claim(
            "keep-and-drop-confused",
            "With keep and drop confused, even the training loss is above one nat after fifty "
            "passes.",
            _after(50, "keep and drop confused", "training loss"),
            Bound(low=1.0),
            "nats",
        ),
        Claim(
            "outputs-dropped",
            "With dropout on the outputs, the printed training loss is above one nat after fifty "
            "passes.",
            _after(50, "outputs dropped", "printed loss"),
            Bound(low=1.0),
            "nats",
        ),
        Claim(
            "one-mask-slower",
            "With one mask for a batch, the printed training loss of the tenth pass is higher.",
            _slower,
            MORE,
            "nats",
        ),
        Claim(
            "loss-rises",
            "Without dropout the validation loss rises by more than two nats from the fifth pass "
            "to the fiftieth.",
            _since_the_fifth("validation loss"),
            Bound(low=2.0),
            "nats",
        ),
        Claim(
            "errors-hardly-rise",
            "In the same passes the share of wrong answers rises by less than three points.",
            _since_the_fifth("validation error"),
            Bound(high=3.0),
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
            "After twenty passes the printed training loss is above the validation loss.",
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
