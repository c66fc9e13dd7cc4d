"""Statements of the chapter `regularizer`: the single linear unit, its errors, their gradients."""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial

import sympy as sp

from dropoutlab._names import public_dir
from dropoutlab.symbolic.core import (
    BALDI,
    MAX_PROVED_UNITS,
    ORIGINAL,
    Equation,
    P,
    define,
    expectation,
    following,
    indexed,
    input_value,
    joining_few,
    keep_prob,
    mask_entry,
    real,
    require_zero,
    target,
    uniform,
    units,
    variance,
    weight,
)

__dir__ = public_dir(__name__)

SRIVASTAVA = "Srivastava et al. 2014, section 9.1"

# --- what the symbols build -----------------------------------------------------------------------


def error_without_dropout(n: int, example: int | None = None) -> sp.Expr:
    """Return E_N = ½ (y − Σ_j p_j w_j x_j)² for n units."""
    output = sum(keep_prob(j) * weight(j) * input_value(j, example) for j in units(n))
    return (target(example) - output) ** 2 / 2


def error_with_dropout(n: int, example: int | None = None) -> sp.Expr:
    """Return E_D = ½ (y − Σ_j z_j w_j x_j)² for n units."""
    output = sum(mask_entry(j) * weight(j) * input_value(j, example) for j in units(n))
    return (target(example) - output) ** 2 / 2


def penalty(n: int, example: int | None = None) -> sp.Expr:
    """Return ½ Σ_j p_j (1 − p_j) w_j² x_j² for n units."""
    return sum(
        keep_prob(j) * (1 - keep_prob(j)) * weight(j) ** 2 * input_value(j, example) ** 2
        for j in units(n)
    ) / sp.Integer(2)


def regularized_error(n: int, example: int | None = None) -> sp.Expr:
    """Return E_R = E_N + ½ Σ_j p_j (1 − p_j) w_j² x_j² for n units."""
    return error_without_dropout(n, example) + penalty(n, example)


@lru_cache
def expected_gradient(n: int, i: int) -> sp.Expr:
    """Return E[∂E_D/∂w_i] by the sum over all 2^n masks."""
    return expectation(sp.diff(error_with_dropout(n), weight(i)), n)


# --- statements -----------------------------------------------------------------------------------


def _other_terms(n: int, i: int, factor: Callable[[int], sp.Symbol]) -> sp.Expr:
    """Return Σ_{j ≠ i} f_i f_j w_j x_i x_j, f the factor: the mask or the keep-probability."""
    return sum(
        (
            factor(i) * factor(j) * weight(j) * input_value(i) * input_value(j)
            for j in units(n)
            if j != i
        ),
        sp.Integer(0),
    )


def _gradient_with_dropout(n: int, i: int) -> tuple[sp.Expr, ...]:
    z, x = mask_entry(i), input_value(i)
    total = sum(mask_entry(j) * weight(j) * input_value(j) for j in units(n))
    with_square_split = -target() * z * x + z**2 * weight(i) * x**2 + _other_terms(n, i, mask_entry)
    return (
        sp.diff(error_with_dropout(n), weight(i)),
        -(target() - total) * z * x,
        with_square_split,
    )


def _gradient_without_dropout(n: int, i: int) -> tuple[sp.Expr, ...]:
    output = sum(keep_prob(j) * weight(j) * input_value(j) for j in units(n))
    return (
        sp.diff(error_without_dropout(n), weight(i)),
        -(target() - output) * keep_prob(i) * input_value(i),
    )


def _expected_square(n: int, i: int) -> tuple[sp.Expr, ...]:
    z = mask_entry(i)
    return expectation(z**2, n), expectation(z, n), keep_prob(i)


def _variance(n: int, i: int) -> tuple[sp.Expr, ...]:
    z, p = mask_entry(i), keep_prob(i)
    return (
        variance(mask_entry(i), n),
        expectation(z**2, n) - expectation(z, n) ** 2,
        p * (1 - p),
    )


