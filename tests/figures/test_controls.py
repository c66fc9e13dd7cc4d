"""The controls of the chapters reach the ends of what they are for, and say what they set.

Each number that a control of an experiment offers has been measured, and no grid misses an end.
"""

import ast
import inspect
import json
from pathlib import Path

import pytest

from dropoutlab import experiments
from dropoutlab.figures import regularizer

CHAPTERS = Path(__file__).parents[2] / "chapters"


def explorers():
    """By chapter and draw, the keywords of each call of `explore`."""
    found = {}
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        for cell in json.loads(path.read_text())["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "explore(\n" in source:
                for node in ast.walk(ast.parse(source)):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "explore":
                        draw = ast.unparse(node.args[0])
                        found[path.stem, draw] = {k.arg: k.value for k in node.keywords}
    return found


EXPLORERS = explorers()
# grids, first and last value and step; where p is 1 nothing is dropped
GRIDS = {
    ("coadaptation", "figures.draw_pair"): {
        "first": (-9.0, 10.0, 0.5), "response": (0.8, 1.0, 0.1)},
    ("evidence", "pairs.draw_pair"): {"first": (-9.0, 10.0, 0.5)},
    ("errata", "figures.draw_slopes"): {"keep_prob": (0.0, 1.0, 0.05)},
    ("errata", "figures.draw_dropped"): {"keep_prob": (0.1, 0.9, 0.1)},
    ("errata", "figures.draw_factors"): {"keep_prob": (0.25, 1.0, 0.05)},
    ("errata", "figures.draw_in_place"): {"keep_prob": (0.5, 1.0, 0.1)},
    ("errata", "figures.draw_bound"): {"mean": (0.35, 0.85, 0.05)},
    ("errata", "refuted.draw_shares"): {"scale": (0.25, 4.0, 0.25)},
    ("errata", "refuted.draw_correlation"): {"correlation": (-1.0, 1.0, 0.1)},
    ("errata", "refuted.draw_division"): {"keep_prob": (0.1, 0.9, 0.1)},
    ("errata", "refuted.draw_bias"): {"bias": (-2.0, 2.0, 0.5)},
    ("errata", "refuted.draw_geometric"): {"keep_prob": (0.1, 1.0, 0.05)},
    ("errata", "refuted.draw_squeeze"): {"scale": (0.5, 2.0, 0.25)},
    ("errata", "refuted.draw_bend"): {"steepness": (0.0, 3.0, 0.25)},
    ("errata", "refuted.draw_index"): {"keep_prob": (0.0, 1.0, 0.05)},
    ("errata", "refuted.draw_mean"): {"keep_prob": (0.0, 1.0, 0.05)},
    ("errata", "refuted.draw_sign"): {"bias": (-3.0, 5.0, 0.5)},
    ("masking", "parted.draw_without"): {"step": (1, 18)},
    ("beyond-linear", "figures.draw_penalty_plane"): {
        "w1": (-4.0, 4.0, 1.0), "w2": (-4.0, 4.0, 1.0), "keep_prob": (0.5, 0.9, 0.2)},
    ("beyond-linear", "figures.draw_noise"): {"keep_prob": (0.3, 0.9, 0.2)},
    ("beyond-linear", "figures.draw_margins"): {"keep_prob": (0.1, 0.9, 0.2)},
    ("beyond-linear", "balance.draw"): {"epoch": (0, 400, 20)},
    ("masking", "figures.draw_thinned_network"): {"keep_prob": (0.1, 1.0, 0.1), "mask": (1, 20)},
    ("masking", "figures.draw_survivors"): {"keep_prob": (0.1, 1.0, 0.1)},
    ("masking", "figures.draw_eight_networks"): {"keep_prob": (0.1, 1.0, 0.1)},
    ("regularizer", "touch.draw_squares"): {
        "keep_prob": (0.3, 1.0, 0.1), "weight": (0.0, 1.4, 0.1)},
    ("regularizer", "figures.draw_error_curves"): {
        "keep_prob": (0.1, 1.0, 0.1), "x": (0.5, 2.0, 0.5), "y": (-1.0, 2.0, 1.0)},
    ("regularizer", "figures.draw_cancelling_pair"): {"keep_prob": (0.1, 1.0, 0.1)},
    ("regularizer", "figures.draw_dropout_shares"): {  # ridge needs p < 1
        "keep_prob": (0.1, 0.9, 0.1)},
    ("regularizer", "figures.draw_trajectory"): {"seed": (1, 3)},
    ("scaling", "figures.draw_pre_activations"): {"keep_prob": (0.3, 1.0, 0.1)},
    ("scaling", "figures.draw_passed_on"): {"keep_prob": (0.1, 1.0, 0.1)},
}  # fmt: skip
# what stands on the page for a value, wherever it is offered
SAYS = {
    "one in five redrawn": 0.2, "all right": 0.0, "clean": 0.0,
    "without dropout": "none", "with dropout": "dropout",
    "bias inside the bracket": "bias", "rows instead of columns": "rows",
    "mask before the activation": "before",
    "nothing": "none", "standard: weights × p": "standard", "inverted: inputs / p": "inverted",
    "wrong: bias × p too": "bias too", "linear": "linear", "ReLU": "relu",
}  # fmt: skip


@pytest.mark.parametrize("key", GRIDS, ids="-".join)
def test_no_end_of_a_grid_is_lost(key):
    found = {
        name: value
        for name, node in EXPLORERS[key].items()
        if isinstance(node, ast.Tuple)
        for value in [ast.literal_eval(node)]
    }
    assert found == GRIDS[key]


def test_every_grid_of_the_chapters_is_known():
    grids = {
        key for key, keywords in EXPLORERS.items()
        if any(isinstance(node, ast.Tuple) for node in keywords.values())
    }  # fmt: skip
    assert grids == set(GRIDS)


def test_what_is_offered_is_what_it_says():
    offered = [
        ast.literal_eval(node)
        for keywords in EXPLORERS.values()
        for name, value in keywords.items()
        if name != "labels"
        for node in ast.walk(value)
        if isinstance(node, ast.Tuple) and len(node.elts) == 2
        if isinstance(node.elts[0], ast.Constant) and isinstance(node.elts[0].value, str)
        if isinstance(node.elts[1], ast.Constant)
    ]
    assert len(offered) >= 9
    for text, value in offered:
        if text in SAYS:
            assert value == SAYS[text], text
        else:
            assert float(text) == value, text  # a strength


def default(function, name):
    return inspect.signature(function).parameters[name].default


def test_what_an_experiment_measured_is_what_its_controls_offer():
    offered = ast.literal_eval(EXPLORERS["coadaptation", "learning.draw"]["regularizer"])
    assert offered[0] == "none" and set(offered) <= set(experiments.ARMS)
    first, *offered = ast.literal_eval(EXPLORERS["practice", "reliability.draw"]["trained"])
    assert first == ("nothing", "none") and set(offered) <= set(experiments.ARMS)


def test_the_path_can_be_followed_from_its_start():
    assert regularizer.PATH_STEPS[0] == 0 and regularizer.PATH_STEPS[-1] == 256


@pytest.mark.parametrize(
    "key",
    [
        ("scaling", "apart.draw"),
        ("masking", "figures.draw_gradients"),
        ("masking", "figures.draw_layer"),
    ],
)
def test_boxes_start_as_the_text_expects(key):
    """The schemes begin with all rescaled, layers with every unit kept."""
    boxes = [
        node.value
        for node in EXPLORERS[key].values()
        if isinstance(node, ast.Constant) and isinstance(node.value, bool)
    ]
    assert boxes == [True] * 3
