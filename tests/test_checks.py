"""The error contract, for every argument of every public function, from their signatures.

A function or an argument that has no good and bad values here fails `test_..._is_covered`.
"""

import copy
import importlib
import inspect
import pkgutil
import re
from collections import deque
from fractions import Fraction

import numpy as np
import pytest

import dropoutlab
from dropoutlab import (
    averaging,
    coadaptation,
    conventions,
    convolution,
    data,
    errata,
    glm,
    linear,
    masks,
    recurrent,
    training,
)
from dropoutlab import network as nn
from dropoutlab.samples import Sample

# whose public functions have no cases here yet; a package stands for its modules
NOT_COVERED = {
    "book", "claims", "exercises", "experiments", "explore", "figures", "records", "samples",
    "symbolic",
}  # fmt: skip

RNG = np.random.default_rng(0)
NET = nn.new_network((4, 3, 2), RNG, keep_prob=(0.9, 0.5))
MANY = nn.new_network((4, 3, 2), RNG.spawn(3), keep_prob=(0.9, 0.5))
WIDE = nn.new_network((4, 15, 2), RNG, keep_prob=(0.9, 0.5))
FLAT = nn.new_network((4, 2), RNG)
X, T = RNG.random((5, 4)), np.eye(2)[[0, 1, 0, 1, 1]]
Z = nn.draw_noise(NET, 5, RNG)
H = nn.forward(NET, X, Z)
CONV = convolution.new_convnet(
    RNG, channels=(2, 3), keep_prob=(0.9, 0.5), normalized=True, length=4
)
SEQUENTIAL = recurrent.new_recurrent(RNG, inputs=4, units=3, keep_prob=0.5)
SEQUENCES, CLASSES = RNG.random((5, 2, 4)), np.eye(10)[[0, 1, 0, 1, 1]]
NAN, INF = float("nan"), float("inf")

UNIT = {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "target": 5.0, "keep_prob": 0.5}
MASKED = {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "target": 5.0, "mask": [1, 0]}
BATCH = {"inputs": [[3.0, 4.0], [1.0, 2.0]], "target": [5.0, 6.0]}
MONTE_CARLO = {**UNIT, "num_masks": 10, "rng": RNG}
DOWN = {"keep_prob": 0.5, "learning_rate": 0.01, "num_steps": 3, "initial_weights": [0.5, 1.0]}
SGD = {**BATCH, **DOWN, "batch_size": 2, "rng": RNG, "record_at": [1, 3], "progress": False}
SEEN = {"network": NET, "inputs": X}
JUDGED = {**SEEN, "targets": T, "rng": RNG}
WORDS = {"hidden": "tanh", "output": "linear", "scheme": "inverted", "noise": "gaussian",
         "fresh_mask": "batch"}  # fmt: skip

