"""Experiments on architectures: what they set and what they compute; their results are claims."""

from itertools import product

import joblib
import numpy as np
import pytest

from dropoutlab import averaging, convolution, linear, training
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

    def train(network, _inputs, _targets, recipe, sources, *, progress):
        seen.append((network.keep_prob, network.scheme, recipe.epochs))
        assert len(sources) == 2 and progress is False
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


def test_arms_are_trained_a_few_networks_at_a_time_and_put_together():
    seen = []

    def errors(seeds, name, p, rate):
        seen.append((tuple(seeds), name, p, rate))
        return [np.array(seeds) * p, np.array(seeds) + rate]

    arms, seeds = [("a", 0.5, 10), ("b", 1.0, 20)], (1, 2, 3, 4, 5, 6)
    with joblib.parallel_config("sequential"):
        found = of._sweep(errors, ("keep_prob", "learning_rate"), arms, seeds)
    parts = [(1, 2, 3, 4), (5, 6)]
    assert seen == [(part, *arm) for arm in arms for part in parts]
    assert [(s.arm, s.measure, s.settings, s.seeds) for s in found] == [
        (name, measure, {"keep_prob": p, "learning_rate": rate}, seeds)
        for name, p, rate in arms
        for measure in ("test error", "training error")
    ]
    for (_name, p, rate), test, train in zip(arms, found[::2], found[1::2], strict=True):
        assert test.values.tolist() == [p * seed for seed in seeds]
        assert train.values.tolist() == [rate + seed for seed in seeds]


def test_halves_are_judged_at_their_end(monkeypatch):
    monkeypatch.setattr(of.training, "train", lambda network, *_data, **_settings: (network, None))
    found = of._trained_in_halves((9400, 9401), 3, [1.0, 0.5])
    arm = of.Arm("halves", sizes=(40, 3, 10), keep_prob=(1.0, 0.5), network={"scheme": "inverted"})
    network, split = (
        arm.new_network(of.training_streams((9400, 9401))),
        of.splits(arm, (9400, 9401)),
    )
    loss, wrong = training.evaluate(network, split.train_inputs, split.train_targets)
    tested = training.evaluate(network, split.test_inputs, split.test_targets)[1]
    assert set(found) == {"test error", "training error", "training loss"}
    assert np.allclose(found["training loss"], loss)
    assert np.allclose(found["training error"], 100 * wrong)
    assert np.allclose(found["test error"], 100 * tested)


def test_draws_are_of_the_right_class_under_masks_of_a_stream_by_name():
    arm = of.Arm("dropout", sizes=(40, 5, 10), keep_prob=(1.0, 0.5), test_size=6)
    network = arm.new_network(of.training_streams((9400, 9401)))
    trained = of.Trained(network, of.splits(arm, (9400, 9401)), (9400, 9401))
    found = of._monte_carlo_draws(trained, 3, "few")
    assert found.shape == (3, 2, 6)
    sources, right = trained.streams("few"), trained.test[1].argmax(axis=-1)[..., None]
    for draw in found:
        outputs = averaging.monte_carlo_average(network, trained.test[0], 1, sources)
        assert np.allclose(draw, np.take_along_axis(outputs, right, axis=-1)[..., 0])
    usual = of._monte_carlo_draws(trained, 1)
    assert np.array_equal(usual, of._monte_carlo_draws(trained, 1, "passes"))
    assert not np.array_equal(usual, found[:1])


def test_convolutional_networks_learn_the_examples_of_their_seeds(monkeypatch):
    seen = []

    def train_convnet(*arguments):
        seen.append(arguments)
        return "trained"

    monkeypatch.setattr(convolution, "train_convnet", train_convnet)
    settings = {**of.convnet_settings("channels", 0.5, False), "channels": (2, 2, 2)}
    trained, split = of.train_convnets((9400, 9401), settings)
    ((network, inputs, targets, recipe, sources),) = seen
    assert trained == "trained" and recipe is of.CONV_RECIPE
    arm, streams = of.Arm("a"), of.training_streams((9400, 9401))
    expected = convolution.new_convnet(streams, **settings)
    assert all(map(np.array_equal, network.weights, expected.weights))
    assert (network.keep_prob, network.drop) == ((0.5, 0.5, 1.0), "channels")
    assert inputs is split.train_inputs and targets is split.train_targets
    whole = of.splits(arm, (9400, 9401))
    assert all(map(np.array_equal, vars(split).values(), vars(whole).values()))
    assert [one.random() for one in sources] == [one.random() for one in streams]


@pytest.mark.parametrize("keep_prob", [1.0, 0.5])
def test_what_does_not_vary_and_is_always_0_has_no_ratio(keep_prob):
    with pytest.raises(ValueError, match=r"^variance must have the shape of mean, be at least 0, "):
        of.variance_ratio([0.0], [0.0], keep_prob)
    assert of.variance_ratio([1.0], [0.0], 0.5).tolist() == [0.0]
