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


def shifted(network, size=1.0, rng=RNG):
    """The network with other biases, gains and running means than at the start."""
    for parts in (network.biases, network.gains, network.means):
        for part in parts:
            part[...] += size * rng.standard_normal(part.shape)
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


def outputs_by_hand(network, x, noise, train):
    """Of the first network, example by example; of each layer what is normalised: its numbers."""
    layers, h = [], [row[:, None] for row in x]
    for k in range(len(network.keep_prob)):
        weights, bias = network.weights[k][0], network.biases[k][0, 0]
        a = np.array([by_hand(one, weights, 0 * bias) for one in h])
        mask = 1.0 if noise[k] is None else noise[k][0]
        a = a * mask if network.before_norm else a
        layers.append(a)
        if network.gains:
            mean, variance = network.means[k][0, 0], network.variances[k][0, 0]
            if train:
                mean, variance = a.mean(axis=(0, 1)), a.var(axis=(0, 1))
            a = network.gains[k][0, 0] * (a - mean) / np.sqrt(variance + 1e-5)
        a = np.maximum(a + bias, 0)
        h = a if network.before_norm else a * mask
    a = np.array([one.ravel() for one in h]) @ network.weights[-1][0] + network.biases[-1][0]
    odds = np.exp(a - a.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True), layers


def small(settings):
    """A network on 8 numbers with running means and variances of its own, and a few examples."""
    network = cv.new_convnet(
        streams(1, 1), channels=(2, 3, 2), length=8, dtype=np.float64, **settings
    )
    shifted(network, 0.3, np.random.default_rng(7))  # no unit at the kink of its ReLU
    for part in network.variances:
        part[...] *= np.linspace(0.5, 2, part.size)
    return network, X[:4, :8]


@pytest.mark.parametrize("settings", SETTINGS)
def test_outputs_are_those_of_the_definition(settings):
    network, x = small(settings)
    noise = cv.draw_noise(network, len(x), streams(2, 1))
    nothing = [None] * 3
    assert np.allclose(cv.predict(network, x), outputs_by_hand(network, x, nothing, False)[0])
    found, kept = kernel.forward(network, x[None], noise, train=True)
    expected, layers = outputs_by_hand(network, x, noise, True)
    assert np.allclose(found, expected, rtol=1e-12)
    if not network.gains:
        return
    before = [part.copy() for part in (*network.means, *network.variances)]
    kernel._move_running(network, kept)
    batch = [a.mean(axis=(0, 1)) for a in layers] + [a.var(axis=(0, 1), ddof=1) for a in layers]
    for now, old, of_batch in zip((*network.means, *network.variances), before, batch, strict=True):
        assert np.allclose(now, 0.9 * old + 0.1 * of_batch, rtol=1e-12, atol=1e-12)
    masked = cv.before_last_norm(network, x, streams(2, 1))
    for given, some in ((cv.before_last_norm(network, x), nothing), (masked, noise)):
        last = outputs_by_hand(network, x, some, False)[1][-1]
        assert np.allclose(given, last.reshape(1, -1, 2), rtol=1e-12)


@pytest.mark.parametrize("settings", SETTINGS)
def test_each_gradient_is_a_slope_of_the_loss(settings):
    network, x = small(settings)
    targets, noise = T[:4], cv.draw_noise(network, len(x), streams(2, 1))

    def loss():
        outputs, _kept = kernel.forward(network, x[None], noise, train=True)
        return -(targets * np.log(outputs[0])).sum() / len(x)

    found = cv.loss_gradients(network, x, targets, streams(2, 1))
    for kind, arrays in zip(found, (network.weights, network.biases, network.gains), strict=True):
        for gradient, array in zip(kind, arrays, strict=True):
            assert gradient.shape == array.shape and gradient.dtype == array.dtype
            for place in np.ndindex(array.shape):
                before, losses = array[place], []
                for step in (1e-5, -1e-5):
                    array[place] = before + step
                    losses.append(loss())
                array[place] = before
                slope = (losses[0] - losses[1]) / 2e-5
                assert np.isclose(slope, gradient[place], rtol=1e-6, atol=1e-9)


