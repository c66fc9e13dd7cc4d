import numpy as np
import pytest

from dropoutlab.experiments import ConfidenceStudy
from dropoutlab.figures import practice as figures
from dropoutlab.samples import Sample
from tests.figures.looks import bars, box, legend, look, looks, scale, words
from tests.figures.seen import assert_readable

RNG = np.random.default_rng(0)


def samples(arms, **settings):
    ((name, values),) = settings.items()
    return [
        Sample(arm, "test error", range(3), 50 + RNG.standard_normal(3), {name: value})
        for arm in arms
        for value in values
    ]


def curves(axes):
    return [line for line in axes.lines if line.get_marker() in ("o", "s")]


def test_keep_probabilities_are_means_over_seeds():
    found = samples(["same width", "width / p"], keep_prob=[0.5, 0.1, 1.0])
    (axes,) = figures.draw_keep_probs(found).axes
    assert not axes.texts  # nothing that a line at a place could cross
    for line, first in zip(curves(axes), (0, 3), strict=True):
        assert line.get_xdata().tolist() == [0.1, 0.5, 1.0]
        assert np.allclose(line.get_ydata(), [found[first + k].values.mean() for k in (1, 0, 2)])


def test_the_gain_is_what_is_left_of_the_error_without():
    found = samples(["none", "L2", "dropout"], examples=[100, 1000])
    (axes,) = figures.draw_train_sizes(found).axes
    assert not axes.texts  # nothing that a line at a place could cross
    of_l2, of_dropout = curves(axes)
    for line, first in ((of_l2, 2), (of_dropout, 4)):
        gains = [(found[k].values - found[first + k].values).mean() for k in (0, 1)]
        assert np.allclose(line.get_ydata(), gains)


def test_there_is_a_curve_for_each_rate_of_the_inputs():
    found = [
        Sample("rates", "test error", range(3), 50 + RNG.standard_normal(3),
               {"inputs": x, "hidden": h})
        for x in (1.0, 0.9) for h in (1.0, 0.5)
    ]  # fmt: skip
    (axes,) = figures.draw_layer_rates(found).axes
    assert not axes.texts  # nothing that a line at a place could cross
    assert len(curves(axes)) == 2
    assert {t.get_text() for t in axes.get_legend().get_texts()} == {
        "all inputs kept",
        "0.9 of inputs kept",
    }
    assert np.allclose(
        curves(axes)[0].get_ydata(), [found[1].values.mean(), found[0].values.mean()]
    )


def test_the_rates_that_were_best_are_those_within_half_a_point_of_the_least_error():
    errors = {0.2: 50.6, 0.3: 50.5, 0.4: 50.0, 0.6: 50.4, 1.0: 55.0}
    widths = [sample("same width", error, keep_prob=p) for p, error in errors.items()]
    rates = [
        sample("rates", 50 + x + abs(h - 0.65), inputs=x, hidden=h)
        for x in (1.0, 0.9) for h in (1.0, 0.65)
    ]  # fmt: skip
    assert figures.best_kept(widths, rates) == {
        "one layer of 100": "0.3 to 0.6",
        "two layers of 100": "0.65 to 1",
    }


# --- to read off, and to ask ----------------------------------------------------------------------


def sample(arm, mean, **settings):
    return Sample(arm, "test error", range(2), [mean - 0.1, mean + 0.1], settings)


def test_keep_probabilities_can_be_read_off():
    errors = {"same width": (62.0, 48.0, 53.0), "width / p": (50.0, 48.0, 55.0)}
    found = [
        sample(arm, mean, keep_prob=p)
        for arm, means in errors.items()
        for p, mean in zip((0.1, 0.5, 1.0), means, strict=True)
    ]
    assert figures.keep_probs(found).describe(0.1) == (
        "With p = 0.1: 62.0 ± 1.3 % wrong with 100 units, 50.0 ± 1.3 % with 50 / p units."
    )
    question = figures.ask_keep_prob(found)
    assert question.veiled and question.texts[question.right[0]] == "about a half"
    assert "p = 0.5, 48.0 ± 1.3 % wrong; with all kept it is 53.0 ± 1.3 %" in question.because


def test_gains_can_be_read_off():
    errors = {"none": (77.0, 64.0, 38.0), "L2": (75.0, 59.0, 44.0), "dropout": (75.0, 57.0, 39.0)}
    found = [
        sample(arm, mean, examples=size)
        for arm, means in errors.items()
        for size, mean in zip((100, 500, 4000), means, strict=True)
    ]
    curves = figures.train_sizes(found, {"dropout": 0.6, "L2": 0.01})
    assert curves.describe(4000) == (
        "With 4,000 training examples: dropout with p = 0.6 gains −1.0 ± 0.0 points, "
        "L2 with λ = 0.01 −6.0 ± 0.0."
    )
    question = figures.ask_train_size(found)
    assert question.texts == ("with 100", "with 500", "with 4,000")
    assert question.right == (1, 1) and question.veiled
    assert "100: +2.0 ± 0.0; 500: +7.0 ± 0.0; 4,000: −1.0 ± 0.0." in question.because


