"""Figures of the chapter `coadaptation`: a pair to drag, learning curves, gains, a unit removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from dropoutlab._checks import choice
from dropoutlab._names import public_dir
from dropoutlab.experiments import ARMS, PenaltyStudy
from dropoutlab.explore import area, handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import between, one_of
from dropoutlab.figures.read_off import buttons
from dropoutlab.figures.touch import copies_outputs
from dropoutlab.figures.words import interval, minus, number
from dropoutlab.samples import Sample, pick

__dir__ = public_dir(__name__)

# --- two units that copy each other ---------------------------------------------------------------

PAIR_TARGET = 1.0
PAIRS = ((10.0, -9.0), (0.5, 0.5))  # weights of two copies of a unit
FIRST_WEIGHTS = tuple(k / 2 for k in range(-18, 21))  # the second weight is what is missing to 1
PAIR_LIMITS = (-10.5, 11.5)
PAIR_HEIGHT = 3.3  # inches: the axes are square
RESPONSES = (0.8, 1.2)  # of the first unit: every answer stays in the axes
START = 3.0  # where an explorer of pairs begins: neither end of the line
ANSWERS = {  # by panel, each with ends that suit them
    ("as learnt", "new example"): (-3.5, 3.5),
    ("first gone", "second gone"): (-10.5, 10.5),
}


def second_weight(first: float) -> float:
    """Return the weight that makes the answer of both copies right."""
    return PAIR_TARGET - first


def draw_pair(first: float = START) -> Figure:
    """Draw the weights of two copies that are right together, on the line of all such pairs.

    The pair can be dragged along the line.

    Args:
        first: weight of the first copy, one of FIRST_WEIGHTS.
    """
    first = one_of("first", first, FIRST_WEIGHTS)
    figure, axes = style.new_part(PAIR_HEIGHT)
    ends = np.array([FIRST_WEIGHTS[0] - 0.5, FIRST_WEIGHTS[-1] + 0.5])
    axes.plot(ends, second_weight(ends), color=style.E_N, linewidth=2)
    low, high = PAIR_LIMITS
    for weight in FIRST_WEIGHTS:
        area(axes, (weight - 0.25, low), 0.5, high - low, first=weight)
    for (x, y), (right, up) in zip(PAIRS, ((-1.6, -0.2), (0.7, 0.9)), strict=True):
        axes.plot(x, y, "o", color=INK, markersize=6, fillstyle="none")
        said = axes.text(
            x + right, y + up, minus(f"({x:g}, {y:g})"), color=INK,
            ha="left" if right > 0 else "right", va="center", fontsize=style.TEXT,
        )  # fmt: skip
        handle(said, first=x)
    look = {"va": "center", "fontsize": style.TEXT}
    axes.text(-7.2, 10.6, "right together", color=style.E_N, **look)
    axes.text(-9.8, -8.2, "click a pair\nto jump there", color=INK, **look)
    (pair,) = axes.plot(
        first, second_weight(first), "D", color=style.OTHER, markersize=11, zorder=5
    )
    handle(pair, first=first)
    axes.set(xlim=PAIR_LIMITS, ylim=PAIR_LIMITS, aspect="equal")
    axes.set(xlabel="weight of first unit", ylabel="weight of second unit")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([-10, -5, 0, 5, 10], ["−10", "−5", "0", "5", "10"])
    return figure


def pair_answers(first: float, response: float) -> list[float]:
    """Return what the copies answer in each of ANSWERS.

    Args:
        first: weight of the first copy, one of FIRST_WEIGHTS.
        response: activation of the first copy on a new example, in RESPONSES; that of the second
            is 1.
    """
    both, *alone = copies_outputs(first, second_weight(first))
    return [both, response * first + second_weight(first), *alone]


def draw_answers(first: float = START, response: float = 1.0) -> Figure:
    """Draw what the copies answer: both of them, also to a new example, and each alone.

    Args: as for `pair_answers`.
    """
    first = one_of("first", first, FIRST_WEIGHTS)
    response = between("response", response, *RESPONSES)
    half = PAIR_HEIGHT / 2
    figure, panels = style.new_panels(half, half, width=style.PART[0])
    figure.subplots_adjust(left=0.34, right=0.82, top=0.9, bottom=0.17, hspace=0.5)
    answers = iter(pair_answers(first, response))
    colors = iter((style.KEPT, style.OTHER, style.DROPPED, style.DROPPED))
    for axes, (names, limits) in zip(panels, ANSWERS.items(), strict=True):
        for row in range(len(names)):
            answer = next(answers)
            axes.barh(row, answer, 0.6, color=next(colors))
            axes.text(
                1.04, row, number(answer), color=INK, va="center", fontsize=style.TEXT,
                transform=axes.get_yaxis_transform(),
            )  # fmt: skip
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.axvline(PAIR_TARGET, color=style.MEAN_E_D, linewidth=2)
        axes.set_xlim(limits)
        style.name_rows(axes, names)
    together, alone = panels
    together.text(
        PAIR_TARGET, -0.58, "target", color=style.MEAN_E_D, ha="center", fontsize=style.TEXT
    )
    together.set_xticks([-2, 0, 2], ["−2", "0", "2"])
    alone.set_xticks([-10, 0, 10], ["−10", "0", "10"])
    alone.set_xlabel("answer")
    return figure


def describe_pair(first: float, response: float) -> str:
    """Say what the copies answer together, to a new example, and alone."""
    first = one_of("first", first, FIRST_WEIGHTS)
    response = between("response", response, *RESPONSES)
    answers = [number(answer) for answer in pair_answers(first, response)]
    return minus(
        f"Weights ({first:g}, {second_weight(first):g}): the answer is {answers[0]} to the "
        f"examples learnt and {answers[1]} to a new one, where the first unit gives {response:g}. "
        f"Without the first unit it is {answers[2]}, without the second {answers[3]}; "
        f"the target is {PAIR_TARGET:g}."
    )


# --- the data -------------------------------------------------------------------------------------


def draw_curves(curves: ArrayLike, labels: ArrayLike) -> Figure:
    """Draw the first curve of each class, in two rows of five.

    Args:
        curves: shape (examples, length).
        labels: digits from 0 to 9, each at least once.
    """
    figure, (axes,) = style.new_panels(2.1)
    axes.set_position((0.01, 0.01, 0.98, 0.98))
    curves, labels = np.asarray(curves), np.asarray(labels)
    for digit in range(10):
        (row, column), curve = divmod(digit, 5), curves[np.argmax(labels == digit)]
        places = column + np.linspace(0.26, 0.95, len(curve))
        heights = 0.5 - row + 0.8 * (curve - curve.min()) / np.ptp(curve) - 0.4
        axes.plot(places, heights, color=INK, linewidth=1.2)
        axes.text(column + 0.03, 0.8 - row, str(digit), color=INK, fontsize=style.TEXT, va="top")
    axes.set(xlim=(0, 5), ylim=(-1, 1))
    axes.axis("off")
    return figure


# --- learning with a regulariser ------------------------------------------------------------------

LEARNING_HEIGHT = 3.7  # inches
ARM_NAMES = {"none": "nothing done"}  # in the legend; the others have their own


@dataclass(frozen=True, eq=False)
class Learning:
    """Errors in percent while networks learn, with a regulariser or without, beside another."""

    study: PenaltyStudy

    def draw(self, regularizer: str = "none", against: str = "none") -> Figure:
        """Draw training and test error of an arm with ranges, and paler those of another.

        Args:
            regularizer: the arm.
            against: the other; nothing is paler if it is the same.
        """
        choice("regularizer", regularizer, [*self.study.curves])
        choice("against", against, [*self.study.curves])
        figure, (axes,) = style.new_panels(LEARNING_HEIGHT)
        epochs = self.study.epochs
        for form, said in (("-", "new examples"), ("--", "examples learnt")):
            axes.plot([], [], form, color=INK, label=said)
        for part, form in ((1, "-"), (0, "--")):
            found = style.ranges(self.study.curves[regularizer][part])
            label = ARM_NAMES.get(regularizer, regularizer) if part else None
            style.curve_with_band(axes, epochs, found, style.ARMS[regularizer], form, label=label)
        if against != regularizer:
            look = {"color": style.ARMS[against], "linewidth": 3, "alpha": 0.45, "zorder": 1.5}
            for part, form in ((1, "-"), (0, "--")):
                mean = self.study.curves[against][part].mean(axis=0)
                label = ARM_NAMES.get(against, against) if part else None
                axes.plot(epochs, mean, form, label=label, **look)
        axes.set(xlim=(0, epochs[-1]), ylim=(-1, 92))
        axes.set(xlabel="passes over the training set", ylabel="wrong answers (%)")
        axes.set_yticks([0, 25, 50, 75])
        style.legend_above(axes, 0.83)
        figure.subplots_adjust(right=0.95)  # room for the last tick
        return figure

    def describe(self, regularizer: str, against: str = "none") -> str:
        """Say which errors are left after the last pass."""
        choice("regularizer", regularizer, [*self.study.curves])
        choice("against", against, [*self.study.curves])
        train, test = self.study.curves[regularizer][..., -1]
        done = "nothing done against it" if regularizer == "none" else regularizer
        text = (
            f"With {done}, the networks end with {train.mean():.1f} % wrong on the examples they "
            f"learnt and {test.mean():.1f} % on new ones (from {test.min():.1f} to "
            f"{test.max():.1f} % over {len(test)} networks)."
        )
        if against != regularizer:
            ends = [f"{self._last(part, against):.1f} %" for part in (0, 1)]
            done = ARM_NAMES.get(against, against)
            text += f" With {done}, the two are {ends[0]} and {ends[1]}."
        return text

    def question(self, one: str, other: str) -> str:
        """Ask which of two ways to train is better, and say how well each fits its examples."""
        choice("one", one, [*self.study.curves])
        choice("other", other, [*self.study.curves])
        left = [f"{100 - self._last(0, arm):.0f} %" for arm in (one, other)]
        return (
            f"In the end the networks with {one} get {left[0]} of their own examples right, and "
            f"those with {other} {left[1]}. Which get fewer of the new examples wrong?"
        )

    def best_of(self, arms: Sequence[str]) -> str:
        """Return which of some arms has the fewest errors on new examples, after the last pass."""
        return min(arms, key=lambda arm: self._last(1, arm))

    def compare(self, arms: Sequence[str]) -> str:
        """Say the errors of some arms on new examples, after the last pass."""
        errors = [f"{arm} {self._last(1, arm):.1f} %" for arm in arms]
        return f"Wrong answers to new examples: {', '.join(errors)}."

    def _last(self, part: int, arm: str) -> float:
        """The mean error after the last pass, of part 0, training, or 1, test."""
        return float(self.study.curves[arm][part, :, -1].mean())


@dataclass(frozen=True, eq=False)
class Gains:
    """By how much each way to train changes the test error of another, network by network.

    samples: "test error" of every arm of `experiments.ARMS`. settings: of each arm but "none".
    """

    samples: Sequence[Sample]
    settings: Mapping[str, float]

    def draw(self, against: str = "none") -> Figure:
        """Draw the change from one arm to each, with its 95 % interval; a click on a row picks it.

        Args:
            against: arm that the others are compared with.
        """
        choice("against", against, ARMS)
        figure, (axes,) = style.new_panels(GAINS_HEIGHT)
        axes.set_position((NAMES, 0.18, 0.98 - NAMES, 0.81))
        low, high = CHANGES
        for place, arm in enumerate(ARMS):
            change = self.change(arm, against).summary()
            hollow = {"fillstyle": "none"} if arm == against else {}
            style.dot(axes, change, place, style.ARMS[arm], 7, **hollow)
            names = NAMES / (0.98 - NAMES) * (high - low)  # their room, left of the axes
            area(axes, (low - names, place - 0.5), names + high - low, 1, against=arm)
        axes.axvline(0, color=style.ARMS[against], linewidth=1, linestyle=":")
        axes.set(xlim=CHANGES)
        than = "nothing" if against == "none" else against
        axes.set_xlabel(f"← fewer errors, in percentage points,\nthan with {than}", x=0.4)
        axes.set_xticks([-6, -3, 0, 3, 6], ["−6", "−3", "0", "3", "6"])
        buttons(axes, style.ARM_ROWS, list(ARMS).index(against))
        return figure

    def describe(self, against: str) -> str:
        """Say the changes in words, and which setting each arm has."""
        choice("against", against, ARMS)
        parts = [
            f"{self._named(arm)} {interval(self.change(arm, against).summary(), '+.1f')}"
            for arm in ARMS
            if arm != against
        ]
        return f"Change in test error from {self._named(against)}, in points: {', '.join(parts)}."

    def change(self, arm: str, against: str) -> Sample:
        """Return the test error of an arm less that of another, seed by seed."""
        choice("arm", arm, ARMS)
        choice("against", against, ARMS)
        return pick(self.samples, arm, "test error") - pick(self.samples, against, "test error")

    def _named(self, arm: str) -> str:
        return f"{arm} ({self.settings[arm]:g})" if arm in self.settings else arm


GAINS_HEIGHT = 4.1  # inches
CHANGES = (-6.6, 6.6)  # ends of the axis, in points
NAMES = 0.345  # share of the width, for the names of the rows


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
    changes = (
        f"from {before[arm]:.1f} to {after[arm]:.1f} % {words}" for arm, words in SMALL_ARMS.items()
    )
    return f"When one unit of twelve is removed, the mean test error goes {' and '.join(changes)}."


SMALL_ARMS = {"none": "without dropout", "dropout": "with dropout"}
WHOLE_AND_LESS = ("test error", "less one unit")
