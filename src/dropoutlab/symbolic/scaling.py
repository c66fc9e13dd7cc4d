"""Statements of the chapter `scaling`: one unit in training and at test; averages over masks."""

from collections.abc import Sequence
from functools import partial
from itertools import product

import sympy as sp

from dropoutlab._names import public_dir
from dropoutlab.symbolic.core import (
    ORIGINAL,
    Equation,
    P,
    activation,
    bias,
    define,
    expectation,
    indexed,
    joining_few,
    keep_prob,
    mask_entry,
    real,
    require_zero,
    uniform,
    units,
    variance,
    weight,
)

__dir__ = public_dir(__name__)

BALDI = "Baldi & Sadowski 2014, equation 39"
DECAY = real("lambda")


def unit_pre_activation(factors: Sequence[sp.Expr]) -> sp.Expr:
    """Return Σ_j f_j w_j h_j + b, the factors f being a mask, or what takes its place."""
    return sp.Add(*(f * weight(j) * activation(j) for j, f in enumerate(factors, 1))) + bias()


def standard(n: int) -> sp.Expr:
    """Return a = Σ_j w_j z_j h_j + b."""
    return unit_pre_activation([mask_entry(j) for j in units(n)])


def inverted(n: int) -> sp.Expr:
    """Return ã = Σ_j w_j z_j/p_j h_j + b."""
    return unit_pre_activation([mask_entry(j) / keep_prob(j) for j in units(n)])


def scaled(n: int) -> sp.Expr:
    """Return Σ_j p_j w_j h_j + b, the weights times p."""
    return unit_pre_activation([keep_prob(j) for j in units(n)])


def _squares(n: int, factor: sp.Expr) -> sp.Expr:
    """Σ_j f_j w_j² h_j², the factor f written in the p of unit 1."""
    one = keep_prob(1)
    return sp.Add(
        *(factor.subs(one, keep_prob(j)) * weight(j) ** 2 * activation(j) ** 2 for j in units(n))
    )


def _variance(n: int) -> tuple[sp.Expr, ...]:
    p = keep_prob(1)
    return variance(standard(n), n), _squares(n, p * (1 - p))


def _inverted_variance(n: int) -> tuple[sp.Expr, ...]:
    p = keep_prob(1)
    return variance(inverted(n), n), _squares(n, (1 - p) / p)


def _inverted_mean(n: int) -> tuple[sp.Expr, ...]:
    return expectation(inverted(n), n), unit_pre_activation([sp.Integer(1)] * n)


def _one_function(n: int) -> tuple[sp.Expr, ...]:
    rescaled = {weight(j): keep_prob(j) * weight(j) for j in units(n)}
    return standard(n) - bias(), inverted(n).subs(rescaled, simultaneous=True) - bias()


def _decay_rescaled(n: int) -> tuple[sp.Expr, ...]:
    return (
        DECAY / 2 * sum(weight(j) ** 2 for j in units(n)),
        DECAY / (2 * P**2) * sum((P * weight(j)) ** 2 for j in units(n)),
    )


def _coin_square(j: int) -> tuple[sp.Expr, ...]:
    """Both values of a coin, each with its indicator: z² is z."""
    z = mask_entry(j)
    return tuple(z * side.subs(z, 1) + (1 - z) * side.subs(z, 0) for side in (z**2, z))


def _mean_for_one_p(n: int) -> tuple[sp.Expr, ...]:
    total = sp.Add(*(weight(j) * activation(j) for j in units(n)))
    return expectation(standard(n), n).subs(uniform(n)), P * total + bias()


def relu(value: sp.Expr) -> sp.Expr:
    """Return max(0, a) = (a + |a|) / 2."""
    return (value + sp.Abs(value)) / 2


def _factor_through_relu() -> tuple[sp.Expr, ...]:
    c, a = sp.Symbol("c", positive=True), real("a")
    return relu(c * a), c * relu(a)


# --- averages over masks --------------------------------------------------------------------------

MAX_AVERAGED_UNITS = 3  # dropped units; all of their masks are written out
CLASSES = 3


def logistic(pre_activation_value: sp.Expr) -> sp.Expr:
    """Return σ(a) = 1 / (1 + exp(−a))."""
    return 1 / (1 + sp.exp(-pre_activation_value))


def under_mask(expression: sp.Expr, mask: Sequence[int]) -> sp.Expr:
    """Return what an expression is under one mask."""
    return expression.subs({mask_entry(j): bit for j, bit in enumerate(mask, 1)})


def geometric_mean(n: int, of_one: bool = True) -> sp.Expr:
    """Return G_1 = Π_z O(z)^P(z), or G_0 of 1 − O, for a logistic output O = σ(a)."""
    factors = []
    for mask, probability in all_masks(n):
        output = logistic(under_mask(standard(n), mask))
        factors.append((output if of_one else 1 - output) ** probability)
    return sp.Mul(*factors)


def mean_log_odds(n: int) -> sp.Expr:
    """Return log G_1/G_0 = Σ_z P(z) log(O(z) / (1 − O(z))), each from the output's definition."""
    total = sp.Integer(0)
    for mask, probability in all_masks(n):
        output = logistic(under_mask(standard(n), mask))
        odds = sp.simplify(output / (1 - output))
        total += probability * sp.expand_log(sp.log(odds), force=True)
    return total


def mean_pre_activation(n: int) -> sp.Expr:
    """Return Σ_z P(z) a(z), written out."""
    return sp.Add(*(weight_ * under_mask(standard(n), mask) for mask, weight_ in all_masks(n)))


