"""An explorer in a running notebook: its widgets, and when frames are drawn."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import ipywidgets as widgets
import pytest
from matplotlib.figure import Figure

from dropoutlab.explore import live
from dropoutlab.explore.controls import Control
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
    return live.live_explorer("x", picture_of, describe, controls)


def frames(*controls):
    """Frames that keep in `asked` what was drawn."""
    asked = []

    def draw(**values):
        asked.append(tuple(values.values()))
        return picture_of(**values)

    made = live.Frames("x", draw, lambda **values: f"{values}", controls)
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
    picture, sentence = box.children[-2:]
    assert isinstance(picture, widgets.HTML) and isinstance(sentence, widgets.HTML)


def test_picture_and_sentence_are_those_of_the_values():
    box = explorer(SLIDER, CHOICE, CHECK)
    slider, choice, check, picture, sentence = box.children

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
    assert "s = 1" in box.children[-1].value and 'aria-label="s = 1"' in box.children[-2].value


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
    assert first == (figure_markup(picture_of(s=3, k=False), "x"), "{'s': 3, 'k': False}")
    assert made.frame((2, 0)) == first and made.asked == [(3, False)]


def test_near_are_the_frames_one_control_away_the_nearest_first():
    made = frames(Control("s", "", "slider", tuple(range(5)), ("",) * 5, 0), CHECK)
    made.frame((3, 0))
    assert list(made.near((3, 0))) == [(2, 0), (4, 0), (1, 0), (0, 0), (3, 1)]
    made.frame((4, 0))
    assert list(made.near((3, 0))) == [(2, 0), (1, 0), (0, 0), (3, 1)]
    assert list(made.near((0, 1)))[:2] == [(0, 1), (1, 1)]


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

    made = live.Frames("x", fail, lambda s: "a line", (SLIDER,))
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
    assert set(made.kept) == {(1,)}  # the nearest fails; what comes after it is drawn when asked
    with pytest.raises(RuntimeError, match=r"^explorer 'x': draw failed at {'s': 1}: no$"):
        made.frame((0,))


def test_an_explorer_draws_ahead_from_where_it_stands(monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.0)
    asked = []

    def draw(s):
        asked.append(s)
        return picture_of(s=s)

    async def read():
        live.live_explorer("x", draw, lambda s: "a line", (SLIDER,))
        assert asked == [2]
        while len(asked) < 3:
            await asyncio.sleep(0.005)

    elsewhere(asyncio.run, asyncio.wait_for(read(), 30))
    assert asked == [2, 1, 3]


def test_only_another_value_shows_another_picture():
    box = explorer(SLIDER)
    slider, picture = box.children[0], box.children[1]
    picture.value = "as it was"
    slider.description = "Another name"
    assert picture.value == "as it was"


def test_a_failing_sentence_names_its_explorer():
    with pytest.raises(RuntimeError, match=r"^explorer 'x': describe failed at {'s': 2}: "):
        explorer(SLIDER, describe=lambda s: s / 0)


def test_a_place_has_an_index_for_each_control():
    for place in ((1,), (1, 1, 1)):
        with pytest.raises(ValueError, match="argument"):
            frames(SLIDER, CHECK).frame(place)


def test_each_value_has_a_text():
    with pytest.raises(ValueError, match="argument"):
        explorer(Control("s", "Slide", "slider", (1, 2, 3), ("1 m", "2 m"), 1))
