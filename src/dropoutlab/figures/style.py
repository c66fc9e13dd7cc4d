"""The look of every figure: the same colour for the same thing everywhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from dropoutlab._checks import FloatArray
from dropoutlab._names import public_dir
from dropoutlab.explore.ink import INK, LIGHT
from dropoutlab.figures.words import interval
from dropoutlab.samples import Summary

__dir__ = public_dir(__name__)

E_N = LIGHT["blue"]  # without dropout: with scaled weights
E_D = LIGHT["grey"]  # with dropout: one mask
MEAN_E_D = LIGHT["green"]  # averages over masks
E_R = LIGHT["orange"]  # regularised
OTHER = LIGHT["purple"]  # what is only there to compare with
CLAIMED = OTHER  # among the errata, always dashed: what is wrongly said
IDEAL = LIGHT["grey"]  # dashed: what should be, or what a formula predicts

KEPT, DROPPED = LIGHT["blue"], LIGHT["grey"]  # units
TRAINING, TEST = LIGHT["grey"], LIGHT["blue"]  # one network in its two lives
WEIGHT_SCALING, EXACT, GEOMETRIC = E_N, E_R, MEAN_E_D  # averages over masks
ARMS = {  # ways to train
    "none": E_N,
    "L1": LIGHT["green"],
    "L2": OTHER,
    "max-norm": LIGHT["grey"],
    "dropout": E_R,
    "dropout and L1": E_R,
    "dropout and L2": E_R,
    "dropout and max-norm": E_R,
}
ARM_ROWS = [arm.replace("dropout and", "+") for arm in ARMS]  # names one below the other

MID_GREY = "#84898f"  # ink of images, which do not follow the page into the dark

TEXT = 12  # points, of all text
STYLE = {
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
# inches, 317 points: a phone of 360 pixels has 318 for a picture in a fold, and so 12 for its text
SIZE = (4.4, 3.5)
PART = (3.6, 3.0)  # inches: one of several pictures side by side, each about 340 pixels wide
LEFT = 0.73  # inches, of the margin for ticks and label
FINER = 8  # a line of equal height can be cut at so many places between two of its points
ONE_LINE = 0.86  # where axes of 3 inches end that have one line of names above them
UNDER = 0.2  # of a row: so far a dot is below its middle, and its name above
MAX_TICKS = 5  # steps an axis: drawing ticks is half of the time of a frame


def new_figure() -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes, in the book's style."""
    figure, (axes,) = new_panels(SIZE[1])
    return figure, axes


