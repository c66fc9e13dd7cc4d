"""The page of an explorer, element by element, and the frames packed into it."""

import base64
import gzip
import json
import re
from functools import partial
from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from dropoutlab import _progress
from dropoutlab.explore import book, live, page
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
        ({"type": "button", "aria-label": f"Play: {NASTY}", "style": "min-width: 4rem"}, "Play"),
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


def test_only_of_a_veiled_question_the_frames_say_what_can_be_hidden():
    for veiled in (False, True):
        plan = read_plan(f"is-{veiled}".lower(), [draw_size, draw_both], say_shift, WRITTEN)
        question = ask("Is it?", ["yes", "no"], answer="no", because="No.", veiled=veiled)
        parts, _texts = page.unpack_frames(packed(page.page_explorer(plan, question).markup))
        assert all(("explorer-data" in frame) == veiled for part in parts for frame in part)


def test_a_question_says_where_its_answer_takes_the_controls():
    at = {"shift": 1, "size": 1}
    question = ask("Is it?", ["yes", "no"], answer="no", because="No.", at=at)
    assert asked(question)[-1][1] == {
        "class": "explorer-room", "aria-hidden": "true", "data-set": "1:1 0:0",
    }  # fmt: skip


@pytest.mark.parametrize("explorer", [page.page_explorer, live.live_explorer])
@pytest.mark.parametrize(
    ("at", "says"),
    [
        ({"sizes": 1}, "explorer 'two': at must set controls of ['size', 'shift']; got 'sizes'; "
                       "did you mean 'size'?"),
        ({"size": 9}, "explorer 'two': at of control 'size' must stay on its grid (1, 2, 3); "
                      "got 9"),
    ],
)  # fmt: skip
def test_where_an_answer_leads_is_a_place_of_the_controls(explorer, at, says):
    plan = read_plan("two", [draw_size, draw_both], say_shift, WRITTEN)
    question = ask("Is it?", ["yes", "no"], answer="no", because="No.", at=at)
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        explorer(plan, question)


def asked(question):
    """Every element of a question, in its order: the tag, what it has, and its own text."""
    plan = read_plan("x", [draw_size, draw_both], say_shift, WRITTEN)
    html = page._asked(plan, question)
    assert html.endswith("</p></form>\n")
    assert html.count("<") == 2 * html.count("</") + html.count("<input")
    return [tuple(element) for element in Elements(html).found]


HINT = ("span", {"class": "explorer-hint"}, "Then the picture can be moved.")
BUTTONS = [
    ("span", {"style": "white-space: nowrap"}, ""),
    ("button", {}, "Commit"),
    ("button", {"type": "button"}, "Just show me"),
    HINT,
    ("p", {"class": "explorer-answer"}, ""),
]


def form(right, veil=""):
    return (
        "form",
        {
            "class": f"explorer-question{veil}",
            "data-right": right,
            "aria-labelledby": "explorer-x-",
        },
        "",
    )


def test_a_question_of_a_list_is_a_form_of_radio_buttons():
    question = ask("Is <E_D> up?", ["up & up", "no"], answer="no", because="So <b>.", veiled=True)
    radio = {"type": "radio", "name": "guess", "required": None}
    assert asked(question) == [
        form("1 1", " explorer-veil"),
        ("p", {"id": "explorer-x-"}, "Is <E_D> up?"),
        ("div", {"class": "explorer-guesses"}, ""),
        ("label", {}, ""),
        ("input", {**radio, "value": "0"}, "up & up"),
        ("label", {}, ""),
        ("input", {**radio, "value": "1"}, "no"),
        *(button for button in BUTTONS if button != HINT),  # the picture says so itself
        ("span", {"role": "status"}, "So <b>."),
        ("p", {"class": "explorer-room", "aria-hidden": "true"},
         "You predicted up & up, and it is not so. So <b>. mmm"),
    ]  # fmt: skip


