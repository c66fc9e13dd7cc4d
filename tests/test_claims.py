"""The direction of every claim about networks, on seeds that were used for nothing else.

The claims were read off seeds 0 to 15; here they are asked of seeds 9000 on. A claim is that the
95 % confidence interval of a difference, paired by seed, lies on one side. What the papers lead one
to expect and these digits do not show is written down as not holding.
"""

import joblib
import numpy as np
import pytest

from dropoutlab import experiments
from dropoutlab.records import Record, find, gain, summarize

SEEDS = range(9000, 9012)
pytestmark = pytest.mark.slow


def settings_gain(records, measure, arm, high, low):
    """By how much `measure` of an arm falls from setting `high` to setting `low`."""
    renamed = [Record(f"{r.arm} at {r.setting}", None, r.measure, r.seed, r.value) for r in records]
    (summary,) = gain(renamed, measure, f"{arm} at {low}", f"{arm} at {high}")
    return summary


def gains(records, measure, arm, over):
    return {s.setting: s for s in gain(records, measure, arm, over)}


# --- (a) co-adaptation


@pytest.fixture(scope="module")
def coadaptation():
    return experiments.coadaptation_sweep(
        SEEDS, l2=(1e-3, 1e-2), l1=(1e-3,), keep_probs=(0.5,), progress=False
    )


@pytest.mark.parametrize("measure", ["cancellation", "interaction", "ablation", "test error"])
def test_dropout_lowers_cancellation_interaction_ablation_and_error(coadaptation, measure):
    assert gains(coadaptation, measure, "dropout", "none")[0.5].low > 0


@pytest.mark.parametrize("measure", ["cancellation", "ablation"])
def test_l2_moves_them_less_than_dropout(coadaptation, measure):
    of_dropout = gains(coadaptation, measure, "dropout", "none")[0.5]
    for of_l2 in gains(coadaptation, measure, "L2", "none").values():
        assert of_l2.high < of_dropout.low


def test_strong_l2_lowers_the_interaction_too(coadaptation):
    assert gains(coadaptation, "interaction", "L2", "none")[1e-2].low > 0


def test_strong_l1_lowers_the_cancellation_but_raises_the_error(coadaptation):
    assert gains(coadaptation, "cancellation", "L1", "none")[1e-3].low > 0
    assert gains(coadaptation, "test error", "L1", "none")[1e-3].high < 0


def test_the_correlation_of_units_need_not_fall(coadaptation):
    change = gains(coadaptation, "correlation", "dropout", "none")[0.5]
    assert abs(change.mean) < 0.05  # of about 0.22


def test_refitted_on_ten_units_l2_is_ahead_of_dropout(coadaptation):
    none, dropout = (gains(coadaptation, "refit error", a, "none") for a in ("L2", "dropout"))
    assert none[1e-2].low > dropout[0.5].high > 0


# --- (b) keep-probability, width fixed and kept units fixed


def test_at_a_small_keep_probability_more_units_are_needed():
    records = experiments.error_against_keep_prob(SEEDS, keep_probs=(0.1, 0.6, 1.0), progress=False)
    assert gains(records, "test error", "kept units fixed", "width fixed")[0.1].low > 0
    # worse at both ends than in between, with the width fixed
    assert settings_gain(records, "test error", "width fixed", 0.1, 0.6).low > 0
    assert settings_gain(records, "test error", "width fixed", 1.0, 0.6).low > 0


# --- (c) the size of the training set


def test_on_clean_digits_a_gain_that_rises_and_falls_is_not_established():
    # seeds 0 to 7 showed 2 to 3 points at 100 images (interval above 0) and less at both ends; on
    # these seeds the interval at 100 holds 0, so the book may not claim it
    records = experiments.error_against_train_size(
        SEEDS, train_sizes=(20, 100, 1000), progress=False
    )
    found = gains(records, "test error", "dropout", "none")
    assert found[100].low < 0 < found[100].high
    assert max(abs(s.mean) for s in found.values()) < 3  # percentage points


def test_with_wrong_labels_the_gain_keeps_rising_unlike_the_papers():
    records = experiments.error_against_train_size(
        SEEDS, train_sizes=(50, 1000), label_noise=0.2, progress=False
    )
    found = gains(records, "test error", "dropout", "none")
    rise = found[1000].values - found[50].values
    assert found[1000].low > 0 and rise.mean() > 3 * rise.std(ddof=1) / np.sqrt(len(rise))


