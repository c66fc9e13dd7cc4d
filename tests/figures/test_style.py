"""What every figure shares: size, margins, ink, ticks, and where the legend stands."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgb
from matplotlib.figure import Figure

from dropoutlab.explore.ink import INK, LIGHT
from dropoutlab.figures import style
from dropoutlab.samples import Sample


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
    assert len({round(text.get_window_extent().x0) for text in texts}) == columns


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
