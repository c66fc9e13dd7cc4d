"""The page of an explorer, element by element, and the frames packed into it."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from dropoutlab import _progress
from dropoutlab.explore import book, page
from dropoutlab.explore.controls import Control, Part, Plan, read_plan
from dropoutlab.explore.questions import ask
from dropoutlab.explore.svg import figure_markup

NASTY = """<b> & "two" 'one' −½"""


@pytest.fixture(autouse=True)
def fresh_page(monkeypatch):
    monkeypatch.setenv(book.BUILDING, "1")
    monkeypatch.setattr(page, "_weights_on_this_page", {})


def draw(**values):
    figure = Figure(figsize=(1, 1))
    figure.text(0, 0, str(sorted(values.items())))
    return figure


def describe(**values):
    return f"{list(values.values())} & −½"


class Elements(HTMLParser):
    """Every element of a page, with its attributes and the text up to the next tag."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(re.sub("<sub>(.)</sub>", r"_\1", html))

    def handle_starttag(self, tag, attributes):
        self.found.append([tag, dict(attributes), ""])

    def handle_data(self, data):
        if self.found:
            self.found[-1][2] += data.strip()

    def of(self, tag):
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def built(controls, name="x", **functions):
    functions = {"draw": draw, "describe": describe, **functions}
    return page.page_explorer(plan_of(controls, name, **functions)).markup


def plan_of(controls, name="x", draw=draw, describe=describe):
    own = tuple(range(len(controls)))
    parts = Part("draw", draw, own), Part("describe", describe, own)
    return Plan(name, tuple(controls), parts[:1], parts[1])


def grid_of(controls):
    return Part("draw", None, tuple(range(len(controls)))).grid(controls)


def control(**changes):
    fields = {"name": "a_b", "label": NASTY, "kind": "slider", "values": (1, 2, 3),
              "texts": (NASTY, "2", "3"), "start": 0}  # fmt: skip
    return Control(**{**fields, **changes})


def packed(html):
    return Elements(html).of("script")[0][1]


SHARED = {
    "id": "explorer-x-a_b",
    "name": "a_b",
    "data-texts": json.dumps([NASTY, "2", "3"], ensure_ascii=False),
    "autocomplete": "off",
}


def test_a_slider_says_what_it_holds():
    elements = Elements(built([control()]))
    assert elements.of("label") == [({"for": "explorer-x-a_b"}, NASTY)]
    slider = {"type": "range", "min": "0", "max": "2", "step": "1", "value": "0"}
    assert elements.of("input") == [({**slider, **SHARED, "aria-valuetext": NASTY}, "")]
    assert ({"class": "explorer-value", "aria-hidden": "true"}, NASTY) in elements.of("span")
    assert elements.of("select") == []
    moved = Elements(built([control(start=2)], name="y"))
    ((attributes, _),) = moved.of("input")
    assert (attributes["value"], attributes["aria-valuetext"]) == ("2", "3")


def test_a_choice_says_which_option_is_chosen():
    elements = Elements(built([control(kind="choice", start=1)]))
    assert elements.of("select") == [(SHARED, "")]
    assert elements.of("option") == [
        ({"value": "0"}, NASTY),
        ({"value": "1", "selected": None}, "2"),
        ({"value": "2"}, "3"),
    ]
    assert elements.of("input") == []


@pytest.mark.parametrize("start", [0, 1])
def test_a_checkbox_is_checked_if_it_starts_so(start):
    written = control(kind="checkbox", values=(False, True), texts=("off", "on"), start=start)
    elements = Elements(built([written]))
    expected = {**SHARED, "type": "checkbox", "data-texts": '["off", "on"]'}
    assert elements.of("input") == [({**expected, **({"checked": None} if start else {})}, "")]


def test_a_player_has_three_buttons_with_names():
    elements = Elements(built([control(play=True), control(name="other")]))
    assert ({"class": "explorer-play", "data-control": "a_b"}, "") in elements.of("span")
    buttons = [found for found in elements.of("button") if "aria-label" in found[0]]
    assert buttons == [
        ({"type": "button", "aria-label": f"Step back: {NASTY}"}, "◀"),
        ({"type": "button", "aria-label": f"Play: {NASTY}", "aria-pressed": "false"}, "Play"),
        ({"type": "button", "aria-label": f"Step forward: {NASTY}"}, "▶"),
    ]


