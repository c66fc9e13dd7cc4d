import subprocess
import sys
from dataclasses import replace

import pytest
import sympy as sp

from dropoutlab import symbolic

# of which a term joins two units, inputs or examples, and no more
JOINING_TWO = {
    "eq-removal", "eq-interaction", "eq-same-error", "eq-batch-error", "eq-inverted-mean-error",
    "eq-same-function", "eq-last-layer", "eq-any-noise", "eq-path-penalty", "eq-path-norm",
    "eq-right-error", "eq-right-mean",
}  # fmt: skip
# which each size is from the one before
BY_INDUCTION = {
    "eq-mask-total", "eq-survivors", "eq-survivors-mean", "eq-survivors-variance",
    "eq-fresh-masks", "eq-unequal-products", "eq-right-dropped",
}  # fmt: skip
# which others decide
FOLLOWING = {
    "eq-orthogonal-dropout": "a slope joins two columns by their product only",
    "eq-orthogonal-ridge": "a slope joins two columns by their product only",
    "eq-no-labels": "A stands on both sides and the mean of ã is a",
    "eq-softmax-penalty": "A stands on both sides and the mean of ã_k is a_k",
    "eq-quadratic-penalty": "the variance is a sum over the inputs",
    "eq-geometric-loss": "log G_1 is the sum on the left, by its definition",
}


def argument(label):
    """Why a statement holds for every size."""
    if label in BY_INDUCTION:
        return "by induction"
    many = "two" if label in JOINING_TWO else "one"
    return f"since {FOLLOWING.get(label, f'no term joins more than {many}')}"


@pytest.mark.long
@pytest.mark.parametrize("label", symbolic.EQUATIONS)
def test_every_labelled_equation_is_proved(label):
    equation = symbolic.EQUATIONS[label]
    said = symbolic.prove(label)
    if equation.definition:
        assert said == f"{label}: a definition, nothing to prove."
    elif not equation.letters:
        assert said == f"{label}: proved symbol by symbol; no size occurs in it."
    else:
        counted = {"n": equation.counted, "M": "examples", "q": "units of the next layer"}
        proved = [
            f"{letter} = {sizes[0]} to {sizes[-1]} {counted[letter]}"
            for letter in equation.letters
            for sizes in [equation.proved_sizes(letter)]
        ]
        every = " and ".join(equation.letters)
        assert said == (
            f"{label}: proved symbol by symbol for {' and '.join(proved)};\n"
            f"    for every {every}, {argument(label)}."
        )


@pytest.mark.long
@pytest.mark.parametrize("label", symbolic.INLINE)
def test_every_statement_within_the_text_is_proved(label):
    assert symbolic.prove(label).startswith(f"{label}: ")


def test_every_size_is_proved_at_two_values_and_from_its_smallest():
    for equation in (*symbolic.EQUATIONS.values(), *symbolic.INLINE.values()):
        for letter in equation.letters:
            sizes = list(equation.proved_sizes(letter))
            assert len(sizes) >= 2, equation.label
            assert sizes[0] == (
                2 if equation.where is symbolic.regularizer.orthogonal and letter == "M" else 1
            )


def test_a_proof_at_small_sizes_alone_says_so():
    alone = replace(symbolic.EQUATIONS["eq-same-error"], general=None)
    assert alone.prove().endswith("for n = 1 to 5 inputs;\n    not for larger ones.")


@pytest.mark.long
def test_only_definitions_have_no_proof():
    for equation in symbolic.EQUATIONS.values():
        *_smaller, sizes = equation.all_sizes()
        same = all(len(set(equation.at(sizes, i))) == 1 for i in equation.scopes(sizes))
        assert same or not equation.definition, equation.label


@pytest.mark.parametrize("equation", symbolic.EQUATIONS.values(), ids=lambda e: e.label)
def test_every_equation_says_where_it_comes_from(equation):
    assert equation.source


@pytest.mark.long
def test_the_two_main_statements_hold_for_any_size():
    symbolic.prove_for_any_size()
    symbolic.prove_normalized_means()


@pytest.mark.parametrize("n", range(1, 6))
def test_the_summands_rebuild_the_errors(n):
    symbolic.regularizer.check_summands(n)


