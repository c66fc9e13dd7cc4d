"""Bad input of every parameter of what `explore` offers, in a notebook and in a build."""

import functools
import inspect
import json
import re
from html.parser import HTMLParser

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dropoutlab import explore as package
from dropoutlab.explore import area, ask, book, controls, explore, handle, page, picture


def draw_it(x=1, on=False):
    return Figure(figsize=(1, 1))


def describe_it(x, on=False):
    return f"x is {x}"


GOOD = {
    "explore": {"draws": draw_it, "describe": describe_it, "name": "it", "x": (0, 2)},
    "picture": {"figure": Figure(), "text": "A picture."},
    "handle": {"artist": Rectangle((0, 0), 1, 1), "x": 1},
    "area": {"axes": Figure().add_subplot(), "corner": (0, 0), "width": 1, "height": 2, "x": 1},
    "ask": {"question": "Is it?", "options": ["yes", "no"], "answer": "no", "because": "No."},
    "score": {},
}
# function → parameter → bad values; "more" stands for the control x
BAD = {
    "explore": {
        "draws": [None, "line", 3, Figure(), lambda y: Figure()],
        "describe": [None, "a line", 3, lambda y: "", lambda x, y: ""],
        "name": [3, "", "Two words", "It", "a.b", "a<b", 'a"b', "é", "1a", ["it"], True],
        "labels": [
            "x", ["x"], {"y": "y"}, {"x": 3}, {"x": None}, {"x": ""}, {"x": " "}, 3,
        ],
        "units": [[], "x", ["x"], {"y": "m"}, {"x": 3}, {"x": None}, {"x": ""}, 0],
        "play": ["y", "", 3, True, ["x"], {"x": 1}, np.ones(2), np.array(["x", "y"])],
        "predict": ["Is it?", 3, [], ask, {"question": "Is it?"}],
        "live": [None, 1, "yes", []],
        "controls": [3, "x", [("x", (0, 1))], {"x": (0, 2)}, {"a b": (0, 1)}, {1: (0, 1)}],
        "more": [
            None, 3, 0.5, "x", [], {}, {"a": 1}, (1,), (1, 2, 3, 4), (2, 1), (1, 1), (0, 1, 0),
            (0, 1, -1), ("a", "b"), (True, False), (0, float("inf")), (float("nan"), 1), (0, None),
            (0, 10**400), (0, 1e400), (0.0, 10**400), (-1e308, 1e308), (0, 1000), (0.0, 1.0, 1e-4),
            (0.0, 1e-16, 1e-17), (1e17, 1e17 + 64, 8.0), (1 / 3, 1 / 3 + 1e-13, 1e-14),
            (0.25, 2.25), (2, 5), # 1, where it starts, is not on the grid
            [("one", 1), ("one", 2)], [("one", 1), (" one  ", 2)], [1, 1], [1, 1.0], [1, True],
            [0.0, -0.0], ["1", 1], [("one", 1), ("two", 1)], [("", 1), ("two", 2)],
            [(1, 1), (2, 2)], [(None, 1)], [[1], [2]], [("a", [1]), ("b", {})], [float("nan")],
            ["a", "b"],
            np.array(1), np.array([]), np.ones((2, 2)), range(0), widgets.Text(),
            widgets.Dropdown(options=[]),
            widgets.IntSlider(value=1, min=0, max=1000),
            widgets.FloatSlider(value=0.55, min=0, max=1, step=0.1),
        ],
    },
    "picture": {
        "figure": [None, "figure", 3, plt, Figure().add_subplot()],
        "text": [None, 3, "", " \n", b"text", ["text"], "half \ud800"],
    },
    "handle": {"artist": [None, "line", 3, Figure, [Rectangle((0, 0), 1, 1)]], "settings": []},
    "area": {
        "axes": [None, "axes", 3, Figure(), [Figure().add_subplot()]],
        "corner": [None, 3, "ab", (), (1,), (0, 0, 0), (0, None), ("0", 0), (float("nan"), 0)],
        "width": [None, "1", 0, -1, True, float("inf"), float("nan"), (1,), np.ones(1)],
        "height": [None, "1", 0, -0.5, False, float("inf"), float("nan"), [1]],
        "transform": [3, "axes", Figure, (1, 2)],
        "settings": [],
    },
    "ask": {
        "question": [None, 3, "", " ", ["Is it?"]],
        "options": [
            None, "yes", 3, {}, [], ["yes"], ["yes", 3], ["yes", ""], ["no", " no "], (1,), (2, 1),
            (0, 1, 0), ("a", "b"),
        ],
        "answer": [None, 3, "maybe", "No", ["no"], np.array(["no", "yes"]), np.ones(0)],
        "because": [None, 3, "", " ", "\udfff"],
        "unit": [None, 3, ["m"]],
        "within": [None, -1, 0.5, True, "1"],
        "veiled": [None, 1, "yes"],
        "at": [3, "size", [("size", 1)]],
    },
    "score": {},
}  # fmt: skip
CASES = [
    (function, parameter, value)
    for function, parameters in BAD.items()
    for parameter, values in parameters.items()
    for value in values
]


