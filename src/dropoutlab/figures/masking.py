"""Figures of the chapter `masking`."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, PathPatch, Rectangle
from matplotlib.path import Path
from scipy import stats

from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, choice, whole_number
from dropoutlab._names import public_dir
from dropoutlab.explore import handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import between, switches, whole_one_of
from dropoutlab.figures.network_drawing import Box, draw_network, unit_places
from dropoutlab.figures.read_off import Curves
from dropoutlab.figures.words import minus, small_chance
from dropoutlab.masks import draw_mask, enumerate_masks, mask_probability
from dropoutlab.network import Network
from dropoutlab.samples import Sample, Summary, pick, pick_all

__dir__ = public_dir(__name__)

# the network of the first explorer
DRAWN_SIZES = (4, 6, 6, 2)
DRAWN_LAYERS = ("inputs", "hidden 1", "hidden 2", "outputs")
DRAWN_UNITS = sum(DRAWN_SIZES[:-1])  # units that may be dropped

# the layer that is written out as matrices: three sigmoid units into three units
LAYER_WEIGHTS = np.array([[2.0, -1.0, 1.0], [1.0, -3.0, 2.0], [-1.0, 2.0, 1.0]])
LAYER_BIASES = np.array([0.3, -0.4, 0.1])
LAYER_ACTIVATIONS = np.array([0.8, 0.2, 0.6])
LAYER_UNITS = ("first", "second", "third")
LAYER_HEIGHT = 2.55  # inches: the cells are square
SLIPS = {  # what is written, and what it does wrong
    "bias": ("W (h ∘ z + b) = a", "with the bias inside"),
    "rows": ("(W with zero rows) h + b = a", "with rows instead of columns"),
    "before": ("W σ(sum ∘ z) + b = a", "with the mask before the activation function"),
}

# the network whose gradients are drawn: sigmoid units, linear outputs, squared error
GRADIENT_NETWORK = Network(
    weights=(
        np.array([[1.0, -1.5, 0.5], [-1.0, 0.5, 1.5], [0.5, 1.0, -1.0]]),
        np.array([[1.0, -1.5, 0.5], [-0.5, 1.0, 1.5]]),
    ),
    biases=(np.array([0.1, -0.2, 0.3]), np.array([0.2, -0.1])),
    keep_prob=(1.0, 0.5),
    hidden="sigmoid",
    output="linear",
)
GRADIENT_INPUT = np.array([[1.0, 0.5, -1.0]])
GRADIENT_TARGET = np.array([[2.0, -1.0]])
HIDDEN_NAMES = ("top", "middle", "bottom")
WIDEST = 9.0  # points, for the largest gradient of any mask
GRADIENT_BOX: Box = (0, 0.1, 1, 1)
STUB = 0.13  # length of the line of a bias, as a share of the height

WIDTHS = (4, 8, 16, 32, 64, 128, 256)  # units, of which exactly half can be kept
ROWS = 40  # masks that are drawn, a row each
ROWS_SEED = 0
NUMBERED = (1, 10, 20, 30, 40)  # masks
THIN, THICK = 1.0, 6.0  # points, of the bars of wide layers and of narrow ones
TALLEST = 45  # per cent: a bar that is taller is cut, and its number stands beside its end

# the network with eight thinned ones: sigmoid units, one output between 0 and 1
EIGHT_NETWORK = Network(
    weights=(np.array([[1.5, -1.0], [-0.5, 2.0], [1.0, 1.0]]), np.array([[2.0, -2.5, 1.5]])),
    biases=(np.array([0.0, 0.5, -0.5]), np.array([-0.3])),
    keep_prob=(1.0, 0.5),
    hidden="sigmoid",
    output="logistic",
)
EIGHT_INPUT = np.array([[1.0, 0.5]])
LARGEST = 20.0  # points, the dot of an output whose network is the only one

FRESH, SHARED = "fresh masks", "shared mask"
MASK_COLORS = {FRESH: style.MEAN_E_D, SHARED: style.OTHER}


# --- one mask on a network ------------------------------------------------------------------------


def drawn_masks(keep_prob: float, mask: int) -> list[FloatArray]:
    """Return mask number `mask` of the drawn network, one array a layer but the outputs.

    The numbers behind a mask are those of its seed at every keep probability, so that a unit kept
    at one is kept at every larger one.
    """
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    mask = whole_number("mask", mask, 0)
    flat = draw_mask(DRAWN_UNITS, keep_prob, np.random.default_rng(mask))
    return np.split(flat, np.cumsum(DRAWN_SIZES[:-1])[:-1])


def draw_thinned_network(keep_prob: float = 0.5, mask: int = 1) -> Figure:
    """Draw a network of 4, 6, 6 and 2 units under one mask.

    Args:
        keep_prob: probability from 0 to 1 that an input or a hidden unit is kept.
        mask: number of the mask, its seed, at least 0.
    """
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    mask = whole_number("mask", mask, 0)
    figure, axes = _canvas(3.3)
    masks = drawn_masks(keep_prob, mask)
    draw_network(axes, DRAWN_SIZES, masks, box=(0, 0.08, 1, 1), layer_names=DRAWN_LAYERS)
    return figure


def describe_thinned_network(keep_prob: float, mask: int) -> str:
    """Say how many units are kept and how probable the mask is."""
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    mask = whole_number("mask", mask, 0)
    inputs, *hidden = drawn_masks(keep_prob, mask)
    hidden = np.concatenate(hidden)
    chance = float(mask_probability(np.concatenate([inputs, hidden]), keep_prob))
    return (
        f"Keep probability {keep_prob:.1f}, mask {mask}: {inputs.sum():.0f} of {inputs.size} "
        f"inputs and {hidden.sum():.0f} of {hidden.size} hidden units are kept; "
        f"this very mask {_odds(chance)}."
    )


def _odds(chance: float) -> str:
    if chance == 1:
        return "is the only possible one"
    times = 1 / chance
    return f"has probability 1 in {times:,.0f}" if times >= 100 else f"has probability {chance:.3f}"


# --- one layer, written out -----------------------------------------------------------------------


def masked_layer(
    mask: Sequence[float], slip: str = ""
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return matrix, vector and bias of the written-out layer under a mask, and what they give.

    Args:
        mask: of its three units.
        slip: one of SLIPS, or "" for the layer as it should be.

    Returns:
        W, shape (3, 3); what it is multiplied by; what is added; the sums.
    """
    choice("slip", slip, ("", *SLIPS))
    mask = np.array(mask, float)
    matrix, vector, bias = LAYER_WEIGHTS, LAYER_ACTIVATIONS * mask, LAYER_BIASES
    if slip == "bias":
        vector, bias = vector + bias, np.zeros(3)
    elif slip == "rows":
        matrix, vector = mask[:, None] * matrix, LAYER_ACTIVATIONS
    elif slip == "before":  # a dropped unit sends σ(0)
        vector = np.where(mask == 1, LAYER_ACTIVATIONS, 0.5)
    return matrix, vector, bias, matrix @ vector + bias


