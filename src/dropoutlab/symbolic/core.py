"""What every proof uses: symbols, the expectation over all masks, the form of a statement."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from inspect import signature
from itertools import product
from numbers import Integral

import sympy as sp

from dropoutlab._names import public_dir

__dir__ = public_dir(__name__)

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


def indexed(letter: str, *indices: int, layer: str = "") -> sp.Symbol:
    """Return a real symbol with indices, w_12 for instance, which 12 alone makes w_{12}.

    Where an index has two digits or more, a comma parts it from others: w_{1,12}, not w_{11,2}.
    """
    words = [str(index) for index in indices]
    if any(len(word) > 1 for word in words):
        return real(f"{letter}_{{{','.join(words)}}}{layer}")
    return real(f"{letter}_{''.join(words)}{layer}")


def weight(j: int) -> sp.Symbol:
    """Return w_j."""
    return indexed("w", j)


def mask_entry(j: int) -> sp.Symbol:
    """Return z_j."""
    return indexed("z", j)


def keep_prob(j: int) -> sp.Symbol:
    """Return p_j."""
    return indexed("p", j)


def input_value(j: int, example: int | None = None) -> sp.Symbol:
    """Return x_j, or x_mj for an example m of a batch."""
    return indexed("x", *(() if example is None else (example,)), j)


def target(example: int | None = None) -> sp.Symbol:
    """Return y, or y_m for an example m of a batch."""
    return real("y") if example is None else indexed("y", example)


def activation(j: int) -> sp.Symbol:
    """Return h_j."""
    return indexed("h", j)


def bias() -> sp.Symbol:
    """Return b, the bias of one unit."""
    return real("b")


P = real("p")  # one keep-probability for all units


def uniform(n: int) -> dict[sp.Symbol, sp.Expr]:
    """Return p_j → p for n units: what is given where all have one keep-probability."""
    return {keep_prob(j): P for j in units(n)}


def units(n: int) -> range:
    """Return 1 … n.

    Raises:
        TypeError, ValueError: n is no whole number, or below 0.
    """
    accepts = "sizes (n, q, batch) must be whole numbers of at least 0"
    if isinstance(n, bool) or not isinstance(n, Integral):
        raise TypeError(f"{accepts}; got {n!r} of type {type(n).__name__}")
    if n < 0:
        raise ValueError(f"{accepts}; got {n}")
    return range(1, n + 1)


# --- expectations over masks ----------------------------------------------------------------------


@cache
def expectation(expression: sp.Expr, n: int) -> sp.Expr:
    """Return the exact expectation over the masks z_1 … z_n: the sum over all 2^n of them."""
    total = sp.Integer(0)
    for values in product((0, 1), repeat=len(units(n))):
        probability = sp.Integer(1)
        for j, value in zip(units(n), values, strict=True):
            probability *= keep_prob(j) if value else 1 - keep_prob(j)
        bits = map(sp.Integer, values)
        outcome = expression.xreplace(dict(zip(map(mask_entry, units(n)), bits, strict=True)))
        total += probability * outcome
    return sp.expand(total)


def variance(expression: sp.Expr, n: int) -> sp.Expr:
    """Return Var = E[·²] − E[·]² over the masks."""
    return sp.expand(expectation(expression**2, n) - expectation(expression, n) ** 2)


# --- statements -----------------------------------------------------------------------------------

PROVED = range(1, MAX_PROVED_UNITS + 1)
SIZES = {"n": "inputs", "M": "examples", "q": "units of the next layer"}
ARGUMENTS = {"n": "n", "batch": "M", "q": "q"}  # what a function of sizes calls them


@dataclass(frozen=True)
class Equation:
    """A statement of the book: `sides` are its expressions, all equal.

    The arguments of `sides` are the sizes that occur (`n`, `batch` for M, `q`) and the free
    indices. It is proved for each of `sizes`, and for every number of an index: from 1, or from
    `first`, to n, or to the size that `runs` names. Indices that are `apart` are different numbers.

    `given` are its assumptions on the letters (one p for all units), as substitutions; `where`
    relates letters to each other. Its sides have been through both. In a statement about a `coin`
    the entries of the mask are 0 or 1 only. `conditions` are what the chapter has to say with it,
    in TeX. `general` checks an argument for every size and says which. `counted` says what n
    counts.

    A definition repeats its own expression on both sides; its proof is empty, and what it says is
    tied to the chapter by the tests.
    """

    label: str
    source: str
    sides: Callable[..., tuple[sp.Expr, ...]]
    sizes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    runs: Mapping[str, str] = field(default_factory=dict)
    first: int = 1
    apart: bool = False
    given: Callable[[int], Mapping[sp.Symbol, sp.Expr]] = lambda _n: {}
    where: Callable[..., Mapping[sp.Symbol, sp.Expr]] | None = None
    coin: bool = False
    conditions: tuple[str, ...] = ()
    general: "Callable[[Equation], str] | None" = None
    definition: bool = False
    counted: str = "inputs"

    @property
    def letters(self) -> tuple[str, ...]:
        """The sizes that occur, as the chapter writes them: n, M, q."""
        names = signature(self.sides).parameters
        return tuple(ARGUMENTS[name] for name in names if name in ARGUMENTS)

    @property
    def indices(self) -> tuple[str, ...]:
        """The free indices."""
        return tuple(name for name in signature(self.sides).parameters if name not in ARGUMENTS)

    def proved_sizes(self, letter: str) -> Sequence[int]:
        """Return the values of a size for which the statement is proved."""
        return self.sizes.get(letter, PROVED)

    def all_sizes(self) -> Iterator[dict[str, int]]:
        """Yield every choice of the sizes for which the statement is proved."""
        for numbers in product(*map(self.proved_sizes, self.letters)):
            yield dict(zip(self.letters, numbers, strict=True))

    def scopes(self, sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
        """Yield every choice of the free indices, for these sizes."""
        ends = [sizes.get(self.runs.get(i, "n"), MAX_PROVED_UNITS) for i in self.indices]
        ranges = [range(self.first, end + 1) for end in ends]
        for numbers in product(*ranges):
            if not self.apart or len(set(numbers)) == len(numbers):
                yield dict(zip(self.indices, numbers, strict=True))

    def at(self, sizes: Mapping[str, int], scope: Mapping[str, int]) -> tuple[sp.Expr, ...]:
        """Return the sides for these sizes and these numbers of the free indices."""
        return self.sides(**_arguments(self.sides, sizes), **scope)

    def related(self, sizes: Mapping[str, int]) -> Mapping[sp.Symbol, sp.Expr]:
        """Return what `where` says of the letters, for these sizes."""
        return self.where(**_arguments(self.where, sizes)) if self.where else {}

    def prove(self) -> str:
        """Prove that all sides agree, for every size and index; return a sentence that says so.

        Raises:
            ProofError: two sides differ, or the argument for every size fails.
        """
        if self.definition:
            return f"{self.label}: a definition, nothing to prove."
        for sizes in self.all_sizes():
            for scope in self.scopes(sizes):
                first, *others = self.at(sizes, scope)
                for other in others:
                    require_zero(f"{self.label} ({_listed({**sizes, **scope})})", first - other)
        if not self.letters:
            return f"{self.label}: proved symbol by symbol; no size occurs in it."
        proved = f"{self.label}: proved symbol by symbol for {self._sizes_in_words()}"
        if self.general is None:
            return f"{proved};\n    not for larger ones."
        return f"{proved};\n    {self.general(self)}."

    def _sizes_in_words(self) -> str:
        words = {**SIZES, "n": self.counted}
        ranges = {letter: self.proved_sizes(letter) for letter in self.letters}
        return " and ".join(
            f"{letter} = {values[0]} to {values[-1]} {words[letter]}"
            for letter, values in ranges.items()
        )


def _arguments(function: Callable, sizes: Mapping[str, int]) -> dict[str, int]:
    names = signature(function).parameters
    return {name: sizes[ARGUMENTS[name]] for name in names if name in ARGUMENTS}


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{letter} = {number}" for letter, number in numbers.items())


def define(
    label: str, source: str, expression: Callable[..., sp.Expr], **options: object
) -> Equation:
    """Return an equation that only gives a name to an expression."""

    @wraps(expression)
    def sides(**case: int) -> tuple[sp.Expr, sp.Expr]:
        return expression(**case), expression(**case)

    return Equation(label, source, sides, definition=True, **options)


# --- every size -----------------------------------------------------------------------------------


def joining_few(
    inside: Callable[[sp.Expr], sp.Expr] = lambda side: side,
    **of_one: Callable[[int], Collection[sp.Symbol]],
) -> Callable[[Equation], str]:
    """Return the argument for every size that looks at terms.

    `of_one` gives, for each size, symbols that belong to number k of what it counts, such as the
    weight of unit k. Two things are checked at the proved sizes. Set the symbols of the last one
    to 0, and both sides are those of the size one less. And each term of a side has symbols of few
    different numbers, with the free indices fewer than the largest proved size. The sides are sums
    that go on as they began and treat all numbers alike, so both hold for every size. Then a term
    of the difference of the two sides, at any size, is, but for the numbering, a term of it at a
    proved size: it vanishes.

    `inside` takes off a function that all sides have around them.
    """

    def check(equation: Equation) -> str:
        most = max(_check_terms(equation, inside, size, of_one[size]) for size in of_one)
        words = {1: "one", 2: "two", 3: "three"}
        sizes = " and ".join(of_one)
        return f"for every {sizes}, since no term joins more than {words[most]}"

    if set(of_one) - {"n", "M", "q"}:
        raise ValueError(f"of_one must name sizes, n, M or q; got {sorted(of_one)}")
    return check


def _check_terms(
    equation: Equation,
    inside: Callable[[sp.Expr], sp.Expr],
    size: str,
    of_one: Callable[[int], Collection[sp.Symbol]],
) -> int:
    """Check both conditions of `joining_few` for one size; return how many a term joins at most."""
    most = 1
    largest = equation.proved_sizes(size)[-1]
    for sizes in equation.all_sizes():
        smaller = {**sizes, size: sizes[size] - 1}
        if smaller[size] not in equation.proved_sizes(size):
            continue
        last = dict.fromkeys(of_one(sizes[size]), sp.Integer(0))
        for scope in equation.scopes(smaller):
            free = {scope[i] for i in equation.indices if equation.runs.get(i, "n") == size}
            both = zip(equation.at(sizes, scope), equation.at(smaller, scope), strict=True)
            for side, less in (map(inside, pair) for pair in both):
                require_zero(f"{equation.label}, one {size} less", side.subs(last) - less)
                joined, beside = _joined(side, free, sizes[size], of_one)
                most = max(most, joined)
                if beside >= largest:
                    raise ProofError(f"{equation.label}, a term that joins all {size}", side)
    return most


def _joined(
    side: sp.Expr, free: Collection[int], size: int, of_one: Callable[[int], Collection[sp.Symbol]]
) -> tuple[int, int]:
    """Return how many numbers a term has symbols of at most, without and with the free ones."""
    numbers = {symbol: k for k in units(size) for symbol in of_one(k)}
    found = [
        {numbers[symbol] for symbol in term.free_symbols if symbol in numbers}
        for term in sp.Add.make_args(sp.expand(side))
    ]
    return max(map(len, found)), max(len(joined | set(free)) for joined in found)


def induction(size: str, step: Callable[[], Mapping[str, sp.Expr]]) -> Callable[[Equation], str]:
    """Return the argument for every size that goes from one to the next.

    `step()` gives, for each thing to show, a difference that has to vanish. The start of the
    induction is the smallest proved size.
    """

    def check(equation: Equation) -> str:
        for name, difference in step().items():
            require_zero(f"{equation.label}, {name}", sp.combsimp(difference))
        return f"for every {size}, by induction"

    return check


def following(statement: Equation, words: str) -> Callable[[Equation], str]:
    """Return the argument that proves another statement for every size; `words` say so."""

    def check(_equation: Equation) -> str:
        statement.prove()
        return words

    return check


def require_zero(label: str, difference: sp.Expr) -> None:
    """Raise `ProofError` unless `difference` expands, or simplifies, to zero."""
    difference = sp.expand(difference)
    if difference != 0:
        difference = sp.simplify(difference)
    if difference != 0:
        raise ProofError(label, difference)