GOOD = {
    masks.draw_mask: {"shape": (3, 2), "keep_prob": 0.5, "rng": RNG},
    masks.enumerate_masks: {"num_units": 3, "chunk_size": 4},
    masks.mask_probability: {"mask": [[0, 1]], "keep_prob": [0.2, 0.3]},
    linear.error_without_dropout: UNIT,
    linear.error_with_dropout: MASKED,
    linear.regularized_error: UNIT,
    linear.gradient_without_dropout: UNIT,
    linear.gradient_with_dropout: MASKED,
    linear.regularized_gradient: UNIT,
    linear.expected_error_exact: UNIT,
    linear.expected_gradient_exact: UNIT,
    linear.expected_gradient_monte_carlo: MONTE_CARLO,
    linear.least_squares_minimizer: BATCH,
    linear.regularized_minimizer: {**BATCH, "keep_prob": 0.5},
    linear.ridge_minimizer: {**BATCH, "ridge": 0.5},
    linear.regularized_descent: {**BATCH, **DOWN},
    linear.expected_path_exact: {"inputs": [3.0, 4.0], "target": 5.0, **DOWN},
    linear.sgd_with_dropout: SGD,
    glm.partition: {"value": [1.0, -2.0]},
    glm.exact_penalty: {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "keep_prob": 0.5},
    glm.quadratic_penalty: {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "keep_prob": 0.5},
    glm.noise_law: {"law": "normal", "keep_prob": 0.5},
    nn.Network: {"weights": (np.ones((2, 3)),), "biases": (np.ones(2),), "keep_prob": (0.5,),
                 **WORDS},
    convolution.ConvNet: vars(CONV),
    recurrent.RecurrentNet: vars(SEQUENTIAL),
    nn.new_network: {"sizes": (2, 3), "rng": RNG, "keep_prob": (0.5,), "dtype": np.float64,
                     **WORDS},
    nn.draw_noise: {"network": NET, "batch": 5, "rng": RNG},
    nn.forward: {**SEEN, "noise": Z},
    nn.logits: {**SEEN, "noise": Z},
    nn.predict: SEEN,
    nn.scaled_for_test: {"network": NET},
    nn.loss: {"network": NET, "outputs": H[-1], "targets": T, "logits": False},
    nn.error: {"network": NET, "outputs": H[-1], "targets": T},
    nn.backward: {"network": NET, "activations": H, "noise": Z, "targets": T},
    nn.replicate_generators: {"network": NET, "rng": RNG},
    training.Recipe: {"epochs": 2, "batch_size": 3, "learning_rate": 0.1, "decay": 0.9,
                      "momentum": 0.5, "l2": 0.1, "l1": 0.1, "max_norm": 2.0},
    training.train: {**JUDGED, "recipe": training.Recipe(epochs=2), "test": (X, T), "records": 2,
                     "progress": False},
    training.evaluate: {**SEEN, "targets": T},
    training.limit_norms: {"weights": np.ones((3, 2)), "max_norm": 1.0},
    averaging.ensemble_mean: {"outputs": H[-1][None], "probability": [1.0], "mean": "geometric",
                              "output": "softmax", "logits": False},
    averaging.exact_average: {**SEEN, "mean": "arithmetic"},
    averaging.monte_carlo_average: {**SEEN, "num_masks": 3, "rng": RNG, "mean": "arithmetic"},
    averaging.monte_carlo_spread: {**SEEN, "num_masks": 3, "rng": RNG},
    convolution.new_convnet: {"rng": RNG, "channels": (2, 3), "keep_prob": (0.9, 0.5),
                              "drop": "channels", "normalized": True, "before_norm": True,
                              "length": 4, "dtype": np.float64},
    convolution.draw_noise: {"network": CONV, "batch": 5, "rng": RNG},
    convolution.predict: {"network": CONV, "inputs": X},
    convolution.before_last_norm: {"network": CONV, "inputs": X, "rng": RNG},
    convolution.loss_gradients: {"network": CONV, "inputs": X, "targets": CLASSES, "rng": RNG},
    convolution.train_convnet: {"network": CONV, "inputs": X, "targets": CLASSES,
                                "recipe": training.Recipe(epochs=2), "rng": RNG},
    recurrent.new_recurrent: {"rng": RNG, "inputs": 4, "units": 3, "keep_prob": 0.5,
                              "masks": "fresh", "dtype": np.float64},
    recurrent.draw_noise: {"network": SEQUENTIAL, "batch": 5, "steps": 2, "rng": RNG},
    recurrent.predict: {"network": SEQUENTIAL, "inputs": SEQUENCES},
    recurrent.loss_gradients: {"network": SEQUENTIAL, "inputs": SEQUENCES, "targets": CLASSES,
                               "rng": RNG},
    recurrent.train_recurrent: {"network": SEQUENTIAL, "inputs": SEQUENCES, "targets": CLASSES,
                                "recipe": training.Recipe(epochs=2), "rng": RNG},
    coadaptation.cancellation: SEEN,
    coadaptation.chance_cancellation: {**SEEN, "rng": RNG, "draws": 2},
    coadaptation.interaction: {**JUDGED, "pairs": 2},
    coadaptation.negative_share: {**JUDGED, "pairs": 2},
    coadaptation.ablation: {**JUDGED, "fraction": 0.5, "draws": 2},
    coadaptation.refit_error: {"network": NET, "train": (X, T), "test": (X, T), "rng": RNG,
                               "units": 2, "draws": 2, "ridge": 0.1},
    coadaptation.half_agreement: {**SEEN, "rng": RNG, "draws": 2},
    coadaptation.steadiness: {**JUDGED, "network": WIDE, "draws": 2, "ridge": 0.1},
    coadaptation.centred: {"network": NET},
    coadaptation.equally_confident: {**SEEN, "margin": 2.0},
    coadaptation.active_share: SEEN,
    coadaptation.mean_correlation: SEEN,
    coadaptation.effective_units: SEEN,
    data.slant: {"images": np.ones((2, 3, 3))},
    data.one_hot: {"labels": [0, 1], "num_classes": 2},
    data.mnist1d_split: {"train_size": 5, "rng": RNG, "test_size": 3},
    data.mnist1d: {},
    data.digit_split: {"train_size": 5, "rng": RNG, "test_size": 3},
    data.synthetic_regression: {"num_examples": 40, "weights": [1.0], "noise_sd": 1.0, "rng": RNG},
    data.digit_images: {},
    data.digit_slants: {},
    errata.report: {"name": "in-place"},
    conventions.installed: {},
    conventions.read_record: {},
    conventions.probe: {"framework": "NumPy"},
    conventions.changes: {"before": {}, "now": {}},
}  # fmt: skip

# --- what must be refused

