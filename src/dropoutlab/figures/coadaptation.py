"""Figures of the chapter `coadaptation`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from IPython.display import Markdown
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from dropoutlab._checks import FloatArray, choice
from dropoutlab.experiments import KeepProbStudy, PairRemovals, PenaltyStudy
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style, tables
from dropoutlab.figures.words import interval
from dropoutlab.samples import Sample, pick, pick_all

# of images, which do not follow the page into the dark: seen on light and on dark paper
POSITIVE, NEGATIVE = "#a85aa4", "#1f9470"  # weights, purple and green
MID_GREY = "#84898f"  # ink
SHADES = 15  # of each colour: few, so that an image is small
LABELS = {0.0: "all labels right", 0.2: "one label in five redrawn"}


def filter_image(filters: FloatArray, columns: int) -> FloatArray:
    """Return filters side by side as one image: purple positive, green negative, clear at zero.

    Each filter is scaled by its largest weight, and there is a clear pixel between filters.

    Args:
        filters: shape (count, 64).
        columns: how many filters a row.

    Returns:
        Red, green, blue and opacity from 0 to 1, shape (height, width, 4).
    """
    rows = -(-len(filters) // columns)
    image = np.zeros((9 * rows - 1, 9 * columns - 1, 4))
    for k, one in enumerate(filters.reshape(-1, 8, 8)):
        scaled = one / max(np.abs(one).max(), 1e-12)
        tile = image[9 * (k // columns) :, 9 * (k % columns) :][:8, :8]
        tile[..., :3] = np.where(scaled[..., None] > 0, to_rgb(POSITIVE), to_rgb(NEGATIVE))
        tile[..., 3] = np.round(SHADES * np.abs(scaled)) / SHADES
    image[..., :3] *= image[..., 3:] > 0  # nothing where it is clear
    return image


def draw_filters(rows: Mapping[str, FloatArray], columns: int = 6) -> Figure:
    """Draw filters of several networks one above the other, each under its name.

    Args:
        rows: by name, shape (count, 64).
        columns: how many filters a row.
    """
    figure, panels = style.new_panels(*(2.1 for _ in rows))
    share = 1 / len(panels)
    for k, (axes, (name, filters)) in enumerate(zip(panels, rows.items(), strict=True), start=1):
        axes.set_position((0.02, 1 - k * share, 0.96, 0.8 * share))
        _show(axes, filter_image(filters, columns))
        axes.text(0, 1.06, name, color=INK, fontsize=style.TEXT, transform=axes.transAxes)
    return figure


# --- training with a penalty ----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Training:
    """Errors in percent while networks learn, for an explorer of penalty and strength."""

    study: PenaltyStudy

    def draw(self, redrawn: float = 0.2, penalty: str = "L2", strength: float = 0.0) -> Figure:
        """Draw training and test error of one penalty, and the test error without, with ranges."""
        figure, axes = style.new_figure()
        axes.set_position((0.14, 0.16, 0.82, 0.81))
        epochs, (plain_train, plain_test) = self.study.epochs, self._curves(redrawn, "none", 0.0)
        shown = [(plain_test, style.ARMS["none"], "-", "test, no penalty")]
        if strength == 0:
            shown.append((plain_train, style.ARMS["none"], "--", "training, no penalty (dashed)"))
        else:
            train, test = self._curves(redrawn, penalty, strength)
            shown += [
                (test, style.ARMS[penalty], "-", f"test, {penalty}"),
                (train, style.ARMS[penalty], "--", f"training, {penalty} (dashed)"),
            ]
        for k, (values, color, line, label) in enumerate(shown):
            _line_and_range(axes, epochs, values, color, line)
            axes.text(30, 50 - 5 * k, label, color=color, va="center", fontsize=style.TEXT)
        axes.set(xlim=(0, epochs[-1]), ylim=(-0.5, 53))
        axes.set(xlabel="passes over the training set", ylabel="error (%)")
        axes.set_xticks([0, 100, 200, 300])
        axes.set_yticks([0, 10, 20, 30, 40, 50])
        return figure

    def describe(self, redrawn: float, penalty: str, strength: float) -> str:
        """Say which errors are left after the last pass, and when the test error was least."""
        with_it = f"with {penalty} of strength {strength:g}" if strength else "without a penalty"
        curves = self._curves(redrawn, penalty, strength)
        (train, test), mean = curves[..., -1], curves[1].mean(axis=0)
        return (
            f"With {LABELS[redrawn]} and {with_it}, the networks end at a training error of "
            f"{train.mean():.1f} % and a test error of {test.mean():.1f} % "
            f"(from {test.min():.1f} to {test.max():.1f} % over {len(test)} seeds). "
            f"The mean test error was least at pass {self.study.epochs[mean.argmin()]}: "
            f"{mean.min():.1f} %."
        )

    def _curves(self, redrawn: float, penalty: str, strength: float) -> FloatArray:
        return self.study.curves[redrawn, penalty if strength else "none", strength]


ORDER = ("none", "L1", "L2", "dropout")  # of arms in tables
SHOWN = (None, 1e-3, 1e-2)  # strengths in the tables of measures
NOT_SHARED = ("strength", "keep_prob")  # settings that only some arms have


def error_table(samples: Sequence[Sample]) -> Markdown:
    """Return a table of test errors in percent, a column a share of labels drawn again.

    Rows as in `change_table`, with every strength.
    """
    return _change_table({
        LABELS[noise]: (pick_all(samples, measure="test error", label_noise=noise), ".1f")
        for noise in LABELS
    })  # fmt: skip


def change_table(samples: Sequence[Sample], measures: Mapping[str, str]) -> Markdown:
    """Return a table of measures without regulariser and of how they change from there.

    First row: the mean without. Other rows: the mean change, paired by seed; of L1 and L2 the
    strengths in SHOWN. All with the half width of the 95 % interval of the mean.

    Args:
        samples: arms "none" and others.
        measures: the measures to show, a column each, and how to format them, `".2f"` for example.
    """
    shown = [sample for sample in samples if sample.settings.get("strength") in SHOWN]
    return _change_table({m: (pick_all(shown, measure=m), form) for m, form in measures.items()})


def direction_table(
    samples: Sequence[Sample], measures: Sequence[str], columns: Sequence[tuple[str, float]]
) -> Markdown:
    """Return a table that says which measures rise or fall from no regulariser to each column.

    "lower" or "higher" where the 95 % interval of the change, paired by seed, leaves out 0.

    Args:
        samples: arms "none" and those of the columns.
        measures: a row each.
        columns: arms with their strength, or the keep-probability of dropout.
    """
    rows = [
        [name, *(_direction(samples, name, arm, setting) for arm, setting in columns)]
        for name in measures
    ]
    return tables.table(["", *(f"{arm} {setting:g}" for arm, setting in columns)], rows)


def keep_prob_table(samples: Sequence[Sample], measures: Mapping[str, str]) -> Markdown:
    """Return a table of measures, a row a keep-probability; "removable" is in percent.

    Args:
        samples: with the setting "keep_prob".
        measures: the measures to show and how to format them.
    """
    rows = dict.fromkeys(sample.settings["keep_prob"] for sample in samples)
    return tables.table(
        ["", *("removable (%)" if name == "removable" else name for name in measures)],
        [
            ["p = 1, no dropout" if p == 1 else f"p = {p:g}"]
            + [
                interval(pick(samples, measure=name, keep_prob=p).summary(), form)
                for name, form in measures.items()
            ]
            for p in rows
        ],
    )


def _change_table(columns: Mapping[str, tuple[Sequence[Sample], str]]) -> Markdown:
    """Rows in order; the columns are samples of one measure and how to format them."""
    every = [sample for samples, _form in columns.values() for sample in samples]
    shown = [name for name in tables.shown_settings(every) if name in NOT_SHARED]
    cells = {head: _cells(*column, shown) for head, column in columns.items()}
    return tables.arm_table(cells, shown)


def _cells(samples: Sequence[Sample], form: str, shown: Sequence[str]) -> dict[tables.Row, str]:
    """The cells of a column."""
    none = pick(samples, "none")
    cells = {tables.row(none, shown): interval(none.summary(), form)}
    for sample in sorted(samples, key=_place_in_order):
        if sample is not none:
            change = (sample - none).summary()
            cells[tables.row(sample, shown)] = interval(change, f"+{form}")
    return cells


def _place_in_order(sample: Sample) -> tuple[int, float]:
    return ORDER.index(sample.arm), sample.settings.get("strength", 0.0)


def _direction(samples: Sequence[Sample], measure: str, arm: str, setting: float) -> str:
    name = {"dropout": "keep_prob"}.get(arm, "strength")
    change = pick(samples, arm, measure, **{name: setting}) - pick(samples, "none", measure)
    if change.summary().high < 0:
        return "lower"
    return "higher" if change.summary().low > 0 else "not shown"


# --- units removed by hand ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HandRemoval:
    """Ten test images and what is said of them without one or two hidden units."""

    found: PairRemovals

    def draw(self, trained: str = "none", first: int = 0, second: int = 0) -> Figure:
        """Draw the probability of the right digit, before as a tick and after as a bar."""
        choice("trained", trained, tuple(self.found.right))
        figure, axes = style.new_figure()
        axes.set_position((0.14, 0.09, 0.84, 0.89))
        before, after = self.found.right[trained][0, 0], self.found.right[trained][first, second]
        places = np.arange(10)
        axes.vlines(places, 0, after, color=style.ARMS[trained], linewidth=14)
        axes.hlines(before, places - 0.42, places + 0.42, color=style.OTHER, linewidth=2)
        axes.imshow(
            _digits(self.found.images), extent=(-0.5, 9.5, -0.3, -0.02), aspect="auto",
            interpolation="none",
        )  # fmt: skip
        for digit, said in enumerate(self.found.says[trained][first, second]):
            if said != digit:
                axes.text(
                    digit, 1.1, f"→ {said}", color=INK, ha="center", va="center",
                    fontsize=style.TEXT,
                )  # fmt: skip
        axes.set(xlim=(-0.6, 9.6), ylim=(-0.32, 1.2), ylabel="probability of right digit")
        axes.set_xticks(places)
        axes.tick_params(axis="x", length=0)
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.spines["bottom"].set_visible(False)
        axes.spines["left"].set_bounds(0, 1)
        return figure

    def describe(self, trained: str, first: int, second: int) -> str:
        """Say which readings fall and how the test error changes."""
        units = sorted({first, second} - {0})
        lost = [d for d, said in enumerate(self.found.says[trained][first, second]) if said != d]
        before, after = self.found.error[trained][0, 0], self.found.error[trained][first, second]
        network = "without dropout" if trained == "none" else "with dropout"
        named = " and ".join(map(str, units))
        gone = ("no unit removed", f"unit {named} removed", f"units {named} removed")[len(units)]
        wrong = f"reads {_listed(lost)} wrongly" if lost else "reads all ten digits rightly"
        compared = f" ({before:.1f} % with all its units)" if units else ""
        return (
            f"The network trained {network}, with {gone}, {wrong}; "
            f"its test error is {after:.1f} %{compared}."
        )


# --- the keep-probability -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class KeepProb:
    """Features and what removing units does, for each keep-probability."""

    study: KeepProbStudy

    def draw(self, keep_prob: float = 0.5, network: int = 1) -> Figure:
        """Draw 12 filters of one network above the error as units are removed, all networks."""
        figure, (above, below) = style.new_panels(1.8, 2.8)
        above.set_position((0.02, 0.635, 0.96, 0.36))
        below.set_position((0.14, 0.125, 0.82, 0.475))
        filters = self.study.filters[keep_prob][network - 1]
        _show(above, filter_image(filters[:12], 6))
        shown = [(1.0, style.ARMS["none"], "no dropout")]
        if keep_prob < 1:
            shown.append((keep_prob, style.ARMS["dropout"], f"keep probability {keep_prob:.1f}"))
        for (p, color, label), y in zip(shown, (92, 80), strict=False):
            _line_and_range(below, self.study.removed, self.study.ablation[p], color)
            below.text(1, y, label, color=color, va="top", fontsize=style.TEXT)
        below.set(xlim=(0, len(filters)), ylim=(0, 92))
        below.set(xlabel=f"units removed, of {len(filters)}", ylabel="test error (%)")
        below.set_xticks([0, 16, 32, 48, 64])
        below.set_yticks([0, 30, 60, 90])
        return figure

    def describe(self, keep_prob: float, network: int) -> str:
        """Say the measures of co-adaptation, means over the networks."""
        found = {
            name: pick(self.study.samples, measure=name, keep_prob=keep_prob).summary().mean
            for name in ("cancellation", "interaction", "test error", "ablation")
        }
        return (
            f"Keep probability {keep_prob:.1f}, features of network {network}; mean of "
            f"{len(self.study.ablation[keep_prob])} networks: "
            f"cancellation {found['cancellation']:.2f}, "
            f"interaction {found['interaction']:.3f}, test error {found['test error']:.1f} %, "
            f"with half of the units removed {found['ablation']:.1f} %."
        )


def _line_and_range(
    axes: Axes, x: Sequence[float], values: FloatArray, color: str, line: str = "-"
) -> None:
    """The mean over the first axis, and from the least to the largest."""
    axes.plot(x, values.mean(axis=0), line, color=color)
    low, high = values.min(axis=0), values.max(axis=0)
    axes.fill_between(x, low, high, color=color, alpha=0.2, linewidth=0)


def _show(axes: Axes, image: FloatArray) -> None:
    axes.imshow(image, interpolation="none")
    axes.set_axis_off()


def _digits(images: FloatArray) -> FloatArray:
    """Images side by side, the root of the ink as opacity of a grey, a clear pixel around each."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    row = np.concatenate(list(padded), axis=1)
    grey = np.broadcast_to(to_rgb(MID_GREY), (*row.shape, 3))
    return np.concatenate([grey, np.sqrt(row[..., None])], axis=-1)


def _listed(digits: Sequence[int]) -> str:
    words = [f"the {digit}" for digit in digits]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
