"""Feedback on exercises: right answers, wrong ones, none yet, and what is no answer."""

import dataclasses
import inspect
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from dropoutlab import data, experiments, linear, symbolic
from dropoutlab import network as nn
from dropoutlab.exercises import EXERCISES, Feedback, check
from dropoutlab.exercises._evidence import _doubled
from dropoutlab.exercises._grading import UNANSWERED, moves
from dropoutlab.exercises._scaling import P, _variance

CHAPTERS = Path(__file__).parents[1] / "chapters"
p, p_1, p_2, w, h, n, x, y = sp.symbols("p p_1 p_2 w h n x y")


def logistic(bias, keep_prob=0.5):
    weights = np.array([[2.0, -1.0, 3.0, 1.0]])
    return nn.Network((weights,), (np.array([bias]),), (keep_prob,), output="logistic")


def inverted(h, drop_rate, rng):
    return h * (rng.random(h.shape) >= drop_rate) / (1 - drop_rate)


def confused(h, drop_rate, rng):
    return h * (rng.random(h.shape) < drop_rate) / drop_rate


def standard(h, drop_rate, rng):
    return h * (rng.random(h.shape) >= drop_rate)


def penalty(weights, inputs, keep_prob):
    return 0.5 * (keep_prob * (1 - keep_prob) * inputs**2).sum(axis=0) @ weights**2


def squared_sum(weights, inputs, keep_prob):
    return 0.5 * keep_prob * (1 - keep_prob) * inputs.sum(axis=0) ** 2 @ weights**2


def channels(axes, asks):
    """Drop with a mask that has these axes of (examples, channels, places)."""

    def drop(h, drop_rate, rng, training=True):
        if asks and not training:
            return h
        shape = [size if axis in axes else 1 for axis, size in enumerate(h.shape)]
        return h * (rng.random(shape) >= drop_rate) / (1 - drop_rate)

    return drop


def doubled(h, drop_rate, rng, training=True):
    return channels((0, 1), True)(h, drop_rate, rng, training) * (2 if training else 1)


def constant(value):
    return lambda h, *_: np.full_like(h, value)


def one_hot_network():
    """Two networks, each of ten units that hand on one input each."""
    eyes = np.array([np.eye(10)] * 2)
    return nn.Network((eyes, eyes), (np.zeros((2, 10)),) * 2, (1.0, 1.0))


