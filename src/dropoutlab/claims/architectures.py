"""What the chapter `practice` claims of other architectures, and of doubt."""

from collections.abc import Sequence
from functools import partial

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)


def _gain(place: str, normalized: str) -> Quantity:
    """Test error with dropout at a place minus that without dropout."""
    return of("test error", place, "none", normalized=normalized)


def _kept_of_doubt(arm: str) -> Quantity:
    """The spread with most examples as a share of the mean spread with fewest."""
    first, last = (
        of("spread", arm, examples=size)
        for size in (min(experiments.DOUBT_SIZES), max(experiments.DOUBT_SIZES))
    )

    def share(found: Sequence[Sample]) -> Sample:
        return (1 / first(found).values.mean()) * last(found)

    return share


CONVOLUTIONS = Table(
    "practice",
    "convolutions",
    experiments.convolution_study,
    20,
    (
        Claim(
            "conv-dense-normalized",
            "With batch normalisation, dropout in front of the dense layer still lowers the error.",
            _gain("dense", "yes"),
            LESS,
        ),
        Claim(
            "conv-units-normalized",
            "So does dropping one unit in ten between the convolutions.",
            _gain("units", "yes"),
            LESS,
        ),
        Claim(
            "conv-dense",
            "Without batch normalisation, dropout in front of the dense layer lowers it too.",
            _gain("dense", "no"),
            LESS,
        ),
    ),
)

SHIFT = Table(
    "practice",
    "variance shift",
    experiments.variance_shift,
    4,
    (
        Claim(
            "shift-behind",
            "With dropout behind the last normalisation the two variances agree.",
            of("measured", "dense"),
            Bound(0.99, 1.01),
            "",
        ),
        Claim(
            "shift-in-front",
            "With dropout in front of it the variance at test is smaller than in training.",
            of("measured", "before norm"),
            Bound(high=0.9),
            "",
        ),
        Claim(
            "shift-predicted",
            "The variance in front of it is what the formula predicts, within two hundredths.",
            gap(of("measured", "before norm"), of("predicted", "before norm")),
            Bound(-0.02, 0.02),
            "",
        ),
    ),
)

SEQUENCES = Table(
    "practice",
    "sequences",
    experiments.recurrent_study,
    16,
    (
        Claim(
            "sequence-masks",
            "One mask a sequence and one a step have errors within two points of each other.",
            of("test error", "fixed", "fresh"),
            Bound(-2, 2),
        ),
    ),
)

TIMING = Table(
    "practice",
    "early and late",
    experiments.timing_study,
    36,
    (
        Claim(
            "timing-early",
            "In the larger network, dropout in the first half alone lowers the error.",
            of("test error", "early", "none"),
            LESS,
        ),
        Claim(
            "timing-late",
            "Dropout in the second half alone lowers it too.",
            of("test error", "late", "none"),
            LESS,
        ),
        Claim(
            "timing-throughout-early",
            "Throughout, dropout leaves fewer errors than early alone.",
            of("test error", "throughout", "early"),
            LESS,
        ),
        Claim(
            "timing-throughout-late",
            "Late alone comes within two points of throughout.",
            of("test error", "late", "throughout"),
            Bound(-2.0, 2.0),
        ),
    ),
)

TIMING_SMALL = Table(
    "practice",
    "early and late, too small",
    partial(experiments.timing_study, **experiments.TIMING_SMALL),
    20,
    (
        Claim(
            "timing-small-early",
            "In the small one, early dropout moves the training loss by less than a tenth of a "
            "nat, up or down.",
            of("training loss", "early", "none"),
            Bound(-0.1, 0.1),
            "nats",
        ),
        Claim(
            "timing-small-late",
            "Late dropout raises the training loss there.",
            of("training loss", "late", "none"),
            MORE,
            "nats",
        ),
    ),
)

PASSES = Table(
    "practice",
    "forward passes",
    experiments.passes_study,
    12,
    (
        Claim(
            "passes-mean",
            "On average twenty forward passes bring the mean to within a quarter of the spread.",
            of("mean", "passes", passes=20),
            Bound(high=0.25),
            "",
        ),
        Claim(
            "passes-spread",
            "Fifty bring the spread to within a sixth of itself.",
            of("spread", "passes", passes=50),
            Bound(high=1 / 6),
            "",
        ),
    ),
)

DOUBT = Table(
    "practice",
    "doubt",
    experiments.doubt_study,
    32,
    (
        Claim(
            "doubt-data",
            "With four hundred times the examples, the least-squares doubt is less than a tenth of "
            "what it was.",
            _kept_of_doubt("least squares"),
            Bound(high=0.1),
            "",
        ),
        Claim(
            "doubt-masks",
            "The spread over masks keeps more than half of its size.",
            _kept_of_doubt("dropout"),
            Bound(low=0.5),
            "",
        ),
    ),
)

TABLES = (CONVOLUTIONS, SHIFT, SEQUENCES, TIMING, TIMING_SMALL, PASSES, DOUBT)
