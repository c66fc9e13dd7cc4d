"""Figures of the chapter `regularizer`."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from dropoutlab import linear
from dropoutlab._names import public_dir
from dropoutlab.experiments import PathDistances
from dropoutlab.explore import handle
from dropoutlab.figures import style
from dropoutlab.figures.words import minus, number, power_of_ten
from dropoutlab.masks import draw_mask, enumerate_masks, mask_probability
from dropoutlab.samples import Sample, Summary, pick

__dir__ = public_dir(__name__)

WEIGHT_RANGE = (-3.0, 3.0)
CLOUD_MASKS = 80

# two copies of one input x = 1 with target y = 1
COPIES, COPIES_TARGET = (1.0, 1.0), 1.0
COPIES_RANGE = (-11.0, 12.0)
COPIES_LEVELS = (1, 4, 16, 64, 256)
COPIES_PLACES = (0.5, *range(1, 11))  # effective weights that the first copy can be dragged to

# a plane of two weights: inches, and where its axes end below the legend
PLANE_HEIGHT, PLANE_TOP = 4.7, 0.915

# two inputs of different scale, for dropout against ridge
SIGNALS = (1.0, 0.5)  # least-squares weight times scale
SHARE_RANGES = ((0.0, 1.2), (0.0, 1.7))  # of dropout, of ridge
SHARE_HEIGHTS = (1.8, 2.55)  # inches, in the same proportion

# dropout on its way
PATH_KEEP_PROB = 0.5
PATH_START = (3.0, -2.0)  # a pair that cancels
PATH_STEPS = (0, 1, 2, 3, 5, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
PATH_LEVELS = (0.22, 0.4, 0.8, 1.6)


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
        f"E_N is least at w = {number(plain)} and E_R at w = {number(regularized)}, "
        f"where the mean error that remains is {number(error)}."
    )


def draw_path_distances(found: PathDistances) -> Figure:
    """Draw the distance of SGD with dropout to the minimiser of E_R and to least squares."""
    figure, axes = style.new_figure()
    steps = found.steps
    for values, color, label in (
        (found.least_squares, style.OTHER, "averaged weights to least squares"),
        (found.last, style.E_D, "latest weights to the minimum"),
        (found.average, style.E_R, "averaged weights to the minimum"),
    ):
        style.curve_with_band(axes, steps, style.ranges(values), color, label=label)
    axes.set(xscale="log", yscale="log", ylim=(0.01, 10))
    axes.set(xlabel="updates", ylabel="distance / sd of target")
    axes.set_xticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1000", "10000"])
    axes.set_yticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
    axes.minorticks_off()
    axes.legend(loc="upper right", frameon=False, labelcolor="linecolor", fontsize=style.TEXT)
    return figure


def describe_path_distances(found: PathDistances) -> str:
    """Say how far the weights are after the last step: means over the runs."""
    average, last, plain = (
        f"{values[:, -1].mean():.3f}" for values in (found.average, found.last, found.least_squares)
    )
    return (
        f"Lines: means of {len(found.average)} runs; shaded: their full range, too narrow to see "
        f"for the averaged weights. After {found.steps[-1]:,} updates the averaged weights are "
        f"{average} from the minimum and {plain} from least squares, and the latest are {last} "
        f"from the minimum. The weights averaged over the second half alone are "
        f"{found.second_half.mean():.3f} from it, and as many steps of descent without masks end "
        f"{found.descent:.3f} from it."
    )


def _draw_cloud(axes: Axes, keep_prob: float, x: float, y: float) -> None:
    """One dot a mask: E_D at a weight of its own, kept masks and dropped ones as they fall."""
    rng = np.random.default_rng(1)
    weights = np.linspace(*WEIGHT_RANGE, CLOUD_MASKS)
    masks = draw_mask((CLOUD_MASKS, 1), keep_prob, rng)
    errors = linear.error_with_dropout(weights[:, None], [x], y, masks)
    axes.plot(weights, errors, ".", color=style.E_D, markersize=6, label="E_D, one mask each")


# --- two copies of one input ----------------------------------------------------------------------


def draw_cancelling_pair(keep_prob: float = 0.5, first: float = 10.0) -> Figure:
    """Draw E_R over the effective weights v = p w of two copies, E_N's valley, and a pair on it.

    The pair can be dragged along the valley.

    Args:
        keep_prob: probability above 0, at most 1, that a copy is kept.
        first: effective weight of the first copy; the second has 1 − `first`.
    """
    figure, axes = _weight_plane()
    for level in COPIES_LEVELS:
        for line in copies_level(keep_prob, level):
            axes.plot(*line, color=style.E_R, linewidth=1)
    ends, pair = np.array(COPIES_RANGE), (first, COPIES_TARGET - first)
    axes.plot(ends, COPIES_TARGET - ends, color=style.E_N, linewidth=2.5, label="E_N = 0")
    if keep_prob < 1:
        best = keep_prob * linear.regularized_minimizer(COPIES, COPIES_TARGET, keep_prob)
        axes.plot(*best, "o", color=style.E_R, markersize=9, label="least E_R")
    for place in COPIES_PLACES:
        spot = Circle((place, COPIES_TARGET - place), 0.5, alpha=0, linewidth=0)
        axes.add_patch(handle(spot, first=place))
    (diamond,) = axes.plot(*pair, "D", color=style.OTHER, markersize=9, label="the pair")
    handle(diamond, first=first)
    axes.set(xlim=COPIES_RANGE, ylim=COPIES_RANGE, xlabel="p w_1", ylabel="p w_2")
    style.legend_above(axes, PLANE_TOP, columns=3)
    return figure


def _weight_plane() -> tuple[Figure, Axes]:
    """Return a figure with axes for two weights, one as long as the other."""
    figure, (axes,) = style.new_panels(PLANE_HEIGHT)
    axes.set_aspect("equal")
    return figure, axes


def copies_level(keep_prob: float, level: float) -> list[np.ndarray]:
    """Return where E_R of the copies has a value, in effective weights: lines of shape (2, points).

    An ellipse; two parallel lines where nothing is dropped; nothing below the least E_R.
    """
    if keep_prob == 1:
        ends = np.array(COPIES_RANGE)
        reach = np.sqrt(2 * level)
        return [np.array([ends, COPIES_TARGET + side * reach - ends]) for side in (-1, 1)]
    best = linear.regularized_minimizer(COPIES, COPIES_TARGET, keep_prob)
    height = level - linear.regularized_error(best, COPIES, COPIES_TARGET, keep_prob)
    if height <= 0:
        return []
    ratio, angle = (1 - keep_prob) / keep_prob, np.linspace(0, 2 * np.pi, 73)
    # E_I = least + ½ (1 + ratio / 2) (sum − least sum)² + ¼ ratio difference²
    total = 2 * keep_prob * best[0] + np.sqrt(2 * height / (1 + ratio / 2)) * np.cos(angle)
    difference = np.sqrt(4 * height / ratio) * np.sin(angle)
    return [np.array([total + difference, total - difference]) / 2]


def describe_cancelling_pair(keep_prob: float, first: float) -> str:
    """Say what the two errors of the pair are, and where E_R is least."""
    pair = np.array([first, COPIES_TARGET - first])
    unit = (pair / keep_prob, COPIES, COPIES_TARGET, keep_prob)
    plain, regularized = linear.error_without_dropout(*unit), linear.regularized_error(*unit)
    if keep_prob == 1:
        where = "nothing is dropped, so all pairs on the line are equally good"
    else:
        best = linear.regularized_minimizer(COPIES, COPIES_TARGET, keep_prob)
        least = linear.regularized_error(best, COPIES, COPIES_TARGET, keep_prob)
        where = (
            f"E_R is least, {number(least)}, at the equal pair "
            f"({number(keep_prob * best[0])}, {number(keep_prob * best[1])})"
        )
    return (
        f"Keep probability {keep_prob:.1f}, effective weights ({_short(pair[0])}, "
        f"{_short(pair[1])}): E_N = {number(plain)}, E_R = {number(regularized)}; {where}."
    )


# --- dropout against ridge ------------------------------------------------------------------------


def two_inputs(scale: float, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """Return four examples of two inputs and their targets, which a linear unit fits exactly.

    The first input has mean square 1, the second `scale`²; the mean of their product is
    `correlation` · `scale`. Shapes (4, 2) and (4,).
    """
    first, other = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1])
    second = correlation * first + np.sqrt(1 - correlation**2) * other
    return np.stack([first, scale * second], axis=1), SIGNALS[0] * first + SIGNALS[1] * second


def dropout_shares(scale: float, correlation: float, keep_prob: float) -> np.ndarray:
    """Return how much of each least-squares weight is left at the minimum of E_R, shape (2,)."""
    inputs, target = two_inputs(scale, correlation)
    effective = keep_prob * linear.regularized_minimizer(inputs, target, keep_prob)
    return effective / linear.least_squares_minimizer(inputs, target)


def ridge_shares(scale: float, correlation: float, strength: float) -> np.ndarray:
    """Return how much of each is left under ridge with λ / M = `strength`, shape (2,)."""
    inputs, target = two_inputs(scale, correlation)
    weights = linear.ridge_minimizer(inputs, target, strength * len(inputs))
    return weights / linear.least_squares_minimizer(inputs, target)


def draw_shrinkage(scale: float = 0.25, correlation: float = 0.0, keep_prob: float = 0.5) -> Figure:
    """Draw the share of two least-squares weights that dropout and that ridge leave.

    Args:
        scale: of the second input; that of the first is 1.
        correlation: of the two inputs, from 0, below 1.
        keep_prob: where the marks are, with λ / M = (1 − p) / p for ridge; above 0, below 1.
    """
    figure, panels = style.new_panels(*SHARE_HEIGHTS)
    strength = (1 - keep_prob) / keep_prob
    marks = (
        (keep_prob, dropout_shares(scale, correlation, keep_prob)),
        (strength, ridge_shares(scale, correlation, strength)),
    )
    curves = _share_curves(scale, correlation)
    for axes, (values, shares), (mark, at_mark), ends in zip(
        panels, curves, marks, SHARE_RANGES, strict=True
    ):
        for k, (color, line, name) in enumerate(
            ((style.KEPT, "-", "first input"), (style.OTHER, "--", "second input"))
        ):
            axes.plot(values, shares[:, k], line, color=color, linewidth=(4, 2)[k], label=name)
            axes.plot(
                mark, at_mark[k], "os"[k], color=color, markersize=(14, 7)[k],
                markerfacecolor=("none", color)[k], markeredgewidth=2,
            )  # fmt: skip
        axes.set(ylim=ends, ylabel="share left")
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    panels[0].set(xlim=(0.95, 0.05), xlabel="dropout: keep probability p")
    panels[0].set_xticks([0.9, 0.7, 0.5, 0.3, 0.1], ["0.9", "0.7", "0.5", "0.3", "0.1"])
    panels[1].set(xlim=(0.09, 11), xscale="log", xlabel="ridge: λ / M, logarithmic")
    panels[1].set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    panels[1].minorticks_off()
    style.legend_above(panels[0], 0.91)
    return figure


@lru_cache
def _share_curves(scale: float, correlation: float) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Settings, shape (17,), and shares, shape (17, 2), of dropout and of ridge."""
    keep = np.linspace(0.1, 0.9, 17)
    return tuple(
        (values, np.array([shares(scale, correlation, value) for value in values]))
        for shares, values in ((dropout_shares, keep), (ridge_shares, (1 - keep) / keep))
    )


