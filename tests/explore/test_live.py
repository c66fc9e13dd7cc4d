"""An explorer in a running notebook: its widgets, and when frames are drawn."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import ipywidgets as widgets
import pytest
from matplotlib.figure import Figure

from dropoutlab.explore import live
from dropoutlab.explore.controls import Control, Part, Plan, read_plan
from dropoutlab.explore.questions import ask
from dropoutlab.explore.svg import figure_markup

NASTY = """<b> & "two" E_D"""
SLIDER = Control("s", "Slide", "slider", (1, 2, 3), ("1 m", "2 m", "3 m"), 1)
CHOICE = Control("c", "Choose", "choice", (5, 6), ("five", "six"), 0)
CHECK = Control("k", "Check", "checkbox", (False, True), ("off", "on"), 1)
PLAYED = Control("s", "Slide", "slider", (1, 2, 3), ("1 m", "2 m", "3 m"), 1, play=True)


def picture_of(**values):
    figure = Figure(figsize=(1, 1))
    axes = figure.add_subplot()
    axes.plot([0, 1])  # cut off at the axes: markup that refers to an id
    axes.set_title(str(sorted(values.items())))
    return figure


def explorer(*controls, describe=lambda **values: NASTY):
    return live.live_explorer(plan_of(controls, picture_of, describe))


def plan_of(controls, draw, describe):
    own = tuple(range(len(controls)))
    return Plan("x", controls, (Part("draw", draw, own),), Part("describe", describe, own))


def frames(*controls):
    """Frames that keep in `asked` what was drawn."""
    asked = []

    def draw(**values):
        asked.append(tuple(values.values()))
        return picture_of(**values)

    made = live.Frames(plan_of(controls, draw, lambda **values: f"{values}"))
    made.asked = asked
    return made


def elsewhere(function, *arguments):
    """Call in another thread: the browser tests' event loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments).result()


def test_each_control_has_its_widget():
    slider, choice, check, *_ = explorer(SLIDER, CHOICE, CHECK).children
    assert type(slider) is widgets.SelectionSlider
    assert type(choice) is widgets.Dropdown
    assert type(check) is widgets.Checkbox
    assert slider.options == (("1 m", 1), ("2 m", 2), ("3 m", 3))
    assert choice.options == (("five", 5), ("six", 6))
    assert [w.description for w in (slider, choice, check)] == ["Slide", "Choose", "Check"]
    assert [w.value for w in (slider, choice, check)] == [2, 5, True]
    for widget in (slider, choice, check):
        assert widget.style.description_width == "initial"
        assert widget.layout.width == "100%"


def test_the_box_holds_the_controls_then_the_picture_then_the_sentence():
    box = explorer(SLIDER, CHECK)
    assert isinstance(box, widgets.VBox) and box.layout.max_width == live.WIDTH
    assert len(box.children) == 4
    pictures, sentence = box.children[-2:]
    (picture,) = pictures.children
    assert isinstance(picture, widgets.HTML) and isinstance(sentence, widgets.HTML)


def test_picture_and_sentence_are_those_of_the_values():
    box = explorer(SLIDER, CHOICE, CHECK)
    slider, choice, check, pictures, sentence = box.children
    (picture,) = pictures.children

    def shown(**values):
        label = "&lt;b&gt; &amp; &quot;two&quot; E_D"
        markup = figure_markup(picture_of(**values), "x")
        return f'<div role="img" aria-label="{label}">{markup}</div>'

    assert picture.value == shown(s=2, c=5, k=True)
    slider.value = 3
    assert picture.value == shown(s=3, c=5, k=True)
    choice.value = 6
    check.value = False
    assert picture.value == shown(s=3, c=6, k=False)
    assert sentence.value == (
        '<p aria-live="polite">&lt;b&gt; &amp; &quot;two&quot; E<sub>D</sub></p>'
    )


