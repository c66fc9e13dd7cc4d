"""Small pictures of the regulariser: what is drawn is what `linear` says, whatever is touched."""

from itertools import product

import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab import linear
from dropoutlab.explore.handles import handles_of
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import style
from dropoutlab.figures import touch as figures
from tests.figures.looks import bars, box, color_name, looks, reach, scale, words
from tests.figures.seen import assert_readable
from tests.figures.seen import patch as seen_patch

PAIRS = [(4 / 3, -1 / 3), (1 / 3, 1 / 3), (-1.0, 5 / 3), (-2 / 3, -1.0)]  # effective weights
P = [0.3, 0.5, 0.9]


def errors(effective, p=0.5):
    unit = (np.array(effective) / p, (1.0, 1.0), 1.0, p)
    return linear.error_without_dropout(*unit), linear.regularized_error(*unit)


def lines(axes, color):
    return [line for line in axes.lines if same_color(line.get_color(), color)]


# --- a pair to drag


@pytest.mark.parametrize("p", [*P, 1.0])
def test_contours_are_lines_of_equal_error_at_their_levels(p):
    axes = figures.draw_plane(4 / 3, -1 / 3, p).axes[0]
    found = []
    for line in lines(axes, style.E_R):
        points = line.get_xydata()
        points = points[np.isfinite(points[:, 0])]  # there is a gap for the number
        values = linear.regularized_error(points / p, (1.0, 1.0), 1.0, p)
        assert np.ptp(values) < 0.01 * values[0]  # the ends of the gap are between two points
        found.append(values[0])
    least = errors(p * linear.regularized_minimizer((1.0, 1.0), 1.0, p), p)[1]
    wanted = [level for level in figures.PLANE_LEVELS if level > least]
    assert sorted(set(np.round(found, 9))) == pytest.approx(wanted)
    said = {text.get_text() for text in axes.texts if same_color(text.get_color(), style.E_R)}
    assert said <= {f"{level:g}" for level in wanted}
    if p == 0.5:
        assert said == {"0.25", "1", "4"}


def test_each_level_is_written_on_its_contour_far_from_the_straight_line():
    axes = figures.draw_plane(4 / 3, -1 / 3, 0.5).axes[0]
    *said, (name, corner) = [(text.get_text(), text.get_position()) for text in axes.texts]
    assert (name, corner) == ("E_N = 0", pytest.approx((-5 / 6, 11 / 6 + 0.05)))
    for (level, place), line in zip(said, axes.lines, strict=False):
        assert errors(place)[1] == pytest.approx(float(level))
        x, y = line.get_xydata()[np.isfinite(line.get_xdata())].T
        if float(level) <= 1:
            assert place[0] < x.min()  # the farthest to the left
        else:  # that is not in the picture
            assert x.min() < figures.PLANE_PLACES[0] and sum(place) < (x + y).min()


@pytest.mark.parametrize("p", [*P, 1.0])
def test_the_plane_of_weights(p):
    figure = figures.draw_plane(4 / 3, -1 / 3, p)
    (axes,) = figure.axes
    *levels, line, pair = looks(axes)
    assert set(levels) == {"orange - 1"}
    assert (line, pair) == ("blue - 2", "purple D 12")
    assert list(axes.lines[-2].get_xdata()) == [-9, 9]
    assert axes.lines[-1].get_zorder() == 5 and not axes.lines[-1].get_clip_on()
    ends, numbers = pytest.approx((-7 / 6, 11 / 6)), ["−1", "0", "1"]
    assert scale(axes.xaxis) == ("p w_1", ends, numbers)
    assert scale(axes.yaxis) == ("p w_2", ends, numbers)
    assert axes.get_aspect() == 1
    assert figure.get_size_inches().tolist() == [3.6, 3.5] and box(axes)[3] == 0.92
    assert words(axes)["E_N = 0"] == "blue center bottom"
    assert_readable(figure)


