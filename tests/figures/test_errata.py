"""Pictures of the errata: what is drawn is what the checks say."""

import re
from fractions import Fraction

import numpy as np
import pytest
from matplotlib.colors import same_color
from scipy import stats

from dropoutlab import errata, linear
from dropoutlab.errata import _papers as papers
from dropoutlab.explore.handles import handles_of
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import errata as figures
from dropoutlab.figures import style
from tests.figures.looks import box, color_name, legend, looks, reach, scale, words
from tests.figures.seen import assert_readable


def lines(axes, color):
    return [line for line in axes.lines if same_color(line.get_color(), color)]


def test_only_one_formula_is_the_mean_of_all_masks():
    found = figures.slope_curves()
    gaps = {name: np.abs(found[name] - found["masks"]).max() for name in figures.FORMULAS}
    assert [name for name, gap in gaps.items() if gap < 1e-12] == ["variance"]
    assert all(gap > 0.2 for name, gap in gaps.items() if name != "variance")


def test_each_wrong_formula_meets_the_right_one_at_an_end():
    found = figures.slope_curves()
    for name in ("product", "none", "twice"):
        assert np.abs(found[name] - found["masks"])[[0, -1]].min() < 1e-12


@pytest.mark.parametrize("keep_prob", [0.25, 0.5, 1.0])
def test_the_curves_are_their_formulas(keep_prob):
    at = figures.KEEP_PROBS.index(keep_prob)
    (w, v), (x, _), y = figures.UNIT
    slope = -(y - keep_prob * (w + v)) * keep_prob * x
    square, spread = w * keep_prob**2, w * keep_prob * (1 - keep_prob)
    found = {name: values[at] for name, values in figures.slope_curves().items()}
    assert found == pytest.approx(
        {
            "masks": linear.regularized_gradient(*figures.UNIT, keep_prob)[0],
            "none": slope,
            "product": slope * square + spread,
            "twice": slope + square + spread,
            "variance": slope + spread,
        }
    )


def test_slopes_are_drawn_with_the_chosen_formula_and_a_dot_on_each():
    axes = figures.draw_slopes("twice", 0.25).axes[0]
    at = figures.KEEP_PROBS.index(0.25)
    band, dot = lines(axes, style.MEAN_E_D)
    curve, mark = lines(axes, style.OTHER)
    assert band.get_ydata() == pytest.approx(figures.slope_curves()["masks"])
    assert curve.get_ydata() == pytest.approx(figures.slope_curves()["twice"])
    assert dot.get_xydata()[0] == pytest.approx([0.25, band.get_ydata()[at]])
    assert mark.get_xydata()[0] == pytest.approx([0.25, curve.get_ydata()[at]])
    assert legend(axes) == {"mean over masks": "green", "formula": "purple"}


