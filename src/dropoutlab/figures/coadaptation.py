"""Figures of the chapter `coadaptation`: a pair to drag, learning curves, gains, a unit removed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dropoutlab._names import public_dir
from dropoutlab.experiments import ARMS, PenaltyStudy
from dropoutlab.explore import handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures.touch import COPIES_KEPT, copies_outputs
from dropoutlab.figures.words import interval, minus, number
from dropoutlab.samples import Sample, pick

__dir__ = public_dir(__name__)

# --- two units that copy each other ---------------------------------------------------------------

PAIR_TARGET = 1.0
PAIRS = ((10.0, -9.0), (0.5, 0.5))  # weights of two copies of a unit
FIRST_WEIGHTS = tuple(k / 2 for k in range(-18, 21))  # the second weight is what is missing to 1
PAIR_LIMITS = (-10.5, 11.5)
PAIR_HEIGHT = 3.3  # inches: the axes are square


def second_weight(first: float) -> float:
    """Return the weight that makes the answer of both copies right."""
    return PAIR_TARGET - first


def draw_pair(first: float = 10.0) -> Figure:
    """Draw the weights of two copies that are right together, on the line of all such pairs.

    The pair can be dragged along the line.

    Args:
        first: weight of the first copy, one of FIRST_WEIGHTS.
    """
    figure, axes = style.new_part(PAIR_HEIGHT)
    ends = np.array([FIRST_WEIGHTS[0] - 0.5, FIRST_WEIGHTS[-1] + 0.5])
    axes.plot(ends, second_weight(ends), color=style.E_N, linewidth=2)
    low, high = PAIR_LIMITS
    for weight in FIRST_WEIGHTS:
        strip = Rectangle((weight - 0.25, low), 0.5, high - low, alpha=0, linewidth=0)
        axes.add_artist(handle(strip, first=weight))
    for (x, y), (right, up) in zip(PAIRS, ((-0.9, -0.2), (0.7, 0.9)), strict=True):
        axes.plot(x, y, "o", color=INK, markersize=6, fillstyle="none")
        said = axes.text(
            x + right, y + up, minus(f"({x:g}, {y:g})"), color=INK,
            ha="left" if right > 0 else "right", va="center", fontsize=style.TEXT,
        )  # fmt: skip
        handle(said, first=x)
    axes.text(-8.6, 10.6, "right together", color=style.E_N, va="center", fontsize=style.TEXT)
    (pair,) = axes.plot(
        first, second_weight(first), "D", color=style.OTHER, markersize=11, zorder=5
    )
    handle(pair, first=first)
    axes.set(xlim=PAIR_LIMITS, ylim=PAIR_LIMITS, aspect="equal")
    axes.set(xlabel="weight of first unit", ylabel="weight of second unit")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([-10, -5, 0, 5, 10], ["−10", "−5", "0", "5", "10"])
    return figure


def draw_answers(first: float = 10.0) -> Figure:
    """Draw what the copies answer, both of them and each alone. Args: as for `draw_pair`."""
    figure, axes = style.new_part(PAIR_HEIGHT)
    axes.set_position((0.34, 0.17, 0.48, 0.74))
    answers = copies_outputs(first, second_weight(first))
    for row, answer in enumerate(answers):
        axes.barh(row, answer, 0.6, color=style.DROPPED if row else style.KEPT)
        axes.text(11.2, row, number(answer), color=INK, va="center", fontsize=style.TEXT)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.axvline(PAIR_TARGET, color=style.MEAN_E_D, linewidth=2)
    axes.text(PAIR_TARGET, -0.52, "target", color=style.MEAN_E_D, ha="center", fontsize=style.TEXT)
    axes.set(xlim=(-10.5, 10.5), xlabel="answer")
    axes.set_xticks([-10, 0, 10], ["−10", "0", "10"])
    style.name_rows(axes, ["both there", *list(COPIES_KEPT)[1:]])
    return figure


def describe_pair(first: float) -> str:
    """Say what the copies answer together and alone."""
    both, without_first, without_second = copies_outputs(first, second_weight(first))
    return minus(
        f"Weights ({first:g}, {second_weight(first):g}): together the units answer {both:g}. "
        f"Without the first the answer is {without_first:g}, without the second "
        f"{without_second:g}; the target is {PAIR_TARGET:g}."
    )


# --- learning with a regulariser ------------------------------------------------------------------

REMEDIES = ("the one that fits less", "the one that fits nearly all")


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
            none = style.ranges(self.study.curves["none"][1])
            style.curve_with_band(axes, epochs, none, style.ARMS["none"])
            axes.text(99, 60, "new examples, nothing done", color=style.ARMS["none"],
                      ha="right", va="center", fontsize=style.TEXT)  # fmt: skip
        style.curve_with_band(axes, epochs, style.ranges(test), color)
        style.curve_with_band(axes, epochs, style.ranges(train), color, "--")
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

    def better_of(self, one: str, other: str) -> str:
        """Return which of REMEDIES has fewer errors on new examples, after the last pass."""
        train, test = (
            [self.study.curves[arm][part, :, -1].mean() for arm in (one, other)] for part in (0, 1)
        )
        return REMEDIES[int((train[0] < train[1]) == (test[0] < test[1]))]


@dataclass(frozen=True, eq=False)
class Gains:
    """By how much each way to train changes the test error of another, network by network.

    samples: "test error" of every arm of `experiments.ARMS`.
    """

    samples: Sequence[Sample]

    def draw(self, against: str = "none") -> Figure:
        """Draw the change from one arm to each, with its 95 % interval; a click on a row picks it.

        Args:
            against: arm that the others are compared with.
        """
        figure, axes = style.new_figure()
        axes.set_position((0.42, 0.21, 0.55, 0.76))
        low, high = CHANGES
        for place, arm in enumerate(ARMS):
            change = self.change(arm, against).summary()
            hollow = {"fillstyle": "none"} if arm == against else {}
            style.dot(axes, change, place, style.ARMS[arm], 7, **hollow)
            names = 0.42 / 0.55 * (high - low)  # their room, left of the axes
            row = Rectangle((low - names, place - 0.5), names + high - low, 1, alpha=0, linewidth=0,
                            clip_on=False)  # fmt: skip
            axes.add_artist(handle(row, against=arm))
        axes.axvline(0, color=style.ARMS[against], linewidth=1, linestyle=":")
        axes.set(xlim=CHANGES)
        than = "nothing" if against == "none" else against
        axes.set_xlabel(f"← fewer errors (points)\nthan with {than}", x=0.3)
        axes.set_xticks([-8, -4, 0, 4, 8], ["−8", "−4", "0", "4", "8"])
        style.name_rows(axes, ARMS)
        return figure

    def describe(self, against: str) -> str:
        """Say the changes in words, for those who do not see them."""
        parts = [
            f"{arm} {interval(self.change(arm, against).summary(), '+.1f')}"
            for arm in ARMS
            if arm != against
        ]
        return f"Change in test error from {against}, in points: {', '.join(parts)}."

    def change(self, arm: str, against: str) -> Sample:
        """Return the test error of an arm less that of another, seed by seed."""
        return pick(self.samples, arm, "test error") - pick(self.samples, against, "test error")


CHANGES = (-8.5, 8.5)  # ends of the axis, in points


# --- a unit removed -------------------------------------------------------------------------------


def draw_removed(samples: Sequence[Sample]) -> Figure:
    """Draw the error of each small network, whole and with one unit gone, and the means.

    Args:
        samples: of `experiments.small_removals`.
    """
    figure, axes = style.new_figure()
    axes.set_position((0.13, 0.12, 0.5, 0.84))
    for arm, words in SMALL_ARMS.items():
        ends = np.array([pick(samples, arm, measure).values for measure in WHOLE_AND_LESS])
        color = style.ARMS[arm]
        axes.plot([0, 1], ends, color=color, linewidth=0.8, alpha=0.3)
        axes.plot([0, 1], ends.mean(axis=1), "o-", color=color, linewidth=3, markersize=8)
        axes.text(1.08, ends[1].mean(), words, color=color, va="center", fontsize=style.TEXT)
    axes.set(xlim=(-0.15, 1.05), ylabel="wrong answers on new digits (%)")
    axes.set_ylim(bottom=0)
    axes.set_xticks([0, 1], ["all 12 units", "one gone"])
    return figure


def describe_removed(samples: Sequence[Sample]) -> str:
    """Say the mean errors before and after."""
    before, after = (
        {arm: pick(samples, arm, measure).values.mean() for arm in SMALL_ARMS}
        for measure in WHOLE_AND_LESS
    )
    return "; ".join(
        f"{words}, the mean test error goes from {before[arm]:.1f} to {after[arm]:.1f} %"
        for arm, words in SMALL_ARMS.items()
    ).capitalize() + " when one unit of twelve is removed."  # fmt: skip


SMALL_ARMS = {"none": "without dropout", "dropout": "with dropout"}
WHOLE_AND_LESS = ("test error", "less one unit")