def describe_shrinkage(scale: float, correlation: float, keep_prob: float) -> str:
    """Say what share of the two weights is left at the marks."""
    strength = (1 - keep_prob) / keep_prob
    dropout = dropout_shares(scale, correlation, keep_prob)
    ridge = ridge_shares(scale, correlation, strength)
    return (
        f"Second input at scale {scale:g}, correlation {correlation:g}: dropout with p = "
        f"{keep_prob:.1f} leaves {number(dropout[0])} and {number(dropout[1])} of the two "
        f"least-squares weights; ridge with λ/M = {number(strength)} leaves {number(ridge[0])} "
        f"and {number(ridge[1])}."
    )


# --- dropout on its way ---------------------------------------------------------------------------


def draw_trajectory(step: int = 32, learning_rate: float = 0.2, seed: int = 1) -> Figure:
    """Draw one path of SGD with dropout on the contours of E_R, beside gradient descent on E_R.

    Two copies of one input, one example: only the masks are random. Keep probability 0.5.

    Args:
        step: how many updates were made, one of `PATH_STEPS`.
        learning_rate: of both.
        seed: of the masks.
    """
    figure, axes = _weight_plane()
    for level in PATH_LEVELS:
        for line in copies_level(PATH_KEEP_PROB, level):
            axes.plot(*line / PATH_KEEP_PROB, color=style.E_R, linewidth=0.7, alpha=0.6)
    best = linear.regularized_minimizer(COPIES, COPIES_TARGET, PATH_KEEP_PROB)
    dropout, expected = _paths(learning_rate, seed)
    for path, color, line, label, size, face in (
        (dropout, style.E_D, "-", "dropout", 7, style.E_D),
        (expected, style.E_R, "--", "descent", 12, "none"),  # a ring, to see through
    ):
        for start, end in pairwise(PATH_STEPS):
            if end <= step:  # one line a stretch, so that later frames share it
                axes.plot(*path[start : end + 1].T, line, color=color, linewidth=1.8)
        axes.plot(
            *path[step], line, marker="o", color=color, linewidth=1.8, label=label,
            markersize=size, markerfacecolor=face, markeredgewidth=1.8,
        )  # fmt: skip
    axes.plot(*best, "x", color=style.OTHER, markersize=11, markeredgewidth=2.5, label="least E_R")
    axes.set(xlim=(-1.2, 3.4), ylim=(-2.3, 2.3), xlabel="w_1", ylabel="w_2")
    style.legend_above(axes, PLANE_TOP, columns=3)
    return figure


