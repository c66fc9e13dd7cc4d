"""The two functions that a chapter uses: what they take, refuse and return in either life."""

import pytest
from ipywidgets import VBox
from matplotlib.figure import Figure

from dropoutlab import explore as package
from dropoutlab.explore import ask, book, explore, page, picture, score
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


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"predict": "A?"}, TypeError, "predict must be a question made by `ask`; got 'A?'"),
        ({"live": 1}, TypeError, "live must be True or False; got 1"),
        ({"controls": [1]}, TypeError,
         "controls must be a mapping of names to controls; got [1]"),
        ({"controls": {"size": (0, 1), "other": (0, 1)}}, ValueError,
         "controls must be named once; got 'size' twice"),
        ({"play": "siz"}, ValueError,
         "explorer 'one': play must name a control, ['size']; got 'siz'; did you mean 'size'?"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(building, change, error, says):
    with pytest.raises(error) as refusal:
        explore(draw_one, describe=describe, size=(1, 3), **change)
    assert str(refusal.value) == says


def test_draws_are_functions():
    for draws, got in (((), "()"), ((3,), "(3,)"), ((draw_one, None), f"({draw_one!r}, None)")):
        with pytest.raises(TypeError) as refusal:
            explore(*draws, describe=describe, size=(1, 3))
        assert str(refusal.value) == (
            f"draws must be functions of the controls, at least one; got {got}"
        )


def test_controls_of_both_ways_are_in_their_order(building):
    def draw(size=1, units=2, name=3):
        return draw_one()

    html = explore(
        draw, describe=lambda: "A line.", name="it", controls={"units": (1, 3), "name": (3, 4)},
        size=(1, 2),
    ).markup  # fmt: skip
    places = [html.index(f'id="explorer-it-{name}"') for name in ("units", "name", "size")]
    assert places == sorted(places)


@pytest.mark.parametrize("live", [False, True])
def test_all_that_is_given_reaches_the_explorer(monkeypatch, live):
    """Both lives get the same plan and the same question."""
    plans, made = [], []
    monkeypatch.setattr(package, "read_plan", lambda *given: plans.append(given) or "a plan")
    for name in ("live_explorer", "page_explorer"):
        monkeypatch.setattr(
            package, name, lambda *given, name=name: made.append((name, *given)) or name
        )
    question = ask("Is it?", ["yes", "no"], answer="no", because="No.")
    draws = (draw_one, lambda size: draw_one())
    labels, units = {"size": "Width"}, {"size": "cm"}
    shown = explore(
        *draws, describe=describe, labels=labels, units=units, play="size", predict=question,
        live=live, size=(1, 3),
    )  # fmt: skip
    way = "live_explorer" if live else "page_explorer"
    assert plans == [("one", draws, describe, {"size": (1, 3)}, labels, units, "size")]
    assert (shown, made) == (way, [(way, "a plan", question)])
    explore(draw_one, describe=describe, name="other", size=(1, 3), live=live)
    assert plans[1] == ("other", (draw_one,), describe, {"size": (1, 3)}, {}, {}, None)
    assert made[1] == (way, "a plan", None)


def test_a_score_is_an_empty_line_that_a_script_fills():
    shown = score()
    assert shown.markup == '<p class="explorer-score" role="status"></p>'
    assert (shown.title, shown.text) == ("Your predictions", "")


def test_a_still_picture_keeps_its_sentence():
    shown = picture(draw_one(), "A sentence.")
    assert (shown.title, shown.text) == ("Picture", "A sentence.")
    assert shown.markup == page.page_picture(draw_one(), "A sentence.")


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
