"""Small pictures of the chapter `regularizer`: a pair of weights to drag, and a mean of squares."""

from collections.abc import Collection
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from dropoutlab import linear
from dropoutlab._checks import FloatArray
from dropoutlab._names import public_dir
from dropoutlab.explore import area, handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import KEPT, between, one_of
from dropoutlab.figures.regularizer import COPIES, COPIES_TARGET, copies_level
from dropoutlab.figures.words import minus, number
from dropoutlab.masks import mask_probability

__dir__ = public_dir(__name__)

PENALTY = style.OTHER  # its colour

# two copies of one input x = 1 with target y = 1: where their effective weights can be dragged to.
# In thirds, since for p = ½ the least E_R is at a third each
PLANE_OPTIONS = tuple(
    (text, k / 3)
    for k, text in enumerate(["−1", "−⅔", "−⅓", "0", "⅓", "⅔", "1", "1⅓", "1⅔"], start=-3)
)
PLANE_PLACES = tuple(place for _text, place in PLANE_OPTIONS)
PLANE_START = (4 / 3, -1 / 3)  # a pair that cancels
PLANE_STEP = 1 / 3
PLANE_LEVELS = (0.25, 1, 4)  # four times as much from line to line, as in the other map
PLANE_HEIGHT = 3.5  # inches: the axes are square
PARTS_HEIGHTS = (1.5, PLANE_HEIGHT - 1.5)  # of errors and outputs
COPIES_KEPT = {"both kept": (1, 1), "first gone": (0, 1), "second gone": (1, 0)}


def draw_plane(
    first: float = PLANE_START[0], second: float = PLANE_START[1], keep_prob: float = 0.5
) -> Figure:
    """Draw contours of E_R over effective weights of two copies, the line E_N = 0, and the pair.

    The pair can be dragged over the plane.

    Args:
        first: effective weight p w of the first copy, one of PLANE_PLACES.
        second: that of the second, one of PLANE_PLACES.
        keep_prob: probability in KEPT that a copy is kept.
    """
    first = one_of("first", first, PLANE_PLACES)
    second = one_of("second", second, PLANE_PLACES)
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    figure, axes = style.new_part(PLANE_HEIGHT)
    figure.subplots_adjust(top=0.92)
    limits = (PLANE_PLACES[0] - PLANE_STEP / 2, PLANE_PLACES[-1] + PLANE_STEP / 2)
    axes.set(xlim=limits, ylim=limits, xlabel="p w_1", ylabel="p w_2", aspect="equal")
    axes.apply_aspect()
    for level in PLANE_LEVELS:
        for line in copies_level(keep_prob, level):
            look = {"color": style.E_R, "linewidth": 1}
            left, below = line[0].argmin(), line.sum(axis=0).argmin()  # both far from E_N = 0
            seen = [at for at in (left, below) if min(line[:, at]) > PLANE_PLACES[0] + 0.05]
            if seen:
                style.level_line(axes, line, text=f"{level:g}", at=seen[0], **look)
            else:
                axes.plot(*line, **look)
    ends = np.array([-9.0, 9.0])
    axes.plot(ends, COPIES_TARGET - ends, color=style.E_N, linewidth=2)
    _note(axes, COPIES_TARGET - limits[1], limits[1] + 0.05, "E_N = 0", style.E_N, "center")
    for one, other in product(PLANE_PLACES, PLANE_PLACES):
        corner = (one - PLANE_STEP / 2, other - PLANE_STEP / 2)
        area(axes, corner, PLANE_STEP, PLANE_STEP, first=one, second=other)
    (pair,) = axes.plot(first, second, "D", color=PENALTY, markersize=12, zorder=5, clip_on=False)
    handle(pair, first=first, second=second)
    ticks = range(-1, 2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ticks, [minus(str(k)) for k in ticks])
    return figure


def draw_parts(
    first: float = PLANE_START[0], second: float = PLANE_START[1], keep_prob: float = 0.5
) -> Figure:
    """Draw E_N, the penalty and their sum E_R; and the outputs under the four masks, and the mean.

    Args: as for `draw_plane`.
    """
    first = one_of("first", first, PLANE_PLACES)
    second = one_of("second", second, PLANE_PLACES)
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    figure, (above, below) = style.new_panels(*PARTS_HEIGHTS, width=style.PART[0])
    figure.subplots_adjust(left=0.36, right=0.84, top=0.98, hspace=0.8)
    plain, regularized = pair_errors(first, second, keep_prob)
    bars = {
        "E_N": ((plain, style.E_N),),
        "penalty": ((regularized - plain, PENALTY),),
        "E_R": ((plain, style.E_N), (regularized - plain, PENALTY)),
    }
    for row, parts in enumerate(bars.values()):
        end = 0.0
        for length, color in parts:
            above.barh(row, length, 0.62, left=end, color=color)
            end += length
        _note(above, 5.75, row, number(end), INK, va="center")
    _rows(above, bars, (0, 5.6), "error")
    above.set_xticks([0, 2, 4])
    outputs = mask_outputs(first, second, keep_prob)
    for row, (name, output) in enumerate(outputs.items()):
        below.barh(row, output, 0.62, color=style.E_N if name == "mean" else style.E_D)
    below.axvline(0, color=INK, linewidth=0.8)
    below.axvline(COPIES_TARGET, color=style.MEAN_E_D, linewidth=2)
    _note(below, COPIES_TARGET, -0.55, "target", style.MEAN_E_D, "center")
    _rows(below, outputs, (-4, 7), "output in training")
    below.set_xticks([-4, 0, 4], ["−4", "0", "4"])
    return figure


