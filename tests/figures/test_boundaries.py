"""Two networks that part points of a plane, and their lines under a mask."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dropoutlab.experiments import watch_boundaries
from dropoutlab.figures import style
from dropoutlab.figures.boundaries import Parted


@pytest.fixture(scope="module")
def parted():
    return Parted(watch_boundaries(9300, units=6))


@pytest.mark.parametrize(("arm", "draw"), [("none", "draw_without"), ("dropout", "draw_with")])
def test_lines_are_where_the_networks_of_the_arm_change_sides(parted, arm, draw):
    axes = getattr(parted, draw)(9).axes[0]
    found = [parted.found.whole[arm][8], parted.found.thinned[arm][8]]
    assert len(axes.collections) == 2
    for line, sides in zip(axes.collections, found, strict=True):
        assert to_rgb(line.get_edgecolor()[0]) == to_rgb(style.ARMS[arm])
        axis = np.linspace(-2, 2, len(sides))
        (vertices,) = [path.vertices for path in line.get_paths()]
        for x, y in vertices[:: max(1, len(vertices) // 7)]:
            row, column = np.searchsorted(axis, [y, x]).clip(1, len(axis) - 1)
            near = sides[row - 1 : row + 1, column - 1 : column + 1]
            assert near.min() <= 0 <= near.max()
    said = "without dropout" if arm == "none" else "with dropout"
    assert axes.get_title() == f"{said}: {parted.found.moved(arm, 8):.0f} %"


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


def test_a_network_that_never_changes_sides_has_no_line(parted):
    parted.found.whole["none"][0][:] = 1.0
    assert len(parted.draw_without(1).axes[0].collections) <= 1


def test_the_sentence_has_the_shares_of_the_step(parted):
    text = parted.describe(5)
    moved = [parted.found.moved(arm, 4) for arm in ("none", "dropout")]
    assert f"After {parted.found.passes[4]} training steps" in text
    assert f"keeps {int(parted.found.masks[4].sum())} of 6 units" in text
    assert f"in {moved[0]:.0f} % of the square" in text and f"{moved[1]:.0f} % with it" in text
