"""The figure of the chapter `evidence`: every measure of co-adaptation, in every arm."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from dropoutlab.experiments import ARMS
from dropoutlab.figures import style
from dropoutlab.figures.words import minus
from dropoutlab.samples import Sample, Summary, pick

# by measure: what it says, the end of the axis, and how its numbers are written
WORDS = {
    "test error": ("wrong answers on new examples (%)", (40, 60), ".1f"),
    "cancellation": ("share of the contributions that cancel out", (0.4, 0.9), ".2f"),
    "by chance": ("the same if the signs were drawn at random", (0.4, 0.9), ".2f"),
    "interaction": ("how far two removals are from adding up", (0, 0.03), ".3f"),
    "negative share": ("share of that between units that undo each other", (0, 0.7), ".2f"),
    "half removed": ("wrong answers with half of the units (%), circular", (50, 75), ".1f"),
    "halves agree": ("answers on which two halves agree (%), circular", (0, 45), ".1f"),
    "ten refitted": ("wrong answers of ten units with a new output (%)", (70, 80), ".1f"),
    "steadiness": ("how alike a unit's job is in two companies", (0.6, 0.8), ".2f"),
    "correlation": ("mean correlation of two units, either sign", (0.1, 0.15), ".3f"),
    "effective units": ("over how many of 100 units the work is spread", (50, 100), ".0f"),
    "active share": ("units that are active for one example (%)", (20, 50), ".1f"),
}


@dataclass(frozen=True, eq=False)
class Measures:
    """One measure at a time, means over the networks with their 95 % intervals.

    samples: of `experiments.penalty_study`.
    """

    samples: Sequence[Sample]

    def draw(self, measure: str = "test error") -> Figure:
        """Draw a measure in every arm; the line is where it is without a regulariser."""
        figure, axes = style.new_figure()
        axes.set_position((0.44, 0.16, 0.5, 0.81))
        text, limits, _form = WORDS[measure]
        for place, arm in enumerate(ARMS):
            found = self._found(arm, measure)
            axes.hlines(place, found.low, found.high, color=style.ARMS[arm], linewidth=3)
            axes.plot(found.mean, place, "o", color=style.ARMS[arm], markersize=8)
        none = self._found("none", measure).mean
        axes.axvline(none, color=style.ARMS["none"], linewidth=1, linestyle=":")
        axes.set(ylim=(len(ARMS) - 0.5, -0.5), xlim=limits)
        axes.set_xlabel(text, x=0.08)  # under the names too: some are long
        axes.set_yticks(range(len(ARMS)), ARMS)
        axes.tick_params(axis="y", length=0)
        return figure

    def describe(self, measure: str) -> str:
        """Say the measure in every arm."""
        text, _limits, form = WORDS[measure]
        parts = [f"{arm} {self._found(arm, measure).mean:{form}}" for arm in ARMS]
        return minus(f"{measure.capitalize()}: {text}. {', '.join(parts)}.")

    def _found(self, arm: str, measure: str) -> Summary:
        return pick(self.samples, arm, measure).summary()