@pytest.mark.parametrize("p", P)
def test_the_straight_line_is_where_the_mean_network_is_right(p):
    (line,) = lines(figures.draw_plane(4 / 3, -1 / 3, p).axes[0], style.E_N)
    assert [errors(w, p)[0] for w in line.get_xydata()] == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.long
def test_it_starts_with_a_pair_that_cancels():
    figure = figures.draw_plane()
    (pair,) = lines(figure.axes[0], figures.PENALTY)
    start = (4 / 3, -1 / 3)
    assert start == figures.PLANE_START and pair.get_xydata().tolist() == [[*start]]
    assert errors(start)[0] == pytest.approx(0)
    assert figure_markup(figure, "x") == figure_markup(figures.draw_plane(*start, 0.5), "x")
    assert figure_markup(figures.draw_parts(), "x") == figure_markup(
        figures.draw_parts(*start, 0.5), "x"
    )


def test_the_least_error_is_at_one_place_of_the_grid():
    """What the reader drags to: the minimum itself, without a tie."""
    places = figures.PLANE_PLACES
    found = sorted((errors((one, other))[1], one, other) for one in places for other in places)
    best = 0.5 * linear.regularized_minimizer((1.0, 1.0), 1.0, 0.5)
    assert found[0][1:] == pytest.approx(best) and found[1][0] > found[0][0] + 0.05


def test_the_pair_can_be_dragged_to_every_place_of_the_grid():
    *tiles, (pair, here) = handles_of(figures.draw_plane(2 / 3, -1.0))
    places = [k / 3 for k in range(-3, 6)]
    assert list(figures.PLANE_PLACES) == places
    texts = ["−1", "−⅔", "−⅓", "0", "⅓", "⅔", "1", "1⅓", "1⅔"]
    assert list(figures.PLANE_OPTIONS) == list(zip(texts, places, strict=True))
    assert [tuple(settings.items()) for _, settings in tiles] == [
        (("first", first), ("second", second)) for first in places for second in places
    ]
    for tile, settings in tiles:
        x, y = settings["first"], settings["second"]
        assert reach(tile) == pytest.approx((x - 1 / 6, y - 1 / 6, x + 1 / 6, y + 1 / 6))
    assert here == {"first": 2 / 3, "second": -1.0} and pair.get_alpha() is None


def test_frames_of_the_plane_differ_in_the_pair_only():
    one, other = (figure_markup(figures.draw_plane(*pair), "x").splitlines() for pair in PAIRS[:2])
    assert len(one) == len(other)
    assert sum(a != b for a, b in zip(one, other, strict=True)) == 1


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("p", [0.5, 0.8])
def test_the_bars_are_the_errors_and_the_outputs(pair, p):
    above, below = figures.draw_parts(*pair, p).axes
    plain, regularized = errors(pair, p)
    penalty = (1 - p) / p / 2 * (pair[0] ** 2 + pair[1] ** 2)
    assert [bar.get_width() for bar in above.patches] == pytest.approx(
        [plain, penalty, plain, penalty]
    )
    assert above.patches[3].get_x() == pytest.approx(plain)
    assert sum(bar.get_width() for bar in above.patches[2:]) == pytest.approx(regularized)
    assert [bar.get_facecolor() for bar in above.patches[:2]] == [
        bar.get_facecolor() for bar in above.patches[2:]
    ]
    assert [t.get_text() for t in above.texts] == [
        f"{value:.2f}" for value in (plain, penalty, regularized)
    ]
    names = [label.get_text() for label in above.get_yticklabels()]
    assert names == ["E_N", "penalty", "E_R"]
    widths = [bar.get_width() for bar in below.patches]
    first, second = np.array(pair) / p  # in training
    masks = {(1, 1): first + second, (0, 1): second, (1, 0): first, (0, 0): 0}
    mean = sum(out * p ** sum(mask) * (1 - p) ** (2 - sum(mask)) for mask, out in masks.items())
    assert widths == pytest.approx([*masks.values(), mean])
    assert mean == pytest.approx(sum(pair)) and plain == pytest.approx((1 - mean) ** 2 / 2)
    names = [label.get_text() for label in below.get_yticklabels()]
    assert names == ["both kept", "first gone", "second gone", "both gone", "mean"]
    (target,) = lines(below, style.MEAN_E_D)
    assert set(target.get_xdata()) == {1.0}


