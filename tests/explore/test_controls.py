"""Controls as they are written and the grid that is read from them, edges first."""

import ipywidgets as widgets
import numpy as np
import pytest

from dropoutlab.explore.controls import Control, read_plan


def draw(size=2, rate=0.5, on=True, extra=0):
    raise AssertionError("reading controls draws nothing")


def draw_without_defaults(size, rate=0.5):
    raise AssertionError("reading controls draws nothing")


def anything(**values):
    raise AssertionError("reading controls says nothing")


def read(name="x", function=draw, labels=None, units=None, play=None, **written):
    plan = read_plan(name, [function], anything, written, labels or {}, units or {}, play)
    return plan.controls


def test_a_control_is_all_that_was_read():
    assert read(size=[1, 2, ("many", 9)], labels={"size": "width"}, units={"size": "cm"}) == (
        Control("size", "width", "choice", (1, 2, 9), ("1 cm", "2 cm", "many cm"), 1),
    )
    assert read(size=(1, 3), play="size") == (
        Control("size", "size", "slider", (1, 2, 3), ("1", "2", "3"), 1, play=True),
    )
    assert read(on=False) == (Control("on", "on", "checkbox", (False, True), ("off", "on"), 1),)
    assert read(rate=(0.5, 0.6))[0].label == "rate"


@pytest.mark.parametrize(
    ("written", "start"), [(True, True), (False, False), (widgets.Checkbox(value=True), True)]
)
def test_a_checkbox_starts_as_it_is_written(written, start):
    (control,) = read(function=lambda on: None, on=written)
    assert control.values[control.start] is start
    assert control.texts[control.start] == ("on" if start else "off")


def test_the_default_of_draw_goes_before_the_middle_and_a_widget_before_both():
    (slider,) = read(size=(1, 4))
    assert slider.values[slider.start] == 2
    (slider,) = read(size=widgets.IntSlider(value=3, min=1, max=4))
    assert slider.values[slider.start] == 3
    (slider,) = read(function=draw_without_defaults, size=(1, 5))
    assert slider.values[slider.start] == 3
    (slider,) = read(function=draw_without_defaults, size=(1, 4))
    assert slider.values[slider.start] == 3
    (choice,) = read(function=draw_without_defaults, size=[7, 8])
    assert choice.values[choice.start] == 7


def test_a_label_is_the_authors_or_the_widgets_or_the_name():
    def function(two_words):
        raise AssertionError

    written = widgets.IntSlider(min=0, max=1, description="described")
    plain = read(function=function, two_words=(0, 1))
    described = read(function=function, two_words=written)
    labelled = read(function=function, two_words=written, labels={"two_words": "labelled"})
    assert [c.label for (c,) in (plain, described, labelled)] == [
        "two words",
        "described",
        "labelled",
    ]


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ((0.3, 1.0, 0.1), ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"]),
        ((0.1, 0.7, 0.2), ["0.1", "0.3", "0.5", "0.7"]),
        ((0.0, 1.0), [f"{k / 10}" for k in range(11)]),
        ((0, 1.0), [f"{k / 10}" for k in range(11)]),
        ((0.5, 2, 0.5), ["0.5", "1.0", "1.5", "2.0"]),
        ((0.25, 1.0, 0.25), ["0.25", "0.50", "0.75", "1.00"]),
        ((0.125, 0.7, 0.25), ["0.125", "0.375", "0.625"]),
        ((0.0, 1.0, 0.5), ["0.0", "0.5", "1.0"]),
        ((0.0, 3e-10, 1e-10), ["0.0000000000", "0.0000000001", "0.0000000002", "0.0000000003"]),
        ((100.0, 300.0, 100.0), ["100.0", "200.0", "300.0"]),
        ((-2, 2), ["−2", "−1", "0", "1", "2"]),
        ((1, 6, 2), ["1", "3", "5"]),
    ],
)
def test_a_range_has_both_ends_and_decimal_steps(written, texts):
    (control,) = read(function=lambda value: None, value=written)
    assert list(control.texts) == texts
    assert control.values == tuple(type(control.values[0])(t.replace("−", "-")) for t in texts)


