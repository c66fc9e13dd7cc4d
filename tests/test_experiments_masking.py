"""Masks drawn, gradients under them, and the variance that they add: what can be told exactly."""

import re
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from scipy import stats

from dropoutlab import data, experiments
from dropoutlab import network as nn
from dropoutlab._descent import Rule, move
from dropoutlab.experiments import masking
from dropoutlab.masks import draw_mask, enumerate_masks, mask_probability
from dropoutlab.samples import pick, pick_all
from dropoutlab.training import Recipe

SEEDS = range(9100, 9103)


# --- the number of survivors


def p_values(keep_prob, formula, seeds):
    chance = stats.binom.pmf(np.arange(9, 17), 16, formula)
    expected = 10_000 * np.array([stats.binom.cdf(8, 16, formula), *chance])
    counts = []
    for seed in seeds:
        masks = draw_mask((10_000, 16), keep_prob, np.random.default_rng(seed))
        counts.append(np.bincount(np.maximum(masks.sum(axis=1), 8).astype(int))[8:])
    return stats.chisquare(counts, expected, axis=1).pvalue


# Under the right formula the number of p-values below 0.05 is Binomial(1000, q) with q near 0.05
# (a chi-square law of counts of 70 and more). P(outside 20 … 85) is below 1e-4 for q from 0.045 to
# 0.055.
@pytest.mark.long
def test_survivors_are_binomial():
    small = (p_values(0.8, 0.8, range(9100, 10100)) < 0.05).sum()
    assert 20 <= small <= 85


def test_a_keep_probability_that_is_off_by_a_hundredth_would_be_noticed():
    assert (p_values(0.8, 0.81, range(9100, 9150)) < 0.05).mean() > 0.95


# Two of 90,000 masks of 64 fair coins agree with probability below 3e-10.
def test_ninety_thousand_masks_are_all_different():
    masks = draw_mask((90_000, 64), 0.5, np.random.default_rng(9100))
    assert len(np.unique(np.packbits(masks.astype(bool), axis=1), axis=0)) == len(masks)


# --- gradients


def small_network():
    rng = np.random.default_rng(9100)
    net = nn.new_network((3, 3, 2), rng, keep_prob=(1.0, 0.6), dtype=np.float64)
    # ReLU units that are all on, so that only the mask makes zeros
    on = (np.abs(net.weights[0]) + 0.1, net.weights[1])
    return replace(net, weights=on), rng.random((2, 3)), np.eye(2)


def flat_gradient(net, x, t, mask):
    noise = [None, np.asarray(mask)]
    gradients = nn.backward(net, nn.forward(net, x, noise), noise, t)
    return np.concatenate([part.ravel() for parts in gradients for part in parts])


def test_the_mean_gradient_is_the_same_with_fresh_masks_and_a_shared_one():
    net, x, t = small_network()
    masks = np.concatenate(list(enumerate_masks(3)))
    chance = mask_probability(masks, 0.6)
    shared = sum(p * flat_gradient(net, x, t, [z]) for p, z in zip(chance, masks, strict=True))
    fresh = sum(
        chance[a] * chance[b] * flat_gradient(net, x, t, [masks[a], masks[b]])
        for a, b in product(range(8), repeat=2)
    )
    assert np.allclose(fresh, shared, rtol=1e-12, atol=1e-14)


def test_a_unit_dropped_in_some_examples_only_has_a_mean_gradient_that_is_not_zero():
    net, x, t = small_network()
    noise = [None, np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])]
    (into, out), _of_biases = nn.backward(net, nn.forward(net, x, noise), noise, t)
    assert (into[1] != 0).all() and (out[:, 1] != 0).all()


def test_a_kept_relu_unit_that_is_off_has_gradients_of_zero_too():
    net, x, t = small_network()
    off = replace(net, biases=(np.array([0.0, -100.0, 0.0]), net.biases[1]))
    noise = [None, np.ones((2, 3))]
    (into, out), _of_biases = nn.backward(off, nn.forward(off, x, noise), noise, t)
    assert (into[1] == 0).all() and (out[:, 1] == 0).all() and (into[0] != 0).all()


