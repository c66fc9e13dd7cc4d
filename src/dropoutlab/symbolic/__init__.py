"""The labelled equations of the book, stated and proved in sympy: one module a chapter.

`EQUATIONS` maps the label of each equation in the chapters to its statement: where it comes from,
the expressions on its sides, its proof and for which sizes; `INLINE` does so for the statements
within the text. Nothing here uses the NumPy code, so that the two are independent witnesses.

Symbols: w_j weights, x_j inputs (h_j, if they are activations), y target, z_j mask,
p_j = P(z_j = 1) the keep-probability; for a batch x_mj and y_m are example m. Sizes: n units or
inputs, M examples, q units of the next layer. A proof sums over all 2^n masks with everything
symbolic, for a few values of each size; an argument for every size, where there is one, is checked
too: that no term joins more than a few units (`core.joining_few`), or induction.
"""

from dropoutlab._names import known_name, public_dir
from dropoutlab.symbolic import beyond_linear, errata, evidence, masking, regularizer, scaling
from dropoutlab.symbolic.core import (
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
    error_with_dropout,
    error_without_dropout,
    penalty,
    prove_for_any_size,
    regularized_error,
    summand_cases,
)
from dropoutlab.symbolic.scaling import prove_normalized_means

__dir__ = public_dir(__name__)

__all__ = [
    "EQUATIONS",
    "INLINE",
    "WRONG",
    "Equation",
    "ProofError",
    "activation",
    "beyond_linear",
    "bias",
    "errata",
    "error_with_dropout",
    "error_without_dropout",
    "evidence",
    "expectation",
    "input_value",
    "keep_prob",
    "mask_entry",
    "masking",
    "penalty",
    "prove",
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
    for chapter in (evidence, masking, scaling, regularizer, beyond_linear, errata)
    for equation in chapter.EQUATIONS
}
INLINE: dict[str, Equation] = {
    statement.label: statement
    for chapter in (evidence, masking, scaling, regularizer, beyond_linear, errata)
    for statement in chapter.INLINE
}
# statements as they are found, to be refuted
WRONG: dict[str, Equation] = {statement.label: statement for statement in errata.WRONG}


def prove(label: str) -> str:
    """Prove one labelled equation and return a sentence that says so.

    Raises:
        TypeError: the label is not a string.
        ValueError: no equation has this label.
        ProofError: it does not hold, with the difference that would not vanish.
    """
    known = {**EQUATIONS, **INLINE}
    return known[known_name("label", label, known, "an equation")].prove()
