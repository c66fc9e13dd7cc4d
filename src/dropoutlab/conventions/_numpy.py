"""This book's network: standard dropout, and inverted dropout where it is compared."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from dropoutlab import network as nn
from dropoutlab.conventions._probe import Array
from dropoutlab.masks import draw_mask


class NumPy:
    """A layer is a network whose weights change nothing."""

    versions: ClassVar = {"numpy": np.__version__}
    argument = "`keep_prob`, 1 by default"
    switch = "`forward(…, noise)` / `predict(…)`"
    channel_layer = "a mask of shape (batch, channels, 1)"

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def train(self, x: Array, argument: float) -> Array:
        """Mask, nothing scaled."""
        rows = _rows(x)
        layer = _identity(rows.shape[1], argument)
        noise = nn.draw_noise(layer, len(rows), self.rng)
        return nn.forward(layer, rows, noise)[-1].reshape(x.shape)

    def test(self, x: Array, argument: float) -> Array:
        """Weights times keep_prob."""
        rows = _rows(x)
        return nn.predict(_identity(rows.shape[1], argument), rows).reshape(x.shape)

    def new(self, x: Array, argument: float) -> Array:
        """Forward without noise."""
        rows = _rows(x)
        return nn.forward(_identity(rows.shape[1], argument), rows)[-1].reshape(x.shape)

    def slope(self, x: Array, argument: float) -> tuple[Array, Array]:
        """All numbers as one example; the gradient by x is that by the biases below."""
        row = x.reshape(1, -1)
        layers = _identity(x.size, 1.0, argument)
        noise = nn.draw_noise(layers, 1, self.rng)
        activations = nn.forward(layers, row, noise)
        _, biases = nn.backward(layers, activations, noise, activations[-1] - 1)  # ∂loss/∂y = 1
        return activations[-1].reshape(x.shape), biases[0].reshape(x.shape)

    def channels(self, x: Array, argument: float) -> Array:
        """One number of the mask for all positions of a channel."""
        return x * draw_mask(x.shape[:2], argument, self.rng)[..., None]

    def functional(self) -> str:
        """There is none beside `forward`."""
        return "`h * draw_mask(h.shape, keep_prob, rng)`: always drops"

    def compiled(self) -> str:
        """NumPy compiles nothing."""
        return "nothing is compiled"

    def dtype(self) -> str:
        """Arrays of other kinds than float32 and float64 become that of the weights."""
        layer = _identity(4, 0.5)
        noise = nn.draw_noise(layer, 2, self.rng)
        return str(nn.forward(layer, np.ones((2, 4), np.float16), noise)[-1].dtype)

    def masked_network(
        self, parameters: Sequence[Array], x: Array, target: Array, drop_rate: float, mask: Array
    ) -> tuple[Array, list[Array]]:
        """Inverted dropout in float64, the mask as it is given."""
        w, b, v, c = (part.astype(float) for part in parameters)
        network = nn.Network((w, v), (b, c), (1.0, 1 - drop_rate), "tanh", scheme="inverted")
        noise = [None, mask[None] / (1 - drop_rate)]
        layers = nn.forward(network, x[None], noise)
        weights, biases = nn.backward(network, layers, noise, target[None])
        logits = nn.logits(network, x[None], noise)[0]
        return logits, [weights[0], biases[0], weights[1], biases[1]]


def _rows(x: Array) -> Array:
    """The examples of a batch; of a list of numbers each is one."""
    return x if x.ndim == 2 else x[:, None]


def _identity(units: int, *keep_prob: float) -> nn.Network:
    """A linear network that returns its inputs, but for what is dropped."""
    eye, zero = np.eye(units, dtype=np.float32), np.zeros(units, np.float32)
    layers = len(keep_prob)
    return nn.Network((eye,) * layers, (zero,) * layers, keep_prob, "linear", "linear")


def framework() -> NumPy:
    """Return the adapter."""
    return NumPy()
