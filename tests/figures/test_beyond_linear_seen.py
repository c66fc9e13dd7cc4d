"""What is seen of the pictures beyond the linear unit: axes, lines, names and whole sentences."""

import numpy as np
import pytest
from scipy.special import expit

from dropoutlab import glm
from dropoutlab.experiments import EFFECTS, MASKED, LastLayer, Products
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import beyond_linear as figures
from dropoutlab.samples import Sample
from tests.figures import seen

pytestmark = pytest.mark.long  # alone a moment each; together seconds


def masked():
    plain, extra = np.array([0.02, 0.04, 1e-4]), np.array([0.1, 0.2, 0.3])
    mean = {MASKED[0]: plain + extra, MASKED[1]: plain + extra + 0.05}
    return figures.Masked(
        LastLayer(*(dict.fromkeys(MASKED, part) for part in (plain, extra)), mean)
    )


def balance():
    def products(first, last):
        return np.array([[first, last], [[9.0, 9.0], [9.0, 9.0]]])  # the second seed is not drawn

    found = {
        "none": products([1.0, 3.0], [1.0, 2.0]), "L2": products([2.0, 4.0], [0.0, 2.0]),
        "dropout": products([3.0, 5.0], [2.0, 2.0]),
    }  # fmt: skip
    return figures.Balance(Products(np.array([0, 20]), found, {}))


def effects():
    return figures.Effects([
        Sample(arm, measure, range(3), start + (k + 1) * np.array([0.2, 0.3, 0.4]))
        for k, arm in enumerate(EFFECTS)
        for measure, start in (("test error", 50), ("test loss", 1))
    ])  # fmt: skip


def averages():
    return [
        Sample(arm, "loss", range(2), np.array([0.1, 0.4]) + 0.1 * k)
        for k, arm in enumerate(figures.AVERAGE_WORDS)
    ]


ARMS = (": neither noise alone penalty,\n¼ of the noise penalty,\nnoise put back dropout, "
        "4.5 to -0.7")  # fmt: skip
