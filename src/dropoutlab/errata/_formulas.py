"""Formulas with a wrong sign, a wrong index or a bracket in the wrong place."""

from dropoutlab.errata._entry import Entry, formula

_INSIDE = "What is inside σ"
_SLOPE = "The mean slope E[∂E_D/∂w₁]"
_ERROR = "The mean error E[E_D]"

ENTRIES = (
    Entry(
        "bias-inside",
        "The bias stands inside the brackets with the mask.",
        "The mask multiplies the activations, the weights multiply that, and the bias comes last.",
        "Drop every unit: only the bias should be left, not the bias times the weights.",
        chapter="masking",
        **formula(_INSIDE, "wrong-bias-inside", "eq-right-forward"),
    ),
    Entry(
        "no-sum",
        "The weights are multiplied entry by entry.",
        "A unit adds up what all units below send it: a matrix times a vector.",
        "A product entry by entry has no sum, so each unit would listen to a single other one.",
        chapter="masking",
        **formula(_INSIDE, "wrong-no-sum", "eq-right-forward"),
    ),
    Entry(
        "lost-plus",
        "The slope of E_N is multiplied by the next term.",
        "The slope of E_N plus the variance term.",
        "Set p to 1: no mask is left, so both slopes must be the same.",
        chapter="regularizer",
        **formula(_SLOPE, "wrong-lost-plus", "eq-right-gradient"),
    ),
    Entry(
        "counted-twice",
        "The plus is there, but the square term stands beside the slope of E_N.",
        "The slope of E_N holds the square term already; only the variance is added.",
        "Differentiate E_N: the term with the square of p comes out of it.",
        chapter="regularizer",
        **formula(_SLOPE, "wrong-counted-twice", "eq-right-gradient"),
    ),
    Entry(
        "index",
        "The sum over j has the keep probability of i.",
        "Each weight pays with the keep probability of its own input.",
        "The left side has no i, so the right side cannot depend on one.",
        chapter="regularizer",
        **formula(f"{_ERROR}, with i = 1", "wrong-index", "eq-right-error"),
    ),
    Entry(
        "mean",
        "E_N is the mean of E_D.",
        "The mean of E_D is E_N plus the penalty.",
        "E_N is the error of the mean output, and a mean of squares exceeds the square of the mean "
        "by the variance.",
        chapter="regularizer",
        **formula(_ERROR, "wrong-mean", "eq-right-mean"),
    ),
    Entry(
        "sign",
        "The geometric mean is normalised by a difference.",
        "It is normalised by the sum.",
        "Both normalised means have to add up to 1.",
        chapter="scaling",
        **formula("The output σ(E[a])", "wrong-sign", "eq-right-normalized"),
    ),
)
