"""The labelled equations of the book, stated and proved in sympy: one module a chapter.

`EQUATIONS` maps the label of each equation in the chapters to its statement: where it comes from,
the expressions on its sides, and its proof. Nothing here uses the NumPy code, so that the two are
independent witnesses.

Symbols: w_j weights, x_j inputs (h_j, if they are activations), y target, z_j mask,
p_j = P(z_j = 1) the keep-probability; for a batch x_mj and y_m are example m. Proofs for a number
of units n = 1…5 sum over all 2^n masks with everything symbolic; proofs for any n go summand by
summand (`prove_for_any_size`).
"""

from difflib import get_close_matches

from dropoutlab.symbolic import coadaptation, masking, regularizer, scaling
from dropoutlab.symbolic.core import (
    MAX_PROVED_UNITS,
    Equation,
    ProofError,
    activation,
    bias,
    expectation,
    input_value,
    keep_prob,
    mask_entry,
    require_zero,
    target,
    units,
    variance,
    weight,
)
from dropoutlab.symbolic.regularizer import (
    check_summands,
    error_with_dropout,
    error_without_dropout,
    penalty,
    prove_for_any_size,
    regularized_error,
    summand_cases,
)
from dropoutlab.symbolic.scaling import prove_normalized_means

__all__ = [
    "EQUATIONS",
    "INLINE",
    "Equation",
    "ProofError",
    "activation",
    "bias",
    "coadaptation",
    "error_with_dropout",
    "error_without_dropout",
    "expectation",
    "input_value",
    "keep_prob",
    "mask_entry",
    "masking",
    "penalty",
    "prove",
    "prove_all",
    "prove_for_any_size",
    "prove_normalized_means",
    "regularized_error",
    "regularizer",
    "require_zero",
    "scaling",
    "summand_cases",
    "target",
    "units",
    "variance",
    "weight",
]

EQUATIONS: dict[str, Equation] = {
    equation.label: equation
    for chapter in (coadaptation, masking, scaling, regularizer)
    for equation in chapter.EQUATIONS
}
INLINE: dict[str, Equation] = {
    statement.label: statement
    for chapter in (coadaptation, masking, scaling, regularizer)
    for statement in chapter.INLINE
}


def prove(label: str) -> str:
    """Prove one labelled equation and return a sentence that says so.

    Raises:
        TypeError: the label is not a string.
        ValueError: no equation has this label.
        ProofError: it does not hold, with the difference that would not vanish.
    """
    if not isinstance(label, str):
        raise TypeError(f"label must be a string such as 'eq-same-error'; got {label!r}")
    known = {**EQUATIONS, **INLINE}
    if label not in known:
        close = get_close_matches(label, known) or sorted(EQUATIONS)
        raise ValueError(f"label must name an equation; got {label!r}. Did you mean {close}?")
    return known[label].prove()


def prove_all() -> None:
    """Prove every statement of the book, and the two main ones term by term for every size."""
    for equation in (*EQUATIONS.values(), *INLINE.values()):
        equation.prove()
    for n in units(MAX_PROVED_UNITS):
        check_summands(n)
    prove_for_any_size()
    prove_normalized_means()
