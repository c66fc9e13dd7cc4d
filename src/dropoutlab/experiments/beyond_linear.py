"""Experiments of the chapter `beyond-linear`: how far what is known of the linear unit carries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from joblib import delayed

from dropoutlab import _kernel as kernel
from dropoutlab import data, training
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    finite_training,
    probability,
    seed_numbers,
    whole_number,
)
from dropoutlab._minibatches import descend_epochs, of_each
from dropoutlab._names import public_dir
from dropoutlab._progress import on_all_cores
from dropoutlab.experiments._once import once
from dropoutlab.experiments.arms import (
    CLASSES,
    Arm,
    Trained,
    splits,
    train_arm,
    training_streams,
)
from dropoutlab.masks import enumerate_masks, mask_probability
from dropoutlab.network import Array, Network
from dropoutlab.samples import Sample, samples_of
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

MAX_UNITS = 12  # of which every mask is tried
TEST_IMAGES = 200

# --- the last layer of a network ------------------------------------------------------------------

MASKED = ("last hidden layer", "layer below")


@dataclass(frozen=True, eq=False)
class LastLayer:
    """Errors of a trained network at test images, with masks on one of its two hidden layers.

    Dictionaries by masked layer, of shape (images,): plain, the error E_N of the network whose
    masked layer is multiplied by p; penalty, ½ p (1 − p) Σ_j s_j² h_j², with h_j the layer's
    activations and s_j the slope of the output along unit j, which is its weight in the last layer;
    mean, the mean of the error over all 2^n masks.
    """

    plain: dict[str, FloatArray]
    penalty: dict[str, FloatArray]
    mean: dict[str, FloatArray]


@once
def last_layer_errors(seed: int, *, units: int = 10, keep_prob: float = 0.5) -> LastLayer:
    """Train networks 64–units–units–1 on the slants of digits, one with each layer dropped.

    1,000 digits to train, 200 others to measure; tanh units and a linear output with squared error.
    """
    seed = whole_number("seed", seed, 0, None)
    units = whole_number("units", units, 1, MAX_UNITS)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    found = {}
    for layer, name in ((2, MASKED[0]), (1, MASKED[1])):
        network, inputs, target = _slant_network(seed, layer, units, keep_prob)
        found[name] = _errors_with_masks(network, inputs, target, layer)
    return LastLayer(*({name: parts[k] for name, parts in found.items()} for k in range(3)))


@once
def last_layer_gaps(
    seeds: Sequence[int], *, units: int = 10, keep_prob: float = 0.5
) -> list[Sample]:
    """Measure how far the formula for the penalty is from the mean over all masks.

    Arms: which layer is masked, one of MASKED; networks as in `last_layer_errors`. Measure "gap":
    the mean over the test images of |E_N + penalty − mean error| over the mean of mean error − E_N.
    That is 0 if nothing is dropped: `keep_prob` is below 1.
    """
    seeds = seed_numbers(seeds, 2)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True, below_one=True)
    runs = [last_layer_errors(seed, units=units, keep_prob=keep_prob) for seed in seeds]
    samples = []
    for name in MASKED:
        added = [np.abs((run.mean[name] - run.plain[name]).mean()) for run in runs]
        if min(added) == 0:
            raise ValueError(f"keep_prob must be large enough to add an error; got {keep_prob}")
        gaps = [
            np.abs(run.plain[name] + run.penalty[name] - run.mean[name]).mean() / more
            for run, more in zip(runs, added, strict=True)
        ]
        samples += samples_of(name, {}, seeds, {"gap": gaps})
    return samples


def _slant_network(
    seed: int, layer: int, units: int, keep_prob: float
) -> tuple[Network, FloatArray, FloatArray]:
    """A trained network, test images and their slants."""
    inputs, target = data.digit_slants()
    order = np.random.default_rng(seed).permutation(len(inputs))
    train, test = order[TEST_IMAGES : TEST_IMAGES + 1000], order[:TEST_IMAGES]
    rng = np.random.default_rng([seed, 1])
    keep = [1.0, 1.0, 1.0]
    keep[layer] = keep_prob
    network = nn.new_network(
        (64, units, units, 1), rng, keep_prob=keep, hidden="tanh", output="linear", dtype=np.float64
    )
    recipe = Recipe(epochs=40, learning_rate=0.02)
    network, _history = training.train(
        network, inputs[train], target[train, None], recipe, rng, progress=False
    )
    return network, inputs[test], target[test]


def _errors_with_masks(
    network: Network, inputs: FloatArray, target: FloatArray, layer: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """E_N, the penalty and the mean error over all masks of a layer: each of shape (images,)."""
    keep_prob = network.keep_prob[layer]
    hidden = nn.forward(network, inputs)[layer]
    rest = Network(
        network.weights[layer:],
        network.biases[layer:],
        network.keep_prob[layer:],
        hidden=network.hidden,
        output="linear",
    )
    outputs, slopes = _output_and_slopes(rest, keep_prob * hidden)
    penalty = keep_prob * (1 - keep_prob) * (slopes**2 * hidden**2).sum(axis=-1) / 2
    mean = np.zeros(len(inputs))
    for masks in enumerate_masks(rest.sizes[0], 2**8):
        masked = (masks[:, None] * hidden).reshape(-1, rest.sizes[0])
        found = nn.forward(rest, masked)[-1].reshape(len(masks), -1)
        mean += mask_probability(masks, keep_prob) @ (target - found) ** 2 / 2
    return (target - outputs) ** 2 / 2, penalty, mean


def _output_and_slopes(network: Network, inputs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The output of a network with one or two layers, and its slopes along the inputs."""
    *_hidden, outputs = layers = nn.forward(network, inputs)
    slopes = np.broadcast_to(network.weights[-1], (len(inputs), network.weights[-1].shape[-1]))
    if len(network.weights) == 2:
        slopes = slopes * (1 - layers[1] ** 2) @ network.weights[0]
    return outputs[:, 0], slopes


