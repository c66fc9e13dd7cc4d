"""Explorers outside of a browser: controls, frames, the page's HTML and the widgets."""

import asyncio
import base64
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.figure import Figure

from dropoutlab.explore import book, controls, explore, live, page, picture
from dropoutlab.explore.svg import figure_markup, sentence_markup


def draw_line(slope=1.0, points=3, dashed=False):
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    x = np.arange(points)
    axes.plot(x, slope * x, "--" if dashed else "-", clip_on=True)
    return figure


def describe_line(slope, points, dashed):
    return f"A {'dashed ' * dashed}line of slope {slope} & {points} points."


CONTROLS = {"slope": (-1.0, 1.0, 0.5), "points": [2, 3, 4], "dashed": False}


@pytest.fixture
def building(monkeypatch):
    monkeypatch.setenv(book.BUILDING, "1")
    monkeypatch.setattr(page, "_names_on_this_page", set())


def grid(**written):
    return controls.read_controls("line", draw_line, written, {})


# --- controls


def test_controls_are_read_as_interact_abbreviates_them():
    slope, points, dashed = grid(**CONTROLS)
    assert slope.values == (-1.0, -0.5, 0.0, 0.5, 1.0) and slope.kind == "slider"
    assert slope.texts == ("-1.0", "-0.5", "0.0", "0.5", "1.0")
    assert slope.values[slope.start] == 1.0  # the default in draw's signature
    assert points.values == (2, 3, 4) and points.kind == "choice"
    assert dashed.values == (False, True) and dashed.kind == "checkbox"


@pytest.mark.parametrize(
    ("written", "values", "start"),
    [
        ((1, 5), (1, 2, 3, 4, 5), 3),
        ((1, 6, 2), (1, 3, 5), 3),
        (widgets.IntSlider(value=2, min=1, max=3), (1, 2, 3), 2),
        (widgets.SelectionSlider(options=[1, 10, 100], value=10), (1, 10, 100), 10),
        (widgets.Dropdown(options=[("few", 2), ("many", 9)], value=9), (2, 9), 9),
        ([("few", 3), ("many", 9)], (3, 9), 3),
    ],
)
def test_every_supported_control(written, values, start):
    (control,) = grid(points=written)
    assert control.values == values
    assert control.values[control.start] == start


def test_float_steps_land_on_decimal_numbers():
    (slope,) = grid(slope=widgets.FloatSlider(value=0.3, min=0, max=1, step=0.1))
    assert slope.values == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert slope.values[slope.start] == 0.3


@pytest.mark.parametrize(
    "written",
    [3, "word", None, [], (1,), (1, 2, 3, 4), (2, 1), (0.0, 1.0, 0.0), ("a", "b"),
     (1, float("inf")), (5, 6), widgets.Text(), (0, 1000)],
)  # fmt: skip
def test_unsupported_controls_are_named(written):
    with pytest.raises((TypeError, ValueError), match="explorer 'line', control 'points' must"):
        grid(points=written)


def test_a_grid_over_the_budget_is_refused():
    with pytest.raises(ValueError, match=r"explorer 'line': .* at most 400 frames; got 402"):
        grid(slope=(-100.0, 100.0, 1.0), dashed=False)


@pytest.mark.parametrize("written", [{}, {"colour": (1, 2)}])
def test_controls_must_fit_the_function(written):
    with pytest.raises((TypeError, ValueError), match="explorer 'line'"):
        grid(**written)


@pytest.mark.parametrize(
    "arguments",
    [
        {"units": {"colour": "nm"}},
        {"play": "colour"},
        {"play": "points"},
        {"draw": "line"},
        {"describe": None},
        {"name": "Two words"},
        {"labels": {"colour": "Colour"}},
    ],
)
def test_explore_refuses_bad_arguments(arguments):
    good = {"draw": draw_line, "describe": describe_line, **CONTROLS}
    with pytest.raises((TypeError, ValueError), match="must"):
        explore(**{**good, **arguments})


