"""What is seen of the pictures of masks: axes, colours, sizes, places and whole sentences."""

import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import masking as figures
from dropoutlab.figures.network_drawing import unit_places
from dropoutlab.masks import mask_probability
from dropoutlab.samples import Sample
from tests.figures import seen

pytestmark = pytest.mark.long  # alone a moment each; together seconds

FULL = (0.0, 0.02, 1.0, 0.98)  # axes that fill the figure


def texts(axes):
    return [seen.text(text) for text in axes.texts]


def discs(axes):
    """Where units that are kept are drawn, and how: by look."""
    return {
        seen.line(line): line.get_xydata()
        for line in axes.lines
        if line.get_marker() == "o" and not seen.line(line).endswith("hollow")
    }


# --- one mask on a network


def test_the_drawn_network_fills_its_picture_with_names_below():
    figure = figures.draw_thinned_network(0.7, 3)
    (axes,) = figure.axes
    assert tuple(figure.get_size_inches()) == (4.4, 3.3) and seen.place(axes) == FULL
    assert texts(axes) == [
        f"{name} ink at {x:.4g}, 0.08 center top"
        for name, x in zip(("inputs", "hidden 1", "hidden 2", "outputs"),
                           (0.125, 0.375, 0.625, 0.875), strict=True)
    ]  # fmt: skip
    places = np.concatenate(unit_places((4, 6, 6, 2), (0, 0.08, 1, 1)))
    kept = np.concatenate([*figures.drawn_masks(0.7, 3), [1, 1]]) == 1
    assert np.allclose(discs(axes)["blue o 17"], places[kept])
    seen.assert_readable(figure)


@pytest.mark.parametrize(
    ("picture", "keep_prob", "mask"),
    [("", 0.5, 1), ("eight_networks", 0.5, None)],
)
def test_where_the_networks_start(picture, keep_prob, mask):
    if picture:
        started, chosen = figures.draw_eight_networks(), figures.draw_eight_networks(keep_prob)
    else:
        started = figures.draw_thinned_network()
        chosen = figures.draw_thinned_network(keep_prob, mask)
    for one, other in zip(started.axes[0].lines, chosen.axes[0].lines, strict=True):
        assert np.array_equal(one.get_xydata(), other.get_xydata())
    assert texts(started.axes[0]) == texts(chosen.axes[0])


SAID = [
    ("thinned_network", (0.5, 3), "Keep probability 0.5, mask 3: 2 of 4 inputs and 7 of 12 hidden "
     "units are kept; this very mask has probability 1 in 65,536."),
    ("thinned_network", (1.0, 2), "Keep probability 1.0, mask 2: 4 of 4 inputs and 12 of 12 hidden "
     "units are kept; this very mask is the only possible one."),
    ("layer", ("bias", True, False, True), "Kept: first, third. The layer gives (2.5, 1.6, −0.1); "
     "with the bias inside it would give (3.3, 3.7, −1.2)."),
    ("layer", ("rows", False, False, False), "Kept: no unit. The layer gives (0.3, −0.4, 0.1); "
     "with rows instead of columns it would give the same."),
    ("layer", ("before", True, True, True), "Kept: first, second, third. The layer gives (2.3, "
     "1.0, 0.3); with the mask before the activation function it would give the same."),
    ("gradients", (True, False, True), "Dropped hidden units: middle; the error is 2.45. Of the 20 "
     "gradients, of weights and biases, 6 are exactly 0."),
    ("gradients", (False, False, False), "Dropped hidden units: top, middle and bottom; the error "
     "is 2.03. Of the 20 gradients, of weights and biases, 18 are exactly 0."),
    ("survivors", (16, 0.5), "Of 16 units kept with probability 0.5, 8.0 are kept on average, with "
     "standard deviation 2.0, 12.5 % of the width. Exactly half are kept with probability 0.196; "
     "of the 40 masks drawn here, 9 do."),
    ("survivors", (8, 0.1), "Of 8 units kept with probability 0.1, 0.8 are kept on average, with "
     "standard deviation 0.8, 10.6 % of the width. Exactly half are kept with probability 0.005; "
     "of the 40 masks drawn here, 0 do."),
    ("eight_networks", (0.5,), "Keep probability 0.5: all eight networks are equally probable, P = "
     "12.5 %; the mean of the outputs, each weighted by its P, is 0.512."),
    ("eight_networks", (0.8,), "Keep probability 0.8: the network that keeps all three hidden "
     "units is the most probable, P = 51.2 %; the mean of the outputs, each weighted by its P, is "
     "0.557."),
    ("eight_networks", (0.3,), "Keep probability 0.3: the network that keeps no hidden unit is the "
     "most probable, P = 34.3 %; the mean of the outputs, each weighted by its P, is 0.486."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings", "said"), SAID)
def test_sentences(name, settings, said):
    assert getattr(figures, f"describe_{name}")(*settings) == said


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.5, "0.500"), (0.011, "0.011"), (0.01, "1 in 100"), (1 / 1234.4, "1 in 1,234")],
)
def test_a_chance_below_one_in_a_hundred_is_said_as_odds(chance, said):
    assert figures._odds(chance) == f"has probability {said}"


