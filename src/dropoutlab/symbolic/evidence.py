"""Statements of the chapter `evidence`: one linear output on top of hidden units."""

from collections.abc import Collection
from functools import partial

import sympy as sp

from dropoutlab._names import public_dir
from dropoutlab.symbolic.core import (
    ORIGINAL,
    Equation,
    activation,
    define,
    joining_few,
    target,
    units,
    weight,
)

__dir__ = public_dir(__name__)


def contribution(j: int) -> sp.Expr:
    """Return w_j h_j."""
    return weight(j) * activation(j)


def cancellation(n: int) -> sp.Expr:
    """Return c = 1 − |Σ_j w_j h_j| / Σ_j |w_j h_j|."""
    net = sp.Abs(sp.Add(*map(contribution, units(n))))
    return 1 - net / sp.Add(*(sp.Abs(contribution(j)) for j in units(n)))


def output_error(n: int, removed: Collection[int] = ()) -> sp.Expr:
    """Return E = ½ (y − Σ_j w_j h_j)², the sum without the removed units."""
    output = sp.Add(*(contribution(j) for j in units(n) if j not in removed))
    return (target() - output) ** 2 / 2


def removal(n: int, removed: Collection[int]) -> sp.Expr:
    """Return Δ, the change of E when units are removed, that is, their activations set to 0."""
    error = output_error(n)
    return error.subs({activation(j): 0 for j in removed}) - error


def _removal(n: int, i: int) -> tuple[sp.Expr, ...]:
    return removal(n, [i]), output_error(n, [i]) - output_error(n)


def _interaction(n: int, i: int, k: int) -> tuple[sp.Expr, ...]:
    return (
        removal(n, [i, k]) - (removal(n, [i]) + removal(n, [k])),
        contribution(i) * contribution(k),
    )


_of_units = partial(Equation, counted="units", general=joining_few(n=lambda j: [weight(j)]))

EQUATIONS = (
    define("eq-cancellation", ORIGINAL, cancellation),
    define("eq-output-error", ORIGINAL, lambda n: output_error(n, ())),
    _of_units("eq-removal", ORIGINAL, _removal),
    _of_units("eq-interaction", ORIGINAL, _interaction, apart=True),
)

# statements within the text
INLINE = (define("interaction", ORIGINAL, lambda n, i, k: _interaction(n, i, k)[0], apart=True),)
