"""Each statement as found fails its check, its correction passes, and both stand on the page."""

import inspect
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

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


@cache
def outcomes(name):
    return errata.ENTRIES[name].wrong(), errata.ENTRIES[name].right()


@pytest.mark.long
@CHECKED
def test_the_statement_as_it_is_found_fails(name):
    outcome, _corrected = outcomes(name)
    assert not outcome.holds
    assert outcome.says != outcome.found, "the reader has to see it in the printed numbers"


@pytest.mark.long
@CHECKED
def test_the_correction_passes(name):
    _as_found, outcome = outcomes(name)
    assert outcome.holds
    assert outcome.says == outcome.found or errata.ENTRIES[name].measured


def test_a_name_stands_for_one_entry():
    entries = [one for group in errata.GROUPS.values() for one in group]
    assert [one.name for one in entries] == list(errata.ENTRIES)
    assert len(entries) == len(errata.ENTRIES) >= 22


def test_a_report_has_both_outcomes():
    assert errata.report("in-place").splitlines() == [
        "A weight of 1 after 10 steps that learn nothing, p = ½:",
        "✗ if so, it would be 1; it is 1,024",
        "✓ if so, it would be 1; it is 1",
    ]
    assert errata.report("lost-plus").splitlines() == [
        "The mean slope E[∂E_D/∂w₁], for w = (2, −1), x = (1, 3), y = 1, p = (1/4, 1/2):",
        "✗ the formula gives 0.31; the true value is −0.12",
        "✓ the formula gives −0.12; the true value is −0.12",
    ]


@pytest.mark.parametrize(
    ("name", "error"), [("lost", ValueError), (3, TypeError), (None, TypeError)]
)
def test_a_report_refuses_what_is_no_name(name, error):
    with pytest.raises(error, match=f"name must be.*{name}"):
        errata.report(name)


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
    assert str(entry.equal("it", 1, 2)) == "✗ if so, it would be 1; it is 2"
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
    assert str(wrong).startswith("✗ if so, it would be below 0.5; it is 1 (0.8")
    assert str(right).startswith("✓ if so, it would be above 0.5; it is 1 (0.8")


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


@pytest.mark.slow
def test_the_correlations_are_those_of_the_ledger():
    none, dropout, l2 = map(float, re.findall(r"0\.\d\d", often_said._correlations()))
    gaps = [measured.judged(f"correlation-{arm}").verdict.mean for arm in ("dropout", "l2")]
    assert [dropout - l2, l2 - none] == pytest.approx(gaps, abs=0.011)
