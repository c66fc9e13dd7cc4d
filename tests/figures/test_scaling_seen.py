"""What is seen of the pictures of scaling: axes, lines, names, places and whole sentences."""

from itertools import product

import numpy as np
import pytest

from dropoutlab.experiments import SchemeGaps
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import scaling as figures
from dropoutlab.samples import Sample
from tests.figures import seen

pytestmark = pytest.mark.long  # alone a moment each; together seconds


def apart(last=4e-2):
    boxes = product((False, True), repeat=3)
    gaps = {box: np.array([[0.0, 1e-3, last / 2], [0.0, 2e-3, last]]) for box in boxes}
    return figures.SchemesApart(SchemeGaps(np.array([0, 10, 20]), gaps))


def parted():
    """Pairs parted the more, the more settings are left out, most by the learning rate."""
    gaps = {}
    for box in product((False, True), repeat=3):
        size = 40 * (not box[0]) + 15 * (not box[1]) + 5 * (not box[2])
        gaps[box] = size * np.array([[0.0, 5e-4, 5e-4], [0.0, 1e-3, 1.5e-3]])
    return figures.SchemesApart(SchemeGaps(np.array([0, 10, 20]), gaps))


def mistakes():
    by_arm = {
        "weights × p": (50.0, 51.0), "not scaled": (51.0, 52.5), "weights × p twice": (54.0, 54.5),
        "biases × p too": (50.5, 51.0), "masks left on": (55.0, 57.0),
    }  # fmt: skip
    return figures.Mistakes([
        Sample(arm, measure, (0, 1), np.array(values) * factor)
        for arm, values in by_arm.items()
        for measure, factor in (("test error", 1), ("test loss", 0.04), ("training loss", 0.01))
    ])  # fmt: skip


def curves():
    errors = {
        ("weight scaling", None): (4.0, 6.0), ("Monte-Carlo", 1): (10.0, 14.0),
        ("geometric Monte-Carlo", 1): (11.0, 13.0), ("Monte-Carlo", 50): (3.0, 5.5),
        ("geometric Monte-Carlo", 50): (4.0, 6.2),
    }  # fmt: skip
    return figures.MonteCarloCurves([
        Sample(arm, measure, (0, 1), np.array(values) * factor,
               {} if masks is None else {"masks": masks})
        for (arm, masks), values in errors.items()
        for measure, factor in (("test error", 1), ("test loss", 0.1))
    ])  # fmt: skip


def exact_means():
    by_measure = {
        "from normalised geometric": 0.01, "from arithmetic": 0.05,
        "loss, normalised geometric": 2.0, "loss, arithmetic": 1.5, "loss, scaling": 1.75,
        "other class, normalised geometric": 2.0, "other class, arithmetic": 4.0,
    }  # fmt: skip
    return figures.ExactMeans([
        Sample(layers, name, (0, 1), np.array([value, value]) * factor)
        for layers, factor in (("one layer", 1), ("two layers", 1.5))
        for name, value in by_measure.items()
    ])  # fmt: skip


