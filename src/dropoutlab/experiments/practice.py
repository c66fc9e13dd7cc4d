"""Experiments on how to use dropout: rates, widths, amounts of data, kinds of noise, confidence.

Networks learn MNIST-1D (40–100–10, 1,000 examples, `training.Recipe()`) unless said otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from dropoutlab import data, training
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    instance,
    items,
    positive_number,
    probability,
    seed_numbers,
    several,
    whole_number,
)
from dropoutlab._names import public_dir
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import (
    CLASSES,
    Arm,
    growing_counts,
    measure_test_error,
    sweep,
    train_arm,
)
from dropoutlab.experiments.coadaptation import measure_coadaptation, regularized_arm
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

INPUTS = data.CURVE_LENGTH
KEEP_PROBS = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
UPDATES = 4000  # steps of training whatever the amount of data


@once
def keep_prob_study(
    seeds: Sequence[int],
    *,
    keep_probs: Sequence[float] = KEEP_PROBS,
    width: int = 100,
    progress: bool = True,
) -> list[Sample]:
    """Train with several keep-probabilities p of the hidden units (Srivastava et al. 2014, Fig. 9).

    Arms "same width", `width` hidden units, and "width / p", half of `width` over p (rounded), so
    that the mean number of units kept is that of p = ½ in the first arm; setting "keep_prob".
    Measures "test error" and "training error", in percent.
    """
    width = whole_number("width", width, 2)
    keep_probs = several("keep_probs", keep_probs, probability, True)
    arms = [
        Arm(name, {"keep_prob": p}, sizes=(INPUTS, units, CLASSES), keep_prob=(1.0, p))
        for p in keep_probs
        for name, units in (("same width", width), ("width / p", round(width / 2 / p)))
    ]
    measure = partial(measure_coadaptation, measures=("training error", "test error"))
    return sweep(arms, seeds, measure, progress=progress)


LEARNING_RATES = (0.03, 0.1, 0.2, 0.4)
HELD = 3.0  # the largest norm, of 3 to 4 that Srivastava et al. advise


@once
def learning_rate_study(
    seeds: Sequence[int],
    *,
    learning_rates: Sequence[float] = LEARNING_RATES,
    keep_prob: float = 0.5,
    progress: bool = True,
) -> list[Sample]:
    """Train at several learning rates (Srivastava et al. 2014, appendix A).

    Arms "none", "dropout" and "dropout and max-norm", of HELD; setting "learning_rate". Measure
    "test error", in percent.
    """
    kept = (1.0, probability("keep_prob", keep_prob, above_zero=True))
    kinds = (("none", None, None), ("dropout", kept, None), ("dropout and max-norm", kept, HELD))
    arms = [
        Arm(
            name,
            {"learning_rate": rate},
            keep_prob=kept_by,
            recipe=Recipe(learning_rate=rate, max_norm=limit),
        )
        for rate in several("learning_rates", learning_rates, positive_number)
        for name, kept_by, limit in kinds
    ]
    return sweep(arms, seeds, measure_test_error, progress=progress)


TRAIN_SIZES = (100, 200, 500, 1000, 2000, 4000)


@once
def train_size_study(
    seeds: Sequence[int],
    settings: Mapping[str, float],
    *,
    train_sizes: Sequence[int] = TRAIN_SIZES,
    progress: bool = True,
) -> list[Sample]:
    """Train with few examples and with many (Srivastava et al. 2014, Fig. 10).

    Training takes `UPDATES` steps whatever the number of examples. Arms "none" and those that
    `settings` names; setting "examples". Measures "test error" and "training error", in percent.

    Args:
        seeds: two or more.
        settings: by name of an arm of `coadaptation.ARMS`, its setting, the same for all sizes.
        train_sizes: growing, at most 4,000.
        progress: show a bar if it takes longer than 2 seconds.
    """
    train_sizes = growing_counts("train_sizes", train_sizes, 1, 4000)
    arms = []
    for name, setting in {"none": 0.0, **instance("settings", settings, Mapping)}.items():
        arm = regularized_arm(name, setting)
        for size in train_sizes:
            epochs = -(-UPDATES // -(-size // arm.recipe.batch_size))
            recipe = replace(arm.recipe, epochs=epochs)
            settings_of = {"settings": {"examples": size}, "train_size": size, "test_size": 1000}
            arms.append(replace(arm, **settings_of, recipe=recipe))
    measure = partial(measure_coadaptation, measures=("training error", "test error"))
    return sweep(arms, seeds, measure, progress=progress)


@once
def noise_study(
    seeds: Sequence[int], *, keep_probs: Sequence[float] = (0.7, 0.5), progress: bool = True
) -> list[Sample]:
    """Train with Bernoulli and with Gaussian noise of the same mean and variance.

    Srivastava et al. 2014, section 10: inverted dropout, z / p, against N(1, (1 − p) / p). Arms
    "Bernoulli" and "Gaussian", setting "keep_prob"; measure "test error", in percent.
    """
    arms = [
        Arm(
            noise.capitalize(),
            {"keep_prob": p},
            keep_prob=(1.0, p),
            network={"scheme": "inverted", "noise": noise},
        )
        for noise in ("bernoulli", "gaussian")
        for p in several("keep_probs", keep_probs, probability, True)
    ]
    return sweep(arms, seeds, measure_test_error, progress=progress)


LAYER_RATES = tuple((x, h) for x in (1.0, 0.9) for h in (1.0, 0.8, 0.65, 0.5))


@once
def layer_rates_study(
    seeds: Sequence[int],
    *,
    keep_probs: Sequence[tuple[float, float]] = LAYER_RATES,
    progress: bool = True,
) -> list[Sample]:
    """Drop inputs and hidden units at rates of their own, in networks 40–100–100–10.

    Arm "rates", settings "inputs" and "hidden", the keep-probabilities of the inputs and of both
    hidden layers; measure "test error", in percent.
    """
    arms = []
    for inputs, hidden in several("keep_probs", keep_probs, _pair_of_rates):
        settings = {"inputs": inputs, "hidden": hidden}
        sizes = (INPUTS, 100, 100, CLASSES)
        arms.append(Arm("rates", settings, sizes=sizes, keep_prob=(inputs, hidden, hidden)))
    return sweep(arms, seeds, measure_test_error, progress=progress)


def _pair_of_rates(name: str, value: tuple[float, float]) -> tuple[float, ...]:
    return tuple(probability(name, p, above_zero=True) for p in items(name, value, "numbers", 2))


BINS = 10  # of probability, equally wide


@dataclass(frozen=True, eq=False)
class ConfidenceStudy:
    """How far networks can be believed when they say how sure they are.

    samples: by arm "test loss", "test error" and "calibration error" (expected calibration error),
    both in percent, "certainty" (mean probability of the answer, in percent). reliability: by arm,
    shape (seeds, BINS): the share of right answers among those given with a probability in the
    bin, in percent, NaN where there are none. shares: by arm, how many are in the bin, in percent.
    """

    samples: list[Sample]
    reliability: dict[str, FloatArray]
    shares: dict[str, FloatArray]


@once
def confidence_study(seeds: Sequence[int], settings: Mapping[str, float]) -> ConfidenceStudy:
    """Compare how sure networks are with how often they are right.

    Arms "none" and those that `settings` names, each with its setting. The probability is that of
    the answer; the expected calibration error is Σ_b (share of bin b) |right − mean probability|
    over ten bins of equal width (Guo et al. 2017, section 2).
    """
    seeds, samples, reliability, shares = seed_numbers(seeds, 2), [], {}, {}
    chosen = {"none": 0.0, **instance("settings", settings, Mapping)}
    for arm in [regularized_arm(*item) for item in chosen.items()]:
        name, trained = arm.name, train_arm(arm, seeds)
        outputs = nn.predict(trained.network, trained.test[0])
        sure, right = outputs.max(axis=-1), _right(outputs, trained.test[1])
        counts, sums, hits = _binned(sure, right)
        with np.errstate(invalid="ignore"):
            reliability[name] = 100 * hits / counts
        shares[name] = 100 * counts / sure.shape[-1]
        loss, error = training.evaluate(trained.network, *trained.test)
        found = {
            "test loss": loss,
            "test error": 100 * error,
            "certainty": 100 * sure.mean(axis=-1, dtype=float),
            "calibration error": 100 * np.abs(hits - sums).sum(axis=-1) / sure.shape[-1],
        }
        samples += samples_of(name, {}, seeds, found)
    return ConfidenceStudy(samples, reliability, shares)


def _right(outputs: FloatArray, targets: FloatArray) -> np.ndarray:
    return outputs.argmax(axis=-1) == targets.argmax(axis=-1)


def _binned(sure: FloatArray, right: np.ndarray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Answers, sums of their probabilities, and right ones in each bin: shapes (seeds, BINS)."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)[..., None] == np.arange(BINS)
    return tuple(
        (bins * values[..., None]).sum(axis=-2, dtype=float)
        for values in (np.ones_like(sure), sure, right)
    )
