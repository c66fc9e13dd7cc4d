"""Statements of the chapter `masking`: a layer under a mask, forward and backward; survivors."""

from collections.abc import Callable
from functools import partial
from itertools import product

import sympy as sp

from dropoutlab.symbolic.core import (
    ORIGINAL,
    Equation,
    P,
    another,
    define,
    expectation,
    keep_prob,
    mask_entry,
    real,
    uniform,
    units,
    variance,
)

SIGMA = sp.Function("sigma")  # any activation function
NEXT_UNITS = 4  # m, units in the next layer
SRIVASTAVA = "Srivastava et al. 2014, section 4"


def layer_weight(i: int, j: int, layer: str = "") -> sp.Symbol:
    """Return w_ij, from unit j of this layer to unit i of the next."""
    return real(f"w_{i}{j}{layer}")


def layer_bias(i: int, layer: str = "") -> sp.Symbol:
    """Return b_i."""
    return real(f"b_{i}{layer}")


def layer_mask(j: int, layer: str = "") -> sp.Symbol:
    """Return z_j."""
    return real(f"z_{j}{layer}")


def layer_activation(j: int, layer: str = "") -> sp.Symbol:
    """Return h_j."""
    return real(f"h_{j}{layer}")


def error_signal(i: int) -> sp.Symbol:
    """Return δ_i = ∂E/∂a_i."""
    return real(f"delta_{i}")


def pre_activation(n: int, i: int, layer: str = "") -> sp.Expr:
    """Return a_i = Σ_j w_ij z_j h_j + b_i."""
    terms = [
        layer_weight(i, j, layer) * layer_mask(j, layer) * layer_activation(j, layer)
        for j in units(n)
    ]
    return sp.Add(*terms) + layer_bias(i, layer)


THIS = "^(l)"


def next_layer(n: int) -> sp.Matrix:
    """Return σ(W (h ∘ z) + b), shape (NEXT_UNITS, 1), by matrix products."""
    weights = sp.Matrix(NEXT_UNITS, n, lambda i, j: layer_weight(i + 1, j + 1, THIS))
    kept = sp.Matrix([layer_activation(j, THIS) for j in units(n)]).multiply_elementwise(
        sp.Matrix([layer_mask(j, THIS) for j in units(n)])
    )
    biases = sp.Matrix([layer_bias(i, THIS) for i in units(NEXT_UNITS)])
    return (weights * kept + biases).applyfunc(SIGMA)


def error_through_pre_activations(n: int) -> sp.Expr:
    """Return Σ_i δ_i a_i, whose derivatives are those of any E(a_1 … a_m) by the chain rule.

    ∂E/∂θ = Σ_i (∂E/∂a_i) (∂a_i/∂θ) for every θ that E depends on through the a_i only.
    """
    return sp.Add(*(error_signal(i) * pre_activation(n, i) for i in units(NEXT_UNITS)))


def _backward_weight(n: int, i: int) -> tuple[sp.Expr, ...]:
    i, j = min(i, NEXT_UNITS), another(n, i)
    return (
        sp.diff(error_through_pre_activations(n), layer_weight(i, j)),
        error_signal(i) * layer_mask(j) * layer_activation(j),
    )


def _backward_bias(n: int, i: int) -> tuple[sp.Expr, ...]:
    i = min(i, NEXT_UNITS)
    return sp.diff(error_through_pre_activations(n), layer_bias(i)), error_signal(i)


def _backward_unit(n: int, i: int) -> tuple[sp.Expr, ...]:
    j = another(n, i)
    signals = sp.Add(*(layer_weight(k, j) * error_signal(k) for k in units(NEXT_UNITS)))
    return (
        sp.diff(error_through_pre_activations(n), layer_activation(j)),
        layer_mask(j) * signals,
    )


def _forward_unit(n: int, i: int) -> tuple[sp.Expr, ...]:
    i = min(i, NEXT_UNITS)
    return next_layer(n)[i - 1], SIGMA(pre_activation(n, i, THIS))


# --- how probable a mask is, and how many survive -------------------------------------------------


def mask_probability(n: int) -> sp.Expr:
    """Return P(z) = Π_j p_j^z_j (1 − p_j)^(1 − z_j)."""
    return sp.Mul(
        *(
            keep_prob(j) ** mask_entry(j) * (1 - keep_prob(j)) ** (1 - mask_entry(j))
            for j in units(n)
        )
    )


def survivors(n: int) -> sp.Expr:
    """Return K = Σ_j z_j."""
    return sp.Add(*(mask_entry(j) for j in units(n)))


def survivors_probability(n: int, k: int) -> sp.Expr:
    """Return P(K = k) as the sum of P(z) over the masks with k ones, one p for all units."""
    return sp.expand(_sum_over_masks(n, lambda ones: ones == k).subs(uniform(n)))


def _sum_over_masks(n: int, wanted: Callable[[int], bool]) -> sp.Expr:
    terms = []
    for mask in product((0, 1), repeat=n):
        if wanted(sum(mask)):
            values = {mask_entry(j): bit for j, bit in zip(units(n), mask, strict=True)}
            terms.append(mask_probability(n).subs(values))
    return sp.Add(*terms)


def total_probability(n: int) -> sp.Expr:
    """Return Σ_z P(z) over all 2^n masks."""
    return _sum_over_masks(n, lambda _ones: True)


def _survivors(n: int, k: int) -> tuple[sp.Expr, ...]:
    return survivors_probability(n, k), sp.binomial(n, k) * P**k * (1 - P) ** (n - k)


def _survivors_mean(n: int, _i: int) -> tuple[sp.Expr, ...]:
    return expectation(survivors(n), n).subs(uniform(n)), n * P


def _survivors_variance(n: int, _i: int) -> tuple[sp.Expr, ...]:
    return variance(survivors(n), n).subs(uniform(n)), n * P * (1 - P)


def _fresh_masks(n: int, _i: int) -> tuple[sp.Expr, ...]:
    """One unit's masks in a mini-batch of n examples, a fresh one each."""
    return variance(survivors(n) / n, n).subs(uniform(n)), P * (1 - P) / n


_of_units = partial(Equation, counted="units")

EQUATIONS = (
    define("eq-forward", SRIVASTAVA, lambda n, i: next_layer(n)[min(i, NEXT_UNITS) - 1]),
    _of_units("eq-forward-unit", SRIVASTAVA, _forward_unit),
    define(
        "eq-masked-pre-activation",
        SRIVASTAVA,
        lambda n, i: pre_activation(n, min(i, NEXT_UNITS)),
    ),
    _of_units("eq-backward-weight", ORIGINAL, _backward_weight),
    _of_units("eq-backward-bias", ORIGINAL, _backward_bias),
    _of_units("eq-backward-unit", ORIGINAL, _backward_unit),
    define("eq-mask-probability", ORIGINAL, lambda n, _i: mask_probability(n)),
    _of_units("eq-mask-total", ORIGINAL, lambda n, _i: (total_probability(n), sp.Integer(1))),
    _of_units("eq-survivors", ORIGINAL, _survivors, given=uniform),
    _of_units("eq-survivors-mean", ORIGINAL, _survivors_mean, given=uniform),
    _of_units("eq-survivors-variance", ORIGINAL, _survivors_variance, given=uniform),
    _of_units("eq-fresh-masks", ORIGINAL, _fresh_masks, given=uniform, counted="examples"),
)
