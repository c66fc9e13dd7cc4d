"""The figures show the numbers of the mathematics, and their sentences say the same."""

import pickle
import statistics

import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba_array

from dropoutlab import averaging
from dropoutlab import network as nn
from dropoutlab.experiments import SchemeGaps
from dropoutlab.explore.handles import handles_of
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import scaling as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample

H, W, B = map(np.array, (figures.EXAMPLE_INPUTS, figures.EXAMPLE_WEIGHTS, figures.EXAMPLE_BIAS))
P = [0.3, 0.5, 0.9, 1.0]


def lines(figure):
    return {line.get_label(): line for line in figure.axes[0].lines}


# --- pre-activations


@pytest.mark.parametrize("p", P)
def test_mean_and_variance_in_training_are_the_formulas(p):
    standard = figures.pre_activations("standard", p)
    assert standard.probability.sum() == pytest.approx(1)
    assert standard.mean == pytest.approx(p * W @ H + B)
    assert standard.deviation**2 == pytest.approx(p * (1 - p) * (W**2 @ H**2), rel=1e-9, abs=1e-20)
    inverted = figures.pre_activations("inverted", p)
    assert inverted.mean == pytest.approx(W @ H + B)
    assert inverted.deviation**2 == pytest.approx((1 - p) / p * (W**2 @ H**2), rel=1e-9, abs=1e-20)


@pytest.mark.parametrize("p", P)
def test_values_at_test_time(p):
    at_test = {scheme: figures.pre_activations(scheme, p).test for scheme in figures.SCHEMES}
    assert at_test["none"] == at_test["inverted"] == pytest.approx(W @ H + B)
    assert at_test["standard"] == pytest.approx(p * W @ H + B)
    assert at_test["bias too"] == pytest.approx(p * (W @ H + B))


def test_they_are_those_of_a_network():
    for scheme in ("standard", "inverted"):
        unit = nn.Network((W[None],), (B[None],), (0.6,), output="linear", scheme=scheme)
        shown = figures.pre_activations(scheme, 0.6)
        assert averaging.exact_average(unit, H[None]).item() == pytest.approx(shown.mean)
        assert nn.predict(unit, H[None]).item() == pytest.approx(shown.test)


@pytest.mark.parametrize("scheme", figures.SCHEMES)
@pytest.mark.parametrize("p", P)
def test_pre_activations_are_drawn_where_they_are(scheme, p):
    unit = figures.pre_activations(scheme, p)
    outside = (unit.values < figures.PRE_ACTIVATIONS[0]) | (
        unit.values >= figures.PRE_ACTIVATIONS[1]
    )
    assert unit.probability[outside].sum() < 0.003
    figure = figures.draw_pre_activations(scheme, p)
    drawn = lines(figure)
    assert drawn["test"].get_xdata()[0] == unit.test
    assert drawn["training, mean"].get_xdata()[0] == unit.mean
    heights, edges, _ = figure.axes[0].patches[0].get_data()
    tallest = int(np.argmax(heights))
    share = [unit.probability[(unit.values >= edges[k]) & (unit.values < edges[k + 1])].sum()
             for k in (tallest - 1, tallest)]  # fmt: skip
    assert heights[tallest - 1] == pytest.approx(share[0] / share[1])
    assert heights[tallest] == 1
    middle = (edges[:-1] + edges[1:]) / 2
    assert abs(heights @ middle / heights.sum() - unit.mean) < figures.BIN / 2 + 0.05
    assert np.allclose(middle % figures.BIN, 0)  # where nothing is dropped the bar is at its value


def test_the_picture_starts_where_its_question_is_asked():
    figure = figures.draw_pre_activations()
    drawn = lines(figure)
    assert [drawn[k].get_xdata()[0] for k in ("test", "training, mean")] == pytest.approx([3, 1])
    same = figures.draw_pre_activations("none", 0.5)
    assert figure_markup(figure, "x") == figure_markup(same, "x")


def test_the_sentence_says_mean_spread_and_test():
    assert figures.describe_pre_activations("none", 0.5) == (
        "Nothing scaled, keep probability 0.5: the pre-activation has mean 1.00 and standard "
        "deviation 0.89 in training; at test time it is 3.00, 2.00 too high."
    )
    for scheme in ("standard", "inverted"):
        assert figures.describe_pre_activations(scheme, 0.3).endswith(", equal to the mean.")
    assert figures.describe_pre_activations("bias too", 0.5).endswith("it is 1.50, 0.50 too high.")