# --- one layer, written out


@pytest.mark.parametrize(
    ("slip", "title", "vector", "sum_at"),
    [
        ("", "W (h ∘ z) + b = a ink", "h ∘ z", 7.1),
        ("bias", "W (h ∘ z + b) = a purple", "h ∘ z + b", 5.4),
        ("rows", "(W with zero rows) h + b = a purple", "h", 7.1),
        ("before", "W σ(sum ∘ z) + b = a purple", "σ(sum ∘ z)", 7.1),
    ],
)
def test_the_written_layer_is_named_and_titled(slip, title, vector, sum_at):
    kept = (True, False, True)
    figure = figures.draw_slip(slip, *kept) if slip else figures.draw_layer(*kept)
    (axes,) = figure.axes
    assert tuple(figure.get_size_inches()) == (3.6, 2.55)
    assert tuple(axes.get_position(original=True).extents) == (0, 0, 1, 1)
    words = [text for text in texts(axes) if not text.lstrip("−")[0].isdigit()]
    inside = [] if slip == "bias" else ["+ ink at 4.75, 1.5", "b ink at 5.6, -0.3"]
    assert words == [
        *(f"{text} center center" for text in (
            *inside, f"= ink at {sum_at - 0.75:.4g}, 1.5", "W ink at 1.5, -0.3",
            f"a ink at {sum_at}, -0.3", f"{vector} ink at 3.9, -0.3",
        )),
        f"{title} at 0, 4.35 left center",
    ]  # fmt: skip
    numbers = [text for text in axes.texts if seen.text(text) not in words]
    columns = sorted({text.get_position()[0] for text in numbers})
    assert columns == pytest.approx([0.5, 1.5, 2.5, 3.9, *[5.6] * (slip != "bias"), sum_at])
    assert {text.get_position()[1] for text in numbers} == {0.5, 1.5, 2.5}
    seen.assert_readable(figure)


@pytest.mark.parametrize("slip", ["", *figures.SLIPS])
def test_a_number_stands_in_the_middle_of_a_cell_of_its_colour(slip):
    kept = (True, False, True)
    axes = (figures.draw_slip(slip, *kept) if slip else figures.draw_layer(*kept)).axes[0]
    cells = {
        tuple(np.round(patch.get_center(), 6)): patch
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_width() < 1
    }
    numbers = [text for text in axes.texts if text.get_text().lstrip("−")[0].isdigit()]
    assert len(cells) == len(numbers) == (15 if slip == "bias" else 18)
    looks = set()
    for text in numbers:
        cell = cells[tuple(np.round(text.get_position(), 6))]
        assert (cell.get_width(), cell.get_height(), cell.get_linewidth()) == (0.92, 0.92, 0)
        assert seen.text(text).endswith("center center")
        looks.add((seen.patch(cell), seen.color(text.get_color())))
    alive, dead, wrong = ("blue 0.25", "ink"), ("none", "grey"), ("purple 0.35", "purple")
    assert looks == ({alive, wrong} if slip else {alive, dead})


def test_what_counts_in_the_layer_is_what_is_multiplied_by_a_unit_that_is_there():
    axes = figures.draw_layer(True, False, True).axes[0]
    grey = {text.get_position() for text in axes.texts if seen.color(text.get_color()) == "grey"}
    assert grey == {(1.5, 0.5), (1.5, 1.5), (1.5, 2.5), (3.9, 1.5)}
    axes = figures.draw_slip("rows", True, False, True).axes[0]
    grey = {text.get_position() for text in axes.texts if seen.color(text.get_color()) == "grey"}
    assert grey == set()  # what is 0 there is not as it should be