def test_an_explorer_has_its_name_its_start_a_picture_a_sentence_and_its_frames():
    controls = [control(start=2), control(name="c", values=(7, 8, 9, 10), texts=tuple("789x"),
                                          start=1)]  # fmt: skip
    html = built(controls)
    elements = Elements(html)
    values = {"a_b": 3, "c": 8}
    divs = [attributes for attributes, _ in elements.of("div") if attributes]
    assert divs[0] == {
        "class": "explorer", "role": "group", "aria-label": "x", "data-name": "x"
    }  # fmt: skip
    assert divs[1] == {"class": "explorer-controls", "style": f"--room: {len(NASTY) + 1}ch"}
    assert divs[2:] == [
        {"class": "explorer-pictures", "role": "img", "aria-label": describe(**values)},
        {"class": "explorer-picture"},
    ]
    assert figure_markup(draw(**values), "x") in html.split("<script")[0]
    sentence, room = elements.of("span")[-3:-1]
    assert sentence == ({"class": "explorer-sentence"}, describe(**values))
    longest = max(map(str, (describe(**values) for values in grid_of(controls))), key=len)
    assert room == ({"class": "explorer-room", "aria-hidden": "true"}, f"{longest} mmm")
    assert elements.of("script")[0][0] == {"type": "text/plain", "class": "explorer-frames"}
    assert html.count("<div") == html.count("</div>") and html.endswith("</script>\n</div>")
    (frames,), texts = page.unpack_frames(packed(html))
    grid = grid_of(controls)
    assert grid[:5] == [{"a_b": a, "c": c} for a, c in ((1, 7), (1, 8), (1, 9), (1, 10), (2, 7))]
    assert grid[9] == values and len(grid) == 12
    assert texts == [describe(**values) for values in grid]
    assert frames == [figure_markup(draw(**values), "x") for values in grid]


def test_lines_and_frames_travel_once_as_small_as_json_and_gzip_get():
    controls = [control(), control(name="unused", values=(1, 2), texts=("1", "2"))]
    html = built(controls, draw=lambda a_b, unused: draw(a_b=a_b))
    raw = base64.b64decode(packed(html))
    assert raw[4:8] == bytes(4)  # no time in it: the same frames give the same page
    assert raw[8] == 2  # the best compression
    text = gzip.decompress(raw).decode()
    data = json.loads(text)
    assert text == json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    assert len(data["lines"]) == len(set(data["lines"]))
    assert not any("\n" in line for line in data["lines"])
    (part,) = data["parts"]
    assert len(part["frames"]) == 3 and part["at"] == [0, 0, 1, 1, 2, 2] and part["of"] == [0, 1]
    texts = [describe(**values) for values in grid_of(controls)]
    assert data["said"] == {"of": [0, 1], "texts": texts}


def test_a_name_is_taken_only_by_an_explorer_that_was_built():
    def fail(**values):
        raise ZeroDivisionError("no")

    for broken in ("draw", "describe"):
        with pytest.raises(
            RuntimeError, match=f"^explorer 'x': {broken} failed at {{'a_b': 1}}: no$"
        ):
            built([control()], **{broken: fail})
    built([control()])
    with pytest.raises(ValueError, match=r"^name must differ .* of a page; got 'x' twice$"):
        built([control()])


def test_pictures_of_two_sizes_are_refused():
    def growing(k):
        figure = draw(k=k)
        figure.set_figheight(3 + k)
        return figure

    with pytest.raises(ValueError, match="'x': growing must return figures of one size"):
        page.page_explorer(read_plan("x", [growing], lambda k: "k", {"k": (0, 1)}))


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_draw_that_is_not_pure_is_found_at_the_ends_and_in_the_middle(place):
    seen = []

    def restless(k):
        seen.append(k)
        return draw(k=k, again=k == place and seen.count(k) > 1)

    with pytest.raises(ValueError) as refusal:
        page.page_explorer(read_plan("x", [restless], lambda k: "k", {"k": (0, 4)}))
    assert str(refusal.value) == (
        "explorer 'x': draw must give the same picture for the same values; "
        f"it gave two at {{'k': {place}}}"
    )


@pytest.mark.parametrize(("frames", "workers"), [(59, 1), (60, -1), (61, -1)])
def test_only_many_frames_are_worth_starting_workers(monkeypatch, frames, workers):
    asked = []

    class Parallel:
        def __init__(self, n_jobs, return_as):
            asked.append(n_jobs)

        def __call__(self, tasks):
            return [function(*args, **kwargs) for function, args, kwargs in tasks]

    monkeypatch.setattr(_progress, "Parallel", Parallel)
    written = control(values=tuple(range(frames)), texts=("t",) * frames)
    html = built([written], draw=lambda a_b: Figure(figsize=(1, 1)))
    assert asked == [workers]
    assert [len(part) for part in page.unpack_frames(packed(html))[0]] == [frames]


