"""The single linear unit under dropout: three errors, their gradients, their minimisers.

One example (`inputs` of shape (n,), `target` a scalar), with a_j = w_j x_j:

    E_N = ½ (y − Σ_j p_j a_j)²                            no mask: the mean input, weights times p
    E_D = ½ (y − Σ_j z_j a_j)²                            one mask z
    E_R = E_N + ½ Σ_j p_j (1 − p_j) a_j²                  the regularised error, E[E_D]

For a batch (`inputs` of shape (batch, n), `target` of shape (batch,)) every error is the SUM over
the examples. Sources: Baldi & Sadowski 2013, and their longer paper of 2014, equations 142 (E_N,
there called the ensemble error), 143 (E_D), 147 and 148 (E_R); Srivastava et al. 2014, section 9.1,
for the batch. Every function raises `TypeError` or `ValueError` on arguments of the wrong kind,
shape or range, naming the argument.
"""

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab._checks import FloatArray, finite_result
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread
from dropoutlab.linear._kernel import (
    checked_example,
    checked_mask,
    checked_unit,
    mean_residual,
    penalty_strength,
    regularized_slope,
)

__dir__ = public_dir(__name__)

# --- errors ---------------------------------------------------------------------------------------


@one_blas_thread
@finite_result("weights", "inputs", "target")
def error_without_dropout(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> float | FloatArray:
    """Return E_N = ½ Σ (y − Σ_j p_j w_j x_j)², the error of the unit with its weights times p.

    Args:
        weights: shape (n,), or (..., n) for many sets of weights.
        inputs: shape (n,), or (batch, n).
        target: shape (), or (batch,).
        keep_prob: probability from 0 to 1 that an input is kept, a scalar or shape (n,).

    Returns:
        A float, or shape (...), one error for each set of weights.
    """
    unit = checked_unit(weights, inputs, target, keep_prob, many=True)
    return _error_of_mean_output(*unit)


@one_blas_thread
@finite_result("weights", "inputs", "target")
def error_with_dropout(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, mask: ArrayLike
) -> FloatArray:
    """Return E_D = ½ Σ (y − Σ_j z_j w_j x_j)² for one mask or many.

    Args:
        weights: shape (n,), or (..., n), whose leading axes broadcast with those of the masks.
        inputs: shape (n,), or (batch, n).
        target: shape (), or (batch,).
        mask: zeros and ones, shape (..., n) for one example; for a batch (n,), shared by all
            examples, or (..., batch, n), one mask an example.

    Returns:
        Shape (...), one error for each mask and set of weights.
    """
    weights, inputs, target = checked_example(weights, inputs, target, many=True)
    masked_inputs = checked_mask(mask, inputs) * inputs
    if weights.ndim > 1:
        output = _outputs_of_many(weights, masked_inputs, inputs.ndim == 2)
    else:
        output = masked_inputs @ weights
    squares = (target - output) ** 2
    return 0.5 * (squares.sum(axis=-1) if inputs.ndim == 2 else squares)


@one_blas_thread
@finite_result("weights", "inputs", "target")
def regularized_error(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> float | FloatArray:
    """Return E_R = E_N + ½ Σ_j p_j (1 − p_j) w_j² Σ x_j², the expected error under dropout.

    Arguments and result as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = checked_unit(weights, inputs, target, keep_prob, many=True)
    penalty = 0.5 * weights**2 @ penalty_strength(inputs, keep_prob)
    return _error_of_mean_output(weights, inputs, target, keep_prob) + penalty


# --- gradients ------------------------------------------------------------------------------------


@one_blas_thread
@finite_result("weights", "inputs", "target")
def gradient_without_dropout(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> FloatArray:
    """Return ∂E_N/∂w_i = −Σ (y − Σ_j p_j w_j x_j) p_i x_i, shape (n,).

    Arguments as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = checked_unit(weights, inputs, target, keep_prob)
    residual = mean_residual(weights, inputs, target, keep_prob)
    return -residual @ (keep_prob * np.atleast_2d(inputs))


@one_blas_thread
@finite_result("weights", "inputs", "target")
def gradient_with_dropout(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, mask: ArrayLike
) -> FloatArray:
    """Return ∂E_D/∂w_i = −Σ (y − Σ_j z_j w_j x_j) z_i x_i, shape (..., n).

    Arguments as for `error_with_dropout`. Where z_i = 0 for every example the gradient is exactly
    zero.
    """
    weights, inputs, target = checked_example(weights, inputs, target)
    masked_inputs = checked_mask(mask, inputs) * inputs
    residual = target - masked_inputs @ weights
    gradient = -residual[..., None] * masked_inputs
    return gradient.sum(axis=-2) if inputs.ndim == 2 else gradient


@one_blas_thread
@finite_result("weights", "inputs", "target")
def regularized_gradient(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> FloatArray:
    """Return ∂E_R/∂w_i = ∂E_N/∂w_i + p_i (1 − p_i) w_i Σ x_i², shape (n,).

    Arguments as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = checked_unit(weights, inputs, target, keep_prob)
    return regularized_slope(weights, inputs, target, keep_prob)


# --- the parts ------------------------------------------------------------------------------------


def _error_of_mean_output(
    weights: FloatArray, inputs: FloatArray, target: FloatArray, keep_prob: FloatArray
) -> float | FloatArray:
    return 0.5 * (mean_residual(weights, inputs, target, keep_prob) ** 2).sum(axis=-1)


def _outputs_of_many(weights: FloatArray, masked_inputs: FloatArray, batch: bool) -> FloatArray:
    """Σ_j w_j z_j x_j for weights of shape (..., n): shape (...), or (..., batch)."""
    weights = weights[..., None, :] if batch else weights
    try:
        return (masked_inputs * weights).sum(axis=-1)
    except ValueError as error:
        raise ValueError(
            f"weights must have leading axes that broadcast with those of mask; got {error}"
        ) from error
