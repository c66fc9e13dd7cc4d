"""What is said and what is so, as curves: where they meet, and where they do not."""

import numpy as np
import pytest

from dropoutlab import errata
from dropoutlab.figures import style
from dropoutlab.figures import wrong_and_right as pictures

PICTURES = [
    pictures.correlation, pictures.rest, pictures.work, pictures.factors, pictures.shares,
    pictures.in_place, pictures.division, pictures.bias, pictures.geometric, pictures.index,
]  # fmt: skip


def values(curves):
    """The places, and the values of each curve in its order."""
    return np.array(curves.places), *(np.array(found) for found, _ in curves.curves.values())


@pytest.mark.parametrize("made", PICTURES, ids=lambda made: made.__name__)
def test_what_is_drawn_is_what_is_read_off(made):
    curves = made()
    axes = curves.figure().axes[0]
    drawn = [line.get_ydata() for line in axes.lines]
    assert [line.tolist() for line in drawn] == [list(found) for found, _ in curves.curves.values()]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(set(names)) == len(names) == len(curves.curves)
    for line, (_, color) in zip(axes.lines, curves.curves.values(), strict=True):
        assert line.get_color() == color and line.get_xdata().tolist() == list(curves.places)
    low, high = axes.get_xlim()
    assert low <= min(curves.places) and max(curves.places) <= high
    start = curves.slider(curves.places[0])
    assert [value for _, value in start.options] == list(curves.places)


def test_correlation_matters_to_one_coin_only():
    r, each, one = values(pictures.correlation())
    assert each == pytest.approx(np.ones(len(r))) and one == pytest.approx(1 + r)
    assert "Correlation −1: penalty 1.00" in pictures.correlation().describe(-1.0)


def test_where_the_mean_is_at_rest_no_mask_with_the_first_input_is():
    w, both, alone, without, mean = values(pictures.rest())
    assert mean == pytest.approx((both + alone) / 4) and not without.any()
    (at,) = np.flatnonzero(abs(mean) < 1e-12)
    assert w[at] == 1 and both[at] == pytest.approx(0.5) == -alone[at]


def test_two_copies_share_the_work():
    first, regularized, plain = values(pictures.work())
    assert first[regularized.argmin()] == pytest.approx(first[-1] / 2)
    assert plain == pytest.approx(np.full(len(first), plain[0])) and plain[0] < regularized.min()
    assert regularized == pytest.approx(regularized[::-1])


def test_one_factor_peaks_at_one_half_and_one_falls():
    p, held, effective = values(pictures.factors())
    assert held == pytest.approx(p * (1 - p)) and p[held.argmax()] == 0.5
    assert effective == pytest.approx((1 - p) / p)


def test_dropout_is_level_and_l2_is_not():
    scale, level, rising = values(pictures.shares())
    assert level == pytest.approx(np.full(len(scale), 0.5))
    assert rising == pytest.approx(scale**2 / (scale**2 + 1))
    axes = pictures.shares().figure().axes[0]
    assert axes.get_xscale() == "log" and axes.lines[0].get_color() == style.ARMS["dropout"]


def test_weights_divided_in_place_double():
    steps, grown, kept = values(pictures.in_place())
    assert grown.tolist() == [2.0**k for k in steps] and set(kept) == {1.0}
    assert pictures.in_place().describe(10) == (
        "After 10 steps: the weight is 1,024 if it is divided, 1 if the mask is."
    )


def test_keep_and_drop_agree_at_one_half_alone():
    p, wrong, right = values(pictures.division())
    assert right == pytest.approx(np.ones(len(p))) and wrong == pytest.approx(p / (1 - p))
    assert p[np.isclose(wrong, right)].tolist() == [0.5]


def test_the_bias_is_not_scaled():
    p, mean, scaled = values(pictures.bias())
    assert (mean[0], scaled[0]) == (1, 0) and mean[-1] == scaled[-1] == 2.5
    assert mean - scaled == pytest.approx(1 - p)


def test_weight_scaling_is_not_the_mean_where_two_layers_are_dropped():
    x, scaled, mean = values(pictures.geometric())
    (at,) = np.flatnonzero(x == 1)
    said = errata.report("geometric")
    assert f"weight scaling gives {scaled[at]:.2f}" in said
    assert f"normalised geometric mean is {mean[at]:.2f}" in said
    assert (scaled <= mean + 1e-12).all() and scaled[at] < mean[at]


def test_a_wrong_index_hides_at_two_places():
    p, right, wrong = values(pictures.index())
    assert p[np.isclose(right, wrong)].tolist() == [0.2, 0.8]