MISTAKEN = ": forgotten done twice biases too masks left on, 3.5 to -0.5"
AVERAGED = "geometric, one layer geometric, two layers arithmetic, one layer arithmetic, two layers"
PICTURES = {  # size in inches, at x, at y, where the axes are
    "pre-activations": (
        figures.draw_pre_activations, (4.4, 3.5), "pre-activation: −5 0 5 10, -5 to 11",
        "how often in training: , 0 to 1.05", (0.15, 0.17, 0.95, 0.88),
    ),
    "a ReLU": (
        figures.draw_passed_on, (4.4, 3.5), "what the ReLU passes on: −2 0 2 4, -3 to 5",
        "how often in training: , 0 to 1.05", (0.15, 0.17, 0.95, 0.81),
    ),
    "errors of mistakes": (
        lambda: mistakes().draw("test error"), (4.4, 3.2),
        "change in points of test error: 0 2 4 6, -1 to 7", MISTAKEN, (0.04, 0.2, 0.96, 0.98),
    ),
    "losses of mistakes": (
        mistakes().draw, (4.4, 3.2),
        "change in test loss / nats: −1 0 1 2, -1 to 2", MISTAKEN, (0.04, 0.2, 0.96, 0.98),
    ),
    "training losses of mistakes": (
        lambda: mistakes().draw("training loss"), (4.4, 3.2),
        "change in training loss / nats: −1 0 1 2, -1 to 2", MISTAKEN, (0.04, 0.2, 0.96, 0.98),
    ),
    "schemes": (
        apart().draw, (4.4, 3.5), "updates: 0 5 10 15 20, 0 to 20",
        "difference of probabilities: 10⁻¹⁶ 10⁻¹² 10⁻⁸ 10⁻⁴ 1, 1e-18 to 10 log",
        (0.21, 0.17, 0.78, 0.97),
    ),
    "schemes, one left out": (
        lambda: parted().draw(True, False, True), (4.4, 3.5), "updates: 0 5 10 15 20, 0 to 20",
        "difference of probabilities: 0.001 0.01 0.1, 0.001 to 0.1 log", (0.21, 0.17, 0.78, 0.97),
    ),
    "line": (
        figures.draw_line, (3.6, 3.4), "output of a thinned network: 0 0.5 1, -0.01 to 1.01",
        ": , 0 to 1", (0.04, 0.165, 0.96, 0.715),
    ),
    "line of logits": (
        figures.draw_logit_line, (3.6, 3.4),
        "logit of a thinned network: −4 −2 0 2, -4.06 to 2.06", ": , 0 to 1",
        (0.04, 0.165, 0.96, 0.715),
    ),
    "distances of means": (
        exact_means().draw, (4.4, 2.9), "distance from weight scaling: 0 0.04 0.08, -0.005 to 0.09",
        f": {AVERAGED}, 3.5 to -0.5", (0.04, 0.22, 0.96, 0.98),
    ),
    "losses of means": (
        lambda: exact_means().draw("loss"), (4.4, 2.9),
        "loss − that of weight scaling: −0.2 0, -0.3 to 0.1", f": {AVERAGED}, 3.5 to -0.5",
        (0.04, 0.22, 0.96, 0.98),
    ),
    "answers of means": (
        lambda: exact_means().draw("other answers"), (4.4, 2.9),
        "answers that differ / %: 0 5 10, -1 to 14", f": {AVERAGED}, 3.5 to -0.5",
        (0.04, 0.22, 0.96, 0.98),
    ),
    "masks": (
        curves().draw, (4.4, 3.5),
        "masks averaged: 1 50, 0.8223 to 60.8 log",
        "difference in test error: −2 0 2 4 6, -2 to 6", (0.19, 0.16, 0.98, 0.81),
    ),
    "masks for the loss": (
        lambda: curves().draw("test loss"), (4.4, 3.5), "masks averaged: 1 50, 0.8223 to 60.8 log",
        "difference in test loss: −1.0 −0.5 0.0 0.5 1.0, -1 to 1", (0.19, 0.16, 0.98, 0.81),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_axes_of_a_picture(name):
    draw, *expected = PICTURES[name]
    numbers = "means" not in name and "mistakes" not in name
    seen.assert_one_plane(draw(), *expected, numbers=numbers)


# --- pre-activations


def test_what_is_drawn_of_training_and_of_test():
    axes = figures.draw_pre_activations("none", 0.5).axes[0]
    assert [seen.line(line) for line in axes.lines] == ["blue - 3", "grey -- 2"]
    (stairs,) = axes.patches
    assert seen.patch(stairs) == "grey 0.35" and stairs.get_fill()
    legend = axes.get_legend()
    assert [f"{text.get_text()} {seen.color(text.get_color())}" for text in legend.get_texts()] == [
        "training grey", "test blue", "training, mean grey"
    ]  # fmt: skip
    assert legend._ncols == 3 and not legend.get_frame_on()
    axes.figure.draw_without_rendering()
    box = legend.get_window_extent().transformed(axes.transAxes.inverted())
    assert box.y0 > 1 and (box.x0 + box.x1) / 2 == pytest.approx(0.46, abs=0.005)


def test_what_is_drawn_of_a_relu():
    axes = figures.draw_passed_on(0.3).axes[0]
    assert [seen.line(line) for line in axes.lines] == ["grey -- 2", "blue - 3"]
    assert axes.lines[1].get_zorder() < axes.lines[0].get_zorder()
    filled, outline = axes.patches
    assert seen.patch(filled) == "grey 0.35" and filled.get_fill()
    assert seen.patch(outline) == "none, edge grey 1" and not outline.get_fill()
    edges = filled.get_data().edges
    assert (edges[0], edges[-1]) == (-3.25, 5.25) and np.allclose(np.diff(edges), 0.5)
    assert np.array_equal(outline.get_data().edges, edges)
    legend = [f"{text.get_text()} {seen.color(text.get_color())}"
              for text in axes.get_legend().get_texts()]  # fmt: skip
    assert legend == ["masks grey", "the sum grey", "their mean grey", "weight scaling blue"]
    assert axes.get_legend()._ncols == 2


def test_a_legend_in_one_row_is_narrow():
    legend = figures.draw_pre_activations().axes[0].get_legend()
    spaces = (legend.handlelength, legend.handletextpad, legend.columnspacing)
    assert spaces == (1.4, 0.5, 1.2)


def test_the_bins_cover_the_axis_and_have_values_in_their_middles():
    for scheme, keep_prob in (("none", 0.5), ("inverted", 0.3)):
        axes = figures.draw_pre_activations(scheme, keep_prob).axes[0]
        heights, edges, _ = axes.patches[0].get_data()
        assert (edges[0], edges[-1]) == (-5.25, 11.25) and np.allclose(np.diff(edges), 0.5)
        assert heights.max() == 1
        unit = figures.pre_activations(scheme, keep_prob)
        places = np.floor((unit.values - edges[0]) / 0.5)
        shares = [unit.probability[places == k].sum() for k in range(len(heights))]
        assert heights == pytest.approx(shares / max(shares))


@pytest.mark.parametrize(
    ("scheme", "keep_prob", "said"),
    [
        ("none", 0.5, "Nothing scaled, keep probability 0.5: the pre-activation has mean 1.00 and "
         "standard deviation 0.89 in training; at test time it is 3.00, 2.00 too high."),
        ("bias too", 0.5, "Weights and bias times p at test time, keep probability 0.5: the "
         "pre-activation has mean 1.00 and standard deviation 0.89 in training; at test time it is "
         "1.50, 0.50 too high."),
        ("standard", 0.9, "Weights times p at test time, keep probability 0.9: the pre-activation "
         "has mean 2.60 and standard deviation 0.53 in training; at test time it is 2.60, equal to "
         "the mean."),
        ("inverted", 0.3, "Inverted dropout, keep probability 0.3: the pre-activation has mean "
         "3.00 and standard deviation 2.71 in training; at test time it is 3.00, equal to the "
         "mean."),
    ],
)  # fmt: skip
def test_the_sentence_of_each_scheme(scheme, keep_prob, said):
    assert figures.describe_pre_activations(scheme, keep_prob) == said


@pytest.mark.parametrize("p", [0.5, 0.9])
def test_how_many_masks_reach_the_value_at_test_time(p):
    """In whole hundredths, so that no sum is rounded."""
    products = np.multiply(figures.EXAMPLE_WEIGHTS, figures.EXAMPLE_INPUTS) * 100
    products = np.rint(products).astype(int)
    masks = np.array(list(product((0, 1), repeat=12)))
    kept, total = masks.sum(axis=1), products.sum()
    share = (p**kept * (1 - p) ** (12 - kept))[masks @ products >= total].sum()
    assert figures.where_the_test_value_lies(p) == (
        f"Only {100 * share:.1f} % of the masks reach it: with all inputs there, the sum is "
        f"{total / 100 - 1:.2f}, and in training it is {p * total / 100 - 1:.2f} on average."
    )
    assert figures.where_the_test_value_lies() == figures.where_the_test_value_lies(0.5)


# --- mistakes at test time


def test_the_numbers_of_the_mistakes():
    wanted = {
        "test error": ["+1.2 ± 3.2", "+3.8 ± 3.2", "+0.2 ± 3.2", "+5.5 ± 6.4"],
        "test loss": ["+0.05 ± 0.13", "+0.15 ± 0.13", "+0.01 ± 0.13", "+0.22 ± 0.25"],
    }
    for measure, texts in wanted.items():
        axes = mistakes().draw(measure).axes[0]
        assert [seen.text(text) for text in axes.texts] == [
            f"{text} purple at 1, {k - 0.2:.4g} right center" for k, text in enumerate(texts)
        ]
        assert [seen.line(line) for line in axes.lines] == ["purple o 8"] * 4
    axes = mistakes().draw().axes[0]
    assert [text.get_text() for text in axes.texts] == wanted["test loss"]


def test_the_sentence_of_the_losses_of_mistakes():
    assert mistakes().describe("test loss") == (
        "Test loss: 2.02 ± 0.25 scaled as it should be (blind guessing: 2.30); forgotten +0.05 ± "
        "0.13, done twice +0.15 ± 0.13, biases too +0.01 ± 0.13, masks left on +0.22 ± 0.25."
    )
    assert mistakes().describe("training loss").startswith(
        "Training loss: 0.51 ± 0.06 scaled as it should be; forgotten +0.01 ± 0.03, "
    )  # fmt: skip


# --- the schemes apart


def test_the_difference_of_the_schemes_and_the_level_of_rounding():
    axes = apart().draw().axes[0]
    assert [seen.line(line) for line in axes.lines] == ["purple - 1.5", "grey : 1"]
    difference, rounding = axes.lines
    assert np.allclose(difference.get_xydata(), [(10, 1.5e-3), (20, 3e-2)])
    assert list(rounding.get_ydata()) == [figures.ROUNDING] * 2
    assert [seen.color(band.get_facecolor()[0]) for band in axes.collections] == ["purple 0.25"]
    (name,) = axes.texts
    assert seen.text(name) == "rounding grey at 20.6, 2.22e-16 left center"


@pytest.mark.parametrize("chosen", [*product((False, True), repeat=3)][:-1])
def test_each_setting_left_out_alone_has_its_named_line_beside_the_chosen_one(chosen):
    axes, gaps = parted().draw(*chosen).axes[0], parted().found.gaps
    names = {
        "learning\nrate": (False, True, True), "weight\ndecay": (True, False, True),
        "max-norm": (True, True, False),
    }  # fmt: skip
    own, *others = axes.lines
    assert seen.line(own) == "purple - 1.5"
    assert list(own.get_ydata()) == pytest.approx(list(gaps[chosen][:, 1:].mean(axis=0)))
    pale = [box for box in names.values() if box != chosen]
    assert [seen.line(line) for line in others] == ["purple 0.45 - 1.5"] * len(pale)
    for box, line in zip(pale, others, strict=True):
        assert np.allclose(line.get_xydata().T, [(10, 20), gaps[box][:, 1:].mean(axis=0)])
    assert [seen.text(text) for text in axes.texts] == [
        f"{name} {'purple' if box == chosen else 'ink'} at 20.6, {gaps[box][:, -1].mean():.4g} "
        "left center" for name, box in names.items()
    ]  # fmt: skip
    assert len(axes.collections) == 1  # the others have no bands


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (4e-2, "0.030 (mean of 2 pairs of networks; from 0.020 to 0.040)"),
        (2e-3, "0.002 (mean of 2 pairs of networks; from 0.001 to 0.002)"),
        (1.8e-3, "0.001 (mean of 2 pairs of networks; from 9 × 10⁻⁴ to 0.002)"),
        (4e-8, "3 × 10⁻⁸ (mean of 2 pairs of networks; from 2 × 10⁻⁸ to 4 × 10⁻⁸)"),
    ],
)
def test_a_small_difference_has_a_raised_power(last, said):
    assert apart(last).describe(False, True, False) == (
        "With weight decay rescaled: after 20 updates the probabilities at test time differ by "
        f"{said}."
    )


