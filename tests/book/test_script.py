"""What the explorers' script does, on a small page: `mutate_script.py` spoils it line by line.

After each act all three explorers are looked at whole: picture, sentence, text alternative and all
controls must say the values that are wanted, and the rest their defaults.
"""

import base64
import datetime
import functools
import gzip
import json
import os
import re
from urllib.parse import quote

import pytest

from dropoutlab.explore.controls import Part
from dropoutlab.explore.frame import frame_markup, frame_text
from dropoutlab.explore.svg import sentence_markup
from tests.book import small_page
from tests.book.conftest import Opener

pytestmark = pytest.mark.browser

SCRIPT = os.environ.get("EXPLORE_SCRIPT")  # another script than the book's
TIMEOUT = float(os.environ.get("EXPLORE_TIMEOUT", "10000"))  # milliseconds
PLAY = 700  # milliseconds a step
QUIET = 500  # milliseconds without a change
HEIGHT = 800
PLANS = {name: small_page.plan_of(name) for name in small_page.EXPLORERS}
GRIDS = {name: plan.controls for name, plan in PLANS.items()}
LOOK = """(name) => {
  const explorer = document.querySelector(`.explorer[data-name=${name}]`);
  const pictures = [...explorer.querySelectorAll(".explorer-picture")];
  const control = (e) => [e.name, e.type === "checkbox" ? e.checked : Number(e.value),
    e.getAttribute("aria-valuetext"),
    e.parentElement.querySelector(".explorer-value")?.textContent ?? null];
  return {
    pictures: pictures.map((picture) => picture.innerHTML),
    label: explorer.querySelector(".explorer-pictures").getAttribute("aria-label"),
    caption: explorer.querySelector(".explorer-sentence").innerHTML,
    controls: [...explorer.querySelectorAll("[data-texts]")].map(control),
  };
}"""
LOOK_ALL = f"names => Object.fromEntries(names.map((name) => [name, ({LOOK})(name)]))"
CAPTIONS = """(wanted) => wanted.every(([name, html]) =>
  document.querySelector(`.explorer[data-name=${name}] .explorer-sentence`).innerHTML === html) &&
  (typeof explorers === "undefined" ||
    !explorers.some((e) => e.pictures?.some((picture) => picture.finish)))"""
AS_SET = "all => all.map(h => Object.assign(document.createElement('i'), {innerHTML: h}).innerHTML)"
SET = """([name, control, value]) => {
  const element = document.querySelector(`#explorer-${name}-${control}`);
  if (element.type === "checkbox") element.checked = value;
  else element.value = value;
  element.dispatchEvent(new Event("input"));
}"""
FRAMES = "e => document.querySelector(`.explorer[data-name=${e}] .explorer-frames`) !== null"
TWO_DRAWINGS = "() => new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(ok)))"
OBSERVED = """() => new Promise((told) => { // after all observers that were there before
  new IntersectionObserver(() => told(null)).observe(document.body);
})"""
COUNT_UNPACKED = """
  window.unpacked = 0;
  const Stream = DecompressionStream;
  window.DecompressionStream = class extends Stream {
    constructor(format) { super(format); window.unpacked += 1; }
  };
"""


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    return small_page.write_small_page(tmp_path_factory.mktemp("small"), SCRIPT)


@pytest.fixture(scope="module")
def opener(browser):
    opener = Opener(browser)
    yield opener
    opener.close()


@pytest.fixture(scope="module")
def plain_page(opener):
    """A page that most tests share, one after the other: a new one takes long."""
    page = opener.new_page(viewport={"width": 800, "height": HEIGHT})
    page.set_default_timeout(TIMEOUT)
    return page


@pytest.fixture
def small(opener, plain_page, address):
    """Open the small page; what comes before it, or other settings, need a page of their own."""

    def small(fragment="", prepare=None, at=address, **settings):
        page = plain_page
        if prepare or settings:
            page = opener.new_page(**{"viewport": {"width": 800, "height": HEIGHT}, **settings})
            page.set_default_timeout(TIMEOUT)
        if prepare:
            prepare(page)
        page.goto("about:blank")
        page.goto(at + fragment)
        return page

    yield small
    opener.check()


@functools.cache
def frame(name, values):
    """What an explorer is to show at these values: picture, sentence, controls."""
    plan = PLANS[name]
    places = [(c, c.values.index(value)) for c, value in zip(GRIDS[name], values, strict=True)]
    at = [k for _, k in places]
    said = [c.texts[k] if c.kind == "slider" else None for c, k in places]
    sentence = frame_text(plan, plan.describe.values(plan.controls, at))
    return {
        "pictures": [
            frame_markup(plan, part, part.values(plan.controls, at)) for part in plan.draws
        ],
        "label": sentence,
        "caption": sentence_markup(sentence),
        "controls": [
            [c.name, bool(k) if c.kind == "checkbox" else k, text, text]
            for (c, k), text in zip(places, said, strict=True)
        ],
    }


def wanted(page, moved):
    """What the explorers are to show at their defaults but for the values that were moved."""
    frames = {
        name: frame(name, tuple(moved.get(name, {}).get(c.name, c.values[c.start]) for c in grid))
        for name, grid in GRIDS.items()
    }
    return dict(zip(frames, as_set(page, frames.values()), strict=True))


