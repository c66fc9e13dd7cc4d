"""What is often said of dropout: that it is L2, a death of units, most at one half, a saving."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import sympy as sp

from dropoutlab import linear
from dropoutlab._checks import FloatArray
from dropoutlab.claims import Bound
from dropoutlab.errata._entry import EXACT, IF_SO, Entry, Outcome, equal, formula, written
from dropoutlab.errata._measured import claim_named, experiment_of, measured
from dropoutlab.masks import enumerate_masks, mask_probability
from dropoutlab.samples import Sample, pick
from dropoutlab.symbolic import regularizer, weight

# --- against L2: two orthogonal inputs, the second four times as large; both fitted by 1 ----------

INPUTS = np.diag([1.0, 4.0])
KEEP_PROB = 0.5
L2_AND_DROPOUT = ("L2 leaves", "dropout leaves")


def dropout_shares(inputs: FloatArray, keep_prob: float = KEEP_PROB) -> FloatArray:
    """Return the effective weights at the minimum of E_R, for targets that the weights 1 fit.

    Args:
        inputs: shape (examples, n).
        keep_prob: probability above 0, at most 1, that an input is kept.
    """
    return keep_prob * linear.regularized_minimizer(inputs, inputs.sum(axis=1), keep_prob)


def l2_shares(inputs: FloatArray, strength: float) -> FloatArray:
    """Return the weights at the minimum of ridge, for targets that the weights 1 fit.

    Args:
        inputs: shape (examples, n).
        strength: λ, of ½ λ Σ w².
    """
    return linear.ridge_minimizer(inputs, inputs.sum(axis=1), strength)


def errors_of_second(
    scale: float, effective: FloatArray, keep_prob: float = KEEP_PROB
) -> tuple[FloatArray, FloatArray]:
    """Return E_N and the penalty of the second of two orthogonal inputs, for effective weights.

    Args:
        scale: of that input; the effective weight 1 fits the target.
        effective: shape (weights,).
        keep_prob: probability above 0, at most 1, that the input is kept.
    """
    unit = (np.asarray(effective)[:, None] / keep_prob, [scale], scale, keep_prob)
    plain = linear.error_without_dropout(*unit)
    return plain, linear.regularized_error(*unit) - plain


def _is_l2() -> Outcome:
    """L2 with the λ that leaves the first weight the same share."""
    found, says = dropout_shares(INPUTS), l2_shares(INPUTS, 1.0)
    assert found[0] == says[0]
    what = "Share left to the weight of an input four times as large, where the other keeps ½"
    return equal(what, says[1], found[1], L2_AND_DROPOUT)


def _is_scaled_l2() -> Outcome:
    """Ridge with λ = M (1 − p) / p on inputs of mean square 1."""
    even = INPUTS / np.sqrt((INPUTS**2).mean(axis=0))
    strength = len(INPUTS) * (1 - KEEP_PROB) / KEEP_PROB
    says, found = l2_shares(even, strength), dropout_shares(INPUTS)
    what = "The same, with L2 on inputs brought to mean square 1"
    return replace(
        equal(what, says[1], found[1], L2_AND_DROPOUT), holds=bool(np.allclose(says, found))
    )


# --- at the minimum of E_R: two copies of one input 1, target 1 -----------------------------------

COPIES = np.array([1.0, 1.0])


def slopes_at_minimum() -> tuple[FloatArray, FloatArray]:
    """Return the gradient of E_D under each mask at the minimum of E_R, and how probable it is."""
    return slopes_at(linear.regularized_minimizer(COPIES, 1.0, KEEP_PROB))


def slopes_at(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the gradient of E_D under each mask, shape (4, 2), and how probable the mask is.

    Args:
        weights: of the two copies.
    """
    (masks,) = enumerate_masks(2)
    slopes = linear.gradient_with_dropout(weights, COPIES, 1.0, masks)
    return slopes, mask_probability(masks, KEEP_PROB)


def _at_rest() -> Outcome:
    slopes, probability = slopes_at_minimum()
    return equal(
        "Mean square of the slope along w₁ at the minimum of E_R, two copies of an input",
        0.0,
        probability @ slopes[:, 0] ** 2,
    )


def _mean_at_rest() -> Outcome:
    slopes, probability = slopes_at_minimum()
    return equal("Mean of that slope", 0.0, probability @ slopes[:, 0])


# --- one half -----------------------------------------------------------------------------------

P = sp.Symbol("p", positive=True)
FIXED_WEIGHT = P * (1 - P)  # factor of w², and of (p w)²
FIXED_OUTPUT = (1 - P) / P


def _at_half() -> Outcome:
    half, tenth = (float(FIXED_OUTPUT.subs(P, p)) for p in (sp.Rational(1, 2), sp.Rational(1, 10)))
    what = "Factor of the penalty at p = 0.1, effective weight held"
    return Outcome(what, f"at most {written(half)}", written(tenth), tenth <= half, IF_SO)


