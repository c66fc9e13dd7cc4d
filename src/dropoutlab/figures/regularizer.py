"""Figures of the chapter `regularizer`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dropoutlab import linear
from dropoutlab._checks import choice, whole_number
from dropoutlab._names import public_dir
from dropoutlab.experiments import PathDistances
from dropoutlab.explore import area, handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import KEPT, between, sized, whole_one_of
from dropoutlab.figures.words import minus, number, power_of_ten
from dropoutlab.masks import enumerate_masks, mask_probability
from dropoutlab.samples import Sample, Summary, pick

__dir__ = public_dir(__name__)

WEIGHT_RANGE = (-3.0, 3.0)
BELOW = -0.45  # error, below all curves: where a minimum outside of the picture is told
INPUT_SIZES, TARGETS = (0.1, 4.0), (-3.0, 3.0)  # least and largest, of one input

# two copies of one input x = 1 with target y = 1
COPIES, COPIES_TARGET = (1.0, 1.0), 1.0
COPIES_RANGE = (-11.0, 12.0)
COPIES_LEVELS = (1, 4, 16, 64, 256)
COPIES_PLACES = (0.5, *range(1, 11))  # effective weights that the first copy can be dragged to

# a plane of two weights: inches, and where its axes end below the legend
PLANE_HEIGHT, PLANE_TOP = 4.7, 0.915

# two inputs of different scale, for dropout against ridge
SIGNALS = (1.0, 0.5)  # least-squares weight times scale
SHARE_RANGE = (0.0, 1.7)
SCALES, CORRELATIONS, MARKED_KEPT = (0.1, 2.0), (0.0, 0.8), (0.1, 0.9)  # that the panels hold

# dropout on its way
PATH_KEEP_PROB = 0.5
PATH_START = (3.0, -2.0)  # a pair that cancels
PATH_STEPS = (0, 1, 2, 3, 5, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
PATH_RECENT = 16  # steps that are not faint
PATH_RATES = (0.01, 1.0)  # at a larger one a path leaves the axes
PATH_LEVELS = (0.22, 0.4, 0.8, 1.6)
PATH_LAST, PATH_LATE = 12, 100  # moves that are enlarged, after so many steps
PATH_CLOSE = (0.3, 0.6)  # from the minimum: what is enlarged, at least
CLOSE_CORNER, CLOSE_SIDE = np.array([1.65, 0.42]), 1.65  # where it is enlarged


def draw_error_curves(keep_prob: float = 0.5, x: float = 1.0, y: float = 1.0) -> Figure:
    """Draw the errors of one weight w: E_D of both masks, their mean, E_N, and two minima.

    Args:
        keep_prob: probability in KEPT that the input is kept.
        x: the input, in size in INPUT_SIZES.
        y: the target, in TARGETS.
    """
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    x = sized("x", x, *INPUT_SIZES)
    y = between("y", y, *TARGETS)
    figure, axes = style.new_figure()
    grid = np.linspace(*WEIGHT_RANGE, 41)
    weights = grid[:, None]  # shape (41, 1): 41 units with one weight each
    masks = np.concatenate(list(enumerate_masks(1)))[:, None]  # shape (2, 1, 1)
    errors = linear.error_with_dropout(weights, [x], y, masks)
    mean = mask_probability(masks, keep_prob)[:, 0] @ errors
    plain = linear.error_without_dropout(weights, [x], y, keep_prob)
    axes.plot(grid, mean, color=style.E_R, linewidth=5, alpha=0.6, label="mean of E_D")
    for error, kept in zip(errors, masks[:, 0, 0], strict=True):
        look = ("-", "E_D if kept") if kept else (":", "E_D if dropped")
        axes.plot(grid, error, look[0], color=style.E_D, linewidth=2, label=look[1])
    axes.plot(grid, plain, color=style.E_N, label="E_N")
    for w, color, error, name in (
        (plain_minimum(keep_prob, x, y), style.E_N, linear.error_without_dropout, "E_N"),
        (regularized_minimum(keep_prob, x, y), style.E_R, linear.regularized_error, "mean"),
    ):
        if WEIGHT_RANGE[0] <= w <= WEIGHT_RANGE[1]:
            axes.plot(w, error([w], [x], y, keep_prob), "o", color=color, markersize=9)
        else:
            _point_out(axes, w, f"{name} least at {minus(f'{w:.3g}')}", color)
    axes.set(xlim=WEIGHT_RANGE, ylim=(-0.8, 6), xlabel="weight w", ylabel="error")
    style.legend_above(axes)
    return figure


def _point_out(axes: Axes, w: float, text: str, color: str) -> None:
    """Say below the curves that a minimum is beyond an edge, to which an arrow points.

    If both minima are, that of the mean is the second to be told: it is the nearer one.
    """
    side, is_second = np.sign(w), len(axes.texts) > 0
    if not is_second:
        mark = ">" if side > 0 else "<"
        axes.plot(2.9 * side, BELOW, mark, color=color, markersize=8, clip_on=False)
    axes.text(
        (0.1 if is_second else 2.7) * side, BELOW, text, color=color, va="center_baseline",
        ha="right" if side > 0 else "left", fontsize=style.TEXT,
    )  # fmt: skip


def plain_minimum(keep_prob: float, x: float, y: float) -> float:
    """Return the weight that minimises E_N of one input."""
    return float(linear.least_squares_minimizer([keep_prob * x], y)[0])


def regularized_minimum(keep_prob: float, x: float, y: float) -> float:
    """Return the weight that minimises E_R of one input."""
    return float(linear.regularized_minimizer([x], y, keep_prob)[0])


def describe_error_curves(keep_prob: float, x: float, y: float) -> str:
    """Say where the two minima are and how large the mean of E_D is at its own."""
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    x = sized("x", x, *INPUT_SIZES)
    y = between("y", y, *TARGETS)
    plain, regularized = plain_minimum(keep_prob, x, y), regularized_minimum(keep_prob, x, y)
    error = linear.regularized_error([regularized], [x], y, keep_prob)
    return (
        f"With keep probability {keep_prob:.1f}, x = {x:.1f} and y = {minus(f'{y:.1f}')}, "
        f"E_N is least at w = {number(plain)} and the mean of E_D at w = {number(regularized)}, "
        f"where it is {number(error)}."
    )


def least_of_errors() -> str:
    """Say where the mean error of one input is least, and why: x = y = 1, kept half of the time."""
    least, zero = regularized_minimum(0.5, 1.0, 1.0), plain_minimum(0.5, 1.0, 1.0)
    return (
        f"It is least at w = {least:.0f}, and not at {zero:.0f}: a dropped input leaves the error "
        "½ y², whatever w is, so only the mask that keeps it has a say."
    )


# --- distances on the way -------------------------------------------------------------------------

DISTANCES_HEIGHT = 3.9  # inches
UNTIL = (12, 101, 1223, 10_326, 30_000)  # updates that are recorded: how far distances are shown


@dataclass(frozen=True, eq=False)
class Distances:
    """How far SGD with dropout is from the minimiser of E_R, and from least squares."""

    found: PathDistances

    def draw(self, updates: int = 30_000) -> Figure:
        """Draw the distances up to so many updates, at most 30,000, and faint those to come."""
        updates = whole_number("updates", updates, 1, UNTIL[-1])
        figure, (axes,) = style.new_panels(DISTANCES_HEIGHT)
        seen = self.found.steps <= updates
        for values, color, label in (
            (self.found.least_squares, style.OTHER, "averaged weights from least squares"),
            (self.found.last, style.E_D, "latest weights from the minimum"),
            (self.found.average, style.E_R, "averaged weights from the minimum"),
        ):
            axes.plot(self.found.steps, values.mean(axis=0), color=color, alpha=0.25)
            band = style.ranges(values[:, seen])
            style.curve_with_band(axes, self.found.steps[seen], band, color, label=label)
        axes.set(xscale="log", yscale="log", xlim=(0.8, 40_000), ylim=(0.01, 2))
        axes.set(xlabel="updates", ylabel="distance / sd of target")
        axes.set_xticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1000", "10000"])
        axes.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
        axes.minorticks_off()
        style.legend_above(axes, 0.76, columns=1)
        return figure

    def describe(self, updates: int) -> str:
        """Say how far the weights are at the last recorded step until then: means over the runs."""
        updates = whole_number("updates", updates, 1, UNTIL[-1])
        step, latest, averaged, plain = self._at(updates)
        return (
            f"After {step:,} updates the latest weights are {latest:.3f} from the minimum of "
            f"E_R; the averaged ones are {averaged:.3f} from it and {plain:.3f} from least squares."
        )

    def ends(self) -> str:
        """Say where latest and averaged weights end."""
        _step, latest, averaged, _plain = self._at(int(self.found.steps[-1]))
        return (
            f"In the end the latest weights are {latest:.3f} from the minimum, the averaged ones "
            f"{averaged:.3f}, and descent without masks, in as many steps, "
            f"{self.found.descent:.3f}. The minimum and least squares are "
            f"{self.found.apart:.3f} apart."
        )

    def _at(self, updates: int) -> tuple[int, float, float, float]:
        at = self.found.steps.searchsorted(updates, side="right") - 1  # the last one seen
        every = (self.found.last, self.found.average, self.found.least_squares)
        return int(self.found.steps[at]), *(float(values[:, at].mean()) for values in every)


# --- two copies of one input ----------------------------------------------------------------------


def draw_cancelling_pair(keep_prob: float = 0.5, first: float = 10.0) -> Figure:
    """Draw E_R over the effective weights v = p w of two copies, E_N's valley, and a pair on it.

    The pair can be dragged along the valley.

    Args:
        keep_prob: probability in KEPT that a copy is kept.
        first: effective weight of the first copy, in COPIES_RANGE; the second has 1 − `first`.
    """
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    first = between("first", first, *COPIES_RANGE)
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
        area(axes, (place - 0.5, COPIES_TARGET - place - 0.5), 1, 1, first=place)
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
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    first = between("first", first, *COPIES_RANGE)
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


def all_are_best(first: float = 10.0) -> str:
    """Say what E_R is on the line if nothing is dropped: of a pair that cancels, of equal ones."""
    first = between("first", first, *COPIES_RANGE)
    pairs = [(first, COPIES_TARGET - first), (COPIES_TARGET / 2, COPIES_TARGET / 2)]
    cancels, equal = (
        f"{number(linear.regularized_error(pair, COPIES, COPIES_TARGET, 1.0))} at "
        f"({_short(pair[0])}, {_short(pair[1])})"
        for pair in pairs
    )
    return f"At p = 1 there is no penalty: E_R is {cancels}, and {equal} too."


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


def draw_dropout_shares(
    scale: float = 0.25, correlation: float = 0.0, keep_prob: float = 0.5
) -> Figure:
    """Draw the share of two least-squares weights that dropout leaves.

    Args:
        scale: of the second input, in SCALES; that of the first is 1.
        correlation: of the two inputs, in CORRELATIONS.
        keep_prob: where the marks are, in MARKED_KEPT.
    """
    scale, correlation, keep_prob = _share_setting(scale, correlation, keep_prob)
    curves, _ridge = _share_curves(scale, correlation)
    marks = keep_prob, dropout_shares(scale, correlation, keep_prob)
    figure, axes = _shares(curves, marks, "dropout: keep probability p")
    axes.set_xlim(0.95, 0.05)
    axes.set_xticks([0.9, 0.7, 0.5, 0.3, 0.1], ["0.9", "0.7", "0.5", "0.3", "0.1"])
    return figure


def draw_ridge_shares(
    scale: float = 0.25, correlation: float = 0.0, keep_prob: float = 0.5
) -> Figure:
    """Draw the share of the same weights that ridge leaves; the marks are at λ / M = (1 − p) / p.

    Args: as for `draw_dropout_shares`.
    """
    scale, correlation, keep_prob = _share_setting(scale, correlation, keep_prob)
    _dropout, curves = _share_curves(scale, correlation)
    strength = (1 - keep_prob) / keep_prob
    marks = strength, ridge_shares(scale, correlation, strength)
    figure, axes = _shares(curves, marks, "ridge: λ / M, logarithmic")
    axes.set(xlim=(0.09, 11), xscale="log")
    axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.minorticks_off()
    return figure


def _share_setting(
    scale: float, correlation: float, keep_prob: float
) -> tuple[float, float, float]:
    return (
        between("scale", scale, *SCALES),
        between("correlation", correlation, *CORRELATIONS),
        between("keep_prob", keep_prob, *MARKED_KEPT),
    )


def _shares(
    curves: tuple[np.ndarray, np.ndarray], marks: tuple[float, np.ndarray], label: str
) -> tuple[Figure, Axes]:
    """Return a part with the shares of both weights, and a mark on each."""
    figure, axes = style.new_part()
    (values, shares), (mark, at_mark) = curves, marks
    for k, (color, line, name) in enumerate(
        ((style.KEPT, "-", "first input"), (style.OTHER, "--", "second input"))
    ):
        axes.plot(values, shares[:, k], line, color=color, linewidth=(4, 2)[k], label=name)
        axes.plot(
            mark, at_mark[k], "os"[k], color=color, markersize=(14, 7)[k],
            markerfacecolor=("none", color)[k], markeredgewidth=2,
        )  # fmt: skip
    axes.set(ylim=SHARE_RANGE, xlabel=label, ylabel="share left")
    axes.set_yticks([0, 0.5, 1, 1.5], ["0", "0.5", "1", "1.5"])
    style.legend_above(axes, 0.88)
    return figure, axes


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
    scale, correlation, keep_prob = _share_setting(scale, correlation, keep_prob)
    strength = (1 - keep_prob) / keep_prob
    dropout = dropout_shares(scale, correlation, keep_prob)
    ridge = ridge_shares(scale, correlation, strength)
    return (
        f"At the marks, with the second input at scale {scale:g} and correlation {correlation:g}: "
        f"dropout with p = {keep_prob:.1f} keeps {_percent(dropout[0])} and {_percent(dropout[1])} "
        f"of the two least-squares weights, and ridge with λ / M = {number(strength)} keeps "
        f"{_percent(ridge[0])} and {_percent(ridge[1])}."
    )


def smaller_numbers(scale: float = 0.25) -> str:
    """Say what dropout and ridge leave of both weights, p = ½, of inputs that do not correlate."""
    scale = between("scale", scale, *SCALES)
    (one, other), (first, second) = dropout_shares(scale, 0, 0.5), ridge_shares(scale, 0, 1)
    return (
        f"Dropout leaves {_percent(one)} and {_percent(other)} of the two weights, ridge "
        f"{_percent(first)} and {_percent(second)}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# --- dropout on its way ---------------------------------------------------------------------------


def draw_trajectory(step: int = 32, learning_rate: float = 0.2, seed: int = 1) -> Figure:
    """Draw one path of SGD with dropout on the contours of E_R, beside gradient descent on E_R.

    Two copies of one input, one example: only the masks are random. Keep probability 0.5.

    Args:
        step: how many updates were made, one of `PATH_STEPS`.
        learning_rate: of both, in PATH_RATES.
        seed: of the masks, at least 0.
    """
    step = whole_one_of("step", step, PATH_STEPS)
    learning_rate = between("learning_rate", learning_rate, *PATH_RATES)
    seed = whole_number("seed", seed, 0)
    figure, axes = _weight_plane()
    for line in _path_levels():
        if step > PATH_LATE:  # none runs through what is enlarged
            line[:, (line > CLOSE_CORNER[:, None]).all(axis=0)] = np.nan
        axes.plot(*line, color=style.E_D, linewidth=0.7, alpha=0.6)
    best = linear.regularized_minimizer(COPIES, COPIES_TARGET, PATH_KEEP_PROB)
    dropout, expected = _paths(learning_rate, seed)
    for path, color, line, faint in (
        (dropout, style.E_R, "-", {"linewidth": 1.2, "alpha": 0.5}),
        (expected, style.E_N, "--", {"linewidth": 1.8}),
    ):
        for start, end in pairwise(PATH_STEPS):
            if end <= step:  # one line a stretch, so that later frames share it
                axes.plot(*path[start : end + 1].T, line, color=color, **faint)
    axes.plot(*dropout[max(0, step - PATH_RECENT) : step + 1].T, color=style.E_R, linewidth=1.8)
    for path, color, line, label, size, face in (
        (dropout, style.E_R, "-", "dropout", 7, style.E_R),
        (expected, style.E_N, "--", "descent", 12, "none"),  # a ring, to see through
    ):
        axes.plot(
            *path[step], line, marker="o", color=color, linewidth=1.8, label=label,
            markersize=size, markerfacecolor=face, markeredgewidth=1.8,
        )  # fmt: skip
    axes.plot(*best, "x", color=INK, markersize=11, markeredgewidth=2.5, label="least E_R")
    if step > PATH_LATE:
        _enlarge(axes, best, dropout[step - PATH_LAST : step + 1])
    axes.set(xlim=(-1.2, 3.4), ylim=(-2.3, 2.3), xlabel="w_1", ylabel="w_2")
    style.legend_above(axes, PLANE_TOP, columns=3)
    return figure


def _path_levels() -> list[np.ndarray]:
    """Lines of equal E_R over the weights themselves, shape (2, points)."""
    levels = (copies_level(PATH_KEEP_PROB, level) for level in PATH_LEVELS)
    return [line / PATH_KEEP_PROB for lines in levels for line in lines]


def _enlarge(axes: Axes, best: np.ndarray, moves: np.ndarray) -> None:
    """Draw the last moves once more, larger, in a frame, and the frame around them."""
    farthest = np.abs(moves - best).max()
    close = next((close for close in PATH_CLOSE if close >= farthest), farthest)
    for corner, side in ((best - close, 2 * close), (CLOSE_CORNER, CLOSE_SIDE)):
        axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=INK, linewidth=0.8))
    middle = CLOSE_CORNER + CLOSE_SIDE / 2
    larger = middle + (moves - best) * CLOSE_SIDE / (2 * close)
    axes.plot(*larger.T, color=style.E_R, linewidth=1.8)
    axes.plot(*larger[-1], "o", color=style.E_R, markersize=7)
    axes.plot(*middle, "x", color=INK, markersize=11, markeredgewidth=2.5)
    axes.text(
        middle[0], CLOSE_CORNER[1] + CLOSE_SIDE + 0.03, f"last {PATH_LAST} moves", color=style.E_R,
        ha="center", va="bottom", fontsize=style.TEXT,
    )  # fmt: skip


def describe_trajectory(step: int, learning_rate: float, seed: int) -> str:
    """Say where the two paths are and how far apart."""
    step = whole_one_of("step", step, PATH_STEPS)
    learning_rate = between("learning_rate", learning_rate, *PATH_RATES)
    seed = whole_number("seed", seed, 0)
    dropout, expected = (path[step] for path in _paths(learning_rate, seed))
    moves = ""
    if step > PATH_LATE:
        longest = number(_longest_move(step, learning_rate, seed))
        moves = f" Enlarged: the last {PATH_LAST} moves, up to {longest} long."
    return (
        f"Run {seed}, learning rate {learning_rate:g}, after {step} steps: dropout is at "
        f"({number(dropout[0])}, {number(dropout[1])}) and gradient descent on E_R at "
        f"({number(expected[0])}, {number(expected[1])}), "
        f"{number(float(np.linalg.norm(dropout - expected)))} apart.{moves}"
    )


def _longest_move(step: int, learning_rate: float, seed: int) -> float:
    """Return the length of the longest of the last moves of dropout, of at least PATH_LAST."""
    moves = np.diff(_paths(learning_rate, seed)[0][step - PATH_LAST : step + 1], axis=0)
    return float(np.linalg.norm(moves, axis=1).max())


def unrest(learning_rate: float = 0.2, seed: int = 1) -> str:
    """Say how far a run of dropout still moves in one of its last twelve steps."""
    learning_rate = between("learning_rate", learning_rate, *PATH_RATES)
    seed = whole_number("seed", seed, 0)
    longest = _longest_move(PATH_STEPS[-1], learning_rate, seed)
    return (
        f"After {PATH_STEPS[-1]} steps, run {seed} still makes moves of up to {number(longest)}: "
        "no weights suit every mask."
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

WEIGHTS = {  # measures of the samples: colour, and what the picture calls them
    "latest weights": (style.E_D, "latest weights"),
    "averaged weights": (style.E_R, "mean of second half"),
}


@dataclass(frozen=True, eq=False)
class Wandering:
    """How far the weights are from the minimum of E_R at which they started.

    samples: of `experiments.spread_around_minimum`.
    """

    samples: Sequence[Sample]

    def draw(self, noise: str = "masks and examples") -> Figure:
        """Draw the distance of every arm, the arms of one kind of noise at full strength."""
        choice("noise", noise, _noises(self.samples))
        rows = _spread_rows(self.samples)
        height = 0.5 * len(rows) + 1.1
        figure, (axes,) = style.new_panels(height)
        for measure, (color, words) in WEIGHTS.items():
            for place, row in enumerate(rows):
                found = _spread(self.samples, row, measure)
                if _spread_name(*row)[0] == noise:
                    style.dot(axes, found, place, color)
                else:  # one would see the interval inside
                    axes.plot(found.mean, place, "o", color=to_rgba(color, 0.3), markersize=8)
            axes.plot([], [], "o", color=color, markersize=8, label=words)
        style.name_rows(axes, ["\n".join(_spread_name(*row)) for row in rows])
        axes.set(xlim=(0, 0.08), ylim=(len(rows) - 0.5, -0.5), xlabel="distance / sd of target")
        axes.set_xticks([0, 0.02, 0.04, 0.06], ["0", "0.02", "0.04", "0.06"])
        style.legend_above(axes, 1 - 0.36 / height)
        figure.subplots_adjust(left=0.45)
        return figure

    def describe(self, noise: str) -> str:
        """Say the distances of the latest weights for one kind of noise: means over data sets."""
        choice("noise", noise, _noises(self.samples))
        said = [
            f"{_spread(self.samples, row, 'latest weights').mean:.3f} with {_spread_words(*row)}"
            for row in _spread_rows(self.samples)
            if _spread_name(*row)[0] == noise
        ]
        return (
            f"Mean distance of the latest weights from the minimum, {noise}: {_listed(said)}. The "
            "95 % intervals are mostly smaller than the dots."
        )

    def shrinks(self) -> str:
        """Say by how much a quarter of the learning rate shrinks the distance."""
        slow, fast = (
            _spread(self.samples, ("masks and examples", rate), "latest weights").mean
            for rate in (0.02, 0.08)
        )
        return (
            f"At the rate 0.08 the latest weights are {fast:.3f} away and at 0.02 {slow:.3f}: "
            f"{slow / fast:.2f} times as far."
        )


def _listed(said: Sequence[str]) -> str:
    return " and ".join([", ".join(said[:-1]), said[-1]] if said[1:] else said)


def _spread_rows(samples: Sequence[Sample]) -> list[tuple[str, float]]:
    """Arms with their learning rates, in order of appearance."""
    return list(dict.fromkeys((s.arm, float(s.settings["learning_rate"])) for s in samples))


def _noises(samples: Sequence[Sample]) -> list[str]:
    """All that is random, each once."""
    return list(dict.fromkeys(_spread_name(*row)[0] for row in _spread_rows(samples)))


def _spread_name(arm: str, rate: float) -> tuple[str, str]:
    """What is random, and how the learning rate goes."""
    noise, _, falling = arm.partition(", ")
    return noise, falling or f"rate {rate:g}"


def _spread_words(arm: str, rate: float) -> str:
    """How the learning rate goes, in a sentence."""
    return f"{'a' if ', ' in arm else 'the'} {_spread_name(arm, rate)[1]}"


def _spread(samples: Sequence[Sample], row: tuple[str, float], measure: str) -> Summary:
    return pick(samples, row[0], measure, learning_rate=row[1]).summary()


# --- numbers in sentences and tables --------------------------------------------------------------


def one_digit(value: float) -> str:
    """Return a positive number to one digit: 0.3, 0.002, 4 × 10⁻¹⁶."""
    return f"{value:.1g}" if value >= 1e-4 else power_of_ten(value)


def _short(value: float) -> str:
    return minus(f"{value + 0.0:g}")
