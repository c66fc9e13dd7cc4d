"""Statements of the chapter `beyond-linear`: other noise, other losses, other networks."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import sympy as sp

from dropoutlab._names import public_dir
from dropoutlab.symbolic.core import (
    ORIGINAL,
    Equation,
    P,
    ProofError,
    activation,
    bias,
    define,
    expectation,
    following,
    indexed,
    induction,
    input_value,
    joining_few,
    keep_prob,
    mask_entry,
    real,
    target,
    uniform,
    units,
    variance,
    weight,
)
from dropoutlab.symbolic.masking import SIGMA
from dropoutlab.symbolic.scaling import all_masks, geometric_mean, logistic, standard, under_mask

__dir__ = public_dir(__name__)

MIANJY = "Mianjy, Arora & Vidal 2018"
WAGER = "Wager, Wang & Liang 2013"
HELMBOLD = "Helmbold & Long 2015"
ARORA = "Arora, Bartlett, Mianjy & Srebro 2021"
MAATEN = "van der Maaten, Chen, Tyree & Weinberger 2013"
HINTON = "Hinton et al. 2012, who state without proof what follows from it"
Factor = Callable[[int], sp.Expr]  # of unit j

# --- the last layer, and any noise ----------------------------------------------------------------


def _last_layer(n: int) -> tuple[sp.Expr, ...]:
    def error(factor: Factor) -> sp.Expr:
        output = sp.Add(*(factor(j) * weight(j) * activation(j) for j in units(n)))
        return (target() - output - bias()) ** 2 / 2

    squares = sp.Add(
        *(keep_prob(j) * (1 - keep_prob(j)) * (weight(j) * activation(j)) ** 2 for j in units(n))
    )
    return expectation(error(mask_entry), n), error(keep_prob) + squares / 2


def noise(j: int) -> sp.Symbol:
    """Return r_j, a random factor of any law."""
    return indexed("r", j)


def noise_moments(j: int) -> tuple[sp.Symbol, sp.Symbol]:
    """Return the mean and the variance of r_j."""
    return indexed("mu", j), indexed("s", j)


def noise_mean(expression: sp.Expr, n: int) -> sp.Expr:
    """Return the expectation over independent r_1 … r_n of any laws, term by term.

    A product of different factors has the product of their means; a square has the mean squared
    plus the variance.

    Raises:
        ProofError: a term has a higher power of a factor, whose mean the two moments do not tell.
    """
    total = sp.Integer(0)
    factors = [noise(j) for j in units(n)]
    for powers, coefficient in sp.Poly(expression, *factors).terms():
        means = [_mean_of_power(j, power) for j, power in enumerate(powers, 1)]
        total += sp.Mul(coefficient, *means)
    return sp.expand(total)


def _mean_of_power(j: int, power: int) -> sp.Expr:
    mean, spread = noise_moments(j)
    if power > 2:
        raise ProofError(f"mean and variance do not tell the mean of a power {power}", noise(j))
    return (sp.Integer(1), mean, mean**2 + spread)[power]


def _any_noise(n: int) -> tuple[sp.Expr, ...]:
    def error(factor: Factor) -> sp.Expr:
        output = sp.Add(*(factor(j) * weight(j) * input_value(j) for j in units(n)))
        return (target() - output) ** 2 / 2

    squares = sp.Add(*(noise_moments(j)[1] * (weight(j) * input_value(j)) ** 2 for j in units(n)))
    return noise_mean(error(noise), n), error(lambda j: noise_moments(j)[0]) + squares / 2


# --- linear networks of two layers ----------------------------------------------------------------


def outgoing(i: int, j: int) -> sp.Symbol:
    """Return u_ij, from hidden unit j to output i."""
    return indexed("u", i, j)


def incoming(i: int, j: int) -> sp.Symbol:
    """Return v_ij, from input i to hidden unit j."""
    return indexed("v", i, j)


def output_target(i: int) -> sp.Symbol:
    """Return y_i, the target of output i."""
    return indexed("y", i)


def _square_of(entry: Callable[[int, int], sp.Symbol], size: int, j: int) -> sp.Expr:
    """The squared length of a unit's outgoing or incoming weights."""
    return sp.Add(*(entry(i, j) ** 2 for i in units(size)))


def _of_masked_layer(n: int, q: int, factor: Factor) -> sp.Expr:
    """Half the squared distance of q outputs from their targets."""
    outputs = [sp.Add(*(factor(j) * outgoing(i, j) * activation(j) for j in units(n)))
               for i in units(q)]  # fmt: skip
    return sp.Add(*((output_target(i) - o) ** 2 for i, o in enumerate(outputs, 1))) / 2


