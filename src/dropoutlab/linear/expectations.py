"""Expectations over masks of the linear unit's error and gradient, without the formula for E_R."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab._checks import FloatArray, finite_result, generator, whole_number
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread
from dropoutlab.linear._kernel import checked_unit
from dropoutlab.linear.unit import error_with_dropout, gradient_with_dropout
from dropoutlab.masks import MAX_ENUMERATED_UNITS, draw_mask, enumerate_masks, mask_probability

__dir__ = public_dir(__name__)

CHUNK_NUMBERS = 2**20  # float64 numbers of one mask array in a chunked loop: 8 MiB


@dataclass(frozen=True, eq=False)
class MonteCarloEstimate:
    """A mean over random masks with its standard error, each shape (n,)."""

    mean: FloatArray
    standard_error: FloatArray
    num_masks: int


@one_blas_thread
@finite_result("weights", "inputs", "target")
def expected_error_exact(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> float:
    """Return E[E_D] as the probability-weighted sum over all 2^n masks, n ≤ 20.

    Arguments as for `error_without_dropout`. In a batch every example meets all 2^n masks; by
    linearity it makes no difference whether examples share a mask.
    """
    return float(_sum_over_masks(error_with_dropout, weights, inputs, target, keep_prob))


@one_blas_thread
@finite_result("weights", "inputs", "target")
def expected_gradient_exact(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> FloatArray:
    """Return E[∂E_D/∂w_i], shape (n,), as the sum over all 2^n masks, n ≤ 20.

    Arguments as for `expected_error_exact`.
    """
    return _sum_over_masks(gradient_with_dropout, weights, inputs, target, keep_prob)


@one_blas_thread
@finite_result("weights", "inputs", "target")
def expected_gradient_monte_carlo(
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    *,
    num_masks: int,
    rng: np.random.Generator,
) -> MonteCarloEstimate:
    """Estimate E[∂E_D/∂w] from `num_masks` ≥ 2 random masks; a fresh mask an example in a batch.

    Other arguments as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = checked_unit(weights, inputs, target, keep_prob)
    num_masks = whole_number("num_masks", num_masks, 2)
    generator("rng", rng)
    count, mean, square_sum = 0, 0.0, 0.0
    for size in _chunk_sizes(num_masks, inputs.size):
        masks = draw_mask((size, *inputs.shape), keep_prob, rng)
        values = gradient_with_dropout(weights, inputs, target, masks)
        chunk_mean = values.mean(axis=0)
        shift = chunk_mean - mean  # merge the chunk into the running mean and sum of squares
        square_sum += ((values - chunk_mean) ** 2).sum(axis=0) + shift**2 * (
            count * size / (count + size)
        )
        count += size
        mean += shift * (size / count)
    standard_error = np.sqrt(square_sum / (num_masks - 1) / num_masks)
    return MonteCarloEstimate(np.asarray(mean), np.asarray(standard_error), num_masks)


# --- the parts ------------------------------------------------------------------------------------


def _sum_over_masks(
    quantity: Callable[..., FloatArray],
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
) -> FloatArray:
    """Σ over all masks of P(mask) · quantity(mask), summed over the examples."""
    weights, inputs, target, keep_prob = checked_unit(weights, inputs, target, keep_prob)
    num_units = weights.size
    if num_units > MAX_ENUMERATED_UNITS:
        raise ValueError(
            f"weights must have at most {MAX_ENUMERATED_UNITS} entries to sum over all masks; "
            f"got {num_units}"
        )
    total = 0.0
    for masks in enumerate_masks(num_units, max(1, CHUNK_NUMBERS // num_units)):
        probability = mask_probability(masks, keep_prob)
        for x, y in zip(np.atleast_2d(inputs), np.atleast_1d(target), strict=True):
            total = total + probability @ quantity(weights, x, y, masks)
    return total


def _chunk_sizes(num_masks: int, numbers_per_mask: int) -> Iterator[int]:
    chunk = max(1, CHUNK_NUMBERS // numbers_per_mask)
    for start in range(0, num_masks, chunk):
        yield min(chunk, num_masks - start)
