"""The figures show the numbers they are given, and their sentences say the same."""

import pickle

import numpy as np
import pytest
from matplotlib.text import Text

from dropoutlab import experiments
from dropoutlab.explore.handles import Area, handles_of
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import coadaptation as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample
from tests.figures.looks import (
    bars,
    box,
    color_name,
    legend,
    looks,
    reach,
    scale,
    words,
)
from tests.figures.seen import assert_readable

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


def test_the_plane_of_pairs():
    figure = figures.draw_pair(2.0)
    (axes,) = figure.axes
    assert figure.get_size_inches().tolist() == [3.6, 3.3]
    assert looks(axes) == ["blue - 2", "ink o 6 hollow", "ink o 6 hollow", "purple D 11"]
    assert axes.lines[0].get_xdata().tolist() == [-9.5, 10.5]
    assert [ring.get_xydata()[0].tolist() for ring in axes.lines[1:3]] == [[10, -9], [0.5, 0.5]]
    assert axes.lines[3].get_zorder() == 5
    numbers = ["−10", "−5", "0", "5", "10"]
    assert scale(axes.xaxis) == ("weight of first unit", (-10.5, 11.5), numbers)
    assert scale(axes.yaxis) == ("weight of second unit", (-10.5, 11.5), numbers)
    assert axes.get_aspect() == 1
    assert words(axes) == {
        "(10, −9)": "ink right center", "(0.5, 0.5)": "ink left center",
        "right together": "blue left center", "click a pair\nto jump there": "ink left center",
    }  # fmt: skip
    places = [text.get_position() for text in axes.texts]
    assert places == [pytest.approx(place) for place in
                      ((8.4, -9.2), (1.2, 1.4), (-7.2, 10.6), (-9.8, -8.2))]  # fmt: skip
    assert_readable(figure)


def test_the_pair_can_be_dragged_to_every_place():
    found = list(handles_of(figures.draw_pair(2.0)))
    strips = [settings["first"] for artist, settings in found if isinstance(artist, Area)]
    assert strips == list(figures.FIRST_WEIGHTS) == [k / 2 for k in range(-18, 21)]
    for artist, settings in found:
        if isinstance(artist, Area):
            first = settings["first"]
            assert reach(artist) == pytest.approx((first - 0.25, -10.5, first + 0.25, 11.5))
    assert [settings for artist, settings in found if artist.get_zorder() == 5] == [{"first": 2.0}]
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
    together, alone = figures.draw_answers(first, response).axes
    names = [label.get_text() for axes in (together, alone) for label in axes.get_yticklabels()]
    assert names == ["as learnt", "new example", "first gone", "second gone"]
    for axes, found in ((together, answers[:2]), (alone, answers[2:])):
        assert [bar.get_width() for bar in axes.patches] == pytest.approx(found)
        assert texts(axes) - {"target"} == {f"{a:.2f}".replace("-", "−") for a in found}
        assert 1.0 in [line.get_xdata()[0] for line in axes.lines]  # the target


@pytest.mark.parametrize("response", figures.RESPONSES)
@pytest.mark.parametrize("first", [figures.FIRST_WEIGHTS[0], figures.FIRST_WEIGHTS[-1]])
def test_every_answer_stays_in_its_axes(first, response):
    for axes in figures.draw_answers(first, response).axes:
        low, high = axes.get_xlim()
        assert all(low < bar.get_width() < high for bar in axes.patches)


def test_answers_are_bars_with_their_numbers_beside_them():
    figure = figures.draw_answers(10.0, 0.9)
    assert figure.get_size_inches().tolist() == [3.6, 3.3]
    together, alone = figure.axes
    assert bars(together) == [("blue", 0, -0.3, 1, 0.6), ("purple", 0, 0.7, 0, 0.6)]
    assert bars(alone) == [("grey", 0, -0.3, -9, 0.6), ("grey", 0, 0.7, 10, 0.6)]
    assert (box(together)[0], *box(together)[2:]) == (0.34, 0.82, 0.9)
    assert box(alone)[:3] == (0.34, 0.17, 0.82)
    # an answer is seen to miss the target: one is wide
    assert scale(together.xaxis) == ("", (-3.5, 3.5), ["−2", "0", "2"])
    assert scale(alone.xaxis) == ("answer", (-10.5, 10.5), ["−10", "0", "10"])
    assert sum(together.get_xlim()) == sum(alone.get_xlim()) == 0  # one 0 is below the other
    *numbers, target = together.texts
    assert target.get_position() == (1, -0.58)
    assert words(together)["target"] == "green center baseline"
    for axes, found in ((together, numbers), (alone, alone.texts)):
        assert looks(axes) == ["ink - 0.8", "green - 2"]
        assert [list(line.get_xdata()) for line in axes.lines] == [[0, 0], [1, 1]]
        assert [text.get_position() for text in found] == [(1.04, 0), (1.04, 1)]
        assert {words(axes)[text.get_text()] for text in found} == {"ink left center"}
    assert_readable(figure)


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
        row, column = divmod(digit, 5)
        assert x - column == pytest.approx(np.linspace(0.26, 0.95, 40))
        assert (y.min(), y.max()) == pytest.approx((0.1 - row, 0.9 - row))
        assert text.get_position() == pytest.approx((column + 0.03, 0.8 - row))
    assert set(looks(axes)) == {"ink - 1.2"} and set(words(axes).values()) == {"ink left top"}
    assert axes.get_xlim() == (0, 5) and axes.get_ylim() == (-1, 1) and not axes.axison
    assert box(axes) == (0.01, 0.01, 0.99, 0.99)
    assert axes.figure.get_size_inches().tolist() == [4.4, 2.1]
    assert_readable(axes.figure)


