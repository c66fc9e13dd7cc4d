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