def test_still_pictures_share_a_page():
    figure = draw()
    figure.add_subplot().plot([0, 1])  # cut off at the axes: markup that refers to an id
    one, other = (page.page_picture(figure, text) for text in (f"{NASTY} E_D", "Another one."))
    elements = Elements(one)
    assert elements.of("div")[0][0] == {"class": "explorer"}
    ((attributes, _),) = [found for found in elements.of("div") if "role" in found[0]]
    assert attributes["aria-label"] == f"{NASTY} E_D"
    assert "E<sub>D</sub></span></figcaption>" in one
    assert "<svg" in one and one.count("<div") == one.count("</div>") == 3

    def ids(html):
        return {attributes["id"] for _, attributes, _ in Elements(html).found if "id" in attributes}

    assert ids(one) and not ids(one) & ids(other)


def test_frames_refer_to_ids_of_their_own():
    def clipped(a_b):
        figure = Figure(figsize=(1, 1))
        figure.add_subplot().plot([0, a_b])  # cut off at the axes
        return figure

    (frames,), _texts = page.unpack_frames(packed(built([control()], draw=clipped)))
    assert all("url(#x-" in frame for frame in frames)


def draw_size(size=1):
    return draw(size=size)


def draw_both(size, shift=0):
    return draw(size=size, shift=shift)


def say_shift(shift):
    return f"Shift {shift}."


WRITTEN = {"size": (1, 3), "shift": (0, 1)}


def test_each_part_is_drawn_over_the_controls_that_it_names():
    plan = read_plan("two", [draw_size, draw_both], say_shift, WRITTEN)
    html = page.page_explorer(plan).markup
    (sizes, both), texts = page.unpack_frames(packed(html))
    assert sizes == [figure_markup(draw(size=k), "two") for k in (1, 2, 3)]
    grid = [{"size": a, "shift": b} for a in (1, 2, 3) for b in (0, 1)]
    assert both == [figure_markup(draw(**values), "two.1") for values in grid]
    assert texts == ["Shift 0.", "Shift 1."]
    assert sizes[0] in html and both[0] in html and both[1] not in html


def test_what_is_too_heavy_is_refused_and_leaves_its_name_free(monkeypatch):
    plan = read_plan("two", [draw_size, draw_both], say_shift, WRITTEN)
    weight = len(packed(page.page_explorer(plan).markup))
    page._weights_on_this_page.clear()
    monkeypatch.setattr(page, "MAX_WEIGHT", weight - 1)
    with pytest.raises(ValueError, match=r"^explorer 'two' must weigh at most \d+ kB; got \d+ kB"):
        page.page_explorer(plan)
    monkeypatch.setattr(page, "MAX_WEIGHT", weight)
    monkeypatch.setattr(page, "MAX_PAGE_WEIGHT", 2 * weight - 1)
    page.page_explorer(plan)
    other = read_plan("one", [draw_size, draw_both], say_shift, WRITTEN)
    with pytest.raises(ValueError, match=r"^the page with explorer 'one' must weigh at most"):
        page.page_explorer(other)


def test_a_question_and_its_answer_can_be_read_back():
    plan = read_plan("two", [draw_size, draw_both], say_shift, WRITTEN)
    question = ask(f"Is it {NASTY}?", [NASTY, "no"], answer="no", because=f"No: {NASTY} E_D.")
    html = page.page_explorer(plan, question).markup
    elements = Elements(html)
    ((form, _),) = elements.of("form")
    assert form["data-right"] == "1 1" and form["aria-labelledby"] == "explorer-two-"
    assert [text for _, text in elements.of("input")][:2] == [NASTY, "no"]
    assert elements.of("p")[0] == ({"id": "explorer-two-"}, f"Is it {NASTY}?")
    assert "E<sub>D</sub>.</p>\n<p class=" in html
    page._weights_on_this_page.clear()
    question = ask("How much?", (0, 4), answer=1.2, because="So.", unit=NASTY, within=0)
    elements = Elements(page.page_explorer(plan, question).markup)
    guess = next(found for found, _ in elements.of("input") if found["name"] == "guess")
    assert json.loads(guess["data-words"]) == [f"{k} {NASTY}" for k in range(5)]
    assert (guess["value"], guess["aria-valuetext"]) == ("2", f"2 {NASTY}")
    assert elements.of("form")[0][0]["data-right"] == "1 1"
    assert "explorer-veil" not in elements.of("form")[0][0]["class"]


def test_a_picture_is_veiled_if_the_question_says_so():
    plan = read_plan("two", [draw_size, draw_both], say_shift, WRITTEN)
    question = ask("Is it?", ["yes", "no"], answer="no", because="No.", veiled=True)
    elements = Elements(page.page_explorer(plan, question).markup)
    assert elements.of("form")[0][0]["class"] == "explorer-question explorer-veil"
