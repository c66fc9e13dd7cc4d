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

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from dropoutlab._checks import (
    FloatArray,
    generator,
    mask_array,
    positive_number,
    probability_array,
    real_array,
    whole_number,
)
from dropoutlab.masks import MAX_ENUMERATED_UNITS, draw_mask, enumerate_masks, mask_probability

CHUNK_NUMBERS = 2**20  # float64 numbers of one mask array in a chunked loop: 8 MiB


@dataclass(frozen=True)
class MonteCarloEstimate:
    """A mean over random masks with its standard error, each shape () or (n,)."""

    mean: FloatArray
    standard_error: FloatArray
    num_masks: int


@dataclass(frozen=True)
class DropoutPath:
    """Weights met by SGD with dropout, recorded after `steps` updates.

    steps: shape (records,); weights and averages: shape (records, n). `averages` is the mean of
    all weights up to that step (Polyak–Ruppert averaging).
    """

    steps: np.ndarray
    weights: FloatArray
    averages: FloatArray


# --- errors ---------------------------------------------------------------------------------------


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
    unit = _unit(weights, inputs, target, keep_prob, many=True)
    return _error_of_mean_output(*unit)


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
    weights, inputs, target = _example(weights, inputs, target, many=True)
    masked_inputs = _mask_for(mask, inputs) * inputs
    if weights.ndim > 1:
        output = _outputs_of_many(weights, masked_inputs, inputs.ndim == 2)
    else:
        output = masked_inputs @ weights
    squares = (target - output) ** 2
    return 0.5 * (squares.sum(axis=-1) if inputs.ndim == 2 else squares)


