"""Experiments of the chapter `masking`: one mask a mini-batch, or a fresh one for each example."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dropoutlab import data
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    positive_number,
    probability,
    seed_numbers,
    several,
    whole_number,
)
from dropoutlab._names import public_dir
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import Arm, measure_test_error, sweep, train_arm
from dropoutlab.masks import draw_mask
from dropoutlab.network import Network
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe, train

__dir__ = public_dir(__name__)

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


SIDE = 41  # points along a side of the square on which boundaries are followed
REACH = 2.0  # the square is from −REACH to REACH
PASSES = (0, 1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448)


@dataclass(frozen=True, eq=False)
class Boundaries:
    """What two networks 2–units–2 say of the points of a square while they learn.

    points: shape (examples, 2). labels: 0 or 1, shape (examples,). passes: over the examples,
    shape (records,). whole, thinned: by arm, "none" and "dropout", the logit of class 1 less that
    of class 0, shape (records, rows, columns), of the network as at test time and under the mask of
    that record. masks: shape (records, units), the same for both arms.
    """

    points: FloatArray
    labels: np.ndarray
    passes: np.ndarray
    whole: dict[str, FloatArray]
    thinned: dict[str, FloatArray]
    masks: FloatArray

    def moved(self, arm: str, record: int) -> float:
        """Return the share of the square, in percent, that the mask gives to the other class."""
        return 100 * float(
            ((self.whole[arm][record] > 0) != (self.thinned[arm][record] > 0)).mean()
        )


@once
def watch_boundaries(seed: int, *, units: int = 16, keep_prob: float = 0.7) -> Boundaries:
    """Train two networks 2–units–2 on two noisy half moons, and follow where they change sides.

    60 examples; steps of plain gradient descent on all of them (rate 0.3), the same start, with and
    without dropout (inverted). Each record has a fresh mask, under which both networks are asked.
    """
    seed = whole_number("seed", seed, 0, None)
    units, keep_prob = _moon_settings(units, keep_prob)
    masks = draw_mask((len(PASSES), units), keep_prob, np.random.default_rng([seed, 1]))
    whole, thinned = {}, {}
    learnt = _moon_networks([seed], units, keep_prob)
    for arm, (_, _, networks) in learnt.items():
        found = [
            [_sides(network, noise)[0] for noise in (None, mask[None] / keep_prob)]
            for network, mask in zip(networks, masks, strict=True)
        ]
        whole[arm], thinned[arm] = np.moveaxis(np.array(found), 1, 0)
    points, labels, _ = learnt["none"]
    return Boundaries(points[0], labels, np.array(PASSES), whole, thinned, masks)


@once
def boundary_moves(
    seeds: Sequence[int], *, units: int = 16, keep_prob: float = 0.7, draws: int = 20
) -> list[Sample]:
    """Measure how far a random mask moves the boundary of `watch_boundaries`' networks in the end.

    Arms "none" and "dropout". Measure "given to the other class": the share of the square, in
    percent, that the thinned network gives to the other class than the whole one, mean of `draws`
    masks, which are the same for both arms.
    """
    seeds, draws = seed_numbers(seeds, 2), whole_number("draws", draws, 1)
    units, keep_prob = _moon_settings(units, keep_prob)
    samples = []
    for arm, (_, _, (*_, network)) in _moon_networks(seeds, units, keep_prob).items():
        sources = [np.random.default_rng([seed, 1]) for seed in seeds]
        whole, moved = _sides(network) > 0, np.zeros(len(seeds))
        for _ in range(draws):
            masks = np.stack([draw_mask((1, units), keep_prob, source) for source in sources])
            thinned = _sides(network, masks / keep_prob) > 0
            moved += 100 * (thinned != whole).mean(axis=(1, 2)) / draws
        samples += samples_of(arm, {}, seeds, {"given to the other class": moved})
    return samples


def _moon_settings(units: int, keep_prob: float) -> tuple[int, float]:
    return whole_number("units", units, 1), probability("keep_prob", keep_prob, above_zero=True)


def _moon_networks(
    seeds: Sequence[int], units: int, keep_prob: float
) -> dict[str, tuple[FloatArray, np.ndarray, list[Network]]]:
    """By arm: points (seeds, examples, 2), labels (examples,), and the networks at each record."""
    found = {}
    for arm, p in {"none": 1.0, "dropout": keep_prob}.items():
        streams = [[np.random.default_rng([seed, k]) for seed in seeds] for k in (0, 2, 3)]
        labels = np.arange(60) % 2
        points = np.stack([_half_moons(labels, source) for source in streams[0]])
        targets = np.broadcast_to(data.one_hot(labels, 2), (len(seeds), len(labels), 2))
        network = nn.new_network((2, units, 2), streams[1], keep_prob=(1.0, p), scheme="inverted")
        networks, done = [], 0
        for passes in PASSES:
            if passes > done:  # without momentum, to train on is to go on
                recipe = Recipe(passes - done, len(labels), learning_rate=0.3, momentum=0.0)
                network, _ = train(network, points, targets, recipe, streams[2], progress=False)
            networks.append(network)
            done = passes
        found[arm] = points, labels, networks
    return found


def _half_moons(labels: np.ndarray, rng: np.random.Generator) -> FloatArray:
    """Points on two arcs that reach into one another, moved a little, shape (examples, 2)."""
    angle = np.pi * (rng.random(len(labels)) + labels)
    middle = np.stack([labels - 0.5, 0.5 * labels - 0.25], axis=1)
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return arc + middle + 0.2 * rng.standard_normal((len(labels), 2))


def _sides(network: Network, noise: FloatArray | None = None) -> FloatArray:
    """Logits of class 1 less those of class 0 on the square: shape (seeds, rows, columns)."""
    axis = np.linspace(-REACH, REACH, SIDE)
    square = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    out = nn.logits(network, square, [None, noise])
    return (out[..., 1] - out[..., 0]).reshape(-1, SIDE, SIDE)
