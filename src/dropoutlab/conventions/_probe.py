"""The questions, and how the answers are read off what a framework returns."""

from collections.abc import Callable, Mapping, Sequence
from inspect import Signature, signature
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

QUESTIONS = {
    "argument": "The argument",
    "means": "It is the probability to be",
    "training": "Training",
    "test": "Test",
    "nothing said": "A new layer, nothing said",
    "switch": "The switch",
    "functional": "As a function",
    "channels": "Whole channels",
    "at 0": "Argument 0",
    "at 1": "Argument 1",
    "out of range": "Argument 1.5 or −0.5",
    "gradient": "Gradient",
    "fresh": "A fresh mask for",
    "compiled": "Compiled, a fresh mask for",
    "dtype": "float16 becomes, by default",
    "one mask": "On one mask",
}
DRAWN = 100_000  # units to tell 0.2 from 0.8: their share has a standard deviation of 0.0013
ASKED = 0.2  # the argument, where it is neither 0 nor 1
OUT_OF_RANGE = (1.5, -0.5)
MASK = (1, 0, 1, 1, 0, 1)  # on which all are compared
COPIES = 4000  # of an example: the chance that none draws that mask is below 1e-28


class Framework(Protocol):
    """How a framework is asked. Arrays go in and come out as NumPy's.

    versions: by package. argument: as it is written, with its default. switch: how training and
    test are told apart; `train` and `test` use it. functional, channel_layer: as in QUESTIONS.
    """

    versions: Mapping[str, str]
    argument: str
    switch: str
    channel_layer: str

    def train(self, x: Array, argument: float) -> Array:
        """Dropout in training, with a fresh mask."""

    def test(self, x: Array, argument: float) -> Array:
        """The same layer at test time."""

    def new(self, x: Array, argument: float) -> Array:
        """A new layer, called with nothing said about training or test."""

    def slope(self, x: Array, argument: float) -> tuple[Array, Array]:
        """Outputs y in training, and the gradient of Σ y by x, with the same mask."""

    def channels(self, x: Array, argument: float) -> Array:
        """Whole channels dropped of x, shape (batch, channels, length), whatever the layout."""

    def functional(self) -> str:
        """What its function does, found out."""

    def compiled(self) -> str:
        """What a function that is compiled draws anew, found out."""

    def dtype(self) -> str:
        """What becomes of float16 in training."""

    def masked_network(
        self, parameters: Sequence[Array], x: Array, target: Array, drop_rate: float, mask: Array
    ) -> tuple[Array, list[Array]]:
        """Logits and the gradients of the loss by the parameters W, b, V, c, under a mask.

        h = tanh(W x + b), logits V (dropout h) + c, cross-entropy with `target`; the mask is picked
        among those that the framework draws.
        """


def answers(asked: Framework) -> dict[str, str]:
    """Return the answers of a framework by question, all but "one mask"."""
    ones = np.ones(DRAWN, np.float32)
    drawn = asked.train(ones, ASKED)
    dropped = float((drawn == 0).mean())
    keep_prob = ASKED if abs(1 - dropped - ASKED) < 0.01 else 1 - ASKED
    if abs(1 - dropped - keep_prob) >= 0.01:
        raise RuntimeError(f"a share of {dropped} was dropped for {asked.argument} {ASKED}")
    return {
        "argument": asked.argument,
        "means": "kept" if keep_prob == ASKED else "dropped",
        "training": f"kept values {_factor(drawn[drawn != 0], keep_prob)}",
        "test": _factor(asked.test(ones, ASKED), keep_prob),
        "nothing said": _state(asked.new(ones, ASKED)),
        "switch": asked.switch,
        "functional": asked.functional(),
        "channels": _channels(asked),
        "at 0": _at_end(asked, 0.0),
        "at 1": _at_end(asked, 1.0),
        "out of range": _out_of_range(asked),
        "gradient": _gradient(asked),
        "fresh": _fresh(asked),
        "compiled": asked.compiled(),
        "dtype": asked.dtype(),
    }


def largest_difference(asked: Framework, other: Framework) -> float:
    """Return the largest difference of two on one mask, outputs and gradients."""
    problem = one_mask_problem()
    ours, theirs = (one.masked_network(*problem) for one in (other, asked))
    pairs = zip([ours[0], *ours[1]], [theirs[0], *theirs[1]], strict=True)
    return max(float(np.abs(one - other).max()) for one, other in pairs)