@pytest.mark.parametrize("moving", [{"momentum": 0.9}, {"l2": 0.01}, {}])
def test_a_gradient_of_zero_is_not_a_weight_that_stands_still(moving):
    net, _x, _t = small_network()
    before = net.weights[0]
    values, rule = before.copy(), Rule(0.1, **moving)
    speed = np.ones_like(values) if rule.momentum else None
    move(values, np.zeros_like(values), speed, rule)
    assert (values != before).all() == bool(moving)


# --- one mask a mini-batch, or a fresh one for each example


# 4,000 pairs of gradients: the standard error of the mean is taken from 40 groups of 100, and five
# of it are allowed: a false alarm in about one run of 80,000 (Student's t, 39 degrees of freedom).
def test_half_the_squared_distance_of_two_gradients_is_the_variance():
    net, x, t = small_network()
    masks = np.concatenate(list(enumerate_masks(3)))
    chance = mask_probability(masks, 0.6)
    gradients = np.array([flat_gradient(net, x, t, [z]) for z in masks])
    exact = (chance @ gradients**2 - (chance @ gradients) ** 2).sum()
    many = replace(
        net,
        weights=tuple(np.repeat(w[None], 40, axis=0) for w in net.weights),
        biases=tuple(np.repeat(b[None], 40, axis=0) for b in net.biases),
        fresh_mask="batch",
    )
    whole = data.Split(*(np.repeat(part[None], 40, axis=0) for part in (x, t, x, t)))
    rng = np.random.default_rng(9100).spawn(40)
    found = experiments.masking._mask_variance(many, whole, 2, 100, rng)
    assert abs(found.mean() - exact) < 5 * found.std(ddof=1) / np.sqrt(40)


def test_with_one_example_a_shared_mask_is_a_fresh_one():
    found = experiments.mask_sharing_noise(SEEDS, batch_sizes=(1, 2), draws=5, epochs=1)
    fresh, shared = (pick_all(found, arm) for arm in ("fresh masks", "shared mask"))
    assert np.allclose(shared[0].values, fresh[0].values)
    assert not np.allclose(shared[1].values, fresh[1].values)


def test_the_whole_network_is_the_one_without_a_mask():
    found = experiments.watch_boundaries(9200, units=4, keep_prob=1.0)
    assert (found.masks == 1).all()
    for arm in ("none", "dropout"):
        assert np.array_equal(found.whole[arm], found.thinned[arm])
        assert found.moved(arm, 3) == 0
    assert np.array_equal(found.whole["none"], found.whole["dropout"])


def test_both_networks_start_alike_and_learn_to_part_the_points():
    found = experiments.watch_boundaries(9201)
    assert np.array_equal(found.whole["none"][0], found.whole["dropout"][0])
    assert not np.array_equal(found.whole["none"][-1], found.whole["dropout"][-1])
    assert found.passes[0] == 0 and len(found.passes) == len(found.masks)
    axis = np.linspace(-2, 2, found.whole["none"].shape[-1])
    column, row = (np.abs(axis - at[:, None]).argmin(axis=1) for at in found.points.T)
    for sides in found.whole.values():  # x runs along a row, y along a column
        assert ((sides[-1][row, column] > 0) == found.labels).mean() > 0.8


def test_what_moves_is_the_share_of_points_on_the_other_side():
    found = experiments.watch_boundaries(9202)
    other = (found.whole["none"][5] > 0) ^ (found.thinned["none"][5] > 0)
    assert found.moved("none", 5) == 100 * other.sum() / other.size


