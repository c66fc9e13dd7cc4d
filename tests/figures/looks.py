"""What a reader sees of some axes, as plain values that tests compare; `seen` says more of each."""

from contextlib import suppress

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba

from tests.figures.seen import NAMES


def color_name(color):
    """Return what the book calls a colour, however opaque, "none" if it is clear."""
    *rgb, opacity = to_rgba(color)
    return NAMES.get(tuple(rgb), to_hex(rgb)) if opacity else "none"


def look(line):
    """Say how a line looks: "blue - 2" (points), "purple D 9" (a mark), both, and how opaque."""
    said = [color_name(line.get_color())]
    if line.get_linestyle() != "None":
        said += [line.get_linestyle(), f"{line.get_linewidth():g}"]
    if line.get_marker() != "None":
        said += [line.get_marker(), f"{line.get_markersize():g}"]
        if "none" in (line.get_fillstyle(), line.get_markerfacecolor()):
            said.append("hollow")
    if line.get_alpha() is not None:
        said.append(f"alpha {line.get_alpha():g}")
    return " ".join(said)


def looks(axes):
    """Say how each line of some axes looks."""
    return [look(line) for line in axes.lines]


def scale(axis):
    """Return the label of an axis, its limits, and the numbers at its ticks, which must be true."""
    limits = axis.get_view_interval()
    low, high = sorted(limits)
    places = axis.get_majorticklocs()
    texts = axis.get_major_formatter().format_ticks(places)
    for place, text in zip(places, texts, strict=True):
        with suppress(ValueError):  # a word
            assert float(text.replace("−", "-").replace(",", "")) == pytest.approx(place)
    inside = [text for at, text in zip(places, texts, strict=True) if low <= at <= high]
    return axis.get_label_text(), tuple(map(float, limits)), inside


def box(axes):
    """Return left, bottom, right and top of some axes, as shares of the figure."""
    return tuple(np.round(axes.get_position().extents, 9).tolist())


def words(artist):
    """Return, by text, its colour and how it is aligned, of axes, or of a figure beside them."""
    return {
        t.get_text(): f"{color_name(t.get_color())} {t.get_ha()} {t.get_va()}" for t in artist.texts
    }


def legend(axes):
    """Return the names in a legend with their colours."""
    texts = axes.get_legend().get_texts()
    return {text.get_text(): color_name(text.get_color()) for text in texts}


def bars(axes):
    """Return, by bar, its colour, and its left, bottom, width and height."""
    found = [bar for container in axes.containers for bar in container]
    return [
        (color_name(bar.get_facecolor()), *np.round(bar.get_bbox().bounds, 9).tolist())
        for bar in found
    ]


def reach(artist):
    """Return left, bottom, right and top of an artist in the data of its axes."""
    extent = artist.get_window_extent().get_points()
    return tuple(np.round(artist.axes.transData.inverted().transform(extent), 9).ravel().tolist())
