"""Figures of the chapter `scaling`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import ArrayLike

from dropoutlab import averaging
from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, choice, whole_number
from dropoutlab._names import public_dir
from dropoutlab.experiments import SchemeGaps
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import KEPT, between, switches, whole_one_of
from dropoutlab.figures.read_off import mark, tiles
from dropoutlab.figures.words import interval, minus, number, power_of_ten
from dropoutlab.masks import enumerate_masks, mask_probability
from dropoutlab.network import Network
from dropoutlab.samples import Sample, Summary, pick, pick_all

__dir__ = public_dir(__name__)

# the unit of the first explorer: what goes in, its weights, its bias
EXAMPLE_INPUTS = (1.0, 1.25, 1.5, 0.8, 1.4, 0.6, 2.0, 1.2, 0.5, 1.0, 0.8, 1.5)
EXAMPLE_WEIGHTS = (0.5, 0.4, 0.4, 0.5, 0.5, 0.5, 0.25, 0.5, 0.8, 0.5, -0.5, -0.4)
EXAMPLE_BIAS = -1.0

SCHEMES = ("none", "standard", "inverted", "bias too")
_SCHEME_WORDS = {
    "none": "Nothing scaled",
    "standard": "Weights times p at test time",
    "inverted": "Inverted dropout",
    "bias too": "Weights and bias times p at test time",
}
KEPT_DRAWN = (0.3, 1.0)
PRE_ACTIVATIONS = (-5.0, 11.0)  # all but 3 in 1,000 of the masks, for KEPT_DRAWN
BIN = 0.5  # each in the middle of its place: the values are multiples of 0.1
PASSED_ON = (-3.0, 5.0)  # of the unit with a ReLU
SEEN = 0.005  # a difference that two decimals show


@dataclass(frozen=True, eq=False)
class PreActivations:
    """The pre-activation of the example unit: of every mask in training, and the one at test.

    values, probability: shape (2^n,). test: the value at test time.
    """

    values: FloatArray
    probability: FloatArray
    test: float

    @property
    def mean(self) -> float:
        """Mean over the masks."""
        return float(self.probability @ self.values)

    @property
    def deviation(self) -> float:
        """Standard deviation over the masks."""
        return float(np.sqrt(self.probability @ (self.values - self.mean) ** 2))


def pre_activations(scheme: str, keep_prob: float) -> PreActivations:
    """Return the pre-activation of the example unit under all masks, and at test time.

    Args:
        scheme: one of SCHEMES: no scaling, weights times p at test time, inverted, or, wrongly,
            weights and bias times p at test time.
        keep_prob: probability in KEPT that an input is kept.
    """
    choice("scheme", scheme, SCHEMES)
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    masks = np.concatenate(list(enumerate_masks(len(EXAMPLE_INPUTS))))
    products = np.multiply(EXAMPLE_WEIGHTS, EXAMPLE_INPUTS)
    noise = masks / keep_prob if scheme == "inverted" else masks
    scale = keep_prob if scheme in ("standard", "bias too") else 1.0
    bias = EXAMPLE_BIAS * (keep_prob if scheme == "bias too" else 1.0)
    return PreActivations(
        noise @ products + EXAMPLE_BIAS,
        mask_probability(masks, keep_prob),
        float(scale * products.sum() + bias),
    )


def draw_pre_activations(scheme: str = "none", keep_prob: float = 0.5) -> Figure:
    """Draw how often each pre-activation comes in training, its mean, and its value at test time.

    Args: as for `pre_activations`, but with a keep probability in KEPT_DRAWN.
    """
    keep_prob = between("keep_prob", keep_prob, *KEPT_DRAWN)
    unit = pre_activations(scheme, keep_prob)
    figure, axes = style.new_figure()
    edges = np.arange(PRE_ACTIVATIONS[0] - BIN / 2, PRE_ACTIVATIONS[1] + BIN, BIN)
    often, _ = np.histogram(unit.values, edges, weights=unit.probability)
    axes.stairs(
        often / often.max(), edges, fill=True, color=style.TRAINING, alpha=0.35, label="training"
    )
    axes.axvline(unit.test, color=style.TEST, linewidth=3, label="test")
    axes.axvline(
        unit.mean, color=style.TRAINING, linewidth=2, linestyle="--", label="training, mean"
    )
    axes.set(xlim=PRE_ACTIVATIONS, ylim=(0, 1.05), yticks=[])
    axes.set(xlabel="pre-activation", ylabel="how often in training")
    _legend(axes, (style.TRAINING, style.TEST, style.TRAINING))
    return figure


def describe_pre_activations(scheme: str, keep_prob: float) -> str:
    """Say the mean and spread in training and the value at test time."""
    unit = pre_activations(scheme, keep_prob)
    off = unit.test - unit.mean
    verdict = "equal to the mean"
    if abs(off) > 1e-9:
        verdict = f"{number(abs(off))} too {'high' if off > 0 else 'low'}"
    return (
        f"{_SCHEME_WORDS[scheme]}, keep probability {keep_prob:.1f}: the pre-activation has "
        f"mean {number(unit.mean)} and standard deviation {number(unit.deviation)} in training; "
        f"at test time it is {number(unit.test)}, {verdict}."
    )


def where_the_test_value_lies(keep_prob: float = 0.5) -> str:
    """Say how many masks reach the value at test time if nothing is scaled."""
    unit = pre_activations("none", keep_prob)
    share = 100 * unit.probability[unit.values >= unit.test].sum()
    return (
        f"Only {share:.1f} % of the masks reach it: with all inputs there, the sum is "
        f"{number(unit.test)}, and in training it is {number(unit.mean)} on average."
    )


# --- one unit with a ReLU -------------------------------------------------------------------------


def draw_passed_on(keep_prob: float = 0.8) -> Figure:
    """Draw how often the unit passes on max(0, a), the mean of that, and max(0, E[a]).

    The outline is the sum: the pre-activation a.

    Args:
        keep_prob: probability in KEPT that an input is kept.
    """
    keep_prob = between("keep_prob", keep_prob, *KEPT)
    unit = pre_activations("standard", keep_prob)
    figure, axes = style.new_figure()
    edges = np.arange(PASSED_ON[0] - BIN / 2, PASSED_ON[1] + BIN, BIN)
    before, after = (
        np.histogram(values, edges, weights=unit.probability)[0]
        for values in (unit.values, np.maximum(0, unit.values))
    )
    axes.stairs(
        after / after.max(), edges, fill=True, color=style.TRAINING, alpha=0.35, label="masks"
    )
    axes.stairs(before / after.max(), edges, color=style.TRAINING, linewidth=1, label="the sum")
    mean, scaling = passed_on(keep_prob)
    axes.axvline(mean, color=style.TRAINING, linewidth=2, linestyle="--", label="their mean")
    axes.axvline(scaling, color=style.WEIGHT_SCALING, linewidth=3, label="weight scaling", zorder=1)
    axes.set(xlim=PASSED_ON, ylim=(0, 1.05), yticks=[])
    axes.set(xlabel="what the ReLU passes on", ylabel="how often in training")
    _legend(axes, (*[style.TRAINING] * 3, style.WEIGHT_SCALING), columns=2, top=0.81)
    return figure


def where_scaling_passes(keep_prob: float) -> str:
    """Say on which side of the mean over the masks weight scaling lies."""
    mean, scaling = passed_on(keep_prob)
    side = "below" if mean - scaling >= SEEN else "on"
    return f"At {keep_prob:.1f} it is {number(scaling)}, {side} the mean of {number(mean)}."


def passed_on(keep_prob: float) -> tuple[float, float]:
    """Return the mean of max(0, a) over the masks, and max(0, E[a]).

    Args:
        keep_prob: probability in KEPT that an input is kept.
    """
    unit = pre_activations("standard", keep_prob)
    return float(unit.probability @ np.maximum(0, unit.values)), max(0.0, unit.test)


def describe_passed_on(keep_prob: float) -> str:
    """Say the mean of max(0, a), and how far weight scaling is from it."""
    mean, scaling = passed_on(keep_prob)
    too_low = mean - scaling
    verdict = f"{number(too_low)} too low" if too_low >= SEEN else "the same to two decimals"
    return (
        f"Keep probability {keep_prob:.1f}: over the masks the ReLU passes on {number(mean)} on "
        f"average; with weights times p it passes on {number(scaling)}, {verdict}."
    )


# --- mistakes at test time ------------------------------------------------------------------------

MISTAKES = {  # arms of the experiment, and what they are called
    "not scaled": "forgotten",
    "weights × p twice": "done twice",
    "biases × p too": "biases too",
    "masks left on": "masks left on",
}
_MISTAKE_AXES = {  # limits, and how numbers are written
    "test error": ((-1.0, 7.0), ".1f"),
    "test loss": ((-1.0, 2.0), ".2f"),
    "training loss": ((-1.0, 2.0), ".2f"),  # as that of the other loss
}
CLASSES = 10
_UNITS = {"test error": "points of test error", "test loss": "test loss / nats",
          "training loss": "training loss / nats"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Mistakes:
    """What mistakes at test time change, network by network, drawn.

    samples: of `experiments.forgotten_scaling`.
    """

    samples: Sequence[Sample]

    def draw(self, measure: str = "test loss") -> Figure:
        """Draw what each of MISTAKES adds to a measure, with its interval.

        Args:
            measure: "test error", "test loss" or "training loss".
        """
        choice("measure", measure, [*_MISTAKE_AXES])
        figure, (axes,) = style.new_panels(3.2)
        axes.set_position((0.04, 0.2, 0.92, 0.78))
        limits, form = _MISTAKE_AXES[measure]
        rows = {name: (self._change(arm, measure), style.OTHER) for arm, name in MISTAKES.items()}
        style.rows_under_names(axes, rows, f"+{form}")
        axes.set(xlim=limits, xlabel=f"change in {_UNITS[measure]}")
        return figure

    def describe(self, measure: str) -> str:
        """Say the measure of the right scaling, and what each mistake adds."""
        choice("measure", measure, [*_MISTAKE_AXES])
        _limits, form = _MISTAKE_AXES[measure]
        right = interval(self._of("weights × p", measure).summary(), form)
        changes = [
            f"{name} {interval(self._change(arm, measure), f'+{form}')}"
            for arm, name in MISTAKES.items()
        ]
        guessing = f" (blind guessing: {np.log(CLASSES):.2f})" if measure == "test loss" else ""
        return (
            f"{measure.capitalize()}: {right} scaled as it should be{guessing}; "
            f"{', '.join(changes)}."
        )

    def say_forgotten(self) -> str:
        """Say what a forgotten scaling does to error and loss."""
        error, loss = (
            [self._of(arm, measure).summary().mean for arm in ("weights × p", "not scaled")]
            for measure in ("test error", "test loss")
        )
        return (
            f"The error goes from {error[0]:.1f} to {error[1]:.1f} %, and the loss from "
            f"{loss[0]:.2f} to {loss[1]:.2f}."
        )

    def more_wrong_answers(self) -> float:
        """Return by how many points a forgotten scaling moves the test error."""
        return self._change("not scaled", "test error").mean

    def _of(self, arm: str, measure: str) -> Sample:
        return pick(self.samples, arm, measure)

    def _change(self, arm: str, measure: str) -> Summary:
        return (self._of(arm, measure) - self._of("weights × p", measure)).summary()


# --- two schemes, the same masks ------------------------------------------------------------------

ROUNDING = float(np.finfo(np.float64).eps)  # the step from 1 to the next number, 2.2 × 10^−16
ONE_LEFT_OUT = {  # (rate, decay, norm): which is not rescaled
    (False, True, True): "learning\nrate",
    (True, False, True): "weight\ndecay",
    (True, True, False): "max-norm",
}


@dataclass(frozen=True, eq=False)
class SchemesApart:
    """How far two networks that started as one function are from each other, drawn."""

    found: SchemeGaps

    def draw(self, rate: bool = True, decay: bool = True, norm: bool = True) -> Figure:
        """Draw the difference as training goes on: mean and full range over the seeds.

        If not all settings are rescaled, the differences with one of them left out are there too.
        """
        chosen = switches(rate=rate, decay=decay, norm=norm)
        figure, axes = style.new_figure()
        updates, gaps = self.found.updates[1:], self.found.gaps[chosen][:, 1:]
        style.curve_with_band(axes, updates, style.ranges(gaps), style.OTHER, label="difference")
        limits, ticks = (1e-3, 0.1), {1e-3: "0.001", 0.01: "0.01", 0.1: "0.1"}
        if all(chosen):
            limits = (1e-18, 10)
            ticks = {1e-16: "10⁻¹⁶", 1e-12: "10⁻¹²", 1e-8: "10⁻⁸", 1e-4: "10⁻⁴", 1: "1"}
            axes.axhline(ROUNDING, color=style.TRAINING, linewidth=1, linestyle=":")
            self._name_end(axes, "rounding", ROUNDING, style.TRAINING)
        else:
            self._draw_one_left_out(axes, chosen)
        axes.set(yscale="log", xlim=(0, updates[-1]), ylim=limits)
        axes.set(xlabel="updates", ylabel="difference of probabilities")
        axes.set_yticks(list(ticks), ticks.values())
        axes.minorticks_off()
        _place(axes, left=0.21, right=0.78, top=0.97)
        return figure

    def _draw_one_left_out(self, axes: Axes, chosen: tuple[bool, ...]) -> None:
        for settings, name in ONE_LEFT_OUT.items():
            means = self.found.gaps[settings][:, 1:].mean(axis=0)
            here = settings == chosen
            if not here:
                axes.plot(self.found.updates[1:], means, color=style.OTHER, alpha=0.45)
            self._name_end(axes, name, means[-1], style.OTHER if here else INK)

    def _name_end(self, axes: Axes, name: str, height: float, color: str) -> None:
        place = 1.03 * self.found.updates[-1]
        axes.text(place, height, name, color=color, va="center", fontsize=style.TEXT)

    def describe(self, rate: bool, decay: bool, norm: bool) -> str:
        """Say what was rescaled and how far apart the networks are in the end."""
        rate, decay, norm = switches(rate=rate, decay=decay, norm=norm)
        words = {"learning rate": rate, "weight decay": decay, "max-norm": norm}
        done = [word for word, ticked in words.items() if ticked]
        what = f"{', '.join(done)} rescaled" if done else "the same settings for both"
        last = self.found.gaps[rate, decay, norm][:, -1]
        return (
            f"With {what}: after {self.found.updates[-1]} updates the probabilities at test time "
            f"differ by {_short(last.mean())} (mean of {len(last)} pairs of networks; from "
            f"{_short(last.min())} to {_short(last.max())})."
        )

    def say_left_out(self) -> str:
        """Say how far apart the networks are in the end if one setting is not rescaled."""
        rate, decay, norm = (
            _short(self.found.gaps[settings][:, -1].mean()) for settings in ONE_LEFT_OUT
        )
        return (
            f"Left as it is, the learning rate parts them by {rate} on average, the weight decay "
            f"by {decay}, the max-norm by {norm}."
        )


# --- all thinned networks on one line -------------------------------------------------------------

LINE_UNITS = 10  # at most
LINE_KINDS = ("linear", "relu")  # of the units above
LINE_HIDDEN = 8  # units above the dropped ones
LINE_SEED = 48609  # the two means differ at every size, and with ReLU weight scaling is on neither
LINE_OTHERS = range(200)  # seeds of networks that nobody has chosen
LINE_BIAS = 1.0  # of the units above
LINE_KEEP_PROB = 0.5  # every mask is as probable
LINE_HEIGHT = 3.4  # inches
LINE_PLACE = (0.04, 0.165, 0.92, 0.55)  # of the axes in the figure
PROBABILITIES, LOGITS = (0.0, 1.0), (-4.0, 2.0)  # the ends of the two lines
BINS = 50  # of a line: dots in one are stacked on its middle
DOT = 0.045  # height of a dot in the stack, less where many must fit
MANY = 200  # dots, which would be too thin
THICKEST = 4.0  # points, of a dot or bar
STROKE = 0.001  # length of a dot, in lengths of a line
ARITHMETIC, GEOMETRIC = style.EXACT, style.GEOMETRIC  # means of outputs
BAND = 9  # points, of a pale line
MARKS = {  # colour, line, width
    "mean of outputs": (ARITHMETIC, "--", 2),
    "mean of logits": (GEOMETRIC, "-", BAND),
    "weight scaling": (style.WEIGHT_SCALING, "-", 2),
}


def line_network(units: int, hidden: str, seed: int = LINE_SEED) -> tuple[Network, FloatArray]:
    """Return a network whose first layer is dropped, and its input, shape (1, units).

    A network with fewer units is part of one with more.

    Args:
        units: how many may be dropped, from 1 to LINE_UNITS.
        hidden: the kind of the units above them, one of LINE_KINDS.
        seed: of weights and input, at least 0.
    """
    choice("hidden", hidden, LINE_KINDS)
    units = whole_number("units", units, 1, LINE_UNITS)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    inputs = rng.standard_normal((1, LINE_UNITS))[:, :units]
    into = rng.standard_normal((LINE_HIDDEN, LINE_UNITS))[:, :units]
    out = 0.8 * rng.standard_normal((1, LINE_HIDDEN))
    biases = (np.full(LINE_HIDDEN, LINE_BIAS), np.zeros(1))
    keep_prob = (LINE_KEEP_PROB, 1.0)
    return Network((into, out), biases, keep_prob, hidden=hidden, output="logistic"), inputs


def thinned_outputs(units: int, hidden: str) -> FloatArray:
    """Return the outputs of all thinned networks, shape (2^units,), in order of size."""
    network, inputs = line_network(units, hidden)
    (masks,) = enumerate_masks(units)
    rows = np.repeat(inputs, len(masks), axis=0)
    return np.sort(nn.forward(network, rows, [masks, None])[-1][:, 0])


def line_averages(units: int, hidden: str, seed: int = LINE_SEED) -> dict[str, float]:
    """Return the value of each of MARKS."""
    network, inputs = line_network(units, hidden, seed)
    values = (
        averaging.exact_average(network, inputs),
        averaging.exact_average(network, inputs, mean="normalized geometric"),
        nn.predict(network, inputs),
    )
    return {name: float(value[0, 0]) for name, value in zip(MARKS, values, strict=True)}


def logit(probability: ArrayLike) -> FloatArray:
    """Return log(O / (1 − O))."""
    output = np.asarray(probability, float)
    return np.log(output / (1 - output))


def draw_line(units: int = 6, hidden: str = "linear") -> Figure:
    """Draw the output of every thinned network as a dot, and three averages of them as lines.

    Args: as for `line_network`.
    """
    averages = line_averages(units, hidden)
    axes = _dots_on_a_line(thinned_outputs(units, hidden), PROBABILITIES)
    said = {name: f"{name} {value:.3f}" for name, value in averages.items()}
    said["mean of logits"] = f"mean of logits, as an output {averages['mean of logits']:.3f}"
    _mark(axes, averages, said)
    axes.set(xlabel="output of a thinned network")
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    return axes.figure


def draw_logit_line(units: int = 6, hidden: str = "linear") -> Figure:
    """Draw the logit of every thinned network as a dot, and those of the three averages as lines.

    Args: as for `line_network`.
    """
    averages = {name: float(logit(o)) for name, o in line_averages(units, hidden).items()}
    axes = _dots_on_a_line(logit(thinned_outputs(units, hidden)), LOGITS)
    said = {name: f"{name} {number(value)}" for name, value in averages.items()}
    said["mean of outputs"] = f"mean of outputs, as a logit {number(averages['mean of outputs'])}"
    _mark(axes, averages, said)
    axes.set(xlabel="logit of a thinned network")
    axes.set_xticks([-4, -2, 0, 2], ["−4", "−2", "0", "2"])
    return axes.figure


def _dots_on_a_line(values: FloatArray, ends: tuple[float, float]) -> Axes:
    """Axes with a dot for each of the values; those in one bin are stacked on its middle.

    A stack is a bar where there are more than MANY.
    """
    _figure, axes = style.new_part(LINE_HEIGHT)
    length = ends[1] - ends[0]
    places = np.clip((BINS * (values - ends[0]) / length).astype(int), 0, BINS - 1)
    stack = np.arange(len(values)) - np.searchsorted(places, places)
    step = min(DOT, 0.95 / (stack.max() + 1))
    at = ends[0] + length * (places + 0.5) / BINS
    # one path of strokes, short with round ends or bars: a page stores it as one line
    if len(values) > MANY:
        top = np.diff(places, append=BINS) > 0  # of its stack
        feet, heads = np.zeros(top.sum()), step * (stack[top] + 1)
        strokes = np.array([[at[top], feet], [at[top], heads]])
        look = {"capstyle": "butt", "linewidth": THICKEST}
    else:
        middles = step * (stack + 0.5)
        strokes = np.array([[at, middles], [at + STROKE * length, middles]])
        high = LINE_PLACE[3] * 72 * LINE_HEIGHT  # points, of the axes
        size = min(THICKEST, 0.8 * step * high)  # dots in a stack stay apart
        look = {"capstyle": "round", "linewidth": size}
    count = strokes.shape[-1]
    path = Path(
        strokes.transpose(2, 0, 1).reshape(-1, 2), np.tile([Path.MOVETO, Path.LINETO], count)
    )
    path.should_simplify = False
    look |= {"edgecolor": style.TRAINING, "facecolor": "none", "alpha": 0.7}
    axes.add_patch(PathPatch(path, clip_on=False, snap=False, **look))
    margin = 0.01 * length
    axes.set(xlim=(ends[0] - margin, ends[1] + margin), ylim=(0, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    return axes


def _mark(axes: Axes, averages: dict[str, float], texts: dict[str, str]) -> None:
    """Mark averages on a line, and say them above it."""
    for name, value in averages.items():
        color, line, width = MARKS[name]
        pale = 0.35 if width == BAND else 1  # weight scaling is often just on it
        look = {"color": color, "linestyle": line, "linewidth": width, "alpha": pale}
        axes.axvline(value, label=texts[name], solid_capstyle="butt", **look)
    style.legend_above(axes, columns=1, handles=1.8)
    axes.set_position(LINE_PLACE)


def where_scaling_lies(units: int = 6) -> str:
    """Say how far weight scaling is from both means below ReLU units, here and in others."""

    def gaps(seed: int) -> list[float]:
        mean, of_logits, scaling = line_averages(units, "relu", seed).values()
        return [abs(scaling - of_logits), abs(scaling - mean)]

    here, others = gaps(LINE_SEED), np.median([gaps(seed) for seed in LINE_OTHERS], axis=0)
    return (
        f"Below ReLU units it lies {here[0]:.3f} away from the mean of the logits, as an output, "
        f"and {here[1]:.3f} from the mean of the outputs. That is plain to see; in half of "
        f"{len(LINE_OTHERS)} networks drawn at random it is less than {others[0]:.3f} and "
        f"{others[1]:.3f}."
    )


def describe_line(units: int, hidden: str) -> str:
    """Say the three averages, and whether weight scaling is one of them."""
    units = whole_number("units", units, 1, LINE_UNITS)
    mean, of_logits, scaling = line_averages(units, hidden).values()
    same = abs(of_logits - scaling) < 1e-9
    apart = [f"{abs(other - scaling):.3f}" for other in (of_logits, mean)]
    verdict = "the same" if same else f"{apart[0]} away from that and {apart[1]} from the mean"
    above = {"linear": "linear", "relu": "ReLU"}[hidden]
    return (
        f"{units} units, each dropped half of the time, below {above} units: the outputs of the "
        f"{2**units:,} thinned networks have the mean {mean:.3f}; the mean of their logits gives "
        f"{of_logits:.3f}, and weight scaling {scaling:.3f}, {verdict}."
    )


# --- trained networks, exactly --------------------------------------------------------------------

LAYERS = ("one layer", "two layers")  # that are dropped
MEANS = {  # of the experiment, and their names and colours
    "normalised geometric": ("geometric", GEOMETRIC),
    "arithmetic": ("arithmetic", ARITHMETIC),
}
EXACT_MEASURES = ("distance", "loss", "other answers")
_EXACT_AXES = {  # limits, places, label, and how numbers are written
    "distance": ((-0.005, 0.09), (0, 0.04, 0.08), "distance from weight scaling", ".3f"),
    "loss": ((-0.3, 0.1), (-0.2, 0), "loss − that of weight scaling", "+.2f"),
    "other answers": ((-1, 14), (0, 5, 10), "answers that differ / %", ".1f"),
}


@dataclass(frozen=True, eq=False)
class ExactMeans:
    """What parts the exact means over all masks from weight scaling, drawn.

    samples: of `experiments.exact_averages`.
    """

    samples: Sequence[Sample]

    def draw(self, measure: str = "distance") -> Figure:
        """Draw a measure of both means, in both networks, with its interval.

        Args:
            measure: one of EXACT_MEASURES: how far its probabilities are from those of weight
                scaling, its loss less that of weight scaling, or how many answers differ.
        """
        choice("measure", measure, EXACT_MEASURES)
        figure, (axes,) = style.new_panels(2.9)
        axes.set_position((0.04, 0.22, 0.92, 0.76))
        limits, places, label, form = _EXACT_AXES[measure]
        rows = {
            f"{name}, {layers}": (self._found(measure, mean, layers), color)
            for mean, (name, color) in MEANS.items()
            for layers in LAYERS
        }
        style.rows_under_names(axes, rows, form)
        axes.set(xlim=limits, xlabel=label)
        axes.set_xticks(places, [minus(f"{place:g}") for place in places])
        return figure

    def describe(self, measure: str) -> str:
        """Say what `draw` draws."""
        choice("measure", measure, EXACT_MEASURES)
        _limits, _places, label, form = _EXACT_AXES[measure]
        parts = [
            f"{interval(self._found(measure, mean, layers), form)} for the {name} mean with "
            f"{layers} dropped"
            for mean, (name, _color) in MEANS.items()
            for layers in LAYERS
        ]
        return f"{label.capitalize()}: {', '.join(parts)}."

    def say_nearest(self) -> str:
        """Say which mean is at weight scaling, and from where to where the others lie."""
        distances = {
            f"{name}, {layers}": self._found("distance", mean, layers).mean
            for mean, (name, _color) in MEANS.items()
            for layers in LAYERS
        }
        (nearest, least), *others = sorted(distances.items(), key=lambda item: item[1])
        low, high = (minus(f"{others[k][1]:.2f}") for k in (0, -1))
        return (
            f"{nearest.capitalize()}: {minus(f'{least:z.3f}')}. The other three lie {low} to "
            f"{high} away."
        )

    def _found(self, measure: str, mean: str, layers: str) -> Summary:
        if measure == "loss":
            loss, scaling = (
                pick(self.samples, layers, f"loss, {name}") for name in (mean, "scaling")
            )
            return (loss - scaling).summary()
        measured = {"distance": "from", "other answers": "other class,"}[measure]
        return pick(self.samples, layers, f"{measured} {mean}").summary()


# --- how many masks -------------------------------------------------------------------------------

KINDS = {"Monte-Carlo": ARITHMETIC, "geometric Monte-Carlo": GEOMETRIC}
_KIND_LABELS = {"Monte-Carlo": "arithmetic", "geometric Monte-Carlo": "normalised geometric"}
_LIMITS = {"test error": (-2.0, 6.0), "test loss": (-1.0, 1.0)}


@dataclass(frozen=True, eq=False)
class MonteCarloCurves:
    """Test error and loss against the number of masks averaged, drawn.

    samples: of `experiments.averages_against_masks`.
    """

    samples: Sequence[Sample]

    def draw(self, measure: str = "test error", masks: int = 50) -> Figure:
        """Draw the averages minus weight scaling against the number of masks, read off at one.

        Args:
            measure: "test error" or "test loss".
            masks: one of the numbers of masks that were averaged.
        """
        choice("measure", measure, [*_LIMITS])
        masks = whole_one_of("masks", masks, self.counts)
        figure, axes = style.new_figure()
        counts = self.counts
        for arm, color in KINDS.items():
            found = style.means(self._change(measure, arm, k).summary() for k in counts)
            style.curve_with_band(axes, counts, found, color, "o-", label=_KIND_LABELS[arm])
        axes.axhline(0, color=style.WEIGHT_SCALING, linewidth=2, zorder=1, label="weight scaling")
        axes.set(ylim=_LIMITS[measure], ylabel=f"difference in {measure}")
        _masks_axis(axes, counts)
        here = [(self._change(measure, arm, masks).summary().mean, c) for arm, c in KINDS.items()]
        mark(axes, masks, here)
        tiles(axes, counts, "masks")
        style.legend_above(axes)
        figure.subplots_adjust(left=0.19)
        return figure

    def describe(self, measure: str, masks: int) -> str:
        """Say how far the averages of so many masks are from weight scaling."""
        choice("measure", measure, [*_LIMITS])
        masks = whole_one_of("masks", masks, self.counts)
        scaling = self._scaling(measure).summary().mean
        form, unit = (".1f", " %") if measure == "test error" else (".2f", "")
        parts = [
            f"the {name} mean " + interval(self._change(measure, arm, masks).summary(), f"+{form}")
            for arm, name in _KIND_LABELS.items()
        ]
        return (
            f"{measure.capitalize()}: weight scaling has {scaling:{form}}{unit}. Differences from "
            f"it with {masks} mask{'s' * (masks > 1)}: {parts[0]}, {parts[1]}."
        )

    def say_loss(self, masks: int) -> str:
        """Say the loss of the arithmetic mean of so many masks beside that of weight scaling."""
        masks = whole_one_of("masks", masks, self.counts)
        found = pick(self.samples, "Monte-Carlo", "test loss", masks=masks).summary().mean
        scaling = self._scaling("test loss").summary().mean
        averaged = f"With {masks} mask{'s' * (masks > 1)} it is {found:.2f}"
        return f"{averaged}, with scaled weights {scaling:.2f}."

    @property
    def counts(self) -> list[int]:
        """The numbers of masks that were averaged."""
        return sorted({s.settings["masks"] for s in pick_all(self.samples, "Monte-Carlo")})

    def _scaling(self, measure: str) -> Sample:
        return pick(self.samples, "weight scaling", measure)

    def _change(self, measure: str, arm: str, masks: int) -> Sample:
        return pick(self.samples, arm, measure, masks=masks) - self._scaling(measure)


# --- parts ----------------------------------------------------------------------------------------


def _place(axes: Axes, *, left: float = 0.15, right: float = 0.95, top: float = 0.88) -> None:
    """Set the only axes of a figure between margins, given as shares of the figure."""
    bottom = 0.17
    axes.set_position((left, bottom, right - left, top - bottom))


def _legend(axes: Axes, colors: Sequence[str], columns: int = 3, top: float = 0.88) -> None:
    """A legend above the axes, which end at `top`, its words in the given colours."""
    legend = axes.legend(
        loc="lower center",
        bbox_to_anchor=(0.46, 1),
        ncols=columns,
        frameon=False,
        fontsize=style.TEXT,
        handlelength=1.4,
        handletextpad=0.5,
        columnspacing=1.2,
    )
    for text, color in zip(legend.get_texts(), colors, strict=True):
        text.set_color(color)
    _place(axes, top=top)


def _masks_axis(axes: Axes, num_masks: Sequence[int]) -> None:
    axes.set(xscale="log", xlabel="masks averaged")
    axes.set_xticks(num_masks, [str(k) for k in num_masks])
    axes.minorticks_off()


def _short(value: float) -> str:
    if value >= 0.001:
        return f"{value:.3f}"
    return power_of_ten(value)
