"""The TeX in the chapters says what `symbolic` proves: sign by sign, index by index, size by size.

Labelled equations, and formulas within the text that have a relation sign, are read at two values
of every size and at points of either sign, and compared there with what is proved.
"""

import random
import re
from dataclasses import replace
from functools import cache, partial
from itertools import combinations
from pathlib import Path

import nbformat
import pytest
import sympy as sp

from dropoutlab import symbolic
from tests.book import inline
from tests.book.tex import TexError, coin_mean, read_sides

CHAPTERS = Path(__file__).parents[2] / "chapters"
DISPLAY = re.compile(r"(?:^<!-- ([\w-]+) -->\n)?\$\$(.+?)\$\$", re.DOTALL | re.MULTILINE)
OTHER_DISPLAY = re.compile(
    r"\\\[|\\begin\{(equation|align|gather|multline)\*?\}|\{math\}|```\{math|\\\("
)
INLINE = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)
RELATION = re.compile(
    r"[=<>≤≥≈∼≠∈≡∝]|\\(le|ge|ne|approx|sim|simeq|in|notin|to|propto|neq|leq|geq|lt|gt|ll|gg|equiv"
    r"|subset|subseteq|mapsto|cong|doteq|Rightarrow|iff)(?![A-Za-z])"
)
# Sizes to read at: no two letters have the same in both, and no letter has a size twice.
SIZES = ({"n": 3, "M": 2, "q": 4}, {"n": 2, "M": 3, "q": 1})


def chapter_texts():
    for path in sorted(CHAPTERS.iterdir()):
        if path.suffix == ".md":
            yield path.name, path.read_text(encoding="utf8")
        elif path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            yield path.name, "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


def displayed(wanted):
    return [
        (label, tex)
        for _name, text in chapter_texts()
        for label, tex in DISPLAY.findall(text)
        if label and wanted(label)
    ]


def labelled_equations():
    return displayed(lambda label: not label.startswith("wrong-"))


def wrong_equations():
    """Those that the chapter `errata` shows as they are found elsewhere, to be refuted."""
    return displayed(lambda label: label.startswith("wrong-"))


def phrases(text):
    """The formulas within a text that have a relation sign, each with the conditions after it."""
    text = DISPLAY.sub("\n\n", re.sub(r"`[^`]*`", "", text))
    found, end = [], None
    for match in INLINE.finditer(text):
        formula = " ".join(match[1].split())
        if RELATION.search(formula):
            word = " ".join(text[end : match.start()].split()) if end is not None else ""
            if word == "for" or (word == "and" and " for " in found[-1]):
                found[-1] += f" {word} {formula}"
            else:
                found.append(formula)
            end = match.end()
        else:
            end = None
    return found


# --- what the names of a chapter stand for -------------------------------------------------------


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


def of_the_linear_unit(n, **sizes):
    batch = sizes["M"]
    regularizer = symbolic.regularizer
    keep = regularizer.column(symbolic.keep_prob, n)
    strengths = [regularizer.penalty_strength(batch, j) for j in range(1, n + 1)]
    error, inverted = symbolic.regularized_error(n), regularizer.inverted_error(n)
    return {
        "E_D": symbolic.error_with_dropout(n),
        "E_N": symbolic.error_without_dropout(n),
        "E_R": error,
        "E_I": inverted,
        "E_V": regularizer.error_of_inverted_weights(n),
        "E_R(": applied_to_weights(error),
        "E_I(": applied_to_weights(inverted),
        r"\mathcal E_D": regularizer.batch_error_with_dropout(n, batch),
        r"\mathcal E_R": regularizer.regularized_batch_error(n, batch),
        r"\mathbf y": regularizer.targets(batch),
        r"\mathbf X": regularizer.design(n, batch),
        r"\mathbf p": keep,
        r"\mathbf w": regularizer.column(symbolic.weight, n),
        r"\mathbf P": sp.diag(*keep),
        "D_": lambda row, column: sp.diag(*strengths)[row - 1, column - 1],
        r"\mathbf D": sp.diag(*strengths),
    }


