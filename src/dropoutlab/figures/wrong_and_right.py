"""Curves of the chapter `errata`: what is said beside what is so, to be read off along an axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from dropoutlab import averaging, linear
from dropoutlab import network as nn
from dropoutlab._names import public_dir
from dropoutlab.errata import _often_said as said
from dropoutlab.errata import _test_time as test_time
from dropoutlab.figures import style
from dropoutlab.figures.read_off import Curves

__dir__ = public_dir(__name__)

WRONG, RIGHT = style.OTHER, style.E_R
KEEP_PROBS = tuple(np.linspace(0.05, 1, 20).round(2).tolist())
BETWEEN = tuple(np.linspace(0.1, 0.9, 17).round(2).tolist())  # neither end


@dataclass(frozen=True)
class Line:
    """One curve: how to say a number of it, what to call it, its values, its look."""

    says: str
    name: str
    value: Callable[[float], float]
    color: str
    dashed: bool = False


def _curves(
    lines: Sequence[Line],
    places: Sequence[float],
    where: str,
    *,
    form: str = ".2f",
    base: int | None = None,
    **axes_settings: object,
) -> Curves:
    """Curves with their names above them; `base` is that of a logarithmic scale of values."""
    values = {line.says: [float(line.value(place)) for place in places] for line in lines}

    def figure() -> Figure:
        whole, axes = style.new_figure()
        for line in lines:
            look = {"linestyle": "--" if line.dashed else "-", "linewidth": 2}
            axes.plot(places, values[line.says], color=line.color, label=line.name, **look)
        rows = -(-len(lines) // 2)
        style.legend_above(axes, 1 - (0.12 + 0.25 * rows) / style.SIZE[1])
        whole.subplots_adjust(right=0.95)
        if base:
            axes.set_yscale("log", base=base)
        axes.set(**axes_settings)
        return whole

    found = {line.says: (values[line.says], line.color) for line in lines}
    return Curves(figure, places, found, where=where, form=form)


def correlation() -> Curves:
    """The penalty against the correlation of two inputs: with a coin each, and with one coin."""
    places = tuple(np.linspace(-1, 1, 21).round(1).tolist())
    ones = np.ones(2)
    lines = (
        Line(
            "penalty {} with a coin for each input", "a coin each: dropout",
            lambda r: said.penalty(said.related(r), ones), RIGHT,
        ),
        Line(
            "{} if one coin dropped both", "one coin for both",
            lambda r: said.penalty_of_one_coin(said.related(r), ones), WRONG, True,
        ),
    )  # fmt: skip
    return _curves(
        lines, places, "Correlation {}", xlim=(-1, 1), ylim=(-0.05, 2.1),
        xlabel="correlation of the two inputs", ylabel="penalty",
    )  # fmt: skip


REST_TARGET = 1.5  # which puts the minimum of E_R at the weight 1


def rest() -> Curves:
    """The slope under each mask against the weight that two copies of an input have in common."""

    def slope(mask: Sequence[int]) -> Callable[[float], float]:
        return lambda w: linear.gradient_with_dropout((w, w), said.COPIES, REST_TARGET, mask)[0]

    mean = lambda w: linear.expected_gradient_exact(  # noqa: E731
        (w, w), said.COPIES, REST_TARGET, said.KEEP_PROB
    )[0]
    lines = (
        Line("slope {} with both inputs kept", "both kept", slope((1, 1)), RIGHT),
        Line("{} with the first alone", "first alone", slope((1, 0)), style.E_N),
        Line("{} without the first", "first dropped", slope((0, 1)), style.E_D),
        Line("{} in the mean", "mean", mean, style.MEAN_E_D),
    )
    places = tuple(np.linspace(0, 2, 21).round(1).tolist())
    return _curves(
        lines, places, "Both weights {}", form="+.2f", xlim=(0, 2), ylim=(-1.6, 2.6),
        xlabel="weight of either copy", ylabel="slope along w₁",
    )  # fmt: skip


def work() -> Curves:
    """E_R and E_N against the first of two weights of copies, with their sum held."""
    total = float(linear.regularized_minimizer(said.COPIES, REST_TARGET, said.KEEP_PROB).sum())
    unit = (said.COPIES, REST_TARGET, said.KEEP_PROB)
    lines = (
        Line(
            "E_R is {}", "E_R",
            lambda w: linear.regularized_error((w, total - w), *unit), RIGHT,
        ),
        Line(
            "E_N is {}", "E_N",
            lambda w: linear.error_without_dropout((w, total - w), *unit), style.E_N,
        ),
    )  # fmt: skip
    places = tuple(np.linspace(0, total, 21).round(1).tolist())
    return _curves(
        lines, places, f"First weight {{}} of {total:g} in all", xlim=(0, total), ylim=(0, 0.8),
        xlabel=f"first weight, of {total:g} in all", ylabel="error",
    )  # fmt: skip


def factors() -> Curves:
    """The factor of the penalty against p, with the weight held and with the output held."""
    lines = (
        Line(
            "the factor of w² is {}", "of w²",
            lambda p: float(said.FIXED_WEIGHT.subs(said.P, p)), WRONG,
        ),
        Line(
            "that of (p w)² is {}", "of (p w)²",
            lambda p: float(said.FIXED_OUTPUT.subs(said.P, p)), RIGHT,
        ),
    )  # fmt: skip
    return _curves(
        lines, KEEP_PROBS, "Keep probability {}", xlim=(0, 1), ylim=(0, 3),
        xlabel="keep probability p", ylabel="factor", xticks=[0, 0.5, 1],
    )  # fmt: skip


def shares() -> Curves:
    """The share of its weight that dropout and L2 leave, against the scale of an input."""
    scales = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
    left = lambda shares: lambda scale: shares(np.diag([1.0, scale]))[1]  # noqa: E731
    lines = (
        Line(
            "dropout leaves {} of its weight", "dropout",
            left(said.dropout_shares), style.ARMS["dropout"],
        ),
        Line(
            "L2 leaves {}", "L2",
            left(lambda inputs: said.l2_shares(inputs, 1.0)), style.ARMS["L2"],
        ),
    )  # fmt: skip
    curves = _curves(
        lines, scales, "Second input times {}", ylim=(0, 1), xlabel="scale of the second input",
        ylabel="share of its weight left",
    )  # fmt: skip
    plain = curves.figure

    def figure() -> Figure:
        whole = plain()
        (axes,) = whole.axes
        axes.set_xscale("log", base=2)
        axes.set_xticks([0.25, 0.5, 1, 2, 4], ["1/4", "1/2", "1", "2", "4"])
        return whole

    return Curves(figure, curves.places, curves.curves, where=curves.where, form=curves.form)


def in_place() -> Curves:
    """A weight after each of ten steps: divided in place, and with the mask divided."""
    lines = (
        Line(
            "the weight is {} if it is divided", "weights divided, as found",
            lambda step: test_time.weight_after(int(step), True), WRONG,
        ),
        Line(
            "{} if the mask is", "mask divided",
            lambda step: test_time.weight_after(int(step), False), style.E_N,
        ),
    )  # fmt: skip
    return _curves(
        lines, range(test_time.STEPS + 1), "After {} steps", form=",.0f", base=2, xlabel="step",
        ylabel="weight", ylim=(0.6, 2000), yticks=[1, 16, 256], yticklabels=["1", "16", "256"],
        xticks=[0, 5, 10],
    )  # fmt: skip


def division() -> Curves:
    """The mean of an activation of 1 against p, divided by the drop rate and by p."""
    lines = (
        Line(
            "divided by the drop rate an activation of 1 becomes {} in the mean",
            "by the drop rate, as found",
            lambda p: test_time.mean_activation(p, 1 - p), WRONG,
        ),
        Line(
            "divided by p {}", "by p",
            lambda p: test_time.mean_activation(p, p), style.E_N,
        ),
    )  # fmt: skip
    return _curves(
        lines, BETWEEN, "Keep probability {}", base=2, xlabel="keep probability p",
        ylabel="mean activation", ylim=(0.09, 11), yticks=[0.125, 1, 8],
        yticklabels=["1/8", "1", "8"], xticks=[0.1, 0.5, 0.9], xlim=(0.1, 0.9),
    )  # fmt: skip


def bias() -> Curves:
    """The mean pre-activation against p: over all masks, and as it is scaled together with b."""
    lines = (
        Line(
            "the mean over all masks is {}", "mean over all masks",
            test_time.mean_pre_activation, style.MEAN_E_D,
        ),
        Line(
            "p (S + b) is {}", "p (S + b), as found",
            lambda p: p * test_time.mean_pre_activation(1.0), WRONG, True,
        ),
    )  # fmt: skip
    return _curves(
        lines, (0.0, *KEEP_PROBS), "Keep probability {}", xlim=(0, 1), ylim=(0, 2.6),
        xlabel="keep probability p", ylabel="pre-activation", xticks=[0, 0.5, 1],
    )  # fmt: skip


def geometric() -> Curves:
    """Weight scaling and the normalised geometric mean against the input, two layers dropped."""
    network = test_time.two_layers((True, True))
    mean = lambda x: averaging.exact_average(  # noqa: E731
        network, [[x]], mean="normalized geometric"
    ).item()
    lines = (
        Line(
            "weight scaling gives {}", "weight scaling",
            lambda x: nn.predict(network, [[x]]).item(), WRONG,
        ),
        Line(
            "the normalised geometric mean is {}", "normalised mean",
            mean, style.E_N,
        ),
    )  # fmt: skip
    places = tuple(np.linspace(0, 2, 21).round(1).tolist())
    return _curves(
        lines, places, "Input {}", xlim=(0, 2), ylim=(0.45, 1), xlabel="input", ylabel="output",
    )  # fmt: skip


INDEX_FIRST = 0.8  # keep probability of the first input


def index() -> Curves:
    """E_R against the second keep probability, and with the first in all of its penalty."""
    unit = ((1.0, 1.0), (1.0, 1.0), 1.0)

    def wrong(second: float) -> float:
        pair = (INDEX_FIRST, second)
        both = linear.regularized_error(*unit, INDEX_FIRST)
        penalty = both - linear.error_without_dropout(*unit, INDEX_FIRST)
        return linear.error_without_dropout(*unit, pair) + penalty

    lines = (
        Line(
            "E_R is {}", "p_j: the right one",
            lambda p: linear.regularized_error(*unit, (INDEX_FIRST, p)), RIGHT,
        ),
        Line("with p_1 in both terms it would be {}", "p_1 for both", wrong, WRONG,
             True),
    )  # fmt: skip
    return _curves(
        lines, (0.0, *KEEP_PROBS), "Second keep probability {}", form=".3f", xlim=(0, 1),
        ylim=(0, 0.55), xlabel=f"second keep probability; the first is {INDEX_FIRST:g}",
        ylabel="error", xticks=[0, 0.5, 1],
    )  # fmt: skip