def test_normalised_values_have_mean_zero_and_variance_one_in_their_dtype():
    for dtype, tolerance in ((np.float32, 1e-5), (np.float64, 1e-12)):
        values = (3 + 7 * RNG.standard_normal((2, 50, 4))).astype(dtype)
        normal, mean, variance = kernel.normalize(values)
        assert {part.dtype for part in (normal, mean, variance)} == {np.dtype(dtype)}
        assert np.allclose(mean, values.mean(axis=1, keepdims=True), rtol=tolerance)
        assert np.allclose(variance, values.var(axis=1, keepdims=True), rtol=10 * tolerance)
        assert np.allclose(normal, (values - mean) / np.sqrt(variance + 1e-5), atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_is_in_the_dtype_of_the_weights(dtype):
    settings = {"keep_prob": (0.8, 0.9, 0.5), "normalized": True, "dtype": dtype}
    network = cv.new_convnet(streams(1), channels=(2, 3, 2), length=8, **settings)
    x = X[:4, :8]
    found = [
        *cv.draw_noise(network, 4, streams(2)), cv.predict(network, x),
        cv.before_last_norm(network, x),
        *(part for kind in cv.loss_gradients(network, x, T[:4], streams(2)) for part in kind),
        kernel.windows(np.ones((1, 1, 8, 2), dtype)),
        kernel.add_windows(np.ones((1, 4, 10), dtype), (1, 1, 8, 2)),
    ]  # fmt: skip
    assert {part.dtype for part in found} == {np.dtype(dtype)}


def test_noise_is_drawn_network_by_network_and_layer_by_layer():
    network = cv.new_convnet(streams(0), channels=(2, 3, 4), length=8, keep_prob=(0.5, 1.0, 0.8))
    first, nothing, last = cv.draw_noise(network, 5, streams(3))
    assert nothing is None
    assert first.shape == (2, 5, 4, 2) and last.shape == (2, 5, 1, 4)
    assert not np.array_equal(first[0], first[1])
    alone = cv.new_convnet(streams(0, 1), channels=(2, 3, 4), length=8, keep_prob=(0.5, 1.0, 0.8))
    for k, rng in enumerate(streams(3)):
        one, _nothing, other = cv.draw_noise(alone, 5, rng)
        assert np.array_equal(one[0], first[k]) and np.array_equal(other[0], last[k])


def test_initial_weights_have_the_variance_they_should_and_the_rest_does_nothing():
    network = cv.new_convnet(streams(0, 30), normalized=True)
    assert [w.shape for w in network.weights] == [
        (30, 5, 16), (30, 80, 16), (30, 80, 16), (30, 80, 10),
    ]  # fmt: skip
    for weights, gain in zip(network.weights, (2, 2, 2, 1), strict=True):
        # five standard deviations of a variance
        assert abs(weights.var() * weights.shape[1] / gain - 1) < 5 * np.sqrt(2 / weights.size)
    for name, value in (("gains", 1), ("means", 0), ("variances", 1)):
        parts = getattr(network, name)
        assert [part.shape for part in parts] == [(30, 1, 16)] * 3
        assert all((part == value).all() and part.dtype == np.float32 for part in parts)
    assert [b.shape[1:] for b in network.biases] == [(1, 16), (1, 16), (1, 16), (1, 10)]
    assert not any(b.any() for b in network.biases)
    network.gains[0][...] = 5  # arrays of their own
    assert (network.variances[0] == 1).all() and not network.means[0].any()


def test_a_network_that_is_not_described_is_plain():
    network = cv.new_convnet(np.random.default_rng(0))
    assert (network.gains, network.means, network.variances) == ((), (), ())
    assert network.keep_prob == (1.0, 1.0, 1.0) and network.drop == "units"
    assert network.length == 40 and network.before_norm is False
    assert {w.dtype for w in network.weights} == {np.dtype(np.float32)}
    assert len(network.weights[0]) == 1
    described = cv.new_convnet(
        np.random.default_rng(0), channels=[7], keep_prob=[0.5], drop="channels", normalized=True,
        before_norm=True, length=9, dtype=np.float64,
    )  # fmt: skip
    assert [w.shape for w in described.weights] == [(1, 5, 7), (1, 35, 10)]
    assert described.keep_prob == (0.5,) and described.drop == "channels"
    assert described.length == 9 and described.before_norm is True
    assert {w.dtype for w in described.weights} == {np.dtype(np.float64)}


def test_a_step_of_training_is_that_of_the_definition():
    network, x = small({"keep_prob": (0.8, 0.9, 0.5), "normalized": True})
    recipe = Recipe(epochs=1, batch_size=4, learning_rate=0.1, momentum=0.0, l2=0.01)
    trained = cv.train_convnet(network, x, T[:4], recipe, streams(5, 1))
    rng = streams(5, 1)[0]
    order = rng.permutation(4)
    slopes = cv.loss_gradients(network, x[order], T[:4][order], rng)
    for name, gradients, l2 in zip(
        ("weights", "biases", "gains"), slopes, (0.01, 0, 0), strict=True
    ):
        parts = zip(getattr(trained, name), getattr(network, name), gradients, strict=True)
        for now, before, gradient in parts:
            assert np.allclose(now, before - 0.1 * (gradient + l2 * before), rtol=1e-12)
    assert not np.allclose(trained.means[0], network.means[0])
    assert not np.allclose(trained.variances[0], network.variances[0])


@pytest.mark.parametrize(
    ("length", "examples", "batch_size", "enough"),
    [(1, 4, 2, True), (1, 4, 3, False), (1, 4, 9, True), (2, 3, 2, False), (3, 3, 2, True)],
)
def test_a_mini_batch_must_leave_two_numbers_to_normalise(length, examples, batch_size, enough):
    network = cv.new_convnet(streams(0, 1), channels=(2,), keep_prob=(1.0,), normalized=True,
                             length=length)  # fmt: skip
    plain = cv.new_convnet(streams(0, 1), channels=(2,), keep_prob=(1.0,), length=length)
    recipe = Recipe(epochs=1, batch_size=batch_size)
    x, t = X[:examples, :length], T[:examples]
    cv.train_convnet(plain, x, t, recipe, streams(1, 1))
    if enough:
        cv.train_convnet(network, x, t, recipe, streams(1, 1))
    else:
        with pytest.raises(ValueError, match="two numbers a channel"):
            cv.train_convnet(network, x, t, recipe, streams(1, 1))


def test_many_examples_are_predicted_in_parts(monkeypatch):
    network = cv.new_convnet(streams(0, 2))
    whole = cv.predict(network, X)
    monkeypatch.setattr(cv, "AT_ONCE", 4)
    assert np.allclose(cv.predict(network, X), whole)


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