def of_a_layer(n, q, **_sizes):
    masking = symbolic.masking
    layer = {"b": masking.layer_bias, "z": masking.layer_mask, "h": masking.layer_activation}
    this = {
        rf"\mathbf {letter}^(l)": sp.Matrix(
            [entry(j, masking.THIS) for j in range(1, (q if letter == "b" else n) + 1)]
        )
        for letter, entry in layer.items()
    }
    weights = sp.Matrix(q, n, lambda i, j: masking.layer_weight(i + 1, j + 1, masking.THIS))
    units = [masking.SIGMA(masking.pre_activation(n, i, masking.THIS)) for i in range(1, q + 1)]
    return {
        **this,
        r"\mathbf W^(l)": weights,
        r"\mathbf h^(l+1)": sp.Matrix(units),
        "h_^(l+1)": lambda i: units[i - 1],
        r"\sigma(": lambda value: (
            value.applyfunc(masking.SIGMA)
            if isinstance(value, sp.MatrixBase)
            else masking.SIGMA(value)
        ),
        "a_": lambda i: masking.pre_activation(n, i),
        "E": masking.error_through_pre_activations(n, q),
        "K": masking.survivors(n),
        "P(": lambda argument: (
            applied_to_mask(masking.mask_probability(n))(argument)
            if isinstance(argument, sp.MatrixBase)
            else masking.survivors_probability(n, int(argument))
        ),
        r"\mathbf z": mask_column(n),
    }


def of_averages(n, **_sizes):
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
        "S": sum(symbolic.weight(j) * symbolic.activation(j) for j in range(1, n + 1)),
    }


def of_an_output(n, **_sizes):
    evidence = symbolic.evidence

    def interaction(i, k):
        return evidence.removal(n, [i, k]) - sum(evidence.removal(n, [j]) for j in (i, k))

    return {
        "c": evidence.cancellation(n),
        "E": evidence.output_error(n),
        r"\Delta_": lambda *removed: evidence.removal(n, removed),
        "I": lambda scope: interaction(scope["i"], scope["k"]),
    }


def of_copies(**_sizes):
    return {f"w_{j}": symbolic.regularizer.copies_minimum()[symbolic.weight(j)] for j in (1, 2)}


def of_two_inputs(**sizes):
    return of_the_linear_unit(**{**sizes, "n": 2})


def of_orthogonal_columns(error):
    def names(n, **sizes):
        batch = sizes["M"]
        found = symbolic.regularizer.orthogonal_minimum(n, batch, error(n, batch))
        return {"w_": lambda i: found[symbolic.weight(i)]}

    return names


def of_one_output(**_sizes):
    a = sp.Symbol("a", real=True)
    logistic = symbolic.scaling.logistic
    return {r"\sigma(": logistic, "O": logistic(a)}


def of_random_weights(n, **sizes):
    regularizer = symbolic.regularizer
    steps = {"t": regularizer.weight_before, "t+1": lambda i: regularizer.weight_after(n, i)}
    columns = {rf"\mathbf w_{t}": regularizer.column(step, n) for t, step in steps.items()}
    return {**of_the_linear_unit(n, **sizes), **columns}


def of_ridge(**sizes):
    strength, _formula = symbolic.INLINE["strength-of-ridge"].at(sizes, {})
    return {r"\lambda": strength}


def any_function(*values):
    value = sum(k * one for k, one in enumerate(values, 1))
    return value**3 - 2 * value**2 + value / 3 + 1


def beyond_the_linear_unit(n, q, **_sizes):
    beyond = symbolic.beyond_linear
    lengths = {"u": beyond.outgoing, "v": beyond.incoming}
    return {
        **{
            rf"\mathbf {letter}_": lambda j, entry=entry: sp.Matrix(
                [entry(i, j) for i in range(1, q + 1)]
            )
            for letter, entry in lengths.items()
        },
        "a": beyond.plain_sum(n),
        r"\tilde a": beyond.masked_sum(n),
        "A(": any_function,
        "R": beyond.glm_penalty(n),
        "R_2": beyond.quadratic_penalty(n),
        "O": symbolic.scaling.logistic(beyond.plain_sum(n)),
    }


def of_random_inputs(n, q, **sizes):
    names = beyond_the_linear_unit(n, q, **sizes)
    return {**names, "h_": lambda j: symbolic.beyond_linear.hidden(q, j)}


