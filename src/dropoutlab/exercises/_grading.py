"""How an answer is judged: what is said of it, and what the exercises share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from dropoutlab._checks import FloatArray, real_array
from dropoutlab._names import did_you_mean

UNANSWERED = "Write your answer in the place of ..."
CLOSE = 1e-6  # for what a learner has worked out
Part = tuple[bool, str]  # whether a part of an answer is right, and a sentence on it
Judge = Callable[..., Iterable[Part]]  # the parts of an answer are its arguments


@dataclass(frozen=True)
class Feedback:
    """What is said of an answer. right: None where there is no answer yet."""

    right: bool | None
    text: str

    def __bool__(self) -> bool:
        return self.right is True

    def __repr__(self) -> str:
        return {True: "✓ ", False: "✗ ", None: ""}[self.right] + self.text


def said(right: bool, yes: str, no: str) -> Part:
    """Return one of two sentences."""
    return bool(right), yes if right else no


def is_missing(answer: object) -> bool:
    """Return whether a part of an answer is still `...`."""
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    if isinstance(answer, list | tuple):
        return any(map(is_missing, answer))
    return answer is ...


def expression(name: str, value: object, letters: Sequence[sp.Symbol]) -> sp.Expr:
    """Return an answer in sympy, its symbols exchanged for letters of the same name.

    Raises:
        TypeError, ValueError: it is not made of numbers and these letters.
    """
    known = {letter.name: letter for letter in letters}
    accepts = f"{name} must be an expression in {', '.join(known)}"
    try:
        found = sp.sympify(value, strict=True)
    except (sp.SympifyError, TypeError) as error:
        raise TypeError(f"{accepts}; got {value!r}") from error
    if not isinstance(found, sp.Expr):
        raise TypeError(f"{accepts}; got {value!r}")
    for symbol in found.free_symbols:
        if symbol.name not in known:
            hint = did_you_mean(symbol.name, known)
            raise ValueError(f"{accepts}; got {symbol.name!r} in {value!r}{hint}")
    return found.xreplace({symbol: known[symbol.name] for symbol in found.free_symbols})


def called(
    name: str, function: object, shape: tuple[int, ...], *arguments: object, **named: object
) -> FloatArray:
    """Return what a learner's function gives, which has to be numbers of this shape.

    Raises:
        TypeError, ValueError: it is no function, does not take these arguments, fails, or gives
            something else; the message names it.
    """
    if not callable(function):
        raise TypeError(f"{name} must be the function itself, without brackets; got {function!r}")
    asked = f"{name} must return {'one number' if shape == () else f'an array of shape {shape}'}"
    try:
        found = function(*arguments, **named)
    except Exception as error:
        raise TypeError(f"{asked}; got {type(error).__name__}: {error}") from error
    if found is None:
        raise TypeError(f"{asked}; got None: is a `return` missing?")
    values = real_array(name, found, ["(...)"])
    if values.shape != shape:
        raise ValueError(f"{asked}; got shape {values.shape}")
    return values


def moves(before: float, after: float, least: float) -> str:
    """Say in a word where a number goes; less than `least` is no move."""
    if abs(after - before) < least:
        return "stays"
    return "rises" if after > before else "falls"
