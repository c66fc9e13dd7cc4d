"""Experiments on architectures: what they set and what they compute; their results are claims."""

from itertools import product

import numpy as np
import pytest

from dropoutlab import convolution, linear
from dropoutlab.experiments import architectures as of
from dropoutlab.training import Recipe


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8, 1.0])
def test_the_variance_ratio_is_that_of_all_pairs_of_value_and_mask(p):
    values = np.random.default_rng(0).standard_normal((7, 3)) + np.array([0, 1, -3])
    both = np.concatenate([values / p, 0 * values])
    chance = np.repeat([p / 7, (1 - p) / 7], 7)[:, None]
    in_training = (chance * both**2).sum(axis=0) - (chance * both).sum(axis=0) ** 2
    found = of.variance_ratio(values.mean(axis=0), values.var(axis=0), p)
    assert np.allclose(found, values.var(axis=0) / in_training, rtol=1e-12)
    assert (found <= p + 1e-12).all()  # and p itself where the mean is 0
    assert np.isclose(of.variance_ratio([0.0], [2.0], p)[0], p)


def test_the_variance_ratio_keeps_its_digits_where_the_mean_is_large():
    assert (of.variance_ratio([1e3, 1e4, 1e5], [1e-8] * 3, 1.0) == 1).all()
    found = of.variance_ratio([1e5, 0.0, 1e100], [1e-8, 1e300, 1.0], 1 - 2**-20)
    assert np.allclose(found, [2.0**20 * 1e-18, 1, 2.0**20 * 1e-200], rtol=2e-6, atol=0)


@pytest.mark.parametrize(
    ("mean", "variance", "keep_prob"),
    [(1e200, 1.0, 0.5), (1e-200, 0.0, 0.5), (1.7e154, 1e308, 0.5), (1.0, 0.0, 1.0)],
)
def test_a_variance_in_training_that_float64_does_not_hold_is_refused(mean, variance, keep_prob):
    with pytest.raises(ValueError, match=r"mean and variance must be such .*; got .* for it"):
        of.variance_ratio([mean], [variance], keep_prob)


def test_each_place_drops_where_it_says():
    wanted = {
        "none": ((1, 1, 1), "units", False),
        "dense": ((1, 1, 0.5), "units", False),
        "units": ((0.5, 0.5, 1), "units", False),
        "channels": ((0.5, 0.5, 1), "channels", False),
        "before norm": ((1, 1, 0.5), "units", True),
    }
    assert set(wanted) == set(of.PLACES)
    for place, expected in wanted.items():
        found = of.convnet_settings(place, 0.5, True)
        assert (found["keep_prob"], found["drop"], found["before_norm"]) == expected
        convolution.new_convnet(np.random.default_rng(0), **found)
    for name, bad in {"place": "density", "keep_prob": 0.0, "normalized": "yes"}.items():
        arguments = {"place": "dense", "keep_prob": 0.5, "normalized": True, name: bad}
        with pytest.raises((TypeError, ValueError), match=f"{name} must"):
            of.convnet_settings(**arguments)


def test_what_was_kept_is_one_of_what_was_tried():
    for place, kept in of.CONV_KEPT.items():
        assert set(kept) <= set(of.CONV_GRIDS[place])
    for name, (keep_prob, rate) in of.SEQUENCE_BEST.items():
        assert keep_prob in (of.SEQUENCE_KEPT if name in of.recurrent.MASKS else (1.0,))
        assert rate in of.SEQUENCE_RATES


def test_a_place_without_masks_in_front_has_the_same_variance():
    recipe = Recipe(epochs=1)
    for place, shifted in (("dense", False), ("before norm", True)):
        settings = {**of.convnet_settings(place, 0.5, True), "channels": (2, 2, 2)}
        network, split = of.train_convnets([0], settings, recipe)
        rng = [np.random.default_rng(5)]
        found = of._last_variances(network, split.train_inputs, rng)
        assert (found["measured"][0] < 0.6) == (found["predicted"][0] < 0.6) == shifted
        assert shifted or found["measured"][0] == found["predicted"][0] == 1


def test_the_doubt_of_masks_is_the_spread_over_all_masks():
    inputs, keep_prob = 4, 0.7
    over_masks, over_data = of._doubts(3, 30, inputs, keep_prob)
    true = np.full(inputs, 0.5)
    x, y = of.data.synthetic_regression(30, true, 1.0, np.random.default_rng(3))
    new = of.stream(3, "new example").standard_normal(inputs)
    weights = linear.regularized_minimizer(x, y, keep_prob)
    bits = np.array(list(product([0, 1], repeat=inputs)))
    chance = (keep_prob**bits * (1 - keep_prob) ** (1 - bits)).prod(axis=1)
    outputs = bits @ (weights * new)
    assert np.isclose(over_masks**2, chance @ outputs**2 - (chance @ outputs) ** 2)
    hat = new @ np.linalg.pinv(x)  # the answer is hat · y
    noise = np.sum((y - x @ np.linalg.pinv(x) @ y) ** 2) / 26
    assert np.isclose(over_data, np.sqrt(noise * hat @ hat))


def test_halves_switch_the_masks_on_and_off(monkeypatch):
    seen = []

    def train(network, *_data, **_settings):
        seen.append((network.keep_prob, network.scheme, _data[2].epochs))
        return network, None

    monkeypatch.setattr(of.training, "train", train)
    found = of.timing_study([0, 1], keep_prob=0.5, units=3)
    off, on = ((1.0, 1.0), "inverted", 50), ((1.0, 0.5), "inverted", 50)
    assert seen == [off, off, on, off, off, on, on, on]
    assert [s.arm for s in found[::3]] == list(of.HALVES)


def test_passes_come_nearer_by_the_root_of_their_number(monkeypatch):
    """Normal draws in place of a network's: errors 1 / √m and about 1 / √(2 (m − 1))."""

    def draws(trained, count, name="passes"):
        rng = np.random.default_rng([count, len(name)])
        return 0.5 + 0.1 * rng.standard_normal((count, 2, 2000))

    monkeypatch.setattr(of, "train_arm", lambda *_arm: None)
    monkeypatch.setattr(of, "_monte_carlo_draws", draws)
    for sample in of.passes_study([0, 1], passes=[5, 50]):
        m = sample.settings["passes"]
        wanted = 1 / np.sqrt(m) if sample.measure == "mean" else 1 / np.sqrt(2 * (m - 1))
        assert np.allclose(sample.values, wanted, rtol=0.12)  # 6 % from the many passes and m = 5
