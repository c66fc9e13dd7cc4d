"""What is seen of the pictures of the regulariser: axes, lines, legends, ends and sentences."""

import numpy as np
import pytest

from dropoutlab import linear
from dropoutlab.experiments import PathDistances
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import regularizer as figures
from dropoutlab.samples import Sample
from tests.figures import seen

pytestmark = pytest.mark.long  # alone a moment each; together seconds


def found_distances():
    values = np.array([[1.0, 0.5, 0.2], [1.2, 0.7, 0.1]])
    return figures.Distances(
        PathDistances(
            np.array([1, 10, 100]), average=values, last=values + 1, least_squares=values + 2,
            second_half=values[:, 0], descent=0.1, apart=1.0,
        )
    )  # fmt: skip


def wandering():
    return figures.Wandering([
        Sample(arm, measure, (1, 2), add + np.array([0.01, 0.02]), {"learning_rate": rate})
        for arm, rate in (("masks and examples", 0.08), ("masks and examples", 0.02),
                          ("masks only", 0.08), ("masks only, falling rate", 0.08))
        for measure, add in (("latest weights", 0.01), ("averaged weights", 0.0))
    ])  # fmt: skip


PICTURES = {  # height in inches, at x, at y, where the axes are, words of the legend
    "errors": (
        figures.draw_error_curves, 3.5, "weight w: −2 0 2, -3 to 3", "error: 0 2 4 6, -0.8 to 6",
        (0.166, 0.16, 0.98, 0.81), ["mean of E_D", "E_D if dropped", "E_D if kept", "E_N"],
    ),
    "distances": (
        found_distances().draw, 3.9, "updates: 1 10 100 1000 10000, 0.8 to 4e+04 log",
        "distance / sd of target: 0.01 0.1 1, 0.01 to 2 log", (0.166, 0.144, 0.98, 0.76),
        ["averaged weights from least squares", "latest weights from the minimum",
         "averaged weights from the minimum"],
    ),
    "pair": (
        figures.draw_cancelling_pair, 4.7, "p w_1: −10 −5 0 5 10, -11 to 12",
        "p w_2: −10 −5 0 5 10, -11 to 12", (0.166, 0.136, 0.98, 0.898),
        ["E_N = 0", "least E_R", "the pair"],
    ),
    "trajectory": (
        figures.draw_trajectory, 4.7, "w_1: −1 0 1 2 3, -1.2 to 3.4",
        "w_2: −2 −1 0 1 2, -2.3 to 2.3", (0.166, 0.136, 0.98, 0.898),
        ["dropout", "descent", "least E_R"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_axes_and_legend_of_a_picture(name):
    draw, height, at_x, at_y, place, legend = PICTURES[name]
    axes = seen.assert_one_plane(draw(), (4.4, height), at_x, at_y, place)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == legend
    columns = {"errors": 2, "distances": 1}.get(name, 3)
    assert axes.get_legend()._ncols == columns


# --- one weight


def test_the_errors_of_one_weight_and_their_minima_have_their_looks():
    lines = figures.draw_error_curves().axes[0].lines
    assert [seen.line(line) for line in lines] == [
        "orange 0.6 - 5", "grey : 2", "grey - 2", "blue - 1.5", "blue o 9", "orange o 9"
    ]  # fmt: skip
    for line in lines[:4]:
        assert line.get_xdata()[[0, -1]].tolist() == [-3, 3]
    assert len(lines[0].get_xdata()) == 41
    *_, plain, regularized = (line.get_xydata().tolist() for line in lines)
    # kept half of the time, x = y = 1
    assert plain == [[pytest.approx(2.0), pytest.approx(0.0)]]
    assert regularized == [[pytest.approx(1.0), pytest.approx(0.25)]]


@pytest.mark.parametrize(
    ("setting", "drawn"),
    [((0.5, 1.0, 1.5), {3.0: "blue", 1.5: "orange"}), ((0.5, 1.0, -1.5), {-3.0: "blue",
      -1.5: "orange"}), ((0.4, 1.0, 1.5), {1.5: "orange"}), ((0.5, 0.5, 2.0), {})],
)  # fmt: skip
def test_a_minimum_outside_of_the_picture_has_no_dot(setting, drawn):
    axes = figures.draw_error_curves(*setting).axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(list(drawn))
    assert [seen.line(dot) for dot in dots] == [f"{color} o 9" for color in drawn.values()]
    assert len(dots) + len(axes.texts) == 2


@pytest.mark.parametrize(
    ("setting", "arrow", "told"),
    [
        ((0.1, 1.0, 1.0), (2.9, "blue > 8"), ["E_N least at 10 blue at 2.7, -0.45 right"]),
        ((0.3, 1.0, -1.0), (-2.9, "blue < 8"), ["E_N least at −3.33 blue at -2.7, -0.45 left"]),
        ((0.3, 0.5, 2.0), (2.9, "blue > 8"), ["E_N least at 13.3 blue at 2.7, -0.45 right",
                                              "mean least at 4 orange at 0.1, -0.45 right"]),
        ((0.1, -0.1, 3.0), (-2.9, "blue < 8"), ["E_N least at −300 blue at -2.7, -0.45 left",
                                                "mean least at −30 orange at -0.1, -0.45 left"]),
    ],
)  # fmt: skip
def test_of_a_minimum_outside_of_the_picture_an_arrow_tells(setting, arrow, told):
    figure = figures.draw_error_curves(*setting)
    (axes,) = figure.axes
    assert [seen.text(text) for text in axes.texts] == [
        f"{words} center_baseline" for words in told
    ]
    (mark,) = (line for line in axes.lines if line.get_marker() in "<>")
    assert (mark.get_xdata()[0], seen.line(mark)) == arrow and mark.get_ydata()[0] == -0.45
    assert not mark.get_clip_on()
    seen.assert_readable(figure)
    assert all(line.get_ydata().min() > -1e-9 for line in axes.lines if line is not mark)


def test_why_the_mean_error_is_least_where_it_is():
    assert figures.least_of_errors() == (
        "It is least at w = 1, and not at 2: a dropped input leaves the error ½ y², whatever w is, "
        "so only the mask that keeps it has a say."
    )


# --- distances on the way


def test_distances_are_shown_as_far_as_they_are_asked_for():
    distances = found_distances()
    for draw, many in ((distances.draw, 3), (lambda: distances.draw(99), 2),
                       (lambda: distances.draw(100), 3)):  # fmt: skip
        axes = draw().axes[0]
        assert [len(line.get_xdata()) for line in axes.lines] == [3, many] * 3
        bands = [seen.color(band.get_facecolor()[0]) for band in axes.collections]
        assert bands == ["purple 0.25", "grey 0.25", "orange 0.25"]
    assert [seen.line(line) for line in axes.lines] == [
        "purple 0.25 - 1.5", "purple - 1.5", "grey 0.25 - 1.5", "grey - 1.5",
        "orange 0.25 - 1.5", "orange - 1.5",
    ]  # fmt: skip


def test_distances_are_said_at_the_last_step_that_was_seen():
    distances = found_distances()
    for updates, step, averaged in ((9, 1, "1.100"), (10, 10, "0.600"), (99, 10, "0.600"),
                                    (100, 100, "0.150")):  # fmt: skip
        said = distances.describe(updates)
        assert said.startswith(f"After {step} updates ")
        assert f"the averaged ones are {averaged} from it" in said


# --- two copies of one input


def test_the_looks_of_the_cancelling_pair():
    axes = figures.draw_cancelling_pair().axes[0]
    assert [seen.line(line) for line in axes.lines] == [
        *["orange - 1"] * 5, "blue - 2.5", "orange o 9", "purple D 9"
    ]  # fmt: skip
    assert axes.lines[-1].get_xydata().tolist() == [[10.0, -9.0]]
    assert np.allclose(axes.lines[-2].get_xydata(), [(1 / 3, 1 / 3)])
    assert axes.lines[-3].get_xydata().tolist() == [[-11.0, 12.0], [12.0, -11.0]]
    whole = figures.draw_cancelling_pair(1.0, 3.0).axes[0].lines
    assert [seen.line(line) for line in whole] == [
        *["orange - 1"] * 10, "blue - 2.5", "purple D 9"
    ]  # fmt: skip


def test_the_pair_is_found_by_a_finger():
    figure = figures.draw_cancelling_pair(0.5, 4)
    (axes,) = figure.axes
    axes.apply_aspect()
    *spots, _diamond = handles_of(figure)
    for spot, settings in spots:
        box = axes.transData.inverted().transform(spot.get_window_extent())
        x = settings["first"]
        assert np.allclose(box, [(x - 0.5, 0.5 - x), (x + 0.5, 1.5 - x)])


@pytest.mark.parametrize("keep_prob", [0.2, 0.5, 0.9])
def test_a_level_of_the_copies_is_a_closed_line_and_below_the_least_there_is_none(keep_prob):
    least = linear.regularized_error(
        linear.regularized_minimizer([1.0, 1.0], 1.0, keep_prob), [1.0, 1.0], 1.0, keep_prob
    )
    assert figures.copies_level(keep_prob, least) == []
    assert figures.copies_level(keep_prob, least - 0.01) == []
    (line,) = figures.copies_level(keep_prob, least + 0.5)
    assert line.shape == (2, 73) and np.allclose(line[:, 0], line[:, -1])
    # it goes around the minimum once
    angle = np.unwrap(np.arctan2(*(line - keep_prob / (1 + keep_prob))))
    assert abs(angle[-1] - angle[0]) == pytest.approx(2 * np.pi)
    error = linear.regularized_error(line.T / keep_prob, [1.0, 1.0], 1.0, keep_prob)
    assert error == pytest.approx(least + 0.5)


def test_a_level_of_the_copies_is_two_straight_lines_where_nothing_is_dropped():
    low, high = figures.copies_level(1.0, 2.0)
    for line, total in ((low, -1.0), (high, 3.0)):  # 1 ± 2
        assert list(line[0]) == [-11, 12] and line.sum(axis=0) == pytest.approx(total)


def test_the_cancelling_pair_is_said_at_another_keep_probability():
    assert figures.describe_cancelling_pair(0.3, 5) == (
        "Keep probability 0.3, effective weights (5, −4): E_N = 0.00, E_R = 47.83; E_R is least, "
        "0.27, at the equal pair (0.23, 0.23)."
    )


# --- dropout against ridge


@pytest.mark.parametrize(
    ("draw", "at_x"),
    [
        (figures.draw_dropout_shares,
         "dropout: keep probability p: 0.9 0.7 0.5 0.3 0.1, 0.95 to 0.05"),
        (figures.draw_ridge_shares, "ridge: λ / M, logarithmic: 0.1 1 10, 0.09 to 11 log"),
    ],
)  # fmt: skip
def test_the_axes_and_looks_of_dropout_against_ridge(draw, at_x):
    at_y, place = "share left: 0 0.5 1 1.5, 0 to 1.7", (0.203, 0.187, 0.98, 0.88)
    for setting in ((), (2.0, 0.8, 0.1)):
        axes = seen.assert_one_plane(draw(*setting), (3.6, 3.0), at_x, at_y, place)
        assert [seen.line(line) for line in axes.lines] == [
            "blue - 4", "blue o 14 hollow", "purple -- 2", "purple s 7"
        ]  # fmt: skip
        assert [line.get_markeredgewidth() for line in axes.lines[1::2]] == [2, 2]
        legend = axes.get_legend().get_texts()
        assert [text.get_text() for text in legend] == ["first input", "second input"]


def test_both_curves_of_shares_are_drawn_for_the_same_keep_probabilities():
    drawn = [
        draw(0.5, 0.4, 0.3) for draw in (figures.draw_dropout_shares, figures.draw_ridge_shares)
    ]
    keep, strength = (figure.axes[0].lines[0].get_xdata() for figure in drawn)
    assert keep == pytest.approx(np.arange(0.1, 0.91, 0.05))
    assert strength == pytest.approx((1 - keep) / keep)
    started = figures.draw_dropout_shares().axes[0].lines  # the second input at a quarter, p = ½
    assert np.allclose(started[0].get_ydata(), keep)
    assert np.allclose(started[1].get_xydata(), [(0.5, 0.5)])
    ridge = figures.draw_ridge_shares().axes[0].lines
    assert np.allclose(ridge[2].get_ydata(), 1 / (1 + 16 * strength))


def test_the_shares_are_said_of_correlated_inputs():
    assert figures.describe_shrinkage(0.25, 0.4, 0.3) == (
        "At the marks, with the second input at scale 0.25 and correlation 0.4: dropout with p = "
        "0.3 keeps 33 % and 46 % of the two least-squares weights, and ridge with λ / M = 2.33 "
        "keeps 36 % and 4 %."
    )


# --- dropout on its way


def test_the_looks_of_the_trajectory():
    axes = figures.draw_trajectory(2, 0.2, 1).axes[0]
    assert [seen.line(line) for line in axes.lines] == [
        *["grey 0.6 - 0.7"] * 4, *["orange 0.5 - 1.2"] * 2, *["blue -- 1.8"] * 2, "orange - 1.8",
        "orange - 1.8 o 7", "blue -- 1.8 o 12 hollow", "ink x 11",
    ]  # fmt: skip
    assert [line.get_markeredgewidth() for line in axes.lines if line.get_marker() != "None"] == [
        1.8, 1.8, 2.5
    ]  # fmt: skip
    assert len(figures.draw_trajectory().axes[0].lines) == 4 + 2 * 9 + 4  # 32 steps: 9 stretches


def test_it_starts_with_the_first_run_at_a_middle_rate():
    one, other = figures.draw_trajectory(), figures.draw_trajectory(32, 0.2, 1)
    for line, same in zip(one.axes[0].lines, other.axes[0].lines, strict=True):
        assert np.array_equal(line.get_xydata(), same.get_xydata())
    assert figures.unrest() == figures.unrest(0.2, 1)


@pytest.mark.parametrize(
    ("rate", "seed", "largest"),
    [(0.05, 2, "0.03"), (0.2, 6, "0.08"), (0.5, 9, "0.62")],  # with one more 0.12, one less 0.35
)
def test_the_unrest_is_that_of_twelve_moves(rate, seed, largest):
    assert figures.unrest(rate, seed) == (
        f"After 256 steps, run {seed} still makes moves of up to {largest}: no weights suit every "
        "mask."
    )


def test_a_path_has_all_its_steps_and_starts_with_the_pair():
    for path in figures._paths(0.05, 1):
        assert path.shape == (257, 2) and path[0].tolist() == [3.0, -2.0]
    assert figures.describe_trajectory(0, 0.05, 2) == (
        "Run 2, learning rate 0.05, after 0 steps: dropout is at (3.00, −2.00) and gradient "
        "descent on E_R at (3.00, −2.00), 0.00 apart."
    )


# --- how far from the minimum


def test_the_axes_and_names_of_the_spread():
    figure = wandering().draw()
    (axes,) = figure.axes
    assert seen.scales(axes, numbers=False) == (
        "distance / sd of target: 0 0.02 0.04 0.06, 0 to 0.08",
        ": masks and examples\nrate 0.08 masks and examples\nrate 0.02 masks only\nrate 0.08 "
        "masks only\nfalling rate, 3.5 to -0.5",
    )
    assert tuple(figure.get_size_inches()) == (4.4, pytest.approx(3.1))  # half an inch a row
    assert seen.place(axes)[0::3] == (0.45, 0.884)
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["latest weights", "mean of second half"]
    assert [seen.line(line) for line in axes.lines] == [
        *["grey o 8", "grey o 8", "grey 0.3 o 8", "grey 0.3 o 8", "grey o 8"],  # and the legend's
        *["orange o 8", "orange o 8", "orange 0.3 o 8", "orange 0.3 o 8", "orange o 8"],
    ]  # fmt: skip
    assert [len(line.get_xdata()) for line in axes.lines] == [1, 1, 1, 1, 0] * 2
    seen.assert_readable(figure)


def test_the_spread_is_said_for_one_kind_of_noise():
    assert wandering().describe("masks only") == (
        "Mean distance of the latest weights from the minimum, masks only: 0.025 with the rate "
        "0.08 and 0.025 with a falling rate. The 95 % intervals are mostly smaller than the dots."
    )
    assert figures._listed(["a", "b"]) == "a and b" and figures._listed(["a"]) == "a"
    assert figures._listed(["a", "b", "c"]) == "a, b and c"