# --- the page


def built(**settings):
    return explore(draw_line, describe=describe_line, **CONTROLS, **settings).data


def frames_in(html):
    packed = re.search(r'class="explorer-frames">([^<]+)<', html)[1]
    return page.unpack_frames(packed)


def test_the_page_holds_what_draw_returns_for_every_value(building):
    frames, texts = frames_in(built())
    values = list(page.grid_values(grid(**CONTROLS)))
    assert len(frames) == len(texts) == len(values) == 5 * 3 * 2
    for frame, text, value in zip(frames, texts, values, strict=True):
        assert frame == figure_markup(draw_line(**value), "line")
        assert text == describe_line(**value)


def test_the_default_frame_stands_in_the_page(building):
    html = built()
    default = figure_markup(draw_line(1.0, 3, False), "line")
    assert default in html.split("<script")[0]
    assert 'aria-label="A line of slope 1.0 &amp; 3 points."' in html
    assert "<figcaption" in html


def test_equal_frames_and_lines_travel_once(building):
    html = explore(
        lambda slope, other: draw_line(slope), describe=lambda slope, other: f"{other}",
        name="same", slope=(0.0, 1.0, 0.5), other=(1, 50),
    ).data  # fmt: skip
    assert len(base64.b64decode(re.search(r"frames\">([^<]+)<", html)[1])) < 6_000
    assert len(set(frames_in(html)[0])) == 3


def test_a_name_is_used_once_on_a_page(building):
    built()
    with pytest.raises(ValueError, match=r"name must differ .* got 'line' twice"):
        built()
    built(name="other")


@pytest.mark.parametrize("broken", ["draw", "describe"])
def test_a_failing_function_is_named_with_its_values(building, broken):
    def fail(slope):
        if slope == 1.0:
            raise ZeroDivisionError("no")
        return Figure() if broken == "draw" else "fine"

    functions = {"draw": lambda slope: Figure(), "describe": lambda slope: "fine", broken: fail}
    with pytest.raises(RuntimeError, match=rf"explorer 'x': {broken} failed at .*slope.*1.0"):
        explore(name="x", slope=(0.0, 1.0, 0.5), **functions)


@pytest.mark.parametrize("frames", [3, 70])  # one after the other, and in parallel
def test_a_function_that_is_not_pure_is_named(building, frames):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match=r"explorer 'x': draw must give the same .* at .*'points'"):
        explore(
            lambda points: draw_line(rng.normal()), describe=lambda points: "A line.",
            name="x", points=(1, frames),
        )  # fmt: skip


def test_ids_and_colours_belong_to_the_explorer():
    markup = figure_markup(draw_line(), "line")
    assert all(identity.startswith("line-") for identity in re.findall(r' id="([^"]*)"', markup))
    assert "url(#line-" in markup
    assert figure_markup(draw_line(), "line") == markup  # the same figure, the same markup
    assert "<text" in markup  # real text, not outlines
    assert re.search(r"<svg [^>]*font-family=\"'Explore Sans',", markup)
    assert markup.count("font-family") == 1


def test_a_still_picture_has_its_text():
    html = picture(draw_line(), "A line & no more.").data
    assert "<svg" in html and 'aria-label="A line &amp; no more."' in html
    for figure, text in (("figure", "text"), (Figure(), ""), (Figure(), 3)):
        with pytest.raises((TypeError, ValueError), match="must be"):
            picture(figure, text)


def test_units_stand_behind_the_values(building):
    html = built(units={"slope": "m/s"})
    assert ">1.0 m/s</output>" in html and 'aria-valuetext="1.0 m/s"' in html


def test_a_played_control_has_buttons_with_names(building):
    html = built(play="slope")
    for action in ("Step back", "Play", "Step forward"):
        assert f'aria-label="{action}: slope"' in html
    assert 'class="explorer-play"' not in built(name="other")


