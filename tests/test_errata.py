"""Each statement as found fails its check, its correction passes, and both stand on the page."""

import inspect
import re
from contextlib import nullcontext
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from dropoutlab import errata, linear, symbolic
from dropoutlab import network as nn
from dropoutlab.claims import TABLES, Bound, Claim, Table
from dropoutlab.errata import _entry as entry
from dropoutlab.errata import _measured as measured
from dropoutlab.errata import _often_said as often_said
from dropoutlab.errata import _papers as papers
from dropoutlab.errata import _test_time as at_test_time
from dropoutlab.samples import Sample

CHAPTERS = Path(__file__).parents[1] / "chapters"
NOTEBOOK = nbformat.read(CHAPTERS / "errata.ipynb", as_version=4)
TEXT = "\n\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")
NAMED = pytest.mark.parametrize("name", errata.ENTRIES)
# those that trained networks decide take as long as their experiments
CHECKED = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if one.measured else [])
        for name, one in errata.ENTRIES.items()
    ],
)


@pytest.mark.long
@CHECKED
def test_the_statement_as_it_is_found_fails(name):
    outcome = errata.ENTRIES[name].wrong()
    assert not outcome.holds
    assert outcome.says != outcome.found, "the reader has to see it in the printed numbers"


@pytest.mark.long
@CHECKED
def test_the_correction_passes(name):
    outcome = errata.ENTRIES[name].right()
    assert outcome.holds
    assert outcome.says == outcome.found or errata.ENTRIES[name].measured


def test_a_name_stands_for_one_entry():
    entries = [one for group in errata.GROUPS.values() for one in group]
    assert [one.name for one in entries] == list(errata.ENTRIES)
    assert len(entries) == len(errata.ENTRIES) >= 22


def test_a_report_has_both_outcomes():
    assert errata.report("in-place").splitlines() == [
        "A weight of 1 after 10 steps that learn nothing, p = ½:",
        "✗ this needs 1; found 1,024",
        "✓ this needs 1; found 1",
    ]
    assert errata.report("lost-plus").splitlines() == [
        "The mean slope E[∂E_D/∂w₁], for w = (2, −1), x = (1, 3), y = 1, p = (1/4, 1/2):",
        "✗ the formula gives 0.31; the true value is −0.12",
        "✓ the formula gives −0.12; the true value is −0.12",
    ]


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("lost", ValueError, "name must be that of an entry; got 'lost'; did you mean 'lost-plus'"),
        (3, TypeError, "name must be a string, that of an entry; got 3"),
        (None, TypeError, "name must be a string, that of an entry; got None"),
    ],
)
def test_a_report_refuses_what_is_no_name(name, error, says):
    with pytest.raises(error) as refusal:
        errata.report(name)
    assert str(refusal.value).startswith(says)


def test_a_report_shows_that_it_checks(monkeypatch):
    said = []
    monkeypatch.setattr(errata, "bar", lambda what: said.append(what) or nullcontext())
    errata.report("in-place")
    assert said == ["check"]


@pytest.mark.parametrize(
    ("right", "values"),
    [
        ("eq-right-forward", "w₁ = (2, −1), h = (1, 3), b = 2, z = (1, 0)"),
        ("eq-right-dropped", "p = 4/5"),
        ("eq-right-error", "w = (2, −1), x = (1, 3), y = 1, p = (1/4, 1/2)"),
    ],
)
def test_what_was_put_in_is_said(right, values):
    assert entry.put_in(symbolic.EQUATIONS[right]) == values


# --- the page


def plain(text):
    """The text with what TeX says in letters: `$p = \\tfrac12$` is p = ½."""

    def letters(match):
        return match[1].replace(r"\tfrac12", "½").replace("-", "−")

    return re.sub(r"\s+", "", re.sub(r"\$([^$]+)\$", letters, text))


@NAMED
def test_an_entry_stands_on_the_page(name):
    one = errata.ENTRIES[name]
    (section,) = [c.source for c in NOTEBOOK.cells if f'<a id="{name}"></a>' in c.source]
    body = plain(re.sub(r"<!-- [\w-]+ -->\n\$\$.*?\$\$", "", section, flags=re.DOTALL))
    for sign, sentence in (("✗", one.found), ("✓", one.corrected), ("", one.how)):
        assert sign + plain(sentence) in body
    assert f"({one.chapter}.ipynb)" in section
    for label in one.equations:
        assert f"<!-- {label} -->" in section or f"](#{label})" in section
    assert f'figures.checked("{name}")' in [c.source for c in NOTEBOOK.cells]


def test_everything_on_the_page_is_in_the_registry():
    assert re.findall(r'<a id="([\w-]+)"></a>', TEXT) == list(errata.ENTRIES)
    assert TEXT.count("✗ ") == len(errata.ENTRIES)