def as_set(page, frames):
    """Frames as a browser writes what it was given."""
    frames = list(frames)
    written = [html for frame in frames for html in (*frame["pictures"], frame["caption"])]
    set_ = iter(page.evaluate(AS_SET, written))
    return [
        {**frame, "pictures": [next(set_) for _ in frame["pictures"]], "caption": next(set_)}
        for frame in frames
    ]


def assert_shows(page, **moved):
    """Wait until the explorers show these values and for the rest their defaults."""
    want = wanted(page, moved)
    page.wait_for_function(CAPTIONS, arg=[(name, frame["caption"]) for name, frame in want.items()])
    assert (
        page.evaluate(f"names => Object.fromEntries(names.map(n => [n, ({LOOK})(n)]))", [*want])
        == want
    )


def named(page, name):
    return page.locator(f".explorer[data-name={name}]")


def control(page, name):
    return page.locator(f"#explorer-{name}")


def press(page, name, key):
    control(page, name).focus()
    page.keyboard.press(key)


def fragment_of(page):
    return page.evaluate("location.href").partition("#")[2]


def words(name, **values):
    """The words of an address for these values."""
    texts = {
        c.name: c.texts[c.values.index(values[c.name])] for c in GRIDS[name] if c.name in values
    }
    kept = "-_.!~*'()"  # what encodeURIComponent leaves alone
    return "&".join(f"{name}.{c}={quote(text, safe=kept)}" for c, text in texts.items())


# --- pictures follow the controls


def test_a_page_opens_with_its_defaults_and_its_controls(small):
    page = small()
    assert_shows(page)
    assert named(page, "line").locator(".explorer-controls").is_visible()
    assert named(page, "line").get_by_role("button", name="Copy link").is_visible()
    assert "#" not in page.url


@pytest.mark.parametrize("name", ["line", "walk", "touch"])
def test_every_combination_shows_its_own_frame(small, name):
    page = small(reduced_motion="reduce")
    page.evaluate("Promise.all(explorers.map((explorer) => explorer.load()))")
    combinations = list(Part("all", None, tuple(range(len(GRIDS[name])))).grid(GRIDS[name]))
    places = [
        [[c.name, bool(k) if c.kind == "checkbox" else k] for c in GRIDS[name]
         for k in [c.values.index(values[c.name])]]
        for values in combinations
    ]  # fmt: skip
    shown = page.evaluate(
        f"""([name, places]) => places.map((controls) => {{
          for (const [control, value] of controls) ({SET})([name, control, value]);
          return ({LOOK})(name);
        }})""",
        [name, places],
    )
    frames = [frame(name, tuple(values.values())) for values in combinations]
    assert shown == as_set(page, frames)


def test_keys_choices_and_boxes_move_the_picture(small):
    page = small()
    press(page, "line-slope", "ArrowRight")
    assert_shows(page, line={"slope": 0.5})
    control(page, "line-ends").select_option(label=small_page.ENDS[0][0])
    assert_shows(page, line={"slope": 0.5, "ends": 1})
    control(page, "line-dashed").click()
    assert_shows(page, line={"slope": 0.5, "ends": 1, "dashed": True})
    control(page, "line-dashed").click()
    control(page, "walk-fine").click()
    assert_shows(page, line={"slope": 0.5, "ends": 1}, walk={"fine": False})


def test_labels_and_options_are_what_the_author_wrote(small):
    page = small()
    assert page.get_by_role("slider", name='slope & "rise" <b>', exact=True).count() == 1
    options = control(page, "line-ends").locator("option").all_text_contents()
    assert options == [text for text, _ in small_page.ENDS]
    assert page.evaluate("document.querySelectorAll('.explorer :is(b, i)').length") == 0


WATCH = """() => {
  window.changed = 0;
  const watch = new MutationObserver((records) => { window.changed += records.length; });
  for (const part of document.querySelectorAll("figure"))
    watch.observe(part, {childList: true, subtree: true, attributes: true});
}"""


def test_nothing_is_drawn_or_said_again_when_nothing_changes(small):
    page = small()
    page.evaluate("explorers[0].load()")
    page.evaluate(WATCH)
    page.evaluate(SET, ["line", "slope", 2])
    page.evaluate(TWO_DRAWINGS)
    assert page.evaluate("changed") == 0
    page.evaluate(SET, ["line", "slope", 3])
    assert_shows(page, line={"slope": 0.5})
    assert page.evaluate("changed") == 3  # picture, text alternative, sentence


# --- frames are unpacked when they are needed


def test_frames_wait_until_their_explorer_is_near(small):
    page = small()
    page.wait_for_function(f"!({FRAMES})('line') && !({FRAMES})('walk')")
    assert page.evaluate(FRAMES, "line_far")
    for screens, there in ((2.2, True), (1.8, False)):
        page.evaluate(
            """([below]) => {
              const far = document.querySelector(".explorer[data-name=line_far]");
              scrollTo(0, far.getBoundingClientRect().top + scrollY - below);
            }""",
            [screens * HEIGHT],
        )
        page.evaluate(OBSERVED)
        assert page.evaluate("explorers[2].loading === undefined") == there
    page.wait_for_function(f"!({FRAMES})('line_far')")


