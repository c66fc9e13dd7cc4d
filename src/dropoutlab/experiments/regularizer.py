"""Experiments of the chapter `regularizer`: where a linear unit goes under SGD with dropout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab import data, linear
from dropoutlab._checks import (
    FloatArray,
    finite_training,
    positive_number,
    probability,
    seed_numbers,
    several,
    squared_inverse,
    whole_number,
)
from dropoutlab._descent import Rule, descend
from dropoutlab._names import public_dir
from dropoutlab.experiments._once import once
from dropoutlab.samples import Sample, samples_of

__dir__ = public_dir(__name__)

SLOWER = "use a smaller learning_rate"


@dataclass(frozen=True, eq=False)
class PathDistances:
    """How far SGD with dropout is from two sets of weights as it goes on.

    A distance between two sets of weights is the root mean square, over the images, of the
    difference between the two units' outputs without dropout, Σ_j p_j w_j x_j: in units of
    the target.

    steps: shape (records,). average, last: averaged and latest weights to the minimiser of E_R,
    shape (seeds, records). least_squares: averaged weights to the least-squares solution, shape
    (seeds, records). second_half: the weights averaged over the second half of the steps to the
    minimiser of E_R, shape (seeds,). descent: as many steps of gradient descent on E_R to it.
    apart: least squares to it.
    """

    steps: np.ndarray
    average: FloatArray
    last: FloatArray
    least_squares: FloatArray
    second_half: FloatArray
    descent: float
    apart: float


@once
@finite_training(SLOWER)
def dropout_path_distances(
    inputs: ArrayLike,
    target: ArrayLike,
    keep_prob: float,
    *,
    seeds: Sequence[int],
    learning_rate: float,
    num_steps: int,
    batch_size: int = 10,
    progress: bool = True,
) -> PathDistances:
    """Train a linear unit by SGD with dropout, once a seed, and measure where it goes.

    Arguments as for `linear.sgd_with_dropout`, `keep_prob` above 0, `num_steps` at least 2.

    Raises:
        FloatingPointError: the weights grew without bound; the learning rate is too large.
    """
    seeds, half = seed_numbers(seeds), whole_number("num_steps", num_steps, 2) // 2
    learning_rate = positive_number("learning_rate", learning_rate)
    batch_size = whole_number("batch_size", batch_size, 1)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    minimum = keep_prob * linear.regularized_minimizer(inputs, target, keep_prob)
    plain = linear.least_squares_minimizer(inputs, target)

    def distance(weights: FloatArray, other: FloatArray) -> FloatArray:
        return np.sqrt(((inputs @ (weights - other).T) ** 2).mean(axis=0))

    steps = np.unique([*np.geomspace(1, num_steps, 30).astype(int), half, num_steps])
    paths = [
        linear.sgd_with_dropout(
            inputs,
            target,
            keep_prob,
            learning_rate=learning_rate,
            num_steps=num_steps,
            batch_size=batch_size,
            rng=np.random.default_rng(seed),
            record_at=steps,
            progress=progress,
        )
        for seed in seeds
    ]
    descent = _descent_from_zero(inputs, minimum, keep_prob, learning_rate, num_steps)
    averages = [keep_prob * path.averages for path in paths]
    first, both = steps.searchsorted([half, num_steps])
    second = np.array([num_steps * a[both] - half * a[first] for a in averages])
    return PathDistances(
        steps=steps,
        average=np.array([distance(weights, minimum) for weights in averages]),
        last=np.array([distance(keep_prob * path.weights, minimum) for path in paths]),
        least_squares=np.array([distance(weights, plain) for weights in averages]),
        second_half=distance(second / (num_steps - half), minimum),
        descent=float(distance(descent, minimum)),
        apart=float(distance(plain, minimum)),
    )


def _descent_from_zero(
    inputs: ArrayLike,
    minimum: FloatArray,
    keep_prob: float,
    learning_rate: float,
    num_steps: int,
) -> FloatArray:
    """Effective weights after steps of gradient descent on E_R / M: what is left shrinks linearly.

    minimum: effective weights of least E_R, shape (n,).
    """
    inputs = np.asarray(inputs, dtype=float)
    curvature = keep_prob**2 * inputs.T @ inputs
    curvature += keep_prob * (1 - keep_prob) * np.diag((inputs**2).sum(axis=0))
    step = np.eye(minimum.size) - learning_rate / len(inputs) * curvature
    return minimum - np.linalg.matrix_power(step, num_steps) @ minimum


LINEAR_WEIGHTS = np.linspace(-1, 1, 8)  # of the unit that makes the targets


LINEAR_NOISES = {  # which of (masks, examples) are drawn anew at each step
    "masks and examples": (True, True),
    "examples only": (False, True),
    "masks only": (True, False),
}


@dataclass(frozen=True, eq=False)
class _LinearProblems:
    """One data set a seed, its minimiser of E_R, and a generator.

    inputs: shape (seeds, M, n). target: shape (seeds, M), standard deviation 1. minimum: shape
    (seeds, n).
    """

    inputs: FloatArray
    target: FloatArray
    minimum: FloatArray
    rng: list[np.random.Generator]


@once
@finite_training(SLOWER)
def spread_around_minimum(
    seeds: Sequence[int],
    *,
    learning_rates: Sequence[float] = (0.08, 0.02),
    keep_prob: float = 0.5,
    num_examples: int = 200,
    num_steps: int = 4000,
    batch_size: int = 10,
) -> list[Sample]:
    """Start SGD with dropout at the minimum of E_R and measure how far it wanders from there.

    The data are new for each seed: examples with 8 normal inputs and a noisy linear target of
    standard deviation 1. Arms "masks and examples" (`batch_size` random examples a step, a fresh
    mask for each), "examples only" (as many, with the gradient of their E_R), "masks only" (all
    examples at each step, a fresh mask for each); setting "learning_rate", which stays the same.
    A fourth arm, "masks and examples, falling rate", starts at the first learning rate η and has
    η / (1 + t / 100) after t steps.

    Measures: "latest weights", the root mean square distance to the minimum over the last tenth of
    the steps; "averaged weights", the distance of the mean of the weights over the second half. A
    distance is the root mean square difference of the two units' outputs without dropout.

    Raises:
        FloatingPointError: the weights grew without bound; a learning rate is too large.
    """
    seeds, num_steps = seed_numbers(seeds, 2), whole_number("num_steps", num_steps, 20)
    num_examples = whole_number("num_examples", num_examples, 2)  # whose targets differ
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    batch_size = whole_number("batch_size", batch_size, 1)
    learning_rates = several("learning_rates", learning_rates, positive_number)
    falling = learning_rates[0] / (1 + np.arange(num_steps) / 100)
    rates = np.stack([*(np.full(num_steps, rate) for rate in learning_rates), falling], axis=1)
    samples = []
    for noise, (masks, examples) in LINEAR_NOISES.items():
        problems = _linear_problems(seeds, num_examples, keep_prob)
        count = batch_size if examples else None
        path = _walk(problems, rates, keep_prob, masks=masks, batch_size=count)
        found = _wandering(problems, path, keep_prob)
        arms = [(noise, rate) for rate in learning_rates]
        if masks and examples:
            arms.append((f"{noise}, falling rate", learning_rates[0]))
        for k, (arm, rate) in enumerate(arms):
            of_rate = {measure: values[:, k] for measure, values in found.items()}
            samples += samples_of(arm, {"learning_rate": rate}, seeds, of_rate)
    return samples


def _linear_problems(seeds: Sequence[int], num_examples: int, keep_prob: float) -> _LinearProblems:
    rng = [np.random.default_rng(seed) for seed in seeds]
    made = [data.synthetic_regression(num_examples, LINEAR_WEIGHTS, 1.0, part) for part in rng]
    inputs = np.stack([x for x, _y in made])
    target = np.stack([y / y.std() for _x, y in made])
    minimum = [
        linear.regularized_minimizer(x, y, keep_prob) for x, y in zip(inputs, target, strict=True)
    ]
    return _LinearProblems(inputs, target, np.stack(minimum), rng)


def _walk(
    problems: _LinearProblems,
    rates: FloatArray,
    keep_prob: float,
    *,
    masks: bool,
    batch_size: int | None,
) -> FloatArray:
    """Weights after each step less the minimum, shape (steps, seeds, n, rates); one noise for all.

    rates: shape (steps, rates). Without masks the gradient is that of E_R of the drawn examples.
    batch_size: None for all examples, none of them drawn.
    """
    num_examples = problems.target.shape[1]
    batch = num_examples if batch_size is None else batch_size
    weights = np.repeat(problems.minimum[..., None], rates.shape[1], axis=2)
    gradients = (
        [_gradient(problems, weights, keep_prob, masks=masks, batch_size=batch_size)]
        for _rate in rates
    )
    path = np.empty((len(rates), *weights.shape))
    for step in descend([weights], [Rule(1.0)], gradients, rates / batch):
        path[step - 1] = weights
    return path - problems.minimum[..., None]


def _gradient(
    problems: _LinearProblems,
    weights: FloatArray,
    keep_prob: float,
    *,
    masks: bool,
    batch_size: int | None,
) -> FloatArray:
    """Sum of the gradients of a mini-batch, shape (seeds, n, rates)."""
    num_seeds, num_examples, num_units = problems.inputs.shape
    rows = np.tile(np.arange(num_examples), (num_seeds, 1))
    if batch_size is not None:
        rows = np.stack([rng.integers(num_examples, size=batch_size) for rng in problems.rng])
    inputs = np.take_along_axis(problems.inputs, rows[..., None], axis=1)
    target = np.take_along_axis(problems.target, rows, axis=1)
    noise, penalty = keep_prob, 0.0
    if masks:
        shape = (rows.shape[1], num_units)
        noise = np.stack([rng.random(shape) for rng in problems.rng]) < keep_prob
    else:
        squares = (inputs**2).sum(axis=1)[..., None]
        penalty = keep_prob * (1 - keep_prob) * squares * weights
    masked = noise * inputs
    residual = target[..., None] - masked @ weights
    return penalty - masked.transpose(0, 2, 1) @ residual


def _wandering(
    problems: _LinearProblems, away: FloatArray, keep_prob: float
) -> dict[str, FloatArray]:
    """Measure distances to the minimum, each shape (seeds, rates)."""
    inputs = keep_prob * problems.inputs
    gram = inputs.transpose(0, 2, 1) @ inputs / inputs.shape[1]
    last, averaged = away[-(len(away) // 10) :], away[len(away) // 2 :].mean(axis=0)
    return {
        "latest weights": np.sqrt(np.einsum("tsir,sij,tsjr->sr", last, gram, last) / len(last)),
        "averaged weights": np.sqrt(np.einsum("sir,sij,sjr->sr", averaged, gram, averaged)),
    }


@once
@finite_training(f"{SLOWER} or weight_decay")
def standard_against_inverted(
    seeds: Sequence[int],
    *,
    keep_prob: float = 0.8,
    learning_rate: float = 0.1,
    weight_decay: float = 0.02,
    max_norm: float = 1.0,
    num_steps: int = 1000,
) -> list[Sample]:
    """Train a linear unit by both schemes with the same examples and masks, and compare the paths.

    The standard scheme has weights w and the given constants. The inverted scheme has weights v and
    in arm "all rescaled" p² times the learning rate, the weight decay divided by p², and p times
    the norm; in the other arms one of these stays what it was.

    Measure "largest gap": the largest |p w_j − v_j| over all steps and weights.

    Raises:
        FloatingPointError: the weights grew without bound; the learning rate or the weight decay is
            too large.
    """
    seeds, num_steps = seed_numbers(seeds, 2), whole_number("num_steps", num_steps, 1)
    keep_prob = probability("keep_prob", keep_prob, above_zero=True)
    rate = positive_number("learning_rate", learning_rate)
    decay, norm = (
        positive_number("weight_decay", weight_decay),
        positive_number("max_norm", max_norm),
    )
    squared_inverse("keep_prob", keep_prob, "weight_decay", decay)
    rescaled = Rule(rate * keep_prob**2, l2=decay / keep_prob**2, max_norm=norm * keep_prob)
    standard = Rule(rate, l2=decay, max_norm=norm)
    arms = {
        "all rescaled": rescaled,
        "but not the learning rate": replace(rescaled, rate=rate),
        "but not the weight decay": replace(rescaled, l2=decay),
        "but not the max-norm": replace(rescaled, max_norm=norm),
    }
    samples = []
    for arm, inverted in arms.items():
        gaps = [_largest_gap(seed, keep_prob, standard, inverted, num_steps) for seed in seeds]
        samples += samples_of(arm, {}, seeds, {"largest gap": gaps})
    return samples


def _largest_gap(
    seed: int, keep_prob: float, standard: Rule, inverted: Rule, num_steps: int
) -> float:
    rng = np.random.default_rng(seed)
    inputs, target = data.synthetic_regression(200, LINEAR_WEIGHTS, 1.0, rng)
    rows = rng.integers(len(target), size=num_steps)
    w, v = np.zeros((1, LINEAR_WEIGHTS.size)), np.zeros((1, LINEAR_WEIGHTS.size))

    def gradients() -> Iterator[list[FloatArray]]:
        for row in rows:
            masked = (rng.random(w.shape) < keep_prob) * inputs[row]
            scaled = masked / keep_prob
            yield [(w @ masked.T - target[row]) * masked, (v @ scaled.T - target[row]) * scaled]

    steps = descend([w, v], [standard, inverted], gradients())
    # unlike Python's, NumPy's maximum of numbers and NaN is NaN
    return float(np.max([np.abs(keep_prob * w - v).max() for _step in steps]))
