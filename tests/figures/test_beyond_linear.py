"""The pictures show what `glm` and the experiments say, and their sentences say the same."""

import re

import numpy as np
import pytest
from matplotlib.colors import same_color

from dropoutlab import glm
from dropoutlab.experiments import EFFECTS, MASKED, LastLayer, Products
from dropoutlab.explore.handles import handles_of
from dropoutlab.explore.svg import figure_markup
from dropoutlab.figures import beyond_linear as figures
from dropoutlab.figures import style
from dropoutlab.samples import Sample, pick

PAIRS = [(0.0, 2.0), (4.0, 4.0), (4.0, -4.0), (-3.0, 1.0), (0.0, 0.0)]


def lines(axes, color):
    return [line for line in axes.lines if same_color(line.get_color(), color)]


def penalty(w, p=0.5):
    return glm.exact_penalty(w, figures.INPUTS, p)


# --- the pair


@pytest.mark.parametrize("p", [0.5, 0.9])
def test_contours_are_lines_of_equal_penalty(p):
    axes = figures.draw_penalty_plane(0.0, 2.0, p).axes[0]
    found, thick = [], []
    for line in lines(axes, figures.EXACT):
        points = line.get_xydata()
        values = penalty(points[np.isfinite(points[:, 0])], p)  # there is a gap for the number
        assert np.ptp(values) < 0.02 * max(values.mean(), 0.2)
        found.append(values.mean())
        thick.append(line.get_linewidth())
    assert len(found) >= 4 and (np.diff(np.array(thick)[np.argsort(found)]) > -1e-9).all()
    for text in axes.texts:
        assert penalty(text.get_position(), p) == pytest.approx(float(text.get_text()), abs=0.02)
    wanted = {0.5: {"0.25", "0.5", "1"}, 0.9: {"0.05", "0.1", "0.15", "0.25"}}
    assert {text.get_text() for text in axes.texts} == wanted[p]


def test_it_starts_where_the_question_does_and_every_place_can_be_touched():
    figure = figures.draw_penalty_plane()
    assert figure_markup(figure, "x") == figure_markup(
        figures.draw_penalty_plane(0.0, 2.0, 0.5), "x"
    )
    assert figure_markup(figures.draw_gap(), "x") == figure_markup(
        figures.draw_gap(0.0, 2.0, 0.5), "x"
    )
    touched = {(s["w1"], s["w2"]) for _artist, s in handles_of(figure)}
    assert touched == {(one, other) for one in figures.PLACES for other in figures.PLACES}
    (pair,) = lines(figure.axes[0], figures.QUADRATIC)
    assert pair.get_xydata().tolist() == [[0.0, 2.0]]


@pytest.mark.parametrize("w", PAIRS)
@pytest.mark.parametrize("p", [0.5, 0.7])
def test_the_mean_height_of_the_masks_is_the_penalty(w, p):
    places, shares = figures.masked_pair(*w, p)
    assert shares.sum() == pytest.approx(1) and shares @ places == pytest.approx(sum(w))
    heights = figures.above_tangent(places, sum(w))
    assert shares @ heights == pytest.approx(float(penalty(w, p)), abs=1e-12)
    axes = figures.draw_gap(*w, p).axes[0]
    dots = [line.get_xydata()[0] for line in lines(axes, style.E_D)]
    assert np.allclose(dots, np.stack([places, heights], axis=1))
    (level,) = lines(axes, figures.EXACT)
    assert level.get_ydata()[0] == pytest.approx(float(penalty(w, p)))
    assert places.min() > figures.GAP_RANGE[0] and places.max() < figures.GAP_RANGE[1]
    top = axes.get_ylim()[1]
    assert heights.max() < top in figures.GAP_HEIGHTS
    assert ("up to 4" in figures.describe_pair(*w, p)) == (top == 4)


@pytest.mark.parametrize("w", PAIRS)
def test_the_parabola_touches_the_curve(w):
    axes = figures.draw_gap(*w, 0.5).axes[0]
    (parabola,) = lines(axes, figures.QUADRATIC)
    x, y = parabola.get_data()
    near = np.abs(x - sum(w)) < 0.3
    assert np.allclose(y[near], figures.above_tangent(x[near], sum(w)), atol=0.01)


