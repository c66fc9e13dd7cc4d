"""Experiments: streams that do not disturb each other, and the same numbers anywhere."""

from dataclasses import replace
from itertools import product

import joblib
import numpy as np
import pytest

from dropoutlab import averaging, data, experiments
from dropoutlab import network as nn
from dropoutlab._descent import Rule
from dropoutlab.experiments import coadaptation, masking, practice, scaling
from dropoutlab.samples import pick
from dropoutlab.training import Recipe, evaluate, train

SEEDS = (9100, 9101)
SHORT = Recipe(epochs=2)
ARM = experiments.Arm("dropout", keep_prob=(1.0, 0.5), recipe=SHORT)


@pytest.fixture(autouse=True)
def in_this_process():
    with joblib.parallel_config("sequential"):
        yield


@pytest.fixture(scope="module")
def trained():
    return experiments.train_arm(ARM, SEEDS)


def shortly(arm, seeds):
    return experiments.train_arm(replace(arm, recipe=replace(arm.recipe, epochs=2)), seeds)


# --- streams


def test_a_stream_depends_on_seed_and_name_only():
    drawn = {
        (seed, name): experiments.stream(seed, name).random()
        for seed in (0, 1, 2**32)
        for name in ("ablation", "refit error", "\0", "\0\0", "\1")
    }
    assert len(set(drawn.values())) == len(drawn)
    assert experiments.stream(0, "ablation").random() == drawn[0, "ablation"]
    assert (
        experiments.training_streams([3, 5])[1].random() == np.random.default_rng([5, 1]).random()
    )
    # neither that of the split nor that of the training
    assert np.random.default_rng(0).random() not in drawn.values()
    (of_training,) = experiments.training_streams([0])
    assert of_training.random() not in drawn.values()


def test_no_measure_changes_another(trained):
    together = experiments.measure_coadaptation(trained)
    assert list(together) == list(experiments.MEASURES)
    backwards = experiments.measure_coadaptation(trained, tuple(together)[::-1])
    for name, values in together.items():
        alone = experiments.measure_coadaptation(trained, [name])[name]
        assert np.array_equal(alone, values) and np.array_equal(backwards[name], values)


def test_each_seed_is_measured_as_if_it_were_alone(trained):
    together = experiments.measure_coadaptation(trained)
    alone = experiments.measure_coadaptation(experiments.train_arm(ARM, SEEDS[1:]))
    for name, values in together.items():
        assert values.shape == (2,) and values[1] == pytest.approx(alone[name][0], rel=1e-3), name


# --- what they return


def test_arms_are_paired_by_the_split_and_the_first_weights():
    one, other = (
        experiments.train_arm(replace(ARM, keep_prob=p, recipe=Recipe(epochs=1)), SEEDS)
        for p in ((1.0, 0.5), (1.0, 0.9))
    )
    assert all(map(np.array_equal, vars(one.split).values(), vars(other.split).values()))
    split = experiments.splits(ARM, SEEDS)
    assert all(map(np.array_equal, vars(one.split).values(), vars(split).values()))
    for seed, first in zip(
        SEEDS, ARM.new_network(experiments.training_streams(SEEDS)).weights[0], strict=True
    ):
        (alone,) = experiments.training_streams([seed])
        assert np.array_equal(ARM.new_network(alone).weights[0], first)


@pytest.mark.parametrize(
    ("source", "sizes", "test_size"), [("mnist1d", (40, 3, 10), 3000), ("digits", (64, 3, 10), 797)]
)
def test_an_arm_has_the_examples_of_its_source(source, sizes, test_size):
    arm = experiments.Arm("a", sizes=sizes, source=source, train_size=200)
    few = replace(arm, test_size=7)
    found, less = experiments.splits(arm, SEEDS), experiments.splits(few, SEEDS)
    assert arm.test_size == test_size and found.test_inputs.shape == (2, test_size, sizes[0])
    assert less.test_inputs.shape == (2, 7, sizes[0])
    by_hand = {"mnist1d": data.mnist1d_split, "digits": data.digit_split}[source](
        200, np.random.default_rng(SEEDS[1]), test_size=7
    )
    for name, part in vars(by_hand).items():
        assert np.array_equal(getattr(less, name)[1], part)
    largest = {"mnist1d": 2000, "digits": 1000}[source]
    assert replace(arm, train_size=largest).test_size == test_size
    with pytest.raises(ValueError, match=f"train_size must .* {largest}"):
        replace(arm, train_size=largest + 1)


