"""What every proof rests on: symbols, expectations worked out by hand, and a refusal that tells."""

import dataclasses
from itertools import combinations

import pytest
import sympy as sp

from dropoutlab.symbolic import (
    beyond_linear,
    core,
    evidence,
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
        evidence.cancellation, beyond_linear.white,
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


# --- sizes and indices


def test_sizes_and_indices_are_what_the_sides_ask_for():
    equation = core.Equation("eq-s", "a source", lambda n, k, batch, q, i: (core.weight(i),) * 2)
    assert equation.letters == ("n", "M", "q")
    assert equation.indices == ("k", "i")
    assert list(equation.proved_sizes("n")) == [1, 2, 3, 4, 5]


def test_every_choice_of_sizes_is_made():
    sizes = {"n": (1, 3), "q": (2, 4)}
    equation = core.Equation("eq-s", "a source", lambda n, q: (n, n), sizes=sizes)
    assert list(equation.all_sizes()) == [{"n": n, "q": q} for n in (1, 3) for q in (2, 4)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [(1, 1), (1, 2), (2, 1), (2, 2)]),
        ({"apart": True}, [(1, 2), (2, 1)]),
        ({"first": 2}, [(2, 2)]),
        ({"first": 0, "apart": True}, [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]),
        ({"runs": {"k": "q"}, "first": 2}, [(2, 2), (2, 3)]),
        ({"runs": {"i": "M"}, "first": 4, "apart": True}, []),  # k has n = 2
    ],
)
def test_indices_run_to_a_size(options, expected):
    equation = core.Equation("eq-s", "a source", lambda n, q, i, k: (n, n), **options)
    found = list(equation.scopes({"n": 2, "q": 3}))
    assert found == [{"i": i, "k": k} for i, k in expected]


def test_an_index_without_a_size_runs_to_the_largest():
    equation = core.Equation("eq-s", "a source", lambda j: (j, j))
    assert [scope["j"] for scope in equation.scopes({})] == [1, 2, 3, 4, 5]


def test_letters_are_related_for_the_sizes_asked_for():
    plain = core.Equation("eq-s", "a source", lambda n: (n, n))
    related = core.Equation(
        "eq-s", "a source", lambda n, batch: (n, n), where=lambda batch: {core.P: batch}
    )
    assert plain.related({"n": 2}) == {}
    assert related.related({"n": 2, "M": 3}) == {core.P: 3}
    assert plain.given(3) == {}


# --- why a statement holds for every size


OF_WEIGHTS = {"n": lambda j: [core.weight(j)]}


def joined(count):
    """A statement whose terms are the products of `count` weights."""

    def sides(n):
        products = [sp.Mul(*part) for part in combinations(map(core.weight, core.units(n)), count)]
        return sp.Add(*products), sp.Add(*products)

    return core.Equation("eq-j", "a source", sides, general=core.joining_few(**OF_WEIGHTS))


@pytest.mark.parametrize(("count", "word"), [(1, "one"), (2, "two"), (3, "three")])
def test_it_is_counted_how_many_a_term_joins(count, word):
    ending = f"for every n, since no term joins more than {word}."
    assert joined(count).prove().endswith(ending)


def test_each_size_of_an_argument_is_looked_at():
    """Products of one weight with a target, and of two."""

    def sides(count):
        def products(n, batch):
            weights, targets = map(core.weight, core.units(n)), map(core.target, core.units(batch))
            total = sp.expand(sp.Add(*weights) ** count * sp.Add(*targets))
            return total, total

        return products

    of_one = {**OF_WEIGHTS, "M": lambda m: [core.target(m)]}
    equation = core.Equation(
        "eq-j", "a source", sides(1), sizes={"n": range(1, 4), "M": range(1, 3)},
        general=core.joining_few(**of_one),
    )  # fmt: skip
    assert equation.prove() == (
        "eq-j: proved symbol by symbol for n = 1 to 3 inputs and M = 1 to 2 examples;\n"
        "    for every n and M, since no term joins more than one."
    )
    squares = dataclasses.replace(equation, sides=sides(2), counted="units")
    assert squares.prove() == (
        "eq-j: proved symbol by symbol for n = 1 to 3 units and M = 1 to 2 examples;\n"
        "    for every n and M, since no term joins more than two."
    )


def test_free_indices_of_the_same_size_are_joined_too():
    of_three = joined(3)
    equation = dataclasses.replace(
        of_three,
        sides=lambda n, q, i: of_three.sides(n),
        sizes={"n": range(1, 5), "q": range(1, 3)},
    )
    with pytest.raises(core.ProofError, match=r"^eq-j, a term that joins all n: the two sides "):
        equation.prove()
    of_others = dataclasses.replace(equation, runs={"i": "q"})
    assert of_others.prove().endswith("for every n, since no term joins more than three.")


def test_what_is_not_of_the_size_one_less_is_named():
    equation = core.Equation(
        "eq-l", "a source", lambda n: (sp.Integer(n), sp.Integer(n)),
        sizes={"n": (1, 2)}, general=core.joining_few(**OF_WEIGHTS),
    )  # fmt: skip
    with pytest.raises(core.ProofError, match=r"^eq-l, one n less: the two sides differ by 1$"):
        equation.prove()


def test_a_function_around_all_sides_is_taken_off():
    def sides(n):
        total = sp.exp(sp.Add(*map(core.weight, core.units(n))))
        return total, total

    bare = core.Equation("eq-e", "a source", sides, general=core.joining_few(**OF_WEIGHTS))
    with pytest.raises(core.ProofError, match=r"^eq-e, a term that joins all n: "):
        bare.prove()
    taken_off = dataclasses.replace(bare, general=core.joining_few(sp.log, **OF_WEIGHTS))
    assert taken_off.prove().endswith("for every n, since no term joins more than one.")


def test_sizes_of_an_argument_are_known():
    with pytest.raises(ValueError, match=r"^of_one must name sizes, n, M or q; got \['k', 'n'\]$"):
        core.joining_few(**OF_WEIGHTS, k=lambda j: [core.weight(j)])


def test_each_step_of_an_induction_is_looked_at():
    def counted(steps):
        return core.Equation(
            "eq-i", "a source", lambda batch: (batch, batch),
            general=core.induction("M", lambda: steps),
        )  # fmt: skip

    fine = {"one": sp.Integer(0), "two": sp.binomial(core.P, 1) - core.P}
    assert counted(fine).prove().endswith(";\n    for every M, by induction.")
    with pytest.raises(core.ProofError, match=r"^eq-i, three: the two sides differ by p$"):
        counted({**fine, "three": core.P}).prove()


def test_what_follows_from_another_statement_needs_it():
    def following(difference):
        first = core.Equation("first", "a source", lambda: (core.P + difference, core.P))
        return core.Equation(
            "second", "a source", lambda n: (n, n), general=core.following(first, "as it is said")
        )

    assert following(0).prove().endswith(";\n    as it is said.")
    with pytest.raises(core.ProofError, match=r"^first \(\): the two sides differ by 1$"):
        following(1).prove()
