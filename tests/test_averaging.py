"""Averages over masks: exact by enumeration, the identities they obey, and their limits."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax

from dropoutlab import _kernel as kernel
from dropoutlab import network as nn
from dropoutlab import symbolic
from dropoutlab.averaging import (
    MEANS,
    ensemble_mean,
    exact_average,
    monte_carlo_average,
    monte_carlo_spread,
)
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
    # exact with one dropped layer, the last hidden one, and to machine precision
    network = net(seed, (1.0, p), output=output, scheme=scheme)
    inputs = inputs_of(seed)
    mean = exact_average(network, inputs, mean="normalized geometric")
    assert np.abs(mean - nn.predict(network, inputs)).max() < 1e-13


@pytest.mark.parametrize("size", [1.0, 20.0, 1e4])
@pytest.mark.parametrize(("output", "outputs"), [("logistic", 1), ("softmax", 2)])
def test_it_is_weight_scaling_for_saturated_members_too(output, outputs, size):
    weights, biases = np.zeros((outputs, 1)), np.zeros(outputs)
    weights[0], biases[0] = 74 * size, -37 * size + 1  # members 1 − 37 s and 1 + 37 s, mean 1
    network = nn.Network((weights,), (biases,), (0.5,), output=output)
    expected = 1 / (1 + np.exp(-1.0))  # .731
    assert nn.predict(network, [[1.0]])[0, 0] == pytest.approx(expected)
    found = exact_average(network, [[1.0]], mean="normalized geometric")
    assert found[0, 0] == pytest.approx(expected, rel=1e-9)
    members = [[[(-37 * size + 1), *[0] * (outputs - 1)]], [[37 * size + 1, *[0] * (outputs - 1)]]]
    found = ensemble_mean(members, mean="normalized geometric", output=output, logits=True)
    assert found[0, 0] == pytest.approx(expected, rel=1e-9)
    masks = np.random.default_rng(0).random((1000, 1))  # the masks that monte_carlo_average draws
    kept = (masks < 0.5).mean()
    found = monte_carlo_average(
        network, [[1.0]], 1000, np.random.default_rng(0), mean="normalized geometric"
    )
    logit = 74 * size * kept - 37 * size + 1
    assert found[0, 0] == pytest.approx(expit(logit), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("output", ["softmax", "logistic"])
@pytest.mark.parametrize("mean", MEANS)
def test_means_of_logits_are_those_of_their_outputs(mean, output):
    logits = np.random.default_rng(0).standard_normal((4, 5, 3))
    outputs = expit(logits) if output == "logistic" else softmax(logits, axis=-1)
    one = ensemble_mean(logits, mean=mean, output=output, logits=True)
    assert np.allclose(one, ensemble_mean(outputs, mean=mean, output=output), rtol=1e-12)


@pytest.mark.parametrize("output", ["softmax", "logistic"])
def test_the_geometric_mean_has_no_floor(output):
    members = [[[-1000.0, 0.0]], [[0.0, 0.0]]]  # log σ: −1000 and −log 2
    found = ensemble_mean(members, mean="geometric", output=output, logits=True)
    assert found[0, 0] == pytest.approx(np.exp(-500) * np.sqrt(0.5), rel=1e-12, abs=0)


def test_means_of_certain_outputs():
    outputs = [[[1.0, 0.0]], [[0.5, 0.5]]]
    assert ensemble_mean(outputs, mean="geometric").tolist() == [[np.sqrt(0.5), 0]]
    assert ensemble_mean(outputs, mean="normalized geometric").tolist() == [[1, 0]]
    logistic = {"mean": "normalized geometric", "output": "logistic"}
    assert ensemble_mean(outputs, **logistic).tolist() == [[1, 0]]
    # 0⁰ is 1: a member that never occurs has no say, even if it contradicts the others
    contrary = [[[1.0, 0.0]], [[0.0, 1.0]]]
    for mean in MEANS:
        assert ensemble_mean(contrary, [1.0, 0.0], mean=mean).tolist() == [[1, 0]]
    assert ensemble_mean(contrary, mean="geometric").tolist() == [[0, 0]]


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("output", ["softmax", "logistic"])
def test_with_nothing_dropped_every_mean_is_the_network(mean, output):
    network, inputs = net(1, (1.0, 1.0), output=output), inputs_of(1)
    found = exact_average(network, inputs, mean=mean)
    assert np.allclose(found, nn.predict(network, inputs), rtol=1e-12)


@given(p=st.sampled_from([1e-300, 1e-12, 0.5, 1 - 1e-12]), seed=seeds)
@settings(max_examples=20)
@pytest.mark.parametrize("scheme", ["standard", "inverted"])
def test_averages_stay_probabilities_at_extreme_keep_probabilities(p, seed, scheme):
    network, inputs = net(seed, (1.0, p), scheme=scheme), inputs_of(seed)
    for mean in ("arithmetic", "normalized geometric"):
        found = exact_average(network, inputs, mean=mean)
        assert np.allclose(found.sum(axis=1), 1) and (found >= 0).all()


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


def test_monte_carlo_comes_to_the_exact_average():
    network, inputs = net(4, (0.8, 0.5)), inputs_of(4)
    # 20 independent means of 1,000 masks; |t| with 19 degrees of freedom exceeds 8 by chance in
    # 2e-7 of cases, and there are 10 numbers, two of each five adding up to 1
    means = [
        monte_carlo_average(network, inputs, 1000, rng)
        for rng in np.random.default_rng(5).spawn(20)
    ]
    standard_error = np.std(means, axis=0, ddof=1) / np.sqrt(20)
    away = np.abs(np.mean(means, axis=0) - exact_average(network, inputs))
    assert (away < 8 * standard_error).all()


@pytest.mark.parametrize("mean", MEANS)
def test_a_monte_carlo_average_is_the_mean_over_its_masks(mean):
    network, inputs = net(4, (0.8, 0.5)), inputs_of(4)
    found = monte_carlo_average(network, inputs, 7, np.random.default_rng(5), mean=mean)
    rng = np.random.default_rng(5)
    outputs = [nn.forward(network, inputs, nn.draw_noise(network, 5, rng))[-1] for _ in range(7)]
    assert np.allclose(found, ensemble_mean(outputs, mean=mean), rtol=1e-12)


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
    assert peak < 6 * 8 * 2**21  # a few arrays of CHUNK_NUMBERS; all masks at once would be 20
    assert np.allclose(mean, nn.predict(network, inputs), rtol=1e-9)


def test_many_examples_are_averaged_in_bounded_memory(monkeypatch):
    network, inputs = net(3, (0.8, 0.5)), inputs_of(3, 50)
    whole = exact_average(network, inputs)
    sizes, right = [], kernel.hidden_and_logits

    def watched(*args, **more):
        found = right(*args, **more)
        sizes.append(max(part.size for part in found))
        return found

    monkeypatch.setattr("dropoutlab.averaging.CHUNK_NUMBERS", 100)
    monkeypatch.setattr(kernel, "hidden_and_logits", watched)
    assert np.allclose(exact_average(network, inputs), whole, rtol=1e-12)
    assert max(sizes) <= 100


@pytest.mark.long
def test_the_identity_is_proved():
    symbolic.prove_normalized_means()


def test_the_proof_notices_a_wrong_mean(monkeypatch):
    scaling = symbolic.scaling
    right = scaling.log_odds_of_members
    monkeypatch.setattr(scaling, "log_odds_of_members", lambda *a: [-s for s in right(*a)])
    with pytest.raises(symbolic.ProofError):
        symbolic.prove_normalized_means()


def test_mean_and_spread_over_masks_come_to_those_of_all_masks():
    """Against the exact ensemble of 2³ networks; five standard errors: false alarm below 1e-5."""
    network = nn.new_network(
        (2, 3, 4), np.random.default_rng(0), keep_prob=(1.0, 0.6), dtype=np.float64
    )
    inputs, passes = np.random.default_rng(1).standard_normal((3, 2)), 4000
    (bits,) = enumerate_masks(3)
    chance = mask_probability(bits, 0.6)
    outputs = np.stack([nn.forward(network, inputs, [None, z[None]])[-1] for z in bits])
    mean = np.tensordot(chance, outputs, 1)
    gaps = outputs - mean
    variance, fourth = (np.tensordot(chance, gaps**k, 1) for k in (2, 4))
    found, spread = monte_carlo_spread(network, inputs, passes, np.random.default_rng(2))
    assert (np.abs(found - mean) <= 5 * np.sqrt(variance / passes) + 1e-12).all()
    of_variance = np.sqrt((fourth - variance**2) / passes) + 2 * variance / passes
    assert (np.abs(spread**2 - variance) <= 5 * of_variance + 1e-12).all()


def test_the_spread_of_two_passes_is_that_of_their_outputs():
    network = nn.new_network(
        (2, 3, 4), np.random.default_rng(0), keep_prob=(1.0, 0.6), dtype=np.float64
    )
    inputs, rng = np.ones((1, 2)), np.random.default_rng(7)
    outputs = [nn.forward(network, inputs, nn.draw_noise(network, 1, rng))[-1] for _ in range(2)]
    mean, spread = monte_carlo_spread(network, inputs, 2, np.random.default_rng(7))
    assert np.allclose(mean, np.mean(outputs, axis=0), rtol=1e-12)
    assert np.allclose(spread, np.std(outputs, axis=0, ddof=1), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("mean", MEANS)
def test_the_exact_average_of_a_float32_network_is_that_in_float64(mean):
    exact = net(2, (0.8, 0.3))
    arrays = {name: tuple(np.float32(a) for a in getattr(exact, name))
              for name in ("weights", "biases")}  # fmt: skip
    single = replace(exact, **arrays)
    double = replace(
        exact, **{name: tuple(np.float64(a) for a in parts) for name, parts in arrays.items()}
    )
    found = exact_average(single, inputs_of(2), mean=mean)
    assert found.dtype == np.float64
    assert (found == exact_average(double, inputs_of(2), mean=mean)).all()


@pytest.mark.parametrize("keep_prob", [(1.0, 0.5), (0.5, 1.0)])
def test_layers_that_keep_everything_have_one_mask(keep_prob):
    network, inputs = net(3, keep_prob), inputs_of(3)
    layer = keep_prob.index(0.5)
    (masks,) = enumerate_masks(network.sizes[layer])
    noise = [[z[None] if k == layer else None for k in range(2)] for z in masks]
    expected = np.mean([nn.forward(network, inputs, z)[-1] for z in noise], axis=0)
    assert np.allclose(exact_average(network, inputs), expected, rtol=1e-12)


@pytest.mark.parametrize("sizes", [(3, 2), (2, 3, 2, 2), (2, 1, 2, 3, 2)])
def test_networks_of_any_depth_are_averaged(sizes):
    keep_prob = (0.8, 0.3, 0.6, 0.5)[: len(sizes) - 1]
    network, inputs = net(5, keep_prob, sizes), inputs_of(5, 4, sizes[0])
    ends = np.cumsum(sizes[:-1])
    masks = np.concatenate(list(enumerate_masks(ends[-1])))
    outputs = [nn.forward(network, inputs, np.split(z[None], ends[:-1], axis=1))[-1] for z in masks]
    chance = mask_probability(masks, np.repeat(keep_prob, sizes[:-1]))
    expected = np.tensordot(chance, outputs, 1)
    assert np.allclose(exact_average(network, inputs), expected, rtol=1e-12)


def test_members_are_equally_probable_unless_they_are_told_apart():
    outputs = [[[0.2, 0.8]], [[0.6, 0.4]], [[1.0, 0.0]]]
    assert np.allclose(ensemble_mean(outputs), [[0.6, 0.4]])
    assert np.allclose(ensemble_mean(outputs, [0.5, 0.5, 0]), [[0.4, 0.6]])
    assert np.allclose(ensemble_mean(outputs, [1 - 1e-10, 0, 0]), [[0.2, 0.8]])


@pytest.mark.parametrize(
    ("output", "outputs", "known"),
    [
        ("softmax", [[[1.0, 0.0, 0.0]], [[0.0, 0.5, 0.5]]], False),
        ("softmax", [[[1.0, 0.0, 0.0]], [[0.5, 0.5, 0.0]]], True),
        ("logistic", [[[1.0, 0.5]], [[0.0, 0.5]]], False),
        ("logistic", [[[1.0, 0.5]], [[0.5, 0.5]]], True),
    ],
)
def test_outputs_that_contradict_each_other_have_no_normalized_mean(output, outputs, known):
    settings = {"mean": "normalized geometric", "output": output}
    if known:
        assert ensemble_mean(outputs, **settings)[0, 0] == 1
    else:
        with pytest.raises(ValueError, match="outputs must not make all geometric means 0"):
            ensemble_mean(outputs, **settings)
