"""Figures of the chapter `practice`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab._names import public_dir
from dropoutlab.experiments import ConfidenceStudy
from dropoutlab.figures import style
from dropoutlab.samples import Sample, pick, pick_all

__dir__ = public_dir(__name__)


def draw_keep_probs(samples: Sequence[Sample]) -> Figure:
    """Draw the test error against the keep-probability, with the same width and with width / p.

    Args:
        samples: of `experiments.keep_prob_study`.
    """
    figure, axes = style.new_figure()
    rows = {
        "same width": (style.E_N, 63, "100 units"),
        "width / p": (style.E_R, 45.5, "50 / p units"),
    }
    for arm, (color, y, label) in rows.items():
        _line(axes, samples, arm, "keep_prob", color)
        axes.text(0.16, y, label, color=color, va="center", fontsize=style.TEXT)
    axes.set(xlim=(0.08, 1.02), ylim=(44, 66))
    axes.set(xlabel="keep probability p", ylabel="wrong answers (%)")
    return figure


def draw_train_sizes(samples: Sequence[Sample]) -> Figure:
    """Draw by how much L2 and dropout lower the test error against the number of examples.

    Args:
        samples: of `experiments.train_size_study`.
    """
    figure, axes = style.new_figure()
    sizes = sorted({sample.settings["examples"] for sample in samples})

    def gain(arm: str) -> Callable[[float], Sample]:
        return lambda size: (
            pick(samples, "none", "test error", examples=size)
            - pick(samples, arm, "test error", examples=size)
        )

    for arm in ("L2", "dropout"):
        _draw(axes, sizes, gain(arm), style.ARMS[arm])
    axes.text(1300, 6.3, "dropout", color=style.ARMS["dropout"], fontsize=style.TEXT)
    axes.text(900, -3.0, "L2", color=style.ARMS["L2"], fontsize=style.TEXT)
    axes.axhline(0, color=style.ARMS["none"], linewidth=2)
    axes.set(xscale="log", xlabel="training examples", ylabel="gain in test error (points)")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    return figure


def draw_layer_rates(samples: Sequence[Sample]) -> Figure:
    """Draw the test error against the hidden keep-probability, a curve for each of the inputs'.

    Args:
        samples: of `experiments.layer_rates_study`.
    """
    figure, axes = style.new_figure()
    colors = (style.E_R, style.E_N)
    for inputs, color in zip(
        sorted({s.settings["inputs"] for s in samples}, reverse=True), colors, strict=True
    ):
        of_inputs = pick_all(samples, inputs=inputs)
        _line(axes, of_inputs, "rates", "hidden", color)
        last = pick(of_inputs, hidden=min(s.settings["hidden"] for s in of_inputs))
        label = "all inputs" if inputs == 1 else f"inputs {inputs:g}"
        place = (last.settings["hidden"] - 0.02, last.values.mean())
        axes.text(*place, label, color=color, ha="right", va="center", fontsize=style.TEXT)
    axes.set(xlabel="keep probability of both hidden layers", ylabel="wrong answers (%)")
    axes.set(xlim=(0.3, 1.02), ylim=(46, 64))
    axes.set_xticks(sorted({s.settings["hidden"] for s in samples}))
    return figure


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers are right that were given with so much certainty."""

    study: ConfidenceStudy

    def draw(self, trained: str = "none") -> Figure:
        """Draw the share of right answers against the probability that they were given with."""
        figure, axes = style.new_figure()
        color = style.ARMS[trained]
        share = self.study.shares[trained].mean(axis=0)
        middles = 5 + 10 * np.arange(len(share))
        seen = share >= 1  # percent of the answers: of fewer nothing can be said
        right = np.nanmean(self.study.reliability[trained][:, seen], axis=0)
        axes.bar(middles, share, width=9, color=style.DROPPED, alpha=0.35)
        axes.plot([0, 100], [0, 100], color=style.OTHER, linestyle="--")
        axes.plot(middles[seen], right, "o-", color=color)
        axes.text(60, 68, "as sure as right", color=style.OTHER, ha="right", fontsize=style.TEXT)
        axes.text(3, 92, "dots: right answers", color=color, fontsize=style.TEXT)
        axes.text(3, 83, "bars: share of answers", color=style.DROPPED, fontsize=style.TEXT)
        axes.set(xlim=(0, 102), ylim=(0, 102))
        axes.set(xlabel="probability given to the answer (%)", ylabel="%")
        return figure

    def describe(self, trained: str) -> str:
        """Say how sure and how right, and the loss."""
        found = {
            measure: pick(self.study.samples, trained, measure).values.mean()
            for measure in ("certainty", "test error", "calibration error", "test loss")
        }
        name = "nothing" if trained == "none" else trained
        return (
            f"With {name}: on average {found['certainty']:.0f} % sure and "
            f"{100 - found['test error']:.0f} % right; calibration error "
            f"{found['calibration error']:.0f} points, loss {found['test loss']:.2f}."
        )


def _line(axes: Axes, samples: Sequence[Sample], arm: str, setting: str, color: str) -> None:
    """Test error against a setting."""
    values = sorted({sample.settings[setting] for sample in samples})
    _draw(axes, values, lambda v: pick(samples, arm, "test error", **{setting: v}), color)


def _draw(
    axes: Axes, values: Sequence[float], sample: Callable[[float], Sample], color: str
) -> None:
    """Means over seeds and their 95 % intervals."""
    found = [sample(value).summary() for value in values]
    style.curve_with_band(axes, values, style.means(found), color, "o-", markersize=5)