def test_an_entry_rests_on_claims_and_chapters_that_exist():
    claims = {claim.name for table in TABLES for claim in table.claims}
    for one in errata.ENTRIES.values():
        assert set(one.claims) <= claims
        assert (CHAPTERS / f"{one.chapter}.ipynb").is_file()


def test_every_wrong_formula_belongs_to_an_entry():
    wrong = [one.equations[0] for one in errata.ENTRIES.values() if one.equations]
    assert sorted(wrong) == sorted(symbolic.WRONG)


# --- formulas


FORMULAS = [one for one in errata.ENTRIES.values() if one.equations]


@pytest.mark.parametrize("one", FORMULAS, ids=lambda one: one.name)
def test_wrong_and_right_speak_of_the_same(one):
    wrong, right = symbolic.WRONG[one.equations[0]], symbolic.EQUATIONS[one.equations[1]]
    said, corrected = entry.sides_at_point(wrong), entry.sides_at_point(right)
    assert float(said[0]) == pytest.approx(float(corrected[0]), rel=1e-12)
    assert all(float(side) == pytest.approx(float(said[0]), rel=1e-12) for side in corrected)


@pytest.mark.parametrize("one", FORMULAS, ids=lambda one: one.name)
def test_a_wrong_formula_that_were_right_would_pass(one, monkeypatch):
    """The check of a wrong form fails because the form is wrong, and for no other reason."""
    label, right = one.equations
    monkeypatch.setitem(symbolic.WRONG, label, _two_sides(symbolic.EQUATIONS[right]))
    assert one.wrong().holds


@pytest.mark.long
@pytest.mark.parametrize("one", FORMULAS, ids=lambda one: one.name)
def test_a_correction_that_were_wrong_would_fail(one, monkeypatch):
    label, right = one.equations
    wrong = symbolic.WRONG[label]
    if right == "eq-right-normalized":  # its proof is by simplification, too slow to see it fail
        wrong = replace(wrong, sizes={"n": range(1, 2)})
    monkeypatch.setitem(symbolic.EQUATIONS, right, wrong)
    assert not one.right().holds


@pytest.mark.parametrize(
    ("wrong", "right", "values", "says", "found"),
    [
        ("wrong-half", "eq-right-dropped", "p = 4/5", "1", "0.40"),
        ("wrong-division", "eq-right-division", "h = 1, p = 1/4", "0.33", "1"),
        ("wrong-index", "eq-right-error", "w = (2, −1), x = (1, 3), y = 1, p = (1/4, 1/2)",
         "3.22", "3.50"),
        ("wrong-bias-inside", "eq-right-forward",
         "w₁ = (2, −1), h = (1, 3), b = (2, −1), z = (1, 0)", "7", "4"),
    ],
)  # fmt: skip
def test_a_formula_is_refuted_and_its_correction_proved(wrong, right, values, says, found):
    checks = entry.formula("It", wrong, right)
    assert set(checks) == {"wrong", "right", "equations"}
    assert checks["equations"] == (wrong, right)
    words = ("the formula gives", "the true value is")
    assert checks["wrong"]() == entry.Outcome(f"It, for {values}", says, found, False, words)
    assert checks["right"]() == entry.Outcome(f"It, for {values}", found, found, True, words)


def test_what_is_put_in_is_said_of_both_formulas(monkeypatch):
    monkeypatch.setitem(symbolic.WRONG, "wrong-half", symbolic.EQUATIONS["eq-right-division"])
    assert entry.formula("It", "wrong-half", "eq-right-dropped")["wrong"]().what == (
        "It, for h = 1, p = 4/5"
    )


def test_a_correction_without_a_proof_says_what_its_ends_give(monkeypatch):
    checks = entry.formula("It", "wrong-half", "eq-right-error")
    found, between, _same = symbolic.EQUATIONS["eq-right-error"].sides(2)
    bad = replace(
        symbolic.EQUATIONS["eq-right-error"], sides=lambda n: (found, between, sp.Integer(n))
    )
    monkeypatch.setitem(symbolic.EQUATIONS, "eq-right-error", bad)
    outcome = checks["right"]()
    assert (outcome.says, outcome.found, outcome.holds) == ("2", "3.50", False)
    assert outcome.what == "It, for w = (2, −1), x = (1, 3), y = 1, p = (1/4, 1/2, 4/5)"


P_2 = np.array([0, 0.5, 1.0])  # the second of two keep probabilities
SLOPES = -(0.5 + 3 * P_2) / 4  # of E_N along the first weight, at the point