@pytest.mark.parametrize("p", [0.1, 0.3, 0.8, 1.0])
def test_a_relu_moves_the_mean_up_and_not_weight_scaling(p):
    masks = np.array(np.meshgrid(*[[0, 1]] * len(W))).reshape(len(W), -1).T
    chances = np.prod(np.where(masks, p, 1 - p), axis=1)
    passed = np.maximum(0, masks @ (W * H) + B)
    mean, scaling = figures.passed_on(p)
    assert mean == pytest.approx(chances @ passed)
    assert scaling == pytest.approx(max(0, p * W @ H + B))
    assert mean >= scaling - 1e-12  # max(0, a) bends upwards
    figure = figures.draw_passed_on(p)
    drawn = lines(figure)
    assert [drawn[k].get_xdata()[0] for k in ("their mean", "weight scaling")] == [mean, scaling]
    filled, outline = (patch.get_data() for patch in figure.axes[0].patches)
    assert filled.values.max() == 1
    assert outline.values.sum() == pytest.approx(filled.values.sum(), rel=1e-3)
    above = filled.edges[:-1] > 0
    assert np.allclose(filled.values[above], outline.values[above])
    assert not filled.values[filled.edges[1:] < 0].any()


def test_the_sentence_of_the_relu():
    assert figures.describe_passed_on(0.3) == (
        "Keep probability 0.3: over the masks the ReLU passes on 0.43 on average; with weights "
        "times p it passes on 0.20, 0.23 too low."
    )
    assert figures.describe_passed_on(1.0).endswith("it passes on 3.00, the same to two decimals.")
    assert figures.describe_passed_on(0.6).endswith("it passes on 1.40, 0.02 too low.")


def test_the_answer_on_the_relu_says_the_side():
    assert figures.where_scaling_passes(0.3) == "At 0.3 it is 0.20, below the mean of 0.43."
    assert figures.where_scaling_passes(1.0) == "At 1.0 it is 3.00, on the mean of 3.00."


def test_the_relu_starts_where_weight_scaling_is_the_mean():
    started, asked = figures.draw_passed_on(), figures.draw_passed_on(0.8)
    assert figures.describe_passed_on(0.8).endswith(", the same to two decimals.")
    assert figure_markup(started, "x") == figure_markup(asked, "x")


@pytest.mark.parametrize(
    ("scheme", "keep_prob"),
    [("other", 0.5), (1, 0.5), ("none", 0), ("none", 1.5), ("none", "half")],
)
def test_bad_values_are_refused(scheme, keep_prob):
    with pytest.raises((TypeError, ValueError), match="must"):
        figures.pre_activations(scheme, keep_prob)


# --- the schemes apart


@pytest.fixture(scope="module")
def apart():
    boxes = [(r, d, n) for r in (False, True) for d in (False, True) for n in (False, True)]
    sizes = [1 + r + 2 * d + 4 * n for r, d, n in boxes]  # one for each choice of boxes
    gaps = {
        box: size * np.array([[0.0, 1e-3, 2e-2], [0.0, 2e-3, 4e-2]])
        for box, size in zip(boxes, sizes, strict=True)
    }
    gaps[True, True, True] = np.array([[0.0, 1e-17, 2e-16], [0.0, 3e-17, 4e-16]])
    return figures.SchemesApart(SchemeGaps(np.array([0, 10, 20]), gaps))


def test_the_difference_is_drawn_from_the_first_update_on(apart):
    figure = apart.draw(True, True, True)
    x, y = lines(figure)["difference"].get_data()
    assert list(x) == [10, 20]
    assert np.allclose(y, [2e-17, 3e-16], rtol=1e-9, atol=0)
    assert figure.axes[0].get_ylim()[0] < 1e-17
    assert np.nextafter(1, 2) - 1 == figures.ROUNDING


