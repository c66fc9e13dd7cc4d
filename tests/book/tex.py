"""Reads the TeX of the book's equations into sympy, as a reader would: letter by letter.

Sums are written out for the given sizes, an index is a number of the scope, E[…] is the exact mean
over independent coins. Nothing here calls `dropoutlab.symbolic`: its expectation is another one
(a power of a 0/1 coin is the coin; a product of different coins has the product of the means).
"""

import re
from collections.abc import Callable

import sympy as sp

Reader = Callable[[dict], object]  # from a scope, index letter -> number, to an expression

TOKEN = re.compile(r"\\[A-Za-z]+|\\\\|\d|[A-Za-z]|[-+=()\[\]{}^_,|]")
SKIPPED = {r"\Big", r"\quad", r"\\", r"\left", r"\right", r"\operatorname", r"\,", r"\displaystyle"}
CLOSING = {"(": ")", "[": "]", r"\lVert": r"\rVert"}


class TexError(ValueError):
    """The TeX is outside of what this reader knows."""


def coin_mean(expression: sp.Expr, n: int) -> sp.Expr:
    """E over independent z_j ~ Bernoulli(p_j) of a polynomial in them."""
    z = [sp.Symbol(f"z_{j}", real=True) for j in range(1, n + 1)]
    terms = sp.Poly(sp.expand(expression), *z).terms()
    keep = [sp.Symbol(f"p_{j}", real=True) for j in range(1, n + 1)]
    return sp.expand(
        sum(
            coefficient * sp.prod([p for p, power in zip(keep, powers, strict=True) if power])
            for powers, coefficient in terms
        )
    )


def read_sides(tex: str, names: dict, n: int, i: int, batch: int) -> list:
    """Read `side = side = …`. `names` gives E_D, E_N, … and the bold letters their meaning."""
    reader = TexReader(tex, names, n, batch)
    return [side({"i": i}) for side in reader.chain()]


