"""Keras 3, its arithmetic done by JAX: `keras.layers.Dropout` and `keras.random.dropout`."""

from collections.abc import Sequence
from typing import ClassVar

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras.layers import Dropout, SpatialDropout1D

from dropoutlab.conventions import _jax
from dropoutlab.conventions._probe import OUT_OF_RANGE, Array, argument_words, fresh_calls, refused


class Keras:
    """A layer is `keras.layers.Dropout`."""

    versions: ClassVar = {"keras": keras.__version__, "jax": jax.__version__}
    argument = argument_words(Dropout, "rate")
    switch = "`layer(x, training=True)` / `layer(x)`; `fit` / `predict` say it for you"
    channel_layer = "`SpatialDropout1D`, last axis"

    def __init__(self) -> None:
        if keras.backend.backend() != "jax":
            raise RuntimeError(f"Keras must run on JAX here; got {keras.backend.backend()!r}")
        keras.utils.set_random_seed(0)

    def train(self, x: Array, argument: float) -> Array:
        """Called with training=True."""
        return np.asarray(Dropout(argument)(x, training=True))

    def test(self, x: Array, argument: float) -> Array:
        """Called with training=False."""
        return np.asarray(Dropout(argument)(x, training=False))

    def new(self, x: Array, argument: float) -> Array:
        """Called with nothing."""
        return np.asarray(Dropout(argument)(x))

    def slope(self, x: Array, argument: float) -> tuple[Array, Array]:
        """A layer made anew with a seed has the same mask again."""
        return _jax.slope_of(lambda h: Dropout(argument, seed=1)(h, training=True), x)

    def channels(self, x: Array, argument: float) -> Array:
        """Channels are the last axis."""
        dropped = SpatialDropout1D(argument)(x.swapaxes(1, 2), training=True)
        return np.asarray(dropped).swapaxes(1, 2)

    def functional(self) -> str:
        """It knows of no training and no test, and may take what the layer refuses."""
        ones = np.ones(1000, np.float32)
        drops = bool((np.asarray(keras.random.dropout(ones, 0.5)) == 0).any())
        takes = not any(
            refused(lambda rate=rate: keras.random.dropout(ones, rate)) for rate in OUT_OF_RANGE
        )
        said = f"`keras.random.dropout(x, rate)`: always {'drops' if drops else 'drops nothing'}"
        return said + (", takes 1.5 and −0.5" if takes else "")

    def compiled(self) -> str:
        """By JAX's compiler, with the layer inside, and by `fit`, whose losses tell the masks."""
        layer = Dropout(0.5)
        in_jax = fresh_calls(jax.jit(lambda x: layer(x, training=True)))
        model = keras.Sequential([keras.Input((1000,)), Dropout(0.5)])
        model.compile(loss=lambda _target, found: found, jit_compile=True)
        ones = np.ones((1, 1000), np.float32)
        losses = model.fit(ones, ones, epochs=2, verbose=0).history["loss"]
        in_fit = "each call" if losses[0] != losses[1] else "nothing, one mask repeats"
        return f"`fit`: {in_fit}; `jax.jit`: {in_jax}"

    def dtype(self) -> str:
        """Layers turn what they get into their own kind of numbers."""
        return str(Dropout(0.5)(jnp.ones(4, jnp.float16), training=True).dtype)

    def masked_network(
        self, parameters: Sequence[Array], x: Array, target: Array, drop_rate: float, mask: Array
    ) -> tuple[Array, list[Array]]:
        """See `_jax`."""

        def dropout(h: jax.Array) -> jax.Array:
            return Dropout(drop_rate, seed=1)(h, training=True)

        return _jax.masked_network(dropout, parameters, x, target, mask)


def framework() -> Keras:
    """Return the adapter."""
    return Keras()
