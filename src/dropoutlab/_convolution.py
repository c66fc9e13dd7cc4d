"""The mathematics of `convolution`, on arguments that have been checked.

R networks at once: values (R, batch, positions, channels), weights of a convolution
(R, width · channels, features). Everything is in the dtype of the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dropoutlab._kernel import Array, activate, draw_masks, kept, show_overflow
from dropoutlab._minibatches import descend_to_the_end, of_each

if TYPE_CHECKING:
    from dropoutlab.convolution import ConvNet
    from dropoutlab.training import Recipe

WIDTH, STRIDE, PADDING = 5, 2, 2
EPSILON = 1e-5  # added to a variance
RUNNING = 0.1  # how far the running mean and variance move towards those of a batch


def positions(length: int) -> int:
    """Places of a window on a row of so many numbers."""
    return (length + 2 * PADDING - WIDTH) // STRIDE + 1


def windows(values: Array) -> Array:
    """The numbers under each window, side by side: (R, batch · positions, width · channels)."""
    nets, batch, length, channels = values.shape
    padded = np.zeros((nets, batch, length + 2 * PADDING, channels), values.dtype)
    padded[:, :, PADDING : PADDING + length] = values
    of_net, of_example, of_place, of_channel = padded.strides
    shape = (nets, batch, positions(length), WIDTH * channels)
    strides = (of_net, of_example, STRIDE * of_place, of_channel)
    seen = np.ndarray(shape, padded.dtype, padded, strides=strides)  # overlapping, not copied yet
    return np.ascontiguousarray(seen).reshape(nets, -1, shape[-1])


def add_windows(slopes: Array, shape: tuple[int, ...]) -> Array:
    """Add what each window says of a number: the transpose of `windows`, in `shape`."""
    nets, batch, length, channels = shape
    places = positions(length)
    slopes = slopes.reshape(nets, batch, places, WIDTH, channels)
    total = np.zeros((nets, batch, length + 2 * PADDING, channels), slopes.dtype)
    for j in range(WIDTH):
        total[:, :, j : j + STRIDE * places : STRIDE] += slopes[:, :, :, j]
    return total[:, :, PADDING : PADDING + length]


def normalize(values: Array) -> tuple[Array, Array, Array]:
    """Values with mean 0 and variance 1 over the second axis; the mean; the variance."""
    one = np.full((1, values.shape[1]), 1 / values.shape[1], values.dtype)
    mean = one @ values
    centred = values - mean
    variance = one @ (centred * centred)
    centred *= 1 / np.sqrt(variance + values.dtype.type(EPSILON))
    return centred, mean, variance


def normalize_backward(
    slopes: Array, sums: Array, normal: Array, sums_normal: Array, variance: Array
) -> Array:
    """∂/∂values from ∂/∂normal: what a batch's mean and spread absorb is taken out.

    sums, sums_normal: those of slopes and of slopes · normal over the second axis.
    """
    count = slopes.dtype.type(slopes.shape[1])
    total = slopes - sums / count
    total -= normal * (sums_normal / count)
    total *= 1 / np.sqrt(variance + slopes.dtype.type(EPSILON))
    return total


def draw_noise(
    network: ConvNet, batch: int, sources: Sequence[np.random.Generator]
) -> list[Array | None]:
    """What multiplies each convolution's outputs: (R, batch, positions, or 1, channels)."""
    layers, length = [], network.length
    for keep_prob, bias in zip(network.keep_prob, network.biases, strict=False):
        length = positions(length)
        if keep_prob == 1:
            layers.append(None)
            continue
        places = 1 if network.drop == "channels" else length
        noise = draw_masks(sources, (batch, places, bias.shape[-1]), bias.dtype, keep_prob)
        noise *= 1 / keep_prob
        layers.append(noise)
    return layers


def forward(
    network: ConvNet,
    inputs: Array,
    noise: Sequence[Array | None],
    train: bool,
    checked: bool = False,
) -> tuple[Array, list[dict]]:
    """Probabilities, shape (R, batch, 10), and what `backward` needs of each layer.

    inputs: (R, batch, length). train: normalise by the batch rather than by the running numbers.
    checked: overflow is left to be seen as NaN, which takes time.
    """
    h, layers = inputs[..., None], []
    for layer, mask in enumerate(noise):
        shape = (*h.shape[:2], positions(h.shape[2]), network.biases[layer].shape[-1])
        early, late = _in_order(network, mask)
        found = {"inputs": h.shape, "windows": windows(h)}
        a = found["windows"] @ network.weights[layer]
        a = kept(a.reshape(shape), early).reshape(a.shape)
        if network.gains:
            found["raw"] = a
            a = _normalized(network, layer, a, found, train)
        a += network.biases[layer]
        if checked:
            show_overflow(a)
        found["active"] = activate("relu", a)
        h = kept(found["active"].reshape(shape), late)
        layers.append(found)
    features = h.reshape(*h.shape[:2], -1)
    a = features @ network.weights[-1]
    a += network.biases[-1]
    if checked:
        show_overflow(a)
    return activate("softmax", a), [*layers, {"inputs": h.shape, "windows": features}]


