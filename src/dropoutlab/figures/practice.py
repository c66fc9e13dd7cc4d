"""Figures of the chapter `practice`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab._checks import FloatArray, choice
from dropoutlab._names import public_dir
from dropoutlab.experiments import ConfidenceStudy
from dropoutlab.explore import ask
from dropoutlab.explore.questions import Question
from dropoutlab.figures import style
from dropoutlab.figures.read_off import Curves
from dropoutlab.figures.words import interval
from dropoutlab.samples import Sample, Summary, pick, pick_all

LEVEL = 0.5  # points: what is that near to the best is called as good
ONE, TWO = "o-", "s--"  # with dropout in two ways: both orange, the second dashed and square
RATED = {  # by arm: its colour and form, its name in the picture, and how its errors are said
    "none": (style.E_N, ONE, "nothing dropped", "{} % wrong with nothing dropped"),
    "dropout": (style.E_R, ONE, "dropout", "{} % with dropout"),
    "dropout and max-norm": (style.E_R, TWO, "with max-norm", "{} % with dropout and max-norm"),
}
KEPT = {"nearly all": 1.0, "about a half": 0.5, "only a tenth": 0.1}  # what can be answered

__dir__ = public_dir(__name__)


def draw_keep_probs(samples: Sequence[Sample]) -> Figure:
    """Draw the test error against the keep-probability, with the same width and with width / p.

    Args:
        samples: of `experiments.keep_prob_study`.
    """
    figure, axes = style.new_figure()
    rows = {"same width": ("100 units", ONE), "width / p": ("50 / p units", TWO)}
    for arm, (label, form) in rows.items():
        _line(axes, *_errors(samples, arm, "keep_prob"), style.E_R, label, form)
    style.legend_above(axes, 0.88)
    axes.set(xlim=(0.08, 1.02), ylim=(44, 66))
    axes.set(xlabel="keep probability p", ylabel="wrong answers (%)")
    return figure


def keep_probs(samples: Sequence[Sample]) -> Curves:
    """Return the curves of `draw_keep_probs` to read off."""
    places, same = _errors(samples, "same width", "keep_prob")
    _, wider = _errors(samples, "width / p", "keep_prob")
    named = {
        "{} % wrong with 100 units": (same, style.E_R),
        "{} % with 50 / p units": (wider, style.E_R),
    }
    return Curves(lambda: draw_keep_probs(samples), places, named, where="With p = {}")


def ask_keep_prob(samples: Sequence[Sample]) -> Question:
    """Ask for the keep-probability of least error with the same width."""
    places, found = _errors(samples, "same width", "keep_prob")
    best = min(range(len(places)), key=lambda k: found[k].mean)
    least, all_kept = (interval(found[k], ".1f") for k in (best, len(places) - 1))
    nearest = min(KEPT, key=lambda word: abs(KEPT[word] - places[best]))
    return ask(
        "A hundred hidden units: how much should be kept for the fewest wrong answers?",
        list(KEPT),
        answer=nearest,
        because=f"With 100 units the error is least at p = {places[best]:g}, {least} % wrong; "
        f"with all kept it is {all_kept} %.",
        veiled=True,
        at={"at": places[best]},
    )


def draw_train_sizes(samples: Sequence[Sample]) -> Figure:
    """Draw by how much L2 and dropout lower the test error against the number of examples.

    Args:
        samples: of `experiments.train_size_study`.
    """
    figure, axes = style.new_figure()
    for arm in ("L2", "dropout"):
        sizes, gains = _gains(samples, arm)
        _line(axes, sizes, gains, style.ARMS[arm], arm)
    axes.axhline(0, color=style.ARMS["none"], linewidth=2, label="neither")
    style.legend_above(axes, 0.88, columns=3)
    axes.set(xscale="log", xlabel="training examples", ylabel="gain in test error (points)")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    return figure


def train_sizes(samples: Sequence[Sample], chosen: Mapping[str, float]) -> Curves:
    """Return the curves of `draw_train_sizes` to read off.

    Args:
        samples: of `experiments.train_size_study`.
        chosen: by arm, the setting of "dropout" and of "L2".
    """
    sizes, dropout = _gains(samples, "dropout")
    _, l2 = _gains(samples, "L2")
    named = {
        f"dropout with p = {chosen['dropout']:g} gains {{}} points": (
            dropout,
            style.ARMS["dropout"],
        ),
        f"L2 with λ = {chosen['L2']:g} {{}}": (l2, style.ARMS["L2"]),
    }
    where = "With {} training examples"
    return Curves(lambda: draw_train_sizes(samples), sizes, named, where, form="+.1f")


def ask_train_size(samples: Sequence[Sample]) -> Question:
    """Ask where dropout gains most."""
    sizes, gains = _gains(samples, "dropout")
    best = max(range(len(sizes)), key=lambda k: gains[k].mean)
    words = [f"with {size:,}" for size in (sizes[0], sizes[best], sizes[-1])]
    said = [f"{size:,}: {interval(gain, '+.1f')}" for size, gain in zip(sizes, gains, strict=True)]
    return ask(
        "With how many training examples does dropout gain most?",
        words,
        answer=words[1],
        because=f"Points gained by dropout, by the number of examples: {'; '.join(said)}.",
        veiled=True,
        at={"at": sizes[best]},
    )


def draw_layer_rates(samples: Sequence[Sample]) -> Figure:
    """Draw the test error against the hidden keep-probability, a curve for each of the inputs'.

    Args:
        samples: of `experiments.layer_rates_study`.
    """
    figure, axes = style.new_figure()
    for (inputs, (places, found)), form in zip(_by_inputs(samples), (ONE, TWO), strict=True):
        _line(axes, places, found, style.E_R, _inputs_kept(inputs), form)
    style.legend_above(axes, 0.88)
    axes.set(xlabel="keep probability of both hidden layers", ylabel="wrong answers (%)")
    axes.set(xlim=(0.47, 1.02), ylim=(46, 64))
    axes.set_xticks(places, [f"{place:g}" for place in places])
    return figure


def layer_rates(samples: Sequence[Sample]) -> Curves:
    """Return the curves of `draw_layer_rates` to read off."""
    curves = _by_inputs(samples)
    named = {
        f"{{}} % wrong with {_inputs_kept(inputs)}": (found, style.E_R)
        for inputs, (_places, found) in curves
    }
    places = curves[0][1][0]
    where = "With p = {} in both hidden layers"
    return Curves(lambda: draw_layer_rates(samples), places, named, where)


def draw_learning_rates(samples: Sequence[Sample]) -> Figure:
    """Draw the test error against the learning rate, without dropout, with it, with max-norm too.

    Args:
        samples: of `experiments.learning_rate_study`.
    """
    figure, axes = style.new_figure()
    for arm, (color, form, label, _says) in RATED.items():
        places, found = _errors(samples, arm, "learning_rate")
        _line(axes, places, found, color, label, form)
    style.legend_above(axes, 0.8)
    axes.set(xlabel="learning rate", ylabel="wrong answers (%)", xscale="log", ylim=(44, 62))
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.minorticks_off()
    return figure


def learning_rates(samples: Sequence[Sample]) -> Curves:
    """Return the curves of `draw_learning_rates` to read off."""
    found = {arm: _errors(samples, arm, "learning_rate") for arm in RATED}
    named = {says: (found[arm][1], color) for arm, (color, _form, _label, says) in RATED.items()}
    places = found["none"][0]
    return Curves(lambda: draw_learning_rates(samples), places, named, "At a learning rate of {}")


def _inputs_kept(inputs: float) -> str:
    return "all inputs kept" if inputs == 1 else f"{inputs:g} of inputs kept"


def _by_inputs(
    samples: Sequence[Sample],
) -> list[tuple[float, tuple[list[float], list[Summary]]]]:
    """Keep-probabilities of the inputs, from 1 down, each with places and what was found there."""
    kept = sorted({s.settings["inputs"] for s in samples}, reverse=True)
    return [(x, _errors(pick_all(samples, inputs=x), "rates", "hidden")) for x in kept]


def best_kept(widths: Sequence[Sample], rates: Sequence[Sample]) -> dict[str, str]:
    """Return, by place, the keep-probabilities whose test error is within LEVEL of the least.

    Args:
        widths: of `experiments.keep_prob_study`.
        rates: of `experiments.layer_rates_study`.
    """
    one = _errors(widths, "same width", "keep_prob")
    two = _errors(pick_all(rates, inputs=1.0), "rates", "hidden")
    named = {"one layer of 100": one, "two layers of 100": two}
    best = {}
    for name, (places, found) in named.items():
        least = min(summary.mean for summary in found)
        level = [p for p, s in zip(places, found, strict=True) if s.mean <= least + LEVEL]
        best[name] = " to ".join(dict.fromkeys(f"{p:g}" for p in (level[0], level[-1])))
    return best


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often answers are right that were given with so much certainty."""

    study: ConfidenceStudy

    def draw(self, trained: str = "none") -> Figure:
        """Draw the share of right answers against the probability that they were given with.

        The lines of the other networks are paler.
        """
        choice("trained", trained, [*self.study.shares])
        figure, axes = style.new_figure()
        color = style.ARMS[trained]
        share = self.study.shares[trained].mean(axis=0)
        axes.bar(_middles(share), share, width=9, color=style.DROPPED, alpha=0.35)
        axes.plot([0, 100], [0, 100], color=style.IDEAL, linestyle="--")
        for arm in self.study.shares:
            chosen = {"marker": "o"} if arm == trained else {"alpha": 0.45, "zorder": 1.5}
            axes.plot(*self._right(arm), color=style.ARMS[arm], label=_trained(arm), **chosen)
        style.legend_above(axes, 0.88, columns=len(self.study.shares))
        axes.text(60, 68, "as sure as right", color=style.IDEAL, ha="right", fontsize=style.TEXT)
        axes.text(3, 92, "dots: right answers", color=color, fontsize=style.TEXT)
        axes.text(3, 83, "bars: share of answers", color=style.DROPPED, fontsize=style.TEXT)
        axes.set(xlim=(0, 102), ylim=(0, 102))
        axes.set(xlabel="probability given to the answer (%)", ylabel="%")
        return figure

    def _right(self, arm: str) -> tuple[FloatArray, FloatArray]:
        """Where there are answers enough, the probability and the share of right ones."""
        share = self.study.shares[arm].mean(axis=0)
        seen = share >= 1  # percent of the answers: of fewer nothing can be said
        return _middles(share)[seen], np.nanmean(self.study.reliability[arm][:, seen], axis=0)

    def ask(self) -> Question:
        """Ask which network is the farthest from honest."""
        found = {
            f"with {_trained(arm)}": pick(self.study.samples, arm, "calibration error").summary()
            for arm in ("none", "dropout", "L2")
        }
        said = [f"{name} {interval(error, '.1f')}" for name, error in found.items()]
        worst = max(found, key=lambda name: found[name].mean)
        return ask(
            "Trained with nothing, with dropout or with L2: which network overrates itself most?",
            list(found),
            answer=worst,
            because=f"What each says is off on average, in points: {', '.join(said)}.",
            veiled=True,
            at={"trained": worst.removeprefix("with ").replace("nothing", "none")},
        )

    def describe(self, trained: str) -> str:
        """Say how sure and how right, and the loss."""
        choice("trained", trained, [*self.study.shares])
        found = {
            measure: pick(self.study.samples, trained, measure).values.mean()
            for measure in ("certainty", "test error", "calibration error", "test loss")
        }
        return (
            f"With {_trained(trained)}: on average {found['certainty']:.0f} % sure and "
            f"{100 - found['test error']:.0f} % right; calibration error "
            f"{found['calibration error']:.0f} points, loss {found['test loss']:.2f}."
        )


