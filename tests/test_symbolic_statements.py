"""What each statement says of two units (two examples, two units of the next layer), by hand."""

from itertools import product

import pytest
import sympy as sp

from dropoutlab import symbolic
from dropoutlab.symbolic import beyond_linear, masking, regularizer, scaling

ALL = {**symbolic.EQUATIONS, **symbolic.INLINE, **symbolic.WRONG}

# parts of what is written below
E_D = "(y - z_1*w_1*x_1 - z_2*w_2*x_2)**2/2"
E_N = "(y - p_1*w_1*x_1 - p_2*w_2*x_2)**2/2"
PENALTY = "(p_1*(1 - p_1)*(w_1*x_1)**2 + p_2*(1 - p_2)*(w_2*x_2)**2)/2"
E_R = f"{E_N} + {PENALTY}"
E_I = "(y - w_1*x_1 - w_2*x_2)**2/2 + ((1/p_1 - 1)*(w_1*x_1)**2 + (1/p_2 - 1)*(w_2*x_2)**2)/2"
SLOPE_D = "-z_2*x_2*(y - z_1*w_1*x_1 - z_2*w_2*x_2)"
SLOPE_N = "-p_2*x_2*(y - p_1*w_1*x_1 - p_2*w_2*x_2)"
SLOPE_R = f"{SLOPE_N} + p_2*(1 - p_2)*w_2*x_2**2"
BATCH = " + ".join(
    f"(y_{m} - p_1*w_1*x_{m}1 - p_2*w_2*x_{m}2)**2/2"
    f" + p_1*(1 - p_1)*(w_1*x_{m}1)**2/2 + p_2*(1 - p_2)*(w_2*x_{m}2)**2/2"
    for m in (1, 2)
)
BATCH_SLOPE = " + ".join(
    f"-p_2*x_{m}2*(y_{m} - p_1*w_1*x_{m}1 - p_2*w_2*x_{m}2) + p_2*(1 - p_2)*w_2*x_{m}2**2"
    for m in (1, 2)
)
NEXT = "sigma(w_21l*z_1l*h_1l + w_22l*z_2l*h_2l + b_2l)"
STANDARD = "w_1*z_1*h_1 + w_2*z_2*h_2 + b"
MEAN = "p_1*w_1*h_1 + p_2*w_2*h_2 + b"
MEMBERS = {  # probability and pre-activation
    "(1 - p_1)*(1 - p_2)": "b",
    "p_1*(1 - p_2)": "(w_1*h_1 + b)",
    "(1 - p_1)*p_2": "(w_2*h_2 + b)",
    "p_1*p_2": "(w_1*h_1 + w_2*h_2 + b)",
}
G_1, G_0 = (
    " * ".join(f"(1/(1 + exp({sign}{a})))**({share})" for share, a in MEMBERS.items())
    for sign in "-+"
)
LOG_ODDS = " + ".join(f"{share}*{a}" for share, a in MEMBERS.items())
ERROR = "(y - w_1*h_1 - w_2*h_2)**2/2"
STEEP = "1/(1 + exp(-c*a))"
GLM_MEAN = (
    "(1 - p_1)*(1 - p_2)*sigma(0) + p_1*(1 - p_2)*sigma(w_1*x_1/p_1)"
    " + (1 - p_1)*p_2*sigma(w_2*x_2/p_2) + p_1*p_2*sigma(w_1*x_1/p_1 + w_2*x_2/p_2)"
)
CLASSES = [f"(w_{i}1*{{}}*h_1 + w_{i}2*{{}}*h_2 + b_{i})" for i in (1, 2)]  # with two factors
CLASS_MASKS = {
    "(1 - p_1)*(1 - p_2)": (0, 0),
    "p_1*(1 - p_2)": ("1/p_1", 0),
    "(1 - p_1)*p_2": (0, "1/p_2"),
    "p_1*p_2": ("1/p_1", "1/p_2"),
}
SOFTMAX_MEAN = " + ".join(
    f"{share}*sigma({', '.join(one.format(*factors) for one in CLASSES)})"
    for share, factors in CLASS_MASKS.items()
)
SPREAD = "((1 - p_1)/p_1*(w_1*x_1)**2 + (1 - p_2)/p_2*(w_2*x_2)**2)"
SIGMOID = "(1/(1 + exp(-w_1*x_1 - w_2*x_2)))"

