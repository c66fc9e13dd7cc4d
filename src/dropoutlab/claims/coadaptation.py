"""What the chapter `coadaptation` claims."""

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of
from dropoutlab.samples import Sample, pick, pick_all

__dir__ = public_dir(__name__)

SEEDS = 40


def _overfit(arm: str) -> Quantity:
    return gap(of("test error", arm), of("training error", arm))


def _below_the_best_of(arm: str) -> Quantity:
    """Errors of dropout at its setting, less those of an arm at the best of all that were tried."""

    def found(tried: list[Sample]) -> Sample:
        rival = min(pick_all(tried, arm, "test error"), key=lambda sample: sample.values.mean())
        return pick(tried, "dropout", "test error", setting=experiments.SETTINGS["dropout"]) - rival

    return found


ERRORS = Table(
    "coadaptation",
    "test error",
    experiments.penalty_study,
    SEEDS,
    (
        Claim(
            "learns-by-heart",
            "Without a regulariser the network learns its training examples by heart.",
            of("training error", "none"),
            Bound(high=0.5),
            "% wrong",
        ),
        Claim(
            "misreads-half",
            "About half of the new examples are misread without a regulariser.",
            of("test error", "none"),
            Bound(45.0, 60.0),
            "% wrong",
        ),
        Claim(
            "gap-narrower",
            "The gap between the two errors is narrower with L1 than with dropout.",
            gap(_overfit("L1"), _overfit("dropout")),
            LESS,
        ),
        Claim(
            "l2-helps",
            "L2 takes away more than one point of test error.",
            of("test error", "L2", "none"),
            Bound(high=-1.0),
        ),
        Claim(
            "max-norm-helps",
            "Max-norm lowers the test error.",
            of("test error", "max-norm", "none"),
            LESS,
        ),
        Claim(
            "l1-helps-less",
            "L1 leaves more errors than L2.",
            of("test error", "L1", "L2"),
            MORE,
        ),
        Claim(
            "max-norm-not-better",
            "Max-norm leaves more errors than L2, or at most a quarter of a point fewer.",
            of("test error", "max-norm", "L2"),
            Bound(low=-0.25),
        ),
        Claim(
            "dropout-helps",
            "Dropout takes away more than three points of test error.",
            of("test error", "dropout", "none"),
            Bound(high=-3.0),
        ),
        Claim(
            "dropout-beats-l2",
            "Dropout leaves fewer errors than L2 does.",
            of("test error", "dropout", "L2"),
            LESS,
        ),
        Claim(
            "dropout-beats-max-norm",
            "With dropout there are also fewer errors than with max-norm.",
            of("test error", "dropout", "max-norm"),
            LESS,
        ),
        Claim(
            "both-beat-l2",
            "Dropout and L2 together beat L2 alone by more than one point.",
            of("test error", "dropout and L2", "L2"),
            Bound(high=-1.0),
        ),
        Claim(
            "both-and-dropout",
            "A little L2 on top of dropout changes the test error by less than two points.",
            of("test error", "dropout and L2", "dropout"),
            Bound(-2.0, 2.0),
        ),
        Claim(
            "l1-and-dropout",
            "Dropout with a little L1 leaves fewer errors than dropout alone, or at most a quarter "
            "of a point more.",
            of("test error", "dropout and L1", "dropout"),
            Bound(high=0.25),
        ),
        Claim(
            "both-level",
            "Dropout with max-norm and dropout with L2 differ by less than a point and a half.",
            of("test error", "dropout and max-norm", "dropout and L2"),
            Bound(-1.5, 1.5),
        ),
    ),
)

STRENGTHS = Table(
    "coadaptation",
    "strengths",
    experiments.tuning,
    24,
    (
        Claim(
            "strengths-l2",
            "This dropout leaves fewer errors than any strength of L2 that was tried.",
            _below_the_best_of("L2"),
            LESS,
        ),
        Claim(
            "strengths-max-norm",
            "It leaves fewer than any limit of max-norm.",
            _below_the_best_of("max-norm"),
            LESS,
        ),
        Claim(
            "strengths-l1",
            "And it leaves fewer than any strength of L1.",
            _below_the_best_of("L1"),
            LESS,
        ),
    ),
)

STOPPING = Table(
    "coadaptation",
    "early stopping",
    experiments.early_stopping,
    32,
    (
        Claim(
            "stopping-early",
            "Stopping at the pass with the least validation error changes the test error by less "
            "than one point.",
            of("test error", "stopped", "none"),
            Bound(-1.0, 1.0),
        ),
    ),
)

REMOVALS = Table(
    "coadaptation",
    "one unit in twelve",
    experiments.small_removals,
    48,
    (
        Claim(
            "one-unit-removed",
            "Without dropout the removal of one unit in twelve adds far more error than with it.",
            of("added", "none", "dropout"),
            Bound(low=8.0),
        ),
        Claim(
            "too-few-units",
            "To drop half of twelve units in training makes the whole network worse.",
            of("test error", "dropout", "none"),
            MORE,
        ),
    ),
)

TABLES = (ERRORS, STRENGTHS, STOPPING, REMOVALS)
