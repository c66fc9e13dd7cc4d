"""Ways down the errors of the linear unit, and where they lead: minimisers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab._checks import (
    FloatArray,
    finite_result,
    flag,
    generator,
    positive_number,
    probability_array,
    real_array,
    whole_number,
)
from dropoutlab._descent import Rule, descend
from dropoutlab._names import public_dir
from dropoutlab._progress import bar
from dropoutlab._threads import one_blas_thread
from dropoutlab.linear._kernel import (
    checked_batch,
    checked_data,
    regularized_slope,
)
from dropoutlab.masks import MAX_ENUMERATED_UNITS, enumerate_masks, mask_probability

__dir__ = public_dir(__name__)

UNEVEN = 2.0**20  # the largest column over the smallest, from which on columns are scaled


@dataclass(frozen=True, eq=False)
class DropoutPath:
    """Weights met by SGD with dropout, recorded after `steps` updates.

    steps: shape (records,); weights and averages: shape (records, n). `averages` is the mean of
    all weights up to that step (Polyak–Ruppert averaging).
    """

    steps: np.ndarray
    weights: FloatArray
    averages: FloatArray


# --- minimisers -----------------------------------------------------------------------------------


@one_blas_thread
@finite_result("inputs", "target")
def least_squares_minimizer(inputs: ArrayLike, target: ArrayLike) -> FloatArray:
    """Return the weights, shape (n,), that minimise ½‖y − Xw‖², of least norm if there are many.

    Args:
        inputs: X, shape (n,) or (batch, n).
        target: y, shape () or (batch,).

    Raises:
        ValueError: among others, many weights minimise the error, and which of them is the least
            cannot be told, since some inputs are too small beside others.
    """
    inputs, target = checked_data(inputs, target)
    return _least_squares(np.atleast_2d(inputs), np.atleast_1d(target))


@one_blas_thread
@finite_result("inputs", "target")
def regularized_minimizer(inputs: ArrayLike, target: ArrayLike, keep_prob: ArrayLike) -> FloatArray:
    """Return the weights that minimise E_R, of least norm if there are many; shape (n,).

    A generalised ridge regression: they solve, with P = diag(p),
    (P XᵀX P + diag(p_j (1 − p_j) Σ x_j²)) w = P Xᵀ y (Srivastava et al. 2014, section 9.1). Solved
    as least squares with the penalty as n further rows, which squares no condition number.

    Args:
        inputs: X, shape (n,) or (batch, n).
        target: y, shape () or (batch,).
        keep_prob: probability from 0 to 1 that an input is kept, a scalar or shape (n,).

    Raises:
        ValueError: as `least_squares_minimizer`.
    """
    inputs, target = checked_data(inputs, target)
    keep_prob = probability_array("keep_prob", keep_prob, inputs.shape[-1])
    lengths = np.hypot.reduce(np.atleast_2d(inputs), axis=0)  # squares could overflow, or vanish
    penalty_rows = np.diag(np.sqrt(keep_prob * (1 - keep_prob)) * lengths)
    rows = np.vstack([np.atleast_2d(inputs) * keep_prob, penalty_rows])
    return _least_squares(rows, np.append(target, np.zeros(inputs.shape[-1])))


@one_blas_thread
@finite_result("inputs", "target")
def ridge_minimizer(inputs: ArrayLike, target: ArrayLike, ridge: float) -> FloatArray:
    """Return the weights, shape (n,), that minimise ½‖y − Xw‖² + ½ ridge ‖w‖².

    Args:
        inputs: X, shape (n,) or (batch, n).
        target: y, shape () or (batch,).
        ridge: λ, the strength of the penalty, above 0, the same for all weights.

    Raises:
        ValueError: as `least_squares_minimizer`.
    """
    inputs, target = checked_data(inputs, target)
    num_units = inputs.shape[-1]
    penalty_rows = np.sqrt(positive_number("ridge", ridge)) * np.eye(num_units)
    rows = np.vstack([np.atleast_2d(inputs), penalty_rows])
    return _least_squares(rows, np.append(target, np.zeros(num_units)))


def _least_squares(inputs: FloatArray, target: FloatArray) -> FloatArray:
    """The minimiser of least norm. Columns of very different sizes are scaled first.

    Else a column that is some 1e16 times smaller than another would be taken for rounding.
    """
    found, _, rank, _ = np.linalg.lstsq(inputs, target, rcond=None)
    sizes = np.abs(inputs).max(axis=0)
    used = sizes > 0
    if not used.any() or sizes.max() <= UNEVEN * sizes[used].min():
        return found
    exponents = np.frexp(sizes[used])[1]  # a factor that is a power of two rounds nothing
    scaled = np.ldexp(inputs[:, used], -exponents)
    solved, _, scaled_rank, singular = np.linalg.lstsq(scaled, target, rcond=None)
    if scaled_rank == used.sum():
        if singular.min() > 1e-6 * singular.max():  # sums far below the target get their digits
            slope = scaled.T @ (target - scaled @ solved)
            solved += np.linalg.solve(scaled.T @ scaled, slope)
        found = np.zeros(sizes.size)
        found[used] = np.ldexp(solved, -exponents)
    elif scaled_rank > rank:
        raise ValueError(
            "inputs must be of similar size if many weights minimise the error; "
            f"got columns from {sizes[used].min()} to {sizes.max()}"
        )
    return found


# --- ways down ------------------------------------------------------------------------------------


@one_blas_thread
@finite_result("inputs", "target", "learning_rate", "initial_weights")
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
    inputs, target = checked_data(inputs, target)
    keep_prob = probability_array("keep_prob", keep_prob, inputs.shape[-1])
    rule = Rule(positive_number("learning_rate", learning_rate) / target.size)
    num_steps = whole_number("num_steps", num_steps, 1)
    weights = _initial_weights(initial_weights, inputs.shape[-1])
    gradients = ([regularized_slope(weights, inputs, target, keep_prob)] for _ in range(num_steps))
    path = [weights.copy()]
    path += [weights.copy() for _step in descend([weights], [rule], gradients)]
    return np.array(path)


@one_blas_thread
@finite_result("inputs", "target", "learning_rate", "initial_weights")
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
    inputs, target = checked_data(inputs, target)
    num_units = inputs.size
    if num_units > MAX_ENUMERATED_UNITS:
        raise ValueError(
            f"inputs must have at most {MAX_ENUMERATED_UNITS} entries to follow all masks; "
            f"got {num_units}"
        )
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


@one_blas_thread
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
        progress: show a bar if it takes longer than 2 seconds.

    Raises:
        FloatingPointError: the weights grew without bound; the learning rate is too large.
    """
    inputs, target = checked_batch(inputs, target)
    num_units = inputs.shape[1]
    keep_prob = probability_array("keep_prob", keep_prob, num_units)
    learning_rate = positive_number("learning_rate", learning_rate)
    num_steps = whole_number("num_steps", num_steps, 1)
    batch_size = whole_number("batch_size", batch_size, 1)
    steps = _record_steps(record_at, num_steps)
    weights = _initial_weights(initial_weights, num_units)
    gradients = _dropout_gradients(
        weights, inputs, target, keep_prob, batch_size, generator("rng", rng)
    )
    updates = descend([weights], [Rule(learning_rate / batch_size)], gradients)
    last = int(steps[-1])
    with bar("SGD with dropout", last, show=flag("progress", progress)) as done:
        return _recorded(weights, islice(updates, last), steps, done)


