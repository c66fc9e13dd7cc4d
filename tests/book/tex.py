"""Reads the TeX of the book's equations into sympy, as a reader would: letter by letter.

Sums are written out for the given sizes, an index is a number of the scope, E[…] is the exact mean
over independent coins. Nothing here calls `dropoutlab.symbolic`: its expectation is another one
(a power of a 0/1 coin is the coin; a product of different coins has the product of the means).

What a letter of the chapter stands for is looked up in `names`, by the letter as it is written:
`E_D`, `\\mathbf X`, `\\tilde a`. A name with an open bracket, `O(`, is a function of what the
brackets hold; one with an underscore, `\\Delta_`, a function of the numbers of its indices. A
letter that has no name is a symbol; one whose meaning is a function has it by the free indices.
"""

import re
from collections.abc import Callable
from itertools import combinations, product

import sympy as sp

Reader = Callable[[dict], object]  # from a scope, index letter -> number, to an expression

TOKEN = re.compile(r"\\[A-Za-z]+|\\\\|\\,|\d|[A-Za-z]|[-+=()\[\]{}^_,|/.]")
SKIPPED = {r"\Big", r"\quad", r"\\", r"\left", r"\right", r"\operatorname", r"\,", r"\displaystyle"}
SKIPPED |= {r"\big", r"\Bigg", r"\bigg"}
OPERATIONS = {
    "": lambda one, other: one * other,
    r"\cdot": lambda one, other: one * other,
    r"\circ": lambda one, other: one.multiply_elementwise(other),
    "/": lambda one, other: one / other,
}
CLOSING = {"(": ")", "[": "]", r"\lVert": r"\rVert", "|": "|"}
GREEK = {r"\lambda", r"\eta", r"\delta", r"\Delta", r"\sigma"}
# the layer of a letter, ^{(l)} or ^{(l+1)}, is a part of its name
LAYER = re.compile(r"\^\{\((l|l\+1)\)\}")
LAYER_TOKENS = {r"\thislayer": "^(l)", r"\nextlayer": "^(l+1)"}


class TexError(ValueError):
    """The TeX is outside of what this reader knows."""


def keep_prob(j: int) -> sp.Symbol:
    return sp.Symbol(f"p_{j}", real=True)


def coin_mean(expression: sp.Expr, n: int, keep_prob: Callable = keep_prob) -> sp.Expr:
    """E over independent z_j ~ Bernoulli(p_j) of a polynomial in them, j = 0 … n.

    And over independent r_j of any law, with mean mu_j and variance s_j, to their second power; and
    over xi_k of any joint law, of which a term has two: m_kl is the mean of xi_k xi_l.
    """
    if isinstance(expression, sp.MatrixBase):
        return expression.applyfunc(lambda entry: coin_mean(entry, n, keep_prob))
    coins = {sp.Symbol(f"z_{j}", real=True): keep_prob(j) for j in range(n + 1)}
    terms = sp.Add.make_args(sp.expand(expression))
    return sp.Add(*(_term_mean(sp.Mul.make_args(term), coins) for term in terms))


def _term_mean(factors: tuple[sp.Expr, ...], coins: dict) -> sp.Expr:
    """The mean of a product: of coins, of independent factors, and of two inputs together."""
    inputs = [f for f in factors if str(f.as_base_exp()[0]).startswith("xi_")]
    numbers = sorted(
        str(base).removeprefix("xi_")
        for base, power in (f.as_base_exp() for f in inputs)
        for _time in range(power)
    )
    if len(numbers) not in (0, 2):
        raise TexError(f"the mean of {inputs}, which are not two inputs")
    of_inputs = sp.Symbol(f"m_{''.join(numbers)}", real=True) if numbers else sp.Integer(1)
    return of_inputs * sp.Mul(*(_factor_mean(f, coins) for f in factors if f not in inputs))