SAID = {
    "eq-cancellation": "1 - Abs(w_1*h_1 + w_2*h_2)/(Abs(w_1*h_1) + Abs(w_2*h_2))",
    "eq-output-error": ERROR,
    "eq-removal": f"(y - w_1*h_1)**2/2 - {ERROR}",
    "eq-interaction": "w_1*h_1*w_2*h_2",
    "interaction": "w_1*h_1*w_2*h_2",
    "eq-forward": NEXT,
    "eq-forward-unit": NEXT,
    "eq-right-forward": NEXT,
    "eq-masked-pre-activation": "w_21*z_1*h_1 + w_22*z_2*h_2 + b_2",
    "eq-backward-weight": "delta_2*z_2*h_2",
    "eq-backward-bias": "delta_2",
    "eq-backward-unit": "z_2*(w_12*delta_1 + w_22*delta_2)",
    "slope-of-a-sum": "w_22*z_2",
    "slope-at-a-dropped-unit": "0",
    "eq-mask-probability": "p_1**z_1*(1 - p_1)**(1 - z_1)*p_2**z_2*(1 - p_2)**(1 - z_2)",
    "eq-mask-total": "1",
    "eq-survivors": "p**2",
    "eq-survivors-mean": "2*p",
    "eq-survivors-variance": "2*p*(1 - p)",
    "eq-fresh-masks": "p*(1 - p)/2",
    "survivors": "z_1 + z_2",
    "coin-variance-of-one-p": "p*(1 - p)",
    "spread-of-the-share": "sqrt(p*(1 - p)/2)",
    "eq-pre-activation": STANDARD,
    "eq-mean-pre-activation": MEAN,
    "eq-pre-activation-variance": "p_1*(1 - p_1)*(w_1*h_1)**2 + p_2*(1 - p_2)*(w_2*h_2)**2",
    "eq-inverted-pre-activation": "w_1*z_1/p_1*h_1 + w_2*z_2/p_2*h_2 + b",
    "eq-inverted-mean": "w_1*h_1 + w_2*h_2 + b",
    "eq-inverted-variance": "(1/p_1 - 1)*(w_1*h_1)**2 + (1/p_2 - 1)*(w_2*h_2)**2",
    "eq-one-function": "z_1*w_1*h_1 + z_2*w_2*h_2",
    "eq-decay-rescaled": "lam/2*(w_1**2 + w_2**2)",
    "eq-geometric-mean": G_1,
    "eq-geometric-mean-other": G_0,
    "eq-log-odds": MEAN,
    "eq-normalized-mean": f"1/(1 + exp(-({MEAN})))",
    "eq-right-normalized": f"1/(1 + exp(-({MEAN})))",
    "mean-of-a-coin": "p_2",
    "square-of-a-coin": "z_5",
    "variance-of-a-coin": "p_2*(1 - p_2)",
    "mean-for-one-p": "p*(w_1*h_1 + w_2*h_2) + b",
    "factor-through-relu": "c*(a + Abs(a))/2",
    "logistic": "1/(1 + exp(-a))",
    "log-odds-of-one": "a",
    "log-odds-of-means": LOG_ODDS,
    "divided-by-the-first": "G_1/(G_1 + G_0)",
    "odds-of-means": f"exp(-({MEAN}))",
    "eq-error-without-dropout": E_N,
    "eq-error-with-dropout": E_D,
    "eq-gradient-with-dropout": SLOPE_D,
    "eq-gradient-without-dropout": SLOPE_N,
    "eq-gradient-without-dropout-terms": SLOPE_N,
    "eq-expected-square": "p_2",
    "eq-variance": "p_2*(1 - p_2)",
    "eq-expected-gradient-terms": SLOPE_R,
    "eq-expected-gradient": SLOPE_R,
    "eq-regularized-error": E_R,
    "eq-regularized-gradient": SLOPE_R,
    "eq-same-gradient": SLOPE_R,
    "eq-right-gradient": SLOPE_R,
    "eq-same-error": E_R,
    "eq-right-error": E_R,
    "eq-right-mean": E_R,
    "eq-batch-error": BATCH,
    "eq-batch-gradient": BATCH_SLOPE,
    "eq-penalty-matrix": "p_5*(1 - p_5)*(x_15**2 + x_25**2)",
    "eq-inverted-error": E_I,
    "eq-inverted-mean-error": E_I,
    "eq-same-function": E_R,
    "eq-effective-penalty": "p_5*(1 - p_5)*w_5**2",
    "eq-paths": f"p*(w_2 - eta*({SLOPE_D}))",
    "eq-copies-error": "(y - p*x*(w_1 + w_2))**2/2 + p*(1 - p)*x**2*(w_1**2 + w_2**2)/2",
    "eq-copies-split": "w_1**2 + w_2**2",
    "eq-copies-minimum": "y/(x*(1 + p))",
    "eq-orthogonal-dropout": "p_2*(x_12*y_1 + X*y_2)/(x_12**2 + X**2)",
    "eq-orthogonal-ridge": "(x_12*y_1 + X*y_2)/(x_12**2 + X**2 + lam)",
    "two-coins": "p_2*p_1",
    "variance-of-a-divided-coin": "(1 - p_5)/p_5",
    "penalty-as-p-falls": "(1 - p)/p",
    "strength-of-ridge": "2*(1 - p)/p",
    "strength-of-ridge-per-example": "(1 - p)/p",
    "wanted-by-both-copies": "1",
    "wanted-by-the-first": "1",
    "wanted-by-the-second": "1",
    "mean-step": (
        "W_2 - eta*(-p_2*x_2*(y - p_1*W_1*x_1 - p_2*W_2*x_2) + p_2*(1 - p_2)*W_2*x_2**2)"
    ),
    "error-of-inverted-weights": "(y - z_1/p*v_1*x_1 - z_2/p*v_2*x_2)**2/2",
    "slope-of-both-schemes": f"({SLOPE_D})/p",
    "eq-last-layer": (
        "(y - p_1*w_1*h_1 - p_2*w_2*h_2 - b)**2/2"
        " + (p_1*(1 - p_1)*(w_1*h_1)**2 + p_2*(1 - p_2)*(w_2*h_2)**2)/2"
    ),
    "eq-any-noise": (
        "(y - mu_1*w_1*x_1 - mu_2*w_2*x_2)**2/2 + (s_1*(w_1*x_1)**2 + s_2*(w_2*x_2)**2)/2"
    ),
    "eq-path-penalty": (
        "(y_1 - u_11*h_1 - u_12*h_2)**2/2 + (y_2 - u_21*h_1 - u_22*h_2)**2/2"
        " + (1 - p)/(2*p)*((u_11**2 + u_21**2)*h_1**2 + (u_12**2 + u_22**2)*h_2**2)"
    ),
    "eq-path-norm": (
        "(1 - p)/(2*p)*((u_11**2 + u_21**2)*(v_11**2 + v_21**2)"
        " + (u_12**2 + u_22**2)*(v_12**2 + v_22**2))"
    ),
    "eq-unequal-products": "c_1**2 + c_2**2",
    "eq-turned-pair": "u_51*v_51 + u_52*v_52",
    "eq-glm-penalty": f"{GLM_MEAN} - sigma(w_1*x_1 + w_2*x_2)",
    "eq-no-labels": f"{GLM_MEAN} - y*(w_1*x_1 + w_2*x_2)",
    "eq-softmax-penalty": (
        f"{SOFTMAX_MEAN} - sigma({', '.join(one.format(1, 1) for one in CLASSES)})"
    ),
    "eq-quadratic-penalty": f"{SIGMOID}*(1 - {SIGMOID})*{SPREAD}/2",
    "eq-agreeing-pair": "log(2*(1 + exp(4*t))/(1 + exp(2*t))**2)/4",
    "eq-opposed-pair": "log((1 + exp(2*t))*(1 + exp(-2*t))/4)/4",
    "eq-geometric-loss": f"-log({G_1})",
    "eq-right-bend": f"c**2*{STEEP}*(1 - {STEEP})*(1 - 2*{STEEP})",
    "eq-right-division": "h_5",
    "eq-right-scaling": "p*(w_1*h_1 + w_2*h_2) + b",
    "eq-right-dropped": "2*(1 - p)",
    # as they are found
    "wrong-bias-inside": "sigma(w_21l*(z_1l*h_1l + b_1l) + w_22l*(z_2l*h_2l + b_2l))",
    "wrong-no-sum": "sigma(w_22l*(z_2l*h_2l + b_2l))",
    "wrong-lost-plus": f"({SLOPE_N})*w_2*p_2**2*x_2**2 + w_2*p_2*(1 - p_2)*x_2**2",
    "wrong-counted-twice": f"{SLOPE_N} + w_2*p_2**2*x_2**2 + w_2*p_2*(1 - p_2)*x_2**2",
    "wrong-index": f"{E_N} + p_2*(1 - p_2)*((w_1*x_1)**2 + (w_2*x_2)**2)/2",
    "wrong-mean": E_N,
    "wrong-sign": f"{G_1} / ({G_1} - {G_0})",
    "wrong-bend": f"c*{STEEP}*(1 - {STEEP})*(1 - 2*{STEEP})",
    "wrong-division": "p_5*h_5/(1 - p_5)",
    "wrong-scaling": "p*(w_1*h_1 + w_2*h_2 + b)",
    "wrong-half": "1",
}
SPEAKS_OF = {  # the first side of what is wrong: that of what is right
    "wrong-bias-inside": NEXT,
    "wrong-no-sum": NEXT,
    "wrong-lost-plus": SLOPE_R,
    "wrong-counted-twice": SLOPE_R,
    "wrong-index": E_R,
    "wrong-mean": E_R,
    "wrong-sign": f"1/(1 + exp(-({MEAN})))",
    "wrong-bend": SAID["eq-right-bend"],
    "wrong-division": "h_5",
    "wrong-scaling": SAID["eq-right-scaling"],
    "wrong-half": "2*(1 - p)",
}
SHORT = {
    "X": "-x_11*x_12/x_21",  # x_22, where the columns are orthogonal
    **{f"W_{j}": f"(p_0*u_{j} + (1 - p_0)*v_{j})" for j in (1, 2)},  # the mean of two weights
}