@pytest.mark.parametrize(
    ("label", "name", "values", "others", "sides"),
    [
        ("wrong-lost-plus", "p_2", P_2, {}, (SLOPES + 0.375, SLOPES * 0.125 + 0.375)),
        # a weight that is 0 leaves nothing of its keep probability
        ("wrong-lost-plus", "p_2", P_2, {"w_2": 0}, ([0.25] * 3, [0.359375] * 3)),
        ("wrong-bias-inside", "b_2", [-1, 4], {}, ([4, 4], [7, 2])),
        ("wrong-division", "p_1", [0.5, 1], {"h_1": 3}, ([3, 3], [3, np.inf])),
    ],
)
def test_sides_are_followed_along_a_letter(label, name, values, others, sides):
    found = entry.sides_along(symbolic.WRONG[label], name, values, **others)
    assert isinstance(found, tuple)
    for side, wanted in zip(found, sides, strict=True):
        assert side.dtype == float
        assert side == pytest.approx(np.asarray(wanted))


def _two_sides(equation):
    def sides(**case):
        found, *_, says = equation.sides(**case)
        return found, says

    sides.__signature__ = inspect.signature(equation.sides)
    return replace(equation, sides=sides)


def test_no_right_sum_gives_the_mean_gradient_away_at_p_one():
    """At p = 1 the two slopes agree: how the page says to see the lost plus."""
    found, slope = symbolic.errata._slopes(2, 1)[:2]
    ones = {symbolic.keep_prob(j): 1 for j in (1, 2)}
    assert sp.expand((found - slope).subs(ones)) == 0
    _mean, says = symbolic.errata._lost_plus(2, 1)
    assert sp.expand((says - slope).subs(ones)) != 0


# --- what is counted


@given(st.integers(0, 30), st.floats(0.1, 1))
def test_weights_divided_in_place_grow(steps, keep_prob):
    assert at_test_time.weight_after(steps, False, keep_prob) == 1
    grown = at_test_time.weight_after(steps, True, keep_prob)
    assert grown == pytest.approx(keep_prob**-steps)


def test_the_two_layers_are_what_the_page_says():
    for z1, z2 in ((0, 0), (0, 1), (1, 0), (1, 1)):
        network = at_test_time.two_layers((True, True))
        noise = [None, np.array([[float(z1)]]), np.array([[float(z2)]])]
        out = nn.forward(network, np.ones((1, 1)), noise)[-1].item()
        assert out == pytest.approx(1 / (1 + np.exp(-4 * z2 * max(0, 2 * z1 - 1))))


def test_the_outputs_are_those_of_the_logistic_unit():
    bias, weight = sp.log(9), -sp.log(21)
    for z, output in enumerate(papers.OUTPUTS):
        assert sp.simplify(1 / (1 + sp.exp(-bias - z * weight)) - output) == 0
    mean, normalized = papers.mean_and_normalized(papers.OUTPUTS, papers.CHANCES)
    assert mean == sp.Rational(1, 2)
    scaled = 1 / (1 + sp.exp(-bias - sp.Rational(2, 3) * weight))
    assert float(normalized) == pytest.approx(float(scaled))


def test_the_difference_of_the_means_begins_in_third_order():
    found, claimed = papers.leading_terms()
    assert sp.expand(found - claimed) == 0
    t = next(s for s in found.free_symbols if s.name == "t")
    assert found.coeff(t, 1) == found.coeff(t, 2) == 0 != found.coeff(t, 3)


def test_log_odds_are_those_to_third_order():
    e = sp.Symbol("e")
    assert sp.expand(papers._log_odds(e) - 4 * e - sp.Rational(16, 3) * e**3) == 0


@pytest.mark.parametrize("mean_of", [papers.mean_and_normalized, papers.third_order])
def test_each_output_has_a_chance(mean_of):
    half = sp.Rational(1, 2)
    for outputs, chances in (((half,), (half, half)), ((half, half), (half,))):
        with pytest.raises(ValueError, match="argument 2"):
            mean_of(outputs, chances)


@pytest.mark.parametrize("scale", [0.1, 1.0, 7.0])
def test_dropout_leaves_its_share_whatever_the_scale(scale):
    assert often_said.dropout_shares(np.diag([1.0, scale]), 0.3) == pytest.approx([0.3, 0.3])
    shares = often_said.l2_shares(np.diag([1.0, scale]), 2.0)
    assert shares == pytest.approx([1 / 3, scale**2 / (scale**2 + 2)])


@given(st.fractions(Fraction(1, 1000), Fraction(1, 2)))
def test_a_factor_of_two_values_has_the_moments_of_a_coin(chance):
    values, chances = papers.two_point_factor(chance)
    mean = np.dot(chances, values)
    assert mean == pytest.approx(0.5)
    assert np.dot(chances, np.square(values)) - mean**2 == pytest.approx(0.25)
    assert papers.entropy(chances) <= 1 + 1e-12


