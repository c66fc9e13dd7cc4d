"""What the modules of the linear unit share: pieces of its formulas, checks of its arguments."""

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab._checks import FloatArray, mask_array, probability_array, real_array


def mean_residual(
    weights: FloatArray, inputs: FloatArray, target: FloatArray, keep_prob: FloatArray
) -> FloatArray:
    """Target minus output of the unit with its weights times p; shape (..., batch)."""
    return np.atleast_1d(target) - (keep_prob * weights) @ np.atleast_2d(inputs).T


def penalty_strength(inputs: FloatArray, keep_prob: FloatArray) -> FloatArray:
    """Factor p_j (1 − p_j) Σ x_j² of ½ w_j² in E_R; shape (n,)."""
    return keep_prob * (1 - keep_prob) * (np.atleast_2d(inputs) ** 2).sum(axis=0)


def regularized_slope(
    weights: FloatArray, inputs: FloatArray, target: FloatArray, keep_prob: FloatArray
) -> FloatArray:
    """The gradient of E_R; shape (n,)."""
    residual = mean_residual(weights, inputs, target, keep_prob)
    slope = -residual @ (keep_prob * np.atleast_2d(inputs))
    return slope + penalty_strength(inputs, keep_prob) * weights


# --- checks ---------------------------------------------------------------------------------------


def checked_data(inputs: ArrayLike, target: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return inputs and the target that goes with them."""
    inputs = real_array("inputs", inputs, ["(n,)", "(batch, n)"])
    target = real_array("target", target, ["()", "(batch,)"])
    if target.shape != inputs.shape[:-1]:
        raise ValueError(
            f"target must have shape {inputs.shape[:-1]} to go with inputs of shape "
            f"{inputs.shape}; got shape {target.shape}"
        )
    return inputs, target


def checked_batch(inputs: ArrayLike, target: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return inputs of shape (batch, n) and targets."""
    real_array("inputs", inputs, ["(batch, n)"])
    return checked_data(inputs, target)


def checked_example(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, many: bool = False
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weights, one set or many, and the data that goes with them."""
    weights = real_array("weights", weights, ["(...)"] if many else ["(n,)"])
    if weights.ndim == 0:
        raise ValueError("weights must have shape (n,) or (..., n); got a scalar")
    inputs, target = checked_data(inputs, target)
    if inputs.shape[-1] != weights.shape[-1]:
        raise ValueError(
            f"inputs must have {weights.shape[-1]} entries an example, as many as weights; "
            f"got shape {inputs.shape}"
        )
    return weights, inputs, target


def checked_unit(
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    many: bool = False,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return weights, data and one keep-probability a weight."""
    weights, inputs, target = checked_example(weights, inputs, target, many)
    keep_prob = probability_array("keep_prob", keep_prob, weights.shape[-1])
    return weights, inputs, target, keep_prob


def checked_mask(mask: ArrayLike, inputs: FloatArray) -> FloatArray:
    """Return a mask that fits the inputs."""
    mask = mask_array("mask", mask)
    fits = mask.shape[-1:] == inputs.shape[-1:] and (
        inputs.ndim == 1 or mask.ndim == 1 or mask.shape[-2] == inputs.shape[0]
    )
    if not fits:
        accepts = "(..., n)" if inputs.ndim == 1 else "(n,) or (..., batch, n)"
        raise ValueError(
            f"mask must have shape {accepts} to go with inputs of shape {inputs.shape}; "
            f"got shape {mask.shape}"
        )
    return mask