def test_the_summand_cases_are_the_two_and_the_trivial_ones():
    cases = {name: term for name, term, _partner in symbolic.summand_cases()}
    assert set(cases) == {"constant", "linear", "j = i", "j ≠ i"}
    assert all(term != 0 for term in cases.values())


def test_a_false_statement_is_refused_with_what_is_left():
    wrong = symbolic.Equation(
        "eq-wrong",
        "nowhere",
        lambda n: (
            symbolic.expectation(symbolic.error_with_dropout(n), n),
            symbolic.error_without_dropout(n) - symbolic.penalty(n),
        ),
    )
    with pytest.raises(symbolic.ProofError, match="eq-wrong") as refusal:
        wrong.prove()
    assert sp.simplify(refusal.value.difference - 2 * symbolic.penalty(1)) == 0


@pytest.mark.parametrize("broken", ["penalty", "error_without_dropout", "error_with_dropout"])
def test_the_general_proof_notices_a_changed_sign(monkeypatch, broken):
    right = getattr(symbolic.regularizer, broken)
    monkeypatch.setattr(symbolic.regularizer, broken, lambda n, example=None: -right(n, example))
    with pytest.raises(symbolic.ProofError):
        symbolic.prove_for_any_size()


def test_the_expectation_of_coins():
    one, two = symbolic.mask_entry(1), symbolic.mask_entry(2)
    keep_one, keep_two = symbolic.keep_prob(1), symbolic.keep_prob(2)
    assert symbolic.expectation(sp.Integer(1), 2) == 1
    assert symbolic.expectation(one * two, 2) == keep_one * keep_two
    assert symbolic.expectation(one**3, 2) == keep_one


def test_an_unknown_label_is_refused_with_what_is_near():
    with pytest.raises(ValueError, match=r"'eq-same-eror'; did you mean 'eq-same-error'\?$"):
        symbolic.prove("eq-same-eror")
    with pytest.raises(
        ValueError, match=r"label must be that of an equation; got 'xyz'; '.*' is one$"
    ):
        symbolic.prove("xyz")
    with pytest.raises(TypeError, match="label must be a string"):
        symbolic.prove(3)


# --- the arguments for every size ----------------------------------------------------------------


def refused(sides, general, **options):
    with pytest.raises(symbolic.ProofError) as refusal:
        symbolic.Equation("eq-odd", "nowhere", sides, general=general, **options).prove()
    return str(refusal.value)


def test_terms_that_join_all_units_are_no_argument_for_every_size():
    of_weights = symbolic.core.joining_few(n=lambda j: [symbolic.weight(j)])

    def product(n):
        total = sp.Mul(*(1 + symbolic.weight(j) for j in symbolic.units(n)))
        return total, sp.expand(total)

    assert "joins all n" in refused(product, of_weights)


def test_what_changes_with_the_size_is_no_argument_for_every_size():
    of_weights = symbolic.core.joining_few(n=lambda j: [symbolic.weight(j)])

    def mean(n):
        total = sp.Add(*(symbolic.weight(j) for j in symbolic.units(n))) / n
        return total, sp.expand(total)

    assert "one n less" in refused(mean, of_weights)


def test_a_step_that_fails_is_no_induction():
    step = symbolic.core.induction("n", lambda: {"the step": symbolic.masking.P})
    assert "the step" in refused(lambda n: (sp.Integer(n), sp.Integer(n)), step)


def test_an_argument_names_sizes():
    with pytest.raises(ValueError, match="of_one must name sizes"):
        symbolic.core.joining_few(k=lambda j: [symbolic.weight(j)])


def test_the_proofs_do_without_numpy_code():
    script = "import sys, dropoutlab.symbolic; print(*sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = {name for name in modules if name.startswith("dropoutlab")}
    ours -= {"dropoutlab", "dropoutlab._names"}  # the second imports nothing of the package
    assert all(f"{name}.".startswith("dropoutlab.symbolic.") for name in ours)
    assert "numpy" not in modules


# --- what a statement of a chapter must refuse: one wrong form each, as it is often written


