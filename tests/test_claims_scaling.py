"""What the chapter `scaling` says of training and sampling, on seeds that it does not use.

A claim about means is that the 95 % interval of a difference, paired by seed, lies on one side.
"""

import dataclasses

import numpy as np
import pytest

from dropoutlab import experiments
from dropoutlab import network as nn
from dropoutlab.samples import pick

SEEDS = range(9100, 9112)
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("scaling")]


def change(samples, measure, arm, over="weights × p"):
    """By how much a measure rises from arm `over` to `arm`."""
    return (pick(samples, arm, measure) - pick(samples, over, measure)).summary()


# --- what if you forget?


@pytest.fixture(scope="module")
def forgotten():
    return experiments.forgotten_scaling(SEEDS)


def test_without_scaling_the_loss_jumps_and_the_error_moves_little(forgotten):
    loss = change(forgotten, "test loss", "not scaled")
    right = pick(forgotten, "weights × p", "test loss").summary()
    assert loss.low > 0 and loss.mean > right.mean  # more than twice as large
    assert abs(change(forgotten, "test error", "not scaled").mean) < 2  # percentage points


def test_the_training_loss_does_not_give_a_forgotten_scaling_away(forgotten):
    found = change(forgotten, "training loss", "not scaled")
    right = pick(forgotten, "weights × p", "training loss").summary()
    assert abs(found.mean) < 0.05 and right.mean < 0.05  # the test loss rises by more than 0.1


def test_scaling_twice_hurts_both(forgotten):
    error = change(forgotten, "test error", "weights × p twice")
    assert error.low > 0 and error.mean > 5
    assert change(forgotten, "test loss", "weights × p twice").low > 0


def test_scaling_the_biases_changes_little(forgotten):
    assert abs(change(forgotten, "test error", "biases × p too").mean) < 1
    assert abs(change(forgotten, "test loss", "biases × p too").mean) < 0.05


def test_the_arms_are_the_networks_they_are_called():
    seeds, keep_prob = range(9100, 9103), (0.8, 0.5, 0.5)
    found = experiments.forgotten_scaling(seeds, hidden_units=8)
    arm = experiments.Arm("net", sizes=(64, 8, 8, 10), keep_prob=keep_prob)
    trained = experiments.train_arm(arm, seeds)
    network, (inputs, targets) = trained.network, trained.test
    twice = dataclasses.replace(nn.scaled_for_test(network), keep_prob=keep_prob)
    outputs = {
        "weights × p": nn.predict(network, inputs),
        "not scaled": nn.forward(network, inputs)[-1],
        "weights × p twice": nn.predict(twice, inputs),
    }
    for name, expected in outputs.items():
        values = pick(found, name, "test loss").values
        assert np.allclose(values, nn.loss(network, expected, targets), rtol=1e-5)


@pytest.mark.parametrize("power", [-1, 1])  # forgotten, twice
def test_wrong_weights_are_wrong_biases_and_a_factor_on_the_outputs(power):
    # exact but for rounding, so the answers are those of the network with the other biases
    keep_prob = (0.8, 0.5, 0.5)
    arm = experiments.Arm("net", sizes=(64, 16, 16, 10), keep_prob=keep_prob)
    trained = experiments.train_arm(arm, [9100])
    images = trained.test[0][0]
    assert images.shape == (797, 64)
    right = nn.scaled_for_test(experiments.single_network(trained.network, 0))
    right = dataclasses.replace(right, output="linear")
    factors = np.array(keep_prob) ** power
    product = np.cumprod(factors)
    assert product[-1] == pytest.approx(5.0**-power)
    weights = tuple(f * w for f, w in zip(factors, right.weights, strict=True))
    biases = tuple(b / c for c, b in zip(product, right.biases, strict=True))
    wrong = nn.forward(dataclasses.replace(right, weights=weights), images)[-1]
    moved = nn.forward(dataclasses.replace(right, biases=biases), images)[-1]
    assert np.allclose(wrong, product[-1] * moved, rtol=1e-10, atol=1e-10)


# --- one function, two sets of weights


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


# --- three averages, exact


@pytest.fixture(scope="module")
def exact():
    return experiments.exact_averages(SEEDS, progress=False)


