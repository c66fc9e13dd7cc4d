"""Gradient descent: one loop for networks and linear units, one set of weights or many.

On arguments that have been checked. All arrays are changed in place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Rule:
    """How an array of parameters moves: v ← momentum v + g + l2 w + l1 sign w, w ← w − rate v.

    rate: a number, or an array that broadcasts with the parameters. Then the rows, of which each
    holds the incoming weights of a unit, are cut to a length of `max_norm`; None for no limit.
    """

    rate: float | Array
    momentum: float = 0.0
    l2: float = 0.0
    l1: float = 0.0
    max_norm: float | None = None


def descend(
    parameters: Sequence[Array],
    rules: Sequence[Rule],
    gradients: Iterable[Sequence[Array]],
    factors: Iterable[float | Array] | None = None,
) -> Iterator[int]:
    """Make a step with each of the gradients, and yield the number of steps so far.

    parameters: changed in place; a rule each. gradients: for each step one array a parameter, which
    is used up; best a generator that looks at the parameters as they are now. factors: what the
    rates are multiplied by at each step, 1 if None.
    """
    speeds = [
        np.zeros_like(values) if rule.momentum else None
        for values, rule in zip(parameters, rules, strict=True)
    ]
    steps = zip(gradients, repeat(1.0) if factors is None else factors, strict=False)
    for done, (gradient, factor) in enumerate(steps, 1):
        for part in zip(parameters, gradient, speeds, rules, strict=True):
            move(*part, factor)
        yield done


def move(
    values: Array, gradient: Array, speed: Array | None, rule: Rule, factor: float | Array = 1.0
) -> None:
    """Make one step; `gradient` is used up. speed: v, None without momentum."""
    if rule.l2:
        gradient += rule.l2 * values
    if rule.l1:
        gradient += rule.l1 * np.sign(values)
    if speed is None:
        speed = gradient
    else:
        speed *= rule.momentum
        speed += gradient
    np.multiply(speed, rule.rate * factor, out=gradient)
    values -= gradient
    if rule.max_norm is not None:
        limit_norms(values, rule.max_norm)


def limit_norms(weights: Array, max_norm: float) -> None:
    """Cut the rows of weights, shape (..., units, inputs), to a length of at most `max_norm`."""
    squares = np.einsum("...ij,...ij->...i", weights, weights)
    limit, held = max_norm * max_norm, np.finfo(weights.dtype)
    if not held.tiny < limit < held.max or not np.isfinite(squares.max()):
        _limit_extreme_norms(weights, max_norm)
    elif squares.max() > limit:
        weights *= np.minimum(1, max_norm / np.sqrt(np.maximum(squares, limit)))[..., None]


def _limit_extreme_norms(weights: Array, max_norm: float) -> None:
    """The same where the dtype cannot hold the square of a length."""
    size = np.abs(weights).max(axis=-1, keepdims=True).astype(np.float64)
    direction = weights / np.where(size > 0, size, 1)  # its length is from 1 to √inputs
    length = np.maximum(np.linalg.norm(direction, axis=-1, keepdims=True), 1)
    too_long = size > max_norm / length
    weights[...] = np.where(too_long, direction * (max_norm / length), weights)
