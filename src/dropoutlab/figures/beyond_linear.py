"""Figures of the chapter `beyond-linear`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import expit
from scipy.stats import binom

from dropoutlab import glm
from dropoutlab._checks import FloatArray, choice, whole_number
from dropoutlab._names import public_dir
from dropoutlab.experiments.beyond_linear import EFFECTS, LINEAR_ARMS, LastLayer, Products
from dropoutlab.explore import area, handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import KEPT, between, one_of, whole_one_of
from dropoutlab.figures.words import interval, minus, number
from dropoutlab.masks import enumerate_masks, mask_probability
from dropoutlab.samples import Sample, Summary, pick

__dir__ = public_dir(__name__)

EXACT, QUADRATIC = style.E_R, style.OTHER  # a penalty and its approximation

# --- the penalty of a logistic unit with two inputs of 1 ------------------------------------------

INPUTS = (1.0, 1.0)
PLACES = tuple(float(w) for w in range(-4, 5))  # of both weights
LEVELS = (0.05, 0.1, 0.15, 0.25, 0.5, 1.0)
PAIR_KEPT = (0.5, 0.9)  # keep probabilities whose sums and penalties the axes hold
NAMED_AT = 3.4  # first weight, where the lines of equal penalty are far apart
GAP_RANGE = (-17.0, 17.0)  # all that two weights can make of a sum
GAP_HEIGHTS = (1.0, 4.0)  # of the axis: for weights that agree, and that oppose each other
WAY_AT = 2.0  # second weight, while the first grows from 0: the way that is asked about
WAY_NUMBERS = {0: (1.45, 3.25), 1: (1.35, 2.4), 3: (3.1, 2.4), 4: (3.8, 2.4)}  # where they stand
PAIR_HEIGHT, PAIR_TOP = 3.7, 0.84  # inches, of both parts; where their axes end, below the legend


def draw_penalty_plane(w1: float = 0.0, w2: float = 2.0, keep_prob: float = 0.5) -> Figure:
    """Draw contours of the exact penalty over both weights, and the pair, which can be dragged.

    Where the second weight is WAY_AT, the way from 0 to the first is drawn with its penalties.

    Args:
        w1: weight of the first input, one of PLACES.
        w2: weight of the second, one of PLACES.
        keep_prob: probability in PAIR_KEPT that an input is kept.
    """
    w1 = one_of("w1", w1, PLACES)
    w2 = one_of("w2", w2, PLACES)
    keep_prob = between("keep_prob", keep_prob, *PAIR_KEPT)
    figure, axes = style.new_part(PAIR_HEIGHT)
    figure.subplots_adjust(top=PAIR_TOP)  # before the lines leave room for their numbers
    limits = (PLACES[0] - 0.5, PLACES[-1] + 0.5)
    axes.set(xlim=limits, ylim=limits, xlabel="w_1", ylabel="w_2", aspect="equal")
    axes.apply_aspect()
    for level, lines in _contours(keep_prob).items():
        look = {"color": EXACT, "linewidth": 0.8 + 1.2 * level**0.5}
        for line in lines:
            right = line[0] - line[1] > 0
            if line[0].max() == limits[1] and right.all():  # it leaves the picture on the right
                at = int(np.abs(np.where(right, line[0], np.inf) - NAMED_AT).argmin())
                style.level_line(axes, line, text=f"{level:g}", at=at, **look)
            else:
                axes.plot(*line, **look)
    for first, second in product(PLACES, PLACES):
        area(axes, (first - 0.5, second - 0.5), 1, 1, w1=first, w2=second)
    if w2 == WAY_AT and w1 > 0:
        _draw_way(axes, w1, keep_prob)
    look = {"color": QUADRATIC, "markersize": 12, "zorder": 5, "clip_on": False}
    (pair,) = axes.plot(w1, w2, "D", label="the weights", **look)
    handle(pair, w1=w1, w2=w2)
    axes.lines[0].set_label("equal penalty")
    style.legend_above(axes, PAIR_TOP)
    ticks = range(-4, 5, 2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ticks, [minus(str(k)) for k in ticks])
    return figure


def _draw_way(axes: Axes, w1: float, keep_prob: float) -> None:
    """Draw the way from (0, WAY_AT) to the first weight, and the penalty at 0, at 1 and at 3 or 4.

    A line leads to the number of 0, since lines of equal penalty are about.
    """
    axes.plot([0, w1], [WAY_AT] * 2, color=QUADRATIC, linestyle="--", linewidth=1.5)
    axes.plot([0, 0.55], [WAY_AT, 3.4], color=INK, linewidth=0.8)
    for place, (x, y) in WAY_NUMBERS.items():
        if place in {0, 1, w1}:
            axes.plot(place, WAY_AT, "o", color=QUADRATIC, markersize=5)
            penalty = float(glm.exact_penalty([place, WAY_AT], INPUTS, keep_prob))
            look = {"color": EXACT, "ha": "center", "va": "bottom", "fontsize": style.TEXT}
            axes.text(x, y, f"{penalty:.3f}", **look)


@cache
def _contours(keep_prob: float) -> dict[float, list[FloatArray]]:
    """Lines of equal penalty: by level, each of shape (2, points)."""
    grid = np.linspace(PLACES[0] - 0.5, PLACES[-1] + 0.5, 55)
    pairs = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    heights = glm.exact_penalty(pairs, INPUTS, keep_prob).reshape(len(grid), -1)
    drawn = Figure().add_subplot().contour(grid, grid, heights, LEVELS)
    return {
        level: [np.round(line.T, 2) for line in lines if len(line) > 1]
        for level, lines in zip(LEVELS, drawn.allsegs, strict=True)
    }


def masked_pair(w1: float, w2: float, keep_prob: float) -> tuple[FloatArray, FloatArray]:
    """Return the values of ã under the four masks, each once, and how probable they are."""
    (masks,) = enumerate_masks(2)
    places, which = np.unique(masks @ [w1, w2] / keep_prob, return_inverse=True)
    return places, np.bincount(which, mask_probability(masks, keep_prob))


def above_tangent(value: FloatArray, at: float) -> FloatArray:
    """Return how far A = log(1 + exp) lies above its tangent at a point."""
    return glm.partition(value) - glm.partition(at) - expit(at) * (np.asarray(value) - at)


def draw_gap(w1: float = 0.0, w2: float = 2.0, keep_prob: float = 0.5) -> Figure:
    """Draw A above its tangent at a, the four masks on it, their mean, and the parabola.

    The mean of ã is a, so that the tangent has mean zero: the mean height is the penalty. The axis
    is the least of GAP_HEIGHTS that holds the masks.

    Args: as for `draw_penalty_plane`.
    """
    w1 = one_of("w1", w1, PLACES)
    w2 = one_of("w2", w2, PLACES)
    keep_prob = between("keep_prob", keep_prob, *PAIR_KEPT)
    figure, axes = style.new_part(PAIR_HEIGHT)
    a, top = w1 + w2, _gap_height(w1, w2, keep_prob)
    grid = np.linspace(*GAP_RANGE, 107)
    axes.plot(grid, above_tangent(grid, a), color=INK, linewidth=1.5, label="loss")
    parabola = expit(a) * expit(-a) * (grid - a) ** 2 / 2
    look = {"color": QUADRATIC, "linestyle": ":", "linewidth": 2, "label": "parabola"}
    axes.plot(grid, _up_to(1.5 * top, parabola), **look)
    places, shares = masked_pair(w1, w2, keep_prob)
    for place, share in zip(places, shares, strict=True):
        height = above_tangent(place, a)
        axes.plot(place, height, "o", color=style.E_D, markersize=4 + 14 * share, clip_on=False)
    penalty = float(glm.exact_penalty([w1, w2], INPUTS, keep_prob))
    axes.axhline(penalty, color=EXACT, linewidth=2, label="mean: penalty")
    axes.axvline(a, color=style.E_N, linewidth=1, label="mean sum")
    axes.set(xlim=GAP_RANGE, ylim=(-0.03 * top, top), xlabel="sum that the unit is given")
    axes.set_ylabel("height above tangent")
    axes.set_xticks([-16, -8, 0, 8, 16], ["−16", "−8", "0", "8", "16"])
    axes.set_yticks([0, top / 2, top], ["0", f"{top / 2:g}", f"{top:g}"])
    style.legend_above(axes, PAIR_TOP)
    return figure


def _gap_height(w1: float, w2: float, keep_prob: float) -> float:
    """Return the least of GAP_HEIGHTS that is above the four masks."""
    places, _shares = masked_pair(w1, w2, keep_prob)
    highest = above_tangent(places, w1 + w2).max()
    return next(height for height in GAP_HEIGHTS if height >= highest)


def _up_to(height: float, values: FloatArray) -> FloatArray:
    """The values, with gaps where they are higher: a curve that ends at the picture's edge."""
    return np.where(values <= height, values, np.nan)