OFTEN, SELDOM = "the one kept more often", "the one kept less often"
# an answer, and what is said of it
RIGHT = {
    "coadaptation-2": [
        (answer, "Together they are right. No other pair on the line has so small a mean error.")
        for answer in ((0.5, 0.5), (sp.Rational(1, 2), 0.5), (0.5, 0.5000005))
    ],
    "coadaptation-3": [
        (("stays", "falls", "falls"),
         "The training error: so it is. The test error: so it is. The gap: so it is."),
    ],
    "masking-1": [
        ((2, 0.5), "The factor of the deviation is right. The factor of the share is right."),
    ],
    "masking-2": [
        ((p_1 * (1 - p_1) + p_2 - p_2**2,), "So it is, for each p_1 and p_2."),
    ],
    "masking-3": [
        (({0.5: 20, 0.2: 62},),
         "Right: with 20 units kept with 0.5 all are dropped with 9.5e−07. "
         "Right: with 62 units kept with 0.2 all are dropped with 9.8e−07."),
        (({0.2: 100, 0.5: 64},),
         "Right: with 100 units kept with 0.2 all are dropped with 2.0e−10. "
         "Right: with 64 units kept with 0.5 all are dropped with 5.4e−20."),
    ],
    "masking-4": [(answer, "With these it stands still.") for answer in ((0, 0), (0.0, 0.0))],
    "scaling-1": [(answer, "Right at every p.") for answer in ((1 / p,), (sp.sqrt(1 / p**2),))],
    "scaling-2": [
        (answer, "Standard: right. Inverted: right.")
        for answer in ((0.5, None), (sp.Rational(1, 2), None))
    ],
    "scaling-3": [
        ((logistic(-2.5),), "Here the two are the same."),
        ((logistic(0.0, 1.0),),
         "Here the two are the same. But it drops nothing: is there a case with dropout?"),
    ],
    "scaling-4": [
        ((0.025, 0.0004, 1.5, 0.5),
         "The learning rate: right. The weight decay: right. "
         "The max norm: right. The weights: right."),
    ],
    "regularizer-1": [
        (answer, "There it is least, and no p is in it.")
        for answer in ((y / x,), (sp.Symbol("y", real=True) / sp.Symbol("x_1"),))
    ],
    "regularizer-2": [((OFTEN,), "So it is.")],
    "regularizer-3": [(("no",), "So it is. Can you say why?")],
    "regularizer-4": [(("comes closer",), "So it is: from 0.355 to 0.180.")],
    "beyond-linear-1": [
        (answer, "No corner has more than 1.65.")
        for answer in (((4, -4),), ((-4, 4),), (np.array([4.0, -4.0]),))
    ],
    "beyond-linear-2": [
        ((4,), "For each of the three kinds of noise it is the mean of the fourth power."),
    ],
    "beyond-linear-3": [
        (answer, "After this turn the two products are equal. The penalty is right.")
        for answer in ((np.pi / 4, 12.5), (-3 * np.pi / 4, 12.5))
    ],
    "beyond-linear-4": [
        (answer, "That is R, and the penalty of E_R in the inverted scheme.")
        for answer in (((1 - p) / p * w**2 * x**2 / 2,), ((w * x) ** 2 * (1 / p - 1) / 2,))
    ],
    "beyond-linear-5": [(("the penalty",), "No label is in it.")],
    "evidence-1": [
        (((w * h / n) ** 2, 0), "The interaction is right. And so is where it goes."),
    ],
    "evidence-2": [
        (answer, "Measured, from 64 units to 256: 0.51.")
        for answer in ((0.5,), (sp.Rational(1, 2),), (0.44,), (0.57,))
    ],
    "evidence-3": [
        (("stays", "falls"), "The cancellation: so it is. The error: so it is."),
    ],
    "errata-1": [((inverted,), "The mean is right. So is the share that it keeps.")],
    "errata-2": [
        ((penalty,), "With one example it is right. With three examples it is right."),
    ],
    "errata-3": [
        (("right",), "So it is: for one input the difference is -p_1*w_1**2*x_1**2*(p_1 - 1)/2."),
    ],
    "practice-1": [
        ((100,), "Right: the mean of 100 passes is off by 0.1 of the spread."),
        ((110,), "Right: the mean of 110 passes is off by 0.0953 of the spread."),
    ],
    "practice-2": [
        ((0.97,), "Right: with 0.97 kept the ratio is 0.92."),
        ((1.0,), "Right: with 1 kept the ratio is 1.00."),
    ],
    "practice-3": [
        ((channels((0, 1), True),),
         "Channels are dropped whole. The mean is right. Each example has its own. "
         "At test all are kept as they are."),
    ],
    "practice-4": [
        ((0.2, 0.2, 0.2, 0.8), "PyTorch: right. Keras: right. Flax: right. NumPy: right."),
    ],
}  # fmt: skip
AT_BOTH_ENDS = "not yet. Take the derivative by p, and look at both ends."
MORE_EXAMPLES = "not yet. Run the cell above with 250 and with 1000 examples."
ONE_COIN = "Not yet. What is the variance of one coin, and of a sum of independent ones?"
TWO_WIDTHS = "Not yet. Compare the two widths at p = 0.5, and then at another p."
NOT_THE_MEAN = "Not yet: it is not the mean of the fourth power."
TWO_SIZES = "Not yet. Run the cell above with 64 and with 256 units, and compare what is left to 1."
WRONG = {
    "coadaptation-2": [
        ((0.6, 0.4),
         "Together they are right. Alone their mean error is 0.13, "
         "and another pair on the line has less."),
        ((10, -9),
         "Together they are right. Alone their mean error is 45.2, "
         "and another pair on the line has less."),
        ((1.0, 1.0), "Together they must make 1, and yours make 2."),
        ((0.5, 0.5001), "Together they must make 1, and yours make 1.0001."),
    ],
    "coadaptation-3": [
        (("falls", "falls", "rises"),
         f"The training error: {MORE_EXAMPLES} The test error: so it is. The gap: {MORE_EXAMPLES}"),
    ],
    "masking-1": [
        ((4, 0.5),
         "The deviation does not become 4 times what it was. Read it off at 16 and 64. "
         "The factor of the share is right."),
        ((2, 1),
         "The factor of the deviation is right. "
         "The share does not become 1 times what it was. Read it off at 16 and 64."),
    ],
    "masking-2": [
        ((2 * p_1 * (1 - p_1),), "For p_1 = p_2 it is right. Now let the two differ."),
        ((p_1 * p_2,), ONE_COIN),
        ((0.5,), ONE_COIN),
    ],
    "masking-3": [
        (({0.5: 12, 0.2: 62},),
         "Not yet: with 12 units kept with 0.5 all are dropped with 2.4e−04. "
         "Right: with 62 units kept with 0.2 all are dropped with 9.8e−07."),
        (({0.5: 19, 0.2: 61},),
         "Not yet: with 19 units kept with 0.5 all are dropped with 1.9e−06. "
         "Not yet: with 61 units kept with 0.2 all are dropped with 1.2e−06."),
    ],
    "masking-4": [  # the speed of one step is −0.03
        ((0.9, 0), "With these the weight moves by −0.0270 while its unit is dropped."),
        ((0, 0.001), "With these the weight moves by −0.0001 while its unit is dropped."),
    ],
    "scaling-1": [
        ((1 / p**2,), "That is the factor of the variance. The width goes with its root."),
        ((2,), TWO_WIDTHS),
        ((-1 / p,), TWO_WIDTHS),
    ],
    "scaling-2": [
        ((0.5, 0.5), f"Standard: right. Inverted: {AT_BOTH_ENDS}"),
        ((0.5, 0), f"Standard: right. Inverted: {AT_BOTH_ENDS}"),
        ((None, None), f"Standard: {AT_BOTH_ENDS} Inverted: right."),
        ((0.4, None), f"Standard: {AT_BOTH_ENDS} Inverted: right."),
    ],
    "scaling-3": [((logistic(-1.0),), "Not yet: the mean and weight scaling differ by 0.11.")],
    "scaling-4": [
        ((0.05, 0.0001, 3, 1),
         "The learning rate: not yet, less. The weight decay: not yet, more. "
         "The max norm: not yet, less. The weights: not yet, less."),
        ((0.02, 0.0005, 1.4, 0.4),
         "The learning rate: not yet, more. The weight decay: not yet, less. "
         "The max norm: not yet, more. The weights: not yet, more."),
    ],
    "regularizer-1": [
        ((p * y / x,), "Not yet. Which of the two masks lets the error depend on w at all?"),
    ],
    "regularizer-2": [
        ((SELDOM,),
         "Not yet. Set both derivatives to zero, divide each by its p_j x, and subtract."),
    ],
    "regularizer-3": [
        (("yes",), "Then show a case: of 1000 drawn at random there was none."),
    ],
    "regularizer-4": [
        (("goes farther away",), "Not yet. What is left of the penalty if all inputs are kept?"),
    ],
    "beyond-linear-1": [
        (answer, "There the penalty is 0.17, and another corner has more.")
        for answer in (((4, 4),), ((-4, -4),))
    ],
    "beyond-linear-2": [
        *(((k,), "The three kinds of noise share this one, and their fourth powers differ.")
          for k in (1, 2)),
        *(((k,), NOT_THE_MEAN) for k in (3, 5, 6, 8)),
    ],
    "beyond-linear-3": [
        ((0.0, 12.5), "After this turn the products are 4.00 and 1.00. The penalty is right."),
        ((np.pi / 4, 17),
         "After this turn the two products are equal. "
         "The penalty: not yet. The sum of the products stays what it was."),
        ((0.3, 3),
         "After this turn the products are 3.74 and 1.26. "
         "The penalty: not yet. The sum of the products stays what it was."),
    ],
    "beyond-linear-4": [
        (((1 - p) * w**2 * x**2 / 2,),
         "Not yet. Take the mean of half of the square over both masks, "
         "less half of (w x) squared."),
    ],
    "beyond-linear-5": [
        (("the loss without dropout",), "Look for the target y: it is in this part."),
    ],
    "evidence-1": [
        ((w * h / n, 0),
         "The interaction: not yet. How much does one of the copies contribute? "
         "And so is where it goes."),
        (((w * h / n) ** 2, 1),
         "The interaction is right. With more and more copies it goes elsewhere."),
    ],
    "evidence-2": [((factor,), TWO_SIZES) for factor in (0.25, 0.42, 0.59, 1)],
    "evidence-3": [
        (("rises", "falls"),
         "The cancellation: not yet. What does each copy contribute? The error: so it is."),
        (("stays", "rises"),
         "The cancellation: so it is. The error: not yet. "
         "How often are both copies of a unit gone?"),
    ],
    "errata-1": [
        ((confused,),
         "The mean is right. "
         "At a drop rate of 0.2 it keeps 0.20 of the units: that should be 0.8."),
        ((standard,),
         "The mean of ones is 0.80, and not 1. So is the share that it keeps."),
        ((constant(1.04),),
         "The mean of ones is 1.04, and not 1. "
         "At a drop rate of 0.2 it keeps 1.00 of the units: that should be 0.8."),
    ],
    "errata-2": [
        ((squared_sum,),
         "With one example it is right. "
         "With three examples it gives 0.001, where the penalty is 0.112."),
        ((lambda *_: 0.2,),
         "With one example it gives 0.200, where the penalty is 0.001. "
         "With three examples it gives 0.200, where the penalty is 0.112."),
    ],
    "errata-3": [
        (("wrong",), "Not yet. Let sympy factor the difference of the two, for one input."),
    ],
    "practice-1": [
        ((99,), "Not yet: the mean of 99 passes is off by 0.101 of the spread."),
        ((111,), "More than enough: the mean of 111 passes is off by 0.0949 of the spread."),
        ((200,), "More than enough: the mean of 200 passes is off by 0.0707 of the spread."),
    ],
    "practice-2": [
        ((0.8,), "Not yet: with 0.8 kept the ratio is 0.57."),
    ],
    "practice-3": [
        ((channels((1,), True),),
         "Channels are dropped whole. The mean is right. "
         "The same channels are dropped in every example of the batch. "
         "At test all are kept as they are."),
        ((channels((0, 1), False),),
         "Channels are dropped whole. The mean is right. Each example has its own. "
         "With training=False it still changes what it gets."),
        ((channels((0, 1, 2), True),),
         "Some channels are dropped in part. The mean is right. Each example has its own. "
         "At test all are kept as they are."),
        ((doubled,),
         "Channels are dropped whole. The mean of ones is 2.00. Each example has its own. "
         "At test all are kept as they are."),
    ],
    "practice-4": [
        ((0.8, 0.2, 0.2, 0.8),
         "PyTorch would keep 0.2. Keras: right. Flax: right. NumPy: right."),
        ((0.2, 0.75, 0.25, 0.2),
         "PyTorch: right. Keras would keep 0.25. Flax would keep 0.75. NumPy would keep 0.2."),
    ],
}  # fmt: skip
TRAINS = {"coadaptation-3", "evidence-3"}