def test_numbers_among_options_have_a_proper_minus_and_words_their_hyphen():
    (control,) = read(function=lambda value: None, value=[-1, -0.5, "max-norm", "-2"])
    assert control.texts == ("−1", "−0.5", "max-norm", "-2")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ((1,), TypeError),
        ((1, 2, 1, 1), TypeError),
        ((1, True), TypeError),
        ((1, "2"), TypeError),
        ((2, 2), ValueError),
        ((2, 1), ValueError),
        ((1, 2, 0), ValueError),
        ((1, 2, -1), ValueError),
        ((0.0, float("nan")), ValueError),
        ((float("-inf"), 0.0), ValueError),
    ],
)
def test_a_range_that_is_none_is_refused_with_what_is_accepted(written, problem):
    with pytest.raises(problem) as refusal:
        read(size=written)
    accepts = "must be (low, high) or (low, high, step) with low < high and step > 0"
    assert str(refusal.value).startswith(f"explorer 'x', control 'size' {accepts}")
    assert str(refusal.value).endswith(f"; got {written!r}")


@pytest.mark.parametrize("written", [None, 3, "word", widgets.Text()])
def test_what_is_no_control_is_refused_with_what_is_accepted(written):
    with pytest.raises(TypeError) as refusal:
        read(size=written)
    assert str(refusal.value) == (
        "explorer 'x', control 'size' must be (low, high) or (low, high, step), a list of options, "
        "a bool, or an IntSlider, FloatSlider, SelectionSlider, Dropdown or Checkbox; "
        f"got {written!r}"
    )


def test_the_budget_is_400_values_and_4000_frames():
    assert len(read(size=(1, 400))[0].values) == 400
    with pytest.raises(ValueError, match=r"^explorer 'x', control 'size' must have at most 400 va"):
        read(size=(1, 401))
    read(size=(1, 200), rate=(0.05, 1.0, 0.05))
    with pytest.raises(
        ValueError, match=r"^explorer 'x': draw must have at most 4000 fr.*; got 4020$"
    ):
        read(size=(1, 201), rate=(0.05, 1.0, 0.05))
    assert len(read(size=(1, 2), rate=(0.4, 0.5), on=True, extra=(0, 1))) == 4
    with pytest.raises(ValueError, match=r"^explorer 'x': controls must be at least 1; got none$"):
        read()


def test_parts_add_their_frames():
    def both(size, rate):
        raise AssertionError

    def one(size):
        raise AssertionError

    written = {"size": (1, 100), "rate": (0.025, 1.0, 0.025)}
    with pytest.raises(ValueError, match="at most 4000 frames; got 4100"):
        read_plan("x", [both, one], one, written)
    plan = read_plan("x", [one, lambda rate: None], one, written)
    assert [part.controls for part in (*plan.draws, plan.describe)] == [(0,), (1,), (0,)]
    assert plan.start == (50, 20)
    assert plan.places_of({"rate": 0.025, "size": 3}) == {1: 0, 0: 2}
    for wrong, says in (({"on": 1}, "must set controls of"), ({"size": 101}, "must stay on its g")):
        with pytest.raises(ValueError, match=says):
            plan.places_of(wrong)


def test_a_start_must_be_on_the_grid_up_to_rounding():
    (rate,) = read(function=lambda rate=0.1 + 0.2: None, rate=(0.1, 0.5))
    assert rate.values[rate.start] == 0.3
    with pytest.raises(ValueError) as refusal:
        read(size=(3, 5))
    assert str(refusal.value) == (
        "explorer 'x', control 'size' must start on its grid (3, 4, 5); got 2"
    )


@pytest.mark.parametrize("name", ["a", "a1", "two-words", "two_words", "x-1_y"])
def test_a_name_is_a_lower_case_word(name):
    read(name=name, size=(1, 2))


@pytest.mark.parametrize("name", ["", "A", "1a", "-a", "a b", "a\n", "ä", None, 3])
def test_another_name_is_refused(name):
    with pytest.raises(ValueError) as refusal:
        read(name=name, size=(1, 2))
    assert str(refusal.value) == (
        "name must be a lower-case word of letters, digits, - and _ starting with a letter; "
        f"got {name!r}"
    )


