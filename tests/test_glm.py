"""The penalty of a logistic unit, against sums written out, limits and other ways to compute it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropoutlab import glm

PAIR = (1.0, 1.0)
numbers = st.floats(-6, 6)
kept = st.floats(0.05, 1.0)


@given(st.lists(st.tuples(numbers, numbers, kept), min_size=1, max_size=5), st.sampled_from([0, 1]))
def test_the_penalty_is_what_the_mean_loss_has_more_whatever_the_label(unit, label):
    w, x, p = map(np.array, zip(*unit, strict=True))
    mean = 0.0
    for k in range(2 ** len(w)):
        mask = np.array([k >> j & 1 for j in range(len(w))])
        a = (mask / p * w * x).sum()
        loss = np.log1p(np.exp(-abs(a))) + max(a, 0) - label * a
        mean += np.prod(np.where(mask, p, 1 - p)) * loss
    a = w @ x
    without = np.log1p(np.exp(-abs(a))) + max(a, 0) - label * a
    assert glm.exact_penalty(w, x, p) == pytest.approx(mean - without, abs=1e-9)


@given(st.lists(numbers, min_size=2, max_size=2), kept)
def test_it_is_never_negative_and_has_no_sign(w, p):
    penalty = glm.exact_penalty(w, PAIR, p)
    assert penalty >= -1e-12
    assert glm.exact_penalty([-w[0], -w[1]], PAIR, p) == pytest.approx(penalty, abs=1e-10)


def test_it_agrees_with_the_closed_forms_of_the_chapter():
    for t in (-3.0, 0.5, 2.0, 40.0):
        agreeing, opposed = glm.exact_penalty([[t, t], [t, -t]], PAIR, 0.5)
        logs = [np.logaddexp(0, scale * t) for scale in (4, 2, -2)]
        assert agreeing == pytest.approx((np.log(2) + logs[0] - 2 * logs[1]) / 4)
        assert opposed == pytest.approx((logs[1] + logs[2] - np.log(4)) / 4)
    assert agreeing == pytest.approx(np.log(2) / 4, abs=1e-9)
    assert opposed / t == pytest.approx(1 / 2, rel=0.02)


def test_it_falls_and_then_grows_a_little_as_a_weight_grows():
    path = glm.exact_penalty([[w, 2.0] for w in (0.0, 1.0, 1.5, 4.0)], PAIR, 0.5)
    assert path[0] > path[1] > path[2] < path[3] < path[0]
    assert path[3] - path[2] < (path[0] - path[2]) / 3


def test_large_weights_leave_the_penalty_its_digits():
    for w in (1e3, 1e15, 1e17, 1e300):  # A(2 w) / 2 + A(0) / 2 − A(w)
        found = glm.exact_penalty([[w], [-w]], [1.0], 0.5)
        np.testing.assert_allclose(found, np.log(2) / 2, rtol=1e-12)


def test_it_is_not_convex():
    ends, middle = glm.exact_penalty([[0.0, 4.0], [8.0, 4.0]], PAIR, 0.5), (4.0, 4.0)
    assert glm.exact_penalty([1.0, -1.0], PAIR, 0.5) > 0
    one, mid, other = glm.exact_penalty([[2.0, 2.0], [4.0, 4.0], [6.0, 6.0]], PAIR, 0.5)
    assert mid > (one + other) / 2  # above its chord
    assert ends.min() > 0 and glm.exact_penalty(middle, PAIR, 0.5) == pytest.approx(mid)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.9])
def test_small_weights_make_the_quadratic_penalty_exact(p):
    w, x = np.array([1e-3, -2e-3, 5e-4]), np.array([1.0, 0.5, -2.0])
    assert glm.quadratic_penalty(w, x, p) == pytest.approx(glm.exact_penalty(w, x, p), rel=1e-2)
    large = glm.quadratic_penalty(1e4 * w, x, p) / glm.exact_penalty(1e4 * w, x, p)
    assert abs(large - 1) > 0.1


def test_the_quadratic_penalty_is_the_formula():
    w, x, p = np.array([1.0, -2.0]), np.array([0.5, 1.5]), np.array([0.4, 0.8])
    o = 1 / (1 + np.exp(-(w @ x)))
    expected = o * (1 - o) / 2 * (0.6 / 0.4 * 0.25 + 0.2 / 0.8 * 9.0)
    assert glm.quadratic_penalty(w, x, p) == pytest.approx(expected)


@pytest.mark.parametrize("penalty", [glm.exact_penalty, glm.quadratic_penalty])
def test_many_weights_at_once_and_nothing_dropped(penalty):
    w = np.random.default_rng(0).standard_normal((4, 3))
    x = np.array([1.0, -0.5, 2.0])
    assert penalty(w, x, 0.6) == pytest.approx([penalty(row, x, 0.6) for row in w])
    assert penalty(w, x, 1.0) == pytest.approx(np.zeros(4), abs=1e-12)


@pytest.mark.parametrize("a", [0.5, 3.0, 40.0, 700.0])
def test_the_quadratic_penalty_is_even_and_keeps_its_digits(a):
    assert glm.quadratic_penalty([a], [1.0], 0.5) == glm.quadratic_penalty([-a], [1.0], 0.5)
    bend = np.exp(-a) / (1 + np.exp(-a)) ** 2
    assert glm.quadratic_penalty([a], [1.0], 0.5) == pytest.approx(bend * a**2 / 2, rel=1e-12)


# --- laws of noise


@pytest.mark.parametrize("p", [0.2, 0.5, 1.0])
@pytest.mark.parametrize(("law", "third", "fourth"), [
    ("two values", lambda p: (1 - p) * (1 - 2 * p) / p**2,
     lambda p: (1 - p) * (1 - 3 * p + 3 * p**2) / p**3),
    ("normal", lambda p: 0.0, lambda p: 3 * ((1 - p) / p) ** 2),
    ("uniform", lambda p: 0.0, lambda p: 1.8 * ((1 - p) / p) ** 2),
])  # fmt: skip
def test_laws_share_two_moments_and_differ_in_higher_ones(law, third, fourth, p):
    values, weights = glm.noise_law(law, p)
    moments = [weights @ (values - 1) ** k for k in range(5)]
    assert moments == pytest.approx([1, 0, (1 - p) / p, third(p), fourth(p)], abs=1e-9)


def test_smooth_functions_have_their_mean():
    draws = 1 + np.sqrt(0.7 / 0.3) * np.random.default_rng(9100).standard_normal(10**6)
    for weight in (1.0, 8.0):
        values, weights = glm.noise_law("normal", 0.3)
        squares = 1 / (1 + np.exp(-weight * draws))
        found = weights @ (1 / (1 + np.exp(-weight * values)))
        # six standard errors: a false alarm once in 10⁸ times
        assert abs(squares.mean() - found) < 6 * squares.std() / 1000


def test_laws_are_sampled_closely_and_to_the_ends():
    spread = np.sqrt(0.75 / 0.25)
    for law, nodes, end, inner in (
        ("normal", 681, 8.5, 0.025), ("uniform", 80, np.sqrt(3) * 0.99955, None),
    ):  # fmt: skip
        values, weights = glm.noise_law(law, 0.25)
        units = (values - 1) / spread
        assert values.shape == weights.shape == (nodes,)
        assert units[-1] == pytest.approx(end, rel=1e-5) and np.allclose(units, -units[::-1])
        assert (np.diff(units) > 0).all() and weights.sum() == pytest.approx(1, rel=1e-14)
        if inner:
            assert np.allclose(np.diff(units), inner)
    values, weights = glm.noise_law("two values", 0.25)
    assert values.tolist() == [0, 4] and weights.tolist() == [0.75, 0.25]


def test_the_partition_is_that_of_a_logistic_unit_at_any_size():
    found = glm.partition([[0.0, 1.0], [-1000.0, 1000.0]])
    assert np.allclose(found, [[np.log(2), np.log1p(np.e)], [0, 1000]], rtol=1e-14)
    assert glm.partition(-800).shape == ()


@pytest.mark.parametrize("seed", [1, 2, 3])  # with 0 no mask turns a unit off
def test_a_relu_network_with_softmax_pays_the_same_for_each_class_with_its_last_layer_masked(seed):
    """The mean cross-entropy over all masks less that without: the same for every class."""
    rng, p, classes = np.random.default_rng(seed), 0.6, 3
    first, second, last = (rng.standard_normal(shape) for shape in ((6, 4), (5, 6), (classes, 5)))
    bias, inputs = rng.standard_normal(classes), rng.standard_normal(4)

    def losses(below, above):
        hidden = np.maximum(0, first @ inputs) * below
        sums = last @ (np.maximum(0, second @ hidden) * above) + bias
        return np.log(np.exp(sums).sum()) - sums

    def added(units, layer):
        ones = [np.ones(6), np.ones(5)]
        mean = np.zeros(classes)
        for k in range(2**units):
            mask = np.array([k >> j & 1 for j in range(units)])
            ones[layer] = mask / p
            mean += p ** mask.sum() * (1 - p) ** (units - mask.sum()) * losses(*ones)
        return mean - losses(1, 1)

    above, below = added(5, 1), added(6, 0)
    assert np.ptp(above) < 1e-9 < above.min()  # convex: never negative
    assert np.ptp(below) > 0.01  # one layer down the labels count
