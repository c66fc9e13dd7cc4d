"""Statements of the chapter `masking`: a layer under a mask, forward and backward; survivors."""

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import product

import sympy as sp

from dropoutlab._names import public_dir
from dropoutlab.symbolic.core import (
    MAX_PROVED_UNITS,
    ORIGINAL,
    Equation,
    P,
    define,
    expectation,
    indexed,
    induction,
    joining_few,
    keep_prob,
    mask_entry,
    uniform,
    units,
    variance,
)

__dir__ = public_dir(__name__)

SIGMA = sp.Function("sigma")  # any activation function
SIGMA.__module__ = __name__  # which `help` looks for
SRIVASTAVA = "Srivastava et al. 2014, section 4"


def layer_weight(i: int, j: int, layer: str = "") -> sp.Symbol:
    """Return w_ij, from unit j of this layer to unit i of the next."""
    return indexed("w", i, j, layer=layer)


def layer_bias(i: int, layer: str = "") -> sp.Symbol:
    """Return b_i."""
    return indexed("b", i, layer=layer)


def layer_mask(j: int, layer: str = "") -> sp.Symbol:
    """Return z_j."""
    return indexed("z", j, layer=layer)


def layer_activation(j: int, layer: str = "") -> sp.Symbol:
    """Return h_j."""
    return indexed("h", j, layer=layer)


def error_signal(i: int) -> sp.Symbol:
    """Return δ_i = ∂E/∂a_i."""
    return indexed("delta", i)


def pre_activation(n: int, i: int, layer: str = "") -> sp.Expr:
    """Return a_i = Σ_j w_ij z_j h_j + b_i."""
    terms = [
        layer_weight(i, j, layer) * layer_mask(j, layer) * layer_activation(j, layer)
        for j in units(n)
    ]
    return sp.Add(*terms) + layer_bias(i, layer)


THIS = "^(l)"


def next_layer(n: int, q: int) -> sp.Matrix:
    """Return σ(W (h ∘ z) + b), shape (q, 1), by matrix products."""
    weights = sp.Matrix(len(units(q)), len(units(n)), lambda i, j: layer_weight(i + 1, j + 1, THIS))
    kept = sp.Matrix([layer_activation(j, THIS) for j in units(n)]).multiply_elementwise(
        sp.Matrix([layer_mask(j, THIS) for j in units(n)])
    )
    biases = sp.Matrix([layer_bias(i, THIS) for i in units(q)])
    return (weights * kept + biases).applyfunc(SIGMA)


@lru_cache
def error_through_pre_activations(n: int, q: int) -> sp.Expr:
    """Return Σ_i δ_i a_i, whose derivatives are those of any E(a_1 … a_q) by the chain rule.

    ∂E/∂θ = Σ_i (∂E/∂a_i) (∂a_i/∂θ) for every θ that E depends on through the a_i only.
    """
    return sp.Add(*(error_signal(i) * pre_activation(n, i) for i in units(q)))


def _backward_weight(n: int, q: int, i: int, j: int) -> tuple[sp.Expr, ...]:
    return (
        sp.diff(error_through_pre_activations(n, q), layer_weight(i, j)),
        error_signal(i) * layer_mask(j) * layer_activation(j),
    )


def _backward_bias(n: int, q: int, i: int) -> tuple[sp.Expr, ...]:
    return sp.diff(error_through_pre_activations(n, q), layer_bias(i)), error_signal(i)


def _backward_unit(n: int, q: int, j: int) -> tuple[sp.Expr, ...]:
    signals = sp.Add(*(layer_weight(i, j) * error_signal(i) for i in units(q)))
    return (
        sp.diff(error_through_pre_activations(n, q), layer_activation(j)),
        layer_mask(j) * signals,
    )


def _slope_of_a_sum(n: int, q: int, i: int, j: int) -> tuple[sp.Expr, ...]:
    slope = sp.diff(pre_activation(n, i), layer_activation(j))
    return slope, layer_weight(i, j) * layer_mask(j)


def _slope_at_dropped(n: int, q: int, j: int) -> tuple[sp.Expr, ...]:
    slope = sp.diff(error_through_pre_activations(n, q), layer_activation(j))
    return slope.subs(layer_mask(j), 0), sp.Integer(0)


def _forward_unit(n: int, q: int, i: int) -> tuple[sp.Expr, ...]:
    return next_layer(n, q)[i - 1], SIGMA(pre_activation(n, i, THIS))


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


@lru_cache
def survivors_probability(n: int, k: int) -> sp.Expr:
    """Return P(K = k) as the sum of P(z) over the masks with k ones, one p for all units."""
    return sp.expand(_sum_over_masks(n, lambda ones: ones == k).subs(uniform(n)))


def _sum_over_masks(n: int, wanted: Callable[[int], bool]) -> sp.Expr:
    terms = []
    for mask in product((0, 1), repeat=len(units(n))):
        if wanted(sum(mask)):
            values = {mask_entry(j): bit for j, bit in zip(units(n), mask, strict=True)}
            terms.append(mask_probability(n).subs(values))
    return sp.Add(*terms)


def total_probability(n: int) -> sp.Expr:
    """Return Σ_z P(z) over all 2^n masks."""
    return _sum_over_masks(n, lambda _ones: True)


def _survivors(n: int, k: int) -> tuple[sp.Expr, ...]:
    return survivors_probability(n, k), sp.binomial(n, k) * P**k * (1 - P) ** (n - k)


def _survivors_mean(n: int) -> tuple[sp.Expr, ...]:
    return expectation(survivors(n), n).subs(uniform(n)), n * P


def _survivors_variance(n: int) -> tuple[sp.Expr, ...]:
    return variance(survivors(n), n).subs(uniform(n)), n * P * (1 - P)