# --- learning


def curves(axes):
    """What is drawn, without what stands in the legend only."""
    return [line for line in axes.lines if len(line.get_xdata())]


def test_without_a_regulariser_there_are_two_curves():
    (axes,) = LEARNING.draw("none").axes
    test, train = curves(axes)
    assert np.allclose(test.get_ydata(), [90, 54, 52]) and test.get_linestyle() == "-"
    assert np.allclose(train.get_ydata(), [90, 7, 0.25]) and train.get_linestyle() == "--"
    assert {line.get_color() for line in curves(axes)} == {style.ARMS["none"]}


@pytest.mark.parametrize(("one", "other"), [("L2", "none"), ("none", "L2")])
def test_with_one_another_stays_to_compare_below_it(one, other):
    ends = {"none": ([90, 54, 52], [90, 7, 0.25]), "L2": ([90, 52.5, 50.75], [90, 17, 14.5])}
    (axes,) = LEARNING.draw(one, other).axes
    test, train, *pale = curves(axes)
    for found, wanted in zip((test, train, *pale), (*ends[one], *ends[other]), strict=True):
        assert np.allclose(found.get_ydata(), wanted)
    assert test.get_color() == train.get_color() == style.ARMS[one]
    assert {line.get_color() for line in pale} == {style.ARMS[other]}
    assert all(line.get_zorder() < test.get_zorder() for line in pale)


def test_a_band_goes_from_the_lowest_to_the_highest_network():
    (axes,) = LEARNING.draw("L2").axes
    band = axes.collections[0].get_paths()[0].vertices  # of the test error
    assert band[:, 1].min() == 50.5 and band[band[:, 0] == 100][:, 1].max() == 51


@pytest.mark.parametrize(
    ("arm", "lines", "names"),
    [
        ("none", "blue - 1.5, blue -- 1.5", {"nothing done": "blue"}),
        ("L2", "purple - 1.5, purple -- 1.5, blue - 3 alpha 0.45, blue -- 3 alpha 0.45",
         {"L2": "purple", "nothing done": "blue"}),
    ],
)  # fmt: skip
def test_learning_has_a_legend_above(arm, lines, names):
    figure = LEARNING.draw(arm)
    (axes,) = figure.axes
    assert looks(axes) == ["ink - 1.5", "ink -- 1.5", *lines.split(", ")]
    assert {tuple(line.get_xdata()) for line in curves(axes)} == {(0, 50, 100)}
    assert legend(axes) == {"new examples": "ink", "examples learnt": "ink", **names}
    assert list(legend(axes)) == ["new examples", "examples learnt", *names]  # two a column
    assert axes.get_legend()._ncols == 2
    assert scale(axes.xaxis)[:2] == ("passes over the training set", (0, 100))
    assert scale(axes.yaxis) == ("wrong answers (%)", (-1, 92), ["0", "25", "50", "75"])
    assert figure.get_size_inches().tolist() == [4.4, 3.7] and box(axes)[2:] == (0.95, 0.83)
    assert_readable(figure)


def test_learning_says_the_last_errors():
    assert LEARNING.describe("L2", "none") == (
        "With L2, the networks end with 14.5 % wrong on the examples they learnt and 50.8 % on new "
        "ones (from 50.5 to 51.0 % over 2 networks). With nothing done, the two are 0.2 % and "
        "52.0 %."
    )
    assert LEARNING.describe("L2", "L2").endswith("over 2 networks).")
    assert LEARNING.describe("none", "L2").endswith(" With L2, the two are 14.5 % and 50.8 %.")
    assert LEARNING.describe("none") == (
        "With nothing done against it, the networks end with 0.2 % wrong on the examples they "
        "learnt and 52.0 % on new ones (from 51.0 to 53.0 % over 2 networks)."
    )
    assert LEARNING.question("none", "L2") == (
        "In the end the networks with none get 100 % of their own examples right, and those with "
        "L2 86 %. Which get fewer of the new examples wrong?"
    )


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
        Sample(arm, measure, range(3), base - k * np.array([1.0, 1.1, 0.9]) + shift)
        for measure, shift in (("test error", 0), ("training error", -30))
        for k, arm in enumerate(experiments.ARMS)
    ]