def test_what_each_setting_costs_that_is_left_out():
    gaps = {box: np.full((2, 3), 0.1 * (1 + box[0] + 2 * box[1] + 4 * box[2]))
            for box in product((False, True), repeat=3)}  # fmt: skip
    gaps[False, True, True][1, -1] += 0.01  # a mean of 0.705 at the end
    assert figures.SchemesApart(SchemeGaps(np.array([0, 10, 20]), gaps)).say_left_out() == (
        "Left as it is, the learning rate parts them by 0.705 on average, the weight decay by "
        "0.600, the max-norm by 0.400."
    )


def test_the_schemes_start_with_all_rescaled():
    gaps = {box: np.full((2, 3), 1.0 + sum(box)) for box in product((False, True), repeat=3)}
    axes = figures.SchemesApart(SchemeGaps(np.array([0, 10, 20]), gaps)).draw().axes[0]
    assert list(axes.lines[0].get_ydata()) == [4, 4]


def test_what_was_rescaled_is_listed():
    assert (
        apart()
        .describe(True, True, True)
        .startswith("With learning rate, weight decay, max-norm rescaled: after 20 updates")
    )
    assert (
        apart()
        .describe(False, False, False)
        .startswith("With the same settings for both: after 20 updates")
    )


# --- all thinned networks on one line


