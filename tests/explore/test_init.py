"""The two functions that a chapter uses: what they take, refuse and return in either life."""

import pytest
from ipywidgets import VBox
from matplotlib.figure import Figure

from dropoutlab.explore import ask, book, explore, page, picture
from dropoutlab.explore.document import Shown


def draw_one(size=2):
    figure = Figure(figsize=(1, 1))
    figure.text(0, 0, str(size))
    return figure


def describe(size):
    return f"Size {size}."


def test_no_sentence_breaks_between_a_number_and_its_sign(building):
    written, wanted = "5 % or 1 ± 2 % of 3, a % b", "5~% or 1~±~2~% of 3, a % b"
    wanted = wanted.replace("~", "\N{NO-BREAK SPACE}")
    question = ask(written, ["yes", "no"], answer="no", because=written)
    shown = explore(draw_one, describe=lambda: written, size=(1, 3), predict=question)
    assert shown.text == wanted and f">{wanted}</p>" in shown.markup
    assert f">{wanted}</span>" in picture(draw_one(), written).markup


class Draw:
    """A function without a name."""

    def __call__(self, size=2):
        return draw_one(size)


@pytest.fixture
def building(monkeypatch):
    monkeypatch.setenv(book.BUILDING, "1")
    monkeypatch.setattr(page, "_weights_on_this_page", {})


def test_a_kernel_draws_only_where_it_is_asked_to(monkeypatch):
    for building in "01":
        monkeypatch.setattr(page, "_weights_on_this_page", {})
        monkeypatch.setenv(book.BUILDING, building)
        assert isinstance(explore(draw_one, describe=describe, size=(1, 3)), Shown)
        box = explore(draw_one, describe=describe, size=(1, 3), live=True)
        assert isinstance(box, VBox) and box.children[0].value == 2


def test_a_cell_can_be_run_again_in_a_notebook_and_a_name_is_one_explorer_of_a_page(monkeypatch):
    monkeypatch.setattr(page, "_weights_on_this_page", {})
    monkeypatch.setenv(book.BUILDING, "0")
    first, second = (explore(draw_one, describe=describe, size=(1, 3)) for _ in range(2))
    assert first.markup == second.markup
    monkeypatch.setattr(page, "_weights_on_this_page", {})
    monkeypatch.setenv(book.BUILDING, "1")
    explore(draw_one, describe=describe, size=(1, 3))
    with pytest.raises(ValueError, match="name must differ between the explorers of a page"):
        explore(draw_one, describe=describe, size=(1, 3))


def test_the_name_is_that_of_draw_or_the_one_that_is_given(building):
    assert 'data-name="one"' in explore(draw_one, describe=describe, size=(1, 3)).markup
    named = explore(draw_one, describe=describe, name="draw_other", size=(1, 3))
    assert 'data-name="draw_other"' in named.markup
    for nameless in (Draw(), lambda size: draw_one()):
        with pytest.raises(ValueError, match=r'^name must be given, name="picture" for one; got <'):
            explore(nameless, describe=describe, size=(1, 3))


def test_labels_units_and_play_reach_the_control(building):
    html = explore(
        draw_one, describe=describe, labels={"size": "Width"}, units={"size": "cm"}, play="size",
        size=(1, 3),
    ).markup  # fmt: skip
    assert ">Width</label>" in html and ">2 cm</span>" in html and "explorer-play" in html
    assert 'aria-label="Size 2."' in html


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"draw": "one"}, "draws must be functions of the controls, at least one; got ('one',)"),
        ({"describe": "one"}, "explorer 'one': describe must be a function of the controls size"),
        ({"describe": lambda other: ""}, "explorer 'one': describe must be a function of the con"),
        ({"labels": ["size"]}, "explorer 'one': labels must name controls"),
        ({"units": ["size"]}, "explorer 'one': units must name controls"),
        ({"labels": ()}, "explorer 'one': labels must name controls"),
        ({"units": ""}, "explorer 'one': units must name controls"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused(bad, says):
    arguments = {"draw": draw_one, "describe": describe, "size": (1, 3), **bad}
    with pytest.raises(TypeError) as refusal:
        explore(arguments.pop("draw"), **arguments)
    assert str(refusal.value).startswith(says)


def test_a_picture_is_a_figure_with_a_sentence():
    shown = picture(draw_one(), "A sentence.")
    assert isinstance(shown, Shown) and "<svg" in shown.markup
    assert 'aria-label="A sentence."' in shown.markup
    with pytest.raises(TypeError) as refusal:
        picture("figure", "A sentence.")
    assert str(refusal.value) == "figure must be a matplotlib Figure; got str"


@pytest.mark.parametrize(
    ("text", "problem"), [(3, TypeError), (None, TypeError), ("", ValueError), (" \n", ValueError)]
)
def test_a_picture_without_a_sentence_is_refused(text, problem):
    with pytest.raises(problem) as refusal:
        picture(draw_one(), text)
    assert str(refusal.value) == (
        f"text must be a sentence that says what the figure shows; got {text!r}"
    )
