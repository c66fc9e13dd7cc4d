"""What is seen of the pictures that move a wrong form: axes, names, lines, marks and sentences."""

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from dropoutlab.errata import _often_said as often_said
from dropoutlab.explore.handles import handles_of
from dropoutlab.figures import refuted
from dropoutlab.samples import Sample
from tests.figures import seen

pytestmark = pytest.mark.long  # alone a moment each; together seconds

# at x, at y, and what the legend above names
SCALES = {
    "shares": (
        "scale of the second input: 0 1 2 3 4, 0 to 4.15",
        "share of its weight left: 0 0.5 1, 0 to 1.05",
        ["dropout orange", "L2 purple"],
    ),
    "correlation": (
        "correlation of the two inputs: −1 0 1, -1.07 to 1.07",
        "penalty: 0 1 2, -0.1 to 2.15",
        ["a coin for each orange", "one coin for both purple"],
    ),
    "rest": (
        "weight of both copies: 0 1/3 2/3 1 4/3, -0.05 to 2.2",
        "slope along w_1: −1 0 1 2, -1.2 to 2.2",
        ["mean of all masks green", "at rest, as claimed purple"],
    ),
    "work": (
        "weight of the first: 0 1/3 2/3 1 4/3, -0.05 to 1.55",
        "E_R: 0.2 0.3, 0.14 to 0.31",
        ["dropout orange", "one copy does it, as claimed purple"],
    ),
    "division": (
        "keep probability p: 0.1 0.5 0.9, 0.05 to 0.95",
        "mean activation: 0.1 1 10, 0.08 to 12 log",
        ["divided by p blue", "divided by 1 − p purple"],
    ),
    "bias": (
        "keep probability p: 0 0.5 1, -0.06 to 1.03",
        "mean pre-activation: −2 0 2 4, -2.4 to 4.4",
        ["p S + b blue", "p (S + b) purple"],
    ),
    "geometric": (
        "keep probability p: 0 0.5 1, 0 to 1.04",
        "output: 0.5 0.75 1, 0.45 to 1.02",
        ["geometric green", "weight scaling, as claimed purple"],
    ),
    "squeeze": (
        "share of the weight left: 0 0.5 1, -0.05 to 1.02",
        "error: 0.03 0.1 0.3 1, 0.02 to 3 log",
        ["E_N blue", "penalty alone purple", "E_R orange"],
    ),
    "bend": (
        "steepness c: 0 1 2 3, -0.12 to 3.12",
        "∂D/∂a: −0.4 −0.2 0, -0.42 to 0.04",
        ["with c² blue", "with c, as claimed purple"],
    ),
    "index": (
        "keep probability p_2: 0 0.25 0.5 0.75 1, -0.04 to 1.04",
        "error: 0 2 4, 0 to 4.6",
        ["mean over all masks green", "p_1 for all purple"],
    ),
    "mean": (
        "keep probability p: 0 0.5 1, -0.04 to 1.04",
        "error: 0 0.25 0.5, -0.04 to 0.65",
        ["mean of E_D green", "E_N, as claimed purple"],
    ),
    "sign": (
        "bias b: −3 −1 1 3 5, -3.2 to 5.2",
        "output: −2 −1 0 1 2 3, -2.1 to 3.1",
        ["G_1 / (G_1 + G_0) blue", "G_1 / (G_1 − G_0) purple"],
    ),
}
# of pictures with two forms: the colour of what is so, the values between which it is drawn, one
FORMS = {
    "shares": ("orange", refuted.SCALES, 2.0),
    "correlation": ("orange", refuted.CORRELATIONS, 0.5),
    "division": ("blue", refuted.TENTHS, 0.3),
    "bias": ("blue", (0.0, 1.0), -1.5),
    "bend": ("blue", refuted.STEEPNESSES, 2.5),
    "index": ("green", refuted.TWENTIETHS, 0.6),
    "mean": ("green", refuted.TWENTIETHS, 0.3),
    "sign": ("blue", refuted.SIGN_BIASES, 3.0),
}


