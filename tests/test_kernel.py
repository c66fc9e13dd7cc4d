"""The mathematics of the network on numbers small enough to do by hand."""

import math

import numpy as np
import pytest

from dropoutlab import _kernel as kernel
from dropoutlab.network import HIDDEN, Network


def net(weights, biases, keep_prob=None, **settings):
    """A network of those numbers."""
    weights = tuple(np.array(w, float) for w in weights)
    biases = tuple(np.array(b, float) for b in biases)
    return Network(weights, biases, keep_prob or (1.0,) * len(weights), **settings)


def wide(keep_prob=(0.25, 1.0), dtype=np.float64, replicates=(), **settings):
    """A network of 4, 3 and 2 units, all weights 0."""
    weights = (np.zeros((*replicates, 3, 4), dtype), np.zeros((*replicates, 2, 3), dtype))
    biases = (np.zeros((*replicates, 3), dtype), np.zeros((*replicates, 2), dtype))
    return Network(weights, biases, keep_prob, **settings)


def sources(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


# 2 inputs, 2 hidden units, 1 output
SMALL = ([[1, 2], [3, -4]], [[5, -1]]), ([1, 0], [2])
INPUTS = np.array([[1.0, 2.0], [-1.0, 1.0]])
BEFORE = np.array([[6.0, -5.0], [2.0, -7.0]])  # of the hidden units: W x + b


# --- noise


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("scheme", "kept"), [("standard", 1), ("inverted", 4)])
def test_a_unit_is_kept_where_a_uniform_number_is_below_its_keep_prob(dtype, scheme, kept):
    noise = kernel.draw_noise(wide(dtype=dtype, scheme=scheme), 50, sources(3))
    uniform = np.random.default_rng(3).random((50, 4), dtype=dtype)
    assert noise[0].dtype == dtype and noise[1] is None and len(noise) == 2
    assert (noise[0] == np.where(uniform < 0.25, kept, 0)).all()


def test_each_layer_has_its_own_numbers_one_after_the_other():
    noise = kernel.draw_noise(wide((0.25, 0.75)), 5, sources(4))
    rng = np.random.default_rng(4)
    assert (noise[0] == (rng.random((5, 4)) < 0.25)).all()
    assert (noise[1] == (rng.random((5, 3)) < 0.75)).all()


def test_gaussian_noise_has_mean_one_and_the_variance_of_inverted_masks():
    network = wide((0.2, 1.0), scheme="inverted", noise="gaussian")
    (noise, nothing) = kernel.draw_noise(network, 6, sources(5))
    normal = np.random.default_rng(5).standard_normal((6, 4))
    assert nothing is None
    assert np.allclose(noise, 1 + 2 * normal, rtol=1e-15, atol=0)  # √(0.8 / 0.2) = 2


@pytest.mark.parametrize(("fresh_mask", "rows"), [("example", 6), ("batch", 1)])
def test_a_mask_serves_one_example_or_the_batch(fresh_mask, rows):
    assert kernel.draw_noise(wide(fresh_mask=fresh_mask), 6, sources(0))[0].shape == (rows, 4)


def test_each_replicate_draws_from_its_own_source():
    noise = kernel.draw_noise(wide(replicates=(2,)), 5, sources(7, 8))[0]
    alone = [kernel.draw_noise(wide(), 5, sources(seed))[0] for seed in (7, 8)]
    assert (noise == np.stack(alone)).all()
    assert kernel.draw_noise(wide(replicates=(1,)), 5, sources(7))[0].shape == (1, 5, 4)


# --- forward


@pytest.mark.parametrize(
    ("hidden", "sigma"),
    [
        ("relu", lambda a: max(a, 0)),
        ("sigmoid", lambda a: 1 / (1 + math.exp(-a))),
        ("tanh", lambda a: math.sinh(a) / math.cosh(a)),
        ("linear", lambda a: a),
    ],
)
def test_layers_by_hand(hidden, sigma):
    layers = kernel.forward(net(*SMALL, hidden=hidden, output="linear"), INPUTS, [None, None])
    h = [[sigma(a) for a in row] for row in BEFORE]
    y = [[5 * one - other + 2] for one, other in h]
    for found, expected in zip(layers, (INPUTS, h, y), strict=True):
        assert np.allclose(found, expected, rtol=1e-14, atol=0)


def test_noise_multiplies_what_goes_into_a_layer_but_not_the_bias():
    noise = [np.array([[2.0, 0.0], [0.0, 3.0]]), np.array([[0.0, 1.0], [2.0, 0.0]])]
    layers = kernel.hidden_and_logits(net(*SMALL, output="logistic"), INPUTS, noise)
    # 1·2 + 1, 3·2; 2·3 + 1, −4·3: cut at 0; then −6 + 2; 5·14 + 2
    assert [layer.tolist() for layer in layers[1:]] == [[[3, 6], [7, 0]], [[-4], [72]]]


