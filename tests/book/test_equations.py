"""The TeX in the chapters says what `symbolic.py` proves: sign by sign, index by index."""

import random
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
import sympy as sp

from dropoutlab import symbolic
from tests.book.tex import TexError, coin_mean, read_sides

CHAPTERS = Path(__file__).parents[2] / "chapters"
DISPLAY = re.compile(r"\$\$(.+?)\$\$(?:[ \t]*\(([\w-]+)\))?", re.DOTALL)
OTHER_DISPLAY = re.compile(
    r"\\\[|\\begin\{(equation|align|gather|multline)\*?\}|\{math\}`?\n|```\{math"
)
UNITS = 3  # enough for i, j ≠ i and two different j ≠ i


def chapter_texts():
    for path in sorted(CHAPTERS.iterdir()):
        if path.suffix == ".md":
            yield path.name, path.read_text(encoding="utf8")
        elif path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            yield path.name, "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


def labelled_equations():
    return [
        (label, tex)
        for _name, text in chapter_texts()
        for tex, label in DISPLAY.findall(text)
        if label
    ]


def applied_to_mask(expression):
    """A function of the mask: put its entries in the place of z_1, z_2, …"""
    return lambda mask: expression.subs(
        {symbolic.mask_entry(j): bit for j, bit in enumerate(mask, 1)}
    )


def applied_to_weights(error):
    """A function of the weights: put them in the place of w_1, w_2, …"""
    return lambda weights: error.subs(
        {symbolic.weight(j): w for j, w in enumerate(weights, 1)}, simultaneous=True
    )


def mask_column(n):
    return symbolic.regularizer.column(symbolic.mask_entry, n)


def of_the_linear_unit(n):
    regularizer = symbolic.regularizer
    keep = regularizer.column(symbolic.keep_prob, n)
    strengths = [regularizer.penalty_strength(n, j) for j in range(1, n + 1)]
    error, inverted = symbolic.regularized_error(n), regularizer.inverted_error(n)
    return {
        "E_D": symbolic.error_with_dropout(n),
        "E_N": symbolic.error_without_dropout(n),
        "E_R": error,
        "E_I": inverted,
        "E_V": regularizer.error_of_inverted_weights(n),
        "E_R(": applied_to_weights(error),
        "E_I(": applied_to_weights(inverted),
        r"\mathcal E_D": regularizer.batch_error_with_dropout(n),
        r"\mathcal E_R": regularizer.regularized_batch_error(n),
        r"\mathbf y": regularizer.targets(),
        r"\mathbf X": regularizer.design(n),
        r"\mathbf p": keep,
        r"\mathbf w": regularizer.column(symbolic.weight, n),
        r"\mathbf P": sp.diag(*keep),
        "D_": lambda row, column: sp.diag(*strengths)[row - 1, column - 1],
        r"\mathbf D": sp.diag(*strengths),
    }


def of_a_layer(n):
    masking = symbolic.masking
    layer = {"b": masking.layer_bias, "z": masking.layer_mask, "h": masking.layer_activation}
    this = {
        rf"\mathbf {letter}^(l)": sp.Matrix(
            [entry(j, masking.THIS) for j in range(1, (4 if letter == "b" else n) + 1)]
        )
        for letter, entry in layer.items()
    }
    weights = sp.Matrix(4, n, lambda i, j: masking.layer_weight(i + 1, j + 1, masking.THIS))
    units = [masking.SIGMA(masking.pre_activation(n, i, masking.THIS)) for i in range(1, 5)]
    return {
        **this,
        "q": sp.Integer(4),
        r"\mathbf W^(l)": weights,
        r"\mathbf h^(l+1)": sp.Matrix(units),
        "h_^(l+1)": lambda i: units[i - 1],
        r"\sigma(": lambda value: (
            value.applyfunc(masking.SIGMA)
            if isinstance(value, sp.MatrixBase)
            else masking.SIGMA(value)
        ),
        "a_": lambda i: masking.pre_activation(n, i),
        "E": masking.error_through_pre_activations(n),
        "K": masking.survivors(n),
        "P(": lambda argument: (
            applied_to_mask(masking.mask_probability(n))(argument)
            if isinstance(argument, sp.MatrixBase)
            else masking.survivors_probability(n, int(argument))
        ),
        r"\mathbf z": mask_column(n),
    }