@pytest.mark.parametrize(("high", "middle"), [(3, 2), (4, 2), (5, 3)])
def test_a_question_of_a_range_is_a_form_with_a_slider(high, middle):
    question = ask("How much?", (0, high), answer=1, because="So.", unit='"<m>', within=1)
    texts = [f'{k} "<m>' for k in range(high + 1)]
    slider = {
        "type": "range", "name": "guess", "min": "0", "max": str(high), "value": str(middle),
        "data-words": json.dumps(texts), "aria-label": "your guess",
        "aria-valuetext": texts[middle],
    }  # fmt: skip
    assert asked(question) == [
        form("0 2"),
        ("p", {"id": "explorer-x-"}, "How much?"),
        ("div", {"class": "explorer-guesses"}, ""),
        ("span", {"class": "explorer-guess"}, ""),
        ("input", slider, ""),
        ("span", {}, texts[middle]),
        *BUTTONS,
        ("span", {"role": "status"}, "So."),
        ("p", {"class": "explorer-room", "aria-hidden": "true"},
         f"You predicted {texts[0]}, and it is not so. So. mmm"),
    ]  # fmt: skip


def test_a_figure_has_its_pictures_its_sentence_and_room_for_the_longest():
    html = page._figure(["<svg>1</svg>", "<svg>2</svg>"], "A <b>.", ["A <b>.", "Longer <c>."])
    assert Elements(html).found == [
        ["figure", {}, ""],
        ["div", {"class": "explorer-pictures", "role": "img", "aria-label": "A <b>."}, ""],
        ["div", {"class": "explorer-picture"}, ""],
        ["svg", {}, "1"],
        ["div", {"class": "explorer-picture"}, ""],
        ["svg", {}, "2"],
        ["figcaption", {}, ""],
        ["span", {"class": "explorer-sentence"}, "A <b>."],
        ["span", {"class": "explorer-room", "aria-hidden": "true"}, "Longer <c>. mmm"],
    ]
    assert html.startswith("<figure>\n") and html.endswith("</span></figcaption>\n</figure>\n")
    assert "explorer-room" not in page._figure(["<svg/>"], "A.")


@pytest.mark.parametrize(
    ("name", "title"), [("two_words", "two words"), ("a-b__c", "a b c"), ("x", "x")]
)
def test_a_name_is_read_as_words(name, title):
    shown = page.page_explorer(plan_of([control()], name=name))
    assert shown.title == f"Explorer {title}"
    assert shown.text == describe(a_b=1)
    first = Elements(shown.markup).found[0][1]
    assert (first["aria-label"], first["data-name"]) == (title, name)


def test_there_is_room_for_the_longest_value_of_a_slider():
    def room(*controls):
        page._weights_on_this_page.clear()
        return re.search(r"--room: (\d+)ch", built(controls))[1]

    long, short = control(texts=("long text", "2", "3")), control(name="b", texts=("1", "22", "3"))
    choice = control(name="c", kind="choice")
    assert room(long, short, choice) == "10"
    assert room(short, choice) == "3"
    assert room(choice) == "1"


def test_weights_are_told_in_kilobytes(monkeypatch):
    page._weights_on_this_page.update(other=300_000)
    page._weigh("it", 100_000)
    kept = {"other": 300_000, "it": 100_000}
    less = "let draw change fewer lines, or take fewer values"
    for weight, says in (
        (120_501, "explorer 'new' must weigh at most 120 kB; got 121 kB"),
        (1_000, "the page with explorer 'new' must weigh at most 400 kB; got 401 kB"),
    ):
        with pytest.raises(ValueError) as refusal:
            page._weigh("new", weight)
        assert str(refusal.value) == f"{says}: {less}"
        assert page._weights_on_this_page == kept
    monkeypatch.setenv(book.BUILDING, "0")  # nobody knows which cells make a page
    page._weigh("new", 120_000)
    assert page._weights_on_this_page == {**kept, "new": 120_000}


def test_sizes_that_differ_are_told_in_points():
    def growing(k):
        return Figure(figsize=(1, 1 + k))

    def of_one(k):
        return Figure(figsize=(1, 1))

    with pytest.raises(ValueError) as refusal:
        page.page_explorer(read_plan("x", [of_one, growing], lambda k: "k", {"k": (0, 1)}))
    assert str(refusal.value) == (
        "explorer 'x': growing must return figures of one size, so that nothing below them moves; "
        "got 72 144 and 72 72 points"
    )
    with pytest.raises(ValueError, match="'x': draw must return figures of one size"):
        page.page_explorer(read_plan("x", [partial(growing)], lambda k: "k", {"k": (0, 1)}))