def test_rates_can_be_read_off():
    found = [sample("rates", 50 + 2 * (x < 1) + h, inputs=x, hidden=h)
             for x in (0.9, 1.0) for h in (1.0, 0.5)]  # fmt: skip
    curves = figures.layer_rates(found)
    assert curves.places == [0.5, 1.0]
    assert curves.describe(0.5) == (
        "With p = 0.5 in both hidden layers: 50.5 ± 1.3 % wrong with all inputs kept, "
        "52.5 ± 1.3 % wrong with 0.9 of inputs kept."
    )


def test_learning_rates_can_be_read_off():
    found = [
        sample(arm, 50 + k + 10 * rate, learning_rate=rate)
        for k, arm in enumerate(("none", "dropout", "dropout and max-norm"))
        for rate in (0.4, 0.1)
    ]
    (axes,) = figures.draw_learning_rates(found).axes
    assert [list(line.get_ydata()) for line in curves(axes)] == [[51, 54], [52, 55], [53, 56]]
    assert figures.learning_rates(found).describe(0.4) == (
        "At a learning rate of 0.4: 54.0 ± 1.3 % wrong with nothing dropped, 55.0 ± 1.3 % with "
        "dropout, 56.0 ± 1.3 % with dropout and max-norm."
    )


def test_the_network_that_overrates_itself_most_is_the_one_of_largest_calibration_error():
    off = {"none": 40.0, "dropout": 24.0, "L2": 12.0}
    study = ConfidenceStudy(
        [Sample(arm, "calibration error", range(2), [x, x]) for arm, x in off.items()], {}, {}
    )
    question = figures.Reliability(study).ask()
    assert question.texts[question.right[0]] == "with nothing"
    assert question.at == {"trained": "none"}
    assert "with nothing 40.0 ± 0.0, with dropout 24.0 ± 0.0, with L2 12.0" in question.because


@pytest.fixture
def reliability():
    right = np.full((2, 10), np.nan)
    right[:, 8] = 40.0, 60.0
    right[0, 9] = 90.0  # one of the networks has no such answer
    shares = np.zeros((2, 10))
    shares[:, 8], shares[:, 9] = 80.0, 20.0
    found = {"certainty": 86.0, "test error": 54.0, "calibration error": 40.4, "test loss": 3.71}
    measured = [Sample("none", name, range(2), [value] * 2) for name, value in found.items()]
    return figures.Reliability(ConfidenceStudy(measured, {"none": right}, {"none": shares}))


def test_reliability_leaves_out_where_there_are_no_answers(reliability):
    (axes,) = reliability.draw("none").axes
    (line,) = curves(axes)
    assert line.get_xdata().tolist() == [85, 95] and line.get_ydata().tolist() == [50, 90]
    assert [bar.get_height() for bar in axes.patches] == [0] * 8 + [80, 20]
    assert reliability.describe("none") == (
        "With nothing: on average 86 % sure and 46 % right; calibration error 40 points, loss 3.71."
    )


# --- all that is seen


def and_another(samples):
    """With a measure that nobody asks for."""
    return samples + [Sample(s.arm, "other", s.seeds, s.values + 99, s.settings) for s in samples]