def test_a_sweep_has_a_sample_for_each_arm_with_its_settings():
    arms = [replace(ARM, settings={"keep_prob": p}, keep_prob=(1.0, p)) for p in (0.5, 1.0)]
    found = experiments.sweep(arms, SEEDS, experiments.measure_test_error, progress=False)
    assert [(s.arm, s.settings, s.seeds) for s in found] == [
        ("dropout", {"keep_prob": p}, SEEDS) for p in (0.5, 1.0)
    ]
    by_hand = experiments.measure_test_error(experiments.train_arm(arms[1], SEEDS))["test error"]
    assert np.allclose(pick(found, keep_prob=1.0).values, by_hand, atol=1)  # percentage points


def test_one_of_many_networks_says_the_same(trained):
    for k in range(2):
        network = experiments.single_network(trained.network, k)
        assert network.replicates == () and network.weights[0].dtype == np.float64
        assert np.array_equal(network.weights[1], trained.network.weights[1][k])
        assert np.array_equal(network.biases[0], trained.network.biases[0][k])
    with pytest.raises(ValueError, match=r"^network must have replicates; got one network$"):
        experiments.single_network(network, 0)


@pytest.mark.parametrize("box", list(product((False, True), repeat=3)))
def test_each_box_rescales_its_own_setting_with_the_p_of_the_layer(box):
    of_weights = [
        Rule(
            0.2 * (p**2 if box[0] else 1),
            l2=0.01 / (p**2 if box[1] else 1),
            max_norm=1.5 * (p if box[2] else 1),
        )
        for p in (0.8, 0.6)
    ]
    found = scaling._steps((0.8, 0.6), 0.2, 0.01, 1.5, box)
    assert [vars(rule) for rule in found] == [
        vars(rule) for rule in (*of_weights, Rule(0.2), Rule(0.2))
    ]


def linear_network(weights):
    return nn.Network((np.array([weights]).T,), (np.zeros(len(weights)),), (1.0,), output="linear")


def test_the_gap_of_two_networks_is_the_largest_difference_whatever_its_sign():
    one, other = linear_network([1.0, 5.0]), linear_network([2.0, 2.0])
    inputs = np.array([[1.0], [-3.0]])  # differences −1, 3 and 3, −9
    assert scaling._gap(one, other, inputs) == scaling._gap(other, one, inputs) == 6


def test_exact_averages_are_compared_by_size_example_by_example():
    arm = replace(scaling._small_arms(0.8, 4)[1], recipe=SHORT)
    trained = experiments.train_arm(arm, SEEDS)
    found = scaling._exact_averages_of(trained, 5)
    for k in range(2):
        network = experiments.single_network(trained.network, k)
        inputs, targets = (part[k, :5] for part in trained.test)
        right, scaled = targets.argmax(axis=-1), nn.predict(network, inputs)
        for name, mean in (("arithmetic", "arithmetic"),
                           ("normalised geometric", "normalized geometric")):  # fmt: skip
            average = averaging.exact_average(network, inputs, mean=mean)
            away = [max(map(abs, average[one] - scaled[one])) for one in range(5)]
            assert found[f"from {name}"][k] == pytest.approx(np.mean(away))
            changed = [average[one].argmax() != scaled[one].argmax() for one in range(5)]
            assert found[f"other class, {name}"][k] == pytest.approx(100 * np.mean(changed))
            wrong = average.argmax(axis=-1) != right
            assert found[f"error, {name}"][k] == pytest.approx(100 * wrong.mean())
            loss = -np.log(average[np.arange(5), right]).mean()
            assert found[f"loss, {name}"][k] == pytest.approx(loss)
        loss = -np.log(scaled[np.arange(5), right]).mean()
        assert found["loss, scaling"][k] == pytest.approx(loss)
    names = {f"{of}, {name}" for of in ("loss", "error") for name in ("scaling",)}
    assert names <= set(found) and "from scaling" not in found


def test_a_unit_removed_by_hand_says_nothing():
    trained = experiments.train_arm(replace(ARM, sizes=(40, 3, 10)), SEEDS)
    network = nn.scaled_for_test(trained.network)
    less = coadaptation._error_without(network, trained, 1)
    for k in range(2):
        one = experiments.single_network(network, k)
        w, last = one.weights[0][[0, 2]], one.weights[1][:, [0, 2]]  # cut out
        h = np.maximum(trained.test[0][k] @ w.T + one.biases[0][[0, 2]], 0)
        logits = h @ last.T + one.biases[1]
        wrong = logits.argmax(axis=-1) != trained.test[1][k].argmax(axis=-1)
        assert less[k] == pytest.approx(100 * wrong.mean(), abs=0.2)  # percent; a tie in float32


