"""One frame: what the author's functions return, or what is wrong with it."""

from functools import partial

import pytest
from matplotlib.figure import Figure

from dropoutlab.explore.controls import Control, Part, Plan
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.handles import handle
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


def clipped(a, b):
    figure = draw(a, b)
    figure.axes[0].plot([0, 1])  # cut off at the axes: markup that refers to an id
    return figure


def test_parts_of_an_explorer_do_not_share_ids():
    functions = (clipped, draw, partial(clipped))  # alike, and not the same
    plan = Plan("x", (), tuple(Part("draw", function, ()) for function in functions), None)
    first, _second, third = (frame_markup(plan, part, VALUES) for part in plan.draws)
    assert first == figure_markup(clipped(**VALUES), "x")
    assert third == figure_markup(clipped(**VALUES), "x.2") != first


def test_a_handle_has_the_places_of_the_plan():
    def touchable(a, b):
        figure = draw(a, b)
        handle(figure.axes[0].title, a=7)
        return figure

    control = Control("a", "A", "slider", (5, 6, 7), ("5", "6", "7"), 0)
    plan = Plan("x", (control,), (Part("draw", touchable, (0,)),), None)
    assert 'data-set="0:2"' in frame_markup(plan, plan.draws[0], VALUES)
    with pytest.raises(RuntimeError) as refusal:
        frame_markup(Plan("x", (), plan.draws, None), plan.draws[0], VALUES)
    assert str(refusal.value) == (
        f"explorer 'x': draw failed at {VALUES}: a handle must set controls of []; got 'a'"
    )


def test_a_sentence_keeps_numbers_and_their_signs_together():
    assert text_at(lambda a, b: "5 % of a ± b") == "5\N{NO-BREAK SPACE}% of a ± b"