def draw_layer(first: bool = True, second: bool = True, third: bool = True) -> Figure:
    """Draw W (h ∘ z) + b = a in numbers; a click on a unit takes it away or brings it back.

    A unit stands over the column of the weights that leave it.

    Args:
        first: whether the first unit is kept.
        second: whether the second is.
        third: whether the third is.
    """
    return _draw_written(switches(first=first, second=second, third=third), "")


def draw_slip(
    slip: str = "bias", first: bool = True, second: bool = True, third: bool = True
) -> Figure:
    """Draw the same layer written wrongly; what is not as it should be is marked.

    Args:
        slip: one of SLIPS.
        first: whether the first unit is kept.
        second: whether the second is.
        third: whether the third is.
    """
    choice("slip", slip, [*SLIPS])
    return _draw_written(switches(first=first, second=second, third=third), slip)


def describe_layer(slip: str, first: bool, second: bool, third: bool) -> str:
    """Say which units are kept, and the sums, right and wrong."""
    choice("slip", slip, [*SLIPS])
    mask = switches(first=first, second=second, third=third)
    kept = [name for name, there in zip(LAYER_UNITS, mask, strict=True) if there]
    right, wrong = (masked_layer(mask, how)[3] for how in ("", slip))
    verdict = "the same" if np.allclose(right, wrong) else _listed(wrong)
    return (
        f"Kept: {', '.join(kept) or 'no unit'}. The layer gives {_listed(right)}; "
        f"{SLIPS[slip][1]} it would give {verdict}."
    )


