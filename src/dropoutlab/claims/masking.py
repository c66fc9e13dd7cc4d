"""What the chapter `masking` claims of networks in training."""

from collections.abc import Sequence

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of, ratio
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)


def gradient_noise(seeds: Sequence[int]) -> list[Sample]:
    """The variance that masks add, for 1, 10 and 100 examples in a mini-batch."""
    return experiments.mask_sharing_noise(seeds)


def _variance(arm: str, examples: int) -> Quantity:
    return of("gradient variance", arm, examples=examples)


def _total(arm: str, examples: int) -> Quantity:
    """The variance times the number of examples: the same for every number if it falls as 1/M."""
    return lambda found: examples * _variance(arm, examples)(found)


def _falls(few: int, many: int) -> Quantity:
    """How many times smaller the variance is with a shared mask of many examples than of few."""
    return ratio(_variance("shared mask", few), _variance("shared mask", many))


def _cost(rate: float) -> Quantity:
    """What a shared mask adds to the test error at a learning rate."""
    return of("test error", "shared mask", "fresh masks", learning_rate=rate)


BOUNDARIES = Table(
    "masking",
    "boundaries",
    experiments.boundary_moves,
    32,
    (
        Claim(
            "boundary-stands",
            "A mask moves the boundary less where the network has been trained with masks.",
            of("given to the other class", "none", "dropout"),
            Bound(low=4.0),
            "points less",
        ),
    ),
)

NOISE = Table(
    "masking",
    "gradient noise",
    gradient_noise,
    24,
    (
        Claim(
            "fresh-masks-noise",
            "With fresh masks, a hundred times as many examples leave a hundredth of the variance.",
            ratio(_total("fresh masks", 100), _total("fresh masks", 1)),
            Bound(0.8, 1.25),
            "hundredths",
        ),
        Claim(
            "shared-mask-levels-off",
            "With a shared mask the variance falls too at first, and then levels off.",
            ratio(_falls(1, 10), _falls(10, 100)),
            Bound(low=1.5),
            "times as steep at first",
        ),
        Claim(
            "shared-mask-noise",
            "With a hundred examples a shared mask leaves several times what fresh masks do.",
            ratio(_variance("shared mask", 100), _variance("fresh masks", 100)),
            Bound(low=3.0),
            "times",
        ),
    ),
)

ERROR = Table(
    "masking",
    "shared masks",
    experiments.mask_sharing_error,
    32,
    (
        Claim(
            "shared-mask-costs",
            "A shared mask costs test error at the largest learning rate.",
            _cost(0.1),
            Bound(low=0.5),
        ),
        Claim(
            "shared-mask-small-steps",
            "At the smallest learning rate a shared mask costs less than at the largest.",
            gap(_cost(0.1), _cost(0.01)),
            MORE,
        ),
    ),
)

TABLES = (BOUNDARIES, NOISE, ERROR)
