"""The figures show the numbers of the mathematics, and their sentences say the same."""

import inspect
import math
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dropoutlab import network as nn
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import masking as figures
from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import unit_places
from dropoutlab.masks import mask_probability
from dropoutlab.samples import Sample
from tests.figures import seen

ALL_DRAWN = [(tenth / 10, mask) for tenth in range(1, 11) for mask in range(1, 21)]


def crosses(axes):
    return sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == "x")


# --- one mask on a network


@pytest.mark.parametrize(("keep_prob", "mask"), ALL_DRAWN[::17])
def test_the_drawn_network_and_its_sentence_show_the_mask(keep_prob, mask):
    inputs, *hidden = figures.drawn_masks(keep_prob, mask)
    dropped = sum((part == 0).sum() for part in (inputs, *hidden))
    assert crosses(figures.draw_thinned_network(keep_prob, mask).axes[0]) == dropped
    said = figures.describe_thinned_network(keep_prob, mask)
    assert f"{inputs.sum():.0f} of 4 inputs" in said
    assert f"{sum(part.sum() for part in hidden):.0f} of 12 hidden units" in said


def test_the_probability_of_a_mask_is_said_right():
    for mask in range(1, 21):
        assert "1 in 65,536" in figures.describe_thinned_network(0.5, mask)
        assert "only possible one" in figures.describe_thinned_network(1.0, mask)
    kept = int(sum(part.sum() for part in figures.drawn_masks(0.7, 3)))
    chance = 0.7**kept * 0.3 ** (16 - kept)
    assert f"1 in {1 / chance:,.0f}" in figures.describe_thinned_network(0.7, 3)
    assert figures._odds(0.0234) == "has probability 0.023"


def test_units_only_come_back_as_the_keep_probability_rises():
    for mask in range(1, 21):
        kept = [np.concatenate(figures.drawn_masks(tenth / 10, mask)) for tenth in range(1, 11)]
        assert (np.diff(kept, axis=0) >= 0).all()
        assert (kept[-1] == 1).all()


def test_some_masks_drop_a_whole_layer_and_then_no_input_arrives():
    rng = np.random.default_rng(0)
    net = nn.new_network(figures.DRAWN_SIZES, rng, dtype=np.float64)
    all_masks = [figures.drawn_masks(0.1, k) for k in range(1, 21)]
    for layer in range(3):
        assert sum(masks[layer].sum() == 0 for masks in all_masks) >= 2
    whole = [masks for masks in all_masks if min(mask.sum() for mask in masks) == 0]
    for masks in whole:
        outputs = nn.forward(net, rng.standard_normal((5, 4)), [mask[None] for mask in masks])[-1]
        assert (outputs == outputs[0]).all()


# --- one layer, written out

ALL_EIGHT = [[k & 1, k >> 1 & 1, k >> 2] for k in range(8)]
W, H, B = figures.LAYER_WEIGHTS, figures.LAYER_ACTIVATIONS, figures.LAYER_BIASES


def in_cells(axes):
    """What is written in the picture of a layer, from left to right and from top to bottom."""
    texts = [text for text in axes.texts if re.fullmatch(r"−?\d\.\d", text.get_text())]
    by_place = sorted(texts, key=lambda text: (text.get_position()[0], -text.get_position()[1]))
    return [float(text.get_text().replace("−", "-")) for text in by_place], by_place


def by_columns(*parts):
    return np.concatenate([np.ravel(part, order="F") for part in parts])


@pytest.mark.long
@pytest.mark.parametrize("mask", ALL_EIGHT)
def test_the_layer_and_its_slips_are_what_their_formulas_say(mask):
    z = np.array(mask)
    s = np.log(H / (1 - H))  # pre-activations of the sigmoid units
    sent = 1 / (1 + np.exp(-s * z))
    right = W @ (H * z) + B
    assert np.allclose(W * z @ H + B, right)  # zero columns
    wanted = {
        "": [W, H * z, B, right],
        "bias": [W, H * z + B, W @ (H * z + B)],
        "rows": [W * z[:, None], H, B, (W * z[:, None]) @ H + B],
        "before": [W, sent, B, W @ sent + B],
    }
    for slip, parts in wanted.items():
        kept = tuple(map(bool, mask))
        figure = figures.draw_slip(slip, *kept) if slip else figures.draw_layer(*kept)
        (axes,) = figure.axes
        numbers, texts = in_cells(axes)
        assert np.allclose(numbers, by_columns(*parts))
        found = dict(zip(["third", "second", "first"], reversed(numbers), strict=False))
        assert list(found.values()) == pytest.approx(parts[-1][::-1])
        wrong = [text.get_color() == style.OTHER for text in texts[-3:]]
        assert wrong == list(~np.isclose(parts[-1], right))
        assert crosses(axes) == 3 - sum(mask)
        said = figures.describe_layer(slip or "bias", *kept)
        assert "The layer gives (" + ", ".join(f"{a:.1f}" for a in right) in said.replace("−", "-")