def bias_in_the_bracket(unit: int = 1) -> str:
    """Say what the column of a dropped unit is multiplied by, with the bias inside.

    Args:
        unit: its place, from 0 on.
    """
    unit = whole_number("unit", unit, 0, len(LAYER_UNITS) - 1)
    _matrix, vector, *_ = masked_layer(np.arange(len(LAYER_UNITS)) != unit, "bias")
    return (
        "The mask gives 0, and then a bias is added: the column is multiplied by "
        f"{minus(f'{vector[unit]:.1f}')}."
    )


def _draw_written(mask: Sequence[bool], slip: str) -> Figure:
    figure, axes = style.new_part(LAYER_HEIGHT)
    axes.set_position((0, 0, 1, 1))
    matrix, vector, bias, found = masked_layer(mask, slip)
    right = masked_layer(mask)
    counts = (matrix != 0) & (vector != 0)
    _write(axes, 0, matrix, counts, right[0])
    _write(axes, 3.4, vector[:, None], vector[:, None] != 0, right[1][:, None])
    end = 4.9  # of the sum: there is no second term if the bias is inside the bracket
    if slip != "bias":
        _write(axes, 5.1, bias[:, None], bias[:, None] != 0, bias[:, None])
        _say(axes, 4.75, 1.5, "+")
        _say(axes, 5.6, -0.3, "b")
        end = 6.6
    _write(axes, end, found[:, None], np.ones((3, 1), bool), right[3][:, None])
    names = {"bias": "h ∘ z + b", "rows": "h", "before": "σ(sum ∘ z)"}
    for x, y, text in ((end - 0.25, 1.5, "="), (1.5, -0.3, "W"), (end + 0.5, -0.3, "a")):
        _say(axes, x, y, text)
    _say(axes, 3.9, -0.3, names.get(slip, "h ∘ z"))
    title, color = (SLIPS[slip][0], style.OTHER) if slip else ("W (h ∘ z) + b = a", INK)
    axes.text(0, 4.35, title, ha="left", va="center", color=color, fontsize=style.TEXT)
    for column, (name, there) in enumerate(zip(LAYER_UNITS, mask, strict=True)):
        _unit_to_click(axes, column + 0.5, 3.5, name, there)
    axes.set(xlim=(-0.05, 8.2), ylim=(-0.6, 4.65), aspect="equal")
    axes.axis("off")
    return figure


def _say(axes: Axes, x: float, y: float, text: str) -> None:
    axes.text(x, y, text, ha="center", va="center", color=INK, fontsize=style.TEXT)


def _write(
    axes: Axes, left: float, numbers: FloatArray, alive: np.ndarray, right: FloatArray
) -> None:
    """Write numbers into cells: what does not count grey, what is not as it should be marked."""
    for (row, column), value in np.ndenumerate(numbers):
        wrong = not np.isclose(value, right[row, column])
        color = style.OTHER if wrong else style.KEPT if alive[row, column] else style.DROPPED
        corner = (left + column + 0.04, 2 - row + 0.04)
        fill = 0.35 if wrong else 0.25 if alive[row, column] else 0
        axes.add_patch(Rectangle(corner, 0.92, 0.92, color=color, alpha=fill, linewidth=0))
        axes.text(
            left + column + 0.5, 2.5 - row, minus(f"{value:z.1f}"), ha="center", va="center",
            color=style.OTHER if wrong else INK if alive[row, column] else style.DROPPED,
            fontsize=style.TEXT,
        )  # fmt: skip


def _unit_to_click(axes: Axes, x: float, y: float, name: str, kept: bool) -> None:
    """A disc, or an empty circle with a cross; a click turns it over."""
    face = style.KEPT if kept else "none"
    edge = style.KEPT if kept else style.DROPPED
    axes.add_patch(Circle((x, y), 0.3, facecolor=face, edgecolor=edge, linewidth=1.5))
    if not kept:
        axes.plot(x, y, "x", color=style.DROPPED, markersize=8, markeredgewidth=1.5)
    axes.add_patch(handle(Circle((x, y), 0.5, alpha=0, linewidth=0), **{name: not kept}))


def _listed(values: FloatArray) -> str:
    return "(" + ", ".join(minus(f"{value:z.1f}") for value in values) + ")"


# --- gradients under a mask -----------------------------------------------------------------------