def of_classes(n, q, **_sizes):
    beyond = symbolic.beyond_linear
    sums = {
        "a": beyond.class_sum,
        r"\tilde a": partial(beyond.class_sum, factor=beyond.inverted_mask),
    }
    columns = {
        rf"\mathbf {letter.replace(' ', '')}": sp.Matrix([of(n, i) for i in range(1, q + 1)])
        for letter, of in sums.items()
    }
    entries = {f"{letter}_": partial(of, n) for letter, of in sums.items()}
    return {**columns, **entries, "A(": lambda column: any_function(*column)}


def of_a_pair(sign):
    t = sp.Symbol("t", real=True)
    return lambda **_sizes: {"R": symbolic.beyond_linear.pair_penalty(t, sign * t)}


def of_a_square_layer(n, **_sizes):
    """As many units as inputs: only then do the wrong forms of a layer fit together."""
    layer = of_a_layer(n=n, q=n)
    own = [symbolic.masking.layer_weight(i, i, symbolic.masking.THIS) for i in range(1, n + 1)]
    return {**layer, r"\mathbf w^(l)": sp.Matrix(own)}


def of_a_steep_output(**_sizes):
    output = symbolic.errata.steep_output()
    return {"O": output, "D": sp.diff(output, symbolic.errata.PRE_ACTIVATION)}


OF_ERRATA = {
    **{f"wrong-{name}": of_a_square_layer for name in ("bias-inside", "no-sum")},
    "eq-right-forward": of_a_layer,
    **{f"{kind}-bend": of_a_steep_output for kind in ("eq-right", "wrong")},
    **{label: of_a_layer for label in ("eq-right-dropped", "wrong-half")},
    **{
        label: of_averages
        for label in ("eq-right-normalized", "wrong-sign", "eq-right-scaling", "wrong-scaling")
    },
}

NAMES = {
    symbolic.beyond_linear: beyond_the_linear_unit,
    symbolic.errata: of_the_linear_unit,
    symbolic.regularizer: of_the_linear_unit,
    symbolic.masking: of_a_layer,
    symbolic.scaling: of_averages,
    symbolic.evidence: of_an_output,
}
# where one statement has names of its own, these
OWN_NAMES = {
    **OF_ERRATA,
    "eq-copies-error": of_two_inputs,
    "eq-copies-minimum": of_copies,
    "eq-orthogonal-dropout": of_orthogonal_columns(symbolic.regularizer.regularized_batch_error),
    "eq-orthogonal-ridge": of_orthogonal_columns(symbolic.regularizer.ridge_error),
    "logistic": of_one_output,
    "log-odds-of-one": of_one_output,
    "factor-through-relu": of_one_output,
    "divided-by-the-first": of_one_output,
    "strength-of-ridge": of_ridge,
    "strength-of-ridge-per-example": of_ridge,
    "mean-step": of_random_weights,
    "eq-path-norm": of_random_inputs,
    "eq-softmax-penalty": of_classes,
    "eq-agreeing-pair": of_a_pair(1),
    "eq-opposed-pair": of_a_pair(-1),
    "eq-geometric-loss": of_averages,
}
STATEMENTS = {**symbolic.EQUATIONS, **symbolic.INLINE, **symbolic.WRONG}


def statements_of(chapter):
    return (*chapter.EQUATIONS, *chapter.INLINE, *getattr(chapter, "WRONG", ()))


@cache
def names_of(label, **sizes):
    (chapter,) = (
        chapter for chapter in NAMES if label in {e.label for e in statements_of(chapter)}
    )
    names = OWN_NAMES.get(label, NAMES[chapter])(**sizes)
    given = STATEMENTS[label].given(max(sizes.values()))
    return {
        name: meaning.subs(given) if isinstance(meaning, sp.Basic | sp.MatrixBase) else meaning
        for name, meaning in names.items()
    }


# --- reading and comparing -----------------------------------------------------------------------