def test_bars_have_their_colours_and_their_numbers_beside_them():
    figure = figures.draw_parts(-1.0, 0.0, 0.5)
    above, below = figure.axes
    assert figure.get_size_inches().tolist() == [3.6, 3.5]
    assert bars(above) == [
        ("blue", 0, -0.31, 2, 0.62), ("purple", 0, 0.69, 0.5, 0.62),
        ("blue", 0, 1.69, 2, 0.62), ("purple", 2, 1.69, 0.5, 0.62),
    ]  # fmt: skip
    assert [text.get_position() for text in above.texts] == [(5.75, row) for row in range(3)]
    assert set(words(above).values()) == {"ink left center"}
    assert scale(above.xaxis) == ("error", (0, 5.6), ["0", "2", "4"])
    assert bars(below) == [
        ("grey", 0, -0.31, -2, 0.62), ("grey", 0, 0.69, 0, 0.62), ("grey", 0, 1.69, -2, 0.62),
        ("grey", 0, 2.69, 0, 0.62), ("blue", 0, 3.69, -1, 0.62),
    ]  # fmt: skip
    assert looks(below) == ["ink - 0.8", "green - 2"]
    assert [list(line.get_xdata()) for line in below.lines] == [[0, 0], [1, 1]]
    assert words(below) == {"target": "green center bottom"}
    assert below.texts[0].get_position() == (1, -0.55)
    assert scale(below.xaxis) == ("output in training", (-4, 7), ["−4", "0", "4"])
    (left, low, right, high), other = box(above), box(below)
    assert (left, right, high) == (0.36, 0.84, 0.98)
    heights = high - low, other[3] - other[1]
    assert heights[1] / heights[0] == pytest.approx(2.0 / 1.5, abs=0.01)
    assert (low - other[3]) / (sum(heights) / 2) == pytest.approx(0.8, abs=0.01)
    assert_readable(figure)


def test_every_bar_has_room():
    corners = list(product((-1.0, 5 / 3), repeat=2))
    above, below = figures.draw_parts().axes
    assert max(errors(pair)[1] for pair in corners) < above.get_xlim()[1]
    assert above.get_xlim()[0] == 0
    ends = [out for pair in corners for out in figures.mask_outputs(*pair, 0.5).values()]
    assert below.get_xlim() == (-4, 7) and min(ends) >= -4 and max(ends) < 7


def test_the_sentence_says_the_errors_and_the_outputs():
    assert figures.describe_plane(4 / 3, -1 / 3) == (
        "Effective weights (1.33, −0.33), keep probability 0.5: E_N = 0.00, penalty 0.94, "
        "E_R = 0.94; the output in training is 2.00 with both copies, −0.67 without the first, "
        "2.67 without the second and 0.00 without both, 1.00 in the mean."
    )
    plain, regularized = errors((1 / 3, 5 / 3), 0.8)
    assert f"E_N = {plain:.2f}, penalty {regularized - plain:.2f}, E_R = {regularized:.2f}" in (
        figures.describe_plane(1 / 3, 5 / 3, 0.8)
    )


# --- a mean of squares


def columns(figure):
    bars = figure.axes[0].patches
    end = -1 if color_name(bars[-1].get_edgecolor()) == "orange" else None  # the least stands aside
    bars = bars[:end]
    return bars[:-2], bars[-2:]