def test_the_entropy_falls_as_low_as_you_like():
    bits = [papers.entropy(papers.two_point_factor(Fraction(1, 10**k))[1]) for k in range(1, 7)]
    assert bits == sorted(bits, reverse=True) and bits[-1] < 1e-4


@pytest.mark.parametrize("width", [1.0, 0.25])
def test_a_blurred_factor_has_the_entropy_of_its_density(width):
    chances = (0.25, 0.75)
    places = (np.arange(200) + 0.5) / 100 * width  # two boxes side by side
    density = np.where(places < width, *chances) / width
    found = -(density * np.log2(density)).mean() * 2 * width
    assert papers.blurred_entropy(chances, width) == pytest.approx(found)


def test_slopes_at_the_minimum_are_those_of_the_formula():
    slopes, probability = often_said.slopes_at_minimum()
    assert probability.sum() == 1
    assert probability @ slopes == pytest.approx([0, 0], abs=1e-15)
    assert slopes[0].tolist() == [0, 0]  # all dropped
    best = linear.regularized_minimizer([1.0, 1.0], 1.0, 0.5)
    assert best == pytest.approx([2 / 3, 2 / 3])
    assert slopes[3] == pytest.approx([1 / 3, 1 / 3])


def test_the_penalty_sees_squares_only():
    rng = np.random.default_rng(0)
    inputs, weights = rng.standard_normal((5, 3)), rng.standard_normal(3)
    squares = (inputs**2).sum(axis=0) * weights**2
    assert often_said.penalty(inputs, weights, 0.3) == pytest.approx(0.105 * squares.sum())


def test_penalties_of_two_inputs_and_of_one_coin_for_both():
    inputs = often_said.correlated(0.6)
    assert inputs == pytest.approx(np.array([[1, 1.4], [1, -0.2], [-1, 0.2], [-1, -1.4]]))
    assert inputs.T @ inputs / 4 == pytest.approx(np.array([[1, 0.6], [0.6, 1]]))
    for correlation in (-1, 0, 0.5, 1):  # ½ p (1 − p) times the sum of squares over 4 examples
        own, shared = often_said.penalties(correlation)
        assert own == pytest.approx(0.125 * 8)
        assert shared == pytest.approx(0.125 * 8 * (1 + correlation))


@pytest.mark.parametrize("keep_prob", [0.5, 0.8])
def test_errors_of_the_second_input_are_those_of_one_weight(keep_prob):
    effective = np.array([0.0, 0.25, 1.0])
    plain, added = often_said.errors_of_second(4.0, effective, keep_prob)
    assert plain == pytest.approx((4 - 4 * effective) ** 2 / 2)
    assert added == pytest.approx((1 - keep_prob) / keep_prob * (4 * effective) ** 2 / 2)
    assert often_said.errors_of_second(4.0, [0.5])[1] == pytest.approx([2])


@pytest.mark.parametrize("first", [0.0, 0.5, 2 / 3, 1.5])
def test_the_second_copy_does_best_what_the_first_leaves(first):
    second, error = often_said.shared_work(first)
    assert second == pytest.approx(1 - first / 2)

    def error_with(other):
        return (1 - (first + other) / 2) ** 2 / 2 + (first**2 + other**2) / 8

    assert error == pytest.approx(error_with(second))
    assert error < min(error_with(second + 0.1), error_with(second - 0.1))


def test_slopes_under_each_mask_are_those_of_the_error():
    slopes, probability = often_said.slopes_at(np.array([0.5, 2.0]))
    assert probability.tolist() == [0.25] * 4
    masks = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    assert slopes == pytest.approx(-(1 - masks @ [0.5, 2.0])[:, None] * masks)


def test_the_third_order_is_that_of_the_moments():
    outputs, chances = np.array([0.9, 0.3]), np.array([0.25, 0.75])
    mean = outputs @ chances
    second, third = (chances @ (outputs - mean) ** k for k in (2, 3))
    exact = [tuple(map(sp.nsimplify, values)) for values in (outputs, chances)]
    assert float(papers.third_order(*exact)) == pytest.approx(
        2 * second * (1 - 2 * mean) - 4 / 3 * third
    )
    found = list(map(float, papers.mean_and_normalized(*exact)))
    odds = np.prod((outputs / (1 - outputs)) ** chances)
    assert found == pytest.approx([mean, odds / (1 + odds)])


@pytest.mark.parametrize(("mean", "bound"), [(0.3, 0.168), (0.5, 0), (0.9, 0.144), (1, 0)])
def test_the_bound_is_the_one_that_is_claimed(mean, bound):
    assert float(papers.claimed_bound(sp.nsimplify(mean))) == pytest.approx(bound)


