"""Exercises of the chapter `errata`."""

from collections.abc import Callable, Iterator

import numpy as np
import sympy as sp

from dropoutlab import linear, symbolic
from dropoutlab._checks import choice
from dropoutlab.exercises._grading import Part, called, said

MANY, RATE = 100_000, 0.2
LOOSE = 0.02  # what chance does to a mean of so many


def inverted_dropout(dropped: Callable[..., np.ndarray]) -> Iterator[Part]:
    """Judge a function of units, a drop rate and a generator that should be inverted dropout."""
    values = called("dropped", dropped, (MANY,), np.ones(MANY), RATE, np.random.default_rng(0))
    mean, kept = values.mean(), (values != 0).mean()
    yield said(
        abs(mean - 1) < LOOSE, "The mean is right.", f"The mean of ones is {mean:.2f}, and not 1."
    )
    yield said(
        abs(kept - (1 - RATE)) < LOOSE,
        "So is the share that it keeps.",
        f"At a drop rate of {RATE} it keeps {kept:.2f} of the units: that should be {1 - RATE}.",
    )


def penalty_of_a_batch(batch_penalty: Callable[..., float]) -> Iterator[Part]:
    """Judge a function of weights, inputs and a keep probability, against the package."""
    rng = np.random.default_rng(0)
    for examples, words in ((1, "one example"), (3, "three examples")):
        weights, inputs = rng.normal(size=2), rng.normal(size=(examples, 2))
        unit = (weights, inputs, np.zeros(examples), 0.3)
        right = linear.regularized_error(*unit) - linear.error_without_dropout(*unit)
        found = called("batch_penalty", batch_penalty, (), weights, inputs, 0.3)
        yield said(
            np.isclose(found, right),
            f"With {words} it is right.",
            f"With {words} it gives {float(found):.3f}, where the penalty is {right:.3f}.",
        )


def never_below(verdict: str) -> Iterator[Part]:
    """Judge a verdict on a statement, with sympy."""
    mean = symbolic.expectation(symbolic.error_with_dropout(1), 1)
    added = sp.factor(mean - symbolic.error_without_dropout(1))
    p, w, x = symbolic.keep_prob(1), symbolic.weight(1), symbolic.input_value(1)
    least = [added.subs({p: sp.Rational(k, 4), w: 1, x: 1}) for k in (1, 2, 3)]
    edges = [added.subs(letter, value) for letter, value in ((p, 0), (p, 1), (w, 0), (x, 0))]
    holds = min(least) > 0 and not any(edges)
    yield said(
        choice("verdict", verdict, ("right", "wrong")) == ("right" if holds else "wrong"),
        f"So it is: for one input the difference is {sp.sstr(added)}.",
        "Not yet. Let sympy factor the difference of the two, for one input.",
    )


EXERCISES = {
    "errata-1": inverted_dropout,
    "errata-2": penalty_of_a_batch,
    "errata-3": never_below,
}
