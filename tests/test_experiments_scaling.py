"""The experiments of the chapter `scaling` are what they are called; exact but for rounding."""

import dataclasses

import joblib
import numpy as np
import pytest

from dropoutlab import experiments
from dropoutlab import network as nn


@pytest.mark.long
@pytest.mark.parametrize("power", [-1, 1])  # forgotten, twice
def test_wrong_weights_are_wrong_biases_and_a_factor_on_the_outputs(power):
    # exact but for rounding, so the answers are those of the network with the other biases
    keep_prob = (0.8, 0.5, 0.5)
    arm = experiments.Arm("net", sizes=(40, 16, 16, 10), keep_prob=keep_prob)
    trained = experiments.train_arm(arm, [9100])
    inputs = trained.test[0][0]
    assert inputs.shape == (3000, 40)
    right = nn.scaled_for_test(experiments.single_network(trained.network, 0))
    right = dataclasses.replace(right, output="linear")
    factors = np.array(keep_prob) ** power
    product = np.cumprod(factors)
    assert product[-1] == pytest.approx(5.0**-power)
    weights = tuple(f * w for f, w in zip(factors, right.weights, strict=True))
    biases = tuple(b / c for c, b in zip(product, right.biases, strict=True))
    wrong = nn.forward(dataclasses.replace(right, weights=weights), inputs)[-1]
    moved = nn.forward(dataclasses.replace(right, biases=biases), inputs)[-1]
    assert np.allclose(wrong, product[-1] * moved, rtol=1e-10, atol=1e-10)


@pytest.mark.long
def test_the_schemes_stay_one_function_only_if_all_three_settings_are_rescaled():
    # exact but for rounding: each pair of networks, at each record
    gaps = experiments.scheme_gaps(range(9100, 9104)).gaps
    assert len(gaps) == 8
    for rescaled, gap in gaps.items():
        assert (gap[:, 0] < 1e-15).all()  # they start as one function
        if all(rescaled):
            assert (gap < 1e-14).all()
        else:
            assert (gap[:, -1] > 1e-3).all()


@pytest.mark.parametrize("settings", [{"learning_rate": 1e308}, {"l2": 1e200}])
def test_schemes_that_diverge_are_said_to(settings):
    with (
        joblib.parallel_config("sequential"),
        pytest.raises(FloatingPointError, match="grew without bound: use a smaller learning_rate"),
    ):
        experiments.scheme_gaps((0,), updates=30, max_norm=1e308, **settings)
