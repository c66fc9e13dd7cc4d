"""The linear unit: against hand-made numbers, finite differences, enumeration and sympy."""

from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from dropoutlab import linear, symbolic
from dropoutlab.masks import draw_mask

seeds = st.integers(0, 2**32 - 1)


def problem(seed, num_units=4, batch=None):
    """A random unit: weights, inputs, target, keep_prob."""
    rng = np.random.default_rng(seed)
    shape = (num_units,) if batch is None else (batch, num_units)
    return (
        rng.normal(size=num_units),
        rng.normal(size=shape) * rng.uniform(0.1, 3, size=num_units),
        rng.normal(size=shape[:-1]),
        rng.uniform(0, 1, size=num_units),
    )


def close(a, b, tolerance=1e-10):
    return np.allclose(a, b, rtol=tolerance, atol=tolerance)


def finite_difference(function, weights, step=1e-6):
    directions = np.eye(len(weights)) * step
    return np.array([(function(weights + d) - function(weights - d)) / (2 * step)
                     for d in directions])  # fmt: skip


def test_numbers_worked_by_hand():
    # output without dropout 0.5·(1·3 + 2·4) = 5.5, so E_N = ½ (5 − 5.5)²
    unit = ([1.0, 2.0], [3.0, 4.0], 5.0)
    assert linear.error_without_dropout(*unit, 0.5) == 0.125
    assert linear.error_with_dropout(*unit, [1, 0]) == 2.0  # ½ (5 − 3)²
    assert linear.regularized_error(*unit, 0.5) == 0.125 + 0.5 * 0.25 * (9 + 64)
    assert linear.gradient_without_dropout(*unit, 0.5).tolist() == [0.75, 1.0]
    assert linear.gradient_with_dropout(*unit, [1, 0]).tolist() == [-6.0, 0.0]
    assert linear.regularized_gradient(*unit, 0.5).tolist() == [0.75 + 2.25, 1.0 + 8.0]


@pytest.mark.parametrize("batch", [None, 3])
@given(seed=seeds)
def test_gradients_are_the_slopes_of_their_errors(seed, batch):
    weights, inputs, target, keep_prob = problem(seed, batch=batch)
    mask = draw_mask(inputs.shape, keep_prob, np.random.default_rng(seed))
    for error, gradient, last in (
        (linear.error_without_dropout, linear.gradient_without_dropout, keep_prob),
        (linear.regularized_error, linear.regularized_gradient, keep_prob),
        (linear.error_with_dropout, linear.gradient_with_dropout, mask),
    ):
        slope = finite_difference(lambda w, e=error, t=last: e(w, inputs, target, t), weights)
        assert close(gradient(weights, inputs, target, last), slope, 1e-5)


@pytest.mark.parametrize("batch", [None, 3])
@given(seed=seeds)
def test_the_closed_form_is_the_sum_over_all_masks(seed, batch):
    unit = problem(seed, batch=batch)
    assert close(linear.expected_error_exact(*unit), linear.regularized_error(*unit))
    assert close(linear.expected_gradient_exact(*unit), linear.regularized_gradient(*unit))


def test_the_sum_over_masks_does_not_depend_on_the_chunks(monkeypatch):
    unit = problem(1, num_units=6, batch=2)
    whole = linear.expected_gradient_exact(*unit)
    monkeypatch.setattr(linear.expectations, "CHUNK_NUMBERS", 6 * 7)
    assert close(linear.expected_gradient_exact(*unit), whole)


def test_sums_and_means_over_masks_hold_a_chunk_of_them_at_a_time(monkeypatch):
    drawn = []
    for name in ("draw_mask", "enumerate_masks"):
        right = getattr(linear.expectations, name)
        note = lambda *args, right=right: drawn.append(args) or right(*args)  # noqa: E731
        monkeypatch.setattr(linear.expectations, name, note)
    monkeypatch.setattr(linear.expectations, "CHUNK_NUMBERS", 100)
    unit = problem(1, num_units=6, batch=2)
    linear.expected_error_exact(*unit)
    assert drawn == [(6, 16)]  # 16 masks of 6 units
    drawn.clear()
    linear.expected_gradient_monte_carlo(*unit, num_masks=21, rng=np.random.default_rng(0))
    assert [shape for shape, *_ in drawn] == [(8, 2, 6), (8, 2, 6), (5, 2, 6)]


