"""The error contract, for the controls of every picture and of every sentence below one.

Every public function and method of the figures with a number, a word or a box among its arguments
stands in CASES, or, if only pictures use it, in HELPERS: a new one fails the first test.
"""

import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass
from itertools import accumulate
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from dropoutlab import figures
from dropoutlab.figures import (
    _controls,
    architectures,
    beyond_linear,
    boundaries,
    coadaptation,
    evidence,
    index,
    practice,
    read_off,
    refuted,
    regularizer,
    scaling,
    symptoms,
)
from dropoutlab.samples import Sample
from tests.figures.test_controls import GRIDS

pytestmark = pytest.mark.long  # alone a moment each; together seconds

SCALARS = (float, int, bool, str)
NAN, INF = float("nan"), float("inf")
NOT_NUMBERS = ["x", "1", None, [1], {}, 1j, True, np.True_, NAN, np.float32(NAN), INF, -INF,
               np.array([0.5]), 10**400]  # fmt: skip
NOT_WHOLE = [*NOT_NUMBERS, 1.5, 1.0, np.float64(1)]


@dataclass
class Control:
    """What a control may be, the least and the largest of it, and what it may not be."""

    good: list
    bad: list


def number(low, high):
    return Control([low, high], [*NOT_NUMBERS, low - 0.001, high + 0.001, -1e9, 1e9])


def place(low, high, count):
    places = np.linspace(low, high, count).round(12).tolist()
    between = sum(places[:2]) / 2
    return Control(places, [*NOT_NUMBERS, between, places[0] - 0.01, places[-1] + 0.01, -1e9, 1e9])


def places(*good):
    return Control(list(good), [*NOT_NUMBERS, sum(good[:2]) / 2, -1e9, 1e9])


def whole(low, high):
    return Control([low, high], [*NOT_WHOLE, low - 1, high + 1, -(10**9), 10**10])


def wholes(*good):
    missing = next(k for k in range(good[0], good[-1]) if k not in good)
    return Control(list(good), [*NOT_WHOLE, good[0] - 1, missing, good[-1] + 1])


def words(*good):
    bad = ["nonsense", "", good[0][:-1], f"{good[0]} ", None, 1, [1], [good[0]], b"x", NAN, INF]
    return Control([good[0], good[-1]], bad)