class TexReader:
    """Recursive descent over the tokens; each method reads one construct and returns a Reader."""

    def __init__(self, tex: str, names: dict, n: int, batch: int) -> None:
        tex = re.sub(r"\\(begin|end)\{aligned\}|&", "", tex)
        tokens = TOKEN.findall(tex)
        unknown = re.sub(r"\s", "", TOKEN.sub("", tex))
        if unknown:
            raise TexError(f"cannot read {unknown!r} in {tex!r}")
        self.tokens = [token for token in tokens if token not in SKIPPED]
        self.at = 0
        self.names, self.n, self.batch = names, n, batch

    # --- tokens

    def peek(self, ahead: int = 0) -> str:
        position = self.at + ahead
        return self.tokens[position] if position < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if not token or (expected is not None and token != expected):
            raise TexError(f"expected {expected!r}, got {token!r} after {self.tokens[: self.at]}")
        self.at += 1
        return token

    def group(self) -> list[str]:
        """The tokens of {…}, or the one token that stands for it."""
        if self.peek() != "{":
            return [self.take()]
        self.take("{")
        inside = []
        while self.peek() != "}":
            inside.append(self.take())
        self.take("}")
        return inside

    # --- constructs

    def chain(self) -> list[Reader]:
        sides = [self.total()]
        while self.peek() == "=":
            self.take("=")
            sides.append(self.total())
        if self.peek():
            raise TexError(f"left over: {self.tokens[self.at :]}")
        return sides

    def total(self) -> Reader:
        terms = []
        while self.peek() not in ("", "=", "}", ")", "]", r"\rVert"):
            sign = 1
            if self.peek() in "+-":
                sign = -1 if self.take() == "-" else 1
            terms.append((sign, self.term()))

        def value(scope: dict) -> object:
            values = [sign * term(scope) for sign, term in terms]
            return sum(values[1:], values[0])

        return value

    def term(self) -> Reader:
        factors = []
        while self.peek() not in ("", "=", "}", ")", "]", r"\rVert", "+", "-"):
            elementwise = self.peek() == r"\circ"
            if elementwise:
                self.take()
            factors.append((elementwise, self.factor()))

        def value(scope: dict) -> object:
            result = factors[0][1](scope)
            for elementwise, factor in factors[1:]:
                other = factor(scope)
                result = result.multiply_elementwise(other) if elementwise else result * other
            return result

        return value

    def factor(self) -> Reader:
        base = self.base()
        while self.peek() == "^":
            self.take("^")
            base = self.power(base, self.group())
        return base

    @staticmethod
    def power(base: Reader, exponent: list[str]) -> Reader:
        if exponent == [r"\top"]:
            return lambda scope: base(scope).T
        return lambda scope: base(scope) ** int("".join(exponent))

    def base(self) -> Reader:
        token = self.take()
        special = {
            r"\tfrac": self.small_fraction,
            r"\frac": self.derivative,
            r"\sum": self.sum_over,
            r"\mathbb": self.mean,
            r"\nabla": self.nabla,
            r"\mathbf": self.bold,
            r"\mathcal": self.script,
            "{": self.variance,
        }
        if token in special:
            return special[token]()
        if token in CLOSING:
            return self.bracket(token)
        if token.isdigit():
            return lambda _scope: sp.Integer(token)
        if token.isalpha():
            return self.letter(token)
        raise TexError(f"cannot read {token!r} after {self.tokens[: self.at - 1]}")

    def bracket(self, opening: str) -> Reader:
        inside = self.total()
        self.take(CLOSING[opening])
        if opening != r"\lVert":
            return inside
        # a norm appears squared only: hand the square root of the sum to the power that follows
        return lambda scope: sp.sqrt((inside(scope).T * inside(scope))[0])

    def small_fraction(self) -> Reader:
        over, under = self.group(), self.group()
        return lambda _scope: sp.Rational(int("".join(over)), int("".join(under)))

    def derivative(self) -> Reader:
        for token in ("{", r"\partial"):
            self.take(token)
        function = self.factor()
        for token in ("}", "{", r"\partial"):
            self.take(token)
        variable = self.factor()
        self.take("}")
        return lambda scope: sp.diff(function(scope), variable(scope))

    def sum_over(self) -> Reader:
        self.take("_")
        index, relation, bound = self.group()
        if relation == "=":
            self.take("^")
            size = {"n": self.n, "M": self.batch}["".join(self.group())]
            start = int(bound)
        elif relation == r"\ne":
            size, start = self.n, 1
        else:
            raise TexError(f"cannot sum over {index} {relation} {bound}")
        term = self.term()

        def value(scope: dict) -> object:
            left_out = scope[bound] if relation == r"\ne" else None
            numbers = (k for k in range(start, size + 1) if k != left_out)
            return sum((term({**scope, index: k}) for k in numbers), sp.Integer(0))

        return value

    def mean(self) -> Reader:
        if self.group() != ["E"]:
            raise TexError("only the expectation is written with blackboard letters")
        self.take("[")
        inside = self.bracket("[")
        return lambda scope: coin_mean(inside(scope), self.n)

    def variance(self) -> Reader:
        if [self.take() for _ in range(4)] != ["V", "a", "r", "}"]:
            raise TexError("the only named operator is Var")
        self.take("(")
        inside = self.bracket("(")
        return lambda scope: (
            coin_mean(inside(scope) ** 2, self.n) - coin_mean(inside(scope), self.n) ** 2
        )

    def nabla(self) -> Reader:
        function = self.factor()
        weights = [sp.Symbol(f"w_{j}", real=True) for j in range(1, self.n + 1)]
        return lambda scope: sp.Matrix([sp.diff(function(scope), w) for w in weights])

    def bold(self) -> Reader:
        name = "".join(self.group())
        return lambda _scope: self.names[rf"\mathbf {name}"]

    def script(self) -> Reader:
        name = "".join(self.group())
        self.take("_")
        name = rf"\mathcal {name}_{''.join(self.group())}"
        return lambda _scope: self.names[name]

    def letter(self, letter: str) -> Reader:
        if self.peek() != "_":
            return lambda _scope: sp.Symbol(letter, real=True)
        self.take("_")
        indices = self.group()
        name = f"{letter}_{''.join(indices)}"
        if name in self.names:
            return lambda _scope: self.names[name]
        if letter == "D":
            row, column = indices
            return lambda scope: self.names[r"\mathbf D"][scope[row] - 1, scope[column] - 1]
        return lambda scope: sp.Symbol(
            f"{letter}_" + "".join(str(scope.get(k, k)) for k in indices), real=True
        )
