"""What Keras on JAX and Flax share: `jax.grad`, and one mask picked from many."""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from dropoutlab.conventions._probe import COPIES, Array, row_with_mask

Dropout = Callable[[jax.Array], jax.Array]  # the same mask at each call


def slope_of(dropout: Dropout, x: Array) -> tuple[Array, Array]:
    """Return outputs, and the gradient of their sum."""
    gradient = jax.grad(lambda values: dropout(values).sum())(jnp.array(x))
    return np.asarray(dropout(jnp.array(x))), np.asarray(gradient)


def masked_network(
    dropout: Dropout, parameters: Sequence[Array], x: Array, target: Array, mask: Array
) -> tuple[Array, list[Array]]:
    """Return logits and gradients of a batch of copies, one of which has the mask."""
    w, b, v, c = (jnp.array(part) for part in parameters)
    copies = jnp.array(np.tile(x, (COPIES, 1)))
    hidden = jnp.tanh(copies @ w.T + b)
    row = row_with_mask(np.asarray(hidden), np.asarray(dropout(hidden)), mask)

    def logits(w: jax.Array, b: jax.Array, v: jax.Array, c: jax.Array) -> jax.Array:
        return dropout(jnp.tanh(copies @ w.T + b))[row] @ v.T + c

    def loss(*leaves: jax.Array) -> jax.Array:
        return -(jnp.array(target) * jax.nn.log_softmax(logits(*leaves))).sum()

    gradients = jax.grad(loss, argnums=(0, 1, 2, 3))(w, b, v, c)
    return np.asarray(logits(w, b, v, c)), [np.asarray(part) for part in gradients]