# --- linear networks of two layers ----------------------------------------------------------------

TEACHER = (3.0, 2.0, 1.0)  # singular values of the map to be learned
LINEAR_INPUTS = 6
LINEAR_ARMS = ("none", "L2", "dropout")


@dataclass(frozen=True, eq=False)
class Products:
    """The products c_j = ‖u_j‖ ‖v_j‖ of two-layer linear networks while they learn.

    epochs: shape (records,). By arm: products, shape (seeds, records, units), units in the order in
    which they were made; least, the least Σ_j c_j² of networks of this width that compute the same
    map, which is the square of the sum of its singular values over the number of units, shape
    (seeds, records).
    """

    epochs: np.ndarray
    products: dict[str, FloatArray]
    least: dict[str, FloatArray]


@once
@finite_training("use a smaller l2 or a larger keep_prob")
def product_paths(
    seeds: Sequence[int],
    *,
    units: int = 8,
    keep_prob: float = 0.7,
    l2: float = 0.05,
    epochs: int = 400,
    records: int = 21,
) -> Products:
    """Train linear networks 6–units–6 on a linear map, with and without dropout of hidden units.

    The map has the singular values `TEACHER`; 500 normal inputs, targets without noise, batches of
    50 with a rate that falls by one percent an epoch. Inverted dropout; L2 as ½ l2 Σ W².

    Raises:
        FloatingPointError: the weights grew without bound; the penalty or the noise is too large.
    """
    seeds = seed_numbers(seeds, 2)
    units, epochs = whole_number("units", units, 1), whole_number("epochs", epochs, 1)
    records = whole_number("records", records, 2)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    recipe = Recipe(epochs=epochs, learning_rate=0.02, decay=0.99, momentum=0.9)
    recipes = [replace(recipe, l2=strength) for strength in (0.0, l2, 0.0)]
    found = {
        arm: _product_path(seeds, units, kept, of_arm, records)
        for arm, kept, of_arm in zip(LINEAR_ARMS, (1.0, 1.0, keep_prob), recipes, strict=True)
    }
    (steps, *_), *_ = found.values()
    return Products(
        steps,
        {arm: products for arm, (_steps, products, _least) in found.items()},
        {arm: least for arm, (_steps, _products, least) in found.items()},
    )


