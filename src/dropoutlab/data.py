"""Data: MNIST-1D, made on the spot; scikit-learn's digits, packed with it; a synthetic set."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from sklearn.datasets import load_digits
from sklearn.utils import Bunch

from dropoutlab import _mnist1d
from dropoutlab._checks import (
    FloatArray,
    finite_result,
    generator,
    positive_number,
    real_array,
    whole_number,
)
from dropoutlab._names import public_dir
from dropoutlab._threads import one_blas_thread

__dir__ = public_dir(__name__)

CURVE_LENGTH, DIGIT_PIXELS = 40, 64  # numbers an example


@dataclass(frozen=True, eq=False)
class Split:
    """A training and a test set: inputs (examples, n_0), targets (examples, n_L)."""

    train_inputs: FloatArray
    train_targets: FloatArray
    test_inputs: FloatArray
    test_targets: FloatArray


def digit_images() -> tuple[FloatArray, np.ndarray]:
    """Return 1797 images of digits, shape (1797, 8, 8), ink from 0 to 1, and labels 0 to 9.

    Source: the test part of Alpaydin & Kaynak's optical recognition set (UCI, 1998), as packed in
    scikit-learn.
    """
    digits = _digits()
    return digits.images / 16, digits.target.copy()


@finite_result("images")
def slant(images: ArrayLike) -> FloatArray:
    """Return how far each image leans: columns moved to the left for each row down.

    The slope of the line column = c − slant · row fitted to the ink: minus the covariance of row
    and column over the variance of row, each pixel weighted by its ink. 0 is upright, positive
    leans to the right like an italic.

    Args:
        images: ink ≥ 0, shape (batch, rows, columns), each with ink in at least two rows.

    Returns:
        Slants, shape (batch,), in columns per row.

    Raises:
        TypeError, ValueError: wrong kind or shape, negative ink, or no ink in two rows.
    """
    images = real_array("images", images, ["(batch, rows, columns)"])
    if (images < 0).any() or ((images > 0).any(axis=2).sum(axis=1) < 2).any():
        raise ValueError(
            "images must hold ink of at least 0, in two rows or more of each image; "
            f"got a minimum of {images.min()} and an image with ink in "
            f"{(images > 0).any(axis=2).sum(axis=1).min()} rows"
        )
    ink = images / images.sum(axis=(1, 2), keepdims=True)
    rows, columns = np.meshgrid(*map(np.arange, images.shape[1:]), indexing="ij")
    mean_row = (ink * rows).sum(axis=(1, 2), keepdims=True)
    mean_column = (ink * columns).sum(axis=(1, 2), keepdims=True)
    covariance = (ink * (rows - mean_row) * (columns - mean_column)).sum(axis=(1, 2))
    variance = (ink * (rows - mean_row) ** 2).sum(axis=(1, 2))
    return -covariance / variance


def digit_slants() -> tuple[FloatArray, FloatArray]:
    """Return the digits for regression: 64 pixels an image and its slant, standardised.

    Returns:
        inputs, shape (1797, 64), ink from 0 to 1; target, shape (1797,), the slant with mean 0 and
        standard deviation 1.
    """
    images, _labels = digit_images()
    slants = slant(images)
    return images.reshape(len(images), -1), (slants - slants.mean()) / slants.std()


def one_hot(labels: ArrayLike, num_classes: int) -> FloatArray:
    """Return labels 0 to num_classes − 1, shape (batch,), as rows with a single 1."""
    num_classes = whole_number("num_classes", num_classes, 1)
    array = real_array("labels", labels, ["(batch,)"])
    if (array % 1 != 0).any() or array.min() < 0 or array.max() >= num_classes:
        raise ValueError(
            f"labels must be whole numbers from 0 to {num_classes - 1}; "
            f"got {array.min()} to {array.max()}"
        )
    return (array[:, None] == np.arange(num_classes)).astype(np.float64)


def mnist1d() -> tuple[FloatArray, np.ndarray]:
    """Return 5,000 curves of 40 numbers, shape (5000, 40), and labels 0 to 9, 500 of each.

    Each is a digit drawn as a curve, then moved, sheared, scaled and made noisy; over all the
    numbers have mean 0 and standard deviation 1. Made in two seconds by the package `mnist1d`, then
    kept in the user's cache folder; kept to four decimals, so that they are alike on every machine.

    Source: Greydanus & Kobak 2020 (arXiv 2011.14439), training and test set put together.

    Raises:
        RuntimeError: the installed `mnist1d` makes other data.
    """
    inputs, labels = _mnist1d_set()
    return inputs.copy(), labels.copy()


def mnist1d_split(train_size: int, rng: np.random.Generator, *, test_size: int = 1000) -> Split:
    """Return a random split of MNIST-1D: 40 numbers an example, ten classes.

    The test set is drawn first, so that two calls with generators in the same state and different
    `train_size` are judged on the same examples, and the larger training set begins with the
    smaller one.

    Args:
        train_size: training examples, at least 1; with `test_size` at most 5000.
        rng: the source of randomness.
        test_size: test examples, at least 1.
    """
    return _split(*_mnist1d_set(), train_size, test_size, rng)


def digit_split(train_size: int, rng: np.random.Generator, *, test_size: int = 797) -> Split:
    """Return a random split of the digits: 64 pixels from 0 to 1, ten classes.

    Drawn as by `mnist1d_split`; `train_size` with `test_size` is at most 1797.
    """
    images, labels = digit_images()
    return _split(images.reshape(len(images), -1), labels, train_size, test_size, rng)


def _split(
    inputs: FloatArray,
    labels: np.ndarray,
    train_size: int,
    test_size: int,
    rng: np.random.Generator,
) -> Split:
    test_size = whole_number("test_size", test_size, 1, len(labels) - 1)
    train_size = whole_number("train_size", train_size, 1, len(labels) - test_size)
    order, targets = generator("rng", rng).permutation(len(labels)), one_hot(labels, 10)
    test, train = order[:test_size], order[test_size : test_size + train_size]
    return Split(inputs[train], targets[train], inputs[test], targets[test])


@one_blas_thread
@finite_result("weights", "noise_sd")
def synthetic_regression(
    num_examples: int, weights: ArrayLike, noise_sd: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return inputs x ~ N(0, 1), shape (num_examples, n), and targets x·weights + noise.

    Args:
        num_examples: at least 1.
        weights: shape (n,).
        noise_sd: standard deviation above 0 of the normal noise.
        rng: the source of randomness.
    """
    num_examples = whole_number("num_examples", num_examples, 1)
    weights = real_array("weights", weights, ["(n,)"])
    noise_sd, rng = positive_number("noise_sd", noise_sd), generator("rng", rng)
    inputs = rng.standard_normal((num_examples, weights.size))
    return inputs, inputs @ weights + noise_sd * rng.standard_normal(num_examples)


@cache
def _digits() -> Bunch:
    return load_digits()


@cache
def _mnist1d_set() -> tuple[FloatArray, np.ndarray]:
    return _mnist1d.load()