def _in_order(network: ConvNet, mask: Array | None) -> tuple[Array | None, Array | None]:
    """What multiplies before the normalisation, and after the ReLU."""
    return (mask, None) if network.before_norm else (None, mask)


def _normalized(network: ConvNet, layer: int, a: Array, found: dict, train: bool) -> Array:
    if train:
        found["normal"], found["mean"], found["variance"] = normalize(a)
        if not np.isfinite(found["variance"]).all():
            raise ValueError(
                "inputs, network and learning_rate must be small enough for a finite variance in "
                "each layer; got numbers whose squares overflow"
            )
        return found["normal"] * network.gains[layer]
    scale = network.gains[layer] / np.sqrt(network.variances[layer] + a.dtype.type(EPSILON))
    return (a - network.means[layer]) * scale


def backward(
    network: ConvNet,
    outputs: Array,
    layers: list[dict],
    noise: Sequence[Array | None],
    targets: Array,
) -> tuple[list[Array], list[Array], list[Array]]:
    """Gradients of the mean cross-entropy: of the weights, the biases and the gains."""
    slopes = (outputs - targets) / outputs.dtype.type(outputs.shape[1])
    weights = [layers[-1]["windows"].swapaxes(1, 2) @ slopes]
    biases, gains = [slopes.sum(axis=1, keepdims=True)], []
    slopes = slopes @ network.weights[-1].swapaxes(1, 2)
    for layer in reversed(range(len(noise))):
        found, shape = layers[layer], layers[layer + 1]["inputs"]
        early, late = _in_order(network, noise[layer])
        slopes = kept(slopes.reshape(shape), late)
        slopes = slopes.reshape(found["active"].shape) * (found["active"] > 0)
        one = np.ones((1, slopes.shape[1]), slopes.dtype)  # a product adds up faster than a sum
        biases.append(one @ slopes)
        if network.gains:
            normal, gain = found["normal"], network.gains[layer]
            gains.append(one @ (slopes * normal))
            slopes *= gain
            sums = (biases[-1] * gain, normal, gains[-1] * gain)
            slopes = normalize_backward(slopes, *sums, found["variance"])
        slopes = kept(slopes.reshape(shape), early).reshape(slopes.shape)
        weights.append(found["windows"].swapaxes(1, 2) @ slopes)
        if layer:
            of_windows = slopes @ network.weights[layer].swapaxes(1, 2)
            slopes = add_windows(of_windows, found["inputs"])
    return weights[::-1], biases[::-1], gains[::-1]


def descent(
    network: ConvNet,
    data: tuple[Array, Array],
    recipe: Recipe,
    sources: Sequence[np.random.Generator],
) -> None:
    """Train the network's arrays in place by mini-batch descent."""
    gradients = partial(_gradients, network, data, sources)
    others = (*network.biases, *network.gains)
    descend_to_the_end(network.weights, others, recipe, data[0].shape[1], sources, gradients)


def _gradients(
    network: ConvNet,
    data: tuple[Array, Array],
    sources: Sequence[np.random.Generator],
    picked: np.ndarray,
) -> list[Array]:
    x, t = (of_each(values, picked) for values in data)
    noise = draw_noise(network, picked.shape[1], sources)
    outputs, layers = forward(network, x, noise, train=True)
    _move_running(network, layers)
    return [part for kind in backward(network, outputs, layers, noise, t) for part in kind]


def _move_running(network: ConvNet, layers: list[dict]) -> None:
    """The running mean and variance, the latter with n − 1 as PyTorch keeps it."""
    for layer in range(len(network.means)):
        found = layers[layer]
        count = found["normal"].shape[1]
        unbiased = found["variance"] * (count / (count - 1))
        network.means[layer][...] += RUNNING * (found["mean"] - network.means[layer])
        network.variances[layer][...] += RUNNING * (unbiased - network.variances[layer])