@lru_cache
def _path_penalty(n: int, q: int) -> tuple[sp.Expr, ...]:
    with_masks = _of_masked_layer(n, q, lambda j: mask_entry(j) / P)
    squares = sp.Add(*(_square_of(outgoing, q, j) * activation(j) ** 2 for j in units(n)))
    plain = _of_masked_layer(n, q, lambda _j: 1)
    return (
        sp.expand(expectation(with_masks, n).subs(uniform(n))),
        plain + (1 - P) / (2 * P) * squares,
    )


def random_input(k: int) -> sp.Symbol:
    """Return ξ_k, input k where it is random."""
    return indexed("xi", k)


def input_moment(k: int, other: int) -> sp.Symbol:
    """Return m_kl, the mean of ξ_k ξ_l."""
    return indexed("m", *sorted((k, other)))


def input_mean(expression: sp.Expr, q: int) -> sp.Expr:
    """Return the expectation over q random inputs of any joint law, term by term.

    Raises:
        ProofError: a term is not of degree two in the inputs; the mean of others is not told.
    """
    total = sp.Integer(0)
    for powers, coefficient in sp.Poly(expression, *map(random_input, units(q))).terms():
        if sum(powers) != 2:
            raise ProofError("the means of products of two inputs do not tell", coefficient)
        numbers = [k for k, power in enumerate(powers, 1) for _time in range(power)]
        total += coefficient * input_moment(*numbers)
    return sp.expand(total)


def hidden(q: int, j: int) -> sp.Expr:
    """Return h_j = Σ_k v_kj ξ_k for q random inputs."""
    return sp.Add(*(incoming(k, j) * random_input(k) for k in units(q)))


def white(q: int) -> Mapping[sp.Symbol, sp.Expr]:
    """Return m_kl of inputs that have mean 0 and variance 1 and are uncorrelated."""
    return {input_moment(k, other): sp.Integer(k == other) for k in units(q) for other in units(k)}


def _path_norm(n: int, q: int) -> tuple[sp.Expr, ...]:
    of_inputs = sp.Add(*(_square_of(outgoing, q, j) * hidden(q, j) ** 2 for j in units(n)))
    of_weights = sp.Add(
        *(_square_of(outgoing, q, j) * _square_of(incoming, q, j) for j in units(n))
    )
    factor = (1 - P) / (2 * P)
    return factor * input_mean(of_inputs, q).subs(white(q)), factor * of_weights


def product_of(j: int) -> sp.Symbol:
    """Return c_j, the product of the two lengths of unit j."""
    return indexed("c", j)


def _unequal_products(n: int) -> tuple[sp.Expr, ...]:
    products = [product_of(j) for j in units(n)]
    differences = sp.Add(*((one - other) ** 2 for one in products for other in products))
    return (
        sp.Add(*(c**2 for c in products)),
        sp.Add(*products) ** 2 / n + differences / (2 * n),
    )


def _one_product_more() -> dict[str, sp.Expr]:
    """Each unit adds Σ_j (c_j − c)² to n Σ c² − (Σ c)², as to half of all (c_i − c_j)²."""
    n, total, squares, c = (real(name) for name in ("n", "total", "squares", "c"))
    before, after = (
        n * squares - total**2, (n + 1) * (squares + c**2) - (total + c) ** 2,
    )  # fmt: skip
    return {"one product more": after - before - (squares - 2 * c * total + n * c**2)}


def _turn() -> tuple[sp.Expr, sp.Expr]:
    """Cosine and sine of an angle, written without roots."""
    t = real("t")
    return (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)


def turning() -> Mapping[sp.Symbol, sp.Expr]:
    """Return k and l with k² + l² = 1."""
    return dict(zip((real("k"), real("l")), _turn(), strict=True))


def _turned_pair(i: int, j: int) -> tuple[sp.Expr, ...]:
    k, turn = _turn()
    u, v = ([entry(at, unit) for unit in (1, 2)] for entry, at in ((outgoing, i), (incoming, j)))
    return (
        (k * u[0] + turn * u[1]) * (k * v[0] + turn * v[1])
        + (k * u[1] - turn * u[0]) * (k * v[1] - turn * v[0]),
        u[0] * v[0] + u[1] * v[1],
    )


# --- logistic regression and its relatives --------------------------------------------------------

A = SIGMA  # any function: what is proved of it is proved of every model of the family
T = real("t")


def masked_sum(n: int) -> sp.Expr:
    """Return ã = Σ_j (z_j / p_j) w_j x_j."""
    return sp.Add(*(mask_entry(j) / keep_prob(j) * weight(j) * input_value(j) for j in units(n)))


