"""Bernoulli masks: draw them, enumerate all of them, say how probable each is.

A mask holds one number a unit: 1 if the unit is kept, 0 if it is dropped. The numbers are
independent, z_j ~ Bernoulli(p_j), and p_j = `keep_prob` is the probability of being KEPT
(Srivastava et al. 2014, section 4; Baldi & Sadowski 2013, section 2).
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from dropoutlab._checks import (
    FloatArray,
    generator,
    is_sequence,
    mask_array,
    probability_array,
    whole_number,
    whole_numbers,
)
from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

MAX_ENUMERATED_UNITS = 20  # 2^20 = 1,048,576 masks


def draw_mask(
    shape: int | Sequence[int], keep_prob: ArrayLike, rng: np.random.Generator
) -> FloatArray:
    """Draw a mask of zeros and ones.

    Args:
        shape: shape of the mask, at least one axis; the last axis is the units.
        keep_prob: probability from 0 to 1 that a unit is kept: a scalar, or shape (n,) with one
            value a unit, n the length of the last axis.
        rng: the source of randomness.

    Returns:
        A float64 array of the given shape: 1 = kept, 0 = dropped. Every entry is drawn
        independently, so the first axes give a fresh mask each.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of its range.
    """
    axes = whole_numbers("shape", shape if is_sequence(shape) else [shape], 1)
    keep_prob = probability_array("keep_prob", keep_prob, axes[-1])
    # random() lies in [0, 1): a unit with keep_prob 0 is never kept, one with 1 always
    return (generator("rng", rng).random(axes) < keep_prob).astype(np.float64)


def enumerate_masks(num_units: int, chunk_size: int = 2**14) -> Iterator[FloatArray]:
    """Yield all 2^n masks of `num_units` units, `chunk_size` at a time.

    Mask number k (counting from 0) is k written in binary, the first unit the lowest bit. Only
    one chunk is in memory at a time.

    Args:
        num_units: n, from 1 to 20.
        chunk_size: masks in a chunk, at least 1.

    Returns:
        An iterator over float64 arrays of shape (chunk, n); the last chunk may be shorter.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or out of its range (raised at the
            call, not at the first chunk).
    """
    num_units = whole_number("num_units", num_units, 1, MAX_ENUMERATED_UNITS)
    chunk_size = whole_number("chunk_size", chunk_size, 1)
    return _mask_chunks(num_units, chunk_size)


def _mask_chunks(num_units: int, chunk_size: int) -> Iterator[FloatArray]:
    bits = np.arange(num_units)
    for start in range(0, 2**num_units, chunk_size):
        numbers = np.arange(start, min(start + chunk_size, 2**num_units))
        yield ((numbers[:, None] >> bits) & 1).astype(np.float64)


def mask_probability(mask: ArrayLike, keep_prob: ArrayLike) -> FloatArray:
    """Return the probability of each mask, the product over units of p_j or 1 − p_j.

    Args:
        mask: zeros and ones or booleans, shape (..., n).
        keep_prob: probability from 0 to 1 that a unit is kept, a scalar or shape (n,).

    Returns:
        Probabilities, shape (...); over all 2^n masks they sum to 1.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind, shape or range.
    """
    mask = mask_array("mask", mask)
    keep_prob = probability_array("keep_prob", keep_prob, mask.shape[-1])
    return np.where(mask == 1, keep_prob, 1 - keep_prob).prod(axis=-1)
