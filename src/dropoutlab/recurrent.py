"""A minimal recurrent network with dropout over time, in plain NumPy.

A sequence x_1, ..., x_T is read step by step; the state is dropped on its way to the next step:

    h_t = tanh(W x_t + U (h_{t−1} ∘ z_t / p) + b),    outputs = softmax(V (h_T ∘ z_{T+1} / p) + c)

A mask z may be drawn afresh at each step or, as Gal & Ghahramani (2016) propose, once for the
sequence: then it is the same unit that is missing at every step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab import _network_checks as checks
from dropoutlab._checks import (
    choice,
    finite_result,
    generators,
    instance,
    positive_number,
    probability,
    whole_number,
)
from dropoutlab._kernel import Array, activate, draw_masks, kept, show_overflow
from dropoutlab._minibatches import descend_to_the_end, of_each, with_own_arrays
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread
from dropoutlab.network import Rng
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

CLASSES = 10
MASKS = ("fixed", "fresh")


@dataclass(frozen=True, eq=False)
class RecurrentNet:
    """R networks of one shape, as made by `new_recurrent`.

    weights: W, shape (R, inputs, units), U, (R, units, units), V, (R, units, 10), to be multiplied
    from the right. biases: b, (R, 1, units), and c, (R, 1, 10). All float32 or all float64; whole
    numbers and lists become float64 arrays. keep_prob: of the state, above 0. masks: one of MASKS.
    limit: the largest length of a network's gradient, above 0; a longer one is shortened.
    """

    weights: tuple[Array, Array, Array]
    biases: tuple[Array, Array]
    keep_prob: float
    masks: str
    limit: float = 1.0

    def __post_init__(self) -> None:
        first = checks.replicated_weights(self.weights, 3)[0]
        (nets, inputs, units), dtype = first.shape, first.dtype
        weights = [(nets, inputs, units), (nets, units, units), (nets, units, CLASSES)]
        biases = [(nets, 1, units), (nets, 1, CLASSES)]
        keep_prob = probability("keep_prob", self.keep_prob, above_zero=True)
        checks.invertible([keep_prob], dtype)
        limit = positive_number("limit", self.limit)
        if limit < np.finfo(dtype).tiny:
            least = f"at least {np.finfo(dtype).tiny:.2g}, the least that {dtype} holds"
            raise ValueError(f"limit must be {least}; got {self.limit}")
        checks.settle(
            self,
            weights=checks.arrays_of_shapes("weights", self.weights, weights, dtype),
            biases=checks.arrays_of_shapes("biases", self.biases, biases, dtype),
            keep_prob=keep_prob,
            masks=choice("masks", self.masks, MASKS),
            limit=limit,
        )


def new_recurrent(
    rng: Rng,
    *,
    inputs: int = 4,
    units: int = 50,
    keep_prob: float = 1.0,
    masks: str = "fixed",
    dtype: type = np.float32,
) -> RecurrentNet:
    """Return networks with random weights, N(0, 1 / number of summands), and U orthogonal.

    Args:
        rng: the source of randomness; a sequence of them makes one network each.
        inputs: numbers a step.
        units: of the state.
        keep_prob: probability above 0 that a unit of the state is kept.
        masks: "fixed" over time, or "fresh" at each step.
        dtype: numpy.float32 or numpy.float64.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range.
    """
    sources = generators("rng", rng)[1]
    inputs, units = whole_number("inputs", inputs, 1), whole_number("units", units, 1)
    checks.float_dtype(dtype)
    drawn = [
        (
            source.standard_normal((inputs, units)) / np.sqrt(inputs),
            np.linalg.qr(source.standard_normal((units, units)))[0],
            source.standard_normal((units, CLASSES)) / np.sqrt(units),
        )
        for source in sources
    ]
    weights = tuple(np.stack(part).astype(dtype) for part in zip(*drawn, strict=True))
    biases = tuple(np.zeros((len(sources), 1, size), dtype) for size in (units, CLASSES))
    return RecurrentNet(weights, biases, keep_prob, masks)


def draw_noise(network: RecurrentNet, batch: int, steps: int, rng: Rng) -> list[Array | None]:
    """Draw what multiplies the state, masks over keep-probability, for a mini-batch of sequences.

    Args:
        network: says how its state is dropped.
        batch: sequences in the mini-batch.
        steps: of each sequence.
        rng: one generator a network.

    Returns:
        One array (R, batch, units) a step, for the state that the step leaves behind; the same
        array each time if masks are fixed; None where nothing is dropped.
    """
    instance("network", network, RecurrentNet)
    batch, steps = whole_number("batch", batch, 1), whole_number("steps", steps, 1)
    return _draw_noise(network, batch, steps, _sources(network, rng))


@one_blas_thread
@finite_result("inputs", "network")
def predict(network: RecurrentNet, inputs: ArrayLike) -> Array:
    """Return the probabilities at test time, shape (R, batch, 10): nothing is dropped.

    Args:
        network: as it is trained.
        inputs: shape (batch, steps, n), or (R, batch, steps, n).
    """
    inputs = _sequences(network, inputs)
    return _forward(network, inputs, [None] * inputs.shape[2], checked=True)[0]


@one_blas_thread
@finite_result("inputs", "network")
def loss_gradients(
    network: RecurrentNet, inputs: ArrayLike, targets: ArrayLike, rng: Rng
) -> tuple[list[Array], list[Array]]:
    """Return the gradients of the mean cross-entropy with fresh masks: back through all steps.

    Args:
        network: as it is.
        inputs: shape (batch, steps, n), or (R, batch, steps, n).
        targets: one-hot rows, shape (batch, 10), or (R, batch, 10).
        rng: one generator a network, for the masks.

    Returns:
        Those of W, U and V, and of b and c, each in the network's shapes.
    """
    inputs, targets = _checked_set(network, inputs, targets)
    noise = _draw_noise(network, *inputs.shape[1:3], _sources(network, rng))
    outputs, states = _forward(network, inputs, noise, checked=True)
    return _backward(network, inputs, outputs, states, noise, targets)


@one_blas_thread
def train_recurrent(
    network: RecurrentNet, inputs: ArrayLike, targets: ArrayLike, recipe: Recipe, rng: Rng
) -> RecurrentNet:
    """Return the network trained by mini-batch descent, with fresh masks for each sequence.

    Args:
        network: where to start; it is not changed.
        inputs: shape (examples, steps, n), or (R, examples, steps, n).
        targets: one-hot rows, shape (examples, 10), or (R, examples, 10).
        recipe: how; its `max_norm` must be None.
        rng: one generator a network: order of the examples and masks.

    Raises:
        FloatingPointError: the weights grew without bound.
    """
    data = _checked_set(network, inputs, targets)
    if instance("recipe", recipe, Recipe).max_norm is not None:
        raise ValueError(f"recipe must have no max_norm; got {recipe.max_norm}")
    network, sources = with_own_arrays(network, "weights", "biases"), _sources(network, rng)
    gradients = partial(_gradients, network, data, sources)
    examples = data[0].shape[1]
    descend_to_the_end(network.weights, network.biases, recipe, examples, sources, gradients)
    return network


# --- the parts ------------------------------------------------------------------------------------


def _draw_noise(
    network: RecurrentNet, batch: int, steps: int, sources: Sequence[np.random.Generator]
) -> list[Array | None]:
    if network.keep_prob == 1:
        return [None] * steps
    bias = network.biases[0]
    draws = steps if network.masks == "fresh" else 1
    noise = draw_masks(sources, (draws, batch, bias.shape[-1]), bias.dtype, network.keep_prob)
    noise *= 1 / network.keep_prob
    return [noise[:, step if draws > 1 else 0] for step in range(steps)]


def _forward(
    network: RecurrentNet,
    inputs: Array,
    noise: Sequence[Array | None],
    checked: bool = False,
) -> tuple[Array, list[Array]]:
    """Probabilities, and the state after each step, not dropped: (R, batch, units).

    checked: overflow is left to be seen as NaN, which takes time.
    """
    (w, u, v), (b, c) = network.weights, network.biases
    states, dropped = [], None
    for step, mask in enumerate(noise):
        a = inputs[:, :, step] @ w
        a += b
        if dropped is not None:
            a += dropped @ u
        if checked:
            show_overflow(a)
        states.append(activate("tanh", a))
        dropped = kept(states[-1], mask)
    a = dropped @ v + c
    if checked:
        show_overflow(a)
    return activate("softmax", a), states


def _backward(
    network: RecurrentNet,
    inputs: Array,
    outputs: Array,
    states: Sequence[Array],
    noise: Sequence[Array | None],
    targets: Array,
) -> tuple[list[Array], list[Array]]:
    (w, u, v), (b, _c) = network.weights, network.biases
    slopes = (outputs - targets) / outputs.dtype.type(outputs.shape[1])
    of_c, dropped = slopes.sum(axis=1, keepdims=True), kept(states[-1], noise[-1])
    of_w, of_u, of_v = np.zeros_like(w), np.zeros_like(u), dropped.swapaxes(1, 2) @ slopes
    of_b, slopes = np.zeros_like(b), slopes @ v.swapaxes(1, 2)
    for step in reversed(range(len(states))):
        slopes = kept(slopes, noise[step]) * (1 - states[step] ** 2)
        of_w += inputs[:, :, step].swapaxes(1, 2) @ slopes
        of_b += slopes.sum(axis=1, keepdims=True)
        if step:
            of_u += kept(states[step - 1], noise[step - 1]).swapaxes(1, 2) @ slopes
            slopes = slopes @ u.swapaxes(1, 2)
    return [of_w, of_u, of_v], [of_b, of_c]


def _gradients(
    network: RecurrentNet,
    data: tuple[Array, Array],
    sources: Sequence[np.random.Generator],
    picked: np.ndarray,
) -> list[Array]:
    x, t = (of_each(values, picked) for values in data)
    noise = _draw_noise(network, *x.shape[1:3], sources)
    outputs, states = _forward(network, x, noise)
    weights, biases = _backward(network, x, outputs, states, noise, t)
    return _shortened([*weights, *biases], network.limit)


def _shortened(gradients: list[Array], limit: float) -> list[Array]:
    """Gradients of each network, cut together to a length of at most `limit`."""
    squares = sum((g * g).sum(axis=(1, 2), keepdims=True) for g in gradients)
    tiny = np.finfo(squares.dtype).tiny
    factor = np.minimum(1, limit / np.sqrt(np.maximum(squares, tiny)))
    ordinary = np.isfinite(squares) & (limit * limit > tiny)
    cut = [g * factor for g in gradients]
    if ordinary.all():
        return cut
    extreme = _shortened_extreme(gradients, limit)
    return [np.where(ordinary, *both) for both in zip(cut, extreme, strict=True)]


def _shortened_extreme(gradients: list[Array], limit: float) -> list[Array]:
    """The same where the dtype cannot hold the square of a length."""
    sizes = np.max([np.abs(g).max(axis=(1, 2), keepdims=True) for g in gradients], axis=0)
    sizes = np.where(sizes > 0, sizes, 1).astype(np.float64)
    parts = [g / sizes for g in gradients]  # together of a length from 1 on
    most = limit / np.sqrt(sum((part * part).sum(axis=(1, 2), keepdims=True) for part in parts))
    return [
        np.where(sizes <= most, g, part * most).astype(g.dtype)
        for g, part in zip(gradients, parts, strict=True)
    ]


def _sources(network: RecurrentNet, rng: Rng) -> list[np.random.Generator]:
    return checks.one_source_each(rng, len(network.weights[0]))


def _sequences(network: RecurrentNet, inputs: ArrayLike) -> Array:
    """Inputs as (R, batch, steps, n)."""
    size = instance("network", network, RecurrentNet).weights[0].shape[1]
    return checks.inputs_fit(inputs, network.weights[0], "batch, steps, n", size)


def _checked_set(
    network: RecurrentNet, inputs: ArrayLike, targets: ArrayLike
) -> tuple[Array, Array]:
    inputs = _sequences(network, inputs)
    return inputs, checks.class_targets(targets, network.weights[0], inputs.shape[1], CLASSES)
