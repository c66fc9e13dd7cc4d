"""Figures of the chapter `masking`."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from scipy import stats

from dropoutlab import network as nn
from dropoutlab._checks import FloatArray
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import Box, draw_network
from dropoutlab.masks import draw_mask, enumerate_masks, mask_probability
from dropoutlab.network import Network
from dropoutlab.samples import Sample, pick_all

# the network of the first explorer
DRAWN_SIZES = (4, 6, 6, 2)
DRAWN_LAYERS = ("inputs", "hidden 1", "hidden 2", "outputs")
DRAWN_UNITS = sum(DRAWN_SIZES[:-1])  # units that may be dropped

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

# the network with eight thinned ones: sigmoid units, one output between 0 and 1
EIGHT_NETWORK = Network(
    weights=(np.array([[1.5, -1.0], [-0.5, 2.0], [1.0, 1.0]]), np.array([[2.0, -2.5, 1.5]])),
    biases=(np.array([0.0, 0.5, -0.5]), np.array([-0.3])),
    keep_prob=(1.0, 0.5),
    hidden="sigmoid",
    output="logistic",
)
EIGHT_INPUT = np.array([[1.0, 0.5]])

FRESH, SHARED = "fresh masks", "shared mask"
MASK_COLORS = {FRESH: style.MEAN_E_D, SHARED: style.OTHER}


# --- one mask on a network ------------------------------------------------------------------------


def drawn_masks(keep_prob: float, mask: int) -> list[FloatArray]:
    """Return mask number `mask` of the drawn network, one array a layer but the outputs.

    The numbers behind a mask are those of its seed at every keep probability, so that a unit kept
    at one is kept at every larger one.
    """
    flat = draw_mask(DRAWN_UNITS, keep_prob, np.random.default_rng(mask))
    return np.split(flat, np.cumsum(DRAWN_SIZES[:-1])[:-1])


def draw_thinned_network(keep_prob: float = 0.5, mask: int = 1) -> Figure:
    """Draw a network of 4, 6, 6 and 2 units under one mask.

    Args:
        keep_prob: probability from 0 to 1 that an input or a hidden unit is kept.
        mask: number of the mask, its seed.
    """
    figure, axes = _canvas(3.3)
    masks = drawn_masks(keep_prob, mask)
    draw_network(axes, DRAWN_SIZES, masks, box=(0, 0.08, 1, 1), layer_names=DRAWN_LAYERS)
    return figure


def describe_thinned_network(keep_prob: float, mask: int) -> str:
    """Say how many units are kept and how probable the mask is."""
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

    Args:
        top: whether the first hidden unit is kept.
        middle: whether the second is.
        bottom: whether the third is.
    """
    figure, axes = _canvas(2.9)
    mask = np.array([top, middle, bottom], float)
    _error, gradients, _of_biases = masked_gradients(mask)
    widths = [WIDEST * np.abs(gradient) / _largest_gradient() for gradient in gradients]
    draw_network(
        axes, GRADIENT_NETWORK.sizes, [None, mask], box=(0, 0.1, 1, 1),
        unit_size=24, edge_widths=widths, layer_names=("inputs", "hidden", "outputs"),
    )  # fmt: skip
    return figure


def describe_gradients(top: bool, middle: bool, bottom: bool) -> str:
    """Say which units are dropped and how many gradients are exactly zero."""
    mask = np.array([top, middle, bottom], float)
    error, *gradients = masked_gradients(mask)
    flat = np.concatenate([part.ravel() for parts in gradients for part in parts])
    dropped = [name for name, kept in zip(HIDDEN_NAMES, mask, strict=True) if not kept]
    who = " and ".join(", ".join(dropped).rsplit(", ", 1)) if dropped else "none"
    return (
        f"Dropped hidden units: {who}; the error is {error:.2f}. Of the {flat.size} gradients, "
        f"of weights and biases, {(flat == 0).sum()} are exactly 0."
    )


def _largest_gradient() -> float:
    masks = np.concatenate(list(enumerate_masks(3)))
    return max(np.abs(g).max() for mask in masks for g in masked_gradients(mask)[1])


# --- how many survive -----------------------------------------------------------------------------


