"""What an entry of the errata is, and how a statement is checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp

from dropoutlab import symbolic
from dropoutlab._checks import FloatArray
from dropoutlab._words import minus
from dropoutlab.symbolic import Equation, ProofError

EXACT = 1e-12  # what float64 leaves of numbers that are equal

# what stands before the number of a statement, and before the true one
FORMULA = ("the formula gives", "the true value is")
IF_SO = ("this needs", "found")


@dataclass(frozen=True)
class Outcome:
    """What a statement says of something, what is so, and whether it holds.

    what: the thing, and what was put in. says, found: numbers, or words. words: before either.
    """

    what: str
    says: str
    found: str
    holds: bool
    words: tuple[str, str] = FORMULA

    def __str__(self) -> str:
        said, true = self.words
        return f"{'✓' if self.holds else '✗'} {said} {self.says}; {true} {self.found}"


@dataclass(frozen=True)
class Entry:
    """A statement in circulation, and its correction.

    name: its anchor on the page. found: the statement, as it is found, in words. corrected: how it
    should read. how: one sentence, how to see it. wrong: its check, which must fail. right: that of
    the correction, which must pass. chapter: where it is explained. equations: the labels, in
    `symbolic`, of the statement and of its correction, if they are formulas. claims: rows of the
    ledger that bear on it. besides: a sentence about trained networks that is worked out. measured:
    whether the checks themselves are rows of the ledger.
    """

    name: str
    found: str
    corrected: str
    how: str
    wrong: Callable[[], Outcome]
    right: Callable[[], Outcome]
    chapter: str
    equations: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    besides: Callable[[], str] | None = None
    measured: bool = False


def equal(what: str, says: float, found: float, words: tuple[str, str] = IF_SO) -> Outcome:
    """Return the outcome of a statement that two numbers are the same."""
    return Outcome(what, written(says), written(found), abs(says - found) < EXACT, words)


def written(value: float | Fraction | sp.Expr) -> str:
    """Return a number as it is written: whole numbers without, others with two decimals or more."""
    value = float(value)
    if abs(value - round(value)) < EXACT:
        return minus(f"{value:z,.0f}")
    return minus(f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}")


# --- formulas -------------------------------------------------------------------------------------

# where both sides of a formula are compared: two inputs that differ in everything
POINT = {
    **{"w_1": 2, "w_2": -1, "w_11": 2, "w_12": -1, "w_21": 1, "w_22": 3},
    **{"x_1": 1, "x_2": 3, "h_1": 1, "h_2": 3, "y": 1, "b": 2, "b_1": 2, "b_2": -1},
    **{"z_1": 1, "z_2": 0, "p_1": sp.Rational(1, 4), "p_2": sp.Rational(1, 2)},
    **{"p": sp.Rational(4, 5), "c": 2, "a": 1},
}
SIZES = {"n": 2, "M": 2, "q": 2}
FIRST = {"i": 1, "j": 1}


def sides_at_point(equation: Equation) -> tuple[sp.Expr, ...]:
    """Return what the sides of a statement are at POINT, for two inputs; σ is left out."""
    return tuple(side.subs(at_point(side)) for side in _sides(equation))


def sides_along(
    equation: Equation, name: str, values: Sequence[float], **others: float
) -> tuple[FloatArray, ...]:
    """Return what the sides of a statement are while one letter runs over values.

    Args:
        equation: for two inputs; σ is left out.
        name: of the letter, "p_2" for example.
        values: of that letter.
        **others: letters that are not what they are at POINT.

    Returns:
        For each side, shape (values,).
    """
    run = sp.Symbol("run")
    put = {**POINT, **others, name: run}
    columns = np.asarray(values, float)
    found = []
    for side in _sides(equation):
        said = side.subs({s: put[s.name.partition("^")[0]] for s in side.free_symbols})
        with np.errstate(divide="ignore"):  # a wrong form may divide by zero
            along = sp.lambdify(run, said, "numpy")(columns)
        found.append(np.broadcast_to(np.asarray(along, float), columns.shape))
    return tuple(found)


def _sides(equation: Equation) -> tuple[sp.Expr, ...]:
    sizes = {letter: SIZES[letter] for letter in equation.letters}
    sides = equation.at(sizes, {index: FIRST[index] for index in equation.indices})
    return tuple(side.replace(symbolic.masking.SIGMA, lambda a: a) for side in sides)


def at_point(side: sp.Expr) -> Mapping[sp.Symbol, sp.Expr]:
    """Return the symbols of an expression with their values at POINT."""
    return {s: POINT[s.name.partition("^")[0]] for s in side.free_symbols}


def put_in(*equations: Equation) -> str:
    """Return the values at POINT of all letters that statements hold: "w = (2, −1), y = 1"."""
    names = set()
    for equation in equations:
        sides = equation.at(
            {letter: SIZES[letter] for letter in equation.letters},
            {index: FIRST[index] for index in equation.indices},
        )
        names |= {s.name.partition("^")[0] for side in sides for s in side.free_symbols}
    values: dict[str, list[str]] = {}
    for name in (name for name in POINT if name in names):
        letter, _, index = name.partition("_")
        values.setdefault(f"{letter}{_ROW[index[0]]}" if len(index) == 2 else letter, []).append(
            minus(str(POINT[name]))
        )
    rows = {letter: ", ".join(of) for letter, of in values.items()}
    return ", ".join(
        f"{letter} = ({row})" if "," in row else f"{letter} = {row}" for letter, row in rows.items()
    )


_ROW = {"1": "₁", "2": "₂"}  # of a matrix: the unit that is gone into


def formula(what: str, wrong: str, right: str) -> dict[str, object]:
    """Return both checks of an entry that is a formula, and its labels.

    The wrong form is refuted by one example, the right one proved for every one.
    """

    def refuted() -> Outcome:
        found, says = sides_at_point(symbolic.WRONG[wrong])
        return equal(at_what(), float(says), float(found), FORMULA)

    def proved() -> Outcome:
        equation = symbolic.EQUATIONS[right]
        found, *_between, says = sides_at_point(equation)
        try:
            equation.prove()
        except ProofError:
            return Outcome(at_what(), written(says), written(found), False)
        return equal(at_what(), float(says), float(found), FORMULA)

    def at_what() -> str:
        return f"{what}, for {put_in(symbolic.WRONG[wrong], symbolic.EQUATIONS[right])}"

    return {"wrong": refuted, "right": proved, "equations": (wrong, right)}
