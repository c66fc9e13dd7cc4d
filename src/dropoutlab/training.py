"""Train networks by mini-batch gradient descent: one, or many seeds at once.

Replicates are trained together by batched matrix products. Each has its own random generator and,
from it, its own order of examples and its own masks: the numbers are those of training it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab import _kernel as kernel
from dropoutlab import _network_checks as checks
from dropoutlab import network as nn
from dropoutlab._checks import (
    finite_result,
    flag,
    items,
    positive_number,
    probability,
    real_array,
    real_number,
    whole_number,
)
from dropoutlab._descent import limit_norms as limit_checked_norms
from dropoutlab._minibatches import descend_epochs, with_own_arrays
from dropoutlab._names import public_dir
from dropoutlab._progress import bar
from dropoutlab._threads import one_blas_thread
from dropoutlab.network import Array, Network, Rng

__dir__ = public_dir(__name__)

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
        checked = {
            name: whole_number(name, getattr(self, name), 1) for name in ("epochs", "batch_size")
        }
        checked["learning_rate"] = positive_number("learning_rate", self.learning_rate)
        checked["decay"] = probability("decay", self.decay, above_zero=True)
        checked["momentum"] = probability("momentum", self.momentum, below_one=True)
        checked |= {name: _strength(name, getattr(self, name)) for name in ("l2", "l1")}
        if self.max_norm is not None:
            checked["max_norm"] = positive_number("max_norm", self.max_norm)
        for name, value in checked.items():  # as Python's numbers, which keep to float32
            object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
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


@one_blas_thread
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
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe must be a Recipe; got {type(recipe).__name__}")
    sources = checks.replicate_generators(network, rng)
    data = _set(network, inputs, targets)
    watched = [data]
    if test is not None:
        parts = items("test", test, "arrays, inputs and targets", 2)
        watched.append(_set(network, *parts, name="test "))
    records = whole_number("records", records, 2)
    shown = bar("epochs", recipe.epochs + 1, show=flag("progress", progress))
    records = min(records, recipe.epochs + 1)
    record_at = np.unique(np.linspace(0, recipe.epochs, records).astype(int))
    network = with_own_arrays(network, "weights", "biases")
    gradients = partial(_gradients, network, data, sources)
    epochs = descend_epochs(
        network.weights, network.biases, recipe, data[0].shape[-2], sources, gradients
    )
    rows = []
    with shown as step, np.errstate(over="ignore", invalid="ignore"):  # noticed below, and named
        for epoch in epochs:
            if epoch in record_at:
                _check_finite((*network.weights, *network.biases), epoch)
                rows.append([_evaluated(network, *part) for part in watched])
                _check_finite(rows[-1], epoch)
            step()
    return network, _history(record_at, rows)


@one_blas_thread
@finite_result("inputs", "targets", "network")
def evaluate(network: Network, inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    """Return loss and error at test time, each of shape (...), one a replicate.

    Args:
        network: as it is trained; its weights are scaled here if its scheme is standard.
        inputs: shape (examples, n_0), or (replicates, examples, n_0).
        targets: shape (examples, n_L), or (replicates, examples, n_L).
    """
    return _evaluated(network, *_set(network, inputs, targets))


def limit_norms(weights: Array, max_norm: float) -> None:
    """Cut, in place, the incoming weights of each unit to a length of at most `max_norm`.

    Args:
        weights: floating point, shape (..., units, inputs): a row holds a unit's incoming weights.
        max_norm: above 0.
    """
    kinds = (np.float32, np.float64)
    if not isinstance(weights, np.ndarray) or weights.dtype not in kinds or weights.ndim < 2:
        raise TypeError(
            "weights must be a float32 or float64 array of shape (..., units, inputs), which is "
            f"changed in place; got {weights!r}"
        )
    if not weights.flags.writeable:
        raise ValueError("weights must be an array that can be written to; got a read-only one")
    real_array("weights", weights, ["(...)"])
    limit_checked_norms(weights.view(np.ndarray), positive_number("max_norm", max_norm))


# --- the parts ------------------------------------------------------------------------------------


def _strength(name: str, value: float) -> float:
    number = real_number(name, value, "a finite number of at least 0")
    return positive_number(name, number) if number else number


def _gradients(
    network: Network,
    data: tuple[Array, Array],
    sources: Sequence[np.random.Generator],
    picked: np.ndarray,
) -> list[Array]:
    """The gradients of the network as it is, in a mini-batch."""
    x, t = (_take(values, picked, network) for values in data)
    noise = kernel.draw_noise(network, picked.shape[1], sources)
    return kernel.gradients(network, x, t, noise)


def _take(values: Array, picked: np.ndarray, network: Network) -> Array:
    """The picked examples: shape (batch, n), or (replicates, batch, n)."""
    if not network.replicates:
        return values[picked[0]]
    if values.ndim == 3:  # each network has examples of its own: count through all of them
        picked = picked + values.shape[1] * np.arange(len(picked))[:, None]
        values = values.reshape(-1, values.shape[-1])
    return values.take(picked, axis=0)  # faster than values[picked]


def _evaluated(network: Network, inputs: Array, targets: Array) -> tuple[Array, Array]:
    network = nn.scaled_for_test(network)
    nothing = [None] * len(network.weights)
    total, wrong, examples = 0, 0, inputs.shape[-2]
    for start in range(0, examples, MAX_AT_ONCE):
        part = slice(start, start + MAX_AT_ONCE)
        x, t = inputs[..., part, :], targets[..., part, :]
        logits = kernel.hidden_and_logits(network, x, nothing, checked=True)[-1]
        share = x.shape[-2] / examples
        total = total + share * kernel.example_losses(network, logits, t).mean(axis=-1)
        # shares of wrong answers add up, and so do squares of root mean squares
        error = kernel.error(network, kernel.activate(network.output, logits), t)
        wrong = wrong + share * (error**2 if network.output == "linear" else error)
    return total, np.sqrt(wrong) if network.output == "linear" else wrong


def _set(
    network: Network, inputs: ArrayLike, targets: ArrayLike, name: str = ""
) -> tuple[Array, Array]:
    inputs = checks.layer_values(f"{name}inputs", inputs, network, 0)
    return inputs, checks.target_values(network, targets, inputs.shape[-2], f"{name}targets")


def _check_finite(arrays: Sequence[ArrayLike], epoch: int) -> None:
    if all(np.isfinite(part).all() for part in arrays):
        return
    if epoch == 0:
        raise ValueError(
            "inputs and targets must be small enough for a finite loss of the network; "
            "got numbers whose products or sums overflow before training"
        )
    raise FloatingPointError(
        f"the weights grew without bound in {epoch} epochs: learning_rate is too large"
    )


def _history(record_at: np.ndarray, rows: list) -> History:
    # rows: records × sets × (loss, error) × replicates; a column of History runs over the records
    columns = np.moveaxis(np.array(rows), 0, -1)
    return History(record_at, *(column for part in columns for column in part))
