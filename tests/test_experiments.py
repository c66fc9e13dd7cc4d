"""Experiments: streams that do not disturb each other, and the same numbers anywhere."""

from dataclasses import replace
from itertools import product

import joblib
import numpy as np
import pytest

from dropoutlab import averaging, experiments
from dropoutlab import network as nn
from dropoutlab._descent import Rule
from dropoutlab.experiments import coadaptation, masking, scaling
from dropoutlab.samples import pick
from dropoutlab.training import Recipe

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
    return experiments.train_arm(replace(arm, recipe=SHORT), seeds)


# --- streams


def test_a_stream_depends_on_seed_and_name_only():
    drawn = {
        (seed, name): experiments.stream(seed, name).random()
        for seed in (0, 1, 2**32)
        for name in ("ablation", "refit error", "\0", "\0\0", "\1")
    }
    assert len(set(drawn.values())) == len(drawn)
    assert experiments.stream(0, "ablation").random() == drawn[0, "ablation"]
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


def test_no_number_of_removed_units_changes_another(monkeypatch):
    monkeypatch.setattr(
        coadaptation, "Arm", lambda *a, **k: replace(ARM, settings=a[1]) if a[1:] else ARM
    )
    some, more = (
        experiments.keep_prob_study(SEEDS, keep_probs=(0.5,), removed=removed).ablation[0.5]
        for removed in ((0, 40), (0, 8, 40))
    )
    assert np.array_equal(some, more[:, [0, 2]])


def test_no_stream_of_masks_changes_another(monkeypatch):
    monkeypatch.setattr(scaling, "train_arm", shortly)
    few, many = (
        experiments.average_streams(9100, images=2, streams=k, num_masks=(1, 4)) for k in (2, 3)
    )
    for key, streams in few.monte_carlo.items():
        assert np.allclose(streams, many.monte_carlo[key][:, :2], rtol=1e-12)
        assert not np.allclose(streams[:, 0], streams[:, 1])


# --- what they return


def test_arms_are_paired_by_the_split_and_the_first_weights():
    one, other = (
        experiments.train_arm(replace(ARM, keep_prob=p, recipe=Recipe(epochs=1)), SEEDS)
        for p in ((1.0, 0.5), (1.0, 0.9))
    )
    assert all(map(np.array_equal, vars(one.split).values(), vars(other.split).values()))
    split = experiments.digit_splits(ARM, SEEDS)
    assert all(map(np.array_equal, vars(one.split).values(), vars(split).values()))
    for seed, first in zip(
        SEEDS, ARM.new_network(experiments.training_streams(SEEDS)).weights[0], strict=True
    ):
        (alone,) = experiments.training_streams([seed])
        assert np.array_equal(ARM.new_network(alone).weights[0], first)


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


def test_the_removable_share_ends_where_the_error_has_doubled():
    errors = [[5, 8, 10, 11, 9], [5, 11, 9, 9, 9], [0, 0, 0, 0, 0]]
    found = experiments.removable_share(errors, (0, 16, 32, 48, 60), 64)
    assert np.allclose(found, [32 / 64, 0, 60 / 64])


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


def test_exact_averages_are_compared_by_size_image_by_image():
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
            away = [max(map(abs, average[image] - scaled[image])) for image in range(5)]
            assert found[f"from {name}"][k] == pytest.approx(np.mean(away))
            changed = [average[image].argmax() != scaled[image].argmax() for image in range(5)]
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
    trained = experiments.train_arm(replace(ARM, sizes=(64, 3, 10), keep_prob=(1.0, 0.5)), SEEDS)
    network = nn.scaled_for_test(trained.network)
    less = coadaptation._error_without(network, trained, 1)
    pairs = [
        coadaptation._pairs_removed(
            experiments.single_network(trained.network, k), trained.test[0][k, :50]
        )
        for k in range(2)
    ]
    for k in range(2):
        one = experiments.single_network(network, k)
        w, last = one.weights[0][[0, 2]], one.weights[1][:, [0, 2]]  # cut out
        h = np.maximum(trained.test[0][k] @ w.T + one.biases[0][[0, 2]], 0)
        logits = h @ last.T + one.biases[1]
        wrong = logits.argmax(axis=-1) != trained.test[1][k].argmax(axis=-1)
        assert less[k] == pytest.approx(100 * wrong.mean(), abs=0.2)  # percent; a tie in float32
        chances = np.exp(logits[:50]) / np.exp(logits[:50]).sum(axis=-1, keepdims=True)
        assert np.allclose(pairs[k][2, 0], chances) and np.allclose(pairs[k][0, 2], chances)
        assert np.allclose(pairs[k][0, 0], nn.predict(
            experiments.single_network(trained.network, k), trained.test[0][k, :50]))  # fmt: skip


def test_regularisers_and_labels_of_the_penalty_study_are_those_named(monkeypatch):
    seen = []

    def watched(arm, seeds):
        seen.append(arm)
        return np.array([0]), np.zeros((2, len(seeds), 1)), []

    monkeypatch.setattr(coadaptation, "_watched", watched)
    study = experiments.penalty_study(SEEDS, label_noises=(0.0, 0.2), strengths=(0.01, 0.03))
    assert len(study.curves) == len(seen) == 12
    for arm in seen:
        assert arm.settings["label_noise"] == arm.label_noise
        strength = arm.settings.get("strength", 0.0)
        assert (arm.label_noise, arm.name, strength) in study.curves
        assert arm.recipe.l1 == (strength if arm.name == "L1" else 0)
        assert arm.recipe.l2 == (strength if arm.name == "L2" else 0)
        assert arm.keep_prob == ((1.0, 0.5) if arm.name == "dropout" else None)


def test_masks_are_shared_in_the_arm_that_says_so(monkeypatch):
    seen = []
    monkeypatch.setattr(masking, "sweep", lambda arms, *_a, **_k: seen.extend(arms) or [])
    experiments.mask_sharing_error(SEEDS, learning_rates=(0.1, 0.01), keep_prob=(0.9, 0.5))
    assert [(a.name, a.network["fresh_mask"], a.recipe.learning_rate) for a in seen] == [
        ("fresh masks", "example", 0.1), ("fresh masks", "example", 0.01),
        ("shared mask", "batch", 0.1), ("shared mask", "batch", 0.01),
    ]  # fmt: skip
    for arm in seen:
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