def test_every_choice_of_boxes_has_its_own_gaps(apart):
    for box, gaps in apart.found.gaps.items():
        (axes,) = apart.draw(*box).axes
        assert np.allclose(lines(axes.figure)["difference"].get_ydata(), gaps[:, 1:].mean(axis=0))
        band = axes.collections[0].get_paths()[0].vertices
        ends = band[band[:, 0] == 20][:, 1]
        assert np.allclose([ends.min(), ends.max()], gaps[:, -1])
        for word, ticked in zip(("learning rate", "weight decay", "max-norm"), box, strict=True):
            assert (word in apart.describe(*box)) == ticked


def test_its_sentence(apart):
    assert apart.describe(True, False, True) == (
        "With learning rate, max-norm rescaled: after 20 updates the probabilities at test "
        "time differ by 0.180 (mean of 2 pairs of networks; from 0.120 to 0.240)."
    )
    assert "the same settings for both" in apart.describe(False, False, False)
    assert "differ by 3 × 10⁻¹⁶ (" in apart.describe(True, True, True)


# --- mistakes at test time


@pytest.fixture(scope="module")
def mistakes():
    by_arm = {
        "weights × p": (50.0, 51.0),
        "not scaled": (51.0, 52.5),
        "weights × p twice": (54.0, 54.5),
        "biases × p too": (50.5, 51.0),
        "masks left on": (55.0, 57.0),
    }
    return figures.Mistakes([
        Sample(arm, measure, (0, 1), np.array(values) * scale)
        for arm, values in by_arm.items()
        for measure, scale in (("test error", 1), ("test loss", 0.04), ("training loss", 0.002))
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "scale"), [("test error", 1), ("test loss", 0.04), ("training loss", 0.002)]
)
def test_mistakes_are_drawn_as_changes_network_by_network(mistakes, measure, scale):
    (axes,) = mistakes.draw(measure).axes
    dots = [line.get_xydata()[0] for line in axes.lines if line.get_marker() == "o"]
    wanted = np.array([1.25, 3.75, 0.25, 5.5]) * scale
    assert np.allclose(dots, np.column_stack([wanted, np.arange(4) + 0.2]))
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["forgotten", "done twice", "biases too", "masks left on"]
    # differences of 1 and 1.5: t with 1 degree of freedom 12.706
    half = 12.706 * np.std([1, 1.5], ddof=1) / np.sqrt(2) * scale
    segment = axes.collections[0].get_segments()[0]
    ends = [(wanted[0] - half, 0.2), (wanted[0] + half, 0.2)]
    assert np.allclose(segment, ends, rtol=1e-3, atol=1e-6)


def test_the_sentences_of_the_mistakes(mistakes):
    assert mistakes.describe("test error") == (
        "Test error: 50.5 ± 6.4 scaled as it should be; forgotten +1.2 ± 3.2, done twice "
        "+3.8 ± 3.2, biases too +0.2 ± 3.2, masks left on +5.5 ± 6.4."
    )
    assert "as it should be (blind guessing: 2.30); forgotten" in mistakes.describe("test loss")
    assert mistakes.say_forgotten() == (
        "The error goes from 50.5 to 51.8 %, and the loss from 2.02 to 2.07."
    )
    assert mistakes.more_wrong_answers() == pytest.approx(1.25)


# --- how many masks


@pytest.fixture(scope="module")
def curves():
    errors = {
        ("weight scaling", None): (4.0, 6.0),
        ("Monte-Carlo", 5): (8.0, 9.0),
        ("geometric Monte-Carlo", 5): (9.0, 9.5),
        ("Monte-Carlo", 1): (10.0, 14.0),
        ("Monte-Carlo", 50): (3.0, 5.5),
        ("geometric Monte-Carlo", 1): (11.0, 13.0),
        ("geometric Monte-Carlo", 50): (4.0, 6.2),
    }
    return figures.MonteCarloCurves([
        Sample(arm, measure, (0, 1), np.array(values) * scale,
               {} if masks is None else {"masks": masks})
        for (arm, masks), values in errors.items()
        for measure, scale in (("test error", 1), ("test loss", 0.1))
    ])  # fmt: skip