def test_a_unit_stands_over_its_column_and_a_finger_finds_it():
    figure = figures.draw_layer(True, False, True)
    (axes,) = figure.axes
    units = [patch for patch in axes.patches if isinstance(patch, Circle) and patch.radius == 0.3]
    assert [unit.center for unit in units] == [(0.5, 3.5), (1.5, 3.5), (2.5, 3.5)]
    kept, dropped = "blue, edge blue 1.5", "none, edge grey 1.5"
    assert [seen.patch(unit) for unit in units] == [kept, dropped, kept]
    (cross,) = axes.lines
    assert seen.line(cross) == "grey x 8" and cross.get_markeredgewidth() == 1.5
    assert cross.get_xydata().tolist() == [[1.5, 3.5]]
    axes.apply_aspect()
    back = axes.transData.inverted()
    for (spot, _), unit in zip(handles_of(figure), units, strict=True):
        (left, low), (right, high) = back.transform(spot.get_window_extent())
        x, y = unit.center
        assert (left, low, right, high) == pytest.approx((x - 0.5, y - 0.5, x + 0.5, y + 0.5))


def test_cells_are_square_and_nothing_is_cut():
    figure = figures.draw_layer()
    (axes,) = figure.axes
    assert axes.get_xlim() == (-0.05, 8.2) and axes.get_ylim() == (-0.6, 4.65)
    assert axes.get_aspect() == 1 and not axes.axison
    assert not axes.lines  # it starts with all units
    slip = figures.draw_slip()
    assert slip.axes[0].texts[-1].get_text() == "W (h ∘ z + b) = a" and not slip.axes[0].lines


# --- gradients under a mask


def test_the_network_of_the_gradients_has_large_units_that_can_be_clicked():
    figure = figures.draw_gradients(True, False, True)
    (axes,) = figure.axes
    assert tuple(figure.get_size_inches()) == (4.4, 3.1) and seen.place(axes) == FULL
    assert texts(axes) == [
        "inputs ink at 0.1667, 0.1 center top", "hidden ink at 0.5, 0.1 center top",
        "outputs ink at 0.8333, 0.1 center top", "bias ink at 0.8533, 0.27 left baseline",
    ]  # fmt: skip
    inputs, hidden, outputs = unit_places((3, 3, 2), (0, 0.1, 1, 1))
    assert np.allclose(discs(axes)["blue o 24"], [*inputs, hidden[0], hidden[2], *outputs])
    for place, (disc, _) in zip(hidden, handles_of(figure), strict=True):
        assert seen.line(disc) == "none o 44" and np.allclose(disc.get_xydata(), [place])
    seen.assert_readable(figure)
    assert len(discs(figures.draw_gradients().axes[0])["blue o 24"]) == 8  # it starts with all


def test_lines_of_biases_are_blue_behind_the_units_and_dotted_where_they_are_still():
    _lines, live, still = figures.draw_gradients(True, False, True).axes[0].collections
    assert {seen.color(color) for color in live.get_colors()} == {"blue 0.7"}
    assert {seen.color(color) for color in still.get_colors()} == {"grey"}
    assert list(still.get_linewidths()) == [1]
    assert live.get_zorder() == still.get_zorder() == 1
    axes = figures.draw_gradients().axes[0]
    assert axes.get_xlim() == axes.get_ylim() == (0, 1)


def test_the_largest_gradient_of_any_mask_is_that_of_all_units_or_fewer():
    masks = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    largest = [
        max(np.abs(g).max() for part in figures.masked_gradients(mask)[1:] for g in part)
        for mask in masks
    ]
    assert figures._largest_gradient() == max(largest)
    assert figures.zero_gradients() == 0


# --- how many survive


@pytest.mark.parametrize(
    ("width", "keep_prob", "looks"),
    [
        (4, 0.5, ["grey 6", "blue 6"]), (16, 0.8, ["grey 6", "blue 6"]),
        (64, 0.5, ["grey 1.5", "blue 2"]), (256, 0.5, ["grey 1", "blue 2"]), (8, 1.0, ["grey 6"]),
        (16, 0.0, ["grey 6"]),
    ],
)  # fmt: skip
def test_the_axes_and_bars_of_the_survivors(width, keep_prob, looks):
    figure = figures.draw_survivors(width, keep_prob)
    (axes,) = figure.axes
    assert seen.scales(axes) == (
        "share of units kept: 0 ½ 1, -0.06 to 1.06", "probability / %: 0 10 20 30 40, 0 to 45"
    )  # fmt: skip
    assert seen.place(axes) == (0.2, 0.19, 0.96, 0.87)
    _band, *drawn = axes.patches
    assert [seen.patch(bars) for bars in drawn] == [f"none, edge {look}" for look in looks]
    for bars in drawn:
        assert bars.get_capstyle() == "butt" and not bars.get_clip_on() and bars.get_snap() is False
    seen.assert_readable(figure)