def test_a_click_on_a_unit_of_the_layer_turns_it_over():
    settings = [found for _, found in handles_of(figures.draw_layer(True, False, True))]
    assert settings == [{"first": False}, {"second": True}, {"third": False}]
    settings = [found for _, found in handles_of(figures.draw_gradients(True, False, True))]
    assert settings == [{"top": False}, {"middle": True}, {"bottom": False}]


def test_no_slip_looks_right_but_rows_where_nothing_is_dropped_or_everything():
    for slip in figures.SLIPS:
        for mask in ALL_EIGHT:
            right, wrong = (figures.masked_layer(mask, how)[3] for how in ("", slip))
            same = (slip != "bias" and sum(mask) == 3) or (slip == "rows" and not sum(mask))
            assert np.allclose(right, wrong) == same
            assert ("would give the same" in figures.describe_layer(slip, *mask)) == same
    with pytest.raises(ValueError, match="slip must"):
        figures.masked_layer([1, 1, 1], "other")


# --- gradients under a mask


@pytest.mark.parametrize("mask", ALL_EIGHT)
def test_gradients_are_those_of_finite_differences(mask):
    net, x = figures.GRADIENT_NETWORK, figures.GRADIENT_INPUT[0]
    target = figures.GRADIENT_TARGET[0]

    def error(first, second):
        h = 1 / (1 + np.exp(-(first @ x + net.biases[0])))
        return ((second @ (h * mask) + net.biases[1] - target) ** 2).sum() / 2

    value, gradients, _of_biases = figures.masked_gradients(mask)
    assert math.isclose(value, error(*net.weights))
    for layer, gradient in enumerate(gradients):
        for place in np.ndindex(gradient.shape):
            steps = []
            for step in (1e-6, -1e-6):
                weights = [w.copy() for w in net.weights]
                weights[layer][place] += step
                steps.append(error(*weights))
            assert np.isclose(gradient[place], (steps[0] - steps[1]) / 2e-6, atol=1e-8)


@pytest.mark.parametrize("mask", ALL_EIGHT)
def test_six_gradients_a_dropped_unit_are_exactly_zero_and_no_others(mask):
    _error, (into_hidden, into_outputs), (of_hidden, of_outputs) = figures.masked_gradients(mask)
    kept = np.array(mask) == 1
    assert ((into_hidden != 0) == kept[:, None]).all()
    assert ((into_outputs != 0) == kept).all()
    assert ((of_hidden != 0) == kept).all() and (of_outputs != 0).all()
    assert figures.zero_gradients(*map(bool, mask)) == 6 * (3 - sum(mask))
    said = figures.describe_gradients(*map(bool, mask))
    assert f"Of the 20 gradients, of weights and biases, {6 * (3 - sum(mask))} are" in said


@pytest.mark.parametrize("mask", ALL_EIGHT)
def test_a_line_is_as_wide_as_its_gradient_is_large(mask):
    (axes,) = figures.draw_gradients(*map(bool, mask)).axes
    _error, *gradients = figures.masked_gradients(mask)
    weights, biases = (np.concatenate([np.abs(g).ravel() for g in part]) for part in gradients)
    lines, *stubs = axes.collections
    dotted = np.array([dashes is not None for _offset, dashes in lines.get_linestyles()])
    assert (dotted == (weights == 0)).all()
    widths, scale = np.array(lines.get_linewidths())[~dotted], figures._largest_gradient()
    assert np.allclose(widths, figures.WIDEST * weights[~dotted] / scale)
    live, *still = stubs
    assert np.allclose(live.get_linewidths(), figures.WIDEST * biases[biases > 0] / scale)
    assert sum(len(part.get_segments()) for part in still) == (biases == 0).sum()
    assert all(dashes is not None for part in still for _offset, dashes in part.get_linestyles())
    assert max([*widths, *live.get_linewidths()]) <= figures.WIDEST * (1 + 1e-12)
    assert [text.get_text() for text in axes.texts][-1] == "bias"