def test_pairs_are_measured_on_two_hundred_examples_of_networks_as_sure_as_each_other(trained):
    def measure(network, inputs, targets, rng, *, pairs):
        return network, inputs, targets, rng, pairs

    rng = object()
    network, inputs, targets, given, pairs = coadaptation._of_pairs(measure, 7)(trained, rng)
    assert (given, pairs) == (rng, 7)
    assert np.array_equal(inputs, trained.test[0][:, :200])
    assert np.array_equal(targets, trained.test[1][:, :200])
    sure = coadaptation.coadaptation.equally_confident(trained.network, inputs)
    assert np.array_equal(network.weights[1], sure.weights[1])


def test_a_measure_is_taken_of_a_thousand_test_examples(trained):
    for part, whole in zip(coadaptation._tests(trained), trained.test, strict=True):
        assert np.array_equal(part, whole[:, :1000])


# --- which networks the experiments train


def test_small_networks_read_digits_with_dropout_and_without():
    for arm, (name, p) in zip(
        coadaptation._small_arms(12, 0.6), (("none", 1.0), ("dropout", 0.6)), strict=True
    ):
        assert (arm.name, arm.sizes, arm.keep_prob) == (name, (64, 12, 10), (1.0, p))
        assert (arm.source, arm.train_size, arm.recipe) == ("digits", 300, Recipe(epochs=300))


def regularisers(arm):
    """What an arm has of keep-probability, L1, L2 and max-norm."""
    kept = None if arm.keep_prob is None or arm.keep_prob[1] == 1 else arm.keep_prob
    return kept, arm.recipe.l1, arm.recipe.l2, arm.recipe.max_norm


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none", (None, 0, 0, None)),
        ("L1", (None, 0.25, 0, None)),
        ("L2", (None, 0, 0.25, None)),
        ("max-norm", (None, 0, 0, 0.25)),
        ("dropout", ((1.0, 0.25), 0, 0, None)),
        ("dropout and L1", ((1.0, 0.5), 0.25, 0, None)),
        ("dropout and L2", ((1.0, 0.5), 0, 0.25, None)),
        ("dropout and max-norm", ((1.0, 0.5), 0, 0, 0.25)),
    ],
)
def test_an_arm_has_the_regularisers_of_its_name_and_no_other(name, expected):
    arm = experiments.regularized_arm(name, 0.25)
    assert arm.name == name and regularisers(arm) == expected
    assert arm.settings == ({} if name == "none" else {"setting": 0.25})
    assert replace(arm.recipe, l1=0.0, l2=0.0, max_norm=None) == Recipe()


def test_every_arm_but_none_has_cases_above_and_a_grid_as_long_as_the_others():
    assert ("none", *experiments.GRIDS) == experiments.ARMS and len(experiments.ARMS) == 8
    assert {len(set(grid)) for grid in experiments.GRIDS.values()} == {5}


@pytest.fixture
def swept(monkeypatch):
    """The arms that experiments would train, which they do not."""
    seen = []
    for module in (coadaptation, masking, practice):
        monkeypatch.setattr(module, "sweep", lambda arms, *_a, **_k: seen.extend(arms) or [])
    return seen


def test_tuning_tries_every_setting_of_every_grid(swept):
    experiments.tuning(SEEDS)
    assert [(arm.name, arm.settings["setting"]) for arm in swept] == [
        (name, setting) for name, grid in experiments.GRIDS.items() for setting in grid
    ]


def test_settings_were_chosen_from_the_grids_and_none_lies_at_an_end():
    assert list(experiments.SETTINGS) == list(experiments.GRIDS)
    for name, setting in experiments.SETTINGS.items():
        grid = sorted(experiments.GRIDS[name])
        assert setting in grid[1:-1]


