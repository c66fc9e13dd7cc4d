"""What each statement says of two units (two examples, two units of the next layer), by hand."""

import pytest
import sympy as sp

from dropoutlab import symbolic
from dropoutlab.symbolic import masking

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
    return complex(sp.N(side.subs(points).replace(masking.SIGMA, lambda a: sp.sin(a) + a**2)))


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