def value(text):
    """A formula at one point: shares are between 0 and 1, other letters of both signs."""
    for short, long in SHORT.items():
        text = text.replace(short, f"({long})")
    letters = {"lam": sp.Symbol("lambda"), "sigma": masking.SIGMA}
    letters |= {name: sp.Symbol(f"{name[:-1]}^(l)") for name in
                (f"{letter}_{k}l" for letter in "bhzw" for k in (1, 2, 21, 22))}  # fmt: skip
    return at_one_point(sp.sympify(text, locals=letters))


def at_one_point(side):
    points = {letter: number_of(letter.name) for letter in side.free_symbols}
    return complex(sp.N(side.subs(points).replace(masking.SIGMA, any_function)))


def any_function(*values):
    a = sum(k * one for k, one in enumerate(values, 1))
    return sp.sin(a) + a**2


def number_of(name):
    size = sp.Rational(sum(7**k * ord(letter) for k, letter in enumerate(name)) % 89 + 5, 97)
    return -size if name in ("w_2", "w_22", "y", "y_2", "u_12", "v_21") else size


def sides_of(label):
    statement = ALL[label]
    sizes = dict.fromkeys(statement.letters, 2)
    *_, last = statement.scopes(sizes)  # the highest free indices
    return statement.at(sizes, last)