@pytest.mark.parametrize(("measure", "scale"), [("test error", 1), ("test loss", 0.1)])
def test_curves_show_means_and_paired_intervals(curves, measure, scale):
    figure = curves.draw(measure)
    drawn = lines(figure)
    for name, color in (("arithmetic", style.EXACT), ("normalised geometric", style.GEOMETRIC)):
        assert drawn[name].get_color() == color
    level = [line for line in figure.axes[0].lines if line.get_color() == style.WEIGHT_SCALING]
    assert [list(line.get_ydata()) for line in level] == [[0, 0]]
    for name, means in (
        ("arithmetic", [7, 3.5, -0.75]),
        ("normalised geometric", [7, 4.25, 0.1]),
    ):
        assert list(drawn[name].get_xdata()) == [1, 5, 50]
        assert np.allclose(drawn[name].get_ydata(), np.array(means) * scale)
    # differences of the arithmetic mean at 50 masks: −1, −0.5; t with 1 degree of freedom 12.706
    half = 12.706 * np.std([-1, -0.5], ddof=1) / np.sqrt(2) * scale
    band = figure.axes[0].collections[0].get_paths()[0].vertices
    at_50 = band[band[:, 0] == 50][:, 1]
    assert np.allclose([at_50.min(), at_50.max()], [-0.75 * scale - half, -0.75 * scale + half],
                       rtol=1e-3)  # fmt: skip


def test_the_sentence_of_the_curves(curves):
    assert curves.describe("test error", 1) == (
        "Test error: weight scaling has 5.0 %. Differences from it with 1 mask: the arithmetic "
        "mean +7.0 ± 12.7, the normalised geometric mean +7.0 ± 0.0."
    )
    assert "with 50 masks: the arithmetic mean −0.8 ± 3.2, " in curves.describe("test error", 50)
    assert "mean +0.70 ± 1.27, " in curves.describe("test loss", 1)


def test_the_answer_on_many_masks_has_both_losses(curves):
    assert curves.say_loss(5) == "With 5 masks it is 0.85, with scaled weights 0.50."
    assert curves.say_loss(1) == "With 1 mask it is 1.20, with scaled weights 0.50."


def test_the_curves_are_read_off_where_the_reader_points(curves):
    assert curves.counts == [1, 5, 50]
    figure = curves.draw("test error", 5)
    assert [found for _, found in handles_of(figure)] == [{"masks": k} for k in (1, 5, 50)]
    rings = [line.get_xydata()[0] for line in figure.axes[0].lines if line.get_markersize() == 12]
    assert np.allclose(rings, [(5, 3.5), (5, 4.25)])


def test_words_of_a_legend_have_the_colour_of_what_they_name(curves):
    legend = curves.draw().axes[0].get_legend()
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
        assert np.allclose(to_rgba_array(handle.get_color())[0, :3], to_rgb(text.get_color()))


def test_what_draws_can_be_sent_to_workers(apart, mistakes, curves):
    for drawn in (apart, mistakes, curves):
        assert len(pickle.dumps(drawn)) < 50_000
        assert vars(pickle.loads(pickle.dumps(drawn))).keys() == vars(drawn).keys()


# --- trained networks, exactly


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        ("distance", [0.01, 0.015, 0.05, 0.075]),
        ("loss", [0.25, 0.375, -0.25, -0.375]),
        ("other answers", [2.0, 3.0, 4.0, 6.0]),
    ],
)
def test_exact_means_are_drawn_and_described(measure, wanted):
    by_measure = {
        "from normalised geometric": 0.01, "from arithmetic": 0.05,
        "loss, normalised geometric": 2.0, "loss, arithmetic": 1.5, "loss, scaling": 1.75,
        "other class, normalised geometric": 2.0, "other class, arithmetic": 4.0,
    }  # fmt: skip
    means = figures.ExactMeans([
        Sample(layers, name, (0, 1), np.array([value, value]) * factor)
        for layers, factor in (("one layer", 1), ("two layers", 1.5))
        for name, value in by_measure.items()
    ])  # fmt: skip
    (axes,) = means.draw(measure).axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert np.allclose([dot.get_xdata()[0] for dot in dots], wanted)
    colors = [style.GEOMETRIC, style.GEOMETRIC, style.EXACT, style.EXACT]
    assert [dot.get_color() for dot in dots] == colors
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "geometric, one layer", "geometric, two layers",
        "arithmetic, one layer", "arithmetic, two layers",
    ]  # fmt: skip
    form = figures._EXACT_AXES[measure][-1]
    said = [f"{value:{form}}".replace("-", "−") for value in wanted]
    found = means.describe(measure).split(": ")[1].split(", ")
    assert [part.split(" ±")[0] for part in found] == said
    assert found[0].endswith(" for the geometric mean with one layer dropped")
    assert means.say_nearest() == (
        "Geometric, one layer: 0.010. The other three lie 0.01 to 0.08 away."
    )


