"""The figures show the numbers of the mathematics, and their sentences say the same."""

import numpy as np
import pytest

from dropoutlab import linear
from dropoutlab.figures import regularizer as figures


def lines(figure):
    return {line.get_label(): line for line in figure.axes[0].lines}


@pytest.mark.parametrize("keep_prob", [0.1, 0.5, 1.0])
def test_error_curves(keep_prob):
    drawn = lines(figures.draw_error_curves(keep_prob, 1.5, 2.0))
    w, regularized = drawn["E_R"].get_data()
    assert np.allclose(drawn["mean of E_D"].get_ydata(), regularized)
    assert np.allclose(drawn["E_N"].get_ydata(), (2.0 - keep_prob * w * 1.5) ** 2 / 2)
    w, cloud = drawn["E_D, one mask each"].get_data()
    kept = np.isclose(cloud, (2.0 - w * 1.5) ** 2 / 2)
    dropped = np.isclose(cloud, 2.0)
    assert (kept | dropped).all() and kept.any()
    assert keep_prob < 1 or kept.all()


def test_the_minima_are_those_of_the_mathematics():
    assert figures.regularized_minimum(0.5, 1.0, 1.0) == pytest.approx(1.0)
    assert figures.plain_minimum(0.5, 1.0, 1.0) == pytest.approx(2.0)
    assert figures.describe_error_curves(0.5, 1.0, 1.0) == (
        "With keep probability 0.5, x = 1.0 and y = 1.0, E_N is least at w = 2.00 "
        "and E_R at w = 1.00, where the mean error that remains is 0.25."
    )


def test_monte_carlo_draws_the_running_mean_of_one_stream():
    drawn = lines(figures.draw_monte_carlo(0.5, 300, 2))
    counts, means = drawn["mean of ∂E_D/∂w_1"].get_data()
    estimate = linear.expected_gradient_monte_carlo(
        figures.EXAMPLE_WEIGHTS, figures.EXAMPLE_INPUTS, figures.EXAMPLE_TARGET, 0.5,
        num_masks=300, rng=np.random.default_rng(2),
    )  # fmt: skip
    assert counts[-1] == 300
    assert means[-1] == estimate.mean[0]
    exact = drawn["∂E_R/∂w_1"].get_ydata()[0]
    assert f"{exact:.3f}" in figures.describe_monte_carlo(0.5, 300, 2)
    assert f"{estimate.mean[0]:.3f} ± {estimate.standard_error[0]:.3f}" in (
        figures.describe_monte_carlo(0.5, 300, 2)
    )


def test_without_dropout_every_mask_gives_the_same():
    assert figures.describe_monte_carlo(1.0, 10, 1).endswith("every mask gives the same.")


# A 95 % band from 3,000 masks, near normal: with 400 streams the number of bands that hold the true
# value is Binomial(400, 0.95). P(fewer than 348 or more than 397) is below 1e-6 at 0.95, and a
# coverage of 0.95 ± 0.005 (what is not quite normal) moves that to below 1e-5 × 0.1.
def test_ninety_five_bands_in_a_hundred_hold_the_true_value():
    exact = figures._exact_gradient(0.5)
    held = 0
    for stream in range(1000, 1400):
        estimate = figures._gradient_estimate(0.5, 3000, stream)
        held += abs(estimate.mean[0] - exact) <= 1.96 * estimate.standard_error[0]
    assert 340 <= held <= 399


def test_path_distances_are_drawn_with_their_range():
    steps = np.array([1, 10, 100])
    values = np.array([[1.0, 0.5, 0.2], [1.2, 0.7, 0.1]])
    figure = figures.draw_path_distances(steps, values, values + 1, values + 2)
    drawn = lines(figure)["averaged weights to minimum of E_R"]
    assert np.allclose(drawn.get_ydata(), values.mean(axis=0))
    assert len(figure.axes[0].collections) == 3