def named(figure):
    texts = figure.axes[0].get_legend().get_texts()
    return [f"{text.get_text()} {seen.color(text.get_color())}" for text in texts]


@pytest.mark.parametrize("name", SCALES)
def test_axes_and_names_of_a_picture(name):
    figure = getattr(refuted, f"draw_{name}")()
    assert (*seen.scales(figure.axes[0]), named(figure)) == SCALES[name]
    seen.assert_readable(figure)


@pytest.mark.parametrize("name", SCALES)
def test_all_names_stand_in_a_line_above_the_axes(name):
    figure = getattr(refuted, f"draw_{name}")()
    axes = figure.axes[0]
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.get_legend().get_texts()]
    assert len({round(box.y0) for box in boxes}) == 1
    assert not figure.texts and boxes[0].y0 > axes.get_window_extent().y1
    assert axes.get_position().y1 == pytest.approx(0.86)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_so_is_broad_and_pale_behind_the_form_and_a_line_is_at_the_value(name):
    color, values, value = FORMS[name]
    lines = getattr(refuted, f"draw_{name}")(value).axes[0].lines
    assert [seen.line(line) for line in lines[:5]] == [
        f"{color} 0.4 - 7", "purple -- 1.5", "ink - 0.8", f"{color} o 9", "purple D 6"
    ]  # fmt: skip
    right, wrong, level, *marks = (line.get_xdata() for line in lines[:5])
    for curve in (right, wrong):
        assert curve[0] == pytest.approx(values[0]) and curve[-1] == pytest.approx(values[-1])
        assert (np.diff(curve) > 0).all()
    at = 0.5 if name == "bias" else value
    assert list(level) == [at] * 2 and [list(mark) for mark in marks] == [[at]] * 2


def test_the_two_kinds_of_layers_are_drawn_over_all_keep_probabilities():
    for dropped in refuted.LAYERS:
        lines = refuted.draw_geometric(dropped, 0.3).axes[0].lines
        for k, (curve, mark) in enumerate(((lines[0], lines[3]), (lines[1], lines[4]))):
            assert list(curve.get_xdata()) == list(refuted.SOME_KEPT)
            assert list(curve.get_ydata()) == list(refuted.outputs(dropped)[:, k])
            (found,) = mark.get_xydata()
            assert found == pytest.approx([0.3, np.interp(0.3, *curve.get_data())])
    started = refuted.draw_geometric().axes[0].lines[0].get_ydata()
    assert list(started) == list(refuted.outputs("both layers")[:, 0])


@pytest.mark.parametrize(
    ("name", "start", "square"),
    [
        ("shares", 4.0, None), ("correlation", 0.8, None), ("division", 0.8, None),
        ("bias", 0.5, (0, 1.0)), ("geometric", 0.5, None), ("squeeze", 0.5, (0, 2.0)),
        ("bend", 2.0, None), ("index", 0.9, None), ("mean", 0.5, None), ("sign", 4.0, None),
        ("rest", 2 / 3, None), ("work", 0.0, None),
    ],
)  # fmt: skip
def test_where_a_picture_starts(name, start, square):
    lines = getattr(refuted, f"draw_{name}")().axes[0].lines
    (level,) = (line for line in lines if seen.line(line) == "ink - 0.8")
    assert list(level.get_xdata()) == pytest.approx([start] * 2)
    squares = [line for line in lines if line.get_marker() == "s"]
    assert [tuple(line.get_xydata()[0]) for line in squares] == [square] * (square is not None)


def test_sliders_reach_both_ends_in_even_steps():
    assert refuted.steps(-1, 0.5, 0.5) == (-1.0, -0.5, 0.0, 0.5)
    assert refuted.steps(0.1, 0.3, 0.1) == (0.1, 0.2, 0.3)
    assert refuted.steps(0, 0.0008, 0.0004) == (0, 0.0004, 0.0008)