@pytest.mark.parametrize(
    ("draw", "half"),
    [(figures.draw_survivors, "blue - 6"), (figures.draw_drawn_survivors, "blue o 6")],
)
def test_mean_band_and_half_are_named_above_the_survivors_also_where_they_are_not_seen(draw, half):
    for settings in ((16, 0.5), (16, 1.0)):
        legend = draw(*settings).axes[0].get_legend()
        assert [f"{text.get_text()} {seen.color(text.get_color())}" for text in legend.get_texts()]\
            == ["mean orange", "± 2 sd orange", "exactly half blue"]  # fmt: skip
        mean, band, blue = legend.legend_handles
        assert (seen.line(mean), seen.line(blue)) == ("orange -- 1.5", half)
        assert seen.patch(band) == "orange 0.18"
        assert legend._ncols == 3


@pytest.mark.parametrize(("width", "keep_prob"), [(16, 0.8), (256, 0.5)])
def test_bars_are_left_out_below_a_thousandth_of_the_tallest(width, keep_prob):
    axes = figures.draw_survivors(width, keep_prob).axes[0]
    _band, *drawn = axes.patches
    heights = np.concatenate([bars.get_path().vertices[1::2, 1] for bars in drawn])
    assert heights.min() > heights.max() / 1000 and len(heights) < width + 1
    assert 100 - heights.sum() < 0.2


@pytest.mark.parametrize("draw", [figures.draw_survivors, figures.draw_drawn_survivors])
def test_the_band_and_the_mean_are_behind_the_bars(draw):
    axes = draw(16, 0.8).axes[0]
    band, mean = axes.patches[0], axes.lines[0]
    assert axes.get_children().index(band) < axes.get_children().index(mean)
    assert seen.patch(band) == "orange 0.18" and seen.line(mean) == "orange -- 1.5"
    assert band.get_zorder() == mean.get_zorder() == 0
    assert list(mean.get_xdata()) == [0.8, 0.8]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((0.6, 1.0))
    standard = draw()
    assert list(standard.axes[0].lines[0].get_xdata()) == [0.5, 0.5]
    assert standard.axes[0].patches[0].get_width() == pytest.approx(1.0)  # of 4 units


def test_every_drawn_mask_has_a_row():
    figure = figures.draw_drawn_survivors(16, 0.5)
    (axes,) = figure.axes
    assert seen.scales(axes) == (
        "share of units kept: 0 ½ 1, -0.06 to 1.06",
        "mask: 1 10 20 30 40, 0 to 41",
    )
    _mean, others, half = axes.lines
    assert [seen.line(line) for line in (others, half)] == ["grey o 4", "blue o 6"]
    rows = {y: x for line in (others, half) for x, y in line.get_xydata()}
    assert sorted(rows) == list(range(1, 41))
    assert [rows[y] for y in sorted(rows)] == list(figures.drawn_shares(16, 0.5))
    seen.assert_readable(figure)


def test_half_kept_is_counted_in_a_hundred():
    assert figures.half_kept(4) == pytest.approx(37.5)  # 6 of 16


# --- all thinned networks of a small one


def test_eight_networks_stand_in_two_rows_with_a_bar_and_numbers_each():
    figure = figures.draw_eight_networks(0.8)
    axes, line = figure.axes
    assert tuple(figure.get_size_inches()) == (4.4, 5.2) and seen.place(axes) == (0, 0.2, 1, 1)
    assert seen.place(line) == (0.06, 0.1, 0.94, 0.16)
    masks, _ = figures.eight_outputs()
    assert list(masks[0]) == [1, 1, 1] and list(masks[-1]) == [0, 0, 0]
    kept = [line for line in axes.lines if seen.line(line) == "blue o 11"]
    corners = [(x, y) for y in (0.5, 0.0) for x in (0, 0.25, 0.5, 0.75)]
    full, shares = axes.collections[-2:]
    chances = mask_probability(masks, 0.8)
    for k, ((x, y), mask) in enumerate(zip(corners, masks, strict=True)):
        places = np.concatenate(unit_places((2, 3, 1), (x, y + 0.2, x + 0.25, y + 0.5)))
        assert np.allclose(kept[k].get_xydata(), places[np.array([1, 1, *mask, 1]) == 1])
        assert axes.texts[k].get_position() == pytest.approx((x + 0.125, y + 0.135))
        assert seen.text(axes.texts[k]).endswith("center top")
        for bars, length in ((full, 0.17), (shares, 0.17 * chances[k])):
            start, height = x + 0.04, y + 0.165
            assert np.allclose(bars.get_segments()[k], [(start, height), (start + length, height)])
    assert [seen.color(bars.get_color()[0]) for bars in (full, shares)] == ["grey 0.25", "orange"]
    assert [list(bars.get_linewidths()) for bars in (full, shares)] == [[6], [6]]
    assert {text._linespacing for text in axes.texts} == {1.4}
    seen.assert_readable(figure)