def test_the_sentence_follows_the_values():
    box = explorer(SLIDER, describe=lambda s: f"s = {s}")
    box.children[0].value = 1
    assert (
        "s = 1" in box.children[-1].value
        and 'aria-label="s = 1"' in box.children[-2].children[0].value
    )


def test_a_player_has_the_places_of_its_slider():
    row = explorer(PLAYED, CHECK).children[0]
    assert isinstance(row, widgets.HBox)
    slider, player = row.children
    assert isinstance(player, widgets.Play)
    assert (player.min, player.max, player.value) == (0, 2, 1)
    assert player.interval == 700
    player.value = 2
    assert slider.value == 3
    slider.value = 1
    assert player.value == 0


def test_a_frame_is_drawn_once():
    made = frames(SLIDER, CHECK)
    first = made.frame((2, 0))
    assert first == [figure_markup(picture_of(s=3, k=False), "x"), "{'s': 3, 'k': False}"]
    assert made.frame((2, 0)) == first and made.asked == [(3, False)]


def test_near_are_the_frames_one_control_away_the_nearest_first():
    made = frames(Control("s", "", "slider", tuple(range(5)), ("",) * 5, 0), CHECK)
    near = lambda place: [at for number, at in made.near(place) if number == 0]  # noqa: E731
    made.frame((3, 0))
    assert near((3, 0)) == [(2, 0), (4, 0), (1, 0), (0, 0), (3, 1)]
    made.frame((4, 0))
    assert near((3, 0)) == [(2, 0), (1, 0), (0, 0), (3, 1)]
    assert near((0, 1))[:2] == [(0, 1), (1, 1)]


def test_without_a_loop_nothing_is_drawn_ahead():
    made = frames(SLIDER)

    elsewhere(made.draw_ahead, (0,))
    assert made.waiting is None and made.asked == []


def test_frames_are_drawn_ahead_after_a_pause_one_at_a_time(monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.05)
    made = frames(SLIDER, CHECK)
    made.frame((1, 1))

    async def read():
        loop = asyncio.get_running_loop()
        made.draw_ahead((1, 1))
        assert made.waiting.when() == pytest.approx(loop.time() + 0.05, abs=0.02)
        await asyncio.sleep(0)
        assert made.asked == [(2, True)]  # the reader may still be moving
        counts = []
        while len(made.asked) < 4:
            counts.append(len(made.asked))
            assert made.waiting.when() <= loop.time() + 0.5  # the next one follows at once
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        return counts

    assert set(elsewhere(asyncio.run, read())) <= {1, 2, 3}
    assert made.asked == [(2, True), (1, True), (3, True), (2, False)]


def test_who_asks_again_is_waited_for_again(monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.05)
    made = frames(SLIDER)
    made.frame((1,))

    async def read():
        made.draw_ahead((1,))
        first = made.waiting
        made.draw_ahead((2,))
        assert first.cancelled() and not made.waiting.cancelled()
        while len(made.asked) < 3:
            await asyncio.sleep(0.005)

    elsewhere(asyncio.run, read())
    assert made.asked == [(2,), (3,), (1,)]


def test_what_fails_ahead_fails_when_the_reader_goes_there(monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.0)

    def fail(s):
        if s == 1:
            raise ZeroDivisionError("no")
        return picture_of(s=s)

    made = live.Frames(plan_of((SLIDER,), fail, lambda s: "a line"))
    made.frame((1,))

    async def read():
        complaints = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: complaints.append(context))
        made.draw_ahead((1,))
        for _ in range(20):
            await asyncio.sleep(0.001)
        return complaints

    assert elsewhere(asyncio.run, read()) == []
    assert set(made.kept) == {
        (0, 1),
        (1, 1),
    }  # the nearest fails; what comes after it is drawn when asked
    with pytest.raises(RuntimeError, match=r"^explorer 'x': draw failed at {'s': 1}: no$"):
        made.frame((0,))