@pytest.fixture
def building(monkeypatch):
    monkeypatch.setenv(book.BUILDING, "1")
    monkeypatch.setattr(page, "_weights_on_this_page", {})


def called(function, **changes):
    """Call with good arguments but for what is changed."""
    arguments = {**GOOD[function], **changes}
    if {"unit", "within"} & set(changes):  # of a slider
        arguments |= {"options": (0, 4), "answer": 1}
    by_place = ("axes", "corner", "width", "height", "transform")  # controls may have such names
    first = [arguments.pop(name) for name in ("draws", *by_place) if name in arguments]
    return getattr(package, function)(*first, **arguments)


def test_every_parameter_of_every_function_has_bad_values():
    assert set(BAD) == set(package.__all__)
    for function, parameters in BAD.items():
        assert set(parameters) == set(inspect.signature(getattr(package, function)).parameters)


@pytest.mark.parametrize(
    ("function", "parameter", "value"),
    CASES,
    ids=[f"{function}-{parameter}-{k}" for k, (function, parameter, _) in enumerate(CASES)],
)
def test_bad_values_are_refused_by_name(building, function, parameter, value):
    argument, named = ("x", "'x'") if parameter == "more" else (parameter, parameter)
    named = "draws?" if parameter == "draws" else named
    with pytest.raises((TypeError, ValueError), match=rf"(?s){named}.* must .*") as caught:
        called(function, **{argument: value})
    assert len(str(caught.value)) > len(named) + len(" must ")


def test_good_values_pass(building):
    for function in GOOD:
        assert called(function) is not None


# --- what draw and describe return


@pytest.fixture(params=[False, True], ids=["drawn", "live"])
def life(request, monkeypatch):
    monkeypatch.setattr(page, "_weights_on_this_page", {})
    return {"live": request.param}


@pytest.mark.parametrize(
    "returned", [None, "figure", Figure().add_subplot(), (Figure(), 1), "<svg/>"]
)
def test_draw_must_return_a_figure(life, returned):
    words = r"explorer 'it': draw must return a matplotlib Figure; at {'x': \d} it returned"
    with pytest.raises(TypeError, match=words):
        explore(lambda x: returned, describe=describe_it, name="it", x=(0, 2), **life)


@pytest.mark.parametrize("returned", [None, "", " ", 3, b"x", ["x"]])
def test_describe_must_return_a_sentence(life, returned):
    words = r"explorer 'it': describe must return a sentence; at {'x': \d} it returned"
    with pytest.raises(TypeError, match=words):
        explore(draw_it, describe=lambda x: returned, name="it", x=(0, 2), **life)


@pytest.mark.parametrize("role", ["draw", "describe"])
def test_a_failure_is_told_with_its_values(life, role):
    def fail(x):
        raise ZeroDivisionError("no")

    functions = {"draw": draw_it, "describe": describe_it, role: fail}
    with pytest.raises(RuntimeError, match=rf"explorer 'it': {role} failed at .*'x': \d.*: no"):
        explore(functions["draw"], describe=functions["describe"], name="it", x=(0, 2), **life)


def test_a_text_that_cannot_be_set_is_told_with_its_values(life):
    def draw(x):
        figure = Figure()
        figure.text(0, 0, r"$\nonsense$")
        return figure

    with pytest.raises(RuntimeError, match=r"explorer 'it': draw failed at .*'x': \d"):
        explore(draw, describe=describe_it, name="it", x=(0, 2), **life)


def test_in_a_notebook_the_place_that_fails_is_named_when_it_is_reached(monkeypatch):
    monkeypatch.setenv(book.BUILDING, "0")
    box = explore(
        lambda x: Figure() if x < 2 else None, describe=describe_it, name="it", live=True,
        x=[0, 1, 2],
    )  # fmt: skip
    box.children[0].value = 2
    said = "draw must return a matplotlib Figure; at {&#x27;x&#x27;: 2} it returned None"
    assert said in box.children[-1].value


def test_a_function_without_a_name_needs_one():
    with pytest.raises(ValueError, match="name must be"):
        explore(functools.partial(draw_it, on=True), describe=describe_it, x=(0, 2))


def test_names_of_controls_are_names_of_variables(building):
    def draw(**values):
        return Figure()

    def describe(**values):
        return "Nothing."

    for name in ("a b", 'a"b', "a<b", "a&b", "1a", "", "a.b", "a=b"):
        with pytest.raises(ValueError, match="explorer 'it': controls must be named"):
            explore(draw, describe=describe, name="it", **{name: (0, 1)})