def test_a_link_unpacks_no_frames_but_those_it_shows(small):
    page = small("#" + words("line", slope=1.0))
    assert_shows(page, line={"slope": 1.0})
    page.evaluate(OBSERVED)
    assert page.evaluate("explorers[2].loading === undefined")


def test_the_last_value_wins_while_the_frames_are_on_their_way(small):
    page = small(prepare=lambda page: page.add_init_script(COUNT_UNPACKED))
    page.wait_for_function(f"!({FRAMES})('line') && !({FRAMES})('walk')")
    page.evaluate(WATCH)
    page.evaluate(f"for (const k of [0, 1, 2]) ({SET})(['line_far', 'k', k])")
    assert_shows(page, line_far={"k": 2})
    assert page.evaluate("[changed, unpacked]") == [3, 3]


# --- where frames cannot be unpacked, nothing moves over a picture that stands still


def spoiled(html, change):
    """An explorer's HTML with other packed frames."""
    packed = re.search(r'explorer-frames">([^<]*)<', html)[1]
    return html.replace(packed, change(packed))


def repacked(change):
    """A change of the frames' data, packed again."""

    def spoil(packed):
        data = json.loads(gzip.decompress(base64.b64decode(packed)))
        change(data)
        return base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()

    return spoil


NO_STREAMS = "delete window.DecompressionStream"
SPOILED = {
    "unsupported": None,
    "no base64": lambda packed: "?" + packed,
    "no gzip": lambda packed: base64.b64encode(b"frames").decode(),
    "cut off": lambda packed: packed[: len(packed) // 8 * 4],
    "empty": lambda packed: "",
    "no data": repacked(lambda data: data.clear()),
    "a line missing": repacked(lambda data: data["lines"].pop()),
    "a frame missing": repacked(lambda data: data["parts"][0]["frames"].pop()),
    "a state missing": repacked(lambda data: data["parts"][0]["at"].pop()),
    "a sentence missing": repacked(lambda data: data["said"]["texts"].pop()),
    "a sentence too many": repacked(lambda data: data["said"]["texts"].append("One more.")),
    "a state too many": repacked(lambda data: data["parts"][0]["at"].append(0)),
    "no line": repacked(lambda data: data["lines"].__setitem__(-1, None)),
    "no sentence": repacked(lambda data: data["said"]["texts"].__setitem__(-1, 3)),
}


@pytest.fixture
def spoiled_page(small, tmp_path):
    """Open the page with the frames of one explorer, `walk`, spoiled; or of all, unsupported."""

    def open_spoiled(how, fragment="", **settings):
        if SPOILED[how] is None:
            return small(fragment, lambda page: page.add_init_script(NO_STREAMS), **settings)
        parts = small_page.explorers_html()
        parts = {**parts, "walk": spoiled(parts["walk"], SPOILED[how])}
        return small(fragment, at=small_page.write_small_page(tmp_path, SCRIPT, parts), **settings)

    return open_spoiled


def assert_given_up(page, name):
    """It says so, and every control is off."""
    page.wait_for_function(
        "name => document.querySelector(`[data-name=${name}] .explorer-said`).textContent",
        arg=name,
    )
    assert named(page, name).locator(".explorer-said").is_visible()
    controls = named(page, name).locator("input, select, button")
    assert controls.count() > 1
    assert not [e for e in controls.all() if e.is_enabled()]


@pytest.mark.parametrize("how", SPOILED)
def test_where_frames_cannot_be_unpacked_the_default_stands_and_the_controls_are_off(
    spoiled_page, how
):
    page = spoiled_page(how)
    assert_given_up(page, "walk")
    assert_shows(page)
    if SPOILED[how]:  # the others work
        press(page, "line-slope", "Home")
        assert_shows(page, line={"slope": -1.0})


def test_a_link_to_what_cannot_be_unpacked_opens_the_default(spoiled_page):
    link = f"{words('line', slope=1.0)}&{words('walk', fine=False)}"
    page = spoiled_page("no gzip", "#" + link)
    assert_given_up(page, "walk")
    assert_shows(page, line={"slope": 1.0})
    assert fragment_of(page) == words("line", slope=1.0)
    page.evaluate(FOLLOW, words("walk", step=4))
    assert_shows(page)


@pytest.mark.parametrize("fragment", ["top", "walk.step=7", words("line", slope=1.0)])
def test_an_address_that_moved_nothing_stays_where_frames_cannot_be_unpacked(
    spoiled_page, fragment
):
    page = spoiled_page("no gzip", f"#{fragment}")
    assert_given_up(page, "walk")
    assert fragment_of(page) == fragment


def test_play_stops_where_frames_cannot_be_unpacked(small):
    """Play is pressed when the frames are asked for, before it is known that there are none."""
    press_play = "document.querySelector('[aria-label^=Play]').click()"
    refuse = f"""window.DecompressionStream = class {{
      constructor() {{
        window.pressed ??= queueMicrotask(() => {press_play}) ?? true;
        throw new Error("no");
      }}
    }}"""
    page = small(prepare=lambda page: page.add_init_script(refuse))
    assert_given_up(page, "walk")
    assert page.evaluate("pressed")
    assert not playing(page)
    assert page.evaluate("document.querySelector('.explorer-play').timer === undefined")
    assert_shows(page)


# --- the address


def test_the_address_keeps_the_view_of_every_explorer(small):
    page = small()
    page.evaluate("history.replaceState({mine: 1}, '')")
    before = page.evaluate("history.length")
    press(page, "line-slope", "Home")
    control(page, "line-ends").select_option("0")
    control(page, "line-dashed").click()
    press(page, "walk-step", "End")
    control(page, "walk-fine").click()
    moved = {
        "line": {"slope": -1.0, "ends": 1, "dashed": True},
        "walk": {"step": 4, "fine": False},
    }
    assert_shows(page, **moved)
    assert fragment_of(page) == "&".join(words(name, **values) for name, values in moved.items())
    assert page.evaluate("[history.length, history.state]") == [before, {"mine": 1}]
    page.reload()
    assert_shows(page, **moved)
    press(page, "line-slope", "ArrowRight")
    press(page, "line-slope", "ArrowRight")
    control(page, "line-ends").select_option("1")
    control(page, "line-dashed").click()
    press(page, "walk-step", "ArrowLeft")
    assert fragment_of(page) == words("walk", step=3, fine=False)
    press(page, "walk-step", "ArrowLeft")
    control(page, "walk-fine").click()
    assert_shows(page)
    assert "#" not in page.evaluate("location.href")


def test_the_address_waits_until_a_slider_is_let_go(small):
    page = small()
    page.evaluate(SET, ["line", "slope", 0])
    assert_shows(page, line={"slope": -1.0})
    assert fragment_of(page) == ""
    control(page, "line-slope").dispatch_event("change")
    assert fragment_of(page) == words("line", slope=-1.0)


@pytest.mark.parametrize(
    "moved",
    [
        {"line": {"slope": 1.0, "ends": 2}},
        {"line": {"ends": 3, "dashed": True}, "walk": {"fine": False}},
        {"walk": {"speed": 2, "step": 1, "fine": True}, "line_far": {"k": 0}},
    ],
)
def test_a_link_opens_its_view(small, moved):
    page = small("#" + "&".join(words(name, **values) for name, values in moved.items()))
    assert_shows(page, **moved)


@pytest.mark.parametrize(
    "fragment",
    [
        "line.slope=17",
        "line.slope=−1.0",  # without its unit
        "line.slope=0",  # an index is no value
        "line.dashed=true&walk.fine=",
        "line=1&.slope=2&line.=3&line.colour=4",
        "other.slope=%E0%A4%A&x=1&=",
        "walk.dashed=on&line_far.step=4",
    ],
)
def test_a_wrong_link_opens_the_defaults_and_all_still_works(small, fragment):
    page = small("#" + fragment)
    assert_shows(page)
    press(page, "line_far-k", "Home")
    assert_shows(page, line_far={"k": 0})
    assert fragment_of(page) == words("line_far", k=0)


FOLLOW = """link => new Promise((followed) => {
  addEventListener("hashchange", followed, {once: true});
  location.hash = link;
}).then(() => null)"""


def test_a_link_on_the_page_changes_the_view_and_sets_the_rest_back(small):
    page = small("#" + words("line", slope=1.0, dashed=True))
    assert_shows(page, line={"slope": 1.0, "dashed": True})
    page.evaluate(FOLLOW, words("walk", step=1, fine=False))
    assert_shows(page, walk={"step": 1, "fine": False})
    page.evaluate(FOLLOW, "top")
    press(page, "walk-step", "ArrowRight")
    assert_shows(page, walk={"fine": False})  # a link to a section leaves the views alone


@pytest.mark.parametrize(("name", "moved"), [("line_far", {"k": 2}), ("walk", {"step": 1})])
def test_a_link_goes_to_its_explorer(small, name, moved):
    page = small("#" + words(name, **moved))
    assert_shows(page, **{name: moved})
    top = named(page, name).evaluate("e => e.getBoundingClientRect().top")
    bottom = page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
    assert -1 < top < 1 or (bottom and 0 < top < HEIGHT)


def test_a_link_of_no_explorer_goes_nowhere(small):
    page = small("#lines.k=1&line_far.k=2")
    assert_shows(page, line_far={"k": 2})
    assert page.evaluate("scrollY") == 0


def test_a_link_to_the_whole_view_is_copied(small):
    page = small("#top", permissions=["clipboard-read", "clipboard-write"])
    press(page, "walk-step", "Home")
    control(page, "walk-fine").click()
    assert_shows(page, walk={"step": 1, "fine": False})
    named(page, "walk").get_by_role("button", name="Copy link to this view").click()
    named(page, "walk").get_by_text("Link copied.", exact=True).wait_for()
    assert page.locator(".explorer-said").all_text_contents() == [
        "",
        "Link copied.",
        "",
        "",
        "",
        "",
    ]
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url.split("#")[0] + "#" + words("walk", speed=1, step=1, fine=False)


@pytest.mark.parametrize(
    "refuse",
    [
        "Object.defineProperty(navigator, 'clipboard', {value: undefined})",
        "Object.defineProperty(navigator, 'clipboard', "
        "{value: {writeText: () => Promise.reject(new Error('not allowed'))}})",
    ],
)
def test_where_there_is_no_clipboard_the_link_is_shown(small, refuse):
    page = small(prepare=lambda page: page.add_init_script(refuse))
    named(page, "line").get_by_role("button", name="Copy link to this view").click()
    link = page.url + "#" + words("line", slope=0.0, ends=2, dashed=False)
    named(page, "line").get_by_text(link, exact=True).wait_for()


# --- steps and Play


def button(page, action):
    return page.get_by_role("button", name=f"{action}: step")


def playing(page):
    """What the middle button says, by its text and by its name."""
    (name,) = [b for b in ("Play", "Pause") if button(page, b).count()]
    assert button(page, name).inner_text().startswith(name)
    return name == "Pause"


def test_steps_go_one_value_and_stay_inside(small):
    page = small()
    for value in (3, 4, 4):
        button(page, "Step forward").click()
        assert_shows(page, walk={"step": value})
        assert fragment_of(page) == words("walk", step=value)
    for value in (3, 2, 1, 1):
        button(page, "Step back").click()
        assert_shows(page, walk={"step": value})
    assert not playing(page)


MIDNIGHT = datetime.datetime(2026, 1, 1)


@pytest.fixture
def still(small):
    """The page with its clock stopped: time passes when the test says so."""
    page = small(prepare=lambda page: page.clock.install(time=MIDNIGHT))
    page.clock.pause_at(MIDNIGHT + datetime.timedelta(minutes=10))
    return page


def test_play_steps_to_the_end_stops_there_and_starts_over(still):
    page = still
    page.evaluate("explorers[1].load()")
    button(page, "Play").click()
    assert_shows(page)
    page.clock.run_for(PLAY - 1)
    assert_shows(page)
    page.clock.run_for(1)
    assert_shows(page, walk={"step": 3})
    assert fragment_of(page) == words("walk", step=3)
    page.clock.run_for(PLAY)
    assert_shows(page, walk={"step": 4})
    assert playing(page)
    page.clock.run_for(PLAY)
    assert not playing(page)
    press(page, "walk-step", "ArrowLeft")
    page.clock.run_for(5 * PLAY)
    assert_shows(page, walk={"step": 3})  # it has really stopped
    press(page, "walk-step", "ArrowRight")
    button(page, "Play").click()
    assert_shows(page, walk={"step": 1})  # from the end it starts over
    page.clock.run_for(PLAY)
    assert_shows(page)
    assert playing(page)


def test_play_is_stopped_by_its_button(still):
    page = still
    press(page, "walk-step", "Home")
    button(page, "Play").click()
    assert playing(page)
    page.clock.run_for(PLAY)
    assert_shows(page)
    button(page, "Pause").click()
    assert not playing(page)
    page.clock.run_for(5 * PLAY)
    assert_shows(page)
    button(page, "Play").click()
    page.clock.run_for(PLAY)
    assert_shows(page, walk={"step": 3})


def test_nothing_plays_for_those_who_asked_for_less_motion(small):
    page = small(reduced_motion="reduce")
    assert button(page, "Play").count() == 0
    button(page, "Step forward").click()
    assert_shows(page, walk={"step": 3})


# --- parts of a picture that are clicked and dragged


def spot(page, settings, name="touch"):
    """Where the middle of a handle is, on the screen; `settings` as in its markup."""
    named(page, name).scroll_into_view_if_needed()
    return page.evaluate(
        """([name, settings]) => {
          const all = document.querySelectorAll(
            `.explorer[data-name=${name}] [data-set="${settings}"]`);
          const box = [...all].at(-1).getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        [name, settings],
    )


def loaded(page):
    page.evaluate("Promise.all(explorers.map((explorer) => explorer.load()))")
    return page


def test_a_click_on_a_handle_moves_controls_and_address(small):
    page = loaded(small())
    page.mouse.click(*spot(page, "0:2"))
    assert_shows(page, touch={"chosen": 2})
    assert fragment_of(page) == words("touch", chosen=2)
    page.mouse.click(*spot(page, "0:2"))  # it is there already, and has more than two values
    assert_shows(page, touch={"chosen": 2})


def test_a_click_on_a_switch_turns_it_and_turns_it_back(small):
    page = loaded(small())
    for on in (True, False, True):
        page.mouse.click(*spot(page, "1:1"))
        assert_shows(page, touch={"on": on})


def test_a_click_beside_a_handle_finds_it_and_one_far_away_nothing(small):
    page = loaded(small())
    x, y = spot(page, "0:2")
    page.mouse.click(x, y - 60)
    page.mouse.click(x, y, button="right")
    page.evaluate(TWO_DRAWINGS)
    assert_shows(page)
    page.mouse.click(x - 12, y - 12)
    assert_shows(page, touch={"chosen": 2})


def test_a_dot_is_dragged_over_the_plane_to_the_nearest_place(small):
    page = loaded(small())
    page.mouse.move(*spot(page, "2:1 3:1"))
    page.mouse.down()
    x, y = spot(page, "2:2 3:0")
    page.mouse.move(x - 9, y - 9, steps=5)
    assert_shows(page, touch={"x": 2, "y": 0})
    assert fragment_of(page) == ""  # not before it is let go
    x, y = spot(page, "2:0 3:2")
    page.mouse.move(x - 40, y - 40, steps=3)  # out of the picture: it is held all the same
    page.mouse.up()
    assert_shows(page, touch={"x": 0, "y": 2})
    assert fragment_of(page) == words("touch", x=0, y=2)
    page.mouse.move(*spot(page, "2:1 3:1"))
    assert_shows(page, touch={"x": 0, "y": 2})


def test_a_drag_takes_only_handles_of_its_own_controls(small):
    page = loaded(small())
    page.mouse.move(*spot(page, "0:0"))
    page.mouse.down()
    page.mouse.move(*spot(page, "1:1"), steps=5)
    page.mouse.up()
    shown = page.evaluate("explorers.find((e) => e.name === 'touch').controls.map((c) => c.value)")
    assert shown[1:] == [0, 1, 1]


def test_a_finger_drags_and_a_finger_that_scrolls_moves_nothing(small):
    page = loaded(small(has_touch=True))
    tell = """([name, kind, x, y]) => {
      const target = document.querySelector(`.explorer[data-name=${name}] .explorer-pictures`);
      const settings = {clientX: x, clientY: y, pointerId: 7, pointerType: "touch", button: 0};
      target.setPointerCapture = () => {};
      document.elementFromPoint(x, y).closest(".explorer-picture, body").dispatchEvent(
        new PointerEvent(kind, {...settings, bubbles: true}));
    }"""
    at, to = spot(page, "2:1 3:1"), spot(page, "2:2 3:2")
    for kind, place in (("pointerdown", at), ("pointermove", to), ("pointerup", to)):
        page.evaluate(tell, ["touch", kind, *place])
        page.evaluate(TWO_DRAWINGS)
    assert_shows(page, touch={"x": 2, "y": 2})
    page.evaluate(tell, ["touch", "pointerdown", *to])
    page.evaluate(tell, ["touch", "pointercancel", *to])
    page.evaluate(tell, ["touch", "pointermove", *at])
    page.evaluate(TWO_DRAWINGS)
    assert_shows(page, touch={"x": 2, "y": 2})


def test_a_finger_that_scrolls_from_a_slider_leaves_it_as_it_was(small):
    page = loaded(small())
    slider = control(page, "line-slope")
    slider.dispatch_event("pointerdown")
    page.evaluate(SET, ["line", "slope", 0])
    assert_shows(page, line={"slope": -1.0})
    slider.dispatch_event("pointercancel")
    assert_shows(page)
    touch = page.evaluate("getComputedStyle(document.querySelector('#explorer-line-slope'))")
    assert touch["touchAction"] == "pan-y"


def test_what_can_be_touched_is_ringed_and_what_is_unseen_is_not(small):
    page = loaded(small())
    rings = named(page, "touch").locator(".explorer-ring")
    assert rings.count() == 5 and all(ring.is_visible() for ring in rings.all())
    look = "e => [getComputedStyle(e).cursor, getComputedStyle(e).touchAction]"
    first = named(page, "touch").locator("[data-set='0:1']").first
    assert first.evaluate(look) == ["pointer", "none"]
    unseen = named(page, "touch").locator("[data-set='2:0 3:0']").first
    assert unseen.evaluate(look) == ["pointer", "auto"]


def test_numbers_run_to_where_the_frame_says(small):
    page = loaded(small())
    seen = page.evaluate(
        """async () => {
          const touch = explorers.find((e) => e.name === "touch");
          const path = () => touch.figure.children[1].innerHTML;
          const seen = [path()];
          touch.controls[2].value = 2;
          touch.change(touch.controls[2]);
          const picture = touch.pictures[1];
          while (picture.finish) {
            await new Promise(requestAnimationFrame);
            seen.push(path());
          }
          return seen;
        }"""
    )
    assert_shows(page, touch={"x": 2})
    assert len(set(seen)) > 2  # between the two there was something
    page.evaluate(SET, ["touch", "x", 0])
    page.evaluate(SET, ["touch", "x", 1])  # before the first has ended
    assert_shows(page)


# --- a question first


def heard(page, name):
    return named(page, name).locator(".explorer-heard").text_content()


def ask_of(page, name):
    return named(page, name).locator(".explorer-question")


def can_be_steered(page, name):
    return named(page, name).locator(".explorer-controls").evaluate("e => !e.inert")


def places(page, name):
    """Where everything stands below a question, and the height of the page."""
    look = """name => [...document.querySelectorAll(`[data-name=${name}] ~ *, ` +
      `[data-name=${name}] :is(.explorer-controls, .explorer-share), html, ` +
      `[data-name=${name}] :is(figure, figure :not(svg *))`)
      ].map((part) => [part.getBoundingClientRect().y + scrollY, part.scrollHeight])"""
    return page.evaluate(look, name)


KEYS = "Object.entries(localStorage).sort().map(([key, value]) => [key.split(':').at(-1), value])"


def test_a_question_comes_before_the_controls(small):
    page = loaded(small(permissions=[]))
    page.evaluate("localStorage.clear()")
    page.reload()
    asked = named(page, "asked")
    assert ask_of(page, "asked").locator("p").first.text_content() == small_page.CHOICE.text
    assert not can_be_steered(page, "asked")
    assert not asked.locator(".explorer-answer").is_visible()
    page.get_by_role("button", name="Commit").first.click()  # nothing is chosen: nothing happens
    assert not asked.locator(".explorer-answer").is_visible()
    asked.get_by_label("no", exact=True).check()
    asked.get_by_role("button", name="Commit").click()
    assert can_be_steered(page, "asked")
    said = "You predicted no, and it is so. It is not: 3 < 4, w2."
    assert asked.locator(".explorer-answer").text_content() == said
    assert not asked.get_by_role("button", name="Commit").is_visible()
    assert page.evaluate("document.activeElement.id") == "explorer-asked-k"
    score = page.locator(".explorer-score")
    assert score.text_content() == "You predicted 1 of 1 answers."
    guess = named(page, "guess")
    guess.locator("input[name=guess]").press("Home")
    assert guess.locator(".explorer-guess span").text_content() == "0.0 m"
    guess.get_by_role("button", name="Commit").click()
    assert (
        guess.locator(".explorer-answer").text_content()
        == "You predicted 0.0 m, and it is not so. It is 0.72."
    )
    assert score.text_content() == "You predicted 1 of 2 answers."
    assert page.evaluate(KEYS) == [["asked", "1 true"], ["guess", "0 false"]]
    page.reload()
    assert asked.locator(".explorer-answer").text_content() == said
    assert score.text_content() == "You predicted 1 of 2 answers."


@pytest.mark.parametrize(("presses", "right"), [(5, False), (6, True), (8, True), (9, False)])
def test_a_guess_within_a_step_is_right(small, presses, right):
    page = small(permissions=[])
    guess = named(page, "guess")
    guess.locator("input[name=guess]").fill(str(presses))
    guess.get_by_role("button", name="Commit").click()
    assert ("it is so" in guess.locator(".explorer-answer").text_content()) == right


VEILED = "getComputedStyle(document.querySelector('[data-name=%s] figure > *')).visibility"


def test_a_picture_that_tells_the_answer_is_hidden_until_it_is_given(small):
    page = small(permissions=[])
    assert [page.evaluate(VEILED % name) for name in ("asked", "guess")] == ["visible", "hidden"]
    page.emulate_media(media="print")
    assert page.evaluate(VEILED % "guess") == "visible"
    page.emulate_media(media="screen")
    named(page, "guess").get_by_role("button", name="Just show me").click()
    assert page.evaluate(VEILED % "guess") == "visible"
    page = small(java_script_enabled=False)
    assert named(page, "guess").locator("figure > *").first.is_visible()


def test_before_the_answer_axes_can_be_seen_and_what_is_drawn_cannot(small):
    page = small(permissions=[])
    guess = named(page, "guess")
    parts = [guess.get_by_text("metres"), guess.get_by_text("guess 0"), guess.locator("figcaption")]
    assert [part.is_visible() for part in parts] == [True, False, False]
    dot = guess.locator("svg [data-set] *").last
    assert not dot.is_visible()
    assert "Asked" not in guess.locator(".explorer-pictures").aria_snapshot()
    guess.get_by_role("button", name="Just show me").click()
    assert_shows(page, guess={"k": 2})  # it waits for the pictures
    assert guess.get_by_text("guess 2").is_visible() and dot.is_visible()


@pytest.mark.parametrize("button", ["Commit", "Just show me"])
def test_a_page_stays_where_it_is_when_a_question_is_answered_at_its_lower_edge(small, button):
    page = loaded(small(viewport={"width": 360, "height": 320}, permissions=[]))
    press_here = named(page, "guess").get_by_role("button", name=button)
    press_here.evaluate("e => e.scrollIntoView({ block: 'end' })")
    before = page.evaluate("scrollY")
    press_here.click()
    assert can_be_steered(page, "guess")
    assert page.evaluate("document.activeElement.id") == "explorer-guess-k"
    assert page.evaluate("scrollY") == before


def test_a_pointer_shows_an_area_that_can_be_clicked(small):
    page = loaded(small(permissions=[]))
    guess = named(page, "guess")
    guess.get_by_role("button", name="Just show me").click()
    shade = "e => getComputedStyle(e).fillOpacity"
    place = guess.locator("svg [data-set] > rect[fill-opacity]")
    assert place.evaluate(shade) == "0"
    place.hover()
    assert place.evaluate(shade) == "0.08"
    place.click()
    assert_shows(page, guess={"k": 1})


@pytest.mark.parametrize("button", ["Commit", "Just show me"])
def test_an_answer_takes_the_controls_where_it_shows(small, button):
    page = loaded(small(permissions=[]))
    named(page, "guess").get_by_role("button", name=button).click()
    assert_shows(page, guess={"k": 2})
    page.reload()
    if button == "Commit":  # the answer is remembered, and where it leads
        assert_shows(page, guess={"k": 2})
    page = small("#" + words("guess", k=1), permissions=[])
    assert_shows(page, guess={"k": 1})


@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("button", ["Commit", "Just show me"])
def test_nothing_moves_when_a_question_is_answered(small, width, button):
    page = loaded(small(viewport={"width": width, "height": HEIGHT}, permissions=[]))
    named(page, "asked").get_by_label("yes & <i>", exact=True).check()
    for name in ("asked", "guess"):
        before = places(page, name)
        named(page, name).get_by_role("button", name=button).click()
        assert can_be_steered(page, name) and places(page, name) == before


def test_who_wants_no_question_is_shown_at_once(small):
    page = loaded(small(permissions=[]))
    named(page, "asked").get_by_role("button", name="Just show me").click()
    asked = named(page, "asked")
    assert asked.locator(".explorer-answer").text_content() == " It is not: 3 < 4, w2."
    assert page.locator(".explorer-score").text_content() == "No answer of this page predicted yet."
    assert page.evaluate(KEYS) == []
    press(page, "asked-k", "End")
    assert_shows(page, asked={"k": 2})


def test_a_link_to_a_view_shows_it_without_asking(small):
    page = small("#" + words("asked", k=2), permissions=[])
    assert_shows(page, asked={"k": 2})
    assert can_be_steered(page, "asked") and not can_be_steered(page, "guess")


def test_where_nothing_can_be_kept_it_is_asked_all_the_same(small):
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
    page = small(prepare=lambda page: page.add_init_script(refuse))
    named(page, "asked").get_by_label("yes & <i>", exact=True).check()
    named(page, "asked").get_by_role("button", name="Commit").click()
    said = named(page, "asked").locator(".explorer-answer").text_content()
    assert said.startswith("You predicted yes & <i>, and it is not so. ")


def test_a_question_on_paper_and_without_script_is_a_text_with_its_answer(small):
    page = small(java_script_enabled=False)
    asked = named(page, "asked")
    assert asked.get_by_text('Is it <a> & "b"?').is_visible()
    assert not asked.locator(".explorer-guesses").is_visible()
    assert not asked.locator(".explorer-answer").is_visible()
    page.emulate_media(media="print")
    assert asked.locator(".explorer-answer").is_visible()


# --- what is heard, and a page that does not jump


def test_a_change_is_said_once_when_nothing_moves_any_more(still):
    page = still
    loaded(page)
    press(page, "line-slope", "ArrowRight")
    press(page, "line-slope", "ArrowRight")
    page.clock.run_for(QUIET - 1)
    assert heard(page, "line") == ""
    page.clock.run_for(1)
    assert heard(page, "line") == frame("line", (1.0, 2, False))["label"]
    live = page.locator(".explorer[data-name=line] :is([aria-live], [role=status], output)")
    assert live.count() == 2  # the sentence, and what became of a link
    button(page, "Play").click()
    page.clock.run_for(PLAY)
    assert_shows(page, line={"slope": 1.0}, walk={"step": 3})
    page.clock.run_for(QUIET)
    assert heard(page, "walk") == ""


def test_explorers_are_groups_with_names(small):
    page = small()
    for name in ("line", "line far", "touch"):
        assert page.get_by_role("group", name=name, exact=True).count() == 1


@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_is_as_high_in_every_state(small, width):
    page = loaded(small(viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce"))
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(height)
    for name, control_, last in (("line", "slope", 4), ("line", "ends", 2), ("touch", "x", 2)):
        for k in range(last + 1):
            page.evaluate(SET, [name, control_, k])
            assert page.evaluate(height) == before


# --- paper, and no script


def test_paper_shows_the_defaults_without_controls(small):
    page = small()
    press(page, "line-slope", "Home")
    control(page, "walk-fine").click()
    moved = {"line": {"slope": -1.0}, "walk": {"fine": False}}
    assert_shows(page, **moved)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    printed = page.evaluate(LOOK_ALL, [*GRIDS])
    hidden = page.locator(".explorer-controls, .explorer-link")
    seen = [part.is_visible() for part in hidden.all()]
    page.emulate_media(media="screen")
    assert not any(seen) and len(seen) == 12
    for name in ("line", "walk"):
        want = wanted(page, {})[name]
        assert {**printed[name], "controls": want["controls"]} == want
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert_shows(page, **moved)


def test_paper_shows_at_once_what_an_answer_speaks_of(small):
    page = loaded(small())
    press(page, "touch-x", "Home")
    assert_shows(page, touch={"x": 0})
    look = f"names => {{ dispatchEvent(new Event('beforeprint')); return ({LOOK_ALL})(names); }}"
    printed = page.evaluate(look, [*GRIDS])
    want = wanted(page, {"guess": {"k": 2}})
    for name in ("touch", "guess", "asked"):  # in motion a dot would not be there yet
        assert {**printed[name], "controls": None} == {**want[name], "controls": None}, name
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert_shows(page, touch={"x": 0})


def test_without_the_script_the_default_pictures_stand_there(small):
    page = small(java_script_enabled=False)
    assert page.locator(".explorer-picture svg").first.is_visible()
    assert not page.locator(".explorer-controls").first.is_visible()
    assert not page.locator(".explorer-link").first.is_visible()
