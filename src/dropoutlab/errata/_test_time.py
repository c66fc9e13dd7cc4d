"""What is scaled, by what, and what the scaled network is the average of."""

from functools import partial

import numpy as np

from dropoutlab import averaging
from dropoutlab import network as nn
from dropoutlab.errata._entry import Entry, Outcome, equal, formula

STEPS = 10  # of training, with a learning rate of 0
KEPT = 0.5


def weight_after(steps: int, in_place: bool, keep_prob: float = KEPT) -> float:
    """Return what a weight 1 is after steps that learn nothing.

    Args:
        steps: how many.
        in_place: whether each step divides the weight, rather than the mask, by keep_prob.
        keep_prob: probability above 0, at most 1, that its input is kept.
    """
    weight = 1.0
    for _ in range(steps):
        weight = weight / keep_prob if in_place else weight
    return weight


def _after(in_place: bool) -> Outcome:
    what = f"A weight of 1 after {STEPS} steps that learn nothing, p = ½"
    return equal(what, 1, weight_after(STEPS, in_place))


# --- two layers, one unit each --------------------------------------------------------------------


def two_layers(dropped: tuple[bool, bool], keep_prob: float = KEPT) -> nn.Network:
    """Return σ(4 z₂ max(0, 2 z₁ x − 1)), one unit a layer.

    Args:
        dropped: whether the first and the second hidden layer have dropout.
        keep_prob: probability above 0, at most 1, that the unit of such a layer is kept.
    """
    weights = tuple(np.array([[w]]) for w in (1.0, 2.0, 4.0))
    biases = tuple(np.array([b]) for b in (0.0, -1.0, 0.0))
    keep = (1.0, *(keep_prob if d else 1.0 for d in dropped))
    return nn.Network(weights, biases, keep, output="logistic")


def scaled_and_exact(dropped: tuple[bool, bool], keep_prob: float = KEPT) -> tuple[float, float]:
    """Return what weight scaling gives for the input 1, and the normalised geometric mean.

    Args: as for `two_layers`.
    """
    network, one = two_layers(dropped, keep_prob), np.ones((1, 1))
    exact = averaging.exact_average(network, one, mean="normalized geometric")
    return nn.predict(network, one).item(), exact.item()


def _geometric(dropped: tuple[bool, bool]) -> Outcome:
    says, exact = scaled_and_exact(dropped)
    layers = "both layers" if all(dropped) else "the last layer"
    words = ("weight scaling gives", "the normalised geometric mean is")
    return equal(f"Output of two layers for the input 1, {layers} dropped", says, exact, words)


ENTRIES = (
    Entry(
        "in-place",
        "Inverted dropout divides the stored weights by p.",
        "It divides the mask, or the activations; the stored weights stay.",
        "Do it for ten steps with p = ½, and each weight is 1,024 times what it was.",
        partial(_after, True),
        partial(_after, False),
        "scaling",
    ),
    Entry(
        "division",
        "The masked activations are divided by the drop rate.",
        "They are divided by the probability to keep.",
        "The mean of the coin is the probability to keep, and dividing by it gives 1.",
        chapter="scaling",
        **formula(
            "The mean of an activation under inverted dropout",
            "wrong-division",
            "eq-right-division",
        ),
    ),
    Entry(
        "scaling",
        "At test time the whole pre-activation is multiplied by p.",
        "The outgoing weights of the dropped layer are; the bias is not.",
        "No coin multiplies the bias, so its mean is itself.",
        chapter="scaling",
        **formula("The mean E[a]", "wrong-scaling", "eq-right-scaling"),
    ),
    Entry(
        "geometric",
        "Weight scaling computes the geometric mean of all thinned networks.",
        "The normalised one, if only linear units lie between the masks and logistic or softmax "
        "outputs.",
        "A mean does not pass through a bent function, and each further layer that bends has one.",
        partial(_geometric, (True, True)),
        partial(_geometric, (False, True)),
        "scaling",
    ),
)
