import numpy as np
import pytest

from dropoutlab.experiments import ConfidenceStudy
from dropoutlab.figures import practice as figures
from dropoutlab.samples import Sample

RNG = np.random.default_rng(0)


def samples(arms, **settings):
    ((name, values),) = settings.items()
    return [
        Sample(arm, "test error", range(3), 50 + RNG.standard_normal(3), {name: value})
        for arm in arms
        for value in values
    ]


def curves(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


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
