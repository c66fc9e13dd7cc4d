"""The network against finite differences, against itself, and against what must not change."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropoutlab import network as nn
from dropoutlab.masks import enumerate_masks, mask_probability
from dropoutlab.training import evaluate

seeds = st.integers(0, 2**32 - 1)
SIZES = (3, 5, 4, 2)
KEEP = (0.9, 0.5, 0.7)


def net(seed, keep_prob=KEEP, sizes=SIZES, replicates=None, **settings):
    rng = np.random.default_rng(seed)
    rngs = rng if replicates is None else rng.spawn(replicates)
    network = nn.new_network(sizes, rngs, keep_prob=keep_prob, dtype=np.float64, **settings)
    shift = tuple(b + 0.1 * rng.standard_normal(b.shape) for b in network.biases)
    return replace(network, biases=shift)


def batch(seed, output="softmax", size=6):
    rng = np.random.default_rng([seed, 7])
    targets = rng.random((size, 2))
    if output == "softmax":
        targets /= targets.sum(axis=1, keepdims=True)
    return rng.standard_normal((size, 3)), targets


def close(a, b, tolerance=1e-12):
    return np.allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("hidden", nn.HIDDEN)
@pytest.mark.parametrize("output", nn.OUTPUT)
@pytest.mark.parametrize("scheme", ["standard", "inverted"])
def test_gradients_are_those_of_finite_differences(hidden, output, scheme):
    network = net(1, hidden=hidden, output=output, scheme=scheme)
    inputs, targets = batch(1, output)
    noise = nn.draw_noise(network, len(inputs), np.random.default_rng(2))

    def loss_of(network):
        return nn.loss(network, nn.forward(network, inputs, noise)[-1], targets)

    gradients = nn.backward(network, nn.forward(network, inputs, noise), noise, targets)
    for name, found in zip(("weights", "biases"), gradients, strict=True):
        for layer, gradient in enumerate(found):
            for place in np.ndindex(gradient.shape):
                slopes = []
                for step in (1e-6, -1e-6):
                    arrays = [a.copy() for a in getattr(network, name)]
                    arrays[layer][place] += step
                    slopes.append(loss_of(replace(network, **{name: tuple(arrays)})))
                assert np.isclose(gradient[place], (slopes[0] - slopes[1]) / 2e-6, atol=1e-8)


def test_forward_is_the_equation_of_the_book():
    network = net(3, hidden="tanh", output="linear")
    inputs, _ = batch(3)
    z = nn.draw_noise(network, len(inputs), np.random.default_rng(4))
    h = inputs
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        h = np.array([weights @ (h[k] * z[layer][k]) + biases for k in range(len(h))])
        h = np.tanh(h) if layer < 2 else h
    assert close(nn.forward(network, inputs, z)[-1], h)


@pytest.mark.parametrize("scheme", ["standard", "inverted"])
def test_everything_of_a_dropped_unit_has_gradient_zero(scheme):
    network = net(5, scheme=scheme)
    inputs, targets = batch(5)
    noise = nn.draw_noise(network, len(inputs), np.random.default_rng(6))
    noise[1][:, 2] = 0
    activations = nn.forward(network, inputs, noise)
    weights, biases = nn.backward(network, activations, noise, targets)
    assert (weights[0][2] == 0).all() and biases[0][2] == 0  # into the unit
    assert (weights[1][:, 2] == 0).all()  # out of it
    assert (weights[1][:, [0, 1, 3, 4]] != 0).any()


@given(seed=seeds)
def test_biases_are_never_masked(seed):
    network = net(seed, output="linear")
    inputs, _ = batch(seed)
    nothing = [np.zeros((len(inputs), n)) for n in network.sizes[:-1]]
    assert close(nn.forward(network, inputs, nothing)[-1], network.biases[-1])


@given(seed=seeds, p=st.floats(0.05, 1))
@settings(max_examples=30)
def test_the_mean_preactivation_is_that_of_test_time(seed, p):
    # exact: all masks of the input layer, each with its probability
    masks = np.concatenate(list(enumerate_masks(3)))
    probability = mask_probability(masks, p)
    inputs = np.random.default_rng(seed).standard_normal((1, 3))
    for scheme, scale in (("standard", 1), ("inverted", 1 / p)):
        network = net(seed, (p,), (3, 2), output="linear", scheme=scheme)
        outputs = [nn.forward(network, inputs, [z[None] * scale])[-1] for z in masks]
        assert close(np.tensordot(probability, outputs, 1), nn.predict(network, inputs), 1e-10)


@given(seed=seeds)
@settings(max_examples=30)
def test_standard_with_weights_over_p_is_inverted(seed):
    inverted = net(seed, scheme="inverted")
    weights = tuple(w / p for w, p in zip(inverted.weights, KEEP, strict=True))
    standard = replace(inverted, scheme="standard", weights=weights)
    inputs, _ = batch(seed)
    assert close(nn.predict(standard, inputs), nn.predict(inverted, inputs), 1e-10)
    draws = [
        nn.draw_noise(network, len(inputs), np.random.default_rng(seed))
        for network in (standard, inverted)
    ]
    outputs = [
        nn.forward(network, inputs, noise)[-1]
        for network, noise in zip((standard, inverted), draws, strict=True)
    ]
    assert close(*outputs, 1e-10)


@given(seed=seeds, p=st.sampled_from([0.2, 0.5, 0.9]))
@settings(max_examples=20)
def test_noise_has_the_mean_and_variance_it_should(seed, p):
    # standard error of the mean of N draws: sd/√N; 6.5 of them are left by chance in 8e-11 of cases
    count = 40_000
    for scheme, noise, mean in (
        ("standard", "bernoulli", p), ("inverted", "bernoulli", 1), ("inverted", "gaussian", 1),
    ):  # fmt: skip
        variance = p * (1 - p) * (mean / p) ** 2
        network = net(0, (p,), (100, 2), scheme=scheme, noise=noise)
        (drawn,) = nn.draw_noise(network, count // 100, np.random.default_rng(seed))
        assert abs(drawn.mean() - mean) < 6.5 * np.sqrt(variance / count)
        if noise == "bernoulli":
            assert set(np.unique(drawn)) <= {0.0, mean / p}
        else:
            assert abs(drawn.var() / variance - 1) < 6.5 * np.sqrt(2 / count)


def test_masks_are_fresh_for_each_example_or_one_for_the_batch():
    fresh = nn.draw_noise(net(1), 50, np.random.default_rng(0))
    assert fresh[1].shape == (50, 5) and len(np.unique(fresh[1], axis=0)) > 5
    network = net(1, fresh_mask="batch")
    shared = nn.draw_noise(network, 50, np.random.default_rng(0))
    assert shared[1].shape == (1, 5)
    inputs, targets = batch(1)
    whole = [np.repeat(z, len(inputs), axis=0) for z in shared]
    activations = nn.forward(network, inputs, shared)
    assert close(activations[-1], nn.forward(network, inputs, whole)[-1])
    for one, other in zip(
        nn.backward(network, activations, shared, targets),
        nn.backward(network, activations, whole, targets), strict=True,
    ):  # fmt: skip
        assert all(close(a, b) for a, b in zip(one, other, strict=True))


def test_layers_that_keep_everything_have_no_mask():
    noise = nn.draw_noise(net(1, (1.0, 0.5, 1.0)), 4, np.random.default_rng(0))
    assert noise[0] is None and noise[2] is None and noise[1].shape == (4, 5)


@given(seed=seeds)
@settings(max_examples=20)
def test_replicates_are_the_networks_alone(seed):
    together = net(seed, replicates=3)
    inputs, targets = batch(seed)
    noise = nn.draw_noise(together, len(inputs), np.random.default_rng(seed).spawn(3))
    activations = nn.forward(together, inputs, noise)
    gradients = nn.backward(together, activations, noise, targets)
    losses = nn.loss(together, activations[-1], targets)
    errors = nn.error(together, activations[-1], targets)
    for k, rng in enumerate(np.random.default_rng(seed).spawn(3)):
        alone = replace(
            together,
            weights=tuple(w[k] for w in together.weights),
            biases=tuple(b[k] for b in together.biases),
        )
        part = nn.draw_noise(alone, len(inputs), rng)
        assert all((a == b[k]).all() for a, b in zip(part, noise, strict=True))
        found = nn.forward(alone, inputs, part)
        assert close(found[-1], activations[-1][k])
        assert close(nn.loss(alone, found[-1], targets), losses[k])
        assert nn.error(alone, found[-1], targets) == errors[k]
        for one, other in zip(nn.backward(alone, found, part, targets), gradients, strict=True):
            assert all(close(a, b[k]) for a, b in zip(one, other, strict=True))


@given(seed=seeds)
@settings(max_examples=20)
def test_the_order_of_hidden_units_does_not_matter(seed):
    network = net(seed)
    order = np.random.default_rng(seed).permutation(5)
    weights = (network.weights[0][order], network.weights[1][:, order], network.weights[2])
    shuffled = replace(
        network, weights=weights, biases=(network.biases[0][order], *network.biases[1:])
    )
    inputs, _ = batch(seed)
    assert close(nn.predict(network, inputs), nn.predict(shuffled, inputs))


@given(seed=seeds)
def test_outputs_are_probabilities(seed):
    inputs = 1e3 * batch(seed)[0]  # saturated, and still finite
    softmax = nn.predict(net(seed), inputs)
    logistic = nn.predict(net(seed, output="logistic"), inputs)
    assert close(softmax.sum(axis=-1), 1) and ((logistic >= 0) & (logistic <= 1)).all()


def test_losses_and_errors_worked_by_hand():
    outputs = np.array([[0.25, 0.75], [0.5, 0.5]])
    targets = np.array([[1.0, 0.0], [0.0, 1.0]])
    half = np.log(2)
    softmax, logistic, linear = (net(0, output=output) for output in nn.OUTPUT)
    assert close(nn.loss(softmax, outputs, targets), (np.log(4) + half) / 2)
    assert close(nn.loss(logistic, outputs, targets), (2 * np.log(4) + 2 * half) / 2)
    assert close(nn.loss(linear, outputs, targets), 0.5 * (2 * 0.75**2 + 2 * 0.5**2) / 2)
    assert nn.error(softmax, outputs, targets) == 1.0
    assert nn.error(logistic, outputs, targets) == 0.75
    assert close(nn.error(linear, outputs, targets), np.sqrt((2 * 0.75**2 + 2 * 0.5**2) / 4))
    assert nn.loss(softmax, np.array([[0.0, 1.0]]), targets[1:]) == 0


def unit(output, slope, dtype=np.float64, outputs=1):
    """Outputs whose pre-activation is the slope times 1, 0, 0, ..."""
    weights = np.zeros((outputs, 1), dtype)
    weights[0] = slope
    return nn.Network((weights,), (np.zeros(outputs, dtype),), (1.0,), output=output)


@pytest.mark.parametrize(("dtype", "a"), [(np.float32, 17), (np.float64, 37), (np.float64, 1000)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_loss_of_a_saturated_output_is_its_pre_activation(dtype, a, sign):
    logistic = unit("logistic", sign * a, dtype)
    wrong, right = [[float(sign < 0)]], [[float(sign > 0)]]
    softmax, one_hot = unit("softmax", sign * a, dtype, 2), [np.eye(2)[int(sign > 0)]]
    for network, targets in ((logistic, wrong), (softmax, one_hot)):
        logits = nn.logits(network, [[1.0]])
        assert nn.loss(network, logits, targets, logits=True) == a
        assert evaluate(network, [[1.0]], targets) == (a, 1)
    expected = np.exp(-float(a))  # log(1 + e^−a), of which float64 holds no more digits
    found = nn.loss(logistic, nn.logits(logistic, [[1.0]]), right, logits=True)
    assert found == pytest.approx(expected, rel=1e-6)


def test_an_infinite_loss_is_refused_and_says_what_helps():
    for output, a, target in (("logistic", 37, [[0.0]]), ("softmax", -1000, [[1.0, 0.0]])):
        network = unit(output, a, outputs=len(target[0]))
        outputs = nn.forward(network, [[1.0]])[-1]
        with pytest.raises(ValueError, match=r"outputs must not be 0 or 1 .* logits=True"):
            nn.loss(network, outputs, target)


@given(seed=seeds)
@settings(max_examples=25)
@pytest.mark.parametrize("output", nn.OUTPUT)
def test_a_loss_is_the_same_from_outputs_and_from_logits(output, seed):
    network, (inputs, targets) = net(seed, output=output), batch(seed, output)
    logits = nn.logits(network, inputs)
    outputs = nn.forward(network, inputs)[-1]
    one, other = nn.loss(network, outputs, targets), nn.loss(network, logits, targets, logits=True)
    assert close(one, other, 1e-9)
    if output == "linear":
        assert (logits == outputs).all()


def test_whole_numbers_are_computed_with_as_float64():
    whole = nn.Network((np.array([[2, -1, 3, 1]]),), (np.array([-1]),), (0.5,), output="logistic")
    assert whole.weights[0].dtype == whole.biases[0].dtype == np.float64
    assert nn.predict(whole, [[1, 1, 1, 1]]).item() == pytest.approx(1 / (1 + np.exp(-1.5)))
    assert (
        nn.forward(nn.Network(([[1, 2]],), ([0],), (1,), output="linear"), [[0.5, 0.5]])[-1] == 1.5
    )


def test_what_a_dtype_cannot_hold_is_refused():
    network = unit("linear", 1.0, np.float32)
    with pytest.raises(
        ValueError, match=r"inputs must .* float32, at most 3.4e\+38; got \[\[1e\+39"
    ):
        nn.forward(network, [[1e39]])
    with pytest.raises(ValueError, match="inputs and network must be small enough"):
        nn.forward(unit("linear", 1e30, np.float32), [[1e30]])
    with pytest.raises(ValueError, match="outputs and targets must be small enough"):
        nn.loss(network, [[1e30]], [[0.0]])


def test_booleans_are_masks():
    network, (inputs, _targets) = net(1), batch(1)
    masks = [np.random.default_rng(0).random((6, n)) < 0.5 for n in network.sizes[:-1]]
    numbers = [mask.astype(float) for mask in masks]
    for one, other in zip(
        nn.forward(network, inputs, masks), nn.forward(network, inputs, numbers), strict=True
    ):
        assert (one == other).all()


def test_one_example_may_meet_many_masks():
    network, (inputs, targets) = net(1), batch(1, size=1)
    noise = nn.draw_noise(network, 5, np.random.default_rng(0))
    many = nn.forward(network, inputs, noise)
    copies = nn.forward(network, np.repeat(inputs, 5, axis=0), noise)
    assert (many[-1] == copies[-1]).all()
    targets = np.repeat(targets, 5, axis=0)
    for one, other in zip(
        nn.backward(network, many, noise, targets),
        nn.backward(network, copies, noise, targets), strict=True,
    ):  # fmt: skip
        assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_weights_are_scaled_for_test_once():
    network, (inputs, _targets) = net(1), batch(1)
    scaled = nn.scaled_for_test(network)
    for once, twice in zip(scaled.weights, nn.scaled_for_test(scaled).weights, strict=True):
        assert (once == twice).all()
    assert (nn.predict(scaled, inputs) == nn.predict(network, inputs)).all()


def test_networks_are_compared_by_identity():
    network = net(1)
    assert network != replace(network) and network in {network: 1}


def test_initial_weights_have_the_variance_they_should():
    for hidden, gain in (("relu", 2), ("tanh", 1), ("sigmoid", 1), ("linear", 1)):
        network = nn.new_network((400, 300), np.random.default_rng(1), hidden=hidden)
        # 120,000 weights: the relative sd of a variance is √(2/120000) = 0.4 %
        assert abs(network.weights[0].var() * 400 / gain - 1) < 0.025
        assert network.weights[0].dtype == np.float32 and not network.biases[0].any()


def test_a_network_that_is_not_described_is_plain():
    network = nn.new_network((400, 300, 2), np.random.default_rng(1))
    assert (network.hidden, network.output, network.scheme) == ("relu", "softmax", "standard")
    assert (network.noise, network.fresh_mask) == ("bernoulli", "example")
    assert network.keep_prob == (1.0, 1.0) and network.sizes == (400, 300, 2)
    assert abs(network.weights[0].var() * 400 / 2 - 1) < 0.025  # as for ReLU
    assert {part.dtype for part in (*network.weights, *network.biases)} == {np.dtype(np.float32)}
    assert network.replicates == () and [b.shape for b in network.biases] == [(300,), (2,)]


@pytest.mark.parametrize("replicates", [1, 3])
def test_replicates_start_as_if_drawn_alone(replicates):
    rngs = np.random.default_rng(5).spawn(replicates)
    together = nn.new_network((3, 4, 2), rngs, dtype=np.float64, hidden="tanh", keep_prob=[1, 0.5])
    assert together.replicates == (replicates,) and together.keep_prob == (1.0, 0.5)
    assert [b.shape for b in together.biases] == [(replicates, 4), (replicates, 2)]
    for k, rng in enumerate(np.random.default_rng(5).spawn(replicates)):
        alone = nn.new_network((3, 4, 2), rng, dtype=np.float64, hidden="tanh")
        for one, many in zip(alone.weights, together.weights, strict=True):
            assert (one == many[k]).all() and many.dtype == np.float64
    assert nn.replicate_generators(together, rngs) == rngs


@pytest.mark.parametrize(("scheme", "factors"), [("standard", KEEP), ("inverted", (1, 1, 1))])
def test_at_test_time_weights_are_scaled_and_nothing_is_dropped(scheme, factors):
    network = net(1, scheme=scheme)
    network = replace(network, weights=tuple(np.float32(w) for w in network.weights),
                      biases=tuple(np.float32(b) for b in network.biases))  # fmt: skip
    scaled = nn.scaled_for_test(network)
    assert scaled.keep_prob == (1.0, 1.0, 1.0)
    for now, before, factor in zip(scaled.weights, network.weights, factors, strict=True):
        assert now.dtype == np.float32 and (now == before * np.float32(factor)).all()
    assert all(map(np.array_equal, scaled.biases, network.biases))
    inputs, _targets = batch(1)
    assert (nn.predict(network, inputs) == nn.forward(scaled, inputs)[-1]).all()
