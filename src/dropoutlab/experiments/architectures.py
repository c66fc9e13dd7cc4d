"""Dropout in convolutional and recurrent networks, late or early, and as a measure of doubt.

Networks learn MNIST-1D from 1,000 examples. Convolutional ones are three convolutions of 16
channels and a dense layer (`convolution.new_convnet`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from joblib import Parallel, delayed

from dropoutlab import convolution, data
from dropoutlab._checks import FloatArray, choice, flag, instance, probability, seed_numbers
from dropoutlab._threads import one_blas_thread
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import Arm, splits, training_streams
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

CONV_RECIPE = Recipe(epochs=40, learning_rate=0.1, decay=0.95)
AT_ONCE = 4  # networks trained together: more do not fit the processor's cache
PLACES = ("none", "dense", "units", "channels", "before norm")
CONV_GRIDS = {"dense": (0.8, 0.65, 0.5), "units": (0.95, 0.9, 0.8), "channels": (0.95, 0.9, 0.8)}
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


def error(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    """Wrong answers in percent, one number a network."""
    return 100 * (outputs.argmax(axis=-1) != targets.argmax(axis=-1)).mean(axis=-1)


@one_blas_thread
def _convnet_errors(seeds: Sequence[int], settings: Mapping[str, object]) -> list[FloatArray]:
    network, split = train_convnets(seeds, settings)
    return [
        error(convolution.predict(network, split.test_inputs), split.test_targets),
        error(convolution.predict(network, split.train_inputs), split.train_targets),
    ]


def _convnet_sweep(
    arms: Sequence[tuple[str, float, bool]], seeds: tuple[int, ...]
) -> list[Sample]:
    parts = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    jobs = [(part, convnet_settings(*arm)) for arm in arms for part in parts]
    done = Parallel(n_jobs=-1)(delayed(_convnet_errors)(*job) for job in jobs)
    samples = []
    for k, (place, keep_prob, normalized) in enumerate(arms):
        found = done[k * len(parts) : (k + 1) * len(parts)]
        test, train = (np.concatenate(column) for column in zip(*found, strict=True))
        settings = {"keep_prob": keep_prob, "normalized": "yes" if normalized else "no"}
        samples += samples_of(
            place, settings, seeds, {"test error": test, "training error": train}
        )
    return samples


@once
def convolution_tuning(seeds: Sequence[int] = CONV_TUNING_SEEDS) -> list[Sample]:
    """Try each keep-probability of CONV_GRIDS, with and without batch normalisation.

    Samples as of `convolution_study`; CONV_KEPT holds what its own seeds chose.
    """
    arms = [
        (place, p, normalized)
        for normalized in (False, True)
        for place, grid in CONV_GRIDS.items()
        for p in grid
    ]
    return _convnet_sweep(arms, seed_numbers(seeds, 2))


# by place, without and with batch normalisation: the best of `convolution_tuning`
CONV_KEPT = {"dense": (0.65, 0.5), "units": (0.9, 0.9), "channels": (0.95, 0.95)}


@once
def convolution_study(seeds: Sequence[int]) -> list[Sample]:
    """Drop in front of the dense layer or of the convolutions, with batch normalisation or without.

    Arms as PLACES, each with the keep-probability that other seeds chose; "before norm" with that
    of "dense". Settings "keep_prob" and "normalized", "yes" or "no". Measures "test error" and
    "training error", in percent.
    """
    arms = [
        (place, CONV_KEPT[place][normalized] if place in CONV_KEPT else 1.0, normalized)
        for normalized in (False, True)
        for place in PLACES[:-1]
    ]
    arms.append(("before norm", CONV_KEPT["dense"][True], True))
    return _convnet_sweep(arms, seed_numbers(seeds, 2))
