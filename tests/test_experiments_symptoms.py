"""The experiments on symptoms train as the book trains, and judge as they say."""

import dataclasses
from math import comb, log

import numpy as np
import pytest
from scipy.special import logsumexp

from dropoutlab import experiments, training
from dropoutlab import network as nn
from dropoutlab.experiments import symptoms
from dropoutlab.experiments.arms import Arm
from dropoutlab.masks import enumerate_masks
from dropoutlab.samples import pick, pick_all
from dropoutlab.training import Recipe

SMALL = Arm("small", sizes=(40, 12, 10), keep_prob=(1.0, 0.6), train_size=120, test_size=60,
            recipe=Recipe(epochs=3))  # fmt: skip


def last(arm, output_keep=1.0):
    return list(symptoms.watch_passes(arm, (9100, 9101), (1, 3), output_keep))[-1]


@pytest.mark.parametrize("fresh_mask", ["example", "batch"])
def test_watched_networks_are_those_that_train_trains(fresh_mask):
    # exact: the same sums in the same order
    arm = dataclasses.replace(SMALL, network={"fresh_mask": fresh_mask})
    done, watched, printed = last(arm)
    trained = experiments.train_arm(arm, (9100, 9101))
    assert done == 3 and printed.shape == (2,)
    for parts in ("weights", "biases"):
        pairs = zip(getattr(watched.network, parts), getattr(trained.network, parts), strict=True)
        assert all(np.array_equal(one, other) for one, other in pairs)


def test_without_masks_and_steps_the_printed_loss_is_the_training_loss():
    arm = dataclasses.replace(SMALL, keep_prob=None, recipe=Recipe(learning_rate=1e-9))
    _, trained, printed = last(arm)
    expected = training.evaluate(trained.network, *trained.train)[0]
    # batches of 50, 50 and 20 examples count alike: a spread of that order
    assert printed == pytest.approx(expected, rel=0.05)


def test_the_slope_of_masked_outputs_is_that_of_their_loss():
    """By differences, of the bias of one output, with the mask that the seed draws."""
    arm = dataclasses.replace(SMALL, keep_prob=None, train_size=20)

    def loss_and_gradients(moved):
        trained = experiments.arms.Trained(
            arm.new_network(experiments.training_streams([9100])), experiments.splits(arm, [9100]),
            (9100,),
        )  # fmt: skip
        wide = {
            part: tuple(a.astype(float) for a in getattr(trained.network, part))
            for part in ("weights", "biases")
        }
        network = dataclasses.replace(trained.network, **wide)
        network.biases[1][0, 4] += moved
        losses = []
        trained = dataclasses.replace(trained, network=network)
        sources, picked = [np.random.default_rng(1)], np.arange(20)[None]
        gradients = symptoms._gradients(trained, sources, 0.5, losses, picked)
        return losses[0][0], gradients[-1][0, 4]

    (high, _), (low, _), (_, slope) = (loss_and_gradients(d) for d in (1e-5, -1e-5, 0.0))
    assert (high - low) / 2e-5 == pytest.approx(slope, rel=1e-5)
    assert slope != 0


def test_the_least_loss_of_masked_outputs_is_that_of_endless_logits():
    # the page's sum, exact over all masks but for exp(−120): logits of ±60, divided by 0.5
    (masks,) = enumerate_masks(10)
    logits = masks * np.where(np.arange(10) == 0, 60.0, -60.0) / 0.5
    loss = logsumexp(logits, axis=1) - logits[:, 0]
    least = 0.5 * sum(comb(9, b) * 0.5**9 * log(1 + b) for b in range(10))
    assert loss.mean() == pytest.approx(least, rel=1e-12)
    # and no others do better: each mask alone has at least this
    floor = np.where(masks[:, 0] == 0, np.log1p((masks[:, 1:] == 0).sum(axis=1)), 0.0)
    others = np.random.default_rng(0).normal(scale=5, size=(50, 1, 10)) * masks
    assert (logsumexp(others, axis=-1) - others[..., 0] >= floor - 1e-12).all()