TOO_LARGE = np.longdouble("1e400")  # for float64
SPAN = np.timedelta64(2, "s")
HIDDEN_VALUES = np.ma.masked_array(np.ones((5, 4)), mask=True)
ANY = ["one", bytearray(b"ab"), None, {}, [], [NAN], [[INF] * 4], [[1.0], [2.0, 3.0]],
       [[1j] * 4], [[TOO_LARGE] * 4], HIDDEN_VALUES,
       [HIDDEN_VALUES[0]] * 5, [[object()] * 4], ["1"], [10**400]]  # fmt: skip
UNITS = [*ANY, [True, False]]  # arrays of the linear unit
ARRAYS = [*ANY, [1.0] * 4, [[True] * 4], np.ones((5, 9)), np.ones((2, 2, 5, 4)), np.empty((0, 4)),
          np.full((5, 4), 1e39)]  # fmt: skip
LAYERS = [None, "ab", (), 1.0, (None,), ("a",), ([[NAN] * 3] * 2,), (np.ones((2, 3), bool),),
          (np.ones((2, 3), object),), (np.ones((2, 3), np.float16),),
          (np.ones((2, 3), np.longdouble),), (np.ones((2, 3), complex),),
          (np.ones((2, 3), np.float32),), (np.ones((3, 3)),), (np.ones((0, 3)),),
          (np.ones((2, 3)),) * 2, ([[1.0, 2.0, 3.0], [1.0]],)]  # fmt: skip
ROWS = [None, "ab", 1.0, CONV.gains[:1], CONV.gains[::-1], (*CONV.gains, *CONV.gains),
        [row[0] for row in CONV.gains], [row.astype(float) for row in CONV.gains],
        [NAN * row for row in CONV.gains], [row.astype(bool) for row in CONV.gains]]  # fmt: skip
NUMBERS = ["one", None, NAN, INF, -INF, 0.0, -1.0, [0.1], np.ones(1), True, np.True_, 1j, 10**400,
           TOO_LARGE, np.longdouble("1e-400"), SPAN]  # fmt: skip
SHARES = ["a", None, NAN, -0.1, 1.1, True, 1j, [0.5], SPAN]
COUNTS = ["1", None, 1.5, NAN, 0, -1, True, np.True_, [[1]], np.ones(1), 1j, SPAN, 2**63, 10**400]
WRONG_WORDS = ["something else", None, 3, b"linear"]
FLAGS = ["yes", None, 1, 0.0, np.ones(2)]
PAIRS = [None, X, (X,), (X, T, T), (X, T[:2]), (X[:, :2], T), ("one", T), (X, 2 * T), "xt"]
BAD = {
    "name": ["lost", "", None, 3, b"in-place", ["in-place"]],
    "inputs": ARRAYS,
    "targets": [*ARRAYS, T[:3], np.full((5, 2), 2.0), np.full((5, 2), -0.1), 0.9 * T,
                np.zeros((5, 2)), np.ones((5, 2))],
    "outputs": [*ARRAYS, np.full((5, 2), 1.1), np.full((5, 2), -0.1)],
    "noise": ["zz", 1.0, [None], [None] * 3, [None, "one"], [None, np.ones((5, 9))],
              [None, np.ones((4, 3))], [np.ones((4, 4)), None], [None, np.ones((3, 5, 3))],
              [None, np.full((5, 3), NAN)], [None, np.full((5, 3), 1e39)]],
    "activations": [None, "abc", H[:2], [X, X, X], [*H[:2], np.full((5, 2), NAN)],
                    [*H[:2], np.full((5, 2), 2.0)], [H[0][:3], *H[1:]]],
    "network": [None, "network", 3, {}, np.ones((2, 2))],
    "rng": [0, None, np.random, np.random.RandomState(0), [], [0], RNG.spawn(2)],
    "recipe": [None, {}, "recipe", {"epochs": 3}],
    "test": [*(pair for pair in PAIRS if pair is not None)],
    "train": PAIRS,
    "sizes": ["34", None, (), (3,), (3, 10**30), (3, 0), (3, 2.5), (3, True), 3, [[3, 2]]],
    "keep_prob": ["half", 0.5, (), (0.5,) * 3, (0.0, 0.5), (1.1, 1), (NAN, 1), ("a", "b"),
                  (True, True), (1e-320,), (1e-320, 1e-320)],
    "dtype": [int, "float32", np.float16, np.longdouble, None, np.ones(2), np.array(1.0)],
    "hidden": WRONG_WORDS, "output": WRONG_WORDS, "scheme": [*WRONG_WORDS, "standard"],
    "fresh_mask": WRONG_WORDS, "mean": WRONG_WORDS,
    "batch": COUNTS, "records": [*COUNTS, 1], "pairs": COUNTS, "draws": COUNTS,
    "units": [*COUNTS, 4], "num_masks": [*COUNTS, [], [2, 1], [1, 1], [1, 2.5]],
    "num_examples": COUNTS, "num_classes": COUNTS, "train_size": [*COUNTS, 10**6],
    "test_size": [*COUNTS, 5000], "epochs": COUNTS, "batch_size": COUNTS, "num_steps": COUNTS,
    "num_units": [*COUNTS, 21], "chunk_size": COUNTS,
    "max_norm": NUMBERS, "margin": NUMBERS, "ridge": NUMBERS, "noise_sd": [*NUMBERS, 1.7e308],
    "learning_rate": NUMBERS, "fraction": [*SHARES, 1],
    "decay": [*SHARES, 0], "momentum": [*SHARES, 1],
    "l2": [-1.0, NAN, INF, "a", None, True, [0.1]], "l1": [-1.0, NAN, INF, "a", None, True],
    "weights": [*UNITS, 1.0, [1.0], np.empty((0,)), [1.7e308] * 2],
    "biases": [None, "ab", (), 1.0, (np.ones(3),), (np.ones(2, np.float32),), ([True, False],),
               (np.ones((1, 2)),), (["a", "b"],), ([NAN, 1.0],)],
    "target": ["one", None, {}, [], NAN, INF, [1.0, 2.0, 3.0], 1j, True, [[1.0]], 1.7e308],
    "mask": [*ANY, 0.0, [2, 0], [0.5, 0], [-1, 1]],
    "probability": ["one", [0.5], [0.5, 0.5], [-1.0], [NAN], [[1.0]], [True]],
    "labels": ["one", None, [], [0.5], [-1], [2], [NAN], [[0, 1]], [1e300], [True, False]],
    "shape": ["3", memoryview(b"3"), None, (), 10**30, 1.5, (3, 0), (3, "2"), (2.0, 2), True],
    "record_at": ["one", {}, [], [0], [4], [3, 1], [1, 1], [1.5], [NAN], 1, [[1]]],
    "initial_weights": [*(bad for bad in UNITS if bad is not None), [0.0], 0.0, [[0.0, 0.0]]],
    "images": [*UNITS, 1.0, np.ones((3, 3)), -np.ones((2, 3, 3)), np.zeros((1, 3, 3)),
               np.full((1, 3, 3), 1e308)],
    "framework": WRONG_WORDS, "before": [None, [], "record"], "now": [None, [], "record"],
    "logits": FLAGS, "progress": FLAGS, "normalized": FLAGS, "before_norm": FLAGS,
    "channels": ["34", None, (), (3, 0), (3, 2.5), (3, True), 3, [[3, 2]]],
    "drop": WRONG_WORDS, "masks": WRONG_WORDS, "length": COUNTS, "steps": COUNTS,
    "gains": ROWS, "means": [*ROWS, ()], "variances": [*ROWS, (), [-row for row in CONV.variances]],
    "limit": NUMBERS,
}  # fmt: skip