def test_the_penalty_study_measures_the_arms_named_and_none(monkeypatch):
    monkeypatch.setattr(coadaptation, "regularized_arm", shortened(experiments.regularized_arm))
    measures = ("training error", "test error", "cancellation", "by chance")
    few = {name: coadaptation.MEASURES[name] for name in measures}
    monkeypatch.setattr(coadaptation, "measure_coadaptation", measured_only(few))
    study = experiments.penalty_study(SEEDS, {"L2": 0.02}, progress=False)
    assert list(study.curves) == ["none", "L2"] and study.epochs.tolist() == [0, 1, 2]
    for name in study.curves:
        trained = shortly(experiments.regularized_arm(name, 0.02), SEEDS)
        for row, part in enumerate((trained.train, trained.test)):
            error = 100 * evaluate(trained.network, *part)[1]
            assert np.allclose(study.curves[name][row][:, -1], error)
            measure = ("training error", "test error")[row]
            assert np.allclose(pick(study.samples, name, measure).values, error)
    first = experiments.Arm("none").new_network(experiments.training_streams(SEEDS))
    inputs = experiments.splits(ARM, SEEDS).test_inputs[:, :1000]
    centred = coadaptation.coadaptation.centred(first)
    assert np.allclose(
        pick(study.samples, "untrained", "cancellation").values,
        coadaptation.coadaptation.cancellation(centred, inputs),
    )


def shortened(function):
    def short(*args):
        arm = function(*args)
        return replace(arm, recipe=replace(arm.recipe, epochs=2))

    return short


def measured_only(few):
    whole = experiments.measure_coadaptation
    return lambda trained, measures=tuple(few): whole(trained, measures)


def test_early_stopping_stops_where_the_validation_error_is_least(monkeypatch):
    recipe = Recipe(epochs=4, learning_rate=0.5)  # so that it does not only fall
    arm = experiments.Arm("stopped", recipe=recipe)
    monkeypatch.setattr(coadaptation, "Arm", lambda _name: arm)
    seeds = tuple(range(9100, 9108))
    found = experiments.early_stopping(seeds)
    split = experiments.splits(replace(arm, train_size=2000), seeds)
    train_set, validation = (
        tuple(part[:, rows] for part in (split.train_inputs, split.train_targets))
        for rows in (slice(1000), slice(1000, None))
    )
    of_test, of_validation = [], []
    for epochs in range(5):
        streams = experiments.training_streams(seeds)
        network = arm.new_network(streams)
        if epochs:
            done = replace(recipe, epochs=epochs)
            network, _ = train(network, *train_set, done, streams, progress=False)
        of_test.append(100 * evaluate(network, split.test_inputs, split.test_targets)[1])
        of_validation.append(evaluate(network, *validation)[1])
    passes = np.argmin(of_validation, axis=0)
    assert 0 < passes.min() < passes.max()
    assert pick(found, "stopped", "passes").values.tolist() == passes.tolist()
    stopped = [of_test[k][seed] for seed, k in enumerate(passes)]
    assert np.allclose(pick(found, "stopped", "test error").values, stopped)
    assert np.allclose(pick(found, "none", "test error").values, of_test[-1])
    assert pick(found, "none", "passes").values.tolist() == [4] * 8


def test_a_layer_grows_as_less_is_kept(swept):
    experiments.keep_prob_study(SEEDS, keep_probs=(1.0, 0.5, 0.3), width=100)
    assert [(a.name, a.settings["keep_prob"], a.sizes[1], a.keep_prob) for a in swept] == [
        ("same width", 1.0, 100, (1.0, 1.0)), ("width / p", 1.0, 50, (1.0, 1.0)),
        ("same width", 0.5, 100, (1.0, 0.5)), ("width / p", 0.5, 100, (1.0, 0.5)),
        ("same width", 0.3, 100, (1.0, 0.3)), ("width / p", 0.3, 167, (1.0, 0.3)),
    ]  # fmt: skip


def test_few_examples_are_trained_for_as_many_updates_as_many(swept):
    settings, sizes = {"L2": 0.01, "dropout": 0.4}, (30, 120, 1000, 4000)
    experiments.train_size_study(SEEDS, settings, train_sizes=sizes)
    assert [(a.name, a.settings["examples"]) for a in swept] == [
        (name, size) for name in ("none", *settings) for size in sizes
    ]
    for arm in swept:
        assert (arm.train_size, arm.test_size) == (arm.settings["examples"], 1000)
        assert regularisers(arm) == regularisers(
            experiments.regularized_arm(arm.name, settings.get(arm.name, 0.0))
        )
        steps = len(range(0, arm.train_size, 50))
        assert 4000 <= arm.recipe.epochs * steps < 4000 + steps