def test_the_answer_is_what_the_penalty_does():
    start, middle, end = map(float, re.findall(r"\d\.\d{3}", figures.growing_weight()))
    assert middle < end < start  # it falls, and then grows a little
    path = penalty([[w, 2.0] for w in np.linspace(0, 4, 41)])
    assert np.allclose([path[0], path[10], path[-1]], [start, middle, end], atol=5e-4)
    turn = path.argmin()
    assert (
        0 < turn < 40 and (np.diff(path[: turn + 1]) < 0).all() and (np.diff(path[turn:]) > 0).all()
    )
    assert f"{start:.3f}" in figures.describe_pair(0.0, 2.0, 0.5)


# --- margins


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("inputs", [2, 10])
def test_penalties_by_margin_are_those_of_equal_inputs(p, inputs):
    margins = np.array([0.0, 0.5, 3.0, 8.0])
    exact, quadratic = figures.margin_penalties(margins, p, inputs)
    weights = np.repeat(margins[:, None] / inputs, inputs, axis=1)
    assert np.allclose(exact, glm.exact_penalty(weights, np.ones(inputs), p))
    assert np.allclose(quadratic, glm.quadratic_penalty(weights, np.ones(inputs), p))
    axes = figures.draw_margins(p, inputs).axes[0]
    (drawn,) = lines(axes, figures.EXACT)
    highest = figures.margin_penalties(figures.MARGINS, p, inputs)[1].max()
    assert drawn.get_ydata()[30] == pytest.approx(exact[2] / highest)
    ratio = figures.margin_penalties(np.array([6.0]), p, inputs)
    assert f"{float(ratio[1][0] / ratio[0][0]):.2f} times at 6" in figures.describe_margins(
        p, inputs
    )


def test_margins_are_in_heights_of_the_parabola_and_do_not_leave_the_picture():
    _exact, started = figures.draw_margins().axes[0].lines
    assert started.get_ydata().max() == 1
    for p in (0.1, 0.3, 0.5, 0.7, 0.9):
        for inputs in (2, 3, 10, 100, 1000):
            axes = figures.draw_margins(p, inputs).axes[0]
            exact, parabola = (line.get_ydata() for line in axes.lines)
            assert axes.get_ylim()[1] == figures.MARGIN_HEIGHT >= exact.max() > 0.5
            assert np.allclose(parabola, started.get_ydata())


def test_a_hundred_inputs_make_the_parabola_good_unless_few_of_them_are_kept():
    """What the chapter says of all that its two controls offer."""

    def gap(p, inputs):
        """How much too low the parabola is, as a share of the height of the picture's curve."""
        exact, parabola = figures.margin_penalties(figures.MARGINS, p, inputs)
        return (exact - parabola) / exact.max()

    large = figures.MARGINS > 5.5
    for p in (0.3, 0.5, 0.7, 0.9):
        assert np.abs(gap(p, 100)).max() < 0.05
    rare = gap(0.1, 100)  # ten of a hundred
    assert (rare[large] > 0.1).all() and np.abs(rare[:25]).max() < 0.05
    for p in (0.1, 0.3, 0.5, 0.7, 0.9):
        assert (gap(p, 2)[large] > 0.45).all()  # with two it is too low, whatever p


def test_many_inputs_make_the_parabola_good_and_few_do_not():
    margin = np.array([6.0])
    for p in (0.1, 0.5, 0.9):
        few, many = (np.divide(*figures.margin_penalties(margin, p, n)[::-1])[0] for n in (2, 1000))
        assert few < 0.5
        assert many > 0.9
    first = figures.margin_penalties(np.array([2.0]), 0.1, 2)
    assert first[1] > 2 * first[0]  # too high at first


# --- noise


@pytest.mark.parametrize("p", [0.3, 0.9])
def test_laws_of_noise_share_a_curve_in_the_linear_unit_only(p):
    linear, logistic = (
        np.array([figures.mean_errors(law, unit, p) for law in glm.LAWS]) for unit in figures.UNITS
    )
    w = figures.noise_weights("linear")
    formula = ((0.9 - w) ** 2 + (1 - p) / p * w**2) / 2
    assert np.allclose(linear, formula)
    assert np.ptp(logistic, axis=0).max() > 0.005
    assert figures.describe_noise("linear", p).endswith("all three kinds of noise give one curve.")
    assert f"{logistic[:, -1].max():.3f}" in figures.describe_noise("logistic", p)
    for unit in figures.UNITS:
        drawn = figures.draw_noise(unit, p).axes[0].lines
        assert len(drawn) == 3
        for line, law in zip(drawn, glm.LAWS, strict=True):
            seen = np.isfinite(line.get_ydata())
            assert np.allclose(line.get_ydata()[seen], figures.mean_errors(law, unit, p)[seen])