def test_a_seed_has_the_boundaries_that_it_has_alone():
    both = experiments.boundary_moves([9203, 9204], draws=3)
    for arm, sample in zip(("none", "dropout"), both, strict=True):
        assert sample.arm == arm and sample.measure == "given to the other class"
        again = experiments.boundary_moves([9204, 9205], draws=3)
        assert pick(again, arm).values[0] == pytest.approx(sample.values[1], rel=1e-6)


# --- half moons


class Known:
    """A generator of draws that are known: a share for each angle, one size of all errors."""

    def __init__(self, shares, size):
        self.shares, self.size = np.array(shares), size

    def random(self, count):
        assert count == len(self.shares)
        return self.shares

    def standard_normal(self, shape):
        return np.full(shape, self.size)


def test_half_moons_are_two_arcs_that_reach_into_one_another():
    labels, shares = np.array([0, 1, 0, 1]), [0.5, 0.5, 0.0, 0.0]
    tops_and_ends = np.array([[-0.5, 0.75], [0.5, -0.75], [0.5, -0.25], [-0.5, 0.25]])
    found = masking._half_moons(labels, Known(shares, 0.0))
    assert np.allclose(found, tops_and_ends)
    assert np.allclose(masking._half_moons(labels, Known(shares, 1.0)), tops_and_ends + 0.2)


def test_sides_are_the_logit_of_class_1_less_that_of_class_0():
    hidden = np.array([[[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]])  # x, −x, y, −y
    logits = np.array([[[-1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 3.0, -3.0]]])  # −x and 3 y
    network = nn.Network((hidden, logits), (np.zeros((1, 4)), np.zeros((1, 2))), (1.0, 0.5),
                         scheme="inverted")  # fmt: skip
    axis = np.linspace(-2, 2, 41)
    expected = 3 * axis[:, None] + axis
    assert np.allclose(masking._sides(network), expected[None])
    without_y = np.array([[[1.0, 1.0, 0.0, 0.0]]])
    assert np.allclose(masking._sides(network, without_y), np.tile(axis, (1, 41, 1)))


def test_networks_of_half_moons_are_trained_from_record_to_record(monkeypatch):
    seen = []

    def train(network, points, targets, recipe, streams, *, progress):
        seen.append((network, points, targets, recipe, [s.bit_generator.state for s in streams]))
        assert progress is False
        return network, None

    monkeypatch.setattr(masking, "train", train)
    found = masking._moon_networks((9200, 9201), 3, 0.6)
    passes = masking.PASSES
    recipes = [
        Recipe(after - before, 60, learning_rate=0.3, momentum=0.0)
        for before, after in pairwise(passes)
    ]
    assert [given[3] for given in seen] == 2 * recipes
    start = nn.new_network((2, 3, 2), [np.random.default_rng([s, 2]) for s in (9200, 9201)])
    streams = [np.random.default_rng([s, 3]).bit_generator.state for s in (9200, 9201)]
    for (arm, (points, labels, networks)), p in zip(found.items(), (1.0, 0.6), strict=True):
        assert labels.tolist() == [0, 1] * 30 and len(networks) == len(passes)
        assert np.array_equal(
            points[1], masking._half_moons(labels, np.random.default_rng([9201, 0]))
        )
        network, inputs, targets, _recipe, drawn_with = seen[0 if arm == "none" else len(recipes)]
        assert inputs is points and np.array_equal(targets[1], np.eye(2)[labels])
        assert (network.keep_prob, network.scheme) == ((1.0, p), "inverted")
        assert np.array_equal(network.weights[0], start.weights[0])
        assert drawn_with == streams
    assert list(found) == ["none", "dropout"]


def test_settings_that_leave_no_boundary_are_refused():
    for message, settings in {
        "keep_prob must be a probability above 0 to 1; got 0.0": (8, 0.0),
        "units must be a whole number of at least 1 and below 2**31; got 0": (0, 0.8),
    }.items():
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            masking._moon_settings(*settings)
    assert masking._moon_settings(4, 1) == (4, 1.0)