def describe_pair(w1: float, w2: float, keep_prob: float) -> str:
    """Say the penalty and its approximation."""
    w1 = one_of("w1", w1, PLACES)
    w2 = one_of("w2", w2, PLACES)
    keep_prob = between("keep_prob", keep_prob, *PAIR_KEPT)
    exact, quadratic = (
        float(penalty([w1, w2], INPUTS, keep_prob))
        for penalty in (glm.exact_penalty, glm.quadratic_penalty)
    )
    tall = _gap_height(w1, w2, keep_prob) > GAP_HEIGHTS[0]
    return (
        f"Weights ({number(w1)}, {number(w2)}), keep probability {keep_prob:.1f}: exact penalty "
        f"{exact:.3f}, orange; with the parabola in the place of the curve it would be "
        f"{quadratic:.3f}.{' Heights now go up to 4.' if tall else ''}"
    )


def growing_weight(w2: float = 2.0, keep_prob: float = 0.5) -> str:
    """Say what the exact penalty is as the first weight grows from 0 to 4."""
    w2 = one_of("w2", w2, PLACES)
    keep_prob = between("keep_prob", keep_prob, *PAIR_KEPT)
    found = [float(glm.exact_penalty([w, w2], INPUTS, keep_prob)) for w in (0.0, 1.0, 4.0)]
    return "It is {:.3f} at w_1 = 0, {:.3f} at 1 and {:.3f} at 4.".format(*found)


