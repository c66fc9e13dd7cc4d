"""The parts of a drawn network: where everything stands and how it looks, and what is refused."""

import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgba
from matplotlib.figure import Figure

from dropoutlab.explore.ink import INK
from dropoutlab.figures import style
from dropoutlab.figures.network_drawing import FAINT, UNIT_BOX, draw_network, unit_places


def drawn(*args, **settings):
    axes = Figure(figsize=(3, 3)).add_subplot()
    draw_network(axes, *args, **settings)
    return axes


def lines_by_marker(axes):
    """The kept discs, the dropped rings and the crosses."""
    rings = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    (discs,) = [line for line in axes.lines if line not in rings + crosses]
    return discs, rings[0], crosses[0]


def test_layers_stand_side_by_side_with_unit_one_on_top():
    one, two = unit_places((1, 3), (0.0, 0.0, 1.0, 1.0))
    assert np.allclose(one, [[0.25, 0.5]])
    assert np.allclose(two, [[0.75, 5 / 6], [0.75, 0.5], [0.75, 1 / 6]])
    one, two, three = unit_places((2, 1, 4), (0.2, 0.1, 0.8, 0.9))
    assert np.allclose(one, [[0.3, 0.6], [0.3, 0.4]])
    assert np.allclose(two, [[0.5, 0.5]])
    assert np.allclose(three, [[0.7, y] for y in (0.8, 0.6, 0.4, 0.2)])
    assert all(map(np.array_equal, unit_places((2, 3)), unit_places((2, 3), UNIT_BOX)))


def test_units_look_kept_or_dropped():
    discs, rings, crosses = lines_by_marker(drawn((2, 2, 1), [[1, 0], [0, 1]], unit_size=20))
    assert discs.get_marker() == rings.get_marker() == "o"
    assert discs.get_markersize() == 20 and rings.get_markersize() == 19
    assert crosses.get_markersize() == 10 and crosses.get_markeredgewidth() == 1.5
    assert same_color(discs.get_markerfacecolor(), style.KEPT)
    assert same_color(discs.get_markeredgecolor(), style.KEPT)
    for dropped in (rings, crosses):
        assert same_color(dropped.get_markeredgecolor(), style.DROPPED)
    assert np.array_equal(rings.get_xydata(), crosses.get_xydata())
    for line in (discs, rings, crosses):
        assert line.get_linestyle() == "None" and not line.get_clip_on()
        assert line.get_zorder() == 2
    default, *_ = lines_by_marker(drawn((2, 1)))
    assert default.get_markersize() == 17


def test_lines_lie_below_the_units_and_look_alive_dead_or_absent():
    widths = [[[2.0, 3.0], [0.0, 0.0]], [[1.5, 0.5]]]
    (lines,) = drawn((2, 2, 1), [[1, 0], [1, 1]], edge_widths=widths).collections
    assert lines.get_zorder() == 1
    alive, dead = to_rgba(style.KEPT, 0.7), to_rgba(style.DROPPED, FAINT)
    absent = to_rgba(style.DROPPED, 1)
    assert np.allclose(lines.get_colors(), [alive, dead, absent, absent, alive, alive])
    assert list(lines.get_linewidths()) == [2.0, 3.0, 1, 1, 1.5, 0.5]
    solid = [dashes is None for _offset, dashes in lines.get_linestyles()]
    assert solid == [True, True, False, False, True, True]
    (plain,) = drawn((2, 1)).collections
    assert set(plain.get_linewidths()) == {1}


def test_the_axes_are_hidden_and_go_from_zero_to_one():
    axes = drawn((2, 1), box=(0.1, 0.1, 0.4, 0.4))
    assert axes.get_xlim() == axes.get_ylim() == (0, 1)
    assert not axes.axison
    assert len(axes.texts) == 0


def test_names_stand_below_their_layers():
    axes = drawn((2, 3, 1), layer_names=["in", "mid", "out"], box=(0.1, 0.2, 0.9, 0.8))
    places = unit_places((2, 3, 1), (0.1, 0.2, 0.9, 0.8))
    for text, name, place in zip(axes.texts, ["in", "mid", "out"], places, strict=True):
        assert text.get_text() == name
        assert text.get_position() == (place[0, 0], 0.2)
        assert (text.get_ha(), text.get_va()) == ("center", "top")
        assert text.get_size() == style.TEXT and same_color(text.get_color(), INK)


@pytest.mark.parametrize("names", [["in"], ["in", "out", "more"]])
def test_every_layer_is_named_or_none(names):
    with pytest.raises(ValueError, match="argument"):
        drawn((2, 1), layer_names=names)


def test_none_keeps_a_layer():
    discs, *_ = lines_by_marker(drawn((2, 2, 1), [None, [0, 1]]))
    assert len(discs.get_xydata()) == 2 + 1 + 1
    discs, *_ = lines_by_marker(drawn((1, 1), [None]))
    assert len(discs.get_xydata()) == 2


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"sizes": (3,)}, "sizes must be two or more numbers of units; got (3,)"),
        ({"sizes": "23"}, "sizes must be two or more numbers of units; got '23'"),
        ({"sizes": {2, 3}}, "sizes must be two or more numbers of units; got {2, 3}"),
        (
            {"sizes": (2, 1), "masks": []},
            "masks must have 1 entries, one a layer but the last; got 0",
        ),
        (
            {"sizes": (2, 1), "masks": [None, None]},
            "masks must have 1 entries, one a layer but the last; got 2",
        ),
        (
            {"sizes": (2, 1), "masks": [[1, 1, 1]]},
            "masks must have shape (2,) for this layer; got (3,)",
        ),
        (
            {"sizes": (2, 1), "edge_widths": [[[1.0]]]},
            "edge_widths must have shapes [(1, 2)]; got [(1, 1)]",
        ),
        (
            {"sizes": (2, 3, 1), "edge_widths": [[[1.0, 1.0]] * 3]},
            "edge_widths must have shapes [(3, 2), (1, 3)]; got [(3, 2)]",
        ),
        (
            {"sizes": (2, 1, 1), "edge_widths": [[[1.0, -0.5]], [[-3.0]]]},
            "edge_widths must be 0 or more; got -3.0",
        ),
        (
            {"sizes": (2, 1, 1), "edge_widths": [[[1.0, -0.5]], [[3.0]]]},
            "edge_widths must be 0 or more; got -0.5",
        ),
    ],
)
def test_bad_arguments_are_refused_with_what_is_accepted(bad, message):
    with pytest.raises(ValueError) as refusal:
        drawn(**bad)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ({"sizes": (2, 0)}, "sizes"),
        ({"sizes": (2, "1")}, "sizes"),
        ({"sizes": (2, 1), "masks": [[0.5, 1]]}, "masks"),
        ({"sizes": (2, 1), "edge_widths": [[1.0, 1.0]]}, "edge_widths"),
        ({"sizes": (2, 1), "edge_widths": [[["a", 1.0]]]}, "edge_widths"),
    ],
)
def test_what_is_refused_elsewhere_is_named_too(bad, name):
    with pytest.raises((TypeError, ValueError), match=f"^{name} must "):
        drawn(**bad)


def test_one_layer_of_one_unit_each_is_drawn():
    (lines,) = drawn((1, 1)).collections
    assert len(lines.get_segments()) == 1
