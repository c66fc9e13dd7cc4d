"""What dropout adds to the loss of a logistic unit, and the laws of noise that can take its place.

The loss of a logistic unit with target y, 0 or 1, is A(a) − y a with a = Σ_j w_j x_j and
A(a) = log(1 + exp a). Inverted dropout puts ã = Σ_j (z_j / p_j) w_j x_j in the place of a, of which
the mean is a. So the mean of the loss has grown by E[A(ã)] − A(a), whatever y is (Wager, Wang &
Liang 2013). Here that penalty is the sum over all 2^n masks.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from dropoutlab._checks import (
    FloatArray,
    choice,
    finite_result,
    probability,
    probability_array,
    real_array,
)
from dropoutlab._names import public_dir
from dropoutlab._network_checks import invertible
from dropoutlab.masks import MAX_ENUMERATED_UNITS, enumerate_masks, mask_probability

__dir__ = public_dir(__name__)

LAWS = ("two values", "normal", "uniform")


def partition(value: ArrayLike) -> FloatArray:
    """Return A(a) = log(1 + exp a), of the same shape, without overflow."""
    return np.logaddexp(0, real_array("value", value, ["(...)"]))


@finite_result("weights", "inputs")
def exact_penalty(weights: ArrayLike, inputs: ArrayLike, keep_prob: ArrayLike) -> FloatArray:
    """Return E[A(ã)] − A(a), the mean loss less the loss without dropout.

    Args:
        weights: shape (n,), n at most 20, or (many, n).
        inputs: shape (n,).
        keep_prob: probability above 0 that an input is kept: a scalar, or shape (n,).

    Returns:
        Shape () or (many,).
    """
    products, keep_prob = _products(weights, inputs, keep_prob)
    # A(a) = a + A(−a), and the mean of ã is a: the penalty is that of −a, of which A is not large
    products = np.where(products.sum(axis=-1, keepdims=True) > 0, -products, products)
    if products.shape[-1] > MAX_ENUMERATED_UNITS:
        raise ValueError(
            f"inputs must be at most {MAX_ENUMERATED_UNITS}, of which all masks can be summed; "
            f"got {products.shape[-1]}"
        )
    mean = np.zeros(products.shape[:-1])
    for masks in enumerate_masks(products.shape[-1]):
        mean += np.logaddexp(0, products @ (masks / keep_prob).T) @ mask_probability(
            masks, keep_prob
        )
    return mean - np.logaddexp(0, products.sum(axis=-1))


@finite_result("weights", "inputs")
def quadratic_penalty(weights: ArrayLike, inputs: ArrayLike, keep_prob: ArrayLike) -> FloatArray:
    """Return ½ A″(a) Var(ã) = ½ σ(a) (1 − σ(a)) Σ_j ((1 − p_j) / p_j) w_j² x_j².

    Arguments as for `exact_penalty`; any number of inputs.

    Source: Wager, Wang & Liang 2013.
    """
    products, keep_prob = _products(weights, inputs, keep_prob)
    # σ(a) (1 − σ(a)) is the same for −a, where 1 − σ keeps its digits
    output = expit(-np.abs(products.sum(axis=-1)))
    return output * (1 - output) * (products**2 @ ((1 - keep_prob) / keep_prob)) / 2


def noise_law(law: str, keep_prob: float) -> tuple[FloatArray, FloatArray]:
    """Return the values of a random factor of mean 1 and variance (1 − p) / p, and their weights.

    The mean of f over the law is the sum of weights times f(values): exactly for "two values", the
    factor z / p of inverted dropout; for smooth f to many digits for "normal", by the trapezoidal
    rule, and "uniform", by that of Gauss and Legendre.

    Args:
        law: one of LAWS.
        keep_prob: p, above 0.

    Returns:
        Values and weights, each of shape (nodes,).
    """
    choice("law", law, LAWS)
    p = probability("keep_prob", keep_prob, above_zero=True)
    invertible([p], np.float64)
    if law == "two values":
        return np.array([0.0, 1 / p]), np.array([1 - p, p])
    if law == "normal":
        nodes = np.linspace(-8.5, 8.5, 681)
        weights = np.exp(-(nodes**2) / 2)
    else:
        nodes, weights = np.polynomial.legendre.leggauss(80)
        nodes *= np.sqrt(3)  # of a uniform number from −1 to 1 the variance is 1/3
    return 1 + np.sqrt((1 - p) / p) * nodes, weights / weights.sum()


def _products(
    weights: ArrayLike, inputs: ArrayLike, keep_prob: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Every w_j x_j, shape (n,) or (many, n), and every p_j."""
    weights = real_array("weights", weights, ["(n,)", "(many, n)"])
    inputs = real_array("inputs", inputs, ["(n,)"])
    if weights.shape[-1] != inputs.size:
        raise ValueError(
            f"inputs must be one for each of {weights.shape[-1]} weights; got shape {inputs.shape}"
        )
    kept = probability_array("keep_prob", keep_prob, inputs.size)
    if (kept == 0).any():
        raise ValueError(f"keep_prob must be above 0, as 1 / p is a factor; got {keep_prob}")
    invertible(kept, np.float64)
    return weights * inputs, kept
