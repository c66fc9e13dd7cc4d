import os
from dataclasses import replace

import numpy as np
import pytest

from dropoutlab import recurrent as rc
from dropoutlab.training import Recipe

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 5, 3))
T = np.eye(10)[RNG.integers(10, size=6)]


def streams(seed, count=2):
    return np.random.default_rng(seed).spawn(count)


SETTINGS = [{}, {"keep_prob": 0.6, "masks": "fixed"}, {"keep_prob": 0.6, "masks": "fresh"}]


@pytest.mark.parametrize("settings", SETTINGS)
def test_gradients_and_predictions_are_those_of_pytorch(settings):
    torch = __import__("torch") if os.environ.get("CI") else pytest.importorskip("torch")
    network = rc.new_recurrent(streams(1, 1), inputs=3, units=7, dtype=np.float64, **settings)
    for part in network.biases:
        part[...] = RNG.standard_normal(part.shape)
    noise = rc.draw_noise(network, 6, 5, streams(2, 1))
    leaves = [torch.tensor(a[0], requires_grad=True) for a in (*network.weights, *network.biases)]
    w, u, v, b, c = leaves

    def logits(masks):
        state = torch.zeros(6, 7, dtype=torch.float64)
        for step, mask in enumerate(masks):
            state = torch.tanh(torch.tensor(X[:, step]) @ w + state @ u + b)
            state = state if mask is None else state * torch.tensor(mask[0])
        return state @ v + c

    tested = torch.softmax(logits([None] * 5), dim=1).detach().numpy()
    assert np.allclose(rc.predict(network, X)[0], tested, rtol=1e-10, atol=1e-13)
    torch.nn.functional.cross_entropy(logits(noise), torch.tensor(T)).backward()
    weights, biases = rc.loss_gradients(network, X, T, streams(2, 1))
    for found, leaf in zip([*weights, *biases], leaves, strict=True):
        assert np.allclose(found[0], leaf.grad.numpy(), rtol=1e-10, atol=1e-13)


def outputs_by_hand(network, x, noise):
    """Of the first network, step by step."""
    (w, u, v), (b, c) = ([part[0] for part in kind] for kind in (network.weights, network.biases))
    state = np.zeros((len(x), len(u)))
    for step, mask in enumerate(noise):
        state = np.tanh(x[:, step] @ w + state @ u + b) * (1 if mask is None else mask[0])
    odds = np.exp(state @ v + c)
    return odds / odds.sum(axis=1, keepdims=True)


def small(settings):
    network = rc.new_recurrent(streams(1, 1), inputs=3, units=4, dtype=np.float64, **settings)
    for part in network.biases:
        part[...] = RNG.standard_normal(part.shape)
    return network


@pytest.mark.parametrize("settings", SETTINGS)
def test_outputs_and_gradients_are_those_of_the_definition(settings):
    network = small(settings)
    noise = rc.draw_noise(network, 6, 5, streams(2, 1))
    assert np.allclose(rc.predict(network, X)[0], outputs_by_hand(network, X, [None] * 5))
    kinds = rc.loss_gradients(network, X, T, streams(2, 1))
    for found, arrays in zip(kinds, (network.weights, network.biases), strict=True):
        for gradient, array in zip(found, arrays, strict=True):
            assert gradient.shape == array.shape and gradient.dtype == array.dtype
            for place in np.ndindex(array.shape):
                before, losses = array[place], []
                for step in (1e-5, -1e-5):
                    array[place] = before + step
                    outputs = outputs_by_hand(network, X, noise)
                    losses.append(-(T * np.log(outputs)).sum() / 6)
                array[place] = before
                slope = (losses[0] - losses[1]) / 2e-5
                assert np.isclose(slope, gradient[place], rtol=1e-6, atol=1e-9)


def test_a_sequence_may_be_one_step():
    network = small({"keep_prob": 0.6, "masks": "fresh"})
    noise = rc.draw_noise(network, 6, 1, streams(2, 1))
    assert len(noise) == 1 and noise[0].shape == (1, 6, 4)
    weights, _biases = rc.loss_gradients(network, X[:, :1], T, streams(2, 1))
    assert not weights[1].any()  # no step before it
    assert np.allclose(rc.predict(network, X[:, :1])[0],
                       outputs_by_hand(network, X[:, :1], [None]))  # fmt: skip


@pytest.mark.parametrize("limit", [1e-3, 1e3])
def test_a_step_of_training_is_along_the_shortened_gradient(limit):
    network = replace(small({"keep_prob": 0.6, "masks": "fresh"}), limit=limit)
    recipe = Recipe(epochs=1, batch_size=6, learning_rate=0.1, momentum=0.0, l2=0.01)
    trained = rc.train_recurrent(network, X, T, recipe, streams(5, 1))
    rng = streams(5, 1)[0]
    order = rng.permutation(6)
    weights, biases = rc.loss_gradients(network, X[order], T[order], rng)
    length = np.sqrt(sum((part**2).sum() for part in (*weights, *biases)))
    for arrays, starts, gradients, l2 in (
        (trained.weights, network.weights, weights, 0.01),
        (trained.biases, network.biases, biases, 0),
    ):
        for now, before, gradient in zip(arrays, starts, gradients, strict=True):
            step = gradient * min(1, limit / length) + l2 * before
            assert np.allclose(now, before - 0.1 * step, rtol=1e-12)


