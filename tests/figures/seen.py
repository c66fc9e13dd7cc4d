"""What is seen of a picture, in words short enough for the table of a test."""

from fractions import Fraction

import numpy as np
from matplotlib.colors import to_rgba

from dropoutlab.explore.ink import INK, LIGHT
from dropoutlab.figures import style

NAMES = {to_rgba(color)[:3]: name for name, color in {**LIGHT, "ink": INK}.items()}
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def color(spec, alpha=None):
    """The name of a colour, and its opacity if one sees through it: `orange`, `grey 0.3`."""
    *rgb, opacity = to_rgba(spec, alpha)
    name = NAMES.get(tuple(rgb), str(spec))
    return "none" if opacity == 0 else name if opacity == 1 else f"{name} {opacity:.3g}"


def line(artist):
    """Colour, form and width of a line, its mark and size: `orange - 2`, `purple D 6 hollow`."""
    shown = [color(artist.get_color(), artist.get_alpha())]
    if artist.get_linestyle() != "None":
        shown += [artist.get_linestyle(), f"{artist.get_linewidth():.3g}"]
    if artist.get_marker() != "None":
        shown += [artist.get_marker(), f"{artist.get_markersize():.3g}"]
        shown += ["hollow"] * (color(artist.get_markerfacecolor()) == "none")
    return " ".join(shown)


def patch(artist):
    """Face, edge and width of a patch: `orange`, `none, edge blue 1.5`."""
    face, edge, width = artist.get_facecolor(), artist.get_edgecolor(), artist.get_linewidth()
    drawn = f", edge {color(edge)} {width:.3g}" if width and edge[3] else ""
    return f"{color(face)}{drawn}"


def text(artist):
    """Words, colour, place and which part of them is there: `E_N blue at 0.5, 2 left center`."""
    x, y = artist.get_position()
    sides = f"{artist.get_ha()} {artist.get_va()}"
    return f"{artist.get_text()} {color(artist.get_color())} at {x:.4g}, {y:.4g} {sides}"


def value(tick):
    """The number that a tick says."""
    digit, _, power = tick.replace("−", "-").replace(",", "").replace("½", "1/2").partition("10⁻")
    if power:
        return 10.0 ** -float(power.translate(RAISED))
    return float(Fraction(digit))


def ticks(axis):
    """The ticks that are seen, by place."""
    low, high = sorted(axis.get_view_interval())
    found = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)  # some axes have none
    near = 1e-9 * (high - low)
    return {at: tick for at, tick in found if low - near <= at <= high + near}


def scale(axis, numbers=True):
    """Label, ticks and ends of an axis: `epoch: 1 2 5, 0.9 to 22`. Its numbers are where they say.

    numbers: whether ticks say numbers, not names.
    """
    found = {at: tick.get_text() for at, tick in ticks(axis).items()}
    assert not numbers or np.allclose([value(tick) for tick in found.values()], list(found))
    assert not len(axis.get_minorticklocs())
    low, high = axis.get_view_interval()
    log = " log" * (axis.get_scale() == "log")
    return f"{axis.get_label_text()}: {' '.join(found.values())}, {low:.4g} to {high:.4g}{log}"


def scales(axes, **numbers):
    """Both axes, as `scale` says them."""
    return scale(axes.xaxis), scale(axes.yaxis, **numbers)


def place(axes):
    """Left, bottom, right and top of the axes in the figure, to three digits."""
    return tuple(float(side) for side in axes.get_position().extents.round(3))


def words(figure):
    """The texts that are seen: names of ticks and axes, titles, legends and all others."""
    found = list(figure.texts)
    for axes in figure.axes:
        found += [*axes.texts, axes.title]
        found += axes.get_legend().get_texts() if axes.get_legend() else []
        for axis in (axes.xaxis, axes.yaxis):
            found += [axis.label, *ticks(axis).values()] if axes.axison else []
    return [part for part in found if part.get_visible() and part.get_text()]


def assert_readable(figure):
    """All text has the size of the book and stands in the picture, none on another."""
    figure.draw_without_rendering()
    found = words(figure)
    assert {part.get_size() for part in found} <= {style.TEXT}
    boxes = [part.get_window_extent() for part in found]
    for k, (part, box) in enumerate(zip(found, boxes, strict=True)):
        outside = [box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1]
        assert min(outside) >= -2, f"{part.get_text()!r} leaves the picture: {outside}"
        for other, there in zip(found[:k], boxes[:k], strict=True):
            both = box.intersection(box, there)
            assert not (both and min(both.width, both.height) > 1.5), (
                f"{part.get_text()!r} stands on {other.get_text()!r}"
            )


def assert_one_plane(figure, size, at_x, at_y, place_, **numbers):
    """A picture of one pair of axes: its text, its size in inches, both scales, and its place."""
    (axes,) = figure.axes
    assert_readable(figure)
    assert scales(axes, **numbers) == (at_x, at_y)
    assert place(axes) == place_ and tuple(figure.get_size_inches()) == size
    return axes