def one_mask_problem() -> tuple[list[Array], Array, Array, float, Array]:
    """Return the arguments of `masked_network`: four inputs, six hidden units, three classes."""
    rng = np.random.default_rng(0)
    shapes = ((6, 4), (6,), (3, 6), (3,))
    parameters = [rng.standard_normal(shape).astype(np.float32) for shape in shapes]
    x = rng.standard_normal(4).astype(np.float32)
    return parameters, x, np.array([0, 1, 0], np.float32), 0.4, np.array(MASK, np.float32)


def row_with_mask(hidden: Array, dropped: Array, mask: Array) -> int:
    """Return the first example whose dropped-out hidden units show the mask."""
    assert (hidden != 0).all()  # else a zero would not mean "dropped"
    return int(np.flatnonzero(((dropped != 0) == (mask != 0)).all(axis=1))[0])


def argument_words(function: Callable[..., object], name: str) -> str:
    """Return an argument with its default, as its signature has it."""
    default = signature(function).parameters[name].default
    return f"`{name}`, " + ("required" if default is Signature.empty else f"{default} by default")


def fresh_calls(call: Callable[[Array], Array]) -> str:
    """Return what a function of ones draws a fresh mask for: each call, or nothing."""
    ones = np.ones((2, 1000), np.float32)
    one, other = np.asarray(call(ones)), np.asarray(call(ones))
    if not (one == 0).any():
        raise RuntimeError("nothing was dropped of what should be compared")
    return "each call" if (one != other).any() else "nothing, one mask repeats"


def refused(call: Callable[[], object]) -> bool:
    """Return whether a call raises a ValueError."""
    try:
        call()
    except ValueError:
        return True
    return False


# --- reading answers ------------------------------------------------------------------------------


def _factor(values: Array, keep_prob: float) -> str:
    """What ones were multiplied by."""
    for factor, words in ((1, "unchanged"), (1 / keep_prob, "÷ P(kept)"), (keep_prob, "× P(kept)")):
        if np.allclose(values, factor, rtol=1e-6):
            return words
    return _state(values)


def _state(values: Array) -> str:
    return "drops" if (values == 0).any() else "drops nothing"


def _at_end(asked: Framework, argument: float) -> str:
    """What becomes of ones for argument 0 or 1, and of the gradient."""
    ones = np.ones((4, 8), np.float32)
    if refused(lambda: asked.slope(ones, argument)):
        return "refused"
    values, slopes = asked.slope(ones, argument)
    if np.isnan([values, slopes]).any():
        return "NaN"
    if (values == 1).all() and (slopes == 1).all():
        return "unchanged"
    return "zeros" if not values.any() and not slopes.any() else f"other: {np.unique(values)}"


def _out_of_range(asked: Framework) -> str:
    ones = np.ones((4, 8), np.float32)
    found = []
    for argument in OUT_OF_RANGE:
        if refused(lambda argument=argument: asked.train(ones, argument)):
            found.append("refused")
        else:
            values = np.unique(asked.train(ones, argument))
            found.append(f"taken, 1 becomes {' or '.join(f'{v:.2g}' for v in values)}")
    return "refused" if set(found) == {"refused"} else "; ".join(found)


def _gradient(asked: Framework) -> str:
    x = np.linspace(1, 2, 1000, dtype=np.float32)
    values, slopes = asked.slope(x, ASKED)
    same = np.allclose(slopes, values / x, rtol=1e-6)
    return "same mask, same factor" if same and (values == 0).any() else "other than the mask"


def _fresh(asked: Framework) -> str:
    ones = np.ones((2, 1000), np.float32)
    one, other = asked.train(ones, ASKED), asked.train(ones, ASKED)
    calls = "each call" if (one != other).any() else ""
    examples = "each example" if (one[0] != one[1]).any() else ""
    return ", ".join(filter(None, (calls, examples))) or "nothing"


def _channels(asked: Framework) -> str:
    dropped = asked.channels(np.ones((50, 20, 3), np.float32), 0.5)
    whole = (dropped == dropped[..., :1]).all()
    some = (dropped == 0).any() and (dropped != 0).any()
    return asked.channel_layer if whole and some else f"not by {asked.channel_layer}"