def test_replicates_are_apart():
    weights, biases = ([[[1]], [[2]]], [[[3]], [[-1]]]), ([[0], [5]], [[1], [0]])
    layers = kernel.forward(
        net(weights, biases, output="linear"), np.array([[1.0], [2.0]]), [None, None]
    )
    assert layers[1].tolist() == [[[1], [2]], [[7], [9]]]
    assert layers[2].tolist() == [[[4], [7]], [[-7], [-9]]]


def test_only_the_outputs_have_the_activation_of_outputs():
    network = net([np.eye(2), np.eye(2)], [[0, 0]] * 2, hidden="linear", output="softmax")
    _, h, y = kernel.forward(network, np.array([[math.log(3), 0.0]]), [None, None])
    assert np.allclose(h, [[math.log(3), 0]], rtol=1e-15)
    assert np.allclose(y, [[0.75, 0.25]], rtol=1e-14)


def test_softmax_is_of_each_row_and_of_any_size_of_numbers():
    a = np.array([[0, math.log(4)], [1000, 1000], [-1000, 1000], [-2000, -2000 + math.log(3)]])
    expected = [[0.2, 0.8], [0.5, 0.5], [0, 1], [0.25, 0.75]]
    assert np.allclose(kernel.activate("softmax", a.copy()), expected, rtol=1e-12)
    many = kernel.activate("softmax", np.stack([a, a[:, ::-1]]))
    assert np.allclose(many, [expected, np.array(expected)[:, ::-1]], rtol=1e-12)


def test_logarithms_of_outputs_where_the_outputs_round():
    a = np.array([[0.0, -1000.0], [math.log(3), 0.0], [800.0, 800.0]])
    softmax = [[0, -1000], [math.log(0.75), math.log(0.25)], [math.log(0.5)] * 2]
    assert np.allclose(kernel.log_activate("softmax", a.copy()), softmax, rtol=1e-12)
    logistic = [[math.log(0.5), -1000], [math.log(0.75), math.log(0.5)], [0, 0]]
    assert np.allclose(kernel.log_activate("logistic", a), logistic, rtol=1e-12)


# --- losses and errors


def outputs_of(output):
    return net([np.eye(2)], [[0, 0]], output=output)


def test_loss_of_linear_outputs():
    targets, outputs = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[4.0, 0.0], [1.0, -1.0]])
    for losses in (kernel.example_losses, kernel.example_losses_of_outputs):
        assert losses(outputs_of("linear"), outputs, targets).tolist() == [6.5, 1]


@pytest.mark.parametrize("a", [-40.0, -3.0, 0.0, 2.0, 40.0])
@pytest.mark.parametrize("t", [0.0, 0.25, 1.0])
def test_loss_of_logistic_outputs(a, t):
    """−t log σ(a) − (1 − t) log σ(−a), where log σ(a) = −log(1 + exp(−a))."""
    expected = t * math.log1p(math.exp(-a)) + (1 - t) * math.log1p(math.exp(a))
    losses = kernel.example_losses(
        outputs_of("logistic"), np.array([[a, 0.0]]), np.array([[t, 1.0]])
    )
    assert losses.shape == (1,) and losses[0] == pytest.approx(expected + math.log(2), rel=1e-13)


def test_loss_of_logistic_outputs_of_any_size_of_numbers():
    logits, targets = np.array([[1e4, -1e4], [1e4, -1e4]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    losses = kernel.example_losses(outputs_of("logistic"), logits, targets)
    assert losses.tolist() == [0, 2e4]


def test_loss_of_softmax_outputs():
    logits = np.array([[math.log(3), 0.0], [0.0, 2000.0]])
    targets = np.array([[0.5, 0.5], [1.0, 0.0]])
    losses = kernel.example_losses(outputs_of("softmax"), logits, targets)
    assert np.allclose(losses, [-0.5 * math.log(3 / 16), 2000], rtol=1e-13)


def test_loss_of_outputs_that_are_probabilities():
    outputs = np.array([[0.25, 0.75], [1.0, 0.0], [1.0, 0.0]])
    targets = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])
    softmax = kernel.example_losses_of_outputs(outputs_of("softmax"), outputs, targets)
    half = -0.5 * math.log(3 / 16)
    assert np.allclose(softmax, [half, 0, np.inf], rtol=1e-14)
    # both outputs count for and against: 0.25 and 0.75, then 0.75 and 0.25
    logistic = kernel.example_losses_of_outputs(outputs_of("logistic"), outputs, targets)
    assert np.allclose(logistic, [2 * half, 0, np.inf], rtol=1e-14)
    one = kernel.example_losses_of_outputs(
        outputs_of("logistic"), np.array([[0.2, 0.9]]), np.array([[0.0, 1.0]])
    )
    assert np.allclose(one, -math.log(0.8) - math.log(0.9), rtol=1e-14)


