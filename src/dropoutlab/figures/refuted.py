"""Figures of the chapter `errata` that are moved: where a wrong form seduces, and where it fails.

The form as it is found is purple and dashed, what is so is broad and pale behind it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from ipywidgets import SelectionSlider
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab import symbolic
from dropoutlab._checks import FloatArray, choice, whole_number
from dropoutlab._names import public_dir
from dropoutlab.errata import _often_said as often_said
from dropoutlab.errata import _test_time as at_test_time
from dropoutlab.errata._entry import sides_along
from dropoutlab.explore import area
from dropoutlab.explore.ink import INK
from dropoutlab.figures import read_off, style
from dropoutlab.figures._controls import one_of
from dropoutlab.figures.words import minus, number
from dropoutlab.masks import enumerate_masks
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)

HEIGHT = 3.0  # inches
MOST_SIXTHS = 399  # a control has at most 400 values


def steps(low: float, high: float, step: float) -> tuple[float, ...]:
    """Return the values of a slider, both ends among them."""
    return tuple(np.linspace(low, high, round((high - low) / step) + 1).round(4).tolist())


TENTHS = steps(0.1, 0.9, 0.1)
TWENTIETHS = steps(0, 1, 0.05)


def sixths(last: int, start: int) -> SelectionSlider:
    """Return a control over sixths, from none to `last`, that starts at `start` of them."""
    last = whole_number("last", last, 0, MOST_SIXTHS)
    start = whole_number("start", start, 0, last)
    options = [(_fraction(k), k / 6) for k in range(last + 1)]
    return SelectionSlider(options=options, value=start / 6)


def _fraction(k: int) -> str:
    below = 6 // np.gcd(k, 6)
    return f"{k * below // 6}/{below}" if below > 1 else f"{k // 6}"


def _forms(
    axes: Axes,
    curves: tuple[FloatArray, FloatArray, FloatArray],
    color: str,
    at: tuple[float, float, float],
    names: tuple[str, str],
) -> None:
    """Draw what is so and the form as claimed, a mark on either at one place, and their names.

    Args:
        axes: where.
        curves: x, what is so, and what the form says.
        color: of what is so.
        at: the place, what is so there, and what the form says.
        names: of what is so and of the form.
    """
    x, right, wrong = curves
    broad = {"linewidth": 7, "alpha": 0.4, "solid_capstyle": "butt"}
    axes.plot(x, right, color=color, label=names[0], **broad)
    axes.plot(x, wrong, color=style.CLAIMED, linestyle="--", label=names[1])
    axes.axvline(at[0], color=INK, linewidth=0.8)
    axes.plot(at[0], at[1], "o", color=color, markersize=9)
    axes.plot(at[0], at[2], "D", color=style.CLAIMED, markersize=6)
    style.legend_above(axes, style.ONE_LINE)


def _ends(axes: Axes, *ticks: float) -> None:
    axes.set_xticks(ticks, [minus(f"{tick:g}") for tick in ticks])


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9


# --- often said -----------------------------------------------------------------------------------

SCALES = steps(0.25, 4, 0.25)


def draw_shares(scale: float = 4.0) -> Figure:
    """Draw the share of the least-squares weight that dropout and L2 leave, by the input's scale.

    Two orthogonal inputs, the first of scale 1; p = ½, and the L2 that leaves the first one half.

    Args:
        scale: of the second input, one of SCALES; dragging in the picture changes it.
    """
    scale = one_of("scale", scale, SCALES)
    figure, (axes,) = style.new_panels(HEIGHT)
    found, says = np.transpose([_shares(at) for at in SCALES])
    at, names = (scale, *_shares(scale)), ("dropout", "L2")
    _forms(axes, (SCALES, found, says), style.ARMS["dropout"], at, names)
    axes.set(xlim=(0, 4.15), ylim=(0, 1.05), xlabel="scale of the second input")
    axes.set(ylabel="share of its weight left")
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    _ends(axes, 0, 1, 2, 3, 4)
    read_off.tiles(axes, SCALES, "scale")
    return figure


def _shares(scale: float) -> tuple[float, float]:
    inputs = np.diag([1.0, scale])
    return often_said.dropout_shares(inputs)[1], often_said.l2_shares(inputs, 1.0)[1]


def describe_shares(scale: float) -> str:
    """Say the two shares."""
    scale = one_of("scale", scale, SCALES)
    dropout, l2 = _shares(scale)
    if _same(dropout, l2):
        return f"Both inputs are of one size: dropout and L2 leave the same, {number(l2)}."
    return (
        f"The second input is {scale:g} times as large as the first: dropout leaves "
        f"{number(dropout)} of its weight, L2 {number(l2)}."
    )


@dataclass(frozen=True, eq=False)
class Differences:
    """Test errors with dropout less others, seed by seed.

    samples: by row. rows: what stands in front of each. says: how the sentence begins. none: what
    a difference of 0 would mean.
    """

    samples: Mapping[str, Sample]
    rows: Mapping[str, str]
    says: Mapping[str, str]
    none: str

    def draw(self, row: str) -> Figure:
        """Draw a dot for each seed of one row, and below it the mean of every row.

        Args:
            row: one of the samples; a click on its mean changes it.
        """
        choice("row", row, [*self.samples])
        figure, (dots, means) = style.new_panels(1.75, 1.35)
        figure.subplots_adjust(left=0.24, hspace=0.12, bottom=0.17)
        values = self.samples[row].values
        look = {"color": style.ARMS["dropout"], "markersize": 6, "alpha": 0.7}
        for k, (value, place) in enumerate(zip(values, _stacked(values), strict=True)):
            dots.plot(value, place, "o", label=None if k else "a dot a seed", **look)
        for place, (name, sample) in enumerate(self.samples.items()):
            seen = 1.0 if name == row else 0.35
            style.dot(means, sample.summary(), place, style.ARMS["dropout"], alpha=seen)
            across = means.get_yaxis_transform()
            area(means, (-0.3, place - 0.5), 1.3, 1, across, row=name).set_zorder(read_off.OVER)
        style.name_rows(means, [self.rows[name] for name in self.samples])
        every = np.concatenate([sample.values for sample in self.samples.values()])
        limits = (np.floor(every.min()) - 0.3, np.ceil(every.max()) + 0.3)
        for axes in (dots, means):
            axes.axvline(0, color=style.CLAIMED, linestyle="--", label=self.none)
            axes.set_xlim(limits)
        dots.set(ylim=(0, 9), xticks=[], yticks=[])
        dots.spines[["left", "bottom"]].set_visible(False)
        _ends(means, *range(2 * int(limits[0] / 2), int(limits[1]) + 1, 2))
        means.set_xlabel("more wrong answers (points)")
        style.legend_above(dots, style.ONE_LINE)
        return figure

    def describe(self, row: str) -> str:
        """Say in how many seeds dropout has the lower error, and the mean difference."""
        choice("row", row, [*self.samples])
        sample = self.samples[row]
        lower = int((sample.values < 0).sum())
        return (
            f"{self.says[row]}: fewer wrong answers in {lower} of {len(sample.seeds)} seeds, and "
            f"{minus(f'{sample.values.mean():+.1f}')} points in the mean."
        )


WIDE = 0.5  # points, of a stack of dots


def _stacked(values: FloatArray) -> Iterator[int]:
    """Return heights, from 1, at which dots that are near one another stand."""
    heights: dict[float, int] = {}
    for value in values:
        column = np.floor(value / WIDE)
        heights[column] = heights.get(column, 0) + 1
        yield heights[column]


def against_penalties() -> Differences:
    """Return dropout against other ways to keep weights small."""
    samples = often_said.less_penalised()
    says = {arm: f"Dropout against {arm}" for arm in samples}
    return Differences(samples, {arm: arm for arm in samples}, says, "as good, as claimed")


def beside_normalization() -> Differences:
    """Return dropout in a convolutional network with batch normalisation, against none."""
    samples = often_said.less_normalized()
    where = {
        "dense": "in front of the dense layer",
        "units": "on units between the convolutions",
        "channels": "on channels between the convolutions",
    }
    rows = {place: "dense layer" if place == "dense" else place for place in samples}
    says = {place: f"Dropout {where[place]}" for place in samples}
    return Differences(samples, rows, says, "of no use, as claimed")


CORRELATIONS = steps(-1, 1, 0.1)


def draw_correlation(correlation: float = 0.8) -> Figure:
    """Draw the penalty of two weights 1 against the correlation of their inputs.

    Args:
        correlation: one of CORRELATIONS; dragging in the picture changes it.
    """
    correlation = one_of("correlation", correlation, CORRELATIONS)
    figure, (axes,) = style.new_panels(HEIGHT)
    each, both = np.transpose([often_said.penalties(at) for at in CORRELATIONS])
    at = (correlation, *often_said.penalties(correlation))
    names = ("a coin for each", "one coin for both")
    _forms(axes, (CORRELATIONS, each, both), style.E_R, at, names)
    axes.set(xlim=(-1.07, 1.07), ylim=(-0.1, 2.15), ylabel="penalty")
    axes.set_yticks([0, 1, 2], ["0", "1", "2"])
    axes.set_xlabel("correlation of the two inputs")
    _ends(axes, -1, 0, 1)
    read_off.tiles(axes, CORRELATIONS, "correlation")
    return figure


def describe_correlation(correlation: float) -> str:
    """Say both penalties."""
    correlation = one_of("correlation", correlation, CORRELATIONS)
    each, both = often_said.penalties(correlation)
    one = "the same" if _same(each, both) else number(both)
    return minus(
        f"Correlation {correlation:.1f}: with a coin for each input the penalty is {number(each)}, "
        f"with one coin for both {one}."
    )


LOSSES = {  # measure: its colour, the form of its line, its name, how to say it
    "printed loss": (style.CLAIMED, "--", "printed in training", "{} nats printed in training"),
    "validation loss": (style.TEST, "-", "validation", "{} in validation"),
    "training loss": (style.TRAINING, ":", "training, no masks", "{} in training without masks"),
}


def losses() -> read_off.Curves:
    """Return the losses of training with dropout, epoch by epoch, to read off."""
    found = often_said.losses()
    epochs = [int(s.settings["passes"]) for s in found["printed loss"]]
    summaries = {m: [s.summary() for s in of] for m, of in found.items()}

    def draw() -> Figure:
        figure, (axes,) = style.new_panels(HEIGHT)
        for measure, (color, form, name, _says) in LOSSES.items():
            band = style.means(summaries[measure])
            style.curve_with_band(axes, epochs, band, color, form, label=name)
        style.legend_above(axes, 0.77)
        axes.set(xscale="log", xlim=(0.9, 22), ylim=(0.8, 2.1), xlabel="epoch", ylabel="nats")
        _ends(axes, *epochs)
        axes.minorticks_off()
        return figure

    curves = {LOSSES[m][3]: (of, LOSSES[m][0]) for m, of in summaries.items()}
    return read_off.Curves(draw, epochs, curves, "Epoch {}", ".2f")


def doubts() -> read_off.Curves:
    """Return what is left of the spread over masks, and of a doubt, to read off by examples."""
    found = {arm: [s.summary() for s in of] for arm, of in often_said.spreads_left().items()}
    sizes = [int(s.settings["examples"]) for s in often_said.spreads_left()["dropout"]]
    looks = {
        "dropout": (style.E_R, "-", "spread over masks"),
        "least squares": (style.CLAIMED, "--", "least-squares doubt"),
    }

    def draw() -> Figure:
        figure, (axes,) = style.new_panels(HEIGHT)
        for arm, (color, form, name) in looks.items():
            style.curve_with_band(axes, sizes, style.means(found[arm]), color, form, label=name)
        style.legend_above(axes, style.ONE_LINE)
        axes.set(xscale="log", yscale="log", xlim=(40, 25_000), ylim=(0.03, 1.5))
        axes.set(xlabel="examples", ylabel=f"share of that with {sizes[0]}")
        axes.set_xticks([100, 1000, 10_000], ["100", "1,000", "10,000"])
        axes.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
        axes.minorticks_off()
        figure.subplots_adjust(left=0.2)
        return figure

    says = {
        "spread over masks {}": (found["dropout"], style.E_R),
        "least-squares doubt {}": (found["least squares"], style.CLAIMED),
    }
    return read_off.Curves(
        draw, sizes, says, f"With {{}} examples, as shares of those with {sizes[0]}", ".3f"
    )


COPY_WEIGHTS = tuple(k / 6 for k in range(10))
MASKS = {"both kept": (1, 1), "one alone": (1, 0), "dropped": (0, 0)}  # of the two copies


def slopes_of(weight: float) -> dict[str, float]:
    """Return the slope along the first of two equal weights under MASKS, and the mean over all."""
    slopes, probability = often_said.slopes_at(np.full(2, weight))
    (masks,) = enumerate_masks(2)
    rows = {name: int((masks == mask).all(axis=1).argmax()) for name, mask in MASKS.items()}
    found = {name: float(slopes[row, 0]) for name, row in rows.items()}
    return {**found, "mean": float(probability @ slopes[:, 0])}


def draw_rest(weight: float = 2 / 3) -> Figure:
    """Draw the slope of E_D along the weight of a copy, mask by mask, and the mean.

    Args:
        weight: of both copies, one of COPY_WEIGHTS; dragging in the picture changes it.
    """
    weight = one_of("weight", weight, COPY_WEIGHTS)
    figure, (axes,) = style.new_panels(HEIGHT)
    ends, here = COPY_WEIGHTS[:: len(COPY_WEIGHTS) - 1], slopes_of(weight)
    for name, (color, width, label) in {
        "both kept": (style.E_D, 1.5, None), "one alone": (style.E_D, 1.5, None),
        "mean": (style.MEAN_E_D, 3, "mean of all masks"),
    }.items():  # fmt: skip
        slopes = [slopes_of(end)[name] for end in ends]
        axes.plot(ends, slopes, color=color, linewidth=width, label=label)
    axes.plot(ends, (0, 0), color=style.CLAIMED, linestyle="--", label="at rest, as claimed")
    axes.axvline(weight, color=INK, linewidth=0.8)
    for name, slope in here.items():
        color, size = (style.MEAN_E_D, 10) if name == "mean" else (style.E_D, 7)
        axes.plot(weight, slope, "o", color=color, markersize=size)
    for text, y in (("both kept", 2.0), ("first alone", 0.45), ("dropped", 0.0)):
        axes.text(1.57, y, text, color=style.E_D, va="center", fontsize=style.TEXT)
    style.legend_above(axes, style.ONE_LINE)
    axes.set(xlim=(-0.05, 2.2), ylim=(-1.2, 2.2), xlabel="weight of both copies")
    axes.set_ylabel("slope along w_1")
    axes.set_yticks([-1, 0, 1, 2], ["−1", "0", "1", "2"])
    axes.set_xticks([0, 1 / 3, 2 / 3, 1, 4 / 3], ["0", "1/3", "2/3", "1", "4/3"])
    read_off.tiles(axes, COPY_WEIGHTS, "weight")
    return figure


def describe_rest(weight: float) -> str:
    """Say the slopes and their mean."""
    weight = one_of("weight", weight, COPY_WEIGHTS)
    found = slopes_of(weight)
    still = "in the mean it stands still" if _same(found["mean"], 0) else "the mean is"
    end = "" if _same(found["mean"], 0) else f" {number(found['mean'])}"
    return (
        f"Both weights {_fraction(round(6 * weight))}: the slope is {number(found['both kept'])} "
        f"if both copies are kept, {number(found['one alone'])} if the first alone is, and 0 if it "
        f"is dropped; {still}{end}."
    )


def draw_work(first: float = 0.0) -> Figure:
    """Draw E_R over the weight of the first copy, the second at its best, and both weights.

    Args:
        first: weight of the first copy, one of COPY_WEIGHTS; dragging in the picture changes it.
    """
    first = one_of("first", first, COPY_WEIGHTS)
    figure, (axes, bars) = style.new_panels(2.1, 1.15)
    figure.subplots_adjust(left=0.24, hspace=0.75, bottom=0.16)
    grid = np.linspace(0, COPY_WEIGHTS[-1], 46)
    errors = [often_said.shared_work(at)[1] for at in grid]
    axes.plot(grid, errors, color=style.E_R, label="dropout")
    second, error = often_said.shared_work(first)
    axes.axvline(first, color=INK, linewidth=0.8)
    axes.plot(first, error, "o", color=style.E_R, markersize=9)
    claimed = {"color": style.CLAIMED, "markersize": 6, "label": "one copy does it, as claimed"}
    axes.plot(0, often_said.shared_work(0)[1], "D", **claimed)
    style.legend_above(axes, style.ONE_LINE)
    axes.set(xlim=(-0.05, 1.55), ylim=(0.14, 0.31), ylabel="E_R", xlabel="weight of the first")
    axes.set_xticks([0, 1 / 3, 2 / 3, 1, 4 / 3], ["0", "1/3", "2/3", "1", "4/3"])
    axes.set_yticks([0.2, 0.3], ["0.2", "0.3"])
    bars.barh([0, 1], [first, second], 0.6, color=style.E_R)
    style.name_rows(bars, ["first", "second"])
    bars.set(xlim=(-0.05, 1.55), xlabel="weight")
    bars.set_xticks([0, 0.5, 1, 1.5], ["0", "0.5", "1", "1.5"])
    read_off.tiles(axes, COPY_WEIGHTS, "first")
    return figure


def describe_work(first: float) -> str:
    """Say both weights and E_R."""
    first = one_of("first", first, COPY_WEIGHTS)
    second, error = often_said.shared_work(first)
    if _same(first, 0):
        who = f"The second copy works alone, best with the weight {number(second)}"
    else:
        who = f"First copy {number(first)}, the second at its best {number(second)}"
    least = ", the least" if _same(first, second) else ""
    return f"{who}: E_R is {number(error)}{least}."


# --- at test time ---------------------------------------------------------------------------------


def draw_division(keep_prob: float = 0.8) -> Figure:
    """Draw the mean of an activation 1 under a mask, divided by p and by 1 − p.

    Args:
        keep_prob: one of TENTHS; dragging in the picture changes it.
    """
    keep_prob = one_of("keep_prob", keep_prob, TENTHS)
    figure, (axes,) = style.new_panels(HEIGHT)
    x = np.linspace(TENTHS[0], TENTHS[-1], 81)
    (at,) = _along("wrong-division", "p_1", (keep_prob,))
    curves, names = _along("wrong-division", "p_1", x).T, ("divided by p", "divided by 1 − p")
    _forms(axes, (x, *curves), style.E_N, (keep_prob, *at), names)
    axes.set(yscale="log", xlim=(0.05, 0.95), ylim=(0.08, 12), xlabel="keep probability p")
    axes.set_ylabel("mean activation")
    axes.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.minorticks_off()
    _ends(axes, 0.1, 0.5, 0.9)
    read_off.tiles(axes, TENTHS, "keep_prob")
    return figure


def describe_division(keep_prob: float) -> str:
    """Say both means."""
    keep_prob = one_of("keep_prob", keep_prob, TENTHS)
    ((right, wrong),) = _along("wrong-division", "p_1", (keep_prob,))
    says = "by 1 − p gives the same" if _same(right, wrong) else f"by 1 − p gives {number(wrong)}"
    return (
        f"Keep probability {keep_prob:.1f}, activation 1: dividing by p gives {number(right)} in "
        f"the mean, {says}."
    )


def _along(label: str, name: str, values: Sequence[float], **others: float) -> FloatArray:
    """Return what is so and what a wrong form says of it, shape (values, 2)."""
    found, says = sides_along(symbolic.WRONG[label], name, values, **others)
    return np.stack([found, says], axis=1)


BIASES = steps(-2, 2, 0.5)
SUM = {"w_1": 1.0, "w_2": 1 / 3}  # of the two activations 1 and 3: S = 2


def draw_bias(bias: float = 1.0) -> Figure:
    """Draw the mean of a pre-activation against p, and p times the whole of it.

    Args:
        bias: one of BIASES; the left end of the line can be dragged to it.
    """
    bias = one_of("bias", bias, BIASES)
    figure, (axes,) = style.new_panels(HEIGHT)
    ends = np.array([0.0, 1.0])
    (at,) = _along("wrong-scaling", "p", (0.5,), b=bias, **SUM)
    curves = (ends, *_along("wrong-scaling", "p", ends, b=bias, **SUM).T)
    _forms(axes, curves, style.E_N, (0.5, *at), ("p S + b", "p (S + b)"))
    axes.plot(0, bias, "s", color=style.E_N, markersize=9)
    axes.set(xlim=(-0.06, 1.03), ylim=(-2.4, 4.4), xlabel="keep probability p")
    axes.set_ylabel("mean pre-activation")
    axes.set_yticks([-2, 0, 2, 4], ["−2", "0", "2", "4"])
    _ends(axes, 0, 0.5, 1)
    read_off.rungs(axes, BIASES, "bias", BIASES, (-0.06, 0.25))
    return figure


def describe_bias(bias: float) -> str:
    """Say both means at p = ½."""
    bias = one_of("bias", bias, BIASES)
    ((right, wrong),) = _along("wrong-scaling", "p", (0.5,), b=bias, **SUM)
    says = "and so is" if _same(right, wrong) else "but"
    value = "" if _same(right, wrong) else f" is {number(wrong)}"
    return minus(
        f"Bias {bias:g}, S = 2: at p = ½ the mean is {number(right)}, {says} p (S + b){value}."
    )


SOME_KEPT = TWENTIETHS[2:]
LAYERS = {"last layer": (False, True), "both layers": (True, True)}


@cache
def outputs(dropped: str) -> FloatArray:
    """Return the normalised geometric mean and weight scaling over SOME_KEPT.

    Args:
        dropped: one of LAYERS.

    Returns:
        Shape (places, 2).
    """
    found = [at_test_time.scaled_and_exact(LAYERS[dropped], p) for p in SOME_KEPT]
    return np.array(found)[:, ::-1]


def draw_geometric(dropped: str = "both layers", keep_prob: float = 0.5) -> Figure:
    """Draw the output of two layers under weight scaling and the normalised geometric mean.

    Args:
        dropped: which layers have dropout, one of LAYERS.
        keep_prob: one of SOME_KEPT; dragging in the picture changes it.
    """
    choice("dropped", dropped, [*LAYERS])
    keep_prob = one_of("keep_prob", keep_prob, SOME_KEPT)
    figure, (axes,) = style.new_panels(HEIGHT)
    at = (keep_prob, *outputs(dropped)[SOME_KEPT.index(keep_prob)])
    names = ("geometric", "weight scaling, as claimed")
    _forms(axes, (SOME_KEPT, *outputs(dropped).T), style.GEOMETRIC, at, names)
    axes.set(xlim=(0, 1.04), ylim=(0.45, 1.02), xlabel="keep probability p", ylabel="output")
    axes.set_yticks([0.5, 0.75, 1], ["0.5", "0.75", "1"])
    _ends(axes, 0, 0.5, 1)
    read_off.tiles(axes, SOME_KEPT, "keep_prob")
    return figure


def describe_geometric(dropped: str, keep_prob: float) -> str:
    """Say both outputs."""
    choice("dropped", dropped, [*LAYERS])
    keep_prob = one_of("keep_prob", keep_prob, SOME_KEPT)
    exact, scaled = outputs(dropped)[SOME_KEPT.index(keep_prob)]
    says = "and so does weight scaling" if _same(exact, scaled) else "weight scaling"
    value = "" if _same(exact, scaled) else f" {number(scaled)}"
    if not _same(exact, scaled) and number(exact) == number(scaled):
        value = " nearly the same"
    return (
        f"Dropout on {'the last layer' if dropped == 'last layer' else dropped}, p = "
        f"{keep_prob:.2f}: the normalised geometric mean gives {number(exact)}, {says}{value}."
    )


# --- papers and slips -----------------------------------------------------------------------------

SQUEEZES = steps(0.5, 2, 0.25)


def draw_squeeze(scale: float = 2.0) -> Figure:
    """Draw E_N, the penalty and E_R over the effective weight of an input, and where E_R is least.

    Args:
        scale: of the input, one of SQUEEZES; the left end of E_R can be dragged to it.
    """
    scale = one_of("scale", scale, SQUEEZES)
    figure, (axes,) = style.new_panels(HEIGHT)
    effective = np.linspace(0, 1, 41)
    plain, penalty = often_said.errors_of_second(scale, effective)
    axes.plot(effective, plain, color=style.E_N, label="E_N")
    axes.plot(effective, penalty, color=style.CLAIMED, linestyle="--", label="penalty alone")
    axes.plot(effective, plain + penalty, color=style.E_R, linewidth=3, label="E_R")
    least = _least(scale)
    error = sum(part[0] for part in often_said.errors_of_second(scale, np.array([least])))
    axes.axvline(least, color=INK, linewidth=0.8)
    axes.plot(least, error, "o", color=style.E_R, markersize=9)
    ends = [float(often_said.errors_of_second(at, effective[:1])[0][0]) for at in SQUEEZES]
    axes.plot(0, ends[SQUEEZES.index(scale)], "s", color=style.E_R, markersize=9)
    style.legend_above(axes, style.ONE_LINE, columns=3)
    axes.set(yscale="log", xlim=(-0.05, 1.02), ylim=(0.02, 3), ylabel="error")
    axes.set_xlabel("share of the weight left")
    read_off.rungs(axes, ends, "scale", SQUEEZES, (-0.05, 0.25))
    _ends(axes, 0, 0.5, 1)
    axes.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    axes.minorticks_off()
    return figure


def _least(scale: float) -> float:
    return float(often_said.dropout_shares(np.diag([1.0, scale]))[1])


def describe_squeeze(scale: float) -> str:
    """Say by how much the penalty and E_N have grown, and where E_R is least."""
    scale = one_of("scale", scale, SQUEEZES)
    here, one = (often_said.errors_of_second(at, np.array([0.25])) for at in (scale, 1.0))
    plain, penalty = (float(a[0] / b[0]) for a, b in zip(here, one, strict=True))
    least = number(_least(scale))
    if scale == 1:
        return f"Scale 1: E_R is least where {least} of the weight is left."
    both = "and so is E_N" if _same(plain, penalty) else f"E_N {number(plain)} times"
    return (
        f"Scale {scale:g}: the penalty is {number(penalty)} times that at scale 1, {both}; E_R is "
        f"least where {least} of the weight is left, as at scale 1."
    )


STEEPNESSES = steps(0, 3, 0.25)


def draw_bend(steepness: float = 2.0) -> Figure:
    """Draw the second derivative of a logistic output at a = 1, and c to the power 1 in place of 2.

    Args:
        steepness: c, one of STEEPNESSES; dragging in the picture changes it.
    """
    steepness = one_of("steepness", steepness, STEEPNESSES)
    figure, (axes,) = style.new_panels(HEIGHT)
    x = np.linspace(0, 3, 61)
    (at,) = _along("wrong-bend", "c", (steepness,))
    curves, names = _along("wrong-bend", "c", x).T, ("with c²", "with c, as claimed")
    _forms(axes, (x, *curves), style.E_N, (steepness, *at), names)
    axes.set(xlim=(-0.12, 3.12), ylim=(-0.42, 0.04), xlabel="steepness c", ylabel="∂D/∂a")
    axes.set_yticks([-0.4, -0.2, 0], ["−0.4", "−0.2", "0"])
    figure.subplots_adjust(left=0.2)
    _ends(axes, 0, 1, 2, 3)
    read_off.tiles(axes, STEEPNESSES, "steepness")
    return figure


def describe_bend(steepness: float) -> str:
    """Say both values."""
    steepness = one_of("steepness", steepness, STEEPNESSES)
    ((right, wrong),) = _along("wrong-bend", "c", (steepness,))
    says = "the same" if _same(right, wrong) else number(wrong)
    return (
        f"Steepness {steepness:g}, a = 1: the second derivative is {number(right)}, with c once it "
        f"would be {says}."
    )


OTHER_UNIT = {"w_2": 1.0}  # else the values of the checks: w_1 = 2, x = (1, 3), y = 1, p_1 = ¼


def draw_index(keep_prob: float = 0.9) -> Figure:
    """Draw the mean error against p_2, and the form in which p_1 = ¼ stands for all.

    Args:
        keep_prob: p_2, one of TWENTIETHS; dragging in the picture changes it.
    """
    keep_prob = one_of("keep_prob", keep_prob, TWENTIETHS)
    figure, (axes,) = style.new_panels(HEIGHT)
    x = np.linspace(0, 1, 61)
    (at,) = _along("wrong-index", "p_2", (keep_prob,), **OTHER_UNIT)
    curves = (x, *_along("wrong-index", "p_2", x, **OTHER_UNIT).T)
    names = ("mean over all masks", "p_1 for all")
    _forms(axes, curves, style.MEAN_E_D, (keep_prob, *at), names)
    axes.set(xlim=(-0.04, 1.04), ylim=(0, 4.6), xlabel="keep probability p_2", ylabel="error")
    axes.set_yticks([0, 2, 4], ["0", "2", "4"])
    _ends(axes, 0, 0.25, 0.5, 0.75, 1)
    read_off.tiles(axes, TWENTIETHS, "keep_prob")
    return figure


def describe_index(keep_prob: float) -> str:
    """Say both errors."""
    keep_prob = one_of("keep_prob", keep_prob, TWENTIETHS)
    ((right, wrong),) = _along("wrong-index", "p_2", (keep_prob,), **OTHER_UNIT)
    says = "and so is the form with p_1" if _same(right, wrong) else "the form with p_1 says"
    value = "" if _same(right, wrong) else f" {number(wrong)}"
    return (
        f"p_1 = 0.25 and p_2 = {keep_prob:.2f}: the mean error is {number(right)}, {says}{value}."
    )


def draw_mean(keep_prob: float = 0.5) -> Figure:
    """Draw the mean of E_D and E_N of one input against p: w = 2, x = 1, y = 1.

    Args:
        keep_prob: one of TWENTIETHS; dragging in the picture changes it.
    """
    keep_prob = one_of("keep_prob", keep_prob, TWENTIETHS)
    figure, (axes,) = style.new_panels(HEIGHT)
    x = np.linspace(0, 1, 61)
    (at,) = _along("wrong-mean", "p_1", (keep_prob,), x_2=0)
    curves = (x, *_along("wrong-mean", "p_1", x, x_2=0).T)
    names = ("mean of E_D", "E_N, as claimed")
    _forms(axes, curves, style.MEAN_E_D, (keep_prob, *at), names)
    axes.set(xlim=(-0.04, 1.04), ylim=(-0.04, 0.65), xlabel="keep probability p", ylabel="error")
    axes.set_yticks([0, 0.25, 0.5], ["0", "0.25", "0.5"])
    _ends(axes, 0, 0.5, 1)
    read_off.tiles(axes, TWENTIETHS, "keep_prob")
    return figure


def describe_mean(keep_prob: float) -> str:
    """Say both errors."""
    keep_prob = one_of("keep_prob", keep_prob, TWENTIETHS)
    ((right, wrong),) = _along("wrong-mean", "p_1", (keep_prob,), x_2=0)
    says = "and so is E_N" if _same(right, wrong) else f"and E_N {number(wrong)}"
    return (
        f"Keep probability {keep_prob:.2f}: kept or dropped, the output is 1 from the target, so "
        f"the mean of E_D is {number(right)}, {says}."
    )


SIGN_BIASES = steps(-3, 5, 0.5)
SHOWN = 3.2  # of a form that runs to infinity


def draw_sign(bias: float = 4.0) -> Figure:
    """Draw a logistic output of the mean against the bias, and the form with a difference.

    Args:
        bias: one of SIGN_BIASES; dragging in the picture changes it.
    """
    bias = one_of("bias", bias, SIGN_BIASES)
    figure, (axes,) = style.new_panels(HEIGHT)
    x = np.linspace(SIGN_BIASES[0], SIGN_BIASES[-1], 161)
    right, wrong = _along("wrong-sign", "b", x).T
    ((at_right, at_wrong),) = _along("wrong-sign", "b", (bias,))
    seen = np.where(np.abs(wrong) < SHOWN, wrong, np.nan)
    at = at_wrong if abs(at_wrong) < SHOWN else np.nan
    names = ("G_1 / (G_1 + G_0)", "G_1 / (G_1 − G_0)")
    _forms(axes, (x, right, seen), style.E_N, (bias, at_right, at), names)
    axes.set(xlim=(-3.2, 5.2), ylim=(-2.1, 3.1), xlabel="bias b", ylabel="output")
    axes.set_yticks([-2, -1, 0, 1, 2, 3], ["−2", "−1", "0", "1", "2", "3"])
    _ends(axes, -3, -1, 1, 3, 5)
    read_off.tiles(axes, SIGN_BIASES, "bias")
    return figure


def describe_sign(bias: float) -> str:
    """Say both outputs, or that there is nothing to divide by."""
    bias = one_of("bias", bias, SIGN_BIASES)
    ((right, wrong),) = _along("wrong-sign", "b", (bias,))
    says = f"with a difference {number(wrong)}"
    if abs(wrong) > 1e9:
        says = "and the difference is 0: nothing to divide by"
    elif not 0 <= wrong <= 1:
        says += ", which is no probability"
    return minus(f"Bias {bias:g}: normalised by the sum the mean is {number(right)}, {says}.")