BOX = Control(
    [False, True], ["x", "True", None, [1], [True], {}, 2, -1, 0.5, 1.0, NAN, INF, np.array([True])]
)
KEEP_PROB = {"keep_prob": number(0, 1)}
LEAST_KEPT = {"keep_prob": number(0.01, 1)}
SEED = whole(0, 2**31 - 1)
FIRST = {"first": place(-9, 10, 39)}
TWENTIETHS = {"keep_prob": place(0, 1, 21)}
ARMS = words("none", "L1", "L2", "max-norm", "dropout", "dropout and L2")
MEASURE = {"measure": words("test error", "halves agree")}
PAIR = {
    "w1": place(-4, 4, 9), "w2": place(-4, 4, 9), "keep_prob": number(0.5, 0.9),
}  # fmt: skip
SLOPES = {"formula": words("none", "product", "twice", "variance"), **TWENTIETHS}
GEOMETRIC = {"dropped": words("last layer", "both layers"), "keep_prob": place(0.1, 1, 19)}
SIXTHS = Control([k / 6 for k in range(10)], place(0, 1.5, 10).bad)
THIRDS = Control([k / 3 for k in range(-3, 6)], place(-1, 5 / 3, 9).bad)
SLIP = {"slip": words("bias", "rows", "before")}
LAYER = dict.fromkeys(("first", "second", "third"), BOX)
HIDDEN = dict.fromkeys(("top", "middle", "bottom"), BOX)
WIDTH = {"width": wholes(4, 8, 16, 32, 64, 128, 256)}
MASK = {**KEEP_PROB, "mask": SEED}
UNITS = {f"unit_{k}": BOX for k in range(1, 9)}
PATH = {"learning_rate": number(0.01, 1), "seed": SEED}
STEPS = wholes(0, 1, 2, 3, 5, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
LINE = {"units": whole(1, 10), "hidden": words("linear", "relu")}
SCHEME = {"scheme": words("none", "standard", "inverted", "bias too")}

CASES = {  # by module; a function that has the controls of another stands beside it
    "architectures": {
        "Convolutions.draw Convolutions.describe": {"normalized": words("yes", "no")},
        "Timing.draw_errors Timing.draw_losses Timing.describe": {"units": wholes(10, 100)},
    },
    "beyond_linear": {
        "draw_penalty_plane draw_gap describe_pair": PAIR,
        "growing_weight": {"w2": PAIR["w2"], "keep_prob": PAIR["keep_prob"]},
        "draw_margins describe_margins": {
            "keep_prob": number(0.1, 0.9), "inputs": whole(2, 1000)},
        "at_a_large_sum": {"inputs": whole(2, 1000), "keep_prob": number(0.1, 0.9)},
        "noise_apart": LEAST_KEPT,
        "draw_noise describe_noise": {"unit": words("linear", "logistic"), **LEAST_KEPT},
        "Masked.draw Masked.describe": {"masked": words("last hidden layer", "inputs")},
        "Balance.draw Balance.describe": {
            "trained": words("none", "L2", "dropout"), "epoch": wholes(0, 20, 40)},
        "Effects.draw Effects.describe": {"measure": words("wrong answers", "test loss")},
    },
    "boundaries": {
        "Parted.draw_without Parted.draw_with Parted.describe": {"step": whole(1, 18)},
        "Parted.changed_in_the_end": {"arm": words("none", "dropout")},
    },
    "cards": {"card_figure": {"chapter": words("coadaptation", "regularizer")}},
    "coadaptation": {
        "draw_pair": FIRST,
        "draw_answers describe_pair": {**FIRST, "response": number(0.8, 1.2)},
        "Learning.draw Learning.describe": {
            "regularizer": words("none", "L2"), "against": words("none", "L2")},
        "Learning.question": {"one": words("none", "L2"), "other": words("none", "L2")},
        "Gains.draw Gains.describe": {"against": ARMS},
        "Gains.change": {"arm": ARMS, "against": ARMS},
    },
    "errata": {
        "draw_slopes draw_both_sides describe_slopes": SLOPES,
        "draw_in_place describe_in_place": {"keep_prob": place(0.5, 1, 6)},
        "draw_bound describe_bound": {"mean": place(0.35, 0.85, 11)},
        "draw_dropped describe_dropped": {"keep_prob": number(0.1, 0.9)},
        "draw_factor describe_factor": {"chance": places(0.5, 0.3, 0.1, 0.03, 0.01)},
        "draw_factors describe_factors": {"keep_prob": place(0.25, 1, 16)},
        "checked": {"name": words("lost-plus")},
    },
    "evidence": {
        "draw_pair_measures describe_pair_measures": FIRST,
        "Measures.draw_changes Measures.draw Measures.describe Measures.compare": MEASURE,
        "Measures.draw_two Measures.describe_two": {
            "one": MEASURE["measure"], "other": MEASURE["measure"],
        },
        "Measures.change Measures.beside_dropout": {"arm": ARMS, **MEASURE},
        "Prices.draw Prices.describe": {"network": words("without masks", "with dropout")},
    },
    "index": {
        "UnitsAway.draw_units UnitsAway.draw_without UnitsAway.draw_with": UNITS,
        "UnitsAway.describe": UNITS,
    },
    "masking": {
        "draw_thinned_network describe_thinned_network drawn_masks": MASK,
        "draw_layer": LAYER,
        "draw_slip describe_layer": {**SLIP, **LAYER},
        "draw_gradients describe_gradients zero_gradients": HIDDEN,
        "draw_survivors draw_drawn_survivors describe_survivors drawn_shares": {
            **WIDTH, **KEEP_PROB},
        "half_kept half_is_rare": WIDTH,
        "bias_in_the_bracket": {"unit": whole(0, 2)},
        "draw_eight_networks describe_eight_networks": KEEP_PROB,
    },
    "network_drawing": {
        "draw_network": {"unit_size": Control([1, 20.0], [*NOT_NUMBERS, 0, -1.0])},
    },
    "practice": {"Reliability.draw Reliability.describe": {"trained": words("none", "dropout")}},
    "read_off": {
        "Curves.draw Curves.describe": {"at": places(0.1, 0.5, 1.0)},
        "Curves.slider": {"start": places(0.1, 0.5, 1.0)},
        "Rows.draw Rows.describe": {"row": words("first", "second")},
    },
    "refuted": {
        "sixths": {"last": whole(0, 399), "start": whole(0, 0)},
        "draw_shares describe_shares": {"scale": place(0.25, 4, 16)},
        "Differences.draw Differences.describe": {"row": words("L1", "L2")},
        "draw_correlation describe_correlation": {"correlation": place(-1, 1, 21)},
        "draw_rest describe_rest": {"weight": SIXTHS},
        "draw_work describe_work": {"first": SIXTHS},
        "draw_division describe_division": {"keep_prob": place(0.1, 0.9, 9)},
        "draw_bias describe_bias": {"bias": place(-2, 2, 9)},
        "draw_geometric describe_geometric": GEOMETRIC,
        "draw_squeeze describe_squeeze": {"scale": place(0.5, 2, 7)},
        "draw_bend describe_bend": {"steepness": place(0, 3, 13)},
        "draw_index describe_index": TWENTIETHS,
        "draw_mean describe_mean": TWENTIETHS,
        "draw_sign describe_sign": {"bias": place(-3, 5, 17)},
    },
    "regularizer": {
        "draw_error_curves describe_error_curves": {
            **LEAST_KEPT,
            "x": Control([0.1, -0.1, 4, -4], [*NOT_NUMBERS, 0, 0.09, -0.09, 4.01, -4.01, 1e9]),
            "y": number(-3, 3)},
        "Distances.draw Distances.describe": {"updates": whole(1, 30_000)},
        "draw_cancelling_pair describe_cancelling_pair": {**LEAST_KEPT, "first": number(-11, 12)},
        "draw_dropout_shares draw_ridge_shares describe_shrinkage": {
            "scale": number(0.1, 2), "correlation": number(0, 0.8), "keep_prob": number(0.1, 0.9)},
        "draw_trajectory describe_trajectory": {"step": STEPS, **PATH},
        "unrest": PATH,
        "all_are_best": {"first": number(-11, 12)},
        "smaller_numbers": {"scale": number(0.1, 2)},
        "Wandering.draw Wandering.describe": {"noise": words("masks only", "masks and examples")},
    },
    "scaling": {
        "draw_pre_activations": {**SCHEME, "keep_prob": number(0.3, 1)},
        "describe_pre_activations pre_activations": {**SCHEME, **LEAST_KEPT},
        "where_the_test_value_lies draw_passed_on passed_on describe_passed_on": LEAST_KEPT,
        "where_scaling_passes": LEAST_KEPT,
        "Mistakes.draw Mistakes.describe": {"measure": words("test error", "training loss")},
        "SchemesApart.draw SchemesApart.describe": dict.fromkeys(("rate", "decay", "norm"), BOX),
        "draw_line draw_logit_line describe_line": LINE,
        "thinned_outputs": LINE,
        "line_network line_averages": {**LINE, "seed": whole(0, 2**31 - 1)},
        "where_scaling_lies": {"units": whole(1, 10)},
        "ExactMeans.draw ExactMeans.describe": {"measure": words("distance", "other answers")},
        "MonteCarloCurves.draw MonteCarloCurves.describe": {
            "measure": words("test error", "test loss"), "masks": wholes(1, 10, 50)},
        "MonteCarloCurves.say_loss": {"masks": wholes(1, 10, 50)},
    },
    "symptoms": {
        "Curves.draw_losses Curves.draw_errors Curves.describe": {"symptom": whole(0, 8)},
    },
    "touch": {
        "draw_plane draw_parts describe_plane": {
            "first": THIRDS, "second": THIRDS, **LEAST_KEPT},
        "draw_squares describe_squares": {**LEAST_KEPT, "weight": number(0, 1.4)},
    },
}  # fmt: skip
# what pictures are made of, called by what is checked; modules, and functions by module
HELPERS = {
    "style": None,
    "words": None,
    "beyond_linear": {"above_tangent", "margin_penalties", "masked_pair", "mean_errors",
                      "noise_weights"},
    "coadaptation": {"pair_answers", "second_weight"},
    "errata": {"distance_at", "distance_of_means"},
    "evidence": {"beyond_chance"},
    "read_off": {"buttons", "mark", "rungs", "tiles"},
    "refuted": {"outputs", "slopes_of", "steps"},
    "masking": {"masked_layer"},
    "regularizer": {"copies_level", "dropout_shares", "one_digit", "plain_minimum",
                    "regularized_minimum", "ridge_shares", "two_inputs"},
    "touch": {"copies_outputs", "least_square", "mask_outputs", "mask_residuals", "pair_errors",
              "square_parts"},
}  # fmt: skip


def stub(**attributes):
    return SimpleNamespace(**attributes)


def prices():
    made = evidence.Prices([])
    vars(made)["found"] = {"without masks": None, "with dropout": None}
    return made


MASKS = [Sample("Monte-Carlo", "error", (0, 1), [1.0, 2.0], {"masks": k}) for k in (1, 10, 50)]
WORDS = {"first": None, "second": None}
STUBS = {  # of what was measured only what a check needs: no picture can be made of it
    "architectures.Convolutions": architectures.Convolutions([]),
    "architectures.Timing": architectures.Timing([stub(settings={"units": k}) for k in (100, 10)]),
    "beyond_linear.Masked": beyond_linear.Masked(
        stub(mean={"last hidden layer": None, "inputs": None})),
    "beyond_linear.Balance": beyond_linear.Balance(stub(epochs=np.array([0, 20, 40]))),
    "beyond_linear.Effects": beyond_linear.Effects([]),
    "boundaries.Parted": boundaries.Parted(stub(passes=range(18))),
    "coadaptation.Learning": coadaptation.Learning(stub(curves={"none": None, "L2": None})),
    "coadaptation.Gains": coadaptation.Gains([], {}),
    "evidence.Measures": evidence.Measures([]),
    "evidence.Prices": prices(),
    "index.UnitsAway": index.UnitsAway(None),
    "practice.Reliability": practice.Reliability(stub(shares={"none": None, "dropout": None})),
    "read_off.Curves": read_off.Curves(None, (0.1, 0.5, 1.0), {}),
    "read_off.Rows": read_off.Rows(None, WORDS),
    "refuted.Differences": refuted.Differences({"L1": None, "L2": None}, {}, {}, ""),
    "regularizer.Distances": regularizer.Distances(None),
    "regularizer.Wandering": regularizer.Wandering(
        [stub(arm=arm, settings={"learning_rate": rate})
         for arm in ("masks only", "masks and examples") for rate in (0.1, 0.2)]),
    "scaling.Mistakes": scaling.Mistakes([]),
    "scaling.SchemesApart": scaling.SchemesApart(None),
    "scaling.ExactMeans": scaling.ExactMeans([]),
    "scaling.MonteCarloCurves": scaling.MonteCarloCurves(MASKS),
    "symptoms.Curves": symptoms.Curves([], []),
}  # fmt: skip
OTHERS = {"network_drawing.draw_network": {"axes": None, "sizes": (2, 1)}}  # arguments


def public(module):
    """The public functions of a module, and the methods of its classes, by name."""
    for name in dir(module):
        found = getattr(module, name)
        found = getattr(found, "__wrapped__", found)  # what a cache is around
        if inspect.isfunction(found):
            yield name, found
        elif inspect.isclass(found):
            for method, function in vars(found).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{name}.{method}", function


def scalars():
    """Of every public function of the figures the arguments that are a number, a word or a box."""
    found = {}
    for part in pkgutil.iter_modules(figures.__path__):
        if not part.name.startswith("_"):
            module = importlib.import_module(f"{figures.__name__}.{part.name}")
            for name, function in public(module):
                arguments = inspect.signature(function).parameters.values()
                names = {a.name for a in arguments if a.annotation in SCALARS}
                if names:
                    found[f"{part.name}.{name}"] = names
    return found


SHOWN = {
    f"{module}.{name}": controls
    for module, cases in CASES.items()
    for names, controls in cases.items()
    for name in names.split()
}


def is_helper(name):
    module, _, function = name.partition(".")
    return module in HELPERS and (HELPERS[module] is None or function in HELPERS[module])


def function_of(name):
    module, _, rest = name.partition(".")
    owner, _, method = rest.rpartition(".")
    if owner:
        return getattr(STUBS[f"{module}.{owner}"], method)
    return getattr(importlib.import_module(f"{figures.__name__}.{module}"), method)


def test_every_control_of_a_public_function_has_its_cases():
    found = {name: names for name, names in scalars().items() if not is_helper(name)}
    assert found == {name: set(controls) for name, controls in SHOWN.items()}
    assert len(found) > 110


def test_no_helper_draws_or_describes_and_none_is_gone():
    named = {f"{module}.{name}" for module, names in HELPERS.items() for name in names or ()}
    assert named <= {*scalars()}
    assert not [name for name in named if re.search(r"\b(draw|describe)", name)]


@pytest.fixture
def nothing_drawn(monkeypatch):
    """Fail if a figure is made."""

    def fail(*_, **__):
        raise AssertionError("a figure was made")

    monkeypatch.setattr(Figure, "__init__", fail)


@pytest.mark.usefixtures("nothing_drawn")
@pytest.mark.parametrize("name", SHOWN)
def test_bad_values_are_refused_by_name_before_anything_is_drawn(name):
    function, controls = function_of(name), SHOWN[name]
    good = {argument: control.good[0] for argument, control in controls.items()}
    for argument, control in controls.items():
        for bad in control.bad:
            with pytest.raises((TypeError, ValueError)) as caught:
                function(**OTHERS.get(name, {}), **{**good, argument: bad})
            message = str(caught.value)
            assert re.match(rf"{argument} must .+; got ", message), (bad, message)
            assert len(message) < 400


# --- and good ones are taken, whoever made them

FUNCTIONS = [name for name in SHOWN if name.count(".") == 1 and name not in OTHERS]
SAID = [name for name in FUNCTIONS if name.split(".")[1].startswith("describe")]
DRAWN = [name for name in FUNCTIONS if name.split(".")[1].startswith("draw_")]


def in_numpy(value):
    """A word or number as NumPy's own, a whole one in as few bits as hold it."""
    kind = np.min_scalar_type(value) if type(value) is int else None
    return np.asarray(value, kind)[()]


def corners(name):
    """The arguments with every control at its first value, and at its last."""
    for end in (0, -1):
        yield {argument: control.good[end] for argument, control in SHOWN[name].items()}


def nudged(value):
    """A number as rounding may leave it."""
    if isinstance(value, float):
        return [value, value + 1e-15, value - 1e-15]
    return [value]


@pytest.mark.parametrize("name", SAID)
def test_sentences_are_the_same_for_numpy_and_but_for_rounding(name):
    describe = function_of(name)
    for plain in corners(name):
        said = describe(**plain)
        assert "nan" not in said and "inf" not in said
        assert describe(**{argument: in_numpy(value) for argument, value in plain.items()}) == said
        for argument, value in plain.items():
            for near in nudged(value):
                assert describe(**{**plain, argument: near}) == said


@pytest.mark.long
@pytest.mark.parametrize("name", DRAWN)
def test_pictures_can_show_the_ends_of_their_controls(name):
    for plain in corners(name):
        values = {argument: in_numpy(value) for argument, value in plain.items()}
        assert function_of(name)(**values).axes


MODULES = {"figures": None, "pairs": "coadaptation", "refuted": "refuted", "touch": "touch"}
SENTENCES = {  # else they are named like the picture
    "draw_penalty_plane": "describe_pair",
    "draw_dropout_shares": "describe_shrinkage",
}
OF_FUNCTIONS = [key for key in GRIDS if key[1].split(".")[0] in MODULES]


@pytest.mark.parametrize("key", OF_FUNCTIONS, ids="-".join)
def test_the_grids_of_the_chapters_are_taken_as_sums_of_their_steps(key):
    chapter, (alias, draw) = key[0], key[1].split(".")
    module = MODULES[alias] or chapter.replace("-", "_")
    say = SENTENCES.get(draw, draw.replace("draw", "describe"))
    others = next(corners(f"{module}.{say}"))
    for name, (low, high, *by) in GRIDS[key].items():
        step = by[0] if by else 1
        values = [*accumulate([low] + [step] * round((high - low) / step))]
        assert values[-1] == pytest.approx(high)
        for value in values:
            assert function_of(f"{module}.{say}")(**{**others, name: value}).endswith(".")


def test_nearly_all_grids_are_of_functions():
    assert len(GRIDS) - len(OF_FUNCTIONS) == 2


# --- the checks themselves


def test_a_number_loses_what_rounding_has_added():
    assert _controls.between("p", 0.1 + 0.2, 0, 1) == 0.3
    assert _controls.between("p", 1 + 1e-15, 0, 1) == 1
    assert _controls.between("p", 1 / 3, 0, 1) == 1 / 3
    assert _controls.between("p", 0.123456 + 1e-9, 0, 1) == 0.123456
    assert str(_controls.between("p", -1e-16, 0, 1)) == "0.0"
    assert _controls.between("p", 0.3 + 2e-7, 0, 1) == 0.3 + 2e-7
    assert _controls.between("p", np.float32(0.8), 0, 0.8) == 0.8
    assert type(_controls.between("p", np.float32(0.5), 0, 1)) is float
    with pytest.raises(ValueError, match=r"^p must be a number from 0 to 1; got 1\.000001$"):
        _controls.between("p", 1.000001, 0, 1)


def test_a_size_has_either_sign():
    assert [_controls.sized("x", x, 0.1, 4) for x in (0.1, -4, 0.1 + 0.2)] == [0.1, -4, 0.3]
    with pytest.raises(
        ValueError, match=r"^x must be a number from 0\.1 to 4 in size, above or below 0; got 0\.0$"
    ):
        _controls.sized("x", 0, 0.1, 4)


def test_a_place_is_that_of_the_table():
    table = (0.5, 1, 0.1)
    assert _controls.one_of("at", 1.0, table) is table[1]
    assert _controls.one_of("at", np.float32(0.1), table) is table[2]
    with pytest.raises(ValueError, match=r"^at must be one of 0\.5, 1, 0\.1; got 0\.50001$"):
        _controls.one_of("at", 0.50001, table)
    with pytest.raises(TypeError, match=r"^at must be one of 0, 1, 2, \.\.\., 8; got 'x' of str$"):
        _controls.one_of("at", "x", range(9))
    with pytest.raises(ValueError, match=r"^at must be one of 0, 1, 2, 3, 4, 5, 6, 7; got 9\.0$"):
        _controls.one_of("at", 9, range(8))


def test_a_whole_place_is_a_whole_number():
    assert _controls.whole_one_of("step", np.int8(3), [1, 3]) == 3
    with pytest.raises(TypeError, match=r"^step must be a whole number from 1 to 3; got 3\.0 of"):
        _controls.whole_one_of("step", 3.0, [1, 3])
    with pytest.raises(ValueError, match=r"^step must be one of 1, 3; got 2\.0$"):
        _controls.whole_one_of("step", 2, [1, 3])


def test_boxes_are_ticked_or_not():
    for value in (True, 1, np.True_, np.int8(1)):
        assert _controls.switch("box", value) is True
    for value in (False, 0, np.False_, np.uint8(0)):
        assert _controls.switch("box", value) is False
    assert _controls.switches(one=1, other=False) == (True, False)
    with pytest.raises(TypeError, match=r"^other must be True or False; got 2$"):
        _controls.switches(one=1, other=2)
