"""A question as it is asked: what can be said to it, and what of it is right."""

import numpy as np
import pytest

from dropoutlab.explore.questions import Question, ask


def of(options, answer, **more):
    return ask("How much?", options, answer=answer, because="So much.", **more)


@pytest.mark.parametrize("veiled", [True, False])
@pytest.mark.parametrize(("answer", "place"), [("up", 0), ("down", 1), ("not at all", 2)])
def test_of_a_list_one_place_is_right(answer, place, veiled):
    options = ["up", "down", "not at all"]
    right = (place, place)
    assert of(options, answer, veiled=veiled) == Question(
        "How much?", tuple(options), False, right, "So much.", veiled
    )


def test_a_question_is_not_veiled_unless_it_says_so():
    assert of(["up", "down"], "up").veiled is False
    assert of((1, 3), 2).veiled is False
    assert of((1, 3), 2, veiled=True) == Question(
        "How much?", ("1", "2", "3"), True, (0, 2), "So much.", True
    )


@pytest.mark.parametrize(
    ("options", "answer", "more", "right"),
    [
        ((0, 10), 3, {}, (2, 4)),
        ((0, 10), 3, {"within": 0}, (3, 3)),
        ((0, 10), 3, {"within": 3}, (0, 6)),
        ((0, 10), 0, {}, (0, 1)),
        ((0, 10), 10, {"within": 2}, (8, 10)),
        ((0, 10), 9, {"within": 20}, (0, 10)),
        ((0, 10, 5), 7, {"within": 0}, (1, 1)),
        ((0, 10, 5), 8, {"within": 0}, (2, 2)),
        ((0, 10), 2.6, {"within": np.int64(0)}, (3, 3)),
        ((-1.0, 1.0, 0.5), -0.4, {"within": 0}, (1, 1)),
    ],
)
def test_of_a_slider_the_nearest_steps_are_right(options, answer, more, right):
    found = of(options, answer, **more)
    assert found.is_range is True
    assert found.right == right


def test_a_sliders_numbers_have_their_unit():
    assert of((0.0, 1.0, 0.5), 1, unit="%").texts == ("0.0 %", "0.5 %", "1.0 %")
    assert of((-1, 1), 0).texts == ("−1", "0", "1")


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"question": ""}, TypeError, "question must be a sentence; got ''"),
        ({"question": 3}, TypeError, "question must be a sentence; got 3"),
        ({"because": " "}, TypeError, "because must be a sentence; got ' '"),
        ({"veiled": 1}, TypeError, "veiled must be True or False; got 1"),
        ({"options": {"a", "b"} - {"b"}}, TypeError,
         "options must be a list of texts or (low, high, step) of a slider; got {'a'}"),
        ({"options": ["a"]}, TypeError, "options must be at least two texts; got ['a']"),
        ({"options": ["a", 2]}, TypeError, "options must be at least two texts; got ['a', 2]"),
        ({"options": ["a", " a"]}, ValueError, "options must differ; got 'a' twice"),
        ({"answer": "dwn"}, ValueError,
         "answer must be one of ['up', 'down']; got 'dwn'; did you mean 'down'?"),
        ({"answer": 1}, ValueError, "answer must be one of ['up', 'down']; got 1"),
        ({"answer": None}, ValueError, "answer must be one of ['up', 'down']; got None"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(change, error, says):
    good = {"question": "Where?", "options": ["up", "down"], "answer": "up", "because": "So."}
    ask(**good)
    with pytest.raises(error) as refusal:
        ask(**{**good, **change})
    assert str(refusal.value) == says


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"unit": None}, TypeError, "unit must be a text; got None"),
        ({"within": -1}, TypeError, "within must be a whole number of steps, at least 0; got -1"),
        ({"within": 1.0}, TypeError, "within must be a whole number of steps, at least 0; got 1.0"),
        ({"within": True}, TypeError,
         "within must be a whole number of steps, at least 0; got True"),
        ({"answer": "2"}, ValueError, "answer must be a number from 1 to 5; got '2'"),
        ({"answer": True}, ValueError, "answer must be a number from 1 to 5; got True"),
        ({"answer": 0.9}, ValueError, "answer must be a number from 1 to 5; got 0.9"),
        ({"answer": 5.1}, ValueError, "answer must be a number from 1 to 5; got 5.1"),
        ({"options": (5, 1)}, ValueError,
         "options must be (low, high) or (low, high, step) with low < high and step > 0; "
         "got (5, 1)"),
    ],
)  # fmt: skip
def test_what_is_no_slider_is_refused(change, error, says):
    good = {"options": (1, 5), "answer": 1}
    of(**good)
    of(**{**good, "answer": 5})
    with pytest.raises(error) as refusal:
        of(**{**good, **change})
    assert str(refusal.value) == says
