import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dropoutlab.masks import draw_mask, enumerate_masks, mask_probability

probabilities = st.floats(0, 1)


@given(array_shapes(max_dims=3, max_side=5), probabilities, st.integers(0, 2**32))
def test_a_mask_has_its_shape_and_only_zeros_and_ones(shape, keep_prob, seed):
    mask = draw_mask(shape, keep_prob, np.random.default_rng(seed))
    assert mask.shape == shape
    assert set(np.unique(mask)) <= {0.0, 1.0}


@given(st.integers(0, 2**32))
def test_the_same_generator_gives_the_same_mask(seed):
    first, second = (draw_mask((4, 3), 0.5, np.random.default_rng(seed)) for _ in range(2))
    assert (first == second).all()


def test_certain_units_are_certain():
    mask = draw_mask((100_000, 2), [0.0, 1.0], np.random.default_rng(0))
    assert (mask == [0.0, 1.0]).all()


def test_a_whole_number_is_a_shape():
    assert draw_mask(3, 0.5, np.random.default_rng(0)).shape == (3,)


# The count of kept units is binomial. Hoeffding: P(|mean − p| > t) ≤ 2 exp(−2 N t²). With N =
# 200,000 and t = 0.0065 that is 2 exp(−16.9) < 1e-7 for each of 4 + 6 comparisons: false-alarm rate
# below 1e-6. A mask that dropped with keep_prob, or shared its entries, would be off by 0.1.
def test_units_are_kept_with_their_own_probability_and_independently():
    keep_prob = np.array([0.1, 0.4, 0.6, 0.9])
    mask = draw_mask((200_000, 4), keep_prob, np.random.default_rng(20240101))
    both = np.einsum("mi,mj->ij", mask, mask) / len(mask)
    expected = np.outer(keep_prob, keep_prob)
    np.fill_diagonal(expected, keep_prob)
    assert np.abs(both - expected).max() < 0.0065


@pytest.mark.parametrize("num_units", [1, 2, 5, 10])
@pytest.mark.parametrize("chunk_size", [1, 3, 2**14])
def test_every_mask_is_enumerated_once_in_bounded_chunks(num_units, chunk_size):
    chunks = list(enumerate_masks(num_units, chunk_size))
    assert all(len(chunk) <= chunk_size for chunk in chunks)
    masks = np.concatenate(chunks)
    assert masks.shape == (2**num_units, num_units)
    numbers = masks @ 2 ** np.arange(num_units)
    assert (numbers == np.arange(2**num_units)).all()


def test_twenty_units_are_enumerated_without_holding_them_all():
    chunks = enumerate_masks(20)
    first = next(chunks)
    assert first.nbytes <= 4 * 2**20
    assert len(first) + sum(len(chunk) for chunk in chunks) == 2**20


@given(arrays(np.float64, st.integers(1, 8), elements=probabilities))
def test_probabilities_of_all_masks_sum_to_one_and_have_the_right_means(keep_prob):
    masks = np.concatenate(list(enumerate_masks(keep_prob.size)))
    weights = mask_probability(masks, keep_prob)
    assert math.isclose(weights.sum(), 1, rel_tol=1e-12)
    assert np.allclose(weights @ masks, keep_prob, rtol=1e-12, atol=1e-12)


def test_the_probability_of_a_mask_is_a_product():
    assert math.isclose(mask_probability([1, 0, 1], [0.2, 0.3, 0.5]), 0.2 * 0.7 * 0.5)
    assert mask_probability(np.ones((4, 3, 2)), 0.5).shape == (4, 3)


class Constant(np.random.Generator):
    """A generator whose every draw is the same number."""

    def __init__(self, number):
        super().__init__(np.random.PCG64(0))
        self.number = number

    def random(self, size):
        return np.full(size, self.number)


def test_draws_come_from_zero_up_to_but_without_one():
    for keep_prob in (0.0, 0.5):
        assert (draw_mask(3, keep_prob, Constant(keep_prob)) == 0).all()
        assert (draw_mask(3, np.nextafter(keep_prob, 1), Constant(keep_prob)) == 1).all()
    assert (draw_mask(3, 1.0, Constant(np.nextafter(1.0, 0))) == 1).all()


@pytest.mark.parametrize(("num_units", "chunk_size"), [(1, 1), (3, 3), (3, 4), (4, 100)])
def test_no_chunk_is_empty_and_only_the_last_is_short(num_units, chunk_size):
    *full, last = map(len, enumerate_masks(num_units, chunk_size))
    assert full == [chunk_size] * len(full)
    assert 0 < last <= chunk_size