def test_the_noises_have_one_mean_and_variance(swept):
    experiments.noise_study(SEEDS, keep_probs=(0.7, 0.5))
    assert [(arm.name, arm.settings["keep_prob"]) for arm in swept] == [
        ("Bernoulli", 0.7), ("Bernoulli", 0.5), ("Gaussian", 0.7), ("Gaussian", 0.5),
    ]  # fmt: skip
    for arm in swept:
        p = arm.settings["keep_prob"]
        assert arm.network["noise"] == arm.name.lower() and arm.keep_prob == (1.0, p)
        network = arm.new_network(np.random.default_rng(0))
        _inputs, noise = nn.draw_noise(network, 1000, np.random.default_rng(1))
        # 100,000 draws of variance (1 − p) / p ≤ 1: seven standard errors of the mean are 0.022,
        # and of the variance, at most √2 / √100,000 each, 0.032
        assert abs(noise.mean() - 1) < 0.022
        assert abs(noise.var() - (1 - p) / p) < 0.032


def test_rates_of_inputs_and_hidden_layers_are_those_of_the_settings(swept):
    experiments.layer_rates_study(SEEDS, keep_probs=[(0.9, 0.5), (1.0, 0.8)])
    assert [(arm.settings, arm.keep_prob, arm.sizes) for arm in swept] == [
        ({"inputs": x, "hidden": h}, (x, h, h), (40, 100, 100, 10))
        for x, h in ((0.9, 0.5), (1.0, 0.8))
    ]


def test_rates_that_are_no_pair_are_refused():
    for bad, words in (
        (0.5, r"keep_probs must be a sequence of 2 numbers; got 0\.5"),
        ((0.5,), r"keep_probs must be a sequence of 2 numbers; got 1"),
        ((0.5, 0.0), r"keep_probs must be a probability above 0 to 1; got 0\.0"),
    ):
        with pytest.raises((TypeError, ValueError), match=f"^{words}"):
            practice._pair_of_rates("keep_probs", bad)
    assert practice._pair_of_rates("keep_probs", [1, 0.5]) == (1.0, 0.5)


def test_learning_rates_are_those_of_the_settings_and_only_one_arm_is_held(swept):
    experiments.learning_rate_study(SEEDS, learning_rates=(0.1, 0.4), keep_prob=0.6)
    assert [(arm.name, arm.settings["learning_rate"], arm.recipe.learning_rate,
             arm.keep_prob, arm.recipe.max_norm) for arm in swept] == [
        (name, rate, rate, kept, limit)
        for rate in (0.1, 0.4)
        for name, kept, limit in (
            ("none", None, None),
            ("dropout", (1.0, 0.6), None),
            ("dropout and max-norm", (1.0, 0.6), 3.0),
        )
    ]  # fmt: skip


# --- how sure networks are


def answers(sure, right):
    """Probabilities of ten classes and targets: the first class gets `sure`."""
    sure = np.array(sure)[:, None]
    outputs = np.concatenate([sure, np.repeat((1 - sure) / 9, 9, axis=1)], axis=1)
    return outputs, np.eye(10)[np.where(right, 0, 1)]


def test_calibration_by_hand(monkeypatch):
    # bins 9: one of two right, sum of probabilities 1.88; 5: two of two, 1.07; 1: none of one, 0.15
    first = answers([0.95, 0.93, 0.55, 0.52, 0.15], [True, False, True, True, False])
    second = answers([1 - 1e-9] * 5, [True] * 5)  # sure and right
    outputs, targets = (np.stack(pair) for pair in zip(first, second, strict=True))
    copy = nn.Network((np.stack([np.eye(10)] * 2),), (np.zeros((2, 10)),), (1.0,))
    split = data.Split(np.log(outputs), targets, np.log(outputs), targets)
    monkeypatch.setattr(
        practice, "train_arm", lambda _arm, seeds: experiments.Trained(copy, split, seeds)
    )
    study = experiments.confidence_study(SEEDS, {"L2": 0.1})
    for arm in ("none", "L2"):
        found = {s.measure: s.values for s in study.samples if s.arm == arm}
        off = 100 * (abs(1 - 1.88) + abs(2 - 1.07) + abs(0 - 0.15)) / 5
        assert np.allclose(found["calibration error"], [off, 0], atol=1e-6)
        assert np.allclose(found["certainty"], [100 * 3.1 / 5, 100])
        assert np.allclose(found["test error"], [40, 0])
        wrong = np.log(0.07 / 9) + np.log(0.85 / 9)
        loss = -(np.log(0.95) + np.log(0.55) + np.log(0.52) + wrong) / 5
        assert np.allclose(found["test loss"], [loss, 0], atol=1e-6)
        nan = np.nan
        assert np.allclose(
            study.reliability[arm],
            [[nan, 0, nan, nan, nan, 100, nan, nan, nan, 50], [nan] * 9 + [100]],
            equal_nan=True,
        )
        assert np.allclose(study.shares[arm], [[0, 20, 0, 0, 0, 40, 0, 0, 0, 40], [0] * 9 + [100]])