SAID = [
    ("shares", 1.0, "Both inputs are of one size: dropout and L2 leave the same, 0.50."),
    ("shares", 0.25, "The second input is 0.25 times as large as the first: dropout leaves 0.50 of "
     "its weight, L2 0.06."),
    ("correlation", 0.0, "Correlation 0.0: with a coin for each input the penalty is 1.00, with "
     "one coin for both the same."),
    ("correlation", -0.5, "Correlation −0.5: with a coin for each input the penalty is 1.00, with "
     "one coin for both 0.50."),
    ("rest", 4 / 6, "Both weights 2/3: the slope is 0.33 if both copies are kept, −0.33 if the "
     "first alone is, and 0 if it is dropped; in the mean it stands still."),
    ("rest", 1 / 6, "Both weights 1/6: the slope is −0.67 if both copies are kept, −0.83 if the "
     "first alone is, and 0 if it is dropped; the mean is −0.38."),
    ("work", 0.0, "The second copy works alone, best with the weight 1.00: E_R is 0.25."),
    ("work", 4 / 6, "First copy 0.67, the second at its best 0.67: E_R is 0.17, the least."),
    ("work", 1.0, "First copy 1.00, the second at its best 0.50: E_R is 0.19."),
    ("division", 0.5, "Keep probability 0.5, activation 1: dividing by p gives 1.00 in the mean, "
     "by 1 − p gives the same."),
    ("division", 0.2, "Keep probability 0.2, activation 1: dividing by p gives 1.00 in the mean, "
     "by 1 − p gives 0.25."),
    ("bias", 0.0, "Bias 0, S = 2: at p = ½ the mean is 1.00, and so is p (S + b)."),
    ("bias", -1.5, "Bias −1.5, S = 2: at p = ½ the mean is −0.50, but p (S + b) is 0.25."),
    ("squeeze", 1.0, "Scale 1: E_R is least where 0.50 of the weight is left."),
    ("squeeze", 1.5, "Scale 1.5: the penalty is 2.25 times that at scale 1, and so is E_N; E_R is "
     "least where 0.50 of the weight is left, as at scale 1."),
    ("bend", 1.0, "Steepness 1, a = 1: the second derivative is −0.09, with c once it would be the "
     "same."),
    ("bend", 2.5, "Steepness 2.5, a = 1: the second derivative is −0.37, with c once it would be "
     "−0.15."),
    ("index", 0.25, "p_1 = 0.25 and p_2 = 0.25: the mean error is 1.25, and so is the form with "
     "p_1."),
    ("index", 0.9, "p_1 = 0.25 and p_2 = 0.90: the mean error is 3.20, the form with p_1 says "
     "3.64."),
    ("mean", 1.0, "Keep probability 1.00: kept or dropped, the output is 1 from the target, so the "
     "mean of E_D is 0.50, and so is E_N."),
    ("mean", 0.6, "Keep probability 0.60: kept or dropped, the output is 1 from the target, so the "
     "mean of E_D is 0.50, and E_N 0.02."),
    ("sign", 1.0, "Bias 1: normalised by the sum the mean is 0.50, and the difference is 0: "
     "nothing to divide by."),
    ("sign", -2.0, "Bias −2: normalised by the sum the mean is 0.05, with a difference −0.05, "
     "which is no probability."),
    ("sign", 4.0, "Bias 4: normalised by the sum the mean is 0.95, with a difference 1.05, which "
     "is no probability."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "said"), SAID)
def test_sentences(name, value, said):
    assert getattr(refuted, f"describe_{name}")(value) == said


def test_the_sentence_of_two_layers():
    assert refuted.describe_geometric("last layer", 0.5) == (
        "Dropout on the last layer, p = 0.50: the normalised geometric mean gives 0.88, and so "
        "does weight scaling."
    )
    assert refuted.describe_geometric("both layers", 0.3) == (
        "Dropout on both layers, p = 0.30: the normalised geometric mean gives 0.59, weight "
        "scaling 0.50."
    )


# --- pictures of their own