def test_an_explorer_draws_ahead_from_where_it_stands(monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.0)
    asked = []

    def draw(s):
        asked.append(s)
        return picture_of(s=s)

    async def read():
        live.live_explorer(plan_of((SLIDER,), draw, lambda s: "a line"))
        assert asked == [2]
        while len(asked) < 3:
            await asyncio.sleep(0.005)

    elsewhere(asyncio.run, asyncio.wait_for(read(), 30))
    assert asked == [2, 1, 3]


def test_only_another_value_shows_another_picture():
    box = explorer(SLIDER)
    slider, picture = box.children[0], box.children[1].children[0]
    picture.value = "as it was"
    slider.description = "Another name"
    assert picture.value == "as it was"


def test_a_failing_sentence_names_its_explorer():
    with pytest.raises(RuntimeError, match=r"^explorer 'x': describe failed at {'s': 2}: "):
        explorer(SLIDER, describe=lambda s: s / 0)


def draw_size(size=1):
    return picture_of(size=size)


def draw_fragile(size, shift=0):
    if shift == 2:
        raise ZeroDivisionError("no shift of 2 & more")
    return picture_of(size=size, shift=shift)


def test_parts_follow_the_controls_that_they_name():
    asked = []

    def draw_counted(size=1):
        asked.append(size)
        return picture_of(size=size)

    written = {"size": (1, 3), "shift": (0, 2)}
    plan = read_plan("two", [draw_counted, draw_fragile], lambda size: f"Size {size}.", written)
    size, shift, pictures, sentence = live.live_explorer(plan).children
    one, other = pictures.children
    assert asked == [1]
    shift.value = 1
    assert asked == [1] and figure_markup(picture_of(size=1, shift=1), "two.1") in other.value
    size.value = 3
    assert asked == [1, 3] and figure_markup(picture_of(size=3), "two") in one.value
    assert "Size 3." in sentence.value


def test_what_fails_is_told_where_the_picture_was_and_is_gone_when_it_works_again():
    plan = read_plan("x", [draw_fragile], lambda size: "S.", {"size": (1, 2), "shift": (0, 2)})
    _size, shift, pictures, sentence = live.live_explorer(plan).children
    before = pictures.children[0].value
    shift.value = 2
    assert pictures.children[0].value == ""
    assert sentence.value == (
        '<p role="alert"><strong>explorer &#x27;x&#x27;: draw failed at {&#x27;size&#x27;: 2, '
        "&#x27;shift&#x27;: 2}: no shift of 2 &amp; more</strong></p>"
    )
    shift.value = 0
    assert pictures.children[0].value == before and "S." in sentence.value


@pytest.mark.parametrize(
    ("guess", "said"),
    [(1, "You predicted no, and it is so. No."), (0, "You predicted yes, and it is not so. No.")],
)
def test_a_question_comes_first_and_its_answer_with_the_explorer(guess, said):
    plan = read_plan("x", [draw_size], lambda size: "S.", {"size": (1, 2)})
    question = ask("Is it?", ["yes", "no"], answer="no", because="No.")
    asked = live.live_explorer(plan, question)
    text, (answers, buttons) = asked.children[0], asked.children[1].children
    assert "Is it?" in text.value and answers.options == ("yes", "no")
    commit, _shown = buttons.children
    commit.click()
    assert len(asked.children) == 2  # nothing is chosen
    answers.index = guess
    commit.click()
    assert said in asked.children[1].value and asked.children[2].children[0].value == 1


@pytest.mark.parametrize("button", [0, 1])
def test_an_answer_takes_the_controls_where_it_shows(button):
    draws = [draw_size, lambda other: draw_size()]
    plan = read_plan("x", draws, lambda size: f"S{size}.", {"size": (1, 3), "other": False})
    question = ask("Is it?", ["yes", "no"], answer="no", because="No.", at={"size": 3})
    asked = live.live_explorer(plan, question)
    answers, buttons = asked.children[1].children
    answers.index = 0
    buttons.children[button].click()
    *handles, _pictures, sentence = asked.children[2].children
    assert [handle.value for handle in handles] == [3, False] and "S3." in sentence.value


