"""The error contract, for every public function of the mathematics at once."""

import numpy as np
import pytest

from dropoutlab import data, linear, masks

RNG = np.random.default_rng(0)
UNIT = {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "target": 5.0, "keep_prob": 0.5}
MASKED = {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "target": 5.0, "mask": [1, 0]}
BATCH = {"inputs": [[3.0, 4.0], [1.0, 2.0]], "target": [5.0, 6.0]}
MONTE_CARLO = {**UNIT, "num_masks": 10, "rng": RNG}
SGD = {**BATCH, "keep_prob": 0.5, "learning_rate": 0.01, "num_steps": 3, "batch_size": 2,
       "rng": RNG, "record_at": [1, 3], "initial_weights": [0.0, 0.0],
       "progress": False}  # fmt: skip
DOWN = {"keep_prob": 0.5, "learning_rate": 0.01, "num_steps": 3, "initial_weights": [0.0, 0.0]}

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
    linear.expected_error_monte_carlo: MONTE_CARLO,
    linear.expected_gradient_monte_carlo: MONTE_CARLO,
    linear.least_squares_minimizer: BATCH,
    linear.regularized_minimizer: {**BATCH, "keep_prob": 0.5},
    linear.ridge_minimizer: {**BATCH, "ridge": 0.5},
    linear.regularized_descent: {**BATCH, **DOWN},
    linear.expected_path_exact: {"inputs": [3.0, 4.0], "target": 5.0, **DOWN},
    linear.sgd_with_dropout: SGD,
    data.slant: {"images": np.ones((2, 3, 3))},
}

NAN, INF = float("nan"), float("inf")
ARRAYS = ["one", None, {}, [], [NAN], [INF], [[1.0], [2.0, 3.0]], [1j], ["1"], [True, False]]
NUMBERS = ["one", None, NAN, INF, -INF, 0.0, -1.0, [0.1], True, 1j]
COUNTS = ["1", None, 1.5, NAN, 0, -1, True, [1]]
BAD = {
    "weights": [*ARRAYS, 1.0, [1.0], np.empty((0,)), [[1.0, 2.0]]],
    "inputs": [*ARRAYS, 1.0, [1.0, 2.0, 3.0], np.ones((2, 2, 2)), np.empty((0, 2))],
    "target": ["one", None, {}, [], NAN, INF, [1.0, 2.0, 3.0], 1j, True, [[1.0]]],
    "keep_prob": ["half", None, {}, [], NAN, INF, -0.1, 1.1, [0.5] * 3, [[0.5] * 2], True, 1j,
                  [0.5, NAN], [0.5, 2.0]],
    "mask": [*ARRAYS, 0.0, [2, 0], [0.5, 0], [-1, 1], [1, 0, 1]],
    "shape": ["3", None, 0, -1, (), 1.5, (3, 0), (3, "2"), True],
    "num_units": [*COUNTS, 21],
    "chunk_size": COUNTS,
    "num_masks": [*COUNTS, 1],
    "num_steps": COUNTS,
    "batch_size": COUNTS,
    "learning_rate": NUMBERS,
    "ridge": NUMBERS,
    "rng": [0, None, np.random.RandomState(0), np.random],
    "record_at": ["1", [], [0], [4], [2, 1], [1, 1], [1.5], [NAN], 1, [[1]]],
    "initial_weights": [*ARRAYS, [0.0], 0.0, [[0.0, 0.0]]],
    "images": [*ARRAYS, 1.0, np.ones((3, 3)), -np.ones((2, 3, 3)), np.zeros((1, 3, 3))],
}  # fmt: skip

MANY_WEIGHTS = {
    linear.error_without_dropout,
    linear.error_with_dropout,
    linear.regularized_error,
}

CASES = [
    pytest.param(function, name, bad, id=f"{function.__name__}-{name}-{bad!r:.30}")
    for function, arguments in GOOD.items()
    for name in arguments
    if name != "progress"
    for bad in BAD[name]
    if not (name == "initial_weights" and bad is None)  # None means zeros
    if not (name == "record_at" and bad is None)
    if not (name == "weights" and repr(bad) == "[[1.0, 2.0]]" and function in MANY_WEIGHTS)
]


def public_functions(module):
    return {
        value
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__
        if not name.startswith("_")
        if not isinstance(value, type)
    }


def test_every_public_function_is_covered():
    public = set().union(*map(public_functions, (masks, linear, data)))
    without_arguments = {data.digit_images, data.digit_slants}
    of_networks = {  # test_checks_network.py
        data.one_hot, data.digit_split, data.mnist_split, data.synthetic_regression,
        data.synthetic_classification,
    }  # fmt: skip
    assert public - without_arguments - of_networks == set(GOOD)


@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
def test_good_arguments_are_accepted(function):
    function(**GOOD[function])


@pytest.mark.parametrize(("function", "name", "bad"), CASES)
def test_bad_arguments_are_refused_by_name(function, name, bad):
    arguments = {**GOOD[function], name: bad}
    with pytest.raises((TypeError, ValueError)) as refusal:
        function(**arguments)
    message = str(refusal.value)
    # a shape that fits no other argument may be reported from either side
    assert any(f"{argument} must" in message for argument in GOOD[function])
    assert "got" in message