PICTURES = {  # size in inches, at x, at y, where the axes are
    "plane": (figures.draw_penalty_plane, (3.6, 3.7), "w_1: −4 −2 0 2 4, -4.5 to 4.5",
              "w_2: −4 −2 0 2 4, -4.5 to 4.5", (0.238, 0.151, 0.945, 0.84)),
    "gap": (figures.draw_gap, (3.6, 3.7), "sum that the unit is given: −16 −8 0 8 16, -17 to 17",
            "height above tangent: 0 0.5 1, -0.03 to 1", (0.203, 0.151, 0.98, 0.84)),
    "tall gap": (lambda: figures.draw_gap(-4.0, 2.0), (3.6, 3.7),
                 "sum that the unit is given: −16 −8 0 8 16, -17 to 17",
                 "height above tangent: 0 2 4, -0.12 to 4", (0.203, 0.151, 0.98, 0.84)),
    "margins": (figures.draw_margins, (4.4, 3.5), "sum a of the unit: 0 2 4 6 8, 0 to 8",
                "penalty / parabola's highest: 0 0.5 1 1.5, -0.034 to 1.7",
                (0.166, 0.16, 0.98, 0.88)),
    "linear noise": (figures.draw_noise, (4.4, 3.5), "weight: 0 0.3 0.6 0.9 1.2, 0 to 1.2",
                     "mean error: 0 0.2 0.4 0.6 0.8, -0.008 to 0.8",
                     (0.166, 0.16, 0.95, 0.81)),
    "logistic noise": (lambda: figures.draw_noise("logistic", 0.5), (4.4, 3.5),
                       "weight: 0 2 4 6 8, 0 to 8",
                       "mean error: 0 0.03 0.06 0.09 0.12, -0.0012 to 0.12",
                       (0.166, 0.16, 0.95, 0.81)),
    "masked": (masked().draw, (4.4, 3.5),
               "what the formula says (logarithmic): 0.001 0.01 0.1 1, 0.0005 to 1 log",
               "mean error over all masks: 0.001 0.01 0.1 1, 0.0005 to 1 log",
               (0.19, 0.16, 0.97, 0.97)),
    "balance": (balance().draw, (4.4, 3.5), "hidden unit: 1 2, 0.565 to 2.435",
                "product of the two lengths: 0 2 4, 0 to 5.25", (0.166, 0.16, 0.98, 0.971)),
    "wrong answers": (effects().draw, (4.4, 3.5), "wrong answers (%): 50 52 54, 48.71 to 54.09",
                      ARMS, (0.42, 0.17, 0.97, 0.97)),
    "losses": (lambda: effects().draw("test loss"), (4.4, 3.5),
               "test loss (nats): 0 2 4, -0.2937 to 5.087", ARMS, (0.42, 0.17, 0.97, 0.97)),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_axes_of_a_picture(name):
    draw, *expected = PICTURES[name]
    seen.assert_one_plane(draw(), *expected, numbers=name not in {"wrong answers", "losses"})


SAID = [
    ("pair", (0.0, 2.0, 0.5), "Weights (0.00, 2.00), keep probability 0.5: exact penalty 0.229, "
     "orange; with the parabola in the place of the curve it would be 0.210."),
    ("pair", (-4.0, 2.0, 0.5), "Weights (−4.00, 2.00), keep probability 0.5: exact penalty 1.056, "
     "orange; with the parabola in the place of the curve it would be 1.050. Heights now go up to "
     "4."),
    ("pair", (-3.0, 1.0, 0.9), "Weights (−3.00, 1.00), keep probability 0.9: exact penalty 0.092, "
     "orange; with the parabola in the place of the curve it would be 0.058."),
    ("margins", (0.5, 2), "2 equal inputs, each kept with probability 0.5: the penalty of the "
     "parabola, 0.11 at its highest, is 1.01 times the exact one where the sum is 0.5, 0.92 times "
     "at 2 and 0.13 times at 6."),
    ("margins", (0.1, 10), "10 equal inputs, each kept with probability 0.1: the penalty of the "
     "parabola, 0.2 at its highest, is 1.06 times the exact one where the sum is 0.5, 1.13 times "
     "at 2 and 0.17 times at 6."),
    ("noise", ("linear", 0.3), "A linear unit, p = 0.3: all three kinds of noise give one curve."),
    ("noise", ("logistic", 0.5), "A logistic unit, p = 0.5: the kinds of noise differ most at "
     "weight 8.0, where the mean error is 0.042 to 0.072."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings", "said"), SAID)
def test_sentences(name, settings, said):
    assert getattr(figures, f"describe_{name}")(*settings) == said


# --- the pair


def test_the_looks_of_the_plane():
    figure = figures.draw_penalty_plane(1.0, -2.0, 0.9)
    (axes,) = figure.axes
    levels = {glm.exact_penalty(line.get_xydata()[0], (1.0, 1.0), 0.9): line
              for line in axes.lines[:-1]}  # fmt: skip
    for level, line in levels.items():
        nearest = min(figures.LEVELS, key=lambda known: abs(known - level))
        assert seen.line(line) == f"orange - {0.8 + 1.2 * nearest**0.5:.3g}"
    pair = axes.lines[-1]
    assert seen.line(pair) == "purple D 12" and pair.get_xydata().tolist() == [[1.0, -2.0]]
    assert pair.get_zorder() == 5 and not pair.get_clip_on()
    assert axes.get_aspect() == 1
    assert list(handles_of(figure))[-1] == (pair, {"w1": 1.0, "w2": -2.0})
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["equal penalty", "the weights"]


def test_the_numbers_stand_where_the_lines_are_far_apart():
    texts = figures.draw_penalty_plane(0.0, 2.0, 0.5).axes[0].texts
    assert [seen.text(text) for text in texts] == [
        "0.25 orange at 3.33, 0.35 center center", "0.5 orange at 3.34, -0.67 center center",
        "1 orange at 3.33, -2.13 center center",
    ]  # fmt: skip


def test_a_place_of_the_plane_is_found_by_a_finger():
    figure = figures.draw_penalty_plane()
    (axes,) = figure.axes
    *tiles, _pair = handles_of(figure)
    assert len(tiles) == 81
    for tile, settings in tiles:
        box = axes.transData.inverted().transform(tile.get_window_extent())
        middle = np.array([settings["w1"], settings["w2"]])
        assert np.allclose(box, [middle - 0.5, middle + 0.5])


@pytest.mark.parametrize("keep_prob", [0.5, 0.9])
def test_contours_have_a_hundredth_and_no_single_points(keep_prob):
    for lines in figures._contours(keep_prob).values():
        for line in lines:
            assert line.shape[0] == 2 and line.shape[1] > 1
            assert np.array_equal(line, line.round(2)) and np.abs(line).max() <= 4.5
    assert list(figures._contours(keep_prob)) == list(figures.LEVELS)


def test_the_looks_of_the_gap():
    axes = figures.draw_gap(0.0, 2.0, 0.5).axes[0]
    assert [seen.line(line) for line in axes.lines] == [
        "ink - 1.5", "purple : 2", "grey o 11", "grey o 11", "orange - 2", "blue - 1"
    ]  # fmt: skip
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["loss", "parabola", "mean: penalty", "mean sum"]
    curve, parabola, *dots, level, at = axes.lines
    x, height = curve.get_data()
    assert (x[0], x[-1], len(x)) == (-17, 17, 107)
    above = np.log1p(np.exp(x)) - np.log1p(np.exp(2)) - expit(2) * (x - 2)
    assert np.allclose(height, above)
    x, height = parabola.get_data()
    drawn = np.isfinite(height)
    formula = expit(2) * (1 - expit(2)) * (x - 2) ** 2 / 2
    assert np.allclose(height[drawn], formula[drawn]) and (formula[~drawn] > 1.5).all()
    assert not any(dot.get_clip_on() for dot in dots)
    assert list(at.get_xdata()) == [2, 2]
    assert level.get_ydata()[0] == pytest.approx(float(glm.exact_penalty([0, 2], (1, 1), 0.5)))


def test_a_dot_of_the_gap_is_as_large_as_its_masks_are_probable():
    dots = [line for line in figures.draw_gap(4.0, 2.0, 0.9).axes[0].lines
            if line.get_marker() == "o"]  # fmt: skip
    sizes = {dot.get_xdata()[0]: dot.get_markersize() for dot in dots}
    assert list(sizes) == pytest.approx([0, 2 / 0.9, 4 / 0.9, 6 / 0.9])
    shares = [0.01, 0.09, 0.09, 0.81]
    assert list(sizes.values()) == pytest.approx([4 + 14 * share for share in shares])


def test_a_curve_ends_at_the_edge_of_the_picture():
    found = figures._up_to(2.0, np.array([1.0, 2.0, 2.1]))
    assert list(found[:2]) == [1.0, 2.0] and np.isnan(found[2])


def test_the_first_weight_grows_from_0_to_4():
    found = [float(glm.exact_penalty([w, 1.0], (1.0, 1.0), 0.9)) for w in (0, 1, 4)]
    assert figures.growing_weight(1.0, 0.9) == (
        f"It is {found[0]:.3f} at w_1 = 0, {found[1]:.3f} at 1 and {found[2]:.3f} at 4."
    )
    assert figures.growing_weight() == figures.growing_weight(2.0, 0.5)


@pytest.mark.parametrize("p", [0.5, 0.7, 0.9])
@pytest.mark.parametrize(
    ("w1", "numbers"),
    [
        (1, {0: (1.45, 3.25), 1: (1.35, 2.4)}), (2, {0: (1.45, 3.25), 1: (1.35, 2.4)}),
        (3, {0: (1.45, 3.25), 1: (1.35, 2.4), 3: (3.1, 2.4)}),
        (4, {0: (1.45, 3.25), 1: (1.35, 2.4), 4: (3.8, 2.4)}),
    ],
)  # fmt: skip
def test_the_way_that_is_asked_about_has_the_penalties_at_its_places(w1, numbers, p):
    figure = figures.draw_penalty_plane(float(w1), 2.0, p)
    (axes,) = figure.axes
    way, leader, *dots, pair = axes.lines[-len(numbers) - 3 :]
    assert (seen.line(way), seen.line(leader)) == ("purple -- 1.5", "ink - 0.8")
    assert way.get_xydata().tolist() == [[0, 2], [w1, 2]]
    assert leader.get_xydata().tolist() == [[0, 2], [0.55, 3.4]]
    assert [seen.line(dot) for dot in dots] == ["purple o 5"] * len(numbers)
    assert [dot.get_xydata().tolist() for dot in dots] == [[[place, 2]] for place in numbers]
    assert seen.line(pair) == "purple D 12"
    found = {w: float(glm.exact_penalty([w, 2.0], (1.0, 1.0), p)) for w in numbers}
    assert [seen.text(text) for text in axes.texts[-len(numbers) :]] == [
        f"{found[w]:.3f} orange at {x}, {y} center bottom" for w, (x, y) in numbers.items()
    ]
    seen.assert_readable(figure)


@pytest.mark.parametrize("pair", [(0.0, 2.0), (-2.0, 2.0), (4.0, 1.0), (4.0, -2.0)])
def test_elsewhere_no_way_is_drawn(pair):
    *levels, diamond = figures.draw_penalty_plane(*pair, 0.5).axes[0].lines
    assert seen.line(diamond) == "purple D 12"
    assert {seen.line(line).split()[0] for line in levels} == {"orange"}


# --- margins


@pytest.mark.parametrize(("inputs", "p"), [(2, 0.5), (10, 0.9), (2, 0.1)])
def test_the_penalties_at_a_large_sum(inputs, p):
    exact, quadratic = (float(part) for part in figures.margin_penalties(6.0, p, inputs))
    assert figures.at_a_large_sum(inputs, p) == (
        f"At a sum of 6 the parabola's is {quadratic:.3f}, the exact one {exact:.3f}: "
        f"{exact / quadratic:.0f} times as much."
    )
    assert figures.at_a_large_sum() == figures.at_a_large_sum(2, 0.5)


def test_the_looks_of_the_margins():
    axes = figures.draw_margins().axes[0]
    assert [seen.line(line) for line in axes.lines] == ["orange - 2.5", "purple -- 2"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["exact", "parabola"]
    started = figures.margin_penalties(figures.MARGINS, 0.5, 100)  # a hundred inputs, p = ½
    for line, penalty in zip(axes.lines, started, strict=True):
        assert np.array_equal(line.get_data(), [figures.MARGINS, penalty / started[1].max()])


# --- noise


@pytest.mark.parametrize("unit", figures.UNITS)
def test_the_looks_of_the_noise(unit):
    axes = figures.draw_noise(unit, 0.5).axes[0]
    assert [seen.line(line) for line in axes.lines] == ["grey 0.5 - 6", "green -- 3", "purple : 2"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "coin, divided by p", "normal", "uniform"
    ]  # fmt: skip
    top = axes.get_ylim()[1]
    for line, law in zip(axes.lines, glm.LAWS, strict=True):
        errors = figures.mean_errors(law, unit, 0.5)
        assert list(line.get_xdata()) == list(figures.noise_weights(unit))
        assert np.array_equal(np.isfinite(line.get_ydata()), errors <= top)


def test_the_noise_starts_with_the_linear_unit_at_one_half():
    one, other = (
        draw.axes[0] for draw in (figures.draw_noise(), figures.draw_noise("linear", 0.5))
    )
    for line, same in zip(one.lines, other.lines, strict=True):
        assert np.array_equal(line.get_data(), same.get_data(), equal_nan=True)
    assert [len(figures.noise_weights(unit)) for unit in figures.UNITS] == [81, 81]
    assert [figures.noise_weights(unit)[[0, -1]].tolist() for unit in figures.UNITS] == [
        [0, 1.2], [0, 8]
    ]  # fmt: skip


@pytest.mark.parametrize("p", [0.5, 0.3])
def test_how_far_apart_the_kinds_of_noise_are_in_either_unit(p):
    errors = [figures.mean_errors(law, "logistic", p) for law in glm.LAWS]
    far = (np.max(errors, axis=0) - np.min(errors, axis=0)).max()
    assert far > 0.01
    assert figures.noise_apart(p) == (
        f"In the logistic unit the mean errors are up to {far:.2f} apart, in the linear one 0.00."
    )
    assert figures.noise_apart() == figures.noise_apart(0.5)


# --- networks


def test_the_looks_of_the_marks_of_images():
    axes = masked().draw().axes[0]
    assert [seen.line(line) for line in axes.lines] == ["ink - 0.8", "blue 0.45 o 4", "orange D 4"]
    assert axes.lines[0].get_xydata().tolist() == [[5e-4, 5e-4], [1.0, 1.0]]
    assert not axes.lines[1].get_clip_on()
    plain, formula = (line.get_xydata() for line in axes.lines[1:])
    mean = [0.12, 0.24, 0.3001]  # it starts with the masks on the last hidden layer
    assert np.allclose(plain, np.transpose([[0.02, 0.04, 5e-4], mean]))  # held at the edge
    assert np.allclose(formula, np.transpose([mean, mean]))
    assert [seen.text(text) for text in axes.texts] == [
        "here the formula is right ink at 0.0035, 0.0009 left baseline",
        "E_N blue at 0.0006, 0.55 left baseline", "E_R orange at 0.9, 0.28 right baseline",
    ]  # fmt: skip
    below = masked().draw(MASKED[1]).axes[0].lines[2].get_xydata()
    assert np.allclose(below[:, 1] - below[:, 0], 0.05)


def test_the_sentences_of_the_marks():
    assert [masked().describe(where) for where in MASKED] == [
        "Masks on the last hidden layer: the mean error over all masks is 0.220, E_N is 0.020, and "
        "the formula for the penalty is right up to rounding. Blue dots on the left edge belong "
        "farther left.",
        "Masks on the layer below: the mean error over all masks is 0.270, E_N is 0.020, and the "
        "formula for the penalty is right to within 20 % of the penalty. Blue dots on the left "
        "edge belong farther left.",
    ]


def test_by_how_much_the_formula_misses_in_either_place():
    assert masked().misses() == (  # by 0.05 of 0.25
        "There E_R misses the mean error by 20 % of the penalty on average; above the last hidden "
        "layer, by 0 %."
    )


def test_the_bars_of_the_products():
    axes = balance().draw("L2", 20).axes[0]
    assert [seen.patch(bar) for bar in axes.patches] == ["purple"] * 2
    assert [(bar.get_x() + bar.get_width() / 2, bar.get_width()) for bar in axes.patches] == [
        (pytest.approx(1), pytest.approx(0.7)), (pytest.approx(2), pytest.approx(0.7))
    ]  # fmt: skip
    (mean,) = axes.lines
    assert seen.line(mean) == "ink -- 1" and list(mean.get_ydata()) == [1.0, 1.0]
    assert axes.get_ylim() == (0, pytest.approx(5.25))  # the tallest of all, and a little more
    started = balance().draw().axes[0].patches
    assert [(bar.get_height(), seen.patch(bar)) for bar in started] == [(1, "blue"), (3, "blue")]


def test_the_sentences_of_the_products():
    assert balance().describe("none", 0) == (
        "One of the runs, with nothing, after 0 passes: the products are 1.00 to 3.00, their "
        "spread is 50 % of their mean."
    )
    assert balance().describe("L2", 20) == (
        "One of the runs, with L2, after 20 passes: the products are 0.00 to 2.00, their spread is "
        "100 % of their mean."
    )
    assert balance().describe("dropout", 20).startswith("One of the runs, with dropout, after 20 ")
    assert balance().spreads() == (
        "In this run, after 20 passes, the bars spread by 0 % of their mean with dropout, by "
        "33 % with nothing and by 100 % with L2."
    )


def test_the_numbers_of_the_effects():
    order = {arm: k for k, arm in enumerate(EFFECTS)}
    for measure, start, form in (("wrong answers", 50, ".1f"), ("test loss", 1, ".2f")):
        axes = effects().draw(measure).axes[0]
        for row, (text, arm) in enumerate(zip(axes.texts, figures.EFFECT_WORDS, strict=True)):
            mean = start + 0.3 * (order[arm] + 1)
            color = "blue" if arm in {"none", "noise alone"} else "orange"
            words, _, rest = seen.text(text).partition(f" {color} ")
            assert words.startswith(f"{mean:{form}} ± ")
            assert rest == f"at {mean:.4g}, {row - 0.22:.4g} center baseline"
            assert seen.line(axes.lines[row]) == f"{color} o 8"
            assert axes.lines[row].get_ydata()[0] == row
    assert effects().draw().axes[0].get_xlabel() == "wrong answers (%)"


def test_the_sentences_of_the_effects():
    order = [50 + 0.3 * (list(EFFECTS).index(arm) + 1) for arm in figures.EFFECT_WORDS]
    none, noise, penalty, back, dropout = (f"{mean:.1f}" for mean in order)
    assert effects().describe("wrong answers") == (
        f"Wrong answers (%): {none} with neither; {noise} with noise alone; {penalty} with "
        f"penalty, ¼ of the noise; {back} with penalty, noise put back; {dropout} with dropout. "
        "Orange networks have the penalty, blue ones have not; ± is the 95 % interval of 3 "
        "networks."
    )
    assert effects().because() == (
        f"With the penalty and little noise {penalty} % are wrong, with the noise alone {noise} %, "
        f"with neither {none} %."
    )


def test_the_lines_of_the_averages_go_from_members_to_means():
    figure = figures.draw_average_losses(averages())
    (axes,) = figure.axes
    seen.assert_readable(figure)
    assert [seen.line(line) for line in axes.lines] == [
        *["grey 0.6 - 0.8"] * 2, "grey o 5", "blue o 5", "orange o 5"
    ]  # fmt: skip
    first, second, *dots = (line.get_xydata() for line in axes.lines)
    assert np.allclose(first, [(0, 0.1), (1, 0.2), (2, 0.3)])
    assert np.allclose(second, [(0, 0.4), (1, 0.5), (2, 0.6)])
    for place, dot in enumerate(dots):
        assert np.allclose(dot, [first[place], second[place]])
    assert seen.scale(axes.xaxis, numbers=False) == (
        ": members geometric\nmean arithmetic\nmean, -0.6 to 2.6"
    )
    assert axes.get_ylabel() == "test loss (nats)"
    colors = [seen.color(label.get_color()) for label in axes.get_xticklabels()]
    assert colors == ["grey", "blue", "orange"]
