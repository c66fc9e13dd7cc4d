"""Parts of a picture that can be clicked or dragged: artists that carry settings of controls."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, Transform

from dropoutlab._names import public_dir
from dropoutlab.explore.controls import is_number

__dir__ = public_dir(__name__)

_SETTINGS = "_explore_settings"  # the attribute of an artist that is a handle


def handle(artist: Artist, **settings: Any) -> Artist:  # noqa: ANN401 - values of controls
    """Make an artist a handle: a click on it, or a drag to it, sets controls.

    Nothing changes where the picture is not part of an explorer.

    Args:
        artist: a line, a patch, a text, ...: what the picture draws there.
        settings: values by the names of controls: where the click takes them. A handle whose one
            control has two values, and is there already, takes it to the other.

    Returns:
        The artist.

    Raises:
        TypeError: `artist` is no artist, or there are no settings.
    """
    if not isinstance(artist, Artist):
        raise TypeError(f"artist must be a matplotlib artist; got {artist!r}")
    if not settings:
        raise TypeError("settings must name at least one control and its value; got none")
    setattr(artist, _SETTINGS, settings)
    return artist


def area(
    axes: Axes,
    corner: tuple[float, float],
    width: float,
    height: float,
    transform: Transform | None = None,
    /,
    **settings: Any,  # noqa: ANN401 - values of controls
) -> Artist:
    """Make a rectangle of a picture a handle, with nothing to be seen there.

    It costs little where a picture has hundreds, for a point that is dragged over a plane.

    Args:
        axes: with the limits and the place that stay.
        corner: lower left, (x, y).
        width: to the right, positive.
        height: upwards, positive.
        transform: what the numbers are in; those of the data if None.
        settings: values by the names of controls, as for `handle`.

    Returns:
        An artist that draws nothing.

    Raises:
        TypeError: an argument is not what it should be, or there are no settings.
        ValueError: a number is not finite, or a side not positive.
    """
    if not isinstance(axes, Axes):
        raise TypeError(f"axes must be matplotlib axes; got {axes!r}")
    if not (isinstance(corner, Sequence) and len(corner) == 2):
        raise TypeError(f"corner must be two numbers; got {corner!r}")
    for name, value in zip(("x", "y", "width", "height"), (*corner, width, height), strict=True):
        of = "corner" if name in "xy" else name
        if not is_number(value):
            raise TypeError(f"{of} must be a finite number; got {value!r}")
        if not isfinite(value) or (of == name and value <= 0):
            kind = "positive and finite" if of == name else "finite"
            raise ValueError(f"{of} must be {kind}; got {value!r}")
    if not (transform is None or isinstance(transform, Transform)):
        raise TypeError(f"transform must be a matplotlib transform; got {transform!r}")
    x, y = map(float, corner)
    right, top = x + float(width), y + float(height)
    if not (isfinite(right) and isfinite(top)):
        raise ValueError(f"corner and size must end at finite numbers; got {right} and {top}")
    box = Bbox([(x, y), (right, top)])
    return axes.add_artist(handle(Area(box, transform or axes.transData), **settings))


class Area(Artist):
    """A rectangle that can be touched and draws nothing: made by `area`."""

    zorder = 1  # under the lines, as a patch

    def __init__(self, box: Bbox, transform: Transform) -> None:
        super().__init__()
        self.box = box
        self.set_transform(transform)

    def set_clip_path(self, *_path: object) -> None:
        """Do nothing: outside of the axes it can be touched as well."""

    def get_window_extent(self, _renderer: RendererBase | None = None) -> Bbox:
        """Return where it is, in pixels of the figure."""
        corners = self.get_transform().transform(self.box.get_points())
        return Bbox([corners.min(axis=0), corners.max(axis=0)])  # whichever way the axes run

    def draw(self, renderer: RendererBase) -> None:
        """Leave a mark in the markup, and nothing else."""
        renderer.open_group("area", self.get_gid())
        renderer.close_group("area")


def handles_of(figure: Figure) -> Iterator[tuple[Artist, dict[str, Any]]]:
    """Yield the handles of a figure with their settings, in the order in which they are found."""
    for artist in _artists_in(figure):
        if hasattr(artist, _SETTINGS):
            yield artist, getattr(artist, _SETTINGS)


def data_of(figure: Figure) -> Iterator[Artist]:
    """Yield what is drawn inside axes and written anywhere: all but axes, ticks and legends."""
    yield from figure.texts
    for axes in figure.axes:
        kinds = (axes.lines, axes.patches, axes.collections, axes.images, axes.texts, axes.artists)
        yield from (artist for kind in kinds for artist in kind)
        yield axes.title


def _artists_in(parent: Artist) -> Iterator[Artist]:
    """What is inside an artist, but for the ticks of an axis, which are made when asked for."""
    for child in parent.get_children():
        if not isinstance(child, Axis):
            yield child
            yield from _artists_in(child)
