"""One function a claim: settings and seeds in, records out, nothing drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab import linear
from dropoutlab._checks import FloatArray


@dataclass(frozen=True)
class PathDistances:
    """How far SGD with dropout is from two sets of weights as it goes on.

    A distance between two sets of weights is the root mean square, over the images, of the
    difference between the two units' outputs without dropout, Σ_j p_j w_j x_j: in units of
    the target.

    steps: shape (records,). average, last: averaged and latest weights to the minimiser of E_R,
    shape (seeds, records). least_squares: averaged weights to the least-squares solution, shape
    (seeds, records). apart: least squares to the minimiser of E_R.
    """

    steps: np.ndarray
    average: FloatArray
    last: FloatArray
    least_squares: FloatArray
    apart: float


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

    Arguments as for `linear.sgd_with_dropout`, `keep_prob` above 0.
    """
    minimum = keep_prob * linear.regularized_minimizer(inputs, target, keep_prob)
    plain = linear.least_squares_minimizer(inputs, target)

    def distance(weights: FloatArray, other: FloatArray) -> FloatArray:
        return np.sqrt(((inputs @ (weights - other).T) ** 2).mean(axis=0))

    steps = np.unique(np.geomspace(1, num_steps, 30).astype(int))
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
    averages = [keep_prob * path.averages for path in paths]
    return PathDistances(
        steps=steps,
        average=np.array([distance(weights, minimum) for weights in averages]),
        last=np.array([distance(keep_prob * path.weights, minimum) for path in paths]),
        least_squares=np.array([distance(weights, plain) for weights in averages]),
        apart=float(distance(plain, minimum)),
    )
