"""The error contract, for every public function of the networks, their averages and measures."""

import numpy as np
import pytest

from dropoutlab import averaging, coadaptation, data, training
from dropoutlab import network as nn
from tests.test_checks import public_functions

RNG = np.random.default_rng(0)
NET = nn.new_network((4, 3, 2), RNG, keep_prob=(0.9, 0.5))
MANY = nn.new_network((4, 3, 2), RNG.spawn(3), keep_prob=(0.9, 0.5))
X, T = RNG.random((5, 4)), np.eye(2)[[0, 1, 0, 1, 1]]
Z = nn.draw_noise(NET, 5, RNG)
H = nn.forward(NET, X, Z)
NAN, INF = float("nan"), float("inf")

JUDGED = {"network": NET, "inputs": X, "targets": T, "rng": RNG}
SPLIT = {"train_size": 5, "rng": RNG, "test_size": 3, "label_noise": 0.1}
GOOD = {
    nn.new_network: {"sizes": (2, 3), "rng": RNG, "keep_prob": (0.5,), "dtype": np.float64,
                     "hidden": "tanh", "output": "linear", "scheme": "inverted",
                     "noise": "gaussian", "fresh_mask": "batch"},
    nn.draw_noise: {"network": NET, "batch": 5, "rng": RNG},
    nn.forward: {"network": NET, "inputs": X, "noise": Z},
    nn.predict: {"network": NET, "inputs": X},
    nn.loss: {"network": NET, "outputs": H[-1], "targets": T},
    nn.error: {"network": NET, "outputs": H[-1], "targets": T},
    nn.backward: {"network": NET, "activations": H, "noise": Z, "targets": T},
    nn.replicate_generators: {"network": NET, "rng": RNG},
    training.train: {**JUDGED, "recipe": training.Recipe(epochs=2), "test": (X, T), "records": 2},
    training.evaluate: {"network": NET, "inputs": X, "targets": T},
    training.limit_norms: {"weights": np.ones((3, 2)), "max_norm": 1.0},
    averaging.ensemble_mean: {"outputs": H[-1][None], "probability": [1.0], "mean": "geometric",
                              "output": "softmax"},
    averaging.exact_average: {"network": NET, "inputs": X, "mean": "arithmetic"},
    averaging.monte_carlo_average: {"network": NET, "inputs": X, "num_masks": 3, "rng": RNG,
                                    "mean": "arithmetic"},
    coadaptation.cancellation: {"network": NET, "inputs": X},
    coadaptation.centred_cancellation: {"network": NET, "inputs": X},
    coadaptation.chance_cancellation: {"network": NET, "inputs": X, "rng": RNG, "draws": 2},
    coadaptation.interaction: {**JUDGED, "pairs": 2},
    coadaptation.negative_share: {**JUDGED, "pairs": 2},
    coadaptation.ablation: {**JUDGED, "fraction": 0.5, "draws": 2},
    coadaptation.refit_error: {"network": NET, "train": (X, T), "test": (X, T), "rng": RNG,
                               "units": 2, "draws": 2, "ridge": 0.1},
    coadaptation.mean_activation: {"network": NET, "inputs": X},
    coadaptation.active_share: {"network": NET, "inputs": X},
    coadaptation.mean_correlation: {"network": NET, "inputs": X},
    coadaptation.effective_units: {"network": NET, "inputs": X},
    coadaptation.smoothness: {"network": NET, "shape": (2, 2)},
    data.one_hot: {"labels": [0, 1], "num_classes": 2},
    data.digit_split: SPLIT,
    data.mnist_split: SPLIT,
    data.synthetic_regression: {"num_examples": 3, "weights": [1.0], "noise_sd": 1.0, "rng": RNG},
    data.synthetic_classification: {"num_examples": 3, "num_features": 2, "distance": 1.0,
                                    "rng": RNG},
}  # fmt: skip

ARRAYS = ["one", None, {}, [], [NAN], [[INF] * 4], [[1.0], [2.0, 3.0]], [[1j] * 4], [1.0] * 4,
          np.ones((5, 9)), np.ones((2, 2, 5, 4))]  # fmt: skip