def of_averages(n):
    scaling = symbolic.scaling
    return {
        "a": scaling.standard(n),
        r"\tilde a": scaling.inverted(n),
        "a(": applied_to_mask(scaling.standard(n)),
        "O(": applied_to_mask(scaling.logistic(scaling.standard(n))),
        "P(": applied_to_mask(symbolic.masking.mask_probability(n)),
        "G_1": scaling.geometric_mean(n),
        "G_0": scaling.geometric_mean(n, of_one=False),
        r"\sigma(": scaling.logistic,
        r"\mathbf z": mask_column(n),
    }


def of_an_output(n):
    coadaptation = symbolic.coadaptation
    return {
        "c": coadaptation.cancellation(n),
        "E": coadaptation.output_error(n),
        r"\Delta_": lambda *removed: coadaptation.removal(n, removed),
    }


def of_copies(n):
    return {f"w_{j}": symbolic.regularizer.copies_minimum()[symbolic.weight(j)] for j in (1, 2)}


def of_orthogonal_columns(error):
    def names(n):
        found = symbolic.regularizer.orthogonal_minimum(n, error(n))
        return {"w_": lambda i: found[symbolic.weight(i)]}

    return names


# what the names of a chapter stand for, for n units; where one equation has names of its own, these
NAMES = {
    symbolic.regularizer: of_the_linear_unit,
    symbolic.masking: of_a_layer,
    symbolic.scaling: of_averages,
    symbolic.coadaptation: of_an_output,
    "eq-copies-minimum": of_copies,
    "eq-orthogonal-dropout": of_orthogonal_columns(symbolic.regularizer.regularized_batch_error),
    "eq-orthogonal-ridge": of_orthogonal_columns(symbolic.regularizer.ridge_error),
}
# the index that is free, where it is not i; its partner, where there are two
FREE = {"eq-survivors": "k", "eq-effective-penalty": "j"}
PARTNER = {"eq-backward-weight": "j", "eq-backward-unit": "j", "eq-interaction": "k"}


@cache
def names_of(label, n):
    (chapter,) = (
        chapter
        for chapter in NAMES
        if not isinstance(chapter, str) and label in {e.label for e in chapter.EQUATIONS}
    )
    return NAMES.get(label, NAMES[chapter])(n)


def same(one, other):
    """Whether two expressions are equal: after expansion, or else at three random points."""
    difference = sp.expand(one - other)
    if difference == 0 or not difference.has(
        sp.exp, sp.log, sp.Abs, sp.Pow, symbolic.masking.SIGMA
    ):
        return difference == 0
    difference = difference.replace(symbolic.masking.SIGMA, sp.tanh)
    rng = random.Random(1)
    points = [
        {symbol: sp.Rational(rng.randint(20, 80), 100) for symbol in difference.free_symbols}
        for _ in range(3)
    ]
    return all(abs(sp.N(difference.subs(point), 30)) < 1e-20 for point in points)


def disagreements(label, tex):
    """Pairs of side in the chapter and proved side that differ, for each free index."""
    equation = symbolic.EQUATIONS[label]
    n = min(UNITS, equation.largest)
    given = equation.given(n)
    names = names_of(label, n)
    batch = n if label == "eq-fresh-masks" else symbolic.regularizer.BATCH
    for i in range(1, n + 1):
        scope = {FREE.get(label, "i"): i}
        if label in PARTNER:
            scope[PARTNER[label]] = i % n + 1
        written = read_sides(tex, names, n, scope, batch)
        written = [side[i - 1] if isinstance(side, sp.MatrixBase) else side for side in written]
        proved = equation.sides(n, i)
        assert len(written) == len(proved), f"{label} has {len(written)} sides in the chapter"
        for ours, theirs in zip(written, proved, strict=True):
            if not same(ours.subs(given), theirs):
                yield ours.subs(given) - theirs


