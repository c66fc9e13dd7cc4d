"""Pictures of the first page: units clicked away from two networks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from dropoutlab._names import public_dir
from dropoutlab.experiments import UnitLosses
from dropoutlab.explore import handle
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures._controls import switch

__dir__ = public_dir(__name__)

NAMES = {"none": "without dropout", "dropout": "with dropout"}  # of the arms


@dataclass(frozen=True)
class UnitsAway:
    """Eight hidden units that can be clicked away, and what two networks then answer, drawn.

    found: of `experiments.unit_losses` with eight units. A unit that is True is there.
    """

    found: UnitLosses

    def draw_units(
        self,
        unit_1: bool = True,
        unit_2: bool = True,
        unit_3: bool = True,
        unit_4: bool = True,
        unit_5: bool = True,
        unit_6: bool = True,
        unit_7: bool = True,
        unit_8: bool = True,
    ) -> Figure:
        """Draw the hidden units between image and digits; a click on one takes it away.

        Below them are both test errors, which so are seen from where the units are touched.
        """
        there = _there(unit_1, unit_2, unit_3, unit_4, unit_5, unit_6, unit_7, unit_8)
        figure, axes = style.new_part(_HEIGHT + _ERRORS_HEIGHT)
        share = _HEIGHT / (_HEIGHT + _ERRORS_HEIGHT)
        axes.set_position((0, 1 - share, 1, share))
        for k, kept in enumerate(there):
            _draw_unit(axes, k, kept)
        look = {"color": INK, "fontsize": style.TEXT, "va": "center"}
        axes.text(0.14, _MIDDLE, "64\npixels", ha="right", **look)
        for digit, y in enumerate(_DIGIT_PLACES):
            axes.text(0.93, y, str(digit), ha="left", **look)
        axes.set(xlim=(0, 1), ylim=(0, 2 * _MIDDLE), aspect="equal")
        axes.axis("off")
        self._draw_errors(figure.add_axes((0.42, 0, 0.4, 0.9 * (1 - share))), there)
        return figure

    def draw_without(
        self,
        unit_1: bool = True,
        unit_2: bool = True,
        unit_3: bool = True,
        unit_4: bool = True,
        unit_5: bool = True,
        unit_6: bool = True,
        unit_7: bool = True,
        unit_8: bool = True,
    ) -> Figure:
        """Draw the answers of the network trained without dropout."""
        there = _there(unit_1, unit_2, unit_3, unit_4, unit_5, unit_6, unit_7, unit_8)
        return self._answers("none", there)

    def draw_with(
        self,
        unit_1: bool = True,
        unit_2: bool = True,
        unit_3: bool = True,
        unit_4: bool = True,
        unit_5: bool = True,
        unit_6: bool = True,
        unit_7: bool = True,
        unit_8: bool = True,
    ) -> Figure:
        """Draw the answers of the network trained with dropout."""
        there = _there(unit_1, unit_2, unit_3, unit_4, unit_5, unit_6, unit_7, unit_8)
        return self._answers("dropout", there)

    def describe(
        self,
        unit_1: bool,
        unit_2: bool,
        unit_3: bool,
        unit_4: bool,
        unit_5: bool,
        unit_6: bool,
        unit_7: bool,
        unit_8: bool,
    ) -> str:
        """Say which units are away or idle, how many answers are right, and the test errors."""
        there = _there(unit_1, unit_2, unit_3, unit_4, unit_5, unit_6, unit_7, unit_8)
        away = [k for k, kept in enumerate(there, 1) if not kept]
        which = f"Unit{'s' * (len(away) > 1)} {_listed(away)} away" if away else "No unit away"
        if idle := [k for k in self.idle if k in away]:
            which += f" ({'it' if len(away) == 1 else _listed(idle)} did nothing in either network)"
        counts = [
            f"{name} {self._right(arm, there).sum()} of {len(self.found.digits)}"
            for arm, name in NAMES.items()
        ]
        errors = [f"{self.found.error[arm][_mask_number(there)]:.1f} %" for arm in NAMES]
        return (
            f"{which}: {counts[0]} answers are right, {counts[1]}. "
            f"Test errors of this pair: {errors[0]} and {errors[1]}."
        )

    @cached_property
    def idle(self) -> tuple[int, ...]:
        """The numbers of the units that do nothing in either network: without one, all stays."""
        return tuple(
            k + 1
            for k in range(_UNITS)
            if all(
                np.array_equal(found[-1 - 2**k], found[-1])  # all but it, and all
                for arm in NAMES
                for found in (self.found.outputs[arm], self.found.error[arm])
            )
        )

    def _draw_errors(self, axes: Axes, there: tuple[bool, ...]) -> None:
        """One bar a network in its track, which is as long as all answers."""
        look = {"va": "center", "fontsize": style.TEXT}
        axes.text(20, -1, "test error (new digits read wrongly)", color=INK, ha="center", **look)
        for row, (arm, name) in enumerate(NAMES.items()):
            error, color = self.found.error[arm][_mask_number(there)], style.ARMS[arm]
            axes.barh(row, 100, 0.62, color=to_rgba(color, 0.15))
            axes.barh(row, error, 0.62, color=color)
            axes.text(-4, row, name, color=color, ha="right", **look)
            axes.text(104, row, f"{error:.1f} %", color=color, **look)
        axes.set(xlim=(0, 100), ylim=(1.8, -1.6))
        axes.axis("off")

    def _right(self, arm: str, there: tuple[bool, ...]) -> np.ndarray:
        return self.found.outputs[arm][_mask_number(there)].argmax(axis=-1) == self.found.digits

    def _answers(self, arm: str, there: tuple[bool, ...]) -> Figure:
        """One bar an image: the probability of the answer; hollow and recoloured if wrong."""
        figure, axes = style.new_part(_HEIGHT)
        axes.set_position((0.17, 0.18, 0.47, 0.72))
        outputs, right = self.found.outputs[arm][_mask_number(there)], self._right(arm, there)
        for row, output in enumerate(outputs):
            color, mark = (style.ARMS[arm], "✓") if right[row] else (style.OTHER, "✗")
            axes.barh(
                row, output.max(), 0.62, edgecolor=color, linewidth=1.5,
                facecolor=color if right[row] else "none",
            )  # fmt: skip
            look = {"va": "center", "fontsize": style.TEXT}
            axes.text(1.05, row, f"is {self.found.digits[row]},", color=INK, **look)
            axes.text(1.31, row, f"says {output.argmax()} {mark}", color=color, **look)
        rows = len(right)
        axes.imshow(
            style.digits(self.found.images, down=True), extent=(-0.28, -0.04, rows - 0.5, -0.5),
            aspect="auto", interpolation="none", clip_on=False,
        )  # fmt: skip
        title = f"{NAMES[arm]}: {right.sum()} of {rows} right"
        axes.set_title(title, fontsize=style.TEXT, color=style.ARMS[arm], x=0.66)
        axes.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5), yticks=[])
        axes.set_xlabel("probability of the answer")
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        return figure


_HEIGHT = 3.2  # inches
_ERRORS_HEIGHT = 1.0  # of the bars below the units
_MIDDLE = _HEIGHT / style.PART[0] / 2  # where one is as long across as upwards
_UNITS = 8
_UNIT_PLACES = np.linspace(2 * _MIDDLE - 0.055, 0.055, _UNITS)  # heights
_UNIT_RADIUS = 0.042
_DIGIT_PLACES = np.linspace(2 * _MIDDLE - 0.055, 0.055, 10)


def _listed(numbers: Sequence[int]) -> str:
    """Write one number, or several with commas and an "and"."""
    *firsts, last = map(str, numbers)
    return f"{', '.join(firsts)} and {last}" if firsts else last


def _there(*units: bool) -> tuple[bool, ...]:
    """The units as they are given, each checked under its name."""
    return tuple(switch(f"unit_{k}", unit) for k, unit in enumerate(units, 1))


def _mask_number(there: tuple[bool, ...]) -> int:
    """The place of a mask in the order of `enumerate_masks`: the first unit is the lowest bit."""
    return sum(kept << k for k, kept in enumerate(there))


def _draw_unit(axes: Axes, k: int, kept: bool) -> None:
    """A disc with its lines; hollow, its cross to be seen and its lines faint, if it is away."""
    x, y, color = 0.5, _UNIT_PLACES[k], INK if kept else style.DROPPED
    lines = [[(0.16, _MIDDLE), (0.36, y)]]
    lines.append([point for end in _DIGIT_PLACES for point in ((x, y), (0.92, end))])
    axes.text(0.43, y, str(k + 1), color=color, fontsize=style.TEXT, ha="right", va="center")
    arm = 0.5 * _UNIT_RADIUS
    lines += [[(x - arm, y - slope * arm), (x + arm, y + slope * arm)] for slope in (1, -1)]
    faint = to_rgba(color, 0.35 if kept else 0.12)
    shades = [faint, faint, color, color]
    axes.add_artist(LineCollection(lines, linewidths=[1, 1, 2, 2], colors=shades, zorder=3))
    # on top and clear, not empty: all of a hollow one can be clicked
    face = to_rgba(color, 1 if kept else 0)
    disc = Circle((x, y), _UNIT_RADIUS, edgecolor=color, facecolor=face, linewidth=1.5, zorder=4)
    axes.add_patch(handle(disc, **{f"unit_{k + 1}": not kept}))
