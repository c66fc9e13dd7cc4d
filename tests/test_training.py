"""Training: the steps by hand, together and alone, the constraints, and a run that learns."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropoutlab import _kernel as kernel
from dropoutlab import network as nn
from dropoutlab.data import digit_split
from dropoutlab.training import Recipe, evaluate, limit_norms, train

seeds = st.integers(0, 2**32 - 1)


def generators(count):
    return [np.random.default_rng([3, k]) for k in range(count)]


def problem(seed=0, examples=23):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((examples, 4)), np.eye(3)[rng.integers(3, size=examples)]


def new(rng, keep_prob=(0.8, 0.5), **settings):
    return nn.new_network((4, 6, 3), rng, keep_prob=keep_prob, dtype=np.float64, **settings)


RECIPES = [
    Recipe(epochs=3, batch_size=5, learning_rate=0.05, momentum=0.9, decay=0.8),
    Recipe(epochs=2, batch_size=23, learning_rate=0.1, momentum=0.0, l2=0.1, l1=0.01),
    Recipe(epochs=2, batch_size=100, learning_rate=0.5, max_norm=0.7),
]


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_steps_are_those_of_the_definition(recipe):
    inputs, targets = problem()
    trained, _ = train(
        new(np.random.default_rng(1)), inputs, targets, recipe, np.random.default_rng(2)
    )
    rng, network = np.random.default_rng(2), new(np.random.default_rng(1))
    parameters = [*(w.copy() for w in network.weights), *(b.copy() for b in network.biases)]
    speeds = [np.zeros_like(part) for part in parameters]
    for epoch in range(recipe.epochs):
        order = rng.permutation(len(inputs))
        for picked in np.split(order, range(recipe.batch_size, len(order), recipe.batch_size)):
            now = replace(network, weights=tuple(parameters[:2]), biases=tuple(parameters[2:]))
            noise = nn.draw_noise(now, len(picked), rng)
            activations = nn.forward(now, inputs[picked], noise)
            weights, biases = nn.backward(now, activations, noise, targets[picked])
            for k, w in enumerate(parameters[:2]):
                weights[k] = weights[k] + recipe.l2 * w + recipe.l1 * np.sign(w)
            for k, gradient in enumerate([*weights, *biases]):
                speeds[k] = recipe.momentum * speeds[k] + gradient
                parameters[k] = (
                    parameters[k] - recipe.learning_rate * recipe.decay**epoch * speeds[k]
                )
            if recipe.max_norm:
                for k in range(2):
                    norms = np.linalg.norm(parameters[k], axis=1, keepdims=True)
                    parameters[k] = parameters[k] * np.minimum(1, recipe.max_norm / norms)
    for found, expected in zip((*trained.weights, *trained.biases), parameters, strict=True):
        assert np.allclose(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "settings",
    [{}, {"noise": "gaussian", "scheme": "inverted"}, {"fresh_mask": "batch"}, {"hidden": "tanh"}],
)
def test_a_replicate_is_the_network_trained_alone(dtype, settings):
    inputs, targets = problem(examples=40)
    many_inputs = np.stack([inputs, inputs[::-1], 2 * inputs])
    recipe = Recipe(epochs=5, batch_size=16, l2=1e-3, max_norm=2.0)
    together = nn.new_network(
        (4, 6, 3), generators(3), keep_prob=(0.8, 0.5), dtype=dtype, **settings
    )
    rng = generators(3)
    trained, history = train(together, many_inputs, targets, recipe, rng, records=3)
    for k, (start, stream) in enumerate(zip(generators(3), generators(3), strict=True)):
        alone = nn.new_network((4, 6, 3), start, keep_prob=(0.8, 0.5), dtype=dtype, **settings)
        single, its_history = train(alone, many_inputs[k], targets, recipe, stream, records=3)
        tolerance = 1e-4 if dtype == np.float32 else 1e-11
        for one, many in zip(
            (*single.weights, *single.biases), (*trained.weights, *trained.biases), strict=True
        ):
            assert np.allclose(one, many[k], rtol=tolerance, atol=tolerance)
        assert np.allclose(its_history.train_loss, history.train_loss[k], rtol=tolerance)


def test_the_same_generator_gives_the_same_network_and_the_start_is_kept():
    inputs, targets = problem()
    start = new(np.random.default_rng(1))
    before = [w.copy() for w in start.weights]
    first, _ = train(start, inputs, targets, RECIPES[0], np.random.default_rng(5))
    second, _ = train(start, inputs, targets, RECIPES[0], np.random.default_rng(5))
    other, _ = train(start, inputs, targets, RECIPES[0], np.random.default_rng(6))
    assert all((a == b).all() for a, b in zip(first.weights, second.weights, strict=True))
    assert any((a != b).any() for a, b in zip(first.weights, other.weights, strict=True))
    assert all((a == b).all() for a, b in zip(start.weights, before, strict=True))


@given(seed=seeds, limit=st.floats(0.1, 5))
@settings(max_examples=50)
def test_max_norm_projects_the_incoming_weights_of_each_unit(seed, limit):
    weights = np.random.default_rng(seed).standard_normal((2, 5, 3))
    cut = weights.copy()
    limit_norms(cut, limit)
    norms, before = np.linalg.norm(cut, axis=-1), np.linalg.norm(weights, axis=-1)
    assert np.allclose(norms, np.minimum(before, limit))
    assert np.allclose(cut * before[..., None], weights * norms[..., None])  # the same direction


def test_the_history_is_that_of_test_time():
    inputs, targets = problem()
    test = problem(seed=9)
    network, history = train(
        new(np.random.default_rng(1)), inputs, targets, Recipe(epochs=10),
        np.random.default_rng(2), test=test, records=3,
    )  # fmt: skip
    assert list(history.epochs) == [0, 5, 10]
    outputs = nn.predict(network, inputs)
    assert history.train_loss[-1] == pytest.approx(nn.loss(network, outputs, targets))
    loss, error = evaluate(network, *test)
    assert (history.test_loss[-1], history.test_error[-1]) == (loss, error)
    assert history.train_error.shape == (3,)


@pytest.mark.parametrize("output", nn.OUTPUT)
def test_a_large_set_is_evaluated_in_parts(monkeypatch, output):
    network, (inputs, targets) = new(np.random.default_rng(1), output=output), problem()
    whole = evaluate(network, inputs, targets)
    monkeypatch.setattr("dropoutlab.training.MAX_AT_ONCE", 5)
    assert np.allclose(evaluate(network, inputs, targets), whole)


def test_too_large_a_learning_rate_is_named():
    inputs, targets = problem()
    network = new(np.random.default_rng(1), output="linear")
    with pytest.raises(FloatingPointError, match="learning_rate is too large"):
        train(
            network, 100 * inputs, targets, Recipe(epochs=50, learning_rate=10.0),
            np.random.default_rng(2),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("large", "named"),
    [
        ({"inputs": 1e39}, "inputs must .* float32"),
        ({"inputs": 1e38}, "inputs and targets must be small enough"),
        ({"targets": 1e30}, "inputs and targets must be small enough"),
    ],
)
def test_numbers_that_are_too_large_are_not_blamed_on_the_learning_rate(large, named):
    network = nn.new_network((4, 3), np.random.default_rng(0), output="linear")
    size = {"inputs": 1.0, "targets": 1.0, **large}
    with pytest.raises(ValueError, match=named):
        train(
            network, np.full((5, 4), size["inputs"]), np.full((5, 3), size["targets"]), Recipe(),
            np.random.default_rng(1),
        )  # fmt: skip


def test_numpy_settings_keep_a_float32_network_as_it_is():
    inputs, targets = problem()
    python = {"learning_rate": 0.1, "momentum": 0.9, "l2": 0.01, "max_norm": 1.5}
    ends = [
        train(
            nn.new_network((4, 6, 3), np.random.default_rng(1), keep_prob=(0.8, 0.5)), inputs,
            targets, Recipe(epochs=3, **settings), np.random.default_rng(2),
        )[0].weights
        for settings in (python, {name: np.float64(value) for name, value in python.items()})
    ]  # fmt: skip
    assert all((a == b).all() and a.dtype == np.float32 for a, b in zip(*ends, strict=True))


@given(
    seed=seeds, batch_size=st.integers(1, 30), epochs=st.integers(1, 4), records=st.integers(2, 6)
)
@settings(max_examples=15)
def test_records_are_those_of_shorter_runs(seed, batch_size, epochs, records):
    """What is recorded after some epochs is what a training of so many epochs ends with."""
    inputs, targets = problem(seed)
    recipe = Recipe(epochs=epochs, batch_size=batch_size, decay=0.7)
    start = new(np.random.default_rng(seed))
    _, history = train(start, inputs, targets, recipe, np.random.default_rng(2), records=records)
    assert history.epochs[0] == 0 and history.epochs[-1] == epochs
    for k, done in enumerate(history.epochs[1:], 1):
        shorter = replace(recipe, epochs=int(done))
        end, _ = train(start, inputs, targets, shorter, np.random.default_rng(2))
        loss, error = evaluate(end, inputs, targets)
        assert (history.train_loss[k], history.train_error[k]) == (loss, error)


def test_a_large_set_is_evaluated_a_part_at_a_time(monkeypatch):
    rows, right = [], kernel.hidden_and_logits
    monkeypatch.setattr("dropoutlab.training.MAX_AT_ONCE", 5)
    monkeypatch.setattr(
        kernel, "hidden_and_logits",
        lambda *args, **more: rows.append(len(args[1])) or right(*args, **more),
    )  # fmt: skip
    evaluate(new(np.random.default_rng(1)), *problem(examples=23))
    assert rows == [5, 5, 5, 5, 3]


def test_it_learns_the_digits():
    rng = np.random.default_rng(11)
    split = digit_split(300, rng)
    network = nn.new_network((64, 64, 10), rng, keep_prob=(1.0, 0.5))
    _, history = train(
        network, split.train_inputs, split.train_targets, Recipe(epochs=60), rng,
        test=(split.test_inputs, split.test_targets),
    )  # fmt: skip
    assert history.test_error[0] > 0.7 and history.test_error[-1] < 0.12
    assert history.train_loss[-1] < history.train_loss[0] / 5


def test_a_recipe_holds_what_it_was_given_as_pythons_numbers():
    given = {"epochs": 3, "batch_size": 7, "learning_rate": 0.25, "decay": 0.75, "momentum": 0.5,
             "l2": 0.125, "l1": 0.0625, "max_norm": 2.5}  # fmt: skip
    recipe = Recipe(**{name: np.asarray(value) for name, value in given.items()})
    assert vars(recipe) == given
    assert [type(value) for value in vars(recipe).values()] == [int] * 2 + [float] * 6
    edge = Recipe(epochs=1, batch_size=1, decay=1, momentum=0, l2=0, l1=0)
    assert (edge.decay, edge.momentum, edge.l2, edge.l1, edge.max_norm) == (1, 0, 0, 0, None)


@pytest.mark.parametrize("output", nn.OUTPUT)
def test_replicates_are_evaluated_each_on_its_own_examples(output):
    inputs, targets = problem()
    together = new(generators(3), output=output)
    sets = np.stack([inputs, -inputs, 2 * inputs]), np.stack([targets, targets[::-1], targets])
    for whole in (sets, (sets[0], targets), (inputs, sets[1])):
        loss, error = evaluate(together, *whole)
        assert loss.shape == error.shape == (3,)
        for k, rng in enumerate(generators(3)):
            own = [part[k] if part.ndim == 3 else part for part in whole]
            alone = evaluate(new(rng, output=output), *own)
            assert np.allclose((loss[k], error[k]), alone, rtol=1e-12)


def test_a_history_without_a_test_set_has_none():
    inputs, targets = problem()
    recipe = Recipe(epochs=4)
    _, plain = train(new(generators(2)), inputs, targets, recipe, generators(2), records=3)
    assert plain.test_loss is None and plain.test_error is None
    assert list(plain.epochs) == [0, 2, 4]
    _, watched = train(
        new(generators(2)), inputs, targets, recipe, generators(2), records=3,
        test=(inputs[:5], targets[:5]),
    )  # fmt: skip
    for name in ("train_loss", "train_error"):
        assert getattr(plain, name).shape == (2, 3)
        assert (getattr(plain, name) == getattr(watched, name)).all()
    start = evaluate(new(generators(2)), inputs[:5], targets[:5])
    assert np.allclose((watched.test_loss[:, 0], watched.test_error[:, 0]), start)
    assert (watched.test_loss != watched.train_loss).all()


def test_weights_are_limited_as_they_stand():
    weights = np.array([[3.0, 4.0], [0.3, 0.4]])
    limit_norms(weights, 1)
    assert np.allclose(weights, [[0.6, 0.8], [0.3, 0.4]])