def test_every_statement_is_written_by_hand():
    assert set(SAID) == set(ALL) and set(SPEAKS_OF) == set(symbolic.WRONG)


@pytest.mark.parametrize("label", SAID)
def test_a_statement_of_two_units_says_what_is_written_by_hand(label):
    *others, last = map(at_one_point, sides_of(label))
    assert last == pytest.approx(value(SAID[label]), rel=1e-9)
    for side in others:
        assert side == pytest.approx(value(SPEAKS_OF.get(label, SAID[label])), rel=1e-9)


# --- what the statements are built of


def letters(names):
    return sp.symbols(names, real=True)


X_11, X_12, X_21, X_22, X_31, X_32 = letters("x_11 x_12 x_21 x_22 x_31 x_32")
W_1, W_2, X, Y, K, L, T = letters("w_1 w_2 x y k l t")


@pytest.mark.parametrize(
    ("label", "related"),
    [
        ("eq-paths", {"v_1": "p*w_1", "v_2": "p*w_2"}),
        ("slope-of-both-schemes", {"v_1": "p*w_1", "v_2": "p*w_2"}),
        ("eq-orthogonal-dropout", {"x_22": "-x_11*x_12/x_21"}),
        ("eq-orthogonal-ridge", {"x_22": "-x_11*x_12/x_21"}),
        ("wanted-by-both-copies", {"w_1": "1 - w_2"}),
        ("wanted-by-the-first", {"w_1": "1"}),
        ("wanted-by-the-second", {"w_2": "1"}),
        ("eq-path-norm", {"m_11": "1", "m_12": "0", "m_22": "1"}),
        ("eq-turned-pair", {"k": "(1 - t**2)/(1 + t**2)", "l": "2*t/(1 + t**2)"}),
    ],
)
def test_letters_are_related_as_it_is_written_by_hand(label, related):
    statement = ALL[label]
    found = statement.related(dict.fromkeys(statement.letters, 2))
    assert {letter.name for letter in found} == set(related)
    for letter, one in found.items():
        assert letter == sp.Symbol(letter.name, real=True)
        assert at_one_point(sp.sympify(one)) == pytest.approx(value(related[letter.name]))