def _expected_gradient_terms(n: int, i: int) -> tuple[sp.Expr, ...]:
    p, w, x = keep_prob(i), weight(i), input_value(i)
    return expected_gradient(n, i), -target() * p * x + p * w * x**2 + _other_terms(n, i, keep_prob)


def _gradient_without_dropout_terms(n: int, i: int) -> tuple[sp.Expr, ...]:
    p, w, x = keep_prob(i), weight(i), input_value(i)
    return (
        sp.diff(error_without_dropout(n), weight(i)),
        -target() * p * x + p**2 * w * x**2 + _other_terms(n, i, keep_prob),
    )


def _expected_gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    gradient = sp.diff(error_without_dropout(n), weight(i))
    w, x = weight(i), input_value(i)
    return expected_gradient(n, i), gradient + w * variance(mask_entry(i), n) * x**2


def _regularized_gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    p = keep_prob(i)
    gradient = sp.diff(error_without_dropout(n), weight(i))
    return (
        sp.diff(regularized_error(n), weight(i)),
        gradient + p * (1 - p) * weight(i) * input_value(i) ** 2,
    )


def _same_gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    return expected_gradient(n, i), sp.diff(regularized_error(n), weight(i))


def _same_error(n: int) -> tuple[sp.Expr, ...]:
    return expectation(error_with_dropout(n), n), regularized_error(n)


# --- a batch --------------------------------------------------------------------------------------


def design(n: int, batch: int) -> sp.Matrix:
    """Return X, shape (batch, n)."""
    return sp.Matrix(len(units(batch)), len(units(n)), lambda m, j: input_value(j + 1, m + 1))


def targets(batch: int) -> sp.Matrix:
    """Return y, shape (batch, 1)."""
    return sp.Matrix([target(m) for m in units(batch)])


def column(entry: Callable[[int], sp.Symbol], n: int) -> sp.Matrix:
    """Return entry(1) … entry(n) as a column."""
    return sp.Matrix([entry(j) for j in units(n)])


@lru_cache
def batch_error_with_dropout(n: int, batch: int) -> sp.Expr:
    """Return E_D of the batch under one mask: the sum over its examples."""
    return sum(error_with_dropout(n, m) for m in units(batch))


@lru_cache
def regularized_batch_error(n: int, batch: int) -> sp.Expr:
    """Return E_R of the batch: the sum over its examples."""
    return sum(regularized_error(n, m) for m in units(batch))


def _batch_error(n: int, batch: int) -> tuple[sp.Expr, ...]:
    mean_weights = column(keep_prob, n).multiply_elementwise(column(weight, n))
    residual = targets(batch) - design(n, batch) * mean_weights
    squares = sum(
        keep_prob(j) * (1 - keep_prob(j)) * weight(j) ** 2 * input_value(j, m) ** 2
        for j in units(n)
        for m in units(batch)
    )
    return (
        expectation(batch_error_with_dropout(n, batch), n),
        regularized_batch_error(n, batch),
        (residual.T * residual)[0] / 2 + squares / 2,
    )


def _batch_gradient(n: int, batch: int, i: int) -> tuple[sp.Expr, ...]:
    """Entry i of the gradient of E_R over the batch, and of the generalised ridge system."""
    keep = sp.diag(*column(keep_prob, n))
    strengths = sp.diag(*(penalty_strength(batch, j) for j in units(n)))
    system = keep * design(n, batch).T * design(n, batch) * keep + strengths
    residual = system * column(weight, n) - keep * design(n, batch).T * targets(batch)
    return sp.diff(regularized_batch_error(n, batch), weight(i)), residual[i - 1]


def penalty_strength(batch: int, i: int) -> sp.Expr:
    """Return p_i (1 − p_i) Σ_m x_mi², the entry D_ii of the penalty matrix."""
    p = keep_prob(i)
    return p * (1 - p) * sum(input_value(i, m) ** 2 for m in units(batch))


