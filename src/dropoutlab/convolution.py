"""A small convolutional network with batch normalisation and dropout, in plain NumPy.

A convolution slides a window of five numbers over a row, two places at a time, and takes the same
weights everywhere: with x padded by two zeros at each end,

    a_{t,k} = Σ_j Σ_c W_{j,c,k} x_{2t+j, c} + b_k

The network is three of them, each followed by batch normalisation if that is on, by ReLU, and by
inverted dropout; then one dense layer with softmax. What is dropped is single units or whole
channels, all places of one k at once (Tompson et al. 2015), after the ReLU or, with `before_norm`,
between convolution and normalisation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab import _convolution as kernel
from dropoutlab import _network_checks as checks
from dropoutlab._checks import (
    choice,
    finite_result,
    flag,
    generators,
    instance,
    is_sequence,
    whole_number,
    whole_numbers,
)
from dropoutlab._convolution import Array
from dropoutlab._minibatches import with_own_arrays
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread
from dropoutlab.network import Rng
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

CLASSES = 10
AT_ONCE = 500  # examples evaluated at a time


@dataclass(frozen=True, eq=False)
class ConvNet:
    """R networks of one shape, as made by `new_convnet`.

    weights: of each convolution, (R, 5 · channels, features), and of the dense layer,
    (R, features, 10). biases: (R, 1, features). gains: of batch normalisation, (R, 1, features), or
    () without it; the biases are then what it adds. means, variances: running ones, for test time.
    All float32 or all float64; whole numbers and lists become float64 arrays. keep_prob: of the
    outputs of each convolution, above 0. drop: "units" or "channels". before_norm: drop
    before the normalisation rather than after the ReLU. length: numbers an example.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    gains: tuple[Array, ...]
    means: tuple[Array, ...]
    variances: tuple[Array, ...]
    keep_prob: tuple[float, ...]
    drop: str
    before_norm: bool
    length: int

    def __post_init__(self) -> None:
        length = whole_number("length", self.length, 1)
        weights = checks.replicated_weights(self.weights, 2)
        (nets, *_), dtype = weights[0].shape, weights[0].dtype
        channels = [array.shape[2] for array in weights[:-1]]
        rows = [(nets, 1, size) for size in (*channels, CLASSES)]
        normal = rows[:-1] if is_sequence(self.gains) and len(self.gains) else []
        shapes = {
            "weights": [(nets, *shape) for shape in _weight_shapes(channels, length)],
            "biases": rows,
            **dict.fromkeys(("gains", "means", "variances"), normal),
        }
        for name, wanted in shapes.items():
            arrays = checks.arrays_of_shapes(name, getattr(self, name), wanted, dtype)
            checks.settle(self, **{name: arrays})
        if any((array < 0).any() for array in self.variances):
            raise ValueError("variances must be 0 or more; got a negative one")
        keep_prob = checks.layer_probabilities(self.keep_prob, len(channels), "one a convolution")
        checks.invertible(keep_prob, dtype)
        before_norm = flag("before_norm", self.before_norm)
        if before_norm and not normal:
            raise ValueError("before_norm must be False without batch normalisation; got True")
        drop = choice("drop", self.drop, ("units", "channels"))
        checks.settle(self, keep_prob=keep_prob, drop=drop, before_norm=before_norm, length=length)


def new_convnet(
    rng: Rng,
    *,
    channels: Sequence[int] = (16, 16, 16),
    keep_prob: Sequence[float] = (1.0, 1.0, 1.0),
    drop: str = "units",
    normalized: bool = False,
    before_norm: bool = False,
    length: int = 40,
    dtype: type = np.float32,
) -> ConvNet:
    """Return networks with random weights: N(0, 2 / inputs) in convolutions, N(0, 1 / inputs) last.

    Args:
        rng: the source of randomness; a sequence of them makes one network each.
        channels: features of each convolution.
        keep_prob: probability above 0 that an output is kept, one a convolution.
        drop: "units" or "channels".
        normalized: whether convolutions are followed by batch normalisation.
        before_norm: whether to drop before the normalisation; only with it.
        length: numbers an example.
        dtype: numpy.float32 or numpy.float64.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of range.
    """
    sources = generators("rng", rng)[1]
    channels = whole_numbers("channels", channels, 1)
    normalized = flag("normalized", normalized)
    checks.float_dtype(dtype)
    shapes = _weight_shapes(channels, whole_number("length", length, 1))
    drawn = [
        [np.sqrt((1 + (m != CLASSES)) / n) * source.standard_normal((n, m)) for n, m in shapes]
        for source in sources
    ]
    weights = tuple(np.stack(layer).astype(dtype) for layer in zip(*drawn, strict=True))
    rows = [np.zeros((len(sources), 1, m), dtype) for _n, m in shapes]
    normal = rows[:-1] if normalized else []
    return ConvNet(
        weights,
        tuple(rows),
        tuple(row + 1 for row in normal),
        tuple(row.copy() for row in normal),
        tuple(row + 1 for row in normal),
        keep_prob,
        drop,
        before_norm,
        length,
    )