@pytest.mark.parametrize("p", [*P, 1.0])
@pytest.mark.parametrize("weight", [0.0, 0.7, 1.4])
def test_areas_of_the_masks_are_the_area_of_the_mean(p, weight):
    masks, parts = columns(figures.draw_squares(p, weight))
    seen = 4 if p < 1 else 1
    wide = [bar.get_width() for bar in masks]
    assert wide == pytest.approx([p * p, p * (1 - p), p * (1 - p), (1 - p) ** 2][:seen])
    high = [bar.get_height() for bar in masks]
    assert high == pytest.approx(
        [(1 - 1.5 * weight) ** 2, (1 - weight) ** 2, (1 - 0.5 * weight) ** 2, 1][:seen]
    )
    assert [bar.get_x() for bar in masks] == pytest.approx([0, *np.cumsum(wide)[:-1]])
    unit = ((weight, weight), (1.0, 0.5), 1.0, p)
    plain, regularized = linear.error_without_dropout(*unit), linear.regularized_error(*unit)
    assert [bar.get_width() for bar in parts] == [1, 1]
    assert [bar.get_height() for bar in parts] == pytest.approx(
        [2 * plain, 2 * (regularized - plain)], abs=1e-12
    )
    assert parts[1].get_y() == parts[0].get_height()
    assert np.dot(wide, high) == pytest.approx(2 * regularized)
    level = lines(figures.draw_squares(p, weight).axes[0], style.E_R)[0]
    assert level.get_ydata() == pytest.approx([2 * regularized] * 2)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.9, 1.0])
def test_a_line_leads_from_every_column_to_its_mask(p):
    axes = figures.draw_squares(p, 1.0).axes[0]
    names = [t for t in axes.texts if set(t.get_text()) <= set("●○")]
    wanted = ["●●", "●○", "○●", "○○"] if p < 1 else ["●●"]
    assert [name.get_text() for name in names] == wanted
    for bar, line, name in zip(axes.patches, lines(axes, style.E_D), names, strict=False):
        (middle, _), (end, low) = line.get_xydata()
        assert middle == pytest.approx(bar.get_x() + bar.get_width() / 2)
        assert (end, low) == name.get_position()
        assert line.get_xydata()[0][1] == -0.01 and not line.get_clip_on()


def test_squares_of_masks_are_pale_and_their_mean_is_of_two_parts():
    figure = figures.draw_squares(0.3, 1.0)
    (axes,) = figure.axes
    assert figure.get_size_inches().tolist() == [4.4, 3.3]
    assert box(axes) == (0.155, 0.15, 0.945, 0.8)
    assert [bar[0] for bar in bars(axes)] == ["grey"] * 4 + ["blue", "purple"]
    masks, parts = columns(figure)
    for bar in masks:
        assert bar.get_facecolor()[3] == 0.35 and bar.get_linewidth() == 1
        assert color_name(bar.get_edgecolor()) == "grey" and bar.get_edgecolor()[3] == 1
    assert [bar.get_facecolor()[3] for bar in parts] == [1, 1]
    assert [bar.get_x() for bar in parts] == [1.15, 1.15]
    assert looks(axes) == ["grey - 0.8"] * 4 + ["orange -- 1.5"]
    assert list(axes.lines[-1].get_xdata()) == [0, 2.65]
    assert words(axes) == {
        **dict.fromkeys(("●●", "●○", "○●", "○○"), "grey center top"), "mean": "ink center top",
        "mean of squares 0.565": "orange left bottom", "≈ mean² 0.302": "blue left bottom",
        "+ variance 0.262": "purple left bottom",
    }  # fmt: skip
    places = [(0.125, -0.13), (0.375, -0.13), (0.625, -0.13), (0.875, -0.13), (1.65, -0.13),
              (0, 1.51), (0, 1.33), (1, 1.33)]  # fmt: skip
    assert [text.get_position() for text in axes.texts] == [pytest.approx(xy) for xy in places]
    assert scale(axes.xaxis)[2] == []
    assert scale(axes.yaxis) == ("squared residual", (0, 1.3), ["0", "0.5", "1"])
    assert_readable(figure)


def test_the_numbers_above_are_those_of_the_areas():
    figure = figures.draw_squares(0.5, 1.0)
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert texts[-3:] == ["mean of squares 0.375", "≈ mean² 0.062", "+ variance 0.312"]