def test_the_exact_means_keep_to_their_axes():
    assert set(figures._EXACT_AXES) == set(figures.EXACT_MEASURES)


# --- all thinned networks on one line


def by_hand(units, hidden):
    """Outputs of all thinned networks and of the one with weights times p, written out."""
    network, inputs = figures.line_network(units, hidden)
    (into, out), act = network.weights, {"linear": lambda a: a, "relu": lambda a: np.maximum(a, 0)}

    def logit(z):
        return (act[hidden]((z * inputs) @ into.T + figures.LINE_BIAS) @ out.T)[..., 0]

    masks = np.array(np.meshgrid(*[[0, 1]] * units)).reshape(units, -1).T
    return logit(masks), logit(np.full(units, 0.5)).item()


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


@pytest.mark.parametrize("hidden", ["linear", "relu"])
@pytest.mark.parametrize("units", [3, 6, 10])
def test_marks_are_the_averages_of_all_thinned_networks(units, hidden):
    logits, scaled = by_hand(units, hidden)
    assert figures.thinned_outputs(units, hidden) == pytest.approx(np.sort(sigmoid(logits)))
    wanted = [sigmoid(logits).mean(), sigmoid(logits.mean()), sigmoid(scaled)]
    assert list(figures.line_averages(units, hidden).values()) == pytest.approx(wanted)
    axes = figures.draw_line(units, hidden).axes[0]
    assert [line.get_xdata()[0] for line in axes.lines] == pytest.approx(wanted)
    names = ("mean of outputs", "mean of logits, as an output", "weight scaling")
    said = axes.get_legend().get_texts()
    assert [text.get_text() for text in said] == [
        f"{name} {value:.3f}" for name, value in zip(names, wanted, strict=True)
    ]
    for line, text in zip(axes.lines, said, strict=True):
        assert to_rgb(line.get_color()) == to_rgb(text.get_color())


@pytest.mark.parametrize("hidden", ["linear", "relu"])
@pytest.mark.parametrize("units", [3, 6, 10])
def test_the_second_line_has_the_logits(units, hidden):
    logits, scaled = by_hand(units, hidden)
    axes = figures.draw_logit_line(units, hidden).axes[0]
    (dots,) = axes.patches
    bin_width = (figures.LOGITS[1] - figures.LOGITS[0]) / figures.BINS
    places, counts = dots.get_path().vertices[::2, 0], 1
    if units == 10:  # bars as high as there are dots in a bin
        heights = dots.get_path().vertices[1::2, 1]
        counts = np.rint(heights / heights.sum() * 1024).astype(int)
        assert np.allclose(heights / heights.sum() * 1024, counts)
    places = np.repeat(places, counts)
    assert abs(places - np.sort(logits)).max() <= bin_width / 2 + 1e-9
    low, high = axes.get_xlim()
    assert low < logits.min() and logits.max() < high
    outputs = sigmoid(logits)
    mean = np.log(outputs.mean() / (1 - outputs.mean()))
    wanted = [mean, logits.mean(), scaled]
    assert [line.get_xdata()[0] for line in axes.lines] == pytest.approx(wanted)
    said = [text.get_text().replace("−", "-") for text in axes.get_legend().get_texts()]
    assert said[:2] == [
        f"mean of outputs, as a logit {mean:z.2f}", f"mean of logits {logits.mean():z.2f}"
    ]  # fmt: skip


@pytest.mark.parametrize("units", range(3, 11))
def test_weight_scaling_is_the_mean_of_logits_below_linear_units_only(units):
    _, of_logits, scaling = figures.line_averages(units, "linear").values()
    assert scaling == pytest.approx(of_logits, abs=1e-12)
    _, of_logits, scaling = figures.line_averages(units, "relu").values()
    assert abs(scaling - of_logits) > 1e-6  # rounding is a billion times less


