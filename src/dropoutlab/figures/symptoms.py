"""Figures of the chapter `practice`: what faults look like, and what frameworks mean by dropout."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dropoutlab._checks import whole_number
from dropoutlab._names import public_dir
from dropoutlab.conventions import QUESTIONS
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures.words import number
from dropoutlab.samples import Sample, pick, pick_all

__dir__ = public_dir(__name__)

PRINTED, JUDGED = "printed loss", "training loss"
LOSS, ERROR = "validation loss", "validation error"
HEIGHT = 3.2  # inches
EPOCHS = (1, 2, 5, 10, 20, 50)  # that an axis names


@dataclass(frozen=True)
class Symptom:
    """What is seen, in which arm of the experiments, why, and what helps."""

    seen: str
    arm: str
    cause: str
    cure: str


SYMPTOMS = (
    Symptom(
        "validation loss below training loss",
        "right",
        "the training loss is printed with masks on, over an epoch in which the network learns",
        "none needed; judge the training set without masks if you want to compare",
    ),
    Symptom(
        "another result at each evaluation",
        "masks left on",
        "masks are still drawn",
        "switch to evaluation before you evaluate",
    ),
    Symptom(
        "training fine, validation off: loss too high",
        "not scaled",
        "dropout written by hand, and the weights were not multiplied by p",
        "multiply the weights by p once, or use inverted dropout; the layers of libraries do",
    ),
    Symptom(
        "training fine, validation off: accuracy too low",
        "scaled twice",
        "weights that were scaled already have been scaled again",
        "scale once, by p at test or by 1 / p in training",
    ),
    Symptom(
        "training fine, validation off: near chance",
        "scaled by 1 − p",
        "here the weights were multiplied by the probability to drop",
        "multiply by the probability to keep; with layers of a library, look at batch "
        "normalisation instead",
    ),
    Symptom(
        "it learns badly: both losses stay high",
        "keep and drop confused",
        "0.8 was meant to be kept and was dropped",
        "read what the argument means in your framework",
    ),
    Symptom(
        "training loss stays high, accuracy fair",
        "outputs dropped",
        "dropout comes after the last layer, so that right answers are masked too",
        "take it away from the outputs",
    ),
    Symptom(
        "slow progress",
        "one mask a batch",
        "all examples of a batch share a mask, and the gradient is noisier",
        "draw a mask for each example",
    ),
    Symptom(
        "loss and accuracy disagree: both rise",
        "no dropout",
        "this network has no dropout, and gets surer of its wrong answers",
        "dropout, weight decay, or an earlier stop, if you need probabilities",
    ),
)


@dataclass(frozen=True, eq=False)
class Curves:
    """Losses and errors as training goes on, with a fault and without.

    faults: of `experiments.symptom_study`. printed: of `experiments.printed_loss_study`.
    """

    faults: Sequence[Sample]
    printed: Sequence[Sample]

    def draw_losses(self, symptom: int = 0) -> Figure:
        """Draw training and validation loss of a symptom, one of SYMPTOMS by number."""
        symptom = whole_number("symptom", symptom, 0, len(SYMPTOMS) - 1)
        figure, axes = style.new_part(HEIGHT)
        arm = SYMPTOMS[symptom].arm
        self._line(axes, arm, PRINTED, style.TRAINING, "training, printed")
        self._line(axes, arm, LOSS, style.TEST, "validation")
        if arm == "right":
            self._line(axes, arm, JUDGED, style.TRAINING, "training, no masks", form=":")
        else:
            self._line(axes, "right", PRINTED, style.TRAINING, form="--")
            self._line(axes, "right", LOSS, style.TEST, form="--")
            axes.plot([], "--", color=INK, label="without the fault")
        self._finish(axes, arm, "loss (nats)")
        style.legend_above(axes, 0.72, columns=1)
        return figure

    def draw_errors(self, symptom: int = 0) -> Figure:
        """Draw the share of wrong answers of a symptom, one of SYMPTOMS by number."""
        symptom = whole_number("symptom", symptom, 0, len(SYMPTOMS) - 1)
        figure, axes = style.new_part(HEIGHT)
        arm = SYMPTOMS[symptom].arm
        self._line(axes, arm, ERROR, style.TEST)
        if arm != "right":
            self._line(axes, "right", ERROR, style.TEST, form="--")
        self._finish(axes, arm, "wrong in validation (%)")
        axes.set_ylim(35, 95)
        return figure

    def describe(self, symptom: int = 0) -> str:
        """Say what is seen in numbers, why, and what helps."""
        symptom = whole_number("symptom", symptom, 0, len(SYMPTOMS) - 1)
        shown = SYMPTOMS[symptom]
        last = max(sample.settings["passes"] for sample in self._found(shown.arm))
        parts = {LOSS: "validation loss", PRINTED: "printed training loss"}
        said = [f"{words} {number(self._last(shown.arm, m))}" for m, words in parts.items()]
        text = f"After {last} epochs: {', '.join(said)}"
        if shown.arm == "right":
            text += f", without masks {number(self._last('right', JUDGED))}"
        text += f", {self._last(shown.arm, ERROR):.0f} % wrong"
        if shown.arm != "right":
            usual = [pick(self.faults, "right", m, passes=last).values.mean()
                     for m in (LOSS, PRINTED, ERROR)]  # fmt: skip
            text += f" (dashed: {number(usual[0])}, {number(usual[1])}, {usual[2]:.0f} %)"
        return f"{text}. Why: {shown.cause}. Cure: {shown.cure}."

    def say_printed(self) -> str:
        """Say how the three losses of a faultless training lie."""
        masks_on, judged, validation = (self._last("right", m) for m in (PRINTED, JUDGED, LOSS))
        return (
            f"No: the loss printed in training, {number(masks_on)}, has the masks on. "
            f"The same networks without masks have {number(judged)} on the training set, "
            f"below the {number(validation)} of validation."
        )

    def _found(self, arm: str) -> Sequence[Sample]:
        """The faultless curves to show alone are those of the other experiment."""
        return self.printed if arm == "right" else pick_all(self.faults, arm)

    def _last(self, arm: str, measure: str) -> float:
        found = pick_all(self._found(arm), measure=measure)
        return float(max(found, key=lambda sample: sample.settings["passes"]).values.mean())

    def _line(
        self,
        axes: Axes,
        arm: str,
        measure: str,
        color: str,
        label: str | None = None,
        *,
        form: str = "-",
    ) -> None:
        """Means over seeds; dashed without the fault."""
        found = pick_all(self.faults, arm, measure) if form == "--" else pick_all(
            self._found(arm), measure=measure)  # fmt: skip
        passes = [sample.settings["passes"] for sample in found]
        means = [sample.values.mean() for sample in found]
        axes.plot(passes, means, form, color=color, label=label)

    def _finish(self, axes: Axes, arm: str, ylabel: str) -> None:
        """A scale of epochs as far as they go."""
        last = max(sample.settings["passes"] for sample in self._found(arm))
        ticks = [epoch for epoch in EPOCHS if epoch <= last]
        axes.set(xscale="log", xlabel="epochs", ylabel=ylabel)
        axes.set_xticks(ticks, [f"{epoch}" for epoch in ticks])
        axes.minorticks_off()
        axes.set_xlim(0.9, 1.1 * last)


BREAK = r"(?<=[a-z][._])(?=[a-zA-Z])"  # where a line of long code may end
LONG = 16  # characters of code, which may need two lines
COLUMNS = {  # by name in the record, from left to right
    "PyTorch": "PyTorch",
    "Keras": "Keras",
    "Flax": "Flax (NNX)",
    "NumPy": "this book (standard dropout)",
}


def convention_table(record: Mapping[str, Mapping[str, Any]]) -> HTML:
    """Return the answers of all frameworks, a row for each question, with versions and dates.

    Args:
        record: of `conventions.read_record`.
    """
    columns = {head: record[name] for name, head in COLUMNS.items()}
    rows = {
        asked: [entry["answers"][question] for entry in columns.values()]
        for question, asked in QUESTIONS.items()
    }
    rows["Asked"] = [_when(entry) for entry in columns.values()]
    heads = "".join(f"<th scope='col'>{name}</th>" for name in columns)
    lines = [
        f"<tr><th scope='row'>{_code(asked)}</th>{_cells(dict(zip(columns, answers, strict=True)))}"
        "</tr>"
        for asked, answers in rows.items()
    ]
    return HTML(
        f"<table class='conventions'><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _cells(answers: Mapping[str, str]) -> str:
    """Return a cell for each column, or one for all that answer the same."""
    cells = {name: _code(answer) for name, answer in answers.items()}
    if len(set(cells.values())) == 1:
        return f"<td data-head='all' colspan='{len(cells)}'>{next(iter(cells.values()))}</td>"
    return "".join(f"<td data-head='{name}'>{cell}</td>" for name, cell in cells.items())


def _code(text: str) -> str:
    """As HTML, a date as one, and what stands between backticks as code."""
    text = re.sub(r"(\d{4}-\d\d-\d\d)", r"<time>\1</time>", escape(text))
    return re.sub(r"`([^`]*)`", lambda code: f"<code>{_may_break(code[1])}</code>", text)


def _may_break(code: str) -> str:
    return re.sub(BREAK, "<wbr>", code) if len(code) > LONG else code


def _when(entry: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in entry["versions"].items())
    return f"{versions}; {entry['date']}"
