"""The figures show the numbers they are given, and their sentences say the same."""

import pickle

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dropoutlab import experiments
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


@pytest.mark.parametrize(
    ("pair", "kept", "heights"),
    [("(10, −9)", (True, True), (10, -9, 1)), ("(10, −9)", (False, True), (0, -9, -9)),
     ("(0.5, 0.5)", (True, False), (0.5, 0, 0.5)), ("(0.5, 0.5)", (False, False), (0, 0, 0))],
)  # fmt: skip
def test_the_bars_are_the_contributions_and_their_sum(pair, kept, heights):
    (axes,) = figures.draw_pair(pair, *kept).axes
    assert [bar.get_height() for bar in axes.patches] == list(heights)
    assert 1.0 in [line.get_ydata()[0] for line in axes.lines]  # the target


def test_the_sentence_says_the_answer_and_how_far_off_it_is():
    say = figures.describe_pair
    assert say("(10, −9)", True, True).endswith("the answer is 1.00, right on the target.")
    assert say("(10, −9)", False, True) == (
        "Weights (10, −9), without the first unit: the answer is −9.00, 10.00 away from the target."
    )
    assert "without either unit: the answer is 0.00, 1.00 away" in say("(0.5, 0.5)", False, False)
    with pytest.raises(ValueError, match="pair must"):
        say("(1, 0)", True, True)


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


# --- gains


def gains():
    base = np.array([50.0, 52.0, 55.0])
    return [
        Sample(arm, "test error", range(3), base - k * np.array([1.0, 1.1, 0.9]))
        for k, arm in enumerate(experiments.ARMS)
    ]


def test_gains_are_paired_by_seed():
    (axes,) = figures.draw_gains(gains()).axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert np.allclose([dot.get_xdata()[0] for dot in dots], -np.arange(1, len(experiments.ARMS)))
    ends = axes.collections[0].get_segments()[0][:, 0]
    change = (gains()[1] - gains()[0]).summary()
    assert np.allclose(ends, [change.low, change.high])
    assert [label.get_text() for label in axes.get_yticklabels()] == list(experiments.ARMS[1:])
    assert "L1 −1.0 ± 0.2, L2 −2.0 ± 0.5" in figures.describe_gains(gains())


# --- removed by hand


@pytest.fixture(scope="module")
def removals():
    shape = {"none": (4, 4, 10), "dropout": (4, 4, 10)}
    return experiments.PairRemovals(
        RNG.random((10, 8, 8)),
        {arm: RNG.random(size) for arm, size in shape.items()},
        {arm: RNG.integers(10, size=size) for arm, size in shape.items()},
        {arm: 100 * RNG.random(size[:2]) for arm, size in shape.items()},
    )


def test_bars_and_ticks_are_the_probabilities(removals):
    shown = figures.HandRemoval(removals)
    for trained in ("none", "dropout"):
        (axes,) = shown.draw(trained, 2, 3).axes
        bars, ticks = axes.collections
        tops = [path.vertices[1, 1] for path in bars.get_paths()]
        assert np.allclose(tops, removals.right[trained][2, 3])
        before = [path.vertices[0, 1] for path in ticks.get_paths()]
        assert np.allclose(before, removals.right[trained][0, 0])
        said = removals.says[trained][2, 3]
        assert texts(axes) == {f"→ {said[d]}" for d in range(10) if said[d] != d}
        assert np.allclose(bars.get_color()[0][:3], to_rgb(style.ARMS[trained]))


def test_the_digits_are_those_of_the_data(removals):
    (axes,) = figures.HandRemoval(removals).draw().axes
    row = np.asarray(axes.images[0].get_array())
    assert np.allclose(row[1:9, 31:39, 3] ** 2, removals.images[3])
    assert np.allclose(row[0, :, 3], 0)


def test_the_sentence_names_what_is_misread():
    says = np.tile(np.arange(10), (3, 3, 1))
    says[1, 0, 4], says[1, 2, [4, 7, 9]] = 9, [9, 1, 3]
    error = np.array([[5.0, 12.0, 5.0], [12.0, 12.0, 30.0], [5.0, 30.0, 5.0]])
    parts = ({"none": part} for part in (np.ones((3, 3, 10)), says, error))
    shown = figures.HandRemoval(experiments.PairRemovals(np.zeros((10, 8, 8)), *parts))
    start = "The network trained without dropout, with "
    assert shown.describe("none", 0, 0) == (
        start + "no unit removed, reads all ten digits rightly; its test error is 5.0 %."
    )
    assert shown.describe("none", 1, 0) == (
        start + "unit 1 removed, reads the 4 wrongly; "
        "its test error is 12.0 % (5.0 % with all its units)."
    )
    assert shown.describe("none", 1, 2) == (
        start + "units 1 and 2 removed, reads the 4, the 7 and the 9 wrongly; "
        "its test error is 30.0 % (5.0 % with all its units)."
    )
    with pytest.raises(ValueError, match="trained must"):
        shown.draw("L2", 0, 0)


def test_the_explorers_travel_to_the_workers(removals):
    for explorer in (LEARNING, figures.HandRemoval(removals)):
        assert len(pickle.dumps(explorer)) < 400_000
        assert pickle.loads(pickle.dumps(explorer)).draw().axes