def test_the_line_of_a_bias_hangs_below_its_unit():
    (axes,) = figures.draw_gradients().axes
    _lines, stubs = axes.collections
    tops = np.array([segment[0] for segment in stubs.get_segments()])
    ends = np.array([segment[1] for segment in stubs.get_segments()])
    _inputs, *places = unit_places(figures.GRADIENT_NETWORK.sizes, figures.GRADIENT_BOX)
    assert np.allclose(tops, np.concatenate(places))
    assert np.allclose(tops - ends, (0, figures.STUB))


def test_the_gradients_sentence():
    assert figures.describe_gradients(True, True, True).startswith("Dropped hidden units: none;")
    assert "units: top and bottom;" in figures.describe_gradients(False, True, False)
    error, *_gradients = figures.masked_gradients([0, 0, 0])
    b, y = figures.GRADIENT_NETWORK.biases[1], figures.GRADIENT_TARGET[0]
    assert math.isclose(error, ((b - y) ** 2).sum() / 2)  # only the bias is left
    assert figures.describe_gradients(False, False, False).startswith(
        f"Dropped hidden units: top, middle and bottom; the error is {error:.2f}."
    )


# --- how many survive


def binomial(n, k, p):
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize(("n", "p"), [(4, 0.1), (16, 0.5), (256, 0.8), (32, 1.0)])
def test_survivors_are_drawn_and_described(n, p):
    (axes,) = figures.draw_survivors(n, p).axes
    band, *all_bars = axes.patches
    values = []
    for bars in all_bars:
        feet, tops = bars.get_path().vertices[::2], bars.get_path().vertices[1::2]
        assert (feet[:, 0] == tops[:, 0]).all() and (feet[:, 1] == 0).all()
        assert not bars.get_path().should_simplify
        counts = np.rint(tops[:, 0] * n).astype(int)
        assert np.allclose(counts, tops[:, 0] * n)
        chances = np.array([100 * binomial(n, k, p) for k in counts])
        assert np.allclose(tops[:, 1], chances.clip(max=45))
        values += list(chances)
        assert figures.THIN <= bars.get_linewidth() <= figures.THICK
        blue = to_rgb(bars.get_edgecolor()) == to_rgb(style.KEPT)
        assert ((counts == n / 2) == blue).all()
    assert sum(values) > 99  # per cent: what is left out is too small to see
    assert np.allclose(axes.lines[0].get_xdata(), p)
    sd = math.sqrt(p * (1 - p) / n)
    ends = max(0, p - 2 * sd), min(1, p + 2 * sd)
    assert np.allclose([band.get_x(), band.get_x() + band.get_width()], ends)
    said = figures.describe_survivors(n, p)
    assert f"{n * p:.1f} are kept on average, with standard deviation {n * sd:.1f}" in said
    half = binomial(n, n // 2, p)
    if half > 0.001:
        assert f"Exactly half are kept with probability {half:.3f};" in said


@pytest.mark.parametrize(
    ("n", "p", "said"),
    [
        (4, 0.9, ["66 % → at 0.86, 44 right"]), (4, 0.1, ["← 66 % at 0.14, 44 left"]),
        (256, 1.0, ["100 % → at 0.86, 44 right"]), (8, 0.0, ["← 100 % at 0.14, 44 left"]),
        (8, 0.9, []), (4, 0.8, []), (16, 0.5, []),
    ],
)  # fmt: skip
def test_a_bar_that_is_cut_has_its_number_beside_its_end(n, p, said):
    (axes,) = figures.draw_survivors(n, p).axes
    assert [seen.text(text) for text in axes.texts] == [
        words.replace(" at ", " grey at ") + " top" for words in said
    ]
    whole = max(100 * binomial(n, k, p) for k in range(n + 1))
    tallest = max(bars.get_path().vertices[:, 1].max() for bars in axes.patches[1:])
    assert tallest == pytest.approx(min(whole, 45)) and (whole > 45) == bool(said)
    seen.assert_readable(axes.figure)


def test_how_often_half_are_kept_beside_one_more_or_less():
    for n in (4, 16, 256):
        half, less = (100 * binomial(n, k, 0.5) for k in (n // 2, n // 2 - 1))
        assert figures.half_is_rare(n) == (
            f"In {half:.0f} of a hundred; {n // 2 - 1} or {n // 2 + 1} are kept in {2 * less:.0f}."
        )
    assert figures.half_is_rare() == "In 20 of a hundred; 7 or 9 are kept in 35."


@pytest.mark.parametrize(("unit", "bias"), [(0, "0.3"), (1, "−0.4"), (2, "0.1")])
def test_a_bias_in_the_bracket_is_what_the_column_of_a_dropped_unit_is_multiplied_by(unit, bias):
    assert figures.bias_in_the_bracket(unit) == (
        "The mask gives 0, and then a bias is added: the column is multiplied by " + bias + "."
    )
    if unit == 1:
        assert figures.bias_in_the_bracket() == figures.bias_in_the_bracket(unit)


def test_the_survivors_start_with_a_narrower_layer_than_their_question_is_asked_of():
    for draw in (figures.draw_survivors, figures.draw_drawn_survivors):
        defaults = {k: v.default for k, v in inspect.signature(draw).parameters.items()}
        assert defaults == {"width": 4, "keep_prob": 0.5}


@pytest.mark.long
@pytest.mark.parametrize("n", [4, 8, 16, 256])
def test_no_bar_leaves_the_axes_of_the_survivors_and_they_hold_still(n):
    for draw in (figures.draw_survivors, figures.draw_drawn_survivors):
        drawn = [draw(*with_).axes[0] for with_ in ((n, 0.1), (n, 0.5), (n, 1.0), (32, 0.5))]
        assert len({(axes.get_xlim(), axes.get_ylim()) for axes in drawn}) == 1
    for p in (0.0, 0.04, 0.1, 0.2, 0.5, 0.9, 0.95, 0.999, 1.0):
        axes = figures.draw_survivors(n, p).axes[0]
        _band, *all_bars = axes.patches
        tops = [bars.get_path().vertices[:, 1].max() for bars in all_bars]
        assert max(tops) <= axes.get_ylim()[1] + 1e-9


@pytest.mark.parametrize(("n", "p"), [(4, 0.5), (16, 0.5), (256, 0.8), (32, 1.0)])
def test_masks_that_are_drawn_are_dots_and_those_with_half_are_blue(n, p):
    shares = figures.drawn_shares(n, p)
    assert shares.shape == (figures.ROWS,) and np.allclose(shares * n, np.rint(shares * n))
    assert abs(shares.mean() - p) <= 5 * math.sqrt(p * (1 - p) / n / figures.ROWS)
    (axes,) = figures.draw_drawn_survivors(n, p).axes
    dots = {line.get_color(): line.get_xdata() for line in axes.lines if line.get_marker() == "o"}
    assert sorted(np.concatenate(list(dots.values()))) == pytest.approx(sorted(shares))
    assert (dots[style.KEPT] == 0.5).all() and (dots[style.DROPPED] != 0.5).all()
    assert figures.describe_survivors(n, p).endswith(f"drawn here, {len(dots[style.KEPT])} do.")


def test_exactly_half_is_rarer_in_a_wider_layer():
    said = [figures.describe_survivors(n, 0.5) for n in (4, 16, 256)]
    chances = [float(re.search(r"half .* probability ([\d.]+);", text)[1]) for text in said]
    assert chances == sorted(chances, reverse=True) and len(set(chances)) == 3
    assert "with probability below 0.001;" in figures.describe_survivors(256, 0.9)
    assert "with probability 0;" in figures.describe_survivors(256, 1.0)
    assert figures.half_kept(16) == pytest.approx(100 * binomial(16, 8, 0.5))


# --- all thinned networks of a small one


def test_eight_outputs_are_those_of_the_same_weights():
    masks, outputs = figures.eight_outputs()
    assert len(np.unique(masks, axis=0)) == 8
    net, x = figures.EIGHT_NETWORK, figures.EIGHT_INPUT[0]
    h = 1 / (1 + np.exp(-(net.weights[0] @ x + net.biases[0])))
    by_hand = [(net.weights[1] @ (h * z) + net.biases[1])[0] for z in masks]
    assert np.allclose(outputs, 1 / (1 + np.exp(-np.array(by_hand))))
    assert len(np.unique(outputs.round(2))) == 8  # as printed, no two look the same


@pytest.mark.parametrize("keep_prob", [0.1, 0.5, 0.8, 1.0])
def test_eight_networks_show_their_probabilities_and_outputs(keep_prob):
    axes, line = figures.draw_eight_networks(keep_prob).axes
    masks, outputs = figures.eight_outputs()
    chances = mask_probability(masks, keep_prob)
    assert [text.get_text() for text in axes.texts] == [
        f"P = {100 * chance:.1f} %\noutput {output:.2f}"
        for chance, output in zip(chances, outputs, strict=True)
    ]
    full, bars = (
        np.ptp([segment[:, 0] for segment in lines.get_segments()], axis=1)
        for lines in axes.collections[-2:]
    )
    assert np.allclose(bars / full, chances)
    *dots, mean = line.lines
    assert [dot.get_xydata().tolist() for dot in dots] == [[[output, 0]] for output in outputs]
    areas = np.array([dot.get_markersize() for dot in dots]) ** 2
    large = areas > 9.01  # the least that is seen
    assert np.allclose(areas[large], areas.max() * chances[large] / chances.max())
    assert mean.get_xydata()[0] == pytest.approx((chances @ outputs, 0))
    assert [text.get_text() for text in line.texts] == [f"mean {chances @ outputs:.3f}"]
    said = figures.describe_eight_networks(keep_prob)
    assert f"P = {100 * chances.max():.1f} %" in said
    assert said.endswith(f"is {chances @ outputs:.3f}.")
    most = masks[chances.argmax()].sum()
    if keep_prob != 0.5:
        assert (f"keeps {'all three hidden units' if most else 'no hidden unit'}") in said


# --- fresh masks


def test_gradient_noise_is_drawn_with_the_interval_of_each_sample():
    samples = [
        Sample(arm, "gradient variance", (0, 1, 2), np.array(values), {"examples": size})
        for arm, by_size in (
            ("shared mask", {1: [3.0, 4.0, 5.0], 2: [2.9, 3.0, 3.1]}),
            ("fresh masks", {1: [3.0, 4.0, 5.0], 2: [1.8, 2.0, 2.2]}),
        )
        for size, values in by_size.items()
    ]
    (axes,) = figures.draw_gradient_noise(samples).axes
    assert not axes.texts  # nothing that a line at a place could cross
    drawn = {line.get_label(): line for line in axes.lines}
    assert np.allclose(drawn["fresh masks"].get_xydata(), [(1, 4), (2, 2)])
    assert np.allclose(drawn["shared mask"].get_xydata(), [(1, 4), (2, 3)])
    assert drawn["fresh masks"].get_color() == style.MEAN_E_D
    assert drawn["shared mask"].get_color() == style.OTHER
    for band, line in zip(axes.collections, axes.lines, strict=True):
        assert np.allclose(band.get_facecolor()[0, :3], to_rgb(line.get_color()))
        found = [s.summary() for s in samples if s.arm == line.get_label()]
        at = band.get_paths()[0].vertices
        for size, summary in zip((1, 2), found, strict=True):
            ends = at[at[:, 0] == size][:, 1]
            assert (ends.min(), ends.max()) == pytest.approx((summary.low, summary.high))


def test_the_gradient_noise_is_read_off_at_each_size():
    samples = [
        Sample(arm, "gradient variance", (0, 1), np.array(values), {"examples": size})
        for arm, by_size in (
            ("fresh masks", {1: [3.0, 5.0], 10: [0.3, 0.5], 100: [0.03, 0.05]}),
            ("shared mask", {1: [3.0, 5.0], 10: [0.9, 1.1], 100: [0.7, 0.9]}),
        )
        for size, values in by_size.items()
    ]
    curves = figures.gradient_noise_curves(samples)
    assert list(curves.places) == [1, 10, 100]
    assert curves.describe(10) == (
        "Variance of the gradient with M = 10: 0.40 ± 1.27 with fresh masks, "
        "1.00 ± 1.27 with a shared mask."
    )
    found = [settings for _, settings in handles_of(curves.draw(10))]
    assert found == [{"at": 1}, {"at": 10}, {"at": 100}]
    assert figures.say_bend(samples) == (
        "With the shared mask, 10 examples leave 25 % of the variance of 1, but 100 leave 80 % of "
        "the variance of 10."
    )


def test_what_a_shared_mask_costs_is_the_difference_at_each_rate():
    samples = [
        Sample(arm, "test error", (0, 1, 2), np.array(values), {"learning_rate": rate})
        for arm, rate, values in (
            ("fresh masks", 0.1, [9.0, 10.0, 11.0]),
            ("fresh masks", 0.01, [9.0, 10.0, 12.0]),
            ("shared mask", 0.1, [11.0, 12.5, 13.0]),
            ("shared mask", 0.01, [9.5, 10.0, 12.0]),
        )
    ]
    (axes,) = figures.draw_sharing_costs(samples).axes
    dots = [line.get_xydata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert np.allclose(dots, [(6.5 / 3, 0), (0.5 / 3, 1)])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["rate 0.1", "rate 0.01"]
