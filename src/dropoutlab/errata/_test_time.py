"""What is scaled, by what, and what the scaled network is the average of."""

from functools import partial

import numpy as np
import sympy as sp

from dropoutlab import averaging
from dropoutlab import network as nn
from dropoutlab.errata._entry import Entry, Outcome, equal, formula, written

STEPS = 10  # of training, with a learning rate of 0
KEPT = 0.5


def weight_after(steps: int, in_place: bool, keep_prob: float = KEPT) -> float:
    """Return what a weight 1 is after steps that learn nothing.

    Args:
        steps: how many.
        in_place: whether each step divides the weight, rather than the mask, by keep_prob.
        keep_prob: probability above 0, at most 1, that its input is kept.
    """
    weight = 1.0
    for _ in range(steps):
        weight = weight / keep_prob if in_place else weight
    return weight


def _after(in_place: bool) -> Outcome:
    what = f"weight 1 after {STEPS} idle steps, p = ½"
    return equal(what, 1, weight_after(STEPS, in_place))


# --- two layers, one unit each --------------------------------------------------------------------


def two_layers(dropped: tuple[bool, bool]) -> nn.Network:
    """Return σ(4 z₂ max(0, 2 z₁ x − 1)), one unit a layer.

    Args:
        dropped: whether the first and the second hidden layer are kept half of the time only.
    """
    weights = tuple(np.array([[w]]) for w in (1.0, 2.0, 4.0))
    biases = tuple(np.array([b]) for b in (0.0, -1.0, 0.0))
    keep = (1.0, *(KEPT if d else 1.0 for d in dropped))
    return nn.Network(weights, biases, keep, output="logistic")


def _geometric(dropped: tuple[bool, bool]) -> Outcome:
    network, one = two_layers(dropped), np.ones((1, 1))
    exact = averaging.exact_average(network, one, mean="normalized geometric")
    layers = "two layers" if all(dropped) else "one layer"
    says = nn.predict(network, one).item()
    return equal(f"normalised geometric mean, {layers}", says, exact.item())


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
    what = "distance of the two means"
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
    what = "difference, for outputs 0.55 and 0.60"
    return Outcome(what, written(says), written(gap), holds)


ENTRIES = (
    Entry(
        "in-place",
        "Inverted dropout divides the weights by p.",
        "It divides the mask, or the activations; the stored weights stay.",
        "Do it for ten steps with p = ½, and each weight is 1,024 times what it was.",
        partial(_after, True),
        partial(_after, False),
        "scaling",
    ),
    Entry(
        "division",
        "The masked activations are divided by p, with p the drop rate.",
        "They are divided by the probability to keep.",
        "The mean of the coin is the probability to keep, and dividing by it gives 1.",
        chapter="scaling",
        **formula("h₁", "wrong-division", "eq-right-division"),
    ),
    Entry(
        "scaling",
        "At test time the whole pre-activation is multiplied by p.",
        "The outgoing weights of the dropped layer are; the bias is not.",
        "No coin multiplies the bias, so its mean is itself.",
        chapter="scaling",
        **formula("E[a]", "wrong-scaling", "eq-right-scaling"),
    ),
    Entry(
        "geometric",
        "Weight scaling computes the geometric mean of all thinned networks.",
        "The normalised one, if the only dropped layer is right below logistic or softmax outputs.",
        "A mean does not pass through a bent function, and each further layer has one.",
        partial(_geometric, (True, True)),
        partial(_geometric, (False, True)),
        "scaling",
    ),
    Entry(
        "bound",
        "The arithmetic mean of the outputs is at most 2E(1 − E)|1 − 2E| from the normalised "
        "geometric one, E being the first.",
        "That is no bound. Near one half, and to third order, their difference is "
        "2V(1 − 2E) − (4/3)K, with V and K the second and the third central moment.",
        "With a mean of one half the bound is zero, and the two means need not agree.",
        _bound,
        _series,
        "scaling",
    ),
)
