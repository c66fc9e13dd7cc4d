"""What every figure shares: size, margins, ink, ticks, and where the legend stands."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dropoutlab.explore.ink import INK, LIGHT
from dropoutlab.figures import style
from dropoutlab.samples import Sample, Summary
from tests.figures.looks import color_name, looks, scale, words
from tests.figures.seen import assert_readable


def test_the_colours_of_things_that_are_compared_differ():
    assert len({style.E_N, style.E_D, style.MEAN_E_D, style.E_R, style.OTHER}) == 5
    alone = {arm: color for arm, color in style.ARMS.items() if not arm.startswith("dropout and")}
    assert len(set(alone.values())) == len(alone) == 5
    with_dropout = {color for arm, color in style.ARMS.items() if arm not in alone}
    assert with_dropout == {style.ARMS["dropout"]}
    assert style.KEPT != style.DROPPED and style.TRAINING != style.TEST
    assert style.WEIGHT_SCALING != style.EXACT
    assert {style.E_N, style.E_D, style.MEAN_E_D, style.E_R, style.OTHER} <= set(LIGHT.values())


def test_a_figure_has_one_pair_of_axes_and_the_size_of_the_book():
    figure, axes = style.new_figure()
    assert figure.axes == [axes]
    assert tuple(figure.get_size_inches()) == style.SIZE


@pytest.mark.parametrize("heights", [(3.0,), (2.4, 1.3), (1.0, 2.0, 1.5)])
def test_panels_stand_under_each_other_with_their_heights(heights):
    figure, panels = style.new_panels(*heights)
    assert tuple(figure.get_size_inches()) == (style.SIZE[0], pytest.approx(sum(heights)))
    boxes = [axes.get_position() for axes in panels]
    assert np.allclose([box.height / boxes[0].height for box in boxes],
                       np.array(heights) / heights[0])  # fmt: skip
    # room for labels: the same in inches whatever the height
    assert boxes[-1].y0 * sum(heights) == pytest.approx(0.56)
    assert (1 - boxes[0].y1) * sum(heights) == pytest.approx(0.1)
    assert {(round(box.x0, 9), round(box.x1, 9)) for box in boxes} == {
        (round(style.LEFT / style.SIZE[0], 9), 0.98)
    }
    # between two panels: half of their mean height
    gaps = [above.y0 - below.y1 for above, below in pairwise(boxes)]
    assert gaps == pytest.approx([0.5 * np.mean([box.height for box in boxes])] * len(gaps))


def test_ink_and_text_are_those_of_the_book_and_the_paper_shines_through():
    figure, axes = style.new_figure()
    axes.set(xlabel="x", ylabel="y")
    figure.draw_without_rendering()
    label, tick = axes.xaxis.label, axes.xaxis.get_ticklabels()[0]
    assert {label.get_size(), tick.get_size()} == {style.TEXT}
    assert same_color(label.get_color(), INK) and same_color(tick.get_color(), INK)
    assert same_color(axes.spines["left"].get_edgecolor(), INK)
    assert not axes.spines["top"].get_visible() and not axes.spines["right"].get_visible()
    assert axes.get_facecolor()[3] == figure.get_facecolor()[3] == 0


@pytest.mark.parametrize("limits", [(0, 1), (0, 19), (-3, 700), (0, 0.037)])
def test_an_axis_has_few_ticks(limits):
    _figure, panels = style.new_panels(1.0, 2.0)
    for axes in panels:
        axes.set(xlim=limits, ylim=limits)
        for axis in (axes.xaxis, axes.yaxis):
            inside = [t for t in axis.get_ticklocs() if limits[0] <= t <= limits[1]]
            assert 3 <= len(inside) <= style.MAX_TICKS + 1


def test_the_style_does_not_leak():
    before = Figure().add_subplot().spines["top"].get_visible()
    style.new_figure()
    assert Figure().add_subplot().spines["top"].get_visible() == before is True


@pytest.mark.parametrize(("arguments", "top", "columns"), [((), 0.81, 2), ((0.7, 3), 0.7, 3)])
def test_a_legend_stands_above_the_axes(arguments, top, columns):
    figure, axes = style.new_figure()
    for name, color in (("one", "blue"), ("two", "green"), ("three", "purple")):
        axes.plot([0, 1], color=LIGHT[color], label=name)
    style.legend_above(axes, *arguments)
    legend = axes.get_legend()
    assert axes.get_position().y1 == pytest.approx(top)
    figure.draw_without_rendering()
    box = legend.get_window_extent().transformed(figure.transFigure.inverted())
    assert top <= box.y0 and box.y1 <= 1.01
    assert (box.x0 + box.x1) / 2 == pytest.approx(0.5, abs=0.005)  # of the figure
    texts = legend.get_texts()
    assert {text.get_size() for text in texts} == {style.TEXT}
    assert all(
        same_color(text.get_color(), line.get_color())
        for text, line in zip(texts, axes.lines, strict=True)
    )
    assert not legend.get_frame_on()
    assert (legend.handlelength, legend.handletextpad, legend.columnspacing) == (1.4, 0.5, 1.2)
    assert box.y0 - top < 0.05  # just above
    assert len({round(text.get_window_extent().x0) for text in texts}) == columns


def test_a_legend_can_name_what_is_not_drawn():
    _figure, axes = style.new_figure()
    axes.plot([0, 1], label="drawn")
    line = Line2D([], [], color=style.OTHER, label="named")
    style.legend_above(axes, 0.9, named=[line])
    (text,) = axes.get_legend().get_texts()
    assert text.get_text() == "named" and same_color(text.get_color(), style.OTHER)


def test_rows_stand_under_their_names_and_numbers_over_the_whole_width():
    figure, axes = style.new_figure()
    rows = {
        "one": (Sample("a", "m", (0, 1), np.array([1.0, 2.0])).summary(), style.OTHER),
        "two": (Sample("a", "m", (0, 1), np.array([-1.0, 0.0])).summary(), style.E_R),
    }
    style.rows_under_names(axes, rows, "+.1f")
    axes.set(xlim=(-15, 15))
    assert looks(axes) == ["purple o 8", "orange o 8"]
    assert [line.get_xydata()[0].tolist() for line in axes.lines] == [[1.5, 0.2], [-0.5, 1.2]]
    *intervals, zero = axes.collections
    for (found, _color), interval in zip(rows.values(), intervals, strict=True):
        (segment,) = interval.get_segments()
        assert segment[:, 0] == pytest.approx([found.low, found.high])
    assert [segment.tolist() for segment in zero.get_segments()] == [
        [[0, 0], [0, 0.4]], [[0, 1], [0, 1.4]]
    ]  # fmt: skip
    assert zero.get_linewidth()[0] == 0.8 and same_color(zero.get_color()[0], INK)
    assert [(text.get_text(), text.get_position()) for text in axes.texts] == [
        ("+1.5 ± 6.4", (1, -0.2)), ("−0.5 ± 6.4", (1, 0.8))
    ]  # fmt: skip
    assert words(axes) == {"+1.5 ± 6.4": "purple right center", "−0.5 ± 6.4": "orange right center"}
    assert scale(axes.yaxis) == ("", (1.5, -0.5), ["one", "two"])
    assert axes.get_yticks() == pytest.approx([-0.2, 0.8])
    assert not axes.spines["left"].get_visible()
    figure.draw_without_rendering()
    for name in axes.get_yticklabels():
        assert name.get_window_extent().x0 == pytest.approx(axes.bbox.x0, abs=1.5)
    assert axes.yaxis.get_ticklines()[0].get_markersize() == 0
    assert_readable(figure)


def test_the_height_of_a_line_stands_in_a_gap_of_it():
    figure, axes = style.new_figure()
    axes.set(xlim=(-2, 2), ylim=(-2, 2))
    angle = np.linspace(0, 2 * np.pi, 37)
    line = np.array([np.cos(angle), np.sin(angle)])
    style.level_line(axes, line, style.E_R, "0.25", 9, linewidth=1)
    (drawn,), (text,) = axes.lines, axes.texts
    assert text.get_text() == "0.25" and text.get_position() == pytest.approx((0, 1))
    assert same_color(text.get_color(), style.E_R) and same_color(drawn.get_color(), style.E_R)
    points = drawn.get_xydata()
    seen = points[np.isfinite(points[:, 0])]
    assert len(seen) < len(points) and np.allclose(np.hypot(*seen.T), 1, atol=0.005)
    figure.draw_without_rendering()
    box, corners = text.get_window_extent(), axes.transData.transform(seen)
    assert not any(box.contains(*corner) for corner in corners)
    beside = np.abs(corners[:, 0] - (box.x0 + box.x1) / 2)[corners[:, 1] > box.y0].min()
    assert beside < box.width / 2 + 3 * figure.dpi / 72  # the gap is hardly larger than the text


def gap_of(axes, text, at):
    """Where a level line between (−1, 0) and (1, 0) is left out, in points from the text."""
    line = np.array([np.linspace(-1, 1, 21), np.zeros(21)])
    style.level_line(axes, line, style.E_R, text, at, linewidth=2)
    points = axes.lines[-1].get_xydata()
    assert points[[0, -1]].tolist() == [[-1, 0], [1, 0]]
    lost = np.flatnonzero(np.isnan(points[:, 0]))
    assert (np.diff(lost) == 1).all()
    ends = axes.transData.transform(points[[lost[0] - 1, lost[-1] + 1]])[:, 0]
    middle = axes.transData.transform(line[:, at])[0]
    return (ends - middle) * 72 / axes.figure.dpi


@pytest.mark.parametrize("dpi", [72, 100])
def test_the_gap_is_as_wide_as_its_text(dpi):
    figure, axes = style.new_figure()
    figure.set_dpi(dpi)
    axes.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[])
    step = axes.get_position().width * style.SIZE[0] * 72 / 20 / style.FINER  # points
    for text, at in (("0.5", 10), ("0.125", 6)):
        left, right = gap_of(axes, text, at)
        half = 0.31 * style.TEXT * len(text) + 1
        assert half <= right < half + step and half <= -left < half + step
    assert looks(axes) == ["orange - 2"] * 2
    assert words(axes) == {"0.5": "orange center center", "0.125": "orange center center"}
    assert_readable(figure)


def test_a_line_upwards_has_a_lower_gap_and_its_own_points_elsewhere():
    _figure, axes = style.new_figure()
    axes.set(xlim=(-1, 1), ylim=(-1, 1))
    line = np.array([np.zeros(21), np.linspace(-1, 1, 21)])
    style.level_line(axes, line, style.E_R, "0.5", 10)
    y = axes.lines[0].get_ydata()
    seen = y[np.isfinite(y)]
    step = 0.1 / style.FINER
    half = 0.55 * style.TEXT / 72 / (axes.get_position().height * style.SIZE[1]) * 2
    for end in (seen[seen > 0].min(), -seen[seen < 0].max()):
        assert half <= end < half + step
    own = [place for place in line[1] if abs(place) > half]
    assert np.isclose(seen[:, None], own).any(axis=0).all()
    assert len(seen) == len(own) + 2  # and the two ends of the gap


@pytest.mark.parametrize("height", [style.PART[1], 2.0])
def test_a_part_is_small_with_the_text_of_all_figures(height):
    figure, axes = style.new_part(height)
    axes.set(xlabel="x", ylabel="y")
    assert figure.axes == [axes]
    assert tuple(figure.get_size_inches()) == (style.PART[0], height)
    assert axes.xaxis.label.get_size() == style.TEXT
    assert axes.get_position().y0 * height == pytest.approx(0.56)
    assert (1 - axes.get_position().y1) * height == pytest.approx(0.1)


def test_digits_stand_side_by_side_or_below_each_other():
    images = np.random.default_rng(0).random((3, 8, 8))
    row, column = style.digits(images), style.digits(images, down=True)
    assert row.shape == (10, 30, 4) and column.shape == (30, 10, 4)
    for k, image in enumerate(images):
        for tile in (row[:, 10 * k : 10 * k + 10], column[10 * k : 10 * k + 10]):
            assert np.allclose(tile[1:-1, 1:-1, 3] ** 2, image)
            assert same_color(tile[0, 0, :3], style.MID_GREY) and tile[0, :, 3].max() == 0


def test_rows_of_dots_have_their_interval_and_number():
    _figure, axes = style.new_figure()
    found = Sample("a", "b", (0, 1), np.array([1.0, 2.0])).summary()
    style.rows_of_dots(axes, {"one": (found, style.OTHER), "two": (found, style.E_R)}, "+.1f")
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [tuple(dot.get_xydata()[0]) for dot in dots] == [(1.5, 0), (1.5, 1)]
    for place, (dot, bar) in enumerate(zip(dots, axes.collections, strict=True)):
        ((low, high),) = bar.get_segments()
        assert (*low, *high) == pytest.approx((found.low, place, found.high, place))
        assert to_rgb(bar.get_edgecolor()[0]) == to_rgb(dot.get_color())
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "two"]
    assert [text.get_text() for text in axes.texts] == ["+1.5 ± 6.4"] * 2
    assert looks(axes)[:2] == ["purple o 8", "orange o 8"]
    assert looks(axes)[2:] == ["ink - 0.8"] and list(axes.lines[2].get_xdata()) == [0, 0]
    assert [text.get_position() for text in axes.texts] == [(1.03, 0), (1.03, 1)]
    assert all(text.get_transform() == axes.get_yaxis_transform() for text in axes.texts)
    assert [color_name(text.get_color()) for text in axes.texts] == ["purple", "orange"]
    assert {(t.get_ha(), t.get_va(), t.get_size()) for t in axes.texts} == {
        ("left", "center", style.TEXT)
    }


def test_a_dot_lies_on_its_interval():
    _figure, axes = style.new_figure()
    style.dot(axes, Summary(2.0, 1.0, 4.0), 3, style.E_N)
    style.dot(axes, Summary(2.0, 1.0, 4.0), 5, style.E_R, 6, fillstyle="none")
    assert looks(axes) == ["blue o 8", "orange o 6 hollow"]
    assert [line.get_xydata().tolist() for line in axes.lines] == [[[2, 3]], [[2, 5]]]
    for line, row, color in zip(axes.collections, (3, 5), ("blue", "orange"), strict=True):
        assert line.get_segments()[0].tolist() == [[1, row], [4, row]]
        assert line.get_linewidth()[0] == 3 and color_name(line.get_color()[0]) == color


def test_rows_are_named_from_top_to_bottom_without_ticks():
    _figure, axes = style.new_figure()
    style.name_rows(axes, {"one": 1, "two": 2, "three": 3})
    assert scale(axes.yaxis) == ("", (2.5, -0.5), ["one", "two", "three"])
    assert axes.get_yticks().tolist() == [0, 1, 2]
    assert {tick.tick1line.get_markersize() for tick in axes.yaxis.get_major_ticks()} == {0}
    assert {tick.tick1line.get_markersize() for tick in axes.xaxis.get_major_ticks()} != {0}


def test_a_curve_runs_in_a_pale_band():
    _figure, axes = style.new_figure()
    band = np.array([[2.0, 3.0], [1.0, 2.5], [4.0, 3.5]])
    style.curve_with_band(axes, [0, 1], band, style.E_N, label="one")
    style.curve_with_band(axes, [0, 1], band, style.E_R, "o--", markersize=5)
    assert looks(axes) == ["blue - 1.5", "orange -- 1.5 o 5"]
    assert axes.lines[0].get_label() == "one"
    for line, pale, color in zip(axes.lines, axes.collections, ("blue", "orange"), strict=True):
        assert line.get_xydata().tolist() == [[0, 2], [1, 3]]
        corners = {tuple(corner) for corner in pale.get_paths()[0].vertices.tolist()}
        assert corners == {(0, 1), (0, 4), (1, 2.5), (1, 3.5)}
        assert color_name(pale.get_facecolor()[0]) == color
        assert pale.get_facecolor()[0][3] == 0.25 and pale.get_linewidth()[0] == 0


def test_means_and_ranges_have_three_rows():
    found = [Summary(2.0, 1.0, 4.0), Summary(5.0, 3.0, 6.0)]
    assert style.means(iter(found)).tolist() == [[2, 5], [1, 3], [4, 6]]
    values = np.array([[1.0, 4.0], [2.0, 8.0], [6.0, 0.0]])
    assert style.ranges(values).tolist() == [[3, 4], [1, 0], [6, 8]]