@pytest.mark.parametrize("draw", [figures.draw_line, figures.draw_logit_line])
def test_the_looks_of_the_lines(draw):
    axes = draw(6, "relu").axes[0]
    assert [seen.line(line) for line in axes.lines] == [
        "orange -- 2",
        "green 0.35 - 9",
        "blue - 2",
    ]
    legend = axes.get_legend()
    assert [seen.line(line) for line in legend.legend_handles] == [
        seen.line(line) for line in axes.lines
    ]
    colors = [seen.color(text.get_color()) for text in legend.get_texts()]
    assert colors == ["orange", "green", "blue"]
    assert legend._ncols == 1 and legend.handlelength == 1.8 and not axes.texts
    visible = [name for name, spine in axes.spines.items() if spine.get_visible()]
    assert visible == ["bottom"]


def named(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_what_is_said_above_the_two_lines():
    mean, of_logits, scaling = figures.line_averages(6, "relu").values()
    assert named(figures.draw_line(6, "relu")) == [
        f"mean of outputs {mean:.3f}", f"mean of logits, as an output {of_logits:.3f}",
        f"weight scaling {scaling:.3f}",
    ]  # fmt: skip
    mean, of_logits, scaling = (
        f"{np.log(value / (1 - value)):.2f}".replace("-", "−")
        for value in (mean, of_logits, scaling)
    )
    assert named(figures.draw_logit_line(6, "relu")) == [
        f"mean of outputs, as a logit {mean}", f"mean of logits {of_logits}",
        f"weight scaling {scaling}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "low", "length"), [(figures.draw_line, 0, 1), (figures.draw_logit_line, -4, 6)]
)
@pytest.mark.parametrize(("units", "size"), [(3, 4), (6, 4), (7, None)])
def test_dots_are_short_round_strokes_as_thick_as_the_stack_allows(draw, low, length, units, size):
    (dots,) = draw(units, "relu").axes[0].patches
    assert seen.patch(dots).startswith("none, edge grey 0.7 ") and dots.get_capstyle() == "round"
    assert not dots.get_clip_on() and dots.get_snap() is False
    points = dots.get_path().vertices
    starts, ends = points[::2], points[1::2]
    assert np.allclose(ends - starts, (0.001 * length, 0))
    codes = dots.get_path().codes
    assert set(codes[::2]) == {dots.get_path().MOVETO} and set(codes[1::2]) == {2}
    assert np.allclose((starts[:, 0] - low) / length * 50 % 1, 0.5)
    heights = np.unique(starts[:, 1].round(9))
    step = 2 * heights[0]  # the first stands half a step above the axis
    assert np.allclose(heights, step * (np.arange(len(heights)) + 0.5), atol=1e-8)
    assert step == pytest.approx(min(0.045, 0.95 / len(heights)), abs=1e-8)
    apart = 0.8 * step * 0.55 * 3.4 * 72  # points: four fifths of a step, the axes' height 0.55
    assert dots.get_linewidth() == pytest.approx(min(4, apart), rel=1e-6)
    assert size is None or dots.get_linewidth() == size


@pytest.mark.parametrize(
    ("draw", "low", "length"), [(figures.draw_line, 0, 1), (figures.draw_logit_line, -4, 6)]
)
@pytest.mark.parametrize("units", [8, 10])
def test_many_dots_are_bars_as_high_as_their_stacks(draw, low, length, units):
    (bars,) = draw(units, "relu").axes[0].patches
    assert seen.patch(bars) == "none, edge grey 0.7 4" and bars.get_capstyle() == "butt"
    assert not bars.get_clip_on() and bars.get_snap() is False
    path = bars.get_path()
    feet, heads = path.vertices[::2], path.vertices[1::2]
    assert set(path.codes[::2]) == {path.MOVETO} and set(path.codes[1::2]) == {path.LINETO}
    assert not path.should_simplify and (feet[:, 1] == 0).all()
    assert (feet[:, 0] == heads[:, 0]).all() and (np.diff(feet[:, 0]) > 0).all()
    values = figures.thinned_outputs(units, "relu")
    values = values if length == 1 else figures.logit(values)
    counts = np.histogram(values, 50, (low, low + length))[0]
    assert np.allclose((feet[:, 0] - low) / length * 50 - 0.5, np.flatnonzero(counts))
    assert np.allclose(heads[:, 1] / counts[counts > 0], min(0.045, 0.95 / counts.max()))


def test_two_hundred_dots_are_not_too_many():
    for count, cap in ((200, "round"), (201, "butt")):
        axes = figures._dots_on_a_line(np.full(count, 0.5), (0.0, 1.0))
        assert axes.patches[0].get_capstyle() == cap
    assert axes.patches[0].get_path().vertices == pytest.approx(
        np.array([[0.51, 0.0], [0.51, 0.95]])
    )


def test_values_at_the_ends_of_a_line_and_beyond_stay_on_it():
    axes = figures._dots_on_a_line(np.array([-0.3, 0.0, 0.5, 1.2]), (0.0, 1.0))
    starts = axes.patches[0].get_path().vertices[::2]
    assert np.allclose(starts[:, 0], [0.01, 0.01, 0.51, 0.99])
    assert np.allclose(starts[:, 1], 0.045 * np.array([0.5, 1.5, 0.5, 0.5]))


def test_the_network_of_the_line():
    network, inputs = figures.line_network(10, "relu")
    assert [weights.shape for weights in network.weights] == [(8, 10), (1, 8)]
    assert inputs.shape == (1, 10)
    assert [list(bias) for bias in network.biases] == [[1.0] * 8, [0.0]]
    assert (network.hidden, network.output, network.keep_prob) == ("relu", "logistic", (0.5, 1.0))
    rng = np.random.default_rng(figures.LINE_SEED)
    assert np.array_equal(inputs, rng.standard_normal((1, 10)))
    assert np.array_equal(network.weights[0], rng.standard_normal((8, 10)))
    assert np.array_equal(network.weights[1], 0.8 * rng.standard_normal((1, 8)))


def test_one_unit_is_few_enough_and_ten_are_not_too_many():
    assert len(figures.thinned_outputs(1, "linear")) == 2
    assert len(figures.thinned_outputs(10, "linear")) == 1024
    for units in (0, 11):
        with pytest.raises(ValueError, match=f"^units must be .* 1 .* 10; got {units}$"):
            figures.line_network(units, "linear")


@pytest.mark.parametrize("hidden", ["linear", "relu"])
def test_the_sentence_of_three_units(hidden):
    mean, of_logits, scaling = figures.line_averages(3, hidden).values()
    above, verdict = {
        "linear": ("linear", "the same"),
        "relu": (
            "ReLU",
            f"{abs(scaling - of_logits):.3f} away from that "
            f"and {abs(scaling - mean):.3f} from the mean",
        ),
    }[hidden]
    assert figures.describe_line(3, hidden) == (
        f"3 units, each dropped half of the time, below {above} units: the outputs of the 8 "
        f"thinned networks have the mean {mean:.3f}; the mean of their logits gives "
        f"{of_logits:.3f}, and weight scaling {scaling:.3f}, {verdict}."
    )


# --- trained networks, exactly


def test_the_numbers_of_the_exact_means():
    for measure, texts in {
        "distance": ["0.010 ± 0.000", "0.015 ± 0.000", "0.050 ± 0.000", "0.075 ± 0.000"],
        "loss": ["+0.25 ± 0.00", "+0.38 ± 0.00", "−0.25 ± 0.00", "−0.38 ± 0.00"],
        "other answers": ["2.0 ± 0.0", "3.0 ± 0.0", "4.0 ± 0.0", "6.0 ± 0.0"],
    }.items():
        axes = exact_means().draw(measure).axes[0]
        assert [text.get_text() for text in axes.texts] == texts
        said = exact_means().describe(measure)
        label = axes.get_xlabel()
        means = [f"the {mean} mean with {layers} dropped" for mean in ("geometric", "arithmetic")
                 for layers in ("one layer", "two layers")]  # fmt: skip
        parts = [f"{text} for {mean}" for text, mean in zip(texts, means, strict=True)]
        assert said == f"{label[0].upper()}{label[1:]}: {', '.join(parts)}."
    axes = exact_means().draw().axes[0]
    assert axes.texts[0].get_text() == "0.010 ± 0.000"


# --- how many masks


def test_the_looks_of_the_curves_over_masks():
    figure = curves().draw()
    (axes,) = figure.axes
    assert [seen.line(line) for line in axes.lines] == [
        "orange - 1.5 o 6", "green - 1.5 o 6", "blue - 2", "ink - 0.8", "orange o 12 hollow",
        "green o 12 hollow",
    ]  # fmt: skip
    assert axes.lines[2].get_zorder() < axes.lines[0].get_zorder()
    assert list(axes.lines[3].get_xdata()) == [50, 50]  # it starts with many masks
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "arithmetic", "normalised geometric", "weight scaling"
    ]  # fmt: skip
    bands = [seen.color(band.get_facecolor()[0]) for band in axes.collections]
    assert bands == ["orange 0.25", "green 0.25"]
    assert [settings for _, settings in handles_of(figure)] == [{"masks": 1}, {"masks": 50}]


def test_the_sentence_of_the_losses_over_masks():
    assert curves().describe("test loss", 50) == (
        "Test loss: weight scaling has 0.50. Differences from it with 50 masks: the arithmetic "
        "mean −0.08 ± 0.32, the normalised geometric mean +0.01 ± 0.13."
    )
