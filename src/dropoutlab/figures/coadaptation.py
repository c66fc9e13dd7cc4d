"""Figures of the chapter `coadaptation`: a pair of units, learning curves, gains, units removed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab._checks import FloatArray, choice
from dropoutlab.experiments import ARMS, PairRemovals, PenaltyStudy
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures.words import interval, number
from dropoutlab.samples import Sample, pick

PAIRS = {"(10, −9)": (10.0, -9.0), "(0.5, 0.5)": (0.5, 0.5)}  # weights of two copies of a unit
PAIR_TARGET = 1.0


# --- two units that copy each other ---------------------------------------------------------------


def draw_pair(pair: str = "(10, −9)", first: bool = True, second: bool = True) -> Figure:
    """Draw what two copies of a unit contribute to an output, their sum, and the target."""
    figure, axes = style.new_figure()
    axes.set_position((0.1, 0.13, 0.88, 0.83))
    parts = [w * kept for w, kept in zip(_weights(pair), (first, second), strict=True)]
    colors = [style.KEPT if kept else style.DROPPED for kept in (first, second)]
    for place, (part, color) in enumerate(zip(parts, colors, strict=True)):
        axes.bar(place, part, width=0.6, color=color)
        axes.plot(place, 0, "o" if part else "x", color=color, markersize=9)
    axes.bar(2, sum(parts), width=0.6, color=style.TEST)
    axes.axhline(PAIR_TARGET, color=style.E_R, linestyle="--", linewidth=2)
    axes.text(2.6, PAIR_TARGET + 0.6, "target", color=style.E_R, ha="right", fontsize=style.TEXT)
    axes.axhline(0, color=INK, linewidth=1)
    axes.set(xlim=(-0.6, 2.6), ylim=(-10.5, 11.5))
    axes.set_xticks(range(3), ["first unit", "second unit", "answer"])
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    return figure


def describe_pair(pair: str, first: bool, second: bool) -> str:
    """Say what the two answer, and by how much it is wrong."""
    answer = sum(w * kept for w, kept in zip(_weights(pair), (first, second), strict=True))
    gone = {
        (True, True): "with both units there",
        (False, True): "without the first unit",
        (True, False): "without the second unit",
        (False, False): "without either unit",
    }[first, second]
    off = abs(PAIR_TARGET - answer)
    wrong = f"{number(off)} away from" if off else "right on"
    return f"Weights {pair}, {gone}: the answer is {number(answer)}, {wrong} the target."


def _weights(pair: str) -> tuple[float, float]:
    return PAIRS[choice("pair", pair, tuple(PAIRS))]


# --- learning with a regulariser ------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Learning:
    """Errors in percent while networks learn, with a regulariser or without."""

    study: PenaltyStudy

    def draw(self, regularizer: str = "none") -> Figure:
        """Draw training and test error of an arm, and the test error without, with ranges."""
        figure, axes = style.new_figure()
        axes.set_position((0.14, 0.16, 0.82, 0.81))
        epochs, color = self.study.epochs, style.ARMS[regularizer]
        train, test = self.study.curves[regularizer]
        if regularizer != "none":
            _line_and_range(axes, epochs, self.study.curves["none"][1], style.ARMS["none"])
            axes.text(99, 60, "new examples, nothing done", color=style.ARMS["none"],
                      ha="right", va="center", fontsize=style.TEXT)  # fmt: skip
        _line_and_range(axes, epochs, test, color)
        _line_and_range(axes, epochs, train, color, "--")
        words = "" if regularizer == "none" else f", {regularizer}"
        for y, label in ((75, f"new examples{words}"), (68, f"examples learnt{words} (dashed)")):
            axes.text(99, y, label, color=color, ha="right", va="center", fontsize=style.TEXT)
        axes.set(xlim=(0, epochs[-1]), ylim=(-1, 92))
        axes.set(xlabel="passes over the training set", ylabel="wrong answers (%)")
        axes.set_yticks([0, 25, 50, 75])
        return figure

    def describe(self, regularizer: str) -> str:
        """Say which errors are left after the last pass."""
        train, test = self.study.curves[regularizer][..., -1]
        done = "nothing done against it" if regularizer == "none" else regularizer
        return (
            f"With {done}, the networks end with {train.mean():.1f} % wrong on the examples they "
            f"learnt and {test.mean():.1f} % on new ones (from {test.min():.1f} to "
            f"{test.max():.1f} % over {len(test)} networks)."
        )


def draw_gains(samples: Sequence[Sample]) -> Figure:
    """Draw by how much each arm changes the test error, with its 95 % interval, paired by seed.

    Args:
        samples: "test error" of every arm of `experiments.ARMS`.
    """
    figure, axes = style.new_figure()
    axes.set_position((0.44, 0.16, 0.5, 0.81))
    none = pick(samples, "none", "test error")
    for place, arm in enumerate(ARMS[1:]):
        change = (pick(samples, arm, "test error") - none).summary()
        axes.hlines(place, change.low, change.high, color=style.ARMS[arm], linewidth=3)
        axes.plot(change.mean, place, "o", color=style.ARMS[arm], markersize=8)
    axes.axvline(0, color=style.ARMS["none"], linewidth=2)
    axes.set(ylim=(len(ARMS) - 1.5, -0.5), xlabel="change in test error (points)")
    axes.set_yticks(range(len(ARMS) - 1), ARMS[1:])
    axes.tick_params(axis="y", length=0)
    return figure


def describe_gains(samples: Sequence[Sample]) -> str:
    """Say the changes in words, for those who do not see them."""
    none = pick(samples, "none", "test error")
    parts = [
        f"{arm} {interval((pick(samples, arm, 'test error') - none).summary(), '+.1f')}"
        for arm in ARMS[1:]
    ]
    return f"Change in test error from no regulariser, in points: {', '.join(parts)}."


# --- units removed by hand ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HandRemoval:
    """Ten test images and what is said of them without one or two hidden units."""

    found: PairRemovals

    def draw(self, trained: str = "none", first: int = 0, second: int = 0) -> Figure:
        """Draw the probability of the right digit, before as a tick and after as a bar."""
        choice("trained", trained, tuple(self.found.right))
        figure, axes = style.new_figure()
        axes.set_position((0.14, 0.09, 0.84, 0.89))
        before, after = self.found.right[trained][0, 0], self.found.right[trained][first, second]
        places = np.arange(10)
        axes.vlines(places, 0, after, color=style.ARMS[trained], linewidth=14)
        axes.hlines(before, places - 0.42, places + 0.42, color=style.OTHER, linewidth=2)
        axes.imshow(
            style.digits(self.found.images), extent=(-0.5, 9.5, -0.3, -0.02), aspect="auto",
            interpolation="none",
        )  # fmt: skip
        for digit, said in enumerate(self.found.says[trained][first, second]):
            if said != digit:
                axes.text(
                    digit, 1.1, f"→ {said}", color=INK, ha="center", va="center",
                    fontsize=style.TEXT,
                )  # fmt: skip
        axes.set(xlim=(-0.6, 9.6), ylim=(-0.32, 1.2), ylabel="probability of right digit")
        axes.set_xticks(places)
        axes.tick_params(axis="x", length=0)
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.spines["bottom"].set_visible(False)
        axes.spines["left"].set_bounds(0, 1)
        return figure

    def describe(self, trained: str, first: int, second: int) -> str:
        """Say which readings fall and how the test error changes."""
        units = sorted({first, second} - {0})
        lost = [d for d, said in enumerate(self.found.says[trained][first, second]) if said != d]
        before, after = self.found.error[trained][0, 0], self.found.error[trained][first, second]
        network = "without dropout" if trained == "none" else "with dropout"
        named = " and ".join(map(str, units))
        gone = ("no unit removed", f"unit {named} removed", f"units {named} removed")[len(units)]
        wrong = f"reads {_listed(lost)} wrongly" if lost else "reads all ten digits rightly"
        compared = f" ({before:.1f} % with all its units)" if units else ""
        return (
            f"The network trained {network}, with {gone}, {wrong}; "
            f"its test error is {after:.1f} %{compared}."
        )


def _line_and_range(
    axes: Axes, x: Sequence[float], values: FloatArray, color: str, line: str = "-"
) -> None:
    """The mean over the first axis, and from the least to the largest."""
    axes.plot(x, values.mean(axis=0), line, color=color)
    low, high = values.min(axis=0), values.max(axis=0)
    axes.fill_between(x, low, high, color=color, alpha=0.2, linewidth=0)


def _listed(digits: Sequence[int]) -> str:
    words = [f"the {digit}" for digit in digits]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