def cases(table):
    return [
        pytest.param(name, case, id=f"{name}-{k}", marks=[pytest.mark.slow] * (name in TRAINS))
        for name, of_one in table.items()
        for k, case in enumerate(of_one)
    ]


def test_every_exercise_has_answers_here():
    assert set(RIGHT) == set(WRONG) == set(EXERCISES)


@pytest.mark.parametrize(("name", "case"), cases(RIGHT))
def test_what_is_right_is_said_to_be(name, case):
    answer, words = case
    said = check(name, *answer)
    assert said.right is True and said
    assert said.text == words
    assert repr(said) == f"✓ {words}"


@pytest.mark.parametrize(("name", "case"), cases(WRONG))
def test_what_is_not_right_gets_a_sentence_that_helps_on(name, case):
    answer, words = case
    said = check(name, *answer)
    assert said.right is False and not said
    assert said.text == words
    assert repr(said) == f"✗ {words}"


@pytest.mark.parametrize("name", EXERCISES)
def test_an_open_answer_is_invited_and_nothing_is_given_away(name):
    parts = dict.fromkeys(inspect.signature(EXERCISES[name]).parameters, ...)
    said = check(name, **parts)
    assert said == Feedback(None, UNANSWERED)
    assert not said
    assert repr(said) == UNANSWERED


