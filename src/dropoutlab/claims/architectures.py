"""What the chapter `practice` claims of other architectures, and of doubt."""

from collections.abc import Callable, Sequence
from functools import partial

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Table
from dropoutlab.samples import Sample, pick

__dir__ = public_dir(__name__)

Quantity = Callable[[Sequence[Sample]], Sample]


def _gain(place: str, normalized: str) -> Quantity:
    """Test error with dropout at a place minus that without dropout."""
    return lambda found: (
        pick(found, place, "test error", normalized=normalized)
        - pick(found, "none", "test error", normalized=normalized)
    )


def _timed(arm: str, measure: str) -> Quantity:
    """A measure with dropout at a time minus that without dropout."""
    return lambda found: pick(found, arm, measure) - pick(found, "none", measure)


def _ratio(place: str, measure: str = "measured") -> Quantity:
    return lambda found: pick(found, place, measure)


def _kept_of_doubt(arm: str) -> Quantity:
    """The spread with most examples as a share of the mean spread with fewest."""

    def share(found: Sequence[Sample]) -> Sample:
        fewest, most = min(experiments.DOUBT_SIZES), max(experiments.DOUBT_SIZES)
        first = pick(found, arm, examples=fewest).values.mean()
        return (1 / first) * pick(found, arm, examples=most)

    return share


CONVOLUTIONS = Table(
    "practice",
    "convolutions",
    experiments.convolution_study,
    16,
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
            "Behind the last normalisation the two variances agree.",
            _ratio("dense"),
            Bound(0.99, 1.01),
            "",
        ),
        Claim(
            "shift-in-front",
            "In front of it the variance at test is less than nine tenths of what was seen in "
            "training.",
            _ratio("before norm"),
            Bound(high=0.9),
            "",
        ),
        Claim(
            "shift-predicted",
            "That is what the formula predicts, within two hundredths.",
            lambda found: _ratio("before norm")(found) - _ratio("before norm", "predicted")(found),
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
            "One mask a sequence or one a step: here their errors are within two points of each "
            "other.",
            lambda found: pick(found, "fixed", "test error") - pick(found, "fresh", "test error"),
            Bound(-2, 2),
        ),
    ),
)

TIMING = Table(
    "practice",
    "early and late",
    experiments.timing_study,
    12,
    (
        Claim(
            "timing-early",
            "In the larger network, dropout in the first half alone lowers the error.",
            _timed("early", "test error"),
            LESS,
        ),
        Claim(
            "timing-late",
            "So does dropout in the second half alone.",
            _timed("late", "test error"),
            LESS,
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
            _timed("early", "training loss"),
            Bound(-0.1, 0.1),
            "nats",
        ),
        Claim(
            "timing-small-late",
            "Late dropout raises it.",
            _timed("late", "training loss"),
            MORE,
            "nats",
        ),
    ),
)

PASSES = Table(
    "practice",
    "passes",
    experiments.passes_study,
    6,
    (
        Claim(
            "passes-mean",
            "Twenty passes bring the mean to within a quarter of the spread.",
            lambda found: pick(found, "passes", "mean", passes=20),
            Bound(high=0.25),
            "",
        ),
        Claim(
            "passes-spread",
            "Fifty bring the spread to within a sixth of itself.",
            lambda found: pick(found, "passes", "spread", passes=50),
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