@pytest.mark.parametrize("role", ["labels", "units"])
@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"z": "Z", "size": "s"}, ValueError),
        ({"size": ""}, TypeError),
        ({"size": " "}, TypeError),
        ({"size": 3}, TypeError),
        ([("size", "s")], TypeError),
        ("size", TypeError),
    ],
)
def test_labels_and_units_must_name_controls_and_be_texts(role, given, problem):
    with pytest.raises(problem) as refusal:
        read_plan("x", [draw], anything, {"size": (1, 2), "rate": (0.4, 0.5)}, **{role: given})
    wrong = "z" if problem is ValueError else given
    assert str(refusal.value) == (
        f"explorer 'x': {role} must name controls, ['rate', 'size'], and give each a text; "
        f"got {wrong!r}"
    )


@pytest.mark.parametrize("play", ["z", 3, []])
def test_play_must_name_a_control(play):
    with pytest.raises(ValueError) as refusal:
        read(size=(1, 2), rate=(0.4, 0.5), play=play)
    assert str(refusal.value) == (
        f"explorer 'x': play must name a control, ['rate', 'size']; got {play!r}"
    )


@pytest.mark.parametrize(("written", "kind"), [([1, 2], "choice"), (True, "checkbox")])
def test_only_a_slider_is_played(written, kind):
    with pytest.raises(ValueError) as refusal:
        read(function=lambda size: None, size=written, play="size")
    assert str(refusal.value) == (
        f"explorer 'x', control 'size' must be a slider to be played; got a {kind}"
    )
    (control,) = read(
        size=widgets.SelectionSlider(options=[("few", 1), ("many", 2)], value=2), play="size"
    )
    assert control.play and control.kind == "slider" and control.texts == ("few", "many")


def test_a_function_that_does_not_fit_is_refused_with_pythons_reason():
    accepts = "^explorer 'x': draw must be a function of the controls"
    with pytest.raises(TypeError, match=rf"{accepts} colour, size; none has an argument 'colour'$"):
        read(colour=(1, 2), size=(1, 2))
    with pytest.raises(TypeError, match=rf"{accepts} rate; got .*: missing a required .*'size'"):
        read(function=draw_without_defaults, rate=(0.4, 0.5))
    with pytest.raises(TypeError, match=rf"{accepts} rate; got 'draw'$"):
        read(function="draw", rate=(0.4, 0.5))
    with pytest.raises(TypeError, match=rf"{accepts} rate; got <class 'dict'>: no signature"):
        read(function=dict, rate=(0.4, 0.5))


def test_a_control_is_named_like_a_variable():
    with pytest.raises(ValueError) as refusal:
        read_plan("x", [anything], anything, {"size": (1, 2), "a b": (1, 2)})
    assert str(refusal.value) == "explorer 'x': controls must be named like a variable; got 'a b'"


def test_an_underline_is_a_label_if_there_is_nothing_else():
    (control,) = read(function=lambda _: None, _=(0, 1))
    assert control.label == "_"
    (control,) = read(function=lambda a_: None, a_=(0, 1))
    assert control.label == "a"


def test_labels_of_controls_look_different():
    with pytest.raises(ValueError, match=r"^explorer 'x': labels of controls must diff.*'a b' twi"):
        read(size=(1, 2), on=True, labels={"size": "a b", "on": " a  b "})
    read(size=(1, 2), on=True, labels={"size": "ab", "on": "a b"})