def test_a_part_that_is_open_leaves_the_whole_open():
    for answer in ((2, ...), (..., 0.5)):
        assert check("masking-1", *answer).right is None
    assert check("masking-3", {0.5: 20, 0.2: ...}).right is None
    assert check("beyond-linear-1", (..., 4)).right is None


# --- what is no answer

NAN = float("nan")
NOT_NUMBERS = ["one", None, 1j, [1], True, p, NAN, float("inf")]
NOT_WORDS = [None, 3, "perhaps", ["no"]]
NOT_EXPRESSIONS = [None, "p", [1], {}, int, p < 1, sp.Symbol("q")]
NOT_FUNCTIONS = [None, 3, "inverted", inverted(np.ones(3), 0.2, np.random.default_rng(0))]
NUMBER = {"a number": NOT_NUMBERS}
FACTOR = {"a number, the factor from 16 units to 64": NOT_NUMBERS}
MOVES = {"one of rises, falls, stays": NOT_WORDS}
PROBABILITY = {"a probability from 0 to 1": ["0.2", None, 1.2, NAN]}
FUNCTION = {"the function itself, without brackets": NOT_FUNCTIONS}
CORNERS = "one of [(-4.0, -4.0), (-4.0, 4.0), (4.0, -4.0), (4.0, 4.0)]"
# what each part of an answer must be, and what is none
BAD = {
    "coadaptation-2": {"w_1": NUMBER, "w_2": NUMBER},
    "coadaptation-3": {"training_error": MOVES, "test_error": MOVES, "gap": MOVES},
    "masking-1": {"deviation": FACTOR, "share": FACTOR},
    "masking-2": {"variance": {"an expression in p_1, p_2": NOT_EXPRESSIONS}},
    "masking-3": {"units": {
        "of type Mapping": [None, 20],
        "a width for each keep probability, {0.5: ..., 0.2: ...}": [{0.5: 20}],
        "a whole number from 1 to 100000": [{0.5: k, 0.2: 62} for k in (0, 1.5, 100_001)],
    }},
    "masking-4": {"momentum": NUMBER, "l2": NUMBER},
    "scaling-1": {"factor": {"an expression in p": NOT_EXPRESSIONS}},
    "scaling-2": {
        part: {"a probability, or None where no p has the largest": ["half", [0.5], True, NAN]}
        for part in ("standard", "inverted")
    },
    "scaling-3": {"network": {"of type Network": [None, 3, "logistic", np.ones(4)]}},
    "scaling-4": {
        part: NUMBER for part in ("learning_rate", "weight_decay", "max_norm", "weights")
    },
    "regularizer-1": {"w": {
        "an expression in x, p, x_1, p_1, y": [None, "y / x", [1], sp.Symbol("q")],
    }},
    "regularizer-2": {"larger": {f"one of {OFTEN}, {SELDOM}": NOT_WORDS}},
    "regularizer-3": {"below": {"one of yes, no": [3, "perhaps"]}},  # a thousand cases each time
    "regularizer-4": {"least_squares": {"one of comes closer, goes farther away": NOT_WORDS}},
    "beyond-linear-1": {"corner": {
        "a sequence of 2 weights": [None, 4, (4,), "44"],
        "numbers": [("4", 4), (None, 4)],
        CORNERS: [(4, 3)],
    }},
    "beyond-linear-2": {"moment": {
        "a whole number from 1 to 8": ["four", None, 0, 9, 1.5, True],
    }},
    "beyond-linear-3": {"angle": {"a number, in radians": NOT_NUMBERS}, "penalty": NUMBER},
    "beyond-linear-4": {"penalty": {
        "an expression in p, w, x": [None, "p", [1], sp.Symbol("q")],
    }},
    "beyond-linear-5": {"part": {"one of the loss without dropout, the penalty": NOT_WORDS}},
    "evidence-1": {
        "interaction": {"an expression in w, h, n": NOT_EXPRESSIONS},
        "limit": NUMBER,
    },
    "evidence-2": {"factor": NUMBER},
    "evidence-3": {"cancellation": MOVES, "error": MOVES},
    "errata-1": {"dropped": FUNCTION},
    "errata-2": {"batch_penalty": FUNCTION},
    "errata-3": {"verdict": {"one of right, wrong": NOT_WORDS}},
    "practice-1": {"passes": {
        "a whole number from 1 to 1000000": ["ten", None, 0, 1.5, True, 10**6 + 1],
    }},
    "practice-2": {"keep_prob": {
        "a probability above 0 to 1": ["half", None, 0.0, 1.1, NAN, True],
    }},
    "practice-3": {"drop_channels": FUNCTION},
    "practice-4": {name: PROBABILITY for name in ("PyTorch", "Keras", "Flax", "NumPy")},
}  # fmt: skip