# --- margins --------------------------------------------------------------------------------------

MARGINS = np.linspace(0, 8, 81)
MARGIN_KEPT, MARGIN_INPUTS = (0.1, 0.9), (2, 1000)  # whose curves the axis holds
MARGIN_HEIGHT = 1.7  # of the axis, in heights of the parabola's penalty at its highest


def margin_penalties(
    margin: FloatArray, keep_prob: float, inputs: int
) -> tuple[FloatArray, FloatArray]:
    """Return the exact penalty and its approximation, where a margin comes from equal inputs.

    The number of inputs that are kept is binomial, so that the mean is a sum over it.
    """
    margin = np.asarray(margin, float)
    kept = np.arange(inputs + 1)
    sums = margin[..., None] * kept / (inputs * keep_prob)
    mean = glm.partition(sums) @ binom.pmf(kept, inputs, keep_prob)
    spread = (1 - keep_prob) / keep_prob * margin**2 / inputs
    return mean - glm.partition(margin), expit(margin) * expit(-margin) * spread / 2


def draw_margins(keep_prob: float = 0.5, inputs: int = 100) -> Figure:
    """Draw the exact penalty and its quadratic approximation against the unit's sum.

    Both are divided by the highest of the approximation, which is then one curve whatever is set.

    Args:
        keep_prob: probability in MARGIN_KEPT that an input is kept.
        inputs: how many equal inputs the sum comes from, in MARGIN_INPUTS.
    """
    keep_prob = between("keep_prob", keep_prob, *MARGIN_KEPT)
    inputs = whole_number("inputs", inputs, *MARGIN_INPUTS)
    figure, axes = style.new_figure()
    exact, quadratic = margin_penalties(MARGINS, keep_prob, inputs)
    highest = quadratic.max()
    axes.plot(MARGINS, exact / highest, color=EXACT, linewidth=2.5, label="exact")
    look = {"color": QUADRATIC, "linestyle": "--", "linewidth": 2, "label": "parabola"}
    axes.plot(MARGINS, quadratic / highest, **look)
    axes.set(xlim=(0, 8), ylim=(-0.02 * MARGIN_HEIGHT, MARGIN_HEIGHT))
    axes.set(xlabel="sum a of the unit", ylabel="penalty / parabola's highest")
    axes.set_yticks([0, 0.5, 1, 1.5], ["0", "0.5", "1", "1.5"])
    style.legend_above(axes, 0.88)
    return figure


def at_a_large_sum(inputs: int = 2, keep_prob: float = 0.5) -> str:
    """Say both penalties where the sum is 6, and their ratio."""
    inputs = whole_number("inputs", inputs, *MARGIN_INPUTS)
    keep_prob = between("keep_prob", keep_prob, *MARGIN_KEPT)
    exact, quadratic = (float(part) for part in margin_penalties(np.array(6.0), keep_prob, inputs))
    return (
        f"At a sum of 6 the parabola's is {quadratic:.3f}, the exact one {exact:.3f}: "
        f"{exact / quadratic:.0f} times as much."
    )