# figure: its names with colour, the axis across and its label, the axis upwards and its label
TEN = ["1", "4", "16", "64", "256", "1,024"]
HALVES = ["0", "0.5", "1"]
SCALES = {
    "slopes": (
        lambda: figures.draw_slopes("twice", 0.25),
        {"mean over masks": "green", "formula": "purple"},
        ("keep probability p", (-0.03, 1.03), HALVES),
        ("slope along w", (-1, 1.2), ["−1", "0", "1"]),
    ),
    "both sides": (
        lambda: figures.draw_both_sides("none", 0.5),
        {},
        ("slope along w", (-1, 1.2), ["−1", "0", "1"]),
        ("", (1.5, -0.5), ["all masks", "formula"]),
    ),
    "in place": (
        lambda: figures.draw_in_place(0.5),
        {"mask divided": "blue", "weights divided": "purple"},
        ("step", (-0.5, 10.5), ["0", "5", "10"]),
        ("weight", (0.6, 2000), TEN),
    ),
    "bound": (
        lambda: figures.draw_bound(0.5),
        {"the distance": "green", "the bound, as claimed": "purple"},
        ("arithmetic mean E", (0.28, 0.92), ["0.3", "0.5", "0.7", "0.9"]),
        ("distance of the means", (-0.005, 0.25), ["0.0", "0.1", "0.2"]),
    ),
    "dropped": (
        lambda: figures.draw_dropped(0.8),
        {"mean": "green", "half, as claimed": "purple"},
        ("units dropped, of 20", (-0.6, 20.6), ["0", "5", "10", "15", "20"]),
        ("probability", (0, 0.4), ["0.0", "0.1", "0.2", "0.3", "0.4"]),
    ),
    "factor": (
        lambda: figures.draw_factor(0.1),
        {},
        ("factor", (-0.3, 5.7), ["0", "2", "4"]),
        ("probability", (0, 1.1), HALVES),
    ),
    "factors": (
        lambda: figures.draw_factors(0.5),
        {"of (p w)²: (1 − p) / p": "orange", "of w²: p (1 − p)": "purple"},
        ("keep probability p", (0, 1.04), HALVES),
        ("factor", (-0.1, 3.15), ["0", "1", "2", "3"]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCALES)
def test_texts_and_scales(name):
    draw, names, across, upwards = SCALES[name]
    figure = draw()
    (axes,) = figure.axes
    assert not figure.texts and (legend(axes) if axes.get_legend() else {}) == names
    assert list(names) == list(legend(axes) if names else {})  # what is claimed is the last
    assert scale(axes.xaxis) == across
    assert scale(axes.yaxis) == upwards
    assert_readable(figure)


# figure: inches, sides of the axes that are not those of every figure, and the lines
LOOKS = {
    "slopes": ([3.6, 3.0], {3: 0.86}, "green - 7 alpha 0.4, purple -- 1.5, ink - 0.8, green o 9, "
               "purple D 7"),
    "both sides": ([3.6, 1.6], {0: 0.27, 1: 0.36, 2: 0.84, 3: 0.95}, "ink - 0.8"),
    "in place": ([4.4, 3.0], {0: 0.2, 3: 0.86}, "blue - 1.5 o 6, purple -- 1.5 o 6"),
    "bound": ([4.4, 3.0], {3: 0.86}, "green - 2, purple -- 1.5, ink - 0.8, purple D 6, green o 9"),
    "dropped": ([4.4, 3.5], {3: 0.88}, "green - 2, purple -- 1.5"),
    "factor": ([4.4, 3.5], {}, "green -- 1"),
    "factors": ([4.4, 3.0], {3: 0.86}, "ink - 0.8, orange - 1.5, orange o 8, purple -- 1.5, "
                "purple D 8"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_lines_and_marks(name):
    inches, sides, lines = LOOKS[name]
    (axes,) = SCALES[name][0]().axes
    assert axes.figure.get_size_inches().tolist() == inches
    assert {side: box(axes)[side] for side in sides} == sides
    assert looks(axes) == lines.split(", ")


@pytest.mark.parametrize(
    ("name", "at"), [("slopes", 0.25), ("bound", 0.5), ("factors", 0.5), ("factor", 0.5)]
)
def test_a_line_stands_at_what_was_chosen(name, at):
    axes = SCALES[name][0]().axes[0]
    upright = [line for line in axes.lines if list(line.get_ydata()) == [0, 1]]
    assert [list(line.get_xdata()) for line in upright] == [[at, at]]


@pytest.mark.parametrize(
    ("draw", "start"),
    [
        (figures.draw_slopes, ("product", 0.5)), (figures.draw_both_sides, ("product", 0.5)),
        (figures.draw_in_place, (0.5,)), (figures.draw_bound, (0.5,)),
        (figures.draw_dropped, (0.8,)), (figures.draw_factor, (0.5,)),
        (figures.draw_factors, (0.3,)),
    ],
)  # fmt: skip
def test_where_a_picture_starts(draw, start):
    assert figure_markup(draw(), "x") == figure_markup(draw(*start), "x")


def test_every_keep_probability_can_be_dragged_to():
    tiles = list(handles_of(figures.draw_slopes()))
    assert [settings for _, settings in tiles] == [{"keep_prob": p} for p in figures.KEEP_PROBS]
    for tile, settings in tiles:
        assert (tile.box.x0 + tile.box.x1) / 2 == pytest.approx(settings["keep_prob"])


def test_bars_are_both_sides():
    axes = figures.draw_both_sides("none", 0.5).axes[0]
    widths = [bar.get_width() for bar in axes.patches]
    at = figures.KEEP_PROBS.index(0.5)
    assert widths == pytest.approx([figures.slope_curves()[k][at] for k in ("masks", "none")])
    assert [color_name(bar.get_facecolor()) for bar in axes.patches] == ["green", "purple"]
    assert [(bar.get_y(), bar.get_height()) for bar in axes.patches] == [
        pytest.approx((row - 0.31, 0.62)) for row in (0, 1)
    ]
    assert [text.get_position() for text in axes.texts] == [(1.25, 0), (1.25, 1)]
    assert set(words(axes).values()) == {"ink left center"}
    assert list(axes.lines[0].get_xdata()) == [0, 0]
    assert [t.get_text() for t in axes.texts] == ["0.00", "−0.38"]


def test_frames_of_one_formula_have_the_same_parts():
    one, other = (
        figure_markup(figures.draw_slopes("product", p), "x").splitlines() for p in (0.2, 0.9)
    )
    assert len(one) == len(other)


def test_no_value_leaves_the_axes():
    for values in figures.slope_curves().values():
        assert figures.SLOPES[0] <= values.min() and values.max() <= figures.SLOPES[1]


def test_the_sentences():
    assert figures.describe_slopes("product", 0.5) == (
        "Keep probability 0.50: the mean slope of all masks is 0.00, and "
        "∂E_N/∂w · w p² x² + w Var(z) x² gives 0.23."
    )
    assert figures.describe_factor(0.1).endswith("and an entropy of 0.47 bits.")
    assert figures.describe_dropped(0.8).startswith(
        "Keep probability 0.8: of 20 units 4.00 are dropped on average"
    )
    assert figures.largest_gaps() == (
        "Only ∂E_N/∂w + w Var(z) x² agrees with the mean of all masks; off are ∂E_N/∂w by up to "
        "0.38, ∂E_N/∂w · w p² x² + w Var(z) x² by up to 0.25, ∂E_N/∂w + w p² x² + w Var(z) x² by "
        "up to 1.50."
    )


@pytest.mark.parametrize(
    ("describe", "at", "wanted"),
    [
        (figures.describe_in_place, 0.8, "Keep probability 0.8: after 10 steps the weight is 9.3, "
         "not 1."),
        (figures.describe_in_place, 1.0, "Keep probability 1.0: nothing is dropped, and dividing "
         "by 1 does no harm."),
        (figures.describe_in_place, 0.6, "Keep probability 0.6: after 10 steps the weight is 165, "
         "not 1."),
        (figures.describe_bound, 0.5, "Mean 0.50: the two means are 0.04 apart, above the 0.00 "
         "that is said to bound it."),
        (figures.describe_bound, 0.7, "Mean 0.70: the two means are 0.03 apart, within the 0.17 "
         "that is said to bound it."),
        (figures.describe_dropped, 0.8, "Keep probability 0.8: of 20 units 4.00 are dropped on "
         "average, and exactly half of them with probability 0.002."),
        (figures.describe_dropped, 0.1, "Keep probability 0.1: of 20 units 18.00 are dropped on "
         "average, and exactly half of them with probability below 0.001."),
        (figures.describe_factor, 0.1, "The factor is 2.00 with probability 0.1 and 0.33 "
         "otherwise: mean 0.50 and variance 0.25, like a fair coin, and an entropy of 0.47 bits."),
        (figures.describe_factors, 0.5, "Keep probability 0.50: the factor of the penalty is "
         "0.25, its largest, if the weight is held, and 1.00 if the effective weight is."),
        (figures.describe_factors, 0.25, "Keep probability 0.25: the factor of the penalty is "
         "0.19, if the weight is held, and 3.00 if the effective weight is."),
    ],
)  # fmt: skip
def test_each_sentence_says_its_numbers(describe, at, wanted):
    assert describe(at) == wanted


# --- the list of entries


def test_the_list_links_to_every_entry_and_can_show_one_group():
    html = figures.index_of(errata.GROUPS).data
    assert re.findall(r"href='#([\w-]+)'", html) == list(errata.ENTRIES)
    for k, (group, entries) in enumerate(errata.GROUPS.items(), 1):
        assert html.count(f"<li class='errata-in-{k}'>") == len(entries)
        assert f"id='errata-{k}'> {group}</label>" in html
        assert f".errata-list:has(#errata-{k}:checked) li:not(.errata-in-{k})" in html
    assert html.count(" checked>") == 1 and "<script" not in html
    assert "<input type='radio' name='errata-group' id='errata-0' checked> all</label>" in html
    assert html.startswith(f"<style>{figures.FILTER_STYLE}.errata-list:has(#errata-1:")
    assert "#errata-0:checked" not in html and "XX" not in html
    choices = re.findall(r"id='errata-(\d)'", html)
    assert choices == [str(k) for k in range(len(errata.GROUPS) + 1)]
    assert "> a &lt; b</label>" in figures.index_of({"a < b": []}).data


def test_what_a_check_compared_is_shown_line_by_line():
    html = figures.checked("lost-plus").data
    assert html.startswith("<div class='errata-check'") and html.endswith("</div></div>")
    shown = re.sub(r"<sub>(\w)</sub>", r"_\1", html)
    assert "XX" not in html
    for line in errata.report("lost-plus").splitlines():
        assert f"<div>{line}</div>" in shown


# --- others that move


@pytest.mark.parametrize("keep_prob", figures.IN_PLACE)
def test_weights_divided_in_place_grow(keep_prob):
    axes = figures.draw_in_place(keep_prob).axes[0]
    (grown,), (kept,) = lines(axes, style.OTHER), lines(axes, style.E_N)
    assert grown.get_ydata() == pytest.approx([keep_prob**-k for k in range(11)])
    assert set(kept.get_ydata()) == {1.0}
    assert list(grown.get_xdata()) == list(kept.get_xdata()) == list(range(11))
    assert axes.get_yscale() == "log" and axes.yaxis.get_transform().base == 2
    assert axes.get_yticks().tolist() == [1, 4, 16, 64, 256, 1024]
    says = figures.describe_in_place(keep_prob)
    assert ("does no harm" in says) == (keep_prob == 1)
    last = grown.get_ydata()[-1]
    at = [
        settings["keep_prob"]
        for rung, settings in handles_of(axes.figure)
        if rung.box.y0 <= last <= rung.box.y1
    ]
    assert at == [keep_prob]
    for rung, _settings in handles_of(axes.figure):
        assert reach(rung)[::2] == pytest.approx((7, 10.5))
    assert figures.describe_in_place(0.5).endswith("after 10 steps the weight is 1,024, not 1.")


def test_the_distance_crosses_what_is_said_to_bound_it():
    axes = figures.draw_bound(0.5).axes[0]
    (bound, diamond), (distance, dot) = lines(axes, style.OTHER), lines(axes, style.MEAN_E_D)
    mean, gap = distance.get_xydata().T
    assert bound.get_xdata() == pytest.approx(np.arange(60, 181) / 200)
    assert mean == pytest.approx((0.9 + 2 * np.arange(1, 91) / 100) / 3)
    claimed = 2 * mean * (1 - mean) * np.abs(1 - 2 * mean)
    assert np.interp(mean, *bound.get_xydata().T) == pytest.approx(claimed, abs=2e-3)
    near = np.abs(mean - 0.5) < 0.02
    assert near.any() and (gap[near] > claimed[near]).all()
    assert diamond.get_xydata()[0] == pytest.approx([0.5, 0])
    assert dot.get_xydata()[0] == pytest.approx([0.5, figures.distance_of_means(0.3)[1]])
    assert gap.max() < axes.get_ylim()[1]


def test_the_bound_is_said_to_be_passed_around_one_half_only():
    above = [mean for mean in figures.MEANS if "above" in figures.describe_bound(mean)]
    assert above == [0.5]
    found = [settings for _, settings in handles_of(figures.draw_bound())]
    assert found == [{"mean": mean} for mean in figures.MEANS]


def test_the_distance_of_means_is_that_of_a_logistic_unit():
    """E of σ(a) against σ(E a), for the pre-activations log 9 and log s/(1 − s)."""
    mean, gap = figures.distance_of_means(0.3)
    logit = (np.log(9) + 2 * np.log(0.3 / 0.7)) / 3
    assert mean == pytest.approx(0.5)
    assert gap == pytest.approx(1 / (1 + np.exp(-logit)) - 0.5)


@pytest.mark.parametrize("keep_prob", [0.1, 0.5, 0.8])
def test_bars_of_dropped_units_are_binomial(keep_prob):
    axes = figures.draw_dropped(keep_prob).axes[0]
    heights = np.array([bar.get_height() for bar in axes.containers[0]])
    assert heights == pytest.approx(stats.binom.pmf(np.arange(21), 20, 1 - keep_prob))
    assert heights.max() < axes.get_ylim()[1]
    assert {color_name(bar.get_facecolor()) for bar in axes.containers[0]} == {"grey"}
    middles = [bar.get_x() + bar.get_width() / 2 for bar in axes.containers[0]]
    assert middles == pytest.approx(range(21))
    assert {round(bar.get_width(), 9) for bar in axes.containers[0]} == {0.8}
    (mean,), (half,) = lines(axes, style.MEAN_E_D), lines(axes, style.OTHER)
    assert mean.get_xdata()[0] == pytest.approx(heights @ np.arange(21))
    assert half.get_xdata()[0] == 10
    for tile, settings in handles_of(axes.figure):
        middle = (tile.box.x0 + tile.box.x1) / 2
        assert middle == pytest.approx(20 * (1 - settings["keep_prob"]))


@pytest.mark.parametrize("chance", figures.RARE_CHANCES)
def test_the_factor_is_drawn_inside_the_axes(chance):
    axes = figures.draw_factor(chance).axes[0]
    values, chances = papers.two_point_factor(Fraction(str(chance)))
    ends = np.array([path[1] for path in axes.collections[0].get_segments()])
    assert ends == pytest.approx(np.transpose([values, chances]))
    feet = np.array([path[0] for path in axes.collections[0].get_segments()])
    assert feet == pytest.approx(np.transpose([values, [0, 0]]))
    (width,), (color,) = axes.collections[0].get_linewidth(), axes.collections[0].get_color()
    assert (width, color_name(color)) == (6, "blue")
    low, high = axes.get_xlim()
    assert low < min(values) and max(values) < high
    said = f"{papers.entropy(chances):.2f} bits; a coin has 1"
    assert words(axes) == {said: "blue right baseline", "mean": "green left baseline"}
    assert [text.get_position() for text in axes.texts] == [(5.6, 0.92), (0.6, 1.02)]


@pytest.mark.parametrize("keep_prob", [0.25, 0.5, 1.0])
def test_one_factor_peaks_and_one_falls(keep_prob):
    axes = figures.draw_factors(keep_prob).axes[0]
    (held, diamond), (effective, dot) = lines(axes, style.OTHER), lines(axes, style.E_R)
    p, y = held.get_xydata().T
    assert p == pytest.approx(np.arange(2, 101) / 100) == effective.get_xdata()
    assert y == pytest.approx(p * (1 - p))
    assert effective.get_ydata() == pytest.approx((1 - p) / p)
    assert diamond.get_xdata() == dot.get_xdata() == [keep_prob]
    assert p[y.argmax()] == pytest.approx(0.5, abs=0.01)
    assert (np.diff(effective.get_ydata()) < 0).all()
    assert diamond.get_ydata() == pytest.approx([keep_prob * (1 - keep_prob)])
    assert dot.get_ydata() == pytest.approx([(1 - keep_prob) / keep_prob])
    assert ("its largest" in figures.describe_factors(keep_prob)) == (keep_prob == 0.5)
    found = [settings for _, settings in handles_of(axes.figure)]
    assert found == [{"keep_prob": place} for place in figures.FACTOR_PLACES]