def test_every_part_of_every_exercise_has_bad_values():
    assert {name: list(parts) for name, parts in BAD.items()} == {
        name: list(inspect.signature(judge).parameters) for name, judge in EXERCISES.items()
    }


@pytest.mark.long
@pytest.mark.parametrize(("name", "part"), [(name, part) for name in BAD for part in BAD[name]])
def test_what_cannot_be_an_answer_is_refused_by_name(name, part):
    good = dict(zip(BAD[name], RIGHT[name][0][0], strict=True))
    for accepts, values in BAD[name][part].items():
        for bad in values:
            with pytest.raises((TypeError, ValueError)) as caught:
                check(name, **{**good, part: bad})
            assert str(caught.value).startswith(f"{part} must be {accepts}; got ")


ANSWERS = {  # what a learner's function has to return
    ("errata-1", "dropped"): "an array of shape (100000,)",
    ("errata-2", "batch_penalty"): "one number",
    ("practice-3", "drop_channels"): "an array of shape (5, 4000, 3)",
}


@pytest.mark.parametrize(("name", "part"), ANSWERS)
def test_a_function_that_does_not_answer_is_told_so(name, part):
    for function, got in (
        (lambda *_, **__: None, "None: is a `return` missing?"),
        (lambda: 1.0, "TypeError: "),
        (lambda *_, **__: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda *_, **__: [1.0, 2.0], "shape (2,)"),
    ):
        with pytest.raises((TypeError, ValueError)) as caught:
            check(name, **{part: function})
        words = f"{part} must return {ANSWERS[name, part]}; got {got}"
        assert str(caught.value).startswith(words)
    with pytest.raises(TypeError, match=f"^{part} must be real numbers .*; got 'kept'"):
        check(name, **{part: lambda *_, **__: "kept"})