def test_columns_are_made_orthogonal_by_their_last_entry():
    (entry, at), = regularizer.orthogonal(2, 3).items()  # fmt: skip
    assert entry == X_32
    assert sp.simplify(X_11 * X_12 + X_21 * X_22 + X_31 * at) == 0
    assert regularizer.orthogonal(1, 3) == {}


@pytest.mark.parametrize("label", ["eq-copies-error", "eq-copies-split", "eq-copies-minimum"])
def test_copies_are_one_input_with_one_keep_probability(label):
    names = {old.name: new.name for old, new in ALL[label].given(2).items()}
    assert names == {"p_1": "p", "p_2": "p", "x_1": "x", "x_2": "x"}


def test_the_summands_of_two_units():
    cases = {
        name: [at_one_point(part) for part in parts] for name, *parts in regularizer.summand_cases()
    }
    square = "(w_1*x_1)**2/2"
    mixed = "w_1*x_1*w_2*x_2"
    assert cases == {
        "constant": pytest.approx([value("y**2/2")] * 2),
        "linear": pytest.approx([value(f"-y*{f}_1*w_1*x_1") for f in "zp"]),
        "j = i": pytest.approx([value(f"z_1**2*{square}"), value(f"p_1*{square}")]),
        "j ≠ i": pytest.approx([value(f"{f}_1*{f}_2*{mixed}") for f in "zp"]),
    }


@pytest.mark.parametrize(
    ("broken", "label"),
    [
        ("penalty", r"summand j = i of E_D"),
        ("error_without_dropout", r"summand constant of E_D"),
    ],
)
def test_a_summand_that_differs_is_named(monkeypatch, broken, label):
    right = getattr(regularizer, broken)
    monkeypatch.setattr(regularizer, broken, lambda n, example=None: 2 * right(n, example))
    with pytest.raises(symbolic.ProofError, match=f"^{label}: the two sides differ by "):
        symbolic.prove_for_any_size()