def masked_gradients(
    mask: Sequence[float],
) -> tuple[float, list[FloatArray], list[FloatArray]]:
    """Return error and gradients of `GRADIENT_NETWORK` when its hidden units have this mask.

    Returns:
        The error, the gradients of W^(0) and W^(1), those of b^(0) and b^(1).
    """
    noise = [None, np.array([mask], float)]
    activations = nn.forward(GRADIENT_NETWORK, GRADIENT_INPUT, noise)
    error = float(nn.loss(GRADIENT_NETWORK, activations[-1], GRADIENT_TARGET))
    return error, *nn.backward(GRADIENT_NETWORK, activations, noise, GRADIENT_TARGET)


def draw_gradients(top: bool = True, middle: bool = True, bottom: bool = True) -> Figure:
    """Draw a network whose lines are as wide as the gradients of their weights, dotted at 0.

    The bias of a unit is a short line below it.

    Args:
        top: whether the first hidden unit is kept.
        middle: whether the second is.
        bottom: whether the third is.
    """
    there = switches(top=top, middle=middle, bottom=bottom)
    mask = np.array(there, float)
    figure, axes = _canvas(3.1)
    _error, *gradients = masked_gradients(mask)
    widths, stubs = (
        [WIDEST * np.abs(gradient) / _largest_gradient() for gradient in part] for part in gradients
    )
    draw_network(
        axes, GRADIENT_NETWORK.sizes, [None, mask], box=GRADIENT_BOX,
        unit_size=24, edge_widths=widths, layer_names=("inputs", "hidden", "outputs"),
    )  # fmt: skip
    _inputs, hidden, outputs = unit_places(GRADIENT_NETWORK.sizes, GRADIENT_BOX)
    _draw_stubs(axes, np.concatenate([hidden, outputs]), np.concatenate(stubs))
    axes.text(*outputs[-1] + (0.02, -STUB), "bias", color=INK, fontsize=style.TEXT)
    for place, name, kept in zip(hidden, HIDDEN_NAMES, there, strict=True):
        (disc,) = axes.plot(*place, "o", color=style.KEPT, markersize=44, alpha=0)
        handle(disc, **{name: not kept})
    return figure


def _draw_stubs(axes: Axes, places: FloatArray, widths: FloatArray) -> None:
    """Short lines below units, as wide as the gradients of their biases, dotted at 0."""
    lines = np.stack([places, places - (0, STUB)], axis=1)
    for live, look in (
        (widths > 0, {"colors": style.KEPT, "alpha": 0.7, "linewidths": widths[widths > 0]}),
        (widths == 0, {"colors": style.DROPPED, "linewidths": 1, "linestyles": "dotted"}),
    ):
        if live.any():
            axes.add_collection(LineCollection(lines[live], zorder=1, **look), autolim=False)


def describe_gradients(top: bool, middle: bool, bottom: bool) -> str:
    """Say which units are dropped and how many gradients are exactly zero."""
    mask = np.array(switches(top=top, middle=middle, bottom=bottom), float)
    error, *gradients = masked_gradients(mask)
    total = sum(part.size for parts in gradients for part in parts)
    dropped = [name for name, kept in zip(HIDDEN_NAMES, mask, strict=True) if not kept]
    who = " and ".join(", ".join(dropped).rsplit(", ", 1)) if dropped else "none"
    return (
        f"Dropped hidden units: {who}; the error is {error:.2f}. Of the {total} gradients, "
        f"of weights and biases, {zero_gradients(top, middle, bottom)} are exactly 0."
    )


def zero_gradients(top: bool = True, middle: bool = True, bottom: bool = True) -> int:
    """Return how many gradients are exactly zero, of weights and of biases."""
    mask = switches(top=top, middle=middle, bottom=bottom)
    _error, *gradients = masked_gradients(mask)
    return sum(int((part == 0).sum()) for parts in gradients for part in parts)


def _largest_gradient() -> float:
    masks = np.concatenate(list(enumerate_masks(3)))
    parts = (part for mask in masks for part in masked_gradients(mask)[1:])
    return max(np.abs(g).max() for part in parts for g in part)


# --- how many survive -----------------------------------------------------------------------------