def _trained(arm: str) -> str:
    return "nothing" if arm == "none" else arm


def _middles(share: FloatArray) -> FloatArray:
    """Of tenths of all probabilities, in percent."""
    return 5.0 + 10 * np.arange(len(share))


def _errors(samples: Sequence[Sample], arm: str, setting: str) -> tuple[list[float], list[Summary]]:
    """The values of a setting, ascending, and the test error at each."""
    values = sorted({sample.settings[setting] for sample in samples})
    return values, [pick(samples, arm, "test error", **{setting: v}).summary() for v in values]


def _gains(samples: Sequence[Sample], arm: str) -> tuple[list[float], list[Summary]]:
    """Numbers of examples, ascending, and by how many points an arm lowers the test error."""
    sizes = sorted({sample.settings["examples"] for sample in samples})
    of_size = [
        [pick(samples, name, "test error", examples=size) for name in ("none", arm)]
        for size in sizes
    ]
    return sizes, [(none - with_it).summary() for none, with_it in of_size]


def _line(
    axes: Axes,
    places: Sequence[float],
    found: Sequence[Summary],
    color: str,
    label: str,
    form: str = ONE,
) -> None:
    """Means over seeds and their 95 % intervals."""
    look = {"markersize": 5, "label": label}
    style.curve_with_band(axes, places, style.means(found), color, form, **look)
