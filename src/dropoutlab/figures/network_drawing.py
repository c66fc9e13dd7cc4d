"""A network drawn as circles and lines: units that are kept, units that are dropped."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from dropoutlab._checks import FloatArray, mask_array, positive_number, real_array, whole_number
from dropoutlab._names import public_dir
from dropoutlab.explore.ink import INK
from dropoutlab.figures import style

__dir__ = public_dir(__name__)

Box = tuple[float, float, float, float]
UNIT_BOX: Box = (0.0, 0.0, 1.0, 1.0)
FAINT = 0.15  # opacity of a line to or from a dropped unit


def draw_network(
    axes: Axes,
    sizes: Sequence[int],
    masks: Sequence[ArrayLike | None] | None = None,
    *,
    box: Box = UNIT_BOX,
    unit_size: float = 17,
    edge_widths: Sequence[ArrayLike] | None = None,
    layer_names: Sequence[str] = (),
) -> None:
    """Draw a network from left to right; hides the axes and sets their limits to 0 to 1.

    A kept unit is a filled disc. A dropped unit is an empty circle with a cross, and the lines to
    and from it are very faint.

    Args:
        axes: where; several networks can share them, each in a box of its own.
        sizes: units in each layer, the inputs first.
        masks: 1 = kept, 0 = dropped, one array of shape (n_l,) for each layer but the outputs,
            which are never dropped; None in place of an array, or of all, keeps everything.
        box: left, bottom, right and top of the drawing, in the axes' own 0 to 1.
        unit_size: diameter of a unit, in points.
        edge_widths: widths of the lines in points, each of shape (n_(l+1), n_l) like W^(l); a line
            of width 0 is thin, grey and dotted. None draws lines of one width.
        layer_names: one a layer, written below it.

    Raises:
        TypeError, ValueError: an argument is of the wrong kind or shape.
    """
    unit_size = positive_number("unit_size", unit_size)
    sizes, kept = _checked_units(sizes, masks)
    places = unit_places(sizes, box)
    if edge_widths is None:
        widths = [np.ones((m, n)) for n, m in pairwise(sizes)]
    else:
        widths = _checked_widths(sizes, edge_widths)
    _draw_edges(axes, places, kept, widths)
    _draw_units(axes, np.concatenate(places), np.concatenate(kept) == 1, unit_size)
    for place, name in zip(places, layer_names, strict=bool(layer_names)):
        look = {"color": INK, "fontsize": style.TEXT}
        axes.text(place[0, 0], box[1], name, ha="center", va="top", **look)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")


def unit_places(sizes: Sequence[int], box: Box = UNIT_BOX) -> list[FloatArray]:
    """Return the centres of the units, shape (n_l, 2) for each layer, unit 1 on top.

    All layers have the same distance between their units; a short layer is centred.
    """
    left, bottom, right, top = box
    distance = (top - bottom) / max(sizes)
    columns = np.linspace(left, right, 2 * len(sizes) + 1)[1::2]
    places = []
    for x, size in zip(columns, sizes, strict=True):
        y = (top + bottom) / 2 + distance * ((size - 1) / 2 - np.arange(size))
        places.append(np.column_stack([np.full(size, x), y]))
    return places


def _draw_edges(
    axes: Axes, places: Sequence[FloatArray], kept: Sequence[FloatArray], widths: list[FloatArray]
) -> None:
    lines, looks = [], []
    for layer, width in enumerate(widths):
        for i, j in np.ndindex(width.shape):
            lines.append([places[layer][j], places[layer + 1][i]])
            looks.append(_edge_look(width[i, j], kept[layer][j] * kept[layer + 1][i] == 1))
    columns = {name: [look[name] for look in looks] for name in looks[0]}
    axes.add_collection(LineCollection(lines, zorder=1, **columns), autolim=False)


def _edge_look(width: float, alive: bool) -> dict[str, object]:
    if width == 0:
        return {"colors": style.DROPPED, "alpha": 1, "linewidths": 1, "linestyles": "dotted"}
    color, alpha = (style.KEPT, 0.7) if alive else (style.DROPPED, FAINT)
    return {"colors": color, "alpha": alpha, "linewidths": width, "linestyles": "solid"}


def _draw_units(axes: Axes, places: FloatArray, kept: np.ndarray, size: float) -> None:
    look = {"linestyle": "none", "clip_on": False}
    axes.plot(*places[kept].T, "o", color=style.KEPT, markersize=size, zorder=2, **look)
    dropped = places[~kept].T
    grey = {"markeredgecolor": style.DROPPED, "zorder": 2, **look}
    axes.plot(*dropped, "o", markerfacecolor="none", markersize=size - 1, **grey)
    axes.plot(*dropped, "x", markersize=0.5 * size, markeredgewidth=1.5, **grey)


def _checked_units(
    sizes: Sequence[int], masks: Sequence[ArrayLike | None] | None
) -> tuple[list[int], list[FloatArray]]:
    if isinstance(sizes, str) or not isinstance(sizes, Sequence) or len(sizes) < 2:
        raise ValueError(f"sizes must be two or more numbers of units; got {sizes!r}")
    sizes = [whole_number("sizes", size, 1) for size in sizes]
    masks = [None] * (len(sizes) - 1) if masks is None else list(masks)
    if len(masks) != len(sizes) - 1:
        raise ValueError(
            f"masks must have {len(sizes) - 1} entries, one a layer but the last; got {len(masks)}"
        )
    kept = []
    for size, mask in zip(sizes, [*masks, None], strict=True):
        array = np.ones(size) if mask is None else mask_array("masks", mask)
        if array.shape != (size,):
            raise ValueError(f"masks must have shape ({size},) for this layer; got {array.shape}")
        kept.append(array)
    return sizes, kept


def _checked_widths(sizes: Sequence[int], widths: Sequence[ArrayLike]) -> list[FloatArray]:
    arrays = [real_array("edge_widths", width, ["(m, n)"]) for width in widths]
    shapes = [(m, n) for n, m in pairwise(sizes)]
    if [array.shape for array in arrays] != shapes:
        raise ValueError(f"edge_widths must have shapes {shapes}; got {[a.shape for a in arrays]}")
    if any((array < 0).any() for array in arrays):
        raise ValueError(f"edge_widths must be 0 or more; got {min(a.min() for a in arrays)}")
    return arrays