def test_each_summand_and_its_slope_are_looked_at(monkeypatch):
    seen = []
    monkeypatch.setattr(regularizer, "require_zero", lambda label, part: seen.append((label, part)))
    symbolic.prove_for_any_size()
    names = [name for name, *_ in regularizer.summand_cases()]
    rebuilt = [f"summands for n = {n}" for n in (2, 3, 4, 5) for _ in ("E_D", "E_N")]
    assert [label for label, _ in seen] == rebuilt + [
        f"summand {name} of {of}" for name in names for of in ("E_D", "∂E_D/∂w_i")
    ]
    assert all(sp.expand(part) == 0 for _, part in seen)


def test_summands_that_do_not_rebuild_an_error_are_refused(monkeypatch):
    whole = regularizer._summands
    monkeypatch.setattr(regularizer, "_summands", lambda *of: (*whole(*of)[:3], sp.Integer(0)))
    regularizer.check_summands(1)  # one unit has no pair
    with pytest.raises(symbolic.ProofError, match=r"^summands for n = 2: the two sides differ by "):
        regularizer.check_summands(2)


# --- averages over masks


def test_all_masks_have_their_probabilities():
    p_1, p_2 = letters("p_1 p_2")
    assert scaling.all_masks(2) == [
        ((0, 0), (1 - p_1) * (1 - p_2)),
        ((0, 1), (1 - p_1) * p_2),
        ((1, 0), p_1 * (1 - p_2)),
        ((1, 1), p_1 * p_2),
    ]
    assert scaling.all_masks(0) == [((), 1)]


def test_log_odds_of_each_thinned_network():
    b_1, b_3, w_11, w_31, h_1 = letters("b_1 b_3 w_11 w_31 h_1")
    assert scaling.log_odds_of_members(1, 1, None) == [b_1, b_1 + w_11 * h_1]
    one, other = scaling.log_odds_of_members(1, 3, 1)
    assert sp.expand(one - (b_3 - b_1)) == 0
    assert sp.expand(other - (w_31 * h_1 + b_3 - w_11 * h_1 - b_1)) == 0


def test_normalized_means_are_proved_for_every_pair_of_outputs(monkeypatch):
    seen = []
    monkeypatch.setattr(scaling, "log_odds_of_members", lambda n, *_pair: [sp.Integer(0)] * 2**n)
    monkeypatch.setattr(scaling, "require_zero", lambda label, _difference: seen.append(label))
    symbolic.prove_normalized_means()
    assert seen == [
        f"normalized mean (n = {n}, outputs {pair})"
        for n in (1, 2, 3)
        for pair in ("1, None", "2, 1", "3, 1", "3, 2")
    ]


@pytest.mark.parametrize(
    ("wrong", "label"), [((1, None), "n = 1, outputs 1, None"), ((3, 2), "n = 1, outputs 3, 2")]
)
def test_log_odds_that_are_off_refute_the_normalized_mean(monkeypatch, wrong, label):
    whole = scaling.log_odds_of_members
    monkeypatch.setattr(
        scaling, "log_odds_of_members",
        lambda n, *pair: [odds + int(pair == wrong) for odds in whole(n, *pair)],
    )  # fmt: skip
    with pytest.raises(symbolic.ProofError) as refusal:
        symbolic.prove_normalized_means()
    assert str(refusal.value) == f"normalized mean ({label}): the two sides differ by 1"


def test_a_function_taken_off_a_logistic_leaves_its_argument():
    a = sp.Symbol("a", real=True)
    assert scaling._exponent(scaling.logistic(3 * a)) == 3 * a


# --- noise, and the sizes of what is masked


def test_means_of_noise():
    r_1, r_2, mu_1, mu_2, s_1, s_2 = letters("r_1 r_2 mu_1 mu_2 s_1 s_2")
    for expression, mean in (
        (sp.Integer(5), 5),
        (r_2, mu_2),
        (W_1 * r_1 * r_2 + 1, W_1 * mu_1 * mu_2 + 1),
        (r_1 * r_2**2, mu_1 * (mu_2**2 + s_2)),
        ((r_1 - r_2) ** 2, (mu_1 - mu_2) ** 2 + s_1 + s_2),
    ):
        assert beyond_linear.noise_mean(expression, 2) == sp.expand(mean)
    with pytest.raises(symbolic.ProofError) as refusal:
        beyond_linear.noise_mean(r_2**4, 2)
    words = "mean and variance do not tell the mean of a power 4"
    assert str(refusal.value) == f"{words}: the two sides differ by r_2"


