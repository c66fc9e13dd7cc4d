"""Experiments of the chapter `masking`: one mask a mini-batch, or a fresh one for each example."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dropoutlab import data
from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, positive_number, seed_numbers, several, whole_number
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import Arm, measure_test_error, sweep, train_arm
from dropoutlab.network import Network
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

DIGITS = {"sizes": (64, 64, 10), "train_size": 300, "source": "digits"}
FRESH_MASKS = {"fresh masks": "example", "shared mask": "batch"}  # arms, and what is drawn anew for


@once
def mask_sharing_noise(
    seeds: Sequence[int],
    *,
    batch_sizes: Sequence[int] = (1, 2, 5, 10, 20, 50, 100),
    draws: int = 100,
    keep_prob: tuple[float, ...] = (0.8, 0.5),
    epochs: int = 30,
) -> list[Sample]:
    """Measure how much the masks alone make the gradient of a mini-batch vary.

    Networks 64–64–10 that learn 300 digits, with fresh masks for `epochs`. Arms "fresh masks" and
    "shared mask"; setting "examples", how many in a mini-batch. Measure "gradient variance": the
    variance over masks of each parameter's gradient, summed over the parameters, mean over
    mini-batches. It is half the mean squared distance of two gradients of one mini-batch with masks
    drawn anew, over `draws` random mini-batches.
    """
    seeds, draws = seed_numbers(seeds, 2), whole_number("draws", draws, 1)
    arm = Arm("net", **DIGITS, keep_prob=keep_prob, recipe=Recipe(epochs=epochs))
    batch_sizes = several("batch_sizes", batch_sizes, whole_number, 1, arm.train_size)
    trained = train_arm(arm, seeds)
    samples = []
    for name, fresh_mask in FRESH_MASKS.items():
        network = replace(trained.network, fresh_mask=fresh_mask)
        for size in batch_sizes:
            rng = [np.random.default_rng([seed, 2, size]) for seed in seeds]
            found = {"gradient variance": _mask_variance(network, trained.split, size, draws, rng)}
            samples += samples_of(name, {"examples": size}, seeds, found)
    return samples


def _mask_variance(
    network: Network,
    split: data.Split,
    size: int,
    draws: int,
    rng: Sequence[np.random.Generator],
) -> FloatArray:
    """Half the mean squared distance of two gradients of one mini-batch: shape (replicates,)."""
    total = np.zeros(len(rng))
    for _ in range(draws):
        examples = split.train_inputs.shape[1]
        picked = np.stack([source.permutation(examples)[:size] for source in rng])[..., None]
        x = np.take_along_axis(split.train_inputs, picked, axis=1)
        t = np.take_along_axis(split.train_targets, picked, axis=1)
        one, other = (_flat_gradient(network, x, t, rng) for _twice in range(2))
        total += ((one - other) ** 2).sum(axis=1) / 2
    return total / draws


def _flat_gradient(
    network: Network, x: FloatArray, t: FloatArray, rng: Sequence[np.random.Generator]
) -> FloatArray:
    """All gradients under masks drawn now, shape (replicates, parameters)."""
    noise = nn.draw_noise(network, x.shape[1], rng)
    gradients = nn.backward(network, nn.forward(network, x, noise), noise, t)
    return np.concatenate([part.reshape(len(rng), -1) for parts in gradients for part in parts], 1)


@once
def mask_sharing_error(
    seeds: Sequence[int],
    *,
    learning_rates: Sequence[float] = (0.1, 0.03, 0.01),
    keep_prob: tuple[float, ...] = (0.8, 0.5),
    epochs: int = 400,
    progress: bool = True,
) -> list[Sample]:
    """Measure the test error of training with fresh masks and with a shared one.

    Arms "fresh masks" and "shared mask", one a mini-batch of 50 examples; setting
    "learning_rate". Measure "test error", in percent.
    """
    arms = [
        Arm(
            name,
            {"learning_rate": rate},
            **DIGITS,
            keep_prob=keep_prob,
            recipe=Recipe(epochs=epochs, learning_rate=rate),
            network={"fresh_mask": fresh_mask},
        )
        for name, fresh_mask in FRESH_MASKS.items()
        for rate in several("learning_rates", learning_rates, positive_number)
    ]
    return sweep(arms, seeds, measure_test_error, progress=progress)