def test_the_slopes_of_three_masks_and_their_mean_are_straight_lines():
    axes = refuted.draw_rest(0.5).axes[0]
    assert [seen.line(line) for line in axes.lines] == [
        "grey - 1.5", "grey - 1.5", "green - 3", "purple -- 1.5", "ink - 0.8",
        "grey o 7", "grey o 7", "grey o 7", "green o 10",
    ]  # fmt: skip
    both, alone, mean, none, level, *dots = (line.get_xydata() for line in axes.lines)
    assert np.array_equal(none, [(0, 0), (1.5, 0)])
    assert np.allclose(both, [(0, -1), (1.5, 2)])  # 2 w − 1
    assert np.allclose(alone, [(0, -1), (1.5, 0.5)])  # w − 1
    assert np.allclose(mean, [(0, -0.5), (1.5, 0.625)])  # a quarter of both
    assert list(level[:, 0]) == [0.5, 0.5]
    assert np.allclose(np.concatenate(dots), [(0.5, 0), (0.5, -0.5), (0.5, 0), (0.5, -0.125)])
    assert [seen.text(text) for text in axes.texts] == [
        "both kept grey at 1.57, 2 left center", "first alone grey at 1.57, 0.45 left center",
        "dropped grey at 1.57, 0 left center",
    ]  # fmt: skip


def test_the_work_of_two_copies_is_a_curve_and_two_bars():
    figure = refuted.draw_work(0.5)
    curve, bars = figure.axes
    assert [seen.line(line) for line in curve.lines] == [
        "orange - 1.5", "ink - 0.8", "orange o 9", "purple D 6"
    ]  # fmt: skip
    error, level, dot, diamond = (line.get_xydata() for line in curve.lines)
    assert error[0, 0] == 0 and error[-1, 0] == 1.5 and len(error) > 30
    assert np.allclose(error[:, 1], [often_said.shared_work(first)[1] for first in error[:, 0]])
    second, at_half = often_said.shared_work(0.5)
    assert list(level[:, 0]) == [0.5, 0.5]
    assert np.allclose(dot, [(0.5, at_half)]) and np.allclose(diamond, [(0, 0.25)])
    assert [seen.patch(bar) for bar in bars.patches] == ["orange"] * 2
    found = [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in bars.patches]
    assert found == [(0, 0.5), (1, pytest.approx(second))]
    assert [bar.get_height() for bar in bars.patches] == pytest.approx([0.6] * 2)
    assert seen.scales(bars, numbers=False) == (
        "weight: 0 0.5 1 1.5, -0.05 to 1.55", ": first second, 1.5 to -0.5"
    )  # fmt: skip
    assert seen.place(curve) == (0.24, 0.531, 0.98, 0.86)
    assert seen.place(bars) == (0.24, 0.16, 0.98, 0.34)


def test_the_curves_that_the_squeeze_is_made_of():
    lines = refuted.draw_squeeze(1.5).axes[0].lines
    assert [seen.line(line) for line in lines] == [
        "blue - 1.5", "purple -- 1.5", "orange - 3", "ink - 0.8", "orange o 9", "orange s 9"
    ]  # fmt: skip
    for line in lines[:3]:
        assert line.get_xdata()[[0, -1]] == pytest.approx([0, 1])


def test_a_form_that_runs_to_infinity_is_cut():
    axes = refuted.draw_sign(1.0).axes[0]
    wrong, mark = axes.lines[1].get_ydata(), axes.lines[4].get_ydata()
    assert np.isnan(mark).all() and np.isnan(wrong).any()
    assert 3 < np.nanmax(wrong) < 3.2 and -3.2 < np.nanmin(wrong) < -2
    assert not np.isnan(refuted.draw_sign(1.5).axes[0].lines[4].get_ydata()).any()


@pytest.mark.parametrize("name", ["bias", "squeeze"])
def test_what_is_dragged_up_and_down_is_at_the_left(name):
    figure = getattr(refuted, f"draw_{name}")()
    (axes,) = figure.axes
    figure.draw_without_rendering()
    for artist, _ in handles_of(figure):
        (left, _low), (right, _high) = axes.transData.inverted().transform(
            artist.get_window_extent()
        )
        assert (left, right) == pytest.approx((axes.get_xlim()[0], 0.25), abs=1e-6)


# --- what trained networks have found


def row(name, values):
    return Sample(name, "test error", range(len(values)), np.array(values))


