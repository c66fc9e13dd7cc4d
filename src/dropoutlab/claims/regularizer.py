"""What the chapter `regularizer` claims of runs of gradient descent with dropout."""

from collections.abc import Callable, Sequence

from dropoutlab import experiments
from dropoutlab._checks import FloatArray
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of, ratio
from dropoutlab.data import digit_slants
from dropoutlab.experiments import LINEAR_NOISES, PathDistances
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)

BOTH, EXAMPLES, MASKS = LINEAR_NOISES
HALF = Bound(0.4, 0.6)


def _away(arm: str, rate: float, measure: str = "latest weights") -> Quantity:
    return of(measure, arm, learning_rate=rate)


WANDERING = Table(
    "regularizer",
    "wandering",
    experiments.spread_around_minimum,
    24,
    (
        *(
            Claim(
                name, sentence, ratio(_away(noise, 0.02), _away(noise, 0.08)), HALF, "times as far"
            )
            for name, noise, sentence in (
                (
                    "quarter-rate-both",
                    BOTH,
                    "With a quarter of the learning rate, the weights are about half as far away.",
                ),
                ("quarter-rate-examples", EXAMPLES, "The same holds with random examples alone."),
                ("quarter-rate-masks", MASKS, "It holds with masks alone."),
            )
        ),
        Claim(
            "averaging-nearer",
            "Weights averaged over the second half of the steps are much nearer the minimum than "
            "the latest.",
            ratio(_away(BOTH, 0.02, "averaged weights"), _away(BOTH, 0.02)),
            Bound(high=0.5),
            "times as far",
        ),
        Claim(
            "falling-rate-nearer",
            "A falling learning rate brings the latest much nearer, too.",
            ratio(_away(f"{BOTH}, falling rate", 0.08), _away(BOTH, 0.02)),
            Bound(high=0.5),
            "times as far",
        ),
        Claim(
            "masks-add-noise",
            "Masks add to the noise of the examples.",
            gap(_away(BOTH, 0.08), _away(EXAMPLES, 0.08)),
            MORE,
            "in distance",
        ),
        Claim(
            "masks-alone",
            "Two hundred masks a step make less noise than ten random examples a step.",
            gap(_away(MASKS, 0.08), _away(EXAMPLES, 0.08)),
            LESS,
            "in distance",
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


def _share(share: Callable[[PathDistances], FloatArray]) -> Quantity:
    """What a function says of the paths, one number a seed."""
    return lambda found: Sample("dropout", "share", found[1], share(found[0]))


def _lag(paths: PathDistances) -> FloatArray:
    """How much farther away the averaged weights are than the latest, early on."""
    early = paths.steps.searchsorted(300)
    return (paths.average[:, early] - paths.last[:, early]) / paths.apart


DIGITS = Table(
    "regularizer",
    "slant of digits",
    digits_path,
    6,
    (
        Claim(
            "near-the-minimum",
            "After 30,000 updates the averaged weights are near the minimum, but not at it.",
            _share(lambda paths: paths.average[:, -1] / paths.apart),
            Bound(0.08, 0.12),
            "of the distance",
        ),
        Claim(
            "not-least-squares",
            "The averaged weights stay away from least squares.",
            _share(lambda paths: paths.least_squares[:, -1] / paths.apart),
            Bound(low=0.8),
            "of the distance",
        ),
        Claim(
            "second-half-nearer",
            "The weights averaged over the second half alone are nearer.",
            _share(lambda paths: paths.second_half / paths.average[:, -1]),
            Bound(high=1.0),
            "times as far",
        ),
        Claim(
            "averages-lag",
            "Early on the averaged weights lag behind the latest.",
            _share(_lag),
            MORE,
            "of the distance",
        ),
    ),
)

TABLES = (WANDERING, DIGITS)
