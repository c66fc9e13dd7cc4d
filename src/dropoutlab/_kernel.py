"""The mathematics of `network`, on arguments that have been checked.

Shapes as in `network`: activations (..., batch, n_l), with the replicates as first axis if there
are any; everything is in the dtype of the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.special import expit, log_expit, xlog1py, xlogy

if TYPE_CHECKING:
    from dropoutlab.network import Network

Array = NDArray[np.floating]
Noise = Sequence[Array | None]


def draw_noise(
    network: Network, batch: int, sources: Sequence[np.random.Generator]
) -> list[Array | None]:
    """Draw what multiplies each layer but the last; one source a replicate."""
    rows = batch if network.fresh_mask == "example" else 1
    layers = []
    for size, keep_prob in zip(network.sizes, network.keep_prob, strict=False):
        if keep_prob == 1:
            layers.append(None)
            continue
        shape, dtype = (rows, size), network.weights[0].dtype
        if network.noise == "gaussian":
            noise = _drawn("standard_normal", sources, shape, dtype)
            noise *= np.sqrt((1 - keep_prob) / keep_prob)
            noise += 1
        else:
            noise = draw_masks(sources, shape, dtype, keep_prob)
            if network.scheme == "inverted":
                noise *= 1 / keep_prob
        layers.append(noise if network.replicates else noise[0])
    return layers


def draw_masks(
    sources: Sequence[np.random.Generator],
    shape: tuple[int, ...],
    dtype: DTypeLike,
    keep_prob: float,
) -> Array:
    """Zeros and ones, of `shape` from each source."""
    masks = _drawn("random", sources, shape, dtype)
    return np.less(masks, masks.dtype.type(keep_prob), out=masks)


def _drawn(
    law: str, sources: Sequence[np.random.Generator], shape: tuple[int, ...], dtype: DTypeLike
) -> Array:
    values = np.empty((len(sources), *shape), dtype)
    for source, part in zip(sources, values, strict=True):
        getattr(source, law)(out=part, dtype=part.dtype)
    return values


def kept(activations: Array, noise: Array | None) -> Array:
    """What noise leaves of a layer: all of it if there is none."""
    return activations if noise is None else activations * noise


# --- forward --------------------------------------------------------------------------------------


def hidden_and_logits(
    network: Network, inputs: Array, noise: Noise, checked: bool = False
) -> list[Array]:
    """The activations of all layers but the last, and the pre-activation of the outputs.

    checked: overflow is left to be seen as NaN, which takes time.
    """
    layers = [inputs]
    last = len(network.weights) - 1
    for layer in range(last + 1):
        a = pre_activation(network, layer, kept(layers[-1], noise[layer]))
        if checked:
            show_overflow(a)
        layers.append(a if layer == last else activate(network.hidden, a))
    return layers


def forward(network: Network, inputs: Array, noise: Noise, checked: bool = False) -> list[Array]:
    """The activations of all layers. checked: as in `hidden_and_logits`."""
    layers = hidden_and_logits(network, inputs, noise, checked)
    layers[-1] = activate(network.output, layers[-1])
    return layers


def pre_activation(network: Network, layer: int, h: Array) -> Array:
    """W^(l) h + b^(l)."""
    a = h @ network.weights[layer].swapaxes(-1, -2)
    a += network.biases[layer][..., None, :]
    return a


def show_overflow(a: Array) -> Array:
    """Put NaN, in place, for what is infinite, of which σ would make an ordinary number."""
    infinite = np.isinf(a)
    if infinite.any():
        a[infinite] = np.nan
    return a


def activate(units: str, a: Array) -> Array:
    """σ(a) of those units; `a` is used up."""
    return _ACTIVATIONS[units](a)


def log_activate(output: str, a: Array) -> Array:
    """Log σ(a) of softmax or logistic units, with all digits where σ(a) rounds to 0 or 1."""
    if output == "logistic":
        return log_expit(a)
    shifted = a - a.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


# --- loss and backward ----------------------------------------------------------------------------


def example_losses(network: Network, logits: Array, targets: Array) -> Array:
    """The loss of each example, from the outputs' pre-activation: shape (..., batch)."""
    if network.output == "linear":
        losses = 0.5 * (targets - logits) ** 2
    elif network.output == "logistic":
        # −t log σ(a) − (1 − t) log(1 − σ(a)) = log(1 + exp(a)) − t a
        losses = np.maximum(logits, 0) - targets * logits + np.log1p(np.exp(-np.abs(logits)))
    else:
        losses = -targets * log_activate("softmax", logits)
    return losses.sum(axis=-1)


