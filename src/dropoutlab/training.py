"""Train networks by mini-batch gradient descent: one, or many seeds at once.

Replicates are trained together by batched matrix products. Each has its own random generator and,
from it, its own order of examples and its own masks: the numbers are those of training it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from dropoutlab import network as nn
from dropoutlab._checks import positive_number, probability, whole_number
from dropoutlab.network import Array, Network, Rng

MAX_AT_ONCE = 4096  # examples evaluated at a time


@dataclass(frozen=True)
class Recipe:
    """How to train.

    epochs: passes over the training set. batch_size: examples a step; the last step of an epoch
    has what is left. learning_rate: of the first epoch; multiplied by `decay` (above 0, at most 1)
    after each. momentum: μ from 0 to below 1 in v ← μ v + gradient, W ← W − rate · v. l2, l1:
    strengths at least 0 of the penalties ½ l2 Σ W² and l1 Σ |W|, biases left out. max_norm: the
    largest length of a unit's incoming weights, to which longer ones are cut after each step
    (Srivastava et al. 2014, section 5.1); None for no limit.
    """

    epochs: int = 100
    batch_size: int = 50
    learning_rate: float = 0.1
    decay: float = 1.0
    momentum: float = 0.9
    l2: float = 0.0
    l1: float = 0.0
    max_norm: float | None = None

    def __post_init__(self) -> None:
        whole_number("epochs", self.epochs, 1)
        whole_number("batch_size", self.batch_size, 1)
        positive_number("learning_rate", self.learning_rate)
        probability("decay", self.decay, above_zero=True)
        if probability("momentum", self.momentum) == 1:
            raise ValueError("momentum must be below 1; got 1")
        for name in ("l2", "l1"):
            if getattr(self, name) != 0:
                positive_number(name, getattr(self, name))
        if self.max_norm is not None:
            positive_number("max_norm", self.max_norm)


@dataclass(frozen=True)
class History:
    """Losses and errors while training, without dropout, weights as at test time.

    epochs: shape (records,), epochs done. train_loss, train_error, test_loss, test_error: shape
    (records,), or (replicates, records); the last two are None without a test set.
    """

    epochs: np.ndarray
    train_loss: Array
    train_error: Array
    test_loss: Array | None = None
    test_error: Array | None = None


def train(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    recipe: Recipe,
    rng: Rng,
    *,
    test: tuple[ArrayLike, ArrayLike] | None = None,
    records: int = 2,
    progress: bool = True,
) -> tuple[Network, History]:
    """Train by mini-batch gradient descent with momentum; a fresh order and masks every epoch.

    Args:
        network: where to start; it is not changed.
        inputs: shape (examples, n_0), or (replicates, examples, n_0) with a set each.
        targets: shape (examples, n_L), or (replicates, examples, n_L).
        recipe: how.
        rng: the source of randomness; one a replicate if there are replicates.
        test: inputs and targets that are only watched.
        records: how many times to record, evenly over the epochs, the start and the end included.
        progress: show a bar if it takes longer than 2 seconds.

    Returns:
        The trained network and its history.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind, shape or range.
        FloatingPointError: the weights grew without bound; the learning rate is too large.
    """
    sources = nn.replicate_generators(network, rng)
    data = _set(network, inputs, targets)
    watched = [data] if test is None else [data, _set(network, *test)]
    records = whole_number("records", records, 2)
    record_at = np.unique(np.linspace(0, recipe.epochs, records).astype(int))
    network = _copy(network)
    speeds = [np.zeros_like(part) for part in (*network.weights, *network.biases)]
    rows = []
    with np.errstate(over="ignore", invalid="ignore"):  # noticed below, and named
        epochs = range(recipe.epochs + 1)
        for epoch in tqdm(epochs, disable=not progress, delay=2, desc="epochs", leave=False):
            if epoch in record_at:
                _check_finite(network, epoch)
                rows.append([_evaluated(network, *part) for part in watched])
            if epoch < recipe.epochs:
                _one_epoch(network, data, recipe, epoch, sources, speeds)
    return network, _history(record_at, rows)


def evaluate(network: Network, inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    """Return loss and error at test time, each of shape (...), one a replicate.

    Args:
        network: as it is trained; its weights are scaled here if its scheme is standard.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        targets: shape (examples, n_L), or (replicates, examples, n_L).
    """
    return _evaluated(network, *_set(network, inputs, targets))


# --- the parts ------------------------------------------------------------------------------------


def _one_epoch(
    network: Network,
    data: tuple[Array, Array],
    recipe: Recipe,
    epoch: int,
    sources: Sequence[np.random.Generator],
    speeds: Sequence[Array],
) -> None:
    """Change the network's arrays in place by one pass over the data."""
    inputs, targets = data
    examples = inputs.shape[-2]
    order = np.stack([source.permutation(examples) for source in sources])
    rate = recipe.learning_rate * recipe.decay**epoch
    for start in range(0, examples, recipe.batch_size):
        picked = order[:, start : start + recipe.batch_size]
        x, t = _take(inputs, picked, network), _take(targets, picked, network)
        noise = nn._draw_noise(network, picked.shape[1], sources)
        activations = nn._forward(network, x, noise)
        gradients = nn._backward(network, activations, noise, t)
        _step(network, gradients, recipe, rate, speeds)


