"""What stands in papers, or is quoted from them: an entropy, a squeeze, a bound, a bend."""

from dataclasses import replace
from fractions import Fraction
from math import log2

import numpy as np
import sympy as sp

from dropoutlab.errata._entry import EXACT, IF_SO, Entry, Outcome, equal, formula, written
from dropoutlab.errata._often_said import INPUTS, KEEP_PROB, dropout_shares
from dropoutlab.symbolic import ProofError, prove

# --- entropy of a factor --------------------------------------------------------------------------


def two_point_factor(chance: Fraction) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return values and chances of a factor of two values, with a fair coin's mean and variance.

    Args:
        chance: of the larger value, above 0 and below 1. At one half it is the coin itself.
    """
    odds = float((1 - chance) / chance) ** 0.5
    return (0.5 + odds / 2, 0.5 - 1 / odds / 2), (float(chance), float(1 - chance))


def entropy(chances: tuple[float, ...]) -> float:
    """Return −Σ p log₂ p, in bits."""
    return -sum(p * log2(p) for p in chances)


def blurred_entropy(chances: tuple[float, ...], width: float) -> float:
    """Return the differential entropy, in bits, once each value is spread evenly over a width.

    Args:
        chances: of values that are farther apart than the width.
        width: above 0.
    """
    return -sum(p * log2(p / width) for p in chances)


COIN, RARE = (0.5, 0.5), Fraction(1, 10)
WIDTH = 2.0**-20


def _lowest_entropy() -> Outcome:
    values, chances = two_point_factor(RARE)
    mean = np.dot(chances, values)
    assert np.isclose(mean, 0.5) and np.isclose(np.dot(chances, np.square(values)) - mean**2, 0.25)
    least, found = entropy(COIN), entropy(chances)
    what = "Bits of a factor with the mean and variance of a fair coin, its larger value rare (0.1)"
    return Outcome(what, f"at least {written(least)}", written(found), found >= least, IF_SO)


def _no_lowest() -> Outcome:
    """Either loses a bit of differential entropy each time its values are blurred half as wide."""
    _values, chances = two_point_factor(RARE)
    coin, other = (
        blurred_entropy(of, WIDTH) - blurred_entropy(of, WIDTH / 2) for of in (COIN, chances)
    )
    what = "Bits of differential entropy that either loses when its values are blurred half as wide"
    words = ("the coin loses", "the other loses")
    return replace(equal(what, coin, other, words), holds=abs(coin - other) < EXACT and coin > 0)


# --- orthogonal inputs, one with 16 times the variance --------------------------------------------


def _squeezed() -> Outcome:
    first, second = dropout_shares(INPUTS)
    what = "Share left to a weight whose input varies 16 times as much; the other keeps ½"
    less = bool(second < first - EXACT)
    return Outcome(what, f"below {written(first)}", written(second), less, IF_SO)


def _same_share() -> Outcome:
    """Proved for orthogonal columns; printed for the two of INPUTS."""
    try:
        prove("eq-orthogonal-dropout")
    except ProofError:
        return Outcome("Share left to either", written(KEEP_PROB), "not proved", False, IF_SO)
    return equal("Share left to either", KEEP_PROB, dropout_shares(INPUTS)[1])


# --- the arithmetic against the normalised geometric mean -----------------------------------------

# a logistic unit with bias log 9 and weight −log 21, kept two times in three: outputs 9/10 and 3/10
OUTPUTS = (sp.Rational(9, 10), sp.Rational(3, 10))
CHANCES = (sp.Rational(1, 3), sp.Rational(2, 3))


def mean_and_normalized(
    outputs: tuple[sp.Expr, ...], chances: tuple[sp.Expr, ...]
) -> tuple[sp.Expr, sp.Expr]:
    """Return the mean of outputs with these chances, and their normalised geometric mean."""
    pairs = list(zip(outputs, chances, strict=True))
    one = sp.Mul(*(o**p for o, p in pairs))
    other = sp.Mul(*((1 - o) ** p for o, p in pairs))
    return sp.Add(*(o * p for o, p in pairs)), one / (one + other)


def claimed_bound(mean: sp.Expr) -> sp.Expr:
    """Return 2 E (1 − E) |1 − 2E|, an expression in E."""
    return 2 * mean * (1 - mean) * abs(1 - 2 * mean)


def _bound() -> Outcome:
    mean, normalized = mean_and_normalized(OUTPUTS, CHANCES)
    gap, bound = abs(mean - normalized).evalf(), claimed_bound(mean)
    what = "Distance of the two means, for outputs 0.9 (one mask in three) and 0.3"
    return Outcome(what, f"at most {written(bound)}", written(gap), bool(gap <= bound))


def third_order(outputs: tuple[sp.Expr, ...], chances: tuple[sp.Expr, ...]) -> sp.Expr:
    """Return 2 V (1 − 2E) − 4/3 K, with V and K the second and third central moment."""
    pairs = list(zip(outputs, chances, strict=True))
    mean = sp.Add(*(o * p for o, p in pairs))
    second, third = (sp.Add(*(p * (o - mean) ** k for o, p in pairs)) for k in (2, 3))
    return 2 * second * (1 - 2 * mean) - sp.Rational(4, 3) * third


def leading_terms() -> tuple[sp.Expr, sp.Expr]:
    """Return mean − normalised mean of two outputs ½ + t u, to order t³, and what it should be."""
    t, u, v = sp.symbols("t u v", real=True)
    p = sp.Symbol("p", positive=True)
    half = sp.Rational(1, 2)
    outputs, chances = (half + t * u, half + t * v), (p, 1 - p)
    mean = sp.Add(*(o * q for o, q in zip(outputs, chances, strict=True)))
    log_odds = sp.Add(*(q * _log_odds(t * e) for e, q in zip((u, v), chances, strict=True)))
    a = sp.Symbol("a")
    logistic = sp.series(1 / (1 + sp.exp(-a)), a, 0, 4).removeO()
    difference = sp.expand(mean - logistic.subs(a, log_odds))
    found = sp.Add(*(difference.coeff(t, k) * t**k for k in range(4)))
    return found, sp.expand(third_order(outputs, chances))


def _log_odds(e: sp.Expr) -> sp.Expr:
    """log((½ + e) / (½ − e)) to order e³."""
    x = sp.Symbol("x")
    return sp.series(sp.log((1 + 2 * x) / (1 - 2 * x)), x, 0, 4).removeO().subs(x, e)


def _series() -> Outcome:
    found, claimed = leading_terms()
    outputs = (sp.Rational(11, 20), sp.Rational(12, 20))
    chances = (sp.Rational(1, 2), sp.Rational(1, 2))
    mean, normalized = mean_and_normalized(outputs, chances)
    says, gap = float(third_order(outputs, chances)), float(mean - normalized)
    holds = sp.expand(found - claimed) == 0 and abs(says - gap) < abs(gap) / 10
    what = "Difference of the two means, for outputs 0.55 and 0.60, one mask in two each"
    return Outcome(what, written(says), written(gap), holds)


ENTRIES = (
    Entry(
        "squeezed",
        "Inputs of high variance are squeezed most.",
        "With orthogonal inputs every effective weight keeps the same share p.",
        "The penalty on a large input is larger, and the data pull harder in the same proportion.",
        _squeezed,
        _same_share,
        "regularizer",
    ),
    Entry(
        "entropy",
        "Of all noise factors of one mean and variance, the zeros and ones have the lowest "
        "entropy, and normal numbers the highest.",
        "In bits, other factors of two values have less. In differential entropy the normal one is "
        "highest, and all factors with separate values are at minus infinity alike.",
        "Put a large value far out with a small chance, and the rest in one place.",
        _lowest_entropy,
        _no_lowest,
        "practice",
    ),
    Entry(
        "bound",
        "With E for the arithmetic mean of the outputs, the normalised geometric one is at most "
        "2E(1 − E)|1 − 2E| away.",
        "That is no bound. Near one half, to third order, the arithmetic mean less the other is "
        "2V(1 − 2E) − (4/3)K, with V and K the second and the third central moment.",
        "At a mean of one half the bound is zero, and the two means need not agree.",
        _bound,
        _series,
        "scaling",
    ),
    Entry(
        "bend",
        "The second derivative of a logistic output has its steepness as a factor once.",
        "It has it twice.",
        "Each derivative brings the inner factor c out once more.",
        chapter="scaling",
        **formula("The second derivative ∂D/∂a", "wrong-bend", "eq-right-bend"),
    ),
)