def _factor_mean(factor: sp.Expr, coins: dict) -> sp.Expr:
    """The mean of one factor of a term: a coin, a power of one, or what no coin occurs in."""
    base, power = factor.as_base_exp()
    if base in coins and power.is_Integer and power > 0:
        return coins[base]
    if (name := str(base)).startswith("r_") and power in (1, 2):
        mean, spread = (sp.Symbol(name.replace("r", letter), real=True) for letter in ("mu", "s"))
        return mean if power == 1 else mean**2 + spread
    if any(s in coins or s.name.startswith("r_") for s in factor.free_symbols):
        raise TexError(f"the mean of {factor}, which is no power of a coin")
    return factor


def read_sides(
    tex: str, names: dict, sizes: dict, keep_prob: Callable = keep_prob
) -> Callable[[dict], list]:
    """Read `side = side = …`: what the sides are, by the numbers of the free indices.

    `names` gives E_D, E_N, … and the bold letters their meaning, `sizes` the letters n, M and q.
    """
    sides = TexReader(tex, names, sizes, keep_prob).chain()
    return lambda scope: [side(scope) for side in sides]


class TexReader:
    """Recursive descent over the tokens; each method reads one construct and returns a Reader."""

    def __init__(self, tex: str, names: dict, sizes: dict, keep_prob: Callable) -> None:
        tex = re.sub(r"\\(begin|end)\{aligned\}|&", "", tex)
        tex = LAYER.sub(lambda m: r"\thislayer " if m[1] == "l" else r"\nextlayer ", tex)
        tokens = TOKEN.findall(tex)
        unknown = re.sub(r"\s", "", TOKEN.sub("", tex))
        if unknown:
            raise TexError(f"cannot read {unknown!r} in {tex!r}")
        self.tokens = [token for token in tokens if token not in SKIPPED]
        self.at = 0
        self.inside_bars = self.naming = False
        self.sizes = sizes
        numbers = {letter: sp.Integer(size) for letter, size in sizes.items()}
        self.names = {**numbers, "e": sp.E, **names}
        self.n = sizes["n"]
        self.expectation = lambda value: coin_mean(value, max(sizes.values()), keep_prob)

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
        sides, written = [self.total()], [self.tokens[: self.at]]
        while self.peek() == "=":
            self.take("=")
            start = self.at
            sides.append(self.total())
            written.append(self.tokens[start : self.at])
        if self.peek():
            raise TexError(f"left over: {self.tokens[self.at :]}")
        if any(one == other for one, other in combinations(written, 2)):
            raise TexError("a side that stands there twice says nothing")
        return sides

    def ends_here(self) -> bool:
        """Whether what is being read ends at the next token."""
        token = self.peek()
        closing = ("", "=", "}", ")", "]", ",", r"\rVert")
        return token in closing or (token == "|" and self.inside_bars)

    def total(self) -> Reader:
        terms = []
        while not self.ends_here():
            sign = 1
            if self.peek() in "+-":
                sign = -1 if self.take() == "-" else 1
            terms.append((sign, self.term()))
        if not terms:
            raise TexError(f"nothing to read after {self.tokens[: self.at]}")

        def value(scope: dict) -> object:
            values = [sign * term(scope) for sign, term in terms]
            return sum(values[1:], values[0])

        return value

    def term(self) -> Reader:
        first, factors = self.factor(), []
        while not self.ends_here() and self.peek() not in "+-":
            sign = self.take() if self.peek() in OPERATIONS else ""
            factors.append((OPERATIONS[sign], self.factor()))
            if sign == "/":
                break

        def value(scope: dict) -> object:
            result = first(scope)
            for operation, factor in factors:
                result = operation(result, factor(scope))
            return result

        if not self.ends_here() and self.peek() not in "+-":
            raise TexError("a division is the last thing in a term, or stands in brackets")
        return value

    def factor(self) -> Reader:
        base = self.base()
        if self.peek() == "^":
            self.take("^")
            base = self.power(base)
        if self.peek() == "^":
            raise TexError("a double superscript")
        return base

    def power(self, base: Reader) -> Reader:
        if self.peek() == r"\top":
            self.take()
            return lambda scope: base(scope).T
        exponent = self.braced()
        return lambda scope: base(scope) ** exponent(scope)

    def braced(self) -> Reader:
        """What stands in {…}, or the one token that stands for it."""
        if self.peek().isdigit():
            digit = sp.Integer(self.take())
            return lambda _scope: digit
        if self.peek() != "{":
            return self.base()
        self.take("{")
        inside = self.total()
        self.take("}")
        return inside

    def base(self) -> Reader:
        token = self.take()
        special = {
            r"\tfrac": self.fraction,
            r"\frac": self.fraction,
            r"\binom": self.binomial,
            r"\log": self.logarithm,
            r"\sqrt": self.root,
            r"\max": self.largest,
            r"\partial": self.slope,
            r"\sum": lambda: self.over(sum, sp.Integer(0)),
            r"\prod": lambda: self.over(sp.prod, sp.Integer(1)),
            r"\mathbb": self.mean,
            r"\nabla": self.nabla,
            r"\mathbf": lambda: self.written(rf"\mathbf {''.join(self.group())}"),
            r"\mathcal": lambda: self.written(rf"\mathcal {''.join(self.group())}"),
            r"\tilde": lambda: self.written(rf"\tilde {self.take()}"),
            "{": self.variance,
        }
        if token in special:
            return special[token]()
        if token in CLOSING:
            return self.bracket(token)
        if token.isdigit():
            return self.number(token)
        if token.isalpha() or token in GREEK:
            return self.written(token)
        raise TexError(f"cannot read {token!r} after {self.tokens[: self.at - 1]}")

    def bracket(self, opening: str) -> Reader:
        bars = opening == "|"
        self.inside_bars = bars or self.inside_bars
        inside = self.total()
        self.take(CLOSING[opening])
        if bars:
            self.inside_bars = False
            return lambda scope: sp.Abs(inside(scope))
        if opening != r"\lVert":
            return inside
        # a norm appears squared only: hand the square root of the sum to the power that follows
        return lambda scope: sp.sqrt((inside(scope).T * inside(scope))[0])

    def fraction(self) -> Reader:
        if self.peek(1) == r"\partial":
            return self.derivative()
        over, under = self.braced(), self.braced()
        return lambda scope: over(scope) / under(scope)

    def binomial(self) -> Reader:
        over, under = self.braced(), self.braced()
        return lambda scope: sp.binomial(over(scope), under(scope))

    def logarithm(self) -> Reader:
        argument = self.factor()
        return lambda scope: sp.log(argument(scope))

    def root(self) -> Reader:
        inside = self.braced()
        return lambda scope: sp.sqrt(inside(scope))

    def largest(self) -> Reader:
        self.take("(")
        one = self.total()
        self.take(",")
        other = self.total()
        self.take(")")
        return lambda scope: sp.Max(one(scope), other(scope))

    def number(self, digits: str) -> Reader:
        """A number with all of its digits; `12` is twelve."""
        while self.peek().isdigit() or (self.peek() == "." and self.peek(1).isdigit()):
            digits += self.take()
        number = sp.Rational(digits)
        return lambda _scope: number

    def slope(self) -> Reader:
        r"""A derivative that is written `\partial E / \partial w`."""
        function = self.factor()
        self.take("/")
        self.take(r"\partial")
        variable = self.factor()
        return self.differentiated(function, variable)

    def differentiated(self, function: Reader, variable: Reader) -> Reader:
        def value(scope: dict) -> sp.Expr:
            of, by = function(scope), variable(scope)
            if by not in of.free_symbols:
                raise TexError(f"{by} does not occur in what is differentiated by it")
            return sp.diff(of, by)

        return value

    def derivative(self) -> Reader:
        for token in ("{", r"\partial"):
            self.take(token)
        function = self.factor()
        for token in ("}", "{", r"\partial"):
            self.take(token)
        variable = self.factor()
        self.take("}")
        return self.differentiated(function, variable)

    # --- sums and products over an index, or over all masks

    def over(self, combine: Callable, nothing: sp.Expr) -> Reader:
        self.take("_")
        scopes = self.masks() if self.peek(1) == r"\mathbf" else self.numbers()
        term = self.term()
        return lambda scope: combine((term(inner) for inner in scopes(scope)), start=nothing)

    def masks(self) -> Callable[[dict], list[dict]]:
        self.take("{")
        self.take(r"\mathbf")
        letter = rf"\mathbf {''.join(self.group())}"
        self.take("}")
        masks = [sp.Matrix(mask) for mask in product((0, 1), repeat=self.n)]
        return lambda scope: [{**scope, letter: mask} for mask in masks]

    def numbers(self) -> Callable[[dict], list[dict]]:
        index, *range_of_it = self.group()
        relation, *bound = range_of_it or [""]
        bound = "".join(bound)
        size, start = self.sizes["M" if index == "m" else "n"], 1
        if relation == "=" and bound.isdigit():
            self.take("^")
            size, start = self.end_of_sum("".join(self.group())), int(bound)
        elif relation not in ("", r"\ne"):
            raise TexError(f"cannot sum over {index} {relation} {bound}")

        def scopes(scope: dict) -> list[dict]:
            left_out = scope[bound] if relation == r"\ne" else None
            return [{**scope, index: k} for k in range(start, size + 1) if k != left_out]

        return scopes

    def end_of_sum(self, end: str) -> int:
        if end.isdigit():
            return int(end)
        if end not in self.sizes:
            raise TexError(f"a sum ends at a size or a number; got {end!r}")
        return self.sizes[end]

    def mean(self) -> Reader:
        if self.group() != ["E"]:
            raise TexError("only the expectation is written with blackboard letters")
        self.take("[")
        inside = self.bracket("[")
        return lambda scope: self.expectation(inside(scope))

    def variance(self) -> Reader:
        if [self.take() for _ in range(4)] != ["V", "a", "r", "}"]:
            raise TexError("the only named operator is Var")
        self.take("(")
        inside = self.bracket("(")
        return lambda scope: (
            self.expectation(inside(scope) ** 2) - self.expectation(inside(scope)) ** 2
        )

    def nabla(self) -> Reader:
        self.naming = True  # a bracket after the name is the point, not an argument
        function = self.factor()
        self.naming = False
        weights = [sp.Symbol(f"w_{j}", real=True) for j in range(1, self.n + 1)]
        point = self.bracket(self.take()) if self.peek() == "(" else None

        def value(scope: dict) -> sp.Matrix:
            gradient = sp.Matrix([sp.diff(function(scope), w) for w in weights])
            if point is None:
                return gradient
            return gradient.subs(dict(zip(weights, point(scope), strict=True)), simultaneous=True)

        return value

    # --- letters

    def written(self, letter: str) -> Reader:
        """A letter with its indices and its layer; with its argument, if it is a function."""
        indices: list[str] = []
        if self.peek() == "_":
            self.take("_")
            indices = self.group()
        layer = LAYER_TOKENS[self.take()] if self.peek() in LAYER_TOKENS else ""
        name = letter + ("_" + "".join(indices) if indices else "") + layer
        if self.peek() == "(" and f"{name}(" in self.names and not self.naming:
            return self.applied(self.names[f"{name}("])
        if indices and f"{letter}_{layer}" in self.names:
            function = self.names[f"{letter}_{layer}"]
            return lambda scope: function(*(scope[k] for k in indices))
        if letter.startswith("\\mathbf") and name not in self.names:
            raise TexError(f"{name} has no meaning here")
        return lambda scope: self.meaning(name, letter, indices, layer, scope)

    def meaning(
        self, name: str, letter: str, indices: list[str], layer: str, scope: dict
    ) -> object:
        if name in scope:
            return scope[name] if "mathbf" in name else sp.Integer(scope[name])
        if name in self.names:
            meaning = self.names[name]
            return meaning(scope) if callable(meaning) else meaning
        numbers = "".join(str(scope.get(k, k)) for k in indices)
        letter = letter.removeprefix("\\")
        return sp.Symbol((f"{letter}_{numbers}" if indices else letter) + layer, real=True)

    def applied(self, function: Callable) -> Reader:
        """A function of what stands in the brackets; of the number k, where that is K = k."""
        self.take("(")
        if (self.peek(), self.peek(1)) == ("K", "="):
            self.take()
            self.take()
        argument = self.bracket("(")
        return lambda scope: function(argument(scope))