def draw_survivors(width: int = 16, keep_prob: float = 0.5) -> Figure:
    """Draw how probable each number of kept units is, with the mean and two standard deviations.

    Args:
        width: units in the layer, n.
        keep_prob: probability from 0 to 1 that a unit is kept.
    """
    figure, axes = style.new_figure()
    counts = np.arange(width + 1)
    chance = 100 * stats.binom.pmf(counts, width, keep_prob)
    edges = (np.arange(width + 2) - 0.5) / width
    shown = np.flatnonzero(chance > chance.max() / 1000)
    part = slice(shown[0], shown[-1] + 1)
    look = {"facecolor": style.KEPT, "edgecolor": style.KEPT, "alpha": 0.75, "linewidth": 1}
    axes.stairs(chance[part], edges[part.start : part.stop + 1], fill=True, **look)
    sd = np.sqrt(keep_prob * (1 - keep_prob) / width)
    axes.axvspan(
        keep_prob - 2 * sd,
        keep_prob + 2 * sd,
        color=style.E_R,
        alpha=0.18,
        linewidth=0,
        zorder=0,
    )
    axes.axvline(keep_prob, color=style.E_R, linestyle="--")
    side, shift = ("left", 0.02) if keep_prob < 0.55 else ("right", -0.02)
    axes.text(
        keep_prob + shift, 0.98, f"mean {width * keep_prob:.1f} of {width}", color=style.E_R,
        ha=side, va="top", transform=axes.get_xaxis_transform(),
    )  # fmt: skip
    axes.set(xlim=(-0.14, 1.14), ylim=(0, 1.2 * chance.max()))
    axes.set(xlabel="share of units kept, k / n", ylabel="P(K = k), in %")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "1/4", "1/2", "3/4", "1"])
    return figure


def describe_survivors(width: int, keep_prob: float) -> str:
    """Say mean and spread of the number of kept units, and how often it is exactly half."""
    mean, sd = width * keep_prob, np.sqrt(width * keep_prob * (1 - keep_prob))
    half = stats.binom.pmf(width // 2, width, keep_prob)
    return (
        f"Of {width} units kept with probability {keep_prob:.1f}, {mean:.1f} are kept on average, "
        f"with standard deviation {sd:.1f}, {100 * sd / width:.1f} % of the width. "
        f"Exactly half are kept with probability {_small(half)}."
    )


def _small(chance: float) -> str:
    return "below 0.001" if 0 < chance < 0.001 else f"{chance:.3f}".replace("0.000", "0")


# --- all thinned networks of a small one ----------------------------------------------------------


def eight_outputs() -> tuple[FloatArray, FloatArray]:
    """Return all masks of the hidden units of `EIGHT_NETWORK`, shape (8, 3), and its outputs."""
    masks = np.concatenate(list(enumerate_masks(3)))[::-1]
    inputs = np.repeat(EIGHT_INPUT, len(masks), axis=0)
    return masks, nn.forward(EIGHT_NETWORK, inputs, [None, masks])[-1][:, 0]


def draw_eight_networks(keep_prob: float = 0.5) -> Figure:
    """Draw all thinned networks of a small one, each with its probability and its output.

    Args:
        keep_prob: probability from 0 to 1 that a hidden unit is kept.
    """
    figure, axes = _canvas(4.2)
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


def describe_eight_networks(keep_prob: float) -> str:
    """Say which network is most probable, and what the outputs are on average."""
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
        found = pick_all(samples, arm, "gradient variance")
        sizes, summaries = [s.settings["examples"] for s in found], [s.summary() for s in found]
        axes.plot(sizes, [s.mean for s in summaries], "o-", color=color, label=arm)
        axes.fill_between(
            sizes, [s.low for s in summaries], [s.high for s in summaries],
            color=color, alpha=0.25, linewidth=0,
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="examples in the mini-batch, M")
    axes.set(ylabel="variance of the gradient")
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.minorticks_off()
    axes.legend(loc="lower left", frameon=False, labelcolor="linecolor", fontsize=style.TEXT)
    return figure


def _canvas(height: float) -> tuple[Figure, Axes]:
    """A figure whose axes fill it, for drawings."""
    figure, (axes,) = style.new_panels(height)
    axes.set_position((0, 0.02, 1, 0.96))
    return figure, axes
