"""One frame: what the author's functions return, or what is wrong with it."""

import pytest
from matplotlib.figure import Figure

from dropoutlab.explore.controls import Part, Plan
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.svg import figure_markup

VALUES = {"a": 1, "b": "two"}


def picture_at(draw, values=VALUES):
    plan = Plan("x", (), (Part("draw", draw, ()),), None)
    return frame_markup(plan, plan.draws[0], values)


def text_at(describe, values=VALUES):
    return frame_text(Plan("x", (), (), Part("describe", describe, ())), values)


def fail(**values):
    raise ZeroDivisionError(f"no {len(values)}")


def draw(a, b, text="t"):
    figure = Figure(figsize=(1, 1))
    figure.add_subplot().set_title(f"{a} {b} {text}")
    return figure


def test_a_frame_is_the_picture_and_the_sentence_at_the_values():
    assert picture_at(draw) == figure_markup(draw(1, "two"), "x")
    assert text_at(lambda a, b: f"{a} and {b}") == "1 and two"


@pytest.mark.parametrize(("frame", "role"), [(picture_at, "draw"), (text_at, "describe")])
def test_a_failure_names_explorer_values_and_cause(frame, role):
    with pytest.raises(RuntimeError) as refusal:
        frame(fail)
    assert str(refusal.value) == f"explorer 'x': {role} failed at {VALUES}: no 2"
    assert isinstance(refusal.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("returned", [None, "a picture", Figure(figsize=(1, 1)).add_subplot()])
def test_what_is_no_figure_is_refused(returned):
    with pytest.raises(TypeError) as refusal:
        picture_at(lambda a, b: returned)
    assert str(refusal.value) == (
        f"explorer 'x': draw must return a matplotlib Figure; at {VALUES} it returned {returned!r}"
    )


@pytest.mark.parametrize("returned", [None, 3, "", " \n"])
def test_what_is_no_sentence_is_refused(returned):
    with pytest.raises(TypeError) as refusal:
        text_at(lambda a, b: returned)
    assert str(refusal.value) == (
        f"explorer 'x': describe must return a sentence; at {VALUES} it returned {returned!r}"
    )


def test_a_figure_that_cannot_be_set_is_a_failure_of_draw():
    with pytest.raises(RuntimeError, match=r"^explorer 'x': draw failed at {'a': 1, 'b': 'two'}: "):
        picture_at(lambda a, b: draw(a, b, r"$\nosuchcommand$"))
