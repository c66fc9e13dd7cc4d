"""The figures show the numbers they are given, and their sentences say the same."""

import pickle

import numpy as np
import pytest
from matplotlib.text import Text

from dropoutlab import experiments
from dropoutlab.explore.handles import Area, handles_of
from dropoutlab.figures import coadaptation as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample

RNG = np.random.default_rng(0)
CURVES = {
    "none": np.array([[[90, 8, 0], [90, 6, 0.5]], [[90, 53, 51], [90, 55, 53]]]),
    "L2": np.array([[[90, 16, 15], [90, 18, 14]], [[90, 52, 51], [90, 53, 50.5]]]),
}
LEARNING = figures.Learning(experiments.PenaltyStudy(np.array([0, 50, 100]), CURVES, []))


def texts(axes):
    return {text.get_text() for text in axes.texts}


# --- a pair of units


@pytest.mark.parametrize("first", [10.0, 0.5, -9.0, 3.5])
def test_the_pair_lies_on_the_line_of_pairs_that_are_right(first):
    (axes,) = figures.draw_pair(first).axes
    line, *_marks, pair = axes.lines
    assert np.allclose(line.get_xydata().sum(axis=1), figures.PAIR_TARGET)
    assert pair.get_xydata().tolist() == [[first, 1 - first]]
    assert {text.get_text() for text in axes.texts} >= {"(10, −9)", "(0.5, 0.5)"}
    (low, high), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert low < first < high and bottom < 1 - first < top


def test_the_pair_can_be_dragged_to_every_place():
    found = list(handles_of(figures.draw_pair(2.0)))
    strips = {settings["first"]: tile.box for tile, settings in found if isinstance(tile, Area)}
    assert list(strips) == list(figures.FIRST_WEIGHTS) == [k / 2 for k in range(-18, 21)]
    assert [(box.x0 + box.x1) / 2 for box in strips.values()] == list(strips)
    named = {a.get_text(): s for a, s in found if isinstance(a, Text)}
    assert named == {"(10, −9)": {"first": 10.0}, "(0.5, 0.5)": {"first": 0.5}}


@pytest.mark.parametrize(
    ("first", "response", "answers"),
    [
        (10.0, 1.0, [1, 1, -9, 10]), (10.0, 0.9, [1, 0, -9, 10]), (0.5, 0.9, [1, 0.95, 0.5, 0.5]),
        (-9.0, 1.1, [1, 0.1, 10, -9]),
    ],
)  # fmt: skip
def test_the_bars_are_the_answers_together_and_alone(first, response, answers):
    (axes,) = figures.draw_answers(first, response).axes
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(answers)
    assert min(answers) > axes.get_xlim()[0] and max(answers) < axes.get_xlim()[1]
    assert texts(axes) == {"target", *(f"{a:.2f}".replace("-", "−") for a in answers)}
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["as learnt", "new example", "first gone", "second gone"]
    assert 1.0 in [line.get_xdata()[0] for line in axes.lines]  # the target


def test_the_sentence_says_the_answers():
    assert figures.describe_pair(10.0, 0.9) == (
        "Weights (10, −9): the answer is 1.00 to the examples learnt and 0.00 to a new one, where "
        "the first unit gives 0.9. Without the first unit it is −9.00, without the second 10.00; "
        "the target is 1."
    )
    assert "Weights (0.5, 0.5)" in figures.describe_pair(0.5, 1.0)


# --- the data


