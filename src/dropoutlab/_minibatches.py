"""One loop over epochs and mini-batches, for every kind of network, on arguments that are checked.

R networks are trained at once, each in an order of its own: `picked` holds the numbers of the
examples of a mini-batch, shape (R, batch).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dropoutlab._descent import Array, Rule, descend

if TYPE_CHECKING:
    from dropoutlab.training import Recipe

N = TypeVar("N")


def descend_epochs(
    weights: Sequence[Array],
    others: Sequence[Array],
    recipe: Recipe,
    examples: int,
    sources: Sequence[np.random.Generator],
    gradients: Callable[[np.ndarray], Sequence[Array]],
) -> Iterator[int]:
    """Go through the examples as a recipe says, and yield the number of epochs so far, from 0.

    weights, others: changed in place; penalties and largest norm are for the weights alone.
    examples: how many. sources: one a network, for a fresh order every epoch. gradients: given
    `picked`, one array for each of weights and others as they are now.
    """
    plain = Rule(recipe.learning_rate, recipe.momentum)
    penalized = replace(plain, l2=recipe.l2, l1=recipe.l1, max_norm=recipe.max_norm)
    starts = range(0, examples, recipe.batch_size)

    def steps() -> Iterator[Sequence[Array]]:
        for _epoch in range(recipe.epochs):
            order = np.stack([source.permutation(examples) for source in sources])
            for start in starts:
                yield gradients(order[:, start : start + recipe.batch_size])

    rules = [penalized] * len(weights) + [plain] * len(others)
    factors = (recipe.decay**epoch for epoch in range(recipe.epochs) for _start in starts)
    yield 0
    for step in descend((*weights, *others), rules, steps(), factors):
        if step % len(starts) == 0:
            yield step // len(starts)


def descend_to_the_end(weights: Sequence[Array], *args: object) -> None:
    """Do all epochs of `descend_epochs`.

    Raises:
        FloatingPointError: the weights grew without bound.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for _epoch in descend_epochs(weights, *args):
            pass
    if not all(np.isfinite(part).all() for part in weights):
        raise FloatingPointError("the weights grew without bound: learning_rate is too large")


def of_each(values: Array, picked: np.ndarray) -> Array:
    """The picked examples of R sets, one a network: shape (R, batch, ...)."""
    return values[np.arange(len(picked))[:, None], picked]


def with_own_arrays(network: N, *names: str) -> N:
    """The network with copies of the arrays of these names, which may be changed in place."""
    copies = {name: tuple(part.copy() for part in getattr(network, name)) for name in names}
    return replace(network, **copies)
