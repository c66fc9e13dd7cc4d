"""Figures of the chapter `errata`: statements as they are found against what is so."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from html import escape

import numpy as np
from IPython.display import HTML
from matplotlib.figure import Figure
from scipy import stats
from sympy import lambdify

from dropoutlab import linear
from dropoutlab._checks import FloatArray, choice
from dropoutlab._names import public_dir
from dropoutlab.errata import Entry, report
from dropoutlab.errata._often_said import FIXED_OUTPUT, FIXED_WEIGHT, P
from dropoutlab.errata._papers import (
    claimed_bound,
    entropy,
    mean_and_normalized,
    two_point_factor,
)
from dropoutlab.errata._test_time import STEPS, weight_after
from dropoutlab.explore.ink import INK
from dropoutlab.explore.svg import sentence_markup
from dropoutlab.figures import read_off, style
from dropoutlab.figures._controls import between, one_of
from dropoutlab.figures.words import number, small_chance

__dir__ = public_dir(__name__)

# --- four formulas for one slope ------------------------------------------------------------------

FORMULAS = {
    "none": "∂E_N/∂w",
    "product": "∂E_N/∂w · w p² x² + w Var(z) x²",
    "twice": "∂E_N/∂w + w p² x² + w Var(z) x²",
    "variance": "∂E_N/∂w + w Var(z) x²",
}
UNIT = ((1.5, -1.0), (1.0, 1.0), 1.0)  # weights, inputs, target
KEEP_PROBS = tuple(np.linspace(0, 1, 21).round(2).tolist())
SLOPES = (-1.0, 1.2)


@lru_cache
def slope_curves() -> dict[str, FloatArray]:
    """Return, over KEEP_PROBS, the mean slope along weight 1 of all masks, and what formulas say.

    "masks" is the sum over all four masks; the others are FORMULAS.
    """
    w, x = UNIT[0][0], UNIT[1][0]
    p = np.array(KEEP_PROBS)
    masks = np.array([linear.expected_gradient_exact(*UNIT, q)[0] for q in KEEP_PROBS])
    plain = np.array([linear.gradient_without_dropout(*UNIT, q)[0] for q in KEEP_PROBS])
    square, spread = w * p**2 * x**2, w * p * (1 - p) * x**2
    return {
        "masks": masks,
        "none": plain,
        "product": plain * square + spread,
        "twice": plain + square + spread,
        "variance": plain + spread,
    }


def draw_slopes(formula: str = "product", keep_prob: float = 0.5) -> Figure:
    """Draw the mean slope of all masks against the keep probability, and what a formula says.

    Args:
        formula: one of FORMULAS.
        keep_prob: one of KEEP_PROBS; dragging in the picture changes it.
    """
    choice("formula", formula, [*FORMULAS])
    keep_prob = one_of("keep_prob", keep_prob, KEEP_PROBS)
    figure, axes = style.new_part()
    found, says = slope_curves()["masks"], slope_curves()[formula]
    look = {"color": style.MEAN_E_D, "linewidth": 7, "alpha": 0.4, "solid_capstyle": "butt"}
    axes.plot(KEEP_PROBS, found, label="mean over masks", **look)
    axes.plot(KEEP_PROBS, says, color=style.CLAIMED, linestyle="--", label="formula")
    at = KEEP_PROBS.index(keep_prob)
    axes.axvline(keep_prob, color=INK, linewidth=0.8)
    axes.plot(keep_prob, found[at], "o", color=style.MEAN_E_D, markersize=9)
    axes.plot(keep_prob, says[at], "D", color=style.CLAIMED, markersize=7)
    axes.set(xlim=(-0.03, 1.03), ylim=SLOPES, xlabel="keep probability p")
    axes.set_ylabel("slope along w")
    read_off.tiles(axes, KEEP_PROBS, "keep_prob")
    axes.set_yticks([-1, 0, 1], ["−1", "0", "1"])
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    style.legend_above(axes, style.ONE_LINE)
    return figure


def draw_both_sides(formula: str = "product", keep_prob: float = 0.5) -> Figure:
    """Draw both sides of a formula as bars: the mean of all masks, and what it says.

    Args: as for `draw_slopes`.
    """
    choice("formula", formula, [*FORMULAS])
    keep_prob = one_of("keep_prob", keep_prob, KEEP_PROBS)
    figure, axes = style.new_part(1.6)
    figure.subplots_adjust(left=0.27, right=0.84, bottom=0.36, top=0.95)
    at = KEEP_PROBS.index(keep_prob)
    colors = {"masks": style.MEAN_E_D, formula: style.CLAIMED}
    for row, (name, color) in enumerate(colors.items()):
        value = slope_curves()[name][at]
        axes.barh(row, value, 0.62, color=color)
        axes.text(1.25, row, number(value), color=INK, va="center", fontsize=style.TEXT)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set(xlim=SLOPES, xlabel="slope along w")
    axes.set_xticks([-1, 0, 1], ["−1", "0", "1"])
    style.name_rows(axes, ["all masks", "formula"])
    return figure


def describe_slopes(formula: str, keep_prob: float) -> str:
    """Say both sides of a formula."""
    choice("formula", formula, [*FORMULAS])
    keep_prob = one_of("keep_prob", keep_prob, KEEP_PROBS)
    at = KEEP_PROBS.index(keep_prob)
    found, says = slope_curves()["masks"][at], slope_curves()[formula][at]
    return (
        f"Keep probability {keep_prob:.2f}: the mean slope of all masks is {number(found)}, and "
        f"{FORMULAS[formula]} gives {number(says)}."
    )


def largest_gaps() -> str:
    """Say how far each formula is off at most, over all keep probabilities."""
    found = slope_curves()["masks"]
    gaps = {name: np.abs(slope_curves()[name] - found).max() for name in FORMULAS}
    off = [f"{FORMULAS[name]} by up to {number(gap)}" for name, gap in gaps.items() if gap > 1e-12]
    return (
        f"Only {FORMULAS['variance']} agrees with the mean of all masks; off are {', '.join(off)}."
    )


# --- all entries, to choose from ------------------------------------------------------------------

FILTER_STYLE = """
.errata-list legend { font-size: 1em; }
.errata-list li { margin: 0.2rem 0; }
.errata-list label { margin-right: 0.9rem; white-space: nowrap; cursor: pointer; }
"""


def index_of(groups: Mapping[str, Sequence[Entry]]) -> HTML:
    """Return a list of the entries with links to them; a choice above it shows one group only.

    The choice needs no script.

    Args:
        groups: entries by the name of their group.
    """
    names = ["all", *groups]
    choices = "".join(
        f"<label><input type='radio' name='errata-group' id='errata-{k}'"
        f"{' checked' if k == 0 else ''}> {escape(name)}</label>"
        for k, name in enumerate(names)
    )
    items = "".join(
        f"<li class='errata-in-{k}'><a href='#{entry.name}'>{sentence_markup(entry.found)}</a></li>"
        for k, entries in enumerate(groups.values(), 1)
        for entry in entries
    )
    shown = "".join(
        f".errata-list:has(#errata-{k}:checked) li:not(.errata-in-{k}) {{ display: none; }}\n"
        for k in range(1, len(names))
    )
    return HTML(
        f"<style>{FILTER_STYLE}{shown}</style><div class='errata-list'>"
        f"<fieldset><legend>Show</legend>{choices}</fieldset><ul>{items}</ul></div>"
    )


# --- what a check compared ------------------------------------------------------------------------


def checked(name: str) -> HTML:
    """Return what the checks of an entry compared and what came out, as a few quiet lines.

    Args:
        name: of an entry, such as "lost-plus".
    """
    lines = "".join(f"<div>{sentence_markup(line)}</div>" for line in report(name).splitlines())
    return HTML(
        "<div class='errata-check' style='font-size: 0.9em; border-left: 3px solid #84898f; "
        f"padding-left: 0.8em'>{lines}</div>"
    )


# --- at test time ---------------------------------------------------------------------------------


IN_PLACE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def draw_in_place(keep_prob: float = 0.5) -> Figure:
    """Draw a weight after each of ten steps: divided in place, and with the mask divided.

    Args:
        keep_prob: one of IN_PLACE; the last weight can be dragged.
    """
    keep_prob = one_of("keep_prob", keep_prob, IN_PLACE)
    figure, (axes,) = style.new_panels(3.0)
    steps = range(STEPS + 1)
    for in_place, color, form, label in (
        (False, style.E_N, "o-", "mask divided"),
        (True, style.CLAIMED, "o--", "weights divided"),
    ):
        weights = [weight_after(step, in_place, keep_prob) for step in steps]
        axes.plot(steps, weights, form, color=color, label=label)
    axes.set_yscale("log", base=2)
    axes.set_yticks([1, 4, 16, 64, 256, 1024], ["1", "4", "16", "64", "256", "1,024"])
    axes.set_xticks([0, 5, 10])
    axes.set(xlabel="step", ylabel="weight", xlim=(-0.5, 10.5), ylim=(0.6, 2000))
    ends = [weight_after(STEPS, True, p) for p in IN_PLACE]
    read_off.rungs(axes, ends[::-1], "keep_prob", IN_PLACE[::-1], (7, 10.5))
    figure.subplots_adjust(left=0.2)
    style.legend_above(axes, style.ONE_LINE)
    return figure


def describe_in_place(keep_prob: float) -> str:
    """Say what a weight has become."""
    keep_prob = one_of("keep_prob", keep_prob, IN_PLACE)
    grown = weight_after(STEPS, True, keep_prob)
    if grown == 1:
        return "Keep probability 1.0: nothing is dropped, and dividing by 1 does no harm."
    times = f"{grown:,.0f}" if grown >= 100 else f"{grown:.1f}"
    return f"Keep probability {keep_prob:.1f}: after {STEPS} steps the weight is {times}, not 1."


MEANS_HIGH, MEANS_CHANCE = Fraction(9, 10), Fraction(1, 3)


MEANS = tuple(np.linspace(0.35, 0.85, 11).round(2).tolist())


def draw_bound(mean: float = 0.5) -> Figure:
    """Draw the distance of two means against the first, and what is said to bound it.

    The outputs are 0.9 once in three, and else one number from 0.01 to 0.9.

    Args:
        mean: one of MEANS; dragging in the picture changes it.
    """
    mean = one_of("mean", mean, MEANS)
    figure, (axes,) = style.new_panels(3.0)
    grid = np.linspace(0.3, 0.9, 121)
    pairs = [distance_of_means(other) for other in np.linspace(0.01, 0.9, 90)]
    axes.plot(*np.transpose(pairs), color=style.MEAN_E_D, linewidth=2, label="the distance")
    claimed = {"color": style.CLAIMED, "linestyle": "--", "label": "the bound, as claimed"}
    axes.plot(grid, claimed_bound(grid), **claimed)
    axes.axvline(mean, color=INK, linewidth=0.8)
    axes.plot(mean, claimed_bound(mean), "D", color=style.CLAIMED, markersize=6)
    axes.plot(mean, distance_at(mean), "o", color=style.MEAN_E_D, markersize=9)
    axes.set(xlim=(0.28, 0.92), ylim=(-0.005, 0.25), xlabel="arithmetic mean E")
    axes.set_ylabel("distance of the means")
    axes.set_xticks([0.3, 0.5, 0.7, 0.9], ["0.3", "0.5", "0.7", "0.9"])
    style.legend_above(axes, style.ONE_LINE)
    read_off.tiles(axes, MEANS, "mean")
    return figure


def describe_bound(mean: float) -> str:
    """Say the distance, the bound, and which is larger."""
    mean = one_of("mean", mean, MEANS)
    distance, bound = distance_at(mean), claimed_bound(mean)
    says = "above" if distance > bound else "within"
    return (
        f"Mean {mean:.2f}: the two means are {number(distance)} apart, {says} the {number(bound)} "
        "that is said to bound it."
    )


def distance_at(mean: float) -> float:
    """Return the distance of the means where the first is `mean`."""
    chance = float(MEANS_CHANCE)
    return distance_of_means((mean - chance * float(MEANS_HIGH)) / (1 - chance))[1]


def distance_of_means(other: float) -> tuple[float, float]:
    """Return the mean of the outputs 0.9, one time in three, and `other`, and |E − NWGM|."""
    chances = (float(MEANS_CHANCE), 1 - float(MEANS_CHANCE))
    mean, normalized = mean_and_normalized((float(MEANS_HIGH), other), chances)
    return float(mean), abs(float(mean - normalized))


# --- what it is -----------------------------------------------------------------------------------

LAYER = 20  # units


DROPPED_KEPT = tuple(np.linspace(0.1, 0.9, 9).round(1).tolist())


def draw_dropped(keep_prob: float = 0.8) -> Figure:
    """Draw how probable each number of dropped units is, and where half and the mean are.

    Args:
        keep_prob: probability from 0.1 to 0.9 that a unit is kept; the mean can be dragged.
    """
    keep_prob = between("keep_prob", keep_prob, DROPPED_KEPT[0], DROPPED_KEPT[-1])
    figure, axes = style.new_figure()
    count = np.arange(LAYER + 1)
    axes.bar(count, stats.binom.pmf(count, LAYER, 1 - keep_prob), 0.8, color=style.DROPPED)
    axes.axvline(LAYER * (1 - keep_prob), color=style.MEAN_E_D, linewidth=2, label="mean")
    axes.axvline(LAYER / 2, color=style.CLAIMED, linestyle="--", label="half, as claimed")
    axes.set(xlim=(-0.6, LAYER + 0.6), ylim=(0, 0.4))
    axes.set(xlabel=f"units dropped, of {LAYER}", ylabel="probability")
    mean = [LAYER * (1 - p) for p in reversed(DROPPED_KEPT)]
    read_off.tiles(axes, mean, "keep_prob", DROPPED_KEPT[::-1])
    style.legend_above(axes, 0.88)
    return figure


def describe_dropped(keep_prob: float) -> str:
    """Say how many are dropped on average, and how probable exactly half of them is."""
    keep_prob = between("keep_prob", keep_prob, DROPPED_KEPT[0], DROPPED_KEPT[-1])
    half = stats.binom.pmf(LAYER // 2, LAYER, 1 - keep_prob)
    return (
        f"Keep probability {keep_prob:.1f}: of {LAYER} units {number(LAYER * (1 - keep_prob))} are "
        f"dropped on average, and exactly half of them with probability {small_chance(half)}."
    )


RARE_CHANCES = (0.5, 0.3, 0.1, 0.03, 0.01)


def draw_factor(chance: float = 0.5) -> Figure:
    """Draw a factor of two values that has mean and variance of a fair coin.

    Args:
        chance: of the larger value, one of RARE_CHANCES.
    """
    chance = one_of("chance", chance, RARE_CHANCES)
    figure, axes = style.new_figure()
    values, chances = two_point_factor(Fraction(str(chance)))
    axes.vlines(values, 0, chances, color=style.E_N, linewidth=6)
    axes.axvline(0.5, color=style.MEAN_E_D, linewidth=1, linestyle="--")
    said = f"{entropy(chances):.2f} bits; a coin has 1"
    axes.text(5.6, 0.92, said, color=style.E_N, ha="right", fontsize=style.TEXT)
    axes.text(0.6, 1.02, "mean", color=style.MEAN_E_D, fontsize=style.TEXT)
    axes.set(xlim=(-0.3, 5.7), ylim=(0, 1.1), xlabel="factor", ylabel="probability")
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    return figure


def describe_factor(chance: float) -> str:
    """Say the two values, their chances and the entropy."""
    chance = one_of("chance", chance, RARE_CHANCES)
    (high, low), chances = two_point_factor(Fraction(str(chance)))
    return (
        f"The factor is {number(high)} with probability {chance:g} and {number(low)} otherwise: "
        f"mean 0.50 and variance 0.25, like a fair coin, and an entropy of "
        f"{entropy(chances):.2f} bits."
    )


# --- what it does ---------------------------------------------------------------------------------

FACTOR_PLACES = tuple(np.linspace(0.25, 1, 16).round(2).tolist())


def draw_factors(keep_prob: float = 0.3) -> Figure:
    """Draw the penalty's factor against p, with the weight held and with the output held.

    Args:
        keep_prob: one of FACTOR_PLACES; dragging in the picture changes it.
    """
    keep_prob = one_of("keep_prob", keep_prob, FACTOR_PLACES)
    figure, (axes,) = style.new_panels(3.0)
    p = np.linspace(0.02, 1, 99)
    axes.axvline(keep_prob, color=INK, linewidth=0.8)
    for curve, color, form, mark, label in (
        (factors(p)[1], style.E_R, "-", "o", "of (p w)²: (1 − p) / p"),
        (factors(p)[0], style.CLAIMED, "--", "D", "of w²: p (1 − p)"),
    ):
        axes.plot(p, curve, form, color=color, label=label)
        at = factors(keep_prob)[0 if mark == "D" else 1]
        axes.plot(keep_prob, at, mark, color=color, markersize=8)
    axes.set(xlim=(0, 1.04), ylim=(-0.1, 3.15), xlabel="keep probability p", ylabel="factor")
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_yticks([0, 1, 2, 3])
    style.legend_above(axes, style.ONE_LINE)
    read_off.tiles(axes, FACTOR_PLACES, "keep_prob")
    return figure


def factors(keep_prob: float | FloatArray) -> tuple[float | FloatArray, float | FloatArray]:
    """Return the factors of w² and of (p w)² in the penalty."""
    return tuple(lambdify(P, factor)(keep_prob) for factor in (FIXED_WEIGHT, FIXED_OUTPUT))


def describe_factors(keep_prob: float) -> str:
    """Say both factors."""
    keep_prob = one_of("keep_prob", keep_prob, FACTOR_PLACES)
    held, effective = factors(keep_prob)
    peak = ", its largest" if keep_prob == 0.5 else ""
    return (
        f"Keep probability {keep_prob:.2f}: the factor of the penalty is {number(held)}{peak}, if "
        f"the weight is held, and {number(effective)} if the effective weight is."
    )
