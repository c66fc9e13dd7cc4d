"""What every proof uses: symbols, the expectation over all masks, the form of a statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import sympy as sp

MAX_PROVED_UNITS = 5
BALDI = "Baldi & Sadowski 2013; equation {} of their 2014 paper"
ORIGINAL = "this book"


class ProofError(AssertionError):
    """A statement did not hold; `difference` is what would not vanish."""

    def __init__(self, label: str, difference: sp.Expr) -> None:
        super().__init__(f"{label}: the two sides differ by {difference}")
        self.label = label
        self.difference = difference


# --- symbols --------------------------------------------------------------------------------------


def real(name: str) -> sp.Symbol:
    """Return a real symbol."""
    return sp.Symbol(name, real=True)


def weight(j: int) -> sp.Symbol:
    """Return w_j."""
    return real(f"w_{j}")


def mask_entry(j: int) -> sp.Symbol:
    """Return z_j."""
    return real(f"z_{j}")


def keep_prob(j: int) -> sp.Symbol:
    """Return p_j."""
    return real(f"p_{j}")


def input_value(j: int, example: int | None = None) -> sp.Symbol:
    """Return x_j, or x_mj for an example m of a batch."""
    return real(f"x_{j}" if example is None else f"x_{example}{j}")


def target(example: int | None = None) -> sp.Symbol:
    """Return y, or y_m for an example m of a batch."""
    return real("y" if example is None else f"y_{example}")


def activation(j: int) -> sp.Symbol:
    """Return h_j."""
    return real(f"h_{j}")


def bias() -> sp.Symbol:
    """Return b, the bias of one unit."""
    return real("b")


P = real("p")  # one keep-probability for all units


def uniform(n: int) -> dict[sp.Symbol, sp.Expr]:
    """Return p_j → p for n units: what is given where all have one keep-probability."""
    return {keep_prob(j): P for j in units(n)}


def units(n: int) -> range:
    """Return 1 … n."""
    return range(1, n + 1)


def another(n: int, i: int) -> int:
    """Return a second index: different from i unless there is one unit only."""
    return i % n + 1


# --- expectations over masks ----------------------------------------------------------------------


def expectation(expression: sp.Expr, n: int) -> sp.Expr:
    """Return the exact expectation over the masks z_1 … z_n: the sum over all 2^n of them."""
    total = sp.Integer(0)
    for values in product((0, 1), repeat=n):
        probability = sp.Integer(1)
        for j, value in zip(units(n), values, strict=True):
            probability *= keep_prob(j) if value else 1 - keep_prob(j)
        outcome = expression.subs(dict(zip(map(mask_entry, units(n)), values, strict=True)))
        total += probability * outcome
    return sp.expand(total)


def variance(expression: sp.Expr, n: int) -> sp.Expr:
    """Return Var = E[·²] − E[·]² over the masks."""
    return sp.expand(expectation(expression**2, n) - expectation(expression, n) ** 2)


# --- statements -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Equation:
    """A labelled equation: `sides(n, i)` are its sides for n units and free index i, all equal.

    A definition repeats its own expression on both sides; its proof is empty, and what it says is
    tied to the chapter by the tests. It is proved for n from `smallest` to `largest`. `given(n)`
    are its assumptions, as substitutions; its sides have been through them. `counted` says what n
    counts.
    """

    label: str
    source: str
    sides: Callable[[int, int], tuple[sp.Expr, ...]]
    smallest: int = 1
    largest: int = MAX_PROVED_UNITS
    given: Callable[[int], Mapping[sp.Symbol, sp.Expr]] = lambda _n: {}
    definition: bool = False
    counted: str = "inputs"

    def prove(self) -> str:
        """Prove that all sides agree for every n and i; return a sentence that says so.

        Raises:
            ProofError: two sides differ.
        """
        if self.definition:
            return f"{self.label}: a definition, nothing to prove."
        for n in range(self.smallest, self.largest + 1):
            for i in units(n):
                first, *others = self.sides(n, i)
                for other in others:
                    require_zero(f"{self.label} (n = {n}, i = {i})", first - other)
        sizes = (
            f"{self.smallest} to {self.largest}" if self.smallest < self.largest else self.largest
        )
        return f"{self.label}: proved for {sizes} {self.counted}, symbol by symbol."


def define(
    label: str, source: str, expression: Callable[[int, int], sp.Expr], largest: int = 5
) -> Equation:
    """Return an equation that only gives a name to an expression."""

    def sides(n: int, i: int) -> tuple[sp.Expr, sp.Expr]:
        return expression(n, i), expression(n, i)

    return Equation(label, source, sides, largest=largest, definition=True)


def require_zero(label: str, difference: sp.Expr) -> None:
    """Raise `ProofError` unless `difference` expands, or simplifies, to zero."""
    difference = sp.expand(difference)
    if difference != 0:
        difference = sp.simplify(difference)
    if difference != 0:
        raise ProofError(label, difference)