def test_who_wants_no_question_is_shown_at_once():
    plan = read_plan("x", [draw_size], lambda size: "S.", {"size": (1, 2)})
    question = ask("How much?", (0, 4), answer=3.4, because="So much.")
    asked = live.live_explorer(plan, question)
    answers, buttons = asked.children[1].children
    assert isinstance(answers, widgets.SelectionSlider) and answers.value == "2"
    buttons.children[1].click()
    assert asked.children[1].value == "<p>So much.</p>"


def test_each_value_has_a_text():
    with pytest.raises(ValueError, match="argument"):
        explorer(Control("s", "Slide", "slider", (1, 2, 3), ("1 m", "2 m"), 1))


def test_a_question_is_laid_out_above_what_answers_it():
    plan = read_plan("x", [draw_size], lambda size: "S.", {"size": (1, 2)})
    question = ask("Is E_D < 5?", ["yes", "no", "E_D"], answer="no", because="No: E_D.")
    asked = live.live_explorer(plan, question)
    assert type(asked) is widgets.VBox
    text, asking = asked.children
    assert text.value == "<p>Is E<sub>D</sub> &lt; 5?</p>"
    guess, buttons = asking.children
    assert type(guess) is widgets.RadioButtons and type(buttons) is widgets.HBox
    assert (guess.options, guess.value) == (("yes", "no", "E_D"), None)
    assert [button.description for button in buttons.children] == ["Commit", "Just show me"]
    guess.index = 2
    buttons.children[0].click()
    same, answer, box = asked.children
    assert same is text and isinstance(box, widgets.VBox)
    assert (
        answer.value == "<p>You predicted E<sub>D</sub>, and it is not so. No: E<sub>D</sub>.</p>"
    )


@pytest.mark.parametrize(("guess", "right"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_guess_within_the_steps_is_right(guess, right):
    plan = read_plan("x", [draw_size], lambda size: "S.", {"size": (1, 2)})
    question = ask("How much?", (0, 5), answer=2, because="So much.", unit="m")
    asked = live.live_explorer(plan, question)
    slider, buttons = asked.children[1].children
    assert (slider.options[-1], slider.value) == ("5 m", "3 m")  # from the middle
    slider.index = guess
    buttons.children[0].click()
    so = f", and it is {'' if right else 'not '}so."
    assert asked.children[1].value == f"<p>You predicted {guess} m{so} So much.</p>"


def test_several_pictures_stand_side_by_side_where_there_is_room():
    written = {"size": (1, 3), "shift": (0, 1)}
    box = live.live_explorer(read_plan("x", [draw_size, draw_fragile], lambda: "S.", written))
    assert box.layout.max_width is None
    pictures = box.children[-2]
    assert type(pictures) is widgets.Box and pictures.layout.flex_flow == "row wrap"
    for picture in pictures.children:
        assert (picture.layout.flex, picture.layout.max_width) == ("1 1 18rem", "100%")
    box = live.live_explorer(read_plan("x", [draw_size], lambda: "S.", {"size": (1, 3)}))
    assert box.layout.max_width == "36rem"
    assert box.children[-2].layout.flex_flow is None
    (picture,) = box.children[-2].children
    assert (picture.layout.flex, picture.layout.max_width) == ("1 1 18rem", None)


def test_a_failure_takes_every_picture_away():
    plan = read_plan(
        "x", [draw_size, draw_fragile], lambda: "S.", {"size": (1, 2), "shift": (0, 2)}
    )
    _size, shift, pictures, _sentence = live.live_explorer(plan).children
    shift.value = 2
    assert [picture.value for picture in pictures.children] == ["", ""]