# --- (d) Monte-Carlo averaging


def test_monte_carlo_averaging_comes_to_weight_scaling():
    records = experiments.monte_carlo_against_weight_scaling(SEEDS, num_masks=(1, 10, 50, 200))
    behind = gains(records, "test error", "Monte-Carlo", "weight scaling")
    assert [s.high < 0 for s in behind.values()][:2] == [True, True]  # few masks: worse
    assert behind[1].mean < behind[10].mean < behind[50].mean
    assert abs(behind[200].mean) < 0.5  # percentage points
    # in loss the geometric average is the one that weight scaling stands for
    loss = {s.arm: s.mean for s in summarize(records) if s.measure == "test loss"
            and s.setting in (None, 200)}  # fmt: skip
    geometric = abs(loss["geometric Monte-Carlo"] - loss["weight scaling"])
    assert geometric < abs(loss["Monte-Carlo"] - loss["weight scaling"]) / 3


# --- (e) features and activity


def test_features_of_autoencoders():
    found = experiments.autoencoder_features(SEEDS)
    for measure in ("active share", "mean activation"):
        assert gain(found.records, measure, "dropout", "none")[0].low > 0
    assert gain(found.records, "smoothness", "dropout", "none")[0].high < 0  # smoother
    # not "similar" as in the paper: with 64 units the reconstruction is many times worse
    error = {s.arm: s.mean for s in find_all(found.records, "reconstruction error")}
    assert error["dropout"] > 5 * error["none"]
    assert found.filters["dropout"].shape == (12, 64, 64)
    assert found.activations["none"].shape == (12, 797, 64)


def find_all(records, measure):
    return [
        s for a in ("none", "dropout") for s in find(summarize(records), arm=a, measure=measure)
    ]


def test_with_256_units_the_filters_are_no_smoother():
    found = experiments.autoencoder_features(SEEDS, hidden_units=256)
    assert abs(gain(found.records, "smoothness", "dropout", "none")[0].mean) < 0.02


# --- (f) Bernoulli and Gaussian


def test_gaussian_noise_does_about_as_well():
    records = experiments.bernoulli_against_gaussian(SEEDS, progress=False)
    assert abs(gain(records, "test error", "Gaussian", "Bernoulli")[0].mean) < 1
    assert gain(records, "test error", "Bernoulli", "none")[0].low > 0


# --- (g) a rate for each layer


def test_the_best_rates_depend_on_the_task():
    few = {"of_inputs": (0.6, 0.8, 1.0), "of_hidden": (0.3, 0.5, 1.0), "progress": False}
    clean = experiments.per_layer_rates(SEEDS, **few)
    noisy = experiments.per_layer_rates(SEEDS, label_noise=0.2, **few)
    assert settings_gain(clean, "test error", "inputs 1", 1.0, 0.5).low > 0
    assert gains(clean, "test error", "inputs 0.6", "inputs 1")[0.5].high < 0  # too much
    # with wrong labels both layers want more of it
    assert gains(noisy, "test error", "inputs 0.8", "inputs 1")[0.3].low > 0
    assert settings_gain(noisy, "test error", "inputs 0.8", 1.0, 0.3).low > 0


# --- (h) max-norm


def test_max_norm_helps_where_labels_are_wrong_and_only_there():
    noisy = experiments.dropout_and_max_norm(
        SEEDS, max_norms=(2.0,), label_noise=0.2, progress=False
    )
    assert gain(noisy, "test error", "dropout and max-norm", "dropout")[0].low > 0
    assert gain(noisy, "test error", "dropout and max-norm", "max-norm")[0].low > 0
    clean = experiments.dropout_and_max_norm(SEEDS, max_norms=(1.0, 3.0), progress=False)
    of_both = gains(clean, "test error", "dropout and max-norm", "dropout")
    assert of_both[1.0].high < 0  # too tight
    assert abs(of_both[3.0].mean) < 0.5  # percentage points: it hardly binds


# --- anywhere the same numbers


def test_a_dask_cluster_gives_the_same_numbers():
    distributed = pytest.importorskip("distributed")
    here = experiments.bernoulli_against_gaussian(range(3), progress=False)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        there = experiments.bernoulli_against_gaussian(range(3), progress=False)
    assert there == here
