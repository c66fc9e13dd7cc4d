"""The experiments of the chapter `scaling` are what they are called; exact but for rounding."""

import dataclasses

import joblib
import numpy as np
import pytest

from dropoutlab import averaging, experiments, training
from dropoutlab import network as nn
from dropoutlab.experiments import scaling
from dropoutlab.samples import pick


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


def test_the_schemes_stay_one_function_only_if_all_three_settings_are_rescaled():
    # exact but for rounding: each pair of networks, at each record
    with joblib.parallel_config("sequential"):
        found = experiments.scheme_gaps((9100, 9101), hidden_units=4, updates=40)
    assert found.updates.tolist() == [40 * k // 30 for k in range(31)]
    assert len(found.gaps) == 8
    for rescaled, gap in found.gaps.items():
        assert gap.shape == (2, 31)
        assert (gap[:, 0] < 1e-15).all()  # they start as one function
        if all(rescaled):
            assert (gap < 1e-14).all()
        else:
            assert (gap[:, -1] > 1e-3).all()


def test_averages_over_masks_are_judged_beside_weight_scaling(monkeypatch):
    seeds, arms = (9100, 9101), []

    def untrained(arm, seeds):
        arms.append(arm)
        network = arm.new_network(experiments.training_streams(seeds))
        return experiments.Trained(network, experiments.splits(arm, seeds), seeds)

    monkeypatch.setattr(scaling, "train_arm", untrained)
    found = experiments.averages_against_masks(seeds, num_masks=(1, 3), hidden_units=4)
    (arm,) = arms
    assert (arm.sizes, arm.keep_prob, arm.test_size) == ((40, 4, 4, 10), (1.0, 0.8, 0.8), 1000)
    assert arm.recipe == training.Recipe() and arm.train_size == 1000
    assert len(found) == 2 * (1 + 2 * 2)
    trained = untrained(arm, seeds)
    network, (inputs, targets) = trained.network, trained.test
    loss, error = training.evaluate(network, inputs, targets)
    assert np.allclose(pick(found, "weight scaling", "test loss").values, loss)
    assert np.allclose(pick(found, "weight scaling", "test error").values, 100 * error)
    means = {"Monte-Carlo": "arithmetic", "geometric Monte-Carlo": "normalized geometric"}
    for name, mean in means.items():
        rng = [np.random.default_rng([seed, 2]) for seed in seeds]
        averages = averaging.monte_carlo_average(network, inputs, [1, 3], rng, mean=mean)
        for masks, outputs in zip((1, 3), averages, strict=True):
            wrong = outputs.argmax(axis=-1) != targets.argmax(axis=-1)
            error = pick(found, name, "test error", masks=masks).values
            assert np.allclose(error, 100 * wrong.mean(axis=-1))
            loss = -np.log((outputs * targets).sum(axis=-1)).mean(axis=-1)
            assert np.allclose(pick(found, name, "test loss", masks=masks).values, loss)


def test_small_networks_have_as_many_units_that_may_be_dropped():
    one, two = scaling._small_arms(0.7, 6)
    assert (one.name, one.sizes, one.keep_prob) == ("one layer", (40, 6, 10), (1.0, 0.7))
    assert (two.name, two.sizes, two.keep_prob) == ("two layers", (40, 3, 3, 10), (1.0, 0.7, 0.7))
    with pytest.raises(ValueError, match=r"^units must be even, half of them a layer; got 7$"):
        scaling._small_arms(0.7, 7)