def describe_margins(keep_prob: float, inputs: int) -> str:
    """Say the ratio of the approximation to the exact penalty at three margins."""
    keep_prob = between("keep_prob", keep_prob, *MARGIN_KEPT)
    inputs = whole_number("inputs", inputs, *MARGIN_INPUTS)
    exact, quadratic = margin_penalties(np.array([0.5, 2.0, 6.0]), keep_prob, inputs)
    small, middle, large = quadratic / exact
    highest = margin_penalties(MARGINS, keep_prob, inputs)[1].max()
    return (
        f"{inputs} equal inputs, each kept with probability {keep_prob:.1f}: the penalty of the "
        f"parabola, {highest:.2g} at its highest, is {small:.2f} times the exact one where the sum "
        f"is 0.5, {middle:.2f} times at 2 and {large:.2f} times at 6."
    )


# --- noise of any law -----------------------------------------------------------------------------

LAW_COLORS = dict(zip(glm.LAWS, (style.E_D, style.MEAN_E_D, style.OTHER), strict=True))
LAW_WORDS = dict(zip(glm.LAWS, ("coin, divided by p", "normal", "uniform"), strict=True))
LAW_LINES = dict(zip(glm.LAWS, ("-", "--", ":"), strict=True))
UNITS = {"linear": (1.2, 0.8), "logistic": (8.0, 0.12)}  # largest weight and error shown
NOISE_TARGET = 0.9


def noise_weights(unit: str) -> FloatArray:
    """Return the weights for which the mean error of a unit is drawn."""
    return np.linspace(0, UNITS[unit][0], 81)


def mean_errors(law: str, unit: str, keep_prob: float) -> FloatArray:
    """Return E[½ (0.9 − f(r w))²] over a law of r, for each of `noise_weights`, f the unit."""
    values, weights = glm.noise_law(law, keep_prob)
    sums = noise_weights(unit)[:, None] * values
    outputs = sums if unit == "linear" else expit(sums)
    return (NOISE_TARGET - outputs) ** 2 @ weights / 2


def draw_noise(unit: str = "linear", keep_prob: float = 0.5) -> Figure:
    """Draw the mean error of a unit against its weight, a curve for each law of the noise.

    Args:
        unit: one of UNITS.
        keep_prob: p of the variance (1 − p) / p, in KEPT.
    """
    choice("unit", unit, [*UNITS])
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    figure, axes = style.new_figure()
    widest, top = UNITS[unit]
    for (law, words), width in zip(LAW_WORDS.items(), (6, 3, 2), strict=True):
        errors = mean_errors(law, unit, keep_prob)
        look = {"color": LAW_COLORS[law], "linestyle": LAW_LINES[law], "linewidth": width,
                "label": words}  # fmt: skip
        alpha = 0.5 if width == 6 else 1
        axes.plot(noise_weights(unit), _up_to(top, errors), alpha=alpha, **look)
    axes.set(xlim=(0, widest), ylim=(-0.01 * top, top), xlabel="weight", ylabel="mean error")
    for axis, end in ((axes.xaxis, widest), (axes.yaxis, top)):  # as many for one unit as the other
        axis.set_ticks([k * end / 4 for k in range(5)], [f"{k * end / 4:g}" for k in range(5)])
    style.legend_above(axes, handles=2.4)
    figure.subplots_adjust(right=0.95)  # room for the last tick
    return figure


def noise_apart(keep_prob: float = 0.5) -> str:
    """Say by how much the mean errors of the laws differ, in either unit."""
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    linear, logistic = (
        np.ptp([mean_errors(law, unit, keep_prob) for law in glm.LAWS], axis=0).max()
        for unit in UNITS
    )
    return (
        f"In the logistic unit the mean errors are up to {logistic:.2f} apart, in the linear one "
        f"{linear:.2f}."
    )


def describe_noise(unit: str, keep_prob: float) -> str:
    """Say how far apart the laws are."""
    choice("unit", unit, [*UNITS])
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    curves = np.array([mean_errors(law, unit, keep_prob) for law in glm.LAWS])
    apart = np.ptp(curves, axis=0)
    at = int(apart.argmax())
    if apart[at] < 1e-9:
        return f"A {unit} unit, p = {keep_prob:.1f}: all three kinds of noise give one curve."
    low, high = curves[:, at].min(), curves[:, at].max()
    return (
        f"A {unit} unit, p = {keep_prob:.1f}: the kinds of noise differ most at weight "
        f"{noise_weights(unit)[at]:.1f}, where the mean error is {low:.3f} to {high:.3f}."
    )