def draw_survivors(width: int = 4, keep_prob: float = 0.5) -> Figure:
    """Draw how probable each share of kept units is, with the mean and two standard deviations.

    The axes always hold still. The band ends where shares do. A bar taller than TALLEST, which
    there is only where all units are kept or none, is cut.

    Args:
        width: units in the layer, n, one of WIDTHS.
        keep_prob: probability from 0 to 1 that a unit is kept.
    """
    width = whole_one_of("width", width, WIDTHS)
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    figure, axes = _shares(width, keep_prob)
    chance = 100 * stats.binom.pmf(np.arange(width + 1), width, keep_prob)
    shown = chance > chance.max() / 1000
    half = np.arange(width + 1) == width / 2
    wide = float(np.clip(96 / width, THIN, THICK))
    for counts, color, thick in (
        (np.flatnonzero(shown & ~half), style.DROPPED, wide),
        (np.flatnonzero(shown & half), style.KEPT, max(wide, 2 * THIN)),
    ):
        if len(counts):
            _draw_bars(axes, counts / width, np.minimum(chance[counts], TALLEST), color, thick)
    if chance.max() > TALLEST:
        x, ha, text = (
            (0.86, "right", "{:.0f} % →") if chance.argmax() else (0.14, "left", "← {:.0f} %")
        )
        look = {"color": style.DROPPED, "ha": ha, "va": "top", "fontsize": style.TEXT}
        axes.text(x, TALLEST - 1, text.format(chance.max()), **look)
    axes.set(ylim=(0, TALLEST), ylabel="probability / %", yticks=range(0, TALLEST, 10))
    _name(axes, linewidth=THICK)
    return figure


def _draw_bars(
    axes: Axes, places: FloatArray, heights: FloatArray, color: str, width: float
) -> None:
    """Draw bars of so many points as one path, which a page stores as one line."""
    ends = np.zeros((2 * len(places), 2))
    ends[:, 0] = np.repeat(places, 2)
    ends[1::2, 1] = heights
    bars = Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(places)))
    bars.should_simplify = False
    look = {"edgecolor": color, "facecolor": "none", "capstyle": "butt", "clip_on": False}
    axes.add_patch(PathPatch(bars, linewidth=width, snap=False, **look))


def draw_drawn_survivors(width: int = 4, keep_prob: float = 0.5) -> Figure:
    """Draw the share of kept units in each of `ROWS` masks that are really drawn.

    Args: as for `draw_survivors`.
    """
    width = whole_one_of("width", width, WIDTHS)
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    figure, axes = _shares(width, keep_prob)
    shares = drawn_shares(width, keep_prob)
    rows = np.arange(1, ROWS + 1)
    half = shares == 0.5
    axes.plot(shares[~half], rows[~half], "o", color=style.DROPPED, markersize=4)
    axes.plot(shares[half], rows[half], "o", color=style.KEPT, markersize=6)
    axes.set(ylim=(0, ROWS + 1), yticks=NUMBERED, ylabel="mask")
    _name(axes, linestyle="none", marker="o", markersize=6)
    return figure


def drawn_shares(width: int, keep_prob: float) -> FloatArray:
    """Return the share of kept units in each of `ROWS` masks."""
    width = whole_one_of("width", width, WIDTHS)
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    return draw_mask((ROWS, width), keep_prob, np.random.default_rng(ROWS_SEED)).mean(axis=1)


def _shares(width: int, keep_prob: float) -> tuple[Figure, Axes]:
    """Axes over the share of kept units, with its mean and two standard deviations either way."""
    figure, axes = style.new_part()
    sd = np.sqrt(keep_prob * (1 - keep_prob) / width)
    band = np.clip([keep_prob - 2 * sd, keep_prob + 2 * sd], 0, 1)
    axes.axvspan(*band, color=style.E_R, alpha=0.18, linewidth=0, zorder=0)
    axes.axvline(keep_prob, color=style.E_R, linestyle="--", zorder=0)
    axes.set(xlim=(-0.06, 1.06), xlabel="share of units kept")
    axes.set_xticks([0, 0.5, 1], ["0", "½", "1"])
    return figure, axes


def _name(axes: Axes, **half: object) -> None:
    """Say above the axes what mean, band and blue are, also where they are not there to see."""
    named = [
        Line2D([], [], color=style.E_R, linestyle="--", label="mean"),
        Patch(color=style.E_R, alpha=0.18, linewidth=0, label="± 2 sd"),
        Line2D([], [], color=style.KEPT, label="exactly half", **half),
    ]
    style.legend_above(axes, columns=3, named=named)
    axes.get_legend().get_texts()[1].set_color(style.E_R)  # not as pale as the band
    axes.set_position((0.2, 0.19, 0.76, 0.68))


