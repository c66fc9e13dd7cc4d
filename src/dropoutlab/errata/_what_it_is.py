"""What dropout is said to be: a death of units, an L2 penalty, the noise of least entropy."""

from fractions import Fraction
from math import log2

import numpy as np
import sympy as sp

from dropoutlab import linear
from dropoutlab._checks import FloatArray
from dropoutlab.errata._entry import Entry, Outcome, equal, formula, written
from dropoutlab.masks import enumerate_masks, mask_probability

# --- against L2: two orthogonal inputs, the second four times as large; both fitted by 1 ----------

INPUTS = np.diag([1.0, 4.0])
KEEP_PROB = 0.5


def dropout_shares(inputs: FloatArray, keep_prob: float = KEEP_PROB) -> FloatArray:
    """Return the effective weights at the minimum of E_R, for targets that the weights 1 fit.

    Args:
        inputs: shape (examples, n).
        keep_prob: probability above 0, at most 1, that an input is kept.
    """
    return keep_prob * linear.regularized_minimizer(inputs, inputs.sum(axis=1), keep_prob)


def l2_shares(inputs: FloatArray, strength: float) -> FloatArray:
    """Return the weights at the minimum of ridge, for targets that the weights 1 fit.

    Args:
        inputs: shape (examples, n).
        strength: λ, of ½ λ Σ w².
    """
    return linear.ridge_minimizer(inputs, inputs.sum(axis=1), strength)


def _is_l2() -> Outcome:
    """L2 with the λ that leaves the first weight the same share."""
    found, says = dropout_shares(INPUTS), l2_shares(INPUTS, 1.0)
    assert found[0] == says[0]
    return equal("second weight; the first shrunk to ½", says[1], found[1])


def _is_scaled_l2() -> Outcome:
    """Ridge with λ = M (1 − p) / p on inputs of mean square 1."""
    even = INPUTS / np.sqrt((INPUTS**2).mean(axis=0))
    strength = len(INPUTS) * (1 - KEEP_PROB) / KEEP_PROB
    says, found = l2_shares(even, strength), dropout_shares(INPUTS)
    outcome = equal("second weight; inputs of mean square 1", says[1], found[1])
    return Outcome(outcome.what, outcome.says, outcome.found, bool(np.allclose(says, found)))


# --- at the minimum of E_R: two copies of one input 1, target 1 -----------------------------------

COPIES = np.array([1.0, 1.0])


def slopes_at_minimum() -> tuple[FloatArray, FloatArray]:
    """Return the gradient of E_D under each mask at the minimum of E_R, and how probable it is."""
    (masks,) = enumerate_masks(2)
    best = linear.regularized_minimizer(COPIES, 1.0, KEEP_PROB)
    slopes = linear.gradient_with_dropout(best, COPIES, 1.0, masks)
    return slopes, mask_probability(masks, KEEP_PROB)


def _at_rest() -> Outcome:
    slopes, probability = slopes_at_minimum()
    return equal("mean square of a slope at the minimum", 0.0, probability @ slopes[:, 0] ** 2)


def _mean_at_rest() -> Outcome:
    slopes, probability = slopes_at_minimum()
    return equal("mean slope at the minimum", 0.0, probability @ slopes[:, 0])


# --- entropy of a factor --------------------------------------------------------------------------


def two_point_law(chance: Fraction) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return values and chances of a law on two points with the mean and variance of a fair coin.

    Args:
        chance: of the larger value, above 0 and below 1. At one half it is the coin itself.
    """
    odds = float((1 - chance) / chance) ** 0.5
    return (0.5 + odds / 2, 0.5 - 1 / odds / 2), (float(chance), float(1 - chance))


def entropy(chances: tuple[float, ...]) -> float:
    """Return −Σ p log₂ p, in bits."""
    return -sum(p * log2(p) for p in chances)


def _lowest_entropy() -> Outcome:
    values, chances = two_point_law(Fraction(1, 10))
    mean = np.dot(chances, values)
    assert np.isclose(mean, 0.5) and np.isclose(np.dot(chances, np.square(values)) - mean**2, 0.25)
    least, found = entropy((0.5, 0.5)), entropy(chances)
    what = "bits of a law with a coin's moments"
    return Outcome(what, f"at least {written(least)}", written(found), found >= least)


def _only_one() -> Outcome:
    """From 0 to 1, r (1 − r) is not below 0; its mean is 0, so r is 0 or 1."""
    p = sp.Symbol("p")
    mean, variance = p, p * (1 - p)
    left = sp.expand(mean - (variance + mean**2))
    return equal("mean of r(1 − r), r from 0 to 1", 0.0, left if left == 0 else 1.0)


# --- below a batch normalisation: an activation 0 or 2, as likely ---------------------------------

ACTIVATIONS = np.array([0.0, 2.0])


def variances(keep_prob: float) -> tuple[float, float]:
    """Return the variance of an activation 0 or 2 under inverted dropout, in training and at test.

    Args:
        keep_prob: probability above 0, at most 1, that it is kept.
    """
    (masks,) = enumerate_masks(1)
    values = np.outer(masks[:, 0] / keep_prob, ACTIVATIONS)
    chances = np.outer(mask_probability(masks, keep_prob), np.full(2, 0.5))
    mean = (chances * values).sum()
    return float((chances * (values - mean) ** 2).sum()), float(ACTIVATIONS.var())


def _variance(keep_prob: float, where: str) -> Outcome:
    training, test = variances(keep_prob)
    return equal(f"variance at test, dropout {where} the norm", training, test)


ENTRIES = (
    Entry(
        "half",
        "Half of the units die on average.",
        "A share of 1 − p is dropped on average, for one example, and the units come back.",
        "With p = 0.8 one unit in five is dropped, and the next example has another mask.",
        chapter="masking",
        **formula("units dropped of two, p = 0.8", "wrong-half", "eq-right-dropped"),
    ),
    Entry(
        "l2",
        "Dropout is L2.",
        "For a linear unit it is L2 on inputs brought to mean square 1; for a network it is no "
        "penalty on the weights alone.",
        "Make one input four times as large: L2 then shrinks its weight less, dropout does not.",
        _is_l2,
        _is_scaled_l2,
        "regularizer",
    ),
    Entry(
        "rest",
        "Training with dropout comes to rest at the minimum of E_R.",
        "In the mean it stands still there; each single step still moves.",
        "No weights suit every mask, so most masks have a slope.",
        _at_rest,
        _mean_at_rest,
        "regularizer",
        claims=("quarter-rate-masks", "averaging-nearer"),
    ),
    Entry(
        "entropy",
        "Of all factors with its mean and variance, the zeros and ones have the lowest entropy.",
        "Among factors from 0 to 1 they are the only ones; without that limit the entropy can be "
        "as low as you like.",
        "Put a large value far out with a small chance, and the rest in one place.",
        _lowest_entropy,
        _only_one,
        "practice",
    ),
    Entry(
        "convolutions",
        "Dropout is not used in convolutional networks any more, since batch normalisation.",
        "It is used, between convolutions and behind them; how it fares depends on the place.",
        "A batch normalisation after dropout keeps a variance that the test does not have.",
        lambda: _variance(0.5, "before"),
        lambda: _variance(1.0, "after"),
        "practice",
    ),
)