NUMBERS = ["one", None, NAN, INF, 0.0, -1.0, [0.1], True, 1j]
COUNTS = ["1", None, 1.5, NAN, 0, -1, True, [1.5]]
WORDS = ["something else", None, 3]
BAD = {
    "inputs": ARRAYS,
    "targets": [*ARRAYS, T[:3], np.full((5, 2), 2.0), np.full((5, 2), -0.1)],
    "outputs": ARRAYS,
    "noise": [[None], [None, "one"], [None, np.ones((5, 9))], [None, np.full((5, 3), NAN)]],
    "activations": [H[:2], [X, X, X], [*H[:2], np.full((5, 2), NAN)]],
    "network": [MANY],
    "rng": [0, None, np.random, [], [0], RNG.spawn(2)],
    "sizes": ["34", None, (3,), (3, 0), (3, 2.5), 3],
    "keep_prob": ["half", 0.5, (), (0.5, 0.5), (0.0,), (1.1,), (NAN,), ("a",), (True,)],
    "dtype": [int, "float32", np.float16],
    "hidden": WORDS, "output": WORDS, "scheme": [*WORDS, "standard"], "fresh_mask": WORDS,
    "batch": COUNTS, "records": [*COUNTS, 1], "pairs": COUNTS, "draws": COUNTS,
    "units": [*COUNTS, 4], "num_masks": [*COUNTS, [2, 1], [1, 1]], "num_examples": COUNTS,
    "num_features": COUNTS, "num_classes": COUNTS, "train_size": [*COUNTS, 10**6],
    "test_size": COUNTS, "max_norm": NUMBERS, "ridge": NUMBERS, "noise_sd": NUMBERS,
    "distance": NUMBERS, "label_noise": ["a", None, NAN, -0.1, 1.1, True],
    "fraction": ["a", None, NAN, -0.1, 1, 1.1, True],
    "weights": ["one", None, [[1.0, 2.0]], np.ones(3), np.ones((2, 2), int)],
    "probability": ["one", [0.5], [0.5, 0.5], [-1.0], [NAN]],
    "mean": WORDS, "test": [(X, T[:2]), (X[:, :2], T)], "train": [(X[:, :2], T)],
    "labels": ["one", None, [], [0.5], [-1], [2], [NAN], [[0, 1]]],
    "shape": [(1, 4), (2, 3), (2.0, 2)],
}  # fmt: skip
RANDOM = [nn.draw_noise, training.train, averaging.monte_carlo_average, coadaptation.ablation,
          coadaptation.chance_cancellation, coadaptation.interaction, coadaptation.negative_share,
          coadaptation.refit_error, nn.replicate_generators]  # fmt: skip

# where a name means something else, or not every bad value is bad
INSTEAD = {
    (nn.new_network, "noise"): WORDS,
    (nn.new_network, "rng"): [0, None, np.random, [], [0]],
    (averaging.ensemble_mean, "outputs"): ["one", None, [], [NAN], [0.5], [[0.5, 1.5]], [[1j]]],
    (data.synthetic_regression, "weights"): ["one", None, [], [[1.0, 2.0]], [NAN], [1j]],
}


def bad_values(function, name):
    """What an argument must refuse; another number of networks only where it matters."""
    if name == "network" and function not in (*RANDOM, averaging.exact_average):
        return []
    return INSTEAD.get((function, name), BAD.get(name, []))


CASES = [
    pytest.param(function, name, bad, id=f"{function.__name__}-{name}-{bad!r:.30}")
    for function, arguments in GOOD.items()
    for name in arguments
    for bad in bad_values(function, name)
]


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch):
    monkeypatch.setattr(data, "_mnist", lambda: (np.zeros((20, 4)), np.arange(20) % 10))


def test_every_public_function_is_covered():
    modules = (nn, training, averaging, coadaptation, data)
    public = set().union(*map(public_functions, modules))
    checked_elsewhere = {
        data.slant, data.digit_images, data.digit_slants,  # test_checks.py
        nn.scaled_for_test,  # takes a network and nothing else
    }  # fmt: skip
    assert public - checked_elsewhere == set(GOOD)


@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
def test_good_arguments_are_accepted(function):
    function(**GOOD[function])


@pytest.mark.parametrize(("function", "name", "bad"), CASES)
def test_bad_arguments_are_refused_by_name(function, name, bad):
    with pytest.raises((TypeError, ValueError)) as refusal:
        function(**{**GOOD[function], name: bad})
    message = str(refusal.value)
    names = {*GOOD[function], "inputs", "targets"}  # `train` and `test` are made of these
    assert any(f"{argument} must" in message for argument in names), message
    assert "got" in message


@pytest.mark.parametrize(
    "parts",
    [
        {"weights": ()},
        {"weights": (np.ones(3),)},
        {"weights": (np.full((2, 2), NAN),)},
        {"weights": (np.ones((2, 3)), np.ones((2, 3)))},
        {"biases": (np.ones(3),)},
        {"biases": (np.ones(2, np.float32),)},
        {"keep_prob": (0.5, 0.5)},
        {"noise": "gaussian"},
    ],
)
def test_networks_are_checked(parts):
    good = {"weights": (np.ones((2, 3)),), "biases": (np.ones(2),), "keep_prob": (0.5,)}
    nn.Network(**good)
    with pytest.raises((TypeError, ValueError), match="must"):
        nn.Network(**{**good, **parts})
