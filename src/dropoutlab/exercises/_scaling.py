"""Exercises of the chapter `scaling`."""

from collections.abc import Iterator

import numpy as np
import sympy as sp

from dropoutlab import averaging, symbolic
from dropoutlab import network as nn
from dropoutlab._checks import instance, real_number
from dropoutlab.exercises._grading import CLOSE, Part, expression, said
from dropoutlab.network import Network

P = sp.Symbol("p", positive=True)


def _variance(pre_activation: sp.Expr) -> sp.Expr:
    """The variance of one input's share, for one p."""
    return symbolic.variance(pre_activation, 1).subs(symbolic.keep_prob(1), P)


STANDARD, INVERTED = (
    _variance(scheme(1)) for scheme in (symbolic.scaling.standard, symbolic.scaling.inverted)
)


def how_much_wider(factor: sp.Expr) -> Iterator[Part]:
    """Judge the standard deviation of inverted dropout over that of standard dropout."""
    right = sp.sqrt(sp.simplify(INVERTED / STANDARD))
    found = expression("factor", factor, (P,))
    if sp.simplify(found - right**2) == 0:
        yield False, "That is the factor of the variance. The width goes with its root."
    else:
        yield said(
            sp.simplify(found - right) == 0,
            "Right at every p.",
            "Not yet. Compare the two widths at p = 0.5, and then at another p.",
        )


def largest_variance(standard: float | None, inverted: float | None) -> Iterator[Part]:
    """Judge the p at which a variance is largest; None where no p is."""
    for name, answer, variance in (
        ("standard", standard, STANDARD),
        ("inverted", inverted, INVERTED),
    ):
        accepts = "a probability, or None where no p has the largest"
        found = None if answer is None else real_number(name, answer, accepts)
        at = [p for p in sp.solve(sp.diff(variance, P), P) if 0 < p < 1]
        right = (found is None and not at) or (
            found is not None and any(abs(found - p) < CLOSE for p in at)
        )
        yield said(
            right,
            f"{name.capitalize()}: right.",
            f"{name.capitalize()}: not yet. Take the derivative by p, and look at both ends.",
        )


def as_weight_scaling(network: Network) -> Iterator[Part]:
    """Judge a network of which the mean over masks should be what weight scaling says."""
    ones = np.ones((1, instance("network", network, Network).sizes[0]))
    gap = np.abs(averaging.exact_average(network, ones) - nn.predict(network, ones)).max()
    without = "" if _drops(network) else " But it drops nothing: is there a case with dropout?"
    yield said(
        gap < CLOSE,
        f"Here the two are the same.{without}",
        f"Not yet: the mean and weight scaling differ by {gap:.2g}.",
    )


def _drops(network: Network) -> bool:
    return any(p < 1 and w.any() for p, w in zip(network.keep_prob, network.weights, strict=True))


def same_training(
    learning_rate: float, weight_decay: float, max_norm: float, weights: float
) -> Iterator[Part]:
    """Judge the settings with which inverted dropout learns as standard dropout does."""
    p, rate, decay, slope, w, r, d = sp.symbols("p rate decay slope w r d", positive=True)
    # the loss is a function of p w: its slope by w is p times that by p w
    twice = p * (w - rate * (p * slope + decay * w)) - (p * w - r * (slope + d * p * w))
    by_letter = sp.Poly(twice, slope, w).coeffs()
    (solved,) = sp.solve(by_letter, [r, d], dict=True)
    given = {p: sp.Rational(1, 2), rate: 0.1, decay: 0.0001}
    rights = {
        "learning_rate": (learning_rate, solved[r].subs(given)),
        "weight_decay": (weight_decay, solved[d].subs(given)),
        "max_norm": (max_norm, 3 * given[p]),
        "weights": (weights, given[p]),
    }
    for name, (answer, right) in rights.items():
        found = real_number(name, answer, "a number")
        words = name.replace("_", " ")
        yield said(
            abs(found / float(right) - 1) < CLOSE,
            f"The {words}: right.",
            f"The {words}: not yet, {'less' if found > right else 'more'}.",
        )


EXERCISES = {
    "scaling-1": how_much_wider,
    "scaling-2": largest_variance,
    "scaling-3": as_weight_scaling,
    "scaling-4": same_training,
}
