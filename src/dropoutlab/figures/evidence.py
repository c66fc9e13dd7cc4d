"""Figures of the chapter `evidence`: the measures on a pair, in every arm, and at a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dropoutlab._checks import FloatArray, choice
from dropoutlab._names import public_dir
from dropoutlab.experiments import ARMS
from dropoutlab.explore import area, handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import one_of
from dropoutlab.figures.coadaptation import (
    FIRST_WEIGHTS,
    PAIR_HEIGHT,
    PAIR_LIMITS,
    START,
    second_weight,
)
from dropoutlab.figures.read_off import buttons
from dropoutlab.figures.words import interval, minus, number
from dropoutlab.samples import Sample, Summary, pick, pick_all

__dir__ = public_dir(__name__)


class Measure(NamedTuple):
    """What a measure says, the ends of its axis, and how its numbers are written.

    less: where less co-adaptation is to be seen, "←" or "→"; empty if neither says so.
    """

    axis: str
    limits: tuple[float, float]
    form: str
    less: str
    says: str
    circular: bool = False


BESIDE_DROPOUT = ("as much as before", "less, but not as little", "as little")  # that cancels

MEASURES = {
    "test error": Measure(
        "wrong answers (%)", (44, 56), ".1f", "",
        "the answers to new examples that are wrong, in percent"),
    "cancellation": Measure(
        "share that cancels", (0.4, 0.9), ".2f", "←",
        "the share of the contributions to an output that other units' contributions undo"),
    "interaction": Measure(
        "interaction", (0, 0.03), ".3f", "←",
        "how far the effects of removing two units are from adding up, as a share of them"),
    "negative share": Measure(
        "share that is negative", (0.2, 0.6), ".2f", "←",
        "the share of the interaction that is between units that undo each other"),
    "steadiness": Measure(
        "steadiness", (0.6, 0.8), ".2f", "→",
        "how alike a unit's job is beside two different groups of units"),
    "correlation": Measure(
        "correlation", (0.12, 0.16), ".3f", "",
        "how alike the activations of two units are, whatever the sign"),
    "ten refitted": Measure(
        "wrong answers (%)", (70, 85), ".1f", "←",
        "the answers of ten random units that are wrong when a new output is fitted to them, in "
        "percent"),
    "effective units": Measure(
        "units", (20, 100), ".0f", "", "over how many of the 100 units the work is spread"),
    "active share": Measure(
        "active units (%)", (20, 50), ".1f", "", "the units that are not 0 for an example, in "
        "percent"),
    "half removed": Measure(
        "wrong answers (%)", (50, 75), ".1f", "←",
        "the answers that are wrong with a random half of the units, in percent", True),
    "halves agree": Measure(
        "same answers (%)", (0, 45), ".1f", "→",
        "the answers that two halves of the units have in common, in percent", True),
}  # fmt: skip


# --- two measures of a pair -----------------------------------------------------------------------


def pair_cancellation(first: FloatArray | float) -> FloatArray:
    """Return the cancellation of two copies that are right together."""
    second = second_weight(first)
    return 1 - np.abs(first + second) / (np.abs(first) + np.abs(second))


def pair_interaction(first: FloatArray | float) -> FloatArray:
    """Return the interaction of two copies that are right together."""
    return first * second_weight(first)


def draw_pair_measures(first: float = START) -> Figure:
    """Draw cancellation and interaction along the line of pairs, and where a pair is on them.

    Args:
        first: weight of the first copy, one of FIRST_WEIGHTS.
    """
    first = one_of("first", first, FIRST_WEIGHTS)
    half = PAIR_HEIGHT / 2
    figure, panels = style.new_panels(half, half, width=style.PART[0])
    figure.subplots_adjust(left=0.22, top=0.96, hspace=0.3)
    places = np.linspace(FIRST_WEIGHTS[0], FIRST_WEIGHTS[-1], 191)
    for axes, measure in zip(panels, (pair_cancellation, pair_interaction), strict=True):
        axes.plot(places, measure(places), color=style.E_N, linewidth=2)
        axes.plot(first, measure(first), "D", color=style.OTHER, markersize=9)
        axes.set_xlim(PAIR_LIMITS)
        axes.set_xticks([-10, -5, 0, 5, 10], ["−10", "−5", "0", "5", "10"])
    above, below = panels
    above.set(ylabel="cancellation", ylim=(-0.05, 1.05))
    above.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    above.tick_params(labelbottom=False)
    below.set(ylabel="interaction", xlabel="weight of first unit", ylim=(-95, 8))
    below.set_yticks([-90, -45, 0], ["−90", "−45", "0"])
    return figure


def describe_pair_measures(first: float) -> str:
    """Say how large the two measures are for a pair."""
    first = one_of("first", first, FIRST_WEIGHTS)
    return minus(
        f"Weights ({first:g}, {second_weight(first):g}): the cancellation is "
        f"{number(float(pair_cancellation(first)))}, the interaction "
        f"{float(pair_interaction(first)):g}."
    )


# --- all measures ---------------------------------------------------------------------------------

PART_HEIGHT = 5.7  # inches
TWO_HEIGHT = 4.3
DOT = 6  # points
LESS = {"color": INK, "alpha": 0.1}  # where less co-adaptation is to be seen
COMPARED = {"L2": -0.24, "max-norm": 0.0, "dropout": 0.24}  # and where in a row
CHANGES = (-50, 50)  # in standard deviations
CHANGE_TICKS = (-50, -5, 0, 5, 50)


@dataclass(frozen=True, eq=False)
class Measures:
    """Every measure in every arm: the changes of all, and one or two at a time.

    samples: of `experiments.penalty_study`.
    """

    samples: Sequence[Sample]

    def draw_changes(self, measure: str = "test error") -> Figure:
        """Draw what COMPARED change in every measure; a click on a row chooses it.

        The side of a row that tells of less co-adaptation is shaded; the other says if the measure
        is circular.

        The unit is the standard deviation of a measure over the networks without a regulariser. The
        axis is linear near zero and logarithmic far from it.
        """
        choice("measure", measure, [*MEASURES])
        figure, axes = style.new_part(PART_HEIGHT)
        figure.subplots_adjust(left=0.47, right=0.965, bottom=0.13)
        axes.set_xscale("asinh", linear_width=2)
        for row, (name, chosen) in enumerate(MEASURES.items()):
            if chosen.less:
                axes.barh(row, CHANGES[chosen.less == "→"], 0.86, **LESS)
            if chosen.circular:
                look = {"color": INK, "ha": "center", "va": "center", "fontsize": style.TEXT}
                x = 0.25 if chosen.less == "→" else 0.75
                axes.text(x, row, "circular", transform=axes.get_yaxis_transform(), **look)
            for arm, lift in COMPARED.items():
                style.dot(axes, self.change(arm, name), row + lift, style.ARMS[arm], DOT)
        axes.axvline(0, color=style.ARMS["none"], linewidth=1, linestyle=":")
        axes.set(xlim=CHANGES)
        axes.set_xlabel("change, in standard\ndeviations (compressed)", x=0.3)
        axes.set_xticks(CHANGE_TICKS, [minus(str(tick)) for tick in CHANGE_TICKS])
        axes.minorticks_off()
        style.legend_above(axes, 0.89, named=[*_dots(), _shade()])
        self._offer_rows(axes)
        buttons(axes, MEASURES, list(MEASURES).index(measure))
        return figure

    def draw(self, measure: str) -> Figure:
        """Draw a measure in every arm; the line is where it is without a regulariser.

        Its side that tells of less co-adaptation is shaded.
        """
        choice("measure", measure, [*MEASURES])
        figure, axes = style.new_part(PART_HEIGHT)
        axes.set_position((0.38, 0.13, 0.43, 0.76))
        self._draw_arms(axes, measure)
        axes.locator_params(axis="x", nbins=3)
        circular = " (circular)" if MEASURES[measure].circular else ""
        axes.set_title(f"{measure}{circular}", fontsize=style.TEXT, x=0.4)
        style.name_rows(axes, style.ARM_ROWS)
        return figure

    def draw_two(self, one: str, other: str) -> Figure:
        """Draw two measures side by side, each as `draw` does."""
        one, other = _two(one, other)
        figure, panels = style.new_panels(TWO_HEIGHT / 2, TWO_HEIGHT / 2)
        style.legend_above(panels[0], named=[_shade()])
        for axes, measure, left in zip(panels, (one, other), (0.29, 0.645), strict=True):
            axes.set_position((left, 0.14, 0.21, 0.77))
            self._draw_arms(axes, measure)
            axes.set_xticks(limits := MEASURES[measure].limits, [f"{end:g}" for end in limits])
            style.name_rows(axes, style.ARM_ROWS if measure == one else [""] * len(ARMS))
        return figure

    def _draw_arms(self, axes: Axes, measure: str) -> None:
        """A row with a dot and its number for every arm."""
        chosen = MEASURES[measure]
        none = self._found("none", measure).mean
        end = chosen.limits[chosen.less == "→"] if chosen.less else none
        axes.axvspan(none, end, linewidth=0, **LESS)
        for row, arm in enumerate(ARMS):
            found, color = self._found(arm, measure), style.ARMS[arm]
            style.dot(axes, found, row, color, DOT)
            _number_beside(axes, row, f"{found.mean:{chosen.form}}", color)
        axes.axvline(none, color=style.ARMS["none"], linewidth=1, linestyle=":")
        axes.set(xlim=chosen.limits, xlabel=chosen.axis)

    def describe(self, measure: str) -> str:
        """Say what a measure is, and how large it is without a regulariser and with dropout."""
        choice("measure", measure, [*MEASURES])
        chosen = MEASURES[measure]
        none, dropout = (
            f"{self._found(arm, measure).mean:{chosen.form}}" for arm in ("none", "dropout")
        )
        circular = " Circular: dropout trains for just this." if chosen.circular else ""
        return (
            f"{measure.capitalize()}: {chosen.says}; {none} without a regulariser, {dropout} with "
            f"dropout.{circular}"
        )

    def describe_two(self, one: str, other: str) -> str:
        """Say of each of two measures what `describe` says."""
        one, other = _two(one, other)
        return f"{self.describe(one)} {self.describe(other)}"

    def beside_dropout(self, arm: str, measure: str) -> str:
        """Return how far an arm moves a measure beside dropout, as one of BESIDE_DROPOUT."""
        share = self.change(arm, measure).mean / self.change("dropout", measure).mean
        return BESIDE_DROPOUT[int(share > 0.1) + int(share > 0.9)]

    def compare(self, measure: str) -> str:
        """Say by how many standard deviations L2 and dropout change a measure."""
        choice("measure", measure, [*MEASURES])
        changes = [f"{arm} {self.change(arm, measure).mean:+.1f}" for arm in ("L2", "dropout")]
        return minus(
            f"{measure.capitalize()}: {' and '.join(changes)} standard deviations from the "
            "networks without a regulariser."
        )

    def change(self, arm: str, measure: str) -> Summary:
        """Return by how many spreads an arm changes a measure, network by network."""
        choice("arm", arm, ARMS)
        choice("measure", measure, [*MEASURES])
        none = pick(self.samples, "none", measure)
        change = pick(self.samples, arm, measure) - none
        return (change * (1 / float(none.values.std(ddof=1)))).summary()

    def _found(self, arm: str, measure: str) -> Summary:
        return pick(self.samples, arm, measure).summary()

    @staticmethod
    def _offer_rows(axes: Axes) -> None:
        """Rows across names and axes that can be clicked."""
        width = axes.get_position().x1 / axes.get_position().width
        for row, name in enumerate(MEASURES):
            area(axes, (1 - width, row - 0.5), width, 1, axes.get_yaxis_transform(), measure=name)


def _two(one: str, other: str) -> tuple[str, str]:
    """Two measures, each checked under its name."""
    choice("one", one, [*MEASURES])
    choice("other", other, [*MEASURES])
    return one, other


def _dots() -> list[Line2D]:
    """What stands in a legend for dots."""
    look = {"marker": "o", "markersize": DOT, "linestyle": ""}
    return [Line2D([], [], color=style.ARMS[arm], label=arm, **look) for arm in COMPARED]


def _shade() -> Line2D:
    """What stands in a legend for shaded places."""
    return Line2D([], [], linewidth=12, solid_capstyle="butt", label="less co-adaptation", **LESS)


def _number_beside(axes: Axes, row: int, text: str, color: str) -> None:
    """Write a number to the right of a row."""
    look = {"va": "center", "fontsize": style.TEXT, "transform": axes.get_yaxis_transform()}
    axes.text(1.05, row, text, color=color, **look)


def draw_chance(samples: Sequence[Sample]) -> Figure:
    """Draw the cancellation of every arm as a dot, as a ring that of random signs.

    Args:
        samples: of `experiments.penalty_study`.
    """
    figure, axes = style.new_figure()
    axes.set_position((0.48, 0.15, 0.34, 0.7))
    for row, arm in enumerate(CHANCE_ARMS):
        color = style.ARMS.get(arm, INK)
        chance = pick(samples, arm, "by chance").summary()
        found = pick(samples, arm, "cancellation").summary()
        axes.plot(chance.mean, row, "o", color=color, markersize=12, fillstyle="none")
        axes.plot([found.mean, chance.mean], [row, row], color=color, alpha=0.3)
        style.dot(axes, found, row, color, DOT)
        _number_beside(axes, row, minus(f"{beyond_chance(samples, arm):+z.2f}"), color)
    axes.set(xlim=(0.45, 0.85), xticks=[0.5, 0.6, 0.7, 0.8])
    axes.set_xlabel("share of contributions that cancels", x=0.2)
    for y, text in ((0.94, "● measured   ○ random signs"), (0.87, "difference")):
        figure.text(0.99, y, text, color=INK, ha="right", fontsize=style.TEXT)
    style.name_rows(axes, CHANCE_ARMS)
    return figure


def describe_chance(samples: Sequence[Sample]) -> str:
    """Say how far below random signs L2, max-norm and dropout are."""
    parts = [f"{minus(f'{beyond_chance(samples, arm):+z.2f}')} with {arm}" for arm in COMPARED]
    none = minus(f"{beyond_chance(samples, 'none'):+z.2f}")
    return (
        f"Measured cancellation less that of random signs: {none} without a regulariser, "
        f"{', '.join(parts)}."
    )


def beyond_chance(samples: Sequence[Sample], arm: str) -> float:
    """Return the mean cancellation of an arm less that of random signs."""
    return (pick(samples, arm, "cancellation") - pick(samples, arm, "by chance")).summary().mean


CHANCE_ARMS = ("untrained", *ARMS)


# --- a price on cancelling ------------------------------------------------------------------------

WITHOUT, WITH = "without masks", "with dropout"
PRICED_ARMS = {"none": WITHOUT, "dropout": WITH}
OUTCOMES = ("they fall to those of dropout", "they fall, but less", "they do not fall")
PRICED_ERRORS = (45, 60)  # percent
BESIDE = {  # which side of a price stands how far from its dot, in points, clear of all lines
    ("none", 0.0): ("left", (-3, 11)),
    ("none", 0.1): ("right", (4, -19)),
    ("none", 0.3): ("left", (4, 8)),
    ("none", 1.0): ("left", (4, 8)),
    ("dropout", 0.3): ("right", (-4, -18)),
    ("dropout", 0.0): ("center", (5, -20)),
    ("dropout", -1.0): ("left", (5, -18)),
    ("dropout", -3.0): ("left", (5, -18)),
}


class Priced(NamedTuple):
    """Networks that pay for cancelling, or are paid for it, and what was found of them."""

    arm: str
    price: float
    cancellation: Sample
    error: Sample

    @property
    def name(self) -> str:
        """What they are called."""
        paid = f", {self.kind} {abs(self.price):g}" if self.price else ""
        return f"{PRICED_ARMS[self.arm]}{paid}"

    @property
    def share(self) -> float:
        """The mean cancellation."""
        return self.cancellation.values.mean()

    @property
    def wrong(self) -> float:
        """The mean error."""
        return self.error.values.mean()

    @property
    def kind(self) -> str:
        """What they get for cancelling."""
        return "reward" if self.price < 0 else "price"


@dataclass(frozen=True, eq=False)
class Prices:
    """Error and cancellation of networks that pay for cancelling, or are paid for it.

    samples: of `experiments.price_study`.
    """

    samples: Sequence[Sample]

    @cached_property
    def found(self) -> dict[str, Priced]:
        """What was found of each kind of network, by name."""
        kinds = [
            Priced(
                c.arm, c.settings["price"], c, pick(self.samples, c.arm, "test error", **c.settings)
            )
            for c in pick_all(self.samples, measure="cancellation")
        ]
        return {kind.name: kind for kind in kinds}

    def draw(self, network: str) -> Figure:
        """Draw the error over the cancellation; a click on a dot chooses it, and its price is said.

        Args:
            network: a name of `found`; a mark on the axis shows its cancellation.
        """
        choice("network", network, [*self.found])
        figure, axes = style.new_figure()
        look = {"color": INK, "markersize": 9, "clip_on": False}
        axes.plot(self.found[network].share, PRICED_ERRORS[0], "^", **look)
        for arm, name in PRICED_ARMS.items():
            kinds = [kind for kind in self.found.values() if kind.arm == arm]
            color = style.ARMS[arm]
            shares, errors = [kind.share for kind in kinds], [kind.wrong for kind in kinds]
            axes.plot(shares, errors, color=color, alpha=0.4, linewidth=2, label=name)
            for kind in kinds:
                self._draw_dot(axes, kind, color, chosen=kind.name == network)
        style.legend_above(axes, 0.88)
        axes.set(xlim=(0, 1), ylim=PRICED_ERRORS)
        axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1"])
        axes.set(xlabel="share of contributions that cancels", ylabel="wrong answers (%)")
        return figure

    @staticmethod
    def _draw_dot(axes: Axes, kind: Priced, color: str, *, chosen: bool) -> None:
        """A dot with its interval and its price; a ring around the chosen one."""
        x, error = kind.share, kind.error.summary()
        axes.vlines(x, error.low, error.high, color=color, linewidth=2)
        (mark,) = axes.plot(x, error.mean, "o", color=color, markersize=9)
        handle(mark, network=kind.name)
        ha, aside = BESIDE[kind.arm, kind.price]
        axes.annotate(
            f"{kind.kind} {abs(kind.price):g}", (x, error.mean), aside,
            textcoords="offset points", color=color, fontsize=style.TEXT, ha=ha,
        )  # fmt: skip
        if chosen:
            ring = {"color": INK, "markerfacecolor": "none", "markersize": 16}
            axes.plot(x, error.mean, "o", **ring)

    def describe(self, network: str) -> str:
        """Say how much cancels, and how many answers are wrong, against no price."""
        choice("network", network, [*self.found])
        kind = self.found[network]
        text = (
            f"{network}: {number(kind.share)} of the contributions "
            f"cancel, and {interval(kind.error.summary(), '.1f')} % of the answers are wrong"
        )
        plain = self.found[PRICED_ARMS[kind.arm]]
        if kind.price:
            change = interval((kind.error - plain.error).summary(), "+.1f")
            text += f", {change} points against no {kind.kind}"
        return f"{text[0].upper()}{text[1:]}."

    def outcome(self) -> str:
        """Say which of OUTCOMES a price has that makes less cancel than with dropout."""
        plain, dropout, priced = self.found[WITHOUT], self.found[WITH], self.cancelling_less()
        if priced.wrong <= dropout.wrong:
            return OUTCOMES[0]
        return OUTCOMES[1] if (priced.error - plain.error).summary().high < 0 else OUTCOMES[2]

    def compare(self) -> str:
        """Say how many errors are made without masks, with that price, and with dropout."""
        kinds = self.found[WITHOUT], self.cancelling_less(), self.found[WITH]
        (share, wrong), priced, dropout = (
            (number(kind.share), f"{kind.wrong:.1f} %") for kind in kinds
        )
        return (
            f"Without masks {share} of the contributions cancel and {wrong} of the answers are "
            f"wrong; with the price, {priced[0]} and {priced[1]}; with dropout, {dropout[0]} and "
            f"{dropout[1]}."
        )

    def cancelling_less(self) -> Priced:
        """Return those of the least price that, without masks, cancel less than dropout does."""
        limit = self.found[WITH].share
        kinds = [k for k in self.found.values() if k.arm == "none" and k.share < limit]
        return min(kinds, key=lambda kind: kind.price)