@pytest.fixture
def differences():
    samples = {"L2": row("L2", [-2.3, -2.1, 0.2, 0.3]), "L1": row("L1", [-4.9, -4.6, -4.7, 0.2])}
    rows, says = {"L2": "two", "L1": "one"}, {"L2": "Against two", "L1": "Against one"}
    return refuted.Differences(samples, rows, says, "as claimed")


def test_dots_are_stacked_and_the_means_of_other_rows_faint(differences):
    figure = differences.draw("L1")
    dots, means = figure.axes
    assert [seen.line(line) for line in dots.lines] == ["orange 0.7 o 6"] * 4 + ["purple -- 1.5"]
    places = [tuple(line.get_xydata()[0]) for line in dots.lines[:4]]
    assert places == [(-4.9, 1), (-4.6, 2), (-4.7, 3), (0.2, 1)]  # half a point a stack
    assert [seen.line(line) for line in means.lines] == [
        "orange 0.35 o 8", "orange o 8", "purple -- 1.5"
    ]  # fmt: skip
    assert [line.get_xydata()[0, 1] for line in means.lines[:2]] == [0, 1]
    assert means.lines[0].get_xdata() == pytest.approx([-0.975])
    for axes in figure.axes:
        assert list(axes.lines[-1].get_xdata()) == [0, 0]
    assert named(figure) == ["a dot a seed orange", "as claimed purple"]
    assert (seen.place(dots), seen.place(means)) == (
        (0.24, 0.493, 0.98, 0.86), (0.24, 0.17, 0.98, 0.453)
    )  # fmt: skip
    seen.assert_readable(figure)


def test_both_panels_reach_to_the_whole_points_around_all_seeds(differences):
    dots, means = differences.draw("L2").axes
    assert seen.scales(means, numbers=False) == (
        "more wrong answers (points): −4 −2 0, -5.3 to 1.3", ": two one, 1.5 to -0.5"
    )  # fmt: skip
    assert seen.scales(dots) == (": , -5.3 to 1.3", ": , 0 to 9")
    assert [name for name, spine in dots.spines.items() if spine.get_visible()] == []
    assert means.spines["left"].get_visible() and means.spines["bottom"].get_visible()


def test_a_row_and_its_name_can_be_clicked(differences):
    figure = differences.draw("L2")
    figure.draw_without_rendering()
    means = figure.axes[1]
    for place, (artist, settings) in enumerate(handles_of(figure)):
        assert settings == {"row": list(differences.samples)[place]}
        box = artist.get_window_extent()
        heights = means.transData.inverted().transform(box)[:, 1]
        assert sorted(heights) == pytest.approx([place - 0.5, place + 0.5], abs=1e-6)
        inside = means.transAxes.inverted().transform(box)[:, 0]
        assert inside == pytest.approx([-0.3, 1.0], abs=1e-6)
        label = means.get_yticklabels()[place].get_window_extent()
        assert box.x0 <= label.x0 + label.width / 2


def test_the_sentence_of_the_differences(differences):
    assert differences.describe("L2") == (
        "Against two: fewer wrong answers in 2 of 4 seeds, and −1.0 points in the mean."
    )
    assert differences.describe("L1") == (
        "Against one: fewer wrong answers in 3 of 4 seeds, and −3.5 points in the mean."
    )


def test_the_differences_have_the_rows_of_the_ledger(monkeypatch):
    samples = {name: row(name, [1.0, 2.0]) for name in often_said.PENALISED}
    monkeypatch.setattr(often_said, "less_penalised", lambda: samples)
    against = refuted.against_penalties()
    assert against.samples is samples and against.none == "as good, as claimed"
    assert against.rows == {name: name for name in ("L2", "L1", "max-norm")}
    assert against.describe("max-norm") == (
        "Dropout against max-norm: fewer wrong answers in 0 of 2 seeds, and +1.5 points in the "
        "mean."
    )
    samples = {name: row(name, [-1.0, 0.0]) for name in often_said.PLACES}
    monkeypatch.setattr(often_said, "less_normalized", lambda: samples)
    beside = refuted.beside_normalization()
    assert beside.samples is samples and beside.none == "of no use, as claimed"
    assert beside.rows == {"dense": "dense layer", "units": "units", "channels": "channels"}
    assert beside.says == {
        "dense": "Dropout in front of the dense layer",
        "units": "Dropout on units between the convolutions",
        "channels": "Dropout on channels between the convolutions",
    }