def _product_path(
    seeds: Sequence[int], units: int, keep_prob: float, recipe: Recipe, records: int
) -> tuple[np.ndarray, FloatArray, FloatArray]:
    """Epochs, products and least sums of squares of one arm."""
    rng = training_streams(seeds)
    teachers = np.stack([_teacher(source) for source in rng])
    inputs = np.stack([source.standard_normal((500, LINEAR_INPUTS)) for source in rng])
    network = nn.new_network(
        (LINEAR_INPUTS, units, LINEAR_INPUTS), rng, keep_prob=(1.0, keep_prob), hidden="linear",
        output="linear", scheme="inverted", dtype=np.float64,
    )  # fmt: skip
    examples = (inputs, inputs @ teachers.swapaxes(-1, -2))
    record_at = np.unique(np.linspace(0, recipe.epochs, records).astype(int))
    products, least = [], []
    for epoch in _epochs(network, examples, recipe, rng, _usual_gradient):
        if epoch in record_at:
            first, second = network.weights
            products.append(np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-2))
            singular = np.linalg.svd(second @ first, compute_uv=False)
            least.append(singular.sum(axis=-1) ** 2 / units)
    return record_at, np.stack(products, axis=1), np.stack(least, axis=1)


def _teacher(rng: np.random.Generator) -> FloatArray:
    """A map with the singular values TEACHER in directions of its own."""
    left, right = (
        np.linalg.qr(rng.standard_normal((LINEAR_INPUTS, len(TEACHER))))[0] for _side in range(2)
    )
    return left * TEACHER @ right.T


# --- training step by step ------------------------------------------------------------------------

Gradient = Callable[[Network, Array, Array, Sequence[np.random.Generator]], list[Array]]


def _epochs(
    network: Network,
    examples: tuple[Array, Array],
    recipe: Recipe,
    sources: Sequence[np.random.Generator],
    gradient: Gradient,
) -> Iterator[int]:
    """Train networks in place with a gradient of one's own, and yield the epochs done, from 0.

    examples: inputs and targets, shape (seeds, examples, n). A fresh order every epoch.
    """

    def gradients(picked: np.ndarray) -> list[Array]:
        return gradient(network, *(of_each(part, picked) for part in examples), sources)

    count = examples[0].shape[1]
    return descend_epochs(network.weights, network.biases, recipe, count, sources, gradients)


def _usual_gradient(
    network: Network, inputs: Array, targets: Array, sources: Sequence[np.random.Generator]
) -> list[Array]:
    """One mask an example: the gradient of dropout."""
    noise = kernel.draw_noise(network, inputs.shape[1], sources)
    return kernel.gradients(network, inputs, targets, noise)


# --- explicit and implicit effect -----------------------------------------------------------------

MANY_MASKS = 4  # that are averaged in a step
EFFECTS = {  # masks averaged in a step, 0 for none; how much of one mask's noise is added
    "none": (0, 0.0),
    "noise alone": (0, 1.0),
    "dropout": (1, 0.0),
    "masks averaged": (MANY_MASKS, 0.0),
    "masks averaged, noise added": (MANY_MASKS, 1 - 1 / MANY_MASKS),
}


@once
def effects_study(
    seeds: Sequence[int],
    *,
    keep_prob: float = 0.5,
    width: int = 100,
    epochs: int = 60,
) -> list[Sample]:
    """Take apart what dropout does to a network: its mean loss, and its noise in each step.

    Networks learn MNIST-1D with the inverted scheme. Arms: EFFECTS. "dropout" has one mask an
    example; "masks averaged" the mean gradient of MANY_MASKS of them, whose mean is the same and
    whose variance is that much smaller; "noise added" adds the difference of the gradients of two
    more masks, of mean zero, with the variance that the mean has lost; "noise alone" adds that to
    the gradient without masks (Wei, Kakade & Ma 2020). Measures "test error" and "training error",
    in percent, "test loss".
    """
    seeds = seed_numbers(seeds, 2)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    width = whole_number("width", width, 1)
    recipe = Recipe(epochs=whole_number("epochs", epochs, 1))
    arms = [
        Arm(name, sizes=(data.CURVE_LENGTH, width, CLASSES), keep_prob=(1.0, keep_prob),
            recipe=recipe, network={"scheme": "inverted"})
        for name in EFFECTS
    ]  # fmt: skip
    done = on_all_cores([delayed(_effect)(arm, seeds) for arm in arms], "arms")
    return [sample for samples in done for sample in samples]