UNIT_INPUTS = [*UNITS, 1.0, np.ones((2, 2, 2)), np.empty((0, 2)),
               [1.7e308] * 2, [[1.7e308] * 2] * 2]  # fmt: skip
UNIT_KEEP = ["half", None, {}, [], NAN, INF, -0.1, 1.1, [0.5] * 3, [[0.5] * 2], True, 1j,
             [0.5, NAN], [0.5, 2.0], TOO_LARGE]  # fmt: skip
STREAMS = [0, None, np.random, np.random.RandomState(0), [], [0], [RNG, RNG],
           [np.random.default_rng(1), np.random.default_rng(1)]]  # fmt: skip
OF_A_UNIT = {"inputs": UNIT_INPUTS, "keep_prob": UNIT_KEEP}
INSTEAD = {  # where a name means something else
    (masks.draw_mask, "keep_prob"): UNIT_KEEP,
    (masks.mask_probability, "keep_prob"): UNIT_KEEP,
    (glm.partition, "value"): UNITS,
    (glm.exact_penalty, "keep_prob"): [*UNIT_KEEP, 0.0, [0.5, 0.0], 1e-320],
    (glm.quadratic_penalty, "keep_prob"): [*UNIT_KEEP, 0.0, [0.5, 0.0], 1e-320],
    (glm.noise_law, "law"): WRONG_WORDS,
    (glm.noise_law, "keep_prob"): [*SHARES, 0.0, 1e-320],
    (nn.Network, "weights"): LAYERS,
    (nn.Network, "noise"): WRONG_WORDS,
    (nn.new_network, "noise"): WRONG_WORDS,
    (nn.new_network, "rng"): STREAMS,
    (convolution.new_convnet, "rng"): STREAMS,
    (recurrent.new_recurrent, "rng"): STREAMS,
    (recurrent.new_recurrent, "inputs"): COUNTS,
    (recurrent.new_recurrent, "units"): COUNTS,
    **{
        (function, "keep_prob"): ["half", None, 0.0, 1.1, NAN, True, [0.5], 1e-320]
        for function in (recurrent.new_recurrent, recurrent.RecurrentNet)
    },
    **{
        (function, "weights"): [
            *LAYERS, net.weights[:-1], net.weights[::-1], [w.astype(bool) for w in net.weights],
            [net.weights[0], *(w.astype(float) for w in net.weights[1:])],
        ]
        for function, net in ((convolution.ConvNet, CONV), (recurrent.RecurrentNet, SEQUENTIAL))
    },
    (averaging.monte_carlo_spread, "num_masks"): [*COUNTS, 1],
    **{
        (function, "targets"): [*BAD["targets"], CLASSES[:3], 0.9 * CLASSES, CLASSES[0]]
        for function in (convolution.loss_gradients, convolution.train_convnet,
                         recurrent.loss_gradients, recurrent.train_recurrent)
    },
    **{
        (function, "recipe"): [*BAD["recipe"], training.Recipe(max_norm=1.0)]
        for function in (convolution.train_convnet, recurrent.train_recurrent)
    },
    **{
        (function, "inputs"): [*ARRAYS, 1e30 * X]
        for function in (convolution.loss_gradients, convolution.train_convnet)
    },
    **{
        (function, name): [*BAD[name], extreme]
        for function in (linear.regularized_descent, linear.expected_path_exact)
        for name, extreme in (("learning_rate", 1e308), ("initial_weights", [1.7e308] * 2))
    },
    (coadaptation.refit_error, "ridge"): [*NUMBERS, 1e308],
    (coadaptation.steadiness, "ridge"): [*NUMBERS, 1e308, 1e-320],
    (averaging.ensemble_mean, "outputs"): [*ANY, [0.5], [[0.5, 1.5]], [[-0.1, 0.5]]],
    (training.limit_norms, "weights"): [
        None, [[1.0, 2.0]], np.ones(3), np.ones((2, 2), int), np.ones((2, 2), np.float16),
        np.full((2, 2), NAN), np.empty((0, 2)), np.ones((2, 2), bool),
        np.broadcast_to(1.0, (2, 2)),
    ],
    (data.synthetic_regression, "weights"): [*UNITS, 1.0, [[1.0, 2.0]]],
}  # fmt: skip
# what is no fault there: no limit; numbers that float64 holds; a step that is too large, so named
ACCEPTED = {
    (training.Recipe, "max_norm", 1),
    (convolution.before_last_norm, "rng", 1),
    (averaging.exact_average, "inputs", len(ARRAYS) - 1),
    (linear.expected_path_exact, "target", 10),
    (linear.least_squares_minimizer, "inputs", len(UNIT_INPUTS) - 1),
    (linear.ridge_minimizer, "inputs", len(UNIT_INPUTS) - 1),
    (linear.sgd_with_dropout, "inputs", len(UNIT_INPUTS) - 1),
}