def sizes_to_read(statement):
    """The sizes of `SIZES`, or what comes next below among the proved ones: two of every letter."""

    def proved_size(letter, size, but=None):
        proved = [s for s in statement.proved_sizes(letter) if s != but]
        return max((s for s in proved if s <= size), default=min(proved))

    one = {letter: proved_size(letter, size) for letter, size in SIZES[0].items()}
    return one, {letter: proved_size(letter, s, one[letter]) for letter, s in SIZES[1].items()}


@cache
def value_of(name, number):
    """What a letter is at one of the points: a keep-probability between 0 and 1, or of any sign."""
    rng = random.Random(f"{name} {number}")
    if name.startswith("p"):
        return sp.Rational(rng.randint(20, 80), 100)
    if number % 2:  # where it was positive, it is negative now
        return -value_of(name, number - 1)
    return rng.choice((-2, 2)) * sp.Rational(rng.randint(20, 80), 100)


def coin_of(name, number):
    """0 or 1; over eight points, three coins take all of their values."""
    return sp.Integer(number >> (int(name.removeprefix("z_")) % 3) & 1)


def evaluate(expression, point):
    value = expression.xreplace({s: point(s.name) for s in expression.free_symbols})
    if value.has(symbolic.masking.SIGMA):
        value = value.replace(symbolic.masking.SIGMA, any_function)
    return value if value.is_Rational else value.evalf(30)


def allows(conditions, scope):
    """Whether the conditions `i \\ne j` allow these numbers of the indices."""
    pairs = [c.split(r" \ne ") for c in conditions if r"\ne" in c]
    return all(scope[one] != scope[other] for one, other in pairs)


def adjusted(conditions, scope, name, value):
    """What a letter is under the conditions `c > 0` and `z_j = 0`."""
    for letter, relation, zero in (c.split() for c in conditions if r"\ne" not in c):
        if zero != "0" or relation not in "=>":
            raise TexError(f"cannot read the condition {letter} {relation} {zero}")
        base, *index = letter.split("_")
        if name == "_".join([base, *(str(scope.get(i, i)) for i in index)]):
            value = abs(value) if relation == ">" else sp.Integer(0)
    return value


def own(side, scope):
    """The entry of unit i, where a side has one for each unit."""
    return sp.sympify(side[scope["i"] - 1] if isinstance(side, sp.MatrixBase) else side)


class Case:
    """A statement at certain sizes, indices and conditions: the proved value at each point."""

    def __init__(self, label, sizes, scope, conditions):
        self.statement, self.sizes, self.scope = STATEMENTS[label], sizes, scope
        self.conditions = conditions
        self.side, *others = self.statement.at(sizes, scope)
        self.sides = 1 + len(others)
        self.bound = {s.name: e for s, e in self.statement.related(sizes).items()}
        self.points = range(8 if self.statement.coin else 4)
        self.value = cache(lambda side, number: evaluate(side, self.point(number)))
        self.proved = [self.value(self.side, number) for number in self.points]

    def point(self, number):
        """The values of all letters, those that `where` relates to others by these."""

        def free(name):
            coin = self.statement.coin and name.startswith("z_")
            value = (coin_of if coin else value_of)(name, number)
            return adjusted(self.conditions, self.scope, name, value)

        return lambda name: (
            evaluate(sp.sympify(self.bound[name]), free) if name in self.bound else free(name)
        )

    def differences(self, written):
        if len(written) != self.sides:
            raise TexError(f"{len(written)} sides in the chapter, not {self.sides}")
        entries = [own(side, self.scope) for side in written]
        for number, proved in zip(self.points, self.proved, strict=True):
            for entry in entries:
                value = self.value(entry, number)
                if not abs(value - proved) < 1e-20:
                    yield self.sizes, self.scope, value, proved


@cache
def cases_of(label, conditions):
    """For each choice of sizes, the cases that the chapter speaks of."""
    statement = STATEMENTS[label]
    if statement.conditions:  # what the chapter has to say
        statement = replace(statement, apart=False)
    return [
        (
            sizes,
            [
                Case(label, sizes, scope, conditions)
                for scope in statement.scopes(sizes)
                if allows(conditions, scope)
            ],
        )
        for sizes in sizes_to_read(statement)
    ]