def test_a_larger_value_is_as_rare_as_it_should_be():
    values, chances = papers.two_point_factor(Fraction(1, 5))
    assert values == pytest.approx((1.5, 0.25)) and chances == (0.2, 0.8)
    assert papers.entropy(chances) == pytest.approx(-0.2 * np.log2(0.2) - 0.8 * np.log2(0.8))


@pytest.mark.parametrize("keep_prob", [0.25, 0.5, 0.75, 1.0])
def test_scaling_is_exact_below_the_last_layer_only(keep_prob):
    def output(a):
        return 1 / (1 + np.exp(-a))

    both, last = (
        at_test_time.scaled_and_exact(dropped, keep_prob)
        for dropped in ((True, True), (False, True))
    )
    bent = max(0, 2 * keep_prob - 1)
    assert both == pytest.approx((output(4 * keep_prob * bent), output(4 * keep_prob**2)))
    assert last == pytest.approx((output(4 * keep_prob),) * 2)


CHECKS = {  # what is said of the statement, and of its correction
    "l2": (
        "Share left to the weight of an input four times as large, where the other keeps ½: "
        "✗ L2 leaves 0.94; dropout leaves 0.50",
        "The same, with L2 on inputs brought to mean square 1: "
        "✓ L2 leaves 0.50; dropout leaves 0.50",
    ),
    "one-half": (
        "Factor of the penalty at p = 0.1, effective weight held: ✗ this needs at most 1; found 9",
        "The p of the largest factor, weight held: ✓ this needs 0.50; found 0.50",
    ),
    "decorrelates": (
        "Penalty on two copies of one input; on two unrelated inputs it is 1: "
        "✗ this needs above 1; found 1",
        "What one weight adds to the slope of the penalty along another: ✓ this needs 0; found 0",
    ),
    "rest": (
        "Mean square of the slope along w₁ at the minimum of E_R, two copies of an input: "
        "✗ this needs 0; found 0.056",
        "Mean of that slope: ✓ this needs 0; found 0",
    ),
    "work": (
        "Number of weights in use at the minimum of E_R, of two copies: ✗ this needs 1; found 2",
        "Weight of either copy: ✓ this needs 0.67; found 0.67",
    ),
    "geometric": (
        "Output of two layers for the input 1, both layers dropped: "
        "✗ weight scaling gives 0.50; the normalised geometric mean is 0.73",
        "Output of two layers for the input 1, the last layer dropped: "
        "✓ weight scaling gives 0.88; the normalised geometric mean is 0.88",
    ),
    "squeezed": (
        "Share left to a weight whose input varies 16 times as much; the other keeps ½: "
        "✗ this needs below 0.50; found 0.50",
        "Share left to either: ✓ this needs 0.50; found 0.50",
    ),
    "entropy": (
        "Bits of a factor with the mean and variance of a fair coin, its larger value rare (0.1): "
        "✗ this needs at least 1; found 0.47",
        "Bits of differential entropy that either loses when its values are blurred half as wide: "
        "✓ the coin loses 1; the other loses 1",
    ),
    "bound": (
        "Distance of the two means, for outputs 0.9 (one mask in three) and 0.3: "
        "✗ the formula gives at most 0; the true value is 0.042",
        "Difference of the two means, for outputs 0.55 and 0.60, one mask in two each: "
        "✓ the formula gives −0.00019; the true value is −0.00019",
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_says_what_it_compared(name):
    one = errata.ENTRIES[name]
    said = tuple(f"{outcome.what}: {outcome}" for outcome in (one.wrong(), one.right()))
    assert said == CHECKS[name]


# --- a check tells: where the numbers were others, it would come out the other way


SOME_SLOPES = np.array([[0, 0], [1, 7], [2, 5], [0, 1.0]]), np.array([0.1, 0.2, 0.3, 0.4])


def ends(outcome):
    return outcome.says, outcome.found, bool(outcome.holds)


@pytest.mark.parametrize(
    ("check", "patched", "value", "found"),
    [
        ("_is_l2", "INPUTS", np.eye(2), ("0.50", "0.50", True)),
        ("_is_scaled_l2", "dropout_shares", lambda _: [0.5, 0.6], ("0.50", "0.60", False)),
        ("_is_scaled_l2", "dropout_shares", lambda _: [0.6, 0.5], ("0.50", "0.50", False)),
        ("_at_half", "FIXED_OUTPUT", often_said.P * (1 - often_said.P),
         ("at most 0.25", "0.09", True)),
        ("_at_half", "FIXED_OUTPUT", often_said.P**0, ("at most 1", "1", True)),
        ("_at_half", "FIXED_OUTPUT", 10 * often_said.P, ("at most 5", "1", True)),
        ("_rises", "FIXED_OUTPUT", often_said.P, ("0.50", "0.50", False)),
        ("_rises", "FIXED_WEIGHT", often_said.P * (2 - often_said.P), ("0.50", "1", False)),
        ("_decorrelates", "penalty", lambda x, w: float(((x @ w) ** 2).sum()),
         ("above 8", "16", True)),
        ("_at_rest", "slopes_at_minimum", lambda: SOME_SLOPES, ("0", "1.40", False)),
        ("_mean_at_rest", "slopes_at_minimum", lambda: SOME_SLOPES, ("0", "0.80", False)),
    ],
)  # fmt: skip
def test_what_is_often_said_is_told_by_the_numbers(monkeypatch, check, patched, value, found):
    monkeypatch.setattr(often_said, patched, value)
    assert ends(getattr(often_said, check)()) == found


@pytest.mark.parametrize(
    ("best", "saved", "both"),
    [
        ([1.0, 0.0], ("1", "1", True), ("0.67", "1", False)),
        ([0.0, 1e-13], ("1", "0", False), ("0.67", "0", False)),
        ([2 / 3, 0.5], ("1", "2", False), ("0.67", "0.67", False)),
        ([2 / 3, -2 / 3], ("1", "2", False), ("0.67", "0.67", False)),
        ([2 / 3, 2 / 3 + 1e-13], ("1", "2", False), ("0.67", "0.67", True)),
    ],
)
def test_work_is_saved_only_where_one_weight_is_left(monkeypatch, best, saved, both):
    monkeypatch.setattr(linear, "regularized_minimizer", lambda *_unit: np.array(best))
    assert ends(often_said._work_saved()) == saved
    assert ends(often_said._both_work()) == both


def test_a_penalty_with_a_mixed_term_is_told(monkeypatch):
    asked = []

    def error(n, batch):
        asked.append((n, batch))
        return symbolic.weight(1) * symbolic.weight(2) ** 2

    monkeypatch.setattr(often_said.regularizer, "regularized_batch_error", error)
    assert ends(often_said._no_cross_term()) == ("0", "1", False)
    assert asked == [(2, 3)]


@pytest.mark.parametrize(
    ("check", "patched", "value", "found"),
    [
        ("_lowest_entropy", "RARE", Fraction(1, 2), ("at least 1", "1", True)),
        ("_no_lowest", "blurred_entropy", lambda chances, width: 2**20 * width / chances[0],
         ("1", "5", False)),
        ("_no_lowest", "blurred_entropy", lambda _chances, _width: 7.0, ("0", "0", False)),
        ("_squeezed", "dropout_shares", lambda _: (0.5, 0.3), ("below 0.50", "0.30", True)),
        ("_squeezed", "dropout_shares", lambda _: (0.3, 0.5), ("below 0.30", "0.50", False)),
        ("_squeezed", "dropout_shares", lambda _: (0.5, 0.5 - 1e-13),
         ("below 0.50", "0.50", False)),
        ("_same_share", "dropout_shares", lambda _: (0.5, 0.3), ("0.50", "0.30", False)),
        ("_same_share", "dropout_shares", lambda _: (0.3, 0.5), ("0.50", "0.50", True)),
        ("_bound", "OUTPUTS", (sp.Rational(3, 5),) * 2, ("at most 0.096", "0", True)),
        ("_bound", "OUTPUTS", (sp.Rational(1, 2),) * 2, ("at most 0", "0", True)),
        ("_series", "leading_terms", lambda: (sp.Integer(1), sp.Integer(0)),
         ("−0.00019", "−0.00019", False)),
        ("_series", "third_order", lambda _outputs, _chances: sp.Float("-0.00015"),
         ("−0.00015", "−0.00019", False)),
        ("_series", "third_order", lambda _outputs, _chances: sp.Float("-0.0003"),
         ("−0.0003", "−0.00019", False)),
    ],
)  # fmt: skip
def test_what_stands_in_papers_is_told_by_the_numbers(monkeypatch, check, patched, value, found):
    monkeypatch.setattr(papers, "prove", lambda label: label)  # both take long, and hold
    monkeypatch.setattr(papers, "leading_terms", lambda: (sp.Integer(2), sp.Integer(2)))
    monkeypatch.setattr(papers, patched, value)
    assert ends(getattr(papers, check)()) == found


def test_a_share_that_is_not_proved_is_no_share(monkeypatch):
    def prove(label):
        raise symbolic.ProofError(label, sp.Integer(1))

    monkeypatch.setattr(papers, "prove", prove)
    outcome = papers._same_share()
    assert outcome == entry.Outcome(
        "Share left to either", "0.50", "not proved", False, entry.IF_SO
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1024, "1,024"), (1234567, "1,234,567"), (-3, "−3"), (3 + 1e-13, "3"), (-1e-15, "0"),
        (0.5, "0.50"), (-0.31, "−0.31"), (2 + 1e-11, "2.00"), (1.999, "2.00"), (1 / 3, "0.33"),
        (0.1, "0.10"), (-0.1, "−0.10"), (0.0987, "0.099"), (0.0417, "0.042"), (2e-12, "2e−12"),
        (Fraction(5, 2), "2.50"), (sp.Rational(-7, 2), "−3.50"),
    ],
)  # fmt: skip
def test_numbers_are_written_short(value, text):
    assert entry.written(value) == text