def plain_sum(n: int) -> sp.Expr:
    """Return a = Σ_j w_j x_j."""
    return sp.Add(*(weight(j) * input_value(j) for j in units(n)))


@lru_cache
def glm_penalty(n: int) -> sp.Expr:
    """Return R = E[A(ã)] − A(a)."""
    return expectation(A(masked_sum(n)), n) - A(plain_sum(n))


def _no_labels(n: int) -> tuple[sp.Expr, ...]:
    a, masked = plain_sum(n), masked_sum(n)
    return (
        expectation(A(masked) - target() * masked, n),
        A(a) - target() * a + glm_penalty(n),
    )


def class_sum(n: int, i: int, factor: Factor = lambda _j: sp.Integer(1)) -> sp.Expr:
    """Return a_i = Σ_j w_ij h_j + b_i, the sum of class i, with a factor at each hidden unit."""
    terms = (factor(j) * indexed("w", i, j) * activation(j) for j in units(n))
    return sp.Add(indexed("b", i), *terms)


def inverted_mask(j: int) -> sp.Expr:
    """Return z_j / p_j."""
    return mask_entry(j) / keep_prob(j)


def _mean_class_sum(n: int) -> tuple[sp.Expr, ...]:
    return expectation(class_sum(n, 1, inverted_mask), n), class_sum(n, 1)


@lru_cache
def _softmax_penalty(n: int, q: int, k: int) -> tuple[sp.Expr, ...]:
    plain = A(*(class_sum(n, i) for i in units(q)))
    masked = A(*(class_sum(n, i, inverted_mask) for i in units(q)))
    with_masks = expectation(masked - class_sum(n, k, inverted_mask), n)
    return with_masks - (plain - class_sum(n, k)), expectation(masked, n) - plain


def softplus(value: sp.Expr) -> sp.Expr:
    """Return A(a) = log(1 + exp(a)), that of logistic regression."""
    return sp.log(1 + sp.exp(value))


def quadratic_penalty(n: int) -> sp.Expr:
    """Return R_2 = ½ A″(a) Var(ã) for A = log(1 + exp)."""
    curvature = sp.diff(softplus(T), T, 2).subs(T, plain_sum(n))
    return curvature * variance(masked_sum(n), n) / 2


def _variance_of_sum(n: int) -> tuple[sp.Expr, ...]:
    squares = sp.Add(
        *((1 - keep_prob(j)) / keep_prob(j) * (weight(j) * input_value(j)) ** 2 for j in units(n))
    )
    return variance(masked_sum(n), n), squares


def _quadratic_penalty(n: int) -> tuple[sp.Expr, ...]:
    output = sp.diff(softplus(T), T).subs(T, plain_sum(n))
    _computed, squares = _variance_of_sum(n)
    return quadratic_penalty(n), output * (1 - output) * squares / 2


def pair_penalty(one: sp.Expr, other: sp.Expr) -> sp.Expr:
    """Return R of a logistic unit with two inputs of 1, of which each is kept half of the time."""
    half = sp.Rational(1, 2)
    places = {weight(1): one, weight(2): other}
    places |= {symbol: sp.Integer(1) for symbol in (input_value(1), input_value(2))}
    places |= {keep_prob(j): half for j in units(2)}
    return glm_penalty(2).subs(places).replace(A, softplus)


def _written_out(value: sp.Expr) -> sp.Expr:
    """Logarithms of products as sums of logarithms."""
    return sp.expand_log(value, force=True)


def _agreeing_pair() -> tuple[sp.Expr, ...]:
    written = sp.log(2 * (1 + sp.exp(4 * T)) / (1 + sp.exp(2 * T)) ** 2) / 4
    return tuple(map(_written_out, (pair_penalty(T, T), written)))


def _opposed_pair() -> tuple[sp.Expr, ...]:
    written = sp.log((1 + sp.exp(2 * T)) * (1 + sp.exp(-2 * T)) / 4) / 4
    return tuple(map(_written_out, (pair_penalty(T, -T), written)))


def limits_of_pairs() -> dict[str, sp.Expr]:
    """Return where R goes, and R / t, as the weights (t, t) and (t, −t) grow; and with (t, −s)."""
    agreeing, opposed = _agreeing_pair()[1], _opposed_pair()[1]
    return {
        "agreeing": sp.limit(agreeing, T, sp.oo),
        "opposed": sp.limit(opposed / T, T, sp.oo),
        "one of the opposed": _one_of_the_opposed(),
    }