def test_the_outputs_of_the_eight_networks_are_dots_on_a_line_with_a_mark_at_their_mean():
    line = figures.draw_eight_networks(1.0).axes[1]
    *dots, mean = map(seen.line, line.lines)
    assert dots == ["grey 0.6 o 20", *["grey 0.6 o 3"] * 7] and mean == "orange d 10"
    assert texts(line) == ["mean 0.606 orange at 0.6061, 1 center baseline"]
    (level,) = line.collections
    assert np.array_equal(level.get_segments(), [[[0, 0], [1, 0]]])
    assert (seen.color(level.get_color()[0]), level.get_zorder()) == ("grey", 0)
    assert (line.get_xlim(), line.get_ylim(), line.get_xlabel()) == ((0, 1), (-1, 1), "output")
    assert [tick.get_text() for tick in line.get_xticklabels()] == ["0", "0.5", "1"]
    assert not line.spines["left"].get_visible() and not line.spines["bottom"].get_visible()
    assert not len(line.get_yticks())


# --- fresh masks


def noise():
    return [
        Sample(arm, measure, (0, 1), np.array(values) + more, {"examples": size})
        for measure, more in (("something else", 7.0), ("gradient variance", 0.0))
        for arm, by_size in (
            ("fresh masks", {1: [3.0, 5.0], 10: [0.3, 0.5], 100: [0.03, 0.05]}),
            ("shared mask", {1: [3.0, 5.0], 10: [0.9, 1.1], 100: [0.7, 0.9]}),
        )
        for size, values in by_size.items()
    ]


def test_the_axes_and_the_legend_of_the_gradient_noise():
    figure = figures.draw_gradient_noise(noise())
    (axes,) = figure.axes
    at_x, at_y = seen.scales(axes)
    assert at_x.startswith("examples in the mini-batch, M: 1 10 100, ") and at_x.endswith(" log")
    assert at_y.startswith("variance of the gradient: 0.1 1 10, ") and at_y.endswith(" log")
    assert [seen.line(line) for line in axes.lines] == ["green - 1.5 o 6", "purple - 1.5 o 6"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "fresh masks", "shared mask"
    ]  # fmt: skip
    assert axes.get_position().y1 == pytest.approx(0.88)
    seen.assert_readable(figure)


def test_what_the_curves_of_the_noise_are_read_off_with():
    curves = figures.gradient_noise_curves(noise())
    rings = [
        (seen.line(line), line.get_ydata()[0])
        for line in curves.draw(100).axes[0].lines
        if line.get_markersize() == 12
    ]
    assert rings == [("green o 12 hollow", pytest.approx(0.04)),
                     ("purple o 12 hollow", pytest.approx(0.8))]  # fmt: skip


def test_the_axes_of_what_a_shared_mask_costs():
    samples = [
        Sample(arm, measure, (0, 1), np.array(values) * factor, {"learning_rate": 0.1})
        for arm, values in (("fresh masks", [9.0, 10.0]), ("shared mask", [11.0, 12.5]))
        for measure, factor in (("test error", 1), ("test loss", 0.1))
    ]
    figure = figures.draw_sharing_costs(samples)
    (axes,) = figure.axes
    assert seen.scales(axes, numbers=False) == (
        "points of test error that a shared mask adds: 0 1 2 3, -0.2 to 3",
        ": rate 0.1, 0.5 to -0.5",
    )
    assert seen.place(axes) == (0.22, 0.24, 0.72, 0.96)
    assert tuple(figure.get_size_inches()) == (4.4, 2.9)
    assert texts(axes) == ["+2.2 ± 3.2 purple at 1.03, 0 left center"]
    assert seen.line(axes.lines[0]) == "purple o 8"
