import os

import numpy as np
import pytest

from dropoutlab import _convolution as kernel
from dropoutlab import convolution as cv
from dropoutlab.training import Recipe

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 40))
T = np.eye(10)[RNG.integers(10, size=6)]


def streams(seed, count=2):
    return np.random.default_rng(seed).spawn(count)


def by_hand(x, weights, biases):
    """The sum of the module's first lines, term by term, for one example and one network."""
    length, channels = x.shape
    padded = np.zeros((length + 4, channels))
    padded[2:-2] = x
    w = weights.reshape(5, channels, -1)
    return np.array(
        [
            [
                sum(w[j, c, k] * padded[2 * t + j, c] for j in range(5) for c in range(channels))
                + biases[k]
                for k in range(w.shape[2])
            ]
            for t in range((length + 1) // 2)
        ]
    )


@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_a_convolution_is_the_sum_under_each_window(length):
    x, w, b = (RNG.standard_normal(shape) for shape in ((length, 3), (15, 2), 2))
    found = kernel.windows(x[None, None]) @ w[None] + b
    assert np.allclose(found[0], by_hand(x, w, b), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_add_windows_is_the_transpose_of_windows(length):
    x = RNG.standard_normal((2, 3, length, 4))
    y = RNG.standard_normal(kernel.windows(x).shape)
    assert np.isclose((kernel.windows(x) * y).sum(), (x * kernel.add_windows(y, x.shape)).sum())


SETTINGS = [
    {},
    {"normalized": True},
    {"keep_prob": (0.8, 0.9, 0.5)},
    {"keep_prob": (0.8, 0.9, 0.5), "normalized": True},
    {"keep_prob": (0.8, 0.9, 0.5), "normalized": True, "before_norm": True},
    {"keep_prob": (0.8, 0.9, 0.5), "normalized": True, "drop": "channels"},
]


def shifted(network, size=1.0):
    """The network with other biases, gains and running means than at the start."""
    for parts in (network.biases, network.gains, network.means):
        for part in parts:
            part[...] += size * RNG.standard_normal(part.shape)
    return network


def torch_logits(torch, network, leaves, running, noise):
    """The same network as a reader would write it in PyTorch; `noise` is None at test time."""
    weights, biases, gains = leaves
    h = torch.tensor(X)[:, None, :]
    for k, w in enumerate(weights[:-1]):
        kernels = w.reshape(5, h.shape[1], -1).permute(2, 1, 0)
        h = torch.nn.functional.conv1d(h, kernels, stride=2, padding=2)
        mask = 1.0
        if noise is not None and noise[k] is not None:
            mask = torch.tensor(noise[k][0]).transpose(1, 2)
        if network.before_norm:
            h = h * mask
        if gains:
            h = torch.nn.functional.batch_norm(
                h, *running[k], gains[k][0], biases[k][0], training=noise is not None
            )
        else:
            h = h + biases[k][0][None, :, None]
        h = torch.relu(h)
        if not network.before_norm:
            h = h * mask
    return h.transpose(1, 2).reshape(len(X), -1) @ weights[-1] + biases[-1]


def close(a, b):
    return np.allclose(a, b.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS)
def test_gradients_and_predictions_are_those_of_pytorch(settings):
    torch = __import__("torch") if os.environ.get("CI") else pytest.importorskip("torch")
    network = cv.new_convnet(streams(1, 1), channels=(3, 4, 5), dtype=np.float64, **settings)
    shifted(network)
    noise = cv.draw_noise(network, len(X), streams(2, 1))
    parameters = (network.weights, network.biases, network.gains)
    leaves = [[torch.tensor(a[0], requires_grad=True) for a in arrays] for arrays in parameters]
    pairs = zip(network.means, network.variances, strict=True)
    running = [[torch.tensor(a[0, 0]) for a in pair] for pair in pairs]
    tested = torch_logits(torch, network, leaves, running, None)
    assert close(cv.predict(network, X)[0], torch.softmax(tested, dim=1))
    trained = torch_logits(torch, network, leaves, running, noise)
    torch.nn.functional.cross_entropy(trained, torch.tensor(T)).backward()
    found = cv.loss_gradients(network, X, T, streams(2, 1))
    for arrays, wanted in zip(found, leaves, strict=True):
        for array, leaf in zip(arrays, wanted, strict=True):
            assert close(array[0], leaf.grad)
    kept = kernel.forward(network, X[None], noise, train=True)[1]
    kernel._move_running(network, kept)  # as PyTorch moved its own above
    for mean, variance, pair in zip(network.means, network.variances, running, strict=True):
        assert close(mean[0, 0], pair[0]) and close(variance[0, 0], pair[1])


@pytest.mark.parametrize("settings", SETTINGS)
def test_gradients_are_slopes_of_the_loss(settings):
    network = cv.new_convnet(streams(1, 1), channels=(2, 3, 2), dtype=np.float64, **settings)
    shifted(network, 0.3)
    noise = cv.draw_noise(network, len(X), streams(2, 1))

    def loss():
        outputs, _kept = kernel.forward(network, X[None], noise, train=True)
        return -(T * np.log(outputs[0])).sum() / len(X)

    found = cv.loss_gradients(network, X, T, streams(2, 1))
    for kind, arrays in zip(found, (network.weights, network.biases, network.gains), strict=True):
        for gradient, array in zip(kind, arrays, strict=True):
            place = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
            before, step, losses = array[place], 1e-5, []
            for sign in (1, -1):
                array[place] = before + sign * step
                losses.append(loss())
            array[place] = before
            slope = (losses[0] - losses[1]) / (2 * step)
            assert np.isclose(slope, gradient[place], rtol=1e-4, atol=1e-8)


def test_masks_are_single_units_or_whole_channels():
    for drop, places in (("units", [20, 10, 5]), ("channels", [1, 1, 1])):
        network = cv.new_convnet(streams(0), keep_prob=(0.5, 0.8, 0.9), drop=drop)
        noise = cv.draw_noise(network, 400, streams(3))
        assert [mask.shape for mask in noise] == [(2, 400, n, 16) for n in places]
        for mask, p in zip(noise, network.keep_prob, strict=True):
            assert set(np.unique(mask)) == {np.float32(0), np.float32(1 / p)}
            share, count = (mask > 0).mean(), mask.size
            assert abs(share - p) < 5 * np.sqrt(p * (1 - p) / count)  # false alarm below 1e-6
    assert cv.draw_noise(cv.new_convnet(streams(0)), 3, streams(0)) == [None] * 3


def test_replicates_train_as_if_alone_and_nothing_is_changed():
    recipe = Recipe(epochs=2, batch_size=4, learning_rate=0.05, decay=0.9)
    settings = {"keep_prob": (0.9, 0.9, 0.5), "normalized": True}
    network = cv.new_convnet(streams(0), **settings)
    before = [part.copy() for part in (*network.weights, *network.means)]
    together = cv.train_convnet(network, X, T, recipe, streams(5))
    assert all(map(np.array_equal, before, (*network.weights, *network.means)))
    alone = cv.train_convnet(
        cv.new_convnet(streams(0)[1:], **settings), X, T, recipe, streams(5)[1:]
    )
    for one, both in zip(alone.weights, together.weights, strict=True):
        assert np.array_equal(one[0], both[1])
    assert not np.array_equal(together.weights[0], network.weights[0])


def test_it_learns_a_few_examples_by_heart():
    network = cv.new_convnet(streams(0, 1), normalized=True)
    recipe = Recipe(epochs=60, batch_size=6, learning_rate=0.1)
    trained = cv.train_convnet(network, X, T, recipe, streams(1, 1))
    assert (cv.predict(trained, X)[0].argmax(axis=1) == T.argmax(axis=1)).all()


def test_a_rate_that_is_too_large_is_named():
    network = cv.new_convnet(streams(0, 1))
    with pytest.raises(FloatingPointError, match="learning_rate"):
        cv.train_convnet(network, 1e3 * X, T, Recipe(epochs=30, learning_rate=1e6), streams(1, 1))
