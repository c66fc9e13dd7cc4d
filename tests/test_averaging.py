"""Averages over masks: exact by enumeration, the identities they obey, and their limits."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dropoutlab import network as nn
from dropoutlab import symbolic
from dropoutlab.averaging import MEANS, ensemble_mean, exact_average, monte_carlo_average
from dropoutlab.masks import enumerate_masks, mask_probability

seeds = st.integers(0, 2**32 - 1)


def net(seed, keep_prob, sizes=(3, 4, 2), **settings):
    rng = np.random.default_rng(seed)
    return nn.new_network(sizes, rng, keep_prob=keep_prob, dtype=np.float64, **settings)


def inputs_of(seed, count=5, size=3):
    return np.random.default_rng([seed, 1]).standard_normal((count, size))


@given(seed=seeds, p=st.floats(0.1, 0.9), scheme=st.sampled_from(["standard", "inverted"]))
@settings(max_examples=30)
@pytest.mark.parametrize("output", ["softmax", "logistic"])
def test_the_normalized_geometric_mean_is_weight_scaling(output, seed, p, scheme):
    # exact with one dropped layer, the last hidden one: to machine precision, which for logistic
    # outputs is that of 1 − O for the member whose output is nearest to 1
    network = net(seed, (1.0, p), output=output, scheme=scheme)
    inputs = inputs_of(seed)
    mean = exact_average(network, inputs, mean="normalized geometric")
    scale = p if scheme == "inverted" else 1
    members = [
        nn.forward(network, inputs, [None, z[None] / scale])[-1]
        for z in np.concatenate(list(enumerate_masks(4)))
    ]
    room = 1 - np.max(members) if output == "logistic" else 1.0
    assume(room > 1e-9)  # not so saturated that 1 − O has no digits left
    rounding = 20 * np.finfo(float).eps / room
    assert np.abs(mean - nn.predict(network, inputs)).max() < rounding


def test_with_more_layers_dropped_it_is_not():
    network, inputs = net(1, (0.5, 0.5)), inputs_of(1)
    mean = exact_average(network, inputs, mean="normalized geometric")
    assert np.abs(mean - nn.predict(network, inputs)).max() > 1e-6  # rounding: 1e-16


def test_unnormalized_it_is_not_a_distribution():
    network, inputs = net(1, (1.0, 0.5)), inputs_of(1)
    assert (exact_average(network, inputs, mean="geometric").sum(axis=1) < 1 - 1e-6).all()


@given(seed=seeds)
@settings(max_examples=20)
def test_a_linear_networks_mean_is_weight_scaling(seed):
    # several layers too: the masks of two layers are independent
    network = net(seed, (0.7, 0.4), hidden="linear", output="linear")
    inputs = inputs_of(seed)
    assert np.allclose(exact_average(network, inputs), nn.predict(network, inputs), atol=1e-12)


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("output", ["softmax", "logistic"])
@pytest.mark.parametrize("scheme", ["standard", "inverted"])
def test_the_exact_average_is_the_mean_over_all_masks(mean, output, scheme, monkeypatch):
    network, inputs = net(2, (0.8, 0.3), output=output, scheme=scheme), inputs_of(2)
    masks = np.concatenate(list(enumerate_masks(7)))
    keep = np.repeat([0.8, 0.3], [3, 4])
    scale = keep if scheme == "inverted" else np.ones(7)
    outputs = [nn.forward(network, inputs, [(z / scale)[None, :3], (z / scale)[None, 3:]])[-1]
               for z in masks]  # fmt: skip
    expected = ensemble_mean(outputs, mask_probability(masks, keep), mean=mean, output=output)
    assert np.allclose(exact_average(network, inputs, mean=mean), expected, rtol=1e-12)
    monkeypatch.setattr("dropoutlab.averaging.CHUNK_NUMBERS", 100)  # in several chunks
    assert np.allclose(exact_average(network, inputs, mean=mean), expected, rtol=1e-12)


@given(seed=seeds)
@settings(max_examples=30)
def test_the_means_by_their_definitions(seed):
    rng = np.random.default_rng(seed)
    outputs, weight = rng.dirichlet(np.ones(3), size=(4, 5)), rng.dirichlet(np.ones(4))
    geometric = np.prod(outputs ** weight[:, None, None], axis=0)
    arithmetic = ensemble_mean(outputs, weight)
    assert np.allclose(arithmetic, (outputs * weight[:, None, None]).sum(axis=0))
    assert np.allclose(ensemble_mean(outputs, weight, mean="geometric"), geometric)
    assert (geometric <= arithmetic + 1e-12).all()
    normalized = ensemble_mean(outputs, weight, mean="normalized geometric")
    assert np.allclose(normalized, geometric / geometric.sum(axis=-1, keepdims=True))
    other = np.prod((1 - outputs) ** weight[:, None, None], axis=0)
    logistic = ensemble_mean(outputs, weight, mean="normalized geometric", output="logistic")
    assert np.allclose(logistic, geometric / (geometric + other))
    assert np.allclose(ensemble_mean(outputs), outputs.mean(axis=0))


@pytest.mark.parametrize("mean", ["arithmetic", "normalized geometric"])
def test_monte_carlo_comes_to_the_exact_average(mean):
    network, inputs = net(4, (0.8, 0.5)), inputs_of(4)
    exact = exact_average(network, inputs, mean=mean)
    # 20 independent means of 2,000 masks; |t| with 19 degrees of freedom exceeds 8 by chance in
    # 2e-7 of cases, and there are 10 numbers, two of each five adding up to 1
    means = [
        monte_carlo_average(network, inputs, 2000, rng, mean="arithmetic")
        for rng in np.random.default_rng(5).spawn(20)
    ]
    standard_error = np.std(means, axis=0, ddof=1) / np.sqrt(20)
    arithmetic = exact_average(network, inputs)
    assert (np.abs(np.mean(means, axis=0) - arithmetic) < 8 * standard_error).all()
    if mean != "arithmetic":
        grown = monte_carlo_average(network, inputs, 20_000, np.random.default_rng(6), mean=mean)
        assert np.abs(grown - exact).max() < np.abs(arithmetic - exact).max() / 3


def test_a_growing_mean_is_the_mean_of_its_beginning():
    network, inputs = net(4, (0.8, 0.5)), inputs_of(4)
    growing = monte_carlo_average(network, inputs, [1, 3, 7], np.random.default_rng(5))
    for k, mean in zip([1, 3, 7], growing, strict=True):
        alone = monte_carlo_average(network, inputs, k, np.random.default_rng(5))
        assert np.allclose(alone, mean)


def test_replicates_are_averaged_each_with_its_generator():
    rng = [np.random.default_rng(k) for k in range(3)]
    together = nn.new_network((3, 4, 2), rng, keep_prob=(0.8, 0.5), dtype=np.float64)
    means = monte_carlo_average(
        together, inputs_of(1), 10, [np.random.default_rng([k, 1]) for k in range(3)]
    )
    for k in range(3):
        alone = net(k, (0.8, 0.5))
        mean = monte_carlo_average(alone, inputs_of(1), 10, np.random.default_rng([k, 1]))
        assert np.allclose(mean, means[k])


def test_two_to_the_twenty_masks_fit_in_memory():
    network = net(7, (0.5,), (20, 1), output="linear")
    inputs = inputs_of(7, 1, 20)
    tracemalloc.start()
    mean = exact_average(network, inputs)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**30
    assert np.allclose(mean, nn.predict(network, inputs), rtol=1e-9)


def test_the_identity_is_proved():
    symbolic.prove_normalized_means()


def test_the_proof_notices_a_wrong_mean(monkeypatch):
    scaling = symbolic.scaling
    right = scaling.log_odds_of_members
    monkeypatch.setattr(scaling, "log_odds_of_members", lambda *a: [-s for s in right(*a)])
    with pytest.raises(symbolic.ProofError):
        symbolic.prove_normalized_means()