def test_one_mask_is_a_chunk_where_no_two_fit(monkeypatch):
    asked = []
    for name in ("draw_mask", "enumerate_masks"):
        right = getattr(linear.expectations, name)
        note = lambda *args, right=right: asked.append(args[:2]) or right(*args)  # noqa: E731
        monkeypatch.setattr(linear.expectations, name, note)
    monkeypatch.setattr(linear.expectations, "CHUNK_NUMBERS", 3)
    unit = problem(1, num_units=4)
    assert close(linear.expected_error_exact(*unit), linear.regularized_error(*unit))
    assert asked == [(4, 1)]
    linear.expected_gradient_monte_carlo(*unit, num_masks=3, rng=np.random.default_rng(0))
    assert [shape for shape, _keep_prob in asked[1:]] == [(1, 4)] * 3


def test_at_most_twenty_units_are_enumerated():
    with pytest.raises(ValueError, match=r"weights must have at most 20 entries .* got 21"):
        linear.expected_error_exact(np.ones(21), np.ones(21), 0.0, 0.5)


# Each component's error over its standard error is near normal (20,000 masks). P(|z| > 6) = 2e-9
# for a normal; with 4 components and 2 shapes, and room for what is not normal, below 1e-6.
@pytest.mark.parametrize("batch", [None, 3])
def test_monte_carlo_means_are_within_six_standard_errors(batch):
    unit = problem(7, batch=batch)
    rng = np.random.default_rng(123)
    gradient = linear.expected_gradient_monte_carlo(*unit, num_masks=20_000, rng=rng)
    exact = linear.regularized_gradient(*unit)
    assert (np.abs(gradient.mean - exact) < 6 * gradient.standard_error).all()
    assert gradient.mean.shape == (4,)


def test_the_standard_error_is_that_of_the_drawn_masks(monkeypatch):
    unit = problem(3)
    masks = draw_mask((1000, 4), unit[3], np.random.default_rng(5))
    values = linear.gradient_with_dropout(*unit[:3], masks)
    for chunk in (4 * 1000, 4 * 13):  # the chunks leave the numbers as they are
        monkeypatch.setattr(linear.expectations, "CHUNK_NUMBERS", chunk)
        estimate = linear.expected_gradient_monte_carlo(
            *unit, num_masks=1000, rng=np.random.default_rng(5)
        )
        assert close(estimate.mean, values.mean(axis=0))
        assert close(estimate.standard_error, values.std(axis=0, ddof=1) / np.sqrt(1000))


@given(seed=seeds)
def test_dropped_units_have_exactly_no_gradient(seed):
    weights, inputs, target, keep_prob = problem(seed)
    mask = draw_mask((5, 4), keep_prob, np.random.default_rng(seed))
    gradient = linear.gradient_with_dropout(weights, inputs, target, mask)
    assert (gradient[mask == 0] == 0).all()


@given(seed=seeds)
def test_a_batch_is_the_sum_of_its_examples(seed):
    weights, inputs, target, keep_prob = problem(seed, batch=3)
    rows = list(zip(inputs, target, strict=True))
    for function in (
        linear.error_without_dropout,
        linear.regularized_error,
        linear.gradient_without_dropout,
        linear.regularized_gradient,
    ):
        total = sum(function(weights, x, y, keep_prob) for x, y in rows)
        assert close(function(weights, inputs, target, keep_prob), total)
    masks = draw_mask((6, 3, 4), keep_prob, np.random.default_rng(seed))
    for function in (linear.error_with_dropout, linear.gradient_with_dropout):
        parts = sum(function(weights, x, y, masks[:, m]) for m, (x, y) in enumerate(rows))
        assert close(function(weights, inputs, target, masks), parts)
        shared = sum(function(weights, x, y, masks[0, 0]) for x, y in rows)
        assert close(function(weights, inputs, target, masks[0, 0]), shared)


@pytest.mark.long
@pytest.mark.parametrize("batch", [None, 3])
@given(seed=seeds)
def test_many_sets_of_weights_are_taken_one_by_one(seed, batch):
    _weights, inputs, target, keep_prob = problem(seed, batch=batch)
    rng = np.random.default_rng(seed)
    many = rng.normal(size=(2, 5, 4))
    masks = draw_mask((5, *inputs.shape), keep_prob, rng)
    for k, m in np.ndindex(2, 5):
        for error in (linear.error_without_dropout, linear.regularized_error):
            alone = error(many[k, m], inputs, target, keep_prob)
            assert close(error(many, inputs, target, keep_prob)[k, m], alone)
        alone = linear.error_with_dropout(many[k, m], inputs, target, masks[m])
        assert close(linear.error_with_dropout(many, inputs, target, masks)[k, m], alone)