def dots(axes):
    """Those of the rows, without their buttons."""
    return [line for line in axes.lines if line.get_marker() == "o" and line.get_clip_on()]


@pytest.mark.parametrize("against", ["none", "L2"])
def test_gains_are_paired_by_seed(against):
    samples = gains()
    (axes,) = figures.Gains(samples, SETTINGS).draw(against).axes
    base = experiments.ARMS.index(against)
    wanted = base - np.arange(len(experiments.ARMS))
    assert np.allclose([dot.get_xdata()[0] for dot in dots(axes)], wanted)
    for line, sample in zip(axes.collections, samples[: len(wanted)], strict=True):
        change = (sample - samples[base]).summary()
        assert np.allclose(line.get_segments()[0][:, 0], [change.low, change.high])
    hollow = [k for k, dot in enumerate(dots(axes)) if dot.get_fillstyle() == "none"]
    assert hollow == [base]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "none", "L1", "L2", "max-norm", "dropout", "+ L1", "+ L2",
        "+ max-norm",
    ]  # fmt: skip
    than = "nothing" if against == "none" else against
    assert axes.get_xlabel() == f"← fewer errors, in percentage points,\nthan with {than}"
    assert scale(axes.xaxis)[1:] == (figures.CHANGES, ["−6", "−3", "0", "3", "6"])
    assert axes.xaxis.label.get_position()[0] == 0.4
    *drawn, line = looks(axes)[:-2]
    assert line == f"{color_name(style.ARMS[against])} : 1"
    assert list(axes.lines[-3].get_xdata()) == [0, 0]
    sizes = [f"{color_name(color)} o 7" for color in style.ARMS.values()]
    assert [said.removesuffix(" hollow") for said in drawn] == sizes
    assert axes.figure.get_size_inches().tolist() == [4.4, 4.1]
    assert box(axes) == pytest.approx((0.345, 0.18, 0.98, 0.99))
    assert_readable(axes.figure)


def test_every_row_of_gains_can_be_clicked():
    figure = figures.Gains(gains(), SETTINGS).draw("L1")
    found = {settings["against"]: artist for artist, settings in handles_of(figure)}
    assert list(found) == list(experiments.ARMS)
    for place, row in enumerate(found.values()):
        assert reach(row)[1::2] == pytest.approx((place + 0.5, place - 0.5))
        across = row.get_window_extent().transformed(figure.transFigure.inverted())
        assert (across.x0, across.x1) == pytest.approx((0, 0.98))  # the names too


def test_gains_in_words():
    shown = figures.Gains(gains(), SETTINGS)
    assert shown.describe("dropout").startswith(
        "Change in test error from dropout (0.5), in points: none +4.0 ± 1.0, L1 +3.0"
    )
    assert shown.describe("none").endswith(", dropout and max-norm −7.0 ± 1.7.")
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
    assert looks(axes) == [
        *["blue - 0.8 alpha 0.3"] * 2, "blue - 3 o 8", *["orange - 0.8 alpha 0.3"] * 2,
        "orange - 3 o 8",
    ]  # fmt: skip
    assert {tuple(line.get_xdata()) for line in axes.lines} == {(0, 1)}
    assert words(axes) == {
        "without dropout": "blue left center", "with dropout": "orange left center",
    }  # fmt: skip
    assert [text.get_position() for text in axes.texts] == [(1.08, 20), (1.08, 17)]
    assert scale(axes.xaxis) == ("", (-0.15, 1.05), ["all 12 units", "one gone"])
    assert axes.get_ylabel() == "wrong answers on new digits (%)"
    assert box(axes) == (0.13, 0.12, 0.63, 0.96)
    assert_readable(axes.figure)
    assert figures.describe_removed(removals()) == (
        "When one unit of twelve is removed, the mean test error goes from 8.0 to 20.0 % without "
        "dropout and from 14.0 to 17.0 % with dropout."
    )


@pytest.mark.parametrize(
    ("draw", "start"),
    [
        (figures.draw_pair, [3.0]), (figures.draw_answers, [3.0, 1.0]),
        (LEARNING.draw, ["none", "none"]),
        (figures.Gains(gains(), SETTINGS).draw, ["none"]),
    ],
)  # fmt: skip
def test_where_a_picture_starts(draw, start):
    assert figure_markup(draw(), "x") == figure_markup(draw(*start), "x")


def test_the_explorers_travel_to_the_workers():
    for explorer in (LEARNING, figures.Gains(gains(), SETTINGS)):
        assert len(pickle.dumps(explorer)) < 400_000
        assert pickle.loads(pickle.dumps(explorer)).draw().axes