def _one_of_the_opposed() -> sp.Expr:
    """Where R goes as t grows in (t, −s), s > 0: a number without t, so R stays bounded.

    A(a) − a goes to 0 as a grows: where t stands in a, A is replaced by a.
    """
    rest = pair_penalty(T, -sp.Symbol("s", positive=True))
    straight = rest.replace(
        lambda part: part.func == sp.log and part.has(T), lambda part: sp.log(part.args[0] - 1)
    )
    return sp.simplify(_written_out(straight))


# --- averages of members --------------------------------------------------------------------------


def _geometric_loss(n: int) -> tuple[sp.Expr, ...]:
    one, other = geometric_mean(n), geometric_mean(n, of_one=False)
    members = [
        -share * sp.log(logistic(under_mask(standard(n), mask))) for mask, share in all_masks(n)
    ]
    share = -sp.log(one / (one + other)) - sp.log(one + other)
    return _written_out(sp.Add(*members)), _written_out(share)


def _loss_of_a_share() -> tuple[sp.Expr, ...]:
    one, other = (sp.Symbol(name, positive=True) for name in ("G_1", "G_0"))
    share = -sp.log(one / (one + other)) - sp.log(one + other)
    return _written_out(share), -sp.log(one)


# --- the labelled ones ----------------------------------------------------------------------------


def _of_hidden(j: int) -> list[sp.Symbol]:
    return [activation(j), *(outgoing(i, j) for i in units(4))]


def _of_output(i: int) -> list[sp.Symbol]:
    return [output_target(i), *(outgoing(i, j) for j in units(4))]


def _of_input(k: int) -> list[sp.Symbol]:
    return [symbol for j in units(4) for symbol in (incoming(k, j), outgoing(k, j))]


_by_weights = joining_few(n=lambda j: [weight(j)])
_layer_sizes = {"n": range(1, 5), "q": range(1, 4)}
_mean_sum = Equation(
    "mean of the sum",
    ORIGINAL,
    lambda n: (expectation(masked_sum(n), n), plain_sum(n)),
    general=_by_weights,
)
_spread_sum = Equation("variance of the sum", ORIGINAL, _variance_of_sum, general=_by_weights)
_mean_class = Equation(
    "mean of a class's sum",
    ORIGINAL,
    _mean_class_sum,
    general=joining_few(n=lambda j: [indexed("w", 1, j)]),
)
_few = {"n": range(1, 4)}

EQUATIONS = (
    Equation("eq-last-layer", ARORA, _last_layer, general=_by_weights, counted="hidden units"),
    Equation("eq-any-noise", MAATEN, _any_noise, general=_by_weights),
    Equation(
        "eq-path-penalty",
        MIANJY,
        _path_penalty,
        sizes=_layer_sizes,
        given=uniform,
        general=joining_few(n=_of_hidden, q=_of_output),
        counted="hidden units",
    ),
    Equation(
        "eq-path-norm",
        MIANJY,
        _path_norm,
        sizes=_layer_sizes,
        given=uniform,
        where=white,
        general=joining_few(n=_of_hidden, q=_of_input),
        counted="hidden units",
    ),
    Equation(
        "eq-unequal-products",
        MIANJY,
        _unequal_products,
        general=induction("n", _one_product_more),
        counted="hidden units",
    ),
    Equation("eq-turned-pair", MIANJY, _turned_pair, where=turning),
    define("eq-glm-penalty", WAGER, glm_penalty, sizes=_few),
    Equation(
        "eq-no-labels",
        WAGER,
        _no_labels,
        sizes=_few,
        general=following(
            _mean_sum, "for every n, since A stands on both sides and the mean of ã is a"
        ),
    ),
    Equation(
        "eq-quadratic-penalty",
        WAGER,
        _quadratic_penalty,
        sizes=_few,
        general=following(_spread_sum, "for every n, since the variance is a sum over the inputs"),
    ),
    Equation(
        "eq-softmax-penalty",
        f"after {WAGER}",
        _softmax_penalty,
        sizes={**_few, "q": range(1, 5)},
        runs={"k": "q"},
        general=following(
            _mean_class,
            "for every n and q, since A stands on both sides and the mean of ã_k is a_k",
        ),
        counted="hidden units",
    ),
    Equation("eq-agreeing-pair", HELMBOLD, _agreeing_pair),
    Equation("eq-opposed-pair", HELMBOLD, _opposed_pair),
    Equation(
        "eq-geometric-loss",
        HINTON,
        _geometric_loss,
        sizes=_few,
        general=following(
            Equation("loss of a share", ORIGINAL, _loss_of_a_share),
            "for every n, since log G_1 is the sum on the left, by its definition",
        ),
        counted="units",
    ),
)
INLINE: tuple[Equation, ...] = ()