def example_losses_of_outputs(network: Network, outputs: Array, targets: Array) -> Array:
    """The same from the outputs, which hold fewer digits: infinite where they are 0 or 1."""
    if network.output == "linear":
        return example_losses(network, outputs, targets)
    losses = -xlogy(targets, outputs)
    if network.output == "logistic":
        losses -= xlog1py(1 - targets, -outputs)
    return losses.sum(axis=-1)


def error(network: Network, outputs: Array, targets: Array) -> Array:
    """The share of wrong answers, or the root mean square error: shape (...)."""
    if network.output == "softmax":
        return other_class(outputs, targets)
    if network.output == "logistic":
        return ((outputs > 0.5) != (targets > 0.5)).mean(axis=(-2, -1))
    return np.sqrt(((targets - outputs) ** 2).mean(axis=(-2, -1)))


def other_class(one: Array, other: Array) -> Array:
    """The share of examples whose largest number is in another place: shape (...)."""
    return (one.argmax(axis=-1) != other.argmax(axis=-1)).mean(axis=-1)


def backward(
    network: Network, activations: Sequence[Array], noise: Noise, targets: Array
) -> tuple[list[Array], list[Array]]:
    """The gradients of the mean loss with respect to the weights and the biases."""
    layers = len(network.weights)
    weight_gradients, bias_gradients = [None] * layers, [None] * layers
    # ∂loss/∂pre-activation of the outputs: the same for each output with the loss that matches it
    delta = activations[-1] - targets
    delta /= delta.shape[-2]
    for layer in reversed(range(layers)):
        h = kept(activations[layer], noise[layer])
        weight_gradients[layer] = delta.swapaxes(-1, -2) @ h
        bias_gradients[layer] = delta.sum(axis=-2)
        if layer:
            delta = delta @ network.weights[layer]
            if noise[layer] is not None:
                delta *= noise[layer]
            _SLOPES[network.hidden](delta, activations[layer])
    return weight_gradients, bias_gradients


def gradients(network: Network, inputs: Array, targets: Array, noise: Noise) -> list[Array]:
    """The same from inputs, in one list, the weights' first."""
    weights, biases = backward(network, forward(network, inputs, noise), noise, targets)
    return [*weights, *biases]


def _relu(a: Array) -> Array:
    return np.maximum(a, 0, out=a)


def _softmax(a: Array) -> Array:
    a -= a.max(axis=-1, keepdims=True)
    np.exp(a, out=a)
    a /= a.sum(axis=-1, keepdims=True)
    return a


_ACTIVATIONS = {
    "relu": _relu,
    "sigmoid": expit,
    "logistic": expit,
    "tanh": np.tanh,
    "linear": lambda a: a,
    "softmax": _softmax,
}
# multiply ∂loss/∂h, in place, by ∂h/∂pre-activation, written in terms of h
_SLOPES = {
    "relu": lambda delta, h: np.multiply(delta, h > 0, out=delta),
    "sigmoid": lambda delta, h: np.multiply(delta, h * (1 - h), out=delta),
    "tanh": lambda delta, h: np.multiply(delta, 1 - h * h, out=delta),
    "linear": lambda delta, h: None,
}