def test_a_letter_that_is_mistyped_is_recognised():
    with pytest.raises(ValueError, match=r"; got 'p1' in p1; did you mean 'p_1'\?$"):
        check("masking-2", sp.Symbol("p1"))
    with pytest.raises(ValueError, match=r"; got 'zeta' in zeta$"):
        check("masking-2", sp.Symbol("zeta"))


@pytest.mark.parametrize(
    ("bad", "end"),
    [
        ("masking-9", "'masking-9'; did you mean 'masking-4'?"),
        ("", "''; 'beyond-linear-1' is one"),
        (None, "None"),
        (3, "3"),
        (["masking-1"], "['masking-1']"),
    ],
)
def test_an_exercise_that_is_not_there_is_refused(bad, end):
    with pytest.raises(
        (TypeError, ValueError), match=r"^name must be .*that of an exercise; got "
    ) as caught:
        check(bad, 1)
    assert str(caught.value).endswith(f"; got {end}")


@pytest.mark.parametrize(
    ("answer", "answers", "end"),
    [
        ((), {}, "missing a required argument: 'deviation'"),
        ((2,), {}, "missing a required argument: 'share'"),
        ((2, 0.5, 1), {}, "too many positional arguments"),
        ((2,), {"part": 1}, "missing a required argument: 'share'"),
    ],
)
def test_other_parts_than_those_asked_for_are_refused(answer, answers, end):
    with pytest.raises(TypeError) as caught:
        check("masking-1", *answer, **answers)
    asked = "answer must be written check('masking-1', deviation=..., share=...)"
    assert str(caught.value) == f"{asked}; got {end}"