def _fresh_masks(batch: int) -> tuple[sp.Expr, ...]:
    """One unit's masks in a mini-batch, a fresh one for each example."""
    return variance(survivors(batch) / batch, batch).subs(uniform(batch)), P * (1 - P) / batch


def _coin_variance() -> tuple[sp.Expr, ...]:
    return variance(mask_entry(1), 1).subs(uniform(1)), P * (1 - P)


def _spread_of_the_share(n: int) -> tuple[sp.Expr, ...]:
    return sp.sqrt(variance(survivors(n) / n, n).subs(uniform(n)).factor()), sp.sqrt(
        P * (1 - P) / n
    )


# --- from n − 1 to n units: one more coin, independent of the others ------------------------------

N = sp.Symbol("n", integer=True, positive=True)


def one_more_mask_entry() -> dict[str, sp.Expr]:
    """The masks with z_n = 1 and those with z_n = 0 have p_n and 1 − p_n of what was 1."""
    before, p = sp.Integer(1), keep_prob(1)
    return {"one more entry": before * p + before * (1 - p) - 1}


def one_more_survivor() -> dict[str, sp.Expr]:
    """P(K_n = k) = p P(K_{n−1} = k − 1) + (1 − p) P(K_{n−1} = k), for 0 < k < n and at the ends."""
    k = sp.Symbol("k", integer=True, positive=True)

    def formula(n: sp.Expr, k: sp.Expr) -> sp.Expr:
        return sp.binomial(n, k) * P**k * (1 - P) ** (n - k)

    step = P * formula(N - 1, k - 1) + (1 - P) * formula(N - 1, k) - formula(N, k)
    return {
        "one more coin": sp.combsimp(sp.simplify(step / (P**k * (1 - P) ** (N - k)))),
        "none survives": sp.simplify((1 - P) * formula(N - 1, 0) - formula(N, 0)),
        "all survive": sp.simplify(P * formula(N - 1, N - 1) - formula(N, N)),
    }


def one_more_coin(scale: sp.Expr = sp.S.One) -> dict[str, sp.Expr]:
    """Mean and variance of scale · K_n, from those of K_{n−1} and a coin independent of it."""
    mean, spread = (N - 1) * P, (N - 1) * P * (1 - P)
    square = spread + mean**2  # E[K_{n−1}²]
    total, total_square = mean + P, square + 2 * mean * P + P  # of K_{n−1} + z, with z² = z
    return {
        "mean with one more coin": scale * total - scale * N * P,
        "variance with one more coin": scale**2 * (total_square - total**2 - N * P * (1 - P)),
    }


# --- what belongs to one unit of this layer, and to one of the next -------------------------------


def _weights_from(j: int) -> list[sp.Symbol]:
    return [layer_weight(i, j) for i in units(MAX_PROVED_UNITS)]


def _weights_from_in_layer(j: int) -> list[sp.Symbol]:
    return [layer_weight(i, j, THIS) for i in units(MAX_PROVED_UNITS)]


_of_units = partial(Equation, counted="units")
_to_next_layer = partial(_of_units, sizes={"n": range(1, 5), "q": range(1, 5)}, runs={"i": "q"})
_backward = partial(
    _to_next_layer, general=joining_few(n=_weights_from, q=lambda i: [error_signal(i)])
)

EQUATIONS = (
    define("eq-forward", SRIVASTAVA, lambda n, q, i: next_layer(n, q)[i - 1], runs={"i": "q"}),
    _to_next_layer(
        "eq-forward-unit",
        SRIVASTAVA,
        _forward_unit,
        general=joining_few(
            lambda side: side.args[0],
            n=_weights_from_in_layer,
            q=lambda i: [layer_bias(i, THIS)],
        ),
    ),
    define(
        "eq-masked-pre-activation",
        SRIVASTAVA,
        lambda n, q, i: pre_activation(n, i),
        runs={"i": "q"},
    ),
    _backward("eq-backward-weight", ORIGINAL, _backward_weight),
    _backward("eq-backward-bias", ORIGINAL, _backward_bias),
    _backward("eq-backward-unit", ORIGINAL, _backward_unit),
    define("eq-mask-probability", ORIGINAL, mask_probability),
    _of_units(
        "eq-mask-total",
        ORIGINAL,
        lambda n: (total_probability(n), sp.Integer(1)),
        general=induction("n", one_more_mask_entry),
    ),
    _of_units(
        "eq-survivors",
        ORIGINAL,
        _survivors,
        first=0,
        given=uniform,
        general=induction("n", one_more_survivor),
    ),
    _of_units(
        "eq-survivors-mean",
        ORIGINAL,
        _survivors_mean,
        given=uniform,
        general=induction("n", one_more_coin),
    ),
    _of_units(
        "eq-survivors-variance",
        ORIGINAL,
        _survivors_variance,
        given=uniform,
        general=induction("n", one_more_coin),
    ),
    Equation(
        "eq-fresh-masks",
        ORIGINAL,
        _fresh_masks,
        given=uniform,
        general=induction("M", lambda: one_more_coin(1 / N)),
    ),
)

# statements within the text
INLINE = (
    _backward("slope-of-a-sum", ORIGINAL, _slope_of_a_sum),
    _backward("slope-at-a-dropped-unit", ORIGINAL, _slope_at_dropped, conditions=("z_j = 0",)),
    define("survivors", ORIGINAL, survivors),
    Equation("coin-variance-of-one-p", ORIGINAL, _coin_variance, given=uniform),
    Equation(
        "spread-of-the-share",
        ORIGINAL,
        _spread_of_the_share,
        given=uniform,
        counted="units",
        general=induction("n", lambda: one_more_coin(1 / N)),
    ),
)
