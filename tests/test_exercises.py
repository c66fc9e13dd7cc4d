"""Feedback on exercises: right answers, wrong ones, none yet, and what is no answer."""

import inspect
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from dropoutlab import network as nn
from dropoutlab.exercises import EXERCISES, Feedback, check
from dropoutlab.exercises._grading import UNANSWERED

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


OFTEN, SELDOM = "the one kept more often", "the one kept less often"
RIGHT = {
    "coadaptation-2": [(0.5, 0.5), (sp.Rational(1, 2), 0.5)],
    "coadaptation-3": [("stays", "falls", "falls")],
    "masking-1": [(2, 0.5)],
    "masking-2": [(p_1 * (1 - p_1) + p_2 - p_2**2,)],
    "masking-3": [({0.5: 20, 0.2: 62},), ({0.2: 100, 0.5: 64},)],
    "masking-4": [(0, 0), (0.0, 0.0)],
    "scaling-1": [(1 / p,), (sp.sqrt(1 / p**2),)],
    "scaling-2": [(0.5, None), (sp.Rational(1, 2), None)],
    "scaling-3": [(logistic(-2.5),), (logistic(0.0, 1.0),)],
    "scaling-4": [(0.025, 0.0004, 1.5, 0.5)],
    "regularizer-1": [(y / x,), (sp.Symbol("y", real=True) / sp.Symbol("x_1"),)],
    "regularizer-2": [(OFTEN,)],
    "regularizer-3": [("no",)],
    "regularizer-4": [("comes closer",)],
    "beyond-linear-1": [((4, -4),), ((-4, 4),), (np.array([4.0, -4.0]),)],
    "beyond-linear-2": [(4,)],
    "beyond-linear-3": [(np.pi / 4, 12.5), (-3 * np.pi / 4, 12.5)],
    "beyond-linear-4": [((1 - p) / p * w**2 * x**2 / 2,), ((w * x) ** 2 * (1 / p - 1) / 2,)],
    "beyond-linear-5": [("the penalty",)],
    "evidence-1": [((w * h / n) ** 2, 0)],
    "evidence-2": [(0.5,), (sp.Rational(1, 2),)],
    "evidence-3": [("stays", "falls")],
    "errata-1": [(inverted,)],
    "errata-2": [(penalty,)],
    "errata-3": [("right",)],
    "practice-1": [(100,)],
    "practice-2": [(0.97,), (1.0,)],
    "practice-3": [(channels((0, 1), True),)],
    "practice-4": [(0.2, 0.2, 0.2, 0.8)],
}
# an answer, and a few words that help on
WRONG = {
    "coadaptation-2": [((0.6, 0.4), "another pair"), ((1.0, 1.0), "yours make 2"),
                       ((10, -9), "mean error is 45.2")],
    "coadaptation-3": [(("falls", "falls", "rises"), "The gap: not yet")],
    "masking-1": [((4, 0.5), "deviation does not become 4 times"), ((2, 1), "share does not")],
    "masking-2": [((2 * p_1 * (1 - p_1),), "let the two differ"), ((p_1 * p_2,), "Not yet"),
                  ((0.5,), "Not yet")],
    "masking-3": [(({0.5: 12, 0.2: 62},), "12 units kept with 0.5 all are dropped with 2.4e−04")],
    "masking-4": [((0.9, 0), "moves by −0.02"), ((0, 0.001), "moves by −0.0001")],
    "scaling-1": [((1 / p**2,), "of the variance"), ((2,), "Not yet")],
    "scaling-2": [((0.5, 0.5), "Inverted: not yet"), ((None, None), "Standard: not yet"),
                  ((0.4, None), "Standard: not yet")],
    "scaling-3": [((logistic(-1.0),), "differ by 0.11")],
    "scaling-4": [((0.05, 0.0004, 1.5, 0.5), "learning rate: not yet, less"),
                  ((0.025, 0.0001, 1.5, 0.5), "weight decay: not yet, more")],
    "regularizer-1": [((p * y / x,), "Which of the two masks")],
    "regularizer-2": [((SELDOM,), "Not yet")],
    "regularizer-3": [(("yes",), "of 1000 drawn at random there was none")],
    "regularizer-4": [(("goes farther away",), "Not yet")],
    "beyond-linear-1": [(((4, 4),), "another corner has more")],
    "beyond-linear-2": [((2,), "share this one"), ((3,), "Not yet"), ((6,), "Not yet")],
    "beyond-linear-3": [((0.0, 12.5), "products are 4.00 and 1.00"),
                        ((np.pi / 4, 17), "The penalty: not yet")],
    "beyond-linear-4": [(((1 - p) * w**2 * x**2 / 2,), "Not yet")],
    "beyond-linear-5": [(("the loss without dropout",), "Look for the target")],
    "evidence-1": [((w * h / n, 0), "one of the copies"), (((w * h / n) ** 2, 1), "elsewhere")],
    "evidence-2": [((0.25,), "Not yet"), ((1,), "Not yet")],
    "evidence-3": [(("rises", "falls"), "cancellation: not yet"),
                   (("stays", "rises"), "error: not")],
    "errata-1": [((confused,), "it keeps 0.20 of the units"),
                 ((standard,), "mean of ones is 0.80")],
    "errata-2": [((squared_sum,), "With one example it is right. With three examples it gives")],
    "errata-3": [(("wrong",), "Not yet")],
    "practice-1": [((99,), "Not yet"), ((200,), "More than enough")],
    "practice-2": [((0.8,), "the ratio is 0.57")],
    "practice-3": [((channels((1,), True),), "in every example"),
                   ((channels((0, 1), False),), "With training=False"),
                   ((channels((0, 1, 2), True),), "in part"), ((doubled,), "mean of ones is 2")],
    "practice-4": [((0.8, 0.2, 0.2, 0.8), "PyTorch would keep 0.2."),
                   ((0.2, 0.2, 0.2, 0.2), "NumPy would keep 0.2.")],
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


@pytest.mark.parametrize(("name", "answer"), cases(RIGHT))
def test_what_is_right_is_said_to_be(name, answer):
    said = check(name, *answer)
    assert said.right is True and said
    assert repr(said).startswith("✓ ")


@pytest.mark.parametrize(("name", "case"), cases(WRONG))
def test_what_is_not_right_gets_a_sentence_that_helps_on(name, case):
    answer, words = case
    said = check(name, *answer)
    assert said.right is False and not said
    assert words in said.text
    assert repr(said).startswith("✗ ")


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
NOT_ANSWERING = [  # functions that forget to return, take other arguments, fail, give no numbers
    lambda *_, **__: None, lambda: 1.0, lambda *_, **__: 1 / 0, lambda *_, **__: "kept",
]  # fmt: skip
BAD = {
    "coadaptation-2": {"w_1": NOT_NUMBERS, "w_2": NOT_NUMBERS},
    "coadaptation-3": {"training_error": NOT_WORDS, "test_error": NOT_WORDS, "gap": NOT_WORDS},
    "masking-1": {"deviation": NOT_NUMBERS, "share": NOT_NUMBERS},
    "masking-2": {"variance": NOT_EXPRESSIONS},
    "masking-3": {"units": [None, 20, {0.5: 20}, {0.5: 0, 0.2: 62}, {0.5: 1.5, 0.2: 62}]},
    "masking-4": {"momentum": NOT_NUMBERS, "l2": NOT_NUMBERS},
    "scaling-1": {"factor": NOT_EXPRESSIONS},
    "scaling-2": {"standard": ["half", [0.5], True, NAN], "inverted": ["none", [0.5], True, NAN]},
    "scaling-3": {"network": [None, 3, "logistic", np.ones(4)]},
    "scaling-4": {name: NOT_NUMBERS
                  for name in ("learning_rate", "weight_decay", "max_norm", "weights")},
    "regularizer-1": {"w": [None, "y / x", [1], sp.Symbol("q")]},
    "regularizer-2": {"larger": NOT_WORDS},
    "regularizer-3": {"below": NOT_WORDS},
    "regularizer-4": {"least_squares": NOT_WORDS},
    "beyond-linear-1": {"corner": [None, 4, (4,), (4, 3), ("4", 4), "44"]},
    "beyond-linear-2": {"moment": ["four", None, 0, 9, 1.5, True]},
    "beyond-linear-3": {"angle": NOT_NUMBERS, "penalty": NOT_NUMBERS},
    "beyond-linear-4": {"penalty": [None, "p", [1], sp.Symbol("q")]},
    "beyond-linear-5": {"part": NOT_WORDS},
    "evidence-1": {"interaction": NOT_EXPRESSIONS, "limit": NOT_NUMBERS},
    "evidence-2": {"factor": NOT_NUMBERS},
    "evidence-3": {"cancellation": NOT_WORDS, "error": NOT_WORDS},
    "errata-1": {"dropped": [*NOT_FUNCTIONS, *NOT_ANSWERING, lambda h, rate, rng: h[1:]]},
    "errata-2": {"batch_penalty": [*NOT_FUNCTIONS, *NOT_ANSWERING, lambda w, x, p: w]},
    "errata-3": {"verdict": NOT_WORDS},
    "practice-1": {"passes": ["ten", None, 0, 1.5, True]},
    "practice-2": {"keep_prob": ["half", None, 0.0, 1.1, NAN, True]},
    "practice-3": {"drop_channels": [*NOT_FUNCTIONS, *NOT_ANSWERING, lambda h, *_, **__: h.mean()]},
    "practice-4": {name: ["0.2", None, 1.2, NAN] for name in ("PyTorch", "Keras", "Flax", "NumPy")},
}  # fmt: skip


def test_every_part_of_every_exercise_has_bad_values():
    assert {name: list(parts) for name, parts in BAD.items()} == {
        name: list(inspect.signature(judge).parameters) for name, judge in EXERCISES.items()
    }


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param(name, part, marks=[pytest.mark.slow] * (name in TRAINS))
        for name in BAD
        for part in BAD[name]
    ],
)
def test_what_cannot_be_an_answer_is_refused_by_name(name, part):
    good = dict(zip(BAD[name], RIGHT[name][0], strict=True))
    for bad in BAD[name][part]:
        with pytest.raises((TypeError, ValueError), match=rf"\b{part} must .*got "):
            check(name, **{**good, part: bad})


@pytest.mark.parametrize("bad", ["masking-9", "", None, 3, ["masking-1"]])
def test_an_exercise_that_is_not_there_is_refused(bad):
    with pytest.raises((TypeError, ValueError), match=r"name must be .*; got "):
        check(bad, 1)


@pytest.mark.parametrize(
    ("answer", "answers"), [((), {}), ((2,), {}), ((2, 0.5, 1), {}), ((2,), {"part": 1})]
)
def test_other_parts_than_those_asked_for_are_refused(answer, answers):
    with pytest.raises(TypeError, match=r"answer must be written check\('masking-1', deviation="):
        check("masking-1", *answer, **answers)


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