def test_no_square_leaves_the_axes_and_they_hold_still():
    for weight in figures.WEIGHTS:
        for p in (0.3, 1.0):
            axes = figures.draw_squares(p, weight).axes[0]
            tallest = max(bar.get_height() for bar in axes.patches)
            assert tallest < axes.get_ylim()[1] == figures.TALLEST
            assert axes.get_xlim() == (0, pytest.approx(2.65))


def test_it_starts_at_half_and_one():
    assert figure_markup(figures.draw_squares(), "x") == figure_markup(
        figures.draw_squares(0.5, 1.0), "x"
    )


def test_the_sentence_says_the_three_areas():
    assert figures.describe_squares(0.5, 1.0) == (
        "Keep probability 0.5, both weights 1.0: the mean of the four squared residuals is 0.375, "
        "that is the squared mean residual, about 0.062, plus the variance, about 0.312."
    )


def test_the_mean_of_squares_is_least_before_the_mean_is_zero():
    """The least is where E_R is, with one weight for both inputs."""
    zero, least = "1.33", "0.86"
    assert figures.least_of_squares() == (
        f"With half of the inputs kept, the mean residual is zero at a weight of {zero}, where the "
        f"mean of the squares is 0.556; it is least at {least}: 0.357."
    )
    assert figures.square_parts(0.5, 4 / 3)[0] == pytest.approx(5 / 9)
    weights = np.arange(0, 141) / 100
    found = [figures.square_parts(0.5, weight) for weight in weights]
    assert f"{weights[np.argmin([parts[0] for parts in found])]:.2f}" == least
    assert f"{weights[np.argmin([parts[1] for parts in found])]:.2f}" == zero


@pytest.mark.parametrize("p", [*P, 1.0])
def test_the_least_mean_is_that_of_all_weights(p):
    weight, least = figures.least_square(p)
    found = [figures.square_parts(p, w)[0] for w in np.arange(0, 1401) / 1000]
    assert least == pytest.approx(min(found), abs=1e-5)
    assert weight == pytest.approx(np.argmin(found) / 1000, abs=0.0006)


@pytest.mark.parametrize(
    ("p", "weight", "at"), [(0.5, 1.3, 0.86), (0.5, 0.4, 0.86), (0.3, 0.3, 0.97), (1.0, 1.0, 0.67)]
)
def test_the_least_mean_stands_beside_a_mean_that_is_larger(p, weight, at):
    figure = figures.draw_squares(p, weight)
    (axes,) = figure.axes
    least, bar = figures.least_square(p)[1], axes.patches[-1]
    assert (bar.get_x(), bar.get_width(), bar.get_height()) == pytest.approx((2.3, 0.35, least))
    assert seen_patch(bar) == "none, edge orange 1.5" and not bar.get_clip_on()
    assert axes.get_position().x1 < 1 and axes.get_xlim()[1] == pytest.approx(2.65)
    named = {text.get_text(): text.get_position() for text in axes.texts[-2:]}
    assert named == {
        "least": (pytest.approx(2.475), -0.13), f"least at {at}": (pytest.approx(2.65), 1.51)
    }  # fmt: skip
    assert [words(axes)[name] for name in named] == ["orange center top", "orange right bottom"]
    assert figures.describe_squares(p, weight).endswith(
        f". At weights of {at} the mean is least, {least:.3f}."
    )
    assert_readable(figure)


def test_a_mean_that_is_nearly_least_stands_alone_as_before_the_question():
    for p, weight in ((0.5, 1.0), (0.5, 0.8), (0.3, 1.0), (1.0, 0.7)):
        mean, least = figures.square_parts(p, weight)[0], figures.least_square(p)[1]
        assert mean - least < 0.05
        texts = [text.get_text() for text in figures.draw_squares(p, weight).axes[0].texts]
        assert not any("least" in text for text in texts)
        assert "least" not in figures.describe_squares(p, weight)