def regularized_error(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> float | FloatArray:
    """Return E_R = E_N + ½ Σ_j p_j (1 − p_j) w_j² Σ x_j², the expected error under dropout.

    Arguments and result as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = _unit(weights, inputs, target, keep_prob, many=True)
    penalty = 0.5 * weights**2 @ _penalty_strength(inputs, keep_prob)
    return _error_of_mean_output(weights, inputs, target, keep_prob) + penalty


# --- gradients ------------------------------------------------------------------------------------


def gradient_without_dropout(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> FloatArray:
    """Return ∂E_N/∂w_i = −Σ (y − Σ_j p_j w_j x_j) p_i x_i, shape (n,).

    Arguments as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = _unit(weights, inputs, target, keep_prob)
    residual = _mean_residual(weights, inputs, target, keep_prob)
    return -residual @ (keep_prob * np.atleast_2d(inputs))


def gradient_with_dropout(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, mask: ArrayLike
) -> FloatArray:
    """Return ∂E_D/∂w_i = −Σ (y − Σ_j z_j w_j x_j) z_i x_i, shape (..., n).

    Arguments as for `error_with_dropout`. Where z_i = 0 for every example the gradient is exactly
    zero.
    """
    weights, inputs, target = _example(weights, inputs, target)
    masked_inputs = _mask_for(mask, inputs) * inputs
    residual = target - masked_inputs @ weights
    gradient = -residual[..., None] * masked_inputs
    return gradient.sum(axis=-2) if inputs.ndim == 2 else gradient


def regularized_gradient(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> FloatArray:
    """Return ∂E_R/∂w_i = ∂E_N/∂w_i + p_i (1 − p_i) w_i Σ x_i², shape (n,).

    Arguments as for `error_without_dropout`.
    """
    weights, inputs, target, keep_prob = _unit(weights, inputs, target, keep_prob)
    gradient = gradient_without_dropout(weights, inputs, target, keep_prob)
    return gradient + _penalty_strength(inputs, keep_prob) * weights


# --- expectations over masks, without the formula for E_R -----------------------------------------


def expected_error_exact(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> float:
    """Return E[E_D] as the probability-weighted sum over all 2^n masks, n ≤ 20.

    Arguments as for `error_without_dropout`. In a batch every example meets all 2^n masks; by
    linearity it makes no difference whether examples share a mask.
    """
    return float(_sum_over_masks(error_with_dropout, weights, inputs, target, keep_prob))


def expected_gradient_exact(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike
) -> FloatArray:
    """Return E[∂E_D/∂w_i], shape (n,), as the sum over all 2^n masks, n ≤ 20.

    Arguments as for `expected_error_exact`.
    """
    return _sum_over_masks(gradient_with_dropout, weights, inputs, target, keep_prob)


def expected_error_monte_carlo(
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    *,
    num_masks: int,
    rng: np.random.Generator,
) -> MonteCarloEstimate:
    """Estimate E[E_D] from `num_masks` ≥ 2 random masks; a fresh mask an example in a batch.

    Other arguments as for `error_without_dropout`. Returns a mean and standard error of shape ().
    """
    return _mean_over_draws(
        error_with_dropout, weights, inputs, target, keep_prob, num_masks=num_masks, rng=rng
    )


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

    Other arguments as for `error_without_dropout`. Returns a mean and standard error of shape (n,).
    """
    return _mean_over_draws(
        gradient_with_dropout, weights, inputs, target, keep_prob, num_masks=num_masks, rng=rng
    )


# --- minimisers -----------------------------------------------------------------------------------


def least_squares_minimizer(inputs: ArrayLike, target: ArrayLike) -> FloatArray:
    """Return the weights, shape (n,), that minimise ½‖y − Xw‖², of least norm if there are many.

    Args:
        inputs: X, shape (n,) or (batch, n).
        target: y, shape () or (batch,).
    """
    inputs, target = _data(inputs, target)
    return np.linalg.lstsq(np.atleast_2d(inputs), np.atleast_1d(target), rcond=None)[0]


def regularized_minimizer(inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike) -> FloatArray:
    """Return the weights that minimise E_R, of least norm if there are many; shape (n,).

    A generalised ridge regression: they solve, with P = diag(p),
    (P XᵀX P + diag(p_j (1 − p_j) Σ x_j²)) w = P Xᵀ y (Srivastava et al. 2014, section 9.1). Solved
    as least squares with the penalty as n further rows, which squares no condition number.

    Args:
        inputs: X, shape (n,) or (batch, n).
        target: y, shape () or (batch,).
        keep_prob: probability from 0 to 1 that an input is kept, a scalar or shape (n,).
    """
    inputs, target = _data(inputs, target)
    keep_prob = probability_array("keep_prob", keep_prob, inputs.shape[-1])
    penalty_rows = np.diag(np.sqrt(_penalty_strength(inputs, keep_prob)))
    rows = np.vstack([np.atleast_2d(inputs) * keep_prob, penalty_rows])
    return least_squares_minimizer(rows, np.append(target, np.zeros(inputs.shape[-1])))


def ridge_minimizer(inputs: ArrayLike, target: ArrayLike, ridge: float) -> FloatArray:
    """Return the weights, shape (n,), that minimise ½‖y − Xw‖² + ½ ridge ‖w‖².

    Args:
        inputs: X, shape (n,) or (batch, n).
        target: y, shape () or (batch,).
        ridge: λ, the strength of the penalty, above 0, the same for all weights.
    """
    inputs, target = _data(inputs, target)
    num_units = inputs.shape[-1]
    penalty_rows = np.sqrt(positive_number("ridge", ridge)) * np.eye(num_units)
    rows = np.vstack([np.atleast_2d(inputs), penalty_rows])
    return least_squares_minimizer(rows, np.append(target, np.zeros(num_units)))


# --- ways down ------------------------------------------------------------------------------------


def regularized_descent(
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    *,
    learning_rate: float,
    num_steps: int,
    initial_weights: ArrayLike | None = None,
) -> FloatArray:
    """Return the weights of plain gradient descent on E_R, the start and after every step.

    The expected path of `sgd_with_dropout`: E_R divided by the number of examples is descended.

    Args:
        inputs: shape (n,) or (batch, n).
        target: shape () or (batch,).
        keep_prob: probability from 0 to 1 that an input is kept, a scalar or shape (n,).
        learning_rate: step size, above 0.
        num_steps: number of updates, at least 1.
        initial_weights: shape (n,); zeros if None.

    Returns:
        Shape (num_steps + 1, n).
    """
    inputs, target = _data(inputs, target)
    learning_rate = positive_number("learning_rate", learning_rate)
    path = [_initial_weights(initial_weights, inputs.shape[-1])]
    for _ in range(whole_number("num_steps", num_steps, 1)):
        gradient = regularized_gradient(path[-1], inputs, target, keep_prob)
        path.append(path[-1] - learning_rate * gradient / target.size)
    return np.array(path)


def expected_path_exact(
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    *,
    learning_rate: float,
    num_steps: int,
    initial_weights: ArrayLike | None = None,
) -> FloatArray:
    """Return the mean weights of dropout on one example, over all sequences of masks.

    Every sequence of `num_steps` masks is followed, 2^(n · num_steps) ≤ 2^20 of them, and counts
    with its probability.

    Args:
        inputs: shape (n,).
        target: shape ().
        keep_prob: probability from 0 to 1 that an input is kept, a scalar or shape (n,).
        learning_rate: step size, above 0.
        num_steps: number of updates, at least 1.
        initial_weights: shape (n,); zeros if None.

    Returns:
        Shape (num_steps + 1, n): the start, and the mean after every step.
    """
    real_array("inputs", inputs, ["(n,)"])
    inputs, target = _data(inputs, target)
    num_units = inputs.size
    keep_prob = probability_array("keep_prob", keep_prob, num_units)
    learning_rate = positive_number("learning_rate", learning_rate)
    num_steps = whole_number("num_steps", num_steps, 1, MAX_ENUMERATED_UNITS // num_units)
    masks = np.concatenate(list(enumerate_masks(num_units)))
    weights = _initial_weights(initial_weights, num_units)[None]
    probability, means = np.ones(1), [weights[0]]
    for _ in range(num_steps):
        residual = target - weights @ (masks * inputs).T  # shape (sequences, masks)
        moved = weights[:, None] + learning_rate * residual[..., None] * (masks * inputs)
        weights = moved.reshape(-1, num_units)
        probability = np.outer(probability, mask_probability(masks, keep_prob)).ravel()
        means.append(probability @ weights)
    return np.array(means)


def sgd_with_dropout(
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    *,
    learning_rate: float,
    num_steps: int,
    batch_size: int,
    rng: np.random.Generator,
    record_at: ArrayLike | None = None,
    initial_weights: ArrayLike | None = None,
    progress: bool = True,
) -> DropoutPath:
    """Minimise by stochastic gradient descent, a fresh mask for every example at every step.

    A step draws `batch_size` examples with replacement, a mask for each, and moves the weights
    by −`learning_rate` times the mean of ∂E_D/∂w over them: an unbiased estimate of the gradient of
    E_R divided by the number of examples.

    Args:
        inputs: shape (batch, n).
        target: shape (batch,).
        keep_prob: probability from 0 to 1 that an input is kept, a scalar or shape (n,).
        learning_rate: step size, above 0; stable below about 2 / max ‖x‖².
        num_steps: number of updates, at least 1.
        batch_size: examples in an update, at least 1.
        rng: draws the examples and the masks.
        record_at: numbers of updates after which to record, whole numbers from 1 to `num_steps`,
            rising; only the last if None.
        initial_weights: shape (n,); zeros if None.
        progress: show a progress bar.

    Raises:
        FloatingPointError: the weights grew without bound; the learning rate is too large.
    """
    inputs, target = _batch(inputs, target)
    num_units = inputs.shape[1]
    keep_prob = probability_array("keep_prob", keep_prob, num_units)
    learning_rate = positive_number("learning_rate", learning_rate)
    num_steps = whole_number("num_steps", num_steps, 1)
    batch_size = whole_number("batch_size", batch_size, 1)
    steps = _record_steps(record_at, num_steps)
    weights = _initial_weights(initial_weights, num_units)
    path = _dropout_updates(
        weights, inputs, target, keep_prob, learning_rate, batch_size, generator("rng", rng)
    )
    return _record_path(path, steps, num_units, progress)


# --- the parts ------------------------------------------------------------------------------------


def _error_of_mean_output(
    weights: FloatArray, inputs: FloatArray, target: FloatArray, keep_prob: FloatArray
) -> float | FloatArray:
    return 0.5 * (_mean_residual(weights, inputs, target, keep_prob) ** 2).sum(axis=-1)


def _outputs_of_many(weights: FloatArray, masked_inputs: FloatArray, batch: bool) -> FloatArray:
    """Σ_j w_j z_j x_j for weights of shape (..., n): shape (...), or (..., batch)."""
    weights = weights[..., None, :] if batch else weights
    try:
        return (masked_inputs * weights).sum(axis=-1)
    except ValueError as error:
        raise ValueError(
            f"weights must have leading axes that broadcast with those of mask; got {error}"
        ) from error


def _mean_residual(
    weights: FloatArray, inputs: FloatArray, target: FloatArray, keep_prob: FloatArray
) -> FloatArray:
    """Target minus output of the unit with its weights times p; shape (..., batch)."""
    return np.atleast_1d(target) - (keep_prob * weights) @ np.atleast_2d(inputs).T


def _penalty_strength(inputs: FloatArray, keep_prob: FloatArray) -> FloatArray:
    """Factor p_j (1 − p_j) Σ x_j² of ½ w_j² in E_R; shape (n,)."""
    return keep_prob * (1 - keep_prob) * (np.atleast_2d(inputs) ** 2).sum(axis=0)


def _sum_over_masks(
    quantity: Callable[..., FloatArray],
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
) -> FloatArray:
    """Σ over all masks of P(mask) · quantity(mask), summed over the examples."""
    weights, inputs, target, keep_prob = _unit(weights, inputs, target, keep_prob)
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


def _mean_over_draws(
    quantity: Callable[..., FloatArray],
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    *,
    num_masks: int,
    rng: np.random.Generator,
) -> MonteCarloEstimate:
    """Mean and standard error of `quantity` over random masks, a chunk of masks at a time."""
    weights, inputs, target, keep_prob = _unit(weights, inputs, target, keep_prob)
    num_masks = whole_number("num_masks", num_masks, 2)
    generator("rng", rng)
    count, mean, square_sum = 0, 0.0, 0.0
    for size in _chunk_sizes(num_masks, inputs.size):
        values = quantity(weights, inputs, target, draw_mask((size, *inputs.shape), keep_prob, rng))
        chunk_mean = values.mean(axis=0)
        shift = chunk_mean - mean  # merge the chunk into the running mean and sum of squares
        square_sum += ((values - chunk_mean) ** 2).sum(axis=0) + shift**2 * (
            count * size / (count + size)
        )
        count += size
        mean += shift * (size / count)
    standard_error = np.sqrt(square_sum / (num_masks - 1) / num_masks)
    return MonteCarloEstimate(np.asarray(mean), np.asarray(standard_error), num_masks)


def _chunk_sizes(num_masks: int, numbers_per_mask: int) -> Iterator[int]:
    chunk = max(1, CHUNK_NUMBERS // numbers_per_mask)
    for start in range(0, num_masks, chunk):
        yield min(chunk, num_masks - start)


def _dropout_updates(
    weights: FloatArray,
    inputs: FloatArray,
    target: FloatArray,
    keep_prob: FloatArray,
    learning_rate: float,
    batch_size: int,
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Yield the weights after each update, for ever."""
    while True:
        rows = rng.integers(len(target), size=batch_size)
        masked = (rng.random((batch_size, weights.size)) < keep_prob) * inputs[rows]
        residual = target[rows] - masked @ weights
        weights = weights + (learning_rate / batch_size) * (residual @ masked)
        yield weights


def _record_path(
    path: Iterator[FloatArray], steps: np.ndarray, num_units: int, progress: bool
) -> DropoutPath:
    records, averages = [], []
    total = np.zeros(num_units)
    wanted = set(steps.tolist())
    for step in tqdm(range(1, int(steps[-1]) + 1), desc="SGD with dropout", disable=not progress):
        weights = next(path)
        total += weights
        if step in wanted:
            if not np.isfinite(total).all():
                raise FloatingPointError(
                    f"SGD with dropout grew without bound by step {step}: "
                    "use a smaller learning_rate"
                )
            records.append(weights)
            averages.append(total / step)
    return DropoutPath(steps, np.array(records), np.array(averages))


def _record_steps(record_at: ArrayLike | None, num_steps: int) -> np.ndarray:
    if record_at is None:
        return np.array([num_steps])
    accepts = f"record_at must be rising whole numbers from 1 to num_steps = {num_steps}"
    steps = real_array("record_at", record_at, ["(records,)"])
    rising = (np.diff(steps) > 0).all() and steps[0] >= 1 and steps[-1] <= num_steps
    if not rising or (steps % 1 != 0).any():
        raise ValueError(f"{accepts}; got {record_at!r}")
    return steps.astype(int)


def _initial_weights(initial_weights: ArrayLike | None, num_units: int) -> FloatArray:
    if initial_weights is None:
        return np.zeros(num_units)
    weights = real_array("initial_weights", initial_weights, ["(n,)"])
    if weights.shape != (num_units,):
        raise ValueError(f"initial_weights must have shape ({num_units},); got {weights.shape}")
    return weights


# --- checks ---------------------------------------------------------------------------------------


def _data(inputs: ArrayLike, target: ArrayLike) -> tuple[FloatArray, FloatArray]:
    inputs = real_array("inputs", inputs, ["(n,)", "(batch, n)"])
    target = real_array("target", target, ["()", "(batch,)"])
    if target.shape != inputs.shape[:-1]:
        raise ValueError(
            f"target must have shape {inputs.shape[:-1]} to go with inputs of shape "
            f"{inputs.shape}; got shape {target.shape}"
        )
    return inputs, target


def _batch(inputs: ArrayLike, target: ArrayLike) -> tuple[FloatArray, FloatArray]:
    real_array("inputs", inputs, ["(batch, n)"])
    return _data(inputs, target)


def _example(
    weights: ArrayLike, inputs: ArrayLike, target: ArrayLike, many: bool = False
) -> tuple[FloatArray, FloatArray, FloatArray]:
    weights = real_array("weights", weights, ["(...)"] if many else ["(n,)"])
    if weights.ndim == 0:
        raise ValueError("weights must have shape (n,) or (..., n); got a scalar")
    inputs, target = _data(inputs, target)
    if inputs.shape[-1] != weights.shape[-1]:
        raise ValueError(
            f"inputs must have {weights.shape[-1]} entries an example, one a weight; "
            f"got shape {inputs.shape}"
        )
    return weights, inputs, target


def _unit(
    weights: ArrayLike,
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: ArrayLike,
    many: bool = False,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    weights, inputs, target = _example(weights, inputs, target, many)
    keep_prob = probability_array("keep_prob", keep_prob, weights.shape[-1])
    return weights, inputs, target, keep_prob


def _mask_for(mask: ArrayLike, inputs: FloatArray) -> FloatArray:
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
