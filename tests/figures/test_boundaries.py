"""Two networks that part points of a plane, and their lines under a mask."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dropoutlab.experiments import watch_boundaries
from dropoutlab.figures import style
from dropoutlab.figures.boundaries import Parted
from tests.figures.looks import box, color_name, looks, scale
from tests.figures.seen import assert_readable, color


@pytest.fixture(scope="module")
def parted():
    return Parted(watch_boundaries(9300, units=6))


@pytest.mark.parametrize(("arm", "draw"), [("none", "draw_without"), ("dropout", "draw_with")])
def test_lines_are_where_the_networks_of_the_arm_change_sides(parted, arm, draw):
    axes = getattr(parted, draw)(9).axes[0]
    found = [parted.found.whole[arm][8], parted.found.thinned[arm][8]]
    _shade, *lines = axes.collections
    for line, sides in zip(lines, found, strict=True):
        assert to_rgb(line.get_edgecolor()[0]) == to_rgb(style.ARMS[arm])
        axis = np.linspace(-2, 2, len(sides))
        (vertices,) = [path.vertices for path in line.get_paths()]
        for x, y in vertices[:: max(1, len(vertices) // 7)]:
            row, column = np.searchsorted(axis, [y, x]).clip(1, len(axis) - 1)
            near = sides[row - 1 : row + 1, column - 1 : column + 1]
            assert near.min() <= 0 <= near.max()
    whole, thinned = lines
    assert (whole.get_linewidth()[0], thinned.get_linewidth()[0]) == (3, 1.2)
    solid = [line.get_linestyle()[0][1] is None for line in (whole, thinned)]
    assert solid == [True, False]
    assert color_name(axes.title.get_color()) == ("blue" if arm == "none" else "orange")
    assert looks(axes) == ["ink o 5 hollow alpha 0.6", "ink ^ 5 alpha 0.6"]
    assert color_name(axes.lines[1].get_markerfacecolor()) == "ink"
    numbers = ["−2", "0", "2"]
    assert scale(axes.xaxis) == ("first number", (-2, 2), numbers)
    assert scale(axes.yaxis) == ("second number", (-2, 2), numbers)
    assert box(axes) == (0.19, 0.18, 0.97, 0.9)
    assert_readable(axes.figure)
    said = "without dropout" if arm == "none" else "with dropout"
    assert axes.get_title() == f"{said}: {parted.found.moved(arm, 8):.0f} %"


@pytest.mark.parametrize("step", [5, 9, 18])
@pytest.mark.parametrize(("arm", "draw"), [("none", "draw_without"), ("dropout", "draw_with")])
def test_what_the_mask_changes_is_shaded_behind_all_else(parted, arm, draw, step):
    axes = getattr(parted, draw)(step).axes[0]
    shade = axes.collections[0]
    assert shade.get_zorder() == 0
    assert color(shade.get_facecolor()[0]) == f"{'blue' if arm == 'none' else 'orange'} 0.2"
    whole, thinned = (found[arm][step - 1] for found in (parted.found.whole, parted.found.thinned))
    changed = (whole > 0) != (thinned > 0)
    places = np.linspace(-2, 2, len(whole))[1:-1]
    paths = shade.get_paths()
    inside = [[sum(p.contains_point((x, y)) for p in paths) for x in places] for y in places]
    # a place on a line may count as either
    assert (np.array(inside) == changed[1:-1, 1:-1]).mean() > 0.99


def test_nothing_is_shaded_where_the_mask_changes_nothing(parted, monkeypatch):
    monkeypatch.setitem(parted.found.thinned, "none", parted.found.whole["none"])
    assert len(parted.draw_without(9).axes[0].collections) == 2


@pytest.mark.parametrize("arm", ["none", "dropout"])
def test_what_the_last_mask_changes(parted, arm):
    whole, thinned = (found[arm][-1] > 0 for found in (parted.found.whole, parted.found.thinned))
    assert parted.changed_in_the_end(arm) == pytest.approx(100 * (whole != thinned).mean())


def test_the_points_of_both_classes_are_drawn(parted):
    circles, triangles = parted.draw_with(1).axes[0].lines
    for line, label in ((circles, 0), (triangles, 1)):
        wanted = parted.found.points[parted.found.labels == label]
        assert np.array_equal(np.transpose(line.get_data()), wanted)
    assert (circles.get_marker(), triangles.get_marker()) == ("o", "^")


@pytest.mark.parametrize(
    ("ends", "lines"), [((1, 1), 1), ((-1, -1), 1), ((0, 1), 1), ((-1, 0), 1), ((-1, 1), 2)]
)
def test_only_a_network_that_changes_sides_has_a_line(parted, monkeypatch, ends, lines):
    step = 12
    assert len(parted.draw_without(step).axes[0].collections) == 3
    sides = np.tile(np.linspace(*ends, 41), (41, 1))
    whole = parted.found.whole["none"].copy()
    whole[step - 1] = sides
    monkeypatch.setitem(parted.found.whole, "none", whole)
    assert len(parted.draw_without(step).axes[0].collections) == lines + 1  # and the shade


def test_the_plane_stays_where_no_network_changes_sides(parted, monkeypatch):
    for found in (parted.found.whole, parted.found.thinned):
        monkeypatch.setitem(found, "dropout", np.ones_like(found["dropout"]))
    axes = parted.draw_with(3).axes[0]
    assert not axes.collections
    assert axes.get_xlim() == axes.get_ylim() == (-2, 2)


def test_it_starts_at_the_first_record(parted):
    title = parted.draw_with().axes[0].get_title()
    assert title == f"with dropout: {parted.found.moved('dropout', 0):.0f} %"
    assert parted.draw_without().axes[0].get_title() == (
        f"without dropout: {parted.found.moved('none', 0):.0f} %"
    )
    assert parted.describe() == parted.describe(1)
    assert parted.describe(1).startswith(f"After {parted.found.passes[0]} training steps, ")


def test_the_sentence_has_the_shares_of_the_step(parted):
    text = parted.describe(5)
    moved = [parted.found.moved(arm, 4) for arm in ("none", "dropout")]
    assert text == (
        f"After {parted.found.passes[4]} training steps, a mask that keeps "
        f"{int(parted.found.masks[4].sum())} of 6 units changes the answer in {moved[0]:.0f} % of "
        f"the square without dropout, and in {moved[1]:.0f} % with it."
    )


def test_the_answer_says_how_much_less_the_last_mask_changes(parted):
    without, with_dropout = map(parted.changed_in_the_end, ("none", "dropout"))
    assert parted.because() == (
        f"In {with_dropout:.0f} % of it, {without - with_dropout:.0f} points less than without "
        "dropout."
    )