def test_sets_of_weights_must_go_with_the_masks():
    with pytest.raises(ValueError, match="weights must have leading axes"):
        linear.error_with_dropout(np.ones((3, 2)), [1.0, 2.0], 0.0, np.ones((2, 2)))


@given(seed=seeds)
def test_the_mean_error_is_never_below_the_error_of_the_mean(seed):
    unit = problem(seed)
    assert linear.expected_error_exact(*unit) >= linear.error_without_dropout(*unit) - 1e-12


@pytest.mark.parametrize("n", [1, 2, 3])
def test_numpy_and_sympy_agree(n):
    weights, inputs, target, keep_prob = problem(n, num_units=n)
    numbers = {symbolic.target(): float(target)}
    for j in range(n):
        numbers |= {
            symbolic.weight(j + 1): weights[j],
            symbolic.input_value(j + 1): inputs[j],
            symbolic.keep_prob(j + 1): keep_prob[j],
        }
    regularized = symbolic.regularized_error(n)
    unit = (weights, inputs, target, keep_prob)
    assert close(linear.regularized_error(*unit), float(regularized.subs(numbers)))
    slopes = [float(sp.diff(regularized, symbolic.weight(j + 1)).subs(numbers)) for j in range(n)]
    assert close(linear.regularized_gradient(*unit), slopes)


# --- minimisers


@given(seed=seeds)
def test_at_the_minimiser_the_gradient_vanishes_and_every_step_goes_up(seed):
    _weights, inputs, target, keep_prob = problem(seed, batch=8)
    best = linear.regularized_minimizer(inputs, target, keep_prob)
    assert close(linear.regularized_gradient(best, inputs, target, keep_prob), 0, 1e-8)
    least = linear.regularized_error(best, inputs, target, keep_prob)
    step = np.random.default_rng(seed).normal(size=4)
    assert linear.regularized_error(best + step, inputs, target, keep_prob) >= least


@given(seed=seeds)
def test_the_minimiser_solves_the_generalised_ridge_system(seed):
    _weights, inputs, target, keep_prob = problem(seed, batch=8)
    keep_prob = 0.2 + 0.7 * keep_prob  # away from 0 and 1: one minimiser
    keep = np.diag(keep_prob)
    strength = np.diag(keep_prob * (1 - keep_prob) * (inputs**2).sum(axis=0))
    system = keep @ inputs.T @ inputs @ keep + strength
    solved = np.linalg.solve(system, keep @ inputs.T @ target)
    assert close(linear.regularized_minimizer(inputs, target, keep_prob), solved, 1e-8)


@pytest.mark.parametrize("size", [1e-200, 1e-160, 1e200])
def test_the_minimiser_is_right_where_squares_vanish_or_overflow(size):
    found = linear.regularized_minimizer(size * np.eye(2), size * np.array([1.0, 2.0]), 0.5)
    np.testing.assert_allclose(found, [1, 2])


def test_keeping_everything_is_least_squares():
    _weights, inputs, target, _keep_prob = problem(0, batch=8)
    plain = linear.least_squares_minimizer(inputs, target)
    assert close(linear.regularized_minimizer(inputs, target, 1.0), plain)
    assert close(inputs.T @ (inputs @ plain - target), 0, 1e-8)


SMALL_BESIDE = [[1e9, 0.0], [0.0, 1e-8]]


@pytest.mark.parametrize(
    ("minimizer", "arguments", "expected"),
    [
        (linear.least_squares_minimizer, (SMALL_BESIDE, [1.0, 1.0]), [1e-9, 1e8]),
        (linear.least_squares_minimizer, ([[1e9, 0, 0], [0, 0, 1e-8]], [1.0, 1.0]), [1e-9, 0, 1e8]),
        (linear.least_squares_minimizer, ([[1e9, 1e-8]], [1.0]), [1e-9, 1e-26]),
        (linear.regularized_minimizer, (SMALL_BESIDE, [1.0, 1.0], 0.5), [1e-9, 1e8]),
        (linear.regularized_minimizer, (np.eye(2), [1.0, 1.0], [1.0, 1e-33]), [1, 1]),
        (linear.ridge_minimizer, ([[1e17, 0.0], [0.0, 1.0]], [1e17, 1.0], 1.0), [1, 0.5]),
    ],
)
def test_an_input_that_is_small_beside_others_has_its_weight(minimizer, arguments, expected):
    np.testing.assert_allclose(minimizer(*arguments), expected, rtol=1e-12)


