"""Figures of the chapter `practice`: other architectures, early and late dropout, doubt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab._names import public_dir
from dropoutlab.figures import style
from dropoutlab.figures.words import minus
from dropoutlab.samples import Sample, Summary, pick, pick_all

__dir__ = public_dir(__name__)

PLACE_NAMES = {
    "none": "nothing dropped",
    "dense": "before the\ndense layer",
    "units": "single units\nin between",
    "channels": "whole channels\nin between",
}
HALF_NAMES = {
    "none": "never",
    "early": "first half",
    "late": "second half",
    "throughout": "throughout",
}
MASK_NAMES = {
    "none": "nothing dropped",
    "fixed": "one mask\na sequence",
    "fresh": "one mask\na step",
}


@dataclass(frozen=True, eq=False)
class Convolutions:
    """Where to drop in a convolutional network, with batch normalisation and without.

    samples: of `experiments.convolution_study`.
    """

    samples: Sequence[Sample]

    def draw(self, normalized: str = "no") -> Figure:
        """Draw the test error of each arm with its interval, on one scale for both.

        Args:
            normalized: "yes" or "no".
        """
        both = [found for word in ("yes", "no") for found in self._found(word).values()]
        return _rows(self._found(normalized), _span(both))

    def describe(self, normalized: str) -> str:
        """Say the test error without dropout, and by how much each place changes it."""
        samples = self._samples(normalized)
        none = samples.pop("none")
        gaps = {PLACE_NAMES[arm]: (sample - none).summary() for arm, sample in samples.items()}
        parts = [
            f"{' '.join(name.split())} {gap.mean:+.1f} ± {gap.half_width:.1f}"
            for name, gap in gaps.items()
        ]
        word = "With" if normalized == "yes" else "Without"
        return minus(
            f"{word} batch normalisation, wrong answers: {none.summary().mean:.1f} %. Dropout "
            f"changes them by so many points (95 % intervals): {', '.join(parts)}."
        )

    def _found(self, normalized: str) -> dict[str, Summary]:
        return {PLACE_NAMES[arm]: s.summary() for arm, s in self._samples(normalized).items()}

    def _samples(self, normalized: str) -> dict[str, Sample]:
        there = pick_all(self.samples, measure="test error", normalized=normalized)
        samples = {sample.arm: sample for sample in there}
        return {arm: samples[arm] for arm in PLACE_NAMES if arm in samples}


def draw_shift(samples: Sequence[Sample]) -> Figure:
    """Draw the variance at test time over that in training, measured and predicted.

    Args:
        samples: of `experiments.variance_shift`.
    """
    rows = {
        f"{name},\n{measure}": pick(samples, arm, measure).summary()
        for arm, name in (("dense", "dropped behind"), ("before norm", "dropped in front"))
        for measure in ("measured", "predicted")
    }
    figure = _rows(rows, (0, 1.15), "variance, test / training")
    figure.axes[0].axvline(1, color=style.OTHER, linewidth=1, linestyle="--")
    return figure


def draw_recurrent(samples: Sequence[Sample]) -> Figure:
    """Draw the test error of recurrent networks by how the mask runs through time.

    Args:
        samples: of `experiments.recurrent_study`.
    """
    rows = {name: pick(samples, arm, "test error").summary() for arm, name in MASK_NAMES.items()}
    return _rows(rows, _span(rows.values()))


@dataclass(frozen=True, eq=False)
class Timing:
    """When units were dropped, in a small network and in a larger one.

    samples: of `experiments.timing_study`.
    """

    samples: Sequence[Sample]

    def draw_errors(self, units: int = 100) -> Figure:
        """Draw the test error of networks with so many hidden units."""
        rows = self._found(units, "test error")
        return _rows(rows, _span(rows.values()))

    def draw_losses(self, units: int = 100) -> Figure:
        """Draw the training loss of networks with so many hidden units."""
        rows = self._found(units, "training loss")
        return _rows(rows, _span(rows.values()), "training loss (nats)")

    def describe(self, units: int) -> str:
        """Say the test errors."""
        found = self._found(units, "test error").items()
        parts = [f"{name} {summary.mean:.1f} %" for name, summary in found]
        return f"With {units} hidden units, wrong answers if dropped: {', '.join(parts)}."

    def _found(self, units: int, measure: str) -> dict[str, Summary]:
        return {
            name: pick(self.samples, arm, measure, units=units).summary()
            for arm, name in HALF_NAMES.items()
        }


def draw_doubt(samples: Sequence[Sample]) -> Figure:
    """Draw both spreads against the number of examples.

    Args:
        samples: of `experiments.doubt_study`.
    """
    figure, axes = style.new_figure()
    for arm, color in (("dropout", style.E_R), ("least squares", style.E_N)):
        _curve(axes, samples, arm, "examples", "spread", color)
    sizes = sorted({s.settings["examples"] for s in samples})
    axes.set(xscale="log", yscale="log", xlabel="training examples", ylabel="standard deviation")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_yticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
    axes.minorticks_off()
    return figure


def draw_passes(samples: Sequence[Sample]) -> Figure:
    """Draw how far mean and spread are off after so many passes, and dashed 1 / √m and 1 / √(2m).

    Args:
        samples: of `experiments.passes_study`.
    """
    figure, axes = style.new_figure()
    counts = sorted({s.settings["passes"] for s in samples})
    for measure, color, share in (("mean", style.E_N, 1), ("spread", style.E_R, 2)):
        axes.plot(counts, [(share * m) ** -0.5 for m in counts], "--", color=color, linewidth=1)
        _curve(axes, samples, "passes", "passes", measure, color)
        middle = counts[len(counts) // 2]
        shift, side = ((6, 8), "left") if share == 1 else ((-6, -20), "right")
        axes.annotate(measure, (middle, (share * middle) ** -0.5), shift, color=color, ha=side,
                      textcoords="offset points", fontsize=style.TEXT)  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="passes", ylabel="off by / spread")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.set_yticks([0.05, 0.1, 0.2, 0.5, 1], ["0.05", "0.1", "0.2", "0.5", "1"])
    axes.minorticks_off()
    return figure


def _span(summaries: Collection[Summary]) -> tuple[float, float]:
    low, high = min(s.low for s in summaries), max(s.high for s in summaries)
    return low - 0.1 * (high - low), high + 0.1 * (high - low)


def _rows(
    rows: dict[str, Summary], span: tuple[float, float], label: str = "wrong answers (%)"
) -> Figure:
    """A row an arm: the mean as a dot, its interval as a line."""
    figure, axes = style.new_part(0.45 * len(rows) + 0.9)
    figure.subplots_adjust(left=0.44)
    for place, found in enumerate(rows.values()):
        nothing = place == 0
        color = style.ARMS["none" if nothing else "dropout"]
        style.dot(axes, found, place, color)
        if nothing:
            axes.axvline(found.mean, color=color, linewidth=1, linestyle=":")
    axes.set(xlim=span, xlabel=label)
    axes.locator_params(axis="x", nbins=4)
    style.name_rows(axes, rows)
    return figure


def _curve(
    axes: Axes, samples: Sequence[Sample], arm: str, setting: str, measure: str, color: str
) -> None:
    values = sorted({s.settings[setting] for s in samples})
    found = [pick(samples, arm, measure, **{setting: v}).summary() for v in values]
    style.curve_with_band(axes, values, style.means(found), color, "o-", markersize=5)
    if setting != "passes":
        place = {"textcoords": "offset points", "ha": "right", "fontsize": style.TEXT}
        shift = (-4, 8) if found[-1].mean > found[0].mean / 2 else (-20, -14)  # off the curve
        axes.annotate(arm, (values[-1], found[-1].mean), shift, color=color, **place)
