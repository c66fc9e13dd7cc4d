"""Curves and rows of dots that a reader can touch, with a sentence on what stands there.

A picture of curves of means becomes a part of an explorer:

    curves = Curves(
        lambda: draw_keep_probs(samples),
        (0.1, 0.5, 1.0),
        {"{} % wrong with 100 units": (summaries, style.E_N)},
        where="With p = {}",
    )
    explore(curves.draw, describe=curves.describe, name="kept", at=curves.slider(0.5))

`tiles` and `mark` alone serve a picture that has other controls too, and so does `buttons`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ipywidgets import SelectionSlider
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Transform, blended_transform_factory

from dropoutlab._checks import FloatArray, choice
from dropoutlab._names import public_dir
from dropoutlab.explore import area
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import one_of
from dropoutlab.figures.words import interval, minus
from dropoutlab.samples import Sample, Summary

__dir__ = public_dir(__name__)

Curve = tuple[Sequence[Summary | float], str]  # what was found at each place, and its colour

# a tile lies over all that is drawn, so that nothing keeps a click from it
OVER = 10
BUTTON, NAME = 8, 18  # points from the left of the picture to the middle of a button, to its name


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of means that can be read off at each of their places.

    figure: draws them, in the first of its axes. places: on x, in
    ascending order. curves: by how to say a number of theirs, `"{} % wrong with 100 units"`, what
    is drawn: a summary for each place, or a number where there is no interval. where: how to say
    the place. form: how to format the numbers.
    """

    figure: Callable[[], Figure]
    places: Sequence[float]
    curves: Mapping[str, Curve]
    where: str = "At {}"
    form: str = ".1f"

    def __post_init__(self) -> None:
        for says, (found, _color) in self.curves.items():
            if len(found) != len(self.places):
                raise ValueError(
                    f"curves must have a value for each of {len(self.places)} places; "
                    f"got {len(found)} for {says!r}"
                )

    def draw(self, at: float) -> Figure:
        """Draw the curves with a line at one of the places and a ring where it meets each of them.

        Args:
            at: one of the places; a click or a drag in the picture changes it.
        """
        at = one_of("at", at, self.places)
        figure = self.figure()
        axes = figure.axes[0]
        axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())  # they stay
        mark(axes, at, [(_mean(found), color) for found, color in self._at(at).values()])
        tiles(axes, self.places)
        return figure

    def describe(self, at: float) -> str:
        """Say each curve's mean there, ± half the width of its interval."""
        at = one_of("at", at, self.places)
        said = [says.format(self._said(found)) for says, (found, _color) in self._at(at).items()]
        return f"{self.where.format(minus(f'{at:,g}'))}: {', '.join(said)}."

    def slider(self, start: float) -> SelectionSlider:
        """Return a control over the places."""
        start = one_of("start", start, self.places)
        return SelectionSlider(options=[(minus(f"{at:,g}"), at) for at in self.places], value=start)

    def _at(self, at: float) -> dict[str, tuple[Summary | float, str]]:
        place = list(self.places).index(at)
        return {says: (found[place], color) for says, (found, color) in self.curves.items()}

    def _said(self, found: Summary | float) -> str:
        if isinstance(found, Summary):
            return interval(found, self.form)
        sign, digits = ("+", self.form[1:]) if self.form[0] == "+" else ("", self.form)
        return minus(f"{found:{sign}z{digits}}")


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of dots, one of which is chosen, and how far it is from the first.

    figure: draws them, in the first of its axes, the first row at 0 and the others below. samples:
    by name, from the top. says: how to say a value. form: how to format the numbers.
    """

    figure: Callable[[], Figure]
    samples: Mapping[str, Sample]
    says: str = "{} % wrong"
    form: str = ".1f"

    def draw(self, row: str) -> Figure:
        """Draw the rows with a ring around the dot of one of them, by name; a click changes it."""
        choice("row", row, [*self.samples])
        figure = self.figure()
        axes = figure.axes[0]
        for place, (name, sample) in enumerate(self.samples.items()):
            across = axes.get_yaxis_transform()
            tile = area(axes, (-0.8, place - 0.5), 1.8, 1, across, row=name)  # over the names too
            tile.set_zorder(OVER)
            if name == row:
                ring = {"color": INK, "markerfacecolor": "none", "markersize": 14}
                axes.plot(sample.values.mean(), place, "o", **ring)
        return figure

    def describe(self, row: str) -> str:
        """Say the mean of a row, and its difference to the first, seed by seed."""
        choice("row", row, [*self.samples])
        first, chosen = next(iter(self.samples)), self.samples[row]
        text = f"{row}: {self.says.format(interval(chosen.summary(), self.form))}"
        if row != first:
            gap = (chosen - self.samples[first]).summary()
            text += f", {interval(gap, f'+{self.form}')} points against {first}"
        return f"{text[0].upper()}{text[1:]}."


def _mean(found: Summary | float) -> float:
    return found.mean if isinstance(found, Summary) else found


def mark(axes: Axes, at: float, values: Iterable[tuple[float, str]]) -> None:
    """Draw a thin vertical line at a place, and on it a ring for each value.

    Args:
        axes: where.
        at: the place on x.
        values: the height of each ring, and its colour.
    """
    axes.axvline(at, color=INK, linewidth=0.8)
    for value, color in values:
        axes.plot(at, value, "o", color=color, markerfacecolor="none", markersize=12, clip_on=False)


def buttons(axes: Axes, names: Collection[str], chosen: int) -> None:
    """Give rows their names, each behind a radio button: rows can be clicked, one is chosen.

    Args:
        axes: with room for buttons and names at the left, in the place that stays.
        names: of the rows, from top to bottom.
        chosen: number of the row that is chosen.
    """
    style.name_rows(axes, names)
    look = {
        "color": INK, "clip_on": False,
        "transform": blended_transform_factory(axes.figure.transFigure, axes.transData),
    }  # fmt: skip
    place = BUTTON / axes.figure.get_figwidth() / 72
    axes.plot([place] * len(names), range(len(names)), "o", markersize=9, fillstyle="none", **look)
    axes.plot(place, chosen, "o", markersize=4, **look)
    left = 72 * axes.figure.get_figwidth() * axes.get_position().x0
    axes.tick_params(axis="y", pad=left - NAME)
    for label in axes.get_yticklabels():
        label.set_ha("left")


def tiles(
    axes: Axes,
    places: Sequence[float],
    setting: str = "at",
    values: Sequence[float] | None = None,
) -> None:
    """Make each place on x a handle, which reaches half of the way to its neighbours.

    Args:
        axes: with the limits and the scale that stay.
        places: at least two, in ascending order.
        setting: the control that a handle sets.
        values: what it sets the control to at each place; the place itself if None.
    """
    low, high = axes.get_ylim()
    edges = _edges(axes.xaxis.get_transform(), places)
    for value, left, right in zip(values or places, edges[:-1], edges[1:], strict=True):
        tile = area(axes, (left, low), right - left, high - low, **{setting: value})
        tile.set_zorder(OVER)


def rungs(
    axes: Axes,
    heights: Sequence[float],
    setting: str,
    values: Sequence[float],
    span: tuple[float, float],
) -> None:
    """Make each height a handle, for what is dragged up and down.

    Args:
        axes: with the limits and the scale that stay.
        heights: at least two, in ascending order.
        setting: the control that a handle sets.
        values: what it sets the control to at each height.
        span: from where to where on x a handle reaches.
    """
    edges = _edges(axes.yaxis.get_transform(), heights)
    for value, low, high in zip(values, edges[:-1], edges[1:], strict=True):
        rung = area(axes, (span[0], low), span[1] - span[0], high - low, **{setting: value})
        rung.set_zorder(OVER)


def _edges(scale: Transform, places: Sequence[float]) -> FloatArray:
    """Return where each place ends, half of the way to its neighbours: one edge more."""
    at = scale.transform(np.asarray(places, float))
    inner = (at[:-1] + at[1:]) / 2
    return scale.inverted().transform([2 * at[0] - inner[0], *inner, 2 * at[-1] - inner[-1]])
