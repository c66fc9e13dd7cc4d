"""Exercises of the chapter `regularizer`."""

from collections.abc import Iterator

import numpy as np
import sympy as sp

from dropoutlab import data, linear, symbolic
from dropoutlab._checks import choice
from dropoutlab.exercises._grading import Part, expression, said

CASES = 1000


def minimum_of_one_input(w: sp.Expr) -> Iterator[Part]:
    """Judge where E_R of one input is least, for every p above 0."""
    weight, x, y = symbolic.weight(1), symbolic.input_value(1), symbolic.target()
    plain = {sp.Symbol("x"): x, sp.Symbol("p"): symbolic.keep_prob(1)}
    found = expression("w", w, (*plain, *plain.values(), y)).subs(plain)
    slope = sp.diff(symbolic.regularized_error(1), weight)
    (right,) = sp.solve(slope, weight)
    yield said(
        sp.simplify(found - right) == 0,
        "There it is least, and no p is in it.",
        "Not yet. Which of the two masks lets the error depend on w at all?",
    )


def two_copies(larger: str) -> Iterator[Part]:
    """Judge which of two copies of an input has the larger effective weight."""
    weights = [symbolic.weight(j) for j in (1, 2)]
    error = symbolic.regularized_error(2).subs(symbolic.input_value(2), symbolic.input_value(1))
    kept = {symbolic.keep_prob(1): sp.Rational(3, 4), symbolic.keep_prob(2): sp.Rational(1, 4)}
    error = error.subs(kept)
    found = sp.solve([sp.diff(error, w) for w in weights], weights)
    often, seldom = (p * found[w] for p, w in zip(kept.values(), weights, strict=True))
    right = "the one kept more often" if abs(often / seldom) > 1 else "the one kept less often"
    accepted = ("the one kept more often", "the one kept less often")
    yield said(
        choice("larger", larger, accepted) == right,
        "So it is.",
        "Not yet. Set both derivatives to zero, divide each by its p_j x, and subtract.",
    )


def ever_below(below: str) -> Iterator[Part]:
    """Judge whether the mean error is ever below E_N, by many cases and by sympy."""
    rng = np.random.default_rng(0)
    cases = zip(rng.normal(size=(CASES, 5)), rng.random((CASES, 2)), strict=True)
    differences = [
        linear.expected_error_exact(*unit, p) - linear.error_without_dropout(*unit, p)
        for unit, p in (((c[:2], c[2:4], c[4]), p) for c, p in cases)
    ]
    number = sum(difference < -1e-12 for difference in differences)
    right = "yes" if number else "no"
    yield said(
        choice("below", below, ("yes", "no")) == right,
        "So it is. Can you say why?",
        f"Then show a case: of {CASES} drawn at random there was none." if not number else
        f"Look again: of {CASES} cases drawn at random {number} were below.",
    )  # fmt: skip


def kept_more_often(least_squares: str) -> Iterator[Part]:
    """Judge where least squares goes, seen from the minimum, if more is kept."""
    half, more = (_gap(keep_prob) for keep_prob in (0.5, 0.8))
    right = "comes closer" if more < half else "goes farther away"
    accepted = ("comes closer", "goes farther away")
    yield said(
        choice("least_squares", least_squares, accepted) == right,
        f"So it is: from {half:.3f} to {more:.3f}.",
        "Not yet. What is left of the penalty if all inputs are kept?",
    )


def _gap(keep_prob: float) -> float:
    inputs, target = data.digit_slants()
    effective = keep_prob * linear.regularized_minimizer(inputs, target, keep_prob)
    return np.sqrt(
        ((inputs @ (effective - linear.least_squares_minimizer(inputs, target))) ** 2).mean()
    )


EXERCISES = {
    "regularizer-1": minimum_of_one_input,
    "regularizer-2": two_copies,
    "regularizer-3": ever_below,
    "regularizer-4": kept_more_often,
}