def test_a_probability_is_counted_in_the_bin_that_begins_with_it():
    sure, right = np.array([[0.5, 0.75, 1.0, 0.25]]), np.array([[True, False, True, True]])
    counts, sums, hits = practice._binned(sure.astype(np.float32), right)
    assert counts.dtype == sums.dtype == hits.dtype == np.float64
    expected = np.zeros((3, 10))
    expected[:, [2, 5, 7, 9]] = [[1, 1, 1, 1], [0.25, 0.5, 0.75, 1.0], [1, 1, 0, 1]]
    assert np.array_equal([counts[0], sums[0], hits[0]], expected)


def test_mistakes_at_test_time_are_other_weights_of_the_same_networks(monkeypatch):
    monkeypatch.setattr(scaling, "train_arm", shortly)
    found = experiments.forgotten_scaling(SEEDS, hidden_units=5)
    trained = shortly(scaling._two_layers(5, (1.0, 0.8, 0.8)), SEEDS)
    network, keep = trained.network, (1.0, 0.8, 0.8)
    times_p = tuple(w * np.float32(p) for w, p in zip(network.weights, keep, strict=True))
    biases = tuple(b * np.float32(p) for b, p in zip(network.biases, keep, strict=True))
    used = {
        "weights × p": network,
        "not scaled": replace(network, keep_prob=(1.0,) * 3),
        "biases × p too": replace(network, biases=biases),
        "weights × p twice": replace(network, weights=times_p),
    }
    answers = nn.predict(network, trained.test[0]).argmax(axis=-1)
    for arm, other in used.items():
        loss, error = evaluate(other, *trained.test)
        assert np.allclose(pick(found, arm, "test loss").values, loss, rtol=1e-5)
        assert np.allclose(pick(found, arm, "test error").values, 100 * error, atol=0.1)
        outputs = nn.predict(other, trained.test[0])
        above = 100 * (outputs.max(axis=-1).mean(axis=-1) + error - 1)
        assert np.allclose(pick(found, arm, "overconfidence").values, above, atol=0.1)
        changed = (outputs.argmax(axis=-1) != answers).mean(axis=-1)
        assert np.allclose(pick(found, arm, "changed answers").values, 100 * changed, atol=0.1)
        loss, _error = evaluate(other, *trained.train)
        assert np.allclose(pick(found, arm, "training loss").values, loss, rtol=1e-5)
    assert len({s.values.tobytes() for s in found if s.measure == "test loss"}) == 5
    for name, part, measures in (
        ("test masks", trained.test, ("test loss", "test error")),
        ("training masks", trained.train, ("training loss",)),
    ):
        noise = nn.draw_noise(network, part[0].shape[1], trained.streams(name))
        outputs = nn.forward(network, part[0], noise)[-1]
        by_hand = {"test error": 100 * nn.error(network, outputs, part[1])}
        for measure in measures:
            value = by_hand.get(measure, nn.loss(network, outputs, part[1]))
            assert np.allclose(pick(found, "masks left on", measure).values, value, rtol=1e-5)


def test_masks_are_shared_in_the_arm_that_says_so(swept):
    experiments.mask_sharing_error(SEEDS, learning_rates=(0.1, 0.01), keep_prob=(0.9, 0.5))
    assert [(a.name, a.network["fresh_mask"], a.recipe.learning_rate) for a in swept] == [
        ("fresh masks", "example", 0.1), ("fresh masks", "example", 0.01),
        ("shared mask", "batch", 0.1), ("shared mask", "batch", 0.01),
    ]  # fmt: skip
    for arm in swept:
        assert arm.settings == {"learning_rate": arm.recipe.learning_rate}
        assert arm.keep_prob == (0.9, 0.5)


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_numbers():
    distributed = pytest.importorskip("distributed")
    arms = [replace(ARM, name="none", keep_prob=None), ARM]
    here = experiments.sweep(arms, SEEDS, experiments.measure_test_error, progress=False)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        there = experiments.sweep(arms, SEEDS, experiments.measure_test_error, progress=False)
    for one, other in zip(here, there, strict=True):
        assert (one.arm, one.seeds) == (other.arm, other.seeds)
        assert np.array_equal(one.values, other.values)