# --- the inverted scheme --------------------------------------------------------------------------


def inverted_error(n: int) -> sp.Expr:
    """Return E_I = ½ (y − Σ_j w_j x_j)² + ½ Σ_j (1 − p_j)/p_j w_j² x_j²."""
    output = sum(weight(j) * input_value(j) for j in units(n))
    penalties = sum(
        (1 - keep_prob(j)) / keep_prob(j) * weight(j) ** 2 * input_value(j) ** 2 for j in units(n)
    )
    return (target() - output) ** 2 / 2 + penalties / 2


def inverted_error_with_dropout(n: int) -> sp.Expr:
    """Return ½ (y − Σ_j z_j/p_j w_j x_j)², the error of the inverted scheme under one mask."""
    divided = {mask_entry(j): mask_entry(j) / keep_prob(j) for j in units(n)}
    return error_with_dropout(n).subs(divided, simultaneous=True)


def effective_weights(n: int) -> dict[sp.Symbol, sp.Expr]:
    """Return w_j → p_j w_j."""
    return {weight(j): keep_prob(j) * weight(j) for j in units(n)}


def _same_function(n: int) -> tuple[sp.Expr, ...]:
    return regularized_error(n), inverted_error(n).subs(effective_weights(n), simultaneous=True)


def _divided_coin(j: int) -> tuple[sp.Expr, ...]:
    p = keep_prob(j)
    return variance(mask_entry(j) / p, j), (1 - p) / p


def _effective_penalty(j: int) -> tuple[sp.Expr, ...]:
    p, w = keep_prob(j), weight(j)
    return p * (1 - p) * w**2, (1 - p) / p * (p * w) ** 2


RATE = real("eta")


def inverted_weight(j: int) -> sp.Symbol:
    """Return v_j, a weight of the inverted scheme."""
    return indexed("v", j)


def error_of_inverted_weights(n: int) -> sp.Expr:
    """Return E_V = ½ (y − Σ_j z_j/p v_j x_j)²."""
    renamed = {weight(j): inverted_weight(j) for j in units(n)}
    return inverted_error_with_dropout(n).subs(uniform(n)).subs(renamed)


def paired_weights(n: int) -> dict[sp.Symbol, sp.Expr]:
    """Return v_j → p w_j, where the two schemes compute one function."""
    return {inverted_weight(j): P * weight(j) for j in units(n)}


def _paths(n: int, i: int) -> tuple[sp.Expr, ...]:
    error = error_with_dropout(n)
    standard = P * (weight(i) - RATE * sp.diff(error, weight(i)))
    v = inverted_weight(i)
    inverted = v - P**2 * RATE * sp.diff(error_of_inverted_weights(n), v)
    return standard, inverted.subs(paired_weights(n))


def _slope_of_both_schemes(n: int, i: int) -> tuple[sp.Expr, ...]:
    v = inverted_weight(i)
    slope = sp.diff(error_of_inverted_weights(n), v).subs(paired_weights(n))
    return slope, sp.diff(error_with_dropout(n), weight(i)) / P


# --- the mean of many runs ------------------------------------------------------------------------

# The weights before a step are random: u with probability r, else v. The step is linear in the
# weights plus a constant, so that only their mean matters, and two values give any mean.
OTHER = real("z_0")  # a coin of its own: 1 where the weights are u
OTHER_PROB = real("p_0")


def weight_before(j: int) -> sp.Expr:
    """Return entry j of w_t, one of two values by a coin that is independent of the mask."""
    return indexed("v", j) + OTHER * (indexed("u", j) - indexed("v", j))


def weight_after(n: int, i: int) -> sp.Expr:
    """Return entry i of w_{t+1} = w_t − η ∇E_D(w_t), under a mask that is independent of w_t."""
    before = {weight(j): weight_before(j) for j in units(n)}
    slope = sp.diff(error_with_dropout(n), weight(i)).subs(before, simultaneous=True)
    return weight_before(i) - RATE * slope