def test_an_outcome_says_whether_it_holds():
    assert str(entry.equal("it", 1, 2)) == "✗ this needs 1; found 2"
    assert str(entry.equal("it", 2, 2, entry.FORMULA)) == (
        "✓ the formula gives 2; the true value is 2"
    )
    assert entry.Outcome("it", "2", "3", False).words == entry.FORMULA


@pytest.mark.parametrize(("apart", "holds"), [(0, True), (1e-13, True), (1e-11, False), (1, False)])
def test_equal_is_equal_up_to_rounding(apart, holds):
    for says, found in ((0.5, 0.5 + apart), (0.5, 0.5 - apart)):
        outcome = entry.equal("it", says, found)
        assert (outcome.what, outcome.holds) == ("it", holds)
        assert (outcome.says, outcome.found) == (entry.written(says), entry.written(found))


# --- what trained networks decide


@pytest.fixture
def ledger(monkeypatch):
    """A ledger of one table: a claim that holds and one that does not."""
    values = np.array([1.0, 1.1, 0.9, 1.05])
    claims = (
        Claim("up", "It is up.", lambda found: found, Bound(low=0.5)),
        Claim("down", "It is down.", lambda found: found, Bound(high=0.5), "nats"),
    )
    table = Table("c", "t", lambda seeds: Sample("a", "m", seeds, values), 4, claims)
    monkeypatch.setattr(measured, "TABLES", (table,))