def pair_errors(first: float, second: float, keep_prob: float) -> tuple[float, float]:
    """Return E_N and E_R of two copies with these effective weights."""
    unit = (np.array([first, second]) / keep_prob, COPIES, COPIES_TARGET, keep_prob)
    return float(linear.error_without_dropout(*unit)), float(linear.regularized_error(*unit))


def mask_outputs(first: float, second: float, keep_prob: float) -> dict[str, float]:
    """Return the output under each of the four masks, and the mean over them.

    A copy that is kept has its full weight, the effective one divided by p.
    """
    both, *alone = copies_outputs(first / keep_prob, second / keep_prob)
    names = (*COPIES_KEPT, "both gone", "mean")
    return dict(zip(names, (both, *alone, 0.0, keep_prob * both), strict=True))


def copies_outputs(w1: float, w2: float) -> list[float]:
    """Return the outputs with both copies, without the first and without the second."""
    return [float(np.multiply((w1, w2), kept) @ COPIES) for kept in COPIES_KEPT.values()]


def describe_plane(first: float, second: float, keep_prob: float = 0.5) -> str:
    """Say what the errors of the pair are and what is answered under each mask."""
    first = one_of("first", first, PLANE_PLACES)
    second = one_of("second", second, PLANE_PLACES)
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    plain, regularized = pair_errors(first, second, keep_prob)
    both, without_first, without_second, neither, mean = map(
        number, mask_outputs(first, second, keep_prob).values()
    )
    return (
        f"Effective weights ({number(first)}, {number(second)}), keep probability "
        f"{keep_prob:.1f}: E_N = {number(plain)}, penalty {number(regularized - plain)}, "
        f"E_R = {number(regularized)}; the output in training is {both} with both copies, "
        f"{without_first} without the first, {without_second} without the second and {neither} "
        f"without both, {mean} in the mean."
    )


# --- a mean of squares ----------------------------------------------------------------------------

# a unit with one weight for two inputs
SQUARE_INPUTS, SQUARE_TARGET = (1.0, 0.5), 1.0
SQUARE_MASKS = {"●●": (1, 1), "●○": (1, 0), "○●": (0, 1), "○○": (0, 0)}
WEIGHTS = (0.0, 1.4)  # least and largest
TALLEST = 1.3  # square
GAP = 0.15  # between the masks and the mean, and between this and the least
LEAST_WIDTH = 0.35  # of its bar
BETTER = 0.05  # so much less can be seen
NAMED = -0.13  # top of the names of the masks, below their bars


