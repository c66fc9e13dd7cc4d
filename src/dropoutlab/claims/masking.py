"""What the chapter `masking` claims of networks in training."""

from collections.abc import Callable, Sequence

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import Bound
from dropoutlab.claims.ledger import Claim, Table
from dropoutlab.samples import Sample, pick

__dir__ = public_dir(__name__)


def gradient_noise(seeds: Sequence[int]) -> list[Sample]:
    """The variance that masks add, for 1, 10 and 100 examples in a mini-batch."""
    return experiments.mask_sharing_noise(seeds)


def _ratio(arm: str, few: int, many: int) -> Callable[[list[Sample]], Sample]:
    """Variance with few examples over that with many, each times its number: 1 if as 1/M."""

    def quantity(found: list[Sample]) -> Sample:
        one, other = (
            pick(found, arm, "gradient variance", examples=count) for count in (few, many)
        )
        return Sample(arm, "ratio", one.seeds, few * one.values / (many * other.values))

    return quantity


def _levels_off(found: list[Sample]) -> Sample:
    """What ten times as many examples gain at first, over what they gain after that."""
    one, ten, hundred = (
        pick(found, "shared mask", "gradient variance", examples=count) for count in (1, 10, 100)
    )
    gains = one.values / ten.values, ten.values / hundred.values
    return Sample("shared mask", "ratio", one.seeds, gains[0] / gains[1])


def _shared_over_fresh(found: list[Sample]) -> Sample:
    shared, fresh = (
        pick(found, arm, "gradient variance", examples=100)
        for arm in ("shared mask", "fresh masks")
    )
    return Sample("shared mask", "ratio", shared.seeds, shared.values / fresh.values)


def _cost(rate: float, less: float | None = None) -> Callable[[list[Sample]], Sample]:
    """What a shared mask adds to the test error at a learning rate, less that at another."""

    def at(found: list[Sample], at_rate: float) -> Sample:
        shared, fresh = (
            pick(found, arm, learning_rate=at_rate) for arm in ("shared mask", "fresh masks")
        )
        return shared - fresh

    return lambda found: at(found, rate) if less is None else at(found, rate) - at(found, less)


def _boundary_gap(found: list[Sample]) -> Sample:
    return pick(found, "none") - pick(found, "dropout")


BOUNDARIES = Table(
    "masking",
    "boundaries",
    experiments.boundary_moves,
    32,
    (
        Claim(
            "boundary-stands",
            "A mask moves the boundary less where the network has been trained with masks.",
            _boundary_gap,
            Bound(low=4.0),
            "points of the square",
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
            _ratio("fresh masks", 1, 100),
            Bound(0.8, 1.25),
            "ratio",
        ),
        Claim(
            "shared-mask-levels-off",
            "With a shared mask the variance falls too at first, and then levels off.",
            _levels_off,
            Bound(low=1.5),
            "ratio",
        ),
        Claim(
            "shared-mask-noise",
            "With a shared mask of a hundred examples, more than three times as much is left.",
            _shared_over_fresh,
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
            "At the smallest learning rate a shared mask costs less.",
            _cost(0.1, 0.01),
            Bound(low=0.0),
        ),
    ),
)

TABLES = (BOUNDARIES, NOISE, ERROR)
