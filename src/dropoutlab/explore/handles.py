"""Parts of a picture that can be clicked or dragged: artists that carry settings of controls."""

from collections.abc import Iterator
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from dropoutlab._names import public_dir

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


def handles_of(figure: Figure) -> Iterator[tuple[Artist, dict[str, Any]]]:
    """Yield the handles of a figure with their settings, in the order in which they are found."""
    for artist in _artists_in(figure):
        if hasattr(artist, _SETTINGS):
            yield artist, getattr(artist, _SETTINGS)


def _artists_in(parent: Artist) -> Iterator[Artist]:
    """What is inside an artist, but for the ticks of an axis, which are made when asked for."""
    for child in parent.get_children():
        if not isinstance(child, Axis):
            yield child
            yield from _artists_in(child)