def describe_survivors(width: int, keep_prob: float) -> str:
    """Say mean and spread of the number of kept units, and how often it is exactly half."""
    width = whole_one_of("width", width, WIDTHS)
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    mean, sd = width * keep_prob, np.sqrt(width * keep_prob * (1 - keep_prob))
    half = stats.binom.pmf(width / 2, width, keep_prob)
    return (
        f"Of {width} units kept with probability {keep_prob:.1f}, {mean:.1f} are kept on average, "
        f"with standard deviation {sd:.1f}, {100 * sd / width:.1f} % of the width. "
        f"Exactly half are kept with probability {small_chance(half)}; of the {ROWS} masks drawn "
        f"here, {int((drawn_shares(width, keep_prob) == 0.5).sum())} do."
    )


def half_kept(width: int) -> float:
    """Return in how many of a hundred masks exactly half of the units are kept, at one half."""
    width = whole_one_of("width", width, WIDTHS)
    return 100 * float(stats.binom.pmf(width / 2, width, 0.5))


def half_is_rare(width: int = 16) -> str:
    """Say in how many of a hundred masks half of the units are kept, and one more or less."""
    half = half_kept(width)
    beside = 100 * 2 * float(stats.binom.pmf(width / 2 - 1, width, 0.5))
    return (
        f"In {half:.0f} of a hundred; {width // 2 - 1} or {width // 2 + 1} are kept in "
        f"{beside:.0f}."
    )


# --- all thinned networks of a small one ----------------------------------------------------------


def eight_outputs() -> tuple[FloatArray, FloatArray]:
    """Return all masks of the hidden units of `EIGHT_NETWORK`, shape (8, 3), and its outputs."""
    masks = np.concatenate(list(enumerate_masks(3)))[::-1]
    inputs = np.repeat(EIGHT_INPUT, len(masks), axis=0)
    return masks, nn.forward(EIGHT_NETWORK, inputs, [None, masks])[-1][:, 0]


