"""What the chapter `regularizer` claims of runs of gradient descent with dropout."""

from collections.abc import Callable, Sequence

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Table
from dropoutlab.data import digit_slants
from dropoutlab.experiments import LINEAR_NOISES, PathDistances
from dropoutlab.samples import Sample, pick

__dir__ = public_dir(__name__)

BOTH, EXAMPLES, MASKS = LINEAR_NOISES


def _ratio(one: Sample, other: Sample) -> Sample:
    return Sample(one.arm, "ratio", one.seeds, one.values / other.values)


def _away(arm: str, rate: float, measure: str = "latest weights") -> Callable[..., Sample]:
    return lambda found: pick(found, arm, measure, learning_rate=rate)


def _slower(arm: str) -> Callable[[list[Sample]], Sample]:
    """Distance at a quarter of the learning rate over that at the whole."""
    return lambda found: _ratio(_away(arm, 0.02)(found), _away(arm, 0.08)(found))


def _averaged(found: list[Sample]) -> Sample:
    return _ratio(_away(BOTH, 0.02, "averaged weights")(found), _away(BOTH, 0.02)(found))


def _falling(found: list[Sample]) -> Sample:
    return _ratio(_away(f"{BOTH}, falling rate", 0.08)(found), _away(BOTH, 0.02)(found))


WANDERING = Table(
    "regularizer",
    "wandering",
    experiments.spread_around_minimum,
    24,
    (
        *(
            Claim(
                f"quarter-rate-{name}",
                f"With a quarter of the learning rate, the weights are about half as far away "
                f"({noise}).",
                _slower(noise),
                Bound(0.4, 0.6),
                "ratio",
            )
            for name, noise in (("both", BOTH), ("examples", EXAMPLES), ("masks", MASKS))
        ),
        Claim(
            "averaging-nearer",
            "Averaged weights are less than half as far away as the latest.",
            _averaged,
            Bound(high=0.5),
            "ratio",
        ),
        Claim(
            "falling-rate-nearer",
            "A falling rate leaves less than half of the distance.",
            _falling,
            Bound(high=0.5),
            "ratio",
        ),
        Claim(
            "masks-add-noise",
            "Masks add to the noise of the examples.",
            lambda found: _away(BOTH, 0.08)(found) - _away(EXAMPLES, 0.08)(found),
            MORE,
            "distance",
        ),
        Claim(
            "masks-alone",
            "Masks on all examples make less noise than a few examples without masks.",
            lambda found: _away(MASKS, 0.08)(found) - _away(EXAMPLES, 0.08)(found),
            LESS,
            "distance",
        ),
    ),
)


def digits_path(seeds: Sequence[int]) -> tuple[PathDistances, tuple[int, ...]]:
    """A linear unit that learns the slant of digits with dropout, as in the chapter."""
    inputs, target = digit_slants()
    found = experiments.dropout_path_distances(
        inputs, target, 0.5, seeds=seeds, learning_rate=0.05, num_steps=30_000
    )
    return found, tuple(seeds)


def _share_left(found: tuple[PathDistances, tuple[int, ...]]) -> Sample:
    paths, seeds = found
    return Sample("dropout", "share", seeds, paths.average[:, -1] / paths.apart)


def _from_least_squares(found: tuple[PathDistances, tuple[int, ...]]) -> Sample:
    paths, seeds = found
    return Sample("dropout", "share", seeds, paths.least_squares[:, -1] / paths.apart)


def _second_half(found: tuple[PathDistances, tuple[int, ...]]) -> Sample:
    paths, seeds = found
    return Sample("dropout", "share", seeds, paths.second_half / paths.average[:, -1])


def _lag(found: tuple[PathDistances, tuple[int, ...]]) -> Sample:
    """How much farther away the averaged weights are than the latest, early on."""
    paths, seeds = found
    early = paths.steps.searchsorted(300)
    lag = paths.average[:, early] - paths.last[:, early]
    return Sample("dropout", "share", seeds, lag / paths.apart)


DIGITS = Table(
    "regularizer",
    "slant of digits",
    digits_path,
    6,
    (
        Claim(
            "near-the-minimum",
            "After 30,000 updates the averaged weights have about a tenth of the way from least "
            "squares left.",
            _share_left,
            Bound(0.08, 0.12),
            "of the way",
        ),
        Claim(
            "not-least-squares",
            "The averaged weights stay away from least squares.",
            _from_least_squares,
            Bound(low=0.8),
            "of the way",
        ),
        Claim(
            "second-half-nearer",
            "The weights averaged over the second half alone are nearer.",
            _second_half,
            Bound(high=1.0),
            "ratio",
        ),
        Claim(
            "averages-lag",
            "Early on the averaged weights lag behind the latest.",
            _lag,
            MORE,
            "of the way",
        ),
    ),
)

TABLES = (WANDERING, DIGITS)