def reader_of(label, tex, sizes):
    """The sides of a TeX by the indices, its letters read as those of a statement."""
    given = STATEMENTS[label].given(max(SIZES[0].values()))

    def keep_prob(j):
        return given.get(symbolic.keep_prob(j), symbolic.keep_prob(j))

    return read_sides(tex, names_of(label, **sizes), sizes, keep_prob)


def disagreements(label, phrase):
    """Where a side in the chapter differs from what is proved: sizes, indices, the two values."""
    tex, *conditions = re.split(r" for | and ", phrase)
    # the smaller sizes come second and take less time: what is wrong is mostly wrong there too
    for sizes, cases in reversed(cases_of(label, tuple(conditions))):
        read = reader_of(label, tex, sizes)
        for case in cases:
            yield from case.differences(read(case.scope))


def is_noticed(label, phrase):
    try:
        return next(disagreements(label, phrase), None) is not None
    except (TexError, sp.ShapeError, KeyError, TypeError, AttributeError, ValueError, IndexError):
        return True  # it no longer says anything
    except RecursionError:  # what sympy makes of the logarithm of a vector
        return True


def everything_that_is_proved():
    return [*labelled_equations(), *((label, tex) for tex, label in inline.STATEMENTS.items())]


def short(value):
    return value[:40]


# --- the chapters say what is proved -------------------------------------------------------------


def test_the_chapters_have_labelled_equations():
    assert len(labelled_equations()) >= 15


def test_every_label_and_every_statement_is_read_once():
    assert sorted(label for label, _tex in labelled_equations()) == sorted(symbolic.EQUATIONS)
    assert set(symbolic.INLINE) <= set(inline.STATEMENTS.values())


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=lambda s: s.label)
def test_every_size_is_read_at_two_values(statement):
    one, other = sizes_to_read(statement)
    assert all(one[letter] != other[letter] for letter in statement.letters)
    pairs = combinations(one, 2)
    assert all(one[a] != one[b] or other[a] != other[b] for a, b in pairs)


@pytest.mark.long
@pytest.mark.parametrize(("label", "tex"), everything_that_is_proved(), ids=short)
def test_the_tex_is_the_proved_statement(label, tex):
    for sizes, scope, value, proved in disagreements(label, tex):
        pytest.fail(f"{label} at {sizes}, {scope}: {value} in the chapter, proved {proved}")


@pytest.mark.parametrize(("label", "tex"), wrong_equations(), ids=short)
def test_what_is_shown_as_wrong_is_refuted(label, tex):
    """Its TeX is read like any other: it says what `WRONG` says, and never for all letters.

    The first side is what the statement speaks of, and that is right.
    """
    for sizes, cases in cases_of(label, ()):
        read = reader_of(label, tex, sizes)
        for case in cases:
            sides = (*read(case.scope), *symbolic.WRONG[label].at(sizes, case.scope))
            found, says, known, claimed = (
                [case.value(own(side, case.scope), number) for number in case.points]
                for side in sides
            )
            assert apart(found, known) < 1e-20
            assert apart(says, claimed) < 1e-20
            assert apart(found, says) > 1e-3, case.scope