def bands(axes):
    return [
        (seen.color(band.get_facecolor()[0]), *map(float, band.get_linewidth()))
        for band in axes.collections
        if isinstance(band, PolyCollection)
    ]


def by_size(arm, measure, setting, means):
    """Samples with so many means, each half a point above and below."""
    return [
        Sample(arm, measure, (0, 1), mean + np.array([-0.01, 0.01]), {setting: size})
        for size, mean in means.items()
    ]


def test_losses_are_curves_over_epochs(monkeypatch):
    means = {
        "printed loss": {1: 1.9, 20: 1.3}, "validation loss": {1: 1.5, 20: 1.1},
        "training loss": {1: 1.4, 20: 0.9},
    }  # fmt: skip
    found = {m: by_size("right", m, "passes", of) for m, of in means.items()}
    monkeypatch.setattr(often_said, "losses", lambda: found)
    curves = refuted.losses()
    figure = curves.draw(20)
    (axes,) = figure.axes
    assert [seen.line(line) for line in axes.lines[:3]] == [
        "purple -- 1.5", "blue - 1.5", "grey : 1.5"
    ]  # fmt: skip
    for line, of in zip(axes.lines, means.values(), strict=False):
        assert np.allclose(line.get_xydata(), list(of.items()))
    assert bands(axes) == [("purple 0.25", 0), ("blue 0.25", 0), ("grey 0.25", 0)]
    assert named(figure) == ["printed in training purple", "validation blue",
                             "training, no masks grey"]  # fmt: skip
    assert seen.scales(axes) == ("epoch: 1 20, 0.9 to 22 log", "nats: 1.0 1.5 2.0, 0.8 to 2.1")
    seen.assert_readable(figure)
    rings = [seen.line(line) for line in axes.lines if line.get_markersize() == 12]
    assert rings == ["purple o 12 hollow", "blue o 12 hollow", "grey o 12 hollow"]
    assert curves.describe(1) == (
        "Epoch 1: 1.90 ± 0.13 nats printed in training, 1.50 ± 0.13 in validation, 1.40 ± 0.13 in "
        "training without masks."
    )


def test_doubts_are_curves_over_examples(monkeypatch):
    means = {"dropout": {50: 1.0, 20_000: 0.9}, "least squares": {50: 1.0, 20_000: 0.05}}
    found = {arm: by_size(arm, "spread", "examples", of) for arm, of in means.items()}
    monkeypatch.setattr(often_said, "spreads_left", lambda: found)
    curves = refuted.doubts()
    figure = curves.draw(50)
    (axes,) = figure.axes
    assert [seen.line(line) for line in axes.lines[:2]] == ["orange - 1.5", "purple -- 1.5"]
    for line, of in zip(axes.lines, means.values(), strict=False):
        assert np.allclose(line.get_xydata(), list(of.items()))
    assert bands(axes) == [("orange 0.25", 0), ("purple 0.25", 0)]
    assert named(figure) == ["spread over masks orange", "least-squares doubt purple"]
    assert seen.scales(axes) == (
        "examples: 100 1,000 10,000, 40 to 2.5e+04 log",
        "share of that with 50: 0.03 0.1 0.3 1, 0.03 to 1.5 log",
    )
    assert seen.place(axes)[0] == 0.2
    seen.assert_readable(figure)
    rings = [seen.line(line) for line in axes.lines if line.get_markersize() == 12]
    assert rings == ["orange o 12 hollow", "purple o 12 hollow"]
    assert curves.describe(20_000) == (
        "With 20,000 examples, as shares of those with 50: spread over masks 0.900 ± 0.127, "
        "least-squares doubt 0.050 ± 0.127."
    )
