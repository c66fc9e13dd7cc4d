import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab import coadaptation, experiments
from dropoutlab import network as nn
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import evidence as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample, pick

RNG = np.random.default_rng(0)
SAMPLES = [
    Sample(arm, name, range(4), np.mean(m.limits) + np.ptp(m.limits) / 9 * RNG.standard_normal(4))
    for arm in experiments.ARMS
    for name, m in figures.MEASURES.items()
]
MEASURES = figures.Measures(SAMPLES)


def dots(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


def reaches(axes):
    return [lines.get_segments()[0][:, 0] for lines in axes.collections]


# --- a pair


@pytest.mark.parametrize("first", [10.0, 0.5, -3.5, 0.0])
def test_the_measures_of_a_pair_are_those_of_a_network(first):
    weights = np.array([[first, 1 - first]])
    pair = nn.Network((np.ones((2, 1)), weights), (np.zeros(2), np.zeros(1)), (1.0, 1.0), "linear")
    assert figures.pair_cancellation(first) == pytest.approx(
        float(coadaptation.cancellation(pair, [[1.0]]))
    )
    error = [(1 - answer) ** 2 / 2 for answer in (1, 1 - first, first, 0)]
    assert figures.pair_interaction(first) == pytest.approx(
        (error[3] - error[0]) - (error[1] - error[0]) - (error[2] - error[0])
    )


@pytest.mark.parametrize("first", [10.0, 0.5, -9.0])
def test_the_pair_lies_on_its_curves(first):
    figure = figures.draw_pair_measures(first)
    for axes, value in zip(
        figure.axes, (figures.pair_cancellation, figures.pair_interaction), strict=True
    ):
        curve, pair = axes.lines
        assert np.allclose(value(curve.get_xdata()), curve.get_ydata())
        assert pair.get_xydata().tolist() == [[first, value(first)]]
        low, high = axes.get_ylim()
        assert low < min(curve.get_ydata()) and max(curve.get_ydata()) < high


def test_the_measures_of_the_pair_in_words():
    assert figures.describe_pair_measures(10.0) == (
        "Weights (10, −9): the cancellation is 0.95, the interaction −90."
    )
    assert figures.describe_pair_measures(0.5).endswith("is 0.00, the interaction 0.25.")


# --- all measures


def test_every_measure_is_drawn_in_every_arm():
    for measure in figures.MEASURES:
        (axes,) = MEASURES.draw(measure).axes
        found = [pick(SAMPLES, arm, measure).summary() for arm in experiments.ARMS]
        assert np.allclose([dot.get_xdata()[0] for dot in dots(axes)], [f.mean for f in found])
        assert np.allclose(reaches(axes), [[f.low, f.high] for f in found])
        assert (axes.get_title() == measure) is not figures.MEASURES[measure].circular


def test_changes_are_paired_and_in_spreads():
    (axes,) = MEASURES.draw_changes("interaction").axes
    wanted = []
    for measure in figures.MEASURES:
        none = pick(SAMPLES, "none", measure)
        for arm in ("L2", "dropout"):
            change = (pick(SAMPLES, arm, measure) - none).summary()
            spread = np.std(none.values, ddof=1)
            wanted.append([change.mean / spread, change.low / spread, change.high / spread])
    means = [dot.get_xdata()[0] for dot in dots(axes)]
    assert np.allclose(np.column_stack([means, reaches(axes)]), wanted)
    colors = [style.ARMS["L2"], style.ARMS["dropout"]] * len(figures.MEASURES)
    assert [dot.get_color() for dot in dots(axes)] == colors
    rows = [round(dot.get_ydata()[0]) for dot in dots(axes)]
    assert rows == [k for k in range(len(figures.MEASURES)) for _ in range(2)]


def test_every_row_can_be_clicked_and_the_chosen_one_is_shaded():
    figure = MEASURES.draw_changes("steadiness")
    found = {settings["measure"]: row for row, settings in handles_of(figure)}
    names = list(figures.MEASURES)
    assert list(found) == names
    assert [row.get_y() + 0.5 for row in found.values()] == list(range(len(names)))
    (shade,) = (r for r in figure.axes[0].patches if r.get_alpha() not in (None, 0))
    assert shade.get_y() + 0.5 == names.index("steadiness")


def test_the_circular_measures_are_marked_where_they_are():
    axes = MEASURES.draw_changes().axes[0]
    rows = [text.get_position()[1] for text in axes.texts if text.get_text() == "circular"]
    circular = [k for k, m in enumerate(figures.MEASURES.values()) if m.circular]
    assert rows == circular
    assert [list(figures.MEASURES)[k] for k in circular] == ["half removed", "halves agree"]
    for name in figures.MEASURES:
        said = "Circular: dropout trains for just this." in MEASURES.describe(name)
        assert said is figures.MEASURES[name].circular


def test_the_measures_are_those_that_are_taken():
    assert set(figures.MEASURES) <= set(experiments.MEASURES)


def test_the_sentence_explains_and_names_arms_and_numbers():
    said = MEASURES.describe("cancellation")
    none = pick(SAMPLES, "none", "cancellation").values.mean()
    assert said.startswith("Cancellation: how much of what the units contribute to an output is ")
    assert f". none {none:.2f}, L1 " in said and said.endswith(".")


# --- against chance


def test_rings_are_chance_and_dots_are_what_was_measured():
    arms = ("untrained", *experiments.ARMS)
    samples = [
        Sample(arm, measure, range(3), 0.5 + k / 50 + offset + np.array([-0.01, 0, 0.01]))
        for k, arm in enumerate(arms)
        for measure, offset in (("cancellation", 0.0), ("by chance", 0.1))
    ]
    (axes,) = figures.draw_chance(samples).axes
    for fill, offset in (("none", 0.1), ("full", 0.0)):
        found = [dot for dot in dots(axes) if dot.get_fillstyle() == fill]
        assert np.allclose([d.get_xdata()[0] for d in found], 0.5 + offset + np.arange(9) / 50)
        assert [d.get_ydata()[0] for d in found] == list(range(9))
    assert same_color(dots(axes)[2].get_color(), style.ARMS["none"])
    said = figures.describe_chance(samples)
    assert "untrained 0.50 (0.60), none 0.52 (0.62)" in said