def test_the_survivors_of_no_unit_and_of_all():
    p = symbolic.masking.P
    assert sp.expand(symbolic.masking.survivors_probability(3, 0) - (1 - p) ** 3) == 0
    assert sp.expand(symbolic.masking.survivors_probability(3, 3) - p**3) == 0


def test_a_mask_is_as_probable_as_its_formula_says():
    z, p = symbolic.mask_entry, symbolic.keep_prob
    formula = symbolic.masking.mask_probability(2)
    assert formula.subs({z(1): 1, z(2): 0}) == p(1) * (1 - p(2))
    indicator = z(1) * (1 - z(2))
    assert sp.expand(symbolic.expectation(indicator, 2) - p(1) * (1 - p(2))) == 0


def test_a_masked_bias_would_be_another_function():
    b, z = symbolic.bias(), symbolic.mask_entry(1)
    wrong = symbolic.scaling.standard(1).subs(b, b * z)
    assert sp.expand(symbolic.expectation(wrong - symbolic.scaling.standard(1), 1)) != 0


def test_the_unnormalized_geometric_mean_is_not_weight_scaling():
    difference = symbolic.scaling.geometric_mean(1) - symbolic.scaling.logistic(
        symbolic.scaling.scaled(1)
    )
    values = dict.fromkeys(difference.free_symbols, sp.Rational(1, 2))
    assert abs(sp.N(difference.subs(values))) > 0.001


def test_the_cancelling_pair_is_no_minimum_of_the_regularised_error():
    found = symbolic.regularizer.copies_minimum()
    one, two = symbolic.weight(1), symbolic.weight(2)
    assert sp.simplify(found[one] - found[two]) == 0
    gradient = sp.diff(
        symbolic.regularized_error(2).subs(symbolic.regularizer.copies(2)), one
    ).subs({one: 10, two: -9})
    assert sp.simplify(gradient) != 0


def test_two_moments_do_not_tell_the_mean_of_a_higher_power():
    beyond = symbolic.beyond_linear
    mean, variance = beyond.noise_moments(1)
    assert beyond.noise_mean(beyond.noise(1) ** 2 * 3, 1) == sp.expand(3 * (mean**2 + variance))
    with pytest.raises(symbolic.ProofError, match="power 3"):
        beyond.noise_mean((1 - beyond.noise(1)) ** 3, 1)


def test_a_coin_is_one_law_among_many():
    beyond = symbolic.beyond_linear
    mean_error, _formula = symbolic.EQUATIONS["eq-any-noise"].at({"n": 3}, {})
    p = [symbolic.keep_prob(j) for j in (1, 2, 3)]
    moments = [beyond.noise_moments(j) for j in (1, 2, 3)]
    coin = {mu: q for (mu, _s), q in zip(moments, p, strict=True)}
    coin |= {s: q * (1 - q) for (_mu, s), q in zip(moments, p, strict=True)}
    assert sp.expand(mean_error.subs(coin) - symbolic.regularized_error(3)) == 0


def test_a_pair_that_agrees_has_a_bounded_penalty_and_one_that_cancels_has_not():
    limits = symbolic.beyond_linear.limits_of_pairs()
    bounded = limits.pop("one of the opposed")
    assert limits == {"agreeing": sp.log(2) / 4, "opposed": sp.Rational(1, 2)}
    (s,) = bounded.free_symbols
    for weight in (1, 3):  # (30, −1) and (30, −3)
        found = symbolic.beyond_linear.pair_penalty(sp.Integer(30), sp.Integer(-weight))
        assert float(found) == pytest.approx(float(bounded.subs(s, weight)))


def test_a_turn_shares_the_load_of_two_units_on_two_axes():
    """The example of the chapter: lengths 3 and 1, turned by half a right angle."""
    u = v = sp.diag(3, 1)  # columns: units
    turn = sp.Matrix([[1, -1], [1, 1]]) / sp.sqrt(2)
    products = [[a.col(j).norm() * b.col(j).norm() for j in range(2)]
                for a, b in ((u, v), (u * turn, v * turn))]  # fmt: skip
    assert products == [[9, 1], [5, 5]]
    assert [sum(c**2 for c in pair) for pair in products] == [82, 50]
    assert u * turn * (v * turn).T == u * v.T