def test_all_ways_of_judging_are_what_they_are_called():
    found = experiments.symptom_study((9100, 9101), passes=(1, 2))
    arms = {sample.arm for sample in found}
    assert arms == {
        "right", "not scaled", "scaled twice", "scaled by 1 − p", "masks left on",
        "keep and drop confused", "one mask a batch", "outputs dropped", "no dropout",
    }  # fmt: skip
    arm = Arm("right", sizes=symptoms.SIZES, keep_prob=symptoms.KEEP, test_size=1000,
              recipe=Recipe(epochs=2))  # fmt: skip
    trained = experiments.train_arm(arm, (9100, 9101))
    loss, error = training.evaluate(trained.network, *trained.test)
    # float32 losses of as many networks at once: to its rounding
    assert np.allclose(pick(found, "right", "validation loss", passes=2).values, loss, rtol=1e-5)
    assert np.allclose(pick(found, "right", "validation error", passes=2).values, 100 * error)
    plain = nn.logits(trained.network, trained.test[0])
    wrong = nn.loss(trained.network, plain, trained.test[1], logits=True)
    unscaled = pick(found, "not scaled", "validation loss", passes=2).values
    assert np.allclose(unscaled, wrong, rtol=1e-5)
    for sample in pick_all(found, measure="printed loss", passes=2):
        if sample.arm in ("not scaled", "scaled twice", "scaled by 1 − p", "masks left on"):
            same = pick(found, "right", "printed loss", passes=2)
            assert np.array_equal(sample.values, same.values)
    changed = pick(found, "masks left on", "other answers", passes=2).values
    assert ((changed > 5) & (changed < 95)).all()


# --- how networks are judged


@pytest.fixture(scope="module")
def small():
    """Two networks of the right sizes, as they are before training."""
    arm = Arm("right", sizes=symptoms.SIZES, keep_prob=symptoms.KEEP, train_size=30, test_size=40)
    network = arm.new_network(experiments.training_streams((9100, 9101)))
    return experiments.Trained(network, experiments.splits(arm, (9100, 9101)), (9100, 9101))


def test_networks_used_wrongly_have_other_weights(monkeypatch, small):
    monkeypatch.setattr(symptoms, "_judged", lambda network, _trained: network)
    monkeypatch.setattr(symptoms, "_judged_with_masks", lambda trained: trained)
    found = symptoms._judged_in_all_ways(Arm("right"), small)
    factors = {
        "right": (1, 0.8, 0.8), "not scaled": (1, 1, 1), "scaled twice": (1, 0.64, 0.64),
        "scaled by 1 − p": (1, 0.2, 0.2),
    }  # fmt: skip
    assert list(found) == [*factors, "masks left on"]
    assert found["masks left on"] is small
    for name, of_layers in factors.items():
        assert found[name].keep_prob == (1.0, 1.0, 1.0)
        for weights, before, factor in zip(
            found[name].weights, small.network.weights, of_layers, strict=True
        ):
            assert weights.dtype == before.dtype
            assert np.allclose(weights, factor * before, rtol=1e-6)
    assert list(symptoms._judged_in_all_ways(Arm("no dropout"), small)) == ["no dropout"]


def by_hand(logits, targets):
    right = (logits * targets).sum(axis=-1)
    loss = (logsumexp(logits, axis=-1) - right).mean(axis=-1)
    return loss, 100 * (logits.argmax(axis=-1) != targets.argmax(axis=-1)).mean(axis=-1)


def test_losses_and_errors_by_hand(small):
    network = nn.scaled_for_test(small.network)
    found = symptoms._judged(network, small)
    loss, error = by_hand(nn.logits(network, small.test[0]), small.test[1])
    assert np.allclose(found["validation loss"], loss)
    assert np.allclose(found["validation error"], error)
    loss, _error = by_hand(nn.logits(network, small.train[0]), small.train[1])
    assert np.allclose(found["training loss"], loss)


def test_masks_left_on_by_hand(small):
    found = symptoms._judged_with_masks(small)
    streams = small.streams("validation masks")
    one, other = (
        nn.logits(small.network, small.test[0], nn.draw_noise(small.network, 40, streams))
        for _twice in range(2)
    )
    loss, error = by_hand(one, small.test[1])
    assert np.allclose(found["validation loss"], loss)
    assert np.allclose(found["validation error"], error)
    changed = (one.argmax(axis=-1) != other.argmax(axis=-1)).mean(axis=-1)
    assert np.allclose(found["other answers"], 100 * changed) and (changed > 0).all()
    right = symptoms._judged(nn.scaled_for_test(small.network), small)
    assert np.array_equal(found["training loss"], right["training loss"])


def test_training_ends_with_the_last_pass_that_is_asked_for():
    long = dataclasses.replace(SMALL, recipe=Recipe(epochs=5))
    *before, (done, watched, printed) = symptoms.watch_passes(long, (9100, 9101), (1, 2, 3))
    trained = experiments.train_arm(SMALL, (9100, 9101))
    assert [passes for passes, _, _ in before] == [1, 2] and done == 3
    assert printed.dtype == np.float64
    assert watched.seeds == (9100, 9101)
    assert np.array_equal(watched.network.weights[0], trained.network.weights[0])