def draw_eight_networks(keep_prob: float = 0.5) -> Figure:
    """Draw all thinned networks of a small one, each with its probability and its output.

    Below them the outputs are dots on a line, as large as they are probable, with their mean.

    Args:
        keep_prob: probability from 0 to 1 that a hidden unit is kept.
    """
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    figure, (axes, line) = style.new_panels(4.2, 1.0)
    axes.set_position((0, 0.2, 1, 0.8))
    line.set_position((0.06, 0.1, 0.88, 0.06))
    masks, outputs = eight_outputs()
    chances = mask_probability(masks, keep_prob)
    starts, look = [], {"color": INK, "fontsize": style.TEXT, "linespacing": 1.4}
    for k, (mask, chance, output) in enumerate(zip(masks, chances, outputs, strict=True)):
        left, bottom = 0.25 * (k % 4), 0.5 * (1 - k // 4)
        box: Box = (left, bottom + 0.2, left + 0.25, bottom + 0.5)
        draw_network(axes, EIGHT_NETWORK.sizes, [None, mask], box=box, unit_size=11)
        starts.append((left + 0.04, bottom + 0.165))
        text = f"P = {100 * chance:.1f} %\noutput {output:.2f}"
        axes.text(left + 0.125, bottom + 0.135, text, ha="center", va="top", **look)
    _draw_shares(axes, starts, chances)
    _draw_mean_on_line(line, outputs, chances)
    return figure


def _draw_shares(axes: Axes, starts: Sequence[tuple[float, float]], shares: FloatArray) -> None:
    """Bars as long as shares of 1, before faint full ones."""
    for lengths, color, alpha in (
        (np.ones(len(starts)), style.DROPPED, 0.25),
        (shares, style.E_R, 1),
    ):
        bars = [
            [(x, y), (x + 0.17 * length, y)] for (x, y), length in zip(starts, lengths, strict=True)
        ]
        axes.add_collection(LineCollection(bars, colors=color, alpha=alpha, linewidths=6))


def _draw_mean_on_line(axes: Axes, outputs: FloatArray, chances: FloatArray) -> None:
    """Dots on a line from 0 to 1, their area by probability, and a mark at their mean."""
    axes.hlines(0, 0, 1, color=style.DROPPED, linewidth=1, zorder=0)
    for output, chance in zip(outputs, chances, strict=True):
        size = max(3.0, LARGEST * np.sqrt(chance))
        axes.plot(output, 0, "o", color=style.TRAINING, markersize=size, alpha=0.6)
    mean = float(chances @ outputs)
    axes.plot(mean, 0, "d", color=style.EXACT, markersize=10)
    axes.text(mean, 1.0, f"mean {mean:.3f}", ha="center", color=style.EXACT, fontsize=style.TEXT)
    axes.set(xlim=(0, 1), ylim=(-1, 1), yticks=[], xlabel="output")
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def describe_eight_networks(keep_prob: float) -> str:
    """Say which network is most probable, and what the outputs are on average."""
    keep_prob = between("keep_prob", keep_prob, 0, 1)
    masks, outputs = eight_outputs()
    chances = mask_probability(masks, keep_prob)
    if keep_prob == 0.5:
        most = "all eight networks are equally probable"
    elif keep_prob > 0.5:
        most = "the network that keeps all three hidden units is the most probable"
    else:
        most = "the network that keeps no hidden unit is the most probable"
    return (
        f"Keep probability {keep_prob:.1f}: {most}, P = {100 * chances.max():.1f} %; "
        f"the mean of the outputs, each weighted by its P, is {chances @ outputs:.3f}."
    )


# --- fresh masks ----------------------------------------------------------------------------------


def draw_gradient_noise(samples: Sequence[Sample]) -> Figure:
    """Draw how noisy a mini-batch gradient is, with fresh masks and with a shared one.

    Args:
        samples: of `experiments.mask_sharing_noise`.
    """
    figure, axes = style.new_figure()
    for arm, color in MASK_COLORS.items():
        found = _by_examples(samples, arm)
        style.curve_with_band(
            axes, list(found), style.means(found.values()), color, "o-", label=arm
        )
    axes.set(xscale="log", yscale="log", xlabel="examples in the mini-batch, M")
    axes.set(ylabel="variance of the gradient")
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.minorticks_off()
    style.legend_above(axes, 0.88)
    return figure


def gradient_noise_curves(samples: Sequence[Sample]) -> Curves:
    """Return the curves of `draw_gradient_noise`, to be read off at each number of examples."""
    found = {arm: _by_examples(samples, arm) for arm in MASK_COLORS}
    return Curves(
        partial(draw_gradient_noise, samples),
        list(found[FRESH]),
        {
            f"{{}} with {'a ' * (arm == SHARED)}{arm}": (list(found[arm].values()), color)
            for arm, color in MASK_COLORS.items()
        },
        where="Variance of the gradient with M = {}",
        form=".2f",
    )


def say_bend(samples: Sequence[Sample]) -> str:
    """Say what is left of the variance with a shared mask at ten times as many examples."""
    found = _by_examples(samples, SHARED)
    few, more, many = (found[size].mean for size in (1, 10, 100))
    return (
        f"With the shared mask, 10 examples leave {100 * more / few:.0f} % of the variance of 1, "
        f"but 100 leave {100 * many / more:.0f} % of the variance of 10."
    )


def _by_examples(samples: Sequence[Sample], arm: str) -> dict[int, Summary]:
    return {
        sample.settings["examples"]: sample.summary()
        for sample in pick_all(samples, arm, "gradient variance")
    }


def draw_sharing_costs(samples: Sequence[Sample]) -> Figure:
    """Draw what a shared mask adds to the test error at each learning rate, with its interval.

    Args:
        samples: of `experiments.mask_sharing_error`.
    """
    figure, (axes,) = style.new_panels(2.9)
    axes.set_position((0.22, 0.24, 0.5, 0.72))
    rows = {}
    for fresh in pick_all(samples, FRESH, "test error"):
        rate = fresh.settings["learning_rate"]
        cost = pick(samples, SHARED, "test error", learning_rate=rate) - fresh
        rows[f"rate {rate:g}"] = cost.summary(), MASK_COLORS[SHARED]
    style.rows_of_dots(axes, rows, "+.1f")
    axes.set(xlim=(-0.2, 3), xlabel="points of test error that a shared mask adds")
    return figure


def _canvas(height: float) -> tuple[Figure, Axes]:
    """A figure whose axes fill it, for drawings."""
    figure, (axes,) = style.new_panels(height)
    axes.set_position((0, 0.02, 1, 0.96))
    return figure, axes
