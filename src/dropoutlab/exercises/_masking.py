"""Exercises of the chapter `masking`."""

from collections.abc import Iterator, Mapping

import numpy as np
import sympy as sp

from dropoutlab import symbolic
from dropoutlab._checks import instance, real_number, whole_number
from dropoutlab._descent import Rule, descend
from dropoutlab.exercises._grading import CLOSE, Part, expression, said
from dropoutlab.masks import mask_probability

RARE = 1e-6


def _variance_of_survivors(n: int) -> sp.Expr:
    return symbolic.variance(sum(map(symbolic.mask_entry, symbolic.units(n))), n)


def four_times_the_width(deviation: float, share: float) -> Iterator[Part]:
    """Judge what becomes of the standard deviation of the survivors, and of its share."""
    half = {symbolic.keep_prob(j): sp.Rational(1, 2) for j in symbolic.units(4)}
    narrow, wide = (sp.sqrt(_variance_of_survivors(n).subs(half)) for n in (1, 4))
    for name, answer, right in (
        ("deviation", deviation, wide / narrow),
        ("share", share, (wide / 4) / narrow),
    ):
        number = real_number(name, answer, "a number, the factor from 16 units to 64")
        yield said(
            abs(number - right) < CLOSE,
            f"The factor of the {name} is right.",
            f"The {name} does not become {number:g} times what it was. Read it off at 16 and 64.",
        )


def own_probabilities(variance: sp.Expr) -> Iterator[Part]:
    """Judge Var(K) of two units with a keep probability each."""
    p_1, p_2 = symbolic.keep_prob(1), symbolic.keep_prob(2)
    rest = sp.expand(expression("variance", variance, (p_1, p_2)) - _variance_of_survivors(2))
    if rest and sp.expand(rest.subs(p_2, p_1)) == 0:
        yield False, "For p_1 = p_2 it is right. Now let the two differ."
    else:
        other = "Not yet. What is the variance of one coin, and of a sum of independent ones?"
        yield said(rest == 0, "So it is, for each p_1 and p_2.", other)


def whole_layer_dropped(units: Mapping[float, int]) -> Iterator[Part]:
    """Judge widths, by keep probability, at which a layer is hardly ever dropped as a whole."""
    accepts = "units must be a width for each keep probability, {0.5: ..., 0.2: ...}"
    if set(instance("units", units, Mapping)) != {0.5, 0.2}:
        raise ValueError(f"{accepts}; got {units!r}")
    for keep_prob, given in units.items():
        width = whole_number("units", given, 1, 100_000)
        chance = float(mask_probability(np.zeros(width), keep_prob))
        found = f"with {width} units kept with {keep_prob} all are dropped with {chance:.1e}"
        yield said(chance < RARE, f"Right: {found}.", f"Not yet: {found}.")


def standing_still(momentum: float, l2: float) -> Iterator[Part]:
    """Judge settings with which a weight stands still while its unit is dropped."""
    momentum = real_number("momentum", momentum, "a number")
    l2 = real_number("l2", l2, "a number")
    weight, rule = np.array([1.0]), Rule(0.1, momentum, l2)
    steps = descend([weight], [rule], iter([[np.array([0.3])], [np.array([0.0])]]))
    next(steps)  # it leaves a speed
    before = weight.item()
    next(steps)
    moved = weight.item() - before
    yield said(
        moved == 0,
        "With these it stands still.",
        f"With these the weight moves by {moved:.4f} while its unit is dropped.",
    )


EXERCISES = {
    "masking-1": four_times_the_width,
    "masking-2": own_probabilities,
    "masking-3": whole_layer_dropped,
    "masking-4": standing_still,
}