# --- how it is found out what is right


def test_functions_of_learners_are_called_with_the_same_numbers_each_time():
    called = []
    check("errata-1", lambda h, drop_rate, rng: called.append((h, drop_rate, rng)) or h)
    check("practice-3", lambda h, drop_rate, rng, training: called.append((h, drop_rate, rng)) or h)
    for (h, drop_rate, rng), shape in zip(called, [(100_000,), *[(5, 4000, 3)] * 2], strict=True):
        assert np.array_equal(h, np.ones(shape))
        assert drop_rate == 0.2
        assert rng.random() in np.random.default_rng(0).random(2)


def test_variances_are_those_of_one_input():
    share = (symbolic.weight(1) * symbolic.activation(1)) ** 2
    for scheme, of_coin in (("standard", P * (1 - P)), ("inverted", (1 - P) / P)):
        found = _variance(getattr(symbolic.scaling, scheme)(1))
        assert sp.simplify(found - of_coin * share) == 0


@pytest.mark.parametrize(
    ("after", "word"),
    [(1.5, "rises"), (0.5, "falls"), (1.25, "stays"), (0.75, "stays"), (1.0, "stays")],
)
def test_a_change_that_is_too_small_is_no_move(after, word):
    assert moves(1.0, after, 0.5) == word


def dearer_if_kept(count):
    """An error as E_R, but for the penalty: it grows with p."""
    kept = [symbolic.keep_prob(j) for j in symbolic.units(count)]
    parts = [
        p * symbolic.weight(j) * symbolic.input_value(j)
        for p, j in zip(kept, symbolic.units(count), strict=True)
    ]
    penalty = sum(p * part**2 for p, part in zip(kept, parts, strict=True))
    return (symbolic.target() - sum(parts)) ** 2 + penalty


def sometimes_below(weights, inputs, target, keep_prob):
    assert (weights.shape, inputs.shape, np.shape(target)) == ((2,), (2,), ())
    assert 0 < keep_prob.min() < keep_prob.max() < 1
    assert len({*weights, *inputs, target}) == 5
    return linear.error_without_dropout(weights, inputs, target, keep_prob) - (weights[0] > 0)


def farther_if_kept(inputs, target, keep_prob):
    size = np.sqrt((inputs.sum(axis=1) ** 2).mean())
    return linear.least_squares_minimizer(inputs, target) / keep_prob + 1 / size


def with_more(more):
    p_1, w_1, x_1 = symbolic.keep_prob(1), symbolic.weight(1), symbolic.input_value(1)
    return lambda n: symbolic.error_without_dropout(n) + more(p_1, w_1, x_1)


# what would be found instead: the answer that is then right, and what is said of it
OTHERWISE = [
    (symbolic, "regularized_error", dearer_if_kept, "regularizer-2", SELDOM, "So it is."),
    (linear, "expected_error_exact", sometimes_below, "regularizer-3", "yes",
     "So it is. Can you say why?"),
    (linear, "regularized_minimizer", farther_if_kept, "regularizer-4", "goes farther away",
     "So it is: from 0.500 to 0.800."),
    (symbolic, "error_with_dropout", with_more(lambda p, w, x: w**2), "errata-3", "wrong",
     "So it is: for one input the difference is w_1**2."),
    (symbolic, "error_with_dropout", with_more(lambda p, w, x: p * (p - 1) * w**2 * x**2),
     "errata-3", "wrong",
     "So it is: for one input the difference is p_1*w_1**2*x_1**2*(p_1 - 1)."),
]  # fmt: skip


@pytest.mark.parametrize(("module", "function", "found", "name", "answer", "words"), OTHERWISE)
def test_what_is_right_is_found_out(monkeypatch, module, function, found, name, answer, words):
    assert not check(name, answer)
    monkeypatch.setattr(module, function, found)
    assert check(name, answer) == Feedback(True, words)