@pytest.mark.parametrize(
    ("options", "problem", "says"),
    [
        ([], ValueError, "have at least one option; got none"),
        ([("", 1)], TypeError, "have options with a text as label; got [('', 1)]"),
        ([(2, 1)], TypeError, "have options with a text as label; got [(2, 1)]"),
        ([("a", []), ("b", 1)], TypeError,
         "have hashable options; got [('a', []), ('b', 1)]"),
        ([("a", 1), ("b", 1)], ValueError, "have options that differ; got [('a', 1), ('b', 1)]"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_told_apart_are_refused(options, problem, says):
    with pytest.raises(problem) as refusal:
        read(size=options)
    assert str(refusal.value) == f"explorer 'x', control 'size' must {says}"


def test_labels_of_options_look_different():
    with pytest.raises(ValueError) as refusal:
        read(size=[("a b", 1), ("a  b", 2)])
    assert str(refusal.value) == (
        "explorer 'x', control 'size': labels of options must differ; got 'a b' twice"
    )


def test_there_is_no_minus_zero():
    (control,) = read(function=lambda v: None, v=(-0.1, 0.1))
    assert control.texts == ("−0.1", "0.0", "0.1") and str(control.values[1]) == "0.0"
    (control,) = read(function=lambda v: None, v=[-0.0, 1.0])
    assert control.texts[0] == str(control.values[0]) == "0.0"
    (control,) = read(function=lambda v: None, v=(-0.0, 1.0))
    assert control.texts[0] == str(control.values[0]) == "0.0"


@pytest.mark.parametrize(
    ("written", "decimals"),
    [((0.0, 1 / 3, 1 / 12), 10), ((0.0, 5e-12, 1e-12), 12), ((1e-12, 1.0, 0.5), 1)],
)
def test_as_many_decimals_as_tell_the_steps_apart(written, decimals):
    (control,) = read(function=lambda v: None, v=written)
    assert {len(text.partition(".")[2]) for text in control.texts} == {decimals}


@pytest.mark.parametrize("written", [(0.0, 5e-13, 1e-13), (1e17, 1e17 + 64, 1.0)])
def test_steps_that_look_alike_are_refused(written):
    with pytest.raises(ValueError) as refusal:
        read(function=lambda v: None, v=written)
    assert str(refusal.value) == (
        "explorer 'x', control 'v' must have steps that 12 decimals and a float can tell apart; "
        f"got {written!r}"
    )


@pytest.mark.parametrize(
    ("written", "start"),
    [((0, 10**30, 10**29), 10**29), ((0.0, 1.0), 0.3 + 1e-12), ((1, 3), 2.0), ((1, 3), True)],
)
def test_a_start_is_found_whatever_its_size_and_type(written, start):
    (control,) = read(function=lambda v=start: None, v=written)
    assert control.values[control.start] == pytest.approx(float(start), rel=1e-9)


@pytest.mark.parametrize(
    ("written", "start"),
    [((0.0, 1.0), 0.3001), ((0.0, 1.0), "0.3"), ((0.0, 1.0), float("nan")), ((1, 3), 2.5),
     ((0.0, 1.0), float("inf")), ([1, "b"], 2), ((0.0, 1.0), None)],
)  # fmt: skip
def test_a_start_beside_the_grid_is_refused(written, start):
    with pytest.raises(ValueError, match=r"control 'v' must start on its grid \(.*\); got "):
        read(function=lambda v=start: None, v=written)


def test_numpys_numbers_are_numbers_and_its_booleans_are_not():
    (control,) = read(function=lambda v: None, v=(np.int64(1), np.int64(3)))
    assert control.values == (1, 2, 3) and control.texts == ("1", "2", "3")
    (control,) = read(function=lambda v: None, v=(np.float32(0.5), np.float64(1.0), 0.25))
    assert control.texts == ("0.50", "0.75", "1.00")
    with pytest.raises(TypeError, match="all numbers"):
        read(function=lambda v: None, v=(np.False_, np.True_))
    with pytest.raises(ValueError, match="with low < high"):
        read(function=lambda v: None, v=(0.5, 10**400))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (widgets.IntSlider(value=2, min=1, max=3), "slider"),
        (widgets.FloatSlider(value=2.0, min=1.0, max=3.0, step=0.5), "slider"),
        (widgets.SelectionSlider(options=[1, 2]), "slider"),
        (widgets.Dropdown(options=[1, 2]), "choice"),
        (widgets.Checkbox(), "checkbox"),
    ],
)
def test_a_widget_is_the_control_that_it_looks_like(written, kind):
    (control,) = read(function=lambda value: None, value=written)
    assert control.kind == kind
    assert control.values[control.start] == written.value


def test_a_widget_that_is_refused_is_named():
    with pytest.raises(ValueError, match=r"^explorer 'x', control 'size' must have at most 400"):
        read(size=widgets.IntSlider(min=1, max=401))


def test_options_of_a_widget_may_be_a_dictionary():
    (control,) = read(size=widgets.Dropdown(options={"few": 1, "many": 2}, value=1))
    assert (control.texts, control.values, control.start) == (("few", "many"), (1, 2), 0)


def test_a_widget_with_bad_options_is_named():
    with pytest.raises(ValueError, match=r"^explorer 'x', control 'size': labels of options must"):
        read(size=widgets.Dropdown(options=[("a b", 1), ("a  b", 2)]))


def test_whole_numbers_of_any_size_are_counted_exactly():
    (control,) = read(function=lambda v: None, v=(0, 10**400, 10**399))
    assert control.values == tuple(k * 10**399 for k in range(11))
    with pytest.raises(ValueError, match="must have at most 400 values"):
        read(function=lambda v: None, v=(0, 10**400))


def test_rounding_leaves_no_minus_zero():
    assert -0.9 + 3 * 0.3 < 0
    (control,) = read(function=lambda v: None, v=(-0.9, 0.9, 0.3))
    assert control.texts == ("−0.9", "−0.6", "−0.3", "0.0", "0.3", "0.6", "0.9")


def test_a_low_end_finer_than_twelve_decimals_is_refused():
    with pytest.raises(ValueError, match="steps that 12 decimals and a float can tell apart"):
        read(function=lambda v: None, v=(1e-13, 5e-5, 1e-5))


WORDS = {"size": (1, 2), "rate": (0.4, 0.5)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"labels": {"siz": "s"}}, "labels must name controls, ['rate', 'size'], and give each a "
         "text; got 'siz'; did you mean 'size'?"),
        ({"units": {"rat": "s"}}, "units must name controls, ['rate', 'size'], and give each a "
         "text; got 'rat'; did you mean 'rate'?"),
        ({"play": "siz"},
         "play must name a control, ['rate', 'size']; got 'siz'; did you mean 'size'?"),
        ({"draws": [lambda size, rates=1: None]}, "draw must be a function of the controls size, "
         "rate; none has an argument 'rate'; did you mean 'rates'?"),
        ({"draws": [lambda size: None, lambda rates=1: None]}, "draw must be a function of the "
         "controls size, rate; none has an argument 'rate'; did you mean 'rates'?"),
        ({"draws": [draw, lambda size=1: None]},
         "draw must have one default of 'size'; got 2 and 1"),
        ({"written": {}}, "controls must be at least 1; got none"),
        ({"written": {1: (0, 1)}}, "controls must be named like a variable; got 1"),
        ({"written": {"size": (1, 100), "rate": (0.01, 1.0, 0.01)}},
         "draw must have at most 4000 frames; got 10000"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_was_nearly_meant(change, says):
    given = {"draws": [draw], "written": WORDS, **change}
    with pytest.raises((TypeError, ValueError)) as refusal:
        read_plan("it", describe=anything, **given)
    assert str(refusal.value) == f"explorer 'it': {says}"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"siz": 1}, "a handle must set controls of ['size', 'rate']; got 'siz'; "
         "did you mean 'size'?"),
        ({"z": 1}, "a handle must set controls of ['size', 'rate']; got 'z'"),
        ({"size": 3}, "a handle of control 'size' must stay on its grid (1, 2); got 3"),
        ({"size": 1, "rate": "0.4"},
         "a handle of control 'rate' must stay on its grid (0.4, 0.5); got '0.4'"),
    ],
)  # fmt: skip
def test_a_handle_stays_on_the_grids(settings, says):
    plan = read_plan("x", [draw], anything, WORDS)
    assert plan.places_of({"rate": 0.5, "size": 1}) == {1: 1, 0: 0}
    with pytest.raises(ValueError) as refusal:
        plan.places_of(settings)
    assert str(refusal.value) == says


