"""What the chapter `practice` claims of other architectures, and of doubt."""

from collections.abc import Callable, Sequence

from dropoutlab import experiments
from dropoutlab.claims.judging import LESS, Bound
from dropoutlab.claims.ledger import Claim, Table
from dropoutlab.samples import Sample, pick

Quantity = Callable[[Sequence[Sample]], Sample]


def _gain(place: str, normalized: str) -> Quantity:
    """Test error with dropout at a place minus that without dropout."""
    return lambda found: (
        pick(found, place, "test error", normalized=normalized)
        - pick(found, "none", "test error", normalized=normalized)
    )


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
        Claim(
            "conv-units",
            "Without batch normalisation, so does dropping one unit in ten in between.",
            _gain("units", "no"),
            LESS,
        ),
    ),
)

SHIFT = Table(
    "practice",
    "variance shift",
    experiments.variance_shift,
    8,
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

TABLES = (CONVOLUTIONS, SHIFT, DOUBT)
