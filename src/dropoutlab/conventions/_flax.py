"""Flax, its modules of the kind "nnx": `flax.nnx.Dropout`; a function is left to JAX."""

from collections.abc import Sequence
from typing import ClassVar

import flax
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from dropoutlab.conventions import _jax
from dropoutlab.conventions._probe import Array, argument_words, fresh_calls


class Flax:
    """A layer is `nnx.Dropout`."""

    versions: ClassVar = {"flax": flax.__version__, "jax": jax.__version__}
    argument = argument_words(nnx.Dropout.__init__, "rate")
    switch = "`model.train()` / `model.eval()`, or `deterministic=`"
    channel_layer = "`nnx.Dropout(rate, broadcast_dims=…)`, any axis"

    def __init__(self) -> None:
        self.rngs = nnx.Rngs(0)

    def _layer(self, argument: float, **settings: tuple[int, ...]) -> nnx.Dropout:
        return nnx.Dropout(argument, rngs=self.rngs, **settings)

    def train(self, x: Array, argument: float) -> Array:
        """After `train()`."""
        layer = self._layer(argument)
        layer.train()
        return np.asarray(layer(jnp.array(x)))

    def test(self, x: Array, argument: float) -> Array:
        """After `eval()`."""
        layer = self._layer(argument)
        layer.eval()
        return np.asarray(layer(jnp.array(x)))

    def new(self, x: Array, argument: float) -> Array:
        """As it is made."""
        return np.asarray(self._layer(argument)(jnp.array(x)))

    def slope(self, x: Array, argument: float) -> tuple[Array, Array]:
        """A layer made anew with a seed has the same mask again."""

        def dropout(h: jax.Array) -> jax.Array:
            return nnx.Dropout(argument, rngs=nnx.Rngs(1))(h)

        return _jax.slope_of(dropout, x)

    def channels(self, x: Array, argument: float) -> Array:
        """One mask along the positions, axis 2."""
        return np.asarray(self._layer(argument, broadcast_dims=(2,))(jnp.array(x)))

    def functional(self) -> str:
        """What a mask is drawn with by hand means the other probability."""
        share = float(jax.random.bernoulli(jax.random.key(0), 0.2, (100_000,)).mean())
        meaning = "kept" if abs(share - 0.2) < 0.01 else "dropped"
        return f"none; `jax.random.bernoulli(key, p)` is true with p: {meaning}"

    def compiled(self) -> str:
        """By the compiler of Flax, which hands back the state of the generator, and by JAX's."""
        found = {}
        for name, jit in (("nnx.jit", nnx.jit), ("jax.jit", jax.jit)):
            layer, call = self._layer(0.5), jit(lambda layer, x: layer(x))
            found[name] = fresh_calls(lambda x, layer=layer, call=call: call(layer, x))
        return "; ".join(f"`{name}`: {words}" for name, words in found.items())

    def dtype(self) -> str:
        """Of the array that comes out."""
        return str(self._layer(0.5)(jnp.ones(4, jnp.float16)).dtype)

    def masked_network(
        self, parameters: Sequence[Array], x: Array, target: Array, drop_rate: float, mask: Array
    ) -> tuple[Array, list[Array]]:
        """See `_jax`."""

        def dropout(h: jax.Array) -> jax.Array:
            return nnx.Dropout(drop_rate, rngs=nnx.Rngs(1))(h)

        return _jax.masked_network(dropout, parameters, x, target, mask)


def framework() -> Flax:
    """Return the adapter."""
    return Flax()