def mean_over_weights(expression: sp.Expr) -> sp.Expr:
    """Return the mean over the two values of w_t."""
    with_one, with_other = (expression.subs(OTHER, bit) for bit in (1, 0))
    return sp.expand(OTHER_PROB * with_one + (1 - OTHER_PROB) * with_other)


def _mean_step(n: int, i: int) -> tuple[sp.Expr, ...]:
    means = {weight(j): mean_over_weights(weight_before(j)) for j in units(n)}
    slope = sp.diff(regularized_error(n), weight(i)).subs(means, simultaneous=True)
    return (
        mean_over_weights(expectation(weight_after(n, i), n)),
        means[weight(i)] - RATE * slope,
    )


# --- two copies of one input ----------------------------------------------------------------------

COPIES = 2
INPUT = real("x")


def copies(_n: int) -> dict[sp.Symbol, sp.Expr]:
    """Return x_j → x and p_j → p: both inputs are the same, and as likely to be kept."""
    return {**uniform(COPIES), **{input_value(j): INPUT for j in units(COPIES)}}


def copies_minimum() -> dict[sp.Symbol, sp.Expr]:
    """Return the weights at which both derivatives of E_R vanish, as sympy solves for them."""
    error = regularized_error(COPIES).subs(copies(COPIES))
    both = [weight(j) for j in units(COPIES)]
    return sp.solve([sp.diff(error, w) for w in both], both)


def _fit(one: int, two: int) -> dict[sp.Symbol, sp.Expr]:
    """Return the weight of the first copy that is kept, where x = y = 1 and the mask fits."""
    values = {mask_entry(1): one, mask_entry(2): two, target(): 1, INPUT: 1}
    error = error_with_dropout(COPIES).subs(copies(COPIES)).subs(values)
    kept = weight(1) if one else weight(2)
    return {kept: sp.solve(error, kept)[0]}


def _wanted(one: int, two: int) -> tuple[sp.Expr, ...]:
    return (one * weight(1) + two * weight(2)).subs(_fit(one, two)), sp.Integer(1)


def _copies_error() -> tuple[sp.Expr, ...]:
    one, two = weight(1), weight(2)
    return (
        regularized_error(COPIES).subs(copies(COPIES)),
        (target() - P * INPUT * (one + two)) ** 2 / 2
        + P * (1 - P) * INPUT**2 * (one**2 + two**2) / 2,
    )


def _copies_split() -> tuple[sp.Expr, ...]:
    one, two = weight(1), weight(2)
    return one**2 + two**2, (one + two) ** 2 / 2 + (one - two) ** 2 / 2


def _copies_minimum() -> tuple[sp.Expr, ...]:
    found = copies_minimum()
    return found[weight(1)], found[weight(2)], target() / (INPUT * (1 + P))


# --- orthogonal columns, and ridge ----------------------------------------------------------------

RIDGE = real("lambda")


def orthogonal(n: int, batch: int) -> dict[sp.Symbol, sp.Expr]:
    """Return the entry of X that makes its two columns orthogonal; for one column, nothing."""
    if len(units(n)) not in (1, 2):
        raise ValueError(f"n must be 1 or 2 columns; got {n}")
    if n == 1:
        return {}
    others = sum(input_value(1, m) * input_value(2, m) for m in units(batch)[:-1])
    return {input_value(2, batch): -others / input_value(1, batch)}


