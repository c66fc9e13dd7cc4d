"""Two networks that learn to part the points of a plane, and what a mask does to the parting."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from dropoutlab._checks import FloatArray, choice, whole_number
from dropoutlab._names import public_dir
from dropoutlab.experiments import Boundaries
from dropoutlab.experiments.masking import REACH
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style

__dir__ = public_dir(__name__)

TITLES = {"none": "without dropout", "dropout": "with dropout"}
CLASSES = (("o", "none"), ("^", INK))  # marker and face of each class
PLACES, SAID = (-2, 0, 2), ("−2", "0", "2")  # on both axes


@dataclass(frozen=True, eq=False)
class Parted:
    """Boundaries while two networks learn, drawn.

    found: of `experiments.watch_boundaries`. A step is a record from 1 on.
    """

    found: Boundaries

    def draw_without(self, step: int = 1) -> Figure:
        """Draw the boundaries of the network that is trained without dropout."""
        return self._draw("none", self._record(step))

    def draw_with(self, step: int = 1) -> Figure:
        """Draw the boundaries of the network that is trained with dropout."""
        return self._draw("dropout", self._record(step))

    def describe(self, step: int = 1) -> str:
        """Say how much of the square changes sides under the mask of a step, in both networks."""
        record = self._record(step)
        kept = int(self.found.masks[record].sum())
        without, with_dropout = (self.found.moved(arm, record) for arm in ("none", "dropout"))
        return (
            f"After {self.found.passes[record]} training steps, a mask that keeps {kept} of "
            f"{self.found.masks.shape[1]} units changes the answer in {without:.0f} % of the "
            f"square without dropout, and in {with_dropout:.0f} % with it."
        )

    def changed_in_the_end(self, arm: str) -> float:
        """Return in how much of the square, in percent, the last mask changes the answer."""
        choice("arm", arm, [*TITLES])
        return self.found.moved(arm, len(self.found.passes) - 1)

    def because(self) -> str:
        """Say in how much of the square the last mask changes the answer, and beside without."""
        without, with_dropout = map(self.changed_in_the_end, TITLES)
        return (
            f"In {with_dropout:.0f} % of it, {without - with_dropout:.0f} points less than without "
            "dropout."
        )

    def _record(self, step: int) -> int:
        """The place of a step among the records."""
        return whole_number("step", step, 1, len(self.found.passes)) - 1

    def _draw(self, arm: str, record: int) -> Figure:
        figure, axes = style.new_part()
        for label, (marker, face) in enumerate(CLASSES):
            points = self.found.points[self.found.labels == label]
            axes.plot(*points.T, marker, color=INK, markerfacecolor=face, markersize=5, alpha=0.6)
        color = style.ARMS[arm]
        whole, thinned = self.found.whole[arm][record], self.found.thinned[arm][record]
        _shade_changes(axes, whole, thinned, colors=color)
        _draw_boundary(axes, whole, colors=color, linewidths=3)
        _draw_boundary(axes, thinned, colors=color, linewidths=1.2, linestyles="dashed")
        share = f"{self.found.moved(arm, record):.0f} %"
        axes.set_title(f"{TITLES[arm]}: {share}", fontsize=style.TEXT, color=color)
        axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
        axes.set(xlabel="first number", ylabel="second number")
        axes.set_xticks(PLACES, SAID)
        axes.set_yticks(PLACES, SAID)
        figure.subplots_adjust(left=0.19, right=0.97, bottom=0.18, top=0.9)
        return figure


def _shade_changes(axes, whole: FloatArray, thinned: FloatArray, **look: object) -> None:  # noqa: ANN001
    """Shade where one of two networks is above 0 and the other below; by how much, the nearer."""
    changed = np.maximum(np.minimum(whole, -thinned), np.minimum(-whole, thinned))
    if changed.max() > 0:
        at = np.linspace(-REACH, REACH, len(changed))
        axes.contourf(at, at, changed, levels=[0.0, changed.max()], alpha=0.2, zorder=0, **look)


def _draw_boundary(axes, sides: FloatArray, **look: object) -> None:  # noqa: ANN001
    """Draw where a network changes sides; in single steps of markup, whatever it looks like."""
    if sides.min() < 0 < sides.max():
        at = np.linspace(-REACH, REACH, len(sides))
        axes.contour(at, at, sides, levels=[0.0], **look)
