"""Dropout in convolutional and recurrent networks, late or early, and as a measure of doubt.

Networks learn MNIST-1D from 1,000 examples. Convolutional ones are three convolutions of 16
channels and a dense layer (`convolution.new_convnet`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from joblib import delayed

from dropoutlab import averaging, convolution, data, linear, recurrent, training
from dropoutlab._checks import (
    FloatArray,
    choice,
    flag,
    instance,
    probability,
    real_array,
    seed_numbers,
    whole_number,
)
from dropoutlab._kernel import other_class
from dropoutlab._names import public_dir
from dropoutlab._progress import on_all_cores
from dropoutlab._threads import one_blas_thread
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import (
    CLASSES,
    Arm,
    Trained,
    growing_counts,
    splits,
    stream,
    train_arm,
    training_streams,
)
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

CONV_RECIPE = Recipe(epochs=40, learning_rate=0.1, decay=0.95)
AT_ONCE = 4  # networks trained together: more do not fit the processor's cache
PLACES = ("none", "dense", "units", "channels", "before norm")
CONV_GRIDS = {
    "dense": (0.9, 0.8, 0.65, 0.5, 0.35),
    "units": (0.98, 0.95, 0.9, 0.8, 0.7),
    "channels": (0.98, 0.95, 0.9, 0.8, 0.7),
}
CONV_TUNING_SEEDS = range(1000, 1004)


def convnet_settings(place: str, keep_prob: float, normalized: bool) -> dict[str, object]:
    """Return the settings of `convolution.new_convnet` for an arm.

    Args:
        place: one of PLACES: "dense" drops what enters the dense layer, "units" and "channels" what
            enters the second and the third convolution, "before norm" what enters the last
            normalisation, at the place of "dense".
        keep_prob: probability above 0 that one is kept.
        normalized: whether convolutions are followed by batch normalisation.
    """
    choice("place", place, PLACES)
    p = probability("keep_prob", keep_prob, above_zero=True)
    last = place in ("dense", "before norm")
    if place == "none":
        p = 1.0
    return {
        "keep_prob": (1.0, 1.0, p) if last else (p, p, 1.0),
        "drop": "channels" if place == "channels" else "units",
        "normalized": flag("normalized", normalized),
        "before_norm": place == "before norm",
    }


def train_convnets(
    seeds: Sequence[int], settings: Mapping[str, object], recipe: Recipe = CONV_RECIPE
) -> tuple[convolution.ConvNet, data.Split]:
    """Return convolutional networks trained on 1,000 examples, one a seed, and their data.

    Args:
        seeds: no two the same.
        settings: of `convolution.new_convnet`.
        recipe: how to train.
    """
    seeds = seed_numbers(seeds)
    settings = dict(instance("settings", settings, Mapping))
    split, sources = splits(Arm("convolutions"), seeds), training_streams(seeds)
    network = convolution.new_convnet(sources, **settings)
    trained = convolution.train_convnet(
        network, split.train_inputs, split.train_targets, recipe, sources
    )
    return trained, split


@one_blas_thread
def _convnet_errors(
    seeds: Sequence[int], place: str, keep_prob: float, normalized: str
) -> list[FloatArray]:
    settings = convnet_settings(place, keep_prob, normalized == "yes")
    network, split = train_convnets(seeds, settings)
    return [
        100 * other_class(convolution.predict(network, inputs), targets)
        for inputs, targets in (
            (split.test_inputs, split.test_targets),
            (split.train_inputs, split.train_targets),
        )
    ]


def _sweep(
    errors: Callable[..., list[FloatArray]],
    settings: Sequence[str],
    arms: Sequence[tuple],
    seeds: Sequence[int],
) -> list[Sample]:
    """The errors of each arm: its name and the values of its settings, which `errors` is given."""
    seeds = seed_numbers(seeds, 2)
    parts = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    jobs = [delayed(errors)(part, *arm) for arm in arms for part in parts]
    done = on_all_cores(jobs, "networks")
    samples = []
    for k, (name, *values) in enumerate(arms):
        found = done[k * len(parts) : (k + 1) * len(parts)]
        test, train = (np.concatenate(column) for column in zip(*found, strict=True))
        measures = {"test error": test, "training error": train}
        samples += samples_of(name, dict(zip(settings, values, strict=True)), seeds, measures)
    return samples


CONV_ARM = ("keep_prob", "normalized")  # its settings
SEQUENCE_ARM = ("keep_prob", "learning_rate")


@once
def convolution_tuning(seeds: Sequence[int] = CONV_TUNING_SEEDS) -> list[Sample]:
    """Try each keep-probability of CONV_GRIDS, with and without batch normalisation.

    Samples as of `convolution_study`; CONV_KEPT holds what its own seeds chose.
    """
    arms = [
        (place, p, normalized)
        for normalized in ("no", "yes")
        for place, grid in CONV_GRIDS.items()
        for p in grid
    ]
    return _sweep(_convnet_errors, CONV_ARM, arms, seeds)


# by place, without and with batch normalisation: the least mean error in `convolution_tuning`
CONV_KEPT = {"dense": (0.8, 0.8), "units": (0.95, 0.9), "channels": (0.95, 0.95)}


@once
def convolution_study(seeds: Sequence[int]) -> list[Sample]:
    """Drop in front of the dense layer or of the convolutions, with batch normalisation or without.

    Arms "none", "dense", "units", and with batch normalisation "channels", each with the
    keep-probability that other seeds chose. Settings "keep_prob" and "normalized", "yes" or "no".
    Measures "test error" and "training error", in percent.
    """
    places = {"no": ("none", "dense", "units"), "yes": ("none", "dense", "units", "channels")}
    arms = [
        (place, CONV_KEPT[place][normalized == "yes"] if place in CONV_KEPT else 1.0, normalized)
        for normalized, named in places.items()
        for place in named
    ]
    return _sweep(_convnet_errors, CONV_ARM, arms, seeds)


# --- batch normalisation meets dropout ------------------------------------------------------------


def variance_ratio(mean: FloatArray, variance: FloatArray, keep_prob: float) -> FloatArray:
    """Return the variance at test time over that in training of what inverted dropout multiplies.

    x at test, x z / p in training: p v / (v + (1 − p) c²) for mean c and variance v of x, since
    E[(x z / p)²] = E[x²] / p (Li et al. 2019, section 3).

    Args:
        mean: c, any shape.
        variance: v, the same shape, at least 0 and above 0 where the mean is 0.
        keep_prob: p above 0.

    Raises:
        ValueError: among others, nothing varies in training, or squares overflow or vanish.
    """
    c, v = (real_array(name, x, ["(...)"]) for name, x in (("mean", mean), ("variance", variance)))
    if c.shape != v.shape or (v < 0).any() or ((v == 0) & (c == 0)).any():
        raise ValueError(
            "variance must have the shape of mean, be at least 0, and above 0 where the mean is 0; "
            f"got {v.shape} from {v.min()}, and mean of shape {c.shape}"
        )
    p = probability("keep_prob", keep_prob, above_zero=True)
    with np.errstate(over="ignore"):  # noticed below, and named
        in_training = v + (1 - p) * c**2  # times 1 / p; E[x²] / p − c² would cancel
    if not (np.isfinite(in_training) & (in_training >= np.finfo(float).tiny)).all():
        raise ValueError(
            "mean and variance must be such that float64 holds the variance in training, "
            "above 0, and v + (1 - p) c², which is p times that; "
            f"got {in_training.min()} to {in_training.max()} for it"
        )
    return p * (v / in_training)


@once
def variance_shift(seeds: Sequence[int]) -> list[Sample]:
    """Measure the variance that the last normalisation meets, in training and at test.

    Networks trained with dropout in front of it ("before norm") and behind ("dense"). Per network
    the mean over its channels of test variance / training variance, as "measured", and as
    `variance_ratio` predicts it of the mean and the variance without masks, as "predicted".
    """
    seeds, samples = seed_numbers(seeds, 2), []
    for place in ("dense", "before norm"):
        p = CONV_KEPT["dense"][True]
        network, split = train_convnets(seeds, convnet_settings(place, p, True))
        found = _last_variances(network, split.train_inputs, [stream(s, "shift") for s in seeds])
        samples += samples_of(place, {"keep_prob": p}, seeds, found)
    return samples


def _last_variances(
    network: convolution.ConvNet, inputs: FloatArray, rng: Sequence[np.random.Generator]
) -> dict[str, FloatArray]:
    tested = convolution.before_last_norm(network, inputs)
    trained = convolution.before_last_norm(network, inputs, rng)
    at_test, in_training = tested.var(axis=1), trained.var(axis=1)
    p = network.keep_prob[-1] if network.before_norm else 1.0
    predicted = variance_ratio(tested.mean(axis=1), at_test, p)
    return {
        "measured": (at_test / in_training).mean(axis=-1),
        "predicted": predicted.mean(axis=-1),
    }


# --- sequences ------------------------------------------------------------------------------------

STEPS = 5  # of a sequence: eight of the forty numbers each
SEQUENCE_RECIPE = Recipe(epochs=80, decay=0.98)
SEQUENCE_RATES = (0.01, 0.02, 0.05, 0.1)
SEQUENCE_KEPT = (0.95, 0.9, 0.8)
# by arm: the keep-probability and the learning rate of least mean error in `recurrent_tuning`
SEQUENCE_BEST = {"none": (1.0, 0.02), "fixed": (0.95, 0.02), "fresh": (0.95, 0.02)}


@once
def recurrent_tuning(seeds: Sequence[int] = CONV_TUNING_SEEDS) -> list[Sample]:
    """Try each learning rate of SEQUENCE_RATES with each keep-probability of SEQUENCE_KEPT.

    Samples as of `recurrent_study`, with settings "keep_prob" and "learning_rate".
    """
    tried = {"none": (1.0,), "fixed": SEQUENCE_KEPT, "fresh": SEQUENCE_KEPT}
    arms = [
        (name, p, rate) for name, kept in tried.items() for p in kept for rate in SEQUENCE_RATES
    ]
    return _sweep(_recurrent_errors, SEQUENCE_ARM, arms, seeds)


@once
def recurrent_study(seeds: Sequence[int]) -> list[Sample]:
    """Train recurrent networks of 50 units on MNIST-1D, read eight numbers at a time.

    Arms "none", "fixed" and "fresh": the mask of the state, one a sequence or one a step; each with
    the keep-probability and the learning rate that other seeds chose. Measures "test error" and
    "training error", in percent.
    """
    arms = [(name, *SEQUENCE_BEST[name]) for name in ("none", *recurrent.MASKS)]
    return _sweep(_recurrent_errors, SEQUENCE_ARM, arms, seeds)


@one_blas_thread
def _recurrent_errors(
    seeds: Sequence[int], name: str, keep_prob: float, rate: float
) -> list[FloatArray]:
    split, sources = splits(Arm("sequences"), seeds), training_streams(seeds)
    train, test = (
        x.reshape(*x.shape[:2], STEPS, -1) for x in (split.train_inputs, split.test_inputs)
    )
    masks = "fixed" if name == "none" else name
    network = recurrent.new_recurrent(
        sources, inputs=train.shape[-1], keep_prob=keep_prob, masks=masks
    )
    recipe = replace(SEQUENCE_RECIPE, learning_rate=rate)
    network = recurrent.train_recurrent(network, train, split.train_targets, recipe, sources)
    sets = ((test, split.test_targets), (train, split.train_targets))
    return [100 * other_class(recurrent.predict(network, x), targets) for x, targets in sets]


# --- early and late -------------------------------------------------------------------------------

HALVES = {  # whether units are dropped in the first and in the second half of the training
    "none": (False, False),
    "early": (True, False),
    "late": (False, True),
    "throughout": (True, True),
}
# too small to learn the training set by heart, and gently dropped as in Liu et al.
TIMING_SMALL = {"keep_prob": 0.9, "units": 10}


@once
def timing_study(seeds: Sequence[int], *, keep_prob: float = 0.5, units: int = 100) -> list[Sample]:
    """Drop hidden units in the first half of the training, in the second, in both, or never.

    Liu et al. 2023, with inverted dropout, so that the switch changes no output at test time; the
    momentum starts anew in the second half, in all arms. Arms as HALVES, setting "units"; measures
    "test error" and "training error", in percent, and "training loss".
    """
    seeds = seed_numbers(seeds, 2)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    units = whole_number("units", units, 1)
    samples = []
    for name, halves in HALVES.items():
        found = _trained_in_halves(seeds, units, [keep_prob if on else 1.0 for on in halves])
        samples += samples_of(name, {"units": units}, seeds, found)
    return samples


def _trained_in_halves(
    seeds: tuple[int, ...], units: int, keep_probs: Sequence[float]
) -> dict[str, FloatArray]:
    arm = Arm("halves", sizes=(data.CURVE_LENGTH, units, CLASSES), network={"scheme": "inverted"})
    split, sources = splits(arm, seeds), training_streams(seeds)
    network = arm.new_network(sources)
    recipe = replace(arm.recipe, epochs=arm.recipe.epochs // 2)
    train = (split.train_inputs, split.train_targets)
    for p in keep_probs:
        network = replace(network, keep_prob=(1.0, p))
        network = training.train(network, *train, recipe, sources, progress=False)[0]
    loss, wrong = training.evaluate(network, *train)
    tested = training.evaluate(network, split.test_inputs, split.test_targets)[1]
    return {"test error": 100 * tested, "training error": 100 * wrong, "training loss": loss}


# --- doubt ----------------------------------------------------------------------------------------

DOUBT_SIZES = (50, 200, 1000, 5000, 20_000)


@once
def doubt_study(
    seeds: Sequence[int],
    *,
    examples: Sequence[int] = DOUBT_SIZES,
    inputs: int = 10,
    keep_prob: float = 0.8,
) -> list[Sample]:
    """How unsure a linear unit is of its answer to one new example, by the number of examples.

    Targets are x·w with w = (1, ..., 1) / √n and noise of standard deviation 1. Arm "dropout": the
    minimiser of E_R, and the standard deviation of its output over masks, exact. Arm "least
    squares": the standard error of its answer, σ̂ √(xᵀ(XᵀX)⁻¹x), which says how far it would move
    with other examples. Setting "examples"; measure "spread".
    """
    seeds = seed_numbers(seeds, 2)
    inputs = whole_number("inputs", inputs, 1)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    samples = []
    for size in growing_counts("examples", examples, inputs + 2):
        spreads = np.array([_doubts(seed, size, inputs, keep_prob) for seed in seeds])
        for arm, values in zip(("dropout", "least squares"), spreads.T, strict=True):
            samples += samples_of(arm, {"examples": size}, seeds, {"spread": values})
    return samples


def _doubts(seed: int, examples: int, inputs: int, keep_prob: float) -> tuple[float, float]:
    true = np.full(inputs, inputs**-0.5)
    x, y = data.synthetic_regression(examples, true, 1.0, np.random.default_rng(seed))
    new = stream(seed, "new example").standard_normal(inputs)
    weights = linear.regularized_minimizer(x, y, keep_prob)
    over_masks = keep_prob * (1 - keep_prob) * (weights**2 * new**2).sum()
    fitted = linear.least_squares_minimizer(x, y)
    noise = ((y - x @ fitted) ** 2).sum() / (examples - inputs)
    over_data = noise * (new @ np.linalg.solve(x.T @ x, new))
    return float(np.sqrt(over_masks)), float(np.sqrt(over_data))


MANY_PASSES = 1000  # that stand for all
PASSES = (2, 3, 5, 10, 20, 50, 100, 200)


@once
def passes_study(seeds: Sequence[int], *, passes: Sequence[int] = PASSES) -> list[Sample]:
    """How far the mean and the spread over a few passes are from those over many.

    A network with half of its 100 hidden units dropped, 500 test examples. Arm "passes" with
    setting "passes"; measures: the error of the "mean" of the answer's probability, over its
    spread, and that of its "spread", over the spread too, root mean squares over the examples.
    """
    seeds = seed_numbers(seeds, 2)
    passes = growing_counts("passes", passes, 2)
    trained = train_arm(Arm("dropout", keep_prob=(1.0, 0.5), test_size=500), seeds)
    draws = _monte_carlo_draws(trained, MANY_PASSES)
    mean, spread = draws.mean(axis=0), draws.std(axis=0, ddof=1)
    fresh = _monte_carlo_draws(trained, passes[-1], "few passes")
    samples = []
    for count in passes:
        few = fresh[:count]
        found = {
            "mean": few.mean(axis=0) - mean,
            "spread": few.std(axis=0, ddof=1) - spread,
        }
        share = {name: _relative(gap, spread) for name, gap in found.items()}
        samples += samples_of("passes", {"passes": count}, seeds, share)
    return samples


def _monte_carlo_draws(trained: Trained, num_masks: int, name: str = "passes") -> FloatArray:
    """The probability of the right class under one mask after another: (masks, seeds, examples)."""
    inputs, targets = trained.test
    sources = trained.streams(name)
    return np.stack(
        [
            (averaging.monte_carlo_average(trained.network, inputs, 1, sources) * targets).sum(-1)
            for _mask in range(num_masks)
        ]
    )


def _relative(gap: FloatArray, spread: FloatArray) -> FloatArray:
    return np.sqrt((gap**2).mean(axis=-1) / (spread**2).mean(axis=-1))