def new_panels(*heights: float, width: float = SIZE[0]) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes one above the other, of the given heights in inches."""
    total = sum(heights)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, total))
        margins = {
            "left": LEFT / width,
            "right": 0.98,
            "bottom": 0.56 / total,
            "top": 1 - 0.1 / total,
        }
        figure.subplots_adjust(**margins, hspace=0.5)
        grid = figure.add_gridspec(len(heights), height_ratios=heights)
        panels = [figure.add_subplot(cell) for cell in grid]
    for axes in panels:
        axes.locator_params(nbins=MAX_TICKS)
    return figure, panels


def new_part(height: float = PART[1]) -> tuple[Figure, Axes]:
    """Return a small figure with one pair of axes, for a part of an explorer."""
    figure, (axes,) = new_panels(height, width=PART[0])
    return figure, axes


def legend_above(
    axes: Axes,
    top: float = 0.81,
    columns: int = 2,
    named: Sequence[Artist] | None = None,
    handles: float = 1.4,
) -> None:
    """Put the legend above the top panel, whose axes end at `top`, where no line runs into it.

    It is in the middle of the figure, which it may need from side to side. `named` are artists with
    labels, if not those of the axes; `handles` is how long its lines are, in heights of its text:
    thick dashes need more.
    """
    axes.figure.subplots_adjust(top=top)
    axes.legend(
        handles=named,
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
        bbox_transform=blended_transform_factory(axes.figure.transFigure, axes.transAxes),
        ncols=columns,
        handlelength=handles,
        handletextpad=0.5,
        columnspacing=1.2,
        frameon=False,
        labelcolor="linecolor",
        fontsize=TEXT,
    )


def level_line(
    axes: Axes, line: FloatArray, color: str, text: str, at: int, **look: object
) -> None:
    """Draw a line of equal height, and how high it is in a gap that it leaves.

    Args:
        axes: with the limits and the place that stay.
        line: shape (2, points).
        color: of line and text.
        text: the height.
        at: number of the point where the text stands.
        look: of the line.
    """
    places = np.arange(line.shape[1])
    between = np.linspace(0, places[-1], FINER * places[-1] + 1)
    fine = np.array([np.interp(between, places, part) for part in line])
    away = np.abs(axes.transData.transform(fine.T) - axes.transData.transform(line[:, at]))
    wide, high = away.T * 72 / axes.figure.dpi  # points
    gap = (wide < 0.31 * TEXT * len(text) + 1) & (high < 0.55 * TEXT)
    ends = np.convolve(gap, (1, 1, 1), "same") > gap  # beside the gap, or in it
    kept = ends | (np.arange(len(between)) % FINER == 0)
    axes.plot(*np.where(gap, np.nan, fine)[:, kept], color=color, **look)
    axes.text(*line[:, at], text, color=color, ha="center", va="center", fontsize=TEXT)


def dot(
    axes: Axes, found: Summary, row: float, color: str, size: float = 8, **look: object
) -> None:
    """Draw a mean as a dot in a row, of so many points, and its interval as a line."""
    axes.hlines(row, found.low, found.high, color=color, linewidth=3)
    axes.plot(found.mean, row, "o", color=color, markersize=size, **look)


def name_rows(axes: Axes, names: Collection[str]) -> None:
    """Give rows their names, from top to bottom."""
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)


def rows_under_names(axes: Axes, rows: Mapping[str, tuple[Summary, str]], form: str) -> None:
    """Draw what `rows_of_dots` draws, with name and number above each row: the axes may be wide."""
    for place, (found, color) in enumerate(rows.values()):
        dot(axes, found, place + UNDER, color)
        axes.text(
            1, place - UNDER, interval(found, form), color=color, ha="right", va="center",
            fontsize=TEXT, transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    places = np.arange(len(rows))
    axes.vlines(0 * places, places, places + 2 * UNDER, color=INK, linewidth=0.8)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(places - UNDER, rows, ha="left")
    axes.tick_params(axis="y", length=0, pad=0)
    axes.spines["left"].set_visible(False)


def curve_with_band(
    axes: Axes, x: Sequence[float], curve: FloatArray, color: str, form: str = "-", **look: object
) -> None:
    """Draw a curve in a pale band, both given as `means` or `ranges`: shape (3, points)."""
    height, low, high = curve
    axes.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)
    axes.plot(x, height, form, color=color, **look)


def means(found: Iterable[Summary]) -> FloatArray:
    """Return means and the ends of their intervals, shape (3, points)."""
    return np.array([(part.mean, part.low, part.high) for part in found]).T


def ranges(values: FloatArray) -> FloatArray:
    """Return means over the first axis, and the least and largest values, shape (3, points)."""
    return np.stack([values.mean(axis=0), values.min(axis=0), values.max(axis=0)])


def rows_of_dots(axes: Axes, rows: Mapping[str, tuple[Summary, str]], form: str) -> None:
    """Draw a mean as a dot, its interval as a line and both as a number, one row a name.

    Args:
        axes: where; 0 is marked, and the numbers stand to the right of it.
        rows: by name, what was found and its colour.
        form: how to write the numbers, `"+.1f"` for example.
    """
    for place, (found, color) in enumerate(rows.values()):
        dot(axes, found, place, color)
        axes.text(
            1.03, place, interval(found, form), color=color, va="center", fontsize=TEXT,
            transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    name_rows(axes, rows)


def digits(images: FloatArray, *, down: bool = False) -> FloatArray:
    """Return images side by side, or one below the other, as one with opacity as fourth number.

    The root of the ink is the opacity of a grey; there is a clear pixel around each.

    Args:
        images: ink from 0 to 1, shape (images, rows, columns).
        down: whether the first is on top of the others.
    """
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    ink = np.concatenate(list(padded), axis=0 if down else 1)
    grey = np.broadcast_to(to_rgb(MID_GREY), (*ink.shape, 3))
    return np.concatenate([grey, np.sqrt(ink[..., None])], axis=-1)