def test_a_part_takes_the_values_at_its_places():
    plan = read_plan("x", [lambda rate: None, draw], lambda: "", WORDS)
    one, both = plan.draws
    assert one.values(plan.controls, (0, 1)) == {"rate": 0.5}
    assert both.values(plan.controls, (1, 0)) == {"size": 2, "rate": 0.4}
    assert plan.describe.values(plan.controls, (1, 0)) == {}
    assert one.grid(plan.controls) == [{"rate": 0.4}, {"rate": 0.5}]
    assert plan.describe.grid(plan.controls) == [{}]
    assert [part.role for part in (*plan.draws, plan.describe)] == ["draw", "draw", "describe"]


def test_defaults_that_are_the_same_agree():
    nan = float("nan")
    with pytest.raises(ValueError, match=r"must start on its grid .*; got nan$"):
        read_plan("x", [lambda size=nan: None, lambda size=nan: None], anything, {"size": (1, 2)})
    plan = read_plan(
        "x", [lambda size: None, lambda size=2: None, lambda size=2.0: None], anything,
        {"size": (1, 2)},
    )  # fmt: skip
    assert plan.start == (1,)
    _size, rate = read(function=draw_without_defaults, size=(1, 2), rate=(0.1, 1.0))
    assert rate.values[rate.start] == 0.5