def test_there_is_a_curve_of_each_digit():
    curves, labels = RNG.standard_normal((30, 40)), np.repeat(np.arange(10)[::-1], 3)
    (axes,) = figures.draw_curves(curves, labels).axes
    assert [text.get_text() for text in axes.texts] == list("0123456789")
    for digit, (line, text) in enumerate(zip(axes.lines, axes.texts, strict=True)):
        x, y = line.get_xdata(), line.get_ydata()
        assert np.corrcoef(y, curves[27 - 3 * digit])[0, 1] == pytest.approx(1)
        assert text.get_position()[0] < x[0] and x[-1] < np.floor(x[0]) + 1
        assert np.floor(y.min()) == np.floor(y.max()) == -(digit // 5)


# --- learning


def test_without_a_regulariser_there_are_two_curves():
    (axes,) = LEARNING.draw("none").axes
    test, train = axes.lines
    assert np.allclose(test.get_ydata(), [90, 54, 52]) and test.get_linestyle() == "-"
    assert np.allclose(train.get_ydata(), [90, 7, 0.25]) and train.get_linestyle() == "--"
    assert {line.get_color() for line in axes.lines} == {style.ARMS["none"]}


def test_with_one_the_test_error_without_stays_to_compare():
    (axes,) = LEARNING.draw("L2").axes
    plain, test, train = axes.lines
    assert np.allclose(plain.get_ydata(), [90, 54, 52])
    assert np.allclose(test.get_ydata(), [90, 52.5, 50.75])
    assert np.allclose(train.get_ydata(), [90, 17, 14.5])
    band = axes.collections[1].get_paths()[0].vertices  # of the test error
    assert band[:, 1].min() == 50.5 and band[band[:, 0] == 100][:, 1].max() == 51
    assert test.get_color() == style.ARMS["L2"] and plain.get_color() == style.ARMS["none"]


def test_learning_says_the_last_errors():
    assert LEARNING.describe("L2") == (
        "With L2, the networks end with 14.5 % wrong on the examples they learnt and 50.8 % on new "
        "ones (from 50.5 to 51.0 % over 2 networks)."
    )
    assert LEARNING.describe("none").startswith("With nothing done against it, the networks end")


@pytest.mark.parametrize(("test", "better"), [(45.0, "dropout"), (55.0, "L2")])
def test_the_better_remedy_has_fewer_errors_on_new_examples(test, better):
    """L2 ends with 14.5 % wrong of what it learnt and 50.75 % of what is new."""
    curves = {**CURVES, "dropout": np.full((2, 2, 3), [[[10.0]], [[test]]])}
    learning = figures.Learning(experiments.PenaltyStudy(np.array([0, 50, 100]), curves, []))
    assert learning.best_of(("none", "L2", "dropout")) == better
    assert "with L2 get 86 % of their own examples right, and those with dropout 90 %." in (
        learning.question("L2", "dropout")
    )
    said = f"Wrong answers to new examples: L2 50.8 %, dropout {test:.1f} %."
    assert learning.compare(("L2", "dropout")) == said


# --- gains


SETTINGS = {"L2": 0.006, "dropout": 0.5}


def gains():
    base = np.array([50.0, 52.0, 55.0])
    return [
        Sample(arm, "test error", range(3), base - k * np.array([1.0, 1.1, 0.9]))
        for k, arm in enumerate(experiments.ARMS)
    ]


def dots(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


@pytest.mark.parametrize("against", ["none", "L2"])
def test_gains_are_paired_by_seed(against):
    samples = gains()
    (axes,) = figures.Gains(samples, SETTINGS).draw(against).axes
    base = experiments.ARMS.index(against)
    wanted = base - np.arange(len(experiments.ARMS))
    assert np.allclose([dot.get_xdata()[0] for dot in dots(axes)], wanted)
    for reach, sample in zip(axes.collections, samples, strict=True):
        change = (sample - samples[base]).summary()
        assert np.allclose(reach.get_segments()[0][:, 0], [change.low, change.high])
    hollow = [k for k, dot in enumerate(dots(axes)) if dot.get_fillstyle() == "none"]
    assert hollow == [base]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(experiments.ARMS)
    assert axes.get_xlim() == figures.CHANGES


def test_every_row_of_gains_can_be_clicked():
    figure = figures.Gains(gains(), SETTINGS).draw("L1")
    found = {settings["against"]: artist for artist, settings in handles_of(figure)}
    assert list(found) == list(experiments.ARMS)
    assert [row.box.y0 + 0.5 for row in found.values()] == list(range(len(found)))


def test_gains_in_words():
    shown = figures.Gains(gains(), SETTINGS)
    assert "from none, in points: L1 −1.0 ± 0.2, L2 (0.006) −2.0 ± 0.5" in shown.describe("none")
    assert "from L2 (0.006), in points: none +2.0 ± 0.5, L1 +1.0" in shown.describe("L2")


# --- a unit removed


def removals():
    return [
        Sample(arm, measure, range(2), [base - 1, base + 1])
        for arm, two in {"none": (8.0, 20.0), "dropout": (14.0, 17.0)}.items()
        for measure, base in zip(("test error", "less one unit"), two, strict=True)
    ]


def test_each_network_is_a_line_and_the_means_are_thick():
    (axes,) = figures.draw_removed(removals()).axes
    thin = [line for line in axes.lines if line.get_linewidth() < 1]
    thick = [line for line in axes.lines if line.get_linewidth() > 1]
    assert [list(line.get_ydata()) for line in thin] == [[7, 19], [9, 21], [13, 16], [15, 18]]
    assert [list(line.get_ydata()) for line in thick] == [[8, 20], [14, 17]]
    assert [line.get_color() for line in thick] == [style.ARMS["none"], style.ARMS["dropout"]]
    assert axes.get_ylim()[0] == 0
    assert figures.describe_removed(removals()) == (
        "When one unit of twelve is removed, the mean test error goes from 8.0 to 20.0 % without "
        "dropout and from 14.0 to 17.0 % with dropout."
    )


def test_the_explorers_travel_to_the_workers():
    for explorer in (LEARNING, figures.Gains(gains(), SETTINGS)):
        assert len(pickle.dumps(explorer)) < 400_000
        assert pickle.loads(pickle.dumps(explorer)).draw().axes