# --- the last layer of a network ------------------------------------------------------------------


EDGE = 5e-4  # a smaller E_N stands here


@dataclass(frozen=True, eq=False)
class Masked:
    """The mean error over all masks of a layer against the formula, image by image."""

    found: LastLayer

    def draw(self, masked: str = "last hidden layer") -> Figure:
        """Draw a dot an image: with the penalty, orange, and without it, blue."""
        choice("masked", masked, [*self.found.mean])
        figure, axes = style.new_figure()
        axes.set_position((0.19, 0.16, 0.78, 0.81))
        limits = (EDGE, 1.0)
        axes.plot(limits, limits, color=INK, linewidth=0.8)
        mean = self.found.mean[masked]
        formula = self.found.plain[masked] + self.found.penalty[masked]
        small = {"markersize": 4, "linestyle": "none"}
        axes.plot(np.maximum(self.found.plain[masked], EDGE), mean, "o", color=style.E_N,
                  alpha=0.45, clip_on=False, **small)  # fmt: skip
        axes.plot(formula, mean, "D", color=style.E_R, **small)
        axes.text(0.0035, 0.0009, "here the formula is right", color=INK, fontsize=style.TEXT)
        axes.text(6e-4, 0.55, "E_N", color=style.E_N, fontsize=style.TEXT)
        axes.text(0.9, 0.28, "E_R", color=style.E_R, ha="right", fontsize=style.TEXT)
        axes.set(xscale="log", yscale="log", xlim=limits, ylim=limits)
        axes.set(xlabel="what the formula says (logarithmic)", ylabel="mean error over all masks")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
        axes.minorticks_off()
        return figure

    def misses(self) -> str:
        """Say how far the formula is from the mean in either place, on average."""
        last, below = (100 * self._share(masked) for masked in self.found.mean)
        return (
            f"There E_R misses the mean error by {below:.0f} % of the penalty on average; above "
            f"the last hidden layer, by {last:.0f} %."
        )

    def _share(self, masked: str) -> float:
        """How far the formula is from the mean on average, as a share of the penalty."""
        mean, plain = self.found.mean[masked], self.found.plain[masked]
        off = np.abs(plain + self.found.penalty[masked] - mean).mean()
        return float(off / (mean - plain).mean())

    def describe(self, masked: str) -> str:
        """Say how far the formula is from the mean, on average."""
        choice("masked", masked, [*self.found.mean])
        mean, plain, share = self.found.mean[masked], self.found.plain[masked], self._share(masked)
        words = (
            "up to rounding" if share < 1e-9 else f"to within {100 * share:.0f} % of the penalty"
        )
        held = " Blue dots on the left edge belong farther left." if min(plain) < EDGE else ""
        return (
            f"Masks on the {masked}: the mean error over all masks is {mean.mean():.3f}, E_N is "
            f"{plain.mean():.3f}, and the formula for the penalty is right {words}.{held}"
        )


# --- linear networks of two layers ----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Balance:
    """The products of the units of a two-layer linear network while it learns."""

    found: Products

    def draw(self, trained: str = "none", epoch: int = 0) -> Figure:
        """Draw a bar a unit, and what each would be if all were the same."""
        products = self._products(trained, epoch)
        figure, axes = style.new_figure()
        axes.bar(range(1, 1 + len(products)), products, color=style.ARMS[trained], width=0.7)
        axes.axhline(products.mean(), color=INK, linewidth=1, linestyle="--")
        tallest = max(found[0].max() for found in self.found.products.values())
        axes.set(xlabel="hidden unit", ylabel="product of the two lengths")
        axes.set_ylim(0, 1.05 * tallest)
        axes.set_xticks(range(1, 1 + len(products)))
        return figure

    def describe(self, trained: str, epoch: int) -> str:
        """Say how unequal the products are."""
        products = self._products(trained, epoch)
        names = {"none": "nothing", "L2": "L2", "dropout": "dropout"}
        return (
            f"One of the runs, with {names[trained]}, after {epoch} passes: the products are "
            f"{products.min():.2f} to {products.max():.2f}, their spread is "
            f"{100 * products.std() / products.mean():.0f} % of their mean."
        )

    def spreads(self) -> str:
        """Say how unequal the products are in the end, each way to train."""
        ends = {trained: self._products(trained, self.found.epochs[-1]) for trained in LINEAR_ARMS}
        none, l2, dropout = (f"{100 * c.std() / c.mean():.0f} %" for c in ends.values())
        return (
            f"In this run, after {self.found.epochs[-1]} passes, the bars spread by {dropout} "
            f"of their mean with dropout, by {none} with nothing and by {l2} with L2."
        )

    def _products(self, trained: str, epoch: int) -> FloatArray:
        choice("trained", trained, LINEAR_ARMS)
        epoch = whole_one_of("epoch", epoch, self.found.epochs)
        (at,) = np.flatnonzero(self.found.epochs == epoch)
        return self.found.products[trained][0, at]