def test_one_dropped_layer_is_the_normalized_geometric_mean_and_two_are_not(exact):
    assert pick(exact, "one layer", "from normalised geometric").values.max() < 1e-12
    assert pick(exact, "one layer", "other class, normalised geometric").values.max() == 0
    two = pick(exact, "two layers", "from normalised geometric").summary()
    assert two.low > 0.01 and two.high < 0.1
    assert pick(exact, "two layers", "other class, normalised geometric").summary().low > 0


@pytest.mark.parametrize("arm", ["one layer", "two layers"])
def test_the_arithmetic_mean_is_farther_away(exact, arm):
    away, nearer = (
        pick(exact, arm, f"from {mean}") for mean in ("arithmetic", "normalised geometric")
    )
    assert (away - nearer).summary().low > 0


def test_with_one_layer_the_arithmetic_mean_has_the_lower_loss_with_two_it_is_not_settled(exact):
    one, two = (
        (pick(exact, arm, "loss, arithmetic") - pick(exact, arm, "loss, scaling")).summary()
        for arm in ("one layer", "two layers")
    )
    assert one.high < 0
    assert two.low < 0 < two.high


def test_the_small_networks_are_often_wrong(exact):
    for arm in ("one layer", "two layers"):
        assert (
            pick(exact, arm, "error, scaling").values.mean() > 7.5
        )  # percent; twice that of the large ones


def test_streams_of_masks_close_in_on_the_exact_average():
    found = experiments.average_streams(9100)
    for key, exact_average in found.exact.items():
        away = np.abs(found.monte_carlo[key] - exact_average[:, None, None]).mean(axis=(0, 1))
        assert away[-1] < away[0] / 5  # 1,000 masks against 1: about 1 / 32
    assert set(found.exact) == {
        (arm, mean) for arm in found.scaling for mean in ("arithmetic", "normalized geometric")
    }
    one = found.exact["one layer", "normalized geometric"]
    assert np.allclose(one, found.scaling["one layer"], atol=1e-12)


def test_the_images_are_test_images_and_weight_scaling_is_predict():
    found = experiments.average_streams(9101, images=2, streams=3, num_masks=(1, 4))
    for arm in experiments.scaling._small_arms(0.8, 12):
        trained = experiments.train_arm(arm, [9101])
        network = experiments.single_network(trained.network, 0)
        inputs, targets = (part[0] for part in trained.test)
        of_right_class = nn.predict(network, inputs)[targets == 1]
        for value in found.scaling[arm.name]:
            assert np.abs(of_right_class - value).min() < 1e-12
    assert found.monte_carlo["one layer", "arithmetic"].shape == (2, 3, 2)


def test_in_the_chapters_picture_weight_scaling_is_on_one_average_only():
    found = experiments.average_streams(0)
    for (layers, mean), exact_average in found.exact.items():
        away = np.abs(exact_average - found.scaling[layers])
        if (layers, mean) == ("one layer", "normalized geometric"):
            assert away.max() < 1e-12
        else:
            assert away.min() > 0.02


# --- how many masks?


COUNTS = (5, 10, 20, 50, 100, 200)  # those of the chapter


@pytest.fixture(scope="module")
def against_masks():
    return experiments.averages_against_masks(SEEDS, num_masks=COUNTS)


def averages(samples, measure, noise, arm="Monte-Carlo"):
    """Averages over masks minus weight scaling, by the number of masks."""
    scaling = pick(samples, "weight scaling", measure, label_noise=noise)
    return {
        masks: (pick(samples, arm, measure, label_noise=noise, masks=masks) - scaling).summary()
        for masks in COUNTS
    }


def test_with_clean_labels_a_hundred_masks_come_to_weight_scaling(against_masks):
    error = averages(against_masks, "test error", 0.0)
    assert all(error[k].low > 0 for k in (5, 10))  # worse
    assert error[10].mean > error[20].mean > 0  # a little, on average
    assert error[50].low < 0 < error[50].high
    assert all(abs(error[k].mean) < 0.5 for k in (100, 200))  # percentage points


def test_with_noisy_labels_two_hundred_masks_are_better(against_masks):
    error = averages(against_masks, "test error", 0.2)
    assert error[5].mean > 0 > error[200].high


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_the_geometric_loss_comes_near_and_the_arithmetic_does_not(against_masks, noise):
    arithmetic = averages(against_masks, "test loss", noise)[200]
    geometric = averages(against_masks, "test loss", noise, "geometric Monte-Carlo")[200]
    assert arithmetic.low > 0
    assert abs(geometric.mean) < arithmetic.mean / 3
    assert noise == 0 or geometric.high < 0  # a little below