def _effect(arm: Arm, seeds: Sequence[int]) -> list[Sample]:
    split, rng = splits(arm, seeds), training_streams(seeds)
    network = arm.new_network(rng)
    dtype = network.weights[0].dtype
    examples = (split.train_inputs.astype(dtype), split.train_targets.astype(dtype))

    masks, variance = EFFECTS[arm.name]
    gradient = partial(_gradient_of_effect, masks=masks, variance=variance)
    for _epoch in _epochs(network, examples, arm.recipe, rng, gradient):
        pass
    test_loss, test_error = training.evaluate(network, split.test_inputs, split.test_targets)
    _loss, train_error = training.evaluate(network, split.train_inputs, split.train_targets)
    found = {
        "test error": 100 * test_error,
        "training error": 100 * train_error,
        "test loss": test_loss,
    }
    return samples_of(arm.name, {}, seeds, found)


def _gradient_of_effect(
    network: Network,
    inputs: Array,
    targets: Array,
    sources: Sequence[np.random.Generator],
    *,
    masks: int,
    variance: float,
) -> list[Array]:
    """Mean gradient of some masks, and so much of one mask's noise added to it."""
    if masks:
        many = [np.tile(part, (1, masks, 1)) for part in (inputs, targets)]
        gradient = _usual_gradient(network, *many, sources)
    else:
        gradient = kernel.gradients(network, inputs, targets, [None] * len(network.weights))
    if variance:
        one, other = (_usual_gradient(network, inputs, targets, sources) for _mask in range(2))
        share = np.sqrt(variance / 2).astype(inputs.dtype)
        return [
            part + share * (plus - less)
            for part, plus, less in zip(gradient, one, other, strict=True)
        ]
    return gradient


# --- averages of members and their losses ---------------------------------------------------------


@once
def average_losses(
    seeds: Sequence[int], *, units: int = 10, keep_prob: float = 0.5, num_examples: int = 500
) -> list[Sample]:
    """Measure the loss of members and of their averages, exactly, over all masks.

    Networks 40–units–10 learn MNIST-1D with dropout of hidden units. Arms "members", the mean loss
    of the 2^n thinned networks, "arithmetic", the loss of the mean of their probabilities, and
    "geometric", that of the normalized geometric mean. Measure "loss", in nats.
    """
    seeds = seed_numbers(seeds, 2)
    units = whole_number("units", units, 1, MAX_UNITS)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    num_examples = whole_number("num_examples", num_examples, 1, 3000)
    arm = Arm("dropout", sizes=(data.CURVE_LENGTH, units, CLASSES), keep_prob=(1.0, keep_prob))
    found = _average_losses(train_arm(arm, seeds), num_examples)
    return [
        sample
        for name, losses in found.items()
        for sample in samples_of(name, {}, seeds, {"loss": losses})
    ]


def _average_losses(trained: Trained, num_examples: int) -> dict[str, FloatArray]:
    network = trained.network
    inputs, targets = (part[:, :num_examples] for part in trained.test)
    (hidden,) = nn.forward(network, inputs)[1:-1]
    top = Network(network.weights[1:], network.biases[1:], (1.0,))
    right = targets.argmax(axis=-1)[..., None]
    members, arithmetic, geometric = 0.0, 0.0, 0.0
    for masks in enumerate_masks(network.sizes[1]):
        shares = mask_probability(masks, network.keep_prob[1])
        for mask, share in zip(masks, shares, strict=True):
            logs = kernel.log_activate("softmax", nn.logits(top, hidden * mask).astype(float))
            members = members - share * np.take_along_axis(logs, right, -1)[..., 0]
            arithmetic = arithmetic + share * np.exp(np.take_along_axis(logs, right, -1))[..., 0]
            geometric = geometric + share * logs
    own = np.take_along_axis(geometric, right, -1)[..., 0]
    normalizer = np.log(np.exp(geometric).sum(axis=-1))
    losses = {
        "members": members, "arithmetic": -np.log(arithmetic), "geometric": normalizer - own,
    }  # fmt: skip
    return {name: loss.mean(axis=-1) for name, loss in losses.items()}
