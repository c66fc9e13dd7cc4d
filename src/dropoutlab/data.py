"""Real data that travels with the book: scikit-learn's handwritten digits, no download."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.datasets import load_digits

from dropoutlab._checks import FloatArray, real_array


def digit_images() -> tuple[FloatArray, np.ndarray]:
    """Return 1797 images of digits, shape (1797, 8, 8), ink from 0 to 1, and labels 0 to 9.

    Source: the test part of Alpaydin & Kaynak's optical recognition set (UCI, 1998), as packed in
    scikit-learn.
    """
    digits = load_digits()
    return digits.images / 16, digits.target


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