def apart(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def test_what_is_shown_as_wrong_stands_in_the_errata_and_says_so():
    text = dict(chapter_texts())
    assert sorted(label for label, _tex in wrong_equations()) == sorted(symbolic.WRONG)
    for name, chapter in text.items():
        for match in DISPLAY.finditer(chapter):
            before = chapter[: match.start()].rstrip().rpartition("\n")[2]
            wrong = (match[1] or "").startswith("wrong-")
            assert wrong == before.startswith("✗"), match[0]
            assert not wrong or name == "errata.ipynb"


def test_a_wrong_formula_of_a_layer_needs_as_many_units_as_inputs():
    tex = dict(wrong_equations())["wrong-bias-inside"]
    names = of_a_layer(n=2, q=3)
    with pytest.raises(sp.ShapeError):
        read_sides(tex, names, {"n": 2, "q": 3, "M": 2})({})


def test_every_display_equation_is_labelled():
    for name, text in chapter_texts():
        unlabelled = [tex for label, tex in DISPLAY.findall(text) if not label]
        assert not unlabelled, f"{name}: {unlabelled}"
        starts = [match.start() for match in DISPLAY.finditer(text)]
        glued = [text[at : at + 60] for at in starts if not text[:at].endswith("\n\n")]
        assert not glued, f"{name}: a blank line has to stand before {glued}"
        assert not OTHER_DISPLAY.search(text), f"{name}: write display equations as $$ … $$"


@pytest.mark.parametrize(("name", "text"), list(chapter_texts()), ids=short)
def test_every_formula_with_a_relation_is_a_statement_a_definition_or_a_setting(name, text):
    named = [inline.DEFINITIONS.get(name, set()), inline.SETTINGS.get(name, set())]
    unknown = set(phrases(text)) - set(inline.STATEMENTS) - set.union(*named)
    assert not unknown, f"{name}: name in tests/book/inline.py what is {unknown}"
    gone = set.union(*named) - set(phrases(text))
    assert not gone, f"{name}: no longer in the chapter: {gone}"


def test_every_statement_within_the_text_is_in_a_chapter():
    written = {phrase for _name, text in chapter_texts() for phrase in phrases(text)}
    assert set(inline.STATEMENTS) <= written


def test_conditions_belong_to_the_formula_before_them():
    text = r"Let $a = 1$. So $b = c$ for $c > 0$ and $d \ne 0$, and $e$ for $f \le 2$ `$x = y$`."
    assert phrases(text) == ["a = 1", r"b = c for c > 0 and d \ne 0", r"f \le 2"]


# --- and would say it if they did not ------------------------------------------------------------

ATOM = re.compile(
    r"(?:\\mathbf\{[A-Za-z]\}|\\mathcal\{E\}|\\tilde a|\\(?:lambda|eta|delta|Delta)(?![A-Za-z])"
    r"|(?<![\\A-Za-z{])[A-Za-z](?![A-Za-z])|(?<=\{)[A-Za-z](?=[ _}]))"
    r"(?:_(?:\{[^}]*\}|[A-Za-z0-9]))?(?:\^\{\(l(?:\+1)?\)\})?"
)
NUMBER = re.compile(r"\d")
INDEX = re.compile(r"_(\{[^}]*\}|[A-Za-z0-9])")
POWER = re.compile(r"\^(\{[^{}]*\}|[A-Za-z0-9]|\\top)")
BARS = re.compile(r"(\\Big )?(\||\\lVert)(.*?)(\\Big )?(\||\\rVert)", re.DOTALL)
SWAPS = [
    *[("+", "-"), ("-", "+"), ("+", ""), ("-", ""), (r"\prod", r"\sum"), (r"\sum", r"\prod")],
    *[(r"\circ", ""), (r"\circ", "+"), (r"\mathbb{E}", ""), (r"\tfrac12", ""), (r"\log", "")],
    *[(r"\tfrac12", rf"\tfrac{{1}}{{{other}}}") for other in ("n", "M", "q", "3", "12", "20")],
    *[(r"\tfrac{1}{M}", ""), ("=1}", "=2}"), ("=1}", "=0}"), (r"\operatorname{Var}", "")],
    *[(f"^{{{size}}}", f"^{{{end}}}") for size in "nMq" for end in ("n", "M", "q", "2", "3")],
    *[(f"^{{{size}}}", f"^{{{size} - 1}}") for size in "nMq"],
    *[(rf"\mathbf{{{one}}}", rf"\mathbf{{{two}}}") for one, two in ("PD", "DP", "pw", "wp", "hz")],
    *[("E_N", "E_R"), ("E_R", "E_N"), ("E_D", "E_N"), ("E_V", "E_D"), ("E_I", "E_R")],
    *[("G_1", "G_0"), ("G_0", "G_1"), ("O(", "P("), ("P(", "O("), (r"\delta", ""), ("z_j", "p_j")],
    *[("p_j", "z_j"), ("w_{ij}", "w_{ji}"), ("(l+1)", "(l)"), ("(l)", "(l+1)"), ("x_{mi}", "y_m")],
    *[(r"\lambda", r"\frac{M \lambda}{2}"), (r"\lambda", r"\eta")],
    *[(r"\ne i", "=1}^{n"), (r"\frac", r"\binom"), (r"\binom", r"\frac"), (r"\lVert", "")],
]


def mutations(tex):
    """The TeX with one letter, index, number, sign, factor, bar or range changed; each place."""
    for start, end, new in changes(tex):
        yield tex[:start] + new + tex[end:]


def changes(tex):
    for old, new in SWAPS:
        yield from ((m.start(), m.end(), new) for m in re.finditer(re.escape(old), tex))
    for m in ATOM.finditer(tex):
        changed = ["", f"2 {m[0]}", f"n {m[0]}", f"{m[0]}^2", "n", "M", "q", "1", "3"]
        changed += [f"{m[0]}_1"] if "_" not in m[0] else []
        yield from ((*m.span(), new) for new in changed)
    for m in NUMBER.finditer(tex):
        yield from ((*m.span(), new) for new in (str(int(m[0]) + 1), "{12}", "n", "M"))
    for m in POWER.finditer(tex):
        yield from ((*m.span(), new) for new in ("", "^3", "^{n - 1}", "^n", "^M"))
    for m in BARS.finditer(tex):
        yield (*m.span(), f"({m[3]})")
    yield from changed_indices(tex)


def changed_indices(tex):
    letters = {i for index in INDEX.findall(tex) for i in index if i.isalpha()} & set("ijkm")
    for m in INDEX.finditer(tex):
        if m[1].strip("{}").isalnum():
            yield (*m.span(), "")
            for at in range(*m.span(1)):
                others = (letters | {"1", "2", "n"}) - {tex[at]} if tex[at].isalnum() else ()
                yield from ((at, at + 1, other) for other in sorted(others))


def settled(tex):
    """The TeX without what makes no difference: braces around one sign, powers of a lone coin."""
    tex = re.sub(r"\{(\w)\}", r"\1", " ".join(tex.split()))
    return re.sub(r"([\[(]z_\w|z_m)(\^(\{[^}]*\}|\w))+", r"\1", tex)


# other changes after which the statement is as true as before
HARMLESS = {
    "eq-inverted-mean-error": {  # a power of a coin is the coin
        r"\mathbb{E}\Big[ \tfrac12 \Big( y - \sum_{j=1}^{n} \frac{z_j^2}{p_j} w_j x_j \Big)^2 \Big]"
        " = E_I"
    },
    "eq-last-layer": {
        r"\begin{aligned} &\mathbb{E}\Big[ \tfrac12 \Big( y - \sum_{j=1}^{n} z_j^2 w_j h_j - b "
        r"\Big)^2 \Big] \\ &\quad = \tfrac12 \Big( y - \sum_{j=1}^{n} p_j w_j h_j - b \Big)^2 \\ "
        r"&\quad + \tfrac12 \sum_{j=1}^{n} p_j (1 - p_j) w_j^2 h_j^2 \end{aligned}"
    },
    "eq-path-penalty": {
        r"\begin{aligned} &\mathbb{E}\Big[ \tfrac12 \sum_{i=1}^{q} \Big( y_i - \sum_{j=1}^{n} "
        r"\frac{z_j^2}{p} u_{ij} h_j \Big)^2 \Big] \\ &\quad = \tfrac12 \sum_{i=1}^{q} \Big( y_i - "
        r"\sum_{j=1}^{n} u_{ij} h_j \Big)^2 \\ &\quad + \frac{1 - p}{2 p} \sum_{j=1}^{n} "
        r"\lVert \mathbf{u}_j \rVert^2 h_j^2 \end{aligned}"
    },
    "eq-right-division": {
        rf"h_j = \mathbb{{E}}\Big[ \frac{{{over}}}{{{under}}} h_j \Big]"
        for over, under in (("z_j^2", "p_j"), ("p_j", "p_j"), ("z_j", "z_j"))
    },
    "square-of-a-coin": {f"z_j^{power} = z_j" for power in ("3", "n", "M", "{n - 1}", "{12}")},
    "two-coins": {
        rf"\mathbb{{E}}[{coins}] = p_i p_j for j \ne i" for coins in ("z_i p_j", "z_i z_j^2")
    },
    "mean-of-a-coin": {r"\mathbb{E}[p_j] = p_j"},
    "slope-at-a-dropped-unit": {r"\partial E^2 / \partial h_j = 0 for z_j = 0"},
    "wanted-by-the-first": {"w_1^2 = 1"},
    "wanted-by-the-second": {"w_2^2 = 1"},
}


@pytest.mark.full
@pytest.mark.parametrize(("label", "tex"), everything_that_is_proved(), ids=short)
def test_any_small_change_of_the_tex_is_noticed(label, tex):
    changed = {new for new in mutations(tex) if settled(new) != settled(tex)}
    unnoticed = {" ".join(new.split()) for new in changed if not is_noticed(label, new)}
    assert unnoticed == HARMLESS.get(label, set())


@pytest.mark.parametrize(
    ("label", "old", "new"),
    [
        ("eq-cancellation", r"\Big|", ""),
        ("eq-cancellation", "|", ""),
        ("eq-batch-error", r"\tfrac12", r"\frac{1}{M}"),
        ("eq-batch-error", r"\tfrac12", r"\frac{1}{n}"),
        ("eq-orthogonal-ridge", r"+ \lambda", r"+ \frac{M}{2} \lambda"),
        ("eq-orthogonal-ridge", r"+ \lambda", r"+ n \lambda"),
        ("eq-survivors-variance", "= n", "= 3"),
        ("eq-survivors-mean", "n p", "n p_1"),
        ("eq-fresh-masks", "M", "n"),
        ("eq-decay-rescaled", "p^2", "p^{n - 1}"),
        ("eq-survivors", "p^k", "p_1^k"),
        ("eq-backward-unit", "{q}", "{n}"),
        ("eq-copies-error", r"\tfrac12", r"\frac{1}{12}"),
    ],
)
def test_a_change_that_is_right_at_one_size_or_sign_is_noticed(label, old, new):
    tex = dict(labelled_equations())[label]
    assert old in tex
    assert is_noticed(label, tex.replace(old, new))


@pytest.mark.parametrize(
    ("label", "tex"), [(label, tex) for tex, label in inline.STATEMENTS.items() if " for " in tex]
)
def test_a_condition_that_is_left_out_is_noticed(label, tex):
    assert list(STATEMENTS[label].conditions) == re.split(" for | and ", tex)[1:]
    assert is_noticed(label, tex.partition(" for ")[0])


def test_the_readers_expectation_agrees_with_the_sum_over_masks():
    error = symbolic.error_with_dropout(3)
    assert sp.expand(coin_mean(error, 3) - symbolic.expectation(error, 3)) == 0


def test_the_readers_expectation_of_inputs_takes_two_together():
    xi_1, xi_2, m_12, m_22, z_1, p_1 = sp.symbols("xi_1 xi_2 m_12 m_22 z_1 p_1", real=True)
    assert coin_mean(3 * z_1 * xi_2 * xi_1 + xi_2**2, 2) == 3 * p_1 * m_12 + m_22
    for alone in (xi_1, xi_1 * xi_2**2):
        with pytest.raises(TexError, match="which are not two inputs"):
            coin_mean(alone, 2)


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        ("12", 12),
        (r"\frac{1}{12}", sp.Rational(1, 12)),
        (r"\tfrac12", sp.Rational(1, 2)),
        ("2^34", 32),
        ("2^{10}", 1024),
        ("0.25", sp.Rational(1, 4)),
        ("7 / 2", sp.Rational(7, 2)),
        (r"\sum_{m=1}^{M} m", 3),
        (r"\sum_j j", 6),
        (r"\max(2, 3)", 3),
        (r"|1 - 3|", 2),
    ],
)
def test_numbers_are_read_as_they_are_written(tex, value):
    assert read_sides(tex, {}, SIZES[0])({}) == [value]


@pytest.mark.parametrize(
    "tex",
    [
        r"a \star b",
        r"\mathbb{P}[z_i]",
        "a ) b",
        r"\sum_{j<3} w_j",
        "%",
        "1 / 2 a",
        r"\sum_{j=1}^{k} w_j",
    ],
)
def test_unknown_tex_is_refused(tex):
    with pytest.raises(TexError):
        read_sides(tex, {}, SIZES[0])({"i": 1})