# --- networks


def test_marks_are_images():
    rng = np.random.default_rng(0)
    plain, extra = rng.random(5) / 10 + 0.01, rng.random(5) / 10
    mean = {MASKED[0]: plain + extra, MASKED[1]: plain + extra + 0.01}
    both = [dict.fromkeys(MASKED, part) for part in (plain, extra)]
    masked = figures.Masked(LastLayer(*both, mean))
    axes = masked.draw(MASKED[0]).axes[0]
    (orange,), (blue,) = lines(axes, style.E_R), lines(axes, style.E_N)
    assert np.allclose(*orange.get_data())
    assert np.allclose(blue.get_xdata(), plain) and np.allclose(blue.get_ydata(), plain + extra)
    assert "is right up to rounding." in masked.describe(MASKED[0])
    share = 0.01 / (extra.mean() + 0.01)
    assert f"to within {100 * share:.0f} % of the penalty" in masked.describe(MASKED[1])


def test_bars_are_the_products_of_the_first_seed():
    values = np.array([[[1.0, 3.0], [2.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]]])
    arms = ("none", "L2", "dropout")
    found = Products(
        np.array([0, 20]), dict.fromkeys(arms, values), dict.fromkeys(arms, values[..., 0])
    )
    balance = figures.Balance(found)
    for epoch, row in ((0, [1.0, 3.0]), (20, [2.0, 2.0])):
        axes = balance.draw("dropout", epoch).axes[0]
        assert [bar.get_height() for bar in axes.patches] == row
        assert axes.lines[0].get_ydata()[0] == 2.0
    assert "1.00 to 3.00, their spread is 50 %" in balance.describe("L2", 0)
    uneven = Products(np.array([0, 20]), {**found.products, "L2": values[:, ::-1]}, found.least)
    assert figures.Balance(uneven).spreads() == (
        "In this run, after 20 passes, the bars spread by 0 % of their mean with dropout, by "
        "0 % with nothing and by 50 % with L2."
    )


def test_effects_are_drawn_and_said_as_they_were_measured():
    rng = np.random.default_rng(0)
    samples = [
        Sample(arm, measure, range(3), start + rng.random(3))
        for arm in EFFECTS
        for measure, start in (("test error", 50), ("test loss", 1))
    ]
    effects = figures.Effects(samples)
    assert set(figures.EFFECT_WORDS) == set(EFFECTS)
    for shown, (measure, label, form) in figures.EFFECT_MEASURES.items():
        axes = effects.draw(shown).axes[0]
        means = {s.arm: s.values.mean() for s in samples if s.measure == measure}
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        at = [line.get_xdata()[0] for line in dots]
        assert at == pytest.approx([means[arm] for arm in figures.EFFECT_WORDS])
        for line, arm in zip(dots, figures.EFFECT_WORDS, strict=True):
            color = style.E_N if arm in ("none", "noise alone") else style.E_R
            assert same_color(line.get_color(), color)
        assert axes.get_xlabel() == label
        assert f"{means['noise alone']:{form}} with noise alone" in effects.describe(shown)
    means = [pick(samples, arm, "test error").values.mean()
             for arm in ("masks averaged", "noise alone", "none")]  # fmt: skip
    assert re.findall(r"\d+\.\d", effects.because()) == [f"{mean:.1f}" for mean in means]


def test_averages_are_drawn_as_they_were_measured():
    rng = np.random.default_rng(0)
    averages = [Sample(arm, "loss", range(3), rng.random(3)) for arm in figures.AVERAGE_WORDS]
    axes = figures.draw_average_losses(averages).axes[0]
    dots = [line.get_ydata() for line in axes.lines if line.get_marker() == "o"]
    assert np.allclose(dots, [sample.values for sample in averages])
