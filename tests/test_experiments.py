"""Experiments: streams that do not disturb each other, and the same numbers anywhere."""

from dataclasses import replace

import joblib
import numpy as np
import pytest

from dropoutlab import experiments
from dropoutlab.experiments import coadaptation, scaling
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