# --- the parts ------------------------------------------------------------------------------------


def _dropout_gradients(
    weights: FloatArray,
    inputs: FloatArray,
    target: FloatArray,
    keep_prob: FloatArray,
    batch_size: int,
    rng: np.random.Generator,
) -> Iterator[list[FloatArray]]:
    """Yield Σ ∂E_D/∂w over a mini-batch, at the weights as they are now, for ever."""
    while True:
        rows = rng.integers(len(target), size=batch_size)
        masked = (rng.random((batch_size, weights.size)) < keep_prob) * inputs[rows]
        yield [(masked @ weights - target[rows]) @ masked]


def _recorded(
    weights: FloatArray,
    updates: Iterator[int],
    steps: np.ndarray,
    done: Callable[[], None],
) -> DropoutPath:
    """Follow the updates of the weights to the last of the steps."""
    records, averages = [], []
    total = np.zeros_like(weights)
    wanted = set(steps.tolist())
    with np.errstate(over="ignore", invalid="ignore"):  # noticed below, and named
        for step in updates:
            total += weights
            if step in wanted:
                if not np.isfinite(total).all():
                    raise FloatingPointError(
                        f"SGD with dropout grew without bound by step {step}: "
                        "use a smaller learning_rate"
                    )
                records.append(weights.copy())
                averages.append(total / step)
            done()
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