def test_means_of_two_inputs():
    xi_1, xi_2, m_11, m_12, m_22 = letters("xi_1 xi_2 m_11 m_12 m_22")
    for expression, mean in (
        (xi_2**2, m_22),
        (W_1 * xi_2 * xi_1, W_1 * m_12),
        ((W_1 * xi_1 - W_2 * xi_2) ** 2, W_1**2 * m_11 - 2 * W_1 * W_2 * m_12 + W_2**2 * m_22),
    ):
        assert beyond_linear.input_mean(expression, 2) == sp.expand(mean)
    for expression in (xi_1, W_1 + xi_1**2, xi_1 * xi_2**2):
        with pytest.raises(symbolic.ProofError, match="means of products of two inputs do not"):
            beyond_linear.input_mean(expression, 2)


SIGNS = list(product((-1, 1), repeat=2))
INPUT_LAWS = {  # equally probable inputs, and whether the penalty is that of the lengths
    "independent": ([(a, b, c) for a, b in SIGNS for c in (-1, 1)], True),
    "uncorrelated, the third the product of the others": ([(a, b, a * b) for a, b in SIGNS], True),
    "independent, one of variance 4": ([(2 * a, b, c) for a, b in SIGNS for c in (-1, 1)], False),
    "independent, one of mean 1": ([(1 + a, b, c) for a, b in SIGNS for c in (-1, 1)], False),
    "correlated": ([(a, a, b) for a, b in SIGNS], False),
}


@pytest.mark.parametrize("law", INPUT_LAWS)
def test_inputs_of_two_linear_layers_have_to_be_uncorrelated_and_not_independent(law):
    """The mean of h², exactly, against the squared length of the incoming weights."""
    inputs, holds = INPUT_LAWS[law]
    h = beyond_linear.hidden(3, 1)
    points = [{beyond_linear.random_input(k): x for k, x in enumerate(xs, 1)} for xs in inputs]
    mean = sp.Add(*(h.xreplace(point) ** 2 for point in points)) / len(points)
    length = sum(beyond_linear.incoming(k, 1) ** 2 for k in (1, 2, 3))
    assert (sp.expand(mean - length) == 0) is holds


def test_survivors_of_three_units():
    p, p_1, p_2, p_3 = letters("p p_1 p_2 p_3")
    binomial = [(1 - p) ** 3, 3 * p * (1 - p) ** 2, 3 * p**2 * (1 - p), p**3]
    for k, expected in enumerate(binomial):
        assert sp.expand(masking.survivors_probability(3, k) - expected) == 0
    assert sp.expand(masking.total_probability(3)) == 1
    two_left = masking._sum_over_masks(3, lambda ones: ones == 2)
    by_hand = p_1 * p_2 * (1 - p_3) + p_1 * (1 - p_2) * p_3 + (1 - p_1) * p_2 * p_3
    assert sp.expand(two_left - by_hand) == 0


def test_an_error_through_pre_activations_is_their_sum_with_the_signals():
    found = masking.error_through_pre_activations(1, 2)
    by_hand = "delta_1*(w_11*z_1*h_1 + b_1) + delta_2*(w_21*z_1*h_1 + b_2)"
    assert at_one_point(found) == pytest.approx(value(by_hand))


def test_the_pair_of_the_picture():
    """R of two inputs of 1, each kept half of the time: a sum of four, by hand."""
    found = beyond_linear.pair_penalty(sp.Integer(2), sp.Integer(-1))
    members = [sp.log(1 + sp.exp(a)) for a in (0, 4, -2, 2)]
    assert float(found) == pytest.approx(float(sum(members) / 4 - sp.log(1 + sp.E)))