@pytest.mark.usefixtures("ledger")
def test_a_measured_statement_is_refuted_by_seeds_that_contradict_it():
    checks = measured.measured(
        ("Its height", "up", "below 0.5", Bound(high=0.5)), ("Its height", "up")
    )
    wrong, right = checks["wrong"](), checks["right"]()
    assert not wrong.holds and right.holds and checks["claims"] == ("up",)
    assert str(wrong).startswith("✗ this needs below 0.5; found 1 (0.8")
    assert str(right).startswith("✓ this needs above 0.5; found 1 (0.8")


@pytest.mark.usefixtures("ledger")
def test_a_measured_statement_is_not_refuted_by_seeds_that_agree_or_cannot_tell():
    for bound in (Bound(low=0.5), Bound(low=1.0)):
        checks = measured.measured(("Its height", "up", "", bound), ("Its height", "down"))
        assert checks["wrong"]().holds and not checks["right"]().holds


@pytest.mark.usefixtures("ledger")
def test_what_bears_on_an_entry_is_quoted_from_the_ledger(monkeypatch):
    one = replace(errata.ENTRIES["work"], claims=("up",), besides=lambda: "And so on.")
    monkeypatch.setitem(errata.ENTRIES, "work", one)
    *_checks, besides, related = errata.report("work").splitlines()
    assert besides == "And so on."
    assert re.fullmatch(r"Related: It is up\. 1 \(0\.8\d to 1\.\d+\) points, 4 seeds", related)


@pytest.mark.usefixtures("ledger")
def test_a_measured_entry_names_what_the_ledger_says(monkeypatch):
    checks = measured.measured(
        ("Its height", "up", "below 0.5", Bound(high=0.5)), ("Its fall", "down")
    )
    assert set(checks) == {"wrong", "right", "claims", "measured"}
    assert checks["claims"] == ("up", "down") and checks["measured"] is True
    monkeypatch.setitem(errata.ENTRIES, "work", replace(errata.ENTRIES["work"], **checks))
    assert errata.report("work").splitlines() == [
        "Its height:",
        "✗ this needs below 0.5; found 1 (0.88 to 1.1) points",
        "Its fall:",
        "✗ this needs below 0.5; found 1 (0.88 to 1.1) nats",
        "In the ledger: It is up. (4 seeds)",
        "In the ledger: It is down. (4 seeds)",
    ]


@pytest.mark.usefixtures("ledger")
def test_a_claim_is_judged_with_its_table_on_the_seeds_of_the_book():
    table, claim = measured.claim_named("down")
    assert (table.name, claim.name) == ("t", "down")
    assert list(measured.experiment_of(table).seeds) == [0, 1, 2, 3]
    row = measured.judged("down")
    assert (row.claim, row.verdict.word, row.verdict.seeds) == (claim, "fails", 4)
    assert row.verdict.level == 0.025  # two claims share the table's
    other = measured.judged("up", Bound(high=0.5))
    assert (other.claim.name, other.claim.bound) == ("up", Bound(high=0.5))
    assert (other.verdict.word, other.verdict.level) == ("fails", 0.025)
    assert measured.judged("up").verdict.word == "holds"