def test_initial_weights_have_the_variance_they_should_and_do_not_stretch_the_state():
    network = rc.new_recurrent(streams(0, 30), inputs=9, units=40)
    w, u, v = network.weights
    assert (w.shape, u.shape, v.shape) == ((30, 9, 40), (30, 40, 40), (30, 40, 10))
    for weights, summands in ((w, 9), (v, 40)):
        # five standard deviations of a variance
        assert abs(weights.var() * summands - 1) < 5 * np.sqrt(2 / weights.size)
    assert np.allclose(u.swapaxes(1, 2) @ u, np.eye(40), atol=1e-5)
    assert [b.shape for b in network.biases] == [(30, 1, 40), (30, 1, 10)]
    assert not any(b.any() for b in network.biases)
    assert {part.dtype for part in (*network.weights, *network.biases)} == {np.dtype(np.float32)}


def test_a_network_that_is_not_described_drops_nothing():
    network = rc.new_recurrent(np.random.default_rng(0))
    assert [w.shape for w in network.weights] == [(1, 4, 50), (1, 50, 50), (1, 50, 10)]
    assert (network.keep_prob, network.masks, network.limit) == (1.0, "fixed", 1.0)
    assert rc.draw_noise(network, 2, 3, np.random.default_rng(0)) == [None] * 3
    described = rc.new_recurrent(
        np.random.default_rng(0), inputs=2, units=3, keep_prob=0.5, masks="fresh", dtype=np.float64
    )
    assert [w.shape for w in described.weights] == [(1, 2, 3), (1, 3, 3), (1, 3, 10)]
    assert (described.keep_prob, described.masks) == (0.5, "fresh")
    arrays = (*described.weights, *described.biases)
    assert {part.dtype for part in arrays} == {np.dtype(np.float64)}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_is_in_the_dtype_of_the_weights(dtype):
    network = rc.new_recurrent(streams(0), inputs=3, units=4, keep_prob=0.3, dtype=dtype)
    weights, biases = rc.loss_gradients(network, X, T, streams(1))
    found = [*rc.draw_noise(network, 6, 5, streams(1)), rc.predict(network, X), *weights, *biases,
             *rc._shortened(weights, 0.1)]  # fmt: skip
    assert {part.dtype for part in found} == {np.dtype(dtype)}
    assert set(np.unique(found[0])) == {dtype(0), dtype(1 / 0.3)}


def test_a_fixed_mask_is_one_for_all_steps_and_a_fresh_one_is_not():
    fixed, fresh = (
        rc.draw_noise(rc.new_recurrent(streams(0), keep_prob=0.5, masks=masks), 40, 5, streams(1))
        for masks in rc.MASKS
    )
    assert len(fixed) == len(fresh) == 5
    assert all(np.array_equal(mask, fixed[0]) for mask in fixed)
    assert not any(np.array_equal(mask, fresh[0]) for mask in fresh[1:])
    for mask in (*fixed, *fresh):
        assert mask.shape == (2, 40, 50) and set(np.unique(mask)) == {0, 2}
    kept = np.stack(fresh) > 0
    assert abs(kept.mean() - 0.5) < 5 * 0.5 / np.sqrt(kept.size)  # false alarm below 1e-6


def test_a_gradient_is_cut_to_the_limit_network_by_network():
    long, short = np.full((2, 1, 3), 4.0), np.full((2, 1, 1), 0.1)
    long[1], short[1] = 0.1, 0.1
    cut = rc._shortened([long, short], 1.0)
    lengths = np.sqrt(sum((part**2).sum(axis=(1, 2)) for part in cut))
    assert np.isclose(lengths[0], 1) and np.allclose(cut[0][0] / 4, cut[1][0, 0, 0] / 0.1)
    assert np.array_equal(cut[0][1], long[1])
    assert np.array_equal(rc._shortened([np.zeros((1, 1, 2))], 1.0)[0], np.zeros((1, 1, 2)))


@pytest.mark.parametrize(
    ("dtype", "size", "limit"),
    [(np.float32, 1e25, 1.0), (np.float32, 1e25, 1e-30), (np.float32, 1e-22, 1e-25),
     (np.float64, 1e200, 1.0), (np.float64, 1e-200, 1e-205)],
)  # fmt: skip
def test_a_gradient_whose_square_no_dtype_holds_is_cut_too(dtype, size, limit):
    long = np.array([3 * size, 0.001 * limit], dtype)[:, None, None]  # the second is short enough
    with np.errstate(over="ignore"):
        cut = rc._shortened([long, long * dtype(4 / 3)], limit)
    assert all(part.dtype == dtype for part in cut)
    np.testing.assert_allclose(np.ravel(cut)[[0, 2]], [0.6 * limit, 0.8 * limit], rtol=1e-6)
    assert np.array_equal(cut[0][1], long[1])


def test_a_gradient_that_is_not_finite_stays_so_and_limits_that_vanish_are_refused():
    with np.errstate(invalid="ignore"):
        assert np.isnan(rc._shortened([np.full((1, 1, 1), np.inf)], 1.0)[0]).all()
    network = rc.new_recurrent(streams(0), units=2)
    with pytest.raises(ValueError, match=r"limit must be at least 1.2e-38, .*; got 1e-50"):
        replace(network, limit=1e-50)


def test_replicates_train_as_if_alone_and_it_learns():
    recipe = Recipe(epochs=80, batch_size=3, learning_rate=0.1)
    network = rc.new_recurrent(streams(0), inputs=3, units=20, keep_prob=0.9)
    before = network.weights[0].copy()
    together = rc.train_recurrent(network, X, T, recipe, streams(5))
    assert np.array_equal(before, network.weights[0])
    alone = rc.new_recurrent(streams(0)[1:], inputs=3, units=20, keep_prob=0.9)
    alone = rc.train_recurrent(alone, X, T, recipe, streams(5)[1:])
    for one, both in zip(alone.weights, together.weights, strict=True):
        assert np.array_equal(one[0], both[1])
    assert (rc.predict(together, X).argmax(axis=-1) == T.argmax(axis=-1)).all()