def describe_trajectory(step: int, learning_rate: float, seed: int) -> str:
    """Say where the two paths are and how far apart."""
    dropout, expected = (path[step] for path in _paths(learning_rate, seed))
    return (
        f"Run {seed}, learning rate {learning_rate:g}, after {step} steps: dropout is at "
        f"({number(dropout[0])}, {number(dropout[1])}) and gradient descent on E_R at "
        f"({number(expected[0])}, {number(expected[1])}), "
        f"{number(float(np.linalg.norm(dropout - expected)))} apart."
    )


def unrest(learning_rate: float = 0.2, seed: int = 1) -> str:
    """Say how far a run of dropout still moves in one of its last twelve steps."""
    dropout, _expected = _paths(learning_rate, seed)
    moves = np.linalg.norm(np.diff(dropout[-13:], axis=0), axis=1)
    return (
        f"After {len(dropout) - 13} steps run {seed} still makes moves of up to "
        f"{number(float(moves.max()))}: no weights suit every mask."
    )


@lru_cache
def _paths(learning_rate: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """SGD with dropout and gradient descent on E_R, each shape (steps + 1, 2), from one start."""
    settings = {
        "learning_rate": learning_rate, "num_steps": PATH_STEPS[-1], "initial_weights": PATH_START,
    }  # fmt: skip
    dropout = linear.sgd_with_dropout(
        [COPIES], [COPIES_TARGET], PATH_KEEP_PROB, **settings, batch_size=1,
        record_at=range(1, PATH_STEPS[-1] + 1), rng=np.random.default_rng(seed), progress=False,
    )  # fmt: skip
    expected = linear.regularized_descent(COPIES, COPIES_TARGET, PATH_KEEP_PROB, **settings)
    return np.vstack([PATH_START, dropout.weights]), expected


# --- how far from the minimum ---------------------------------------------------------------------


def draw_spread(samples: Sequence[Sample]) -> Figure:
    """Draw the distances to the minimum of every arm, means with their 95 % intervals.

    Args:
        samples: of `experiments.spread_around_minimum`.
    """
    rows = _spread_rows(samples)
    figure, (axes,) = style.new_panels(0.5 * len(rows) + 1.1)
    for measure, color in (("latest weights", style.E_D), ("averaged weights", style.E_R)):
        for place, row in enumerate(rows):
            style.dot(axes, _spread(samples, row, measure), place, color)
        right = measure == "latest weights"
        axes.text(
            0.079 if right else 0.002, -0.4, measure, color=color, ha="right" if right else "left",
            va="bottom", fontsize=style.TEXT,
        )  # fmt: skip
    style.name_rows(axes, ["\n".join(_spread_name(*row)) for row in rows])
    axes.set(xlim=(0, 0.08), ylim=(len(rows) - 0.5, -0.9), xlabel="distance / sd of target")
    axes.set_xticks([0, 0.02, 0.04, 0.06], ["0", "0.02", "0.04", "0.06"])
    figure.subplots_adjust(left=0.37)
    return figure


def describe_spread(samples: Sequence[Sample]) -> str:
    """Say the distances of every arm: means over the data sets."""
    said = [
        f"{', '.join(_spread_name(*row))}: {_spread(samples, row, 'latest weights').mean:.3f} and "
        f"{_spread(samples, row, 'averaged weights').mean:.3f}"
        for row in _spread_rows(samples)
    ]
    return (
        f"Distance to the minimum of the latest and of the averaged weights, means of "
        f"{len(samples[0].seeds)} data sets with their 95 % intervals: {'; '.join(said)}."
    )


def _spread_rows(samples: Sequence[Sample]) -> list[tuple[str, float]]:
    """Arms with their learning rates, in order of appearance."""
    return list(dict.fromkeys((s.arm, float(s.settings["learning_rate"])) for s in samples))


def _spread_name(arm: str, rate: float) -> tuple[str, str]:
    """What is random, and how the learning rate goes."""
    noise, _, falling = arm.partition(", ")
    return noise, falling or f"rate {rate:g}"


def _spread(samples: Sequence[Sample], row: tuple[str, float], measure: str) -> Summary:
    return pick(samples, row[0], measure, learning_rate=row[1]).summary()


# --- numbers in sentences and tables --------------------------------------------------------------


def one_digit(value: float) -> str:
    """Return a positive number to one digit: 0.3, 0.002, 4 × 10⁻¹⁶."""
    return f"{value:.1g}" if value >= 1e-4 else power_of_ten(value)


def _short(value: float) -> str:
    return minus(f"{value + 0.0:g}")
