"""What the chapter `practice` claims."""

from collections.abc import Sequence

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of
from dropoutlab.experiments import ConfidenceStudy
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)

SEEDS = 32
CHOSEN = {arm: experiments.SETTINGS[arm] for arm in ("L2", "dropout")}


def train_sizes(seeds: Sequence[int]) -> list[Sample]:
    """From 100 training examples to 4,000."""
    return experiments.train_size_study(seeds, CHOSEN)


def confidence(seeds: Sequence[int]) -> ConfidenceStudy:
    """How sure networks are, and how often right."""
    return experiments.confidence_study(seeds, CHOSEN)


def _kept(keep_prob: float, other: float, arm: str = "same width") -> Quantity:
    return gap(
        of("test error", arm, keep_prob=keep_prob), of("test error", "same width", keep_prob=other)
    )


def _gain(examples: int) -> Quantity:
    """By how much dropout lowers the test error."""
    return of("test error", "none", "dropout", examples=examples)


def _change(arm: str, examples: int) -> Quantity:
    """What an arm adds to the test error of no regulariser."""
    return of("test error", arm, "none", examples=examples)


def _rates(inputs: float, hidden: float) -> Quantity:
    return of("test error", "rates", inputs=inputs, hidden=hidden)


def _at_rates(arm: str) -> Quantity:
    """What four times the learning rate adds to the errors."""
    return gap(of("test error", arm, learning_rate=0.4), of("test error", arm, learning_rate=0.1))


RATES = Table(
    "practice",
    "keep probability",
    experiments.keep_prob_study,
    SEEDS,
    (
        Claim(
            "half-kept",
            "Keeping half of the units is better than keeping all.",
            _kept(0.5, 1.0),
            Bound(high=-2.0),
        ),
        Claim(
            "fifth-kept",
            "With only a fifth of a hundred units kept, more answers are wrong than with half.",
            _kept(0.2, 0.5),
            Bound(low=3.0),
        ),
        Claim(
            "wider-when-less-kept",
            "With a fifth kept, the wider layer has fewer wrong answers.",
            _kept(0.2, 0.2, "width / p"),
            Bound(high=-3.0),
        ),
        Claim(
            "flat-with-width",
            "In layers widened like this, a fifth kept is even better than half.",
            _kept(0.2, 0.5, "width / p"),
            LESS,
        ),
    ),
)

SIZES = Table(
    "practice",
    "training-set size",
    train_sizes,
    SEEDS,
    (
        Claim(
            "gain-at-100",
            "With a hundred examples dropout lowers the error by less than four points.",
            _change("dropout", 100),
            Bound(-4.0, 0.0),
        ),
        Claim(
            "gain-peaks",
            "From a hundred to five hundred examples the gain rises.",
            gap(_gain(500), _gain(100)),
            MORE,
        ),
        Claim(
            "gain-falls",
            "From five hundred to four thousand the gain falls by more than three points.",
            gap(_gain(500), _gain(4000)),
            Bound(low=3.0),
        ),
        Claim(
            "gain-at-4000",
            "With four thousand examples dropout raises the error.",
            _change("dropout", 4000),
            MORE,
        ),
        Claim(
            "l2-harms-at-4000",
            "With four thousand examples L2 raises the error, too.",
            _change("L2", 4000),
            MORE,
        ),
    ),
)

NOISE = Table(
    "practice",
    "Gaussian noise",
    experiments.noise_study,
    64,
    (
        Claim(
            "gaussian-weak",
            "At p = 0.7, Gaussian noise is at most one and a half points worse than Bernoulli "
            "noise, and at most half a point better.",
            of("test error", "Gaussian", "Bernoulli", keep_prob=0.7),
            Bound(-0.5, 1.5),
        ),
        Claim(
            "gaussian-strong",
            "At p = 0.5 they differ by less than one and a half points too.",
            of("test error", "Gaussian", "Bernoulli", keep_prob=0.5),
            Bound(-1.5, 1.5),
        ),
    ),
)

LAYERS = Table(
    "practice",
    "rates by layer",
    experiments.layer_rates_study,
    SEEDS,
    (
        Claim(
            "hidden-layers-dropped",
            "Dropping hidden units of both layers lowers the error.",
            gap(_rates(1.0, 0.8), _rates(1.0, 1.0)),
            Bound(high=-5.0),
        ),
        Claim(
            "inputs-dropped-too",
            "Dropping one input in ten as well raises the error.",
            gap(_rates(0.9, 0.8), _rates(1.0, 0.8)),
            MORE,
        ),
        Claim(
            "inputs-alone",
            "Dropping one input in ten and no hidden unit moves the error by less than four "
            "points.",
            gap(_rates(0.9, 1.0), _rates(1.0, 1.0)),
            Bound(-4.0, 4.0),
        ),
    ),
)

STEPS = Table(
    "practice",
    "learning rates",
    experiments.learning_rate_study,
    16,
    (
        Claim(
            "rate-double",
            "At twice the learning rate dropout still lowers the error.",
            of("test error", "dropout", "none", learning_rate=0.2),
            LESS,
        ),
        Claim(
            "rate-fourfold",
            "At four times the rate it makes more errors than at the rate of this page.",
            _at_rates("dropout"),
            Bound(low=2.0),
        ),
        Claim(
            "rate-fourfold-max-norm",
            "With max-norm, too, it makes more errors at four times the rate.",
            _at_rates("dropout and max-norm"),
            Bound(low=2.0),
        ),
    ),
)

CONFIDENCE = Table(
    "practice",
    "confidence",
    confidence,
    SEEDS,
    (
        Claim(
            "overconfident",
            "Without a regulariser the network is far too sure.",
            of("calibration error", "none"),
            Bound(low=30.0),
        ),
        Claim(
            "calibration-dropout",
            "Dropout makes its calibration error smaller.",
            of("calibration error", "dropout", "none"),
            Bound(high=-10.0),
        ),
        Claim(
            "calibration-l2",
            "With L2 the calibration error is that of dropout to within three points.",
            of("calibration error", "L2", "dropout"),
            Bound(-3.0, 3.0),
        ),
        Claim(
            "losses-alike",
            "The test losses of dropout and L2 differ by less than a tenth of a nat.",
            of("test loss", "L2", "dropout"),
            Bound(-0.1, 0.1),
            "nats",
        ),
    ),
)

TABLES = (RATES, SIZES, NOISE, LAYERS, STEPS, CONFIDENCE)