def package_modules(package=dropoutlab):
    """The public modules of the package, but for those that are not covered."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        name = found.name.rpartition(".")[2]
        if name in NOT_COVERED or name.startswith("_"):
            continue
        module = importlib.import_module(found.name)
        yield module
        if found.ispkg:
            yield from package_modules(module)


def public_functions(module):
    """Its functions, and the classes that check what they are made of."""
    return {
        value
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__
        if not name.startswith("_")
        if not isinstance(value, type) or hasattr(value, "__post_init__")
    }


def arguments(function):
    """The names of its arguments; `settings` are those of a network."""
    names = list(inspect.signature(function).parameters)
    return [part for name in names for part in (WORDS if name == "settings" else [name])]


def bad_values(function, name):
    linear_unit = function.__module__.startswith("dropoutlab.linear.")
    values = INSTEAD.get((function, name), BAD.get(name))
    if name == "inputs" and linear_unit:
        values = UNIT_INPUTS
    if name == "keep_prob" and (
        linear_unit or function in (masks.draw_mask, masks.mask_probability)
    ):
        values = UNIT_KEEP
    if name == "rng" and linear_unit:
        values = STREAMS
    return values


ARGUMENTS = [
    pytest.param(function, name, id=f"{function.__name__}-{name}")
    for function in GOOD
    for name in arguments(function)
]


def test_every_public_function_and_argument_is_covered():
    public = set().union(*map(public_functions, package_modules()))
    assert public == set(GOOD)
    for function, good in GOOD.items():
        assert set(good) == set(arguments(function)), function
        for name in good:
            assert bad_values(function, name), (function, name)


@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
def test_good_arguments_are_accepted(function):
    function(**copy.deepcopy(GOOD[function]))


@pytest.mark.parametrize(("function", "name"), ARGUMENTS)
def test_bad_arguments_are_refused_by_name(function, name):
    for k, bad in enumerate(bad_values(function, name)):
        if (function, name, k) in ACCEPTED:
            continue
        arguments = {**copy.deepcopy(GOOD[function]), name: bad}
        try:
            function(**arguments)
        except (TypeError, ValueError) as refusal:
            message = str(refusal)
            assert re.search(rf"\b{name}\b", message), (k, bad, message)
            assert re.search(r"\bmust\b.*; got ", message), (k, bad, message)
        else:
            pytest.fail(f"number {k} was accepted: {bad!r}")


# pairs of arguments that do not fit: either may be named
@pytest.mark.parametrize(
    ("function", "changed", "named"),
    [
        (linear.error_without_dropout, {"weights": [1.0, 2.0, 3.0]}, "weights"),
        (linear.error_without_dropout, {"inputs": [1.0, 2.0, 3.0]}, "inputs"),
        (linear.error_with_dropout, {"mask": [1, 0, 1]}, "mask"),
        (linear.least_squares_minimizer, {"target": [1.0]}, "target"),
        (linear.expected_path_exact, {"inputs": np.ones(21)}, "inputs must have at most 20"),
        (linear.expected_path_exact, {"num_steps": 11}, "num_steps"),
        (linear.regularized_minimizer, {"inputs": [[1.0] * 3] * 2, "keep_prob": [0.5] * 2},
         "keep_prob"),
        (glm.exact_penalty, {"weights": np.ones(21), "inputs": np.ones(21)}, "at most 20"),
        (masks.mask_probability, {"mask": [1, 0, 1]}, "keep_prob"),
        (nn.forward, {"inputs": X[:3]}, "noise must have one row, or one an example of inputs: 3"),
        (nn.Network, {"noise": "gaussian", "scheme": "standard"}, "scheme"),
        (nn.Network, {"keep_prob": (1e-309,)}, "keep_prob"),
        (nn.new_network, {"keep_prob": (1e-39,), "dtype": np.float32}, "keep_prob"),
        (nn.new_network, {"rng": [RNG, RNG]}, "rng must be generators with streams of their own"),
        (training.train, {"network": MANY, "rng": [np.random.default_rng(3) for _ in range(3)]},
         "rng must be generators with streams of their own"),
        (training.train, {"network": MANY}, "rng must be 3 generators"),
        (averaging.exact_average, {"network": MANY}, "network"),
        (averaging.ensemble_mean, {"outputs": [[[1.0]], [[0.0]]], "probability": None,
                                   "mean": "normalized geometric", "output": "logistic"},
         "outputs"),
        (averaging.ensemble_mean, {"outputs": [[[1.0, 0]], [[0.0, 1]]], "probability": None,
                                   "mean": "normalized geometric"}, "outputs"),
        (convolution.new_convnet, {"normalized": False}, "before_norm"),
        (convolution.ConvNet, {"gains": (), "means": (), "variances": (), "before_norm": True},
         "before_norm"),
        (convolution.ConvNet, {"gains": ()}, "means"),
        (convolution.ConvNet, {"length": 9}, "weights"),
        (convolution.before_last_norm, {"network": convolution.new_convnet(RNG, length=4)},
         "network must have batch normalisation"),
        (convolution.train_convnet, {"recipe": training.Recipe(batch_size=4)},
         "recipe must have a batch_size"),
        (convolution.train_convnet, {"inputs": X[:1], "targets": CLASSES[:1]},
         "inputs must be two or more"),
        (coadaptation.cancellation, {"network": FLAT}, "network must have a hidden layer"),
        (coadaptation.half_agreement, {"network": nn.new_network((4, 1, 2), RNG)},
         "network must have at least 2 units"),
        (coadaptation.steadiness, {"network": NET}, "network must have at least 15 units"),
        (coadaptation.centred, {"network": nn.new_network((4, 3, 2), RNG, output="linear")},
         "network must have softmax outputs"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_each_other_are_refused(function, changed, named):
    with pytest.raises(ValueError, match=named):
        function(**{**copy.deepcopy(GOOD[function]), **changed})


def two_units(outgoing, **settings):
    """A network with two hidden units that are always 1, all in float64."""
    weights = np.zeros((2, 4)), np.array(outgoing, float)
    return nn.Network(weights, (np.ones(2), np.zeros(len(outgoing))), (1.0, 1.0), **settings)


@pytest.mark.parametrize(
    ("function", "more"),
    [(coadaptation.half_agreement, {}), (coadaptation.ablation, {"targets": T, "fraction": 0.5})],
)
def test_outputs_that_overflow_where_units_are_missing_are_refused(function, more):
    network = two_units([[1e308, -1e308], [-1e308, 1e308]])
    assert not nn.logits(network, X).any()
    with pytest.raises(ValueError, match="inputs must be small enough for a finite result"):
        function(network, X, rng=np.random.default_rng(0), **more)


@pytest.mark.parametrize(
    ("margin", "scale"), [(1e-50, 1.0), (1e-40, 1.0), (1e-30, 1e30), (1e-20, 1e30)]
)
def test_a_margin_for_which_outgoing_weights_vanish_is_refused(margin, scale):
    first, last = nn.new_network((4, 3, 2), np.random.default_rng(0)).weights
    network = nn.Network((first * scale, last / scale), NET.biases, (1.0, 1.0))
    with pytest.raises(
        ValueError, match=r"margin must be large enough .* float32 holds .*; got 1e"
    ):
        coadaptation.equally_confident(network, X, margin=margin)


@pytest.mark.parametrize("function", [coadaptation.interaction, coadaptation.negative_share])
def test_losses_that_overflow_only_without_both_units_are_refused(function):
    network = two_units([[-0.5e154, -0.5e154]], output="linear")
    network.biases[1][...] = 2e154
    with pytest.raises(ValueError, match="must be small enough for finite losses; got "):
        function(network, X, np.zeros((5, 1)), np.random.default_rng(0))


HUGE = 1e308 * np.ones((1, 4))
SIGNS = np.array([[1.0, 1.0, -1.0, -1.0]])


def saturated(*outgoing, **settings):
    """Networks in which sums of HUGE inputs overflow, and the units make ordinary numbers of it."""
    weights = (SIGNS, *(np.array([[w]]) for w in outgoing))
    return nn.Network(weights, [np.zeros(1)] * len(weights), (1.0,) * len(weights), **settings)


OVERFLOWS = [
    *({"network": saturated(1.0, hidden=hidden), "inputs": sign * HUGE}
      for hidden in ("tanh", "sigmoid", "relu") for sign in (1, -1)),
    {"network": saturated(output="logistic"), "inputs": HUGE},
    {"network": saturated(output="logistic"), "inputs": -HUGE},
]  # fmt: skip


@pytest.mark.parametrize("arguments", OVERFLOWS)
@pytest.mark.parametrize(
    ("function", "more"),
    [
        (nn.forward, {}), (nn.logits, {}), (nn.predict, {}), (averaging.exact_average, {}),
        (averaging.monte_carlo_average, {"num_masks": 2, "rng": RNG}),
        (averaging.monte_carlo_spread, {"num_masks": 2, "rng": RNG}),
        (training.evaluate, {"targets": [[1.0]]}),
    ],
)  # fmt: skip
def test_overflow_that_the_units_would_hide_is_refused(function, more, arguments):
    with pytest.raises(ValueError, match=r"network must be small enough for a finite result; got"):
        function(**arguments, **more)


def test_overflow_that_other_networks_would_hide_is_refused():
    huge = recurrent.RecurrentNet(
        ([SIGNS.T.tolist()], [[[0.0]]], np.zeros((1, 1, 10))),
        (np.zeros((1, 1, 1)), np.zeros((1, 1, 10))), 1.0, "fixed",
    )  # fmt: skip
    one_hot = {"targets": np.eye(10)[:1], "rng": RNG}
    plain = convolution.new_convnet(
        RNG, channels=(1,), keep_prob=(1.0,), length=4, dtype=np.float64
    )
    plain.weights[0][...] = -1.0
    plain.weights[1][...] = 0.0
    for refused in (
        lambda: recurrent.predict(huge, HUGE[None]),
        lambda: recurrent.loss_gradients(huge, HUGE[None], **one_hot),
        lambda: convolution.predict(plain, HUGE),
        lambda: convolution.loss_gradients(plain, np.repeat(HUGE, 2, 0),
                                           **{**one_hot, "targets": np.eye(10)[:2]}),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"inputs.* must be small enough for a finite result"):
            refused()


# --- what must be taken, and be the same


def test_numbers_that_are_large_for_no_reason_are_taken():
    assert data.one_hot([0, 5], 10**6).shape == (2, 10**6)
    recipe = training.Recipe(epochs=2, batch_size=2**31 - 1)
    _, history = training.train(NET, X, T, recipe, RNG, records=10**9, progress=False)
    np.testing.assert_array_equal(history.epochs, [0, 1, 2])


def test_the_norms_of_a_matrix_are_limited_in_place():
    weights = np.ones((3, 2)).view(np.matrix)
    training.limit_norms(weights, 1.0)
    np.testing.assert_allclose(np.asarray(weights), 0.5**0.5)


def test_networks_have_arrays_of_their_own():
    given = np.ones((2, 3), order="F")
    network = nn.Network((given,), (np.zeros(2),), (0.5,), scheme="inverted")
    assert network.weights[0].flags.f_contiguous
    made = [nn.scaled_for_test(network)]
    made += [coadaptation.centred(NET), coadaptation.equally_confident(NET, X)]
    made += [convolution.ConvNet(**vars(CONV)), recurrent.RecurrentNet(**vars(SEQUENTIAL))]
    for one in made:
        for array in (*one.weights, *one.biases):
            for other in (given, *(a for net in (network, NET, CONV, SEQUENTIAL)
                                   for a in (*net.weights, *net.biases))):  # fmt: skip
                assert not np.shares_memory(array, other)
    before = NET.weights[0].copy()
    training.limit_norms(coadaptation.centred(NET).weights[0], 0.1)
    np.testing.assert_array_equal(NET.weights[0], before)
    given[...] = NAN
    assert (network.weights[0] == 1).all()


# --- what NumPy would hide

PARTLY = np.ma.array([1.0, 99.0], mask=[False, True])
HIDDEN = {
    "masked": [PARTLY, [PARTLY, PARTLY], [[PARTLY], [PARTLY]], ([1.0, 2.0], PARTLY),
               deque([PARTLY]), [[1.0, np.ma.masked]]],
    "raw bytes": [bytearray(b"ab"), [bytearray(b"ab")], memoryview(b"ab"), [[memoryview(b"ab")]]],
    "True.* among": [[True, 2.0], [[1.0, 2.0], [3.0, True]], (1, np.True_), [1.0, np.array(True)]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("message", "value"),
    [(message, value) for message, values in HIDDEN.items() for value in values],
)
def test_what_numpy_would_take_for_numbers_is_refused_however_deep(message, value):
    with pytest.raises(TypeError, match=rf"value must be real numbers .*; got .*{message}"):
        glm.partition(value)


class NoArray:
    """As a tensor of PyTorch that has a gradient."""

    def __init__(self, error=RuntimeError):
        self.error = error

    def __array__(self, *_args, **_kwargs):
        raise self.error("no array of this one")


@pytest.mark.parametrize("error", [RuntimeError, ValueError, AttributeError, KeyError])
def test_what_does_not_become_an_array_is_refused_by_name(error):
    bad = NoArray(error)
    for refused, name in (
        (lambda: glm.partition(bad), "value"),
        (lambda: linear.error_without_dropout(**{**UNIT, "inputs": bad}), "inputs"),
        (lambda: masks.mask_probability([[1, 0]], bad), "keep_prob"),
        (lambda: nn.Network((bad,), ([0.0],), (1.0,)), "weights"),
        (lambda: nn.predict(NET, bad), "inputs"),
        (lambda: Sample("a", "m", (0, 1), bad), "values"),
    ):
        with pytest.raises(TypeError, match=rf"{name} must .*; got NoArray .*no array of this one"):
            refused()


def test_booleans_beside_numbers_are_refused_by_name():
    for refused, name in (
        (lambda: data.one_hot([True, 2], 3), "labels"),
        (lambda: masks.mask_probability([1, 0], [True, 0.5]), "keep_prob"),
        (lambda: nn.Network(([[True, 2.0]],), ([0.0],), (1.0,)), "weights"),
        (lambda: nn.predict(NET, [[True, 2.0, 3.0, 4.0]]), "inputs"),
    ):
        with pytest.raises(TypeError, match=rf"{name} must .*; got True among them"):
            refused()
    assert masks.mask_probability([True, 0], 0.5) == 0.25
    assert glm.partition([[np.zeros(2), range(2)]]).shape == (1, 2, 2)


def outcome(function, arguments):
    result = function(**copy.deepcopy(arguments))
    return list(result) if inspect.isgenerator(result) else result


def same(one, other):
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if hasattr(one, "__dict__") and not isinstance(one, np.random.Generator):
        return vars(one).keys() == vars(other).keys() and all(
            same(part, vars(other)[name]) for name, part in vars(one).items()
        )
    if isinstance(one, np.random.Generator):
        return one.bit_generator.state == other.bit_generator.state
    return one is other or np.array_equal(one, other, equal_nan=True)


def other_types(value):
    """The same value as NumPy's scalar, as an array of no axes, as other arrays and sequences."""
    if isinstance(value, (bool, np.bool_)):
        return [np.bool_(value)]
    if isinstance(value, int):
        return [np.int32(value), np.uint8(value), np.array(value)]
    if isinstance(value, float):
        return [np.float64(value), np.array(value), np.longdouble(value), Fraction(value)]
    if isinstance(value, np.ndarray) and value.ndim:
        return [value.tolist(), np.asfortranarray(value), value.astype(">f8")]
    if isinstance(value, (list, tuple)) and isinstance(value[0], (int, float, list)):
        array = np.asarray(value)
        return [tuple(value), array, array[::-1][::-1], array.astype(array.dtype.newbyteorder())]
    return []


@pytest.mark.parametrize(("function", "name"), ARGUMENTS)
def test_other_types_of_the_same_value_give_the_same(function, name):
    if (function, name) == (training.limit_norms, "weights"):
        pytest.skip("it changes its argument, which has to be an array")
    expected = outcome(function, GOOD[function])
    for other in other_types(GOOD[function][name]):
        if isinstance(other, Fraction) and name in ("target", "keep_prob"):
            continue  # arrays are not made of fractions
        found = outcome(function, {**GOOD[function], name: other})
        assert same(expected, found), other