def draw_squares(keep_prob: float = 0.5, weight: float = 1.0) -> Figure:
    """Draw the squared residual of each mask, as wide as it is probable, and the mean of them.

    The mean, of width 1, is as large as the four together: the square of the mean residual and
    the residual's variance. Beside it stands the least mean of all weights, if it is seen to be
    less.

    Args:
        keep_prob: probability in KEPT that an input is kept.
        weight: of both inputs, in WEIGHTS.
    """
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    weight = between("weight", weight, *WEIGHTS)
    figure, (axes,) = style.new_panels(3.3)
    axes.set_position((0.155, 0.15, 0.79, 0.65))
    residuals, probability = mask_residuals(keep_prob, weight)
    mean_square, square_of_mean, variance = square_parts(keep_prob, weight)
    look = {"align": "edge", "edgecolor": style.E_D, "linewidth": 1}
    lefts = np.cumsum(probability) - probability
    names = np.arange(0.5, len(SQUARE_MASKS)) / len(SQUARE_MASKS)  # their places: bars may be thin
    for name, place, left, wide, residual in zip(
        SQUARE_MASKS, names, lefts, probability, residuals, strict=True
    ):
        if wide == 0:
            continue
        axes.bar(left, residual**2, wide, color=to_rgba(style.E_D, 0.35), **look)
        _note(axes, place, NAMED, name, style.E_D, "center", "top")
        to_name = [left + wide / 2, place], [-0.01, NAMED]
        axes.plot(*to_name, color=style.E_D, linewidth=0.8, clip_on=False)
    axes.bar(1 + GAP, square_of_mean, 1, align="edge", color=style.E_N)
    axes.bar(1 + GAP, variance, 1, bottom=square_of_mean, align="edge", color=PENALTY)
    right = 2 + 2 * GAP + LEAST_WIDTH
    axes.plot([0, right], [mean_square] * 2, color=style.E_R, linestyle="--")
    _note(axes, 1.5 + GAP, NAMED, "mean", INK, "center", "top")
    _note(axes, 0, TALLEST + 0.21, f"mean of squares {mean_square:.3f}", style.E_R)
    _note(axes, 0, TALLEST + 0.03, f"≈ mean² {square_of_mean:.3f}", style.E_N)
    _note(axes, 1.0, TALLEST + 0.03, f"+ variance {variance:.3f}", PENALTY)
    at, least = least_square(keep_prob)
    if mean_square - least > BETTER:
        look = {"color": "none", "edgecolor": style.E_R, "linewidth": 1.5, "clip_on": False}
        middle = right - LEAST_WIDTH / 2
        axes.bar(middle, least, LEAST_WIDTH, **look)
        _note(axes, middle, NAMED, "least", style.E_R, "center", "top")
        _note(axes, right, TALLEST + 0.21, f"least at {at:.2f}", style.E_R, "right")
    axes.set(xlim=(0, right), ylim=(0, TALLEST), xticks=[], ylabel="squared residual")
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    return figure


def mask_residuals(keep_prob: float, weight: float) -> tuple[FloatArray, FloatArray]:
    """Return target minus output under each of SQUARE_MASKS, and how probable it is."""
    masks = np.array(list(SQUARE_MASKS.values()), float)
    residuals = SQUARE_TARGET - weight * masks @ SQUARE_INPUTS
    return residuals, mask_probability(masks, keep_prob)


def square_parts(keep_prob: float, weight: float) -> tuple[float, float, float]:
    """Return the residual's mean square, the square of its mean, and its variance."""
    residuals, probability = mask_residuals(keep_prob, weight)
    mean = probability @ residuals
    variance = probability @ (residuals - mean) ** 2
    return float(probability @ residuals**2), float(mean**2), float(variance)


def least_square(keep_prob: float) -> tuple[float, float]:
    """Return the weight at which the mean square is least, and this mean square.

    Both parts are functions of one weight w: the residual is y − w Σ z_j x_j, which has mean
    y − w a with a = p Σ x_j, and variance w² v with v = p (1 − p) Σ x_j².
    """
    mean = keep_prob * sum(SQUARE_INPUTS)
    variance = keep_prob * (1 - keep_prob) * sum(x**2 for x in SQUARE_INPUTS)
    weight = mean * SQUARE_TARGET / (mean**2 + variance)
    return weight, square_parts(keep_prob, weight)[0]


def describe_squares(keep_prob: float, weight: float) -> str:
    """Say the mean of the squares and its two parts."""
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    weight = between("weight", weight, *WEIGHTS)
    mean_square, square_of_mean, variance = square_parts(keep_prob, weight)
    at, least = least_square(keep_prob)
    better = f" At weights of {at:.2f} the mean is least, {least:.3f}."
    return (
        f"Keep probability {keep_prob:.1f}, both weights {weight:.1f}: the mean of the four "
        f"squared residuals is {mean_square:.3f}, that is the squared mean residual, about "
        f"{square_of_mean:.3f}, plus the variance, about {variance:.3f}."
        f"{better if mean_square - least > BETTER else ''}"
    )


def least_of_squares() -> str:
    """Say where the mean residual is zero and where the mean of the squares is least, p = ½."""
    zero = 2 * SQUARE_TARGET / sum(SQUARE_INPUTS)
    weight, least = least_square(0.5)
    return (
        f"With half of the inputs kept, the mean residual is zero at a weight of {zero:.2f}, where "
        f"the mean of the squares is {square_parts(0.5, zero)[0]:.3f}; it is least at "
        f"{weight:.2f}: {least:.3f}."
    )


# --- parts ----------------------------------------------------------------------------------------


def _rows(axes: Axes, names: Collection[str], limits: tuple[float, float], label: str) -> None:
    """Rows of bars from top to bottom with their names."""
    axes.set(xlim=limits, xlabel=label)
    style.name_rows(axes, names)


def _note(
    axes: Axes, x: float, y: float, text: str, color: str, ha: str = "left", va: str = "bottom"
) -> None:
    axes.text(x, y, text, color=color, ha=ha, va=va, fontsize=style.TEXT)