@pytest.mark.usefixtures("ledger")
def test_the_bound_of_a_statement_is_that_of_its_claim_alone():
    row = measured.judged("up", Bound(low=1.005))
    assert row.verdict.word == "not settled"
    assert [claim.bound for claim in row.table.claims] == [Bound(low=1.005), Bound(high=0.5)]


# samples of two seeds, by what they are asked for
STUDY = [
    Sample(arm, measure, (0, 1), [value, value + 1], settings)
    for arm, measure, value, settings in (
        ("dropout", "test error", 10, {"normalized": "yes"}),
        ("dropout", "test error", 50, {"normalized": "no"}),
        ("none", "test error", 30, {"normalized": "yes"}),
        ("none", "test error", 7, {"normalized": "no"}),
        ("dense", "test error", 21, {"normalized": "yes"}),
        ("units", "test error", 22, {"normalized": "yes"}),
        ("channels", "test error", 33, {"normalized": "yes"}),
    )
]
ARMS = [
    Sample(arm, "test error", (0, 1), [value, value])
    for arm, value in (("dropout", 40), ("L2", 44), ("L1", 45), ("max-norm", 39), ("none", 50))
]
CORRELATIONS = [
    Sample(arm, measure, (0, 1), [value * factor, value * factor])
    for measure, factor in (("cancellation", 2), ("correlation", 1))
    for arm, value in (("none", 0.123), ("dropout", 0.25), ("L2", 0.4567))
]


@pytest.fixture
def found(monkeypatch):
    """What experiments have found: by claim, a list of samples or a study that has them."""
    studies = {
        "conv-dense-normalized": STUDY,
        "dropout-beats-l2": SimpleNamespace(samples=ARMS),
        "correlation-dropout": SimpleNamespace(samples=CORRELATIONS),
    }
    monkeypatch.setattr(often_said, "claim_named", lambda name: (name, None))
    monkeypatch.setattr(often_said, "experiment_of", studies.__getitem__)
    return studies


@pytest.mark.usefixtures("found")
def test_what_is_compared_with_dropout_is_its_error():
    by_arm = often_said.less_penalised()
    assert {arm: list(sample.values) for arm, sample in by_arm.items()} == {
        "L2": [-4, -4], "L1": [-5, -5], "max-norm": [1, 1],
    }  # fmt: skip
    by_place = often_said.less_normalized()
    assert {place: list(sample.values) for place, sample in by_place.items()} == {
        "dense": [-9, -9], "units": [-8, -8], "channels": [3, 3],
    }  # fmt: skip


@pytest.mark.usefixtures("found")
def test_correlations_are_said_to_two_digits():
    assert often_said._correlations() == (
        "Mean correlation of two units in our networks: 0.12 without a regulariser, "
        "0.25 with dropout, 0.46 with L2."
    )


def test_losses_are_those_of_the_network_that_is_right(found):
    samples = [
        Sample(arm, measure, (0, 1), [passes, passes], {"passes": passes})
        for passes in (1, 2)
        for arm in ("right", "masks left on")
        for measure in ("printed loss", "validation loss", "training loss", "validation error")
    ]
    found["printed-loss-above"] = samples
    assert often_said.losses() == {
        "printed loss": [samples[0], samples[8]],
        "validation loss": [samples[1], samples[9]],
        "training loss": [samples[2], samples[10]],
    }


def test_spreads_are_shares_of_the_mean_with_fewest_examples(found):
    found["doubt-masks"] = [
        Sample(arm, "spread", (0, 1), values, {"examples": examples})
        for arm, examples, values in (
            ("dropout", 10, [3, 5]),
            ("least squares", 10, [1, 1]),
            ("dropout", 4000, [2, 8]),
            ("least squares", 4000, [0.5, 0.25]),
        )
    ]
    spreads = often_said.spreads_left()
    assert {arm: [list(s.values) for s in of] for arm, of in spreads.items()} == {
        "dropout": [[0.75, 1.25], [0.5, 2]],
        "least squares": [[1, 1], [0.5, 0.25]],
    }


@pytest.mark.slow
def test_the_correlations_are_those_of_the_ledger():
    none, dropout, l2 = map(float, re.findall(r"0\.\d\d", often_said._correlations()))
    gaps = [measured.judged(f"correlation-{arm}").verdict.mean for arm in ("dropout", "l2")]
    assert [dropout - l2, l2 - none] == pytest.approx(gaps, abs=0.011)
