"""The error contract of networks, word for word: `_network_checks`, and what it returns."""

from dataclasses import dataclass

import numpy as np
import pytest

from dropoutlab import _network_checks as checks
from dropoutlab import network as nn
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
NET = nn.new_network((3, 4, 2), RNG, keep_prob=(0.9, 0.5))
LINEAR = nn.new_network((3, 4, 2), RNG, output="linear")
LOGISTIC = nn.new_network((3, 4, 2), RNG, output="logistic")
MANY = nn.new_network((3, 4, 2), RNG.spawn(5))
X, H, Y = np.ones((6, 3)), np.ones((6, 4)), np.full((6, 2), 0.5)
W, B = np.ones((4, 3)), np.ones(4)
ONE_HOT = "(one-hot for classes)"
FIT = (
    "weights and biases must fit together, W^(l) of shape (..., n_(l+1), n_l) and "
    "b^(l) of shape (..., n_(l+1)); got "
)
THREE = "weights must have three axes, (replicates, inputs, outputs), none of them empty; got shape"
INVERSE = "holds 1 / keep_prob, which inverted dropout multiplies by; got"
SEVERAL = "weights must be a sequence of arrays (replicates, inputs, outputs); got"
AXES = "(batch, n) or (R, batch, n)"
R_NETS = "must have shape (batch, n) or (R, batch, n) with R = 5 and n = 2; got"
NO_NETWORK = (
    "network must be a dropoutlab.network.Network, for example from new_network; got {}".format
)


@dataclass
class Almost:
    """Some parts of a network."""

    weights: tuple = ()
    keep_prob: tuple = ()


def of_shapes(values, shapes=((2, 3), (4,)), dtype=np.float64):
    return checks.arrays_of_shapes("gains", values, shapes, np.dtype(dtype))


def fit(values, axes="batch, n", size=2, **name):
    return checks.inputs_fit(values, np.ones((5, 2, 3), np.float32), axes, size, **name)


def class_targets(values, examples=6):
    return checks.class_targets(values, np.ones((5, 2, 3), np.float32), examples, 2)


def targets_of(output, values, examples=6, name="test targets"):
    return checks.targets_of(output, np.array(values, float), examples, name)


