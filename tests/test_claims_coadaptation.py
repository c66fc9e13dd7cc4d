"""The claims of the chapter `coadaptation`, on seeds that were used for nothing else.

Read off seeds 0 to 11, asked of seeds 9100 on. A difference is established if the 95 % confidence
interval of its mean, paired by seed, lies on one side of what is claimed.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from dropoutlab import coadaptation, experiments
from dropoutlab import network as nn
from dropoutlab.records import gain, summarize

SEEDS = range(9100, 9112)
pytestmark = pytest.mark.slow


def interval(differences):
    reach = stats.t.ppf(0.975, len(differences) - 1) * stats.sem(differences)
    return differences.mean() - reach, differences.mean() + reach


@pytest.fixture(scope="module")
def study():
    return experiments.penalty_study(SEEDS, strengths=(3e-4, 1e-3, 3e-3, 1e-2))


@pytest.fixture(scope="module")
def of_redrawn_too_strong():
    return experiments.penalty_study(SEEDS, label_noises=(0.2,), strengths=(3e-2,)).records[0.2]


@pytest.fixture(scope="module")
def kept():
    return experiments.keep_prob_study(SEEDS, keep_probs=(1.0, 0.8, 0.6, 0.5, 0.2))


def values(records, measure, arm, setting=None):
    """One number a seed."""
    found = [
        s for s in summarize(records) if (s.arm, s.setting, s.measure) == (arm, setting, measure)
    ]
    return found[0].values


def gains(records, measure, arm, over="none"):
    return {s.setting: s for s in gain(records, measure, arm, over)}


# --- overfitting


def test_with_redrawn_labels_the_test_error_rises_as_the_training_error_falls(study):
    train, test = study.curves[0.2, "none", None]
    assert train[:, -1].max() < 0.5  # percent: at most one label of 300
    assert interval(test[:, -1] - test[:, 1])[0] > 5  # percentage points, since epoch 10


def test_with_right_labels_there_is_a_gap_that_does_not_grow(study):
    train, test = study.curves[0.0, "none", None]
    assert train[:, -1].max() == 0
    assert interval(test[:, -1])[0] > 4
    settled = study.epochs.searchsorted(100)
    assert abs(test[:, -1] - test[:, settled]).mean() < 0.5


def test_stopping_at_pass_ten_does_about_as_well_as_dropout_at_the_end(study):
    assert study.epochs[1] == 10
    early = study.curves[0.2, "none", None][1][:, 1]
    assert (study.curves[0.2, "none", None][1].mean(axis=0).argmin()) == 1
    low, high = interval(early - study.curves[0.2, "dropout", 0.5][1][:, -1])
    assert -4 < low < 0 < high < 4


# --- by how much the penalties help


def test_l2_helps_more_with_strength_where_labels_are_redrawn(study, of_redrawn_too_strong):
    found = list(gains(study.records[0.2], "test error", "L2").values())
    assert all(s.low > 0 for s in found)
    assert all(interval(b.values - a.values)[0] > 0 for a, b in pairwise(found))
    # and the strongest of the chapter is about as good as any: three times as strong is no better
    best, stronger = found[-1].values, gains(of_redrawn_too_strong, "test error", "L2")[3e-2].values
    assert interval(stronger - best)[0] < 0


def test_l2_at_its_best_beats_dropout_where_labels_are_redrawn(study):
    of_l2 = values(study.records[0.2], "test error", "L2", 1e-2)
    assert interval(values(study.records[0.2], "test error", "dropout", 0.5) - of_l2)[0] > 0


def test_with_right_labels_a_weak_l2_helps_and_a_strong_one_does_not(study):
    found = gains(study.records[0.0], "test error", "L2")
    assert found[3e-4].low > 0 and found[1e-3].low > 0
    assert found[1e-2].low < 0
    of_dropout = values(study.records[0.0], "test error", "dropout", 0.5)
    low, high = interval(of_dropout - values(study.records[0.0], "test error", "L2", 1e-3))
    assert low < 0 < high  # level
    assert interval(found[1e-3].values - found[1e-2].values)[0] > 0


def test_l1_helps_only_where_labels_are_redrawn_and_only_when_strong(study):
    redrawn, right = (gains(study.records[noise], "test error", "L1") for noise in (0.2, 0.0))
    assert redrawn[1e-2].low > 0
    assert all(redrawn[s].low < 0 for s in (3e-4, 1e-3))
    assert all(s.low < 0 for s in right.values())
    assert right[3e-3].high < 0 and right[1e-2].high < 0
    assert right[1e-3].mean < 0 < right[1e-3].high  # harm only on the seeds of the chapter
    l2 = gains(study.records[0.2], "test error", "L2")
    assert interval(l2[1e-2].values - redrawn[1e-2].values)[0] > 0


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_dropout_helps(study, noise):
    assert gains(study.records[noise], "test error", "dropout")[0.5].low > 0


# --- the measures


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_dropout_lowers_cancellation_interaction_and_ablation(study, noise):
    for measure in ("cancellation", "interaction", "ablation"):
        assert gains(study.records[noise], measure, "dropout")[0.5].low > 0


def test_useful_l2_hardly_moves_the_cancellation(study):
    of_l2 = gains(study.records[0.0], "cancellation", "L2")
    of_dropout = gains(study.records[0.0], "cancellation", "dropout")[0.5]
    assert all(abs(of_l2[s].mean) < of_dropout.mean / 5 for s in (3e-4, 1e-3, 3e-3))


def test_l2_of_the_most_useful_strength_lowers_it_less_than_dropout_with_redrawn_labels(study):
    of_l2 = gains(study.records[0.2], "cancellation", "L2")[1e-2]
    assert of_l2.low > 0
    assert (
        interval(gains(study.records[0.2], "cancellation", "dropout")[0.5].values - of_l2.values)[0]
        > 0
    )
    of_l2 = gains(study.records[0.2], "ablation", "L2")[1e-2]
    assert of_l2.low > 0
    assert (
        interval(gains(study.records[0.2], "ablation", "dropout")[0.5].values - of_l2.values)[0] > 0
    )


def test_units_cancel_by_chance_without_and_less_with_dropout(study):
    right = study.records[0.0]
    fall = gains(right, "cancellation", "dropout")[0.5].mean
    of_none = values(right, "signs at random", "none") - values(right, "cancellation", "none")
    of_dropout = values(right, "signs at random", "dropout", 0.5) - values(
        right, "cancellation", "dropout", 0.5
    )
    assert abs(interval(of_none)[0]) < fall / 2 and interval(of_none)[1] < fall / 2
    assert interval(of_dropout)[0] > fall
    by_chance = gains(right, "signs at random", "dropout")[0.5]
    assert by_chance.low > -0.02 and by_chance.high < 0.02  # not fewer terms
    for strength in (1e-3, 1e-2):  # L1: by chance it would be lower still
        assert (
            gains(right, "signs at random", "L1")[strength].low
            > gains(right, "cancellation", "L1")[strength].mean
        )


def test_with_centred_weights_l1_loses_most_of_its_fall_and_the_others_nothing(study):
    right = study.records[0.0]
    raw, centred = (gains(right, name, "L1") for name in ("cancellation", "weights centred"))
    for strength in (1e-3, 1e-2):
        assert interval(raw[strength].values - 2 * centred[strength].values)[0] > 0
    for arm in ("L2", "dropout"):
        raw, centred = (gains(right, name, arm) for name in ("cancellation", "weights centred"))
        assert all(abs(raw[s].mean - centred[s].mean) < 0.01 for s in raw)


def test_the_negative_share_of_the_interaction_is_about_half_and_stays(study):
    for noise in (0.0, 0.2):
        records = study.records[noise]
        assert 0.35 < values(records, "negative share", "none").mean() < 0.55
    for arm, setting in (("dropout", 0.5), ("L2", 1e-3), ("L2", 1e-2), ("L1", 1e-3)):
        found = gains(study.records[0.0], "negative share", arm)[setting]
        assert found.low < 0 < found.high


def test_strong_l1_lowers_the_cancellation_most(study):
    for noise in (0.0, 0.2):
        records = study.records[noise]
        difference = values(records, "cancellation", "dropout", 0.5) - values(
            records, "cancellation", "L1", 1e-2
        )
        assert interval(difference)[0] > 0


def test_everything_lowers_the_interaction_and_l2_more_as_it_grows(study):
    of_l1, of_l2 = (gains(study.records[0.0], "interaction", arm) for arm in ("L1", "L2"))
    assert all(s.low > 0 for s in (*of_l1.values(), *of_l2.values()))
    assert all(a.mean < b.mean for a, b in pairwise(of_l2.values()))


def test_correlation_stays_with_dropout_and_rises_with_l2(study):
    found = gains(study.records[0.0], "correlation", "dropout")[0.5]
    assert found.low > -0.03 and found.high < 0.03
    assert all(s.high < 0 for s in gains(study.records[0.0], "correlation", "L2").values())


def test_fewer_units_are_active_with_dropout(study):
    assert gains(study.records[0.0], "active share", "dropout")[0.5].low > 0


def test_an_untrained_network_cancels_about_as_much_as_a_trained_one(study):
    arm = experiments.Arm("none")
    split = experiments.digit_splits(arm, SEEDS)
    rng = [np.random.default_rng([seed, 1]) for seed in SEEDS]
    untrained = coadaptation.cancellation(nn.new_network(arm.sizes, rng), split.test_inputs)
    trained = values(study.records[0.0], "cancellation", "none")
    fall = trained - values(study.records[0.0], "cancellation", "dropout", 0.5)
    low, high = interval((untrained - trained) / fall.mean())
    assert low > -0.5 and high < 0.5  # much nearer to each other than to dropout
    assert interval(fall)[0] > 0


def test_l1_does_worse_when_half_of_the_units_are_removed(study):
    assert all(s.high < 0 for s in gains(study.records[0.0], "ablation", "L1").values())
    of_l2 = gains(study.records[0.0], "ablation", "L2")
    of_dropout = gains(study.records[0.0], "ablation", "dropout")[0.5]
    assert all(s.high < of_dropout.low / 2 for s in of_l2.values())


def test_l2_wins_the_refit(study):
    right = study.records[0.0]
    found = list(gains(right, "refit error", "L2").values())
    assert all(s.low > 0 for s in found)
    assert all(a.mean < b.mean for a, b in pairwise(found))
    assert gains(right, "refit error", "dropout")[0.5].low > 0
    of_dropout = values(right, "refit error", "dropout", 0.5)
    assert interval(of_dropout - values(right, "refit error", "L2", 1e-2))[0] > 0
    low, high = interval(of_dropout - values(right, "refit error", "L2", 1e-3))
    assert low < 0 < high
    # with redrawn labels a gain of dropout is not established
    assert gains(study.records[0.2], "refit error", "dropout")[0.5].low < 0
    assert gains(study.records[0.2], "refit error", "L2")[1e-2].low > 0


def test_dropout_spreads_the_work_and_l1_gathers_it(study):
    for noise in (0.0, 0.2):
        records = study.records[noise]
        assert gains(records, "effective units", "dropout")[0.5].high < -3
        assert gains(records, "effective units", "L1")[1e-2].low > 10
    right = gains(study.records[0.0], "effective units", "L2")
    assert all(abs(s.mean) < 3 for s in right.values())


def test_strong_l1_makes_the_outgoing_weights_of_most_units_almost_nothing():
    base = experiments.Arm("L1")
    arm = replace(base, recipe=replace(base.recipe, l1=1e-2))
    trained = experiments.train_arm(arm, SEEDS)
    size = np.abs(trained.network.weights[-1]).mean(axis=-2)
    share = (size < 0.01 * size.max(axis=-1, keepdims=True)).mean(axis=-1)
    assert interval(share)[0] > 0.7
    assert interval(coadaptation.active_share(trained.network, trained.test[0]))[0] > 0.5


def test_autoencoders_stay_near_their_start_and_are_smoother_with_dropout():
    found = experiments.autoencoder_features(SEEDS)
    for arm in ("none", "dropout"):
        assert interval(values(found.records, "like the start", arm))[0] > 0.7
    assert gains(found.records, "smoothness", "dropout")[None].high < 0


def test_l2_makes_smoother_features_than_dropout(study):
    right, redrawn = study.records[0.0], study.records[0.2]
    assert gains(right, "smoothness", "dropout")[0.5].high < 0
    difference = values(right, "smoothness", "L2", 1e-2) - values(
        right, "smoothness", "dropout", 0.5
    )
    assert interval(difference)[0] > 0
    assert gains(redrawn, "smoothness", "dropout")[0.5].high > -0.01  # no smoother
    assert gains(redrawn, "smoothness", "L2")[1e-2].high < 0


# --- removing units


def test_with_less_kept_more_can_be_removed(kept):
    for measure, sign in (("removable", 1), ("effective units", 1), ("cancellation", -1)):
        by_p = [values(kept.records, measure, "dropout", p) for p in (1.0, 0.8, 0.5, 0.2)]
        for more, less in pairwise(by_p):
            assert interval(sign * (less - more))[0] > 0


def test_the_whole_network_and_half_of_it_want_different_keep_probabilities(kept):
    half = kept.removed.index(32)
    mean = {p: errors.mean(axis=0) for p, errors in kept.ablation.items()}
    assert min(mean, key=lambda p: mean[p][half]) < min(mean, key=lambda p: mean[p][0])
    # much less than half kept: worse for the whole, not worse for the half
    whole = kept.ablation[0.2][:, 0] - kept.ablation[0.6][:, 0]
    halved = kept.ablation[0.2][:, half] - kept.ablation[0.6][:, half]
    assert interval(whole)[0] > 0 > interval(halved)[1]


def test_a_small_network_loses_less_to_a_removal_but_is_worse_as_a_whole(kept):
    records = experiments.small_removals(SEEDS)
    assert gains(records, "added", "dropout")[None].low > 5
    assert gains(records, "test error", "dropout")[None].high < 0
    # and no dropout with 12 units has no more error than dropout at p = 1/2 with half of 64 cut off
    doubled = 2 * values(kept.records, "test error", "dropout", 0.5)
    assert interval(values(records, "test error", "none") - doubled)[1] < 1
    assert 35 < values(kept.records, "removable", "dropout", 0.5).mean() < 65


def test_the_removals_by_hand_are_those_of_the_network():
    found = experiments.pair_removals(9100, units=8)
    for arm in ("none", "dropout"):
        assert (found.says[arm][0, 0] == np.arange(10)).all()
        assert np.allclose(found.right[arm], found.right[arm].swapaxes(0, 1), atol=1e-9)
        one_unit = np.arange(9)
        assert np.array_equal(found.error[arm][one_unit, one_unit], found.error[arm][0])


def test_the_networks_of_the_explorer_are_as_described():
    found = experiments.pair_removals(0)  # those of the chapter, not fresh ones
    wrong = {arm: (says[1:, 0] != np.arange(10)).sum(axis=-1) for arm, says in found.says.items()}
    assert wrong["none"].min() == 0 and wrong["none"].max() >= 3
    assert abs(found.error["none"][1:, 0] - found.error["none"][0, 0]).min() < 0.5
    assert wrong["dropout"].max() <= 2
