import subprocess
import sys

import pytest
import sympy as sp

from dropoutlab import symbolic


@pytest.mark.parametrize("label", symbolic.EQUATIONS)
def test_every_labelled_equation_is_proved(label):
    assert symbolic.prove(label) == f"{label}: proved for 1 to 5 units, symbol by symbol."


@pytest.mark.parametrize("equation", symbolic.EQUATIONS.values(), ids=lambda e: e.label)
def test_every_equation_says_where_it_comes_from(equation):
    assert equation.source


def test_the_two_main_statements_hold_for_any_size():
    symbolic.prove_all()


@pytest.mark.parametrize("n", range(1, 6))
def test_the_summands_rebuild_the_errors(n):
    symbolic.check_summands(n)


def test_the_summand_cases_are_the_two_and_the_trivial_ones():
    cases = {name: term for name, term, _partner in symbolic.summand_cases()}
    assert set(cases) == {"constant", "linear", "j = i", "j ≠ i"}
    assert all(term != 0 for term in cases.values())


def test_a_false_statement_is_refused_with_what_is_left():
    wrong = symbolic.Equation(
        "eq-wrong",
        "nowhere",
        lambda n, _i: (
            symbolic.expectation(symbolic.error_with_dropout(n), n),
            symbolic.error_without_dropout(n) - symbolic.penalty(n),
        ),
    )
    with pytest.raises(symbolic.ProofError, match="eq-wrong") as refusal:
        wrong.prove()
    assert sp.simplify(refusal.value.difference - 2 * symbolic.penalty(1)) == 0


@pytest.mark.parametrize("broken", ["penalty", "error_without_dropout", "error_with_dropout"])
def test_the_general_proof_notices_a_changed_sign(monkeypatch, broken):
    right = getattr(symbolic, broken)
    monkeypatch.setattr(symbolic, broken, lambda n, example=None: -right(n, example))
    with pytest.raises(symbolic.ProofError):
        symbolic.prove_for_any_size()


def test_the_expectation_of_coins():
    one, two = symbolic.mask_entry(1), symbolic.mask_entry(2)
    keep_one, keep_two = symbolic.keep_prob(1), symbolic.keep_prob(2)
    assert symbolic.expectation(sp.Integer(1), 2) == 1
    assert symbolic.expectation(one * two, 2) == keep_one * keep_two
    assert symbolic.expectation(one**3, 2) == keep_one


def test_an_unknown_label_is_refused():
    with pytest.raises(KeyError, match="eq-nothing"):
        symbolic.prove("eq-nothing")


def test_the_proofs_do_without_numpy_code():
    script = "import sys, dropoutlab.symbolic; print(*sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = {name for name in modules if name.startswith("dropoutlab")}
    assert ours == {"dropoutlab", "dropoutlab.symbolic"}
    assert "numpy" not in modules