# --- penalty and noise ----------------------------------------------------------------------------

EFFECT_WORDS = {
    "none": "neither",
    "noise alone": "noise alone",
    "masks averaged": "penalty,\n¼ of the noise",
    "masks averaged, noise added": "penalty,\nnoise put back",
    "dropout": "dropout",
}


EFFECT_MEASURES = {  # what it is called in the samples, on the axis, and how it is written
    "wrong answers": ("test error", "wrong answers (%)", ".1f"),
    "test loss": ("test loss", "test loss (nats)", ".2f"),
}


@dataclass(frozen=True, eq=False)
class Effects:
    """Penalty and noise of dropout, together and alone.

    samples: of `experiments.effects_study`.
    """

    samples: Sequence[Sample]

    def draw(self, measure: str = "wrong answers") -> Figure:
        """Draw a measure of each arm with its 95 % interval."""
        choice("measure", measure, [*EFFECT_MEASURES])
        figure, axes = style.new_figure()
        axes.set_position((0.42, 0.17, 0.55, 0.8))
        _name, label, form = EFFECT_MEASURES[measure]
        for row, arm in enumerate(EFFECT_WORDS):
            found = self._of(arm, measure)
            color = style.E_N if EFFECTS[arm][0] == 0 else style.E_R
            style.dot(axes, found, row, color)
            axes.text(found.mean, row - 0.22, interval(found, form), color=color, ha="center",
                      fontsize=style.TEXT)  # fmt: skip
        axes.set(ylim=(len(EFFECT_WORDS) - 0.5, -0.7), xlabel=label)
        axes.set_yticks(range(len(EFFECT_WORDS)), EFFECT_WORDS.values())
        axes.margins(x=0.5)  # room for the numbers
        return figure

    def describe(self, measure: str) -> str:
        """Say the means, and what the marks are."""
        choice("measure", measure, [*EFFECT_MEASURES])
        _name, label, form = EFFECT_MEASURES[measure]
        said = [
            f"{self._of(arm, measure).mean:{form}} with {' '.join(words.split())}"
            for arm, words in EFFECT_WORDS.items()
        ]
        return (
            f"{label.capitalize()}: {'; '.join(said)}. Orange networks have the penalty, blue ones "
            f"have not; ± is the 95 % interval of {len(self.samples[0].seeds)} networks."
        )

    def because(self) -> str:
        """Say what the penalty and the noise, each alone, do to the wrong answers."""
        none, penalty, noise = (
            self._of(arm, "wrong answers").mean for arm in ("none", "masks averaged", "noise alone")
        )
        return (
            f"With the penalty and little noise {penalty:.1f} % are wrong, with the noise alone "
            f"{noise:.1f} %, with neither {none:.1f} %."
        )

    def _of(self, arm: str, measure: str) -> Summary:
        return pick(self.samples, arm, EFFECT_MEASURES[measure][0]).summary()


AVERAGE_WORDS = {
    "members": ("members", style.E_D),
    "geometric": ("geometric\nmean", style.WEIGHT_SCALING),
    "arithmetic": ("arithmetic\nmean", style.EXACT),
}


def draw_average_losses(samples: Sequence[Sample]) -> Figure:
    """Draw the loss of members and averages, a line a seed.

    Args:
        samples: of `experiments.average_losses`.
    """
    figure, axes = style.new_figure()
    losses = np.array([pick(samples, arm, "loss").values for arm in AVERAGE_WORDS])
    axes.plot(losses, color=style.E_D, linewidth=0.8, alpha=0.6)
    axes.set_xticks(range(len(AVERAGE_WORDS)), [words for words, _ in AVERAGE_WORDS.values()])
    labels = axes.get_xticklabels()
    for place, ((_, color), label) in enumerate(zip(AVERAGE_WORDS.values(), labels, strict=True)):
        axes.plot([place] * losses.shape[1], losses[place], "o", color=color, markersize=5)
        label.set_color(color)
    axes.set(xlim=(-0.6, 2.6), ylabel="test loss (nats)")
    return figure
