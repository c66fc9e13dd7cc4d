"""Exercises of the chapter `beyond-linear`."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import sympy as sp

from dropoutlab import glm, symbolic
from dropoutlab._checks import choice, items, real_number, whole_number
from dropoutlab.exercises._grading import CLOSE, Part, expression, said


def dearest_corner(corner: Sequence[float]) -> Iterator[Part]:
    """Judge the corner of the picture where the penalty is largest."""
    corners = list(product((-4.0, 4.0), repeat=2))
    found = [real_number("corner", w, "numbers") for w in items("corner", corner, "weights", 2)]
    if tuple(found) not in corners:
        raise ValueError(f"corner must be one of {corners}; got {tuple(found)}")
    penalties = glm.exact_penalty(np.array(corners), [1, 1], 0.5)
    own = penalties[corners.index(tuple(found))]
    yield said(
        penalties.max() - own < CLOSE,
        f"No corner has more than {own:.2f}.",
        f"There the penalty is {own:.2f}, and another corner has more.",
    )


def deciding_moment(moment: int) -> Iterator[Part]:
    """Judge which central moment of the noise decides the mean of the fourth power."""
    k = whole_number("moment", moment, 1, 8)
    laws = [glm.noise_law(law, 0.3) for law in glm.LAWS]
    moments = np.array([shares @ (values - 1) ** k for values, shares in laws])
    fourth = np.array([shares @ (1 - values) ** 4 for values, shares in laws])
    shared = np.ptp(moments) < CLOSE < np.ptp(fourth)
    yield said(
        np.allclose(moments, fourth),
        "For each of the three kinds of noise it is the mean of the fourth power.",
        "The three kinds of noise share this one, and their fourth powers differ." if shared else
        "Not yet: it is not the mean of the fourth power.",
    )  # fmt: skip


def shared_load(angle: float, penalty: float) -> Iterator[Part]:
    """Judge an angle that makes two products equal, and the penalty after it."""
    angle = real_number("angle", angle, "a number, in radians")
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    u = v = np.diag([2.0, 1.0])  # columns: units
    products = np.linalg.norm(u @ turn, axis=0) * np.linalg.norm(v @ turn, axis=0)
    equal = abs(products[0] - products[1]) < CLOSE
    yield said(
        equal,
        "After this turn the two products are equal.",
        f"After this turn the products are {products[0]:.2f} and {products[1]:.2f}.",
    )
    mean = np.full(2, np.linalg.norm(u) * np.linalg.norm(v) / 2)  # a turn keeps their sum
    yield said(
        abs(real_number("penalty", penalty, "a number") - (mean**2).sum()) < CLOSE,
        "The penalty is right.",
        "The penalty: not yet. The sum of the products stays what it was.",
    )


def parabola(penalty: sp.Expr) -> Iterator[Part]:
    """Judge R of one input, where A is half of the square."""
    letters = sp.symbols("p w x", positive=True)
    own = symbolic.keep_prob(1), symbolic.weight(1), symbolic.input_value(1)
    masked, plain = symbolic.beyond_linear.masked_sum(1), symbolic.beyond_linear.plain_sum(1)
    right = symbolic.expectation(masked**2 / 2, 1) - plain**2 / 2
    rest = expression("penalty", penalty, letters) - right.subs(
        dict(zip(own, letters, strict=True))
    )
    yield said(
        sp.simplify(rest) == 0,
        "That is R, and the penalty of E_R in the inverted scheme.",
        "Not yet. Take the mean of half of the square over both masks, less half of (w x) squared.",
    )


def without_labels(part: str) -> Iterator[Part]:
    """Judge which part of the loss no label is in."""
    parts = {
        "the loss without dropout": symbolic.error_without_dropout(1),
        "the penalty": symbolic.penalty(1),
    }
    labelled = symbolic.target() in parts[choice("part", part, tuple(parts))].free_symbols
    yield said(not labelled, "No label is in it.", "Look for the target y: it is in this part.")


EXERCISES = {
    "beyond-linear-1": dearest_corner,
    "beyond-linear-2": deciding_moment,
    "beyond-linear-3": shared_load,
    "beyond-linear-4": parabola,
    "beyond-linear-5": without_labels,
}