def _rises() -> Outcome:
    """It falls as p grows; with the weight itself held, the peak is at one half."""
    falls = sp.simplify(sp.diff(FIXED_OUTPUT, P) + 1 / P**2) == 0
    (peak,) = sp.solve(sp.diff(FIXED_WEIGHT, P), P)
    outcome = equal("The p of the largest factor, weight held", 0.5, float(peak))
    return replace(outcome, holds=outcome.holds and falls)


# --- correlation: two inputs over four examples, unrelated or copies of each other ----------------


def correlated(correlation: float) -> FloatArray:
    """Return four examples of two inputs of mean square 1 that correlate, shape (4, 2).

    Args:
        correlation: from −1 to 1.
    """
    first, other = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1])
    second = correlation * first + np.sqrt(1 - correlation**2) * other
    return np.stack([first, second], axis=1)


UNRELATED, ALIKE = correlated(0.0), correlated(1.0)


def penalty(inputs: FloatArray, weights: FloatArray, keep_prob: float = KEEP_PROB) -> float:
    """Return what E_R adds to E_N.

    Args:
        inputs: shape (examples, n).
        weights: shape (n,).
        keep_prob: probability from 0 to 1 that an input is kept.
    """
    unit = (weights, inputs, np.zeros(len(inputs)), keep_prob)
    return float(linear.regularized_error(*unit) - linear.error_without_dropout(*unit))


def penalties(correlation: float) -> tuple[float, float]:
    """Return the penalty on two weights 1 with a coin for each input, and with one for both."""
    inputs = correlated(correlation)
    both = inputs.sum(axis=1, keepdims=True)  # one coin drops or keeps the sum
    return penalty(inputs, np.ones(2)), penalty(both, np.ones(1))


def _decorrelates() -> Outcome:
    unrelated, alike = (penalty(inputs, np.ones(2)) for inputs in (UNRELATED, ALIKE))
    what = f"Penalty on two copies of one input; on two unrelated inputs it is {written(unrelated)}"
    more = alike > unrelated + EXACT
    return Outcome(what, f"above {written(unrelated)}", written(alike), more, IF_SO)


def _no_cross_term() -> Outcome:
    """The penalty over a batch has no term with two weights."""
    n, batch = 2, 3
    error = regularizer.regularized_batch_error(n, batch)
    plain = sum(regularizer.error_without_dropout(n, m) for m in range(1, batch + 1))
    mixed = sp.expand(sp.diff(error - plain, weight(1), weight(2)))
    return equal(
        "What one weight adds to the slope of the penalty along another",
        0.0,
        0.0 if mixed == 0 else 1.0,
    )


def _correlations() -> str:
    """Say the mean correlation of two units in trained networks."""
    table, _ = claim_named("correlation-dropout")
    samples = experiment_of(table).samples
    means = (
        f"{pick(samples, arm, 'correlation').summary().mean:.2f} {words}"
        for arm, words in (
            ("none", "without a regulariser"),
            ("dropout", "with dropout"),
            ("L2", "with L2"),
        )
    )
    return f"Mean correlation of two units in our networks: {', '.join(means)}."


# --- work: two copies of one input; one would do --------------------------------------------------


def shared_work(first: float) -> tuple[float, float]:
    """Return the best weight of the second copy for a weight of the first, and E_R of the two."""
    left = 1.0 - KEEP_PROB * first  # the mean of what the first copy leaves to do
    second = linear.regularized_minimizer(COPIES[1:], left, KEEP_PROB).item()
    return second, float(linear.regularized_error([first, second], COPIES, 1.0, KEEP_PROB))


def _work_saved() -> Outcome:
    best = linear.regularized_minimizer(COPIES, 1.0, KEEP_PROB)
    return equal(
        "Number of weights in use at the minimum of E_R, of two copies",
        1,
        int((abs(best) > EXACT).sum()),
    )


def _both_work() -> Outcome:
    """Both weights are y / (x (1 + p)), proved as eq-copies-minimum."""
    says = 1 / (1 + KEEP_PROB)
    found = linear.regularized_minimizer(COPIES, 1.0, KEEP_PROB)
    outcome = equal("Weight of either copy", says, found[0])
    same = bool(abs(found[1] - found[0]) < EXACT)
    return replace(outcome, holds=outcome.holds and same)


# --- what trained networks refute -----------------------------------------------------------------

PENALISED = ("L2", "L1", "max-norm")  # other ways to keep weights small
PLACES = ("dense", "units", "channels")  # where a convolutional network drops


def less_penalised() -> dict[str, Sample]:
    """Return, by arm, the test error with dropout less that with a penalty, seed by seed."""
    return {arm: _less("dropout-beats-l2", "dropout", arm) for arm in PENALISED}


def less_normalized() -> dict[str, Sample]:
    """Return, by place, the test error with dropout there less that without; batch norm in both."""
    settings = {"normalized": "yes"}
    return {place: _less("conv-dense-normalized", place, "none", **settings) for place in PLACES}


def _less(claim: str, arm: str, other: str, **settings: str) -> Sample:
    table, _ = claim_named(claim)
    found = experiment_of(table)
    samples = getattr(found, "samples", found)
    return pick(samples, arm, "test error", **settings) - pick(
        samples, other, "test error", **settings
    )


