"""Figures of the chapter `practice`: other architectures, early and late dropout, doubt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab._checks import choice
from dropoutlab._names import public_dir
from dropoutlab.experiments.architectures import CONV_KEPT, MANY_PASSES, SEQUENCE_BEST
from dropoutlab.explore import ask
from dropoutlab.explore.ink import INK
from dropoutlab.explore.questions import Question
from dropoutlab.figures import style
from dropoutlab.figures._controls import whole_one_of
from dropoutlab.figures.read_off import Curves, Rows
from dropoutlab.figures.words import interval, minus
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


def best_kept() -> dict[str, str]:
    """Return, by place, the keep-probabilities that tuning chose (`experiments.architectures`)."""
    places = {"dense": "before the dense layer", "units": "between convolutions"}
    found = {
        name: " or ".join(f"{p:g}" for p in dict.fromkeys(CONV_KEPT[place]))
        for place, name in places.items()
    }
    kept = dict.fromkeys(SEQUENCE_BEST[name][0] for name in ("fixed", "fresh"))
    return found | {"recurrent state": " or ".join(f"{p:g}" for p in kept)}


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
        choice("normalized", normalized, ("yes", "no"))
        found = {word: self._found(word) for word in ("yes", "no")}
        span = _span([part for of_word in found.values() for part in of_word.values()])
        run = [name for name in PLACE_NAMES.values() if name in found["yes"] | found["no"]]
        return _rows({name: found[normalized].get(name) for name in run}, span)

    def describe(self, normalized: str) -> str:
        """Say the test error without dropout, and by how much each place changes it."""
        choice("normalized", normalized, ("yes", "no"))
        samples = self._samples(normalized)
        none = samples.pop("none")
        gaps = {PLACE_NAMES[arm]: (sample - none).summary() for arm, sample in samples.items()}
        parts = [
            f"{' '.join(name.split())} {gap.mean:+.1f} ± {gap.half_width:.1f}"
            for name, gap in gaps.items()
        ]
        word = "With" if normalized == "yes" else "Without"
        text = (
            f"{word} batch normalisation, wrong answers: {none.summary().mean:.1f} %. Dropout "
            f"changes them by so many points (95 % intervals): {', '.join(parts)}."
        )
        if "channels" in samples:
            gap = (samples["channels"] - samples["units"]).summary()
            text += f" Whole channels less single units: {gap.mean:+.1f} ± {gap.half_width:.1f}."
        return minus(text)

    def ask(self) -> Question:
        """Ask whether dropout still lowers the error behind batch normalisation."""
        samples = self._samples("yes")
        gap = (samples["dense"] - samples["none"]).summary()
        answers = {"it lowers the error": gap.high < 0, "it raises it": gap.low > 0}
        other = "no difference can be seen"
        return ask(
            "With batch normalisation in the network, what does dropout in front of the dense "
            "layer still do?",
            [*answers, other],
            answer=next((word for word, seen in answers.items() if seen), other),
            because="With batch normalisation it changes the share of wrong answers by "
            f"{interval(gap, '+.1f')} points.",
            at={"normalized": "yes"},
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
    rows = _shifts(samples)
    colors = [style.E_R, style.IDEAL] * 2  # measured, predicted
    figure = _rows(rows, (0, 1.15), "variance, test / training", colors)
    figure.axes[0].axvline(1, color=INK, linewidth=1, linestyle=":")
    return figure


def describe_shift(samples: Sequence[Sample]) -> str:
    """Say both ratios of variances, measured and predicted."""
    kept = samples[0].settings["keep_prob"]
    said = [
        f"{' '.join(name.split())} {interval(found, '.2f')}"
        for name, found in _shifts(samples).items()
    ]
    return (
        "Variance at test divided by that in training, in front of the last normalisation, "
        f"p = {kept:g}: {'; '.join(said)}. On the dotted line the two agree."
    )


def _shifts(samples: Sequence[Sample]) -> dict[str, Summary]:
    """By name of a row, the ratio of variances."""
    return {
        f"dropout {name} it,\n{measure}": pick(samples, arm, measure).summary()
        for arm, name in (("dense", "after"), ("before norm", "before"))
        for measure in ("measured", "predicted")
    }


def draw_recurrent(samples: Sequence[Sample]) -> Figure:
    """Draw the test error of recurrent networks by how the mask runs through time.

    Args:
        samples: of `experiments.recurrent_study`.
    """
    rows = {name: pick(samples, arm, "test error").summary() for arm, name in MASK_NAMES.items()}
    return _rows(rows, _span(rows.values()))


def recurrent(samples: Sequence[Sample]) -> Rows:
    """Return the rows of `draw_recurrent`, to choose from."""
    named = {
        " ".join(name.split()): pick(samples, arm, "test error") for arm, name in MASK_NAMES.items()
    }
    return Rows(lambda: draw_recurrent(samples), named)


def ask_recurrent(samples: Sequence[Sample]) -> Question:
    """Ask which mask is the better one."""
    fixed, fresh = (pick(samples, arm, "test error") for arm in ("fixed", "fresh"))
    gap = (fixed - fresh).summary()
    answers = {
        "one mask for the whole sequence": gap.high < 0,
        "a fresh mask at each step": gap.low > 0,
    }
    other = "no difference can be seen"
    return ask(
        "In this recurrent network, which has fewer wrong answers?",
        [*answers, other],
        answer=next((word for word, seen in answers.items() if seen), other),
        because="One mask a sequence less one a step: "
        f"{interval(gap, '+.1f')} points, over {len(fixed.seeds)} networks each.",
        veiled=True,
        at={"row": " ".join(MASK_NAMES["fixed"].split())},
    )


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
        sizes = sorted({sample.settings["units"] for sample in self.samples})
        units = whole_one_of("units", units, sizes)
        return {
            name: pick(self.samples, arm, measure, units=units).summary()
            for arm, name in HALF_NAMES.items()
        }


SPREADS = {  # by arm of `experiments.doubt_study`: colour, and what moves
    "dropout": (style.E_R, "over masks (dropout)"),
    "least squares": (style.E_N, "over data sets (least squares)"),
}


def draw_doubt(samples: Sequence[Sample]) -> Figure:
    """Draw both spreads against the number of examples.

    Args:
        samples: of `experiments.doubt_study`.
    """
    figure, axes = style.new_figure()
    for arm, (color, name) in SPREADS.items():
        sizes, found = _found(samples, arm, "examples", "spread")
        _curve(axes, sizes, found, color, name)
    axes.set(xscale="log", yscale="log", xlabel="training examples")
    axes.set_ylabel("standard deviation of the answer")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_yticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
    axes.minorticks_off()
    style.legend_above(axes, columns=1)
    figure.subplots_adjust(right=0.95)  # room for the last tick
    return figure


def doubt(samples: Sequence[Sample]) -> Curves:
    """Return the curves of `draw_doubt` to read off."""
    named = {}
    for arm, (color, name) in SPREADS.items():
        sizes, found = _found(samples, arm, "examples", "spread")
        named[f"{{}} {name}"] = (found, color)
    where = "Standard deviation with {} examples"
    return Curves(lambda: draw_doubt(samples), sizes, named, where, ".3f")


def ask_doubt(samples: Sequence[Sample]) -> Question:
    """Ask what many examples do to the spread over masks."""
    sizes, found = _found(samples, "dropout", "examples", "spread")
    _, over_data = _found(samples, "least squares", "examples", "spread")
    share, other = (of[-1].mean / of[0].mean for of in (found, over_data))
    answers = ["it falls to less than a half", "it hardly changes", "it more than doubles"]
    return ask(
        f"From {sizes[0]} examples to {sizes[-1]:,}: what does the spread over masks do?",
        answers,
        answer=answers[(share > 0.5) + (share > 2)],
        because=f"The spread over masks ends at {100 * share:.0f} % of where it began, that over "
        f"data sets at {100 * other:.0f} %.",
        veiled=True,
        at={"at": sizes[-1]},
    )


def draw_passes(samples: Sequence[Sample]) -> Figure:
    """Draw how far mean and spread are off after so many forward passes, and what is expected.

    Were the answers normal, the mean of m passes would be 1 / √m of the spread away from that of
    all, and the spread 1 / √(2m); those of many passes stand for all and are off by as much.

    Args:
        samples: of `experiments.passes_study`.
    """
    figure, axes = style.new_figure()
    for measure, color, share, label in (
        ("mean", style.MEAN_E_D, 1, None),
        ("spread", style.E_R, 2, "if the answers were normal"),
    ):
        counts, found = _found(samples, "passes", "passes", measure)
        _curve(axes, counts, found, color, measure)
        expected = [((1 / m + 1 / MANY_PASSES) / share) ** 0.5 for m in counts]
        axes.plot(counts, expected, "--", color=color, linewidth=1, label=label)
    style.legend_above(axes)
    axes.set(xscale="log", yscale="log", xlabel="forward passes")
    axes.set_ylabel("error as a share of the spread")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.set_yticks([0.05, 0.1, 0.2, 0.5, 1], ["0.05", "0.1", "0.2", "0.5", "1"])
    axes.minorticks_off()
    return figure


def passes(samples: Sequence[Sample]) -> Curves:
    """Return the curves of `draw_passes` to read off."""
    counts, mean = _found(samples, "passes", "passes", "mean")
    _, spread = _found(samples, "passes", "passes", "spread")
    named = {
        "their mean is off by {} of the spread": (mean, style.MEAN_E_D),
        "the spread itself by {}": (spread, style.E_R),
    }
    where = f"After {{}} forward passes, against {MANY_PASSES:,} others"
    return Curves(lambda: draw_passes(samples), counts, named, where, ".3f")


def _span(summaries: Collection[Summary]) -> tuple[float, float]:
    low, high = min(s.low for s in summaries), max(s.high for s in summaries)
    return low - 0.1 * (high - low), high + 0.1 * (high - low)


def _rows(
    rows: dict[str, Summary | None],
    span: tuple[float, float],
    label: str = "wrong answers (%)",
    colors: Sequence[str] | None = None,
) -> Figure:
    """A row an arm: the mean as a dot, its interval as a line; the first, if not told, is blue.

    A row of None says that it was not run.
    """
    figure, axes = style.new_part(0.45 * len(rows) + 0.9)
    figure.subplots_adjust(left=0.44)
    if colors is None:
        colors = [style.ARMS["none"], *[style.ARMS["dropout"]] * (len(rows) - 1)]
        first = next(iter(rows.values()))
        axes.axvline(first.mean, color=colors[0], linewidth=1, linestyle=":")
    for place, (found, color) in enumerate(zip(rows.values(), colors, strict=True)):
        if found is None:
            across = axes.get_yaxis_transform()
            axes.text(0.5, place, "not run", ha="center", va="center", color=style.IDEAL,
                      fontsize=style.TEXT, transform=across)  # fmt: skip
        else:
            style.dot(axes, found, place, color)
    axes.set(xlim=span, xlabel=label)
    axes.locator_params(axis="x", nbins=4)
    style.name_rows(axes, rows)
    return figure


def _found(
    samples: Sequence[Sample], arm: str, setting: str, measure: str
) -> tuple[list[float], list[Summary]]:
    """The values of a setting, ascending, and what was found at each."""
    values = sorted({s.settings[setting] for s in samples})
    return values, [pick(samples, arm, measure, **{setting: v}).summary() for v in values]


def _curve(
    axes: Axes, places: Sequence[float], found: Sequence[Summary], color: str, label: str
) -> None:
    """Means and their intervals."""
    look = {"markersize": 5, "label": label}
    style.curve_with_band(axes, places, style.means(found), color, "o-", **look)