def test_two_controls_are_not_called_the_same(building):
    with pytest.raises(ValueError, match=r"labels of controls must differ; got 'size' twice"):
        explore(
            draw_it, describe=describe_it, name="it", x=(0, 1), on=True,
            labels={"x": "size", "on": "size "},
        )  # fmt: skip


# --- made right


def values_of(control, draw=draw_it):
    html = explore(draw, describe=describe_it, name="it", x=control).markup
    page._weights_on_this_page.clear()
    return re.findall(r"explorer-value[^>]*>([^<]*)<", html), page.unpack_frames(
        re.search(r'explorer-frames">([^<]+)<', html)[1]
    )[1]


@pytest.mark.parametrize(
    ("control", "start", "texts"),
    [
        ((0.0, 5e-11, 1e-11), 3e-11, ["0.0", "1e-11", "2e-11", "3e-11", "4e-11", "5e-11"]),
        ((100_000.0, 100_002.0, 1.0), 100_001.0, ["100000.0", "100001.0", "100002.0"]),
        ((-0.3, 0.3, 0.1), 0.0, ["-0.3", "-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3"]),
        ((-0.0, 0.2, 0.1), 0.1, ["0.0", "0.1", "0.2"]),
        ((np.int64(1), np.int64(3)), 1, ["1", "2", "3"]),
        ((np.float64(0), np.float64(1), 0.5), 0.5, ["0.0", "0.5", "1.0"]),
        ((0.0, 0.9, 0.1 * 3), 0.1 + 0.2, ["0.0", "0.3", "0.6", "0.9"]),
        ([-0.0, 1.0], 1.0, ["0.0", "1.0"]),
        (widgets.Dropdown(options={"few": 1, "many": 9}, value=9), 1, ["1", "9"]),
    ],
)
def test_values_are_what_they_are_written_as(building, control, start, texts):
    def draw(x=start):
        return draw_it()

    sentences = values_of(control, draw)[1]
    assert sentences == [f"x is {text}" for text in texts]


def test_a_start_is_the_value_that_is_written(building):
    def draw(x=3e-11):
        return draw_it()

    assert values_of((0.0, 5e-11, 1e-11), draw)[0] == ["0.00000000003"]

    def draw(x=100_001.0):
        return draw_it()

    assert values_of((100_000.0, 100_002.0, 1.0), draw)[0] == ["100001.0"]


NASTY = """a"b'c<d>&amp;</script><!--_x &lt; `${1}`"""


def test_labels_options_units_and_sentences_are_escaped(building):
    html = explore(
        draw_it, describe=lambda x, on: NASTY, name="it", x=[("plain", 1), (NASTY, 2)], on=True,
        labels={"x": NASTY}, units={"x": "<m>"},
    ).markup  # fmt: skip
    visible = html.split("<script")[0]
    assert "<d>" not in html and "<m>" not in html and "<!--" not in html
    for attribute in re.findall(r'="([^"]*)"', visible):
        assert "<" not in attribute
    assert html.count("</script>") == 1


class Reader(HTMLParser):
    """What a browser would read of a control."""

    def __init__(self):
        super().__init__()
        self.tags, self.texts, self.attributes, self.buttons = [], {}, {}, []

    def handle_starttag(self, tag, attributes):
        if tag == "sub":  # E_D: read it back as it was written
            self.handle_data("_")
            return
        self.tags.append(tag)
        if tag == "button":
            self.buttons.append(dict(attributes)["aria-label"])
        elif tag == "input":
            self.attributes = dict(attributes)

    def handle_data(self, data):
        self.texts[self.tags[-1]] = self.texts.get(self.tags[-1], "") + data


@pytest.mark.long
@given(label=st.text(min_size=1).filter(str.strip), option=st.text(min_size=1).filter(str.strip))
def test_any_label_and_option_can_be_read_back_from_the_page(label, option):
    texts = (option, option + "!")
    control = controls.Control("x", label, "slider", (1, 2), texts, 0, True)
    parser = Reader()
    parser.feed(page._control("it", control))
    assert parser.tags == ["div", "label", "input", "span", "span", "button", "button", "button"]
    assert parser.texts["label"] == label + "\n"  # the line ends behind it
    assert parser.texts["span"] == option
    assert json.loads(parser.attributes["data-texts"]) == [option, option + "!"]
    assert parser.attributes["aria-valuetext"] == option
    assert parser.buttons == [f"{what}: {label}" for what in ("Step back", "Play", "Step forward")]


# --- pictures


def line(slope):
    figure = Figure(figsize=(1, 1))
    figure.add_subplot().plot([0, slope])
    return figure


