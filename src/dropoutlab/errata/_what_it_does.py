"""What dropout is said to do: regularise most at one half, squeeze, decorrelate, save work."""

import numpy as np
import sympy as sp

from dropoutlab import linear
from dropoutlab._checks import FloatArray
from dropoutlab.errata._entry import EXACT, Entry, Outcome, equal, written
from dropoutlab.errata._what_it_is import COPIES, INPUTS, KEEP_PROB, dropout_shares
from dropoutlab.symbolic import ProofError, prove, regularizer, weight

P = sp.Symbol("p", positive=True)
FIXED_WEIGHT = P * (1 - P)  # factor of w², and of (p w)²
FIXED_OUTPUT = (1 - P) / P


def _at_half() -> Outcome:
    half, tenth = (float(FIXED_OUTPUT.subs(P, p)) for p in (sp.Rational(1, 2), sp.Rational(1, 10)))
    what = "penalty factor at p = 0.1, output held"
    return Outcome(what, f"at most {written(half)}", written(tenth), tenth <= half)


def _rises() -> Outcome:
    """It falls as p grows; with the weight itself held, the peak is at one half."""
    falls = sp.simplify(sp.diff(FIXED_OUTPUT, P) + 1 / P**2) == 0
    (peak,) = sp.solve(sp.diff(FIXED_WEIGHT, P), P)
    outcome = equal("peak of the factor, weight held", 0.5, float(peak))
    return Outcome(outcome.what, outcome.says, outcome.found, outcome.holds and falls)


def _squeezed() -> Outcome:
    first, second = dropout_shares(INPUTS)
    what = "share left to 16 times the variance"
    return Outcome(what, f"below {written(first)}", written(second), bool(second < first - EXACT))


def _same_share() -> Outcome:
    """Proved for orthogonal columns; printed for the two of INPUTS."""
    try:
        prove("eq-orthogonal-dropout")
    except ProofError:
        return Outcome("share left to either", written(KEEP_PROB), "not proved", False)
    return equal("share left to either", KEEP_PROB, dropout_shares(INPUTS)[1])


# --- correlation: two inputs over four examples, unrelated or copies of each other ----------------

UNRELATED = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
ALIKE = UNRELATED[:, [0, 0]]


def penalty(inputs: FloatArray, weights: FloatArray, keep_prob: float = KEEP_PROB) -> float:
    """Return what E_R adds to E_N.

    Args:
        inputs: shape (examples, n).
        weights: shape (n,).
        keep_prob: probability from 0 to 1 that an input is kept.
    """
    unit = (weights, inputs, np.zeros(len(inputs)), keep_prob)
    return float(linear.regularized_error(*unit) - linear.error_without_dropout(*unit))


def _decorrelates() -> Outcome:
    unrelated, alike = (penalty(inputs, np.ones(2)) for inputs in (UNRELATED, ALIKE))
    what = "penalty of two copies, weights 1"
    return Outcome(what, f"above {written(unrelated)}", written(alike), alike > unrelated + EXACT)


def _no_cross_term() -> Outcome:
    """The penalty over a batch has no term with two weights."""
    n, batch = 2, 3
    error = regularizer.regularized_batch_error(n, batch)
    plain = sum(regularizer.error_without_dropout(n, m) for m in range(1, batch + 1))
    mixed = sp.expand(sp.diff(error - plain, weight(1), weight(2)))
    return equal("slope of one penalty along the other", 0.0, 0.0 if mixed == 0 else 1.0)


# --- work: two copies of one input; one would do --------------------------------------------------


def _work_saved() -> Outcome:
    best = linear.regularized_minimizer(COPIES, 1.0, KEEP_PROB)
    return equal("weights in use, of two copies", 1, int((abs(best) > EXACT).sum()))


def _both_work() -> Outcome:
    """Both weights are y / (x (1 + p)), proved as eq-copies-minimum."""
    says = 1 / (1 + KEEP_PROB)
    found = linear.regularized_minimizer(COPIES, 1.0, KEEP_PROB)
    outcome = equal("weight of either copy", says, found[0])
    same = bool(abs(found[1] - found[0]) < EXACT)
    return Outcome(outcome.what, outcome.says, outcome.found, outcome.holds and same)


ENTRIES = (
    Entry(
        "one-half",
        "A keep probability of one half regularises most.",
        "For a fixed weight it does; for a fixed effective weight, a smaller p always does more.",
        "Smaller p fades the output too, and the weight grows back to make up for it.",
        _at_half,
        _rises,
        "regularizer",
    ),
    Entry(
        "squeezed",
        "Inputs of high variance are squeezed most.",
        "With orthogonal inputs every effective weight keeps the same share p.",
        "The penalty on a large input is larger, and the data pull harder in the same proportion.",
        _squeezed,
        _same_share,
        "regularizer",
    ),
    Entry(
        "decorrelates",
        "Dropout decorrelates features.",
        "The penalty of a linear unit does not see correlation, and in trained networks it falls "
        "only a little.",
        "The variance of a sum of independent coins has no mixed terms.",
        _decorrelates,
        _no_cross_term,
        "evidence",
        claims=("correlation-dropout", "correlation-l2"),
    ),
    Entry(
        "work",
        "Units that cancel waste computation, and dropout saves it.",
        "Dropout shares the work among copies; it removes none, and every unit is still computed.",
        "Of two copies, one would do; the minimum of E_R uses both.",
        _work_saved,
        _both_work,
        "coadaptation",
        claims=("effective-dropout", "effective-l1"),
    ),
)
