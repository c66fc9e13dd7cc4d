"""Figures of the chapter `regularizer`."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab import linear
from dropoutlab.figures import style
from dropoutlab.masks import draw_mask, enumerate_masks, mask_probability

WEIGHT_RANGE = (-3.0, 3.0)
CLOUD_MASKS = 80

# the unit of the Monte-Carlo explorer
EXAMPLE_WEIGHTS = (1.5, -1.0, 0.5)
EXAMPLE_INPUTS = (1.0, 2.0, -1.0)
EXAMPLE_TARGET = 1.0


def draw_error_curves(keep_prob: float = 0.5, x: float = 1.0, y: float = 1.0) -> Figure:
    """Draw the errors of one weight w: a cloud of E_D, its mean, E_N, E_R and two minima.

    Args:
        keep_prob: probability above 0, at most 1, that the input is kept.
        x: the input, not 0.
        y: the target.
    """
    figure, axes = style.new_figure()
    grid = np.linspace(*WEIGHT_RANGE, 41)
    weights = grid[:, None]  # shape (41, 1): 41 units with one weight each
    _draw_cloud(axes, keep_prob, x, y)
    masks = np.concatenate(list(enumerate_masks(1)))[:, None]  # shape (2, 1, 1)
    probability = mask_probability(masks, keep_prob)[:, 0]
    mean = probability @ linear.error_with_dropout(weights, [x], y, masks)
    regularized = linear.regularized_error(weights, [x], y, keep_prob)
    plain = linear.error_without_dropout(weights, [x], y, keep_prob)
    axes.plot(grid, mean, color=style.MEAN_E_D, linewidth=7, alpha=0.35, label="mean of E_D")
    axes.plot(grid, plain, color=style.E_N, label="E_N")
    axes.plot(grid, regularized, color=style.E_R, linestyle="--", label="E_R")
    for w, color, error in (
        (plain_minimum(keep_prob, x, y), style.E_N, linear.error_without_dropout),
        (regularized_minimum(keep_prob, x, y), style.E_R, linear.regularized_error),
    ):
        if WEIGHT_RANGE[0] <= w <= WEIGHT_RANGE[1]:
            axes.plot(w, error([w], [x], y, keep_prob), "o", color=color, markersize=9)
    axes.set(xlim=WEIGHT_RANGE, ylim=(-0.2, 6), xlabel="weight w", ylabel="error")
    style.legend_above(axes)
    return figure


def plain_minimum(keep_prob: float, x: float, y: float) -> float:
    """Return the weight that minimises E_N of one input."""
    return float(linear.least_squares_minimizer([keep_prob * x], y)[0])


def regularized_minimum(keep_prob: float, x: float, y: float) -> float:
    """Return the weight that minimises E_R of one input."""
    return float(linear.regularized_minimizer([x], y, keep_prob)[0])


def describe_error_curves(keep_prob: float, x: float, y: float) -> str:
    """Say where the two minima are and how large E_R is at its own."""
    plain, regularized = plain_minimum(keep_prob, x, y), regularized_minimum(keep_prob, x, y)
    error = linear.regularized_error([regularized], [x], y, keep_prob)
    return (
        f"With keep probability {keep_prob:.1f}, x = {x:.1f} and y = {y:.1f}, "
        f"E_N is least at w = {_number(plain)} and E_R at w = {_number(regularized)}, "
        f"where the mean error that remains is {_number(error)}."
    )


def draw_monte_carlo(keep_prob: float = 0.5, masks: int = 100, stream: int = 1) -> Figure:
    """Draw the running mean of ∂E_D/∂w_1 over random masks, with its 95 % band, against ∂E_R/∂w_1.

    Args:
        keep_prob: probability from 0 to 1 that an input is kept.
        masks: how many masks to draw, at least 2.
        stream: seed of the random masks.
    """
    figure, axes = style.new_figure()
    counts, means, errors = _running_mean(keep_prob, masks, stream)
    exact = _exact_gradient(keep_prob)
    axes.fill_between(
        counts, means - 1.96 * errors, means + 1.96 * errors, color=style.MEAN_E_D, alpha=0.25,
        linewidth=0,
    )  # fmt: skip
    axes.plot(counts, means, color=style.MEAN_E_D, label="mean of ∂E_D/∂w_1")
    axes.axhline(exact, color=style.E_R, linestyle="--", label="∂E_R/∂w_1")
    axes.set(xscale="log", xlim=(2, 3000), ylim=(exact - 3, exact + 3))
    axes.set(xlabel="masks drawn", ylabel="gradient")
    axes.set_xticks([10, 100, 1000], ["10", "100", "1000"])
    axes.minorticks_off()
    axes.legend(loc="upper right", frameon=False, labelcolor="linecolor", fontsize=style.TEXT)
    return figure


def describe_monte_carlo(keep_prob: float, masks: int, stream: int) -> str:
    """Say what the mean is, how uncertain, and how far from the closed form."""
    estimate = _gradient_estimate(keep_prob, masks, stream)
    mean, error = float(estimate.mean[0]), float(estimate.standard_error[0])
    exact = _exact_gradient(keep_prob)
    if error == 0:
        away = "every mask gives the same"
    else:
        away = f"the two differ by {abs(mean - exact) / error:.1f} standard errors"
    return (
        f"Stream {stream}: {masks} masks with keep probability {keep_prob:.1f} give a mean "
        f"gradient of {mean:.3f} ± {error:.3f} (standard error); the gradient of E_R is "
        f"{exact:.3f}; {away}."
    )


def draw_path_distances(
    steps: Sequence[int],
    average: np.ndarray,
    last: np.ndarray,
    least_squares: np.ndarray,
) -> Figure:
    """Draw the distance of SGD with dropout to the minimiser of E_R and to least squares.

    Args:
        steps: numbers of updates, shape (records,).
        average: distance of the averaged weights to the minimiser of E_R, shape (seeds, records).
        last: distance of the latest weights to it, shape (seeds, records).
        least_squares: distance of the averaged weights to least squares, shape (seeds, records).
    """
    figure, axes = style.new_figure()
    for values, color, label in (
        (least_squares, style.OTHER, "averaged weights to least squares"),
        (last, style.E_D, "latest weights to minimum of E_R"),
        (average, style.E_R, "averaged weights to minimum of E_R"),
    ):
        axes.plot(steps, values.mean(axis=0), color=color, label=label)
        axes.fill_between(
            steps, values.min(axis=0), values.max(axis=0), color=color, alpha=0.25, linewidth=0
        )
    axes.set(xscale="log", yscale="log", ylim=(0.01, 10))
    axes.set(xlabel="updates", ylabel="distance / sd of target")
    axes.set_xticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1000", "10000"])
    axes.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    axes.minorticks_off()
    axes.legend(loc="upper right", frameon=False, labelcolor="linecolor", fontsize=style.TEXT)
    return figure


def _draw_cloud(axes: Axes, keep_prob: float, x: float, y: float) -> None:
    """One dot a mask: E_D at a weight of its own, kept masks and dropped ones as they fall."""
    rng = np.random.default_rng(1)
    weights = np.linspace(*WEIGHT_RANGE, CLOUD_MASKS)
    masks = draw_mask((CLOUD_MASKS, 1), keep_prob, rng)
    errors = linear.error_with_dropout(weights[:, None], [x], y, masks)
    axes.plot(weights, errors, ".", color=style.E_D, markersize=6, label="E_D, one mask each")


def _gradient_estimate(keep_prob: float, masks: int, stream: int) -> linear.MonteCarloEstimate:
    return linear.expected_gradient_monte_carlo(
        EXAMPLE_WEIGHTS, EXAMPLE_INPUTS, EXAMPLE_TARGET, keep_prob,
        num_masks=masks, rng=np.random.default_rng(stream),
    )  # fmt: skip


def _running_mean(
    keep_prob: float, masks: int, stream: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate after 2, 3, … masks: each count re-reads the same stream from its start."""
    counts = np.unique(np.geomspace(2, masks, 25).astype(int))
    estimates = [_gradient_estimate(keep_prob, int(count), stream) for count in counts]
    means = np.array([estimate.mean[0] for estimate in estimates])
    return counts, means, np.array([estimate.standard_error[0] for estimate in estimates])


def _exact_gradient(keep_prob: float) -> float:
    return float(
        linear.regularized_gradient(EXAMPLE_WEIGHTS, EXAMPLE_INPUTS, EXAMPLE_TARGET, keep_prob)[0]
    )


def _number(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")