def test_pictures_do_not_share_ids_however_alike_their_texts():
    text = "Two lines that end alike, and for a good many letters at that."
    pictures = [picture(line(1), text), picture(line(2), "Not: " + text), picture(line(1), text)]
    ids = [identity for one in pictures for identity in re.findall(r' id="([^"]*)"', one.markup)]
    assert len(ids) == len(set(ids)) > 3


def test_a_picture_cannot_take_the_ids_of_an_explorer(building):
    ids = re.findall(r' id="([^"]*)"', picture(line(1), "A line.").markup)
    prefix = ids[0].rpartition("-")[0]
    with pytest.raises(ValueError, match="name must be"):
        explore(draw_it, describe=describe_it, name=prefix, x=(0, 1))


# --- handles


def test_a_handle_needs_settings_of_controls_and_their_values(life):
    with pytest.raises(TypeError, match="settings must name at least one control"):
        handle(Rectangle((0, 0), 1, 1))

    def draw_with(**settings):
        def draw(x):
            figure = Figure(figsize=(1, 1))
            handle(figure.text(0, 0, "x"), **settings)
            return figure

        return draw

    for settings, says in (({"y": 1}, "'y'"), ({"x": 7}, "got 7"), ({"x": "1"}, "got '1'")):
        with pytest.raises(RuntimeError, match=rf"explorer 'it': draw failed at .*must.*{says}"):
            explore(draw_with(**settings), describe=describe_it, name="it", x=(0, 2), **life)


# --- controls called like an argument


@pytest.mark.long
def test_controls_may_have_the_names_of_arguments(life):
    def draw(units=1, name=2, labels=1, play=0, controls=1, more=0):
        return Figure(figsize=(1, 1))

    names = ("units", "name", "labels", "play", "controls", "more")
    made = explore(
        draw, describe=lambda units: "One.", name="it", labels={"units": "how many"},
        controls=dict.fromkeys(names, (0, 2)),
    )  # fmt: skip
    assert made is not None


def test_draws_agree_on_where_a_control_starts(life):
    with pytest.raises(ValueError, match="draw must have one default of 'x'; got 1 and 2"):
        explore(draw_it, lambda x=2: Figure(), describe=describe_it, name="it", x=(0, 2), **life)


def test_numpys_whole_numbers_of_steps_are_taken():
    one, other = (
        ask("How much?", (0, 10), answer=3, because="So.", within=within)
        for within in (2, np.int64(2))
    )
    assert one == other and one.right == (1, 5)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({0: "axes"}, "axes must be matplotlib axes; got 'axes'"),
        ({1: (1, 2, 3)}, "corner must be two numbers; got (1, 2, 3)"),
        ({1: ("1", 2)}, "corner must be a finite number; got '1'"),
        ({1: (1, float("nan"))}, "corner must be finite; got nan"),
        ({1: (float("inf"), 1)}, "corner must be finite; got inf"),
        ({2: None}, "width must be a finite number; got None"),
        ({2: 0}, "width must be positive and finite; got 0"),
        ({3: -1}, "height must be positive and finite; got -1"),
        ({3: float("inf")}, "height must be positive and finite; got inf"),
        ({4: "axes"}, "transform must be a matplotlib transform; got 'axes'"),
    ],
)
def test_an_area_that_is_none_is_refused_word_for_word(change, says):
    arguments = dict(enumerate((Figure().add_subplot(), (0, -1), 1, 2, None))) | change
    with pytest.raises((TypeError, ValueError)) as refusal:
        area(*arguments.values(), x=1)
    assert str(refusal.value) == says


# --- NumPy's small integers

SEVEN = np.uint8(7)


def test_small_integers_of_numpy_do_not_overflow(life):
    def right(answer, within):
        return ask("q?", (0, 300), answer=answer, because="b", within=within).right

    assert right(200, np.uint8(200)) == (0, 300) and right(250, np.uint8(10)) == (240, 260)
    assert right(np.uint8(250), np.int8(100)) == (150, 300)

    def draw(x=SEVEN):
        return Figure(figsize=(1, 1))

    with pytest.raises(ValueError, match=r"must start on its grid .*got .*7"):
        explore(draw, describe=describe_it, name="it", x=(0, 300, 50), **life)
    axes = Figure().add_subplot()
    assert area(axes, (np.uint8(200), np.int8(100)), np.uint8(100), 100, x=1).box.max.tolist() == [
        300,
        200,
    ]
    with pytest.raises(ValueError, match="corner and size must end at finite numbers; got inf"):
        area(axes, (1e308, 0), 1e308, 1, x=1)


def test_what_cannot_be_written_leaves_the_old_file(tmp_path):
    path = tmp_path / "it.html"
    shown = picture(Figure(figsize=(1, 1)), "A picture.")
    shown.save(path)
    before = path.read_bytes()
    shown.markup += "\ud800"
    with pytest.raises(UnicodeEncodeError):
        shown.save(path)
    assert path.read_bytes() == before
