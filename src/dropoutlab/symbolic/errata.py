"""Statements of the chapter `errata`: what is often printed wrong, and how it should read.

`EQUATIONS` are right and proved like those of the other chapters. `WRONG` are statements as they
are found: the first side is what they speak of, the second what they say of it. They are here to be
refuted, and nothing proves them.
"""

from dataclasses import replace
from functools import partial

import sympy as sp

from dropoutlab._names import public_dir
from dropoutlab.symbolic import masking, regularizer, scaling
from dropoutlab.symbolic.core import (
    ORIGINAL,
    Equation,
    P,
    activation,
    bias,
    expectation,
    input_value,
    joining_few,
    keep_prob,
    mask_entry,
    real,
    uniform,
    units,
    variance,
    weight,
)

__dir__ = public_dir(__name__)

STEEPNESS, PRE_ACTIVATION = real("c"), real("a")
KNOWN = {e.label: e for chapter in (masking, scaling, regularizer) for e in chapter.EQUATIONS}


# --- a layer --------------------------------------------------------------------------------------


def _forward(n: int, q: int, i: int) -> tuple[sp.Expr, ...]:
    unit = masking.SIGMA(masking.pre_activation(n, i, masking.THIS))
    return unit, masking.next_layer(n, q)[i - 1]


def _before_weights(n: int) -> sp.Matrix:
    """Return h ∘ z + b, which needs as many biases as inputs, shape (n, 1)."""
    return sp.Matrix(
        [
            masking.layer_activation(j, masking.THIS) * masking.layer_mask(j, masking.THIS)
            + masking.layer_bias(j, masking.THIS)
            for j in units(n)
        ]
    )


def _bias_inside(n: int, i: int) -> tuple[sp.Expr, ...]:
    row = sp.Matrix(1, n, lambda _, j: masking.layer_weight(i, j + 1, masking.THIS))
    said = masking.SIGMA((row * _before_weights(n))[0])
    return _forward(n, n, i)[0], said


def _no_sum(n: int, i: int) -> tuple[sp.Expr, ...]:
    """A product entry by entry has room for one weight a unit: w_ii."""
    said = masking.SIGMA(masking.layer_weight(i, i, masking.THIS) * _before_weights(n)[i - 1])
    return _forward(n, n, i)[0], said


# --- the linear unit ------------------------------------------------------------------------------


def _slopes(n: int, i: int) -> tuple[sp.Expr, sp.Expr, sp.Expr, sp.Expr]:
    """Return E[∂E_D/∂w_i], ∂E_N/∂w_i, w_i p_i² x_i² and w_i Var(z_i) x_i²."""
    w, square = weight(i), input_value(i) ** 2
    return (
        regularizer.expected_gradient(n, i),
        sp.diff(regularizer.error_without_dropout(n), w),
        w * keep_prob(i) ** 2 * square,
        w * variance(mask_entry(i), n) * square,
    )


def _lost_plus(n: int, i: int) -> tuple[sp.Expr, ...]:
    mean, slope, square, spread = _slopes(n, i)
    return mean, slope * square + spread


def _counted_twice(n: int, i: int) -> tuple[sp.Expr, ...]:
    mean, slope, square, spread = _slopes(n, i)
    return mean, slope + square + spread


def _gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    mean, slope, _square, _spread = _slopes(n, i)
    return mean, slope + keep_prob(i) * (1 - keep_prob(i)) * weight(i) * input_value(i) ** 2


def _mean_error(n: int) -> sp.Expr:
    return expectation(regularizer.error_with_dropout(n), n)


def _error(n: int) -> tuple[sp.Expr, ...]:
    written = regularizer.error_without_dropout(n) + regularizer.penalty(n)
    return _mean_error(n), regularizer.regularized_error(n), written


def _wrong_index(n: int, i: int) -> tuple[sp.Expr, ...]:
    p = keep_prob(i)
    terms = (p * (1 - p) * weight(j) ** 2 * input_value(j) ** 2 for j in units(n))
    return _mean_error(n), regularizer.error_without_dropout(n) + sp.Add(*terms) / 2


def _mean_of_errors(n: int) -> tuple[sp.Expr, ...]:
    return _mean_error(n), regularizer.error_without_dropout(n) + regularizer.penalty(n)


# --- a logistic unit ------------------------------------------------------------------------------