@given(seed=seeds)
def test_the_unit_of_an_input_changes_its_weight_and_nothing_else(seed):
    _weights, inputs, target, keep_prob = problem(seed, batch=8)
    unit = 2.0 ** np.random.default_rng(seed).integers(-300, 300, 4)
    keep_prob = 0.2 + 0.7 * keep_prob
    for minimizer, more in (
        (linear.least_squares_minimizer, ()),
        (linear.regularized_minimizer, (keep_prob,)),
    ):
        found = unit * minimizer(unit * inputs, target, *more)
        assert close(found, minimizer(inputs, target, *more), 1e-8)


def test_the_least_of_many_minimisers_is_not_guessed_where_inputs_are_small_beside_others():
    with pytest.raises(
        ValueError, match=r"inputs must be of similar size .*; got columns from 1e-"
    ):
        linear.least_squares_minimizer([[1e9, 0.0, 0.0], [0.0, 1e-8, 1e-8]], [1.0, 1.0])


def test_of_many_minimisers_the_smallest_is_taken():
    blank = linear.regularized_minimizer([[1.0, 0.0], [2.0, 0.0]], [1.0, 1.0], 0.5)
    assert blank[1] == 0
    assert linear.regularized_minimizer([1.0, 2.0], 3.0, 0.0).tolist() == [0.0, 0.0]


def test_two_copies_of_an_input_share_the_weight():
    # least squares is content with (10, −9) as well; the penalty wants equal weights, y / (x (1+p))
    copies = linear.regularized_minimizer([2.0, 2.0], 3.0, 0.5)
    assert close(copies, 3.0 / (2.0 * 1.5))


def test_ridge_solves_its_system_and_weak_ridge_is_least_squares():
    _weights, inputs, target, _keep_prob = problem(4, batch=8)
    solved = np.linalg.solve(inputs.T @ inputs + 0.7 * np.eye(4), inputs.T @ target)
    assert close(linear.ridge_minimizer(inputs, target, 0.7), solved)
    plain = linear.least_squares_minimizer(inputs, target)
    assert close(linear.ridge_minimizer(inputs, target, 1e-12), plain, 1e-8)


@given(seed=seeds)
def test_with_orthogonal_columns_each_effective_weight_keeps_its_share(seed):
    rng = np.random.default_rng(seed)
    columns = np.linalg.qr(rng.normal(size=(9, 4)))[0] * rng.uniform(0.1, 10, size=4)
    target, keep_prob = rng.normal(size=9), rng.uniform(0.05, 1, size=4)
    plain, squares = linear.least_squares_minimizer(columns, target), (columns**2).sum(axis=0)
    effective = keep_prob * linear.regularized_minimizer(columns, target, keep_prob)
    assert close(effective, keep_prob * plain, 1e-8)
    assert close(linear.ridge_minimizer(columns, target, 2.0), squares / (squares + 2) * plain)


@given(seed=seeds)
def test_dropout_is_ridge_on_inputs_of_one_mean_square(seed):
    _weights, inputs, target, _keep_prob = problem(seed, batch=8)
    size = np.sqrt((inputs**2).sum(axis=0))
    effective = 0.3 * linear.regularized_minimizer(inputs, target, 0.3)
    ridge = linear.ridge_minimizer(inputs / size, target, 0.7 / 0.3)
    assert close(effective * size, ridge, 1e-8)


# --- ways down


def test_descent_makes_the_steps_of_the_gradient_and_arrives():
    _weights, inputs, target, keep_prob = problem(5, batch=8)
    settings = {"learning_rate": 0.05, "initial_weights": [1.0, 0.0, -1.0, 2.0]}
    path = linear.regularized_descent(inputs, target, keep_prob, num_steps=2, **settings)
    assert path[0].tolist() == settings["initial_weights"]
    for before, after in pairwise(path):
        gradient = linear.regularized_gradient(before, inputs, target, keep_prob) / 8
        assert close(after, before - 0.05 * gradient)
    best = linear.regularized_minimizer(inputs, target, 0.5)
    path = linear.regularized_descent(inputs, target, 0.5, learning_rate=0.1, num_steps=5000)
    assert close(path[-1], best, 1e-6)