@pytest.mark.parametrize("units", [3, 6, 10])
def test_the_answer_says_both_gaps(units):
    mean, of_logits, scaling = figures.line_averages(units, "relu").values()
    others = [list(figures.line_averages(units, "relu", k).values()) for k in range(200)]
    typical = [statistics.median(abs(o[2] - o[k]) for o in others) for k in (1, 0)]
    assert figures.where_scaling_lies(units) == (
        f"Below ReLU units it lies {of_logits - scaling:.3f} away from the mean of the logits, as "
        f"an output, and {mean - scaling:.3f} from the mean of the outputs. That is plain to see; "
        f"in half of 200 networks drawn at random it is less than {typical[0]:.3f} and "
        f"{typical[1]:.3f}."
    )
    assert figures.where_scaling_lies() == figures.where_scaling_lies(6)


@pytest.mark.parametrize(("units", "hidden"), [(3, "linear"), (7, "relu")])
def test_there_is_a_dot_for_each_thinned_network_and_none_on_another(units, hidden):
    (dots,) = figures.draw_line(units, hidden).axes[0].patches
    places = dots.get_path().vertices[::2]
    outputs = figures.thinned_outputs(units, hidden)
    assert abs(places[:, 0] - outputs).max() <= 1 / figures.BINS / 2 + 1e-9
    assert np.allclose(places[:, 0] * figures.BINS % 1, 0.5)
    assert not dots.get_path().should_simplify
    for column in range(figures.BINS):
        inside = places[(places[:, 0] * figures.BINS).astype(int) == column, 1]
        step = np.diff(inside)
        assert len(inside) < 2 or (np.ptp(step) < 1e-9 and step[0] <= figures.DOT + 1e-9)
    assert places[:, 1].min() > 0 and places[:, 1].max() < 1


@pytest.mark.long
def test_a_page_keeps_the_dots_as_one_line():
    few, many = (
        figure_markup(figures.draw_line(units, "relu"), "x").splitlines() for units in (3, 10)
    )
    assert len(few) == len(many)
    assert max(line.count("M") for line in few) == 8
    assert max(line.count("M") for line in many) <= figures.BINS


def test_fewer_units_are_a_part_of_more():
    small, some = figures.line_network(4, "relu")
    large, more = figures.line_network(9, "relu")
    assert np.array_equal(small.weights[0], large.weights[0][:, :4])
    assert np.array_equal(small.weights[1], large.weights[1])
    assert np.array_equal(some, more[:, :4])
    assert small.keep_prob == (0.5, 1.0)


@pytest.mark.parametrize("units", [0, 11, 3.5])
def test_the_line_has_few_units(units):
    with pytest.raises((TypeError, ValueError), match="units must"):
        figures.draw_line(units, "relu")


@pytest.mark.parametrize("draw", [figures.draw_line, figures.draw_logit_line])
def test_the_lines_start_with_few_linear_units_where_the_means_differ(draw):
    assert figure_markup(draw(), "x") == figure_markup(draw(6, "linear"), "x")
    for units in range(3, 11):
        mean, of_logits, _ = figures.line_averages(units, "linear").values()
        assert abs(mean - of_logits) > 0.08


@pytest.mark.parametrize("units", range(3, 11))
def test_the_dots_stay_in_place_as_the_units_above_become_relu(units):
    linear, relu = (figures.logit(figures.thinned_outputs(units, k)) for k in ("linear", "relu"))
    assert abs(linear.mean() - relu.mean()) < 0.6
    low, high = figures.LOGITS
    assert all(low < part.min() and part.max() < high for part in (linear, relu))
    mean, of_logits, scaling = figures.line_averages(units, "relu").values()
    assert min(abs(scaling - mean), abs(scaling - of_logits)) > 0.05  # it is seen to lie on neither


def test_the_sentence_of_the_line_says_the_averages():
    mean, of_logits, scaling = figures.line_averages(10, "relu").values()
    assert figures.describe_line(10, "relu") == (
        "10 units, each dropped half of the time, below ReLU units: the outputs of the 1,024 "
        f"thinned networks have the mean {mean:.3f}; the mean of their logits gives "
        f"{of_logits:.3f}, and weight "
        f"scaling {scaling:.3f}, {of_logits - scaling:.3f} away from that and "
        f"{mean - scaling:.3f} from the mean."
    )
    assert figures.describe_line(3, "linear").endswith(", the same.")
