"""A drawn network has a disc for each kept unit, a cross for each dropped one, and every line."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import FAINT, draw_network, unit_places

SIZES = (2, 3, 1)
MASKS = [[1, 0], [1, 0, 1]]


def drawn(*args, **settings):
    axes = Figure().add_subplot()
    draw_network(axes, *args, **settings)
    return axes


def crosses(axes):
    return next(line for line in axes.lines if line.get_marker() == "x").get_xydata()


def discs(axes):
    return next(line for line in axes.lines if line.get_markerfacecolor() == style.KEPT)


def test_units_are_drawn_as_the_masks_say():
    axes = drawn(SIZES, MASKS)
    first, second, third = unit_places(SIZES)
    assert np.allclose(crosses(axes), [first[1], second[1]])
    assert np.allclose(discs(axes).get_xydata(), [first[0], second[0], second[2], third[0]])


def test_only_lines_between_kept_units_are_strong():
    (lines,) = drawn(SIZES, MASKS).collections
    first, second, third = unit_places(SIZES)
    strong = {
        tuple(segment.ravel())
        for segment, color in zip(lines.get_segments(), lines.get_colors(), strict=True)
        if color[3] > FAINT
    }
    expected = [(first[0], second[0]), (first[0], second[2])]
    expected += [(second[0], third[0]), (second[2], third[0])]
    assert strong == {(*a, *b) for a, b in expected}
    assert len(lines.get_segments()) == 2 * 3 + 3 * 1


def test_without_masks_everything_is_kept():
    axes = drawn(SIZES)
    assert len(crosses(axes)) == 0 and len(discs(axes).get_xydata()) == 6
    (lines,) = axes.collections
    assert np.allclose(lines.get_colors(), to_rgba(style.KEPT, 0.7))


def test_widths_are_those_that_are_asked_for_and_zero_is_dotted():
    axes = drawn((2, 1), edge_widths=[[[0.0, 2.5]]])
    (lines,) = axes.collections
    inputs, outputs = unit_places((2, 1))
    assert np.allclose(lines.get_segments(), [[place, outputs[0]] for place in inputs])
    assert list(lines.get_linewidths()) == [1, 2.5]
    assert [dashes is None for _offset, dashes in lines.get_linestyles()] == [False, True]


def test_a_drawing_stays_in_its_box():
    for place in unit_places((4, 6, 2), (0.2, 0.3, 0.6, 0.9)):
        assert (place > [0.2, 0.3]).all() and (place < [0.6, 0.9]).all()


def test_layers_are_named():
    texts = drawn((2, 1), layer_names=["in", "out"]).texts
    assert [text.get_text() for text in texts] == ["in", "out"]


@pytest.mark.parametrize(
    "bad",
    [
        {"sizes": (3,)},
        {"sizes": "23"},
        {"sizes": (2, 0)},
        {"sizes": (2, 1.5)},
        {"sizes": (2, 1), "masks": []},
        {"sizes": (2, 1), "masks": [[1, 1, 1]]},
        {"sizes": (2, 1), "masks": [[0.5, 1]]},
        {"sizes": (2, 1), "edge_widths": [[[1.0]]]},
        {"sizes": (2, 1), "edge_widths": [[[-1.0, 1.0]]]},
    ],
)
def test_bad_arguments_are_refused_by_name(bad):
    with pytest.raises((TypeError, ValueError), match=r"(sizes|masks|edge_widths) must .* got"):
        drawn(**bad)