def _step(
    network: Network,
    gradients: tuple[list[Array], list[Array]],
    recipe: Recipe,
    rate: float,
    speeds: Sequence[Array],
) -> None:
    weight_gradients, bias_gradients = gradients
    for weights, gradient in zip(network.weights, weight_gradients, strict=True):
        _add_penalties(gradient, weights, recipe)
    parameters = (*network.weights, *network.biases)
    for values, gradient, speed in zip(
        parameters, (*weight_gradients, *bias_gradients), speeds, strict=True
    ):
        _move(values, gradient, speed, recipe.momentum, rate)
    if recipe.max_norm is not None:
        for weights in network.weights:
            limit_norms(weights, recipe.max_norm)


def _add_penalties(gradient: Array, weights: Array, recipe: Recipe) -> None:
    if recipe.l2:
        gradient += recipe.l2 * weights
    if recipe.l1:
        gradient += recipe.l1 * np.sign(weights)


def _move(values: Array, gradient: Array, speed: Array, momentum: float, rate: float) -> None:
    """Take one step with momentum, in place; `gradient` is used up."""
    speed *= momentum
    speed += gradient
    np.multiply(speed, rate, out=gradient)
    values -= gradient


def limit_norms(weights: Array, max_norm: float) -> None:
    """Cut, in place, the incoming weights of each unit to a length of at most `max_norm`.

    Args:
        weights: floating point, shape (..., units, inputs): a row holds a unit's incoming weights.
        max_norm: above 0.
    """
    if not isinstance(weights, np.ndarray) or weights.dtype.kind != "f" or weights.ndim < 2:
        raise TypeError(
            f"weights must be a floating-point array of shape (..., units, inputs); got {weights!r}"
        )
    max_norm = positive_number("max_norm", max_norm)
    squares = np.einsum("...ij,...ij->...i", weights, weights)
    if squares.max() > max_norm**2:
        weights *= np.minimum(1, max_norm / np.sqrt(np.maximum(squares, max_norm**2)))[..., None]


def _take(values: Array, picked: np.ndarray, network: Network) -> Array:
    """The picked examples: shape (batch, n), or (replicates, batch, n)."""
    if not network.replicates:
        return values[picked[0]]
    if values.ndim == 2:
        return values[picked]
    return values[np.arange(len(picked))[:, None], picked]


def _evaluated(network: Network, inputs: Array, targets: Array) -> tuple[Array, Array]:
    network = nn.scaled_for_test(network)
    nothing = [None] * len(network.weights)
    total, wrong, examples = 0, 0, inputs.shape[-2]
    for start in range(0, examples, MAX_AT_ONCE):
        part = slice(start, start + MAX_AT_ONCE)
        x, t = inputs[..., part, :], targets[..., part, :]
        outputs = nn._forward(network, x, nothing)[-1]
        share = x.shape[-2] / examples
        total = total + share * nn._example_losses(network, outputs, t).mean(axis=-1)
        # shares of wrong answers add up, and so do squares of root mean squares
        error = nn._error(network, outputs, t)
        wrong = wrong + share * (error**2 if network.output == "linear" else error)
    return total, np.sqrt(wrong) if network.output == "linear" else wrong


def _set(network: Network, inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    inputs = nn._layer_values("inputs", inputs, network, 0)
    targets = nn._targets(network, targets, inputs.shape[-2])
    return inputs, targets


def _copy(network: Network) -> Network:
    return replace(
        network,
        weights=tuple(w.copy() for w in network.weights),
        biases=tuple(b.copy() for b in network.biases),
    )


def _check_finite(network: Network, epoch: int) -> None:
    if not all(np.isfinite(part).all() for part in (*network.weights, *network.biases)):
        raise FloatingPointError(
            f"the weights grew without bound in {epoch} epochs: learning_rate is too large"
        )


def _history(record_at: np.ndarray, rows: list) -> History:
    # rows: records × sets × (loss, error) × replicates; a column of History runs over the records
    columns = np.moveaxis(np.array(rows), 0, -1)
    return History(record_at, *(column for part in columns for column in part))