def orthogonal_minimum(n: int, batch: int, error: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """Return the weights at which every derivative of a batch error vanishes."""
    error = error.subs(orthogonal(n, batch))
    weights = [weight(j) for j in units(n)]
    return sp.solve([sp.diff(error, w) for w in weights], weights)


def ridge_error(n: int, batch: int) -> sp.Expr:
    """Return ½‖y − Xw‖² + λ/2 ‖w‖² for the batch."""
    residual = targets(batch) - design(n, batch) * column(weight, n)
    squares = sum(weight(j) ** 2 for j in units(n))
    return ((residual.T * residual)[0] + RIDGE * squares) / 2


def _product_with_target(batch: int, i: int) -> sp.Expr:
    return sum(input_value(i, m) * target(m) for m in units(batch))


def _product(batch: int, i: int, j: int) -> sp.Expr:
    return sum(input_value(i, m) * input_value(j, m) for m in units(batch))


def _orthogonal_dropout(n: int, batch: int, i: int) -> tuple[sp.Expr, ...]:
    found = orthogonal_minimum(n, batch, regularized_batch_error(n, batch))
    least_squares = _product_with_target(batch, i) / _product(batch, i, i)
    return keep_prob(i) * found[weight(i)], least_squares.subs(orthogonal(n, batch)) * keep_prob(i)


def _orthogonal_ridge(n: int, batch: int, i: int) -> tuple[sp.Expr, ...]:
    found = orthogonal_minimum(n, batch, ridge_error(n, batch))
    shrunk = _product_with_target(batch, i) / (_product(batch, i, i) + RIDGE)
    return found[weight(i)], shrunk.subs(orthogonal(n, batch))


def _dropout_slope(n: int, batch: int, i: int) -> tuple[sp.Expr, ...]:
    """∂E_R/∂w_i is what vanishes at the weight of one column, and products of two columns."""
    p, own = keep_prob(i), _product(batch, i, i) * weight(i) - _product_with_target(batch, i)
    others = [keep_prob(j) * weight(j) * _product(batch, i, j) for j in units(n) if j != i]
    return sp.diff(regularized_batch_error(n, batch), weight(i)), p * (own + sum(others))


def _ridge_slope(n: int, batch: int, i: int) -> tuple[sp.Expr, ...]:
    """The same for ridge."""
    own = (_product(batch, i, i) + RIDGE) * weight(i) - _product_with_target(batch, i)
    others = [weight(j) * _product(batch, i, j) for j in units(n) if j != i]
    return sp.diff(ridge_error(n, batch), weight(i)), own + sum(others)


def _effective_strength(batch: int) -> tuple[sp.Expr, ...]:
    """Twice the penalty over the square of an effective weight, for one p."""
    squares = sum(input_value(1, m) ** 2 for m in units(batch))
    return sp.expand(penalty_strength(batch, 1).subs(uniform(1)) / P**2), squares * (1 - P) / P


def _strength_of_ridge(batch: int) -> tuple[sp.Expr, ...]:
    """The same at mean square 1, where the squares add up to M."""
    others = sum(input_value(1, m) ** 2 for m in range(2, batch + 1))
    strength, _with_squares = _effective_strength(batch)
    return strength.subs(input_value(1, 1) ** 2, batch - others), batch * (1 - P) / P


# --- the labelled ones ----------------------------------------------------------------------------


def _example(m: int) -> list[sp.Symbol]:
    return [target(m), *(input_value(j, m) for j in units(MAX_PROVED_UNITS))]


_by_weights = joining_few(n=lambda j: [weight(j)])
_by_keep_prob = joining_few(n=lambda j: [keep_prob(j)])
_few_examples = {"n": range(1, 5), "M": range(1, 4)}
_of_inputs = partial(Equation, general=_by_weights)
_of_batch = partial(
    Equation, sizes=_few_examples, general=joining_few(n=lambda j: [weight(j)], M=_example)
)
_of_copies = partial(Equation, given=copies)


def _by_slope(sides: Callable[..., tuple[sp.Expr, ...]]) -> Callable[[Equation], str]:
    slope = _of_batch("slope along one weight", ORIGINAL, sides)
    return following(
        slope, "for every n and M, since a slope joins two columns by their product only"
    )


_by_squares = following(
    Equation("strength", ORIGINAL, _effective_strength, general=joining_few(M=_example)),
    "for every M, since it is a sum over the examples",
)
_of_columns = partial(Equation, sizes={"n": range(1, 3), "M": range(2, 4)}, where=orthogonal)

EQUATIONS = (
    define("eq-error-without-dropout", BALDI.format(142), lambda n: error_without_dropout(n, None)),
    define("eq-error-with-dropout", BALDI.format(143), lambda n: error_with_dropout(n, None)),
    _of_inputs("eq-gradient-with-dropout", ORIGINAL, _gradient_with_dropout),
    _of_inputs("eq-gradient-without-dropout", ORIGINAL, _gradient_without_dropout),
    Equation("eq-expected-square", ORIGINAL, _expected_square, general=_by_keep_prob),
    Equation("eq-variance", ORIGINAL, _variance, general=_by_keep_prob),
    _of_inputs("eq-expected-gradient-terms", ORIGINAL, _expected_gradient_terms),
    _of_inputs("eq-gradient-without-dropout-terms", ORIGINAL, _gradient_without_dropout_terms),
    _of_inputs("eq-expected-gradient", BALDI.format(147), _expected_gradient),
    define("eq-regularized-error", BALDI.format(148), lambda n: regularized_error(n, None)),
    _of_inputs("eq-regularized-gradient", ORIGINAL, _regularized_gradient),
    _of_inputs("eq-same-gradient", BALDI.format("147–148"), _same_gradient),
    _of_inputs("eq-same-error", SRIVASTAVA, _same_error),
    _of_batch("eq-batch-error", SRIVASTAVA, _batch_error),
    define("eq-penalty-matrix", ORIGINAL, penalty_strength),
    _of_batch("eq-batch-gradient", SRIVASTAVA, _batch_gradient),
    define("eq-inverted-error", ORIGINAL, inverted_error),
    _of_inputs(
        "eq-inverted-mean-error",
        ORIGINAL,
        lambda n: (expectation(inverted_error_with_dropout(n), n), inverted_error(n)),
    ),
    _of_inputs("eq-same-function", SRIVASTAVA, _same_function),
    Equation("eq-effective-penalty", SRIVASTAVA, _effective_penalty),
    _of_inputs("eq-paths", ORIGINAL, _paths, given=uniform, where=paired_weights),
    _of_copies("eq-copies-error", ORIGINAL, _copies_error),
    _of_copies("eq-copies-split", ORIGINAL, _copies_split),
    _of_copies("eq-copies-minimum", ORIGINAL, _copies_minimum),
    _of_columns(
        "eq-orthogonal-dropout", ORIGINAL, _orthogonal_dropout, general=_by_slope(_dropout_slope)
    ),
    _of_columns(
        "eq-orthogonal-ridge", ORIGINAL, _orthogonal_ridge, general=_by_slope(_ridge_slope)
    ),
)

# statements within the text
INLINE = (
    Equation(
        "two-coins",
        ORIGINAL,
        lambda n, i, j: (
            expectation(mask_entry(i) * mask_entry(j), n),
            keep_prob(i) * keep_prob(j),
        ),
        apart=True,
        conditions=(r"j \ne i",),
        general=_by_keep_prob,
    ),
    Equation("variance-of-a-divided-coin", ORIGINAL, _divided_coin),
    Equation("penalty-as-p-falls", ORIGINAL, lambda: ((1 - P) / P, 1 / P - 1)),
    Equation("strength-of-ridge", ORIGINAL, _strength_of_ridge, general=_by_squares),
    Equation(
        "strength-of-ridge-per-example",
        ORIGINAL,
        lambda batch: tuple(side / batch for side in _strength_of_ridge(batch)),
        general=_by_squares,
    ),
    Equation("wanted-by-both-copies", ORIGINAL, lambda: _wanted(1, 1), where=lambda: _fit(1, 1)),
    Equation("wanted-by-the-first", ORIGINAL, lambda: _wanted(1, 0), where=lambda: _fit(1, 0)),
    Equation("wanted-by-the-second", ORIGINAL, lambda: _wanted(0, 1), where=lambda: _fit(0, 1)),
    Equation(
        "mean-step",
        ORIGINAL,
        _mean_step,
        sizes={"n": range(1, 5)},
        general=joining_few(n=lambda j: [indexed("u", j), indexed("v", j)]),
    ),
    define("error-of-inverted-weights", ORIGINAL, error_of_inverted_weights, given=uniform),
    _of_inputs(
        "slope-of-both-schemes",
        ORIGINAL,
        _slope_of_both_schemes,
        given=uniform,
        where=paired_weights,
    ),
)


# --- any number of units --------------------------------------------------------------------------


def prove_for_any_size() -> None:
    """Prove E[E_D] = E_R and E[∂E_D/∂w_i] = ∂E_R/∂w_i for any number of units.

    E_D is ½y² − y Σ_j a_j z_j + ½ Σ_j Σ_k a_j a_k z_j z_k with a_j = w_j x_j. By linearity its
    expectation is a sum over summands, and by independence a summand involves only the units
    named in it: one, j = k, or two, j ≠ k. The summands are the monomials of the two-unit E_D,
    read off by degree in z; that they rebuild E_D is looked at up to five units. So two cases
    decide every n.

    Raises:
        ProofError: a summand differs from its partner in E_R, with the difference.
    """
    for n in range(2, 6):
        check_summands(n)
    for name, in_error, in_regularized in summand_cases():
        difference = expectation(in_error, 2) - in_regularized
        require_zero(f"summand {name} of E_D", difference)
        require_zero(f"summand {name} of ∂E_D/∂w_i", sp.diff(difference, weight(1)))


def summand_cases() -> Iterator[tuple[str, sp.Expr, sp.Expr]]:
    """Yield (case, summand of E_D, its partner in E_R) for the units 1 (= i) and 2 (≠ i)."""
    constant, linear, square, mixed = _summands(error_with_dropout(2), mask_entry)
    keep = _summands(error_without_dropout(2), keep_prob)
    penalty_of_one = penalty(1)
    yield "constant", constant, keep[0]
    yield "linear", linear, keep[1]
    yield "j = i", square, keep[2] + penalty_of_one
    yield "j ≠ i", mixed, keep[3]


def check_summands(n: int) -> None:
    """Raise `ProofError` unless the summands of two units, renamed, add up to E_D and E_N of n."""
    for error, factor in (
        (error_with_dropout(n), mask_entry),
        (error_without_dropout(n), keep_prob),
    ):
        two = error_with_dropout(2) if factor is mask_entry else error_without_dropout(2)
        constant, linear, square, mixed = _summands(two, factor)
        singles = sum(_rename(linear + square, {1: j}) for j in units(n))
        pairs = sum(_rename(mixed, {1: j, 2: k}) for j in units(n) for k in units(n) if j < k)
        require_zero(f"summands for n = {n}", error - constant - singles - pairs)


def _summands(error: sp.Expr, factor: Callable[[int], sp.Symbol]) -> tuple[sp.Expr, ...]:
    """Terms of a two-unit error of degree 0, 1 and 2 in unit 1, and of degree 1 in both."""
    one, two = factor(1), factor(2)
    terms = sp.Poly(error, one, two)
    return tuple(
        terms.coeff_monomial(monomial) * monomial for monomial in (1, one, one**2, one * two)
    )


def _rename(expression: sp.Expr, numbers: dict[int, int]) -> sp.Expr:
    symbols = (weight, mask_entry, keep_prob, input_value)
    return expression.subs(
        {symbol(old): symbol(new) for symbol in symbols for old, new in numbers.items()},
        simultaneous=True,
    )
