"""What every proof rests on: symbols, expectations worked out by hand, and a refusal that tells."""

import pytest
import sympy as sp

from dropoutlab.symbolic import (
    beyond_linear,
    coadaptation,
    core,
    masking,
    regularizer,
    scaling,
)

P1, P2, Z1, Z2, W1 = sp.symbols("p_1 p_2 z_1 z_2 w_1", real=True)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        (core.weight(3), "w_3"),
        (core.mask_entry(2), "z_2"),
        (core.keep_prob(4), "p_4"),
        (core.input_value(2), "x_2"),
        (core.input_value(2, 5), "x_52"),
        (core.target(), "y"),
        (core.target(3), "y_3"),
        (core.activation(1), "h_1"),
        (core.bias(), "b"),
        (core.P, "p"),
    ],
)
def test_a_symbol_has_its_name_and_is_real(symbol, name):
    assert symbol == sp.Symbol(name, real=True)
    assert symbol != sp.Symbol(name)


def test_units_count_from_one_to_n():
    assert list(core.units(3)) == [1, 2, 3]
    assert list(core.units(0)) == []


@pytest.mark.parametrize(
    ("bad", "kind"), [(-3, ValueError), (1.5, TypeError), (True, TypeError), ("2", TypeError)]
)
@pytest.mark.parametrize(
    "built",
    [
        core.units, core.uniform, lambda n: core.expectation(W1, n),
        regularizer.error_with_dropout, regularizer.regularized_error, regularizer.targets,
        lambda n: regularizer.design(n, 2), lambda n: regularizer.orthogonal(2, n),
        lambda n: regularizer.orthogonal(n, 2), scaling.standard, scaling.all_masks,
        masking.survivors, masking.total_probability, lambda n: masking.next_layer(2, n),
        coadaptation.cancellation, beyond_linear.white,
    ],
)  # fmt: skip
def test_sizes_that_are_none_are_refused(built, bad, kind):
    with pytest.raises(kind, match=r"sizes \(n, q, batch\) must be whole numbers .*; got "):
        built(bad)


def test_orthogonal_columns_are_one_or_two():
    with pytest.raises(ValueError, match="n must be 1 or 2 columns; got 3"):
        regularizer.orthogonal(3, 2)


@pytest.mark.parametrize(
    "two", [lambda i, j: core.input_value(j, i), beyond_linear.outgoing, beyond_linear.incoming,
            masking.layer_weight, lambda i, j: masking.layer_weight(i, j, masking.THIS)],
)  # fmt: skip
def test_indices_of_two_digits_are_told_apart(two):
    numbers = (1, 2, 11, 12, 21, 111)
    assert len({two(i, j) for i in numbers for j in numbers}) == len(numbers) ** 2
    assert two(1, 2).name[2:4] == "12" and two(1, 11).name[2:8] == "{1,11}"
    assert core.input_value(12) != core.input_value(2, 1)
    assert sp.latex(core.input_value(11, 1)) == "x_{1,11}"


def test_one_keep_probability_stands_for_all():
    assert core.uniform(2) == {P1: core.P, P2: core.P}


@pytest.mark.parametrize(
    ("expression", "n", "expected"),
    [
        (sp.Integer(7), 0, 7),
        (sp.Integer(7), 3, 7),
        (Z1, 1, P1),
        (Z1, 2, P1),
        (1 - Z2, 2, 1 - P2),
        (Z1**3 * W1, 1, P1 * W1),
        (Z1 * (1 - Z2), 2, P1 - P1 * P2),
        ((Z1 - Z2) ** 2, 2, P1 + P2 - 2 * P1 * P2),
        (sp.exp(Z1), 1, 1 - P1 + sp.E * P1),
    ],
)
def test_an_expectation_is_the_sum_over_all_masks(expression, n, expected):
    assert core.expectation(expression, n) == sp.expand(expected)


def test_a_mask_beyond_n_is_not_averaged():
    assert core.expectation(Z2, 1) == Z2


@pytest.mark.parametrize(
    ("expression", "n", "expected"),
    [
        (sp.Integer(3), 2, 0),
        (Z1, 1, P1 - P1**2),
        (3 * Z1 + 5, 1, 9 * (P1 - P1**2)),
        (Z1 + W1 * Z2, 2, P1 - P1**2 + W1**2 * (P2 - P2**2)),
        (Z1 * Z2, 2, P1 * P2 - (P1 * P2) ** 2),
    ],
)
def test_a_variance_is_the_mean_square_less_the_squared_mean(expression, n, expected):
    assert core.variance(expression, n) == sp.expand(expected)


@pytest.mark.parametrize(
    "zero",
    [sp.Integer(0), (P1 + 1) ** 2 - P1**2 - 2 * P1 - 1, sp.sin(P1) ** 2 + sp.cos(P1) ** 2 - 1],
)
def test_what_expands_or_simplifies_to_zero_is_zero(zero):
    core.require_zero("eq-x", zero)


def test_what_is_not_zero_is_refused_with_what_is_left():
    left = (P1 + 1) ** 2 - P1**2 - 2 * P1
    with pytest.raises(core.ProofError) as refusal:
        core.require_zero("eq-x", left)
    assert str(refusal.value) == "eq-x: the two sides differ by 1"
    assert refusal.value.label == "eq-x" and refusal.value.difference == 1
    assert isinstance(refusal.value, AssertionError)
    with pytest.raises(core.ProofError):
        core.require_zero("eq-x", sp.sin(P1))


def test_a_definition_says_the_same_twice():
    equation = core.define("eq-d", "a source", lambda n, i: core.weight(i) / n)
    assert (equation.label, equation.source, equation.definition) == ("eq-d", "a source", True)
    assert equation.sides(n=2, i=1) == (W1 / 2, W1 / 2)
    assert equation.prove() == "eq-d: a definition, nothing to prove."


def test_every_side_and_every_index_is_compared():
    def sides(n, i):
        third = core.weight(i) if i < 2 else core.weight(i) + 1
        return core.weight(i), core.weight(i), third

    with pytest.raises(core.ProofError, match=r"^eq-t \(n = 2, i = 2\): .* differ by -1$"):
        core.Equation("eq-t", "a source", sides).prove()
