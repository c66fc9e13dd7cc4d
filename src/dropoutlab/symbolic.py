"""The labelled equations of the book, stated and proved in sympy.

`EQUATIONS` maps the label of each equation in the chapters to its statement: where it comes from,
the expressions on its sides, and its proof. Nothing here uses the NumPy code, so that the two are
independent witnesses.

Symbols: w_j weights, x_j inputs, y target, z_j mask, p_j = P(z_j = 1) the keep-probability; for a
batch x_mj and y_m are example m. Proofs for a number of units n = 1…5 sum over all 2^n masks with
everything symbolic; proofs for any n go summand by summand (`prove_for_any_size`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import sympy as sp

MAX_PROVED_UNITS = 5
BALDI = "Baldi & Sadowski 2013; equation {} of their 2014 paper"
ORIGINAL = "this book"


class ProofError(AssertionError):
    """A statement did not hold; `difference` is what would not vanish."""

    def __init__(self, label: str, difference: sp.Expr) -> None:
        super().__init__(f"{label}: the two sides differ by {difference}")
        self.label = label
        self.difference = difference


# --- symbols --------------------------------------------------------------------------------------


def _real(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


def weight(j: int) -> sp.Symbol:
    """Return w_j."""
    return _real(f"w_{j}")


def mask_entry(j: int) -> sp.Symbol:
    """Return z_j."""
    return _real(f"z_{j}")


def keep_prob(j: int) -> sp.Symbol:
    """Return p_j."""
    return _real(f"p_{j}")


def input_value(j: int, example: int | None = None) -> sp.Symbol:
    """Return x_j, or x_mj for an example m of a batch."""
    return _real(f"x_{j}" if example is None else f"x_{example}{j}")


def target(example: int | None = None) -> sp.Symbol:
    """Return y, or y_m for an example m of a batch."""
    return _real("y" if example is None else f"y_{example}")


# --- what the symbols build -----------------------------------------------------------------------


def error_without_dropout(n: int, example: int | None = None) -> sp.Expr:
    """Return E_N = ½ (y − Σ_j p_j w_j x_j)² for n units."""
    output = sum(keep_prob(j) * weight(j) * input_value(j, example) for j in _units(n))
    return (target(example) - output) ** 2 / 2


def error_with_dropout(n: int, example: int | None = None) -> sp.Expr:
    """Return E_D = ½ (y − Σ_j z_j w_j x_j)² for n units."""
    output = sum(mask_entry(j) * weight(j) * input_value(j, example) for j in _units(n))
    return (target(example) - output) ** 2 / 2


def penalty(n: int, example: int | None = None) -> sp.Expr:
    """Return ½ Σ_j p_j (1 − p_j) w_j² x_j² for n units."""
    return sum(
        keep_prob(j) * (1 - keep_prob(j)) * weight(j) ** 2 * input_value(j, example) ** 2
        for j in _units(n)
    ) / sp.Integer(2)


def regularized_error(n: int, example: int | None = None) -> sp.Expr:
    """Return E_R = E_N + ½ Σ_j p_j (1 − p_j) w_j² x_j² for n units."""
    return error_without_dropout(n, example) + penalty(n, example)


def expectation(expression: sp.Expr, n: int) -> sp.Expr:
    """Return the exact expectation over the masks z_1 … z_n: the sum over all 2^n of them."""
    total = sp.Integer(0)
    for values in product((0, 1), repeat=n):
        probability = sp.Integer(1)
        for j, value in zip(_units(n), values, strict=True):
            probability *= keep_prob(j) if value else 1 - keep_prob(j)
        outcome = expression.subs(dict(zip(map(mask_entry, _units(n)), values, strict=True)))
        total += probability * outcome
    return sp.expand(total)


@lru_cache
def expected_gradient(n: int, i: int) -> sp.Expr:
    """Return E[∂E_D/∂w_i] by the sum over all 2^n masks."""
    return expectation(sp.diff(error_with_dropout(n), weight(i)), n)


def mask_variance(i: int, n: int) -> sp.Expr:
    """Return Var(z_i) = E[z_i²] − E[z_i]² by the sum over all 2^n masks."""
    z = mask_entry(i)
    return sp.expand(expectation(z**2, n) - expectation(z, n) ** 2)


# --- statements -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Equation:
    """A labelled equation: `sides(n, i)` are its sides for n units and free index i, all equal.

    A definition repeats its own expression on both sides; its proof is empty, and what it says is
    tied to the chapter by the tests.
    """

    label: str
    source: str
    sides: Callable[[int, int], tuple[sp.Expr, ...]]

    def prove(self, max_units: int = MAX_PROVED_UNITS) -> None:
        """Prove that all sides agree for n = 1 … `max_units` and every i; else `ProofError`."""
        for n in _units(max_units):
            for i in _units(n):
                first, *others = self.sides(n, i)
                for other in others:
                    require_zero(f"{self.label} (n = {n}, i = {i})", first - other)


def require_zero(label: str, difference: sp.Expr) -> None:
    """Raise `ProofError` unless `difference` expands, or simplifies, to zero."""
    difference = sp.expand(difference)
    if difference != 0:
        difference = sp.simplify(difference)
    if difference != 0:
        raise ProofError(label, difference)


def _define(expression: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    return expression, expression


def _other_terms(n: int, i: int, factor: Callable[[int], sp.Symbol]) -> sp.Expr:
    """Return Σ_{j ≠ i} f_i f_j w_j x_i x_j, f the factor: the mask or the keep-probability."""
    return sum(
        (
            factor(i) * factor(j) * weight(j) * input_value(i) * input_value(j)
            for j in _units(n)
            if j != i
        ),
        sp.Integer(0),
    )


def _gradient_with_dropout(n: int, i: int) -> tuple[sp.Expr, ...]:
    z, x = mask_entry(i), input_value(i)
    total = sum(mask_entry(j) * weight(j) * input_value(j) for j in _units(n))
    with_square_split = -target() * z * x + z**2 * weight(i) * x**2 + _other_terms(n, i, mask_entry)
    return (
        sp.diff(error_with_dropout(n), weight(i)),
        -(target() - total) * z * x,
        with_square_split,
    )


def _gradient_without_dropout(n: int, i: int) -> tuple[sp.Expr, ...]:
    output = sum(keep_prob(j) * weight(j) * input_value(j) for j in _units(n))
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
        mask_variance(i, n),
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
    return expected_gradient(n, i), gradient + w * mask_variance(i, n) * x**2


def _regularized_gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    p = keep_prob(i)
    gradient = sp.diff(error_without_dropout(n), weight(i))
    return (
        sp.diff(regularized_error(n), weight(i)),
        gradient + p * (1 - p) * weight(i) * input_value(i) ** 2,
    )


def _same_gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    return expected_gradient(n, i), sp.diff(regularized_error(n), weight(i))


def _same_error(n: int, _i: int) -> tuple[sp.Expr, ...]:
    return expectation(error_with_dropout(n), n), regularized_error(n)


# --- a batch --------------------------------------------------------------------------------------

BATCH = 2  # examples in the batch of the proofs: enough for every cross-term that can occur


def design(n: int) -> sp.Matrix:
    """Return X, shape (BATCH, n)."""
    return sp.Matrix(BATCH, n, lambda m, j: input_value(j + 1, m + 1))


def targets() -> sp.Matrix:
    """Return y, shape (BATCH, 1)."""
    return sp.Matrix([target(m) for m in _units(BATCH)])


def column(entry: Callable[[int], sp.Symbol], n: int) -> sp.Matrix:
    """Return entry(1) … entry(n) as a column."""
    return sp.Matrix([entry(j) for j in _units(n)])


def batch_error_with_dropout(n: int) -> sp.Expr:
    """Return E_D of the batch under one mask: the sum over its examples."""
    return sum(error_with_dropout(n, m) for m in _units(BATCH))


def regularized_batch_error(n: int) -> sp.Expr:
    """Return E_R of the batch: the sum over its examples."""
    return sum(regularized_error(n, m) for m in _units(BATCH))


def _batch_error(n: int, _i: int) -> tuple[sp.Expr, ...]:
    mean_weights = column(keep_prob, n).multiply_elementwise(column(weight, n))
    residual = targets() - design(n) * mean_weights
    squares = sum(
        keep_prob(j) * (1 - keep_prob(j)) * weight(j) ** 2 * input_value(j, m) ** 2
        for j in _units(n)
        for m in _units(BATCH)
    )
    return (
        expectation(batch_error_with_dropout(n), n),
        regularized_batch_error(n),
        (residual.T * residual)[0] / 2 + squares / 2,
    )


def _batch_gradient(n: int, i: int) -> tuple[sp.Expr, ...]:
    """Entry i of the gradient of E_R over the batch, and of the generalised ridge system."""
    keep = sp.diag(*column(keep_prob, n))
    strengths = sp.diag(*(penalty_strength(n, j) for j in _units(n)))
    system = keep * design(n).T * design(n) * keep + strengths
    residual = system * column(weight, n) - keep * design(n).T * targets()
    return sp.diff(regularized_batch_error(n), weight(i)), residual[i - 1]


def penalty_strength(_n: int, j: int) -> sp.Expr:
    """Return p_j (1 − p_j) Σ_m x_mj², the entry D_jj of the penalty matrix."""
    p = keep_prob(j)
    return p * (1 - p) * sum(input_value(j, m) ** 2 for m in _units(BATCH))


EQUATIONS: dict[str, Equation] = {
    equation.label: equation
    for equation in (
        Equation(
            "eq-error-without-dropout",
            BALDI.format(142),
            lambda n, _i: _define(error_without_dropout(n)),
        ),
        Equation(
            "eq-error-with-dropout",
            BALDI.format(143),
            lambda n, _i: _define(error_with_dropout(n)),
        ),
        Equation("eq-gradient-with-dropout", ORIGINAL, _gradient_with_dropout),
        Equation("eq-gradient-without-dropout", ORIGINAL, _gradient_without_dropout),
        Equation("eq-expected-square", ORIGINAL, _expected_square),
        Equation("eq-variance", ORIGINAL, _variance),
        Equation("eq-expected-gradient-terms", ORIGINAL, _expected_gradient_terms),
        Equation("eq-gradient-without-dropout-terms", ORIGINAL, _gradient_without_dropout_terms),
        Equation("eq-expected-gradient", BALDI.format(147), _expected_gradient),
        Equation(
            "eq-regularized-error",
            BALDI.format(148),
            lambda n, _i: _define(regularized_error(n)),
        ),
        Equation("eq-regularized-gradient", ORIGINAL, _regularized_gradient),
        Equation("eq-same-gradient", BALDI.format("147–148"), _same_gradient),
        Equation("eq-same-error", ORIGINAL, _same_error),
        Equation("eq-batch-error", "Srivastava et al. 2014, section 9.1", _batch_error),
        Equation("eq-penalty-matrix", ORIGINAL, lambda n, i: _define(penalty_strength(n, i))),
        Equation("eq-batch-gradient", "Srivastava et al. 2014, section 9.1", _batch_gradient),
    )
}


# --- any number of units --------------------------------------------------------------------------


def prove_for_any_size() -> None:
    """Prove E[E_D] = E_R and E[∂E_D/∂w_i] = ∂E_R/∂w_i for any number of units.

    E_D is ½y² − y Σ_j a_j z_j + ½ Σ_j Σ_k a_j a_k z_j z_k with a_j = w_j x_j. By linearity its
    expectation is a sum over summands, and by independence a summand involves only the units
    named in it: one, j = k, or two, j ≠ k. The summands are the monomials of the two-unit E_D,
    read off by degree in z; `check_summands` shows that they rebuild E_D. So two cases decide
    every n.

    Raises:
        ProofError: a summand differs from its partner in E_R, with the difference.
    """
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
        singles = sum(_rename(linear + square, {1: j}) for j in _units(n))
        pairs = sum(_rename(mixed, {1: j, 2: k}) for j in _units(n) for k in _units(n) if j < k)
        require_zero(f"summands for n = {n}", error - constant - singles - pairs)


def _summands(error: sp.Expr, factor: Callable[[int], sp.Symbol]) -> tuple[sp.Expr, ...]:
    """Terms of a two-unit error of degree 0, 1 and 2 in unit 1, and of degree 1 in both."""
    one, two = factor(1), factor(2)
    terms = sp.Poly(error, one, two)
    return tuple(
        terms.coeff_monomial(monomial) * monomial for monomial in (1, one, one**2, one * two)
    )


def _rename(expression: sp.Expr, units: dict[int, int]) -> sp.Expr:
    symbols = (weight, mask_entry, keep_prob, input_value)
    return expression.subs(
        {symbol(old): symbol(new) for symbol in symbols for old, new in units.items()},
        simultaneous=True,
    )


def _units(n: int) -> Iterable[int]:
    return range(1, n + 1)


# --- averages over masks: the normalized geometric mean -------------------------------------------

MAX_AVERAGED_UNITS = 3  # dropped units; all of their masks are written out
CLASSES = 3


def pre_activation(factors: Sequence[sp.Expr], output: int) -> sp.Expr:
    """S_k = Σ_j f_j w_kj h_j + b_k, the factors f being a mask or the keep-probabilities."""
    terms = [f * _real(f"w_{output}{j}") * _real(f"h_{j}") for j, f in enumerate(factors, 1)]
    return sp.Add(*terms) + _real(f"b_{output}")


def all_masks(n: int) -> list[tuple[tuple[int, ...], sp.Expr]]:
    """Every mask of n units with its probability, Π p_j or 1 − p_j."""
    return [
        (mask, sp.Mul(*(keep_prob(j) if z else 1 - keep_prob(j) for j, z in enumerate(mask, 1))))
        for mask in product((0, 1), repeat=n)
    ]


def log_odds_of_members(n: int, one: int, other: int | None) -> list[sp.Expr]:
    """Return log O_one / O_other of every thinned network, from its output's definition.

    softmax: O_k = exp S_k / Σ_l exp S_l. logistic (`other` None): O = 1 / (1 + exp(−S)), against
    1 − O.
    """
    odds = []
    for mask, _probability in all_masks(n):
        if other is None:
            output = 1 / (1 + sp.exp(-pre_activation(mask, one)))
            ratio = sp.simplify(output / (1 - output))
        else:
            exponentials = [sp.exp(pre_activation(mask, k)) for k in range(1, CLASSES + 1)]
            outputs = [value / sp.Add(*exponentials) for value in exponentials]
            ratio = sp.simplify(outputs[one - 1] / outputs[other - 1])
        odds.append(sp.expand_log(sp.log(ratio), force=True))
    return odds


def prove_normalized_means() -> None:
    """Prove that the normalized geometric mean of all thinned networks is weight scaling.

    For logistic and softmax outputs above one dropped layer of n = 1 … 3 units (Baldi & Sadowski
    2013; equation 39 of their 2014 paper for the logistic). Normalizing changes no ratio of two
    outputs, and log Π O^P = Σ P log O, so that the claim is, for every pair of outputs,

        Σ_z P(z) log(O_k(z) / O_l(z)) = S_k(p) − S_l(p),

    with S(p) the pre-activation with weights times p. Outputs that are positive, sum to 1 and have
    the same ratios are the same.

    Raises:
        ProofError: it does not hold, with the difference that would not vanish.
    """
    pairs = [(1, None), *((k, other) for k in range(1, CLASSES + 1) for other in range(1, k))]
    for n in _units(MAX_AVERAGED_UNITS):
        probabilities = [probability for _mask, probability in all_masks(n)]
        scaled = [keep_prob(j) for j in _units(n)]
        for one, other in pairs:
            members = log_odds_of_members(n, one, other)
            mean = sp.Add(*(p * odds for p, odds in zip(probabilities, members, strict=True)))
            scaling = pre_activation(scaled, one)
            scaling -= 0 if other is None else pre_activation(scaled, other)
            require_zero(f"normalized mean (n = {n}, outputs {one}, {other})", mean - scaling)


def prove(label: str) -> str:
    """Prove one labelled equation and return a sentence that says so.

    Raises:
        KeyError: no equation has this label.
        ProofError: it does not hold, with the difference that would not vanish.
    """
    if label not in EQUATIONS:
        raise KeyError(f"label must be one of {sorted(EQUATIONS)}; got {label!r}")
    EQUATIONS[label].prove()
    return f"{label}: proved for 1 to {MAX_PROVED_UNITS} units, symbol by symbol."


def prove_all() -> None:
    """Prove every labelled equation for n = 1 … 5 and the two main ones for any n."""
    for equation in EQUATIONS.values():
        equation.prove()
    for n in _units(MAX_PROVED_UNITS):
        check_summands(n)
    prove_for_any_size()