def test_cases_below_are_counted(monkeypatch):
    monkeypatch.setattr(linear, "expected_error_exact", sometimes_below)
    below = (np.random.default_rng(0).normal(size=(1000, 5))[:, 0] > 0).sum()
    words = f"Look again: of 1000 cases drawn at random {below} were below."
    assert check("regularizer-3", "no") == Feedback(False, words)


def wrong_at(share):
    """Ten of each class, and which share of them a network that repeats its inputs gets wrong."""
    inputs = np.eye(10).repeat(10, axis=0)
    targets = inputs.copy()
    targets[: round(100 * share)] = np.roll(inputs, 1, axis=1)[: round(100 * share)]
    return np.array([inputs] * 2), np.array([targets] * 2)


@pytest.mark.parametrize("errors", [((10, 60), (10, 40)), ((0, 0), (2, 40)), ((0, 40), (0, 41))])
def test_what_more_examples_do_is_measured(monkeypatch, errors):
    def train_arm(arm, seeds):
        assert list(seeds) == [0, 1]
        assert arm == experiments.Arm("none", train_size=arm.train_size)
        train, test = errors[[250, 1000].index(arm.train_size)]
        split = data.Split(*wrong_at(train / 100), *wrong_at(test / 100))
        return experiments.Trained(one_hot_network(), split, (0, 1))

    monkeypatch.setattr(experiments, "train_arm", train_arm)
    (train, test), (more_train, more_test) = errors
    right = {
        "training_error": moves(train, more_train, 1),
        "test_error": moves(test, more_test, 1),
        "gap": moves(test - train, more_test - more_train, 1),
    }
    assert check("coadaptation-3", **right).text == RIGHT["coadaptation-3"][0][1]
    for part, move in right.items():
        other = "falls" if move == "rises" else "rises"
        begin = f"The {part.replace('_', ' ')}:"
        said = check("coadaptation-3", **{**right, part: other})
        assert f"{begin} {MORE_EXAMPLES}" in said.text
        assert said.text.count("so it is.") == 2


def test_what_copying_every_unit_does_is_measured(monkeypatch):
    trained = experiments.Trained(one_hot_network(), data.Split(*wrong_at(0), *wrong_at(0)), (0, 1))

    def train_arm(arm, seeds):
        assert arm == experiments.Arm("none")
        assert list(seeds) == [0, 1, 2, 3]
        return trained

    monkeypatch.setattr(experiments, "train_arm", train_arm)
    for table, right in ((RIGHT, True), (WRONG, False)):
        for answer, words in table["evidence-3"]:
            assert check("evidence-3", *answer) == Feedback(right, words)


def test_a_doubled_network_has_each_unit_twice_and_says_the_same():
    net = nn.new_network((3, 4, 10), np.random.default_rng(0).spawn(2), keep_prob=(0.9, 0.5))
    net = dataclasses.replace(net, biases=(net.biases[0] + 0.1, net.biases[1] + 0.2))
    doubled = _doubled(net)
    assert doubled.sizes == (3, 8, 10)
    assert doubled.keep_prob == (0.9, 0.5)
    inputs = np.random.default_rng(1).normal(size=(5, 3))
    assert np.allclose(nn.predict(doubled, inputs), nn.predict(net, inputs))
    hidden = nn.forward(doubled, inputs)[-2]
    assert np.array_equal(hidden[..., :4], hidden[..., 4:])


# --- in the chapters


def cells(path):
    return json.loads(path.read_text("utf8"))["cells"]


def test_each_exercise_stands_in_its_chapter_open_and_before_its_answer():
    asked = []
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        found = cells(path)
        for cell, behind in pairwise(found):
            if cell["id"].startswith("check-") and "check(" in (last := cell["source"][-1]):
                (name,) = re.findall(r'^check\("([\w-]+)", .*\.\.\..*\)', last)
                asked.append(name)
                assert len(cell["source"]) <= 4
                assert cell["metadata"] == {}
                assert name.startswith(f"{path.stem}-")
                assert behind["source"][0] == "# Answer\n"
                assert f'check("{name}"' in "".join(behind["source"])
    assert sorted(asked) == sorted(EXERCISES)