KEPT = and_another(
    [
        sample(arm, 50 + k + 10 * p, keep_prob=p)
        for k, arm in enumerate(("same width", "width / p"))
        for p in (0.5, 0.2, 1.0)
    ]
)
SIZES = and_another(
    [
        sample(arm, 60 - gain * (size > 100), examples=size)
        for arm, gain in (("none", 10), ("L2", 12), ("dropout", 15))
        for size in (1000, 100)
    ]
)
LAYERS = and_another(
    [
        sample("rates", 50 + 2 * (x < 1) + h, inputs=x, hidden=h)
        for x in (0.9, 1.0)
        for h in (1.0, 0.5, 0.8)
    ]
)
RATES = and_another(
    [
        sample(arm, 50 + k + rate, learning_rate=rate)
        for k, arm in enumerate(("none", "dropout", "dropout and max-norm"))
        for rate in (1.0, 0.1)
    ]
)
WRONG = "wrong answers (%)"
# picture: top of the axes, names with colour, form and mark, label and numbers across, and upwards
PICTURES = {
    "keep probabilities": (
        lambda: figures.draw_keep_probs(KEPT), 0.88,
        {"100 units": "orange - o", "50 / p units": "orange -- s"},
        ("keep probability p", ["0.2", "0.4", "0.6", "0.8", "1.0"]), WRONG,
    ),
    "sizes": (
        lambda: figures.draw_train_sizes(SIZES), 0.88,
        {"L2": "purple - o", "dropout": "orange - o", "neither": "blue -"},
        ("training examples", ["100", "1,000"]), "gain in test error (points)",
    ),
    "layers": (
        lambda: figures.draw_layer_rates(LAYERS), 0.88,
        {"all inputs kept": "orange - o", "0.9 of inputs kept": "orange -- s"},
        ("keep probability of both hidden layers", ["0.5", "0.8", "1"]), WRONG,
    ),
    "rates": (
        lambda: figures.draw_learning_rates(RATES), 0.8,
        {"nothing dropped": "blue - o", "dropout": "orange - o", "with max-norm": "orange -- s"},
        ("learning rate", ["0.1", "1"]), WRONG,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_curves_have_their_colour_in_the_legend(name):
    draw, top, names, across, upwards = PICTURES[name]
    figure = draw()
    (axes,) = figure.axes
    seen = {name: look.split() for name, look in names.items()}
    assert legend(axes) == {name: color for name, (color, *_form) in seen.items()}
    assert box(axes)[3] == top and looks(axes)[: len(names)] == [
        f"{color} {form} 1.5 {mark[0]} 5" if mark else f"{color} {form} 2"
        for color, form, *mark in seen.values()
    ]
    assert scale(axes.xaxis)[::2] == across and axes.get_ylabel() == upwards
    assert_readable(figure)


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [("keep probabilities", (0.08, 1.02), (44, 66)), ("layers", (0.47, 1.02), (46, 64)),
     ("rates", None, (44, 62))],
)  # fmt: skip
def test_limits(name, x, y):
    (axes,) = PICTURES[name][0]().axes
    assert axes.get_xlim() == (x or axes.get_xlim()) and axes.get_ylim() == y


@pytest.mark.parametrize(("name", "log"), [("sizes", True), ("rates", True), ("layers", False)])
def test_what_grows_by_factors_has_a_scale_of_factors(name, log):
    (axes,) = PICTURES[name][0]().axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log" if log else "linear", "linear")
    assert not axes.xaxis.get_minorticklocs().size


def test_no_gain_is_a_line():
    axes = figures.draw_train_sizes(SIZES).axes[0]
    assert looks(axes)[2:] == ["blue - 2"] and list(axes.lines[2].get_ydata()) == [0, 0]


@pytest.mark.parametrize(
    ("curves", "at", "rings"),
    [
        (lambda: figures.keep_probs(KEPT), 0.2, [("orange", 52), ("orange", 53)]),
        (lambda: figures.train_sizes(SIZES, {"dropout": 0.5, "L2": 1}), 1000,
         [("orange", 5), ("purple", 2)]),
        (lambda: figures.layer_rates(LAYERS), 0.5, [("orange", 50.5), ("orange", 52.5)]),
        (lambda: figures.learning_rates(RATES), 1.0,
         [("blue", 51), ("orange", 52), ("orange", 53)]),
    ],
)  # fmt: skip
def test_curves_are_read_off_in_their_colours(curves, at, rings):
    axes = curves().draw(at).axes[0]
    drawn = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
    assert [look(line) for line in drawn] == [f"{color} o 12 hollow" for color, _ in rings]
    assert [line.get_ydata()[0] for line in drawn] == pytest.approx([mean for _, mean in rings])


def test_reliability_stands_beside_a_network_that_is_as_sure_as_right(reliability):
    figure = reliability.draw("none")
    (axes,) = figure.axes
    assert looks(axes) == ["grey -- 1.5", "blue - 1.5 o 6"] == looks(reliability.draw().axes[0])
    assert axes.lines[0].get_xydata().tolist() == [[0, 0], [100, 100]]
    assert bars(axes) == [
        ("grey", 10 * k + 0.5, 0, 9, {8: 80, 9: 20}.get(k, 0)) for k in range(10)
    ]  # fmt: skip
    assert {bar.get_alpha() for bar in axes.containers[0]} == {0.35}
    assert words(axes) == {
        "as sure as right": "grey right baseline", "dots: right answers": "blue left baseline",
        "bars: share of answers": "grey left baseline",
    }  # fmt: skip
    assert [text.get_position() for text in axes.texts] == [(60, 68), (3, 92), (3, 83)]
    assert scale(axes.xaxis)[:2] == ("probability given to the answer (%)", (0, 102))
    assert scale(axes.yaxis)[:2] == ("%", (0, 102))
    assert_readable(figure)


def test_only_shares_of_one_percent_and_more_have_a_dot(reliability):
    shares = reliability.study.shares["none"]
    shares[:, 8], shares[:, 9] = 99.0, 1.0
    assert list(curves(reliability.draw("none").axes[0])[0].get_xdata()) == [85, 95]
    shares[:, 8], shares[:, 9] = 99.1, 0.9
    assert list(curves(reliability.draw("none").axes[0])[0].get_xdata()) == [85]


def test_a_network_trained_with_dropout_is_said_and_coloured_so(reliability):
    study = reliability.study
    found = [Sample("dropout", s.measure, s.seeds, s.values) for s in study.samples]
    other = figures.Reliability(
        ConfidenceStudy(
            found, {"dropout": study.reliability["none"]}, {"dropout": study.shares["none"]}
        )
    )
    assert other.describe("dropout").startswith("With dropout: on average 86 % sure")
    assert looks(other.draw("dropout").axes[0])[1] == "orange - 1.5 o 6"


@pytest.mark.parametrize("trained", ["none", "L2", "dropout"])
def test_the_networks_that_are_not_chosen_are_there_and_paler(reliability, trained):
    study = reliability.study
    right, shares = (
        {arm: np.roll(of["none"], -k, axis=1) for k, arm in enumerate(("none", "L2", "dropout"))}
        for of in (study.reliability, study.shares)
    )
    figure = figures.Reliability(ConfidenceStudy(study.samples, right, shares)).draw(trained)
    (axes,) = figure.axes
    _, *lines = axes.lines
    colors = {"none": "blue", "L2": "purple", "dropout": "orange"}
    assert [look(line) for line in lines] == [
        f"{color} - 1.5 o 6" if arm == trained else f"{color} - 1.5 alpha 0.45"
        for arm, color in colors.items()
    ]
    assert [line.get_zorder() for line in lines] == [2 if a == trained else 1.5 for a in colors]
    assert [list(line.get_xdata()) for line in lines] == [[85, 95], [75, 85], [65, 75]]
    for arm, line in zip(colors, lines, strict=True):
        seen = np.nanmean(right[arm][:, shares[arm].mean(axis=0) >= 1], axis=0)
        assert list(line.get_ydata()) == pytest.approx(list(seen))
    assert legend(axes) == {"nothing": "blue", "L2": "purple", "dropout": "orange"}
    assert axes.get_legend()._ncols == 3 and box(axes)[3] == 0.88
    assert_readable(figure)


# --- all that is asked


def test_questions_have_their_answers_in_words():
    question = figures.ask_keep_prob(KEPT)
    assert (question.text, question.texts, question.right, question.because) == (
        "A hundred hidden units: how much should be kept for the fewest wrong answers?",
        ("nearly all", "about a half", "only a tenth"),
        (2, 2),
        "With 100 units the error is least at p = 0.2, 52.0 ± 1.3 % wrong; with all kept it is "
        "60.0 ± 1.3 %.",
    )
    assert question.at == {"at": 0.2}
    question = figures.ask_train_size(
        [sample(arm, 60 - gain, examples=size)
         for arm, gains in (("none", (0, 0, 0)), ("dropout", (1, 3, 2)))
         for size, gain in zip((100, 500, 4000), gains, strict=True)]
    )  # fmt: skip
    assert (question.text, question.texts, question.right, question.because) == (
        "With how many training examples does dropout gain most?",
        ("with 100", "with 500", "with 4,000"),
        (1, 1),
        "Points gained by dropout, by the number of examples: 100: +1.0 ± 0.0; 500: +3.0 ± 0.0; "
        "4,000: +2.0 ± 0.0.",
    )
    assert question.at == {"at": 500}
    off = {"none": 24.0, "dropout": 40.0, "L2": 12.0}
    study = ConfidenceStudy(
        [Sample(arm, "calibration error", range(2), [x, x]) for arm, x in off.items()], {}, {}
    )
    question = figures.Reliability(study).ask()
    assert (question.text, question.texts, question.right, question.because, question.veiled) == (
        "Trained with nothing, with dropout or with L2: which network overrates itself most?",
        ("with nothing", "with dropout", "with L2"),
        (1, 1),
        "What each says is off on average, in points: with nothing 24.0 ± 0.0, with dropout "
        "40.0 ± 0.0, with L2 12.0 ± 0.0.",
        True,
    )
    assert question.at == {"trained": "dropout"}


@pytest.mark.parametrize(("best", "answer"), [(1.0, "nearly all"), (0.6, "about a half")])
def test_the_nearest_answer_is_right(best, answer):
    found = [sample("same width", 50 + abs(p - best), keep_prob=p) for p in (0.1, 0.6, 1.0)]
    question = figures.ask_keep_prob(found)
    assert question.texts[question.right[0]] == answer