# a call, whether the kind is wrong or the value, and the message
REFUSED = [
    (lambda: checks.network_argument(3), TypeError, NO_NETWORK("int")),
    (lambda: checks.network_argument(Almost()), TypeError, NO_NETWORK("Almost")),
    (lambda: checks.layer_values("inputs", X, Almost(), 0), TypeError, NO_NETWORK("Almost")),
    (lambda: checks.layer_noise(Almost(), None, 6), TypeError, NO_NETWORK("Almost")),
    (lambda: checks.layer_activations(Almost(), [X]), TypeError, NO_NETWORK("Almost")),
    (lambda: checks.replicate_generators(Almost(), RNG), TypeError, NO_NETWORK("Almost")),
    (lambda: checks.parameter_arrays(W, 3), ValueError,
     "weights must have 2 axes, or one more with replicates; got shape (3,)"),
    (lambda: checks.parameter_arrays([W], 3), TypeError,
     "biases must be a sequence of arrays, one a layer; got 3"),
    (lambda: checks.parameter_arrays([], [B]), ValueError,
     "weights must be a sequence of arrays, one a layer; got 0"),
    (lambda: checks.parameter_arrays([W, "ab"], [B]), TypeError,
     "weights must be real numbers of shape (...); got 'ab' of type str"),
    (lambda: checks.parameter_arrays([W], [np.ones((2, 4, 3))]), ValueError,
     "biases must have 1 axes, or one more with replicates; got shape (2, 4, 3)"),
    (lambda: checks.parameter_arrays([W], [1.0]), ValueError,
     "biases must have 1 axes, or one more with replicates; got shape ()"),
    (lambda: checks.parameter_arrays([np.float32(W)], [B]), ValueError,
     "weights and biases must have one dtype; got float32 and float64"),
    (lambda: checks.parameter_arrays([W, W], [B, B]), ValueError,
     f"{FIT}[(4, 3), (4, 3)] and [(4,), (4,)]"),
    (lambda: checks.parameter_arrays([W], [B[:3]]), ValueError, f"{FIT}[(4, 3)] and [(3,)]"),
    (lambda: checks.parameter_arrays([W], [B, B]), ValueError, f"{FIT}[(4, 3)] and [(4,), (4,)]"),
    (lambda: checks.parameter_arrays([np.ones((2, 4, 3)), np.ones((3, 1, 4))],
                                     [np.ones((2, 4)), np.ones((3, 1))]), ValueError,
     f"{FIT}[(2, 4, 3), (3, 1, 4)] and [(2, 4), (3, 1)]"),
    (lambda: checks.replicated_weights(3, 1), TypeError, f"{SEVERAL} 3"),
    (lambda: checks.replicated_weights([W[None]], 2), ValueError,
     "weights must be 2 arrays or more; got 1"),
    (lambda: checks.replicated_weights([W[None], "a"], 1), TypeError,
     "weights must be real numbers of shape (...); got 'a' of type str"),
    (lambda: checks.replicated_weights([W], 1), ValueError, f"{THREE} (4, 3)"),
    (lambda: of_shapes(3), TypeError, "gains must be a sequence of arrays; got int"),
    (lambda: of_shapes(["a"]), TypeError,
     "gains must be real numbers of shape (...); got 'a' of type str"),
    (lambda: of_shapes([W.T[:2, :3]]), ValueError,
     "gains must have the shapes [(2, 3), (4,)]; got [(2, 3)]"),
    (lambda: of_shapes([np.ones((2, 3)), np.float32(B)]), ValueError,
     "gains must be float64, as the first weights are; got float32"),
    (lambda: checks.float_dtype(int), TypeError,
     "dtype must be numpy.float32 or numpy.float64; got <class 'int'>"),
    (lambda: checks.float_dtype("float32"), TypeError,
     "dtype must be numpy.float32 or numpy.float64; got 'float32'"),
    (lambda: checks.invertible((1.0, 1e-39), np.float32), ValueError,
     f"keep_prob must be large enough that float32 {INVERSE} 1e-39"),
    (lambda: checks.invertible((1e-309, 1.0), np.dtype("float64")), ValueError,
     f"keep_prob must be large enough that float64 {INVERSE} 1e-309"),
    (lambda: checks.layer_probabilities(0.5, 2), TypeError,
     "keep_prob must be a sequence, one value a layer; got 0.5"),
    (lambda: checks.layer_probabilities([0.5], 2), ValueError,
     "keep_prob must be a sequence of 2 values, for the inputs and each hidden layer; got 1"),
    (lambda: checks.layer_probabilities([0.5], 2, "for both"), ValueError,
     "keep_prob must be a sequence of 2 values, for both; got 1"),
    (lambda: checks.layer_probabilities([0.5, 0], 2), ValueError,
     "keep_prob must be a probability above 0 to 1; got 0"),
    (lambda: checks.layer_values("inputs", "a", NET, 0), TypeError,
     "inputs must be real numbers of shape (...); got 'a' of type str"),
    (lambda: checks.layer_values("inputs", [[True] * 3], NET, 0), TypeError,
     "inputs must be real numbers of shape (...); got True among them"),
    (lambda: checks.layer_values("inputs", [1e39] * 3, NET, 0), ValueError,
     "inputs must be real numbers of shape (...), all finite in float32, at most 3.4e+38; "
     "got [1e+39, 1e+39, 1e+39]"),
    (lambda: checks.layer_values("inputs", H, NET, 0), ValueError,
     "inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: checks.layer_values("outputs", X[0], NET, -1), ValueError,
     "outputs must have shape (batch, 2) for layer 2 of the network; got (3,)"),
    (lambda: checks.layer_values("noise", X, MANY, 1), ValueError,
     "noise must have shape (batch, 4) or (replicates, batch, n) for layer 1 of the network; "
     "got (6, 3)"),
    (lambda: checks.layer_values("inputs", X[None], NET, 0), ValueError,
     "inputs must have shape (batch, 3) for layer 0 of the network; got (1, 6, 3)"),
    (lambda: checks.layer_values("inputs", np.ones((4, 6, 3)), MANY, 0), ValueError,
     "inputs must be for 5 replicates; got shape (4, 6, 3)"),
    (lambda: checks.output_values("outputs", X, NET), ValueError,
     "outputs must have shape (batch, 2) for layer 2 of the network; got (6, 3)"),
    (lambda: checks.output_values("outputs", [[0.5, -0.5]], LOGISTIC), ValueError,
     "outputs must be from 0 to 1 for logistic outputs; got -0.5 to 0.5"),
    (lambda: checks.output_values("outputs", [[1.5, 0.5]], NET), ValueError,
     "outputs must be from 0 to 1 for softmax outputs; got 0.5 to 1.5"),
    (lambda: checks.target_values(NET, X, 6), ValueError,
     "targets must have shape (batch, 2) for layer 2 of the network; got (6, 3)"),
    (lambda: checks.target_values(NET, X, 6, "test targets"), ValueError,
     "test targets must have shape (batch, 2) for layer 2 of the network; got (6, 3)"),
    (lambda: checks.target_values(NET, 0.25 * np.ones((6, 2)), 6, "test targets"), ValueError,
     f"test targets must add up to 1 over the classes for softmax outputs {ONE_HOT}; "
     "got sums from 0.5 to 0.5"),
    (lambda: targets_of("linear", Y, 5), ValueError,
     "test targets must be as many as the examples, 5 of inputs or outputs; got 6"),
    (lambda: targets_of("logistic", [[0.0, 1.5]], 1), ValueError,
     f"test targets must be from 0 to 1 for logistic outputs {ONE_HOT}; got 0.0 to 1.5"),
    (lambda: targets_of("softmax", [[-0.5, 1.0]], 1, "targets"), ValueError,
     f"targets must be from 0 to 1 for softmax outputs {ONE_HOT}; got -0.5 to 1.0"),
    (lambda: targets_of("softmax", [[0.25, 0.75], [0.5, 0.75]], 2), ValueError,
     f"test targets must add up to 1 over the classes for softmax outputs {ONE_HOT}; "
     "got sums from 1.0 to 1.25"),
    (lambda: class_targets(X), ValueError, f"targets {R_NETS} (6, 3)"),
    (lambda: class_targets(Y, 5), ValueError,
     "targets must be as many as the examples, 5 of inputs or outputs; got 6"),
    (lambda: class_targets(Y / 2), ValueError,
     f"targets must add up to 1 over the classes for softmax outputs {ONE_HOT}; "
     "got sums from 0.5 to 0.5"),
    (lambda: fit(1.0), ValueError, f"inputs must be real numbers of shape {AXES}; got shape ()"),
    (lambda: fit([[1e39, 1.0]]), ValueError,
     f"inputs must be real numbers of shape {AXES}, all finite in float32, at most 3.4e+38; "
     "got [[1e+39, 1.0]]"),
    (lambda: fit(X, name="x"), ValueError, f"x {R_NETS} (6, 3)"),
    (lambda: fit(np.ones((4, 6, 2))), ValueError, f"inputs {R_NETS} (4, 6, 2)"),
    (lambda: fit(np.ones((5, 6, 3))), ValueError, f"inputs {R_NETS} (5, 6, 3)"),
    (lambda: checks.one_source_each(3, None), TypeError,
     "rng must be a numpy.random.Generator, for example numpy.random.default_rng(0); "
     "got 3 of type int"),
    (lambda: checks.one_source_each(RNG, 3), ValueError,
     "rng must be 3 generators, one a network; got one generator"),
    (lambda: checks.one_source_each(RNG.spawn(2), 3), ValueError,
     "rng must be 3 generators, one a network; got a sequence of 2"),
    (lambda: checks.one_source_each([RNG], None), ValueError,
     "rng must be one generator, one a network; got a sequence of 1"),
    (lambda: checks.replicate_generators(MANY, RNG), ValueError,
     "rng must be 5 generators, one a network; got one generator"),
    (lambda: checks.layer_noise(NET, [X], 6), ValueError,
     "noise must be a sequence of 2 arrays or None, one a layer but the last; got 1"),
    (lambda: checks.layer_noise(NET, [None, X], 6), ValueError,
     "noise must have shape (batch, 4) for layer 1 of the network; got (6, 3)"),
    (lambda: checks.layer_noise(NET, [None, H], 5), ValueError,
     "noise must have one row, or one an example of inputs: 5; got [None, (6, 4)]"),
    (lambda: checks.layer_noise(NET, [X[:3], H], 1), ValueError,
     "noise must have one row, or one an example of inputs: 1; got [(3, 3), (6, 4)]"),
    (lambda: checks.layer_activations(NET, [X, H]), ValueError,
     "activations must be a sequence of 3 arrays, as from forward; got 2"),
    (lambda: checks.layer_activations(NET, [X, X, Y]), ValueError,
     "activations must have shape (batch, 4) for layer 1 of the network; got (6, 3)"),
    (lambda: checks.layer_activations(NET, [X, H, 3 * Y]), ValueError,
     "activations must be from 0 to 1 for softmax outputs; got 1.5 to 1.5"),
    (lambda: checks.layer_activations(NET, [X, H[:2], Y]), ValueError,
     "activations must have as many rows in each layer; got [(6, 3), (2, 4), (6, 2)]"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_a_refusal_says_what_is_taken_and_what_it_got(call, kind, message):
    assert_refused(call, kind, message)


def masked(values, network, layer):
    return checks.layer_values("noise", values, network, layer)


MANY_X = np.arange(90.0).reshape(5, 6, 3)


# a call, and an array or arrays: the same values, the same dtype, the same shape
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: checks.parameter_arrays([[[1, 2]]], [[3]]),
         [[np.array([[1.0, 2.0]])], [np.array([3.0])]]),
        (lambda: checks.parameter_arrays([W, np.ones((2, 4))], [B, B[:2]]),
         [[W, np.ones((2, 4))], [B, B[:2]]]),
        (lambda: checks.parameter_arrays([W[None]], [B[None]]), [[W[None]], [B[None]]]),
        (lambda: checks.replicated_weights([W[None], np.ones((2, 1, 1), int)], 2),
         [W[None], np.ones((2, 1, 1))]),
        (lambda: of_shapes((np.ones((2, 3)), B)), [np.ones((2, 3)), B]),
        (lambda: masked([[True, False, True]], NET, 0), np.float32([[1, 0, 1]])),
        (lambda: masked([[1, 0, 1]], NET, 0), np.float32([[1, 0, 1]])),
        (lambda: checks.layer_values("inputs", MANY_X, MANY, 0), np.float32(MANY_X)),
        (lambda: checks.layer_values("inputs", X, MANY, 0), np.float32(X)),
        (lambda: checks.output_values("outputs", [[1 + 9e-6, 0]], NET), np.float32([[1, 0]])),
        (lambda: checks.output_values("outputs", [[-7, 8]], LINEAR), np.float32([[-7, 8]])),
        (lambda: checks.target_values(NET, [[0, 1 - 9e-6]], 1), np.float32([[0, 1 - 9e-6]])),
        (lambda: targets_of("softmax", [[0, 1], [1, 0]], 2), np.array([[0.0, 1], [1, 0]])),
        (lambda: targets_of("softmax", [[0.5, 0.5 + 9e-6]], 1), np.array([[0.5, 0.5 + 9e-6]])),
        (lambda: targets_of("logistic", [[1, 1]], 1), np.array([[1.0, 1]])),
        (lambda: targets_of("logistic", [[0, 0]], 1), np.array([[0.0, 0]])),
        (lambda: targets_of("linear", [[-7, 8]], 1), np.array([[-7.0, 8]])),
        (lambda: class_targets(Y), np.full((5, 6, 2), np.float32(0.5))),
        (lambda: fit([[1, 2]]), np.float32([[[1, 2]]] * 5)),
        (lambda: fit(MANY_X[..., :2]), np.float32(MANY_X[..., :2])),
        (lambda: fit(MANY_X[..., :2], "batch, time, n"), np.float32([MANY_X[..., :2]] * 5)),
        (lambda: checks.layer_noise(NET, [X[:1], H], 6), [np.float32(X[:1]), np.float32(H)]),
        (lambda: checks.layer_noise(NET, [X, H], 1), [np.float32(X), np.float32(H)]),
        (lambda: checks.layer_activations(NET, [X[:1], H, Y]),
         [np.float32(X), np.float32(H), np.float32(Y)]),
        (lambda: checks.layer_activations(MANY, [X, H[:1], np.array([Y] * 5)])[1:],
         [np.float32(H), np.float32([Y] * 5)]),
    ],
)  # fmt: skip
def test_arrays_come_back_in_the_dtype_and_the_shape_to_compute_with(call, expected):
    def compare(found, wanted):
        if isinstance(wanted, np.ndarray):
            np.testing.assert_array_equal(found, wanted, strict=True)
        else:
            assert len(found) == len(wanted)
            for part, other in zip(found, wanted, strict=True):
                compare(part, other)

    compare(call(), expected)