def test_a_text_keeps_its_decimals_while_coordinates_are_rounded():
    figure = Figure()
    figure.add_subplot().set_title("0.12345")
    markup = figure_markup(figure, "x")
    assert ">0.12345<" in markup
    assert not re.search(r"\d\.\d{3,}", markup.replace("0.12345", ""))


def test_a_text_has_its_subscripts_set():
    figure = draw_line()
    figure.axes[0].set_title("mean of E_D")
    assert re.search(r">mean of E<tspan [^>]*>D</tspan>", figure_markup(figure, "line"))


# --- the running notebook


def test_a_sentence_has_its_subscripts_set():
    assert sentence_markup("E_D < w_1 & 2") == "E<sub>D</sub> &lt; w<sub>1</sub> &amp; 2"


def test_in_a_notebook_the_widgets_replace_the_picture():
    box = explore(draw_line, describe=describe_line, labels={"slope": "steepness"}, **CONTROLS)
    slope, points, dashed, shown, sentence = box.children
    assert slope.description == "steepness"
    assert figure_markup(draw_line(1.0, 3, False), "line") in shown.value
    slope.value = -0.5
    dashed.value = True
    assert figure_markup(draw_line(-0.5, 3, True), "line") in shown.value
    assert "A dashed line of slope -0.5 &amp; 3 points." in sentence.value
    assert points.value == 3


class CountingDraw:
    """Draws lines, keeps what it was asked, and fails at a slope of 1."""

    def __init__(self):
        self.asked = []

    def __call__(self, slope, dashed):
        self.asked.append((slope, dashed))
        if slope == 1.0:
            raise ZeroDivisionError("no")
        return draw_line(slope, dashed=dashed)


def test_frames_one_move_away_are_drawn_ahead_and_kept(monkeypatch):
    monkeypatch.setattr(live, "PAUSE", 0.0)
    draw = CountingDraw()

    async def read():
        box = explore(
            draw, describe=lambda slope, dashed: f"{slope} {dashed}", name="x",
            slope=widgets.FloatSlider(value=0.0, min=-1.0, max=1.0, step=0.5), dashed=False,
        )  # fmt: skip
        assert draw.asked == [(0.0, False)]  # nothing before the first picture is shown
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert draw.asked == [
            (s, False) for s in (0.0, -0.5, 0.5, -1.0, 1.0)
        ]  # 1.0 fails, silently
        box.children[0].value = -1.0
        assert len(draw.asked) == 5  # it was ready
        assert figure_markup(draw_line(-1.0), "x") in box.children[-2].value
        with pytest.raises(RuntimeError, match=r"explorer 'x': draw failed at .*1.0"):
            box.children[0].value = 1.0

    with ThreadPoolExecutor(1) as thread:  # the browser tests' event loop runs in this one
        thread.submit(lambda: asyncio.run(read())).result()


def test_a_played_widget_moves_its_slider():
    box = explore(draw_line, describe=describe_line, play="slope", **CONTROLS)
    slope, player = box.children[0].children
    player.value = 0
    assert slope.value == -1.0
    assert "A line of slope -1.0" in box.children[-1].value


class FakeSphinx:
    """Keeps what an extension registers."""

    def __init__(self):
        self.hooks, self.files = {}, []
        self.connect = self.hooks.__setitem__
        self.add_css_file = self.add_js_file = self.files.append
        self.config = SimpleNamespace(html_static_path=[])


def test_the_extension_tells_the_kernels_and_brings_its_files(monkeypatch):
    monkeypatch.delenv(book.BUILDING, raising=False)
    monkeypatch.setenv("TQDM_DISABLE", "0")
    assert not book.building_book()
    monkeypatch.setenv(book.BUILDING, "0")  # so that it is taken back afterwards
    sphinx = FakeSphinx()
    book.setup(sphinx)
    assert book.building_book()
    assert sphinx.files == ["explore-font.css", "explore.css", "explore.js"]
    sphinx.hooks["builder-inited"](sphinx)
    (folder,) = sphinx.config.html_static_path
    assert all((Path(folder) / file).is_file() for file in sphinx.files)