def _weight_shapes(channels: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Inputs and outputs of each convolution and of the dense layer behind them."""
    before = [1, *channels[:-1]]
    shapes = [(kernel.WIDTH * c, m) for c, m in zip(before, channels, strict=True)]
    for _layer in channels:
        length = kernel.positions(length)
    return [*shapes, (length * channels[-1], CLASSES)]


def draw_noise(network: ConvNet, batch: int, rng: Rng) -> list[Array | None]:
    """Draw masks over keep-probability for a mini-batch.

    Args:
        network: says what is dropped.
        batch: examples in the mini-batch.
        rng: one generator a network.

    Returns:
        One array a convolution, shape (R, batch, positions, features), or (R, batch, 1, features)
        for whole channels; None where all is kept.
    """
    instance("network", network, ConvNet)
    (batch,) = whole_numbers("batch", [batch], 1)
    return kernel.draw_noise(network, batch, _sources(network, rng))


@one_blas_thread
@finite_result("inputs", "network")
def predict(network: ConvNet, inputs: ArrayLike) -> Array:
    """Return the probabilities at test time, shape (R, batch, 10): nothing dropped, running means.

    Args:
        network: trained.
        inputs: shape (batch, length), or (R, batch, length).
    """
    inputs = _rows(network, inputs)
    nothing = [None] * len(network.keep_prob)
    parts = [
        kernel.forward(network, inputs[:, start : start + AT_ONCE], nothing, False, checked=True)[0]
        for start in range(0, inputs.shape[1], AT_ONCE)
    ]
    return np.concatenate(parts, axis=1)


@one_blas_thread
@finite_result("inputs", "network")
def before_last_norm(network: ConvNet, inputs: ArrayLike, rng: Rng | None = None) -> Array:
    """Return what the last normalisation of the network is given, with masks or without.

    Args:
        network: with batch normalisation; the other layers use their running means and variances.
        inputs: shape (batch, length), or (R, batch, length).
        rng: one generator a network, for masks; None drops nothing.

    Returns:
        Shape (R, batch · positions, features).
    """
    inputs = _rows(network, inputs)
    if not network.gains:
        raise ValueError("network must have batch normalisation; got one without")
    noise = [None] * len(network.keep_prob)
    if rng is not None:
        noise = kernel.draw_noise(network, inputs.shape[1], _sources(network, rng))
    return kernel.forward(network, inputs, noise, train=False, checked=True)[1][-2]["raw"]


@one_blas_thread
@finite_result("inputs", "network")
def loss_gradients(
    network: ConvNet, inputs: ArrayLike, targets: ArrayLike, rng: Rng
) -> tuple[list[Array], list[Array], list[Array]]:
    """Return the gradients of the mean cross-entropy of a mini-batch with fresh masks.

    Args:
        network: as it is.
        inputs: shape (batch, length), or (R, batch, length); two or more examples.
        targets: one-hot rows, shape (batch, 10), or (R, batch, 10).
        rng: one generator a network, for the masks.

    Returns:
        Those of the weights, of the biases and of the gains, each in the network's shapes.
    """
    inputs, targets = _checked_set(network, inputs, targets)
    noise = kernel.draw_noise(network, inputs.shape[1], _sources(network, rng))
    outputs, kept = kernel.forward(network, inputs, noise, train=True, checked=True)
    return kernel.backward(network, outputs, kept, noise, targets)


@one_blas_thread
def train_convnet(
    network: ConvNet, inputs: ArrayLike, targets: ArrayLike, recipe: Recipe, rng: Rng
) -> ConvNet:
    """Return the network trained by mini-batch descent, with fresh masks at each step.

    Args:
        network: where to start; it is not changed.
        inputs: shape (examples, length), or (R, examples, length); two or more examples.
        targets: one-hot rows, shape (examples, 10), or (R, examples, 10).
        recipe: how; its `max_norm` must be None.
        rng: one generator a network: order of the examples and masks.

    Raises:
        FloatingPointError: the weights grew without bound.
    """
    data = _checked_set(network, inputs, targets)
    if instance("recipe", recipe, Recipe).max_norm is not None:
        raise ValueError(f"recipe must have no max_norm; got {recipe.max_norm}")
    _check_variances(network, data[0].shape[1], recipe.batch_size)
    network = with_own_arrays(network, "weights", "biases", "gains", "means", "variances")
    kernel.descent(network, data, recipe, _sources(network, rng))
    return network


def _check_variances(network: ConvNet, examples: int, batch_size: int) -> None:
    """Raise if a mini-batch is to be normalised of which a channel has a single number."""
    least = examples % batch_size or batch_size
    places = network.weights[-1].shape[1] // network.biases[-2].shape[-1]
    if network.gains and least * places < 2:
        raise ValueError(
            "recipe must have a batch_size that leaves two numbers a channel to normalise in every "
            f"mini-batch; got {batch_size} for {examples} examples of one place"
        )


def _sources(network: ConvNet, rng: Rng) -> list[np.random.Generator]:
    return checks.one_source_each(rng, len(network.weights[0]))


def _rows(network: ConvNet, inputs: ArrayLike) -> Array:
    """Inputs as (R, batch, length)."""
    length = instance("network", network, ConvNet).length
    return checks.inputs_fit(inputs, network.weights[0], "batch, n", length)


def _checked_set(network: ConvNet, inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    inputs = _rows(network, inputs)
    if inputs.shape[1] < 2:
        raise ValueError(f"inputs must be two or more examples; got {inputs.shape[1]}")
    return inputs, checks.class_targets(targets, network.weights[0], inputs.shape[1], CLASSES)