@pytest.mark.parametrize("excess", [-2e-5, 2e-5])
def test_sums_of_targets_are_one_but_for_rounding(excess):
    with pytest.raises(ValueError, match="add up to 1"):
        targets_of("softmax", [[0.5, 0.5], [0.5, 0.5 + excess]], 2)


SOURCES = RNG.spawn(5)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: checks.network_argument(NET), NET),
        (lambda: checks.float_dtype(np.float32), np.float32),
        (lambda: checks.float_dtype(np.dtype("float64")), np.dtype("float64")),
        (lambda: checks.invertible((1e-38, 1.0), np.float32), None),
        (lambda: checks.layer_probabilities([1, 0.5], 2), (1.0, 0.5)),
        (lambda: checks.layer_noise(NET, None, 6), [None, None]),
        (lambda: checks.layer_noise(NET, [None, None], 6), [None, None]),
        (lambda: checks.one_source_each(SOURCES[0], None), SOURCES[:1]),
        (lambda: checks.one_source_each(SOURCES[0], 1), SOURCES[:1]),
        (lambda: checks.one_source_each(SOURCES[:1], 1), SOURCES[:1]),
        (lambda: checks.replicate_generators(MANY, SOURCES), SOURCES),
        (lambda: checks.replicate_generators(NET, SOURCES[0]), SOURCES[:1]),
    ],
)
def test_other_values_come_back(call, expected):
    assert call() == expected


def test_one_kept_in_as_many_as_a_dtype_holds_is_the_limit():
    most = np.finfo(np.float64).max
    checks.invertible((0.25,), np.float64)
    checks.invertible((np.nextafter(1 / most, 1),), np.float64)
    with pytest.raises(ValueError, match="large enough"):
        checks.invertible((1.0, np.nextafter(1 / most, 0)), np.float64)


def test_a_frozen_network_is_settled():
    network = nn.new_network((3, 2), RNG)
    checks.settle(network, keep_prob=(0.25,), hidden="tanh")
    assert (network.keep_prob, network.hidden, network.output) == ((0.25,), "tanh", "softmax")