def steep_output() -> sp.Expr:
    """Return O = 1 / (1 + exp(−c a))."""
    return 1 / (1 + sp.exp(-STEEPNESS * PRE_ACTIVATION))


def _bend(power: int) -> tuple[sp.Expr, ...]:
    output = steep_output()
    bend = sp.diff(output, PRE_ACTIVATION, 2)
    return bend, STEEPNESS**power * output * (1 - output) * (1 - 2 * output)


def _normalized(n: int) -> tuple[sp.Expr, ...]:
    """G_1/(G_1 + G_0) as the logistic of the mean log-odds, and σ(E[a])."""
    mean = expectation(scaling.standard(n), n)
    return scaling.logistic(mean), scaling.logistic(sp.expand(scaling.mean_log_odds(n)))


def _minus_sign(n: int) -> tuple[sp.Expr, ...]:
    one, other = scaling.geometric_mean(n), scaling.geometric_mean(n, of_one=False)
    return scaling.logistic(expectation(scaling.standard(n), n)), one / (one - other)


# --- counts and factors ---------------------------------------------------------------------------


def _dropped(n: int) -> tuple[sp.Expr, ...]:
    return expectation(n - masking.survivors(n), n).subs(uniform(n)), n * (1 - P)


def _half(n: int) -> tuple[sp.Expr, ...]:
    return _dropped(n)[0], sp.Rational(n, 2)


def _divided(j: int) -> tuple[sp.Expr, ...]:
    z, h = mask_entry(j), activation(j)
    return h, expectation(z / keep_prob(j) * h, j)


def _divided_by_rate(j: int) -> tuple[sp.Expr, ...]:
    z, h = mask_entry(j), activation(j)
    return h, expectation(z / (1 - keep_prob(j)) * h, j)


def _mean_for_one_p(n: int) -> tuple[sp.Expr, ...]:
    total = sp.Add(*(weight(j) * activation(j) for j in units(n)))
    return expectation(scaling.standard(n), n).subs(uniform(n)), P * total + bias()


def _bias_scaled(n: int) -> tuple[sp.Expr, ...]:
    mean, right = _mean_for_one_p(n)
    return mean, right - bias() + P * bias()


_by_inputs = joining_few(n=lambda j: [weight(j)])
_of_inputs = partial(Equation, general=_by_inputs)
_of_units = partial(Equation, counted="units", general=_by_inputs)
_square = partial(Equation, sizes={"n": range(1, 4)}, counted="units")

EQUATIONS = (
    replace(KNOWN["eq-forward-unit"], label="eq-right-forward", sides=_forward),
    _of_inputs("eq-right-gradient", regularizer.BALDI.format(147), _gradient),
    _of_inputs("eq-right-error", regularizer.BALDI.format(148), _error),
    _of_inputs("eq-right-mean", regularizer.BALDI.format(148), _mean_of_errors),
    replace(KNOWN["eq-normalized-mean"], label="eq-right-normalized", sides=_normalized),
    Equation("eq-right-bend", ORIGINAL, lambda: _bend(2)),
    Equation("eq-right-division", ORIGINAL, _divided),
    _of_units("eq-right-scaling", ORIGINAL, _mean_for_one_p, given=uniform),
    Equation(
        "eq-right-dropped",
        ORIGINAL,
        _dropped,
        given=uniform,
        counted="units",
        general=KNOWN["eq-survivors-mean"].general,
    ),
)

INLINE = ()

WRONG = (
    _square("wrong-bias-inside", ORIGINAL, _bias_inside),
    _square("wrong-no-sum", ORIGINAL, _no_sum),
    Equation("wrong-lost-plus", ORIGINAL, _lost_plus),
    Equation("wrong-counted-twice", ORIGINAL, _counted_twice),
    Equation("wrong-index", ORIGINAL, _wrong_index),
    Equation(
        "wrong-mean", ORIGINAL, lambda n: (_mean_error(n), regularizer.error_without_dropout(n))
    ),
    Equation("wrong-sign", ORIGINAL, _minus_sign, sizes={"n": range(1, 4)}),
    Equation("wrong-bend", ORIGINAL, lambda: _bend(1)),
    Equation("wrong-division", ORIGINAL, _divided_by_rate),
    Equation("wrong-scaling", ORIGINAL, _bias_scaled, given=uniform),
    Equation("wrong-half", ORIGINAL, _half, given=uniform, counted="units"),
)