def test_the_chapters_have_labelled_equations():
    assert len(labelled_equations()) >= 15


@pytest.mark.parametrize(("label", "tex"), labelled_equations(), ids=lambda value: value[:40])
def test_the_tex_is_the_proved_statement(label, tex):
    assert label in symbolic.EQUATIONS, f"{label} has no proof in symbolic.py"
    for difference in disagreements(label, tex):
        pytest.fail(f"{label}: the chapter differs by {difference}")


def test_every_proof_is_in_a_chapter_exactly_once():
    assert sorted(label for label, _tex in labelled_equations()) == sorted(symbolic.EQUATIONS)


def test_every_display_equation_is_labelled():
    for name, text in chapter_texts():
        unlabelled = [tex for tex, label in DISPLAY.findall(text) if not label]
        assert not unlabelled, f"{name}: {unlabelled}"
        assert not OTHER_DISPLAY.search(text), f"{name}: write display equations as $$ … $$ (label)"


def mutations(tex):
    """The TeX with one sign, factor or index changed, each place in turn."""
    swaps = [("+", "-"), ("-", "+"), (r"\tfrac12", r"\tfrac13"), ("w_j", "w_i"), ("x_i", "x_1")]
    swaps += [("p_j", "p_i"), ("p_i", "p_1"), ("z_i", "z_1"), ("^2", "^3"), ("(1 - p", "(2 - p")]
    swaps += [("z_j", "p_j"), (r"\mathbf{P}", r"\mathbf{D}"), ("j=1", "j=2"), ("m=1", "m=2")]
    swaps += [
        ("{1 - p", "{2 - p"),
        ("h_j", "h_i"),
        ("h_k", "h_i"),
        ("w_{ij}", "w_{ji}"),
        ("i=1", "i=2"),
    ]
    swaps += [(r"\delta_i", r"\delta_j"), ("(l+1)", "(l)"), ("(l)", "(l+1)"), (r"\prod", r"\sum")]
    swaps += [("^k", "^n"), ("{n - k}", "{k}"), (r"\frac{1}{M}", r"\frac{2}{M}"), ("n p", "p")]
    swaps += [("+ b", "- b"), ("G_1", "G_0"), ("O(", "P("), (r"\lambda", r"\eta"), ("p^2", "p")]
    swaps += [
        ("1 + p", "1 - p"),
        ("x_{mi}^2", "x_{mi}"),
        ("y_m", "x_{mi}"),
        (r"\Delta_k", r"\Delta_i"),
    ]
    swaps += [(r"\circ", ""), ("E_V", "E_D"), ("E_I(", "E_R("), ("p_j w_j", "w_j"), ("|", "")]
    swaps += [(r"\Delta_k", r"\Delta_i"), ("= 1", "= 2")]
    for old, new in swaps:
        for match in re.finditer(re.escape(old), tex):
            if old == "^2" and tex[: match.start()].endswith("E}[z_i"):
                continue  # the cube of a coin is the coin too: that equation would be true
            yield tex[: match.start()] + new + tex[match.end() :]


@pytest.mark.parametrize(("label", "tex"), labelled_equations(), ids=lambda value: value[:40])
def test_any_small_change_of_the_tex_is_noticed(label, tex):
    for changed in mutations(tex):
        try:
            noticed = next(disagreements(label, changed), None) is not None
        except (TexError, sp.ShapeError, KeyError, TypeError, AttributeError):
            noticed = True  # it no longer says anything
        assert noticed, f"{label}: nobody would notice {changed}"


def test_the_readers_expectation_agrees_with_the_sum_over_masks():
    error = symbolic.error_with_dropout(UNITS)
    assert sp.expand(coin_mean(error, UNITS) - symbolic.expectation(error, UNITS)) == 0


@pytest.mark.parametrize("tex", [r"a \cdot b", r"\mathbb{P}[z_i]", "a ) b", r"\sum_{j<3} w_j", "%"])
def test_unknown_tex_is_refused(tex):
    with pytest.raises((TexError, ValueError)):
        read_sides(tex, {}, UNITS, {"i": 1}, 2)