def test_error_of_classes_is_the_share_of_wrong_largest_outputs():
    outputs = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.8, 0.2]])
    targets = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.6, 0.4]])
    assert kernel.error(outputs_of("softmax"), outputs, targets) == 0.25
    both = kernel.error(outputs_of("softmax"), np.stack([outputs, 1 - outputs]), targets)
    assert both.tolist() == [0.25, 0.75]


def test_error_of_logistic_outputs_is_the_share_on_the_wrong_side_of_one_half():
    outputs = np.array([[[0.9, 0.1], [0.4, 0.5]], [[0.9, 0.9], [0.9, 0.9]]])
    targets = np.array([[1.0, 0.0], [1.0, 0.5]])  # ½ is not above ½
    assert kernel.error(outputs_of("logistic"), outputs, targets).tolist() == [0.25, 0.5]
    sure = kernel.error(outputs_of("logistic"), outputs[1], np.array([[0.0, 0.7], [1.0, 1.0]]))
    assert sure == 0.25


def test_error_of_linear_outputs_is_the_root_of_the_mean_square():
    outputs = np.array([[[3.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])
    targets = np.array([[0.0, 1.0], [1.0, 2.0]])
    expected = np.sqrt([(9 + 1 + 1 + 1) / 4, 2 / 4])
    found = kernel.error(outputs_of("linear"), outputs, targets)
    assert np.allclose(found, expected, rtol=1e-15)


# --- backward


def test_gradients_by_hand():
    """Two examples: the mean of their losses, relu units, a mask on each layer."""
    network = net(*SMALL, output="linear")
    noise = [np.array([[2.0, 0.0], [0.0, 3.0]]), np.array([[0.0, 1.0], [2.0, 0.0]])]
    layers = kernel.forward(network, INPUTS, noise)
    weights, biases = kernel.backward(network, layers, noise, np.array([[0.0], [70.0]]))
    # outputs −4 and 72, so delta −4 / 2 and 2 / 2; kept of h: 0, 6 and 14, 0
    assert weights[1].tolist() == [[14, -12]] and biases[1].tolist() == [-1]
    # back through 5, −1 and the noise: 0, 2 and 10, 0; the second unit of the second is cut
    assert weights[0].tolist() == [[0, 30], [4, 0]] and biases[0].tolist() == [10, 2]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_gradients_pass_the_slope_of_hidden_units(hidden):
    """One input, one unit, one output; w x + b is 0.5, then −0.5."""
    network = net([[[0.25]], [[3.0]]], [[0.25], [0]], hidden=hidden, output="linear")
    slope = {
        "relu": lambda a: float(a > 0),
        "sigmoid": lambda a: 1 / (2 + 2 * math.cosh(a)),
        "tanh": lambda a: 1 / math.cosh(a) ** 2,
        "linear": lambda a: 1,
    }[hidden]
    for x, a in ((1.0, 0.5), (-3.0, -0.5)):
        layers = kernel.forward(network, np.array([[x]]), [None, None])
        target = layers[-1] - 1  # so that the outputs' delta is 1
        weights, biases = kernel.backward(network, layers, [None, None], target)
        assert weights[1][0, 0] == layers[1][0, 0] and biases[1][0] == 1
        assert biases[0][0] == pytest.approx(3 * slope(a), rel=1e-13)
        assert weights[0][0, 0] == pytest.approx(3 * slope(a) * x, rel=1e-13)


def test_a_relu_unit_at_0_has_slope_0():
    network = net([[[1.0]], [[1.0]]], [[0], [0]], output="linear")
    layers = kernel.forward(network, np.zeros((1, 1)), [None, None])
    _, biases = kernel.backward(network, layers, [None, None], layers[-1] - 1)
    assert biases[0][0] == 0


def test_gradients_of_replicates_are_apart():
    """Each the mean over its own batch."""
    weights, biases = ([[[1]], [[2]]],), ([[0], [0]],)
    network = net(weights, biases, output="linear")
    inputs = np.array([[1.0], [2.0], [3.0]])
    layers = kernel.forward(network, inputs, [None])
    targets = np.array([[[1.0], [2.0], [0.0]], [[2.0], [1.0], [6.0]]])
    (w,), (b,) = kernel.backward(network, layers, [None], targets)
    # differences 0, 0, 3 and 0, 3, 0
    assert w.tolist() == [[[3]], [[2]]] and b.tolist() == [[1], [1]]