@given(seed=seeds)
def test_the_mean_over_all_sequences_of_masks_descends_on_the_regularised_error(seed):
    weights, inputs, target, keep_prob = problem(seed, num_units=3)
    settings = {"learning_rate": 0.1, "num_steps": 3, "initial_weights": weights}
    mean = linear.expected_path_exact(inputs, target, keep_prob, **settings)
    assert close(mean, linear.regularized_descent(inputs, target, keep_prob, **settings))


def test_the_mean_over_sequences_is_the_mean_of_followed_runs():
    # two masks, two steps, by hand: x = y = 1, start 0, rate 0.5, kept with probability 0.25
    path = linear.expected_path_exact([1.0], 1.0, 0.25, learning_rate=0.5, num_steps=2)
    ends = {"00": 0.0, "01": 0.5, "10": 0.5, "11": 0.75}
    chance = {"0": 0.75, "1": 0.25}
    mean = sum(w * chance[masks[0]] * chance[masks[1]] for masks, w in ends.items())
    assert path.tolist() == [[0.0], [0.125], [mean]]


# --- SGD with dropout


def sgd(seed=0, **changes):
    _weights, inputs, target, _keep_prob = problem(11, num_units=3, batch=20)
    settings = {"learning_rate": 0.01, "num_steps": 50, "batch_size": 4, "progress": False}
    settings |= {"rng": np.random.default_rng(seed), **changes}
    return linear.sgd_with_dropout(inputs, target, 0.5, **settings)


def test_sgd_is_decided_by_its_generator():
    assert (sgd().weights == sgd().weights).all()
    assert (sgd().weights != sgd(seed=1).weights).any()


def test_sgd_records_what_it_is_asked_for():
    path = sgd(record_at=range(1, 51))
    assert path.steps.tolist() == list(range(1, 51))
    assert path.weights.shape == path.averages.shape == (50, 3)
    means = np.cumsum(path.weights, axis=0) / np.arange(1, 51)[:, None]
    assert close(path.averages, means)
    assert (sgd().weights[-1] == path.weights[-1]).all()


def test_the_first_step_is_the_mean_gradient_of_its_examples():
    _weights, inputs, target, _keep_prob = problem(11, num_units=3, batch=20)
    start = np.array([0.3, -0.2, 0.1])
    path = sgd(num_steps=1, initial_weights=start)
    rng = np.random.default_rng(0)
    rows = rng.integers(20, size=4)
    mask = draw_mask((4, 3), 0.5, rng)
    gradient = linear.gradient_with_dropout(start, inputs[rows], target[rows], mask) / 4
    assert close(path.weights[-1], start - 0.01 * gradient)


class Half(np.random.Generator):
    """A generator whose every draw from 0 to 1 is a half."""

    def random(self, size):
        return np.full(size, 0.5)


def test_an_input_is_kept_with_just_its_probability():
    for keep_prob, moved in ((0.5, False), (np.nextafter(0.5, 1), True)):
        found = linear.sgd_with_dropout(
            [[1.0, 2.0]], [1.0], keep_prob, learning_rate=0.1, num_steps=1, batch_size=1,
            rng=Half(np.random.PCG64(0)),
        )  # fmt: skip
        assert found.weights.any() == moved


def test_a_step_that_is_too_large_is_reported():
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="learning_rate"):
        sgd(learning_rate=100.0, num_steps=3000)


def test_the_mean_of_the_weights_is_divided_by_the_number_of_steps():
    path = sgd(num_steps=4, record_at=[2, 4])
    every = sgd(num_steps=4, record_at=[1, 2, 3, 4])
    assert close(path.averages, [every.weights[:2].mean(axis=0), every.weights.mean(axis=0)])


def test_the_start_is_not_changed():
    start = np.array([0.3, -0.2, 0.1])
    sgd(initial_weights=start)
    linear.regularized_descent(
        np.eye(3), np.ones(3), 0.5, learning_rate=0.1, num_steps=2, initial_weights=start
    )
    assert start.tolist() == [0.3, -0.2, 0.1]