def _log_odds(n: int) -> tuple[sp.Expr, ...]:
    return mean_log_odds(n), mean_pre_activation(n), scaled(n)


def _normalized_mean(n: int) -> tuple[sp.Expr, ...]:
    """G_1/(G_1 + G_0) = 1/(1 + G_0/G_1), and G_0/G_1 = exp(−log G_1/G_0)."""
    return logistic(sp.expand(mean_log_odds(n))), logistic(scaled(n))


def _log_odds_of_one() -> tuple[sp.Expr, ...]:
    a = real("a")
    odds = sp.simplify(logistic(a) / (1 - logistic(a)))
    return sp.expand_log(sp.log(odds), force=True), a


def _divided_by_the_first() -> tuple[sp.Expr, ...]:
    one, other = real("G_1"), real("G_0")
    return one / (one + other), 1 / (1 + other / one)


def _odds_of_means(n: int) -> tuple[sp.Expr, ...]:
    return sp.exp(-sp.expand(mean_log_odds(n))), sp.exp(-expectation(standard(n), n))


def pre_activation(factors: Sequence[sp.Expr], output: int) -> sp.Expr:
    """Return S_k = Σ_j f_j w_kj h_j + b_k, the factors f being a mask or the keep-probabilities."""
    terms = [f * indexed("w", output, j) * indexed("h", j) for j, f in enumerate(factors, 1)]
    return sp.Add(*terms) + indexed("b", output)


def all_masks(n: int) -> list[tuple[tuple[int, ...], sp.Expr]]:
    """Return every mask of n units with its probability, Π p_j or 1 − p_j."""
    return [
        (mask, sp.Mul(*(keep_prob(j) if z else 1 - keep_prob(j) for j, z in enumerate(mask, 1))))
        for mask in product((0, 1), repeat=len(units(n)))
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
    for n in units(MAX_AVERAGED_UNITS):
        probabilities = [probability for _mask, probability in all_masks(n)]
        scaled = [keep_prob(j) for j in units(n)]
        for one, other in pairs:
            members = log_odds_of_members(n, one, other)
            mean = sp.Add(*(p * odds for p, odds in zip(probabilities, members, strict=True)))
            scaling = pre_activation(scaled, one)
            scaling -= 0 if other is None else pre_activation(scaled, other)
            require_zero(f"normalized mean (n = {n}, outputs {one}, {other})", mean - scaling)


def _exponent(side: sp.Expr) -> sp.Expr:
    """Return a, from σ(a) = 1 / (1 + exp(−a))."""
    (power,) = (1 / side).atoms(sp.exp)
    return -power.args[0]


_by_weights = {"n": lambda j: [weight(j)]}
_of_units = partial(Equation, counted="units", general=joining_few(**_by_weights))
_few = {"n": range(1, MAX_AVERAGED_UNITS + 1)}

EQUATIONS = (
    define("eq-pre-activation", ORIGINAL, standard),
    _of_units(
        "eq-mean-pre-activation", ORIGINAL, lambda n: (expectation(standard(n), n), scaled(n))
    ),
    _of_units("eq-pre-activation-variance", ORIGINAL, _variance),
    define("eq-inverted-pre-activation", ORIGINAL, inverted),
    _of_units("eq-inverted-mean", ORIGINAL, _inverted_mean),
    _of_units("eq-inverted-variance", ORIGINAL, _inverted_variance),
    _of_units("eq-one-function", ORIGINAL, _one_function),
    _of_units("eq-decay-rescaled", ORIGINAL, _decay_rescaled),
    define("eq-geometric-mean", BALDI, lambda n: geometric_mean(n, of_one=True), sizes=_few),
    define("eq-geometric-mean-other", BALDI, lambda n: geometric_mean(n, of_one=False), sizes=_few),
    _of_units("eq-log-odds", BALDI, _log_odds, sizes=_few),
    _of_units(
        "eq-normalized-mean",
        BALDI,
        _normalized_mean,
        sizes=_few,
        general=joining_few(_exponent, **_by_weights),
    ),
)

# statements within the text
INLINE = (
    _of_units(
        "mean-of-a-coin",
        ORIGINAL,
        lambda n, j: (expectation(mask_entry(j), n), keep_prob(j)),
        general=joining_few(n=lambda j: [keep_prob(j)]),
    ),
    Equation("square-of-a-coin", ORIGINAL, _coin_square, coin=True),
    _of_units(
        "variance-of-a-coin",
        ORIGINAL,
        lambda n, j: (variance(mask_entry(j), n), keep_prob(j) * (1 - keep_prob(j))),
        general=joining_few(n=lambda j: [keep_prob(j)]),
    ),
    _of_units("mean-for-one-p", ORIGINAL, _mean_for_one_p, given=uniform),
    Equation("factor-through-relu", ORIGINAL, _factor_through_relu, conditions=("c > 0",)),
    define("logistic", ORIGINAL, lambda: logistic(real("a"))),
    Equation("log-odds-of-one", ORIGINAL, _log_odds_of_one),
    _of_units(
        "log-odds-of-means",
        BALDI,
        lambda n: (mean_log_odds(n), mean_pre_activation(n)),
        sizes=_few,
    ),
    Equation("divided-by-the-first", ORIGINAL, _divided_by_the_first),
    _of_units(
        "odds-of-means",
        BALDI,
        _odds_of_means,
        sizes=_few,
        general=joining_few(sp.log, **_by_weights),
    ),
)
