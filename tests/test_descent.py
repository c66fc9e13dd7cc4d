"""The loop that everything descends by, and the cut of long weights at any size of numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropoutlab._descent import Rule, descend, limit_norms, move
from dropoutlab._minibatches import descend_epochs
from dropoutlab.training import Recipe


@given(
    start=st.lists(st.floats(-5, 5), min_size=2, max_size=2),
    rate=st.floats(0.01, 0.2),
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    l2=st.sampled_from([0.0, 0.3]),
    l1=st.sampled_from([0.0, 0.3]),
    max_norm=st.sampled_from([None, 1.0]),
)
def test_steps_are_those_of_the_definition(start, rate, momentum, l2, l1, max_norm):
    """Down ½‖w‖², beside an array that follows another rule, at rates that fall."""
    w, other = np.array([start]), np.array([1.0])
    factors = [1.0, 0.5, 0.25]
    expected, speed = w.copy(), 0.0
    gradients = ([w.copy(), np.ones(1)] for _ in factors)
    rules = [Rule(rate, momentum, l2, l1, max_norm), Rule(0.1)]
    for done in descend([w, other], rules, gradients, factors):
        speed = momentum * speed + expected + l2 * expected + l1 * np.sign(expected)
        expected = expected - rate * factors[done - 1] * speed
        if max_norm is not None:
            expected = expected * min(1, max_norm / max(np.linalg.norm(expected), 1e-300))
        assert np.allclose(w, expected, rtol=1e-12, atol=1e-14)
    assert done == 3 and other == pytest.approx(1 - 0.1 * 1.75)


def test_rates_may_differ_within_an_array():
    w = np.ones((2, 3))
    list(descend([w], [Rule(np.array([0.0, 0.5, 1.0]))], [[np.ones((2, 3))]]))
    assert w.tolist() == [[1, 0.5, 0]] * 2


@given(
    exponent=st.integers(-150, 150),
    limit=st.integers(-155, 155),
    row=st.lists(st.floats(0.1, 1), min_size=3, max_size=3),
)
def test_long_rows_are_cut_at_any_size(exponent, limit, row):
    """Where squares overflow or vanish too; a power of ten against the other."""
    weights = np.array([row, [0.0, 0.0, 0.0]]) * 10.0**exponent
    before, cut = weights.copy(), weights
    limit_norms(cut, 10.0**limit)
    unit = np.linalg.norm(row)
    expected = min(unit, 10.0 ** (limit - exponent))
    assert np.linalg.norm(cut[0] / 10.0**exponent) == pytest.approx(expected, rel=1e-9)
    assert (cut[1] == 0).all()
    if unit < 10.0 ** (limit - exponent) * (1 - 1e-9):
        assert (cut == before).all()


def test_long_rows_are_cut_in_float32_too():
    weights = np.array([[3e30, 4e30], [3.0, 4.0]], np.float32)
    limit_norms(weights, 10.0)
    assert np.allclose(weights, [[6, 8], [3, 4]])
    limit_norms(weights, 1e300)
    assert np.allclose(weights, [[6, 8], [3, 4]])


def test_a_row_is_long_though_each_of_its_weights_is_short():
    weights = np.array([[3e200, 4e200], [1e200, 1e200]])
    limit_norms(weights, 4.5e200)
    assert np.allclose(weights, [[2.7e200, 3.6e200], [1e200, 1e200]])


def test_an_epoch_meets_every_example_once_in_an_order_of_each_source():
    weights, others, seen, done = np.zeros((2, 1, 3)), np.zeros((2, 1)), [], []
    recipe = Recipe(epochs=2, batch_size=4, learning_rate=0.1, momentum=0.0, l2=1.0, decay=0.5)

    def gradients(picked):
        seen.append(picked)
        return [np.ones_like(weights), np.ones_like(others)]

    sources = np.random.default_rng(0).spawn(2)
    for epoch in descend_epochs([weights], [others], recipe, 10, sources, gradients):
        done.append((epoch, len(seen)))
    assert done == [(0, 0), (1, 3), (2, 6)]
    for parts in (seen[:3], seen[3:]):
        assert [part.shape for part in parts] == [(2, 4), (2, 4), (2, 2)]
        order = np.concatenate(parts, axis=1)
        assert (np.sort(order) == np.arange(10)).all() and (order[0] != order[1]).any()
    assert np.allclose(others, -0.1 * 3 - 0.05 * 3)  # the rate falls after an epoch
    assert np.allclose(weights, -1 + 0.9**3 * 0.95**3)  # of weights alone a penalty is taken


def test_one_move_is_the_rule_of_the_rule():
    values, speed = np.array([[2.0, 0.0, -1.0]]), np.array([[1.0, 1.0, 1.0]])
    move(values, np.array([[0.5, 0.5, 0.5]]), speed, Rule(0.1, momentum=0.5, l2=0.25, l1=0.125))
    assert speed.tolist() == [[1.625, 1.0, 0.625]]  # ½ + ½ + ¼ w + ⅛ sign w
    assert np.allclose(values, [[2 - 0.1625, -0.1, -1.0625]], rtol=1e-15)
    move(values, np.ones((1, 3)), None, Rule(0.1), 2.0)
    assert np.allclose(values, [[1.8 - 0.1625, -0.3, -1.2625]], rtol=1e-15)
    move(values, np.zeros((1, 3)), None, Rule(0.1, max_norm=1.0))
    assert np.linalg.norm(values) == pytest.approx(1)


def test_there_are_as_many_steps_as_gradients_or_factors():
    w = np.zeros((1, 1))
    gradients = [[np.ones((1, 1))] for _ in range(5)]
    assert list(descend([w], [Rule(1.0)], gradients, [1.0, 0.5])) == [1, 2]
    assert w == -1.5
    assert list(descend([w], [Rule(1.0)], gradients)) == [1, 2, 3, 4, 5]


def test_each_array_has_a_rule_and_a_gradient():
    w = [np.zeros((1, 1)), np.zeros((1, 1))]
    for rules, gradient in (([Rule(1.0)], w), ([Rule(1.0)] * 2, w[:1]), ([Rule(1.0)] * 2, [*w, 1])):
        with pytest.raises(ValueError, match="argument"):
            list(descend(w, rules, [gradient]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_of_all_replicates_are_cut_and_nothing_else_is_moved(dtype):
    held = np.finfo(dtype)
    for size in (1.0, 1e-2 * held.tiny):
        weights = np.array([[[3, 4], [0.5, 0]], [[0, 0], [-6, 8]]], dtype) * dtype(size)
        limit_norms(weights, 5.5 * float(size))
        expected = np.array([[[3, 4], [0.5, 0]], [[0, 0], [-3.3, 4.4]]]) * size
        assert np.allclose(weights / size, expected / size, rtol=1e-5 if size == 1 else 1e-3)
        assert weights.dtype == dtype
