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
    for line, first in zip(curves(axes), (0, 3), strict=True):
        assert line.get_xdata().tolist() == [0.1, 0.5, 1.0]
        assert np.allclose(line.get_ydata(), [found[first + k].values.mean() for k in (1, 0, 2)])


def test_the_gain_is_what_is_left_of_the_error_without():
    found = samples(["none", "L2", "dropout"], examples=[100, 1000])
    (axes,) = figures.draw_train_sizes(found).axes
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
    assert len(curves(axes)) == 2
    assert {text.get_text() for text in axes.texts} == {"all inputs", "inputs 0.9"}
    assert np.allclose(
        curves(axes)[0].get_ydata(), [found[1].values.mean(), found[0].values.mean()]
    )


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