def losses() -> dict[str, list[Sample]]:
    """Return the losses of a network that learns with dropout, by measure, epoch by epoch."""
    found = _found("printed-loss-above")
    measures = ("printed loss", "validation loss", "training loss")
    return {m: [s for s in found if (s.arm, s.measure) == ("right", m)] for m in measures}


def spreads_left() -> dict[str, list[Sample]]:
    """Return, by arm, the spread as a share of its mean with fewest examples, size by size."""
    found = _found("doubt-masks")
    arms = {arm: [s for s in found if s.arm == arm] for arm in ("dropout", "least squares")}
    return {a: [(1 / of[0].values.mean()) * s for s in of] for a, of in arms.items()}


def _found(claim: str) -> Sequence[Sample]:
    return experiment_of(claim_named(claim)[0])


ERROR_LESS_L2 = "Test error with dropout, less that with L2"
ERROR_LESS_NONE = (
    "With batch normalisation, test error with dropout in front of the dense layer, less that "
    "without dropout"
)
SPREAD_LEFT = "Spread over masks with 400 times the examples, as a share of what it was"

ENTRIES = (
    Entry(
        "l2",
        "Dropout is L2.",
        "For one linear unit, squared error and one p, the mean error is that of L2 in effective "
        "weights, on inputs brought to mean square 1; for a network it is no penalty on the "
        "weights alone.",
        "Make one input four times as large: L2 then shrinks its weight less, dropout as before.",
        _is_l2,
        _is_scaled_l2,
        "regularizer",
    ),
    Entry(
        "decay",
        "Weight decay does as well as dropout.",
        "Not everywhere. Here is a case, in stochastic gradient descent, where weight decay is L2; "
        "other seeds have chosen both settings.",
        "Compare the two seed by seed, on the same examples.",
        chapter="coadaptation",
        **measured(
            (ERROR_LESS_L2, "dropout-beats-l2", "0 or above", Bound(low=0.0)),
            (ERROR_LESS_L2, "dropout-beats-l2"),
        ),
    ),
    Entry(
        "convolutions",
        "Since batch normalisation, dropout is of no use in convolutional networks.",
        "In a small one it is of use here, between convolutions and behind them; how much depends "
        "on the place.",
        "Train a convolutional network with batch normalisation, with and without dropout.",
        chapter="practice",
        **measured(
            (ERROR_LESS_NONE, "conv-dense-normalized", "0 or above", Bound(low=0.0)),
            (ERROR_LESS_NONE, "conv-dense-normalized"),
        ),
    ),
    Entry(
        "half",
        "Half of the units die on average.",
        "A share of 1 − p is dropped on average, for one example, and the units come back.",
        "With p = 0.8 one unit in five is dropped, and the next example has another mask.",
        chapter="masking",
        **formula("The mean number of units dropped, of two", "wrong-half", "eq-right-dropped"),
    ),
    Entry(
        "one-half",
        "A keep probability of one half regularises most.",
        "For a fixed weight it does; for a fixed effective weight p w, a smaller p always "
        "does more.",
        "Smaller p fades the output too; for a given output the penalty only grows.",
        _at_half,
        _rises,
        "regularizer",
    ),
    Entry(
        "decorrelates",
        "The penalty of dropout acts on correlation.",
        "For a linear unit it does not depend on the correlation.",
        "The variance of a sum of independent coins has no mixed terms.",
        _decorrelates,
        _no_cross_term,
        "evidence",
        claims=("correlation-dropout", "correlation-l2"),
        besides=_correlations,
    ),
    Entry(
        "leak",
        "A validation loss below the training loss means that examples have leaked.",
        "With dropout it can be the masks: what is printed in training has them on.",
        "Judge the training set without masks; if its loss is still higher, it is not the masks.",
        chapter="practice",
        **measured(
            (
                "Printed loss less validation loss, without a leak",
                "printed-loss-above",
                "below 0",
                Bound(high=0.0),
            ),
            ("Training loss without masks less validation loss", "judged-loss-below"),
        ),
    ),
    Entry(
        "doubt",
        "The spread over masks shrinks with more examples, as the doubt of a posterior does.",
        "At a fixed p it says how much the masks matter, and that need not shrink.",
        "Give a linear unit four hundred times the examples.",
        chapter="practice",
        **measured(
            (SPREAD_LEFT, "doubt-masks", "below 0.1", Bound(high=0.1)),
            (SPREAD_LEFT, "doubt-masks"),
        ),
    ),
    Entry(
        "rest",
        "At a fixed learning rate, training with dropout comes to rest at the minimum of the "
        "expected error E_R.",
        "In the mean it stands still there; each single step still moves.",
        "No weights suit every mask, so single masks still have a slope.",
        _at_rest,
        _mean_at_rest,
        "regularizer",
        claims=("averaging-nearer",),
    ),
    Entry(
        "work",
        "Units that cancel waste computation, and dropout saves it.",
        "In a linear unit dropout shares the work among copies; it removes none, and every unit is "
        "still computed.",
        "Of two copies, one would do; the minimum of E_R uses both.",
        _work_saved,
        _both_work,
        "coadaptation",
        claims=("effective-dropout", "effective-l1"),
    ),
)
