"""The experiments of the chapter `scaling` are what they are called; exact but for rounding."""

import dataclasses

import joblib
import numpy as np
import pytest

from dropoutlab import averaging, data, experiments, training
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


KEPT = (0.8, 0.6)


def standard_network(seed):
    rng = np.random.default_rng([seed, 1])
    return nn.new_network((40, 4, 10), rng, keep_prob=KEPT, dtype=np.float64), rng


def test_a_twin_is_the_same_function_with_arrays_of_its_own():
    one, _rng = standard_network(9100)
    other = scaling._inverted_twin(one)
    assert other.scheme == "inverted" and other.keep_prob == KEPT
    inputs = np.random.default_rng(0).normal(size=(5, 40))
    assert np.allclose(nn.predict(other, inputs), nn.predict(one, inputs))
    for parts in ("weights", "biases"):
        for mine, theirs in zip(getattr(one, parts), getattr(other, parts), strict=True):
            assert not np.shares_memory(mine, theirs)


def test_gradients_of_both_schemes_are_of_the_same_examples_and_masks():
    one, _rng = standard_network(9100)
    split = data.mnist1d_split(300, np.random.default_rng(9100))
    rng, again = (np.random.default_rng(5) for _twice in range(2))
    found = scaling._gradients([one, scaling._inverted_twin(one)], split, rng)
    for _step in range(2):
        gradients = next(found)
        rows = again.permutation(300)[:50]
        noise = nn.draw_noise(one, 50, again)
        activations = nn.forward(one, split.train_inputs[rows], noise)
        expected = nn.backward(one, activations, noise, split.train_targets[rows])
        expected = [part for parts in expected for part in parts]
        for mine, theirs, by_hand, p in zip(
            gradients[:4], gradients[4:], expected, (*KEPT, 1, 1), strict=True
        ):
            assert np.allclose(mine, by_hand)
            assert np.allclose(theirs, by_hand / p)  # along p w, and along the biases


def test_gaps_are_of_the_examples_and_the_network_of_a_seed(monkeypatch):
    seen = []

    def gradients(networks, split, rng):
        seen.append((networks, split, rng.random()))
        parts = [part for network in networks for part in (*network.weights, *network.biases)]
        while True:
            yield [np.ones_like(part) for part in parts]

    monkeypatch.setattr(scaling, "_gradients", gradients)
    steps = [scaling._steps(KEPT, 0.2, 0.01, 1.5, box) for box in ((False,) * 3, (True,) * 3)]
    found = scaling._gaps_of_seed(9100, KEPT, 4, steps, np.array([0, 2, 3]))
    ((networks, split, drawn),) = seen
    assert found.shape == (3, 2) and len(networks) == 3
    expected = data.mnist1d_split(300, np.random.default_rng(9100))
    assert all(map(np.array_equal, vars(split).values(), vars(expected).values()))
    network, rng = standard_network(9100)
    assert drawn == rng.random()
    # three steps by hand, of the first layer's weights
    weights = network.weights[0].copy()
    for _step in range(3):
        weights -= 0.2 * (1 + 0.01 * weights)
        weights *= np.minimum(1, 1.5 / np.linalg.norm(weights, axis=1, keepdims=True))
    assert np.allclose(networks[0].weights[0], weights)
    gap = [scaling._gap(networks[0], twin, split.test_inputs) for twin in networks[1:]]
    assert np.allclose(found[-1], gap) and (found[0] < 1e-15).all() and (found[1:] > 0).all()


@pytest.mark.parametrize("settings", [{"learning_rate": 1e308}, {"l2": 1e200}])
def test_schemes_that_diverge_are_said_to(settings):
    with (
        joblib.parallel_config("sequential"),
        pytest.raises(FloatingPointError, match="grew without bound: use a smaller learning_rate"),
    ):
        experiments.scheme_gaps((0,), updates=30, max_norm=1e308, **settings)
