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
    labels = {text.get_text(): text.get_color() for text in axes.figure.texts}
    assert same_color(labels["mean over all masks"], style.MEAN_E_D)
    assert same_color(labels["this formula"], style.OTHER)


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
    assert figures.largest_gaps().startswith("Only ∂E_N/∂w + w Var(z) x² agrees")


# --- the list of entries


def test_the_list_links_to_every_entry_and_can_show_one_group():
    html = figures.index_of(errata.GROUPS).data
    assert re.findall(r"href='#([\w-]+)'", html) == list(errata.ENTRIES)
    for k, (group, entries) in enumerate(errata.GROUPS.items(), 1):
        assert html.count(f"<li class='errata-in-{k}'>") == len(entries)
        assert f"id='errata-{k}'> {group}</label>" in html
        assert f".errata-list:has(#errata-{k}:checked) li:not(.errata-in-{k})" in html
    assert html.count(" checked>") == 1 and "<script" not in html


def test_what_a_check_compared_is_shown_line_by_line():
    html = figures.checked("lost-plus").data
    assert html.startswith("<div class='errata-check'") and html.endswith("</div></div>")
    shown = re.sub(r"<sub>(\w)</sub>", r"_\1", html)
    for line in errata.report("lost-plus").splitlines():
        assert f"<div>{line}</div>" in shown


# --- others that move


@pytest.mark.parametrize("keep_prob", figures.IN_PLACE)
def test_weights_divided_in_place_grow(keep_prob):
    axes = figures.draw_in_place(keep_prob).axes[0]
    (grown,), (kept,) = lines(axes, style.OTHER), lines(axes, style.E_N)
    assert grown.get_ydata() == pytest.approx([keep_prob**-k for k in range(11)])
    assert set(kept.get_ydata()) == {1.0}
    says = figures.describe_in_place(keep_prob)
    assert ("does no harm" in says) == (keep_prob == 1)
    last = grown.get_ydata()[-1]
    at = [
        settings["keep_prob"]
        for rung, settings in handles_of(axes.figure)
        if rung.box.y0 <= last <= rung.box.y1
    ]
    assert at == [keep_prob]
    assert figures.describe_in_place(0.5).endswith("after 10 steps the weight is 1,024, not 1.")


def test_the_distance_crosses_what_is_said_to_bound_it():
    axes = figures.draw_bound(0.5).axes[0]
    (bound, diamond), (distance, dot) = lines(axes, style.OTHER), lines(axes, style.MEAN_E_D)
    mean, gap = distance.get_xydata().T
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
    low, high = axes.get_xlim()
    assert low < min(values) and max(values) < high
    assert f"{papers.entropy(chances):.2f} bits; a coin has 1" in [t.get_text() for t in axes.texts]


@pytest.mark.parametrize("keep_prob", [0.25, 0.5, 1.0])
def test_one_factor_peaks_and_one_falls(keep_prob):
    axes = figures.draw_factors(keep_prob).axes[0]
    (held, diamond), (effective, dot) = lines(axes, style.OTHER), lines(axes, style.E_R)
    p, y = held.get_xydata().T
    assert p[y.argmax()] == pytest.approx(0.5, abs=0.01)
    assert (np.diff(effective.get_ydata()) < 0).all()
    assert diamond.get_ydata() == pytest.approx([keep_prob * (1 - keep_prob)])
    assert dot.get_ydata() == pytest.approx([(1 - keep_prob) / keep_prob])
    assert ("its largest" in figures.describe_factors(keep_prob)) == (keep_prob == 0.5)
    found = [settings for _, settings in handles_of(axes.figure)]
    assert found == [{"keep_prob": place} for place in figures.FACTOR_PLACES]
